"""The score form: the arithmetic of the compass, laid out for a pen.

In:  a questionnaire with a map, and one of its rounds.
Out: a page per round on which people add up, divide by the number of statements of each axis, and
     put their dot on a small map; a second page where there are many statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import Compass
from forms.instrument import Instrument, MapAxis, Round, Side
from forms.layout import Rect
from forms.paper import WHITE, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.blank_compass import paint_map, small_map
from forms.printables.meanings import Meanings, meanings_within

_TEXTS = {
    "title": "Scoreformulier",
    "name": "Naam",
    "sums": "Reken je plek uit",
    "how": "Neem je antwoorden over van je {list}. Tel ze op. Deel de som door {count}.",
    "count": "het aantal stellingen",
    "statement": "stelling {key}",
    "sum": "som",
    "divide": ": {count} =",
    "score": "mijn {axis}",
    "table": "Hulp bij het delen: zoek je som, eronder staat je plek",
    "table_of": "Hulp bij het delen door {count}: zoek je som, eronder staat je plek",
    "calculator": "Deel met een rekenmachine, tot op twee cijfers achter de komma.",
    "map": "Zet je stip op de kaart",
    "field": "Mijn vak",
    "example": "Voorbeeld: {down} op de {vertical} en {across} op de {horizontal}. {end}",
    "example_end": "De stip ligt dan in het vak ‘{field}’.",
    "border": "Precies op een lijn? Dan hoor je bij de vakken aan beide kanten.",
    "foot": "Liever niet rekenen? Lever de {list} in: de computer maakt dezelfde som.",
}

_STEPS = (
    "Zoek je plek op de {vertical} aan de zijkant. Let op: de {lowest} staat {up}.",
    "Zoek je plek op de {horizontal} boven of onder. Let op: de {lowest} staat {across}.",
    "Ga vanaf allebei recht de kaart in. Waar ze elkaar kruisen, zet je een stip.",
)

_SIDES = {Side.TOP: "boven", Side.BOTTOM: "onder", Side.LEFT: "links", Side.RIGHT: "rechts"}
_NUMBERS = (
    "", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
    "twaalf",
)  # fmt: skip

_BOX_MM = (16.5, 13.0)
_RESULT_MM = 25.0  # wide enough for the name over it
_LABEL_MM = 25.0  # the name of an axis before its sum
_LEAST_GAP_MM = 4.5  # between two boxes: room for a plus
_DIVIDE_MM = 10.0  # more than a gap, for the number to divide by
_MAP_MM = 85.0  # high: a smaller map has no room for a dot
_TABLE_COLUMNS = 21
_MOST_TABLE_LINES = 5
_AXIS_LINES = 2  # of the name of an axis before its sum
_TABLE_GAP = 2.0  # between two tables
_MOST_MAP_MM = (112.0, 150.0)  # on a page of its own a map does not need all of it

# The head of the page, in mm and points.
_ROUND_PT, _LEAST_ROUND_PT, _HEAD_Y, _HEAD_HIGH = 12.0, 7.0, 3.5, 10.0
_NAME_PT, _NAME_LINE, _NAME_GAP, _ROUND_GAP = 11.0, 78.0, 3.0, 8.0
_LINE, _LINE_Y, _ROUND_LEADING = 0.3, 4.3, 1.1

# A step.
_DISC, _NUMBER_PT, _NUMBER_DOWN = 3.6, 12.0, 1.55
_STEP_PT, _STEP_X, _STEP_DOWN, _STEP_GAP = 13.0, 10.0, 1.7, 3.0
_HOW_PT, _HOW_DOWN, _HOW_GAP = 10.5, 4.6, 8.5
_STEP_ABOVE = 5.0

# A sum.
_SUM_ABOVE, _AXIS_DOWN, _SUM_LINE, _SIGN_PT, _SIGN_DOWN = 4.0, 4.5, 6.0, 14.0, 2.0
_GAPS_OF_SUM = 3  # before the sum, what it is divided by, and the mean
_AXIS_PT, _LEAST_AXIS_PT, _AXIS_LEADING, _AXIS_ROOM = 12.0, 5.5, 1.1, 1.0
_ENDS_DOWN, _END_PT, _LEAST_END_PT, _END_LINE = 4.8, 8.5, 6.0, 4.0
_BOX_LINE, _RESULT_LINE = 0.35, 0.8
_LABEL_PT, _LEAST_LABEL_PT, _LABEL_UP, _LABEL_LEADING = 8.5, 6.0, 1.2, 1.05
_SLACK_MM = 0.1

# The table of sums and means.
_TABLE_PT, _TABLE_Y, _TABLE_HEAD, _TABLE_ABOVE = 9.0, 3.0, 5.0, 1.0
_ROW_MM, _BAND, _TABLE_LINE = 5.4, 0.93, 0.25
_TOTAL_PT, _TOTAL_Y, _MEAN_PT, _MEAN_Y = 9.0, 3.9, 8.0, 3.8

# Beside the map.
_BESIDE, _UNDER_MAP = 8.0, 1.0
_POINT, _POINT_Y, _POINT_X, _POINT_GAP = 0.9, 2.6, 4.0, 2.5
_FIELD_PT, _FIELD_Y, _FIELD_GAP, _FIELD_HIGH = 12.0, 3.5, 4.0, 7.0
_TICK_MM, _TICK_X, _TICK_Y, _TICK_PT, _LEAST_TICK_PT, _TICK_GAP = 4.5, 7.0, 3.7, 11.0, 7.0, 2.6
_BORDER_PT, _BORDER_GAP = 9.5, 2.0
_LEAST_MAP_MM = _MAP_MM + 2.0  # so that the words under it leave it large enough
_MEANING_PTS, _MEANINGS_ABOVE = (8.5, 8.0, 7.5, 7.0), 3.0

# The example, beside the map.
_EXAMPLE_SHARES = (0.26, 0.66)  # how far along the vertical axis, and the horizontal one
_EXAMPLE_MM, _EXAMPLE_RIM, _EXAMPLE_GAP, _EXAMPLE_ABOVE = 15.0, 5.0, 3.0, 2.0
_EXAMPLE_PT, _EXAMPLE_NUMBER_PT, _EXAMPLE_BESIDE = 9.0, 6.5, 0.8
_EXAMPLE_LINE, _EXAMPLE_DASH, _EXAMPLE_DOT = 0.2, (0.7, 0.6), 0.9


def draw_score_form(
    target: Path | IO[bytes],
    instrument: Instrument,
    rounds: Sequence[Round],
    *,
    team: str | None = None,
    date: str | None = None,
) -> None:
    """Draw a score form for each of these rounds."""
    drawing = Drawing(target, A4, title=_TEXTS["title"], credit=instrument.source)
    for number, asked in enumerate(rounds):
        if number:
            drawing.next_page()
        _page(drawing, instrument, asked, aside(team, date))
    drawing.save()


def _page(drawing: Drawing, instrument: Instrument, asked: Round, at_right: Sequence[str]) -> None:
    compass = Compass.of(instrument)
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    list_ = instrument.title[:1].lower() + instrument.title[1:]
    y = heading(drawing, _TEXTS["title"], at_right)
    label = fonts.width(_TEXTS["name"], _NAME_PT)
    line = right - _NAME_LINE
    room = line - label - _ROUND_GAP - left
    size, titles = fonts.in_lines(asked.title, room, _ROUND_PT, _LEAST_ROUND_PT, 2, bold=True)
    for number, said in enumerate(titles):
        below = number * line_height(size, _ROUND_LEADING)
        drawing.text(left, y + _HEAD_Y + below, said, size, bold=True)
    drawing.text(line - label - _NAME_GAP, y + _HEAD_Y, _TEXTS["name"], _NAME_PT)
    drawing.line(line, y + _LINE_Y, right, y + _LINE_Y, line_mm=_LINE)
    questions = compass.by_axis(compass.vertical_questions, compass.horizontal_questions)
    counts = list(dict.fromkeys(len(keys) for keys in questions.values()))
    how = _TEXTS["how"].format(list=list_, count=_in_words(counts))
    y += (len(titles) - 1) * line_height(size, _ROUND_LEADING)
    y = _step(drawing, y + _HEAD_HIGH, "1", _TEXTS["sums"], how)
    for axis in compass.axes:
        y = _sum(drawing, y, compass, axis, questions[axis.key])
    y = _tables(drawing, y + _TABLE_ABOVE, counts, compass)
    head = _STEP_ABOVE + 2 * _DISC + _STEP_GAP
    second = _second(y + head, compass)
    if second is None:
        foot(drawing, _TEXTS["foot"].format(list=list_))
        drawing.next_page()
        y = MARGIN_MM - _STEP_ABOVE
        second = _second(y + head, compass)
    y = _step(drawing, y + _STEP_ABOVE, "2", _TEXTS["map"], "")
    if second is not None:
        _map(drawing, y, compass, second)
    foot(drawing, _TEXTS["foot"].format(list=list_))


def _in_words(counts: Sequence[int]) -> str:
    """Say by how many to divide."""
    if len(counts) > 1:
        return _TEXTS["count"]
    return _NUMBERS[counts[0]] if counts[0] < len(_NUMBERS) else str(counts[0])


def _step(drawing: Drawing, y: float, number: str, title: str, text: str) -> float:
    """Print the number and the name of a step; return where its work begins."""
    centre = y + _DISC
    drawing.circle(MARGIN_MM + _DISC, centre, _DISC, fill=0.0)
    at = (MARGIN_MM + _DISC, centre + _NUMBER_DOWN)
    drawing.text(*at, number, _NUMBER_PT, bold=True, align="centre", colour=WHITE)
    drawing.text(MARGIN_MM + _STEP_X, centre + _STEP_DOWN, title, _STEP_PT, bold=True)
    y += 2 * _DISC
    if text:
        room = A4.width_mm - 2 * MARGIN_MM - _STEP_X
        lines = fonts.wrap(text, room, _HOW_PT)
        for place, line in enumerate(lines):
            below = y + _HOW_DOWN + place * line_height(_HOW_PT)
            drawing.text(MARGIN_MM + _STEP_X, below, line, _HOW_PT)
        return y + _HOW_GAP + (len(lines) - 1) * line_height(_HOW_PT)
    return y + _STEP_GAP


def _sum(
    drawing: Drawing, y: float, compass: Compass, axis: MapAxis, questions: Sequence[str]
) -> float:
    """Lay out one sum: an answer per box, a plus between them, the sum, and the mean."""
    (wide, high), x0 = _BOX_MM, MARGIN_MM + _LABEL_MM
    room = A4.width_mm - 2 * MARGIN_MM - _LABEL_MM
    end = 2 * wide + _RESULT_MM + _DIVIDE_MM - wide  # the sum, what it is divided by, the mean
    in_one = (room - len(questions) * wide - end) / (len(questions) + 2)
    is_one = in_one >= _LEAST_GAP_MM
    gap = in_one if is_one else _LEAST_GAP_MM
    per_line = len(questions) if is_one else int((room + gap) // (wide + gap)) - 1
    lines = [questions[start : start + per_line] for start in range(0, len(questions), per_line)]
    label = _axis_label(drawing, compass, axis, y + _AXIS_DOWN + high / 2)
    x, top = x0, y + _SUM_ABOVE

    def sign(text: str, span: float) -> None:
        base = top + high / 2 + _SIGN_DOWN
        drawing.text(x + span / 2, base, text, _SIGN_PT, bold=True, align="centre")

    for number, keys in enumerate(lines):
        if number:
            x, top = x0, top + high + _SUM_LINE
        for place, question in enumerate(keys):
            if number or place:
                sign("+", gap)
            x += gap if number or place else 0
            _box(drawing, x, top, _TEXTS["statement"].format(key=question))
            x += wide
    score = _TEXTS["score"].format(axis=axis.name)
    if x + _GAPS_OF_SUM * gap + end > x0 + room + _SLACK_MM:
        size, said = _label(score, is_result=True)
        over = _LABEL_UP + len(said) * line_height(size, _LABEL_LEADING)
        x, top = x0, top + high + max(_SUM_LINE, over)
    sign("=", gap)
    x += gap
    _box(drawing, x, top, _TEXTS["sum"])
    x += wide
    sign(_TEXTS["divide"].format(count=len(questions)), gap + _DIVIDE_MM)
    x += gap + _DIVIDE_MM
    _box(drawing, x, top, score, is_result=True)
    return max(top + high + _SUM_LINE, label)


def _axis_label(drawing: Drawing, compass: Compass, axis: MapAxis, y: float) -> float:
    """Print the name of an axis, and what its ends mean; return where the next may begin."""
    room = _LABEL_MM - _AXIS_ROOM
    size, names = fonts.in_lines(axis.name, room, _AXIS_PT, _LEAST_AXIS_PT, _AXIS_LINES, bold=True)
    for number, line in enumerate(reversed(names)):
        base = y - number * line_height(size, _AXIS_LEADING)
        drawing.text(MARGIN_MM, base, line, size, bold=True)
    y += _ENDS_DOWN
    for value, end in ((compass.lowest, axis.low), (compass.highest, axis.high)):
        text = f"{value} = {end}"
        size = fonts.fit(text, room, _END_PT, _LEAST_END_PT)
        lines = fonts.wrap(text, room, size)
        for line in lines:
            drawing.text(MARGIN_MM, y, line, size, colour=GREY)
            y += _END_LINE if len(lines) == 1 else line_height(size, _AXIS_LEADING)
    return y - _END_LINE


def _box(drawing: Drawing, x: float, y: float, label: str, *, is_result: bool = False) -> None:
    wide, high = _RESULT_MM if is_result else _BOX_MM[0], _BOX_MM[1]
    drawing.rect(x, y, wide, high, line_mm=_RESULT_LINE if is_result else _BOX_LINE)
    size, lines = _label(label, is_result=is_result)
    for number, line in enumerate(reversed(lines)):
        above = y - _LABEL_UP - number * line_height(size, _LABEL_LEADING)
        drawing.text(x + wide / 2, above, line, size, bold=is_result, align="centre")


def _label(label: str, *, is_result: bool) -> tuple[float, list[str]]:
    """Set what stands over a box."""
    wide = _RESULT_MM if is_result else _BOX_MM[0]
    size = fonts.fit(label, wide, _LABEL_PT, _LEAST_LABEL_PT, bold=is_result)
    return size, fonts.wrap(label, wide, size, bold=is_result)


def _tables(drawing: Drawing, y: float, counts: Sequence[int], compass: Compass) -> float:
    """Print every sum with its mean: nobody needs to divide, as long as there are few."""
    sums = {
        count: [*range(count * compass.lowest, count * compass.highest + 1)]
        for count in counts
        if count > 1
    }
    lines = sum(-(-len(found) // _TABLE_COLUMNS) for found in sums.values())
    if lines > _MOST_TABLE_LINES:
        drawing.text(MARGIN_MM, y + _TABLE_Y, _TEXTS["calculator"], _TABLE_PT, colour=GREY)
        return y + _TABLE_HEAD
    for count, found in sums.items():
        key = "table" if len(counts) == 1 else "table_of"
        text = _TEXTS[key].format(count=count)
        drawing.text(MARGIN_MM, y + _TABLE_Y, text, _TABLE_PT, colour=GREY)
        y += _TABLE_HEAD
        columns = -(-len(found) // -(-len(found) // _TABLE_COLUMNS))
        for start in range(0, len(found), columns):
            y = _table(drawing, y, found[start : start + columns], count, columns)
        y += _TABLE_GAP if count != counts[-1] else 0.0
    return y


def _table(drawing: Drawing, top: float, sums: Sequence[int], count: int, columns: int) -> float:
    """Print one strip of sums, each over its mean."""
    left, high = MARGIN_MM, _ROW_MM
    wide = (A4.width_mm - 2 * MARGIN_MM) / columns
    right = left + wide * len(sums)
    for number, total in enumerate(sums):
        x = left + number * wide
        if number % 2 == 0:
            drawing.rect(x, top, wide, 2 * high, fill=_BAND)
        middle = x + wide / 2
        drawing.text(middle, top + _TOTAL_Y, str(total), _TOTAL_PT, bold=True, align="centre")
        mean = f"{total / count:.2f}".replace(".", ",")
        drawing.text(middle, top + high + _MEAN_Y, mean, _MEAN_PT, align="centre")
    drawing.rect(left, top, right - left, 2 * high, line_mm=_TABLE_LINE)
    drawing.line(left, top + high, right, top + high, line_mm=_TABLE_LINE)
    return top + 2 * high


@dataclass(frozen=True, slots=True)
class _Second:
    """The second step: how large its map is, and what else there is room for."""

    area: Rect
    meanings: Meanings | None
    has_example: bool


def _second(y: float, compass: Compass) -> _Second | None:
    """Divide what is left of the page; the first to go is what the fields mean.

    None: there is no room for a map that is large enough for a dot, and the words beside it.
    """
    wide, bottom = A4.width_mm - 2 * MARGIN_MM, A4.height_mm - MARGIN_MM - _UNDER_MAP
    most_wide, most_high = _MOST_MAP_MM
    for sizes, has_example in ((_MEANING_PTS, True), ((), True), ((), False)):
        words = meanings_within(compass, wide, bottom - y - _LEAST_MAP_MM, sizes)
        if sizes and words is None:
            continue
        under = words.height_mm + _MEANINGS_ABOVE if words else 0.0
        side = min(bottom - y - under, most_high)
        area = Rect(MARGIN_MM, y, min(side, most_wide), side)
        beside = _beside_mm(compass, wide - area.width_mm - _BESIDE, has_example=has_example)
        if side >= max(_MAP_MM, beside):
            return _Second(area, words, has_example)
    return None


def _beside_mm(compass: Compass, room: float, *, has_example: bool) -> float:
    """Say how high the words beside the map are."""
    lines = sum(len(fonts.wrap(text, room - _POINT_X, _HOW_PT)) for text in _steps(compass))
    border = len(fonts.wrap(_TEXTS["border"], room, _BORDER_PT)) * line_height(_BORDER_PT)
    words = lines * line_height(_HOW_PT) + len(_STEPS) * _POINT_GAP + _FIELD_GAP + _FIELD_HIGH
    rows = -(-len(compass.titles) // _tick_columns(compass, room))
    ticks = rows * (line_height(_TICK_PT) + _TICK_GAP)
    example = 0.0
    if has_example:
        said = fonts.wrap(_example(compass)[2], _example_room(room), _EXAMPLE_PT)
        example = max(len(said) * line_height(_EXAMPLE_PT), _EXAMPLE_MM + _EXAMPLE_RIM)
        example += _EXAMPLE_ABOVE
    return words + ticks + _BORDER_GAP + border + example


def _tick_columns(compass: Compass, room: float) -> int:
    """Put the fields as they lie on the map, two by two, where their names are short."""
    half = room / 2 - _TICK_X - _TICK_GAP
    return 2 if all(fonts.width(each, _TICK_PT) <= half for each in compass.titles) else 1


def _steps(compass: Compass) -> list[str]:
    """Say how to find one's place on the map."""
    words = {
        "vertical": compass.vertical.name,
        "horizontal": compass.horizontal.name,
        "lowest": compass.lowest,
        "up": _SIDES[compass.vertical.low_at],
        "across": _SIDES[compass.horizontal.low_at],
    }
    return [step.format(**words) for step in _STEPS]


