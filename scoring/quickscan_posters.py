"""Draw the posters of a quickscan: ten factors, divided questions, and the action sheet.

In:  a `Summary`; for the action sheet also what people wrote, as pictures cut from the scans.
Out: PDF files. The first two hang on the wall and are read at 3 m; the action sheet lies on the
     table, because handwriting is recognised.

Plus is solid, minus is hatched and plus-minus is open, so that a copier keeps them apart. Lengths
are those of an A1 and are scaled to the paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from random import Random
from typing import IO, Any

from forms import fonts
from forms.instrument import Instrument
from forms.paper import MM, WHITE, Colour, Drawing, line_height
from forms.paper_sizes import PAPERS, Paper
from scoring import tiles
from scoring.agreement import GRADES, Label
from scoring.one_list import PageHead, decimal, fonts_fit, signs, spread_words
from scoring.quickscan import Aspect, Group, Question, Summary, Verdict

NAVY: Colour = (0.0, 0.18, 0.36)
GREY: Colour = 0.35
MARGIN = 16.0
UNDER_CLAMP = 4.0  # below the clamp
CLAMP_MM = 40.0  # the clamp of a flip-over stand takes the top 3-5 cm (docs/findings/printing.md 2)
A1 = PAPERS["a1"]
ACTION_PAPER = PAPERS["a3"].turned()

# The posters. Widths of lines, and what of a line of type stands above and between baselines.
FRAME, STROKE = 0.9, 1.1  # round a bar; of the hatching
HATCH = 5.12  # from stroke to stroke
ABOVE, LINE = 0.9, 1.25  # of the size of type
TO_MIDDLE = 0.26  # of the size, from the middle of a row down to its baseline

TITLE_PT, LEAST_TITLE_PT = 76.0, 40.0
SENTENCE_PT, LEAST_SENTENCE_PT, SENTENCE_DOWN, SENTENCE_HIGH = 28.0, 14.0, 6.0, 11.0
TITLE_ABOVE, TITLE_LINE = 0.8, 1.15
TEAM_PT, FACTS_PT = 38.0, 28.0
TEAM_DOWN, HEAD_RULE, HEAD_RULE_DOWN, HEAD_HIGH = 12.0, 1.2, 19.0, 24.0
TEAM_GAP = 12.0  # between the team and the facts
BODY_PT = 26.0
SMALL_PT = 24.0

KEY_WIDE, KEY_HIGH, KEY_DOWN = 16.0, 9.0, 2.0  # a sample of a bar in the legend
KEY_WORDS, KEY_WORDS_DOWN, KEY_GAP = 19.0, 10.0, 14.0
UNSEEN_PT, UNSEEN_X, UNSEEN_DOWN = 34.0, 10.0, 11.0
LEGEND_HIGH = 16.0

ASPECT_PT, GRADE_PT = 36.0, 32.0
ASPECT_DOWN, ASPECT_BAND, ASPECT_ROUND = 6.0, 18.0, 3.0
ASPECT_INSET, ASPECT_BASE, ASPECT_HIGH = 6.0, 19.0, 27.0

MOST_STEP, FOOT = 70.0, 8.0  # height of a factor; what stays free under the last one
NAME_WIDE, WORD_WIDE = 0.38, 0.24  # of the paper
BAR_LESS = 22.0  # room beside the bar for how many have no view of it
MOST_BAR, BAR_SHARE = 28.0, 0.52  # how high a bar is, and how much of its row
NUMBER_PT, NUMBER_X = 40.0, 16.0
NAME_PT, LEAST_NAME_PT, NAME_X, NAME_LESS = 44.0, 28.0, 21.0, 24.0
TEXT_PTS, TEXT_DOWN, TEXT_ROOM, TEXT_LESS = (22.0, 20.0, 18.0), 0.2, 4.0, 4.0  # under the name
VIEW_GAP, VIEW_DOWN = 4.0, 3.6
VERDICT_PT, LEAST_VERDICT_PT, VERDICT_GAP = 36.0, 24.0, 8.0
DIVIDED_LIFT, DIVIDED_DOWN = 5.0, 11.8  # where a second line stands under the verdict
ROW_RULE = 0.4
SHARE_ROOM, SHARE_DOWN, SHARE_HALO = 4.0, 3.3, 1.6

MOST_DIVIDED, LEAST_DIVIDED = 8, 4  # questions on the second poster
NONE_DOWN, NONE_PT = 30.0, 40.0
MORE_HIGH, MORE_UP, MOST_QUESTION = 16.0, 4.0, 150.0
CHART_WIDE, CHART_GAP = 0.36, 40.0  # of the paper; between the chart and the words beside it
CHART_DOWN, CHART_LESS = 6.0, 12.0
QUESTION_PT, LEAST_QUESTION_PT, QUESTION_STEP_PT = 36.0, 24.0, 4.0
QUESTION_ROOM, QUESTION_DOWN, QUESTION_NUMBER_X, QUESTION_X = 14.0, 8.0, 26.0, 32.0
QUESTION_RULE = 0.6
ASIDE = 0.4  # of a column, between the answers and `?`
COLUMN_INSET, COLUMN_WIDE = 0.12, 0.76  # of the pitch
COUNT_ROOM, SIGN_ROOM = 24.0, 12.0  # above and under the columns
COUNT_UP, SIGN_DOWN, BASE_LINE = 2.0, 10.0, 1.0


@dataclass(frozen=True, slots=True)
class _Canvas:
    """A poster under way: lengths given for A1, drawn on any paper."""

    drawing: Drawing
    scale: float
    width: float  # in A1 units
    height: float
    top: float

    @classmethod
    def on(cls, drawing: Drawing, paper: Paper) -> _Canvas:
        clamp = CLAMP_MM if paper.name == PAPERS["flipover"].name else 0.0
        scale = min(paper.width_mm / A1.width_mm, (paper.height_mm - clamp) / A1.height_mm)
        return cls(
            drawing,
            scale,
            paper.width_mm / scale,
            paper.height_mm / scale,
            max(MARGIN, clamp / scale + UNDER_CLAMP),
        )

    def text(self, x: float, y: float, text: str, size: float, **how: Any) -> None:
        k = self.scale
        self.drawing.text(x * k, y * k, text, size * k, **how)

    def rect(self, x: float, y: float, wide: float, high: float, **how: Any) -> None:
        k = self.scale
        if "line_mm" in how:
            how["line_mm"] *= k
        self.drawing.rect(x * k, y * k, wide * k, high * k, **how)

    def line(self, x1: float, y1: float, x2: float, y2: float, line_mm: float) -> None:
        k = self.scale
        self.drawing.line(x1 * k, y1 * k, x2 * k, y2 * k, line_mm=line_mm * k)

    def hatched(self, x: float, y: float, wide: float, high: float) -> None:
        """Fill a rectangle with slanting lines that a copier keeps."""
        k = self.scale
        if wide <= 0:
            return
        with self.drawing.clipped(x * k, y * k, wide * k, high * k):
            start = x - high
            while start < x + wide:
                self.line(start, y + high, start + high, y, STROKE)
                start += HATCH
        self.rect(x, y, wide, high, line_mm=FRAME)


# Ten factors at a glance


def draw_factors(
    target: Path | IO[bytes],
    summary: Summary,
    heading: PageHead,
    paper: Paper = PAPERS["a1"],
    sheet: Paper | None = None,
) -> None:
    """Draw how the team sees each success factor; with a `sheet`, in parts on such sheets."""

    def painted(drawing: Drawing) -> None:
        paint_factors(drawing, summary, heading, paper)

    _draw(target, f"Quickscan: {heading.team} ({heading.date})", heading, paper, sheet, painted)


def _draw(
    target: Path | IO[bytes],
    title: str,
    heading: PageHead,
    paper: Paper,
    sheet: Paper | None,
    painted: Callable[[Drawing], None],
) -> None:
    """Draw a poster whole, or over as many sheets as it takes."""
    if sheet is not None:
        label = tiles.Caption(title, heading.team, heading.date)
        tiles.paint_tiles(target, paper, sheet, label, lambda drawing, _: painted(drawing))
        return
    drawing = Drawing(target, paper, title=title)
    painted(drawing)
    drawing.save()


def paint_factors(drawing: Drawing, summary: Summary, heading: PageHead, paper: Paper) -> None:
    """Draw the poster on the page or form that is open."""
    sheet = _Canvas.on(drawing, paper)
    y = _head(sheet, "Hoe staat het ervoor?", summary, heading)
    y = _sentence(sheet, y, _factors_in_words(summary))
    y = _bar_legend(sheet, y)
    shown = {factor.key for aspect in summary.aspects for factor in _factors(aspect, summary)}
    headings = len(summary.aspects)
    rows = max(1, len(shown))
    room = sheet.height - MARGIN - y - FOOT
    step = min(MOST_STEP, (room - headings * ASPECT_HIGH) / rows)
    for aspect in summary.aspects:
        y = _aspect_head(sheet, y, aspect)
        for factor in _factors(aspect, summary):
            _factor_row(sheet, y, step, factor)
            y += step
    drawing.credit(heading.source)


def _sentence(sheet: _Canvas, y: float, said: str) -> float:
    """Say in one line what the poster shows; return where that ends."""
    room = sheet.width - 2 * MARGIN
    size = fonts.fit(said, room, SENTENCE_PT, LEAST_SENTENCE_PT, bold=True)
    for line in fonts.wrap(said, room, size, bold=True):
        sheet.text(MARGIN, y + SENTENCE_DOWN, line, size, bold=True)
        y += SENTENCE_HIGH
    return y + SENTENCE_HIGH / 2


def _factors_in_words(summary: Summary) -> str:
    counts = Counter(factor.verdict for factor in summary.factors)
    said = ", ".join(f"{counts[v]} keer ‘{v.value}’" for v in Verdict if counts[v])
    return f"{len(summary.factors)} factoren: {said}."


def _divided_in_words(divided: int, questions: int) -> str:
    return f"Bij {divided} van de {questions} vragen staan twee kampen tegenover elkaar."


def _factors(aspect: Aspect, summary: Summary) -> Iterator[Group]:
    """Yield the factors of an aspect, in printed order."""
    own = {question.row.key for question in aspect.group.questions}
    for factor in summary.factors:
        if factor.questions and factor.questions[0].row.key in own:
            yield factor


def _head(sheet: _Canvas, title: str, summary: Summary, heading: PageHead) -> float:
    y = sheet.top
    right = sheet.width - MARGIN
    size = fonts.fit(title, sheet.width - 2 * MARGIN, TITLE_PT, LEAST_TITLE_PT, bold=True)
    sheet.text(MARGIN, y + TITLE_ABOVE * size / MM, title, size, bold=True)
    y += TITLE_LINE * size / MM
    facts = f"{heading.lists(summary.n)}  ·  {heading.date}"
    wide = fonts.width(facts, FACTS_PT)
    team = fonts_fit(heading.team, sheet.width - 2 * MARGIN - wide - TEAM_GAP, TEAM_PT)
    sheet.text(MARGIN, y + TEAM_DOWN, team, TEAM_PT, bold=True)
    sheet.text(right, y + TEAM_DOWN, facts, FACTS_PT, align="right", colour=GREY)
    sheet.line(MARGIN, y + HEAD_RULE_DOWN, right, y + HEAD_RULE_DOWN, HEAD_RULE)
    return y + HEAD_HIGH


def _bar_legend(sheet: _Canvas, y: float) -> float:
    x, top = MARGIN, y + KEY_DOWN
    for words in ("− of −−", "+/−", "+ of ++", "geen zicht"):
        match words:
            case "− of −−":
                sheet.hatched(x, top, KEY_WIDE, KEY_HIGH)
            case "+/−":
                sheet.rect(x, top, KEY_WIDE, KEY_HIGH, line_mm=FRAME, fill=WHITE)
            case "+ of ++":
                sheet.rect(x, top, KEY_WIDE, KEY_HIGH, fill=NAVY)
            case _:
                at = (x + UNSEEN_X, y + UNSEEN_DOWN)
                sheet.text(*at, "?", UNSEEN_PT, bold=True, align="centre")
        sheet.text(x + KEY_WORDS, y + KEY_WORDS_DOWN, words, BODY_PT)
        x += KEY_WORDS + fonts.width(words, BODY_PT) + KEY_GAP
    return y + LEGEND_HIGH


def _aspect_head(sheet: _Canvas, y: float, aspect: Aspect) -> float:
    right = sheet.width - MARGIN
    radius, base = ASPECT_ROUND * sheet.scale, y + ASPECT_BASE
    sheet.rect(MARGIN, y + ASPECT_DOWN, right - MARGIN, ASPECT_BAND, fill=0.0, radius_mm=radius)
    left = MARGIN + ASPECT_INSET
    sheet.text(left, base, aspect.group.title, ASPECT_PT, bold=True, colour=WHITE)
    grades = aspect.grades
    if grades is not None and grades.mean is not None:
        words = f"cijfer {decimal(grades.mean)}"
        if grades.n > 1:
            words += f"  (van {grades.values[0]} tot {grades.values[-1]})"
        end = right - ASPECT_INSET
        sheet.text(end, base, words, GRADE_PT, bold=True, align="right", colour=WHITE)
    return y + ASPECT_HIGH


def _factor_row(sheet: _Canvas, y: float, step: float, factor: Group) -> None:
    right = sheet.width - MARGIN
    inner = sheet.width - 2 * MARGIN
    bar_x = MARGIN + NAME_WIDE * inner
    bar_wide = inner * (1 - NAME_WIDE - WORD_WIDE) - BAR_LESS
    bar_high = min(MOST_BAR, step * BAR_SHARE)
    middle = y + step / 2
    name_wide = NAME_WIDE * inner - NAME_LESS
    size = fonts.fit(factor.title, name_wide, NAME_PT, LEAST_NAME_PT, bold=True)
    small, lines = _factor_text(factor, name_wide - TEXT_LESS, step - LINE * size / MM)
    lift = LINE * len(lines) * small / MM / 2
    base = middle + TO_MIDDLE * size / MM - lift
    for number, line in enumerate(lines, 1):
        at = base + (TEXT_DOWN + LINE * number) * small / MM
        sheet.text(MARGIN + NAME_X, at, line, small, colour=GREY)
    sheet.text(MARGIN + NUMBER_X, base, factor.key, NUMBER_PT, bold=True, align="right")
    sheet.text(MARGIN + NAME_X, base, factor.title, size, bold=True)
    shares = factor.shares
    if shares is not None:
        _stack(sheet, bar_x, middle - bar_high / 2, bar_wide, bar_high, shares)
    asked = sum(q.n for q in factor.questions)
    view = round(100 * sum(q.no_view for q in factor.questions) / max(1, asked))
    if view:
        sheet.text(bar_x + bar_wide + VIEW_GAP, middle + VIEW_DOWN, f"? {view}%", SMALL_PT)
    word_x = right - WORD_WIDE * inner + VERDICT_GAP
    verdict = factor.verdict
    word_wide = WORD_WIDE * inner - VERDICT_GAP
    size = fonts.fit(verdict.value, word_wide, VERDICT_PT, LEAST_VERDICT_PT, bold=True)
    divided = len(factor.having(Verdict.DISCUSS))
    lift = DIVIDED_LIFT if divided and verdict is not Verdict.DISCUSS else 0.0
    sheet.text(word_x, middle + TO_MIDDLE * size / MM - lift, verdict.value, size, bold=True)
    if lift:
        words = "1 vraag verdeeld" if divided == 1 else f"{divided} vragen verdeeld"
        sheet.text(word_x, middle + DIVIDED_DOWN, words, SMALL_PT)
    sheet.line(MARGIN, y + step, right, y + step, ROW_RULE)


def _factor_text(factor: Group, wide: float, room: float) -> tuple[float, list[str]]:
    """Set what a factor asks of a school under its name, if the row is high enough for it."""
    for size in TEXT_PTS:
        lines = fonts.wrap(factor.text, wide, size)
        if LINE * len(lines) * size / MM <= room - TEXT_ROOM:
            return size, lines
    return TEXT_PTS[-1], []


def _stack(
    sheet: _Canvas, x: float, y: float, wide: float, high: float, shares: Sequence[float]
) -> None:
    """Draw the parts that are minus, plus-minus and plus, with their percentages."""
    sheet.rect(x, y, wide, high, line_mm=FRAME, fill=WHITE)
    minus, _, plus = (share * wide for share in shares)
    sheet.hatched(x, y, minus, high)
    sheet.rect(x + wide - plus, y, plus, high, fill=NAVY)
    at = x
    for number, share in enumerate(shares):
        part = share * wide
        words = f"{round(100 * share)}%"
        if part > fonts.width(words, BODY_PT, bold=True) + SHARE_ROOM:
            colour = WHITE if number == 2 else 0.0
            halo = SHARE_HALO * sheet.scale if number == 0 else 0.0
            sheet.text(
                at + part / 2, y + high / 2 + SHARE_DOWN, words, BODY_PT,
                bold=True, align="centre", colour=colour, halo_mm=halo,
            )  # fmt: skip
        at += part


# Divided questions


def draw_divided(
    target: Path | IO[bytes],
    summary: Summary,
    heading: PageHead,
    paper: Paper = PAPERS["a1"],
    sheet: Paper | None = None,
    *,
    most: int = MOST_DIVIDED,
) -> None:
    """Draw the questions on which a team is divided; with a `sheet`, in parts on such sheets."""

    def painted(drawing: Drawing) -> None:
        paint_divided(drawing, summary, heading, paper, most)

    title = f"Bespreek eerst: {heading.team} ({heading.date})"
    _draw(target, title, heading, paper, sheet, painted)


def paint_divided(
    drawing: Drawing, summary: Summary, heading: PageHead, paper: Paper, most: int = MOST_DIVIDED
) -> None:
    """Draw the poster on the page or form that is open."""
    sheet = _Canvas.on(drawing, paper)
    y = _head(sheet, "Waarover zijn we het niet eens?", summary, heading)
    divided = [q for q in summary.to_discuss if q.agreement.label is Label.VERDEELD]
    if divided:
        y = _sentence(sheet, y, _divided_in_words(len(divided), len(summary.questions)))
    others = [q for q in summary.to_discuss if q.agreement.label is not Label.VERDEELD]
    chosen = [*divided, *others[: max(0, LEAST_DIVIDED - len(divided))]][:most]
    if not chosen:
        words = "Bij geen enkele vraag staan er twee kampen."
        sheet.text(MARGIN, y + NONE_DOWN, words, NONE_PT, bold=True)
    bottom = sheet.height - MARGIN - (MORE_HIGH if len(divided) > most else 0)
    step = min(MOST_QUESTION, (bottom - y) / max(1, len(chosen)))
    for question in chosen:
        _divided_row(sheet, y, step, question)
        y += step
    if len(divided) > most:
        words = f"Nog {len(divided) - most} verdeelde vragen staan op de lijst 'bespreek eerst'."
        sheet.text(MARGIN, sheet.height - MARGIN - MORE_UP, words, BODY_PT)
    drawing.credit(heading.source)


def _divided_row(sheet: _Canvas, y: float, step: float, question: Question) -> None:
    inner = sheet.width - 2 * MARGIN
    chart_wide = CHART_WIDE * inner
    text_wide = inner - chart_wide - CHART_GAP
    size = QUESTION_PT
    while size > LEAST_QUESTION_PT and (
        _lines_high(question, text_wide, size) > step - QUESTION_ROOM
    ):
        size -= QUESTION_STEP_PT
    lines = fonts.wrap(question.row.text, text_wide, size, bold=True)
    top = y + QUESTION_DOWN
    number_x = MARGIN + QUESTION_NUMBER_X
    sheet.text(number_x, top + ABOVE * size / MM, question.row.key, size, align="right")
    for number, line in enumerate(lines):
        at = top + (ABOVE + LINE * number) * size / MM
        sheet.text(MARGIN + QUESTION_X, at, line, size, bold=True)
    chart_x, chart_high = sheet.width - MARGIN - chart_wide, step - CHART_LESS
    _columns(sheet, chart_x, y + CHART_DOWN, chart_wide, chart_high, question)
    sheet.line(MARGIN, y + step, sheet.width - MARGIN, y + step, QUESTION_RULE)


def _lines_high(question: Question, wide: float, size: float) -> float:
    return len(fonts.wrap(question.row.text, wide, size, bold=True)) * LINE * size / MM


def _columns(
    sheet: _Canvas, x: float, y: float, wide: float, high: float, question: Question
) -> None:
    """Draw a column per answer, -- at the left, with the count on top."""
    counts = [*question.counts.values(), question.no_view]
    labels = [*GRADES, "?"]
    pitch = wide / (len(counts) + ASIDE)
    room = high - COUNT_ROOM
    most = max(*counts, 1)
    base = y + high - SIGN_ROOM
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        left = x + pitch * (number + (ASIDE if label == "?" else 0))
        tall = room * count / most
        column = (left + COLUMN_INSET * pitch, base - tall, COLUMN_WIDE * pitch, tall)
        middle = left + pitch / 2
        if count:
            if "-" in label and label != "+/-":
                sheet.hatched(*column)
            else:
                fill = NAVY if label in ("+", "++") else WHITE
                sheet.rect(*column, line_mm=FRAME, fill=fill)
            at = base - tall - COUNT_UP
            sheet.text(middle, at, str(count), BODY_PT, bold=True, align="centre")
        sheet.text(middle, base + SIGN_DOWN, signs([label]), BODY_PT, bold=True, align="centre")
    sheet.line(x, base, x + wide, base, BASE_LINE)


# The action sheet


@dataclass(frozen=True, slots=True)
class Crop:
    """What somebody wrote in a field: a picture, and its size on paper.

    Attributes:
        image: what `Drawing.image` takes: a path or a Pillow image; None where none can be shown.
        typed: what it says, as a person read it; empty as long as nobody did.
        who: read it.
    """

    image: Any
    width_mm: float
    height_mm: float
    typed: str = ""
    who: str = ""


HEADS = ("Wat het eerst?", "Hoe krijgen we het team mee?", "Een goede eerste stap")


def draw_actions(
    target: Path | IO[bytes],
    instrument: Instrument,
    summary: Summary,
    heading: PageHead,
    crops: Sequence[Mapping[str, Crop]],
    *,
    unseen: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Draw per aspect its grade and what people wrote, on A3 for the table.

    Args:
        target: where to write it.
        instrument: the questionnaire, for the names of the fields.
        summary: of all lists.
        heading: what stands above.
        crops: per list what was written in each field; a field left empty is not in it.
        unseen: per field the scans that do not open, each as often as somebody wrote in it.
    """
    title = f"Actieblad: {heading.team} ({heading.date})"
    drawing = Drawing(target, ACTION_PAPER, title=title, credit=heading.source)
    is_first = True
    for aspect in summary.aspects:
        fields = _fields(instrument, aspect)
        if not fields:
            continue
        written = _shuffled(fields, crops)
        absent = [scan for name in fields for scan in (unseen or {}).get(name, ())]
        scale = _crop_scale(written)
        pages = _action_pages(written, scale)
        for number, page in enumerate(pages, 1):
            if not is_first:
                drawing.next_page()
            is_first = False
            part = f"{number} van {len(pages)}" if len(pages) > 1 else ""
            _action_head(drawing, aspect, summary, heading, part)
            _action_table(drawing, instrument, fields, page, scale)
            if absent:
                _action_note(drawing, absent)
            elif not page:
                at = (EDGE + BAND_INSET, TABLE_TOP + NOTHING_DOWN)
                drawing.text(*at, "Niemand schreef hier iets.", NOTHING_PT)
    drawing.save()


