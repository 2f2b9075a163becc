"""The database of a session."""

from __future__ import annotations

import datetime as dt
import errno
import re
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
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
from papierkompas.session.store import Store, by_whom, now, storable

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


# By itself, with a table of its own: what it says and does, exactly

NOTES = [["CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT)"], []]


def noted(store: Store) -> list[str]:
    return [row["text"] for row in store.rows("SELECT text FROM notes ORDER BY id")]


def note(store: Store, said: str) -> None:
    with store.write() as db:
        db.execute("INSERT INTO notes (text) VALUES (?)", (said,))


@pytest.fixture
def notes(path: Path) -> Iterator[Store]:
    made = Store.create(path, NOTES, nothing)
    yield made
    made.close()


def test_a_database_is_made_whole_and_known_as_ours(path: Path) -> None:
    """Four letters in its head, the version of its tables, and what it is filled with."""

    def fill(db: sqlite3.Connection) -> None:
        db.execute("INSERT INTO notes (text) VALUES ('first')")

    store = Store.create(path, NOTES, fill)

    assert (store.path, store.folder, store.is_read_only) == (path, path.parent, False)
    assert noted(store) == ["first"]
    assert store.rows("PRAGMA application_id")[0][0] == int.from_bytes(b"Pkom")
    assert store.rows("PRAGMA user_version")[0][0] == 2
    store.close()
    assert (path.stat().st_mode & 0o777) == 0o600
    again = Store.open(path, NOTES)
    assert (noted(again), again.is_read_only) == (["first"], False)
    again.close()


def said_by(error: pytest.ExceptionInfo[SessionError]) -> tuple[str, dict[str, object]]:
    return error.value.message.key, dict(error.value.message.values)


def test_each_refusal_is_its_own_and_names_the_folder(path: Path, notes: Store) -> None:
    folder = path.parent
    with pytest.raises(SessionError) as there:
        Store.create(path, NOTES, nothing)
    assert said_by(there) == ("session.exists", {"folder": folder})
    with pytest.raises(SessionError) as nowhere:
        Store.open(path.with_name("none.sqlite3"), NOTES)
    assert said_by(nowhere) == ("session.cannot_open", {"folder": folder})
    with pytest.raises(SessionError) as no_folder:
        Store.create(folder / "none" / "x.sqlite3", NOTES, nothing)
    assert said_by(no_folder) == ("session.cannot_open", {"folder": folder / "none"})
    with pytest.raises(SessionError) as nothing_there:
        Store.look_at(folder / "none.sqlite3", NOTES)
    assert said_by(nothing_there) == ("session.cannot_open", {"folder": folder})
    with pytest.raises(SessionError) as newer:
        Store.open(path, NOTES[:1])
    expected = {"folder": folder, "version": 2, "newest": 1}
    assert said_by(newer) == ("session.newer", expected)
    with pytest.raises(SessionError) as looked:
        Store.look_at(path, NOTES[:1])
    assert said_by(looked) == ("session.newer", expected)
    foreign = path.with_name("diary.sqlite3")
    foreign.write_bytes(b"dear diary " * 100)
    for way in (Store.open, Store.look_at):
        with pytest.raises(SessionError) as other:
            way(foreign, NOTES)
        assert said_by(other) == ("session.not_ours", {"folder": folder, "file": "diary.sqlite3"})


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("SQLITE_BUSY", "session.busy"),
        ("SQLITE_BUSY_SNAPSHOT", "session.busy"),
        ("SQLITE_FULL", "session.full"),
        ("SQLITE_READONLY", "session.read_only"),
        ("SQLITE_READONLY_DBMOVED", "session.read_only"),
        ("SQLITE_CANTOPEN", "session.cannot_open"),
        ("SQLITE_IOERR_WRITE", "session.disk_trouble"),
        ("SQLITE_PROTOCOL", "session.no_such_disk"),
        ("SQLITE_CORRUPT", "session.damaged"),
        ("SQLITE_NOTADB", "session.not_ours"),
    ],
)
def test_what_the_database_cannot_do_is_said_in_words(notes: Store, name: str, key: str) -> None:
    error = sqlite3.OperationalError("no words for a school")
    error.sqlite_errorname = name
    with pytest.raises(SessionError) as said, notes.write():
        raise error

    assert said.value.message.key == key
    assert said.value.message.values["folder"] == notes.folder
    assert said.value.__cause__ is error


