"""Sheets filled in on purpose, so that every row is known: what a reader of marks learns from.

In:  a seed.
Out: `Trial`s: the picture of a scanned sheet, where it lies, its boxes, what lies in each of them,
     and per row which readings are right.

Half of the sheets are our own instruments, half are other people's forms: boxes of 2.5-8 mm, thin
or thick outlines, digits beside them, 1.5 mm apart. Half of the people answer as people do, the
other half do everything that can be done to a row. Nothing here knows how the reader works.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from forms import instrument, layout
from forms.layout import Rect
from forms.sheets import Job, Seat, print_sheets
from omr.geometry import Floats, fit_homography, jacobians, project
from omr.ink.model import Ink
from omr.place.register import Fit, Registration, corners_mm, refine, register
from papierkompas.lab.simulate import damage
from papierkompas.lab.simulate.copier import COPIER_CASES, Mode, scan
from papierkompas.lab.simulate.pen import (
    ANSWERING,
    AT_HAND,
    MarkKind,
    Pen,
    PrintedBox,
    Writer,
    draw_mark,
)
from papierkompas.lab.simulate.photo import PHONE_CASES, photograph
from papierkompas.lab.simulate.pile import PX_PER_MM, render
from papierkompas.lab.simulate.scan_result import Image, Points, ScanResult

CASES = (*COPIER_CASES, *PHONE_CASES)
SOLID = (MarkKind.FILL, MarkKind.BLACKED, MarkKind.BLOT, MarkKind.SCRATCHED)
SCALED = (MarkKind.CROSS, MarkKind.TICK, MarkKind.SCRIBBLE, MarkKind.FILL, MarkKind.CIRCLE)
SPILLED = 0.012  # mean darkness inside a box above which a neighbour's mark is seen in it
REDUCED_ABOVE_PX = 3280  # as `omr.intake.load` decodes: half as large when 1640 px stay


class Fate(StrEnum):
    """What somebody did with a row."""

    BLANK = "blank"
    ONE = "one mark"
    WITHDRAWN = "one withdrawn, another marked"
    TWO_WITHDRAWN = "two withdrawn, another marked"
    TWO_MARKS = "two marks"
    TWO_BLACKED = "two blacked out"
    BETWEEN = "between two boxes"
    LINE = "line through the row"
    GHOST = "rubbed out"
    GHOST_AND_ONE = "rubbed out, another marked"
    STRAY = "pen rest"
    STRAY_AND_ONE = "pen rest beside a mark"
    ONE_GONE = "one withdrawn, nothing marked"


USUAL = {  # docs/findings/reading.md 1: 6 % blank; 4 % corrected and 2 % double as in `pile`
    Fate.BLANK: 0.06,
    Fate.ONE: 0.86,
    Fate.WITHDRAWN: 0.04,
    Fate.TWO_WITHDRAWN: 0.005,
    Fate.TWO_MARKS: 0.02,
    Fate.STRAY_AND_ONE: 0.015,
}
HARD = {
    Fate.BLANK: 0.12,
    Fate.ONE: 0.46,
    Fate.WITHDRAWN: 0.08,
    Fate.TWO_WITHDRAWN: 0.03,
    Fate.TWO_MARKS: 0.07,
    Fate.TWO_BLACKED: 0.02,
    Fate.BETWEEN: 0.04,
    Fate.LINE: 0.03,
    Fate.GHOST: 0.02,
    Fate.GHOST_AND_ONE: 0.02,
    Fate.STRAY: 0.03,
    Fate.STRAY_AND_ONE: 0.06,
}
ALONE = (  # what may stand alone in a row and count, or be a doubt
    *(MarkKind.CROSS,) * 4,
    *(MarkKind.TICK,) * 3,
    *(MarkKind.FILL,) * 3,
    *(MarkKind.HALF_FILL,) * 2,
    *(MarkKind.SCRIBBLE,) * 2,
    *(MarkKind.CIRCLE,) * 2,
    *(MarkKind.SLASH,) * 2,
    *(MarkKind.BLOT,) * 2,
    MarkKind.DOT,
    MarkKind.DASH,
    MarkKind.BLACKED,
    MarkKind.OUTSIDE,
)
HABITS = (*(k for k in ALONE if k not in (MarkKind.OUTSIDE, MarkKind.BLACKED)),)
ALL_PENS = (*AT_HAND, *Pen, Pen.PENCIL, Pen.FELT)


# Who fills in what: sheets of ours (the root of their rows is how often), people who do everything.
OURS, OFTEN, HARD_SHARE = 0.4, 0.5, 0.5
LAZY, LAZY_SHARES = (0, 0.5, 1), (0.94, 0.03, 0.03)  # share of rows left empty, and how often
WHOLE, SMALL = 0.7, (0.45, 0.9)  # people who use the whole box; the others' part of it
SMALL_VARIES, SMALL_SPREAD = (0.85, 1.15), 0.15
TICKED_OF_FEW, MANY_ROWS = 0.6, 6
TICKED_OF_MANY = (0.0, 0.03, 0.1, 0.1, 0.3, 0.3, 0.5)  # shares of tick boxes, each as often
SCRATCHES_OUT = 0.35  # people who withdraw by scribbling, and do not black out
GONE_ALONE = 0.1  # of the tick boxes that hard people use: ticked and scribbled out
SPECKLED, SPECKS, SPECK_MM, SPECK_GREY = 0.12, (3, 60), (0.2, 1.2), (0, 120)
RUBBED_BY_PEN, ANY_KIND = 0.2, 0.5  # chances
SPILL_INSET, WHITE = 0.12, 255

# Forms of others, in mm: half an A4. Choices are drawn evenly, then varied.
HALF_A4_MM, FORM_LEFT, FORM_TOP, FORM_BOTTOM = (210, 148), 22.0, (20.0, 24.0), 130
FORM_RIGHT, FORM_LAST, FORM_FIRST = 196, 200, 30
FEW, FEW_ROWS, ROWS = 0.15, (1, 6), (6, 50)
SIDES_MM, SIDE_VARIES, SIDE_MM = (2.5, 3, 3.5, 4, 5, 6, 8), (0.97, 1.03), (2.5, 8)
LINES_MM, LEAST_LINE_MM, MOST_LINE = (0.12, 0.2, 0.3, 0.4, 0.55), 0.1, 0.14  # of the side
GREYS, COUNTS = (0, 0, 20, 60, 90), (1, 1, 1, 2, 3, 4, 5, 6, 6, 7, 10)
BROKEN, BREAKS, BREAK_MM = 0.15, (0.05, 0.3), (0.15, 0.8)  # outlines with gaps
SHADED, SHADE_GREY, SHADE_DOTS = 0.2, (195, 245), 0.6  # forms with bands; half-toned ones
DOT_PITCH_MM, DOT_COVER, DOT_GREY, SHADE_OUT, SHADE_AIR_MM = (0.2, 0.5), (0.04, 0.3), 40, 0.4, 0.5
GAPS_MM, GAP_VARIES, LEAST_GAP_MM = (1.5, 2.5, 4, 6, 8), (0.9, 1.1), 1.5
DOWN, ASIDE_MM = (1.25, 2.4), (2, 12)  # from row to row, in sides; between blocks
LABELS = ("none", "above", "left", "right", "below", "first row", "close", "close", "words")
CLOSE_MM, CLOSE_HIGH_MM = (0.1, 1.2), (1.8, 3.6)  # print beside a box, as far off and as high
WORD_LETTERS, WORDS_MM = (2, 9), (12.0, 60.0)
FONTS = (cv2.FONT_HERSHEY_SIMPLEX, cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_COMPLEX,
         cv2.FONT_HERSHEY_COMPLEX_SMALL, cv2.FONT_HERSHEY_TRIPLEX)  # fmt: skip
LETTERS = "ABCDEFGH"
LOWER = "aabcdeeefghiiklmnnoprrstuvwz"
LABEL_ROOM_MM, LABEL_MM, LABEL_AIR_MM, LABEL_SPACE_MM = 2.2, 2.6, 0.8, 0.5
HERSHEY_PX, HERSHEY_THICK, WEIGHTS = 22, 2.2, (0.8, 2.2)  # a capital at scale 1, and its strokes

# How well it is registered, in mm: by our corner marks, or by another program.
MARK_MM, MARKS_X, MARK_TOP, MARK_BOTTOM = 11, (10.0, 189), 10.0, 21
OUR_MISS, THEIR_SHIFT, THEIR_MISS = 0.03, 0.2, 0.1
FLAT_STRETCH_MM, FLAT_CURL_MM = (0, 0.2), (0, 0.5)
CORNERS, HALF_PX = 4, 0.5
WHOLE_BELOW_PX, LOADED_PX = 2132, 1755  # long side, as `omr.intake` loads what is no JPEG


@dataclass(frozen=True, slots=True)
class Truth:
    """What is known about a row, and what a reader may say about it without a doubt.

    Attributes:
        fate: what was done.
        kinds: the marks that were made, the answer first.
        accept: readings that are right; None is blank. Empty: only a doubt is right.
        is_readable: whether a good reader needs no person for it.
    """

    fate: Fate
    kinds: tuple[MarkKind, ...]
    accept: frozenset[str | None]
    is_readable: bool


@dataclass(frozen=True, slots=True, eq=False)
class PrintedSheet:
    """A printed sheet at `PX_PER_MM`, nothing on it yet."""

    image: Image  # A4, or half of it
    rects: Floats  # (B, 4) x, y, width, height in mm
    rows: Mapping[str, tuple[Sequence[str], Sequence[int]]]
    is_own: bool

    def box(self, which: int) -> PrintedBox:
        """Return a box as a pen sees it."""
        return PrintedBox(*(float(v) for v in self.rects[which]))


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """A scanned sheet of which everything is known.

    Attributes:
        image: grey, in the resolution in which it would be read.
        known: where the corner marks of our own sheets are seen; of other people's forms, the
            corners of the page, about as well as their programs register it.
        truths: per question.
        inks: (B,) what lies in each box, an `Ink`.
        places_px: (B, 2) where the boxes' centres really lie.
    """

    sheet: PrintedSheet
    image: Image
    known: Fit
    truths: Mapping[str, Truth]
    inks: NDArray[np.int64]
    places_px: Floats
    case: str
    writer: Writer
    is_hard: bool

    def place(self) -> Registration:
        """Find the boxes as `omr.read` does: ours by their corner marks, others' as given."""
        if self.sheet.is_own:
            return register(self.image, self.known, self.sheet.rects)
        return refine(self.image, self.known.homography, self.sheet.rects)

    def miss_mm(self, placed: Registration) -> Floats:
        """Tell how far from its true place each box was found: (B,)."""
        middle = self.sheet.rects[:, :2] + self.sheet.rects[:, 2:] / 2
        found = middle + placed.offsets_mm + placed.patches.shift_mm
        slopes = jacobians(placed.homography, found)
        off_px = project(placed.homography, found) - self.places_px
        away: Floats = np.linalg.norm(np.linalg.solve(slopes, off_px[:, :, None])[:, :, 0], axis=1)
        return away


