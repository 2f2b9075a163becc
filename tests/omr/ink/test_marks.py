"""What is measured in boxes, before anything is decided."""

import numpy as np
import pytest

from omr.ink.marks import FEATURES, Features, in_band, measure
from omr.place.boxes import SIZE, aligned, sample
from omr.place.register import refine
from tests.omr.drawn import DrawnForm, form


def measured(drawn: DrawnForm, shift_mm: float = 0.0) -> tuple[Features, list[list[int]]]:
    """Measure a form whose homography is off by `shift_mm`."""
    rects: list[tuple[float, ...]] = []
    rows: list[list[int]] = []
    for boxes in drawn.questions.values():
        rows.append(list(range(len(rects), len(rects) + len(boxes))))
        rects += [box[1:] for box in boxes]
    places = np.array(rects) + np.array([shift_mm, shift_mm, 0, 0])
    return measure(sample(drawn.image, drawn.mm_to_px, places), rows), rows


def column(features: Features, name: str) -> np.ndarray:
    return features[:, FEATURES.index(name)]


def test_every_measurement_is_a_number() -> None:
    drawn = form(rows=3)
    drawn.cross("q1", "2")
    features, _ = measured(drawn)

    assert features.shape == (18, len(FEATURES))
    assert np.isfinite(features).all()


@pytest.mark.parametrize("line_mm", [0.15, 0.35, 0.6])
@pytest.mark.parametrize("side_mm", [2.5, 5.0, 8.0])
def test_an_empty_box_holds_no_ink(side_mm: float, line_mm: float) -> None:
    """However thick its outline: that belongs to the print."""
    drawn = form(side_mm=side_mm, line_mm=min(line_mm, side_mm / 6), pitch_mm=14)
    drawn.scanned()
    features, _ = measured(drawn)

    assert column(features, "ink30").max() < 0.02
    assert column(features, "ring").max() < 0.02


@pytest.mark.parametrize("shift_mm", [-0.4, 0.2, 0.4])
def test_ink_is_measured_where_the_outline_lies(shift_mm: float) -> None:
    """Registration may be off by half a millimetre."""
    drawn = form()
    drawn.cross("q2", "3")
    straight, _ = measured(drawn)
    shifted, _ = measured(drawn, shift_mm)

    assert column(shifted, "ink30") == pytest.approx(column(straight, "ink30"), abs=0.04)


def test_a_digit_printed_beside_every_box_is_no_ink() -> None:
    plain, digits = form(), form(digits=True)
    features, _ = measured(digits)
    bare, _ = measured(plain)

    assert column(features, "ring") == pytest.approx(column(bare, "ring"), abs=0.02)


def test_a_ring_round_a_box_is_seen_outside_it() -> None:
    drawn = form()
    drawn.circle("q1", "4")
    features, _ = measured(drawn)
    ring = column(features, "ring")

    assert ring[3] > 5 * np.delete(ring, 3).max()
    assert column(features, "ink30")[3] < 0.02


def test_the_ink_of_a_neighbour_is_not_counted_as_ones_own() -> None:
    """Boxes may stand 1.5 mm apart: the next outline is no mark."""
    drawn = form(side_mm=4, pitch_mm=5.5, row_mm=5.5)
    features, _ = measured(drawn)

    assert column(features, "ring").max() < 0.02


def test_other_rows_show_how_somebody_marks() -> None:
    drawn = form()
    for row in range(1, 6):
        drawn.cross(f"q{row}", "2", pen_mm=0.7, grey=120)
    features, rows = measured(drawn)
    own = column(features, "own_peak")

    assert own[rows[7][0]] == pytest.approx(0.57, abs=0.15)
    assert column(features, "own_share")[rows[7][0]] == pytest.approx(5 / 8)


def test_a_lone_box_is_measured_against_the_line_in_which_it_stands() -> None:
    """A tick box at the end of a row under a ruler line: the line is not its own ink."""
    drawn = form(options=7)
    drawn.line("q2", "1", [(-2, 0), (30, 0)])
    rects = np.array([box[1:] for boxes in drawn.questions.values() for box in boxes])
    rows = [list(range(7 * row, 7 * row + 6)) for row in range(8)]
    rows += [[7 * row + 6] for row in range(8)]
    features = measure(sample(drawn.image, drawn.mm_to_px, rects), rows)
    usual, low = column(features, "row_ink15"), column(features, "row_low")

    assert usual[13] == pytest.approx(column(features, "ink15")[13], abs=0.03)
    assert usual[13] > 0.1
    assert low[13] == pytest.approx(low[7])
    assert usual[[6, 20, 27]].max() < 0.02


