"""Find the corner marks in a scan.

In:  a grey picture.
Out: the marks that were seen, each with its id and its four corners in pixels.

The ladder goes from cheap to dear: four corner crops at about 75 dpi with one threshold window
(1.4-2 ms, docs/findings/reading.md 3), larger crops only for what is missing, then the whole
picture with several windows. Corners are refined at full resolution in every case.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice, product
from typing import Any

import cv2
import numpy as np

from forms.sheet_code import marker_page_and_corner
from forms.symbols import marker_dictionary
from omr.geometry import Floats, Image, fit_affine, fit_homography, project

SMALL_PX = 880  # long side of the picture in which marks are looked for: 75 dpi for A4
WHOLE_PX = 1760
MOST_SETS = 40  # ways to put marks together that are tried
WHOLE_MARKS = 3
CROOKED = 0.5  # sides of a mark; marks of two sheets are 0.6 off and more, of one 0.1
ACROSS, DOWN = 179 / 11, 266 / 11  # between the marks of an A4 sheet, in sides of a mark
LEAST_SHARE, LEAST_IN_CORNERS = 0.02, 0.036  # outline of a mark, of the long side; whole: 0.15
CORNERS = 4
PER_MARK = 10.0  # that a set is better for every mark in it; `_crooked` counts up to `NO_PLANE`
NO_PLANE = 9.0
SHARP_PX = 16  # a picture smaller than this shows no mark
WINDOW, WINDOWS, WINDOW_STEP = 23, (5, 45), 10  # pixels in which light and dark are told apart
MOST_SHARE = 2.0  # outline of a mark, of the long side
MARK_PX, REFINE_STEPS, REFINE_PX = 11, 20, 0.01  # half a module is a side divided by the first
HALF_PX = 0.5  # where the centre of a pixel lies
CROPS = ((0.17, 0.12), (0.3, 0.22), (0.45, 0.36))  # corner crops, shares of the page's sides


@dataclass(frozen=True, slots=True, eq=False)
class SeenMarker:
    """A corner mark in a scan; `corners_px` (4, 2) run clockwise from the mark's own top left."""

    id: int
    corners_px: Floats

    @property
    def page(self) -> int:
        """The page of a sheet that carries this mark."""
        return marker_page_and_corner(self.id)[0]

    @property
    def corner(self) -> int:
        """The corner of the page where this mark is printed: 0 top left, then clockwise."""
        return marker_page_and_corner(self.id)[1]


def find_markers(
    image: Image, *, thorough: bool = False, several: bool = False
) -> list[SeenMarker]:
    """Find the corner marks; `thorough` goes on to the whole picture at several thresholds.

    A mark may be found in several places, where several sheets lie in view; where that is known,
    `several` looks on after the first of them is complete.
    """
    found: list[SeenMarker] = []
    if not thorough:
        factor = max(1, round(max(image.shape) / SMALL_PX))
        for width, height in CROPS:
            _add(found, _in_corners(image, factor, width, height, found))
            if _is_complete(found):
                break
        return [_refined(image, marker, factor) for marker in found]
    for side in (SMALL_PX, WHOLE_PX):
        factor = max(1, round(max(image.shape) / side))
        seen = _detect(_smaller(image, factor), several=True)
        _add(found, (_refined(image, marker, factor) for marker in seen))
        if not several and _is_complete(found) and is_whole(sort_out(found)[0]):
            break  # four corners may also be those of several sheets
    return found


def without(seen: Sequence[SeenMarker], marks: Sequence[SeenMarker]) -> list[SeenMarker]:
    """Leave out the marks of one sheet, wherever they were located a little differently."""
    return [marker for marker in seen if not any(_is_same(marker, mark) for mark in marks)]


