"""Where everything stands on the printed pages: a pure function of instrument and paper.

In:  an `Instrument` and a size of paper.
Out: a `Layout`: per page the corner marks, the symbol, the boxes, the fields and every text.

All lengths are mm from the top left of the upright page. The same layout serves all rounds, so
that a round changes words but never a place. Texts are set in the largest size at which the
questionnaire takes no more pages than it must.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache

from forms import fonts, sheet_code
from forms.errors import InstrumentError
from forms.instrument import (
    ChoiceQuestion,
    Factor,
    Instrument,
    Row,
    Scale,
    ScaleQuestion,
    Section,
    StatementPair,
    TextField,
)
from forms.messages import counted
from forms.paper import line_height
from forms.paper_sizes import A4, Paper
from forms.sheet_words import SHEET

MARKER_MM = 11.0  # found at 50 dpi, black and white included (docs/findings/reading.md 3)
MARKER_EDGE_MM = 10.0  # copiers leave 4-7 mm white, cut up to 6 (docs/findings/printing.md 2)
MARKER_QUIET_MM = 2.0  # one module of the mark is 1.83 mm
CODE_MM = 20.0  # 25 modules of 0.8 mm; module size decides (docs/findings/reading.md 6)
CODE_QUIET_MM = 3.2  # four modules
BOX_MM = 5.0
BOX_LINE_MM = 0.35
TEXT_LEFT_MM = 24.0  # punched holes reach to 15 mm from the left edge (ISO 838)
TEXT_RIGHT_MM = 197.0  # on A4; 13 mm from the right edge
PAIR_PITCH_MM = 10.0
SCALE_PITCH_MM = 8.5
GRADE_PITCH_MM = 9.0
LABEL_GAP_MM = 2.3  # between a box and the digit above it: a circle round the box fits between
RULING_MM = 9.0  # between the lines in a field for handwriting (docs/findings/handwriting.md 4)
NAME_MM = (90.0, 10.0)
NAME = "name"  # the field that asks who this is
ASIDE_MM, BEHIND_MM = 6.0, 45.0  # round that field, and behind it, people write their name as well
LEGEND_PT = 8.5
SIZES_PT = (11.0, 10.5, 10.0, 9.5, 9.0)

# The frame of a page, in mm and points.
MARKER_AIR_MM = 1.0  # between a corner mark's quiet zone and anything else
CODE_PT, UNDER_CODE = 9.0, 1.0
HEAD_RULE, UNDER_RULE, TITLE_GAP = 0.35, 1.5, 2.0
FOOT_PT, FOOT_DOWN = 8.0, 2.5
SOURCE_PT, MOST_SOURCE_LINES = 6.0, 2

# What stands above the questions: on the first page, and on the others.
TITLE_PT, TITLE_UP, SUBTITLE_PT, SUBTITLE_GAP = 20.0, 1.0, 11.0, 1.5
PERSON_PT = 13.0  # a printed name
ROUND_PT, ASK_PT, HEADER_GAP = 13.0, 10.0, 1.5
NAME_PT, NAME_Y, NAME_FIELD_X, NAME_X, NAME_UNDER = 11.0, 2.2, 17.0, 18.5, 2.5
PERSON_Y, HINT_PT, HINT_GAP, HINT_Y = 1.9, 9.0, 3.0, 3.2
EXAMPLE_MM, EXAMPLE_GAP, HOW_PT = (62.0, 15.0), 4.0, 9.5
NOTE_LINE_PT, UNDER_NOTE, UNDER_LEGEND = 8.5, 0.5, 1.0
NOTE_UP, NOTE_ASIDE = 2.6, 8.0  # of a note at the foot: above the corner marks, and beside them
NEXT_TITLE_PT, NEXT_TITLE_UP, NEXT_SUBTITLE_PT, NEXT_GAP = 14.0, 0.5, 10.0, 1.0
NEXT_PERSON_PT, NEXT_ROUND_PT, PART_GAP = 11.0, 10.0, 4.0

# What is explained before the questions: names, and what they mean behind them.
EXPLAINED_PT, EXPLAINED_AIR, EXPLAINED_GAP, BETWEEN_GROUPS = 8.0, 0.3, 3.0, 1.2
EXPLAINED_HEAD_PT, EXPLAINED_ABOVE, EXPLAINED_UNDER = 9.5, 1.5, 0.5
MOST_GROUP, MOST_NAME = 32.0, 48.0  # mm that the names take, at most

# Headings and rows. What a row adds to its height, and how much more of it it gladly takes.
HEADING_PT, HEADING_ABOVE, HEADING_UP = 11.5, 3.0, 0.5
COLUMN_PT, LONG_COLUMN_PT, SHORT_LABEL, COLUMN_UP = 9.5, 7.5, 3, 0.3  # letters of a short one
LEAST_COLUMN_PT, COLUMN_GAP = 4.0, 0.6
LEAST_TITLE, LEAST_PT, LEAST_PART, HEADING_GAP = 0.6, 7.0, 12.0, 3.0
LEAST_KEY_PT, KEY_LEFT = 5.0, 9.0  # copiers leave 4 to 7 mm white
NO_VIEW_APART, TICK_APART, TICK_EDGE = 2.0, 3.0, 2.0
ROW_RULE, RULE_UP, LABEL_PT, NUMBER_GAP = 0.12, 0.1, 7.0, 2.0
PAIR_GAP, LEAST_POLE, PAIR_AIR, PAIR_STRETCH = 4.5, 25.0, 3.5, 9.0
NUMBER_WIDE, TEXT_GAP, LEAST_TEXT = 9.0, 4.0, 40.0
LABELLED_AIR, GRID_AIR, SCALE_AIR, SCALE_STRETCH = 2.5, 3.4, 1.6, 6.0
CHOICE_PITCH_GAP, CHOICE_GAP, CHOICE_HEAD, CHOICE_Y = 5.5, 8.0, 2.5, 1.0
CHOICE_AIR, CHOICE_STRETCH = 3.5, 3.0
FIELD_LABEL_MM, FIELD_LABEL_PT, FIELD_GAP, FIELD_TOP = 42.0, 10.0, 3.0, 10.0
FIELD_AIR, FIELD_STRETCH = 1.6, 1.5


@dataclass(frozen=True, slots=True)
class Rect:
    """A rectangle on the page."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    def grown(self, by_mm: float) -> Rect:
        """Return the rectangle with a margin round it."""
        return Rect(
            self.x_mm - by_mm,
            self.y_mm - by_mm,
            self.width_mm + 2 * by_mm,
            self.height_mm + 2 * by_mm,
        )

    def overlaps(self, other: Rect) -> bool:
        """Say whether two rectangles share more than an edge."""
        return (
            self.x_mm < other.x_mm + other.width_mm - 1e-9
            and other.x_mm < self.x_mm + self.width_mm - 1e-9
            and self.y_mm < other.y_mm + other.height_mm - 1e-9
            and other.y_mm < self.y_mm + self.height_mm - 1e-9
        )


