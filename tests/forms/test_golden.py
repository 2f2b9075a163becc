"""What stands on paper in somebody's bag, as it was printed: none of it may change unnoticed.

A round trip proves only that writing and reading changed together. These values are those of the
papers themselves: who changes what a test here says makes paper that was printed before unreadable,
and needs another version in the symbol, not another value here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import zxingcpp
from numpy.typing import NDArray

from forms import sheet_code, symbols, trial_sheet
from forms.compass import FLIPOVER_MM, NO_SESSION, compass_code, compass_paper, has_meanings
from forms.instrument import builtin, find
from forms.paper_sizes import Paper
from forms.sheet_code import (
    COMPASS_PAGE,
    SheetCode,
    batch_from,
    decode,
    encode,
    from_words,
    in_words,
)

SHEETS = [
    (SheetCode(3159, 1, 1, 1, 2, "K7F3", 7), b"72N0K8014S6T07KH", b"K7F3-02-9P"),
    (SheetCode(736, 1, 0, 5, 0, "A7C9", 1023), b"4N00H8001T34VVOD", b"A7C9-00-RY"),
    (SheetCode(4095, 63, 3, 15, 9999, "YYYY", 1023), b"7VVVVSS7OH90VVVK", b"YYYY-9999-FQ"),
    (SheetCode(0, 1, 0, 1, 0, "3333", 0), b"4000G800000000CF", b"3333-00-33"),
]

# The inner 4 x 4 modules of each of 50 corner marks in four digits: black is 1, in rows from the
# top left.
MARKS = (
    "4acdf065ccd266b9ab61863261d13b0d012530a9066eee58f148d5f0db4ed9c1b99a99ff93a18950"
    "79744fd4332a227d01b86b8e531b5aabdedccb90bbeaa84d61300f34f751f6d6e78afb00f209e3a5"
    "e8e7d5d7cd73c74ddb17d114d2c0b49bafd1afec"
)

# The square code of the first sheet as it was printed, 25 x 25 modules likewise.
PRINTED = (
    "1fc4e7f822820dd01176e9dabb75565d827fa0ff555fc020000679ed01985e1bf3495ac4cb519ebd9c404a58"
    "218c12eb19c543ed1f200f88b7f52d6609be2574e7f5ba958edd6ce4a09c253fc6a41"
)


def modules(digits: str, wide: int) -> NDArray[np.bool_]:
    """Unpack a square of modules."""
    bits = f"{int(digits, 16):0{wide * wide}b}"
    return np.array([bit == "1" for bit in bits]).reshape(wide, wide)


@pytest.mark.parametrize(("code", "symbol", "words"), SHEETS)
def test_the_code_on_a_sheet_is_the_one_that_was_printed(
    code: SheetCode, symbol: bytes, words: bytes
) -> None:
    """A symbol, and the words under it, of paper that lies in a drawer."""
    assert (encode(code).encode(), in_words(code).encode()) == (symbol, words)
    assert decode(symbol.decode()) == code
    assert from_words(words.decode()) == (code.batch, code.number)


def test_the_letters_that_codes_are_written_in_stay() -> None:
    """Another order of the letters is another sheet for every printed code."""
    assert sheet_code.TYPED == "34679ACDEFGHJKMNPQRTWXY"
    assert sheet_code.SYMBOL == "0123456789ABCDEFGHIJKLMNOPQRSTUV"
    assert [batch_from(n) for n in (0, 1, 123_456, 23**4 - 1, 2**32 - 1)] == [
        "3333",
        "3334",
        "G7EN",
        "YYYY",
        "WDRH",
    ]
    assert sheet_code.layout_number(b"papierkompas") == 306


def test_the_numbers_of_our_questionnaires_stay() -> None:
    """The symbol names a questionnaire by a number that is made of its key."""
    numbers = {i.key: sheet_code.instrument_number(i.key) for i in builtin()}

    assert numbers == {"schoolwaardenkompas": 3159, "quickscan": 736}


def test_the_code_of_a_blank_compass_stays() -> None:
    """It says how large the sheet is where other papers have number and layout."""
    flipover = Paper("flipover", *FLIPOVER_MM)
    code = compass_code(flipover, find("schoolwaardenkompas"), 2, "K7F3")

    assert (FLIPOVER_MM, NO_SESSION) == ((650.0, 980.0), "3333")
    assert encode(code).encode() == b"72N0R0PF4S6TJMVO"
    older = SheetCode(3159, 1, 2, COMPASS_PAGE, 1630, "K7F3", 130)  # without a strip for words
    assert encode(older).encode() == b"72N0R0PF4S6T4286"
    assert compass_paper(older) == compass_paper(code)
    assert (has_meanings(older), has_meanings(code)) == (False, True)


def test_every_corner_mark_stands_for_its_page_and_corner() -> None:
    """Four marks a page in order, clockwise from the top left; the last are the compass's."""
    ids = [[sheet_code.marker_id(page, corner) for corner in range(4)] for page in range(1, 13)]

    assert ids == [list(range(first, first + 4)) for first in range(0, 48, 4)]
    assert (sheet_code.MAX_SHEET_PAGES, sheet_code.COMPASS_PAGE, sheet_code.MASTER) == (11, 12, 0)


def test_the_sheet_that_judges_the_copier_stays() -> None:
    """It hangs beside the copier for years."""
    assert (sheet_code.TRIAL_PAGE, sheet_code.TRIAL_MARKS) == (13, (48, 49))
    assert (trial_sheet.VERSION, encode(trial_sheet.CODE)) == (1, "4000J800000001N7")


@pytest.mark.parametrize("marker", range(50))
def test_every_corner_mark_looks_as_it_was_printed(marker: int) -> None:
    """Another dictionary of marks would find no corner on any paper."""
    drawn = np.zeros((symbols.MARKER_MODULES,) * 2, dtype=bool)
    for column, row, length in symbols.marker_cells(marker):
        drawn[row, column : column + length] = True
    expected = np.ones_like(drawn)
    expected[1:5, 1:5] = modules(MARKS[4 * marker :][:4], 4)

    assert np.array_equal(drawn, expected)


def test_a_symbol_that_was_printed_is_read() -> None:
    """Drawing may choose another pattern some day; what was drawn before must be read."""
    black = modules(PRINTED, symbols.CODE_MODULES)
    picture: Any = np.pad(np.where(black, 0, 255).astype(np.uint8), 4, constant_values=255)
    (found,) = zxingcpp.read_barcodes(picture.repeat(8, 0).repeat(8, 1))

    assert found.text.encode() == SHEETS[0][1]
