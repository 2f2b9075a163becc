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
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from forms.compass import BY_HAND_MM, BlankCompass, Compass, compass_paper, has_meanings
from forms.instrument import Instrument, builtin
from forms.paper_sizes import PAPERS, Paper
from forms.sheet_code import COMPASS_PAGE, SheetCode, decode, instrument_number, marker_id
from omr.dots import DotDoubt, DotKind, SeenDot
from omr.geometry import (
    Image,
    fit_homography,
    inverse,
    is_plausible,
    project,
)
from omr.page import Reason
from omr.place.fiducials import CORNERS, SeenMarker, find_markers
from omr.stickers.crosses import crossing, find_crosses
from omr.stickers.ink import FlatSheet, MapInk, Mark, Mask, find_ink

SMALLEST_DOT_MM, LARGEST_DOT_MM = 3.2, 11.0  # radius: stickers of 8 to 20 mm across
COARSEST = 1.4  # pixels per mm: a ballpoint line is half a pixel there
SURE = 0.3  # of a step between two places: nearer to one than this is no doubt


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

    @property
    def in_doubt(self) -> int:
        """Count the dots that a person has to look at."""
        return sum(bool(dot.doubts) for dot in self.dots)


def read_compass(
    image: Image, paper: Paper | None = None, instruments: Sequence[Instrument] | None = None
) -> CompassReading:
    """Find the dots and crosses on a photo of the blank compass.

    Args:
        image: in colour (H, W, 3), blue first, as OpenCV reads it; grey shows fewer dots.
        paper: the size of the sheet, if the square code on it may be unreadable.
        instruments: whose map it may be, the likeliest first; by default the built-in ones.
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
    papers = [known] if known else _likely_papers()
    is_older = code is not None and not has_meanings(code)
    sheet = _registered(markers, papers, Compass.of(asked), has_strip=not is_older)
    if sheet is None:
        return CompassReading(code=code, instrument=asked, reason=Reason.NO_CODE)
    if sheet.px_per_mm < COARSEST:
        return CompassReading(code=code, instrument=asked, reason=Reason.TOO_COARSE)
    ink = find_ink(image, sheet)
    dots = [*_dots(ink)]
    crosses, other = find_crosses(ink, dots)
    found = _aside([_placed(sheet.compass, mark) for mark in (*dots, *crosses)])
    return CompassReading(
        tuple(sorted(found, key=lambda d: (d.place.y_mm, d.place.x_mm))),
        sheet.compass.paper,
        code,
        asked,
        sheet.residual_mm,
        other,
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


# --- ink --------------------------------------------------------------------------------------


# --- dots -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Blob:
    """A piece of ink of one colour that a sticker may have made."""

    colour: str
    left: int
    top: int
    mask: Mask  # of its bounding box and a rim
    radius_px: float  # of the largest disc in it

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def middle(self) -> tuple[float, float]:
        rows, columns = np.nonzero(self.mask)
        return float(columns.mean()), float(rows.mean())

    @property
    def is_one_disc(self) -> bool:
        return bool(self.area < ROUND * math.pi * self.radius_px**2)


def _dots(ink: MapInk) -> Iterator[Mark]:
    """Find stickers, single ones first: they tell how large the others are."""
    anything = ink.anything
    pieces = [
        blob for colour, mask in ink.masks.items() for blob in _blobs(ink, colour, mask, anything)
    ]
    least = SMALLEST_DOT_MM * ink.scale
    blobs = [blob for blob in pieces if blob.radius_px >= least]
    wide = _whole(blobs, anything.shape)
    blobs += [b for b in pieces if b.radius_px < least and _is_half_hidden(ink, b, wide)]
    sizes: dict[str, list[float]] = {}
    for blob in blobs:
        if blob.is_one_disc and blob.radius_px >= least:
            sizes.setdefault(blob.colour, []).append(blob.radius_px)
    every = [size for found in sizes.values() for size in found]
    for blob in blobs:
        usual = sizes.get(blob.colour) or every
        radius = float(np.median(usual)) if usual else blob.radius_px
        yield from _taken_apart(ink, blob, radius, anything)


def _whole(blobs: Sequence[_Blob], shape: tuple[int, ...]) -> Mask:
    """Put blobs back in their places on the map."""
    found = np.zeros(shape, np.bool_)
    for blob in blobs:
        rows, columns = np.nonzero(blob.mask)
        found[rows + blob.top, columns + blob.left] = True
    return found


def _is_half_hidden(ink: MapInk, blob: _Blob, wide: Mask) -> bool:
    """Say whether this is what another sticker leaves in view, and not a stroke of a pen."""
    near = cv2.dilate(blob.mask.astype(np.uint8), ink.disc(1.0)).astype(bool)
    touching = np.count_nonzero(near & _window(wide, blob))
    return bool(touching > 2 * SMALLEST_DOT_MM * ink.scale)


WRITTEN_ON_MM = 1.6  # radius of what is closed: what is written on a sticker belongs to it
ROUND = 1.22  # times the largest disc in it: a piece of ink no larger is one disc
HIDDEN_MM = 1.3  # radius: less of a sticker than this in view is not noticed


def _blobs(ink: MapInk, colour: str, mask: Mask, anything: Mask) -> Iterator[_Blob]:
    """Find the pieces of a colour that are wide enough to be of a sticker."""
    rim = round(LARGEST_DOT_MM * ink.scale) + 2
    own = mask.astype(np.uint8)
    closed = cv2.morphologyEx(own, cv2.MORPH_CLOSE, ink.disc(WRITTEN_ON_MM)).astype(bool) & anything
    opened = cv2.morphologyEx((mask | closed).astype(np.uint8), cv2.MORPH_OPEN, ink.disc(HIDDEN_MM))
    filled = _without_holes(_rimmed(np.asarray(opened, np.uint8), rim))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(filled)
    _, pieces = cv2.connectedComponents(_rimmed(own, rim))
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, : cv2.CC_STAT_AREA])
        window = labels[top - rim : top + high + rim, left - rim : left + wide + rim] == number
        deep = cv2.distanceTransform(window.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        piece = pieces[top : top + high, left : left + wide]
        which = int(np.bincount(piece[piece > 0]).argmax()) if piece.any() else 0
        if not _is_thick_cross(pieces == which, ink.scale):
            yield _Blob(colour, left - 2 * rim, top - 2 * rim, window, float(deep.max()))


def _rimmed(mask: NDArray[np.uint8], rim: int) -> NDArray[np.uint8]:
    edged = cv2.copyMakeBorder(mask, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(edged, np.uint8)


SOLID = 0.75  # of its hull: three discs that overlap fill 0.85, a cross of thick strokes 0.65


def _is_thick_cross(piece: Mask, scale: float) -> bool:
    """Say whether a piece of ink is two strokes of a felt pen, wide though they are."""
    rows, columns = np.nonzero(piece)
    if not len(rows):
        return False
    hull = cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32))
    if len(rows) > SOLID * cv2.contourArea(hull):
        return False
    part = piece[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return crossing(np.pad(part, 1), scale) is not None


def _without_holes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill what a name written on a sticker leaves open in it."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, (1,), cv2.FILLED)
    return filled


MOST_DISCS = 12  # in one piece of ink
OUTSIDE_COST, ABOUT_AS_GOOD, AROUND_PX, TAKEN = 0.8, 0.02, 4, 1.04  # radii that a disc takes away
HIDDEN_SHARE, MOST_GROWN, NEARLY_USUAL = 0.3, 1.15, 0.8  # of the radius, or of its square
INSIDE = 0.9  # of a disc lies on ink
NEW = 0.16  # of a disc explains ink that nothing else does
LEFT_OVER = 0.12  # of a disc may stay unexplained


def _taken_apart(ink: MapInk, blob: _Blob, radius_px: float, anything: Mask) -> Iterator[Mark]:
    """Cover a blob with as few discs as explain it."""
    if blob.is_one_disc and blob.radius_px > NEARLY_USUAL * radius_px:
        yield _dot(ink, blob, *blob.middle, math.sqrt(blob.area / math.pi), ())
        return
    around = _window(anything, blob)
    allowed = blob.mask | around
    # A sticker that is partly hidden is as large as the others; one that lies free is as it is.
    is_hidden = np.count_nonzero(around & ~blob.mask) > HIDDEN_SHARE * blob.radius_px**2
    radius = radius_px if is_hidden else min(radius_px, MOST_GROWN * blob.radius_px)
    discs = _discs(blob.mask, allowed, radius)
    covered = np.zeros_like(blob.mask)
    for x, y in discs:
        covered |= _disc_at(blob.mask.shape, x, y, radius)
    wrong = np.count_nonzero(blob.mask & ~covered) + np.count_nonzero(covered & ~allowed)
    is_sure = wrong < LEFT_OVER * math.pi * radius**2 and len(discs) > 0
    for x, y in discs or [blob.middle]:
        doubts = () if is_sure and len(discs) == 1 else (DotDoubt.OVERLAP,)
        yield _dot(ink, blob, x, y, radius, doubts)


def _window(mask: Mask, blob: _Blob) -> Mask:
    """Cut the part of a mask that a blob's own mask covers."""
    high, wide = blob.mask.shape
    found = np.zeros_like(blob.mask)
    top, left = max(blob.top, 0), max(blob.left, 0)
    part = mask[top : blob.top + high, left : blob.left + wide]
    y, x = top - blob.top, left - blob.left
    found[y : y + part.shape[0], x : x + part.shape[1]] = part
    return found


