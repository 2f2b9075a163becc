"""Finding the boxes, and never the wrong ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from forms import instrument, layout
from forms.layout import Page
from forms.symbols import marker_dictionary
from omr.geometry import Floats, Image, project
from omr.place import proof
from omr.place.fiducials import SeenMarker, find_markers
from omr.place.register import FELT_MM, Fit, Registration, corners_mm, fit, refine, register
from tests.omr.drawn import form

PX_PER_MM = 6.0
TIGHT_MM = 0.1
TRUSTED_MM = 1.0
PAGES = ("schoolwaardenkompas/1", "quickscan/1", "quickscan/3", "quickscan/4", "quickscan/5")


@cache
def page(name: str) -> Page:
    key, number = name.split("/")
    asked = next(i for i in instrument.builtin() if i.key == key)
    return layout.layout(asked).pages[int(number) - 1]


@cache
def drawn(name: str) -> Image:
    """Draw the marks and the boxes of a page, as a flat scan of 150 dpi."""
    image = np.full((round(297 * PX_PER_MM), round(210 * PX_PER_MM)), 245, np.uint8)
    for marker in page(name).markers:
        side = round(marker.size_mm * PX_PER_MM)
        x, y = round(marker.x_mm * PX_PER_MM), round(marker.y_mm * PX_PER_MM)
        image[y : y + side, x : x + side] = cv2.aruco.generateImageMarker(
            marker_dictionary(), marker.id, side
        )
    for box in page(name).boxes:
        corners = np.array(corners_mm(box.rect)) * PX_PER_MM - 0.5
        outline = [np.rint(corners * 16).astype(np.int32)]
        cv2.polylines(image, outline, True, (30,), 2, cv2.LINE_AA, shift=4)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.5), np.uint8)


@cache
def rects(name: str) -> Floats:
    places = [box.rect for box in page(name).boxes]
    sides = [(r.x_mm, r.y_mm, r.width_mm, r.height_mm) for r in places]
    return np.array(sides, dtype=np.float64)


def centres(name: str) -> Floats:
    return rects(name)[:, :2] + rects(name)[:, 2:] / 2


def seen_through(name: str, homography: Floats) -> tuple[Image, Callable[[Floats], Floats]]:
    """See a page through a homography in pixels; return where points in mm then lie."""
    image = drawn(name)
    size = (round(image.shape[1] * 1.2), round(image.shape[0] * 1.2))
    turned = cv2.warpPerspective(image, homography, size, borderValue=(120,))
    return np.asarray(turned, np.uint8), lambda mm: project(homography, mm * PX_PER_MM - 0.5)


def misses_mm(placed: Registration, name: str, to_px: Callable[[Floats], Floats]) -> Floats:
    """Return how far every box was found from where it is."""
    where = centres(name) + placed.offsets_mm + placed.patches.shift_mm
    miss: Floats = np.linalg.norm(project(placed.homography, where) - to_px(centres(name)), axis=1)
    return miss / PX_PER_MM


def known(name: str, marks: list[SeenMarker], to_px: Callable[[Floats], Floats]) -> Fit:
    """Give what is known: the marks and, if there are few, the code."""
    code = to_px(np.array(corners_mm(page(name).code)))
    fitted = fit(marks, page(name), code if len(marks) < 3 else None)
    assert fitted is not None
    return fitted


small = st.floats(-1, 1)


@given(
    name=st.sampled_from(PAGES),
    turn=st.floats(-10, 10),
    quarter=st.integers(0, 3),
    scale=st.tuples(st.floats(0.93, 1.05), st.floats(0.93, 1.05)),
    tilt=st.tuples(small, small),
)
@example(name="quickscan/4", turn=10, quarter=3, scale=(0.93, 1.05), tilt=(1, -1))
@settings(max_examples=20, deadline=None)
def test_all_boxes_are_found_through_any_homography(
    name: str, turn: float, quarter: int, scale: tuple[float, float], tilt: tuple[float, float]
) -> None:
    """Turned, skewed, stretched, photographed at an angle: each box within a tenth of a mm."""
    height, width = drawn(name).shape
    around = cv2.getRotationMatrix2D((width / 2, height / 2), turn + 90 * quarter, 0.8)
    homography = np.vstack([around, [tilt[0] * 8e-5, tilt[1] * 8e-5, 1]]) @ np.diag([*scale, 1])
    middle = project(homography, np.array([[width / 2, height / 2]]))[0]
    shift = np.array([width * 0.6, height * 0.6]) - middle
    homography = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]]) @ homography
    image, to_px = seen_through(name, homography)
    marks = find_markers(image, thorough=True)
    placed = register(image, known(name, marks, to_px), rects(name))

    assert placed.is_trusted
    assert placed.found.all()
    assert misses_mm(placed, name, to_px).max() < TIGHT_MM


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("left", [0, 1, 2])
def test_few_marks_and_the_code_are_enough(name: str, left: int) -> None:
    """Corners are torn off and folded; the outlines are then found outward from what is left."""
    turned = np.array([[1.0, 0.05, 20], [-0.05, 1.02, 90], [1e-5, 2e-5, 1]])
    image, to_px = seen_through(name, turned)
    marks = find_markers(image, thorough=True)[:left]
    placed = register(image, known(name, marks, to_px), rects(name))

    assert placed.is_trusted
    assert misses_mm(placed, name, to_px)[placed.found].max() < TIGHT_MM


def bent(name: str, wave_mm: float, length_mm: float) -> tuple[Image, Callable[[Floats], Floats]]:
    """Feed a page unevenly: points shift along it by a wave."""
    image = drawn(name)
    y, x = np.mgrid[0 : image.shape[0], 0 : image.shape[1]].astype(np.float32)
    phase = 2 * np.pi / (length_mm * PX_PER_MM)
    source = (y + wave_mm * PX_PER_MM * np.sin(y * phase)).astype(np.float32)

    def to_px(mm: Floats) -> Floats:
        px = mm * PX_PER_MM - 0.5
        at = px[:, 1].copy()
        for _ in range(50):
            at = px[:, 1] - wave_mm * PX_PER_MM * np.sin(at * phase)
        return np.column_stack([px[:, 0], at])

    return np.asarray(cv2.remap(image, x, source, cv2.INTER_LINEAR), np.uint8), to_px


@given(name=st.sampled_from(PAGES), wave=st.floats(-1.5, 1.5), length=st.floats(120, 300))
@settings(max_examples=20, deadline=None)
def test_boxes_are_found_on_paper_that_was_fed_unevenly(
    name: str, wave: float, length: float
) -> None:
    """All corner marks look right then, and boxes lie millimetres away."""
    image, to_px = bent(name, wave, length)
    placed = register(image, known(name, find_markers(image), to_px), rects(name))
    miss = misses_mm(placed, name, to_px)

    assert placed.is_trusted
    assert miss[placed.found].max() < 3 * TIGHT_MM


def without(image: Image, start: int, size: int, axis: int) -> Image:
    return np.ascontiguousarray(np.delete(image, slice(start, start + size), axis))


@given(
    name=st.sampled_from(PAGES),
    axis=st.sampled_from([0, 1]),
    start=st.floats(0.2, 0.8),
    size_mm=st.floats(4, 20),
    marks=st.integers(1, 4),
)
@example(name="quickscan/4", axis=0, start=0.5, size_mm=10.3, marks=4)
@example(name="quickscan/3", axis=0, start=0.3, size_mm=11.9, marks=2)
@example(name="quickscan/5", axis=1, start=0.6, size_mm=9.0, marks=2)
@example(name="schoolwaardenkompas/1", axis=1, start=0.5, size_mm=10.0, marks=3)
@settings(max_examples=25, deadline=None)
def test_a_fold_never_moves_an_answer_to_the_next_box(
    name: str, axis: int, start: float, size_mm: float, marks: int
) -> None:
    """A pleat hides a row or a column, and all that follow look right one place further."""
    image = drawn(name)
    at, size = round(start * image.shape[axis]), round(size_mm * PX_PER_MM)

    def to_px(mm: Floats) -> Floats:
        px = mm * PX_PER_MM - 0.5
        along = px[:, 1 - axis]
        hidden = (along >= at) & (along < at + size)
        px[along >= at + size, 1 - axis] -= size
        px[hidden] = -1e4
        return px

    folded = without(image, at, size, axis)
    seen = find_markers(folded, thorough=True)[:marks]
    placed = register(folded, known(name, seen, to_px), rects(name))
    miss = misses_mm(placed, name, to_px)
    # A box across which the fold runs is itself, squeezed; its middle is not where it was.
    half = rects(name)[:, 2 + axis] / 2 * PX_PER_MM
    across = centres(name)[:, 1 - axis] * PX_PER_MM
    is_cut = (across + half >= at) & (across - half <= at + size)
    is_hidden = (across - half >= at) & (across + half <= at + size)

    if placed.is_trusted:
        assert miss[placed.found & ~is_cut].max(initial=0) < TRUSTED_MM
        assert not np.any(placed.found & is_hidden)


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("shift", ["left", "right", "up", "down"])
def test_a_grid_that_is_one_box_off_is_not_believed(name: str, shift: str) -> None:
    """Nearly all outlines are where they should be; the fringe says otherwise."""
    places = centres(name)
    ways = proof.doubles(rects(name))
    axis = 0 if shift in ("left", "right") else 1
    sign = 1 if shift in ("right", "down") else -1
    apart = np.abs(places[:, None, axis] - places[None, :, axis])
    step = np.zeros(2)
    step[axis] = sign * float(apart[apart > 8].min())
    if np.abs(step).max() > proof.FURTHEST_MM:
        pytest.skip("no other row is near enough")

    def shows(at: Floats) -> NDArray[np.bool_]:
        near: NDArray[np.bool_] = (
            np.linalg.norm(at[:, None] - places[None], axis=2).min(axis=1) <= proof.SAME_MM
        )
        return near

    right = proof.is_believed(ways, shows(places), shows(ways.ghosts_mm))
    wrong = proof.is_believed(ways, shows(places + step), shows(ways.ghosts_mm + step))

    assert right
    assert not wrong


def test_pieces_of_paper_that_moved_apart_are_told_apart() -> None:
    """Boxes on one piece agree with their neighbours; those beyond a tear do not."""
    places = np.array([(x * 10.0, y * 10.0) for y in range(6) for x in range(6)])
    moves = np.zeros_like(places)
    moves[places[:, 1] > 25, 1] = 8.0
    moves[7] = (5.0, 0.0)

    assert [len(piece) for piece in proof.pieces(places, moves)] == [18, 17, 1]


def test_the_code_alone_says_where_a_sheet_lies() -> None:
    """All corners may lie outside the scan."""
    name = "quickscan/3"
    image, to_px = seen_through(name, np.array([[0.98, 0.17, 0], [-0.17, 0.98, 250], [0, 0, 1.0]]))
    placed = register(image, known(name, [], to_px), rects(name))

    assert placed.is_trusted
    assert misses_mm(placed, name, to_px).max() < TIGHT_MM


@pytest.mark.parametrize("gap", [1.3, 1.45, 1.5])
def test_a_stroke_and_a_letter_beside_a_box_are_not_its_sides(gap: float) -> None:
    """Beside a cross stood a 0: its round side and the stroke were taken for a box to the right."""
    sheet = form(rows=10, options=3, side_mm=4.5, pitch_mm=25, row_mm=14, dpi=300, line_mm=0.25)
    for question in ("q2", "q5", "q8"):
        for stroke in (gap - 2, gap):
            sheet.line(question, "2", [(stroke, -0.9), (stroke, 0.9)], pen_mm=0.8, grey=10)
        sheet.line(question, "2", [(-0.6, -0.2), (0.7, 0.3)], pen_mm=0.6)
    sheet.scanned()
    dice = np.random.default_rng(1)  # boxes as measured on a scan that is not quite straight
    places = [box[1:] for boxes in sheet.questions.values() for box in boxes]
    asked = np.array(places) + np.pad(dice.normal(0, 0.1, (len(places), 2)), [(0, 0), (0, 2)])
    placed = refine(sheet.image, sheet.mm_to_px, asked)

    true_mm = np.array(places)[:, :2] - asked[:, :2]
    off = np.linalg.norm(placed.offsets_mm + placed.patches.shift_mm - true_mm, axis=1)
    assert off.max() < FELT_MM
    assert placed.found.all()
