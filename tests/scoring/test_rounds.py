import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.compass import Position
from scoring.rounds import Comparison, NoTrend, Scenario, compare, how_far, in_words
from tests.maps import COMPASS

Point = tuple[float, float]
Team = list[tuple[Position, Position]]

means = st.integers(4, 24).map(lambda total: total / 4)
positions = st.builds(Position, means, means)
teams = st.lists(st.tuples(positions, positions), max_size=12)
larger_teams = st.lists(st.tuples(positions, positions), min_size=13, max_size=20)


def pairs(nu: list[Point], gewenst: list[Point]) -> Team:
    return [(Position(*a), Position(*b)) for a, b in zip(nu, gewenst, strict=True)]


def moved(*steps: Point) -> Comparison:
    """Compare a team of which everybody starts in the middle."""
    return compare([(Position(3.5, 3.5), Position(3.5 + a, 3.5 + b)) for a, b in steps], COMPASS)


# fmt: off
V1 = pairs(
    nu=[(3.5, 3.0), (4.0, 2.5), (3.25, 3.5), (4.25, 3.0),
        (3.75, 2.75), (3.5, 3.25), (4.5, 2.25), (3.0, 3.75)],
    gewenst=[(2.5, 4.25), (2.75, 4.0), (2.5, 4.5), (3.0, 4.0),
             (2.75, 4.25), (2.25, 4.75), (3.25, 3.5), (2.75, 4.0)],
)
V2 = pairs(
    nu=[(3.0, 4.0), (3.25, 3.75), (2.75, 4.25), (3.5, 3.5),
        (3.0, 3.75), (2.5, 4.5), (3.25, 4.0), (3.0, 4.25)],
    gewenst=[(3.25, 4.0), (3.0, 3.75), (2.75, 4.0), (3.25, 3.75),
             (3.25, 3.75), (2.5, 4.25), (3.0, 4.25), (3.0, 4.5)],
)
V3 = pairs(
    nu=[(3.5, 3.5), (3.0, 4.0), (4.0, 3.0), (3.25, 3.25),
        (2.75, 4.25), (3.75, 3.75), (3.0, 3.0), (4.0, 4.0)],
    gewenst=[(2.25, 4.75), (4.25, 2.75), (2.5, 4.25), (4.5, 2.0),
             (4.0, 3.0), (2.5, 5.0), (4.25, 2.0), (2.75, 5.0)],
)
V4 = pairs(
    nu=[(2, 2), (5, 2), (2, 5), (5, 5), (3.5, 1.75), (3.5, 5.25), (1.75, 3.5), (5.25, 3.5)],
    gewenst=[(3.25, 3.75), (3.5, 3.5), (3.25, 3.5), (3.5, 3.75),
             (3.5, 3.5), (3.5, 3.75), (3.25, 3.5), (3.5, 3.5)],
)
# fmt: on
V5 = V1[:5]
V6 = [(nu, nu) for nu, _ in V1]


@pytest.mark.parametrize(
    ("team", "mean_step", "shift", "step", "consistency", "share", "p"),
    [
        pytest.param(V1, (-1.0, 1.15625), 1.5287, 1.5351, 0.9958, 1, 1 / 128, id="V1"),
        pytest.param(V2, (-0.03125, 0.03125), 0.0442, 0.2759, 0.1602, 0, 1, id="V2"),
        pytest.param(V3, (-0.03125, 0), 0.03125, 1.7491, 0.0179, 0, 1, id="V3"),
        pytest.param(V4, (-0.09375, 0.09375), 0.1326, 1.8346, 0.0723, 0, 118 / 128, id="V4"),
        pytest.param(V5, (-1.05, 1.25), 1.6325, 1.6414, 0.9946, 1, 1 / 16, id="V5"),
        pytest.param(V6, (0, 0), 0, 0, 0, 0, 1, id="V6, nobody moved"),
    ],
)
def test_known_teams_get_their_figures(
    team: Team,
    mean_step: Point,
    shift: float,
    step: float,
    consistency: float,
    share: float,
    p: float,
) -> None:
    """The exact values of docs/comparison.md, so that the rule can be rebuilt."""
    result = compare(team, COMPASS)

    assert (result.vertical, result.horizontal) == pytest.approx(mean_step, abs=1e-12)
    assert result.trend.shift == pytest.approx(shift, abs=5e-5)
    assert result.trend.step == pytest.approx(step, abs=5e-5)
    assert result.trend.consistency == pytest.approx(consistency, abs=5e-5)
    assert (result.trend.share, result.trend.p) == (share, p)


