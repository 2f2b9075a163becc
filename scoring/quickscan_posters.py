"""Draw the posters of a quickscan: ten factors, divided questions, and the action sheet.

In:  a `Summary`; for the action sheet also what people wrote, as pictures cut from the scans.
Out: PDF files. The first two hang on the wall and are read at 3 m; the action sheet lies on the
     table, because handwriting is recognised.

Plus is solid, minus is hatched and plus-minus is open, so that a copier keeps them apart. Lengths
are those of an A1 and are scaled to the paper.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from forms import fonts
from forms.instrument import Instrument
from forms.paper import MM, PAPERS, WHITE, Colour, Drawing, Paper
from scoring import tiles
from scoring.agreement import GRADES, Label
from scoring.one_list import Heading, decimal, fonts_fit, signs, spread_words
from scoring.quickscan import Aspect, Group, Question, Summary, Verdict

NAVY: Colour = (0.0, 0.18, 0.36)
GREY: Colour = 0.35
MARGIN = 16.0
CLAMP_MM = 40.0  # the clamp of a flip-over stand takes the top 3-5 cm (docs/findings/printing.md 2)
HATCH_MM = 3.2
ACTION_PAPER = PAPERS["a3"].turned()


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A poster under way: lengths given for A1, drawn on any paper."""

    drawing: Drawing
    scale: float
    width: float  # in A1 units
    height: float
    top: float

    @classmethod
    def on(cls, drawing: Drawing, paper: Paper) -> _Sheet:
        clamp = CLAMP_MM if paper.name == PAPERS["flipover"].name else 0.0
        scale = min(paper.width_mm / 594, (paper.height_mm - clamp) / 841)
        return cls(
            drawing,
            scale,
            paper.width_mm / scale,
            paper.height_mm / scale,
            max(MARGIN, clamp / scale + 4),
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
                self.line(start, y + high, start + high, y, 1.1)
                start += HATCH_MM * 1.6
        self.rect(x, y, wide, high, line_mm=0.9)


# Ten factors at a glance


def draw_factors(
    target: Path | IO[bytes],
    summary: Summary,
    heading: Heading,
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
    heading: Heading,
    paper: Paper,
    sheet: Paper | None,
    painted: Callable[[Drawing], None],
) -> None:
    """Draw a poster whole, or over as many sheets as it takes."""
    if sheet is not None:
        label = tiles.Label(title, heading.team, heading.date)
        tiles.paint_tiles(target, paper, sheet, label, lambda drawing, _: painted(drawing))
        return
    drawing = Drawing(target, paper, title=title)
    painted(drawing)
    drawing.save()


def paint_factors(drawing: Drawing, summary: Summary, heading: Heading, paper: Paper) -> None:
    """Draw the poster on the page or form that is open."""
    sheet = _Sheet.on(drawing, paper)
    y = _head(sheet, "Hoe staat het ervoor?", summary, heading)
    y = _bar_legend(sheet, y)
    shown = {factor.key for aspect in summary.aspects for factor in _factors(aspect, summary)}
    headings = len(summary.aspects)
    rows = max(1, len(shown))
    room = sheet.height - MARGIN - y - 8
    step = min(70.0, (room - headings * 27) / rows)
    for aspect in summary.aspects:
        y = _aspect_head(sheet, y, aspect)
        for factor in _factors(aspect, summary):
            _factor_row(sheet, y, step, factor)
            y += step


def _factors(aspect: Aspect, summary: Summary) -> Iterator[Group]:
    """Yield the factors of an aspect, in printed order."""
    own = {question.row.key for question in aspect.group.questions}
    for factor in summary.factors:
        if factor.questions and factor.questions[0].row.key in own:
            yield factor


def _head(sheet: _Sheet, title: str, summary: Summary, heading: Heading) -> float:
    y = sheet.top
    right = sheet.width - MARGIN
    size = fonts.fit(title, sheet.width - 2 * MARGIN, 76, 40, bold=True)
    sheet.text(MARGIN, y + 0.8 * size / MM, title, size, bold=True)
    y += 1.15 * size / MM
    facts = f"{heading.lists(summary.n)}  ·  {heading.date}"
    wide = fonts.width(facts, 28)
    team = fonts_fit(heading.team, sheet.width - 2 * MARGIN - wide - 12, 38)
    sheet.text(MARGIN, y + 12, team, 38, bold=True)
    sheet.text(right, y + 12, facts, 28, align="right", colour=GREY)
    sheet.line(MARGIN, y + 19, right, y + 19, 1.2)
    return y + 24


def _bar_legend(sheet: _Sheet, y: float) -> float:
    x = MARGIN
    for words in ("− of −−", "+/−", "+ of ++", "geen zicht"):
        match words:
            case "− of −−":
                sheet.hatched(x, y + 2, 16, 9)
            case "+/−":
                sheet.rect(x, y + 2, 16, 9, line_mm=0.9, fill=WHITE)
            case "+ of ++":
                sheet.rect(x, y + 2, 16, 9, fill=NAVY)
            case _:
                sheet.text(x + 10, y + 11, "?", 34, bold=True, align="centre")
        sheet.text(x + 19, y + 10, words, 26)
        x += 19 + fonts.width(words, 26) + 14
    return y + 16


def _aspect_head(sheet: _Sheet, y: float, aspect: Aspect) -> float:
    right = sheet.width - MARGIN
    sheet.rect(MARGIN, y + 6, right - MARGIN, 18, fill=0.0, radius_mm=3 * sheet.scale)
    sheet.text(MARGIN + 6, y + 19, aspect.group.title, 36, bold=True, colour=WHITE)
    grades = aspect.grades
    if grades is not None and grades.mean is not None:
        words = f"cijfer {decimal(grades.mean)}"
        if grades.n > 1:
            words += f"  (van {grades.values[0]} tot {grades.values[-1]})"
        sheet.text(right - 6, y + 19, words, 32, bold=True, align="right", colour=WHITE)
    return y + 27


NAME_WIDE = 0.38  # of the paper
WORD_WIDE = 0.24


def _factor_row(sheet: _Sheet, y: float, step: float, factor: Group) -> None:
    right = sheet.width - MARGIN
    inner = sheet.width - 2 * MARGIN
    bar_x = MARGIN + NAME_WIDE * inner
    bar_wide = inner * (1 - NAME_WIDE - WORD_WIDE) - 22
    bar_high = min(28.0, step * 0.52)
    middle = y + step / 2
    size = fonts.fit(factor.title, NAME_WIDE * inner - 24, 44, 28, bold=True)
    sheet.text(MARGIN + 16, middle + 0.26 * size / MM, factor.key, 40, bold=True, align="right")
    sheet.text(MARGIN + 21, middle + 0.26 * size / MM, factor.title, size, bold=True)
    shares = factor.shares
    if shares is not None:
        _stack(sheet, bar_x, middle - bar_high / 2, bar_wide, bar_high, shares)
    asked = sum(q.n for q in factor.questions)
    view = round(100 * sum(q.no_view for q in factor.questions) / max(1, asked))
    if view:
        sheet.text(bar_x + bar_wide + 4, middle + 3.6, f"? {view}%", 24)
    word_x = right - WORD_WIDE * inner + 8
    verdict = factor.verdict
    size = fonts.fit(verdict.value, WORD_WIDE * inner - 8, 36, 24, bold=True)
    divided = len(factor.having(Verdict.DISCUSS))
    lift = 5.0 if divided and verdict is not Verdict.DISCUSS else 0.0
    sheet.text(word_x, middle + 0.26 * size / MM - lift, verdict.value, size, bold=True)
    if lift:
        words = "1 vraag verdeeld" if divided == 1 else f"{divided} vragen verdeeld"
        sheet.text(word_x, middle + 13 - 1.2, words, 24)
    sheet.line(MARGIN, y + step, right, y + step, 0.4)


def _stack(
    sheet: _Sheet, x: float, y: float, wide: float, high: float, shares: Sequence[float]
) -> None:
    """Draw the parts that are minus, plus-minus and plus, with their percentages."""
    sheet.rect(x, y, wide, high, line_mm=0.9, fill=WHITE)
    minus, _, plus = (share * wide for share in shares)
    sheet.hatched(x, y, minus, high)
    sheet.rect(x + wide - plus, y, plus, high, fill=NAVY)
    at = x
    for number, share in enumerate(shares):
        part = share * wide
        words = f"{round(100 * share)}%"
        if part > fonts.width(words, 26, bold=True) + 4:
            colour = WHITE if number == 2 else 0.0
            halo = 1.6 * sheet.scale if number == 0 else 0.0
            sheet.text(
                at + part / 2, y + high / 2 + 3.3, words, 26,
                bold=True, align="centre", colour=colour, halo_mm=halo,
            )  # fmt: skip
        at += part


# Divided questions


def draw_divided(
    target: Path | IO[bytes],
    summary: Summary,
    heading: Heading,
    paper: Paper = PAPERS["a1"],
    sheet: Paper | None = None,
    *,
    most: int = 8,
) -> None:
    """Draw the questions on which a team is divided; with a `sheet`, in parts on such sheets."""

    def painted(drawing: Drawing) -> None:
        paint_divided(drawing, summary, heading, paper, most)

    title = f"Bespreek eerst: {heading.team} ({heading.date})"
    _draw(target, title, heading, paper, sheet, painted)


def paint_divided(
    drawing: Drawing, summary: Summary, heading: Heading, paper: Paper, most: int = 8
) -> None:
    """Draw the poster on the page or form that is open."""
    sheet = _Sheet.on(drawing, paper)
    y = _head(sheet, "Waarover zijn we het niet eens?", summary, heading)
    divided = [q for q in summary.to_discuss if q.agreement.label is Label.VERDEELD]
    others = [q for q in summary.to_discuss if q.agreement.label is not Label.VERDEELD]
    chosen = [*divided, *others[: max(0, 4 - len(divided))]][:most]
    if not chosen:
        sheet.text(MARGIN, y + 30, "Bij geen enkele vraag staan er twee kampen.", 40, bold=True)
    bottom = sheet.height - MARGIN - (12 if len(divided) > most else 0)
    step = min(150.0, (bottom - y) / max(1, len(chosen)))
    for question in chosen:
        _divided_row(sheet, y, step, question)
        y += step
    if len(divided) > most:
        words = f"Nog {len(divided) - most} verdeelde vragen staan op de lijst 'bespreek eerst'."
        sheet.text(MARGIN, sheet.height - MARGIN, words, 26)


def _divided_row(sheet: _Sheet, y: float, step: float, question: Question) -> None:
    inner = sheet.width - 2 * MARGIN
    chart_wide = 0.36 * inner
    text_wide = inner - chart_wide - 40
    size = 36.0
    while size > 24 and _lines_high(question, text_wide, size) > step - 14:
        size -= 4
    lines = fonts.wrap(question.row.text, text_wide, size, bold=True)
    sheet.text(MARGIN + 26, y + 8 + 0.9 * size / MM, question.row.key, size, align="right")
    for number, line in enumerate(lines):
        at = y + 8 + (0.9 + 1.25 * number) * size / MM
        sheet.text(MARGIN + 32, at, line, size, bold=True)
    _columns(sheet, sheet.width - MARGIN - chart_wide, y + 6, chart_wide, step - 12, question)
    sheet.line(MARGIN, y + step, sheet.width - MARGIN, y + step, 0.6)


def _lines_high(question: Question, wide: float, size: float) -> float:
    return len(fonts.wrap(question.row.text, wide, size, bold=True)) * 1.25 * size / MM


def _columns(
    sheet: _Sheet, x: float, y: float, wide: float, high: float, question: Question
) -> None:
    """Draw a column per answer, -- at the left, with the count on top."""
    counts = [*question.counts.values(), question.no_view]
    labels = [*GRADES, "?"]
    pitch = wide / (len(counts) + 0.4)
    room = high - 24
    most = max(*counts, 1)
    base = y + high - 12
    for number, (label, count) in enumerate(zip(labels, counts, strict=True)):
        left = x + pitch * (number + (0.4 if label == "?" else 0))
        tall = room * count / most
        column = (left + 0.12 * pitch, base - tall, 0.76 * pitch, tall)
        if count:
            if "-" in label and label != "+/-":
                sheet.hatched(*column)
            else:
                fill = NAVY if label in ("+", "++") else WHITE
                sheet.rect(*column, line_mm=0.9, fill=fill)
            sheet.text(left + pitch / 2, base - tall - 2, str(count), 26, bold=True, align="centre")
        sheet.text(left + pitch / 2, base + 10, signs([label]), 26, bold=True, align="centre")
    sheet.line(x, base, x + wide, base, 1.0)


# The action sheet


@dataclass(frozen=True, slots=True)
class Crop:
    """What somebody wrote in a field: a picture, and its size on paper."""

    image: Any  # what `Drawing.image` takes: a path or a Pillow image
    width_mm: float
    height_mm: float


HEADS = ("Wat het eerst?", "Hoe krijgen we het team mee?", "Een goede eerste stap")


def draw_actions(
    target: Path | IO[bytes],
    instrument: Instrument,
    summary: Summary,
    heading: Heading,
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
    drawing = Drawing(target, ACTION_PAPER, title=f"Actieblad: {heading.team} ({heading.date})")
    is_first = True
    for aspect in summary.aspects:
        fields = _fields(instrument, aspect)
        if not fields:
            continue
        rows = [[one.get(name) for name in fields] for one in crops]
        written = [row for row in rows if any(row)]
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
                drawing.text(EDGE + 4, TABLE_TOP + 10, "Niemand schreef hier iets.", 13)
    drawing.save()


def _fields(instrument: Instrument, aspect: Aspect) -> tuple[str, ...]:
    return tuple(row.key for row in instrument.written if row.part == aspect.group.key)


EDGE = 12.0
TABLE_TOP, TABLE_END = 66.0, 236.0
CROP_GAP = 2.5
SMALLEST_CROP = 0.7


def _column_wide(columns: int) -> float:
    return (ACTION_PAPER.width_mm - 2 * EDGE - CROP_GAP * (columns - 1)) / columns


def _crop_high(row: Sequence[Crop | None], scale: float) -> float:
    return max(c.height_mm * _factor(c, len(row), scale) for c in row if c is not None)


def _factor(crop: Crop, columns: int, scale: float) -> float:
    """Return how much smaller a crop is shown than it was written."""
    return min(scale, (_column_wide(columns) - 4) / crop.width_mm)


def _crop_scale(rows: Sequence[Sequence[Crop | None]]) -> float:
    """Show writing as large as it is, or a little smaller where that saves a page."""
    fewest = len(_action_pages(rows, SMALLEST_CROP))
    return next(s for s in (1.0, 0.85, SMALLEST_CROP) if len(_action_pages(rows, s)) == fewest)


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
    drawing: Drawing, aspect: Aspect, summary: Summary, heading: Heading, part: str
) -> None:
    right = ACTION_PAPER.width_mm - EDGE
    drawing.text(EDGE, 24, aspect.group.title, 32, bold=True)
    drawing.text(right, 17, fonts_fit(heading.team, 150, 13), 13, bold=True, align="right")
    facts = f"{heading.lists(summary.n)}, {heading.date}" + (f", blad {part}" if part else "")
    drawing.text(right, 24, facts, 12, align="right")
    drawing.line(EDGE, 29, right, 29, line_mm=0.8)
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
        drawing.rect(x, TABLE_TOP - 14, wide, 11, fill=0.0, radius_mm=1.5)
        title = HEADS[number] if len(fields) == len(HEADS) else asked[name]
        size = fonts.fit(title, wide - 8, 14, 8, bold=True)
        drawing.text(x + 4, TABLE_TOP - 6.6, title, size, bold=True, colour=WHITE)
    y = TABLE_TOP
    for row in rows:
        for x, crop in zip(lefts, row, strict=True):
            if crop is not None:
                factor = _factor(crop, len(row), scale)
                size_mm = (crop.width_mm * factor, crop.height_mm * factor)
                drawing.image(crop.image, x + 2, y, *size_mm)
        y += _crop_high(row, scale) + CROP_GAP
        under = y - CROP_GAP / 2
        drawing.line(EDGE, under, ACTION_PAPER.width_mm - EDGE, under, line_mm=0.15)


def _action_note(drawing: Drawing, absent: Sequence[str]) -> None:
    """Say that people wrote more than this sheet can show."""
    fields = "1 veld" if len(absent) == 1 else f"{len(absent)} velden"
    scans = ", ".join(dict.fromkeys(absent))
    note = f"Niet te zien: het handschrift in {fields} uit {scans}."
    wide = ACTION_PAPER.width_mm - 2 * EDGE
    drawing.text(EDGE, TABLE_END + 5, fonts_fit(note, wide, 12), 12, bold=True)


def _action_facts(drawing: Drawing, aspect: Aspect) -> None:
    """Say the grade, and which questions of this aspect can be better or are divided."""
    grades = aspect.grades
    x = EDGE
    if grades is not None and grades.mean is not None:
        drawing.text(x, 45, decimal(grades.mean), 36, bold=True)
        x += fonts.width(decimal(grades.mean), 36, bold=True) + 5
        drawing.text(x, 37, "gemiddeld cijfer", 11.5)
        words = spread_words(grades)
        drawing.text(x, 43, words, 11.5)
        x += max(fonts.width(words, 11.5), 30) + 12
    y = 36.0
    for verdict in (Verdict.WORK, Verdict.DISCUSS, Verdict.NO_VIEW):
        found = aspect.group.having(verdict)
        if found:
            keys = ", ".join(q.row.key for q in found)
            drawing.text(x, y, f"{verdict.value}: vraag {keys}", 11.5)
            y += 5.6


def _agreements(drawing: Drawing, right: float) -> None:
    """Leave room for what the team agrees on."""
    top = TABLE_END + 8
    drawing.text(EDGE, top + 5, "Wat spreken we af?", 14, bold=True)
    drawing.text(EDGE + 236, top + 5, "wie", 11)
    drawing.text(EDGE + 316, top + 5, "wanneer klaar", 11)
    for number in range(3):
        y = top + 18 + number * 10
        for x1, x2 in ((EDGE, EDGE + 228), (EDGE + 236, EDGE + 308), (EDGE + 316, right)):
            drawing.line(x1, y, x2, y, line_mm=0.3)
    drawing.text(
        EDGE, ACTION_PAPER.height_mm - 8.5,
        "Handschrift is te herkennen: houd dit blad binnen het team. Na afloop meenemen of "
        "vernietigen.", 9,
    )  # fmt: skip
