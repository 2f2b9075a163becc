"""What a copier makes of a sheet of paper.

In:  the clean or filled-in image of a page, and the name of what goes wrong.
Out: a `ScanResult`: the scanned image, and where every point of the paper lies in it.

All geometry (skew, shift, scale, uneven feed, crumple) is one map, applied once. The registry
`COPIER_CASES` names the paper and the machines of a school, one trouble at a time; the ranges
follow the measurements in docs/findings/reading.md 5.
"""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image as PillowImage

from papierkompas.lab.simulate import damage
from papierkompas.lab.simulate.scan_result import (
    MM_PER_INCH,
    Image,
    Points,
    Range,
    ScanResult,
    add_grain,
    bend,
    compress,
    full_map,
    node_grid,
    recolour,
    shade,
    solve,
)


class Mode(StrEnum):
    """What the copier saves."""

    GREY = "grey"
    COLOUR = "colour"
    BITONAL = "bitonal"  # black or white at a threshold
    DIFFUSED = "diffused"  # bitonal, greys by scattered dots (Floyd-Steinberg)
    SCREENED = "screened"  # bitonal, greys by a screen of growing dots, as copies of photos

    @property
    def is_bitonal(self) -> bool:
        """Whether a pixel is black or white."""
        return self in (Mode.BITONAL, Mode.DIFFUSED, Mode.SCREENED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanCase:
    """One way for paper and machine to be: every pair is a range to draw from."""

    # The paper
    mishaps: tuple[damage.Mishap, ...] = ()
    crumple_mm: Range = (0, 0)
    # The paper on the glass, or in the feeder
    skew_deg: Range = (-1.5, 1.5)
    shift_mm: Range = (-1.5, 1.5)
    scale_x: Range = (0.997, 1.003)
    scale_y: Range = (0.997, 1.003)
    stretch_mm: Range = (0, 0)  # the feed runs faster and slower along the page
    jump_mm: Range = (0, 0)  # and slips once
    lid: int = 236  # grey of what lies behind the paper
    spare_mm: Range = (0, 0)  # glass to the right of the paper and below it
    # The lamp, the lens and the toner
    blur_mm: Range = (0.03, 0.06)  # sigma
    white: Range = (236, 250)
    black: Range = (15, 45)
    grain: Range = (1.5, 3.0)
    copies: int = 0  # made of the sheet before this scan
    low_toner: Range = (0, 0)  # how much of the black is missing, in bands
    specks: Range = (0, 0)
    streaks: Range = (0, 0)
    contrast: Range = (0, 0)  # 0 none, 10 nearly bitonal
    is_cleaned: bool = False  # the copier's "remove background"
    # The file
    cut_mm: Range = (0, 0)  # left white along every edge
    trim_mm: Range = (0, 0)  # cut off every edge
    dpi: int = 300
    mode: Mode = Mode.GREY
    threshold: Range = (150, 180)
    turns: tuple[int, ...] = (0,)  # quarter turns clockwise, one of these
    quality: int | None = 75  # of the JPEG; None: saved without loss


WHITE, LEVELS = 255, 256
FULL_TURN = 2 * math.pi
HALF_PX = 0.5  # where the centre of a pixel lies
QUARTERS = 4

# How paper lies and creases: lengths of the feeder's swing, where it slips and over how much paper;
# waves of crumpled paper, and how sharp their ridges are.
SWING_MM, SLIP_AT, SLIP_MM = (90.0, 320.0), (0.2, 0.8), 1.5
CREASES, CREASE_MM, CREASE_DEPTH, RIDGE = 10, (50.0, 160.0), (0.1, 0.25), 0.03

# What the machine does: the shadow of the edge, blur that matters, what a copy adds.
EDGE_MM, EDGE_GREY, LEAST_BLUR_PX = 0.15, 205, 0.3
COPY_BLUR_MM, COPY_GRAIN, COPY_CONTRAST, COPY_MIDDLE, COPY_SPECKS = (
    (0.04, 0.07), (2.0, 4.0), (6.0, 9.0), (0.5, 0.62), (50.0, 300.0),
)  # fmt: skip
CLEANED_WHITE, MIDDLE = 0.9, 0.55  # share of white that becomes white; where greys part
BANDS, BAND_NOISE = (30, 24), 0.15  # along the page and across: where toner is low
CAST_SPREAD, CAST = 0.01, (0.03, 0.01, 0)  # of blue, green and red
SPECK_SHAPE, SPECK_MM, SPECK_GREY = 2.0, 0.05, 140.0  # gamma: specks of 0.1-0.4 mm
LONG_FED, STREAK_WIDE, STREAK_SHORT, STREAK_DARK = 0.75, (1, 3), 0.3, 0.8
STREAK_GREY, STREAK_SOLID = (20.0, 160.0), (0.5, 1.0)
MID_GREY = 128  # to which error diffusion is bound
SCREEN_PX, SCREEN_FROM, SCREEN_RANGE = 8, 20, 215  # a tile, and its limits
_BITS = 4  # behind the point of a pixel
_LEAST_SPECK = 8  # in those parts of a pixel: half of one


def scan(page: Image, case: ScanCase, rng: Generator, px_per_mm: float) -> ScanResult:
    """Lay the page on the glass and copy it."""
    sheet = page.copy()
    if case.mode is Mode.COLOUR and sheet.ndim == 2:
        sheet = np.asarray(cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR), np.uint8)
    for mishap in case.mishaps:
        mishap(sheet, rng, px_per_mm, case.lid)
    _shadow_the_edge(sheet, px_per_mm)

    glass = _lay_down(sheet, case, rng, px_per_mm)
    if glass.creases is not None:
        sheet = shade(sheet, _crease_light(sheet, glass.creases, rng, px_per_mm))
    frame = _frame(glass, case, rng, px_per_mm)
    image = _expose(sheet, glass, case.lid, px_per_mm)
    if frame.size_px != (image.shape[1], image.shape[0]):
        how = cv2.INTER_AREA if frame.size_px[0] < image.shape[1] else cv2.INTER_LINEAR
        image = np.asarray(cv2.resize(image, frame.size_px, interpolation=how), np.uint8)

    out_px_per_mm = case.dpi / MM_PER_INCH
    for _ in range(case.copies):
        image = _copy(image, rng, out_px_per_mm)
    image = _see(image, case, rng, out_px_per_mm)
    if case.mode.is_bitonal:
        image = _black_or_white(image, case.mode, rng.uniform(*case.threshold))
    image = frame.cut_out(image)

    to_px = Passage(glass, frame).to_px
    if case.mode.is_bitonal or case.quality is None:
        return ScanResult(image, to_px, case.dpi, is_bitonal=case.mode.is_bitonal)
    seen, jpeg = compress(image, case.quality, case.dpi)
    return ScanResult(seen, to_px, case.dpi, jpeg)


