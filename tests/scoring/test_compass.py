import math

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from scoring.compass import (
    Band,
    Placement,
    Position,
    axis_mean,
    band,
    is_on_border,
    place,
    quadrants_of,
    spread,
    summarise,
)
from tests.maps import COMPASS

QUESTIONS = [str(number) for number in range(1, 9)]

answer_lists = st.fixed_dictionaries({question: st.integers(1, 6) for question in QUESTIONS})
means = st.integers(4, 24).map(lambda total: total / 4)
positions = st.builds(Position, means, means)


def positioned(answers: dict[str, int]) -> Position:
    position = place(answers, COMPASS).position
    assert position is not None
    return position


def keys(position: Position) -> list[str]:
    return [quadrant.key for quadrant in quadrants_of(position, COMPASS)]


def test_the_worked_example_of_the_handbook_lies_in_samen() -> None:
    """A facilitator who checks us against the handbook finds the same place."""
    answers = {"1": 2, "3": 3, "5": 2, "6": 2, "2": 4, "4": 5, "7": 4, "8": 4}

    assert positioned(answers) == Position(vertical=2.25, horizontal=4.25)
    assert keys(Position(2.3, 4.3)) == keys(positioned(answers)) == ["samen"]


@pytest.mark.parametrize(
    ("doel", "relatie", "quadrants"),
    [
        pytest.param(1, 6, ["samen"], id="top left"),
        pytest.param(1, 1, ["dominant"], id="top right"),
        pytest.param(6, 6, ["vrij"], id="bottom left"),
        pytest.param(6, 1, ["individueel"], id="bottom right"),
        pytest.param(2, 3.5, ["samen", "dominant"], id="between left and right, top"),
        pytest.param(5, 3.5, ["vrij", "individueel"], id="between left and right, bottom"),
        pytest.param(3.5, 5, ["samen", "vrij"], id="between top and bottom, left"),
        pytest.param(3.5, 2, ["dominant", "individueel"], id="between top and bottom, right"),
        pytest.param(3.5, 3.5, ["samen", "dominant", "vrij", "individueel"], id="the middle"),
    ],
)
def test_the_map_has_four_quadrants_and_its_lines(
    doel: float, relatie: float, quadrants: list[str]
) -> None:
    """Collectief is the top and boven the right side, though 1 stands left on the form."""
    assert keys(Position(doel, relatie)) == quadrants


@given(positions)
@example(Position(3.5, 3.5))
def test_exactly_on_the_border_is_never_silently_one_quadrant(position: Position) -> None:
    """One person in six lands on a line; putting them on a side would be our opinion."""
    lines = [position.vertical, position.horizontal].count(COMPASS.border)

    assert len(keys(position)) == 2**lines
    assert is_on_border(position, COMPASS) == (lines > 0)


@given(answer_lists)
def test_mirrored_answers_give_the_mirrored_place(answers: dict[str, int]) -> None:
    """No side of the form and no corner of the map is favoured."""
    here = positioned(answers)
    mirrored = positioned({question: 7 - answer for question, answer in answers.items()})

    assert mirrored == Position(7 - here.vertical, 7 - here.horizontal)
    assert set(keys(mirrored)) == {OPPOSITE[quadrant] for quadrant in keys(here)}
    assert to_unit(mirrored) == pytest.approx([1 - part for part in to_unit(here)])


def to_unit(position: Position) -> tuple[float, float]:
    return COMPASS.to_unit(position.vertical, position.horizontal)


OPPOSITE = {
    "samen": "individueel",
    "individueel": "samen",
    "dominant": "vrij",
    "vrij": "dominant",
}


@given(answer_lists, st.sampled_from(QUESTIONS), st.booleans())
def test_a_missing_answer_leaves_only_its_own_axis_unknown(
    answers: dict[str, int], missing: str, is_blank: bool
) -> None:
    """Three answers are not a mean of four, and the other axis has nothing to do with it."""
    whole = place(answers, COMPASS)
    given_answers: dict[str, int | None] = {**answers}
    if is_blank:
        given_answers[missing] = None
    else:
        del given_answers[missing]
    placement = place(given_answers, COMPASS)

    on_doel = missing in COMPASS.vertical_questions
    assert placement.vertical == (None if on_doel else whole.vertical)
    assert placement.horizontal == (whole.horizontal if on_doel else None)
    assert placement.missing == (missing,)
    assert placement.position is None


def test_an_empty_sheet_misses_everything() -> None:
    """A blank sheet is a fact about the pile, not an error."""
    missing = (*COMPASS.vertical_questions, *COMPASS.horizontal_questions)

    assert place({}, COMPASS) == Placement(vertical=None, horizontal=None, missing=missing)


