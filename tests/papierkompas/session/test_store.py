"""The database of a session."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.answers import Doubt, Reading
from forms.errors import SessionError
from forms.sheet_code import BATCH_LENGTH, TYPED, SheetCode
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason
from papierkompas.session import store as store_module
from papierkompas.session.pages import insert_page, load_pages
from papierkompas.session.schema import STEPS, VERSION
from papierkompas.session.store import Store, storable

COUNT = count(1)
NUMBERS = st.floats(allow_nan=False)
KEYS = st.text(min_size=1, max_size=9)

READINGS = st.builds(
    Reading,
    option=st.none() | KEYS,
    withdrawn=st.lists(KEYS, max_size=3).map(tuple),
    doubt=st.none() | st.sampled_from(Doubt),
    confidence=st.floats(0, 1),
)
CODES = st.builds(
    SheetCode,
    instrument=st.integers(0, 4095),
    edition=st.integers(1, 63),
    round=st.integers(0, 3),
    page=st.integers(1, 15),
    number=st.integers(0, 9999),
    batch=st.text(TYPED, min_size=BATCH_LENGTH, max_size=BATCH_LENGTH),
    layout=st.integers(0, 1023),
)
PAGES = st.builds(
    ReadPage,
    ref=st.builds(PageRef, st.just(""), st.integers(0, 10_000), st.integers(1, 3)),
    status=st.sampled_from(PageStatus),
    reason=st.none() | st.sampled_from(Reason),
    detail=st.text(max_size=20),
    code=st.none() | CODES,
    instrument=st.none() | KEYS,
    round=st.none() | KEYS,
    rotation=st.sampled_from([0, 90, 180, 270]),
    residual_mm=st.none() | NUMBERS,
    mm_to_px=st.none() | st.tuples(*[NUMBERS] * 9),
    size_px=st.none() | st.tuples(st.integers(1, 20_000), st.integers(1, 20_000)),
    readings=st.dictionaries(KEYS, READINGS, max_size=5),
    written=st.dictionaries(KEYS, st.booleans(), max_size=3),
    notes=st.lists(st.sampled_from(Note), unique=True).map(tuple),
)


def nothing(db: sqlite3.Connection) -> None:
    """Fill a database with no rows."""


def add_scan(db: sqlite3.Connection, name: str) -> int:
    db.execute(
        "INSERT INTO scans (sha256, name, original, kept, bytes, added)"
        " VALUES (?, ?, ?, 'scans/x', 1, '2025-01-01')",
        (name, name, name),
    )
    return int(db.execute("SELECT max(id) FROM scans").fetchone()[0])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "session.sqlite3"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    made = Store.create(path, STEPS, nothing)
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    made = Store.create(tmp_path_factory.mktemp("shared") / "session.sqlite3", STEPS, nothing)
    yield made
    made.close()


@settings(deadline=None)
@given(
    pages=st.lists(PAGES, max_size=6, unique_by=lambda page: page.ref),
    at_once=st.integers(1, 3),
)
@example([ReadPage(PageRef("", 1), PageStatus.READ, mm_to_px=(0.1,) * 9)], 1)
def test_pages_come_back_as_they_were_read(
    shared: Store, pages: list[ReadPage], at_once: int
) -> None:
    """What the reader saw is what the web page and the poster work with, weeks later."""
    file = f"scan {next(COUNT)}.pdf"
    with shared.write() as db:
        scan = add_scan(db, file)
        for page in pages:
            insert_page(db, scan, page, "2025-01-01")

    found = [page for page in load_pages(shared, (), at_once) if page.ref.file == file]
    expected = [replace(page, ref=replace(page.ref, file=file)) for page in pages]
    assert found == sorted(expected, key=lambda page: (page.ref.page, page.ref.part))


def test_letters_that_are_no_letters_can_be_stored(store: Store) -> None:
    """A file name from an old computer is not UTF-8; its page is stored all the same."""
    detail = "scan-\udce9.pdf"
    with store.write() as db:
        scan = add_scan(db, storable(detail))
        insert_page(db, scan, ReadPage(PageRef(detail, 1), PageStatus.READ, detail=detail), "now")

    (page,) = load_pages(store, ())
    assert page.ref.file == page.detail == "scan-?.pdf"


def test_a_transaction_is_there_whole_or_not_at_all(store: Store) -> None:
    """Half a page would be a page with the wrong answers."""

    class PenDroppedError(Exception):
        pass

    def write() -> None:
        with store.write() as db:
            add_scan(db, "scan.pdf")
            raise PenDroppedError

    with pytest.raises(PenDroppedError):
        write()

    assert store.rows("SELECT * FROM scans") == []


def test_our_own_mistakes_are_not_blamed_on_the_disk(store: Store) -> None:
    """A row that cannot be is a bug, and has to look like one."""
    page = ReadPage(PageRef("scan.pdf", 1), PageStatus.READ)

    with pytest.raises(sqlite3.IntegrityError), store.write() as db:
        insert_page(db, 99, page, "now")


def test_a_full_disk_is_said_and_loses_nothing(store: Store) -> None:
    """The disk of a school laptop is always nearly full."""
    readings = {str(n): Reading("1") for n in range(50)}
    with store.write() as db:
        scan = add_scan(db, "scan.pdf")
    (pages,) = store.rows("PRAGMA page_count")[0]
    store.rows(f"PRAGMA max_page_count = {pages + 10}")

    stored = []

    def fill() -> None:
        for number in range(1, 1000):
            page = ReadPage(PageRef("scan.pdf", number), PageStatus.READ, readings=readings)
            with store.write() as db:
                insert_page(db, scan, page, "now")
            stored.append(page)

    with pytest.raises(SessionError, match="the disk is full"):
        fill()

    assert stored
    assert list(load_pages(store, ())) == stored
    assert store.rows("PRAGMA integrity_check")[0][0] == "ok"


def test_a_second_program_waits_for_its_turn_and_then_says_so(
    path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command and the web page may write in one session; neither hangs for ever."""
    monkeypatch.setattr(store_module, "PATIENCE_S", 0.05)
    other = Store.open(path, STEPS)
    with store.write() as db:
        add_scan(db, "a.pdf")
        with pytest.raises(SessionError, match="another program"), other.write():
            pass
    with other.write() as db:
        add_scan(db, "b.pdf")
    other.close()

    assert [row["name"] for row in store.rows("SELECT name FROM scans")] == ["a.pdf", "b.pdf"]


