"""Read what was written by hand beside the page, in a process of its own.

In:  the folder of a session whose pages are read.
Out: transcripts in its store, each page as soon as it is read.

A process, and no thread: the network keeps a core busy for seconds, the page shares no open file
with it, and it can be broken off at once when a new scan comes in.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from multiprocessing.process import BaseProcess
from pathlib import Path

from forms.errors import PapierkompasError
from omr.hand.recogniser import model_path
from omr.many.bounded import worker_context
from omr.system import obey_parent
from papierkompas.acts.transcribe import transcribe
from papierkompas.session.session import Session


def start_transcribing(
    folder: Path, passwords: Sequence[str], workers: int | None = None
) -> BaseProcess:
    """Start to read the handwriting of a session; the process ends when it is done.

    Args:
        folder: of the session.
        passwords: of its locked scans; they go through a pipe and are kept nowhere.
        workers: processes that read; by default all cores but one, which is for the page.
    """
    workers = workers or max(1, (os.cpu_count() or 2) - 1)
    process = worker_context().Process(
        target=_transcribe, args=(folder, passwords, workers), name="handwriting"
    )
    process.start()
    return process


@cache
def can_transcribe() -> bool:
    """Say whether the network that reads handwriting is installed."""
    return model_path() is not None


def _transcribe(folder: Path, passwords: Sequence[str], workers: int) -> None:
    obey_parent()
    signal.signal(signal.SIGTERM, _stop)  # and tidy up: its own workers, and what they share
    with suppress(PapierkompasError), Session.open(folder) as session:  # or deleted meanwhile
        transcribe(session, workers=workers, passwords=passwords)


def _stop(*_: object) -> None:
    sys.exit(0)
