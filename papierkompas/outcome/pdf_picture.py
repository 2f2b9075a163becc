"""Draw a page of a PDF that we made as a picture, for a screen.

In:  a PDF in memory.
Out: a PNG, drawn by poppler, or by PDFium where that is not installed, within a bounded time.
"""

from __future__ import annotations

import subprocess

from forms.errors import UsageError
from forms.own_programs import is_installed
from omr.intake.values import WHOLE_PAGE, Shares, Unreadable

MOST_SECONDS = 60  # an A0 poster of 60 names takes 2


def pdf_picture(
    pdf: bytes,
    long_px: int,
    page: int = 1,
    *,
    size_px: tuple[int, int] = (0, 0),
    part: Shares = WHOLE_PAGE,
) -> bytes:
    """Draw a page so that its long side has this many pixels; or a part of one of `size_px`.

    Raises:
        UsageError: it takes too long.
    """
    which = ["-f", str(page), "-l", str(page), "-scale-to", str(long_px)]
    if part != WHOLE_PAGE:
        (left, top, width, high), (across, down) = part, size_px
        cut = {"-x": left * across, "-y": top * down, "-W": width * across, "-H": high * down}
        which += [str(word) for name, px in cut.items() for word in (name, round(px))]
    command = ["pdftoppm", "-png", "-singlefile", *which, "-"]
    if not is_installed(command[0]):
        return _by_pdfium(pdf, long_px, page, part)
    try:
        drawn = subprocess.run(
            command, input=pdf, check=True, capture_output=True, timeout=MOST_SECONDS
        )
    except subprocess.TimeoutExpired:
        raise UsageError("picture.too_slow", seconds=MOST_SECONDS) from None
    return drawn.stdout


def _by_pdfium(pdf: bytes, long_px: int, page: int, part: Shares) -> bytes:
    import cv2

    from omr.intake.drawing import by_pdfium

    try:
        drawn = by_pdfium(pdf, page, long_px, part=part, seconds=MOST_SECONDS)
    except Unreadable:  # it is our own PDF: nothing else can be wrong with it
        raise UsageError("picture.too_slow", seconds=MOST_SECONDS) from None
    return cv2.imencode(".png", drawn)[1].tobytes()
