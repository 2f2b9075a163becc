"""The screens on which a person looks at rows: doubts one after the other, or any answer.

A choice is stored as a correction with who, when and why; what stood there before stays visible.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from starlette.responses import Response

from forms.answers import Status
from omr.intake.values import Unreadable
from omr.page import ReadPage
from papierkompas.acts.page_picture import place_of
from papierkompas.acts.printing import layout_of
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.list_history import list_history
from papierkompas.outcome.questions import AskedQuestion, questions_of
from papierkompas.outcome.results import AnsweredSheet, sheet_key
from papierkompas.outcome.settling import MAX_WHY, said_together, say_whole_is_empty
from papierkompas.outcome.to_settle import WHOLE, done_of_all, to_ask, to_settle, whole_rows
from papierkompas.session.corrections import ChangedMeanwhileError
from papierkompas.session.values import KEPT, REPLACED, TYPED, Correction, put_off
from papierkompas.web import page_views
from papierkompas.web.asked import instrument_of
from papierkompas.web.desk import OpenSession
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, go, page, picture

BLANK = "leeg"  # what the form sends for a row that was left blank; no option is called so
CROP_PX_PER_MM = 13.0
ROW_PX_PER_MM = 7.0
PARTS = ("boxes", "row", "page")


def check(visit: Visit) -> Response:
    """Show the doubt that was asked for, or the first one."""
    waiting = doubts_of(visit.session)
    asked = visit.asked("sheet"), visit.asked("question")
    if not waiting and not asked[0]:
        return page(
            visit,
            "checked.html",
            undo=last_change(visit),
            put_off=len(to_ask(visit.session.results().sheets)),
        )
    if not asked[0]:
        first, question = waiting[0]
        asked = sheet_key(first), question
    if asked[1] == WHOLE:
        return _whole(visit, asked[0], waiting)
    return _row(visit, *asked, "check", waiting)


def settle_whole(visit: Visit) -> Response:
    """Store that a whole form was left empty, row by row."""
    sheet = sheet_of(visit, visit.part("sheet"))
    waiting = doubts_of(visit.session)
    seen = number_of(visit.asked("seen"))
    if not whole_rows(sheet):
        return go(f"/s/{visit.session.key}/check?notice=meanwhile")
    try:
        say_whole_is_empty(visit.session.session, sheet, visit.who, seen=seen)
    except ChangedMeanwhileError:
        return go(f"/s/{visit.session.key}/check?notice=meanwhile")
    return go(next_address(visit.session, waiting, sheet, WHOLE))


def row(visit: Visit) -> Response:
    """Show any answer, to be changed."""
    return _row(visit, visit.part("sheet"), visit.part("question"), "answers", [])


def settle(visit: Visit) -> Response:
    """Store what a person says that the answer is."""
    sheet = sheet_of(visit, visit.part("sheet"))
    question = visit.part("question")
    mode = "check" if visit.asked("mode") == "check" else "answers"
    asked = _question(visit.session, sheet, question)
    value = visit.asked("value")
    if value != BLANK and value not in {option.value for option in asked.options}:
        raise ProblemError(400, "check.no_value")
    waiting = doubts_of(visit.session)
    try:
        visit.session.session.corrections.correct(
            sheet.id,
            question,
            None if value == BLANK else value,
            visit.who,
            visit.asked("why")[:MAX_WHY] or text(f"check.why_{mode}"),
            seen=number_of(visit.asked("seen")),
        )
    except ChangedMeanwhileError:
        return go(_address(visit.session, sheet, question, mode) + "&notice=meanwhile")
    if mode == "answers":
        back = "place" if visit.asked("from") == "place" else "answers"
        return go(f"/s/{visit.session.key}/{back}/{sheet_key(sheet)}?notice=stored")
    return go(next_address(visit.session, waiting, sheet, question))


def undo(visit: Visit) -> Response:
    """Take a change back."""
    session = visit.session.session
    number = number_of(visit.asked("correction"))
    found = next((c for c in session.corrections.all() if c.id == number), None)
    if found is None:
        raise ProblemError(404, "check.no_change")
    notice = "undone"
    try:
        is_one_answer = visit.asked("mode") == "check"
        for one in said_together(session, found) if is_one_answer else (found,):
            session.corrections.undo(one.id, visit.who, text("check.why_undo"))
    except ChangedMeanwhileError:
        notice = "meanwhile"
    sheet = next((s for s in visit.session.results().sheets if s.id == found.sheet), None)
    mode = visit.asked("mode")
    if sheet is None or mode == "history":
        return go(f"/s/{visit.session.key}/history?notice={notice}")
    if found.question == TYPED:
        return go(f"/s/{visit.session.key}/history?notice={notice}")
    if found.question in ("name", REPLACED, KEPT):
        return go(f"/s/{visit.session.key}/names?notice={notice}")
    later = put_off(found.question)
    if later is not None and later not in sheet.handwriting:
        return go(_address(visit.session, sheet, later, "check") + f"&notice={notice}")
    if found.question not in sheet.answers:  # free text
        return go(f"/s/{visit.session.key}/comments?notice={notice}")
    if mode == "check":
        back = WHOLE if whole_rows(sheet) else found.question
        return go(_address(visit.session, sheet, back, mode) + f"&notice={notice}")
    return go(f"/s/{visit.session.key}/answers/{sheet_key(sheet)}?notice={notice}")


def row_picture(visit: Visit) -> Response:
    """Show a row: its boxes, the whole line, or its page with a frame round it."""
    sheet = sheet_of(visit, visit.part("sheet"))
    layout = layout_of(instrument_of(visit.session, sheet.sheet.instrument))
    place = place_of(layout, visit.part("question"))
    if place is None or place.page not in sheet.sheet.pages:
        raise ProblemError(404, "problem.no_picture")
    papers = (sheet.sheet.pages[place.page], *sheet.sheet.others.get(place.page, ()))
    which = number_of(visit.asked("paper")) or 0
    if which >= len(papers):
        raise ProblemError(404, "problem.no_picture")
    scanned = papers[which]
    session = visit.session.session
    try:
        match visit.part("part"):
            case "boxes":
                made = page_views.part(session, scanned, place.boxes, CROP_PX_PER_MM)
            case "row":
                made = page_views.part(session, scanned, place.row, ROW_PX_PER_MM)
            case _:
                made = page_views.whole(session, scanned, layout, place.row)
    except (Unreadable, ValueError, OSError):
        raise ProblemError(404, "problem.no_picture") from None
    return picture(made)


def answers(visit: Visit) -> Response:
    """Show everybody's answers in one table: all, or those in doubt; in the order of a column."""
    tables = []
    column, only = visit.asked("sort"), visit.asked("only") == "doubt"
    sheets = visit.session.results().sheets
    for key in dict.fromkeys(s.sheet.instrument for s in sheets):
        instrument = instrument_of(visit.session, key)
        rounds: list[str | None] = [r.key for r in instrument.rounds]
        for round_key in rounds or [None]:
            mine = [s for s in sheets if (s.sheet.instrument, s.sheet.round) == (key, round_key)]
            shown = [s for s in mine if not only or _in_doubt(s)]
            if column:
                shown.sort(key=lambda sheet: _place_in(sheet, column))
            if shown:
                tables.append((instrument, round_key, questions_of(instrument), shown))
    return page(
        visit,
        "answers.html",
        tables=tables,
        sheet_key=sheet_key,
        column=column,
        only=only,
        in_doubt=sum(map(_in_doubt, sheets)),
        everybody=len(sheets),
    )


