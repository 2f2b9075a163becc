"""The database of a session: its version and its transactions.

In:  tables, version by version; rows, a transaction at a time (`Store.write`).
Out: rows (`Store.rows`).

Rows are added, not changed and not deleted: what was read or corrected later is a row of its own.
(One thing is filled in later: how many pages a scan has.) What `write` has left behind is on the
disk. Two programs may have a session open at once: each transaction takes the right to write at
its start and waits for the other.
"""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from forms.errors import SessionError, because
from papierkompas.session.rights import make_file

APPLICATION = 0x506B6F6D  # 'Pkom': tells our databases from anybody else's
MOST_COPIES = 5  # of a database that is only looked at while somebody else writes in it
PATIENCE_S = 10.0  # how long we wait for the other program; storing a page takes milliseconds

Steps = Sequence[Sequence[str]]
"""What to do for each version of the tables, oldest first; a database of version 3 has had three
of them."""


class Store:
    """An open session database. Threads of one program may share it."""

    def __init__(self, path: Path, db: sqlite3.Connection, *, is_read_only: bool = False) -> None:
        self.path = path
        self.folder = path.parent
        self.is_read_only = is_read_only
        self._db = db
        self._identity = _identity(path)
        self._lock = threading.RLock()

    @classmethod
    def create(cls, path: Path, steps: Steps, fill: Callable[[sqlite3.Connection], None]) -> Store:
        """Make a database and `fill` it, as one transaction: it is there whole or not at all.

        Raises:
            SessionError: there is one already, or it cannot be written there.
        """
        with _reachable(path):
            make_file(path)
        store = cls(path, _connect(path))
        try:
            with _explained(path):
                if not store._is_empty():
                    raise SessionError("session.exists", folder=path.parent)
                store._make_lasting()
            with store.write() as db:
                if not store._is_empty():  # somebody was quicker
                    raise SessionError("session.exists", folder=path.parent)
                _take(db, steps)
                db.execute(f"PRAGMA application_id = {APPLICATION}")
                fill(db)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def open(cls, path: Path, steps: Steps) -> Store:
        """Open a database that `create` made.

        Raises:
            SessionError: it is none of ours, was made by a newer version, or is damaged.
        """
        store = cls(path, _connect(path))
        try:
            with _explained(path):
                version = store._check_version(len(steps))
                store._make_lasting()
            if version < len(steps):
                store._migrate(steps)
        except BaseException:
            store.close()
            raise
        return store

    @classmethod
    def look_at(cls, path: Path, steps: Steps) -> Store:
        """Open a database that may not be changed, as it is at this moment: a copy in memory.

        Raises:
            SessionError: it is none of ours, was made by a newer version, or is damaged.
        """
        with _reachable(path), _explained(path):
            store = cls(path, _in_memory(path), is_read_only=True)
            _take(store._db, steps, store._check_version(len(steps)))
        return store

    def in_memory(self) -> Store:
        """Copy the database into memory, to try a change; what is stored stays as it is."""
        memory = _opened("file::memory:")
        with self._lock, _explained(self.path):
            self._db.backup(memory)
        return Store(self.path, memory)

    def must_be_changeable(self) -> None:
        """Refuse a change of what may only be looked at.

        Raises:
            SessionError: it may not be changed.
        """
        if self.is_read_only:
            raise SessionError("session.read_only", folder=self.folder)

    def close(self) -> None:
        """Let go of the database."""
        with self._lock:
            self._db.close()

    def copy_to(self, target: Path) -> None:
        """Copy the database as it is at this moment, in one file."""
        with self._lock, _explained(self.path), closing(sqlite3.connect(target)) as copy:
            self._db.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # nothing of it lies beside it

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """Do everything inside as one transaction; left without an error, it is on the disk.

        Raises:
            SessionError: it could not be stored; the database is as it was before.
        """
        self.must_be_changeable()
        with self._lock, _explained(self.path):
            if _identity(self.path) != self._identity:
                raise SessionError("session.moved", folder=self.folder)
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

    def _check_version(self, newest: int) -> int:
        (application,) = self._db.execute("PRAGMA application_id").fetchone()
        (version,) = self._db.execute("PRAGMA user_version").fetchone()
        if application != APPLICATION:
            raise _not_ours(self.path)
        if version > newest:
            raise SessionError("session.newer", folder=self.folder, version=version, newest=newest)
        return int(version)

    def _migrate(self, steps: Steps) -> None:
        """Bring the tables of an older version up to date, whole or not at all."""
        with self.write() as db:
            (version,) = db.execute("PRAGMA user_version").fetchone()
            _take(db, steps, version)  # none, where another program was quicker

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


