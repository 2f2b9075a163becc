"""One meeting of one team: who takes part, what was printed, scanned, read and corrected.

In:  a folder, and what the command and the web page do in it.
Out: the same, after any crash, for everybody who has the session open.

A session is a folder with `session.sqlite3` (see `papierkompas.session.store`), every scan in
`scans/` under the hash of its bytes, and a school's own questionnaires in `instruments/`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
import secrets
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from forms import instrument as instruments
from forms.errors import SessionError
from forms.instrument import Instrument
from forms.layout import Rect
from forms.roster import Person, Roster
from forms.sheet_code import BATCH_LENGTH, MASTER, MAX_NUMBER, TYPED
from omr.page import PageRef, PageStatus, ReadPage, Reason
from omr.pile.settle import Sheet
from papierkompas.session.store import Store, insert_page, load_pages, storable
from papierkompas.session.values import (
    Batch,
    Correction,
    Deletion,
    GivenOut,
    Scan,
    SheetId,
    Transcript,
)

DATABASE = "session.sqlite3"
SCANS = "scans"
INSTRUMENTS = "instruments"

# Unread for a reason that lies outside the scan: the same file may be read better next time.
MENDABLE = frozenset(
    {
        Reason.OTHER_PRINT,
        Reason.UNKNOWN_INSTRUMENT,
        Reason.ENCRYPTED,
        Reason.NO_PERMISSION,
        Reason.NOT_FOUND,
        Reason.NO_RENDERER,
        Reason.WORKER_DIED,
        Reason.OUR_MISTAKE,
        Reason.NOT_SENT,
    }
)


class ChangedMeanwhileError(SessionError):
    """Somebody else changed the same answer since it was shown."""


class Session:
    """An open session. Several programs, and several threads of one, may have it open at once."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.folder = folder
        self._store = store
        row = store.rows("SELECT * FROM session")[0]
        self.team: str = row["team"]
        self.date = dt.date.fromisoformat(row["date"])
        self.created = dt.datetime.fromisoformat(row["created"])

    @classmethod
    def create(cls, folder: Path, team: str, date: dt.date, roster: Roster = ()) -> Session:
        """Make a session in a folder, which may be there already.

        Raises:
            SessionError: there is a session in it already, or it cannot be written there.
        """
        team = " ".join(storable(team).split())
        if not team:
            raise SessionError(f"{folder}: the session has no team. Give its name.")
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except FileExistsError:
            raise SessionError(f"{folder}: this is a file. Give the name of a folder.") from None
        except OSError as error:
            raise SessionError(
                f"{folder}: the folder cannot be made: {error.strerror}. Choose another place."
            ) from None
        _must_be_writable(folder)

        def fill(db: sqlite3.Connection) -> None:
            made = _now()
            db.execute("INSERT INTO session VALUES (1, ?, ?, ?)", (team, date.isoformat(), made))
            for person in roster:
                _insert_person(db, person)

        return cls(folder, Store.create(folder / DATABASE, fill))

    @classmethod
    def open(cls, folder: Path) -> Session:
        """Open the session in a folder.

        Raises:
            SessionError: there is none, it was made by a newer version, or it may not be changed.
        """
        if not folder.exists():
            raise SessionError(
                f"{folder}: there is no such folder. Make a session first: "
                "papierkompas new DIR --team NAME."
            )
        if not (folder / DATABASE).is_file():
            raise SessionError(
                f"{folder}: there is no session in this folder. Choose another one, or make a "
                "session in it: papierkompas new DIR --team NAME."
            )
        _must_be_writable(folder)
        _must_be_writable(folder / DATABASE)
        session = cls(folder, Store.open(folder / DATABASE))
        _sweep(folder)
        return session

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

    def revision(self) -> int:
        """Return a number that grows with everything that anybody adds to the session."""
        rows = self._store.rows(
            "SELECT coalesce((SELECT max(rowid) FROM participants), 0)"
            " + coalesce((SELECT max(rowid) FROM instruments), 0)"
            " + coalesce((SELECT max(rowid) FROM sheets), 0)"
            " + coalesce((SELECT max(rowid) FROM scans), 0)"
            " + coalesce((SELECT max(rowid) FROM pages), 0)"
            " + coalesce((SELECT max(rowid) FROM corrections), 0)"
            " + coalesce((SELECT max(rowid) FROM transcripts), 0)"
        )
        return int(rows[0][0])

    # Who takes part

    def participants(self) -> Roster:
        """Return the people on the list, by number."""
        rows = self._store.rows("SELECT * FROM participants ORDER BY number")
        return tuple(Person(**dict(row)) for row in rows)

    def add_participants(self, roster: Roster) -> Roster:
        """Add the people who are not on the list yet; return those added, with their numbers.

        They get numbers behind all that were given out: an anonymous sheet stays anonymous.
        """
        added: list[Person] = []
        with self._store.write() as db:
            known = {row["name"].casefold() for row in db.execute("SELECT name FROM participants")}
            (last,) = db.execute(
                "SELECT max(coalesce((SELECT max(number) FROM participants), 0),"
                " coalesce((SELECT max(number) FROM sheets), 0))"
            ).fetchone()
            for person in roster:
                if person.name.casefold() in known:
                    continue
                number = last + 1 + len(added)
                if number > MAX_NUMBER:
                    raise self._no_numbers_left()
                added.append(
                    Person(
                        number, person.name, person.first, person.infix, person.last, person.label
                    )
                )
                _insert_person(db, added[-1])
        return tuple(added)

    # What was printed

    def keep_instrument(self, path: Path) -> Instrument:
        """Keep a copy of a school's own questionnaire file, so that its paper stays readable.

        Raises:
            InstrumentError: the file is wrong.
            SessionError: it could not be stored.
        """
        own = instruments.load(path)
        with path.open("rb") as source:
            sha256, _, temporary = self._copy(source, INSTRUMENTS)
        name = f"{own.key.replace('/', '_')}-{own.edition}-{sha256[:12]}.toml"
        kept = self._settle(temporary, f"{INSTRUMENTS}/{name}")
        with self._store.write() as db:
            db.execute(
                "INSERT INTO instruments (sha256, key, edition, kept, added)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
                (sha256, own.key, own.edition, kept, _now()),
            )
        return own

    def instruments(self) -> tuple[Instrument, ...]:
        """Return the school's own questionnaires that are kept here, the newest first."""
        rows = self._store.rows("SELECT kept FROM instruments ORDER BY id DESC")
        return tuple(instruments.load(self.folder / row["kept"]) for row in rows)

    def batch_for(
        self,
        instrument: Instrument,
        layout_number: int,
        round_key: str | None,
        *,
        draw: Callable[[], str] | None = None,
    ) -> str:
        """Return the batch for a round of an instrument; made when it is first asked for.

        The same layout gives the same batch later, another layout another one.
        """
        instrument.round(round_key)
        draw = draw or _draw_batch
        key = (instrument.key, instrument.edition, layout_number, round_key)
        with self._store.write() as db:
            found = db.execute(
                "SELECT batch FROM batches"
                " WHERE (instrument, edition, layout) = (?, ?, ?) AND round IS ?",
                key,
            ).fetchone()
            if found:
                return str(found["batch"])
            taken = {row["batch"] for row in db.execute("SELECT batch FROM batches")}
            batch = draw()
            while batch in taken:
                batch = draw()
            db.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", (batch, *key, _now()))
        return batch

    def batches(self) -> tuple[Batch, ...]:
        """Return everything that was printed for this session, the oldest first."""
        rows = self._store.rows(
            "SELECT batch, instrument, edition, layout, round FROM batches ORDER BY rowid"
        )
        return tuple(Batch(**dict(row)) for row in rows)

    def next_numbers(self, batch: str, n: int) -> tuple[int, ...]:
        """Give out `n` anonymous sheets: numbers that no participant and no earlier print has.

        A round of an instrument shares its numbers over all its batches; another round begins
        anew, so that somebody holds the same number in both.

        Raises:
            SessionError: there are not so many numbers left.
        """
        with self._store.write() as db:
            taken = {
                row["number"]
                for row in db.execute(
                    "SELECT number FROM participants"
                    " UNION SELECT sheets.number FROM sheets"
                    " JOIN batches AS his ON his.batch = sheets.batch"
                    " JOIN batches AS ours ON ours.instrument = his.instrument"
                    " AND ours.round IS his.round WHERE ours.batch = ?",
                    (batch,),
                )
            }
            free = [number for number in range(1, MAX_NUMBER + 1) if number not in taken][:n]
            if len(free) < n:
                raise self._no_numbers_left()
            self._give_out(db, batch, free, [None] * n)
        return tuple(free)

    def give_out(
        self,
        batch: str,
        numbers: Sequence[int],
        participants: Sequence[int | None] | None = None,
    ) -> None:
        """Note that sheets were printed; again for the same sheets changes nothing.

        Args:
            participants: for each number whose sheet it is; without, they are all anonymous. A
                participant's number is the number of their sheet.
        """
        with self._store.write() as db:
            self._give_out(db, batch, numbers, participants or [None] * len(numbers))

    def sheets(self) -> tuple[GivenOut, ...]:
        """Return every sheet that was given out, the oldest batch first."""
        rows = self._store.rows(
            "SELECT sheets.* FROM sheets JOIN batches USING (batch)"
            " ORDER BY batches.rowid, sheets.number"
        )
        return tuple(
            GivenOut(
                row["batch"],
                row["number"],
                row["participant"],
                dt.datetime.fromisoformat(row["printed"]),
            )
            for row in rows
        )

    def expected(self, batch: str) -> frozenset[int] | None:
        """Return the numbers that were given out in a batch; None: it is not of this session."""
        if not self._store.rows("SELECT 1 FROM batches WHERE batch = ?", batch):
            return None
        return self.numbers(batch)

    def numbers(self, batch: str) -> frozenset[int]:
        """Return the numbers that were given out in a batch."""
        rows = self._store.rows("SELECT number FROM sheets WHERE batch = ?", batch)
        return frozenset(row["number"] for row in rows)

    def _give_out(
        self,
        db: sqlite3.Connection,
        batch: str,
        numbers: Sequence[int],
        participants: Sequence[int | None],
    ) -> None:
        now = _now()
        for number, participant in zip(numbers, participants, strict=True):
            db.execute(
                "INSERT INTO sheets VALUES (?, ?, ?, ?) ON CONFLICT (batch, number) DO NOTHING",
                (batch, number, participant, now),
            )
            (whose,) = db.execute(
                "SELECT participant FROM sheets WHERE batch = ? AND number = ?", (batch, number)
            ).fetchone()
            if whose != participant:
                raise ValueError(
                    f"participant of {batch}-{number:02d} must stay {whose}, got {participant}"
                )

    def _no_numbers_left(self) -> SessionError:
        return SessionError(
            f"{self.folder}: a session has room for {MAX_NUMBER} sheets in a round. "
            "Make another session for the rest."
        )

    # What was scanned and read

    def keep_scan(self, path: Path, name: str | None = None) -> Scan:
        """Keep a file that was scanned. The same bytes are kept once, under any name.

        Args:
            name: what the file is called for people; without, its own name.

        Raises:
            OSError: the file itself cannot be opened or read; an unread page, not an end.
            SessionError: it could not be stored, the disk is full for instance.
        """
        original = storable(name or path.name)
        with path.open("rb") as source:
            sha256, size, temporary = self._copy(source, SCANS)
        suffix = Path(original).suffix.lower()
        if not re.fullmatch(r"\.[a-z0-9]{1,5}", suffix):
            suffix = ".bin"
        known = self._store.row("SELECT kept FROM scans WHERE sha256 = ?", sha256)
        kept = self._settle(temporary, known["kept"] if known else f"{SCANS}/{sha256}{suffix}")
        with self._store.write() as db:
            if not db.execute("SELECT 1 FROM scans WHERE sha256 = ?", (sha256,)).fetchone():
                db.execute(
                    "INSERT INTO scans (sha256, name, original, kept, bytes, added)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    (sha256, _unused_name(db, original), original, kept, size, _now()),
                )
        return self._scan("sha256", sha256)

    def count_pages(self, scan: Scan, pages: int) -> None:
        """Note how many pages a scan has, once that is known."""
        with self._store.write() as db:
            db.execute("UPDATE scans SET pages = ? WHERE id = ?", (pages, scan.id))

    def scans(self) -> tuple[Scan, ...]:
        """Return every scan in the order in which they were added."""
        return tuple(
            self._as_scan(row) for row in self._store.rows("SELECT * FROM scans ORDER BY id")
        )

    def scan_of(self, ref: PageRef) -> Scan:
        """Return the scan that a page of `pages` comes from."""
        return self._scan("name", ref.file)

    def pages_done(self, scan: Scan) -> set[int]:
        """Return the pages that need not be read again, whatever was installed or given since."""
        rows = self._store.rows(
            "SELECT page, reason, max(id) FROM pages WHERE scan = ? GROUP BY page, part", scan.id
        )
        mendable = {row["page"] for row in rows if row["reason"] in MENDABLE}
        return {row["page"] for row in rows} - mendable

    def record_page(self, scan: Scan, page: ReadPage) -> bool:
        """Store a page of a scan, with what lies beside it; it counts as read once this returns.

        A page that is stored already stays as it is, unless it was unread before. Returns whether
        anything was added.
        """
        return self.record_pages([(scan, page)]) > 0

    def record_pages(self, pages: Iterable[tuple[Scan, ReadPage]]) -> int:
        """Store a small group of pages, all of them or none; return how many were added."""
        added = 0
        now = _now()
        with self._store.write() as db:
            parts = ((scan, part) for scan, page in pages for part in page.in_picture)
            for scan, page in parts:
                last = db.execute(
                    "SELECT status, reason, detail FROM pages"
                    " WHERE (scan, page, part) = (?, ?, ?) ORDER BY id DESC LIMIT 1",
                    (scan.id, page.ref.page, page.ref.part),
                ).fetchone()
                outcome = (page.status, page.reason, storable(page.detail))
                if last and (last["status"] != PageStatus.UNREAD or tuple(last) == outcome):
                    continue
                insert_page(db, scan.id, page, now)
                added += 1
        return added

    def pages(self) -> Iterator[ReadPage]:
        """Yield every page of every scan, in the order of scans added and pages."""
        return load_pages(self._store, MENDABLE)

    def record_transcripts(self, transcripts: Iterable[Transcript]) -> None:
        """Store what was read in the fields for handwriting of pages that are stored already."""
        with self._store.write() as db:
            for t in transcripts:
                db.execute(
                    "INSERT INTO transcripts (page, field, engine, text, proposal, confidence,"
                    " letters, x_mm, y_mm, width_mm, height_mm, made)"
                    " SELECT max(pages.id), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM pages"
                    " JOIN scans ON scans.id = pages.scan"
                    " WHERE (scans.name, pages.page, pages.part) = (?, ?, ?)"
                    " HAVING max(pages.id) IS NOT NULL",
                    (
                        t.field, t.engine, storable(t.text), storable(t.proposal), t.confidence,
                        t.letters, t.place.x_mm, t.place.y_mm, t.place.width_mm,
                        t.place.height_mm, _now(), t.ref.file, t.ref.page, t.ref.part,
                    ),
                )  # fmt: skip

    def transcripts(self) -> dict[tuple[PageRef, str], Transcript]:
        """Return what was read by page and field: of each the newest reading."""
        rows = self._store.rows(
            "SELECT t.*, scans.name AS file, pages.page AS number, pages.part"
            " FROM transcripts AS t"
            " JOIN pages ON pages.id = t.page JOIN scans ON scans.id = pages.scan ORDER BY t.id"
        )
        return {(t.ref, t.field): t for t in map(_as_transcript, rows)}

    def locked_scans(self) -> frozenset[str]:
        """Return the names of the scans on which a password was found."""
        rows = self._store.rows(
            "SELECT DISTINCT scans.name FROM pages JOIN scans ON scans.id = pages.scan"
            " WHERE pages.page = 0 AND pages.reason = ?",
            Reason.ENCRYPTED,
        )
        return frozenset(row["name"] for row in rows)

    # How it is shown

    def setting(self, key: str) -> str | None:
        """Return what was last kept under a key, as JSON."""
        row = self._store.row(
            "SELECT value FROM settings WHERE key = ? ORDER BY id DESC LIMIT 1", key
        )
        return None if row is None else str(row["value"])

    def keep_setting(self, key: str, value: str) -> None:
        """Keep how something is shown; no answer depends on it."""
        with self._store.write() as db:
            db.execute(
                "INSERT INTO settings (key, value, made) VALUES (?, ?, ?)",
                (key, storable(value), _now()),
            )

    def _copy(self, source: BinaryIO, folder: str) -> tuple[str, int, Path]:
        """Copy a file to a temporary one in a folder of ours; return hash, size and the copy."""
        temporary = self.folder / folder / f"{_TEMPORARY}{secrets.token_hex(8)}"
        digest = hashlib.sha256()
        size = 0
        try:
            with _storing(self.folder):
                temporary.parent.mkdir(exist_ok=True)
                target = temporary.open("xb")
            with target:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    size += len(chunk)
                    with _storing(self.folder):
                        _write(target, chunk)
                with _storing(self.folder):
                    target.flush()
                    os.fsync(target.fileno())
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        return digest.hexdigest(), size, temporary

    def _settle(self, temporary: Path, kept: str) -> str:
        """Give a whole copy its place in the folder, unless the same file is there already."""
        place = self.folder / kept
        try:
            with _storing(self.folder):
                if not place.exists():
                    temporary.replace(place)
                    _sync_folder(place.parent)
        finally:
            temporary.unlink(missing_ok=True)
        return kept

    def _scan(self, column: str, value: str) -> Scan:
        row = self._store.row(f"SELECT * FROM scans WHERE {column} = ?", value)  # noqa: S608 ours
        if row is None:
            raise SessionError(f"{self.folder}: there is no scan '{value}' in this session.")
        return self._as_scan(row)

    def _as_scan(self, row: sqlite3.Row) -> Scan:
        return Scan(
            id=row["id"],
            sha256=row["sha256"],
            name=row["name"],
            path=self.folder / row["kept"],
            bytes=row["bytes"],
            pages=row["pages"],
            added=dt.datetime.fromisoformat(row["added"]),
        )

    # What people changed

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
                    f"{sheet}, question {question}: somebody else changed this answer meanwhile. "
                    "Look at it again; your change was not stored."
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
                raise SessionError(f"{self.folder}: there is no correction {correction} to undo.")
            where = tuple(row[name] for name in _PLACE)
            history = db.execute(
                f"SELECT id, undoes FROM corrections WHERE {_SAME_PLACE} AND question = ?"  # noqa: S608 a constant
                " ORDER BY id",
                (*where, row["question"]),
            ).fetchall()
            if correction in _undone((r["id"], r["undoes"]) for r in history):
                raise ChangedMeanwhileError(
                    f"{self.folder}: correction {correction} was taken back already. "
                    "Look at the answer again."
                )
            made = self._insert_correction(db, where, row["question"], None, who, why, correction)
        return self._correction(made)

    def corrections(self) -> tuple[Correction, ...]:
        """Return everything that anybody changed or took back, the oldest first."""
        return tuple(
            _as_correction(row) for row in self._store.rows(f"{_CORRECTIONS} ORDER BY c.id")
        )

    def standing(self) -> dict[SheetId, dict[str, Correction]]:
        """Return the corrections that count: per question the newest that was not taken back.

        `corrections_of` finds those of a settled sheet.
        """
        history = self.corrections()
        undone = _undone((correction.id, correction.undoes) for correction in history)
        counting: dict[SheetId, dict[str, Correction]] = {}
        for correction in history:
            if correction.undoes is None and correction.id not in undone:
                counting.setdefault(correction.sheet, {})[correction.question] = correction
        return counting

    def _place_of(self, db: sqlite3.Connection, sheet: SheetId) -> tuple[object, ...]:
        given = "SELECT 1 FROM sheets WHERE batch = ? AND number = ?"
        if not db.execute(given, (sheet.batch, sheet.number)).fetchone():
            raise SessionError(
                f"{self.folder}: sheet {sheet} was not printed for this session. "
                "Check the code, or open the session it belongs to."
            )
        if sheet.copy is None:
            return sheet.batch, sheet.number, None, None, 1
        scan = self._scan("name", sheet.copy.file)
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
        if not who.strip():
            raise ValueError("who must be said, got nothing")
        text = None if value is None else storable(value)
        db.execute(
            f"INSERT INTO corrections ({', '.join(_PLACE)}, question, value, undoes,"  # noqa: S608 a constant
            " who, at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*where, question, text, undoes, storable(who), _now(), storable(why)),
        )
        return int(db.execute("SELECT last_insert_rowid()").fetchone()[0])

    def _correction(self, made: int) -> Correction:
        return _as_correction(self._store.rows(f"{_CORRECTIONS} WHERE c.id = ?", made)[0])

    # The end

    def delete_for_good(self) -> Deletion:
        """Remove the session from this folder and say what was removed, and what was not.

        Files that the session did not make stay, and then so does the folder around them. The
        database goes last: interrupted, the session is still there to be deleted.
        """
        self.close()
        ours = [
            path
            for folder in (SCANS, INSTRUMENTS)
            for path in _files(self.folder / folder)
            if _OURS.fullmatch(path.name)
        ]
        ours += [self.folder / f"{DATABASE}{end}" for end in ("-wal", "-shm", "-journal", "")]
        removed = []
        for path in ours:
            with suppress(OSError):  # it is then found among those kept
                path.unlink()
                removed.append(path.relative_to(self.folder).as_posix())
        for folder in (SCANS, INSTRUMENTS, ""):
            with suppress(OSError):  # something else is in it
                (self.folder / folder).rmdir()
        kept = [path.relative_to(self.folder).as_posix() for path in _files(self.folder)]
        return Deletion(tuple(removed), tuple(kept))


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