def _in_doubt(sheet: AnsweredSheet) -> bool:
    return sheet.replaced is None and any(
        answer.status is Status.REVIEW for answer in sheet.answers.values()
    )


def _place_in(sheet: AnsweredSheet, column: str) -> tuple[bool, bool, int, str]:
    """Order sheets by name, or by an answer: doubts first, what is blank last."""
    if column == NAME:
        return False, False, 0, sheet.label.casefold()
    answer = sheet.answers.get(column)
    value = (answer and answer.value) or ""
    is_doubt = answer is not None and answer.status is Status.REVIEW
    number = int(value) if value.isdecimal() else 0
    return not is_doubt, not is_doubt and not value, number, value


def sheet_page(visit: Visit) -> Response:
    """Show one person's paper with everything that was read on it and changed."""
    sheet = sheet_of(visit, visit.part("sheet"))
    instrument = instrument_of(visit.session, sheet.sheet.instrument)
    corrections = [c for c in visit.session.session.corrections.all() if c.sheet == sheet.id]
    return page(
        visit,
        "sheet.html",
        sheet=sheet,
        sheet_key=sheet_key(sheet),
        questions=(asked := questions_of(instrument)),
        is_pairs=all(question.is_pair for question in asked.values()),
        history=corrections[::-1],
        standing=standing_ids(visit.session),
        what_stood=before(visit.session),
    )