def _shuffled(
    fields: Sequence[str], crops: Sequence[Mapping[str, Crop]]
) -> list[tuple[Crop | None, ...]]:
    """Put what was written in each field in an order of its own.

    Side by side in one row, three answers of one hand would tell whose they are. The order is the
    same each time the sheet is made.
    """
    columns = []
    for name in fields:
        column = [one[name] for one in crops if name in one]
        Random(f"{name} {len(column)}").shuffle(column)
        columns.append(column)
    return list(zip_longest(*columns))


def _fields(instrument: Instrument, aspect: Aspect) -> tuple[str, ...]:
    return tuple(row.key for row in instrument.written if row.part == aspect.group.key)


EDGE = 12.0
TABLE_TOP, TABLE_END = 78.0, 236.0
CROP_GAP, CROP_INSET, CROP_RULE = 2.5, 2.0, 0.15
TYPED_PT, MOST_TYPED = 11.0, 20  # lines of what the handwriting above says: a row fits a sheet
CROP_SCALES = (1.0, 0.85, 0.7)
PART_PT, PART_Y = 32.0, 24.0  # the aspect, at the top left
WHOSE_PT, WHOSE_Y, WHOSE_WIDE, WHEN_PT = 13.0, 17.0, 150.0, 12.0  # at the top right
PART_RULE, PART_RULE_Y = 0.8, 29.0
BAND_UP, BAND_HIGH, BAND_ROUND = 14.0, 11.0, 1.5  # a heading above the table
BAND_PT, LEAST_BAND_PT, BAND_INSET, BAND_BASE_UP = 14.0, 8.0, 4.0, 6.6
NOTE_DOWN, NOTE_PT = 5.0, 12.0
NOTHING_DOWN, NOTHING_PT = 10.0, 13.0
MEAN_PT, MEAN_Y, MEAN_GAP = 36.0, 45.0, 5.0
FACT_PT, GRADES_Y, SPREAD_Y, VERDICTS_Y = 11.5, 37.0, 43.0, 32.0
ASKED_PT, ASKED_LEADING, ASKED_LINES = 9.5, 1.15, 8  # of all questions together
MOST_WORDS, LEAST_WORDS = 16, 3  # of a question
SPREAD_LEAST, SPREAD_GAP = 30.0, 12.0
AGREED_DOWN, AGREED_PT, AGREED_BASE, WHO_PT = 8.0, 14.0, 5.0, 11.0
WHAT_WIDE, WHO_X, WHO_END, WHEN_X = 228.0, 236.0, 308.0, 316.0
AGREED_LINES, AGREED_FIRST, AGREED_PITCH, AGREED_RULE = 3, 18.0, 10.0, 0.3
KEEP_UP, KEEP_PT = 11.0, 9.0


