"""Find crosses: two thin strokes that meet, and not the names beside them.

In:  the ink of a photo, and the dots that were found in it.
Out: the crosses, and how many pieces of other writing there were.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from forms.compass import Place
from omr.dots import DotDoubt, DotKind
from omr.geometry import (
    Floats,
)
from omr.stickers.ink import MapInk, Mark, Mask

CROSS_MM = (5.0, 45.0)  # across
SPECK_MM = 2.0  # across: less is dirt or a part of the print
_ANGLES = np.arange(0, 180, 5)
_STRAIGHT = 0.82  # of the ink lies on the two lines
_JOIN_MM, _DOT_RIM_MM = 0.5, 0.8  # gaps in a stroke; round a dot, where its own edge lies
_BAND_MM, _ON_BAND = 0.9, 0.75  # how wide a stroke is at least; of it, what lies on the line
_SECOND, _SHORT_SIDE, _SHORT_LINE = (
    0.15,
    0.2,
    0.45,
)  # least shares: ink, beyond the crossing, length
_NEAR_WRITING_MM = 4
_HALF_TURN = 180
_SQUARE_DEG = 42  # at least, between the lines


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A piece of writing: the box round it, in mm on the paper."""

    place: Place
    wide_mm: float
    high_mm: float


def find_crosses(ink: MapInk, dots: Sequence[Mark]) -> tuple[list[Mark], int]:
    """Find pairs of strokes that cross; count the other writing."""
    found: list[tuple[Mark, _Stroke]] = []
    strokes: list[_Stroke] = []
    thin = ink.anything & ~_near_dots(ink, dots)
    closed = cv2.morphologyEx(thin.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(_JOIN_MM))
    joined = np.asarray(closed, np.uint8).astype(np.bool_)
    spread = cv2.dilate(joined.astype(np.uint8), ink.disc(_UNDER_PRINT_MM))
    under = np.asarray(spread, np.uint8).astype(np.bool_) & ink.printed
    count, labels, stats, _ = cv2.connectedComponentsWithStats((joined | under).astype(np.uint8))
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, : cv2.CC_STAT_AREA])
        if max(wide, high) / ink.scale < SPECK_MM:
            continue
        window = np.s_[top : top + high, left : left + wide]
        part = (labels[window] == number) & joined[window]
        rows, columns = np.nonzero(part)
        if not len(rows):
            continue
        wide_mm, high_mm = (np.ptp(columns) + 1) / ink.scale, (np.ptp(rows) + 1) / ink.scale
        across = max(wide_mm, high_mm)
        if across < SPECK_MM:
            continue
        middle = ink.place(
            left + (columns.min() + columns.max()) / 2, top + (rows.min() + rows.max()) / 2
        )
        box = _Stroke(middle, float(wide_mm), float(high_mm))
        cross = None
        if CROSS_MM[0] <= across <= CROSS_MM[1] and _is_thin(part, across * ink.scale):
            cross = crossing(np.pad(part, 1), ink.scale, np.pad(ink.printed[window], 1))
        if cross is None:
            strokes.append(box)
            continue
        # A thin blue line looks blue in one place and black in another.
        colour = max(ink.masks, key=lambda name: np.count_nonzero(ink.masks[name][window] & part))
        place = ink.place(left + cross[0], top + cross[1])
        found.append((Mark(DotKind.CROSS, colour, place, across / 2), box))
    by_dots = sum(not dot.doubts for dot in dots) >= _MANY_DOTS
    judged = (_beside_writing(mark, box, strokes, by_dots=by_dots) for mark, box in found)
    return [mark for mark in judged if mark is not None], len(strokes)


_MANY_DOTS = 4  # on a map on which people put dots
_UNDER_PRINT_MM = 2.4  # how far a stroke goes on under the print of an axis: it is 3 mm wide
_THINNEST = (
    0.42  # of its length, a stroke at its thickest: where two cross, it is half as much again
)


def _is_thin(part: Mask, across_px: float) -> bool:
    """Say whether this is made of strokes, and not a piece of something wide."""
    padded = np.pad(part, 1).astype(np.uint8)
    deep = cv2.distanceTransform(padded, cv2.DIST_L2, cv2.DIST_MASK_3)
    return bool(2 * deep.max() <= _THINNEST * across_px)


def _near_dots(ink: MapInk, dots: Sequence[Mark]) -> Mask:
    mask = np.zeros(ink.paint.shape[:2], np.uint8)
    for dot in dots:
        x = (dot.place.x_mm - ink.origin.x_mm) * ink.scale
        y = (dot.place.y_mm - ink.origin.y_mm) * ink.scale
        reach = round((dot.radius_mm + _DOT_RIM_MM) * ink.scale)
        cv2.circle(mask, (round(x), round(y)), reach, (1,), cv2.FILLED)
    return mask.astype(bool)


