"""Draw the one list: the form itself, with in each box how many people crossed it.

In:  a `Summary`, the questionnaire and the layout it was printed with.
Out: an A4 PDF, the pages of the form first and then the list "bespreek eerst".

Numbers and black bars carry everything, so that a copy of a copy says the same. There are no corner
marks and no square code on it: nobody can scan it as a filled-in list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO

from forms import fonts
from forms.instrument import Instrument, ScaleQuestion
from forms.layout import BOX_MM, Box, Layout, Page, Rect, Role
from forms.paper import Drawing, line_height
from forms.sheets import draw_box, draw_form
from scoring.agreement import GRADES, Label
from scoring.groups import LEAST_PEOPLE, TEAM_FROM
from scoring.quickscan import Grades, Question, Summary, Verdict
from scoring.roles import Change, RoleTable

SCALE = 0.88  # leaves 34 mm to the right of the form for what each question says
LEFT_MM, TOP_MM = -9.1, 17.0  # of the form's page, so that its text begins at 12 and 25 mm
SIDE_MM = 167.0
RIGHT_MM = 201.0
FOOT_MM = 265.0
BAR_GAP_MM, BAR_MM = 0.4, 2.2  # between two boxes of a row are 3.5 mm
MEDIAN_LINE_MM = 0.9
TEAM_MM = 100.0
NO_TEAM = "geen beeld van een team"  # what few lists together are not


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above every page.

    Args:
        team: whose lists they are.
        date: as it is printed: `12 maart 2026`.
        issued: lists that were handed out; None where that is not known.
    """

    team: str
    date: str
    issued: int | None

    def lists(self, n: int) -> str:
        """Say how many lists there are, of how many, and whether they are too few.

        >>> heading = Heading("Team", "12 maart 2026", 14)
        >>> heading.lists(12), heading.lists(2)
        ('12 lijsten van de 14', '2 lijsten van de 14: geen beeld van een team')
        """
        of = "" if self.issued in (None, n) else f" van de {self.issued}"
        return _lists(n) + of + ("" if n >= TEAM_FROM else f": {NO_TEAM}")


def draw_one_list(
    target: Path | IO[bytes],
    instrument: Instrument,
    layout: Layout,
    summary: Summary,
    heading: Heading,
    roles: RoleTable | None = None,
    changes: Sequence[Change] = (),
) -> None:
    """Draw the form with the counts, and the questions to talk about first.

    Args:
        target: where to write it.
        instrument: the questionnaire.
        layout: as it was printed.
        summary: of all lists.
        heading: what stands above every page.
        roles: what people of each role think, where that exposes nobody.
        changes: since an earlier quickscan of the same programme.
    """
    drawing = Drawing(target, layout.paper, title=f"Eén lijst: {heading.team} ({heading.date})")
    for page in layout.pages:
        if page.page > 1:
            drawing.next_page()
        _form_page(drawing, instrument, layout, page, summary, heading)
    for number, rows in enumerate(_pages(list(_discussion(summary)))):
        drawing.next_page()
        _discussion_page(drawing, summary, heading, rows, number)
    if roles is not None or changes:
        drawing.next_page()
        _groups_page(drawing, summary, heading, roles, changes)
    drawing.save()


# The form


