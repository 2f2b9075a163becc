"""Say in Dutch what the rounds of a compass show, and of how many people.

In:  a `CompassResult`.
Out: sentences, the same on poster, screen and sheet, in JSON and workbook.
"""

from __future__ import annotations

from collections.abc import Sequence

from papierkompas.outcome.results import CompassResult, RoundResult
from scoring.rounds import in_words


def sentence(compass: CompassResult) -> str | None:
    """Say what the rounds show together; None where nobody can be compared."""
    if compass.comparison is None:
        return None
    return in_words(compass.comparison, compass.attendance.people.exact)


def returned(compass: CompassResult, rounds: Sequence[str]) -> str:
    """Say how many sheets came back in each of these rounds, and of how many people in all."""
    wanted = [result for result in compass.rounds if result.round in rounds]
    if len(wanted) == 1:
        verb = "is" if wanted[0].back == 1 else "zijn"
        return f"{_sheets(wanted[0])} {verb} ingeleverd."
    said = ", ".join(f"{compass.compass.round(r.round).name} {_sheets(r)}" for r in wanted)
    people = compass.attendance.in_all
    both = "1 collega leverde" if people == 1 else f"{people} collega's leverden"
    return f"Ingeleverd: {said}. {both} beide lijsten in."


def _sheets(result: RoundResult) -> str:
    """Count sheets: of how many, where that is known.

    A spare sheet that was not used is a sheet, and nobody.
    """
    if result.given is None:
        return "1 formulier" if result.back == 1 else f"{result.back} formulieren"
    return f"{result.back} van de {result.given} formulieren"