@dataclass(frozen=True, slots=True)
class Marker:
    """A corner mark."""

    id: int
    x_mm: float
    y_mm: float
    size_mm: float = MARKER_MM

    @property
    def rect(self) -> Rect:
        """The place of the mark."""
        return Rect(self.x_mm, self.y_mm, self.size_mm, self.size_mm)


@dataclass(frozen=True, slots=True)
class Box:
    """A box to mark; its outline lies half inside and half outside the rectangle."""

    question: str
    option: str
    rect: Rect


@dataclass(frozen=True, slots=True)
class Field:
    """A place for handwriting, with `lines` ruled lines (1: an open box)."""

    name: str
    rect: Rect
    lines: int = 1


def beside(place: Rect) -> Rect:
    """Say where people write a name that belongs in a place: round it, and behind it."""
    round_it = place.grown(ASIDE_MM)
    return replace(round_it, width_mm=round_it.width_mm - ASIDE_MM + BEHIND_MM)


class Role(StrEnum):
    """What a text on the page is for: who looks for one asks for its role."""

    TITLE = "title"  # of the questionnaire
    SUBTITLE = "subtitle"
    ROUND = "round"  # which time it is filled in, and what is asked then
    PART = "part"  # of the questionnaire, behind the title
    CODE = "code"  # the code of the sheet in words
    NAME = "name"  # of the person whose sheet it is
    FIELD = "field"  # what to write in a field, before or behind it
    HINT = "hint"  # how to write it, where it is not printed already
    HOW_TO = "how to"  # fill it in
    NOTE = "note"  # how a word is meant
    EXPLAINED = "explained"  # a stage or a factor, before the questions
    LEGEND = "legend"  # what the columns of a grid mean
    HEADING = "heading"  # of a section
    COLUMN = "column"  # what a column of boxes is called
    NUMBER = "number"  # of a question
    STATEMENT = "statement"  # or a question
    LABEL = "label"  # of a box
    FOOT = "foot"  # which page of how many this is
    SOURCE = "source"  # whom the questionnaire comes from


@dataclass(frozen=True, slots=True)
class Text:
    """Lines of type under each other; (x, y) is the top left, centre or right of the block."""

    role: Role
    x_mm: float
    y_mm: float
    lines: tuple[str, ...]
    size_pt: float
    bold: bool = False
    align: str = "left"

    @property
    def rows(self) -> tuple[Rect, ...]:
        """The place of each line: the last one is often short."""
        high = line_height(self.size_pt)
        made = []
        for number, line in enumerate(self.lines):
            wide = fonts.width(line, self.size_pt, bold=self.bold)
            left = self.x_mm - {"left": 0.0, "centre": wide / 2, "right": wide}[self.align]
            made.append(Rect(left, self.y_mm + number * high, wide, high))
        return tuple(made)

    @property
    def rect(self) -> Rect:
        """The place that the lines take."""
        wide = max((fonts.width(t, self.size_pt, bold=self.bold) for t in self.lines), default=0)
        left = self.x_mm - {"left": 0.0, "centre": wide / 2, "right": wide}[self.align]
        return Rect(left, self.y_mm, wide, len(self.lines) * line_height(self.size_pt))


@dataclass(frozen=True, slots=True)
class Rule:
    """A thin line across the page."""

    x1_mm: float
    y_mm: float
    x2_mm: float
    line_mm: float = 0.2

    @property
    def rect(self) -> Rect:
        """The place of the line."""
        return Rect(self.x1_mm, self.y_mm, self.x2_mm - self.x1_mm, self.line_mm)


