"""Decide what a row of boxes says.

In:  for every box of the row the probabilities that it is empty, marked, or blacked out.
Out: a `Reading`, with the probability that it is what the person meant, or a doubt.

Every way to fill in a row is a hypothesis. Its weight is the product of the boxes' probabilities
and a prior for how often people do that. The best hypothesis is the answer when its share of all
weights reaches the certainty that was asked for; otherwise the kind of doubt is the reason.

    marks        blacked out    the row says
    none         none           blank
    one          any            that one; the blacked-out ones are withdrawn
    none         one            that one: people also choose by filling in
    none         two or more    doubt: withdrawn only
    two or more  any            doubt: two marks
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading

EMPTY, MARKED, BLACKED = range(3)
CERTAINTY = 0.99

# How often people do this, as seen in the pilot of findings/reading.md 0 (6 % blank, 5 % double)
# and assumed where nothing was counted; only their order of magnitude matters.
PRIOR_BLANK = 0.06
PRIOR_ONE = 0.85
PRIOR_ONE_WITHDRAWN = 0.05
PRIOR_TWO_WITHDRAWN = 0.005
PRIOR_TWO_MARKS = 0.03
PRIOR_TWO_BLACKED = 0.005

Probabilities = NDArray[np.float64]


def decide(
    rows: Mapping[str, tuple[Sequence[str], Sequence[int]]],
    boxes: Probabilities,
    found: NDArray[np.bool_],
    certainty: float = CERTAINTY,
) -> dict[str, Reading]:
    """Decide every row of a page.

    Args:
        rows: per question its options and the indices of their boxes.
        boxes: (B, 3) probabilities of empty, marked, blacked out.
        found: (B,) whether the box's outline was found where it should be.
        certainty: the least probability at which an answer stands without a person.
    """
    return {
        question: _decide_row(
            options, boxes[list(which)], bool(found[list(which)].all()), certainty
        )
        for question, (options, which) in rows.items()
    }


def _decide_row(
    options: Sequence[str], boxes: Probabilities, is_found: bool, certainty: float
) -> Reading:
    weights = _hypotheses(boxes)
    total = sum(weights.values())
    outcomes: dict[Outcome, float] = {}
    for hypothesis, weight in weights.items():
        outcome = _outcome(*hypothesis)
        outcomes[outcome] = outcomes.get(outcome, 0.0) + weight
    first, second = sorted(outcomes, key=lambda o: outcomes[o], reverse=True)[:2]
    confidence = min(outcomes[first] / total, 1.0) if total > 0 else 0.0
    _, blacked = max((h for h in weights if _outcome(*h) == first), key=lambda h: weights[h])
    chosen = first if isinstance(first, int) else None
    withdrawn = tuple(options[i] for i in blacked if i != chosen)
    if not is_found:
        return Reading(None, doubt=Doubt.MISPLACED, confidence=confidence)
    if isinstance(first, Doubt):
        return Reading(None, withdrawn, first, confidence)
    if confidence < certainty:
        return Reading(None, withdrawn, _kind_of_doubt(first, second), confidence)
    return Reading(None if chosen is None else options[chosen], withdrawn, confidence=confidence)


Outcome = int | Doubt | None
"""What a row says: the place of an option, nothing, or two things at once."""


def _outcome(marked: tuple[int, ...], blacked: tuple[int, ...]) -> Outcome:
    """Say what people mean who fill in a row like this; the table at the top of this module."""
    match marked, blacked:
        case (), ():
            return None
        case ((only,), _) | ((), (only,)):
            return only
        case (), _:
            return Doubt.WITHDRAWN_ONLY
        case _:
            return Doubt.TWO_MARKS


def _kind_of_doubt(first: Outcome, second: Outcome) -> Doubt:
    """Name the doubt by what competes: is there a mark at all, one or two, or which one."""
    for outcome in (first, second):
        if isinstance(outcome, Doubt):
            return outcome
    return Doubt.FAINT if None in (first, second) else Doubt.UNCLEAR


Hypothesis = tuple[tuple[int, ...], tuple[int, ...]]
"""Which boxes are marked and which are blacked out."""


def _hypotheses(boxes: Probabilities) -> dict[Hypothesis, float]:
    """Weigh every way to fill in a row; a lone box can only be marked or empty."""
    n = len(boxes)
    floor = np.maximum(boxes, 1e-9)
    everything_empty = float(np.prod(floor[:, EMPTY]))
    odds = floor / floor[:, EMPTY : EMPTY + 1]

    def weigh(marked: tuple[int, ...], blacked: tuple[int, ...], prior: float) -> float:
        weight = prior * everything_empty
        for i in marked:
            weight *= odds[i, MARKED]
        for i in blacked:
            weight *= odds[i, BLACKED]
        return float(weight)

    likely = [i for i in range(n) if boxes[i, EMPTY] < 0.9999]
    weights: dict[Hypothesis, float] = {((), ()): weigh((), (), PRIOR_BLANK)}
    for i in likely or [int(boxes[:, EMPTY].argmin())]:
        weights[(i,), ()] = weigh((i,), (), PRIOR_ONE / n)
        weights[(), (i,)] = weigh((), (i,), PRIOR_ONE / n)
    for i, j in combinations(likely, 2):
        pairs = n * (n - 1)
        weights[(i,), (j,)] = weigh((i,), (j,), PRIOR_ONE_WITHDRAWN / pairs)
        weights[(j,), (i,)] = weigh((j,), (i,), PRIOR_ONE_WITHDRAWN / pairs)
        weights[(i, j), ()] = weigh((i, j), (), 2 * PRIOR_TWO_MARKS / pairs)
        weights[(), (i, j)] = weigh((), (i, j), 2 * PRIOR_TWO_BLACKED / pairs)
    for three in combinations(likely, 3):
        triples = n * (n - 1) * (n - 2) / 2
        for i in three:
            j, k = (x for x in three if x != i)
            weights[(i,), (j, k)] = weigh((i,), (j, k), PRIOR_TWO_WITHDRAWN / triples)
            weights[(j, k), (i,)] = weigh((j, k), (i,), PRIOR_TWO_WITHDRAWN / triples)
        weights[three, ()] = weigh(three, (), PRIOR_TWO_MARKS / 10 / triples)
    if len(likely) > 3:  # more ink than any way of answering explains
        rest = tuple(likely)
        weights[rest, ()] = float(everything_empty * np.prod(odds[list(rest), MARKED])) * 1e-4
    return weights