def test_what_is_our_own_mistake_is_not_put_into_words(notes: Store) -> None:
    for error in (sqlite3.OperationalError("no such table"), sqlite3.ProgrammingError("x")):
        with pytest.raises(type(error)) as passed, notes.write():
            raise error
        assert passed.value is error
    with pytest.raises(sqlite3.OperationalError):
        notes.rows("SELECT * FROM nothing_of_ours")
    assert noted(notes) == []


def test_a_full_disk_is_told_from_other_trouble(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number, key in ((errno.ENOSPC, "session.full"), (errno.EACCES, "session.cannot_open")):
        trouble = OSError(number, "x")

        def fail(_path: Path, trouble: OSError = trouble) -> None:
            raise trouble

        monkeypatch.setattr(store_module, "make_file", fail)
        with pytest.raises(SessionError) as said:
            Store.create(path, NOTES, nothing)
        assert said_by(said) == (key, {"folder": path.parent})


def test_rows_come_with_their_names_and_values_are_put_in(notes: Store) -> None:
    for said in ("a", "b", "c"):
        note(notes, said)

    assert [dict(r) for r in notes.rows("SELECT * FROM notes WHERE id > ?", 1)] == [
        {"id": 2, "text": "b"},
        {"id": 3, "text": "c"},
    ]
    first = notes.row("SELECT text FROM notes WHERE id >= ? ORDER BY id", 2)
    assert first is not None
    assert first["text"] == "b"
    assert notes.row("SELECT * FROM notes WHERE id > ?", 3) is None


def test_a_transaction_takes_the_right_to_write_at_its_start(
    path: Path, notes: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody else may write between what is looked up in it and what is written for that."""
    monkeypatch.setattr(store_module, "PATIENCE_S", 0.01)
    other = Store.open(path, NOTES)
    with notes.write() as db:
        assert db.in_transaction
        with pytest.raises(SessionError) as said, other.write():
            pass
    assert said_by(said) == ("session.busy", {"folder": path.parent})
    assert not notes._db.in_transaction
    note(other, "then")
    other.close()
    assert noted(notes) == ["then"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError, SystemExit])
def test_whatever_breaks_off_a_transaction_nothing_of_it_stays(
    notes: Store, error: type[BaseException]
) -> None:
    def half() -> None:
        with notes.write() as db:
            db.execute("INSERT INTO notes (text) VALUES ('half')")
            raise error

    with pytest.raises(error):
        half()
    assert noted(notes) == []
    note(notes, "and on it goes")
    assert noted(notes) == ["and on it goes"]


def test_a_copy_in_memory_is_to_try_a_change(notes: Store) -> None:
    note(notes, "stored")
    tried = notes.in_memory()
    note(tried, "tried")

    assert noted(tried) == ["stored", "tried"]
    assert noted(notes) == ["stored"]
    assert (tried.path, tried.is_read_only) == (notes.path, False)
    tried.close()


def test_a_copy_is_one_file_that_opens_anywhere(notes: Store, tmp_path: Path) -> None:
    note(notes, "stored")
    target = tmp_path / "copy" / "session.sqlite3"
    target.parent.mkdir()
    notes.copy_to(target)

    assert [file.name for file in target.parent.iterdir()] == ["session.sqlite3"]
    with closing(sqlite3.connect(target)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert db.execute("SELECT text FROM notes").fetchall() == [("stored",)]


def test_what_may_only_be_looked_at_shows_all_and_changes_nothing(path: Path, notes: Store) -> None:
    """Also what stands beside the database still: another program has it open."""
    note(notes, "stored")
    assert path.with_name("session.sqlite3-wal").stat().st_size
    before = sorted((f.name, f.stat().st_mtime_ns) for f in path.parent.iterdir())
    looked = Store.look_at(path, NOTES)

    assert sorted((f.name, f.stat().st_mtime_ns) for f in path.parent.iterdir()) == before
    assert (noted(looked), looked.is_read_only, looked.folder) == (["stored"], True, path.parent)
    for change in (looked.must_be_changeable, lambda: note(looked, "x")):
        with pytest.raises(SessionError) as said:
            change()
        assert said_by(said) == ("session.read_only", {"folder": path.parent})
    notes.must_be_changeable()
    looked.close()
    with pytest.raises(sqlite3.ProgrammingError):
        looked.rows("SELECT 1")


def test_an_older_database_is_looked_at_as_if_it_were_new(path: Path) -> None:
    """In the copy, that is: the file itself stays of its version."""
    Store.create(path, NOTES, nothing).close()
    newer = [*NOTES, ["ALTER TABLE notes ADD COLUMN who TEXT DEFAULT 'nobody'"]]
    before = path.read_bytes()
    looked = Store.look_at(path, newer)
    looked.rows("SELECT who FROM notes")

    assert looked.rows("PRAGMA user_version")[0][0] == 3
    assert path.read_bytes() == before
    opened = Store.open(path, newer)
    opened.rows("SELECT who FROM notes")
    assert opened.rows("PRAGMA user_version")[0][0] == 3
    opened.close()


def test_looking_while_another_program_writes_takes_what_fits_together(
    path: Path, notes: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is copied again where it changed meanwhile, five times at most."""
    note(notes, "before")
    copyfile, copied = shutil.copyfile, []

    def meanwhile(source: Path, target: Path) -> None:
        copyfile(source, target)
        if source == path:
            copied.append(source)
            if len(copied) < times:
                note(notes, f"while {len(copied)}")

    monkeypatch.setattr(shutil, "copyfile", meanwhile)
    for times, attempts in ((1, 1), (3, 3), (100, 5)):
        copied.clear()
        looked = Store.look_at(path, NOTES)
        assert len(copied) == attempts
        assert looked.rows("PRAGMA integrity_check")[0][0] == "ok"
        if times < 100:
            assert noted(looked) == noted(notes)
        looked.close()


def test_threads_of_one_program_wait_for_each_other(notes: Store) -> None:
    """One connection for all: what one thread writes, no other breaks off or joins."""
    started = threading.Barrier(4)

    def write(name: str) -> None:
        started.wait()
        for number in range(5):
            note(notes, f"{name}{number}")

    threads = [threading.Thread(target=write, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(noted(notes)) == sorted(f"{name}{n}" for name in "abcd" for n in range(5))


def test_another_file_of_the_same_name_is_not_written_to(path: Path, notes: Store) -> None:
    """Put back from a backup while the page was open."""
    path.rename(path.with_name("old.sqlite3"))
    Store.create(path, NOTES, nothing).close()

    with pytest.raises(SessionError) as said:
        note(notes, "lost")
    assert said_by(said) == ("session.moved", {"folder": path.parent})


@pytest.mark.parametrize("who", ["", " ", "\t\n"])
def test_nobody_does_anything(who: str) -> None:
    with pytest.raises(ValueError, match=r"^who must be said, got nothing$"):
        by_whom(who)
    assert by_whom("Anna \udce9") == "Anna ?"


def test_the_time_is_written_as_everywhere() -> None:
    """To the millisecond, in the time of Greenwich, so that it sorts as text."""
    before = dt.datetime.now(dt.UTC)
    written = now()

    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", written)
    assert dt.datetime.fromisoformat(written) >= before - dt.timedelta(milliseconds=1)


def test_ten_seconds_are_waited_for_another_program(path: Path, notes: Store) -> None:
    assert (store_module.PATIENCE_S, store_module.MOST_COPIES) == (10.0, 5)
    assert notes.rows("PRAGMA busy_timeout")[0][0] == 10_000
    assert notes._db.isolation_level is None


def test_of_two_programs_that_make_one_session_one_is_too_late(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other was there between our look and our first row."""
    make_lasting = Store._make_lasting

    def quicker(store: Store) -> None:
        make_lasting(store)
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE theirs (text)")
            other.commit()

    monkeypatch.setattr(Store, "_make_lasting", quicker)
    with pytest.raises(SessionError) as said:
        Store.create(path, NOTES, nothing)

    assert said_by(said) == ("session.exists", {"folder": path.parent})
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("theirs",)]


def test_a_session_that_is_opened_again_is_as_lasting(path: Path, notes: Store) -> None:
    """What is reported as stored is on the disk, also on the second evening."""
    notes.close()
    again = Store.open(path, NOTES)
    settings = [
        again.rows(f"PRAGMA {name}")[0][0]
        for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    again.close()

    assert settings == ["wal", 2, 1]
