"""The papers for walls and tables: complete, within the page, and nothing over anything else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import IO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.companions import Guide
from forms.compass import LARGEST_MM, BlankCompass, Compass, Map, compass_code, compass_paper
from forms.errors import UsageError
from forms.instrument import find
from forms.layout import Rect
from forms.paper_sizes import A4, PAPERS, Paper, paper_named
from forms.printables.activity_cards import (
    activities_of,
    corners_of,
    draw_activity_cards,
    draw_activity_list,
)
from forms.printables.blank_compass import dark_print, draw_blank_compass
from forms.printables.criteria import draw_criteria
from forms.printables.guide import draw_guide
from forms.printables.score_form import draw_score_form
from forms.printables.wall_markers import draw_statement_cards, draw_wall_markers
from forms.sheet_code import decode, encode
from tests.pdf_words import PdfPage, pdf_pages

ASKED = find("stellingenlijst")
QUADRANTS = tuple(corners_of(ASKED))
LONG_TEAM = "Team Verzorgende IG en Maatschappelijke Zorg, locatie Voorbeeldstraat"

Target = Path | IO[bytes]
PAPERS_TO_DRAW: dict[str, Callable[[Target], object]] = {
    "score form": lambda t: draw_score_form(
        t, ASKED, ASKED.rounds, team="Team A", date="1 mei 2026"
    ),
    "score form, long team": lambda t: draw_score_form(t, ASKED, ASKED.rounds, team=LONG_TEAM),
    "wall markers": lambda t: draw_wall_markers(t, ASKED),
    "statement cards": lambda t: draw_statement_cards(t, ASKED),
    "cards": lambda t: draw_activity_cards(t, ASKED),
    "cards of one quadrant": lambda t: draw_activity_cards(t, ASKED, ("vrij",)),
    "list": lambda t: draw_activity_list(t, ASKED, team="Team A", date="1 mei 2026"),
    "guide": lambda t: draw_guide(t, ASKED, team="Team A", date="1 mei 2026"),
    "guide, long team": lambda t: draw_guide(t, ASKED, team=LONG_TEAM, date="31 december 2026"),
    "criteria": lambda t: draw_criteria(t, ASKED, team="Team A", date="1 mei 2026"),
    "blank compass a1": lambda t: draw_blank_compass(t, paper_named("a1"), ASKED),
    "blank compass a3": lambda t: draw_blank_compass(
        t, paper_named("a3"), ASKED, round_key="gewenst", team=LONG_TEAM, date="1 mei 2026"
    ),
    "blank compass flipover": lambda t: draw_blank_compass(t, paper_named("flipover"), ASKED),
    "blank compass lying": lambda t: draw_blank_compass(t, paper_named("a2").turned(), ASKED),
    "blank compass a4": lambda t: draw_blank_compass(t, A4, ASKED),
}
PAGES = {
    "score form": 2,
    "wall markers": 6,
    "statement cards": 8,
    "cards": 11,
    "cards of one quadrant": 3,
    "list": 2,
    "guide": 2,
    "guide, long team": 2,
    "criteria": 1,
    "blank compass a1": 1,
}


def guide() -> Guide:
    assert ASKED.beside.guide is not None
    return ASKED.beside.guide


def drawn(paper: str, folder: Path) -> list[PdfPage]:
    path = folder / "paper.pdf"
    PAPERS_TO_DRAW[paper](path)
    return pdf_pages(path)


@pytest.mark.parametrize("paper", PAPERS_TO_DRAW)
def test_every_text_stands_on_the_page_and_over_no_other(paper: str, tmp_path: Path) -> None:
    """What an office printer cuts off, or prints over something, nobody can read."""
    pages = drawn(paper, tmp_path)

    assert [page.faults() for page in pages] == [[]] * PAGES.get(paper, len(pages))


@pytest.mark.parametrize("paper", ["guide", "cards", "blank compass a1"])
def test_the_same_paper_has_the_same_bytes(paper: str) -> None:
    """A school that prints again can see that nothing changed."""
    first, second = io.BytesIO(), io.BytesIO()
    PAPERS_TO_DRAW[paper](first)
    PAPERS_TO_DRAW[paper](second)

    assert first.getvalue() == second.getvalue()


def test_the_programme_takes_two_and_a_half_hours() -> None:
    """The handbook asks for at least 2.5 hours; a facilitator plans by these minutes."""
    assert sum(step.minutes for step in guide().steps) == 150


def test_the_key_words_and_fields_of_the_handbook_are_all_there() -> None:
    """Terms and their order are the handbook's; only the sentences are ours."""
    assert [row.word for row in guide().key_words] == [
        "leren", "veiligheid", "verantwoordelijkheid", "motivatie", "structuur", "succes", "talent",
    ]  # fmt: skip
    assert all(len(row.meanings) == len(QUADRANTS) for row in guide().key_words)
    assert guide().quadrants == QUADRANTS
    assert len(guide().fields.named) == 6


def test_the_forty_activities_lie_in_the_quadrants_of_the_handbook() -> None:
    """Annex 2: individueel 7, dominant 13, vrij 8, samen 12."""
    counts = {quadrant: len(activities_of(ASKED, [quadrant])) for quadrant in QUADRANTS}

    assert counts == {"individueel": 7, "dominant": 13, "vrij": 8, "samen": 12}
    assert len(ASKED.beside.activities) == 40


def test_every_activity_has_its_card_and_its_line(tmp_path: Path) -> None:
    """Nobody misses an idea because its title did not fit."""
    cards = " ".join(page.text for page in drawn("cards", tmp_path))
    lines = " ".join(page.text for page in drawn("list", tmp_path))
    words = {word for activity in ASKED.beside.activities for word in activity.title.split()}

    assert [word for word in words if word not in cards] == []
    assert [word for word in words if word not in lines] == []


