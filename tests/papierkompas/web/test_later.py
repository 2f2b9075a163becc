"""A doubt that is put off: out of the queue, still a doubt, and on a list to walk round with."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest

from papierkompas.command.cli import run
from papierkompas.outcome.to_settle import to_ask
from papierkompas.web.screens.check import doubts_of
from tests.papierkompas.web.conftest import Page
from tests.papierkompas.web.pile import scan_pile
from tests.pdf_words import pdf_pages


@pytest.fixture
def doubtful(page: Page, tmp_path: Path) -> Page:
    """Every row of every sheet is in doubt; three people, two rounds."""
    page.send(scan_pile(page.folder, tmp_path / "twijfel.pdf", "gewenst", in_doubt=True))
    return page


def asked(page: Page) -> list[str]:
    found = page.get("/check").headers.get("location", "")
    text = page.get("/check").text
    assert not found
    return re.findall(r'name="question" value="([^"]+)"', text)


def test_what_is_put_off_leaves_the_queue_and_comes_back(doubtful: Page) -> None:
    page = doubtful
    desk = page.desk.open(page.base.rsplit("/", 1)[1])
    assert desk is not None
    waiting = doubts_of(desk)
    assert len(waiting) == 24
    sheet, question = waiting[0]
    key = sheet.sheet.sheet.lower()
    assert asked(page) == [question]
    gone = page.post(f"/later/{key}", {"question": question})
    assert gone.headers["location"].endswith(f"question={waiting[1][1]}")
    again = page.post(f"/later/{key}", {"question": question})  # pressed twice
    assert "meanwhile" in again.headers["location"]

    assert len(doubts_of(desk)) == 23
    assert [one.question for one in to_ask(desk.results().sheets)] == [question]
    assert desk.results().in_review == 24, "it stays a doubt"
    assert "0 van 24 klaar" in page.get("/check").text
    assert "1 te vragen" in page.get("/check").text
    here = page.get(f"/check?sheet={key}&question={question}").text
    assert "Staat bij Te vragen" in here
    list_ = page.get("/later").text
    assert sheet.label in list_
    assert f"Stelling {question}, " in list_
    assert "Toetsen" not in list_
    history = page.get("/history").text
    assert f"stelling {question}, later vragen" in history
    assert "later vragen:" not in history

    page.post(f"/later/{key}", {"question": question, "back": "1"})
    assert len(doubts_of(desk)) == 24
    assert "Er is niets uitgesteld" in page.get("/later").text

    page.post(f"/later/{key}", {"question": question})
    page.post(f"/row/{key}/{question}", {"mode": "check", "value": "2", "seen": "99"})
    assert to_ask(desk.results().sheets) == ()
    assert "1 van 24 klaar" in page.get("/check").text


def test_the_paper_says_the_same_as_the_command(doubtful: Page, tmp_path: Path) -> None:
    """Per person, with the statements and the boxes; only as long as there is something to ask."""
    page = doubtful
    desk = page.desk.open(page.base.rsplit("/", 1)[1])
    assert desk is not None
    assert page.get("/papers/to-ask.pdf").status_code == 409
    for sheet, question in doubts_of(desk)[6:10]:  # of two people
        page.post(f"/later/{sheet.sheet.sheet.lower()}", {"question": question})
    shown = page.get("/papers/to-ask.pdf")
    out = tmp_path / "te-vragen.pdf"
    assert run(["extras", "to-ask", "--session", str(page.folder), "--out", str(out)]) == 0
    words = " ".join(one.text for one in pdf_pages(out))

    assert shown.content == out.read_bytes()
    assert io.BytesIO(shown.content).read(5) == b"%PDF-"
    for name in ("Sam Voorbeeld", "Noor Proef", "Stelling 7", "Stelling 2", "leeg"):
        assert name in words
    assert "/papers/to-ask.pdf" in page.get("/papers").text
    page.desk.all_open()[0].session.settings.leave_out_names(True)
    assert "Sam" not in page.get("/later").text
