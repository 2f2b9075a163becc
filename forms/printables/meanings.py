"""What the fields of a map mean, and the places along its axes: one block for every paper.

In:  a `Compass`, the room that there is, and sizes of type to try.
Out: `Meanings` that fit, to be painted; None where there is no room, or nothing to say.

The fields stand as they lie on the map; along an axis its three descriptions stand in the order
in which one meets them there. A page shows the same words, from `along`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms import fonts
from forms.compass import Compass
from forms.instrument import MapAxis, Side
from forms.paper import BLACK, MM, Colour, Drawing

BETWEEN = "ertussen"  # what an axis is called between its ends
LEADING, ABOVE_NEXT, GUTTER = 1.22, 0.5, 1.6  # lines; between entries, and columns, in lines
LEAST_COLUMN_EM = 14.0  # a narrower column breaks every second word


@dataclass(frozen=True, slots=True)
class Meaning:
    """A name in bold, if it has one, and what it means: a field, or one axis line by line."""

    name: str
    texts: tuple[str, ...]


def fields(compass: Compass) -> tuple[Meaning, ...]:
    """Return what the fields mean, in reading order; nothing where the questionnaire is silent."""
    if not any(each.text for each in compass.quadrants):
        return ()
    return tuple(Meaning(each.title, (each.text,)) for each in compass.quadrants)


def along(compass: Compass) -> tuple[Meaning, ...]:
    """Return what the places along the axes mean: down the vertical one, across the other."""
    return tuple(
        Meaning(axis.name, tuple(f"{place}: {text}" for place, text in places_of(axis)))
        for axis in (compass.vertical, compass.horizontal)
        if all(axis.bands)
    )


def explained(compass: Compass) -> tuple[Meaning, ...]:
    """Return all of it, for a screen."""
    return (*fields(compass), *along(compass))


def places_of(axis: MapAxis) -> tuple[tuple[str, str], ...]:
    """Name the three parts of an axis, from the top or from the left, with what they mean."""
    low, middle, high = axis.bands
    found = ((axis.low, low), (BETWEEN, middle), (axis.high, high))
    return found if axis.low_at in (Side.TOP, Side.LEFT) else found[::-1]


@dataclass(frozen=True, slots=True)
class Meanings:
    """The block: entries in rows of one or two columns.

    Args:
        rows: of entries that stand beside each other.
        columns: how many there are beside each other, at most.
    """

    rows: tuple[tuple[Meaning, ...], ...]
    columns: int
    width_mm: float
    size_pt: float

    @property
    def height_mm(self) -> float:
        """How high it is."""
        between = ABOVE_NEXT * self._line * (len(self.rows) - 1)
        return sum(self._row_mm(row) for row in self.rows) + between

    def paint(self, drawing: Drawing, x: float, y: float, *, colour: Colour = BLACK) -> None:
        """Print it with its top left there."""
        for row in self.rows:
            for place, entry in enumerate(row):
                left, top = x + place * (self._column_mm + GUTTER * self._line), y
                for line, bold in self._lines(entry):
                    drawing.lines(
                        left, top, [line], self.size_pt,
                        bold=bold, colour=BLACK if bold else colour, leading=LEADING,
                    )  # fmt: skip
                    top += self._line
            y += self._row_mm(row) + ABOVE_NEXT * self._line

    @property
    def is_wide_enough(self) -> bool:
        """Whether its columns hold more than two or three words a line."""
        return self._column_mm >= LEAST_COLUMN_EM * self.size_pt / MM

    @property
    def _line(self) -> float:
        return LEADING * self.size_pt / MM

    @property
    def _column_mm(self) -> float:
        return (self.width_mm - (self.columns - 1) * GUTTER * self._line) / self.columns

    def _row_mm(self, row: Sequence[Meaning]) -> float:
        return max(len(self._lines(entry)) for entry in row) * self._line

    def _lines(self, entry: Meaning) -> list[tuple[str, bool]]:
        """Break an entry into lines, each bold or not."""
        wide = self._column_mm
        name = fonts.wrap(entry.name, wide, self.size_pt, bold=True)
        texts = [line for text in entry.texts for line in fonts.wrap(text, wide, self.size_pt)]
        return [*((line, True) for line in name), *((line, False) for line in texts)]


def meanings_within(
    compass: Compass,
    width_mm: float,
    height_mm: float,
    sizes_pt: Sequence[float],
    *,
    columns: int = 2,
) -> Meanings | None:
    """Set the block in the largest of these sizes that fits.

    None: it does not fit in any, or the questionnaire does not say what its fields mean.
    """
    rows = _rows(fields(compass), columns) + _rows(along(compass), columns)
    return _largest(rows, columns, width_mm, height_mm, sizes_pt)


def meanings_of(
    entries: Sequence[Meaning],
    width_mm: float,
    height_mm: float,
    sizes_pt: Sequence[float],
    *,
    columns: int,
) -> Meanings | None:
    """Set some entries in the largest of these sizes that fits."""
    rows = _rows(entries, columns)
    return _largest(rows, columns, width_mm, height_mm, sizes_pt)


def _rows(entries: Sequence[Meaning], columns: int) -> tuple[tuple[Meaning, ...], ...]:
    starts = range(0, len(entries), columns)
    return tuple(tuple(entries[start : start + columns]) for start in starts)


def _largest(
    rows: tuple[tuple[Meaning, ...], ...],
    columns: int,
    width_mm: float,
    height_mm: float,
    sizes_pt: Sequence[float],
) -> Meanings | None:
    tried = (Meanings(rows, columns, width_mm, size) for size in sizes_pt)
    fitting = (one for one in tried if one.is_wide_enough and one.height_mm <= height_mm)
    return next(fitting, None) if rows else None
