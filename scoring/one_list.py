"""Draw the one list: the form itself, with in each box how many people crossed it.

In:  a `Summary`, the questionnaire and the layout it was printed with.
Out: an A4 PDF, the pages of the form first and then the list "bespreek eerst".

Numbers and black bars carry everything, so that a copy of a copy says the same. There are no corner
marks and no square code on it: nobody can scan it as a filled-in list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
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

# On every page, in mm and points.
EDGE_MM = 12.0
HALF_CAPITAL = 0.357  # of the size of type: from the middle of a line to its baseline
TEAM_PT, TEAM_Y, HEAD_PT, LISTS_Y, WHAT_Y, HEAD_RULE_Y = 14.0, 16.5, 10.0, 12.5, 17.5, 20.5
TEAM_GAP = 6.0  # between the team and the number of lists
HEAD_RULE, FOOT_RULE, TITLE_RULE, ROW_RULE = 0.5, 0.3, 0.4, 0.12
BODY_PT, HEADING_PT, NOTE_PT = 9.5, 12.0, 8.5

# In short: how many questions have which label, and the grades, under a heading.
SHORT_Y, SHORT_PT, SHORT_FIRST, SHORT_LINE = 46.0, 11.0, 6.5, 5.2
SHORT_SIGN_X, SHORT_SIGN_UP, SHORT_SIGN = 14.0, 1.2, 1.5
SHORT_COUNT_X, SHORT_LABEL_X, SHORT_MEAN_X, SHORT_PART_X = 22.5, 24.0, 80.0, 88.0
SHORT_UNDER, SHORT_ABOVE = 2.0, 10.0
NAME_FIELD = "name"  # of whoever fills in a list
HINT = 8.0  # round that field: what is said of it
MOST_FIRST, FIRST_LINE = 3, 3  # factors that can be better; the line on which they stand

# A count in its box.
COUNT_PT, LEAST_COUNT_PT, COUNT_ROOM = 10.0, 5.0, 1.2

# What a question says, beside its row.
SIGN_X, SIGN_MM, SAID_X, SAID_LESS = 1.5, 1.45, 4.6, 5.0
SAID_PT, LEAST_SAID_PT, SMALL_PT, LEAST_SMALL_PT, LEAST_SPREAD_PT = 8.5, 6.5, 6.8, 5.5, 4.8
SAID_LIFT, SMALL_DOWN = 1.6, 3.3  # where a second line stands under it
NO_GRADES_DOWN, GRADES_UP, SPREAD_DOWN = 1.0, 0.6, 3.0
FIELD_PT, FIELD_DOWN = 9.0, 6.5  # above the first ruled line, 10 mm below the top of a field

# Signs, in radii.
SIGN_LINE, TIP, NEAR_TIP, PUPIL, QUESTION_MARK = 0.28, 1.15, 0.2, 0.35, 2.3

# The legend at the foot.
LEGEND_PT, LEGEND_LEADING, LEGEND_DOWN = 7.2, 1.2, 3.2
LEGEND_COLUMNS = (12.0, 104.0)
LEGEND_WORDS_X, LEGEND_WORDS_UP, LEGEND_WORDS_WIDE = 8.5, 0.9, 80.0
LEGEND_COUNT, LEGEND_OF = 7, 12  # the example
LEGEND_SIGN_X, LEGEND_SIGN, LEGEND_SIGNS_DOWN, LEGEND_LINE = 1.8, 1.2, 9.2, 3.6
LEGEND_LABEL_X, LEGEND_LABEL_DOWN = 5.3, 0.9
# How to fill it in, and the foot that asks not to fold it: no words for one list.
OF_THE_FORM = (Role.HOW_TO, Role.NOTE, Role.FOOT, Role.SOURCE)
NO_TEAM = "geen beeld van een team"  # what few lists together are not


@dataclass(frozen=True, slots=True)
class PageHead:
    """What stands above every page.

    Args:
        team: whose lists they are.
        date: as it is printed: `12 maart 2026`.
        issued: lists that were handed out; None where that is not known.
        source: whom the questionnaire comes from, at the foot.
        typed: lists that a person typed in.
        waiting: answers in doubt, which are counted nowhere yet.
        unprinted: lists among the typed ones that never were on paper.
    """

    team: str
    date: str
    issued: int | None
    source: str = ""
    typed: int = 0
    waiting: int = 0
    unprinted: int = 0

    def lists(self, n: int) -> str:
        """Say how many lists there are, of how many, and whether they are too few.

        >>> heading = PageHead("Team", "12 maart 2026", 14)
        >>> heading.lists(12), heading.lists(2)
        ('12 lijsten van de 14', '2 lijsten van de 14: geen beeld van een team')
        >>> PageHead("Team", "12 maart 2026", 14, typed=1, waiting=3).lists(14)
        '14 lijsten, 1 ingetypt; 3 antwoorden in twijfel'
        """
        of = "" if self.issued in (None, n) or self.unprinted else f" van de {self.issued}"
        typed = f", {self.typed} ingetypt" if self.typed else ""
        typed += f" ({self.unprinted} zonder papier)" if self.unprinted else ""
        answers = "1 antwoord" if self.waiting == 1 else f"{self.waiting} antwoorden"
        waiting = f"; {answers} in twijfel" if self.waiting else ""
        return _lists(n) + of + typed + waiting + ("" if n >= TEAM_FROM else f": {NO_TEAM}")


@dataclass(frozen=True, slots=True)
class Quoted:
    """What somebody wrote, as a person read it.

    Attributes:
        asked: what stands above the field.
        who: read it.
    """

    asked: str
    text: str
    who: str


def draw_one_list(
    target: Path | IO[bytes],
    instrument: Instrument,
    layout: Layout,
    summary: Summary,
    heading: PageHead,
    roles: RoleTable | None = None,
    changes: Sequence[Change] = (),
    comments: Sequence[Quoted] = (),
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
        comments: what people wrote and a person checked, field by field.
    """
    title = f"Eén lijst: {heading.team} ({heading.date})"
    drawing = Drawing(target, layout.paper, title=title, credit=heading.source)
    for page in layout.pages:
        if page.page > 1:
            drawing.next_page()
        _form_page(drawing, instrument, layout, page, summary, heading)
    if _short_y(layout.pages[0], summary) is None:
        drawing.next_page()
        _head(drawing, heading, summary.n, "In het kort")
        _in_short(drawing, summary, SHORT_Y)
    for number, rows in enumerate(_pages(list(_discussion(summary)))):
        drawing.next_page()
        _discussion_page(drawing, summary, heading, rows, number)
    if roles is not None or changes:
        drawing.next_page()
        _groups_page(drawing, summary, heading, roles, changes)
    _comment_pages(drawing, summary, heading, comments)
    drawing.save()


