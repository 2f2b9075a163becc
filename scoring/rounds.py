"""Compare the two rounds: where a team is, and where it wants to be.

In:  per participant the position in daily practice and the desired one, on the same `Compass`.
Out: a `Comparison`: how far, how many the same way, and which of the handbook's two
     scenarios fits; `in_words` says it in Dutch.

The handbook (chapter 4) has two scenarios: differences are very small or too diffuse
to show a trend, or they are considerable and somewhat consistent. The figures that
tell them apart are ours (docs/findings/teams.md 3). Average individual change is not
evidence: answers alone wobble 0.5 to 0.8 point without any change of mind.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from forms.compass import Compass
from forms.instrument import MapAxis, Role
from scoring.compass import Position, TeamSummary, quadrants_of, spread
from scoring.groups import CONVERGENCE_FROM, NO_VERDICT_BELOW, REST_FROM, TEST_FROM

# Lengths in this file are points on a scale of six boxes; another scale stretches them.
SIX_BOXES = 5.0  # points from end to end

# The three limits of scenario 2, set before anything was simulated. Half a point is
# one box further on two of the four statements.
CLEAR_SHIFT, CLEAR_SHARE, CLEAR_P = 0.5, 2 / 3, 0.05
NEAR_SHIFT, NEAR_SHARE, NEAR_P = 0.4, 0.55, 0.15  # "op de grens": the team decides
SMALL_STEP = 0.75  # people's own changes up to here are mostly noise in the answers

SMALL_TEAM_SHIFT = 0.75  # below `TEST_FROM` everybody has to move, and further

CONVERGENCE_RATIO = 0.7  # false in 0-4 % of simulated teams; 0.6 missed over half
SPREAD_OUT = 1.0  # say "verspreid" from here; noise alone spreads a team 0.6

# The middles of two groups lie apart: in another field, or so far that it shows from the chair.
APART, FAR_APART = 0.5, 1.0

EXACT_UP_TO = 12  # people: 2048 patterns
RANDOM_FLIPS = 9999
SEED = 1  # any fixed number: the same answers give the same figures

_ROUNDING = 1e-9  # a tie must stay a tie when a mean is not a binary fraction

_Steps = npt.NDArray[np.float64]  # one row per person, one column per axis


class Scenario(StrEnum):
    """The two scenarios of the handbook, chapter 4."""

    NO_VERDICT = "no verdict"  # too few people: show the picture only
    ONE = "1"  # little difference, or no trend in it
    TWO = "2"  # considerable and somewhat consistent


class NoTrend(StrEnum):
    """Why it is scenario 1."""

    SMALL = "klein"
    DIFFUSE = "diffuus"


@dataclass(frozen=True, slots=True)
class Heading:
    """Where a team goes on the map: along one axis, or along both into a quadrant.

    -1 is towards the low end of an axis, 1 towards the high end, 0 hardly along it.
    """

    vertical: int
    horizontal: int


# Eight directions, each an eighth turn from the one before.
_HEADINGS = tuple(
    Heading(*step)
    for step in ((0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1), (1, 0), (1, 1))
)


@dataclass(frozen=True, slots=True)
class Trend:
    """How far people move and whether they move the same way."""

    shift: float  # L: the length of the mean step, that is the shift of the team
    step: float  # m: the mean length of the steps of single people
    along: int  # people who move the way the others do
    share: float  # `along` as a part of all people
    p: float  # sign-flip test; for the facilitator's sheet, never on a poster

    @property
    def consistency(self) -> float:
        """R: 1 when all move exactly alike, 0 when the steps cancel or nobody moves."""
        return self.shift / self.step if self.step else 0.0


@dataclass(frozen=True, slots=True)
class AxisWay:
    """Which way the mean step goes on one axis, and how many people go that way."""

    axis: MapAxis
    end: str
    people: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """The difference between the desired position and daily practice of one team."""

    compass: Compass
    n: int
    vertical: float  # mean step from practice to what is wished, on the axis
    horizontal: float
    trend: Trend  # both axes together
    trend_vertical: Trend
    trend_horizontal: Trend
    same_way_vertical: int  # people whose step on the axis goes the way of the mean step
    same_way_horizontal: int
    spread_practice: float | None  # None below two people
    spread_wished: float | None
    scenario: Scenario
    reason: NoTrend | None  # None unless it is scenario 1
    is_close_call: bool  # "op de grens": scenario 1, but the team decides

    @property
    def spread_ratio(self) -> float | None:
        """Spread of the wished places as a part of that of practice; `None` if that is nothing."""
        if not self.spread_practice or self.spread_wished is None:
            return None
        return self.spread_wished / self.spread_practice

    @property
    def is_converging(self) -> bool:
        """Whether people want to stand closer together: "naar elkaar toe".

        People who want the same spot from different sides have a mean step near
        zero, and yet a clear goal.
        """
        ratio = self.spread_ratio
        return (
            self.n >= CONVERGENCE_FROM
            and ratio is not None
            and ratio <= CONVERGENCE_RATIO + _ROUNDING
        )

    @property
    def heading(self) -> Heading | None:
        """Say which way the team goes; `None` when it stays where it is."""
        return heading_of(self.vertical, self.horizontal)

    @property
    def ways(self) -> tuple[AxisWay, ...]:
        """Where people go on each axis, the vertical one first; none where they stay."""
        found = (
            (self.compass.vertical, self.vertical, self.same_way_vertical),
            (self.compass.horizontal, self.horizontal, self.same_way_horizontal),
        )
        return tuple(
            AxisWay(axis, axis.low if mean < 0 else axis.high, people)
            for axis, mean, people in found
            if people
        )


def heading_of(vertical: float, horizontal: float) -> Heading | None:
    """Say which way a step leads on the map; `None` when it leads nowhere."""
    if math.hypot(vertical, horizontal) < _ROUNDING:
        return None
    angle = math.degrees(math.atan2(-vertical, horizontal))
    return _HEADINGS[round(angle / 45) % len(_HEADINGS)]


def how_far(shift: float, heading: Heading | None, compass: Compass) -> str:
    """Say in Dutch how far a step leads, and where to.

    >>> from forms.instrument import find
    >>> how_far(1.25, Heading(-1, 1), Compass.of(find("stellingenlijst")))
    '1,2 punt richting samen'
    """
    far = f"{shift:.1f} punt".replace(".", ",")
    if heading is None:
        return far
    along = (heading.vertical, heading.horizontal)
    for axis, step in zip((compass.vertical, compass.horizontal), along, strict=True):
        if along.count(0) and step:
            end = axis.low if step < 0 else axis.high
            return f"{far} richting {end}, vooral op de {axis.name}"
    middle = compass.border
    (quadrant,) = compass.quadrants_at(middle + heading.vertical, middle + heading.horizontal)
    return f"{far} richting {quadrant.title}"


def compare(pairs: Sequence[tuple[Position, Position]], compass: Compass) -> Comparison:
    """Compare the rounds: (practice, wished) of everybody who has a position in both."""
    steps = _steps(pairs)
    n = len(pairs)
    signs = _signs(n)
    trend = _trend(steps, signs)
    scenario, reason, is_close_call = _judge(n, trend, compass)
    vertical, horizontal = (steps.sum(axis=0) / max(n, 1)).tolist()
    return Comparison(
        compass=compass,
        n=n,
        vertical=vertical,
        horizontal=horizontal,
        trend=trend,
        trend_vertical=_trend(steps[:, :1], signs),
        trend_horizontal=_trend(steps[:, 1:], signs),
        same_way_vertical=_same_way(steps[:, 0]),
        same_way_horizontal=_same_way(steps[:, 1]),
        spread_practice=spread([practice for practice, _ in pairs]),
        spread_wished=spread([wished for _, wished in pairs]),
        scenario=scenario,
        reason=reason,
        is_close_call=is_close_call,
    )


def stretched(limit: float, compass: Compass) -> float:
    """Turn a length on six boxes into one on the scale of this map."""
    return limit * compass.span / SIX_BOXES


def are_apart(one: TeamSummary, other: TeamSummary, compass: Compass) -> bool:
    """Say whether the middles of two groups lie so far apart that it has to be said."""
    if min(one.n, other.n) < REST_FROM:
        return False
    far = math.hypot(
        one.mean.vertical - other.mean.vertical, one.mean.horizontal - other.mean.horizontal
    )
    fields = [set(quadrants_of(group.mean, compass)) for group in (one, other)]
    least = FAR_APART if fields[0] & fields[1] else APART
    return _reaches(far, stretched(least, compass))


def in_words(
    comparison: Comparison,
    colleagues: int | None = None,
    *,
    is_team: bool = True,
    are_all: bool = True,
) -> str:
    """Say in Dutch what the rounds show, and no more.

    Args:
        comparison: of the people who have a place in both rounds.
        colleagues: how many people there are in all, where that is known.
        is_team: whether they are so many of these that it may be said of the team.
        are_all: whether they are everybody who handed in both lists.
    """
    who = None if is_team else who_they_are(comparison.n, are_all=are_all)
    said = [
        _say_convergence(comparison, who),
        _say_verdict(comparison, who, are_all=are_all),
        _say_who(comparison.n, colleagues),
    ]
    return " ".join(sentence for sentence in said if sentence)


def who_they_are(n: int, *, are_all: bool = True) -> str:
    """Name the people who are compared, where they are not the team.

    >>> who_they_are(5), who_they_are(5, are_all=False)
    ('de 5 die beide lijsten invulden', 'de 5 van wie beide lijsten meetellen')
    """
    if n == 1:
        return "de ene die beide lijsten invulde"
    return (
        f"de {n} die beide lijsten invulden"
        if are_all
        else (f"de {n} van wie beide lijsten meetellen")
    )


def _steps(pairs: Sequence[tuple[Position, Position]]) -> _Steps:
    """List everybody's step, in an order that does not depend on who came first."""
    steps = sorted(
        (wished.vertical - practice.vertical, wished.horizontal - practice.horizontal)
        for practice, wished in pairs
    )
    return np.array(steps, dtype=np.float64).reshape(-1, 2)