def _column_wide(columns: int) -> float:
    return (ACTION_PAPER.width_mm - 2 * EDGE - CROP_GAP * (columns - 1)) / columns


def _crop_high(row: Sequence[Crop | None], scale: float) -> float:
    return max(
        c.height_mm * _factor(c, len(row), scale) + len(_typed(c, len(row))) * line_height(TYPED_PT)
        for c in row
        if c is not None
    )


def _typed(crop: Crop, columns: int) -> list[str]:
    """Break what a person read into lines, with who it was."""
    if not crop.typed:
        return []
    wide = _column_wide(columns) - 2 * CROP_INSET
    lines = fonts.wrap(f"{crop.typed} (nagekeken door {crop.who})", wide, TYPED_PT)
    if len(lines) <= MOST_TYPED:
        return lines
    return [*lines[: MOST_TYPED - 1], "… (alles staat op de ene lijst)"]


def _factor(crop: Crop, columns: int, scale: float) -> float:
    """Return how much smaller a crop is shown than it was written."""
    return min(scale, (_column_wide(columns) - 2 * CROP_INSET) / crop.width_mm)


def _crop_scale(rows: Sequence[Sequence[Crop | None]]) -> float:
    """Show writing as large as it is, or a little smaller where that saves a page."""
    fewest = len(_action_pages(rows, min(CROP_SCALES)))
    return next(s for s in CROP_SCALES if len(_action_pages(rows, s)) == fewest)


