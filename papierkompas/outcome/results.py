"""What a session says: sheets with their answers, positions, counts.

In:  a session (its pages, corrections and name list).
Out: `Results`, computed anew each time, so that nothing can get out of step.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.answers import Doubt, Gap, Status
from forms.compass import Compass
from forms.instrument import Instrument, MapQuadrant, Role, find
from forms.messages import Message
from omr.hand.whose_name import Match
from omr.page import PageRef, ReadPage
from omr.pile.settle import Settled, Sheet, count_lists
from papierkompas.acts.reading import settled_session
from papierkompas.acts.sticker_maps import HandMap, hand_maps
from papierkompas.acts.transcribe import NAME, whose
from papierkompas.acts.type_in import with_typed
from papierkompas.outcome.attendance import Attendance, Dealt, Person, attendance
from papierkompas.outcome.together import Together, together
from papierkompas.session.corrections import corrections_of
from papierkompas.session.people import Everybody
from papierkompas.session.session import Session
from papierkompas.session.values import (
    KEPT,
    OFF_LIST,
    REPLACED,
    TYPED,
    Correction,
    SheetId,
    Transcript,
    put_off,
)
from scoring.compass import Placement, Position, TeamSummary, place, quadrants_of, summarise
from scoring.quickscan import Filled, Summary, can_sum_up
from scoring.quickscan import summarise as sum_up
from scoring.rounds import Comparison
from scoring.tally import Tally, tally


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands for one question: the reading, or what a person made of it."""

    value: str | None
    status: Status
    doubt: Doubt | None = None
    confidence: float = 1.0
    correction: Correction | None = None


