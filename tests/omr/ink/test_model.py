"""The trained model: small, inspectable, and what the measurements expect."""

import json
from importlib import resources

import numpy as np
import pytest

from omr.ink import model
from omr.ink.marks import FEATURES
from omr.ink.model import Ink


def test_the_model_knows_the_measurements_of_today() -> None:
    """A model trained on other features would read nonsense without a word."""
    assert model.model().mean.shape == (len(FEATURES),)


def test_a_model_for_other_measurements_is_refused() -> None:
    text = (resources.files("omr.ink") / "model.json").read_text()
    data = json.loads(text)
    data["features"].pop("ink15")

    with pytest.raises(ValueError, match=r"papierkompas\.lab\.train"):
        model.loads(json.dumps(data))


def test_what_is_written_is_read() -> None:
    """Numbers are written in four digits: enough to decide the same."""
    known = model.model()
    again = model.loads(model.dumps(known))
    some = known.mean + known.scale * np.random.default_rng(1).normal(size=(50, len(FEATURES)))

    assert again.probabilities(some) == pytest.approx(known.probabilities(some), abs=1e-9)


def test_probabilities_are_a_distribution() -> None:
    """Also for measurements far from anything seen in training."""
    wild = np.random.default_rng(2).normal(size=(200, len(FEATURES))) * 1000
    chances = model.probabilities(wild)

    assert chances.shape == (200, len(Ink))
    assert np.isfinite(chances).all()
    assert chances.sum(axis=1) == pytest.approx(np.ones(200))


def test_a_larger_share_is_never_less_certain() -> None:
    shares = np.linspace(0, 1, 1000)
    for is_blank in (False, True):
        true = model.calibrated(shares, 1 - shares, np.full(1000, is_blank))

        assert (np.diff(true) >= 0).all()
        assert true.max() < 1


def test_the_model_stays_small() -> None:
    """It is read by people, and sent along with every worker."""
    assert len((resources.files("omr.ink") / "model.json").read_bytes()) < 130_000