def _example(compass: Compass) -> tuple[float, float, str]:
    """Work out an example: a place on each axis, and the field that it lies in.

    As far along the axes as that of the handbook (annex 1): 2.3 and 4.3 of 1 to 6, in samen.
    """
    vertical, horizontal = (
        round(compass.lowest + share * compass.span, 1) for share in _EXAMPLE_SHARES
    )
    (field,) = compass.quadrants_at(vertical, horizontal)
    said = _TEXTS["example"].format(
        down=_decimal(vertical),
        vertical=compass.vertical.name,
        across=_decimal(horizontal),
        horizontal=compass.horizontal.name,
        end=_TEXTS["example_end"].format(field=field.title),
    )
    return vertical, horizontal, said


def _decimal(value: float) -> str:
    return f"{value:.1f}".replace(".", ",")


def _example_room(room: float) -> float:
    return room - _EXAMPLE_RIM - _EXAMPLE_MM - _EXAMPLE_GAP


def _paint_example(drawing: Drawing, x: float, y: float, room: float, compass: Compass) -> None:
    """Draw a tiny map on which two lines meet in a dot, and say what is seen."""
    vertical, horizontal, said = _example(compass)
    across, down = compass.to_unit(vertical, horizontal)
    left, top, side = x + _EXAMPLE_RIM, y + _EXAMPLE_RIM, _EXAMPLE_MM
    drawing.rect(left, top, side, side, line_mm=_EXAMPLE_LINE, colour=GREY)
    middle = side / 2
    for line in (
        (left + middle, top, left + middle, top + side),
        (left, top + middle, left + side, top + middle),
    ):
        drawing.line(*line, line_mm=_EXAMPLE_LINE, colour=GREY)
    dot = (left + across * side, top + down * side)
    drawing.line(left, dot[1], *dot, line_mm=_EXAMPLE_LINE, dash_mm=_EXAMPLE_DASH)
    drawing.line(dot[0], top, *dot, line_mm=_EXAMPLE_LINE, dash_mm=_EXAMPLE_DASH)
    drawing.circle(*dot, _EXAMPLE_DOT, fill=0.0)
    at = (left - _EXAMPLE_BESIDE, dot[1] + _EXAMPLE_BESIDE)
    drawing.text(*at, _decimal(vertical), _EXAMPLE_NUMBER_PT, align="right")
    at = (dot[0], top - _EXAMPLE_BESIDE)
    drawing.text(*at, _decimal(horizontal), _EXAMPLE_NUMBER_PT, align="centre")
    beside = left + side + _EXAMPLE_GAP
    drawing.paragraph(beside, top, _example_room(room), said, _EXAMPLE_PT)


