"""Millimetres on paper and pixels in a scan.

Pixel coordinates are those of OpenCV: the centre of the first pixel is (0, 0). A picture that is
made `k` times smaller therefore has x' = (x + 0.5) / k - 0.5 (plain division costs 0.18 mm at a
quarter of 300 dpi, docs/findings/reading.md 3).
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Floats = NDArray[np.float64]


def ranked(values: NDArray[Any], share: float) -> float:
    """Return the value below which a share of the others lies: a quantile, ten times as fast."""
    flat = values.ravel()
    rank = int(share * (len(flat) - 1))
    return float(np.partition(flat, rank)[rank])


def fit_homography(mm: Floats, px: Floats) -> Floats | None:
    """Fit a 3x3 homography to points (N, 2) by least squares; None when they lie on a line."""
    found: Any = cv2.findHomography(mm.reshape(-1, 1, 2), px.reshape(-1, 1, 2), 0)[0]
    if found is None or not np.all(np.isfinite(found)) or abs(np.linalg.det(found)) < 1e-12:
        return None
    return np.asarray(found, dtype=np.float64)


def fit_affine(mm: Floats, px: Floats) -> Floats | None:
    """Fit an affine map to points (N, 2) by least squares, written as a homography."""
    design = np.column_stack([mm, np.ones(len(mm))])
    solution, _, rank, _ = np.linalg.lstsq(design, px, rcond=None)
    if rank < 3:
        return None
    return np.vstack([solution.T, [0.0, 0.0, 1.0]])


def project(homography: Floats, points: Floats) -> Floats:
    """Send points (N, 2) through a homography."""
    sent = points @ homography[:, :2].T + homography[:, 2]
    result: Floats = sent[:, :2] / sent[:, 2:]
    return result


def inverse(homography: Floats) -> Floats:
    """Return the homography from pixels to mm."""
    return np.asarray(np.linalg.inv(homography), dtype=np.float64)


def jacobians(homography: Floats, points: Floats) -> Floats:
    """Return the (N, 2, 2) derivatives of a homography at points (N, 2): pixels per mm."""
    sent = points @ homography[:, :2].T + homography[:, 2]
    w = sent[:, 2][:, None, None]
    plane = sent[:, :2] / sent[:, 2:]
    result: Floats = (homography[None, :2, :2] - plane[:, :, None] * homography[None, 2:, :2]) / w
    return result


def shrink(homography: Floats, k: float) -> Floats:
    """Return the homography into the same picture made `k` times smaller."""
    offset = 0.5 / k - 0.5
    return np.array([[1 / k, 0, offset], [0, 1 / k, offset], [0, 0, 1]]) @ homography


def is_plausible(homography: Floats, width_mm: float = 210.0, height_mm: float = 297.0) -> bool:
    """Say whether a camera or a scanner could see a sheet of paper like this.

    All four corners lie in front of the camera, none is mirrored, and none is more than four times
    as near as another.
    """
    corners = np.array([(0, 0), (width_mm, 0), (width_mm, height_mm), (0, height_mm)])
    depth = corners @ homography[2, :2] + homography[2, 2]
    if not np.all(np.isfinite(homography)) or np.any(depth <= 0):
        return False
    areas = np.linalg.det(jacobians(homography, corners))
    return bool(areas.min() > 0 and areas.max() < 16 * areas.min())


def px_per_mm(homography: Floats, point: tuple[float, float]) -> float:
    """Return the resolution round a point of the sheet, in pixels per mm."""
    jacobian = jacobians(homography, np.array([point], dtype=np.float64))[0]
    return float(np.sqrt(abs(np.linalg.det(jacobian))))


def cut_out(
    image: Image,
    homography: Floats,
    x_mm: float,
    y_mm: float,
    width_mm: float,
    height_mm: float,
    px_per_mm: float,
) -> Image:
    """Cut a part of the sheet out of a picture, upright and flat."""
    size = (max(1, round(width_mm * px_per_mm)), max(1, round(height_mm * px_per_mm)))
    step_x, step_y = width_mm / size[0], height_mm / size[1]
    to_mm = np.array([[step_x, 0, x_mm + step_x / 2], [0, step_y, y_mm + step_y / 2], [0, 0, 1]])
    found: Any = cv2.warpPerspective(
        image,
        homography @ to_mm,
        size,
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    result: Image = found
    return result