# Where things lie ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Glass:
    """Where the paper lies: a function from mm on the glass to mm on the page, and back."""

    size_mm: tuple[float, float]
    to_page: NDArray[np.float64]  # (2, 3): the straight part
    stretch_mm: float = 0.0
    period_mm: float = 100.0
    phase: float = 0.0
    jump_mm: float = 0.0
    jump_at_mm: float = 0.0
    creases: NDArray[np.float64] | None = None  # (n, 5): wave in x, y, phase; shift in x, y

    @property
    def is_straight(self) -> bool:
        """Whether straight lines on the page stay straight."""
        return not self.stretch_mm and not self.jump_mm and self.creases is None

    def on_page(self, glass_mm: Points) -> Points:
        """Find the point of the page that lies here on the glass."""
        fed = glass_mm.copy()
        swing = FULL_TURN * glass_mm[:, 1] / self.period_mm + self.phase
        fed[:, 1] += self.stretch_mm * np.sin(swing)
        # A slip takes the feeder a few mm; a step would tear the paper.
        fed[:, 1] += self.jump_mm / (1 + np.exp((self.jump_at_mm - glass_mm[:, 1]) / SLIP_MM))
        page_mm = fed @ self.to_page[:, :2].T + self.to_page[:, 2]
        if self.creases is not None:
            wave = np.sin(page_mm @ self.creases[:, :2].T + self.creases[:, 2])
            page_mm = page_mm + wave @ self.creases[:, -2:]
        return np.asarray(page_mm, np.float64)

    def on_glass(self, page_mm: Points) -> Points:
        """Find where on the glass this point of the page lies."""
        straight = np.linalg.inv(self.to_page[:, :2])
        guess = (page_mm - self.to_page[:, 2]) @ straight.T
        return guess if self.is_straight else solve(self.on_page, page_mm, guess)


