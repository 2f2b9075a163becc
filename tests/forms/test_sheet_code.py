"""A misread never becomes somebody else's sheet."""

import zlib
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms import sheet_code
from forms.sheet_code import (
    COMPASS_PAGE,
    SYMBOL,
    TYPED,
    SheetCode,
    decode,
    encode,
    from_words,
    in_words,
    marker_id,
)

batches = st.text(TYPED, min_size=4, max_size=4)
codes = st.builds(
    SheetCode,
    instrument=st.integers(0, 4095),
    edition=st.integers(1, 63),
    round=st.integers(0, 3),
    page=st.integers(1, 15),
    number=st.integers(0, 9999),
    batch=batches,
    layout=st.integers(0, 1023),
)


@given(codes)
@example(SheetCode(4095, 63, 3, 15, 9999, "YYYY", 1023))
def test_a_symbol_gives_back_what_was_printed(code: SheetCode) -> None:
    """The symbol alone says which sheet this is; a reader needs nothing else."""
    text = encode(code)

    assert len(text) == 16
    assert decode(text) == code


@given(codes, st.integers(0, 15), st.sampled_from(SYMBOL))
def test_one_wrong_character_in_a_symbol_is_noticed(code: SheetCode, where: int, char: str) -> None:
    """A symbol that was mended wrongly gives no sheet, never another one."""
    text = encode(code)
    wrong = text[:where] + char + text[where + 1 :]

    assert decode(wrong) in ({code} if wrong == text else {None})


@given(codes)
def test_a_typed_code_gives_back_the_sheet(code: SheetCode) -> None:
    """Who types what stands under the symbol gets that sheet, in small letters too."""
    assert from_words(f" {in_words(code).lower()} ") == (code.batch, code.number)


@given(codes, st.data())
def test_one_or_two_typing_errors_are_noticed(code: SheetCode, data: st.DataObject) -> None:
    """Distance 3: any two wrong characters, and so any two swapped ones, give no sheet."""
    number = f"{code.number:04d}"
    right = code.batch + number
    wrong = list(right)
    for _ in range(2):
        where = data.draw(st.integers(0, 7))
        wrong[where] = data.draw(st.sampled_from(TYPED if where < 4 else "0123456789"))
    typed = "".join(wrong)
    letters = in_words(code)[-2:]
    found = from_words(f"{typed[:4]}-{typed[4:]}-{letters}")

    assert found == ((code.batch, code.number) if typed == right else None)


@pytest.mark.parametrize(
    "text", ["", "K7F3", "K7F3-02", "K7F3-02-", "K7F3-x2-AA", "K7F3-٠٢-AA", "OOOO-02-AA", "-" * 9]
)
def test_what_is_no_code_gives_no_sheet(text: str) -> None:
    """People type all kinds of things."""
    assert from_words(text) is None
    assert decode(text) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", 0),
        ("page", 16),
        ("number", 10_000),
        ("edition", 0),
        ("batch", "K7F"),
        ("batch", "K7F34"),
        ("batch", "K0F3"),
    ],
)
def test_a_code_refuses_nonsense_by_name(field: str, value: object) -> None:
    """A half-right code would be printed on paper, where nobody can mend it."""
    good = SheetCode(1, 1, 1, 1, 1, "K7F3", 1)

    with pytest.raises(ValueError, match=f"^{field} must be .*, got {value!r}$"):
        replace(good, **{field: value})  # type: ignore[arg-type]


@given(st.integers(1, sheet_code.COMPASS_PAGE), st.integers(0, 3))
def test_a_corner_mark_says_page_and_corner(page: int, corner: int) -> None:
    """One mark alone tells how the page lies; there are 50 marks for all pages."""
    marker = sheet_code.marker_id(page, corner)

    assert marker < 50
    assert sheet_code.marker_page_and_corner(marker) == (page, corner)


LIMITS = {"instrument": (0, 4095), "edition": (1, 63), "round": (0, 3), "page": (1, 15),
          "number": (0, 9999), "layout": (0, 1023)}  # fmt: skip


