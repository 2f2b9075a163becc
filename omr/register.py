"""Find out where the paper lies in the scan.

In:  the corner marks that `omr.fiducials` saw, the page's layout, the boxes as `omr.boxes` finds
     them.
Out: a `Registration`, which turns millimetres on the printed sheet into pixels, and says how far
     the printed boxes lie from where it puts them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.layout import Marker, Page
from omr import boxes
from omr.fiducials import SeenMarker
from omr.geometry import Floats, Image, fit_affine, fit_homography

OUTLINE_THERE = 0.75  # every box more than 0.8 mm off showed less of its outline (reading.md 3)
CLOSE_MM = 0.12  # below this the corner marks alone place the boxes well enough
PASSES = 3
TRUSTED_SHARE = 0.5  # of the boxes must show their outline, or the page is not read at all
TRUSTED_MM = 0.45  # residual at which half of what is sampled as inside still is inside


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the paper lies.

    Attributes:
        homography: 3x3, mm on the sheet to pixels.
        patches: the boxes, sampled where they were found.
        offsets_mm: (B, 2) local correction of each box to the homography.
        residual_mm: 95 % of the boxes lie at most this far from where they were looked for in
            the end; None where there are no boxes.
    """

    homography: Floats
    patches: boxes.Patches
    offsets_mm: Floats
    residual_mm: float | None

    @property
    def found(self) -> NDArray[np.bool_]:
        """(B,) whether each box shows its outline where it should be."""
        result: NDArray[np.bool_] = self.patches.outline >= OUTLINE_THERE
        return result

    @property
    def is_trusted(self) -> bool:
        """Say whether the boxes of this page may be read at all."""
        if self.residual_mm is None:
            return True
        return bool(self.found.mean() >= TRUSTED_SHARE) and self.residual_mm <= TRUSTED_MM

    @property
    def rotation(self) -> int:
        """Degrees clockwise that the scan is turned from upright, in quarters."""
        across = self.homography[:2, 0] / self.homography[2, 2]
        return int(np.round(np.degrees(np.arctan2(across[1], across[0])) / 90)) % 4 * 90


def from_markers(seen: Sequence[SeenMarker], page: Page) -> Floats | None:
    """Fit the paper to the corner marks: a homography to three or four, less to one or two."""
    places = {marker.id: marker for marker in page.markers}
    used = [marker for marker in seen if marker.id in places]
    if not used:
        return None
    mm = np.array([corner for marker in used for corner in _corners_mm(places[marker.id])])
    px = np.concatenate([marker.corners_px for marker in used])
    return fit_homography(mm, px) if len(used) >= 3 else fit_affine(mm, px)


def _corners_mm(marker: Marker) -> list[tuple[float, float]]:
    x, y, size = marker.x_mm, marker.y_mm, marker.size_mm
    return [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]


def register(image: Image, homography: Floats, rects: Floats) -> Registration:
    """Refine a first homography until the printed boxes lie where it puts them.

    Args:
        image: (H, W) grey.
        homography: 3x3 first estimate, mm to pixels.
        rects: (B, 4) x, y, width, height in mm.
    """
    offsets = np.zeros((len(rects), 2))
    if not len(rects):
        empty = boxes.Patches(
            np.zeros((0, boxes.SIZE, boxes.SIZE), np.float32), offsets, np.zeros(0), 0.0,
            np.zeros((0, 2), np.int64),
        )  # fmt: skip
        return Registration(homography, empty, offsets, None)
    patches = boxes.sample(image, homography, rects)
    for _ in range(PASSES - 1):
        good = patches.outline >= OUTLINE_THERE
        away = np.linalg.norm(patches.shift_mm, axis=1)
        if good.mean() > 0.9 and np.quantile(away[good], 0.95) <= CLOSE_MM:
            break
        moved = offsets + _smooth(rects, patches, good)
        if np.abs(moved - offsets).max() < 0.02:
            break
        offsets = moved
        patches = boxes.sample(image, homography, rects, offsets)
    good = patches.outline >= OUTLINE_THERE
    away = np.linalg.norm(patches.shift_mm, axis=1)
    residual = float(np.quantile(away[good], 0.95)) if good.any() else float("inf")
    return Registration(homography, patches, offsets, residual)


def _smooth(rects: Floats, patches: boxes.Patches, good: NDArray[np.bool_]) -> Floats:
    """Fit a field of displacements over the page to the outlines that were found.

    Quadratic where enough boxes are seen, affine or a plain shift where fewer are; boxes that
    disagree with their neighbours are left out (twice, beyond 2.5 deviations).
    """
    centre = rects[:, :2] + rects[:, 2:] / 2
    scale = np.maximum(np.ptp(centre, axis=0), 1.0)
    x, y = ((centre - centre.mean(axis=0)) / scale).T
    terms = np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y, y**3])
    use = good.copy()
    field = np.zeros_like(centre)
    for _ in range(3):
        count = int(use.sum())
        if count < 3:
            return field
        design = terms[:, : 7 if count >= 30 else 3 if count >= 6 else 1]
        solution = np.linalg.lstsq(design[use], patches.shift_mm[use], rcond=None)[0]
        field = design @ solution
        error = np.linalg.norm(field - patches.shift_mm, axis=1)
        limit = max(0.1, 2.5 * float(np.sqrt(np.mean(error[use] ** 2))))
        use = good & (error <= limit)
    return field
