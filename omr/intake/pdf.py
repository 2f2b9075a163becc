"""Get the picture of a PDF page: taken out where the page is one scanned image, else drawn.

In:  a `Source` of a PDF.
Out: `Pixels`, or `Unreadable` with the reason.

The last PDFs stay open. One that is open may be used by one thread at a time: whoever touches it
holds `_IN_USE`.
"""

from __future__ import annotations

import re
import struct
import threading
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from omr.intake.codestreams import is_whole_jbig2, is_whole_jpx
from omr.intake.drawing import PdfPage, engine
from omr.intake.headers import check_pixels, header_of
from omr.intake.pictures import bitonal, decode, fitted, heard, is_hurt_jpeg, taken
from omr.intake.sums import has_right_sum
from omr.intake.values import (
    MAX_CONTENT_BYTES,
    MAX_PICTURE_BYTES,
    Damage,
    Pixels,
    Source,
    Unreadable,
    any_name,
    stamp_of,
)
from omr.page import Reason

_STRINGS = re.compile(rb"\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|[\[\]]", re.DOTALL)
_HIDDEN = re.compile(rb"\b3\s+Tr\b")
_COLOURING = {b"sc", b"scn", b"g", b"rg", b"k", b"SCN"}  # a stencil may be painted white
_PAINTING = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"sh", b"BI"}

MOST_IMAGES = 64  # of a page that are looked through for damage; compact PDFs have up to 20
DEEPEST_FORM = 3
DEEPEST_DRAWN = 20  # forms in each other; what lays out pages has 2 or 3, a circle has no end

_IN_USE = threading.RLock()


@lru_cache(maxsize=2)
def _pdf(path: str, password: str | None, _stamp: tuple[int, ...]) -> Any:
    """Open a PDF; a worker reads many pages of one file, so the last two stay open."""
    import pikepdf

    try:
        return pikepdf.open(any_name(path), password=password or "", suppress_warnings=True)
    except pikepdf.PasswordError:
        reason = "the password given is not the right one" if password else ""
        raise Unreadable(Reason.ENCRYPTED, reason) from None
    except (pikepdf.PdfError, RuntimeError, ValueError, OSError, RecursionError):
        raise Unreadable(Reason.DAMAGED) from None


def _open_pdf(path: str, password: str | None) -> Any:
    try:
        stamp = stamp_of(Path(path))
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


def load_pdf(source: Source, *, whole: bool, draw: bool) -> Pixels:
    """Take the picture of a page out of its PDF, or have the page drawn."""
    try:
        with _IN_USE:
            page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
            _check_images(page)
            image = None if draw else _only_image(page)
            picture = None if image is None else _taken_out(image, whole=whole)
            if picture is not None:
                return replace(picture, turned=int(page.obj.get("/Rotate", 0)) % 360)
    except MemoryError:
        raise
    except Unreadable as trouble:
        if trouble.reason is not Reason.DAMAGED:
            raise
    except Exception:  # noqa: BLE001, S110 whatever a library stumbles over, whoever draws it may still make sense of it
        pass
    drawn = draw_page(source)
    return replace(drawn, damage=Damage.ROWS) if _is_hurt(source) else drawn


def _check_images(page: Any) -> None:
    """Refuse images that neither we nor poppler should unpack."""
    for thing in page.obj.get("/Resources", page.resources).get("/XObject", {}).values():
        if thing.get("/Subtype") == "/Image":
            check_pixels(int(thing.Width), int(thing.Height))


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
    drawn = _commands(page)
    if drawn is None:
        return False
    words = set(_STRINGS.sub(b" ", drawn).split())
    is_shown = b"Do" in words and not words & (_PAINTING | _COLOURING)
    return is_shown and (b"BT" not in words or _HIDDEN.search(drawn) is not None)


def _shows_nothing(page: Any) -> bool:
    """Say whether a page has pictures, and nothing that shows them: it would be called blank."""
    drawn = _commands(page)
    return drawn is not None and b"Do" not in _STRINGS.sub(b" ", drawn).split()


def _commands(page: Any) -> bytes | None:
    """Return how a page is drawn; None where that is too much, or packed in a way of its own."""
    import pikepdf

    content = page.obj.get("/Contents", ())
    drawn = b""
    for part in content if isinstance(content, pikepdf.Array | tuple) else [content]:
        if int(part.get("/Length", 0)) > MAX_CONTENT_BYTES:
            return None
        names = part.get("/Filter")
        if names is None:
            drawn += part.read_raw_bytes() + b"\n"
        elif str(names) == "/FlateDecode":
            drawn += _inflated(part.read_raw_bytes(), MAX_CONTENT_BYTES) + b"\n"
        else:
            return None
    return drawn


