"""Take pictures out of whatever a copier or a phone makes.

In:  files and folders as somebody dropped them.
Out: first a list of `Source` pages (nothing decoded yet, a few hundred bytes each), then, in
     whichever process reads it, the picture of one page.

A PDF page that is one scanned image is taken out directly; every other page is drawn by poppler
through pdf2image (4-20 times dearer, findings/reading.md 1). JPEG is decoded at the smallest size
that keeps 150 dpi. The kind of a file is what its first bytes say, not its name.

Nothing here believes what a file says about itself: sizes are checked before memory is asked for,
streams are unpacked up to a bound, and every failure is a reason. Bounds: docs/reading.md.
"""

from __future__ import annotations

import io
import os
import re
import struct
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
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
MAX_SIDE_PX = 32_000  # OpenCV samples no larger pictures
MAX_PICTURE_BYTES = 200 << 20  # one compressed picture; A4 at 1200 dpi takes 30-60 MB
MAX_CONTENT_BYTES = 4 << 20  # the commands that draw one PDF page; a page of hidden text has 50 kB
ENOUGH_PX = 1640  # long side of an A4 page at 140 dpi: reading needs no more (reading.md 3)
RENDER_DPI = 200
RENDER_PX = 8000  # a page that claims to be as large as a field is drawn smaller
RENDER_SECONDS = 20  # each for poppler's two programs; a full page takes 0.1-0.5


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
        is_cut_short: whether the file is damaged so that a part of the picture may be missing; a
            page that looks blank need not be.
    """

    image: Image
    shrunk: float = 1.0
    drawn: bool = False
    turned: int = 0
    is_cut_short: bool = False


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
    with _quiet(), _within_memory():
        match source.kind:
            case FileKind.PDF:
                return _load_pdf(source, whole=whole, draw=draw)
            case FileKind.TIFF:
                return _load_tiff(source, whole=whole)
            case _:
                return _decode(_read_bytes(Path(source.path)), whole=whole)


def load_colour(source: Source) -> Image:
    """Get the picture of a page in colour, (H, W, 3) with blue first, as a viewer would turn it.

    Raises:
        Unreadable: with the reason.
    """
    with _quiet(), _within_memory():
        match source.kind:
            case FileKind.PDF:
                return _drawn(source, colour=True).image
            case FileKind.TIFF:
                return _frame(source, _blue_first)
            case _:
                data = _read_bytes(Path(source.path))
                _check_pixels(*_claimed_size(data))
                found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
                if found is None:
                    raise Unreadable(Reason.DAMAGED)
                return np.asarray(found, np.uint8)


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


def _inspect(path: Path, password: str | None) -> tuple[FileKind, int]:
    """Return what a file is and how many pages it has."""
    kind = _sniff(path)
    with _quiet(), _within_memory():
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
    if kind in (FileKind.JPEG, FileKind.PNG) and size > MAX_PICTURE_BYTES:
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
    try:
        stamp = Path(path).stat().st_mtime_ns
    except OSError:
        raise Unreadable(Reason.NOT_FOUND) from None
    return _pdf(path, password, stamp)


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
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _count_one(_path: Path, _password: str | None) -> int:
    return 1


def _load_pdf(source: Source, *, whole: bool, draw: bool) -> Picture:
    import pikepdf

    try:
        page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
        _check_images(page)
        image = None if draw else _only_image(page)
        picture = None if image is None else _taken_out(image, whole=whole)
        if picture is not None:
            return replace(picture, turned=int(page.obj.get("/Rotate", 0)) % 360)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError,
            AttributeError, RecursionError, NotImplementedError, zlib.error):  # fmt: skip
        pass  # poppler may still make sense of the page
    return _drawn(source)


def _check_images(page: Any) -> None:
    """Refuse images that neither we nor poppler should unpack."""
    for thing in page.obj.get("/Resources", page.resources).get("/XObject", {}).values():
        if thing.get("/Subtype") == "/Image":
            _check_pixels(int(thing.Width), int(thing.Height))


def _only_image(page: Any) -> Any | None:
    """Return the image of a page that is nothing but one scanned image.

    Compact PDFs (mixed raster content) keep text and background in several images; taking out one
    of them would lose the marks, so exactly one image in the shape of the page is asked for. Marks
    that somebody drew over the image on a tablet would be lost as well.
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
    return image if fits and "/Annots" not in page.obj and _draws_nothing_else(page) else None


def _draws_nothing_else(page: Any) -> bool:
    """Say whether a page shows one image, and at most text that a copier recognised and hid."""
    import pikepdf

    content = page.obj.get("/Contents")
    if content is None:
        return False
    drawn = b""
    for part in content if isinstance(content, pikepdf.Array) else [content]:
        if int(part.get("/Length", 0)) > MAX_CONTENT_BYTES:
            return False
        names = part.get("/Filter")
        if names is None:
            drawn += part.read_raw_bytes() + b"\n"
        elif str(names) == "/FlateDecode":
            drawn += _inflated(part.read_raw_bytes(), MAX_CONTENT_BYTES) + b"\n"
        else:
            return False
    words = set(_STRINGS.sub(b" ", drawn).split())
    is_shown = b"Do" in words and not words & _PAINTING
    return is_shown and (b"BT" not in words or _HIDDEN.search(drawn) is not None)


