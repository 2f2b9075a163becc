"""The screen that says what changes when a scan counts no longer, or again, and does it."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.responses import Response

from papierkompas.outcome.settling import MAX_WHY
from papierkompas.outcome.withdrawing import Wanted, to_put_back, to_withdraw
from papierkompas.session.came_as import CameAs
from papierkompas.web.visit import ProblemError, Visit, go, page


def ask(visit: Visit) -> Response:
    """Say what would change, before anybody decides."""
    wanted = _wanted(visit)
    return page(
        visit,
        "withdraw.html",
        file=wanted.ref.file,
        number=wanted.ref.page,
        back=visit.asked("back") == "1",
        came_as=visit.asked("as"),
        changes=wanted.difference(visit.session.session, visit.session.results()).messages,
    )


def do(visit: Visit) -> Response:
    """Let a scan, a page of it or a refused file count no longer, or again."""
    wanted = _wanted(visit)
    why = visit.asked("why")[:MAX_WHY]
    if not why:
        asked = {name: visit.asked(name) for name in ("file", "page", "back", "as")}
        return go(f"/s/{visit.session.key}/scan/withdraw?{urlencode(asked)}")
    wanted.do(visit.session.session, visit.who, why)
    visit.session.touch()
    return go(f"/s/{visit.session.key}/scan?notice=stored")


def _wanted(visit: Visit) -> Wanted:
    number = visit.asked("page")
    if number and not (number.isdecimal() and 0 < len(number) < 7):
        raise ProblemError(404, "problem.no_page")
    find = to_put_back if visit.asked("back") == "1" else to_withdraw
    came_as = visit.asked("as")
    if came_as not in ("", *CameAs):
        raise ProblemError(404, "problem.no_page")
    return find(
        visit.session.session,
        visit.asked("file"),
        int(number) if number else None,
        CameAs(came_as) if came_as else None,
    )
