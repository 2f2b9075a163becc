"""Look at the printed boxes: sample them, find their outlines, measure the ink in and around them.

In:  a picture, a homography from mm to pixels, the rectangles of the boxes.
Out: `Patches`: darkness of every box and its surroundings, where its outline really lies, and how
     much of it is there.

The page is never warped: one `cv2.remap` samples all boxes (docs/findings/reading.md 3). The
printed outlines serve as timing marks: what does not show its outline where it should be is not
trusted.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.geometry import Floats, Image, jacobians, project

SIDE = 25  # samples across a box: 5 to the millimetre on our own sheets
MARGIN = 12  # samples beyond each side
SIZE = SIDE + 2 * MARGIN
REACH = 5  # samples that an outline may lie away from where it is looked for
REMAP_ROWS = 32_000  # OpenCV refuses pictures of more than 32,767 rows
COARSE_PX = 0.75  # pixels between samples below which a box may be drawn a sample too small
GAP = (10, 12)  # samples down and across between two boxes
GAP_INSET, GAP_HIGH = 0.07, 1.4  # sides of a box left out at each end; height that is looked at
GAP_SIDES = 4.0  # boxes further apart, in sides of a box, do not share a mark
WHITENED = 0.9  # share of the paper that is one even white; grey scans have 0.3 to 0.8
EVEN, UNEVEN = 1.0, 25.0  # grey levels off the paper of a box: the same white; paper at all
MOST_FINE = 4  # times finer
ROUND_POINTS, ROUND_REACH = 72, 2  # points of a round outline; samples that it may lie off
THERE = 0.35  # of the darkness of print: so dark is a point of an outline
SIDES = 4  # of a box: left, right, above, below
ASIDE_MM, OVERLAP = 1.0, 0.5  # boxes beside each other: so far out of line, so much of a side under
IN_LINE = 0.3  # of its height that the next box in a line lies higher or lower
NEXT_LINE, LEAST_LINE = 0.5, 0.25  # weights of the samples beside a line, and of both lines' sum
OUTSIDE, OUTSIDE_AT, PER_SAMPLE = 0.75, 3, 0.004  # what paper outside weighs, and where it lies
FLAT, HALF = 1e-6, 0.5  # a score that does not bend has no peak; half a sample
RING_FROM, LINE_WITHIN = 4, 1.6  # samples: paper round a box; on its outline
FINE_PX = 2.0  # pixels between samples above which strokes slip through: then sample finer

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
        size_mm: (B,) width of each box.
        step_px: (B,) pixels of the picture between two samples.
        room: (B, 4) samples left, right, above and below a box until the next box.
        next: (B,) index of the next box to the right; -1 where there is none.
        gap: (B, *GAP) darkness of the paper between a box and the next.
        even: share of the paper that is one even white, 0..1; a machine that whitens paper, as in
            black and white, loses faint marks.
        paper: (B,) grey level of the paper round each box.
        printed: (B,) darkness of the outline of each box, 1 for that of most of them.
    """

    dark: Patch
    shift_mm: Floats
    outline: Floats
    contrast: float
    shift: NDArray[np.int64]
    size_mm: Floats
    step_px: Floats
    room: Floats
    next: NDArray[np.int64]
    gap: Patch
    even: float
    paper: Floats
    printed: Floats

    @property
    def is_whitened(self) -> bool:
        """Whether the machine made one even white of the paper."""
        return self.even >= WHITENED


