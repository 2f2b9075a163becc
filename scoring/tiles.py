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
from dataclasses import dataclass, replace
from pathlib import Path
from string import ascii_uppercase
from typing import IO, TypeVar

from forms import fonts
from forms.errors import UsageError
from forms.paper import MM, WHITE, Drawing
from forms.paper_sizes import A4, Paper
from scoring.poster import Poster, Report, paint, settled, title

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
        return f"{self.row + 1}{ascii_uppercase[self.column]}"


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
    if best.rows * best.columns > MOST_SHEETS or best.columns > len(ascii_uppercase):
        raise UsageError(
            "tiles.too_many",
            width=f"{size.width_mm:g}",
            height=f"{size.height_mm:g}",
            sheets=best.rows * best.columns,
            paper=sheet.name,
        )
    return best


def whole_sheets(wanted: Paper, sheet: Paper) -> Paper:
    """Find the size nearest to a wanted one that fills whole sheets, so that no strip is left over.

    >>> from forms.paper_sizes import PAPERS
    >>> found = whole_sheets(PAPERS["a1"], A4)
    >>> found.width_mm, found.height_mm, [(t.rows, t.columns) for t in [tile(found, A4)]]
    (574, 835, [(3, 3)])
    """
    sizes = [
        Paper(wanted.name, columns * _step(way.width_mm) + OVERLAP_MM, rows * down + OVERLAP_MM)
        for way in (sheet, sheet.turned())
        for down in (_step(way.height_mm),)
        for columns in _near(wanted.width_mm, way.width_mm)
        for rows in _near(wanted.height_mm, way.height_mm)
    ]

    def off(size: Paper) -> float:
        ratios = (size.width_mm / wanted.width_mm, size.height_mm / wanted.height_mm)
        return sum(abs(math.log(ratio)) for ratio in ratios)

    return min(sizes, key=off)


def _near(length_mm: float, side_mm: float) -> tuple[int, ...]:
    """Count the sheets that stay just under a length, and those that just pass it."""
    most = _count(length_mm, side_mm)
    return tuple({max(1, most - 1), most})


@dataclass(frozen=True, slots=True)
class Caption:
    """What stands on the sheets about the poster."""

    title: str  # of the document
    team: str
    date: str


def draw_tiles(target: Path | IO[bytes], poster: Poster, sheet: Paper = A4) -> Report:
    """Draw a compass poster over as many sheets as it takes; names rather avoid the seams."""

    def painted(drawing: Drawing, tiling: Tiling) -> Report:
        cut = replace(poster, seams=tiling.seams_mm)
        ready, arrangement = settled(cut)
        return paint(drawing, ready, arrangement)

    label = Caption(title(poster), poster.team, poster.date)
    return paint_tiles(target, poster.size, sheet, label, painted)


