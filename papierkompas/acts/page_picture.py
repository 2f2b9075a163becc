"""Fetch the picture of a page that was read, as it was when it was read.

In:  the page, the file in which it was scanned, and the passwords that are known.
Out: a `PagePicture`; or `Unreadable` with the reason, of which `NotShown` tells a person.

Passwords are kept nowhere: the command is given them, the page asks for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from forms.layout import Layout, Rect
from forms.messages import Message
from omr.geometry import Floats, Image, cut_out
from omr.intake.values import FileKind, Source, Unreadable
from omr.many.bounded import run
from omr.many.guarded import open_file
from omr.page import PageRef, ReadPage, Reason
from papierkompas.session.session import Session
from papierkompas.session.values import Scan

Homography = tuple[float, ...]  # mm to pixels, row by row, as `ReadPage` keeps it
Pixels = tuple[int, int]  # width and height


ROW_MM = 9.0  # above and below the boxes: what is asked; less where rows stand closer


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page at full resolution.

    Attributes:
        image: (H, W) grey.
        mm_to_px: from mm on the sheet to these pixels; None where the sheet was not found.
    """

    image: Image
    mm_to_px: Floats | None


@dataclass(frozen=True, slots=True)
class NotShown:
    """Handwriting that a paper has to do without.

    Args:
        file: the scan in which it is.
        reason: why it cannot be shown.
        fields: how many fields it is.
    """

    file: str
    reason: Reason
    fields: int

    @classmethod
    def counted(cls, fields: Iterable[tuple[str, Reason]]) -> tuple[NotShown, ...]:
        """Put fields together that are missing from one file for one reason."""
        found = Counter(fields)
        return tuple(cls(file, reason, count) for (file, reason), count in found.items())

    def as_json(self) -> dict[str, str | int]:
        """Return it as the command prints it."""
        return {
            "file": self.file,
            "reason": self.reason.value,
            "fields": self.fields,
            "message": str(self.message),
        }

    @property
    def message(self) -> Message:
        """Say which file it is, and what to do."""
        key = "unseen.locked" if self.reason is Reason.ENCRYPTED else "unseen.no_scan"
        return Message(key, {"file": self.file, "count": self.fields})


def page_picture(page: ReadPage, file: Path, passwords: Sequence[str] = ()) -> PagePicture:
    """Fetch the picture of a page.

    Args:
        page: as it was read.
        file: where its scan lies.
        passwords: one of them may open the file.

    Raises:
        Unreadable: the file is gone, locked or damaged, or no longer has this page.
    """
    sources = sources_in(file, page.ref.file, passwords)
    return run(picture_of, source_in(sources, page.ref), page.mm_to_px, page.size_px)


def sources_in(file: Path, name: str, passwords: Sequence[str] = ()) -> list[Source]:
    """List the pages of a file, with the password that opens it.

    Args:
        file: where it lies.
        name: what it is called in `PageRef`.
        passwords: those that are known; most files need none.

    Raises:
        Unreadable: with the reason; `ENCRYPTED` when no password is the right one.
    """
    opened = open_with(passwords, file, name)
    if isinstance(opened, ReadPage):
        raise Unreadable(opened.reason or Reason.DAMAGED, opened.detail)
    return opened


def open_with(
    passwords: Sequence[str], file: Path, name: str | None = None
) -> list[Source] | ReadPage:
    """Do as `open_file` does, with the password that opens it: most files need none."""
    opened = open_file(file, name)
    for password in passwords:
        if not isinstance(opened, ReadPage) or opened.reason is not Reason.ENCRYPTED:
            break
        opened = open_file(file, name, password)
    return opened


def source_in(sources: Sequence[Source], ref: PageRef) -> Source:
    """Find a page among those of its file.

    Raises:
        Unreadable: the file has no such page, or the whole file was not read.
    """
    if not 1 <= ref.page <= len(sources):
        raise Unreadable(Reason.NOT_FOUND)
    return sources[ref.page - 1]


