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


def find_crosses(ink: MapInk, dots: Sequence[Mark]) -> tuple[list[Mark], int]:
    """Find pairs of strokes that cross; count the other writing."""
    found: list[Mark] = []
    strokes: list[tuple[Place, float]] = []
    thin = ink.anything & ~_near_dots(ink, dots)
    joined = cv2.morphologyEx(thin.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(_JOIN_MM))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, : cv2.CC_STAT_AREA])
        across = max(wide, high) / ink.scale
        if across < SPECK_MM:
            continue
        window = np.s_[top : top + high, left : left + wide]
        part = labels[window] == number
        cross = crossing(np.pad(part, 1), ink.scale)
        if cross is None or not CROSS_MM[0] <= across <= CROSS_MM[1]:
            strokes.append((ink.place(left + wide / 2, top + high / 2), across))
            continue
        # A thin blue line looks blue in one place and black in another.
        colour = max(ink.masks, key=lambda name: np.count_nonzero(ink.masks[name][window] & part))
        place = ink.place(left + cross[0], top + cross[1])
        found.append(Mark(DotKind.CROSS, colour, place, across / 2))
    return [_beside_writing(mark, strokes) for mark in found], len(strokes)


def _near_dots(ink: MapInk, dots: Sequence[Mark]) -> Mask:
    mask = np.zeros(ink.paint.shape[:2], np.uint8)
    for dot in dots:
        x = (dot.place.x_mm - ink.origin.x_mm) * ink.scale
        y = (dot.place.y_mm - ink.origin.y_mm) * ink.scale
        reach = round((dot.radius_mm + _DOT_RIM_MM) * ink.scale)
        cv2.circle(mask, (round(x), round(y)), reach, (1,), cv2.FILLED)
    return mask.astype(bool)


def _beside_writing(mark: Mark, strokes: Sequence[tuple[Place, float]]) -> Mark:
    """Doubt a cross that may be a letter of something written."""
    for place, across in strokes:
        apart = math.hypot(place.x_mm - mark.place.x_mm, place.y_mm - mark.place.y_mm)
        if apart < mark.radius_mm + across / 2 + _NEAR_WRITING_MM:
            return replace(mark, doubts=(DotDoubt.UNCLEAR,))
    return mark


def crossing(part: Mask, scale: float) -> tuple[float, float] | None:
    """Find where two straight strokes cross, near the middle of both; None for any other shape.

    The part has a rim of one empty pixel.
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
    lengths = []
    for line, on in ((first, on_one), (second, on_other)):
        along = (points[on] - crossing) @ np.array([-line.normal[1], line.normal[0]])
        low, high = -along.min(), along.max()
        if min(low, high) < _SHORT_SIDE * (low + high):
            return None
        lengths.append(low + high)
    if min(lengths) < _SHORT_LINE * max(lengths):
        return None
    return float(crossing[0]) - 1, float(crossing[1]) - 1  # the rim of one pixel


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
