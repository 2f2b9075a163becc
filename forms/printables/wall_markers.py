"""What hangs on the wall when people stand along it: the numbers of the scale, and the statements.

In:  a questionnaire with statement pairs.
Out: A4 pages on their side, one number or one statement pair a page.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import Compass
from forms.instrument import Instrument, MapAxis, StatementPair
from forms.paper import A4, MM, WHITE, Drawing, line_height
from forms.printables import MARGIN_MM, foot

NUMERAL_MM = 128.0  # high: at 6 m that is 73 arc minutes, over three times what ISO 9241 prefers
_CAPITAL = 0.714  # of the type size, in Noto Sans Bold

_TEXTS = {
    "markers": "Cijfers voor aan de muur",
    "cards": "Stellingen voor aan de muur",
    "foot": "Hang de cijfers op gelijke afstand langs een lange muur, van links naar rechts.",
    "card_foot": "Ga staan waar jij je het meest thuis voelt. Vertel daarna waarom je daar staat.",
    "statement": "stelling {key}",
}

_LEFT = {
    1: ("links",),
    2: ("helemaal links", "iets meer links"),
    3: ("helemaal links", "vooral links", "iets meer links"),
}
_MIDDLE = "ertussenin"


def _meanings(count: int) -> tuple[str, ...]:
    """Say in words where each box lies; of many boxes only the outer ones have words."""
    half = count // 2
    left = _LEFT.get(half) or ("helemaal links", *[""] * (half - 1))
    right = tuple(words.replace("links", "rechts") for words in reversed(left))
    return (*left, *([_MIDDLE] if count % 2 else []), *right)


def draw_wall_markers(target: Path | IO[bytes], instrument: Instrument) -> None:
    """Draw a page for every number of the scale."""
    drawing = Drawing(target, A4.turned(), title=_TEXTS["markers"])
    options = Compass.of(instrument).boxes
    for number, option in enumerate(options):
        if number:
            drawing.next_page()
        _marker(drawing, instrument.axes, options, number, option)
    drawing.save()


def draw_statement_cards(target: Path | IO[bytes], instrument: Instrument) -> None:
    """Draw a page for every statement pair, with both poles where they lie on the wall."""
    drawing = Drawing(target, A4.turned(), title=_TEXTS["cards"])
    pairs = _pairs(instrument)
    size = _largest([text for pair in pairs for text in (pair.left, pair.right)], drawing)
    for number, pair in enumerate(pairs):
        if number:
            drawing.next_page()
        _card(drawing, pair, size)
    drawing.save()


def _pairs(instrument: Instrument) -> list[StatementPair]:
    return list(instrument.pairs)


def _marker(
    drawing: Drawing, axes: Sequence[MapAxis], options: Sequence[str], number: int, option: str
) -> None:
    """Draw a numeral, in words what it means, and where it lies on the scale."""
    paper = drawing.paper
    middle = paper.width_mm / 2
    size = fonts.fit(option, paper.width_mm - 2 * MARGIN_MM, NUMERAL_MM * MM / _CAPITAL, 100)
    drawing.text(middle, 18 + NUMERAL_MM, option, size, bold=True, align="centre")
    drawing.text(middle, 170, _meanings(len(options))[number], 40, bold=True, align="centre")
    _strip(drawing, middle, 181, len(options), number)
    ends = {
        0: ("low", MARGIN_MM, "left"),
        len(options) - 1: ("high", paper.width_mm - MARGIN_MM, "right"),
    }
    if number in ends:
        end, x, align = ends[number]
        for line, axis in enumerate(axes):
            word = getattr(axis, end)
            fits = fonts.fit(word, 0.42 * paper.width_mm, 28, 10, bold=True)
            drawing.text(x, 28 + 11 * line, word, fits, bold=True, align=align)
    if number == 0:
        foot(drawing, _TEXTS["foot"])


def _strip(drawing: Drawing, middle: float, y: float, count: int, here: int) -> None:
    """Draw the scale as a row of dots with arrows to the poles; the one that is here is black."""
    pitch, radius = 17.0, 4.2
    left = middle - pitch * (count - 1) / 2
    for number in range(count):
        x = left + number * pitch
        fill = 0.0 if number == here else WHITE
        drawing.circle(x, y, radius, line_mm=0.9, fill=fill)
    for side in (-1, 1):
        start = middle + side * (pitch * (count - 1) / 2 + radius + 4)
        _arrow(drawing, start, start + side * 26, y)


def _arrow(drawing: Drawing, x1: float, x2: float, y: float) -> None:
    back = 5.5 if x2 > x1 else -5.5
    drawing.line(x1, y, x2 - back / 2, y, line_mm=1.4)
    drawing.polygon([(x2, y), (x2 - back, y - 3), (x2 - back, y + 3)], fill=0.0)


def _card(drawing: Drawing, pair: StatementPair, size: float) -> None:
    """Draw one statement pair: its number and subject, the poles, and the scale between them."""
    paper = drawing.paper
    left, right, middle = MARGIN_MM, paper.width_mm - MARGIN_MM, paper.width_mm / 2
    drawing.circle(left + 10, 28, 10, fill=0.0)
    key_pt = fonts.fit(pair.key, 17.5, 50, 6, bold=True)
    key_y = 28 + 0.351 * key_pt / MM
    drawing.text(left + 10, key_y, pair.key, key_pt, bold=True, align="centre", colour=WHITE)
    label_pt = fonts.fit(pair.label, right - left - 26, 34, 12, bold=True)
    drawing.text(left + 26, 33, pair.label, label_pt, bold=True)
    drawing.line(left, 44, right, 44, line_mm=0.9)
    for x, text in ((left, pair.left), (middle + _GUTTER_MM / 2, pair.right)):
        drawing.paragraph(x, _TEXT_MM[0], _room(drawing), text, size)
    drawing.line(middle, _TEXT_MM[0] + 2, middle, _TEXT_MM[1], line_mm=0.4, colour=0.6)
    _scale(drawing, pair.options, left, right, 181)
    foot(drawing, _TEXTS["card_foot"])


_GUTTER_MM = 18.0
_TEXT_MM = (52.0, 168.0)  # from top to bottom


def _room(drawing: Drawing) -> float:
    return drawing.paper.width_mm / 2 - MARGIN_MM - _GUTTER_MM / 2


def _largest(texts: Sequence[str], drawing: Drawing) -> float:
    """Find the largest size at which every text fits: one size for the whole set."""
    size, room, high = 38.0, _room(drawing), _TEXT_MM[1] - _TEXT_MM[0]
    while size > 12 and any(
        len(fonts.wrap(text, room, size)) * line_height(size) > high
        or max(fonts.width(word, size) for word in text.split()) > room
        for text in texts
    ):
        size -= 0.5
    return size


def _scale(drawing: Drawing, options: Sequence[str], left: float, right: float, y: float) -> None:
    """Draw the numbers from pole to pole with an arrow at both ends."""
    reach = 34.0
    _arrow(drawing, left + reach - 6, left, y)
    _arrow(drawing, right - reach + 6, right, y)
    step = (right - left - 2 * reach - 12) / max(1, len(options) - 1)
    for number, option in enumerate(options):
        x = left + reach + 6 + number * step
        drawing.circle(x, y, 8, line_mm=0.9)
        size = fonts.fit(option, 14, 29, 6, bold=True)
        drawing.text(x, y + 0.352 * size / MM, option, size, bold=True, align="centre")