@pytest.mark.parametrize(
    ("team", "scenario", "reason", "is_converging"),
    [
        pytest.param(V1, "2", None, True, id="V1"),
        pytest.param(V2, "1", "klein", False, id="V2"),
        pytest.param(V3, "1", "diffuus", False, id="V3"),
        pytest.param(V4, "1", "diffuus", True, id="V4"),
        pytest.param(V5, "2", None, False, id="V5"),
        pytest.param(V6, "1", "klein", False, id="V6"),
        pytest.param(V1[:3], "no verdict", None, False, id="three people"),
        pytest.param([], "no verdict", None, False, id="nobody"),
    ],
)
def test_known_teams_get_their_scenario(
    team: Team,
    scenario: str,
    reason: str | None,
    is_converging: bool,
) -> None:
    """The scenario decides what the team talks about for the rest of the afternoon."""
    result = compare(team, COMPASS)

    assert (result.scenario, result.reason) == (scenario, reason)
    assert result.is_converging is is_converging
    assert not result.is_close_call


@pytest.mark.parametrize(
    ("team", "spread_nu", "spread_gewenst", "ratio"),
    [
        pytest.param(V1, 0.7126, 0.4887, 0.6858, id="V1"),
        pytest.param(V4, 2.0788, 0.1830, 0.0880, id="V4"),
    ],
)
def test_known_teams_get_their_spread(
    team: Team, spread_nu: float, spread_gewenst: float, ratio: float
) -> None:
    """People who want the same spot from different sides have a goal, though no mean step."""
    result = compare(team, COMPASS)

    assert result.spread_practice == pytest.approx(spread_nu, abs=5e-5)
    assert result.spread_wished == pytest.approx(spread_gewenst, abs=5e-5)
    assert result.spread_ratio == pytest.approx(ratio, abs=5e-5)


def test_a_spread_that_was_nothing_has_no_ratio() -> None:
    """A team on one spot can only move apart, and must not divide by zero."""
    assert compare(V3, COMPASS).spread_ratio == pytest.approx(2.3749, abs=5e-5)
    assert moved(*[(0, 0.5)] * 8).spread_ratio is None
    assert compare([], COMPASS).spread_ratio is None


@pytest.mark.parametrize(
    ("result", "scenario"),
    [
        pytest.param(moved(*[(0, 0.75)] * 4), "2", id="four, all the same way, far enough"),
        pytest.param(moved(*[(0, 0.5)] * 5), "1", id="five, all the same way, not far enough"),
        pytest.param(moved(*[(0, 2.0)] * 4, (0, -0.25)), "1", id="five, one the other way"),
        pytest.param(moved(*[(0, 0.5)] * 6), "2", id="six, exactly half a point"),
        pytest.param(moved(*[(0.3, 0.4)] * 10), "2", id="half a point, not in binary"),
        pytest.param(moved(*[(0, 0.75)] * 8, *[(0, 0)] * 4), "2", id="exactly two thirds along"),
        pytest.param(moved(*[(0, 1)] * 7, *[(0, 0)] * 5), "1", id="fewer than two thirds along"),
    ],
)
def test_the_limits_themselves_count(result: Comparison, scenario: str) -> None:
    """A team that is exactly at a limit must not depend on how a computer rounds."""
    assert result.scenario == scenario


def test_a_team_on_the_line_decides_for_itself() -> None:
    """Near the limits a machine should ask, not judge."""
    result = moved(*[(0, 1)] * 7, *[(0, 0)] * 5)

    assert result.scenario is Scenario.ONE
    assert result.is_close_call


