"""Tell a person what was read, and what needs a look.

In:  a pile that was read, or results.
Out: lines for the screen, and the JSON of `read`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from forms.answers import Status
from forms.compass import Compass
from forms.instrument import Instrument, find
from forms.messages import Message, counted
from omr.dots import SeenDot
from omr.page import Note, PageStatus, ReadPage, shown
from papierkompas.acts.reading import Pile
from papierkompas.acts.sticker_maps import HandMap, blank_of, step_between
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.as_json import Json, read_json
from papierkompas.outcome.in_words import sentence
from papierkompas.outcome.results import (
    AnsweredSheet,
    CompassResult,
    Results,
    RoundResult,
    TallyResult,
    answered,
    answered_sheets,
    is_name_in_review,
    leave_out_names,
)
from papierkompas.session.session import Session
from scoring.compass import Position
from scoring.groups import TEAM_FROM
from scoring.hand_made import in_words as means_in_words

MOST_LINES = 40
_SETTLE = (
    "Settle them on the page: papierkompas web --session DIR. "
    "Or here: papierkompas answer --list --session DIR."
)
MOST_NAMES = 6

Show = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Account:
    """What became of a pile."""

    pile: Pile
    sheets: tuple[AnsweredSheet, ...]
    has_list: bool = False  # a name that was read can be matched to it

    @classmethod
    def of(cls, pile: Pile, session: Session | None, own: Sequence[Instrument] = ()) -> Account:
        """Put names and corrections to the sheets of a pile."""
        if session is None:
            return cls(pile, tuple(answered(sheet, own) for sheet in pile.settled.sheets))
        known = (*own, *session.questionnaires.all())
        sheets = answered_sheets(session, pile.settled.sheets, known)
        shown = leave_out_names(sheets) if session.settings.without_names else sheets
        return cls(pile, shown, bool(session.people.all()))

    @property
    def unread(self) -> tuple[ReadPage, ...]:
        """The pages and files that were not read."""
        return tuple(p for p in self.pile.settled.pages if p.status is PageStatus.UNREAD)

    @property
    def noted(self) -> tuple[ReadPage, ...]:
        """The pages that count, and about which a person should know something."""
        return tuple(
            page for sheet in self.sheets for page in sheet.sheet.pages.values() if page.notes
        )

    @property
    def doubts(self) -> list[tuple[AnsweredSheet, str, str]]:
        """The answers that wait for a person: sheet, question, why."""
        return [
            (sheet, question, str(answer.doubt.message))
            for sheet in self.sheets
            for question, answer in sheet.answers.items()
            if answer.status is Status.REVIEW and answer.doubt is not None
        ]

    @property
    def names(self) -> tuple[AnsweredSheet, ...]:
        """The sheets of which a person has to say whose they are."""
        return tuple(sheet for sheet in self.sheets if is_name_in_review(sheet))

    @property
    def has_scan(self) -> bool:
        """Whether any page of the files that were given was a sheet of ours or a blank one."""
        return any(
            page.status is not PageStatus.UNREAD and page.ref.file in self.pile.files
            for page in self.pile.settled.pages
        )

    @property
    def is_open(self) -> bool:
        """Whether anything is unread, in doubt or missing."""
        return bool(
            self.unread
            or self.doubts
            or any(Note.ANOTHER_SHEET in page.notes for page in self.noted)
            or any(s.missing_pages for s in self.sheets)
            or any(
                self.has_list and (s.handwriting[NAME].transcript or not s.sheet.written.get(NAME))
                for s in self.names
            )
            or any(dot.doubts for photo in self.photos for dot in photo.dots)
        )

    @property
    def trials(self) -> tuple[ReadPage, ...]:
        """The sheets that judge the copier."""
        return tuple(page for page in self.pile.settled.pages if page.is_trial)

    @property
    def photos(self) -> tuple[ReadPage, ...]:
        """The photos of blank compasses that count."""
        return tuple(p for p in self.pile.photos if p.status is PageStatus.READ)

    def as_json(self) -> Json:
        """Return what `read --json` prints."""
        return read_json(self.pile, self.sheets)


def show_account(account: Account, show: Show) -> None:
    """Say what was read; the last line counts everything."""
    for page in account.unread[:MOST_LINES]:
        show(f"{page.ref}: not read: {page.sentence}")
    _more(len(account.unread), show)
    for page in account.noted[:MOST_LINES]:
        show(f"{page.ref}: {page.sentence}.")
    _more(len(account.noted), show)
    for page in account.trials:
        show(f"{page.ref}: the trial sheet. {page.detail}.")
        for note in page.notes:
            show(f"  {note.message}.")
    doubts = account.doubts
    for sheet, question, why in doubts[:MOST_LINES]:
        show(f"Look at sheet {sheet.sheet.sheet}, question {question}: {why}.")
    _more(len(doubts), show)
    if doubts:
        show(_SETTLE)
    guessed = [sheet for sheet in account.names if _guess(sheet)]
    for sheet in guessed[:MOST_LINES]:
        show(f"Look at sheet {sheet.sheet.sheet}, name: {_guess(sheet)}")
    _more(len(guessed), show)
    if account.pile.note:
        show(str(account.pile.note))
    for sheet in account.sheets:
        if sheet.missing_pages:
            pages = ", ".join(str(n) for n in sheet.missing_pages)
            show(f"Sheet {sheet.sheet.sheet}: page {pages} was not scanned.")
    for photo in account.photos:
        _show_photo(photo, account.pile.asked, show)
    for remark in account.pile.settled.remarks:
        show(str(remark))
    left_out = account.pile.left_out
    if left_out:
        names = ", ".join(sorted({shown(path.name) for path in left_out})[:MOST_NAMES])
        show(f"Left out, as hidden or of no use: {len(left_out)} files and folders ({names}).")
    statuses = [page.status for page in account.pile.settled.pages]
    parts = [f"{statuses.count(PageStatus.READ)} read"]
    for status, word in (
        (PageStatus.DUPLICATE, "scanned twice"),
        (PageStatus.BLANK, "blank"),
        (PageStatus.UNREAD, "not read"),
    ):
        if status in statuses:
            parts.append(f"{statuses.count(status)} {word}")
    answers = sum(len(sheet.answers) for sheet in account.sheets)
    dots = [dot for photo in account.photos for dot in photo.dots]
    look = len(doubts) + sum(bool(dot.doubts) for dot in dots)
    stuck = ""
    if account.photos:
        stuck = f"{counted('dots', len(dots))} on {counted('maps', len(account.photos))}, "
    show(
        f"{counted('pages', len(statuses))}: {', '.join(parts)}. "
        f"{counted('sheets', len(account.sheets))}, {counted('answers', answers)}, "
        f"{stuck}{look} to look at."
    )


def _show_photo(photo: ReadPage, asked: Sequence[Instrument], show: Show) -> None:
    """Say how many dots are on a blank compass, and which of them are in doubt."""
    where = f"the blank compass of round {photo.round}" if photo.round else "a blank compass"
    show(f"{photo.ref}: {counted('dots', len(photo.dots))} on {where}.")
    compass = Compass.of(find(photo.instrument or "", asked))
    for dot in photo.dots:
        if dot.doubts:
            why = "; ".join(str(doubt.message) for doubt in dot.doubts)
            show(f"  Look at the {_dot(dot, compass)}: {why}.")
    sheet = blank_of(photo, compass)
    for spot in photo.odd:
        if sheet is None:
            break
        there = Position(*sheet.map.position_of(spot.place))
        show(f"  At {_place(there, compass)}: {spot.kind.message}.")
    if not photo.dots:
        nothing = Message("map_change.no_dots")
        show(f"  {nothing}")


def _dot(dot: SeenDot, compass: Compass) -> str:
    place = _place(Position(dot.vertical, dot.horizontal), compass)
    return f"{dot.kind.value} '{dot.colour}' at {place}"


def _place(position: Position, compass: Compass) -> str:
    """Say a place by the keys of the axes."""
    along = compass.by_axis(position.vertical, position.horizontal)
    return ", ".join(f"{key} {value:.2f}" for key, value in along.items())


def show_results(results: Results, show: Show) -> None:
    """Say where everybody stands."""
    show(f"{results.team}, {results.date}")
    for compass in results.compasses:
        _show_compass(compass, show)
    for tally in results.tallies:
        _show_tally(tally, show)
    for remark in results.remarks:
        show(str(remark))
    if results.names_in_review:
        names = counted("names", len(results.names_in_review))
        show(f"Not certain yet: {names} in handwriting. {_SETTLE}")
    if results.in_review:
        show(f"In doubt, and not counted yet: {counted('answers', results.in_review)}. {_SETTLE}")
    for one in results.hand_maps:
        _show_hand_map(one, show)
    step = step_between(results.hand_maps)
    if step is not None:
        show(f"\n{means_in_words(step)}")
    if not results.sheets and not results.hand_maps:
        show("Nothing was read yet: papierkompas read SCAN.pdf --session DIR")


def _show_compass(compass: CompassResult, show: Show) -> None:
    for result in compass.rounds:
        if not result.placed:
            continue
        show(f"\nRound {result.round}: {_back('sheets', result)}")
        for placed in result.placed:
            position = placed.position
            if position is None:
                why = "; ".join(str(absent) for absent in placed.absent)
                show(f"  {placed.sheet.label}: not on the map; {why}")
                continue
            where = " / ".join(each.title for each in placed.quadrants)
            border = "on the border of " if len(placed.quadrants) > 1 else ""
            place = _place(position, compass.compass)
            show(f"  {placed.sheet.label}: {place}, {border}{where}")
        if result.team is not None:
            show(f"  team: {_place(result.team.mean, compass.compass)}")
    said = sentence(compass)
    if said is not None:
        show(f"\n{said}")


def _show_hand_map(one: HandMap, show: Show) -> None:
    where = f"round {one.round}" if one.round else "of no known round"
    photos = ", ".join(str(photo.ref) for photo in (*one.photos, *one.elsewhere))
    show(f"\nMap made by hand, {where}: {counted('dots', len(one.dots))} ({photos})")
    for dot in one.dots:
        doubt = f" ({', '.join(dot.doubts)})" if dot.doubts else ""
        show(f"  {_dot(dot, one.compass)}{doubt}")
    if one.team is not None:
        show(f"  middle of {one.team.n}: {_place(one.team.mean, one.compass)}")
    if one.unseen:
        show(f"  {counted('spots', one.unseen)} where nothing can be seen.")
    if one.in_doubt:
        show(
            f"  {one.in_doubt} of them are in doubt. Say what they are: papierkompas hand-made; or "
            "take another photo and read it: the two are put together."
        )
    if not one.adds_up:
        show(f"  {one.people} hang there, as somebody counted, and {one.on_sheets} count.")


def _show_tally(result: TallyResult, show: Show) -> None:
    few = "" if result.lists >= TEAM_FROM else ", too few for a picture of a team"
    some = f", {result.lists} of which count" if result.lists != result.back else ""
    show(f"\n{result.instrument.title}: {_back('lists', result)}{some}{few}")
    for question, tally in result.tallies.items():
        counts = "  ".join(f"{option} {count}" for option, count in tally.counts.items())
        waiting = result.waiting[question]
        doubt = f"  in doubt {waiting}" if waiting else ""
        absent = result.absent[question]
        missing = f"  page missing {absent}" if absent else ""
        blank = tally.blank - waiting - absent
        show(f"  {question}: {counts}  blank {blank}{doubt}{missing}")


def _back(what: str, result: RoundResult | TallyResult) -> str:
    """Say how many came back, of how many that were given out, and how many had no paper."""
    back, given = result.sheets_back, result.given
    said = str(counted(what, back)) if given is None else f"{back} of {counted(what, given)}"
    return said + (f", and {result.unprinted} typed in without paper" if result.unprinted else "")


def _guess(sheet: AnsweredSheet) -> str:
    """Say what was read in a name field, and whose it may be; nothing where nothing was read."""
    written = sheet.handwriting[NAME]
    said = f"it may say {written.text!r}" if written.text else ""
    if written.candidates:
        return ": ".join(part for part in (said, " or ".join(written.candidates) + "?") if part)
    if not sheet.sheet.written.get(NAME):
        return "no name was seen on it, though it was filled in: whose is it?"
    return f"{said}." if said else ""


def _more(count: int, show: Show) -> None:
    if count > MOST_LINES:
        show(f"... and {count - MOST_LINES} more; --json lists all.")
