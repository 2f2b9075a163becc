"""Get the picture of a PDF page: taken out where the page is one scanned image, else drawn.

In:  a `Source` of a PDF.
Out: a `Picture`, or `Unreadable` with the reason.

The last PDFs stay open. One that is open may be used by one thread at a time: whoever touches it
holds `_IN_USE`.
"""

from __future__ import annotations

import re
import struct
import threading
import zlib
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from omr.geometry import Image
from omr.intake.pictures import (
    _bitonal,
    _blue_first,
    _check_pixels,
    _decode,
    _fitted,
    _grey,
)
from omr.intake.values import (
    MAX_CONTENT_BYTES,
    MAX_PICTURE_BYTES,
    RENDER_DPI,
    RENDER_PX,
    RENDER_SECONDS,
    Picture,
    Source,
    Unreadable,
)
from omr.page import Reason

_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|[\[\]]", re.DOTALL)
_HIDDEN = re.compile(rb"\b3\s+Tr\b")
_PAINTING = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"BI"}

_IN_USE = threading.RLock()


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


def count_pdf(path: Path, password: str | None) -> int:
    """Count the pages of a PDF; `Unreadable` where it cannot be opened."""
    import pikepdf

    try:
        with _IN_USE:
            return len(_open_pdf(str(path), password).pages)
    except (pikepdf.PdfError, RuntimeError, ValueError, RecursionError, TypeError):
        raise Unreadable(Reason.DAMAGED) from None


def load_pdf(source: Source, *, whole: bool, draw: bool) -> Picture:
    """Take the picture of a page out of its PDF, or have the page drawn."""
    import pikepdf

    try:
        with _IN_USE:
            page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
            _check_images(page)
            image = None if draw else _only_image(page)
            picture = None if image is None else _taken_out(image, whole=whole)
            if picture is not None:
                return replace(picture, turned=int(page.obj.get("/Rotate", 0)) % 360)
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, IndexError,
            AttributeError, RecursionError, NotImplementedError, zlib.error):  # fmt: skip
        pass  # poppler may still make sense of the page
    return draw_page(source)


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


def draw_page(source: Source, *, colour: bool = False) -> Picture:
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
        with _IN_USE:
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