ALIAS_LETTERS = 12
INSIDE = "(blijft in de sessie)"  # where a name would stand


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What is known of a field for handwriting.

    Attributes:
        text: what a person typed, or what the engine proposes; None where nothing was read. Of a
            name that was read it stays what was read, whatever the list or a person makes of it.
        status: read once a person confirmed it, or where a name was matched with certainty;
            in review it is a proposal, not checked.
        match: the name on the list.
        candidates: names on the list that fit, the best first, while that is in review.
        transcript: what was read, before anybody or any list changed it.
    """

    text: str | None
    status: Status
    match: str | None = None
    candidates: tuple[str, ...] = ()
    transcript: Transcript | None = None
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class AnsweredSheet:
    """One participant's paper with the answers that count.

    Attributes:
        name: as printed, given by a person, or matched to the name list; None while in review.
        seat: number of the person on the name list.
        handwriting: what stands in each field.
        alias: stands for the name of somebody who is not on the list, where names are left out.
        first: what colleagues call somebody on the list; one word or more.
        typed: what a person typed in, because no paper came back.
        asks_if_it_counts: it is of somebody who was taken off the list, and nobody said yet what
            becomes of it; until then it counts.
        replaced: what a person said: another sheet of the same person counts instead of this one.
        later: the questions that are put off, to be asked of who filled it in; open all the same.
    """

    sheet: Sheet
    id: SheetId
    name: str | None
    answers: Mapping[str, Answer]
    missing_pages: tuple[int, ...] = ()
    seat: int | None = None
    handwriting: Mapping[str, Handwriting] = field(default_factory=dict)
    alias: str = ""
    first: str = ""
    replaced: Correction | None = None
    typed: Correction | None = None
    asks_if_it_counts: bool = False
    later: Mapping[str, Correction] = field(default_factory=dict)

    @property
    def is_unfilled(self) -> bool:
        """Whether there is nothing on this sheet: a spare one, or somebody who takes no part.

        So it is where a person says of rows in which nothing was seen that they are empty, and of
        a stain in a field that it is no writing.
        """
        return (
            bool(self.answers)
            and all(answer.status is Status.BLANK for answer in self.answers.values())
            and not self.written
            and all(page.is_unmarked for page in self.sheet.pages.values())
        )

    @property
    def written(self) -> frozenset[str]:
        """The fields in which something is written; not where a person said that nothing is."""
        empty = {key for key, hand in self.handwriting.items() if hand.status is Status.BLANK}
        return frozenset(key for key, is_used in self.sheet.written.items() if is_used) - empty

    def gap(self, question: str) -> Gap | None:
        """Say why there is no answer to a question; None where there is one."""
        answer = self.answers.get(question)
        if answer is None:
            return Gap.NOT_SCANNED
        if answer.status is Status.REVIEW:
            return Gap.DOUBT
        return Gap.BLANK if answer.value is None else None

    @property
    def label(self) -> str:
        """How to call this participant: by name, else by number."""
        return self.name or f"nr {self.number:>02}"

    @property
    def number(self) -> str:
        """The number on the name list, else that on the sheet; of a photocopy `00.1`."""
        if self.seat is not None:
            return str(self.seat)
        return str(self.sheet.number) if self.sheet.number else self.sheet.sheet.partition("-")[2]

    @property
    def person(self) -> tuple[str, str | int]:
        """Who this is in every round: a seat on the name list, else a name, else the paper.

        Whoever holds number 7 in both rounds is taken to be the same as long as neither is named.
        """
        if self.seat is not None:
            return ("seat", self.seat)
        if self.alias:
            return ("name", self.alias)
        if self.name:
            return ("name", self.name.casefold())
        return ("seat", self.sheet.number) if self.sheet.number else ("copy", self.sheet.sheet)


@dataclass(frozen=True, slots=True)
class Placed:
    """A participant of a round on the map, or what keeps them off it.

    Attributes:
        is_twice: somebody handed in another sheet in this round as well; which of the two counts,
            a person has to say.
        quadrants: where they stand: one, or those that meet there; none as long as that is unknown.
    """

    sheet: AnsweredSheet
    placement: Placement
    is_twice: bool = False
    quadrants: tuple[MapQuadrant, ...] = ()

    @classmethod
    def of(cls, sheet: AnsweredSheet, compass: Compass, *, is_twice: bool = False) -> Placed:
        """Place a participant by the answers that count."""
        placement = place(numbers(sheet), compass)
        position = None if is_twice else placement.position
        where = quadrants_of(position, compass) if position else ()
        return cls(sheet, placement, is_twice, where)

    @property
    def position(self) -> Position | None:
        """Where they stand, when both axes are known."""
        return None if self.is_twice else self.placement.position

    @property
    def gaps(self) -> Mapping[Gap, tuple[str, ...]]:
        """The questions that keep them off the map, by why."""
        found = {gap: tuple(q for q in self.placement.missing if self.sheet.gap(q) is gap)
                 for gap in Gap}  # fmt: skip
        return {gap: questions for gap, questions in found.items() if questions}

    @property
    def absent(self) -> tuple[Message, ...]:
        """Say what keeps them off the map."""
        if self.is_twice:
            return (Message("pile.two_sheets"),)
        return tuple(gap.at(questions) for gap, questions in self.gaps.items())


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round of an instrument with a map.

    Attributes:
        placed: everybody who handed in a sheet.
        given: sheets that were given out; None where that is not known.
        back: sheets that came back with anything on them, and what was typed in without a sheet.
        unfilled: sheets that came back empty; they are nobody's.
        typed: how many of those that came back were typed in, whole or in part.
        unprinted: how many of these never were on paper.
    """

    round: str
    placed: tuple[Placed, ...]
    team: TeamSummary | None
    given: int | None
    back: int
    unfilled: tuple[AnsweredSheet, ...] = ()
    typed: int = 0
    unprinted: int = 0

    @property
    def sheets_back(self) -> int:
        """How many of the sheets that were given out came back."""
        return self.back - self.unprinted

    def of_people(self, placed: Sequence[Placed], compass: Compass) -> RoundResult:
        """Sum up some of the people of this round."""
        positions = [p.position for p in placed if p.position is not None]
        return replace(self, placed=tuple(placed), team=summarise(positions, compass))


@dataclass(frozen=True, slots=True)
class Remark:
    """What somebody wrote in a field for free text.

    Attributes:
        field: its key.
        asked: what stands above it.
        text: what a person said that it says; None as long as nobody did, or where it says nothing.
        who: checked it; empty as long as nobody did.
    """

    sheet: AnsweredSheet
    field: str
    asked: str
    text: str | None
    who: str = ""


