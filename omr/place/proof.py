"""Make sure that boxes which look right are the right boxes.

In:  where every box of a page was found, and where the corner marks and the code lie.
Out: which boxes agree with what lies round them, and whether the whole page may be believed.

In a grid a page that is read one row or one column off looks perfect nearly everywhere. It never
does at the fringe: the first row would lie on white paper, and outlines would stand where none was
printed. So for every shift that brings most boxes onto other boxes there are *witnesses*, boxes
that would be bare, and *ghosts*, places that would show an outline.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay, cKDTree

from omr.geometry import Floats

FURTHEST_MM = 27.0  # who is further off misses the same witnesses as who is one box off
LOOKS_RIGHT = 0.35  # share of boxes on boxes from which a shift could be believed
SAME_MM = 3.0  # rows that differ by less look evenly spaced on bent paper
APART_MM = 6.0  # a place this far from all boxes is white paper
MOST_GHOSTS = 12  # of one shift
BELIEVED = 0.4  # share of witnesses seen less share of ghosts seen; 1 where right, -1 where wrong

BARE_SHARE = 0.5  # of the witnesses of a shift that nothing was printed under speak for it
GHOST_SHARE = 0.5  # of the ghosts on both sides of a page speak for more boxes than were given

LINE = 3  # boxes in a row or a column that cannot all be hidden by chance

SLACK_MM = 0.6
BEND = 0.08  # mm per mm between neighbours; more is not read (docs/findings/reading.md 5)
MOST_BENT_MM = 4.0  # less than half the smallest pitch, 8.5 mm


@dataclass(frozen=True, slots=True)
class Shift:
    """A way to be wrong: boxes that would then be bare, ghosts that would then show an outline.

    `step_mm` says, in whole mm, how far what is looked at lies from where it was printed.
    """

    step_mm: tuple[float, float]
    witnesses: tuple[int, ...]
    ghosts: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Doubles:
    """All ways in which the boxes of a page could be taken for each other.

    Attributes:
        ghosts_mm: (G, 2) centres of boxes that are not there.
        shifts: the ways, each with its witnesses (numbers of boxes) and ghosts (numbers of those).
        lines: the boxes of every row and column of three or more.
    """

    ghosts_mm: Floats
    shifts: tuple[Shift, ...]
    lines: tuple[tuple[int, ...], ...]


def doubles(rects: Floats, furthest_mm: float = FURTHEST_MM) -> Doubles:
    """Work out how the boxes of a page could be mistaken for each other (once per page)."""
    return _doubles(rects.tobytes(), furthest_mm)


def is_believed(
    ways: Doubles, boxes_seen: NDArray[np.bool_], ghosts_seen: NDArray[np.bool_]
) -> bool:
    """Say whether witnesses and ghosts exclude every way to be one or more boxes off.

    A whole row that is nowhere to be seen may be what a fold hides, and then all rows after it
    would be taken for the next ones.
    """
    return all(boxes_seen[list(line)].any() for line in ways.lines) and all(
        boxes_seen[list(way.witnesses)].mean() - ghosts_seen[list(way.ghosts)].mean() >= BELIEVED
        for way in ways.shifts
    )


def may_be_others(
    ways: Doubles, boxes_bare: NDArray[np.bool_], ghosts_seen: NDArray[np.bool_]
) -> bool:
    """Say whether there is evidence that these are other boxes of a form that is not ours.

    Of such a form nobody says that all its boxes were given, so a ghost on one side is no proof.
    Where nothing is printed under the witnesses the boxes are off, and where ghosts stand on either
    side nobody can say by how much.
    """
    bare = {w.step_mm: boxes_bare[list(w.witnesses)].mean() >= BARE_SHARE for w in ways.shifts}
    seen = {w.step_mm: ghosts_seen[list(w.ghosts)].mean() >= GHOST_SHARE for w in ways.shifts}
    return any(bare.values()) or any(
        there and seen.get((-x, -y), False) for (x, y), there in seen.items()
    )


def in_sound_lines(ways: Doubles, boxes_seen: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Leave out boxes of rows and columns of which less than half is seen.

    Where a fold runs along a row, the few outlines that still seem whole are squeezed.
    """
    kept = boxes_seen.copy()
    for line in ways.lines:
        if boxes_seen[list(line)].mean() < 0.5:
            kept[list(line)] = False
    return kept


