"""Readers that say which page they see, or go wrong over it; workers import them by name."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Sequence

from forms.errors import InstrumentError
from omr.forms_known import Forms
from omr.intake.load import load
from omr.intake.values import Source, Unreadable
from omr.many.bounded import WORKER_BYTES
from omr.page import PageStatus, ReadPage, Reason, unread

DEADLY = 77  # the grey of a page that kills


def look(sources: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    """Say how grey pages are, and how large: all pages of these tests differ in that."""
    return [_look(source) for source in sources]


def look_slowly(sources: Sequence[Source], forms: Forms, certainty: float) -> list[ReadPage]:
    """Take as long as real pages do on a slow computer."""
    time.sleep(0.05 * len(sources))
    return look(sources, forms, certainty)


def die(sources: Sequence[Source], forms: Forms, certainty: float) -> list[ReadPage]:
    """End the process over a deadly page, as a mistake in a library does."""
    pages = look(sources, forms, certainty)
    if any(page.detail.startswith(f"{DEADLY}.0") for page in pages):
        os.kill(os.getpid(), signal.SIGKILL)
    return pages


def say_threads(sources: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    """Say how many threads numpy may use for a sum."""
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "all")
    return [unread(source.ref, Reason.NO_SHEET, threads) for source in sources]


def stumble(_sources: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    """Raise what only a mistake of ours can raise."""
    raise InstrumentError("instrument.unknown", name="this is a mistake", papers=())


def swell(sources: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    """Want more memory than any page needs."""
    try:
        bytearray(2 * WORKER_BYTES)
    except MemoryError:
        return [unread(source.ref, Reason.TOO_LARGE) for source in sources]
    return [unread(source.ref, Reason.OUR_MISTAKE) for source in sources]


def hang(_sources: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    """Never come back."""
    while True:
        time.sleep(1)


def _look(source: Source) -> ReadPage:
    try:
        image = load(source).image
    except Unreadable as trouble:
        return unread(source.ref, trouble.reason, trouble.detail)
    return ReadPage(source.ref, PageStatus.BLANK, detail=f"{image.mean():.3f} {image.shape}")
