"""Check the sum at the end of packed data, which decoders pass over.

In:  a Flate stream, as PDF, PNG and TIFF have them.
Out: whether it unpacks to what was packed; nothing of it is kept.
"""

from __future__ import annotations

import zlib

from omr.intake.values import MAX_PIXELS

_PART_BYTES = 1 << 20


def has_right_sum(data: bytes, most: int = MAX_PIXELS) -> bool:
    """Say whether a Flate stream unpacks without a fault, as far as the bound."""
    unpacker = zlib.decompressobj()
    try:
        while data and most > 0 and not unpacker.eof:
            most -= len(unpacker.decompress(data, _PART_BYTES))
            data = unpacker.unconsumed_tail
    except zlib.error:
        return False
    return True