def pieces(places: Floats, moves: Floats) -> list[NDArray[np.int64]]:
    """Put together the boxes that hang together as on one piece of paper; the most first.

    Args:
        places: (B, 2) where boxes were printed, in mm.
        moves: (B, 2) how far each was found from where a flat sheet would have it.
    """
    count = len(places)
    linked = np.eye(count, dtype=bool)
    for one, other in _neighbours(places):
        apart = float(np.hypot(*(places[one] - places[other])))
        allowed = min(SLACK_MM + BEND * apart, MOST_BENT_MM)
        linked[one, other] = linked[other, one] = (
            float(np.hypot(*(moves[one] - moves[other]))) <= allowed
        )
    number, piece = connected_components(csr_array(linked), directed=False)
    found = [np.flatnonzero(piece == n) for n in range(number)]
    return sorted(found, key=len, reverse=True)


def _neighbours(places: Floats) -> set[tuple[int, int]]:
    """List pairs of neighbours: the sides of the triangles between all places."""
    if len(places) < 4:
        return set(combinations(range(len(places)), 2))
    # QJ shakes the places a little: boxes in one line have no triangles otherwise.
    triangles = Delaunay(places, qhull_options="QJ").simplices
    return {pair for t in triangles.tolist() for pair in combinations(sorted(t), 2)}


@lru_cache(maxsize=64)
def _doubles(data: bytes, furthest_mm: float) -> Doubles:
    rects = np.frombuffer(data, np.float64).reshape(-1, 4)
    centres = rects[:, :2] + rects[:, 2:] / 2
    boxes = cKDTree(centres)
    ghosts = np.zeros((0, 2))
    shifts: list[Shift] = []
    for step in _steps(centres, furthest_mm):
        forth = boxes.query(centres + step)[0]
        if (forth <= SAME_MM).mean() < LOOKS_RIGHT:
            continue
        witnesses = np.flatnonzero(boxes.query(centres - step)[0] > APART_MM)
        bare = np.flatnonzero(forth > APART_MM)
        if not len(witnesses) or not len(bare):
            continue
        chosen = []
        for place in (centres[bare] + step)[:: -(-len(bare) // MOST_GHOSTS)]:
            known = np.flatnonzero(np.abs(ghosts - place).max(axis=1) < SAME_MM)
            chosen.append(int(known[0]) if len(known) else len(ghosts))
            ghosts = ghosts if len(known) else np.vstack([ghosts, place])
        x, y = np.rint(step).tolist()
        shifts.append(Shift((x, y), tuple(witnesses.tolist()), tuple(chosen)))
    lines = tuple(line for way in (0, 1) for line in _lines(centres[:, way]))
    return Doubles(ghosts, tuple(shifts), lines)


def _lines(across: Floats) -> list[tuple[int, ...]]:
    """Group boxes that stand in one line."""
    order = np.argsort(across, kind="stable")
    breaks = np.flatnonzero(np.diff(across[order]) > SAME_MM / 2) + 1
    groups = [tuple(group.tolist()) for group in np.split(order, breaks)]
    return [group for group in groups if len(group) >= LINE]


def _steps(centres: Floats, furthest_mm: float) -> Floats:
    """List the shifts that bring some box onto another, each about once."""
    between = (centres[None] - centres[:, None]).reshape(-1, 2)
    length = np.linalg.norm(between, axis=1)
    between = between[(length > SAME_MM) & (length <= furthest_mm)]
    _, first, pairs = np.unique(
        np.rint(between / SAME_MM), axis=0, return_index=True, return_counts=True
    )
    # What brings enough boxes within a cell of others has its share of them in one of nine cells.
    steps: Floats = between[first[pairs >= LOOKS_RIGHT * len(centres) / 9]]
    return steps
