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
from forms.compass import NO_SESSION, BlankCompass, Compass, Map, compass_code, question_of
from forms.instrument import Instrument
from forms.layout import Rect
from forms.map_drawing import MapLook, Marks, grid_lines, paint_axes, paint_grid, sides, tabs
from forms.paper import MM, Colour, Drawing, line_height
from forms.paper_sizes import Paper
from forms.printables.meanings import meanings_within
from forms.sheet_code import encode, in_words

GRID: Colour = 0.80
TITLES: Colour = 0.82  # names of the quadrants: large and light
WORDS: Colour = 0.3
EDGE: Colour = 0.5
TICKS: Colour = 0.55

# The sheet, in mm and points of an A1; BESIDE keeps words off the corner marks on any paper.
AXIS_MM = 1.0
BESIDE, LEAST_BESIDE = 8.0, 2.0
QUESTION_PT, LEAST_QUESTION_PT, QUESTION_DOWN = 60.0, 14.0, 0.72  # of the size
TEAM_Y, TEAM_PT, SMALL_TEAM_PT, LEAST_TEAM_PT = 26.0, 22.0, 10.0, 7.0
FIELD_GAP, FIELD_INDENT, FIELD_DOWN, FIELD_LINE = 6.0, 3.0, 0.5, 0.3
STEPS_GAP, CODE_GAP, FOOT_MM, LEAST_FOOT_MM = 7.0, 4.0, 13.0, 9.0
CODE_PT, LEAST_CODE_PT, QUIET_MODULES = 14.0, 6.0, 3  # over the code, clear of it
MEANING_PTS, LEAST_MEANING_PT, LYING_COLUMNS = (20.0, 19.0, 18.0, 16.0, 14.0, 12.0), 5.5, 700.0
STEPS_PT, LEAST_STEPS_PT, STEPS_LEADING, COLUMN_GAP = 26.0, 4.0, 1.35, 6.0

# The map: type on a large sheet, and on a part of an A4 page.
TAB_PT, TITLE_PT, NUMBER_PT, LEAST_NUMBER_PT = 35.0, 60.0, 22.0, 11.0
SMALL_SCALE, SMALL_RIM, SMALL_TAB_PT, SMALL_TITLE_PT, SMALL_NUMBER_PT = 0.3, 11.5, 9.0, 12.0, 7.5
TAB_HIGH, TAB_PAD = 1.3, 0.9  # of the size of type
AXIS_GREY = 0.4
THIN, LEAST_THIN, ARM, LEAST_ARM = 0.3, 0.12, 1.4, 0.5
EDGE_LINE, EDGE_ROUND, TICK_LINE, LEAST_TICK_LINE = 0.8, 5.0, 0.35, 0.15
FIELDS = (0.25, 0.75)  # the middle of a field, in shares of the map
FIELD_WIDE, TITLE_LEADING, TITLE_DROP, TITLE_STEP = 0.46, 1.1, 0.27, 0.95
DIGIT_HIGH = 0.72  # of the size


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
    sheet = BlankCompass.on(paper, Compass.of(instrument))
    asked = instrument.round(round_key)
    question = question_of([asked]) if asked else ANY_ROUND
    drawing = Drawing(target, paper, title=f"{question} (leeg kompas)")
    code = compass_code(paper, instrument, asked.number if asked else 0, batch or NO_SESSION)
    module = sheet.code.width_mm / symbols.CODE_MODULES
    drawing.squares(sheet.code.x_mm, sheet.code.y_mm, module, symbols.code_cells(encode(code)))
    for marker in sheet.markers:
        cell = marker.size_mm / symbols.MARKER_MODULES
        drawing.squares(marker.x_mm, marker.y_mm, cell, symbols.marker_cells(marker.id))
    _head(drawing, sheet, question, team, date)
    paint_map(drawing, sheet.map, map_look(sheet.scale))
    _meanings(drawing, sheet)
    _foot(drawing, sheet)
    words = in_words(code)
    size = fonts.fit(words, sheet.code.width_mm, CODE_PT * sheet.scale, LEAST_CODE_PT)
    drawing.text(
        sheet.code.x_mm + sheet.code.width_mm / 2,
        sheet.code.y_mm - QUIET_MODULES * module,
        words,
        size,
        align="centre",
    )
    drawing.credit(instrument.source)
    drawing.save()
    return sheet


ANY_ROUND = "Waar sta jij?"
_STEPS = (
    "1. Zoek jouw cijfer op de {vertical}: dat is jouw hoogte.",
    "2. Zoek jouw cijfer op de {horizontal} en ga recht naar je plek.",
    "3. Plak je stip precies op die plek (geen witte), of zet er een kruis.",
    "Is je plek al bezet? Plak je stip ertegenaan, niet eroverheen.",
)


