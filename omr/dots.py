"""The dots and crosses on a blank compass.

In:  what `omr.stickers.compass_reader` found on a photo.
Out: `SeenDot`: what it is, where it lies, and why a person may have to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forms.compass import Place
from forms.messages import Message


class DotKind(StrEnum):
    """What somebody put on the map."""

    DOT = "dot"
    CROSS = "cross"


class DotDoubt(StrEnum):
    """Why a person has to look."""

    BETWEEN = "between"  # it lies about as near to one place as to another
    OVERLAP = "overlap"  # dots lie over each other; they may mean one place, or be one more
    OUTSIDE = "outside"  # it lies beyond the ends of the axes
    UNCLEAR = "unclear"  # it may be a cross, or a part of some writing

    @property
    def message(self) -> Message:
        """Why, in words."""
        return Message(f"dot.{self.value}")


@dataclass(frozen=True, slots=True)
class SeenDot:
    """One dot or cross on the map."""

    kind: DotKind
    colour: str
    place: Place  # on the paper
    size_mm: float  # across
    vertical: float  # the nearest place where somebody can stand, on both axes
    horizontal: float
    off: float  # how far from it, in steps between two such places
    doubts: tuple[DotDoubt, ...] = ()

    @property
    def counts(self) -> bool:
        """Whether it surely stands for somebody on the map.

        One between two places, or half over another one as the sheet asks for when a place
        is taken, is somebody's place to within an eighth of a point or two.
        """
        return not {DotDoubt.OUTSIDE, DotDoubt.UNCLEAR} & set(self.doubts)