def _discs(own: Mask, allowed: Mask, radius: float) -> list[tuple[float, float]]:
    """Choose discs one by one: on ink, and over as much of what is left as possible."""
    reach = math.ceil(radius)
    grid = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    disc = (grid <= radius).astype(np.float32)
    disc /= disc.sum()
    inside = cv2.filter2D(allowed.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
    left = own.copy()
    found: list[tuple[float, float]] = []
    while len(found) < MOST_DISCS:
        gain = cv2.filter2D(left.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
        score = np.where(inside >= INSIDE, gain + OUTSIDE_COST * (inside - 1), -1.0)
        y, x = (int(v) for v in np.unravel_index(int(score.argmax()), score.shape))
        if gain[y, x] < NEW or score[y, x] < 0:
            break
        # Of all places that are about as good, take the middle.
        near = score > score[y, x] - ABOUT_AS_GOOD
        near[: max(0, y - AROUND_PX)] = near[y + AROUND_PX + 1 :] = False
        near[:, : max(0, x - AROUND_PX)] = near[:, x + AROUND_PX + 1 :] = False
        rows, columns = np.nonzero(near)
        found.append((float(columns.mean()), float(rows.mean())))
        left &= ~_disc_at(own.shape, *found[-1], radius * TAKEN)
    return found


def _disc_at(shape: tuple[int, ...], x: float, y: float, radius: float) -> Mask:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(columns - x, rows - y) <= radius, np.bool_)


def _dot(
    ink: MapInk, blob: _Blob, x: float, y: float, radius: float, doubts: tuple[DotDoubt, ...]
) -> Mark:
    place = ink.place(blob.left + x, blob.top + y)
    return Mark(DotKind.DOT, blob.colour, place, radius / ink.scale, doubts)


# --- crosses ----------------------------------------------------------------------------------


# --- on the map -------------------------------------------------------------------------------


def _placed(blank: BlankCompass, mark: Mark) -> SeenDot:
    """Find the nearest place on both axes, and doubt what lies between two or beyond the ends."""
    map_ = blank.map
    across, down = map_.point
    vertical, horizontal = map_.position_of(mark.place)
    on = (
        _on_axis(map_.compass, vertical, len(map_.compass.vertical_questions), down),
        _on_axis(map_.compass, horizontal, len(map_.compass.horizontal_questions), across),
    )
    off = max(each.off for each in on)
    doubts = list(mark.doubts)
    if any(each.is_outside for each in on):
        doubts.append(DotDoubt.OUTSIDE)
    elif off > SURE:
        doubts.append(DotDoubt.BETWEEN)
    return SeenDot(
        mark.kind,
        mark.colour,
        mark.place,
        2 * mark.radius_mm,
        on[0].value,
        on[1].value,
        off,
        tuple(doubts),
    )


@dataclass(frozen=True, slots=True)
class _OnAxis:
    """Where a mark lies along one axis."""

    value: float
    off: float  # from there, in steps between two places
    is_outside: bool


def _on_axis(compass: Compass, value: float, questions: int, point_mm: float) -> _OnAxis:
    """Take the nearest place; where places lie too closely for a hand, take it as it lies."""
    place = (value - compass.lowest) * questions
    last = compass.span * questions
    is_by_hand = point_mm / questions >= BY_HAND_MM
    leeway = SURE if is_by_hand else SURE * BY_HAND_MM * questions / point_mm
    is_outside = not -leeway <= place <= last + leeway
    inside = min(max(place, 0.0), float(last))
    if not is_by_hand:
        return _OnAxis(round(compass.lowest + inside / questions, 2), 0.0, is_outside)
    nearest = round(inside)
    return _OnAxis(compass.lowest + nearest / questions, abs(place - nearest), is_outside)


TOUCHING = 0.15  # of a quarter step off: a dot that lies over another one may have been put aside


def _aside(dots: Sequence[SeenDot]) -> list[SeenDot]:
    """Doubt dots that lie over another and not on a quarter point: they may belong with it."""
    return [
        replace(dot, doubts=(DotDoubt.OVERLAP, *dot.doubts))
        if dot.off > TOUCHING
        and DotDoubt.OVERLAP not in dot.doubts
        and any(other is not dot and _lie_over(dot, other) for other in dots)
        else dot
        for dot in dots
    ]


OVER_SHARE = 0.47  # of both sizes: dots nearer than this lie over each other


def _lie_over(dot: SeenDot, other: SeenDot) -> bool:
    apart = math.dist(dot.place, other.place)
    return dot.kind is other.kind is DotKind.DOT and apart < OVER_SHARE * (
        dot.size_mm + other.size_mm
    )