@dataclass(frozen=True, slots=True)
class Page:
    """One printed page."""

    page: int
    markers: tuple[Marker, ...]
    code: Rect
    code_words: Text  # where the code in words goes; its text differs per sheet
    name_place: Text  # where a printed name goes, likewise
    boxes: tuple[Box, ...] = ()
    fields: tuple[Field, ...] = ()
    texts: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()
    round_texts: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    example_boxes: Rect | None = None  # where the picture of how to mark goes

    def print_beside(self, place: Rect) -> tuple[Rect, ...]:
        """List what is printed round the field for a name, whatever the round."""
        texts = [*self.texts, *(text for its in self.round_texts.values() for text in its)]
        rects = [
            *(row for text in texts for row in text.rows),
            *(rule.rect for rule in self.rules),
            *(box.rect for box in self.boxes),
            *(field.rect for field in self.fields if field.rect != place),
            *(marker.rect.grown(MARKER_QUIET_MM) for marker in self.markers),
            self.code.grown(CODE_QUIET_MM + line_height(CODE_PT)),  # with the code in words
            *((self.example_boxes,) if self.example_boxes else ()),
        ]
        return tuple(rect for rect in rects if rect.overlaps(beside(place)))

    def texts_of(self, *roles: Role) -> tuple[Text, ...]:
        """Find the texts with one of these roles."""
        return tuple(text for text in self.texts if text.role in roles)

    def texts_without(self, *roles: Role) -> tuple[Text, ...]:
        """Leave out the texts with one of these roles."""
        return tuple(text for text in self.texts if text.role not in roles)


@dataclass(frozen=True, slots=True)
class Layout:
    """All printed pages of one edition of an instrument."""

    instrument: str
    edition: int
    paper: Paper
    pages: tuple[Page, ...]

    @property
    def number(self) -> int:
        """Ten bits that differ when anything that is read stands elsewhere; see `SheetCode`."""
        facts = [
            (
                page.page,
                [(m.id, _r(m.rect)) for m in page.markers],
                _r(page.code),
                [(b.question, b.option, _r(b.rect)) for b in page.boxes],
                [(f.name, _r(f.rect)) for f in page.fields],
            )
            for page in self.pages
        ]
        return sheet_code.layout_number(repr(facts).encode())

    def page(self, number: int) -> Page | None:
        """Find a page by its number; None when there is none."""
        return self.pages[number - 1] if 1 <= number <= len(self.pages) else None


HUNDREDTHS = 100  # of a millimetre


def _r(rect: Rect) -> tuple[int, ...]:
    """Write a rectangle in hundredths of a millimetre."""
    sides = (rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
    return tuple(round(HUNDREDTHS * side) for side in sides)


def layout(instrument: Instrument, paper: Paper = A4) -> Layout:
    """Place everything that an instrument prints.

    Remembered by what the instrument says, because every page and sheet of a run asks for it.

    Raises:
        InstrumentError: a question does not fit on a page, or there are more pages than the
            symbol can number.
    """
    return _laid_out(instrument, paper)


@lru_cache(maxsize=32)
def _laid_out(instrument: Instrument, paper: Paper) -> Layout:
    most = [_pages(instrument, paper, size) for size in SIZES_PT]
    fewest = min(len(pages) for pages in most)
    pages = next(pages for pages in most if len(pages) == fewest)
    return Layout(instrument.key, instrument.edition, paper, tuple(_numbered(pages)))


def corner_markers(paper: Paper, page: int) -> tuple[Marker, ...]:
    """Place the corner marks of a page, clockwise from the top left."""
    right = paper.width_mm - MARKER_EDGE_MM - MARKER_MM
    low = paper.height_mm - MARKER_EDGE_MM - MARKER_MM
    near = MARKER_EDGE_MM
    corners = ((near, near), (right, near), (right, low), (near, low))
    return tuple(
        Marker(sheet_code.marker_id(page, corner), x, y) for corner, (x, y) in enumerate(corners)
    )


def code_place(paper: Paper) -> Rect:
    """Place the square code, next to the corner mark at the top right."""
    right = paper.width_mm - MARKER_EDGE_MM - MARKER_MM
    left = right - CODE_QUIET_MM - MARKER_AIR_MM - CODE_MM
    return Rect(left, MARKER_EDGE_MM, CODE_MM, CODE_MM)


@dataclass(frozen=True, slots=True)
class _Piece:
    """What a block puts on the page."""

    boxes: tuple[Box, ...] = ()
    fields: tuple[Field, ...] = ()
    texts: tuple[Text, ...] = ()
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True, slots=True)
class _Block:
    """Something of a certain height that is not broken over pages.

    `draw` gets the top and the height it may use; `stretch` tells how much more it gladly takes.
    """

    height_mm: float
    draw: Callable[[float, float], _Piece]
    stretch_mm: float = 0.0
    keep_with_next: bool = False
    new_page: bool = False
    part: str = ""  # title of the part that it belongs to
    question: str = ""  # its key; a heading has none


def _pages(instrument: Instrument, paper: Paper, size_pt: float) -> list[Page]:
    parts = {part.key: part.title for part in instrument.parts}
    blocks = [
        replace(block, part=parts.get(instrument.part_of(section) or "", ""))
        for section in instrument.sections
        for block in _section(instrument, section, paper, size_pt)
    ]
    pages: list[Page] = []
    left = [*_explanations(instrument, _right(paper)), *blocks]
    while left:
        if len(pages) == sheet_code.MAX_SHEET_PAGES:
            raise InstrumentError(
                "layout.many_pages", paper=instrument.paper, most=counted("pages", len(pages))
            )
        empty, top = _frame(instrument, paper, len(pages) + 1)
        bottom = paper.height_mm - MARKER_EDGE_MM - MARKER_MM - MARKER_QUIET_MM - MARKER_AIR_MM
        taken = _fitting(left, bottom - top)
        if not taken:
            question = next(block.question for block in left if block.question)
            raise InstrumentError("layout.long_question", paper=instrument.paper, question=question)
        page = _without_idle_legend(_fill(empty, left[:taken], top, bottom), instrument)
        pages.append(_with_part(page, left[0].part) if pages else page)
        left = left[taken:]
    return [_with_source(page, instrument.source) for page in _with_note(pages, instrument)]


