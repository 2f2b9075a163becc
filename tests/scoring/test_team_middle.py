"""What a reader takes home: the middle of the team, and in which quadrant people stand."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt
import pytest

from forms.instrument import Round
from forms.paper import Drawing
from forms.paper_sizes import paper_named
from papierkompas.lab.measure_labels import (
    KINDS,
    PILED,
    _pixels,
    count_elsewhere,
    count_faults,
    sample_poster,
)
from scoring import compass_map, signs
from scoring.compass import Position
from scoring.compass_map import Arrangement, Person
from scoring.poster import Poster, arranged
from scoring.shapes import Segment, hits
from tests.maps import BOTH, COMPASS, WISHED

FIRST = ("Sam", "Noor", "Bo", "Zoë", "Inge-Lise", "Wilhelmina", "Ada", "Jan-Willem", "Tom", "Esra")
LAST = ("Voorbeeld", "Proef", "Toets", "Specimen", "Oefening", "Staal")


def poster(team: tuple[Person, ...], shown: tuple[Round, ...] = WISHED) -> Poster:
    return Poster("Team Voorbeeld", "12 maart 2026", paper_named("a1"), team, shown, COMPASS)


def a_pile(count: int, wish: Position, now: Position | None = None) -> tuple[Person, ...]:
    """Everybody on exactly one place."""
    names = [f"{first} {last}" for last in LAST for first in FIRST]
    return tuple(Person(names[n % len(names)], wish, now) for n in range(count))


@pytest.mark.parametrize("place", [Position(2, 5), Position(3.25, 3.75), Position(1, 6)])
def test_names_of_a_pile_stay_in_the_quadrant_of_their_dot(place: Position) -> None:
    """Who wants `samen` is never read as somebody else; letters get smaller before that."""
    arrangement = arranged(poster(a_pile(60, place)))

    assert arrangement.found.blocks
    assert count_elsewhere(arrangement.scene, arrangement.found) == 0
    assert count_faults(arrangement.scene, arrangement.found).overlaps == 0


@pytest.mark.parametrize("number", range(3, 27, 8))
def test_nearly_every_name_stands_in_the_quadrant_of_its_dot(number: int) -> None:
    """The quadrant is what a reader takes home; 1000 teams are measured in the lab."""
    kinds = (*KINDS, PILED)
    arrangement = arranged(sample_poster(40, number, rounds=BOTH, kinds=kinds))

    assert count_elsewhere(arrangement.scene, arrangement.found) == 0


@pytest.mark.parametrize(
    ("wish", "now"),
    [
        pytest.param(Position(2, 5), None, id="one point"),
        pytest.param(Position(2, 5), Position(2, 5), id="one point in both rounds"),
        pytest.param(Position(2, 5), Position(2.25, 5), id="one step"),
        pytest.param(Position(2, 5), Position(5, 2), id="far"),
    ],
)
def test_the_middle_of_the_team_lies_over_everything(
    wish: Position, now: Position | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is what the poster is about: no dot, ring, leader or name hides any of it."""
    monkeypatch.setattr(signs, "spread", lambda *_, **__: None)  # its dashes are of the same ink
    made = arranged(poster(a_pile(20, wish, now), BOTH if now else WISHED))
    seen = ink_of_the_team(made, compass_map.paint_map)
    alone = ink_of_the_team(made, compass_map._paint_teams)

    assert np.count_nonzero(alone) > 300
    assert np.count_nonzero(seen & alone) == np.count_nonzero(alone)
    for team in made.teams:
        assert alone[round(team.y * PX - 3) : round(team.y * PX + 4)].any()


@pytest.mark.parametrize("number", [1, 4])
def test_nothing_of_a_crowded_map_hides_the_middle(
    number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Dots, rings and leader lines of a whole team lie round it."""
    monkeypatch.setattr(signs, "spread", lambda *_, **__: None)
    made = arranged(sample_poster(40, number, rounds=BOTH))
    alone = ink_of_the_team(made, compass_map._paint_teams)

    assert not (alone & ~ink_of_the_team(made, compass_map.paint_map)).any()
    for way in made.scene.barriers:
        assert not hits_names(made, way)


PX = 60 / 25.4  # of a mm, as the lab renders


def ink_of_the_team(made: Arrangement, draw: object) -> npt.NDArray[np.bool_]:
    """Draw a map, or a part of it, and say where the colour of the team is."""
    assert callable(draw)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "poster.pdf"
        drawing = Drawing(path, paper_named("a1"), title="team")
        draw(drawing, made)
        drawing.save()
        picture = _pixels(path, 1).astype(int)
    return np.asarray(
        (picture[..., 0] > 190) & (picture[..., 1] < 90) & (picture[..., 2] < 30), dtype=bool
    )


def hits_names(made: Arrangement, way: Segment) -> bool:
    """Say whether the arrow of the team runs through a name."""
    boxes = np.array([block.box for block in made.found.blocks])
    return bool(hits(np.array([way]), boxes, 0.0).any())
