"""The typefaces on paper, and how wide a text is in them.

In:  a text in any European language, a size in points.
Out: runs of text that each have a font that can print them, and widths in mm.

Noto Sans comes first; FiraGO has the scripts that it lacks (Georgian, Arabic, Hebrew). What
neither can print is named by `missing`, so that a name never silently becomes an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

import pymupdf_fonts
from bidi import get_display

PT_TO_MM = 25.4 / 72
EM = 1000  # units of a glyph's width

_FILES = {False: ("notos", "figo"), True: ("notosbo", "figbo")}  # names in pymupdf-fonts
_REPLACEMENT = "?"


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text that one font can print."""

    font: str
    text: str
    right_to_left: bool = False


@cache
def _face(name: str) -> Any:
    """Register one font file with reportlab and return its font object."""
    from reportlab.pdfbase import (
        pdfmetrics,  # who reads scans needs no type: keep their start short
    )
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, BytesIO(pymupdf_fonts.myfont(name)))
    pdfmetrics.registerFont(font)
    return font


@cache
def _font_of(char: str, *, bold: bool) -> str | None:
    return next((f for f in _FILES[bold] if ord(char) in _face(f).face.charToGlyph), None)


def missing(text: str, *, bold: bool = False) -> tuple[str, ...]:
    """Name the characters of a text that no font here can print.

    >>> missing("Zoë Łukasz Đặng İpek")
    ()
    """
    return tuple(
        dict.fromkeys(
            char
            for char in unicodedata.normalize("NFC", text)
            if not char.isspace() and _font_of(char, bold=bold) is None
        )
    )


def text_font() -> str:
    """Name the font of plain text, known to reportlab from now on."""
    name = _FILES[False][0]
    _face(name)
    return name


def lost_letters(text: str) -> tuple[str, ...]:
    """Name what of a text is not on paper as it was written, and can be seen by a reader.

    >>> lost_letters("Zoë ❤️"), lost_letters("𝓢𝓪𝓶")
    (('❤',), ())
    """
    return tuple(
        dict.fromkeys(
            char
            for char in unicodedata.normalize("NFC", text)
            if not char.isspace()
            and not _is_unseen(char)
            and _font_of(char, bold=True) is None
            and unicodedata.normalize("NFKC", char) != _printable(char, bold=True)
        )
    )


def _is_unseen(char: str) -> bool:
    """Say whether a character only chooses how its neighbour looks."""
    return unicodedata.category(char) in ("Cf", "Mn", "Me") or 0xE0100 <= ord(char) <= 0xE01EF


_ORNAMENTS = ("So", "Sk", "Cs", "Cn", "Co")  # emoji and the like: a name is whole without them


@cache
def _printable(char: str, *, bold: bool) -> str:
    """Find what stands on paper for a character that no font has.

    Its plain letters where it has those (a Roman numeral, a letter in script), nothing for an
    emoji, and `?` for a letter.
    """
    if _is_unseen(char) or unicodedata.category(char) in _ORNAMENTS:
        return ""
    for form in ("NFKC", "NFKD"):
        plain = "".join(
            one
            for one in unicodedata.normalize(form, char)
            if form == "NFKC" or not unicodedata.combining(one)
        )
        if plain and plain != char and all(_font_of(one, bold=bold) for one in plain):
            return plain
    return _REPLACEMENT


@lru_cache(maxsize=4096)
def runs(text: str, *, bold: bool = False) -> tuple[Run, ...]:
    """Split a text into runs by font and direction, in the order in which they are printed.

    An emoji is left out, a letter that no font has becomes its plain one or `?`. The paper is
    Dutch, so that a line as a whole runs from left to right, also where it begins with an Arabic
    name.
    """
    text = unicodedata.normalize("NFC", text)
    if text and all(_is_plain(char, bold=bold) for char in set(text)):
        return (Run(_FILES[bold][0], text),)
    found: list[Run] = []
    for char in _in_printed_order(text, bold=bold):
        font = _font_of(char, bold=bold) or _FILES[bold][0]
        last = found[-1] if found else None
        rtl = _is_right_to_left(char) or (
            char in _JOINERS and last is not None and last.right_to_left
        )
        if last is not None and last.right_to_left == rtl and (rtl or char == " "):
            font = last.font
        if last is not None and last.right_to_left == rtl and last.font == font:
            found[-1] = Run(font, char + last.text if rtl else last.text + char, rtl)
        else:
            found.append(Run(font, char, rtl))
    return tuple(found)


@cache
def _is_plain(char: str, *, bold: bool) -> bool:
    """Say whether a character stands in the first font and runs from the left, as nearly all do."""
    is_space = char.isspace() and char != " "
    return (
        not (is_space or _is_right_to_left(char)) and _font_of(char, bold=bold) == _FILES[bold][0]
    )


_JOINERS = "\u200c\u200d"  # between Arabic letters: do not join, do join
_PAIRS = {"(": ")", "[": "]", "{": "}", "<": ">", "«": "»"}
_MIRRORED = _PAIRS | {close: opened for opened, close in _PAIRS.items()}


def _in_printed_order(text: str, *, bold: bool) -> str:
    """Put what can be printed of a text in order from left to right."""
    known = (" " if char.isspace() else char for char in text)
    has_rtl = any(map(_is_right_to_left, text))
    shown = "".join(
        char if _font_of(char, bold=bold) else _printable(char, bold=bold)
        for char in known
        if has_rtl or char not in _JOINERS  # of an emoji
    )
    if len(shown) < len(text):  # an emoji leaves no gap
        shown = " ".join(filter(None, shown.split(" ")))
    if any(map(_is_right_to_left, shown)):
        return _mirrored(get_display(shown, base_dir="L"))
    return shown


