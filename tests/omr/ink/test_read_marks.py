"""Reading marks on other people's forms, through the contract of `omr.read_marks`."""

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from forms.answers import Doubt, Reading
from omr import read_marks
from tests.omr.drawn import DrawnForm, form


def read(drawn: DrawnForm, *, shift_mm: tuple[float, float] = (0, 0)) -> dict[str, Reading]:
    """Read a form whose registration is off by this much."""
    move = np.array([[1, 0, shift_mm[0]], [0, 1, shift_mm[1]], [0, 0, 1]])
    return read_marks(drawn.image, drawn.mm_to_px @ move, drawn.questions)


def filled(drawn: DrawnForm, but: str = "") -> DrawnForm:
    """Cross an option in every row but one, as one person would."""
    for at, question in enumerate(drawn.questions):
        if question != but:
            drawn.cross(question, str(at % len(drawn.questions[question]) + 1))
    return drawn


@pytest.mark.parametrize("dpi", [100, 150, 200, 300, 600])
@pytest.mark.parametrize("side_mm", [2.5, 3.5, 5.0, 8.0])
def test_crosses_are_read_in_any_box_at_any_resolution(side_mm: float, dpi: int) -> None:
    drawn = form(side_mm=side_mm, dpi=dpi, pitch_mm=side_mm + 7, row_mm=side_mm + 8)
    filled(drawn, but="q5")
    drawn.scanned()
    readings = read(drawn, shift_mm=(0.3, -0.3))
    wanted = [None if at == 4 else str(at % 6 + 1) for at in range(8)]
    silent = [r for r, w in zip(readings.values(), wanted, strict=True)
              if r.doubt is None and r.option != w]  # fmt: skip

    assert not silent
    assert sum(r.doubt is None for r in readings.values()) >= (8 if dpi >= 150 else 6)


Draw = Callable[[DrawnForm], None]


@pytest.mark.parametrize(
    ("draw", "option"),
    [
        pytest.param(lambda f: f.cross("q5", "3"), "3", id="cross"),
        pytest.param(lambda f: f.cross("q5", "3", grey=150), "3", id="pencil"),
        pytest.param(lambda f: f.cross("q5", "3", size=0.5), "3", id="small cross"),
        pytest.param(lambda f: f.cross("q5", "3", pen_mm=0.25), "3", id="thin pen"),
        pytest.param(lambda f: f.cross("q5", "3", pen_mm=1.0), "3", id="felt pen"),
        pytest.param(lambda f: f.tick("q5", "3"), "3", id="tick"),
        pytest.param(lambda f: f.circle("q5", "3"), "3", id="circle round the box"),
        pytest.param(lambda f: f.black_out("q5", "3"), "3", id="filled in"),
        pytest.param(
            lambda f: (f.black_out("q5", "2"), f.cross("q5", "5")), "5", id="changed mind"
        ),
        pytest.param(lambda _: None, None, id="blank"),
    ],
)
def test_what_people_do_is_read(draw: Draw, option: str | None) -> None:
    drawn = filled(form(), but="q5")
    draw(drawn)
    drawn.scanned()
    reading = read(drawn)["q5"]

    assert reading.doubt is None
    assert reading.option == option


@pytest.mark.parametrize(
    "draw",
    [
        pytest.param(lambda f: (f.cross("q5", "2"), f.cross("q5", "5")), id="two honest marks"),
        pytest.param(lambda f: (f.black_out("q5", "2"), f.black_out("q5", "5")), id="two solid"),
        pytest.param(lambda f: f.line("q5", "1", [(-2, 0.2), (26, -0.2)]), id="a line through"),
        pytest.param(lambda f: f.line("q5", "3", [(-0.1, 0), (0.1, 0)]), id="a dot"),
        pytest.param(
            lambda f: [f.line("q5", "3", [(1.4, s), (3.4, -s)]) for s in (-1, 1)],
            id="between two boxes",
        ),
    ],
)
def test_what_can_mean_two_things_is_a_doubt(draw: Draw) -> None:
    """A doubt costs a look; a wrong answer is on the poster."""
    drawn = filled(form(), but="q5")
    draw(drawn)
    drawn.scanned()
    reading = read(drawn)["q5"]

    assert reading.doubt is not None
    assert reading.option is None


def test_digits_above_the_boxes_do_not_matter() -> None:
    drawn = filled(form(digits=True), but="q5")
    drawn.scanned()
    readings = read(drawn)

    assert [r.option for r in readings.values()] == ["1", "2", "3", "4", None, "6", "1", "2"]
    assert all(r.doubt is None for r in readings.values())


def test_tick_boxes_are_rows_of_one() -> None:
    drawn = form(options=1, rows=12)
    for question in ("q2", "q7"):
        drawn.tick(question, "1")
    drawn.scanned()
    readings = read(drawn)

    assert {q for q, r in readings.items() if r.option == "1"} == {"q2", "q7"}
    assert all(r.doubt is None for r in readings.values())


def test_boxes_that_are_not_there_are_not_blank() -> None:
    """White paper where boxes should be is wrong registration, not eight blank answers."""
    drawn = form()
    drawn.image[:] = 245
    drawn.scanned()

    assert {r.doubt for r in read(drawn).values()} == {Doubt.MISPLACED}


def test_a_page_of_a_thousand_boxes_is_read() -> None:
    """OpenCV refuses to sample more than 32,767 rows at once."""
    drawn = form(rows=80, options=14, side_mm=2.5, pitch_mm=5, row_mm=5, dpi=150)
    drawn.cross("q40", "7")
    readings = read(drawn)

    assert readings["q40"].option in ("7", None)
    assert len(readings) == 80


def test_a_shadow_over_the_page_is_not_ink() -> None:
    drawn = filled(form(dpi=150), but="q5")
    height, width = drawn.image.shape
    light = np.linspace(1, 0.35, width)[None, :] * np.linspace(1, 0.8, height)[:, None]
    drawn.image[:] = np.rint(drawn.image * light).astype(np.uint8)
    drawn.scanned()
    readings = read(drawn)

    assert [r.option for r in readings.values() if r.doubt is None].count(None) <= 1
    assert sum(r.doubt is not None for r in readings.values()) <= 1


def test_a_tilted_photo_is_read() -> None:
    drawn = filled(form(dpi=200), but="q5")
    height, width = drawn.image.shape
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    bent = corners + np.array([[90, 40], [-20, 10], [-90, -60], [30, -20]], np.float32)
    tilt = cv2.getPerspectiveTransform(corners, bent)
    drawn.image[:] = cv2.warpPerspective(drawn.image, tilt, (width, height), borderValue=(120,))
    drawn.scanned(blur_mm=0.1)
    readings = read_marks(drawn.image, tilt @ drawn.mm_to_px, drawn.questions)

    assert [r.option for r in readings.values()] == ["1", "2", "3", "4", None, "6", "1", "2"]


@pytest.mark.parametrize("size", [2.0, 9.0])
def test_boxes_of_another_size_are_refused(size: float) -> None:
    blank = np.full((100, 100), 255, np.uint8)

    with pytest.raises(ValueError, match=r"2\.5\.\.8 mm"):
        read_marks(blank, np.eye(3), {"q": [("a", 1, 1, size, size)]})


def test_nothing_asked_is_nothing_read() -> None:
    assert read_marks(np.full((10, 10), 255, np.uint8), np.eye(3), {}) == {}
