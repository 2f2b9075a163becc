"""Which sheet is this: in the symbol, in words, and in the corner marks.

In:  a `SheetCode` (what is printed where, for which session and number).
Out: sixteen characters for the symbol, a few characters that a person can type, four marker ids;
     and back again, with every misread noticed.

The symbol carries 80 bits: 16 characters of 5 bits, which a QR symbol of 25 modules holds at
error-correction level H. What a person types leaves out 0/O, 1/I/L, 2/Z, 5/S, 8/B and U/V, so
that nobody has to ask which of the two it is.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

TYPED = "34679ACDEFGHJKMNPQRTWXY"  # 23 characters that nobody mistakes for another
SYMBOL = "0123456789ABCDEFGHIJKLMNOPQRSTUV"  # 32 characters; read by machines only
BATCH_LENGTH = 4
MAX_NUMBER = 9999
MAX_PAGE = 15
MAX_SHEET_PAGES = 11
COMPASS_PAGE = 12  # the page number on a blank compass, and in its corner marks
TRIAL_PAGE = 13  # on the sheet that judges the copier,
TRIAL_MARKS = (48, 49)  # and the two corner marks that are left for it
MASTER = 0  # the number on a sheet that may be photocopied at will

_PRIME = len(TYPED)  # 23 is a prime, so the check letters can be counted in its field

# Bits in the symbol, in order. Together 80.
_FIELDS = {
    "version": 3,
    "instrument": 12,
    "edition": 6,
    "round": 2,
    "page": 4,
    "number": 14,
    "batch": 19,
    "layout": 10,
    "check": 10,
}
_VERSION = 1


@dataclass(frozen=True, slots=True)
class SheetCode:
    """Everything that a page says about itself.

    `batch` stands for one round of one instrument in one session; within it the number is the
    participant's seat, the same in every round. Number 0 is a master copy.
    """

    instrument: int  # `instrument_number` of its key
    edition: int
    round: int  # 0: the instrument has no rounds
    page: int
    number: int
    batch: str
    layout: int  # `layout_number` of the printed layout

    def __post_init__(self) -> None:
        for name, value, least, most in (
            ("instrument", self.instrument, 0, 4095),
            ("edition", self.edition, 1, 63),
            ("round", self.round, 0, 3),
            ("page", self.page, 1, MAX_PAGE),
            ("number", self.number, 0, MAX_NUMBER),
            ("layout", self.layout, 0, 1023),
        ):
            if not least <= value <= most:
                raise ValueError(f"{name} must be {least}..{most}, got {value}")
        if len(self.batch) != BATCH_LENGTH or any(c not in TYPED for c in self.batch):
            raise ValueError(f"batch must be {BATCH_LENGTH} of {TYPED}, got {self.batch!r}")

    @property
    def sheet(self) -> str:
        """The sheet's name, the same for all its pages: `K7F3-02`."""
        return f"{self.batch}-{self.number:02d}"

    @property
    def is_master(self) -> bool:
        """Whether many people may hold a copy of this very sheet."""
        return self.number == MASTER


def instrument_number(key: str) -> int:
    """Turn the key of an instrument into the 12 bits that the symbol has for it."""
    return zlib.crc32(key.encode()) & 0xFFF


def layout_number(fingerprint: bytes) -> int:
    """Turn a description of where everything is printed into 10 bits."""
    return zlib.crc32(fingerprint) & 0x3FF


def batch_from(number: int) -> str:
    """Turn any whole number into the four characters of a batch.

    >>> batch_from(123456)
    'G7EN'
    """
    made = ""
    for _ in range(BATCH_LENGTH):
        number, digit = divmod(number, len(TYPED))
        made = TYPED[digit] + made
    return made