def _fitting(blocks: Sequence[_Block], room_mm: float) -> int:
    """Count the blocks that go on this page; a heading never stays behind alone."""
    used, count = 0.0, 0
    for number, block in enumerate(blocks):
        if (block.new_page and number > 0) or used + block.height_mm > room_mm:
            break
        used += block.height_mm
        count = number + 1
    while 0 < count < len(blocks) and blocks[count - 1].keep_with_next:
        count -= 1
    return count


def _fill(page: Page, blocks: Sequence[_Block], top: float, bottom: float) -> Page:
    slack = bottom - top - sum(block.height_mm for block in blocks)
    wanted = sum(block.stretch_mm for block in blocks)
    share = min(1.0, slack / wanted) if wanted else 0.0
    y = top
    pieces = []
    for block in blocks:
        height = block.height_mm + share * block.stretch_mm
        pieces.append(block.draw(y, height))
        y += height
    return replace(
        page,
        boxes=tuple(box for piece in pieces for box in piece.boxes),
        fields=page.fields + tuple(f for piece in pieces for f in piece.fields),
        texts=page.texts + tuple(text for piece in pieces for text in piece.texts),
        rules=page.rules + tuple(rule for piece in pieces for rule in piece.rules),
    )


def _numbered(pages: Sequence[Page]) -> Iterator[Page]:
    """Print at the foot which page of how many this is."""
    for page in pages:
        foot = page.markers[-1].y_mm + FOOT_DOWN
        centre = (page.markers[0].x_mm + page.markers[1].x_mm + MARKER_MM) / 2
        words = SHEET["foot"].format(page=page.page, pages=len(pages))
        text = Text(Role.FOOT, centre, foot, (words,), FOOT_PT, align="centre")
        yield replace(page, texts=(*page.texts, text))


def _with_source(page: Page, source: str) -> Page:
    """Print under the number of the page whom the questionnaire comes from."""
    if not source:
        return page
    left, right = (marker.x_mm for marker in page.markers[:2])
    room = right - left - MARKER_MM - 2 * (MARKER_QUIET_MM + MARKER_AIR_MM)
    lines = fonts.wrap(source, room, SOURCE_PT)
    if len(lines) > MOST_SOURCE_LINES:
        lines = [*lines[: MOST_SOURCE_LINES - 1], f"{lines[MOST_SOURCE_LINES - 1][:-4]} ..."]
    top = page.markers[-1].y_mm + FOOT_DOWN + line_height(FOOT_PT)
    centre = (left + right + MARKER_MM) / 2
    text = Text(Role.SOURCE, centre, top, tuple(lines), SOURCE_PT, align="centre")
    return replace(page, texts=(*page.texts, text))


def _frame(instrument: Instrument, paper: Paper, number: int) -> tuple[Page, float]:
    """Make a page with all that stands above the questions; return it and where they begin."""
    markers = corner_markers(paper, number)
    code = code_place(paper)
    words = Text(
        Role.CODE,
        code.x_mm + CODE_MM / 2,
        code.y_mm + CODE_MM + CODE_QUIET_MM,
        (),
        CODE_PT,
        bold=True,
        align="centre",
    )
    title_x = TEXT_LEFT_MM
    title_wide = code.x_mm - CODE_QUIET_MM - title_x - TITLE_GAP
    header = (_first_header if number == 1 else _next_header)(instrument, title_x, title_wide)
    bottom = max(header.bottom_mm, words.y_mm + line_height(CODE_PT) + UNDER_CODE)
    page = Page(
        page=number,
        markers=markers,
        code=code,
        code_words=words,
        name_place=header.name_place,
        fields=header.fields,
        texts=header.texts,
        rules=(Rule(TEXT_LEFT_MM, bottom, _right(paper), HEAD_RULE),),
        round_texts=header.round_texts,
        example_boxes=header.example_boxes,
    )
    return page, bottom + UNDER_RULE


@dataclass(frozen=True, slots=True)
class _Header:
    bottom_mm: float
    texts: tuple[Text, ...]
    name_place: Text
    fields: tuple[Field, ...] = ()
    round_texts: dict[str, tuple[Text, ...]] = field(default_factory=dict)
    example_boxes: Rect | None = None


def _title(instrument: Instrument, x: float, y: float, wide: float, size_pt: float) -> Text:
    """Set the title on one line, smaller where it is long: beside it stands the code."""
    size = fonts.fit(instrument.title, wide, size_pt, LEAST_TITLE * size_pt, bold=True)
    lines = tuple(fonts.wrap(instrument.title, wide, size, bold=True))
    return Text(Role.TITLE, x, y, lines, size, bold=True)


