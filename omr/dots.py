"""The dots and crosses on a blank compass.

In:  what `omr.stickers.compass_reader` found on a photo.
Out: `SeenDot`: what it is, where it lies, and why a person may have to look.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from forms.compass import BY_HAND_MM, Compass, Map, Place
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
    UNCLEAR = "unclear"  # it may be a cross or a dot, or a part of something else
    WHITE = "white"  # the print is gone here: there may be a white sticker

    @property
    def message(self) -> Message:
        """Why, in words."""
        return Message(f"dot.{self.value}")


class OddKind(StrEnum):
    """What is on the map that is nobody's dot."""

    PAPER = "paper"  # a sticky note, tape, a hand
    STROKE = "stroke"  # an arrow, a ring, thick letters
    UNSEEN = "unseen"  # the print is gone: a lamp shines in it, or something white lies there

    @property
    def message(self) -> Message:
        """What it is, in words."""
        return Message(f"odd_spot.{self.value}")


@dataclass(frozen=True, slots=True)
class OddSpot:
    """A part of the map on which something lies that is no dot, or where nothing can be seen."""

    kind: OddKind
    place: Place  # the middle of a box round it, on the paper
    wide_mm: float
    high_mm: float

    def shared(self, other: OddSpot) -> OddSpot | None:
        """Return the part that lies in another one as well."""
        sides = []
        for at, wide, there, broad in (
            (self.place.x_mm, self.wide_mm, other.place.x_mm, other.wide_mm),
            (self.place.y_mm, self.high_mm, other.place.y_mm, other.high_mm),
        ):
            low, high = max(at - wide / 2, there - broad / 2), min(at + wide / 2, there + broad / 2)
            if high <= low:
                return None
            sides.append(((low + high) / 2, high - low))
        (x, wide), (y, high) = sides
        return OddSpot(self.kind, Place(x, y), wide, high)

    def holds(self, place: Place, margin_mm: float = 0) -> bool:
        """Say whether a place lies in it, or so near to it."""
        return (
            abs(place.x_mm - self.place.x_mm) <= self.wide_mm / 2 + margin_mm
            and abs(place.y_mm - self.place.y_mm) <= self.high_mm / 2 + margin_mm
        )


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
    round: str | None = None  # where somebody said that it is of another one than its sheet

    @property
    def counts(self) -> bool:
        """Whether it surely stands for somebody on the map.

        One between two places, or half over another one as the sheet asks for when a place
        is taken, is somebody's place to within an eighth of a point or two.
        """
        return not {DotDoubt.OUTSIDE, DotDoubt.UNCLEAR, DotDoubt.WHITE} & set(self.doubts)


SURE = 0.3  # of a step between two places: nearer to one than this is no doubt


def placed(
    map_: Map,
    kind: DotKind,
    colour: str,
    place: Place,
    size_mm: float,
    doubts: tuple[DotDoubt, ...] = (),
) -> SeenDot:
    """Find the nearest place on both axes, and doubt what lies between two or beyond the ends."""
    across, down = map_.point
    vertical, horizontal = map_.position_of(place)
    on = (
        _on_axis(map_.compass, vertical, len(map_.compass.vertical_questions), down),
        _on_axis(map_.compass, horizontal, len(map_.compass.horizontal_questions), across),
    )
    off = max(each.off for each in on)
    if any(each.is_outside for each in on):
        doubts = (*doubts, DotDoubt.OUTSIDE)
    elif off > SURE:
        doubts = (*doubts, DotDoubt.BETWEEN)
    return SeenDot(kind, colour, place, size_mm, on[0].value, on[1].value, off, doubts)


@dataclass(frozen=True, slots=True)
class _OnAxis:
    """Where a mark lies along one axis."""

    value: float
    off: float  # from there, in steps between two places
    is_outside: bool


def _on_axis(compass: Compass, value: float, questions: int, point_mm: float) -> _OnAxis:
    """Take the nearest place; where places lie too closely for a hand, take it as it lies."""
    place = (value - compass.lowest) * questions
    last = compass.span * questions
    is_by_hand = point_mm / questions >= BY_HAND_MM
    leeway = SURE if is_by_hand else SURE * BY_HAND_MM * questions / point_mm
    is_outside = not -leeway <= place <= last + leeway
    inside = min(max(place, 0.0), float(last))
    if not is_by_hand:
        return _OnAxis(round(compass.lowest + inside / questions, 2), 0.0, is_outside)
    nearest = round(inside)
    return _OnAxis(compass.lowest + nearest / questions, abs(place - nearest), is_outside)