def sheet_picture(visit: Visit) -> Response:
    """Show a page of a sheet."""
    sheet = sheet_of(visit, visit.part("sheet"))
    number = number_of(visit.part("number"))
    scanned = sheet.sheet.pages.get(number or 0)
    if scanned is None:
        raise ProblemError(404, "problem.no_picture")
    layout = layout_of(instrument_of(visit.session, sheet.sheet.instrument))
    try:
        return picture(page_views.whole(visit.session.session, scanned, layout))
    except (Unreadable, ValueError, OSError):
        raise ProblemError(404, "problem.no_picture") from None


def history(visit: Visit) -> Response:
    """Show everything that was changed, the newest first."""
    return page(
        visit,
        "history.html",
        people_lines=list_history(visit.session.session),
        withdrawals=visit.session.session.withdrawals.all()[::-1],
        withdrawn={one.id for one in visit.session.session.withdrawals.standing()},
        history=visit.session.session.corrections.all()[::-1],
        standing=standing_ids(visit.session),
        what_stood=before(visit.session),
        sheet_key=sheet_key,
    )


def doubts_of(open_session: OpenSession) -> list[tuple[AnsweredSheet, str]]:
    """List what waits for a person: a sheet, and a row of it or `WHOLE`."""
    return [(one.sheet, one.question) for one in to_settle(open_session.results().sheets)]


def standing_ids(open_session: OpenSession) -> set[int]:
    """Return the changes that count now: those that can be taken back."""
    return {
        c.id for of in open_session.session.corrections.standing().values() for c in of.values()
    }


def newest(open_session: OpenSession) -> int:
    """Return the number of the newest change: what this browser has seen."""
    return max((c.id for c in open_session.session.corrections.all()), default=0)


def last_change(visit: Visit) -> Correction | None:
    """Find what whoever sits here changed last and can take back."""
    standing = standing_ids(visit.session)
    sheets = {sheet.id: sheet for sheet in visit.session.results().sheets}
    mine = (
        c
        for c in reversed(visit.session.session.corrections.all())
        if c.id in standing
        and c.who == visit.who
        and c.sheet in sheets
        and (put_off(c.question) is not None or c.question in sheets[c.sheet].answers)
    )
    return next(mine, None)


def before(open_session: OpenSession) -> dict[int, str | None]:
    """Say for each change what stood there before it: None where a person had to look."""
    read = {
        (sheet.id, question): reading
        for sheet in open_session.results().sheets
        for question, reading in sheet.sheet.readings.items()
    }
    stands: dict[object, list[Correction]] = {}
    found: dict[int, str | None] = {}
    for change in open_session.session.corrections.all():
        place = (change.sheet, change.question)
        line = stands.setdefault(place, [])
        if line:
            found[change.id] = line[-1].value or text("answer.blank")
        elif place in read:
            reading = read[place]
            doubt = text("answer.review")
            found[change.id] = doubt if reading.doubt else reading.option or text("answer.blank")
        else:
            found[change.id] = None
        if change.undoes is None:
            line.append(change)
        else:
            stands[place] = [c for c in line if c.id != change.undoes]
    return found


def _row(
    visit: Visit,
    key: str,
    question: str,
    mode: str,
    waiting: list[tuple[AnsweredSheet, str]],
) -> Response:
    sheet = sheet_of(visit, key)
    asked = _question(visit.session, sheet, question)
    answer = sheet.answers.get(question)
    changes = [
        c
        for c in visit.session.session.corrections.all()
        if c.sheet == sheet.id and c.question == question
    ]
    return page(
        visit,
        "row.html",
        mode=mode,
        from_place=mode == "answers" and visit.asked("from") == "place",
        sheet=sheet,
        sheet_key=sheet_key(sheet),
        asked=asked,
        answer=answer,
        **_ring(visit.session, (key, question), waiting),
        papers=_papers(visit, sheet, question),
        printed_again=(sheet.sheet.batch, sheet.sheet.number)
        in visit.session.session.given_out.printed_again(),
        pictures=f"/s/{visit.session.key}/picture/{sheet_key(sheet)}/{quote(question, safe='')}",
        seen=newest(visit.session),
        undo=last_change(visit) if mode == "check" else None,
        history=changes[::-1],
        standing=standing_ids(visit.session),
        what_stood=before(visit.session),
        blank=BLANK,
    )