@pytest.mark.parametrize("field", LIMITS)
def test_a_code_holds_exactly_what_the_symbol_has_room_for(field: str) -> None:
    """One more would run over into what stands beside it in the symbol."""
    least, most = LIMITS[field]
    whole = SheetCode(7, 1, 1, 3, 2, "K7F3", 9)
    for value in (least, most):
        code = replace(whole, **{field: value})  # type: ignore[arg-type]  # a number each
        assert decode(encode(code)) == code
    for value in (least - 1, most + 1):
        with pytest.raises(ValueError, match=f"^{field} must be {least}..{most}, got {value}$"):
            replace(whole, **{field: value})  # type: ignore[arg-type]  # a number each


def test_a_symbol_of_another_length_is_none_of_ours() -> None:
    text = encode(SheetCode(7, 1, 1, 3, 2, "K7F3", 9))

    assert decode(text[:-1]) is decode(text + text[0]) is decode("") is None
    assert decode("0" + text) is None  # the same number, were it one
    assert decode(text[:-1] + "é") is decode(text[:-1] + "w") is None


@pytest.mark.parametrize("page", [0, COMPASS_PAGE + 1])
def test_there_are_no_corner_marks_for_other_pages(page: int) -> None:
    with pytest.raises(ValueError, match=f"^page must be 1..{COMPASS_PAGE}, got {page}$"):
        marker_id(page, 0)


def test_the_name_of_a_sheet_is_its_batch_and_number() -> None:
    """Number 0 is a master copy: many people hold it."""
    whole = SheetCode(7, 1, 1, 3, 0, "K7F3", 9)
    names = {number: replace(whole, number=number).sheet for number in (0, 2, 10, 9999)}

    assert names == {0: "K7F3-00", 2: "K7F3-02", 10: "K7F3-10", 9999: "K7F3-9999"}
    assert whole.is_master
    assert not replace(whole, number=1).is_master


def _sealed(**values: int) -> str:
    """Write a symbol whose check is right, whatever it says."""
    widths = (("version", 3), ("instrument", 12), ("edition", 6), ("round", 2), ("page", 4),
              ("number", 14), ("batch", 19), ("layout", 10), ("check", 10))  # fmt: skip
    given = {"version": 1, "edition": 1, "page": 1, **values}
    bits = 0
    for name, width in widths:
        bits = bits << width | given.get(name, 0)
    bits |= zlib.crc32(bits.to_bytes(10, "big")) & 0x3FF
    return "".join(SYMBOL[bits >> 5 * (15 - n) & 31] for n in range(16))


def test_a_symbol_with_a_right_check_is_judged_by_what_it_says() -> None:
    """Another version, or what we never print, is none of ours; the largest that we print is."""
    assert decode(_sealed()) == SheetCode(0, 1, 0, 1, 0, "3333", 0)
    last = decode(_sealed(batch=23**4 - 1))
    assert last is not None
    assert last.batch == "YYYY"
    for wrong in ({"batch": 23**4}, {"version": 0}, {"version": 2}, {"edition": 0}, {"page": 0},
                  {"number": 10_000}):  # fmt: skip
        assert decode(_sealed(**wrong)) is None, wrong


@pytest.mark.parametrize("text", ["K7F3 - 02 - 9P", "k7f3-2-9p", "K7F3-0002-9P", "K 7 F 3-02-9 P"])
def test_a_code_may_be_typed_as_people_type(text: str) -> None:
    assert from_words(text) == ("K7F3", 2)


@pytest.mark.parametrize(
    "text", ["K7F3-02-9P-", "-K7F3-02-9P", "K7F-02-9P", "K7F33-02-9P", "K7F3--9P", "K7F3-10000-9P"]
)
def test_a_code_with_more_or_less_is_none(text: str) -> None:
    assert from_words(text) is None


def test_the_last_number_can_be_typed() -> None:
    assert from_words("YYYY-9999-FQ") == ("YYYY", 9999)
