"""Draw who stands where on each statement: the wall line-up on paper.

In:  a `StatementSheet`: what everybody answered in one round or in both.
Out: an A3 poster, or several when many names have to stay readable.

A round of daily practice has open circles, any other filled ones, as on the compass poster. Without
names there is a
circle for each person, and nothing tells whose it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import IO

from forms import fonts
from forms.answers import Gap
from forms.instrument import Round, StatementPair
from forms.paper import WHITE, Drawing, line_height
from forms.paper_sizes import PAPERS
from scoring import ranking, signs
from scoring.ranking import RankedStatement, Respondent, rank_statements
from scoring.shown_names import Naming, in_order, shown
from scoring.signs import CAPTION, COLOURS, dot, ring

A3 = PAPERS["a3"]

TARGET_PT = 12.0  # read at 75 cm by everybody, at 1 m by most (docs/findings/printing.md 1)
LARGEST_PT, LEAST_PT = 20.0, 8.0
LEAST_OF_LONG = 0.8  # of the size of the others: a longer name goes on in a second line

_TEXTS = {
    "title": "Wie staat waar?",
    "spread": "hier lopen de antwoorden het verst uiteen",
    "step": "hier is de stap van {start} naar {end} het grootst",
    "take_away": "Geen antwoord is beter dan een ander. Neem dit blad mee, of vernietig het.",
    "plain": "Geen antwoord is beter dan een ander.",
    "page": "blad {page} van {pages}",
}
_GAPS = {
    Gap.BLANK: "Niets ingevuld: {who}.",
    Gap.DOUBT: "Nog niet duidelijk: {who}.",
    Gap.NOT_SCANNED: "Niet gescand: {who}.",
}


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """Everything that stands on the sheet. `date` as it is printed: `12 maart 2026`."""

    team: str
    date: str
    pairs: tuple[StatementPair, ...]
    rounds: tuple[Round, ...]  # in the order of the rows
    people: tuple[Respondent, ...]
    naming: Naming = Naming.NAMES
    source: str = ""  # whom the questionnaire comes from

    @property
    def ranked(self) -> tuple[RankedStatement, ...]:
        """On which statements people lie apart and move, and how far."""
        return rank_statements(self.pairs, self.rounds, self.people)


@dataclass(frozen=True, slots=True)
class StatementReport:
    """How it came out."""

    pages: int
    size_pt: float  # of the names


def draw_statements(target: Path | IO[bytes], sheet: StatementSheet) -> StatementReport:
    """Draw the sheet, in the largest names at which it takes no more pages than it must."""
    blocks = _blocks(sheet)
    size, pages = _best_size(blocks)
    title = f"{sheet.team}: {_TEXTS['title'].lower()}"
    drawing = Drawing(target, A3, title=title, credit=sheet.source)
    for number, page in enumerate(pages, 1):
        if number > 1:
            drawing.next_page()
        for block in page:
            drawing.entry(f"{block.pair.key}  {block.pair.label}")
        _page(drawing, sheet, page, size, (number, len(pages)))
    drawing.save()
    return StatementReport(len(pages), size)


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
    return ranking.by_spread(sheet.ranked, sheet.rounds[0].key, count)


def largest_step(sheet: StatementSheet) -> str | None:
    """Name the statement on which the team's answers moved furthest; None when they did not."""
    return ranking.by_step(sheet.ranked)


# --- what stands in a block, and how high it is ---------------------------------------------

MARGIN = 14.0
DISC_ROOM, LEAST_DISC_PT = 8.0, 5.0  # for the number of a statement
LABEL_SHARE, LEAST_NAME_PT = 0.5, 10.0  # of the width, where a tag stands beside it
ROUND_LEADING = 1.05
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
DOT_PITCH, DOT_LINE = 2.35, 3.0  # across and down, in radii of a dot
SIZE_STEP_PT, ROOM_STEP = 0.5, 5.0  # in which sizes and even pages are looked for
MOST_SPARE = 22.0  # that is added to one statement

_WIDE = A3.width_mm - 2 * MARGIN
_TOP, _BOTTOM = MARGIN + 33.0, A3.height_mm - MARGIN - 5.0

