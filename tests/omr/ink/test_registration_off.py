"""A registration that is wrong: what other programs hand over is not believed on its word."""

import math
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from omr import Doubt, Reading, read_marks
from tests.omr.drawn import DrawnForm, form

Matrix = NDArray[np.float64]

FORMS = {
    "as on our sheets": form(dpi=150),
    "tight": form(rows=8, options=5, side_mm=3.5, pitch_mm=9, row_mm=9, dpi=150),
    "yes and no": form(rows=12, options=2, pitch_mm=20, row_mm=20, dpi=150),
    "square grid": form(rows=20, options=4, side_mm=4, pitch_mm=10, row_mm=10, dpi=150),
    "rows far apart": form(rows=6, row_mm=40, dpi=150),
    "one row": form(rows=1, dpi=150),
    "tick boxes": form(options=1, dpi=150),
    "three by three": form(rows=3, options=3, dpi=150),
    "small boxes": form(rows=30, options=5, side_mm=3, pitch_mm=7, row_mm=8, dpi=200),
}


def moved(dx: float, dy: float) -> Matrix:
    return np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]])


def turned(degrees: float, middle: Matrix) -> Matrix:
    angle = math.radians(degrees)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.block([[turn, (middle - turn @ middle)[:, None]], [np.zeros((1, 2)), np.eye(1)]])


def wrong_ways(boxes: Matrix) -> dict[str, Matrix]:
    """List ways to be wrong for boxes (B, 4) in mm."""
    columns, rows = (np.unique(boxes[:, axis]) for axis in (0, 1))
    pitch, row = (float(a[1] - a[0]) if len(a) > 1 else 12.0 for a in (columns, rows))
    side = float(boxes[0, 2])
    middle = (boxes[:, :2].min(axis=0) + boxes[:, :2].max(axis=0) + side) / 2
    flip_x = np.array([[-1, 0, 2 * middle[0]], [0, 1, 0], [0, 0, 1]])
    flip_y = np.array([[1, 0, 0], [0, -1, 2 * middle[1]], [0, 0, 1]])
    return {
        "a row": moved(0, row), "a row up": moved(0, -row), "two rows": moved(0, 2 * row),
        "a column": moved(pitch, 0), "a column back": moved(-pitch, 0),
        "both": moved(pitch, row), "half a box": moved(side / 2, 0),
        "half a box aslant": moved(side / 2, side / 2), "half a row": moved(0, row / 2),
        "3 degrees": turned(3, middle), "3 degrees back": turned(-3, middle),
        "3 degrees round the corner": turned(3, np.zeros(2)),
        "mirrored": flip_x, "top to bottom": flip_y,
    }  # fmt: skip


def answered(drawn: DrawnForm, seed: int) -> tuple[DrawnForm, dict[str, str | None]]:
    """Answer a copy of a form; some rows stay blank."""
    dice = np.random.default_rng(seed)
    drawn = replace(drawn, image=drawn.image.copy())
    truth: dict[str, str | None] = {}
    for question, boxes in drawn.questions.items():
        chosen = int(dice.integers(0, len(boxes) + 1))
        truth[question] = str(chosen) if chosen else None
        if chosen:
            drawn.cross(question, str(chosen))
    drawn.scanned()
    return drawn, truth


def silent(readings: dict[str, Reading], truth: dict[str, str | None]) -> list[str]:
    return [q for q, r in readings.items() if r.doubt is None and r.option != truth[q]]


@pytest.mark.parametrize("name", FORMS)
def test_no_wrong_registration_gives_a_wrong_answer(name: str) -> None:
    """One row off, 7 of 8 answers were wrong and none was in doubt."""
    drawn, truth = answered(FORMS[name], seed=1)
    boxes = np.array([box[1:] for row in drawn.questions.values() for box in row])
    for way, off in wrong_ways(boxes).items():
        readings = read_marks(drawn.image, drawn.mm_to_px @ off, drawn.questions)
        assert not silent(readings, truth), way


@pytest.mark.parametrize("name", FORMS)
def test_a_right_registration_is_believed(name: str) -> None:
    """What proves a page wrong must not spoil the right ones."""
    drawn, truth = answered(FORMS[name], seed=2)
    readings = read_marks(drawn.image, drawn.mm_to_px @ moved(0.3, -0.3), drawn.questions)

    assert not silent(readings, truth)
    assert not any(r.doubt is Doubt.MISPLACED for r in readings.values())


