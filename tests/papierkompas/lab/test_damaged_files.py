"""Damage is never read as an answer."""

from __future__ import annotations

from papierkompas.lab.damaged_files import KINDS, fates

FEW = 24  # six of each kind; the long run of 10,000 is by hand (docs/reading.md)


def test_no_damaged_file_is_read_wrong_without_a_word() -> None:
    """Of a file that a wire or a stick has changed come answers, doubts or a reason."""
    made = list(fates(range(FEW), seed=5, kinds=tuple(KINDS)))

    assert [(number, fate) for number, fate in made if fate.silent] == []
    assert [(n, fate) for n, fate in made if fate.outcome in {"our_mistake", "blank"}] == []
    assert len(made) == FEW
    assert sum(fate.marks - fate.doubts for _, fate in made) > FEW  # most is still read
