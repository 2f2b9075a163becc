"""The bound that real marks on simulated scans give."""

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from papierkompas.lab.measure_real_marks import hands, main, report
from scoring.shares import upper_end


@pytest.mark.parametrize(
    ("wrong", "count", "per_thousand"),
    [(0, 14_300, 0.258), (0, 60, 59.63), (1, 1000, 5.559), (3, 1000, 8.742)],
)
def test_the_bound_is_the_exact_one(wrong: int, count: int, per_thousand: float) -> None:
    """Clopper and Pearson; the first is what two people typing the same forms reach."""
    assert 1000 * upper_end(wrong, count) == pytest.approx(per_thousand, abs=0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Make crops as the folder of real marks holds them: a cross each."""
    ink = np.zeros((40, 40), np.uint8)
    for ends in (((4, 4), (35, 35)), ((4, 35), (35, 4))):
        cv2.line(ink, *ends, (255,), 4)
    cv2.imwrite(str(tmp_path / "mark.png"), np.dstack([np.zeros((40, 40, 3), np.uint8), ink]))
    cv2.imwrite(str(tmp_path / "cross.png"), ink)
    mark = {"kind": "cross", "tool": "pen", "file": "mark.png", "bubble_px": 40,
            "offset_to_cell_centre": [-20, -20]}  # fmt: skip
    cross = {"file": "cross.png", "height_px": 40, "mean_grey": 60, "writer": "1"}
    (tmp_path / "marks.json").write_text(json.dumps([mark]))
    (tmp_path / "crosses.json").write_text(json.dumps([cross, cross]))
    return tmp_path


def test_marks_are_kept_by_hand(folder: Path) -> None:
    """One sheet is filled in by one person."""
    assert {name: len(marks) for name, marks in hands(folder).items()} == {
        "cross, pen": 1,
        "crosses of 1": 2,
    }


def test_marks_laid_on_our_sheets_are_read(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [str(folder), "--fields", "20", "--workers", "1", "--cases", "grey300"]

    assert main(asked) == 0
    said = capsys.readouterr().out
    assert "| grey300 |" in said
    assert said.splitlines()[-1].startswith("0 silent errors in ")


def test_a_folder_without_marks_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 2
    assert "marks.json and crosses.json not found" in capsys.readouterr().err


def test_what_was_not_read_gives_no_bound() -> None:
    """Rows that a person has to look at are no evidence that the others are right."""
    counted = Counter({("grey300", "marks"): 100, ("grey300", "misplaced"): 40})

    assert "0 silent errors in 60 fields" in report(counted)