# The head of the page, in mm and points.
TITLE_PT, TITLE_Y, TITLE_GAP = 42.0, 12.0, 10.0
TEAM_PT, LEAST_TEAM_PT, TEAM_TOP, TEAM_LINES, TEAM_LEADING = 20.0, 7.0, 0.0, 2, 1.12
DATE_PT, DATE_GAP = 15.0, 0.5
KEY_PT, LEAST_KEY_PT, KEY_Y, KEY_SIGN, KEY_SIGN_UP = 14.0, 6.0, 22.5, 2.6, 1.7
KEY_TEXT_X, KEY_GAP = 7.5, 10.0
FOOT_PT, FOOT_DOWN = 10.0, 2.0

# One statement.
NUMBER_PT, NUMBER_R, NUMBER_Y = 21.0, 4.5, 7.1
NAME_PT, NAME_X, NAME_Y, NAME_ROOM = 20.0, 12.0, 7.0, 16.0
TAG_Y, TAG_PT, LEAST_TAG_PT, TAG_INSET, TAG_HIGH, TAG_BASE = 1.2, 12.0, 5.0, 3.0, 7.0, 4.9
TAG_LINE, TAG_ROUND = 0.5, 2.0
POLE_LEADING, POLE_GAP, UNDER_POLES = 1.22, 8.0, 2.0
OPTION_PT, OPTION_Y = 17.0, 6.4
BAND = 0.955  # grey of every other row
ROUND_X, ROUND_SIGN = 3.4, 2.3
ROUND_PT, LEAST_ROUND_PT, ROUND_TEXT_X, ROUND_TEXT_DOWN, ROUND_LESS = 12.0, 6.0, 7.5, 1.6, 8.5
CELL_LINE, CELL_GREY, TABLE_LINE = 0.2, 0.6, 0.35
NOTE_PT, NOTE_LEADING, NOTE_GAP = 11.0, 1.2, 1.2
DOTS_X, COUNT_PT, COUNT_INSET, COUNT_DOWN = 4.2, 13.0, 2.5, 1.7


@dataclass(frozen=True, slots=True)
class _Entry:
    """A name as it is set in its cell: on one line, or a little smaller and on more."""

    lines: tuple[str, ...]
    size_pt: float

    @property
    def width(self) -> float:
        return column_width(self.lines, self.size_pt)