def _action_pages(
    rows: Sequence[Sequence[Crop | None]], scale: float
) -> list[list[Sequence[Crop | None]]]:
    pages: list[list[Sequence[Crop | None]]] = [[]]
    used = 0.0
    for row in rows:
        high = _crop_high(row, scale) + CROP_GAP
        if used + high > TABLE_END - TABLE_TOP and pages[-1]:
            pages.append([])
            used = 0.0
        pages[-1].append(row)
        used += high
    return pages


def _action_head(
    drawing: Drawing, aspect: Aspect, summary: Summary, heading: PageHead, part: str
) -> None:
    right = ACTION_PAPER.width_mm - EDGE
    drawing.text(EDGE, PART_Y, aspect.group.title, PART_PT, bold=True)
    team = fonts_fit(heading.team, WHOSE_WIDE, WHOSE_PT)
    drawing.text(right, WHOSE_Y, team, WHOSE_PT, bold=True, align="right")
    facts = f"{heading.lists(summary.n)}, {heading.date}" + (f", blad {part}" if part else "")
    drawing.text(right, PART_Y, facts, WHEN_PT, align="right")
    drawing.line(EDGE, PART_RULE_Y, right, PART_RULE_Y, line_mm=PART_RULE)
    _action_facts(drawing, aspect)
    _agreements(drawing, right)


