"""What a person still has to settle, in questions as they are asked.

In:  results.
Out: the questions that wait, and how many of all there were are done. A form on which nothing was
     seen, but on which faint marks may be lost, is one question; its rows are not asked one by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from forms.answers import Doubt, Status
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.results import Answer, AnsweredSheet, is_name_in_review

WHOLE = ""  # in place of the key of a question: whether the whole form was left empty


@dataclass(frozen=True, slots=True)
class ToSettle:
    """One question to a person: about a row, or about a whole form."""

    sheet: AnsweredSheet
    question: str

    @property
    def is_whole(self) -> bool:
        """Whether it is asked if the whole form was left empty."""
        return self.question == WHOLE

    @property
    def is_put_off(self) -> bool:
        """Whether it will be asked of who filled in the sheet."""
        return self.question in self.sheet.later


def to_settle(sheets: Iterable[AnsweredSheet]) -> tuple[ToSettle, ...]:
    """List what waits for whoever checks, sheet by sheet; not what was put off."""
    return tuple(one for one, waits in _asked(sheets) if waits and not one.is_put_off)


def to_ask(sheets: Iterable[AnsweredSheet]) -> tuple[ToSettle, ...]:
    """List what was put off: rows, forms and handwriting, to be asked of who filled them in."""
    every = tuple(sheets)
    rows = (one for one, waits in _asked(every) if waits)
    fields = (
        ToSettle(sheet, field)
        for sheet in every
        if sheet.replaced is None
        for field, written in sheet.handwriting.items()
        if written.status is Status.REVIEW
    )
    return tuple(one for one in (*rows, *fields) if one.is_put_off)


def names_to_settle(sheets: Iterable[AnsweredSheet]) -> tuple[AnsweredSheet, ...]:
    """List the sheets of which whoever checks has to say whose they are; not those put off."""
    return tuple(s for s in sheets if is_name_in_review(s) and NAME not in s.later)


def done_of_all(sheets: Iterable[AnsweredSheet]) -> tuple[int, int]:
    """Count what people settled, and what they were asked in all."""
    waiting = [waits for _, waits in _asked(sheets)]
    return waiting.count(False), len(waiting)


def whole_rows(sheet: AnsweredSheet) -> tuple[str, ...]:
    """Return the rows that one answer settles: 'the whole form was left empty'; else none."""
    answers = sheet.answers.values()
    rows = tuple(q for q, answer in sheet.answers.items() if answer.status is Status.REVIEW)
    is_whole = (
        len(rows) > 1
        and nothing_seen(sheet)
        and all(answer.doubt in (None, Doubt.FAINT) for answer in answers)
        and not any(answer.correction or answer.value for answer in answers)
    )
    return rows if is_whole else ()


def nothing_seen(sheet: AnsweredSheet) -> bool:
    """Say whether no page of a sheet has a mark or writing on it, as far as can be seen."""
    its = sheet.sheet
    return (
        bool(its.pages)
        and not any(its.written.values())
        and all(page.is_unfilled for page in its.pages.values())
    )


def _asked(sheets: Iterable[AnsweredSheet]) -> Iterator[tuple[ToSettle, bool]]:
    """Yield every question that was asked, and whether it still waits."""
    for sheet in sheets:
        if sheet.replaced is not None:
            continue
        if whole_rows(sheet):
            yield ToSettle(sheet, WHOLE), True
            continue
        if _was_settled_whole(sheet):
            yield ToSettle(sheet, WHOLE), False
            continue
        for question, answer in sheet.answers.items():
            if answer.status is Status.REVIEW or _was_doubtful(sheet, question, answer):
                yield ToSettle(sheet, question), answer.status is Status.REVIEW


def _was_settled_whole(sheet: AnsweredSheet) -> bool:
    settled = [q for q, answer in sheet.answers.items() if _was_doubtful(sheet, q, answer)]
    return len(settled) > 1 and sheet.is_unfilled


def _was_doubtful(sheet: AnsweredSheet, question: str, answer: Answer) -> bool:
    read = sheet.sheet.readings.get(question)
    return answer.correction is not None and read is not None and read.doubt is not None
