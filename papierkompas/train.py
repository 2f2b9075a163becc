"""Train the model of `omr.model` on simulated marks: `python -m papierkompas.train --seed 1`.

In:  a seed and a number of sheets.
Out: `omr/model.json`, the same for the same seed.

Sheets are simulated over all cases of copier and phone (`simulate.trials`); four in five teach the
network what lies in a box, the fifth shows how often its readings are right.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from omr import decide, model
from omr.marks import FEATURES, Features, measure
from omr.model import Ink, Model
from papierkompas.simulate.trials import trials

HIDDEN = 28
DECAY = 3e-5
STEPS = 400
EMPTY_KEPT = 0.25  # of the empty boxes: they are nine in ten, and much alike
OFF_MM = 0.35  # a box found further from its place is not taught: its ink is not known
CHUNK = 12  # sheets that a process makes at a time
HELD_OUT = 5  # every fifth chunk tells how often readings are right


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """What some sheets teach: boxes with their ink, rows with their right readings."""

    features: NDArray[np.float32]
    inks: NDArray[np.int64]
    usable: NDArray[np.bool_]
    rows: list[tuple[list[int], list[int]]]  # indices of boxes; outcomes that are right


def gather(job: tuple[int, int, int]) -> Lesson:
    """Simulate some sheets and measure their boxes."""
    import cv2

    cv2.setNumThreads(1)
    seed, start, count = job
    features, inks, usable, rows = [], [], [], []
    first = 0
    for made in trials(seed, count, start=start):
        placed = made.place()
        if not placed.is_trusted:
            continue
        own = [which for _, which in made.sheet.rows.values()]
        features.append(measure(placed.patches, own).astype(np.float32))
        inks.append(made.inks)
        usable.append(placed.found & (made.miss_mm(placed) < OFF_MM))
        for question, (options, which) in made.sheet.rows.items():
            if not usable[-1][list(which)].all():
                continue
            known = ["", *options]
            right = [known.index(option or "") for option in made.truths[question].accept]
            rows.append(([first + i for i in which], right))
        first += len(made.inks)
    if not features:
        return Lesson(np.zeros((0, len(FEATURES)), np.float32), np.zeros(0, int), np.zeros(0, bool), [])
    return Lesson(
        np.concatenate(features), np.concatenate(inks), np.concatenate(usable), rows
    )  # fmt: skip


def lessons(seed: int, sheets: int, workers: int) -> Iterator[Lesson]:
    """Make lessons on several cores, in an order that does not depend on them."""
    jobs = [(seed, start, min(CHUNK, sheets - start)) for start in range(0, sheets, CHUNK)]
    with ProcessPoolExecutor(workers) as pool:
        yield from pool.map(gather, jobs)


def train(taught: Sequence[Lesson], seed: int, steps: int = STEPS) -> Model:
    """Fit the network by L-BFGS to the boxes of these lessons."""
    from scipy.optimize import minimize

    rng = np.random.default_rng(seed)
    features, inks = _chosen(taught, rng)
    counts = np.bincount(inks, minlength=len(Ink)).astype(float)
    counts[Ink.EMPTY] /= EMPTY_KEPT
    # The square root lies between what is seen and all kinds alike: rare kinds must not drown.
    per_class = 1 / np.sqrt(np.maximum(counts, 1))
    per_class[Ink.EMPTY] /= EMPTY_KEPT
    weights = per_class[inks]
    seen = np.bincount(inks, weights, len(Ink))
    weights /= weights.sum()
    mean = features.mean(axis=0)
    scale = np.maximum(features.std(axis=0), 1e-3)
    inputs = np.clip((features - mean) / scale, -model.FAR, model.FAR).astype(np.float32)

    shapes = ((inputs.shape[1] + 1, HIDDEN), (HIDDEN + 1, len(Ink)))
    start = np.concatenate(
        [(rng.standard_normal(shape) / np.sqrt(shape[0])).ravel() for shape in shapes]
    )
    loss = _loss(inputs, inks, weights.astype(np.float32), shapes)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": steps, "maxcor": 20})
    hidden, output = _split(found.x, shapes)
    bare = np.array([[-40.0, 40.0], [-40.0, 40.0]])
    return Model(mean, scale, hidden, output, seen / seen.sum(), bare)


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
        wide = parameters.astype(np.float32)
        hidden_w, output_w = _split(wide, shapes)
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


def calibrate(trained: Model, held_out: Sequence[Lesson]) -> Model:
    """Find out how often readings are right whose share of the hypotheses is so and so large."""
    odds, right = readings(trained, held_out)
    order = np.argsort(odds)
    odds, right = odds[order], right[order]
    # Bins get finer towards the certain end, where an error is worth most.
    edges = [0.0]
    while len(odds) - edges[-1] > 400:
        edges.append(edges[-1] + max(200, 0.2 * (len(odds) - edges[-1])))
    bins = [odds[int(a) : int(b)] for a, b in zip(edges, [*edges[1:], len(odds)], strict=True)]
    hits = [right[int(a) : int(b)] for a, b in zip(edges, [*edges[1:], len(odds)], strict=True)]
    known = [float(np.median(part)) for part in bins]
    wrong = [(float((~part).sum()) + 0.5) / (len(part) + 1) for part in hits]
    sizes = [len(part) for part in hits]
    smooth = _falling(wrong, sizes)
    true = [float(np.log((1 - w) / w)) for w in smooth]
    return replace(trained, calibration=np.array([known, true]))


def _falling(values: Sequence[float], sizes: Sequence[int]) -> list[float]:
    """Make values fall, by pooling neighbours that do not (isotonic regression)."""
    pools: list[list[float]] = []  # value, size, members
    for value, size in zip(values, sizes, strict=True):
        pools.append([value, size, 1])
        while len(pools) > 1 and pools[-1][0] > pools[-2][0]:
            last, before = pools.pop(), pools.pop()
            whole = last[1] + before[1]
            mean = (last[0] * last[1] + before[0] * before[1]) / whole
            pools.append([mean, whole, last[2] + before[2]])
    return [value for value, _, members in pools for _ in range(int(members))]


def readings(
    trained: Model, taught: Sequence[Lesson]
) -> tuple[Features, NDArray[np.bool_]]:
    """Return for every row read as an answer its raw log odds, and whether it is right."""
    odds: list[float] = []
    right: list[bool] = []
    for lesson in taught:
        even = trained.probabilities(lesson.features.astype(np.float64)) / trained.seen
        boxes = even / even.sum(axis=1, keepdims=True)
        by_length: dict[int, list[tuple[list[int], list[int]]]] = {}
        for row in lesson.rows:
            by_length.setdefault(len(row[0]), []).append(row)
        for count, rows in by_length.items():
            shares = decide.outcomes(boxes[np.array([which for which, _ in rows])])
            best = shares.argmax(axis=1)
            for (_, accept), at, share in zip(rows, best, shares, strict=True):
                if at <= count:
                    rest = max(float(share.sum() - share[at]), 1e-15)
                    odds.append(float(np.log(share[at] / rest)))
                    right.append(int(at) in accept)
    return np.array(odds), np.array(right, dtype=bool)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, calibrate, write."""
    parser = argparse.ArgumentParser(prog="python -m papierkompas.train", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="where everything random comes from")
    parser.add_argument("--sheets", type=int, default=1800, help="how many sheets are simulated")
    parser.add_argument("--workers", type=int, default=2, help="processes that simulate")
    parser.add_argument("--out", type=Path, default=Path(model.__file__).with_name("model.json"))
    asked = parser.parse_args(arguments)

    made = []
    for number, lesson in enumerate(lessons(asked.seed, asked.sheets, asked.workers)):
        made.append(lesson)
        rows = sum(len(one.rows) for one in made)
        sys.stderr.write(f"\r{min((number + 1) * CHUNK, asked.sheets)} sheets, {rows} rows ")
        sys.stderr.flush()
    taught = [one for number, one in enumerate(made) if number % HELD_OUT]
    held_out = [one for number, one in enumerate(made) if number % HELD_OUT == 0]
    sys.stderr.write("\ntraining\n")
    trained = calibrate(train(taught, asked.seed), held_out)
    asked.out.write_text(model.dumps(trained))
    sys.stderr.write(f"wrote {asked.out}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
