"""Print a poster over many sheets of A4 or A3, for a school that has no large printer.

In:  a poster of any size, as a function that paints it, and the sheets that go into the copier.
Out: a PDF: a page that says how to put it together, then the sheets row by row.

Every sheet lies over the glue strips of its left and its upper neighbour, so that only left
and top edges are cut. All marks lie where the next sheet covers them: what hangs on the wall
is the poster and nothing else. The figures come from docs/findings/printing.md 6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TypeVar

from forms import fonts
from forms.errors import UsageError
from forms.paper import A4, MM, WHITE, Drawing, Paper
from scoring.poster import Poster, Report, arranged, paint, title

MARGIN_MM = 6.0  # copiers leave 4.2 mm white, some inkjets 6.7 at the foot
OVERLAP_MM = 10.0
MOST_SHEETS = 100

Painted = TypeVar("Painted")


@dataclass(frozen=True, slots=True)
class Tile:
    """One sheet: which part of the poster it shows."""

    row: int  # from 0
    column: int
    x_mm: float  # where on the poster its part begins
    y_mm: float
    width_mm: float
    height_mm: float

    @property
    def code(self) -> str:
        """What people call it: `2B` is in the second row."""
        return f"{self.row + 1}{chr(ord('A') + self.column)}"


@dataclass(frozen=True, slots=True)
class Tiling:
    """How a poster is divided over sheets."""

    size: Paper
    sheet: Paper
    rows: int
    columns: int

    @property
    def step_mm(self) -> tuple[float, float]:
        """How far the next sheet begins to the right, and how far down."""
        return _step(self.sheet.width_mm), _step(self.sheet.height_mm)

    @property
    def seams_mm(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Where on the poster the sheets meet: from the left, and from the top."""
        across, down = self.step_mm
        return (
            tuple(column * across for column in range(1, self.columns)),
            tuple(row * down for row in range(1, self.rows)),
        )

    def __iter__(self) -> Iterator[Tile]:
        across, down = self.step_mm
        wide, high = across + OVERLAP_MM, down + OVERLAP_MM
        for row in range(self.rows):
            for column in range(self.columns):
                x, y = column * across, row * down
                yield Tile(
                    row,
                    column,
                    x,
                    y,
                    min(wide, self.size.width_mm - x),
                    min(high, self.size.height_mm - y),
                )

    def at(self, row: int, column: int) -> Tile:
        """Return one of the sheets."""
        return list(self)[row * self.columns + column]


def tile(size: Paper, sheet: Paper = A4) -> Tiling:
    """Divide a poster over sheets, upright or lying, whichever takes fewer of them.

    Raises:
        UsageError: it would take more than a hundred.
    """
    tilings = [
        Tiling(
            size,
            way,
            rows=_count(size.height_mm, way.height_mm),
            columns=_count(size.width_mm, way.width_mm),
        )
        for way in (sheet, sheet.turned())
    ]
    best = min(tilings, key=lambda tiling: tiling.rows * tiling.columns)
    if best.rows * best.columns > MOST_SHEETS or best.columns > 26:
        raise UsageError(
            "tiles.too_many",
            width=f"{size.width_mm:g}",
            height=f"{size.height_mm:g}",
            sheets=best.rows * best.columns,
            paper=sheet.name,
        )
    return best


@dataclass(frozen=True, slots=True)
class Label:
    """What stands on the sheets about the poster."""

    title: str  # of the document
    team: str
    date: str


def draw_tiles(target: Path | IO[bytes], poster: Poster, sheet: Paper = A4) -> Report:
    """Draw a compass poster over as many sheets as it takes; names rather avoid the seams."""

    def painted(drawing: Drawing, tiling: Tiling) -> Report:
        seams_x, seams_y = tiling.seams_mm
        return paint(drawing, poster, arranged(poster, seams_x=seams_x, seams_y=seams_y))

    label = Label(title(poster), poster.team, poster.date)
    return paint_tiles(target, poster.size, sheet, label, painted)


