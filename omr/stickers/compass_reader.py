"""Read a photo of the blank compass on which people put sticky dots or crosses.

In:  a picture of the sheet from `forms.printables.blank_compass`, in colour.
Out: a `CompassReading`: every dot and cross with its colour and place, the nearest quarter point
     of the map, and a doubt where a person has to look.

The picture is flattened by the corner marks and its light evened out. What is coloured, or dark
and not printed, is ink. Ink that a disc of 3 mm fits in is a sticker, or several that overlap:
those are counted by covering the shape with discs. Thin ink counts only when it is two strokes
that cross; other writing, such as a name beside a dot, is left alone.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.paper import PAPERS, Paper
from forms.printables.blank_compass import STEPS, BlankCompass, Place, compass_paper, dark_print
from forms.sheet_code import COMPASS_PAGE, SheetCode, decode, marker_id
from omr.geometry import (
    Floats,
    Image,
    cut_out,
    fit_homography,
    inverse,
    is_plausible,
    project,
    px_per_mm,
    shrink,
)
from omr.page import Reason
from omr.place.fiducials import SeenMarker, find_markers
from omr.stickers.dots import DotDoubt, MarkKind, SeenDot

# All of these were tried on simulated photos of A1 to A3, tests/omr/stickers/test_compass_reader.py.
COLOURED = 0.20  # chroma on white paper is under 0.08, a pastel sticker has 0.3
DARK = 0.33  # the printed grid is under 0.2, a ballpoint line that is 2 pixels wide has 0.4
SMALLEST_DOT_MM, LARGEST_DOT_MM = 3.2, 11.0  # radius: stickers of 8 to 20 mm across
CROSS_MM = (5.0, 45.0)  # across
SPECK_MM = 2.0  # across: less is dirt or a part of the print
COARSEST = 1.4  # pixels per mm: a ballpoint line is half a pixel there
FINE_PX_PER_MM = 4.0
EVEN_OVER_MM = 44.0  # wider than a sticker, narrower than a shadow
SURE = 0.3  # of a quarter step: nearer to a quarter point than this is no doubt
PRINT_MARGIN_MM = 0.9
AROUND_MM = 16.0  # beyond the outermost positions; the rim of the map is 17 at least

Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class CompassReading:
    """What a photo of a blank compass says, or why it cannot be read."""

    dots: tuple[SeenDot, ...] = ()
    paper: Paper | None = None
    code: SheetCode | None = None  # None: the square code could not be read
    residual_mm: float | None = None
    other_ink: int = 0  # pieces of writing that are neither dot nor cross
    reason: Reason | None = None

    @property
    def in_doubt(self) -> int:
        """Count the dots that a person has to look at."""
        return sum(bool(dot.doubts) for dot in self.dots)


def read_compass_file(path: Path, paper: Paper | None = None) -> CompassReading:
    """Read a photo from a file; see `read_compass`."""
    try:
        data = np.frombuffer(path.read_bytes(), np.uint8)
    except FileNotFoundError:
        return CompassReading(reason=Reason.NOT_FOUND)
    except OSError:
        return CompassReading(reason=Reason.NO_PERMISSION)
    image: Any = cv2.imdecode(data, cv2.IMREAD_COLOR) if data.size else None
    if image is None:
        return CompassReading(reason=Reason.NOT_AN_IMAGE if data.size else Reason.EMPTY_FILE)
    return read_compass(image, paper)


def read_compass(image: Image, paper: Paper | None = None) -> CompassReading:
    """Find the dots and crosses on a photo of the blank compass.

    Args:
        image: in colour (H, W, 3), blue first, as OpenCV reads it; grey shows fewer dots.
        paper: the size of the sheet, if the square code on it may be unreadable.
    """
    if image.ndim == 2:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_GRAY2BGR), np.uint8)
    grey = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    ids = {marker_id(COMPASS_PAGE, corner): corner for corner in range(4)}
    markers = [m for m in find_markers(grey, thorough=True) if m.id in ids]
    if len(markers) < 2:
        return CompassReading(reason=Reason.NO_SHEET)
    code = _code(grey)
    known = (compass_paper(code) if code else None) or paper
    sheet = _registered(markers, [known] if known else _likely_papers())
    if sheet is None:
        return CompassReading(code=code, reason=Reason.NO_CODE)
    if sheet.px_per_mm < COARSEST:
        return CompassReading(code=code, reason=Reason.TOO_COARSE)
    ink = _ink(image, sheet)
    dots = [*_dots(ink)]
    crosses, other = _crosses(ink, dots)
    found = _aside([_placed(sheet.compass, mark) for mark in (*dots, *crosses)])
    return CompassReading(
        tuple(sorted(found, key=lambda d: (d.place.y_mm, d.place.x_mm))),
        sheet.compass.paper,
        code,
        sheet.residual_mm,
        other,
    )


# --- where the sheet lies ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Sheet:
    """A blank compass in a picture."""

    compass: BlankCompass
    mm_to_px: Floats
    residual_mm: float

    @property
    def px_per_mm(self) -> float:
        plot = self.compass.map.plot
        middle = (plot.x_mm + plot.width_mm / 2, plot.y_mm + plot.height_mm / 2)
        return px_per_mm(self.mm_to_px, middle)


def _code(grey: Image) -> SheetCode | None:
    """Find the square code of a blank compass anywhere in the picture."""
    import zxingcpp

    formats: Any = zxingcpp.BarcodeFormat.QRCode  # a format stands for a set of one
    for seen in zxingcpp.read_barcodes(grey, formats=formats):
        code = decode(seen.text)
        if code is not None and code.page == COMPASS_PAGE:
            return code
    return None


def _likely_papers() -> list[Paper]:
    """List the sizes to try when the code cannot be read: the marks fit on one of them only."""
    return [size for paper in PAPERS.values() for size in (paper, paper.turned())]


MOST_RESIDUAL_MM = 6.0  # a flip-over that hangs loosely bends by this much
GUESSED_RESIDUAL_MM = 2.0


def _registered(markers: Sequence[SeenMarker], papers: Sequence[Paper]) -> _Sheet | None:
    """Fit the sheet to its marks; of several sizes, take the one that fits by far the best."""
    found = sorted(
        (sheet for paper in papers if (sheet := _fitted(markers, paper)) is not None),
        key=lambda sheet: sheet.residual_mm,
    )
    if not found:
        return None
    best = found[0]
    if len(papers) == 1:
        return best if best.residual_mm <= MOST_RESIDUAL_MM else None
    is_clear = len(found) == 1 or found[1].residual_mm > 2 * best.residual_mm
    return best if is_clear and best.residual_mm <= GUESSED_RESIDUAL_MM else None


def _fitted(markers: Sequence[SeenMarker], paper: Paper) -> _Sheet | None:
    compass = BlankCompass.on(paper)
    places = {marker.id: marker for marker in compass.markers}
    mm, px = [], []
    for seen in markers:
        mark = places[seen.id]
        for (across, down), corner in zip(_UNIT, seen.corners_px, strict=True):
            mm.append((mark.x_mm + across * mark.size_mm, mark.y_mm + down * mark.size_mm))
            px.append(tuple(corner))
    there, here = np.array(mm, np.float64), np.array(px, np.float64)
    fitted = fit_homography(there, here)
    if fitted is None or not is_plausible(fitted, paper.width_mm, paper.height_mm):
        return None
    off = np.linalg.norm(project(inverse(fitted), here) - there, axis=1)
    return _Sheet(compass, fitted, float(np.sqrt(np.mean(np.square(off)))))


_UNIT = ((0, 0), (1, 0), (1, 1), (0, 1))  # the corners of a mark, clockwise


# --- ink --------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class _Ink:
    """The map, flat and evenly lit, and what of it is ink."""

    scale: float  # pixels per mm
    origin: Place  # of the first pixel, on the paper
    paint: NDArray[np.uint8]  # the map in colour, its paper white
    masks: dict[str, Mask]  # per colour

    @property
    def anything(self) -> Mask:
        """The ink of all colours together."""
        found = np.zeros(self.paint.shape[:2], np.bool_)
        for mask in self.masks.values():
            found |= mask
        return found

    def disc(self, radius_mm: float) -> NDArray[np.uint8]:
        reach = max(1, round(radius_mm * self.scale))
        return np.asarray(
            cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), np.uint8
        )

    def place(self, x_px: float, y_px: float) -> Place:
        return Place(
            self.origin.x_mm + (x_px + 0.5) / self.scale,
            self.origin.y_mm + (y_px + 0.5) / self.scale,
        )


def _ink(image: Image, sheet: _Sheet) -> _Ink:
    """Flatten the map, even out the light, and find what is ink in which colour."""
    region = sheet.compass.map.plot.grown(AROUND_MM)
    factor = max(1, int(sheet.px_per_mm / FINE_PX_PER_MM))
    mm_to_px, small = sheet.mm_to_px, image
    if factor > 1:
        size = (image.shape[1] // factor, image.shape[0] // factor)
        small = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        mm_to_px = shrink(mm_to_px, factor)
    scale = min(FINE_PX_PER_MM, sheet.px_per_mm)
    flat = cut_out(
        small, mm_to_px, region.x_mm, region.y_mm, region.width_mm, region.height_mm, scale
    )
    even = _evened(flat, scale)
    origin = Place(region.x_mm, region.y_mm)
    ink = _Ink(scale, origin, even, {})
    soft = np.asarray(cv2.GaussianBlur(even, (0, 0), 0.35 * scale), np.float32) / 255
    chroma = soft.max(axis=2) - soft.min(axis=2)
    coloured = chroma > COLOURED
    dark = (soft.mean(axis=2) < 1 - DARK) & ~coloured
    printed = _printed(ink, sheet.compass, dark.shape)
    dark = _healed(ink, dark & ~printed, printed)
    masks = dict(_by_colour(even, coloured, scale))
    black = dark & _cleaned(ink, dark | coloured)  # a thin line is coloured in parts only
    if black.any():
        masks["zwart"] = black
    return replace(ink, masks=masks)


def _evened(flat: Image, scale: float) -> NDArray[np.uint8]:
    """Divide by the light: the paper round every point becomes white."""
    step = max(1, round(scale))  # a point per mm is enough for light
    small = cv2.resize(flat, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    reach = round(EVEN_OVER_MM * scale / step)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    padded = cv2.copyMakeBorder(small, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    light = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, around)
    light = cv2.GaussianBlur(light, (0, 0), reach / 8)[reach:-reach, reach:-reach]
    size = (flat.shape[1], flat.shape[0])
    whole = np.asarray(cv2.resize(light, size), np.float32)
    return np.clip(flat / np.maximum(whole, 1) * 255, 0, 255).astype(np.uint8)


def _printed(ink: _Ink, compass: BlankCompass, shape: tuple[int, ...]) -> Mask:
    """Mark what is printed darkly, with a margin for a sheet that is not quite flat."""
    mask = np.zeros(shape, np.uint8)
    for rect in dark_print(compass):
        grown = rect.grown(PRINT_MARGIN_MM)
        left = round((grown.x_mm - ink.origin.x_mm) * ink.scale)
        top = round((grown.y_mm - ink.origin.y_mm) * ink.scale)
        right = round((grown.x_mm + grown.width_mm - ink.origin.x_mm) * ink.scale)
        bottom = round((grown.y_mm + grown.height_mm - ink.origin.y_mm) * ink.scale)
        mask[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = 1
    return mask.astype(bool)


def _healed(ink: _Ink, mask: Mask, printed: Mask) -> Mask:
    """Give back the print that lies between two pieces of ink: a dot on an axis is one dot."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(1.8))
    return mask | (closed.astype(bool) & printed)


