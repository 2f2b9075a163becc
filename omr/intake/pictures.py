"""Decode JPEG, PNG, TIFF, HEIC and WebP into what is read, no larger than reading needs.

In:  the bytes of a picture, or a page of a TIFF.
Out: `Pixels`, or `Unreadable` with the reason.

Plain scans go through OpenCV, which decodes a JPEG at a half, a quarter or an eighth. Whatever is
deeper than eight bits, clear in places, of a palette or of four inks goes through Pillow or is
looked at in its full depth (`omr.intake.light`). Where one library fails, the next has its turn.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from omr.geometry import Image
from omr.intake.files import PNG_MAGIC, read_bytes
from omr.intake.headers import Header, check_pixels, header_of
from omr.intake.light import eight_bits
from omr.intake.said import Said, overheard
from omr.intake.tiff import Alone, layers_alone, page_alone, pages_of, strip_alone
from omr.intake.values import (
    ENOUGH_PX,
    MOST_KEPT_PIXELS,
    Damage,
    FileKind,
    Pixels,
    Source,
    Unreadable,
)
from omr.page import Reason

_REDUCED_GREY = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}
_REDUCED_COLOUR = {
    1: cv2.IMREAD_COLOR,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    8: cv2.IMREAD_REDUCED_COLOR_8,
}

_SIGN_TAG = 339
_DEEP_MODES = ("I", "F")  # and all that begin with them, such as I;16B
_FLAT_MODES = {"1": "L", "L": "L", "RGB": "RGB", "LA": "LA", "RGBA": "RGBA", "La": "LA",
               "RGBa": "RGBA", "CMYK": "RGB", "YCbCr": "RGB", "HSV": "RGB"}  # fmt: skip


# Files that hold one picture ------------------------------------------------------------------


def decode(data: bytes, *, whole: bool) -> Pixels:
    """Decode a JPEG or PNG, no larger than reading needs."""
    header = header_of(data)
    if not header.is_plain:
        return _by_any(data, header, whole=whole)
    if data.startswith(PNG_MAGIC):
        with heard() as said:
            found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if found is None:
            raise _failed(said)
        return fitted(Pixels(eight_bits(found)), whole=whole, damage=_rows(said))
    return _decode_jpeg(data, header, whole=whole)


def _decode_jpeg(data: bytes, header: Header, *, whole: bool) -> Pixels:
    long_px = max(header.width, header.height)
    factor = 1 if whole else max(k for k in _REDUCED_GREY if k <= _reduction(long_px))
    flags = (_REDUCED_GREY if header.channels == 1 else _REDUCED_COLOUR)[factor]
    with heard() as said:
        found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    if found is None:
        raise _failed(said)
    damage = None
    if said.tells_damage or _is_cut_short(data, header):
        may_lie_elsewhere = header.is_progressive or _has_restarts(data)
        damage = Damage.ROWS if may_lie_elsewhere else Damage.BLOCKS
    return fitted(Pixels(found, factor), whole=whole, damage=damage)


def _has_restarts(jpeg: bytes) -> bool:
    """Say whether a JPEG is in parts that are read by themselves, each clean in a wrong place.

    The marker that says how large they are stands before the picture (ITU-T T.81, B.2.4.4).
    """
    return jpeg.find(b"\xff\xdd\0\4", 0, max(0, jpeg.find(b"\xff\xda"))) >= 0


def is_hurt_jpeg(data: bytes) -> bool:
    """Say whether libjpeg complains about a JPEG; nothing of it is kept."""
    header = header_of(data)
    with heard() as said:
        found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED_GREY[8])
    return found is None or said.tells_damage or _is_cut_short(data, header)


def _is_cut_short(jpeg: bytes, header: Header) -> bool:
    """Say whether a JPEG ends within its picture; OpenCV fills the rest with grey.

    A block of 8 x 8 pixels takes two bits at least, if the file is not progressive (ITU-T T.81, F).
    """
    end = jpeg.rfind(b"\xff\xd9")
    if end < 0 or (end < len(jpeg) - 64 and end < jpeg.rfind(b"\xff\xda")):
        return True
    return not header.is_progressive and len(jpeg) * 256 < header.width * header.height


def _by_any(data: bytes, header: Header, *, whole: bool) -> Pixels:
    """Decode a JPEG or PNG that is no plain scan."""
    if header.bits > 8 and data.startswith(PNG_MAGIC):
        with heard() as said:
            found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
        if found is not None and found.dtype == np.uint16:
            return fitted(Pixels(eight_bits(found)), whole=whole, damage=_rows(said))
    with heard() as said, _pillow(io.BytesIO(data), ["PNG", "JPEG", "MPO"]) as file:
        found = taken(file, whole=whole)
    is_png = data.startswith(PNG_MAGIC)
    is_cut = not is_png and _is_cut_short(data, header)
    return fitted(found, whole=whole, damage=Damage.ROWS if is_cut else _rows(said))


def load_photo(source: Source, *, whole: bool) -> Pixels:
    """Decode a photo of a kind that only Pillow knows: HEIC, AVIF or WebP."""
    if source.kind is FileKind.HEIC:
        import pi_heif

        pi_heif.register_heif_opener()
    data = read_bytes(Path(source.path))
    formats = ["HEIF", "AVIF"] if source.kind is FileKind.HEIC else ["WEBP"]
    with heard() as said, _pillow(io.BytesIO(data), formats) as file:
        found = taken(file, whole=whole)
    return fitted(found, whole=whole, damage=_rows(said))


@contextmanager
def _pillow(file: Any, formats: list[str]) -> Iterator[Any]:
    """Open a picture with Pillow; the pixels that it claims are checked."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(file, formats=formats) as opened:
            check_pixels(*opened.size)
            yield opened
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


