"""Tell ink from paper and print on a photo of the compass.

In:  a photo in colour, and where the sheet lies in it.
Out: the flattened picture with what is coloured and what is dark and not printed; a mask
     per colour.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.compass import BlankCompass, Place
from forms.printables.blank_compass import dark_print
from omr.dots import DotDoubt, DotKind
from omr.geometry import (
    Floats,
    Image,
    cut_out,
    project,
    px_per_mm,
    shrink,
)

# Tried on simulated photos of A1 to A3, tests/omr/stickers/test_compass_reader.py.
COLOURED = 0.20  # chroma on white paper is under 0.08, a pastel sticker has 0.3
DARK = 0.33  # the printed grid is under 0.2, a ballpoint line that is 2 pixels wide has 0.4
FINE_PX_PER_MM = 4.0
EVEN_OVER_MM = 44.0  # wider than a sticker, narrower than a shadow
PRINT_MARGIN_MM = 0.9
AROUND_MM = 16.0  # beyond the outermost positions; the rim of the map is 17 at least
Mask = NDArray[np.bool_]
# Names of hues on OpenCV's circle of 180, each up to where the next one begins.
_HUES = (
    (8, "rood"), (20, "oranje"), (34, "geel"), (84, "groen"), (128, "blauw"), (148, "paars"),
    (168, "roze"), (180, "rood"),
)  # fmt: skip
_HUE_APART = 6  # the light shifts one colour by 3, and red and orange stickers are 10 apart
_VALLEY = 0.7  # between two colours there are at most so many pixels, as a share of the smaller
_FEWEST_MM2 = 8.0  # of a colour; a sticker of 8 mm has 50, half hidden 20


@dataclass(frozen=True, slots=True, eq=False)
class FlatSheet:
    """A blank compass in a picture."""

    compass: BlankCompass
    mm_to_px: Floats
    residual_mm: float

    @property
    def px_per_mm(self) -> float:
        """Return how many pixels of the photo a millimetre of the map takes."""
        plot = self.compass.map.plot
        middle = (plot.x_mm + plot.width_mm / 2, plot.y_mm + plot.height_mm / 2)
        return px_per_mm(self.mm_to_px, middle)


HALF_PX = 0.5  # where the centre of a pixel lies
WHITE = 255
SOFT_MM, HEALED_MM, SPECK_MM = 0.35, 1.8, 1.2  # blur; print between two pieces of ink; dirt
LIGHT_BLUR = 8  # part of the reach over which light is evened
HUES, BELL, BELL_WIDE = 180, 6, 2.0  # OpenCV counts hues in 180; how far counts are smoothed


@dataclass(frozen=True, slots=True, eq=False)
class MapInk:
    """The map, flat and evenly lit, and what of it is ink."""

    scale: float  # pixels per mm
    origin: Place  # of the first pixel, on the paper
    paint: NDArray[np.uint8]  # the map in colour, its paper white
    masks: dict[str, Mask]  # per colour
    printed: Mask  # where dark print lies: a pen that crosses it is not seen there

    @property
    def anything(self) -> Mask:
        """The ink of all colours together."""
        found = np.zeros(self.paint.shape[:2], np.bool_)
        for mask in self.masks.values():
            found |= mask
        return found

    def disc(self, radius_mm: float) -> NDArray[np.uint8]:
        """Return a disc as a kernel, in pixels of the flattened picture."""
        reach = max(1, round(radius_mm * self.scale))
        return np.asarray(
            cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1)), np.uint8
        )

    def place(self, x_px: float, y_px: float) -> Place:
        """Return where on the paper a pixel of the flattened picture lies."""
        return Place(
            self.origin.x_mm + (x_px + HALF_PX) / self.scale,
            self.origin.y_mm + (y_px + HALF_PX) / self.scale,
        )


def find_ink(image: Image, sheet: FlatSheet) -> MapInk:
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
    ink = MapInk(scale, origin, even, {}, np.zeros(even.shape[:2], np.bool_))
    soft = np.asarray(cv2.GaussianBlur(even, (0, 0), SOFT_MM * scale), np.uint8)
    blue, green, red = cv2.split(soft)
    highest, lowest = cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red)
    coloured = np.asarray(cv2.subtract(highest, lowest), np.uint8) > COLOURED * WHITE
    summed = blue.astype(np.uint16) + green + red
    dark = (summed < 3 * (1 - DARK) * WHITE) & ~coloured
    printed = _printed(ink, sheet.compass, dark.shape)
    dark = _healed(ink, dark & ~printed, printed)
    masks = dict(by_colour(even, coloured, scale))
    black = dark & _cleaned(ink, dark | coloured)  # a thin line is coloured in parts only
    if black.any():
        masks["zwart"] = black
    return replace(ink, masks=masks, printed=printed)


def beyond_photo(image: Image, sheet: FlatSheet, ink: MapInk) -> Mask:
    """Mark what of the map lies outside the photo."""
    high, wide = ink.paint.shape[:2]
    step = max(1, round(BEYOND_MM * ink.scale))
    ys, xs = np.mgrid[0:high:step, 0:wide:step]
    places = np.column_stack([xs.ravel(), ys.ravel()]).astype(np.float64)
    places = (places + HALF_PX) / ink.scale + np.array(ink.origin)
    seen = project(sheet.mm_to_px, places)
    out = (seen < 0).any(axis=1) | (seen[:, 0] >= image.shape[1]) | (seen[:, 1] >= image.shape[0])
    small = out.reshape(ys.shape).astype(np.uint8)
    whole = cv2.resize(small, (wide, high), interpolation=cv2.INTER_NEAREST)
    return np.asarray(whole, np.uint8).astype(bool)


BEYOND_MM = 4.0


def _evened(flat: Image, scale: float) -> NDArray[np.uint8]:
    """Divide by the light: the paper round every point becomes white."""
    step = max(1, round(scale))  # a point per mm is enough for light
    small = cv2.resize(flat, None, fx=1 / step, fy=1 / step, interpolation=cv2.INTER_AREA)
    reach = round(EVEN_OVER_MM * scale / step)
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    padded = cv2.copyMakeBorder(small, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    light = cv2.morphologyEx(padded, cv2.MORPH_CLOSE, around)
    light = cv2.GaussianBlur(light, (0, 0), reach / LIGHT_BLUR)[reach:-reach, reach:-reach]
    size = (flat.shape[1], flat.shape[0])
    whole = np.asarray(cv2.resize(light, size), np.float32)
    return np.clip(flat / np.maximum(whole, 1) * WHITE, 0, WHITE).astype(np.uint8)


def _printed(ink: MapInk, compass: BlankCompass, shape: tuple[int, ...]) -> Mask:
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


def _healed(ink: MapInk, mask: Mask, printed: Mask) -> Mask:
    """Give back the print that lies between two pieces of ink: a dot on an axis is one dot."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(HEALED_MM))
    return mask | (closed.astype(bool) & printed)


