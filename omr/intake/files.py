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

# What systems and storage boxes put beside everybody's files; lower case.
LEFTOVERS = frozenset(
    {
        "thumbs.db", "thumbs.db:encryptable", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini",
        "desktop_.ini", "system volume information", "wpsettings.dat", "indexervolumeguid",
        "$recycle.bin", "recycler", "recycled", "found.000", "bootex.log", "msdownld.tmp",
        "autorun.inf", "autorun.ico", "icon\r", "__macosx", "network trash folder",
        "temporary items", "thevolumesettingsfolder", "@eadir", "@tmp", "@sharebin", "#recycle",
        "#snapshot", "~snapshot", "@recycle", "@recently-snapshot", "lost+found", "lost.dir",
        "picasa.ini", "zbthumbnail.info", "pspbrwse.jbf", "sync.ffs_db",
    }
)  # fmt: skip
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_PHOTO_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif"}


def is_leftover(name: str) -> bool:
    """Say whether a file or folder is hidden, or one that a system leaves behind everywhere.

    >>> is_leftover("Thumbs.db"), is_leftover("._scan.pdf"), is_leftover("scan.pdf")
    (True, True, False)
    """
    return name.startswith((".", "~$")) or name.lower() in LEFTOVERS


def list_files(paths: Iterable[Path], left_out: list[Path] | None = None) -> Iterator[Path]:
    """Walk through files and folders, in the order of their names; a linked folder only once.

    Args:
        paths: what was asked for; these are never left out.
        left_out: takes in what is left out of folders (`is_leftover`).
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        waiting = [path]
        while waiting:
            entry = waiting.pop()
            inside = _inside(entry, seen)
            if inside is None:
                yield entry
                continue
            waiting += [one for one in reversed(inside) if not is_leftover(one.name)]
            if left_out is not None:
                left_out += [one for one in inside if is_leftover(one.name)]


def _inside(path: Path, seen: set[tuple[int, int]]) -> list[Path] | None:
    """List a folder; None for a file, or where opening it will say what is wrong."""
    try:
        if not path.is_dir():
            return None
        state = path.stat()
        if (state.st_dev, state.st_ino) in seen:
            return []
        seen.add((state.st_dev, state.st_ino))
        return sorted(path.iterdir(), key=lambda entry: entry.name)
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
