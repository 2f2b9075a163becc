"""Draw a page of a PDF: by poppler where that is installed, elsewhere by PDFium, a wheel.

In:  a PDF, which page, and how large.
Out: its pixels, or the reason why there are none.

Each draws in a program of its own, within bounds. What a file is worth does not depend on which of
the two drew it: PDFium complains about nothing, so `omr.intake.pdf` looks at the images itself.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from forms.own_programs import is_installed, own_program
from omr.geometry import Image
from omr.intake.pdfium_program import LOCKED
from omr.intake.pictures import taken
from omr.intake.values import (
    RENDER_DPI,
    RENDER_PX,
    RENDER_SECONDS,
    WHOLE_PAGE,
    Damage,
    Pixels,
    Shares,
    Unreadable,
)
from omr.page import Reason
from omr.system import BoundedProgram

POINTS_PER_INCH = 72


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page that is to be drawn: of which file, its number from 1, and how large it says it is."""

    path: str
    number: int
    inches: tuple[float, float]
    password: str | None = None


class Engine(Protocol):
    """What draws pages."""

    def draw(self, page: PdfPage) -> Pixels:
        """Draw a page at `RENDER_DPI`, or with a long side of `RENDER_PX` where that is smaller.

        Raises:
            Unreadable: it cannot be drawn, or takes too long.
        """
        ...


def engine() -> Engine:
    """Return what draws on this computer."""
    return Poppler() if has_poppler() else Pdfium()


def has_poppler() -> bool:
    """Say whether poppler is installed."""
    return all(is_installed(name) for name in ("pdftoppm", "pdfinfo"))


class Poppler:
    """Draws through pdf2image; where poppler complains, what it leaves out may be missing."""

    def draw(self, page: PdfPage) -> Pixels:
        """Draw a page: `Engine.draw`."""
        from pdf2image.exceptions import (
            PDFInfoNotInstalledError,
            PDFPopplerTimeoutError,
            PDFSyntaxError,
        )

        for strict in (True, False):
            try:
                values = _by_poppler(page, strict=strict)
                return Pixels(values, drawn=True, damage=None if strict else Damage.ROWS)
            except PDFSyntaxError:
                continue
            except PDFInfoNotInstalledError:
                raise Unreadable(Reason.NO_RENDERER) from None
            except PDFPopplerTimeoutError:
                raise Unreadable(Reason.TOO_SLOW) from None
            except (Unreadable, MemoryError):
                raise
            except Exception as error:
                raise Unreadable(Reason.DAMAGED) from error
        raise Unreadable(Reason.DAMAGED)


def _by_poppler(page: PdfPage, *, strict: bool) -> Image:
    import pdf2image

    library: Any = pdf2image  # its types leave out what it takes: None, and another Popen
    library.pdf2image.Popen = BoundedProgram
    draw = library.convert_from_path
    width, height = page.inches
    size = (RENDER_PX, None) if width >= height else (None, RENDER_PX)
    made = draw(
        page.path,
        dpi=RENDER_DPI,
        first_page=page.number,
        last_page=page.number,
        strict=strict,
        userpw=page.password,
        timeout=RENDER_SECONDS,
        size=size if max(width, height) * RENDER_DPI > RENDER_PX else None,
    )
    if not made:
        raise Unreadable(Reason.DAMAGED)
    return taken(made[0], whole=True).values


class Pdfium:
    """Draws with PDFium, which comes as a wheel for every system."""

    def draw(self, page: PdfPage) -> Pixels:
        """Draw a page: `Engine.draw`."""
        drawn = by_pdfium(
            Path(page.path), page.number, RENDER_PX, dpi=RENDER_DPI, password=page.password
        )
        return Pixels(drawn, drawn=True)


def by_pdfium(
    pdf: Path | bytes,
    number: int,
    long_px: int,
    *,
    dpi: float | None = None,
    part: Shares = WHOLE_PAGE,
    password: str | None = None,
    seconds: float = RENDER_SECONDS,
) -> Image:
    """Draw a page with PDFium, in a program of its own.

    Args:
        pdf: where it is, or its bytes.
        number: of the page, from 1.
        long_px: the most pixels that the long side of the page has.
        dpi: the resolution; by default as large as `long_px`.
        part: of the page.
        password: of a locked PDF.
        seconds: how long it may take.

    Returns:
        (H, W) grey or (H, W, 3), blue first.

    Raises:
        Unreadable: it cannot be drawn, or takes too long.
    """
    path, data = (str(pdf), b"") if isinstance(pdf, Path) else (None, pdf)
    asked = {
        "path": path,
        "page": number,
        "password": password,
        "long_px": long_px,
        "scale": dpi and dpi / POINTS_PER_INCH,
        "part": part,
    }
    given = json.dumps(asked).encode() + b"\n" + data
    command = own_program("omr.intake.pdfium_program")
    pipe = subprocess.PIPE
    with BoundedProgram(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as program:
        try:
            drawn, _ = program.communicate(given, timeout=seconds)
        except subprocess.TimeoutExpired:
            program.kill()
            raise Unreadable(Reason.TOO_SLOW) from None
    if program.returncode == LOCKED:
        raise Unreadable(Reason.ENCRYPTED)
    if program.returncode:
        raise Unreadable(Reason.DAMAGED)
    return _pixels(drawn)


def _pixels(drawn: bytes) -> Image:
    head, _, rows = drawn.partition(b"\n")
    try:
        height, width, stride, channels = map(int, head.split())
        values = np.frombuffer(rows, np.uint8).reshape(height, stride)[:, : width * channels]
    except ValueError:
        raise Unreadable(Reason.DAMAGED) from None
    shape = (height, width) if channels == 1 else (height, width, channels)
    return np.ascontiguousarray(values.reshape(shape)[..., :3] if channels > 1 else values)
