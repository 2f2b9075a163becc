"""The first screen: begin a session, or open one of the recent ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from forms.errors import PapierkompasError, RosterError
from forms.roster import Roster, decode_roster, parse_roster
from papierkompas.session.session import Session
from papierkompas.web.library import Entry
from papierkompas.web.texts import said, text
from papierkompas.web.visit import MAX_WHO, WHO_COOKIE, ProblemError, Visit, go, page

MOST_SHOWN = 30
MAX_TEAM = 80  # characters


def start(visit: Visit) -> Response:
    """Show the sessions in the chosen folder."""
    entries, refused = visit.desk.library.entries()
    if visit.desk.library.is_single and entries:
        return go(f"/s/{entries[0].key}/print")
    return _start(visit, 200, entries, refused, _empty())


def begin(visit: Visit) -> Response:
    """Make a session."""
    library = visit.desk.library
    if library.is_single:
        raise ProblemError(403, "problem.single")
    team = visit.asked("team")[:MAX_TEAM]
    given = {"team": team, "date": visit.asked("date"), "names": visit.asked("names")}
    try:
        if not team:
            raise ValueError(text("start.no_team"))
        date = _date(given["date"])
        people = _roster(visit)
    except (ValueError, RosterError) as error:
        wrong = said(error) if isinstance(error, RosterError) else str(error)
        shown = {**_empty(), **given, "wrong": wrong}
        return _start(visit, 400, *library.entries(), shown)
    place = library.make_place(team, date)
    Session.create(place, team, date, people).close()
    return go(f"/s/{library.key_of(place)}/print")


def people(visit: Visit) -> Response:
    """Show who is on the list, with room for more."""
    return _people(visit, 200, "")


def add_people(visit: Visit) -> Response:
    """Add people to the list."""
    try:
        added = visit.session.session.people.add(_roster(visit))
    except RosterError as error:
        return _people(visit, 400, said(error))
    visit.session.touch()
    return go(f"/s/{visit.session.key}/people?notice={'added' if added else 'nobody_new'}")


def name_yourself(visit: Visit) -> Response:
    """Remember in this browser who changes the answers."""
    answer = go(f"/s/{visit.session.key}/history")
    answer.set_cookie(
        WHO_COOKIE, quote(visit.asked("who")[:MAX_WHO]), httponly=True, samesite="strict", path="/"
    )
    return answer


def _start(
    visit: Visit,
    status: int,
    entries: Sequence[Entry],
    refused: Sequence[PapierkompasError],
    filled: dict[str, Any],
) -> Response:
    closed = [said(why) for why in refused]
    return page(
        visit, "start.html", status=status, entries=entries[:MOST_SHOWN], closed=closed, **filled
    )


def _people(visit: Visit, status: int, wrong: str) -> Response:
    roster = visit.session.session.people.all()
    return page(visit, "people.html", status=status, roster=roster, wrong=wrong)


def _empty() -> dict[str, Any]:
    today = dt.datetime.now().astimezone().date().isoformat()
    return {"team": "", "date": today, "names": "", "wrong": ""}


def _date(given: str) -> dt.date:
    try:
        return dt.date.fromisoformat(given)
    except ValueError:
        raise ValueError(text("start.no_date")) from None


def _roster(visit: Visit) -> Roster:
    """Take the name list from a file, or else from what was typed."""
    upload = visit.file("roster")
    if upload is not None:
        return decode_roster(upload.file.read(), text("start.the_list"))
    typed = visit.asked("names")
    return parse_roster(typed, text("start.the_list")) if typed else ()
