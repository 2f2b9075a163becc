"""The screens on which the name list is corrected: a name, somebody who left, two who are one."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from forms.errors import RosterError, SessionError
from forms.roster import Person
from papierkompas.acts.name_list import put_back, rename, take_off
from papierkompas.outcome.results import AnsweredSheet
from papierkompas.web.screens.check import number_of
from papierkompas.web.screens.start import show_people
from papierkompas.web.texts import said, text
from papierkompas.web.visit import ProblemError, Visit, go, page

FIELDS = {"rename": "first", "merge": "into", "off": "sheets"}  # what an error of each is about


def show(visit: Visit) -> Response:
    """Show somebody on the list, with what can be changed."""
    return _show(visit, _person(visit))


def change(visit: Visit) -> Response:
    """Correct a name, take somebody off the list, put them back, or merge two who are one."""
    session = visit.session.session
    what = visit.asked("what")
    if what == "back":
        number = number_of(visit.part("number"))
        put_back(session, number or 0, visit.who)
        return _done(visit)
    person = _person(visit)
    try:
        match what:
            case "rename":
                parts = (visit.asked("first"), visit.asked("infix"), visit.asked("last"))
                rename(session, person.number, parts, visit.who)
            case "merge":
                into = number_of(visit.asked("into"))
                if into is None:
                    return _show(visit, person, text("who.no_other"), "into")
                session.people.merge(person.number, into, visit.who)
            case "off":
                sheets = _sheets(visit, person)
                keep = visit.asked("sheets")
                if sheets and keep not in ("count", "leave_out"):
                    return _show(visit, person, text("who.say_what"), "sheets")
                its = [s.id for s in sheets]
                out, kept = (its, []) if keep == "leave_out" else ([], its)
                why = text("who.why_off")
                take_off(session, person.number, visit.who, out, why, keep=kept)
            case _:
                raise ProblemError(400, "who.no_change")
    except (RosterError, SessionError) as error:
        return _show(visit, person, said(error), FIELDS[what])
    return _done(visit)


def about(visit: Visit) -> Response:
    """Correct what the team is called, and the day."""
    try:
        day = dt.date.fromisoformat(visit.asked("date"))
    except ValueError:
        return show_people(visit, 400, text("start.no_date"), faulty="date")
    session = visit.session.session
    if not visit.asked("team"):
        return show_people(visit, 400, text("start.no_team"), faulty="team")
    if (visit.asked("team"), day) != (session.team, session.date):
        session.call(visit.asked("team"), day, visit.who)
    return _done(visit)


def _done(visit: Visit) -> Response:
    visit.session.touch()
    return go(f"/s/{visit.session.key}/people?notice=stored")


def _show(visit: Visit, person: Person, wrong: str = "", faulty: str = "") -> Response:
    listed = visit.session.session.people.all()
    return page(
        visit,
        "person.html",
        status=400 if wrong else 200,
        person=person,
        wrong=wrong,
        faulty=faulty,
        others=[one for one in listed if one.number != person.number],
        sheets=_sheets(visit, person),
    )


def _sheets(visit: Visit, person: Person) -> list[AnsweredSheet]:
    """List what came back of somebody and counts."""
    return [
        sheet
        for sheet in visit.session.named_sheets()
        if sheet.seat == person.number and sheet.replaced is None and not sheet.is_unfilled
    ]


def _person(visit: Visit) -> Person:
    number = number_of(visit.part("number"))
    found = next((p for p in visit.session.session.people.all() if p.number == number), None)
    if found is None:
        raise ProblemError(404, "who.nobody")
    return found
