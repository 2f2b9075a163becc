"""The facilitator's guide: two pages for a meeting of two and a half hours.

In:  the guide that lies beside a questionnaire; the team, the date, and what its lists say.
Out: an A4 PDF: the programme on the first page, what to ask and to watch on the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from forms import fonts
from forms.companions import Guide, Part, Step
from forms.errors import InstrumentError, UsageError
from forms.instrument import Instrument
from forms.paper import WHITE, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.activity_cards import Corner, corners_of, quadrant_sign

_LEFT, _RIGHT = MARGIN_MM, A4.width_mm - MARGIN_MM
_LEADING = 1.22
_PAGES = 2

# In mm and points.
_TITLE_PT, _AIM_PT, _AIM_UP, _AIM_GAP = 18.0, 10.5, 1.0, 3.0
_PART_PT, _PART_Y, _PART_LINE, _PART_LINE_Y, _PART_HIGH, _PART_GAP = 13.0, 4.3, 0.5, 6.2, 8.2, 3.0
_BOX_X, _BOX_Y, _BOX_MM, _BOX_LINE = 0.4, 0.7, 3.2, 0.3
_ITEM_PT, _ITEM_X, _ITEM_GAP = 10.0, 6.5, 1.0
_GUTTER_MM = 8.0


def draw_guide(
    target: Path | IO[bytes],
    asked: Instrument,
    *,
    team: str | None = None,
    date: str | None = None,
    begin: str | None = None,
) -> None:
    """Draw the guide.

    Args:
        target: where to write it.
        asked: the questionnaire.
        team: its name, as it is printed.
        date: as it is printed.
        begin: which statements to begin with, once lists came back; left out where there is no
            room for it.

    Raises:
        UsageError: the questionnaire brings none.
        InstrumentError: it does not fit on two pages.
    """
    guide = asked.beside.guide
    if guide is None:
        raise UsageError("companions.none", paper=asked.paper, kind="guide")
    drawing = Drawing(target, A4, title=guide.title, credit=asked.source)
    at_right = aside(team, date)
    _first_page(drawing, guide, at_right, begin)
    drawing.next_page()
    _second_page(drawing, guide, [corners_of(asked)[key] for key in guide.quadrants])
    drawing.save()


def _first_page(drawing: Drawing, guide: Guide, at_right: Sequence[str], begin: str | None) -> None:
    y = heading(drawing, guide.title, at_right, size_pt=_TITLE_PT)
    wide = _RIGHT - _LEFT
    y += drawing.paragraph(_LEFT, y - _AIM_UP, wide, guide.aim, _AIM_PT, bold=True) + _AIM_GAP
    y = _title(drawing, y, guide.prepare.title)
    for item in guide.prepare.items:
        drawing.rect(_LEFT + _BOX_X, y + _BOX_Y, _BOX_MM, _BOX_MM, line_mm=_BOX_LINE)
        x, room = _LEFT + _ITEM_X, wide - _ITEM_X
        y += drawing.paragraph(x, y, room, item, _ITEM_PT) + _ITEM_GAP
    _programme(drawing, y + _PART_GAP, guide, begin)
    foot(drawing, _foot(guide, 1))


def _second_page(drawing: Drawing, guide: Guide, corners: Sequence[Corner]) -> None:
    half = (_RIGHT - _LEFT - _GUTTER_MM) / 2
    other = _LEFT + half + _GUTTER_MM
    left = _questions(drawing, _LEFT, MARGIN_MM, half, guide.questions)
    right = _pitfalls(drawing, other, MARGIN_MM, half, guide.pitfalls)
    y = _words(drawing, max(left, right) + _PART_GAP, guide, corners)
    left = _outcomes(drawing, _LEFT, y + _PART_GAP, half, guide.outcomes)
    left = _after(drawing, left + _PART_GAP, half, guide.after)
    right = _fields(drawing, other, y + _PART_GAP, half, guide.fields)
    _must_fit(max(left, right), 2)
    foot(drawing, _foot(guide, 2))


_OVER_MM = 3.0  # the foot leaves this much of the margin


def _must_fit(bottom: float, page: int) -> None:
    if bottom > A4.height_mm - MARGIN_MM + _OVER_MM:
        raise InstrumentError("companions.guide_too_long", page=page)


def _foot(guide: Guide, page: int) -> str:
    return f"{guide.title}  ·  bladzijde {page} van {_PAGES}"


def _title(drawing: Drawing, y: float, text: str, x: float = _LEFT, wide: float = 0.0) -> float:
    """Print the title of a part with a line under it; return where its text begins."""
    drawing.text(x, y + _PART_Y, text, _PART_PT, bold=True)
    under = y + _PART_LINE_Y
    drawing.line(x, under, x + (wide or _RIGHT - _LEFT), under, line_mm=_PART_LINE)
    return y + _PART_HIGH


# --- the programme ---------------------------------------------------------------------------

_COLUMNS_MM = (15.0, 11.0, 35.0, 89.0, 30.0)
_ROW_PT, _COLUMN_GAP, _MOST_AIR = 9.5, 3.0, 6.0
_HEAD_PT, _HEAD_Y, _HEAD_HIGH, _HEAD_LINE = 8.0, 2.4, 4.2, 0.2
_ROW_LINE, _ROW_GREY = 0.15, 0.5
_HOUR = 60  # minutes


def _programme(drawing: Drawing, y: float, guide: Guide, begin: str | None) -> None:
    """Print the steps, with their times from the start, over the rest of the page."""
    rows = [_cells(step, start) for step, start in _timed(guide.steps)]
    heights = [max(len(lines) for lines, _ in row) * line_height(_ROW_PT, _LEADING) for row in rows]
    left = A4.height_mm - MARGIN_MM - y - _PART_HIGH - _HEAD_HIGH - sum(heights)
    if begin is not None:
        lines = fonts.wrap(begin, _RIGHT - _LEFT, _ITEM_PT, bold=True)
        high = len(lines) * line_height(_ITEM_PT) + _PART_GAP
        if high <= left:
            drawing.lines(_LEFT, y, lines, _ITEM_PT, bold=True)
            y += high
    y = _title(drawing, y, guide.programme)
    xs = [_LEFT + sum(_COLUMNS_MM[:number]) for number in range(len(_COLUMNS_MM))]
    for x, name in zip(xs, guide.columns, strict=True):
        drawing.text(x, y + _HEAD_Y, name, _HEAD_PT, colour=GREY)
    y += _HEAD_HIGH
    drawing.line(_LEFT, y, _RIGHT, y, line_mm=_HEAD_LINE)
    _must_fit(y + sum(heights), 1)
    spare = (A4.height_mm - MARGIN_MM - y - sum(heights)) / len(rows)
    for row, text_high in zip(rows, heights, strict=True):
        high = text_high + min(spare, _MOST_AIR)
        for x, (lines, bold) in zip(xs, row, strict=True):
            drawing.lines(
                x, y + (high - text_high) / 2, lines, _ROW_PT, bold=bold, leading=_LEADING
            )
        y += high
        drawing.line(_LEFT, y, _RIGHT, y, line_mm=_ROW_LINE, colour=_ROW_GREY)


def _timed(steps: Sequence[Step]) -> Iterator[tuple[Step, int]]:
    """Give every step the minute at which it begins."""
    start = 0
    for step in steps:
        yield step, start
        start += step.minutes


def _cells(step: Step, start: int) -> list[tuple[list[str], bool]]:
    clock = f"{start // _HOUR}:{start % _HOUR:02d}"
    texts = (clock, str(step.minutes), step.what, step.how, step.need)
    bold = (True, False, True, False, False)
    return [
        (fonts.wrap(text, wide - _COLUMN_GAP, _ROW_PT, bold=is_bold), is_bold)
        for text, wide, is_bold in zip(texts, _COLUMNS_MM, bold, strict=True)
    ]


# --- what to ask and to watch ----------------------------------------------------------------

_TEXT_PT, _CELL_PT, _LEAST_PT = 9.5, 9.0, 6.0
_CELL_LEADING = 1.18
_PITFALL_GAP, _BULLET_GAP, _AFTER_GAP = 1.0, 0.9, 1.0
_BULLET_X, _BULLET_Y, _BULLET, _BULLET_TEXT_X = 1.0, 2.3, 0.8, 4.0
_WORDS_GAP, _WORD_WIDE, _WORD_GAP, _CELL_GAP, _CELL_LINE = 1.5, 38.0, 2.0, 0.8, 0.12
_SIGN_MM, _SIGN_TEXT_X, _SIGN_TEXT_Y, _SIGNS_HIGH, _SIGNS_LINE = 4.0, 5.5, 3.2, 5.2, 0.3
_DISC, _DISC_Y, _DISC_PT, _DISC_TEXT_Y, _OUTCOME_X, _OUTCOME_GAP = 2.8, 3.0, 10.0, 4.3, 8.0, 1.2
_FIELDS_GAP, _NUMBER_Y, _FIELD_X, _FIELD_GAP = 1.2, 3.4, 5.0, 0.8


def _questions(drawing: Drawing, x: float, y: float, wide: float, part: Part) -> float:
    y = _title(drawing, y, part.title, x, wide)
    return _bullets(drawing, x, y, wide, part.items)


def _pitfalls(drawing: Drawing, x: float, y: float, wide: float, part: Part) -> float:
    y = _title(drawing, y, part.title, x, wide)
    for item in part.named:
        y += _say(drawing, x, y, wide, item.name, bold=True)
        y += _say(drawing, x, y, wide, item.text) + _PITFALL_GAP
    return y


def _words(drawing: Drawing, y: float, guide: Guide, corners: Sequence[Corner]) -> float:
    """Print the table of key words: what they may mean in each quadrant."""
    y = _title(drawing, y, guide.words.title)
    y += _say(drawing, _LEFT, y, _RIGHT - _LEFT, guide.words.text) + _WORDS_GAP
    wide = (_RIGHT - _LEFT - _WORD_WIDE) / len(corners)
    for number, corner in enumerate(corners):
        x = _LEFT + _WORD_WIDE + number * wide
        quadrant_sign(drawing, corner.place, x, y, _SIGN_MM)
        room = wide - _SIGN_TEXT_X - _WORD_GAP
        size = fonts.fit(corner.title, room, _TEXT_PT, _LEAST_PT, bold=True)
        drawing.text(x + _SIGN_TEXT_X, y + _SIGN_TEXT_Y, corner.title, size, bold=True)
    y += _SIGNS_HIGH
    drawing.line(_LEFT, y, _RIGHT, y, line_mm=_SIGNS_LINE)
    step = line_height(_CELL_PT, _CELL_LEADING)
    for row in guide.key_words:
        cells = [fonts.wrap(text, wide - _WORD_GAP, _CELL_PT) for text in row.meanings]
        y += _CELL_GAP
        drawing.lines(_LEFT, y, [row.word], _CELL_PT, bold=True, leading=_CELL_LEADING)
        for number, lines in enumerate(cells):
            x = _LEFT + _WORD_WIDE + number * wide
            drawing.lines(x, y, lines, _CELL_PT, leading=_CELL_LEADING)
        y += max(len(lines) for lines in cells) * step + _CELL_GAP
        drawing.line(_LEFT, y, _RIGHT, y, line_mm=_CELL_LINE, colour=_ROW_GREY)
    return y


def _outcomes(drawing: Drawing, x: float, y: float, wide: float, part: Part) -> float:
    y = _title(drawing, y, part.title, x, wide)
    for item in part.named:
        drawing.circle(x + _DISC, y + _DISC_Y, _DISC, fill=0.0)
        at, name = (x + _DISC, y + _DISC_TEXT_Y), item.name
        drawing.text(*at, name, _DISC_PT, bold=True, align="centre", colour=WHITE)
        left, room = x + _OUTCOME_X, wide - _OUTCOME_X
        y += _say(drawing, left, y, room, item.head, bold=True)
        y += _say(drawing, left, y, room, item.text) + _OUTCOME_GAP
    return y


def _after(drawing: Drawing, y: float, wide: float, part: Part) -> float:
    y = _title(drawing, y, part.title, _LEFT, wide)
    y += _say(drawing, _LEFT, y, wide, part.text) + _AFTER_GAP
    return _bullets(drawing, _LEFT, y, wide, part.items)


def _fields(drawing: Drawing, x: float, y: float, wide: float, part: Part) -> float:
    y = _title(drawing, y, part.title, x, wide)
    y += _say(drawing, x, y, wide, part.text) + _FIELDS_GAP
    for number, item in enumerate(part.named, 1):
        drawing.text(x, y + _NUMBER_Y, str(number), _TEXT_PT, bold=True)
        left, room = x + _FIELD_X, wide - _FIELD_X
        y += _say(drawing, left, y, room, item.name, bold=True)
        y += _say(drawing, left, y, room, item.text) + _FIELD_GAP
    return y
    return y


def _bullets(drawing: Drawing, x: float, y: float, wide: float, items: Sequence[str]) -> float:
    for item in items:
        drawing.circle(x + _BULLET_X, y + _BULLET_Y, _BULLET, fill=0.0)
        y += _say(drawing, x + _BULLET_TEXT_X, y, wide - _BULLET_TEXT_X, item) + _BULLET_GAP
    return y


def _say(
    drawing: Drawing, x: float, y: float, wide: float, text: str, *, bold: bool = False
) -> float:
    return drawing.paragraph(x, y, wide, text, _TEXT_PT, bold=bold, leading=_LEADING)