def paint_tiles(
    target: Path | IO[bytes],
    size: Paper,
    sheet: Paper,
    label: Label,
    painted: Callable[[Drawing, Tiling], Painted],
) -> Painted:
    """Draw any poster over as many sheets as it takes.

    Args:
        target: where to write it.
        size: of the poster.
        sheet: what it is printed on.
        label: what the sheets say about it.
        painted: paints the poster on a form of its size; what it returns is handed on.
    """
    tiling = tile(size, sheet)
    drawing = Drawing(target, tiling.sheet, title=label.title)
    with drawing.form("poster", size):
        result = painted(drawing, tiling)
    _draw_assembly(drawing, tiling, label)
    for part in tiling:
        drawing.next_page()
        _draw_tile(drawing, tiling, part, label)
    drawing.save()
    return result


def _step(side_mm: float) -> float:
    return side_mm - 2 * MARGIN_MM - OVERLAP_MM


def _count(length_mm: float, side_mm: float) -> int:
    return max(1, math.ceil((length_mm - OVERLAP_MM) / _step(side_mm) - 1e-9))


GLUE = 0.35  # grey of the marks that get covered
HAIRLINE_MM = 0.25


def _draw_tile(drawing: Drawing, tiling: Tiling, part: Tile, label: Label) -> None:
    """Draw one sheet: its part of the poster, cut lines left and above, glue strips."""
    with drawing.clipped(MARGIN_MM, MARGIN_MM, part.width_mm, part.height_mm):
        with drawing.moved(MARGIN_MM - part.x_mm, MARGIN_MM - part.y_mm):
            drawing.use("poster")
        if part.column + 1 < tiling.columns:
            _draw_right_strip(drawing, tiling, part)
        if part.row + 1 < tiling.rows:
            _draw_lower_strip(drawing, tiling, part)
    beside = MARGIN_MM - HAIRLINE_MM  # the line itself is cut off
    width, height = tiling.sheet.width_mm, tiling.sheet.height_mm
    if part.column > 0:
        drawing.line(beside, 0, beside, height, line_mm=HAIRLINE_MM, dash_mm=(3, 2))
    if part.row > 0:
        drawing.line(0, beside, width, beside, line_mm=HAIRLINE_MM, dash_mm=(3, 2))
    if part.row + 1 == tiling.rows and part.column + 1 == tiling.columns:
        drawing.text(width - 12, height - 4.3, f"{part.code} · {label.team}", 5, align="right")


def _draw_right_strip(drawing: Drawing, tiling: Tiling, part: Tile) -> None:
    """Mark where the next sheet comes to lie, 0.3 mm under its edge."""
    x = MARGIN_MM + tiling.step_mm[0] + 0.3 + HAIRLINE_MM / 2
    top, bottom = MARGIN_MM + 0.3, MARGIN_MM + part.height_mm
    drawing.line(x, top, x, bottom, line_mm=HAIRLINE_MM, colour=GLUE)
    drawing.line(x, top, x + 6, top, line_mm=HAIRLINE_MM, colour=GLUE)
    text = f"{part.code} · lijmrand: hierop komt {tiling.at(part.row, part.column + 1).code}"
    middle = MARGIN_MM + min(part.height_mm, tiling.step_mm[1]) / 2
    with drawing.moved(x + OVERLAP_MM / 2, middle, degrees=90):
        _draw_strip_text(drawing, text)


def _draw_lower_strip(drawing: Drawing, tiling: Tiling, part: Tile) -> None:
    y = MARGIN_MM + tiling.step_mm[1] + 0.3 + HAIRLINE_MM / 2
    left, right = MARGIN_MM + 0.3, MARGIN_MM + part.width_mm
    drawing.line(left, y, right, y, line_mm=HAIRLINE_MM, colour=GLUE)
    drawing.line(left, y, left, y + 6, line_mm=HAIRLINE_MM, colour=GLUE)
    text = f"{part.code} · lijmrand: hierop komt {tiling.at(part.row + 1, part.column).code}"
    middle = MARGIN_MM + min(part.width_mm, tiling.step_mm[0]) / 2
    with drawing.moved(middle, y + OVERLAP_MM / 2):
        _draw_strip_text(drawing, text)


def _draw_strip_text(drawing: Drawing, text: str) -> None:
    size = 9.0
    half = fonts.width(text, size) / 2 + 2
    drawing.rect(-half, -2.6, 2 * half, 5.2, fill=WHITE, radius_mm=1)
    drawing.text(0, 0.35 * size / MM, text, size, align="centre")