@pytest.mark.parametrize("value", [0.75, 6.25, -1.0])
def test_a_place_off_the_map_is_refused_by_its_number(value: float) -> None:
    """A wrong sum must show where it arises, not as a dot outside the poster."""
    with pytest.raises(ValueError, match=rf"^doel must be 1..6, got {value}$"):
        summarise([Position(value, 3)], COMPASS)
    with pytest.raises(ValueError, match=rf"^relatie must be 1..6, got {value}$"):
        summarise([Position(3, value)], COMPASS)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_place_is_two_numbers(value: float) -> None:
    """A division by nothing must show where it arises."""
    with pytest.raises(ValueError, match="a place has two numbers"):
        Position(value, 3)


def test_an_answer_off_the_scale_is_refused_by_its_question() -> None:
    """A 7 among three ones would still make a mean that looks right."""
    with pytest.raises(ValueError, match=r"question '3' must be 1..6, got 7"):
        axis_mean({"1": 1, "3": 7}, ["1", "3"], COMPASS)


def test_an_axis_without_questions_is_refused() -> None:
    """A mean of nothing is no place."""
    with pytest.raises(ValueError, match="at least one question"):
        axis_mean({}, [], COMPASS)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, Band.LOW),
        (2, Band.LOW),
        (2.25, Band.LOW_TO_MIDDLE),
        (2.75, Band.LOW_TO_MIDDLE),
        (3, Band.MIDDLE),
        (3.5, Band.MIDDLE),
        (4, Band.MIDDLE),
        (4.25, Band.MIDDLE_TO_HIGH),
        (5, Band.HIGH),
        (6, Band.HIGH),
    ],
)
def test_a_mean_between_two_bands_claims_neither(value: float, expected: Band) -> None:
    """The handbook explains 1-2, 3-4 and 5-6, and nothing in between."""
    assert band(value, COMPASS) is expected


def test_a_band_exists_only_on_the_scale() -> None:
    """A mean of 0 is a mistake of ours, not a very low score."""
    with pytest.raises(ValueError, match=r"a mean must be 1..6, got 0"):
        band(0, COMPASS)


@pytest.mark.parametrize(
    ("position", "place_on_map"),
    [
        pytest.param(Position(1, 1), (1, 0), id="collectief and boven"),
        pytest.param(Position(6, 6), (0, 1), id="persoonlijk and naast"),
        pytest.param(Position(3.5, 3.5), (0.5, 0.5), id="the middle"),
        pytest.param(Position(2.25, 4.25), (0.35, 0.25), id="the handbook's example"),
    ],
)
def test_the_map_runs_down_and_to_the_left(
    position: Position, place_on_map: tuple[float, float]
) -> None:
    """The handbook warns twice: doel runs from top to bottom, relatie from right to left."""
    assert to_unit(position) == pytest.approx(place_on_map)


def test_a_team_is_summed_up_by_its_middle_and_its_spread() -> None:
    """Worked out by hand, so that n - 1 and the border count are seen to be meant."""
    people = [Position(2, 5), Position(3, 4), Position(4, 4.5), Position(3, 3.5)]
    team = summarise(people, COMPASS)

    assert team is not None
    assert (team.n, team.mean) == (4, Position(3, 4.25))
    assert team.spread_vertical == pytest.approx(math.sqrt(2 / 3))
    assert team.spread_horizontal == pytest.approx(math.sqrt(1.25 / 3))
    assert team.spread == pytest.approx(math.sqrt(3.25 / 3))
    assert team.per_quadrant == {"samen": 2, "dominant": 0, "vrij": 1, "individueel": 0}
    assert team.on_border == 1


def test_one_person_has_no_spread_and_nobody_no_summary() -> None:
    """A spread of zero would say that a team agrees."""
    team = summarise([Position(2, 5)], COMPASS)

    assert team is not None
    assert (team.spread_vertical, team.spread_horizontal, team.spread) == (None, None, None)
    assert summarise([], COMPASS) is None


@given(st.data(), st.lists(positions, min_size=1, max_size=60))
def test_the_order_of_people_does_not_matter(data: st.DataObject, team: list[Position]) -> None:
    """A pile that is scanned upside down is the same team."""
    assert summarise(data.draw(st.permutations(team)), COMPASS) == summarise(team, COMPASS)


@given(st.lists(positions, min_size=1, max_size=60))
def test_everybody_is_counted_once(team: list[Position]) -> None:
    """The numbers in the quadrants and on the border add up to the people in the room."""
    summary = summarise(team, COMPASS)

    assert summary is not None
    assert sum(summary.per_quadrant.values()) + summary.on_border == summary.n == len(team)


@given(positions, st.integers(2, 60))
def test_people_on_one_spot_have_no_spread(spot: Position, n: int) -> None:
    """Rounding must not make a team of one mind look divided."""
    assert spread([spot] * n) == 0
