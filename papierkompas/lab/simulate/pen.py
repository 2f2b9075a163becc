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
    SLASH = "slash"  # one stroke from edge to edge
    SCRATCHED = "scratched"  # withdrawn: scribbled out, beyond the box
    BLOT = "blot"  # filled in roundly; the corners stay white


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


# How hands differ. A pair is drawn evenly between the two; SPREAD is a standard deviation, and
# lengths are parts of the side of the box unless they end in _MM.
TREMBLE_MM, SLANT_DEG, SLANT_SPREAD = (0.03, 0.12), 8.0, 7.0
SIZE, OVERSHOOT, PRESSURE, JOINED = (0.65, 1.2), (-0.07, 0.07), (0.05, 0.3), 0.3
AIM_SPREAD, MOST_MISS = 0.06, 0.16  # 0.8 mm at most in a box of 5 mm
ASIDE_MM = 12.0  # where no other boxes are given, they are so far apart
BETWEEN_SPREAD_MM = 0.3

# Words, in units of a letter's grid.
LETTERS_HIGH, LETTERS_MARGIN, UNIT_MM, UNDER_MIDDLE = 10.5, 2.0, (0.42, 0.62), 3.0
RISE_SPREAD, DROP_SPREAD, GROWTH, SHAKE_SPREAD = 0.008, 0.22, (0.93, 1.07), 0.16
THICKEST, WORD_TREMBLE, WORD_FLOW = 1.3, 0.1, 0.9

# A cross.
ARM_VARIES, ARM, ARM_TIP, ARM_MISS = (0.82, 1.18), (0.6, 1.4), (0.85, 1.1), 0.04
LEAN_OF_SLANT, LEAN_SPREAD, ARM_BOW = 0.4, 5.0, 0.05
LOOP_BOW, LOOP_MM, LOOP_MIRRORED = (-0.05, 0.15), (0.1, 0.3), 0.7

# A tick.
TICK_LOW_X, TICK_LOW_Y = (-0.15, 0.05), (0.15, 0.38)
TICK_START_X, TICK_START_Y = (0.15, 0.4), (0.2, 0.5)
TICK_TAIL, TICK_STEEP_DEG, TICK_BOW, TICK_TAIL_BOW = (0.8, 1.6), (42.0, 66.0), 0.03, (-0.12, 0.03)
TICK_FLOW_MM = (0.1, 0.4)

# Filling: to and fro at an angle, with a pitch in widths of the stroke; or in rounds.
LEAST_HALF_MM = 0.1
HATCH_REACH, HATCH_UNEVEN, HATCH_SLACK_MM, HATCH_SPREAD_MM = 0.95, 0.25, 0.12, 0.1
IN_ROUNDS, LOOSELY = 0.25, 0.45  # shares of people; the others fill densely
LOOSE_PITCH, DENSE_PITCH = (1.0, 1.6), (0.6, 0.9)
FILL_DEG, FILL_SPREAD, FILL_FLOW_MM = (-52, -40, -12, 38, 85), 8.0, 0.25
HALF_DEG, HALF_SPREAD, HALF_PITCH = (-45, 45, 135, 225, 0, 90), 10.0, (0.7, 1.2)
HALF_INSET_MM, HALF_PART = 0.2, (0.4, 0.6)
SPIRAL_REACH, SPIRAL_PITCH, SPIRAL_STEPS, SPIRAL_LEAST = (0.9, 1.12), (0.7, 1.1), 20, 24
SPIRAL_FROM, SPIRAL_WOBBLE, SPIRAL_SWING, SPIRAL_PHASE = 0.05, 0.08, 1.37, 2.0
BLACK_DEG, BLACK_MOST, BLACK_PITCH, BLACK_SPILL_MM = 60.0, 6, (0.7, 0.95), (-0.05, 0.4)
BLACK_FLOW_MM, BLACK_ENOUGH, BLACK_TURN_DEG = 0.15, 0.92, (50.0, 100.0)

# One stroke over the box, scribbled out, a round filling.
SLASH_REACH, SLASH_DEG, SLASH_SPREAD, SLASH_BOW = (0.42, 0.62), (-50, -45, 45, 50, 0, 90), 8.0, 0.05
SCRATCH_TURNS, SCRATCH_REACH, SCRATCH_LAYERS = (9, 18), (0.55, 0.85), (1, 4)
SCRATCH_DRIFT, SCRATCH_SPREAD, SCRATCH_FLOW_MM = 0.55, 0.06, (0.1, 0.4)
BLOT_REACH, BLOT_PITCH = (0.6, 0.98), (0.5, 0.8)