_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|[\[\]]", re.DOTALL)
_HIDDEN = re.compile(rb"\b3\s+Tr\b")
_PAINTING = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"BI"}


def _inflated(data: bytes, most: int) -> bytes:
    """Unpack a Flate stream, but not into more than was asked for."""
    unpacker = zlib.decompressobj()
    made = unpacker.decompress(data, most)
    if unpacker.unconsumed_tail:
        raise Unreadable(Reason.TOO_LARGE)
    return made


def _taken_out(image: Any, *, whole: bool) -> Picture | None:
    import pikepdf

    width, height = int(image.Width), int(image.Height)
    _check_pixels(width, height)
    if int(image.get("/Length", 0)) > MAX_PICTURE_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    match str(filters):
        case "/DCTDecode":
            return _decode(image.read_raw_bytes(), whole=whole)
        case "/CCITTFaxDecode":
            tiff = _g4_as_tiff(image, width, height)
            return None if tiff is None else _bitonal(tiff, whole=whole)
        case "/FlateDecode":
            return _flate(image, width, height, whole=whole)
    return None


def _g4_as_tiff(image: Any, width: int, height: int) -> bytes | None:
    """Put a TIFF header before fax data (Group 4), so that libtiff reads it; None for Group 3."""
    import pikepdf

    asked = image.get("/DecodeParms", image.get("/DP"))
    settings = asked[0] if isinstance(asked, pikepdf.Array) else asked
    if settings is None or int(settings.get("/K", 0)) >= 0 or "/EncodedByteAlign" in settings:
        return None
    if int(settings.get("/Columns", 1728)) != width:
        return None
    decode = image.get("/Decode")
    turned = decode is not None and float(decode[0]) > float(decode[1])
    black_is_one = bool(settings.get("/BlackIs1", False))
    data = image.read_raw_bytes()
    tags = (  # TIFF 6.0, sections 3 and 11; in the order of their numbers
        (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4),
        (262, 3, int(turned != black_is_one)), (273, 4, 122), (277, 3, 1), (278, 4, height),
        (279, 4, len(data)),
    )  # fmt: skip
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    fields = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return bytes(head + fields + struct.pack("<I", 0) + data)


def _bitonal(tiff: bytes, *, whole: bool) -> Picture | None:
    """Decode Group 4; through Pillow, which takes a third of the time that OpenCV does."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(tiff), formats=["TIFF"]) as file:
            return _fitted(_grey(file), whole=whole)
    except (OSError, SyntaxError, ValueError):  # poppler may still make sense of it
        return None


def _flate(image: Any, width: int, height: int, *, whole: bool) -> Picture | None:
    import pikepdf

    bits, parms = int(image.get("/BitsPerComponent", 8)), image.get("/DecodeParms")
    if bits not in (1, 8):
        return None
    # A row may carry a byte for its predictor, and a picture four colours.
    most = (4 * width * bits // 8 + 2) * height + 1024
    unpacked = _inflated(image.read_raw_bytes(), most)
    if bits == 8 and str(image.get("/ColorSpace")) == "/DeviceGray" and parms is None:
        if len(unpacked) < width * height:
            return None
        grey = np.frombuffer(unpacked, np.uint8, width * height).reshape(height, width)
    else:
        grey = _grey(pikepdf.PdfImage(image).as_pil_image())
    return _fitted(np.ascontiguousarray(grey), whole=whole)


def _drawn(source: Source, *, colour: bool = False) -> Picture:
    """Have poppler draw a page; where it complains about it, what it leaves out may be missing."""
    from pdf2image.exceptions import PDFInfoNotInstalledError, PDFSyntaxError

    for strict in (True, False):
        try:
            image = _draw(source, strict=strict, colour=colour)
            return Picture(image, drawn=True, is_cut_short=not strict)
        except PDFSyntaxError:
            continue
        except PDFInfoNotInstalledError:
            raise Unreadable(Reason.NO_RENDERER) from None
        except (Unreadable, MemoryError):
            raise
        except Exception as error:
            raise Unreadable(Reason.DAMAGED) from error
    raise Unreadable(Reason.DAMAGED)


def _draw(source: Source, *, strict: bool, colour: bool) -> Image:
    from pdf2image import convert_from_path

    draw: Any = convert_from_path  # its types leave out that None is allowed
    made = draw(
        source.path,
        dpi=RENDER_DPI,
        first_page=source.ref.page,
        last_page=source.ref.page,
        grayscale=not colour,
        strict=strict,
        userpw=source.password,
        timeout=RENDER_SECONDS,
        size=_render_size(source),
    )
    if not made:
        raise Unreadable(Reason.DAMAGED)
    return _blue_first(made[0]) if colour else _grey(made[0])


def _render_size(source: Source) -> tuple[int | None, int | None] | None:
    """Bound the pixels of a page that claims to be as large as a field."""
    try:
        page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
        box = [float(side) for side in page.mediabox]
        unit = float(page.obj.get("/UserUnit", 1))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error
    width, height = abs(box[2] - box[0]), abs(box[3] - box[1])
    if max(width, height) * unit / 72 * RENDER_DPI <= RENDER_PX:
        return None
    return (RENDER_PX, None) if width >= height else (None, RENDER_PX)


def _load_tiff(source: Source, *, whole: bool) -> Picture:
    return _fitted(_frame(source, _grey), whole=whole)


def _frame(source: Source, taken: Callable[[Any], Image]) -> Image:
    """Take one picture out of a TIFF."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(source.path, formats=["TIFF"]) as file:
            file.seek(source.ref.page - 1)
            _check_pixels(*file.size)
            return taken(file)
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _blue_first(file: Any) -> Image:
    """Turn a Pillow image into colours in the order of OpenCV."""
    return np.ascontiguousarray(np.asarray(file.convert("RGB"), np.uint8)[:, :, ::-1])


