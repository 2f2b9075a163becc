"""Measure how well printed text is read, and whether what is read wrongly is doubted.

In:  our own questions and statements, set by us in three typefaces, a little askew, grey and black
     on white, at 200 and 300 dpi, with the noise of a scanner; and photographed on a table.
Out: a table: words, right, doubted, silently wrong (neither right nor doubted), and lost.

    python -m papierkompas.lab.measure_printed --seed 7
"""

from __future__ import annotations

import argparse
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass
from difflib import SequenceMatcher
from itertools import product
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from forms.instrument import builtin
from omr.geometry import Image
from omr.hand.printed_text import PrintedWord, read_printed
from omr.hand.recogniser import NullRecogniser, recogniser
from papierkompas.lab.simulate.photo import PhotoCase, photograph
from papierkompas.lab.simulate.scan_result import MM_PER_INCH

FONTS = Path("/usr/share/fonts/truetype")
FACES = {
    "Liberation Sans": FONTS / "liberation/LiberationSans-Regular.ttf",
    "Liberation Serif": FONTS / "liberation/LiberationSerif-Regular.ttf",
    "DejaVu Sans": FONTS / "dejavu/DejaVuSans.ttf",
}  # Debian: fonts-liberation, fonts-dejavu-core
RESOLUTIONS = (200, 300)  # dots per inch
POINTS, POINTS_PER_INCH = 10, 72
PAPER_INCH = 11.69  # A4 is so high
LETTERS = 55  # on a line
MOST_SKEW = 1.0  # degrees, either way
INK, LEVEL, WHITE = 20, 150, 255
QUOTES = str.maketrans("‘’“”", "''\"\"")  # which way a quote turns is not counted
NOISE, BLUR_PX = 8.0, 0.7  # of the scanner; the blur at 200 dpi


@dataclass(frozen=True, slots=True)
class PrintCount:
    """What became of the words of a page."""

    words: int
    right: int
    doubted: int
    silent: int
    lost: int
    wrong: tuple[str, ...] = ()  # those that were silently wrong


def sentences() -> list[str]:
    """List all sentences of the questionnaires that come with the program."""
    rows = [row for made in builtin() for section in made.sections for row in section.rows]
    parts = (getattr(row, part, "") for row in rows for part in ("left", "right", "text"))
    return [part for part in parts if part]


def printed(lines: Sequence[str], face: Path, dpi: int, is_bitonal: bool, rng: Generator) -> Image:
    """Print lines, and scan them."""
    size = round(POINTS * dpi / POINTS_PER_INCH)
    font = ImageFont.truetype(str(face), size)
    width, height = round(8.27 * dpi), round(size * 1.4 * (len(lines) + 6))
    sheet = Pillow.new("L", (width, height), WHITE)
    drawn = ImageDraw.Draw(sheet)
    for number, line in enumerate(lines):
        drawn.text((0.7 * dpi, size * (3 + 1.4 * number)), line, font=font, fill=INK)
    skew = rng.uniform(-MOST_SKEW, MOST_SKEW)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew, 1)
    page = cv2.warpAffine(np.asarray(sheet), turn, (width, height), borderValue=WHITE)
    page = cv2.GaussianBlur(page, (0, 0), BLUR_PX * dpi / RESOLUTIONS[0])
    noisy = np.clip(page + rng.normal(0, NOISE, page.shape), 0, WHITE)
    scan = np.where(noisy > LEVEL, WHITE, 0) if is_bitonal else noisy
    return np.asarray(scan, np.uint8)


def photographed(strip: Image, rng: Generator) -> Image:
    """Lay what was printed at 300 dpi on a sheet, and take a photo of it."""
    sheet = np.full((round(PAPER_INCH * RESOLUTIONS[1]), strip.shape[1]), WHITE, np.uint8)
    high = min(len(strip), len(sheet) - RESOLUTIONS[1])
    sheet[RESOLUTIONS[1] :][:high] = strip[:high]
    seen = photograph(sheet, PhotoCase(), rng, RESOLUTIONS[1] / MM_PER_INCH).image
    return seen if seen.ndim == 2 else np.asarray(cv2.cvtColor(seen, cv2.COLOR_BGR2GRAY), np.uint8)


def counted_words(truth: Sequence[str], read: Sequence[PrintedWord]) -> PrintCount:
    """Compare what was read with what stands there."""
    texts = [word.text.translate(QUOTES) for word in read]
    wanted = [word.translate(QUOTES) for word in truth]
    matcher = SequenceMatcher(None, wanted, texts, autojunk=False)
    right = {b + n for _, b, size in matcher.get_matching_blocks() for n in range(size)}
    silent = [w for at, w in enumerate(read) if at not in right and not w.is_doubtful]
    lost = sum(a2 - a1 for what, a1, a2, _, _ in matcher.get_opcodes() if what == "delete")
    doubted = sum(word.is_doubtful for word in read)
    return PrintCount(
        len(truth), len(right), doubted, len(silent), lost, tuple(w.text for w in silent)
    )


def measured(seed: int, lines: int) -> Iterator[tuple[str, PrintCount]]:
    """Yield each way to print and scan, with what became of the words."""
    network = recogniser()
    if isinstance(network, NullRecogniser):
        raise SystemExit("The reader of print is not installed: pip install 'papierkompas[ocr]'.")
    said = sentences()
    for number, (name, dpi, is_bitonal) in enumerate(product(FACES, RESOLUTIONS, (False, True))):
        rng = np.random.default_rng([seed, number])
        order = rng.permutation(len(said))
        page = [x for place in order for x in textwrap.wrap(said[place], LETTERS)][:lines]
        found = read_printed(printed(page, FACES[name], dpi, is_bitonal, rng), network)
        words = [word for line in found.lines for word in line] if found else []
        way = f"{name}, {dpi} dpi, {'black and white' if is_bitonal else 'grey'}"
        yield way, counted_words(" ".join(page).split(), words)
    for number, name in enumerate(FACES):
        rng = np.random.default_rng([seed, number, RESOLUTIONS[1]])
        order = rng.permutation(len(said))
        page = [x for place in order for x in textwrap.wrap(said[place], LETTERS)][:lines]
        flat = printed(page, FACES[name], RESOLUTIONS[1], is_bitonal=False, rng=rng)
        found = read_printed(photographed(flat, rng), network)
        words = [word for line in found.lines for word in line] if found else []
        yield f"{name}, photographed", counted_words(" ".join(page).split(), words)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--lines", type=int, default=12, help="per page")
    given = parser.parse_args()
    say = sys.stdout.write
    say(f"{'':42}words  right doubted silent  lost\n")
    total = np.zeros(5, int)
    for way, count in measured(given.seed, given.lines):
        *numbers, wrong = astuple(count)
        total += numbers
        say(f"{way:40}" + "".join(f"{n:7}" for n in numbers) + "  " + ", ".join(wrong) + "\n")
        sys.stdout.flush()
    say(f"{'together':40}" + "".join(f"{n:7}" for n in total) + "\n")


if __name__ == "__main__":
    main()
