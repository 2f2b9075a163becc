"""A flip-over on which a team put its dots, and what else people put there, as a phone sees it.

In:  the blank compass as it is printed, and the name of what happened to it.
Out: a `DottedMap`: photos of it, in colour, and where every dot and cross truly lies.

What is put on the paper is drawn in mm on the flat sheet: stickers with their shadow, strokes of
a pen, sticky notes. The lamp that shines in the paper is put into the photo. The registry
`MAP_CASES` names what can happen, one trouble at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np
from numpy.random import Generator

from forms.compass import BlankCompass, Place
from forms.instrument import builtin
from forms.paper_sizes import PAPERS, Paper
from forms.printables.blank_compass import draw_blank_compass
from omr.dots import DotKind
from papierkompas.lab.simulate.photo import PHONE_CASES, PhotoCase, photograph
from papierkompas.lab.simulate.scan_result import Image, Points
from papierkompas.outcome.pdf_picture import pdf_picture

PX_PER_MM = 4.0
BITS = 4  # behind the point of a pixel
SHAKE_MM, STEADY = 0.6, 21  # of a hand, over so many points of half a mm
Paint = tuple[int, int, int]  # blue, green, red

STICKERS: Mapping[str, Paint] = {
    "rood": (40, 40, 205), "blauw": (185, 105, 35), "groen": (80, 155, 55),
    "geel": (35, 215, 245), "oranje": (35, 130, 240), "roze": (170, 110, 235),
    "zwart": (32, 30, 30),
}  # fmt: skip
WHITE_STICKER: Paint = (252, 252, 252)
FELT: Sequence[Paint] = ((30, 30, 30), (150, 60, 25), (35, 35, 190), (60, 120, 40))
BALLPOINT: Sequence[Paint] = ((140, 60, 30), (60, 50, 50), (40, 40, 180))
NOTES: Sequence[Paint] = (
    (130, 240, 255), (200, 150, 255), (150, 235, 170), (90, 170, 255), (240, 205, 120),
)  # fmt: skip
NAMES = (
    "Anouk", "Mo", "Peter", "Wil", "Els", "Fatima", "Bram", "Jan", "Sanne", "Youssef", "Ria",
    "Tom", "Xandra", "Kees", "Ilse", "Noor", "Max", "Alex", "Vik", "Femke", "Yvonne", "Koen",
)  # fmt: skip
FONTS = (
    "/usr/share/fonts/truetype/breip/Breip.ttf",
    "/usr/share/fonts/truetype/fifthhorseman/dkg.ttf",
    "/usr/share/fonts/opentype/bwht/BecauseWeLearn-Regular.otf",
)
REMARKS = ("hier!", "doel 2027", "?", "OK", "lente", "X-factor", "AVG", "nu", "!!", "t.o.v. 2025")


@dataclass(frozen=True, slots=True)
class TrueDot:
    """A dot or cross that somebody put on the map."""

    kind: DotKind
    vertical: float
    horizontal: float
    place: Place
    colour: str
    size_mm: float


@dataclass(frozen=True, slots=True, eq=False)
class DottedMap:
    """What was made: photos of one sheet, and the truth about it."""

    case: str
    compass: BlankCompass
    photos: tuple[Image, ...]
    truth: tuple[TrueDot, ...]


@cache
def printed_map(paper: Paper = PAPERS["flipover"]) -> tuple[BlankCompass, Image]:
    """Print the blank compass, and return it as a picture in colour."""
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "map.pdf"
        asked = next(each for each in builtin() if each.axes)
        compass = draw_blank_compass(
            pdf, paper, asked, round_key=asked.rounds[0].key, team="Zorg West", date="maart 2026"
        )
        long_px = round(max(paper.width_mm, paper.height_mm) * PX_PER_MM)
        made = pdf_picture(pdf.read_bytes(), long_px)
    image = cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("there is no picture of the blank compass")
    return compass, np.asarray(image, np.uint8)


@dataclass(slots=True, eq=False)
class Wall:
    """A blank compass on which things are put, one after another."""

    compass: BlankCompass
    image: Image
    rng: Generator
    truth: list[TrueDot] = field(default_factory=list)

    # --- what counts ---------------------------------------------------------------------

    def dot(
        self, spot: tuple[float, float], colour: str, mm: float, at: Place | None = None
    ) -> Place:
        """Put a sticker at a spot, as precisely as people do; or just where it is said."""
        place = at or self._about(spot, 0.9)
        paint = WHITE_STICKER if colour == "wit" else STICKERS[colour]
        shift, soft = self.rng.uniform(0.25, 0.6), self.rng.uniform(0.25, 0.55)
        turn = self.rng.uniform(0, 2 * math.pi)
        under = Place(place.x_mm + shift * math.cos(turn), place.y_mm + shift * math.sin(turn))
        depth = self.rng.uniform(0.16, 0.34) if colour == "wit" else self.rng.uniform(0.05, 0.25)
        self._shadow(lambda cover: _disc(cover, under, mm / 2 + 0.1), depth, soft)
        lit = tuple(int(np.clip(v * self.rng.uniform(0.94, 1.04), 0, 255)) for v in paint)
        self._paint(lambda cover: _disc(cover, place, mm / 2), (lit[0], lit[1], lit[2]))
        self.truth.append(TrueDot(DotKind.DOT, *spot, place, colour, mm))
        return place

    def cross(self, spot: tuple[float, float], paint: Paint, mm: float, pen_mm: float) -> Place:
        """Put a cross at a spot: two strokes, never quite alike."""
        place = self._about(spot, 0.8)
        for side in (-1, 1):
            angle = math.radians(self.rng.normal(45, 7))
            long = mm / 2 / math.cos(math.pi / 4) * self.rng.uniform(0.8, 1.1, 2)
            way = np.array([math.cos(angle), side * math.sin(angle)])
            middle = np.array(place) + self.rng.normal(0, 0.04 * mm, 2)
            bow = self.rng.normal(0, 0.03 * mm) * np.array([-way[1], way[0]])
            self.stroke(
                np.array([middle - long[0] * way, middle + bow, middle + long[1] * way]),
                paint,
                pen_mm,
            )
        self.truth.append(TrueDot(DotKind.CROSS, *spot, place, "pen", mm))
        return place

    # --- what does not ---------------------------------------------------------------------

    def stroke(self, points_mm: Points, paint: Paint, pen_mm: float) -> None:
        """Draw a stroke through some points, with a hand that is not quite steady."""
        fine = _smooth(points_mm)
        shaken = self.rng.normal(0, SHAKE_MM, fine.shape)
        steady = np.ones(STEADY) / STEADY
        fine += np.column_stack(
            [np.convolve(shaken[:, axis], steady, "same")[: len(fine)] for axis in (0, 1)]
        )
        fixed = np.rint(fine * PX_PER_MM * (1 << BITS)).astype(np.int32)
        thick = max(1, round(pen_mm * PX_PER_MM))
        self._paint(
            lambda cover: cv2.polylines(cover, [fixed], False, (255,), thick, cv2.LINE_AA, BITS),
            paint,
        )

    def words(self, text: str, left: Place, high_mm: float, paint: Paint, pen_mm: float) -> None:
        """Write a word by hand, its middle line at a height."""
        mask = _written(text, high_mm, pen_mm, self.rng)
        top = round((left.y_mm) * PX_PER_MM - mask.shape[0] / 2)
        start = round(left.x_mm * PX_PER_MM)
        high, wide = self.image.shape[:2]
        if top < 0 or start < 0 or top + mask.shape[0] > high or start + mask.shape[1] > wide:
            return
        window = self.image[top : top + mask.shape[0], start : start + mask.shape[1]]
        part = mask[..., None].astype(np.float32) / 255
        window[:] = (window * (1 - part) + np.array(paint) * part).astype(np.uint8)

    def note(self, middle: Place, wide_mm: float, high_mm: float, paint: Paint) -> None:
        """Stick a note on the map, askew, its lower edge loose."""
        angle = self.rng.normal(0, 6)
        box = ((middle.x_mm, middle.y_mm), (wide_mm, high_mm), angle)
        corners = np.asarray(cv2.boxPoints(box), np.float64)
        below = corners + np.array([1.2, 1.6])
        self._shadow(lambda cover: _polygon(cover, below), 0.3, 1.2)
        self._paint(lambda cover: _polygon(cover, corners), paint)

    # --- helpers -------------------------------------------------------------------------------

    def spots(self, count: int, apart_mm: float, *, edge: int = 0) -> list[tuple[float, float]]:
        """Choose spots on the map that lie so far apart, one in six of them on an axis."""
        found: list[tuple[float, float]] = []
        for _ in range(4000):
            if len(found) == count:
                break
            up, across = (1 + int(v) / 4 for v in self.rng.integers(edge, 21 - edge, 2))
            if self.rng.random() < 1 / 6:
                up, across = (3.5, across) if self.rng.random() < 0.5 else (up, 3.5)
            place = self.compass.map.at(up, across)
            if all(math.dist(place, self.compass.map.at(*one)) >= apart_mm for one in found):
                found.append((up, across))
        return found

    def free(self, apart_mm: float, edge_mm: float) -> Place:
        """Choose a place where nothing lies yet."""
        plot = self.compass.map.plot
        place = Place(0, 0)
        for _ in range(500):
            place = Place(
                self.rng.uniform(plot.x_mm + edge_mm, plot.x_mm + plot.width_mm - edge_mm),
                self.rng.uniform(plot.y_mm + edge_mm, plot.y_mm + plot.height_mm - edge_mm),
            )
            if all(math.dist(place, dot.place) > apart_mm for dot in self.truth):
                break
        return place

    def _about(self, spot: tuple[float, float], spread_mm: float) -> Place:
        place = self.compass.map.at(*spot)
        return Place(*(np.array(place) + np.clip(self.rng.normal(0, spread_mm, 2), -2, 2)))

    def _paint(self, draw: Callable[[Image], object], paint: Paint) -> None:
        cover = np.zeros(self.image.shape[:2], np.uint8)
        draw(cover)
        rows, columns = np.nonzero(cover)
        if not len(rows):
            return
        window = np.s_[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        part = cover[window].astype(np.float32)[..., None] / 255
        self.image[window] = self.image[window] * (1 - part) + np.array(paint) * part

    def _shadow(self, draw: Callable[[Image], object], depth: float, soft_mm: float) -> None:
        cover = np.zeros(self.image.shape[:2], np.uint8)
        draw(cover)
        rows, columns = np.nonzero(cover)
        rim = round(4 * soft_mm * PX_PER_MM) + 2
        top, left = max(0, rows.min() - rim), max(0, columns.min() - rim)
        window = np.s_[top : rows.max() + rim, left : columns.max() + rim]
        soft = cv2.GaussianBlur(cover[window], (0, 0), soft_mm * PX_PER_MM)
        part = 1 - depth * soft.astype(np.float32)[..., None] / 255
        self.image[window] = (self.image[window] * part).astype(np.uint8)


def _disc(cover: Image, place: Place, radius_mm: float) -> None:
    fixed = [round(v * PX_PER_MM * (1 << BITS)) for v in (*place, radius_mm)]
    cv2.circle(cover, (fixed[0], fixed[1]), fixed[2], (255,), cv2.FILLED, cv2.LINE_AA, BITS)


def _polygon(cover: Image, corners_mm: Points) -> None:
    fixed = np.rint(corners_mm * PX_PER_MM * (1 << BITS)).astype(np.int32)
    cv2.fillPoly(cover, [fixed], (255,), cv2.LINE_AA, BITS)


def _smooth(points_mm: Points) -> Points:
    """Put many points on a line through a few."""
    along = np.concatenate([[0], np.cumsum(np.linalg.norm(np.diff(points_mm, axis=0), axis=1))])
    steps = np.linspace(0, along[-1], max(8, int(along[-1] * 2)))
    if len(points_mm) > 2:
        weights = [np.polyfit(along, points_mm[:, axis], min(2, len(along) - 1)) for axis in (0, 1)]
        if len(points_mm) == 3:
            return np.column_stack([np.polyval(weight, steps) for weight in weights])
    return np.column_stack([np.interp(steps, along, points_mm[:, axis]) for axis in (0, 1)])


def _written(text: str, high_mm: float, pen_mm: float, rng: Generator) -> Image:
    """Draw a word: with the pen, or in a handwriting font where there is one."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFont

    there = [font for font in FONTS if Path(font).exists()]
    if there and rng.random() < 0.7:
        font = ImageFont.truetype(
            there[int(rng.integers(len(there)))], round(2 * high_mm * PX_PER_MM)
        )
        box = font.getbbox(text)
        pad = 4
        size = (int(box[2] - box[0]) + 2 * pad, int(box[3] - box[1]) + 2 * pad)
        picture = Pillow.new("L", size, 0)
        ImageDraw.Draw(picture).text(
            (pad - box[0], pad - box[1]), text, 255, font,
            stroke_width=max(0, round((pen_mm - 0.6) * PX_PER_MM / 2)),
        )  # fmt: skip
        return np.asarray(picture, np.uint8)
    thick = max(1, round(pen_mm * PX_PER_MM))
    face = cv2.FONT_HERSHEY_SCRIPT_SIMPLEX if rng.random() < 0.5 else cv2.FONT_HERSHEY_SIMPLEX
    grow = high_mm * PX_PER_MM / 21
    (wide, high), low = cv2.getTextSize(text, face, grow, thick)
    mask = np.zeros((high + low + 2 * thick, wide + 2 * thick), np.uint8)
    cv2.putText(mask, text, (thick, high + thick), face, grow, (255,), thick, cv2.LINE_AA)
    return mask


