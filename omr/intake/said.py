"""Listen to what libraries say while they decode.

In:  a block of code that decodes.
Out: what libjpeg, libpng, libtiff and OpenCV wrote to the error stream meanwhile; on the screen of
     the person at the keyboard nothing of it appears.

These libraries go on after damage and give a picture all the same, in which the rest of the page
may be grey, moved or somebody's guess. That they said so is all there is to tell.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

MOST_BYTES = 1 << 16  # a file with ten thousand faults need not tell them all

# What is said of files in which every pixel is right: profiles, texts, tags that nobody knows.
_HARMLESS = re.compile(
    rb"iCCP|sRGB|cHRM|gAMA|cICP|eXIf|sBIT|bKGD|pHYs|tEXt|zTXt|iTXt|tIME|hIST|"
    rb"unknown field with tag|unknown tag|incorrect count for field|"
    rb"wrong data type|invalid ICC|Unknown Adobe color transform|ASCII value for tag",
    re.IGNORECASE,
)
_LIBTIFF = re.compile(rb"TIFF_(Warning|Error)")


@dataclass
class Said:
    """What was said."""

    text: bytes = b""

    @property
    def tells_damage(self) -> bool:
        """Whether any of it may mean that the picture is not what was scanned."""
        lines = (line.strip() for line in self.text.splitlines())
        return any(line and not _HARMLESS.search(line) for line in lines)

    @property
    def tells_of_libtiff(self) -> bool:
        """Whether libtiff, which OpenCV lets speak, found something wrong in the data."""
        lines = self.text.splitlines()
        return any(_LIBTIFF.search(line) and not _HARMLESS.search(line) for line in lines)

    @property
    def tells_no_memory(self) -> bool:
        """Whether a library asked for more memory than it may have."""
        return b"memory" in self.text.lower()


@contextmanager
def overheard() -> Iterator[Said]:
    """Catch what is written to the error stream of this process."""
    said = Said()
    with suppress(ValueError, OSError):
        sys.stderr.flush()
    try:
        kept = os.dup(2)
    except OSError:  # a program without an error stream: nobody sees what is said
        yield said
        return
    try:
        with tempfile.TemporaryFile() as heard:
            os.dup2(heard.fileno(), 2)
            try:
                yield said
            finally:
                os.dup2(kept, 2)
                heard.seek(0)
                said.text = heard.read(MOST_BYTES)
    finally:
        os.close(kept)
