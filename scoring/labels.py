"""Give every name a place beside its dot, so that nothing lies on anything.

In:  dots with the widths of their names, and what has to stay free, in mm.
Out: a `Labelling`: per dot a block of names and, where it stands apart, a leader line.

Finding places is a puzzle with some hundred candidates per block. It is solved by
min-conflicts search: start greedily, then move one block that is in the way to its cheapest
place, again and again (docs/findings/printing.md 4, where five other methods did worse).
Everything is fixed, so the same team gives the same poster.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import numpy as np

from scoring.shapes import (
    Bounds,
    Flags,
    Indices,
    Numbers,
    Segment,
    apart,
    bounds,
    box_distances,
    crosses_box,
    hits,
    line_distances,
    meets,
    near,
    overlap,
)

PT_TO_MM = 25.4 / 72

# The shape of a block, in em. Measured on Noto Sans Bold: capitals reach 0.71 above the
# baseline, ascenders 0.77, accents on capitals 1.03; descenders 0.24 below it.
ABOVE, ABOVE_TALL = 0.80, 1.06
BELOW = 0.25
CAPITAL = 0.72
PITCH, PITCH_TALL = 1.16, 1.32
COLUMN_GAP = 0.9
PILE = 4  # so many names on one place, and none of them crosses an axis
LEAST_ROWS = 3  # lower columns fall apart into names without a dot
PAD_X, PAD_Y = 0.25, 0.15  # half the least distance between blocks: closer, two read as one

# Lengths in mm on A1; they grow and shrink with the paper.
DISTANCES = (1.5, 3.5, 6.0, 10.0, 15.0, 21.0, 29.0, 39.0, 52.0, 70.0, 95.0)  # from the dot
DIRECTIONS = 32  # with 16, teams of 60 got type 4 points smaller
DOT_GAP = 0.6  # between a name and any dot
LEADER_FROM = 2.5  # a nearer block needs no leader line
LEADER_WIDTH = 0.7
CLEAR = 0.5  # between a leader line and anything; 1-6 pixels grazed without it
NEAR = 1.5  # another dot that is so little farther away makes a block ambiguous

# What a place costs. A millimetre of leader line is 1. Most are of docs/findings/printing.md 4; the
# axes cost more here, because a name across an axis looked struck through.
COST_SIDE, COST_OTHER_SIDE = 0.8, 1.4  # to the right is free; above or below; elsewhere
COST_ASKEW = 1.0  # not straight beside, above or below the dot
COST_COLUMN = 3.0  # for each column more or less than fits the number of names
COST_DOT_CROSSED = 70.0
COST_AMBIGUOUS = 13.0
COST_OTHER_QUADRANT = 16.0
COST_LEADER_ON_AXIS = 40.0
COST_ACROSS_AXIS = 7.0
COST_ARROW_COVERED = 5.0
COST_ARROW_CROSSED = 2.0
COST_CAPTION_CROSSED = 40.0
COST_SEAM = 25.0  # a name is cut in two there
COST_CONFLICT = 200.0  # more than anything else, so that it is always worth solving

# How long to search. Tried on 24 teams of 60: 400 steps, or more patience, took longer and
# found no larger type.
STEPS, FAR_STEPS = 250, 600
HOPELESS = 0.2  # conflicts per block at the start; of 55 such searches none succeeded
PATIENCE = 80  # steps without getting better
TABU = 8  # steps before a block may go back
POLISHING = 6  # rounds
DISTURB_FROM, DISTURB_TRIES = 5.0, 12  # what has to be gained before another block is moved

BLOCKS_PER_DOUBT = 40  # one doubtful place in a team of 60, none in one of 30
POINTS_PER_DOUBT = 8.0  # so much type is given up for one doubtful place less
FAR_PLACES = 120  # per block and shape, when the places nearby do not do
SMALLER = (0.88, 0.75, 0.62, 0.5, 0.38, 0.25, 0.15)  # of the smallest size, as a last resort


@dataclass(frozen=True, slots=True)
class Dot:
    """A point of the map, and the names that belong to it.

    Args:
        widths: of the names, in mm for each point of type; none: a dot without a name.
        is_tall: an accent stands on a capital.
        is_written: handwriting, with ink below the baseline as well.
    """

    x: float
    y: float
    radius: float
    widths: tuple[float, ...] = ()
    is_tall: bool = False
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything on the map that a name has to reckon with."""

    area: Bounds
    crossing: tuple[float, float]  # where the axes cross
    dots: tuple[Dot, ...]
    blocked: tuple[Bounds, ...] = ()  # captions and the like: no name here
    arrows: tuple[Segment, ...] = ()  # rather no name here
    barriers: tuple[Segment, ...] = ()  # no name here: the way of the team
    barrier_mm: float = 0.0  # from the middle of such a way to its edge
    seams_x: tuple[float, ...] = ()  # where the poster is cut into sheets
    seams_y: tuple[float, ...] = ()
    scale: float = 1.0  # 1 on A1