@pytest.mark.parametrize("which", [range(1, 5), range(5, 9)], ids=["first half", "second half"])
def test_half_of_a_form_is_read_and_a_row_off_is_not(which: range) -> None:
    """Nobody has to ask all questions; a row off is seen at the other end."""
    drawn, truth = answered(FORMS["as on our sheets"], seed=3)
    some = {f"q{n}": drawn.questions[f"q{n}"] for n in which}
    right = read_marks(drawn.image, drawn.mm_to_px, some)

    assert [r.option for r in right.values()] == [truth[q] for q in some]
    for rows in (-1, 1):
        off = read_marks(drawn.image, drawn.mm_to_px @ moved(0, rows * 15), some)
        assert {r.doubt for r in off.values()} == {Doubt.MISPLACED}


def test_blacked_out_boxes_at_the_edge_are_no_bare_paper() -> None:
    """Somebody who fills in the first and the last box of a list has not moved the paper."""
    drawn = replace(FORMS["tick boxes"], image=FORMS["tick boxes"].image.copy())
    for question in ("q1", "q8"):
        drawn.black_out(question, "1", size=1.25)
    drawn.scanned()
    readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)

    assert all(readings[f"q{n}"].doubt is None for n in range(2, 8))


def test_a_misplaced_row_is_not_called_certain() -> None:
    drawn = form()
    drawn.image[:] = 245
    readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)

    assert {reading.confidence for reading in readings.values()} == {0.0}


def test_bubbles_are_named_as_what_they_are() -> None:
    """Round boxes are not misplaced; whoever looks for a shift looks in vain."""
    drawn = form(rows=6, options=5, dpi=150)
    drawn.image[:] = 245
    for question, boxes in drawn.questions.items():
        for option, *_ in boxes:
            drawn.circle(question, option, size=0.95, grey=25)
    drawn.black_out("q2", "3", size=0.6)
    drawn.scanned()
    readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)

    assert {(r.doubt, r.confidence) for r in readings.values()} == {(Doubt.NOT_SQUARE, 0.0)}


@pytest.mark.parametrize(("dpi", "is_read"), [(68, False), (75, True)])
def test_a_picture_far_too_coarse_is_not_read(dpi: int, is_read: bool) -> None:
    """At 2.7 pixels per mm 26 clean boxes of a real form came back as marked, with certainty."""
    drawn = form(rows=6, options=5, dpi=dpi)
    drawn.scanned()
    readings = read_marks(drawn.image, drawn.mm_to_px, drawn.questions)

    assert all((r.doubt is Doubt.TOO_COARSE) is not is_read for r in readings.values())


BOX = {"q": [("a", 1.0, 1.0, 5.0, 5.0)]}
PAPER = np.full((100, 100), 255, np.uint8)


@pytest.mark.parametrize(
    ("image", "matrix", "questions", "certainty", "said"),
    [
        pytest.param(PAPER, np.eye(2), BOX, 0.98, r"3x3, got \(2, 2\)", id="two by two"),
        pytest.param(PAPER, np.full((3, 3), np.nan), BOX, 0.98, "finite", id="NaN"),
        pytest.param(PAPER, np.zeros((3, 3)), BOX, 0.98, "no inverse", id="singular"),
        pytest.param(PAPER, np.eye(3), BOX, 0.0, "certainty .* got 0.0", id="certainty 0"),
        pytest.param(PAPER, np.eye(3), BOX, 98.0, "certainty .* got 98.0", id="in per cent"),
        pytest.param(PAPER, np.eye(3), BOX, math.nan, "certainty .* nan", id="certainty NaN"),
        pytest.param(PAPER[:, :, None], np.eye(3), BOX, 0.98, "uint8, got", id="in colour"),
        pytest.param(PAPER / 255, np.eye(3), BOX, 0.98, "got .* float64", id="of 0 to 1"),
        pytest.param(PAPER[:0], np.eye(3), BOX, 0.98, r"\(0, 100\)", id="no picture"),
        pytest.param(PAPER, np.eye(3), {"q": []}, 0.98, "'q' has no boxes", id="no boxes"),
        pytest.param(
            PAPER, np.eye(3), {"q": BOX["q"] * 2}, 0.98, "option 'a' twice", id="option twice"
        ),
        pytest.param(
            PAPER, np.eye(3), {"q": [("a", math.inf, 1, 5, 5)]}, 0.98, "got inf", id="no place"
        ),
        pytest.param(
            PAPER, np.eye(3), {"q": [("a", 1, 1, math.nan, 5)]}, 0.98, "nan x 5", id="no size"
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(
    image: NDArray[np.uint8],
    matrix: Matrix,
    questions: dict[str, list[tuple[str, float, float, float, float]]],
    certainty: float,
    said: str,
) -> None:
    with pytest.raises(ValueError, match=said):
        read_marks(image, matrix, questions, certainty=certainty)
