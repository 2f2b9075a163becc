"""Read many pages on a Dask cluster.

In:  sources, the forms that may lie in the pile, the address of a scheduler.
Out: a `ReadPage` for each source, in the order of the sources, as they are read: the same as
     `omr.many.batch` gives.

Workers open the files themselves. Where a worker does not see the very same file, its pages
travel straight from this computer to a worker, a bounded number of bytes at a time; the scheduler
only ever holds names and readings. A few chunks are under way per worker, never the whole pile.

A worker that dies costs time: Dask gives its chunk to the next one. A chunk that several workers
died of is read page by page, while nothing else runs, to find the page that does it.
"""

from __future__ import annotations

import asyncio
import faulthandler
import hashlib
import logging
import os
import pickle
import platform
import shutil
import socket
import sys
import tempfile
import threading
import time
import uuid
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from forms.errors import UsageError
from forms.messages import Message
from omr.forms_known import Forms
from omr.ink.decide import CERTAINTY
from omr.intake.values import Source
from omr.many.batch import ReadMany, read_chunk
from omr.many.bounded import PAGE_SECONDS, WORKER_BYTES
from omr.many.parcels import Parcel, TooHeavy, pack, unpack
from omr.page import ReadPage, Reason, moved_to, unread
from omr.system import bounded_memory

CHUNK = 8  # pages in a task: 0.2 s of work, against 4 ms of the scheduler (docs/scale.md)
AHEAD = 3  # chunks under way per worker: one is read, one waits, one is on its way back
MOST_BYTES = 32 << 20  # that are sent to a worker at once; 8 colour pages of 300 dpi are 16 MB
TRIES = 3  # where the pages are lost with their worker; otherwise Dask counts, to 4 by default
REACH_SECONDS = 5.0  # within which a scheduler answers
PATIENCE_SECONDS = 30.0  # that a cluster may be without workers; a nanny needs 3 for a new one
POLL_SECONDS = 5.0
ENDS_BYTES = 1 << 16  # at both ends of a file that are compared


def read_on_cluster(
    sources: Iterable[Source],
    forms: Forms,
    *,
    address: str,
    certainty: float = CERTAINTY,
    most_bytes: int = MOST_BYTES,
    patience: float = PATIENCE_SECONDS,
    read: ReadMany = read_chunk,
) -> Iterator[ReadPage]:
    """Read pages on the workers of a Dask scheduler.

    Args:
        sources: what to read.
        forms: what may lie in the pile.
        address: of the scheduler, as in tcp://host:8786.
        certainty: the least probability at which an answer stands without a doubt.
        most_bytes: sent to a worker at once, where it does not see the files.
        patience: seconds that the cluster may be without workers.
        read: reads pages; tests put their own here.

    Raises:
        UsageError: Dask is not installed, nothing answers at the address, or the cluster cannot
            do this work; what was read before is not lost.
    """
    with _connected(address) as client:
        yield from _Run(client, address, forms, certainty, most_bytes, patience, read).pages(
            sources
        )


def must_answer(address: str) -> None:
    """Raise a `UsageError` where no scheduler answers, before anything else is done."""
    with _connected(address):
        pass


# What travels ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FileStamp:
    """What tells a file from another one of the same name."""

    size: int
    changed_us: int  # shared folders of Windows keep no nanoseconds
    ends: bytes

    @classmethod
    def of(cls, path: str) -> FileStamp | None:
        """Stamp a file; None where it cannot be opened."""
        try:
            with Path(path).open("rb") as file:
                state = os.fstat(file.fileno())
                digest = hashlib.sha256(file.read(ENDS_BYTES))
                file.seek(max(0, state.st_size - ENDS_BYTES))
                digest.update(file.read(ENDS_BYTES))
        except OSError:
            return None
        return cls(state.st_size, state.st_mtime_ns // 1000, digest.digest())


@dataclass(frozen=True, slots=True)
class _Order:
    """A chunk of pages, as a worker is asked to read them."""

    sources: tuple[Source, ...]
    stamps: Mapping[str, FileStamp]
    forms: bytes
    certainty: float
    read: ReadMany


@dataclass(frozen=True, slots=True)
class _Unseen:
    """The answer of a worker that does not see these files."""

    paths: frozenset[str]


@lru_cache(maxsize=1)
def program() -> dict[str, str]:
    """Say what reads pages here: with another one, the answers might be others."""
    digest = hashlib.sha256()
    root = Path(__file__).parents[2]
    for file in sorted(f for name in ("forms", "omr") for f in (root / name).rglob("*.*")):
        if file.suffix != ".pyc":
            digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes())
    libraries = ("numpy", "opencv-python-headless", "pikepdf", "pillow", "scipy", "zxing-cpp")
    return {
        "python": ".".join(platform.python_version_tuple()[:2]),
        "papierkompas": digest.hexdigest()[:12],
        "poppler": "installed" if shutil.which("pdftoppm") else "missing",
        **{library: metadata.version(library) for library in libraries},
    }