# --- what people do ---------------------------------------------------------------------------

Doing = Callable[[Wall], None]


def _colours(wall: Wall, count: int) -> list[str]:
    """Say which colours of sticker there are: one packet, or a few."""
    names = list(STICKERS)
    wall.rng.shuffle(names)
    some = names[: int(wall.rng.integers(1, 5))]
    return [some[int(wall.rng.integers(len(some)))] for _ in range(count)]


def plain(wall: Wall) -> None:
    """Dots of one size that lie free."""
    mm = float(wall.rng.choice([8, 10, 12, 12, 15, 18, 20]))
    spots = wall.spots(int(wall.rng.integers(8, 25)), mm + 8)
    for spot, colour in zip(spots, _colours(wall, len(spots)), strict=True):
        wall.dot(spot, colour, mm)


def crosses(wall: Wall) -> None:
    """Crosses by ballpoint, pencil and felt pens of three widths."""
    _crosses(wall, 26.0)


def _crosses(wall: Wall, apart_mm: float, most: int = 18) -> list[Place]:
    places = []
    for spot in wall.spots(int(wall.rng.integers(8, most)), apart_mm):
        pen, paints = (
            (0.6, BALLPOINT), (0.8, BALLPOINT), (1.2, FELT), (2.2, FELT), (3.2, FELT),
        )[int(wall.rng.integers(5))]  # fmt: skip
        paint = paints[int(wall.rng.integers(len(paints)))]
        places.append(wall.cross(spot, paint, wall.rng.uniform(9, 18) + 2 * pen, pen))
    return places


