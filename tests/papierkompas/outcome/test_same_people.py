"""Sentence, arrow, cards and shares come from the same people, whoever leaves at the break."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from random import Random

import pytest

from forms.paper_sizes import PAPERS
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.paper_values import wished_quadrants
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.results import Results
from scoring.compass import Position, quadrants_of
from scoring.poster import Poster, _Page, arranged
from scoring.rounds import CLEAR_SHARE
from tests.papierkompas.outcome.room import Room, at

NAMES = ["Sam", "Noor", "Ali", "Zoë", "Bo", "Kim", "Lot", "Mees", "Guus", "Fay", "Iris", "Joep"]
Point = tuple[float, float]  # doel, relatie


def a_team(folder: Path, wish: Sequence[Point | None], now: Sequence[Point | None]) -> Results:
    """Let everybody on the list hand in a sheet, or not, in both rounds."""
    room = Room(folder, NAMES[: len(wish)])
    for key, places in (("gewenst", wish), ("huidig", now)):
        own = room.print_list(key)
        for number, place in enumerate(places, 1):
            if place is not None:
                room.hand_in(own[number], at(*place))
    made = room.results()
    room.session.close()
    return made


LEFT_AT_THE_BREAK = (
    [(2.5, 4.5), (2.25, 4.75), (2.5, 4.75), (2.75, 4.5), (2.25, 4.5)] + [(2.5, 1.5)] * 7,
    [(2.5, 2.5), (2.25, 2.5), (2.75, 2.75), (2.5, 2.25), (2.25, 2.5)] + [None] * 7,
)


def test_five_of_twelve_do_not_speak_for_the_team(tmp_path: Path) -> None:
    """Seven left at the break: they wished something else, and nobody asked them the rest."""
    results = a_team(tmp_path, *LEFT_AT_THE_BREAK)
    poster = poster_of(results, PAPERS["a1"])
    said = poster.sentences[0]

    assert said.startswith("De 5 die beide lijsten invulden, willen duidelijk een andere kant op:")
    assert "op de relatie-as gaan alle 5 mensen richting naast" in said.lower()
    assert "Dit zijn de antwoorden van 5 van de 12 collega's" in said
    assert "Let op: de 7 anderen bij gewenst staan gemiddeld in dominant; deze 5 in samen." in said
    assert poster.speakers == "de 5 met beide lijsten"
    assert poster.notes[0] == (
        "Ingeleverd: gewenst 12 van de 12 formulieren, nu 5 van de 12 formulieren. "
        "5 collega's leverden beide lijsten in."
    )
    assert wished_quadrants(results) == ("samen",)


def test_nobody_is_spoken_for_when_two_are_left(tmp_path: Path) -> None:
    """No verdict: then no arrow of the two either, and the cards ask everybody who wished."""
    wish: list[Point | None] = [(5, 5), (5, 5), *[(2, 2)] * 6]
    results = a_team(tmp_path, wish, [(2, 5), (2, 5), *[None] * 6])
    poster = poster_of(results, PAPERS["a1"])

    assert "een conclusie is er niet" in poster.sentences[0]
    assert arranged(poster).teams == ()
    assert wished_quadrants(results) == ("dominant",)


def test_a_map_of_one_round_is_of_everybody_in_it(tmp_path: Path) -> None:
    """The middle of gewenst alone is that of all twelve."""
    results = a_team(tmp_path, *LEFT_AT_THE_BREAK)
    one, other = (poster_of(results, PAPERS["a1"], key) for key in ("gewenst", "huidig"))

    assert (one.speakers, other.speakers) == ("het team", "deze 5 mensen")
    assert all(person.counts for person in one.people)


@pytest.mark.parametrize("tens", range(20))
def test_nothing_on_a_poster_contradicts_anything_else(tens: int, tmp_path: Path) -> None:
    """Any attendance: the figures in the sentence are those of the arrow and of the cards."""
    for seed in range(10 * tens, 10 * tens + 10):
        rng = Random(seed)
        pull = rng.choice([(0, 0), (-1, 1), (1.5, 0), (0, -1.5)])
        places: tuple[list[Point | None], list[Point | None]] = ([], [])
        stay = rng.choice((0.3, 0.6, 0.9, 1.0))
        for _ in range(rng.randint(1, len(NAMES))):
            start = (rng.choice((2, 3, 3.5, 4.25)), rng.choice((2, 3.25, 3.5, 5)))
            end = tuple(
                min(6.0, max(1.0, a + b + rng.choice((-1, -0.25, 0, 0, 0.5, 1))))
                for a, b in zip(start, pull, strict=True)
            )
            places[0].append((end[0], end[1]) if rng.random() < 0.95 else None)
            places[1].append(start if rng.random() < stay else None)
        if any(places[0]) and any(places[1]):
            folder = tmp_path / str(seed)
            folder.mkdir()
            results = a_team(folder, *places)
            _agrees(results, *places)


def _agrees(results: Results, wish: list[Point | None], now: list[Point | None]) -> None:
    compared = results_json(results)["comparison"]
    poster = poster_of(results, PAPERS["a1"])
    both = [(a, b) for a, b in zip(now, wish, strict=True) if a is not None and b is not None]
    if not both:
        assert compared is None
        assert poster.sentences == ()
        assert arranged(poster).teams == ()
        return
    n, (said,) = len(both), poster.sentences
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in both]
    mean = [sum(step[axis] for step in steps) / n for axis in (0, 1)]

    assert said == compared["sentence"]
    assert compared["n"] == n
    assert math.dist(mean, (compared["mean_step"]["doel"], compared["mean_step"]["relatie"])) < 1e-9
    for key, places in (("gewenst", [b for _, b in both]), ("huidig", [a for a, _ in both])):
        team = compared["rounds"][key]
        assert team["n"] == n == sum(team["per_quadrant"].values()) + team["on_border"]
        assert team["doel"] == pytest.approx(sum(p[0] for p in places) / n)
    _says_what_it_counts(said, steps, n, len(wish))
    _draws_what_it_says(poster, compared, said, mean)
    if "een conclusie is er niet" not in said:
        where = Position(*(sum(b[axis] for _, b in both) / n for axis in (0, 1)))
        fields = [each.key for each in quadrants_of(where, poster.compass)]
        assert list(wished_quadrants(results)) == fields


def _says_what_it_counts(said: str, steps: list[Point], n: int, people: int) -> None:
    """Every count and every direction in the sentence is found under the arrows."""
    ends = {"collectief": (0, -1), "persoonlijk": (0, 1), "boven": (1, -1), "naast": (1, 1)}
    found = re.findall(
        r"op de \S+-as ga(?:at|an) (?:alle (\d+)|(\d+) van de (\d+)) mensen richting (\w+)",
        said.lower(),
    )
    for everybody, some, of, end in found:
        axis, sign = ends[end]
        moving = sum(step[axis] * sign > 1e-9 for step in steps)
        assert moving == int(everybody or some)
        assert int(of or everybody) == n
    if "niet dezelfde kant op" in said:
        for axis in (0, 1):
            for sign in (-1, 1):
                is_most = sum(step[axis] * sign > 1e-9 for step in steps) >= CLEAR_SHARE * n
                total = sum(step[axis] for step in steps) * sign
                assert not (is_most and total > 1e-9) or found
    assert "dezelfde kant op" not in said.replace("niet dezelfde kant op", "")
    speaks_for_team = "Het team wil" in said or "Het team schuift" in said or "ullie" in said
    assert not speaks_for_team or 4 * n >= 3 * people
    assert f"de antwoorden van {n} van de {people} collega's" in said


def _draws_what_it_says(
    poster: Poster, compared: dict[str, dict[str, dict[str, float]]], said: str, mean: list[float]
) -> None:
    """The arrow leads from the one middle to the other, as far as the sentence says."""
    teams = {team.is_open: (team.x, team.y) for team in arranged(poster).teams}
    if len(teams) < 2:
        assert not teams
        return
    for key, is_open in (("huidig", True), ("gewenst", False)):
        place = Position(compared["rounds"][key]["doel"], compared["rounds"][key]["relatie"])
        assert teams[is_open] == pytest.approx(_on_paper(poster, place))
    far = re.search(r"(\d+,\d) punt richting", said.partition("Let op")[0])
    if far:
        assert float(far[1].replace(",", ".")) == pytest.approx(math.hypot(*mean), abs=0.051)


def _on_paper(poster: Poster, place: Position) -> Point:
    x, y = _Page.of(poster).map.at(place)
    return x, y
