"""The code in words under a square code that nobody can read any more."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.random import Generator

from forms.instrument import find
from forms.layout import Layout, layout
from forms.sheet_code import in_words
from forms.sheets import Job, Seat, print_sheets
from omr.forms_known import Forms, Given, forms_of
from omr.geometry import Floats, Image, fit_homography
from omr.hand.recogniser import NullRecogniser, SeenLetters, recogniser
from omr.hand.whose_name import FOLDED
from omr.intake.load import open_file
from omr.page import Note, PageRef, PageStatus, Reason
from omr.place.identify import read_code
from omr.place.printed_code import read_printed_code
from omr.read import Attempt, read_page, read_picture
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages

SEATS = (Seat(2), Seat(37), Seat(140), Seat(9999))
BATCHES = ("K7F3", "QDGC", "WMNH", "6GT7")
needs_network = pytest.mark.skipif(
    isinstance(recogniser(), NullRecogniser),
    reason="the handwriting network is not installed (pip install 'papierkompas[ocr]')",
)


@cache
def paper() -> Layout:
    return layout(find("stellingenlijst"))


@cache
def printed() -> tuple[tuple[str, Image], ...]:
    """Print one page for each batch and seat: its code in words, and the top of the page."""
    from pdf2image import convert_from_bytes

    instrument = find("stellingenlijst")
    made = []
    for batch in BATCHES:
        job = Job(instrument, paper(), instrument.round("gewenst"), batch, SEATS)
        target = io.BytesIO()
        print_sheets(target, [job])
        pages = convert_from_bytes(target.getvalue(), dpi=300, grayscale=True)
        for seat, page in zip(SEATS, pages, strict=True):
            top = np.asarray(page)[: round(60 * PX_PER_MM)]
            made.append((in_words(job.code(seat, 1)), np.ascontiguousarray(top)))
    return tuple(made)


def damaged(page: Image, rng: Generator) -> Image:
    """Spill something over the square code."""
    code = paper().pages[0].code
    low, high = ((np.array(c) * PX_PER_MM).astype(int) for c in (
        (code.x_mm - 1, code.y_mm - 1),
        (code.x_mm + code.width_mm + 1, code.y_mm + code.height_mm + 1),
    ))  # fmt: skip
    hurt = page.copy()
    part = hurt[low[1] : high[1], low[0] : high[0]]
    middle = (part.shape[1] // 2 + int(rng.integers(-20, 20)), len(part) // 2)
    cv2.circle(part, middle, round(0.4 * len(part)), (0,), -1)
    return hurt


def scanned(page: Image, case: str, rng: Generator) -> tuple[Image, Floats]:
    result = scan(page, COPIER_CASES[case], rng, PX_PER_MM)
    corners = np.array([(10, 10), (200, 10), (200, 50), (10, 50)], dtype=np.float64)
    homography = fit_homography(corners, result.to_px(corners))
    assert homography is not None
    return np.asarray(result.image, np.uint8), homography


@needs_network
@pytest.mark.parametrize("case", ["grey200", "grey150", "bitonal200", "copy_of_copy"])
def test_the_words_say_which_sheet_it_is(case: str) -> None:
    """Coffee over the symbol: the sheet is still known, and never taken for another one."""
    rng = np.random.default_rng(len(case))
    found = 0
    pages = printed() if case == "grey200" else printed()[::3]
    for words, page in pages:
        image, homography = scanned(damaged(page, rng), case, rng)
        place = paper().pages[0].code
        assert read_code(image, homography, place) is None
        read = read_printed_code(image, homography, place)
        batch, number, _ = words.split("-")
        assert read in (None, (batch, int(number)))
        found += read is not None

    assert found >= 0.75 * len(pages)


def whole_page(rng: Generator) -> Image:
    """Print a filled sheet of batch K7F3, spill something over its code, and scan it."""
    instrument = find("stellingenlijst")
    job = Job(instrument, paper(), instrument.round("gewenst"), "K7F3", (Seat(2),))
    (page,) = filled_pages([job], rng)
    return scanned(damaged(page.image, rng), "grey200", rng)[0]


def known_as(numbers: set[int]) -> Forms:
    """Return what a session knows that gave these numbers out."""
    asked = find("stellingenlijst")
    given = Given(asked.key, asked.edition, paper().number, "gewenst", frozenset(numbers))
    return forms_of([(asked, paper())], {"K7F3": given})


@needs_network
def test_a_page_is_read_by_the_words_under_its_code() -> None:
    page = whole_page(np.random.default_rng(3))
    ref = PageRef("scan.pdf", 1)

    read = read_picture(Attempt(page, ref, known_as({1, 2, 3})))
    assert read.status is PageStatus.READ
    assert read.code is not None
    assert (read.code.sheet, read.round, len(read.readings)) == ("K7F3-02", "gewenst", 8)
    assert read.notes == (Note.BY_WORDS,)

    stranger = read_picture(Attempt(page, ref, known_as({1, 3})))  # no such sheet was given out
    assert (stranger.status, stranger.reason) == (PageStatus.UNREAD, Reason.NO_CODE)
    nobody = read_picture(Attempt(page, ref, forms_of([(find("stellingenlijst"), paper())])))
    assert nobody.reason is Reason.NO_CODE


def test_a_person_can_type_the_code(tmp_path: Path) -> None:
    """It counts only for a sheet that was given out."""
    page = whole_page(np.random.default_rng(3))
    cv2.imwrite(str(tmp_path / "scan.png"), page)
    sources = open_file(tmp_path / "scan.png")
    assert isinstance(sources, list)

    read = read_page(sources[0], known_as({2, 7}), known=("K7F3", 7))
    assert read.code is not None
    assert read.code.sheet == "K7F3-07"
    assert read_page(sources[0], known_as({2}), known=("K7F3", 7)).reason is Reason.NO_CODE


class Says:
    """Sees a text in print; with doubt between two letters at one place."""

    name = "says"

    def __init__(self, text: str, sure: float = 0.9, doubts: dict[int, str] | None = None) -> None:
        self.text, self.sure, self.doubts = text, sure, doubts or {}

    def read(self, line: Image) -> SeenLetters:  # noqa: ARG002 it does not look
        alphabet = (*FOLDED.upper(), "-")
        steps = np.full((2 * len(self.text) + 1, len(alphabet) + 1), 0.1 / len(alphabet))
        steps[::2, 0] = self.sure
        for place, char in enumerate(self.text):
            steps[2 * place + 1, alphabet.index(char) + 1] = self.sure
            other = self.doubts.get(place)
            if other:
                steps[2 * place + 1, alphabet.index(char) + 1] = 0.5
                steps[2 * place + 1, alphabet.index(other) + 1] = 0.4
        return SeenLetters(steps / steps.sum(axis=1, keepdims=True), alphabet)


def says(text: str, doubts: dict[int, str] | None = None) -> tuple[str, int] | None:
    page = np.full((700, 2000), 255, np.uint8)
    page[300:600, 1500:1900:7] = 0
    scale = np.diag([10.0, 10.0, 1.0])
    return read_printed_code(page, scale, paper().pages[0].code, Says(text, doubts=doubts))


@pytest.mark.parametrize(
    ("text", "doubts", "found"),
    [
        pytest.param("K7F3-02-{}", {}, ("K7F3", 2), id="as printed"),
        pytest.param("K7F302{}", {}, ("K7F3", 2), id="hyphens lost"),
        pytest.param("K7F3-O2-{}", {}, ("K7F3", 2), id="a letter among the digits"),
        pytest.param("K7E3-02-{}", {2: "F"}, ("K7F3", 2), id="one look-alike"),
        pytest.param("K7FN-02-{}", {}, None, id="a letter that is nothing like it"),
        pytest.param("HTE3-02-{}", {}, None, id="three wrong"),
        pytest.param("K7F3", {}, None, id="half of it"),
    ],
)  # fmt: skip
def test_one_look_alike_is_mended_and_nothing_else(
    text: str, doubts: dict[int, str], found: tuple[str, int] | None
) -> None:
    """The check letters have room for one mistake; a second would be somebody else's sheet."""
    instrument = find("stellingenlijst")
    job = Job(instrument, paper(), instrument.round("gewenst"), "K7F3", SEATS)
    check = in_words(job.code(Seat(2), 1)).rpartition("-")[2]

    assert says(text.format(check), doubts) == found


def test_without_the_network_nothing_is_read() -> None:
    """Then the page stays unread, and a person types the code."""
    page = np.full((700, 2000), 255, np.uint8)
    page[300:600, 1500:1900:7] = 0
    place = paper().pages[0].code

    assert read_printed_code(page, np.diag([10.0, 10.0, 1.0]), place, NullRecogniser()) is None