def crosses_with_names(wall: Wall) -> None:
    """A cross, and whose it is beside it."""
    places = _crosses(wall, 62.0, 12)
    paint = FELT[int(wall.rng.integers(len(FELT)))]
    for place, name in zip(places, wall.rng.permutation(NAMES), strict=False):
        dot = wall.truth[places.index(place)]
        left = Place(
            place.x_mm + dot.size_mm / 2 + wall.rng.uniform(2, 6),
            place.y_mm + wall.rng.normal(0, 2),
        )
        wall.words(
            str(name), left, wall.rng.uniform(5, 8), paint, float(wall.rng.choice([0.7, 1.2, 1.8]))
        )


def names(wall: Wall) -> None:
    """Names beside the dots, with a felt pen, some of them touching."""
    plain(wall)
    paint = FELT[int(wall.rng.integers(len(FELT)))]
    pen = float(wall.rng.choice([0.8, 1.5, 2.2]))
    for dot, name in zip(list(wall.truth), wall.rng.permutation(NAMES), strict=False):
        left = Place(dot.place.x_mm + dot.size_mm / 2 + wall.rng.uniform(0.5, 5), dot.place.y_mm)
        if not _is_free(wall, left, 45):
            continue
        wall.words(str(name), left, wall.rng.uniform(5, 8), paint, pen)