class Method(StrEnum):
    """How the names found their places."""

    BESIDE = "beside"  # near their dots
    FAR = "far"  # some far away, in free space
    CROWDED = "crowded"  # smaller than the smallest size that was asked for


@dataclass(frozen=True, slots=True)
class Block:
    """The names of one dot, in their place."""

    dot: int  # its number in the scene
    box: Bounds
    columns: int
    leader: Segment | None


@dataclass(frozen=True, slots=True)
class Labelling:
    """Where all names stand, and how well."""

    size_pt: float
    method: Method
    blocks: tuple[Block, ...]
    conflicts: int = 0  # 0, unless nothing at all could be found
    dots_crossed: int = 0  # by leader lines of others
    ambiguous: int = 0  # blocks that could as well belong to another dot

    @property
    def doubtful(self) -> int:
        """How many places might be read wrongly."""
        return self.dots_crossed + self.ambiguous

    @property
    def leaders(self) -> int:
        """How many blocks need a leader line."""
        return sum(block.leader is not None for block in self.blocks)


def label(scene: Scene, sizes: Sequence[float], least: float) -> Labelling:
    """Find a place for every name, in type as large as the map allows.

    Every name stands in the quadrant of its dot: type gets smaller before that breaks. Only where
    there is no such place in any size do names stand where there is room.

    Args:
        scene: the map.
        sizes: sizes of type in points, from large to small.
        least: from this size up, the largest type without doubtful places wins; smaller type
            is used only if nothing else is free of overlaps.
    """
    if not any(dot.widths for dot in scene.dots):
        return Labelling(sizes[0], Method.BESIDE, ())
    within = _largest(scene, sizes, least, stays=True)
    return _largest(scene, sizes, least, stays=False) if within.conflicts else within


def _largest(scene: Scene, sizes: Sequence[float], least: float, *, stays: bool) -> Labelling:
    """Try the sizes from large to small.

    Args:
        stays: whether every name stays in the quadrant of its dot.
    """
    clear: list[Labelling] = []
    for size in sizes:
        if size < least and clear:
            break
        found = _solve(scene, size, Method.BESIDE, stays=stays)
        if found.conflicts:
            continue
        if found.doubtful <= len(found.blocks) // BLOCKS_PER_DOUBT:
            return found
        clear.append(found)
    if clear:
        given_up = POINTS_PER_DOUBT * scene.scale
        return min(clear, key=lambda one: one.doubtful - one.size_pt / given_up)
    smallest = sizes[-1]
    tried = [(size, Method.FAR) for size in sizes if size <= least]
    tried += [(smallest * part, Method.CROWDED) for part in SMALLER]
    best = Labelling(smallest, Method.CROWDED, (), conflicts=len(scene.dots) ** 2)
    for size, method in tried:
        found = _solve(scene, size, method, stays=stays)
        if found.conflicts < best.conflicts:
            best = found
        if not best.conflicts:
            break
    return best


def baselines(block: Block, dot: Dot, size_pt: float) -> list[tuple[float, float]]:
    """Say where the names of a block begin: x on the left, y of the baseline."""
    box = np.array([block.box])
    return [(float(x[0]), float(y[0])) for x, y in _starts(box, dot, block.columns, size_pt)]


