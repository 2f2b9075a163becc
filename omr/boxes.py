"""Look at the printed boxes: sample them, find their outlines, measure the ink in and around them.

In:  a picture, a homography from mm to pixels, the rectangles of the boxes.
Out: `Patches`: darkness of every box and its surroundings, where its outline really lies, and how
     much of it is there.

The page is never warped: one `cv2.remap` samples all boxes (findings/reading.md 2). The printed
outlines serve as timing marks: what does not show its outline where it should be is not trusted.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.geometry import Floats, Image, jacobians, project

SIDE = 25  # samples across a box: 5 to the millimetre on our own sheets
MARGIN = 12  # samples beyond each side
SIZE = SIDE + 2 * MARGIN
REACH = 5  # samples that an outline may lie away from where it is looked for

Patch = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Patches:
    """The boxes of a page as they were found, in the order in which they were given.

    Attributes:
        dark: (B, SIZE, SIZE) darkness, 0 for the paper round the box and 1 for printed black.
        shift_mm: (B, 2) where the outline was found minus where it was looked for.
        outline: (B,) share of the outline that is there, 0..1.
        contrast: grey levels between paper and print; below 25 nothing can be said.
        shift: (B, 2) the same as `shift_mm`, in whole samples (x, y).
    """

    dark: Patch
    shift_mm: Floats
    outline: Floats
    contrast: float
    shift: NDArray[np.int64]


def sample(
    image: Image, homography: Floats, rects: Floats, offsets_mm: Floats | None = None
) -> Patches:
    """Sample all boxes of a page.

    Args:
        image: (H, W) grey.
        homography: 3x3, mm to pixels.
        rects: (B, 4) x, y, width, height in mm.
        offsets_mm: (B, 2) local corrections to where the boxes are looked for.
    """
    centres = rects[:, :2] + rects[:, 2:] / 2
    if offsets_mm is not None:
        centres = centres + offsets_mm
    raw = _remap(image, homography, centres, rects[:, 2:])
    paper = np.partition(raw[:, _RING], _RING_PAPER, axis=1)[:, _RING_PAPER]
    dark = paper[:, None, None] - raw
    contrast = _contrast(dark)
    dark *= np.float32(1 / max(contrast, 1.0))
    shift = _shifts(dark)
    whole = np.rint(shift).astype(np.int64)
    outline = _outline_share(dark, whole)
    return Patches(dark, shift * (rects[:, 2:] / SIDE), outline, contrast, whole)


def aligned(patches: Patches) -> Patch:
    """Cut each box out as its outline lies: (B, SIDE + 2 * m, ...) with m = MARGIN - REACH."""
    keep = SIZE - 2 * REACH
    index = np.arange(keep)
    rows = index[None, :] + REACH + patches.shift[:, 1:2]
    columns = index[None, :] + REACH + patches.shift[:, :1]
    which = np.arange(len(patches.dark))[:, None, None]
    result: Patch = patches.dark[which, rows[:, :, None], columns[:, None, :]]
    return result


def _remap(image: Image, homography: Floats, centres: Floats, sizes: Floats) -> Patch:
    count = len(centres)
    middle = project(homography, centres)
    slopes = jacobians(homography, centres)
    steps = (np.arange(SIZE) - (SIZE - 1) / 2) / SIDE
    across = slopes[:, :, 0] * sizes[:, :1]  # pixels per box width
    down = slopes[:, :, 1] * sizes[:, 1:]
    x = (
        middle[:, 0, None, None]
        + across[:, 0, None, None] * steps
        + down[:, 0, None, None] * steps[:, None]
    )
    y = (
        middle[:, 1, None, None]
        + across[:, 1, None, None] * steps
        + down[:, 1, None, None] * steps[:, None]
    )
    found = cv2.remap(
        image,
        x.reshape(count * SIZE, SIZE).astype(np.float32),
        y.reshape(count * SIZE, SIZE).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE,
    )
    return found.reshape(count, SIZE, SIZE).astype(np.float32)


def _contrast(dark: Patch) -> float:
    """Estimate grey levels between paper and print from the outlines of all boxes."""
    band = np.partition(dark[:, _LINE_BAND], _BAND_DARK, axis=1)[:, _BAND_DARK]
    return float(np.median(band))


def _shifts(dark: Patch) -> Floats:
    """Find each outline: where two dark lines a box apart have white paper outside them.

    A box that is filled has no inner edge, so only line and outside count.
    """
    clipped = np.clip(dark, 0.0, 1.0)
    inner = slice(MARGIN + 2, MARGIN + SIDE - 2)
    profiles = np.stack(
        [clipped[:, inner, :].mean(axis=1), clipped[:, :, inner].mean(axis=2)], axis=1
    )
    steps = np.arange(-REACH, REACH + 1)
    low = MARGIN + steps  # the line's samples at the left or top
    high = MARGIN + SIDE - 1 + steps
    line = profiles[:, :, low] + profiles[:, :, high]
    line += 0.5 * (profiles[:, :, low - 1] + profiles[:, :, high + 1])
    outside = profiles[:, :, low - 3] + profiles[:, :, high + 3]
    # A hair's preference for no shift decides between equals, as in an empty corner of the page.
    score = line - 0.75 * outside - 0.004 * np.abs(steps)
    best = np.argmax(score, axis=2)
    near = np.clip(best, 1, len(steps) - 2)
    before, at, after = (
        np.take_along_axis(score, (near + d)[:, :, None], axis=2)[:, :, 0] for d in (-1, 0, 1)
    )
    bend = before - 2 * at + after
    part = np.where(np.abs(bend) > 1e-6, 0.5 * (before - after) / np.where(bend == 0, 1, bend), 0.0)
    found: Floats = np.where(best == near, steps[near] + np.clip(part, -0.5, 0.5), steps[best])
    return found.astype(np.float64)


def _outline_share(dark: Patch, whole: NDArray[np.int64]) -> Floats:
    """Return the share of points on the outline that are dark, looking one sample to each side."""
    which = np.arange(len(dark))[:, None]
    dx, dy = whole[:, :1], whole[:, 1:]
    seen = np.zeros((len(dark), len(_OUTLINE)), dtype=np.float32)
    for step in (-1, 0, 1):
        rows = _OUTLINE[None, :, 1] + dy + step * _NORMAL[None, :, 1]
        columns = _OUTLINE[None, :, 0] + dx + step * _NORMAL[None, :, 0]
        np.maximum(seen, dark[which, rows, columns], out=seen)
    share: Floats = (seen > 0.35).mean(axis=1)
    return share


def _ring_mask() -> NDArray[np.bool_]:
    """Mark the samples far enough from a box to show its paper."""
    away = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    far: NDArray[np.bool_] = np.maximum(away[:, None], away[None, :]) > SIDE / 2 + 4
    far[1::2, ::2] = far[::2, 1::2] = False  # half of them, as on a chessboard, are enough
    return far


def _line_mask() -> NDArray[np.bool_]:
    """Mark the samples near the outline."""
    away = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    distance = np.maximum(away[:, None], away[None, :])
    near: NDArray[np.bool_] = np.abs(distance - (SIDE - 1) / 2) <= 1.6
    return near


_RING = _ring_mask()
_RING_PAPER = int(_RING.sum() * 0.7)  # paper is lighter than 30 % of what lies round a box
_LINE_BAND = _line_mask()
_BAND_DARK = int(_LINE_BAND.sum() * 0.8)

_ALONG = np.arange(MARGIN + 1, MARGIN + SIDE - 1, 2)
_OUTLINE = np.array(
    [(a, MARGIN) for a in _ALONG]
    + [(a, MARGIN + SIDE - 1) for a in _ALONG]
    + [(MARGIN, a) for a in _ALONG]
    + [(MARGIN + SIDE - 1, a) for a in _ALONG]
)
_NORMAL = np.array([(0, 1)] * (2 * len(_ALONG)) + [(1, 0)] * (2 * len(_ALONG)))