def _draw_assembly(drawing: Drawing, tiling: Tiling, label: Label) -> None:
    """Draw the first page: a picture of the whole with the codes, four steps, a ruler."""
    sheet, left, top = tiling.sheet, 18.0, 18.0
    wide = sheet.width_mm - 2 * left
    count = tiling.rows * tiling.columns
    top += drawing.lines(left, top, ["Zo maak je de poster"], 24, bold=True)
    across, down = (
        f"{side / 10:g}".replace(".", ",") for side in (tiling.size.width_mm, tiling.size.height_mm)
    )
    size = f"{across} bij {down} cm"
    about = f"{label.team}, {label.date}: {count} bladen {sheet.name}, samen {size}."
    top += drawing.paragraph(left, top, wide, about, 12) + 5
    is_lying = sheet.width_mm > sheet.height_mm
    steps_left, steps_top, steps_wide = left, top, wide
    if is_lying:
        picture_wide, picture_high = wide * 0.5, sheet.height_mm - top - 18
        steps_left, steps_wide = left + picture_wide + 10, wide * 0.5 - 10
    else:
        picture_wide, picture_high = wide, sheet.height_mm - top - 100
    scale = min(picture_wide / tiling.size.width_mm, picture_high / tiling.size.height_mm)
    picture_left = left + (picture_wide - scale * tiling.size.width_mm) / 2
    _draw_miniature(drawing, tiling, picture_left, top, scale)
    if not is_lying:
        steps_top = top + scale * tiling.size.height_mm + 8
    for number, step in enumerate(_STEPS, 1):
        drawing.text(steps_left, steps_top + 5, f"{number}", 14, bold=True)
        steps_top += drawing.paragraph(steps_left + 9, steps_top, steps_wide - 9, step, 12) + 2.5
    _draw_ruler(drawing, steps_left, steps_top + 6)


_STEPS = (
    "Print alle bladen op ware grootte: kies 100 %, en niet ‘passend maken’. "
    "Meet de liniaal hieronder na: van 0 tot 100 is het precies 10 cm.",
    "Leg de bladen neer zoals op het plaatje. De code staat op de lijmrand.",
    "Zie je links of boven een streepjeslijn? Snijd het blad daar af.",
    "Plak van links naar rechts, en dan de volgende rij. Elk blad komt over de lijmrand "
    "van zijn buren, precies tot aan de dunne lijn.",
)


def _draw_miniature(
    drawing: Drawing, tiling: Tiling, left: float, top: float, scale: float
) -> None:
    """Draw the whole poster small, with the seams and the codes of the sheets on it."""
    wide, high = tiling.size.width_mm * scale, tiling.size.height_mm * scale
    with drawing.moved(left, top, scale=scale):
        drawing.use("poster")
    drawing.rect(left, top, wide, high, line_mm=0.3)
    seams_x, seams_y = tiling.seams_mm
    ends = [(left + x * scale, top, left + x * scale, top + high) for x in seams_x]
    ends += [(left, top + y * scale, left + wide, top + y * scale) for y in seams_y]
    for seam in ends:
        drawing.line(*seam, line_mm=0.5, dash_mm=(2.0, 1.2))
    across, down = tiling.step_mm
    for part in tiling:
        x = left + (part.x_mm + min(across, part.width_mm) / 2) * scale
        y = top + (part.y_mm + min(down, part.height_mm) / 2) * scale
        drawing.circle(x, y, 6.5, line_mm=0.4, fill=WHITE)
        drawing.text(x, y + 0.36 * 14 / MM, part.code, 14, bold=True, align="centre")


def _draw_ruler(drawing: Drawing, left: float, top: float) -> None:
    drawing.line(left, top, left + 100, top, line_mm=0.3)
    for mm in range(0, 101, 5):
        length = 5 if mm % 50 == 0 else 3.5 if mm % 10 == 0 else 2
        drawing.line(left + mm, top, left + mm, top + length, line_mm=0.25)
    for mm in (0, 50, 100):
        drawing.text(left + mm, top + 9, f"{mm}", 9, align="centre")
    drawing.text(left + 104, top + 4, "mm", 9)
