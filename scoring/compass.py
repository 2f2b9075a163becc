"""Find out where somebody stands on the map of the Schoolwaardenkompas.

In:  the answers 1..6 of one participant, and which questions make up which axis.
Out: a `Placement`; a `Position` when both axes are known; a `TeamSummary` of many.

On the doel-as 1 is collectief (top) and 6 persoonlijk (bottom); on the relatie-as
1 is boven (right) and 6 naast (left). See the handbook, annex 1, "Hoe verwerk je de
score?" and the map beside it.
"""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

LOWEST, HIGHEST = 1, 6  # the boxes of a statement pair, from left to right
BORDER = 3.5  # between boxes 3 and 4, where the axes of the map cross


class Axis(StrEnum):
    """The two axes of the map."""

    DOEL = "doel"
    RELATIE = "relatie"


class Quadrant(StrEnum):
    """The four fields of the map, in reading order from the top left."""

    SAMEN = "samen"
    DOMINANT = "dominant"
    VRIJ = "vrij"
    INDIVIDUEEL = "individueel"


class Band(StrEnum):
    """Where a mean falls among the three bands that the handbook explains.

    The handbook (chapter 2) describes answers 1-2, 3-4 and 5-6. A mean may fall
    between two of them; then neither description is claimed.
    """

    LOW = "low"
    LOW_TO_MIDDLE = "low-to-middle"
    MIDDLE = "middle"
    MIDDLE_TO_HIGH = "middle-to-high"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the map: the mean answer on each axis."""

    doel: float
    relatie: float

    def __post_init__(self) -> None:
        for axis, value in ((Axis.DOEL, self.doel), (Axis.RELATIE, self.relatie)):
            _refuse_off_the_scale(axis, value)

    @property
    def quadrants(self) -> tuple[Quadrant, ...]:
        """The quadrant it lies in, or the two or four that meet where it lies."""
        top, bottom = self.doel <= BORDER, self.doel >= BORDER
        left, right = self.relatie >= BORDER, self.relatie <= BORDER
        touched = {
            Quadrant.SAMEN: top and left,
            Quadrant.DOMINANT: top and right,
            Quadrant.VRIJ: bottom and left,
            Quadrant.INDIVIDUEEL: bottom and right,
        }
        return tuple(quadrant for quadrant, is_touched in touched.items() if is_touched)

    @property
    def is_on_border(self) -> bool:
        """Whether it lies exactly on an axis line, which about one person in six does."""
        return BORDER in (self.doel, self.relatie)


@dataclass(frozen=True, slots=True)
class Placement:
    """What one participant's answers say about each axis."""

    doel: float | None  # None: an answer is missing
    relatie: float | None
    missing: tuple[str, ...]  # the questions without an answer, axis by axis

    @property
    def position(self) -> Position | None:
        """The place on the map; `None` as long as an axis is unknown."""
        if self.doel is None or self.relatie is None:
            return None
        return Position(self.doel, self.relatie)


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """Where a team stands, and how far its people stand apart."""

    n: int
    mean: Position
    spread_doel: float | None  # sample standard deviation (n - 1); None: one person
    spread_relatie: float | None
    spread: float | None  # both axes together, see `spread`
    per_quadrant: Mapping[Quadrant, int]  # people inside exactly one quadrant
    on_border: int  # everybody else


def place(answers: Mapping[str, int | None], axes: Mapping[str, Sequence[str]]) -> Placement:
    """Place one participant, as far as the answers to the questions of each axis go."""
    if unknown := set(Axis) - set(axes):
        raise ValueError(
            f"the compass needs the axes {', '.join(Axis)}; missing: {', '.join(sorted(unknown))}"
        )
    asked = [question for axis in Axis for question in axes[axis]]
    return Placement(
        doel=axis_mean(answers, axes[Axis.DOEL]),
        relatie=axis_mean(answers, axes[Axis.RELATIE]),
        missing=tuple(question for question in asked if answers.get(question) is None),
    )


def axis_mean(answers: Mapping[str, int | None], questions: Sequence[str]) -> float | None:
    """Average the answers to these questions; `None` when one of them is missing.

    >>> axis_mean({"1": 2, "3": 3, "5": 2, "6": 2}, ["1", "3", "5", "6"])
    2.25
    >>> axis_mean({"1": 2, "3": 3, "5": None, "6": 2}, ["1", "3", "5", "6"])
    """
    if not questions:
        raise ValueError("an axis needs at least one question, got none")
    given: list[int] = []
    for question in questions:
        answer = answers.get(question)
        if answer is None:
            return None
        _refuse_off_the_scale(f"the answer to question {question!r}", answer)
        given.append(answer)
    return statistics.fmean(given)


def band(value: float) -> Band:
    """Say in, or between, which bands of the handbook a mean falls."""
    _refuse_off_the_scale("a mean", value)
    if value <= 2:
        return Band.LOW
    if value < 3:
        return Band.LOW_TO_MIDDLE
    if value <= 4:
        return Band.MIDDLE
    if value < 5:
        return Band.MIDDLE_TO_HIGH
    return Band.HIGH


def summarise(positions: Sequence[Position]) -> TeamSummary | None:
    """Sum up a team; `None` when it is nobody."""
    if not positions:
        return None
    doel = [position.doel for position in positions]
    relatie = [position.relatie for position in positions]
    inside = Counter(position.quadrants[0] for position in positions if not position.is_on_border)
    is_alone = len(positions) == 1
    return TeamSummary(
        n=len(positions),
        mean=Position(statistics.fmean(doel), statistics.fmean(relatie)),
        spread_doel=None if is_alone else statistics.stdev(doel),
        spread_relatie=None if is_alone else statistics.stdev(relatie),
        spread=spread(positions),
        per_quadrant={quadrant: inside[quadrant] for quadrant in Quadrant},
        on_border=len(positions) - inside.total(),
    )


def spread(positions: Sequence[Position]) -> float | None:
    """Measure how far people typically stand from the middle of their team.

    The root of the two sample variances (n - 1) added up; `None` below two people.
    """
    if len(positions) < 2:
        return None
    return math.sqrt(
        statistics.variance(position.doel for position in positions)
        + statistics.variance(position.relatie for position in positions)
    )


def to_unit(position: Position) -> tuple[float, float]:
    """Give the place on a map of 1 by 1: x from the left, y from the top.

    >>> to_unit(Position(doel=1, relatie=6))
    (0.0, 0.0)
    """
    length = HIGHEST - LOWEST
    return (HIGHEST - position.relatie) / length, (position.doel - LOWEST) / length


def _refuse_off_the_scale(what: str, value: float) -> None:
    if not LOWEST <= value <= HIGHEST:  # this way round NaN is refused as well
        raise ValueError(f"{what} must be {LOWEST}..{HIGHEST}, got {value}")
