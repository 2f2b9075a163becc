"""The trial sheet says what is wrong with a copier, and nothing about one that is set well."""

from __future__ import annotations

from papierkompas.lab.measure_trial import TRIALS, measure


def test_each_copier_is_judged_for_what_is_wrong_with_it() -> None:
    """A long run is by hand (docs/accuracy.md); of this short one nothing may be wrong."""
    wrong = {one.name: dict(one.said) for one in measure(2, seed=5) if one.right != 2}

    assert wrong == {}
    assert len(TRIALS) >= 19
