"""Keep a copy of a file in the folder of a session, whole or not at all.

In:  an open file.
Out: the same bytes in a place of ours, and their hash.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO

from forms.errors import SessionError, because
from papierkompas.session.folder import QUESTIONNAIRES, SCANS, UNFINISHED

CHUNK_BYTES = 1 << 20
A_DAY_S = 86_400


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
    path = folder / part / f"{UNFINISHED}{secrets.token_hex(8)}"
    digest = hashlib.sha256()
    size = 0
    try:
        with _storing(folder):
            path.parent.mkdir(exist_ok=True)
            target = path.open("xb")
        with target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                size += len(chunk)
                with _storing(folder):
                    _write(target, chunk)
            with _storing(folder):
                target.flush()
                os.fsync(target.fileno())
        yield Copy(path, digest.hexdigest(), size)
    finally:
        path.unlink(missing_ok=True)


def give_place(copy: Copy, place: Path) -> None:
    """Give a whole copy its place, unless the same file is there already."""
    with _storing(place.parents[1]):
        if not place.exists():
            copy.path.replace(place)
            _sync_folder(place.parent)


def sweep(folder: Path) -> None:
    """Remove copies that were broken off by a crash; a day later nobody is still copying them."""
    for part in (SCANS, QUESTIONNAIRES):
        for path in (folder / part).glob(f"{UNFINISHED}*"):
            with suppress(OSError):
                if path.stat().st_mtime < time.time() - A_DAY_S:
                    path.unlink()


@contextmanager
def _storing(folder: Path) -> Iterator[None]:
    """Turn trouble with the disk into words."""
    try:
        yield
    except OSError as error:
        raise SessionError("session.cannot_store", folder=folder, why=because(error)) from error


def _write(target: BinaryIO, chunk: bytes) -> None:
    target.write(chunk)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder outlive a power failure."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network drives cannot; the file itself is safe
            os.fsync(handle)
    finally:
        os.close(handle)
