"""Find out whether two copies of a master are the same paper, scanned twice.

In:  the pages of each copy, in the order in which they were scanned.
Out: for a copy that says exactly the same as an earlier one, a `Twin`: certain or not.

Copies carry no number. Two people may well agree on everything that a short list asks; so
identical answers are only proof when it would be a wonder that somebody else gave them. How much
of a wonder is counted in bits, in favour of chance: an answer costs what the pile makes of it, or
next to nothing where it repeats the row above (many people put one column of crosses).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from omr.page import ReadPage

# 30 bits: one chance in a billion; 300 copies make 45 000 pairs. On the simulated teams in samples/
# a stellingenlijst is worth 6-19 bits and a quickscan 72-119; neighbours scanned again add up.
ENOUGH_BITS = 30.0
LOOSE_BITS = 12.0  # a page that belongs nowhere needs less: it was scanned again, or got lost
REPEATED = 0.9  # the chance we allow that somebody crosses the column of the row above again

Pages = Mapping[int, ReadPage]


@dataclass(frozen=True, slots=True)
class Twin:
    """A copy that says the same as an earlier one."""

    of: int
    is_certain: bool


def differing(one: ReadPage, other: ReadPage) -> set[str]:
    """Return the questions to which two scans give different settled answers."""
    return {
        question
        for question, reading in one.readings.items()
        if (twin := other.readings.get(question)) is not None
        and reading.doubt is None
        and twin.doubt is None
        and (reading.option, reading.withdrawn) != (twin.option, twin.withdrawn)
    }


def find_twins(copies: Sequence[Pages], loose: Collection[int] = ()) -> dict[int, Twin]:
    """Find the copies that say exactly the same as an earlier one.

    Args:
        copies: the pages of each.
        loose: which of them are single pages that belong to no other copy.
    """
    if len(copies) < 2:
        return {}
    answers, words = _table(copies)
    same = {i: found for i in range(1, len(copies)) if (found := _same(answers, copies, i))}
    bits = _bits(answers, words) if same else np.zeros(0)
    twins: dict[int, Twin] = {}
    for i in same:
        of, weight = max(
            ((j, _run(same, bits, i, j)) for j in same[i]), key=lambda pair: (pair[1], -pair[0])
        )
        enough = LOOSE_BITS if i in loose and len(same[i]) == 1 else ENOUGH_BITS
        twins[i] = Twin(of, weight >= enough)
    return twins


Table = NDArray[np.int32]
UNKNOWN = 0  # not on these pages, or in doubt: it contradicts nothing


def _table(copies: Sequence[Pages]) -> tuple[Table, int]:
    """Write all answers as numbers, a row per copy and a column per question."""
    codes: dict[object, int] = {}
    columns: dict[str, int] = {}
    cells: list[tuple[int, int, int]] = []
    for row, pages in enumerate(copies):
        for number in sorted(pages):
            for question, reading in pages[number].readings.items():
                column = columns.setdefault(question, len(columns))
                if reading.doubt is None:
                    word = (reading.option, reading.withdrawn)
                    cells.append((row, column, codes.setdefault(word, len(codes) + 1)))
    table = np.full((len(copies), max(1, len(columns))), UNKNOWN, dtype=np.int32)
    for row, column, code in cells:
        table[row, column] = code
    return table, len(codes) + 1


def _same(answers: Table, copies: Sequence[Pages], i: int) -> list[int]:
    """Return the earlier copies of the same pages with which a copy agrees in everything."""
    left = np.arange(i)
    for column in np.flatnonzero(answers[i]):
        theirs = answers[left, column]
        left = left[(theirs == answers[i, column]) | (theirs == UNKNOWN)]
        if not left.size:
            return []
    return [j for j in left.tolist() if copies[i].keys() <= copies[j].keys()]


def _bits(answers: Table, words: int) -> NDArray[np.float64]:
    """Say per copy how surprising its answers are, at the least."""
    bits = np.zeros(len(answers))
    before = np.full(len(answers), UNKNOWN, dtype=np.int32)
    for column in answers.T:
        counts = Counter(column[column != UNKNOWN].tolist())
        total = sum(counts.values())
        chance = np.zeros(words)
        for code, count in counts.items():
            chance[code] = (count + 0.5) / (total + 1)
        repeated = np.where(column == before, REPEATED, 0.0)
        known = column != UNKNOWN
        bits[known] -= np.log2(np.maximum(chance[column], repeated)[known])
        before = np.where(known, column, before)
    return bits


def _run(same: Mapping[int, list[int]], bits: NDArray[np.float64], i: int, j: int) -> float:
    """Add up the bits of neighbours that are twins in the same order, or in the opposite one."""
    best = 0.0
    for step in (1, -1):
        weight = float(bits[i])
        for way in (1, -1):
            a, b = i + way, j + way * step
            while b in same.get(a, ()) and not math.isclose(bits[a], 0):
                weight += float(bits[a])
                a, b = a + way, b + way * step
        best = max(best, weight)
    return best
