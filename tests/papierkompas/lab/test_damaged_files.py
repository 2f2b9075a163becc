"""Damage is never read as an answer."""

from __future__ import annotations

import os

import pytest

from papierkompas.lab.damaged_files import KINDS, fates

WRONG_ONCE = {1: (1079, 1742, 3126, 3484, 5814, 6665, 6944, 7159, 9015), 2: (2061,)}  # by seed
FEW = 24  # of all kinds; the long run of 10,000 is by hand (docs/reading.md)


def test_no_damaged_file_is_read_wrong_without_a_word() -> None:
    """Of a file that a wire or a stick has changed come answers, doubts or a reason."""
    made = list(fates(range(FEW), seed=5, kinds=tuple(KINDS)))

    assert [(number, fate) for number, fate in made if fate.silent] == []
    assert [(n, fate) for n, fate in made if fate.outcome in {"our_mistake", "blank"}] == []
    assert len(made) == FEW
    assert sum(fate.marks - fate.doubts for _, fate in made) > FEW  # most is still read


@pytest.mark.slow
def test_no_damaged_file_of_thousands_is_read_wrong(request: pytest.FixtureRequest) -> None:
    """The same law, for whoever changes how files are decoded or what counts as an answer."""
    many = request.config.getoption("--mutants")
    if not many:
        pytest.skip("takes long: give --mutants 5000")
    made = fates(range(many), seed=3, workers=os.cpu_count())

    assert [(number, fate) for number, fate in made if fate.silent] == []


def test_what_was_read_wrong_once_is_not_again() -> None:
    """Restarts, faded print, wrong sums, LZW; print of which the rest became white."""
    for seed, numbers in WRONG_ONCE.items():
        made = list(fates(numbers, seed=seed))

        assert [number for number, _ in made] == list(numbers)
        assert [(number, fate) for number, fate in made if fate.silent] == []
