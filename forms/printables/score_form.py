"""The score form: the arithmetic of the compass, laid out for a pen.

In:  a questionnaire with a map, and one of its rounds.
Out: a page per round on which people add up, divide by the number of statements of each axis, and
     put their dot on a small map; a second page where there are many statements.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import Compass
from forms.instrument import Instrument, MapAxis, Round, Side
from forms.layout import Rect
from forms.paper import A4, Drawing, line_height
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.blank_compass import paint_map, small_map

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


def draw_score_form(
    target: Path | IO[bytes],
    instrument: Instrument,
    rounds: Sequence[Round],
    *,
    team: str | None = None,
    date: str | None = None,
) -> None:
    """Draw a score form for each of these rounds."""
    drawing = Drawing(target, A4, title=_TEXTS["title"])
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
    label = fonts.width(_TEXTS["name"], 11)
    room = right - 78 - label - 8 - left
    size = fonts.fit(asked.title, room, 12, 7, bold=True)
    drawing.text(left, y + 3.5, asked.title, size, bold=True)
    drawing.text(right - 78 - label - 3, y + 3.5, _TEXTS["name"], 11)
    drawing.line(right - 78, y + 4.3, right, y + 4.3, line_mm=0.3)
    questions = compass.by_axis(compass.vertical_questions, compass.horizontal_questions)
    counts = list(dict.fromkeys(len(keys) for keys in questions.values()))
    how = _TEXTS["how"].format(list=list_, count=_in_words(counts))
    y = _step(drawing, y + 10, "1", _TEXTS["sums"], how)
    for axis in compass.axes:
        y = _sum(drawing, y, compass, axis, questions[axis.key])
    y = _tables(drawing, y + 1, counts, compass)
    if A4.height_mm - MARGIN_MM - y < _MAP_MM:
        foot(drawing, _TEXTS["foot"].format(list=list_))
        drawing.next_page()
        y = MARGIN_MM - 5
    y = _step(drawing, y + 5, "2", _TEXTS["map"], "")
    _map(drawing, y, compass)
    foot(drawing, _TEXTS["foot"].format(list=list_))


def _in_words(counts: Sequence[int]) -> str:
    """Say by how many to divide."""
    if len(counts) > 1:
        return _TEXTS["count"]
    return _NUMBERS[counts[0]] if counts[0] < len(_NUMBERS) else str(counts[0])


def _step(drawing: Drawing, y: float, number: str, title: str, text: str) -> float:
    """Print the number and the name of a step; return where its work begins."""
    radius = 3.6
    drawing.circle(MARGIN_MM + radius, y + radius, radius, fill=0.0)
    drawing.text(
        MARGIN_MM + radius, y + radius + 1.55, number, 12, bold=True, align="centre", colour=1.0
    )
    drawing.text(MARGIN_MM + 10, y + radius + 1.7, title, 13, bold=True)
    if text:
        drawing.text(MARGIN_MM + 10, y + 2 * radius + 4.6, text, 10.5)
        return y + 2 * radius + 8.5
    return y + 2 * radius + 3


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
    _axis_label(drawing, compass, axis, y + 4.5 + high / 2)
    x, top = x0, y + 4

    def sign(text: str, span: float) -> None:
        middle = top + high / 2 + 2
        drawing.text(x + span / 2, middle, text, 14, bold=True, align="centre")

    for number, keys in enumerate(lines):
        if number:
            x, top = x0, top + high + 6
        for place, question in enumerate(keys):
            if number or place:
                sign("+", gap)
            x += gap if number or place else 0
            _box(drawing, x, top, _TEXTS["statement"].format(key=question))
            x += wide
    if x + 3 * gap + end > x0 + room + 0.1:
        x, top = x0, top + high + 6
    sign("=", gap)
    x += gap
    _box(drawing, x, top, _TEXTS["sum"])
    x += wide
    sign(_TEXTS["divide"].format(count=len(questions)), gap + _DIVIDE_MM)
    x += gap + _DIVIDE_MM
    _box(drawing, x, top, _TEXTS["score"].format(axis=axis.name), is_result=True)
    return top + high + 6


def _axis_label(drawing: Drawing, compass: Compass, axis: MapAxis, y: float) -> None:
    """Print the name of an axis, and what its first and last number mean."""
    room = _LABEL_MM - 1
    size = fonts.fit(axis.name, room, 12, 8, bold=True)
    names = fonts.wrap(axis.name, room, size, bold=True)
    for number, line in enumerate(reversed(names)):
        drawing.text(MARGIN_MM, y - number * line_height(size, 1.1), line, size, bold=True)
    y += 4.8
    for value, end in ((compass.lowest, axis.low), (compass.highest, axis.high)):
        text = f"{value} = {end}"
        size = fonts.fit(text, room, 8.5, 6)
        lines = fonts.wrap(text, room, size)
        for line in lines:
            drawing.text(MARGIN_MM, y, line, size, colour=GREY)
            y += 4 if len(lines) == 1 else line_height(size, 1.1)


def _box(drawing: Drawing, x: float, y: float, label: str, *, is_result: bool = False) -> None:
    wide, high = _RESULT_MM if is_result else _BOX_MM[0], _BOX_MM[1]
    drawing.rect(x, y, wide, high, line_mm=0.8 if is_result else 0.35)
    size = fonts.fit(label, wide, 8.5, 6, bold=is_result)
    lines = fonts.wrap(label, wide, size, bold=is_result)
    for number, line in enumerate(reversed(lines)):
        above = y - 1.2 - number * line_height(size, 1.05)
        drawing.text(x + wide / 2, above, line, size, bold=is_result, align="centre")


def _tables(drawing: Drawing, y: float, counts: Sequence[int], compass: Compass) -> float:
    """Print every sum with its mean: nobody needs to divide, as long as there are few."""
    sums = {
        count: [*range(count * compass.lowest, count * compass.highest + 1)]
        for count in counts
        if count > 1
    }
    lines = sum(-(-len(found) // _TABLE_COLUMNS) for found in sums.values())
    if lines > _MOST_TABLE_LINES:
        drawing.text(MARGIN_MM, y + 3, _TEXTS["calculator"], 9, colour=GREY)
        return y + 5
    for count, found in sums.items():
        key = "table" if len(counts) == 1 else "table_of"
        drawing.text(MARGIN_MM, y + 3, _TEXTS[key].format(count=count), 9, colour=GREY)
        y += 5
        columns = -(-len(found) // -(-len(found) // _TABLE_COLUMNS))
        for start in range(0, len(found), columns):
            y = _table(drawing, y, found[start : start + columns], count, columns)
    return y


_ROW_MM = 5.4


def _table(drawing: Drawing, top: float, sums: Sequence[int], count: int, columns: int) -> float:
    """Print one strip of sums, each over its mean."""
    left, high = MARGIN_MM, _ROW_MM
    wide = (A4.width_mm - 2 * MARGIN_MM) / columns
    right = left + wide * len(sums)
    for number, total in enumerate(sums):
        x = left + number * wide
        if number % 2 == 0:
            drawing.rect(x, top, wide, 2 * high, fill=0.93)
        drawing.text(x + wide / 2, top + 3.9, str(total), 9, bold=True, align="centre")
        mean = f"{total / count:.2f}".replace(".", ",")
        drawing.text(x + wide / 2, top + high + 3.8, mean, 8, align="centre")
    drawing.rect(left, top, right - left, 2 * high, line_mm=0.25)
    drawing.line(left, top + high, right, top + high, line_mm=0.25)
    return top + 2 * high


_MOST_MAP_MM = 150.0  # high: on a page of its own a map does not need all of it


def _map(drawing: Drawing, y: float, compass: Compass) -> None:
    """Draw a small map to put a dot on, and how to find the place."""
    bottom = A4.height_mm - MARGIN_MM - 1
    side = min(bottom - y, _MOST_MAP_MM)
    area = Rect(MARGIN_MM, y, min(side, 112.0), side)
    paint_map(drawing, *small_map(area, compass))
    x = MARGIN_MM + area.width_mm + 8
    room = A4.width_mm - MARGIN_MM - x
    words = {
        "vertical": compass.vertical.name,
        "horizontal": compass.horizontal.name,
        "lowest": compass.lowest,
        "up": _SIDES[compass.vertical.low_at],
        "across": _SIDES[compass.horizontal.low_at],
    }
    for step in _STEPS:
        text = step.format(**words)
        drawing.circle(x + 0.9, y + 2.6, 0.9, fill=0.0)
        y += drawing.paragraph(x + 4, y, room - 4, text, 10.5) + 2.5
    y += 4
    drawing.text(x, y + 3.5, _TEXTS["field"], 12, bold=True)
    y += 7
    for title in compass.titles:
        drawing.rect(x, y, 4.5, 4.5, line_mm=0.35)
        size = fonts.fit(title, room - 7, 11, 7)
        drawing.text(x + 7, y + 3.7, title, size)
        y += line_height(11) + 2.6
    drawing.paragraph(x, y + 2, room, _TEXTS["border"], 9.5, colour=GREY)