def no_boxes() -> Patches:
    """Return what is seen on a page without boxes."""
    return Patches(
        dark=np.zeros((0, SIZE, SIZE), np.float32),
        shift_mm=np.zeros((0, 2)),
        outline=np.zeros(0),
        contrast=0.0,
        shift=np.zeros((0, 2), np.int64),
        size_mm=np.zeros(0),
        step_px=np.zeros(0),
        room=np.zeros((0, SIDES)),
        next=np.zeros(0, np.int64),
        gap=np.zeros((0, *GAP), np.float32),
        even=0.0,
        paper=np.zeros(0),
        printed=np.zeros(0),
    )


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
    slopes = jacobians(homography, centres)
    step_px = np.sqrt(np.abs(np.linalg.det(slopes))) * rects[:, 2] / SIDE
    raw = _remap(image, project(homography, centres), slopes, rects[:, 2:], step_px)
    around = raw[:, _RING]
    paper = np.partition(around, _RING_PAPER, axis=1)[:, _RING_PAPER].astype(np.float32)
    off = np.abs(around - paper[:, None])
    even = float((off <= EVEN).sum() / max((off <= UNEVEN).sum(), 1))
    dark = paper[:, None, None] - raw
    rough = max(_contrast(dark), 1.0)
    dark *= np.float32(1 / rough)
    shift = _shifts(dark)
    whole = np.rint(shift).astype(np.int64)
    seen = _outline_seen(dark, whole, _outline_reach(step_px))
    # Only now is it known where the print lies, and how dark it is.
    printed = np.median(seen, axis=1)
    print_dark = max(float(np.median(printed)), 1 / rough)
    dark *= np.float32(1 / print_dark)
    outline = (seen > THERE * print_dark).mean(axis=1)
    contrast = rough * print_dark
    near = _neighbours(rects.tobytes())
    gap = _gaps(image, homography, centres, rects, slopes, near.next)
    gap = np.where(gap >= 0, (paper[:, None, None] - gap) * np.float32(1 / contrast), 0)
    mm = rects[:, 2:] / SIDE
    return Patches(
        dark,
        shift * mm,
        outline,
        contrast,
        whole,
        rects[:, 2],
        step_px,
        near.room,
        near.next,
        gap,
        even,
        paper.astype(np.float64),
        (printed / print_dark).astype(np.float64),
    )


def outline_at(patches: Patches, which: NDArray[np.int64], shift: NDArray[np.int64]) -> Floats:
    """Return which share of their outline some boxes show, were they so many samples aside.

    Args:
        patches: the boxes of a page.
        which: (N,) indices of boxes.
        shift: (N, 2) whole samples (x, y), at most `REACH` each way.

    Returns:
        (N,) shares, 0..1.
    """
    seen = _outline_seen(patches.dark[which], shift, _outline_reach(patches.step_px))
    share: Floats = (seen > THERE).mean(axis=1)
    return share


def round_outline(patches: Patches) -> Floats:
    """Return which share of a round outline each box shows, 0..1: (B,).

    A bubble as high and as wide as the box that was given; its corners are white.
    """
    angle = np.linspace(0, 2 * np.pi, ROUND_POINTS, endpoint=False)
    middle = (SIZE - 1) / 2
    seen = np.zeros((len(patches.dark), ROUND_POINTS), np.float32)
    for step in range(-ROUND_REACH, ROUND_REACH + 1):
        reach = (SIDE - 1) / 2 + step
        x = np.rint(middle + reach * np.cos(angle)).astype(np.int64)
        y = np.rint(middle + reach * np.sin(angle)).astype(np.int64)
        np.maximum(seen, patches.dark[:, y, x], out=seen)
    corners = patches.dark[:, [MARGIN, MARGIN, -MARGIN - 1, -MARGIN - 1],
                           [MARGIN, -MARGIN - 1, MARGIN, -MARGIN - 1]]  # fmt: skip
    is_bare = np.median(corners, axis=1) < THERE
    share: Floats = (seen > THERE).mean(axis=1) * is_bare
    return share


def aligned(patches: Patches) -> Patch:
    """Move each box to where its outline lies: (B, SIZE, SIZE); what comes in is paper."""
    result = np.zeros_like(patches.dark)
    moves, which = np.unique(patches.shift, axis=0, return_inverse=True)
    for number, (dx, dy) in enumerate(moves):
        here = np.flatnonzero(which.ravel() == number)
        to_y, from_y = _overlap(int(dy))
        to_x, from_x = _overlap(int(dx))
        result[here, to_y, to_x] = patches.dark[here, from_y, from_x]
    return result


def _overlap(move: int) -> tuple[slice, slice]:
    return slice(max(0, -move), SIZE - max(0, move)), slice(max(0, move), SIZE + min(0, move))


@dataclass(frozen=True, slots=True)
class _Neighbours:
    """What follows from where the boxes are printed."""

    room: Floats  # (B, 4)
    next: NDArray[np.int64]  # (B,)


