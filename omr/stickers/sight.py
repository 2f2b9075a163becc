"""Find the places of a map where a dot would not be seen.

In:  the flat picture of a map, and what of it is ink.
Out: places whose print is gone though no ink lies there: alone, as under a white sticker, or
     several together, as where a lamp shines in the paper or the photo ends.

Every place where somebody can stand has its mark in the print. Dots are stronger than that light
grey: where the mark is seen, a dot would be. How dark a mark is, the others of its kind tell.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.compass import BlankCompass, Place
from omr.dots import OddKind, OddSpot
from omr.stickers.ink import MapInk, Mask

ARM_MM, ROUND_MM = 1.1, 3.4  # of the cross that is looked for, and of the paper round it
ASTRAY_MM = 1.6  # as far as paper that bends may shift a mark
GONE, BARE = 0.36, 0.24  # of what is usual for a mark of its kind: beside others, and alone
INK_MM = 2.6  # nearer to ink than this, a mark may lie under it
FEWEST = 6  # marks of a kind that tell what is usual
SHARP = 3.0  # times the noise: a photo on which marks are fainter says nothing
TITLE_MM, TITLE_GREY = 2.4, 0.1
BESIDE_TITLE_MM, BESIDE_GREY = 7.0, 0.045  # a white sticker covers the letters as well
GLARING = 2  # lost places side by side: more than a sticker hides


@dataclass(frozen=True, slots=True)
class Sight:
    """What is lost to sight."""

    alone: tuple[Place, ...] = ()  # places of which only the mark is gone
    spots: tuple[OddSpot, ...] = ()
    is_sharp: bool = True  # the print can be seen at all


def find_unseen(ink: MapInk, blank: BlankCompass, beyond: Mask) -> Sight:
    """Find the places whose print is gone.

    Args:
        ink: of the photo.
        blank: what is printed on the sheet.
        beyond: what of the map lies outside the photo.
    """
    compass, map_ = blank.map.compass, blank.map
    across, down = map_.steps
    columns, rows = compass.span * across + 1, compass.span * down + 1
    plot = map_.plot
    xs = plot.x_mm + np.arange(columns) * plot.width_mm / (columns - 1)
    ys = plot.y_mm + np.arange(rows) * plot.height_mm / (rows - 1)
    darkness = 1 - np.asarray(cv2.cvtColor(ink.paint, cv2.COLOR_BGR2GRAY), np.float32) / WHITE
    answer = np.asarray(cv2.filter2D(darkness, -1, _kernel(ink.scale)), np.float32)
    near = cv2.dilate(ink.anything.astype(np.uint8), ink.disc(INK_MM)).astype(bool)
    wide = round(TITLE_MM * ink.scale)
    light = np.where(ink.printed, np.float32(0), darkness)
    near |= cv2.blur(light, (wide, wide)) > TITLE_GREY  # in a letter of a title no mark is seen
    light[ink.anything] = 0
    wide = round(BESIDE_TITLE_MM * ink.scale)
    near |= cv2.blur(light, (wide, wide)) > BESIDE_GREY  # nor between two of them
    found = np.full((rows, columns), np.nan)
    noise = []
    half = (xs[1] - xs[0]) / 2
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            px, py = _pixel(ink, x, y)
            if not near[py, px]:
                found[row, column] = _strongest(answer, px, py, ASTRAY_MM * ink.scale)
            aside, _ = _pixel(ink, x + half, y + half)
            if column + 1 < columns and row % down and not near[py, aside]:
                noise.append(float(answer[py, aside]))
    kinds: dict[tuple[bool, bool, bool, bool], list[tuple[int, int]]] = defaultdict(list)
    for row in range(rows):
        for column in range(columns):
            kinds[
                (
                    row % down == 0, column % across == 0,
                    2 * row == rows - 1, 2 * column == columns - 1,
                )
            ].append((row, column))  # fmt: skip
    lost = np.zeros((rows, columns), np.bool_)
    is_bare = np.zeros((rows, columns), np.bool_)
    least = SHARP * float(np.median(np.abs(noise))) if noise else 0.0  # titles lie there, too
    usual_plain = float(np.nanmedian(found)) if np.isfinite(found).any() else 0.0
    if usual_plain < least:
        return Sight(is_sharp=False)
    for places in kinds.values():
        seen = [found[place] for place in places if np.isfinite(found[place])]
        if len(seen) < FEWEST:
            continue
        usual = float(np.median(seen))
        for place in places:
            lost[place] = np.isfinite(found[place]) and found[place] < GONE * usual
            is_bare[place] = found[place] < BARE * usual
    for row, y in enumerate(ys):
        for column, x in enumerate(xs):
            px, py = _pixel(ink, x, y)
            lost[row, column] |= bool(beyond[py, px])
            is_bare[row, column] |= bool(beyond[py, px])
    return _grouped(lost, is_bare, xs, ys)


WHITE = 255


def _kernel(scale: float) -> NDArray[np.float32]:
    """A small cross that is darker than the paper round it."""
    reach = max(3, round(ROUND_MM * scale))
    y, x = np.abs(np.mgrid[-reach : reach + 1, -reach : reach + 1])
    arm, half = ARM_MM * scale, max(0.6, 0.25 * scale)
    cross = ((x <= half) & (y <= arm)) | ((y <= half) & (x <= arm))
    paper = (np.minimum(x, y) > half + 1.5) & (np.hypot(x, y) <= reach)
    kernel = cross / np.count_nonzero(cross) - paper / np.count_nonzero(paper)
    return np.asarray(kernel, np.float32)


def _pixel(ink: MapInk, x_mm: float, y_mm: float) -> tuple[int, int]:
    high, wide = ink.paint.shape[:2]
    x = round((x_mm - ink.origin.x_mm) * ink.scale - 0.5)
    y = round((y_mm - ink.origin.y_mm) * ink.scale - 0.5)
    return min(max(x, 0), wide - 1), min(max(y, 0), high - 1)


def _strongest(answer: NDArray[np.float32], x: int, y: int, reach: float) -> float:
    far = max(1, round(reach))
    return float(answer[max(0, y - far) : y + far + 1, max(0, x - far) : x + far + 1].max())


def _grouped(lost: Mask, is_bare: Mask, xs: NDArray[np.float64], ys: NDArray[np.float64]) -> Sight:
    """Tell lost places that lie alone from those side by side."""
    count, labels = cv2.connectedComponents(lost.astype(np.uint8), connectivity=4)
    alone, spots = [], []
    step_x, step_y = float(xs[1] - xs[0]), float(ys[1] - ys[0])
    for number in range(1, count):
        rows, columns = np.nonzero(labels == number)
        left, right = xs[columns.min()], xs[columns.max()]
        top, bottom = ys[rows.min()], ys[rows.max()]
        middle = Place(float(left + right) / 2, float(top + bottom) / 2)
        if len(rows) < GLARING:
            if is_bare[rows[0], columns[0]]:
                alone.append(middle)
            continue
        spots.append(
            OddSpot(
                OddKind.UNSEEN, middle, float(right - left) + step_x, float(bottom - top) + step_y
            )
        )
    return Sight(tuple(alone), tuple(spots))
