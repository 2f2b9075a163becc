"""What comes in, as values, and the bounds on it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from omr.page import PageRef, Reason

if TYPE_CHECKING:
    from pathlib import Path

    from omr.geometry import Image

MAX_FILE_BYTES = 4 << 30
MAX_PAGES = 20_000  # in one file
MAX_PIXELS = 160_000_000  # A4 at 1200 dpi is 139 million
MAX_SIDE_PX = 32_000  # OpenCV samples no larger pictures
MAX_PICTURE_BYTES = 200 << 20  # one compressed picture; A4 at 1200 dpi takes 30-60 MB
MAX_RAW_BYTES = 450 << 20  # one page of a TIFF; A4 at 1200 dpi in colour is 400 MB unpacked
MAX_CONTENT_BYTES = 4 << 20  # the commands that draw one PDF page; a page of hidden text has 50 kB
MOST_KEPT_PIXELS = 40_000_000  # of a picture that is kept whole; A4 at 600 dpi is 35 million
ENOUGH_PX = (
    1640  # long side of an A4 page at 140 dpi: reading needs no more (docs/findings/reading.md 2)
)
RENDER_DPI = 200
RENDER_PX = 8000  # a page that claims to be as large as a field is drawn smaller
RENDER_SECONDS = 15  # each for poppler's two programs; a full page takes 0.1-0.5

Shares = tuple[float, float, float, float]
"""Left, top, width and height of a part of a page, as shares of its width and height."""

WHOLE_PAGE: Shares = (0.0, 0.0, 1.0, 1.0)


def stamp_of(path: Path) -> tuple[int, ...]:
    """Return what differs when a file was changed or another was put in its place.

    A copy may keep the time of its original, so the time alone does not tell.

    Raises:
        OSError: it cannot be looked at.
    """
    found = path.stat()
    return found.st_mtime_ns, found.st_size, found.st_ino


def any_name(path: str) -> Any:
    """Return a path for pikepdf: it says the names of files it opens, and can say none but UTF-8.

    Its types leave out that it takes whatever is a path.
    """
    return _AnyName(path)


@dataclass(frozen=True, slots=True)
class _AnyName:
    path: str

    def __fspath__(self) -> str:
        return self.path

    def __str__(self) -> str:
        return ascii(self.path)


class FileKind(StrEnum):
    """What a file is by its first bytes."""

    PDF = "pdf"
    TIFF = "tiff"
    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    HEIC = "heic"  # or AVIF, which comes in the same box


@dataclass(frozen=True, slots=True)
class Source:
    """One page that waits to be read: where it is, not what is on it."""

    path: str
    ref: PageRef
    kind: FileKind
    password: str | None = None


class Damage(StrEnum):
    """What damage to a file does to its picture."""

    BLOCKS = "blocks"  # of a plain JPEG: parts are even grey, lighter, darker, or lie aside
    ROWS = "rows"  # anything: also a clean part of the page where another one belongs


@dataclass(frozen=True, slots=True)
class Pixels:
    """What a file holds, in eight bits.

    Attributes:
        values: (H, W) grey, or (H, W, 3) with blue first.
        shrunk: how many times smaller than the scan it is, in each direction.
        drawn: whether it was drawn, and not taken out.
        turned: degrees clockwise that the file asks a viewer to turn it.
        damage: what may be wrong with it, where whoever decoded it complained or the file ends too
            early; a page that looks blank need not be then.
    """

    values: Image
    shrunk: float = 1.0
    drawn: bool = False
    turned: int = 0
    damage: Damage | None = None


@dataclass(frozen=True, slots=True)
class Picture:
    """The picture of a page, as it is read; for the rest see `Pixels`.

    Attributes:
        image: (H, W) grey.
        ink: (H, W) the same in the light in which coloured ink is dark; None where there is none.
    """

    image: Image
    ink: Image | None = None
    shrunk: float = 1.0
    drawn: bool = False
    turned: int = 0
    damage: Damage | None = None


class Unreadable(Exception):  # noqa: N818 a reason travels up to where the page is accounted for
    """This file or page gives no picture."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
