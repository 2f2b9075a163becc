"""The facilitator's guide: two pages for a meeting of two and a half hours.

In:  `forms/data/guide.toml`; the team and the date.
Out: an A4 PDF: the programme on the first page, what to ask and to watch on the second.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Any

from forms import fonts
from forms.paper import A4, Drawing, line_height
from forms.printables import GREY, MARGIN_MM, aside, data, foot, heading
from forms.printables.activity_cards import quadrant_sign

_LEFT, _RIGHT = MARGIN_MM, A4.width_mm - MARGIN_MM
_LEADING = 1.22


def draw_guide(
    target: Path | IO[bytes], *, team: str | None = None, date: str | None = None
) -> None:
    """Draw the guide."""
    guide = data("guide.toml")
    drawing = Drawing(target, A4, title=guide["title"])
    at_right = aside(team, date)
    _first_page(drawing, guide, at_right)
    drawing.next_page()
    _second_page(drawing, guide)
    drawing.save()


def _first_page(drawing: Drawing, guide: Mapping[str, Any], at_right: Sequence[str]) -> None:
    y = heading(drawing, guide["title"], at_right, size_pt=18)
    y += drawing.paragraph(_LEFT, y - 1, _RIGHT - _LEFT, guide["aim"], 10.5, bold=True) + 3
    y = _title(drawing, y, guide["prepare"]["title"])
    for item in guide["prepare"]["items"]:
        drawing.rect(_LEFT + 0.4, y + 0.7, 3.2, 3.2, line_mm=0.3)
        y += drawing.paragraph(_LEFT + 6.5, y, _RIGHT - _LEFT - 6.5, item, 10) + 1.0
    _programme(drawing, y + 3, guide["programme"])
    foot(drawing, _foot(guide, 1))


def _second_page(drawing: Drawing, guide: Mapping[str, Any]) -> None:
    gutter = 8.0
    half = (_RIGHT - _LEFT - gutter) / 2
    other = _LEFT + half + gutter
    left = _questions(drawing, _LEFT, MARGIN_MM, half, guide["questions"])
    right = _pitfalls(drawing, other, MARGIN_MM, half, guide["pitfalls"])
    y = _words(drawing, max(left, right) + 3, guide["words"])
    left = _outcomes(drawing, _LEFT, y + 3, half, guide["outcomes"])
    left = _after(drawing, left + 3, half, guide["after"])
    _fields(drawing, other, y + 3, half, guide["fields"])
    foot(drawing, _foot(guide, 2))


def _foot(guide: Mapping[str, Any], page: int) -> str:
    return f"{guide['title']}  ·  bladzijde {page} van 2"


def _title(drawing: Drawing, y: float, text: str, x: float = _LEFT, wide: float = 0.0) -> float:
    """Print the title of a part with a line under it; return where its text begins."""
    drawing.text(x, y + 4.3, text, 13, bold=True)
    drawing.line(x, y + 6.2, x + (wide or _RIGHT - _LEFT), y + 6.2, line_mm=0.5)
    return y + 8.2


# --- the programme ---------------------------------------------------------------------------

_COLUMNS_MM = (15.0, 11.0, 35.0, 89.0, 30.0)
_ROW_PT = 9.5


def _programme(drawing: Drawing, y: float, programme: Mapping[str, Any]) -> None:
    """Print the steps, with their times from the start, over the rest of the page."""
    y = _title(drawing, y, programme["title"])
    xs = [_LEFT + sum(_COLUMNS_MM[:number]) for number in range(len(_COLUMNS_MM))]
    for x, name in zip(xs, programme["columns"], strict=True):
        drawing.text(x, y + 2.4, name, 8, colour=GREY)
    y += 4.2
    drawing.line(_LEFT, y, _RIGHT, y, line_mm=0.2)
    rows = [_cells(step, start) for step, start in _timed(programme["steps"])]
    heights = [max(len(lines) for lines, _ in row) * line_height(_ROW_PT, _LEADING) for row in rows]
    spare = (A4.height_mm - MARGIN_MM - y - sum(heights)) / len(rows)
    for row, text_high in zip(rows, heights, strict=True):
        high = text_high + min(spare, 6.0)
        for x, (lines, bold) in zip(xs, row, strict=True):
            drawing.lines(
                x, y + (high - text_high) / 2, lines, _ROW_PT, bold=bold, leading=_LEADING
            )
        y += high
        drawing.line(_LEFT, y, _RIGHT, y, line_mm=0.15, colour=0.5)


def _timed(steps: Sequence[Mapping[str, Any]]) -> Iterator[tuple[Mapping[str, Any], int]]:
    """Give every step the minute at which it begins."""
    start = 0
    for step in steps:
        yield step, start
        start += step["minutes"]


def _cells(step: Mapping[str, Any], start: int) -> list[tuple[list[str], bool]]:
    clock = f"{start // 60}:{start % 60:02d}"
    texts = (clock, str(step["minutes"]), step["what"], step["how"], step["need"])
    bold = (True, False, True, False, False)
    return [
        (fonts.wrap(text, wide - 3, _ROW_PT, bold=is_bold), is_bold)
        for text, wide, is_bold in zip(texts, _COLUMNS_MM, bold, strict=True)
    ]


# --- what to ask and to watch ----------------------------------------------------------------

_TEXT_PT, _CELL_PT = 9.5, 9.0
_CELL_LEADING = 1.18


def _questions(drawing: Drawing, x: float, y: float, wide: float, part: Mapping[str, Any]) -> float:
    y = _title(drawing, y, part["title"], x, wide)
    return _bullets(drawing, x, y, wide, part["items"])


def _pitfalls(drawing: Drawing, x: float, y: float, wide: float, part: Mapping[str, Any]) -> float:
    y = _title(drawing, y, part["title"], x, wide)
    for item in part["items"]:
        y += _say(drawing, x, y, wide, item["name"], bold=True)
        y += _say(drawing, x, y, wide, item["text"]) + 1.0
    return y


def _words(drawing: Drawing, y: float, part: Mapping[str, Any]) -> float:
    """Print the table of key words: what they may mean in each quadrant."""
    y = _title(drawing, y, part["title"])
    y += _say(drawing, _LEFT, y, _RIGHT - _LEFT, part["text"]) + 1.5
    first = 38.0
    wide = (_RIGHT - _LEFT - first) / len(part["quadrants"])
    for number, quadrant in enumerate(part["quadrants"]):
        x = _LEFT + first + number * wide
        quadrant_sign(drawing, quadrant, x, y, 4)
        drawing.text(x + 5.5, y + 3.2, quadrant, 9.5, bold=True)
    y += 5.2
    drawing.line(_LEFT, y, _RIGHT, y, line_mm=0.3)
    step = line_height(_CELL_PT, _CELL_LEADING)
    for row in part["rows"]:
        cells = [fonts.wrap(text, wide - 2, _CELL_PT) for text in row["meanings"]]
        y += 0.8
        drawing.lines(_LEFT, y, [row["word"]], _CELL_PT, bold=True, leading=_CELL_LEADING)
        for number, lines in enumerate(cells):
            x = _LEFT + first + number * wide
            drawing.lines(x, y, lines, _CELL_PT, leading=_CELL_LEADING)
        y += max(len(lines) for lines in cells) * step + 0.8
        drawing.line(_LEFT, y, _RIGHT, y, line_mm=0.12, colour=0.5)
    return y


def _outcomes(drawing: Drawing, x: float, y: float, wide: float, part: Mapping[str, Any]) -> float:
    y = _title(drawing, y, part["title"], x, wide)
    for item in part["items"]:
        drawing.circle(x + 2.8, y + 3.0, 2.8, fill=0.0)
        drawing.text(x + 2.8, y + 4.3, item["name"], 10, bold=True, align="centre", colour=1.0)
        y += _say(drawing, x + 8, y, wide - 8, item["head"], bold=True)
        y += _say(drawing, x + 8, y, wide - 8, item["text"]) + 1.2
    return y


def _after(drawing: Drawing, y: float, wide: float, part: Mapping[str, Any]) -> float:
    y = _title(drawing, y, part["title"], _LEFT, wide)
    y += _say(drawing, _LEFT, y, wide, part["text"]) + 1
    return _bullets(drawing, _LEFT, y, wide, part["items"])


def _fields(drawing: Drawing, x: float, y: float, wide: float, part: Mapping[str, Any]) -> float:
    y = _title(drawing, y, part["title"], x, wide)
    y += _say(drawing, x, y, wide, part["text"]) + 1.2
    for number, item in enumerate(part["items"], 1):
        drawing.text(x, y + 3.4, str(number), _TEXT_PT, bold=True)
        y += _say(drawing, x + 5, y, wide - 5, item["name"], bold=True)
        y += _say(drawing, x + 5, y, wide - 5, item["text"]) + 0.8
    return y


def _bullets(drawing: Drawing, x: float, y: float, wide: float, items: Sequence[str]) -> float:
    for item in items:
        drawing.circle(x + 1, y + 2.3, 0.8, fill=0.0)
        y += _say(drawing, x + 4, y, wide - 4, item) + 0.9
    return y


def _say(
    drawing: Drawing, x: float, y: float, wide: float, text: str, *, bold: bool = False
) -> float:
    return drawing.paragraph(x, y, wide, text, _TEXT_PT, bold=bold, leading=_LEADING)
