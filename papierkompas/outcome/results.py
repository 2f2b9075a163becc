"""What a session says: sheets with their answers, positions, counts.

In:  a session (its pages, corrections and name list).
Out: `Results`, computed anew each time, so that nothing can get out of step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.answers import Doubt, Status
from forms.instrument import Instrument, find
from forms.messages import Message
from omr.hand.names import Match
from omr.page import PageRef, ReadPage
from omr.pile.settle import Settled, Sheet, count_lists
from papierkompas.acts.reading import settled_session
from papierkompas.acts.sticker_maps import HandMap, hand_maps
from papierkompas.acts.transcribe import NAME, whose
from papierkompas.session.corrections import corrections_of
from papierkompas.session.session import Session
from papierkompas.session.values import Correction, SheetId, Transcript
from scoring.compass import Placement, Position, TeamSummary, place, summarise
from scoring.quickscan import Filled, Summary, can_sum_up
from scoring.quickscan import summarise as sum_up
from scoring.rounds import Comparison, compare
from scoring.tally import Tally, tally


@dataclass(frozen=True, slots=True)
class Answer:
    """What stands for one question: the reading, or what a person made of it."""

    value: str | None
    status: Status
    doubt: Doubt | None = None
    confidence: float = 1.0
    correction: Correction | None = None


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What is known of a field for handwriting.

    Attributes:
        text: what a person typed, or what the engine proposes; None where nothing was read.
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
    """

    sheet: Sheet
    id: SheetId
    name: str | None
    answers: Mapping[str, Answer]
    missing_pages: tuple[int, ...] = ()
    seat: int | None = None
    handwriting: Mapping[str, Handwriting] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """How to call this participant: by name, else by the number on the sheet."""
        return self.name or f"nr {self.sheet.sheet.partition('-')[2]}"

    @property
    def person(self) -> tuple[str, str | int]:
        """Who this is in every round: a seat on the name list, else a name, else the paper.

        Whoever holds number 7 in both rounds is taken to be the same as long as neither is named.
        """
        if self.seat is not None:
            return ("seat", self.seat)
        if self.name:
            return ("name", self.name.casefold())
        return ("seat", self.sheet.number) if self.sheet.number else ("copy", self.sheet.sheet)


@dataclass(frozen=True, slots=True)
class Placed:
    """A participant of a round on the map, or the questions that keep them off it."""

    sheet: AnsweredSheet
    placement: Placement

    @property
    def position(self) -> Position | None:
        """Where they stand, when both axes are known."""
        return self.placement.position


@dataclass(frozen=True, slots=True)
class RoundResult:
    """One round of an instrument with a map."""

    round: str
    placed: tuple[Placed, ...]
    team: TeamSummary | None
    issued: int

    @classmethod
    def of(cls, round_key: str, placed: Sequence[Placed], issued: int) -> RoundResult:
        """Sum up the people of a round."""
        positions = [p.position for p in placed if p.position is not None]
        return cls(round_key, tuple(placed), summarise(positions), issued)


@dataclass(frozen=True, slots=True)
class CompassResult:
    """The rounds of an instrument with a map, and what changed between them."""

    instrument: Instrument
    rounds: tuple[RoundResult, ...]
    comparison: Comparison | None

    @classmethod
    def of(cls, instrument: Instrument, rounds: Sequence[RoundResult]) -> CompassResult:
        """Compare the rounds."""
        return cls(instrument, tuple(rounds), _comparison(rounds))


@dataclass(frozen=True, slots=True)
class TallyResult:
    """An instrument whose answers are counted."""

    instrument: Instrument
    sheets: tuple[AnsweredSheet, ...]
    tallies: Mapping[str, Tally]  # what is not settled counts as blank in these
    waiting: Mapping[str, int]  # per question the answers that wait for a person
    absent: Mapping[str, int]  # per question the sheets of which that page was not scanned
    issued: int
    lists: int  # handed in; loose pages of photocopies are no lists
    filled: tuple[Filled, ...]  # the same answers, as `scoring.quickscan` takes them
    summary: Summary | None  # None: it has no questions from -- to ++


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

    @property
    def names_in_review(self) -> tuple[AnsweredSheet, ...]:
        """The sheets on which somebody wrote a name that is not certain."""
        return tuple(sheet for sheet in self.sheets if is_name_in_review(sheet))

    @property
    def in_review(self) -> int:
        """Count the answers that wait for a person."""
        return sum(
            answer.status is Status.REVIEW
            for sheet in self.sheets
            for answer in sheet.answers.values()
        )


def results(session: Session) -> Results:
    """Compute what a session says."""
    settled, photos = settled_session(session)
    issued: dict[tuple[str, str | None], set[int]] = {}
    batches = {batch.batch: batch for batch in session.given_out.batches()}
    for given in session.given_out.sheets():
        batch = batches[given.batch]
        if given.number:
            issued.setdefault((batch.instrument, batch.round), set()).add(given.number)
    own = session.questionnaires.all()
    return _compute(
        Results(
            session.team,
            session.date.isoformat(),
            settled.pages,
            remarks=settled.remarks,
            hand_maps=hand_maps(photos),
        ),
        answered_sheets(session, settled.sheets, own),
        own,
        {key: len(numbers) for key, numbers in issued.items()},
    )


