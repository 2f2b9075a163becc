"""Bounds that the system sets on a process, on its memory, its time and the programs it starts.

In:  how much a process may take.
Out: a process that gets no more, and that takes along what it started when it ends.

This is the one place that knows what a system offers. On Linux everything holds; elsewhere on Unix
a program that was started has no bound on memory of its own.
"""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import parent_process
from pathlib import Path
from typing import Any

# Of address space for a program that we start: with its worker it stays below 1 GB. Poppler has
# 0.1 at its start; A4 in JPEG 2000 at 600 dpi takes it 0.5.
PROGRAM_BYTES = 3 << 28
PROGRAM_SECONDS = 20  # of work of the processor

_STATM = Path("/proc/self/statm")


def taken_bytes() -> int | None:
    """Return how much address space this process has; None where nothing tells."""
    if not _STATM.exists():
        return None
    return int(_STATM.read_text().split()[0]) * resource.getpagesize()


def bound_memory(more_bytes: int) -> None:
    """Let this process have so much more than it has now; what wants more raises `MemoryError`.

    Libraries reserve addresses for every core of the machine; those it has already.
    """
    taken = taken_bytes()
    if taken is not None:
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (taken + more_bytes, most))


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


def stand_apart() -> None:
    """Make this process silent, the head of what it starts, and gone when its parent is gone.

    What the keyboard and the terminal tell is for its parent.
    """
    os.setsid()
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    _end_with_parent(end_here)


def obey_parent() -> None:
    """Leave Ctrl+C and a closed terminal to the process that started this one; end when it does.

    A terminal tells all of its programs; the parent ends this one. It would wait for ever for a
    parent that was killed.
    """
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    _end_with_parent(lambda: os._exit(1))


def _end_with_parent(end: Callable[[], None]) -> None:
    threading.Thread(target=_wait_for_parent, args=(end,), daemon=True).start()


def _wait_for_parent(end: Callable[[], None]) -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        end()


def end_here() -> None:
    """End this process, which stands apart, and what it started."""
    os.killpg(0, signal.SIGKILL)


def end_group(pid: int) -> None:
    """End a process that stands apart, and what it started; also where it has ended itself."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


class BoundedProgram(subprocess.Popen[bytes]):
    """A program with bounds of its own: it is started by a process that may have more."""

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **how)
        if not hasattr(resource, "prlimit"):
            return
        with suppress(ProcessLookupError, PermissionError, ValueError):
            resource.prlimit(self.pid, resource.RLIMIT_AS, (PROGRAM_BYTES, PROGRAM_BYTES))
            seconds = (PROGRAM_SECONDS, PROGRAM_SECONDS)
            resource.prlimit(self.pid, resource.RLIMIT_CPU, seconds)