def _first_header(instrument: Instrument, x: float, wide: float) -> _Header:
    y = MARKER_EDGE_MM - TITLE_UP
    title = _title(instrument, x, y, wide, TITLE_PT)
    y += title.rect.height_mm - TITLE_UP
    texts = [title]
    if instrument.subtitle:
        lines = tuple(fonts.wrap(instrument.subtitle, wide, SUBTITLE_PT))
        texts.append(Text(Role.SUBTITLE, x, y, lines, SUBTITLE_PT))
        y += texts[-1].rect.height_mm
    y += SUBTITLE_GAP
    # Where no name is asked, one may be printed.
    name_place = Text(Role.NAME, x, y, (), PERSON_PT, bold=True)
    round_texts: dict[str, tuple[Text, ...]] = {}
    lowest = y if instrument.rounds else y + line_height(PERSON_PT)
    for asked in instrument.rounds:
        lines = tuple(fonts.wrap(asked.title, wide, ROUND_PT, bold=True))
        head = Text(Role.ROUND, x, y, lines, ROUND_PT, bold=True)
        under = y + head.rect.height_mm
        body = Text(Role.ROUND, x, under, tuple(fonts.wrap(asked.ask, wide, ASK_PT)), ASK_PT)
        round_texts[asked.key] = (head, body)
        lowest = max(lowest, under + body.rect.height_mm)
    below_code = MARKER_EDGE_MM + CODE_MM + CODE_QUIET_MM + line_height(CODE_PT) + UNDER_CODE
    y = max(lowest + HEADER_GAP, below_code)
    fields: tuple[Field, ...] = ()
    if instrument.asks_name:
        label = Text(Role.FIELD, TEXT_LEFT_MM, y + NAME_Y, (SHEET["name"],), NAME_PT, bold=True)
        place = Rect(TEXT_LEFT_MM + NAME_FIELD_X, y, *NAME_MM)
        hint_x = place.x_mm + place.width_mm + HINT_GAP
        hint = Text(Role.HINT, hint_x, y + HINT_Y, (SHEET["name_hint"],), HINT_PT)
        texts += [label]
        fields = (Field(NAME, place),)
        name_place = Text(Role.NAME, TEXT_LEFT_MM + NAME_X, y + PERSON_Y, (), PERSON_PT, bold=True)
        texts += [hint]
        y += place.height_mm + NAME_UNDER
    how = Rect(TEXT_LEFT_MM, y, *EXAMPLE_MM)
    how_x = how.x_mm + how.width_mm + EXAMPLE_GAP
    how_lines = tuple(
        line
        for sentence in instrument.how_to
        for line in fonts.wrap(sentence, TEXT_RIGHT_MM - how_x, HOW_PT)
    )
    texts.append(Text(Role.HOW_TO, how_x, y, how_lines, HOW_PT))
    bottom = y + max(how.height_mm, texts[-1].rect.height_mm) + HEADER_GAP
    note = tuple(fonts.wrap(instrument.note, TEXT_RIGHT_MM - TEXT_LEFT_MM, NOTE_LINE_PT))
    if instrument.note and not _stands_at_foot(instrument):
        texts.append(Text(Role.NOTE, TEXT_LEFT_MM, bottom, note, NOTE_LINE_PT))
        bottom += texts[-1].rect.height_mm + UNDER_NOTE
    legend = _legend(instrument, TEXT_LEFT_MM, bottom, TEXT_RIGHT_MM - TEXT_LEFT_MM)
    if legend is not None:
        texts.append(legend)
        bottom += legend.rect.height_mm + UNDER_LEGEND
    return _Header(bottom, tuple(texts), name_place, fields, round_texts, how)


def _stands_at_foot(instrument: Instrument) -> bool:
    """Say whether the note goes under the rows, where it takes no room from them.

    It does where it is one line, and no legend of columns above the rows is read with it.
    """
    return (
        fonts.width(instrument.note, NOTE_LINE_PT) <= TEXT_RIGHT_MM - TEXT_LEFT_MM - NOTE_ASIDE
        and _legend(instrument, TEXT_LEFT_MM, 0.0, TEXT_RIGHT_MM - TEXT_LEFT_MM) is None
    )


def _with_note(pages: Sequence[Page], instrument: Instrument) -> list[Page]:
    """Print under the rows of the first page how a word is meant, if it goes there."""
    if not instrument.note or not _stands_at_foot(instrument):
        return list(pages)
    first, *others = pages
    y = first.markers[-1].y_mm - NOTE_UP
    note = Text(Role.NOTE, TEXT_LEFT_MM, y, (instrument.note,), NOTE_LINE_PT)
    return [replace(first, texts=(*first.texts, note)), *others]


def _next_header(instrument: Instrument, x: float, wide: float) -> _Header:
    y = MARKER_EDGE_MM - TITLE_UP
    title = _title(instrument, x, y, wide, NEXT_TITLE_PT)
    y += title.rect.height_mm - NEXT_TITLE_UP
    lines = tuple(fonts.wrap(instrument.subtitle, wide, NEXT_SUBTITLE_PT))
    subtitle = Text(Role.SUBTITLE, x, y, lines, NEXT_SUBTITLE_PT)
    y += subtitle.rect.height_mm + NEXT_GAP
    name_place = Text(Role.NAME, x, y, (), NEXT_PERSON_PT, bold=True)
    line = line_height(NEXT_PERSON_PT)
    round_texts: dict[str, tuple[Text, ...]] = {}
    for asked in instrument.rounds:
        size = fonts.fit(asked.title, wide, NEXT_ROUND_PT, LEAST_PT, bold=True)
        (said, *more) = fonts.wrap(asked.title, wide, size, bold=True)
        said += " ..." if more else ""  # all of it stands on the first page
        round_texts[asked.key] = (Text(Role.ROUND, x, y + line, (said,), size, bold=True),)
    bottom = y + line * (2 if instrument.rounds else 1)
    texts = [title, subtitle]
    legend = _legend(instrument, x, bottom, wide)
    if legend is not None:
        texts.append(legend)
        bottom += legend.rect.height_mm
    return _Header(bottom, tuple(texts), name_place, (), round_texts)


def _legend(instrument: Instrument, x: float, y: float, wide: float) -> Text | None:
    """Say in one or two lines what the columns of a grid mean."""
    scales: dict[str, Scale] = {}
    for row in instrument.scaled:
        scales.setdefault(row.scale.name, row.scale)
    meanings = [
        f"{_sign(scale.tick_label if option == scale.tick else option)} {meaning}"
        for scale in scales.values()
        for option, meaning in scale.legend.items()
    ]
    if not meanings:
        return None
    return Text(
        Role.LEGEND, x, y, tuple(fonts.wrap("  ·  ".join(meanings), wide, LEGEND_PT)), LEGEND_PT
    )