def test_a_team_that_moves_sideways_shows_it_on_one_axis_only() -> None:
    """A team may know what it wants in the one thing and not in the other."""
    result = moved(*[(0.25, 1), (-0.25, 1)] * 4)

    assert (result.vertical, result.horizontal) == (0, 1)
    assert (result.trend_horizontal.shift, result.trend_horizontal.share) == (1, 1)
    assert result.trend_horizontal.p == 1 / 128
    assert (result.trend_vertical.shift, result.trend_vertical.along, result.trend_vertical.p) == (
        0,
        0,
        1,
    )


@pytest.mark.parametrize(
    ("step", "towards"),
    [
        ((0, 1), "naast"),
        ((-1, 1), "samen"),
        ((-1, 0), "collectief"),
        ((-1, -1), "dominant"),
        ((0, -1), "boven"),
        ((1, -1), "individueel"),
        ((1, 0), "persoonlijk"),
        ((1, 1), "vrij"),
        ((0.25, 1), "naast"),
        ((-0.5, 1), "samen"),
    ],
)
def test_the_heading_is_a_word_on_the_map(step: Point, towards: str) -> None:
    """Nobody in the room thinks in plus and minus."""
    assert moved(*[(0, 0)] * 4).heading is None
    said = how_far(1, moved(*[step] * 4).heading, COMPASS)

    assert said.partition(", vooral")[0] == f"1.0 punt richting {towards}".replace(".", ",")


@pytest.mark.parametrize("n", [12, 13, 60])
def test_chance_is_counted_or_drawn_to_the_same_answer(n: int) -> None:
    """The step from counting all patterns to drawing some must not be seen.

    Without a second axis this is a sign test: all but two go one way, equally far.
    """
    result = moved(*[(0, 1)] * (n - 2), *[(0, -1)] * 2)
    exact = 2 * sum(math.comb(n, k) for k in range(3)) / 2**n

    assert result.trend.p == pytest.approx(exact, abs=0.003)


@given(st.data(), teams | larger_teams)
def test_the_order_of_people_does_not_matter(data: st.DataObject, team: Team) -> None:
    """The same pile scanned again gives the same figures, drawn patterns included."""
    assert compare(data.draw(st.permutations(team)), COMPASS) == compare(team, COMPASS)


@given(teams)
def test_the_mirrored_team_goes_the_other_way_just_as_clearly(team: Team) -> None:
    """No quadrant is easier to move to than another."""
    here = compare(team, COMPASS)
    there = compare([(_mirrored(nu), _mirrored(gewenst)) for nu, gewenst in team], COMPASS)

    assert (there.vertical, there.horizontal) == (-here.vertical, -here.horizontal)
    assert there.trend == here.trend
    assert (there.scenario, there.reason) == (here.scenario, here.reason)


@given(teams)
def test_swapping_the_rounds_only_turns_the_arrow(team: Team) -> None:
    """Which pile was read first says nothing about how much people differ."""
    forth, back = compare(team, COMPASS), compare([(gewenst, nu) for nu, gewenst in team], COMPASS)

    assert (back.vertical, back.horizontal) == (-forth.vertical, -forth.horizontal)
    assert back.trend == forth.trend


@given(teams)
def test_the_figures_stay_between_their_ends(team: Team) -> None:
    """The team cannot move further than its people do."""
    trend = compare(team, COMPASS).trend

    assert 0 <= trend.shift <= trend.step + 1e-9
    assert 0 <= trend.consistency <= 1 + 1e-9
    assert 0 < trend.p <= 1


@given(teams)
def test_a_reason_belongs_to_scenario_one(team: Team) -> None:
    """Asking the team as well: scenario 2 is said without an if."""
    result = compare(team, COMPASS)

    assert (result.reason is not None) == (result.scenario is Scenario.ONE)
    assert not result.is_close_call or result.scenario is Scenario.ONE