@dataclass(frozen=True, slots=True)
class Frame:
    """How the glass becomes an image: scaled, trimmed and turned."""

    size_px: tuple[int, int]  # of the whole glass, before trimming
    px_per_mm: tuple[float, float]
    trim_px: int
    turns: int

    def cut_out(self, image: Image) -> Image:
        """Trim and turn."""
        edge = self.trim_px
        image = image[edge : image.shape[0] - edge, edge : image.shape[1] - edge]
        return np.ascontiguousarray(np.rot90(image, -self.turns))

    def to_px(self, glass_mm: Points) -> Points:
        """Say where a point of the glass lies in the trimmed and turned image."""
        x, y = (glass_mm * self.px_per_mm - HALF_PX - self.trim_px).T
        right, low = (length - 2 * self.trim_px - 1 for length in self.size_px)
        turned = ((x, y), (low - y, x), (right - x, low - y), (y, right - x))
        return np.column_stack(turned[self.turns])


@dataclass(frozen=True, slots=True)
class Passage:
    """The whole way from the page to the image; a value, so that it may cross processes."""

    glass: Glass
    frame: Frame

    def to_px(self, page_mm: Points) -> Points:
        """Turn mm on the upright page into pixels of the scan."""
        return self.frame.to_px(self.glass.on_glass(np.asarray(page_mm, np.float64)))


def _lay_down(sheet: Image, case: ScanCase, rng: Generator, px_per_mm: float) -> Glass:
    page_mm = np.array([sheet.shape[1], sheet.shape[0]]) / px_per_mm
    size_mm = page_mm + rng.uniform(*case.spare_mm, 2)
    angle = math.radians(rng.uniform(*case.skew_deg))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    straight = np.linalg.inv(
        turn @ np.diag([rng.uniform(*case.scale_x), rng.uniform(*case.scale_y)])
    )
    centre = page_mm / 2 + rng.uniform(*case.shift_mm, 2)
    to_page = np.column_stack([straight, page_mm / 2 - straight @ centre])
    crumple = rng.uniform(*case.crumple_mm)
    return Glass(
        size_mm=(float(size_mm[0]), float(size_mm[1])),
        to_page=to_page,
        stretch_mm=rng.uniform(*case.stretch_mm),
        period_mm=rng.uniform(*SWING_MM),
        phase=rng.uniform(0, FULL_TURN),
        jump_mm=rng.uniform(*case.jump_mm) * rng.choice([-1, 1]),
        jump_at_mm=rng.uniform(*SLIP_AT) * page_mm[1],
        creases=_crease(crumple, rng) if crumple else None,
    )


def _crease(strength_mm: float, rng: Generator) -> NDArray[np.float64]:
    """Crumple it: waves of 50-160 mm in all directions shift points by `strength_mm` or so."""
    count = CREASES
    length, angle = rng.uniform(*CREASE_MM, count), rng.uniform(0, math.pi, count)
    wave = FULL_TURN / length * np.stack([np.cos(angle), np.sin(angle)])
    shift = rng.normal(0, 1, (2, count)) * strength_mm / math.sqrt(count)
    return np.column_stack([*wave, rng.uniform(0, FULL_TURN, count), *shift])


def _crease_light(
    sheet: Image, creases: NDArray[np.float64], rng: Generator, px_per_mm: float
) -> NDArray[np.float64]:
    """Light on crumpled paper: facets with sharp ridges where the waves turn."""
    x, y = np.meshgrid(
        np.arange(0, sheet.shape[1] / px_per_mm, 1.0), np.arange(0, sheet.shape[0] / px_per_mm, 1.0)
    )
    light = np.ones_like(x)
    depth = np.hypot(*creases[:, -2:].T) * rng.uniform(*CREASE_DEPTH)
    for (wave_x, wave_y, phase), deep in zip(creases[:, :-2], depth, strict=True):
        swing = wave_x * x + wave_y * y + phase
        light -= deep * np.abs(np.cos(swing)) + deep * np.exp(-((np.sin(swing) / RIDGE) ** 2))
    return np.asarray(light + (1 - light.max()), np.float64)


def _frame(glass: Glass, case: ScanCase, rng: Generator, px_per_mm: float) -> Frame:
    whole_px = _glass_px(glass, px_per_mm)
    shrink = case.dpi / MM_PER_INCH / px_per_mm
    size_px = (round(whole_px[0] * shrink), round(whole_px[1] * shrink))
    return Frame(
        size_px=size_px,
        px_per_mm=(
            size_px[0] / whole_px[0] * px_per_mm,
            size_px[1] / whole_px[1] * px_per_mm,
        ),
        trim_px=round(rng.uniform(*case.trim_mm) * case.dpi / MM_PER_INCH),
        turns=case.turns[int(rng.integers(len(case.turns)))] % QUARTERS,
    )