def _with_part(page: Page, part: str) -> Page:
    """Print which part of the questionnaire a page is about, behind the title."""
    if not part:
        return page
    (title,) = page.texts_of(Role.TITLE)
    left = title.x_mm + title.rect.width_mm + PART_GAP
    room = page.code.x_mm - CODE_QUIET_MM - TITLE_GAP - left
    size = fonts.fit(part, room, title.size_pt, LEAST_PT)
    (said, *more) = fonts.wrap(part, room, size) if room > LEAST_PART else ("",)
    said += " ..." if more else ""
    down = (line_height(title.size_pt) - line_height(size)) / 2
    beside = Text(Role.PART, left, title.y_mm + down, (said,), size)
    return replace(page, texts=(*page.texts, beside) if said else page.texts)


def _without_idle_legend(page: Page, instrument: Instrument) -> Page:
    """Leave the meaning of the columns out where no such column stands."""
    explained = {option for row in instrument.scaled for option in row.scale.legend}
    if any(box.option in explained for box in page.boxes):
        return page
    return replace(page, texts=page.texts_without(Role.LEGEND))


def _right(paper: Paper) -> float:
    return paper.width_mm - (A4.width_mm - TEXT_RIGHT_MM)


class _NoRoomError(Exception):
    """So many boxes leave no room for the words of a question."""

    def __init__(self, boxes: int) -> None:
        super().__init__(boxes)
        self.boxes = boxes


@dataclass(frozen=True, slots=True)
class _Explanation:
    """A line of what is explained before the questions: its group, its name, what it means."""

    group: str
    name: str
    text: str


def _explanations(instrument: Instrument, right: float) -> Iterator[_Block]:
    """Explain the stages and the factors that the questions are about, if the file does."""
    stages = [
        _Explanation("", f"{number}  {stage.title}", stage.text)
        for number, stage in enumerate(instrument.stages, 1)
    ]
    groups = {group.key: group.title for group in instrument.groups}
    factors = [
        _Explanation(groups.get(factor.group or "", ""), _named(factor), factor.text)
        for factor in instrument.factors
        if any(each.text for each in instrument.factors) or groups
    ]
    for key, lines in (("stages", stages), ("factors", factors)):
        group_wide = _widest([one.group for one in lines], MOST_GROUP)
        name_wide = _widest([one.name for one in lines], MOST_NAME)
        if lines:
            yield _explained_heading(SHEET[key])
        shown = [""] + [one.group for one in lines]
        for number, one in enumerate(lines):
            is_first = bool(one.group) and one.group != shown[number]
            yield _explained(one, is_first, group_wide, name_wide, right)


def _named(factor: Factor) -> str:
    return f"{factor.number}  {factor.title}"


def _widest(names: Sequence[str], most: float) -> float:
    """Measure the column that these names take, with the gap behind it; none for no names."""
    wide = max((fonts.width(name, EXPLAINED_PT, bold=True) for name in names if name), default=0)
    return min(wide, most) + EXPLAINED_GAP if wide else 0.0


def _explained_heading(words: str) -> _Block:
    tall = line_height(EXPLAINED_HEAD_PT)

    def draw(y: float, height: float) -> _Piece:
        top = y + height - EXPLAINED_UNDER - tall
        said = Text(Role.EXPLAINED, TEXT_LEFT_MM, top, (words,), EXPLAINED_HEAD_PT, True)
        return _Piece(texts=(said,))

    return _Block(tall + EXPLAINED_ABOVE + EXPLAINED_UNDER, draw, keep_with_next=True)


def _explained(
    one: _Explanation, is_first: bool, group_wide: float, name_wide: float, right: float
) -> _Block:
    """Place a name with what it means behind it; of a group the first has the group before it."""
    lefts = (TEXT_LEFT_MM, TEXT_LEFT_MM + group_wide, TEXT_LEFT_MM + group_wide + name_wide)
    columns = (
        (one.group if is_first else "", lefts[0], group_wide - EXPLAINED_GAP, True),
        (one.name, lefts[1], name_wide - EXPLAINED_GAP, True),
        (one.text, lefts[2], right - lefts[2], False),
    )
    said = [
        (tuple(fonts.wrap(words, wide, EXPLAINED_PT, bold=bold)), x, bold)
        for words, x, wide, bold in columns
        if words
    ]
    tall = max(len(lines) for lines, _, _ in said) * line_height(EXPLAINED_PT)
    above = BETWEEN_GROUPS if is_first else 0.0

    def draw(y: float, height: float) -> _Piece:
        top = y + height - EXPLAINED_AIR - tall
        texts = tuple(
            Text(Role.EXPLAINED, x, top, lines, EXPLAINED_PT, bold) for lines, x, bold in said
        )
        rule = (Rule(TEXT_LEFT_MM, y + above / 2, right, ROW_RULE),) if is_first else ()
        return _Piece(texts=texts, rules=rule)

    return _Block(tall + EXPLAINED_AIR + above, draw)


def _section(
    instrument: Instrument, section: Section, paper: Paper, size_pt: float
) -> Iterator[_Block]:
    right = _right(paper)
    blocks = []
    for row in section.rows:
        try:
            blocks.append(replace(_row(row, right, size_pt), question=row.key))
        except _NoRoomError as trouble:
            raise InstrumentError(
                "layout.no_room", paper=instrument.paper, question=row.key, boxes=trouble.boxes
            ) from None
    if section.title:
        yield replace(_heading(section, right), new_page=section.new_page)
    for number, block in enumerate(blocks):
        first = number == 0 and not section.title and section.new_page
        yield replace(block, new_page=True) if first else block


