"""Take pictures out of whatever a copier or a phone makes.

In:  files and folders as somebody dropped them.
Out: first a list of `Source` pages (nothing decoded yet, a few hundred bytes each), then, in
     whichever process reads it, the picture of one page.

A PDF page that is one scanned image is taken out directly; every other page is drawn, which is 4-20
times dearer (`omr.intake.drawing`, docs/findings/reading.md 2). JPEG is decoded at the smallest
size that keeps 150 dpi. The kind of a file is what its first bytes say, not its name.

Nothing here believes what a file says about itself: sizes are checked before memory is asked for,
streams are unpacked up to a bound, and every failure is a reason. Bounds: docs/reading.md.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import cv2
import numpy as np

from omr.geometry import Image
from omr.intake.files import read_bytes, sniff
from omr.intake.light import grey_of, ink_of
from omr.intake.pdf import count_pdf, load_pdf
from omr.intake.pictures import count_tiff, decode, load_photo, load_tiff
from omr.intake.values import (
    MAX_PAGES,
    FileKind,
    Picture,
    Pixels,
    Source,
    Unreadable,
)
from omr.page import PageRef, ReadPage, Reason, unread

_WARNINGS = threading.RLock()


def open_file(
    path: Path, name: str | None = None, password: str | None = None
) -> list[Source] | ReadPage:
    """List the pages of a file, or say why it has none.

    Args:
        path: the file.
        name: what to call it in the account; its path by default.
        password: of a locked PDF.
    """
    called = name or str(path)
    try:
        kind, pages = inspect(path, password)
    except Unreadable as trouble:
        return unread(PageRef(called), trouble.reason, trouble.detail)
    return [Source(str(path), PageRef(called, n), kind, password) for n in range(1, pages + 1)]


def load(source: Source, *, whole: bool = False, draw: bool = False) -> Picture:
    """Get the picture of a page.

    Args:
        source: which page.
        whole: at the resolution of the scan, instead of what reading needs.
        draw: let poppler draw a PDF page even where its image could be taken out.

    Raises:
        Unreadable: with the reason.
    """
    with _quiet(), _within_memory():
        made = _pixels(source, whole=whole, draw=draw)
        return Picture(
            grey_of(made.values),
            ink_of(made.values),
            made.shrunk,
            made.drawn,
            made.turned,
            made.damage,
        )


def load_colour(source: Source) -> Image:
    """Get the picture of a page in colour, (H, W, 3) with blue first, as a viewer would turn it.

    Raises:
        Unreadable: with the reason.
    """
    with _quiet(), _within_memory():
        values = _pixels(source, whole=True, draw=True).values
        return values if values.ndim == 3 else np.dstack([values] * 3)


def _pixels(source: Source, *, whole: bool, draw: bool) -> Pixels:
    match source.kind:
        case FileKind.PDF:
            return load_pdf(source, whole=whole, draw=draw)
        case FileKind.TIFF:
            return load_tiff(source, whole=whole)
        case FileKind.HEIC | FileKind.WEBP:
            return load_photo(source, whole=whole)
        case _:
            return decode(read_bytes(Path(source.path)), whole=whole)


@contextmanager
def _within_memory() -> Iterator[None]:
    """Say that a picture is too large where memory runs out; a worker has only so much."""
    try:
        yield
    except MemoryError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except cv2.error as error:
        short = error.code == cv2.Error.StsNoMem
        raise Unreadable(Reason.TOO_LARGE if short else Reason.DAMAGED) from None


def inspect(path: Path, password: str | None) -> tuple[FileKind, int]:
    """Return what a file is and how many pages it has.

    Raises:
        Unreadable: with the reason.
    """
    kind = sniff(path)
    with _quiet(), _within_memory():
        pages = {FileKind.PDF: count_pdf, FileKind.TIFF: count_tiff}.get(kind, _count_one)(
            path, password
        )
    if pages == 0:
        raise Unreadable(Reason.NO_PAGES)
    if pages > MAX_PAGES:
        raise Unreadable(Reason.TOO_MANY_PAGES, f"{pages} pages, at most {MAX_PAGES}")
    return kind, pages


def _count_one(_path: Path, _password: str | None) -> int:
    return 1


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep Pillow's warnings about what we check ourselves off the screen.

    What is shown of warnings is a setting of the whole process: one thread at a time.
    """
    with _WARNINGS, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield
