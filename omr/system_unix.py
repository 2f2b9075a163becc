"""What Unix offers: `omr.system`. On Linux all of it holds; on macOS nothing bounds memory.

In:  how much a process may take; files and folders.
Out: bounds, workers that start from a process which has loaded its libraries, locks.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import multiprocessing.context
import os
import resource
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

assert sys.platform != "win32"  # noqa: S101 so that nobody looks for these names there

# Of address space for a program that we start: with its worker it stays below 1 GB. Poppler has
# 0.1 at its start; A4 in JPEG 2000 at 600 dpi takes it 0.5.
PROGRAM_BYTES = 3 << 28
PROGRAM_SECONDS = 20  # of work of the processor

QUIETLY: dict[str, int] = {}  # how to start a program without a window
WorkerContext = multiprocessing.context.ForkServerContext

_STATM = Path("/proc/self/statm")
_PEAK_UNIT = 1 if sys.platform == "darwin" else 1 << 10  # what `ru_maxrss` counts in


def taken_bytes() -> int | None:
    """Return how much address space this process has; None where nothing tells."""
    if not _STATM.exists():
        return None
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


def peak_bytes() -> int | None:
    """Return the most memory that this process has had at a time; None where nothing tells."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _PEAK_UNIT


def bound_memory(more_bytes: int) -> None:
    """Let this process have so much more than it has now; what wants more raises `MemoryError`.

    Libraries reserve addresses for every core of the machine; those it has already.
    """
    taken = taken_bytes()
    if taken is not None:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + more_bytes, most))


@contextmanager
def bounded_memory(more_bytes: int) -> Iterator[None]:
    """Bound the memory of this process for a while, unless it is bounded more tightly already."""
    before, most = resource.getrlimit(resource.RLIMIT_AS)
    taken = taken_bytes()
    if taken is not None and (before == resource.RLIM_INFINITY or taken + more_bytes < before):
        resource.setrlimit(resource.RLIMIT_AS, (taken + more_bytes, most))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (before, most))


@contextmanager
def bounded_time(seconds: float) -> Iterator[None]:
    """Have the system end this process where a library does not come back in time."""
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def ended_by_time(exit_code: int | None) -> bool:
    """Say whether a process ended because of `bounded_time`."""
    return exit_code == -signal.SIGALRM


def waited_seconds(pid: int) -> float:
    """Return how long a process, and what it has started, was ready and had no processor.

    0 where nothing tells.
    """
    here, waited = Path(f"/proc/{pid}"), 0.0
    with suppress(OSError, ValueError, IndexError):
        waited = int((here / "schedstat").read_text().split()[1]) / 1e9
        for child in (here / f"task/{pid}/children").read_text().split():
            waited += waited_seconds(int(child))
    return waited


def leave_terminal() -> None:
    """Make this process the head of what it starts, away from keyboard and terminal."""
    os.setsid()


def end_here() -> None:
    """End this process, which stands apart, and what it started."""
    os.killpg(0, signal.SIGKILL)


def end_group(pid: int) -> None:
    """End a process that stands apart, and what it started; also where it has ended itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


def bound_program(pid: int) -> None:
    """Give a program that this process started bounds of its own."""
    if sys.platform == "darwin":
        return
    with suppress(ProcessLookupError, PermissionError, ValueError):
        resource.prlimit(pid, resource.RLIMIT_AS, (PROGRAM_BYTES, PROGRAM_BYTES))
        resource.prlimit(pid, resource.RLIMIT_CPU, (PROGRAM_SECONDS, PROGRAM_SECONDS))


def context_of_workers(loaded: Sequence[str]) -> WorkerContext:
    """Return what workers are started from: a process that has loaded these modules.

    It is deaf to Ctrl+C from its first moment. It would say so in twenty lines while it loads its
    libraries; what starts it ends it. Ctrl+C waits for us meanwhile, and is not lost.
    """
    from multiprocessing import forkserver, resource_tracker

    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(loaded))
    resource_tracker.ensure_running()  # starting it lets Ctrl+C through again
    kept = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, kept)
    return context


def lock(file: IO[bytes], *, wait: bool) -> bool:
    """Lock a file until it is closed; say whether nobody else has, as far as can be known."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:  # somebody has, or this disk knows no locks
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives cannot; the file itself is safe
            os.fsync(handle)
    finally:
        os.close(handle)