@lru_cache(maxsize=64)
def _neighbours(rects: bytes) -> _Neighbours:
    """Find the boxes next to each box; the same page is read many times."""
    x, y, width, height = np.frombuffer(rects).reshape(-1, SIDES).T
    room = np.full((len(x), SIDES), float(MARGIN))
    following = np.full(len(x), -1)
    for start, size, across, wide, at in ((x, width, y, height, 0), (y, height, x, width, 2)):
        reach = (wide[:, None] + wide[None, :]) / 2
        aside = np.abs((across + wide / 2)[:, None] - (across + wide / 2)[None, :])
        before = start[:, None] - (start + size)[None, :]  # to the box on the left, or above
        after = start[None, :] - (start + size)[:, None]
        for side, gap in ((at, before), (at + 1, after)):
            is_beside = (aside < reach + ASIDE_MM) & (gap > -OVERLAP * size[:, None])
            near = np.where(is_beside, gap, np.inf)
            np.fill_diagonal(near, np.inf)
            room[:, side] = np.minimum(MARGIN, near.min(axis=1) / size * SIDE)
            if side == 1:
                level = np.where(aside < IN_LINE * height[:, None], near, np.inf)
                is_near = level.min(axis=1) < GAP_SIDES * size
                following = np.where(is_near, level.argmin(axis=1), -1)
    return _Neighbours(room, following)