@contextmanager
def heard() -> Iterator[Said]:
    """Listen to the libraries; where one has no more memory, the picture is too large."""
    with overheard() as said:
        try:
            yield said
        except cv2.error as error:
            if error.code == cv2.Error.StsNoMem:
                raise MemoryError from None
            raise Unreadable(Reason.DAMAGED) from None


def _rows(said: Said) -> Damage | None:
    return Damage.ROWS if said.tells_damage else None


def _failed(said: Said) -> Unreadable:
    return Unreadable(Reason.TOO_LARGE if said.tells_no_memory else Reason.DAMAGED)


# TIFF -----------------------------------------------------------------------------------------


def count_tiff(path: Path, _password: str | None) -> int:
    """Count the pages of a TIFF, up to the bound."""
    return len(pages_of(path))


def load_tiff(source: Source, *, whole: bool) -> Pixels:
    """Decode a page of a TIFF."""
    path = Path(source.path)
    pages = pages_of(path)
    if source.ref.page > len(pages):
        raise Unreadable(Reason.DAMAGED)
    page = page_alone(path, pages[source.ref.page - 1])
    check_pixels(*page.size)
    # Pillow keeps to itself what libtiff warns of; OpenCV knows few kinds of picture.
    ways: tuple[Callable[..., Pixels], ...] = (_tiff_by_pillow, _tiff_by_opencv)
    if page.is_deep and page.in_layers:  # both libraries take them for pixels
        ways = (_tiff_by_layers,)
    is_simple = page.is_plain or page.is_deep_colour
    hurt = not page.is_whole or (not is_simple and _libtiff_complains(page))
    hurt = hurt or (page.packing == "LZW" and _has_odd_strips(page))
    damaged: Pixels | None = None
    for way in reversed(ways) if is_simple else ways:
        try:
            with heard() as said:
                found = way(page, whole=whole)
        except Unreadable as trouble:
            if trouble.reason is not Reason.DAMAGED:
                raise
            hurt = hurt or said.tells_of_libtiff
            continue
        hurt = hurt or said.tells_of_libtiff  # whoever decodes it next may keep that to himself
        damage = Damage.ROWS if hurt else _rows(said)
        found = fitted(found, whole=whole, damage=damage)
        if damage is None:
            return found
        damaged = damaged or found
    if damaged is None or page.packing not in _DECODED_HERE:  # OpenCV then gives black
        raise _cannot(page, said)
    return damaged


