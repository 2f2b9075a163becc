"""Settle what waits for a person: the same acts for the command and the page.

In:  a session, a sheet of its results, and what a person says.
Out: corrections, each with who, when and why.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from enum import StrEnum
from threading import Lock

from forms.answers import Doubt, Status
from forms.errors import UsageError
from forms.messages import DUTCH, Message
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.results import AnsweredSheet, person_of
from papierkompas.outcome.to_settle import WHOLE, whole_rows
from papierkompas.session.corrections import ChangedMeanwhileError, corrections_of
from papierkompas.session.session import Session
from papierkompas.session.values import REPLACED, Correction, later

MAX_NAME, MAX_TEXT, MAX_WHY = 100, 2000, 200  # characters of what a person types


class Second(StrEnum):
    """What becomes of a second sheet of one person in a round."""

    REPLACE = "replace"  # it counts, and the other does not
    BOTH = "both"  # neither counts until somebody knows


_giving = Lock()  # two people at once do not give one person two sheets unasked


def say_whole_is_empty(
    session: Session, sheet: AnsweredSheet, who: str, why: str = "", *, seen: int | None = None
) -> tuple[Correction, ...]:
    """Store that a whole form was left empty, row by row.

    Raises:
        UsageError: it is not asked of this sheet.
        ChangedMeanwhileError: somebody changed a row of it after `seen`.
    """
    rows = whole_rows(sheet)
    if not rows:
        raise UsageError("answer.not_whole", sheet=sheet.sheet.sheet)
    said = Message("answer.why_whole").said(DUTCH) + (f": {why}" if why else "")
    return tuple(
        session.corrections.correct(sheet.id, row, None, who, said, seen=seen) for row in rows
    )


def said_together(session: Session, change: Correction) -> tuple[Correction, ...]:
    """Return the changes that one answer made: a form that was said to be empty is one answer."""
    if not change.why.startswith(Message("answer.why_whole").said(DUTCH)):
        return (change,)
    its = session.corrections.standing().get(change.sheet, {}).values()
    return tuple(c for c in its if c.why == change.why and c.who == change.who) or (change,)


def give_name(
    session: Session,
    sheet: AnsweredSheet,
    name: str | None,
    who: str,
    why: str,
    second: Second | None = None,
    *,
    sheets: Callable[[], Sequence[AnsweredSheet]],
    seen: int | None = None,
) -> tuple[AnsweredSheet, ...]:
    """Store whose sheet this is; None: nobody can say.

    Args:
        second: what becomes of another sheet of this person in this round.
        sheets: every sheet of the session, with names.
        seen: see `Corrections.correct`.

    Returns:
        The other sheets of this person in this round, where nobody said what becomes of them: then
        nothing is stored.

    Raises:
        ChangedMeanwhileError: somebody named this sheet after `seen`.
    """
    with _giving:
        others = sheets_beside(session, sheet, name, sheets())
        if others and second is None:
            return others
        session.corrections.correct(sheet.id, NAME, name, who, why, seen=seen)
        if sheet.replaced is not None:
            session.corrections.undo(sheet.replaced.id, who)
        said = Message("answer.why_second").said(DUTCH)
        for other in others:
            _keep_name(session, other, who, said)
            if second is Second.REPLACE:
                code = sheet.sheet.sheet
                session.corrections.correct(other.id, REPLACED, code, who, said)
    return ()


def sheets_beside(
    session: Session, sheet: AnsweredSheet, name: str | None, sheets: Sequence[AnsweredSheet]
) -> tuple[AnsweredSheet, ...]:
    """Find the other sheets of this round of the person that a sheet is said to be of."""
    roster = {person.number: person.name for person in session.people.all()}
    who = person_of(sheet, name, roster)
    asked = (sheet.sheet.instrument, sheet.sheet.round)
    return tuple(
        other
        for other in sheets
        if other.id != sheet.id
        and (other.sheet.instrument, other.sheet.round) == asked
        and other.replaced is None
        and not other.is_unfilled
        and other.person == who
    )


def ask_later(session: Session, sheet: AnsweredSheet, question: str, who: str) -> Correction:
    """Put a question off: it leaves the queue, and stays a doubt until who filled it in is asked.

    Raises:
        UsageError: there is nothing to ask, or it was put off already.
    """
    if question != NAME and whole_rows(sheet):
        question = WHOLE
    if question in sheet.later or not is_open(sheet, question):
        raise UsageError("answer.nothing_to_ask", sheet=sheet.sheet.sheet, question=question)
    why = Message("answer.why_later").said(DUTCH)
    return session.corrections.correct(sheet.id, later(question), None, who, why)


def ask_now(session: Session, sheet: AnsweredSheet, question: str, who: str) -> None:
    """Bring back into the queue what was put off.

    Raises:
        ChangedMeanwhileError: somebody did already.
    """
    put_off = corrections_of(sheet.sheet, session.corrections.standing()).get(later(question))
    if put_off is None:
        raise ChangedMeanwhileError("correction.taken_back", number=0)
    session.corrections.undo(put_off.id, who)


def is_open(sheet: AnsweredSheet, question: str) -> bool:
    """Say whether a person has to look at a row, a form or a field."""
    if question == WHOLE:
        return bool(whole_rows(sheet))
    answer, written = sheet.answers.get(question), sheet.handwriting.get(question)
    return any(one is not None and one.status is Status.REVIEW for one in (answer, written))


def why_open(sheet: AnsweredSheet, question: str) -> Message:
    """Say why a person has to look at a row, or at a form."""
    if question == WHOLE:
        return Message("answer.whole")
    answer = sheet.answers.get(question)
    if answer is not None and answer.doubt is Doubt.TWO_PAPERS and sheet.sheet.others:
        return Message(
            "answer.two_papers", {"papers": [p.ref.message for p in sheet.sheet.contesting]}
        )
    return ((answer and answer.doubt) or Doubt.FAINT).message


def _keep_name(session: Session, sheet: AnsweredSheet, who: str, why: str) -> None:
    """Keep a name that the program recognised: it would let go of one that is given elsewhere."""
    hand = sheet.handwriting.get(NAME)
    if sheet.name and hand is not None and hand.correction is None and hand.transcript:
        session.corrections.correct(sheet.id, NAME, sheet.name, who, why)