def _beside_writing(
    mark: Mark, box: _Stroke, strokes: Sequence[_Stroke], *, by_dots: bool
) -> Mark | None:
    """Doubt a cross that may be a letter of something written; None: it surely is one.

    Somebody's cross is larger than the letters of the name beside it, or stands apart from them; a
    letter is as high as the others and stands close to them. Where people put dots, a name stands
    beside a dot, and may begin with a letter that looks like a cross.
    """
    near = [stroke for stroke in strokes if _gap(box, stroke) < _NEAR_WRITING_MM]
    if not near:
        return mark
    letters = max(stroke.high_mm for stroke in near)
    apart = min(_gap(box, stroke) for stroke in near)
    if box.high_mm > _LARGER * letters or apart > _APART * box.high_mm:
        return replace(mark, doubts=(DotDoubt.UNCLEAR,)) if by_dots else mark
    if box.high_mm < _SMALLER * letters and box.high_mm < _SMALL_CROSS_MM:
        return None
    return replace(mark, doubts=(DotDoubt.UNCLEAR,))


_LARGER, _APART, _SMALLER, _SMALL_CROSS_MM = 1.25, 0.3, 0.85, 8.0


def _gap(one: _Stroke, other: _Stroke) -> float:
    """Say how far two boxes lie apart."""
    across = abs(one.place.x_mm - other.place.x_mm) - (one.wide_mm + other.wide_mm) / 2
    down = abs(one.place.y_mm - other.place.y_mm) - (one.high_mm + other.high_mm) / 2
    return math.hypot(max(across, 0.0), max(down, 0.0))


def crossing(part: Mask, scale: float, hidden: Mask | None = None) -> tuple[float, float] | None:
    """Find where two straight strokes cross, near the middle of both; None for any other shape.

    The part has a rim of one empty pixel; of what is hidden, nobody knows whether it is ink.
    """
    rows, columns = np.nonzero(part)
    points = np.column_stack([columns, rows]).astype(np.float64)
    thick = 2 * float(
        cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_3).max()
    )
    band = max(thick, _BAND_MM * scale)
    first = _best_line(points, band)
    rest = points[np.abs(first.away(points)) > band / 2]
    if len(rest) < _SECOND * len(points):
        return None
    second = _best_line(rest, band)
    turn = abs(first.angle - second.angle) % _HALF_TURN
    if min(turn, _HALF_TURN - turn) < _SQUARE_DEG:
        return None
    on_one = np.abs(first.away(points)) <= _ON_BAND * band
    on_other = np.abs(second.away(points)) <= _ON_BAND * band
    if np.mean(on_one | on_other) < _STRAIGHT:
        return None
    normals = np.array([first.normal, second.normal])
    crossing = np.linalg.solve(normals, np.array([first.offset, second.offset]))
    lengths, arms = [], []
    for line, on in ((first, on_one), (second, on_other)):
        along = (points[on] - crossing) @ np.array([-line.normal[1], line.normal[0]])
        low, high = -along.min(), along.max()
        if min(low, high) < _SHORT_SIDE * (low + high):
            return None
        lengths.append(low + high)
        arms += [low, high]
    if min(lengths) < _SHORT_LINE * max(lengths):
        return None
    fuller = cv2.dilate(part.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    rings = [_has_four_arms(fuller, hidden, crossing, share * min(arms)) for share in _RINGS]
    if sum(rings) < _MOST_RINGS:
        return None
    return float(crossing[0]) - 1, float(crossing[1]) - 1  # the rim of one pixel


_RINGS = (0.6, 0.75, 0.9)  # of the shortest arm
_MOST_RINGS = 2  # at least so many of them say so
_AROUND = 120  # points on a ring


def _has_four_arms(part: Mask, hidden: Mask | None, middle: Floats, radius: float) -> bool:
    """Say whether a ring round the crossing meets four strokes, and paper between them."""
    turn = np.linspace(0, 2 * math.pi, _AROUND, endpoint=False)
    columns = np.clip(np.rint(middle[0] + radius * np.cos(turn)), 0, part.shape[1] - 1).astype(int)
    rows = np.clip(np.rint(middle[1] + radius * np.sin(turn)), 0, part.shape[0] - 1).astype(int)
    met = part[rows, columns]
    unseen = hidden[rows, columns] & ~met if hidden is not None else np.zeros_like(met)
    seen = met[~unseen]
    arms = int(np.count_nonzero(seen & ~np.roll(seen, 1)))
    missed = int(np.count_nonzero(unseen & ~np.roll(unseen, 1)))
    return arms <= _ARMS <= arms + missed and np.mean(met) < _MOST_INK


_ARMS, _MOST_INK = 4, 0.72


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line through a piece of ink: points p with normal . p = offset."""

    angle: float
    offset: float

    @property
    def normal(self) -> Floats:
        turn = math.radians(self.angle)
        return np.array([math.cos(turn), math.sin(turn)])

    def away(self, points: Floats) -> Floats:
        return np.asarray(points @ self.normal - self.offset, np.float64)


def _best_line(points: Floats, band: float) -> _Line:
    """Find the line that has most ink within a band round it."""
    best, most = _Line(0.0, 0.0), -1
    for angle in _ANGLES:
        turn = math.radians(float(angle))
        across = np.sort(points @ np.array([math.cos(turn), math.sin(turn)]))
        ends = np.searchsorted(across, across + band, side="right")
        counts = ends - np.arange(len(across))
        start = int(counts.argmax())
        if counts[start] > most:
            most = int(counts[start])
            best = _Line(float(angle), float(across[start : ends[start]].mean()))
    return best
