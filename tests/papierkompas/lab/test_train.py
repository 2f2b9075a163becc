"""Training: what it makes of right and wrong readings."""

import numpy as np
import pytest

from omr.ink import model
from omr.ink.marks import FEATURES
from omr.ink.model import Ink
from papierkompas.lab.train import Answers, Lesson, TrainingRow, calibration, train


def read(error: float, count: int = 4000) -> Answers:
    """Readings of which, whatever they claim, this share is wrong."""
    rng = np.random.default_rng(1)
    flags = np.zeros(count, dtype=bool)
    return Answers(rng.uniform(0, 12, count), rng.random(count) >= error, flags, flags)


def test_claims_that_do_not_come_true_are_not_believed() -> None:
    """A network that is certain and wrong one time in fifty earns no 0.999."""
    known, marked, _ = calibration(read(error=0.02))
    at_nine = 1 / (1 + np.exp(-np.interp(9.0, known, marked)))

    assert at_nine < 0.995


def test_nothing_is_ever_quite_certain() -> None:
    _, marked, blank = calibration(read(error=0.0))

    assert max(marked.max(), blank.max()) <= 13.8


@pytest.mark.parametrize("error", [0.0, 0.001, 0.1])
def test_more_claimed_is_never_less_believed(error: float) -> None:
    _, marked, blank = calibration(read(error))

    assert (np.diff(marked) >= 0).all()
    assert (np.diff(blank) >= 0).all()


def test_what_can_be_told_apart_is_learned() -> None:
    """Boxes with ink in one made-up lesson after the other; the model is written and read."""
    rng = np.random.default_rng(2)
    lessons = []
    for _ in range(10):
        inks = np.tile([Ink.EMPTY, Ink.EMPTY, Ink.MARK, Ink.BLACKED], 30)
        features = rng.normal(0, 0.05, (len(inks), len(FEATURES))).astype(np.float32)
        features[:, 0] += (inks == Ink.MARK) + 2 * (inks == Ink.BLACKED)
        rows = [
            TrainingRow([at, at + 1, at + 2], [3], is_hard=False) for at in range(0, len(inks), 4)
        ]
        lessons.append(Lesson(features, inks, np.ones(len(inks), dtype=bool), rows))
    made = model.loads(model.dumps(train(lessons, seed=1, workers=1)))
    chances = made.probabilities(lessons[0].features.astype(np.float64))

    assert (chances.argmax(axis=1) == lessons[0].inks).all()
