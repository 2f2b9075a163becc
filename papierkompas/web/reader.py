"""Read scans behind the page: one thread, the only one that writes pages.

In:  scans that a session keeps already.
Out: their pages in the session, each as soon as it is read, and how far it is.

A scan is kept before it is read, and a page counts once it is stored: a server that is killed
goes on, when it is started again, with the pages that were not done.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from forms.errors import PapierkompasError
from omr.batch import read_batch, read_chunk
from omr.intake import Source, open_file
from omr.page import PageRef, ReadPage, unread
from omr.read import Forms
from papierkompas.reading import known_forms
from papierkompas.session import Scan, Session
from papierkompas.web.mishap import where_it_broke

TAKING_PDF = threading.Lock()  # a PDF that is open may only be used by one thread at a time
MORE_COMES_S = 0.4  # as long as files come in, this is waited for the next one


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
class _Task:
    session: Session
    scan: Scan
    sources: tuple[Source, ...]


class Reader(threading.Thread):
    """The thread that reads."""

    def __init__(self, workers: int | None, say: Callable[[str], None]) -> None:
        super().__init__(name="reader", daemon=True)
        self._workers = workers
        self._say = say
        self._tasks: deque[_Task] = deque()
        self._changed = threading.Condition()
        self._progress: dict[Path, Progress] = {}
        self._arriving = 0
        self._stopped = False
        self._current: Path | None = None

    def add(self, session: Session, scan: Scan) -> int:
        """Read a scan that is kept; return how many pages of it are still to be read."""
        with TAKING_PDF:
            opened = open_file(scan.path, scan.name)
        if isinstance(opened, ReadPage):
            session.record_page(scan, replace(opened, ref=PageRef(scan.name)))
            return 0
        session.count_pages(scan, len(opened))
        done = session.pages_done(scan)
        sources = tuple(source for source in opened if source.ref.page not in done)
        with self._changed:
            waiting = {
                (task.session.folder, source.ref) for task in self._tasks for source in task.sources
            }
            sources = tuple(s for s in sources if (session.folder, s.ref) not in waiting)
            if sources:
                self._tasks.append(_Task(session, scan, sources))
                before = self.progress(session)
                if not before.is_busy:
                    before = Progress()
                self._progress[session.folder] = Progress(before.done, before.total + len(sources))
                self._changed.notify_all()
        return len(sources)

    def resume(self, session: Session) -> None:
        """Go on with what was kept but not read when the server stopped."""
        for scan in session.scans():
            done = session.pages_done(scan)
            if scan.pages is None or len(done - {0}) < scan.pages:
                self.add(session, scan)

    def progress(self, session: Session) -> Progress:
        """Say how far it is."""
        return self._progress.get(session.folder, Progress())

    def forget(self, session: Session) -> None:
        """Drop what waits of a session, and wait until the page under way is done."""
        with self._changed:
            self._tasks = deque(t for t in self._tasks if t.session is not session)
            self._progress.pop(session.folder, None)
            self._changed.wait_for(lambda: self._current != session.folder, timeout=120)

    def coming(self, files: int) -> None:
        """Note that files are being received (or, with a negative number, were)."""
        with self._changed:
            self._arriving += files
            self._changed.notify_all()

    def stop(self) -> None:
        """End after the page under way; what is stored stays, the rest is read next time."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()
        self.join(timeout=20)

    def run(self) -> None:
        """Read until stopped."""
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._tasks or self._stopped)
                if self._stopped:
                    return
                session = self._tasks[0].session
                self._current = session.folder
            try:
                self._read(session)
            except PapierkompasError:
                self._drop(session)  # deleted, or the disk is full; the page says so by itself
            except Exception as error:  # noqa: BLE001 the thread must live on for other sessions
                self._say(where_it_broke(error))
                self._drop(session)
            finally:
                with self._changed:
                    self._current = None
                    self._changed.notify_all()

    def _read(self, session: Session) -> None:
        forms = known_forms(session=session)
        scans: dict[str, Scan] = {}
        batch = read_batch(
            self._sources(session, scans), forms, workers=self._workers, read=read_safely
        )
        for page in batch:
            session.record_page(scans[page.ref.file], page)
            with self._changed:
                before = self._progress.get(session.folder)
                if before is not None:
                    self._progress[session.folder] = replace(before, done=before.done + 1)
            if self._stopped or session.folder not in self._progress:
                batch.close()  # type: ignore[attr-defined]  # it is a generator
                return

    def _sources(self, session: Session, scans: dict[str, Scan]) -> Iterator[Source]:
        while True:
            with self._changed:
                if not self._tasks and self._arriving:
                    self._changed.wait_for(lambda: self._tasks or self._stopped, MORE_COMES_S)
                if self._stopped or not self._tasks or self._tasks[0].session is not session:
                    return
                task = self._tasks.popleft()
            scans[task.scan.name] = task.scan
            yield from task.sources

    def _drop(self, session: Session) -> None:
        with self._changed:
            self._tasks = deque(t for t in self._tasks if t.session is not session)
            self._progress.pop(session.folder, None)


def read_safely(sources: Sequence[Source], forms: Forms, certainty: float) -> list[ReadPage]:
    """Read a chunk while nobody else in this process has a PDF in use."""
    with TAKING_PDF:
        return read_chunk(sources, forms, certainty)


def refused(name: str, opened: ReadPage) -> ReadPage:
    """Say of a file under its own name that nothing could be read in it."""
    reason = opened.reason
    if reason is None:
        raise ValueError("a refused file needs a reason, got none")
    return unread(PageRef(name), reason, opened.detail)
