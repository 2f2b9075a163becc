"""Train the model of `omr.ink.model` on simulated marks.

    python -m papierkompas.lab.train --seed 1

In:  a seed and a number of sheets.
Out: `omr/ink/model.json`, the same for the same seed.

Sheets are simulated over all cases of copier and phone (`simulate.trials`). Four in five teach the
networks what lies in a box, the fifth shows how often their readings are right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from omr.ink import decide, model
from omr.ink.marks import FEATURES, Features, measure
from omr.ink.model import Ink, Model
from papierkompas.lab.simulate.copier import COPIER_CASES
from papierkompas.lab.simulate.photo import PHONE_CASES
from papierkompas.lab.simulate.trials import trials

TAUGHT = (*COPIER_CASES, *COPIER_CASES, *PHONE_CASES)  # a photo takes six times as long to make

HIDDEN = 24
DECAY = 1e-5
STEPS = 500
EMPTY_KEPT = 0.15  # of the empty boxes: they are nine in ten, and much alike
OFF_MM = 0.35  # a box found further from its place is not taught: its ink is not known
CHUNK = 12  # sheets that a process makes at a time
FOLDS = 8  # networks; each is taught all lessons but its own share, so that they differ
HELD_OUT = 5  # every fifth lesson is taught to none, and shows how often readings are right
HARD_SHARE = 0.3  # of the weight of other rows: nobody fills in a whole pile in odd ways
BENDS = (-5.0, 3.0, 6.0, 9.0)  # raw log odds at which the calibration may change its slope
KNOTS = np.array([*BENDS, 12.0, 15.0, 20.0])
USUAL, PULL = 0.6, 2.0  # slope where few errors say otherwise: certainty grows slower than claimed
MOST_ODDS = 13.8  # one in a million: more than that was never measured


@dataclass(frozen=True, slots=True)
class TrainingRow:
    """One question: the indices of its boxes, and the outcomes that are right."""

    which: list[int]
    right: list[int]
    is_hard: bool


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What some sheets teach: boxes with their ink, rows with their right readings."""

    features: NDArray[np.float32]
    inks: NDArray[np.int64]
    usable: NDArray[np.bool_]
    rows: list[TrainingRow]


def gather(job: tuple[int, int, int]) -> Lesson:
    """Simulate some sheets and measure their boxes."""
    cv2.setNumThreads(1)
    seed, start, count = job
    features, inks, usable = [], [], []
    rows: list[TrainingRow] = []
    first = 0
    for made in trials(seed, count, TAUGHT, start):
        placed = made.place()
        if not placed.is_trusted:
            continue
        own = [which for _, which in made.sheet.rows.values()]
        features.append(measure(placed.patches, own).astype(np.float32))
        inks.append(_visible(made.inks, features[-1]))
        usable.append(placed.found & (made.miss_mm(placed) < OFF_MM))
        for question, (options, which) in made.sheet.rows.items():
            is_gone = (made.inks == Ink.BESIDE) & (inks[-1] == Ink.EMPTY)
            if is_gone[list(which)].any() or not usable[-1][list(which)].all():
                continue
            known = ["", *options]
            right = [known.index(option or "") for option in made.truths[question].accept]
            rows.append(TrainingRow([first + i for i in which], right, made.is_hard))
        first += len(made.inks)
    if not features:
        return Lesson(
            np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, int), np.zeros(0, bool), []
        )
    return Lesson(np.concatenate(features), np.concatenate(inks), np.concatenate(usable), rows)


def _visible(inks: NDArray[np.int64], features: NDArray[np.float32]) -> NDArray[np.int64]:
    """Call boxes empty of whose traces, lines and marks beside them nothing reached the scan.

    A mark of which nothing is left stays a mark: how often that happens on a page like this is
    just what has to be known about its blank rows.
    """
    near = sum(features[:, FEATURES.index(name)] for name in ("ring", "ink15", "gap_most"))
    may_be_gone = np.isin(inks, (Ink.TRACE, Ink.STRUCK, Ink.BESIDE))
    return np.where(may_be_gone & (near < 0.01), Ink.EMPTY, inks)


