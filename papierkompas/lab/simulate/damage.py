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


def punch_two(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Punch two holes: 6 mm wide, 80 mm apart, 12 mm from the edge (ISO 838)."""
    _punch(page, (-40, 40), rng, px_per_mm, backing)


def punch_four(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Punch four holes, as the Dutch and German "888" punches do."""
    _punch(page, (-120, -40, 40, 120), rng, px_per_mm, backing)


def staple(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Leave a staple in a corner, mostly the top left: bright wire with a shadow under it."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    at = rng.uniform(6, 15, 2)
    if rng.random() < 0.25:
        at[0] = width_mm - at[0]
    if rng.random() < 0.1:
        at[1] = height_mm - at[1]
    angle = math.radians(rng.choice([-45, 0, 45, 90]) + rng.normal(0, 8))
    half = 6 * np.array([math.cos(angle), math.sin(angle)])  # a 24/6 staple is 12 mm wide
    for shift, thick, grey in (
        ((0.3, 0.4), 0.9, 130),
        ((0, 0), 0.6, 60),
        ((-0.1, -0.12), 0.2, 215),
    ):
        ends = np.stack([at - half, at + half]) + shift
        _polyline(page, ends, thick, grey + rng.uniform(-15, 15), px_per_mm)


def dog_ear(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Fold one corner over: the corner is gone, and its back covers what was beside it."""
    corner, inward = _corner(page, int(rng.integers(4)), px_per_mm)
    legs = rng.uniform(14, 36, 2)
    on_x, on_y = corner + inward * (legs[0], 0), corner + inward * (0, legs[1])
    along = (on_y - on_x) / np.hypot(*(on_y - on_x))
    foot = on_x + along * float((corner - on_x) @ along)
    flap = np.stack([on_x, on_y, 2 * foot - corner])
    _polyline(page, flap[[0, 2, 1]] + 0.3, 0.8, 190, px_per_mm)  # the flap's shadow
    _fill(page, flap, int(rng.uniform(236, 250)), px_per_mm)
    _polyline(page, flap[[0, 2, 1]], 0.2, 150, px_per_mm)
    _fill(
        page,
        np.stack([corner - inward, on_x - inward * (0, 1), on_x, on_y, on_y - inward * (1, 0)]),
        backing,
        px_per_mm,
    )
    _polyline(page, flap[:2], 0.4, 160, px_per_mm)


def tear_corner(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Tear one corner off."""
    _tear(page, [int(rng.integers(4))], rng, px_per_mm, backing)


def tear_two_corners(page: Image, rng: Generator, px_per_mm: float, backing: int) -> None:
    """Tear two corners off."""
    _tear(page, rng.choice(4, 2, replace=False).tolist(), rng, px_per_mm, backing)


def coffee_ring(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Put a mug on the sheet."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    radius = rng.uniform(33, 43)
    centre = rng.uniform(0.15, 0.85, 2) * (width_mm, height_mm)
    reach = radius + 5
    steps = np.arange(-reach, reach, 1 / _COARSE_PX_PER_MM)
    x, y = np.meshgrid(steps, steps)
    angle = np.arctan2(y, x)
    away = np.hypot(x, y) - radius
    away += 0.5 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.3 * np.sin(
        5 * angle + rng.uniform(0, 6)
    )
    wet = 0.55 + 0.45 * np.sin(angle + rng.uniform(0, 6)) * np.sin(2 * angle + rng.uniform(0, 6))
    rim = np.exp(-((away / rng.uniform(0.5, 1.0)) ** 2)) + 0.5 * np.exp(
        -(((away + 2.2) / 1.4) ** 2)
    )
    film = 0.12 / (1 + np.exp(np.clip(away * 3, -30, 30)))
    depth = (wet * rim + film) * rng.uniform(0.35, 0.6)
    brown = np.array([0.95, 0.7, 0.45])  # how much of blue, green and red it takes
    _stain(page, centre - reach, 1 - np.clip(depth, 0, 1)[..., None] * brown, px_per_mm)


def highlight(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Draw a highlighter over two rows."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    dyes = ((0.3, 0.97, 1.0), (0.6, 1.0, 0.65), (0.85, 0.62, 1.0), (0.35, 0.8, 1.0))
    dye = np.array(dyes[int(rng.integers(len(dyes)))])
    for _ in range(2):
        length, thick = rng.uniform(0.5, 0.85) * width_mm, rng.uniform(4, 9)
        columns, rows = round(length * _COARSE_PX_PER_MM), round((thick + 4) * _COARSE_PX_PER_MM)
        x, y = np.meshgrid(np.linspace(0, 1, columns), np.linspace(-1, 1, rows) * (thick / 2 + 2))
        drift = rng.normal(0, 0.8) * x + rng.normal(0, 0.6) * np.sin(3 * x + rng.uniform(0, 6))
        edge = (thick / 2 - np.abs(y - drift)) * 4
        ends = np.minimum(x, 1 - x) * length * 4
        depth = np.clip(np.minimum(edge, ends), 0, 1) * rng.uniform(0.8, 1.0)
        left = rng.uniform(0.05, 0.95) * (width_mm - length)
        top = rng.uniform(0.15, 0.9) * height_mm
        _stain(page, np.array([left, top]), 1 - depth[..., None] * (1 - dye), px_per_mm)


def rule_line(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Draw a line along a ruler, nearly level, over most of the page; two or three times."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    for _ in range(int(rng.integers(2, 4))):
        y_mm = rng.uniform(0.15, 0.92) * height_mm
        left, right = rng.uniform(0.03, 0.2), rng.uniform(0.8, 0.97)
        rise = rng.normal(0, 0.006) * width_mm
        ends = np.array([[left * width_mm, y_mm], [right * width_mm, y_mm + rise]])
        _polyline(page, ends, rng.uniform(0.25, 0.5), rng.uniform(20, 100), px_per_mm)


def scrawl(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Write remarks over the print, boxes included."""
    width_mm, height_mm = _size_mm(page, px_per_mm)
    remarks = ("hangt ervan af!", "zie achterkant", "soms wel, soms niet", "geen idee", "nvt")
    for _ in range(3):
        wide = rng.uniform(0.35, 0.55) * width_mm
        x_mm = rng.uniform(0.05, 0.55) * width_mm
        y_mm = rng.uniform(0.15, 0.9) * height_mm
        text = remarks[int(rng.integers(len(remarks)))]
        write_text(page, x_mm, y_mm, wide, 12, text, Writer.random(rng), rng, px_per_mm)


def show_through(page: Image, rng: Generator, px_per_mm: float, _backing: int) -> None:
    """Let print on the back shine through thin paper: mirrored, soft and faint."""
    page[:] = shade(page, _shine(page, rng, px_per_mm))


def back_of(page: Image, rng: Generator, px_per_mm: float) -> Image:
    """Turn a sheet over: an empty back, through which the front shines a little."""
    return shade(np.full_like(page, 255), _shine(page, rng, px_per_mm))


# Tools --------------------------------------------------------------------------------------


def _shine(page: Image, rng: Generator, px_per_mm: float) -> NDArray[np.float32]:
    """Give the light that comes through from the other side, at half the resolution."""
    height_px, width_px = page.shape[:2]
    half = cv2.resize(page, (width_px // 2, height_px // 2), interpolation=cv2.INTER_AREA)
    back = cv2.GaussianBlur(cv2.flip(half, 1), (0, 0), 0.12 * px_per_mm)
    shift = rng.uniform(-6, 6, 2) * px_per_mm / 2
    move = np.array([[1, 0, shift[0]], [0, 1, shift[1]]])
    back = cv2.warpAffine(back, move, back.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    dark = 1 - np.asarray(back, np.float32) / np.float32(255)
    return np.asarray(1 - dark * rng.uniform(0.08, 0.22), np.float32)


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
    slip = rng.normal(0, 0.8, 2)
    angle = np.linspace(0, 2 * math.pi, 40)
    circle = 3 * np.column_stack([np.cos(angle), np.sin(angle)])
    for place in places:
        hole = circle + np.array([12.0, height_mm / 2 + place]) + slip
        _fill(page, hole, backing, px_per_mm)
        _polyline(page, hole[8:28], 0.25, min(backing, 140), px_per_mm)  # shadow of the rim


def _tear(page: Image, corners: list[int], rng: Generator, px_per_mm: float, backing: int) -> None:
    for number in corners:
        corner, inward = _corner(page, number, px_per_mm)
        legs = rng.uniform(14, 32, 2)
        along = np.linspace(0, 1, 25)[:, None]
        edge = (1 - along) * (legs[0], -1) + along * (-1, legs[1])
        edge += rng.normal(0, 0.25, edge.shape) + np.sin(along * 7 + rng.uniform(0, 6)) * 0.8
        ragged = corner + inward * edge
        _polyline(page, ragged, 0.8, 225, px_per_mm)  # bare fibres
        _fill(page, np.vstack([ragged, corner - inward]), backing, px_per_mm)
        _polyline(page, ragged, 0.2, 170, px_per_mm)


def _fixed(points: Points, px_per_mm: float) -> NDArray[np.int32]:
    """Millimetres as OpenCV draws them: pixels with four bits behind the point."""
    return np.rint((points * px_per_mm - 0.5) * 16).astype(np.int32)


def _fill(page: Image, outline: Points, grey: float, px_per_mm: float) -> None:
    colour = (grey,) * 3
    cv2.fillPoly(page, [_fixed(outline, px_per_mm)], colour, cv2.LINE_AA, shift=4)


def _polyline(page: Image, points: Points, thick_mm: float, grey: float, px_per_mm: float) -> None:
    colour = (grey,) * 3
    thick_px = max(1, round(thick_mm * px_per_mm))
    path = _fixed(points, px_per_mm)
    cv2.polylines(page, [path], False, colour, thick_px, cv2.LINE_AA, shift=4)


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
