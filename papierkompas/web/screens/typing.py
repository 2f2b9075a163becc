"""The screens on which a sheet is typed in of somebody who was absent, or whose paper is lost."""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from forms.instrument import Instrument, Round
from papierkompas.acts.printing import rounds_to_print
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.questions import questions_of
from papierkompas.outcome.results import sheet_key
from papierkompas.outcome.settling import MAX_WHY
from papierkompas.outcome.who_is_in import came_in
from papierkompas.session.corrections import ChangedMeanwhileError
from papierkompas.web.desk import OpenSession
from papierkompas.web.screens.check import BLANK, newest, number_of
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, go, page


@dataclass(frozen=True, slots=True)
class RoundToType:
    """A round of a questionnaire, and who has no sheet in it that came back."""

    instrument: Instrument
    asked: Round | None
    people: tuple[tuple[int, str], ...]  # number and name

    @property
    def key(self) -> str:
        """What it is called in addresses."""
        return self.asked.key if self.asked else ""


def choose(visit: Visit) -> Response:
    """Show of whom no sheet came back, in every round."""
    return page(visit, "typing.html", rounds=_rounds(visit.session))


def sheet(visit: Visit) -> Response:
    """Show the questions, to be answered by one key each."""
    return _ask(visit)


def store(visit: Visit) -> Response:
    """Store what was typed in; nothing as long as a row has no answer."""
    chosen, number, _ = _which(visit)
    questions = questions_of(chosen.instrument)
    said: dict[str, str | None] = {}
    for place, question in enumerate(questions.values(), 1):
        value = visit.asked(f"a{place}")
        if not value and not question.is_tick:
            return _ask(visit, text("typing.rows_left"), f"a{place}")
        said[question.key] = None if value in ("", BLANK) else value
    session = visit.session.session
    where = sheet_to_type(session, chosen.instrument, chosen.key or None, number)
    why = visit.asked("why")[:MAX_WHY] or text("typing.why_default")
    seen = number_of(visit.asked("seen"))
    try:
        type_in(session, where, chosen.instrument, said, visit.who, why, seen=seen)
    except ChangedMeanwhileError:
        return go(f"/s/{visit.session.key}/type?notice=meanwhile")
    made = next(s for s in visit.session.results().sheets if s.id == where)
    return go(f"/s/{visit.session.key}/answers/{sheet_key(made)}?notice=stored")


def _ask(visit: Visit, wrong: str = "", faulty: str = "") -> Response:
    chosen, number, name = _which(visit)
    questions = list(questions_of(chosen.instrument).values())
    return page(
        visit,
        "type_sheet.html",
        status=400 if wrong else 200,
        chosen=chosen,
        number=number,
        name=name,
        questions=questions,
        given={n: visit.asked(f"a{n}") for n in range(1, len(questions) + 1)},
        why=visit.asked("why"),
        wrong=wrong,
        faulty=faulty,
        blank=BLANK,
        seen=newest(visit.session),
    )


def _which(visit: Visit) -> tuple[RoundToType, int, str]:
    number = number_of(visit.asked("number")) or 0
    for one in _rounds(visit.session):
        if (one.instrument.key, one.key) == (visit.asked("paper"), visit.asked("round")):
            name = dict(one.people).get(number)
            if name is not None:
                return one, number, name
    raise ProblemError(409, "typing.there")


def _rounds(open_session: OpenSession) -> list[RoundToType]:
    session = open_session.session
    without_names = open_session.results().without_names
    names = {p.number: f"nr {p.number:02d}" if without_names else p.name
             for p in session.people.all()}  # fmt: skip
    printed = {(b.instrument, b.edition, b.round): b.batch for b in session.given_out.batches()}
    given = session.given_out.sheets()
    found = []
    for instrument in open_session.instruments():
        for asked in rounds_to_print(instrument, None):
            round_key = asked.key if asked else None
            batch = printed.get((instrument.key, instrument.edition, round_key))
            if batch is None:
                continue
            numbers = {one.number for one in given if one.batch == batch and one.number}
            there = came_in(open_session.named_sheets(), instrument.key, round_key)
            people = tuple(
                (n, names.get(n, f"nr {n:02d}"))
                for n in sorted(numbers | set(names))
                if n not in there
            )
            found.append(RoundToType(instrument, asked, people))
    return found
