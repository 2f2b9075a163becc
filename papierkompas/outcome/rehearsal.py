"""Rehearse with a questionnaire that it works to the end, before anybody fills it in.

In:  a questionnaire file.
Out: a `Rehearsal`: it was laid out, filled in by invented people, scored, and every paper of it
     drawn, in memory; or an error that names the file, what is wrong in it, and what to do.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from forms.answers import Reading
from forms.errors import InstrumentError, PapierkompasError
from forms.instrument import Instrument
from forms.own_questionnaire import load_own
from forms.sheets import print_sheets
from omr.pile.settle import Settled, Sheet
from papierkompas.acts.printing import Order, jobs, layout_of, rounds_to_print
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Needs, PaperOption, Printable
from papierkompas.outcome.results import SCORING_RULES, Results, results_of

PEOPLE = 6  # of an invented team: enough for an ellipse, a comparison and a division
TEAM, DAY = "Team Voorbeeld", dt.date(2026, 3, 12)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A questionnaire that works to the end, and the papers that were drawn to know it."""

    instrument: Instrument
    pages: int
    papers: tuple[str, ...]


def rehearse(path: Path) -> Rehearsal:
    """Lay out, fill in, score and draw a questionnaire of which only the file is known.

    Raises:
        InstrumentError: with the file, what is wrong in it, and what to do.
    """
    asked = load_own(path)
    try:
        _check(asked)
        pages = len(layout_of(asked).pages)
        _print(asked)
        made = invented_results(asked)
        _write(made)
        papers = tuple(_drawn(asked, made))
    except PapierkompasError as error:
        raise InstrumentError("instrument.in_file", file=path.name, what=error.message) from None
    return Rehearsal(asked, pages, papers)


def invented_results(asked: Instrument, people: int = PEOPLE) -> Results:
    """Let invented people fill in one list per round, every box at least once if they are many."""
    sheets = [
        Sheet(
            sheet=f"AAAA-{number:02d}",
            instrument=asked.key,
            round=each.key if each else None,
            batch="AAAA",
            number=number,
            readings=_answers(asked, number + shift),
        )
        for shift, each in enumerate(rounds_to_print(asked, None))
        for number in range(1, people + 1)
    ]
    return results_of(Settled((), tuple(sheets)), TEAM, DAY.isoformat(), (asked,))


def _answers(asked: Instrument, shift: int) -> dict[str, Reading]:
    return {
        question: Reading(options[(place + shift) % len(options)])
        for place, (question, options) in enumerate(asked.questions.items())
    }


def _check(asked: Instrument) -> None:
    """Ask what no single place in the file shows."""
    if asked.scoring not in SCORING_RULES:
        raise InstrumentError("instrument.no_rule", rule=asked.scoring, rules=tuple(SCORING_RULES))


def _print(asked: Instrument) -> None:
    print_sheets(io.BytesIO(), jobs(asked, rounds_to_print(asked, None), Order(copies=1), None))


def _write(made: Results) -> None:
    results_json(made)
    write_csv(io.BytesIO(), made)
    write_xlsx(io.BytesIO(), made)


def _drawn(asked: Instrument, made: Results) -> Iterator[str]:
    """Draw every paper that can be made of it, in every round."""
    material = Material(team=TEAM, day=DAY, own=(asked,), known=lambda: made)
    for which in PRINTABLES:
        if (which.needs is Needs.NOTHING and not asked.axes) or not material.has(which):
            continue
        for round_key in _rounds(which, made):
            draw(which, material, replace(which.choices, round=round_key), io.BytesIO())
        yield which.key


def _rounds(which: Printable, made: Results) -> tuple[str | None, ...]:
    """List the rounds that a paper is drawn for; None stands for all, or for no round."""
    rounds = [each.round for one in made.compasses for each in one.rounds]
    has_rounds = {PaperOption.ROUND, PaperOption.ONE_ROUND} & set(which.options)
    return (None, *rounds) if has_rounds else (None,)
