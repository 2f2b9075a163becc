"""Draw who stands where on each statement: the wall line-up on paper.

In:  a `StatementSheet`: what everybody answered in one round or in both.
Out: an A3 poster, or several when many names have to stay readable.

A round of daily practice has open circles, any other filled ones, as on the compass poster. Without
names there is a
circle for each person, and nothing tells whose it is.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import IO

from forms import fonts
from forms.instrument import Round, StatementPair
from forms.paper import PAPERS, WHITE, Drawing, line_height
from scoring import signs
from scoring.groups import ENOUGH_ANSWERS
from scoring.names import Naming, shown
from scoring.signs import CAPTION, COLOURS, dot, ring

A3 = PAPERS["a3"]

TARGET_PT = 12.0  # read at 75 cm by everybody, at 1 m by most (docs/findings/printing.md 1)
LARGEST_PT, LEAST_PT = 20.0, 8.0

_TEXTS = {
    "title": "Wie staat waar?",
    "spread": "hier lopen de antwoorden het verst uiteen",
    "step": "hier is de stap van {start} naar {end} het grootst",
    "unknown": "Geen duidelijk antwoord: {who}.",
    "take_away": "Geen antwoord is beter dan een ander. Neem dit blad mee, of vernietig het.",
    "plain": "Geen antwoord is beter dan een ander.",
    "page": "blad {page} van {pages}",
}


@dataclass(frozen=True, slots=True)
class Respondent:
    """What somebody answered: per round, per statement a number; None where it is not known."""

    name: str
    answers: Mapping[str, Mapping[str, int | None]]

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a respondent needs a name or a number, got none")


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """Everything that stands on the sheet. `date` as it is printed: `12 maart 2026`."""

    team: str
    date: str
    pairs: tuple[StatementPair, ...]
    rounds: tuple[Round, ...]  # in the order of the rows
    people: tuple[Respondent, ...]
    naming: Naming = Naming.NAMES

    def answers(self, round_key: str, question: str) -> list[int | None]:
        """List what everybody who took part in a round answered to a statement."""
        return [
            person.answers[round_key].get(question)
            for person in self.people
            if round_key in person.answers
        ]


@dataclass(frozen=True, slots=True)
class Report:
    """How it came out."""

    pages: int
    size_pt: float  # of the names


def draw_statements(target: Path | IO[bytes], sheet: StatementSheet) -> Report:
    """Draw the sheet, in the largest names at which it takes no more pages than it must."""
    blocks = _blocks(sheet)
    size, pages = _best_size(blocks)
    drawing = Drawing(target, A3, title=f"{sheet.team}: {_TEXTS['title'].lower()}")
    for number, page in enumerate(pages, 1):
        if number > 1:
            drawing.next_page()
        _page(drawing, sheet, page, size, (number, len(pages)))
    drawing.save()
    return Report(len(pages), size)


def widest_apart(sheet: StatementSheet, count: int = 2) -> tuple[str, ...]:
    """Name the statements on which people differ most in the first round: talk about these.

    >>> from forms.instrument import find
    >>> asked = find("stellingenlijst")
    >>> first = asked.rounds[:1]
    >>> answers = [{first[0].key: {"1": n, "2": 3}} for n in (1, 2, 5, 6)]
    >>> people = tuple(Respondent(f"nr {n}", given) for n, given in enumerate(answers))
    >>> widest_apart(StatementSheet("T", "", asked.pairs, first, people))
    ('1',)
    """
    spreads = {}
    for pair in sheet.pairs:
        given = [a for a in sheet.answers(sheet.rounds[0].key, pair.key) if a is not None]
        if len(given) >= ENOUGH_ANSWERS:
            spreads[pair.key] = statistics.pvariance(given)
    order = sorted(spreads, key=lambda key: -spreads[key])
    return tuple(key for key in order[:count] if spreads[key] > 0)


def largest_step(sheet: StatementSheet) -> str | None:
    """Name the statement on which the team's answers moved furthest; None when they did not."""
    if len(sheet.rounds) < 2:
        return None
    steps = {}
    for pair in sheet.pairs:
        moved = []
        for person in sheet.people:
            both = [person.answers.get(r.key, {}).get(pair.key) for r in sheet.rounds]
            if both[0] is not None and both[1] is not None:
                moved.append(both[0] - both[1])
        if len(moved) >= ENOUGH_ANSWERS:
            steps[pair.key] = abs(statistics.fmean(moved))
    largest = max(steps, key=lambda key: steps[key], default=None)
    return largest if largest is not None and steps[largest] > 0 else None


