"""Put the pages of photocopied lists together by their order in the pile.

In:  the page numbers in the order in which they were scanned: 1 2 3 1 2 3, and how many pages a
     list has.
Out: `Photocopy` after `Photocopy`; a page of which nobody can say where it belongs is a loose one.

Copies carry no number, so that only their order tells who filled in which page. It tells enough
while the pile adds up: where pages lie between two whole copies, there are as many copies as the
commonest of those pages, and not more pieces. Shuffled pages fall into more pieces than that.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Photocopy:
    """The pages of one list.

    Attributes:
        pages: page number to its place in the sequence.
        is_loose: a page on its own, because it cannot be said where it belongs.
        joined: a page that lay apart was put here, because it fits nowhere else.
    """

    pages: Mapping[int, int]
    is_loose: bool = False
    joined: bool = False


def collate(numbers: Sequence[int], length: int) -> list[Photocopy]:
    """Put pages together into copies, in the order of their first pages.

    >>> [sorted(copy.pages) for copy in collate([1, 2, 3, 1, 3, 1, 2, 3], 3)]
    [[1, 2, 3], [1, 3], [1, 2, 3]]
    >>> [copy.is_loose for copy in collate([2, 1, 1, 3, 2, 3], 3)]
    [True, True, True, True, True, True]
    """
    if length == 1:
        return [Photocopy({number: place}) for place, number in enumerate(numbers)]
    whole = _whole(numbers, length)
    copies = [_copy(numbers, range(start, start + length)) for start in whole]
    for gap in _gaps(whole, length, len(numbers)):
        copies += _between(numbers, gap, length)
    copies = _joined(_weighed(copies, numbers, length), length)
    return sorted(copies, key=lambda copy: min(copy.pages.values()))


def _whole(numbers: Sequence[int], length: int) -> list[int]:
    """Find where whole copies begin: first page first, or last page first (a pile face up)."""
    up = list(range(1, length + 1))
    down = up[::-1]
    # Two pages to and fro (2 1 2 1 2 1) look like both; then one order has to hold for all.
    ways = [(up,), (down,)] if length == 2 else [(up, down)]
    found = [_windows(numbers, length, orders) for orders in ways]
    return max(found, key=len)


def _windows(numbers: Sequence[int], length: int, orders: Sequence[list[int]]) -> list[int]:
    starts = []
    place = 0
    while place + length <= len(numbers):
        if list(numbers[place : place + length]) in orders:
            starts.append(place)
            place += length
        else:
            place += 1
    return starts


def _gaps(whole: Sequence[int], length: int, end: int) -> Iterator[range]:
    """Yield the stretches of pages before, between and after whole copies."""
    begin = 0
    for start in (*whole, end):
        if start > begin:
            yield range(begin, start)
        begin = start + length


def _between(numbers: Sequence[int], gap: range, length: int) -> list[Photocopy]:
    """Put the pages between two whole copies together, as far as they add up."""
    commonest = max(Counter(numbers[place] for place in gap).values())
    if commonest == 1 and len(gap) == length:
        return [_copy(numbers, gap)]  # one list whose pages lie in another order
    runs = min((_runs(numbers, gap, sign) for sign in (1, -1)), key=len)
    if len(runs) == commonest:
        return [_copy(numbers, run) for run in runs]
    return [replace(_copy(numbers, [place]), is_loose=True) for place in gap]


def _runs(numbers: Sequence[int], gap: range, sign: int) -> list[list[int]]:
    """Break a stretch of pages where the page numbers no longer rise (or fall: sign -1)."""
    runs: list[list[int]] = []
    for place in gap:
        if runs and sign * numbers[runs[-1][-1]] < sign * numbers[place]:
            runs[-1].append(place)
        else:
            runs.append([place])
    return runs


def _weighed(copies: Sequence[Photocopy], numbers: Sequence[int], length: int) -> list[Photocopy]:
    """Take small pieces for loose pages: single ones, and others where there are too many copies.

    There are too many when the commonest page was not scanned so often.
    """
    is_crowded = sum(not copy.is_loose for copy in copies) > max(Counter(numbers).values())
    least = length // 2 + 1 if is_crowded else min(2, length - 1)
    weighed = []
    for copy in copies:
        if copy.is_loose or len(copy.pages) >= least:
            weighed.append(copy)
        else:
            weighed += [Photocopy({n: place}, is_loose=True) for n, place in copy.pages.items()]
    return weighed


def _joined(copies: Sequence[Photocopy], length: int) -> list[Photocopy]:
    """Put a loose page to the only copy that lacks it; the page was scanned again, or fell out."""
    loose = Counter(next(iter(copy.pages)) for copy in copies if copy.is_loose)
    lacking = Counter(
        number
        for copy in copies
        if not copy.is_loose
        for number in range(1, length + 1)
        if number not in copy.pages
    )
    fits = {number for number in loose if loose[number] == lacking[number] == 1}
    peg = {n: at for c in copies if c.is_loose for n, at in c.pages.items() if n in fits}
    left = []
    for copy in copies:
        if copy.is_loose:
            if fits.isdisjoint(copy.pages):
                left.append(copy)
            continue
        found = {number: place for number, place in peg.items() if number not in copy.pages}
        left.append(replace(copy, pages={**copy.pages, **found}, joined=True) if found else copy)
    return left


def _copy(numbers: Sequence[int], places: Sequence[int]) -> Photocopy:
    return Photocopy({numbers[place]: place for place in places})