# Other marks.
SCRIBBLE_TURNS, SCRIBBLE_DRIFT, SCRIBBLE_SWING = (6, 14), 0.42, (0.25, 0.52)
SCRIBBLE_SPREAD_MM, SCRIBBLE_DEG, SCRIBBLE_FLOW_MM = 0.3, (10.0, 60.0), (0.2, 0.7)
ROUND, ROUND_STEPS, ROUND_START = (0.95, 1.12), 60, (-2.6, -1.2)
ROUND_REACH, ROUND_GROWS, ROUND_WIDE = (0.68, 0.92), 0.08, (0.95, 1.2)
ROUND_DEG, ROUND_DEG_SPREAD = -15.0, 12.0
DOT_SIZE, DOT_POINTS = (0.05, 0.11), 12
DASH_HALF, DASH_SPREAD_MM, DASH_BOW_MM = (0.28, 0.5), 0.2, 0.15
OUTSIDE, OUTSIDE_TRIES = (0.57, 0.73), 20  # share of the cross that lies out of its box
LINE_BEYOND, LINE_SPREAD_MM = (0.7, 1.6), 0.8
STRAY_NEAR, STRAY_DOT, STRAY_POINTS, STRAY_SPREAD_MM = 0.7, 0.6, 4, 0.05
STRAY_DASH_MM, STRAY_BOW_MM = (0.6, 1.6), 0.05
PENCIL_MM, RUBBED_TICK, LEFT_OVER, LEFT_SMEAR_MM = 0.5, 0.25, (0.12, 0.4), 0.06
RUBBER_MM, RUBBER_DEG, RUBBER_PITCH_MM, RUBBER_SPILL_MM = 2.0, 30.0, 1.5, 0.4
RUBBER_FLOW_MM, RUBBER_STRENGTH, RUBBER_SMEAR_MM = 0.8, 0.05, 0.6
CURVE_POINTS = 24
SOMEWHERE = 6.0  # radians: nearly all round
PALEST = 250  # grey of a stroke that can be seen
WHITE = 255


@dataclass(frozen=True, slots=True)
class PrintedBox:
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
        if not 0 <= self.ink <= PALEST:
            raise ValueError(f"ink must be 0..{PALEST} to be seen, got {self.ink}")
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
            jitter_mm=rng.uniform(*TREMBLE_MM),
            slant_deg=float(rng.normal(SLANT_DEG, SLANT_SPREAD)),
            size=rng.uniform(*SIZE),
            overshoot=rng.uniform(*OVERSHOOT),
            pressure=rng.uniform(*PRESSURE),
            is_joined=bool(rng.random() < JOINED),
        )


@dataclass(frozen=True, slots=True)
class Meant:
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
    boxes: Mapping[str, PrintedBox],
    answer: Meant,
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
    box: PrintedBox,
    kind: MarkKind,
    writer: Writer,
    rng: Generator,
    px_per_mm: float,
    row: Sequence[PrintedBox] = (),
) -> None:
    """Draw one mark of this kind for this box.

    `row` holds the boxes of the question; a mark `between` two and a `line` through all need it
    (without it, boxes `ASIDE_MM` apart are assumed).
    """
    if len(row) < 2:
        row = [replace(box, x_mm=box.x_mm + ASIDE_MM * step) for step in (-1, 0, 1)]
    if kind is MarkKind.GHOST:
        _rub_out(page, box, writer, rng, px_per_mm)
    elif kind is MarkKind.BETWEEN:
        near = min((other for other in row if other != box), key=lambda b: _gap(box, b))
        middle = (box.centre + near.centre) / 2 + rng.normal(0, BETWEEN_SPREAD_MM, 2)
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
    room_mm = width_mm / (sum(widths) + LETTERS_MARGIN)
    unit_mm = min(height_mm / LETTERS_HIGH, room_mm, rng.uniform(*UNIT_MM))
    lean = math.tan(math.radians(writer.slant_deg))
    rise = rng.normal(0, RISE_SPREAD)  # nobody writes quite level
    baseline = y_mm + height_mm / 2 + UNDER_MIDDLE * unit_mm
    strokes: list[Points] = []
    pen_at = 1 + max(0.0, lean) * UNDER_MIDDLE
    for before, letter, advance in zip(" " + letters, letters, widths, strict=False):
        drop, grow = rng.normal(0, DROP_SPREAD), rng.uniform(*GROWTH)
        for number, glyph in enumerate(GLYPHS.get(letter, ())):
            points = (glyph - (0, BASELINE)) * grow
            points += rng.normal(0, SHAKE_SPREAD, glyph.shape)
            points[:, 0] += pen_at - points[:, 1] * lean
            points[:, 1] += drop
            placed = points * unit_mm + (x_mm, baseline) + (0, rise * pen_at * unit_mm)
            runs_on = number == 0 and glyph[0, 0] == 0 and before.islower() and letter.islower()
            if writer.is_joined and runs_on and strokes:
                strokes[-1] = np.vstack([strokes[-1], placed])
            else:
                strokes.append(placed)
        pen_at += advance
    thickest = THICKEST * unit_mm  # with a thick pen one writes thinly, or nobody can read it
    small = replace(
        writer, jitter_mm=WORD_TREMBLE * unit_mm, width_mm=min(writer.width_mm, thickest)
    )
    smooth = [_flow(stroke, WORD_FLOW * unit_mm) for stroke in strokes]
    _ink(page, smooth, small, rng, px_per_mm, is_one_layer=True)


