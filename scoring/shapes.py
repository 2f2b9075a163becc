"""Measure boxes, lines and dots against each other, many at a time.

In:  arrays with a row per box (left, top, right, bottom), line (x1, y1, x2, y2) or dot (x, y,
     radius), in mm; a line of NaN is no line.
Out: a table: a row for each of the first, a column for each of the second.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]


class Bounds(NamedTuple):
    """An upright rectangle."""

    left: float
    top: float
    right: float
    bottom: float


class Segment(NamedTuple):
    """A straight line."""

    x1: float
    y1: float
    x2: float
    y2: float


def overlap(one: Numbers, other: Numbers) -> Flags:
    """Say which of `one` boxes overlap which of the `other`."""
    flags: Flags = (
        (one[:, None, 0] < other[:, 2])
        & (other[:, 0] < one[:, None, 2])
        & (one[:, None, 1] < other[:, 3])
        & (other[:, 1] < one[:, None, 3])
    )
    return flags


def box_distances(box: Numbers, rounds: Numbers) -> Numbers:
    """Measure from every box to the edge of every dot."""
    x, y, radius = rounds.T
    dx = np.maximum(np.maximum(box[:, None, 0] - x, x - box[:, None, 2]), 0)
    dy = np.maximum(np.maximum(box[:, None, 1] - y, y - box[:, None, 3]), 0)
    return np.asarray(np.hypot(dx, dy) - radius)


def line_distances(line: Numbers, rounds: Numbers) -> Numbers:
    """Measure from every line to the edge of every dot."""
    x, y, radius = rounds.T
    return np.asarray(_to_line(line[:, None, :], x, y) - radius)


def _to_line(line: Numbers, x: Numbers, y: Numbers) -> Numbers:
    """Measure from a line to a point."""
    x1, y1 = line[..., 0], line[..., 1]
    dx, dy = line[..., 2] - x1, line[..., 3] - y1
    part = ((x - x1) * dx + (y - y1) * dy) / np.maximum(dx * dx + dy * dy, 1e-12)
    part = np.clip(part, 0, 1)
    return np.asarray(np.hypot(x - x1 - part * dx, y - y1 - part * dy))


def hits(line: Numbers, box: Numbers, gap: float) -> Flags:
    """Say which lines come within `gap` of which boxes; a NaN line hits nothing."""
    grown = box + np.array([-gap, -gap, gap, gap])
    flags = overlap(bounds(line), grown)
    which, what = np.nonzero(flags)
    flags[which, what] = crosses_box(line[which], grown[what])
    return flags


def near(one: Numbers, other: Numbers, gap: float) -> Flags:
    """Say which lines come within `gap` of which `other` lines."""
    flags = overlap(bounds(one) + np.array([-gap, -gap, gap, gap]), bounds(other))
    which, what = np.nonzero(flags)
    flags[which, what] = apart(one[which], other[what]) < gap
    return flags


def meets(one: Numbers, other: Numbers) -> Flags:
    """Say, row by row, whether two boxes overlap."""
    return np.asarray(
        (one[:, 0] < other[:, 2])
        & (other[:, 0] < one[:, 2])
        & (one[:, 1] < other[:, 3])
        & (other[:, 1] < one[:, 3])
    )


def crosses_box(line: Numbers, box: Numbers) -> Flags:
    """Say, row by row, whether a line crosses a box (clipping, by Liang and Barsky)."""
    enter, leave = np.zeros(len(line)), np.ones(len(line))
    for axis in (0, 1):
        step = line[:, axis + 2] - line[:, axis]
        step = np.where(np.abs(step) < 1e-9, 1e-9, step)
        one = (box[:, axis] - line[:, axis]) / step
        two = (box[:, axis + 2] - line[:, axis]) / step
        enter = np.maximum(enter, np.minimum(one, two))
        leave = np.minimum(leave, np.maximum(one, two))
    return np.asarray(enter < leave)


def apart(a: Numbers, b: Numbers) -> Numbers:
    """Measure, row by row, how far two lines are apart; 0 where they cross."""
    if not len(a):
        return np.zeros(0)
    lines, points = np.concatenate([a, a, b, b]), np.concatenate([b, b, a, a])
    is_end = np.repeat([False, True, False, True], len(a))
    x, y = (np.where(is_end, points[:, n + 2], points[:, n]) for n in (0, 1))
    ends = _to_line(lines, x, y).reshape(4, -1).min(axis=0)
    return np.where(_cross(a, b), 0.0, ends)


def _cross(a: Numbers, b: Numbers) -> Flags:
    """Say, row by row, whether two lines cross."""

    def side(line: Numbers, x: Numbers, y: Numbers) -> Numbers:
        return np.asarray(
            (line[:, 2] - line[:, 0]) * (y - line[:, 1])
            - (line[:, 3] - line[:, 1]) * (x - line[:, 0])
        )

    apart_b = side(a, b[:, 0], b[:, 1]) * side(a, b[:, 2], b[:, 3])
    apart_a = side(b, a[:, 0], a[:, 1]) * side(b, a[:, 2], a[:, 3])
    return np.asarray((apart_a < 0) & (apart_b < 0))


def bounds(line: Numbers) -> Numbers:
    """Draw a box round every line."""
    start, end = line[:, :2], line[:, 2:]
    thin = 1e-6  # a level line has a height, too
    return np.hstack([np.minimum(start, end) - thin, np.maximum(start, end) + thin])
