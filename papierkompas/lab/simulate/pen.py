"""Fill in a sheet as people do: by pen, quickly, and each in their own way.

In:  the clean image of a page, boxes in millimetres, what somebody wants to answer.
Out: the same image with ink on it. (Drawn in place: a page is millions of pixels.)

A mark is a list of strokes, a stroke a line of points in mm. `_ink` lays strokes on the paper;
everything else decides where a hand would go. Compared with the crops of real marks that the
project measured: ballpoint 55-120 grey in the stroke, pencil 80-160.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papierkompas.lab.simulate.scan_result import Image, Points, Range
from papierkompas.lab.simulate.strokes import BASELINE, GLYPHS, plain, width


class MarkKind(StrEnum):
    """What somebody may leave in, round or near a box."""

    CROSS = "cross"
    TICK = "tick"
    FILL = "fill"
    HALF_FILL = "half fill"
    SCRIBBLE = "scribble"
    CIRCLE = "circle"  # round the box
    DOT = "dot"
    DASH = "dash"
    BLACKED = "blacked"  # withdrawn: a solid black box
    OUTSIDE = "outside"  # a cross, 55-75 % of it outside its box
    BETWEEN = "between"  # a cross between two boxes
    LINE = "line"  # one stroke through the whole row
    GHOST = "ghost"  # pencil, rubbed out
    STRAY = "stray"  # the pen rested here; not a mark


class Pen(StrEnum):
    """What people have in their pockets."""

    BALLPOINT = "ballpoint"
    THIN_BALLPOINT = "thin ballpoint"
    GEL = "gel"
    FELT = "felt"
    PENCIL = "pencil"
    LIGHT_PENCIL = "light pencil"


ANSWERING = (  # seven people in ten cross a box that has "cross one box" above it
    *(MarkKind.CROSS,) * 14,
    *(MarkKind.TICK,) * 3,
    *(MarkKind.FILL,) * 2,
    MarkKind.SCRIBBLE,
)
AT_HAND = (  # pens lie on the table; pencils are rarer, thick ones rarer still
    *(Pen.BALLPOINT,) * 6,
    *(Pen.THIN_BALLPOINT,) * 2,
    *(Pen.GEL,) * 2,
    Pen.FELT,
    Pen.PENCIL,
)


@dataclass(frozen=True, slots=True)
class Box:
    """A printed box, outline included."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float

    def __post_init__(self) -> None:
        if self.width_mm <= 0 or self.height_mm <= 0:
            raise ValueError(f"a box needs a size, got {self.width_mm} x {self.height_mm} mm")

    @property
    def centre(self) -> Points:
        """The middle of the box, as one point (2,)."""
        return np.array([self.x_mm + self.width_mm / 2, self.y_mm + self.height_mm / 2])

    @property
    def side_mm(self) -> float:
        """The shorter side: marks are made to its measure."""
        return min(self.width_mm, self.height_mm)

    def share_inside(self, points: Points) -> float:
        """Tell which part of evenly spaced points lies in the box."""
        away = np.abs(points - self.centre)
        inside = (away[:, 0] <= self.width_mm / 2) & (away[:, 1] <= self.height_mm / 2)
        return float(inside.mean())


