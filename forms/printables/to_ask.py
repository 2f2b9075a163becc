"""What has to be asked of who filled in a sheet: a list to walk round with.

In:  per person the rows that nobody can read, each with its picture.
Out: A4 pages: per row the picture, the words of the row, and boxes to tick.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from forms import fonts
from forms.paper import Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, foot, heading

_TEXTS = {
    "title": "Nog te vragen",
    "intro": "Laat iedereen zien wat er op het formulier staat, en kruis aan wat de bedoeling was. "
    "Vul het daarna in op het scherm, bij Nakijken, Te vragen.",
    "foot": "Alleen voor de begeleider. Vernietig deze lijst als alles is ingevuld.",
    "unseen": "De scan is niet te openen: kijk op het papier.",
    "write": "Er staat:",
    "blank": "leeg",
}

# In mm and points.
_INTRO_PT, _INTRO_GAP = 11.0, 5.0
_NAME_PT, _NAME_DOWN, _NAME_HIGH, _NAME_LINE = 14.0, 5.0, 7.5, 0.5
_TITLE_PT, _WHY_PT, _TITLE_DOWN, _TITLE_HIGH, _WHY_GAP = 11.0, 9.5, 4.0, 6.0, 3.0
_WORDS_PT, _SIDE_GAP, _SIDE_MM = 10.0, 4.0, 52.0
_CROP_WIDE, _CROP_HIGH, _CROP_LINE = 72.0, 60.0, 0.2
_BOX, _BOX_LINE, _BOX_PT, _BOX_DOWN, _BOX_STEP, _LEAST_STEP = 5.5, 0.35, 9.0, 3.4, 12.0, 9.0
_BOX_GAP, _LETTER_GAP = 2.0, 1.5
_WRITE_HIGH, _WRITE_LINE = 9.0, 0.25
_ROW_GAP, _PERSON_GAP, _FOOT_MM = 5.0, 3.0, 14.0


@dataclass(frozen=True, slots=True)
class SeenPart:
    """A picture, and its size on paper; None where none can be shown."""

    image: Any
    width_mm: float
    height_mm: float


@dataclass(frozen=True, slots=True)
class RowToAsk:
    """One thing to ask.

    Attributes:
        title: which row, of which round.
        why: nobody can read it.
        words: what is asked; of a pair of statements the left and the right one.
        boxes: what can be ticked; empty where it is written.
    """

    title: str
    why: str
    words: tuple[str, ...]
    boxes: tuple[str, ...]
    shown: SeenPart | None


@dataclass(frozen=True, slots=True)
class PersonToAsk:
    """Somebody, and everything to ask them at once."""

    name: str
    rows: tuple[RowToAsk, ...]


def draw_to_ask(
    target: Path | IO[bytes],
    people: Sequence[PersonToAsk],
    *,
    team: str | None = None,
    date: str | None = None,
    credit: str = "",
) -> int:
    """Draw the list; return its number of pages."""
    drawing = Drawing(target, A4, title=_TEXTS["title"], credit=credit)
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    pages = 1
    y = heading(drawing, _TEXTS["title"], aside(team, date))
    y += drawing.paragraph(left, y, right - left, _TEXTS["intro"], _INTRO_PT) + _INTRO_GAP
    for person in people:
        for number, row in enumerate(person.rows):
            high = _row_high(row, right - left) + (_NAME_HIGH if number == 0 else 0.0)
            if y + high > A4.height_mm - MARGIN_MM - _FOOT_MM:
                foot(drawing, _TEXTS["foot"])
                drawing.next_page()
                pages += 1
                y = MARGIN_MM
                if number:
                    y = _name(drawing, y, f"{person.name} (vervolg)")
            if number == 0:
                y = _name(drawing, y, person.name)
            y = _row(drawing, y, row) + _ROW_GAP
        y += _PERSON_GAP
    foot(drawing, _TEXTS["foot"])
    drawing.save()
    return pages


def _name(drawing: Drawing, y: float, name: str) -> float:
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    size = fonts.fit(name, right - left, _NAME_PT, _WHY_PT, bold=True)
    drawing.text(left, y + _NAME_DOWN, name, size, bold=True)
    drawing.line(left, y + _NAME_HIGH, right, y + _NAME_HIGH, line_mm=_NAME_LINE)
    return y + _NAME_HIGH + 1


def _row(drawing: Drawing, y: float, row: RowToAsk) -> float:
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    middle = (left + right) / 2
    drawing.text(left, y + _TITLE_DOWN, row.title, _TITLE_PT, bold=True)
    at = left + fonts.width(row.title, _TITLE_PT, bold=True) + _WHY_GAP
    size = fonts.fit(row.why, right - at, _WHY_PT, _WHY_PT - 3)
    drawing.text(at, y + _TITLE_DOWN, row.why, size, colour=GREY)
    y += _TITLE_HIGH
    sides = _sides(row)
    if not sides:
        for text in row.words:
            y += drawing.paragraph(left, y, right - left, text, _WORDS_PT)
    wide, high = _size(row)
    if row.shown is not None:
        drawing.image(row.shown.image, middle - wide / 2, y, wide, high)
        drawing.rect(middle - wide / 2, y, wide, high, line_mm=_CROP_LINE, colour=GREY)
    else:
        drawing.text(middle, y + _TITLE_DOWN, _TEXTS["unseen"], _WORDS_PT, align="centre")
    deep = high
    for place, text in enumerate(sides):
        x = left if place == 0 else right - _SIDE_MM
        deep = max(deep, drawing.paragraph(x, y, _SIDE_MM, text, _WORDS_PT))
    y += deep + _BOX_GAP
    if not row.boxes:
        drawing.text(left, y + _WRITE_HIGH - 1, _TEXTS["write"], _WORDS_PT)
        at = left + fonts.width(_TEXTS["write"], _WORDS_PT) + _WHY_GAP
        drawing.line(at, y + _WRITE_HIGH, right, y + _WRITE_HIGH, line_mm=_WRITE_LINE)
        return y + _WRITE_HIGH
    wanted = max(fonts.width(box, _BOX_PT) for box in row.boxes) + _LETTER_GAP
    step = min(max(_BOX_STEP, wanted), (right - left) / len(row.boxes))
    x = middle - step * (len(row.boxes) - 1) / 2
    for box in row.boxes:
        size = fonts.fit(box, step - 1, _BOX_PT, _BOX_PT - 3)
        drawing.text(x, y + _BOX_DOWN, box, size, align="centre")
        drawing.rect(x - _BOX / 2, y + _BOX_DOWN + 1, _BOX, _BOX, line_mm=_BOX_LINE)
        x += step
    return y + _BOX_DOWN + 1 + _BOX


def _row_high(row: RowToAsk, room: float) -> float:
    """Say how high a row will be, so that it stands whole on one page."""
    words = 0.0
    sides = _sides(row)
    if not sides:
        lines = sum(len(fonts.wrap(text, room, _WORDS_PT)) for text in row.words)
        words = lines * line_height(_WORDS_PT)
    beside = max(
        (len(fonts.wrap(text, _SIDE_MM, _WORDS_PT)) * line_height(_WORDS_PT) for text in sides),
        default=0.0,
    )
    under = _BOX_DOWN + 1 + _BOX if row.boxes else _WRITE_HIGH
    return _TITLE_HIGH + words + max(_size(row)[1], beside) + _BOX_GAP + under + _ROW_GAP


def _sides(row: RowToAsk) -> tuple[str, ...]:
    return row.words if len(row.words) == 2 else ()


def _size(row: RowToAsk) -> tuple[float, float]:
    """Say how large a picture is shown: as on paper, or smaller where it does not fit."""
    if row.shown is None:
        return 0.0, _TITLE_HIGH
    room = A4.width_mm - 2 * MARGIN_MM
    if _sides(row):
        room -= 2 * (_SIDE_MM + _SIDE_GAP)
    factor = min(1.0, room / row.shown.width_mm, _CROP_HIGH / row.shown.height_mm)
    return row.shown.width_mm * factor, row.shown.height_mm * factor