def _signs(n: int) -> _Steps:
    """List ways to turn people's steps round; the first way turns nobody.

    Turning everybody gives the same length again, so in the exact list the last
    person never turns: 2^(n-1) patterns.
    """
    if n <= EXACT_UP_TO:
        patterns = np.arange(2 ** max(n - 1, 0))[:, np.newaxis]
        turned = patterns >> np.arange(n) & 1
    else:
        turned = np.random.default_rng(SEED).integers(0, 2, (1 + RANDOM_FLIPS, n))
        turned[0] = 0
    return np.where(turned, -1.0, 1.0)


def _trend(steps: _Steps, signs: _Steps) -> Trend:
    n = len(steps)
    total = steps.sum(axis=0)
    others = total - steps  # leave-one-out: nobody votes for himself
    along = int(np.count_nonzero((steps * others).sum(axis=1) > _ROUNDING))
    return Trend(
        shift=math.hypot(*total) / max(n, 1),
        step=math.fsum(np.linalg.norm(steps, axis=1)) / max(n, 1),
        along=along,
        share=along / max(n, 1),
        p=_sign_flip(steps, signs),
    )


def _same_way(steps: npt.NDArray[np.float64]) -> int:
    """Count the steps on one axis that go the way of their sum; none where they cancel."""
    total = steps.sum()
    return (
        int(np.count_nonzero(steps * np.sign(total) > _ROUNDING)) if abs(total) > _ROUNDING else 0
    )