def lessons(seed: int, sheets: int, workers: int) -> Iterator[Lesson]:
    """Make lessons on several cores, in an order that does not depend on them."""
    jobs = [(seed, start, min(CHUNK, sheets - start)) for start in range(0, sheets, CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(gather, jobs)


def train(made: Sequence[Lesson], seed: int, workers: int = 2) -> Model:
    """Train a network per fold, on all lessons but its own; calibrate on what none has seen."""
    held_out, taught = made[::HELD_OUT], [one for at, one in enumerate(made) if at % HELD_OUT]
    features = np.concatenate([lesson.features for lesson in taught]).astype(np.float64)
    mean, scale = features.mean(axis=0), np.maximum(features.std(axis=0), 1e-3)
    weights = _weights(taught)
    work = [
        (
            [one for at, one in enumerate(taught) if at % FOLDS != fold],
            mean,
            scale,
            weights,
            seed + fold,
        )
        for fold in range(FOLDS)
    ]
    with ProcessPoolExecutor(workers) as pool:
        nets = list(pool.map(_fit, *zip(*work, strict=True)))
    seen = weights * _counts(taught)
    bare = Model(
        mean,
        scale,
        np.array([hidden for hidden, _ in nets]),
        np.array([output for _, output in nets]),
        seen / seen.sum(),
        np.zeros((3, 2)),
    )
    return replace(bare, calibration=calibration(answers(bare, held_out)))


def _counts(taught: Sequence[Lesson]) -> Features:
    inks = np.concatenate([lesson.inks[lesson.usable] for lesson in taught])
    return np.maximum(np.bincount(inks, minlength=len(Ink)), 1).astype(np.float64)


def _weights(taught: Sequence[Lesson]) -> Features:
    """Weigh kinds of ink by one over the root of how often they are seen: rare ones must not drown.

    That lies halfway between what is seen and all kinds alike.
    """
    result: Features = 1 / np.sqrt(_counts(taught))
    return result


def _fit(
    taught: Sequence[Lesson], mean: Features, scale: Features, per_ink: Features, seed: int
) -> tuple[Features, Features]:
    """Fit one network by L-BFGS."""
    rng = np.random.default_rng(seed)
    features, inks = _chosen(taught, rng)
    weights = per_ink[inks] * np.where(inks == Ink.EMPTY, 1 / EMPTY_KEPT, 1.0)
    weights /= weights.sum()
    inputs = np.clip((features - mean) / scale, -model.FAR, model.FAR).astype(np.float32)
    shapes = ((inputs.shape[1] + 1, HIDDEN), (HIDDEN + 1, len(Ink)))
    start = np.concatenate(
        [(rng.standard_normal(shape) / np.sqrt(shape[0])).ravel() for shape in shapes]
    )
    loss = _loss(inputs, inks, weights.astype(np.float32), shapes)
    found = minimize(
        loss, start, jac=True, method="L-BFGS-B", options={"maxiter": STEPS, "maxcor": 20}
    )
    return _split(found.x, shapes)


def _chosen(
    taught: Sequence[Lesson], rng: np.random.Generator
) -> tuple[Features, NDArray[np.int64]]:
    """Keep all boxes with ink and some of the empty ones."""
    kept = [
        lesson.usable & ((lesson.inks != Ink.EMPTY) | (rng.random(len(lesson.inks)) < EMPTY_KEPT))
        for lesson in taught
    ]
    features = np.concatenate([a.features[b] for a, b in zip(taught, kept, strict=True)])
    inks = np.concatenate([a.inks[b] for a, b in zip(taught, kept, strict=True)])
    return features.astype(np.float64), inks


Shapes = tuple[tuple[int, int], tuple[int, int]]


def _split(parameters: Features, shapes: Shapes) -> tuple[Features, Features]:
    cut = shapes[0][0] * shapes[0][1]
    return parameters[:cut].reshape(shapes[0]), parameters[cut:].reshape(shapes[1])


def _loss(
    inputs: NDArray[np.float32],
    inks: NDArray[np.int64],
    weights: NDArray[np.float32],
    shapes: Shapes,
) -> Callable[[Features], tuple[float, Features]]:
    """Return the weighted cross entropy and its slope, as a function of all parameters."""
    at = np.arange(len(inks))

    def loss(parameters: Features) -> tuple[float, Features]:
        hidden_w, output_w = (part.astype(np.float32) for part in _split(parameters, shapes))
        hidden = np.tanh(inputs @ hidden_w[:-1] + hidden_w[-1])
        scores = hidden @ output_w[:-1] + output_w[-1]
        scores -= scores.max(axis=1, keepdims=True)
        chances = np.exp(scores)
        total = chances.sum(axis=1, keepdims=True)
        cost = float((weights * (np.log(total[:, 0]) - scores[at, inks])).sum(dtype=np.float64))
        error = chances / total
        error[at, inks] -= 1
        error *= weights[:, None]
        back = (error @ output_w[:-1].T) * (1 - hidden**2)
        slope = np.concatenate(
            [
                (inputs.T @ back).ravel(),
                back.sum(axis=0),
                (hidden.T @ error).ravel(),
                error.sum(axis=0),
            ]
        ).astype(np.float64)
        return cost + DECAY * float(parameters @ parameters), slope + 2 * DECAY * parameters

    return loss


@dataclass(frozen=True, slots=True, eq=False)
class Answers:
    """What was read on sheets that no network was taught: one entry per row with an answer."""

    odds: Features  # raw, of the best hypothesis against all others
    is_right: NDArray[np.bool_]
    is_blank: NDArray[np.bool_]
    is_hard: NDArray[np.bool_]


def calibration(read: Answers) -> Features:
    """Find out how often readings are right whose share of the hypotheses is so and so large.

    The true log odds of marks and of blank rows are each a line with bends, fitted to all
    readings at once: the few errors at the certain end say little about their own bin, and much
    about the slope. Nothing is ever believed beyond `MOST_ODDS`.
    """
    marked, blank = _slopes(read, ~read.is_blank), _slopes(read, read.is_blank)
    lines = [np.minimum(_bends(KNOTS) @ slopes, MOST_ODDS) for slopes in (marked, blank)]
    return np.array([KNOTS, *lines])


def _slopes(read: Answers, part: NDArray[np.bool_]) -> Features:
    """Fit height and slopes of a line with bends by the likelihood of right and wrong."""
    signed = np.where(read.is_right[part], 1.0, -1.0)[:, None] * _bends(read.odds[part])
    shares = np.where(read.is_hard[part], HARD_SHARE, 1.0)

    def loss(slopes: Features) -> tuple[float, Features]:
        won = signed @ slopes
        off = slopes[1:] - USUAL
        cost = shares @ np.logaddexp(0, -won) + PULL * off @ off
        back = signed.T @ (-shares / (1 + np.exp(np.clip(won, -50, 50))))
        return float(cost), back + np.concatenate([[0.0], 2 * PULL * off])

    start = np.array([0.0, *[USUAL] * len(BENDS)])
    bounds = [(None, None), *[(0.2, 1.2)] * len(BENDS)]
    found: Features = minimize(loss, start, jac=True, bounds=bounds, method="L-BFGS-B").x
    return found


def _bends(odds: Features) -> Features:
    """Return a column for the height of the line, and one per stretch between two bends."""
    starts = np.array(BENDS)
    lengths = np.diff([*BENDS, np.inf])
    stretches = np.clip(odds[:, None] - starts, 0, lengths)
    return np.column_stack([np.ones(len(odds)), stretches])


def answers(trained: Model, lessons: Sequence[Lesson]) -> Answers:
    """Read the rows of some lessons with networks that are not yet calibrated."""
    read: list[tuple[float, bool, bool, bool]] = []
    for lesson in lessons:
        even = trained.probabilities(lesson.features.astype(np.float64)) / trained.seen
        boxes = even / even.sum(axis=1, keepdims=True)
        by_length: dict[int, list[TrainingRow]] = {}
        for row in lesson.rows:
            by_length.setdefault(len(row.which), []).append(row)
        for count, rows in by_length.items():
            shares = decide.outcomes(boxes[np.array([row.which for row in rows])])
            for row, at, share in zip(rows, shares.argmax(axis=1).tolist(), shares, strict=True):
                if at <= count:
                    rest = max(float(np.delete(share, at).sum()), model.LEAST)
                    odds = float(np.log(share[at] / rest))
                    read.append((odds, at in row.right, at == 0, row.is_hard))
    table = np.array(read).reshape(-1, 4)
    right, blank, hard = (table[:, at].astype(bool) for at in (1, 2, 3))
    return Answers(table[:, 0], right, blank, hard)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(prog="python -m papierkompas.lab.train", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="where everything random comes from")
    parser.add_argument("--sheets", type=int, default=6_000, help="how many sheets are simulated")
    parser.add_argument("--workers", type=int, default=2, help="processes that simulate")
    parser.add_argument("--out", type=Path, default=Path(model.__file__).with_name("model.json"))
    asked = parser.parse_args(arguments)

    made = []
    for number, lesson in enumerate(lessons(asked.seed, asked.sheets, asked.workers)):
        made.append(lesson)
        rows = sum(len(one.rows) for one in made)
        sys.stderr.write(f"\r{min((number + 1) * CHUNK, asked.sheets)} sheets, {rows} rows ")
        sys.stderr.flush()
    sys.stderr.write(f"\ntraining {FOLDS} networks\n")
    trained = train(made, asked.seed, asked.workers)
    asked.out.write_text(model.dumps(trained))
    sys.stderr.write(f"wrote {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