def _gaps(
    image: Image,
    homography: Floats,
    centres: Floats,
    rects: Floats,
    slopes: Floats,
    following: NDArray[np.int64],
) -> Patch:
    """Sample the paper between each box and the next; -1 where there is no next."""
    gaps = np.full((len(rects), *GAP), -1, dtype=np.float32)
    which = np.flatnonzero(following >= 0)
    if not len(which):
        return gaps
    ends = centres[which] + np.column_stack([rects[which, 2] / 2, np.zeros(len(which))])
    starts = centres[following[which]]
    starts = starts - np.column_stack([rects[following[which], 2] / 2, np.zeros(len(which))])
    middle = project(homography, (ends + starts) / 2).astype(np.float32)
    wide = starts[:, 0] - ends[:, 0] - 2 * GAP_INSET * rects[which, 2]
    across = (slopes[which, :, 0] * np.maximum(wide, 0)[:, None]).astype(np.float32)
    down = (slopes[which, :, 1] * (GAP_HIGH * rects[which, -1])[:, None]).astype(np.float32)
    right, low = (((np.arange(n) - (n - 1) / 2) / n).astype(np.float32) for n in GAP[::-1])
    x, y = (
        middle[:, axis, None, None]
        + across[:, axis, None, None] * right
        + down[:, axis, None, None] * low[:, None]
        for axis in (0, 1)
    )
    for first in range(0, len(which), REMAP_ROWS // GAP[0]):
        part = slice(first, first + REMAP_ROWS // GAP[0])
        found = cv2.remap(
            image,
            x[part].reshape(-1, GAP[1]),
            y[part].reshape(-1, GAP[1]),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        gaps[which[part]] = found.reshape(-1, *GAP)
    return gaps


def _remap(image: Image, middle: Floats, slopes: Floats, sizes: Floats, step_px: Floats) -> Image:
    """Sample the boxes; finer, and then averaged, where strokes would slip between samples."""
    fine = int(np.clip(np.ceil(step_px.max(initial=0.0) / FINE_PX), 1, MOST_FINE))
    steps = ((np.arange(SIZE * fine) - (SIZE * fine - 1) / 2) / (SIDE * fine)).astype(np.float32)
    across = (slopes[:, :, 0] * sizes[:, :1]).astype(np.float32)  # pixels per box width
    down = (slopes[:, :, 1] * sizes[:, 1:]).astype(np.float32)
    start = middle.astype(np.float32)
    patches = np.empty((len(middle), SIZE, SIZE), dtype=np.uint8)
    some = REMAP_ROWS // (SIZE * fine)
    for first in range(0, len(middle), some):
        part = slice(first, first + some)
        x, y = (
            start[part, axis, None, None]
            + across[part, axis, None, None] * steps
            + down[part, axis, None, None] * steps[:, None]
            for axis in (0, 1)
        )
        found = cv2.remap(
            image,
            x.reshape(-1, SIZE * fine),
            y.reshape(-1, SIZE * fine),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE,
        )
        if fine > 1:
            found = cv2.resize(found, (SIZE, len(x) * SIZE), interpolation=cv2.INTER_AREA)
        patches[part] = found.reshape(-1, SIZE, SIZE)
    return patches


def _contrast(dark: Patch) -> float:
    """Estimate grey levels between paper and print from the outlines of all boxes."""
    band = np.partition(dark[:, _LINE_BAND], _BAND_DARK, axis=1)[:, _BAND_DARK]
    return float(np.median(band))


def _shifts(dark: Patch) -> Floats:
    """Find each outline: where two dark lines a box apart have white paper outside them.

    A box that is filled has no inner edge, so only line and outside count.
    """
    clipped = np.clip(dark, 0.0, 1.0)
    profiles = np.stack([_INNER @ clipped, clipped @ _INNER], axis=1)
    steps = np.arange(-REACH, REACH + 1)
    low = MARGIN + steps  # the line's samples at the left or top
    high = MARGIN + SIDE - 1 + steps
    one, other = (
        profiles[:, :, at] + NEXT_LINE * (profiles[:, :, at - 1] + profiles[:, :, at + 1])
        for at in (low, high)
    )
    # Both lines must be there: a thick one alone would pull the box over to its side.
    line = LEAST_LINE * (one + other) + np.minimum(one, other)
    outside = profiles[:, :, low - OUTSIDE_AT] + profiles[:, :, high + OUTSIDE_AT]
    # A hair's preference for no shift decides between equals, as in an empty corner of the page.
    score = line - OUTSIDE * outside - PER_SAMPLE * np.abs(steps)
    best = np.argmax(score, axis=2)
    near = np.clip(best, 1, len(steps) - 2)
    before, at, after = (
        np.take_along_axis(score, (near + d)[:, :, None], axis=2)[:, :, 0] for d in (-1, 0, 1)
    )
    bend = before - 2 * at + after
    peak = HALF * (before - after) / np.where(bend == 0, 1, bend)
    part = np.where(np.abs(bend) > FLAT, peak, 0.0)
    found: Floats = np.where(best == near, steps[near] + np.clip(part, -HALF, HALF), steps[best])
    return found.astype(np.float64)


def _outline_reach(step_px: Floats) -> int:
    """Return how many samples aside a line of the outline is looked for."""
    return 2 if len(step_px) and float(np.median(step_px)) < COARSE_PX else 1


def _outline_seen(dark: Patch, whole: NDArray[np.int64], reach: int) -> Patch:
    """Return how dark each point of the outline is, looking so many samples aside: (B, N)."""
    which = np.arange(len(dark))[:, None]
    dx, dy = whole[:, :1], whole[:, 1:]
    seen = np.zeros((len(dark), len(_OUTLINE)), dtype=np.float32)
    for step in range(-reach, reach + 1):
        rows = _OUTLINE[None, :, 1] + dy + step * _NORMAL[None, :, 1]
        columns = _OUTLINE[None, :, 0] + dx + step * _NORMAL[None, :, 0]
        np.maximum(seen, dark[which, rows, columns], out=seen)
    return seen


def _ring_mask() -> NDArray[np.bool_]:
    """Mark the samples far enough from a box to show its paper."""
    away = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    far: NDArray[np.bool_] = np.maximum(away[:, None], away[None, :]) > SIDE / 2 + RING_FROM
    far[1::2, ::2] = far[::2, 1::2] = False  # half of them, as on a chessboard, are enough
    return far


def _line_mask() -> NDArray[np.bool_]:
    """Mark the samples near the outline."""
    away = np.abs(np.arange(SIZE) - (SIZE - 1) / 2)
    distance = np.maximum(away[:, None], away[None, :])
    near: NDArray[np.bool_] = np.abs(distance - (SIDE - 1) / 2) <= LINE_WITHIN
    return near


def _inner_weights() -> Patch:
    """Weigh the samples across a box for the mean of those well inside it."""
    weights = np.zeros(SIZE, np.float32)
    weights[MARGIN + 2 : MARGIN + SIDE - 2] = 1 / (SIDE - 2 - 2)
    return weights


_INNER = _inner_weights()
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
