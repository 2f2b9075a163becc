"""Cut handwriting out of a scan, so that a person can look at it and a network can read it.

In:  the picture of a page, its homography, a field.
Out: the field, upright and clean: border and ruled lines out, paper white, ink dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import ASIDE_MM, RULING_MM, Field, Rect, beside
from omr.geometry import Floats, Image, cut_out

PX_PER_MM = 8  # 203 dpi; more does not help the network (docs/findings/handwriting.md 3)
BORDER_MM = 0.9  # the printed border and its blur
OVER_MM = 1.5  # beyond the border, where people write over it; other print is farther
FIRST_LINE_MM = 10.0  # from the top of a ruled field to its first line
RULE_MM = 0.45  # half of what a ruled line and its blur take
INK = 160  # darker than this is ink, after `whiten`
SPECK_PX = 3  # toner where none should be; the dot of an i has 9 pixels
LEAST_PX = 25  # a full stop of a thin pen has 20
APART_PX = 16  # ink of less than `LEAST_PX` that lies farther than this from the rest is dirt
WHITE = 255
SMOOTH = 0.5  # of a pixel of a crop, when its ink is drawn finer
PAPER_PX, SMOOTH_PX = 5, 21  # in which paper is looked for, and over which its light changes
DARKEST, PAPER, LEAST_RANGE = 0.002, 0.93, 0.15  # share that is ink at least; level of paper
CROSSING = 140  # darker than this above and under a ruled line, a stroke crosses it
HANG = 3  # letters hang a third of the pitch under their line
FINER = 3  # 600 dpi: handwriting on a poster is two to three times as large as it was written


def field_crop(image: Image, homography: Floats, field: Field) -> Image:
    """Cut a field out and clean it; the size is that of the field at `PX_PER_MM`."""
    rect = field.rect
    crop = cut_out(
        image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, PX_PER_MM
    )
    clean = whiten(crop)
    edge = round(BORDER_MM * PX_PER_MM)
    for strip in (clean[:edge], clean[-edge:], clean[:, :edge], clean[:, -edge:]):
        strip[:] = WHITE
    for line in range(field.lines - 1):
        _without_rule(clean, FIRST_LINE_MM + line * RULING_MM)
    return clean


def whole_crop(image: Image, homography: Floats, field: Field) -> Image:
    """Cut out all that is written in a field of one line, over its edge too.

    Only the printed border is taken out: an N whose first stroke stands against it stays an N.
    """
    rect = field.rect.grown(OVER_MM)
    crop = whiten(
        cut_out(image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, PX_PER_MM)
    )
    for side, long_mm in ((crop, field.rect.height_mm), (crop.T, field.rect.width_mm)):
        for at_mm in (OVER_MM, OVER_MM + long_mm):
            _without_rule(side, at_mm)
    return crop


def aside_crop(image: Image, homography: Floats, field: Field, printed: Sequence[Rect]) -> Image:
    """Cut out a field of one line with what is written beside it; print and border are left out."""
    rect = beside(field.rect)
    crop = whiten(
        cut_out(image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, PX_PER_MM)
    )
    for side, long_mm in ((crop, field.rect.height_mm), (crop.T, field.rect.width_mm)):
        for at_mm in (ASIDE_MM, ASIDE_MM + long_mm):
            _without_rule(side, at_mm)
    for taken in (one.grown(PRINT_EDGE_MM) for one in printed):
        left, top = taken.x_mm - rect.x_mm, taken.y_mm - rect.y_mm
        rows, columns = (
            slice(max(0, round(low * PX_PER_MM)), max(0, round(high * PX_PER_MM)))
            for low, high in ((top, top + taken.height_mm), (left, left + taken.width_mm))
        )
        crop[rows, columns] = WHITE
    return crop


PRINT_EDGE_MM = 0.6  # round what is printed beside a field


def has_ink_aside(crop: Image, field: Field) -> bool:
    """Say whether anything is written beside the field, in what `aside_crop` cut out."""
    low = round((ASIDE_MM - BORDER_MM) * PX_PER_MM)
    rest = crop.copy()
    down = low + round((field.rect.height_mm + 2 * BORDER_MM) * PX_PER_MM)
    rest[low:down, low : low + round((field.rect.width_mm + 2 * BORDER_MM) * PX_PER_MM)] = WHITE
    ink = ink_only(rest, margin_px=0)
    return ink is not None and len(ink) >= LEAST_HIGH_MM * PX_PER_MM


LEAST_HIGH_MM = 1.5  # of a name: what is lower is a smear of the print


def lines_of(crop: Image, field: Field) -> list[Image]:
    """Split a ruled field into its lines, by where they were printed."""
    if field.lines == 1:
        return [crop]
    # Letters hang a third of the pitch under their line, and rise two thirds above it.
    cuts = [0.0] + [
        FIRST_LINE_MM + n * RULING_MM + RULING_MM / HANG for n in range(field.lines - 1)
    ] + [field.rect.height_mm]  # fmt: skip
    return [
        crop[round(top * PX_PER_MM) : round(bottom * PX_PER_MM)] for top, bottom in pairwise(cuts)
    ]


def ink_only(crop: Image, margin_px: int = 6) -> Image | None:
    """Cut away the white round the writing, and specks of toner; None when nothing is written.

    A stroke of a thin pen is one pixel wide where the scan is coarse: only what hangs together with
    nothing is a speck.
    """
    ink = (crop < INK).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    is_speck = stats[:, cv2.CC_STAT_AREA] <= SPECK_PX
    is_speck[0] = True  # the paper
    written = ~is_speck[labels]
    if count < 2 or written.sum() < LEAST_PX:
        return None
    rows, columns = np.flatnonzero(written.any(axis=1)), np.flatnonzero(written.any(axis=0))
    top, bottom = max(0, rows[0] - margin_px), rows[-1] + 1 + margin_px
    left, right = max(0, columns[0] - margin_px), columns[-1] + 1 + margin_px
    clean = np.where((ink > 0) & ~written, np.uint8(WHITE), crop)
    return np.ascontiguousarray(clean[top:bottom, left:right])


def ink_mask(crop: Image) -> NDArray[np.bool_] | None:
    """Trim writing to its ink alone, to be printed larger: `FINER` times as many pixels, smooth.

    Args:
        crop: of one line, as `field_crop` gives it; None comes back when nothing is written.
    """
    ink = ink_only(crop, margin_px=1)
    if ink is None:
        return None
    ink = ink_only(_without_dirt(ink), margin_px=1)
    if ink is None:
        return None
    fine = cv2.resize(ink, None, fx=FINER, fy=FINER, interpolation=cv2.INTER_CUBIC)
    mask = cv2.GaussianBlur(fine, (0, 0), SMOOTH * FINER) < INK
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return None
    return np.asarray(mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1], np.bool_)


def _without_dirt(crop: Image) -> Image:
    """Take out what is small and lies by itself: it would make the writing look wide or high."""
    ink = (crop < INK).astype(np.uint8)
    near = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (APART_PX + 1, APART_PX + 1))
    _, groups = cv2.connectedComponents(cv2.dilate(ink, near))
    sizes = np.bincount(groups[ink > 0], minlength=int(groups.max()) + 1)
    return np.where((sizes < LEAST_PX)[groups], np.uint8(WHITE), crop)


def whiten(crop: Image) -> Image:
    """Make the paper white and the ink dark, whatever the light was."""
    smooth = cv2.medianBlur(cv2.dilate(crop, np.ones((PAPER_PX, PAPER_PX), np.uint8)), SMOOTH_PX)
    paper = np.maximum(smooth.astype(np.float32), 1)
    level: NDArray[np.floating] = crop.astype(np.float32) / paper
    darkest = float(np.quantile(level, DARKEST))
    stretched = (level - darkest) / max(PAPER - darkest, LEAST_RANGE)
    return np.asarray(np.clip(stretched * WHITE, 0, WHITE), dtype=np.uint8)


def _without_rule(crop: Image, y_mm: float) -> None:
    """Take a printed line out, and leave the strokes that cross it."""
    top, bottom = (round((y_mm + d) * PX_PER_MM) for d in (-RULE_MM, RULE_MM))
    above = crop[max(0, top - 2) : top].min(axis=0)
    below = crop[bottom : bottom + 2].min(axis=0)
    crossing = (above < CROSSING) & (below < CROSSING)
    crop[top:bottom, ~crossing] = WHITE
