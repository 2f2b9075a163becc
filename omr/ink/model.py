"""How likely is each kind of ink in each box.

In:  the numbers that `omr.ink.marks` measured.
Out: (B, K) probabilities, one per `Ink`.

A few small networks with one hidden layer each, whose opinions are averaged: where they differ,
nobody should be certain. They are trained by `papierkompas.lab.train` on simulated marks and kept
in `model.json`, where every number stands under the name of its feature (docs/decisions/004).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from importlib import resources

import numpy as np
from numpy.typing import NDArray

from omr.ink.marks import FEATURES, Features

Probabilities = NDArray[np.float64]
Blanks = NDArray[np.bool_]


class Ink(IntEnum):
    """What may lie in a box."""

    EMPTY = 0
    TRACE = 1  # not meant: a pen rest, a rubbed out mark, the end of a mark for another box
    MARK = 2  # a cross, a tick, a circle, anything that leaves paper to see
    FILL = 3  # filled in, as on a lottery ticket
    BLACKED = 4  # a solid black box: withdrawn, or filled in thoroughly
    STRUCK = 5  # a line that runs through the whole row
    BESIDE = 6  # a mark between this box and the next


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """Trained networks, and how often each kind of ink was seen when they were trained."""

    mean: Features
    scale: Features
    hidden: Features  # (N, F + 1, H) for N networks; the last row is the bias
    output: Features  # (N, H + 1, K)
    seen: Features  # (K,)
    calibration: Features  # (3, M): raw log odds, the true ones of a mark, and of a blank row

    def probabilities(self, features: Features) -> Probabilities:
        """Say how likely each kind of ink is."""
        within = np.clip((features - self.mean) / self.scale, -FAR, FAR)
        bent = np.tanh(within @ self.hidden[:, :-1] + self.hidden[:, -1:])  # (N, B, H)
        scores = bent @ self.output[:, :-1] + self.output[:, -1:]  # (N, B, K)
        weights = np.exp(scores - scores.max(axis=2, keepdims=True))
        result: Probabilities = (weights / weights.sum(axis=2, keepdims=True)).mean(axis=0)
        return result


LEAST = 1e-15
FAR = 6.0  # standard deviations beyond which a measurement says no more


def probabilities(features: Features) -> Probabilities:
    """Turn measurements into probabilities, by the model that comes with the program.

    They are as if all kinds of ink were equally frequent: how often people do what is known to
    `omr.ink.decide`, and differs from what the model was trained on.
    """
    even = model().probabilities(features) / model().seen
    result: Probabilities = even / even.sum(axis=1, keepdims=True)
    return result


def calibrated(best: Probabilities, rest: Probabilities, is_blank: Blanks) -> Probabilities:
    """Turn the share of the best hypothesis into the probability that was measured for such shares.

    Args:
        best: share of what the row is believed to say.
        rest: share of everything else; not 1 minus the first, which rounds to nothing.
        is_blank: whether the row is believed to be blank: a copier may have lost a mark.
    """
    known, marked, blank = model().calibration
    raw = np.log(np.maximum(best, LEAST) / np.maximum(rest, LEAST))
    odds = np.where(is_blank, np.interp(raw, known, blank), np.interp(raw, known, marked))
    result: Probabilities = 1 / (1 + np.exp(-odds))
    return result


@lru_cache(maxsize=1)
def model() -> Model:
    """Load the model that comes with the program."""
    return loads((resources.files("omr.ink") / "model.json").read_text())


def loads(text: str) -> Model:
    """Read a model that `dumps` wrote."""
    data = json.loads(text)
    if tuple(data["features"]) != FEATURES or data["inks"] != [ink.name for ink in Ink]:
        raise ValueError(
            "omr/ink/model.json was trained on other measurements than omr.ink.marks makes; "
            "run python -m papierkompas.lab.train"
        )
    rows = list(data["features"].values())
    networks = data["networks"]
    return Model(
        mean=np.array([row["mean"] for row in rows]),
        scale=np.array([row["scale"] for row in rows]),
        hidden=np.array(
            [
                [*(row["hidden"][number] for row in rows), network["bias"]]
                for number, network in enumerate(networks)
            ]
        ),
        output=np.array([[*network["output"], network["output_bias"]] for network in networks]),
        seen=np.array(data["seen"]),
        calibration=np.array(data["calibration"]),
    )


def dumps(model: Model) -> str:
    """Write a model as text, one line per feature and per hidden unit."""

    def line(values: Features) -> str:
        return "[" + ", ".join(f"{v:.4g}" for v in values) + "]"

    def lines(rows: Features, indent: str) -> str:
        return "[\n" + ",\n".join(indent + line(row) for row in rows) + "]"

    features = [
        f'    "{name}": {{"mean": {model.mean[at]:.4g}, "scale": {model.scale[at]:.4g}, '
        f'"hidden": {lines(model.hidden[:, at], " " * 6)}}}'
        for at, name in enumerate(FEATURES)
    ]
    networks = [
        f'    {{"bias": {line(hidden[-1])},\n     "output": {lines(output[:-1], " " * 6)},\n'
        f'     "output_bias": {line(output[-1])}}}'
        for hidden, output in zip(model.hidden, model.output, strict=True)
    ]
    inks = json.dumps([ink.name for ink in Ink])
    known, marked, blank = (line(values) for values in model.calibration)
    return (
        f'{{\n  "inks": {inks},\n  "seen": {line(model.seen)},\n'
        '  "features": {\n' + ",\n".join(features) + "\n  },\n"
        '  "networks": [\n' + ",\n".join(networks) + "\n  ],\n"
        f'  "calibration": [{known},\n    {marked},\n    {blank}]\n}}\n'
    )