# On a worker -----------------------------------------------------------------------------------

_ONE_AT_A_TIME = threading.Lock()  # open PDFs are kept, and pikepdf is not for several threads


def _task() -> Callable[..., bytes | tuple[str, dict[str, str]]]:
    """Make what workers run. It travels as code: the scheduler needs nothing of ours.

    What a worker cannot do it says as the key and the values of a message.
    """

    def read_chunk(expected: dict[str, str], order: bytes, goods: bytes | None = None) -> Any:
        from distributed import get_worker

        here = get_worker().address
        try:
            from omr.many import cluster

            found = cluster.program()
        except (ImportError, AttributeError) as error:
            return "cluster.no_program", {"worker": here, "said": str(error)}
        if found != expected:
            there, ours = (
                ", ".join(f"{name} {one.get(name)}" for name in expected if name in others)
                for one in (found, expected)
                for others in [{n for n in expected if found.get(n) != expected[n]}]
            )
            return "cluster.other_program", {"worker": here, "there": there, "ours": ours}
        try:
            return cluster.carry_out(order, goods, get_worker().local_directory)
        except OSError as error:
            return "cluster.no_room", {"worker": here, "said": str(error.strerror)}

    return read_chunk


def carry_out(order: bytes, goods: bytes | None, folder: str | None = None) -> bytes:
    """Read a chunk on this computer.

    Args:
        order: what to read.
        goods: the pages themselves, where this computer is known not to see their files.
        folder: where to keep them meanwhile; Dask cleans up there after a worker that died.
    """
    asked: _Order = pickle.loads(zlib.decompress(order))  # noqa: S301 from our own client
    forms = _forms(asked.forms)
    answer: _Unseen | tuple[ReadPage, ...]
    with _ONE_AT_A_TIME:
        if goods is None:
            unseen = {path for path, stamp in asked.stamps.items() if FileStamp.of(path) != stamp}
            answer = (
                _Unseen(frozenset(unseen))
                if unseen
                else tuple(_read(source, forms, asked) for source in asked.sources)
            )
        else:
            parcels: tuple[Parcel, ...] = pickle.loads(goods)  # noqa: S301 from our own client
            with tempfile.TemporaryDirectory(dir=folder) as inside:
                answer = tuple(
                    moved_to(_read(here, forms, asked), source.ref)
                    for source, here in unpack(parcels, Path(inside))
                )
    return pickle.dumps(answer)


@lru_cache(maxsize=4)
def _forms(packed: bytes) -> Forms:
    """Unpack the forms; every chunk of a run has the same."""
    forms: Forms = pickle.loads(packed)  # noqa: S301 from our own client
    return forms


def _read(source: Source, forms: Forms, asked: _Order) -> ReadPage:
    with _bounds():
        (page,) = asked.read([source], forms, asked.certainty)
    return page


@contextmanager
def _bounds() -> Iterator[None]:
    """Bound a page as `omr.many.bounded` does.

    Too much memory costs the page, too much time the worker.

    Afterwards all is as before, for a worker may have other work than ours.
    """
    if sys.__stderr__ is not None:
        faulthandler.dump_traceback_later(PAGE_SECONDS, exit=True, file=sys.__stderr__)
    try:
        with bounded_memory(WORKER_BYTES):
            yield
    finally:
        faulthandler.cancel_dump_traceback_later()


# On this computer ------------------------------------------------------------------------------


