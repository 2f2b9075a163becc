"""An error is a link to the field that it is about, and what was filled in is still there."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest

from tests.papierkompas.web.conftest import Page
from tests.papierkompas.web.test_own import with_lost_hyphen

TOLD = re.compile(r'<p id="wrong" class="wrong" role="alert">([^<]+)<br><a href="([^"]*)">')
ABOUT = {"team": "Team Anders", "date": "2026-03-12"}
SHEETS = {"paper": "schoolwaardenkompas-1", "round": "gewenst"}


def leads_to_field(page: Page, answer: Any) -> str:
    """Follow the link of an error; return the name of the field that it leads to."""
    assert answer.status_code == 400, answer.text
    (said, where) = TOLD.search(answer.text).groups()  # type: ignore[union-attr]  # None fails
    screen, _, field = where.partition("#")
    text = page.client.get(screen).text if screen else answer.text

    assert said.strip().endswith(".")
    assert re.search(rf'<(input|textarea|select|fieldset|details|li)[^>]* id="{field}"', text), (
        field
    )
    if not screen:
        assert re.search(rf'id="{field}"[^>]*aria-invalid="true"', text), field
    return field


@pytest.mark.parametrize(
    ("path", "given", "field"),
    [
        ("/people", {"names": "Sam4you"}, "names"),
        ("/people/about", {**ABOUT, "date": "morgen"}, "date"),
        ("/people/about", {**ABOUT, "team": " "}, "team"),
        ("/people/1", {"what": "rename"}, "first"),
        ("/people/1", {"what": "rename", "first": "Noor", "last": "Proef"}, "first"),
        ("/people/1", {"what": "merge", "into": ""}, "into"),
        ("/print", {**SHEETS, "whom": "copies", "copies": "0"}, "copies"),
        ("/print", {**SHEETS, "whom": "some"}, "some"),
        ("/print", {**SHEETS, "round": "ooit", "whom": "master"}, "rounds"),
        ("/own/upload", {}, "own"),
        ("/scan/upload", {}, "file"),
        ("/type/sheet", {**SHEETS, "paper": "schoolwaardenkompas", "number": "3", "a1": "2"}, "a2"),
    ],
)
def test_an_error_leads_to_its_field(
    page: Page, path: str, given: dict[str, str], field: str
) -> None:
    assert leads_to_field(page, page.post(path, given)) == field


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({**ABOUT, "team": " "}, "team"),
        ({**ABOUT, "date": "morgen"}, "date"),
        ({**ABOUT, "names": "Sam4you"}, "names"),
    ],
)
def test_a_session_that_cannot_begin_says_where(
    page: Page, given: dict[str, str], field: str
) -> None:
    answer = page.client.post("/", data=given, headers={"origin": str(page.client.base_url)})

    assert leads_to_field(page, answer) == field
    assert given["date"] in answer.text


def test_what_came_back_and_is_not_clear_leads_to_its_field(read_page: Page) -> None:
    """Somebody is taken off the list whose sheets came in; a name is given that is none."""
    page = read_page
    sheet = next(s for s in page.desk.all_open()[0].results().sheets)
    assert leads_to_field(page, page.post("/people/1", {"what": "off"})) == "sheets"
    given = page.post(f"/names/{sheet.sheet.sheet.lower()}", {"name": " "})

    assert TOLD.search(given.text)


def test_a_list_that_was_seen_leads_to_the_line(page: Page) -> None:
    text = page.post("/people", {"names": "Ali Monster\nEva Staal"}).text
    packed = re.search(r'name="people" value="([^"]*)"', text)
    assert packed

    given = {"people": unescape(packed[1]), "first-2": "4you", "last-2": ""}

    assert leads_to_field(page, page.post("/people", given)) == "first-2"


def test_words_that_are_left_are_led_to_one_by_one(page: Page) -> None:
    document, _ = with_lost_hyphen()
    files = {"own": ("boek.txt", document.encode())}
    draft = page.post("/own/upload", files=files).headers["location"].removeprefix(page.base)

    assert leads_to_field(page, page.post(draft)).startswith("word-")


def test_a_fault_of_the_program_is_a_page_with_a_way_on(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks nothing of the session, which may be what is broken."""

    def broken(_sheets: object) -> None:
        raise KeyError("not there")

    monkeypatch.setattr("papierkompas.web.visit.names_to_settle", broken)
    answer = page.get("/answers")

    assert answer.status_code == 500
    assert "text/html" in answer.headers["content-type"]
    assert "Dit is een fout in het programma." in answer.text
    assert f'href="{page.base}/answers"' in answer.text
    assert 'href="/"' in answer.text


def test_answers_are_filtered_and_sorted_by_what_matters(read_page: Page) -> None:
    """Only the doubts; by name; by what was answered to a statement."""
    page = read_page
    every, doubts = page.get("/answers").text, page.get("/answers?only=doubt").text

    assert "alleen met een twijfel (1)" in every
    assert _people(every).count("Noor Proef") == 2
    assert _people(doubts) == ["Noor Proef"]
    assert _people(page.get("/answers?sort=name").text)[:3] == sorted(_people(every)[:3])
    by_third = page.get("/answers?sort=3").text
    assert _people(by_third)[0] == "Noor Proef", "a doubt stands first"
    rows = re.findall(r'<th scope="row">.*?</tr>', by_third, re.DOTALL)
    third = [re.findall(r"<td[^>]*>(?:<a[^>]*>)?([^<]*)", row)[2] for row in rows[1:3]]
    assert third == sorted(third)
    assert 'aria-sort="ascending"' in by_third


def _people(text: str) -> list[str]:
    return re.findall(r'<th scope="row"><a[^>]*>([^<]+)</a>', text)
