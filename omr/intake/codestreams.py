"""Say whether a compressed picture inside a PDF is all there, where decoders do not complain.

In:  the bytes of JPEG 2000 (ISO/IEC 15444-1, annex A) or JBIG2 (ISO/IEC 14492, section 7.2).
Out: whether its parts follow each other to the end.
"""

from __future__ import annotations

import struct

_START, _SIZE, _TILE, _END = 0xFF4F, 0xFF51, 0xFF90, 0xFFD9  # markers of JPEG 2000
_TILE_HEAD = 12  # bytes of a tile-part's first segment, its marker included

_REGIONS = {6, 7, 22, 23, 38, 39, 42, 43}  # JBIG2: segments that put something on the page
_PAGE = 48
_UNKNOWN = 0xFFFFFFFF  # the length of a region that was written before it was known


def is_whole_jpx(data: bytes) -> bool:
    """Say whether the tile-parts of a JPEG 2000 picture are all there, and the end is."""
    at = data.find(struct.pack(">HH", _START, _SIZE))
    if at < 0:
        return False
    at += 2
    tiles = 0
    while at + 2 <= len(data):
        (marker,) = struct.unpack_from(">H", data, at)
        if marker == _END:
            return tiles > 0
        if at + _TILE_HEAD > len(data):
            return False
        if marker == _TILE:
            (length,) = struct.unpack_from(">I", data, at + 6)
            if length == 0:  # up to the end
                return data.rstrip(b"\n\r\0").endswith(struct.pack(">H", _END))
            tiles += 1
            at += max(length, _TILE_HEAD)
        else:
            (length,) = struct.unpack_from(">H", data, at + 2)
            at += 2 + max(length, 2)
    return False


def is_whole_jbig2(data: bytes) -> bool:
    """Say whether the segments of a JBIG2 stream, as a PDF holds it, fill it and draw something."""
    at = 0
    kinds: list[int] = []
    while at < len(data):
        found = _segment(data, at)
        if found is None:
            return not data[at:].strip(b"\n\r\0") and bool(_REGIONS.intersection(kinds))
        kind, start, length = found
        kinds.append(kind)
        if length == _UNKNOWN:
            return bool(_REGIONS.intersection(kinds))
        at = start + length
    return at == len(data) and _PAGE in kinds and bool(_REGIONS.intersection(kinds))


def _segment(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Return kind, place of the data and their length of the segment that begins here."""
    try:
        number, flags, count = struct.unpack_from(">IBB", data, at)
        at += 5
        if count >> 5 == 7:
            (many,) = struct.unpack_from(">I", data, at)
            referred = many & 0x1FFFFFFF
            at += 4 + (referred + 8) // 8
        else:
            referred = count >> 5
            at += 1
        at += referred * (1 if number <= 256 else 2 if number <= 65536 else 4)
        at += 4 if flags & 0x40 else 1
        (length,) = struct.unpack_from(">I", data, at)
    except struct.error:
        return None
    return flags & 0x3F, at + 4, length