def _sign_flip(steps: _Steps, signs: _Steps) -> float:
    """Test whether steps that point anywhere would add up to this much by luck.

    Without a trend each step could as well have been its opposite, both axes at once
    (J. Zhu and G. Neuhaus, Journal of Multivariate Analysis 67(2), 1998). The answer
    is the part of the patterns that leads at least as far as the real one, which
    counts among them.
    """
    lengths = np.square(signs @ steps).sum(axis=1)
    return float(np.mean(lengths >= lengths[0] - _ROUNDING))


def _judge(n: int, trend: Trend, compass: Compass) -> tuple[Scenario, NoTrend | None, bool]:
    """Decide by the table of docs/comparison.md."""
    if n < NO_VERDICT_BELOW:
        return Scenario.NO_VERDICT, None, False
    scale = compass.span / SIX_BOXES
    if n < TEST_FROM:
        is_clear = trend.along == n and _reaches(trend.shift, SMALL_TEAM_SHIFT * scale)
        is_near = False
    else:
        is_clear = _passes(trend, CLEAR_SHIFT * scale, CLEAR_SHARE, CLEAR_P)
        is_near = _passes(trend, NEAR_SHIFT * scale, NEAR_SHARE, NEAR_P)
    if is_clear:
        return Scenario.TWO, None, False
    is_small = not (
        _reaches(trend.shift, CLEAR_SHIFT * scale) or _reaches(trend.step, SMALL_STEP * scale)
    )
    return Scenario.ONE, NoTrend.SMALL if is_small else NoTrend.DIFFUSE, is_near