def _glass_px(glass: Glass, px_per_mm: float) -> tuple[int, int]:
    return round(glass.size_mm[0] * px_per_mm), round(glass.size_mm[1] * px_per_mm)


# What the lamp sees -------------------------------------------------------------------------

_STEP_PX = 16  # the map bends so little that every 16th pixel suffices (error < 0.01 mm)


def _expose(sheet: Image, glass: Glass, lid: int, px_per_mm: float) -> Image:
    """Take the page through its one map, straight or bent."""
    size_px = _glass_px(glass, px_per_mm)
    beyond = (lid, lid, lid)
    if glass.is_straight:
        matrix = glass.to_page.copy()
        straight = glass.to_page[:, :2].sum(axis=1) / 2
        matrix[:, 2] = straight + glass.to_page[:, 2] * px_per_mm - HALF_PX
        image = cv2.warpAffine(
            sheet,
            matrix,
            size_px,
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=beyond,
        )
        return np.asarray(image, np.uint8)
    nodes_px, shape = node_grid(_STEP_PX, size_px)
    source_px = glass.on_page((nodes_px + HALF_PX) / px_per_mm) * px_per_mm - HALF_PX
    nodes = source_px.astype(np.float32).reshape(*shape, 2)
    return bend(sheet, full_map(nodes, _STEP_PX, size_px), lid)


def _shadow_the_edge(sheet: Image, px_per_mm: float) -> None:
    """Paper has a thickness: its edge throws a thin grey line on the lid."""
    edge = max(1, round(EDGE_MM * px_per_mm))
    for strip in (sheet[:edge], sheet[-edge:], sheet[:, :edge], sheet[:, -edge:]):
        np.minimum(strip, EDGE_GREY, out=strip)


def _see(image: Image, case: ScanCase, rng: Generator, px_per_mm: float) -> Image:
    """Blur, grain, tone, dust: from the light on the sensor to the levels in the file."""
    image = _blur(image, rng.uniform(*case.blur_mm) * px_per_mm)
    missing = rng.uniform(*case.low_toner)
    if missing:
        image = _fade(image, missing, rng)
    white, black = rng.uniform(*case.white), rng.uniform(*case.black)
    level = np.arange(float(LEVELS))
    image = recolour(image, black + level * (white - black) / WHITE)
    image = add_grain(image, rng.uniform(*case.grain), rng)
    contrast = rng.uniform(*case.contrast)
    if case.is_cleaned or contrast:
        cleaned = (
            (level - black) * WHITE / (CLEANED_WHITE * white - black) if case.is_cleaned else level
        )
        image = recolour(image, _push(np.clip(cleaned, 0, WHITE), contrast))
    if case.mode is Mode.COLOUR:
        image = _tint(image, rng)
    _speckle(image, round(rng.uniform(*case.specks)), rng, px_per_mm)
    _streak(image, round(rng.uniform(*case.streaks)), rng)
    edge = round(rng.uniform(*case.cut_mm) * px_per_mm)
    if edge:
        for strip in (image[:edge], image[-edge:], image[:, :edge], image[:, -edge:]):
            strip[:] = WHITE
    return image


def _copy(image: Image, rng: Generator, px_per_mm: float) -> Image:
    """Copy once more: softer, then harder, with a little toner where none should be."""
    image = _blur(image, rng.uniform(*COPY_BLUR_MM) * px_per_mm)
    image = add_grain(image, rng.uniform(*COPY_GRAIN), rng)
    contrast, middle = rng.uniform(*COPY_CONTRAST), rng.uniform(*COPY_MIDDLE)
    image = recolour(image, _push(np.arange(float(LEVELS)), contrast, middle))
    _speckle(image, round(rng.uniform(*COPY_SPECKS)), rng, px_per_mm)
    return image


def _blur(image: Image, sigma_px: float) -> Image:
    if sigma_px < LEAST_BLUR_PX:
        return image
    return np.asarray(cv2.GaussianBlur(image, (0, 0), sigma_px), np.uint8)