# --- what stands in a block, and how high it is ---------------------------------------------

MARGIN = 14.0
LABEL = 27.0  # the name of the round before its row
HEAD = 13.0
POLE_PT = 13.0
SCALE = 9.0  # the row of numbers
GAP = 7.0  # under a block
DOT = 2.6
PAD = 2.2  # above and below the names in a row
INSET = 1.6  # at both sides of a cell
COLUMN_GAP = 3.0
MOST_COLUMNS = 4
DOTS_PER_LINE = 5
DOTS_ASIDE = 9.0  # of a cell, for the number of people
NAME_LEADING = 1.18

_WIDE = A3.width_mm - 2 * MARGIN
_TOP, _BOTTOM = MARGIN + 33.0, A3.height_mm - MARGIN - 5.0


@dataclass(frozen=True, slots=True)
class _Block:
    """One statement with everybody's name: per round and option who chose it."""

    pair: StatementPair
    rounds: tuple[Round, ...]
    cells: Mapping[tuple[str, str], tuple[str, ...]]
    unknown: str
    tag: str
    is_named: bool

    @property
    def cell_width(self) -> float:
        return (_WIDE - LABEL) / len(self.pair.options)

    @property
    def dots_per_line(self) -> int:
        room = self.cell_width - DOTS_ASIDE
        return min(DOTS_PER_LINE, max(1, int(room / (2.35 * DOT))))

    def row_lines(self, round_key: str, size: float) -> int:
        """Count the lines that the fullest cell of a row needs."""
        cells = [self.cells[round_key, option] for option in self.pair.options]
        if not self.is_named:
            return max(1, *(-(-len(cell) // self.dots_per_line) for cell in cells))
        return max(1, *(len(self.columns(cell, size, 1)[0]) for cell in cells if cell), 1)

    def columns(self, names: Sequence[str], size: float, lines: int) -> list[Sequence[str]]:
        """Divide the names of a cell over as few columns as keep it within these lines.

        When that cannot be, over as many as fit beside each other.
        """
        best: list[Sequence[str]] = [names]
        for count in range(1, MOST_COLUMNS + 1):
            long = -(-len(names) // count)
            columns = [names[start : start + long] for start in range(0, len(names), long or 1)]
            if self._columns_width(columns, size) > self.cell_width - 2 * INSET:
                break
            best = columns
            if long <= lines:
                break
        return best

    def _columns_width(self, columns: Sequence[Sequence[str]], size: float) -> float:
        gaps = COLUMN_GAP * (len(columns) - 1)
        return sum(column_width(column, size) for column in columns) + gaps

    def row_height(self, round_key: str, size: float) -> float:
        step = line_height(size, NAME_LEADING) if self.is_named else 3.0 * DOT
        return 2 * PAD + self.row_lines(round_key, size) * step

    def pole_lines(self) -> tuple[list[str], list[str]]:
        room = _WIDE / 2 - 8
        return (
            fonts.wrap(self.pair.left, room, POLE_PT),
            fonts.wrap(self.pair.right, room, POLE_PT),
        )

    def height(self, size: float) -> float:
        poles = max(len(lines) for lines in self.pole_lines()) * line_height(POLE_PT, 1.22)
        rows = sum(self.row_height(asked.key, size) for asked in self.rounds)
        return HEAD + poles + 2 + SCALE + rows + (6 if self.unknown else 0) + GAP

    def fits(self, size: float) -> bool:
        names = [name for cell in self.cells.values() for name in cell]
        return column_width(names, size) <= self.cell_width - 2 * INSET


def column_width(names: Sequence[str], size: float) -> float:
    """Measure the widest of these names, in mm."""
    return max((fonts.width(name, size, bold=True) for name in names), default=0.0)


def _blocks(sheet: StatementSheet) -> list[_Block]:
    is_named = sheet.naming is not Naming.NONE
    said = shown([person.name for person in sheet.people], sheet.naming)
    apart, step = widest_apart(sheet), largest_step(sheet)
    blocks = []
    for pair in sheet.pairs:
        cells: dict[tuple[str, str], tuple[str, ...]] = {}
        unknown = []
        for asked in sheet.rounds:
            key = asked.key
            here = [
                (name, person.answers[key].get(pair.key))
                for name, person in zip(said, sheet.people, strict=True)
                if key in person.answers
            ]
            for option in pair.options:
                chosen = [name for name, answer in here if str(answer) == option]
                cells[key, option] = tuple(sorted(chosen, key=lambda n: (n.casefold(), n)))
            absent = [name for name, answer in here if answer is None]
            if absent:
                who = ", ".join(absent) if is_named else str(len(absent))
                unknown.append(f"{who} ({asked.name})")
        tags = [_TEXTS["spread"]] if pair.key in apart else []
        tags += [_step_tag(sheet.rounds)] if pair.key == step else []
        note = _TEXTS["unknown"].format(who="; ".join(unknown)) if unknown else ""
        blocks.append(_Block(pair, sheet.rounds, cells, note, "  ·  ".join(tags), is_named))
    return blocks


def _step_tag(rounds: Sequence[Round]) -> str:
    start, end = sorted(rounds, key=lambda asked: not signs.is_open(asked))
    return _TEXTS["step"].format(start=start.name, end=end.name)


def _best_size(blocks: Sequence[_Block]) -> tuple[float, list[list[_Block]]]:
    """Choose the number of pages at `TARGET_PT`, then the largest names on that many pages."""
    target = TARGET_PT
    while target > LEAST_PT and not _works(blocks, target):
        target -= 0.5
    pages = _packed(blocks, target)
    size = target
    while size + 0.5 <= LARGEST_PT and _works(blocks, size + 0.5):
        more = _packed(blocks, size + 0.5)
        if len(more) > len(pages):
            break
        size, pages = size + 0.5, more
    return size, pages


def _works(blocks: Sequence[_Block], size: float) -> bool:
    return all(b.fits(size) and b.height(size) <= _BOTTOM - _TOP + GAP for b in blocks)


def _packed(blocks: Sequence[_Block], size: float) -> list[list[_Block]]:
    """Divide blocks over pages, as evenly as their number of pages allows."""
    heights = [block.height(size) for block in blocks]
    room = _BOTTOM - _TOP + GAP
    ends = _page_ends(heights, room)
    while room - 5 >= max(heights) and len(closer := _page_ends(heights, room - 5)) == len(ends):
        room, ends = room - 5, closer
    return [list(blocks[start:end]) for start, end in pairwise([0, *ends])]


def _page_ends(heights: Sequence[float], room: float) -> list[int]:
    """Fill pages of this height; return after which block each of them ends."""
    ends: list[int] = []
    left = room
    for number, high in enumerate(heights):
        if high > left:
            ends.append(number)
            left = room
        left -= high
    return [*ends, len(heights)]


# --- painting ---------------------------------------------------------------------------------


def _page(
    drawing: Drawing,
    sheet: StatementSheet,
    blocks: Sequence[_Block],
    size: float,
    number: tuple[int, int],
) -> None:
    _head(drawing, sheet)
    spare = _BOTTOM - _TOP + GAP - sum(block.height(size) for block in blocks)
    extra = min(max(spare, 0) / len(blocks), 22.0)
    y = _TOP
    for block in blocks:
        _paint(drawing, block, y, size, extra / 2)
        y += block.height(size) + extra
    text = _TEXTS["plain" if sheet.naming is Naming.NONE else "take_away"]
    bottom = A3.height_mm - MARGIN + 2
    drawing.text(MARGIN, bottom, text, 10, colour=CAPTION)
    page, pages = number
    if pages > 1:
        said = _TEXTS["page"].format(page=page, pages=pages)
        drawing.text(A3.width_mm - MARGIN, bottom, said, 10, align="right", colour=CAPTION)


def _head(drawing: Drawing, sheet: StatementSheet) -> None:
    right = A3.width_mm - MARGIN
    drawing.text(MARGIN, MARGIN + 12, _TEXTS["title"], 42, bold=True)
    room = right - MARGIN - fonts.width(_TEXTS["title"], 42, bold=True) - 10
    size = fonts.fit(sheet.team, room, 20, 9, bold=True)
    drawing.text(right, MARGIN + 6.5, sheet.team, size, bold=True, align="right")
    drawing.text(right, MARGIN + 13.5, sheet.date, 15, align="right", colour=CAPTION)
    x, y = MARGIN, MARGIN + 22.5
    said = [f"{asked.name}: {asked.explained}" for asked in sheet.rounds]
    size = fonts.fit("".join(said), right - MARGIN - 17.5 * len(said), 14, 6)
    for asked, text in zip(sheet.rounds, said, strict=True):
        circle(drawing, x + 2.6, y - 1.7, 2.6, is_filled=not signs.is_open(asked))
        x += 7.5
        drawing.text(x, y, text, size)
        x += fonts.width(text, size) + 10


def circle(drawing: Drawing, x: float, y: float, radius: float, *, is_filled: bool) -> None:
    """Draw the sign of a round, filled or open."""
    if is_filled:
        dot(drawing, x, y, radius, COLOURS)
    else:
        ring(drawing, x, y, radius, COLOURS, scale=radius / signs.DOT)


def _paint(drawing: Drawing, block: _Block, y: float, size: float, extra: float) -> None:
    """Draw one statement; `extra` is added to the rows of names."""
    left, right, middle = MARGIN, A3.width_mm - MARGIN, A3.width_mm / 2
    drawing.circle(left + 4.5, y + 4.5, 4.5, fill=0.0)
    drawing.text(left + 4.5, y + 7.1, block.pair.key, 21, bold=True, align="centre", colour=WHITE)
    drawing.text(left + 12, y + 7.0, block.pair.label, 20, bold=True)
    if block.tag:
        room = right - left - 16 - fonts.width(block.pair.label, 20, bold=True)
        _tag(drawing, block.tag, right, y + 1.2, room)
    y += HEAD
    lines, other = block.pole_lines()
    drawing.lines(left, y, lines, POLE_PT, leading=1.22)
    drawing.lines(middle + 8, y, other, POLE_PT, leading=1.22)
    y += max(len(lines), len(other)) * line_height(POLE_PT, 1.22) + 2
    wide = block.cell_width
    for number, option in enumerate(block.pair.options):
        x = left + LABEL + (number + 0.5) * wide
        drawing.text(x, y + 6.4, option, 17, bold=True, align="centre")
    y += SCALE
    top = y
    for number, asked in enumerate(block.rounds):
        key, is_filled = asked.key, not signs.is_open(asked)
        share = extra * 2 / len(block.rounds)
        high = block.row_height(key, size) + share
        if number % 2 == 0:
            drawing.rect(left, y, right - left, high, fill=0.955)
        circle(drawing, left + 3.4, y + high / 2, 2.3, is_filled=is_filled)
        label = fonts.fit(asked.name, LABEL - 8.5, 12, 6, bold=True)
        drawing.text(left + 7.5, y + high / 2 + 1.6, asked.name, label, bold=True)
        for column, option in enumerate(block.pair.options):
            x = left + LABEL + column * wide
            if block.is_named:
                _names(drawing, block, (key, option), x, y + share / 2, size)
            else:
                _dots(drawing, block, (key, option), x, y + share / 2, is_filled=is_filled)
        y += high
    for number in range(len(block.pair.options) + 1):
        x = left + LABEL + number * wide
        drawing.line(x, top, x, y, line_mm=0.2, colour=0.6)
    drawing.rect(left, top, right - left, y - top, line_mm=0.35)
    if block.unknown:
        note = fonts.fit(block.unknown, right - left, 11, 6)
        drawing.text(left, y + 4.6, block.unknown, note, colour=CAPTION)


def _tag(drawing: Drawing, text: str, right: float, y: float, room: float) -> None:
    size = fonts.fit(text, room - 6, 12, 7, bold=True)
    wide = fonts.width(text, size, bold=True) + 6
    drawing.rect(right - wide, y, wide, 7.0, line_mm=0.5, radius_mm=2)
    drawing.text(right - wide / 2, y + 4.9, text, size, bold=True, align="centre")


def _names(
    drawing: Drawing, block: _Block, key: tuple[str, str], x: float, y: float, size: float
) -> None:
    """Print names in as many columns as they need; one that is too long for its cell is smaller."""
    names = block.cells[key]
    lines = block.row_lines(key[0], size)
    x += INSET
    room = block.cell_width - 2 * INSET
    for column in block.columns(names, size, lines):
        wide = column_width(column, size)
        fits = size * min(1.0, room / wide) if wide else size
        drawing.lines(x, y + PAD, column, fits, bold=True, leading=NAME_LEADING * size / fits)
        x += wide + COLUMN_GAP


def _dots(
    drawing: Drawing, block: _Block, key: tuple[str, str], x: float, y: float, *, is_filled: bool
) -> None:
    """Draw a circle for each person, and how many there are."""
    count = len(block.cells[key])
    for number in range(count):
        line, column = divmod(number, block.dots_per_line)
        circle(
            drawing,
            x + 4.2 + column * 2.35 * DOT,
            y + PAD + (line + 0.5) * 3.0 * DOT,
            DOT,
            is_filled=is_filled,
        )
    if count:
        drawing.text(
            x + block.cell_width - 2.5, y + PAD + 1.5 * DOT + 1.7, str(count), 13,
            bold=True, align="right",
        )  # fmt: skip