def _starts(box: Numbers, dot: Dot, columns: int, size_pt: float) -> list[tuple[Numbers, Numbers]]:
    """Set the names of a dot in each of these boxes: x on the left, y of the baseline.

    A block beside its dot is flush on the side of the dot, so that the eye finds the way.
    """
    em = size_pt * PT_TO_MM
    above, pitch = _measures(dot)
    left, top, right, _ = box.T
    indent = np.where(right <= dot.x, 1.0, 0.5)
    indent = np.where((left >= dot.x) | (columns > 1), 0.0, indent)
    starts = []
    for column in _columns(dot, columns):
        wide = max(column)
        for row, width in enumerate(column):
            x = left + indent * (wide - width) * size_pt
            starts.append((x, top + (above + row * pitch) * em))
        left = left + wide * size_pt + COLUMN_GAP * em
    return starts


def _measures(dot: Dot) -> tuple[float, float]:
    return (ABOVE_TALL, PITCH_TALL) if dot.is_tall else (ABOVE, PITCH)


def _columns(dot: Dot, count: int) -> list[tuple[float, ...]]:
    """Deal the names over columns, top to bottom, the columns from left to right."""
    rows = -(-len(dot.widths) // count)
    return [dot.widths[start : start + rows] for start in range(0, len(dot.widths), rows)]


@dataclass(frozen=True, slots=True)
class _Shape:
    """One way to set the names of a dot."""

    columns: int
    width: float
    height: float
    cost: float


def _shapes(dot: Dot, size_pt: float) -> list[_Shape]:
    em = size_pt * PT_TO_MM
    above, pitch = _measures(dot)
    names = len(dot.widths)
    shapes = []
    for count in range(1, 7):
        columns = _columns(dot, count)
        rows = len(columns[0])
        if len(columns) < count or (count > 1 and rows < LEAST_ROWS):
            break
        width = sum(max(column) for column in columns) * size_pt + (count - 1) * COLUMN_GAP * em
        height = (above + (rows - 1) * pitch + BELOW) * em
        shapes.append(_Shape(count, width, height, COST_COLUMN * abs(count - math.ceil(names / 7))))
    return shapes


class _Candidates:
    """All places that the blocks of a scene may take at one size of type."""

    def __init__(self, scene: Scene, size_pt: float, *, far: bool, stays: bool = True) -> None:
        self.scene = scene
        self._stays = stays
        self.size_pt = size_pt
        self.dots = [i for i, dot in enumerate(scene.dots) if dot.widths]
        self._round = np.array([(d.x, d.y, d.radius) for d in scene.dots], dtype=np.float64)
        places = [
            self._places(number, shape, far=far)
            for number, dot in enumerate(self.dots)
            for shape in _shapes(scene.dots[dot], size_pt)
        ]
        owners, self.box, columns, self.cost, self._gap, self._end = (
            np.concatenate(part) for part in zip(*places, strict=True)
        )
        self.owner, self.columns = owners.astype(np.int64), columns.astype(np.int64)
        self._judge()
        self._measure()
        firsts = np.searchsorted(self.owner, np.arange(len(self.dots) + 1))
        self.slices = [slice(a, b) for a, b in pairwise(firsts.tolist())]

    def _places(self, number: int, shape: _Shape, *, far: bool) -> tuple[Numbers, ...]:
        """List the boxes round a dot that lie on the map, away from captions and all dots."""
        scale = self.scene.scale
        x, y, radius = self._round[self.dots[number]]
        angle = np.arange(DIRECTIONS) * (2 * math.pi / DIRECTIONS)
        away = radius + np.array(DISTANCES) * scale
        to_x, to_y = np.cos(angle), np.sin(angle)
        side_x, side_y = (np.clip(1.5 * to, -1, 1) for to in (to_x, to_y))
        left = x + np.outer(away, to_x) - shape.width * (1 - side_x) / 2
        top = y + np.outer(away, to_y) - shape.height * (1 - side_y) / 2
        lefts, tops = left.ravel(), top.ravel()
        if far:
            far_left, far_top = self._far_places(x, y, shape)
            lefts, tops = np.append(lefts, far_left), np.append(tops, far_top)
        box = np.column_stack([lefts, tops, lefts + shape.width, tops + shape.height])
        box = box[self._is_free(box)]
        if self._stays:
            box = box[self._in_quadrant(box, self.scene.dots[self.dots[number]], shape.columns)]
        if far:
            box = box[: len(DISTANCES) * DIRECTIONS + FAR_PLACES]
        gap, end = self._nearest(box, self.scene.dots[self.dots[number]], shape.columns)
        count = len(box)
        return (
            np.full(count, number),
            box,
            np.full(count, shape.columns),
            np.full(count, shape.cost),
            gap,
            end,
        )

    def _in_quadrant(self, box: Numbers, dot: Dot, columns: int) -> Flags:
        """Say in which boxes the middle of every name is on the side of each axis where its dot is.

        Beside a dot on an axis a name may stand on both sides. The names of a pile are wholly
        on that side: a row of them under an axis looks struck through.
        """
        across, down = self.scene.crossing
        to_x, to_y = (
            0.0 if abs(off) <= self.scene.scale else math.copysign(1.0, off)
            for off in (dot.x - across, dot.y - down)
        )
        high = CAPITAL * self.size_pt * PT_TO_MM
        part = 0.5 if len(dot.widths) >= PILE else 0.0
        inside = np.ones(len(box), dtype=bool)
        starts = _starts(box, dot, columns, self.size_pt)
        for (left, base), width in zip(starts, dot.widths, strict=True):
            wide = width * self.size_pt
            inside &= (left + wide / 2 - across) * to_x >= part * wide * abs(to_x)
            inside &= (base - high / 2 - down) * to_y >= part * high * abs(to_y)
        return inside

    def _nearest(self, box: Numbers, dot: Dot, columns: int) -> tuple[Numbers, Numbers]:
        """Measure from a dot to the nearest name in each box, and say where a leader ends there.

        Not to the box: its corner may be empty.
        """
        em = self.size_pt * PT_TO_MM
        above, _ = _measures(dot)
        nearest = np.full(len(box), np.inf)
        end = np.zeros((len(box), 2))
        starts = _starts(box, dot, columns, self.size_pt)
        for (left, base), width in zip(starts, dot.widths, strict=True):
            x = np.clip(dot.x, left, left + width * self.size_pt)
            y = np.clip(dot.y, base - above * em, base + BELOW * em)
            gap = np.hypot(x - dot.x, y - dot.y) - dot.radius
            is_nearer = gap < nearest
            nearest = np.where(is_nearer, gap, nearest)
            foot = base + BELOW * em if dot.is_written else base
            touch = np.column_stack([x, np.clip(dot.y, base - CAPITAL * em, foot)])
            end[is_nearer] = touch[is_nearer]
        return nearest, end

    def _far_places(self, x: float, y: float, shape: _Shape) -> tuple[Numbers, Numbers]:
        """List places in rows and columns all over the map, the nearest first."""
        area, em = self.scene.area, self.size_pt * PT_TO_MM
        lefts = np.linspace(area.left, max(area.left, area.right - shape.width), 13)
        tops = np.arange(area.top, area.bottom - shape.height, 1.4 * em)
        left, top = (grid.ravel() for grid in np.meshgrid(lefts, tops))
        dx = np.maximum(np.maximum(left - x, x - left - shape.width), 0)
        dy = np.maximum(np.maximum(top - y, y - top - shape.height), 0)
        order = np.argsort(np.hypot(dx, dy), kind="stable")
        return left[order], top[order]

    def _is_free(self, box: Numbers) -> Flags:
        area, scale = self.scene.area, self.scene.scale
        free = (
            (box[:, 0] >= area.left)
            & (box[:, 1] >= area.top)
            & (box[:, 2] <= area.right)
            & (box[:, 3] <= area.bottom)
        )
        if self.scene.blocked:
            blocked = np.array(self.scene.blocked)
            free &= ~overlap(box, blocked).any(axis=1)
        if self.scene.barriers:
            ways = np.array(self.scene.barriers)
            free &= ~hits(ways, box, self.scene.barrier_mm).any(axis=0)
        near = np.flatnonzero(free)
        edges = box_distances(box[near], self._round)
        free[near] = (edges >= DOT_GAP * scale).all(axis=1)
        return free

    def _judge(self) -> None:
        """Work out for every place what it costs, apart from the other blocks."""
        scene, scale, box = self.scene, self.scene.scale, self.box
        own_dot = np.array(self.dots)[self.owner] if len(box) else self.owner
        x, y, radius = self._round[own_dot].T
        edges = box_distances(box, self._round)
        own = self._gap
        apart = np.hypot(x[:, None] - self._round[:, 0], y[:, None] - self._round[:, 1])
        touches_own = apart < radius[:, None] + self._round[:, 2]  # its own dot, and a mean on it
        edges[touches_own] = np.inf
        other = edges.min(axis=1, initial=np.inf)

        has_leader = own > LEADER_FROM * scale
        to_x, to_y = self._end.T
        length = np.maximum(np.hypot(to_x - x, to_y - y), 1e-9)
        step_x, step_y = (to_x - x) / length, (to_y - y) / length
        self.leader = np.column_stack([x + step_x * radius, y + step_y * radius, to_x, to_y])
        self.leader[~has_leader] = np.nan

        gap = (CLEAR + LEADER_WIDTH / 2) * scale
        crossed = line_distances(self.leader, self._round) < gap
        crossed[touches_own] = False
        self.dots_crossed = crossed.sum(axis=1)
        self.ambiguous = other <= np.where(has_leader, LEADER_FROM, NEAR) * scale + np.where(
            has_leader, 0, own
        )

        beside = (box[:, 1] <= y) & (y <= box[:, 3])
        over = (box[:, 0] <= x) & (x <= box[:, 2])
        askew_x, askew_y = self._askew(x, y)
        side = np.where(beside & (box[:, 0] >= x), 0.0, COST_OTHER_SIDE) + COST_ASKEW * askew_y
        side = np.where(over, COST_SIDE + COST_ASKEW * askew_x, side)
        self.cost = self.cost + own / scale + side
        self.cost += COST_DOT_CROSSED * self.dots_crossed + COST_AMBIGUOUS * self.ambiguous
        self.cost += self._axis_costs(x, y, step_x, step_y, has_leader)
        self.cost += COST_CAPTION_CROSSED * _count_hits(self.leader, scene.blocked, gap)
        self.cost += COST_ARROW_COVERED * _count_hits(scene.arrows, box, 0.0, per_box=True)
        self.cost += COST_ARROW_CROSSED * _count_near(self.leader, scene.arrows)
        for seams, low, high in ((scene.seams_x, 0, 2), (scene.seams_y, 1, 3)):
            for seam in seams:
                self.cost += COST_SEAM * ((box[:, low] < seam) & (seam < box[:, high]))

    def _measure(self) -> None:
        """Work out what of each place must stay free of what."""
        pad = np.array([-PAD_X, -PAD_Y, PAD_X, PAD_Y]) * self.size_pt * PT_TO_MM
        outward = np.array([-1, -1, 1, 1]) * self.scene.scale
        self._padded = self.box + pad
        self._grown = self.box + outward * (CLEAR + LEADER_WIDTH / 2)
        self._lines_apart = (CLEAR + LEADER_WIDTH) * self.scene.scale
        self._line_box = bounds(self.leader) + outward * (CLEAR + LEADER_WIDTH) / 2
        self.extent = np.column_stack(
            [
                np.fmin(self._padded[:, :2], self._line_box[:, :2]),
                np.fmax(self._padded[:, 2:], self._line_box[:, 2:]),
            ]
        )

    def collide(self, one: Indices, other: Indices) -> Flags:
        """Say, row by row, whether two places of different blocks are in each other's way."""
        flags = meets(self._padded[one], self._padded[other])
        # What collides already need not be looked at again, and few leaders are near anything.
        for a, b in ((one, other), (other, one)):
            rows = np.flatnonzero(meets(self._line_box[a], self._grown[b]) & ~flags)
            if len(rows):
                flags[rows] = crosses_box(self.leader[a[rows]], self._grown[b[rows]])
        rows = np.flatnonzero(meets(self._line_box[one], self._line_box[other]) & ~flags)
        if len(rows):
            lines = self.leader[one[rows]], self.leader[other[rows]]
            flags[rows] = apart(*lines) < self._lines_apart
        return flags

    def _askew(self, x: Numbers, y: Numbers) -> tuple[Numbers, Numbers]:
        """Say how far blocks lie from straight over and straight beside their dots: 0 to 1."""
        left, top, right, bottom = self.box.T
        askew_x = np.abs((left + right) / 2 - x) / (right - left) * 2
        askew_y = np.abs((top + bottom) / 2 - y) / (bottom - top) * 2
        return np.minimum(askew_x, 1), np.minimum(askew_y, 1)

    def _axis_costs(
        self, x: Numbers, y: Numbers, step_x: Numbers, step_y: Numbers, has_leader: Flags
    ) -> Numbers:
        """Charge what suggests another quadrant than the dot's own."""
        cost = np.zeros(len(self.box))
        for at, low, high, dot, along in (
            (self.scene.crossing[0], 0, 2, x, np.abs(step_x)),
            (self.scene.crossing[1], 1, 3, y, np.abs(step_y)),
        ):
            middle = (self.box[:, low] + self.box[:, high]) / 2
            on_axis = np.abs(dot - at) < self.scene.scale
            cost += COST_OTHER_QUADRANT * (((middle - at) * (dot - at) < 0) & ~on_axis)
            cost += COST_ACROSS_AXIS * ((self.box[:, low] < at) & (at < self.box[:, high]))
            cost += COST_LEADER_ON_AXIS * (has_leader & on_axis & (along < 0.15))
        return cost


class _Search:
    """One attempt to give every block a place."""

    def __init__(self, places: _Candidates) -> None:
        self.places = places
        count = len(places.dots)
        self.chosen = np.full(count, -1)
        self.conflicts = np.zeros((count, count), dtype=bool)
        self._extent = np.full((count, 4), np.nan)  # of the chosen places

    def run(self, steps: int) -> None:
        """Place all blocks; `conflicts` says what is left of them."""
        self._start()
        if self._trouble(self.places.ambiguous)[0] > HOPELESS * len(self.chosen):
            return
        flaws = self.places.dots_crossed + self.places.ambiguous
        weights = np.ones(len(self.chosen))
        random = np.random.default_rng(1)
        best, least, found_at = self.chosen.copy(), self._trouble(flaws), 0
        tabu: dict[int, int] = {}
        for step in range(steps):
            trouble = np.flatnonzero(self.conflicts.any(axis=1) | (flaws[self.chosen] > 0))
            if not len(trouble) or step > found_at + PATIENCE:
                break
            weights[trouble] += 0.05
            number = int(random.choice(trouble))
            against = self._against(number)
            part = self.places.slices[number]
            cost = self.places.cost[part] + COST_CONFLICT * (against @ weights)
            for place, until in tabu.items():
                if until > step and part.start <= place < part.stop:
                    cost[place - part.start] = np.inf
            tabu[int(self.chosen[number])] = step + TABU
            cost[self.chosen[number] - part.start] = np.inf
            here = int(np.argmin(cost))
            self._move(number, here, against[here])
            now = self._trouble(flaws)
            if now < least:
                best, least, found_at = self.chosen.copy(), now, step
        for number, place in enumerate(best.tolist()):
            if place != self.chosen[number]:
                here = place - self.places.slices[number].start
                self._move(number, here, self._against(number)[here])
        if not least[0]:
            self._polish()

    def _trouble(self, flaws: Indices | Flags) -> tuple[int, int]:
        return int(np.count_nonzero(self.conflicts)) // 2, int(flaws[self.chosen].sum())

    def _start(self) -> None:
        """Place every block as if those to come did not exist, the hardest first."""
        sizes = [part.stop - part.start for part in self.places.slices]
        for number in sorted(range(len(sizes)), key=lambda n: (sizes[n], n)):
            against = self._against(number)
            cost = self.places.cost[self.places.slices[number]] + COST_CONFLICT * against.sum(
                axis=1
            )
            here = int(np.argmin(cost))
            self._move(number, here, against[here])

    def _polish(self) -> None:
        """Move blocks to cheaper places, as long as nothing gets in the way of anything."""
        for _ in range(POLISHING):
            moves = [self._improve(number) for number in range(len(self.chosen))]
            if not any(moves):
                break

    def _improve(self, number: int) -> bool:
        """Find a cheaper place, if need be by making one other block give way."""
        part = self.places.slices[number]
        cost = self.places.cost[part]
        now = self._cost(number)
        cheaper = np.flatnonzero(cost < now - 1e-9)
        if not len(cheaper):
            return False
        against = self._against(number)
        in_the_way = against[cheaper].sum(axis=1)
        free = cheaper[in_the_way == 0]
        target = now
        if len(free):
            here = int(free[np.argmin(cost[free])])
            target = float(cost[here])
            self._move(number, here, against[here])
        if target < cost.min() + DISTURB_FROM:
            return len(free) > 0
        one = cheaper[(in_the_way == 1) & (cost[cheaper] < target - DISTURB_FROM)]
        for here in one[np.argsort(cost[one], kind="stable")][:DISTURB_TRIES]:
            if self._push(number, int(here), against[here]):
                return True
        return len(free) > 0

    def _push(self, number: int, here: int, against: Flags) -> bool:
        """Take a place and send away the block that is there, if both together gain by it."""
        other = int(np.flatnonzero(against)[0])
        before = self._cost(number) + self._cost(other)
        back = int(self.chosen[number]) - self.places.slices[number].start
        self._move(number, here, against)
        cost = self.places.cost[self.places.slices[other]]
        theirs = self._against(other)
        free = np.where(theirs.any(axis=1), np.inf, cost)
        there = int(np.argmin(free))
        if self._cost(number) + free[there] < before - 1e-9:
            self._move(other, there, theirs[there])
            return True
        self._move(number, back, np.zeros_like(against))
        return False

    def _cost(self, number: int) -> float:
        return float(self.places.cost[self.chosen[number]])

    def _against(self, number: int) -> Flags:
        """Say for every place of a block with which of the other blocks it collides."""
        part = self.places.slices[number]
        collides = overlap(self.places.extent[part], self._extent)
        collides[:, number] = False
        which, what = np.nonzero(collides)
        collides[which, what] = self.places.collide(which + part.start, self.chosen[what])
        return collides

    def _move(self, number: int, here: int, against: Flags) -> None:
        place = self.places.slices[number].start + here
        self.chosen[number] = place
        self._extent[number] = self.places.extent[place]
        self.conflicts[number] = against
        self.conflicts[:, number] = against


def _solve(scene: Scene, size_pt: float, method: Method, *, stays: bool) -> Labelling:
    """Try one size of type."""
    is_far = method is not Method.BESIDE
    places = _Candidates(scene, size_pt, far=is_far, stays=stays)
    if any(part.start == part.stop for part in places.slices):
        return Labelling(size_pt, method, (), conflicts=len(scene.dots) ** 2)
    search = _Search(places)
    search.run(FAR_STEPS if is_far else STEPS)
    chosen = search.chosen
    return Labelling(
        size_pt,
        method,
        tuple(_block(places, int(place)) for place in chosen),
        conflicts=int(np.count_nonzero(search.conflicts)) // 2,
        dots_crossed=int(places.dots_crossed[chosen].sum()),
        ambiguous=int(places.ambiguous[chosen].sum()),
    )


def _block(places: _Candidates, place: int) -> Block:
    line = places.leader[place]
    return Block(
        dot=places.dots[places.owner[place]],
        box=Bounds(*places.box[place].tolist()),
        columns=int(places.columns[place]),
        leader=None if np.isnan(line[0]) else Segment(*line.tolist()),
    )


def _count_hits(
    lines: Numbers | Sequence[Segment],
    boxes: Numbers | Sequence[Bounds],
    gap: float,
    *,
    per_box: bool = False,
) -> Numbers:
    """Count for every line the boxes that it hits, or for every box the lines."""
    line, box = np.reshape(lines, (-1, 4)), np.reshape(boxes, (-1, 4))
    return np.asarray(hits(line, box, gap).sum(axis=0 if per_box else 1))


def _count_near(leaders: Numbers, arrows: Sequence[Segment]) -> Numbers:
    return np.asarray(near(leaders, np.reshape(arrows, (-1, 4)), 0.0).sum(axis=1))
