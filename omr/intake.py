"""Take pictures out of whatever a copier or a phone makes.

In:  files and folders as somebody dropped them.
Out: first a list of `Source` pages (nothing decoded yet, a few hundred bytes each), then, in
     whichever process reads it, the picture of one page.

A PDF page that is one scanned image is taken out directly; every other page is drawn by poppler
through pdf2image (4-20 times dearer, findings/reading.md 1). JPEG is decoded at the smallest size
that keeps 150 dpi. The kind of a file is what its first bytes say, not its name.
"""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from omr.geometry import Image
from omr.page import PageRef, ReadPage, Reason, unread

MAX_FILE_BYTES = 4 << 30
MAX_PAGES = 20_000  # in one file
MAX_PIXELS = 160_000_000  # A4 at 1200 dpi is 139 million
MAX_STREAM_BYTES = 400 << 20  # one compressed picture inside a PDF
ENOUGH_PX = 1640  # long side of an A4 page at 140 dpi: reading needs no more (reading.md 3)
RENDER_DPI = 200
RENDER_SECONDS = 60


class FileKind(StrEnum):
    """What a file is by its first bytes."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"


@dataclass(frozen=True, slots=True)
class Source:
    """One page that waits to be read: where it is, not what is on it."""

    path: str
    ref: PageRef
    kind: FileKind
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page.

    Attributes:
        image: (H, W) grey.
        shrunk: how many times smaller than the scan it is, in each direction.
        drawn: whether poppler drew it.
        turned: degrees clockwise that the file asks a viewer to turn it.
    """

    image: Image
    shrunk: float = 1.0
    drawn: bool = False
    turned: int = 0


