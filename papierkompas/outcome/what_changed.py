"""Say in words what a change is about: whose sheet, which round, which question.

In:  what people changed, and the sheets, prints and questionnaires it belongs to.
Out: a message, such as "Noor Proef (ronde), stelling 1".
"""

from __future__ import annotations

from collections.abc import Sequence

from forms.instrument import Instrument, ScaleQuestion, StatementPair, find
from forms.messages import Message
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.results import AnsweredSheet
from papierkompas.session.values import KEPT, OFF_LIST, REPLACED, TYPED, Batch, Correction, put_off


def what_changed(
    change: Correction,
    sheets: Sequence[AnsweredSheet],
    own: Sequence[Instrument] = (),
    batches: Sequence[Batch] = (),
) -> Message:
    """Say what a change is about; a sheet that is not there any more is called by its code."""
    sheet = next((s for s in sheets if s.id == change.sheet), None)
    printed = next((b for b in batches if b.batch == change.sheet.batch), None)
    if sheet is not None:
        who, asked, key = sheet.label, sheet.sheet.instrument, sheet.sheet.round
    elif printed is not None:
        who, asked, key = str(change.sheet), printed.instrument, printed.round
    else:
        what = _act(change) or _plain(change.question)
        return Message("change.of", {"who": str(change.sheet), "what": what})
    instrument = find(asked, own)
    what = _act(change, instrument) or _asked(instrument, change.question)
    round_ = next((r.label or r.key for r in instrument.rounds if r.key == key), None)
    if round_ is None:
        return Message("change.of", {"who": who, "what": what})
    return Message("change.of_round", {"who": who, "round": round_, "what": what})


def tells_all(change: Correction) -> bool:
    """Say whether `what_changed` says what it became as well: the value is no answer of anybody."""
    return change.question in (REPLACED, KEPT) or put_off(change.question) is not None


def _act(change: Correction, instrument: Instrument | None = None) -> Message | None:
    """Say what was done to a sheet, or to a question of it; None where it is an answer."""
    value = change.value or ""
    question = put_off(change.question)
    if question == "":
        return Message("change.later_whole")
    if question is not None:
        asked = _asked(instrument, question) if instrument else _plain(question)
        return Message("change.later", {"what": asked})
    if change.undoes is not None:  # of these the value is that of the change it takes back
        return Message("change.counts") if change.question in (REPLACED, KEPT) else None
    if change.question == REPLACED and value.startswith(OFF_LIST):
        return Message("change.off_list", {"number": value.removeprefix(OFF_LIST).strip()})
    if change.question == REPLACED:
        return Message("change.replaced", {"sheet": value})
    if change.question == KEPT:
        return Message("change.kept", {"number": value})
    return None


def _plain(question: str) -> Message | str:
    if question == NAME:
        return Message("change.name")
    if question == TYPED:
        return Message("change.typed")
    return question


def _asked(instrument: Instrument, question: str) -> Message | str:
    """Name a question as it stands on paper: by its number, else by its words."""
    for row in instrument.rows:
        if isinstance(row, ScaleQuestion) and row.tick and row.tick.key == question:
            values = {"number": row.key, "label": row.tick.label}
            return Message("change.tick", values)
        if row.key != question or question == NAME:
            continue
        if isinstance(row, StatementPair):
            return Message("change.pair", {"number": question})
        if question[0].isdecimal():
            return Message("change.question", {"number": question})
        part = next((p.title for p in instrument.parts if p.key == row.part), "")
        return f"{row.text} ({part})" if part else row.text
    return _plain(question)