def _head(
    drawing: Drawing, sheet: BlankCompass, question: str, team: str | None, date: str | None
) -> None:
    first, second = sheet.markers[:2]
    scale = sheet.scale
    beside = BESIDE * scale + LEAST_BESIDE
    left = first.x_mm + first.size_mm + beside
    right = second.x_mm - beside
    top = first.y_mm
    size = fonts.fit(question, right - left, QUESTION_PT * scale, LEAST_QUESTION_PT, bold=True)
    drawing.text(left, top + QUESTION_DOWN * size / MM, question, size, bold=True)
    baseline = top + TEAM_Y * scale
    small = max(TEAM_PT * scale, SMALL_TEAM_PT)
    if team or date:
        said = "  ·  ".join(text for text in (team, date) if text)
        drawing.text(left, baseline, said, fonts.fit(said, right - left, small, LEAST_TEAM_PT))
        return
    half = (right - left) / 2
    gap, under = FIELD_GAP * scale, baseline + FIELD_DOWN
    for x, label in ((left, "team"), (left + half + gap, "datum")):
        drawing.text(x, baseline, label, small, colour=WORDS)
        start = x + fonts.width(label, small) + FIELD_INDENT * scale
        drawing.line(start, under, x + half - gap, under, line_mm=FIELD_LINE)


def _meanings(drawing: Drawing, sheet: BlankCompass) -> None:
    """Say under the map what its fields mean, where that can be read."""
    place = sheet.meanings
    sizes = [size * sheet.scale for size in MEANING_PTS]
    readable = [size for size in sizes if size >= LEAST_MEANING_PT]
    columns = 4 if place.width_mm > LYING_COLUMNS * sheet.scale else 2
    words = meanings_within(
        sheet.map.compass, place.width_mm, place.height_mm, readable, columns=columns
    )
    if words is not None:
        words.paint(drawing, place.x_mm, place.y_mm)


def _foot(drawing: Drawing, sheet: BlankCompass) -> None:
    *_, marker = sheet.markers
    scale, compass = sheet.scale, sheet.map.compass
    left = marker.x_mm + marker.size_mm + BESIDE * scale + LEAST_BESIDE
    room = sheet.code.x_mm - left - BESIDE * scale - CODE_GAP
    area = sheet.meanings
    top = area.y_mm + area.height_mm + STEPS_GAP * scale + LEAST_BESIDE
    high = sheet.paper.height_mm - max(LEAST_FOOT_MM, FOOT_MM * scale) - top
    names = {"vertical": compass.vertical.name, "horizontal": compass.horizontal.name}
    steps = [step.format(**names) for step in _STEPS]
    half = len(steps) // 2
    wide = room / 2 - COLUMN_GAP * scale
    size = min(
        high / (half * line_height(1, STEPS_LEADING)),
        *(fonts.fit(step, wide, STEPS_PT * scale, LEAST_STEPS_PT) for step in steps),
    )
    for number, lines in enumerate((steps[:half], steps[half:])):
        drawing.lines(left + number * room / 2, top, lines, size, leading=STEPS_LEADING)


# --- the map itself, large or small ---------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EmptyLook:
    """What an empty map is drawn with: its lines, and type for titles and numbers in points."""

    map: MapLook
    title_pt: float
    number_pt: float

    @property
    def scale(self) -> float:
        """That of the lines: 1 on A1."""
        return self.map.scale


def map_look(scale: float) -> EmptyLook:
    """Return the look of the map on a large sheet; `scale` is 1 on A1."""
    number_pt = max(NUMBER_PT * scale, LEAST_NUMBER_PT)
    return _look(scale, TAB_PT * scale, TITLE_PT * scale, number_pt)


def small_map(area: Rect, compass: Compass) -> tuple[Map, EmptyLook]:
    """Return a map that fits on a part of an A4 page, and its look."""
    look = _look(SMALL_SCALE, SMALL_TAB_PT, SMALL_TITLE_PT, SMALL_NUMBER_PT)
    return Map(area, SMALL_RIM, compass), look


def _look(scale: float, tab_pt: float, title_pt: float, number_pt: float) -> EmptyLook:
    thin, arm = max(THIN * scale, LEAST_THIN), max(ARM * scale, LEAST_ARM)
    return EmptyLook(
        MapLook(
            scale=scale,
            tab_pt=tab_pt,
            tab_mm=TAB_HIGH * tab_pt / MM,
            tab_pad_mm=TAB_PAD * tab_pt / MM,
            inset_mm=0.0,
            axis_mm=AXIS_MM * scale,
            axis=AXIS_GREY,
            grid=GRID,
            grid_mm=2 * thin,
            marks=Marks(2 * arm, thin, are_crosses=True),
        ),
        title_pt,
        number_pt,
    )


def paint_map(drawing: Drawing, map_: Map, look: EmptyLook) -> None:
    """Draw an empty map: fields, grid, axes with numbers, words at the ends."""
    scale = look.scale
    line, radius = EDGE_LINE * scale, EDGE_ROUND * scale
    drawing.rect(*sides(map_.area), line_mm=line, colour=EDGE, radius_mm=radius)
    _titles(drawing, map_, look)
    paint_grid(drawing, map_, look.map)
    _numbers(drawing, map_, look)
    paint_axes(drawing, map_, look.map)


_LEAST_TITLE_PT = 7.0
_MOST_TITLE_LINES = 3


