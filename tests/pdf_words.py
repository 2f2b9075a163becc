"""What stands on the pages of a PDF file, and whether it stands there well."""

from __future__ import annotations

import subprocess
import unicodedata
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree

MM = 25.4 / 72
CORE = 0.5  # of a word's box, round its middle: the rest is room for accents and tails
HAIR_MM = 0.25


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page, in mm from the top left."""

    text: str
    left: float
    top: float
    right: float
    bottom: float

    def overlaps(self, other: Word) -> bool:
        """Say whether two words are printed over each other."""
        return (
            self.left + HAIR_MM < other.right
            and other.left + HAIR_MM < self.right
            and self.core[0] < other.core[1]
            and other.core[0] < self.core[1]
        )

    @property
    def core(self) -> tuple[float, float]:
        middle, half = (self.top + self.bottom) / 2, (self.bottom - self.top) / 2 * CORE
        return middle - half, middle + half


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page with its words."""

    width: float
    height: float
    words: tuple[Word, ...]

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    def faults(self, margin_mm: float = 7.0) -> list[str]:
        """Name what is printed too near the edge, or over something else."""
        found = [
            f"{word.text!r} at {word.left:.0f}, {word.top:.0f} mm"
            for word in self.words
            if word.left < margin_mm
            or word.right > self.width - margin_mm
            or word.core[0] < margin_mm
            or word.core[1] > self.height - margin_mm
        ]
        pairs = combinations(sorted(self.words, key=lambda word: word.left), 2)
        found += [f"{a.text!r} over {b.text!r}" for a, b in pairs if a.overlaps(b)]
        return found


def pdf_pages(path: Path) -> list[PdfPage]:
    """Read the words of every page with poppler."""
    made = subprocess.run(["pdftotext", "-bbox", str(path), "-"], check=True, capture_output=True)
    root = ElementTree.fromstring(made.stdout)  # noqa: S314 poppler made it from our own PDF
    space = "{http://www.w3.org/1999/xhtml}"
    return [
        PdfPage(
            float(page.attrib["width"]) * MM,
            float(page.attrib["height"]) * MM,
            tuple(_word(word) for word in page.iter(f"{space}word")),
        )
        for page in root.iter(f"{space}page")
    ]


def _word(word: ElementTree.Element) -> Word:
    box = (float(word.attrib[key]) * MM for key in ("xMin", "yMin", "xMax", "yMax"))
    return Word(unicodedata.normalize("NFC", word.text or ""), *box)
