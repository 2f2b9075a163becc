"""Who took part: people, sheets given out, sheets that came back, people with every round.

In:  the name list, what was printed, and the sheets of each round.
Out: an `Attendance`. These four are four things, and none of them is guessed: docs/comparison.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from forms.sheet_code import MASTER

if TYPE_CHECKING:
    from papierkompas.outcome.results import AnsweredSheet
    from papierkompas.session.values import Batch, GivenSheet

Person = tuple[str, str | int]
"""Who somebody is in every round: `AnsweredSheet.person`."""

# Who speaks may say "het team" from this share of the people on. Two thirds of those who speak must
# go one way before anything clear is said; of three quarters of a team that is half of the team.
TEAM_SHARE = Fraction(3, 4)


@dataclass(frozen=True, slots=True)
class HeadCount:
    """How many people there are.

    Attributes:
        listed: on the name list.
        least: so many there are at any rate.
        most: and more than this there cannot be; the same, unless a sheet without a name may be
            that of somebody who is counted already.
    """

    listed: int
    least: int
    most: int

    @property
    def exact(self) -> int | None:
        """How many there are; None where that cannot be known."""
        return self.least if self.least == self.most else None

    def are_spoken_for_by(self, n: int) -> bool:
        """Say whether what `n` of them say may be said of the team."""
        return n > 0 and n >= TEAM_SHARE * self.most


@dataclass(frozen=True, slots=True)
class Dealt:
    """What went out: to whom by name, and how many sheets.

    Attributes:
        listed: the numbers of the people on the name list.
        sheets: by instrument and round the sheets that were given out, spare ones among them; None
            where a master copy went to the photocopier. What is not mentioned is not known.
        unprinted: by batch and number the sheets of which there never was a paper: their answers
            were typed in.
    """

    listed: frozenset[int] = frozenset()
    sheets: Mapping[tuple[str, str | None], int | None] = field(default_factory=dict)
    unprinted: frozenset[tuple[str, int]] = frozenset()

    @classmethod
    def of(
        cls, listed: Iterable[int], batches: Iterable[Batch], sheets: Iterable[GivenSheet]
    ) -> Dealt:
        """Count what was printed; a sheet that was printed again is the same sheet."""
        asked_of = {batch.batch: (batch.instrument, batch.round) for batch in batches}
        numbers: dict[tuple[str, str | None], set[int]] = {}
        unprinted = set()
        for sheet in sheets:
            printed = numbers.setdefault(asked_of[sheet.batch], set())
            if sheet.printed is None:
                unprinted.add((sheet.batch, sheet.number))
            else:
                printed.add(sheet.number)
        return cls(
            frozenset(listed),
            {key: None if MASTER in given else len(given) for key, given in numbers.items()},
            frozenset(unprinted),
        )


@dataclass(frozen=True, slots=True)
class Attendance:
    """Who took part in a questionnaire with rounds, as people."""

    people: HeadCount
    in_all: int  # people of whom a sheet of every round came back
    twice: Mapping[str, frozenset[Person]]  # by round who handed in more than one sheet


def attendance(listed: Iterable[int], rounds: Mapping[str, Sequence[AnsweredSheet]]) -> Attendance:
    """Count who took part.

    Args:
        listed: the numbers on the name list.
        rounds: by round the sheets with anything on them.
    """
    seats: set[Person] = {("seat", number) for number in listed}
    who = {key: Counter(sheet.person for sheet in sheets) for key, sheets in rounds.items()}
    named = {sheet.person for sheets in rounds.values() for sheet in sheets if _is_known(sheet)}
    return Attendance(
        _people(len(seats), seats | named, who),
        len(set.intersection(*map(set, who.values()))) if len(who) > 1 else 0,
        {
            key: frozenset(person for person, sheets in people.items() if sheets > 1)
            for key, people in who.items()
        },
    )


def _is_known(sheet: AnsweredSheet) -> bool:
    """Say whether it is known whose this is: also of somebody who was taken off the list."""
    return sheet.seat is not None or sheet.person[0] == "name"


def _people(listed: int, known: set[Person], who: Mapping[str, Collection[Person]]) -> HeadCount:
    """Count everybody on the list, and everybody who handed in a sheet and is not on it.

    A sheet without a name is somebody new, unless everybody else may already be counted: somebody
    who is known has no sheet in the rounds of this one, and so it may be theirs.
    """
    rounds_of: dict[Person, set[str]] = {person: set() for person in known}
    for key, people in who.items():
        for person in people:
            rounds_of.setdefault(person, set()).add(key)
    alike = Counter(
        _Alike(person in known, person[0] == "copy", frozenset(rounds))
        for person, rounds in rounds_of.items()
    )
    most = len(rounds_of)
    if all(_are_new(some, alike) for some in alike if not some.is_known):
        return HeadCount(listed, most, most)
    back = max(len(people) for people in who.values())
    return HeadCount(listed, max(len(known), back), most)


class _Alike(NamedTuple):
    """What decides whether somebody may be counted already; large teams have few kinds of it."""

    is_known: bool
    is_copy: bool
    rounds: frozenset[str]


def _are_new(some: _Alike, alike: Counter[_Alike]) -> bool:
    """Say whether sheets without a name are those of people who are not counted yet.

    Numbers tell each other apart; a photocopy has none.
    """
    others = alike - Counter([some])
    return all(
        some.rounds & other.rounds
        for other in others
        if some.is_copy or other.is_copy or other.is_known
    )