# The form


def _form_page(
    drawing: Drawing,
    instrument: Instrument,
    layout: Layout,
    page: Page,
    summary: Summary,
    heading: PageHead,
) -> None:
    _head(drawing, heading, summary.n, f"Eén lijst, bladzijde {page.page} van {len(layout.pages)}")
    short_y = _short_y(page, summary) if page.example_boxes is not None else None
    if short_y is not None:
        _in_short(drawing, summary, short_y)
    with drawing.moved(LEFT_MM, TOP_MM, scale=SCALE):
        nameless = _without_name(page)
        draw_form(drawing, nameless, nameless.texts_without(*OF_THE_FORM))
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


def _without_name(page: Page) -> Page:
    """Leave out the field for a name: one list is nobody's."""
    names = [field.rect for field in page.fields if field.name == NAME_FIELD]
    texts = tuple(
        text
        for text in page.texts
        if text.role not in (Role.FIELD, Role.HINT)
        or not any(text.rect.overlaps(r.grown(HINT)) for r in names)
    )
    return replace(page, texts=texts, fields=tuple(f for f in page.fields if f.name != NAME_FIELD))


def _short_y(page: Page, summary: Summary) -> float | None:
    """Find room for what came out: where people read how to fill it in, or under the rows.

    None: there is none on this page.
    """
    lines = max(len(Label), sum(a.grades is not None for a in summary.aspects), FIRST_LINE + 1)
    high = SHORT_FIRST + SHORT_LINE * (lines - 1) + SHORT_UNDER
    head = [text.y_mm for text in page.texts_of(Role.LEGEND)] + [page.rules[0].y_mm]
    if SHORT_Y + high <= TOP_MM + SCALE * min(head):
        return SHORT_Y
    places = [rule.rect for rule in page.rules] + [field.rect for field in page.fields]
    places += [text.rect for text in page.texts_without(*OF_THE_FORM)]
    bottom = max(place.y_mm + place.height_mm for place in places)
    last = TOP_MM + SCALE * bottom + SHORT_ABOVE
    return last if last + high <= FOOT_MM else None


