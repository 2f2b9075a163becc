"""Find files in folders, and say what a file is by its first bytes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from omr.intake.values import (
    MAX_FILE_BYTES,
    MAX_PICTURE_BYTES,
    FileKind,
    Unreadable,
)
from omr.page import Reason

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PHOTO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Walk through files and folders, in the order of their names; a linked folder only once."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(path, seen)


def _walk(path: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    waiting = [path]
    while waiting:
        entry = waiting.pop()
        inside = _inside(entry, seen)
        if inside is None:
            yield entry
        else:
            waiting += reversed(inside)


def _inside(path: Path, seen: set[tuple[int, int]]) -> list[Path] | None:
    """List a folder; None for a file, or where opening it will say what is wrong."""
    try:
        if not path.is_dir():
            return None
        state = path.stat()
        if (state.st_dev, state.st_ino) in seen:
            return []
        seen.add((state.st_dev, state.st_ino))
        inside = [entry for entry in path.iterdir() if not entry.name.startswith(".")]
        return sorted(inside, key=lambda entry: entry.name)
    except OSError:
        return None


def sniff(path: Path) -> FileKind:
    """Say what a file is; refuse what is too large or no picture.

    Raises:
        Unreadable: with the reason.
    """
    try:
        if path.is_dir():  # it was listed, so its files cannot be
            raise Unreadable(Reason.NO_PERMISSION)
        if not path.is_file():
            raise Unreadable(Reason.NOT_FOUND if not path.exists() else Reason.NOT_AN_IMAGE)
        size = path.stat().st_size
        with path.open("rb") as file:
            head = file.read(1024)
    except PermissionError:
        raise Unreadable(Reason.NO_PERMISSION) from None
    except FileNotFoundError:
        raise Unreadable(Reason.NOT_FOUND) from None
    except OSError as error:
        raise Unreadable(Reason.DAMAGED, os.strerror(error.errno or 0)) from None
    if size == 0:
        raise Unreadable(Reason.EMPTY_FILE)
    if size > MAX_FILE_BYTES:
        raise Unreadable(Reason.TOO_LARGE, f"{size >> 30} GB")
    kind = _kind(head)
    if kind not in (FileKind.PDF, FileKind.TIFF) and size > MAX_PICTURE_BYTES:
        raise Unreadable(Reason.TOO_LARGE, f"{size >> 20} MB")
    return kind


def _kind(head: bytes) -> FileKind:
    if b"%PDF-" in head:
        return FileKind.PDF
    for magic, kind in (
        (b"II*\0", FileKind.TIFF),
        (b"MM\0*", FileKind.TIFF),
        (b"II+\0", FileKind.TIFF),
        (b"MM\0+", FileKind.TIFF),
        (b"\xff\xd8", FileKind.JPEG),
        (PNG_MAGIC, FileKind.PNG),
    ):
        if head.startswith(magic):
            return kind
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return FileKind.WEBP
    if head[4:8] == b"ftyp" and head[8:12] in _PHOTO_BRANDS:
        return FileKind.HEIC
    raise Unreadable(Reason.NOT_AN_IMAGE)


def read_bytes(path: Path) -> bytes:
    """Read a file whole.

    Raises:
        Unreadable: with the reason.
    """
    try:
        return path.read_bytes()
    except PermissionError:
        raise Unreadable(Reason.NO_PERMISSION) from None
    except FileNotFoundError:
        raise Unreadable(Reason.NOT_FOUND) from None
    except OSError as error:
        raise Unreadable(Reason.DAMAGED, os.strerror(error.errno or 0)) from None