def _papers(visit: Visit, sheet: AnsweredSheet, question: str) -> tuple[ReadPage, ...]:
    """List the papers that say different things about a row, where there are several."""
    place = place_of(layout_of(instrument_of(visit.session, sheet.sheet.instrument)), question)
    others = sheet.sheet.others.get(place.page, ()) if place is not None else ()
    return (sheet.sheet.pages[place.page], *others) if place is not None and others else ()


def _whole(visit: Visit, key: str, waiting: list[tuple[AnsweredSheet, str]]) -> Response:
    """Ask whether a whole form was left empty."""
    sheet = sheet_of(visit, key)
    rows = whole_rows(sheet)
    if not rows:
        return go(f"/s/{visit.session.key}/check")
    return page(
        visit,
        "whole.html",
        sheet=sheet,
        sheet_key=key,
        rows=len(rows),
        row_by_row=_check_address(visit.session, key, rows[0]),
        seen=newest(visit.session),
        undo=last_change(visit),
        **_ring(visit.session, (key, WHOLE), waiting),
    )


def _ring(
    open_session: OpenSession, here: tuple[str, str], waiting: list[tuple[AnsweredSheet, str]]
) -> dict[str, Any]:
    """Say how far the checking is, and what comes before and after this question."""
    order = [(sheet_key(s), q) for s, q in waiting]
    at = order.index(here) if here in order else None
    if at is None and (here[0], WHOLE) in order:  # row by row, although asked as one
        at = order.index((here[0], WHOLE))
    ring = [_check_address(open_session, *place) for place in order]
    sheets = open_session.results().sheets
    done, everything = done_of_all(sheets)
    later = to_ask(sheets)
    return {
        "place": at,
        "put_off": len(later),
        "is_put_off": any((sheet_key(one.sheet), one.question) == here for one in later),
        "done": done,
        "everything": everything,
        "back": ring[at - 1] if at is not None and len(ring) > 1 else None,
        "skip": ring[(at + 1) % len(ring)] if at is not None and len(ring) > 1 else None,
    }


def next_address(
    open_session: OpenSession,
    waiting: list[tuple[AnsweredSheet, str]],
    sheet: AnsweredSheet,
    question: str,
) -> str:
    """Go on with the next doubt of the list as it was, of those that still wait."""
    order = [(sheet_key(s), q) for s, q in waiting]
    now = [(sheet_key(s), q) for s, q in doubts_of(open_session)]
    still = set(now)
    here = (sheet_key(sheet), question)
    if here not in order:  # the first row of a form that was asked about as a whole
        its = next((place for place in now if place[0] == here[0]), None)
        if its is not None:
            return _check_address(open_session, *its)
    at = order.index(here) if here in order else -1
    for place in (*order[at + 1 :], *order[: at + 1]):
        if place in still:
            return _check_address(open_session, *place)
    return f"/s/{open_session.key}/check"


def _address(open_session: OpenSession, sheet: AnsweredSheet, question: str, mode: str) -> str:
    if mode == "check":
        return _check_address(open_session, sheet_key(sheet), question)
    return (
        f"/s/{open_session.key}/row/{quote(sheet_key(sheet), safe='')}/{quote(question, safe='')}?"
    )


def _check_address(open_session: OpenSession, key: str, question: str) -> str:
    return (
        f"/s/{open_session.key}/check?sheet={quote(key, safe='')}"
        f"&question={quote(question, safe='')}"
    )


def sheet_of(visit: Visit, key: str) -> AnsweredSheet:
    """Find the sheet that an address names."""
    found = visit.session.sheet(key)
    if found is None:
        raise ProblemError(404, "problem.no_sheet")
    return found


def _question(open_session: OpenSession, sheet: AnsweredSheet, question: str) -> AskedQuestion:
    instrument = instrument_of(open_session, sheet.sheet.instrument)
    found = questions_of(instrument).get(question)
    if found is None:
        raise ProblemError(404, "problem.no_sheet")
    return found


def number_of(given: str) -> int | None:
    """Take the number out of a form; None where there is none."""
    return int(given) if given.isdecimal() and len(given) < 12 else None
