"""The screen on which scans come in, and every page is accounted for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import PurePosixPath, PureWindowsPath

from starlette.responses import JSONResponse, Response

from forms.answers import Status
from forms.sheet_code import from_words
from omr.intake.files import LEFTOVERS
from omr.intake.values import Unreadable
from omr.page import PageStatus, ReadPage, Reason
from papierkompas.acts.printing import layout_of
from papierkompas.acts.tap_map import wall_sheets
from papierkompas.acts.typed_code import may_be_of
from papierkompas.outcome.results import AnsweredSheet, sheet_key
from papierkompas.outcome.scan_list import ScanList
from papierkompas.outcome.to_settle import whole_rows
from papierkompas.outcome.who_is_in import RoundIn, who_is_in
from papierkompas.session.values import Scan
from papierkompas.web import page_views
from papierkompas.web.asked import instrument_of
from papierkompas.web.desk import (
    MAX_PAGES,
    OpenSession,
    count_statuses,
    scanned_pages,
)
from papierkompas.web.guard import MAX_UPLOAD_BYTES
from papierkompas.web.phone_door import PHOTO
from papierkompas.web.texts import said
from papierkompas.web.visit import ProblemError, Visit, go, page, picture
from papierkompas.web.watched import MOST_ENTRIES

MAX_NAME = 120


@dataclass(frozen=True, slots=True)
class PageLine:
    """One page in the account."""

    page: ReadPage
    number: int  # its place in the list, as it stands in addresses
    sheet: AnsweredSheet | None
    doubts: int
    said: str  # why it was not read, or what is special about it
    has_picture: bool
    asks_code: bool  # the sheet is there, but not its square code


def overview(visit: Visit) -> Response:
    """Show every page of every file, the troubles first."""
    pages = scanned_pages(visit.session)
    lines = _lines(visit.session, pages)
    files: dict[str, list[PageLine]] = defaultdict(list)
    for line in lines:
        files[line.page.ref.file].append(line)
    listed = ScanList.of(visit.session.session, visit.session.results())
    unfinished = [
        (one.scan.name, left)
        for one in listed.scans
        if one.withdrawn is None
        and (left := (one.scan.pages or 1) - len(one.pages_out) - _pages_in(files[one.scan.name]))
        > 0
    ]
    locked = visit.desk.locked(visit.session)
    kept_names = {one.scan.name for one in listed.scans}
    files = {n: its for n, its in files.items() if its and (n in kept_names or its[0].has_picture)}
    return page(
        visit,
        "scan.html",
        files=_without_photos(files),
        photos=[line for name, its in files.items() if is_photo(name) for line in its][::-1],
        unfinished=unfinished,
        withdrawn=[
            one for one in visit.session.session.withdrawals.standing()[::-1] if one.refused is None
        ],
        earlier=visit.desk.watcher.earlier(visit.session),
        refused_names={one.name for one in visit.session.refused},
        kept_names=kept_names,
        troubles=[line for line in lines if line.page.status is PageStatus.UNREAD],
        noted=[line for line in lines if (line.sheet or line.page.is_trial) and line.said],
        counts=count_statuses(pages),
        total=len(pages),
        rounds_in=(in_now := rounds_in(visit.session)),
        absent=len({p.number for _, one in in_now for p in one.missing}),
        sheet_key=sheet_key,
        without_names=visit.session.results().without_names,
        hand_maps=visit.session.results().hand_maps,
        wall_sheets=wall_sheets(visit.session.results().hand_maps),
        remarks=visit.session.results().remarks,
        incomplete=[s for s in visit.session.results().sheets if s.missing_pages],
        max_mb=MAX_UPLOAD_BYTES // 1_000_000,
        max_pages=MAX_PAGES,
        leftovers="|".join(sorted(LEFTOVERS)),
        watched=visit.desk.watched,
        watcher=visit.desk.watcher,
        most_entries=MOST_ENTRIES,
        door=visit.desk.door_of(visit.session),
        locked=locked,
        locked_read=[s for s in locked if any(x.page.ref.page for x in files.get(s.name, ()))],
        unwritten=visit.desk.unwritten(visit.session),
    )


def is_photo(name: str) -> bool:
    """Say whether a phone sent this."""
    return name.startswith(PHOTO)


def _without_photos(files: dict[str, list[PageLine]]) -> dict[str, list[PageLine]]:
    """Sort files, the newest first; what a phone sent stands together."""
    return {name: its for name, its in reversed(files.items()) if not is_photo(name)}


def upload(visit: Visit) -> Response:
    """Take in one file; it is kept before this answers."""
    came = visit.file("file")
    is_script = visit.asked("by") == "script"
    if came is None:
        if is_script:
            return JSONResponse(
                {"kept": False, "name": "", "reason": said(Reason.EMPTY_FILE.message)}
            )
        raise ProblemError(400, "scan.no_file", where="scan#file")
    visit.desk.reader.expect(visit.asked("more") not in ("", "0"))
    taken = visit.desk.take(visit.session, came.file, plain_name(came.filename))
    if not is_script:
        return go(f"/s/{visit.session.key}/scan")
    if isinstance(taken, Scan):
        return JSONResponse({"kept": True, "name": taken.name, "reason": ""})
    reason = said((taken.reason or Reason.DAMAGED).message)
    return JSONResponse({"kept": False, "name": taken.ref.file, "reason": reason})


def go_on(visit: Visit) -> Response:
    """Read what is kept but was not read, after something went wrong."""
    visit.desk.reader.resume(visit.session.session)
    visit.session.touch()
    return go(f"/s/{visit.session.key}/scan")


def forget_troubles(visit: Visit) -> Response:
    """Take the files in which there was nothing off the list."""
    for refused in visit.session.refused:
        visit.session.session.withdrawals.take_off(refused, visit.who, "")
    visit.session.touch()
    return go(f"/s/{visit.session.key}/scan")


def unlock(visit: Visit) -> Response:
    """Read a locked scan with the password that was typed; it is kept nowhere."""
    scan = next(
        (s for s in visit.desk.locked(visit.session) if str(s.id) == visit.part("scan")), None
    )
    if scan is None:
        raise ProblemError(404, "problem.no_page")
    given = visit.form.get("password")  # as it was typed: it may begin with a space
    if not isinstance(given, str) or not visit.desk.unlock(visit.session, scan, given):
        return go(f"/s/{visit.session.key}/scan?notice=password")
    return go(f"/s/{visit.session.key}/scan")


def type_code(visit: Visit) -> Response:
    """Read a page whose square code is damaged as the sheet whose code was typed."""
    file, number, part = visit.asked("file"), visit.asked("page"), visit.asked("part", "1")
    found = next(
        (
            p
            for p in visit.session.results().pages
            if (p.ref.file, str(p.ref.page), str(p.ref.part)) == (file, number, part)
        ),
        None,
    )
    if found is None or found.reason is not Reason.NO_CODE:
        raise ProblemError(404, "problem.no_page")
    typed = from_words(visit.asked("code"))
    if typed is None:
        return go(f"/s/{visit.session.key}/scan?notice=no_code")
    session = visit.session.session
    is_sheet = typed[1] in (session.given_out.expected(typed[0]) or ())
    if not is_sheet and not may_be_of(session, typed):
        return go(f"/s/{visit.session.key}/scan?notice=not_given_out")
    read = visit.desk.read_as(visit.session, found, typed)
    if read.status is not PageStatus.READ and not is_sheet:  # no large sheet either
        return go(f"/s/{visit.session.key}/scan?notice=not_given_out")
    notice = "" if read.status is PageStatus.READ else "?notice=still_unread"
    return go(f"/s/{visit.session.key}/scan{notice}")


def take_anyway(visit: Visit) -> Response:
    """Read a file of the watched folder that was left because it is of an earlier day."""
    name = visit.asked("file")
    if name not in visit.desk.watcher.earlier(visit.session):
        raise ProblemError(404, "problem.no_page")
    if not visit.desk.watcher.take_anyway(visit.session, name):
        raise ProblemError(404, "scan.watch_not_there")
    return go(f"/s/{visit.session.key}/scan")


def watch(visit: Visit) -> Response:
    """Watch the folder for scans, or stop doing so."""
    visit.desk.watch(visit.session, visit.asked("on") == "1")
    return go(f"/s/{visit.session.key}/scan#watch")


def pulse(visit: Visit) -> Response:
    """Say in a few bytes whether anything changed; browsers ask this every second or so."""
    progress = visit.desk.progress(visit.session)
    return JSONResponse(
        {
            "stamp": visit.desk.stamp(visit.session),
            "done": progress.done,
            "total": progress.total,
        }
    )


def page_picture(visit: Visit) -> Response:
    """Show a scanned page."""
    number = visit.part("number")
    pages = scanned_pages(visit.session)
    if not number.isdecimal() or int(number) >= len(pages):
        raise ProblemError(404, "problem.no_page")
    found = pages[int(number)]
    layout = None
    if found.instrument is not None and found.mm_to_px is not None and not found.is_compass:
        layout = layout_of(instrument_of(visit.session, found.instrument))
    long_px = page_views.THUMB_LONG_PX if visit.asked("small") else page_views.PAGE_LONG_PX
    return page_or_nothing(visit.session, found, layout, long_px)


def page_or_nothing(
    open_session: OpenSession, found: ReadPage, layout: object, long_px: int
) -> Response:
    """Answer with the picture of a page, if one can be made."""
    from forms.layout import Layout

    if found.ref.page == 0:
        raise ProblemError(404, "problem.no_picture")
    known = layout if isinstance(layout, Layout) else None
    try:
        return picture(page_views.whole(open_session.session, found, known, None, long_px))
    except (Unreadable, ValueError, OSError):
        raise ProblemError(404, "problem.no_picture") from None


def plain_name(given: str | None) -> str:
    r"""Keep the last part of a file name: some browsers send the folders as well.

    >>> plain_name("C:\\scans\\pile 1.pdf"), plain_name("../../etc/passwd"), plain_name("..")
    ('pile 1.pdf', 'passwd', 'scan')
    """
    last = PureWindowsPath(PurePosixPath(given or "").name).name
    clean = "".join(c for c in last if c.isprintable()).strip().lstrip(".")
    return clean[-MAX_NAME:] or "scan"


def _pages_in(lines: list[PageLine]) -> int:
    """Count pages of a file: several sheets may lie on one."""
    return len({line.page.ref.page for line in lines})


def _lines(open_session: OpenSession, pages: list[ReadPage]) -> list[PageLine]:
    owners = {
        page.ref: (sheet, page)
        for sheet in open_session.results().sheets
        for page in sheet.sheet.pages.values()
    }
    lines = []
    for number, one in enumerate(pages):
        sheet, counted = owners.get(one.ref, (None, None))
        doubts = 0
        if sheet is not None:
            doubts = (
                1
                if whole_rows(sheet)
                else sum(
                    sheet.answers[q].status is Status.REVIEW
                    for q in one.readings
                    if q in sheet.answers
                )
            )
        if one.reason:
            why = said(one.reason.message)
        else:
            why = " ".join(said(note.message) for note in (counted or one).notes)
            if one.is_trial:
                why = f"{why} ({one.detail})"
        lines.append(
            PageLine(
                one, number, sheet, doubts, why, one.ref.page > 0, one.reason is Reason.NO_CODE
            )
        )
    return lines


def rounds_in(open_session: OpenSession) -> list[tuple[str, RoundIn]]:
    """Say who is in, for every round that was printed, with the title of its questionnaire."""
    session = open_session.session
    found = who_is_in(
        open_session.results().sheets,
        session.people.all(),
        session.given_out.batches(),
        session.given_out.sheets(),
    )
    return [(instrument_of(open_session, one.instrument).title, one) for one in found]
