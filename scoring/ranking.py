"""Rank statements: on which do people lie furthest apart, and on which do they move furthest.

In:  what everybody answered to each statement, per round, and why there is no answer.
Out: per statement a `RankedStatement`, by the measure and the labels of `scoring.agreement`.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.answers import Gap
from forms.instrument import Role, Round, StatementPair
from scoring.agreement import Agreement, Label, agree_on_scale
from scoring.groups import ENOUGH_ANSWERS

_UNANIMOUS = 1 - 1e-9  # a consensus from here on is that of people who all answer the same


@dataclass(frozen=True, slots=True)
class Respondent:
    """What somebody answered.

    Attributes:
        answers: per round, per statement a number; None where there is no answer that counts.
        number: on the sheet.
        first: what colleagues call them.
        gaps: per round, why there is no answer; a blank where that is not said.
    """

    name: str
    answers: Mapping[str, Mapping[str, int | None]]
    number: str = ""
    first: str = ""
    gaps: Mapping[str, Mapping[str, Gap]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a respondent needs a name or a number, got none")

    def gap(self, round_key: str, question: str) -> Gap | None:
        """Say why there is no answer in a round; None where there is one."""
        if self.answers[round_key].get(question) is not None:
            return None
        return self.gaps.get(round_key, {}).get(question, Gap.BLANK)


@dataclass(frozen=True, slots=True)
class StatementSpread:
    """What a round says on one statement.

    Attributes:
        gaps: how many people have no answer, by why.
        rank: 1 where people lie furthest apart; None where they are too few, or all alike.
    """

    agreement: Agreement
    gaps: Mapping[Gap, int]
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class StatementStep:
    """How the people who answered in both rounds move on one statement.

    Attributes:
        mean: in boxes, from practice to what is wished; to the right above 0.
        rank: 1 where they move furthest; None where they are too few, or do not move.
    """

    n: int
    mean: float
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class RankedStatement:
    """One statement, in every round that was filled in."""

    pair: StatementPair
    spreads: Mapping[str, StatementSpread]
    step: StatementStep | None  # None: nobody answered in both rounds


def rank_statements(
    pairs: Sequence[StatementPair], rounds: Sequence[Round], people: Sequence[Respondent]
) -> tuple[RankedStatement, ...]:
    """Rank these statements in each of these rounds, and by the step between them."""
    found = {
        asked.key: _ranked_spreads({pair.key: _spread(pair, asked.key, people) for pair in pairs})
        for asked in rounds
    }
    steps = _ranked_steps({pair.key: _step(pair, rounds, people) for pair in pairs})
    return tuple(
        RankedStatement(
            pair, {key: spreads[pair.key] for key, spreads in found.items()}, steps[pair.key]
        )
        for pair in pairs
    )


def by_spread(ranked: Sequence[RankedStatement], round_key: str, count: int = 2) -> tuple[str, ...]:
    """Name the statements on which people differ most in a round: talk about these."""
    ranks = {one.pair.key: one.spreads[round_key].rank for one in ranked}
    order = sorted((rank, key) for key, rank in ranks.items() if rank is not None)
    return tuple(key for _, key in order[:count])


def by_step(ranked: Sequence[RankedStatement]) -> str | None:
    """Name the statement on which the team's answers moved furthest; None when they did not."""
    return next((one.pair.key for one in ranked if one.step and one.step.rank == 1), None)


def _spread(pair: StatementPair, round_key: str, people: Sequence[Respondent]) -> StatementSpread:
    there = [person for person in people if round_key in person.answers]
    given = [person.answers[round_key].get(pair.key) for person in there]
    why = [person.gap(round_key, pair.key) for person in there]
    gaps = {gap: why.count(gap) for gap in Gap}
    counts = [sum(str(answer) == option for answer in given) for option in pair.options]
    # A doubt and a lost page are our lack of view, not theirs: until it is mended they say nothing.
    n = len(there) - gaps[Gap.DOUBT] - gaps[Gap.NOT_SCANNED]
    return StatementSpread(agree_on_scale(counts, n), gaps)


def _ranked_spreads(found: Mapping[str, StatementSpread]) -> dict[str, StatementSpread]:
    """Rank by label, then by agreement A and consensus, as the quickscan does what to discuss."""
    order = sorted(
        (key for key, spread in found.items() if _is_ranked(spread.agreement)),
        key=lambda key: found[key].agreement.contention,
    )
    return {
        key: replace(spread, rank=order.index(key) + 1 if key in order else None)
        for key, spread in found.items()
    }


def _is_ranked(agreement: Agreement) -> bool:
    return (
        agreement.label is not Label.ONVOLDOENDE_ZICHT and (agreement.consensus or 0.0) < _UNANIMOUS
    )


def _step(
    pair: StatementPair, rounds: Sequence[Round], people: Sequence[Respondent]
) -> StatementStep | None:
    """Measure the mean step, of everybody who answered this statement in both rounds."""
    by_role = {asked.role: asked.key for asked in rounds}
    practice, wished = by_role.get(Role.PRACTICE), by_role.get(Role.WISHED)
    if practice is None or wished is None:
        return None
    steps = []
    for person in people:
        start, end = (person.answers.get(key, {}).get(pair.key) for key in (practice, wished))
        if start is not None and end is not None:
            steps.append(end - start)
    return StatementStep(len(steps), statistics.fmean(steps)) if steps else None


def _ranked_steps(
    found: Mapping[str, StatementStep | None],
) -> dict[str, StatementStep | None]:
    order = sorted(
        (k for k, step in found.items() if step and step.n >= ENOUGH_ANSWERS and step.mean),
        key=lambda key: -abs(step.mean if (step := found[key]) else 0.0),
    )
    return {
        key: replace(step, rank=order.index(key) + 1 if key in order else None) if step else None
        for key, step in found.items()
    }