def _passes(trend: Trend, shift: float, share: float, p: float) -> bool:
    return _reaches(trend.shift, shift) and trend.share >= share and trend.p <= p


def _reaches(value: float, limit: float) -> bool:
    return value >= limit - _ROUNDING


def _say_convergence(comparison: Comparison, who: str | None) -> str:
    if not comparison.is_converging:
        return ""
    if (comparison.spread_practice or 0.0) < stretched(SPREAD_OUT, comparison.compass):
        if who is None:
            return "Jullie willen dichter bij elkaar uitkomen dan jullie nu staan."
        return _sentence(f"{who}, willen dichter bij elkaar uitkomen dan zij nu staan")
    if who is None:
        return "Jullie staan nu verspreid, maar willen naar dezelfde plek."
    return _sentence(f"{who}, staan nu verspreid, maar willen naar dezelfde plek")


def _say_verdict(comparison: Comparison, who: str | None, *, are_all: bool) -> str:
    far = _how_far(comparison)
    match comparison.scenario, comparison.reason:
        case Scenario.NO_VERDICT, _:
            few = f"minder dan {NO_VERDICT_BELOW} collega's"
            said = f"{few} hebben beide lijsten helemaal ingevuld"
            return (
                f"{_sentence(said if are_all else f'van {few} tellen beide lijsten mee')} "
                "Kijk samen naar de kaart; een conclusie is er niet."
            )
        case Scenario.TWO, _:
            said = f"{who}, willen" if who else "het team wil"
            return (
                f"{_sentence(f'{said} duidelijk een andere kant op: gemiddeld {far}')} "
                f"{_sentence(_say_ways(comparison, _headed(comparison)))}"
            )
        case _ if comparison.is_close_call:
            said = f"bij {who}, lijkt er een richting" if who else "er lijkt een richting"
            return (
                f"{_sentence(f'{said} te zijn: gemiddeld {far}')} "
                "Het is te weinig om zeker te zijn. Herkent het team dit?"
            )
        case _, NoTrend.SMALL:
            return _say_small(comparison.compass, who)
        case _ if comparison.trend.share >= CLEAR_SHARE:
            # "Niet dezelfde kant op" would be untrue here: most do, but they are few,
            # or one of them moves much further than the rest.
            said = f"gemiddeld schuiven {who}," if who else "het team schuift gemiddeld"
            return (
                f"{_sentence(f'{said} {far}')} "
                f"{_sentence(_say_ways(comparison, _headed(comparison)))} "
                "Dat is niet genoeg om zeker te zijn. Herkent het team dit?"
            )
        case _ if comparison.is_converging:
            said = "zij" if who else "jullie"
            return f"{_sentence(f'{said} komen van verschillende kanten')} {_LOOK}"
        case _:
            said = f"bij {who}, zijn er verschillen" if who else "er zijn verschillen"
            most = [w for w in comparison.ways if w.people >= CLEAR_SHARE * comparison.n]
            on_axes = f" {_sentence(_say_ways(comparison, most))}" if most else ""
            return f"{_sentence(f'{said}, maar ze wijzen niet dezelfde kant op')}{on_axes} {_LOOK}"


