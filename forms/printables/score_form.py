"""The score form: the arithmetic of the compass, laid out for a pen.

In:  a questionnaire with a map, and one of its rounds.
Out: a page per round on which people add up, divide by four and put their dot on a small map.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import HIGHEST, LOWEST, MapWords
from forms.instrument import Instrument, MapAxis, Round
from forms.layout import Rect
from forms.paper import A4, Drawing, line_height
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.blank_compass import paint_map, small_map

_TEXTS = {
    "title": "Scoreformulier",
    "name": "Naam",
    "sums": "Reken je plek uit",
    "how": "Neem je antwoorden over van je stellingenlijst. Tel ze op. Deel de som door vier.",
    "statement": "stelling {key}",
    "sum": "som",
    "divide": ": {count} =",
    "score": "mijn {axis}",
    "table": "Hulp bij het delen: zoek je som, eronder staat je plek",
    "map": "Zet je stip op de kaart",
    "field": "Mijn vak",
    "border": "Precies op een lijn? Dan hoor je bij de vakken aan beide kanten.",
    "foot": "Liever niet rekenen? Lever de stellingenlijst in: de computer maakt dezelfde som.",
}

_STEPS = (
    "Zoek je plek op de {vertical} aan de zijkant. Let op: de 1 staat boven.",
    "Zoek je plek op de {horizontal} boven of onder. Let op: de 1 staat rechts.",
    "Ga vanaf allebei recht de kaart in. Waar ze elkaar kruisen, zet je een stip.",
)

_BOX_MM = (16.5, 13.0)
_RESULT_MM = 25.0  # wide enough for the name over it


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
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    y = heading(drawing, _TEXTS["title"], at_right)
    drawing.text(left, y + 3.5, asked.title, 12, bold=True)
    label = fonts.width(_TEXTS["name"], 11)
    drawing.text(right - 78 - label - 3, y + 3.5, _TEXTS["name"], 11)
    drawing.line(right - 78, y + 4.3, right, y + 4.3, line_mm=0.3)
    y = _step(drawing, y + 10, "1", _TEXTS["sums"], _TEXTS["how"])
    for axis in instrument.axes:
        y = _sum(drawing, y, axis, instrument.axis_questions(axis.key))
    y = _table(drawing, y + 1, len(instrument.axis_questions(instrument.axes[0].key)))
    y = _step(drawing, y + 5, "2", _TEXTS["map"], "")
    _map(drawing, y, instrument)
    foot(drawing, _TEXTS["foot"])


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


def _sum(drawing: Drawing, y: float, axis: MapAxis, questions: Sequence[str]) -> float:
    """Lay out one sum: an answer per box, a plus between them, the sum, and the mean."""
    left, (wide, high) = MARGIN_MM, _BOX_MM
    label = 25.0
    drawing.text(left, y + 4.5 + high / 2, axis.name, 12, bold=True)
    drawing.text(left, y + 4.5 + high / 2 + 4.8, f"1 = {axis.low}", 8.5, colour=GREY)
    drawing.text(left, y + 4.5 + high / 2 + 8.8, f"6 = {axis.high}", 8.5, colour=GREY)
    room = A4.width_mm - 2 * MARGIN_MM - label
    gap = (room - (len(questions) + 1) * wide - _RESULT_MM - 10) / (len(questions) + 2)
    x, top = left + label, y + 4
    middle = top + high / 2 + 2

    def sign(text: str, span: float) -> None:
        drawing.text(x + span / 2, middle, text, 14, bold=True, align="centre")

    for number, question in enumerate(questions):
        if number:
            sign("+", gap)
            x += gap
        _box(drawing, x, top, _TEXTS["statement"].format(key=question))
        x += wide
    sign("=", gap)
    x += gap
    _box(drawing, x, top, _TEXTS["sum"])
    x += wide
    sign(_TEXTS["divide"].format(count=len(questions)), gap + 10)
    x += gap + 10
    _box(drawing, x, top, _TEXTS["score"].format(axis=axis.name), is_result=True)
    return top + high + 6


def _box(drawing: Drawing, x: float, y: float, label: str, *, is_result: bool = False) -> None:
    wide, high = _RESULT_MM if is_result else _BOX_MM[0], _BOX_MM[1]
    drawing.rect(x, y, wide, high, line_mm=0.8 if is_result else 0.35)
    size = fonts.fit(label, wide, 8.5, 6, bold=is_result)
    drawing.text(x + wide / 2, y - 1.2, label, size, bold=is_result, align="centre")


def _table(drawing: Drawing, y: float, count: int) -> float:
    """Print every sum with its mean: nobody needs to divide."""
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    drawing.text(left, y + 3, _TEXTS["table"], 9, colour=GREY)
    top, high = y + 5, 5.4
    sums = range(count * LOWEST, count * HIGHEST + 1)
    wide = (right - left) / len(sums)
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


def _map(drawing: Drawing, y: float, instrument: Instrument) -> None:
    """Draw a small map to put a dot on, and how to find the place."""
    bottom = A4.height_mm - MARGIN_MM - 1
    side = bottom - y
    words = MapWords.of(instrument)
    area = Rect(MARGIN_MM, y, min(side, 112.0), side)
    paint_map(drawing, *small_map(area, words))
    x = MARGIN_MM + area.width_mm + 8
    room = A4.width_mm - MARGIN_MM - x
    for step in _STEPS:
        text = step.format(vertical=words.vertical, horizontal=words.horizontal)
        drawing.circle(x + 0.9, y + 2.6, 0.9, fill=0.0)
        y += drawing.paragraph(x + 4, y, room - 4, text, 10.5) + 2.5
    y += 4
    drawing.text(x, y + 3.5, _TEXTS["field"], 12, bold=True)
    y += 7
    for title in words.quadrants:
        drawing.rect(x, y, 4.5, 4.5, line_mm=0.35)
        drawing.text(x + 7, y + 3.7, title, 11)
        y += line_height(11) + 2.6
    drawing.paragraph(x, y + 2, room, _TEXTS["border"], 9.5, colour=GREY)