class Unreadable(Exception):  # noqa: N818 a reason travels up to where the page is accounted for
    """This file or page gives no picture."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


def list_files(paths: Iterable[Path]) -> Iterator[Path]:
    """Walk through files and folders, in the order of their names; a linked folder only once."""
    seen: set[tuple[int, int]] = set()
    for path in paths:
        yield from _walk(path, seen)


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
        kind, pages = _inspect(path, password)
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
    with _quiet():
        match source.kind:
            case FileKind.PDF:
                return _load_pdf(source, whole=whole, draw=draw)
            case FileKind.TIFF:
                return _load_tiff(source, whole=whole)
            case _:
                return _decode(_read_bytes(Path(source.path)), whole=whole)


def _walk(path: Path, seen: set[tuple[int, int]]) -> Iterator[Path]:
    try:
        state = path.stat()
        if path.is_dir():
            if (state.st_dev, state.st_ino) in seen:
                return
            seen.add((state.st_dev, state.st_ino))
            inside = sorted(path.iterdir(), key=lambda p: p.name)
            for entry in inside:
                if not entry.name.startswith("."):
                    yield from _walk(entry, seen)
            return
    except OSError:
        pass  # opening it says why
    yield path


def _inspect(path: Path, password: str | None) -> tuple[FileKind, int]:
    """Return what a file is and how many pages it has."""
    kind = _sniff(path)
    with _quiet():
        pages = {FileKind.PDF: _count_pdf, FileKind.TIFF: _count_tiff}.get(kind, _count_one)(
            path, password
        )
    if pages == 0:
        raise Unreadable(Reason.NO_PAGES)
    if pages > MAX_PAGES:
        raise Unreadable(Reason.TOO_MANY_PAGES, f"{pages} pages, at most {MAX_PAGES}")
    return kind, pages


def _sniff(path: Path) -> FileKind:
    try:
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
    if b"%PDF-" in head:
        return FileKind.PDF
    for magic, kind in (
        (b"II*\0", FileKind.TIFF),
        (b"MM\0*", FileKind.TIFF),
        (b"II+\0", FileKind.TIFF),
        (b"MM\0+", FileKind.TIFF),
        (b"\xff\xd8", FileKind.JPEG),
        (b"\x89PNG\r\n\x1a\n", FileKind.PNG),
    ):
        if head.startswith(magic):
            return kind
    raise Unreadable(Reason.NOT_AN_IMAGE)


@lru_cache(maxsize=2)
def _pdf(path: str, password: str | None, _stamp: int) -> Any:
    """Open a PDF; a worker reads many pages of one file, so the last two stay open."""
    import pikepdf

    try:
        return pikepdf.open(path, password=password or "", suppress_warnings=True)
    except pikepdf.PasswordError:
        reason = "the password given is not the right one" if password else ""
        raise Unreadable(Reason.ENCRYPTED, reason) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError, RecursionError):
        raise Unreadable(Reason.DAMAGED) from None


def _open_pdf(path: str, password: str | None) -> Any:
    return _pdf(path, password, Path(path).stat().st_mtime_ns)


def _count_pdf(path: Path, password: str | None) -> int:
    import pikepdf

    try:
        return len(_open_pdf(str(path), password).pages)
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError, TypeError):
        raise Unreadable(Reason.DAMAGED) from None


def _count_tiff(path: Path, _password: str | None) -> int:
    from PIL import Image as Pillow

    try:
        with Pillow.open(path, formats=["TIFF"]) as file:
            return int(getattr(file, "n_frames", 1))
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _count_one(_path: Path, _password: str | None) -> int:
    return 1


def _load_pdf(source: Source, *, whole: bool, draw: bool) -> Picture:
    import pikepdf

    try:
        page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
        turned = int(page.obj.get("/Rotate", 0)) % 360 if not draw else 0
        image = None if draw else _only_image(page)
        if image is not None:
            picture = _taken_out(image, whole=whole)
            if picture is not None:
                return Picture(picture.image, picture.shrunk, turned=turned)
    except Unreadable:
        raise
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError,
            AttributeError, RecursionError, NotImplementedError, cv2.error):  # fmt: skip
        pass  # poppler may still make sense of the page
    return _drawn(source)


def _only_image(page: Any) -> Any | None:
    """Return the image of a page that is nothing but one scanned image.

    Compact PDFs (mixed raster content) keep text and background in several images; taking out one
    of them would lose the marks, so exactly one image in the shape of the page is asked for.
    """
    named = page.obj.get("/Resources", page.resources).get("/XObject", {})
    objects = list(named.values()) if len(named) == 1 else []
    if len(objects) != 1 or objects[0].get("/Subtype") != "/Image" or "/SMask" in objects[0]:
        return None
    image = objects[0]
    box = [float(side) for side in page.mediabox]
    page_aspect = abs(box[2] - box[0]) / max(abs(box[3] - box[1]), 1e-6)
    aspect = int(image.Width) / max(int(image.Height), 1)
    fits = any(0.96 < aspect / shape < 1.04 for shape in (page_aspect, 1 / page_aspect))
    return image if fits else None


def _taken_out(image: Any, *, whole: bool) -> Picture | None:
    import pikepdf

    width, height = int(image.Width), int(image.Height)
    _check_pixels(width, height)
    filters = image.get("/Filter")
    names = [str(f) for f in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if len(image.read_raw_bytes()) > MAX_STREAM_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    if names == ["/DCTDecode"]:
        return _decode(bytes(image.read_raw_bytes()), whole=whole)
    if names == ["/CCITTFaxDecode"]:
        stream = io.BytesIO()
        pikepdf.PdfImage(image).extract_to(stream=stream)
        return _decode(stream.getvalue(), whole=whole)
    if names in (["/FlateDecode"], ["/LZWDecode"]) and int(image.get("/BitsPerComponent", 8)) in (
        1,
        8,
    ):
        grey: Any = np.asarray(pikepdf.PdfImage(image).as_pil_image().convert("L"))
        return _fitted(np.ascontiguousarray(grey), whole=whole)
    return None


def _drawn(source: Source) -> Picture:
    from pdf2image import convert_from_path
    from pdf2image.exceptions import PDFInfoNotInstalledError

    draw: Any = convert_from_path  # its types leave out that None is allowed
    try:
        made = draw(
            source.path,
            dpi=RENDER_DPI,
            first_page=source.ref.page,
            last_page=source.ref.page,
            grayscale=True,
            userpw=source.password,
            timeout=RENDER_SECONDS,
            size=_render_size(source),
        )
    except PDFInfoNotInstalledError:
        raise Unreadable(Reason.NO_RENDERER) from None
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error
    if not made:
        raise Unreadable(Reason.DAMAGED)
    grey: Any = np.asarray(made[0].convert("L"))
    return Picture(np.ascontiguousarray(grey), drawn=True)


def _render_size(source: Source) -> tuple[int | None, int | None] | None:
    """Bound the pixels of a page that claims to be as large as a field."""
    box = [
        float(side)
        for side in _open_pdf(source.path, source.password).pages[source.ref.page - 1].mediabox
    ]
    long = max(abs(box[2] - box[0]), abs(box[3] - box[1])) / 72
    if long * RENDER_DPI <= 8000:
        return None
    return (8000, None) if abs(box[2] - box[0]) >= abs(box[3] - box[1]) else (None, 8000)


def _load_tiff(source: Source, *, whole: bool) -> Picture:
    from PIL import Image as Pillow

    try:
        with Pillow.open(source.path, formats=["TIFF"]) as file:
            file.seek(source.ref.page - 1)
            _check_pixels(*file.size)
            grey: Any = np.asarray(file.convert("L"))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error
    return _fitted(np.ascontiguousarray(grey), whole=whole)


def _read_bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except PermissionError:
        raise Unreadable(Reason.NO_PERMISSION) from None
    except FileNotFoundError:
        raise Unreadable(Reason.NOT_FOUND) from None
    except OSError as error:
        raise Unreadable(Reason.DAMAGED, os.strerror(error.errno or 0)) from None


_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
}


def _decode(data: bytes, *, whole: bool) -> Picture:
    """Decode a JPEG, PNG or TIFF, no larger than reading needs."""
    width, height = _claimed_size(data)
    _check_pixels(width, height)
    factor = 1
    if not whole and data.startswith(b"\xff\xd8"):
        factor = next((k for k in (4, 2) if max(width, height) / k >= ENOUGH_PX), 1)
    try:
        found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor])
    except cv2.error:
        found = None
    if found is None:
        raise Unreadable(Reason.DAMAGED)
    picture = _fitted(found, whole=whole)
    return Picture(picture.image, picture.shrunk * factor)


def _claimed_size(data: bytes) -> tuple[int, int]:
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG", "TIFF"]) as file:
            return file.size
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _fitted(image: Image, *, whole: bool) -> Picture:
    """Make a picture smaller where it has far more pixels than reading needs."""
    if whole or max(image.shape) < 1.3 * ENOUGH_PX:
        return Picture(image)
    factor = max(image.shape) / (1.07 * ENOUGH_PX)
    size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
    made: Any = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
    return Picture(made, factor)


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unreadable(Reason.DAMAGED)
    if width * height > MAX_PIXELS:
        raise Unreadable(Reason.TOO_LARGE, f"{width} x {height} pixels")


class _quiet:  # noqa: N801 reads as a statement: with _quiet()
    """Keep Pillow's warnings about what we check ourselves off the screen."""

    def __enter__(self) -> None:
        self._context = warnings.catch_warnings()
        self._context.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *details: object) -> None:
        self._context.__exit__(*details)  # type: ignore[arg-type]
