"""A photo of a blank compass among the pages of a pile."""

from __future__ import annotations

from pathlib import Path

import cv2
import img2pdf
import numpy as np
import pytest
from PIL import Image

from forms.instrument import builtin
from forms.sheet_code import COMPASS_PAGE
from omr.forms_known import forms_of
from omr.intake.load import open_file
from omr.intake.values import Source
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from omr.read import read_page
from omr.stickers.compass_page import with_dots
from papierkompas.acts.printing import layout_of
from tests.omr.stickers.test_compass_reader import BLUE, RED, Wall

DOTS = [("blauw", 5.0, 2.25), ("rood", 2.0, 5.0)]


def wall() -> Wall:
    made = Wall()
    made.sticker(2, 5, RED)
    made.sticker(5, 2.25, BLUE)
    return made


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), wall().image)
    return path


def source_of(path: Path) -> Source:
    found = open_file(path)
    assert isinstance(found, list)
    return found[0]


def read(path: Path) -> ReadPage:
    source = source_of(path)
    forms = forms_of((i, layout_of(i)) for i in builtin())
    return with_dots(read_page(source, forms), source, builtin())


@pytest.mark.parametrize("kind", ["png", "jpg", "tif", "pdf", "drawn.pdf"])
def test_dots_are_read_from_any_kind_of_file(photo: Path, kind: str) -> None:
    """A phone makes a JPEG, an app to scan with a PDF, a copier a TIFF, all of them in colour."""
    path = photo.with_name(f"file.{kind}")
    with Image.open(photo) as image:
        match kind:
            case "pdf":
                image.convert("RGB").save(photo.with_suffix(".jpg"))
                path.write_bytes(img2pdf.convert(str(photo.with_suffix(".jpg"))))
            case "drawn.pdf":
                image.convert("RGB").save(path, "PDF", resolution=100)
            case _:
                image.convert("RGB").save(path)
    page = read(path)

    assert (page.status, page.reason) == (PageStatus.READ, None)
    assert page.is_compass
    assert page.round == "gewenst"
    assert sorted((d.colour, d.vertical, d.horizontal) for d in page.dots) == DOTS


def test_a_compass_whose_code_is_hidden_is_said_to_be_that(tmp_path: Path) -> None:
    """Nobody can know to which session and round it belongs."""
    made = wall()
    code = made.compass.code
    x, y, side = (round(v * 4) for v in (code.x_mm, code.y_mm, code.width_mm))
    made.image[y : y + side, x : x + side] = 230
    path = tmp_path / "photo.png"
    cv2.imwrite(str(path), made.image)
    page = read(path)

    assert (page.status, page.reason) == (PageStatus.UNREAD, Reason.NO_CODE)


def test_other_pages_stay_as_they_are(tmp_path: Path) -> None:
    """A photo of the lunch is still none of our sheets."""
    path = tmp_path / "lunch.png"
    cv2.imwrite(str(path), np.random.default_rng(1).integers(0, 255, (600, 500), np.uint8))
    source = source_of(path)
    lunch, sheet = unread(PageRef("a", 1), Reason.NO_SHEET), ReadPage(PageRef("a"), PageStatus.READ)

    assert with_dots(lunch, source, builtin()) is lunch
    assert with_dots(sheet, source, builtin()) is sheet
    assert not lunch.is_compass


def test_a_compass_of_an_unknown_questionnaire_is_said_to_be_that(photo: Path) -> None:
    """A school's own statements have their own compass."""
    source = source_of(photo)
    page = with_dots(unread(source.ref, Reason.NO_SHEET), source, ())

    assert page.reason is Reason.UNKNOWN_INSTRUMENT
    assert page.code is not None
    assert page.code.page == COMPASS_PAGE