def _in_short(drawing: Drawing, summary: Summary, y: float) -> None:
    """Say on the first page what comes out of the lists, in numbers."""
    drawing.text(EDGE_MM, y, "In het kort", SHORT_PT, bold=True)
    labels = [q.agreement.label for q in summary.questions.values()]
    for row, label in enumerate(Label):
        at = y + SHORT_FIRST + SHORT_LINE * row
        draw_sign(drawing, label, SHORT_SIGN_X, at - SHORT_SIGN_UP, SHORT_SIGN)
        count = labels.count(label)
        drawing.text(SHORT_COUNT_X, at, str(count), BODY_PT, bold=True, align="right")
        words = f"{'vraag' if count == 1 else 'vragen'}: {label.value}"
        drawing.text(SHORT_LABEL_X, at, words, BODY_PT)
    for row, aspect in enumerate(a for a in summary.aspects if a.grades is not None):
        at = y + SHORT_FIRST + SHORT_LINE * row
        grades = aspect.grades
        if grades is None:
            continue
        mean = "geen" if grades.mean is None else decimal(grades.mean)
        drawing.text(SHORT_MEAN_X, at, mean, BODY_PT, bold=True)
        said = f"{aspect.group.title}: {spread_words(grades)}"
        size = fonts.fit(said, RIGHT_MM - SHORT_PART_X, BODY_PT, LEAST_SMALL_PT)
        drawing.text(SHORT_PART_X, at, said, size)
    better = [p.factor for p in summary.priorities if p.factor.verdict is Verdict.WORK]
    said = "Kan het meest beter: " + ", ".join(f"{f.title} ({f.key})" for f in better[:MOST_FIRST])
    for fewer in range(MOST_FIRST - 1, 0, -1):  # long names push the last ones out
        if fonts.width(said, LEAST_SAID_PT, bold=True) <= RIGHT_MM - SHORT_MEAN_X:
            break
        said = "Kan het meest beter: " + ", ".join(f"{f.title} ({f.key})" for f in better[:fewer])
    if better:
        at = y + SHORT_FIRST + SHORT_LINE * FIRST_LINE
        size = fonts.fit(said, RIGHT_MM - SHORT_MEAN_X, BODY_PT, LEAST_SAID_PT, bold=True)
        drawing.text(SHORT_MEAN_X, at, said, size, bold=True)


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
    size = fonts.fit(str(count), box.width_mm - COUNT_ROOM, COUNT_PT, LEAST_COUNT_PT, bold=True)
    baseline = box.y_mm + box.height_mm / 2 + HALF_CAPITAL * size * fonts.PT_TO_MM
    drawing.text(box.x_mm + box.width_mm / 2, baseline, str(count), size, bold=True, align="centre")
    if not bar:
        return
    high = box.height_mm * count / max(n, 1)
    x, bottom = box.x_mm + box.width_mm + BAR_GAP_MM, box.y_mm + box.height_mm
    drawing.rect(x, bottom - high, BAR_MM, high, fill=0.0)


def _say_question(drawing: Drawing, question: Question, y: float) -> None:
    label, small = label_words(question), _left_over(question)
    lift = SAID_LIFT if small else 0
    wide = RIGHT_MM - SIDE_MM - SAID_LESS
    size = fonts.fit(label, wide, SAID_PT, LEAST_SAID_PT, bold=True)
    text_y = y + HALF_CAPITAL * size * fonts.PT_TO_MM - lift
    draw_sign(drawing, question.agreement.label, SIDE_MM + SIGN_X, y - lift, SIGN_MM)
    drawing.text(SIDE_MM + SAID_X, text_y, label, size, bold=True)
    if small:
        size = fonts.fit(small, wide, SMALL_PT, LEAST_SMALL_PT)
        drawing.text(SIDE_MM + SAID_X, text_y + SMALL_DOWN, small, size)


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
        drawing.text(SIDE_MM, y + NO_GRADES_DOWN, "geen cijfers", SAID_PT, bold=True)
        return
    mean = f"gemiddeld {decimal(grades.mean)}"
    drawing.text(SIDE_MM, y - GRADES_UP, mean, SAID_PT, bold=True)
    words = spread_words(grades)
    size = fonts.fit(words, RIGHT_MM - SIDE_MM, SMALL_PT, LEAST_SPREAD_PT)
    drawing.text(SIDE_MM, y + SPREAD_DOWN, words, size)


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
    line = SIGN_LINE * radius
    match label:
        case Label.EENS:
            drawing.circle(x, y, radius, fill=0.0)
        case Label.VERDEELD:  # two points away from each other
            for side in (-1, 1):
                tip, foot = x + side * TIP * radius, x + side * NEAR_TIP * radius
                drawing.polygon([(tip, y), (foot, y - radius), (foot, y + radius)], fill=0.0)
        case Label.WISSELEND:
            drawing.circle(x, y, radius - line / 2, line_mm=line)
            drawing.circle(x, y, PUPIL * radius, fill=0.0)
        case Label.ONVOLDOENDE_ZICHT:
            size = QUESTION_MARK * radius / fonts.PT_TO_MM
            base = y + HALF_CAPITAL * size * fonts.PT_TO_MM
            drawing.text(x, base, "?", size, bold=True, align="centre")


