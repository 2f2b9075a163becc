"""A sheet is read, and an empty page is blank, in whatever way the picture was written down."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms import instrument, layout
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.geometry import Image
from omr.intake.load import open_file
from omr.page import PageStatus, ReadPage, Reason
from omr.read import read_page
from papierkompas.lab.simulate.pile import FilledPage, filled_pages
from tests.omr.intake.encodings import ENCODINGS, tiff


@cache
def forms() -> Forms:
    return forms_of((asked, layout.layout(asked)) for asked in instrument.builtin())


@cache
def filled() -> FilledPage:
    asked = next(i for i in instrument.builtin() if i.key == "schoolwaardenkompas")
    job = Job(asked, layout.layout(asked), asked.rounds[0], "K7F3", (Seat(1),))
    return next(iter(filled_pages([job], np.random.default_rng(4))))


def grained(image: Image) -> Image:
    """Add what any scanner adds, at 150 dpi."""
    small = cv2.resize(image, (1240, 1754), interpolation=cv2.INTER_AREA)
    grain = np.random.default_rng(5).normal(0, 1.5, small.shape)
    made: Image = np.clip(np.rint(small * (242 / 255) + grain), 0, 255).astype(np.uint8)
    return made


@cache
def scan() -> Image:
    return grained(filled().image)


@cache
def empty() -> Image:
    return grained(np.full_like(filled().image, 255))


def read(data: bytes, folder: Path) -> ReadPage:
    path = folder / "scan"
    path.write_bytes(data)
    sources = open_file(path)
    assert not isinstance(sources, ReadPage), sources.sentence
    return read_page(sources[0], forms())


@pytest.mark.parametrize("name", ENCODINGS)
def test_a_filled_sheet_is_read_however_it_was_encoded(name: str, tmp_path: Path) -> None:
    """The numbers in a file mean what the file says they mean."""
    page = read(ENCODINGS[name](scan()), tmp_path)

    assert page.status is PageStatus.READ, page.sentence
    given = {q: r.option for q, r in page.readings.items() if r.doubt is None}
    meant = {q: a.option for q, a in filled().answers.items() if not a.second}
    assert {q: option for q, option in given.items() if option != meant.get(q, option)} == {}
    assert len(given) >= len(meant) - 1


@pytest.mark.parametrize("name", [name for name in ENCODINGS if "negative" not in name])
def test_an_empty_page_is_blank_however_it_was_encoded(name: str, tmp_path: Path) -> None:
    """A pile that was scanned on both sides is half backs."""
    page = read(ENCODINGS[name](empty()), tmp_path)

    assert page.status is PageStatus.BLANK, page.sentence


def test_black_all_over_is_no_empty_page(tmp_path: Path) -> None:
    """As a negative it is white paper; but a lid that was open all the time is no answer."""
    page = read(ENCODINGS["jpeg negative"](empty()), tmp_path)

    assert page.status is PageStatus.UNREAD


@pytest.mark.parametrize("contrast", [1.0, 3.0, 8.0])
def test_a_sheet_that_nobody_can_see_is_not_blank(tmp_path: Path, contrast: float) -> None:
    """Two grey levels of eight bits are enough to know that something is printed there."""
    faint = np.rint(240 - (255 - scan().astype(np.float64)) * contrast / 255).astype(np.uint8)
    page = read(ENCODINGS["png 8 bit"](faint), tmp_path)

    assert page.status is not PageStatus.BLANK


@pytest.mark.parametrize(("number", "name"), [(50001, "WebP"), (34712, "JPEG 2000")])
def test_a_tiff_that_is_packed_in_a_way_of_its_own_says_so(
    number: int, name: str, tmp_path: Path
) -> None:
    """Whoever made it can save it in another way, once told which one this is."""
    data = bytearray(tiff(scan()))
    at = data.index(bytes([3, 1, 3, 0, 1, 0, 0, 0, 1, 0]))  # compression, a short, one of it, 1
    data[at + 8 : at + 10] = number.to_bytes(2, "little")
    page = read(bytes(data), tmp_path)

    assert page.reason is Reason.COMPRESSION
    assert name in str(page.sentence)
