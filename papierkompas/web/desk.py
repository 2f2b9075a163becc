"""What the page has open: the sessions, their results, and what the beamer shows.

In:  the library, and the keys that requests name.
Out: `OpenSession`s, shared by all browsers that look at them.
"""

from __future__ import annotations

import json
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO

from forms.answers import Status
from forms.instrument import Instrument, builtin
from omr.many.guarded import open_file
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from papierkompas.acts.page_picture import locked_scans
from papierkompas.acts.typed_code import read_as
from papierkompas.outcome.results import AnsweredSheet, Results, results, sheet_key
from papierkompas.session.refused import RefusedFile
from papierkompas.session.rights import make_folder
from papierkompas.session.session import Session
from papierkompas.session.values import Deletion, Scan
from papierkompas.web.handwriting import can_transcribe
from papierkompas.web.library import Library
from papierkompas.web.own_drafts import OwnDraft
from papierkompas.web.page_views import forget_pictures
from papierkompas.web.passwords import (
    forget_passwords,
    password_of,
    passwords_in,
    remember_password,
)
from papierkompas.web.phone_door import PhoneDoor, PhotoVerdict
from papierkompas.web.reader import Progress, Reader, refused
from papierkompas.web.texts import said, text
from papierkompas.web.watched import Watcher, files_in
from scoring.shown_names import Naming

MAX_PAGES = 2000  # in one file that is dropped on the page; 60 people need 120
DRAFTS_KEPT = 6  # questionnaires that somebody looks at and that are not kept yet
MAPS_KEPT = 9  # three shapes, each with three choices of round


@dataclass(frozen=True, slots=True)
class Beamer:
    """What the map shows, on every screen that has it open."""

    rounds: str = "both"  # or the key of one round
    naming: Naming = Naming.NAMES
    hidden: frozenset[str] = frozenset()  # keys of people


@dataclass(frozen=True, slots=True)
class Unwritten:
    """How far the handwriting is."""

    fields: int = 0  # not read yet
    is_busy: bool = False
    can_be_read: bool = True


@dataclass
class OpenSession:
    """A session that one or more browsers look at."""

    key: str
    session: Session
    beamer: Beamer = Beamer()
    version: int = 0  # grows with what is no part of the results: beamer
    pictures: dict[object, bytes] = field(default_factory=dict)  # the last few maps
    alone: dict[object, str] = field(default_factory=dict)  # of which: why there is one round on it
    drawing: threading.Lock = field(default_factory=threading.Lock)  # one map is drawn at a time
    is_watching: bool = False
    drafts: dict[str, OwnDraft] = field(default_factory=dict)  # gone when the program ends
    _results: tuple[int, Results] | None = None
    _named: tuple[int, tuple[AnsweredSheet, ...]] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def results(self) -> Results:
        """Return what the session says now, computed once for each change."""
        with self._lock:
            revision = self.session.revision()
            if self._results is None or self._results[0] != revision:
                self._results = (revision, results(self.session))
            return self._results[1]

    def named_sheets(self) -> tuple[AnsweredSheet, ...]:
        """Return the sheets with their names, wherever names go: to say whose they are."""
        made = self.results()
        if not made.without_names:
            return made.sheets
        with self._lock:
            revision = self.session.revision()
            if self._named is None or self._named[0] != revision:
                self._named = (revision, results(self.session, for_names=True).sheets)
            return self._named[1]

    def touch(self) -> None:
        """Tell the browsers that something changed that the session does not store."""
        self.version += 1

    @property
    def stamp(self) -> str:
        """Return what is different as soon as anything changed."""
        return f"{self.session.revision()}.{self.version}"

    def show(self, beamer: Beamer) -> None:
        """Change what the map shows; who is hidden stays hidden after a restart."""
        kept = [beamer.rounds, beamer.naming.value, sorted(beamer.hidden)]
        self.session.settings.keep("beamer", json.dumps(kept))
        self.beamer = beamer
        self.touch()

    @property
    def refused(self) -> list[RefusedFile]:
        """The files in which there was nothing, without those that were taken off the list."""
        off = {one.refused for one in self.session.withdrawals.standing()}
        return [one for one in self.session.refused.all() if one.id not in off]

    @property
    def troubles(self) -> list[ReadPage]:
        """The lines of the refused files in the account."""
        return [one.as_page for one in self.refused]

    def remember(self, what: object, picture: bytes, alone: str) -> None:
        """Keep a map and what is said of it, and let go of the oldest."""
        with self._lock:
            self.pictures[what], self.alone[what] = picture, alone
            while len(self.pictures) > MAPS_KEPT:
                oldest = next(iter(self.pictures))
                del self.pictures[oldest], self.alone[oldest]

    def draft(self, draft: OwnDraft) -> None:
        """Have a questionnaire looked at, and let go of the oldest."""
        with self._lock:
            self.drafts.pop(draft.key, None)
            self.drafts[draft.key] = draft
            while len(self.drafts) > DRAFTS_KEPT:
                self.drafts.pop(next(iter(self.drafts)))

    def recall(self) -> None:
        """Take back what `show` kept before the program was started again."""
        beamer = self.session.settings.get("beamer")
        if beamer is not None:
            rounds, naming, hidden = json.loads(beamer)
            self.beamer = Beamer(rounds, Naming(naming), frozenset(hidden))

    def instruments(self) -> list[Instrument]:
        """Return the questionnaires that can be printed: the school's own first."""
        found: dict[tuple[str, int], Instrument] = {}
        for instrument in (*self.session.questionnaires.all(), *builtin()):
            found.setdefault((instrument.key, instrument.edition), instrument)
        return list(found.values())

    def sheet(self, key: str) -> AnsweredSheet | None:
        """Find a sheet by its key."""
        return next((s for s in self.results().sheets if sheet_key(s) == key), None)