def _form_page(
    drawing: Drawing,
    instrument: Instrument,
    layout: Layout,
    page: Page,
    summary: Summary,
    heading: Heading,
) -> None:
    _head(drawing, heading, summary.n, f"Eén lijst, bladzijde {page.page} van {len(layout.pages)}")
    if page.example_boxes is not None:  # how to fill it in makes place for what came out
        _in_short(drawing, summary, 46.0)
    with drawing.moved(LEFT_MM, TOP_MM, scale=SCALE):
        # Not how to fill it in, nor the foot that asks not to fold it.
        draw_form(drawing, page, page.texts_without(Role.HOW_TO, Role.FOOT))
        for box in page.boxes:
            _count(drawing, box, summary)
        for place in page.fields:
            used = sum(a.written.get(place.name, 0) for a in summary.aspects)
            if any(place.name in a.written for a in summary.aspects):
                _centred(drawing, place.rect, f"{_lists(used)} met tekst: zie het actieblad")
    for row in instrument.rows:
        boxes = [box.rect for box in page.boxes if box.question == row.key]
        if not boxes:
            continue
        y = TOP_MM + SCALE * (boxes[0].y_mm + BOX_MM / 2)
        if row.key in summary.questions:
            _say_question(drawing, summary.questions[row.key], y)
        elif isinstance(row, ScaleQuestion):
            for grades in (a.grades for a in summary.aspects if a.group.key == row.part):
                if grades is not None:
                    _say_grades(drawing, grades, y)
    _legend(drawing)


def _in_short(drawing: Drawing, summary: Summary, y: float) -> None:
    """Say on the first page what comes out of the lists, in numbers."""
    drawing.text(12, y, "In het kort", 11, bold=True)
    labels = [q.agreement.label for q in summary.questions.values()]
    for row, label in enumerate(Label):
        at = y + 6.5 + 5.2 * row
        draw_sign(drawing, label, 14, at - 1.2, 1.5)
        count = labels.count(label)
        drawing.text(22.5, at, str(count), 9.5, bold=True, align="right")
        drawing.text(24, at, f"{'vraag' if count == 1 else 'vragen'}: {label.value}", 9.5)
    for row, aspect in enumerate(a for a in summary.aspects if a.grades is not None):
        at = y + 6.5 + 5.2 * row
        grades = aspect.grades
        if grades is None:
            continue
        mean = "geen" if grades.mean is None else decimal(grades.mean)
        drawing.text(80, at, mean, 9.5, bold=True)
        drawing.text(88, at, f"{aspect.group.title}: {spread_words(grades)}", 9.5)
    first = [p.factor for p in summary.priorities if p.factor.verdict is Verdict.WORK][:3]
    if first:
        names = ", ".join(f"{factor.title} ({factor.key})" for factor in first)
        drawing.text(80, y + 6.5 + 5.2 * 3, f"Kan het meest beter: {names}", 9.5, bold=True)


def _count(drawing: Drawing, box: Box, summary: Summary) -> None:
    count, n = _counted(box, summary)
    question = summary.questions.get(box.question)
    is_median = question is not None and box.option in shown_median(question)
    # Beside a named box stands its name, and a role is no answer to compare.
    draw_count(
        drawing, box.rect, count, n, is_median=is_median, bar=box.question not in summary.choices
    )


def _counted(box: Box, summary: Summary) -> tuple[int, int]:
    """Return how many people crossed a box, of how many lists."""
    key, _, tick = box.question.partition("/")
    question = summary.questions.get(key)
    if question is not None:
        if tick:
            return question.ticks, question.n
        found = question.counts.get(box.option, question.no_view)
        return found, question.n
    for grades in (a.grades for a in summary.aspects if a.group.key == tick):
        if grades is not None:
            return grades.counts.get(box.option, 0), grades.n + grades.blank + grades.waiting
    return summary.choices.get(box.question, {}).get(box.option, 0), summary.n


def shown_median(question: Question) -> tuple[str, ...]:
    """Return the middle answer to mark; between two camps it says nothing."""
    is_divided = question.agreement.label is Label.VERDEELD
    return () if is_divided else question.median