def results_of(settled: Settled, team: str, date: str, own: Sequence[Instrument] = ()) -> Results:
    """Compute what a pile says that belongs to no session."""
    sheets = tuple(answered(sheet, own) for sheet in settled.sheets)
    empty = Results(team, date, settled.pages, remarks=settled.remarks)
    return _compute(empty, sheets, own, {})


def _compute(
    empty: Results,
    sheets: tuple[AnsweredSheet, ...],
    own: Sequence[Instrument],
    issued: Mapping[tuple[str, str | None], int],
) -> Results:
    keys = dict.fromkeys(sheet.sheet.instrument for sheet in sheets)
    compasses, tallies = [], []
    for key in keys:
        instrument = find(key, own)
        its = [sheet for sheet in sheets if sheet.sheet.instrument == key]
        made = _SCORING[instrument.scoring](instrument, its, issued)
        if isinstance(made, CompassResult):
            compasses.append(made)
        else:
            tallies.append(made)
    return replace(empty, sheets=sheets, compasses=tuple(compasses), tallies=tuple(tallies))


def answered_sheets(
    session: Session, sheets: Sequence[Sheet], own: Sequence[Instrument]
) -> tuple[AnsweredSheet, ...]:
    """Put names, corrections and what was written by hand to the sheets of a session."""
    names = {person.number: person.name for person in session.people.all()}
    standing = session.corrections.standing()
    transcripts = session.pages.transcripts()
    changed = [corrections_of(sheet, standing) for sheet in sheets]
    matches = _matches(sheets, changed, names, transcripts)
    return tuple(
        answered(sheet, own, names, its, transcripts, match)
        for sheet, its, match in zip(sheets, changed, matches, strict=True)
    )


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
        handwriting[NAME] = replace(
            handwriting[NAME], text=name, match=name, status=Status.READ, candidates=()
        )
    return AnsweredSheet(
        sheet,
        SheetId.of(sheet),
        name,
        answers,
        sheet.missing_pages,
        _seat(sheet, name, names),
        handwriting,
    )


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


def _seat(sheet: Sheet, name: str | None, names: Mapping[int, str]) -> int | None:
    """Find the person on the name list; a name that two people share says nothing."""
    if names.get(sheet.number) is not None:
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
                taken.append((given.value if given else printed) or "")
        fields = [_transcript(sheets[which], NAME, transcripts) for which in waiting]
        for which, match in zip(waiting, whose(fields, tuple(names.values()), taken), strict=True):
            found[which] = match
    return found


def is_name_in_review(sheet: AnsweredSheet) -> bool:
    """Say whether a person has to look whose sheet this is."""
    written = sheet.handwriting.get(NAME)
    return written is not None and written.status is Status.REVIEW


def _compass(
    instrument: Instrument,
    sheets: Sequence[AnsweredSheet],
    issued: Mapping[tuple[str, str | None], int],
) -> CompassResult:
    axes = {axis.key: instrument.axis_questions(axis.key) for axis in instrument.axes}
    rounds = []
    for asked in instrument.rounds:
        placed = tuple(
            Placed(sheet, place(numbers(sheet), axes))
            for sheet in sheets
            if sheet.sheet.round == asked.key
        )
        count = issued.get((instrument.key, asked.key), len(placed))
        rounds.append(RoundResult.of(asked.key, placed, count))
    return CompassResult.of(instrument, rounds)


def _comparison(rounds: Sequence[RoundResult]) -> Comparison | None:
    """Compare the second round with the first: from daily practice to what is desired."""
    if len(rounds) != 2:
        return None
    wanted, now = (
        {p.sheet.person: p.position for p in r.placed if p.position is not None} for r in rounds
    )
    pairs = [(now[person], wanted[person]) for person in now if person in wanted]
    return compare(pairs) if pairs else None


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
    issued: Mapping[tuple[str, str | None], int],
) -> TallyResult:
    filled = tuple(_filled(sheet) for sheet in sheets)
    lists = count_lists(sheet.sheet for sheet in sheets)
    return TallyResult(
        instrument,
        tuple(sheets),
        tally((each.answers for each in filled), instrument.questions),
        {q: sum(q in each.waiting for each in filled) for q in instrument.questions},
        {q: sum(q not in each.answers for each in filled) for q in instrument.questions},
        max(lists, issued.get((instrument.key, None), 0)),
        lists,
        filled,
        sum_up(instrument, filled, lists) if can_sum_up(instrument) else None,
    )


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
        written=frozenset(name for name, is_used in sheet.sheet.written.items() if is_used),
    )


_SCORING: Mapping[
    str,
    Callable[
        [Instrument, Sequence[AnsweredSheet], Mapping[tuple[str, str | None], int]],
        CompassResult | TallyResult,
    ],
] = {"compass": _compass, "tally": _tally}

SCORING_RULES = tuple(_SCORING)
