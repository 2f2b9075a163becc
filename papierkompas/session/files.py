"""Write a file whole or not at all.

In:  a path.
Out: an open file; it takes the path's place only when everything in it was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from forms.errors import UsageError, because


@contextmanager
def writing(path: Path) -> Iterator[BinaryIO]:
    """Open a file for writing; after an error the old file, if any, is still there.

    Raises:
        UsageError: it cannot be written there.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        file = unfinished.open("wb")
    except OSError as error:
        raise UsageError("file.cannot_write", file=path, why=because(error)) from None
    try:
        with file:
            yield file
        _take_its_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _take_its_place(unfinished: Path, path: Path) -> None:
    try:
        unfinished.replace(path)
    except OSError as error:
        raise UsageError("file.cannot_write", file=path, why=because(error)) from None
