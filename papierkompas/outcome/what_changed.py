"""Say in words what a change is about: whose sheet, which round, which question.

In:  what people changed, and the sheets and questionnaires it belongs to.
Out: a message, such as "Noor Proef (nu), stelling 1".
"""

from __future__ import annotations

from collections.abc import Sequence

from forms.instrument import Instrument, ScaleQuestion, StatementPair, find
from forms.messages import Message
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.results import AnsweredSheet
from papierkompas.session.values import KEPT, REPLACED, TYPED, Correction


def what_changed(
    change: Correction, sheets: Sequence[AnsweredSheet], own: Sequence[Instrument] = ()
) -> Message:
    """Say what a change is about; a sheet that is not there any more is called by its code."""
    sheet = next((s for s in sheets if s.id == change.sheet), None)
    if sheet is None:
        values = {"who": str(change.sheet), "what": _plain(change.question)}
        return Message("change.of", values)
    instrument = find(sheet.sheet.instrument, own)
    what = _asked(instrument, change.question)
    round_ = next((r.name or r.key for r in instrument.rounds if r.key == sheet.sheet.round), None)
    if round_ is None:
        return Message("change.of", {"who": sheet.label, "what": what})
    return Message("change.of_round", {"who": sheet.label, "round": round_, "what": what})


def _plain(question: str) -> Message | str:
    if question == NAME:
        return Message("change.name")
    if question == TYPED:
        return Message("change.typed")
    if question == REPLACED:
        return Message("change.replaced")
    if question == KEPT:
        return Message("change.kept")
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
