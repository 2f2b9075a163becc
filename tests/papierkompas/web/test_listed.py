"""What was understood of a name list is seen, and can be put right, before anything is made."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest

from papierkompas.session.session import Session
from papierkompas.web.screens.listed import MOST_EDITED
from tests.papierkompas.web.conftest import HERE, Page, fields

LIST = "Stamnr;Roepnaam;Tussenv.;Achternaam;Klas\n1;Ka Wai;;Cheung;4A\n2;Anna;de;Vries;4A\n"
START = {"team": "Team Twee", "date": "2026-05-01", "names": ""}


def begin(page: Page, data: dict[str, Any], **more: Any) -> Any:
    """Send the form of the first screen."""
    return page.client.post("/", data=data, headers={"origin": HERE}, **more)


def people_of(page: Page) -> list[tuple[str, str, str]]:
    """Everybody on the list of the session that was made last."""
    folders = sorted(page.folder.parent.iterdir(), key=lambda folder: folder.stat().st_mtime)
    with Session.open(folders[-1]) as session:
        return [(p.first, p.infix, p.last) for p in session.people.all()]


def test_nothing_is_made_before_the_list_was_seen(page: Page) -> None:
    """Columns used and left are shown first; a wrong list is seen, not printed."""
    seen = begin(page, START, files={"roster": ("4a.csv", LIST.encode())})
    said = html.unescape(seen.text)

    assert seen.status_code == 200
    assert len(list(page.folder.parent.iterdir())) == 1
    assert "2 mensen op de lijst, te beginnen met Ka Wai Cheung, Anna de Vries." in said
    assert "Roepnaam (voornaam), Tussenv. (tussenvoegsel), Achternaam (achternaam)" in said
    assert "Niet gebruikt: Stamnr, Klas." in said
    made = begin(page, fields(seen.text))
    assert made.status_code == 303
    assert people_of(page) == [("Ka Wai", "", "Cheung"), ("Anna", "de", "Vries")]


def test_what_is_put_right_is_what_counts(page: Page) -> None:
    """A first name in the wrong place is one correction; who stays at home is left out."""
    names = "Maria José Garcia\nAnna de Vries\nBo Proef"
    form = fields(begin(page, START | {"names": names}).text)
    form |= {"first-1": "Maria José", "last-1": "Garcia Lopez", "skip-3": "1"}
    begin(page, form)

    assert people_of(page) == [("Maria José", "", "Garcia Lopez"), ("Anna", "de", "Vries")]


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"first-1": "", "infix-1": "", "last-1": ""}, "regel 1: op deze regel staat geen naam"),
        ({"first-1": "Bo", "last-1": "Proef"}, "regel 2: dezelfde naam staat ook op regel 1"),
        ({"last-2": "Pr|oef"}, "'|'"),
        ({"skip-1": "1", "first-3": "Bo", "last-3": "Proef"}, "regel 3: dezelfde naam"),
    ],
)
def test_a_correction_that_cannot_be_printed_is_said_and_kept(
    page: Page, changed: dict[str, str], says: str
) -> None:
    form = fields(begin(page, START | {"names": "Anna Vries\nBo Proef\nDaan Test"}).text)
    again = begin(page, form | changed)

    assert again.status_code == 400
    assert says in html.unescape(again.text)
    kept = {key: value for key, value in changed.items() if not key.startswith("skip")}
    assert fields(again.text).items() >= kept.items()
    assert len(list(page.folder.parent.iterdir())) == 1


def test_another_list_can_be_given_and_what_was_typed_is_still_there(page: Page) -> None:
    form = fields(begin(page, START | {"names": "Anna Vries"}).text)
    back = begin(page, form | {"again": "1"})

    assert "Nieuwe sessie" in back.text
    assert re.search(r"<textarea[^>]*>Anna Vries</textarea>", back.text)
    assert 'value="Team Twee"' in back.text


def test_people_are_added_after_they_were_seen_and_namesakes_are_pointed_out(page: Page) -> None:
    seen = page.post("/people", {"names": "NOOR Proef\nAnna de Vries"})

    assert "staat al op de lijst" in seen.text
    assert "Anna" not in page.get("/people").text
    page.post("/people", fields(seen.text))
    assert "<td>Anna</td><td>de</td><td>Vries</td>" in page.get("/people").text
    assert page.get("/people").text.casefold().count("<td>noor</td>") == 1


def test_a_list_too_long_to_edit_is_shown_and_taken(page: Page) -> None:
    """A form has a bound on its fields; four hundred people are mended in the file."""
    names = [
        f"{a}{b} Proef" for a in ("Anna", "Bram", "Chaima", "Daan") for b in _endings(MOST_EDITED)
    ]
    seen = begin(page, START | {"names": "\n".join(names)})

    assert "first-1" not in seen.text
    made = begin(page, fields(seen.text))
    assert made.status_code == 303
    assert len(people_of(page)) == len(names)


def _endings(count: int) -> list[str]:
    letters = "bcdfghjklmnpqrstvwxz"
    return [x + y for x in letters for y in letters][:count]


@pytest.mark.parametrize(
    "packed",
    [
        "",
        "x",
        "[]",
        "[[], [[1]]]",
        "[" * 100_000,
        json.dumps([[], [["a", "", "b"]]]),
        json.dumps([[], [["a", "", "b", ""]] * 10_000]),
        json.dumps([[], 7]),
    ],
)
def test_a_form_that_nobody_was_given_makes_nothing(page: Page, packed: str) -> None:
    answer = begin(page, START | {"people": packed, "names": "Anna Vries"})

    assert answer.status_code in (200, 400)
    assert len(list(page.folder.parent.iterdir())) == 1