def _action_table(
    drawing: Drawing,
    instrument: Instrument,
    fields: Sequence[str],
    rows: Sequence[Sequence[Crop | None]],
    scale: float,
) -> None:
    asked = {row.key: row.text for row in instrument.written}
    wide = _column_wide(len(fields))
    lefts = [EDGE + number * (wide + CROP_GAP) for number in range(len(fields))]
    for number, (x, name) in enumerate(zip(lefts, fields, strict=True)):
        drawing.rect(x, TABLE_TOP - BAND_UP, wide, BAND_HIGH, fill=0.0, radius_mm=BAND_ROUND)
        title = HEADS[number] if len(fields) == len(HEADS) else asked[name]
        size = fonts.fit(title, wide - 2 * BAND_INSET, BAND_PT, LEAST_BAND_PT, bold=True)
        at = (x + BAND_INSET, TABLE_TOP - BAND_BASE_UP)
        drawing.text(*at, title, size, bold=True, colour=WHITE)
    y = TABLE_TOP
    for row in rows:
        for x, crop in zip(lefts, row, strict=True):
            if crop is not None:
                factor = _factor(crop, len(row), scale)
                size_mm = (crop.width_mm * factor, crop.height_mm * factor)
                if crop.image is not None:
                    drawing.image(crop.image, x + CROP_INSET, y, *size_mm)
                said = _typed(crop, len(row))
                drawing.lines(x + CROP_INSET, y + size_mm[1], said, TYPED_PT)
        y += _crop_high(row, scale) + CROP_GAP
        under = y - CROP_GAP / 2
        drawing.line(EDGE, under, ACTION_PAPER.width_mm - EDGE, under, line_mm=CROP_RULE)


