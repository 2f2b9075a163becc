"""Find out where somebody stands on the map of a questionnaire.

In:  the answers of one participant, and the `Compass`: which questions make up which axis.
Out: a `Placement`; a `Position` when both axes are known; a `TeamSummary` of many.

A position is a mean answer on each axis. Which end of an axis lies where on the map, what the
quadrants are called and where they meet, the compass says. See the handbook of the
Schoolwaardenkompas, annex 1, "Hoe verwerk je de score?" and the map beside it.
"""

import math
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.compass import Compass
from forms.instrument import MapQuadrant


class Band(StrEnum):
    """Where a mean falls among the three bands that the handbook explains.

    The handbook (chapter 2) describes answers 1-2, 3-4 and 5-6. A mean may fall
    between two of them; then neither description is claimed. On a scale of other
    numbers the bands are the same shares of it.
    """

    LOW = "low"
    LOW_TO_MIDDLE = "low-to-middle"
    MIDDLE = "middle"
    MIDDLE_TO_HIGH = "middle-to-high"
    HIGH = "high"


@dataclass(frozen=True, slots=True)
class Position:
    """A place on the map: the mean answer on each axis."""

    vertical: float
    horizontal: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.vertical) and math.isfinite(self.horizontal)):
            raise ValueError(f"a place has two numbers, got {self.vertical}, {self.horizontal}")


@dataclass(frozen=True, slots=True)
class Placement:
    """What one participant's answers say about each axis."""

    vertical: float | None  # None: an answer is missing
    horizontal: float | None
    missing: tuple[str, ...]  # the questions without an answer, axis by axis

    @property
    def position(self) -> Position | None:
        """The place on the map; `None` as long as an axis is unknown."""
        if self.vertical is None or self.horizontal is None:
            return None
        return Position(self.vertical, self.horizontal)


@dataclass(frozen=True, slots=True)
class TeamSummary:
    """Where a team stands, and how far its people stand apart."""

    n: int
    mean: Position
    spread_vertical: float | None  # sample standard deviation (n - 1); None: one person
    spread_horizontal: float | None
    spread: float | None  # both axes together, see `spread`
    per_quadrant: Mapping[str, int]  # by key: people inside exactly one quadrant
    on_border: int  # everybody else


def place(answers: Mapping[str, int | None], compass: Compass) -> Placement:
    """Place one participant, as far as the answers to the questions of each axis go."""
    questions = {
        compass.vertical.key: compass.vertical_questions,
        compass.horizontal.key: compass.horizontal_questions,
    }
    asked = [question for axis in compass.axes for question in questions[axis.key]]
    return Placement(
        vertical=axis_mean(answers, compass.vertical_questions, compass),
        horizontal=axis_mean(answers, compass.horizontal_questions, compass),
        missing=tuple(question for question in asked if answers.get(question) is None),
    )


def axis_mean(
    answers: Mapping[str, int | None], questions: Sequence[str], compass: Compass
) -> float | None:
    """Average the answers to these questions; `None` when one of them is missing.

    >>> from forms.instrument import find
    >>> compass = Compass.of(find("stellingenlijst"))
    >>> axis_mean({"1": 2, "3": 3, "5": 2, "6": 2}, ["1", "3", "5", "6"], compass)
    2.25
    >>> axis_mean({"1": 2, "3": 3, "5": None, "6": 2}, ["1", "3", "5", "6"], compass)
    """
    if not questions:
        raise ValueError("an axis needs at least one question, got none")
    given: list[int] = []
    for question in questions:
        answer = answers.get(question)
        if answer is None:
            return None
        _refuse_off_the_scale(f"the answer to question {question!r}", answer, compass)
        given.append(answer)
    return statistics.fmean(given)


def quadrants_of(position: Position, compass: Compass) -> tuple[MapQuadrant, ...]:
    """Return the quadrant somebody lies in, or the two or four that meet where they lie."""
    refuse_off_the_map(position, compass)
    return compass.quadrants_at(position.vertical, position.horizontal)


def is_on_border(position: Position, compass: Compass) -> bool:
    """Say whether it lies exactly on an axis line, which about one person in six does."""
    return compass.border in (position.vertical, position.horizontal)


# The bands of the handbook as shares of its scale: 1-2, 3-4 and 5-6 of six boxes.
_BAND_ENDS = (0.2, 0.4, 0.6, 0.8)
_ROUNDING = 1e-9  # a share of the scale must stay one when it is not a binary fraction


def band(value: float, compass: Compass) -> Band:
    """Say in, or between, which bands a mean falls."""
    _refuse_off_the_scale("a mean", value, compass)
    share = (value - compass.lowest) / compass.span
    low, middle, middle_end, high = _BAND_ENDS
    if share <= low + _ROUNDING:
        return Band.LOW
    if share < middle - _ROUNDING:
        return Band.LOW_TO_MIDDLE
    if share <= middle_end + _ROUNDING:
        return Band.MIDDLE
    if share < high - _ROUNDING:
        return Band.MIDDLE_TO_HIGH
    return Band.HIGH


def summarise(positions: Sequence[Position], compass: Compass) -> TeamSummary | None:
    """Sum up a team; `None` when it is nobody."""
    if not positions:
        return None
    vertical = [position.vertical for position in positions]
    horizontal = [position.horizontal for position in positions]
    inside = Counter(
        quadrants_of(position, compass)[0].key
        for position in positions
        if not is_on_border(position, compass)
    )
    is_alone = len(positions) == 1
    return TeamSummary(
        n=len(positions),
        mean=Position(statistics.fmean(vertical), statistics.fmean(horizontal)),
        spread_vertical=None if is_alone else statistics.stdev(vertical),
        spread_horizontal=None if is_alone else statistics.stdev(horizontal),
        spread=spread(positions),
        per_quadrant={each.key: inside[each.key] for each in compass.quadrants},
        on_border=len(positions) - inside.total(),
    )


def spread(positions: Sequence[Position]) -> float | None:
    """Measure how far people typically stand from the middle of their team.

    The root of the two sample variances (n - 1) added up; `None` below two people.
    """
    if len(positions) < 2:
        return None
    return math.sqrt(
        statistics.variance(position.vertical for position in positions)
        + statistics.variance(position.horizontal for position in positions)
    )


def refuse_off_the_map(position: Position, compass: Compass) -> None:
    """Refuse a place that this map does not have, by the axis and the number."""
    along = compass.by_axis(position.vertical, position.horizontal)
    for axis, value in along.items():
        _refuse_off_the_scale(axis, value, compass)


def _refuse_off_the_scale(what: str, value: float, compass: Compass) -> None:
    low, high = compass.lowest, compass.highest
    if not low <= value <= high:  # this way round NaN is refused as well
        raise ValueError(f"{what} must be {low}..{high}, got {value}")
