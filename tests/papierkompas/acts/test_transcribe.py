"""What was written by hand on the sheets of a session."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.answers import Reading, Status
from forms.instrument import find
from forms.layout import Field
from forms.roster import parse_roster
from forms.sheets import Job, Seat
from omr.geometry import Image
from omr.hand.recogniser import HOW_TO_GET, NullRecogniser, SeenLetters, recogniser
from omr.hand.whose_name import FOLDED, fold
from omr.page import PageRef
from papierkompas.acts.printing import layout_of
from papierkompas.acts.reading import read_files
from papierkompas.acts.transcribe import crop_png, transcribe
from papierkompas.command.report import Account, show_account
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.outcome.as_json import read_json
from papierkompas.outcome.results import (
    AnsweredSheet,
    answered,
    is_name_in_review,
    results,
)
from papierkompas.session import store as store_module
from papierkompas.session.schema import STEPS, VERSION
from papierkompas.session.session import Session
from papierkompas.session.store import Store
from papierkompas.session.values import Transcript

DAY = dt.date(2026, 3, 14)
ROSTER = parse_roster("Noor;van;Dam\nSam;;Voorbeeld\nZoë;;Kuil\nMilan;;Specimen\n", "lijst.csv")
NAMES = ("Zoë Kuil", "Sam Voorbeeld", "Wilhelmina Onbekend")
needs_network = pytest.mark.skipif(
    isinstance(recogniser(), NullRecogniser),
    reason="the handwriting network is not installed (pip install 'papierkompas[ocr]')",
)


@dataclass
class Pretend:
    """Reads fields in the order in which it is asked, without looking."""

    texts: list[str]
    sure: float = 0.97
    name: str = "pretend"

    def read(self, line: Image) -> SeenLetters:  # noqa: ARG002 it does not look
        """Say the next text; a neat hand."""
        alphabet = (*FOLDED, " ")
        text = fold(self.texts.pop(0))
        steps = np.full((2 * len(text) + 1, len(alphabet) + 1), (1 - self.sure) / len(alphabet))
        steps[0::2, 0] = self.sure
        for place, char in enumerate(text):
            steps[2 * place + 1, alphabet.index(char) + 1] = self.sure
        return SeenLetters(steps, alphabet)


@pytest.fixture(scope="module")
def pile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw three anonymous sheets with a name on each, and one that carries a printed name."""
    instrument = find("stellingenlijst")
    seats = (Seat(1, "Noor van Dam"), Seat(11), Seat(12), Seat(13))
    job = Job(instrument, layout_of(instrument), instrument.round("gewenst"), "K7F3", seats)
    written = {f"K7F3-{n}": name for n, name in zip((11, 12, 13), NAMES, strict=True)}
    rng = np.random.default_rng(3)
    scans = [
        scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)
        for page in filled_pages([job], rng, names=written)
    ]
    file = tmp_path_factory.mktemp("pile") / "scan.pdf"
    write_pdf(file, scans)
    return file


