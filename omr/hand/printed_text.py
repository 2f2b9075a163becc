"""Read a page of printed text, and say which words are in doubt.

In:  the grey picture of a page that was scanned or photographed, and a recogniser of lines.
Out: its words with their places, and its text with the columns side by side.

The network learned handwriting and print alike, but nothing says that a word it is sure of is
right. So every line is read twice, as it is and wider, and a word counts as read only when both
readings have it letter for letter and neither hesitated over one of them. No list of words has a
say: a list would turn a rare word into a common one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.geometry import Image
from omr.hand.recogniser import HEIGHT, MOST_WIDTH, Recogniser, SeenLetters

SURE = 0.80  # of every letter, in both readings; docs/handwriting.md, Printed text
LEAST_SHAPE = 3  # times its height that a line is wide, with white beside it
MAY_BE_TWO = 0.02  # of a space somewhere in it: 'isde' is two words that stand close
WIDER = 1.25  # how much wider the line is the second time
SMALL = 0.55  # of the height of a letter: a mark, not a letter
MOST_SKEW = 4.0  # degrees; a page that lies more askew is scanned again
LEAST_INK_PX = 4  # in both directions; less is dust
WHITE = 255


@dataclass(frozen=True, slots=True)
class PrintedWord:
    """A word on a page.

    Attributes:
        text: as it was read.
        is_doubtful: whether a person has to look.
        x_px, y_px, width_px, height_px: where it stands on the page as it was set upright.
    """

    text: str
    is_doubtful: bool
    x_px: int
    y_px: int
    width_px: int
    height_px: int


@dataclass(frozen=True, slots=True, eq=False)
class PageOfPrint:
    """The words of a page, line by line, from the top; and the picture that they stand on."""

    picture: Image
    lines: tuple[tuple[PrintedWord, ...], ...]
    letter_px: float  # how wide a letter is

    @property
    def text(self) -> str:
        """The words in their columns, as 'pdftotext -layout' writes them."""
        tops = [min((word.y_px for word in line), default=0) for line in self.lines]
        steps = np.diff(tops)
        wide = WIDE_STEP * float(np.median(steps)) if len(steps) else 0.0
        gaps = ["", *("\n" if step > wide else "" for step in steps)]
        return "\n".join(
            gap + self._line(line) for gap, line in zip(gaps, self.lines, strict=False)
        )

    def crop(self, word: PrintedWord) -> Image:
        """Cut a word out, with some paper around it."""
        margin = word.height_px // 2
        top, left = max(word.y_px - margin, 0), max(word.x_px - margin, 0)
        bottom = word.y_px + word.height_px + margin
        return self.picture[top:bottom, left : word.x_px + word.width_px + margin]

    def is_apart(self, word: PrintedWord, after: PrintedWord) -> bool:
        """Say whether two words on a line stand in two columns."""
        return after.x_px - word.x_px - word.width_px > COLUMN_GAP * self.letter_px

    def _line(self, line: Sequence[PrintedWord]) -> str:
        whole, before = "", None
        for word in line:
            wanted = round(word.x_px / self.letter_px)
            if before is None or self.is_apart(before, word):
                whole += " " * max(wanted - len(whole), LEAST_GAP if before else 0)
            else:
                whole += " "
            whole += word.text
            before = word
        return whole


LIKE_I = re.compile(r"l(?=[^\W\d_])")
ENDS, CLOSING = ".?!:", "\"'’”)"
SAME_COLUMN = 3  # letters between the left edges of two lines
LINES_APART = 4  # letters from one line to the next; an empty line is wider
WIDE_STEP = 1.25  # times that between two lines of a sentence: a row of a table ended
LEAST_GAP = 4  # spaces between columns in the text
COLUMN_GAP = 2.5  # letters between two columns; between words of justified text at most 2


Piece = tuple[tuple[int, int, int, int], list[PrintedWord]]  # x, y, width, height; what it says


def read_printed(page: Image, network: Recogniser) -> PageOfPrint | None:
    """Read a page of print; None when this recogniser cannot read at all."""
    upright = _upright(_evened(_laid_flat(page)))
    pieces, letter_px = _pieces(upright)
    found: list[Piece] = []
    for box in pieces:
        words = _words_of(upright, box, network, letter_px)
        if words is None:
            return None
        if words:
            found.append((box, words))
    capitals = [(box, _with_capital(words, box, found, letter_px)) for box, words in found]
    return PageOfPrint(upright, tuple(_in_lines(capitals)), letter_px)


def _with_capital(
    words: Sequence[PrintedWord],
    box: tuple[int, int, int, int],
    found: Sequence[Piece],
    letter_px: float,
) -> list[PrintedWord]:
    """Read an l as an I where a sentence begins, and doubt it: in many letters they are alike."""
    made: list[PrintedWord] = []
    before = _above(box, found, letter_px)
    for word in words:
        starts = before is None or before.text.rstrip(CLOSING)[-1:] in ENDS
        if (starts and LIKE_I.match(word.text)) or (not starts and word.text[:1] == "I"):
            text = LIKE_I.sub("I", word.text) if starts else word.text
            made.append(replace(word, text=text, is_doubtful=True))
        else:
            made.append(word)
        before = word
    return made


def _above(
    box: tuple[int, int, int, int], found: Sequence[Piece], letter_px: float
) -> PrintedWord | None:
    """Return the last word of the line above in the same column; None where a text begins."""
    x, y, _, _ = box
    near = [
        (other[1], words[-1])
        for other, words in found
        if abs(other[0] - x) < SAME_COLUMN * letter_px
        and 0 < y - other[1] < LINES_APART * letter_px
    ]
    return max(near, key=lambda found: found[0])[1] if near else None


SMALL_PX = 500  # of the picture in which the sheet is looked for
LEAST_SHEET, MOST_SHEET = 0.35, 0.97  # of a photograph, by the sheet
CORNER = 0.03  # of its outline: what is nearer to a straight line is one
OUTSIDE = 0.01  # of its size around the sheet: no edge of it is cut off
UNEVEN = 0.1  # of the light, from the brightest place to the darkest


def _laid_flat(page: Image) -> Image:
    """Cut a photographed sheet out of its surroundings, and see it from straight above.

    A picture in which no sheet with four corners stands out is left as it is: a scan.
    """
    scale = min(1.0, SMALL_PX / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))  # no letters
    _, light = cv2.threshold(small, 0, WHITE, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    outlines, _ = cv2.findContours(light, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sheet = cv2.convexHull(max(outlines, key=cv2.contourArea, default=np.zeros((1, 1, 2), int)))
    share = cv2.contourArea(sheet) / light.size
    corners = cv2.approxPolyDP(sheet, CORNER * cv2.arcLength(sheet, closed=True), closed=True)
    if not LEAST_SHEET <= share <= MOST_SHEET or len(corners) != 4:
        return page
    ends = corners.reshape(4, 2).astype(np.float32) / scale
    across, down = ends.sum(axis=1), ends[:, 1] - ends[:, 0]
    found = ends[[across.argmin(), down.argmin(), across.argmax(), down.argmax()]]
    if len(np.unique(found, axis=0)) != 4:
        return page
    found += (found - found.mean(axis=0)) * 2 * OUTSIDE
    sides = np.linalg.norm(found - np.roll(found, -1, axis=0), axis=1)
    width, height = round(max(sides[0], sides[2])), round(max(sides[1], sides[3]))
    flat = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    seen = cv2.getPerspectiveTransform(found.astype(np.float32), flat)
    laid = cv2.warpPerspective(page, seen, (width, height), flags=cv2.INTER_CUBIC)
    return np.asarray(laid, np.uint8)


def _evened(page: Image) -> Image:
    """Make the paper equally light everywhere; left as it is where it is so already."""
    scale = min(1.0, SMALL_PX / max(page.shape))
    small = cv2.resize(page, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((15, 15), np.uint8))
    paper = cv2.GaussianBlur(small, (0, 0), 12)
    darkest, brightest = np.quantile(paper, (0.02, 0.98))
    if brightest - darkest < UNEVEN * brightest:
        return page
    whole = cv2.resize(paper, page.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(page, np.maximum(whole, 1), scale=WHITE), np.uint8)


def _ink(page: Image) -> NDArray[np.uint8]:
    _, ink = cv2.threshold(page, 0, WHITE, cv2.THRESH_BINARY_INV + cv2.THRESH_OTSU)
    return np.asarray(ink, np.uint8)


def _upright(page: Image) -> Image:
    """Turn a page so that its lines lie level."""
    scale = min(1.0, 1000 / max(page.shape))
    small = np.asarray(cv2.resize(_ink(page), None, fx=scale, fy=scale,
                                  interpolation=cv2.INTER_AREA), np.float32)  # fmt: skip

    def sharpness(angle: float) -> float:
        rows = _turned(small, angle, 0).sum(axis=1)
        return float(np.square(np.diff(rows)).sum())

    best = max(np.arange(-MOST_SKEW, MOST_SKEW + 0.1, 0.5), key=sharpness)
    best = max(np.arange(best - 0.5, best + 0.55, 0.1), key=sharpness)
    return page if abs(best) < 0.05 else np.asarray(_turned(page, float(best), WHITE), np.uint8)


def _turned(image: Any, angle: float, border: int) -> Any:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1)
    return cv2.warpAffine(image, turn, (width, height), flags=cv2.INTER_CUBIC, borderValue=border)


def _pieces(page: Image) -> tuple[list[tuple[int, int, int, int]], float]:
    """Find pieces of lines, each in one column: x, y, width and height in pixels."""
    ink = _ink(page)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    sizes = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    letters = sizes[
        (sizes > LEAST_INK_PX).all(axis=1) & (sizes < max(page.shape) // 20).all(axis=1)
    ]
    if not len(letters):
        return [], 1.0
    high = float(np.median(letters[:, 1]))
    width, height = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    is_rule = (width > 12 * high) & (height < high / 2)  # letters that touch are higher
    is_other = is_rule | (height > 4 * high) | (np.maximum(width, height) <= high / 8)
    ink[is_other[labels]] = 0  # a picture, a table's rules, dust
    near = cv2.getStructuringElement(cv2.MORPH_RECT, (max(round(1.3 * high), 3), 1))
    above = cv2.getStructuringElement(cv2.MORPH_RECT, (1, max(round(0.35 * high), 1)))
    runs = cv2.morphologyEx(cv2.morphologyEx(ink, cv2.MORPH_CLOSE, near), cv2.MORPH_CLOSE, above)
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs)
    boxes = [(int(x), int(y), int(w), int(h)) for x, y, w, h, _ in stats[1:]]
    return [box for box in boxes if box[3] > high / 2], high * 0.95


def _words_of(
    page: Image, box: tuple[int, int, int, int], network: Recogniser, letter_px: float
) -> list[PrintedWord] | None:
    x, y, width, height = box
    margin = max(round(height * 0.15), 2)
    top, left = max(y - margin, 0), max(x - margin, 0)
    line = page[top : y + height + margin, left : x + width + margin]
    if line.shape[1] < LEAST_SHAPE * line.shape[0]:  # else the network makes a digit too wide
        room = LEAST_SHAPE * line.shape[0] - line.shape[1]
        line = np.pad(line, ((0, 0), (0, room)), constant_values=int(line.max()))
    wider = cv2.resize(line, None, fx=WIDER, fy=1, interpolation=cv2.INTER_CUBIC)
    first = network.read(line)
    second = network.read(np.asarray(wider, np.uint8))
    if first is None or second is None:
        return None
    ours, theirs = list(_words(first)), list(_words(second))
    matcher = SequenceMatcher(
        None, [text for text, *_ in ours], [text for text, *_ in theirs], autojunk=False
    )
    same = {a + n: b + n for a, b, size in matcher.get_matching_blocks() for n in range(size)}
    is_too_long = line.shape[1] * HEIGHT / line.shape[0] * WIDER > MOST_WIDTH
    per_step = line.shape[1] / len(first.probabilities)
    made = []
    for number, (text, start, end, sure) in enumerate(ours):
        twin = theirs[same[number]] if number in same else None
        is_sure = twin is not None and min(sure, twin[3]) >= SURE and not is_too_long
        from_px = left + round(start * per_step)
        wide = max(round((end - start) * per_step), 1)
        made.append(PrintedWord(text, not is_sure, from_px, y, wide, height))
    return _with_marks(made, [left + x for x in _marks(line)], letter_px)


def _marks(line: Image) -> list[float]:
    """Find where on a line a point, comma, dash or quote stands: nothing is above or below it."""
    ink = _ink(line)
    _, _, stats, middles = cv2.connectedComponentsWithStats(ink)
    high = stats[1:, cv2.CC_STAT_HEIGHT]
    least = max(float(np.quantile(high, 0.75)), 1.0) / 8 if len(high) else 1.0
    most = SMALL * 8 * least
    filled = np.asarray(ink.any(axis=0))
    found = []
    for (x, _, width, height, area), (middle, _) in zip(stats[1:], middles[1:], strict=True):
        if area < least * least or height > most:
            continue
        beside = np.asarray(ink[:, x : x + width].any(axis=1))
        if np.count_nonzero(beside) <= height and filled[x : x + width].all():
            found.append(float(middle))
    return found


def _with_marks(
    words: Sequence[PrintedWord], marks: Sequence[float], letter_px: float
) -> list[PrintedWord]:
    """Doubt the words beside a mark when none of them has a sign: quotes get lost."""
    missed: set[int] = set()
    for mark in marks:
        near = [
            at
            for at, word in enumerate(words)
            if word.x_px - letter_px < mark < word.x_px + word.width_px + letter_px
        ]
        if all(words[at].text.isalnum() for at in near):
            missed.update(near)
    return [replace(w, is_doubtful=True) if at in missed else w for at, w in enumerate(words)]


def _words(letters: SeenLetters) -> Iterator[tuple[str, int, int, float]]:
    """Yield each word with its first and last step and the least sure of its letters."""
    best = letters.probabilities.argmax(axis=1)
    new = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
    space = letters.alphabet.index(" ") + 1
    word, start, end, least = "", 0, 0, 1.0
    for step in [*new, None]:
        letter = " " if step is None else letters.alphabet[best[step] - 1]
        if letter.isspace():
            if word:
                between = float(letters.probabilities[start : end + 1, space].max())
                yield word, start, end + 1, 0.0 if between > MAY_BE_TWO else least
            # a space of which we are not sure may part, or join, two words
            word, least = "", 1.0 if step is None else float(letters.probabilities[step].max())
            continue
        start = start if word else int(step)
        word, end = word + letter, int(step)
        least = min(least, float(letters.probabilities[step].max()))


def _in_lines(
    found: Sequence[tuple[tuple[int, int, int, int], list[PrintedWord]]],
) -> Iterator[tuple[PrintedWord, ...]]:
    """Put pieces that stand at one height on one line."""
    left = sorted(found, key=lambda piece: piece[0][1] + piece[0][3] / 2)
    while left:
        (_, y, _, height), _ = left[0]
        middle = y + height / 2
        line = [p for p in left if abs(p[0][1] + p[0][3] / 2 - middle) < min(p[0][3], height) / 2]
        left = [p for p in left if p not in line]
        yield tuple(word for _, words in sorted(line, key=lambda p: p[0][0]) for word in words)