@pytest.mark.parametrize("quadrants", [(), ("samen",), ("dominant",), ("vrij",), ("samen", "vrij")])
def test_every_set_of_cards_has_a_blank_one(quadrants: tuple[str, ...], tmp_path: Path) -> None:
    """The best idea may come from the team itself."""
    path = tmp_path / "cards.pdf"
    draw_activity_cards(path, ASKED, quadrants)

    assert "Eigen idee" in " ".join(page.text for page in pdf_pages(path))


def test_a_quadrant_that_does_not_exist_is_refused() -> None:
    """A typing error must not print an empty set."""
    with pytest.raises(UsageError, match="'vrijheid' is no quadrant"):
        activities_of(ASKED, ["vrijheid"])


def test_the_twenty_criteria_are_numbered_in_order(tmp_path: Path) -> None:
    """Annex 3 lists twenty; people refer to them by number."""
    (page,) = drawn("criteria", tmp_path)
    numbers = [int(word.text) for word in page.words if word.text.isdecimal()]

    assert ASKED.beside.criteria is not None
    assert len(ASKED.beside.criteria.criteria) == 20
    assert [n for n in numbers if n != 2026][-20:] == list(range(1, 21))


def test_the_score_form_asks_for_the_statements_of_each_axis(tmp_path: Path) -> None:
    """Doel-as is 1, 3, 5, 6 and relatie-as 2, 4, 7, 8: a swapped box is a wrong place."""
    page = drawn("score form", tmp_path)[0]
    labels = sorted((w.top // 5, w.left, w.right) for w in page.words if w.text == "stelling")
    asked = [
        next(w.text for w in page.words if w.top // 5 == line and 0 < w.left - right < 3)
        for line, _, right in labels
    ]

    assert asked == ["1", "3", "5", "6", "2", "4", "7", "8"]


def test_the_score_form_divides_every_sum(tmp_path: Path) -> None:
    """4..24 becomes 1,00..6,00."""
    page = drawn("score form", tmp_path)[0]
    means = [word.text for word in page.words if re.fullmatch(r"\d+,\d\d", word.text)]

    assert means == [f"{total / 4:.2f}".replace(".", ",") for total in range(4, 25)]


def test_a_numeral_can_be_read_at_six_metres(tmp_path: Path) -> None:
    """ISO 9241 prefers 20 to 22 arc minutes; at 6 m that is 38 mm."""
    for number, page in enumerate(drawn("wall markers", tmp_path), 1):
        tallest = max(page.words, key=lambda word: word.bottom - word.top)

        assert tallest.text == str(number)
        assert (tallest.bottom - tallest.top) * 0.5 > 38


# --- the blank compass ------------------------------------------------------------------------

sizes = st.tuples(st.integers(200, LARGEST_MM), st.integers(200, LARGEST_MM))


@given(sizes, st.integers(0, 2))
def test_the_code_tells_the_size_of_the_sheet(size: tuple[int, int], round_number: int) -> None:
    """A photo alone is enough to read a flip-over of any size."""
    paper = Paper("x", *size)
    code = decode(encode(compass_code(paper, ASKED, round_number, "K7F3")))

    assert code is not None
    assert code.round == round_number
    read = compass_paper(code)
    assert read is not None
    assert (read.width_mm, read.height_mm) == size


@given(st.floats(1, 6), st.floats(1, 6))
def test_a_place_on_the_map_is_found_back(doel: float, relatie: float) -> None:
    """Printing and reading share one map."""
    map_ = Map(Rect(10, 20, 300, 400), 15, Compass.of(ASKED))

    assert map_.position_of(map_.at(doel, relatie)) == pytest.approx((doel, relatie))


def test_one_lies_on_top_and_at_the_right() -> None:
    """Collectief is above and boven at the right, as in the handbook."""
    map_ = Map(Rect(0, 0, 120, 120), 10, Compass.of(ASKED))

    assert map_.at(1, 1) == (110, 10)
    assert map_.at(6, 6) == (10, 110)
    assert map_.compass.titles == QUADRANTS
    assert map_.compass.ends == ("collectief", "persoonlijk", "naast", "boven")


@pytest.mark.parametrize("paper", [*PAPERS.values(), *(p.turned() for p in PAPERS.values())])
def test_nothing_on_the_blank_compass_lies_over_a_mark(paper: Paper) -> None:
    """The marks and the code have their white rim, and a sticker at the end of an axis fits."""
    compass = BlankCompass.on(paper, Compass.of(ASKED))
    bodies = [*(mark.rect for mark in compass.markers), compass.code]
    rims = [mark.rect.grown(mark.size_mm / 6) for mark in compass.markers]
    rims.append(compass.code.grown(compass.code.width_mm * 4 / 25))

    for number, place in enumerate(rims):
        assert not place.overlaps(compass.map.area)
        assert not any(place.overlaps(body) for body in bodies[:number] + bodies[number + 1 :])
    for body in bodies:
        assert min(body.x_mm, body.y_mm) >= 8
        assert body.x_mm + body.width_mm <= paper.width_mm - 8
        assert body.y_mm + body.height_mm <= paper.height_mm - 8
    numbers = dark_print(compass)[6:]
    assert not any(rect.overlaps(compass.map.plot) for rect in numbers)


def test_a_sheet_that_is_too_large_for_its_code_is_refused() -> None:
    """Better no paper than one that cannot be read back."""
    with pytest.raises(UsageError, match="at most 200 cm"):
        BlankCompass.on(Paper("wall", 3000, 2000), Compass.of(ASKED))
