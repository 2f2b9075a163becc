import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.tally import Tally, tally

OPTIONS = ("++", "+", "+/-", "-", "--", "?")
QUESTIONS = {"1.1": OPTIONS, "1.1/18": ("18",)}

sheet_piles = st.lists(
    st.fixed_dictionaries(
        {"1.1": st.sampled_from((*OPTIONS, None))},
        optional={"1.1/18": st.sampled_from(("18", None)), "role": st.just("slb-er")},
    ),
    max_size=30,
)


def test_three_lists_become_one() -> None:
    """The one list shows the count in each box, in the order of the paper."""
    counted = tally([{"1.1": "+", "1.1/18": "18"}, {"1.1": "+"}, {"1.1": None}], QUESTIONS)

    assert list(counted["1.1"].counts.items()) == [
        ("++", 0),
        ("+", 2),
        ("+/-", 0),
        ("-", 0),
        ("--", 0),
        ("?", 0),
    ]
    assert counted["1.1"].blank == 1
    assert counted["1.1/18"] == Tally(counts={"18": 1}, blank=2, n=3)


def test_no_lists_give_empty_counts() -> None:
    """The form of the one list can be shown before anybody has answered."""
    assert tally([], QUESTIONS)["1.1/18"] == Tally(counts={"18": 0}, blank=0, n=0)


def test_an_option_that_was_never_printed_is_refused_by_name() -> None:
    """An answer that drops out of the counts unseen would be somebody's voice lost."""
    with pytest.raises(ValueError, match=r"question '1.1' has no option '5'; its options are \+\+"):
        tally([{"1.1": "5"}], QUESTIONS)


@given(sheet_piles)
def test_every_sheet_counts_once_at_every_question(
    sheets: list[dict[str, str | None]],
) -> None:
    """Boxes and blanks add up to the lists handed in."""
    for counted in tally(iter(sheets), QUESTIONS).values():
        assert sum(counted.counts.values()) + counted.blank == counted.n == len(sheets)


@given(st.data(), sheet_piles)
def test_the_order_of_the_pile_does_not_matter(
    data: st.DataObject, sheets: list[dict[str, str | None]]
) -> None:
    """The pile comes out of the copier in any order."""
    assert tally(data.draw(st.permutations(sheets)), QUESTIONS) == tally(sheets, QUESTIONS)


@given(sheet_piles, sheet_piles)
def test_two_piles_count_as_much_together_as_apart(
    first: list[dict[str, str | None]], second: list[dict[str, str | None]]
) -> None:
    """Lists that arrive a week later can be added."""
    apart = [tally(pile, QUESTIONS)["1.1"] for pile in (first, second)]
    together = tally(first + second, QUESTIONS)["1.1"]

    assert together.n == sum(one.n for one in apart)
    assert together.counts == {
        option: sum(one.counts[option] for one in apart) for option in OPTIONS
    }


@pytest.mark.parametrize(
    ("blank", "n", "message"),
    [(0, 3, "must add up to 3, got 2"), (-1, 1, "must not be negative")],
)
def test_counts_that_do_not_add_up_are_refused(blank: int, n: int, message: str) -> None:
    """A tally cannot be half right."""
    with pytest.raises(ValueError, match=message):
        Tally(counts={"+": 2}, blank=blank, n=n)
