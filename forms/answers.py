"""What counts as an answer: readings, doubts, gaps, and what a person made of them.

A `Reading` is what the machine believes a row of boxes says, or the doubt that a person has to
settle. Both the reader and the store speak in these values.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.messages import Message


class Doubt(StrEnum):
    """Why a person has to look at a row. The value is what is stored and shown."""

    TWO_MARKS = "two_marks"  # two honest marks in one row
    FAINT = "faint"  # a mark that may be dirt or an erased line
    UNCLEAR = "unclear"  # a mark, but not clearly in one box
    WITHDRAWN_ONLY = "withdrawn_only"  # everything in the row was blacked out
    MISPLACED = "misplaced"  # the printed boxes are not where they should be
    NOT_SQUARE = "not_square"  # the printed boxes have no square outline, as bubbles
    TOO_COARSE = "too_coarse"  # a millimetre of paper has too few pixels
    TWO_PAPERS = "two_papers"  # two different papers carry this number
    DAMAGED = "damaged"  # the file is damaged, and a mark may be missing or not be one

    @property
    def message(self) -> Message:
        """Why, in words."""
        return Message(f"doubt.{self.value}")


class Status(StrEnum):
    """Where an answer stands."""

    READ = "read"
    BLANK = "blank"
    REVIEW = "review"


class Gap(StrEnum):
    """Why there is no answer that counts."""

    DOUBT = "doubt"  # a person has to look
    NOT_SCANNED = "not_scanned"  # its page did not come back
    BLANK = "blank"  # nothing was crossed

    def at(self, questions: Sequence[str]) -> Message:
        """Say at which questions."""
        return Message(f"gap.{self}", {"questions": ", ".join(questions)})


@dataclass(frozen=True, slots=True)
class Reading:
    """What we believe was answered to one question."""

    option: str | None  # None: left blank, or in doubt
    withdrawn: tuple[str, ...] = ()  # options that were marked and blacked out
    doubt: Doubt | None = None  # why a person has to look
    confidence: float = 1.0  # probability that `option` is what the person meant

    def __post_init__(self) -> None:
        if not 0 <= self.confidence <= 1:
            raise ValueError(f"confidence must be 0..1, got {self.confidence}")

    @property
    def status(self) -> Status:
        """Say whether this counts, was left blank, or waits for a person."""
        if self.doubt is not None:
            return Status.REVIEW
        return Status.BLANK if self.option is None else Status.READ
