"""The screens with the map say what its fields mean."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest

from forms.compass import Compass
from forms.instrument import find
from forms.paper import Drawing
from forms.printables import meanings
from papierkompas.outcome.results import sheet_key
from papierkompas.web.screens import wall
from scoring.compass_map import Arrangement
from scoring.poster import Poster, Report, paint
from tests.papierkompas.web.conftest import Page


def test_the_screens_with_the_map_explain_it_on_demand(read_page: Page) -> None:
    """Closed until somebody asks: the map comes first."""
    for address in ("/map", "/beamer"):
        shown = read_page.get(address).text
        details = shown.partition('<details id="meanings"')[2].partition("</details>")[0]

        assert "open" not in details.partition(">")[0]
        for entry in meanings.explained(Compass.of(find("stellingenlijst"))):
            assert f"<dt>{entry.name}</dt>" in details
            assert all(f"<dd>{text}</dd>" in details for text in entry.texts)


def test_a_dot_says_who_and_why_and_lets_it_be_changed(read_page: Page) -> None:
    """From the map to the four answers of each axis, to the paper, and back to the same place."""
    shown = read_page.get("/map").text
    for shape in ("wide", "square", "tall"):
        dots = shown.partition(f'<svg class="dots {shape}"')[2].partition("</svg>")[0]

        assert dots.count("<circle") == len(set(re.findall(r'/place/([^"]+)', dots))) > 0
    key = re.findall(r'/place/([^"]+)', shown)[0]
    place = read_page.get(f"/place/{key}").text
    ways = re.findall(r'href="[^"]+(/row/[^"]+)\?from=place"', place)
    asked = find("stellingenlijst")

    assert [way.rpartition("/")[2] for way in ways[:8]] == [
        question for axis in asked.axes for question in asked.axis_questions(axis.key)
    ]
    assert place.count("/boxes.jpg") >= 8
    form = read_page.get(f"{ways[0]}?from=place").text
    seen = re.findall(r'name="seen" value="(\d+)"', form)[0]
    sent = {"mode": "answers", "from": "place", "value": "6", "seen": seen}
    answer = read_page.post(ways[0], sent)

    assert answer.headers["location"].endswith(f"/place/{key}?notice=stored")
    assert read_page.get(f"/place/{key}").text != place


def test_a_sheet_off_the_map_has_a_place_that_says_why(read_page: Page) -> None:
    """Whoever is asked about is found, with or without a dot."""
    sheets = read_page.desk.open(read_page.base.rpartition("/")[2]).named_sheets()  # type: ignore[union-attr]
    doubtful = next(s for s in sheets if any(a.doubt for a in s.answers.values()))
    text = read_page.get(f"/place/{sheet_key(doubtful)}").text

    assert "Staat nog niet op de kaart:" in text


def test_every_answer_in_the_table_leads_to_its_boxes(read_page: Page) -> None:
    ways = re.findall(r'<td[^>]*><a href="[^"]+(/row/[^"]+)"', read_page.get("/answers").text)

    assert len(ways) == 6 * 8
    assert "boxes.jpg" in read_page.get(ways[0]).text


def test_the_beamer_comes_nearer_to_where_people_stand(read_page: Page) -> None:
    """The zoomed picture is as large, and is another one; both are remembered."""
    plain = read_page.get("/map.png?shape=square").content
    near = read_page.get("/map.png?shape=square&zoom=1").content
    drawn = cv2.imdecode(np.frombuffer(near, np.uint8), cv2.IMREAD_COLOR)

    assert near != plain
    assert drawn is not None
    assert max(drawn.shape) >= wall.PICTURE_PX * 0.7
    assert "zoom=1&amp;v=" in read_page.get("/beamer?zoom=1").text
    assert "zoom=1&amp;v=" not in read_page.get("/beamer").text


def test_two_rounds_that_nobody_could_read_become_one_that_says_so(
    read_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[Poster] = []
    monkeypatch.setattr(wall, "LEAST_PT", 1000.0)

    def watched(drawing: Drawing, poster: Poster, found: Arrangement) -> Report:
        painted.append(poster)
        return paint(drawing, poster, found)

    monkeypatch.setattr(wall, "paint", watched)
    read_page.get("/map.png?shape=square")

    assert [len(poster.rounds) for poster in painted] == [1]
    assert "twee rondes" in painted[0].sentences[0]