def _grey(file: Any) -> Image:
    """Turn a Pillow image into grey."""
    if file.mode == "1":  # three times as fast as to have Pillow convert it
        bits: Any = np.asarray(file)
        return np.asarray(cv2.compare(bits.view(np.uint8), 0, cv2.CMP_GT), np.uint8)  # type: ignore[call-overload]  # a number will do
    grey: Any = np.asarray(file.convert("L"))
    return np.asarray(np.ascontiguousarray(grey), np.uint8)


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
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def _decode(data: bytes, *, whole: bool) -> Picture:
    """Decode a JPEG or PNG, no larger than reading needs."""
    width, height = _claimed_size(data)
    _check_pixels(width, height)
    is_jpeg = data.startswith(b"\xff\xd8")
    factor = 1
    if is_jpeg and not whole:
        factor = max(k for k in _REDUCED if k <= _reduction(max(width, height)))
    found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor])
    if found is None:
        raise Unreadable(Reason.DAMAGED)
    picture = _fitted(found, whole=whole)
    cut = is_jpeg and _is_cut_short(data, width * height)
    return replace(picture, shrunk=picture.shrunk * factor, is_cut_short=cut)


def _is_cut_short(jpeg: bytes, pixels: int) -> bool:
    """Say whether a JPEG ends within its picture; OpenCV fills the rest with grey.

    A block of 8 x 8 pixels takes two bits at least, if the file is not progressive (ITU-T T.81, F).
    """
    end = jpeg.rfind(b"\xff\xd9")
    if end < 0 or (end < len(jpeg) - 64 and end < jpeg.rfind(b"\xff\xda")):
        return True
    is_baseline = jpeg.find(b"\xff\xc0", 0, jpeg.find(b"\xff\xda")) > 0
    return is_baseline and len(jpeg) * 256 < pixels


def _claimed_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that a file claims, or say that it is damaged."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        width, height = struct.unpack(">II", data[16:24])  # PNG
        return width, height
    except (struct.error, IndexError):
        raise Unreadable(Reason.DAMAGED) from None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk through the segments of a JPEG to its frame (ITU-T T.81, annex B)."""
    at = 2
    while data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # padding
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif kind in (0xD9, 0xDA):
            break
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise Unreadable(Reason.DAMAGED)


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unreadable(Reason.DAMAGED)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise Unreadable(Reason.TOO_LARGE, f"{width} x {height} pixels")


def _fitted(image: Image, *, whole: bool) -> Picture:
    """Make a picture smaller where it has far more pixels than reading needs.

    Only by whole factors: OpenCV averages whole blocks ten times faster than anything else.
    """
    factor = 1 if whole else _reduction(max(image.shape))
    if factor == 1:
        return Picture(image)
    size = (image.shape[1] // factor, image.shape[0] // factor)
    even = image[: size[1] * factor, : size[0] * factor]
    made: Any = cv2.resize(even, size, interpolation=cv2.INTER_AREA)
    return Picture(made, factor)


def _reduction(long_px: int) -> int:
    """Return the largest whole factor that leaves enough pixels."""
    return max(1, int(long_px // ENOUGH_PX))


class _quiet:  # noqa: N801 reads as a statement: with _quiet()
    """Keep Pillow's warnings about what we check ourselves off the screen."""

    def __enter__(self) -> None:
        self._context = warnings.catch_warnings()
        self._context.__enter__()
        warnings.simplefilter("ignore")

    def __exit__(self, *details: object) -> None:
        self._context.__exit__(*details)  # type: ignore[arg-type]
