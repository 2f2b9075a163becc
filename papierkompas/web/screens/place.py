"""The screen behind a dot on the map: who stands there, and which answers put them there.

In:  a sheet with a place on the map.
Out: its answers axis by axis, each with its boxes on the paper and a way to change it.
"""

from __future__ import annotations

from starlette.responses import Response

from papierkompas.outcome.questions import questions_of
from papierkompas.outcome.results import CompassResult, Placed, sheet_key
from papierkompas.web.screens.wall import BOTH, left_out, person_key
from papierkompas.web.visit import ProblemError, Visit, page


def place(visit: Visit) -> Response:
    """Show whoever stands where this sheet stands, the one that was asked for first."""
    made = visit.session.results()
    key = visit.part("sheet")
    hidden = left_out(made, visit.session.beamer.hidden)
    for compass in made.compasses:
        for result in compass.rounds:
            for placed in result.placed:
                if sheet_key(placed.sheet) == key:
                    return page(
                        visit,
                        "place.html",
                        compass=compass,
                        questions=questions_of(compass.instrument),
                        standing=_at(visit, compass, result.round, placed, hidden),
                        sheet_key=sheet_key,
                        elsewhere=_elsewhere(compass, placed),
                    )
    raise ProblemError(404, "problem.no_sheet")


def _at(
    visit: Visit, compass: CompassResult, round_key: str, asked: Placed, hidden: frozenset[str]
) -> list[tuple[str, Placed]]:
    """List who stands on exactly this place in what the map shows; first who was asked for."""
    shown = visit.session.beamer.rounds
    others = [
        (result.round, placed)
        for result in compass.rounds
        if shown in (BOTH, result.round)
        for placed in result.placed
        if placed is not asked
        and placed.position is not None
        and placed.position == asked.position
        and person_key(placed) not in hidden
    ]
    return [(round_key, asked), *others]


def _elsewhere(compass: CompassResult, asked: Placed) -> list[tuple[str, Placed]]:
    """List the sheets of the same person in other rounds."""
    return [
        (result.round, placed)
        for result in compass.rounds
        for placed in result.placed
        if placed is not asked and placed.sheet.person == asked.sheet.person
    ]
