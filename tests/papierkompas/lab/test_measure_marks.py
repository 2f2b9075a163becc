"""The command that measures how well marks are read counts what it says."""

from __future__ import annotations

import numpy as np
import pytest

from forms.answers import Doubt, Reading
from omr.ink.marks import FEATURES
from papierkompas.lab.measure_marks import by_rules, judge, report, tally
from papierkompas.lab.simulate.pen import MarkKind
from papierkompas.lab.simulate.trials import Fate, Truth

THREE = Truth(Fate.ONE, (MarkKind.CROSS,), frozenset({"3"}), is_readable=True)
TWO_MARKS = Truth(Fate.TWO_MARKS, (MarkKind.CROSS, MarkKind.TICK), frozenset(), is_readable=False)


@pytest.mark.parametrize(
    ("truth", "reading", "counted"),
    [
        pytest.param(THREE, Reading("3", confidence=0.99), set(), id="right"),
        pytest.param(THREE, Reading("4", confidence=0.99), {"silent"}, id="wrong"),
        pytest.param(THREE, Reading("4", confidence=0.5), {"doubt"}, id="wrong, and doubted"),
        pytest.param(THREE, Reading(None, confidence=0.99), {"silent"}, id="not seen"),
        pytest.param(
            THREE, Reading(None, doubt=Doubt.MISPLACED), {"misplaced"}, id="not where it should be"
        ),
        pytest.param(THREE, None, {"unread"}, id="page not trusted"),
        pytest.param(TWO_MARKS, Reading("3", confidence=0.99), {"silent"}, id="one of two"),
        pytest.param(TWO_MARKS, Reading(None, doubt=Doubt.TWO_MARKS), set(), id="two noticed"),
    ],
)
def test_a_reading_counts_once(truth: Truth, reading: Reading | None, counted: set[str]) -> None:
    assert set(judge(reading, truth, 0.95)) - {"marks", "readable"} == counted


def test_all_tables_count_all_marks() -> None:
    total = tally((7, 0, 4, ("grey200", "phone"), 0.95, False, None))
    text = "\n".join(report(total))

    assert total.marks > 20
    for table in ("all", "form"):
        in_table = sum(n for (t, _, c), n in total.counts.items() if (t, c) == (table, "marks"))
        assert in_table == total.marks
    assert "| confidence |" in text


@pytest.mark.parametrize(
    ("ink", "inner", "option", "doubt"),
    [
        pytest.param([0, 0.3, 0], [0, 0, 0], "2", None, id="one mark"),
        pytest.param([0, 0.3, 0.9], [0, 0, 0.9], "2", None, id="one mark, one solid"),
        pytest.param([0, 0, 0.9], [0, 0, 0.9], "3", None, id="solid alone counts"),
        pytest.param([0, 0.3, 0.4], [0, 0, 0], None, Doubt.TWO_MARKS, id="two marks"),
        pytest.param([0.9, 0, 0.9], [0.9, 0, 0.9], None, Doubt.WITHDRAWN_ONLY, id="two solid"),
        pytest.param([0, 0.1, 0.4], [0, 0, 0], None, Doubt.FAINT, id="in the band of doubt"),
        pytest.param([0, 0, 0], [0, 0, 0], None, None, id="blank"),
    ],
)
def test_the_rules_to_compare_with(
    ink: list[float], inner: list[float], option: str | None, doubt: Doubt | None
) -> None:
    features = np.zeros((3, len(FEATURES)))
    features[:, FEATURES.index("ink15")] = ink
    features[:, FEATURES.index("cell5")] = inner
    reading = by_rules({"q": (["1", "2", "3"], [0, 1, 2])}, features, np.ones(3, bool))["q"]

    assert (reading.option, reading.doubt) == (option, doubt)
