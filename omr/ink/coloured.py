"""Read marks in coloured ink, which grey hardly shows.

In:  what a page says in grey; the same page in the light in which every colour is dark.
Out: both together: a mark that only one of them shows is a mark, two that differ are a doubt.

Yellow, lime and orange pens are as light as paper to a person who sees no colours, but dark in blue
light (`omr.intake.light.ink_of`). So are highlighters over what somebody finds important, coffee,
and the printed colours of other things: this light alone is no witness against a mark in grey.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading
from omr.forms_known import Rows
from omr.geometry import Floats, Image
from omr.ink.read_marks import readings_of
from omr.place import boxes
from omr.place.boxes import MARGIN, SIDE
from omr.place.register import Registration

INSET = 6  # samples inside a box that its outline and the fringes of its colours may take
EXTRA = 0.04  # of the contrast: mean of a box above which a colour has been put into it,
EXTRA_USUAL = 3.0  # and times what the boxes of the page have, as from a lamp


def read_in_colour(
    readings: Mapping[str, Reading],
    ink: Image,
    placed: Registration,
    rects: Floats,
    rows: Rows,
    certainty: float,
) -> dict[str, Reading]:
    """Read the rows again in which somebody put a colour.

    Args:
        readings: of the page in grey.
        ink: the page in the other light.
        placed: where the page lies, as grey shows it.
        rects: (B, 4) where its boxes are printed, in mm.
        rows: which boxes each question has.
        certainty: the least probability at which an answer stands without a doubt.
    """
    seen = boxes.sample(ink, placed.homography, rects, placed.offsets_mm)
    grey = placed.patches
    seen = replace(seen, shift=grey.shift, shift_mm=grey.shift_mm, outline=grey.outline)
    coloured = _has_colour(seen, grey)
    if not coloured.any():
        return dict(readings)
    found = readings_of(replace(placed, patches=seen), rows, certainty)
    return {
        question: _together(reading, found[question])
        if coloured[list(rows[question][1])].any()
        else reading
        for question, reading in readings.items()
    }


def _has_colour(seen: boxes.Patches, grey: boxes.Patches) -> NDArray[np.bool_]:
    """Say of each box whether it shows more in the other light than the boxes of a page do."""
    inside = slice(MARGIN + INSET, MARGIN + SIDE - INSET)
    more = boxes.aligned(seen)[:, inside, inside] - boxes.aligned(grey)[:, inside, inside]
    extra = np.clip(more, 0.0, 1.0).mean(axis=(1, 2))
    result: NDArray[np.bool_] = extra > max(EXTRA, EXTRA_USUAL * float(np.median(extra)))
    return result


def _together(grey: Reading, ink: Reading) -> Reading:
    """Decide what a row says that was looked at in both lights."""
    if grey.doubt is not None:
        return grey
    if grey.option is None:
        return ink
    if ink.doubt is None and ink.option not in (None, grey.option):
        confidence = min(grey.confidence, ink.confidence)
        return Reading(None, doubt=Doubt.TWO_MARKS, confidence=confidence)
    return grey