def _cleaned(ink: MapInk, mask: Mask) -> Mask:
    """Drop specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    least = (SPECK_MM * ink.scale) ** 2
    keep = np.array([False, *(stats[i, cv2.CC_STAT_AREA] >= least for i in range(1, count))])
    return np.asarray(keep[labels], np.bool_)


def by_colour(even: NDArray[np.uint8], coloured: Mask, scale: float) -> Iterator[tuple[str, Mask]]:
    """Divide coloured pixels by the hues that are there, not by a table that knows no stickers."""
    hue = np.asarray(cv2.cvtColor(even, cv2.COLOR_BGR2HSV), np.uint8)[..., 0]
    counts = np.bincount(hue[coloured], minlength=HUES).astype(np.float64)
    peaks = _peaks(counts, _FEWEST_MM2 * scale**2)
    if not peaks:
        return
    away = np.abs(np.arange(HUES)[:, None] - np.array(peaks)[None, :])
    nearest = np.minimum(away, HUES - away).argmin(axis=1)
    names: dict[str, int] = {}
    for number, peak in enumerate(peaks):
        name = next(name for limit, name in _HUES if peak < limit)
        names[name] = names.get(name, 0) + 1
        unique = name if names[name] == 1 else f"{name} {names[name]}"
        yield unique, coloured & (nearest[hue] == number)


def _peaks(counts: Floats, fewest: float) -> list[int]:
    """Find the hues around which pixels gather, the strongest first, with a valley between."""
    bell = np.exp(-((np.arange(-BELL, BELL + 1) / BELL_WIDE) ** 2) / 2)
    round_about = np.concatenate([counts[-BELL:], counts, counts[:BELL]])
    smooth = np.convolve(round_about, bell / bell.sum(), "valid")
    peaks: list[int] = []
    for hue in (int(h) for h in np.argsort(-smooth, kind="stable")):
        near = [(hue + step) % HUES for step in range(-_HUE_APART, _HUE_APART + 1)]
        if counts[near].sum() < fewest or smooth[hue] == 0:
            continue
        if all(_is_apart(smooth, hue, peak) for peak in peaks):
            peaks.append(hue)
    return sorted(peaks)


def _is_apart(smooth: Floats, hue: int, peak: int) -> bool:
    """Say whether a hue is a colour of its own beside a stronger one."""
    step = 1 if (peak - hue) % HUES <= HUES // 2 else -1
    between = [smooth[(hue + step * n) % HUES] for n in range(((peak - hue) * step) % HUES)]
    return len(between) > _HUE_APART and min(between) < _VALLEY * smooth[hue]


@dataclass(frozen=True, slots=True)
class Mark:
    """A dot or cross as it was found."""

    kind: DotKind
    colour: str
    place: Place
    radius_mm: float
    doubts: tuple[DotDoubt, ...] = ()
