from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.agreement import GRADES, Label, agree, agreement_a, consensus

five_counts = st.lists(st.integers(0, 12), min_size=5, max_size=5).filter(any)
any_counts = st.lists(st.integers(0, 12), min_size=3, max_size=7).filter(any)
measures = pytest.mark.parametrize("measure", [consensus, agreement_a])


@pytest.mark.parametrize(
    ("counts", "n", "cns", "a", "label"),
    [
        ((0, 0, 0, 0, 8), 8, 1, 1, "eens"),
        ((0, 0, 0, 4, 4), 8, 0.8074, 0.7500, "eens"),
        ((0, 0, 4, 4, 0), 8, 0.8074, 0.7500, "eens"),
        ((1, 0, 0, 3, 4), 8, 0.5307, 0.3958, "wisselend"),
        ((0, 1, 1, 4, 2), 8, 0.6994, 0.5625, "wisselend"),
        ((4, 0, 0, 0, 4), 8, 0, -1, "verdeeld"),
        ((0, 4, 0, 4, 0), 8, 0.5850, 0.1667, "verdeeld"),
        ((2, 1, 1, 2, 2), 8, 0.3443, -0.1042, "verdeeld"),
        ((0, 1, 0, 6, 4), 12, 0.7399, 0.6212, "eens"),
        ((1, 1, 3, 4, 3), 12, 0.5472, 0.3333, "wisselend"),
        ((0, 2, 7, 1, 0), 12, 0.8545, 0.8000, "eens"),
    ],
)
def test_known_questions_get_their_label_and_figures(
    counts: tuple[int, ...], n: int, cns: float, a: float, label: str
) -> None:
    """The values of findings/printing.md 6.4, worked out with other software."""
    agreement = agree(counts, n)

    assert agreement.label == label
    assert agreement.consensus == pytest.approx(cns, abs=5e-5)
    assert agreement.agreement_a == pytest.approx(a, abs=5e-5)


@pytest.mark.parametrize(
    ("counts", "cns", "a"),
    [
        pytest.param((30, 40, 210, 130, 530, 50, 10), 0.7256876, 0.6113333, id="agrmt's example"),
        pytest.param((1, 1, 1, 1, 1), 0.4340, 0, id="one in each"),
        pytest.param((0, 0, 2, 4, 2, 0), 0.8390, 0.7000, id="six boxes, one hill"),
        pytest.param((4, 0, 0, 0, 0, 4), 0, -1, id="six boxes, both ends"),
        pytest.param((1, 1, 2, 2, 1, 1), 0.5454, 0.2000, id="six boxes, nearly even"),
        pytest.param((0, 0, 0, 0, 4, 4), 0.8480, 0.8000, id="six boxes, two neighbours"),
        pytest.param((0, 4, 0, 0, 4, 0), 0.4854, -0.1000, id="six boxes, two camps"),
    ],
)
def test_the_measures_give_published_values(counts: tuple[int, ...], cns: float, a: float) -> None:
    """Statement pairs have six boxes, so the measures must not depend on five."""
    assert consensus(counts) == pytest.approx(cns, abs=5e-5)
    assert agreement_a(counts) == pytest.approx(a, abs=5e-5)


@measures
@given(counts=any_counts)
def test_a_measure_does_not_care_which_end_is_good(
    measure: Callable[[list[int]], float], counts: list[int]
) -> None:
    """Agreeing that it goes badly is agreeing."""
    assert measure(counts[::-1]) == pytest.approx(measure(counts))


@measures
@given(counts=any_counts, times=st.integers(2, 9))
def test_a_measure_does_not_grow_with_the_team(
    measure: Callable[[list[int]], float], counts: list[int], times: int
) -> None:
    """Questions with many and with few answers are sorted in one list."""
    assert measure([count * times for count in counts]) == pytest.approx(measure(counts))


@given(any_counts)
def test_the_measures_stay_between_their_ends(counts: list[int]) -> None:
    """A figure beyond 1 would sort a question above unanimity."""
    assert -1e-9 <= consensus(counts) <= 1 + 1e-9
    assert -1 - 1e-9 <= agreement_a(counts) <= 1 + 1e-9