@dataclass(frozen=True, slots=True)
class CompassResult:
    """The rounds of an instrument with a map, and what changed between them."""

    instrument: Instrument
    compass: Compass
    rounds: tuple[RoundResult, ...]
    attendance: Attendance
    together: Together | None  # None: nobody has a place in both rounds
    hidden: int = 0  # people who are left out of the rounds

    def of_rounds(self, rounds: Sequence[RoundResult], hidden: int = 0) -> CompassResult:
        """Compare the rounds, of whom there is in them."""
        made = together(self.compass, rounds)
        return replace(self, rounds=tuple(rounds), together=made, hidden=hidden)

    @property
    def comparison(self) -> Comparison | None:
        """What changes from the one round to the other."""
        return None if self.together is None else self.together.comparison

    def round_of(self, role: Role) -> RoundResult | None:
        """Find the round that has a role."""
        asked = self.compass.round_of(role)
        return next((r for r in self.rounds if asked and r.round == asked.key), None)


@dataclass(frozen=True, slots=True)
class TallyResult:
    """An instrument whose answers are counted."""

    instrument: Instrument
    sheets: tuple[AnsweredSheet, ...]
    tallies: Mapping[str, Tally]  # what is not settled counts as blank in these
    waiting: Mapping[str, int]  # per question the answers that wait for a person
    absent: Mapping[str, int]  # per question the sheets of which that page was not scanned
    given: int | None  # lists that were given out; None where that is not known
    lists: int  # that count; loose pages of photocopies are no lists, nor are empty ones
    filled: tuple[Filled, ...]  # the same answers, as `scoring.quickscan` takes them
    summary: Summary | None  # None: it has no questions from -- to ++
    twice: tuple[AnsweredSheet, ...] = ()  # more than one of one person: which counts is asked
    unprinted: int = 0  # lists that were typed in and never were on paper

    @property
    def sheets_back(self) -> int:
        """How many of the lists that were given out came back."""
        return self.back - self.unprinted

    @property
    def back(self) -> int:
        """How many lists came back, also those of which a person has to say which one counts."""
        return count_lists(sheet.sheet for sheet in (*self.sheets, *self.twice))

    @property
    def typed(self) -> int:
        """How many of the lists that came back were typed in, whole or in part."""
        return sum(sheet.typed is not None for sheet in (*self.sheets, *self.twice))

    @property
    def written(self) -> tuple[Remark, ...]:
        """What people wrote themselves, field by field."""
        return tuple(
            Remark(sheet, row.key, row.text, hand.correction.value, hand.correction.who)
            if hand.correction
            else Remark(sheet, row.key, row.text, None)
            for row in self.instrument.written
            for sheet in self.sheets
            if (hand := sheet.handwriting.get(row.key)) is not None
            and (hand.correction or sheet.sheet.written.get(row.key))
        )


@dataclass(frozen=True, slots=True)
class Results:
    """Everything a session says at this moment."""

    team: str
    date: str
    pages: tuple[ReadPage, ...] = ()
    sheets: tuple[AnsweredSheet, ...] = ()
    compasses: tuple[CompassResult, ...] = ()
    tallies: tuple[TallyResult, ...] = field(default=())
    remarks: tuple[Message, ...] = ()  # what does not add up in the pile
    hand_maps: tuple[HandMap, ...] = ()  # made with stickers, per round
    without_names: bool = False  # names stay inside the session

    @property
    def names_in_review(self) -> tuple[AnsweredSheet, ...]:
        """The sheets on which somebody wrote a name that is not certain."""
        return tuple(sheet for sheet in self.sheets if is_name_in_review(sheet))

    @property
    def off_list(self) -> tuple[AnsweredSheet, ...]:
        """The sheets of who was taken off the list of which nobody said yet if they count."""
        return tuple(sheet for sheet in self.sheets if sheet.asks_if_it_counts)

    @property
    def twice(self) -> tuple[AnsweredSheet, ...]:
        """The sheets of people who handed in more than one in a round; which counts is asked."""
        return tuple(
            placed.sheet
            for compass in self.compasses
            for result in compass.rounds
            for placed in result.placed
            if placed.is_twice
        ) + tuple(sheet for counted in self.tallies for sheet in counted.twice)

    @property
    def in_review(self) -> int:
        """Count the answers that wait for a person."""
        return sum(
            answer.status is Status.REVIEW
            for sheet in self.sheets
            if sheet.replaced is None
            for answer in sheet.answers.values()
        )