@cache
def _is_right_to_left(char: str) -> bool:
    """Say whether a letter, or a mark on one, belongs to a script that runs from the right."""
    kind = unicodedata.bidirectional(char)
    if kind == "NSM":
        return unicodedata.name(char, "").startswith(("HEBREW", "ARABIC"))
    return kind in ("R", "AL")


def _mirrored(shown: str) -> str:
    """Turn round the brackets of a pair that was put in order from the right: `)x(` is `(x)`."""
    turned = list(shown)
    waiting: list[int] = []
    for at, char in enumerate(shown):
        if waiting and _MIRRORED.get(char) == shown[waiting[-1]]:
            first = waiting.pop()
            if char in _PAIRS:
                turned[first], turned[at] = shown[at], shown[first]
        elif char in _MIRRORED:
            waiting.append(at)
    return "".join(turned)


def shaped(run: Run, size_pt: float) -> Any:
    """Return the text of a run as reportlab prints it: joined and turned where the script asks."""
    if not run.right_to_left:
        return run.text
    from reportlab.pdfbase.ttfonts import shapeStr

    _face(run.font)
    return shapeStr(run.text, run.font, size_pt)


def _run_width(run: Run) -> float:
    if run.right_to_left:
        data = getattr(shaped(run, EM), "__shapeData__", None)
        if data:
            return float(sum(glyph.x_advance for glyph in data))
    return float(_face(run.font).stringWidth(run.text, EM))


@lru_cache(maxsize=16384)
def _units(text: str, *, bold: bool) -> float:
    """Measure a text in thousandths of its size, which it is set in at every size."""
    return sum(_run_width(run) for run in runs(text, bold=bold))


def width(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Measure a text on one line, in mm."""
    return _units(text, bold=bold) * size_pt / EM * PT_TO_MM


def wrap(text: str, width_mm: float, size_pt: float, *, bold: bool = False) -> list[str]:
    """Break a text into lines that are at most `width_mm` wide.

    A word that is wider than a line is broken where it fits, with a hyphen.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        for piece in _fitting(word, width_mm, lambda t: width(t, size_pt, bold=bold)):
            longer = f"{line} {piece}" if line else piece
            if line and width(longer, size_pt, bold=bold) > width_mm:
                lines.append(line)
                line = piece
            else:
                line = longer
    return [*lines, line] if line else lines


def words_between(
    text: str, width_mm: float, size_pt: float, seams: Sequence[float], *, bold: bool = False
) -> list[list[tuple[float, str]]]:
    """Break a text into lines whose words keep off the seams between sheets.

    Args:
        text: of any length.
        width_mm: of the longest line.
        size_pt: of the type.
        seams: where paper is cut, in mm from the beginning of a line.
        bold: the weight.

    Returns:
        For each line its pieces, with where they begin. What a word past a seam leaves open is
        spread over the spaces before it.
    """
    if not seams:
        return [[(0.0, line)] for line in wrap(text, width_mm, size_pt, bold=bold)]
    space = width("n n", size_pt, bold=bold) - width("nn", size_pt, bold=bold)
    gap = space / 2
    lines: list[list[tuple[float, str]]] = []
    line: list[tuple[float, str]] = []
    x, start = 0.0, 0  # where the next word begins, and which was the first past the last seam
    for word in text.split():
        for piece in _fitting(word, width_mm, lambda t: width(t, size_pt, bold=bold)):
            wide = width(piece, size_pt, bold=bold)
            seam = next((s for s in seams if x < s + gap and x + wide > s - gap), None)
            if seam is not None and seam + gap + wide <= width_mm:
                _spread_out(line, start, seam - gap - (x - space))
                x, start = seam + gap, len(line)
            if line and x + wide > width_mm:
                lines.append(line)
                line, x, start = [], 0.0, 0
            line.append((x, piece))
            x += wide + space
    return [*lines, line] if line else lines


def _spread_out(line: list[tuple[float, str]], start: int, room: float) -> None:
    """Move words apart so that they fill a line up to a seam."""
    count = len(line) - start - 1
    if count < 1:
        return
    for number in range(count):
        x, word = line[start + 1 + number]
        line[start + 1 + number] = (x + room * (number + 1) / count, word)


def _fitting(word: str, width_mm: float, measure: Callable[[str], float]) -> Iterator[str]:
    while measure(word) > width_mm and len(word) > 2:
        cut = next(
            (n for n in range(len(word) - 1, 1, -1) if measure(word[:n] + "-") <= width_mm), 1
        )
        yield word[:cut] + "-"
        word = word[cut:]
    yield word


def fit(
    text: str, width_mm: float, size_pt: float, least_pt: float, *, bold: bool = False
) -> float:
    """Find the largest size up to `size_pt` at which a text fits on one line.

    Returns `least_pt` when even that is too wide; then the caller wraps.
    """
    wide = width(text, size_pt, bold=bold)
    return max(least_pt, size_pt * min(1.0, width_mm / wide)) if wide > 0 else size_pt


FEWER = 0.95  # from one size to the next smaller one that is tried


def in_lines(
    text: str, width_mm: float, size_pt: float, least_pt: float, most: int, *, bold: bool = False
) -> tuple[float, list[str]]:
    """Set a text as large as goes in a few lines without breaking a word.

    In the smallest size it takes what it takes.

    >>> in_lines("zorg voor elkaar", 30, 10, 5, 2)
    (10, ['zorg voor', 'elkaar'])
    """
    size = size_pt
    while size > least_pt:
        lines = wrap(text, width_mm, size, bold=bold)
        if len(lines) <= most and " ".join(lines) == " ".join(text.split()):
            return size, lines
        size *= FEWER
    return least_pt, wrap(text, width_mm, least_pt, bold=bold)