def by_whom(who: str) -> str:
    """Return who did something, as it is stored.

    Raises:
        ValueError: nobody is named.
    """
    if not who.strip():
        raise ValueError("who must be said, got nothing")
    return storable(who)


def now() -> str:
    """Return the time, as it is stored."""
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _take(db: sqlite3.Connection, steps: Steps, taken: int = 0) -> None:
    """Take the steps that a database did not have yet."""
    for step in steps[taken:]:
        for statement in step:
            db.execute(statement)
    db.execute(f"PRAGMA user_version = {len(steps)}")


def _connect(path: Path) -> sqlite3.Connection:
    """Open a file that is there; SQLite gives what it lays beside it the same rights."""
    with _explained(path):
        return _opened(f"{path.absolute().as_uri()}?mode=rw")


def _opened(uri: str) -> sqlite3.Connection:
    db = sqlite3.connect(
        uri,
        uri=True,
        timeout=PATIENCE_S,
        isolation_level=None,  # transactions begin where we say so
        check_same_thread=False,  # guarded by Store._lock
    )
    db.row_factory = sqlite3.Row
    return db


def _in_memory(path: Path) -> sqlite3.Connection:
    """Copy a database into memory.

    SQLite cannot read one in WAL mode where it may not write beside it, so it reads a copy: the
    database and what was not moved into it yet. Should another program write meanwhile, the two
    may not fit together; then they are copied again.
    """
    beside = path.with_name(f"{path.name}-wal")
    memory = _opened("file::memory:")
    with tempfile.TemporaryDirectory() as folder:  # for its owner alone, by its nature
        copy = Path(folder) / path.name
        for _ in range(MOST_COPIES):
            before = _stamp(path, beside)
            shutil.copyfile(path, copy)
            copy.with_name(beside.name).unlink(missing_ok=True)
            with suppress(FileNotFoundError):
                shutil.copyfile(beside, copy.with_name(beside.name))
            if _stamp(path, beside) == before:
                break
        with closing(_opened(f"{copy.as_uri()}?mode=rw")) as db:
            db.backup(memory)
    return memory


def _identity(path: Path) -> tuple[int, int] | None:
    """Say which file this is, whatever its name: SQLite goes on in a file that was deleted."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _stamp(*paths: Path) -> list[tuple[int, int] | None]:
    """Say what is different as soon as anything in these files is."""
    return [(p.stat().st_size, p.stat().st_mtime_ns) if p.exists() else None for p in paths]


@contextmanager
def _explained(path: Path) -> Iterator[None]:
    """Say in words what SQLite could not do; what is our own mistake passes as it is."""
    try:
        yield
    except sqlite3.Error as error:
        name = getattr(error, "sqlite_errorname", "")
        for start, key in _SAID.items():
            if name.startswith(start):
                raise SessionError(key, folder=path.parent) from error
        if name.startswith("SQLITE_NOTADB"):
            raise _not_ours(path) from error
        raise


@contextmanager
def _reachable(path: Path) -> Iterator[None]:
    """Say in words that a file cannot be made or read."""
    try:
        yield
    except OSError as error:
        is_full = because(error).key == "os.full"
        key = "session.full" if is_full else "session.cannot_open"
        raise SessionError(key, folder=path.parent) from error


def _not_ours(path: Path) -> SessionError:
    return SessionError("session.not_ours", folder=path.parent, file=path.name)


_SAID = {
    "SQLITE_BUSY": "session.busy",
    "SQLITE_FULL": "session.full",
    "SQLITE_READONLY": "session.read_only",
    "SQLITE_CANTOPEN": "session.cannot_open",
    "SQLITE_IOERR": "session.disk_trouble",
    "SQLITE_PROTOCOL": "session.no_such_disk",
    "SQLITE_CORRUPT": "session.damaged",
}