def _row(row: Row, right: float, size_pt: float) -> _Block:
    match row:
        case StatementPair():
            return _pair(row, right, size_pt)
        case ScaleQuestion():
            return _scale(row, right, size_pt)
        case ChoiceQuestion():
            return _choice(row, right, size_pt)
        case TextField():
            return _text(row, right, size_pt)


def _heading(section: Section, right: float) -> _Block:
    """Make a heading, with the names of the columns when a grid of one scale follows."""
    number = f"{section.factor}  " if section.factor is not None else ""
    first = section.rows[0] if section.rows else None
    grid = first.scale if isinstance(first, ScaleQuestion) and _is_grid(first.scale) else None
    places = _grid_x(grid, right) if grid is not None else []
    room = (places[0] - HEADING_GAP if places else right) - TEXT_LEFT_MM
    title = number + section.title
    is_short = fonts.width(title, HEADING_PT, bold=True) <= room
    lines = (title,) if is_short else tuple(fonts.wrap(title, room, HEADING_PT, bold=True))
    tall = len(lines) * line_height(HEADING_PT)

    def draw(y: float, height: float) -> _Piece:
        top = y + height - tall - HEADING_UP
        texts = [Text(Role.HEADING, TEXT_LEFT_MM, top, lines, HEADING_PT, True)]
        if grid is not None:
            labels = [*grid.row_options, *([grid.tick_label] if grid.tick else [])]
            bottom = y + height - COLUMN_UP
            texts += [
                _column(_sign(label), x + BOX_MM / 2, bottom, is_last=x == places[-1])
                for x, label in zip(places, labels, strict=True)
            ]
        return _Piece(texts=tuple(texts))

    return _Block(tall + HEADING_ABOVE, draw, keep_with_next=True)


def _column(label: str, x: float, bottom: float, *, is_last: bool) -> Text:
    """Name a column over its boxes, as large as leaves its neighbours alone."""
    room = SCALE_PITCH_MM + (TICK_APART if is_last else 0.0) - COLUMN_GAP
    size = fonts.fit(label, room, _label_size(label), LEAST_COLUMN_PT, bold=True)
    return Text(Role.COLUMN, x, bottom - line_height(COLUMN_PT), (label,), size, True, "centre")


def _sign(label: str) -> str:
    """Print minus and plus-minus with their own signs."""
    return {"+/-": "+/−", "-": "−", "--": "−−", "18-/18+": "18−/18+"}.get(label, label)


def _label_size(label: str) -> float:
    return COLUMN_PT if len(label) <= SHORT_LABEL else LONG_COLUMN_PT


def _is_grid(scale: Scale) -> bool:
    """Say whether the columns are named once above the section instead of at every row."""
    return any(not option.isdecimal() for option in scale.options)


def _grid_x(scale: Scale, right: float) -> list[float]:
    """Place the boxes of a scale row from the right edge; `?` and the tick box stand apart."""
    pitch = SCALE_PITCH_MM if _is_grid(scale) else GRADE_PITCH_MM
    steps = [pitch] * (len(scale.options) - 1)
    if scale.no_view:
        steps.append(pitch + NO_VIEW_APART)
    if scale.tick:
        steps.append(pitch + TICK_APART)
    end = right - BOX_MM - (TICK_EDGE if scale.tick else 0.0)
    places = [end]
    for step in reversed(steps):
        places.insert(0, places[0] - step)
    return places


def _pair(row: StatementPair, right: float, size_pt: float) -> _Block:
    """Place two opposite statements with the boxes between them."""
    boxes_wide = PAIR_PITCH_MM * (len(row.options) - 1) + BOX_MM
    left_edge = TEXT_LEFT_MM
    wide = (right - left_edge - boxes_wide - 2 * PAIR_GAP) / 2
    if wide < LEAST_POLE:
        raise _NoRoomError(len(row.options))
    left = tuple(fonts.wrap(row.left, wide, size_pt))
    right_lines = tuple(fonts.wrap(row.right, wide, size_pt))
    tall = line_height(size_pt) * max(len(left), len(right_lines))
    box_tall = BOX_MM + 2 * (LABEL_GAP_MM + line_height(LABEL_PT))
    key_room = left_edge - NUMBER_GAP - KEY_LEFT
    key_pt = fonts.fit(row.key, key_room, size_pt, LEAST_KEY_PT, bold=True)

    def draw(y: float, height: float) -> _Piece:
        middle = y + height / 2
        first = left_edge + wide + PAIR_GAP
        boxes, texts = [], []
        for number, option in enumerate(row.options):
            x = first + number * PAIR_PITCH_MM
            boxes.append(Box(row.key, option, Rect(x, middle - BOX_MM / 2, BOX_MM, BOX_MM)))
            label_y = middle - BOX_MM / 2 - LABEL_GAP_MM - line_height(LABEL_PT)
            label = Text(Role.LABEL, x + BOX_MM / 2, label_y, (option,), LABEL_PT, align="centre")
            texts.append(label)
        texts += [
            Text(
                Role.NUMBER,
                left_edge - NUMBER_GAP,
                middle - line_height(key_pt) / 2,
                (row.key,),
                key_pt,
                bold=True,
                align="right",
            ),
            Text(
                Role.STATEMENT,
                left_edge,
                middle - len(left) * line_height(size_pt) / 2,
                left,
                size_pt,
            ),
            Text(
                Role.STATEMENT,
                right - wide,
                middle - len(right_lines) * line_height(size_pt) / 2,
                right_lines,
                size_pt,
            ),
        ]
        return _Piece(tuple(boxes), (), tuple(texts), (_under(y + height, right),))

    return _Block(max(tall, box_tall) + PAIR_AIR, draw, stretch_mm=PAIR_STRETCH)


