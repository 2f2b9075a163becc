"""Sum up a pile of quickscans: what goes well, what to work on, what nobody can see.

In:  what every list says, and the questionnaire.
Out: a `Summary`: per question, per success factor and per aspect, with an order of priority.

The rules and where they come from stand in docs/quickscan.md. Everything is a count that anybody
can do again by hand; the order in which the lists were handed in never matters.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.instrument import Instrument, Part, Scaled, ScaleQuestion
from scoring.agreement import GRADES, Agreement, Label, agree

POINTS = dict(zip(GRADES, (-2, -1, 0, 1, 2), strict=True))
WELL, POORLY = 2, 1  # thirds of the answers that are + or ++: at least, at most


class Verdict(StrEnum):
    """What a question, a factor or an aspect tells the team to do."""

    WORK = "kan beter"
    DISCUSS = "eerst bespreken"
    PARTLY = "gaat deels goed"
    WELL = "gaat goed"
    NO_VIEW = "te weinig zicht"


@dataclass(frozen=True, slots=True)
class Filled:
    """What one list says, as far as it was scanned."""

    answers: Mapping[str, str | None]  # None: no answer; not mentioned: that page is missing
    waiting: frozenset[str] = frozenset()  # questions whose answer waits for a person
    written: frozenset[str] = frozenset()  # fields in which somebody wrote


@dataclass(frozen=True, slots=True)
class Question:
    """One question over all lists."""

    row: ScaleQuestion
    agreement: Agreement
    no_view: int
    blank: int
    waiting: int
    absent: int  # lists of which this page was not scanned; not among `n`
    ticks: int  # who asked for a distinction between under 18 and over

    def __post_init__(self) -> None:
        parts, n = self.rated + self.no_view + self.blank, self.agreement.n
        if parts != n:
            raise ValueError(f"question {self.row.key} must add up to {n}, got {parts}")

    @property
    def counts(self) -> Mapping[str, int]:
        """People per grade, in the order of `GRADES`."""
        return dict(zip(GRADES, self.agreement.counts, strict=True))

    @property
    def n(self) -> int:
        """Lists of which this page was scanned, with those whose answer is in doubt."""
        return self.agreement.n + self.waiting

    @property
    def rated(self) -> int:
        """People who gave a grade."""
        return self.agreement.rated

    @property
    def plus(self) -> int:
        """People who answered + or ++."""
        return sum(self.agreement.counts[3:])

    @property
    def minus(self) -> int:
        """People who answered - or --."""
        return sum(self.agreement.counts[:2])

    @property
    def mean(self) -> float | None:
        """Mean of -2 (--) to +2 (++), to sort by; None: nobody gave a grade."""
        if not self.rated:
            return None
        return sum(POINTS[g] * count for g, count in self.counts.items()) / self.rated

    @property
    def verdict(self) -> Verdict:
        """Say what this question asks for."""
        match self.agreement.label:
            case Label.ONVOLDOENDE_ZICHT:
                return Verdict.NO_VIEW
            case Label.VERDEELD:
                return Verdict.DISCUSS
            case _:
                return _by_share(self.plus, self.rated)

    @property
    def agreed_on(self) -> tuple[str, ...]:
        """The one or two neighbouring answers that most people gave, the better one first."""
        counts = self.agreement.counts
        best = max(range(len(GRADES) - 1), key=lambda i: (counts[i] + counts[i + 1], i))
        return tuple(GRADES[i] for i in (best + 1, best) if counts[i])

    @property
    def median(self) -> tuple[str, ...]:
        """The middle answer, or the two in the middle when they differ."""
        ordered = [grade for grade, count in self.counts.items() for _ in range(count)]
        middle = ordered[(len(ordered) - 1) // 2 : len(ordered) // 2 + 1]
        return tuple(dict.fromkeys(middle))


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that belong together: a success factor or an aspect."""

    key: str
    title: str
    questions: tuple[Question, ...]
    text: str = ""  # what it asks of a school

    def having(self, verdict: Verdict) -> tuple[Question, ...]:
        """Return the questions of this verdict, in printed order."""
        return tuple(question for question in self.questions if question.verdict is verdict)

    @property
    def seen(self) -> tuple[Question, ...]:
        """The questions on which enough people could give a grade."""
        return tuple(q for q in self.questions if q.verdict is not Verdict.NO_VIEW)

    @property
    def mean(self) -> float | None:
        """Mean of the questions that were seen, each as heavy as the others."""
        means = [q.mean for q in self.seen if q.mean is not None]
        return statistics.fmean(means) if means else None

    @property
    def shares(self) -> tuple[float, float, float] | None:
        """Parts of the grades that are minus, plus-minus and plus; of all questions together."""
        rated = sum(q.rated for q in self.questions)
        if not rated:
            return None
        minus, plus = sum(q.minus for q in self.questions), sum(q.plus for q in self.questions)
        return minus / rated, (rated - minus - plus) / rated, plus / rated

    @property
    def no_view_share(self) -> float:
        """Part of all answers, blank ones included, that are no grade."""
        asked = sum(q.agreement.n for q in self.questions)
        return 1 - sum(q.rated for q in self.questions) / asked if asked else 1.0

    @property
    def verdict(self) -> Verdict:
        """Say what this factor or aspect asks for."""
        seen = self.seen
        if 2 * len(seen) < len(self.questions) or not seen:
            return Verdict.NO_VIEW
        if 2 * sum(q.verdict is Verdict.DISCUSS for q in seen) > len(seen):
            return Verdict.DISCUSS
        return _by_share(sum(q.plus for q in seen), sum(q.rated for q in seen))


