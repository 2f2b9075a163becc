"""Measure the ink in and around each box.

In:  the boxes of a page as `omr.boxes` sampled them, and which of them stand in one row.
Out: (B, F) numbers per box, the same on every page: `FEATURES` names them.

Nothing is decided here. Ink is counted relative to the other boxes of the row, so that a shadow, a
streak across the row, or a grey copy does not look like marks (findings/reading.md 3: 44 wrong
boxes against 9 on a simulated office copier).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from omr.boxes import MARGIN, REACH, SIDE, Patch, Patches, aligned

Features = NDArray[np.float64]

INSET = 3  # samples of the outline and its blur that are left out: 0.6 mm in a box of 5 mm
EDGE = MARGIN - REACH  # samples outside the outline in an aligned patch

FEATURES = (
    "ink",  # share of the inside darker than a fifth of the contrast, above the row's
    "dark",  # mean darkness inside, above the row's
    "solid",  # share of the inside darker than half the contrast
    "emptiest",  # mean darkness of the emptiest of nine cells: 1 where all is black
    "touched",  # share of the nine cells with ink
    "fullest",  # mean darkness of the fullest cell
    "centre",  # mean darkness of the middle
    "peak",  # darkness that 5 % of the inside exceed: how black the pen is
    "ring",  # share of the surroundings with ink, above the row's
    "sides",  # share of the four sides with ink outside the box: 1 for a circle round it
    "ink_raw",  # as "ink", without the row
    "outline",  # share of the outline that was found
    "row_ink",  # ink of the strongest other box in the row
    "row_solid",  # solid of the strongest other box in the row
    "page_ink",  # median ink of the clearly marked boxes of the page: this person's own way
    "page_peak",  # median peak of those
)


def measure(patches: Patches, rows: Sequence[Sequence[int]]) -> Features:
    """Measure all boxes of a page.

    Args:
        patches: the boxes as they were found.
        rows: for each question the indices of its boxes.

    Returns:
        (B, F) numbers in the order of `FEATURES`.
    """
    dark = np.clip(aligned(patches), 0.0, 1.2)
    inside = dark[:, EDGE + INSET : EDGE + SIDE - INSET, EDGE + INSET : EDGE + SIDE - INSET]
    count = len(dark)
    flat = inside.reshape(count, -1)
    ink = (flat > 0.2).mean(axis=1, dtype=np.float64)
    mean = flat.mean(axis=1, dtype=np.float64)
    solid = (flat > 0.5).mean(axis=1, dtype=np.float64)
    cells = _cells(inside)
    twentieth = flat.shape[1] // 20
    peak = np.partition(flat, -twentieth, axis=1)[:, -twentieth]
    sides = _sides(dark)
    ring = sides.mean(axis=1)
    middle = inside[:, 6:-6, 6:-6].mean(axis=(1, 2), dtype=np.float64)
    levels = _row_levels(np.column_stack([ink, mean, ring]), rows)
    marked = (ink - levels[:, 0]) > 0.2
    others = _strongest_other(np.column_stack([ink, solid]), rows)
    return np.column_stack(
        [
            ink - levels[:, 0],
            mean - levels[:, 1],
            solid,
            cells.min(axis=1),
            (cells > 0.12).mean(axis=1),
            cells.max(axis=1),
            middle,
            peak,
            ring - levels[:, 2],
            (sides > 0.04).mean(axis=1),
            ink,
            patches.outline,
            others[:, 0],
            others[:, 1],
            np.full(count, np.median(ink[marked]) if marked.any() else 0.4),
            np.full(count, np.median(peak[marked]) if marked.any() else 0.8),
        ]
    )


def _cells(inside: Patch) -> NDArray[np.float64]:
    """Return the mean darkness of three by three cells: (B, 9)."""
    edges = np.linspace(0, inside.shape[1], 4).round().astype(int)[:-1]
    sums = np.add.reduceat(np.add.reduceat(inside, edges, axis=1), edges, axis=2)
    sizes = np.diff([*edges, inside.shape[1]])
    result: NDArray[np.float64] = (sums / np.outer(sizes, sizes)).reshape(len(inside), 9)
    return result.astype(np.float64)


def _sides(dark: Patch) -> NDArray[np.float64]:
    """Return the share of ink outside each side of the box: (B, 4)."""
    away = EDGE - 2  # two samples next to the outline belong to its blur
    ink = dark > 0.25
    strips = (ink[:, :away, :], ink[:, -away:, :], ink[:, :, :away], ink[:, :, -away:])
    return np.column_stack([strip.mean(axis=(1, 2), dtype=np.float64) for strip in strips])


def _row_levels(values: Features, rows: Sequence[Sequence[int]]) -> Features:
    """Return what an empty box measures here: the row's median, the page's low for short rows."""
    levels = np.empty_like(values)
    levels[:] = np.quantile(values, 0.3, axis=0)
    for row in rows:
        if len(row) >= 4:
            levels[list(row)] = np.median(values[list(row)], axis=0)
    return levels


def _strongest_other(values: Features, rows: Sequence[Sequence[int]]) -> Features:
    """Return per box the highest value among the other boxes of its row; 0 for a lone box."""
    strongest = np.zeros_like(values)
    for row in rows:
        if len(row) < 2:
            continue
        own = values[list(row)]
        order = np.sort(own, axis=0)
        strongest[list(row)] = np.where(own == order[-1], order[-2], order[-1])
    return strongest