def _cleaned(ink: _Ink, mask: Mask) -> Mask:
    """Drop specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    least = (1.2 * ink.scale) ** 2
    keep = np.array([False, *(stats[i, cv2.CC_STAT_AREA] >= least for i in range(1, count))])
    return np.asarray(keep[labels], np.bool_)


# Names of hues on OpenCV's circle of 180, each up to where the next one begins.
_HUES = (
    (8, "rood"), (20, "oranje"), (34, "geel"), (84, "groen"), (128, "blauw"), (148, "paars"),
    (168, "roze"), (180, "rood"),
)  # fmt: skip
_HUE_APART = 6  # the light shifts one colour by 3, and red and orange stickers are 10 apart
_VALLEY = 0.7  # between two colours there are at most so many pixels, as a share of the smaller
_FEWEST_MM2 = 8.0  # of a colour; a sticker of 8 mm has 50, half hidden 20


def _by_colour(even: NDArray[np.uint8], coloured: Mask, scale: float) -> Iterator[tuple[str, Mask]]:
    """Divide coloured pixels by the hues that are there, not by a table that knows no stickers."""
    hue = np.asarray(cv2.cvtColor(even, cv2.COLOR_BGR2HSV), np.uint8)[..., 0]
    counts = np.bincount(hue[coloured], minlength=180).astype(np.float64)
    peaks = _peaks(counts, _FEWEST_MM2 * scale**2)
    if not peaks:
        return
    away = np.abs(np.arange(180)[:, None] - np.array(peaks)[None, :])
    nearest = np.minimum(away, 180 - away).argmin(axis=1)
    names: dict[str, int] = {}
    for number, peak in enumerate(peaks):
        name = next(name for limit, name in _HUES if peak < limit)
        names[name] = names.get(name, 0) + 1
        unique = name if names[name] == 1 else f"{name} {names[name]}"
        yield unique, coloured & (nearest[hue] == number)


def _peaks(counts: Floats, fewest: float) -> list[int]:
    """Find the hues around which pixels gather, the strongest first, with a valley between."""
    bell = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
    smooth = np.convolve(
        np.concatenate([counts[-6:], counts, counts[:6]]), bell / bell.sum(), "valid"
    )
    peaks: list[int] = []
    for hue in (int(h) for h in np.argsort(-smooth, kind="stable")):
        near = [(hue + step) % 180 for step in range(-_HUE_APART, _HUE_APART + 1)]
        if counts[near].sum() < fewest or smooth[hue] == 0:
            continue
        if all(_is_apart(smooth, hue, peak) for peak in peaks):
            peaks.append(hue)
    return sorted(peaks)


def _is_apart(smooth: Floats, hue: int, peak: int) -> bool:
    """Say whether a hue is a colour of its own beside a stronger one."""
    step = 1 if (peak - hue) % 180 <= 90 else -1
    between = [smooth[(hue + step * n) % 180] for n in range(((peak - hue) * step) % 180)]
    return len(between) > _HUE_APART and min(between) < _VALLEY * smooth[hue]


# --- dots -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Mark:
    """A dot or cross as it was found."""

    kind: MarkKind
    colour: str
    place: Place
    radius_mm: float
    doubts: tuple[DotDoubt, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Blob:
    """A piece of ink of one colour that a sticker may have made."""

    colour: str
    left: int
    top: int
    mask: Mask  # of its bounding box and a rim
    radius_px: float  # of the largest disc in it

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def middle(self) -> tuple[float, float]:
        rows, columns = np.nonzero(self.mask)
        return float(columns.mean()), float(rows.mean())

    @property
    def is_one_disc(self) -> bool:
        return bool(self.area < 1.22 * math.pi * self.radius_px**2)


def _dots(ink: _Ink) -> Iterator[_Mark]:
    """Find stickers, single ones first: they tell how large the others are."""
    anything = ink.anything
    pieces = [
        blob for colour, mask in ink.masks.items() for blob in _blobs(ink, colour, mask, anything)
    ]
    least = SMALLEST_DOT_MM * ink.scale
    blobs = [blob for blob in pieces if blob.radius_px >= least]
    wide = _whole(blobs, anything.shape)
    blobs += [b for b in pieces if b.radius_px < least and _is_half_hidden(ink, b, wide)]
    sizes: dict[str, list[float]] = {}
    for blob in blobs:
        if blob.is_one_disc and blob.radius_px >= least:
            sizes.setdefault(blob.colour, []).append(blob.radius_px)
    every = [size for found in sizes.values() for size in found]
    for blob in blobs:
        usual = sizes.get(blob.colour) or every
        radius = float(np.median(usual)) if usual else blob.radius_px
        yield from _taken_apart(ink, blob, radius, anything)


def _whole(blobs: Sequence[_Blob], shape: tuple[int, ...]) -> Mask:
    """Put blobs back in their places on the map."""
    found = np.zeros(shape, np.bool_)
    for blob in blobs:
        rows, columns = np.nonzero(blob.mask)
        found[rows + blob.top, columns + blob.left] = True
    return found


def _is_half_hidden(ink: _Ink, blob: _Blob, wide: Mask) -> bool:
    """Say whether this is what another sticker leaves in view, and not a stroke of a pen."""
    near = cv2.dilate(blob.mask.astype(np.uint8), ink.disc(1.0)).astype(bool)
    touching = np.count_nonzero(near & _window(wide, blob))
    return bool(touching > 2 * SMALLEST_DOT_MM * ink.scale)


HIDDEN_MM = 1.3  # radius: less of a sticker than this in view is not noticed


def _blobs(ink: _Ink, colour: str, mask: Mask, anything: Mask) -> Iterator[_Blob]:
    """Find the pieces of a colour that are wide enough to be of a sticker."""
    rim = round(LARGEST_DOT_MM * ink.scale) + 2
    own = mask.astype(np.uint8)
    # What is written on a sticker belongs to it.
    closed = cv2.morphologyEx(own, cv2.MORPH_CLOSE, ink.disc(1.6)).astype(bool) & anything
    opened = cv2.morphologyEx((mask | closed).astype(np.uint8), cv2.MORPH_OPEN, ink.disc(HIDDEN_MM))
    filled = _without_holes(_rimmed(np.asarray(opened, np.uint8), rim))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(filled)
    _, pieces = cv2.connectedComponents(_rimmed(own, rim))
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, :4])
        window = labels[top - rim : top + high + rim, left - rim : left + wide + rim] == number
        deep = cv2.distanceTransform(window.astype(np.uint8), cv2.DIST_L2, 5)
        piece = pieces[top : top + high, left : left + wide]
        which = int(np.bincount(piece[piece > 0]).argmax()) if piece.any() else 0
        if not _is_thick_cross(pieces == which, ink.scale):
            yield _Blob(colour, left - 2 * rim, top - 2 * rim, window, float(deep.max()))


def _rimmed(mask: NDArray[np.uint8], rim: int) -> NDArray[np.uint8]:
    edged = cv2.copyMakeBorder(mask, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(edged, np.uint8)


SOLID = 0.75  # of its hull: three discs that overlap fill 0.85, a cross of thick strokes 0.65


def _is_thick_cross(piece: Mask, scale: float) -> bool:
    """Say whether a piece of ink is two strokes of a felt pen, wide though they are."""
    rows, columns = np.nonzero(piece)
    if not len(rows):
        return False
    hull = cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32))
    if len(rows) > SOLID * cv2.contourArea(hull):
        return False
    part = piece[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return _crossing(np.pad(part, 1), scale) is not None


def _without_holes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill what a name written on a sticker leaves open in it."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, (1,), cv2.FILLED)
    return filled


INSIDE = 0.9  # of a disc lies on ink
NEW = 0.16  # of a disc explains ink that nothing else does
LEFT_OVER = 0.12  # of a disc may stay unexplained


def _taken_apart(ink: _Ink, blob: _Blob, radius_px: float, anything: Mask) -> Iterator[_Mark]:
    """Cover a blob with as few discs as explain it."""
    if blob.is_one_disc and blob.radius_px > 0.8 * radius_px:
        yield _dot(ink, blob, *blob.middle, math.sqrt(blob.area / math.pi), ())
        return
    around = _window(anything, blob)
    allowed = blob.mask | around
    # A sticker that is partly hidden is as large as the others; one that lies free is as it is.
    is_hidden = np.count_nonzero(around & ~blob.mask) > 0.3 * blob.radius_px**2
    radius = radius_px if is_hidden else min(radius_px, 1.15 * blob.radius_px)
    discs = _discs(blob.mask, allowed, radius)
    covered = np.zeros_like(blob.mask)
    for x, y in discs:
        covered |= _disc_at(blob.mask.shape, x, y, radius)
    wrong = np.count_nonzero(blob.mask & ~covered) + np.count_nonzero(covered & ~allowed)
    is_sure = wrong < LEFT_OVER * math.pi * radius**2 and len(discs) > 0
    for x, y in discs or [blob.middle]:
        doubts = () if is_sure and len(discs) == 1 else (DotDoubt.OVERLAP,)
        yield _dot(ink, blob, x, y, radius, doubts)


def _window(mask: Mask, blob: _Blob) -> Mask:
    """Cut the part of a mask that a blob's own mask covers."""
    high, wide = blob.mask.shape
    found = np.zeros_like(blob.mask)
    top, left = max(blob.top, 0), max(blob.left, 0)
    part = mask[top : blob.top + high, left : blob.left + wide]
    y, x = top - blob.top, left - blob.left
    found[y : y + part.shape[0], x : x + part.shape[1]] = part
    return found