def test_a_stored_page_survives_a_power_failure(store: Store) -> None:
    """What was reported as read is on the disk: WAL with FULL, not NORMAL, see decision 002."""
    settings = {
        name: store.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    }

    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}


def test_a_session_of_a_newer_version_is_refused_and_left_alone(path: Path, store: Store) -> None:
    """Two computers, two versions, one folder on a USB stick."""
    store.rows(f"PRAGMA user_version = {VERSION + 1}")
    store.close()
    before = path.read_bytes()

    with pytest.raises(SessionError, match="Install the newer version"):
        Store.open(path, STEPS)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(1, VERSION))
def test_a_session_of_an_older_version_is_brought_up_to_date(path: Path, version: int) -> None:
    """It lies on a USB stick from last year; every table comes out as a new session has it."""
    store = Store.create(path, STEPS, nothing)
    new = {row["name"]: row["sql"] for row in store.rows("SELECT name, sql FROM sqlite_master")}
    store.close()
    path.unlink()
    Store.create(path, STEPS[:version], nothing).close()
    store = Store.open(path, STEPS)

    assert new == {r["name"]: r["sql"] for r in store.rows("SELECT name, sql FROM sqlite_master")}
    store.close()


def test_a_word_of_a_newer_version_is_said_in_words(store: Store) -> None:
    """Should a newer program add a reason and forget the version, it is still no traceback."""
    page = ReadPage(PageRef("scan.pdf", 1), PageStatus.READ)
    with store.write() as db:
        insert_page(db, add_scan(db, "scan.pdf"), page, "now")
        db.execute("UPDATE pages SET status = 'eaten by a dog'")

    with pytest.raises(SessionError, match="Install the newest version"):
        list(load_pages(store, ()))


def test_a_foreign_file_is_refused_and_left_alone(path: Path) -> None:
    """Somebody else's database may be called so too."""
    path.write_bytes(b"dear diary " * 100)
    with pytest.raises(SessionError, match="not a session"):
        Store.open(path, STEPS)
    with pytest.raises(SessionError, match="not a session"):
        Store.create(path, STEPS, nothing)
    path.unlink()
    db = sqlite3.connect(path)
    db.execute("CREATE TABLE diary (text)")
    db.commit()
    db.close()
    before = path.read_bytes()

    with pytest.raises(SessionError, match="not a session"):
        Store.open(path, STEPS)
    with pytest.raises(SessionError, match="already"):
        Store.create(path, STEPS, nothing)
    assert path.read_bytes() == before


def test_a_database_whose_making_was_broken_off_can_be_made_again(path: Path) -> None:
    """A crash in the first second must not leave a folder that is good for nothing."""

    def crash(db: sqlite3.Connection) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Store.create(path, STEPS, crash)
    with pytest.raises(SessionError, match="not a session"):
        Store.open(path, STEPS)

    Store.create(path, STEPS, nothing).close()
    Store.open(path, STEPS).close()


def test_nothing_is_written_into_a_file_that_is_gone(path: Path, store: Store) -> None:
    """SQLite would go on in the deleted file, and everybody would believe that it was stored."""
    path.rename(path.with_name("elsewhere.sqlite3"))

    with pytest.raises(SessionError, match="deleted or moved"), store.write():
        pass