@pytest.mark.parametrize(
    ("people", "change", "least", "most"),
    [
        pytest.param(5, 0.0, 0.0, 0.05, id="five, no change"),
        pytest.param(8, 0.0, 0.0, 0.07, id="eight, no change"),
        pytest.param(20, 0.0, 0.0, 0.03, id="twenty, no change"),
        pytest.param(8, 1.0, 0.65, 1.0, id="eight, one point"),
        pytest.param(20, 1.0, 0.95, 1.0, id="twenty, one point"),
    ],
)
def test_teams_that_change_are_told_from_teams_that_do_not(
    people: int, change: float, least: float, most: float
) -> None:
    """Answers wobble; we may seldom cry change, and should find a whole point.

    The bounds leave room for 100-200 drawn teams around the simulated table of
    docs/findings/teams.md 3.
    """
    random = np.random.default_rng(63)
    count = 200 if people <= 12 else 100
    drawn = [compare(_team(random, people, change), COMPASS) for _ in range(count)]

    assert least <= sum(result.scenario is Scenario.TWO for result in drawn) / count <= most


def _team(random: np.random.Generator, people: int, change: float) -> Team:
    """Draw people who stand somewhere, want `change` points towards naast, and wobble."""
    truth = random.uniform(2.0, 5.0, (people, 2))
    wish = truth + np.array([0.0, change])
    return [
        (_answered(random, *nu), _answered(random, *gewenst))
        for nu, gewenst in zip(truth, wish, strict=True)
    ]


def _answered(random: np.random.Generator, doel: float, relatie: float) -> Position:
    noisy = random.normal([[doel], [relatie]], 0.9, (2, 4))
    means = np.clip(np.rint(noisy), 1, 6).mean(axis=1)
    return Position(float(means[0]), float(means[1]))


def _mirrored(position: Position) -> Position:
    return Position(7 - position.vertical, 7 - position.horizontal)


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        pytest.param(
            compare(V5, COMPASS),
            "Het team wil duidelijk een andere kant op: gemiddeld 1,6 punt richting samen. "
            "Op de doel-as gaan alle 5 mensen richting collectief, "
            "op de relatie-as gaan alle 5 mensen richting naast.",
            id="scenario 2",
        ),
        pytest.param(
            moved(*[(0, 0.75)] * 8, *[(0, 0)] * 4),
            "Het team wil duidelijk een andere kant op: gemiddeld 0,5 punt richting naast, "
            "vooral op de relatie-as. Op de relatie-as gaan 8 van de 12 mensen richting naast.",
            id="scenario 2 on one axis",
        ),
        pytest.param(
            compare(V2, COMPASS),
            "Gewenst en nu liggen dicht bij elkaar. Verschillen kleiner dan een half punt zeggen "
            "weinig: dat is één kruisje verschil op twee stellingen.",
            id="small",
        ),
        pytest.param(
            compare(V3, COMPASS),
            "Er zijn verschillen, maar ze wijzen niet dezelfde kant op. "
            "Kijk naar de losse stellingen.",
            id="diffuse",
        ),
        pytest.param(
            moved((2, 0.25), (-2, 0.5), (2, 0.25), (-2, 0.25), (1.75, 0.25), (-1.75, 0.25)),
            "Er zijn verschillen, maar ze wijzen niet dezelfde kant op. Op de relatie-as gaan alle "
            "6 mensen richting naast. Kijk naar de losse stellingen.",
            id="diffuse, and yet alike on one axis",
        ),
        pytest.param(
            compare(V4, COMPASS),
            "Jullie staan nu verspreid, maar willen naar dezelfde plek. "
            "Jullie komen van verschillende kanten. Kijk naar de losse stellingen.",
            id="towards each other comes first",
        ),
        pytest.param(
            compare(V1, COMPASS),
            "Jullie willen dichter bij elkaar uitkomen dan jullie nu staan. "
            "Het team wil duidelijk een andere kant op: gemiddeld 1,5 punt richting samen. "
            "Op de doel-as gaan alle 8 mensen richting collectief, "
            "op de relatie-as gaan alle 8 mensen richting naast.",
            id="towards each other, from nearby",
        ),
        pytest.param(
            moved(*[(-1, 0)] * 7, *[(0, 0)] * 5),
            "Er lijkt een richting te zijn: gemiddeld 0,6 punt richting collectief, vooral op de "
            "doel-as. Het is te weinig om zeker te zijn. Herkent het team dit?",
            id="on the line",
        ),
        pytest.param(
            moved(*[(0.5, -0.5)] * 4),
            "Het team schuift gemiddeld 0,7 punt richting individueel. Op de doel-as gaan alle 4 "
            "mensen richting persoonlijk, op de relatie-as gaan alle 4 mensen richting boven. "
            "Dat is niet genoeg om zeker te zijn. Herkent het team dit?",
            id="a small team that moves together a little",
        ),
        pytest.param(
            compare(V1[:3], COMPASS),
            "Minder dan 4 collega's hebben beide lijsten helemaal ingevuld. "
            "Kijk samen naar de kaart; een conclusie is er niet.",
            id="three people",
        ),
    ],
)
def test_the_sentence_says_what_the_figures_carry(result: Comparison, sentence: str) -> None:
    """It is read out to the people it is about."""
    always = f"Dit zijn de antwoorden van {result.n} collega's op één dag."

    assert in_words(result) == f"{sentence} {always}"


