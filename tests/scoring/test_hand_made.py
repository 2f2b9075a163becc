"""What may be said of stickers that carry no names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.compass import Position, TeamSummary, summarise
from scoring.hand_made import Sticker, beside, compare_means, in_words
from scoring.rounds import Heading
from tests.maps import COMPASS

quarters = st.integers(4, 24).map(lambda total: total / 4)
positions = st.builds(Position, quarters, quarters)
stickers = st.builds(Sticker, positions, st.sampled_from(["rood", "blauw", "geel"]))


def team(*places: tuple[float, float]) -> TeamSummary:
    found = summarise([Position(*place) for place in places], COMPASS)
    assert found is not None
    return found


def test_the_middles_are_compared_though_the_numbers_differ() -> None:
    """Somebody left in the break; the middle of the rest is still a middle."""
    step = compare_means(team((4, 3), (5, 2), (3, 1)), team((2, 5), (2, 4)), COMPASS)

    assert (step.vertical, step.horizontal) == (-2, 2.5)
    assert step.heading == Heading(-1, 1)
    assert (step.n_practice, step.n_wished) == (3, 2)


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        pytest.param((3.25, 3.25), "minder dan een half punt", id="close together"),
        pytest.param((3, 3), "minder dan een half punt", id="the same"),
        pytest.param((3, 3.5), "0,5 punt richting naast", id="just half a point"),
        pytest.param((1, 5), "2,8 punt richting samen", id="far"),
    ],
)
def test_the_sentence_claims_no_more_than_the_middles_show(
    wish: tuple[float, float], said: str
) -> None:
    """No share of people and no trend: nobody knows whose sticker is whose."""
    sentence = in_words(compare_means(team((3, 3)), team(wish), COMPASS))

    assert said in sentence
    assert "Stippen hebben geen naam" in sentence
    assert "mensen bewegen" not in sentence


@given(st.lists(stickers, max_size=30))
def test_every_colour_is_counted_once_at_its_place(found: list[Sticker]) -> None:
    """What stands beside the dots adds up to the stickers, or nothing stands there."""
    said = beside(found)
    counted = sum(int(label.split()[0]) if " " in label else 1 for label in said if label)

    assert len(said) == len(found)
    assert counted == (len(found) if len({one.colour for one in found}) > 1 else 0)
