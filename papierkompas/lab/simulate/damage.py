"""What befalls a sheet of paper between the printer and the glass.

In:  the image of a page.
Out: the same image with a hole, a stain, a staple or a line in it. (Changed in place.)

A mishap knows the backing: the grey of the scanner's lid, which shows where paper is gone.
Works on grey and on colour pages.
"""

import math
from collections.abc import Callable

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from papierkompas.lab.simulate.pen import Writer, write_text
from papierkompas.lab.simulate.scan_result import Image, Points, shade

Mishap = Callable[[Image, Generator, float, int], None]  # page, rng, px_per_mm, backing

GREY_OF_BGR = np.array([0.114, 0.587, 0.299], np.float32)
_COARSE_PX_PER_MM = 4  # stains have soft edges
WHITE = 255
SOMEWHERE = 6.0  # radians: nearly all round

# Holes (ISO 838), in mm.
TWO_HOLES, FOUR_HOLES = (-40, 40), (-120, -40, 40, 120)  # from the middle of the edge
HOLE_R, HOLE_X, HOLE_SLIP, HOLE_POINTS = 3.0, 12.0, 0.8, 40
RIM, RIM_MM, RIM_GREY = slice(8, 28), 0.25, 140  # the side that throws a shadow

# A staple (24/6), in mm: its shadow, the wire, and the light on it.
STAPLE_AT, STAPLE_HALF, STAPLE_DEG, STAPLE_SPREAD = (6.0, 15.0), 6.0, (-45, 0, 45, 90), 8.0
STAPLE_RIGHT, STAPLE_LOW = 0.25, 0.1  # chances
WIRE = (((0.3, 0.4), 0.9, 130), ((0, 0), 0.6, 60), ((-0.1, -0.12), 0.2, 215))
WIRE_VARIES = 15.0

# Corners, in mm and greys.
CORNERS = 4
FOLD_LEGS, FLAP, FLAP_SHADOW_OFF = (14.0, 36.0), (236.0, 250.0), 0.3
FLAP_SHADOW, FLAP_EDGE, FOLD_EDGE = (0.8, 190), (0.2, 150), (0.4, 160)
TEAR_LEGS, TEAR_POINTS, TEAR_SPREAD, TEAR_WAVE, TEAR_SWING = (14.0, 32.0), 25, 0.25, 0.8, 7.0
FIBRES, TEAR_EDGE = (0.8, 225), (0.2, 170)

# A coffee ring, in mm: how far its edge wanders, how wet it is round about, rim and film.
MUG_R, MUG_BEYOND, MUG_AT = (33.0, 43.0), 5.0, (0.15, 0.85)
WANDERS = ((0.5, 2), (0.3, 5))  # so far, so many times round
WET, WET_VARIES, RIM_WIDE, RIM_INNER, RIM_INNER_AT, RIM_INNER_WIDE = (
    0.55, 0.45, (0.5, 1.0), 0.5, 2.2, 1.4,
)  # fmt: skip
FILM, FILM_STEEP, MOST_POWER, COFFEE = 0.12, 3.0, 30.0, (0.35, 0.6)
BROWN = np.array([0.95, 0.7, 0.45])  # how much of blue, green and red it takes

# A highlighter.
DYES = ((0.3, 0.97, 1.0), (0.6, 1.0, 0.65), (0.85, 0.62, 1.0), (0.35, 0.8, 1.0))
DYED_ROWS, DYE_LONG, DYE_THICK_MM, DYE_AIR_MM, DYE_DEPTH = 2, (0.5, 0.85), (4.0, 9.0), 4.0, (0.8, 1)
DYE_DRIFT, DYE_WAVE, DYE_SWING, DYE_EDGE = 0.8, 0.6, 3.0, 4.0
DYE_LEFT, DYE_TOP = (0.05, 0.95), (0.15, 0.9)

