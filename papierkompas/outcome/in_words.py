"""Say in Dutch what the rounds of a compass show, and of how many people.

In:  a `CompassResult`.
Out: sentences, the same on poster, screen and sheet, in JSON and workbook.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from forms.compass import Compass
from papierkompas.outcome.results import CompassResult, RoundResult
from papierkompas.outcome.together import Together
from scoring.compass import TeamSummary, quadrants_of, summarise
from scoring.rounds import heading_of, how_far, in_words

TEAM = "het team"


def sentence(compass: CompassResult) -> str | None:
    """Say what the rounds show together; None where nobody can be compared."""
    found = compass.together
    if found is None:
        return None
    n, people = found.comparison.n, compass.attendance.people
    said = in_words(
        found.comparison,
        people.exact,
        is_team=people.are_spoken_for_by(n),
        are_all=n == compass.attendance.in_all,
    )
    return " ".join((said, *_others(found)))


def where_people_stand(compass: CompassResult, round_key: str) -> str | None:
    """Say in which field most people of one round stand, and where the middle lies.

    None for few people: then the map itself says who is where.
    """
    placed = [
        placed.position
        for result in compass.rounds
        if result.round == round_key
        for placed in result.placed
        if placed.position is not None
    ]
    team = summarise(placed, compass.compass)
    if team is None or team.n < SAID_FROM:
        return None
    titles = {each.key: each.title for each in compass.compass.quadrants}
    most = max(team.per_quadrant.values())
    fullest = [titles[key] for key, count in team.per_quadrant.items() if count == most]
    if most and len(fullest) == 1:
        verb = "staat" if most == 1 else "staan"
        said = f"{most} van de {team.n} {verb} in {fullest[0]}"
    else:
        said = f"De {team.n} staan verspreid over de kaart"
    middle = _field(team, compass.compass)
    also = "ook " if len(fullest) == 1 and middle == f"in {fullest[0]}" else ""
    return f"{said}; het midden ligt {also}{middle}."


SAID_FROM = 4  # people: below, a sentence would be about somebody


def speakers(compass: CompassResult, rounds: Sequence[str]) -> str:
    """Name the people of whom a map of these rounds shows the middle."""
    results = [result for result in compass.rounds if result.round in rounds]
    people = compass.attendance.people
    if len(results) > 1:
        n = 0 if compass.together is None else compass.together.comparison.n
        return TEAM if people.are_spoken_for_by(n) else f"de {n} met beide lijsten"
    n = sum(placed.position is not None for result in results for placed in result.placed)
    return TEAM if people.are_spoken_for_by(n) else f"deze {n} mensen"


def returned(compass: CompassResult, rounds: Sequence[str]) -> str:
    """Say how many sheets came back in each of these rounds, and of how many people in all."""
    wanted = [result for result in compass.rounds if result.round in rounds]
    if len(wanted) == 1:
        verb = "is" if wanted[0].sheets_back == 1 else "zijn"
        said = f"{_sheets(wanted[0])} {verb} ingeleverd."
        said = said[0].upper() + said[1:]
    else:
        counts = ", ".join(f"{compass.compass.round(r.round).name} {_sheets(r)}" for r in wanted)
        people = compass.attendance.in_all
        both = "1 collega leverde" if people == 1 else f"{people} collega's leverden"
        said = f"Ingeleverd: {counts}. {both} beide lijsten in."
    typed = sum(result.typed for result in wanted)
    if typed:
        said += (
            " 1 formulier is ingetypt." if typed == 1 else f" {typed} formulieren zijn ingetypt."
        )
    without = sum(result.unprinted for result in wanted)
    if without:
        said = f"{said[:-1]}, {'' if typed == without else f'{without} '}zonder papier."
    if not compass.hidden:
        return said
    absent = "1 collega is" if compass.hidden == 1 else f"{compass.hidden} collega's zijn"
    return f"{said} {absent} op deze kaart weggelaten."


def _others(found: Together) -> Iterator[str]:
    """Say where the people with both rounds disagree with the rest of a round."""
    compass = found.comparison.compass
    for key in found.apart:
        here, there = found.teams[key], found.others[key]
        who = f"Let op: de {there.n} anderen bij {compass.round(key).name} staan gemiddeld"
        fields = [_field(team, compass) for team in (there, here)]
        if fields[0] != fields[1]:
            yield f"{who} {fields[0]}; deze {here.n} {fields[1]}."
        else:
            step = there.mean.vertical - here.mean.vertical
            aside = there.mean.horizontal - here.mean.horizontal
            far = how_far(math.hypot(step, aside), heading_of(step, aside), compass)
            yield f"{who} {far}, gezien vanaf het midden van deze {here.n}."


def _field(team: TeamSummary, compass: Compass) -> str:
    titles = [quadrant.title for quadrant in quadrants_of(team.mean, compass)]
    return f"in {titles[0]}" if len(titles) == 1 else f"op de grens van {' en '.join(titles)}"


def _sheets(result: RoundResult) -> str:
    """Count sheets: of how many, where that is known.

    A spare sheet that was not used is a sheet, and nobody.
    """
    if not (result.given is None or result.given or result.sheets_back):
        return "geen formulieren"
    if result.given is None:
        return "1 formulier" if result.sheets_back == 1 else f"{result.sheets_back} formulieren"
    return f"{result.sheets_back} van de {result.given} formulieren"