def results(session: Session, *, for_names: bool = False) -> Results:
    """Compute what a session says, without names where the session keeps them inside.

    Args:
        session: whose answers.
        for_names: with names all the same, to say whose sheets they are.
    """
    settled, photos = settled_session(session)
    dealt = Dealt.of(
        (person.number for person in session.people.all()),
        session.given_out.batches(),
        session.given_out.sheets(),
    )
    own = session.questionnaires.all()
    sheets = answered_sheets(session, settled.sheets, own)
    without_names = session.settings.without_names
    return _compute(
        Results(
            session.team,
            session.date.isoformat(),
            settled.pages,
            remarks=(*settled.remarks, *_printed_again(session, settled)),
            hand_maps=hand_maps(photos, own, session.map_changes.standing()),
            without_names=without_names,
        ),
        leave_out_names(sheets) if without_names and not for_names else sheets,
        own,
        dealt,
    )


def _printed_again(session: Session, settled: Settled) -> Iterator[Message]:
    """Say of two papers with one number that the number was printed twice."""
    again = session.given_out.printed_again()
    for sheet in settled.sheets:
        if sheet.others and (sheet.batch, sheet.number) in again:
            yield Message("pile.printed_again", {"sheet": sheet.sheet})


def leave_out_names(sheets: Sequence[AnsweredSheet]) -> tuple[AnsweredSheet, ...]:
    """Take every name off these sheets, also of who typed, checked or changed something.

    Who is the same person stays so, and that something was done by hand.
    """
    return tuple(
        replace(
            sheet,
            name=None,
            alias=alias_of(sheet.name) if sheet.name else "",
            first="",
            answers={
                question: replace(answer, correction=_by_somebody(answer.correction))
                for question, answer in sheet.answers.items()
            },
            handwriting={
                key: Handwriting(None, written.status)
                if key == NAME
                else replace(written, correction=_by_somebody(written.correction))
                for key, written in sheet.handwriting.items()
            },
            replaced=_by_somebody(sheet.replaced),
            typed=_by_somebody(sheet.typed),
            later={q: replace(c, who=INSIDE) for q, c in sheet.later.items()},
        )
        for sheet in sheets
    )


def _by_somebody(change: Correction | None) -> Correction | None:
    """Leave out who made a change, and in what words; that somebody did stays."""
    return change and replace(change, who=INSIDE, why=change.why and INSIDE)


def results_of(settled: Settled, team: str, date: str, own: Sequence[Instrument] = ()) -> Results:
    """Compute what a pile says that belongs to no session."""
    sheets = tuple(answered(sheet, own) for sheet in settled.sheets)
    empty = Results(team, date, settled.pages, remarks=settled.remarks)
    return _compute(empty, sheets, own, Dealt())


def _compute(
    empty: Results,
    sheets: tuple[AnsweredSheet, ...],
    own: Sequence[Instrument],
    dealt: Dealt,
) -> Results:
    keys = dict.fromkeys(sheet.sheet.instrument for sheet in sheets)
    compasses, tallies = [], []
    for key in keys:
        instrument = find(key, own)
        its = [s for s in sheets if s.sheet.instrument == key and s.replaced is None]
        made = _SCORING[instrument.scoring](instrument, its, dealt)
        if isinstance(made, CompassResult):
            compasses.append(made)
        else:
            tallies.append(made)
    return replace(
        empty,
        sheets=sheets,
        compasses=tuple(compasses),
        tallies=tuple(tallies),
        remarks=(
            *empty.remarks,
            *(
                said
                for compass in compasses
                for result in compass.rounds
                for said in _twice([p.sheet for p in result.placed if p.is_twice], result.round)
            ),
            *(said for counted in tallies for said in _twice(counted.twice, None)),
            *(
                Message("pile.off_list", {"sheet": sheet.sheet.sheet, "who": sheet.label})
                for sheet in sheets
                if sheet.asks_if_it_counts
            ),
        ),
    )


def _twice(sheets: Sequence[AnsweredSheet], round_key: str | None) -> Iterator[Message]:
    """Say of whom more than one sheet came back."""
    of: dict[Person, list[AnsweredSheet]] = {}
    for sheet in sheets:
        of.setdefault(sheet.person, []).append(sheet)
    for its in of.values():
        values = {"sheets": ", ".join(sheet.sheet.sheet for sheet in its), "who": its[0].label}
        if round_key is None:
            yield Message("pile.twice_lists", values)
        else:
            yield Message("pile.twice", {**values, "round": round_key})