def _action_note(drawing: Drawing, absent: Sequence[str]) -> None:
    """Say that people wrote more than this sheet can show."""
    fields = "1 veld" if len(absent) == 1 else f"{len(absent)} velden"
    scans = ", ".join(dict.fromkeys(absent))
    note = f"Niet te zien: het handschrift in {fields} uit {scans}."
    wide = ACTION_PAPER.width_mm - 2 * EDGE
    drawing.text(EDGE, TABLE_END + NOTE_DOWN, fonts_fit(note, wide, NOTE_PT), NOTE_PT, bold=True)


def _action_facts(drawing: Drawing, aspect: Aspect) -> None:
    """Say the grade, and which questions of this aspect can be better or are divided."""
    grades = aspect.grades
    x = EDGE
    if grades is not None and grades.mean is not None:
        mean = decimal(grades.mean)
        drawing.text(x, MEAN_Y, mean, MEAN_PT, bold=True)
        x += fonts.width(mean, MEAN_PT, bold=True) + MEAN_GAP
        drawing.text(x, GRADES_Y, "gemiddeld cijfer", FACT_PT)
        words = spread_words(grades)
        drawing.text(x, SPREAD_Y, words, FACT_PT)
        x += max(fonts.width(words, FACT_PT), SPREAD_LEAST) + SPREAD_GAP
    y = VERDICTS_Y
    said = [v for v in (Verdict.WORK, Verdict.DISCUSS, Verdict.NO_VIEW) if aspect.group.having(v)]
    most = ASKED_LINES // max(1, len(said))
    for verdict in (Verdict.WORK, Verdict.DISCUSS, Verdict.NO_VIEW):
        found = aspect.group.having(verdict)
        if found:
            lines = _asked(verdict, found, ACTION_PAPER.width_mm - EDGE - x, most)
            y += drawing.lines(x, y, lines, ASKED_PT, leading=ASKED_LEADING)


