"""What a session says: sheets with their answers, positions, counts.

In:  a session (its pages, corrections and name list).
Out: `Results`, computed anew each time, so that nothing can get out of step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.answers import Doubt, Status
from forms.instrument import Instrument, find
from omr.page import ReadPage
from omr.settle import Settled, Sheet, count_lists, settle
from papierkompas.reading import known_forms, page_counts, session_pages
from papierkompas.session import Correction, Session, SheetId, corrections_of
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
class AnsweredSheet:
    """One participant's paper with the answers that count."""

    sheet: Sheet
    id: SheetId
    name: str | None  # from the name list, or given to an anonymous sheet by a person
    answers: Mapping[str, Answer]
    missing_pages: tuple[int, ...] = ()

    @property
    def label(self) -> str:
        """How to call this participant: by name, else by the number on the sheet."""
        return self.name or f"nr {self.sheet.sheet.partition('-')[2]}"

    @property
    def person(self) -> tuple[str, str | int]:
        """Who this is in every round: the seat, or the name on a copy of a master."""
        if self.sheet.number:
            return ("seat", self.sheet.number)
        return ("name", self.name) if self.name else ("copy", self.sheet.sheet)


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


@dataclass(frozen=True, slots=True)
class CompassResult:
    """The rounds of an instrument with a map, and what changed between them."""

    instrument: Instrument
    rounds: tuple[RoundResult, ...]
    comparison: Comparison | None


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
    remarks: tuple[str, ...] = ()  # what does not add up in the pile

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
    settled = settle(session_pages(session), page_counts(known_forms(session=session)))
    issued: dict[tuple[str, str | None], set[int]] = {}
    batches = {batch.batch: batch for batch in session.batches()}
    for given in session.sheets():
        batch = batches[given.batch]
        if given.number:
            issued.setdefault((batch.instrument, batch.round), set()).add(given.number)
    names = {person.number: person.name for person in session.participants()}
    standing = session.standing()
    own = session.instruments()
    return _compute(
        Results(session.team, session.date.isoformat(), settled.pages, remarks=settled.remarks),
        tuple(answered(sheet, names, standing, own) for sheet in settled.sheets),
        own,
        {key: len(numbers) for key, numbers in issued.items()},
    )


def results_of(settled: Settled, team: str, date: str, own: Sequence[Instrument] = ()) -> Results:
    """Compute what a pile says that belongs to no session."""
    sheets = tuple(answered(sheet, {}, {}, own) for sheet in settled.sheets)
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


def answered(
    sheet: Sheet,
    names: Mapping[int, str],
    standing: Mapping[SheetId, Mapping[str, Correction]],
    own: Sequence[Instrument] = (),
) -> AnsweredSheet:
    """Put the corrections of people over what was read."""
    which = sheet_id(sheet)
    changed = corrections_of(sheet, standing)
    instrument = find(sheet.instrument, own)
    answers = {
        question: Answer(reading.option, reading.status, reading.doubt, reading.confidence)
        for question, reading in sheet.readings.items()
    }
    for question, correction in changed.items():
        if question in instrument.questions:
            status = Status.BLANK if correction.value is None else Status.READ
            answers[question] = Answer(correction.value, status, correction=correction)
    given = changed.get("name")
    name = given.value if given else names.get(sheet.number)
    return AnsweredSheet(sheet, which, name, answers, sheet.missing_pages)


def sheet_id(sheet: Sheet) -> SheetId:
    """Return what a sheet is called in corrections."""
    return SheetId(sheet.batch, sheet.number, sheet.first_scanned if sheet.number == 0 else None)


def _compass(
    instrument: Instrument,
    sheets: Sequence[AnsweredSheet],
    issued: Mapping[tuple[str, str | None], int],
) -> CompassResult:
    axes = {axis.key: instrument.axis_questions(axis.key) for axis in instrument.axes}
    rounds = []
    for asked in instrument.rounds:
        placed = tuple(
            Placed(sheet, place(_numbers(sheet), axes))
            for sheet in sheets
            if sheet.sheet.round == asked.key
        )
        positions = [p.position for p in placed if p.position is not None]
        count = issued.get((instrument.key, asked.key), len(placed))
        rounds.append(RoundResult(asked.key, placed, summarise(positions), count))
    return CompassResult(instrument, tuple(rounds), _comparison(rounds))


def _comparison(rounds: Sequence[RoundResult]) -> Comparison | None:
    """Compare the second round with the first: from daily practice to what is desired."""
    if len(rounds) != 2:
        return None
    wanted, now = (
        {p.sheet.person: p.position for p in r.placed if p.position is not None} for r in rounds
    )
    pairs = [(now[person], wanted[person]) for person in now if person in wanted]
    return compare(pairs) if pairs else None


def _numbers(sheet: AnsweredSheet) -> dict[str, int | None]:
    """Turn the options of statement pairs into numbers; blank and doubtful ones stay unknown."""
    return {
        question: int(answer.value) if answer.value and answer.status is Status.READ else None
        for question, answer in sheet.answers.items()
        if answer.value is None or answer.value.isdecimal()
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
