"""Marks that real people made, laid over the boxes of a form (shared/marks, see its README)."""

from collections.abc import Iterator

import pytest

from omr import read_marks
from tests.omr.drawn import RealMark, form, real_marks

pytestmark = pytest.mark.skipif(
    not real_marks(), reason="the crops of real marks (shared/marks) do not lie beside the project"
)

OPTIONS = 6
COUNTS = ("cross", "fill", "hatch", "scribble", "tick", "faint")
"""Kinds that anybody would call a mark; the others may be a doubt."""


def outcomes(
    marks: list[RealMark], darkness: float, side_mm: float, dpi: int, paper: int = 245
) -> Iterator[tuple[RealMark, str]]:
    """Lay one mark in each row, sheet by sheet, and say what became of each."""
    for first in range(0, len(marks), 10):
        sheet = marks[first : first + 10]
        drawn = form(
            rows=len(sheet), options=OPTIONS, side_mm=side_mm, pitch_mm=side_mm + 6,
            row_mm=side_mm + 7, dpi=dpi, paper=paper,
        )  # fmt: skip
        for at, mark in enumerate(sheet):
            drawn.paste(f"q{at + 1}", str(at % OPTIONS + 1), mark, darkness)
        drawn.scanned(seed=first)
        readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)
        for at, mark in enumerate(sheet):
            reading = readings[f"q{at + 1}"]
            if reading.doubt is not None:
                yield mark, "doubt"
            else:
                yield mark, "right" if reading.option == str(at % OPTIONS + 1) else "silent"


@pytest.mark.parametrize("darkness", [1.0, 0.6, 0.4])
@pytest.mark.parametrize(("side_mm", "dpi"), [(5.0, 150), (5.0, 300), (3.0, 200), (8.0, 200)])
def test_real_marks_are_never_read_wrongly(side_mm: float, dpi: int, darkness: float) -> None:
    """Also when they are light, on boxes of other sizes than their own."""
    marks = [mark for mark in real_marks() if mark.kind in COUNTS]
    became = [what for _, what in outcomes(marks, darkness, side_mm, dpi)]

    assert "silent" not in became
    assert became.count("right") >= (0.98 if darkness > 0.5 else 0.89) * len(became)


@pytest.mark.parametrize(("side_mm", "dpi"), [(5.0, 300), (2.5, 300)])
def test_real_marks_that_hardly_show_are_no_silent_errors(side_mm: float, dpi: int) -> None:
    """Most of them are doubts."""
    marks = [mark for mark in real_marks() if mark.kind in COUNTS]

    assert "silent" not in {what for _, what in outcomes(marks, 0.3, side_mm, dpi)}


def test_real_marks_are_read_on_grey_paper() -> None:
    marks = [mark for mark in real_marks() if mark.kind in COUNTS]
    became = [what for _, what in outcomes(marks, 0.7, 5.0, 200, paper=190)]

    assert "silent" not in became
    assert became.count("right") >= 0.95 * len(became)


def test_where_a_real_pen_rested_is_never_silently_the_answer() -> None:
    """A stray dot in an empty row may be a doubt."""
    marks = [mark for mark in real_marks() if mark.kind == "stray-dot"]
    drawn = form(rows=2 * len(marks), dpi=200)
    for at, mark in enumerate(marks):
        drawn.cross(f"q{2 * at + 1}", "4")
        drawn.paste(f"q{2 * at + 2}", "3", mark)
    drawn.scanned()
    readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)

    assert {readings[f"q{2 * at + 2}"].option for at in range(len(marks))} == {None}
    assert {readings[f"q{2 * at + 1}"].option for at in range(len(marks))} == {"4"}
