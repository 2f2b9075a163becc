"""Marks in coloured ink, which grey hardly shows; and colours that are no marks."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms import instrument, layout
from forms.answers import Doubt, Reading
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.geometry import Image
from omr.intake.load import open_file
from omr.page import PageStatus, ReadPage
from omr.read import read_page
from papierkompas.lab.simulate.pen import Meant
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages

SCALE = 200 / 300  # of the drawn sheet; a copier's colour scan has 200 dpi
LENS_PX = 0.6  # how far a lens spreads a point; without it edges are sharper than any scan's
ANSWERS = {"1": "2", "2": "5", "3": "1", "4": "3", "5": "6", "6": "4"}  # 7 and 8 stay blank
Colour = tuple[int, int, int]  # blue, green, red

PENS: dict[str, Colour] = {
    "yellow": (40, 225, 235), "pale yellow": (120, 235, 240), "lime": (60, 235, 180),
    "orange": (40, 160, 250), "amber": (30, 190, 250), "gold": (70, 175, 205),
    "pink": (200, 130, 250), "sky": (250, 200, 110), "mint": (190, 240, 150),
    "red": (60, 50, 215), "green": (80, 150, 40), "purple": (170, 60, 120),
}  # fmt: skip
MARKERS: dict[str, Colour] = {
    "yellow": (60, 250, 250), "pink": (200, 150, 255), "green": (130, 250, 150),
    "blue": (250, 210, 140), "orange": (110, 190, 255),
}  # fmt: skip
PAPERS: dict[str, Colour] = {
    "white": (252, 252, 252), "cream": (214, 240, 250), "yellow": (150, 238, 252),
    "pink": (215, 200, 250), "green": (200, 240, 205), "blue": (245, 225, 195),
    "recycled": (205, 216, 222),
}  # fmt: skip


@cache
def forms() -> Forms:
    return forms_of((asked, layout.layout(asked)) for asked in instrument.builtin())


@cache
def sheet() -> tuple[Image, dict[tuple[str, str], tuple[float, float, float, float]]]:
    """Print a sheet that nobody filled in, and say in pixels where its boxes are."""
    asked = next(i for i in instrument.builtin() if i.key == "schoolwaardenkompas")
    job = Job(asked, layout.layout(asked), asked.rounds[0], "K7F3", (Seat(1),))
    blank = filled_pages([job], np.random.default_rng(1), choose=lambda *_: Meant(None))
    (page,) = blank
    small = cv2.resize(page.image, None, fx=SCALE, fy=SCALE, interpolation=cv2.INTER_AREA)
    to_px = PX_PER_MM * SCALE
    places = {
        (box.question, box.option): tuple(
            side * to_px
            for side in (box.rect.x_mm, box.rect.y_mm, box.rect.width_mm, box.rect.height_mm)
        )
        for box in page.layout.boxes
    }
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8), places  # type: ignore[return-value]  # four of them


def inked(image: Image, drawn: Image) -> Image:
    """Lay ink on a picture: it takes away light, as ink does."""
    return np.asarray(cv2.multiply(image, drawn, scale=1 / 255), np.uint8)


def crossed(image: Image, colour: Colour) -> Image:
    """Cross a box in six rows with a pen."""
    drawn = np.full_like(image, 255)
    for answer in ANSWERS.items():
        x, y, width, height = sheet()[1][answer]
        for top, bottom in ((y, y + height), (y + height, y)):
            ends = (int(x), int(top)), (int(x + width), int(bottom))
            cv2.line(drawn, *ends, colour, 4, cv2.LINE_AA)
    return inked(image, drawn)


def highlighted(image: Image, colour: Colour) -> Image:
    """Fill a box in six rows with a marker, a little out of it."""
    drawn = np.full_like(image, 255)
    for answer in ANSWERS.items():
        x, y, width, height = sheet()[1][answer]
        corner = int(x + width + 4), int(y + height - 3)
        cv2.rectangle(drawn, (int(x - 4), int(y + 3)), corner, colour, -1)
    return inked(image, drawn)


def on_paper(image: Image, colour: Colour) -> Image:
    return inked(image, np.full_like(image, colour))


def as_read(image: Image, tmp_path: Path, quality: int = 75) -> ReadPage:
    """Scan with grain and a dull lamp, save as a copier does, and read."""
    rng = np.random.default_rng(7)
    soft = cv2.GaussianBlur(image, (0, 0), LENS_PX)
    noisy = soft.astype(np.float32) * 0.97 + rng.normal(0, 4, image.shape)
    path = tmp_path / "scan.jpg"
    how = [cv2.IMWRITE_JPEG_QUALITY, quality]
    cv2.imwrite(str(path), np.clip(noisy, 0, 255).astype(np.uint8), how)
    opened = open_file(path)
    assert not isinstance(opened, ReadPage)
    page = read_page(opened[0], forms())
    assert page.status is PageStatus.READ
    return page


def is_nothing(page: ReadPage) -> bool:
    """Say whether no answer was seen; whether a pale scan may have lost one is not asked here."""
    return all(reading.option is None for reading in page.readings.values()) and all(
        reading.doubt in (None, Doubt.FAINT) for reading in page.readings.values()
    )


def is_lost(reading: Reading) -> bool:
    return reading.option is None and reading.doubt is None


@pytest.mark.parametrize("paper", ["white", "cream", "recycled", "blue"])
@pytest.mark.parametrize("pen", PENS)
def test_a_mark_in_any_colour_is_a_mark_or_a_doubt(pen: str, paper: str, tmp_path: Path) -> None:
    """Children bring all colours; a yellow cross on white is as light as paper in grey."""
    page = as_read(on_paper(crossed(sheet()[0], PENS[pen]), PAPERS[paper]), tmp_path)
    readings = page.readings

    assert {q: readings[q] for q in ANSWERS if is_lost(readings[q])} == {}
    assert {q: readings[q].option for q in ANSWERS if readings[q].doubt is None}.items() <= (
        ANSWERS.items()
    )
    assert readings["7"] == readings["8"] or readings["7"].option is None
    assert [readings[q].option for q in ("7", "8")] == [None, None]


@pytest.mark.parametrize("draw", [crossed, highlighted])
@pytest.mark.parametrize("marker", MARKERS)
def test_a_highlighted_box_is_a_mark_or_a_doubt(
    marker: str, draw: Callable[[Image, Colour], Image], tmp_path: Path
) -> None:
    """Some fill boxes in with what lies on the table.

    Where most rows are in doubt, no blank row of the page stands without a person either.
    """
    readings = as_read(draw(sheet()[0], MARKERS[marker]), tmp_path).readings

    assert {q: readings[q] for q in ANSWERS if is_lost(readings[q])} == {}
    assert all(readings[q].option in (None, option) for q, option in ANSWERS.items())
    assert [readings[q].option for q in ("7", "8")] == [None, None]


@pytest.mark.parametrize("quality", [30, 75])
@pytest.mark.parametrize("paper", PAPERS)
def test_coloured_paper_is_no_mark(paper: str, quality: int, tmp_path: Path) -> None:
    """The copier had yellow paper in it; nobody has answered yet."""
    page = as_read(on_paper(sheet()[0], PAPERS[paper]), tmp_path, quality)

    assert is_nothing(page)


@pytest.mark.parametrize("tint", [(60, 30, 20), (90, 20, 90), (20, 20, 110), (20, 90, 30)])
@pytest.mark.parametrize("shift", [0, 2])
def test_a_coloured_print_is_no_mark(tint: Colour, shift: int, tmp_path: Path) -> None:
    """A printer out of black mixes it; its colours lie a little beside each other."""
    image = sheet()[0]
    blue, green, red = (
        255 - ((255 - channel) * ((255 - ink) / 255)).astype(np.uint8)
        for channel, ink in zip(cv2.split(image), tint, strict=True)
    )
    moved = np.roll(blue, shift, axis=(0, 1))
    page = as_read(np.dstack([moved, green, red]), tmp_path)

    assert all(is_lost(reading) for reading in page.readings.values())


def test_dirt_is_no_mark(tmp_path: Path) -> None:
    """Coffee over some rows may be a doubt, but it is nobody's answer."""
    image, places = sheet()
    stain = np.full_like(image, 255)
    x, y, width, _ = places["3", "3"]
    cv2.circle(stain, (int(x + width), int(y)), 150, (170, 205, 225), -1)
    cv2.circle(stain, (int(x + width), int(y)), 150, (120, 165, 195), 8)
    stain = np.asarray(cv2.GaussianBlur(stain, (9, 9), 0), np.uint8)
    readings = as_read(inked(image, stain), tmp_path).readings

    assert [q for q, reading in readings.items() if reading.option is not None] == []
    assert all(reading.doubt is not Doubt.TWO_MARKS for reading in readings.values())
    assert all(is_lost(readings[q]) for q in ("7", "8"))


def test_a_question_that_somebody_highlighted_keeps_its_answers(tmp_path: Path) -> None:
    """What is important to somebody is yellow all over, text and boxes."""
    image = crossed(sheet()[0], (60, 40, 30))
    stroke = np.full_like(image, 255)
    for question in ("1", "4"):
        x, y, _, height = sheet()[1][question, "1"]
        corner = int(x + 700), int(y + height + 4)
        cv2.rectangle(stroke, (int(x - 60), int(y - 4)), corner, MARKERS["yellow"], -1)
    readings = as_read(inked(image, stroke), tmp_path).readings

    assert all(
        readings[q].option in (None, option) and not is_lost(readings[q])
        for q, option in ANSWERS.items()
    )
    assert sum(readings[q].option == option for q, option in ANSWERS.items()) >= 4
