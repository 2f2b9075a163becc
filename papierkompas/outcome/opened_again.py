"""Open a session again that was taken along in a zip.

In:  a zip, which anybody may have made, and where the session is to be.
Out: the session as it was: results, corrections, comments and history are the same.

It is unpacked and looked through beside its place, within bounds on memory and time, and gets its
place only when results came out of it: whole or not at all.
"""

from __future__ import annotations

import shutil
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from forms.errors import PapierkompasError, SessionError
from omr.intake.values import Unreadable
from omr.many.bounded import run
from papierkompas.outcome.results import results
from papierkompas.session.folder import is_session
from papierkompas.session.rights import private
from papierkompas.session.session import Session
from papierkompas.session.taken_along import BEING_OPENED, staging_in, take_session

SECONDS = 600.0  # 4 GB from a slow disk, and the results of 300 quickscans
A_DAY_S = 86_400  # what a crash left behind is older
_CHUNK = 1 << 20


def open_again(zipped: IO[bytes], name: str, place: Path) -> None:
    """Put the session that is in a zip into a folder that is not there yet, or is empty.

    Raises:
        SessionError: there is none in it, it is not whole, or it is not to be trusted.
    """
    place = place.absolute()  # the worker, and SQLite's address of a file, know no other
    _refuse_taken(place)
    _sweep(place.parent)
    staging = staging_in(place.parent)
    try:
        copy, unpacked = staging / "zip", staging / "sessie"
        unpacked.mkdir(mode=0o700)
        with open(copy, "wb", opener=private) as target:
            shutil.copyfileobj(zipped, target, _CHUNK)
        try:
            run(unpack, copy, name, unpacked, seconds=SECONDS)
        except Unreadable as error:  # it took too much memory or time
            raise SessionError("zip.too_large", file=name) from error
        _refuse_taken(place)
        with suppress(OSError):
            place.rmdir()  # an empty one
        unpacked.replace(place)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def unpack(zipped: Path, name: str, folder: Path) -> None:
    """Unpack a session and compute its results, to see that it holds together.

    Raises:
        SessionError: it does not.
    """
    take_session(zipped, name, folder)
    try:
        with Session.open(folder) as session:
            session.questionnaires.all()
            session.corrections.standing()
            if session.settings.without_names:
                results(session, for_names=True)
            results(session)
            if any(one.date is None for one in session.called()):
                raise ValueError("a day that is no day was written by no program of ours")
    except (PapierkompasError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise SessionError("zip.damaged", file=name) from error


def _refuse_taken(place: Path) -> None:
    if is_session(place):
        raise SessionError("session.exists", folder=place)
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise SessionError("zip.taken", folder=place)


def _sweep(parent: Path) -> None:
    """Remove what a crash left behind."""
    for left in parent.glob(f"{BEING_OPENED}*"):
        with suppress(OSError):
            if left.stat().st_mtime < time.time() - A_DAY_S:
                shutil.rmtree(left, ignore_errors=True)
