"""Make the compass poster of a session.

In:  results, and how the poster is wanted.
Out: a `scoring.poster.Poster`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

from forms.answers import Gap
from forms.compass import Compass
from forms.errors import UsageError
from forms.paper import Stamp
from forms.paper_sizes import Paper
from papierkompas.acts.sticker_maps import HandMap, step_between
from papierkompas.outcome.handwritten_names import Hands
from papierkompas.outcome.in_words import returned, sentence, speakers, where_people_stand
from papierkompas.outcome.results import CompassResult, Placed, Results
from scoring.compass import Position
from scoring.compass_map import in_order
from scoring.hand_made import beside
from scoring.hand_made import in_words as means_in_words
from scoring.poster import Missing, Person, Poster
from scoring.shown_names import Naming
from scoring.signs import is_open

MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)  # fmt: skip
NUMBER_NOTE = "Staat er een nummer op de kaart? Dan is op dat formulier geen naam gevonden."


def poster_of(
    results: Results,
    size: Paper,
    round_key: str | None = None,
    naming: Naming = Naming.NAMES,
    *,
    only_means: bool = False,
    hands: Hands | None = None,
    stickers: bool = False,
) -> Poster:
    """Put what a session says on a poster.

    Args:
        results: of a session.
        size: of the poster.
        round_key: of one round; by default every round that has answers.
        naming: what stands on the map for a person.
        only_means: the team alone, for large groups.
        hands: shows people's names as they wrote them, where no name was printed.
        stickers: shows the map that was made by hand; it is also shown where there are no lists.

    Raises:
        InstrumentError: there is no such round.
        UsageError: nobody can be placed on the map yet, or handwriting is wanted and names are not.
    """
    if hands is not None and (naming is not Naming.NAMES or only_means):
        raise UsageError("poster.handwritten")
    compass = next(iter(results.compasses), None)
    if stickers or (compass is None and results.hand_maps):
        return _of_stickers(results, size, round_key, only_means=only_means)
    if compass is None:
        raise UsageError("results.no_lists")
    compass.instrument.round(round_key)
    filled = [r.round for r in compass.rounds if r.placed]
    wanted = [round_key] if round_key else filled
    for key in wanted:
        if key not in filled:
            raise UsageError("results.no_round", round=key)
    people = _people(compass, wanted, hands)
    if not people:
        raise UsageError("poster.nobody")
    said = sentence(compass) if len(wanted) > 1 else where_people_stand(compass, wanted[0])
    return Poster(
        team=results.team,
        date=in_dutch(dt.date.fromisoformat(results.date)),
        size=size,
        people=people,
        rounds=in_order(compass.compass.round(key) for key in wanted),
        compass=compass.compass,
        naming=naming,
        missing=_missing(compass, wanted),
        sentences=(said,) if said else (),
        notes=(
            returned(compass, wanted),
            *((NUMBER_NOTE,) if hands and hands.has_numbers else ()),
        ),
        only_means=only_means,
        speakers=speakers(compass, wanted),
    )


def _of_stickers(
    results: Results, size: Paper, round_key: str | None, *, only_means: bool
) -> Poster:
    """Put the stickers of a map that was made by hand on a poster.

    They have a colour and no name. Of two rounds only the middles are drawn in full: which sticker
    of the one belongs to which of the other, nobody knows.
    """
    maps = _wanted_maps(results, round_key)
    for one in maps.values():
        if not one.adds_up:
            raise UsageError("poster.not_adding_up", people=one.people, counted=one.on_sheets)
    compass = next(iter(maps.values())).compass
    people: list[Person] = []
    labels: list[str] = []
    for key, one in maps.items():
        for sticker, label in zip(one.stickers, beside(one.stickers), strict=True):
            name = f"stip {len(people) + 1}"
            place = sticker.position
            people.append(_person(name, one.compass, {key: place}))
            labels.append(label)
    if not people:
        seen = any(one.dots for one in maps.values())
        raise UsageError("poster.no_stickers" if seen else "poster.no_dots")
    step = step_between(maps.values()) if len(maps) == 2 else None
    drawn = len(people), sum(len(one.dots) for one in maps.values())
    return Poster(
        team=results.team,
        date=in_dutch(dt.date.fromisoformat(results.date)),
        size=size,
        people=tuple(people),
        rounds=in_order(compass.round(key) for key in maps),
        compass=compass,
        naming=Naming.NONE,
        sentences=(means_in_words(step),) if step else (),
        notes=(
            _sticker_note(*drawn, has_colours=any(labels) and len(maps) == 1),
            *((UNSEEN_NOTE,) if any(one.unseen for one in maps.values()) else ()),
        ),
        labels=tuple(labels),
        only_means=only_means or len(maps) == 2,
    )


UNSEEN_NOTE = "Op een deel van de kaart was op de foto niets te zien."


def _wanted_maps(results: Results, round_key: str | None) -> dict[str, HandMap]:
    """Find the maps by round; one that was printed without a round is what `--round` says."""
    instruments = list(dict.fromkeys(one.instrument for one in results.hand_maps))
    maps = {one.round: one for one in results.hand_maps if one.instrument == instruments[0]}
    if round_key is not None:
        found = maps.get(round_key) or maps.get(None)
        if found is None or round_key not in {asked.key for asked in found.compass.rounds}:
            raise UsageError("poster.no_map", round=round_key)
        return {round_key: found}
    known = {key: one for key, one in maps.items() if key is not None}
    if not known:
        raise UsageError("poster.no_known_map")
    return known


def _sticker_note(drawn: int, seen: int, *, has_colours: bool) -> str:
    """Say where this map comes from, and what of it is not shown."""
    stickers = "1 stip" if drawn == 1 else f"{drawn} stippen"
    note = f"Overgenomen van de kaart aan de muur: {stickers}."
    unclear = seen - drawn
    if unclear == 1:
        note += " 1 stip is niet duidelijk en staat er niet op."
    elif unclear:
        note += f" {unclear} stippen zijn niet duidelijk en staan er niet op."
    return note + (" De kleur staat erbij." if has_colours else "")


def in_dutch(date: dt.date) -> str:
    """Write a date as it is printed.

    >>> in_dutch(dt.date(2026, 3, 12))
    '12 maart 2026'
    """
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def _people(compass: CompassResult, wanted: list[str], hands: Hands | None) -> tuple[Person, ...]:
    found: dict[tuple[str, str | int], dict[str, Placed]] = {}
    for result in compass.rounds:
        if result.round in wanted:
            for placed in result.placed:
                if placed.position is not None:
                    found.setdefault(placed.sheet.person, {})[result.round] = placed
    people = []
    for who, rounds in found.items():
        label = next(iter(rounds.values())).sheet.label
        positions = {key: placed.position for key, placed in rounds.items()}
        ink = hands.ink_of(placed.sheet for placed in rounds.values()) if hands else None
        person = _person(label, compass.compass, positions, ink)
        sheet = next(iter(rounds.values())).sheet
        counts = _counts(compass, wanted, who)
        people.append(replace(person, counts=counts, number=sheet.number, first=sheet.first))
    return tuple(people)


def _counts(compass: CompassResult, wanted: list[str], who: tuple[str, str | int]) -> bool:
    """Say whether somebody counts in the middle: on a map of both rounds, with a place in both."""
    if len(wanted) == 1:
        return True
    found = compass.together
    return found is not None and found.speaks and who in found.people


def _person(
    name: str,
    compass: Compass,
    positions: Mapping[str, Position | None],
    ink: Stamp | None = None,
) -> Person:
    """Put somebody on the map: a dot or a ring for each round."""
    places = {is_open(compass.round(key)): position for key, position in positions.items()}
    return Person(name, dot=places.get(False), ring=places.get(True), ink=ink)


TWICE = "twee formulieren van één ronde"
WHY_ABSENT = {
    Gap.DOUBT: "een antwoord is nog niet duidelijk",
    Gap.NOT_SCANNED: "een bladzijde is niet gescand",
    Gap.BLANK: "een antwoord is leeg",
}


def _missing(compass: CompassResult, wanted: list[str]) -> tuple[Missing, ...]:
    """List who is not on the map, and why; somebody on it in one round is on it.

    Who has two things in the way is said to have the one that can be settled first.
    """
    rounds = [result for result in compass.rounds if result.round in wanted]
    on_map = {p.sheet.person for r in rounds for p in r.placed if p.position is not None}
    absent: dict[tuple[str, str | int], Missing] = {}
    for result in rounds:
        for placed in result.placed:
            if placed.position is None and placed.sheet.person not in on_map:
                why = TWICE if placed.is_twice else WHY_ABSENT[next(iter(placed.gaps), Gap.BLANK)]
                sheet = placed.sheet
                absent.setdefault(
                    sheet.person, Missing(sheet.label, why, sheet.number, sheet.first)
                )
    return tuple(absent.values())
