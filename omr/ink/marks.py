"""Measure the ink in and around each box.

In:  the boxes of a page as `omr.place.boxes` sampled them, and which of them stand in one row.
Out: (B, F) numbers per box, the same on every page: `FEATURES` names them.

Nothing is decided here. What is measured inside a box stands beside what the empty boxes of the
same row and page measure, so that a shadow, a streak or a thick outline does not look like a mark
(44 wrong boxes against 9 on a simulated office copier, docs/findings/reading.md 4); and beside what
the clear marks of the same person look like.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from omr.place.boxes import MARGIN, SIDE, SIZE, Patch, Patches, aligned

Features = NDArray[np.float64]

LEAST_INSET, MOST_INSET = 2, 6  # samples inside the outer edge of a box that its outline may take
OUTLINE_ENDS = 0.12  # darkness below which the outline of an empty box has ended
CELLS = 5  # cells across the inside of a box
LEVEL_FROM = 4  # boxes that tell together what one without a mark measures
BARE = 0.3  # share of boxes that surely have no mark, where questions have as few as two boxes
SOME_INK, FULL_INK = 0.02, 0.5  # more than its row: something; as much as matters
CLEAR_INK = 0.12  # more than its row: a clear mark, from which a person's way can be learned
MOST_DARK = 1.2  # of print; what is darker says nothing more
IS_INK = 0.25  # darker than this, a sample has ink
IS_BLACK = 0.5  # of the darkness of print: no highlighter is so dark
DARK_LEVELS = (0.15, 0.3, 0.5, 0.75)  # of `ink15` to `ink75`
ALMOST_ALL = (24, 25)  # so many in so many samples are not as dark as the peak
CELL_RANKS = (0, 2, 5, 9, 12, 15, 19, 22, 24)  # of `cell0` to `cell24`
NEAR_RANKS = (0, 3, 6, 9, 11)  # of `near0` to `near11`
LOOK_INSET = 8  # samples inside a box in which no outline lies
EMPTIEST = 3  # one box in so many is empty on any page
NEXT_BLUR = 2.0  # samples before the next box that its blur reaches
GAP_PARTS = (2, 3)  # down and across, in which the paper between two boxes is looked at
BOXES_PRINT, ROWS_PRINT = (3, 3), (4, 6)  # from so many on, what one in so many lacks is no print
LONE_PRINT, LONE_INK = 0.5, 0.05  # of the lone boxes have so much ink on one side: its text
BAND, BAND_OFF, BAND_ROWS = 0.08, 0.08, 0.3  # least darkness; how even; share of the box
BAND_INSET, BESIDE = 3, slice(4, 10)  # samples: inside the outline; outside it, beside the box
BARE_INK = 0.01  # of a box, or of a side round it; with less there is no ink at all
LEAST_INK = 1e-3  # not to divide by nothing
QUARTER = 4  # `own_quarter`: the rows with some ink of which one in four has less
MOST_ROWS = 1.5  # clear marks per row that say more
MID_GREY, MOST_CONTRAST = 128, 2.0
GREY_EDGE = (0.15, 0.6)  # neither paper nor print: how unsharp an outline is
USUAL_MM, LEAST_STEP_PX = 5, 0.1
OUTLINE_SAMPLES, CORNER_SAMPLES = 4, 3  # how thick a line is looked at, and how far from corners
RINGS = ((2, 6), (6, MARGIN + 1))  # samples beyond the outline: near and far
SECTORS = 12

FEATURES = (
    # The inside: shares of it darker than a part of the contrast, and how dark.
    *("ink15", "ink30", "ink50", "ink75", "dark", "half", "peak"),
    # Mean darkness of five by five cells, from the emptiest to the fullest.
    *("cell0", "cell2", "cell5", "cell9", "cell12", "cell15", "cell19", "cell22", "cell24"),
    # Where it lies: corners, middles of the sides, centre; how much of width and height it spans.
    *("corners", "sides", "centre", "frame", "span_x", "span_y"),
    # Outside the box: ink in twelve directions above what row and column show there, sorted.
    *("near0", "near3", "near6", "near9", "near11", "far_left", "far_right", "far_up", "far_down"),
    "ring",
    # Between this box and the next on the left and on the right, above what row and column show.
    *("gap_left", "gap_right", "gap_most"),
    # The row: what an empty box measures here, whether all boxes have ink, and the neighbours'.
    # A row of one to three boxes borrows the first four from the line of boxes that it stands in.
    *("row_ink15", "row_ink30", "row_low", "row_span", "neighbour", "is_lone"),
    # The person: what the clear marks in the other rows look like, in how many rows they are, and
    # how much ink there is in the rows without one: a pencil that the copier hardly sees; how solid
    # strokes are. How faint the faintest mark is, and one in four; how many rows are faint or bare.
    *("own_ink", "own_peak", "own_cell5", "own_ring", "own_solid", "own_share", "own_faint"),
    *("own_faintest", "own_quarter", "own_some", "own_none"),
    # The page: paper, print, noise, sharpness.
    *("noise", "contrast", "grey", "even", "line", "outline", "size", "step"),
)


def measure(patches: Patches, rows: Sequence[Sequence[int]]) -> Features:
    """Measure all boxes of a page.

    Args:
        patches: the boxes as they were found.
        rows: for each question the indices of its boxes.

    Returns:
        (B, F) numbers in the order of `FEATURES`.
    """
    dark = np.clip(aligned(patches), 0.0, MOST_DARK)
    inset = _inset(dark)
    inside = np.ascontiguousarray(_cut(dark, inset))
    groups = _groups(rows)
    own = _inside(inside)
    ring = _ring(dark, patches.room, groups)
    row = _row(own, groups, _lines(patches.next.tobytes()))
    page = _page(patches, dark, own)
    person = _person(own, ring, row, len(rows), groups)
    gap = _gap(patches, groups)
    return np.column_stack([own.numbers, ring, gap, row, person, page])


def above_row(features: Features) -> Features:
    """Return which share of each box is inked, above what the boxes of its row show: (B,)."""
    result: Features = features[:, _AT["ink15"]] - features[:, _AT["row_ink15"]]
    return result


def is_bare(features: Features) -> NDArray[np.bool_]:
    """Say which boxes show no ink at all, nor close round them: (B,)."""
    result: NDArray[np.bool_] = features[:, _BARE].max(axis=1) <= BARE_INK
    return result


def in_band(dark: Patch) -> NDArray[np.bool_]:
    """Say through which boxes an even band runs, as a highlighter leaves it: (B,).

    On its way it is as grey on both sides of the box as inside. Where a row has several boxes, they
    all show it; a lone box looks filled in.

    Args:
        dark: (B, SIZE, SIZE), see `Patches`.
    """
    result = np.zeros(len(dark), np.bool_)
    along = slice(MARGIN + BAND_INSET, MARGIN + SIDE - BAND_INSET)
    for way in (dark, dark.transpose(0, 2, 1)):
        within = np.median(_cut(way, BAND_INSET), axis=2)
        is_band = within > BAND
        for beside in (BESIDE, slice(SIZE - BESIDE.stop, SIZE - BESIDE.start)):
            outside = np.median(way[:, along, beside], axis=2)
            is_band &= np.abs(outside - within) < BAND_OFF
        result |= is_band.mean(axis=1) >= BAND_ROWS
    return result


# The inside ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Inside:
    """What lies in the boxes; `numbers` are features, in their order."""

    numbers: Features

    @property
    def ink15(self) -> Features:
        return self.numbers[:, 0]

    @property
    def ink30(self) -> Features:
        return self.numbers[:, 1]


def _inset(dark: Patch) -> int:
    """Say how far the outlines of this page reach into their boxes, from its emptiest boxes."""
    fullness = _cut(dark, LOOK_INSET).mean(axis=(1, 2))
    emptiest = np.argsort(fullness)[: max(1, len(dark) // EMPTIEST)]
    usual = dark[emptiest].mean(axis=0)
    low, high = MARGIN, MARGIN + SIDE - 1
    along = slice(MARGIN + LOOK_INSET, MARGIN + SIDE - LOOK_INSET)
    for depth in range(LEAST_INSET, MOST_INSET):
        sides = (usual[low + depth, along], usual[high - depth, along],
                 usual[along, low + depth], usual[along, high - depth])  # fmt: skip
        if np.mean(sides) < OUTLINE_ENDS:
            return depth
    return MOST_INSET


def _cut(dark: Patch, inset: int) -> Patch:
    keep = slice(MARGIN + inset, MARGIN + SIDE - inset)
    return dark[:, keep, keep]


def _inside(inside: Patch) -> _Inside:
    count = len(inside)
    flat = inside.reshape(count, -1)
    shares = [(flat > level).mean(axis=1) for level in DARK_LEVELS]
    part, of = ALMOST_ALL
    ranks = (flat.shape[1] // 2, flat.shape[1] * part // of)
    ordered = np.sort(flat, axis=1)  # faster than a partition, for once
    cells = _cells(inside)
    square = cells.reshape(count, CELLS, CELLS)
    seen = inside > IS_INK
    spans = [
        np.logical_or.reduce(part, axis=1).mean(axis=1)
        for part in (np.ascontiguousarray(seen.transpose(0, 2, 1)), seen)
    ]
    steps = np.sort(cells, axis=1)[:, CELL_RANKS]
    whole, middle = cells.mean(axis=1), CELLS // 2
    core = square[:, 1:-1, 1:-1].mean(axis=(1, 2))
    return _Inside(
        np.column_stack(
            [
                *shares,
                whole,
                *(ordered[:, rank] for rank in ranks),
                steps,
                square[:, [0, 0, -1, -1], [0, -1, 0, -1]].mean(axis=1),
                square[:, [0, middle, middle, -1], [middle, 0, -1, middle]].mean(axis=1),
                square[:, middle, middle],
                (whole * CELLS**2 - core * (CELLS - 2) ** 2) / (CELLS**2 - (CELLS - 2) ** 2),
                *spans,
            ]
        ).astype(np.float64)
    )


def _cells(inside: Patch) -> Features:
    """Return the mean darkness of five by five cells: (B, 25)."""
    count, side, _ = inside.shape
    share = _sharing(side)
    return (share.T @ inside @ share).reshape(count, CELLS**2)


def _sharing(side: int) -> Patch:
    """Return (side, CELLS): how much each sample adds to each cell; borders are shared out."""
    edges = np.linspace(0, side, CELLS + 1)
    at = np.arange(side)[:, None]
    part = np.minimum(at + 1, edges[None, 1:]) - np.maximum(at, edges[None, :-1])
    share: Patch = (np.clip(part, 0, 1) * CELLS / side).astype(np.float32)
    return share


# Outside ------------------------------------------------------------------------------------


def _ring(dark: Patch, room: Features, groups: Sequence[NDArray[np.int64]]) -> Features:
    """Measure ink round the boxes in twelve directions, near and far, where paper should be."""
    round_it = dark.reshape(len(dark), -1)[:, _RING_INDEX]
    is_free = _is_free(room)
    sectors = _sectors((round_it > IS_INK) & is_free)
    printed = _print_level(sectors, groups)
    for group in groups:
        rows, boxes = group.shape
        if boxes == 1 and rows >= ROWS_PRINT[0]:
            lone = group[:, 0]
            black = _sectors((round_it[lone] > IS_BLACK) & is_free[lone])
            printed[lone] = np.maximum(printed[lone], _print_beside(sectors[lone], black))
    above = np.clip(sectors - printed, 0, 1)
    near, far = above[:, :SECTORS], above[:, SECTORS:]
    directions = [far[:, which].max(axis=1) for which in _DIRECTIONS]
    return np.column_stack([np.sort(near, axis=1)[:, NEAR_RANKS], *directions, above.mean(axis=1)])


def _sectors(ink: NDArray[np.bool_]) -> Features:
    """Return the share of each sector round a box that is inked: (B, 2 SECTORS)."""
    shares = np.add.reduceat(ink, _SECTOR_STARTS, axis=1, dtype=np.float32) / _SECTOR_SIZES
    result: Features = shares.astype(np.float64)
    return result


def _gap(patches: Patches, groups: Sequence[NDArray[np.int64]]) -> Features:
    """Measure ink between a box and its neighbours on both sides."""
    count = len(patches.dark)
    ink = (patches.gap > IS_INK).astype(np.float64)
    down, across = GAP_PARTS
    high, wide = ink.shape[1] // down, ink.shape[2] // across
    parts = ink.reshape(count, down, high, across, wide).mean(axis=(2, -1)).reshape(count, -1)
    above = np.clip(parts - _print_level(parts, groups), 0, 1)
    mean, most = above.mean(axis=1), above.max(axis=1)
    left = np.zeros((count, 2))
    for group in groups:
        if group.shape[1] == 1:  # what stands between lone boxes is the text of one of them
            mean[group], most[group] = 0.0, 0.0
    has_next = patches.next >= 0
    left[patches.next[has_next]] = np.column_stack([mean, most])[has_next]
    return np.column_stack([left[:, 0], mean, np.maximum(left[:, 1], most)])


def _is_free(room: Features) -> NDArray[np.bool_]:
    """Say which ring samples lie clear of the next box and its blur."""
    left, right, up, down = (
        np.maximum(room[:, side, None] - NEXT_BLUR, 0.0) for side in range(room.shape[1])
    )
    x, y = _RING_AT[None, :, 0], _RING_AT[None, :, 1]
    half = SIDE / 2
    free: NDArray[np.bool_] = (
        (x > -half - left) & (x < half + right) & (y > -half - up) & (y < half + down)
    )
    return free


def _print_level(values: Features, groups: Sequence[NDArray[np.int64]]) -> Features:
    """Return what is printed round a box: what nearly all of its row, or its column, show."""
    level = np.zeros_like(values)
    for group in groups:
        own = values[group]
        rows, boxes, _ = own.shape
        printed = np.zeros_like(own)
        for axis, count, (least, lacking) in ((1, boxes, BOXES_PRINT), (0, rows, ROWS_PRINT)):
            if count >= least:
                shown = np.take(np.sort(own, axis=axis), [count // lacking], axis=axis)
                printed = np.maximum(printed, shown)
        level[group] = printed
    return level


def _print_beside(sectors: Features, black: Features) -> Features:
    """Return on which sides of lone boxes text is printed: 1 there, 0 elsewhere.

    It says something else beside every box, so that no amount of ink is the same for all; but half
    of the boxes or more have some of it on that side. A letter wider than others reaches one
    direction further. Where such a side holds no black at all, a highlighter went over it, not
    text.

    Args:
        sectors: (N, 2 SECTORS) share of each sector round the lone boxes that is inked.
        black: the same of what is as dark as print.
    """
    is_inked = sectors > LONE_INK
    is_text = is_inked.reshape(len(sectors), -1, SECTORS).any(axis=1).mean(axis=0) >= LONE_PRINT
    is_text |= np.roll(is_text, 1) | np.roll(is_text, -1)
    if is_text.all():
        return np.zeros_like(sectors)
    level: Features = np.tile(is_text, sectors.shape[1] // SECTORS) * ((black > 0) | ~is_inked)
    return level


# The row, the person, the page --------------------------------------------------------------


def _groups(rows: Sequence[Sequence[int]]) -> list[NDArray[np.int64]]:
    """Put rows of the same length together: (R, n) indices each."""
    by_length: dict[int, list[Sequence[int]]] = {}
    for row in rows:
        by_length.setdefault(len(row), []).append(row)
    return [np.array(group, dtype=np.int64) for group in by_length.values()]


@lru_cache(maxsize=64)
def _lines(following: bytes) -> list[NDArray[np.int64]]:
    """Follow boxes from each to the next: (L, n) indices of the lines of each length."""
    after = np.frombuffer(following, np.int64).tolist()
    lines = [[first] for first in sorted(set(range(len(after))) - set(after))]
    for line in lines:
        while after[line[-1]] >= 0:
            line.append(after[line[-1]])
    return _groups(lines)


def _row(
    own: _Inside, groups: Sequence[NDArray[np.int64]], lines: Sequence[NDArray[np.int64]]
) -> Features:
    wanted = np.column_stack([own.ink15, own.ink30, own.numbers[:, _SPAN_X]])
    low = np.quantile(wanted[:, :2], BARE, axis=0)  # where too few boxes stand together
    result = np.zeros((len(wanted), len(_ROW)))
    lone, beside_at, level_at = _ROW["is_lone"], _ROW["neighbour"], slice(_ROW["neighbour"])
    is_short = np.zeros(len(wanted), bool)
    for group in groups:
        values = wanted[group]
        boxes = group.shape[1]
        is_short[group] = boxes < LEVEL_FROM
        level = _level(values)
        if boxes < LEVEL_FROM:
            level[:, :2] = low
        beside = np.zeros(group.shape)
        if boxes > 1:
            beside[:, :-1] = values[:, 1:, 1]
            beside[:, 1:] = np.maximum(beside[:, 1:], values[:, :-1, 1])
        result[group, level_at] = level[:, None, :]
        result[group, beside_at] = beside
        result[group, lone] = boxes == 1
    for line in lines:
        if line.shape[1] >= LEVEL_FROM:
            level = np.repeat(_level(wanted[line], BARE), line.shape[1], axis=0)
            flat = line.ravel()
            result[flat[is_short[flat]], level_at] = level[is_short[flat]]
    return result


def _level(values: Features, share: float = 1 / 2) -> Features:
    """Say what a box without a mark measures in rows (R, n, 3), and how far all have ink."""
    ordered = np.sort(values, axis=1)
    last = values.shape[1] - 1
    return np.column_stack([ordered[:, int(share * last), :2], ordered[:, min(1, last), 1:]])


def _person(
    own: _Inside, ring: Features, row: Features, rows: int, groups: Sequence[NDArray[np.int64]]
) -> Features:
    """Measure the marks of the other rows: how this person marks, and what came out of it."""
    wanted = np.column_stack(
        [
            own.ink30,
            own.numbers[:, _PEAK],
            own.numbers[:, _CELL5],
            ring[:, _RING_ALL],
            own.numbers[:, _INK75] / np.maximum(own.ink15, LEAST_INK),
            np.ones(len(ring)),
        ]
    )
    which_row = np.zeros(len(wanted), dtype=np.int64)
    lengths = np.ones(max(rows, 1), dtype=np.int64)
    first = 0
    for group in groups:
        count, boxes = group.shape
        which_row[group] = np.arange(first, first + count)[:, None]
        lengths[first : first + count] = boxes
        first += count
    clear = own.ink30 - row[:, 1] > CLEAR_INK
    sums = np.zeros((len(lengths), wanted.shape[1]))
    np.add.at(sums, which_row[clear], wanted[clear])
    others = sums.sum(axis=0) - sums
    many = others[:, -1:]
    most = np.zeros(len(lengths))
    np.maximum.at(most, which_row, own.ink15 - row[:, 0])
    table: Features = np.column_stack(
        [
            (others[:, :-1] + _USUAL_MARK) / (many + 1),
            np.minimum(many / len(lengths), MOST_ROWS),
            _faint(most, sums[:, -1] > 0),
            _spread(most, lengths),
        ]
    )
    return table[which_row]


def _faint(most: Features, is_marked: NDArray[np.bool_]) -> Features:
    """Return the mean of the most ink in each of the other rows that have no clear mark."""
    left = np.where(is_marked, 0, most)
    many = (~is_marked).sum() - ~is_marked
    result: Features = (left.sum() - left) / np.maximum(many, 1)
    return result


def _spread(most: Features, lengths: NDArray[np.int64]) -> Features:
    """Tell of the other rows how faint the faintest mark is, how many are faint, how many bare.

    Where a machine loses marks, some of those that it did not lose are faint.
    """
    rows = len(most)
    has_some = most > SOME_INK
    ink = np.where(has_some, np.minimum(most, FULL_INK), FULL_INK)
    others = np.sort(np.where(np.eye(rows, dtype=bool), FULL_INK, ink), axis=1)
    quarter = min(int(has_some.sum()) // QUARTER, rows - 1)
    questions = lengths > 1  # tick boxes are mostly left empty
    counted = questions if questions.sum() > 2 else np.ones(rows, bool)
    kinds = np.column_stack([has_some & (most <= CLEAR_INK), ~has_some]) & counted[:, None]
    rest = np.maximum(counted.sum() - counted, 1)[:, None]
    return np.column_stack([others[:, 0], others[:, quarter], (kinds.sum(axis=0) - kinds) / rest])


def _page(patches: Patches, dark: Patch, own: _Inside) -> Features:
    count = len(dark)
    empty = own.numbers[:, _DARK] <= np.median(own.numbers[:, _DARK])
    line = slice(_LINE_TOP, _LINE_TOP + OUTLINE_SAMPLES)
    between = slice(MARGIN + CORNER_SAMPLES, MARGIN + SIDE - CORNER_SAMPLES)
    band = dark[:, line, between].mean(axis=1)
    some, (pale, full) = dark[:, line, ::2][:, ::2], GREY_EDGE
    page = (
        float(own.numbers[empty, _DARK].mean()),
        min(patches.contrast / MID_GREY, MOST_CONTRAST),
        float(((some > pale) & (some < full)).mean()),
        patches.even,
        float(np.median(band.mean(axis=1))),
    )
    return np.column_stack(
        [
            np.tile(page, (count, 1)),
            patches.outline,
            np.log(patches.size_mm / USUAL_MM),
            np.log(np.maximum(patches.step_px, LEAST_STEP_PX)),
        ]
    )


# A mark of nobody in particular, for pages with no other: the mean of 10,000 simulated ones.
_USUAL_MARK = np.array([0.35, 0.85, 0.08, 0.01, 0.55])

_AT = {name: place for place, name in enumerate(FEATURES)}
_DARK, _PEAK, _CELL5, _SPAN_X, _INK75 = (
    _AT[name] for name in ("dark", "peak", "cell5", "span_x", "ink75")
)
_BARE = [_AT["ink15"], _AT["near11"]]  # in the box, and on the side round it with the most ink
_ROW = {name: _AT[name] - _AT["row_ink15"] for name in FEATURES[_AT["row_ink15"] : _AT["own_ink"]]}
_RING_ALL = _AT["ring"] - _AT["near0"]
_LINE_TOP = MARGIN - 1


def _ring_samples() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return every other sample round the box, sorted by sector, and where the sectors start."""
    along = np.arange(0, SIZE, 2)
    y, x = (a.ravel() for a in np.meshgrid(along, along, indexing="ij"))
    middle = (SIZE - 1) / 2
    away = np.maximum(np.abs(x - middle), np.abs(y - middle)) - SIDE / 2
    angle = np.arctan2(y - middle, x - middle) / (2 * np.pi) + 1 / (2 * SECTORS)
    sector = np.floor((angle % 1.0) * SECTORS).astype(int)
    band = np.digitize(away, [low for low, _ in RINGS]) - 1
    order = np.lexsort([sector, band])
    order = order[band[order] >= 0]
    starts = np.searchsorted((band * SECTORS + sector)[order], np.arange(2 * SECTORS))
    return (y * SIZE + x)[order], starts


_RING_INDEX, _SECTOR_STARTS = _ring_samples()
_SECTOR_SIZES = np.diff([*_SECTOR_STARTS, len(_RING_INDEX)]).astype(np.float32)
_RING_AT = np.column_stack([_RING_INDEX % SIZE, _RING_INDEX // SIZE]) - (SIZE - 1) / 2
# Sector 0 lies to the right; they go round by way of below, as y does on paper.
_DIRECTIONS = ([5, 6, 7], [11, 0, 1], [8, 9, 10], [2, 3, 4])