def test_of_two_boxes_the_marked_one_is_not_what_an_empty_box_measures() -> None:
    """In a line of questions with two boxes each, half of the boxes have a mark."""
    drawn = form(rows=6)
    for row in range(1, 7):
        for option in ("1", "4", "5"):
            drawn.cross(f"q{row}", option)
    rects = np.array([box[1:] for boxes in drawn.questions.values() for box in boxes])
    rows = [[at, at + 1] for at in range(0, len(rects), 2)]
    features = measure(sample(drawn.image, drawn.mm_to_px, rects), rows)

    assert column(features, "row_ink15").max() < 0.02
    assert column(features, "own_share") == pytest.approx(17 / 18)


def test_the_other_rows_show_how_faint_marks_may_be() -> None:
    """Where a machine loses marks, others are faint; blank rows beside dark marks are blank."""
    drawn = form()
    for row in range(1, 5):
        drawn.cross(f"q{row}", "2")
    drawn.line("q5", "3", [(-0.3, -0.3), (0.2, 0.2)], pen_mm=0.3)
    features, rows = measured(drawn)
    ink = column(features, "ink15")
    first, faint, last = (which[0] for which in (rows[0], rows[4], rows[7]))

    faintest = column(features, "own_faintest")
    assert faintest[[first, last]] == pytest.approx(ink[rows[4][2]], abs=0.01)
    assert faintest[faint] == pytest.approx(min(ink[which[1]] for which in rows[:4]), abs=0.01)
    assert column(features, "own_quarter")[faint] > 2 * faintest[last]
    assert column(features, "own_some")[[first, faint]] == pytest.approx([1 / 7, 0])
    assert column(features, "own_none")[[first, last]] == pytest.approx([3 / 7, 2 / 7])


def test_boxes_that_stand_alone_are_measured_against_the_page() -> None:
    drawn = form(rows=6, options=2)
    drawn.cross("q1", "1")
    features, _ = measured(drawn)

    assert column(features, "row_ink15").max() < 0.02


@pytest.mark.parametrize(("how", "least", "most"), [("black", 0.95, 1), ("grey", 0, 0.6)])
def test_paper_that_a_machine_whitened_is_even(how: str, least: float, most: float) -> None:
    """Where paper is one white, a faint mark may have become white with it."""
    drawn = form(digits=True)
    drawn.cross("q1", "2")
    drawn.scanned(noise=3)
    if how == "black":
        drawn.image[:] = np.where(drawn.image > 128, 255, 0)
    features, _ = measured(drawn)

    assert least <= column(features, "even")[0] <= most


def test_alignment_moves_whole_samples() -> None:
    drawn = form(rows=1, options=2)
    patches = sample(drawn.image, drawn.mm_to_px, np.array([[20.0, 20, 5, 5], [32.4, 20, 5, 5]]))
    moved = aligned(patches)

    assert moved.shape == (2, SIZE, SIZE)
    assert tuple(patches.shift[1]) == (-2, 0)
    assert np.array_equal(moved[1][:, 2:], patches.dark[1][:, :-2])


@pytest.mark.parametrize("pale", [150, 190, 215])
@pytest.mark.parametrize("is_upright", [False, True])
def test_a_highlighter_over_a_lone_box_is_known_by_its_way_on(pale: int, is_upright: bool) -> None:
    """Beside thin outlines a band was as dark as print: four boxes came back ticked."""
    drawn = form(rows=14, options=1, side_mm=8, row_mm=24, line_mm=0.15, ink=150, dpi=150)
    banded = ["q2", "q6", "q7", "q11"]
    for question in banded:
        x, y, side = drawn.box_px(question, "1")
        along, aside = side * 1.2, side * 0.35
        dx, dy = (aside, along) if is_upright else (along, aside)
        part = drawn.image[round(y - dy) : round(y + dy), round(x - dx) : round(x + dx)]
        part[:] = np.minimum(part, pale)
    drawn.cross("q3", "1")
    drawn.black_out("q9", "1", grey=60)
    drawn.black_out("q12", "1", size=1.2, grey=60)
    drawn.scanned()
    rects = np.array([box[1:] for boxes in drawn.questions.values() for box in boxes])
    patches = refine(drawn.image, drawn.mm_to_px, rects).patches

    assert [f"q{n + 1}" for n in np.flatnonzero(in_band(patches.dark))] == banded