def trials(seed: int, count: int, cases: Sequence[str] = CASES, start: int = 0) -> Iterator[Trial]:
    """Make trials number `start` and on; each has a seed of its own, so they may be shared out."""
    for number in range(start, start + count):
        rng = np.random.default_rng([seed, number])
        yield trial(rng, cases[number % len(cases)])


def trial(rng: Generator, case: str) -> Trial:
    """Fill in one sheet and scan it."""
    if rng.random() < OURS:
        ours = own_sheets()
        rows = np.array([len(sheet.rows) for sheet in ours]) ** OFTEN
        sheet = ours[int(rng.choice(len(ours), p=rows / rows.sum()))]
    else:
        sheet = grid_sheet(rng)
    is_hard = bool(rng.random() < HARD_SHARE)
    pens = ALL_PENS if is_hard else AT_HAND
    writer = Writer.random(rng, HABITS if is_hard else ANSWERING, pens)
    page = sheet.image.copy()
    truths, inks = fill(page, sheet, writer, is_hard, rng)
    return see(page, sheet, truths, inks, case, writer, is_hard, rng)


# The forms ----------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def own_sheets() -> tuple[PrintedSheet, ...]:
    """Print one of each of our own pages."""
    pairs = [(i, layout.layout(i)) for i in instrument.builtin()]
    jobs = [
        Job(i, made, i.rounds[0] if i.rounds else None, "K7F3", (Seat(1),)) for i, made in pairs
    ]
    pages = {(i.key, page.page): page for i, made in pairs for page in made.pages}
    sheets = []
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "sheets.pdf"
        manifest = print_sheets(pdf, jobs)
        for printed, image in zip(manifest, render(pdf, len(manifest)), strict=True):
            rows: dict[str, tuple[list[str], list[int]]] = {}
            rects: list[tuple[float, float, float, float]] = []
            for box in pages[printed.instrument, printed.sheet_page].boxes:
                options, which = rows.setdefault(box.question, ([], []))
                options.append(box.option)
                which.append(len(rects))
                r = box.rect
                rects.append((r.x_mm, r.y_mm, r.width_mm, r.height_mm))
            if rects:
                sheets.append(PrintedSheet(image, np.array(rects), rows, is_own=True))
    return tuple(sheets)