_LOOK = "Kijk naar de losse stellingen."


def _headed(comparison: Comparison) -> list[AxisWay]:
    """Choose the axes along which the team goes: one, or both when it goes into a quadrant."""
    heading = comparison.heading
    if heading is None:
        return []
    along = {
        comparison.compass.vertical.key: heading.vertical,
        comparison.compass.horizontal.key: heading.horizontal,
    }
    return [way for way in comparison.ways if along[way.axis.key]]


def _say_ways(comparison: Comparison, ways: Sequence[AxisWay]) -> str:
    """Say how many people go which way on these axes; "the same way" alone is not seen on a map."""
    said = []
    for way in ways:
        verb = "gaat" if way.people == 1 else "gaan"
        people = (
            f"alle {comparison.n} mensen"
            if way.people == comparison.n
            else f"{way.people} van de {comparison.n} mensen"
        )
        said.append(f"op de {way.axis.name} {verb} {people} richting {way.end}")
    return ", ".join(said)


def _sentence(said: str) -> str:
    return f"{said[:1].upper()}{said[1:]}."


def _say_small(compass: Compass, who: str | None) -> str:
    """Say that the rounds lie close together, and what a small difference is."""
    names = [asked.name for role in (Role.WISHED, Role.PRACTICE) for asked in compass.rounds
             if asked.role is role]  # fmt: skip
    said = " en ".join(names)
    said = f"bij {who}, liggen {said}" if who else f"{said} liggen"
    small = stretched(CLEAR_SHIFT, compass)
    counts = {len(compass.vertical_questions), len(compass.horizontal_questions)}
    boxes = small * max(counts)
    means = ""
    if len(counts) == 1 and abs(boxes - round(boxes)) < _ROUNDING and round(boxes) > 1:
        means = f": dat is één kruisje verschil op {_NUMBERS.get(round(boxes), round(boxes))} "
        means += "stellingen"
    return (
        f"{_sentence(f'{said} dicht bij elkaar')} Verschillen kleiner dan {points(small)} "
        f"zeggen weinig{means}."
    )


_NUMBERS = {2: "twee", 3: "drie", 4: "vier", 5: "vijf", 6: "zes", 7: "zeven", 8: "acht"}


def points(length: float) -> str:
    """Say a length on the scale in Dutch.

    >>> points(0.5), points(0.4)
    ('een half punt', '0,4 punt')
    """
    return "een half punt" if length == 0.5 else f"{length:.2g} punt".replace(".", ",")


def _how_far(comparison: Comparison) -> str:
    return how_far(comparison.trend.shift, comparison.heading, comparison.compass)


def _say_who(n: int, colleagues: int | None) -> str:
    if n == 0:
        return ""
    if colleagues is None:
        who = "1 collega" if n == 1 else f"{n} collega's"
    elif colleagues < n:
        raise ValueError(f"colleagues must be {n} or more, got {colleagues}")
    else:
        who = f"{n} van de {colleagues} collega's"
    return f"Dit zijn de antwoorden van {who} op één dag."