def _map(drawing: Drawing, y: float, compass: Compass, second: _Second) -> None:
    """Draw a small map to put a dot on, how to find the place, and what it means."""
    area = second.area
    paint_map(drawing, *small_map(area, compass))
    x = MARGIN_MM + area.width_mm + _BESIDE
    room = A4.width_mm - MARGIN_MM - x
    for text in _steps(compass):
        drawing.circle(x + _POINT, y + _POINT_Y, _POINT, fill=0.0)
        wide = room - _POINT_X
        y += drawing.paragraph(x + _POINT_X, y, wide, text, _HOW_PT) + _POINT_GAP
    if second.has_example:
        _paint_example(drawing, x, y, room, compass)
        said = fonts.wrap(_example(compass)[2], _example_room(room), _EXAMPLE_PT)
        high = max(len(said) * line_height(_EXAMPLE_PT), _EXAMPLE_MM + _EXAMPLE_RIM)
        y += high + _EXAMPLE_ABOVE
    y += _FIELD_GAP
    drawing.text(x, y + _FIELD_Y, _TEXTS["field"], _FIELD_PT, bold=True)
    y += _FIELD_HIGH
    columns = _tick_columns(compass, room)
    for number, title in enumerate(compass.titles):
        row, column = divmod(number, columns)
        left, top = x + column * room / 2, y + row * (line_height(_TICK_PT) + _TICK_GAP)
        drawing.rect(left, top, _TICK_MM, _TICK_MM, line_mm=_BOX_LINE)
        size = fonts.fit(title, room - _TICK_X, _TICK_PT, _LEAST_TICK_PT)
        drawing.text(left + _TICK_X, top + _TICK_Y, title, size)
    y += -(-len(compass.titles) // columns) * (line_height(_TICK_PT) + _TICK_GAP)
    drawing.paragraph(x, y + _BORDER_GAP, room, _TEXTS["border"], _BORDER_PT, colour=GREY)
    if second.meanings is not None:
        below = area.y_mm + area.height_mm + _MEANINGS_ABOVE
        second.meanings.paint(drawing, MARGIN_MM, below)
