"""Is anything written in the fields for handwriting.

In:  a picture, where the paper lies in it, the fields of the page.
Out: per field whether there is ink that was not printed.
"""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import NAME, RULING_MM, Field, Rect, beside
from omr.geometry import Floats, Image, cut_out, ranked
from omr.place.register import Registration

PX_PER_MM = 3
INSET_MM = 1.2  # the border and its blur
RULE_MM = 0.8  # on each side of a ruled line nothing is counted
INKED = 0.004  # one letter of 3 mm in a field of 90 x 10 mm covers 0.006 of it
DARKER = 0.3  # of the page's contrast

# Light or small writing is found by its shape: lines, where toner and paper make specks.
STROKE_PX_PER_MM = 6
LIGHT = 0.08  # of the page's contrast; at 0.06 creases and print from the back come in
NOISES = 4.0  # a line is darker than the paper by as many times what the paper itself varies
PAPER_MM = 4.0  # over which the light on the paper may change
STROKE_MM = 1.0  # a letter is as high; specks and what is left of a ruled line are not
STROKES_MM = 2.0  # of lines together: one letter of 2 mm
BROAD, PEN_MM = 0.5, 0.6  # a line fills half of its frame and a pen's width; a stain fills more


# What is written beside the field for a name is ink for certain: other things may lie there.
ASIDE_DARK = 0.2  # of the page's contrast
ASIDE_STROKES_MM = 6.0  # three letters of 2 mm
FIELD_EDGE_MM, PRINT_EDGE_MM = 1.0, 0.9  # the border and its blur; print, where paper bends


def written(
    image: Image,
    placed: Registration,
    fields: Sequence[Field],
    contrast: float,
    beside_name: Sequence[Rect] | None = None,
) -> dict[str, bool]:
    """Say per field whether somebody wrote in it.

    Args:
        image: of the page.
        placed: where the page lies in it.
        fields: of the page.
        contrast: how much darker its print is than its paper.
        beside_name: what is printed near the field for a name; where that is known, a name may
            stand beside or over the field as well.
    """
    return {
        field.name: _is_written(image, homography, field, contrast)
        or (
            field.name == NAME
            and beside_name is not None
            and is_beside(image, homography, field, contrast, beside_name)
        )
        for field in fields
        for homography in [_homography(placed, field)]
    }


def is_beside(
    image: Image, homography: Floats, field: Field, contrast: float, printed: Sequence[Rect]
) -> bool:
    """Say whether somebody wrote beside a field instead of in it, where nothing is printed."""
    rect = beside(field.rect)
    grey = cut_out(
        image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, STROKE_PX_PER_MM
    )
    dark = _darker(grey) > max(ASIDE_DARK * contrast, 2 * LIGHT * 25)
    for taken in (field.rect.grown(FIELD_EDGE_MM), *(r.grown(PRINT_EDGE_MM) for r in printed)):
        left, top = taken.x_mm - rect.x_mm, taken.y_mm - rect.y_mm
        rows, columns = (
            slice(max(0, round(low * STROKE_PX_PER_MM)), max(0, round(high * STROKE_PX_PER_MM)))
            for low, high in ((top, top + taken.height_mm), (left, left + taken.width_mm))
        )
        dark[rows, columns] = False
    return _lines_mm(dark) >= ASIDE_STROKES_MM


def _is_written(image: Image, homography: Floats, field: Field, contrast: float) -> bool:
    return is_dark(image, homography, field, contrast) or has_strokes(
        image, homography, field, contrast
    )


def is_dark(image: Image, homography: Floats, field: Field, contrast: float) -> bool:
    """Say whether so much of a field is dark that somebody wrote in it."""
    return _ink(image, homography, field, contrast) > INKED


def has_strokes(image: Image, homography: Floats, field: Field, contrast: float) -> bool:
    """Say whether there are lines in a field as of a pen or a pencil, however light."""
    return _strokes_mm(image, homography, field, contrast) >= STROKES_MM


def _homography(placed: Registration, field: Field) -> Floats:
    middle = field.rect
    return placed.homography_at(
        middle.x_mm + middle.width_mm / 2, middle.y_mm + middle.height_mm / 2
    )


def _ink(image: Image, homography: Floats, field: Field, contrast: float) -> float:
    """Measure the share of the field that is dark."""
    grey, down = _inside(image, homography, field, PX_PER_MM)
    free = grey[_is_free(field, down)]
    paper = int(ranked(free[::2, ::2], 0.7))
    return float((free < paper - DARKER * max(contrast, 25)).mean())


def _strokes_mm(image: Image, homography: Floats, field: Field, contrast: float) -> float:
    """Measure the lines in the field, however light, by the height of each."""
    grey, down = _inside(image, homography, field, STROKE_PX_PER_MM)
    darker = _darker(grey)
    varies = ranked(np.abs(darker), 0.5) / 0.67  # the standard deviation of what is mostly paper
    dark = darker > max(LIGHT * max(contrast, 25), NOISES * varies)
    dark[~_is_free(field, down)] = False
    return _lines_mm(dark)


def _darker(grey: Image) -> NDArray[np.int16]:
    """Measure how much darker each pixel is than the paper round it."""
    smooth = cv2.GaussianBlur(grey, (0, 0), 0.8).astype(np.int16)
    paper = cv2.medianBlur(grey, round(PAPER_MM * STROKE_PX_PER_MM) | 1).astype(np.int16)
    return np.asarray(paper - smooth, np.int16)


def _lines_mm(dark: NDArray[np.bool_]) -> float:
    """Add up the heights of what has the shape of a line of a pen."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    high = stats[1:, cv2.CC_STAT_HEIGHT] / STROKE_PX_PER_MM
    wide = stats[1:, cv2.CC_STAT_WIDTH] / STROKE_PX_PER_MM
    thick = stats[1:, cv2.CC_STAT_AREA] / STROKE_PX_PER_MM**2 / np.maximum(high, wide)
    return float(
        high[(high >= STROKE_MM) & (thick < BROAD * np.minimum(high, wide) + PEN_MM)].sum()
    )


def _inside(image: Image, homography: Floats, field: Field, px_per_mm: int) -> tuple[Image, Floats]:
    """Cut out what lies within the border, and say how far down each row is, in millimetres."""
    rect = field.rect.grown(-INSET_MM)
    grey = cut_out(
        image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, px_per_mm
    )
    return grey, (np.arange(len(grey)) + 0.5) / px_per_mm


def _is_free(field: Field, down: Floats) -> NDArray[np.bool_]:
    """Say of each row whether no ruled line was printed there."""
    ruled = np.array([10 - INSET_MM + n * RULING_MM for n in range(field.lines - 1)])
    return np.asarray((np.abs(down[:, None] - ruled) > RULE_MM).all(axis=1), np.bool_)
