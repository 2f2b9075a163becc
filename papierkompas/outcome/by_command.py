"""Settle by command: what was asked for, in words of the command, becomes one act.

In:  a session, and what stands behind `papierkompas answer`.
Out: facts and lines of what was done. The acts are those of the page (`settling`, `type_in`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from forms.answers import Status
from forms.errors import UsageError
from forms.instrument import Instrument, find
from forms.messages import DUTCH, Message
from papierkompas.acts.name_list import say_if_it_counts
from papierkompas.acts.transcribe import NAME
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.open_questions import (
    BLANK,
    COUNTS,
    NO,
    WHOLE_FORM,
    YES,
    open_questions,
    shown_key,
)
from papierkompas.outcome.questions import AskedQuestion, questions_of
from papierkompas.outcome.results import AnsweredSheet, results, sheet_key
from papierkompas.outcome.settling import (
    MAX_NAME,
    MAX_TEXT,
    MAX_WHY,
    Second,
    ask_later,
    ask_now,
    give_name,
    said_together,
    say_whole_is_empty,
)
from papierkompas.outcome.to_settle import WHOLE
from papierkompas.outcome.who_is_in import came_in
from papierkompas.session.corrections import corrections_of
from papierkompas.session.session import Session
from papierkompas.session.values import KEPT, REPLACED, TYPED, SheetId, later

Said = tuple[dict[str, Any], list[str]]
"""What was done: as JSON, and line by line."""


@dataclass(frozen=True, slots=True)
class Instruction:
    """What stands behind the command."""

    sheet: str | None = None
    question: str | None = None
    value: str | None = None
    is_list: bool = False
    is_undo: bool = False
    is_later: bool = False
    typed: str | None = None
    round: str | None = None
    paper: str = "stellingenlijst"
    second: str | None = None
    why: str = ""
    who: str = ""

    @property
    def is_only_list(self) -> bool:
        """Whether nothing is to be done.

        Raises:
            UsageError: it is not said what to do, or two things at once.
        """
        told = {
            "--list": self.is_list,
            "--undo": self.is_undo,
            "--later": self.is_later,
            "--typed": self.typed is not None,
            "VALUE": self.value is not None,
        }
        acts = [name for name, is_given in told.items() if is_given]
        if len(acts) > 1:
            raise UsageError("answer.one_act", acts=acts)
        if self.is_list and self.sheet is None:
            return True
        if not acts or self.is_list or self.sheet is None:
            raise UsageError("answer.no_act")
        if (self.question is None) != (self.typed is not None):
            raise UsageError("answer.no_question_given")
        if self.second is not None and (self.question != NAME or self.value is None):
            raise UsageError("answer.second_without")
        if self.second is not None and self.second not in tuple(Second):
            raise UsageError("answer.second_what", given=self.second)
        return False


def open_lines(session: Session) -> Said:
    """List what is open."""
    found = open_questions(session, results(session))
    lines = [one.line for one in found]
    if found:
        lines.append(str(Message("answer.how", {"count": len(found)})))
    else:
        lines.append(str(Message("answer.nothing_open")))
    return {"open": [one.as_json() for one in found], "count": len(found)}, lines


def carry_out(session: Session, asked: Instruction) -> Said:
    """Do what was asked for.

    Raises:
        UsageError: it cannot be done; it says why, and what can.
    """
    session.must_be_changeable()
    if asked.typed is not None:
        return _type(session, asked, asked.typed)
    sheet = _sheet(session, asked.sheet or "")
    question = asked.question or ""
    instrument = find(sheet.sheet.instrument, session.questionnaires.all())
    known = questions_of(instrument)
    is_sheet_question = question in (NAME, WHOLE_FORM, COUNTS)
    is_known = question in known or question in instrument.text_fields or is_sheet_question
    if not is_known and not (asked.is_undo and question in (TYPED, REPLACED)):
        raise UsageError(
            "answer.no_question", sheet=shown_key(sheet), question=question, known=[*known]
        )
    if asked.is_undo:
        return _undo(session, sheet, question, asked)
    if asked.is_later:
        ask_later(session, sheet, WHOLE if question == WHOLE_FORM else question, asked.who)
        return _done(session, sheet, question, "later", None, "answer.done_later")
    _say(session, sheet, question, known.get(question), asked)
    return _done(session, sheet, question, "stored", asked.value, "answer.done")


def _sheet(session: Session, code: str) -> AnsweredSheet:
    """Find a sheet, with its name, by its code; a photocopy by what stays its own."""
    sheets = results(session, for_names=True).sheets
    found = next((s for s in sheets if sheet_key(s) == code.strip().lower()), None)
    if found is not None:
        return found
    copy = next((s for s in sheets if s.sheet.sheet.lower() == code.strip().lower()), None)
    if copy is not None:
        raise UsageError("answer.copy", sheet=code, key=sheet_key(copy))
    raise UsageError("answer.no_sheet", sheet=code)


def _say(
    session: Session,
    sheet: AnsweredSheet,
    question: str,
    boxes: AskedQuestion | None,
    asked: Instruction,
) -> None:
    value, why = asked.value or "", asked.why[:MAX_WHY]
    said = why or Message("answer.why").said(DUTCH)
    if boxes is not None:
        options = [option.value for option in boxes.options]
        if value not in options and value != BLANK:
            raise UsageError(
                "answer.no_option", question=question, value=value, options=[*options, BLANK]
            )
        answer = sheet.answers.get(question)
        if not why and (answer is None or answer.status is not Status.REVIEW):
            stands = BLANK if answer is None else answer.value or BLANK
            raise UsageError(
                "answer.not_open", sheet=shown_key(sheet), question=question, value=stands
            )
        given = None if value not in options else value
        session.corrections.correct(sheet.id, question, given, asked.who, said)
    elif question == NAME:
        _name(session, sheet, asked, said)
    elif question == WHOLE_FORM:
        if value != BLANK:
            raise UsageError("answer.no_option", question=question, value=value, options=[BLANK])
        say_whole_is_empty(session, sheet, asked.who, why)
    elif question == COUNTS:
        if value not in (YES, NO):
            raise UsageError("answer.no_option", question=question, value=value, options=[YES, NO])
        if not sheet.asks_if_it_counts or sheet.seat is None:
            raise UsageError("answer.not_off", sheet=shown_key(sheet))
        say_if_it_counts(session, sheet.id, sheet.seat, value == YES, asked.who, said)
    else:
        if not sheet.handwriting.get(question) or not value.strip():
            raise UsageError("answer.no_text", sheet=shown_key(sheet), question=question)
        given = None if value == BLANK else value[:MAX_TEXT]
        session.corrections.correct(sheet.id, question, given, asked.who, said)


def _name(session: Session, sheet: AnsweredSheet, asked: Instruction, said: str) -> None:
    name = " ".join((asked.value or "").split())[:MAX_NAME]
    if not name:
        raise UsageError("answer.no_name")
    given = None if name == BLANK else name
    second = Second(asked.second) if asked.second else None
    others = give_name(
        session,
        sheet,
        given,
        asked.who,
        said,
        second,
        sheets=lambda: results(session, for_names=True).sheets,
    )
    if others:
        raise UsageError(
            "answer.second",
            name=given or sheet.label,
            sheet=shown_key(sheet),
            others=[shown_key(other) for other in others],
        )


def _undo(session: Session, sheet: AnsweredSheet, question: str, asked: Instruction) -> Said:
    standing = corrections_of(sheet.sheet, session.corrections.standing())
    why = asked.why or Message("answer.why_undo").said(DUTCH)
    if question == WHOLE_FORM:
        begins = Message("answer.why_whole").said(DUTCH)
        its = [c for c in standing.values() if c.why.startswith(begins)]
        changes = said_together(session, its[-1]) if its else ()
    elif question == COUNTS:
        changes = tuple(c for about, c in standing.items() if about in (REPLACED, KEPT))
    else:
        changes = tuple(filter(None, (standing.get(question),)))
    for change in changes:
        session.corrections.undo(change.id, asked.who, why)
    put_off = WHOLE if question == WHOLE_FORM else question
    if not changes and later(put_off) in standing:
        ask_now(session, sheet, put_off, asked.who)
    elif not changes:
        raise UsageError("answer.nothing_to_undo", sheet=shown_key(sheet), question=question)
    return _done(session, sheet, question, "undone", None, "answer.done_undo")


def _type(session: Session, asked: Instruction, typed: str) -> Said:
    where, instrument, round_key = _lost(session, asked)
    answers = typed_in(instrument, typed)
    sheets = results(session, for_names=True).sheets
    code = str(where)
    if where.number in came_in(sheets, instrument.key, round_key):
        raise UsageError("answer.there", sheet=code)
    why = asked.why[:MAX_WHY] or Message("answer.why_typed").said(DUTCH)
    type_in(session, where, instrument, answers, asked.who, why)
    made = next(s for s in results(session, for_names=True).sheets if s.id == where)
    return _done(session, made, TYPED, "stored", typed, "answer.done_typed")


def _lost(session: Session, asked: Instruction) -> tuple[SheetId, Instrument, str | None]:
    """Find the sheet that is typed in: by its code, or by a number and a round."""
    own, code = session.questionnaires.all(), (asked.sheet or "").strip().upper()
    if code.isdecimal() and len(code) <= 4:
        instrument = find(asked.paper, own)
        if instrument.rounds and asked.round is None:
            raise UsageError("answer.which_round", rounds=[one.key for one in instrument.rounds])
        where = sheet_to_type(session, instrument, asked.round, int(code))
        return where, instrument, asked.round
    batch, _, number = code.partition("-")
    printed = next((one for one in session.given_out.batches() if one.batch == batch), None)
    given = session.given_out.numbers(batch) if printed else frozenset()
    if printed is None or not number.isdecimal() or int(number or 0) not in given - {0}:
        raise UsageError("correction.no_sheet", sheet=asked.sheet)
    return SheetId(batch, int(number)), find(printed.instrument, own), printed.round


def typed_in(instrument: Instrument, typed: str) -> dict[str, str | None]:
    """Understand the answers of a whole sheet: every row has one, 'blank' where it was left empty.

    >>> from forms.instrument import find
    >>> typed_in(find("stellingenlijst"), "4352614-")["8"] is None
    True
    """
    known = questions_of(instrument)
    rows = [question.key for question in known.values() if not question.is_tick]
    words = typed.split()
    if words and all("=" in word and word.partition("=")[0] in known for word in words):
        pairs = [word.partition("=")[::2] for word in words]
        said = dict(pairs)
        if len(said) < len(pairs):
            raise UsageError("answer.typed_twice")
    else:
        if len(words) == 1 and len(words[0]) == len(rows):
            words = [BLANK if letter == "-" else letter for letter in words[0]]
        if len(words) != len(rows):
            raise UsageError("answer.typed_count", given=len(words), rows=len(rows))
        said = dict(zip(rows, words, strict=True))
    open_rows = [row for row in rows if not said.get(row)]
    if open_rows:
        raise UsageError("answer.typed_rows", rows=open_rows)
    return {question: None if value == BLANK else value for question, value in said.items()}


def _done(
    session: Session,
    sheet: AnsweredSheet,
    question: str,
    status: str,
    value: str | None,
    key: str,
) -> Said:
    left = len(open_questions(session, results(session)))
    code = shown_key(sheet)
    facts = {"sheet": code, "question": question, "value": value, "done": status, "open": left}
    values = {"sheet": code, "question": question, "value": value or ""}
    lines = [str(Message(key, values)), str(Message("answer.left", {"count": left}))]
    return facts, lines
