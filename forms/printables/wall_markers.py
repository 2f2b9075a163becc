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
from forms.paper import MM, WHITE, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import MARGIN_MM, foot

NUMERAL_MM = 128.0  # high: at 6 m that is 73 arc minutes, over three times what ISO 9241 prefers
_CAPITAL = 0.714  # of the type size, in Noto Sans Bold

_HALF_CAPITAL = 0.351  # of the size, from the middle of a disc down to the baseline

# A numeral, in mm and points.
_LEAST_NUMERAL_PT, _NUMERAL_TOP = 100.0, 18.0
_MEANING_PT, _MEANING_Y, _STRIP_Y = 40.0, 170.0, 181.0
_END_PT, _LEAST_END_PT, _END_GAP, _END_Y, _END_LINE, _END_LINES = 28.0, 10.0, 5.0, 28.0, 11.0, 4
_DOT_PITCH, _DOT, _DOT_LINE, _ARROW_GAP, _ARROW_MM = 17.0, 4.2, 0.9, 4.0, 26.0
_HEAD_MM, _HEAD_HALF, _SHAFT = 5.5, 3.0, 1.4  # of an arrow

# A statement pair.
_DISC, _DISC_Y, _KEY_ROOM, _KEY_PT, _LEAST_KEY_PT = 10.0, 28.0, 17.5, 50.0, 6.0
_LABEL_X, _LABEL_Y, _LABEL_PT, _LEAST_LABEL_PT = 26.0, 33.0, 34.0, 12.0
_RULE_Y, _RULE, _MIDDLE_DOWN, _MIDDLE_LINE, _MIDDLE_GREY = 44.0, 0.9, 2.0, 0.4, 0.6
_LARGEST_PT, _LEAST_PT, _STEP_PT = 38.0, 12.0, 0.5
_GUTTER_MM = 18.0
_TEXT_MM = (52.0, 168.0)  # from top to bottom
_REACH_MM, _REACH_GAP = 34.0, 6.0  # of an arrow at an end of the scale, and the gap behind it
_RING, _RING_LINE, _OPTION_ROOM, _OPTION_PT, _LEAST_OPTION_PT = 8.0, 0.9, 14.0, 29.0, 6.0
_OPTION_DOWN = 0.352  # of the size

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
    drawing = Drawing(target, A4.turned(), title=_TEXTS["markers"], credit=instrument.source)
    options = Compass.of(instrument).boxes
    for number, option in enumerate(options):
        if number:
            drawing.next_page()
        _marker(drawing, instrument.axes, options, number, option)
    drawing.save()


def draw_statement_cards(target: Path | IO[bytes], instrument: Instrument) -> None:
    """Draw a page for every statement pair, with both poles where they lie on the wall."""
    drawing = Drawing(target, A4.turned(), title=_TEXTS["cards"], credit=instrument.source)
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
    largest = NUMERAL_MM * MM / _CAPITAL
    size = fonts.fit(option, paper.width_mm - 2 * MARGIN_MM, largest, _LEAST_NUMERAL_PT)
    drawing.text(middle, _NUMERAL_TOP + NUMERAL_MM, option, size, bold=True, align="centre")
    room = middle - fonts.width(option, size, bold=True) / 2 - MARGIN_MM - _END_GAP
    meaning = _meanings(len(options))[number]
    drawing.text(middle, _MEANING_Y, meaning, _MEANING_PT, bold=True, align="centre")
    _strip(drawing, middle, _STRIP_Y, len(options), number)
    ends = {
        0: ("low", MARGIN_MM, "left"),
        len(options) - 1: ("high", paper.width_mm - MARGIN_MM, "right"),
    }
    if number in ends:
        end, x, align = ends[number]
        y = _END_Y - _END_LINE
        for axis in axes:
            word = getattr(axis, end)
            fits, lines = fonts.in_lines(word, room, _END_PT, _LEAST_END_PT, _END_LINES, bold=True)
            for line in lines:
                y += _END_LINE * fits / _END_PT
                drawing.text(x, y, line, fits, bold=True, align=align)
    if number == 0:
        foot(drawing, _TEXTS["foot"])


