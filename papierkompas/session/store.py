"""The database of a session: its tables, its version and its transactions.

In:  rows, a transaction at a time (`Store.write`); pages of scans (`insert_page`).
Out: rows (`Store.rows`); the same pages (`load_pages`).

Rows are added, not changed and not deleted: what was read or corrected later is a row of its own.
What `write` has left behind is on the disk. Two programs may have a session open at once: each
transaction takes the right to write at its start and waits for the other.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from forms.answers import Doubt, Reading
from forms.compass import Place
from forms.errors import SessionError
from forms.sheet_code import SheetCode
from omr.dots import DotDoubt, MarkKind, SeenDot
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason

APPLICATION = 0x506B6F6D  # 'Pkom': tells our databases from anybody else's
VERSION = 6  # of the tables; also goes up when a closed set (Reason, Doubt, ...) grows
PATIENCE_S = 10.0  # how long we wait for the other program; storing a page takes milliseconds

_TABLES = (
    """CREATE TABLE session (
        id INTEGER PRIMARY KEY CHECK (id = 1),
        team TEXT NOT NULL,
        date TEXT NOT NULL,
        created TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE participants (
        number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
        name TEXT NOT NULL,
        first TEXT NOT NULL,
        infix TEXT NOT NULL,
        last TEXT NOT NULL,
        label TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE instruments (  -- a school's own; the files lie in instruments/
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        edition INTEGER NOT NULL,
        kept TEXT NOT NULL,
        added TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE batches (  -- one round of one instrument, as it was printed
        batch TEXT PRIMARY KEY,
        instrument TEXT NOT NULL,
        edition INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        round TEXT,
        made TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX one_batch ON batches (instrument, edition, layout, coalesce(round, ''))",
    """CREATE TABLE sheets (  -- given out; number 0 is the master copy
        batch TEXT NOT NULL REFERENCES batches,
        number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 9999),
        participant INTEGER REFERENCES participants CHECK (participant = number),
        printed TEXT NOT NULL,
        PRIMARY KEY (batch, number)
    ) STRICT""",
    """CREATE TABLE scans (
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL UNIQUE,  -- as we call it: the original name, made unique
        original TEXT NOT NULL,
        kept TEXT NOT NULL,
        bytes INTEGER NOT NULL,
        pages INTEGER,
        added TEXT NOT NULL
    ) STRICT""",
    """CREATE TABLE pages (  -- the last row of a (scan, page, part) counts
        id INTEGER PRIMARY KEY,
        scan INTEGER NOT NULL REFERENCES scans,
        page INTEGER NOT NULL,
        status TEXT NOT NULL,
        reason TEXT,
        detail TEXT NOT NULL,
        code_instrument INTEGER,
        code_edition INTEGER,
        code_round INTEGER,
        code_page INTEGER,
        code_number INTEGER,
        code_batch TEXT,
        code_layout INTEGER,
        instrument TEXT,
        round TEXT,
        rotation INTEGER NOT NULL,
        residual_mm REAL,
        mm_to_px TEXT,  -- a JSON list
        width_px INTEGER,
        height_px INTEGER,
        recorded TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX pages_of_scan ON pages (scan, page, id)",
    """CREATE TABLE readings (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        question TEXT NOT NULL,
        option TEXT,
        withdrawn TEXT NOT NULL,  -- a JSON list
        doubt TEXT,
        confidence REAL NOT NULL,
        UNIQUE (page, question)
    ) STRICT""",
    """CREATE TABLE fields (
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        name TEXT NOT NULL,
        written INTEGER NOT NULL CHECK (written IN (0, 1)),
        UNIQUE (page, name)
    ) STRICT""",
    """CREATE TABLE corrections (
        id INTEGER PRIMARY KEY,
        batch TEXT NOT NULL,
        number INTEGER NOT NULL,
        copy_scan INTEGER REFERENCES scans,  -- of a master copy: where this copy's
        copy_page INTEGER,                   -- first page was scanned
        question TEXT NOT NULL,
        value TEXT,
        undoes INTEGER REFERENCES corrections,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        FOREIGN KEY (batch, number) REFERENCES sheets,
        CHECK ((number = 0) = (copy_scan IS NOT NULL)),
        CHECK ((copy_scan IS NULL) = (copy_page IS NULL))
    ) STRICT""",
    "CREATE INDEX corrections_of_sheet ON corrections (batch, number, question)",
)

_TRANSCRIPTS = (
    """CREATE TABLE transcripts (  -- what an engine read; the last row of a (page, field) counts
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        field TEXT NOT NULL,
        engine TEXT NOT NULL,  -- its name and the hash of its model
        text TEXT NOT NULL,  -- as it was read; '' where nothing could be
        proposal TEXT NOT NULL,  -- the same words, those unknown replaced by likelier ones
        confidence REAL NOT NULL,
        letters BLOB,  -- of a name: what to match another list with, see omr.hand.names.Seen
        x_mm REAL NOT NULL,  -- where on the sheet it was cut out
        y_mm REAL NOT NULL,
        width_mm REAL NOT NULL,
        height_mm REAL NOT NULL,
        made TEXT NOT NULL
    ) STRICT""",
)

_SETTINGS = (
    """CREATE TABLE settings (  -- how the web page shows things; the last row of a key counts
        id INTEGER PRIMARY KEY,
        key TEXT NOT NULL,
        value TEXT NOT NULL,  -- JSON
        made TEXT NOT NULL
    ) STRICT""",
)

_DOTS = (
    """CREATE TABLE dots (  -- on a photo of a blank compass: a row of pages with its code
        id INTEGER PRIMARY KEY,
        page INTEGER NOT NULL REFERENCES pages,
        kind TEXT NOT NULL,
        colour TEXT NOT NULL,
        x_mm REAL NOT NULL,  -- on the paper
        y_mm REAL NOT NULL,
        size_mm REAL NOT NULL,
        doel REAL NOT NULL,  -- the nearest quarter point
        relatie REAL NOT NULL,
        off REAL NOT NULL,  -- how far from it, in quarter steps
        doubts TEXT NOT NULL  -- a JSON list
    ) STRICT""",
    "CREATE INDEX dots_of_page ON dots (page)",
)

_NOTES = ("ALTER TABLE pages ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'",)  # a JSON list

_PARTS = (  # of several sheets in one picture
    "ALTER TABLE pages ADD COLUMN part INTEGER NOT NULL DEFAULT 1",
    "ALTER TABLE corrections ADD COLUMN copy_part INTEGER NOT NULL DEFAULT 1",
    "CREATE INDEX parts_of_scan ON pages (scan, page, part, id)",
)

# What to do to a database of each older version; its tables stay, rows are never changed.
_MIGRATIONS = {1: _TRANSCRIPTS, 2: _SETTINGS, 3: _DOTS, 4: _NOTES, 5: _PARTS}


class Store:
    """An open session database. Threads of one program may share it."""

    def __init__(self, path: Path, db: sqlite3.Connection) -> None:
        self.path = path
        self._db = db
        self._identity = _identity(path)
        self._lock = threading.RLock()

    @classmethod
    def create(cls, path: Path, fill: Callable[[sqlite3.Connection], None]) -> Store:
        """Make a database and `fill` it, as one transaction: it is there whole or not at all.

        Raises:
            SessionError: there is one already, or it cannot be written there.
        """
        store = cls(path, _connect(path, "rwc"))
        try:
            with _explained(path):
                if not store._is_empty():
                    raise SessionError(
                        f"{path.parent}: there is a session in this folder already. "
                        "Open it, or choose another folder."
                    )
                store._make_lasting()
            with store.write() as db:
                if not store._is_empty():  # somebody was quicker
                    raise SessionError(f"{path.parent}: a session was just made in this folder.")
                for table in (*_TABLES, *_TRANSCRIPTS, *_SETTINGS, *_DOTS, *_NOTES, *_PARTS):
                    db.execute(table)
                db.execute(f"PRAGMA application_id = {APPLICATION}")
                db.execute(f"PRAGMA user_version = {VERSION}")
                fill(db)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, path: Path) -> Store:
        """Open a database that `create` made.

        Raises:
            SessionError: it is none of ours, was made by a newer version, or is damaged.
        """
        store = cls(path, _connect(path, "rw"))
        try:
            with _explained(path):
                version = store._check_version()
                store._make_lasting()
            if version < VERSION:
                store._migrate()
        except BaseException:
            store.close()
            raise
        return store

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside as one transaction; left without an error, it is on the disk.

        Raises:
            SessionError: it could not be stored; the database is as it was before.
        """
        with self._lock, _explained(self.path):
            if _identity(self.path) != self._identity:
                raise SessionError(
                    f"{self.path.parent}: this session was deleted or moved meanwhile. "
                    "Nothing was stored; open it again from where it is now."
                )
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
                self._db.execute("COMMIT")
            except BaseException:
                self._db.rollback()
                raise

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """Return the rows that a query finds."""
        with self._lock, _explained(self.path):
            return self._db.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> sqlite3.Row | None:
        """Return the first row that a query finds."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    def _is_empty(self) -> bool:
        return self._db.execute("SELECT 1 FROM sqlite_master").fetchone() is None

    def _check_version(self) -> int:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise _not_ours(self.path)
        if version > VERSION:
            raise SessionError(
                f"{self.path.parent}: this session was made by a newer version of papierkompas "
                f"(tables {version}; this version knows {VERSION}). Install the newer version."
            )
        return int(version)

    def _migrate(self) -> None:
        """Bring the tables of an older version up to date, whole or not at all."""
        with self.write() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            for older in range(version, VERSION):  # none: another program was quicker
                for table in _MIGRATIONS[older]:
                    db.execute(table)
            db.execute(f"PRAGMA user_version = {VERSION}")

    def _make_lasting(self) -> None:
        # FULL: in WAL mode NORMAL may lose the last commits when the power fails, and then a page
        # that was reported as read would be gone. It costs one fsync a transaction.
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA foreign_keys = ON")


def storable(text: str) -> str:
    r"""Replace what SQLite cannot hold: the halves of letters in file names that are not UTF-8.

    >>> storable("scan-\udce9.pdf")
    'scan-?.pdf'
    """
    return text.encode("utf-8", "replace").decode("utf-8")


def insert_page(db: sqlite3.Connection, scan: int, page: ReadPage, recorded: str) -> None:
    """Add what was read on a page, with its readings, inside a transaction."""
    code = page.code
    width, height = page.size_px or (None, None)
    row = db.execute(
        "INSERT INTO pages (scan, page, part, status, reason, detail, notes, code_instrument,"
        " code_edition, code_round, code_page, code_number, code_batch, code_layout, instrument,"
        " round, rotation, residual_mm, mm_to_px, width_px, height_px, recorded)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            scan,
            page.ref.page,
            page.ref.part,
            page.status,
            page.reason,
            storable(page.detail),
            json.dumps(page.notes),
            *(getattr(code, name, None) for name in _CODE),
            page.instrument,
            page.round,
            page.rotation,
            page.residual_mm,
            None if page.mm_to_px is None else json.dumps(page.mm_to_px),
            width,
            height,
            recorded,
        ),
    ).lastrowid
    db.executemany(
        "INSERT INTO readings (page, question, option, withdrawn, doubt, confidence)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        (
            (row, question, r.option, json.dumps(r.withdrawn), r.doubt, r.confidence)
            for question, r in page.readings.items()
        ),
    )
    db.executemany(
        "INSERT INTO fields (page, name, written) VALUES (?, ?, ?)",
        ((row, name, int(written)) for name, written in page.written.items()),
    )
    db.executemany(
        "INSERT INTO dots (page, kind, colour, x_mm, y_mm, size_mm, doel, relatie, off, doubts)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (row, d.kind, d.colour, *d.place, d.size_mm, d.doel, d.relatie, d.off,
             json.dumps(d.doubts))
            for d in page.dots
        ),
    )  # fmt: skip


def load_pages(store: Store, mended: Collection[Reason], at_once: int = 200) -> Iterator[ReadPage]:
    """Yield every page in the order of scan, page and part: of each the last row.

    Args:
        mended: what said of a whole file no longer counts once a page of it was read later.
        at_once: how many pages are fetched at a time; memory does not grow with their number.
    """
    scan, page, part = 0, -1, 0
    while True:
        rows = store.rows(_PAGES, scan, page, part, json.dumps(list(mended)), at_once)
        if not rows:
            return
        yield from _with_readings(store, rows)
        scan, page, part = (rows[-1][name] for name in ("scan", "page", "part"))


_CODE = ("instrument", "edition", "round", "page", "number", "batch", "layout")

_PAGES = """
SELECT pages.*, scans.name AS file
FROM pages JOIN scans ON scans.id = pages.scan
WHERE (pages.scan, pages.page, pages.part) > (?, ?, ?)
  AND pages.id = (SELECT max(id) FROM pages AS p
                  WHERE (p.scan, p.page, p.part) = (pages.scan, pages.page, pages.part))
  AND NOT (
    pages.page = 0 AND pages.reason IN (SELECT value FROM json_each(?))
    AND EXISTS (SELECT 1 FROM pages AS p
                WHERE p.scan = pages.scan AND p.page > 0 AND p.id > pages.id)
  )
ORDER BY pages.scan, pages.page, pages.part
LIMIT ?
"""


def _with_readings(store: Store, rows: Sequence[sqlite3.Row]) -> Iterator[ReadPage]:
    ids = json.dumps([row["id"] for row in rows])
    readings: dict[int, dict[str, Reading]] = {row["id"]: {} for row in rows}
    written: dict[int, dict[str, bool]] = {row["id"]: {} for row in rows}
    dots: dict[int, list[SeenDot]] = {row["id"]: [] for row in rows}
    chosen = "WHERE page IN (SELECT value FROM json_each(?)) ORDER BY id"
    try:
        for row in store.rows(f"SELECT * FROM readings {chosen}", ids):  # noqa: S608 a constant
            readings[row["page"]][row["question"]] = _reading(row)
        for row in store.rows(f"SELECT * FROM fields {chosen}", ids):  # noqa: S608 a constant
            written[row["page"]][row["name"]] = bool(row["written"])
        for row in store.rows(f"SELECT * FROM dots {chosen}", ids):  # noqa: S608 a constant
            dots[row["page"]].append(_dot(row))
        pages = [
            _page(row, readings[row["id"]], written[row["id"]], tuple(dots[row["id"]]))
            for row in rows
        ]
    except ValueError as error:
        raise SessionError(
            f"{store.path.parent}: something in this session is unknown to this version of "
            f"papierkompas ({error}). Install the newest version."
        ) from None
    yield from pages


def _reading(row: sqlite3.Row) -> Reading:
    return Reading(
        option=row["option"],
        withdrawn=tuple(json.loads(row["withdrawn"])),
        doubt=None if row["doubt"] is None else Doubt(row["doubt"]),
        confidence=row["confidence"],
    )


def _dot(row: sqlite3.Row) -> SeenDot:
    return SeenDot(
        kind=MarkKind(row["kind"]),
        colour=row["colour"],
        place=Place(row["x_mm"], row["y_mm"]),
        size_mm=row["size_mm"],
        doel=row["doel"],
        relatie=row["relatie"],
        off=row["off"],
        doubts=tuple(DotDoubt(doubt) for doubt in json.loads(row["doubts"])),
    )


def _page(
    row: sqlite3.Row,
    readings: dict[str, Reading],
    written: dict[str, bool],
    dots: tuple[SeenDot, ...],
) -> ReadPage:
    code: dict[str, Any] = {name: row[f"code_{name}"] for name in _CODE}
    return ReadPage(
        ref=PageRef(row["file"], row["page"], row["part"]),
        status=PageStatus(row["status"]),
        reason=None if row["reason"] is None else Reason(row["reason"]),
        detail=row["detail"],
        notes=tuple(Note(note) for note in json.loads(row["notes"])),
        code=None if row["code_batch"] is None else SheetCode(**code),
        instrument=row["instrument"],
        round=row["round"],
        rotation=row["rotation"],
        residual_mm=row["residual_mm"],
        mm_to_px=None if row["mm_to_px"] is None else tuple(json.loads(row["mm_to_px"])),
        size_px=None if row["width_px"] is None else (row["width_px"], row["height_px"]),
        readings=readings,
        written=written,
        dots=dots,
    )


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    with _explained(path):
        db = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode={mode}",
            uri=True,
            timeout=PATIENCE_S,
            isolation_level=None,  # transactions begin where we say so
            check_same_thread=False,  # guarded by Store._lock
        )
    db.row_factory = sqlite3.Row
    return db


def _identity(path: Path) -> tuple[int, int] | None:
    """Say which file this is, whatever its name: SQLite goes on in a file that was deleted."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in words what SQLite could not do; what is our own mistake passes as it is."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        for start, sentence in _SENTENCES.items():
            if name.startswith(start):
                raise SessionError(f"{path.parent}: {sentence}") from error
        if name.startswith("SQLITE_NOTADB"):
            raise _not_ours(path) from error
        raise


def _not_ours(path: Path) -> SessionError:
    return SessionError(
        f"{path.parent}: the file {path.name} in it is not a session of papierkompas. "
        "Choose another folder."
    )


_SENTENCES = {
    "SQLITE_BUSY": "another program is writing in this session. Wait a moment and try again.",
    "SQLITE_FULL": "the disk is full. What was stored before is safe; free some space and do the "
    "last step again.",
    "SQLITE_READONLY": "this session may not be changed. Ask for the right to write in this "
    "folder, or copy the folder to a place of your own.",
    "SQLITE_CANTOPEN": "the session cannot be opened. Check that the folder is there and that you "
    "may write in it.",
    "SQLITE_IOERR": "the disk does not do what it should. If this is a network drive, a USB stick "
    "or a synchronised folder, copy the session to this computer's own disk and try again.",
    "SQLITE_PROTOCOL": "this disk cannot hold an open session. Copy the session to this computer's "
    "own disk and try again.",
    "SQLITE_CORRUPT": "the session file is damaged. The scans in the folder are whole: restore the "
    "session from a backup, or make a new session and read them again.",
}
