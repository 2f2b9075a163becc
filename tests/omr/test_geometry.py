"""Millimetres and pixels, and where the centre of a pixel is."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from omr.geometry import (
    Floats,
    cut_out,
    fit_affine,
    fit_homography,
    inverse,
    is_plausible,
    jacobians,
    project,
    shrink,
)

CORNERS = np.array([(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0), (80.0, 120.0)])
small = st.floats(-1, 1)


def photo(a: float, b: float, x: float, y: float, g: float, h: float) -> Floats:
    """Look at a sheet from a little aside."""
    return np.array([[6 + a, b, 100 * x], [-b, 6 + a, 100 * y], [g * 5e-4, h * 5e-4, 1]])


photos = st.builds(photo, small, small, small, small, small, small)


@given(photos)
def test_what_is_fitted_to_points_sends_them_where_they_came_from(homography: Floats) -> None:
    """There and back."""
    px = project(homography, CORNERS)
    found = fit_homography(CORNERS, px)

    assert found is not None
    assert np.abs(project(found, CORNERS) - px).max() < 1e-3
    assert np.abs(project(inverse(found), px) - CORNERS).max() < 1e-3
    assert is_plausible(homography)


@given(photos)
def test_jacobians_are_what_a_small_step_does(homography: Floats) -> None:
    """Resolution and skew around each box come from them."""
    beside = CORNERS + np.array([1e-4, 0])
    step = (project(homography, beside) - project(homography, CORNERS)) / 1e-4

    assert np.abs(jacobians(homography, CORNERS)[:, :, 0] - step).max() < 1e-2


def test_a_smaller_picture_keeps_its_places() -> None:
    """The centre of the first pixel is (0, 0): plain division would be half a pixel off."""
    image = np.zeros((80, 80), np.uint8)
    image[40:44, 20:24] = 255
    quarter = np.asarray(cv2.resize(image, (20, 20), interpolation=cv2.INTER_AREA), np.uint8)
    flat = np.array([[4.0, 0, -0.5], [0, 4.0, -0.5], [0, 0, 1]])
    cut = cut_out(quarter, shrink(flat, 4), 5, 10, 1, 1, 1)

    assert cut.shape == (1, 1)
    assert cut[0, 0] == 255


def test_points_on_a_line_give_no_map() -> None:
    """Better none than a wild one."""
    line = np.array([(0.0, 0.0), (1.0, 1.0), (2.0, 2.0), (3.0, 3.0)])

    assert fit_affine(line, line) is None


def test_impossible_sheets_are_noticed() -> None:
    """Mirrored, seen from behind, or no numbers at all."""
    assert not is_plausible(np.diag([-6.0, 6.0, 1.0]))
    assert not is_plausible(np.array([[6.0, 0, 0], [0, 6.0, 0], [0, -0.004, 1]]))
    assert not is_plausible(np.full((3, 3), np.nan))
