"""Read many pages.

In:  sources, the forms that may lie in the pile.
Out: a `ReadPage` for each of them, in the order of the sources, as they are read.

Serial and processes are two ways to do the same; memory does not grow with the number of pages,
because only a few chunks are under way at a time and a worker is sent names, never pictures. A
worker that dies costs its pages a second try, alone; one that dies again is said so.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from itertools import islice
from multiprocessing import get_context

from omr.decide import CERTAINTY
from omr.intake import Source
from omr.page import ReadPage, Reason, unread
from omr.read import Forms, read_page

CHUNK = 4  # pages sent to a worker at once
AHEAD = 3  # chunks under way per worker
PAGE_SECONDS = 90.0  # poppler gets 60 of them
FEW_PAGES = 5  # with fewer, starting workers takes longer than reading

ReadMany = Callable[[Sequence[Source], Forms, float], list[ReadPage]]


def read_batch(
    sources: Iterable[Source],
    forms: Forms,
    *,
    certainty: float = CERTAINTY,
    workers: int | None = None,
    read: ReadMany | None = None,
) -> Iterator[ReadPage]:
    """Read pages one after the other, or on several cores.

    Args:
        sources: what to read.
        forms: what may lie in the pile.
        certainty: the least probability at which an answer stands without a doubt.
        workers: processes to use; all cores by default; 1 reads in this process.
        read: reads one chunk; tests put their own here.
    """
    read = read or read_chunk
    waiting = iter(sources)
    first = list(islice(waiting, FEW_PAGES))
    workers = workers or os.cpu_count() or 1
    if workers == 1 or len(first) < FEW_PAGES:
        for source in _chain(first, waiting):
            yield from read([source], forms, certainty)
        return
    yield from _in_processes(_chunks(_chain(first, waiting)), forms, certainty, workers, read)


def read_chunk(sources: Sequence[Source], forms: Forms, certainty: float) -> list[ReadPage]:
    """Read a few pages."""
    return [read_page(source, forms, certainty) for source in sources]


def _in_processes(
    chunks: Iterator[list[Source]], forms: Forms, certainty: float, workers: int, read: ReadMany
) -> Iterator[ReadPage]:
    pool = _pool(workers)
    under_way: deque[tuple[list[Source], Future[list[ReadPage]]]] = deque()
    try:
        while True:
            while len(under_way) < workers * AHEAD:
                chunk = next(chunks, None)
                if chunk is None:
                    break
                under_way.append((chunk, pool.submit(read, chunk, forms, certainty)))
            if not under_way:
                return
            chunk, future = under_way[0]
            try:
                pages = future.result(timeout=PAGE_SECONDS * len(chunk))
            except (BrokenProcessPool, TimeoutError):
                _stop(pool)
                pool = _pool(workers)
                pages = [
                    page for source in chunk for page in _alone(source, forms, certainty, read)
                ]
                lost = list(under_way)[1:]
                under_way.clear()
                yield from pages
                under_way.extend((c, pool.submit(read, c, forms, certainty)) for c, _ in lost)
                continue
            under_way.popleft()
            yield from pages
    finally:
        _stop(pool)


def _alone(source: Source, forms: Forms, certainty: float, read: ReadMany) -> list[ReadPage]:
    """Try a page once more in a process of its own."""
    pool = _pool(1)
    try:
        return pool.submit(read, [source], forms, certainty).result(timeout=PAGE_SECONDS)
    except (BrokenProcessPool, TimeoutError):
        return [unread(source.ref, Reason.WORKER_DIED)]
    finally:
        _stop(pool)


def _pool(workers: int) -> ProcessPoolExecutor:
    context = get_context("forkserver")
    context.set_forkserver_preload(["omr.read"])
    return ProcessPoolExecutor(workers, mp_context=context)


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
