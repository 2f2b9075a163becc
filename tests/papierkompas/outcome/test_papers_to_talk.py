"""The papers around the meetings: complete, of this team, and with nothing left out."""

from __future__ import annotations

import io
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from forms.companions import Kind, companions_of
from forms.errors import InstrumentError, UsageError
from forms.instrument import find
from forms.printables.text_paper import draw_text_paper
from papierkompas.outcome import drawers
from papierkompas.outcome.material import Material
from papierkompas.outcome.paper_values import wished_quadrants
from papierkompas.outcome.printables import PRINTABLES, Choices, printable
from papierkompas.outcome.rehearsal import invented_results
from tests.papierkompas.outcome.test_agenda import two_camps
from tests.papierkompas.outcome.test_meanings_on_paper import words_of

LIST, QUICKSCAN = find("stellingenlijst"), find("quickscan")
PAPERS = {
    "schoolwaardenkompas": (
        "invitation", "afterwards", "vision-sheet", "key-words", "second-meeting",
    ),
    "quickscan": ("quickscan-invitation", "quickscan-guide"),
}  # fmt: skip


@cache
def said_on(key: str) -> str:
    """Draw a paper of an invented team, and read it."""
    drawn = io.BytesIO()
    material = Material(team="Team", known=lambda: invented_results(LIST, 9))
    drawers.draw(printable(key), material, Choices(), drawn)
    return words_of(drawn.getvalue())


def texts(data: Any) -> Iterator[str]:
    """Yield what the papers of a file of talk say, paragraph by paragraph."""
    match data:
        case dict():
            for name, value in data.items():
                if name not in ("key", "of"):
                    yield from texts(value)
        case list():
            for value in data:
                yield from texts(value)
        case str():
            yield from (" ".join(text.split()) for text in data.split("\n\n"))


@pytest.mark.parametrize("name", PAPERS)
def test_every_text_stands_on_its_paper(name: str) -> None:
    """What was written with care and printed nowhere helps nobody."""
    file = resources.files("forms.instruments") / f"{name}.talk.toml"
    data = tomllib.loads(file.read_text(encoding="utf-8"))
    words = " ".join(said_on(key) for key in PAPERS[name]).replace(" ", "")
    lost = [
        text
        for text in texts(data["papers"])
        for piece in _around_names(text)
        if piece.replace(" ", "") not in words
    ]

    assert not lost


def _around_names(text: str) -> list[str]:
    """Split a text at the names that are put in it; long words may break over two lines."""
    for key in (*(f"{{{each.key}}}" for each in LIST.quadrants), "{field}", "{question}"):
        text = text.replace(key, "|")
    return [piece for piece in text.split("|") if piece.strip() and len(piece.split()) > 1]


def test_the_second_meeting_has_a_worksheet_for_each_field_of_the_organisation() -> None:
    """All six, each with room for what, who and when."""
    guide = LIST.beside.guide
    assert guide is not None
    words = said_on("second-meeting")

    assert len(guide.fields.named) == 6
    for field in guide.fields.named:
        assert f"Werkblad: {field.name}" in words
        assert field.text in words
    assert words.count("zo willen wij het") >= 6
    for each in LIST.quadrants:
        assert each.title in words
    assert "{" not in words


def test_the_second_meeting_is_about_where_this_team_wants_to_be(tmp_path: Path) -> None:
    """Its activities are those of the wished field, and that field is pointed out in the cases."""
    results = two_camps(tmp_path)
    wished = wished_quadrants(results)
    drawn = io.BytesIO()
    material = Material(team="Team", known=lambda: results)
    facts = drawers.draw(printable("second-meeting"), material, Choices(), drawn)
    words = words_of(drawn.getvalue())
    mine = LIST.beside.activities_in(wished)

    assert facts["quadrants"] == list(wished)
    assert facts["activities"] == len(mine)
    assert facts["worksheets"] == 6
    for activity in LIST.beside.activities:
        assert (activity.title in words) == (activity in mine) or activity.quadrant in wished
    for caveat in {activity.caveat for activity in mine if activity.caveat}:
        assert caveat in words
    names = " en ".join(each.title for each in LIST.quadrants if each.key in wished)
    assert f"Hier wil het team staan: {names}." in words
    assert "(hier wil het" in words


def test_the_guide_to_a_quickscan_explains_stages_and_factors() -> None:
    """In the words of the questionnaire itself: one source."""
    words = said_on("quickscan-guide")

    for stage in QUICKSCAN.stages:
        assert f"{stage.title}: {stage.text}" in words
    for factor in QUICKSCAN.factors:
        assert factor.text in words
    assert "onafhankelijk van anderen" in words


@pytest.mark.parametrize("key", ["second-programme", "quickscan-guide"])
def test_the_times_of_a_programme_add_up(key: str) -> None:
    """Each step begins where the one before it ends."""
    talk = (QUICKSCAN if key.startswith("quickscan") else LIST).beside.talk
    assert talk is not None
    paper = talk.paper(key)
    assert paper is not None
    (part,) = [part for part in paper.parts if part.title.startswith("Programma")]
    start = 0
    for clock, minutes, *_ in part.rows:
        assert clock == f"{start // 60}:{start % 60:02d}"
        start += int(minutes)
    hours = {"2,5": 150, "1,5": 90}

    assert start == hours[part.title.split()[1]]


def test_parents_are_other_adults_too() -> None:
    for key in ("invitation", "quickscan-invitation"):
        assert "verzorgers" in said_on(key)


def test_a_questionnaire_without_papers_to_talk_does_not_offer_them() -> None:
    asked = replace(LIST, beside=replace(LIST.beside, talk=None))
    material = Material(own=(asked,), known=lambda: invented_results(LIST, 5))
    offered = {which.key for which in PRINTABLES if material.has(which)}

    assert "agenda" in offered
    assert not offered & {"invitation", "afterwards", "vision-sheet"}
    with pytest.raises(UsageError, match=r"NAME\.talk\.toml"):
        draw_text_paper(io.BytesIO(), asked, "invitation")


PART = '[[papers]]\nkey = "x"\ntitle = "X"\n[[papers.parts]]\n'
WRONG: Mapping[str, str] = {
    'columns = ["a", "b"]\nrows = [["1"]]': "there are 2 columns",
    'columns = ["a"]\nshares = [1, 2]': "for each of the 1 columns",
    'says = "x"\nof = "wishes"': "one of: stages, factors",
    'tekst = "x"': "'tekst' is not known here",
    "lines = 99": "0..20",
}


@pytest.mark.parametrize("part", WRONG)
def test_a_wrong_file_of_talk_is_explained(part: str) -> None:
    """File, place, what, and what to do."""
    with pytest.raises(InstrumentError) as refused:
        companions_of({Kind.TALK: ("eigen.talk.toml", PART + part)}, [])

    assert str(refused.value).startswith("eigen.talk.toml: ")
    assert WRONG[part] in str(refused.value)