def _inflated(data: bytes, most: int, least: int = 0) -> bytes:
    """Unpack a Flate stream, but not into more than was asked for.

    Raises:
        zlib.error: it is damaged, or gives less than it must.
        Unreadable: it gives more.
    """
    unpacker = zlib.decompressobj()
    made = unpacker.decompress(data, most)
    if unpacker.unconsumed_tail:
        raise Unreadable(Reason.TOO_LARGE)
    if not unpacker.eof and len(made) < least:
        raise zlib.error("the stream ends too early")
    return made


def _is_hurt(source: Source) -> bool:
    """Say whether the data of a page that poppler draws are damaged: it draws what it makes of it.

    Poppler passes over wrong checksums, and over much of what libjpeg warns of.
    """
    try:
        with _IN_USE:
            page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
            if _is_too_deep(page.obj):
                return True
            images = list(islice(_images(page.obj), MOST_IMAGES))
            return (bool(images) and _shows_nothing(page)) or any(map(_is_hurt_image, images))
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 what cannot be looked at may be damaged
        return True


def _is_too_deep(page: Any) -> bool:
    """Say whether forms lie in each other further than poppler may follow them; it says nothing."""
    level = [page]
    for _ in range(DEEPEST_DRAWN):
        inside = {
            form.objgen: form
            for one in level
            for form in one.get("/Resources", {}).get("/XObject", {}).values()
            if form.get("/Subtype") == "/Form"
        }
        level = list(islice(inside.values(), MOST_IMAGES))
        if not level:
            return False
    return True


def _images(thing: Any, depth: int = 0) -> Iterator[Any]:
    """Find the images of a page, also those in forms on it."""
    for inside in thing.get("/Resources", {}).get("/XObject", {}).values():
        if inside.get("/Subtype") == "/Image":
            yield inside
        elif depth < DEEPEST_FORM:
            yield from _images(inside, depth + 1)


def _is_hurt_image(image: Any) -> bool:
    import pikepdf

    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    data = image.read_raw_bytes()
    match str(filters):
        case "/DCTDecode":
            return is_hurt_jpeg(data)
        case "/FlateDecode":
            return not has_right_sum(data)
        case "/JPXDecode":
            return not is_whole_jpx(data)
        case "/JBIG2Decode":
            return not is_whole_jbig2(data)
        case "/CCITTFaxDecode":
            return _is_hurt_fax(image)
    return False


def _is_hurt_fax(image: Any) -> bool:
    """Say whether libtiff complains of fax data; nobody else does."""
    width, height = int(image.Width), int(image.Height)
    check_pixels(width, height)
    tiff = _fax_as_tiff(image, width, height)
    found = None if tiff is None else bitonal(tiff, whole=True)
    return found is None or found.damage is not None


def _taken_out(image: Any, *, whole: bool) -> Pixels | None:
    """Decode an image whose numbers mean what they do outside a PDF; None for any other."""
    import pikepdf

    width, height = int(image.Width), int(image.Height)
    check_pixels(width, height)
    if int(image.get("/Length", 0)) > MAX_PICTURE_BYTES:
        raise Unreadable(Reason.TOO_LARGE)
    channels = _channels(image)
    if channels is None or "/Mask" in image:
        return None
    filters = image.get("/Filter")
    if isinstance(filters, pikepdf.Array) and len(filters) == 1:
        filters = filters[0]
    match str(filters):
        case "/DCTDecode":
            data = image.read_raw_bytes()
            is_as_said = header_of(data).channels == channels and _is_positive(image, channels)
            return decode(data, whole=whole) if is_as_said else None
        case "/CCITTFaxDecode":
            tiff = _fax_as_tiff(image, width, height) if channels == 1 else None
            return None if tiff is None else bitonal(tiff, whole=whole)
        case "/FlateDecode" if _is_positive(image, channels):
            return _flate(image, width, height, whole=whole)
    return None


