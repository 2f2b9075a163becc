"""Free text is read once more where the network gave up, and mended only where it was read."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pytest

from omr.geometry import Image
from omr.hand.free_text import WordList, propose, read_line
from omr.hand.recogniser import SeenLetters

ALPHABET = (*"abcdefghijklmnopqrstuvwxyz", " ")


def letters(text: str, sure: float, steps_each: int = 4) -> SeenLetters:
    """See a text in which every letter is as sure."""
    steps = np.full((steps_each * len(text), len(ALPHABET) + 1), 0.0)
    steps[:, 0] = 1.0
    for place, char in enumerate(text):
        step = steps[steps_each * place]
        step[:] = (1 - sure) / len(ALPHABET)
        step[ALPHABET.index(char) + 1] = sure
    return SeenLetters(steps, ALPHABET)


@dataclass
class ByWidth:
    """Reads a line as what was agreed for its width, the narrowest first."""

    seen: dict[int, SeenLetters]
    name: str = "by width"
    asked: list[int] = field(default_factory=list)

    def read(self, line: Image) -> SeenLetters:
        """Say what was agreed."""
        self.asked.append(line.shape[1])
        return self.seen[line.shape[1]]


LINE = np.full((48, 100), 255, np.uint8)


def test_a_narrow_hand_that_was_read_as_a_fragment_is_read_stretched() -> None:
    """The fragment has letters enough for its width, so only doubt about them tells."""
    network = ByWidth({100: letters("wi wl", 0.7), 150: letters("wij willen", 0.9)})
    found = read_line(LINE, network)

    assert found is not None
    assert found.text == "wij willen"
    assert network.asked == [100, 150]


def test_a_line_that_was_read_surely_is_not_read_again() -> None:
    """Stretching costs time, and blindly a letter in a hundred."""
    network = ByWidth({100: letters("wij willen", 0.9)})

    assert read_line(LINE, network) is not None
    assert network.asked == [100]


def test_a_short_sure_fragment_does_not_win_from_the_whole_line() -> None:
    """What counts is letters times confidence."""
    network = ByWidth(
        {100: letters("wij willen meer", 0.7), 150: letters("wij", 0.95), 220: letters("w", 0.99)}
    )
    found = read_line(LINE, network)

    assert found is not None
    assert found.text == "wij willen meer"


@pytest.mark.parametrize(("sure", "proposed"), [(0.5, ["schol"]), (0.7, ["school"])])
def test_no_word_is_replaced_on_a_line_that_was_hardly_read(
    sure: float, proposed: list[str]
) -> None:
    """There a word of the list spoils as much as it mends."""
    assert propose(letters("schol", sure), WordList.of(["school", "gesprek"])) == proposed
