"""Is anything written in the fields for handwriting.

In:  a picture, where the paper lies in it, the fields of the page.
Out: per field whether there is ink that was not printed.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from forms.layout import RULING_MM, Field
from omr.geometry import Floats, Image, cut_out, ranked
from omr.place.register import Registration

PX_PER_MM = 3
INSET_MM = 1.2  # the border and its blur
RULE_MM = 0.8  # on each side of a ruled line nothing is counted
INKED = 0.004  # one letter of 3 mm in a field of 90 x 10 mm covers 0.006 of it
DARKER = 0.3  # of the page's contrast


def written(
    image: Image, placed: Registration, fields: Sequence[Field], contrast: float
) -> dict[str, bool]:
    """Say per field whether somebody wrote in it."""
    return {
        field.name: _ink(image, _homography(placed, field), field, contrast) > INKED
        for field in fields
    }


def _homography(placed: Registration, field: Field) -> Floats:
    middle = field.rect
    return placed.homography_at(
        middle.x_mm + middle.width_mm / 2, middle.y_mm + middle.height_mm / 2
    )


def _ink(image: Image, homography: Floats, field: Field, contrast: float) -> float:
    rect = field.rect.grown(-INSET_MM)
    grey = cut_out(
        image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, PX_PER_MM
    )
    ruled = [10 - INSET_MM + n * RULING_MM for n in range(field.lines - 1)]
    down = (np.arange(len(grey)) + 0.5) / PX_PER_MM
    free = grey[[all(abs(y - rule) > RULE_MM for rule in ruled) for y in down]]
    paper = int(ranked(free[::2, ::2], 0.7))
    return float((free < paper - DARKER * max(contrast, 25)).mean())