# What a hand does ---------------------------------------------------------------------------


def _usual(writer: Writer, rng: Generator) -> MarkKind:
    return writer.kinds[int(rng.integers(len(writer.kinds)))]


def _gap(one: PrintedBox, other: PrintedBox) -> float:
    return float(np.hypot(*(one.centre - other.centre)))


def _aim(box: PrintedBox, rng: Generator) -> Points:
    """Miss the centre a little."""
    miss, most = rng.normal(0, AIM_SPREAD * box.side_mm, 2), MOST_MISS * box.side_mm
    return box.centre + np.clip(miss, -most, most)


def _bend(start: Points, end: Points, bow_mm: float) -> Points:
    """Draw a Bezier curve from start to end that bulges by `bow_mm` to one side."""
    along = np.linspace(0, 1, CURVE_POINTS)[:, None]
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
        reach = side_mm / 2 * np.clip(writer.size * rng.uniform(*ARM_VARIES), *ARM)
        tip = np.array([sign * reach * rng.uniform(*ARM_TIP), reach * rng.uniform(*ARM_TIP)])
        middle = centre + rng.normal(0, ARM_MISS * side_mm, 2)
        return middle - tip, middle + tip

    lean = -writer.slant_deg * LEAN_OF_SLANT + rng.normal(0, LEAN_SPREAD)
    first, second = arm(1), arm(-1)
    bows = rng.normal(0, ARM_BOW * side_mm, 2)
    arms = [_bend(*first, bows[0]), _bend(*second, bows[1])]
    if writer.is_joined:
        # Down one arm, round a loop at the side, and back through the middle, as in a Greek alpha.
        back = _bend(first[1], second[0], rng.uniform(*LOOP_BOW) * side_mm)
        alpha = _flow(np.vstack([arms[0], back, arms[1]]), rng.uniform(*LOOP_MM) * side_mm)
        arms = [_mirror(alpha, centre) if rng.random() < LOOP_MIRRORED else alpha]
    return [_turn(stroke, lean, centre) for stroke in arms]


