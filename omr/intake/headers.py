"""What a picture says about itself before anything of it is decoded.

In:  the bytes of a JPEG or PNG.
Out: a `Header`, or `Unreadable`: two readers of the same header must agree on it.

libjpeg, Pillow and we walk over a JPEG in ways of our own. A file on which they disagree is made to
look small to the one that checks and large to the one that decodes.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from omr.intake.values import MAX_PIXELS, MAX_SIDE_PX, Unreadable
from omr.page import Reason

MOST_BARE_MARKERS = 1000  # without a length, before the picture; no camera writes one

_GREY_PNG, _RGB_PNG = 0, 2
_JPEG_KINDS = {  # ITU-T T.81, table B.1
    0xC0: "", 0xC1: "", 0xC2: "", 0xC3: "lossless JPEG",
    0xC5: "hierarchical JPEG", 0xC6: "hierarchical JPEG", 0xC7: "lossless JPEG",
    0xC9: "", 0xCA: "", 0xCB: "lossless JPEG",
    0xCD: "hierarchical JPEG", 0xCE: "hierarchical JPEG", 0xCF: "lossless JPEG",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture claims to be.

    Attributes:
        bits: of one channel.
        channels: how many; palettes count as none.
        is_plain: whether it is 8-bit grey or colour and nothing else, as nearly all scans are.
        is_progressive: whether it must be held whole before a part of it can be made smaller.
    """

    width: int
    height: int
    bits: int
    channels: int
    is_plain: bool
    is_progressive: bool = False


def check_pixels(width: int, height: int) -> None:
    """Refuse what is larger than paper, before memory is asked for."""
    if width < 1 or height < 1:
        raise Unreadable(Reason.DAMAGED)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise Unreadable(Reason.TOO_LARGE, f"{width} x {height} pixels")


def header_of(data: bytes) -> Header:
    """Return what a JPEG or PNG claims to be.

    Raises:
        Unreadable: it is damaged, two readers disagree, or it claims to be larger than any paper.
    """
    try:
        found = _jpeg(data) if data.startswith(b"\xff\xd8") else _png(data)
    except (struct.error, IndexError):
        raise Unreadable(Reason.DAMAGED) from None
    check_pixels(found.width, found.height)
    if _as_pillow_sees_it(data) != (found.width, found.height):
        raise Unreadable(Reason.DAMAGED)
    return found


def _as_pillow_sees_it(data: bytes) -> tuple[int, int]:
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(data), formats=["JPEG", "PNG", "MPO"]) as file:
            return file.size
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _png(data: bytes) -> Header:
    """Read the first chunk of a PNG (ISO/IEC 15948, 11.2.2)."""
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    channels = {_GREY_PNG: 1, _RGB_PNG: 3, 4: 2, 6: 4}.get(kind, 0)
    picture = data.find(b"IDAT")
    has_clear = data.find(b"tRNS", 0, picture if picture > 0 else None) > 0
    is_plain = bits == 8 and kind in (_GREY_PNG, _RGB_PNG) and not has_clear
    return Header(width, height, bits, channels, is_plain)


def _jpeg(data: bytes) -> Header:
    """Walk to the frame of a JPEG exactly as libjpeg does (ITU-T T.81, annex B; jdmarker.c)."""
    at, bare = 2, 0
    while True:
        at = data.find(b"\xff", at)  # libjpeg passes over what is no marker, and over padding
        if at < 0:
            raise Unreadable(Reason.DAMAGED)
        while data[at] == 0xFF:
            at += 1
        kind = data[at]
        at += 1
        if kind in _JPEG_KINDS:
            bits, height, width, channels = struct.unpack(">BHHB", data[at + 2 : at + 8])
            name = _JPEG_KINDS[kind] or ("12-bit JPEG" if bits != 8 else "")
            if name:
                raise Unreadable(Reason.COMPRESSION, name)
            is_progressive = kind in (0xC2, 0xCA)
            return Header(width, height, bits, channels, channels in (1, 3), is_progressive)
        if kind == 0x00 or kind == 0x01 or 0xD0 <= kind <= 0xD7:  # nothing follows these
            bare += 1
            if bare > MOST_BARE_MARKERS:
                raise Unreadable(Reason.DAMAGED)
        elif kind in (0xC4, 0xCC, 0xDB, 0xDC, 0xDD, 0xFE) or 0xE0 <= kind <= 0xEF:
            (length,) = struct.unpack(">H", data[at : at + 2])
            at += max(2, length)
        else:
            raise Unreadable(Reason.DAMAGED)