def _is_free(wall: Wall, left: Place, wide_mm: float) -> bool:
    return not any(
        left.x_mm < dot.place.x_mm < left.x_mm + wide_mm and abs(dot.place.y_mm - left.y_mm) < 18
        for dot in wall.truth
    )


def initials(wall: Wall) -> None:
    """Two letters on every dot and thick capitals beside others."""
    mm = float(wall.rng.choice([15, 18, 20]))
    spots = wall.spots(int(wall.rng.integers(6, 15)), 45)
    for number, (spot, colour) in enumerate(zip(spots, _colours(wall, len(spots)), strict=True)):
        place = wall.dot(spot, colour, mm)
        text = "".join(chr(65 + int(v)) for v in wall.rng.integers(0, 26, 2))
        paint = (245, 245, 245) if colour == "zwart" else (25, 25, 25)
        if number % 2:
            wall.words(text, Place(place.x_mm - 4, place.y_mm), 4.5, paint, 0.8)
        else:
            left = Place(place.x_mm + mm / 2 + wall.rng.uniform(1, 5), place.y_mm)
            wall.words(
                text, left, wall.rng.uniform(7, 14), (25, 25, 25), float(wall.rng.choice([2, 3, 4]))
            )


def sticky_notes(wall: Wall) -> None:
    """Notes with and without words, and the small ones that mark pages."""
    plain(wall)
    for _ in range(int(wall.rng.integers(1, 6))):
        wide, high = (
            (76, 76),
            (76, 51),
            (51, 38),
            (38, 51),
            (25, 45),
            (12, 44),
            (44, 12),
            (20, 20),
            (15, 50),
        )[int(wall.rng.integers(9))]
        place = wall.free(math.hypot(wide, high) / 2 + 14, max(wide, high) / 2)
        wall.note(place, wide, high, NOTES[int(wall.rng.integers(len(NOTES)))])
        if wall.rng.random() < 0.6 and wide > 35:
            for line in range(int(wall.rng.integers(1, 3))):
                text = REMARKS[int(wall.rng.integers(len(REMARKS)))]
                at = Place(place.x_mm - wide / 2 + 6, place.y_mm - high / 5 + 14 * line)
                wall.words(text, at, 6, (40, 30, 30), 1.2)


