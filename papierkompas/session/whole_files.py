"""Write a file whole or not at all, for its owner alone.

In:  a path.
Out: an open file; it takes the path's place only when everything in it was written.
"""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from forms.errors import UsageError, because
from papierkompas.session.rights import private

_OF_THE_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO}


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing; after an error the old file, if any, is still there.

    What is no file but takes what is written, such as `/dev/stdout`, stays what it is.

    Raises:
        UsageError: it cannot be written there, or the disk is full.
    """
    if path.exists() and not path.is_file():
        with _said_of(path, everything=False), _opened(path) as file:
            yield file
        return
    place = path.resolve() if path.is_symlink() else path
    unfinished = place.with_name(f".{place.name}.unfinished")
    try:
        with _said_of(path, everything=False), _opened(path, unfinished) as file:
            yield file
        with _said_of(path):
            unfinished.replace(place)
    finally:
        unfinished.unlink(missing_ok=True)


def _opened(path: Path, unfinished: Path | None = None) -> BinaryIO:
    with _said_of(path):
        if unfinished is None:
            return path.open("wb")
        return open(unfinished, "wb", opener=private)


@contextmanager
def _said_of(path: Path, *, everything: bool = True) -> Iterator[None]:
    """Say in words that a file cannot be written.

    Args:
        everything: without, only what the disk does: something else may be at work inside.
    """
    try:
        yield
    except OSError as error:
        if everything or error.errno in _OF_THE_DISK:
            why = because(error)
            if why.key == "os.full":
                raise UsageError("file.full", file=path) from None
            raise UsageError("file.cannot_write", file=path, why=why) from None
        raise