def _asked(verdict: Verdict, found: Sequence[Question], wide: float, most: int) -> list[str]:
    """Say which questions these are: in their own words while there is room, by number after."""
    for words in (MOST_WORDS, *range(MOST_WORDS - 1, LEAST_WORDS - 1, -1), 0):
        said = "; ".join(_in_short(question, words) for question in found)
        lines = fonts.wrap(f"{verdict.value}: {said}", wide, ASKED_PT)
        if len(lines) <= most:
            break
    return lines


def _in_short(question: Question, words: int) -> str:
    """Give a question by its number and its first words."""
    said = question.row.text.split()
    if words == 0:
        return question.row.key
    more = " ..." if len(said) > words else ""
    return f"{question.row.key} {' '.join(said[:words])}{more}"


def _agreements(drawing: Drawing, right: float) -> None:
    """Leave room for what the team agrees on."""
    top = TABLE_END + AGREED_DOWN
    base = top + AGREED_BASE
    drawing.text(EDGE, base, "Wat spreken we af?", AGREED_PT, bold=True)
    drawing.text(EDGE + WHO_X, base, "wie", WHO_PT)
    drawing.text(EDGE + WHEN_X, base, "wanneer klaar", WHO_PT)
    columns = ((EDGE, EDGE + WHAT_WIDE), (EDGE + WHO_X, EDGE + WHO_END), (EDGE + WHEN_X, right))
    for number in range(AGREED_LINES):
        y = top + AGREED_FIRST + number * AGREED_PITCH
        for x1, x2 in columns:
            drawing.line(x1, y, x2, y, line_mm=AGREED_RULE)
    words = (
        "Handschrift is te herkennen: houd dit blad binnen het team. Na afloop meenemen of "
        "vernietigen."
    )
    drawing.text(EDGE, ACTION_PAPER.height_mm - KEEP_UP, words, KEEP_PT)
