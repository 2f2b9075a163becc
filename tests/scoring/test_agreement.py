import math
import statistics
from collections.abc import Callable, Iterator, Sequence

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.agreement import GRADES, Label, agree, agree_on_scale, agreement_a, consensus

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
    """The values of docs/findings/teams.md 1, worked out with other software."""
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
    ("boxes", "most"),
    [(2, 30), (3, 30), (4, 20), (5, 20), (6, 14), (7, 10), (9, 8), (10, 7)],
)
def test_nobody_is_said_to_agree_who_does_not(boxes: int, most: int) -> None:
    """Every way in which up to 20 people can answer, against two rules of other people.

    The average deviation about the median is at most a sixth of the number of boxes (M. J. Burke
    and W. P. Dunlap, Organizational Research Methods 5(2), 2002), and neither rule of the
    RAND/UCLA manual (Fitch and others, 2001) calls it disagreement.
    """
    agreed = [
        counts
        for people in range(4, most + 1)
        for counts in vectors(people, boxes)
        if agree_on_scale(counts, people).label is Label.EENS
    ]

    assert agreed
    assert not [c for c in agreed if average_deviation(c) > boxes / 6 + 1e-9]
    assert not [c for c in agreed if are_two_camps(c) or is_wide(c)]


def test_one_and_one_low_and_the_rest_high_is_not_agreed() -> None:
    """Of the 7,076 vectors of 6 to 20 people that were called eens, 44 were like this one."""
    assert agree((1, 0, 1, 3, 5), 10).label is Label.WISSELEND
    assert agree((0, 1, 1, 3, 5), 10).label is Label.EENS


def vectors(people: int, boxes: int) -> Iterator[tuple[int, ...]]:
    """Yield every way to divide people over boxes."""
    if boxes == 1:
        yield (people,)
        return
    for count in range(people + 1):
        for others in vectors(people - count, boxes - 1):
            yield (count, *others)


def average_deviation(counts: Sequence[int]) -> float:
    given = answers(counts)
    middle = statistics.median(given)
    return statistics.fmean(abs(answer - middle) for answer in given)


def are_two_camps(counts: Sequence[int]) -> bool:
    """RAND/UCLA, panels of 8 to 16: a third of the people or nearly so in both end regions."""
    people, region = sum(counts), len(counts) // 3
    least = max(2, math.ceil((people - 1) / 3))
    return bool(region) and min(sum(counts[:region]), sum(counts[-region:])) >= least


def is_wide(counts: Sequence[int]) -> bool:
    """RAND/UCLA, panels of any size: more between the 30th and 70th percentile than symmetry asks.

    Boxes are laid on the 1 to 9 of the manual: IPR > 2.35 + 1.5 x asymmetry.
    """
    given = sorted(1 + 8 * answer / (len(counts) - 1) for answer in answers(counts))
    low, high = percentile(given, 0.3), percentile(given, 0.7)
    return high - low > 2.35 + 1.5 * abs(5 - (low + high) / 2) + 1e-9


def percentile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def answers(counts: Sequence[int]) -> list[int]:
    return [box for box, count in enumerate(counts) for _ in range(count)]


@pytest.mark.parametrize(
    ("counts", "label"),
    [
        pytest.param((0, 0, 4, 4, 0, 0), "eens", id="on both sides of the middle, but close"),
        pytest.param((0, 4, 0, 0, 4, 0), "verdeeld", id="two camps"),
        pytest.param((1, 2, 2, 1, 1, 1), "verdeeld", id="everywhere, a quarter at both ends"),
        pytest.param((0, 0, 4, 0, 4, 0), "wisselend", id="not side by side"),
        pytest.param((6, 2, 0, 0, 0, 0), "eens", id="one end"),
        pytest.param((1, 7), "wisselend", id="two boxes, one person differs"),
        pytest.param((0, 8), "eens", id="two boxes, all in one"),
        pytest.param((4, 4), "verdeeld", id="two boxes, half and half"),
        pytest.param((0, 0, 0, 0, 0, 0, 4, 2, 2, 0), "eens", id="three of ten boxes"),
    ],
)
def test_statements_get_the_labels_of_the_quickscan(counts: tuple[int, ...], label: str) -> None:
    """Thirds of the scale are its sides: 1-2 and 5-6 of six boxes, as in the handbook."""
    assert agree_on_scale(counts, sum(counts)).label == label


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