def answered_sheets(
    session: Session, sheets: Sequence[Sheet], own: Sequence[Instrument]
) -> tuple[AnsweredSheet, ...]:
    """Put names, corrections and what was written by hand to the sheets of a session."""
    everybody = session.people.everybody()
    names = everybody.names
    standing = session.corrections.standing()
    transcripts = session.pages.transcripts()
    sheets = with_typed(sheets, standing, session.given_out.batches())
    changed = [_with_name_now(corrections_of(sheet, standing), everybody) for sheet in sheets]
    matches = _matches(sheets, changed, names, transcripts)
    found = (
        answered(sheet, own, names, its, transcripts, match)
        for sheet, its, match in zip(sheets, changed, matches, strict=True)
    )
    firsts = {person.name: person.first for person in (*everybody.listed, *everybody.off)}
    off = {person.number for person in everybody.off}
    made = []
    for sheet, its in zip(found, changed, strict=True):
        one = sheet if NAME in its else _of_one_person(sheet, everybody)
        made.append(
            replace(
                one,
                first=firsts.get(one.name or "", ""),
                asks_if_it_counts=one.seat in off and _is_open(one, its.get(KEPT)),
            )
        )
    return _still_replaced(made)


def _still_replaced(sheets: Sequence[AnsweredSheet]) -> tuple[AnsweredSheet, ...]:
    """Let a sheet count again of which the one that took its place is gone, or somebody else's now.

    It was put out for one that counts for the same person in the same round. Where both are theirs
    after that, it is asked again which one counts; nobody's answers are hidden.
    """
    by_name = {sheet.sheet.sheet: sheet for sheet in sheets}

    def is_out(sheet: AnsweredSheet) -> bool:
        last, passed = sheet, {sheet.sheet.sheet}
        while last.replaced is not None:
            by = last.replaced.value or ""
            if by.startswith(OFF_LIST):  # with all that is theirs
                return True
            other = by_name.get(by)
            if other is None or by in passed or not _are_of_one(sheet, other):
                return False
            passed.add(by)
            last = other
        return not last.is_unfilled

    return tuple(
        sheet if sheet.replaced is None or is_out(sheet) else replace(sheet, replaced=None)
        for sheet in sheets
    )


def _are_of_one(sheet: AnsweredSheet, other: AnsweredSheet) -> bool:
    mine, its = sheet.sheet, other.sheet
    return sheet.person == other.person and (mine.instrument, mine.round) == (
        its.instrument,
        its.round,
    )


def _is_open(sheet: AnsweredSheet, kept: Correction | None) -> bool:
    """Say of a sheet of somebody who is off the list if nobody said yet what becomes of it."""
    is_kept = kept is not None and kept.value == str(sheet.seat)
    return not is_kept and sheet.replaced is None and not sheet.is_unfilled


def _with_name_now(
    changed: Mapping[str, Correction], everybody: Everybody
) -> Mapping[str, Correction]:
    """Let a name that was given to a sheet be what its person is called now."""
    given = changed.get(NAME)
    if given is None:
        return changed
    return {**changed, NAME: replace(given, value=everybody.name_now(given.value))}


def _of_one_person(sheet: AnsweredSheet, everybody: Everybody) -> AnsweredSheet:
    """Say of a sheet of somebody who stood on the list twice whose it is."""
    number = sheet.sheet.number
    merged = everybody.same.get(number)
    if merged is None:
        return sheet
    return replace(sheet, seat=merged, name=everybody.names.get(merged))


def answered(
    sheet: Sheet,
    own: Sequence[Instrument] = (),
    names: Mapping[int, str] | None = None,
    changed: Mapping[str, Correction] | None = None,
    transcripts: Mapping[tuple[PageRef, str], Transcript] | None = None,
    match: Match | None = None,
) -> AnsweredSheet:
    """Put what people changed over what was read."""
    names, changed = names or {}, changed or {}
    instrument = find(sheet.instrument, own)
    answers = {
        question: Answer(reading.option, reading.status, reading.doubt, reading.confidence)
        for question, reading in sheet.readings.items()
    }
    for question, correction in changed.items():
        if question in instrument.questions:
            status = Status.BLANK if correction.value is None else Status.READ
            answers[question] = Answer(correction.value, status, correction=correction)
    printed = names.get(sheet.number)
    handwriting = {
        key: _handwriting(is_used, changed.get(key), _transcript(sheet, key, transcripts or {}))
        for key, is_used in sheet.written.items()
    }
    if NAME in handwriting and printed is None:
        handwriting[NAME] = _named(handwriting[NAME], match, names)
    given = changed.get(NAME)
    name = given.value if given else printed
    if name is None and given is None and NAME in handwriting:
        name = handwriting[NAME].match
    if name and NAME in handwriting:
        handwriting[NAME] = _settled(handwriting[NAME], name)
    elif names and _asks_whose(sheet, answers, handwriting):
        handwriting[NAME] = replace(handwriting[NAME], status=Status.REVIEW)
    return AnsweredSheet(
        sheet,
        SheetId.of(sheet),
        name,
        answers,
        sheet.missing_pages,
        seat_of(sheet, name, names),
        handwriting,
        replaced=changed.get(REPLACED),
        typed=changed.get(TYPED),
        later={q: c for key, c in changed.items() if (q := put_off(key)) is not None},
    )