def find_everywhere(image: Image, sheet_px: float | None = None) -> list[SeenMarker]:
    """Find marks anywhere in the picture with one quick look; corners are not refined.

    Args:
        image: the picture.
        sheet_px: the long side of the sheets in it; of the whole picture by default.
    """
    factor = max(1, round((sheet_px or max(image.shape)) / SMALL_PX))
    return [
        SeenMarker(marker.id, (marker.corners_px + HALF_PX) * factor - HALF_PX)
        for marker in _detect(_smaller(image, factor))
    ]


def sort_out(seen: Sequence[SeenMarker]) -> list[list[SeenMarker]]:
    """Put together the marks that may belong to one sheet; the best set first.

    Where one mark is seen in several places, sheets overlap or lie side by side. Marks of one sheet
    have their sides in line with each other; the more of them, and the better in line, the better.
    """
    if len({marker.page for marker in seen}) == 1 and len({m.id for m in seen}) == len(seen):
        return [list(seen)]  # the usual page
    sets: list[tuple[float, list[SeenMarker]]] = []
    for page in {marker.page for marker in seen}:
        corners: dict[int, list[SeenMarker]] = {}
        for marker in seen:
            if marker.page == page:
                corners.setdefault(marker.corner, []).append(marker)
        choices = islice(product(*corners.values()), MOST_SETS)
        sets += [(_crooked(marks) - PER_MARK * len(marks), list(marks)) for marks in choices]
    sets.sort(key=lambda one: one[0])
    return [marks for _, marks in sets]


def is_whole(marks: Sequence[SeenMarker]) -> bool:
    """Say whether marks show that a whole sheet is in view, and not parts of its neighbours."""
    return len(marks) >= WHOLE_MARKS and _crooked(marks) < CROOKED


def _crooked(marks: Sequence[SeenMarker]) -> float:
    """Return how badly four-cornered marks lie on one plane, as a share of their size."""
    if len(marks) < 2:
        return 0.0
    unit = np.array([(0, 0), (1, 0), (1, 1), (0, 1)], dtype=np.float64)
    places = np.array([(0, 0), (ACROSS, 0), (ACROSS, DOWN), (0, DOWN)], dtype=np.float64)
    flat = np.concatenate([unit + places[marker.corner] for marker in marks])
    px = np.concatenate([marker.corners_px for marker in marks])
    fitted = (fit_homography if len(marks) > 2 else fit_affine)(flat, px)
    if fitted is None:
        return NO_PLANE
    size = np.sqrt(abs(cv2.contourArea(marks[0].corners_px.astype(np.float32))))
    error = np.abs(project(fitted, flat) - px).max() / max(size, 1.0)
    return float(min(error, NO_PLANE))


def _add(found: list[SeenMarker], more: Iterable[SeenMarker]) -> None:
    """Add marks that are not there yet; one mark is often found more than once."""
    for marker in more:
        if not any(_is_same(marker, known) for known in found):
            found.append(marker)


def _is_same(one: SeenMarker, other: SeenMarker) -> bool:
    side = np.linalg.norm(one.corners_px[0] - one.corners_px[1])
    off = np.linalg.norm(one.corners_px[0] - other.corners_px[0])
    return bool(one.id == other.id and off < side)


def _is_complete(found: Sequence[SeenMarker]) -> bool:
    ids = {(marker.page, marker.corner) for marker in found}
    pages = [page for page, _ in ids]
    return any(pages.count(page) == CORNERS for page in set(pages))