def _strip(drawing: Drawing, middle: float, y: float, count: int, here: int) -> None:
    """Draw the scale as a row of dots with arrows to the poles; the one that is here is black."""
    half = _DOT_PITCH * (count - 1) / 2
    for number in range(count):
        fill = 0.0 if number == here else WHITE
        x = middle - half + number * _DOT_PITCH
        drawing.circle(x, y, _DOT, line_mm=_DOT_LINE, fill=fill)
    for side in (-1, 1):
        start = middle + side * (half + _DOT + _ARROW_GAP)
        _arrow(drawing, start, start + side * _ARROW_MM, y)


def _arrow(drawing: Drawing, x1: float, x2: float, y: float) -> None:
    back = _HEAD_MM if x2 > x1 else -_HEAD_MM
    drawing.line(x1, y, x2 - back / 2, y, line_mm=_SHAFT)
    head = [(x2, y), (x2 - back, y - _HEAD_HALF), (x2 - back, y + _HEAD_HALF)]
    drawing.polygon(head, fill=0.0)


def _card(drawing: Drawing, pair: StatementPair, size: float) -> None:
    """Draw one statement pair: its number and subject, the poles, and the scale between them."""
    paper = drawing.paper
    left, right, middle = MARGIN_MM, paper.width_mm - MARGIN_MM, paper.width_mm / 2
    drawing.circle(left + _DISC, _DISC_Y, _DISC, fill=0.0)
    key_pt = fonts.fit(pair.key, _KEY_ROOM, _KEY_PT, _LEAST_KEY_PT, bold=True)
    at = (left + _DISC, _DISC_Y + _HALF_CAPITAL * key_pt / MM)
    drawing.text(*at, pair.key, key_pt, bold=True, align="centre", colour=WHITE)
    room = right - left - _LABEL_X
    label_pt = fonts.fit(pair.label, room, _LABEL_PT, _LEAST_LABEL_PT, bold=True)
    drawing.text(left + _LABEL_X, _LABEL_Y, pair.label, label_pt, bold=True)
    drawing.line(left, _RULE_Y, right, _RULE_Y, line_mm=_RULE)
    for x, text in ((left, pair.left), (middle + _GUTTER_MM / 2, pair.right)):
        drawing.paragraph(x, _TEXT_MM[0], _room(drawing), text, size)
    top, bottom = _TEXT_MM[0] + _MIDDLE_DOWN, _TEXT_MM[1]
    drawing.line(middle, top, middle, bottom, line_mm=_MIDDLE_LINE, colour=_MIDDLE_GREY)
    _scale(drawing, pair.options, left, right, _STRIP_Y)
    foot(drawing, _TEXTS["card_foot"])


def _room(drawing: Drawing) -> float:
    return drawing.paper.width_mm / 2 - MARGIN_MM - _GUTTER_MM / 2


def _largest(texts: Sequence[str], drawing: Drawing) -> float:
    """Find the largest size at which every text fits: one size for the whole set."""
    size, room, high = _LARGEST_PT, _room(drawing), _TEXT_MM[1] - _TEXT_MM[0]
    while size > _LEAST_PT and any(
        len(fonts.wrap(text, room, size)) * line_height(size) > high
        or max(fonts.width(word, size) for word in text.split()) > room
        for text in texts
    ):
        size -= _STEP_PT
    return size


def _scale(drawing: Drawing, options: Sequence[str], left: float, right: float, y: float) -> None:
    """Draw the numbers from pole to pole with an arrow at both ends."""
    _arrow(drawing, left + _REACH_MM - _REACH_GAP, left, y)
    _arrow(drawing, right - _REACH_MM + _REACH_GAP, right, y)
    first, last = left + _REACH_MM + _REACH_GAP, right - _REACH_MM - _REACH_GAP
    step = (last - first) / max(1, len(options) - 1)
    for number, option in enumerate(options):
        x = first + number * step
        drawing.circle(x, y, _RING, line_mm=_RING_LINE)
        size = fonts.fit(option, _OPTION_ROOM, _OPTION_PT, _LEAST_OPTION_PT, bold=True)
        base = y + _OPTION_DOWN * size / MM
        drawing.text(x, base, option, size, bold=True, align="centre")
