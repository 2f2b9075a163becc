"""Gather what was put off, person by person: a list to walk round with.

In:  a session and its results.
Out: an `AskedPerson` for everybody who is asked something; the rows of the paper with their crops.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from forms.instrument import Instrument, find
from forms.layout import Layout, Rect
from forms.messages import DUTCH, Message
from forms.printables.to_ask import PersonToAsk, RowToAsk, SeenPart
from omr.geometry import cut_out
from omr.intake.values import Unreadable
from omr.page import Reason
from papierkompas.acts.page_picture import NotShown, page_picture, place_of
from papierkompas.acts.printing import layout_of
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.questions import AskedQuestion, questions_of
from papierkompas.outcome.results import AnsweredSheet, Results
from papierkompas.outcome.settling import why_open
from papierkompas.outcome.to_settle import WHOLE, to_ask

PX_PER_MM = 8.0
FIELD_RIM_MM = 2.0


@dataclass(frozen=True, slots=True)
class RowPutOff:
    """One thing to ask.

    Attributes:
        question: its key; `WHOLE` for the whole form.
        asked: the row; None of a form or a field.
        title: which row, of which round, in Dutch.
    """

    sheet: AnsweredSheet
    instrument: Instrument
    question: str
    asked: AskedQuestion | None
    title: str
    why: Message

    @property
    def is_whole(self) -> bool:
        """Whether it is asked if the whole form was left empty."""
        return self.question == WHOLE

    @property
    def place(self) -> tuple[int, Rect] | None:
        """Where it stands: page and rectangle; None for the whole form."""
        layout = layout_of(self.instrument)
        if self.asked is not None:
            row = place_of(layout, self.question)
            return None if row is None else (row.page, row.boxes)
        return _field(layout, self.question)


@dataclass(frozen=True, slots=True)
class AskedPerson:
    """Somebody, and everything to ask them at once."""

    name: str
    rows: tuple[RowPutOff, ...]


def asking_round(made: Results, own: Sequence[Instrument]) -> tuple[AskedPerson, ...]:
    """Gather what was put off by person, in the order in which it is asked."""
    people: dict[tuple[str, str | int], list[RowPutOff]] = {}
    names: dict[tuple[str, str | int], str] = {}
    for one in to_ask(made.sheets):
        sheet = one.sheet
        instrument = find(sheet.sheet.instrument, own)
        asked = questions_of(instrument).get(one.question)
        title = _title(instrument, sheet, one.question, asked)
        row = RowPutOff(sheet, instrument, one.question, asked, title, _why(sheet, one.question))
        people.setdefault(sheet.person, []).append(row)
        names.setdefault(sheet.person, sheet.label)
    return tuple(AskedPerson(names[who], tuple(rows)) for who, rows in people.items())


def _title(
    instrument: Instrument, sheet: AnsweredSheet, question: str, asked: AskedQuestion | None
) -> str:
    round_ = next((r.label for r in instrument.rounds if r.key == sheet.sheet.round), "")
    what = Message("to_ask.form")
    if asked is not None and asked.is_pair:
        what = Message("change.pair", {"number": question})
    elif asked is not None and asked.number:
        what = Message("change.question", {"number": asked.short})
    elif question == NAME:
        what = Message("to_ask.name")
    elif question != WHOLE:
        what = Message("to_ask.field")
    said = what.said(DUTCH)
    about = f"{said[0].upper()}{said[1:]}"
    return ", ".join(part for part in (about, round_, sheet.sheet.sheet) if part)


def _why(sheet: AnsweredSheet, question: str) -> Message:
    return (
        why_open(sheet, question) if question in (*sheet.answers, WHOLE) else Message("to_ask.read")
    )


def _field(layout: Layout, name: str) -> tuple[int, Rect] | None:
    fields = ((page.page, field) for page in layout.pages for field in page.fields)
    found = next(((number, one.rect) for number, one in fields if one.name == name), None)
    return found and (found[0], found[1].grown(FIELD_RIM_MM))


def rows_to_print(
    people: Sequence[AskedPerson], files: Mapping[str, Path], passwords: Sequence[str]
) -> tuple[list[PersonToAsk], tuple[NotShown, ...]]:
    """Cut the rows out of the scans; name the scans that do not open."""
    unseen: Counter[tuple[str, Reason]] = Counter()
    printed = []
    for person in people:
        rows = []
        for row in person.rows:
            shown, trouble = _cut(row, files, passwords)
            if trouble is not None:
                unseen[trouble] += 1
            rows.append(RowToAsk(row.title, row.why.said(DUTCH), _words(row), _boxes(row), shown))
        printed.append(PersonToAsk(person.name, tuple(rows)))
    return printed, NotShown.counted(unseen.elements())


def _words(row: RowPutOff) -> tuple[str, ...]:
    if row.is_whole:
        return (Message("to_ask.whole").said(DUTCH),)
    if row.asked is not None and row.asked.is_pair:
        return row.asked.left, row.asked.right
    if row.asked is not None:
        return (row.asked.text,)
    if row.question == NAME:
        return (Message("to_ask.whose").said(DUTCH),)
    return (next((one.text for one in row.instrument.written if one.key == row.question), ""),)


def _boxes(row: RowPutOff) -> tuple[str, ...]:
    blank = Message("to_ask.blank").said(DUTCH)
    if row.is_whole:
        return (blank, Message("to_ask.not_blank").said(DUTCH))
    if row.asked is None:
        return ()
    return (*(option.label for option in row.asked.options), blank)


def _cut(
    row: RowPutOff, files: Mapping[str, Path], passwords: Sequence[str]
) -> tuple[SeenPart | None, tuple[str, Reason] | None]:
    """Cut a row out, or the top half of a form; say of which scan that could not be done."""
    first = next(iter(row.sheet.sheet.pages), 0)
    paper = layout_of(row.instrument).paper
    number, rect = row.place or (first, Rect(0, 0, paper.width_mm, paper.height_mm))
    page = row.sheet.sheet.pages.get(number)
    if page is None:
        return None, None
    try:
        picture = page_picture(page, files.get(page.ref.file, Path(page.ref.file)), passwords)
    except Unreadable as error:
        return None, (Path(page.ref.file).name, error.reason)
    if picture.mm_to_px is None:
        return None, (Path(page.ref.file).name, Reason.NO_SHEET)
    place = (rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
    cut = cut_out(picture.image, picture.mm_to_px, *place, PX_PER_MM)
    return SeenPart(Image.fromarray(cut), rect.width_mm, rect.height_mm), None
