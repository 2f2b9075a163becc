"""What became of one page of a scan.

Every page of every file ends as a `ReadPage`: read, blank, or unread with a reason that a school
secretary understands. Nothing is dropped on the way.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from forms.answers import Doubt, Reading
from forms.sheet_code import COMPASS_PAGE, SheetCode

if TYPE_CHECKING:
    from omr.dots import SeenDot


class PageStatus(StrEnum):
    """What became of a page. `DUPLICATE` is only known once a whole pile is seen."""

    READ = "read"
    UNREAD = "unread"
    BLANK = "blank"
    DUPLICATE = "duplicate"


class Reason(StrEnum):
    """Why a page or a whole file is not read; the value is what is stored."""

    NO_SHEET = "no_sheet"
    NO_CODE = "no_code"
    OTHER_PRINT = "other_print"
    UNKNOWN_INSTRUMENT = "unknown_instrument"
    OTHER_SESSION = "other_session"
    NOT_PRINTED_HERE = "not_printed_here"
    MISPLACED = "misplaced"
    TWO_SHEETS = "two_sheets"
    TOO_COARSE = "too_coarse"
    TOO_LARGE = "too_large"
    TOO_MANY_PAGES = "too_many_pages"
    EMPTY_FILE = "empty_file"
    NO_PAGES = "no_pages"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    NOT_AN_IMAGE = "not_an_image"
    NO_PERMISSION = "no_permission"
    NOT_FOUND = "not_found"
    NO_RENDERER = "no_renderer"
    WORKER_DIED = "worker_died"
    NOT_SENT = "not_sent"
    OUR_MISTAKE = "our_mistake"


SENTENCES: dict[Reason, str] = {
    Reason.NO_SHEET: "this is not one of our sheets, or all its corner marks are missing. "
    "Scan the whole page, flat and without cutting off the edges.",
    Reason.NO_CODE: "the corner marks are there, but the square code cannot be read. "
    "Scan it again, or type the code printed under it.",
    Reason.OTHER_PRINT: "this sheet was printed from another version of the questionnaire. "
    "Give the file it was printed from with --instrument.",
    Reason.UNKNOWN_INSTRUMENT: "this sheet belongs to a questionnaire that is not known here. "
    "Give its file with --instrument.",
    Reason.OTHER_SESSION: "this sheet belongs to another session. Read it there.",
    Reason.NOT_PRINTED_HERE: "this session never printed a sheet with this number. "
    "Check where the sheet came from.",
    Reason.MISPLACED: "the printed boxes are not where they should be; the page was folded, moved "
    "or cut while it was scanned. Flatten it and scan it again.",
    Reason.TWO_SHEETS: "two sheets lie in one picture. Scan or photograph them one at a time.",
    Reason.TOO_COARSE: "the picture is too coarse to read. Scan at 150 dpi or more.",
    Reason.TOO_LARGE: "the picture is larger than any sheet of paper we read. "
    "Scan at 300 dpi, one sheet a page.",
    Reason.TOO_MANY_PAGES: "the file has more pages than are read at once. Split it.",
    Reason.EMPTY_FILE: "the file is empty. Copy it again from the scanner or the USB stick.",
    Reason.NO_PAGES: "the file has no pages.",
    Reason.ENCRYPTED: "the file is locked with a password. Give it with --password, or save it "
    "without one.",
    Reason.DAMAGED: "the file is damaged or incomplete. Copy or scan it again.",
    Reason.NOT_AN_IMAGE: "this is not a PDF, TIFF, JPEG or PNG file.",
    Reason.NO_PERMISSION: "this file may not be opened. Ask whoever owns it.",
    Reason.NOT_FOUND: "there is no such file or folder.",
    Reason.NO_RENDERER: "this page must be drawn by poppler, which is not installed. "
    "Install it (Debian and Ubuntu: apt install poppler-utils) and read the file again.",
    Reason.OUR_MISTAKE: "the program made a mistake on this page. Please report it with this file.",
    Reason.WORKER_DIED: "the computer stopped while reading this page. Read the file again.",
    Reason.NOT_SENT: "the computers of the cluster do not see this file, and it is too large to be "
    "sent to them. Put it on a disk that they share, or read it without --cluster.",
}


class Note(StrEnum):
    """What is special about a page that was read; the value is what is stored."""

    ANOTHER_SHEET = "another_sheet"
    BY_WORDS = "by_words"
    TOO_LIGHT = "too_light"


NOTE_SENTENCES: dict[Note, str] = {
    Note.ANOTHER_SHEET: "another sheet lies partly in view; scan or photograph that one as well",
    Note.BY_WORDS: "its square code is damaged; the words under it say which sheet this is",
    Note.TOO_LIGHT: "the scan is so light that faint marks may be lost; "
    "scan it again, darker or in grey",
}


@dataclass(frozen=True, slots=True)
class PageRef:
    """Where a page comes from; `page` counts from 1, 0 stands for the file as a whole.

    Where several sheets lie in one picture, `part` counts them from 1, the way they lie.
    """

    file: str
    page: int = 0
    part: int = 1

    def __str__(self) -> str:
        page = f"{self.file}, page {self.page}" if self.page else self.file
        return f"{page}, sheet {self.part}" if self.part > 1 else page


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of a scan and everything that was read on it.

    Attributes:
        rotation: degrees clockwise that the scan is turned from upright: 0, 90, 180 or 270.
        residual_mm: how far the printed boxes lie from where they were expected, 95 % of them.
        mm_to_px: 3x3 homography, row by row, from mm on the sheet to pixels of the scan; in
            `size_px` (width, height). Crops for a person to look at are cut with it.
        written: per handwriting field, whether anything is written in it.
        dots: what people put on it, where it is a blank compass.
        notes: what a person should know about it, although it was read.
        beside: what else lies in the same picture, each with a `part` of its own.
    """

    ref: PageRef
    status: PageStatus
    reason: Reason | None = None
    detail: str = ""
    code: SheetCode | None = None
    instrument: str | None = None
    round: str | None = None
    rotation: int = 0
    residual_mm: float | None = None
    mm_to_px: tuple[float, ...] | None = None
    size_px: tuple[int, int] | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
    written: Mapping[str, bool] = field(default_factory=dict)
    dots: tuple[SeenDot, ...] = ()
    notes: tuple[Note, ...] = ()
    beside: tuple[ReadPage, ...] = ()

    @property
    def in_picture(self) -> tuple[ReadPage, ...]:
        """Everything that was found in the picture, this page first; each stands by itself."""
        return (replace(self, beside=()), *self.beside) if self.beside else (self,)

    @property
    def is_compass(self) -> bool:
        """Whether this is a blank compass with dots on it, and not somebody's sheet."""
        return self.code is not None and self.code.page == COMPASS_PAGE

    @property
    def is_unfilled(self) -> bool:
        """Whether nothing was put on this sheet: no mark, nothing withdrawn, no writing.

        Rows in which a faint mark may be lost do not change that; see `is_surely_unfilled`.
        """
        return not any(self.written.values()) and all(
            reading.option is None
            and not reading.withdrawn
            and reading.doubt in (None, Doubt.FAINT)
            for reading in self.readings.values()
        )

    @property
    def is_surely_unfilled(self) -> bool:
        """Whether nothing was put on this sheet, without a doubt in any row."""
        return self.is_unfilled and all(r.doubt is None for r in self.readings.values())

    @property
    def sentence(self) -> str | None:
        """Say in a sentence why this page is not read, or what is special about one that is."""
        if self.reason is not None:
            return SENTENCES[self.reason] + (f" ({self.detail})" if self.detail else "")
        special = [*(NOTE_SENTENCES[note] for note in self.notes), self.detail]
        return "; ".join(part for part in special if part) or None


def together(pages: Sequence[ReadPage]) -> ReadPage:
    """Make one of what was found in a picture: the first with the others beside it.

    What there is only one of keeps its place; several are counted in this order.
    """
    first, *others = (
        replace(page, ref=replace(page.ref, part=part)) for part, page in enumerate(pages, 1)
    )
    return replace(first, beside=tuple(others))


def moved_to(page: ReadPage, ref: PageRef) -> ReadPage:
    """Say of a page, and of what lies beside it, that it comes from elsewhere."""
    pages = (replace(one, ref=replace(ref, part=one.ref.part)) for one in page.in_picture)
    first, *others = pages
    return replace(first, beside=tuple(others))


def unread(ref: PageRef, reason: Reason, detail: str = "") -> ReadPage:
    """Make the account of a page that could not be read."""
    return ReadPage(ref, PageStatus.UNREAD, reason, detail)
