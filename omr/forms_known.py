"""What may lie in the pile: every edition that can be read, ready to be measured.

In:  instruments with their layouts, and what was given out for this session.
Out: `Forms`, small enough to send to a worker with every page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from forms import layout as layouts
from forms.instrument import Instrument
from forms.layout import NAME, Field, Layout, Rect
from forms.sheet_code import SheetCode, instrument_number
from omr.geometry import Floats
from omr.page import Reason

Rows = Mapping[str, tuple[Sequence[str], Sequence[int]]]
"""Per question its options and the indices of their boxes."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """What is asked on one printed page, ready to be measured."""

    rects: Floats
    rows: Rows
    fields: tuple[Field, ...]
    beside_name: tuple[Rect, ...] = ()  # what is printed near the field for a name


@dataclass(frozen=True, slots=True)
class Form:
    """A printed edition of an instrument."""

    instrument: str
    number: int  # as in the square code
    edition: int
    layout: int
    rounds: Mapping[int, str]
    pages: tuple[FormPage, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """One round of one instrument, as it was given out: what its sheet codes have in common."""

    instrument: str
    edition: int
    layout: int
    round: str | None
    numbers: frozenset[int]


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything that may lie in the pile.

    Attributes:
        forms: every edition that can be read.
        given: what was given out, per batch; lets a page be known by the words under its code.
        asked: the questionnaires, of which a blank compass may hang on the wall.
    """

    forms: tuple[Form, ...]
    given: Mapping[str, Given] = field(default_factory=dict)
    asked: tuple[Instrument, ...] = ()

    def find(self, code: SheetCode) -> Form | Reason:
        """Find what a code was printed from, or say why that is not possible."""
        same = [form for form in self.forms if form.number == code.instrument]
        if not same:
            return Reason.UNKNOWN_INSTRUMENT
        for form in same:
            if (form.edition, form.layout) == (code.edition, code.layout):
                return form
        return Reason.OTHER_PRINT

    def complete(self, batch: str, number: int, page: int) -> SheetCode | None:
        """Complete what stands in words on a sheet; None when no such sheet was given out."""
        given = self.given.get(batch)
        if given is None or number not in given.numbers:
            return None
        rounds = (
            (form.number, n)
            for form in self.forms
            if form.instrument == given.instrument
            for n, key in (*form.rounds.items(), (0, None))
            if key == given.round
        )
        found = next(rounds, None)
        if found is None:
            return None
        return SheetCode(found[0], given.edition, found[1], page, number, batch, given.layout)


def forms_of(
    instruments: Iterable[tuple[Instrument, Layout]], given: Mapping[str, Given] | None = None
) -> Forms:
    """Make what the reader needs out of instruments, their layouts and what was given out."""
    printed = tuple(instruments)
    forms = tuple(_form(instrument, layout) for instrument, layout in printed)
    return Forms(forms, given or {}, tuple(instrument for instrument, _ in printed))


def _form(instrument: Instrument, layout: Layout) -> Form:
    return Form(
        instrument=instrument.key,
        number=instrument_number(instrument.key),
        edition=instrument.edition,
        layout=layout.number,
        rounds={r.number: r.key for r in instrument.rounds},
        pages=tuple(_form_page(page) for page in layout.pages),
    )


def _form_page(page: layouts.Page) -> FormPage:
    rows: dict[str, tuple[list[str], list[int]]] = {}
    for number, box in enumerate(page.boxes):
        options, which = rows.setdefault(box.question, ([], []))
        options.append(box.option)
        which.append(number)
    rects = [(b.rect.x_mm, b.rect.y_mm, b.rect.width_mm, b.rect.height_mm) for b in page.boxes]
    near = (page.print_beside(f.rect) for f in page.fields if f.name == NAME)
    boxes = np.array(rects, dtype=np.float64).reshape(-1, 4)
    return FormPage(boxes, rows, page.fields, next(near, ()))