def _titles(drawing: Drawing, map_: Map, look: EmptyLook) -> None:
    """Print the names of the quadrants in the middle of their fields."""
    plot = map_.plot
    for number, text in enumerate(map_.compass.titles):
        x = plot.x_mm + FIELDS[number % 2] * plot.width_mm
        y = plot.y_mm + FIELDS[number // 2] * plot.height_mm
        size, lines = fonts.in_lines(
            text,
            FIELD_WIDE * plot.width_mm,
            look.title_pt,
            _LEAST_TITLE_PT,
            _MOST_TITLE_LINES,
            bold=True,
        )
        for line_number, line in enumerate(lines):
            below = (line_number - (len(lines) - 1) / 2) * line_height(size, TITLE_LEADING)
            drawing.text(
                x, y + below + TITLE_DROP * size / MM, line, size,
                bold=True, align="centre", colour=TITLES,
            )  # fmt: skip


def _numbers(drawing: Drawing, map_: Map, look: EmptyLook) -> None:
    """Print the numbers of the scale along all four sides, with a tick at every place."""
    width = max(TICK_LINE * look.scale, LEAST_TICK_LINE)
    for line in _ticks(map_):
        drawing.line(*line, line_mm=width, colour=TICKS)
    for place, text, size in _number_places(map_, look):
        drawing.text(place.x_mm, place.y_mm + place.height_mm, text, size, colour=WORDS)


def _ticks(map_: Map) -> list[tuple[float, float, float, float]]:
    plot, rim, span = map_.plot, map_.rim_mm, map_.compass.span
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    across, down = map_.steps
    near = _TICK_FROM * rim
    lines = []
    for y, is_whole in grid_lines(plot.y_mm, plot.height_mm, span, down):
        far = (_TICK_TO if is_whole else _SMALL_TICK_TO) * rim
        lines += [(plot.x_mm - near, y, plot.x_mm - far, y), (right + near, y, right + far, y)]
    for x, is_whole in grid_lines(plot.x_mm, plot.width_mm, span, across):
        far = (_TICK_TO if is_whole else _SMALL_TICK_TO) * rim
        lines += [(x, plot.y_mm - near, x, plot.y_mm - far), (x, bottom + near, x, bottom + far)]
    return lines


_TICK_FROM, _SMALL_TICK_TO, _TICK_TO, _NUMBER_FROM = 0.18, 0.26, 0.34, 0.40  # of the rim


_DIGIT_GAP = 0.5  # mm from a tick or a tab, where the words at the end of an axis are near


def _number_places(map_: Map, look: EmptyLook) -> list[tuple[Rect, str, float]]:
    """Place the digits; the bottom of a rectangle is the line that its digit stands on.

    Where the word at the end of an axis is in the way, a digit stands nearer and is smaller.
    """
    rim, tab = map_.rim_mm, look.map.inset_mm + look.map.tab_mm
    ends = [tab.place for tab in tabs(map_, look.map)]
    gap, near = _NUMBER_FROM * rim, _TICK_TO * rim + _DIGIT_GAP
    room = rim - tab - near - _DIGIT_GAP
    places = []
    for value in range(map_.compass.lowest, map_.compass.highest + 1):
        text = str(value)
        size = look.number_pt
        small = fonts.fit(text, room, min(size, room * MM / DIGIT_HIGH), _LEAST_DIGIT_PT)
        both = zip(
            _digit(map_, value, text, size, gap),
            _digit(map_, value, text, small, near),
            strict=True,
        )
        for place, nearer in both:
            is_free = not any(place.overlaps(end) for end in ends)
            places.append((place, text, size) if is_free else (nearer, text, small))
    return places


_LEAST_DIGIT_PT = 5.0


def _digit(map_: Map, value: int, text: str, size_pt: float, gap: float) -> tuple[Rect, ...]:
    """Place one number on all four sides: left, right, top, bottom."""
    plot = map_.plot
    right, bottom = plot.x_mm + plot.width_mm, plot.y_mm + plot.height_mm
    wide, high = fonts.width(text, size_pt), DIGIT_HIGH * size_pt / MM
    x, y = map_.at(value, value)
    return (
        Rect(plot.x_mm - gap - wide, y - high / 2, wide, high),
        Rect(right + gap, y - high / 2, wide, high),
        Rect(x - wide / 2, plot.y_mm - gap - high, wide, high),
        Rect(x - wide / 2, bottom + gap, wide, high),
    )


def dark_print(sheet: BlankCompass) -> list[Rect]:
    """List what is printed darkly on and round the map: a reader must not take it for a pen."""
    map_, look = sheet.map, map_look(sheet.scale)
    area = map_.area
    x, y = map_.crossing
    half = look.map.axis_mm / 2
    found = [
        Rect(x - half, area.y_mm, 2 * half, area.height_mm),
        Rect(area.x_mm, y - half, area.width_mm, 2 * half),
        *(tab.place for tab in tabs(map_, look.map)),
        *(place for place, *_ in _number_places(map_, look)),
    ]
    for x1, y1, x2, y2 in _ticks(map_):
        found.append(Rect(min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)))
    return found
