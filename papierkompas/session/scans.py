"""The files that were scanned, kept as they came.

In:  a file.
Out: a `Scan`: the same bytes in `scans/` under their hash, under a name that people know.
"""

from __future__ import annotations

import datetime as dt
import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from forms.errors import SessionError
from omr.page import PageRef
from papierkompas.session.folder import SCANS
from papierkompas.session.kept_files import copied, give_place
from papierkompas.session.store import Store, now, storable
from papierkompas.session.values import Scan

TABLES = (
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
)


class Scans:
    """The scans of a session."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, path: Path, name: str | None = None) -> Scan:
        """Keep a file that was scanned. The same bytes are kept once, under any name.

        Args:
            name: what the file is called for people; without, its own name.

        Raises:
            OSError: the file itself cannot be opened or read; an unread page, not an end.
            SessionError: it could not be stored, the disk is full for instance.
        """
        self._store.must_be_changeable()
        original = storable(name or path.name)
        suffix = Path(original).suffix.lower()
        if not re.fullmatch(r"\.[a-z0-9]{1,5}", suffix):
            suffix = ".bin"
        with path.open("rb") as source, copied(source, self._store.folder, SCANS) as copy:
            known = self._store.row("SELECT kept FROM scans WHERE sha256 = ?", copy.sha256)
            kept = known["kept"] if known else f"{SCANS}/{copy.sha256}{suffix}"
            give_place(copy, self._store.folder / kept)
        with self._store.write() as db:
            if not db.execute("SELECT 1 FROM scans WHERE sha256 = ?", (copy.sha256,)).fetchone():
                db.execute(
                    "INSERT INTO scans (sha256, name, original, kept, bytes, added)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (copy.sha256, _unused_name(db, original), original, kept, copy.bytes, now()),
                )
        return self._one("sha256", copy.sha256)

    @contextmanager
    def arriving(self, source: IO[bytes]) -> Iterator[Path]:
        """Write what comes in to a file that is gone afterwards, to look whether to keep it.

        It lies among the scans under the name of an unfinished copy: if the computer stops now, it
        is swept away with them, and deleted with the session.
        """
        self._store.must_be_changeable()
        with copied(source, self._store.folder, SCANS) as copy:
            yield copy.path

    def count_pages(self, scan: Scan, pages: int) -> None:
        """Note how many pages a scan has, once that is known."""
        with self._store.write() as db:
            db.execute("UPDATE scans SET pages = ? WHERE id = ?", (pages, scan.id))

    def all(self) -> tuple[Scan, ...]:
        """Return every scan in the order in which they were added."""
        rows = self._store.rows("SELECT * FROM scans ORDER BY id")
        return tuple(self._as_scan(row) for row in rows)

    def of(self, ref: PageRef) -> Scan:
        """Return the scan that a page comes from."""
        return self._one("name", ref.file)

    def _one(self, column: str, value: str) -> Scan:
        row = self._store.row(f"SELECT * FROM scans WHERE {column} = ?", value)  # noqa: S608 ours
        if row is None:
            raise SessionError("session.no_scan", folder=self._store.folder, scan=value)
        return self._as_scan(row)

    def _as_scan(self, row: sqlite3.Row) -> Scan:
        return Scan(
            id=row["id"],
            sha256=row["sha256"],
            name=row["name"],
            path=self._store.folder / row["kept"],
            bytes=row["bytes"],
            pages=row["pages"],
            added=dt.datetime.fromisoformat(row["added"]),
        )


def _unused_name(db: sqlite3.Connection, original: str) -> str:
    """Call the second file that is named `scan.pdf` `scan (2).pdf`: copiers use names again."""
    name = original
    again = 1
    while db.execute("SELECT 1 FROM scans WHERE name = ?", (name,)).fetchone():
        again += 1
        stem, dot, suffix = original.rpartition(".")
        name = f"{stem} ({again}){dot}{suffix}" if stem else f"{original} ({again})"
    return name
