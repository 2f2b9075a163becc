"""Put what a session says on the papers that are about its people.

In:  results.
Out: the sheet per statement, the personal pages, and where the team wants to be.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from forms.answers import Gap
from forms.errors import UsageError
from forms.instrument import Instrument, Role
from papierkompas.outcome.attendance import Person
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.results import CompassResult, Placed, Results, numbers
from scoring.compass import quadrants_of
from scoring.personal import PersonalPage
from scoring.ranking import RankedStatement, Respondent, rank_statements
from scoring.shown_names import Naming
from scoring.statements import StatementSheet


def compass_of(results: Results) -> CompassResult:
    """Return the questionnaire with a map that was filled in.

    Raises:
        UsageError: there is none.
    """
    compass = next(iter(results.compasses), None)
    if compass is None:
        raise UsageError("results.no_lists")
    return compass


def statement_sheet(
    results: Results, round_key: str | None = None, naming: Naming = Naming.NAMES
) -> StatementSheet:
    """Gather who answered what, in one round or in every round that has answers.

    Raises:
        UsageError: nobody filled in this round, or nobody of them may be shown.
        InstrumentError: there is no such round.
    """
    compass = compass_of(results)
    filled = tuple(r.round for r in compass.rounds if r.placed)
    compass.instrument.round(round_key)
    if round_key is not None and round_key not in filled:
        raise UsageError("results.no_round", round=round_key)
    people = _people(compass, (round_key,) if round_key else filled)
    if not people:
        raise UsageError("results.nobody_shown")
    return StatementSheet(
        team=results.team,
        date=in_dutch(dt.date.fromisoformat(results.date)),
        pairs=compass.instrument.pairs,
        rounds=tuple(compass.compass.round(key) for key in ((round_key,) if round_key else filled)),
        people=tuple(_respondent(rounds, compass.instrument) for rounds in people.values()),
        naming=naming,
        source=compass.instrument.source,
    )


MIDDLE_FROM = 5  # people: of fewer, one can work out from it where another stands


def personal_pages(results: Results) -> tuple[PersonalPage, ...]:
    """Make a page for everybody who filled in a list, in the order of the name list."""
    compass = compass_of(results)
    people = _people(compass, tuple(r.round for r in compass.rounds))
    middles = {
        result.round: result.team.mean
        for result in compass.rounds
        if result.team is not None and result.team.n >= MIDDLE_FROM
    }
    return tuple(
        PersonalPage(
            name=_label(rounds),
            team=results.team,
            date=in_dutch(dt.date.fromisoformat(results.date)),
            answers={key: _known(placed) for key, placed in rounds.items()},
            positions={k: p.position for k, p in rounds.items() if p.position is not None},
            gaps={key: dict(_gaps(placed, compass.instrument)) for key, placed in rounds.items()},
            middles={key: middle for key, middle in middles.items() if key in rounds},
        )
        for rounds in people.values()
    )


def wished_quadrants(results: Results) -> tuple[str, ...]:
    """Say in which quadrant the team wants to be: two of them when its mean lies on a border.

    The same people say so of whom the arrow and the sentence are, where something is said.

    Raises:
        UsageError: nobody's desired place is known yet.
    """
    compass = compass_of(results)
    wish = compass.round_of(Role.WISHED)
    if wish is None or wish.team is None:
        asked = compass.compass.round_of(Role.WISHED)
        raise UsageError("results.no_wish", round=asked.key if asked else "?")
    found = compass.together
    team = found.teams[wish.round] if found is not None and found.speaks else wish.team
    return tuple(each.key for each in quadrants_of(team.mean, compass.compass))


def _people(compass: CompassResult, rounds: tuple[str, ...]) -> dict[Person, dict[str, Placed]]:
    """Bring the lists of one person together, rounds in their order."""
    people: dict[Person, dict[str, Placed]] = {}
    for result in compass.rounds:
        if result.round in rounds:
            for placed in result.placed:
                people.setdefault(placed.sheet.person, {})[result.round] = placed
    return people


def ranked_statements(compass: CompassResult) -> tuple[RankedStatement, ...]:
    """Rank the statements by how far people lie apart, in each round, and by their step."""
    filled = tuple(r.round for r in compass.rounds if r.placed)
    people = _people(compass, filled).values()
    return rank_statements(
        compass.instrument.pairs,
        tuple(compass.compass.round(key) for key in filled),
        tuple(_respondent(rounds, compass.instrument) for rounds in people),
    )


def _known(placed: Placed) -> dict[str, int | None]:
    """Return the answers that count; none where somebody handed in two sheets."""
    return {} if placed.is_twice else numbers(placed.sheet)


def _respondent(rounds: Mapping[str, Placed], asked: Instrument) -> Respondent:
    sheet = next(iter(rounds.values())).sheet
    return Respondent(
        _label(rounds),
        {key: _known(placed) for key, placed in rounds.items()},
        sheet.number,
        sheet.first,
        {key: dict(_gaps(placed, asked)) for key, placed in rounds.items()},
    )


def _gaps(placed: Placed, asked: Instrument) -> Iterator[tuple[str, Gap]]:
    """Say why somebody has no answer; who handed in two sheets has to say which one counts."""
    for pair in asked.pairs:
        gap = Gap.DOUBT if placed.is_twice else placed.sheet.gap(pair.key)
        if gap is not None:
            yield pair.key, gap


def _label(rounds: Mapping[str, Placed]) -> str:
    return next(iter(rounds.values())).sheet.label
