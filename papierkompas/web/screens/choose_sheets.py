"""The screen on which sheets are chosen, seen and downloaded."""

from __future__ import annotations

import io
from functools import lru_cache

from starlette.responses import Response

from forms.errors import UsageError
from forms.instrument import Instrument
from forms.messages import DUTCH
from forms.sheets import print_sheets
from papierkompas.acts.printing import Order, jobs, layout_of, rounds_to_print
from papierkompas.outcome.lost_letters import lost_letters
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.posters import in_dutch
from papierkompas.web.desk import OpenSession, temporary_file
from papierkompas.web.screens.start import numbers_in
from papierkompas.web.visit import ProblemError, Visit, download, page, picture

PREVIEW_PX = 900
MAX_COPIES = 999


def choose(visit: Visit) -> Response:
    """Show what can be printed."""
    roster = visit.session.session.people.all()
    # what has rounds and a map is what most teams come for
    instruments = sorted(visit.session.instruments(), key=lambda i: not i.rounds)
    wanted = visit.asked("paper")
    chosen = [i for i in instruments if f"{i.key}-{i.edition}" == wanted]
    lost = lost_letters(person.name for person in roster)
    return page(
        visit,
        "print.html",
        instruments=instruments,
        first=[*chosen, *instruments][0],
        pages={f"{i.key}-{i.edition}": len(layout_of(i).pages) for i in instruments},
        people=len(roster),
        roster=roster,
        ticked=numbers_in(visit.asked("for")) & {person.number for person in roster},
        has_sheet={one.number for one in visit.session.session.given_out.sheets()},
        given_out=len(visit.session.session.given_out.sheets()),
        letters=[one.message.said(DUTCH) for one in lost],
    )


def sheets(visit: Visit) -> Response:
    """Make the PDF; in the session its sheets now count as given out."""
    instrument = _instrument(visit.session, visit.asked("paper"))
    round_key = visit.asked("round") or None
    if round_key is not None and round_key not in {r.key for r in instrument.rounds}:
        raise ProblemError(400, "print.no_round", where="print#rounds")
    order = _order(visit)
    made = jobs(instrument, rounds_to_print(instrument, round_key), order, visit.session.session)
    file = temporary_file()
    session = visit.session.session
    about = f"{session.team} · {in_dutch(session.date)}"
    print_sheets(file, made, duplex=visit.asked("duplex") == "1", about=about)
    visit.session.touch()
    name = " ".join(filter(None, [instrument.title, visit.session.session.team, round_key]))
    return download(file, f"{name}.pdf", "application/pdf")


def preview(visit: Visit) -> Response:
    """Show the first page as it will be printed."""
    instrument = _instrument(visit.session, visit.asked("paper"))
    wanted = visit.asked("round")
    round_key = wanted if wanted in {r.key for r in instrument.rounds} else None
    try:
        return picture(_preview(instrument, round_key), "image/png")
    except UsageError as error:
        raise ProblemError.of(503, error) from None


def _instrument(open_session: OpenSession, wanted: str) -> Instrument:
    for instrument in open_session.instruments():
        if f"{instrument.key}-{instrument.edition}" == wanted:
            return instrument
    raise ProblemError(404, "print.no_paper")


def _order(visit: Visit) -> Order:
    match visit.asked("whom"):
        case "people":
            roster = visit.session.session.people.all()
            if not roster:
                raise ProblemError(400, "print.no_people", where="people#names")
            return Order(people=roster)
        case "some":
            ticked = visit.form.getlist("number")
            some = tuple(p for p in visit.session.session.people.all() if str(p.number) in ticked)
            if not some:
                raise ProblemError(400, "print.nobody_ticked", where="print#some")
            return Order(people=some)
        case "master":
            return Order(master=True)
        case _:
            copies = visit.asked("copies")
            if not copies.isdecimal() or not 1 <= int(copies) <= MAX_COPIES:
                raise ProblemError(400, "print.no_copies", where="print#copies", most=MAX_COPIES)
            return Order(copies=int(copies))


@lru_cache(maxsize=16)
def _preview(instrument: Instrument, round_key: str | None) -> bytes:
    rounds = rounds_to_print(instrument, round_key)[:1]
    pdf = io.BytesIO()
    print_sheets(pdf, jobs(instrument, rounds, Order(copies=1), None))
    return pdf_picture(pdf.getvalue(), PREVIEW_PX)