def _centred(drawing: Drawing, rect: Rect, text: str) -> None:
    middle = rect.x_mm + rect.width_mm / 2
    drawing.text(middle, rect.y_mm + FIELD_DOWN, text, FIELD_PT, align="centre")


def _lists(count: int) -> str:
    return "1 lijst" if count == 1 else f"{count} lijsten"


def _head(drawing: Drawing, heading: PageHead, n: int, what: str) -> None:
    facts = f"{heading.lists(n)}, {heading.date}"
    room = min(TEAM_MM, RIGHT_MM - EDGE_MM - TEAM_GAP - fonts.width(facts, HEAD_PT))
    drawing.text(EDGE_MM, TEAM_Y, fonts_fit(heading.team, room, TEAM_PT), TEAM_PT, bold=True)
    drawing.text(RIGHT_MM, LISTS_Y, facts, HEAD_PT, align="right")
    drawing.text(RIGHT_MM, WHAT_Y, what, HEAD_PT, align="right")
    drawing.line(EDGE_MM, HEAD_RULE_Y, RIGHT_MM, HEAD_RULE_Y, line_mm=HEAD_RULE)


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
    drawing.line(EDGE_MM, FOOT_MM, RIGHT_MM, FOOT_MM, line_mm=FOOT_RULE)
    y = FOOT_MM + LEGEND_DOWN
    first, second = LEGEND_COLUMNS
    for x, median, words in (
        (first, False, "Het getal zegt hoeveel mensen dit vakje kruisten, de zwarte balk welk deel "
                      "van de lijsten dat is."),
        (second, True, "Een dikke rand: het middelste antwoord. De ene helft antwoordt zo of "
                      "hoger, de andere zo of lager."),
    ):  # fmt: skip
        box = Rect(x, y, BOX_MM * SCALE, BOX_MM * SCALE)
        draw_box(drawing, box)
        draw_count(drawing, box, LEGEND_COUNT, LEGEND_OF, is_median=median)
        at = (x + LEGEND_WORDS_X, y - LEGEND_WORDS_UP)
        drawing.paragraph(*at, LEGEND_WORDS_WIDE, words, LEGEND_PT, leading=LEGEND_LEADING)
    for number, (label, words) in enumerate(LEGEND.items()):
        line, column = divmod(number, len(LEGEND_COLUMNS))
        x, y_sign = LEGEND_COLUMNS[column], y + LEGEND_SIGNS_DOWN + LEGEND_LINE * line
        draw_sign(drawing, label, x + LEGEND_SIGN_X, y_sign, LEGEND_SIGN)
        drawing.text(x + LEGEND_LABEL_X, y_sign + LEGEND_LABEL_DOWN, words, LEGEND_PT)


# Bespreek eerst


@dataclass(frozen=True, slots=True)
class _Strip:
    """Something that takes a height on the page and can be drawn there."""

    height: float
    draw: Callable[[Drawing, float], None]
    is_heading: bool = False


ROOM_TOP, ROOM_BOTTOM = 34.0, 284.0
TEXT_MM, BOXES_MM, PITCH_MM, APART_MM = 23.0, 118.0, 8.5, 1.5  # `?` stands apart
TABLE_SIDE_MM, COLUMNS_Y = 172.0, 29.5
TITLE_HIGH, TITLE_DOWN, TITLE_RULE_DOWN, HINT_GAP = 11.0, 7.2, 9.6, 4.0
ROW_PT, TEXT_GAP, BOX_AIR, TEXT_AIR = 9.2, 4.0, 3.2, 2.2
NUMBER_GAP, NUMBER_DOWN = 2.0, 1.2
ROW_SIGN, LABEL_PT, LABEL_X, LABEL_LESS, LABEL_LEADING = 1.3, 7.8, 4.3, 4.5, 1.15