@dataclass(frozen=True, slots=True)
class Grades:
    """The grades 1-10 that people gave to an aspect."""

    counts: Mapping[str, int]
    blank: int
    waiting: int

    @property
    def values(self) -> tuple[int, ...]:
        """Every grade, the lowest first."""
        return tuple(
            grade for grade in sorted(map(int, self.counts)) for _ in range(self.counts[str(grade)])
        )

    @property
    def n(self) -> int:
        """People who gave a grade."""
        return sum(self.counts.values())

    @property
    def mean(self) -> float | None:
        """The mean grade."""
        return statistics.fmean(self.values) if self.n else None

    @property
    def spread(self) -> float | None:
        """Sample standard deviation (n - 1); None below two people."""
        return statistics.stdev(self.values) if self.n > 1 else None


@dataclass(frozen=True, slots=True)
class Aspect:
    """A part of the questionnaire: its questions, its grade, what was written."""

    group: Group
    grades: Grades | None
    written: Mapping[str, int]  # per field for handwriting the lists on which it was used


@dataclass(frozen=True, slots=True)
class Priority:
    """A factor in the order in which to work on them, and why there."""

    place: int
    factor: Group
    reason: str


@dataclass(frozen=True, slots=True)
class Summary:
    """Everything that the lists say together."""

    n: int  # lists handed in
    questions: Mapping[str, Question]
    factors: tuple[Group, ...]
    aspects: tuple[Aspect, ...]
    priorities: tuple[Priority, ...]
    choices: Mapping[str, Mapping[str, int]]  # counts of the questions with named boxes

    def having(self, verdict: Verdict) -> tuple[Question, ...]:
        """Return the questions of this verdict, in printed order."""
        return tuple(q for q in self.questions.values() if q.verdict is verdict)

    @property
    def to_discuss(self) -> tuple[Question, ...]:
        """The questions to talk about first: the most divided ones on top."""
        labels = (Label.VERDEELD, Label.WISSELEND)
        found = [q for q in self.questions.values() if q.agreement.label in labels]
        return tuple(sorted(found, key=lambda q: q.agreement.contention))


def graded_rows(instrument: Instrument) -> tuple[ScaleQuestion, ...]:
    """Return the questions that are answered with --, -, +/-, + or ++."""
    return tuple(
        row
        for row in instrument.rows
        if isinstance(row, ScaleQuestion) and set(row.scale.options) == set(GRADES)
    )


def can_sum_up(instrument: Instrument) -> bool:
    """Whether a questionnaire has questions of the kind that this module sums up."""
    return bool(graded_rows(instrument))


def summarise(instrument: Instrument, lists: Sequence[Filled], n: int | None = None) -> Summary:
    """Sum up all lists.

    Args:
        instrument: the questionnaire.
        lists: what each says; a page that could not be put with its list is one by itself.
        n: lists handed in, where that is not their number.
    """
    questions = {row.key: _question(row, lists) for row in graded_rows(instrument)}
    factors = tuple(
        Group(str(f.number), f.title, tuple(questions[k] for k in keys if k in questions), f.text)
        for f in instrument.factors
        if (keys := factor_questions(instrument, f.number))
    )
    aspects = tuple(_aspect(instrument, part, questions, lists) for part in instrument.parts)
    choices = {
        row.key: {o: sum(f.answers.get(row.key) == o for f in lists) for o in row.options}
        for row in instrument.choices
    }
    return Summary(
        n=len(lists) if n is None else n,
        questions=questions,
        factors=factors,
        aspects=aspects,
        priorities=_priorities(factors),
        choices=choices,
    )


def factor_questions(instrument: Instrument, number: int) -> tuple[str, ...]:
    """Return the keys of the questions of a success factor."""
    graded = {row.key for row in graded_rows(instrument)}
    return tuple(
        row.key
        for section in instrument.sections
        if section.factor == number
        for row in section.rows
        if row.key in graded
    )