@lru_cache(maxsize=16384)
def _entry(name: str, room: float, size: float) -> _Entry:
    """Set a name so that it stays in its cell, whatever its length; others keep their size."""
    if fonts.width(name, size, bold=True) <= room:
        return _Entry((name,), size)
    least = max(LEAST_PT, LEAST_OF_LONG * size)
    fits = fonts.fit(name, room, size, least, bold=True)
    if fonts.width(name, fits, bold=True) <= room:
        return _Entry((name,), fits)
    smaller, lines = fonts.in_lines(name, room, size, least, 2, bold=True)
    return _Entry(tuple(lines), smaller)


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
        return min(DOTS_PER_LINE, max(1, int(room / (DOT_PITCH * DOT))))

    @property
    def names_width(self) -> float:
        """What names have of the width of a cell."""
        return self.cell_width - 2 * INSET

    def row_lines(self, round_key: str, size: float) -> int:
        """Count the lines that the fullest cell of a row needs."""
        cells = [self.cells[round_key, option] for option in self.pair.options]
        if not self.is_named:
            return max(1, *(-(-len(cell) // self.dots_per_line) for cell in cells))
        deepest = (max(map(_depth, self.columns(cell, size, 1))) for cell in cells if cell)
        return max(deepest, default=1)

    def columns(self, names: Sequence[str], size: float, lines: int) -> list[Sequence[_Entry]]:
        """Divide the names of a cell over as few columns as keep it within these lines.

        When that cannot be, over as many as fit beside each other.
        """
        entries = [_entry(name, self.names_width, size) for name in names]
        best: list[Sequence[_Entry]] = [entries]
        for count in range(1, MOST_COLUMNS + 1):
            long = -(-len(entries) // count)
            columns: list[Sequence[_Entry]] = [
                entries[start : start + long] for start in range(0, len(entries), long or 1)
            ]
            if count > 1 and _columns_width(columns) > self.names_width:
                break
            best = columns
            if max(map(_depth, columns), default=0) <= lines:
                break
        return best

    def row_height(self, round_key: str, size: float) -> float:
        step = line_height(size, NAME_LEADING) if self.is_named else DOT_LINE * DOT
        return 2 * PAD + self.row_lines(round_key, size) * step

    def pole_lines(self) -> tuple[list[str], list[str]]:
        room = _WIDE / 2 - POLE_GAP
        return (
            fonts.wrap(self.pair.left, room, POLE_PT),
            fonts.wrap(self.pair.right, room, POLE_PT),
        )

    def height(self, size: float) -> float:
        poles = max(len(lines) for lines in self.pole_lines()) * line_height(POLE_PT, POLE_LEADING)
        rows = sum(self.row_height(asked.key, size) for asked in self.rounds)
        note = len(self.unknown_lines()) * line_height(NOTE_PT, NOTE_LEADING)
        note += NOTE_GAP if self.unknown else 0
        return HEAD + poles + UNDER_POLES + SCALE + rows + note + GAP

    def unknown_lines(self) -> list[str]:
        """What is not known of this statement, in as many lines as that takes."""
        return fonts.wrap(self.unknown, _WIDE, NOTE_PT) if self.unknown else []


def _depth(column: Sequence[_Entry]) -> int:
    return sum(len(entry.lines) for entry in column)


def _columns_width(columns: Sequence[Sequence[_Entry]]) -> float:
    gaps = COLUMN_GAP * (len(columns) - 1)
    return sum(max(entry.width for entry in column) for column in columns) + gaps


def column_width(names: Sequence[str], size: float) -> float:
    """Measure the widest of these names, in mm."""
    return max((fonts.width(name, size, bold=True) for name in names), default=0.0)


def _blocks(sheet: StatementSheet) -> list[_Block]:
    is_named = sheet.naming is not Naming.NONE
    numbers = tuple(person.number for person in sheet.people)
    said = shown(
        [person.name for person in sheet.people],
        sheet.naming,
        numbers if any(numbers) else (),
        [person.first for person in sheet.people],
    )
    apart, step = widest_apart(sheet), largest_step(sheet)
    blocks = []
    for pair in sheet.pairs:
        cells: dict[tuple[str, str], tuple[str, ...]] = {}
        unknown: dict[str, list[str]] = {}
        for asked in sheet.rounds:
            key = asked.key
            here = [
                (name, person)
                for name, person in zip(said, sheet.people, strict=True)
                if key in person.answers
            ]
            for option in pair.options:
                chosen = [
                    n for n, person in here if str(person.answers[key].get(pair.key)) == option
                ]
                cells[key, option] = tuple(sorted(chosen, key=in_order))
            for gap, text in _GAPS.items():
                absent = [name for name, who in here if who.gap(key, pair.key) is gap]
                if absent:
                    them = ", ".join(absent) if is_named else str(len(absent))
                    unknown.setdefault(text, []).append(f"{them} ({asked.name})")
        tags = [_TEXTS["spread"]] if pair.key in apart else []
        tags += [_step_tag(sheet.rounds)] if pair.key == step else []
        note = " ".join(text.format(who="; ".join(who)) for text, who in unknown.items())
        blocks.append(_Block(pair, sheet.rounds, cells, note, "  ·  ".join(tags), is_named))
    return blocks


def _step_tag(rounds: Sequence[Round]) -> str:
    start, end = sorted(rounds, key=lambda asked: not signs.is_open(asked))
    return _TEXTS["step"].format(start=start.name, end=end.name)


def _best_size(blocks: Sequence[_Block]) -> tuple[float, list[list[_Block]]]:
    """Choose the number of pages at `TARGET_PT`, then the largest names on that many pages."""
    target = TARGET_PT
    while target > LEAST_PT and not _works(blocks, target):
        target -= SIZE_STEP_PT
    pages = _packed(blocks, target)
    size = target
    while (larger := size + SIZE_STEP_PT) <= LARGEST_PT and _works(blocks, larger):
        more = _packed(blocks, larger)
        if len(more) > len(pages):
            break
        size, pages = larger, more
    return size, pages


def _works(blocks: Sequence[_Block], size: float) -> bool:
    return all(block.height(size) <= _BOTTOM - _TOP + GAP for block in blocks)


def _packed(blocks: Sequence[_Block], size: float) -> list[list[_Block]]:
    """Divide blocks over pages, as evenly as their number of pages allows."""
    heights = [block.height(size) for block in blocks]
    room = _BOTTOM - _TOP + GAP
    ends = _page_ends(heights, room)
    while (less := room - ROOM_STEP) >= max(heights):
        closer = _page_ends(heights, less)
        if len(closer) != len(ends):
            break
        room, ends = less, closer
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
    extra = min(max(spare, 0) / len(blocks), MOST_SPARE)
    y = _TOP
    for block in blocks:
        _paint(drawing, block, y, size, extra / 2)
        y += block.height(size) + extra
    text = _TEXTS["plain" if sheet.naming is Naming.NONE else "take_away"]
    bottom = A3.height_mm - MARGIN + FOOT_DOWN
    drawing.text(MARGIN, bottom, text, FOOT_PT, colour=CAPTION)
    page, pages = number
    if pages > 1:
        said = _TEXTS["page"].format(page=page, pages=pages)
        right = A3.width_mm - MARGIN
        drawing.text(right, bottom, said, FOOT_PT, align="right", colour=CAPTION)


def _head(drawing: Drawing, sheet: StatementSheet) -> None:
    right = A3.width_mm - MARGIN
    drawing.text(MARGIN, MARGIN + TITLE_Y, _TEXTS["title"], TITLE_PT, bold=True)
    room = right - MARGIN - fonts.width(_TEXTS["title"], TITLE_PT, bold=True) - TITLE_GAP
    size, lines = fonts.in_lines(sheet.team, room, TEAM_PT, LEAST_TEAM_PT, TEAM_LINES, bold=True)
    down = MARGIN + TEAM_TOP
    down += drawing.lines(right, down, lines, size, bold=True, align="right", leading=TEAM_LEADING)
    date = (right, down + DATE_GAP, [sheet.date], DATE_PT)
    drawing.lines(*date, align="right", colour=CAPTION, leading=TEAM_LEADING)
    x, y = MARGIN, MARGIN + KEY_Y
    said = [f"{asked.name}: {asked.explained}" for asked in sheet.rounds]
    room = right - MARGIN - (KEY_TEXT_X + KEY_GAP) * len(said)
    size = fonts.fit("".join(said), room, KEY_PT, LEAST_KEY_PT)
    for asked, text in zip(sheet.rounds, said, strict=True):
        is_filled = not signs.is_open(asked)
        circle(drawing, x + KEY_SIGN, y - KEY_SIGN_UP, KEY_SIGN, is_filled=is_filled)
        x += KEY_TEXT_X
        drawing.text(x, y, text, size)
        x += fonts.width(text, size) + KEY_GAP


def circle(drawing: Drawing, x: float, y: float, radius: float, *, is_filled: bool) -> None:
    """Draw the sign of a round, filled or open."""
    if is_filled:
        dot(drawing, x, y, radius, COLOURS)
    else:
        ring(drawing, x, y, radius, COLOURS, scale=radius / signs.DOT)


def _paint(drawing: Drawing, block: _Block, y: float, size: float, extra: float) -> None:
    """Draw one statement; `extra` is added to the rows of names."""
    left, right, middle = MARGIN, A3.width_mm - MARGIN, A3.width_mm / 2
    pair, centre = block.pair, left + NUMBER_R
    drawing.circle(centre, y + NUMBER_R, NUMBER_R, fill=0.0)
    key_pt = fonts.fit(pair.key, DISC_ROOM, NUMBER_PT, LEAST_DISC_PT, bold=True)
    at = (centre, y + NUMBER_R + (NUMBER_Y - NUMBER_R) * key_pt / NUMBER_PT)
    drawing.text(*at, pair.key, key_pt, bold=True, align="centre", colour=WHITE)
    room = (right - left) * (LABEL_SHARE if block.tag else 1.0) - NAME_X
    label_pt = fonts.fit(pair.label, room, NAME_PT, LEAST_NAME_PT, bold=True)
    drawing.text(left + NAME_X, y + NAME_Y, pair.label, label_pt, bold=True)
    if block.tag:
        room = right - left - NAME_ROOM - fonts.width(pair.label, label_pt, bold=True)
        _tag(drawing, block.tag, right, y + TAG_Y, room)
    y += HEAD
    lines, other = block.pole_lines()
    drawing.lines(left, y, lines, POLE_PT, leading=POLE_LEADING)
    drawing.lines(middle + POLE_GAP, y, other, POLE_PT, leading=POLE_LEADING)
    y += max(len(lines), len(other)) * line_height(POLE_PT, POLE_LEADING) + UNDER_POLES
    wide = block.cell_width
    for number, option in enumerate(block.pair.options):
        x = left + LABEL + (number + 1 / 2) * wide
        drawing.text(x, y + OPTION_Y, option, OPTION_PT, bold=True, align="centre")
    y += SCALE
    top = y
    for number, asked in enumerate(block.rounds):
        key, is_filled = asked.key, not signs.is_open(asked)
        share = extra * 2 / len(block.rounds)
        high = block.row_height(key, size) + share
        if number % 2 == 0:
            drawing.rect(left, y, right - left, high, fill=BAND)
        circle(drawing, left + ROUND_X, y + high / 2, ROUND_SIGN, is_filled=is_filled)
        _round_name(drawing, asked.name, left + ROUND_TEXT_X, y + high / 2)
        for column, option in enumerate(block.pair.options):
            x = left + LABEL + column * wide
            if block.is_named:
                _names(drawing, block, (key, option), x, y + share / 2, size)
            else:
                _dots(drawing, block, (key, option), x, y + share / 2, is_filled=is_filled)
        y += high
    for number in range(len(block.pair.options) + 1):
        x = left + LABEL + number * wide
        drawing.line(x, top, x, y, line_mm=CELL_LINE, colour=CELL_GREY)
    drawing.rect(left, top, right - left, y - top, line_mm=TABLE_LINE)
    if block.unknown:
        said = block.unknown_lines()
        drawing.lines(left, y + NOTE_GAP, said, NOTE_PT, colour=CAPTION, leading=NOTE_LEADING)


def _round_name(drawing: Drawing, name: str, x: float, middle: float) -> None:
    """Print the name of a round before its row, in two lines if it is long."""
    room = LABEL - ROUND_LESS
    size, lines = fonts.in_lines(name, room, ROUND_PT, LEAST_ROUND_PT, 2, bold=True)
    step = line_height(size, ROUND_LEADING)
    for number, line in enumerate(lines):
        below = (number - (len(lines) - 1) / 2) * step
        down = ROUND_TEXT_DOWN * size / ROUND_PT
        drawing.text(x, middle + below + down, line, size, bold=True)


def _tag(drawing: Drawing, text: str, right: float, y: float, room: float) -> None:
    size = fonts.fit(text, room - 2 * TAG_INSET, TAG_PT, LEAST_TAG_PT, bold=True)
    wide = fonts.width(text, size, bold=True) + 2 * TAG_INSET
    drawing.rect(right - wide, y, wide, TAG_HIGH, line_mm=TAG_LINE, radius_mm=TAG_ROUND)
    drawing.text(right - wide / 2, y + TAG_BASE, text, size, bold=True, align="centre")


def _names(
    drawing: Drawing, block: _Block, key: tuple[str, str], x: float, y: float, size: float
) -> None:
    """Print names in as many columns as they need, each of them within its cell."""
    lines = block.row_lines(key[0], size)
    x += INSET
    for column in block.columns(block.cells[key], size, lines):
        down = y + PAD
        for entry in column:
            leading = NAME_LEADING * size / entry.size_pt  # a smaller name takes a whole line
            down += drawing.lines(x, down, entry.lines, entry.size_pt, bold=True, leading=leading)
        x += max((entry.width for entry in column), default=0.0) + COLUMN_GAP


def _dots(
    drawing: Drawing, block: _Block, key: tuple[str, str], x: float, y: float, *, is_filled: bool
) -> None:
    """Draw a circle for each person, and how many there are."""
    count = len(block.cells[key])
    for number in range(count):
        line, column = divmod(number, block.dots_per_line)
        across = x + DOTS_X + column * DOT_PITCH * DOT
        down = y + PAD + (line + 1 / 2) * DOT_LINE * DOT
        circle(drawing, across, down, DOT, is_filled=is_filled)
    if count:
        at = (x + block.cell_width - COUNT_INSET, y + PAD + DOT_LINE / 2 * DOT + COUNT_DOWN)
        drawing.text(*at, str(count), COUNT_PT, bold=True, align="right")
