"""What was written by hand, on the page: whose sheet it is, and free text."""

from __future__ import annotations

import io
import json
import random
import re
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl  # type: ignore[import-untyped]  # it has no stubs
import pytest

from omr.hand.recogniser import NullRecogniser, recogniser
from papierkompas.acts.transcribe import transcribe
from papierkompas.outcome.results import sheet_key
from papierkompas.session.session import Session
from papierkompas.web import desk, reader
from tests.papierkompas.acts.test_transcribe import Pretend
from tests.papierkompas.web.conftest import Page, opened
from tests.papierkompas.web.pile import HANDS, NAMES, make_session, quickscan_pile

needs_network = pytest.mark.skipif(
    isinstance(recogniser(), NullRecogniser),
    reason="the handwriting network is not installed (pip install 'papierkompas[ocr]')",
)


@pytest.fixture
def by_hand(
    tmp_path: Path, unsigned: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """A pile of sheets with handwritten names, on a computer without the network."""
    _take_the_network_away(monkeypatch)
    with opened(tmp_path, unsigned[0]) as page:
        page.send(unsigned[1])
        yield page


@pytest.fixture
def read_by_hand(by_hand: Page) -> Page:
    """The same with the names as a network would have read them."""
    with Session.open(by_hand.folder) as session:
        transcribe(session, network=Pretend(list(HANDS)))
    return by_hand


def test_without_the_network_every_name_can_be_given_and_the_page_says_why(by_hand: Page) -> None:
    text = by_hand.get("/names").text

    assert "wordt handschrift niet herkend" in text
    assert text.count("Van wie is formulier") >= 3
    assert "wordt handschrift niet herkend" in by_hand.get("/scan").text
    assert "3 namen nakijken" in by_hand.get("/scan").text
    key = _keys(text)[0]
    assert by_hand.get(f"/field/{key}/name.jpg").content.startswith(b"\xff\xd8")
    by_hand.post(f"/names/{key}", {"name": "Noor Proef", "seen": "0"})
    assert "2 namen nakijken" in by_hand.get("/scan").text
    assert "Noor Proef" in by_hand.get("/answers").text


def test_a_name_that_is_not_certain_comes_with_the_three_that_fit_best(read_by_hand: Page) -> None:
    text = read_by_hand.get("/names").text
    waiting, _, matched = text.partition("Door het programma herkend")

    assert waiting.count('class="proposal"') == 3
    assert waiting.count("<kbd>1</kbd>") == 1
    assert "Zoë van Toets" in matched
    assert "Sam Voorbeeld" in matched
    assert matched.count("herkend door het programma") == 2
    assert 'class="badge">1</b>' in read_by_hand.get("/map").text


def test_a_match_of_the_program_can_be_changed_and_taken_back(read_by_hand: Page) -> None:
    text = read_by_hand.get("/names").text.partition("Door het programma herkend")[2]
    key = _keys(text)[0]
    read_by_hand.post(f"/names/{key}", {"nobody": "1", "seen": "0"})
    without = read_by_hand.get("/answers").text
    read_by_hand.post(f"/names/{key}", {"name": "Noor Proef", "seen": "1"})
    other = read_by_hand.get("/answers").text
    read_by_hand.post("/undo", {"correction": "2", "mode": "names"})
    read_by_hand.post("/undo", {"correction": "1", "mode": "names"})

    assert "Zoë van Toets" not in without
    assert "Noor Proef" in other
    assert "Zoë van Toets" in read_by_hand.get("/answers").text
    assert "naam" in read_by_hand.get("/history").text


def test_a_name_that_nobody_can_read_is_settled_too(read_by_hand: Page) -> None:
    key = _keys(read_by_hand.get("/names").text)[0]
    refused = read_by_hand.post(f"/names/{key}", {"name": " ", "seen": "0"})
    read_by_hand.post(f"/names/{key}", {"nobody": "1", "seen": "0"})

    assert refused.status_code == 400
    assert "Er zijn geen namen meer na te kijken" in read_by_hand.get("/names").text
    assert "namen nakijken" not in read_by_hand.get("/scan").text


def test_a_second_sheet_of_one_person_is_asked_about(read_by_hand: Page) -> None:
    """Nobody's first sheet may vanish because a second one got their name."""
    key = _keys(read_by_hand.get("/names").text)[0]
    placed = _placed(read_by_hand)
    asked = read_by_hand.post(f"/names/{key}", {"name": "sam voorbeeld", "seen": "0"})

    assert asked.status_code == 200
    assert "heeft in deze ronde al formulier" in asked.text
    assert "(gewenst)" in asked.text
    assert read_by_hand.get("/history").text.count("<td>1</td>") == 0
    assert _placed(read_by_hand) == placed
    answer = {"name": "Sam Voorbeeld", "seen": "0", "second": "replace"}
    assert read_by_hand.post(f"/names/{key}", answer).status_code == 303
    assert "is ervoor in de plaats" in read_by_hand.get("/names").text
    made = read_by_hand.desk.open(read_by_hand.base[3:])
    assert made is not None
    assert made.results().twice == ()
    assert _placed(read_by_hand) == placed - 1
    replaced = max(c.id for c in made.session.corrections.all())
    read_by_hand.post("/undo", {"correction": str(replaced), "mode": "names"})
    assert len(made.results().twice) == 2  # and neither counts
    assert _placed(read_by_hand) == placed - 2
    assert "Deze formulieren tellen niet mee" in read_by_hand.get("/names").text
    assert "heeft in deze ronde al formulier" in read_by_hand.get(f"/names/{key}").text


def test_candidates_who_have_a_sheet_are_marked(read_by_hand: Page) -> None:
    waiting = read_by_hand.get("/names").text.partition("Door het programma herkend")[0]

    assert waiting.count("<small>(heeft al een formulier)</small>") == 2
    assert 'label="Sam Voorbeeld (heeft al een formulier)"' in waiting


def test_no_two_sheets_of_one_person_count_without_an_answer_of_a_person(
    read_by_hand: Page,
) -> None:
    """Whatever names are given, changed and taken back, in whatever spelling."""
    made = read_by_hand.desk.open(read_by_hand.base[3:])
    assert made is not None
    keys = [sheet_key(sheet) for sheet in made.results().sheets]
    names = [*NAMES, *(n.upper() for n in NAMES), "Iemand Anders", "iemand  anders", ""]
    chance = random.Random(14)
    asked = 0
    for _ in range(120):
        standing = [
            c.id for of in made.session.corrections.standing().values() for c in of.values()
        ]
        if standing and chance.random() < 0.2:
            change = {"correction": str(chance.choice(standing)), "mode": "names"}
            read_by_hand.post("/undo", change)
        else:
            name = chance.choice(names)
            given = {"name": name} if name else {"nobody": "1"}
            answer = read_by_hand.post(f"/names/{chance.choice(keys)}", given)
            asked += answer.status_code == 200
        counted = [
            placed.sheet.person
            for compass in made.results().compasses
            for placed in compass.rounds[0].placed
            if placed.position is not None
        ]

        assert len(counted) == len(set(counted))
        assert not {c.question for c in made.session.corrections.all()} - {"name"}
    assert asked >= 10


def test_who_was_hidden_as_a_number_stays_hidden_when_the_name_is_known(by_hand: Page) -> None:
    """The program reads names later than marks; nobody may appear on the wall by that."""
    people = re.findall(r'name="shown" value="([^"]+)"', by_hand.get("/map").text)
    by_hand.post("/map", {"people": "1", "shown": people[1:]})
    with Session.open(by_hand.folder) as session:
        transcribe(session, network=Pretend(list(HANDS)))
    text = by_hand.get("/map").text

    assert "(1 verborgen)" in text
    assert "Zoë van Toets" not in text.partition("positions-table")[2]
    assert "Zoë van Toets" in text  # among those who may be shown


def test_a_person_without_a_place_on_the_list_can_be_hidden_by_name(by_hand: Page) -> None:
    key = _keys(by_hand.get("/names").text)[0]
    by_hand.post(f"/names/{key}", {"name": "Wilhelmina Onbekend", "seen": "0"})
    people = re.findall(r'name="shown" value="([^"]+)"', by_hand.get("/map").text)
    by_hand.post("/map", {"people": "1", "shown": [p for p in people if "wilhelmina" not in p]})

    assert "name-wilhelmina onbekend" in people
    assert "Wilhelmina" not in by_hand.get("/map").text.partition("positions-table")[2]


@needs_network
def test_names_are_read_behind_the_page_when_the_pile_is(
    tmp_path: Path, unsigned: tuple[Path, Path]
) -> None:
    """Nothing has to be asked for; the names come by themselves, in a process of their own."""
    with opened(tmp_path, unsigned[0]) as page:
        page.send(unsigned[1])
        text = ""
        for _ in range(300):
            text = page.get("/names").text
            if text.count("herkend door het programma") == 2:
                break
            time.sleep(0.1)

        assert text.count("herkend door het programma") == 2
        assert page.said == []


def test_a_session_that_is_deleted_waits_for_no_handwriting(
    by_hand: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process that reads is ended first: it has the database open."""
    started = []

    class Endless:
        def __init__(self) -> None:
            self.lives = True

        def is_alive(self) -> bool:
            return self.lives

        def terminate(self) -> None:
            self.lives = False

        def join(self, timeout: float) -> None:
            pass

    def start(*_: object) -> Endless:
        started.append(Endless())
        return started[-1]

    for module in (reader, desk):
        monkeypatch.setattr(module, "can_transcribe", lambda: True)
    monkeypatch.setattr(reader, "start_transcribing", start)
    open_session = by_hand.desk.open(by_hand.base[3:])
    assert open_session is not None
    by_hand.desk.reader.transcribe(open_session.session)
    while not by_hand.desk.reader.is_transcribing(open_session.session):
        time.sleep(0.01)
    assert "Het handschrift wordt nog gelezen" in by_hand.get("/names").text
    by_hand.post("/end", {"sure": "1"})

    assert not by_hand.folder.exists()
    assert not started[0].lives


def test_free_text_is_a_proposal_until_a_person_says_what_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _take_the_network_away(monkeypatch)
    make_session(tmp_path / "sessie")
    pile = quickscan_pile(tmp_path / "sessie", tmp_path / "lijsten.pdf")
    with opened(tmp_path, tmp_path / "sessie") as page:
        page.send(pile)
        empty = page.get("/comments").text
        with Session.open(page.folder) as session:
            transcribe(session, network=Pretend(["bellen om vier uur"] * 60))
        text = page.get("/comments").text
        action = re.search(r'action="([^"]+/comment/([^/"]+)/(priority/[a-z]+))"', text)
        assert action is not None
        path = action[1].removeprefix(page.base)

        assert "wordt handschrift niet herkend" in empty
        assert "niet nagekeken" in text
        assert page.get(f"/field/{action[2]}/{action[3]}.jpg").content.startswith(b"\xff\xd8")
        assert "opmerkingen in handschrift" in page.get("/list").text
        page.post(path, {"text": "Bellen om <vijf> uur", "seen": "0"})
        checked = page.get("/comments").text
        assert "Bellen om &lt;vijf&gt; uur" in checked
        assert "nagekeken door begeleider" in checked
        assert "Bellen om &lt;vijf&gt; uur" in page.get("/list").text
        zipped = page.get("/papers/everything.zip").content
        with zipfile.ZipFile(io.BytesIO(zipped)) as found:
            table = found.read("resultaten.csv").decode("utf-8-sig")
            book = openpyxl.load_workbook(io.BytesIO(found.read("resultaten.xlsx")))
            said = json.loads(found.read("resultaten.json"))["quickscan"]["comments"]
        assert "Bellen om <vijf> uur;begeleider" in table
        cells = [cell.value for row in book["opmerkingen quickscan"] for cell in row]
        assert "Bellen om <vijf> uur" in cells
        assert {(c["text"], c["checked_by"]) for c in said} == {
            ("Bellen om <vijf> uur", "begeleider"),
            (None, None),
        }
        assert "bellen om vier uur" not in table  # what nobody checked is no text
        assert page.post("/undo", {"correction": "1", "mode": "comments"}).status_code == 303
        assert "nagekeken door begeleider" not in page.get("/comments").text
        assert page.post(f"/comment/{action[2]}/1.1", {"text": "x"}).status_code == 404


def _take_the_network_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "can_transcribe", lambda: False)
    monkeypatch.setattr(desk, "can_transcribe", lambda: False)


def _placed(page: Page) -> int:
    made = page.desk.open(page.base[3:])
    assert made is not None
    return sum(p.position is not None for c in made.results().compasses for p in c.rounds[0].placed)


def _keys(text: str) -> list[str]:
    """Return the keys of the sheets that are asked for, in the order of the screen."""
    return list(dict.fromkeys(re.findall(r'/names/([a-z0-9-]+)"', text)))
