"""What a session keeps, as values."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from forms.errors import SessionError
from forms.layout import Rect
from forms.sheet_code import MASTER, MAX_NUMBER
from omr.page import PageRef
from omr.pile.settle import Sheet

NOT_REACHED = (
    "The files were removed, not overwritten: who examines the disk may still find parts of them. "
    "Not reached are backups, synchronised copies, mail, USB sticks, the copier's own memory, and "
    "posters, papers and exports that were saved elsewhere."
)


@dataclass(frozen=True, slots=True)
class Batch:
    """One round of one instrument, as it was printed."""

    batch: str
    instrument: str
    edition: int
    layout: int
    round: str | None


@dataclass(frozen=True, slots=True)
class GivenSheet:
    """A sheet of this session; number 0 is the master copy.

    Attributes:
        printed: when; None for one that only has a number, under which its answers were typed in.
    """

    batch: str
    number: int
    participant: int | None
    printed: dt.datetime | None


@dataclass(frozen=True, slots=True)
class Scan:
    """A file that was scanned, as it is kept."""

    id: int
    sha256: str
    name: str  # the original name; with ' (2)' where another file was called so already
    path: Path  # where it is kept
    bytes: int
    pages: int | None  # None: not counted yet
    added: dt.datetime


@dataclass(frozen=True, slots=True)
class SheetId:
    """Whose answers: a numbered sheet, or one photocopy of a master.

    A copy is known by where a page of it was scanned, not by counting: when a page in the middle
    of the pile is read after all, every later copy would get the corrections of its neighbour.
    """

    batch: str
    number: int
    copy: PageRef | None = None

    def __post_init__(self) -> None:
        if (self.number == MASTER) != (self.copy is not None):
            raise ValueError(f"number is {self.number}, copy is {self.copy}: only masters have one")

    @classmethod
    def of(cls, sheet: Sheet) -> SheetId:
        """Name a settled sheet: a copy of a master by the first of its pages."""
        copy = sheet.first_scanned if sheet.number == MASTER else None
        return cls(sheet.batch, sheet.number, copy)

    def __str__(self) -> str:
        return f"{self.batch}-{self.number:02d}" + (f" ({self.copy})" if self.copy else "")


REPLACED = "replaced"  # what a correction is about that says by which sheet this one is replaced

TYPED = "typed"  # and that says what was typed in of a sheet that could not be scanned
KEPT = "kept"  # and that says a sheet counts though this number was taken off the list
LATER = "later"  # begins what a correction is about that puts a question off, to be asked later
OFF_LIST = "off_list"  # begins its value where no other sheet is: who was taken off the list


def later(question: str) -> str:
    """Name what a correction is about that puts a question off."""
    return f"{LATER} {question}"


def put_off(about: str) -> str | None:
    """Return the question that such a correction puts off; None where it is another one.

    >>> put_off(later("1.1/18")), put_off("3")
    ('1.1/18', None)
    """
    word, space, question = about.partition(" ")
    return question if space and word == LATER else None


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody changed. An undo is one too, and names the correction that it takes back."""

    id: int
    sheet: SheetId
    question: str  # or a field for handwriting, such as 'name'
    value: str | None  # None: left blank
    who: str
    at: dt.datetime
    why: str
    undoes: int | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """What an engine read in a field for handwriting; a proposal until a person confirms it.

    Attributes:
        engine: its name and the hash of its model.
        text: as it was read; empty where nothing could be.
        proposal: the same words, those that no list knows replaced by likelier ones.
        letters: of a name, what another list of names can be matched with.
        place: where on the sheet it was cut out.
    """

    ref: PageRef
    field: str
    engine: str
    text: str
    proposal: str
    confidence: float
    letters: bytes | None
    place: Rect

    @property
    def changed(self) -> tuple[int, ...]:
        """Which words of the proposal, counted from 0, differ from what was read."""
        pairs = zip(self.text.split(), self.proposal.split(), strict=True)
        return tuple(place for place, (read, proposed) in enumerate(pairs) if read != proposed)


@dataclass(frozen=True, slots=True)
class Called:
    """What a session was called from some moment on; no date where none can be made out."""

    team: str
    date: dt.date | None
    who: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Deletion:
    """What became of the files of a session that was deleted."""

    removed: tuple[str, ...]
    kept: tuple[str, ...]  # not ours, or it could not be removed
    not_reached: str = NOT_REACHED


def no_numbers_left(folder: Path) -> SessionError:
    """Say that every number a sheet can have was given out."""
    return SessionError("session.no_numbers", folder=folder, most=MAX_NUMBER)