def _discs(own: Mask, allowed: Mask, radius: float) -> list[tuple[float, float]]:
    """Choose discs one by one: on ink, and over as much of what is left as possible."""
    reach = math.ceil(radius)
    grid = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    disc = (grid <= radius).astype(np.float32)
    disc /= disc.sum()
    inside = cv2.filter2D(allowed.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
    left = own.copy()
    found: list[tuple[float, float]] = []
    while len(found) < 12:
        gain = cv2.filter2D(left.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
        score = np.where(inside >= INSIDE, gain + 0.8 * (inside - 1), -1.0)
        y, x = (int(v) for v in np.unravel_index(int(score.argmax()), score.shape))
        if gain[y, x] < NEW or score[y, x] < 0:
            break
        # Of all places that are about as good, take the middle.
        near = score > score[y, x] - 0.02
        near[: max(0, y - 4)] = near[y + 5 :] = False
        near[:, : max(0, x - 4)] = near[:, x + 5 :] = False
        rows, columns = np.nonzero(near)
        found.append((float(columns.mean()), float(rows.mean())))
        left &= ~_disc_at(own.shape, *found[-1], radius * 1.04)
    return found


def _disc_at(shape: tuple[int, ...], x: float, y: float, radius: float) -> Mask:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(columns - x, rows - y) <= radius, np.bool_)


def _dot(
    ink: _Ink, blob: _Blob, x: float, y: float, radius: float, doubts: tuple[DotDoubt, ...]
) -> _Mark:
    place = ink.place(blob.left + x, blob.top + y)
    return _Mark(MarkKind.DOT, blob.colour, place, radius / ink.scale, doubts)


# --- crosses ----------------------------------------------------------------------------------


def _crosses(ink: _Ink, dots: Sequence[_Mark]) -> tuple[list[_Mark], int]:
    """Find pairs of strokes that cross; count the other writing."""
    found: list[_Mark] = []
    strokes: list[tuple[Place, float]] = []
    thin = ink.anything & ~_near_dots(ink, dots)
    joined = cv2.morphologyEx(thin.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(0.5))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined)
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, :4])
        across = max(wide, high) / ink.scale
        if across < SPECK_MM:
            continue
        window = np.s_[top : top + high, left : left + wide]
        part = labels[window] == number
        cross = _crossing(np.pad(part, 1), ink.scale)
        if cross is None or not CROSS_MM[0] <= across <= CROSS_MM[1]:
            strokes.append((ink.place(left + wide / 2, top + high / 2), across))
            continue
        # A thin blue line looks blue in one place and black in another.
        colour = max(ink.masks, key=lambda name: np.count_nonzero(ink.masks[name][window] & part))
        place = ink.place(left + cross[0], top + cross[1])
        found.append(_Mark(MarkKind.CROSS, colour, place, across / 2))
    return [_beside_writing(mark, strokes) for mark in found], len(strokes)