def _cross(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    return _cross_at(_aim(box, rng), box.side_mm, writer, rng)


def _tick(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """A short way down and a long way up, often out of the box at the top right."""
    side = box.side_mm
    low = _aim(box, rng)
    low = low + side * np.array([rng.uniform(*TICK_LOW_X), rng.uniform(*TICK_LOW_Y)])
    start = low - side * np.array([rng.uniform(*TICK_START_X), rng.uniform(*TICK_START_Y)])
    tail = side * writer.size * rng.uniform(*TICK_TAIL)
    steep = math.radians(rng.uniform(*TICK_STEEP_DEG))
    end = low + tail * np.array([math.cos(steep), -math.sin(steep)])
    short = _bend(start, low, rng.normal(0, TICK_BOW) * side)
    long = _bend(low, end, rng.uniform(*TICK_TAIL_BOW) * side)
    return [_flow(np.vstack([short, long]), rng.uniform(*TICK_FLOW_MM))]


def _hatch(
    box: PrintedBox,
    angle_deg: float,
    pitch_mm: float,
    spill_mm: float,
    rng: Generator,
    part: float = 1,
) -> Points:
    """Go to and fro over the box, or over a part of it, at an angle and with this pitch."""
    centre = box.centre
    half = np.maximum(np.array([box.width_mm, box.height_mm]) / 2 + spill_mm, LEAST_HALF_MM)
    angle = math.radians(angle_deg)
    along = np.array([math.cos(angle), math.sin(angle)])
    across = np.array([-along[1], along[0]])
    reach = float(np.abs(across) @ half) * HATCH_REACH
    last = reach * (2 * part - 1)
    count = max(2, round((last + reach) / pitch_mm) + 1)
    places = np.linspace(-reach, last, count) + pitch_mm * rng.uniform(
        -HATCH_UNEVEN, HATCH_UNEVEN, count
    )
    slack = HATCH_SLACK_MM * np.column_stack([_waves(count, rng, 1.0), _waves(count, rng, 1.0)])
    slack += rng.normal(0, HATCH_SPREAD_MM, (count, 2))
    lines: list[Points] = []
    for at, loose in zip(np.clip(places, -reach, reach), slack, strict=True):
        # The line centre + at * across + t * along lies in the box for low <= t <= high.
        bounds = (np.stack([-half, half]) - at * across) / along
        ends = np.array([bounds.min(axis=0).max(), bounds.max(axis=0).min()]) + loose
        line = centre + at * across + ends[:, None] * along
        lines.append(line[:: (-1) ** len(lines)])
    return np.vstack(lines)


def _fill(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Fill the box: by hatching that leaves slivers, densely, or in rounds."""
    spill = writer.overshoot * box.side_mm - writer.width_mm / 2
    style = rng.random()
    if style < IN_ROUNDS:
        return [_spiral(box, writer, rng)]
    dense = style >= IN_ROUNDS + LOOSELY
    pitch = writer.width_mm * rng.uniform(*(DENSE_PITCH if dense else LOOSE_PITCH))
    angle = rng.choice(FILL_DEG) + rng.normal(0, FILL_SPREAD)
    return [_flow(_hatch(box, angle, pitch, spill, rng), FILL_FLOW_MM)]


def _half_fill(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Fill a corner or one side, and leave it at that."""
    angle = rng.choice(HALF_DEG) + rng.normal(0, HALF_SPREAD)
    pitch = writer.width_mm * rng.uniform(*HALF_PITCH)
    part = rng.uniform(*HALF_PART)
    return [_flow(_hatch(box, angle, pitch, -HALF_INSET_MM, rng, part), FILL_FLOW_MM)]


def _spiral(box: PrintedBox, writer: Writer, rng: Generator) -> Points:
    """Go round and round, outwards, until the box is as good as full."""
    reach = box.side_mm / 2 * rng.uniform(*SPIRAL_REACH) - writer.width_mm / 2
    rounds = reach / (writer.width_mm * rng.uniform(*SPIRAL_PITCH))
    along = np.linspace(SPIRAL_FROM, 1, max(SPIRAL_LEAST, round(SPIRAL_STEPS * rounds)))
    angle = 2 * math.pi * rounds * along + rng.uniform(0, SOMEWHERE)
    wobble = SPIRAL_WOBBLE * np.sin(angle * SPIRAL_SWING + SPIRAL_PHASE)
    radius = reach * along * (1 + wobble)
    return _aim(box, rng) + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _scribble(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    """Zigzag over the box in a hurry, each time a bit elsewhere."""
    turns = int(rng.integers(*SCRIBBLE_TURNS))
    drift = np.linspace(-SCRIBBLE_DRIFT, SCRIBBLE_DRIFT, turns) * box.side_mm
    swing = (-1.0) ** np.arange(turns) * rng.uniform(*SCRIBBLE_SWING, turns) * box.side_mm
    path = np.column_stack([drift + rng.normal(0, SCRIBBLE_SPREAD_MM, turns), swing])
    tilt = rng.uniform(*SCRIBBLE_DEG) * rng.choice([-1, 1])
    centre = _aim(box, rng)
    return [_flow(_turn(path + centre, tilt, centre), rng.uniform(*SCRIBBLE_FLOW_MM))]


def _slash(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Strike through one box, from edge to edge, and leave it at that."""
    angle = math.radians(float(rng.choice(SLASH_DEG)) + rng.normal(0, SLASH_SPREAD))
    way = np.array([math.cos(angle), math.sin(angle)])
    reach = box.side_mm * rng.uniform(*SLASH_REACH) / max(np.abs(way)) * (1 - writer.overshoot)
    centre = _aim(box, rng)
    bow = rng.normal(0, SLASH_BOW) * box.side_mm
    return [_bend(centre - reach * way, centre + reach * way, bow)]


def _scratched(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    """Scribble a box out, to and fro and over its edges, until the mark in it is hard to see."""
    strokes: list[Points] = []
    tilt = rng.uniform(-SOMEWHERE, SOMEWHERE)
    for _ in range(int(rng.integers(*SCRATCH_LAYERS))):
        turns = int(rng.integers(*SCRATCH_TURNS))
        drift = np.linspace(-SCRATCH_DRIFT, SCRATCH_DRIFT, turns)
        swing = (-1.0) ** np.arange(turns) * rng.uniform(*SCRATCH_REACH, turns)
        path = np.column_stack([drift, swing]) + rng.normal(0, SCRATCH_SPREAD, (turns, 2))
        centre = _aim(box, rng)
        turned = _turn(path * box.side_mm + centre, math.degrees(tilt), centre)
        strokes.append(_flow(turned, rng.uniform(*SCRATCH_FLOW_MM)))
        tilt += rng.uniform(math.pi / 4, math.pi / 2)
    return strokes


def _blot(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Fill a box in rounds, which leave its corners white."""
    reach = max(box.side_mm / 2 * rng.uniform(*BLOT_REACH) - writer.width_mm / 2, LEAST_HALF_MM)
    rounds = max(1.0, reach / (writer.width_mm * rng.uniform(*BLOT_PITCH)))
    along = np.linspace(SPIRAL_FROM, 1, max(SPIRAL_LEAST, round(SPIRAL_STEPS * rounds)))
    angle = 2 * math.pi * rounds * along + rng.uniform(0, SOMEWHERE)
    radius = reach * along * (1 + SPIRAL_WOBBLE * np.sin(angle * SPIRAL_SWING))
    return [_aim(box, rng) + np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])]


def _circle(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    """Ring the box, in a bit more or a bit less than one round."""
    angle = np.linspace(0, 2 * math.pi * rng.uniform(*ROUND), ROUND_STEPS)
    angle += rng.uniform(*ROUND_START)
    side = box.side_mm * rng.uniform(*ROUND_REACH)
    reach = side * (1 + np.linspace(0, rng.normal(0, ROUND_GROWS), ROUND_STEPS))
    wide = rng.uniform(*ROUND_WIDE)
    ring = np.column_stack([wide * reach * np.cos(angle), reach * np.sin(angle)])
    return [_turn(_aim(box, rng) + ring, rng.normal(ROUND_DEG, ROUND_DEG_SPREAD), box.centre)]


def _dot(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    """Press the pen and wriggle: a blob of about a millimetre."""
    size = box.side_mm * rng.uniform(*DOT_SIZE)
    return [_aim(box, rng) + rng.normal(0, size, (DOT_POINTS, 2))]


def _dash(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    half = np.array([box.width_mm * rng.uniform(*DASH_HALF), rng.normal(0, DASH_SPREAD_MM)])
    centre = _aim(box, rng)
    return [_bend(centre - half, centre + half, rng.normal(0, DASH_BOW_MM))]


def _blacked(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Hatch until at least nine tenths of the inside is covered; spill half a mm at most."""
    angle = rng.uniform(-BLACK_DEG, BLACK_DEG)
    strokes: list[Points] = []
    for _ in range(BLACK_MOST):
        pitch = writer.width_mm * rng.uniform(*BLACK_PITCH)
        spill = rng.uniform(*BLACK_SPILL_MM) - writer.width_mm / 2
        strokes.append(_flow(_hatch(box, angle, pitch, spill, rng), BLACK_FLOW_MM))
        if _covered(box, strokes, writer.width_mm) > BLACK_ENOUGH:
            break
        angle += rng.uniform(*BLACK_TURN_DEG)
    return strokes


def _outside(box: PrintedBox, writer: Writer, rng: Generator) -> list[Points]:
    """Miss the box: push a cross away until 55-75 % of it lies outside."""
    strokes = _cross(box, writer, rng)
    target = rng.uniform(*OUTSIDE)
    angle = rng.uniform(0, 2 * math.pi)
    way = np.array([math.cos(angle), math.sin(angle)])
    points = np.vstack([_even(stroke) for stroke in strokes])
    near, far = 0.0, 2 * box.side_mm
    for _ in range(OUTSIDE_TRIES):
        middle = (near + far) / 2
        is_out = 1 - box.share_inside(points + way * middle) > target
        near, far = (near, middle) if is_out else (middle, far)
    return [stroke + way * far for stroke in strokes]


def _line(row: Sequence[PrintedBox], rng: Generator) -> list[Points]:
    """Strike the row out from left to right, not quite straight."""
    left = min(row, key=lambda box: box.x_mm)
    right = max(row, key=lambda box: box.x_mm)

    def beyond(box: PrintedBox) -> Points:
        return np.array([box.width_mm * rng.uniform(*LINE_BEYOND), rng.normal(0, LINE_SPREAD_MM)])

    start, end = left.centre - beyond(left), right.centre + beyond(right)
    return [_bend(start, end, rng.normal(0, LINE_SPREAD_MM))]


def _stray(box: PrintedBox, _writer: Writer, rng: Generator) -> list[Points]:
    """Rest the pen somewhere in or near the box: a dot, or a dash of a millimetre or so."""
    at = box.centre + rng.uniform(-STRAY_NEAR, STRAY_NEAR, 2) * box.side_mm
    if rng.random() < STRAY_DOT:
        return [at + rng.normal(0, STRAY_SPREAD_MM, (STRAY_POINTS, 2))]
    angle = rng.uniform(0, math.pi)
    way = rng.uniform(*STRAY_DASH_MM) * np.array([math.cos(angle), math.sin(angle)])
    return [_bend(at, at + way, STRAY_BOW_MM)]


def _rub_out(
    page: Image, box: PrintedBox, writer: Writer, rng: Generator, px_per_mm: float
) -> None:
    """Leave what a rubber leaves of pencil: a grey ghost in a smudge."""
    pencil = writer
    if writer.pen not in (Pen.PENCIL, Pen.LIGHT_PENCIL):
        grey = rng.uniform(*_STUFF[Pen.PENCIL].ink)
        pencil = replace(writer, pen=Pen.PENCIL, width_mm=PENCIL_MM, ink=grey)
    kind = MarkKind.TICK if rng.random() < RUBBED_TICK else MarkKind.CROSS
    strokes = _STROKES[kind](box, pencil, rng)
    left = rng.uniform(*LEFT_OVER)
    _ink(page, strokes, pencil, rng, px_per_mm, strength=left, smear_mm=LEFT_SMEAR_MM)
    angle = rng.uniform(-RUBBER_DEG, RUBBER_DEG)
    smudge = _flow(_hatch(box, angle, RUBBER_PITCH_MM, RUBBER_SPILL_MM, rng), RUBBER_FLOW_MM)
    rubber = replace(pencil, width_mm=RUBBER_MM)
    _ink(
        page,
        [smudge],
        rubber,
        rng,
        px_per_mm,
        strength=RUBBER_STRENGTH,
        smear_mm=RUBBER_SMEAR_MM,
    )


_STROKES: dict[MarkKind, Callable[[PrintedBox, Writer, Generator], list[Points]]] = {
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
    MarkKind.SLASH: _slash,
    MarkKind.SCRATCHED: _scratched,
    MarkKind.BLOT: _blot,
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
_TOOTH_MM = 0.06
_MARGIN = 3  # standard deviations
_HALF = 0.5  # a pixel: its centre
_LANDS, _RUNS_ON_DRY, _SHORT, _SKIPPED = 0.6, 0.4, 6, 0.5  # of the pressure; chances; pieces
_DRY, _FULL, _PRESSED, _SPREADS = (90.0, 180.0), 0.94, 0.5, 0.7
_BITS = 3  # below the pixel
_SWINGS_MM, _SWING_VARIES = (1.5, 3.5, 8.0), (0.7, 1.3)
_BLUR_FROM_PX = 0.4
_CREEP, _CREEP_REACH, _WET, _DRY_EDGE, _WET_RANGE = 0.05, 0.8, 0.02, 0.15, 0.35
_COVER_PX_PER_MM = 20


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
    margin = 2 * writer.width_mm + _MARGIN * (stuff.bleed_mm + smear_mm)
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
            path_px = (path * px_per_mm - (left, top)) * times - _HALF
            _drag(fine, path_px, writer, stuff, rng, times * px_per_mm)
        mean = cv2.resize(fine, size, interpolation=cv2.INTER_AREA)
        cover = np.asarray(mean, np.float32) / np.float32(WHITE)
        if stuff.bleed_mm:
            cover = _bleed(cover, stuff.bleed_mm * px_per_mm, rng)
        if smear_mm:
            cover = np.asarray(cv2.GaussianBlur(cover, (0, 0), smear_mm * px_per_mm), np.float32)
        tooth = _fibres(cover.shape, _TOOTH_MM * px_per_mm, rng)
        bare *= 1 - cover * np.clip(stuff.cover + stuff.grain * tooth, 0, 1)
    patch = page[top:bottom, left:right]
    light = 1 - strength * (1 - writer.ink / WHITE) * (1 - bare)
    patch[:] = np.rint(patch * (light if page.ndim == 2 else light[..., None]))


def _drag(
    fine: Image, path_px: Points, writer: Writer, stuff: _Stuff, rng: Generator, fine_per_mm: float
) -> None:
    """Drag the pen along a path, piece by piece; darkness is drawn as the grey of the piece."""
    pieces = max(1, math.ceil((len(path_px) - 1) / _CHUNK))
    press = 1 + writer.pressure * _waves(pieces, rng, _STEP_MM * _CHUNK)
    press[0] *= 1 + _LANDS * writer.pressure  # the pen lands
    press[-1] *= 1 - _LANDS * writer.pressure  # and leaves
    dry = rng.random(pieces) < stuff.skips
    dry |= np.roll(dry, 1) & (rng.random(pieces) < _RUNS_ON_DRY)
    fixed = np.rint(path_px * (1 << _BITS)).astype(np.int32)
    for piece in range(pieces):
        if dry[piece] and pieces > _SHORT:
            if rng.random() < _SKIPPED:
                continue
            darkness = rng.uniform(*_DRY)
        else:
            darkness = WHITE * min(1.0, _FULL + _PRESSED * (press[piece] - 1))
        wide = writer.width_mm * fine_per_mm * float(press[piece]) ** _SPREADS
        width_px = max(1, round(wide))
        part = fixed[piece * _CHUNK : piece * _CHUNK + _CHUNK + 1]
        cv2.polylines(fine, [part], False, darkness, width_px, cv2.LINE_8, shift=_BITS)


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
    for swing_mm in _SWINGS_MM:
        phase = at / (swing_mm * rng.uniform(*_SWING_VARIES)) + rng.random()
        total += swing_mm / max(_SWINGS_MM) * np.sin(2 * math.pi * phase)
    return total


def _fibres(shape: tuple[int, ...], reach_px: float, rng: Generator) -> NDArray[np.float32]:
    """The tooth of the paper: noise of unit size whose grains measure about `reach_px`."""
    noise = rng.standard_normal(shape, dtype=np.float32)
    if reach_px > _BLUR_FROM_PX:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), reach_px), np.float32)
        noise *= 2 * math.sqrt(math.pi) * reach_px  # what the blur took away
    return noise


def _bleed(cover: NDArray[np.float32], reach_px: float, rng: Generator) -> NDArray[np.float32]:
    """Let wet ink creep along the fibres, a little further here than there."""
    soft = np.asarray(cv2.GaussianBlur(cover, (0, 0), reach_px), np.float32)
    soft += _CREEP * _fibres(cover.shape, _CREEP_REACH * reach_px, rng) * (soft > _WET)
    return np.asarray(np.clip((soft - _DRY_EDGE) / _WET_RANGE, 0, 1), np.float32)


def _covered(box: PrintedBox, strokes: Sequence[Points], width_mm: float) -> float:
    """Tell which part of the box the strokes cover."""
    scale = _COVER_PX_PER_MM
    mask = np.zeros((round(box.height_mm * scale), round(box.width_mm * scale)), np.uint8)
    for stroke in strokes:
        path = np.rint((stroke - (box.x_mm, box.y_mm)) * scale).astype(np.int32)
        cv2.polylines(mask, [path], False, 1, max(1, round(width_mm * scale)))
    return float(mask.mean())
