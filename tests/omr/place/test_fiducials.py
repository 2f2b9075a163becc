"""Seeing the corner marks, and which of them belong together."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.layout import corner_markers
from forms.paper_sizes import A4
from forms.symbols import marker_dictionary
from omr.geometry import Image
from omr.place.fiducials import find_markers, sort_out

PX_PER_MM = 6.0


def sheet(page: int = 1, *, without: tuple[int, ...] = ()) -> Image:
    """Draw the corner marks of a page."""
    image = np.full((round(297 * PX_PER_MM), round(210 * PX_PER_MM)), 240, np.uint8)
    for corner, marker in enumerate(corner_markers(A4, page)):
        if corner not in without:
            side = round(marker.size_mm * PX_PER_MM)
            x, y = round(marker.x_mm * PX_PER_MM), round(marker.y_mm * PX_PER_MM)
            drawn = cv2.aruco.generateImageMarker(marker_dictionary(), marker.id, side)
            image[y : y + side, x : x + side] = np.maximum(drawn, 30)
    return image


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("scale", [0.35, 0.5, 1.0, 2.0], ids=["53 dpi", "76", "152", "305"])
def test_all_four_are_seen_at_any_resolution_and_any_way_up(turns: int, scale: float) -> None:
    """To a tenth of a millimetre or so."""
    upright = cv2.resize(sheet(3), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    found = find_markers(np.ascontiguousarray(np.rot90(upright, turns), np.uint8))
    marker = next(m for m in found if m.corner == 0)
    side = np.linalg.norm(marker.corners_px[0] - marker.corners_px[1])

    assert {(m.page, m.corner) for m in found} == {(3, corner) for corner in range(4)}
    assert abs(side / scale / PX_PER_MM - 11) < 0.2


def test_a_missing_mark_does_not_hide_the_others() -> None:
    """Three of four is a normal case."""
    assert {m.corner for m in find_markers(sheet(without=(2,)))} == {0, 1, 3}


def test_marks_of_two_sheets_are_kept_apart() -> None:
    """Side by side they make many wrong rectangles; two of them are right."""
    both = np.full((1900, 2700), 90, np.uint8)
    both[40 : 40 + 1782, 20 : 20 + 1260] = sheet()
    both[60 : 60 + 1782, 1350 : 1350 + 1260] = sheet()
    seen = find_markers(both, thorough=True)
    best = sort_out(seen)[0]
    left = [marker for marker in seen if marker not in best]

    assert len(seen) == 8
    for marks in (best, sort_out(left)[0]):
        across = [bool(marker.corners_px[0, 0] > 1340) for marker in marks]
        assert across in ([True] * 4, [False] * 4)


def test_pages_are_kept_apart() -> None:
    """The marks themselves say of which page they are."""
    both = np.hstack([sheet(1), sheet(2)])

    assert all(len({m.page for m in marks}) == 1 for marks in sort_out(find_markers(both)))
