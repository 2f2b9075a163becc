"""The files that came in and in which there was nothing to keep.

In:  a file of which intake said why it cannot be read.
Out: the same, for the account: every file that came in is on the list until somebody takes it off.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass

from omr.page import PageRef, ReadPage, Reason, unread
from papierkompas.session.store import Store, now, storable

TABLES = (
    """CREATE TABLE refused (  -- files of which no scan was kept
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL,
        reason TEXT NOT NULL,
        detail TEXT NOT NULL,
        added TEXT NOT NULL
    ) STRICT""",
    # until then they lay among the settings, as one list
    """INSERT INTO refused (name, reason, detail, added)
        SELECT json_extract(one.value, '$[0]'), json_extract(one.value, '$[1]'),
            json_extract(one.value, '$[2]'), settings.made
        FROM settings, json_each(settings.value) AS one
        WHERE settings.id = (SELECT max(id) FROM settings WHERE key = 'refused')
        ORDER BY one.key""",
)


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file in which there was nothing to keep."""

    id: int
    name: str
    reason: Reason
    detail: str
    added: dt.datetime

    @property
    def as_page(self) -> ReadPage:
        """Return its line in the account of pages."""
        return unread(PageRef(self.name), self.reason, self.detail)


class Refused:
    """The files that a session refused."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, trouble: ReadPage) -> RefusedFile:
        """Note a file in which there was nothing to keep.

        Raises:
            ValueError: it has no reason.
        """
        if trouble.reason is None:
            raise ValueError(f"a refused file needs a reason, got none for {trouble.ref}")
        with self._store.write() as db:
            made = db.execute(
                "INSERT INTO refused (name, reason, detail, added) VALUES (?, ?, ?, ?)",
                (storable(trouble.ref.file), trouble.reason, storable(trouble.detail), now()),
            ).lastrowid
        return _as_refused(self._store.rows("SELECT * FROM refused WHERE id = ?", made)[0])

    def all(self) -> tuple[RefusedFile, ...]:
        """Return every one of them, also those that were taken off the list, the oldest first."""
        return tuple(map(_as_refused, self._store.rows("SELECT * FROM refused ORDER BY id")))


def _as_refused(row: sqlite3.Row) -> RefusedFile:
    return RefusedFile(
        id=row["id"],
        name=row["name"],
        reason=Reason(row["reason"]),
        detail=row["detail"],
        added=dt.datetime.fromisoformat(row["added"]),
    )
