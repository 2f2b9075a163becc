"""How the command ends when it is told to: Ctrl+C, a terminal that is closed, a shutdown.

In:  signals.
Out: `KeyboardInterrupt`, so that whatever was begun is cleared away; and one exit code for them.

Nothing heavy is imported here: it is at work before anything else is loaded.
"""

from __future__ import annotations

import atexit
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType
from typing import NoReturn

INTERRUPTED = 130
SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)

_Handler = Callable[[int, FrameType | None], object]


def stop_at_once() -> None:
    """End without a word when told to: nothing was begun yet."""
    _handle(lambda *_: os._exit(INTERRUPTED))


def stop_in_order() -> None:
    """Clear away what was begun when told to."""
    _handle(signal.default_int_handler)


def end(code: int) -> NoReturn:
    """End the program with its exit code.

    Python kills itself with SIGINT after any interrupt of a module that was being imported, also
    when that was dealt with; then the code would not be ours.
    """
    if code == INTERRUPTED:
        with suppress(Exception):
            atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            with suppress(OSError, ValueError, AttributeError):  # a window has none
                stream.flush()
        os._exit(code)
    sys.exit(code)


def _handle(handler: _Handler) -> None:
    for number in SIGNALS:
        if signal.getsignal(number) is not signal.SIG_IGN:  # `nohup` says to go on
            signal.signal(number, handler)
