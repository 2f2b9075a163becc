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
from forms.messages import Message
from forms.sheet_code import COMPASS_PAGE, TRIAL_PAGE, SheetCode

if TYPE_CHECKING:
    from omr.dots import OddSpot, SeenDot


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
    COMPRESSION = "compression"
    TOO_SLOW = "too_slow"
    NO_PERMISSION = "no_permission"
    NOT_FOUND = "not_found"
    NO_RENDERER = "no_renderer"
    WORKER_DIED = "worker_died"
    NOT_SENT = "not_sent"
    WITHDRAWN = "withdrawn"
    LINKED = "linked"
    TOO_DEEP = "too_deep"
    UNFINISHED = "unfinished"
    EARLIER = "earlier"
    OUR_MISTAKE = "our_mistake"

    @property
    def message(self) -> Message:
        """Why, and what to do, in words."""
        return Message(f"reason.{self.value}")


class Note(StrEnum):
    """What is special about a page that was read; the value is what is stored."""

    ANOTHER_SHEET = "another_sheet"
    BY_WORDS = "by_words"
    TOO_LIGHT = "too_light"
    TRIAL_FINE = "trial_fine"  # what the trial sheet says about the copier
    TRIAL_SCALE = "trial_scale"
    TRIAL_BITONAL = "trial_bitonal"
    TRIAL_LIGHT = "trial_light"
    TRIAL_DARK = "trial_dark"
    TRIAL_STREAKS = "trial_streaks"
    TRIAL_CUT = "trial_cut"
    TRIAL_SKEW = "trial_skew"
    TRIAL_COARSE = "trial_coarse"
    TRIAL_PHOTO = "trial_photo"
    DAMAGED = "damaged"

    @property
    def message(self) -> Message:
        """What it is, in words."""
        return Message(f"note.{self.value}")


def shown(name: str) -> str:
    r"""Return the name of a file as it can be shown in one line.

    >>> shown("scan\nnot read: 2.pdf"), shown("scan-\udce9.pdf")
    ('scan�not read: 2.pdf', 'scan-�.pdf')
    """
    return "".join(letter if letter.isprintable() else "\ufffd" for letter in name)


@dataclass(frozen=True, slots=True)
class PageRef:
    """Where a page comes from; `page` counts from 1, 0 stands for the file as a whole.

    Where several sheets lie in one picture, `part` counts them from 1, the way they lie.
    """

    file: str
    page: int = 0
    part: int = 1

    def __str__(self) -> str:
        return str(self.message)

    @property
    def message(self) -> Message:
        """Where it is, in words."""
        where = {"file": shown(self.file), "page": self.page, "part": self.part}
        match self:
            case PageRef(page=0):
                return Message("where.file", {"file": where["file"]})
            case PageRef(part=1):
                return Message("where.page", {"file": where["file"], "page": self.page})
            case _:
                return Message("where.part", where)


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page of a scan and everything that was read on it.

    Attributes:
        detail: of the reason, in figures and codes rather than words.
        remark: what the pile that it lies in says about it.
        rotation: degrees clockwise that the scan is turned from upright: 0, 90, 180 or 270.
        residual_mm: how far the printed boxes lie from where they were expected, 95 % of them.
        mm_to_px: 3x3 homography, row by row, from mm on the sheet to pixels of the scan; in
            `size_px` (width, height). Crops for a person to look at are cut with it.
        written: per handwriting field, whether anything is written in it.
        dots: what people put on it, where it is a blank compass.
        odd: what is on that and is no dot, and where nothing can be seen.
        notes: what a person should know about it, although it was read.
        beside: what else lies in the same picture, each with a `part` of its own.
    """

    ref: PageRef
    status: PageStatus
    reason: Reason | None = None
    detail: str = ""
    remark: Message | None = None
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
    odd: tuple[OddSpot, ...] = ()
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
    def is_trial(self) -> bool:
        """Whether this is the sheet that judges the copier, and nobody's."""
        return self.code is not None and self.code.page == TRIAL_PAGE

    @property
    def is_unfilled(self) -> bool:
        """Whether nothing was put on this sheet: no mark, nothing withdrawn, no writing.

        Rows in which a faint mark may be lost do not change that; see `is_surely_unfilled`.
        """
        return self.is_unmarked and not any(self.written.values())

    @property
    def is_unmarked(self) -> bool:
        """Whether no box was marked; there may be writing."""
        return all(
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
            return str(self.reason.message) + (f" ({self.detail})" if self.detail else "")
        special = [*(str(note.message) for note in self.notes), str(self.remark or self.detail)]
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
