"""Make the compass poster of a session.

In:  results, and how the poster is wanted.
Out: a `scoring.poster.Poster`.
"""

from __future__ import annotations

import datetime as dt

from forms.errors import UsageError
from forms.paper import Paper
from papierkompas.contracts import sentence
from papierkompas.results import CompassResult, Placed, Results
from scoring.names import Naming
from scoring.poster import Missing, Person, Poster, Shown, Words

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip


def poster_of(
    results: Results,
    size: Paper,
    round_key: str | None = None,
    naming: Naming = Naming.NAMES,
    *,
    only_means: bool = False,
) -> Poster:
    """Put what a session says on a poster.

    Args:
        results: of a session.
        size: of the poster.
        round_key: `gewenst` or `huidig`; by default every round that has answers.
        naming: what stands on the map for a person.
        only_means: the team alone, for large groups.

    Raises:
        UsageError: nobody can be placed on the map yet.
    """
    compass = next(iter(results.compasses), None)
    if compass is None:
        raise UsageError(
            "There are no stellingenlijsten in this session yet. Read the scans first: "
            "papierkompas read SCAN.pdf --session DIR."
        )
    filled = [r.round for r in compass.rounds if r.placed]
    wanted = [round_key] if round_key else filled
    for key in wanted:
        if key not in filled:
            raise UsageError(f"There are no lists of the round '{key}' in this session yet.")
    people = _people(compass, wanted)
    if not people:
        raise UsageError(
            "Nobody can be placed on the map yet: on every list an answer is blank or in doubt. "
            "Settle the doubts first."
        )
    issued = max(r.issued for r in compass.rounds if r.round in wanted)
    compared = compass.comparison if len(wanted) == 2 else None
    return Poster(
        team=results.team,
        date=in_dutch(dt.date.fromisoformat(results.date)),
        size=size,
        people=people,
        shown=Shown.BOTH if len(wanted) == 2 else Shown(wanted[0]),
        words=Words.of(compass.instrument),
        naming=naming,
        missing=_missing(compass, wanted, people),
        issued=issued,
        returned=len(
            {p.sheet.person for r in compass.rounds if r.round in wanted for p in r.placed}
        ),
        sentences=(sentence(compared, issued),) if compared else (),
        only_means=only_means,
    )


def in_dutch(date: dt.date) -> str:
    """Write a date as it is printed.

    >>> in_dutch(dt.date(2026, 3, 12))
    '12 maart 2026'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _people(compass: CompassResult, wanted: list[str]) -> tuple[Person, ...]:
    found: dict[tuple[str, str | int], dict[str, Placed]] = {}
    for result in compass.rounds:
        if result.round in wanted:
            for placed in result.placed:
                if placed.position is not None:
                    found.setdefault(placed.sheet.person, {})[result.round] = placed
    people = []
    for rounds in found.values():
        label = next(iter(rounds.values())).sheet.label
        positions = {key: placed.position for key, placed in rounds.items()}
        people.append(Person(label, positions.get("gewenst"), positions.get("huidig")))
    return tuple(people)


def _missing(
    compass: CompassResult, wanted: list[str], people: tuple[Person, ...]
) -> tuple[Missing, ...]:
    """List who is not on the map, and why; somebody on it in one round is on it."""
    on_map = {person.name for person in people}
    absent: dict[str, str] = {}
    for result in compass.rounds:
        if result.round not in wanted:
            continue
        for placed in result.placed:
            if placed.position is None and placed.sheet.label not in on_map:
                in_doubt = any(
                    placed.sheet.answers[q].doubt is not None
                    for q in placed.placement.missing
                    if q in placed.sheet.answers
                )
                absent[placed.sheet.label] = (
                    "een antwoord is nog niet duidelijk" if in_doubt else "een antwoord is leeg"
                )
    return tuple(Missing(name, reason) for name, reason in absent.items())