@pytest.mark.parametrize(
    ("counts", "n", "label"),
    [
        pytest.param((0, 0, 0, 3, 2), 8, "onvoldoende zicht", id="5 of 8 have a view"),
        pytest.param((0, 0, 0, 3, 3), 9, "eens", id="exactly two thirds have a view"),
        pytest.param((0, 0, 0, 3, 0), 3, "onvoldoende zicht", id="three is too few"),
        pytest.param((0, 0, 0, 4, 0), 4, "eens", id="four is enough"),
        pytest.param((0, 0, 0, 0, 0), 0, "onvoldoende zicht", id="nobody yet"),
        pytest.param((1, 1, 0, 3, 3), 8, "verdeeld", id="the smaller camp is exactly a quarter"),
        pytest.param((1, 1, 0, 4, 3), 9, "wisselend", id="the smaller camp is under a quarter"),
        pytest.param((1, 0, 0, 2, 1), 4, "wisselend", id="one person is not a camp"),
        pytest.param((0, 3, 4, 3, 0), 10, "wisselend", id="40 % in the middle"),
        pytest.param((0, 4, 5, 4, 0), 13, "verdeeld", id="under 40 % in the middle"),
        pytest.param((0, 1, 1, 4, 4), 10, "eens", id="one in ten on the other side"),
        pytest.param((0, 0, 2, 3, 3), 8, "eens", id="exactly three quarters side by side"),
        pytest.param((0, 0, 4, 0, 4), 8, "wisselend", id="not side by side"),
    ],
)
def test_the_labels_hold_at_their_limits(counts: tuple[int, ...], n: int, label: str) -> None:
    """A share that is exactly the limit must not depend on how a computer rounds."""
    assert agree(counts, n).label == label


@given(five_counts, st.integers(0, 10))
def test_the_label_does_not_care_which_end_is_good(counts: list[int], unseen: int) -> None:
    """A team of pessimists is treated like a team of optimists."""
    n = sum(counts) + unseen

    assert agree(counts[::-1], n).label is agree(counts, n).label


@given(five_counts, st.integers(0, 10), st.sampled_from((0, 1, 2, 3, 4)))
def test_one_more_list_never_turns_agreed_into_divided(
    counts: list[int], unseen: int, grade: int
) -> None:
    """One latecomer must not overthrow the conversation of a whole team."""
    n = sum(counts) + unseen
    assume(agree(counts, n).label is Label.EENS)
    counts[grade] += 1

    assert agree(counts, n + 1).label is not Label.VERDEELD


@pytest.mark.parametrize(
    ("counts", "n", "sentence"),
    [
        pytest.param(
            (1, 0, 0, 3, 4),
            8,
            "Bijna iedereen is het eens; 1 collega ziet het anders.",
            id="one differs",
        ),
        pytest.param((0, 1, 1, 4, 2), 8, "Er zijn lichte verschillen.", id="two differ"),
        pytest.param((0, 0, 4, 0, 4), 8, "Er zijn lichte verschillen.", id="nobody opposed"),
        pytest.param((0, 0, 0, 4, 4), 8, "De antwoorden liggen dicht bij elkaar.", id="agreed"),
        pytest.param(
            (0, 0, 0, 3, 2),
            5,
            "De antwoorden liggen dicht bij elkaar (weinig antwoorden).",
            id="agreed, by few",
        ),
        pytest.param((4, 0, 0, 0, 4), 8, "De meningen zijn verdeeld.", id="divided"),
        pytest.param(
            (0, 0, 0, 3, 2),
            8,
            "5 van de 8 lijsten geven hier een oordeel: te weinig.",
            id="no view",
        ),
    ],
)
def test_the_sentence_says_no_more_than_the_counts(
    counts: tuple[int, ...], n: int, sentence: str
) -> None:
    """It stands on the wall in front of the people it is about."""
    assert agree(counts, n).sentence == sentence


@pytest.mark.parametrize(("rated", "has_few"), [(4, True), (5, True), (6, False)])
def test_few_answers_are_said(rated: int, has_few: bool) -> None:
    """Up to five answers agree by luck too often to leave it unsaid."""
    assert agree((0, 0, 0, rated, 0), rated).has_few_answers is has_few


def test_a_question_nobody_answered_has_no_measure() -> None:
    """No answers is not a perfect consensus, nor a failure."""
    nobody = agree((0, 0, 0, 0, 0), 8)

    assert (nobody.consensus, nobody.agreement_a) == (None, None)
    assert nobody.sentence == "0 van de 8 lijsten geven hier een oordeel: te weinig."


def test_impossible_counts_are_refused_by_number() -> None:
    """A mistake upstream must not become a label."""
    with pytest.raises(ValueError, match=f"must be {len(GRADES)} numbers, got 6"):
        agree((0, 0, 1, 1, 0, 0), 8)
    with pytest.raises(ValueError, match="at least the 9 answers counted, got 8"):
        agree((0, 0, 0, 9, 0), 8)
    with pytest.raises(ValueError, match=r"not be negative, got \[0, 0, 0, -1, 5\]"):
        agree((0, 0, 0, -1, 5), 8)
    with pytest.raises(ValueError, match="at least one answer"):
        consensus((0, 0, 0))
    with pytest.raises(ValueError, match="must be 3 or more, got 2"):
        agreement_a((1, 1))
