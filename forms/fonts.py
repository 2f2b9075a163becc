"""The typefaces on paper, and how wide a text is in them.

In:  a text in any European language, a size in points.
Out: runs of text that each have a font that can print them, and widths in mm.

Noto Sans comes first; FiraGO has the scripts that it lacks (Georgian, Arabic, Hebrew). What
neither can print is named by `missing`, so that a name never silently becomes an empty box.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from io import BytesIO
from typing import Any

PT_TO_MM = 25.4 / 72

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
    import pymupdf_fonts
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    font = TTFont(name, BytesIO(pymupdf_fonts.myfont(name)))
    pdfmetrics.registerFont(font)
    return font


def _can_print(name: str, char: str) -> bool:
    return ord(char) in _face(name).face.charToGlyph


def missing(text: str, *, bold: bool = False) -> tuple[str, ...]:
    """Name the characters of a text that no font here can print.

    >>> missing("Zoë Łukasz Đặng İpek")
    ()
    """
    return tuple(
        dict.fromkeys(
            char
            for char in unicodedata.normalize("NFC", text)
            if not char.isspace() and not any(_can_print(f, char) for f in _FILES[bold])
        )
    )


@lru_cache(maxsize=4096)
def runs(text: str, *, bold: bool = False) -> tuple[Run, ...]:
    """Split a text into runs by font and direction; unprintable characters become `?`."""
    found: list[Run] = []
    for char in unicodedata.normalize("NFC", text):
        if char.isspace():
            char = " "
        font = next((f for f in _FILES[bold] if _can_print(f, char)), None)
        if font is None:
            font, char = _FILES[bold][0], _REPLACEMENT
        rtl = unicodedata.bidirectional(char) in ("R", "AL")
        if found and (char == " " or (found[-1].font == font and found[-1].right_to_left == rtl)):
            last = found[-1]
            found[-1] = Run(last.font, last.text + char, last.right_to_left)
        else:
            found.append(Run(font, char, rtl))
    return tuple(_visual_order(_spaced(found)))


def _spaced(found: list[Run]) -> list[Run]:
    """Give spaces behind right-to-left text a run of their own: shaping would swallow them."""
    apart: list[Run] = []
    for run in found:
        bare = run.text.rstrip(" ")
        if not run.right_to_left or bare == run.text:
            apart.append(run)
            continue
        apart += [Run(run.font, bare, True), Run(run.font, run.text[len(bare) :])]
    return apart


def _visual_order(found: list[Run]) -> Iterator[Run]:
    """Put neighbouring right-to-left runs in the order in which they are printed."""
    block: list[Run] = []
    for run in found:
        if run.right_to_left:
            block.insert(0, run)
            continue
        yield from block
        block = []
        yield run
    yield from block


def shaped(run: Run, size_pt: float) -> Any:
    """Return the text of a run as reportlab prints it: joined and turned where the script asks."""
    if not run.right_to_left:
        return run.text
    from reportlab.pdfbase.ttfonts import shapeStr

    _face(run.font)
    return shapeStr(run.text, run.font, size_pt)


def _run_width_pt(run: Run, size_pt: float) -> float:
    _face(run.font)
    if run.right_to_left:
        text = shaped(run, size_pt)
        data = getattr(text, "__shapeData__", None)
        if data:
            return float(sum(glyph.x_advance for glyph in data)) * size_pt / 1000
    from reportlab.pdfbase import pdfmetrics

    return float(pdfmetrics.stringWidth(run.text, run.font, size_pt))


@lru_cache(maxsize=16384)
def width(text: str, size_pt: float, *, bold: bool = False) -> float:
    """Measure a text on one line, in mm."""
    return sum(_run_width_pt(run, size_pt) for run in runs(text, bold=bold)) * PT_TO_MM


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