class Desk:
    """Everything that one run of the page holds."""

    def __init__(
        self,
        library: Library,
        say: Callable[[str], None],
        *,
        workers: int | None = None,
        watched: Path | None = None,
    ) -> None:
        self.library = library
        self.say = say
        self.stop: Callable[[], None] = lambda: None  # ends the program; who serves it knows how
        self.watched = watched or library.folder / "scanmap"
        self.reader = Reader(workers, say)
        self.watcher = Watcher(self)
        self._open: dict[str, OpenSession] = {}
        self._doors: dict[str, PhoneDoor] = {}
        self._lock = threading.Lock()

    def open(self, key: str) -> OpenSession | None:
        """Open a session of the library by its key; the same one for everybody."""
        folder = self.library.find(key)
        with self._lock:
            known = self._open.get(key)
            if folder is None:
                if known is not None:  # deleted or moved by another program
                    self._open.pop(key).session.close()
                return None
            if known is not None:
                return known
            known = self._open[key] = OpenSession(key, Session.open(folder))
            known.recall()
        if not known.session.is_read_only:  # pages are counted: nobody else waits for that
            self.reader.resume(known.session)
        return known

    def all_open(self) -> list[OpenSession]:
        """Return the sessions that are open."""
        with self._lock:
            return list(self._open.values())

    def take(self, open_session: OpenSession, source: IO[bytes], name: str) -> ReadPage | Scan:
        """Keep a scan that came in and have it read; or say why nothing in it can be read."""
        with self.reader.coming(open_session.session):
            return self._taken(open_session, source, name)

    def _taken(self, open_session: OpenSession, source: IO[bytes], name: str) -> ReadPage | Scan:
        session = open_session.session
        try:
            with session.scans.arriving(source) as path:
                opened = open_file(path, name)
                if not isinstance(opened, ReadPage) and len(opened) > MAX_PAGES:
                    opened = unread(PageRef(name), Reason.TOO_MANY_PAGES, str(len(opened)))
                is_locked = isinstance(opened, ReadPage) and opened.reason is Reason.ENCRYPTED
                if isinstance(opened, ReadPage) and not is_locked:
                    trouble = refused(name, opened)
                    session.refused.add(trouble)
                    return trouble
                scan = session.scans.keep(path, name)  # a locked one is read with its password
        finally:
            open_session.touch()
        if scan.name in session.withdrawals.files():  # somebody said that it does not count
            return unread(PageRef(scan.name), Reason.WITHDRAWN)
        self.reader.add(session, scan)
        return scan

    def read_as(
        self, open_session: OpenSession, page: ReadPage, known: tuple[str, int]
    ) -> ReadPage:
        """Read a page again of which a person read the words beside its square code."""
        read = read_as(open_session.session, page, known, password_of)
        self.reader.transcribe(open_session.session)
        return read

    def unlock(self, open_session: OpenSession, scan: Scan, password: str) -> bool:
        """Read a locked scan with its password; say whether that opens it."""
        opened = open_file(scan.path, scan.name, password)
        if isinstance(opened, ReadPage) and opened.reason is Reason.ENCRYPTED:
            return False
        remember_password(scan.path, password)
        self.reader.add(open_session.session, scan)
        self.reader.transcribe(open_session.session)  # of pages that were read before a restart
        open_session.touch()
        return True

    def locked(self, open_session: OpenSession) -> list[Scan]:
        """List the scans of which nobody gave the password since the program was started."""
        session = open_session.session
        found = locked_scans(session, passwords_in(session.folder))
        out = session.withdrawals.files()
        return [scan for scan in found if scan.name not in out]

    def watch(self, open_session: OpenSession, on: bool) -> None:
        """Read what appears in the watched folder into this session, or stop doing so."""
        if on:
            open_session.session.must_be_changeable()
        if on:
            with suppress(OSError):
                if not self.watched.exists():  # one that the copier has already keeps its rights
                    make_folder(self.watched)
            self.watcher.begin(open_session)
        for one in self.all_open():
            one.is_watching = on and one is open_session
            one.touch()

    def files_in_watched(self) -> int:
        """Count the files in the watched folder: they are not ours to delete."""
        return files_in(self.watched)

    def open_door(self, open_session: OpenSession) -> None:
        """Let one phone send photos for a while.

        Raises:
            OSError: this computer is in no network.
        """
        open_session.session.must_be_changeable()
        self.close_door(open_session)
        door = PhoneDoor(
            lambda source, name: self.take(open_session, source, name),
            lambda name: photo_verdict(open_session, name),
        )
        door.start()
        self._doors[open_session.key] = door
        open_session.touch()

    def close_door(self, open_session: OpenSession) -> None:
        """Let no phone send anything any more."""
        door = self._doors.pop(open_session.key, None)
        if door is not None:
            door.close()
            open_session.touch()

    def door_of(self, open_session: OpenSession) -> PhoneDoor | None:
        """Return the door that is open for phones."""
        door = self._doors.get(open_session.key)
        return door if door is not None and door.is_open else None

    def progress(self, open_session: OpenSession) -> Progress:
        """Say how far the reading is."""
        return self.reader.progress(open_session.session)

    def unwritten(self, open_session: OpenSession) -> Unwritten:
        """Say how far the handwriting is."""
        waiting = sum(
            written.status is Status.REVIEW
            and written.transcript is None
            and bool(sheet.sheet.written.get(field))
            for sheet in open_session.named_sheets()
            for field, written in sheet.handwriting.items()
        )
        is_busy = self.reader.is_transcribing(open_session.session)
        return Unwritten(waiting, is_busy, can_transcribe())

    def stamp(self, open_session: OpenSession) -> str:
        """Return what is different as soon as anything that a screen shows changed."""
        return f"{open_session.stamp}.{self.reader.is_transcribing(open_session.session):d}"

    def delete(self, open_session: OpenSession) -> Deletion:
        """Delete a session for good."""
        self.close_door(open_session)
        self.reader.forget(open_session.session)
        with self._lock:
            self._open.pop(open_session.key, None)
        self.watcher.forget(open_session.key)
        forget_pictures()
        forget_passwords(open_session.session.folder)
        return open_session.session.delete_for_good()

    def close(self) -> None:
        """Stop reading and let go of everything."""
        self.watcher.stop()
        for door in list(self._doors.values()):
            door.close()
        self.reader.stop()
        for one in self.all_open():
            one.session.close()


