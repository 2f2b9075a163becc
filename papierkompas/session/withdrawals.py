"""Which scans do not count: withdrawn by somebody, and put back.

In:  a scan, one page of it, or a refused file; who says so, and why.
Out: the whole history, and what does not count now. The file itself stays where it is.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from forms.errors import SessionError
from omr.page import PageRef
from papierkompas.session.refused import RefusedFile
from papierkompas.session.store import Store, by_whom, now, storable
from papierkompas.session.values import Scan

TABLES = (
    """CREATE TABLE withdrawals (  -- one that was undone does not count
        id INTEGER PRIMARY KEY,
        scan INTEGER REFERENCES scans,
        page INTEGER,  -- NULL: the whole file
        refused INTEGER REFERENCES refused,
        undoes INTEGER REFERENCES withdrawals,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        CHECK ((scan IS NULL) != (refused IS NULL)),
        CHECK (page IS NULL OR scan IS NOT NULL)
    ) STRICT""",
    "CREATE INDEX withdrawals_of_scan ON withdrawals (scan, page)",
)

STANDING = (
    "undoes IS NULL AND NOT EXISTS (SELECT 1 FROM withdrawals AS u WHERE u.undoes = withdrawals.id)"
)
PAGE_WITHDRAWN = f"""EXISTS (
    SELECT 1 FROM withdrawals WHERE withdrawals.scan = pages.scan
    AND (withdrawals.page IS NULL OR withdrawals.page = pages.page) AND {STANDING}
)"""  # noqa: S608 a constant


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """What somebody said does not count, or put back: then it names what it undoes.

    Attributes:
        ref: the file, or one page of it.
        refused: the refused file that was taken off the list; None for a scan.
    """

    id: int
    ref: PageRef
    who: str
    at: dt.datetime
    why: str
    refused: int | None = None
    undoes: int | None = None


class Withdrawals:
    """The history of what does not count."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def withdraw(self, scan: Scan, page: int | None, who: str, why: str) -> Withdrawal:
        """Let a scan, or one page of it, count no longer.

        Args:
            page: None for the whole file.

        Raises:
            SessionError: it does not count already, or the file has no such page.
        """
        with self._store.write() as db:
            whole = _standing(db, "scan = ? AND page IS NULL", scan.id)
            same = whole or _standing(db, "scan = ? AND page IS ?", scan.id, page)
            if same:
                raise SessionError("withdrawal.already", file=scan.name)
            if page is not None and not _has_page(db, scan, page):
                raise SessionError("withdrawal.no_page", file=scan.name, page=page)
            made = _insert(db, scan.id, page, None, None, who, why)
        return self._one(made)

    def take_off(self, refused: RefusedFile, who: str, why: str) -> Withdrawal:
        """Take a refused file off the list.

        Raises:
            SessionError: it is off already.
        """
        with self._store.write() as db:
            if _standing(db, "refused = ?", refused.id):
                raise SessionError("withdrawal.already", file=refused.name)
            made = _insert(db, None, None, refused.id, None, who, why)
        return self._one(made)

    def put_back(self, withdrawal: int, who: str, why: str) -> Withdrawal:
        """Let what was withdrawn count again.

        Raises:
            SessionError: there is no such withdrawal, or it was put back already.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM withdrawals WHERE id = ?", (withdrawal,)).fetchone()
            if row is None or not _standing(db, "id = ?", withdrawal):
                raise SessionError("withdrawal.none", number=withdrawal)
            made = _insert(db, row["scan"], row["page"], row["refused"], withdrawal, who, why)
        return self._one(made)

    def all(self) -> tuple[Withdrawal, ...]:
        """Return everything that was withdrawn or put back, the oldest first."""
        return tuple(map(_as_withdrawal, self._store.rows(f"{_ALL} ORDER BY withdrawals.id")))

    def standing(self) -> tuple[Withdrawal, ...]:
        """Return what does not count now, the oldest first."""
        rows = self._store.rows(f"{_ALL} WHERE {STANDING} ORDER BY withdrawals.id")
        return tuple(map(_as_withdrawal, rows))

    def files(self) -> frozenset[str]:
        """Return the names of the scans that do not count, as a whole."""
        return frozenset(
            one.ref.file for one in self.standing() if one.refused is None and not one.ref.page
        )

    def _one(self, made: int) -> Withdrawal:
        return _as_withdrawal(self._store.rows(f"{_ALL} WHERE withdrawals.id = ?", made)[0])


_ALL = (
    "SELECT withdrawals.*, coalesce(scans.name, refused.name) AS file FROM withdrawals"
    " LEFT JOIN scans ON scans.id = withdrawals.scan"
    " LEFT JOIN refused ON refused.id = withdrawals.refused"
)


def _standing(db: sqlite3.Connection, where: str, *values: object) -> bool:
    sql = f"SELECT 1 FROM withdrawals WHERE {where} AND {STANDING}"  # noqa: S608 constants
    return db.execute(sql, values).fetchone() is not None


def _has_page(db: sqlite3.Connection, scan: Scan, page: int) -> bool:
    sql = "SELECT 1 FROM pages WHERE scan = ? AND page = ? AND page > 0"
    return db.execute(sql, (scan.id, page)).fetchone() is not None


def _insert(
    db: sqlite3.Connection,
    scan: int | None,
    page: int | None,
    refused: int | None,
    undoes: int | None,
    who: str,
    why: str,
) -> int:
    made = db.execute(
        "INSERT INTO withdrawals (scan, page, refused, undoes, who, at, why)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (scan, page, refused, undoes, by_whom(who), now(), storable(why)),
    ).lastrowid
    return int(made or 0)


def _as_withdrawal(row: sqlite3.Row) -> Withdrawal:
    return Withdrawal(
        id=row["id"],
        ref=PageRef(row["file"], row["page"] or 0),
        who=row["who"],
        at=dt.datetime.fromisoformat(row["at"]),
        why=row["why"],
        refused=row["refused"],
        undoes=row["undoes"],
    )