def encode(code: SheetCode) -> str:
    """Write a code as the sixteen characters of the symbol."""
    values = {
        "version": _VERSION,
        "instrument": code.instrument,
        "edition": code.edition,
        "round": code.round,
        "page": code.page,
        "number": code.number,
        "batch": _batch_number(code.batch),
        "layout": code.layout,
        "check": 0,
    }
    bits = _pack(values)
    bits |= _check(bits)
    return "".join(SYMBOL[(bits >> shift) & 31] for shift in range(75, -1, -5))


def decode(text: str) -> SheetCode | None:
    """Read a symbol's text; None when it is not one of ours or was misread."""
    if len(text) != 16 or any(char not in SYMBOL for char in text):
        return None
    bits = 0
    for char in text:
        bits = bits << 5 | SYMBOL.index(char)
    values = _unpack(bits)
    if values["version"] != _VERSION or values["check"] != _check(bits - values["check"]):
        return None
    if values["batch"] >= len(TYPED) ** BATCH_LENGTH:
        return None
    try:
        return SheetCode(
            instrument=values["instrument"],
            edition=values["edition"],
            round=values["round"],
            page=values["page"],
            number=values["number"],
            batch=batch_from(values["batch"]),
            layout=values["layout"],
        )
    except ValueError:
        return None


def in_words(code: SheetCode) -> str:
    """Write what stands under the symbol for people: `K7F3-02-HM`, the last two check the rest."""
    return f"{code.sheet}-{_check_letters(code.batch, code.number)}"


def from_words(text: str) -> tuple[str, int] | None:
    """Read a typed code as (batch, number); None when a character is wrong or missing.

    >>> code = SheetCode(7, 1, 1, 3, 2, "K7F3", 9)
    >>> from_words(in_words(code).lower())
    ('K7F3', 2)
    """
    parts = text.strip().upper().replace(" ", "").split("-")
    if len(parts) != 3 or len(parts[0]) != BATCH_LENGTH or not parts[1].isdecimal():
        return None
    batch, number = parts[0], int(parts[1])
    if any(char not in TYPED for char in batch) or not parts[1].isascii() or number > MAX_NUMBER:
        return None
    return (batch, number) if _check_letters(batch, number) == parts[2] else None


def marker_id(page: int, corner: int) -> int:
    """Return the id of the mark in a corner (0 top left, then clockwise) of a page of a sheet.

    There are 50 marks: four for each of eleven pages, four for the blank compass, and two for the
    sheet that judges the copier.
    """
    if not 1 <= page <= COMPASS_PAGE:
        raise ValueError(f"page must be 1..{COMPASS_PAGE}, got {page}")
    return 4 * (page - 1) + corner


def marker_page_and_corner(marker: int) -> tuple[int, int]:
    """Return what `marker_id` was made of."""
    return marker // 4 + 1, marker % 4


def _batch_number(batch: str) -> int:
    number = 0
    for char in batch:
        number = number * len(TYPED) + TYPED.index(char)
    return number


def _pack(values: dict[str, int]) -> int:
    bits = 0
    for name, width in _FIELDS.items():
        bits = bits << width | values[name]
    return bits


def _unpack(bits: int) -> dict[str, int]:
    values = {}
    for name, width in reversed(_FIELDS.items()):
        values[name] = bits & ((1 << width) - 1)
        bits >>= width
    return values


def _check(bits: int) -> int:
    return zlib.crc32(bits.to_bytes(10, "big")) & 0x3FF


def _check_letters(batch: str, number: int) -> str:
    """Make two check letters: a Reed-Solomon code of distance 3 over the field of 23 elements.

    Weights 1, 1, 1, ... and 1, 2, 3, ... (Reed & Solomon 1960): one or two wrong characters, and
    so two swapped ones, never pass.
    """
    values = [TYPED.index(char) for char in batch] + [int(digit) for digit in f"{number:04d}"]
    plain = sum(values) % _PRIME
    weighted = sum(weight * value for weight, value in enumerate(values, 1)) % _PRIME
    return TYPED[plain] + TYPED[weighted]
