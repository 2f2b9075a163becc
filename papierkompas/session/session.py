"""One meeting of one team: who takes part, what was printed, scanned, read and corrected.

In:  a folder, and what the command and the web page do in it.
Out: the same, after any crash, for everybody who has the session open.

A session is a folder with `session.sqlite3`, every scan in `scans/` under the hash of its bytes,
and a school's own questionnaires in `instruments/`. Each part keeps its own tables.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from forms.errors import SessionError, because
from forms.roster import Roster
from papierkompas.session.corrections import Corrections
from papierkompas.session.folder import (
    DATABASE,
    QUESTIONNAIRES,
    SCANS,
    all_files,
    close_to_others,
    may_change,
    our_files,
)
from papierkompas.session.given_out import GivenOut
from papierkompas.session.kept_files import sweep
from papierkompas.session.map_changes import MapChanges
from papierkompas.session.pages import Pages
from papierkompas.session.people import People, insert_person
from papierkompas.session.questionnaires import Questionnaires
from papierkompas.session.refused import Refused
from papierkompas.session.rights import make_folder
from papierkompas.session.scans import Scans
from papierkompas.session.schema import STEPS
from papierkompas.session.settings import NAMES, Settings
from papierkompas.session.store import Store, now, storable
from papierkompas.session.values import Called, Deletion
from papierkompas.session.withdrawals import Withdrawals


class Session:
    """An open session. Several programs, and several threads of one, may have it open at once.

    Attributes:
        people: who takes part.
        questionnaires: the school's own.
        given_out: what was printed, for whom.
        scans: the files that were scanned.
        pages: what was read on them, and what was written by hand.
        refused: the files in which there was nothing to keep.
        withdrawals: which scans do not count.
        corrections: what people changed.
        map_changes: what they changed on maps that were made by hand.
        settings: how it is shown.
    """

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store
        row = store.rows("SELECT * FROM session")[0]
        self.created = dt.datetime.fromisoformat(row["created"])
        self.people = People(store)
        self.questionnaires = Questionnaires(store)
        self.given_out = GivenOut(store)
        self.scans = Scans(store)
        self.pages = Pages(store)
        self.refused = Refused(store)
        self.withdrawals = Withdrawals(store)
        self.corrections = Corrections(store, self.scans)
        self.map_changes = MapChanges(store)
        self.settings = Settings(store)

    @property
    def team(self) -> str:
        """What the team is called."""
        return str(self._about()["team"])

    @property
    def date(self) -> dt.date:
        """The day of the meeting: the last that was given and is one, else that of making it."""
        rows = (
            *self._store.rows("SELECT date FROM about ORDER BY id DESC"),
            *self._store.rows("SELECT date FROM session"),
        )
        days = (_day(row["date"]) for row in rows)
        return next((day for day in days if day is not None), self.created.date())

    def call(self, team: str, date: dt.date, who: str) -> None:
        """Correct what the team is called, and the day.

        Raises:
            SessionError: the team has no name.
        """
        team = " ".join(storable(team).split())
        if not team:
            raise SessionError("session.no_team", folder=self.folder)
        with self._store.write() as db:
            sql = "INSERT INTO about (team, date, who, at) VALUES (?, ?, ?, ?)"
            db.execute(sql, (team, date.isoformat(), storable(who), now()))

    def called(self) -> tuple[Called, ...]:
        """Return what the session was called from when on, and who said so; the oldest first."""
        rows = self._store.rows("SELECT * FROM about ORDER BY id")
        return tuple(
            Called(
                row["team"],
                _day(row["date"]),
                row["who"],
                dt.datetime.fromisoformat(row["at"]),
            )
            for row in rows
        )

    def _about(self) -> sqlite3.Row:
        last = self._store.rows("SELECT team, date FROM about ORDER BY id DESC LIMIT 1")
        return last[0] if last else self._store.rows("SELECT team, date FROM session")[0]

    @classmethod
    def create(cls, folder: Path, team: str, date: dt.date, roster: Roster = ()) -> Session:
        """Make a session in a folder, which may be there already.

        Raises:
            SessionError: there is a session in it already, or it cannot be written there.
        """
        team = " ".join(storable(team).split())
        if not team:
            raise SessionError("session.no_team", folder=folder)
        try:
            make_folder(folder)
        except FileExistsError:
            raise SessionError("folder.is_file", folder=folder) from None
        except OSError as error:
            raise SessionError("folder.cannot_make", folder=folder, why=because(error)) from None
        if not may_change(folder):
            raise SessionError("session.no_right", path=folder)

        def fill(db: sqlite3.Connection) -> None:
            db.execute("INSERT INTO session VALUES (1, ?, ?, ?)", (team, date.isoformat(), now()))
            for person in roster:
                insert_person(db, person)

        return cls(folder, Store.create(folder / DATABASE, STEPS, fill))

    @classmethod
    def open(cls, folder: Path) -> Session:
        """Open the session in a folder.

        One that may not be changed is shown as it is now, and refuses every change.

        Raises:
            SessionError: there is none, or it was made by a newer version.
        """
        try:
            if not folder.exists():
                raise SessionError("session.no_folder", folder=folder)
            if not (folder / DATABASE).is_file():
                raise SessionError("session.none_here", folder=folder)
        except OSError:
            raise SessionError("session.cannot_open", folder=folder) from None
        if not may_change(folder):
            return cls(folder, Store.look_at(folder / DATABASE, STEPS))
        close_to_others(folder)
        session = cls(folder, Store.open(folder / DATABASE, STEPS))
        sweep(folder)
        return session

    def supposed(self) -> Self:
        """Return a copy of this session in memory, to try what a change would do.

        What is changed in the copy reaches nothing else. Close it afterwards.
        """
        return type(self)(self.folder, self._store.in_memory())

    @property
    def is_read_only(self) -> bool:
        """Whether it may only be looked at."""
        return self._store.is_read_only

    def must_be_changeable(self) -> None:
        """Refuse what would change a session that may only be looked at.

        Raises:
            SessionError: it may only be looked at.
        """
        self._store.must_be_changeable()

    def close(self) -> None:
        """Let go of the session."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def copy_database(self, target: Path) -> None:
        """Write what is stored, as it is at this moment, to a file of its own."""
        self._store.copy_to(target)

    def revision(self) -> int:
        """Return a number that grows with everything that anybody adds to the session."""
        changed = self._store.row(
            "SELECT coalesce((SELECT max(rowid) FROM participants), 0)"
            " + coalesce((SELECT max(rowid) FROM people_changes), 0)"
            " + coalesce((SELECT max(rowid) FROM about), 0)"
            " + coalesce((SELECT max(rowid) FROM corrections), 0)"
            " + coalesce((SELECT max(rowid) FROM map_changes), 0)"
            " + coalesce((SELECT max(rowid) FROM transcripts), 0)"
            " + coalesce((SELECT max(rowid) FROM settings WHERE key = ?), 0) AS number",
            NAMES,
        )
        return self.pile_revision() + (changed["number"] if changed else 0)

    def pile_revision(self) -> int:
        """Return a number that grows with what was printed, scanned and read, and with no other."""
        changed = self._store.row(
            "SELECT coalesce((SELECT max(rowid) FROM instruments), 0)"
            " + coalesce((SELECT max(rowid) FROM batches), 0)"
            " + coalesce((SELECT max(rowid) FROM sheets), 0)"
            " + coalesce((SELECT max(rowid) FROM prints), 0)"
            " + coalesce((SELECT max(rowid) FROM scans), 0)"
            " + coalesce((SELECT max(rowid) FROM pages), 0)"
            " + coalesce((SELECT max(rowid) FROM refused), 0)"
            " + coalesce((SELECT max(rowid) FROM withdrawals), 0) AS number"
        )
        return int(changed["number"]) if changed else 0

    def delete_for_good(self) -> Deletion:
        """Remove the session from this folder and say what was removed, and what was not.

        Files that the session did not make stay, and then so does the folder around them. The
        database goes last: interrupted, the session is still there to be deleted.

        Raises:
            SessionError: it may only be looked at.
        """
        self.must_be_changeable()
        self.close()
        removed = []
        for path in list(our_files(self.folder)):
            with suppress(OSError):  # it is then found among those kept
                path.unlink()
                removed.append(path.relative_to(self.folder).as_posix())
        for part in (SCANS, QUESTIONNAIRES, ""):
            with suppress(OSError):  # something else is in it
                (self.folder / part).rmdir()
        kept = [path.relative_to(self.folder).as_posix() for path in all_files(self.folder)]
        return Deletion(tuple(removed), tuple(kept))


def _day(text: str) -> dt.date | None:
    """Return the day that a row has; None for one that is no day, which no paper is read by."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