def _under(bottom: float, right: float) -> Rule:
    """Draw the line under a row."""
    return Rule(TEXT_LEFT_MM, bottom - RULE_UP, right, ROW_RULE)


def _scale(row: ScaleQuestion, right: float, size_pt: float) -> _Block:
    """Place a question with boxes behind it, and its tick box if the scale has one."""
    scale = row.scale
    places = _grid_x(scale, right)
    # Question numbers stand before the text only where they look like numbers.
    numbered = row.key.replace(".", "").isdecimal()
    text_x = TEXT_LEFT_MM + (NUMBER_WIDE if numbered else 0)
    wide = places[0] - TEXT_GAP - text_x
    if wide < LEAST_TEXT:
        raise _NoRoomError(len(places))
    bold = not numbered
    lines = tuple(fonts.wrap(row.text, wide, size_pt, bold=bold))
    labelled = not _is_grid(scale)
    above = LABEL_GAP_MM + line_height(LABEL_PT) if labelled else 0.0
    tall = above + BOX_MM + (LABELLED_AIR if labelled else GRID_AIR)

    def draw(y: float, height: float) -> _Piece:
        top = y + above + (height - above - BOX_MM) / 2
        middle = top + BOX_MM / 2
        boxes = [
            Box(row.key, option, Rect(x, top, BOX_MM, BOX_MM))
            for x, option in zip(places, scale.row_options, strict=False)
        ]
        if row.tick is not None:
            place = Rect(places[-1], top, BOX_MM, BOX_MM)
            boxes.append(Box(row.tick.key, row.tick.option, place))
        texts = [
            Text(
                Role.STATEMENT,
                text_x,
                middle - len(lines) * line_height(size_pt) / 2,
                lines,
                size_pt,
                bold,
            )
        ]
        if numbered:
            texts.append(
                Text(
                    Role.NUMBER,
                    text_x - NUMBER_GAP,
                    middle - line_height(size_pt) / 2,
                    (row.key,),
                    size_pt,
                    align="right",
                )
            )
        if labelled:
            texts += [
                Text(
                    Role.LABEL,
                    x + BOX_MM / 2,
                    top - LABEL_GAP_MM - line_height(LABEL_PT),
                    (option,),
                    LABEL_PT,
                    align="centre",
                )
                for x, option in zip(places, scale.row_options, strict=False)
            ]
        return _Piece(tuple(boxes), (), tuple(texts), (_under(y + height, right),))

    text_tall = len(lines) * line_height(size_pt) + SCALE_AIR + above / 2
    return _Block(max(text_tall, tall), draw, stretch_mm=SCALE_STRETCH)


def _choice(row: ChoiceQuestion, right: float, size_pt: float) -> _Block:
    """Place a question with named boxes, as many next to each other as fit."""
    question = tuple(fonts.wrap(row.text, right - TEXT_LEFT_MM, size_pt, bold=True))
    pitch = BOX_MM + CHOICE_PITCH_GAP
    widest = max(fonts.width(choice.label, size_pt) for choice in row.choices)
    column = widest + BOX_MM + LABEL_GAP_MM + CHOICE_GAP
    columns = max(1, min(len(row.choices), int((right - TEXT_LEFT_MM) / column)))
    rows = -(-len(row.choices) // columns)
    head = len(question) * line_height(size_pt) + CHOICE_HEAD

    def draw(y: float, height: float) -> _Piece:
        boxes = []
        texts = [Text(Role.STATEMENT, TEXT_LEFT_MM, y + CHOICE_Y, question, size_pt, bold=True)]
        for number, choice in enumerate(row.choices):
            x = TEXT_LEFT_MM + (number % columns) * (right - TEXT_LEFT_MM) / columns
            top = y + head + (number // columns) * pitch
            boxes.append(Box(row.key, choice.key, Rect(x, top, BOX_MM, BOX_MM)))
            middle = top + BOX_MM / 2 - line_height(size_pt) / 2
            texts.append(
                Text(Role.LABEL, x + BOX_MM + LABEL_GAP_MM, middle, (choice.label,), size_pt)
            )
        return _Piece(tuple(boxes), (), tuple(texts), (_under(y + height, right),))

    tall = head + rows * pitch - CHOICE_PITCH_GAP + CHOICE_AIR
    return _Block(tall, draw, stretch_mm=CHOICE_STRETCH)


def _text(row: TextField, right: float, size_pt: float) -> _Block:
    """Place ruled lines for handwriting with their question at the left."""
    label_pt = min(size_pt, FIELD_LABEL_PT)
    label = tuple(fonts.wrap(row.text, FIELD_LABEL_MM, label_pt))
    x = TEXT_LEFT_MM + FIELD_LABEL_MM + FIELD_GAP
    box_tall = FIELD_TOP + (row.lines - 1) * RULING_MM
    label_tall = len(label) * line_height(label_pt)

    def draw(y: float, height: float) -> _Piece:
        top = y + (height - box_tall) / 2
        place = Rect(x, top, right - x, box_tall)
        label_y = y + height / 2 - label_tall / 2
        words = Text(Role.FIELD, TEXT_LEFT_MM, label_y, label, label_pt)
        return _Piece((), (Field(row.key, place, row.lines),), (words,))

    return _Block(max(box_tall, label_tall) + FIELD_AIR, draw, stretch_mm=FIELD_STRETCH)
