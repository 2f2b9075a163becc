"""What may stand of the answers on a page whose picture is damaged.

In:  what the page seems to say, and how its boxes were sampled.
Out: the same, with doubts where damage may have made or taken away a mark.

A decoder that meets nonsense goes on. In a JPEG, what follows is one even grey, or lies a few
blocks aside, or is a little lighter or darker to the end of the picture: no row that seems blank
stands then, and an answer only where every box on its line is as it was printed. In what is packed
row by row, a clean part of the page may lie where another one belongs: there nothing stands.
Where it finds nothing to complain about, the picture itself may show what no paper does: a black
band, and boxes without an end.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading
from forms.paper_sizes import A4
from omr.forms_known import Rows
from omr.geometry import Floats, Image, cut_out
from omr.intake.values import Damage
from omr.place.boxes import MARGIN, SIDE, aligned
from omr.place.register import Registration

DRIFT = 8.0  # grey levels of the paper round a box off that of the page
CLEAN = 0.06  # mean darkness in the middle of a box in which there is nothing
SAME_LINE_MM = 3.0  # of boxes that are printed at one height
INSET = 6  # samples inside a box that its outline and its blur may take

BAND_PX_PER_MM = 1.0
BAND_SHARE = 0.85  # of two lines across the sheet, each a mm; no rule of ours is so broad
BAND_DARK = 0.5  # of the way from paper to black
BAND_EDGE_MM = 4  # of the sheet that may lie outside the scan

FADED = 0.6  # of the darkness of the print in the row where it is darkest
BLACKEST = 0.5  # percent of the pixels; the corner marks are 3
SAME_PAPER = 2.0  # grey levels that paper may be darker and still count as light

LOST = 0.35  # of the darkness of print along an edge of a box: it is not there
DRAWN_ON = 0.5  # of the darkness of print: the sides of a box go on beyond that edge
BEYOND = slice(3, 9)  # samples beyond the edge; 5 to the mm
DRAWN_BOXES = 3  # of a page; print of ours has none


def has_band(image: Image, homography: Floats) -> bool:
    """Say whether a black band lies across the sheet: fax data of which the rest is missing."""
    sheet = cut_out(image, homography, 0, 0, A4.width_mm, A4.height_mm, BAND_PX_PER_MM)
    inside = sheet[BAND_EDGE_MM:-BAND_EDGE_MM, BAND_EDGE_MM:-BAND_EDGE_MM]
    dark = inside < BAND_DARK * float(np.median(inside))
    across = [dark.mean(axis=axis) > BAND_SHARE for axis in (0, 1)]
    return any(bool((lines[1:] & lines[:-1]).any()) for lines in across)  # a rule is one line


def has_drawn_on(placed: Registration) -> bool:
    """Say whether boxes have no end: fax data in which one line of dots is said again and again.

    Above or below such a box there is no edge, and its sides go on where paper should be.
    """
    dark, high = placed.patches.dark, MARGIN + SIDE - 1
    count = 0
    for box, (dx, dy) in zip(dark, placed.patches.shift.tolist(), strict=True):
        inside = slice(MARGIN + INSET + dx, high + 1 - INSET + dx)
        sides = [slice(at + dx - 1, at + dx + 2) for at in (MARGIN, high)]
        for lines, edge in ((box, high + dy), (box[::-1], high - dy)):
            is_lost = lines[edge - 1 : edge + 2, inside].mean(axis=1).max() < LOST
            beyond = lines[edge:][BEYOND]
            if is_lost and min(beyond[:, side].max(axis=1).mean() for side in sides) > DRAWN_ON:
                count += 1
                break
    return count >= DRAWN_BOXES


def is_paler_than_marks(image: Image, placed: Registration) -> bool:
    """Say whether all boxes are much paler than the blackest print in the picture."""
    patches = placed.patches
    if not len(patches.paper):
        return False
    black = float(np.percentile(image, BLACKEST))
    return patches.contrast < FADED * (float(np.median(patches.paper)) - black)


def doubt_washed_out(
    readings: Mapping[str, Reading], placed: Registration, rows: Rows
) -> dict[str, Reading]:
    """Doubt the rows of which the print has faded beside that of others, on paper as light.

    So it is under the glare of a lamp, and below a fault in a JPEG that made all of the rest
    lighter: a mark in pencil may have gone with it, and a box blacked out may look like a cross.
    """
    if not rows:
        return dict(readings)
    paper, printed = placed.patches.paper, placed.patches.printed
    is_light = paper >= np.median(paper) - SAME_PAPER
    best = max(float(np.median(printed[list(which)])) for _, which in rows.values())
    is_faded = is_light & (printed < FADED * best)
    return {
        question: Reading(None, reading.withdrawn, Doubt.FAINT, reading.confidence)
        if reading.doubt is None and bool(is_faded[list(rows[question][1])].all())
        else reading
        for question, reading in readings.items()
    }


def doubt_damaged(
    readings: Mapping[str, Reading], placed: Registration, rows: Rows, damage: Damage
) -> dict[str, Reading]:
    """Doubt the rows that seem blank, and those of which the line is not as it was printed."""
    if not rows:
        return dict(readings)
    is_whole = np.zeros(len(placed.centres_mm), bool)
    if damage is Damage.BLOCKS:
        is_whole = _whole_lines(placed, rows, readings)
    return {
        question: reading
        if reading.doubt is not None
        or (reading.option is not None and bool(is_whole[list(rows[question][1])].all()))
        else Reading(None, reading.withdrawn, Doubt.DAMAGED, reading.confidence)
        for question, reading in readings.items()
    }


def _whole_lines(
    placed: Registration, rows: Rows, readings: Mapping[str, Reading]
) -> NDArray[np.bool_]:
    """Say of each box whether all boxes at its height are there, on even paper, and clean."""
    patches = placed.patches
    inside = slice(MARGIN + INSET, MARGIN + SIDE - INSET)
    is_clean = aligned(patches)[:, inside, inside].mean(axis=(1, 2)) < CLEAN
    for question, (options, which) in rows.items():
        marked = {readings[question].option, *readings[question].withdrawn}
        for option, box in zip(options, which, strict=True):
            is_clean[box] |= option in marked
    is_even = np.abs(patches.paper - np.median(patches.paper)) <= DRIFT
    is_good = placed.found & is_even & is_clean
    height = placed.centres_mm[:, 1]
    is_level = np.abs(height[:, None] - height[None, :]) < SAME_LINE_MM
    result: NDArray[np.bool_] = ~(is_level & ~is_good[None, :]).any(axis=1)
    return result