def _discussion(summary: Summary) -> Iterator[_Strip]:
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


def _part(title: str, hint: str, questions: Sequence[Question]) -> Iterator[_Strip]:
    if not questions:
        return
    head = f"{title} ({len(questions)})"
    yield _Strip(TITLE_HIGH, partial(_draw_title, title=head, hint=hint), is_heading=True)
    for question in questions:
        lines = fonts.wrap(question.row.text, BOXES_MM - TEXT_MM - TEXT_GAP, ROW_PT)
        height = max(BOX_MM + BOX_AIR, len(lines) * line_height(ROW_PT) + TEXT_AIR)
        yield _Strip(height, partial(_draw_row, question=question, lines=lines, height=height))


def _draw_title(drawing: Drawing, y: float, *, title: str, hint: str) -> None:
    drawing.text(EDGE_MM, y + TITLE_DOWN, title, HEADING_PT, bold=True)
    wide = fonts.width(title, HEADING_PT, bold=True)
    drawing.text(EDGE_MM + wide + HINT_GAP, y + TITLE_DOWN, hint, NOTE_PT)
    under = y + TITLE_RULE_DOWN
    drawing.line(EDGE_MM, under, RIGHT_MM, under, line_mm=TITLE_RULE)


def _draw_row(
    drawing: Drawing, y: float, *, question: Question, lines: Sequence[str], height: float
) -> None:
    middle = y + height / 2
    top = middle - BOX_MM / 2
    at = (TEXT_MM - NUMBER_GAP, middle + NUMBER_DOWN)
    drawing.text(*at, question.row.key, ROW_PT, align="right")
    drawing.lines(TEXT_MM, middle - len(lines) * line_height(ROW_PT) / 2, lines, ROW_PT)
    shown: Mapping[str, int] = {
        **{g: question.counts[g] for g in reversed(GRADES)},
        "?": question.no_view,
    }
    for number, (option, count) in enumerate(shown.items()):
        box = Rect(_column(number), top, BOX_MM, BOX_MM)
        draw_box(drawing, box)
        draw_count(drawing, box, count, question.n, is_median=option in shown_median(question))
    draw_sign(drawing, question.agreement.label, TABLE_SIDE_MM + SIGN_X, middle, ROW_SIGN)
    label = label_words(question)
    wide = RIGHT_MM - TABLE_SIDE_MM - LABEL_LESS
    parts = fonts.wrap(label, wide, LABEL_PT, bold=True)
    top = middle - len(parts) * line_height(LABEL_PT, LABEL_LEADING) / 2
    drawing.lines(TABLE_SIDE_MM + LABEL_X, top, parts, LABEL_PT, bold=True, leading=LABEL_LEADING)
    drawing.line(EDGE_MM, y + height, RIGHT_MM, y + height, line_mm=ROW_RULE)


def _column(number: int) -> float:
    """Place a column; `?` stands apart, as on the form."""
    return BOXES_MM + number * PITCH_MM + (APART_MM if number == len(GRADES) else 0)


def _pages(rows: Sequence[_Strip]) -> Iterator[list[_Strip]]:
    """Break the rows over pages; a heading never stays behind alone."""
    page: list[_Strip] = []
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
    drawing: Drawing, summary: Summary, heading: PageHead, rows: Sequence[_Strip], number: int
) -> None:
    _head(drawing, heading, summary.n, f"Bespreek eerst, bladzijde {number + 1}")
    for column, grade in enumerate((*reversed(GRADES), "?")):
        x = _column(column) + BOX_MM / 2
        drawing.text(x, COLUMNS_Y, signs([grade]), BODY_PT, bold=True, align="centre")
    y = ROOM_TOP
    for row in rows:
        row.draw(drawing, y)
        y += row.height


# What people wrote

COMMENT_PT, COMMENT_GAP, ASKED_GAP = 10.0, 2.5, 4.0


