"""The first screen: begin a session, or open one of the recent ones."""

from __future__ import annotations

import datetime as dt
from urllib.parse import quote

from starlette.responses import Response

from forms.errors import RosterError, SessionError
from papierkompas.acts.name_list import merged_people
from papierkompas.outcome.opened_again import open_again
from papierkompas.session.session import Session
from papierkompas.web.screens.listed import asked_people, look_at
from papierkompas.web.screens.scan import plain_name
from papierkompas.web.texts import said, text
from papierkompas.web.visit import MAX_WHO, WHO_COOKIE, ProblemError, Visit, go, page

MOST_SHOWN = 30
MAX_TEAM = 80  # characters


def start(visit: Visit) -> Response:
    """Show the sessions in the chosen folder."""
    entries, _ = visit.desk.library.entries()
    if visit.desk.library.is_single and entries:
        return go(f"/s/{entries[0].key}/print")
    return _start(visit, 200, {})


def begin(visit: Visit) -> Response:
    """Make a session, after its name list was seen."""
    library = visit.desk.library
    if library.is_single:
        raise ProblemError(403, "problem.single")
    team = visit.asked("team")[:MAX_TEAM]
    given = {"team": team, "date": visit.asked("date"), "names": visit.asked("names")}
    try:
        if not team:
            raise ValueError(text("start.no_team"))
        date = _date(given["date"])
        asked = asked_people(visit)
    except (ValueError, RosterError) as error:
        wrong = said(error) if isinstance(error, RosterError) else str(error)
        faulty = list_field(visit) if isinstance(error, RosterError) else "date" if team else "team"
        return _start(visit, 400, {**given, "wrong": wrong, "faulty": faulty})
    if asked.is_to_be_changed:
        return _start(visit, 200, given)
    if not asked.is_seen:
        return look_at(visit, asked, given, "/")
    place = library.make_place(team, date)
    Session.create(place, team, date, asked.people).close()
    return go(f"/s/{library.key_of(place)}/print")


def open_zip(visit: Visit) -> Response:
    """Open a session again that was taken along in a zip."""
    library = visit.desk.library
    if library.is_single:
        raise ProblemError(403, "problem.single")
    came = visit.file("zip")
    if came is None:
        return _start(visit, 400, {"zip_wrong": text("start.zip_none")})
    place = library.make_place("zip", dt.datetime.now().astimezone().date())
    try:
        open_again(came.file, plain_name(came.filename), place)
    except SessionError as error:
        return _start(visit, 400, {"zip_wrong": said(error)})
    with Session.open(place) as session:
        named = library.make_place(session.team, session.date)
    place.rename(named)
    return go(f"/s/{library.key_of(named)}/scan?notice=opened")


def people(visit: Visit) -> Response:
    """Show who is on the list, with room for more."""
    return show_people(visit, 200, "")


def add_people(visit: Visit) -> Response:
    """Add people to the list, after they were seen."""
    visit.session.session.must_be_changeable()  # before anybody looks through a list for nothing
    try:
        asked = asked_people(visit)
    except RosterError as error:
        return show_people(visit, 400, said(error), visit.asked("names"), list_field(visit))
    if asked.is_to_be_changed:
        return show_people(visit, 200, "", visit.asked("names"))
    if not asked.is_seen:
        typed = {"names": visit.asked("names")}
        return look_at(visit, asked, typed, f"/s/{visit.session.key}/people")
    added = visit.session.session.people.add(asked.people)
    visit.session.touch()
    if not added:
        return go(f"/s/{visit.session.key}/people?notice=nobody_new")
    new = ",".join(str(person.number) for person in added)
    return go(f"/s/{visit.session.key}/people?notice=added&new={new}")


def keep_names(visit: Visit) -> Response:
    """Keep names inside the session, or let them out again."""
    visit.session.session.settings.leave_out_names(visit.asked("inside") == "1")
    visit.session.touch()
    return go(f"/s/{visit.session.key}/people?notice=stored")


def name_yourself(visit: Visit) -> Response:
    """Remember in this browser who changes the answers."""
    answer = go(f"/s/{visit.session.key}/history")
    answer.set_cookie(
        WHO_COOKIE, quote(visit.asked("who")[:MAX_WHO]), httponly=True, samesite="strict", path="/"
    )
    return answer


def numbers_in(given: str) -> frozenset[int]:
    """Take the numbers of people out of an address."""
    return frozenset(int(one) for one in given.split(",") if one.isdecimal())


def list_field(visit: Visit) -> str:
    """Name the field that a list of names came from."""
    return "roster" if visit.file("roster") is not None else "names"


def show_people(
    visit: Visit, status: int, wrong: str, names: str = "", faulty: str = ""
) -> Response:
    """Show the list of names, and what is wrong with what was filled in."""
    roster = visit.session.session.people.all()
    inside = visit.session.session.settings.without_names
    new = numbers_in(visit.asked("new"))
    return page(
        visit,
        "people.html",
        status=status,
        roster=roster,
        off=visit.session.session.people.everybody().off,
        merged=merged_people(visit.session.session),
        wrong=wrong,
        names=names,
        faulty=faulty,
        new=[p.number for p in roster if p.number in new] if _is_printed(visit) else [],
        inside=inside,
    )


def _is_printed(visit: Visit) -> bool:
    return bool(visit.session.session.given_out.sheets())


def _start(visit: Visit, status: int, given: dict[str, str]) -> Response:
    today = dt.datetime.now().astimezone().date().isoformat()
    shown = {
        "team": "",
        "date": today,
        "names": "",
        "wrong": "",
        "zip_wrong": "",
        "faulty": "",
        **given,
    }
    entries, refused = visit.desk.library.entries()
    closed = [said(why) for why in refused]
    return page(
        visit, "start.html", status=status, entries=entries[:MOST_SHOWN], closed=closed, **shown
    )


def _date(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise ValueError(text("start.no_date")) from None