def _smaller(image: Image, factor: int) -> Image:
    """Average whole blocks of pixels; OpenCV does that ten times faster than other factors."""
    if factor == 1:
        return np.ascontiguousarray(image)
    size = (image.shape[1] // factor, image.shape[0] // factor)
    whole = image[: size[1] * factor, : size[0] * factor]
    return np.asarray(cv2.resize(whole, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _in_corners(
    image: Image, factor: int, width: float, height: float, found: Sequence[SeenMarker]
) -> Iterator[SeenMarker]:
    """Look in the corners of a picture; what is found is in pixels of the smaller picture."""
    tall, wide = image.shape[0] // factor, image.shape[1] // factor
    if tall < wide:  # a page on its side has its corners elsewhere
        width, height = height, width
    w, h = int(wide * width), int(tall * height)
    least = LEAST_IN_CORNERS * max(wide, tall) / max(w, h, 1)
    for x, y in ((0, 0), (wide - w, 0), (wide - w, tall - h), (0, tall - h)):
        if any(_inside(marker, x, y, w, h) for marker in tuple(found)):
            continue
        crop = image[y * factor : (y + h) * factor, x * factor : (x + w) * factor]
        for marker in _detect(_smaller(crop, factor), least=least):
            yield SeenMarker(marker.id, marker.corners_px + np.array([x, y]))


def _inside(marker: SeenMarker, x: int, y: int, w: int, h: int) -> bool:
    centre = marker.corners_px.mean(axis=0)
    return bool(x <= centre[0] < x + w and y <= centre[1] < y + h)


@lru_cache(maxsize=8)
def _detector(several: bool, window: int, least: float) -> Any:
    settings = cv2.aruco.DetectorParameters()
    smallest, largest = WINDOWS if several else (window, window)
    settings.adaptiveThreshWinSizeMin = smallest
    settings.adaptiveThreshWinSizeMax = largest
    settings.adaptiveThreshWinSizeStep = WINDOW_STEP
    settings.minMarkerPerimeterRate = least
    settings.maxMarkerPerimeterRate = MOST_SHARE
    settings.errorCorrectionRate = 0.0  # a torn mark is no mark: never take one for another
    settings.cornerRefinementMethod = cv2.aruco.CORNER_REFINE_NONE
    return cv2.aruco.ArucoDetector(marker_dictionary(), settings)


def _detect(image: Image, *, several: bool = False, least: float = LEAST_SHARE) -> list[SeenMarker]:
    """Find marks with outlines of at least this share of the picture's long side."""
    if min(image.shape) < SHARP_PX:
        return []
    corners, ids, _ = _detector(several, WINDOW, round(least, 2)).detectMarkers(image)
    if ids is None:
        return []
    return [
        SeenMarker(int(marker), np.asarray(quad, dtype=np.float64).reshape(CORNERS, 2))
        for marker, quad in zip(np.asarray(ids).ravel(), corners, strict=True)
    ]


def _refined(image: Image, marker: SeenMarker, factor: int) -> SeenMarker:
    """Locate the corners of a mark to a fraction of a pixel of the whole picture."""
    corners = (marker.corners_px + HALF_PX) * factor - HALF_PX
    side = float(np.sqrt(abs(cv2.contourArea(corners.astype(np.float32)))))
    reach = max(2, round(side / MARK_PX))  # half a module
    points = np.ascontiguousarray(corners.reshape(-1, 1, 2), dtype=np.float32)
    stop = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, REFINE_STEPS, REFINE_PX)
    x0, y0 = np.floor(corners.min(axis=0) - 2 * reach - 2).astype(int)
    x1, y1 = np.ceil(corners.max(axis=0) + 2 * reach + 3).astype(int)
    x0, y0 = max(0, int(x0)), max(0, int(y0))
    crop = np.ascontiguousarray(image[y0 : int(y1), x0 : int(x1)])
    if min(crop.shape, default=0) <= 4 * reach + 6:
        return SeenMarker(marker.id, corners)
    origin = np.array([x0, y0], dtype=np.float32)
    moved = cv2.cornerSubPix(crop, points - origin, (reach, reach), (-1, -1), stop)
    refined = np.asarray(moved, dtype=np.float64).reshape(CORNERS, 2) + origin
    strayed = np.linalg.norm(refined - corners, axis=1) > 2.5 * max(factor, reach)
    refined[strayed] = corners[strayed]
    return SeenMarker(marker.id, refined)
