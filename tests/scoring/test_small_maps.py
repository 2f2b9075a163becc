"""*Iedereen in beeld*: everybody once, who moves furthest first, also where one map is a tangle."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from forms.paper import Drawing
from papierkompas.lab.measure_labels import sample_poster
from scoring.compass import Position
from scoring.compass_map import Person
from scoring.poster import Naming, draw_poster, small_maps
from scoring.small_maps import paint_small_maps, step_of
from tests.ink import watched
from tests.maps import BOTH, WISHED
from tests.pdf_words import pdf_pages


@pytest.mark.parametrize(("count", "size"), [(1, "a4"), (21, "a1"), (45, "a3"), (60, "a1")])
def test_everybody_is_in_sight_once(count: int, size: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing leaves its place, on small paper and with many people."""
    sheet = small_maps(sample_poster(count, 2, size=size, rounds=BOTH))
    with watched(monkeypatch) as pages:
        drawing = Drawing(io.BytesIO(), sheet.size, title="small maps")
        report = paint_small_maps(drawing, sheet)
        drawing.save()

    assert report.people == count
    assert pages[0].faults(has_cells=False) == []
    printed = " ".join(text.text for text in pages[0].texts).replace("- ", "-").split()
    for name in sheet.names:
        assert set(str(name).split()) <= set(printed)


def test_who_moves_furthest_stands_first() -> None:
    """That is whom the talk begins with."""
    sheet = small_maps(sample_poster(30, 1, rounds=BOTH))
    steps = [step_of(person) for person, _ in sheet.in_order]

    assert steps == sorted(steps, reverse=True)


@pytest.mark.parametrize(
    ("count", "rounds", "asked", "pages"),
    [
        pytest.param(21, BOTH, None, 2, id="many in two rounds"),
        pytest.param(20, BOTH, None, 1, id="fewer"),
        pytest.param(30, WISHED, None, 1, id="one round"),
        pytest.param(5, WISHED, True, 2, id="asked for"),
        pytest.param(21, BOTH, False, 1, id="not wanted"),
    ],
)
def test_the_sheet_comes_by_itself_where_one_map_is_a_tangle(
    count: int, rounds: tuple[object, ...], asked: bool | None, pages: int, tmp_path: Path
) -> None:
    """Above twenty people in two rounds; with `--small-maps` always, without names never."""
    poster = sample_poster(count, 1, rounds=BOTH if rounds == BOTH else WISHED)
    path = tmp_path / "poster.pdf"
    draw_poster(path, replace(poster, has_small_maps=asked))

    assert len(pdf_pages(path)) == pages
    assert not replace(poster, naming=Naming.NONE, has_small_maps=asked).shows_small_maps


def test_a_poster_whose_names_are_small_says_so_and_brings_the_small_maps(tmp_path: Path) -> None:
    """A whole school on one point: nobody reads that from the other side of the room."""
    letters = "abcdefghijkl"
    people = tuple(
        Person(f"Naam{one}{other} Proef", Position(2, 5)) for one in letters for other in letters
    )
    path = tmp_path / "poster.pdf"
    report = draw_poster(path, replace(sample_poster(5, 1), people=people))
    first, second = pdf_pages(path)

    assert "De namen zijn klein: lees ze van dichtbij" in first.text
    assert report.has_small_maps
    assert second.text.startswith("Iedereen in beeld")
    assert all(person.name.split()[0] in second.text for person in people)
