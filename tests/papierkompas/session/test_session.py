"""A session: who takes part, what was printed, scanned, read and corrected."""

from __future__ import annotations

import datetime as dt
import errno
import hashlib
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import instrument as instruments
from forms.answers import Reading
from forms.companions import Kind
from forms.errors import InstrumentError, SessionError
from forms.instrument import Instrument, parse
from forms.roster import Roster, parse_roster
from forms.sheet_code import MASTER, MAX_NUMBER, TYPED, SheetCode
from omr.page import PageRef, PageStatus, ReadPage, Reason, together, unread
from omr.pile.settle import settle
from papierkompas.acts import reading
from papierkompas.acts.reading import settled_session
from papierkompas.outcome.list_history import list_history
from papierkompas.session import kept_files
from papierkompas.session import pages as pages_module
from papierkompas.session.corrections import ChangedMeanwhileError, _undone, corrections_of
from papierkompas.session.pages import MENDABLE
from papierkompas.session.session import Session
from papierkompas.session.values import Scan, SheetId

DAY = dt.date(2025, 3, 14)
ROSTER: Roster = parse_roster("Noor;van;Dam\nAli;;Bos\nZoë;;Kuil\n", "lijst.csv")
INSTRUMENT_TEXT = """
key = "lunch"
edition = 1
paper = "lunchlijst"
title = "Lunch"
scoring = "count"
how_to = ["Kruis een hokje aan."]
rounds.nu = { number = 1, title = "Nu" }
rounds.later = { number = 2, title = "Later" }
scales.two = { options = ["ja", "nee"] }
sections = [{ rows = [{ kind = "scale", key = "1", text = "Soep?", scale = "two" }] }]
"""
INSTRUMENT: Instrument = parse(INSTRUMENT_TEXT, "lunch.toml")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.create(tmp_path / "sessie", "De Regenboog", DAY, ROSTER) as made:
        yield made


@pytest.fixture
def scan(session: Session, tmp_path: Path) -> Scan:
    return session.scans.keep(a_file(tmp_path, "scan.pdf", b"a scan"))


@pytest.fixture
def batch(session: Session) -> str:
    made = session.given_out.batch_for(INSTRUMENT, 7, "nu")
    session.given_out.note(made, [1, 2, 3], [1, 2, 3])
    session.given_out.note(made, [MASTER])
    return made