def notes_against_dots(wall: Wall) -> None:
    """A note that covers part of a dot, or has a dot on it."""
    plain(wall)
    for dot in list(wall.truth)[:3]:
        paint = NOTES[int(wall.rng.integers(len(NOTES)))]
        aside = dot.size_mm / 2 + 26 + wall.rng.uniform(-2.0, 3)
        wall.note(Place(dot.place.x_mm + aside, dot.place.y_mm), 51, 38, paint)
        hidden = [
            d
            for d in wall.truth
            if d is not dot
            and abs(d.place.x_mm - dot.place.x_mm - aside) < 30 + d.size_mm / 2
            and abs(d.place.y_mm - dot.place.y_mm) < 24 + d.size_mm / 2
        ]
        for one in hidden:
            wall.truth.remove(one)
        for one in hidden:  # they were moved: on top of the note
            wall.dot((one.vertical, one.horizontal), one.colour, one.size_mm)


def arrows(wall: Wall) -> None:
    """Arrows with a thick felt pen, from where we stand to where we want to be."""
    plain(wall)
    for _ in range(int(wall.rng.integers(1, 5))):
        start, end = np.array(wall.free(10, 20)), np.array(wall.free(10, 20))
        bow = wall.rng.normal(0, 15, 2)
        paint, pen = FELT[int(wall.rng.integers(len(FELT)))], wall.rng.uniform(1.5, 6.5)
        wall.stroke(np.array([start, (start + end) / 2 + bow, end]), paint, pen)
        back = (start + end) / 2 + bow - end
        turn = math.atan2(back[1], back[0])
        for side in (-0.5, 0.5):
            tip = end + 18 * np.array([math.cos(turn + side), math.sin(turn + side)])
            wall.stroke(np.array([end, tip]), paint, pen)


