"""What people changed in what was read.

In:  answers as a person gives them, and corrections that are taken back.
Out: the whole history, and which corrections count.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Mapping

from forms.errors import SessionError
from forms.sheet_code import MASTER
from omr.page import PageRef
from omr.pile.settle import Sheet
from papierkompas.session.scans import Scans
from papierkompas.session.store import Store, by_whom, now, storable
from papierkompas.session.values import Correction, SheetId

TABLES = (
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

PARTS = ("ALTER TABLE corrections ADD COLUMN copy_part INTEGER NOT NULL DEFAULT 1",)


class ChangedMeanwhileError(SessionError):
    """Somebody else changed the same answer since it was shown."""


class Corrections:
    """The history of what people changed."""

    def __init__(self, store: Store, scans: Scans) -> None:
        self._store = store
        self._scans = scans

    def correct(
        self,
        sheet: SheetId,
        question: str,
        value: str | None,
        who: str,
        why: str = "",
        *,
        seen: int | None = None,
    ) -> Correction:
        """Say what the answer to a question is, or the text of a field such as 'name'.

        Args:
            value: an option; None says that it was left blank.
            seen: the id of the newest correction of this session (0: none) when the answer was
                shown to whoever changes it. Without, it is changed whatever others did.

        Raises:
            ChangedMeanwhileError: somebody changed this answer after `seen`.
            SessionError: no such sheet was given out here.
        """
        with self._store.write() as db:
            where = self._place_of(db, sheet)
            newest = self._newest(db, where, question)
            if seen is not None and newest > seen:
                raise ChangedMeanwhileError(
                    "correction.meanwhile", sheet=str(sheet), question=question
                )
            made = self._insert_correction(db, where, question, value, who, why, None)
        return self._correction(made)

    def undo(self, correction: int, who: str, why: str = "") -> Correction:
        """Take back a correction, or an undo; what counted before it counts again.

        Raises:
            ChangedMeanwhileError: it was taken back already.
            SessionError: there is no such correction.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM corrections WHERE id = ?", (correction,)).fetchone()
            if row is None:
                raise SessionError("correction.none", number=correction)
            where = tuple(row[name] for name in _PLACE)
            history = db.execute(
                f"SELECT id, undoes FROM corrections WHERE {_SAME_PLACE} AND question = ?"  # noqa: S608 a constant
                " ORDER BY id",
                (*where, row["question"]),
            ).fetchall()
            if correction in _undone((r["id"], r["undoes"]) for r in history):
                raise ChangedMeanwhileError("correction.taken_back", number=correction)
            made = self._insert_correction(db, where, row["question"], None, who, why, correction)
        return self._correction(made)

    def all(self) -> tuple[Correction, ...]:
        """Return everything that anybody changed or took back, the oldest first."""
        return tuple(
            _as_correction(row) for row in self._store.rows(f"{_CORRECTIONS} ORDER BY c.id")
        )

    def standing(self) -> dict[SheetId, dict[str, Correction]]:
        """Return the corrections that count: per question the newest that was not taken back.

        `corrections_of` finds those of a settled sheet.
        """
        history = self.all()
        undone = _undone((correction.id, correction.undoes) for correction in history)
        counting: dict[SheetId, dict[str, Correction]] = {}
        for correction in history:
            if correction.undoes is None and correction.id not in undone:
                counting.setdefault(correction.sheet, {})[correction.question] = correction
        return counting

    def _place_of(self, db: sqlite3.Connection, sheet: SheetId) -> tuple[object, ...]:
        given = "SELECT 1 FROM sheets WHERE batch = ? AND number = ?"
        if not db.execute(given, (sheet.batch, sheet.number)).fetchone():
            raise SessionError("correction.no_sheet", sheet=str(sheet))
        if sheet.copy is None:
            return sheet.batch, sheet.number, None, None, 1
        scan = self._scans.of(sheet.copy)
        return sheet.batch, sheet.number, scan.id, sheet.copy.page, sheet.copy.part

    def _newest(self, db: sqlite3.Connection, where: tuple[object, ...], question: str) -> int:
        (newest,) = db.execute(
            f"SELECT coalesce(max(id), 0) FROM corrections WHERE {_SAME_PLACE} AND question = ?",  # noqa: S608 a constant
            (*where, question),
        ).fetchone()
        return int(newest)

    def _insert_correction(
        self,
        db: sqlite3.Connection,
        where: tuple[object, ...],
        question: str,
        value: str | None,
        who: str,
        why: str,
        undoes: int | None,
    ) -> int:
        text = None if value is None else storable(value)
        db.execute(
            f"INSERT INTO corrections ({', '.join(_PLACE)}, question, value, undoes,"  # noqa: S608 a constant
            " who, at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*where, question, text, undoes, by_whom(who), now(), storable(why)),
        )
        return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])

    def _correction(self, made: int) -> Correction:
        return _as_correction(self._store.rows(f"{_CORRECTIONS} WHERE c.id = ?", made)[0])


def corrections_of(
    sheet: Sheet, standing: Mapping[SheetId, Mapping[str, Correction]]
) -> dict[str, Correction]:
    """Find the corrections that count for a settled sheet, by question.

    Any page may have been the first of a copy when it was corrected: the one before it may have
    been read since.
    """
    if sheet.number != MASTER:
        return dict(standing.get(SheetId.of(sheet), {}))
    ids = [SheetId(sheet.batch, sheet.number, page.ref) for page in sheet.pages.values()]
    found = [c for each in ids for c in standing.get(each, {}).values()]
    return {c.question: c for c in sorted(found, key=lambda c: c.id)}


_PLACE = ("batch", "number", "copy_scan", "copy_page", "copy_part")
_SAME_PLACE = "batch = ? AND number = ? AND copy_scan IS ? AND copy_page IS ? AND copy_part = ?"
_CORRECTIONS = (
    "SELECT c.*, s.name AS file FROM corrections AS c LEFT JOIN scans AS s ON s.id = c.copy_scan"
)


def _undone(history: Iterable[tuple[int, int | None]]) -> set[int]:
    """Find what was taken back. An undo that was itself taken back does not count.

    >>> sorted(_undone([(1, None), (2, 1), (3, 2)]))
    [2]
    """
    undone: set[int] = set()
    for correction, undoes in sorted(history, reverse=True, key=lambda row: row[0]):
        if undoes is not None and correction not in undone:
            undone.add(undoes)
    return undone


def _as_correction(row: sqlite3.Row) -> Correction:
    copy = None
    if row["copy_scan"] is not None:
        copy = PageRef(row["file"], row["copy_page"], row["copy_part"])
    return Correction(
        id=row["id"],
        sheet=SheetId(row["batch"], row["number"], copy),
        question=row["question"],
        value=row["value"],
        who=row["who"],
        at=dt.datetime.fromisoformat(row["at"]),
        why=row["why"],
        undoes=row["undoes"],
    )
