"""The screen on which a session ends: what to keep, and deleting it for good."""

from __future__ import annotations

import threading

from starlette.responses import Response

from papierkompas.web.visit import Visit, go, page

STYLE_SECONDS = 1.5  # the last page still fetches its style and script


def end(visit: Visit) -> Response:
    """Show what is there, to keep or to delete."""
    session = visit.session.session
    scans = session.scans.all()
    return page(
        visit,
        "end.html",
        people=len(session.people.all()),
        scans=len(scans),
        megabytes=round(sum(scan.bytes for scan in scans) / 1_000_000, 1),
        pages=len(visit.session.results().pages),
        changes=len(session.corrections.all()),
        folder=session.folder.name,
        watched=visit.desk.files_in_watched(),
    )


def delete(visit: Visit) -> Response:
    """Delete the session for good and say honestly what is gone and what is not."""
    if visit.asked("sure") != "1":
        return go(f"/s/{visit.session.key}/end?notice=not_sure")
    team, in_watched = visit.session.session.team, visit.desk.files_in_watched()
    made = visit.desk.delete(visit.session)
    empty = Visit(visit.request, visit.desk, None, visit.form)
    return page(empty, "deleted.html", team=team, deletion=made, watched=in_watched)


def stop(visit: Visit) -> Response:
    """End the program, and leave a page behind that says so and what to do next."""
    threading.Timer(STYLE_SECONDS, visit.desk.stop).start()
    return page(Visit(visit.request, visit.desk, None, visit.form), "stopped.html")
