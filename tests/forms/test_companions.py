"""Activities, criteria and a guide are files beside a questionnaire, and explained when wrong."""

from __future__ import annotations

import datetime as dt
import io
from importlib import resources
from pathlib import Path

import pytest

from forms.companions import Kind, companions_of
from forms.errors import InstrumentError, UsageError
from forms.instrument import Instrument, find, load
from forms.printables.activity_cards import draw_activity_cards, draw_activity_list
from forms.printables.criteria import draw_criteria
from forms.printables.guide import draw_guide
from papierkompas.session.session import Session
from tests.invented import invented
from tests.pdf_words import pdf_pages

DAY = dt.date(2026, 3, 12)
ACTIVITIES = """\
[[activities]]
key = "soep"
title = "Samen soep koken"
quadrant = "QUADRANT"
reach = "Iedereen kent elkaar."
text = "Kook samen soep. Eet die samen op."
"""


def own(folder: Path) -> tuple[Path, list[str]]:
    """Write a questionnaire that is nobody's, and say which quadrants it has."""
    made = next(made for made in map(invented, range(99)) if made.is_compass)
    path = folder / "eigen.toml"
    path.write_text(made.text, encoding="utf-8")
    return path, [key for key, _ in made.quadrants.values()]


def test_own_activities_become_own_cards(tmp_path: Path) -> None:
    """The school's own quadrants, with the school's own names on the cards."""
    path, quadrants = own(tmp_path)
    text = ACTIVITIES.replace("QUADRANT", quadrants[0])
    path.with_name("eigen.activities.toml").write_text(text, encoding="utf-8")
    asked = load(path)
    pdf = tmp_path / "kaarten.pdf"

    assert draw_activity_cards(pdf, asked) == 1
    (page, *_) = pdf_pages(pdf)
    title = next(each.title for each in asked.quadrants if each.key == quadrants[0])
    assert "Samen soep koken" in page.text
    assert title in page.text
    assert draw_activity_cards(io.BytesIO(), asked, [quadrants[1]]) == 0  # blank ones, for ideas
    with pytest.raises(UsageError, match="no quadrant"):
        draw_activity_list(io.BytesIO(), asked, ["nergens"])


def test_a_questionnaire_without_files_beside_it_says_what_is_missing(tmp_path: Path) -> None:
    """Never the forty activities of another map under one's own names."""
    asked = load(own(tmp_path)[0])

    for draw in (draw_activity_cards, draw_activity_list, draw_criteria, draw_guide):
        with pytest.raises(UsageError, match=r"Put a file NAME\.\w+\.toml beside"):
            draw(io.BytesIO(), asked)


def test_the_literal_wording_of_a_handbook_keeps_the_activities(tmp_path: Path) -> None:
    """The same key and the same quadrants in other words: what lies beside it serves both."""
    source = resources.files("forms") / "instruments" / "schoolwaardenkompas.toml"
    path = tmp_path / "letterlijk.toml"
    path.write_text(source.read_text(encoding="utf-8").replace("edition = 1", "edition = 32"))

    assert load(path).beside == find("schoolwaardenkompas").beside


@pytest.mark.parametrize(
    ("kind", "text", "says"),
    [
        (Kind.ACTIVITIES, "", "there are no activities"),
        (Kind.ACTIVITIES, ACTIVITIES, "'quadrant' is 'QUADRANT', but should be one of: a, b"),
        (Kind.ACTIVITIES, ACTIVITIES.replace("QUADRANT", "a") * 2, "'soep' stands there twice"),
        (Kind.ACTIVITIES, ACTIVITIES + "tijd = 1\n", "'tijd' is not known here"),
        (Kind.CRITERIA, 'title = "x"', "'intro' is missing"),
        (Kind.GUIDE, 'title = "x"', "'prepare' is missing"),
    ],
)
def test_a_wrong_file_is_explained(kind: Kind, text: str, says: str) -> None:
    """File, place, what, and what to do."""
    text = text if says.startswith("'quadrant'") else text.replace("QUADRANT", "a")
    with pytest.raises(InstrumentError) as refused:
        companions_of({kind: ("eigen.toml", text)}, ["a", "b"])

    assert str(refused.value).startswith("eigen.toml: ")
    assert says in str(refused.value)


def test_what_does_not_fit_on_paper_is_refused(tmp_path: Path) -> None:
    """A text that runs off its card would be found out at the table."""
    path, quadrants = own(tmp_path)
    text = ACTIVITIES.replace("QUADRANT", quadrants[0]).replace("Kook samen", "Kook samen " * 300)
    path.with_name("eigen.activities.toml").write_text(text, encoding="utf-8")

    with pytest.raises(InstrumentError, match="does not fit on a card"):
        draw_activity_cards(io.BytesIO(), load(path))


def test_a_session_keeps_what_lies_beside_a_questionnaire(tmp_path: Path) -> None:
    """The file may be gone when the cards are printed; a newer one beside it counts."""
    path, quadrants = own(tmp_path)
    beside = path.with_name("eigen.activities.toml")
    beside.write_text(ACTIVITIES.replace("QUADRANT", quadrants[0]), encoding="utf-8")
    with Session.create(tmp_path / "sessie", "Team A", DAY) as session:
        session.questionnaires.keep(path)
        first = kept(session)
        beside.write_text(ACTIVITIES.replace("QUADRANT", quadrants[1]), encoding="utf-8")
        session.questionnaires.keep(path)

        beside.unlink()

        assert [a.quadrant for a in first.beside.activities] == [quadrants[0]]
        assert [a.quadrant for a in kept(session).beside.activities] == [quadrants[1]]
        session.delete_for_good()
    assert not list((tmp_path / "sessie").rglob("*.toml"))


def kept(session: Session) -> Instrument:
    (asked,) = session.questionnaires.all()
    return asked