def _push(
    level: NDArray[np.float64], contrast: float, middle: float = MIDDLE
) -> NDArray[np.float64]:
    """Push greys apart, away from the middle: an S through black and white."""
    if not contrast:
        return level

    def bent(part: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(1 / (1 + np.exp(-contrast * (part - middle))), np.float64)

    low, high = bent(np.array([0.0, 1.0]))
    return np.asarray(WHITE * (bent(level / WHITE) - low) / (high - low), np.float64)


def _fade(image: Image, missing: float, rng: Generator) -> Image:
    """Lose toner in bands along the page."""
    across = rng.uniform(0, 1, (1, BANDS[1])) ** 2 + BAND_NOISE * rng.random(BANDS)
    kept = 1 - missing * np.clip(across, 0, 1)
    return WHITE - shade(WHITE - image, kept if image.ndim == 2 else np.dstack([kept] * 3))


def _tint(image: Image, rng: Generator) -> Image:
    """Give paper and lamp a cast of their own, warm or cold."""
    cast = 1 - np.abs(rng.normal(0, CAST_SPREAD, len(CAST))) - CAST
    levels = np.arange(float(LEVELS))[:, None] * cast
    return recolour(image, levels[:, None])


def _speckle(image: Image, count: int, rng: Generator, px_per_mm: float) -> None:
    """Strew specks of toner of 0.1-0.4 mm."""
    places = rng.uniform(0, 1, (count, 2)) * (image.shape[1], image.shape[0])
    sizes = rng.gamma(SPECK_SHAPE, SPECK_MM, count) * px_per_mm
    greys = rng.uniform(0, SPECK_GREY, count)
    for (x, y), size, grey in zip(places, sizes, greys, strict=True):
        fine = 1 << _BITS
        at = (round(x * fine), round(y * fine))
        radius = max(_LEAST_SPECK, round(size * fine))
        cv2.circle(image, at, radius, (grey,) * 3, -1, cv2.LINE_AA, shift=_BITS)


def _streak(image: Image, count: int, rng: Generator) -> None:
    """Dirt on the glass of the feeder: straight lines of a pixel or two along the feed."""
    view = image if rng.random() < LONG_FED else image.swapaxes(0, 1)  # fed by its long edge
    for _ in range(count):
        x = int(rng.integers(0, view.shape[1] - 2))
        wide = int(rng.integers(*STREAK_WIDE))
        top, bottom = (0, view.shape[0])
        if rng.random() < STREAK_SHORT:
            top, bottom = sorted(rng.integers(0, view.shape[0], 2).tolist())
        is_dark = rng.random() < STREAK_DARK
        grey = rng.uniform(*STREAK_GREY) if is_dark else float(WHITE)
        solid = rng.uniform(*STREAK_SOLID)
        strip = view[top:bottom, x : x + wide]
        strip[:] = np.rint(strip * (1 - solid) + grey * solid)


def _black_or_white(image: Image, mode: Mode, threshold: float) -> Image:
    if mode is Mode.DIFFUSED:
        # Error diffusion is bound to the middle grey; shift the greys instead.
        shifted = recolour(image, np.arange(float(LEVELS)) + MID_GREY - threshold)
        dots = PillowImage.fromarray(shifted).convert("1").convert("L")
        return np.asarray(dots, np.uint8).copy()
    if mode is Mode.SCREENED:
        height_px, width_px = image.shape
        tiles = (-(-height_px // _SCREEN.shape[0]), -(-width_px // _SCREEN.shape[1]))
        limit = np.tile(_SCREEN, tiles)[:height_px, :width_px]
        limit = recolour(limit, np.arange(float(LEVELS)) + threshold - MID_GREY)
        return np.asarray(cv2.compare(image, limit, cv2.CMP_GT), np.uint8)
    return np.asarray(cv2.threshold(image, threshold, WHITE, cv2.THRESH_BINARY)[1], np.uint8)


def _screen() -> NDArray[np.uint8]:
    """Limits of a classic halftone: dots that grow in a grid at 45 degrees, 6 px apart."""
    side = SCREEN_PX
    y, x = np.mgrid[0:side, 0:side] * (FULL_TURN / side)
    height = np.cos(x + y) + np.cos(x - y)  # two periods of the grid per tile
    rank = height.ravel().argsort(kind="stable").argsort(kind="stable").reshape(side, side)
    return np.asarray(SCREEN_FROM + rank * (SCREEN_RANGE / (side**2 - 1)), np.uint8)


_SCREEN = _screen()

# The cases ----------------------------------------------------------------------------------

_GREY = ScanCase()
_BITONAL = ScanCase(dpi=200, mode=Mode.BITONAL, quality=None)

COPIER_CASES: dict[str, ScanCase] = {
    "grey300": _GREY,
    "grey200": replace(_GREY, dpi=200),
    "grey150": replace(_GREY, dpi=150),
    "grey100": replace(_GREY, dpi=100),
    "cleaned300": replace(_GREY, is_cleaned=True),
    "colour200": replace(_GREY, dpi=200, mode=Mode.COLOUR),
    "colour300": replace(_GREY, mode=Mode.COLOUR),
    "bitonal300": replace(_BITONAL, dpi=300),
    "bitonal200": _BITONAL,
    "bitonal150": replace(_BITONAL, dpi=150),
    "bitonal_too_light": replace(_BITONAL, threshold=(80, 110)),
    "bitonal_too_dark": replace(_BITONAL, threshold=(212, 226), grain=(3, 6)),
    "dithered": replace(_BITONAL, mode=Mode.DIFFUSED, threshold=(120, 136), white=(243, 253)),
    "screened": replace(_BITONAL, dpi=300, mode=Mode.SCREENED, threshold=(120, 136)),
    "jpeg30": replace(_GREY, quality=30),
    "noisy": replace(_GREY, grain=(4, 8), blur_mm=(0.08, 0.14)),
    "copy_of_copy": replace(_GREY, copies=2, contrast=(3, 6), specks=(100, 500)),
    "low_toner": replace(_GREY, low_toner=(0.4, 0.65), specks=(50, 300)),
    "skew5": replace(_GREY, skew_deg=(-5, 5)),
    # On a glass of its own size a sheet at 10 degrees loses all four corners; on A3 glass, none.
    "skew10": replace(_GREY, skew_deg=(-10, 10), spare_mm=(50, 60), shift_mm=(25, 30)),
    "skew10_cut": replace(_GREY, skew_deg=(-10, 10)),
    "upside_down": replace(_GREY, turns=(2,)),
    "sideways": replace(_GREY, turns=(1, 3)),
    "fit_smaller": replace(_GREY, scale_x=(0.93, 0.99), scale_y=(0.93, 0.99)),
    "fit_larger": replace(_GREY, scale_x=(1.01, 1.05), scale_y=(1.01, 1.05)),
    "fit_uneven": replace(_GREY, scale_x=(0.95, 1.03), scale_y=(0.95, 1.03)),
    "feed_stretch": replace(_GREY, stretch_mm=(0.4, 1.0), jump_mm=(0, 0.8)),
    "edges_cut": replace(_GREY, cut_mm=(4, 6), shift_mm=(-3, 3)),
    "edges_trimmed": replace(_GREY, trim_mm=(4, 6), shift_mm=(-3, 3)),
    "corner_missing": replace(_GREY, mishaps=(damage.tear_corner,)),
    "corners_missing": replace(_GREY, mishaps=(damage.tear_two_corners,)),
    "dog_ear": replace(_GREY, mishaps=(damage.dog_ear,)),
    "stapled": replace(_GREY, mishaps=(damage.staple,)),
    "punched2": replace(_GREY, mishaps=(damage.punch_two,)),
    "punched4": replace(_GREY, mishaps=(damage.punch_four,), lid=30),
    "lid_open": replace(_GREY, lid=12, spare_mm=(5, 25), shift_mm=(-2, 6), skew_deg=(-4, 4)),
    "streaks": replace(_GREY, streaks=(2, 8)),
    "show_through": replace(_GREY, mishaps=(damage.show_through,)),
    "coffee": replace(_GREY, mishaps=(damage.coffee_ring,)),
    "coffee_colour": replace(_GREY, mode=Mode.COLOUR, dpi=200, mishaps=(damage.coffee_ring,)),
    "handwriting": replace(_GREY, mishaps=(damage.scrawl,)),
    "ruler_line": replace(_GREY, mishaps=(damage.rule_line,)),
    "highlighter": replace(_GREY, mishaps=(damage.highlight,)),
    "highlighter_colour": replace(_GREY, mode=Mode.COLOUR, dpi=200, mishaps=(damage.highlight,)),
    "crumple": replace(_GREY, crumple_mm=(0.2, 0.6)),
    "bad_day": replace(
        _GREY,
        mishaps=(damage.punch_two, damage.staple),
        cut_mm=(2, 5),
        stretch_mm=(0.2, 0.6),
        crumple_mm=(0.1, 0.3),
        streaks=(0, 3),
        quality=35,
    ),
}
