"""What Windows offers: `omr.system`. Time is bounded there; memory only by what we refuse to open.

In:  how much a process may take; files and folders.
Out: bounds on time, workers that start afresh, nothing where Windows has no such thing.

It can be imported and run anywhere, so that the tests take the program through it.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing.context import SpawnContext
from pathlib import Path
from typing import IO

QUIETLY = {"creationflags": getattr(subprocess, "CREATE_NO_WINDOW", 0)}  # else each shows one
WorkerContext = SpawnContext

LATE = 142  # the exit code of a process that took too long


def taken_bytes() -> int | None:
    """Return how much address space this process has: nothing tells."""
    return None


def peak_bytes() -> int | None:
    """Return the most memory that this process has had at a time: nothing tells."""
    return None


def bound_memory(_more_bytes: int) -> None:
    """Do nothing: what is too large is refused before it is decoded."""


@contextmanager
def bounded_memory(_more_bytes: int) -> Iterator[None]:
    """Do nothing: what is too large is refused before it is decoded."""
    yield


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """End this process where a library does not come back in time.

    One that lets no other thread work is ended by whoever waits for it.
    """
    timer = threading.Timer(seconds, os._exit, (LATE,))
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def ended_by_time(exit_code: int | None) -> bool:
    """Say whether a process ended because of `bounded_time`."""
    return exit_code == LATE


def waited_seconds(_pid: int) -> float:
    """Return how long a process waited for a processor: nothing tells."""
    return 0.0


def leave_terminal() -> None:
    """Do nothing: a worker has no window of its own."""


def end_here() -> None:
    """End this process and what it started."""
    end_group(os.getpid())
    os._exit(1)


def end_group(pid: int) -> None:
    """End a process and what it started."""
    with suppress(OSError):
        subprocess.run(
            ["taskkill", "/F", "/T", "/PID", str(pid)],
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def bound_program(_pid: int) -> None:
    """Do nothing: whoever started it ends it when it takes too long."""


def context_of_workers(_loaded: Sequence[str]) -> WorkerContext:
    """Return what workers are started from: each starts afresh, and loads what it needs."""
    return multiprocessing.get_context("spawn")


def lock(_file: IO[bytes], *, wait: bool) -> bool:
    """Say that nobody can know: an open file cannot be deleted there, which is lock enough."""
    return wait


def sync_folder(_folder: Path) -> None:
    """Do nothing: a folder cannot be opened there."""