def circles(wall: Wall) -> None:
    """A ring round some of the dots, a line under a word, an exclamation mark."""
    plain(wall)
    for _ in range(int(wall.rng.integers(1, 4))):
        middle = np.array(wall.free(0, 40))
        across = wall.rng.uniform(16, 60, 2)
        paint, pen = FELT[int(wall.rng.integers(len(FELT)))], wall.rng.uniform(0.7, 5)
        turn = np.linspace(0, 2 * math.pi * 1.06, 60)
        ring = middle + np.column_stack([across[0] * np.cos(turn), across[1] * np.sin(turn)])
        wall.stroke(ring, paint, pen)
    for _ in range(int(wall.rng.integers(0, 3))):
        at = wall.free(24, 20)
        text = REMARKS[int(wall.rng.integers(len(REMARKS)))]
        paint, pen = FELT[int(wall.rng.integers(len(FELT)))], wall.rng.uniform(0.8, 5)
        wall.words(text, at, wall.rng.uniform(7, 18), paint, pen)


def white(wall: Wall) -> None:
    """All stickers are white: of the packet nobody else wanted."""
    mm = float(wall.rng.choice([12, 15, 18]))
    for spot in wall.spots(int(wall.rng.integers(6, 20)), mm + 8):
        wall.dot(spot, "wit", mm)


def mixed_white(wall: Wall) -> None:
    """One sticker in four is white."""
    mm = float(wall.rng.choice([12, 15, 18]))
    spots = wall.spots(int(wall.rng.integers(10, 24)), mm + 8)
    for number, (spot, colour) in enumerate(zip(spots, _colours(wall, len(spots)), strict=True)):
        wall.dot(spot, "wit" if number % 4 == 1 else colour, mm)


def _heaps(wall: Wall, reach: tuple[float, float]) -> None:
    mm = float(wall.rng.choice([10, 12, 15, 18]))
    spots = wall.spots(int(wall.rng.integers(5, 11)), 5 * mm)
    several = _colours(wall, 4 * len(spots))
    for spot in spots:
        place = wall.dot(spot, several.pop(), mm)
        there = [np.array(place)]
        for _ in range(int(wall.rng.choice([0, 0, 1, 1, 2, 3]))):
            for _ in range(60):
                turn, far = wall.rng.uniform(0, 2 * math.pi), mm * wall.rng.uniform(*reach)
                base = there[int(wall.rng.integers(len(there)))]
                at = base + far * np.array([math.cos(turn), math.sin(turn)])
                if min(float(np.linalg.norm(at - one)) for one in there) >= reach[0] * mm - 0.2:
                    break
            else:
                continue
            there.append(at)
            wall.dot(spot, several.pop(), mm, Place(*at))


def half_over(wall: Wall) -> None:
    """As older sheets asked: half over another one where the place is taken."""
    _heaps(wall, (0.4, 0.6))


def touching(wall: Wall) -> None:
    """As the sheet asks: against another one where the place is taken."""
    _heaps(wall, (0.97, 1.12))


def everything(wall: Wall) -> None:
    """Dots and crosses, a note, an arrow, a ring, names."""
    mm = float(wall.rng.choice([12, 15, 18]))
    spots = wall.spots(int(wall.rng.integers(8, 18)), 40)
    for spot, colour in zip(spots, _colours(wall, len(spots)), strict=True):
        if wall.rng.random() < 0.25:
            wall.cross(spot, FELT[int(wall.rng.integers(len(FELT)))], wall.rng.uniform(12, 18), 1.5)
        else:
            wall.dot(spot, colour, mm)
    wall.note(wall.free(70, 40), 76, 76, NOTES[int(wall.rng.integers(len(NOTES)))])
    start, end = np.array(wall.free(16, 20)), np.array(wall.free(16, 20))
    wall.stroke(np.array([start, end]), FELT[int(wall.rng.integers(len(FELT)))], 2.5)
    for _ in range(2):
        wall.words(
            REMARKS[int(wall.rng.integers(len(REMARKS)))], wall.free(40, 30), 8, FELT[0], 1.4
        )


