"""Who is in: of whom a sheet of a round came back, whoever's number stands on it.

In:  results, the name list, and what was printed.
Out: a `RoundIn` for each round, in people where there is a name list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from forms.roster import Person
from forms.sheet_code import MASTER
from papierkompas.outcome.results import AnsweredSheet
from papierkompas.session.values import Batch, GivenSheet

Asked = tuple[str, str | None]
"""A questionnaire by its key, and a round of it."""


@dataclass(frozen=True, slots=True)
class RoundIn:
    """One round of a questionnaire.

    Attributes:
        given: how many sheets were given out; None where a master went to the photocopier.
        back: how many of those came back with anything on them, or were typed in.
        people: who is on the name list and is in, whether by their own sheet or by one on which
            they wrote their name.
        missing: who is on the name list and is not.
        unnamed: sheets of which nobody said yet whose they are; of somebody who is missing, maybe.
        others: sheets of people who are not on the list.
    """

    instrument: str
    round: str | None
    given: int | None
    back: int
    people: tuple[Person, ...] = ()
    missing: tuple[Person, ...] = ()
    unnamed: tuple[AnsweredSheet, ...] = ()
    others: tuple[AnsweredSheet, ...] = ()

    @property
    def is_of_people(self) -> bool:
        """Whether there is a name list to count people by."""
        return bool(self.people or self.missing)


def who_is_in(
    sheets: Iterable[AnsweredSheet],
    listed: Sequence[Person],
    batches: Sequence[Batch],
    given: Iterable[GivenSheet],
) -> tuple[RoundIn, ...]:
    """Count who is in, for every round that was printed."""
    filled: dict[Asked, list[AnsweredSheet]] = {}
    for sheet in sheets:
        if sheet.replaced is None and not sheet.is_unfilled:
            filled.setdefault((sheet.sheet.instrument, sheet.sheet.round), []).append(sheet)
    numbers: dict[Asked, set[int]] = {}
    printed: dict[Asked, set[int]] = {}
    unprinted: set[tuple[str, int]] = set()
    asked_of = {batch.batch: (batch.instrument, batch.round) for batch in batches}
    for one in given:
        asked = asked_of[one.batch]
        numbers.setdefault(asked, set()).add(one.number)
        printed.setdefault(asked, set()).update({one.number} if one.printed else ())
        unprinted |= set() if one.printed else {(one.batch, one.number)}
    return tuple(
        _round(
            asked,
            its := filled.get(asked, []),
            listed,
            numbers[asked],
            len(printed[asked]),
            sum((s.sheet.batch, s.sheet.number) not in unprinted for s in its),
        )
        for asked in numbers
    )


def came_in(
    sheets: Iterable[AnsweredSheet], instrument: str, round_key: str | None
) -> frozenset[int]:
    """Return the numbers of whom something came back, or was typed in, in a round."""
    filled = [
        s
        for s in sheets
        if (s.sheet.instrument, s.sheet.round) == (instrument, round_key) and not s.is_unfilled
    ]
    seats = {s.seat for s in filled if s.seat is not None and s.replaced is None}
    return frozenset({s.sheet.number for s in filled} | seats)


def _round(
    asked: Asked,
    sheets: Sequence[AnsweredSheet],
    listed: Sequence[Person],
    given: set[int],
    printed: int,
    back: int,
) -> RoundIn:
    seats = {sheet.seat for sheet in sheets}
    on_list = {person.number for person in listed}
    counts_people = bool(listed) and _asks_people(sheets, listed, given)
    return RoundIn(
        *asked,
        None if MASTER in given else printed,
        back,
        tuple(p for p in listed if p.number in seats) if counts_people else (),
        tuple(p for p in listed if p.number not in seats) if counts_people else (),
        tuple(_without_a_name(sheets)),
        tuple(
            s for s in sheets if (s.seat is None or s.seat not in on_list) and (s.name or s.alias)
        ),
    )


def _asks_people(
    sheets: Sequence[AnsweredSheet], listed: Sequence[Person], given: set[int]
) -> bool:
    """Say whether it can be known who handed in what: by a printed name, or by a written one."""
    has_own = any(person.number in given for person in listed)
    return has_own or any("name" in sheet.sheet.written for sheet in sheets)


def _without_a_name(sheets: Sequence[AnsweredSheet]) -> Iterator[AnsweredSheet]:
    return (s for s in sheets if s.seat is None and not s.name and not s.alias)