# Lines along a ruler, remarks, and print that shines through.
RULED, RULED_Y, RULED_LEFT, RULED_RIGHT = (2, 4), (0.15, 0.92), (0.03, 0.2), (0.8, 0.97)
RULED_RISE, RULED_MM, RULED_GREY = 0.006, (0.25, 0.5), (20.0, 100.0)
REMARKS = ("hangt ervan af!", "zie achterkant", "soms wel, soms niet", "geen idee", "nvt")
WRITTEN, WRITTEN_WIDE, WRITTEN_X, WRITTEN_Y, WRITTEN_MM = (
    3, (0.35, 0.55), (0.05, 0.55), (0.15, 0.9), 12.0,
)  # fmt: skip
SHINE_BLUR_MM, SHINE_OFF_MM, SHINE = 0.12, 6.0, (0.08, 0.22)
_BITS = 4  # behind the point of a pixel
_HALF = 0.5  # a pixel: its centre


def punch_two(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Punch two holes: 6 mm wide, 80 mm apart, 12 mm from the edge (ISO 838)."""
    _punch(page, TWO_HOLES, rng, px_per_mm, backing)


def punch_four(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Punch four holes, as the Dutch and German "888" punches do."""
    _punch(page, FOUR_HOLES, rng, px_per_mm, backing)


def staple(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Leave a staple in a corner, mostly the top left: bright wire with a shadow under it."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    at = rng.uniform(*STAPLE_AT, 2)
    if rng.random() < STAPLE_RIGHT:
        at[0] = width_mm - at[0]
    if rng.random() < STAPLE_LOW:
        at[1] = height_mm - at[1]
    angle = math.radians(rng.choice(STAPLE_DEG) + rng.normal(0, STAPLE_SPREAD))
    half = STAPLE_HALF * np.array([math.cos(angle), math.sin(angle)])
    for shift, thick, grey in WIRE:
        ends = np.stack([at - half, at + half]) + shift
        shade_of = grey + rng.uniform(-WIRE_VARIES, WIRE_VARIES)
        _polyline(page, ends, (thick, shade_of), px_per_mm)


def dog_ear(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Fold one corner over: the corner is gone, and its back covers what was beside it."""
    corner, inward = _corner(page, int(rng.integers(CORNERS)), px_per_mm)
    legs = rng.uniform(*FOLD_LEGS, 2)
    on_x, on_y = corner + inward * (legs[0], 0), corner + inward * (0, legs[1])
    along = (on_y - on_x) / np.hypot(*(on_y - on_x))
    foot = on_x + along * float((corner - on_x) @ along)
    flap = np.stack([on_x, on_y, 2 * foot - corner])
    _polyline(page, flap[[0, 2, 1]] + FLAP_SHADOW_OFF, FLAP_SHADOW, px_per_mm)
    _fill(page, flap, int(rng.uniform(*FLAP)), px_per_mm)
    _polyline(page, flap[[0, 2, 1]], FLAP_EDGE, px_per_mm)
    _fill(
        page,
        np.stack([corner - inward, on_x - inward * (0, 1), on_x, on_y, on_y - inward * (1, 0)]),
        backing,
        px_per_mm,
    )
    _polyline(page, flap[:2], FOLD_EDGE, px_per_mm)


def tear_corner(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Tear one corner off."""
    _tear(page, [int(rng.integers(CORNERS))], rng, px_per_mm, backing)


def tear_two_corners(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Tear two corners off."""
    _tear(page, rng.choice(CORNERS, 2, replace=False).tolist(), rng, px_per_mm, backing)


def coffee_ring(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Put a mug on the sheet."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    radius = rng.uniform(*MUG_R)
    centre = rng.uniform(*MUG_AT, 2) * (width_mm, height_mm)
    reach = radius + MUG_BEYOND
    steps = np.arange(-reach, reach, 1 / _COARSE_PX_PER_MM)
    x, y = np.meshgrid(steps, steps)
    angle = np.arctan2(y, x)
    away = np.hypot(x, y) - radius
    away += sum(far * np.sin(times * angle + _phase(rng)) for far, times in WANDERS)
    wet = WET + WET_VARIES * np.sin(angle + _phase(rng)) * np.sin(2 * angle + _phase(rng))
    rim = np.exp(-((away / rng.uniform(*RIM_WIDE)) ** 2))
    rim += RIM_INNER * np.exp(-(((away + RIM_INNER_AT) / RIM_INNER_WIDE) ** 2))
    film = FILM / (1 + np.exp(np.clip(away * FILM_STEEP, -MOST_POWER, MOST_POWER)))
    depth = (wet * rim + film) * rng.uniform(*COFFEE)
    _stain(page, centre - reach, 1 - np.clip(depth, 0, 1)[..., None] * BROWN, px_per_mm)


def _phase(rng: Generator) -> float:
    return rng.uniform(0, SOMEWHERE)


def highlight(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Draw a highlighter over two rows."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    dye = np.array(DYES[int(rng.integers(len(DYES)))])
    for _ in range(DYED_ROWS):
        length, thick = rng.uniform(*DYE_LONG) * width_mm, rng.uniform(*DYE_THICK_MM)
        high = thick + DYE_AIR_MM
        columns, rows = round(length * _COARSE_PX_PER_MM), round(high * _COARSE_PX_PER_MM)
        x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(-1, 1, rows) * (high / 2))
        drift = rng.normal(0, DYE_DRIFT) * x
        drift = drift + rng.normal(0, DYE_WAVE) * np.sin(DYE_SWING * x + _phase(rng))
        edge = (thick / 2 - np.abs(y - drift)) * DYE_EDGE
        ends = np.minimum(x, 1 - x) * length * DYE_EDGE
        depth = np.clip(np.minimum(edge, ends), 0, 1) * rng.uniform(*DYE_DEPTH)
        left = rng.uniform(*DYE_LEFT) * (width_mm - length)
        top = rng.uniform(*DYE_TOP) * height_mm
        _stain(page, np.array([left, top]), 1 - depth[..., None] * (1 - dye), px_per_mm)


def rule_line(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Draw a line along a ruler, nearly level, over most of the page; two or three times."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    for _ in range(int(rng.integers(*RULED))):
        y_mm = rng.uniform(*RULED_Y) * height_mm
        left, right = rng.uniform(*RULED_LEFT), rng.uniform(*RULED_RIGHT)
        rise = rng.normal(0, RULED_RISE) * width_mm
        ends = np.array([[left * width_mm, y_mm], [right * width_mm, y_mm + rise]])
        _polyline(page, ends, (rng.uniform(*RULED_MM), rng.uniform(*RULED_GREY)), px_per_mm)


def scrawl(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Write remarks over the print, boxes included."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    for _ in range(WRITTEN):
        wide = rng.uniform(*WRITTEN_WIDE) * width_mm
        x_mm = rng.uniform(*WRITTEN_X) * width_mm
        y_mm = rng.uniform(*WRITTEN_Y) * height_mm
        text = REMARKS[int(rng.integers(len(REMARKS)))]
        write_text(page, x_mm, y_mm, wide, WRITTEN_MM, text, Writer.random(rng), rng, px_per_mm)


def show_through(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Let print on the back shine through thin paper: mirrored, soft and faint."""
    page[:] = shade(page, _shine(page, rng, px_per_mm))


def back_of(page: Image, rng: Generator, px_per_mm: float) -> Image:
    """Turn a sheet over: an empty back, through which the front shines a little."""
    return shade(np.full_like(page, WHITE), _shine(page, rng, px_per_mm))


# Tools --------------------------------------------------------------------------------------


def _shine(page: Image, rng: Generator, px_per_mm: float) -> NDArray[np.float32]:
    """Give the light that comes through from the other side, at half the resolution."""
    height_px, width_px = page.shape[:2]
    half = cv2.resize(page, (width_px // 2, height_px // 2), interpolation=cv2.INTER_AREA)
    back = cv2.GaussianBlur(cv2.flip(half, 1), (0, 0), SHINE_BLUR_MM * px_per_mm)
    shift = rng.uniform(-SHINE_OFF_MM, SHINE_OFF_MM, 2) * px_per_mm / 2
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    back = cv2.warpAffine(back, move, back.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    dark = 1 - np.asarray(back, np.float32) / np.float32(WHITE)
    return np.asarray(1 - dark * rng.uniform(*SHINE), np.float32)


def _size_mm(page: Image, px_per_mm: float) -> tuple[float, float]:
    return page.shape[1] / px_per_mm, page.shape[0] / px_per_mm


def _corner(page: Image, number: int, px_per_mm: float) -> tuple[Points, Points]:
    """Give a corner (0..3, in reading order) and the signs of the way inward."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    right, low = number % 2, number // 2
    return np.array([right * width_mm, low * height_mm]), np.array([1.0 - 2 * right, 1.0 - 2 * low])


def _punch(
    page: Image, places: tuple[int, ...], rng: Generator, px_per_mm: float, backing: int
) -> None:
    _, height_mm = _size_mm(page, px_per_mm)
    slip = rng.normal(0, HOLE_SLIP, 2)
    angle = np.linspace(0, 2 * math.pi, HOLE_POINTS)
    circle = HOLE_R * np.column_stack([np.cos(angle), np.sin(angle)])
    for place in places:
        hole = circle + np.array([HOLE_X, height_mm / 2 + place]) + slip
        _fill(page, hole, backing, px_per_mm)
        _polyline(page, hole[RIM], (RIM_MM, min(backing, RIM_GREY)), px_per_mm)


def _tear(page: Image, corners: list[int], rng: Generator, px_per_mm: float, backing: int) -> None:
    for number in corners:
        corner, inward = _corner(page, number, px_per_mm)
        legs = rng.uniform(*TEAR_LEGS, 2)
        along = np.linspace(0, 1, TEAR_POINTS)[:, None]
        edge = (1 - along) * (legs[0], -1) + along * (-1, legs[1])
        edge += rng.normal(0, TEAR_SPREAD, edge.shape)
        edge += np.sin(along * TEAR_SWING + _phase(rng)) * TEAR_WAVE
        ragged = corner + inward * edge
        _polyline(page, ragged, FIBRES, px_per_mm)
        _fill(page, np.vstack([ragged, corner - inward]), backing, px_per_mm)
        _polyline(page, ragged, TEAR_EDGE, px_per_mm)


def _fixed(points: Points, px_per_mm: float) -> NDArray[np.int32]:
    """Millimetres as OpenCV draws them: pixels with four bits behind the point."""
    return np.rint((points * px_per_mm - _HALF) * (1 << _BITS)).astype(np.int32)


def _fill(page: Image, outline: Points, grey: float, px_per_mm: float) -> None:
    colour = (grey,) * 3
    cv2.fillPoly(page, [_fixed(outline, px_per_mm)], colour, cv2.LINE_AA, shift=_BITS)


def _polyline(page: Image, points: Points, pen: tuple[float, float], px_per_mm: float) -> None:
    """Draw a line with a pen: its width in mm, and its grey."""
    thick_mm, grey = pen
    colour = (grey,) * 3
    thick_px = max(1, round(thick_mm * px_per_mm))
    path = _fixed(points, px_per_mm)
    cv2.polylines(page, [path], False, colour, thick_px, cv2.LINE_AA, shift=_BITS)


def _stain(page: Image, top_left: Points, light: NDArray[np.float64], px_per_mm: float) -> None:
    """Lay a coarse patch of coloured light over the page, cut off at its edges."""
    rows, columns = light.shape[:2]
    height_mm, width_mm = page.shape[0] / px_per_mm, page.shape[1] / px_per_mm
    # Keep the part of the patch that lies on the page, in whole coarse pixels.
    first = np.maximum(0, np.ceil(-top_left * _COARSE_PX_PER_MM)).astype(int)
    room = np.array([width_mm, height_mm]) - top_left
    last = np.minimum([columns, rows], np.floor(room * _COARSE_PX_PER_MM)).astype(int)
    if (last - first < 2).any():
        return
    part = light[first[1] : last[1], first[0] : last[0]]
    corners = np.stack([first, last]) / _COARSE_PX_PER_MM + top_left
    (left, top), (right, bottom) = np.rint(corners * px_per_mm).astype(int)
    patch = page[top:bottom, left:right]
    patch[:] = shade(patch, part if page.ndim == 3 else part @ GREY_OF_BGR)