def _near_dots(ink: _Ink, dots: Sequence[_Mark]) -> Mask:
    mask = np.zeros(ink.paint.shape[:2], np.uint8)
    for dot in dots:
        x = (dot.place.x_mm - ink.origin.x_mm) * ink.scale
        y = (dot.place.y_mm - ink.origin.y_mm) * ink.scale
        reach = round((dot.radius_mm + 0.8) * ink.scale)
        cv2.circle(mask, (round(x), round(y)), reach, (1,), cv2.FILLED)
    return mask.astype(bool)


def _beside_writing(mark: _Mark, strokes: Sequence[tuple[Place, float]]) -> _Mark:
    """Doubt a cross that may be a letter of something written."""
    for place, across in strokes:
        apart = math.hypot(place.x_mm - mark.place.x_mm, place.y_mm - mark.place.y_mm)
        if apart < mark.radius_mm + across / 2 + 4:
            return replace(mark, doubts=(DotDoubt.UNCLEAR,))
    return mark


_ANGLES = np.arange(0, 180, 5)
_STRAIGHT = 0.82  # of the ink lies on the two lines
_SQUARE_DEG = 42  # at least, between the lines


def _crossing(part: Mask, scale: float) -> tuple[float, float] | None:
    """Find where two straight strokes cross, near the middle of both; None for any other shape.

    The part has a rim of one empty pixel.
    """
    rows, columns = np.nonzero(part)
    points = np.column_stack([columns, rows]).astype(np.float64)
    thick = 2 * float(cv2.distanceTransform(part.astype(np.uint8), cv2.DIST_L2, 3).max())
    band = max(thick, 0.9 * scale)
    first = _best_line(points, band)
    rest = points[np.abs(first.away(points)) > band / 2]
    if len(rest) < 0.15 * len(points):
        return None
    second = _best_line(rest, band)
    turn = abs(first.angle - second.angle) % 180
    if min(turn, 180 - turn) < _SQUARE_DEG:
        return None
    on_one = np.abs(first.away(points)) <= 0.75 * band
    on_other = np.abs(second.away(points)) <= 0.75 * band
    if np.mean(on_one | on_other) < _STRAIGHT:
        return None
    normals = np.array([first.normal, second.normal])
    crossing = np.linalg.solve(normals, np.array([first.offset, second.offset]))
    lengths = []
    for line, on in ((first, on_one), (second, on_other)):
        along = (points[on] - crossing) @ np.array([-line.normal[1], line.normal[0]])
        low, high = -along.min(), along.max()
        if min(low, high) < 0.2 * (low + high):
            return None
        lengths.append(low + high)
    if min(lengths) < 0.45 * max(lengths):
        return None
    return float(crossing[0]) - 1, float(crossing[1]) - 1  # the rim of one pixel