def a_file(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def a_page(number: int, option: str = "1") -> ReadPage:
    return ReadPage(PageRef("scan.pdf", number), PageStatus.READ, readings={"1": Reading(option)})


def everything(session: Session) -> list[tuple[object, ...]]:
    """All rows of all tables: what must not change when nothing happened."""
    schema = session._store.rows("SELECT name FROM sqlite_schema WHERE type = 'table'")
    tables = [row["name"] for row in schema]
    return [
        (table, *row)
        for table in tables
        if not table.startswith("sqlite_")
        for row in session._store.rows(f"SELECT * FROM {table}")  # noqa: S608 our own tables
    ]


# Making and opening


def test_a_session_is_found_again(session: Session) -> None:
    """Printed in the evening, read the next day."""
    with Session.open(session.folder) as again:
        assert (again.team, again.date) == ("De Regenboog", DAY)
        assert again.people.all() == ROSTER
        assert again.created == session.created


def test_folders_that_hold_no_session_are_named_with_what_to_do(tmp_path: Path) -> None:
    """The wrong folder is the most common mistake of all."""
    file = a_file(tmp_path, "file", b"")
    with pytest.raises(SessionError, match="no such folder"):
        Session.open(tmp_path / "nowhere")
    with pytest.raises(SessionError, match="papierkompas new"):
        Session.open(tmp_path)
    with pytest.raises(SessionError, match="this is a file"):
        Session.create(file, "Team", DAY)
    with pytest.raises(SessionError, match="cannot be made"):
        Session.create(file / "deeper", "Team", DAY)
    with pytest.raises(SessionError, match="no team"):
        Session.create(tmp_path / "new", " ", DAY)


def test_a_second_session_does_not_replace_the_first(session: Session) -> None:
    """Pressing the button twice must not cost anybody their answers."""
    with pytest.raises(SessionError, match="there is a session in this folder already"):
        Session.create(session.folder, "Anderen", DAY)

    with Session.open(session.folder) as again:
        assert again.team == "De Regenboog"


def test_a_session_that_may_not_be_changed_is_shown_and_refuses_only_changes(
    session: Session, scan: Scan, batch: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a stick that is locked, in a backup, on a colleague's drive."""
    session.pages.record(scan, a_page(1))
    made = session.corrections.correct(SheetId(batch, 1), "1", "3", "Noor")
    before, files = everything(session), sorted(session.folder.rglob("*"))
    monkeypatch.setattr(os, "access", lambda *_, **__: False)  # the tests may run as root
    with Session.open(session.folder) as shown:
        assert shown.is_read_only
        assert everything(shown) == before
        assert shown.given_out.batch_for(INSTRUMENT, 7, "nu") == batch
        changes: list[Callable[[], object]] = [
            lambda: shown.scans.keep(a_file(tmp_path, "b.pdf", b"b")),
            lambda: shown.pages.record(scan, a_page(2)),
            lambda: shown.corrections.correct(SheetId(batch, 1), "1", "2", "Noor"),
            lambda: shown.corrections.undo(made.id, "Noor"),
            lambda: shown.given_out.next_numbers(batch, 1),
            lambda: shown.given_out.batch_for(INSTRUMENT, 8, "nu"),
            lambda: shown.people.add(parse_roster("Eef Lam", "meer.csv")),
            lambda: shown.questionnaires.keep(
                a_file(tmp_path, "lunch.toml", INSTRUMENT_TEXT.encode())
            ),
            lambda: shown.settings.keep("beamer", "[]"),
            lambda: shown.scans.count_pages(scan, 3),
            shown.delete_for_good,
        ]
        for change in changes:
            with pytest.raises(SessionError, match="look at this session, not change it"):
                change()

        assert everything(shown) == everything(session) == before
    with pytest.raises(SessionError, match="you may not write here"):
        Session.create(session.folder.parent, "Team", DAY)
    assert sorted(session.folder.rglob("*")) == files


def test_what_was_stored_last_is_shown_too(
    session: Session, scan: Scan, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy was made of the folder while the laptop that has it open was at work."""
    session.pages.record(scan, a_page(1))  # still in session.sqlite3-wal
    copy = session.folder.with_name("kopie")
    shutil.copytree(session.folder, copy)
    (copy / "session.sqlite3-shm").unlink()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)

    with Session.open(copy) as shown:
        assert list(shown.pages.all()) == [a_page(1)]


# Who takes part, and what was printed


def test_a_late_participant_gets_a_seat_that_nobody_holds(session: Session, batch: str) -> None:
    """Somebody with an anonymous sheet must not become the colleague who came in later."""
    assert session.given_out.next_numbers(batch, 2) == (4, 5)

    added = session.people.add(parse_roster("naam\nAli Bos\nEef Lam\n", "meer.csv"))

    assert [(person.number, person.name) for person in added] == [(6, "Eef Lam")]
    assert session.people.all() == (*ROSTER, *added)
    assert session.given_out.next_numbers(batch, 2) == (7, 8)


def test_the_same_print_is_the_same_batch(session: Session) -> None:
    """Printed again for a lost sheet, it is the same sheet."""
    first = session.given_out.batch_for(INSTRUMENT, 7, "nu")

    assert session.given_out.batch_for(INSTRUMENT, 7, "nu") == first
    assert len(first) == 4
    assert set(first) <= set(TYPED)


def test_another_print_is_another_batch(session: Session) -> None:
    """A sheet must be read with the layout that it was printed with."""
    prints = [
        session.given_out.batch_for(INSTRUMENT, 7, "nu"),
        session.given_out.batch_for(INSTRUMENT, 7, "later"),
        session.given_out.batch_for(INSTRUMENT, 7, None),
        session.given_out.batch_for(INSTRUMENT, 8, "nu"),
        session.given_out.batch_for(replace(INSTRUMENT, edition=2), 7, "nu"),
    ]

    assert len(set(prints)) == 5
    assert [b.batch for b in session.given_out.batches()] == prints
    assert [b.round for b in session.given_out.batches()] == ["nu", "later", None, "nu", "nu"]
    with pytest.raises(InstrumentError):
        session.given_out.batch_for(INSTRUMENT, 7, "gisteren")


def test_a_batch_that_is_drawn_twice_is_drawn_again(session: Session) -> None:
    """Two batches of one name would be two people on one sheet."""
    draws = iter(["AAAA", "AAAA", "AAAA", "CCCC"])
    first = session.given_out.batch_for(INSTRUMENT, 7, "nu", draw=lambda: next(draws))
    second = session.given_out.batch_for(INSTRUMENT, 7, "later", draw=lambda: next(draws))

    assert (first, second) == ("AAAA", "CCCC")


def test_only_what_was_given_out_is_expected(session: Session, batch: str) -> None:
    """A sheet of another team in the pile is told apart, and so is a number nobody printed."""
    assert session.given_out.expected(batch) == frozenset({0, 1, 2, 3})
    assert (
        session.given_out.expected(session.given_out.batch_for(INSTRUMENT, 7, "later"))
        == frozenset()
    )
    assert session.given_out.expected("XXXX") is None


def test_giving_out_again_changes_nothing(session: Session, batch: str) -> None:
    """A reprint is the same sheet; whose it is stays."""
    before = everything(session)
    session.given_out.note(batch, [1, 2, 3], [1, 2, 3])
    session.given_out.note(batch, [MASTER])

    after = everything(session)
    assert [row for row in after if row[0] != "prints"] == before
    assert [row[3] for row in after if row[0] == "prints"] == [1, 2, 3]  # second prints
    assert [(s.number, s.participant) for s in session.given_out.sheets()] == [
        (0, None),
        (1, 1),
        (2, 2),
        (3, 3),
    ]
    with pytest.raises(ValueError, match="must stay 1, got None"):
        session.given_out.note(batch, [9, 1])
    assert session.given_out.expected(batch) == frozenset({0, 1, 2, 3})


def test_somebody_holds_the_same_number_in_every_round(session: Session) -> None:
    """The arrow on the poster joins number 4 now with number 4 later."""
    now, later = (session.given_out.batch_for(INSTRUMENT, 7, r) for r in ("nu", "later"))
    other_layout = session.given_out.batch_for(INSTRUMENT, 8, "nu")

    assert session.given_out.next_numbers(now, 3) == (4, 5, 6)
    assert session.given_out.next_numbers(other_layout, 2) == (7, 8)
    assert session.given_out.next_numbers(now, 1) == (9,)
    assert session.given_out.next_numbers(later, 3) == (4, 5, 6)
    session.people.add(parse_roster("Eef Lam", "meer.csv"))
    assert session.given_out.next_numbers(later, 5) == (7, 8, 9, 11, 12)


def test_a_session_that_is_full_says_so(session: Session, batch: str) -> None:
    """A number on paper has four digits."""
    with pytest.raises(SessionError, match="room for 9999"):
        session.given_out.next_numbers(batch, MAX_NUMBER)
    session.given_out.next_numbers(batch, MAX_NUMBER - 3)
    with pytest.raises(SessionError, match="room for 9999"):
        session.people.add(parse_roster("Eef Lam", "meer.csv"))


def test_a_schools_own_questionnaire_stays_with_its_session(
    session: Session, tmp_path: Path
) -> None:
    """The file is edited and mailed around; the paper of last month must stay readable."""
    file = tmp_path / "lunch.toml"
    later = INSTRUMENT_TEXT.replace("Soep", "Salade").replace("edition = 1", "edition = 2")
    for text in (INSTRUMENT_TEXT, later, INSTRUMENT_TEXT):
        file.write_text(text, encoding="utf-8")
        session.questionnaires.keep(file)
    file.unlink()

    asked = [next(own.rows).words[0] for own in session.questionnaires.all()]
    assert asked == ["Salade?", "Soep?"]


def test_what_lies_beside_a_questionnaire_is_not_lost_with_a_new_comment_in_it(
    session: Session, tmp_path: Path
) -> None:
    """The same words are kept again from another file; the guide was given with the first."""
    file = tmp_path / "own.toml"
    guide = instruments.files_beside(file)[Kind.GUIDE]
    folder = Path(instruments.__file__).parent / "instruments"
    ours = folder / "schoolwaardenkompas.guide.toml"
    words = (folder / "schoolwaardenkompas.toml").read_text("utf-8")
    text = words.replace("edition = 1\n", "edition = 40\n")
    file.write_text(text, encoding="utf-8")
    guide.write_bytes(ours.read_bytes())
    session.questionnaires.keep(file)
    guide.unlink()
    file.write_text(f"# the same\n{text}", encoding="utf-8")
    session.questionnaires.keep(file)

    kept = [instruments.files_beside(path) for _, path in session.questionnaires.files()]
    assert [beside[Kind.GUIDE].read_bytes() for beside in kept] == [ours.read_bytes()] * 2
    assert not any(beside[Kind.CRITERIA].exists() for beside in kept)


def test_a_day_that_is_no_day_stops_nothing_when_it_was_corrected(session: Session) -> None:
    """A row that somebody spoilt is told of all the same."""
    session.call("De Regenboog", DAY, "Sam")
    with closing(sqlite3.connect(session.folder / "session.sqlite3")) as db:
        db.execute("UPDATE about SET date = 'morgen'")
        db.commit()
    assert session.date == DAY  # that of the day it was made
    session.call("De Regenboog", DAY, "Sam")

    assert [one.date for one in session.called()] == [None, DAY]
    assert "De Regenboog, ?" in {str(line.what)[-15:] for line in list_history(session)}


# Scans and pages


@pytest.mark.parametrize("name", ["Scan 1.PDF", "../../etc/passwd", "a\nb\u202e.pdf", "geen", ".x"])
def test_a_scan_is_kept_as_it_is_under_a_name_of_our_own(
    session: Session, tmp_path: Path, name: str
) -> None:
    """No name from outside ever becomes a path."""
    kept = session.scans.keep(a_file(tmp_path, "upload", b"a scan"), name)

    assert kept.path.read_bytes() == b"a scan"
    assert kept.path.parent == session.folder / "scans"
    assert kept.path.stem == kept.sha256 == hashlib.sha256(b"a scan").hexdigest()
    assert (kept.name, kept.bytes, kept.pages) == (name, 6, None)


def test_a_name_that_is_not_utf_8_is_no_trouble(session: Session, tmp_path: Path) -> None:
    """Old copiers write old names."""
    kept = session.scans.keep(a_file(tmp_path, "scan-\udce9.pdf", b"a scan"))

    assert kept.name == "scan-?.pdf"


def test_reading_the_same_file_twice_changes_nothing(
    session: Session, scan: Scan, tmp_path: Path
) -> None:
    """The stick goes round twice; nobody counts double."""
    session.scans.count_pages(scan, 2)
    pages = [a_page(1), unread(PageRef("scan.pdf", 2), Reason.NO_CODE)]
    assert session.pages.record_all((scan, page) for page in pages) == 2
    before, files = everything(session), sorted(session.folder.rglob("*"))

    again = session.scans.keep(a_file(tmp_path, "copy of scan.tif", b"a scan"))
    session.scans.count_pages(again, 2)
    assert session.pages.record_all((again, page) for page in pages) == 0
    assert not session.pages.record(again, a_page(1, option="2"))

    assert again.id == scan.id
    assert session.pages.done(again) == {1, 2}
    assert everything(session) == before
    assert sorted(session.folder.rglob("*")) == files
    assert list(session.pages.all()) == pages


def test_a_scan_that_went_missing_is_kept_again(session: Session, scan: Scan) -> None:
    """Somebody tidied up the folder, and still has the file."""
    copy = scan.path.rename(session.folder.parent / "found.jpg")

    assert session.scans.keep(copy) == scan
    assert scan.path.read_bytes() == b"a scan"


def test_two_files_of_one_name_are_told_apart(session: Session, tmp_path: Path) -> None:
    """A copier begins again with SCAN0001 every morning."""
    scans = [
        session.scans.keep(a_file(tmp_path, "SCAN.PDF", data)) for data in (b"1", b"2", b"1", b"3")
    ]
    for kept in scans:
        session.pages.record(kept, a_page(1))

    assert [s.name for s in session.scans.all()] == ["SCAN.PDF", "SCAN (2).PDF", "SCAN (3).PDF"]
    assert [page.ref.file for page in session.pages.all()] == [s.name for s in session.scans.all()]
    assert [session.scans.of(page.ref) for page in session.pages.all()] == list(session.scans.all())
    with pytest.raises(SessionError, match="no scan 'x'"):
        session.scans.of(PageRef("x", 1))


def test_pages_come_in_the_order_of_the_pile(session: Session, tmp_path: Path) -> None:
    """Workers finish in any order; copies of a master belong together by their place in it."""
    first = session.scans.keep(a_file(tmp_path, "z.pdf", b"1"))
    second = session.scans.keep(a_file(tmp_path, "a.pdf", b"2"))
    for scan, number in ((second, 1), (first, 2), (first, 10), (first, 1)):
        session.pages.record(scan, a_page(number))

    assert [str(page.ref) for page in session.pages.all()] == [
        "z.pdf, page 1",
        "z.pdf, page 2",
        "z.pdf, page 10",
        "a.pdf, page 1",
    ]


@pytest.mark.parametrize("reason", Reason)
def test_a_page_that_was_unread_may_be_read_after_all(
    session: Session, scan: Scan, reason: Reason
) -> None:
    """Poppler is installed, the questionnaire found, the code typed: the message said so."""
    session.pages.record(scan, unread(PageRef("scan.pdf", 1), reason))
    assert session.pages.done(scan) == (set() if reason in MENDABLE else {1})

    assert session.pages.record(scan, a_page(1))
    assert not session.pages.record(scan, unread(PageRef("scan.pdf", 1), reason))

    assert session.pages.done(scan) == {1}
    assert list(session.pages.all()) == [a_page(1)]


def test_sheets_that_lie_in_one_picture_are_pages_of_their_own(
    session: Session, scan: Scan
) -> None:
    """Stored together or not at all; what was read on one stays while the other is read again."""
    one, other = a_page(1), unread(PageRef("scan.pdf", 1, 2), Reason.UNKNOWN_INSTRUMENT)
    session.pages.record(scan, replace(one, beside=(other,)))
    assert list(session.pages.all()) == [one, other]
    assert session.pages.done(scan) == set()

    mended = replace(a_page(1, "3"), ref=other.ref)
    assert session.pages.record(scan, together([a_page(1, "2"), mended]))
    assert list(session.pages.all()) == [one, mended]
    assert session.pages.done(scan) == {1}


def test_a_locked_file_that_was_opened_is_no_longer_called_locked(
    session: Session, scan: Scan
) -> None:
    """The summary adds up: the complaint about the file goes when its pages come."""
    session.pages.record(scan, unread(PageRef("scan.pdf"), Reason.ENCRYPTED))
    assert [page.reason for page in session.pages.all()] == [Reason.ENCRYPTED]

    session.pages.record(scan, a_page(1))
    assert list(session.pages.all()) == [a_page(1)]


def test_a_trouble_of_the_whole_file_that_came_later_is_shown(session: Session, scan: Scan) -> None:
    """It could be read yesterday; that it cannot today does not hide behind yesterday's pages."""
    session.pages.record(scan, a_page(1))
    session.pages.record(scan, unread(PageRef("scan.pdf"), Reason.ENCRYPTED))

    assert [page.reason for page in session.pages.all()] == [Reason.ENCRYPTED, None]


def test_a_file_that_is_too_long_stays_so_beside_its_pages(session: Session, scan: Scan) -> None:
    """What was left out of a file is said as long as it is left out."""
    session.pages.record(scan, unread(PageRef("scan.pdf"), Reason.TOO_MANY_PAGES))
    session.pages.record(scan, a_page(1))

    assert [page.status for page in session.pages.all()] == [PageStatus.UNREAD, PageStatus.READ]


class DiskFull:
    """A disk that has room for some chunks, and takes half of the next."""

    def __init__(self, chunks: int) -> None:
        self.left = chunks

    def __call__(self, target: BinaryIO, chunk: bytes) -> None:
        self.left -= 1
        if self.left < 0:
            target.write(chunk[: len(chunk) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        target.write(chunk)


@pytest.mark.parametrize("chunks", [0, 1])
def test_a_full_disk_stores_nothing_half(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunks: int
) -> None:
    """The disk of a school laptop is always nearly full."""
    file = a_file(tmp_path, "scan.pdf", b"x" * 3_000_000)
    before = everything(session)
    with monkeypatch.context() as full:
        full.setattr(kept_files, "_write", DiskFull(chunks))
        with pytest.raises(SessionError, match=r"the disk is full.*free some space"):
            session.scans.keep(file)

    assert everything(session) == before
    assert list((session.folder / "scans").iterdir()) == []
    assert session.scans.keep(file).path.read_bytes() == file.read_bytes()


def test_a_disk_that_is_full_at_the_last_moment_stores_nothing(
    session: Session, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some disks say only at the end that there was no room."""

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SessionError, match="the disk is full"):
        session.scans.keep(a_file(tmp_path, "scan.pdf", b"a scan"))

    assert list((session.folder / "scans").iterdir()) == []
    assert session.scans.all() == ()


def test_a_stick_pulled_out_in_mid_copy_is_the_files_trouble(
    session: Session, tmp_path: Path
) -> None:
    """One bad file never ends a batch, so it must not look like trouble with our disk."""

    class PulledOut(io.BytesIO):
        def read(self, *_: object) -> bytes:
            raise OSError(errno.EIO, os.strerror(errno.EIO))

    class OnAStick(type(tmp_path)):  # type: ignore[misc]  # Path itself cannot be inherited in 3.11
        def open(self, *_: object) -> PulledOut:
            return PulledOut()

    with pytest.raises(OSError, match="Input/output error"):
        session.scans.keep(OnAStick("scan.pdf"))
    with pytest.raises(FileNotFoundError):
        session.scans.keep(tmp_path / "weg.pdf")

    assert list((session.folder / "scans").iterdir()) == []


def test_copies_that_a_crash_broke_off_are_cleared_away(session: Session, scan: Scan) -> None:
    """They hold answers of people; but a copy being made right now is left alone."""
    old, fresh = (scan.path.with_name(f".being-copied-{n * 8}") for n in ("0a", "1b"))
    for file in (old, fresh):
        file.write_bytes(b"half")
    os.utime(old, (time.time() - 100_000,) * 2)

    with session.scans.arriving(io.BytesIO(b"just coming in")) as new:
        Session.open(session.folder).close()

        assert sorted(scan.path.parent.iterdir()) == sorted([new, scan.path])
    assert list(scan.path.parent.iterdir()) == [scan.path]


RECORDING = """
import sys
from pathlib import Path
from forms.answers import Reading
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.session.session import Session

folder, file, first = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
session = Session.open(folder)
scan = session.scans.keep(file)
for number in range(first, first + int(sys.argv[4])):
    readings = {str(question): Reading(str(number)) for question in range(50)}
    session.pages.record(scan, ReadPage(PageRef("", number), PageStatus.READ, readings=readings))
    print(number, flush=True)
"""


def recording(session: Session, file: Path, first: int, count: int) -> subprocess.Popen[str]:
    """Start a program that records pages and says each one when it is stored."""
    command = [sys.executable, "-c", RECORDING, *map(str, (session.folder, file, first, count))]
    root = str(Path(kept_files.__file__).parents[2])
    return subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": root}
    )


@pytest.mark.parametrize("after", [1, 20, 57])
def test_a_killed_program_loses_nothing_that_it_reported(
    session: Session, tmp_path: Path, after: int
) -> None:
    """The laptop's battery is empty in mid-reading: every page that was shown as read is there."""
    file = a_file(tmp_path, "scan.pdf", b"a scan")
    with recording(session, file, 1, 10_000) as program:
        assert program.stdout is not None
        for line in program.stdout:
            if int(line) >= after:
                break
        program.send_signal(signal.SIGKILL)
        reported = [after, *map(int, program.stdout.read().split())][-1]

    with Session.open(session.folder) as again:
        pages = list(again.pages.all())
        (scan,) = again.scans.all()

    stored = [page.ref.page for page in pages]
    assert stored == list(range(1, len(pages) + 1))
    assert reported <= len(pages) <= reported + 1
    assert all(set(p.readings.values()) == {Reading(str(p.ref.page))} for p in pages)
    assert all(len(page.readings) == 50 for page in pages)
    assert again.folder / "scans" == scan.path.parent


def test_two_programs_record_at_once(session: Session, tmp_path: Path) -> None:
    """The command reads one pile while the web page reads another."""
    file = a_file(tmp_path, "scan.pdf", b"a scan")
    with recording(session, file, 1, 40) as one, recording(session, file, 31, 40) as two:
        one.communicate()
        two.communicate()

    assert (one.returncode, two.returncode) == (0, 0)
    assert [page.ref.page for page in session.pages.all()] == list(range(1, 71))
    assert len(session.scans.all()) == 1


def test_threads_share_a_session(session: Session, scan: Scan, batch: str) -> None:
    """A web server answers each request in a thread of its own."""

    def work(number: int) -> None:
        session.pages.record(scan, a_page(number))
        session.corrections.correct(SheetId(batch, 1), str(number), "1", "Noor")

    threads = [threading.Thread(target=work, args=(number,)) for number in range(1, 21)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(list(session.pages.all())) == 20
    assert len(session.corrections.standing()[SheetId(batch, 1)]) == 20


# What people changed


def test_a_correction_is_a_new_row(session: Session, batch: str) -> None:
    """Who changed what, when and why stays visible: participants may change their mind."""
    sheet = SheetId(batch, 2)
    first = session.corrections.correct(sheet, "1", "3", "Noor", "mark was faint")
    second = session.corrections.correct(sheet, "1", "4", "Ali", "changed his mind")
    blank = session.corrections.correct(sheet, "2", None, "Ali")

    assert session.corrections.all() == (first, second, blank)
    assert (first.value, first.who, first.why) == ("3", "Noor", "mark was faint")
    assert session.created <= first.at <= second.at
    assert session.corrections.standing() == {sheet: {"1": second, "2": blank}}


def test_what_was_taken_back_does_not_count_and_what_came_before_does(
    session: Session, batch: str
) -> None:
    """Undo, and undo of the undo, in a history that keeps everything."""
    sheet = SheetId(batch, 2)
    first = session.corrections.correct(sheet, "1", "3", "Noor")
    second = session.corrections.correct(sheet, "1", "4", "Noor")

    undo = session.corrections.undo(second.id, "Ali", "wrong person")
    assert (undo.undoes, undo.sheet, undo.question, undo.who) == (second.id, sheet, "1", "Ali")
    assert session.corrections.standing() == {sheet: {"1": first}}

    with pytest.raises(ChangedMeanwhileError, match="taken back already"):
        session.corrections.undo(second.id, "Noor")

    session.corrections.undo(undo.id, "Ali", "the right person after all")
    assert session.corrections.standing() == {sheet: {"1": second}}

    session.corrections.undo(second.id, "Noor")
    session.corrections.undo(first.id, "Noor")
    assert session.corrections.standing() == {}
    assert len(session.corrections.all()) == 6
    with pytest.raises(SessionError, match="no correction 99"):
        session.corrections.undo(99, "Noor")


@given(st.lists(st.integers(0, 6), max_size=12))
def test_what_counts_is_what_one_would_say_going_through_the_history(steps: list[int]) -> None:
    """Each undo turns its correction, and with it all that hangs on it, off or on again."""
    history: list[tuple[int, int | None]] = [
        (number, step if 0 < step < number else None) for number, step in enumerate(steps, 1)
    ]

    def is_undone(correction: int) -> bool:
        return any(
            undoes == correction and not is_undone(later)
            for later, undoes in history
            if later > correction
        )

    assert _undone(history) == {number for number, _ in history if is_undone(number)}


def test_two_people_do_not_overwrite_each_other_unseen(session: Session, batch: str) -> None:
    """Two browsers on one session: the second is told, and nothing is lost."""
    sheet = SheetId(batch, 2)
    with Session.open(session.folder) as other:
        shown = 0
        made = session.corrections.correct(sheet, "1", "3", "Noor", seen=shown)
        with pytest.raises(ChangedMeanwhileError, match="somebody else"):
            other.corrections.correct(sheet, "1", "4", "Ali", seen=shown)

        other.corrections.correct(sheet, "2", "4", "Ali", seen=shown)
        other.corrections.correct(sheet, "1", "5", "Ali", seen=made.id)

    assert {q: c.value for q, c in session.corrections.standing()[sheet].items()} == {
        "1": "5",
        "2": "4",
    }


def test_each_copy_of_a_master_has_corrections_of_its_own(
    session: Session, scan: Scan, batch: str
) -> None:
    """Known by its place in the pile, so that a page read later does not shift them."""
    first, second, beside = (
        SheetId(batch, MASTER, PageRef(scan.name, *place)) for place in ((1,), (3,), (3, 2))
    )
    third = session.corrections.correct(beside, "name", "Eef Vos", "Ali")
    session.corrections.correct(first, "name", "Noor van Dam", "Ali")
    undone = session.corrections.correct(second, "name", "Ali Bos", "Ali")
    right = session.corrections.correct(second, "name", "Zoë Kuil", "Ali")
    session.corrections.undo(undone.id, "Ali")
    session.pages.record(scan, a_page(2))

    assert session.corrections.standing()[first]["name"].value == "Noor van Dam"
    assert session.corrections.standing()[second]["name"] == right
    assert session.corrections.standing()[beside]["name"] == third


def test_a_page_that_is_read_late_does_not_shift_the_corrections(
    session: Session, scan: Scan, batch: str
) -> None:
    """Two copies of a master of two pages; page 1 of the pile becomes readable last."""

    def master(place: int, page: int) -> ReadPage:
        code = SheetCode(1, 1, 1, page, MASTER, batch, 7)
        return replace(a_page(place), code=code, instrument="lunch", round="nu")

    def names() -> list[str]:
        standing = session.corrections.standing()
        found = [corrections_of(sheet, standing) for sheet in settle(session.pages.all()).sheets]
        return [corrections["name"].value or "" for corrections in found]

    session.pages.record(scan, unread(PageRef(scan.name, 1), Reason.NO_RENDERER))
    for place, page in ((2, 2), (3, 1), (4, 2)):
        session.pages.record(scan, master(place, page))
    for sheet, name in zip(settle(session.pages.all()).sheets, ("Noor", "Ali"), strict=True):
        session.corrections.correct(SheetId.of(sheet), "name", name, "Zoë")
    session.corrections.correct(SheetId(batch, 2), "name", "Eef", "Zoë")
    assert names() == ["Noor", "Ali"]

    session.pages.record(scan, master(1, 1))

    assert names() == ["Noor", "Ali"]
    first = settle(session.pages.all()).sheets[0]
    session.corrections.correct(SheetId.of(first), "name", "Noortje", "Zoë")
    assert names() == ["Noortje", "Ali"]


def test_a_sheet_that_was_never_printed_cannot_be_corrected(session: Session, batch: str) -> None:
    """A typing error in a code must not become an answer."""
    with pytest.raises(SessionError, match=f"{batch}-99 was not printed"):
        session.corrections.correct(SheetId(batch, 99), "1", "3", "Noor")
    with pytest.raises(ValueError, match="who must be said"):
        session.corrections.correct(SheetId(batch, 1), "1", "3", " ")
    with pytest.raises(ValueError, match="only masters"):
        SheetId(batch, 1, PageRef("scan.pdf", 1))
    with pytest.raises(ValueError, match="only masters"):
        SheetId(batch, MASTER)


def test_history_cannot_be_changed_behind_our_back(session: Session, batch: str) -> None:
    """A participant, a sheet or a scan that something hangs on cannot be taken out."""
    session.corrections.correct(SheetId(batch, 1), "1", "3", "Noor")

    with pytest.raises(sqlite3.IntegrityError), session._store.write() as db:
        db.execute("DELETE FROM sheets")


def test_everything_that_is_added_is_noticed(
    session: Session, scan: Scan, batch: str, tmp_path: Path
) -> None:
    """The other browser asks for this number, and draws again when it grew."""
    steps: list[Callable[[], object]] = [
        lambda: session.scans.keep(a_file(tmp_path, "b.pdf", b"b")),
        lambda: session.pages.record(scan, a_page(1)),
        lambda: session.corrections.correct(SheetId(batch, 1), "1", "2", "Noor"),
        lambda: session.corrections.undo(1, "Noor"),
        lambda: session.given_out.next_numbers(batch, 1),
        lambda: session.people.add(parse_roster("Eef Lam", "meer.csv")),
    ]
    seen = [session.revision()]
    for step in steps:
        step()
        seen.append(session.revision())

    assert seen == sorted(set(seen))
    assert session.revision() == seen[-1]


# The end


def test_a_deleted_session_is_gone_and_what_is_not_ours_stays(
    session: Session, scan: Scan, tmp_path: Path
) -> None:
    """An honest deletion: what was removed, what was kept, and what nobody can promise."""
    session.questionnaires.keep(a_file(tmp_path, "lunch.toml", INSTRUMENT_TEXT.encode()))
    a_file(session.folder, "poster.pdf", b"poster")
    a_file(scan.path.parent, "holiday.jpg", b"sea")
    a_file(scan.path.parent, ".being-copied-" + "0" * 16, b"half")

    done = session.delete_for_good()

    assert set(done.kept) == {"poster.pdf", "scans/holiday.jpg"}
    assert {"session.sqlite3", f"scans/{scan.sha256}.pdf"} <= set(done.removed)
    assert len(done.removed) == 4
    assert "not overwritten" in done.not_reached
    assert sorted(p.name for p in session.folder.iterdir()) == ["poster.pdf", "scans"]
    with pytest.raises(SessionError, match="no session in this folder"):
        Session.open(session.folder)


def test_a_deleted_session_leaves_no_empty_folder(session: Session, scan: Scan) -> None:
    """Nothing is left of it where nothing else was."""
    done = session.delete_for_good()

    assert done.kept == ()
    assert not session.folder.exists()


def test_whoever_still_has_it_open_is_told_that_it_was_deleted(
    session: Session, scan: Scan, batch: str
) -> None:
    """Nobody goes on correcting into a file that is no longer there."""
    with Session.open(session.folder) as other:
        session.delete_for_good()
        with Session.create(session.folder, "Anderen", DAY):
            pass

        with pytest.raises(SessionError, match="deleted or moved"):
            other.corrections.correct(SheetId(batch, 1), "1", "3", "Noor")


def test_a_correction_costs_no_look_at_the_pages(
    session: Session, scan: Scan, batch: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At 10,000 pages each click took seconds: everything was loaded and settled anew."""
    counts: Counter[str] = Counter()

    def count(module: ModuleType, name: str) -> None:
        real = getattr(module, name)

        def counting(*args: object, **named: object) -> object:
            counts[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(module, name, counting)

    count(pages_module, "load_pages")
    count(reading, "settle")

    def sheets() -> int:
        return len(settled_session(session)[0].sheets)

    def a_sheet(place: int, number: int) -> ReadPage:
        code = SheetCode(1, 1, 1, 1, number, batch, 7)
        return replace(a_page(place), code=code, instrument="lunch", round="nu")

    session.questionnaires.keep(a_file(session.folder, "lunch.toml", INSTRUMENT_TEXT.encode()))
    session.pages.record(scan, a_sheet(1, 1))
    assert sheets() == 1
    counts.clear()
    session.corrections.correct(SheetId(batch, 1), "1", "ja", "Noor")
    session.settings.keep("beamer", "[]")
    assert (sheets(), counts) == (1, {})

    with Session.open(session.folder) as other:  # another program reads the next page
        other.pages.record(scan, a_sheet(2, 2))
    assert (sheets(), counts) == (2, {"load_pages": 1, "settle": 1})

    session.pages.record(scan, a_sheet(3, 7))  # not given out, until it is
    assert sheets() == 2
    session.given_out.note(batch, [7])
    assert sheets() == 3
