"""What the system of this computer offers: bounds on processes, how workers start, files that stay.

In:  how much a process may take; files and folders.
Out: a process that gets no more, and takes along what it started when it ends; files that outlive a
     power failure.

This is the one place that knows about systems: `omr.system_unix` and `omr.system_windows` have the
same names, and one of the two stands behind this one.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import parent_process
from typing import Any

if sys.platform == "win32":
    from omr.system_windows import (
        QUIETLY,
        WorkerContext,
        bound_memory,
        bound_program,
        bounded_memory,
        bounded_time,
        context_of_workers,
        end_group,
        end_here,
        ended_by_time,
        leave_terminal,
        lock,
        peak_bytes,
        sync_folder,
        taken_bytes,
        waited_seconds,
    )
else:
    from omr.system_unix import (
        QUIETLY,
        WorkerContext,
        bound_memory,
        bound_program,
        bounded_memory,
        bounded_time,
        context_of_workers,
        end_group,
        end_here,
        ended_by_time,
        leave_terminal,
        lock,
        peak_bytes,
        sync_folder,
        taken_bytes,
        waited_seconds,
    )

__all__ = [
    "QUIETLY",
    "BoundedProgram",
    "WorkerContext",
    "bound_memory",
    "bounded_memory",
    "bounded_time",
    "context_of_workers",
    "end_group",
    "end_here",
    "ended_by_time",
    "leave_terminal",
    "lock",
    "obey_parent",
    "peak_bytes",
    "stand_apart",
    "sync_folder",
    "taken_bytes",
    "time_left",
    "waited_seconds",
]


class BoundedProgram(subprocess.Popen[bytes]):
    """A program with bounds of its own: it is started by a process that may have more."""

    def __init__(self, *arguments: Any, **how: Any) -> None:
        super().__init__(*arguments, **{**QUIETLY, **how})
        bound_program(self.pid)

    def communicate(self, input: Any = None, timeout: float | None = None) -> tuple[Any, Any]:  # noqa: A002 its name there
        """Wait for what it says; time in which others have the processor does not count."""
        begun = time.monotonic()
        while True:
            left = None if timeout is None else time_left(self.pid, timeout, begun)
            try:
                return super().communicate(input, None if left is None else max(0.0, left))
            except subprocess.TimeoutExpired:
                if timeout is None or time_left(self.pid, timeout, begun) <= 0:
                    raise
                input = None  # noqa: A001 it was sent


MOST_TIMES = 4.0  # as long, where other programs have the processor: their time is not the page's


def time_left(pid: int, seconds: float, begun: float, waited: float = 0.0) -> float:
    """Return how many of these seconds a process has left.

    Those in which it was ready, and other programs had the processor, do not count: a page that
    takes one second is not slow because the computer is busy.

    Args:
        pid: the process.
        seconds: how many it has.
        begun: when they began to count, by `time.monotonic`.
        waited: how long it had waited for a processor by then.
    """
    gone = time.monotonic() - begun
    more = waited_seconds(pid) - waited
    return min(seconds - (gone - max(more, 0.0)), MOST_TIMES * seconds - gone)


def stand_apart() -> None:
    """Make this process silent, the head of what it starts, and gone when its parent is gone.

    What the keyboard and the terminal tell is for its parent.
    """
    leave_terminal()
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