def picture_of(source: Source, mm_to_px: Homography | None, size_px: Pixels | None) -> PagePicture:
    """Load a page at full resolution, in this process.

    Args:
        source: which page.
        mm_to_px: of the page as it was read; None where no sheet was found on it.
        size_px: of the picture in which it was read.

    Raises:
        Unreadable: with the reason.
    """
    from omr.intake.load import load  # only where pictures are decoded, which is in workers

    picture = load(source, whole=True)
    is_other = size_px is not None and picture.image.shape[::-1] != size_px
    if is_other and source.kind is FileKind.PDF:
        picture = load(source, whole=True, draw=True)  # as it was when it was read
    image = picture.image
    if mm_to_px is None or size_px is None:
        return PagePicture(np.ascontiguousarray(np.rot90(image, -(picture.turned // 90))), None)
    height, width = image.shape
    scale = np.diag([width / size_px[0], height / size_px[1], 1.0])
    found: Floats = scale @ np.array(mm_to_px, dtype=np.float64).reshape(3, 3)
    return PagePicture(image, found)


@dataclass(frozen=True, slots=True)
class RowPlace:
    """Where a question stands on its page."""

    page: int
    boxes: Rect  # from box to box, with half a step on both sides
    row: Rect  # the whole line, with what is asked


def place_of(layout: Layout, question: str) -> RowPlace | None:
    """Find the boxes of a question; None when it has none."""
    for page in layout.pages:
        rects = [box.rect for box in page.boxes if box.question == question]
        if not rects:
            continue
        left = min(r.x_mm for r in rects)
        right = max(r.x_mm + r.width_mm for r in rects)
        top = min(r.y_mm for r in rects)
        low = max(r.y_mm + r.height_mm for r in rects)
        across = sorted({r.x_mm for r in rects})
        step = min((b - a for a, b in pairwise(across)), default=10.0)
        side = max((step - rects[0].width_mm) / 2, 2.0)
        boxes = Rect(left - side, top - 5.5, right - left + 2 * side, low - top + 9.0)
        others = [box.rect for box in page.boxes if box.question != question]
        above = [r.y_mm + r.height_mm for r in others if r.y_mm + r.height_mm <= top]
        below = [r.y_mm for r in others if r.y_mm >= low]
        start = max([top - ROW_MM, *((top + y) / 2 for y in above)])
        end = min([low + ROW_MM, *((low + y) / 2 for y in below)])
        row = Rect(8, start, layout.paper.width_mm - 16, end - start)
        return RowPlace(page.page, boxes, row)
    return None


def flat_colour(
    source: Source,
    mm_to_px: Homography | None,
    size_px: Pixels | None,
    place: tuple[float, float, float, float],
    px_per_mm: float,
) -> Image:
    """Cut a part of a large sheet out of its photo, upright and in colour, in this process.

    Args:
        source: the photo.
        mm_to_px: from mm on the sheet to pixels, as it was read.
        size_px: of the picture in which it was read.
        place: left, top, width and height of the part, in mm on the sheet.
        px_per_mm: of what is returned.

    Raises:
        Unreadable: with the reason.
    """
    from omr.intake.load import load_colour  # only where pictures are decoded, which is in workers

    image = load_colour(source)
    if mm_to_px is None or size_px is None:
        raise Unreadable(Reason.NO_SHEET)
    scale = np.diag([image.shape[1] / size_px[0], image.shape[0] / size_px[1], 1.0])
    found: Floats = scale @ np.array(mm_to_px, dtype=np.float64).reshape(3, 3)
    return cut_out(image, found, *place, px_per_mm)


def locked_scans(session: Session, passwords: Sequence[str] = ()) -> tuple[Scan, ...]:
    """List the scans of a session that none of these passwords opens."""
    locked = (scan for scan in session.scans.all() if _has_password(scan.path))
    return tuple(scan for scan in locked if _asks_for_one(open_with(passwords, scan.path)))


@lru_cache(maxsize=4096)
def _has_password(path: Path) -> bool:
    """Say whether a file is locked; what a session keeps never changes."""
    return _asks_for_one(open_file(path))


def _asks_for_one(opened: list[Source] | ReadPage) -> bool:
    return isinstance(opened, ReadPage) and opened.reason is Reason.ENCRYPTED