_CHUNK = 1 << 20
_TEMPORARY = ".being-copied-"
_A_DAY_S = 86_400
_OURS = re.compile(
    r"[0-9a-f]{64}\.[a-z0-9]{1,5}|[-\w.]+-\d+-[0-9a-f]{12}\.toml|\.being-copied-[0-9a-f]{16}"
)
_PLACE = ("batch", "number", "copy_scan", "copy_page", "copy_part")
_SAME_PLACE = "batch = ? AND number = ? AND copy_scan IS ? AND copy_page IS ? AND copy_part = ?"
_CORRECTIONS = (
    "SELECT c.*, s.name AS file FROM corrections AS c LEFT JOIN scans AS s ON s.id = c.copy_scan"
)


def _as_transcript(row: sqlite3.Row) -> Transcript:
    return Transcript(
        ref=PageRef(row["file"], row["number"], row["part"]),
        field=row["field"],
        engine=row["engine"],
        text=row["text"],
        proposal=row["proposal"],
        confidence=row["confidence"],
        letters=row["letters"],
        place=Rect(row["x_mm"], row["y_mm"], row["width_mm"], row["height_mm"]),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")


def _draw_batch() -> str:
    return "".join(secrets.choice(TYPED) for _ in range(BATCH_LENGTH))


def _insert_person(db: sqlite3.Connection, person: Person) -> None:
    db.execute(
        "INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?)",
        (person.number, person.name, person.first, person.infix, person.last, person.label),
    )


def _must_be_writable(path: Path) -> None:
    if not os.access(path, os.W_OK):
        raise SessionError(
            f"{path}: you may not write here. Ask for the right to do so, or copy the folder to a "
            "place of your own."
        )


def _sweep(folder: Path) -> None:
    """Remove copies that were broken off by a crash; a day later nobody is still copying them."""
    for part in (SCANS, INSTRUMENTS):
        for path in (folder / part).glob(f"{_TEMPORARY}*"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - _A_DAY_S:
                    path.unlink()


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """Turn trouble with the disk into words."""
    try:
        yield
    except OSError as error:
        raise SessionError(
            f"{folder}: the file could not be stored: {error.strerror}. What was stored before is "
            "safe; mend this (free some space if the disk is full) and add the file again."
        ) from error


def _write(target: BinaryIO, chunk: bytes) -> None:
    target.write(chunk)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives cannot; the file itself is safe
            os.fsync(handle)
    finally:
        os.close(handle)


def _unused_name(db: sqlite3.Connection, original: str) -> str:
    """Call the second file that is named `scan.pdf` `scan (2).pdf`: copiers use names again."""
    name = original
    again = 1
    while db.execute("SELECT 1 FROM scans WHERE name = ?", (name,)).fetchone():
        again += 1
        stem, dot, suffix = original.rpartition(".")
        name = f"{stem} ({again}){dot}{suffix}" if stem else f"{original} ({again})"
    return name


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


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if not path.is_dir())