@pytest.fixture
def session(tmp_path: Path, pile: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """Read the pile without the network."""
    monkeypatch.setattr("papierkompas.acts.transcribe.recogniser", NullRecogniser)
    with Session.create(tmp_path / "sessie", "De Regenboog", DAY, ROSTER) as made:
        instrument = find("stellingenlijst")
        batch = made.given_out.batch_for(
            instrument, layout_of(instrument).number, "gewenst", draw=lambda: "K7F3"
        )
        made.given_out.note(batch, [1], [1])
        made.given_out.note(batch, [11, 12, 13])
        read_files([pile], made, workers=1)
        yield made


def by_number(session: Session) -> dict[int, AnsweredSheet]:
    return {sheet.sheet.number: sheet for sheet in results(session).sheets}


def test_without_the_network_everything_else_works(session: Session, pile: Path) -> None:
    """Handwriting is an extra; the command says how to get it, once, and nothing is missing."""
    read = read_files([pile], session, workers=1)
    account = Account.of(read, session)
    said: list[str] = []
    show_account(account, said.append)

    assert said.count(str(HOW_TO_GET)) == 1
    assert len(account.sheets) == 4
    assert all(len(sheet.answers) == 8 for sheet in account.sheets)
    assert session.pages.transcripts() == {}
    assert {s.name for s in account.sheets} == {"Noor van Dam", None}


def test_a_name_that_waits_for_a_person_is_open_work(session: Session, pile: Path) -> None:
    """`--strict` ends with 6 while a name of the list is not certain; a proposal is no doubt."""
    transcribe(session, network=Pretend(list(NAMES)))
    account = Account.of(read_files([pile], session, workers=1), session)

    waiting = [s for s in account.names if s.handwriting["name"].candidates]
    named = [s for s in account.sheets if s not in account.names]

    assert waiting
    assert replace(account, sheets=tuple(replace(s, answers={}) for s in waiting)).is_open
    assert not replace(account, sheets=tuple(replace(s, answers={}) for s in named)).is_open


def test_a_fragment_of_a_name_is_open_work_too(session: Session, pile: Path) -> None:
    """Nobody is proposed for two letters, and still somebody has to say whose sheet it is."""
    transcribe(session, network=Pretend(["Zoë Kuil", "Sam Voorbeeld", "wi"]))
    account = Account.of(read_files([pile], session, workers=1), session)
    (waiting,) = account.names

    assert waiting.handwriting["name"].candidates == ()
    assert replace(account, sheets=(replace(waiting, answers={}),)).is_open


def test_names_are_read_once_and_only_where_none_is_printed(session: Session) -> None:
    """A transcript costs a second; a printed name is known."""
    done = transcribe(session, network=Pretend(list(NAMES)))
    again = transcribe(session, network=Pretend([]))

    assert (done.fields, done.note) == (3, None)
    assert again.fields == 0
    assert {field for _, field in session.pages.transcripts()} == {"name"}


def test_a_certain_name_is_the_name_of_the_sheet(session: Session) -> None:
    """The spelling of the list wins, accents and all; a stranger goes to a person."""
    transcribe(session, network=Pretend(list(NAMES)))
    found = by_number(session)

    assert found[11].name == "Zoë Kuil"
    assert found[12].name == "Sam Voorbeeld"
    assert found[11].handwriting["name"].status is Status.READ
    assert found[13].name is None
    assert found[13].handwriting["name"].status is Status.REVIEW
    assert len(found[13].handwriting["name"].candidates) == 3
    assert found[13].handwriting["name"].text == "wilhelminaonbekend"


def test_a_person_is_the_same_in_both_rounds_by_name(session: Session) -> None:
    """Anonymous sheets are shuffled; the name on them joins the rounds, as a seat does."""
    transcribe(session, network=Pretend(["Noor van Dam", "Sam Voorbeeld", "x"]))
    found = by_number(session)

    assert found[12].person == ("seat", 2)
    assert found[13].person == ("seat", 13)


def test_a_name_that_a_printed_sheet_carries_is_not_given_twice(session: Session) -> None:
    """Noor handed in her own sheet; who wrote her name on another one, a person must see."""
    transcribe(session, network=Pretend(["Noor van Dam", "Sam Voorbeeld", "x"]))
    found = by_number(session)

    assert found[1].name == "Noor van Dam"
    assert found[11].name is None
    assert found[11].handwriting["name"].candidates[0] == "Noor van Dam"


def test_what_a_person_says_always_wins(session: Session) -> None:
    """Also that it is nobody's, and that it is a name that was matched elsewhere."""
    transcribe(session, network=Pretend(list(NAMES)))
    found = by_number(session)
    session.corrections.correct(found[13].id, "name", "Zoë Kuil", "facilitator")
    session.corrections.correct(found[12].id, "name", None, "facilitator")
    after = by_number(session)

    assert after[13].name == "Zoë Kuil"
    assert after[12].name is None
    assert after[11].name is None
    assert after[11].handwriting["name"].status is Status.REVIEW


def test_without_a_list_a_name_is_only_a_proposal(tmp_path: Path, session: Session) -> None:
    """Half of all names are read exactly; nobody gets a wrong one on the map."""
    transcribe(session, network=Pretend(list(NAMES)))
    with session._store.write() as db:
        db.execute("UPDATE sheets SET participant = NULL")
        db.execute("DELETE FROM participants")
    found = by_number(session)

    assert found[11].name is None
    assert found[11].handwriting["name"].text == "zoekuil"
    assert found[11].handwriting["name"].status is Status.REVIEW


def test_a_list_that_comes_later_is_matched_without_reading_again(session: Session) -> None:
    """The letters are kept, not only the text."""
    transcribe(session, network=Pretend(["x", "x", "Wilhelmina Onbekend"]))
    assert by_number(session)[13].name is None
    session.people.add(parse_roster("Wilhelmina;;Onbekend", "later.csv"))

    assert by_number(session)[13].name == "Wilhelmina Onbekend"


def test_the_json_keeps_its_contract(session: Session, pile: Path) -> None:
    """Other programs read text, match and status; the text stays what was read."""
    transcribe(session, network=Pretend(list(NAMES)))
    read = read_files([pile], session, workers=1)
    account = Account.of(read, session)
    fields = {s["sheet"]: s["fields"]["name"] for s in read_json(read, account.sheets)["sheets"]}

    assert fields["K7F3-11"] == {"text": "zoekuil", "match": "Zoë Kuil", "status": "read"}
    assert fields["K7F3-13"]["status"] == "review"
    assert fields["K7F3-13"]["match"] is None
    assert [sheet.sheet.sheet for sheet in account.names] == ["K7F3-13"]


def test_a_name_that_a_person_gives_leaves_what_was_read(session: Session) -> None:
    """Who wonders later about a name sees both: what stands there, and whose it is said to be."""
    transcribe(session, network=Pretend(list(NAMES)))
    sheet = by_number(session)[13]
    session.corrections.correct(sheet.id, "name", "Milan Specimen", "Wil", "gevraagd")
    hand = by_number(session)[13].handwriting["name"]

    assert (hand.text, hand.match) == ("wilhelminaonbekend", "Milan Specimen")


def test_an_answered_sheet_on_which_no_name_was_seen_is_asked_about(session: Session) -> None:
    """It may be too light to see, or stand elsewhere: nobody is left out without a question."""
    sheet = by_number(session)[12].sheet
    unseen = replace(sheet, written={"name": False})
    names = {person.number: person.name for person in session.people.all()}

    asked = answered(unseen, names=names)
    blank = {question: Reading(None) for question in sheet.readings}
    empty = answered(replace(unseen, readings=blank), names=names)
    without_list = answered(unseen)

    assert is_name_in_review(asked)
    assert not is_name_in_review(empty)
    assert not is_name_in_review(without_list)


def test_a_field_is_cut_out_of_the_kept_scan(session: Session) -> None:
    """The picture beside a transcription is made when somebody looks."""
    sheet = by_number(session)[11].sheet
    (place,) = (f for f in _fields() if f.name == "name")
    picture = cv2.imdecode(
        np.frombuffer(crop_png(session, sheet.pages[1], place), np.uint8), cv2.IMREAD_GRAYSCALE
    )

    assert picture is not None
    assert picture.shape[1] > 5 * picture.shape[0]
    assert np.asarray(picture).min() < 80


def _fields() -> tuple[Field, ...]:
    return layout_of(find("stellingenlijst")).pages[0].fields


@needs_network
def test_the_network_reads_drawn_names(session: Session) -> None:
    """From a scanned page to a name on the map."""
    network = recogniser()
    transcribe(session, network=network)
    found = by_number(session)

    assert found[11].name == "Zoë Kuil"
    assert found[12].name == "Sam Voorbeeld"
    assert found[13].name is None


def test_a_session_of_version_1_gets_the_new_table(tmp_path: Path) -> None:
    """Last year's session opens, with everything in it, and takes transcripts from then on."""
    path = tmp_path / "session.sqlite3"
    db = sqlite3.connect(path)
    for table in STEPS[0]:
        db.execute(table)
    db.execute("INSERT INTO session VALUES (1, 'Oud', '2025-01-01', '2025-01-01T00:00:00+00:00')")
    db.execute(
        "INSERT INTO scans VALUES (1, 'abc', 'scan.pdf', 'scan.pdf', 'scans/x', 1, 1,"
        " '2025-01-01T00:00:00+00:00')"
    )
    db.execute(
        "INSERT INTO pages (scan, page, status, detail, rotation, recorded)"
        " VALUES (1, 1, 'read', '', 0, '2025-01-01')"
    )
    db.execute(f"PRAGMA application_id = {store_module.APPLICATION}")
    db.execute("PRAGMA user_version = 1")
    db.commit()
    db.close()
    made = Transcript(
        PageRef("scan.pdf", 1), "name", "e", "a b", "a c", 0.5, b"x", _fields()[0].rect
    )
    with Session.open(tmp_path) as session:
        session.pages.record_transcripts([made])

        assert session.team == "Oud"
        assert session.pages.transcripts() == {(made.ref, "name"): made}
        assert made.changed == (1,)
    store = Store.open(path, STEPS)
    assert store.rows("PRAGMA user_version")[0][0] == VERSION
    store.close()