def _settled(read: Handwriting, name: str) -> Handwriting:
    """Say whose name it is; what was read stays beside it, for a person to see."""
    text = (read.transcript.text if read.transcript else "") or name
    return replace(read, text=text, match=name, status=Status.READ, candidates=())


def _asks_whose(
    sheet: Sheet, answers: Mapping[str, Answer], handwriting: Mapping[str, Handwriting]
) -> bool:
    """Say whether somebody filled in this sheet, while no name was seen on it and nobody gave one.

    The name may be too light to see, or stand elsewhere: who it is must be asked, never skipped.
    """
    read = handwriting.get(NAME)
    return (
        read is not None
        and read.correction is None
        and (
            any(answer.status is not Status.BLANK for answer in answers.values())
            or any(sheet.written.values())
        )
    )


def sheet_key(sheet: AnsweredSheet) -> str:
    """Return what a sheet is called in addresses.

    A copy of a master is known by where it was scanned: the count in its name changes when a page
    in the middle of the pile is read after all.
    """
    if sheet.sheet.number:
        return sheet.sheet.sheet.lower()
    return f"{sheet.sheet.batch.lower()}-{hashlib.sha256(str(sheet.id).encode()).hexdigest()[:12]}"


def person_of(sheet: AnsweredSheet, name: str | None, names: Mapping[int, str]) -> Person:
    """Say who a sheet would be of, if this were its name."""
    return replace(sheet, name=name, seat=seat_of(sheet.sheet, name, names), alias="").person


def alias_of(name: str) -> str:
    """Name somebody so that the same name gives the same alias, and nobody can read it."""
    return hashlib.sha256(name.casefold().encode()).hexdigest()[:ALIAS_LETTERS]


def _handwriting(
    is_used: bool, correction: Correction | None, transcript: Transcript | None
) -> Handwriting:
    if correction is not None:
        status = Status.READ if correction.value else Status.BLANK
        return Handwriting(correction.value, status, transcript=transcript, correction=correction)
    text = (transcript.proposal or None) if transcript else None
    return Handwriting(text, Status.REVIEW if is_used else Status.BLANK, transcript=transcript)


def _named(read: Handwriting, match: Match | None, names: Mapping[int, str]) -> Handwriting:
    """Add what the name list says, unless a person already said who it is."""
    if match is None or read.correction is not None:
        return read
    listed = list(names.values())
    if match.place is not None:
        return replace(read, match=listed[match.place])
    return replace(read, candidates=tuple(listed[c.place] for c in match.candidates))


def _transcript(
    sheet: Sheet, key: str, transcripts: Mapping[tuple[PageRef, str], Transcript]
) -> Transcript | None:
    found = (transcripts.get((page.ref, key)) for page in sheet.pages.values())
    return next((t for t in found if t is not None), None)


def seat_of(sheet: Sheet, name: str | None, names: Mapping[int, str]) -> int | None:
    """Find the person on the name list; a name that two people share says nothing."""
    printed = names.get(sheet.number)
    if printed is not None and name in (None, printed):
        return sheet.number
    same = [n for n, known in names.items() if name and known.casefold() == name.casefold()]
    return same[0] if len(same) == 1 else None