def _channels(image: Any) -> int | None:
    """Return 1 for grey and 3 for red, green and blue; None where the numbers mean other inks.

    A stencil is grey: what it paints, it paints black (`_draws_nothing_else`).
    """
    import pikepdf

    if bool(image.get("/ImageMask", False)):
        return 1
    space = image.get("/ColorSpace")
    if isinstance(space, pikepdf.Array) and len(space) == 1:
        space = space[0]
    if isinstance(space, pikepdf.Array) and len(space) == 2:
        if str(space[0]) == "/ICCBased":
            return {1: 1, 3: 3}.get(int(space[1].get("/N", 0)))
        return {"/CalGray": 1, "/CalRGB": 3}.get(str(space[0]))
    return {"/DeviceGray": 1, "/DeviceRGB": 3, "/G": 1, "/RGB": 3}.get(str(space))


def _is_positive(image: Any, channels: int) -> bool:
    """Say whether 0 is black, as it is outside a PDF."""
    decode_ = image.get("/Decode")
    return decode_ is None or [float(value) for value in decode_] == [0.0, 1.0] * channels


def _fax_as_tiff(image: Any, width: int, height: int) -> bytes | None:
    """Put a TIFF header before fax data, so that libtiff reads them; None where it cannot."""
    import pikepdf

    asked = image.get("/DecodeParms", image.get("/DP"))
    settings = asked[0] if isinstance(asked, pikepdf.Array) else asked
    if settings is None:
        settings = pikepdf.Dictionary()
    if bool(settings.get("/EncodedByteAlign", False)):
        return None
    kind = int(settings.get("/K", 0))  # below 0: Group 4; 0: Group 3; above: with two dimensions
    if int(settings.get("/Columns", 1728)) != width:
        return None
    decode = image.get("/Decode")
    turned = decode is not None and float(decode[0]) > float(decode[1])
    black_is_one = bool(settings.get("/BlackIs1", False))
    data = image.read_raw_bytes()
    after = 8 + 2 + 10 * 12 + 4  # the header, and ten tags
    tags = (  # TIFF 6.0, sections 3 and 11; in the order of their numbers
        (256, 4, width), (257, 4, height), (258, 3, 1), (259, 3, 4 if kind < 0 else 3),
        (262, 3, int(turned != black_is_one)), (273, 4, after), (277, 3, 1), (278, 4, height),
        (279, 4, len(data)), (293 if kind < 0 else 292, 4, int(kind > 0)),
    )  # fmt: skip
    head = struct.pack("<2sHIH", b"II", 42, 8, len(tags))
    fields = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    return bytes(head + fields + struct.pack("<I", 0) + data)


def _flate(image: Any, width: int, height: int, *, whole: bool) -> Pixels | None:
    import pikepdf

    bits, parms = int(image.get("/BitsPerComponent", 8)), image.get("/DecodeParms")
    if bits not in (1, 8) or bool(image.get("/ImageMask", False)):
        return None
    # A row may carry a byte for its predictor, and a picture four colours.
    most = (4 * width * bits // 8 + 2) * height + 1024
    least = width * bits // 8 * height  # of one channel
    unpacked = _inflated(image.read_raw_bytes(), most, least)
    if bits == 8 and str(image.get("/ColorSpace")) == "/DeviceGray" and parms is None:
        if len(unpacked) < width * height:
            return None
        grey = np.frombuffer(unpacked, np.uint8, width * height).reshape(height, width)
        return fitted(Pixels(np.ascontiguousarray(grey)), whole=whole)
    with heard() as said:
        found = taken(pikepdf.PdfImage(image).as_pil_image(), whole=whole)
    return fitted(found, whole=whole, damage=Damage.ROWS if said.tells_damage else None)


def draw_page(source: Source) -> Pixels:
    """Have a page drawn, by whatever draws here."""
    page = PdfPage(source.path, source.ref.page, _page_inches(source), source.password)
    return engine().draw(page)


def dpi_of_pdf(source: Source, long_px: int) -> float | None:
    """Return the resolution at which a picture of so many pixels fills a page.

    Raises:
        Unreadable: the page cannot be looked at.
    """
    inches = max(_page_inches(source))
    return long_px / inches if inches > 0 else None


def _page_inches(source: Source) -> tuple[float, float]:
    """Return how wide and high a page claims to be."""
    try:
        with _IN_USE:
            page = _open_pdf(source.path, source.password).pages[source.ref.page - 1]
            box = [float(side) for side in page.mediabox]
            unit = float(page.obj.get("/UserUnit", 1))
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error
    return abs(box[2] - box[0]) * unit / 72, abs(box[3] - box[1]) * unit / 72
