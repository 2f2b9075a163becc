"""An empty map: on a large sheet for sticky dots, or small on another paper.

In:  the words of a questionnaire with a map; a size of paper.
Out: the map on paper; for the large sheet also a `BlankCompass` with the place of everything, so
     that a photo of it can be read back (`omr.stickers.compass_reader`).

On the large sheet only marks, code, axes and words are dark. The grid is so light that a reader
takes no part of it for a pen. Size and shape of the sheet stand in its code.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms import fonts, symbols
from forms.compass import (
    HIGHEST,
    LOWEST,
    NO_SESSION,
    STEPS,
    BlankCompass,
    Map,
    MapWords,
    compass_code,
)
from forms.instrument import Instrument
from forms.layout import Rect
from forms.paper import MM, WHITE, Colour, Drawing, Paper, line_height
from forms.sheet_code import (
    encode,
)

GRID: Colour = 0.80
TITLES: Colour = 0.82  # names of the quadrants: large and light
AXIS_MM = 1.0  # on A1


def draw_blank_compass(
    target: Path | IO[bytes],
    paper: Paper,
    instrument: Instrument,
    *,
    round_key: str | None = None,
    team: str | None = None,
    date: str | None = None,
    batch: str | None = None,
) -> BlankCompass:
    """Draw the large sheet on which people put their own dots, for a round if one is given."""
    compass = BlankCompass.on(paper, instrument)
    asked = instrument.round(round_key)
    drawing = Drawing(target, paper, title=f"{_QUESTIONS.get(round_key)} (leeg kompas)")
    code = compass_code(paper, instrument, asked.number if asked else 0, batch or NO_SESSION)
    module = compass.code.width_mm / symbols.CODE_MODULES
    drawing.squares(compass.code.x_mm, compass.code.y_mm, module, symbols.code_cells(encode(code)))
    for marker in compass.markers:
        cell = marker.size_mm / symbols.MARKER_MODULES
        drawing.squares(marker.x_mm, marker.y_mm, cell, symbols.marker_cells(marker.id))
    _head(drawing, compass, _QUESTIONS.get(round_key, _QUESTIONS[None]), team, date)
    paint_map(drawing, compass.map, map_look(compass.scale))
    _foot(drawing, compass)
    drawing.save()
    return compass


_QUESTIONS = {
    None: "Waar sta jij?",
    "gewenst": "Waar willen we staan?",
    "huidig": "Waar staan we nu?",
}
_STEPS = (
    "1. Zoek jouw cijfer op de {vertical}: dat is jouw hoogte.",
    "2. Zoek jouw cijfer op de {horizontal} en ga recht naar je plek.",
    "3. Plak het midden van je stip op die plek, of zet er een kruis.",
    "Is je plek al bezet? Plak je stip er voor de helft overheen.",
)


def _head(
    drawing: Drawing, compass: BlankCompass, question: str, team: str | None, date: str | None
) -> None:
    first, second = compass.markers[:2]
    scale = compass.scale
    left = first.x_mm + first.size_mm + 8 * scale + 2
    right = second.x_mm - 8 * scale - 2
    top = first.y_mm
    size = fonts.fit(question, right - left, 60 * scale, 14, bold=True)
    drawing.text(left, top + 0.72 * size / MM, question, size, bold=True)
    baseline = top + 26 * scale
    small = max(22 * scale, 10)
    if team or date:
        said = "  ·  ".join(text for text in (team, date) if text)
        drawing.text(left, baseline, said, fonts.fit(said, right - left, small, 7))
        return
    half = (right - left) / 2
    for x, label in ((left, "team"), (left + half + 6 * scale, "datum")):
        drawing.text(x, baseline, label, small, colour=0.3)
        start = x + fonts.width(label, small) + 3 * scale
        drawing.line(start, baseline + 0.5, x + half - 6 * scale, baseline + 0.5, line_mm=0.3)


def _foot(drawing: Drawing, compass: BlankCompass) -> None:
    marker = compass.markers[3]
    scale, words = compass.scale, compass.map.words
    left = marker.x_mm + marker.size_mm + 8 * scale + 2
    room = compass.code.x_mm - left - 8 * scale - 4
    area = compass.map.area
    top = area.y_mm + area.height_mm + 7 * scale + 2
    high = compass.paper.height_mm - max(9.0, 13 * scale) - top
    steps = [step.format(vertical=words.vertical, horizontal=words.horizontal) for step in _STEPS]
    half = len(steps) // 2
    size = min(
        high / (half * line_height(1, 1.35)),
        *(fonts.fit(step, room / 2 - 6 * scale, 26 * scale, 4) for step in steps),
    )
    for number, lines in enumerate((steps[:half], steps[half:])):
        drawing.lines(left + number * room / 2, top, lines, size, leading=1.35)


# --- the map itself, large or small ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MapLook:
    """Sizes of type on a map, in points; `scale` is that of the lines: 1 on A1."""

    tab_pt: float
    title_pt: float
    number_pt: float
    scale: float


def map_look(scale: float) -> MapLook:
    """Return the look of the map on a large sheet; `scale` is 1 on A1."""
    return MapLook(35 * scale, 60 * scale, max(22 * scale, 11), scale)


def small_map(area: Rect, words: MapWords) -> tuple[Map, MapLook]:
    """Return a map that fits on a part of an A4 page, and its look."""
    return Map(area, 11.5, words), MapLook(9, 12, 7.5, 0.3)


def paint_map(drawing: Drawing, map_: Map, look: MapLook) -> None:
    """Draw an empty map: fields, grid, axes with numbers, words at the ends."""
    area, plot, scale = map_.area, map_.plot, look.scale
    drawing.rect(*_corners(area), line_mm=0.8 * scale, colour=0.5, radius_mm=5 * scale)
    _titles(drawing, map_, look)
    _grid(drawing, plot, scale)
    _numbers(drawing, map_, look)
    x, y = map_.at(3.5, 3.5)
    tab = 1.25 * look.tab_pt / MM
    drawing.line(
        x, area.y_mm + tab, x, area.y_mm + area.height_mm - tab, line_mm=AXIS_MM * scale, colour=0.4
    )
    drawing.line(
        area.x_mm + tab, y, area.x_mm + area.width_mm - tab, y, line_mm=AXIS_MM * scale, colour=0.4
    )
    for place, text, turn in _tabs(map_, look):
        drawing.rect(*_corners(place), fill=0.0, radius_mm=3 * scale)
        middle = (place.x_mm + place.width_mm / 2, place.y_mm + place.height_mm / 2)
        with drawing.moved(*middle, degrees=turn):
            drop = 0.27 * look.tab_pt / MM  # from the middle of small letters to the baseline
            drawing.text(0, drop, text, look.tab_pt, bold=True, align="centre", colour=WHITE)


def tab_places(map_: Map, look: MapLook) -> tuple[Rect, ...]:
    """Return where the words at the ends of the axes stand: top, bottom, left, right."""
    return tuple(place for place, _, _ in _tabs(map_, look))


def _tabs(map_: Map, look: MapLook) -> tuple[tuple[Rect, str, float], ...]:
    area, words, size = map_.area, map_.words, look.tab_pt
    x, y = map_.at(3.5, 3.5)
    high = 1.3 * size / MM
    right, bottom = area.x_mm + area.width_mm, area.y_mm + area.height_mm

    def wide(text: str) -> float:
        return fonts.width(text, size, bold=True) + 0.9 * size / MM

    top, low = wide(words.top), wide(words.bottom)
    one, other = wide(words.left), wide(words.right)
    return (
        (Rect(x - top / 2, area.y_mm, top, high), words.top, 0.0),
        (Rect(x - low / 2, bottom - high, low, high), words.bottom, 0.0),
        (Rect(area.x_mm, y - one / 2, high, one), words.left, -90.0),
        (Rect(right - high, y - other / 2, high, other), words.right, 90.0),
    )


def _titles(drawing: Drawing, map_: Map, look: MapLook) -> None:
    """Print the names of the quadrants in the middle of their fields."""
    places = ((2.25, 4.75), (2.25, 2.25), (4.75, 4.75), (4.75, 2.25))
    for at, text in zip(places, map_.words.quadrants, strict=True):
        x, y = map_.at(*at)
        drawing.text(
            x, y + 0.27 * look.title_pt / MM, text, look.title_pt,
            bold=True, align="centre", colour=TITLES,
        )  # fmt: skip


def _grid(drawing: Drawing, plot: Rect, scale: float) -> None:
    """Draw lines at whole points, and a small cross at every quarter."""
    step_x, step_y = plot.width_mm / STEPS, plot.height_mm / STEPS
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    thin, arm = max(0.3 * scale, 0.12), max(1.4 * scale, 0.5)
    for number in range(STEPS + 1):
        x, y = plot.x_mm + number * step_x, plot.y_mm + number * step_y
        if number % 4 == 0:
            drawing.line(plot.x_mm, y, right, y, line_mm=2 * thin, colour=GRID)
            drawing.line(x, plot.y_mm, x, bottom, line_mm=2 * thin, colour=GRID)
            continue
        dash = (2 * arm, step_x - 2 * arm)
        drawing.line(plot.x_mm - arm, y, right + arm, y, line_mm=thin, colour=GRID, dash_mm=dash)
        dash = (2 * arm, step_y - 2 * arm)
        drawing.line(x, plot.y_mm - arm, x, bottom + arm, line_mm=thin, colour=GRID, dash_mm=dash)


def _numbers(drawing: Drawing, map_: Map, look: MapLook) -> None:
    """Print 1 to 6 along all four sides, with a tick at every quarter."""
    for line in _ticks(map_):
        drawing.line(*line, line_mm=max(0.35 * look.scale, 0.15), colour=0.55)
    for place, text in _number_places(map_, look):
        size = look.number_pt
        drawing.text(place.x_mm, place.y_mm + place.height_mm, text, size, colour=0.3)


def _ticks(map_: Map) -> list[tuple[float, float, float, float]]:
    plot, rim = map_.plot, map_.rim_mm
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    lines = []
    for quarter in range(STEPS + 1):
        x, y = map_.at(LOWEST + quarter / 4, LOWEST + quarter / 4)
        near, far = _TICK_FROM * rim, (_TICK_TO if quarter % 4 == 0 else _SMALL_TICK_TO) * rim
        lines += [
            (plot.x_mm - near, y, plot.x_mm - far, y),
            (right + near, y, right + far, y),
            (x, plot.y_mm - near, x, plot.y_mm - far),
            (x, bottom + near, x, bottom + far),
        ]
    return lines


_TICK_FROM, _SMALL_TICK_TO, _TICK_TO, _NUMBER_FROM = 0.18, 0.26, 0.34, 0.40  # of the rim


def _number_places(map_: Map, look: MapLook) -> list[tuple[Rect, str]]:
    """Place the digits; the bottom of a rectangle is the line that its digit stands on."""
    plot, gap = map_.plot, _NUMBER_FROM * map_.rim_mm
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    high = 0.72 * look.number_pt / MM
    places = []
    for value in range(LOWEST, HIGHEST + 1):
        text = str(value)
        wide = fonts.width(text, look.number_pt)
        x, y = map_.at(value, value)
        for left, top in (
            (plot.x_mm - gap - wide, y - high / 2),
            (right + gap, y - high / 2),
            (x - wide / 2, plot.y_mm - gap - high),
            (x - wide / 2, bottom + gap),
        ):
            places.append((Rect(left, top, wide, high), text))
    return places


def dark_print(compass: BlankCompass) -> list[Rect]:
    """List what is printed darkly on and round the map: a reader must not take it for a pen."""
    map_, look = compass.map, map_look(compass.scale)
    area = map_.area
    x, y = map_.at(3.5, 3.5)
    half = AXIS_MM * look.scale / 2
    found = [
        Rect(x - half, area.y_mm, 2 * half, area.height_mm),
        Rect(area.x_mm, y - half, area.width_mm, 2 * half),
        *tab_places(map_, look),
        *(place for place, _ in _number_places(map_, look)),
    ]
    for x1, y1, x2, y2 in _ticks(map_):
        found.append(Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)))
    return found


def _corners(rect: Rect) -> tuple[float, float, float, float]:
    return rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm
