"""The watched folder: what a copier puts there is taken in, and everything there is accounted for.

In:  a folder, and the session that is to have what appears in it.
Out: scans of the session; for whatever is skipped a row with the reason.

A file counts as new by when it was first seen here: the clocks of copiers are wrong. It is taken
in when two looks find the same, and when it ends as such files do. When one that was taken in goes
on growing, what was read of its beginning is withdrawn. Why we look ourselves:
docs/decisions/009-looking-into-the-watched-folder.md.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import threading
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING

from forms.errors import PapierkompasError, SessionError
from omr.intake.files import is_leftover
from omr.intake.values import MAX_FILE_BYTES
from omr.page import PageRef, Reason, unread
from papierkompas.session.refused import RefusedFile
from papierkompas.session.session import Session
from papierkompas.session.store import storable
from papierkompas.session.values import Scan
from papierkompas.web.texts import text as t

if TYPE_CHECKING:
    from papierkompas.web.desk import Desk, OpenSession

LOOK_EVERY_S = 1.0
STILL_S = 4.0  # so long a file without an end to look for (TIFF) must stay as it is
PATIENCE_S = 35.0  # so long may a copier pause in the middle of a file: 30 s, and a look
BLOCK = 4096
SAME = 0.9  # of the blocks of before: then it is the same file, grown; PDF may rewrite its head
MOST_ENTRIES = 10_000  # looked at; somebody may point at a whole disk
MOST_EARLIER = 50  # files that get a row of their own, the newest; the others share one
TAIL = 2048  # bytes in which a file says that it ends here
DEEP = 2  # names in the path of a file that is taken in: one folder deep
FOR_NOW = (Reason.UNFINISHED, Reason.NO_PERMISSION)
SKIPPED = (*FOR_NOW, Reason.EARLIER, Reason.LINKED, Reason.TOO_DEEP, Reason.TOO_LARGE)
BEING_COPIED = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download")


@dataclass(frozen=True, slots=True)
class _State:
    size: int
    changed_ns: int


@dataclass(frozen=True, slots=True)
class _Blocks:
    """What a file held when it was taken in: a sum of each block, None where it was empty."""

    size: int
    sums: tuple[bytes | None, ...]

    @classmethod
    def of(cls, source: IO[bytes], size: int) -> _Blocks:
        sums: list[bytes | None] = []
        for start in range(0, size, BLOCK):
            block = source.read(min(BLOCK, size - start))
            sums.append(hashlib.blake2b(block, digest_size=8).digest() if any(block) else None)
        return cls(size, tuple(sums))

    def grew_into(self, source: IO[bytes], size: int) -> bool:
        """Say whether a file is this one with more in it."""
        if size < self.size:
            return False
        now = _Blocks.of(source, self.size)
        pairs = [(a, b) for a, b in zip(self.sums, now.sums, strict=False) if a is not None]
        return sum(a == b for a, b in pairs) >= SAME * len(pairs)


@dataclass(slots=True)
class _Seen:
    """What is known of one file for one session.

    Attributes:
        state: as it was at the last look, and since when.
        done: as it was when it was taken in or skipped.
        said: why it was skipped, in this state.
        made: what became of it when it was taken in.
        blocks: what was in it then, to know it again when it has grown.
    """

    state: _State | None = None
    since: float = 0.0
    done: _State | None = None
    said: tuple[_State, Reason] | None = None
    made: Scan | RefusedFile | None = None
    blocks: _Blocks | None = None


class Watcher(threading.Thread):
    """Looks into the watched folder, for the session that asked for it.

    Args:
        clock: seconds that only grow.
    """

    def __init__(self, desk: Desk, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(name="watcher", daemon=True)
        self._desk = desk
        self.clock = clock
        self._stopping = threading.Event()
        self._locks: dict[str, threading.Lock] = {}  # a file may take long to open
        self._seen: dict[str, dict[str, _Seen]] = {}
        self.left_out = 0  # files and folders of no use, at the last look
        self.is_there = True  # the folder, at the last look
        self.is_too_full = False

    def stop(self) -> None:
        """Stop looking."""
        self._stopping.set()

    def run(self) -> None:
        """Look every second."""
        while not self._stopping.wait(LOOK_EVERY_S):
            for one in self._desk.all_open():
                if one.is_watching:
                    self.look(one)

    def begin(self, open_session: OpenSession) -> None:
        """Note what lies there already: what is not of today is of another meeting.

        Here alone a clock is asked: when the disk on which the folder lies, and no copier, saw the
        file change.
        """
        with self._of(open_session.key):
            seen = self._seen.setdefault(open_session.key, {})
            scans = open_session.session.scans.all()
            old = []
            for one in self._entries():
                if one.why is not None or one.name in seen or _is_of_today(one.stored):
                    continue
                seen[one.name] = _Seen(one.state, self.clock(), one.state)
                if not any(one.is_kept_as(scan) for scan in scans):
                    old.append(one)
            old.sort(key=lambda one: one.stored)
            for one in old[-MOST_EARLIER:]:
                _skip(open_session, one.name, Reason.EARLIER)
            if rest := len(old[:-MOST_EARLIER]):
                _skip(open_session, t("scan.watch_others", count=rest), Reason.EARLIER)

    def take_anyway(self, open_session: OpenSession, name: str) -> bool:
        """Take in a file of an earlier day after all; say whether it is still there.

        Args:
            name: as its row calls it.
        """
        with self._of(open_session.key):
            seen = self._seen.setdefault(open_session.key, {})
            for one in self._entries():
                if storable(one.name) != name or one.why or one.state.size > MAX_FILE_BYTES:
                    continue
                with suppress(OSError), one.path.open("rb") as source:
                    _take_off(open_session, one.name, (Reason.EARLIER,), t("scan.watch_anyway"))
                    self._take(open_session, one, seen.setdefault(one.name, _Seen()), source)
                    return True
        return False

    def earlier(self, open_session: OpenSession) -> frozenset[str]:
        """Return the files that were left because they are of an earlier day, and are still there.

        The row that the oldest of them share is none of them.
        """
        rows = (row.name for row in open_session.refused if row.reason is Reason.EARLIER)
        return frozenset(name for name in rows if (self._desk.watched / name).is_file())

    def forget(self, key: str) -> None:
        """Let go of what is known for a session that is deleted."""
        with self._of(key):
            self._seen.pop(key, None)
        self._locks.pop(key, None)

    def _of(self, key: str) -> threading.Lock:
        """Return what keeps two threads from looking for one session; others do not wait for it."""
        return self._locks.setdefault(key, threading.Lock())

    def look(self, open_session: OpenSession) -> None:
        """Take in every file that is whole, and account for the others."""
        with self._of(open_session.key):
            seen = self._seen.setdefault(open_session.key, {})
            there = set()
            for one in self._entries():
                there.add(one.name)
                with suppress(PapierkompasError):  # the disk is full; the next look may go better
                    self._look_at(open_session, one, seen.setdefault(one.name, _Seen()))
            if not self.is_there or self.is_too_full:
                return
            for name in seen.keys() - there:
                del seen[name]
                _take_off(open_session, name, FOR_NOW, t("scan.watch_gone"))

    def _look_at(self, open_session: OpenSession, one: _Entry, seen: _Seen) -> None:
        if seen.done == one.state:
            return
        if seen.state != one.state:
            seen.state, seen.since = one.state, self.clock()
            return
        why = one.why
        if why is None and one.state.size > MAX_FILE_BYTES:
            why = Reason.TOO_LARGE
        if why is not None:
            _skip(open_session, one.name, why)
            seen.done = one.state
            return
        if _was_refused(open_session.session, one):  # before the program was started again
            seen.done = one.state
            return
        try:
            with one.path.open("rb") as source:
                ended = _has_ended(one.name, source, one.state.size)
                still = self.clock() - seen.since
                if ended is None and still < STILL_S:
                    return
                if ended is not False or (still > PATIENCE_S and not _is_lent(one.name)):
                    self._take(open_session, one, seen, source)
                    return
                later = Reason.UNFINISHED
        except FileNotFoundError:
            return
        except PermissionError:
            later = Reason.NO_PERMISSION
        except OSError:  # the copier has it to itself, or the network is gone
            later = Reason.UNFINISHED
        if seen.said != (one.state, later):
            _take_off(open_session, one.name, FOR_NOW, t("scan.watch_grew"))
            _skip(open_session, one.name, later)
            seen.said = (one.state, later)

    def _take(self, open_session: OpenSession, one: _Entry, seen: _Seen, source: IO[bytes]) -> None:
        """Take in a file; if it was taken in before and has grown, that counts no longer."""
        source.seek(0)
        if seen.made and seen.blocks and seen.blocks.grew_into(source, one.state.size):
            _withdraw(open_session, seen.made, t("scan.watch_grew"))
        _take_off(open_session, one.name, SKIPPED, t("scan.watch_grew"))
        source.seek(0)
        made = self._desk.take(open_session, source, one.name)
        if isinstance(made, Scan):
            seen.made = made
            with made.path.open("rb") as kept:
                seen.blocks = _Blocks.of(kept, made.bytes)
        else:
            rows = [] if made.reason is Reason.WITHDRAWN else _rows(open_session, one.name)
            seen.made = rows[-1] if rows else None
            source.seek(0)
            seen.blocks = _Blocks.of(source, one.state.size)
        seen.done = one.state

    def _entries(self) -> Iterator[_Entry]:
        """List what lies in the folder; count what is of no use."""
        folder, left_out = self._desk.watched, 0
        try:
            os.scandir(folder).close()
            self.is_there = True
        except OSError:
            self.is_there = False
            return
        self.is_too_full = False
        for number, path in enumerate(_walk(folder)):
            if number >= MOST_ENTRIES:
                self.is_too_full = True
                break
            if is_leftover(path.name):
                left_out += 1
                continue
            with suppress(OSError):  # gone again
                yield _Entry.of(folder, path)
        self.left_out = left_out


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file in the folder.

    Attributes:
        name: with the folder that it lies in.
        stored: when the disk saw it change, in seconds.
        why: the reason to skip it, whatever is in it.
    """

    path: Path
    name: str
    state: _State
    stored: float
    why: Reason | None

    @classmethod
    def of(cls, folder: Path, path: Path) -> _Entry:
        inside = path.relative_to(folder)
        state = path.lstat()
        why = None
        if path.is_symlink():
            why = Reason.LINKED
        elif len(inside.parts) > DEEP:
            why = Reason.TOO_DEEP
        elif not path.is_file():
            why = Reason.NO_PERMISSION if path.is_dir() else Reason.NOT_AN_IMAGE
        seen = _State(state.st_size, state.st_mtime_ns)
        return cls(path, inside.as_posix(), seen, state.st_ctime, why)

    def is_kept_as(self, scan: Scan) -> bool:
        """Say whether a scan was made of this file, on an earlier day of the same session."""
        return scan.bytes == self.state.size and scan.name.startswith(Path(self.name).stem)


