"""Is there anything on this page.

In:  the picture of a page on which no sheet was found.
Out: whether it is an empty page, or the back of a sheet.

A faint copy must never pass for an empty page. So a page with the least regular ink is searched as
any other; the back of a sheet then gives itself away by corner marks that are mirrored.
"""

from __future__ import annotations

import cv2
import numpy as np

from omr.geometry import Image, ranked
from omr.place.fiducials import find_everywhere, find_markers, sort_out

INK = 0.0015  # share of a page darker than its paper; one line of type is 0.002
FAINT = 12  # grey levels below the paper; grain is averaged down to 1
CLEAR, MOST_GAIN = 120.0, 20.0  # grey levels between paper and print, and how to get there
DARK = 90  # print shines through up to 60
WHITE_PAPER = 90  # a page darker than this is no paper
SMALL_PX, EDGE_PX = (200, 280), (10, 14)  # what a page is shrunk to, and cut off its edges
AROUND_PX = 21  # of the small page, in which its paper is looked for
DARKEST, PAPER, PAPER_GREY = 0.005, 0.7, 240  # shares of a page; what its paper is stretched to
MARKS = 3  # mirrored ones; one alone is sometimes another mark mirrored


def is_blank(image: Image) -> bool:
    """Say whether a page shows nothing but paper and dust."""
    return _paper(image) >= WHITE_PAPER and _ink(image, FAINT) < INK and not _hides_marks(image)


def _hides_marks(image: Image) -> bool:
    """Say whether marks come out where the little that differs on a page is stretched."""
    low, high = (ranked(_small(image), share) for share in (DARKEST, PAPER))
    gain = min(CLEAR / max(high - low, 1.0), MOST_GAIN)
    if gain <= 1:
        return False
    clear = cv2.convertScaleAbs(image, alpha=gain, beta=PAPER_GREY - gain * high)
    return bool(find_everywhere(np.asarray(clear, np.uint8)))


def is_back(image: Image, *, thorough: bool = False) -> bool:
    """Say whether a page shows nothing but what shines through from the front of a sheet."""
    if _paper(image) < WHITE_PAPER or _ink(image, DARK) >= INK:
        return False
    mirrored = sort_out(find_markers(np.ascontiguousarray(image[:, ::-1]), thorough=thorough))
    return bool(mirrored) and len(mirrored[0]) >= MARKS


def _small(image: Image) -> Image:
    small = cv2.resize(image, SMALL_PX, interpolation=cv2.INTER_AREA)
    x, y = EDGE_PX
    return np.asarray(small[y:-y, x:-x], np.uint8)


def _paper(image: Image) -> float:
    return float(np.median(_small(image)))


def _ink(image: Image, darker: int) -> float:
    """Return the share of a page that is so much darker than the paper round it."""
    small = _small(image)
    local = cv2.medianBlur(small, AROUND_PX).astype(np.int16)
    return float(((local - small) > darker).mean())
