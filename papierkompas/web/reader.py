"""Read scans behind the page: one thread, the only one that writes pages.

In:  scans that a session keeps already.
Out: their pages in the session, each as soon as it is read, and how far it is; then what was
     written on them by hand.

A scan is kept before it is read, and a page counts once it is stored: a server that is killed
goes on, when it is started again, with the pages that were not done.
"""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from forms.errors import PapierkompasError
from omr.intake.values import Source
from omr.many.batch import read_batch
from omr.many.guarded import open_file
from omr.page import PageRef, ReadPage, unread
from papierkompas.acts.reading import known_forms
from papierkompas.acts.transcribe import is_needed
from papierkompas.mishap import mistake
from papierkompas.session.session import Session
from papierkompas.session.values import Scan
from papierkompas.web.handwriting import can_transcribe, start_transcribing
from papierkompas.web.passwords import password_of, passwords_in
from papierkompas.web.texts import said

MORE_COMES_S = 2.0  # so long is waited for the next file of those that were dropped together
LOOK_S = 0.25  # how often is looked whether the handwriting is done


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the reading of a session is."""

    done: int = 0
    total: int = 0

    @property
    def is_busy(self) -> bool:
        """Whether pages are still to be read."""
        return self.done < self.total


@dataclass(frozen=True, slots=True)
class _WaitingScan:
    session: Session
    scan: Scan
    sources: tuple[Source, ...]


class Reader(threading.Thread):
    """The thread that reads."""

    def __init__(self, workers: int | None, say: Callable[[str], None]) -> None:
        super().__init__(name="reader", daemon=True)
        self._workers = workers
        self._say = say
        self._tasks: deque[_WaitingScan] = deque()
        self._changed = threading.Condition()
        self._progress: dict[Path, Progress] = {}
        self._coming: Counter[Path] = Counter()  # files of which pages are counted
        self._more_come = False
        self._stopped = False
        self._current: Path | None = None
        self._unwritten: dict[Path, Session] = {}  # whose handwriting is to be read
        self._writing: Path | None = None  # the session that it is being read of; None ends it
        self._is_writing = False

    def add(self, session: Session, scan: Scan) -> int:
        """Read a scan that is kept; return how many pages of it are still to be read."""
        opened = open_file(scan.path, scan.name, password_of(scan.path))
        if isinstance(opened, ReadPage):
            session.pages.record(scan, replace(opened, ref=PageRef(scan.name)))
            return 0
        session.scans.count_pages(scan, len(opened))
        done = session.pages.done(scan)
        sources = tuple(source for source in opened if source.ref.page not in done)
        with self._changed:
            waiting = {
                (task.session.folder, source.ref) for task in self._tasks for source in task.sources
            }
            sources = tuple(s for s in sources if (session.folder, s.ref) not in waiting)
            if sources:
                self._tasks.append(_WaitingScan(session, scan, sources))
                before = self._progress.get(session.folder, Progress())
                if not before.is_busy:
                    before = Progress()
                self._progress[session.folder] = Progress(before.done, before.total + len(sources))
                self._changed.notify_all()
        return len(sources)

    def resume(self, session: Session) -> None:
        """Go on with what was kept but not read when the server stopped."""
        out = session.withdrawals.files()
        for scan in session.scans.all():
            if scan.name in out:
                continue
            done = session.pages.done(scan)
            if scan.pages is None or len(done - {0}) < scan.pages:
                self.add(session, scan)
        self.transcribe(session)

    def transcribe(self, session: Session) -> None:
        """Read the handwriting of a session as soon as no scan waits."""
        with self._changed:
            self._unwritten[session.folder] = session
            self._changed.notify_all()

    def is_transcribing(self, session: Session) -> bool:
        """Say whether handwriting is being read."""
        return self._is_writing and self._writing == session.folder

    def progress(self, session: Session) -> Progress:
        """Say how far it is; a file that is being opened is a page to be read."""
        known = self._progress.get(session.folder, Progress())
        coming = self._coming[session.folder]
        if not coming:
            return known
        return Progress(known.done, known.total + coming) if known.is_busy else Progress(0, coming)

    @contextmanager
    def coming(self, session: Session) -> Iterator[None]:
        """Note that a file has come in, and is opened until its pages are known."""
        with self._changed:
            self._coming[session.folder] += 1
        try:
            yield
        finally:
            with self._changed:
                self._coming[session.folder] -= 1

    def forget(self, session: Session) -> None:
        """Drop what waits of a session, and wait until the page under way is done."""
        with self._changed:
            self._tasks = deque(t for t in self._tasks if t.session is not session)
            self._progress.pop(session.folder, None)
            self._unwritten.pop(session.folder, None)
            if self._writing == session.folder:
                self._writing = None
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._current != session.folder, timeout=120)

    def expect(self, more: bool) -> None:
        """Note whether more files follow at once: workers that run need not be started again."""
        with self._changed:
            self._more_come = more
            self._changed.notify_all()

    def stop(self) -> None:
        """End after the page under way; what is stored stays, the rest is read next time."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        if self.is_alive():  # a stop may come before it was started
            self.join(timeout=20)

    def run(self) -> None:
        """Read until stopped."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks or self._unwritten or self._stopped)
                if self._stopped:
                    return
                work = self._read if self._tasks else self._transcribe
                waiting = self._tasks[0].session if self._tasks else None
                session = waiting or next(iter(self._unwritten.values()))
                self._current = session.folder
            try:
                work(session)
            except PapierkompasError:
                self._drop(session)  # deleted, or the disk is full; the page says so by itself
            except Exception as error:  # noqa: BLE001 the thread must live on for other sessions
                self._say(said(mistake(error)))
                self._drop(session)
            finally:
                with self._changed:
                    self._current = None
                    self._changed.notify_all()

    def _read(self, session: Session) -> None:
        forms = known_forms(session=session)
        scans: dict[str, Scan] = {}
        batch = read_batch(self._sources(session, scans), forms, workers=self._workers)
        for page in batch:
            session.pages.record(scans[page.ref.file], page)
            with self._changed:
                before = self._progress.get(session.folder)
                if before is not None:
                    self._progress[session.folder] = replace(before, done=before.done + 1)
            if self._stopped or session.folder not in self._progress:
                batch.close()  # type: ignore[attr-defined]  # it is a generator
                return
        self.transcribe(session)

    def _transcribe(self, session: Session) -> None:
        """Have the handwriting read; broken off when a scan comes in, and taken up again after."""
        with self._changed:
            if self._unwritten.pop(session.folder, None) is None:
                return
            self._writing = session.folder
        try:
            passwords = passwords_in(session.folder)
            if not can_transcribe() or not is_needed(session, passwords=passwords):
                return
            process = start_transcribing(session.folder, passwords, self._workers)
            with self._changed:
                self._is_writing = True
                while process.is_alive() and not self._changed.wait_for(
                    lambda: self._tasks or self._stopped or self._writing is None, LOOK_S
                ):
                    pass
                if process.is_alive() and self._writing is not None:
                    self._unwritten[session.folder] = session
            process.terminate()
            process.join(timeout=10)
        finally:
            with self._changed:
                self._writing = None
                self._is_writing = False

    def _sources(self, session: Session, scans: dict[str, Scan]) -> Iterator[Source]:
        while True:
            with self._changed:
                if not self._tasks and self._more_come:
                    self._changed.wait_for(
                        lambda: self._tasks or self._stopped or not self._more_come, MORE_COMES_S
                    )
                if self._stopped or not self._tasks or self._tasks[0].session is not session:
                    return
                task = self._tasks.popleft()
            scans[task.scan.name] = task.scan
            yield from task.sources

    def _drop(self, session: Session) -> None:
        with self._changed:
            self._tasks = deque(t for t in self._tasks if t.session is not session)
            self._progress.pop(session.folder, None)
            self._unwritten.pop(session.folder, None)


def refused(name: str, opened: ReadPage) -> ReadPage:
    """Say of a file under its own name that nothing could be read in it."""
    reason = opened.reason
    if reason is None:
        raise ValueError("a refused file needs a reason, got none")
    return unread(PageRef(name), reason, opened.detail)