def files_in(folder: Path) -> int:
    """Count the files in a watched folder that may be scans."""
    try:
        found = [path for path in islice(_walk(folder), MOST_ENTRIES) if not is_leftover(path.name)]
        return sum(path.is_file() and not path.is_symlink() for path in found)
    except OSError:
        return 0


def _walk(folder: Path) -> Iterator[Path]:
    """Go through everything in a folder, linked and useless folders not entered."""
    waiting = [folder]
    while waiting:
        here = waiting.pop(0)
        try:
            inside = sorted(here.iterdir())
        except OSError:
            if here != folder:
                yield here  # it may not be opened: a row
            continue
        for path in inside:
            with suppress(OSError):
                if path.is_dir() and not path.is_symlink() and not is_leftover(path.name):
                    waiting.append(path)
                    continue
            yield path


def _has_ended(name: str, source: IO[bytes], size: int) -> bool | None:
    """Say whether a file has its end; None for kinds of file that have none to look for."""
    if _is_lent(name):
        return False
    head = source.read(16)
    source.seek(max(0, size - TAIL))
    tail = source.read(TAIL).rstrip(b"\0\r\n\t ")
    if head.startswith(b"%PDF-"):
        return b"%%EOF" in tail
    if head.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in tail
    if head.startswith(b"\x89PNG"):
        return b"IEND" in tail
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return size >= 8 + int.from_bytes(head[4:8], "little")
    is_empty = not any(head) and not tail  # or only its room was made
    return False if is_empty else None


