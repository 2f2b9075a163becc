"""Walk through the pages of a TIFF, and take one out.

In:  a file.
Out: where its pages begin, up to a bound; one page of it as a small file of its own.

Counting is ours: libraries walk as far as a file leads them, and a file of a few MB leads far. What
a decoder is given is one page with its own data and no other pointer, so that the last page of
thousands costs no more than the first, and no tag leads anywhere.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, Literal

from omr.intake.sums import has_right_sum
from omr.intake.values import MAX_PAGES, MAX_RAW_BYTES, Unreadable, stamp_of
from omr.page import Reason

MOST_TAGS = 4096  # of one page; real ones have 12 to 40
MOST_TAG_BYTES = 1 << 20  # of one tag: a colour profile has half of it
MOST_CHANNELS = 8

COMPRESSIONS = {
    1: "none", 2: "CCITT RLE", 3: "CCITT Group 3", 4: "CCITT Group 4", 5: "LZW", 6: "old JPEG",
    7: "JPEG", 8: "Deflate", 9: "JBIG (T.85)", 10: "JBIG (T.43)", 32766: "NeXT",
    32773: "PackBits", 32809: "ThunderScan", 32946: "Deflate", 33003: "JPEG 2000",
    33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI Log", 34712: "JPEG 2000",
    34887: "LERC", 34892: "lossy JPEG", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip

_DEFLATE = (8, 32946)
_WIDTH, _HEIGHT = 256, 257
_BITS, _COMPRESSION, _PHOTOMETRIC, _STRIPS, _CHANNELS = 258, 259, 262, 273, 277
_ROWS, _PLANAR, _PREDICTOR = 278, 284, 317
_STRIP_BYTES, _TILES, _TILE_BYTES = 279, 324, 325
# Where a page points at other things: thumbnails, camera data, the data of old JPEG.
_POINTERS = {330, 34665, 34853, 40965, 513, 514, 519, 520, 521}
_BIG = (b"+\0", b"\0+")  # where offsets take eight bytes
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4,
          16: 8, 17: 8, 18: 8}  # fmt: skip
_WHOLE_NUMBERS = {1: "B", 3: "H", 4: "I", 13: "I", 16: "Q", 18: "Q"}
_LONG = 4

Order = Literal["<", ">"]
_Entries = dict[int, tuple[int, bytes]]  # of each tag its kind and its value


# Where pages begin ----------------------------------------------------------------------------


def pages_of(path: Path) -> tuple[int, ...]:
    """Return where the pages of a TIFF begin; at most one more than are read of a file.

    Where the chain of pages leads to nothing, that page is listed: it is there, and damaged.

    Raises:
        Unreadable: it cannot be opened, or there is no page in it.
    """
    try:
        return _pages(str(path), stamp_of(path))
    except FileNotFoundError:
        raise Unreadable(Reason.NOT_FOUND) from None
    except OSError:
        raise Unreadable(Reason.DAMAGED) from None


@lru_cache(maxsize=2)
def _pages(path: str, _stamp: tuple[int, ...]) -> tuple[int, ...]:
    found: dict[int, None] = {}  # in their order
    with Path(path).open("rb") as file:
        order, large, at = _start(file)
        while at and at not in found and len(found) <= MAX_PAGES:
            found[at] = None
            at = _following(file, order, at, large=large)
    if not found:
        raise Unreadable(Reason.DAMAGED)
    return tuple(found)


def _start(file: BinaryIO) -> tuple[Order, bool, int]:
    """Read the head: the order of bytes, whether offsets are large, and where the first page is."""
    head = file.read(16)
    order: Order = "<" if head.startswith(b"II") else ">"
    large = bytes(head[2:4]) in _BIG
    try:
        (at,) = struct.unpack_from(order + ("Q" if large else "I"), head, 8 if large else 4)
    except struct.error:
        raise Unreadable(Reason.DAMAGED) from None
    return order, large, int(at)


def _following(file: BinaryIO, order: Order, at: int, *, large: bool) -> int:
    """Return where the next page begins; 0 where there is none, or nothing to tell it."""
    try:
        count = _count(file, order, at, large=large)
        file.seek(count * (20 if large else 12), 1)
        return int(_read(file, order, "Q" if large else "I"))
    except (struct.error, ValueError, OverflowError):
        return 0


def _count(file: BinaryIO, order: Order, at: int, *, large: bool) -> int:
    file.seek(at)
    count = _read(file, order, "Q" if large else "H")
    if not 0 < count <= MOST_TAGS:
        raise ValueError(f"a page must have 1..{MOST_TAGS} tags, got {count}")
    return count


def _read(file: BinaryIO, order: Order, kind: str) -> int:
    (number,) = struct.unpack(order + kind, file.read(struct.calcsize(kind)))
    return int(number)


# One page -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Alone:
    """One page of a TIFF as a file of its own, and what its picture is made of.

    Attributes:
        data: the file.
        size: width and height, as it claims.
        bits: of each channel.
        photometric: what the numbers mean (TIFF 6.0, tag 262); 0: 0 is white.
        compression: how they are packed.
        in_layers: whether each channel lies by itself (tag 284).
        is_whole: whether all that the page points at was there, and is as it was packed.
        strips: its data, where they are strips from top to bottom; else nothing.
        strip_rows: rows of each of them but the last.
        predictor: what was done to the numbers before they were packed (tag 317).
        order: of the bytes in a number.
    """

    data: bytes
    size: tuple[int, int]
    bits: tuple[int, ...]
    photometric: int
    compression: int
    in_layers: bool
    is_whole: bool
    strips: tuple[bytes, ...] = ()
    strip_rows: int = 0
    predictor: int = 1
    order: Order = "<"

    @property
    def is_plain(self) -> bool:
        """Whether it is black and white, grey or colour of eight bits, as nearly all scans are."""
        match self.bits, self.photometric:
            case ((1,), 0 | 1) | ((8,), 1) | ((8, 8, 8), 2):
                return True
        return False

    @property
    def is_deep(self) -> bool:
        """Whether it has several channels of more than eight bits."""
        return len(self.bits) > 1 and max(self.bits) > 8

    @property
    def is_deep_colour(self) -> bool:
        """Whether it is grey or red, green and blue of more than eight bits, pixel by pixel."""
        return self.is_deep and self.photometric in (0, 1, 2) and not self.in_layers

    @property
    def packing(self) -> str:
        """How its picture is packed, in words."""
        return COMPRESSIONS.get(self.compression, f"number {self.compression}")


def page_alone(path: Path, at: int) -> Alone:
    """Take the page that begins at a place out of a TIFF.

    Raises:
        Unreadable: it is larger than any page, or its tags make no sense.
    """
    try:
        with path.open("rb") as file:
            order, large, _ = _start(file)
            entries = dict(_entries(file, order, at, large=large))
            data, is_whole = _pixels(file, entries, order)
            packing = _numbers(entries, _COMPRESSION, order, (1,))[0]
            if packing in _DEFLATE:  # libtiff passes over a wrong sum
                is_whole = is_whole and all(map(has_right_sum, data))
            bits = _numbers(entries, _BITS, order, (1,))
            channels = _numbers(entries, _CHANNELS, order, (1,))[0]
            return Alone(
                _written(entries, data, order),
                (
                    _numbers(entries, _WIDTH, order, (0,))[0],
                    _numbers(entries, _HEIGHT, order, (0,))[0],
                ),
                bits * min(channels, MOST_CHANNELS) if len(bits) == 1 else bits[:MOST_CHANNELS],
                _numbers(entries, _PHOTOMETRIC, order, (1,))[0],
                packing,
                _numbers(entries, _PLANAR, order, (1,))[0] == 2,
                is_whole,
                () if _TILES in entries else tuple(data),
                _numbers(entries, _ROWS, order, (0,))[0],
                _numbers(entries, _PREDICTOR, order, (1,))[0],
                order,
            )
    except FileNotFoundError:
        raise Unreadable(Reason.NOT_FOUND) from None
    except (struct.error, ValueError, KeyError, IndexError, OverflowError, OSError):
        raise Unreadable(Reason.DAMAGED) from None


def strip_alone(page: Alone, strip: bytes, rows: int) -> bytes:
    """Write one strip of a page, as if it had so many rows and one channel, as its own file."""
    return _grey_alone(page, [strip], (page.size[0] * len(page.bits), rows), rows)


def layers_alone(page: Alone) -> list[bytes]:
    """Write each channel of a page that is in layers as a grey file of its own."""
    each = len(page.strips) // len(page.bits)
    if not each or each * len(page.bits) != len(page.strips):
        return []
    return [
        _grey_alone(
            page, page.strips[first : first + each], page.size, page.strip_rows, page.predictor
        )
        for first in range(0, len(page.strips), each)
    ]


def _grey_alone(
    page: Alone, strips: Sequence[bytes], size: tuple[int, int], rows: int, predictor: int = 1
) -> bytes:
    numbers = {
        _WIDTH: size[0], _HEIGHT: size[1], _BITS: page.bits[0], _COMPRESSION: page.compression,
        _PHOTOMETRIC: 1, _STRIPS: 0, _CHANNELS: 1, _ROWS: rows, _STRIP_BYTES: 0,
        _PREDICTOR: predictor,
    }  # fmt: skip
    longs = {t: (_LONG, struct.pack(page.order + "I", number)) for t, number in numbers.items()}
    return _written(longs, list(strips), page.order)


def _entries(
    file: BinaryIO, order: Order, at: int, *, large: bool
) -> Iterator[tuple[int, tuple[int, bytes]]]:
    """Read the tags of a page with what they point at; pointers to other things are left out."""
    pointer, room = ("Q", 8) if large else ("I", 4)
    count = _count(file, order, at, large=large)
    step = 4 + 2 * room
    body = file.read(count * step)
    for start in range(0, len(body) - step + 1, step):
        tag, kind = struct.unpack_from(order + "HH", body, start)
        (many,) = struct.unpack_from(order + pointer, body, start + 4)
        size = _SIZES.get(kind, 0) * many
        if not size or size > MOST_TAG_BYTES or tag in _POINTERS:
            continue
        value = body[start + 4 + room : start + 4 + room + size]
        if size > room:
            (where,) = struct.unpack_from(order + pointer, body, start + 4 + room)
            file.seek(where)
            value = file.read(size)
        if len(value) == size:
            yield tag, (kind, value)


def _numbers(
    entries: _Entries, tag: int, order: Order, default: tuple[int, ...]
) -> tuple[int, ...]:
    if tag not in entries:
        return default
    kind, value = entries[tag]
    letter = _WHOLE_NUMBERS[kind]
    return struct.unpack(order + letter * (len(value) // _SIZES[kind]), value)


def _pixels(file: BinaryIO, entries: _Entries, order: Order) -> tuple[list[bytes], bool]:
    """Read the strips or tiles of a page; say whether all of them were there."""
    where, sizes = (_TILES, _TILE_BYTES) if _TILES in entries else (_STRIPS, _STRIP_BYTES)
    places = _numbers(entries, where, order, ())
    lengths = _numbers(entries, sizes, order, ())
    if len(places) == 1 and not lengths:  # some leave out how much it is
        lengths = (file.seek(0, 2) - places[0],)
    if not places or len(places) != len(lengths):
        raise ValueError("a page must say where its strips are")
    if sum(lengths) > MAX_RAW_BYTES:
        raise Unreadable(Reason.TOO_LARGE, f"{sum(lengths) >> 20} MB")
    parts = []
    for place, length in zip(places, lengths, strict=True):
        file.seek(place)
        parts.append(file.read(length))
    return parts, all(len(part) == length for part, length in zip(parts, lengths, strict=True))


def _written(entries: _Entries, parts: list[bytes], order: Order) -> bytes:
    """Write a page as a TIFF of its own."""
    where, sizes = (_TILES, _TILE_BYTES) if _TILES in entries else (_STRIPS, _STRIP_BYTES)
    places, at = [], 8
    for part in parts:
        places.append(at)
        at += len(part) + len(part) % 2
    longs = order + "I" * len(parts)
    entries = {
        **entries,
        where: (_LONG, struct.pack(longs, *places)),
        sizes: (_LONG, struct.pack(longs, *(len(part) for part in parts))),
    }
    start = at
    beyond_at = start + 2 + 12 * len(entries) + 4
    directory, beyond = struct.pack(order + "H", len(entries)), b""
    for tag, (kind, value) in sorted(entries.items()):
        many = len(value) // _SIZES[kind]
        directory += struct.pack(order + "HHI", tag, kind, many)
        if len(value) > 4:
            directory += struct.pack(order + "I", beyond_at + len(beyond))
            beyond += value + b"\0" * (len(value) % 2)
        else:
            directory += value.ljust(4, b"\0")
    head = {"<": b"II", ">": b"MM"}[order] + struct.pack(order + "HI", 42, start)
    body = b"".join(part + b"\0" * (len(part) % 2) for part in parts)
    return head + body + directory + struct.pack(order + "I", 0) + beyond
