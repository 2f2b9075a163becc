"""The screens for what was written by hand: whose sheet this is, and free text.

What the program read is a proposal beside the picture; a person confirms it or writes it better.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.responses import Response

from forms.answers import Status
from omr.intake.values import Unreadable
from omr.page import ReadPage
from papierkompas.acts.name_list import say_if_it_counts
from papierkompas.acts.printing import layout_of
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.questions import titles_of_parts
from papierkompas.outcome.results import (
    AnsweredSheet,
    Handwriting,
    is_name_in_review,
    sheet_key,
)
from papierkompas.outcome.settling import MAX_NAME, MAX_TEXT, Second, give_name, sheets_beside
from papierkompas.session.corrections import ChangedMeanwhileError, corrections_of
from papierkompas.session.values import Correction
from papierkompas.web import page_views
from papierkompas.web.asked import instrument_of
from papierkompas.web.desk import OpenSession
from papierkompas.web.screens.check import ROW_PX_PER_MM, newest, number_of, sheet_of
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, go, page, picture


@dataclass(frozen=True, slots=True)
class NameCard:
    """A sheet and what is known of the name on it."""

    sheet: AnsweredSheet
    key: str  # of the sheet, in addresses
    proposals: tuple[str, ...]  # the best first
    left: tuple[str, ...]  # names of the list that no sheet of this round carries yet
    gone: tuple[str, ...]  # and those that one does
    correction: Correction | None

    @property
    def is_written(self) -> bool:
        """Whether there may be handwriting to look at: a person sees what the program missed."""
        return bool(self.sheet.sheet.written.get(NAME)) or is_name_in_review(self.sheet)

    @property
    def read(self) -> str:
        """What the program read, before any list was asked."""
        hand = self.sheet.handwriting.get(NAME)
        return hand.transcript.text if hand and hand.transcript else ""


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote in a field for free text."""

    sheet: AnsweredSheet
    key: str
    field: str
    asked: str
    part: str  # of the questionnaire, in its words
    hand: Handwriting


def names(visit: Visit) -> Response:
    """Show the names that a person has to look at, and those that are settled."""
    cards = _cards(visit.session)
    return page(
        visit,
        "names.html",
        waiting=[c for c in cards if is_name_in_review(c.sheet) and NAME not in c.sheet.later],
        put_off=[c for c in cards if is_name_in_review(c.sheet) and NAME in c.sheet.later],
        twice=_twice(visit.session),
        off_list=[s for s in visit.session.named_sheets() if s.asks_if_it_counts],
        sheet_key=sheet_key,
        replaced=[s for s in visit.session.named_sheets() if s.replaced is not None],
        matched=[c for c in cards if c.sheet.name and c.correction is None],
        given=[c for c in cards if c.correction is not None],
        nameless=[
            c
            for c in cards
            if not c.sheet.name and c.correction is None and not is_name_in_review(c.sheet)
        ],
        unwritten=visit.desk.unwritten(visit.session),
        seen=newest(visit.session),
        undo=_last_name(visit, cards),
    )


def name_sheet(visit: Visit) -> Response:
    """Store whose sheet this is, or that nobody can say."""
    sheet = sheet_of(visit, visit.part("sheet"))
    name = " ".join(visit.asked("name").split())[:MAX_NAME]
    if not name and visit.asked("nobody") != "1":
        raise ProblemError(400, "names.empty", where=f"names#asked-{sheet_key(sheet)}")
    second = visit.asked("second")
    try:
        others = give_name(
            visit.session.session,
            sheet,
            name or None,
            visit.who,
            text("names.why"),
            Second(second) if second in tuple(Second) else None,
            sheets=visit.session.named_sheets,
            seen=number_of(visit.asked("seen")),
        )
    except ChangedMeanwhileError:
        return go(f"/s/{visit.session.key}/names?notice=meanwhile")
    if others:
        return _ask(visit, sheet, name, others)
    return go(f"/s/{visit.session.key}/names?notice=stored")


def ask_second(visit: Visit) -> Response:
    """Ask which of the sheets of one person counts."""
    sheet = sheet_of(visit, visit.part("sheet"))
    name = named(visit.session, sheet).name or ""
    others = sheets_beside(visit.session.session, sheet, name, visit.session.named_sheets())
    if not others:
        return go(f"/s/{visit.session.key}/names")
    return _ask(visit, sheet, name, others)


def settle_off_list(visit: Visit) -> Response:
    """Store whether a sheet counts of somebody who was taken off the list."""
    sheet = sheet_of(visit, visit.part("sheet"))
    notice = "meanwhile"
    if sheet.asks_if_it_counts and sheet.seat is not None:
        counts = visit.asked("counts") != "0"
        session = visit.session.session
        say_if_it_counts(session, sheet.id, sheet.seat, counts, visit.who, text("who.why_off"))
        notice = "stored"
    return go(f"/s/{visit.session.key}/names?notice={notice}")