def photo_verdict(open_session: OpenSession, name: str) -> PhotoVerdict:
    """Say to whoever took a photo whether it could be read; not a word of what is on it."""
    pages = [page for page in open_session.results().pages if page.ref.file == name]
    if not pages:
        return PhotoVerdict("busy", text("phone.reading", name=name))
    for page in pages:
        if page.status is PageStatus.UNREAD:
            reason = said((page.reason or Reason.DAMAGED).message)
            return PhotoVerdict("failed", text("phone.again", name=name, reason=reason))
    if all(page.status is PageStatus.BLANK for page in pages):
        return PhotoVerdict("failed", text("phone.blank", name=name))
    if all(page.status is PageStatus.DUPLICATE for page in pages):
        return PhotoVerdict("kept", text("phone.twice", name=name))
    return PhotoVerdict("kept", text("phone.read", name=name))


def scanned_pages(open_session: OpenSession) -> list[ReadPage]:
    """List every page of every file, and the files in which there was none, the newest last."""
    return [*open_session.results().pages, *open_session.troubles]


def count_statuses(pages: list[ReadPage]) -> dict[str, int]:
    """Count what became of the pages."""
    return {status.value: sum(p.status is status for p in pages) for status in PageStatus}


def hide(beamer: Beamer, hidden: frozenset[str]) -> Beamer:
    """Return the same with other people hidden."""
    return replace(beamer, hidden=hidden)


def temporary_file() -> IO[bytes]:
    """Make a file without a name: gone when it is closed, or when the program ends."""
    return tempfile.TemporaryFile()