@dataclass(frozen=True, slots=True)
class MapCase:
    """What people did, and how it was photographed."""

    doing: Doing
    photo: PhotoCase
    glare: int = 0  # so many lamps shine in the paper
    photos: int = 1


_PHONE = replace(PHONE_CASES["phone"], tilt_deg=(0, 14), falloff=(0.05, 0.45))
_SHADOW = replace(_PHONE, shadow=(0.2, 0.5))
_CURL = replace(_PHONE, curl_mm=(6, 22))
_WARM = replace(_PHONE, cast=(0.1, 0.25))
MAP_CASES: Mapping[str, MapCase] = {
    "plain": MapCase(plain, _PHONE),
    "shadow": MapCase(plain, _SHADOW),
    "warm": MapCase(plain, _WARM),
    "curl": MapCase(plain, _CURL),
    "crosses": MapCase(crosses, _PHONE),
    "crosses_with_names": MapCase(crosses_with_names, _PHONE),
    "names": MapCase(names, _PHONE),
    "initials": MapCase(initials, _PHONE),
    "sticky_notes": MapCase(sticky_notes, _PHONE),
    "notes_against_dots": MapCase(notes_against_dots, _PHONE),
    "arrows": MapCase(arrows, _PHONE),
    "circles": MapCase(circles, _PHONE),
    "white": MapCase(white, _PHONE),
    "mixed_white": MapCase(mixed_white, _PHONE),
    "half_over": MapCase(half_over, _PHONE),
    "touching": MapCase(touching, _PHONE),
    "everything": MapCase(everything, _SHADOW),
    "glare": MapCase(plain, _PHONE, glare=1),
    "two_photos": MapCase(plain, _PHONE, glare=1, photos=2),
}
SIZE_PX = (2268, 3024)  # 7 megapixels: half of what a phone makes


def make_map(case: str, rng: Generator, paper: Paper = PAPERS["flipover"]) -> DottedMap:
    """Put things on a blank compass, and photograph it."""
    asked = MAP_CASES[case]
    compass, clean = printed_map(paper)
    wall = Wall(compass, clean.copy(), rng)
    asked.doing(wall)
    photos = []
    for _ in range(asked.photos):
        made = photograph(wall.image, replace(asked.photo, size_px=SIZE_PX), rng, PX_PER_MM)
        photo = made.image
        for _ in range(asked.glare):
            plot = compass.map.plot
            spot = np.array(
                [[
                    rng.uniform(plot.x_mm + 40, plot.x_mm + plot.width_mm - 40),
                    rng.uniform(plot.y_mm + 40, plot.y_mm + plot.height_mm - 40),
                ]]
            )  # fmt: skip
            photo = _shine(photo, made.to_px(spot)[0], rng)
        photos.append(photo)
    return DottedMap(case, compass, tuple(photos), tuple(wall.truth))


def _shine(photo: Image, at_px: Points, rng: Generator) -> Image:
    """Let a lamp or window shine in the paper: white in its middle, soft at its edge."""
    rows, columns = np.ogrid[: photo.shape[0], : photo.shape[1]]
    wide, tall = rng.uniform(0.05, 0.14, 2) * photo.shape[1]
    away = np.hypot((columns - at_px[0]) / wide, (rows - at_px[1]) / tall)
    soft = rng.uniform(0.08, 0.3)
    light = (300 / (1 + np.exp(np.clip((away - 1) / soft, -30, 30)))).astype(np.float32)
    return np.asarray(np.clip(photo + light[..., None], 0, 255), np.uint8)


def seeded(case: str, number: int, seed: int) -> Generator:
    """Return the chance of one photo: the same whatever else is drawn."""
    return np.random.default_rng([seed, number, list(MAP_CASES).index(case)])


__all__ = ["MAP_CASES", "DottedMap", "MapCase", "TrueDot", "make_map", "printed_map", "seeded"]
