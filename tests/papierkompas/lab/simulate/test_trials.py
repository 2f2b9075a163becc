"""Sheets filled in on purpose: what is known about them is true."""

import numpy as np
import pytest

from omr.ink.model import Ink
from papierkompas.lab.simulate import trials
from papierkompas.lab.simulate.pen import MarkKind, Pen, Writer
from papierkompas.lab.simulate.trials import Fate, PrintedSheet, fill, grid_sheet, see, trial


def rng(seed: int = 3) -> np.random.Generator:
    return np.random.default_rng(seed)


def writer(*kinds: MarkKind) -> Writer:
    return Writer(Pen.BALLPOINT, width_mm=0.5, ink=50, kinds=kinds or (MarkKind.CROSS,))


@pytest.mark.parametrize("seed", range(6))
def test_other_peoples_forms_have_boxes_that_can_be_read(seed: int) -> None:
    """The contract of `read_marks`: square boxes of 2.5 to 8 mm, here at least 1.5 mm apart."""
    sheet = grid_sheet(rng(seed))
    x, y, width, height = sheet.rects.T

    assert (width == height).all()
    assert ((width >= 2.5) & (width <= 8)).all()
    for at in range(len(x)):
        apart = np.maximum(np.abs(x - x[at]) - width, np.abs(y - y[at]) - height)
        assert np.delete(apart, at).min(initial=9) >= 1.49


def test_a_trial_repeats_itself() -> None:
    """Training is reproducible: each sheet has a seed of its own."""
    one, other = (next(trials.trials(5, 1, ("grey100",), start=7)) for _ in range(2))

    assert np.array_equal(one.image, other.image)
    assert one.truths == other.truths


def test_the_boxes_lie_where_a_trial_says() -> None:
    made = trial(rng(), "grey150")
    placed = made.place()

    assert placed.found.mean() > 0.95
    assert np.median(made.miss_mm(placed)) < 0.1


@pytest.mark.parametrize("is_hard", [False, True])
def test_ink_is_named_where_it_lies(is_hard: bool) -> None:
    """A row with one answer has one box that is marked, filled or black."""
    sheet: PrintedSheet = grid_sheet(rng(4))
    page = sheet.image.copy()
    truths, inks = fill(page, sheet, writer(), is_hard, rng(5))
    answered = [q for q, truth in truths.items() if truth.fate is Fate.ONE]

    assert answered
    for question in answered:
        options, which = sheet.rows[question]
        meant = [o for o, i in zip(options, which, strict=True)
                 if inks[i] in (Ink.MARK, Ink.FILL, Ink.BLACKED)]  # fmt: skip
        assert meant == list(truths[question].accept)


def test_a_ruler_line_is_known_as_such() -> None:
    """What befalls the paper after it was filled in is no answer."""
    sheet = grid_sheet(rng(4))
    truths, inks = fill(sheet.image.copy(), sheet, writer(), False, rng(5))
    made = see(sheet.image.copy(), sheet, truths, inks, "ruler_line", writer(), False, rng(8))

    assert set(np.unique(made.inks[inks == Ink.EMPTY])) <= {Ink.EMPTY, Ink.STRUCK}
