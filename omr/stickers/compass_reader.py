"""Read a photo of the blank compass on which people put sticky dots or crosses.

In:  a picture of the sheet from `forms.printables.blank_compass`, in colour.
Out: a `CompassReading`: every dot and cross with its colour and place, the nearest place of the
     map where somebody can stand, and a doubt where a person has to look.

Which map it is, the square code on the sheet tells: axes, numbers and places are those of its
questionnaire.

The picture is flattened by the corner marks and its light evened out. What is coloured, or dark
and not printed, is ink. Ink that a disc of 3 mm fits in is a sticker, or several that overlap:
those are counted by covering the shape with discs. Thin ink counts only when it is two strokes
that cross; other writing, such as a name beside a dot, is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import zxingcpp

from forms.compass import BlankCompass, Compass, compass_paper, has_meanings
from forms.instrument import Instrument, builtin
from forms.paper_sizes import PAPERS, Paper
from forms.sheet_code import COMPASS_PAGE, SheetCode, decode, instrument_number, marker_id
from omr.dots import DotDoubt, DotKind, OddKind, OddSpot, SeenDot, placed
from omr.geometry import (
    Image,
    fit_homography,
    inverse,
    is_plausible,
    project,
)
from omr.page import Reason
from omr.place.fiducials import CORNERS, SeenMarker, find_markers
from omr.stickers.crosses import find_crosses
from omr.stickers.discs import find_dots
from omr.stickers.ink import FlatSheet, Mark, beyond_photo, find_ink
from omr.stickers.sight import find_unseen

WHITE_MM = 6.0  # radius: how large a white sticker is, is not seen
COARSEST = 1.4  # pixels per mm: a ballpoint line is half a pixel there


@dataclass(frozen=True, slots=True)
class CompassReading:
    """What a photo of a blank compass says, or why it cannot be read."""

    dots: tuple[SeenDot, ...] = ()
    paper: Paper | None = None
    code: SheetCode | None = None  # None: the square code could not be read
    instrument: Instrument | None = None  # whose map it is
    residual_mm: float | None = None
    other_ink: int = 0  # pieces of writing that are neither dot nor cross
    reason: Reason | None = None
    mm_to_px: tuple[float, ...] | None = None  # 3x3, row by row, from mm on the paper
    size_px: tuple[int, int] | None = None
    odd: tuple[OddSpot, ...] = ()  # what is no dot, and where nothing can be seen

    @property
    def in_doubt(self) -> int:
        """Count the dots that a person has to look at."""
        return sum(bool(dot.doubts) for dot in self.dots)

    @property
    def is_sure(self) -> bool:
        """Whether nothing on the photo asks for a person."""
        is_seen = not any(spot.kind is OddKind.UNSEEN for spot in self.odd)
        return self.in_doubt == 0 and is_seen and len(self.dots) > 0


def read_compass(
    image: Image,
    paper: Paper | None = None,
    instruments: Sequence[Instrument] | None = None,
    codes: Sequence[SheetCode] = (),
) -> CompassReading:
    """Find the dots and crosses on a photo of the blank compass.

    Args:
        image: in colour (H, W, 3), blue first, as OpenCV reads it; grey shows fewer dots.
        paper: the size of the sheet, if the square code on it may be unreadable.
        instruments: whose map it may be, the likeliest first; by default the built-in ones.
        codes: what may stand in the square, by the words over it, where it is unreadable.
    """
    if image.ndim == 2:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    ids = {marker_id(COMPASS_PAGE, corner): corner for corner in range(CORNERS)}
    markers = [m for m in find_markers(grey, thorough=True) if m.id in ids]
    if len(markers) < 2:
        return CompassReading(reason=Reason.NO_SHEET)
    code = _code(grey)
    asked = _asked(code, builtin() if instruments is None else instruments)
    if asked is None:
        return CompassReading(code=code, reason=Reason.UNKNOWN_INSTRUMENT)
    known = (compass_paper(code) if code else None) or paper
    told = {size: one for one in codes if code is None and (size := compass_paper(one))}
    papers = [known] if known else list(told) or _likely_papers()
    is_older = code is not None and not has_meanings(code)
    sheet = _registered(markers, papers, Compass.of(asked), has_strip=not is_older)
    if sheet is None:
        return CompassReading(code=code, instrument=asked, reason=Reason.NO_CODE)
    if sheet.px_per_mm < COARSEST:
        return CompassReading(code=code, instrument=asked, reason=Reason.TOO_COARSE)
    code = code or told.get(sheet.compass.paper)
    return replace(read_map(image, sheet), code=code, instrument=asked)


def read_map(image: Image, sheet: FlatSheet) -> CompassReading:
    """Find the dots and crosses on a sheet of which it is known where it lies."""
    ink = find_ink(image, sheet)
    dots, odd = find_dots(ink)
    crosses, other = find_crosses(ink, dots)
    sight = find_unseen(ink, sheet.compass, beyond_photo(image, sheet, ink))
    dots = [
        dot for dot in dots if not any(spot.holds(dot.place) and dot.doubts for spot in sight.spots)
    ]
    white = [Mark(DotKind.DOT, "wit", place, WHITE_MM, (DotDoubt.WHITE,)) for place in sight.alone]
    found = _aside(
        sheet.compass, [_placed(sheet.compass, mark) for mark in (*dots, *crosses, *white)]
    )
    return CompassReading(
        tuple(sorted(found, key=lambda d: (d.place.y_mm, d.place.x_mm))),
        sheet.compass.paper,
        residual_mm=sheet.residual_mm,
        other_ink=other,
        mm_to_px=tuple(float(v) for v in sheet.mm_to_px.ravel()),
        size_px=(image.shape[1], image.shape[0]),
        odd=(*odd, *sight.spots),
    )


# --- where the sheet lies ---------------------------------------------------------------------


def _code(grey: Image) -> SheetCode | None:
    """Find the square code of a blank compass anywhere in the picture."""
    formats: Any = zxingcpp.BarcodeFormat.QRCode  # a format stands for a set of one
    for seen in zxingcpp.read_barcodes(grey, formats=formats):
        code = decode(seen.text)
        if code is not None and code.page == COMPASS_PAGE:
            return code
    return None


def _asked(code: SheetCode | None, instruments: Sequence[Instrument]) -> Instrument | None:
    """Find whose map it is; without a code it is taken to be the likeliest."""
    with_map = [each for each in instruments if each.axes]
    if code is None:
        return next(iter(with_map), None)
    same = [each for each in with_map if instrument_number(each.key) == code.instrument]
    same.sort(key=lambda each: each.edition != code.edition)
    return next(iter(same), None)


def _likely_papers() -> list[Paper]:
    """List the sizes to try when the code cannot be read: the marks fit on one of them only."""
    return [size for paper in PAPERS.values() for size in (paper, paper.turned())]


MOST_RESIDUAL_MM = 6.0  # a flip-over that hangs loosely bends by this much
GUESSED_RESIDUAL_MM = 2.0


def _registered(
    markers: Sequence[SeenMarker], papers: Sequence[Paper], compass: Compass, *, has_strip: bool
) -> FlatSheet | None:
    """Fit the sheet to its marks; of several sizes, take the one that fits by far the best."""
    found = sorted(
        filter(None, (_fitted(markers, paper, compass, has_strip) for paper in papers)),
        key=lambda sheet: sheet.residual_mm,
    )
    if not found:
        return None
    best = found[0]
    if len(papers) == 1:
        return best if best.residual_mm <= MOST_RESIDUAL_MM else None
    is_clear = len(found) == 1 or found[1].residual_mm > 2 * best.residual_mm
    return best if is_clear and best.residual_mm <= GUESSED_RESIDUAL_MM else None


def _fitted(
    markers: Sequence[SeenMarker], paper: Paper, compass: Compass, has_strip: bool
) -> FlatSheet | None:
    blank = BlankCompass.on(paper, compass, has_meanings=has_strip)
    places = {marker.id: marker for marker in blank.markers}
    mm, px = [], []
    for seen in markers:
        mark = places[seen.id]
        for (across, down), corner in zip(_UNIT, seen.corners_px, strict=True):
            mm.append((mark.x_mm + across * mark.size_mm, mark.y_mm + down * mark.size_mm))
            px.append(tuple(corner))
    there, here = np.array(mm, np.float64), np.array(px, np.float64)
    fitted = fit_homography(there, here)
    if fitted is None or not is_plausible(fitted, paper.width_mm, paper.height_mm):
        return None
    off = np.linalg.norm(project(inverse(fitted), here) - there, axis=1)
    return FlatSheet(blank, fitted, float(np.sqrt(np.mean(np.square(off)))))


_UNIT = ((0, 0), (1, 0), (1, 1), (0, 1))  # the corners of a mark, clockwise


# --- on the map -------------------------------------------------------------------------------


def _placed(blank: BlankCompass, mark: Mark) -> SeenDot:
    return placed(
        blank.map, mark.kind, mark.colour, mark.place, 2 * mark.radius_mm, doubts=mark.doubts
    )


def _aside(blank: BlankCompass, dots: Sequence[SeenDot]) -> list[SeenDot]:
    """Put dots that touch another one to its place, as the sheet asks where a place is taken.

    That goes for a dot that lies between two places, beside one that lies on its place, where
    neighbouring places are too far apart for dots on both to touch. Any other dot that lies over
    one of another place, or of none, and not on its own, is doubted: it may belong with that one.
    """
    step = min(blank.map.pitch)
    made = list(dots)
    for _ in range(MOST_ROWS):
        anchors = [dot for dot in made if dot.off <= ANCHORED or dot.off == BESIDE]
        made = [_with_its_own(dot, anchors, step) for dot in made]
    made = [replace(dot, off=before.off) for dot, before in zip(made, dots, strict=True)]
    return [
        replace(dot, doubts=(DotDoubt.OVERLAP, *dot.doubts))
        if dot.off > TOUCHING
        and DotDoubt.OVERLAP not in dot.doubts
        and any(
            other is not dot
            and (DotDoubt.BETWEEN in (*dot.doubts, *other.doubts) or _spot(dot) != _spot(other))
            and _apart(dot, other) < OVER_SHARE
            for other in made
        )
        else dot
        for dot in made
    ]


def _with_its_own(dot: SeenDot, anchors: Sequence[SeenDot], step_mm: float) -> SeenDot:
    if DotDoubt.BETWEEN not in dot.doubts or step_mm < CLEAR_STEPS * dot.size_mm:
        return dot
    near = [one for one in anchors if one is not dot and _apart(dot, one) < TOUCH_SHARE]
    if len({_spot(one) for one in near}) != 1:
        return dot
    doubts = tuple(doubt for doubt in dot.doubts if doubt is not DotDoubt.BETWEEN)
    up, across = _spot(near[0])
    return replace(dot, vertical=up, horizontal=across, off=BESIDE, doubts=doubts)


def _spot(dot: SeenDot) -> tuple[float, float]:
    return dot.vertical, dot.horizontal


def _apart(dot: SeenDot, other: SeenDot) -> float:
    """Say how far two dots lie apart, as a share of both sizes; crosses never touch."""
    if not dot.kind is other.kind is DotKind.DOT:
        return math.inf
    return math.dist(dot.place, other.place) / (dot.size_mm + other.size_mm)


TOUCHING = 0.15  # of a quarter step off: a dot that lies over another one may have been put aside
ANCHORED, BESIDE = 0.2, -1.0  # steps off: on its place; put to the place of another one
CLEAR_STEPS, MOST_ROWS = 1.4, 2  # dot sizes between two places; dots in a row beside a place
TOUCH_SHARE = 0.6  # of both sizes: dots nearer than this touch
OVER_SHARE = 0.47  # of both sizes: dots nearer than this lie over each other