def _is_lent(name: str) -> bool:
    return name.lower().endswith(BEING_COPIED)


def _is_of_today(stored: float) -> bool:
    """Say whether a file was put there today: yesterday's belong to another session."""
    day = dt.datetime.fromtimestamp(stored).astimezone().date()
    return day == dt.datetime.now().astimezone().date()


def _rows(open_session: OpenSession, name: str) -> list[RefusedFile]:
    return [row for row in open_session.session.refused.all() if row.name == storable(name)]


def _skip(open_session: OpenSession, name: str, why: Reason) -> None:
    """Give a file a row; one that stays as it is gets it once, also if it was taken off."""
    if why in FOR_NOW or all(row.reason is not why for row in _rows(open_session, name)):
        open_session.session.refused.add(unread(PageRef(name), why))
        open_session.touch()


def _take_off(open_session: OpenSession, name: str, whys: Collection[Reason], why_now: str) -> None:
    """Take the rows of a file off the list that are true no longer."""
    for row in open_session.refused:
        if row.name == storable(name) and row.reason in whys:
            _withdraw(open_session, row, why_now)


def _was_refused(session: Session, one: _Entry) -> bool:
    return any(
        row.name == storable(one.name)
        and row.added.timestamp() > one.stored
        and row.reason not in SKIPPED
        for row in session.refused.all()
    )


def _withdraw(open_session: OpenSession, made: Scan | RefusedFile, why: str) -> None:
    """Let it count no longer; somebody may have been quicker."""
    history = open_session.session.withdrawals
    with suppress(SessionError):
        if isinstance(made, RefusedFile):
            history.take_off(made, t("scan.watch_who"), why)
        else:
            history.withdraw(made, None, t("scan.watch_who"), why)
    open_session.touch()
