"""Text that flows down a page and on to the next: what most papers for a talk are made of.

In:  a drawing, what stands above and under each page, and parts one after the other.
Out: titles, texts, lists, lines to write on and tables with room, never over the foot of a page.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms import fonts
from forms.companions import TalkPart
from forms.paper import Drawing, line_height
from forms.printables import GREY, MARGIN_MM, foot, heading

LEADING = 1.25
BODY_PT, TITLE_PT, SMALL_PT = 10.5, 13.0, 8.5

# In mm and points.
_FOOT_MM = 17.0  # under the last line: the foot, and whom the questionnaire comes from
_TITLE_Y, _TITLE_LINE, _TITLE_LINE_Y, _TITLE_HIGH, _OVER_TITLE = 4.3, 0.5, 6.2, 8.4, 4.0
_WITH_TITLE = 14.0  # a title stands never alone at the foot of a page
_AFTER_TEXT, _AFTER_ITEM, _ITEM_X = 2.2, 1.3, 6.0
_POINT, _POINT_X, _POINT_Y = 0.85, 1.2, 2.6
_TICK_MM, _TICK_LINE, _TICK_Y = 3.4, 0.3, 0.6
_WRITE_PITCH, _WRITE_LINE, _WRITE_GREY = 9.0, 0.15, 0.5
_HEAD_PT, _UNDER_HEAD, _CELL_PT, _CELL_PAD, _CELL_X = 9.0, 1.0, 9.5, 1.6, 1.5
_TABLE_LINE, _FRAME_LINE, _LINE_GREY = 0.2, 0.4, 0.45


class TextFlow:
    """A paper under way; `y` is where it goes on."""

    def __init__(
        self, drawing: Drawing, title: str, at_right: Sequence[str], *, title_pt: float = 20.0
    ) -> None:
        self.drawing = drawing
        self.title = title
        self.at_right = at_right
        self.page = 1
        self.y = heading(drawing, title, at_right, size_pt=title_pt)
        foot(drawing, title)

    @property
    def left(self) -> float:
        """Where lines begin."""
        return MARGIN_MM

    @property
    def right(self) -> float:
        """Where lines end."""
        return self.drawing.paper.width_mm - MARGIN_MM

    @property
    def bottom(self) -> float:
        """How far down a page is used."""
        return self.drawing.paper.height_mm - _FOOT_MM

    @property
    def is_at_top(self) -> bool:
        """Whether nothing stands on this page yet."""
        return self.y <= MARGIN_MM

    def keep(self, high: float) -> None:
        """Go on to the next page where this much does not fit on this one."""
        if self.y + high > self.bottom and not self.is_at_top:
            self.next_page()

    def next_page(self) -> None:
        """Begin another page."""
        self.drawing.next_page()
        self.page += 1
        self.y = MARGIN_MM
        foot(self.drawing, f"{self.title}  ·  bladzijde {self.page}")

    def part(self, part: TalkPart) -> None:
        """Print a part: its title, what it says, its items, its table, room to write."""
        if part.breaks and not self.is_at_top:
            self.next_page()
        if part.title:
            self.head(part.title, with_next=_WITH_TITLE)
        if part.says:
            self.say(part.says)
        for item in part.items:
            self.item(item, ticks=part.ticks, lines=part.lines)
        if part.columns:
            self.table(part.columns, part.rows, least=part.high, shares=part.shares)
        if part.lines and not part.items:
            self.write_lines(part.lines)

    def head(self, title: str, *, with_next: float = _WITH_TITLE) -> None:
        """Print the title of a part, with a line under it."""
        above = 0.0 if self.is_at_top else _OVER_TITLE
        self.keep(above + _TITLE_HIGH + with_next)
        self.y += 0.0 if self.is_at_top else _OVER_TITLE
        room = self.right - self.left
        size = fonts.fit(title, room, TITLE_PT, SMALL_PT, bold=True)
        self.drawing.text(self.left, self.y + _TITLE_Y, title, size, bold=True)
        under = self.y + _TITLE_LINE_Y
        self.drawing.line(self.left, under, self.right, under, line_mm=_TITLE_LINE)
        self.y += _TITLE_HIGH

    def say(self, text: str, size_pt: float = BODY_PT, *, bold: bool = False) -> None:
        """Print a text; a blank line in it begins a paragraph."""
        for paragraph in text.strip().split("\n\n"):
            words = " ".join(paragraph.split())
            lines = fonts.wrap(words, self.right - self.left, size_pt, bold=bold)
            self._lines(self.left, lines, size_pt, bold=bold)
            self.y += _AFTER_TEXT

    def item(self, text: str, *, ticks: bool = False, lines: int = 0) -> None:
        """Print an item of a list, with a point or a box before it and lines to write under it."""
        x = self.left + _ITEM_X
        wrapped = fonts.wrap(text, self.right - x, BODY_PT)
        high = len(wrapped) * line_height(BODY_PT, LEADING)
        self.keep(high + lines * _WRITE_PITCH)
        if ticks:
            box = (self.left, self.y + _TICK_Y)
            self.drawing.rect(*box, _TICK_MM, _TICK_MM, line_mm=_TICK_LINE)
        else:
            self.drawing.circle(self.left + _POINT_X, self.y + _POINT_Y, _POINT, fill=0.0)
        self._lines(x, wrapped, BODY_PT)
        self.y += _AFTER_ITEM
        self.write_lines(lines, x)

    def write_lines(self, count: int, x: float | None = None) -> None:
        """Print lines to write on."""
        for _ in range(count):
            self.keep(_WRITE_PITCH)
            self.y += _WRITE_PITCH
            start = self.left if x is None else x
            self.drawing.line(
                start, self.y, self.right, self.y, line_mm=_WRITE_LINE, colour=_WRITE_GREY
            )
        if count:
            self.y += _AFTER_TEXT

    def table(
        self,
        columns: Sequence[str],
        rows: Sequence[Sequence[str]],
        *,
        least: float = 0.0,
        shares: Sequence[int] = (),
        size_pt: float = _CELL_PT,
    ) -> None:
        """Print a table; empty cells are to write in. The first column names the rows.

        Args:
            columns: what stands above them.
            rows: their cells.
            least: how high a row is at least, in mm.
            shares: of the width, one for each column; by default all alike.
            size_pt: of the cells.
        """
        wide = self.right - self.left
        parts = shares or [1] * len(columns)
        widths = [wide * share / sum(parts) for share in parts]
        is_named = len(rows) > 1
        laid = [_cells(row, widths, size_pt, is_named=is_named) for row in rows]
        step = line_height(size_pt, LEADING)
        highs = [max(least, max(map(len, row)) * step + 2 * _CELL_PAD) for row in laid]
        self._table_head(columns, widths, highs[0] if highs else least)
        top = self.y
        for row, high in zip(laid, highs, strict=True):
            if self.y + high > self.bottom and not self.is_at_top:
                self._frame(top, widths)
                self.next_page()
                self._table_head(columns, widths, high)
                top = self.y
            x = self.left
            for number, (cell, width) in enumerate(zip(row, widths, strict=True)):
                at = (x + _CELL_X, self.y + _CELL_PAD)
                self.drawing.lines(
                    *at, cell, size_pt, bold=is_named and number == 0, leading=LEADING
                )
                x += width
            self.y += high
            self.drawing.line(
                self.left, self.y, self.right, self.y, line_mm=_TABLE_LINE, colour=_LINE_GREY
            )
        self._frame(top, widths)
        self.y += _AFTER_TEXT

    def _table_head(self, columns: Sequence[str], widths: Sequence[float], first: float) -> None:
        """Print what stands above the columns, with room for a row under it."""
        lines = _cells(columns, widths, _HEAD_PT, bold=True)
        high = max(map(len, lines)) * line_height(_HEAD_PT, LEADING)
        self.keep(high + first)
        x = self.left
        for cell, width in zip(lines, widths, strict=True):
            self.drawing.lines(
                x + _CELL_X, self.y, cell, _HEAD_PT, bold=True, colour=GREY, leading=LEADING
            )
            x += width
        self.y += high + _UNDER_HEAD

    def _frame(self, top: float, widths: Sequence[float]) -> None:
        wide, high = self.right - self.left, self.y - top
        self.drawing.rect(self.left, top, wide, high, line_mm=_FRAME_LINE)
        x = self.left
        for width in widths[:-1]:
            x += width
            self.drawing.line(x, top, x, self.y, line_mm=_TABLE_LINE, colour=_LINE_GREY)

    def _lines(self, x: float, lines: Sequence[str], size_pt: float, *, bold: bool = False) -> None:
        """Print lines one by one, so that a long text goes on over the page."""
        step = line_height(size_pt, LEADING)
        for line in lines:
            self.keep(step)
            self.drawing.lines(x, self.y, [line], size_pt, bold=bold, leading=LEADING)
            self.y += step


def _cells(
    row: Sequence[str],
    widths: Sequence[float],
    size_pt: float,
    *,
    bold: bool = False,
    is_named: bool = True,
) -> list[list[str]]:
    """Break the cells of a row into lines; the first is bold where it names the row."""
    return [
        fonts.wrap(text, width - 2 * _CELL_X, size_pt, bold=bold or (is_named and number == 0))
        for number, (text, width) in enumerate(zip(row, widths, strict=True))
    ]
