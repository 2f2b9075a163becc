"""What people do with a pen lands where they meant it, and looks like what it is."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.random import Generator, default_rng

from papierkompas.lab.simulate.pen import (
    MarkKind,
    Meant,
    Pen,
    PrintedBox,
    Writer,
    draw_mark,
    fill_row,
    write_text,
)
from papierkompas.lab.simulate.scan_result import Image
from papierkompas.lab.simulate.strokes import GLYPHS, plain

PX_PER_MM = 300 / 25.4
BOX = PrintedBox(12, 12, 5, 5)
ROW = {str(option): PrintedBox(12 + 12 * (option - 1), 12, 5, 5) for option in range(1, 5)}
INSIDE_KINDS = (
    MarkKind.CROSS,
    MarkKind.TICK,
    MarkKind.FILL,
    MarkKind.HALF_FILL,
    MarkKind.SCRIBBLE,
    MarkKind.DOT,
    MarkKind.DASH,
)


def paper(width_mm: float = 30, height_mm: float = 30) -> Image:
    return np.full((round(height_mm * PX_PER_MM), round(width_mm * PX_PER_MM)), 255, np.uint8)


def drawn(kind: MarkKind, rng: Generator, pen: Pen = Pen.BALLPOINT, box: PrintedBox = BOX) -> Image:
    page = paper()
    draw_mark(page, box, kind, Writer.random(rng, [kind], [pen]), rng, PX_PER_MM)
    return page


def ink(page: Image, box: PrintedBox, margin_mm: float = 0.0) -> float:
    """Sum the darkness in a box, made larger by the margin, in boxes of solid black."""
    left, top = (round((at - margin_mm) * PX_PER_MM) for at in (box.x_mm, box.y_mm))
    right = round((box.x_mm + box.width_mm + margin_mm) * PX_PER_MM)
    bottom = round((box.y_mm + box.height_mm + margin_mm) * PX_PER_MM)
    part = page[max(0, top) : bottom, max(0, left) : right]
    return float((255.0 - part).sum() / 255 / (box.width_mm * box.height_mm * PX_PER_MM**2))


@pytest.mark.parametrize("kind", MarkKind)
def test_the_same_seed_draws_the_same_mark(kind: MarkKind) -> None:
    """A figure in the bench can be drawn again and looked at."""
    first, again, other = (drawn(kind, default_rng(seed)) for seed in (7, 7, 8))

    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("kind", INSIDE_KINDS)
@pytest.mark.parametrize("pen", Pen)
def test_a_mark_lands_in_its_box(kind: MarkKind, pen: Pen) -> None:
    """Truth is what the writer meant: most of the ink has to be where the truth says."""
    for seed in range(6):
        page = drawn(kind, default_rng(seed), pen)
        inside, beyond = ink(page, BOX), ink(page, BOX, 10)

        assert inside > (0.004 if kind in (MarkKind.DOT, MarkKind.DASH) else 0.025)
        assert inside > (0.4 if kind is MarkKind.TICK else 0.55) * beyond


@pytest.mark.parametrize("pen", [Pen.BALLPOINT, Pen.THIN_BALLPOINT, Pen.GEL, Pen.FELT])
def test_a_blacked_box_is_black_and_hardly_spills(pen: Pen) -> None:
    """Withdrawn means: at least 85 % of the inside covered, within half a millimetre or so."""
    for seed in range(8):
        page = drawn(MarkKind.BLACKED, default_rng(seed), pen)
        left, right = (round(at * PX_PER_MM) for at in (BOX.x_mm + 0.35, BOX.x_mm + 4.65))
        covered = (page[left:right, left:right] < 160).mean()

        assert covered > 0.85
        assert ink(page, BOX, 10) - ink(page, BOX, 1) < 0.01


def test_a_cross_outside_is_mostly_outside() -> None:
    """55-75 % of it: the reader must see neither a clear mark nor nothing at all."""
    for seed in range(20):
        page = drawn(MarkKind.OUTSIDE, default_rng(seed))
        outside = 1 - ink(page, BOX) / ink(page, BOX, 12)

        assert 0.5 < outside < 0.8


def test_a_circle_goes_round_the_box() -> None:
    """Circling is answering, though the box itself stays all but empty."""
    for seed in range(10):
        page = drawn(MarkKind.CIRCLE, default_rng(seed))

        assert ink(page, BOX, -0.75) < 0.03
        assert ink(page, BOX, 3) > 0.1


def test_a_mark_between_two_boxes_belongs_to_neither() -> None:
    """It lies in the middle of the box and its nearest neighbour in the row."""
    page, rng = paper(60), default_rng(3)
    writer = Writer.random(rng, [MarkKind.CROSS], [Pen.GEL])
    draw_mark(page, ROW["1"], MarkKind.BETWEEN, writer, rng, PX_PER_MM, list(ROW.values()))
    gap = PrintedBox(18, 12, 5, 5)

    assert ink(page, gap) > 2 * max(ink(page, ROW["1"]), ink(page, ROW["2"]))


def test_a_line_strikes_every_box_of_the_row() -> None:
    """A row struck out has no answer."""
    page, rng = paper(60), default_rng(4)
    writer = Writer.random(rng, pens=[Pen.BALLPOINT])
    draw_mark(page, ROW["2"], MarkKind.LINE, writer, rng, PX_PER_MM, list(ROW.values()))

    assert all(ink(page, box) > 0.02 for box in ROW.values())


def test_rubbed_out_pencil_is_only_a_ghost() -> None:
    """Erased is erased; but the paper remembers."""
    for seed in range(10):
        page = drawn(MarkKind.GHOST, default_rng(seed), Pen.PENCIL)

        assert 140 < page.min() < 250


@pytest.mark.parametrize(
    ("pen", "low", "high"),
    [
        pytest.param(Pen.BALLPOINT, 25, 125, id="ballpoint"),
        pytest.param(Pen.GEL, 0, 75, id="gel"),
        pytest.param(Pen.FELT, 0, 70, id="felt"),
        pytest.param(Pen.PENCIL, 80, 165, id="pencil"),
        pytest.param(Pen.LIGHT_PENCIL, 125, 200, id="light pencil"),
    ],
)
def test_every_pen_has_its_own_grey(pen: Pen, low: int, high: int) -> None:
    """Measured in the strokes of real marks: median 87-120 ballpoint, 124-160 pencil."""
    for seed in range(6):
        page = drawn(MarkKind.CROSS, default_rng(seed), pen)
        core = cv2.erode((page < 250).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0

        assert low <= np.median(page[core]) <= high


def test_a_row_shows_the_answer_and_what_was_withdrawn() -> None:
    """The truth of the bench: an option that was not touched is clean."""
    page, rng = paper(60), default_rng(5)
    writer = Writer.random(rng, [MarkKind.CROSS], [Pen.GEL])
    fill_row(page, ROW, Meant("2", withdrawn=("4",)), writer, rng, PX_PER_MM)
    shown = {option: ink(page, box) for option, box in ROW.items()}

    assert shown["1"] < 0.01
    assert shown["3"] < 0.01
    assert 0.05 < shown["2"] < 0.6
    assert shown["4"] > 0.75


def test_two_honest_marks_are_both_drawn() -> None:
    """A doubt only a person can settle."""
    page, rng = paper(60), default_rng(6)
    writer = Writer.random(rng, [MarkKind.CROSS], [Pen.GEL])
    fill_row(page, ROW, Meant("1", second="3"), writer, rng, PX_PER_MM)

    assert min(ink(page, ROW["1"]), ink(page, ROW["3"])) > 0.05
    assert max(ink(page, ROW["2"]), ink(page, ROW["4"])) < 0.01


@pytest.mark.parametrize(
    "nonsense",
    [
        pytest.param({"option": None, "second": "2"}, id="second without first"),
        pytest.param({"option": "1", "second": "1"}, id="the same twice"),
        pytest.param({"option": "1", "withdrawn": ("1",)}, id="withdrawn and chosen"),
    ],
)
def test_an_answer_that_contradicts_itself_is_refused(nonsense: dict[str, str]) -> None:
    """Wrong truth would make the reader look wrong."""
    with pytest.raises(ValueError, match=r"option|first"):
        Meant(**nonsense)  # type: ignore[arg-type]  # nonsense on purpose


def test_a_mark_may_run_off_the_paper() -> None:
    """Boxes near the edge, and text, are cut off there as a table cuts off a pen."""
    page, rng = paper(), default_rng(8)
    writer = Writer.random(rng, pens=[Pen.FELT])
    draw_mark(page, PrintedBox(-2, -2, 5, 5), MarkKind.FILL, writer, rng, PX_PER_MM)
    draw_mark(page, PrintedBox(200, 200, 5, 5), MarkKind.FILL, writer, rng, PX_PER_MM)

    assert page[:20, :20].mean() < 128


@pytest.mark.parametrize("text", ["Annemieke de Vries-Jansen", "Zoë Łukasiewicz", "Ö. 't Hoff"])
def test_a_name_stays_in_its_field(text: str) -> None:
    """A name outside its field would be cut off in the crop that people see."""
    for seed in range(3):
        page, rng = paper(100, 20), default_rng(seed)
        write_text(page, 5, 4, 90, 12, text, Writer.random(rng), rng, PX_PER_MM)
        field = PrintedBox(5, 4, 90, 12)

        assert ink(page, field) > 0.01
        assert ink(page, field) > 0.98 * ink(page, field, 4)


def test_every_letter_of_the_alphabet_can_be_written() -> None:
    """Accents are dropped, no letter is."""
    alphabet = "abcdefghijklmnopqrstuvwxyz"

    assert set(alphabet + alphabet.upper() + "0123456789-'.,") == set(GLYPHS)
    assert (
        plain("Åsa Çelik Ïzgi Nuñez Straße Øyvind Ayşe")
        == "Asa Celik Izgi Nunez Strasse Oyvind Ayse"
    )


def test_marks_fit_smaller_boxes() -> None:
    """The quickscan has boxes of 3.5 mm: marks shrink with them."""
    small = PrintedBox(12, 12, 3.5, 3.5)
    for seed in range(6):
        rng = default_rng(seed)
        page, writer = paper(), replace(Writer.random(rng, [MarkKind.CROSS]), width_mm=0.4)
        draw_mark(page, small, MarkKind.CROSS, writer, rng, PX_PER_MM)

        assert ink(page, small) > 0.5 * ink(page, small, 8)
