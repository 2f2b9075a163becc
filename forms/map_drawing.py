"""Draw what every map has, whoever stands on it: grid, axes, and the words at their ends.

In:  a `Map`, and a `MapLook`: its inks and its sizes of type.
Out: ink; and where it is, for whoever places something beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from forms import fonts
from forms.compass import Map
from forms.layout import Rect
from forms.paper import BLACK, MM, WHITE, Colour, Drawing

MOST_OF_SIDE = 0.62  # of a side of the map: more a word at the end of an axis does not take
LEAST_PT = 4.0

# Of the quadrants in reading order. The four tints are equally light, and so are the four dark
# ones: no quadrant is better. Their greys are 0.93-0.94 and 0.36-0.42, dark on any copier.
QUADRANT_TINTS: tuple[Colour, Colour, Colour, Colour] = (
    (0.90, 0.95, 0.91), (0.985, 0.935, 0.875), (0.895, 0.94, 0.98), (0.955, 0.92, 0.96),
)  # fmt: skip
QUADRANT_COLOURS: tuple[Colour, Colour, Colour, Colour] = (
    (0.27, 0.45, 0.31), (0.58, 0.38, 0.16), (0.20, 0.41, 0.60), (0.48, 0.31, 0.52),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks at the places between whole points: specks, or crosses."""

    size_mm: float
    line_mm: float
    are_crosses: bool


@dataclass(frozen=True, slots=True)
class MapLook:
    """What a map is drawn with; `scale` is that of lines and corners: 1 on A1.

    Args:
        tab_pt: type of the words at the ends of the axes; smaller where a word is long.
        tab_mm: height of the black tabs behind them.
        tab_pad_mm: what a tab is wider than its word.
        inset_mm: from the edge of the map to a tab.
    """

    scale: float
    tab_pt: float
    tab_mm: float
    tab_pad_mm: float
    inset_mm: float
    axis_mm: float
    axis: Colour
    grid: Colour
    grid_mm: float
    marks: Marks


@dataclass(frozen=True, slots=True)
class Tab:
    """A word at the end of an axis: where, and how it is turned."""

    place: Rect
    text: str
    turn: float


def tabs(map_: Map, look: MapLook) -> tuple[Tab, Tab, Tab, Tab]:
    """Place the words at the ends of the axes: top, bottom, left, right."""
    area, (x, y), inset = map_.area, map_.crossing, look.inset_mm
    size, high = _tab_pt(map_, look), look.tab_mm
    right, bottom = area.x_mm + area.width_mm - inset, area.y_mm + area.height_mm - inset
    ends = map_.compass.ends
    wide = [fonts.width(text, size, bold=True) + look.tab_pad_mm for text in ends]
    top, low, one, other = wide
    return (
        Tab(Rect(x - top / 2, area.y_mm + inset, top, high), ends[0], 0.0),
        Tab(Rect(x - low / 2, bottom - high, low, high), ends[1], 0.0),
        Tab(Rect(area.x_mm + inset, y - one / 2, high, one), ends[2], -90.0),
        Tab(Rect(right - high, y - other / 2, high, other), ends[3], 90.0),
    )


def _tab_pt(map_: Map, look: MapLook) -> float:
    lengths = (map_.area.width_mm,) * 2 + (map_.area.height_mm,) * 2
    return min(
        fonts.fit(text, MOST_OF_SIDE * length - look.tab_pad_mm, look.tab_pt, LEAST_PT, bold=True)
        for text, length in zip(map_.compass.ends, lengths, strict=True)
    )


def paint_axes(drawing: Drawing, map_: Map, look: MapLook) -> None:
    """Draw both axes from tab to tab, and the tabs."""
    area, (x, y), size = map_.area, map_.crossing, _tab_pt(map_, look)
    start = look.inset_mm + look.tab_mm / 2  # the tabs lie over the ends of the lines
    right, bottom = area.x_mm + area.width_mm, area.y_mm + area.height_mm
    line = partial(drawing.line, line_mm=look.axis_mm, colour=look.axis)
    line(x, area.y_mm + start, x, bottom - start)
    line(area.x_mm + start, y, right - start, y)
    for tab in tabs(map_, look):
        place = tab.place
        drawing.rect(*sides(place), fill=BLACK, radius_mm=3 * look.scale)
        middle = (place.x_mm + place.width_mm / 2, place.y_mm + place.height_mm / 2)
        drop = 0.27 * size / MM  # from the middle of small letters to their foot
        with drawing.moved(*middle, degrees=tab.turn):
            drawing.text(0, drop, tab.text, size, bold=True, align="centre", colour=WHITE)


def paint_grid(drawing: Drawing, map_: Map, look: MapLook) -> None:
    """Draw lines at the whole points, and marks at the places between them."""
    plot, marks = map_.plot, look.marks
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    line = partial(drawing.line, line_mm=look.grid_mm, colour=look.grid)
    mark = partial(drawing.line, line_mm=marks.line_mm, colour=look.grid)
    (across, down), half = map_.steps, marks.size_mm / 2
    point_x, point_y = map_.point
    for y, is_whole in grid_lines(plot.y_mm, plot.height_mm, map_.compass.span, down):
        if is_whole:
            line(plot.x_mm, y, right, y)
        else:
            dash = (marks.size_mm, point_x / across - marks.size_mm)
            mark(plot.x_mm - half, y, right + half, y, dash_mm=dash)
    for x, is_whole in grid_lines(plot.x_mm, plot.width_mm, map_.compass.span, across):
        if is_whole:
            line(x, plot.y_mm, x, bottom)
        elif marks.are_crosses:
            dash = (marks.size_mm, point_y / down - marks.size_mm)
            mark(x, plot.y_mm - half, x, bottom + half, dash_mm=dash)


def grid_lines(
    start_mm: float, length_mm: float, span: int, steps: int
) -> Iterator[tuple[float, bool]]:
    """Yield the places of a grid along one side, and whether each is a whole point."""
    for number in range(span * steps + 1):
        yield start_mm + number * length_mm / (span * steps), number % steps == 0


def sides(rect: Rect) -> tuple[float, float, float, float]:
    """Return a rectangle as `Drawing.rect` takes it."""
    return rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm
