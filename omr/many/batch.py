"""Read many pages.

In:  sources, the forms that may lie in the pile.
Out: a `ReadPage` for each of them, in the order of the sources, as they are read.

Serial and processes are two ways to do the same; memory does not grow with the number of pages,
because only a few chunks are under way at a time and a worker is sent names, never pictures. A
worker that dies or hangs costs its pages a second try, alone; one that does it again is said so.
"""

from __future__ import annotations

import os
import resource
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from functools import partial
from itertools import islice
from multiprocessing import get_context, parent_process
from multiprocessing.context import ForkServerContext
from pathlib import Path

from omr.forms_known import Forms
from omr.ink.decide import CERTAINTY
from omr.intake.values import Source
from omr.page import ReadPage, Reason, unread
from omr.read import read_page

CHUNK = 4  # pages sent to a worker at once
AHEAD = 3  # chunks under way per worker
CHUNK_SECONDS = 60.0  # then its worker hangs; a page takes 0.02, drawn by poppler at most 40
WORKER_BYTES = 5 << 29  # 2.5 GB of address space on top of its libraries; the largest page takes 1
FEW_PAGES = 5  # with fewer, starting workers takes longer than reading
ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")

ReadMany = Callable[[Sequence[Source], Forms, float], list[ReadPage]]
Task = Callable[[Sequence[Source]], list[ReadPage]]


def read_batch(
    sources: Iterable[Source],
    forms: Forms,
    *,
    certainty: float = CERTAINTY,
    workers: int | None = None,
    read: ReadMany | None = None,
    patience: float = CHUNK_SECONDS,
) -> Iterator[ReadPage]:
    """Read pages one after the other, or on several cores.

    Args:
        sources: what to read.
        forms: what may lie in the pile.
        certainty: the least probability at which an answer stands without a doubt.
        workers: processes to use; all cores by default; 1 reads in this process.
        read: reads one chunk; tests put their own here.
        patience: seconds after which a worker with a chunk is taken to hang.
    """
    read = read or read_chunk
    waiting = iter(sources)
    first = list(islice(waiting, FEW_PAGES))
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(first) < FEW_PAGES:
        for source in _chain(first, waiting):
            yield from read([source], forms, certainty)
        return
    chunks = _chunks(_chain(first, waiting))
    task = partial(_read_many, read, forms, certainty)
    yield from _in_processes(chunks, task, workers, patience)


def _read_many(
    read: ReadMany, forms: Forms, certainty: float, sources: Sequence[Source]
) -> list[ReadPage]:
    return read(sources, forms, certainty)


def read_chunk(sources: Sequence[Source], forms: Forms, certainty: float) -> list[ReadPage]:
    """Read a few pages."""
    return [_read_or_say(source, forms, certainty) for source in sources]


def _read_or_say(source: Source, forms: Forms, certainty: float) -> ReadPage:
    """Read a page; a mistake of ours costs that page, not the batch."""
    try:
        return read_page(source, forms, certainty)
    except MemoryError:
        return unread(source.ref, Reason.TOO_LARGE)
    except Exception as mistake:  # noqa: BLE001 whatever it is, the other pages can still be read
        return unread(source.ref, Reason.OUR_MISTAKE, f"{type(mistake).__name__}: {mistake}")


def _in_processes(
    chunks: Iterator[list[Source]], task: Task, workers: int, patience: float
) -> Iterator[ReadPage]:
    pool = _pool(workers)
    under_way: deque[tuple[list[Source], Future[list[ReadPage]]]] = deque()
    try:
        while True:
            while len(under_way) < workers * AHEAD:
                chunk = next(chunks, None)
                if chunk is None:
                    break
                under_way.append((chunk, pool.submit(task, chunk)))
            if not under_way:
                return
            chunk, future = under_way.popleft()
            try:
                pages = future.result(timeout=patience)
            except (BrokenProcessPool, TimeoutError):
                _stop(pool)
                pages = [page for source in chunk for page in _alone(source, task, patience)]
                pool = _pool(workers)
                under_way = deque(
                    (c, f if _is_read(f) else pool.submit(task, c)) for c, f in under_way
                )
            yield from pages
    finally:
        _stop(pool)


def _alone(source: Source, task: Task, patience: float) -> list[ReadPage]:
    """Try a page once more in a process of its own."""
    pool = _pool(1)
    try:
        return pool.submit(task, [source]).result(timeout=patience)
    except (BrokenProcessPool, TimeoutError):
        return [unread(source.ref, Reason.WORKER_DIED)]
    finally:
        _stop(pool)


def worker_context() -> ForkServerContext:
    """Return what workers are started from: a process that has loaded the reading library.

    They do sums in one thread, as they do pictures: with a process for every core, more threads
    would only wait for each other.
    """
    for name in ONE_THREAD:
        os.environ.setdefault(name, "1")
    context = get_context("forkserver")
    context.set_forkserver_preload(["omr.read"])
    return context


def _pool(workers: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(workers, mp_context=worker_context(), initializer=_prepare)


def _prepare() -> None:
    """Make a worker ready: bounded in memory, and at its parent's word alone."""
    _bound_memory()
    obey_parent()


def obey_parent() -> None:
    """Leave Ctrl+C and a closed terminal to the process that started this one; end when it does.

    A terminal tells all of its programs; the parent ends this one. It would wait for ever for a
    parent that was killed.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _bound_memory() -> None:
    """Let a picture that wants too much memory fail, and with it only that page.

    Libraries reserve addresses for every core of the machine; those come on top.
    """
    if not Path("/proc/self/statm").exists():
        return  # not on Linux: nothing tells how much is taken already
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + WORKER_BYTES, most))


def _is_read(future: Future[list[ReadPage]]) -> bool:
    return future.done() and not future.cancelled() and future.exception() is None


def _stop(pool: ProcessPoolExecutor) -> None:
    """Stop a pool, and end its workers even where one hangs."""
    processes = list((pool._processes or {}).values())
    pool.shutdown(wait=False, cancel_futures=True)
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(timeout=5)


def _chunks(sources: Iterator[Source]) -> Iterator[list[Source]]:
    while chunk := list(islice(sources, CHUNK)):
        yield chunk


def _chain(first: Iterable[Source], rest: Iterator[Source]) -> Iterator[Source]:
    yield from first
    yield from rest
