"""Decide what a row of boxes says.

In:  for every box of the row how likely each kind of ink is.
Out: a `Reading`, with the probability that it is what the person meant, or a doubt.

Every way to fill in a row is a hypothesis. Its weight is the product of the boxes' likelihoods and
of how often people do that. The outcome with the largest share of all weights is the answer when
that share, corrected by what was measured on simulated rows, reaches the certainty that was asked
for; otherwise the kind of doubt is the reason.

    marks        solid boxes    the row says
    none         none           blank; pen rests and rubbed out marks do not count
    one          any            that one; the solid ones are withdrawn
    none         one            that one: people also choose by filling in
    none         two or more    doubt: withdrawn only
    two or more  any            doubt: two marks
    a line through the row, a mark between two boxes: doubt, unclear

Where a machine whitens paper, and rows of a page show specks or broken strokes that may be all that
it left of a mark, no other blank row of that page is more certain than they are. Rows in which
nothing lies are no evidence that anything was lost.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading
from omr.ink.model import Ink, Probabilities, calibrated

CERTAINTY = 0.98  # no silent error on 35,400 marks of our own sheets (docs/accuracy.md)

# How often people do this: as in the pilot (6 % blank, 5 % double, docs/findings/reading.md 1), and
# assumed where nothing was counted; only their order of magnitude matters.
BLANK = 0.08
ONE = 0.8
ONE_WITHDRAWN = 0.05
TWO_WITHDRAWN = 0.01
TWO_MARKS = 0.03
MORE_MARKS = 0.003
TWO_BLACKED = 0.002
BETWEEN = 0.01
ONE_AND_BESIDE = 0.005
STRUCK = 0.01
STRUCK_AND_ONE = 0.01
TRACE = 0.01  # of the boxes that are not meant
TICKED, TICK_BOXES = 1.0, 5.0  # a tick box is mostly left empty: so many ticks in so many boxes,
# and those that the page shows: where one box in fifty is ticked, few ticks can have got lost
LONE_GONE = 0.01  # of the ticks: blacked or scribbled out again
MEANT = {Ink.MARK: 0.85, Ink.FILL: 0.12, Ink.BLACKED: 0.03}  # of the single marks
STRUCK_AND_WITHDRAWN = STRUCK_AND_ONE / 10  # the line, and a withdrawn box beside the answer
MORE_BLACKED = TWO_BLACKED / 10  # three boxes or more
ONLY_BESIDE = BETWEEN / 50  # a mark that touches one box from outside, and no other

# A filled box may be an answer or a withdrawn one; these are the shares in which it is taken so.
FILLED_AS_HONEST = 0.03  # beside a solid box: by the sheet's own rule it should leave paper to see
FILLED_AS_SOLID = 0.3  # beside an honest mark
FILLED_AS_WITHDRAWN = 0.2  # where no box of the row holds anything else
UNSTRUCK = 0.05  # of the boxes that a line through the row misses
MOST_LOG_ODDS = 60.0  # of a line through all boxes; more would not fit a float
SOLID = 0.5  # of what a box may be; more is said to be withdrawn

FAINT_ROWS, FAINT_SHARE = 2, 0.05  # of a page that speak for all rows which seem blank
LOST_HALF = 0.5  # of the rows with several boxes, which may have lost their mark
SPECK = 0.01  # of a box inked, more than the boxes of its row: what may be left of a mark
MOST_LEFT = 0.1  # of a box inked, as by a thin cross; where more is left, a mark is not half lost
BROKEN = 0.04  # with less, a mark is more lost than left
TRACE_INK, TRACED = 0.012, 0.9  # of a box inked on a clean page; most certainty that it is blank
CLEAN_SHARE, CLEAN = 0.8, 0.002  # of the boxes that nobody marked have no more ink than this
ANYWHERE = 0.5  # of one option; with less on white paper, a mark may have been in any box

Rows = Mapping[str, tuple[Sequence[str], Sequence[int]]]
LEAST = 1e-8  # nothing in a box is less likely: no training could have shown that

_TWO_MARKS, _WITHDRAWN_ONLY, _UNCLEAR = range(1, 4)  # places after the options; blank is first
_DOUBTS = {_TWO_MARKS: Doubt.TWO_MARKS, _WITHDRAWN_ONLY: Doubt.WITHDRAWN_ONLY,
           _UNCLEAR: Doubt.UNCLEAR}  # fmt: skip


def decide(
    rows: Rows,
    boxes: Probabilities,
    found: NDArray[np.bool_],
    certainty: float = CERTAINTY,
    *,
    is_whitened: bool = False,
    ink: NDArray[np.float64] | None = None,
    is_bare: NDArray[np.bool_] | None = None,
) -> dict[str, Reading]:
    """Decide every row of a page.

    Args:
        rows: per question its options and the indices of their boxes.
        boxes: (B, K) how likely each kind of ink is, as if all kinds were equally frequent.
        found: (B,) whether the box's outline was found where it should be.
        certainty: the least probability at which an answer stands without a person.
        is_whitened: whether the machine made one even white of the paper
            (`omr.place.boxes.Patches`).
        ink: (B,) share of each box that is inked, above what its row shows; without it every row in
            doubt counts as one that shows specks.
        is_bare: (B,) whether there is no ink at all in a box and close round it.
    """
    by_length: dict[int, list[str]] = {}
    for question, (_, which) in rows.items():
        by_length.setdefault(len(which), []).append(question)
    groups = [
        _weighed(questions, np.array([rows[q][1] for q in questions], dtype=np.int64), boxes)
        for questions in by_length.values()
    ]
    if is_bare is not None and 1 in by_length:
        bounded = _lost_at_most(boxes, is_bare, _share_lost(groups, ink))
        alone = list(by_length).index(1)
        groups[alone] = _weighed(groups[alone][0], groups[alone][1], bounded)
    most = _most_for_blanks(groups, ink) if is_whitened else 1.0
    traced = _may_trace(groups, ink)
    readings: dict[str, Reading] = {}
    for questions, places, ranks, sure in groups:
        blank = np.minimum(sure, most)
        if ink is not None:
            blank = np.where(ink[places].max(axis=1) >= traced, np.minimum(blank, TRACED), blank)
        is_capped = (ranks[:, 0] == 0) & (sure >= certainty) & (blank < certainty)
        confidence = np.where(ranks[:, 0] == 0, blank, sure).tolist()
        order = [
            [0] if capped else two
            for capped, two in zip(is_capped, ranks[:, :2].tolist(), strict=True)
        ]
        is_found = np.all(found[places], axis=1).tolist()
        is_solid = boxes[:, Ink.FILL] + boxes[:, Ink.BLACKED] > SOLID
        solid: list[list[bool]] = is_solid[places].tolist()
        for at, question in enumerate(questions):
            readings[question] = _reading(
                rows[question][0],
                order[at],
                solid[at],
                confidence[at],
                is_found[at],
                certainty,
                is_whitened=is_whitened,
            )
    return {question: readings[question] for question in rows}


_Group = tuple[list[str], NDArray[np.int64], NDArray[np.int64], Probabilities]


def _weighed(questions: list[str], places: NDArray[np.int64], boxes: Probabilities) -> _Group:
    """Rank the outcomes of rows of the same length; say how certain the first of each is."""
    shares = outcomes(boxes[places])
    ranks = np.argsort(shares, axis=1)[:, ::-1]
    best = np.take_along_axis(shares, ranks[:, :1], axis=1)[:, 0]
    rest = np.take_along_axis(shares, ranks[:, 1:], axis=1).sum(axis=1)
    return questions, places, ranks, calibrated(best, rest, ranks[:, 0] == 0)


def _may_be_faint(order: Sequence[int], confidence: float, *, is_whitened: bool) -> bool:
    """Say of the likeliest two outcomes of a row whether ink, or the lack of it, is in doubt."""
    return 0 in order or (is_whitened and confidence < ANYWHERE)


def have_lost_marks(faint: int, rows: int) -> bool:
    """Say whether so many rows of a page may have lost a mark that they speak for the others."""
    return faint >= max(FAINT_ROWS, math.ceil(FAINT_SHARE * rows))


def _most_for_blanks(groups: Sequence[_Group], ink: NDArray[np.float64] | None) -> float:
    """Return the certainty that no row which seems blank may have, where marks got lost.

    Either rows show specks, or half of the rows with several boxes may have lost a mark: then a
    tick box that shows nothing may have lost one too.
    """
    faint = np.concatenate([_specks(group, ink) for group in groups])
    count = sum(len(places) for _, places, _, _ in groups)
    if have_lost_marks(len(faint), count):
        return float(faint.max())
    several = [
        np.where((ranks[:, :2] == 0).any(axis=1) | (sure < ANYWHERE), sure, 1.0)
        for _, places, ranks, sure in groups
        if places.shape[1] > 1
    ]
    certain = np.concatenate(several) if several else np.zeros(0)
    lost = certain[certain < CERTAINTY]
    if len(lost) >= max(FAINT_ROWS, LOST_HALF * len(certain)):
        return float(lost.max())
    return 1.0


def _may_trace(groups: Sequence[_Group], ink: NDArray[np.float64] | None) -> float:
    """Return how much ink in a row that seems blank may be left of a mark.

    Where nearly all boxes that nobody marked have none at all, a broken line through one is no
    noise of the machine.
    """
    if ink is None:
        return np.inf
    free = []
    for _, places, ranks, _ in groups:
        is_other = np.ones(places.shape, bool)
        answered = np.flatnonzero((ranks[:, 0] > 0) & (ranks[:, 0] <= places.shape[1]))
        is_other[answered, ranks[answered, 0] - 1] = False
        free.append(ink[places[is_other]])
    left = np.concatenate(free)
    is_clean = len(left) > 0 and float(np.quantile(left, CLEAN_SHARE)) <= CLEAN
    return TRACE_INK if is_clean else np.inf


def _specks(group: _Group, ink: NDArray[np.float64] | None) -> Probabilities:
    """Return the certainties of the rows that show specks, which may be left of a mark.

    A row of which hardly anything is left is one too, whatever it seems to say; one with plenty of
    ink is in doubt for another reason, and says nothing of what the page lost.
    """
    _, places, ranks, sure = group
    is_open = sure < CERTAINTY
    is_faint = (ranks[:, :2].max(axis=1) <= places.shape[1]) & (
        (ranks[:, :2] == 0).any(axis=1) | (sure < ANYWHERE)
    )
    if ink is not None:
        most = ink[places].max(axis=1)
        is_faint = (is_faint | (most < BROKEN)) & (most >= SPECK) & (most < MOST_LEFT)
    result: Probabilities = sure[is_open & is_faint]
    return result


def _share_lost(groups: Sequence[_Group], ink: NDArray[np.float64] | None) -> float:
    """Estimate from its other marks which share of the marks of a page left nothing on the scan.

    Laplace's rule of succession: with n clear marks and s rows that show specks, it is
    (s + 1) / (n + s + 2).
    """
    clear = sum(
        int(((ranks[:, 0] > 0) & (ranks[:, 0] <= places.shape[1]) & (sure >= CERTAINTY)).sum())
        for _, places, ranks, sure in groups
    )
    specks = sum(len(_specks(group, ink)) for group in groups)
    return (specks + 1) / (clear + specks + 2)


def _lost_at_most(boxes: Probabilities, is_bare: NDArray[np.bool_], share: float) -> Probabilities:
    """Make a mark in a box with no ink at all no more likely than that it got lost."""
    result = boxes.copy()
    bare = result[is_bare]
    marked = list(MEANT)
    bare[:, marked] = np.minimum(bare[:, marked], share * bare[:, [Ink.EMPTY]])
    result[is_bare] = bare
    return result


def _reading(
    options: Sequence[str],
    order: Sequence[int],
    solid: Sequence[bool],
    confidence: float,
    is_found: bool,
    certainty: float,
    *,
    is_whitened: bool,
) -> Reading:
    """Put the likeliest two outcomes of a row into words."""
    count = len(options)
    if not is_found:
        return Reading(None, doubt=Doubt.MISPLACED, confidence=0.0)  # of what, nobody knows
    first = order[0]
    withdrawn = tuple(o for at, o in enumerate(options) if solid[at] and at + 1 != first)
    for outcome in order if confidence < certainty else order[:1]:
        if outcome > count:
            return Reading(None, withdrawn, _DOUBTS[outcome - count], confidence)
    if confidence < certainty:
        is_faint = _may_be_faint(order, confidence, is_whitened=is_whitened)
        doubt = Doubt.FAINT if is_faint else Doubt.UNCLEAR
        return Reading(None, withdrawn, doubt, confidence)
    return Reading(options[first - 1] if first else None, withdrawn, confidence=confidence)


def outcomes(boxes: Probabilities) -> Probabilities:
    """Weigh every way to fill in rows of the same length.

    Args:
        boxes: (R, n, K) how likely each kind of ink is.

    Returns:
        (R, 1 + n + 3) shares: blank, each option, and the three doubts.
    """
    count = boxes.shape[1]
    likely = np.maximum(boxes, LEAST)
    unmeant = (1 - TRACE) * likely[:, :, Ink.EMPTY] + TRACE * likely[:, :, Ink.TRACE]
    odds = likely / unmeant[:, :, None]
    meant = odds[:, :, list(MEANT)] @ np.array(list(MEANT.values()))
    marked, filled, black = (odds[:, :, ink] for ink in (Ink.MARK, Ink.FILL, Ink.BLACKED))
    result = np.zeros((len(boxes), 1 + count + len(_DOUBTS)))
    if count == 1:
        ticked = _ticked(meant[:, 0])
        result[:, 0] = 1 - ticked
        result[:, 1] = ticked * meant[:, 0]
        result[:, 1 + _WITHDRAWN_ONLY] = ticked * LONE_GONE * odds[:, 0, Ink.BLACKED]
        result[:, 1 + _UNCLEAR] = STRUCK * odds[:, 0, Ink.STRUCK]  # a line from the row before it
        return _shares(result)

    honest = marked + FILLED_AS_HONEST * filled
    solid = black + FILLED_AS_SOLID * filled
    withdrawn = black + FILLED_AS_WITHDRAWN * filled
    pairs = count * (count - 1)
    triples = max(1, pairs * (count - 2) / 2)
    other_solid, two_solid = _others(solid)
    through = (1 - UNSTRUCK) * odds[:, :, Ink.STRUCK] + UNSTRUCK
    log_struck = np.log(through).sum(axis=1, keepdims=True)
    struck = np.exp(np.clip(log_struck, -MOST_LOG_ODDS, MOST_LOG_ODDS))
    beside = odds[:, :, Ink.BESIDE]
    between = (beside[:, 1:] * beside[:, :-1]).sum(axis=1) / (count - 1)

    result[:, 0] = BLANK
    result[:, 1 : 1 + count] = (
        ONE / count * meant
        + ONE_WITHDRAWN / pairs * honest * other_solid
        + TWO_WITHDRAWN / triples / 3 * honest * two_solid
        + ONE_AND_BESIDE / pairs * marked * _others(beside)[0]
        + STRUCK_AND_ONE / count * struck * meant / through
        + STRUCK_AND_WITHDRAWN / pairs * struck * honest / through * _others(solid / through)[0]
    )
    result[:, count + _TWO_MARKS] = 2 * TWO_MARKS / pairs * _pairs(marked)
    result[:, count + _TWO_MARKS] += MORE_MARKS / triples * _more(marked)
    result[:, count + _WITHDRAWN_ONLY] = 2 * TWO_BLACKED / pairs * _pairs(withdrawn)
    result[:, count + _WITHDRAWN_ONLY] += MORE_BLACKED / triples * _more(withdrawn)
    result[:, count + _UNCLEAR] = (
        BETWEEN * between + ONLY_BESIDE / count * beside.sum(axis=1) + STRUCK * struck[:, 0]
    )
    return _shares(result)


def _ticked(odds: Probabilities) -> float:
    """Estimate which share of the tick boxes of a page is ticked, from those that seem to be."""
    usual = TICKED / TICK_BOXES
    seen = usual * odds / (usual * odds + 1 - usual)
    return float((TICKED + seen.sum()) / (TICK_BOXES + len(odds)))


def _shares(weights: Probabilities) -> Probabilities:
    result: Probabilities = weights / weights.sum(axis=1, keepdims=True)
    return result


# Sums of products over other boxes are made without subtracting: odds differ by a factor of 1e8,
# and what is left of the larger ones after subtraction is noise.


def _before(values: Probabilities) -> Probabilities:
    """Return for each box the sum over those before it."""
    result: Probabilities = np.zeros_like(values)
    np.cumsum(values[:, :-1], axis=1, out=result[:, 1:])
    return result


def _others(values: Probabilities) -> tuple[Probabilities, Probabilities]:
    """Return for each box the sum over all others, and over all pairs of others."""
    back = values[:, ::-1]
    before, after = _before(values), _before(back)[:, ::-1]
    pairs_before = _before(values * before)
    pairs_after = _before(back * after[:, ::-1])[:, ::-1]
    return before + after, pairs_before + pairs_after + before * after


def _pairs(values: Probabilities) -> Probabilities:
    """Return the sum of the products of all pairs in each row."""
    result: Probabilities = (values * _before(values)).sum(axis=1)
    return result


def _more(values: Probabilities) -> Probabilities:
    """Return the sum of the products of all threes in each row."""
    result: Probabilities = (values * _before(values * _before(values))).sum(axis=1)
    return result