@dataclass(frozen=True, slots=True)
class Writer:
    """One person, one pen, and the habits that show in all their marks."""

    pen: Pen
    width_mm: float
    ink: float  # grey of a full stroke on white paper: 0 black, 255 invisible
    kinds: tuple[MarkKind, ...] = (MarkKind.CROSS,)
    jitter_mm: float = 0.08  # how far the hand trembles
    slant_deg: float = 8.0  # letters and crosses lean to the right
    size: float = 0.95  # of a cross, as a part of its box
    overshoot: float = 0.05  # of a box, by which filling runs over its edge
    pressure: float = 0.15  # how much width and darkness vary along a stroke
    is_joined: bool = False  # crosses without lifting the pen, joins letters

    def __post_init__(self) -> None:
        if not self.kinds:
            raise ValueError("a writer needs at least one kind of mark")
        if not 0 <= self.ink <= 250:
            raise ValueError(f"ink must be 0..250 to be seen, got {self.ink}")
        if self.width_mm <= 0:
            raise ValueError(f"a stroke needs a width, got {self.width_mm} mm")

    @classmethod
    def random(
        cls,
        rng: Generator,
        kinds: Sequence[MarkKind] = ANSWERING,
        pens: Sequence[Pen] = AT_HAND,
    ) -> "Writer":
        """Invent a person who marks in one of these ways, or two, with one of these pens.

        Name a kind or a pen more often to make it likelier.
        """
        pen = pens[int(rng.integers(len(pens)))]
        stuff = _STUFF[pen]
        usual = kinds[int(rng.integers(len(kinds)))]
        other = kinds[int(rng.integers(len(kinds)))]
        return cls(
            pen=pen,
            width_mm=rng.uniform(*stuff.width_mm),
            ink=rng.uniform(*stuff.ink),
            kinds=(usual, usual, usual, other),
            jitter_mm=rng.uniform(0.03, 0.12),
            slant_deg=float(rng.normal(8, 7)),
            size=rng.uniform(0.65, 1.2),
            overshoot=rng.uniform(-0.07, 0.07),
            pressure=rng.uniform(0.05, 0.3),
            is_joined=bool(rng.random() < 0.3),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody did with one question: the truth a reading is compared with."""

    option: str | None  # None: left blank
    withdrawn: tuple[str, ...] = ()  # blacked out
    second: str | None = None  # a second honest mark: no reader can know which was meant

    def __post_init__(self) -> None:
        if self.option is None and self.second is not None:
            raise ValueError(f"a second mark ({self.second!r}) needs a first one")
        marked = [option for option in (self.option, self.second) if option is not None]
        if len({*marked, *self.withdrawn}) < len(marked) + len(self.withdrawn):
            raise ValueError(f"each option can have one part only: {self}")


def fill_row(
    page: Image,
    boxes: Mapping[str, Box],
    answer: Answer,
    writer: Writer,
    rng: Generator,
    px_per_mm: float,
) -> None:
    """Draw one answer: what was withdrawn, the mark that counts, and a second one if any."""
    row = list(boxes.values())
    for option in answer.withdrawn:
        draw_mark(page, boxes[option], _usual(writer, rng), writer, rng, px_per_mm, row)
        draw_mark(page, boxes[option], MarkKind.BLACKED, writer, rng, px_per_mm, row)
    for chosen in (answer.option, answer.second):
        if chosen is not None:
            draw_mark(page, boxes[chosen], _usual(writer, rng), writer, rng, px_per_mm, row)


def draw_mark(
    page: Image,
    box: Box,
    kind: MarkKind,
    writer: Writer,
    rng: Generator,
    px_per_mm: float,
    row: Sequence[Box] = (),
) -> None:
    """Draw one mark of this kind for this box.

    `row` holds the boxes of the question; a mark `between` two and a `line` through all need it
    (without it, a row of boxes 12 mm apart is assumed).
    """
    if len(row) < 2:
        row = [replace(box, x_mm=box.x_mm + 12 * step) for step in (-1, 0, 1)]
    if kind is MarkKind.GHOST:
        _rub_out(page, box, writer, rng, px_per_mm)
    elif kind is MarkKind.BETWEEN:
        near = min((other for other in row if other != box), key=lambda b: _gap(box, b))
        middle = (box.centre + near.centre) / 2 + rng.normal(0, 0.3, 2)
        _ink(page, _cross_at(middle, box.side_mm, writer, rng), writer, rng, px_per_mm)
    elif kind is MarkKind.LINE:
        _ink(page, _line(row, rng), writer, rng, px_per_mm)
    else:
        _ink(page, _STROKES[kind](box, writer, rng), writer, rng, px_per_mm)


def write_text(
    page: Image,
    x_mm: float,
    y_mm: float,
    width_mm: float,
    height_mm: float,
    text: str,
    writer: Writer,
    rng: Generator,
    px_per_mm: float,
) -> None:
    """Write a name by hand, as large as a hand would, within the field. Accents are dropped."""
    letters = plain(text)
    if not letters.strip():
        return
    widths = [width(letter) for letter in letters]
    unit_mm = min(height_mm / 10.5, width_mm / (sum(widths) + 2), rng.uniform(0.42, 0.62))
    lean = math.tan(math.radians(writer.slant_deg))
    rise = rng.normal(0, 0.008)  # nobody writes quite level
    baseline = y_mm + height_mm / 2 + 3 * unit_mm
    strokes: list[Points] = []
    pen_at = 1 + max(0.0, lean) * 3
    for before, letter, advance in zip(" " + letters, letters, widths, strict=False):
        drop, grow = rng.normal(0, 0.22), rng.uniform(0.93, 1.07)
        for number, glyph in enumerate(GLYPHS.get(letter, ())):
            points = (glyph - (0, BASELINE)) * grow + rng.normal(0, 0.16, glyph.shape)
            points[:, 0] += pen_at - points[:, 1] * lean
            points[:, 1] += drop
            placed = points * unit_mm + (x_mm, baseline) + (0, rise * pen_at * unit_mm)
            runs_on = number == 0 and glyph[0, 0] == 0 and before.islower() and letter.islower()
            if writer.is_joined and runs_on and strokes:
                strokes[-1] = np.vstack([strokes[-1], placed])
            else:
                strokes.append(placed)
        pen_at += advance
    thickest = 1.3 * unit_mm  # with a thick pen one writes thinly, or nobody can read it
    small = replace(writer, jitter_mm=0.1 * unit_mm, width_mm=min(writer.width_mm, thickest))
    smooth = [_flow(stroke, 0.9 * unit_mm) for stroke in strokes]
    _ink(page, smooth, small, rng, px_per_mm, is_one_layer=True)


# What a hand does ---------------------------------------------------------------------------


def _usual(writer: Writer, rng: Generator) -> MarkKind:
    return writer.kinds[int(rng.integers(len(writer.kinds)))]


def _gap(one: Box, other: Box) -> float:
    return float(np.hypot(*(one.centre - other.centre)))


def _aim(box: Box, rng: Generator) -> Points:
    """Miss the centre a little: 0.8 mm at most in a box of 5 mm."""
    miss = rng.normal(0, 0.06 * box.side_mm, 2)
    return box.centre + np.clip(miss, -0.16 * box.side_mm, 0.16 * box.side_mm)


def _bend(start: Points, end: Points, bow_mm: float) -> Points:
    """Draw a Bezier curve from start to end that bulges by `bow_mm` to one side."""
    along = np.linspace(0, 1, 24)[:, None]
    way = end - start
    length = float(np.hypot(*way)) or 1.0
    control = (start + end) / 2 + 2 * bow_mm * np.array([-way[1], way[0]]) / length
    curve = (1 - along) ** 2 * start + 2 * along * (1 - along) * control + along**2 * end
    return np.asarray(curve, np.float64)


def _turn(points: Points, angle_deg: float, centre: Points) -> Points:
    angle = math.radians(angle_deg)
    matrix = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    return np.asarray((points - centre) @ matrix.T + centre, np.float64)


def _mirror(points: Points, centre: Points) -> Points:
    return np.asarray((points - centre) * (-1, 1) + centre, np.float64)


def _cross_at(centre: Points, side_mm: float, writer: Writer, rng: Generator) -> list[Points]:
    """Cross two arms, 60-140 % of the box long; some people do not lift the pen between."""

    def arm(sign: float) -> tuple[Points, Points]:
        reach = side_mm / 2 * np.clip(writer.size * rng.uniform(0.82, 1.18), 0.6, 1.4)
        tip = np.array([sign * reach * rng.uniform(0.85, 1.1), reach * rng.uniform(0.85, 1.1)])
        middle = centre + rng.normal(0, 0.04 * side_mm, 2)
        return middle - tip, middle + tip

    lean = -writer.slant_deg * 0.4 + rng.normal(0, 5)
    first, second = arm(1), arm(-1)
    bows = rng.normal(0, 0.05 * side_mm, 2)
    arms = [_bend(*first, bows[0]), _bend(*second, bows[1])]
    if writer.is_joined:
        # Down one arm, round a loop at the side, and back through the middle, as in a Greek alpha.
        back = _bend(first[1], second[0], rng.uniform(-0.05, 0.15) * side_mm)
        alpha = _flow(np.vstack([arms[0], back, arms[1]]), rng.uniform(0.1, 0.3) * side_mm)
        arms = [_mirror(alpha, centre) if rng.random() < 0.7 else alpha]
    return [_turn(stroke, lean, centre) for stroke in arms]


def _cross(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    return _cross_at(_aim(box, rng), box.side_mm, writer, rng)


def _tick(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    """A short way down and a long way up, often out of the box at the top right."""
    side = box.side_mm
    low = _aim(box, rng) + side * np.array([rng.uniform(-0.15, 0.05), rng.uniform(0.15, 0.38)])
    start = low - side * np.array([rng.uniform(0.15, 0.4), rng.uniform(0.2, 0.5)])
    tail = side * writer.size * rng.uniform(0.8, 1.6)
    steep = math.radians(rng.uniform(42, 66))
    end = low + tail * np.array([math.cos(steep), -math.sin(steep)])
    short = _bend(start, low, rng.normal(0, 0.03) * side)
    long = _bend(low, end, rng.uniform(-0.12, 0.03) * side)
    return [_flow(np.vstack([short, long]), rng.uniform(0.1, 0.4))]


def _hatch(
    box: Box, angle_deg: float, pitch_mm: float, spill_mm: float, rng: Generator, part: float = 1
) -> Points:
    """Go to and fro over the box, or over a part of it, at an angle and with this pitch."""
    centre = box.centre
    half = np.maximum(np.array([box.width_mm, box.height_mm]) / 2 + spill_mm, 0.1)
    angle = math.radians(angle_deg)
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    reach = float(np.abs(across) @ half) * 0.95
    last = reach * (2 * part - 1)
    count = max(2, round((last + reach) / pitch_mm) + 1)
    places = np.linspace(-reach, last, count) + rng.uniform(-0.25, 0.25, count) * pitch_mm
    slack = 0.12 * np.column_stack([_waves(count, rng, 1.0), _waves(count, rng, 1.0)])
    slack += rng.normal(0, 0.1, (count, 2))
    lines: list[Points] = []
    for at, loose in zip(np.clip(places, -reach, reach), slack, strict=True):
        # The line centre + at * across + t * along lies in the box for low <= t <= high.
        bounds = (np.stack([-half, half]) - at * across) / along
        ends = np.array([bounds.min(axis=0).max(), bounds.max(axis=0).min()]) + loose
        line = centre + at * across + ends[:, None] * along
        lines.append(line[:: (-1) ** len(lines)])
    return np.vstack(lines)


def _fill(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    """Fill the box: by hatching that leaves slivers, densely, or in rounds."""
    spill = writer.overshoot * box.side_mm - writer.width_mm / 2
    style = rng.random()
    if style < 0.25:
        return [_spiral(box, writer, rng)]
    pitch = writer.width_mm * (rng.uniform(1.0, 1.6) if style < 0.7 else rng.uniform(0.6, 0.9))
    angle = rng.choice([-52, -40, -12, 38, 85]) + rng.normal(0, 8)
    return [_flow(_hatch(box, angle, pitch, spill, rng), 0.25)]


def _half_fill(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    """Fill a corner or one side, and leave it at that."""
    angle = rng.choice([-45, 45, 135, 225, 0, 90]) + rng.normal(0, 10)
    pitch = writer.width_mm * rng.uniform(0.7, 1.2)
    return [_flow(_hatch(box, angle, pitch, -0.2, rng, rng.uniform(0.4, 0.6)), 0.25)]


def _spiral(box: Box, writer: Writer, rng: Generator) -> Points:
    """Go round and round, outwards, until the box is as good as full."""
    reach = box.side_mm / 2 * rng.uniform(0.9, 1.12) - writer.width_mm / 2
    rounds = reach / (writer.width_mm * rng.uniform(0.7, 1.1))
    along = np.linspace(0.05, 1, max(24, round(20 * rounds)))
    angle = 2 * math.pi * rounds * along + rng.uniform(0, 6)
    radius = reach * along * (1 + 0.08 * np.sin(angle * 1.37 + 2))
    return _aim(box, rng) + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _scribble(box: Box, _writer: Writer, rng: Generator) -> list[Points]:
    """Zigzag over the box in a hurry, each time a bit elsewhere."""
    turns = int(rng.integers(6, 14))
    drift = np.linspace(-0.42, 0.42, turns) * box.side_mm
    swing = (-1.0) ** np.arange(turns) * rng.uniform(0.25, 0.52, turns) * box.side_mm
    path = np.column_stack([drift + rng.normal(0, 0.3, turns), swing])
    tilt = rng.uniform(10, 60) * rng.choice([-1, 1])
    centre = _aim(box, rng)
    return [_flow(_turn(path + centre, tilt, centre), rng.uniform(0.2, 0.7))]


def _circle(box: Box, _writer: Writer, rng: Generator) -> list[Points]:
    """Ring the box, in a bit more or a bit less than one round."""
    angle = np.linspace(0, 2 * math.pi * rng.uniform(0.95, 1.12), 60) + rng.uniform(-2.6, -1.2)
    reach = box.side_mm * rng.uniform(0.68, 0.92) * (1 + np.linspace(0, rng.normal(0, 0.08), 60))
    wide = rng.uniform(0.95, 1.2)
    ring = np.column_stack([wide * reach * np.cos(angle), reach * np.sin(angle)])
    return [_turn(_aim(box, rng) + ring, rng.normal(-15, 12), box.centre)]


def _dot(box: Box, _writer: Writer, rng: Generator) -> list[Points]:
    """Press the pen and wriggle: a blob of about a millimetre."""
    size = box.side_mm * rng.uniform(0.05, 0.11)
    return [_aim(box, rng) + rng.normal(0, size, (12, 2))]


def _dash(box: Box, _writer: Writer, rng: Generator) -> list[Points]:
    half = np.array([box.width_mm * rng.uniform(0.28, 0.5), rng.normal(0, 0.2)])
    centre = _aim(box, rng)
    return [_bend(centre - half, centre + half, rng.normal(0, 0.15))]


def _blacked(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    """Hatch until at least nine tenths of the inside is covered; spill half a mm at most."""
    angle = rng.uniform(-60, 60)
    strokes: list[Points] = []
    for _ in range(6):
        pitch = writer.width_mm * rng.uniform(0.7, 0.95)
        spill = rng.uniform(-0.05, 0.4) - writer.width_mm / 2
        strokes.append(_flow(_hatch(box, angle, pitch, spill, rng), 0.15))
        if _covered(box, strokes, writer.width_mm) > 0.92:
            break
        angle += rng.uniform(50, 100)
    return strokes


def _outside(box: Box, writer: Writer, rng: Generator) -> list[Points]:
    """Miss the box: push a cross away until 55-75 % of it lies outside."""
    strokes = _cross(box, writer, rng)
    target = rng.uniform(0.57, 0.73)
    angle = rng.uniform(0, 2 * math.pi)
    way = np.array([math.cos(angle), math.sin(angle)])
    points = np.vstack([_even(stroke) for stroke in strokes])
    near, far = 0.0, 2 * box.side_mm
    for _ in range(20):
        middle = (near + far) / 2
        is_out = 1 - box.share_inside(points + way * middle) > target
        near, far = (near, middle) if is_out else (middle, far)
    return [stroke + way * far for stroke in strokes]


def _line(row: Sequence[Box], rng: Generator) -> list[Points]:
    """Strike the row out from left to right, not quite straight."""
    left = min(row, key=lambda box: box.x_mm)
    right = max(row, key=lambda box: box.x_mm)
    start = left.centre - np.array([left.width_mm * rng.uniform(0.7, 1.6), rng.normal(0, 0.8)])
    end = right.centre + np.array([right.width_mm * rng.uniform(0.7, 1.6), rng.normal(0, 0.8)])
    return [_bend(start, end, rng.normal(0, 0.8))]


def _stray(box: Box, _writer: Writer, rng: Generator) -> list[Points]:
    """Rest the pen somewhere in or near the box: a dot, or a dash of a millimetre or so."""
    at = box.centre + rng.uniform(-0.7, 0.7, 2) * box.side_mm
    if rng.random() < 0.6:
        return [at + rng.normal(0, 0.05, (4, 2))]
    angle = rng.uniform(0, math.pi)
    way = rng.uniform(0.6, 1.6) * np.array([math.cos(angle), math.sin(angle)])
    return [_bend(at, at + way, 0.05)]


def _rub_out(page: Image, box: Box, writer: Writer, rng: Generator, px_per_mm: float) -> None:
    """Leave what a rubber leaves of pencil: a grey ghost in a smudge."""
    pencil = writer
    if writer.pen not in (Pen.PENCIL, Pen.LIGHT_PENCIL):
        pencil = replace(
            writer, pen=Pen.PENCIL, width_mm=0.5, ink=rng.uniform(*_STUFF[Pen.PENCIL].ink)
        )
    strokes = _STROKES[MarkKind.TICK if rng.random() < 0.25 else MarkKind.CROSS](box, pencil, rng)
    _ink(page, strokes, pencil, rng, px_per_mm, strength=rng.uniform(0.12, 0.4), smear_mm=0.06)
    smudge = _hatch(box, rng.uniform(-30, 30), 1.5, 0.4, rng)
    rubber = replace(pencil, width_mm=2.0)
    _ink(page, [_flow(smudge, 0.8)], rubber, rng, px_per_mm, strength=0.05, smear_mm=0.6)


_STROKES: dict[MarkKind, Callable[[Box, Writer, Generator], list[Points]]] = {
    MarkKind.CROSS: _cross,
    MarkKind.TICK: _tick,
    MarkKind.FILL: _fill,
    MarkKind.HALF_FILL: _half_fill,
    MarkKind.SCRIBBLE: _scribble,
    MarkKind.CIRCLE: _circle,
    MarkKind.DOT: _dot,
    MarkKind.DASH: _dash,
    MarkKind.BLACKED: _blacked,
    MarkKind.OUTSIDE: _outside,
    MarkKind.STRAY: _stray,
}


# What ink does ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stuff:
    """How a kind of pen marks paper."""

    width_mm: Range
    ink: Range
    cover: float  # how much of the paper's tooth it fills
    grain: float  # how uneven it is from fibre to fibre
    skips: float = 0.0  # chance per 0.3 mm that a ball runs dry
    bleed_mm: float = 0.0


_STUFF = {
    Pen.BALLPOINT: _Stuff((0.38, 0.6), (30, 85), cover=0.94, grain=0.12, skips=0.02),
    Pen.THIN_BALLPOINT: _Stuff((0.2, 0.32), (40, 95), cover=0.92, grain=0.14, skips=0.03),
    Pen.GEL: _Stuff((0.4, 0.7), (8, 50), cover=0.99, grain=0.04),
    Pen.FELT: _Stuff((0.9, 1.8), (0, 40), cover=0.99, grain=0.04, bleed_mm=0.12),
    Pen.PENCIL: _Stuff((0.4, 0.8), (70, 105), cover=0.84, grain=0.24),
    Pen.LIGHT_PENCIL: _Stuff((0.35, 0.7), (120, 155), cover=0.74, grain=0.26),
}
_FINE_PX_PER_MM = 40  # strokes are drawn at this scale and then averaged
_STEP_MM = 0.1  # points along a stroke
_CHUNK = 4  # steps drawn with one width and one darkness


def _ink(
    page: Image,
    strokes: Sequence[Points],
    writer: Writer,
    rng: Generator,
    px_per_mm: float,
    strength: float = 1.0,
    smear_mm: float = 0.0,
    is_one_layer: bool = False,
) -> None:
    """Lay the strokes on the paper: trembling, pressed unevenly, grainy or bleeding.

    Strokes over each other fill the tooth of the paper; text is drawn in one layer, to be quick.
    """
    stuff = _STUFF[writer.pen]
    paths = [_tremble(stroke, writer, rng) for stroke in strokes]
    margin = 2 * writer.width_mm + 3 * (stuff.bleed_mm + smear_mm)
    every = np.vstack(paths)
    top_left = np.floor((every.min(axis=0) - margin) * px_per_mm).astype(int)
    bottom_right = np.ceil((every.max(axis=0) + margin) * px_per_mm).astype(int)
    left, top = np.maximum(top_left, 0)
    right, bottom = np.minimum(bottom_right, (page.shape[1], page.shape[0]))
    if right <= left or bottom <= top:
        return
    times = max(2, round(_FINE_PX_PER_MM / px_per_mm))
    size = (int(right - left), int(bottom - top))
    bare = np.ones(size[::-1], np.float32)
    for layer in [paths] if is_one_layer else [[path] for path in paths]:
        fine = np.zeros((size[1] * times, size[0] * times), np.uint8)
        for path in layer:
            path_px = (path * px_per_mm - (left, top)) * times - 0.5
            _drag(fine, path_px, writer, stuff, rng, times * px_per_mm)
        mean = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        cover = np.asarray(mean, np.float32) / np.float32(255)
        if stuff.bleed_mm:
            cover = _bleed(cover, stuff.bleed_mm * px_per_mm, rng)
        if smear_mm:
            cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), smear_mm * px_per_mm), np.float32)
        tooth = _fibres(cover.shape, 0.06 * px_per_mm, rng)
        bare *= 1 - cover * np.clip(stuff.cover + stuff.grain * tooth, 0, 1)
    patch = page[top:bottom, left:right]
    light = 1 - strength * (1 - writer.ink / 255) * (1 - bare)
    patch[:] = np.rint(patch * (light if page.ndim == 2 else light[..., None]))


def _drag(
    fine: Image, path_px: Points, writer: Writer, stuff: _Stuff, rng: Generator, fine_per_mm: float
) -> None:
    """Drag the pen along a path, piece by piece; darkness is drawn as the grey of the piece."""
    pieces = max(1, math.ceil((len(path_px) - 1) / _CHUNK))
    press = 1 + writer.pressure * _waves(pieces, rng, _STEP_MM * _CHUNK)
    press[0] *= 1 + 0.6 * writer.pressure  # the pen lands
    press[-1] *= 1 - 0.6 * writer.pressure  # and leaves
    dry = rng.random(pieces) < stuff.skips
    dry |= np.roll(dry, 1) & (rng.random(pieces) < 0.4)
    fixed = np.rint(path_px * 8).astype(np.int32)  # three bits below the pixel
    for piece in range(pieces):
        if dry[piece] and pieces > 6:
            if rng.random() < 0.5:
                continue
            darkness = rng.uniform(90, 180)
        else:
            darkness = 255 * min(1.0, 0.94 + 0.5 * (press[piece] - 1))
        width_px = max(1, round(writer.width_mm * fine_per_mm * float(press[piece]) ** 0.7))
        part = fixed[piece * _CHUNK : piece * _CHUNK + _CHUNK + 1]
        cv2.polylines(fine, [part], False, darkness, width_px, cv2.LINE_8, shift=3)


def _tremble(stroke: Points, writer: Writer, rng: Generator) -> Points:
    """Space the points evenly and let the hand tremble."""
    path = _even(stroke)
    wobble = np.column_stack([_waves(len(path), rng), _waves(len(path), rng)])
    return np.asarray(path + wobble * writer.jitter_mm, np.float64)


def _even(stroke: Points, step_mm: float = _STEP_MM) -> Points:
    """Put a point at every tenth of a millimetre of the stroke."""
    lengths = np.hypot(*np.diff(stroke, axis=0).T)
    run = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(2, math.ceil(run[-1] / step_mm) + 1)
    at = np.linspace(0, run[-1], count)
    return np.column_stack([np.interp(at, run, stroke[:, axis]) for axis in (0, 1)])


def _flow(stroke: Points, round_mm: float) -> Points:
    """Round the corners of a stroke, as a hand that does not stop."""
    path = _even(stroke)
    reach = max(1, round(round_mm / _STEP_MM / 2))
    window = np.hanning(2 * reach + 3)[1:-1]
    padded = np.pad(path, ((reach, reach), (0, 0)), mode="edge")
    smooth = [np.convolve(padded[:, axis], window / window.sum(), "valid") for axis in (0, 1)]
    return np.column_stack(smooth)


def _waves(count: int, rng: Generator, step_mm: float = _STEP_MM) -> NDArray[np.float64]:
    """Wander smoothly within about one either way: the longer the swing, the wider."""
    at = np.arange(count) * step_mm
    total = np.zeros(count)
    for swing_mm in (1.5, 3.5, 8.0):
        phase = at / (swing_mm * rng.uniform(0.7, 1.3)) + rng.random()
        total += swing_mm / 8 * np.sin(2 * math.pi * phase)
    return total


def _fibres(shape: tuple[int, ...], reach_px: float, rng: Generator) -> NDArray[np.float32]:
    """The tooth of the paper: noise of unit size whose grains measure about `reach_px`."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    if reach_px > 0.4:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), reach_px), np.float32)
        noise *= 2 * math.sqrt(math.pi) * reach_px  # what the blur took away
    return noise


def _bleed(cover: NDArray[np.float32], reach_px: float, rng: Generator) -> NDArray[np.float32]:
    """Let wet ink creep along the fibres, a little further here than there."""
    soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), reach_px), np.float32)
    soft += 0.05 * _fibres(cover.shape, 0.8 * reach_px, rng) * (soft > 0.02)
    return np.asarray(np.clip((soft - 0.15) / 0.35, 0, 1), np.float32)


def _covered(box: Box, strokes: Sequence[Points], width_mm: float) -> float:
    """Tell which part of the box the strokes cover."""
    scale = 20  # px per mm
    mask = np.zeros((round(box.height_mm * scale), round(box.width_mm * scale)), np.uint8)
    for stroke in strokes:
        path = np.rint((stroke - (box.x_mm, box.y_mm)) * scale).astype(np.int32)
        cv2.polylines(mask, [path], False, 1, max(1, round(width_mm * scale)))
    return float(mask.mean())
