"""The screen that lets a phone in, with its address as a square code."""

from __future__ import annotations

from starlette.responses import Response

from papierkompas.web.phone_door import OPEN_MINUTES, qr_runs
from papierkompas.web.visit import ProblemError, Visit, go, page


def show(visit: Visit) -> Response:
    """Show whether the door is open, and the code to scan."""
    door = visit.desk.door_of(visit.session)
    qr = None if door is None or door.is_taken else qr_runs(door.address)
    return page(visit, "door.html", door=door, qr=qr, minutes=OPEN_MINUTES)


def change(visit: Visit) -> Response:
    """Open the door, or close it."""
    if visit.asked("on") == "1":
        try:
            visit.desk.open_door(visit.session)
        except OSError:
            raise ProblemError(503, "door.no_network") from None
    else:
        visit.desk.close_door(visit.session)
    return go(f"/s/{visit.session.key}/phone")
