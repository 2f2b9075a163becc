"""List everything that a person still has to say of a session, and how to say it.

In:  a session and its results.
Out: an `OpenQuestion` for each row, form, name, second sheet and comment; as lines and as JSON.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from forms.answers import Status
from forms.instrument import Instrument, find
from forms.messages import Message
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.questions import questions_of
from papierkompas.outcome.results import AnsweredSheet, Results, is_name_in_review, sheet_key
from papierkompas.outcome.settling import why_open
from papierkompas.outcome.to_settle import to_ask, to_settle
from papierkompas.session.session import Session

BLANK = "blank"  # what is said of a row that was left blank, and of a field that says nothing
WHOLE_FORM, COUNTS = "whole", "counts"  # what is asked of a whole sheet
YES, NO = "yes", "no"


class Asks(StrEnum):
    """What is asked; the value is what JSON says."""

    ROW = "row"
    WHOLE = "whole"  # whether the whole form was left empty
    NAME = "name"
    SECOND = "second"  # which of two sheets of one person counts
    COUNTS = "counts"  # whether a sheet counts of somebody who was taken off the list
    COMMENT = "comment"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One thing that a person has to say.

    Attributes:
        question: as `papierkompas answer` takes it.
        why: a person has to say it.
        choices: what can be said; empty where it is free.
        is_put_off: it will be asked of who filled in the sheet.
    """

    asks: Asks
    sheet: AnsweredSheet
    question: str
    why: Message
    choices: tuple[str, ...] = ()
    is_put_off: bool = False

    @property
    def line(self) -> str:
        """Say it in one line."""
        round_key = f" ({self.sheet.sheet.round})" if self.sheet.sheet.round else ""
        choices = f" Choose: {' '.join(self.choices)}." if self.choices else ""
        later = " Put off, to be asked." if self.is_put_off else ""
        label = self.sheet.label
        where = f"{shown_key(self.sheet)} {self.question}"
        return f"{where}  {label}{round_key}: {self.why}.{choices}{later}"

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        answer = self.sheet.answers.get(self.question)
        return {
            "kind": self.asks.value,
            "sheet": shown_key(self.sheet),
            "question": self.question,
            "participant": self.sheet.name,
            "round": self.sheet.sheet.round,
            "doubt": answer.doubt.value if answer and answer.doubt else None,
            "why": str(self.why),
            "choices": list(self.choices),
            "later": self.is_put_off,
        }


def open_questions(session: Session, made: Results) -> tuple[OpenQuestion, ...]:
    """List what is open, in the order in which the page asks it."""
    return tuple(_all_of(made, session.questionnaires.all()))


def shown_key(sheet: AnsweredSheet) -> str:
    """Call a sheet as it is called on paper; a photocopy by what stays its own."""
    return sheet.sheet.sheet if sheet.sheet.number else sheet_key(sheet)


def _all_of(made: Results, own: Sequence[Instrument]) -> Iterator[OpenQuestion]:
    put_off = [one for one in to_ask(made.sheets) if one.question not in one.sheet.handwriting]
    for one in (*to_settle(made.sheets), *put_off):
        why = why_open(one.sheet, one.question)
        if one.is_whole:
            yield OpenQuestion(
                Asks.WHOLE, one.sheet, WHOLE_FORM, why, (BLANK,), is_put_off=one.is_put_off
            )
            continue
        asked = questions_of(find(one.sheet.sheet.instrument, own))[one.question]
        choices = (*(option.value for option in asked.options), BLANK)
        yield OpenQuestion(Asks.ROW, one.sheet, one.question, why, choices, one.is_put_off)
    for sheet in made.sheets:
        if is_name_in_review(sheet):
            written = sheet.handwriting[NAME]
            why = Message("answer.whose")
            if written.text:
                why = Message("answer.whose_read", {"read": written.text})
            names = tuple(f'"{name}"' for name in written.candidates)
            yield OpenQuestion(Asks.NAME, sheet, NAME, why, names, NAME in sheet.later)
        if sheet.asks_if_it_counts:
            yield OpenQuestion(Asks.COUNTS, sheet, COUNTS, Message("answer.off_list"), (YES, NO))
    for sheet in made.twice:
        others = [
            other.sheet.sheet
            for other in made.twice
            if other.id != sheet.id
            and other.person == sheet.person
            and (other.sheet.instrument, other.sheet.round)
            == (sheet.sheet.instrument, sheet.sheet.round)
        ]
        why = Message("answer.twice", {"others": others})
        yield OpenQuestion(Asks.SECOND, sheet, NAME, why)
    for tally in made.tallies:
        for row in tally.instrument.written:
            for sheet in (*tally.sheets, *tally.twice):
                hand = sheet.handwriting.get(row.key)
                if hand is not None and hand.status is Status.REVIEW:
                    values = {"asked": row.text, "read": hand.text or ""}
                    why = Message(
                        "answer.comment" if hand.text else "answer.comment_unread", values
                    )
                    yield OpenQuestion(
                        Asks.COMMENT, sheet, row.key, why, is_put_off=row.key in sheet.later
                    )