@contextmanager
def _connected(address: str) -> Iterator[Any]:
    try:
        import distributed
    except ImportError:
        raise UsageError("cluster.no_dask") from None
    for name in ("distributed.batched", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # what they say we say, in a sentence
    connect: Any = distributed.Client  # has no types
    try:
        asyncio.run(asyncio.wait_for(_shake_hands(address), REACH_SECONDS))
        client = connect(address, timeout=REACH_SECONDS, set_as_default=False)
    except Exception as error:  # whatever comes out of something that does not speak Dask
        raise UsageError("cluster.no_answer", address=address, why=_silence(address)) from error
    try:
        yield client
    finally:
        client.close(timeout=REACH_SECONDS)


def _silence(address: str) -> Message:
    """Say why no scheduler answers: Dask waits for one, and then says only that it waited."""
    try:
        place = urlsplit(address)
        with socket.create_connection((place.hostname or "", place.port or 0), REACH_SECONDS):
            return Message("cluster.something_else")
    except ConnectionRefusedError:
        return Message("cluster.nothing")
    except TimeoutError:
        return Message("cluster.out_of_reach")
    except (OSError, ValueError):  # a name that is not known, a port that is no number
        return Message("cluster.no_place")


async def _shake_hands(address: str) -> None:
    """Meet the scheduler; Dask's own client waits for ever where something else listens."""
    from distributed import Security
    from distributed.comm.core import connect

    security, call = cast("Any", Security), cast("Any", connect)  # have no types
    line = await call(address, REACH_SECONDS, **security().get_connection_args("client"))
    await line.close()


@dataclass(slots=True)
class _Sent:
    """A chunk that is under way."""

    sources: tuple[Source, ...]
    future: Any = None
    goods: Any = None  # the parcels at a worker; kept there until the answer is here
    answer: tuple[ReadPage, ...] | None = None  # known without asking a worker
    tries: int = 1
    is_alone: bool = False  # to be sent when nothing else is under way


class _Run:
    """One pile on its way through the cluster."""

    def __init__(
        self,
        client: Any,
        address: str,
        forms: Forms,
        certainty: float,
        most_bytes: int,
        patience: float,
        read: ReadMany,
    ) -> None:
        self.client = client
        self.address = address
        self.forms = pickle.dumps(forms)
        self.unpacked_forms = forms
        self.certainty = certainty
        self.most_bytes = most_bytes
        self.patience = patience
        self.read = read
        self.task = _task()
        self.under_way: deque[_Sent] = deque()
        self.hidden: set[Path] = set()  # folders that not every worker sees
        self.workers = 0
        self.counted = -POLL_SECONDS  # when the workers were
        self.last_worker = time.monotonic()

    def pages(self, sources: Iterable[Source]) -> Iterator[ReadPage]:
        chunks = _chunks(iter(sources))
        try:
            while True:
                if not (self.under_way and self.under_way[0].is_alone):
                    for chunk in islice(chunks, self._room()):
                        self.under_way.extend(self._send(chunk))
                if not self.under_way:
                    return
                yield from self._settle(self.under_way.popleft())
        finally:
            if self.client.status == "running":
                self.client.cancel([s.future for s in self.under_way if s.future])

    def _room(self) -> int:
        """Return how many more chunks may be under way; it follows workers that come and go."""
        if time.monotonic() - self.counted > POLL_SECONDS:
            self._look_around()
        return max(0, AHEAD * max(1, self.workers) - len(self.under_way))

    # Sending

    def _send(self, sources: Sequence[Source]) -> list[_Sent]:
        """Send pages as names, or as bytes where the files are not seen."""
        if any(_folder(source.path) in self.hidden for source in sources):
            return self._send_goods(sources)
        stamps = {source.path: FileStamp.of(source.path) for source in sources}
        seen = {path: stamp for path, stamp in stamps.items() if stamp}
        if len(seen) < len(stamps):
            return [self._not_sent(sources)]
        return [self._submit(sources, seen)]

    def _send_goods(self, sources: Sequence[Source]) -> list[_Sent]:
        try:
            goods = self._bring(pickle.dumps(pack(sources, self.most_bytes)))
        except TooHeavy:
            if len(sources) == 1:
                page = unread(
                    sources[0].ref, Reason.NOT_SENT, f"more than {self.most_bytes >> 20} MB"
                )
                return [_Sent(tuple(sources), answer=(page,))]
            half = len(sources) // 2
            return [*self._send_goods(sources[:half]), *self._send_goods(sources[half:])]
        except OSError:
            return [self._not_sent(sources)]
        return [self._submit(sources, {}, goods)]

    def _not_sent(self, sources: Sequence[Source]) -> _Sent:
        """Read a file here that cannot be opened any more: it gives the reason why."""
        pages = self.read(sources, self.unpacked_forms, self.certainty)
        return _Sent(tuple(sources), answer=tuple(pages))

    def _submit(
        self, sources: Sequence[Source], stamps: Mapping[str, FileStamp], goods: Any = None
    ) -> _Sent:
        order = _Order(tuple(sources), stamps, self.forms, self.certainty, self.read)
        # Packed, because Dask shows the arguments of a failed task in its log.
        packed = zlib.compress(pickle.dumps(order), level=1)
        if self.client.status != "running":
            self._look_around()
        future = self.client.submit(
            self.task, program(), packed, goods, key=f"papierkompas-{uuid.uuid4()}", pure=False
        )
        return _Sent(tuple(sources), future, goods)

    def _bring(self, goods: bytes) -> Any:
        """Bring bytes straight to a worker, past the scheduler."""
        for _ in range(TRIES):
            try:
                return self.client.scatter(goods, direct=True, hash=False)
            except OSError:  # no worker, or one that died a moment ago
                self._look_around()
                time.sleep(1)
        raise UsageError("cluster.cannot_send", address=self.address, kept=_KEPT)

    # Receiving

    def _settle(self, sent: _Sent) -> tuple[ReadPage, ...]:
        """Wait for a chunk; return its pages, or none of them and put it back in front."""
        if sent.answer is not None:
            return sent.answer
        if sent.future is None:
            self._wait_for_others()
            return self._put_back(sent, self._send(sent.sources))
        answer = self._answer(sent)
        if isinstance(answer, _Unseen):
            self.hidden.update(_folder(path) for path in answer.paths)
            others, self.under_way = self.under_way, deque()
            for other in others:
                self.under_way.extend(self._send_openly(other))
            return self._put_back(sent, self._send(sent.sources))
        if answer is not None:
            return answer
        if sent.tries < TRIES:
            sent.tries += 1
            return self._put_back(sent, self._send(sent.sources))
        if sent.is_alone:
            return (unread(sent.sources[0].ref, Reason.WORKER_DIED),)
        alone = [_Sent((source,), is_alone=True) for source in sent.sources]
        self.under_way.extendleft(reversed(alone))
        return ()

    def _send_openly(self, sent: _Sent) -> list[_Sent]:
        """Send a chunk again, as bytes, if it lies in a folder that is not seen."""
        hidden = any(_folder(source.path) in self.hidden for source in sent.sources)
        if sent.future is None or sent.goods is not None or not hidden:
            return [sent]
        return [replace(again, tries=sent.tries) for again in self._send_goods(sent.sources)]

    def _put_back(self, old: _Sent, again: list[_Sent]) -> tuple[()]:
        for sent in reversed(again):
            sent.tries, sent.is_alone = old.tries, old.is_alone
            self.under_way.appendleft(sent)
        return ()

    def _wait_for_others(self) -> None:
        for other in self.under_way:
            while other.future is not None and other.future.status == "pending":
                time.sleep(0.05)
                if time.monotonic() - self.counted > POLL_SECONDS:
                    self._look_around()

    def _answer(self, sent: _Sent) -> tuple[ReadPage, ...] | _Unseen | None:
        """Return what a worker said; None if it died over it."""
        from distributed import CancelledError, KilledWorker

        while True:
            try:
                reply = sent.future.result(timeout=POLL_SECONDS)
                break
            except OSError:  # not yet; or nobody there any more
                self._look_around()
                if sent.future.status == "lost":
                    return None
            except KilledWorker:
                sent.tries = TRIES
                return None
            except CancelledError:  # the goods were lost with their worker, or the line was
                self._look_around()
                return None
            except RuntimeError as error:
                if "deserialization" not in str(error):
                    raise
                raise self._cannot(Message("cluster.other_python")) from error
        if isinstance(reply, tuple):
            key, values = reply
            raise self._cannot(Message(key, values))
        answer: tuple[ReadPage, ...] | _Unseen = pickle.loads(reply)  # noqa: S301 our own workers
        return answer

    def _look_around(self) -> None:
        """Count the workers; end the run where there are none, or no scheduler."""
        deadline = time.monotonic() + REACH_SECONDS + 1
        while self.client.status == "connecting" and time.monotonic() < deadline:
            time.sleep(0.1)
        try:
            self.workers = len(self.client.nthreads())
        except Exception as error:  # each version of Dask says it in another way
            raise UsageError("cluster.stopped", address=self.address, kept=_KEPT) from error
        self.counted = time.monotonic()
        if self.workers:
            self.last_worker = self.counted
        elif self.counted - self.last_worker > self.patience:
            raise UsageError("cluster.no_workers", address=self.address, kept=_KEPT)

    def _cannot(self, why: Message) -> UsageError:
        return UsageError("cluster.cannot_read", address=self.address, why=why, kept=_KEPT)


_KEPT = Message("cluster.kept")


def _folder(path: str) -> Path:
    return Path(path).parent


def _chunks(sources: Iterator[Source]) -> Iterator[list[Source]]:
    """Cut the pile into chunks; a worker has a working folder of its own, so names are whole."""
    while chunk := list(islice(sources, CHUNK)):
        yield [replace(source, path=str(Path(source.path).absolute())) for source in chunk]