def _comment_pages(
    drawing: Drawing, summary: Summary, heading: PageHead, comments: Sequence[Quoted]
) -> None:
    """Print what people wrote, under what was asked, on as many pages as it needs."""
    step, wide = line_height(COMMENT_PT), RIGHT_MM - EDGE_MM
    y, asked = ROOM_BOTTOM, ""
    for each in comments:
        said = f"{each.text} (nagekeken door {each.who})"
        lines = [(line, False) for line in fonts.wrap(said, wide, COMMENT_PT)]
        if each.asked != asked:
            title = fonts.wrap(each.asked, wide, COMMENT_PT, bold=True)
            lines = [*((line, True) for line in title), *lines]
            asked, y = each.asked, y + ASKED_GAP
        for line, is_title in lines:
            if y + step > ROOM_BOTTOM:
                drawing.next_page()
                _head(drawing, heading, summary.n, "Opmerkingen")
                y = ROOM_TOP
            y += drawing.lines(EDGE_MM, y, [line], COMMENT_PT, bold=is_title)
        y += COMMENT_GAP


# By role, and since last time

GROUPS_MM, GROUPS_Y = 84.0, 30.0
CHANGES_GAP, CHANGE_X, CHANGE_LINE = 8.0, 14.0, 6.5
EXPLAINED_PT, EXPLAINED_UP, EXPLAINED_GAP = 9.0, 3.0, 4.0
GROUP_ROOM, LEAST_GROUP_PT, PEOPLE_PT, PEOPLE_DOWN = 3.0, 6.0, 8.0, 4.0
GROUP_LINE, GROUP_UP, FACTOR_X, FACTOR_TITLE_X = 7.0, 2.0, 20.0, 22.0
SENTENCE_PT, SENTENCE_GAP = 10.0, 1.5


def _groups_page(
    drawing: Drawing,
    summary: Summary,
    heading: PageHead,
    roles: RoleTable | None,
    changes: Sequence[Change],
) -> None:
    _head(drawing, heading, summary.n, "Per rol" if roles is not None else "Toen en nu")
    y = GROUPS_Y
    if roles is not None:
        y = _role_table(drawing, roles, y) + CHANGES_GAP
    if changes:
        drawing.text(EDGE_MM, y, "Vergeleken met de vorige quickscan", HEADING_PT, bold=True)
        for change in changes:
            y += CHANGE_LINE
            drawing.text(CHANGE_X, y, change.sentence, BODY_PT, bold=change.is_clear)


def _role_table(drawing: Drawing, roles: RoleTable, y: float) -> float:
    """Draw the mean of each factor by role; return where the table ends."""
    words = (
        "Gemiddelde per succesfactor, van −2 (−−) tot +2 (++). Een rol staat apart vanaf "
        f"{LEAST_PEOPLE} mensen; een regel ontbreekt als iemand te herkennen zou zijn."
    )
    wide = RIGHT_MM - EDGE_MM
    y += drawing.paragraph(EDGE_MM, y - EXPLAINED_UP, wide, words, EXPLAINED_PT) + EXPLAINED_GAP
    pitch = (RIGHT_MM - GROUPS_MM) / len(roles.groups)
    for number, group in enumerate(roles.groups):
        x = GROUPS_MM + (number + 1) * pitch
        size = fonts.fit(group.label, pitch - GROUP_ROOM, BODY_PT, LEAST_GROUP_PT, bold=True)
        drawing.text(x, y, group.label, size, bold=True, align="right")
        drawing.text(x, y + PEOPLE_DOWN, f"{group.people} mensen", PEOPLE_PT, align="right")
    y += GROUP_LINE
    drawing.line(EDGE_MM, y, RIGHT_MM, y, line_mm=TITLE_RULE)
    for row in roles.factors:
        y += GROUP_LINE
        base = y - GROUP_UP
        drawing.text(FACTOR_X, base, row.key, BODY_PT, align="right")
        drawing.text(FACTOR_TITLE_X, base, row.title, BODY_PT, bold=row.is_clear)
        for number, mean in enumerate(row.means):
            words = f"+{decimal(mean)}" if round(mean, 1) > 0 else decimal(mean)
            x = GROUPS_MM + (number + 1) * pitch
            drawing.text(x, base, words, BODY_PT, bold=row.is_clear, align="right")
        drawing.line(EDGE_MM, y, RIGHT_MM, y, line_mm=ROW_RULE)
    y += GROUP_LINE
    said = roles.sentences() or (
        "Tussen rollen is geen verschil dat groter is dan toeval. Dat zegt bij weinig mensen niet "
        "dat er geen verschil is.",
    )
    for sentence in said:
        at = (EDGE_MM, y - EXPLAINED_UP)
        y += drawing.paragraph(*at, wide, sentence, SENTENCE_PT, bold=True) + SENTENCE_GAP
    return y