def paint_tiles(
    target: Path | IO[bytes],
    size: Paper,
    sheet: Paper,
    label: Caption,
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
    drawing.entry(label.title)
    _draw_assembly(drawing, tiling, label)
    for part in tiling:
        drawing.next_page()
        drawing.entry(part.code, level=1)
        _draw_tile(drawing, tiling, part, label)
    drawing.save()
    return result


def _step(side_mm: float) -> float:
    return side_mm - 2 * MARGIN_MM - OVERLAP_MM


def _count(length_mm: float, side_mm: float) -> int:
    return max(1, math.ceil((length_mm - OVERLAP_MM) / _step(side_mm) - 1e-9))


GLUE = 0.35  # grey of the marks that get covered
HAIRLINE_MM, DASH_MM = 0.25, (3.0, 2.0)
UNDER_MM = 0.3  # so far the marks lie under the edge of the next sheet
HOOK_MM = 6.0  # of a line along that edge, round the corner
LAST_PT, LAST_MM = 5.0, (12.0, 4.3)  # what the last sheet says, from its right and lower edge
UPWARD = 90.0  # degrees
STRIP_PT, STRIP_ROOM, STRIP_HALF, STRIP_ROUND = 9.0, 2.0, 2.6, 1.0
HALF_CAPITAL = 0.35  # of the size of type: from the middle of a line to its baseline

MM_PER_CM = 10

# The page that says how to put it together, in mm and points.
EDGE_MM = 18.0
HOW_PT, ABOUT_PT, ABOUT_GAP = 24.0, 12.0, 5.0
BESIDE_MM, PICTURE_GAP, STEPS_HIGH = 10.0, 8.0, 100.0
STEP_PT, STEP_Y, STEP_X, STEP_GAP, STEP_TEXT_PT, RULER_GAP = 14.0, 5.0, 9.0, 2.5, 12.0, 6.0
PICTURE_LINE, SEAM_LINE, SEAM_DASH = 0.3, 0.5, (2.0, 1.2)
CODE_R, CODE_LINE, CODE_PT, CODE_DOWN = 6.5, 0.4, 14.0, 0.36  # of the size
RULER_MM, RULER_LINE, TICK_LINE = 100, 0.3, 0.25
TICKS_MM = ((50, 5.0), (10, 3.5), (5, 2.0))  # every so many mm a tick of this length
RULER_PT, RULER_DOWN, UNIT_X, UNIT_DOWN = 9.0, 9.0, 4.0, 4.0


def _draw_tile(drawing: Drawing, tiling: Tiling, part: Tile, label: Caption) -> None:
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
        drawing.line(beside, 0, beside, height, line_mm=HAIRLINE_MM, dash_mm=DASH_MM)
    if part.row > 0:
        drawing.line(0, beside, width, beside, line_mm=HAIRLINE_MM, dash_mm=DASH_MM)
    if part.row + 1 == tiling.rows and part.column + 1 == tiling.columns:
        aside, up = LAST_MM
        said = f"{part.code} · {label.team}"
        drawing.text(width - aside, height - up, said, LAST_PT, align="right")


def _draw_right_strip(drawing: Drawing, tiling: Tiling, part: Tile) -> None:
    """Mark where the next sheet comes to lie, a little under its edge."""
    x = MARGIN_MM + tiling.step_mm[0] + UNDER_MM + HAIRLINE_MM / 2
    top, bottom = MARGIN_MM + UNDER_MM, MARGIN_MM + part.height_mm
    drawing.line(x, top, x, bottom, line_mm=HAIRLINE_MM, colour=GLUE)
    drawing.line(x, top, x + HOOK_MM, top, line_mm=HAIRLINE_MM, colour=GLUE)
    text = f"{part.code} · lijmrand: hierop komt {tiling.at(part.row, part.column + 1).code}"
    middle = MARGIN_MM + min(part.height_mm, tiling.step_mm[1]) / 2
    with drawing.moved(x + OVERLAP_MM / 2, middle, degrees=UPWARD):
        _draw_strip_text(drawing, text)


def _draw_lower_strip(drawing: Drawing, tiling: Tiling, part: Tile) -> None:
    y = MARGIN_MM + tiling.step_mm[1] + UNDER_MM + HAIRLINE_MM / 2
    left, right = MARGIN_MM + UNDER_MM, MARGIN_MM + part.width_mm
    drawing.line(left, y, right, y, line_mm=HAIRLINE_MM, colour=GLUE)
    drawing.line(left, y, left, y + HOOK_MM, line_mm=HAIRLINE_MM, colour=GLUE)
    text = f"{part.code} · lijmrand: hierop komt {tiling.at(part.row + 1, part.column).code}"
    middle = MARGIN_MM + min(part.width_mm, tiling.step_mm[0]) / 2
    with drawing.moved(middle, y + OVERLAP_MM / 2):
        _draw_strip_text(drawing, text)


def _draw_strip_text(drawing: Drawing, text: str) -> None:
    half = fonts.width(text, STRIP_PT) / 2 + STRIP_ROOM
    high = 2 * STRIP_HALF
    drawing.rect(-half, -STRIP_HALF, 2 * half, high, fill=WHITE, radius_mm=STRIP_ROUND)
    drawing.text(0, HALF_CAPITAL * STRIP_PT / MM, text, STRIP_PT, align="centre")


def _draw_assembly(drawing: Drawing, tiling: Tiling, label: Caption) -> None:
    """Draw the first page: a picture of the whole with the codes, four steps, a ruler."""
    sheet, left, top = tiling.sheet, EDGE_MM, EDGE_MM
    wide = sheet.width_mm - 2 * left
    count = tiling.rows * tiling.columns
    top += drawing.lines(left, top, ["Zo maak je de poster"], HOW_PT, bold=True)
    across, down = (_in_cm(side) for side in (tiling.size.width_mm, tiling.size.height_mm))
    size = f"{across} bij {down} cm"
    about = f"{label.team}, {label.date}: {count} bladen {sheet.name}, samen {size}."
    top += drawing.paragraph(left, top, wide, about, ABOUT_PT) + ABOUT_GAP
    is_lying = sheet.width_mm > sheet.height_mm
    steps_left, steps_top, steps_wide = left, top, wide
    if is_lying:
        picture_wide, picture_high = wide / 2, sheet.height_mm - top - EDGE_MM
        steps_left, steps_wide = left + picture_wide + BESIDE_MM, wide / 2 - BESIDE_MM
    else:
        picture_wide, picture_high = wide, sheet.height_mm - top - STEPS_HIGH
    scale = min(picture_wide / tiling.size.width_mm, picture_high / tiling.size.height_mm)
    picture_left = left + (picture_wide - scale * tiling.size.width_mm) / 2
    _draw_miniature(drawing, tiling, picture_left, top, scale)
    if not is_lying:
        steps_top = top + scale * tiling.size.height_mm + PICTURE_GAP
    for number, step in enumerate(_STEPS, 1):
        drawing.text(steps_left, steps_top + STEP_Y, f"{number}", STEP_PT, bold=True)
        x, room = steps_left + STEP_X, steps_wide - STEP_X
        steps_top += drawing.paragraph(x, steps_top, room, step, STEP_TEXT_PT) + STEP_GAP
    _draw_ruler(drawing, steps_left, steps_top + RULER_GAP)


def _in_cm(side_mm: float) -> str:
    return f"{side_mm / MM_PER_CM:g}".replace(".", ",")


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
    drawing.rect(left, top, wide, high, line_mm=PICTURE_LINE)
    seams_x, seams_y = tiling.seams_mm
    ends = [(left + x * scale, top, left + x * scale, top + high) for x in seams_x]
    ends += [(left, top + y * scale, left + wide, top + y * scale) for y in seams_y]
    for seam in ends:
        drawing.line(*seam, line_mm=SEAM_LINE, dash_mm=SEAM_DASH)
    across, down = tiling.step_mm
    for part in tiling:
        x = left + (part.x_mm + min(across, part.width_mm) / 2) * scale
        y = top + (part.y_mm + min(down, part.height_mm) / 2) * scale
        drawing.circle(x, y, CODE_R, line_mm=CODE_LINE, fill=WHITE)
        base = y + CODE_DOWN * CODE_PT / MM
        drawing.text(x, base, part.code, CODE_PT, bold=True, align="centre")


def _draw_ruler(drawing: Drawing, left: float, top: float) -> None:
    drawing.line(left, top, left + RULER_MM, top, line_mm=RULER_LINE)
    (half, _), *_, (least, _) = TICKS_MM
    for mm in range(0, RULER_MM + 1, least):
        length = next(long for each, long in TICKS_MM if mm % each == 0)
        drawing.line(left + mm, top, left + mm, top + length, line_mm=TICK_LINE)
    for mm in range(0, RULER_MM + 1, half):
        drawing.text(left + mm, top + RULER_DOWN, f"{mm}", RULER_PT, align="centre")
    drawing.text(left + RULER_MM + UNIT_X, top + UNIT_DOWN, "mm", RULER_PT)