def _matches(
    sheets: Sequence[Sheet],
    changed: Sequence[Mapping[str, Correction]],
    names: Mapping[int, str],
    transcripts: Mapping[tuple[PageRef, str], Transcript],
) -> list[Match | None]:
    """Match the name fields of each round to the name list, the whole team at once."""
    found: list[Match | None] = [None] * len(sheets)
    if not names or not transcripts:
        return found
    rounds: dict[tuple[str, str | None], list[int]] = {}
    for which, sheet in enumerate(sheets):
        rounds.setdefault((sheet.instrument, sheet.round), []).append(which)
    for pile in rounds.values():
        waiting, taken = [], []
        for which in pile:
            printed, given = names.get(sheets[which].number), changed[which].get(NAME)
            if printed is None and given is None:
                waiting.append(which)
            else:
                # a printed sheet that is said to be nobody's still has its number on the list
                taken.append((given.value if given else None) or printed or "")
        fields = [_transcript(sheets[which], NAME, transcripts) for which in waiting]
        for which, match in zip(waiting, whose(fields, tuple(names.values()), taken), strict=True):
            found[which] = match
    return found


def is_name_in_review(sheet: AnsweredSheet) -> bool:
    """Say whether a person has to look whose sheet this is."""
    written = sheet.handwriting.get(NAME)
    return written is not None and written.status is Status.REVIEW and sheet.replaced is None


def _compass(
    instrument: Instrument,
    sheets: Sequence[AnsweredSheet],
    dealt: Dealt,
) -> CompassResult:
    compass = Compass.of(instrument)
    by_round: dict[str, list[AnsweredSheet]] = {asked.key: [] for asked in instrument.rounds}
    for sheet in sheets:
        if sheet.sheet.round in by_round:
            by_round[sheet.sheet.round].append(sheet)
    filled = {key: [s for s in its if not s.is_unfilled] for key, its in by_round.items()}
    there = attendance(dealt.listed, filled)
    rounds = []
    for key, its in filled.items():
        placed = [
            Placed.of(sheet, compass, is_twice=sheet.person in there.twice[key]) for sheet in its
        ]
        empty = RoundResult(
            key,
            (),
            None,
            dealt.sheets.get((instrument.key, key)),
            len(its),
            tuple(sheet for sheet in by_round[key] if sheet.is_unfilled),
            sum(sheet.typed is not None for sheet in its),
            _unprinted(its, dealt),
        )
        rounds.append(empty.of_people(placed, compass))
    return CompassResult(instrument, compass, (), there, None).of_rounds(rounds)


def numbers(sheet: AnsweredSheet) -> dict[str, int | None]:
    """Return the answers that count as numbers; what is blank or in doubt is not known."""
    return {
        question: int(answer.value)
        if answer.status is Status.READ and answer.value and answer.value.isdecimal()
        else None
        for question, answer in sheet.answers.items()
    }


def _tally(
    instrument: Instrument,
    sheets: Sequence[AnsweredSheet],
    dealt: Dealt,
) -> TallyResult:
    everything = [sheet for sheet in sheets if not sheet.is_unfilled]
    of = Counter(sheet.person for sheet in everything)
    twice = tuple(sheet for sheet in everything if of[sheet.person] > 1)
    sheets = [sheet for sheet in everything if of[sheet.person] == 1]
    filled = tuple(_filled(sheet) for sheet in sheets)
    lists = count_lists(sheet.sheet for sheet in sheets)
    return TallyResult(
        instrument,
        tuple(sheets),
        tally((each.answers for each in filled), instrument.questions),
        {q: sum(q in each.waiting for each in filled) for q in instrument.questions},
        {q: sum(q not in each.answers for each in filled) for q in instrument.questions},
        dealt.sheets.get((instrument.key, None)),
        lists,
        filled,
        sum_up(instrument, filled, lists) if can_sum_up(instrument) else None,
        twice,
        _unprinted(everything, dealt),
    )


def _unprinted(sheets: Sequence[AnsweredSheet], dealt: Dealt) -> int:
    """Count what was typed in without a paper."""
    return sum((s.sheet.batch, s.sheet.number) in dealt.unprinted for s in sheets)


def _filled(sheet: AnsweredSheet) -> Filled:
    """Leave out what waits for a person, and say that it does."""
    return Filled(
        answers={
            question: answer.value if answer.status is Status.READ else None
            for question, answer in sheet.answers.items()
        },
        waiting=frozenset(
            q for q, answer in sheet.answers.items() if answer.status is Status.REVIEW
        ),
        written=sheet.written,
    )


_SCORING: Mapping[
    str,
    Callable[
        [Instrument, Sequence[AnsweredSheet], Dealt],
        CompassResult | TallyResult,
    ],
] = {"compass": _compass, "tally": _tally}

SCORING_RULES = tuple(_SCORING)
