"""Measure whether writing in a field is seen, and how well free text is read.

In:  the printed sheet, handwriting fonts where they are installed, simulated copiers.
Out: lines of figures: light and small names that are seen, empty fields that are called written;
     letters and words of drawn answers that are wrong, as read and as proposed.

A part of `python -m papierkompas.lab.measure_handwriting` (`--ink`, `--text`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from forms.instrument import find
from forms.layout import RULING_MM, Field, Rect
from forms.sheets import Job, Seat
from omr.geometry import Floats, Image, fit_homography
from omr.hand import free_text
from omr.hand.crops import FIRST_LINE_MM, field_crop
from omr.hand.recogniser import recogniser
from omr.ink import fields as ink_of_fields
from papierkompas.acts.printing import layout_of
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages

# Copiers by what becomes of light ink on them: a grey level keeps it, one bit loses it.
GREY = (
    "grey300", "grey200", "grey150", "grey100", "jpeg30", "noisy", "low_toner", "streaks",
    "show_through", "crumple", "lid_open", "bad_day",
)  # fmt: skip
HARD = ("copy_of_copy", "bitonal200", "bitonal_too_dark", "dithered", "screened")
ROUND_MM = 25.0  # of the sheet above the field, and twice that below its top: a page takes longer
EACH = 4  # light names per copier, and as many empty fields
LIGHT, SMALL_MM = (0.15, 0.35), (2.8, 4.5)  # share of black; size of the font, capitals 2-3 mm
FOUND = 0.9  # of the paper's contrast lies between these levels
LINES_AT = 3  # lines of a drawn answer
LETTER_MM = (4.5, 6.5)
NARROW = 0.62  # how wide a tall narrow hand writes
HOW_WIDE = {"as wide as usual": 1.0, "narrow": NARROW}

# Answers as teams give them; our own words, three lines each at most.
ANSWERS = (
    "We willen vaker samen met ouders aan tafel zitten en eerst luisteren naar wat zij vertellen.",
    "Begin met een korte bijeenkomst waarin iedereen een voorbeeld uit de eigen klas meeneemt.",
    "Het team moet tijd krijgen om afspraken te maken en die daarna ook samen na te komen.",
    "Ouders weten vaak niet bij wie ze terecht kunnen met een vraag over de stage.",
    "Een vast gesprek in september helpt om elkaar te leren kennen voordat er problemen zijn.",
    "Laat leerlingen zelf vertellen wat goed gaat en wat zij nog willen leren dit jaar.",
    "De directie kan helpen door het onderwerp elke maand kort op de agenda te zetten.",
    "Wij missen een duidelijke plek waar alle informatie over de opleiding bij elkaar staat.",
    "Collega's die hier goed in zijn kunnen anderen laten zien hoe zij zulke gesprekken voeren.",
    "Minder brieven sturen en vaker bellen, want veel ouders lezen de berichten niet.",
    "Eerst met een kleine groep proberen en na de herfst kijken wat het heeft opgeleverd.",
    "Vraag ook aan ouders wat zij belangrijk vinden bij de opvoeding en in de klas.",
)


@dataclass
class TextScore:
    """What was wrong in the answers of one kind of hand."""

    letters: int = 0
    words: int = 0
    letters_read: int = 0
    words_read: int = 0
    letters_proposed: int = 0
    words_proposed: int = 0
    spoiled: int = 0
    mended: int = 0

    def line(self, kind: str) -> str:
        """Say it in one line."""
        letters, words = self.letters / 100, self.words / 100
        return (
            f"{kind}: {self.words} words; letters wrong {self.letters_read / letters:.1f} % as "
            f"read, {self.letters_proposed / letters:.1f} % as proposed; words "
            f"{self.words_read / words:.1f} %, {self.words_proposed / words:.1f} %; "
            f"{self.mended} words mended, {self.spoiled} spoiled"
        )


def ink(seed: int, hands: Sequence[Path], each: int = EACH) -> list[str]:
    """Measure how many light small names are seen, and how many empty fields look written."""
    instrument = find("stellingenlijst")
    layout = layout_of(instrument)
    job = Job(instrument, layout, instrument.rounds[0], "K7F3", (Seat(11),))
    rng = np.random.default_rng([seed, 2])
    (place,) = (f for f in layout.pages[0].fields if f.name == "name")
    top_mm = max(0.0, place.rect.y_mm - ROUND_MM)
    page = next(iter(filled_pages([job], rng, names={}))).image
    page = page[round(top_mm * PX_PER_MM) : round((place.rect.y_mm + 2 * ROUND_MM) * PX_PER_MM)]
    place = replace(place, rect=replace(place.rect, y_mm=place.rect.y_mm - top_mm))
    lines = []
    for kind, cases in {"scanned in grey": GREY, "copied or in one bit": HARD}.items():
        seen = dark = wrong = count = 0
        where: dict[str, int] = {}
        for case in cases:
            for _ in range(each):
                light = _with_light_name(page, place, hands, rng)
                for sheet, is_signed in ((light, True), (page, False)):
                    image, upright, contrast = _scanned(sheet, case, rng)
                    is_dark = ink_of_fields.is_dark(image, upright, place, contrast)
                    found = is_dark or ink_of_fields.has_strokes(image, upright, place, contrast)
                    count += is_signed
                    seen += is_signed and found
                    dark += is_signed and is_dark
                    wrong += found and not is_signed
                    if found and not is_signed:
                        where[case] = where.get(case, 0) + 1
        lines.append(
            f"{kind}: {seen} of {count} light small names seen ({dark} by how dark the field is); "
            f"{wrong} of {count} empty fields called written"
            + "".join(f", {name} {times}" for name, times in where.items())
        )
    return lines


def _with_light_name(page: Image, place: Field, hands: Sequence[Path], rng: Generator) -> Image:
    font = ImageFont.truetype(
        str(hands[int(rng.integers(len(hands)))]), round(rng.uniform(*SMALL_MM) * PX_PER_MM)
    )
    cover = Pillow.new("L", (page.shape[1], page.shape[0]), 0)
    at = (place.rect.x_mm + rng.uniform(3, 50), place.rect.y_mm + rng.uniform(2, 4))
    name = ("Jan Bos", "Ria", "Noor van Dam", "M. Kuil")[int(rng.integers(4))]
    ImageDraw.Draw(cover).text((at[0] * PX_PER_MM, at[1] * PX_PER_MM), name, fill=255, font=font)
    light = np.asarray(cover, np.float32) / 255 * rng.uniform(*LIGHT)
    return np.asarray(page * (1 - light), np.uint8)


def _scanned(page: Image, case: str, rng: Generator) -> tuple[Image, Floats, float]:
    """Scan a page, and say where it lies and how dark its print is."""
    result = scan(page, COPIER_CASES[case], rng, PX_PER_MM)
    low = page.shape[0] / PX_PER_MM - 5
    corners = np.array([(20, 5), (190, 5), (190, low), (20, low)], dtype=np.float64)
    upright = fit_homography(corners, result.to_px(corners))
    if upright is None:
        raise ValueError(f"{case}: the corners of the page must not lie on a line")
    contrast = FOUND * float(np.quantile(result.image, 0.9) - np.quantile(result.image, 0.005))
    return result.image, upright, contrast


def text(seed: int, hands: Sequence[Path]) -> list[str]:
    """Measure how well drawn answers are read, per hand as wide as usual and narrow."""
    rng = np.random.default_rng([seed, 3])
    words = free_text.word_list()
    scores = {kind: TextScore() for kind in HOW_WIDE}
    cv2.setNumThreads(1)
    for answer in ANSWERS:
        for kind, wide in HOW_WIDE.items():
            hand = hands[int(rng.integers(len(hands)))]
            for line, crop, field in _answer(answer, hand, wide, rng):
                found = free_text.read_field(crop, field, recogniser(), words)
                read, proposed = (found.text, found.proposal) if found else ("", "")
                _count(scores[kind], line, read, proposed)
    both = TextScore(
        *(sum(getattr(s, name) for s in scores.values()) for name in TextScore.__annotations__)
    )
    return [*(score.line(kind) for kind, score in scores.items()), both.line("all")]


def _answer(
    answer: str, hand: Path, wide: float, rng: Generator
) -> Iterator[tuple[str, Image, Field]]:
    """Write an answer in a ruled field and cut the field out of a scan at 200 dpi."""
    place = Field("step", Rect(8, 8, 170, 30), lines=LINES_AT)
    px = 200 / 25.4
    page = np.full((round(46 * px), round(186 * px)), 250, np.uint8)
    size = rng.uniform(*LETTER_MM)
    font = ImageFont.truetype(str(hand), round(size * px))
    rows = _wrapped(answer, font, 160 * px / wide)
    r = place.rect
    for n in range(LINES_AT - 1):
        y = round((r.y_mm + FIRST_LINE_MM + n * RULING_MM) * px)
        cv2.line(page, (round(10 * px), y), (round(176 * px), y), (170,), 1)
    ink_grey = rng.uniform(40, 120)
    for n, row in enumerate(rows[:LINES_AT]):
        ascent, _ = font.getmetrics()
        long = round(font.getlength(row)) + 10
        line = Pillow.new("L", (long, round(2 * ascent)), 0)
        ImageDraw.Draw(line).text((5, ascent // 2), row, fill=255, font=font)
        drawn = line.resize((round(long * wide), line.height), Pillow.Resampling.BILINEAR)
        cover = np.asarray(drawn, np.float32) / 255
        base = (r.y_mm + FIRST_LINE_MM + n * RULING_MM - rng.uniform(0, 1)) * px
        top, left = max(0, round(base - 1.5 * ascent)), round((r.x_mm + rng.uniform(1, 5)) * px)
        part = page[top : top + cover.shape[0], left : left + cover.shape[1]]
        cover = cover[: part.shape[0], : part.shape[1]]
        part[:] = np.minimum(part, 250 - cover * (250 - ink_grey)).astype(np.uint8)
    noisy = np.clip(page + rng.normal(0, 3, page.shape), 0, 255).astype(np.uint8)
    crop = field_crop(noisy, np.diag([px, px, 1.0]), place)
    yield " ".join(rows[:LINES_AT]), crop, place


def _wrapped(answer: str, font: ImageFont.FreeTypeFont, room: float) -> list[str]:
    rows = [""]
    for word in answer.split():
        longer = f"{rows[-1]} {word}".strip()
        if font.getlength(longer) > room:
            rows.append(word)
        else:
            rows[-1] = longer
    return rows


def _count(score: TextScore, meant: str, read: str, proposed: str) -> None:
    wanted, seen, offered = (_plain_words(t) for t in (meant, read, proposed))
    score.letters += len(" ".join(wanted))
    score.words += len(wanted)
    score.letters_read += _apart(" ".join(wanted), " ".join(seen))
    score.letters_proposed += _apart(" ".join(wanted), " ".join(offered))
    score.words_read += _apart(wanted, seen)
    score.words_proposed += _apart(wanted, offered)
    for was, now in zip(seen, offered, strict=False):
        score.spoiled += was != now and was in wanted
        score.mended += was != now and now in wanted


def _plain_words(line: str) -> list[str]:
    """Split a line into words; capitals and full stops are not counted."""
    return [w for w in (word.strip(".,'") for word in line.lower().split()) if w]


def _apart(one: Sequence[str], other: Sequence[str]) -> int:
    """Return the Levenshtein distance of two rows of letters or of words."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        above, row = row, [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
    return row[-1]
