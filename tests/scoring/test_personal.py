"""The personal page: all of one's own, and nobody else's."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from forms.instrument import find
from scoring.compass import Position, place
from scoring.personal import PersonalPage, draw_personal
from tests.maps import COMPASS
from tests.pdf_words import PdfPage, pdf_pages

ASKED = find("stellingenlijst")
KEYS = [row.key for row in ASKED.rows]


def page(
    name: str, gewenst: list[int | None], huidig: list[int | None] | None = None
) -> PersonalPage:
    answers = {"gewenst": dict(zip(KEYS, gewenst, strict=True))}
    if huidig is not None:
        answers["huidig"] = dict(zip(KEYS, huidig, strict=True))
    placed = {key: place(given, COMPASS).position for key, given in answers.items()}
    positions: dict[str, Position] = {key: at for key, at in placed.items() if at is not None}
    return PersonalPage(name, "Team A", "1 mei 2026", answers, positions)


SAM = page("Sam Voorbeeld", [2, 4, 3, 5, 2, 2, 4, 4], [1, 2, 2, 1, 3, 1, 2, 2])
NOOR = page("Noor van den Proef", [6, 6, 6, 6, 6, 6, 6, 6], [6, 6, 6, 6, 6, 6, 6, 6])
BORDER = page("Đorđe Model", [4, 3, 4, 4, 3, 3, 4, 3])
UNKNOWN = page("Ayşe Monster", [None, 3, 4, 4, None, 3, 4, 3], [1, 1, 1, 1, 1, 1, 1, 1])


def drawn(pages: list[PersonalPage], folder: Path) -> list[PdfPage]:
    path = folder / "personal.pdf"
    draw_personal(path, ASKED, pages)
    return pdf_pages(path)


@pytest.mark.parametrize(
    "one",
    [
        pytest.param(SAM, id="two rounds"),
        pytest.param(NOOR, id="nothing changed, at the end of both axes"),
        pytest.param(BORDER, id="on a border, one round"),
        pytest.param(UNKNOWN, id="no place in one round"),
        pytest.param(
            page("Annemarie-Charlotte van Wassenaer tot Obdam-Voorbeeldstra", [1] * 8),
            id="long name",
        ),
    ],
)
def test_everything_stands_on_one_page_and_over_nothing(one: PersonalPage, tmp_path: Path) -> None:
    """It is taken home and looked at again."""
    pages = drawn([one], tmp_path)

    assert len(pages) == 1
    assert pages[0].faults() == []
    assert one.name in pages[0].text


def test_nobody_else_is_on_it(tmp_path: Path) -> None:
    """Names with opinions are personal data."""
    names = ["Sam", "Noor", "Đorđe", "Ayşe"]
    pages = drawn([SAM, NOOR, BORDER, UNKNOWN], tmp_path)

    for name, one in zip(names, pages, strict=True):
        assert [other for other in names if other in one.text.split()] == [name]


def test_the_worked_example_of_the_handbook_is_in_samen(tmp_path: Path) -> None:
    """Doel 2,25 and relatie 4,25 give samen."""
    text = drawn([SAM], tmp_path)[0].text

    assert "Vak: samen" in text
    assert {"2,25", "4,25"} <= set(text.split())


def test_a_place_on_a_border_is_said_to_be_one(tmp_path: Path) -> None:
    """Exactly 3.5 belongs to both sides."""
    text = drawn([BORDER], tmp_path)[0].text

    assert "Precies op een lijn, tussen samen, dominant, vrij en individueel" in text


def test_what_is_missing_is_named(tmp_path: Path) -> None:
    """No silent mean of three answers."""
    text = drawn([UNKNOWN], tmp_path)[0].text

    assert "bij stelling 1 en 5 is geen duidelijk antwoord" in text


def test_the_same_people_give_the_same_bytes() -> None:
    """The same paper twice is one paper."""
    first, second = io.BytesIO(), io.BytesIO()
    draw_personal(first, ASKED, [SAM, NOOR])
    draw_personal(second, ASKED, [SAM, NOOR])

    assert first.getvalue() == second.getvalue()


def test_the_page_shows_the_own_largest_step_and_the_middle_of_the_team(tmp_path: Path) -> None:
    """One's own dot against the middle, and what to begin with."""
    middles = {"gewenst": Position(2.5, 4.5), "huidig": Position(3, 3)}
    (shown,) = drawn([replace(SAM, middles=middles)], tmp_path)
    (alone,) = drawn([BORDER], tmp_path)

    assert "het midden van het team" in shown.text
    assert "Je grootste stap: stelling 4, van 1 naar 5." in shown.text
    assert "midden van het team" not in alone.text
    assert "grootste stap" not in alone.text
    assert shown.faults() == []
