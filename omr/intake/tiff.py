"""Walk through the pages of a TIFF.

In:  a file.
Out: where its pages begin, up to a bound; one page of it as a file of its own; how it is packed.

Counting is ours: libraries walk as far as a file leads them, and a file of a few MB leads far.
Each page is then given to the decoder as if it were the first, so that the last costs no more.
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from omr.intake.values import MAX_PAGES, Unreadable, stamp_of
from omr.page import Reason

MOST_TAGS = 4096  # of one page; real ones have 12 to 40
_COMPRESSION, _PHOTOMETRIC = 259, 262
_BIG = (b"+\0", b"\0+")  # where offsets take eight bytes
_WHITE_IS_ZERO, _SHORT = 0, 3

COMPRESSIONS = {
    1: "none", 2: "CCITT RLE", 3: "CCITT Group 3", 4: "CCITT Group 4", 5: "LZW", 6: "old JPEG",
    7: "JPEG", 8: "Deflate", 9: "JBIG (T.85)", 10: "JBIG (T.43)", 32766: "NeXT",
    32773: "PackBits", 32809: "ThunderScan", 32946: "Deflate", 33003: "JPEG 2000",
    33004: "JPEG 2000", 33005: "JPEG 2000", 34661: "JBIG", 34676: "SGI Log", 34712: "JPEG 2000",
    34887: "LERC", 34892: "lossy JPEG", 34925: "LZMA", 50000: "Zstandard", 50001: "WebP",
    50002: "JPEG XL", 52546: "JPEG XL",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Directory:
    """Where a page of a TIFF begins, and what matters of it before it is decoded."""

    at: int
    compression: int
    is_white_zero: bool

    @property
    def packing(self) -> str:
        """How its picture is packed, in words."""
        return COMPRESSIONS.get(self.compression, f"number {self.compression}")


def pages_of(path: Path) -> tuple[Directory, ...]:
    """List the pages of a TIFF; at most one more than are read of a file.

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
def _pages(path: str, _stamp: tuple[int, ...]) -> tuple[Directory, ...]:
    found: list[Directory] = []
    with Path(path).open("rb") as file:
        order, large, at = _start(file)
        seen: set[int] = set()
        while at and at not in seen and len(found) <= MAX_PAGES:
            seen.add(at)
            page, at = _directory(file, order, at, large=large)
            if page is not None:
                found.append(page)
    if not found:
        raise Unreadable(Reason.DAMAGED)
    return tuple(found)


def _start(file: BinaryIO) -> tuple[str, bool, int]:
    head = file.read(16)
    order = "<" if head.startswith(b"II") else ">"
    large = bytes(head[2:4]) in _BIG
    try:
        (at,) = struct.unpack_from(order + ("Q" if large else "I"), head, 8 if large else 4)
    except struct.error:
        raise Unreadable(Reason.DAMAGED) from None
    return order, large, int(at)


def _directory(file: BinaryIO, order: str, at: int, *, large: bool) -> tuple[Directory | None, int]:
    """Read one directory (TIFF 6.0, section 2); return it if it can be read, and where the next is.

    A chain that leads out of the file has ended: what was found until there is still read.
    """
    count_of, entry, pointer = ("Q", 20, "Q") if large else ("H", 12, "I")
    value_at = entry - struct.calcsize(pointer)
    file.seek(at)
    try:
        (count,) = struct.unpack(order + count_of, file.read(struct.calcsize(count_of)))
        if not 0 < count <= MOST_TAGS:
            return None, 0
        body = file.read(count * entry)
        tags: dict[int, int] = {}
        for start in range(0, count * entry, entry):
            tag, kind = struct.unpack_from(order + "HH", body, start)
            if tag in (_COMPRESSION, _PHOTOMETRIC):
                size = "H" if kind == _SHORT else "I"
                (tags[tag],) = struct.unpack_from(order + size, body, start + value_at)
    except struct.error:
        return None, 0
    rest = file.read(struct.calcsize(pointer))
    whole = len(rest) == struct.calcsize(pointer)
    following = int(struct.unpack(order + pointer, rest)[0]) if whole else 0
    is_white_zero = tags.get(_PHOTOMETRIC, 1) == _WHITE_IS_ZERO
    return Directory(at, tags.get(_COMPRESSION, 1), is_white_zero), following


class FromPage(io.RawIOBase):
    """A TIFF of which one page seems to be the first.

    What is read through `fileno` is the file as it is.
    """

    def __init__(self, path: Path, page: Directory) -> None:
        super().__init__()
        self._file = path.open("rb")
        head = bytearray(self._file.read(16))
        order = "<" if head.startswith(b"II") else ">"
        large = bytes(head[2:4]) in _BIG
        struct.pack_into(order + ("Q" if large else "I"), head, 8 if large else 4, page.at)
        self._head = bytes(head)
        self._file.seek(0)

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def seekable(self) -> bool:
        """Say that one may go to any place in it."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        """Say where one is."""
        return self._file.tell()

    def readinto(self, into: bytearray | memoryview) -> int:  # type: ignore[override]  # of typeshed's Buffer
        """Read the file, with the changed beginning."""
        at = self._file.tell()
        data = self._file.read(len(into))
        if at < len(self._head):
            data = self._head[at : at + len(data)] + data[len(self._head) - at :]
        into[: len(data)] = data
        return len(data)

    def fileno(self) -> int:
        """Hand out the file itself: libtiff goes straight to the page in it."""
        return self._file.fileno()

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()