def grid_sheet(rng: Generator) -> PrintedSheet:
    """Print a form of somebody else: blocks of rows of boxes, with their digits and letters.

    It is half a page, so that more different forms are seen in the same time.
    """
    wide_mm, high_mm = HALF_A4_MM
    image = np.full((round(high_mm * PX_PER_MM), round(wide_mm * PX_PER_MM)), WHITE, np.uint8)
    most = int(rng.integers(*FEW_ROWS) if rng.random() < FEW else rng.integers(*ROWS))
    side = float(rng.choice(SIDES_MM)) * rng.uniform(*SIDE_VARIES)
    side = float(np.clip(side, *SIDE_MM))
    line_mm = float(np.clip(rng.choice(LINES_MM), LEAST_LINE_MM, MOST_LINE * side))
    grey = float(rng.choice(GREYS))
    count = int(rng.choice(COUNTS))
    gap = max(LEAST_GAP_MM, float(rng.choice(GAPS_MM)) * rng.uniform(*GAP_VARIES))
    down = max(side + LEAST_GAP_MM, side * rng.uniform(*DOWN))
    labels = str(rng.choice(LABELS))
    close = (float(rng.uniform(*CLOSE_MM)), float(rng.uniform(*CLOSE_HIGH_MM)))
    font, weight = int(rng.choice(FONTS)), float(rng.uniform(*WEIGHTS))
    breaks = float(rng.uniform(*BREAKS)) if rng.random() < BROKEN else 0.0
    shade = _shade_of(rng) if rng.random() < SHADED else None
    if labels == "close":
        gap = max(gap, close[0] + close[1] + LEAST_GAP_MM / 2)
    words_mm = float(rng.uniform(*WORDS_MM)) if labels == "words" else 0.0
    wide = count * (side + gap) + max(rng.uniform(*ASIDE_MM), words_mm)
    rows: dict[str, tuple[list[str], list[int]]] = {}
    rects: list[tuple[float, float, float, float]] = []
    y = rng.uniform(*FORM_TOP)
    number = 0
    while y + side < FORM_BOTTOM and len(rows) < most:
        x = FORM_LEFT
        if shade is not None and number % 2 == 0:
            _paint_shade(image, y - SHADE_AIR_MM, y + side + SHADE_AIR_MM, shade)
        while (x + wide < FORM_RIGHT or x < FORM_FIRST) and len(rows) < most:
            options, which = rows.setdefault(f"q{len(rows) + 1}", ([], []))
            for place in range(count):
                left = x + place * (side + gap)
                if left + side > FORM_LAST:
                    break
                options.append(str(place + 1))
                which.append(len(rects))
                rects.append((left, y, side, side))
                if shade is not None and shade.is_outside:
                    _wipe(image, rects[-1])
                _outline(image, rects[-1], line_mm, grey)
                if breaks:
                    _break(image, rects[-1], line_mm, breaks, rng)
                shown = labels if labels != "first row" or number == 0 else "none"
                letter = LETTERS[place % len(LETTERS)]
                text = letter if number % 2 else str(place + 1)
                if shown == "close":
                    left_mm = left + side + close[0]
                    _print(image, text, left_mm, y + side / 2, close[1], font, weight)
                elif shown != "words":
                    _label(image, rects[-1], text, shown, min(gap, down - side))
            if labels == "words":
                left_mm = rects[-1][0] + side + close[0]
                high = min(close[1], side)
                _print(
                    image, _words(rng, words_mm / high), left_mm, y + side / 2, high, font, weight
                )
            x += wide
        y += down
        number += 1
    rows = {question: row for question, row in rows.items() if row[0]}
    return PrintedSheet(image, np.array(rects), rows, is_own=False)