def settle_comment(visit: Visit) -> Response:
    """Store what somebody wrote, as a person read it."""
    sheet = sheet_of(visit, visit.part("sheet"))
    field = visit.part("field")
    instrument = instrument_of(visit.session, sheet.sheet.instrument)
    if field not in instrument.text_fields or field == NAME:
        raise ProblemError(404, "problem.no_sheet")
    written = visit.asked("text")[:MAX_TEXT]
    notice = _correct(visit, sheet, field, written or None, text("comment.why"))
    return go(f"/s/{visit.session.key}/comments?notice={notice}")


def comments(visit: Visit) -> Response:
    """Show what was written in the fields for free text, with what the program read there."""
    found = [
        Comment(
            sheet,
            sheet_key(sheet),
            row.key,
            row.text,
            titles_of_parts(tally.instrument).get(row.key, ""),
            sheet.handwriting[row.key],
        )
        for tally in visit.session.results().tallies
        for row in tally.instrument.written
        for sheet in tally.sheets
        if row.key in sheet.handwriting
        and (sheet.sheet.written.get(row.key) or sheet.handwriting[row.key].correction)
    ]
    return page(
        visit,
        "comments.html",
        comments=found,
        open_comments=sum(c.hand.status is Status.REVIEW for c in found),
        unwritten=visit.desk.unwritten(visit.session),
        seen=newest(visit.session),
    )


def field_picture(visit: Visit) -> Response:
    """Show what was written by hand in a field."""
    sheet = sheet_of(visit, visit.part("sheet"))
    layout = layout_of(instrument_of(visit.session, sheet.sheet.instrument))
    for printed in layout.pages:
        for place in printed.fields:
            scanned: ReadPage | None = sheet.sheet.pages.get(printed.page)
            if place.name == visit.part("field") and scanned is not None:
                try:
                    made = page_views.part(
                        visit.session.session, scanned, place.rect.grown(2), ROW_PX_PER_MM
                    )
                except (Unreadable, ValueError, OSError):
                    break
                return picture(made)
    raise ProblemError(404, "problem.no_picture")


def named(open_session: OpenSession, sheet: AnsweredSheet) -> AnsweredSheet:
    """Return the same sheet with its name, wherever names go: to say whose it is."""
    return next((s for s in open_session.named_sheets() if s.id == sheet.id), sheet)


def _ask(
    visit: Visit, sheet: AnsweredSheet, name: str, others: tuple[AnsweredSheet, ...]
) -> Response:
    """Ask what becomes of a second sheet of one person; nothing is stored before the answer."""
    return page(
        visit,
        "second.html",
        sheet=named(visit.session, sheet),
        others=others,
        name=name,
        sheet_key=sheet_key,
        seen=visit.asked("seen") or newest(visit.session),
    )


def _twice(open_session: OpenSession) -> list[AnsweredSheet]:
    """List the sheets of people who handed in more than one in a round."""
    twice = {sheet.id for sheet in open_session.results().twice}
    return [sheet for sheet in open_session.named_sheets() if sheet.id in twice]


def _cards(open_session: OpenSession) -> list[NameCard]:
    """Gather the sheets that ask for a name and carry no printed one."""
    session = open_session.session
    sheets = open_session.named_sheets()
    roster = {person.number: person.name for person in session.people.all()}
    standing = session.corrections.standing()
    taken = {
        (s.sheet.instrument, s.sheet.round, s.name) for s in sheets if s.name and not s.replaced
    }
    cards = []
    for sheet in sheets:
        if not instrument_of(open_session, sheet.sheet.instrument).asks_name or sheet.replaced:
            continue
        correction = corrections_of(sheet.sheet, standing).get(NAME)
        if sheet.sheet.number in roster and correction is None:
            continue
        asked = (sheet.sheet.instrument, sheet.sheet.round)
        left = tuple(n for n in roster.values() if (*asked, n) not in taken)
        gone = tuple(n for n in roster.values() if (*asked, n) in taken)
        proposals = _proposals(sheet, roster)
        cards.append(NameCard(sheet, sheet_key(sheet), proposals, left, gone, correction))
    return cards


def _proposals(sheet: AnsweredSheet, roster: dict[int, str]) -> tuple[str, ...]:
    """Return the names on the list that fit best; without a list, what was read."""
    hand = sheet.handwriting.get(NAME)
    if hand is None or not is_name_in_review(sheet):
        return ()
    if roster:
        return hand.candidates
    return (hand.text,) if hand.text else ()


def _last_name(visit: Visit, cards: list[NameCard]) -> Correction | None:
    """Find the name that whoever sits here gave last, to take it back."""
    mine = [c.correction for c in cards if c.correction and c.correction.who == visit.who]
    return max(mine, key=lambda correction: correction.id, default=None)


def _correct(visit: Visit, sheet: AnsweredSheet, what: str, value: str | None, why: str) -> str:
    """Store a correction; return the notice that says what became of it."""
    seen = number_of(visit.asked("seen"))
    try:
        visit.session.session.corrections.correct(sheet.id, what, value, visit.who, why, seen=seen)
    except ChangedMeanwhileError:
        return "meanwhile"
    return "stored"
