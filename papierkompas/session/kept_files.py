"""Keep a copy of a file in the folder of a session, whole or not at all.

In:  an open file.
Out: the same bytes in a place of ours, for its owner alone, and their hash.

A copy that is being made is locked. So whoever opens the session next can tell one that a crash
broke off, and removes it: nothing of a scan is left behind.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import IO

from forms.errors import SessionError, because
from omr.system import lock, sync_folder
from papierkompas.session.folder import QUESTIONNAIRES, SCANS, UNFINISHED
from papierkompas.session.rights import make_folder, private

CHUNK_BYTES = 1 << 20
A_DAY_S = 86_400  # where no file can be locked: then nobody is still copying


@dataclass(frozen=True, slots=True)
class Copy:
    """A whole copy that has no place yet."""

    path: Path
    sha256: str
    bytes: int


@contextmanager
def copied(source: IO[bytes], folder: Path, part: str) -> Iterator[Copy]:
    """Copy a file into a part of a session's folder; gone afterwards unless `give_place` took it.

    Raises:
        SessionError: it could not be stored, the disk is full for instance.
    """
    digest = hashlib.sha256()
    size = 0
    with _unfinished(folder, part) as target:
        while chunk := source.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            with _storing(folder):
                _write(target, chunk)
        with _storing(folder):
            os.fsync(target)
        if sys.platform == "win32":
            target.close()  # or it could be given no other name
        yield Copy(Path(os.fsdecode(target.name)), digest.hexdigest(), size)


def give_place(copy: Copy, place: Path, *, is_newer: bool = False) -> None:
    """Give a whole copy its place, unless the same file is there already.

    Args:
        copy: as `copied` made it.
        place: under the hash of its bytes; another name may hold an older file.
        is_newer: the copy takes the place of that one.
    """
    with _storing(place.parents[1]):
        if is_newer or not place.exists():
            copy.path.replace(place)
            sync_folder(place.parent)


def sweep(folder: Path) -> None:
    """Remove copies that a crash broke off; one that is being made right now is left alone."""
    for part in (SCANS, QUESTIONNAIRES):
        for path in (folder / part).glob(f"{UNFINISHED}*"):
            with suppress(OSError):
                with path.open("rb") as file:
                    is_old = path.stat().st_mtime < time.time() - A_DAY_S
                    is_left = is_old or lock(file, wait=False)
                    if is_left and sys.platform != "win32":
                        path.unlink()  # before anybody else can lock it
                if is_left:
                    path.unlink(missing_ok=True)


@contextmanager
def _unfinished(folder: Path, part: str) -> Iterator[FileIO]:
    """Open a new file that is gone afterwards, unless it was given a place."""
    with _storing(folder):
        make_folder(folder / part)
        target = _open_locked(folder / part)
    try:
        with target:
            yield target
    finally:
        with suppress(OSError):  # it is swept away when the session is opened again
            Path(target.name).unlink(missing_ok=True)


def _open_locked(folder: Path) -> FileIO:
    while True:
        path = folder / f"{UNFINISHED}{secrets.token_hex(8)}"
        # without a buffer: what a full disk did not take is not tried again when it is closed
        target = FileIO(path, "x", opener=private)
        lock(target, wait=True)
        if path.exists():  # else somebody swept it away in the instant before it was locked
            return target
        target.close()


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """Turn trouble with the disk into words."""
    try:
        yield
    except OSError as error:
        why = because(error)
        if why.key == "os.full":
            raise SessionError("session.full", folder=folder) from error
        raise SessionError("session.cannot_store", folder=folder, why=why) from error


def _write(target: FileIO, chunk: bytes) -> None:
    rest = memoryview(chunk)
    while rest:
        rest = rest[target.write(rest) :]