def _outline(
    image: Image, rect: tuple[float, float, float, float], line_mm: float, grey: float
) -> None:
    """Draw a box whose outer edge is the rectangle, with grey edges where a pixel is cut."""
    x, y, width, height = (v * PX_PER_MM for v in rect)
    line = line_mm * PX_PER_MM
    top, left = int(y) - 1, int(x) - 1
    rows = np.arange(top, int(y + height) + 3)
    columns = np.arange(left, int(x + width) + 3)

    def cover(start: float, end: float, at: NDArray[np.int64]) -> Floats:
        return np.asarray(np.clip(np.minimum(at + 1, end) - np.maximum(at, start), 0, 1))

    outer = np.outer(cover(y, y + height, rows), cover(x, x + width, columns))
    inner = np.outer(
        cover(y + line, y + height - line, rows), cover(x + line, x + width - line, columns)
    )
    part = image[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    part[:] = np.rint(part * (1 - (outer - inner)) + grey * (outer - inner))


@dataclass(frozen=True, slots=True, eq=False)
class Shade:
    """A band behind rows of boxes: an even grey, or the dots of a screen; 0 is black."""

    tile: Image
    is_outside: bool  # the boxes themselves are white


def _shade_of(rng: Generator) -> Shade:
    is_outside = bool(rng.random() < SHADE_OUT)
    if rng.random() >= SHADE_DOTS:
        return Shade(np.full((1, 1), int(rng.uniform(*SHADE_GREY)), np.uint8), is_outside)
    pitch = max(2, round(float(rng.uniform(*DOT_PITCH_MM)) * PX_PER_MM))
    radius = np.sqrt(rng.uniform(*DOT_COVER) / np.pi) * pitch
    at = (np.arange(2 * pitch) + HALF_PX) % pitch - pitch / 2
    y, x = np.meshgrid(at, at, indexing="ij")
    dots = np.hypot(x, y) <= max(radius, HALF_PX)
    return Shade(np.where(dots, DOT_GREY, WHITE).astype(np.uint8), is_outside)


def _paint_shade(image: Image, top_mm: float, bottom_mm: float, shade: Shade) -> None:
    rows = slice(max(0, round(top_mm * PX_PER_MM)), round(bottom_mm * PX_PER_MM))
    part = image[rows, round(FORM_LEFT / 2 * PX_PER_MM) : round(FORM_LAST * PX_PER_MM)]
    times = (-(-part.shape[0] // shade.tile.shape[0]), -(-part.shape[1] // shade.tile.shape[1]))
    np.minimum(part, np.tile(shade.tile, times)[: part.shape[0], : part.shape[1]], out=part)


def _wipe(image: Image, rect: tuple[float, float, float, float]) -> None:
    x, y, width, height = (round(v * PX_PER_MM) for v in rect)
    image[y : y + height, x : x + width] = WHITE


def _break(
    image: Image,
    rect: tuple[float, float, float, float],
    line_mm: float,
    share: float,
    rng: Generator,
) -> None:
    """Leave gaps in an outline, as a thin line does that was copied too often."""
    x, y, width, height = rect
    length = float(np.mean(BREAK_MM))
    for _ in range(int(rng.poisson(share * 2 * (width + height) / length))):
        at, gap = rng.random(), rng.uniform(*BREAK_MM)
        level = rng.random() < HALF_PX
        low = rng.random() < HALF_PX
        if level:
            left, top = x + at * width, (y if low else y + height - line_mm)
            size = (gap, line_mm)
        else:
            left, top = (x if low else x + width - line_mm), y + at * height
            size = (line_mm, gap)
        left_px, top_px = int(left * PX_PER_MM), int(top * PX_PER_MM)
        wide, high = (round(v * PX_PER_MM) + 1 for v in size)
        image[top_px : top_px + high, left_px : left_px + wide] = WHITE


def _words(rng: Generator, letters: float) -> str:
    """Make up a line of about so many letters."""
    words: list[str] = []
    while sum(map(len, words)) < letters / 2:
        count = int(rng.integers(*WORD_LETTERS))
        words.append("".join(rng.choice(list(LOWER), count)))
    return " ".join(words)


def _print(
    image: Image,
    text: str,
    left_mm: float,
    middle_mm: float,
    high_mm: float,
    font: int,
    weight: float,
) -> None:
    """Print a text to the right of a box."""
    scale = high_mm * PX_PER_MM / HERSHEY_PX
    thick = max(1, round(weight * scale))
    (_, high_px), _ = cv2.getTextSize(text, font, scale, thick)
    at = (round(left_mm * PX_PER_MM) + thick, round(middle_mm * PX_PER_MM + high_px / 2))
    cv2.putText(image, text, at, font, scale, (0,), thick, cv2.LINE_AA)


def _label(
    image: Image, rect: tuple[float, float, float, float], text: str, where: str, room_mm: float
) -> None:
    """Print a digit or letter beside a box, where there is room for it."""
    if where == "none" or room_mm < LABEL_ROOM_MM:
        return
    size_mm = min(LABEL_MM, room_mm - LABEL_AIR_MM)
    scale = size_mm * PX_PER_MM / HERSHEY_PX
    thick = max(1, round(HERSHEY_THICK * scale))
    (wide_px, high_px), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    x, y, side, _ = (length * PX_PER_MM for length in rect)
    space = LABEL_SPACE_MM * PX_PER_MM
    middle_x, middle_y = x + side / 2 - wide_px / 2, y + side / 2 + high_px / 2
    at = {
        "above": (middle_x, y - space),
        "first row": (middle_x, y - space),
        "below": (middle_x, y + side + space + high_px),
        "left": (x - space - wide_px, middle_y),
        "right": (x + side + space, middle_y),
    }[where]
    cv2.putText(image, text, (round(at[0]), round(at[1])), cv2.FONT_HERSHEY_SIMPLEX, scale, (0,),
                thick, cv2.LINE_AA)  # fmt: skip


# What people do -----------------------------------------------------------------------------


def fill(
    page: Image, sheet: PrintedSheet, writer: Writer, is_hard: bool, rng: Generator
) -> tuple[dict[str, Truth], NDArray[np.int64]]:
    """Fill in all rows of a sheet; some people leave most of it, or all of it, empty."""
    inks = np.full(len(sheet.rects), Ink.EMPTY, np.int64)
    truths: dict[str, Truth] = {}
    shares = HARD if is_hard else USUAL
    lazy = float(rng.choice(LAZY, p=LAZY_SHARES))
    small = 1.0 if rng.random() < WHOLE else rng.uniform(*SMALL)
    fates, weights = list(shares), np.array(list(shares.values()))
    ticked = float(rng.choice(TICKED_OF_MANY))
    gone = MarkKind.SCRATCHED if rng.random() < SCRATCHES_OUT else MarkKind.BLACKED
    for question, (options, which) in sheet.rows.items():
        if rng.random() < lazy:
            fate = Fate.BLANK
        elif len(which) == 1:
            single = [Fate.ONE, Fate.ONE, Fate.GHOST, Fate.STRAY]
            fate = Fate.BLANK
            if rng.random() < (ticked if len(sheet.rows) > MANY_ROWS else TICKED_OF_FEW):
                fate = single[int(rng.integers(len(single) if is_hard else 1))]
                fate = Fate.ONE_GONE if is_hard and rng.random() < GONE_ALONE else fate
        else:
            fate = fates[int(rng.choice(len(fates), p=weights / weights.sum()))]
        if fate in (Fate.GHOST, Fate.GHOST_AND_ONE) and not _has_pencil(writer, rng):
            fate = Fate.ONE
        truths[question] = _fill_row(
            page, sheet, options, which, fate, writer, small, is_hard, inks, rng, gone
        )
    if rng.random() < SPECKLED:
        _speckle(page, rng)
    _notice_spill(sheet.image, page, sheet, inks, Ink.TRACE)
    return truths, inks


def _speckle(page: Image, rng: Generator) -> None:
    """Let dirt fall on a page: specks that nobody made with a pen."""
    for _ in range(int(rng.integers(*SPECKS))):
        at = rng.random(2) * page.shape[1::-1]
        size = rng.uniform(*SPECK_MM) * PX_PER_MM / 2 * rng.uniform(HALF_PX, 1, 2)
        cv2.ellipse(page, (at.tolist(), (2 * size).tolist(), rng.uniform(0, 180)),
                    (rng.uniform(*SPECK_GREY),), -1, cv2.LINE_AA)  # fmt: skip


def _part(box: PrintedBox, small: float, rng: Generator) -> PrintedBox:
    """Mark a part of the box only, as a third of the people do whose real marks were collected."""
    side = box.side_mm * small * (1 if small == 1 else rng.uniform(*SMALL_VARIES))
    x, y = box.centre - side / 2 + rng.normal(0, SMALL_SPREAD, 2) * (box.side_mm - side)
    return PrintedBox(float(x), float(y), side, side)


def _has_pencil(writer: Writer, rng: Generator) -> bool:
    """Only pencil is rubbed out; some people take a pen after that."""
    return writer.pen in (Pen.PENCIL, Pen.LIGHT_PENCIL) or rng.random() < RUBBED_BY_PEN


_INKS = {MarkKind.FILL: Ink.FILL, MarkKind.BLOT: Ink.FILL, MarkKind.BLACKED: Ink.BLACKED,
         MarkKind.SCRATCHED: Ink.BLACKED, MarkKind.GHOST: Ink.TRACE,
         MarkKind.STRAY: Ink.EMPTY}  # fmt: skip  # a pen rest is noticed where it lies


def _fill_row(
    page: Image,
    sheet: PrintedSheet,
    options: Sequence[str],
    which: Sequence[int],
    fate: Fate,
    writer: Writer,
    small: float,
    is_hard: bool,
    inks: NDArray[np.int64],
    rng: Generator,
    gone_by: MarkKind,
) -> Truth:
    row = [sheet.box(i) for i in which]
    order = [int(i) for i in rng.permutation(len(which))]
    if len(order) <= 2 and fate is Fate.TWO_WITHDRAWN:
        fate = Fate.WITHDRAWN
    usual = writer.kinds[int(rng.integers(len(writer.kinds)))]
    if is_hard and fate is Fate.ONE and rng.random() < ANY_KIND:
        usual = ALONE[int(rng.integers(len(ALONE)))]

    def draw(place: int, kind: MarkKind, ink: Ink | None = None) -> None:
        box = _part(row[place], small, rng) if kind in SCALED else row[place]
        draw_mark(page, box, kind, writer, rng, PX_PER_MM, row)
        inks[which[place]] = _INKS.get(kind, Ink.MARK) if ink is None else ink

    def withdraw(place: int) -> None:
        draw(place, writer.kinds[0])
        draw(place, gone_by)

    here: str | None = options[order[0]]
    sure = usual not in (MarkKind.DOT, MarkKind.DASH, MarkKind.OUTSIDE)
    kinds: tuple[MarkKind, ...] = (usual,)
    accept: tuple[str | None, ...] = (here,)
    match fate:
        case Fate.BLANK:
            kinds, accept, sure = (), (None,), True
        case Fate.ONE:
            draw(order[0], usual)
        case Fate.WITHDRAWN | Fate.TWO_WITHDRAWN:
            gone = order[1 : 1 + (2 if fate is Fate.TWO_WITHDRAWN else 1)]
            for place in gone:
                withdraw(place)
            draw(order[0], usual)
            kinds = (usual, *(gone_by,) * len(gone))
            sure = sure and usual not in SOLID
        case Fate.TWO_MARKS:
            other = writer.kinds[int(rng.integers(len(writer.kinds)))]
            draw(order[0], usual)
            draw(order[1], other)
            kinds, sure = (usual, other), False
            # By the sheet's own rule a solid box beside another mark is withdrawn.
            solid = [kind in SOLID for kind in kinds]
            accept = () if solid[0] == solid[1] else (options[order[solid.index(False)]],)
        case Fate.TWO_BLACKED:
            for place in order[:2]:
                withdraw(place)
            kinds, accept, sure = (gone_by,) * 2, (), False
        case Fate.ONE_GONE:
            withdraw(order[0])
            kinds, accept, sure = (gone_by,), (), False
        case Fate.BETWEEN:
            draw_mark(page, row[order[0]], MarkKind.BETWEEN, writer, rng, PX_PER_MM, row)
            near = min(order[1:], key=lambda i: np.hypot(*(row[i].centre - row[order[0]].centre)))
            inks[[which[order[0]], which[near]]] = Ink.BESIDE
            kinds, accept, sure = (MarkKind.BETWEEN,), (), False
        case Fate.LINE:
            draw_mark(page, row[order[0]], MarkKind.LINE, writer, rng, PX_PER_MM, row)
            inks[list(which)] = Ink.STRUCK
            kinds, accept, sure = (MarkKind.LINE,), (), False
        case Fate.GHOST | Fate.STRAY:
            kind = MarkKind.GHOST if fate is Fate.GHOST else MarkKind.STRAY
            draw(order[0], kind)
            kinds, accept, sure = (kind,), (None,), False
        case Fate.GHOST_AND_ONE | Fate.STRAY_AND_ONE:
            kind = MarkKind.GHOST if fate is Fate.GHOST_AND_ONE else MarkKind.STRAY
            draw(order[1], kind)
            draw(order[0], usual)
            kinds, sure = (usual, kind), sure and kind is MarkKind.STRAY
    return Truth(fate, kinds, frozenset(accept), sure)


def _notice_spill(
    before: Image, after: Image, sheet: PrintedSheet, inks: NDArray[np.int64], ink: Ink
) -> None:
    """Find boxes taken for empty in which something lies after all."""
    for which in np.flatnonzero(inks == Ink.EMPTY):
        x, y, width, height = sheet.rects[which] * PX_PER_MM
        inset = SPILL_INSET * width
        part = (
            slice(round(y + inset), round(y + height - inset)),
            slice(round(x + inset), round(x + width - inset)),
        )
        added = before[part].astype(np.float32).mean() - after[part].astype(np.float32).mean()
        if added > SPILLED * WHITE:
            inks[which] = ink


# What the machine makes of it ---------------------------------------------------------------


def see(
    page: Image,
    sheet: PrintedSheet,
    truths: Mapping[str, Truth],
    inks: NDArray[np.int64],
    case: str,
    writer: Writer,
    is_hard: bool,
    rng: Generator,
) -> Trial:
    """Scan or photograph a filled-in page."""
    inks = inks.copy()
    if case in COPIER_CASES:
        asked = COPIER_CASES[case]
        if asked.mode is Mode.COLOUR:
            page = np.asarray(cv2.cvtColor(page, cv2.COLOR_GRAY2BGR), np.uint8)
        for mishap in asked.mishaps:
            before = _grey(page).copy()
            mishap(page, rng, PX_PER_MM, asked.lid)
            if mishap in (damage.rule_line, damage.scrawl):
                ink = Ink.STRUCK if mishap is damage.rule_line else Ink.TRACE
                _notice_spill(before, _grey(page), sheet, inks, ink)
        asked = replace(asked, mishaps=())
        if not sheet.is_own:  # what others registered lies flat
            asked = replace(asked, stretch_mm=FLAT_STRETCH_MM, jump_mm=(0, 0), crumple_mm=(0, 0))
        result = scan(page, asked, rng, PX_PER_MM)
    else:
        photo = PHONE_CASES[case]
        if not sheet.is_own:
            photo = replace(photo, curl_mm=FLAT_CURL_MM)
        result = photograph(page, photo, rng, PX_PER_MM)
    image, factor = as_loaded(result)
    middle = sheet.rects[:, :2] + sheet.rects[:, 2:] / 2
    to_px = _shrunk(result, factor)
    return Trial(
        sheet, image, _known(to_px, sheet, rng), truths, inks, to_px(middle), case, writer, is_hard
    )


def _shrunk(result: ScanResult, factor: float) -> Callable[[Points], Points]:
    return lambda mm: np.asarray((result.to_px(mm) + HALF_PX) / factor - HALF_PX, np.float64)


def _known(to_px: Callable[[Points], Points], sheet: PrintedSheet, rng: Generator) -> Fit:
    """Say where the corner marks are seen: ours to 0.03 mm, other people's to half a mm."""
    height_mm = sheet.image.shape[0] / PX_PER_MM
    ends = (MARK_TOP, height_mm - MARK_BOTTOM)
    marks = [Rect(x, y, MARK_MM, MARK_MM) for x in MARKS_X for y in ends]
    mm = np.array([corner for mark in marks for corner in corners_mm(mark)])
    miss = np.repeat(rng.normal(0, OUR_MISS, (CORNERS, 2)), CORNERS, axis=0)
    if not sheet.is_own:
        shift = rng.normal(0, THEIR_SHIFT, 2)
        miss = shift + np.repeat(rng.normal(0, THEIR_MISS, (CORNERS, 2)), CORNERS, axis=0)
    px = to_px(mm + miss)
    found = fit_homography(mm, px)
    assert found is not None  # noqa: S101 - the corners of a sheet do not lie on a line
    return Fit(mm, px, CORNERS, found)


def as_loaded(result: ScanResult) -> tuple[Image, float]:
    """Return a scan in grey as the reader loads it, and how many times smaller it is."""
    long = max(result.image.shape[:2])
    if result.jpeg is not None:
        half = long >= REDUCED_ABOVE_PX
        how = cv2.IMREAD_REDUCED_GRAYSCALE_2 if half else cv2.IMREAD_GRAYSCALE
        image = cv2.imdecode(np.frombuffer(result.jpeg, np.uint8), how)
        return np.asarray(image, np.uint8), 2.0 if half else 1.0
    grey = _grey(result.image)
    if long < WHOLE_BELOW_PX:
        return grey, 1.0
    factor = long / LOADED_PX
    size = (round(grey.shape[1] / factor), round(grey.shape[0] / factor))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8), factor


def _grey(image: Image) -> Image:
    if image.ndim == 2:
        return image
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
