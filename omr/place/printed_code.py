"""Read the sheet code that is printed in words, where the square code is damaged.

In:  a grey picture, a homography from mm to pixels, the place of the square code.
Out: batch and number, or None.

The two check letters mend one wrong character (`forms.sheet_code`, distance 3); a second one would
make another sheet. So a character is only changed into one that looks like it to the network, and
never when two codes fit about as well.
"""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np

from forms import sheet_code
from forms.layout import CODE_QUIET_MM, Rect
from forms.paper import line_height
from omr.geometry import Floats, Image, cut_out
from omr.hand.crops import ink_only, whiten
from omr.hand.recogniser import Recogniser, SeenLetters, recogniser
from omr.hand.whose_name import Seen, ctc_log_likelihoods, fold

WORDS_PT = 9.0
ASIDE_MM = 2.0  # longer numbers stand out on both sides of the square code
ABOVE_MM, BELOW_MM = 1.2, 1.2  # the scan may be stretched; the quiet zone above is empty
PX_PER_MM = 14  # letters of 2.3 mm become 32 pixels high
MOST_BEHIND = 7.0  # nats that a changed code may fit worse than what was read
MARGIN = 3.0  # nats that it must fit better than any other code (docs/findings/handwriting.md 5)
ALIKE = {
    "0": "QD", "1": "T7", "2": "7", "5": "6", "8": "R3", "B": "R8", "I": "T", "L": "E", "O": "QD",
    "S": "6", "U": "W", "V": "Y", "Z": "7", "3": "R", "4": "A", "6": "G", "7": "TY", "9": "P",
    "A": "4R", "C": "GQ", "D": "Q", "E": "F", "F": "EP", "G": "C6Q", "H": "MNK", "K": "HX",
    "M": "NHW", "N": "MH", "P": "FR9", "Q": "DG", "R": "KPA", "T": "7Y", "W": "M", "X": "KY",
    "Y": "X7T",
}  # fmt: skip
DIGITS = {
    "O": "0", "Q": "0", "D": "0", "I": "1", "L": "1", "T": "17", "Z": "2", "A": "4", "S": "5",
    "G": "6", "B": "8", "P": "9", "Y": "7", "0": "86", "1": "7", "2": "7", "3": "8", "4": "9",
    "5": "6", "6": "58", "7": "12", "8": "3609", "9": "84",
}  # fmt: skip


def read_printed_code(
    image: Image, homography: Floats, place: Rect, network: Recogniser | None = None
) -> tuple[str, int] | None:
    """Read the words under the square code; None when they cannot be read or are in doubt.

    Args:
        image: the page.
        homography: mm on the sheet to its pixels.
        place: where the square code is printed (`forms.layout.Page.code`).
        network: what reads; the one that is installed by default.
    """
    network = network or recogniser()
    crop = cut_out(
        image,
        homography,
        place.x_mm - ASIDE_MM,
        place.y_mm + place.height_mm + CODE_QUIET_MM - ABOVE_MM,
        place.width_mm + 2 * ASIDE_MM,
        line_height(WORDS_PT) + ABOVE_MM + BELOW_MM,
        PX_PER_MM,
    )
    ink = ink_only(whiten(crop))
    for tried in () if ink is None else (ink, _blurred(ink)):
        letters = network.read(tried)
        found = None if letters is None else _code(letters)
        if found is not None:
            return found
    return None


def _blurred(ink: Image) -> Image:
    """Soften the jagged edges of a scan in black and white."""
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 2.0), np.uint8)


def _code(letters: SeenLetters) -> tuple[str, int] | None:
    text = _tidy(letters.text)
    found = sheet_code.from_words(text)
    if found is not None:
        return found
    steps = Seen.of(letters).steps()
    near = {code: words for words in _lookalikes(text) if (code := sheet_code.from_words(words))}
    if not near:
        return None
    fits = ctc_log_likelihoods(steps, [fold(text), *map(fold, near.values())])
    order = np.argsort(-fits[1:])
    best = float(fits[1:][order[0]])
    second = float(fits[1:][order[1]]) if len(order) > 1 else -np.inf
    if fits[0] - best > MOST_BEHIND or best - second < MARGIN:
        return None
    return list(near)[int(order[0])]


def _tidy(text: str) -> str:
    """Write what was read as it is printed: capitals, two hyphens."""
    made = "".join(c for c in text.upper().replace("—", "-").replace("–", "-") if not c.isspace())
    made = made.strip("-.'")
    if made.count("-") == 2:
        return made
    plain = made.replace("-", "")
    return f"{plain[:4]}-{plain[4:-2]}-{plain[-2:]}" if len(plain) > 7 else made


def _lookalikes(text: str) -> Iterator[str]:
    """Yield the codes of which one character looks like another, or letters stand for digits."""
    parts = text.split("-")
    if len(parts) != 3 or len(parts[0]) != sheet_code.BATCH_LENGTH or len(parts[2]) != 2:
        return
    if not 2 <= len(parts[1]) <= 4:
        return
    ends = len(parts[0]) + 1, len(text) - 3
    certain = "".join(_must_be(char, ends[0] <= n < ends[1]) for n, char in enumerate(text))
    yield certain
    for place, char in enumerate(certain):
        table = DIGITS if ends[0] <= place < ends[1] else ALIKE
        for other in table.get(char, ""):
            yield certain[:place] + other + certain[place + 1 :]


def _must_be(char: str, is_digit: bool) -> str:
    """Replace a character that is never printed here by the one that is most like it."""
    if char == "-" or (char.isdecimal() if is_digit else char in sheet_code.TYPED):
        return char
    return (DIGITS if is_digit else ALIKE).get(char, char)[0]
