"""Is there anything on this page.

In:  the picture of a page on which no sheet was found.
Out: whether it is an empty page, or the back of a sheet.

A faint copy must never pass for an empty page. So a page with the least regular ink is searched as
any other; the back of a sheet then gives itself away by corner marks that are mirrored.

Nor must what is left of a page of which a decoder lost the rest without noticing: print that stands
across the first or last lines of the picture, or paper that has its grain in some lines and is one
even level in all others.
"""

from __future__ import annotations

import cv2
import numpy as np

from forms.paper_sizes import A4
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

WIDE_PX = 500  # of the picture in which print along its first and last lines is looked for
LINES, PRINT = 0.08, 60  # share of its lines; grey levels that print is darker than paper
PRINT_MM2, APART = 1.0, 0.25  # of a letter or a mark; how far apart, as a share of the width
EVEN, UNEVEN = 0.2, 16  # share of lines that are one level; lines with grain beside those
GRAIN, GRAINY, LEVEL = 12, 0.2, 4.0  # grey levels; share of a line; how even such lines are


def is_blank(image: Image) -> bool:
    """Say whether a page shows nothing but paper and dust."""
    if _paper(image) < WHITE_PAPER or _ink(image, FAINT) >= INK:
        return False
    return not (_hides_marks(image) or _ends_in_print(image) or _lost_its_grain(image))


def _hides_marks(image: Image) -> bool:
    """Say whether marks come out where the little that differs on a page is stretched."""
    low, high = (ranked(_small(image), share) for share in (DARKEST, PAPER))
    gain = min(CLEAR / max(high - low, 1.0), MOST_GAIN)
    if gain <= 1:
        return False
    clear = cv2.convertScaleAbs(image, alpha=gain, beta=PAPER_GREY - gain * high)
    return bool(find_everywhere(np.asarray(clear, np.uint8)))


def _ends_in_print(image: Image) -> bool:
    """Say whether print stands across the first or the last lines, where only shadows may be.

    Shadows, torn edges and the lid touch the edge of the picture; holes and staples do not lie far
    apart across it.
    """
    factor = max(1, round(image.shape[1] / WIDE_PX))
    size = (image.shape[1] // factor, image.shape[0] // factor)
    small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
    dark = (small < float(np.median(small)) - PRINT).astype(np.uint8)
    least = PRINT_MM2 * (size[0] / A4.width_mm) ** 2
    lines = max(1, round(LINES * size[1]))
    for end in (dark[:lines], dark[::-1][:lines]):
        _, _, boxes, _ = cv2.connectedComponentsWithStats(end, connectivity=8)
        x, y, wide, _, area = boxes[1:].T
        is_print = (area >= least) & (x > 0) & (x + wide < size[0]) & (y > 0)
        if is_print.any() and np.ptp((x + wide / 2)[is_print]) > APART * size[0]:
            return True
    return False


def _lost_its_grain(image: Image) -> bool:
    """Say whether many lines are one level from side to side, and others beside them have grain."""
    cut = image.shape[1] // 10
    inner = image[:, cut:-cut] if cut else image
    is_even = inner.min(axis=1) == inner.max(axis=1)
    if not EVEN <= is_even.mean() < 1:
        return False
    middle = np.median(inner, axis=1)
    off = np.abs(inner - middle[:, None])
    is_grainy = ((off > 0) & (off <= GRAIN)).mean(axis=1) > GRAINY
    for line in range(len(inner) - UNEVEN + 1):
        run = slice(line, line + UNEVEN)
        if is_grainy[run].all() and np.ptp(middle[run]) <= LEVEL:
            return True
    return False


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