def draw_count(
    drawing: Drawing,
    box: Rect,
    count: int,
    n: int,
    *,
    is_median: bool = False,
    bar: bool = True,
) -> None:
    """Write a count into its box, and beside it a bar as high as its share of the lists."""
    if is_median:
        edge = box.grown(-MEDIAN_LINE_MM / 4)
        drawing.rect(edge.x_mm, edge.y_mm, edge.width_mm, edge.height_mm, line_mm=MEDIAN_LINE_MM)
    if not count:
        return
    size = fonts.fit(str(count), box.width_mm - 1.2, 10, 5, bold=True)
    baseline = box.y_mm + box.height_mm / 2 + 0.357 * size * fonts.PT_TO_MM
    drawing.text(box.x_mm + box.width_mm / 2, baseline, str(count), size, bold=True, align="centre")
    if not bar:
        return
    high = box.height_mm * count / max(n, 1)
    x, bottom = box.x_mm + box.width_mm + BAR_GAP_MM, box.y_mm + box.height_mm
    drawing.rect(x, bottom - high, BAR_MM, high, fill=0.0)


def _say_question(drawing: Drawing, question: Question, y: float) -> None:
    label, small = label_words(question), _left_over(question)
    size = fonts.fit(label, RIGHT_MM - SIDE_MM - 5, 8.5, 6.5, bold=True)
    text_y = y + 0.357 * size * fonts.PT_TO_MM - (1.6 if small else 0)
    draw_sign(drawing, question.agreement.label, SIDE_MM + 1.5, y - (1.6 if small else 0), 1.45)
    drawing.text(SIDE_MM + 4.6, text_y, label, size, bold=True)
    if small:
        size = fonts.fit(small, RIGHT_MM - SIDE_MM - 5, 6.8, 5.5)
        drawing.text(SIDE_MM + 4.6, text_y + 3.3, small, size)


def label_words(question: Question) -> str:
    """Say in a word or two what a question says."""
    match question.agreement.label:
        case Label.EENS:
            return f"eens over {signs(question.agreed_on)}"
        case Label.WISSELEND if question.agreement.is_nearly_unanimous:
            return f"bijna eens over {signs(question.agreed_on)}"
        case label:
            return label.value


def signs(grades: Sequence[str]) -> str:
    """Write grades with real minus signs.

    >>> signs(["-", "--"])
    '− en −−'
    """
    return " en ".join(grade.replace("-", "−") for grade in grades)


def _left_over(question: Question) -> str:
    """Count what stands in no box of the form."""
    said = []
    if question.agreement.has_few_answers and question.verdict is not Verdict.NO_VIEW:
        said.append("weinig antwoorden")
    if question.blank:
        said.append(f"{question.blank} leeg")
    if question.waiting:
        said.append(f"{question.waiting} in twijfel")
    if question.absent:
        said.append(f"{question.absent} blad mist")
    return " · ".join(said)


def _say_grades(drawing: Drawing, grades: Grades, y: float) -> None:
    if grades.mean is None:
        drawing.text(SIDE_MM, y + 1, "geen cijfers", 8.5, bold=True)
        return
    drawing.text(SIDE_MM, y - 0.6, f"gemiddeld {decimal(grades.mean)}", 8.5, bold=True)
    drawing.text(SIDE_MM, y + 3.0, spread_words(grades), 6.8)


def spread_words(grades: Grades) -> str:
    """Say how far the grades lie apart."""
    if not grades.n:
        return "niemand gaf een cijfer"
    low, high = grades.values[0], grades.values[-1]
    given = "1 cijfer" if grades.n == 1 else f"{grades.n} cijfers"
    if grades.spread is None:
        return given
    between = f"allemaal {low}" if low == high else f"van {low} tot {high}"
    return f"{given}, {between}, spreiding {decimal(grades.spread)}"


def decimal(value: float) -> str:
    """Write a number with one decimal the Dutch way."""
    return f"{round(value, 1) + 0.0:.1f}".replace(".", ",").replace("-", "−")  # no minus zero


