"""Find out whether people agree on a question: of the quickscan, or a statement with boxes.

In:  how many people chose each box of the scale, and how many lists were handed in.
Out: an `Agreement`: a label for people, and two measures to sort questions by.

The measures sort, they do not label: eight people as [0, 4, 0, 4, 0] score a higher
consensus than [2, 2, 2, 1, 1], and yet the first is the divided team
(docs/findings/teams.md 1).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from scoring.groups import ENOUGH_ANSWERS, FEW_ANSWERS

GRADES = ("--", "-", "+/-", "+", "++")  # the order of the counts of a graded question

# The quickscan asks where there is agreement, where opinions are divided and what is
# not in view. The limits that say when are ours, tried out on simulated teams of
# 4 to 60 people: docs/quickscan.md.
MIN_BOXES = 2
CAMP = 2  # one person is not a camp
CAMP_PERCENT = 25  # of the answers, on both sides, divide a team
NEUTRAL_PERCENT = 40  # of the answers in the middle, and it is not divided
EENS_PERCENT = 75  # of the answers lie close together
OTHER_SIDE_PERCENT = 10  # of the answers, at most, lie on the smaller side
MIDDLE_OF_PANEL = 2.35 / 8  # of the scale; as wide as RAND/UCLA lets the middle of a panel be
BURKE_DUNLAP = 6  # agreed: the average deviation is at most a sixth of the number of boxes


class Label(StrEnum):
    """What a team's answers to one question tell us."""

    EENS = "eens"
    VERDEELD = "verdeeld"
    WISSELEND = "wisselend"
    ONVOLDOENDE_ZICHT = "onvoldoende zicht"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far people agree on one question."""

    counts: tuple[int, ...]  # in the order of the boxes; always show these as well
    n: int  # all lists, also those with `?` or a blank here
    label: Label
    consensus: float | None  # None: nobody answered
    agreement_a: float | None  # None as well with two boxes

    @property
    def rated(self) -> int:
        """People who gave a grade."""
        return sum(self.counts)

    @property
    def has_few_answers(self) -> bool:
        """Whether to print "weinig antwoorden" beside the label."""
        return self.rated <= FEW_ANSWERS

    @property
    def is_nearly_unanimous(self) -> bool:
        """Whether one single person sees it differently from all the others."""
        return (
            self.label is Label.WISSELEND
            and _smaller_side(self.counts) == 1
            and _closest(self.counts) == self.rated - 1
        )

    @property
    def contention(self) -> tuple[int, float, float]:
        """What to sort by, the most divided first.

        The labels come first, because the measures cannot tell camps from a wide spread; within a
        label agreement A, and then consensus, sort.
        """
        order = (Label.VERDEELD, Label.WISSELEND, Label.EENS, Label.ONVOLDOENDE_ZICHT)
        return order.index(self.label), self.agreement_a or 0.0, self.consensus or 0.0

    @property
    def sentence(self) -> str:
        """The label as a careful Dutch sentence, to stand beside the counts."""
        match self.label:
            case Label.ONVOLDOENDE_ZICHT:
                return f"{self.rated} van de {self.n} lijsten geven hier een oordeel: te weinig."
            case Label.EENS:
                said = "De antwoorden liggen dicht bij elkaar"
            case Label.VERDEELD:
                said = "De meningen zijn verdeeld"
            case Label.WISSELEND if self.is_nearly_unanimous:
                said = "Bijna iedereen is het eens; 1 collega ziet het anders"
            case Label.WISSELEND:
                said = "Er zijn lichte verschillen"
        return f"{said} (weinig antwoorden)." if self.has_few_answers else f"{said}."


def agree(counts: Sequence[int], n: int) -> Agreement:
    """Judge one graded question: people per grade, in the order of `GRADES`, of `n` lists."""
    if len(counts) != len(GRADES):
        raise ValueError(f"counts must be {len(GRADES)} numbers, got {len(counts)}")
    return agree_on_scale(counts, n)


def agree_on_scale(counts: Sequence[int], n: int) -> Agreement:
    """Judge one question with any number of boxes in a row, of `n` lists in all."""
    if len(counts) < MIN_BOXES:
        raise ValueError(f"counts must be {MIN_BOXES} or more numbers, got {len(counts)}")
    rated = _total(counts)
    if rated > n:
        raise ValueError(f"n must be at least the {rated} answers counted, got {n}")
    return Agreement(
        counts=tuple(counts),
        n=n,
        label=_label(counts, rated, n),
        consensus=consensus(counts) if rated else None,
        agreement_a=agreement_a(counts) if rated and len(counts) > MIN_BOXES else None,
    )


def consensus(counts: Sequence[int]) -> float:
    """Measure consensus: 1 when all answer the same, 0 half and half at the extremes.

    W. J. Tastle and M. J. Wierman, Consensus and dissention: a measure of ordinal
    dispersion, International Journal of Approximate Reasoning 45(3), 2007, 531-545:
    Cns = 1 + sum p_i log2(1 - |X_i - mu| / d), for categories X_i = 1, 2, ...
    """
    n = _total_of_some(counts, categories=2)
    width = len(counts) - 1
    mean = sum(place * count for place, count in enumerate(counts)) / n
    return 1 + sum(
        count / n * math.log2(1 - abs(place - mean) / width)
        for place, count in enumerate(counts)
        if count
    )


def agreement_a(counts: Sequence[int]) -> float:
    """Measure agreement A: 1 agreement, 0 evenly spread, -1 two opposite camps.

    C. van der Eijk, Measuring agreement in ordered rating scales, Quality & Quantity
    35(3), 2001, 325-341. The counts are peeled into layers of equal height; each
    layer is a pattern of filled and empty categories, weighted by its share of people.
    """
    n = _total_of_some(counts, categories=3)
    left = list(counts)
    result = 0.0
    while any(left):
        height = min(count for count in left if count)
        filled = [count > 0 for count in left]
        result += _pattern_agreement(filled) * height * sum(filled) / n
        left = [max(count - height, 0) for count in left]
    return result


def _label(counts: Sequence[int], rated: int, n: int) -> Label:
    """Decide by the four rules of docs/quickscan.md, the first that holds."""
    minus, plus = _sides(counts)
    camp, neutral = min(minus, plus), rated - minus - plus
    # Shares are compared as whole numbers: exactly 75 % must not depend on rounding.
    if rated < ENOUGH_ANSWERS or 3 * rated < 2 * n:
        return Label.ONVOLDOENDE_ZICHT
    if (
        camp >= CAMP
        and 100 * camp >= CAMP_PERCENT * rated
        and 100 * neutral < NEUTRAL_PERCENT * rated
    ):
        return Label.VERDEELD
    if (
        100 * _closest(counts) >= EENS_PERCENT * rated
        and 100 * camp <= OTHER_SIDE_PERCENT * rated
        and BURKE_DUNLAP * _deviations(counts) <= len(counts) * rated
    ):
        return Label.EENS
    return Label.WISSELEND


def _sides(counts: Sequence[int]) -> tuple[int, int]:
    """Count the people on both sides: of five boxes two, of six two, of nine three.

    A third of the scale, as the panels of RAND/UCLA divide their nine boxes, and the handbook its
    six (1-2, 3-4, 5-6).
    """
    side = max(1, round(len(counts) / 3))
    return sum(counts[:side]), sum(counts[-side:])


def _smaller_side(counts: Sequence[int]) -> int:
    return min(_sides(counts))


def _closest(counts: Sequence[int]) -> int:
    """Count the people in the fullest neighbouring boxes: two of five or six, three of nine."""
    near = 1 + int(MIDDLE_OF_PANEL * (len(counts) - 1))
    return max(sum(counts[start : start + near]) for start in range(len(counts) - near + 1))


def _deviations(counts: Sequence[int]) -> int:
    """Add up how far everybody's box lies from the median; any middle gives the same sum."""
    ordered = [box for box, count in enumerate(counts) for _ in range(count)]
    median = ordered[len(ordered) // 2]
    return sum(abs(box - median) for box in ordered)


def _pattern_agreement(filled: Sequence[bool]) -> float:
    """Give van der Eijk's A of one layer, from its triples of categories."""
    categories, used = len(filled), sum(filled)
    if used == 1:
        return 1.0
    if used == categories:
        return 0.0
    triples = list(combinations(filled, 3))
    unimodal = sum(t in ((True, True, False), (False, True, True)) for t in triples)
    bimodal = sum(t == (True, False, True) for t in triples)
    unimodality = ((categories - 2) * unimodal - (categories - 1) * bimodal) / (
        (categories - 2) * (unimodal + bimodal)
    )
    return unimodality * (1 - (used - 1) / (categories - 1))


def _total_of_some(counts: Sequence[int], categories: int) -> int:
    if len(counts) < categories:
        raise ValueError(f"counts must be {categories} or more, got {len(counts)}")
    if not (total := _total(counts)):
        raise ValueError("counts must hold at least one answer, got none")
    return total


def _total(counts: Sequence[int]) -> int:
    if any(count < 0 for count in counts):
        raise ValueError(f"counts must not be negative, got {list(counts)}")
    return sum(counts)
