"""Type in a sheet of somebody who was absent, or whose paper is lost.

In:  a session, whose sheet, and the answers as they were said or read aloud.
Out: the answers, as if they had been read; and marked everywhere as typed in.

What was typed in is one correction of the sheet. Where the paper comes in after all and says
something else, a person is asked: see `with_typed`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from forms.answers import Doubt, Reading
from forms.errors import UsageError
from forms.instrument import Instrument
from omr.pile.settle import Sheet
from papierkompas.acts.printing import layout_of
from papierkompas.session.session import Session
from papierkompas.session.values import TYPED, Batch, Correction, SheetId


def type_in(
    session: Session,
    sheet: SheetId,
    instrument: Instrument,
    answers: Mapping[str, str | None],
    who: str,
    why: str = "",
    *,
    seen: int | None = None,
) -> Correction:
    """Store what was answered on a sheet that cannot be scanned.

    Args:
        answers: of each question the option; None where it was left blank. A question that is not
            there was left blank, too.
        seen: see `Corrections.correct`.

    Raises:
        UsageError: there is no such question or option, or nothing was answered.
    """
    for question, option in answers.items():
        if question not in instrument.questions:
            raise UsageError("typed.no_question", question=question)
        if option is not None and option not in instrument.questions[question]:
            options = ", ".join(instrument.questions[question])
            raise UsageError("typed.no_option", question=question, option=option, options=options)
    if not any(answers.values()):
        raise UsageError("typed.nothing")
    said = [f"{question}={answers.get(question) or ''}" for question in instrument.questions]
    return session.corrections.correct(sheet, TYPED, " ".join(said), who, why, seen=seen)


def sheet_to_type(
    session: Session, instrument: Instrument, round_key: str | None, number: int
) -> SheetId:
    """Name the sheet of a number in a round; who is on the list gets one where none was printed.

    Raises:
        UsageError: nobody has this number in this round.
    """
    instrument.round(round_key)
    given = {(one.batch, one.number) for one in session.given_out.sheets()}
    for batch in reversed(session.given_out.batches()):
        is_it = (batch.instrument, batch.edition, batch.round) == (
            instrument.key,
            instrument.edition,
            round_key,
        )
        if is_it and number and (batch.batch, number) in given:
            return SheetId(batch.batch, number)
    if number not in {person.number for person in session.people.all()}:
        raise UsageError("typed.no_number", number=number)
    made = session.given_out.batch_for(instrument, layout_of(instrument).number, round_key)
    session.given_out.note(made, [number], [number], is_printed=False)
    return SheetId(made, number)


def typed_answers(change: Correction) -> dict[str, str | None]:
    """Take the answers out of what `type_in` stored."""
    pairs = (pair.partition("=") for pair in (change.value or "").split(" "))
    return {question: option or None for question, _, option in pairs}


def with_typed(
    sheets: Sequence[Sheet],
    standing: Mapping[SheetId, Mapping[str, Correction]],
    batches: Iterable[Batch],
) -> tuple[Sheet, ...]:
    """Add the sheets that were typed in, and ask where the paper says something else."""
    typed = {sheet: of[TYPED] for sheet, of in standing.items() if TYPED in of}
    if not typed:
        return tuple(sheets)
    made = [
        _and_typed(sheet, typed.pop(SheetId.of(sheet)))
        if sheet.number and SheetId.of(sheet) in typed
        else sheet
        for sheet in sheets
    ]
    known = {batch.batch: batch for batch in batches}
    for sheet, change in typed.items():
        batch = known[sheet.batch]
        made.append(
            Sheet(
                str(sheet),
                batch.instrument,
                batch.round,
                sheet.batch,
                sheet.number,
                readings={q: Reading(option) for q, option in typed_answers(change).items()},
            )
        )
    return tuple(sorted(made, key=lambda s: (s.batch, s.number)))


def _and_typed(sheet: Sheet, change: Correction) -> Sheet:
    """Put what was typed in beside what came in on paper after all.

    A scan on which nothing is filled in contests nothing; else every difference is a doubt.
    """
    typed = typed_answers(change)
    if all(page.is_unfilled for page in sheet.pages.values()):
        return replace(sheet, readings={q: Reading(option) for q, option in typed.items()})
    readings = dict(sheet.readings)
    for question, option in typed.items():
        read = readings.get(question)
        if read is None:
            readings[question] = Reading(option)
        elif read.doubt is None and read.option != option:
            readings[question] = replace(read, option=None, doubt=Doubt.TWO_PAPERS)
    return replace(sheet, readings=readings)