def _libtiff_complains(page: Alone) -> bool:
    """Have OpenCV decode a page that Pillow is asked for, to hear what libtiff says of it."""
    if page.packing not in _DECODED_HERE or (page.is_deep and page.packing in _CHECKED):
        return False
    with suppress(Unreadable), heard() as said:
        cv2.imdecode(np.frombuffer(page.data, np.uint8), cv2.IMREAD_UNCHANGED)
    return said.tells_of_libtiff


def _has_odd_strips(page: Alone) -> bool:
    """Say whether strips unpack to more or less than their rows, where most others do not.

    One wrong bit in LZW moves what follows aside, to the end of the strip, and libtiff says nothing
    of what is left over. Asked for one row more, it says how much of that is missing. Some programs
    write more than is needed, in every strip.
    """
    if len(set(page.bits)) > 1 or page.strip_rows < 1:
        return False
    row_bytes = -(-page.size[0] * sum(page.bits) // 8)
    odd = 0
    for number, strip in enumerate(page.strips):
        rows = min(page.strip_rows, page.size[1] - number * page.strip_rows)
        if rows < 1:
            break
        data = np.frombuffer(strip_alone(page, strip, rows + 1), np.uint8)
        with suppress(Unreadable), heard() as said:
            cv2.imdecode(data, cv2.IMREAD_UNCHANGED)
        odd += f"short {row_bytes} bytes".encode() not in said.text
    return 0 < odd <= len(page.strips) / 2


def _tiff_by_pillow(page: Alone, *, whole: bool) -> Pixels:
    with _pillow(io.BytesIO(page.data), ["TIFF"]) as file:
        # Pillow turns 0 into white by itself, but for more than eight bits.
        is_negative = page.photometric == 0 and file.mode.startswith(_DEEP_MODES)
        return taken(file, whole=whole, is_negative=is_negative)


def _tiff_by_opencv(page: Alone, *, whole: bool) -> Pixels:  # noqa: ARG001 as the other way
    """Decode plain pages; and 12 bits in a row, floats in a layer each, and the like."""
    found: Any = cv2.imdecode(np.frombuffer(page.data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None or (found.ndim == 3 and found.shape[2] > 4):
        raise Unreadable(Reason.DAMAGED)
    is_negative = page.photometric == 0 and found.dtype != np.uint8
    return Pixels(eight_bits(found, is_negative=is_negative))


def _tiff_by_layers(page: Alone, *, whole: bool) -> Pixels:  # noqa: ARG001 as the other ways
    """Decode each channel by itself, and lay them together."""
    layers = []
    for layer in layers_alone(page):
        found: Any = cv2.imdecode(np.frombuffer(layer, np.uint8), cv2.IMREAD_UNCHANGED)
        if found is None or found.ndim != 2:
            raise Unreadable(Reason.DAMAGED)
        layers.append(found)
    match page.photometric, layers:
        case 2, [red, green, blue, *_]:
            return Pixels(eight_bits(np.dstack([blue, green, red])))
        case 5, [*inks, black]:
            paper = np.iinfo(black.dtype).max
            light = [np.minimum(paper - ink, paper - black) for ink in inks[::-1]]
            return Pixels(eight_bits(np.dstack(light)))
        case ((0 | 1), [grey, *_]):
            return Pixels(eight_bits(grey, is_negative=page.photometric == 0))
    raise Unreadable(Reason.DAMAGED)


_DECODED_HERE = {
    "none", "CCITT RLE", "CCITT Group 3", "CCITT Group 4", "LZW", "JPEG", "Deflate", "PackBits",
}  # fmt: skip

_CHECKED = {"none", "Deflate"}  # by us: OpenCV cannot decode inks of more than eight bits


def _cannot(page: Alone, said: Said) -> Unreadable:
    """Say why a page of a TIFF gives no picture: it is damaged, or packed in a way of its own."""
    if said.tells_no_memory:
        return Unreadable(Reason.TOO_LARGE)
    if page.packing in _DECODED_HERE:
        return Unreadable(Reason.DAMAGED)
    return Unreadable(Reason.COMPRESSION, page.packing)


def bitonal(tiff: bytes, *, whole: bool) -> Pixels | None:
    """Decode Group 4; None where poppler may still make sense of it."""
    with heard() as said:
        found: Any = cv2.imdecode(np.frombuffer(tiff, np.uint8), cv2.IMREAD_GRAYSCALE)
    if found is None:
        return None
    return fitted(Pixels(found), whole=whole, damage=_rows(said))


# From pixels to what is read ------------------------------------------------------------------


def taken(file: Any, *, whole: bool, is_negative: bool = False) -> Pixels:
    """Take the pixels out of an open Pillow image."""
    from PIL import ImageOps

    if file.mode == "1":  # three times as fast as to have Pillow convert it
        bits: Any = np.asarray(file)
        grey = cv2.compare(bits.view(np.uint8), 0, cv2.CMP_GT)  # type: ignore[call-overload]  # a number will do
        return Pixels(np.asarray(grey, np.uint8))
    if file.mode.startswith(_DEEP_MODES):
        deep: Any = np.asarray(file)
        if file.mode == "I" and getattr(file, "tag_v2", {}).get(_SIGN_TAG, (1,))[0] == 1:
            deep = deep.view(np.uint32)  # Pillow takes all whole numbers of 32 bits for signed ones
        return Pixels(eight_bits(deep, is_negative=is_negative))
    if file.mode == "LAB":
        return Pixels(np.asarray(file.getchannel(0)))
    is_clear = file.mode in ("LA", "RGBA", "PA", "La", "RGBa") or "transparency" in file.info
    mode = _FLAT_MODES.get(file.mode) if "transparency" not in file.info else None
    if mode is None:
        file = file.convert("RGBA" if is_clear else "RGB")
    elif mode != file.mode:
        file = file.convert(mode)
    factor = 1 if is_clear else reduction(file.size, whole=whole)
    if factor > 1:
        file = file.reduce(factor)
    values = eight_bits(np.asarray(ImageOps.exif_transpose(file)), is_bgr=False)
    return Pixels(values, shrunk=factor)


def fitted(pixels: Pixels, *, whole: bool, damage: Damage | None = None) -> Pixels:
    """Make a picture smaller where it has far more pixels than reading needs.

    Only by whole factors: OpenCV averages whole blocks ten times faster than anything else.
    """
    height, width = pixels.values.shape[:2]
    factor = reduction((width, height), whole=whole)
    made = _smaller(pixels.values, factor)
    return replace(pixels, values=made, shrunk=pixels.shrunk * factor, damage=damage)


def _smaller(image: Image, factor: int) -> Image:
    if factor == 1:
        return image
    size = (image.shape[1] // factor, image.shape[0] // factor)
    even = image[: size[1] * factor, : size[0] * factor]
    return np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.uint8)


def reduction(size: tuple[int, int], *, whole: bool) -> int:
    """Return the factor by which a picture is made smaller: all that reading needs, or can hold."""
    if not whole:
        return _reduction(max(size))
    return max(1, int(np.ceil(np.sqrt(size[0] * size[1] / MOST_KEPT_PIXELS))))


def _reduction(long_px: int) -> int:
    """Return the largest whole factor that leaves enough pixels."""
    return max(1, int(long_px // ENOUGH_PX))
