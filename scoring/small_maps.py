"""Draw *Iedereen in beeld*: a small map for each person, who moved furthest first.

In:  a `SmallMaps`: people with what stands on paper for each, and the compass.
Out: a sheet on which everybody finds themselves at once, where one map of all would be a tangle.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from forms import fonts
from forms.compass import Compass, Map
from forms.instrument import Round
from forms.layout import Rect
from forms.paper import CREDIT_MM, MM, WHITE, Drawing
from forms.paper_sizes import PAPERS, Paper
from scoring import signs
from scoring.compass_map import Person
from scoring.shapes import Segment
from scoring.signs import CAPTION, Inks
from scoring.written import Name

# In mm and points of an A1; all grows and shrinks with the paper.
EDGE, LEAST_EDGE_MM = 13.0, 8.0
TITLE_PT, TITLE_HIGH, TEAM_PT, LEAST_TEAM_PT, TEAM_HIGH = 64.0, 27.0, 30.0, 14.0, 14.0
CAPTION_PT, CAPTION_HIGH = 22.0, 12.0
PANEL_GAP, NAME_SHARE = 5.0, 0.2  # the part of a panel's height that the name has
NAME_LINES, LEAST_NAME = 2, 0.4  # of the size that fills its room
RIM_SHARE, DOT_SHARE, ARROW_SHARE = 0.09, 0.045, 0.016  # of the side of a map
AXIS_LINE, FRAME_LINE = 0.5, 0.25
MOST_MAP = 120.0  # of one side
LARGEST_NAME_PT = 44.0


@dataclass(frozen=True, slots=True)
class SmallMaps:
    """Everything that stands on the sheet."""

    team: str
    date: str
    size: Paper
    people: tuple[Person, ...]
    names: tuple[Name, ...]  # what is printed for each of them
    rounds: tuple[Round, ...]  # one, or both in the order of the arrows
    compass: Compass
    inks: Inks

    @property
    def in_order(self) -> tuple[tuple[Person, str], ...]:
        """Everybody with their name: who moves furthest first, and then by name."""
        named = [(who, str(name)) for who, name in zip(self.people, self.names, strict=True)]
        return tuple(sorted(named, key=lambda each: (-step_of(each[0]), each[1].casefold())))


@dataclass(frozen=True, slots=True)
class SmallReport:
    """How it came out."""

    people: int
    columns: int
    name_pt: float  # of the smallest name


def step_of(person: Person) -> float:
    """Say how far somebody moves from one round to the other; 0 with one round."""
    if person.dot is None or person.ring is None:
        return 0.0
    return math.hypot(
        person.dot.vertical - person.ring.vertical, person.dot.horizontal - person.ring.horizontal
    )


def paint_small_maps(drawing: Drawing, sheet: SmallMaps) -> SmallReport:
    """Draw the sheet on the page or form that is open."""
    wide, high = sheet.size.width_mm, sheet.size.height_mm
    short, long = sorted((wide, high))
    scale = min(short / PAPERS["a1"].width_mm, long / PAPERS["a1"].height_mm)
    edge = max(LEAST_EDGE_MM, EDGE * scale)
    top = _head(drawing, sheet, edge, scale)
    bottom = high - max(edge, CREDIT_MM if sheet.compass.source else 0.0)
    columns, side = _grid(len(sheet.people), wide - 2 * edge, bottom - top, PANEL_GAP * scale)
    side = min(side, MOST_MAP * scale)
    gap = PANEL_GAP * scale
    name_high = NAME_SHARE * side
    left = (wide - columns * (side + gap) + gap) / 2
    smallest = LARGEST_NAME_PT * scale
    for number, (person, name) in enumerate(sheet.in_order):
        row, column = divmod(number, columns)
        x, y = left + column * (side + gap), top + row * (side + name_high + gap)
        smallest = min(smallest, _name(drawing, name, x, y, side, name_high, scale))
        _map(drawing, sheet, person, Rect(x, y + name_high, side, side), scale)
    drawing.credit(sheet.compass.source)
    return SmallReport(len(sheet.people), columns, smallest)


def _grid(count: int, wide: float, high: float, gap: float) -> tuple[int, float]:
    """Choose the number of columns that gives the largest maps; return it with their side."""
    best = (1, 0.0)
    for columns in range(1, max(count, 1) + 1):
        rows = -(-max(count, 1) // columns)
        across = (wide + gap) / columns - gap
        down = ((high + gap) / rows - gap) / (1 + NAME_SHARE)
        side = min(across, down)
        if side > best[1]:
            best = (columns, side)
    return best


def _head(drawing: Drawing, sheet: SmallMaps, edge: float, scale: float) -> float:
    """Draw what stands above the maps; return where they begin."""
    wide, y = sheet.size.width_mm - 2 * edge, edge
    drawing.text(edge, y + 0.8 * TITLE_HIGH * scale, _TITLE, TITLE_PT * scale, bold=True)
    y += TITLE_HIGH * scale
    date_pt = TEAM_PT * scale
    room = wide - fonts.width(sheet.date, date_pt) - EDGE * scale
    least = LEAST_TEAM_PT * scale
    size, lines = fonts.in_lines(sheet.team, room, TEAM_PT * scale, least, 2, bold=True)
    right = sheet.size.width_mm - edge
    drawing.lines(right, y, [sheet.date], date_pt, align="right", colour=CAPTION)
    y += max(drawing.lines(edge, y, lines, size, bold=True), TEAM_HIGH * scale)
    titles = ", ".join(
        f"{where} {title}" for where, title in zip(_CORNERS, sheet.compass.titles, strict=True)
    )
    if len(sheet.rounds) > 1:
        first, last = (r.label for r in sheet.rounds)
        moved = f" Open rondje: {first}. Dichte stip: {last}. Wie het verst gaat, staat vooraan."
    else:
        moved = ""
    said = f"Een kaartje per collega.{moved} De velden zijn {titles}."
    y += drawing.paragraph(edge, y, wide, said, CAPTION_PT * scale, colour=CAPTION)
    return y + CAPTION_HIGH * scale / 2


_TITLE = "Iedereen in beeld"
_CORNERS = ("linksboven", "rechtsboven", "linksonder", "rechtsonder")


def _name(
    drawing: Drawing, name: str, x: float, y: float, side: float, high: float, scale: float
) -> float:
    """Print a name over its map, in two lines if it is long; return its size."""
    full = min(0.55 * high * MM, LARGEST_NAME_PT * scale)
    size, lines = fonts.in_lines(name, side, full, LEAST_NAME * full, NAME_LINES, bold=True)
    leading = 1.12
    step = size * leading / MM
    drawing.lines(x, y + high - len(lines) * step, lines, size, bold=True, leading=leading)
    return size


def _map(drawing: Drawing, sheet: SmallMaps, person: Person, area: Rect, scale: float) -> None:
    """Draw the four quadrants, and where somebody stands in them."""
    side, inks = area.width_mm, sheet.inks
    map_ = Map(area, RIM_SHARE * side, sheet.compass)
    x, y = map_.crossing
    left, top, right, bottom = area.x_mm, area.y_mm, area.x_mm + side, area.y_mm + side
    corners = ((left, top, x, y), (x, top, right, y), (left, y, x, bottom), (x, y, right, bottom))
    for (x1, y1, x2, y2), tint in zip(corners, inks.tints, strict=True):
        if tint != WHITE:
            drawing.rect(x1, y1, x2 - x1, y2 - y1, fill=tint)
    drawing.line(x, top, x, bottom, line_mm=AXIS_LINE * scale)
    drawing.line(left, y, right, y, line_mm=AXIS_LINE * scale)
    drawing.rect(left, top, side, side, line_mm=FRAME_LINE * scale)
    radius = DOT_SHARE * side
    ring, dot = (
        map_.at(place.vertical, place.horizontal) if place is not None else None
        for place in (person.ring, person.dot)
    )
    if ring is not None and dot is not None and ring != dot:
        _arrow(drawing, (*ring, *dot), radius, ARROW_SHARE * side, inks)
    if ring is not None:
        size = radius * (1.5 if ring == dot else 1.0)
        signs.ring(drawing, *ring, size, inks, scale=radius / signs.DOT)
    if dot is not None:
        signs.dot(drawing, *dot, radius, inks)


def _arrow(
    drawing: Drawing, line: Sequence[float], radius: float, width: float, inks: Inks
) -> None:
    x1, y1, x2, y2 = line
    length = math.hypot(x2 - x1, y2 - y1)
    first, last = radius / length, 1 - 1.15 * radius / length
    if first < last:
        dx, dy = x2 - x1, y2 - y1
        way = Segment(x1 + first * dx, y1 + first * dy, x1 + last * dx, y1 + last * dy)
        signs.arrow(drawing, way, width, inks.arrow)