def draw_sign(drawing: Drawing, label: Label, x: float, y: float, radius: float) -> None:
    """Draw the sign of a label; shapes that stay apart on a bad copy."""
    line = 0.28 * radius
    match label:
        case Label.EENS:
            drawing.circle(x, y, radius, fill=0.0)
        case Label.VERDEELD:  # two points away from each other
            for side in (-1, 1):
                tip, foot = x + side * 1.15 * radius, x + side * 0.2 * radius
                drawing.polygon([(tip, y), (foot, y - radius), (foot, y + radius)], fill=0.0)
        case Label.WISSELEND:
            drawing.circle(x, y, radius - line / 2, line_mm=line)
            drawing.circle(x, y, 0.35 * radius, fill=0.0)
        case Label.ONVOLDOENDE_ZICHT:
            size = 2.3 * radius / fonts.PT_TO_MM
            drawing.text(x, y + 0.357 * size * fonts.PT_TO_MM, "?", size, bold=True, align="centre")


def _centred(drawing: Drawing, rect: Rect, text: str) -> None:
    # Above the first ruled line, which lies 10 mm below the top of a field.
    drawing.text(rect.x_mm + rect.width_mm / 2, rect.y_mm + 6.5, text, 9, align="centre")


def _lists(count: int) -> str:
    return "1 lijst" if count == 1 else f"{count} lijsten"


def _head(drawing: Drawing, heading: Heading, n: int, what: str) -> None:
    facts = f"{heading.lists(n)}, {heading.date}"
    room = min(TEAM_MM, RIGHT_MM - 12 - 6 - fonts.width(facts, 10))
    drawing.text(12, 16.5, fonts_fit(heading.team, room, 14), 14, bold=True)
    drawing.text(RIGHT_MM, 12.5, facts, 10, align="right")
    drawing.text(RIGHT_MM, 17.5, what, 10, align="right")
    drawing.line(12, 20.5, RIGHT_MM, 20.5, line_mm=0.5)


def fonts_fit(text: str, width_mm: float, size_pt: float) -> str:
    """Cut a text that is too long for its place, with an ellipsis."""
    if fonts.width(text, size_pt, bold=True) <= width_mm:
        return text
    while text and fonts.width(f"{text}…", size_pt, bold=True) > width_mm:
        text = text[:-1]
    return f"{text.rstrip()}…"


LEGEND = {
    Label.EENS: "eens: driekwart kiest hetzelfde of ernaast, bijna niemand ver weg.",
    Label.VERDEELD: "verdeeld: aan beide kanten staat minstens een kwart.",
    Label.WISSELEND: "wisselend: er zijn verschillen, maar geen twee kampen.",
    Label.ONVOLDOENDE_ZICHT: "onvoldoende zicht: minder dan 4 of minder dan twee derde oordeelt.",
}