def _by_share(plus: int, rated: int) -> Verdict:
    """Compare as whole numbers: exactly two thirds must not depend on rounding."""
    if 3 * plus >= WELL * rated:
        return Verdict.WELL
    return Verdict.WORK if 3 * plus <= POORLY * rated else Verdict.PARTLY


def _question(row: ScaleQuestion, lists: Sequence[Filled]) -> Question:
    there = [filled for filled in lists if row.key in filled.answers]
    given = [filled.answers[row.key] for filled in there]
    waiting = sum(row.key in f.waiting and f.answers[row.key] is None for f in there)
    no_view = given.count(row.scale.no_view) if row.scale.no_view else 0
    return Question(
        row=row,
        # A doubt is our lack of view, not theirs: until it is settled, that list says nothing.
        agreement=agree([given.count(grade) for grade in GRADES], len(there) - waiting),
        no_view=no_view,
        blank=given.count(None) - waiting,
        waiting=waiting,
        absent=len(lists) - len(there),
        ticks=sum(f.answers.get(row.tick.key) is not None for f in there) if row.tick else 0,
    )


def _aspect(
    instrument: Instrument,
    part: Part,
    questions: Mapping[str, Question],
    lists: Sequence[Filled],
) -> Aspect:
    keys = [
        row.key
        for section in instrument.sections
        if instrument.part_of(section) == part.key
        for row in section.rows
    ]
    group = Group(part.key, part.title, tuple(questions[key] for key in keys if key in questions))
    own = [row for row in instrument.scaled if row.part == part.key]
    graded = next((row for row in own if row.options[0].isdecimal()), None)
    written = {
        row.key: sum(row.key in f.written for f in lists)
        for row in instrument.written
        if row.part == part.key
    }
    return Aspect(group, _grades(graded, lists) if graded else None, written)


def _grades(row: Scaled, lists: Iterable[Filled]) -> Grades:
    there = [filled for filled in lists if row.key in filled.answers]
    given = [filled.answers[row.key] for filled in there]
    waiting = sum(row.key in f.waiting and f.answers[row.key] is None for f in there)
    return Grades({o: given.count(o) for o in row.options}, given.count(None) - waiting, waiting)


# The order of priority

_URGENCY = tuple(Verdict)  # what can be better comes first, what nobody sees last


def _priorities(factors: Sequence[Group]) -> tuple[Priority, ...]:
    """Order the factors: by verdict, then by mean, then the earlier stage first.

    The quickscan says why the stages have an order: attitude and organisation are the ground on
    which the relation is built, and that carries attunement (page 2).
    """

    def rank(factor: Group) -> tuple[int, float]:
        # To one decimal: a hundredth of a point is no reason to turn the stages round.
        return _URGENCY.index(factor.verdict), round(factor.mean or 0.0, 1)

    ordered = sorted(factors, key=rank)
    ties = [rank(f) for f in factors]
    return tuple(
        Priority(place, factor, _reason(factor, is_tie=ties.count(rank(factor)) > 1))
        for place, factor in enumerate(ordered, 1)
    )


def _reason(factor: Group, *, is_tie: bool) -> str:
    """Say in Dutch why a factor stands where it stands."""
    total = len(factor.questions)
    counts = [(verdict, len(factor.having(verdict))) for verdict in Verdict]
    said = [f"{_of(n, total)} {_WORDS[verdict][n > 1]}" for verdict, n in counts if n]
    if factor.verdict is Verdict.NO_VIEW:
        said.append(f"{round(100 * factor.no_view_share)}% gaf geen oordeel")
    else:
        rated = sum(q.rated for q in factor.seen)
        plus = sum(q.plus for q in factor.seen)
        said.append(f"{round(100 * plus / rated)}% van de oordelen is + of ++")
    if is_tie and factor.verdict is not Verdict.NO_VIEW:
        said.append("bij gelijke stand gaat het eerdere stadium voor")
    return _sentence("; ".join(said))


_WORDS = {
    Verdict.WORK: ("kan beter", "kunnen beter"),
    Verdict.DISCUSS: ("is verdeeld beantwoord", "zijn verdeeld beantwoord"),
    Verdict.PARTLY: ("gaat deels goed", "gaan deels goed"),
    Verdict.WELL: ("gaat goed", "gaan goed"),
    Verdict.NO_VIEW: ("is niet goed te zien", "zijn niet goed te zien"),
}


def _of(count: int, total: int) -> str:
    if count == total:
        return "de vraag" if total == 1 else f"alle {total} vragen"
    return f"{count} van de {total} vragen"


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."
