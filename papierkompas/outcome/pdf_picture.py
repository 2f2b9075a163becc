"""Draw a page of a PDF that we made as a picture, for a screen.

In:  a PDF in memory.
Out: a PNG, drawn by poppler without a file on the disk and within a bounded time.
"""

from __future__ import annotations

import subprocess

from forms.errors import UsageError

MOST_SECONDS = 60  # an A0 poster of 60 names takes 2


def pdf_picture(pdf: bytes, long_px: int, page: int = 1) -> bytes:
    """Draw a page so that its long side has this many pixels.

    Raises:
        UsageError: poppler is not installed, or takes too long.
    """
    which = ["-f", str(page), "-l", str(page), "-scale-to", str(long_px)]
    command = ["pdftoppm", "-png", "-singlefile", *which, "-"]
    try:
        drawn = subprocess.run(
            command, input=pdf, check=True, capture_output=True, timeout=MOST_SECONDS
        )
    except FileNotFoundError:
        raise UsageError("picture.no_poppler") from None
    except subprocess.TimeoutExpired:
        raise UsageError("picture.too_slow", seconds=MOST_SECONDS) from None
    return drawn.stdout