def _legend(drawing: Drawing) -> None:
    """Explain boxes, bars and signs at the foot of the page."""
    drawing.line(12, FOOT_MM, RIGHT_MM, FOOT_MM, line_mm=0.3)
    y = FOOT_MM + 3.2
    for x, median, words in (
        (12.0, False, "Het getal zegt hoeveel mensen dit vakje kruisten, de zwarte balk welk deel "
                      "van de lijsten dat is."),
        (104.0, True, "Een dikke rand: het middelste antwoord. De ene helft antwoordt zo of "
                      "hoger, de andere zo of lager."),
    ):  # fmt: skip
        box = Rect(x, y, BOX_MM * SCALE, BOX_MM * SCALE)
        draw_box(drawing, box)
        draw_count(drawing, box, 7, 12, is_median=median)
        drawing.paragraph(x + 8.5, y - 0.9, 80, words, 7.2, leading=1.2)
    for number, (label, words) in enumerate(LEGEND.items()):
        at = y + 9.2 + 3.6 * (number // 2)
        x = 13.8 if number % 2 == 0 else 105.8
        draw_sign(drawing, label, x, at, 1.2)
        drawing.text(x + 3.5, at + 0.9, words, 7.2)


# Bespreek eerst


@dataclass(frozen=True, slots=True)
class _Row:
    """Something that takes a height on the page and can be drawn there."""

    height: float
    draw: Callable[[Drawing, float], None]
    is_heading: bool = False


ROOM_TOP, ROOM_BOTTOM = 34.0, 284.0
TEXT_MM, BOXES_MM, PITCH_MM = 23.0, 118.0, 8.5
TABLE_SIDE_MM = 172.0


def _discussion(summary: Summary) -> Iterator[_Row]:
    """List the questions in the order in which to talk about them."""
    kinds = (
        ("Hierover zijn de meningen verdeeld", "Vraag eerst wat iedereen ziet; zoek daarna een "
         "antwoord.", [Label.VERDEELD]),
        ("Hier zijn verschillen", "Herkent iedereen dit? Vraag naar de uitersten.",
         [Label.WISSELEND]),
    )  # fmt: skip
    for title, hint, labels in kinds:
        found = [q for q in summary.to_discuss if q.agreement.label in labels]
        yield from _part(title, hint, found)
    unseen = sorted(summary.having(Verdict.NO_VIEW), key=lambda q: (q.rated / max(q.n, 1), -q.n))
    yield from _part("Hier is te weinig zicht op", "Wie kan dit uitzoeken, en bij wie?", unseen)
    agreed = [q for q in summary.questions.values() if q.agreement.label is Label.EENS]
    for title, verdicts in (
        ("Eens: dit kan beter", [Verdict.WORK, Verdict.PARTLY]),
        ("Eens: dit gaat goed", [Verdict.WELL]),
    ):
        found = [q for q in agreed if q.verdict in verdicts]
        yield from _part(title, "", sorted(found, key=lambda q: q.mean or 0.0))


def _part(title: str, hint: str, questions: Sequence[Question]) -> Iterator[_Row]:
    if not questions:
        return
    yield _Row(11.0, partial(_draw_title, title=f"{title} ({len(questions)})", hint=hint), True)
    for question in questions:
        lines = fonts.wrap(question.row.text, BOXES_MM - TEXT_MM - 4, 9.2)
        height = max(BOX_MM + 3.2, len(lines) * line_height(9.2) + 2.2)
        yield _Row(height, partial(_draw_row, question=question, lines=lines, height=height))


def _draw_title(drawing: Drawing, y: float, *, title: str, hint: str) -> None:
    drawing.text(12, y + 7.2, title, 12, bold=True)
    wide = fonts.width(title, 12, bold=True)
    drawing.text(12 + wide + 4, y + 7.2, hint, 8.5)
    drawing.line(12, y + 9.6, RIGHT_MM, y + 9.6, line_mm=0.4)


def _draw_row(
    drawing: Drawing, y: float, *, question: Question, lines: Sequence[str], height: float
) -> None:
    middle = y + height / 2
    top = middle - BOX_MM / 2
    drawing.text(TEXT_MM - 2, middle + 1.2, question.row.key, 9.2, align="right")
    drawing.lines(TEXT_MM, middle - len(lines) * line_height(9.2) / 2, lines, 9.2)
    shown: Mapping[str, int] = {
        **{g: question.counts[g] for g in reversed(GRADES)},
        "?": question.no_view,
    }
    for number, (option, count) in enumerate(shown.items()):
        box = Rect(_column(number), top, BOX_MM, BOX_MM)
        draw_box(drawing, box)
        draw_count(drawing, box, count, question.n, is_median=option in shown_median(question))
    draw_sign(drawing, question.agreement.label, TABLE_SIDE_MM + 1.5, middle, 1.3)
    label = label_words(question)
    wide = RIGHT_MM - TABLE_SIDE_MM - 4.5
    parts = fonts.wrap(label, wide, 7.8, bold=True)
    drawing.lines(
        TABLE_SIDE_MM + 4.3, middle - len(parts) * line_height(7.8, 1.15) / 2, parts, 7.8,
        bold=True, leading=1.15,
    )  # fmt: skip
    drawing.line(12, y + height, RIGHT_MM, y + height, line_mm=0.12)


def _column(number: int) -> float:
    """Place a column; `?` stands apart, as on the form."""
    return BOXES_MM + number * PITCH_MM + (1.5 if number == len(GRADES) else 0)


def _pages(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    """Break the rows over pages; a heading never stays behind alone."""
    page: list[_Row] = []
    used = 0.0
    for number, row in enumerate(rows):
        follows = rows[number + 1].height if row.is_heading else 0.0
        if page and used + row.height + follows > ROOM_BOTTOM - ROOM_TOP:
            yield page
            page, used = [], 0.0
        page.append(row)
        used += row.height
    if page:
        yield page


def _discussion_page(
    drawing: Drawing, summary: Summary, heading: Heading, rows: Sequence[_Row], number: int
) -> None:
    _head(drawing, heading, summary.n, f"Bespreek eerst, bladzijde {number + 1}")
    for column, grade in enumerate((*reversed(GRADES), "?")):
        drawing.text(
            _column(column) + BOX_MM / 2, 29.5, signs([grade]), 9.5, bold=True, align="centre"
        )
    y = ROOM_TOP
    for row in rows:
        row.draw(drawing, y)
        y += row.height


# By role, and since last time

GROUPS_MM = 84.0


def _groups_page(
    drawing: Drawing,
    summary: Summary,
    heading: Heading,
    roles: RoleTable | None,
    changes: Sequence[Change],
) -> None:
    _head(drawing, heading, summary.n, "Per rol" if roles is not None else "Toen en nu")
    y = 30.0
    if roles is not None:
        y = _role_table(drawing, roles, y) + 8
    if changes:
        drawing.text(12, y, "Vergeleken met de vorige quickscan", 12, bold=True)
        for change in changes:
            y += 6.5
            drawing.text(14, y, change.sentence, 9.5, bold=change.is_clear)


def _role_table(drawing: Drawing, roles: RoleTable, y: float) -> float:
    """Draw the mean of each factor by role; return where the table ends."""
    words = (
        "Gemiddelde per succesfactor, van −2 (−−) tot +2 (++). Een rol staat apart vanaf "
        f"{LEAST_PEOPLE} mensen; een regel ontbreekt als iemand te herkennen zou zijn."
    )
    y += drawing.paragraph(12, y - 3, RIGHT_MM - 12, words, 9) + 4
    pitch = (RIGHT_MM - GROUPS_MM) / len(roles.groups)
    for number, group in enumerate(roles.groups):
        x = GROUPS_MM + (number + 1) * pitch
        size = fonts.fit(group.label, pitch - 3, 9.5, 6, bold=True)
        drawing.text(x, y, group.label, size, bold=True, align="right")
        drawing.text(x, y + 4, f"{group.people} mensen", 8, align="right")
    y += 7
    drawing.line(12, y, RIGHT_MM, y, line_mm=0.4)
    for row in roles.factors:
        y += 7
        drawing.text(20, y - 2, row.key, 9.5, align="right")
        drawing.text(22, y - 2, row.title, 9.5, bold=row.is_clear)
        for number, mean in enumerate(row.means):
            words = f"+{decimal(mean)}" if round(mean, 1) > 0 else decimal(mean)
            x = GROUPS_MM + (number + 1) * pitch
            drawing.text(x, y - 2, words, 9.5, bold=row.is_clear, align="right")
        drawing.line(12, y, RIGHT_MM, y, line_mm=0.12)
    y += 7
    said = roles.sentences() or (
        "Tussen rollen is geen verschil dat groter is dan toeval. Dat zegt bij weinig mensen niet "
        "dat er geen verschil is.",
    )
    for sentence in said:
        y += drawing.paragraph(12, y - 3, RIGHT_MM - 12, sentence, 10, bold=True) + 1.5
    return y