@pytest.mark.parametrize(
    ("result", "sentence"),
    [
        pytest.param(
            compare(V5, COMPASS),
            "De 5 die beide lijsten invulden, willen duidelijk een andere kant op: gemiddeld 1,6 "
            "punt richting samen. ",
            id="scenario 2",
        ),
        pytest.param(
            compare(V2, COMPASS),
            "Bij de 8 die beide lijsten invulden, liggen gewenst en nu dicht bij elkaar. ",
            id="small",
        ),
        pytest.param(
            compare(V4, COMPASS),
            "De 8 die beide lijsten invulden, staan nu verspreid, maar willen naar dezelfde plek. "
            "Zij komen van verschillende kanten. ",
            id="towards each other",
        ),
        pytest.param(
            compare(V3, COMPASS),
            "Bij de 8 die beide lijsten invulden, zijn er verschillen, maar ze wijzen niet ",
            id="diffuse",
        ),
        pytest.param(
            moved(*[(-1, 0)] * 7, *[(0, 0)] * 5),
            "Bij de 12 die beide lijsten invulden, lijkt er een richting te zijn: gemiddeld 0,6 ",
            id="on the line",
        ),
        pytest.param(
            moved(*[(0.5, -0.5)] * 4),
            "Gemiddeld schuiven de 4 die beide lijsten invulden, 0,7 punt richting individueel. ",
            id="a few who move together a little",
        ),
    ],
)
def test_a_few_of_a_team_are_not_called_the_team(result: Comparison, sentence: str) -> None:
    """When people leave at the break, those who stay speak for themselves."""
    said = in_words(result, 40, is_team=False)

    assert said.startswith(sentence)
    assert "het team wil" not in said.lower()
    assert "jullie" not in said.lower()
    assert "van wie beide lijsten meetellen" in in_words(result, is_team=False, are_all=False)


@given(teams)
def test_the_sentence_never_boasts(team: Team) -> None:
    """Words of statistics would give a rule of thumb the air of proof."""
    said = in_words(compare(team, COMPASS)).lower()

    assert not any(boast in said for boast in ("significant", "bewezen", "p =", "kans", "none"))


def test_the_sentence_says_how_many_of_the_team_were_asked() -> None:
    """Eight of twenty people are not the team."""
    assert in_words(compare(V1, COMPASS), colleagues=20).endswith(
        "Dit zijn de antwoorden van 8 van de 20 collega's op één dag."
    )
    assert in_words(compare(V1[:1], COMPASS)).endswith("van 1 collega op één dag.")
    assert in_words(compare([], COMPASS)).endswith("een conclusie is er niet.")
    with pytest.raises(ValueError, match="colleagues must be 8 or more, got 7"):
        in_words(compare(V1, COMPASS), colleagues=7)


def test_a_reason_is_small_only_when_people_hardly_move() -> None:
    """Large steps that cancel are a conversation, not a quiet team."""
    assert moved(*[(0, 0.5), (0, -0.5)] * 3).reason is NoTrend.SMALL
    assert moved(*[(0, 0.75), (0, -0.75)] * 3).reason is NoTrend.DIFFUSE
