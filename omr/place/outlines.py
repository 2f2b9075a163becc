"""Find the printed boxes again where the corner marks do not say exactly where they are.

In:  a picture, a first homography, the rectangles of the boxes, places that are known for certain.
Out: per box how far it lies from where the homography puts it.

Curled, stretched and crumpled paper shifts boxes by millimetres while all corner marks look right,
and with one corner mark left nothing far away from it is certain. The outlines are found outward
from what is known: each box is looked for where its found neighbours say, never further away than
half the way to the next box, so that a box cannot be taken for its neighbour
(docs/findings/reading.md 5).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.geometry import Floats, Image

PX_PER_MM = 4  # of the flat view in which boxes are looked for
AROUND_MM = 30.0  # round the boxes is shown as well: with one mark left they may be 25 mm off
LEAST_MM = 0.8  # how far away a box is looked for at least
MOST_MM = 3.4  # at most: half of the smallest pitch, 8.5 mm, less what a box may be off its peak
PER_MM = 0.06  # and per mm away from what is known: paper and scanners bend no more
STEP_MM = 13.0  # boxes this near to known ones are looked for together
SEEN = 0.42  # of a perfect outline; letters and rules reach 0.25, empty paper 0.05
NEIGHBOURS_MM = 22.0  # within this a sheet of paper is nearly flat
SLOPE = 0.02  # how much paper typically is sheared or stretched
NOISE_MM = 0.12  # of one found outline
TRIES = 2  # per box: better known neighbours may show it after all
NEAR_SHARE = 1.15  # what is so much further away than the nearest is looked for together with it
REACH_MM = 0.4  # how far away a box beside a known one is looked for
SAME_MM2 = 1e-9  # a point is known when something is known there

# Of an outline: where the paper round it is looked at, how long its sides are, what they may count.
OUTSIDE_MM, SIDE_SHARE, PAPER_SHARE, LEAST_SIDE = 0.9, 1.4, 0.8, -0.5
SIDES, ALL_SIDES = 4, 0.5  # share of the score that all sides have; the middle two have the rest
PER_MM_AWAY = 0.01  # what a centre loses for every mm that it lies from where it should
AGREEING, MOST_APART_MM, ROUNDS = 4, 0.9, 2  # boxes that tell; how far one may be off; times

# Of paper and print: the size that is shrunk to, what counts as paper, the darkest and its least.
COARSE, PAPER_PX, SMOOTH_PX, LEAST_PAPER = 8, 7, 5, 16
PRINT_STEP, PRINT_SHARE, LEAST_PRINT = 3, 0.985, 0.12

Heat = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class View:
    """How much every place of a page looks like the centre of a box: 1 for a perfect outline.

    Attributes:
        heat: (H, W) at `PX_PER_MM`.
        corner_mm: where on the sheet its first pixel lies.
    """

    heat: Heat
    corner_mm: Floats


def view(image: Image, homography: Floats, rects: Floats) -> View:
    """Look at the part of a page with boxes.

    Args:
        image: (H, W) grey.
        homography: 3x3, mm to pixels.
        rects: (B, 4) x, y, width, height in mm.
    """
    centres = rects[:, :2] + rects[:, 2:] / 2
    flat = _flat_view(image, homography, centres)
    return View(_heat(flat, rects[:, 2:].mean(axis=0)), centres.min(axis=0) - AROUND_MM)


def look_like_boxes(seen: View, places_mm: Floats) -> NDArray[np.bool_]:
    """Say which places (N, 2) have an outline near them."""
    score, _ = _peaks(seen.heat, places_mm - seen.corner_mm, np.full(len(places_mm), MOST_MM))
    return score >= SEEN


def find_outlines(seen: View, centres: Floats, known_mm: Floats, known_shift_mm: Floats) -> Floats:
    """Find the boxes outward from what is known.

    Args:
        seen: the view of the page.
        centres: (B, 2) where the boxes are printed, in mm.
        known_mm: (K, 2) places on the sheet, such as the corners of corner marks.
        known_shift_mm: (K, 2) how far those lie from where the homography puts them.

    Returns:
        (B, 2) shifts in mm; NaN where no outline was found.
    """
    shifts = np.full((len(centres), 2), np.nan)
    tries = np.zeros(len(centres), np.int64)
    places, moves = known_mm, known_shift_mm
    while True:
        open_ = np.flatnonzero(np.isnan(shifts[:, 0]) & (tries < TRIES))
        if not len(open_):
            break
        away = _nearest(centres[open_], places)
        near = away <= max(STEP_MM, NEAR_SHARE * float(away.min()))
        open_, away = open_[near], away[near]
        expected = field(places, moves, centres[open_])
        reach = np.clip(REACH_MM + PER_MM * away, LEAST_MM, MOST_MM)
        score, found = _peaks(seen.heat, centres[open_] - seen.corner_mm + expected, reach)
        there = score >= SEEN
        tries[open_[~there]] += 1
        shifts[open_[there]] = (expected + found)[there]
        places = np.concatenate([places, centres[open_[there]]])
        moves = np.concatenate([moves, shifts[open_[there]]])
    return _agreeing(centres, shifts)


def field(places: Floats, moves: Floats, at: Floats, *, but_self: bool = False) -> Floats:
    """Say how far points lie from where they should, going by what was found around them.

    Each point gets its own plane through its neighbours, which is level where they say little.

    Args:
        places: (K, 2) where something is known, in mm.
        moves: (K, 2) what is known there.
        at: (N, 2) where to say it.
        but_self: leave out what is known at the very point.
    """
    apart = places[None] - at[:, None]
    squared = (apart**2).sum(axis=2)
    if but_self:
        squared = np.where(squared < SAME_MM2, np.inf, squared)
    width = np.maximum(NEIGHBOURS_MM, np.sqrt(squared.min(axis=1)))
    weight = np.exp(-squared / (2 * (width / 2)[:, None] ** 2))
    apart = np.where(np.isfinite(squared)[:, :, None], apart, 0.0)
    terms = np.concatenate([np.ones_like(apart[:, :, :1]), apart], axis=2)
    weighted = terms * weight[:, :, None]
    square = weighted.transpose(0, 2, 1) @ terms
    square += np.diag([SAME_MM2, 1, 1]) * (NOISE_MM / SLOPE) ** 2
    solved = np.linalg.solve(square, weighted.transpose(0, 2, 1) @ moves[None])
    result: Floats = solved[:, 0]
    return result


def _flat_view(image: Image, homography: Floats, centres: Floats) -> Image:
    """Show the part of the page with boxes, upright and flat."""
    low = centres.min(axis=0) - AROUND_MM
    high = centres.max(axis=0) + AROUND_MM
    size = np.ceil((high - low) * PX_PER_MM).astype(int) + 1
    to_mm = np.array([[1 / PX_PER_MM, 0, low[0]], [0, 1 / PX_PER_MM, low[1]], [0, 0, 1]])
    view = cv2.warpPerspective(
        image,
        homography @ to_mm,
        (int(size[0]), int(size[1])),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return np.asarray(view, np.uint8)


def _heat(view: Image, size_mm: Floats) -> Heat:
    """Score every place of the view as the centre of a box: 1 for a perfect outline."""
    dark = _darkness(view)
    half = np.rint(size_mm / 2 * PX_PER_MM).astype(int)
    outer = round(OUTSIDE_MM * PX_PER_MM)
    length = (int(half[0] * SIDE_SHARE) | 1, int(half[1] * SIDE_SHARE) | 1)
    level = np.asarray(cv2.boxFilter(dark, -1, (length[0], 1)), np.float32)
    upright = np.asarray(cv2.boxFilter(dark, -1, (1, length[1])), np.float32)
    # A line that is one sample off still counts: local scale differs by a few per cent.
    level_line = np.asarray(cv2.dilate(level, np.ones((3, 1), np.uint8)), np.float32)
    upright_line = np.asarray(cv2.dilate(upright, np.ones((1, 3), np.uint8)), np.float32)
    sides = np.stack(
        [
            _moved(level_line, 0, -half[1]) - PAPER_SHARE * _moved(level, 0, -half[1] - outer),
            _moved(level_line, 0, half[1]) - PAPER_SHARE * _moved(level, 0, half[1] + outer),
            _moved(upright_line, -half[0], 0) - PAPER_SHARE * _moved(upright, -half[0] - outer, 0),
            _moved(upright_line, half[0], 0) - PAPER_SHARE * _moved(upright, half[0] + outer, 0),
        ]
    )
    np.clip(sides, LEAST_SIDE, 1.0, out=sides)
    total = sides.sum(axis=0)
    # One side may be hidden by a stroke or a streak; the other three have to be there.
    middle = (total - sides.max(axis=0) - sides.min(axis=0)) / (SIDES - 2)
    score = ALL_SIDES * total / SIDES + (1 - ALL_SIDES) * middle
    # The peak is as wide as the tolerance above; its middle is the place.
    return np.asarray(cv2.blur(score, (3, 3)), np.float32)


def _darkness(view: Image) -> Heat:
    """Turn grey into 0 for the paper hereabouts and 1 for print."""
    coarse = cv2.resize(view, None, fx=1 / COARSE, fy=1 / COARSE, interpolation=cv2.INTER_AREA)
    paper = cv2.dilate(coarse, np.ones((PAPER_PX, PAPER_PX), np.uint8))
    paper = cv2.blur(paper, (SMOOTH_PX, SMOOTH_PX))
    paper = cv2.resize(paper, (view.shape[1], view.shape[0]), interpolation=cv2.INTER_LINEAR)
    dark = 1 - view.astype(np.float32) / np.maximum(paper, LEAST_PAPER).astype(np.float32)
    print_ = float(np.quantile(dark[::PRINT_STEP, ::PRINT_STEP], PRINT_SHARE))
    result: Heat = np.clip(dark / max(print_, LEAST_PRINT), 0, 1).astype(np.float32)
    return result


def _moved(values: Heat, dx: int, dy: int) -> Heat:
    """Return what lies (dx, dy) away from every place; nothing beyond the edge."""
    result = np.zeros_like(values)
    rows, columns = values.shape
    result[max(0, -dy) : rows - max(0, dy), max(0, -dx) : columns - max(0, dx)] = values[
        max(0, dy) : rows - max(0, -dy), max(0, dx) : columns - max(0, -dx)
    ]
    return result


def _nearest(points: Floats, others: Floats) -> Floats:
    apart: Floats = np.sqrt(((points[:, None] - others[None]) ** 2).sum(axis=2).min(axis=1))
    return apart


def _peaks(heat: Heat, places_mm: Floats, reach_mm: Floats) -> tuple[Floats, Floats]:
    """Find the best centre within reach of each place: its score, and how far away it lies."""
    steps = np.arange(-round(MOST_MM * PX_PER_MM), round(MOST_MM * PX_PER_MM) + 1)
    away = np.hypot(steps[None, :], steps[:, None]) / PX_PER_MM
    at = np.rint(places_mm * PX_PER_MM).astype(np.int64)
    rows = at[:, 1, None] + steps
    columns = at[:, 0, None] + steps
    inside = ((rows >= 0) & (rows < heat.shape[0]))[:, :, None] & (
        (columns >= 0) & (columns < heat.shape[1])
    )[:, None, :]
    rows = np.clip(rows, 0, heat.shape[0] - 1)
    columns = np.clip(columns, 0, heat.shape[1] - 1)
    scores = heat[rows[:, :, None], columns[:, None, :]] - PER_MM_AWAY * away.astype(np.float32)
    allowed = inside & (away[None] <= reach_mm[:, None, None])
    scores = np.where(allowed, scores, np.float32(-1))
    best = scores.reshape(len(at), -1).argmax(axis=1)
    y, x = np.divmod(best, len(steps))
    found = (at + np.column_stack([steps[x], steps[y]])) / PX_PER_MM - places_mm
    return scores.reshape(len(at), -1).max(axis=1).astype(np.float64), found


def _agreeing(centres: Floats, shifts: Floats) -> Floats:
    """Forget what disagrees with its neighbours by more than paper can."""
    result = shifts.copy()
    for _ in range(ROUNDS):
        found = ~np.isnan(result[:, 0])
        if found.sum() < AGREEING:
            break
        expected = field(centres[found], result[found], centres[found], but_self=True)
        wrong = np.linalg.norm(expected - result[found], axis=1) > MOST_APART_MM
        result[np.flatnonzero(found)[wrong]] = np.nan
    return result
