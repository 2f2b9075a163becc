"""What a name list holds, and what it may not exceed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from forms.messages import Message
from forms.sheet_code import MAX_NUMBER

MAX_BYTES = 5_000_000  # 9999 people with all their columns are about 1 MB
MAX_NAME = 100  # characters; the longest we know of has 66
MAX_COLUMNS = 300  # the widest export we know of (Google's contacts) has 90
MAX_LINES = 100_000  # most of them blank
MAX_LINE = 700_000  # bytes; ten thousand addresses pasted from a mail stand on one line
MAX_ROWS = 20_000  # twice as many as there are sheet numbers: titles and blank rows between


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list, with the number that all their sheets carry."""

    number: int
    name: str  # in full, as it is printed
    first: str = ""  # what colleagues call them: one word or more
    infix: str = ""
    last: str = ""
    label: str = ""  # another spelling, for where the font lacks letters of the name

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MAX_NUMBER:
            raise ValueError(f"number must be 1..{MAX_NUMBER}, got {self.number}")
        if not self.name:
            raise ValueError(f"name of person {self.number} must not be empty")


Roster: TypeAlias = tuple[Person, ...]


class Part(StrEnum):
    """What a column says of a person."""

    FIRST = "first"
    INFIX = "infix"
    LAST = "last"
    NAME = "name"  # in full, in either order
    LABEL = "label"


@dataclass(frozen=True, slots=True)
class Column:
    """A column that was used. `heading` is empty where the list names no columns."""

    heading: str
    part: Part


@dataclass(frozen=True, slots=True)
class NameList:
    """What was understood of a list.

    Attributes:
        used: the columns the names come from, in the order of the list.
        unused: the headings of all other columns with something in them.
        notes: what else was done: numbers left off, hidden rows skipped, letters repaired.
    """

    people: Roster
    used: tuple[Column, ...]
    unused: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list. `line` is where it begins in the file, counted from 1."""

    line: int
    cells: tuple[str, ...]

    @property
    def text(self) -> str:
        """The row as a person would read it out."""
        return " ; ".join(cell for cell in self.cells if cell)


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a list, and what was done to get them."""

    rows: tuple[Row, ...]
    notes: tuple[Message, ...] = ()