@dataclass(frozen=True, slots=True, eq=False)
class _Line:
    """A line through a piece of ink: points p with normal . p = offset."""

    angle: float
    offset: float

    @property
    def normal(self) -> Floats:
        turn = math.radians(self.angle)
        return np.array([math.cos(turn), math.sin(turn)])

    def away(self, points: Floats) -> Floats:
        return np.asarray(points @ self.normal - self.offset, np.float64)


def _best_line(points: Floats, band: float) -> _Line:
    """Find the line that has most ink within a band round it."""
    best, most = _Line(0.0, 0.0), -1
    for angle in _ANGLES:
        turn = math.radians(float(angle))
        across = np.sort(points @ np.array([math.cos(turn), math.sin(turn)]))
        ends = np.searchsorted(across, across + band, side="right")
        counts = ends - np.arange(len(across))
        start = int(counts.argmax())
        if counts[start] > most:
            most = int(counts[start])
            best = _Line(float(angle), float(across[start : ends[start]].mean()))
    return best


# --- on the map -------------------------------------------------------------------------------


def _placed(compass: BlankCompass, mark: _Mark) -> SeenDot:
    """Find the nearest quarter point, and doubt what lies between two or beyond the ends."""
    doel, relatie = (4 * (value - 1) for value in compass.map.position_of(mark.place))
    nearest = [min(max(round(value), 0), STEPS) for value in (doel, relatie)]
    off = max(abs(doel - nearest[0]), abs(relatie - nearest[1]))
    doubts = list(mark.doubts)
    if not all(-SURE <= value <= STEPS + SURE for value in (doel, relatie)):
        doubts.append(DotDoubt.OUTSIDE)
    elif off > SURE:
        doubts.append(DotDoubt.BETWEEN)
    return SeenDot(
        mark.kind,
        mark.colour,
        mark.place,
        2 * mark.radius_mm,
        1 + nearest[0] / 4,
        1 + nearest[1] / 4,
        off,
        tuple(doubts),
    )


TOUCHING = 0.15  # of a quarter step off: a dot that lies over another one may have been put aside


def _aside(dots: Sequence[SeenDot]) -> list[SeenDot]:
    """Doubt dots that lie over another and not on a quarter point: they may belong with it."""
    return [
        replace(dot, doubts=(DotDoubt.OVERLAP, *dot.doubts))
        if dot.off > TOUCHING
        and DotDoubt.OVERLAP not in dot.doubts
        and any(other is not dot and _lie_over(dot, other) for other in dots)
        else dot
        for dot in dots
    ]


def _lie_over(dot: SeenDot, other: SeenDot) -> bool:
    apart = math.dist(dot.place, other.place)
    return dot.kind is other.kind is MarkKind.DOT and apart < 0.47 * (dot.size_mm + other.size_mm)
