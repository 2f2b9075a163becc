"""What a phone makes of a sheet of paper on a table.

In:  the image of a page, and the name of what is wrong with the light, the paper or the hand.
Out: a `ScanResult`: a colour photo of 12 megapixels, and where every point of the paper lies in it.

The sheet is a surface in space, bent along one direction; the phone is a pinhole camera above
it. The photo is the sheet seen through that camera, on wood, in bad light. The registry
`PHONE_CASES` names the photos, one trouble at a time.
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

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

PHOTO_PX = (3024, 4032)  # 12 megapixels, upright


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoCase:
    """One way for a photo to be: every pair is a range to draw from."""

    tilt_deg: Range = (0, 8)  # of the phone, away from straight above
    roll_deg: Range = (-4, 4)
    fill: Range = (0.8, 0.95)  # of the photo, by the sheet
    curl_mm: Range = (0, 1.5)
    level: Range = (0.8, 0.95)  # of the light
    flare: Range = (0.02, 0.08)  # what the lens adds to black
    falloff: Range = (0.05, 0.25)  # from the bright side to the dark one
    cast: Range = (0.0, 0.06)  # how yellow or blue the light is
    shadow: Range = (0, 0)  # of the phone and the hand
    focus_px: Range = (0.6, 1.0)  # sigma
    motion_mm: Range = (0, 0)
    grain: Range = (1.5, 3)
    contrast: Range = (0.9, 1.15)  # what the phone's software makes of it
    has_second_sheet: bool = False
    turns: tuple[int, ...] = (0,)  # quarter turns clockwise, one of these
    size_px: tuple[int, int] = PHOTO_PX
    quality: int = 90


WHITE, LEVELS = 255, 256
FULL_TURN = 2 * math.pi
HALF_PX = 0.5  # where the centre of a pixel lies
PHONE_DPI = 72  # phones write this, whatever they saw
QUARTERS, QUARTER_DEG = 4, 90
_BITS = 4  # behind the point of a pixel
_STEEPEST = 30.0  # power of e that is not worth more

# How the phone is held, and how the sheet is curled, in parts of the sheet's long side.
AWAY, CURL_DEG, CURL_SPREAD, CURL_LONG, OFF_CENTRE = (1.1, 1.5), (0, 90), 20.0, (0.7, 1.4), 0.5
OUTLINE_STEPS = 30

# What lies in view: the shadow of the sheet, another one beside it, a letter's words in mm, wood.
LIFT_MM, SHADOW_GREY, SHADOW_PX = 0.6, 90, 16
BESIDE_DEG, BESIDE, BESIDE_DOWN = 6.0, (0.75, 1.0), 0.15
LETTER_EDGE, LETTER_LEFT, LETTER_RIGHT, LETTER_LINE = 25.0, 22.0, 30.0, 6.0
WORD_MM, WORD_HIGH, WORD_GREY = (4.0, 14.0), 1.8, (60, 190)
WOOD_SHRINK, WOOD_LONG, GRAINS = 4, 16, ((2, 0.25), (6, 0.35), (30, 0.4))  # px across, weight
FEWEST_PLANKS, MOST_PLANKS, PLANK_LIGHT, JOINT, ALONG = 3, 6, (0.75, 1.1), 0.3, 0.5

# What the light does: darker in the corners, on slopes, under a hand; yellow lamps and blue shade.
CORNERS_DARK, SLOPE_LIGHT, LAMPS, LESS_GREEN = 0.06, (0.4, 1.2), (1, 1, -0.6), 0.6
HAND_TURN, HAND_X, HAND_SOFT, HAND_WIDE, HAND_TALL = (
    0.3, 0.4, (0.03, 0.1), (0.25, 0.5), (0.6, 1.5),
)  # fmt: skip


def photograph(
    page: Image,
    case: PhotoCase,
    rng: Generator,
    px_per_mm: float,
    second: Image | None = None,
) -> ScanResult:
    """Take a photo of the page. `second` is the other sheet in view, where the case has one."""
    page_mm = (page.shape[1] / px_per_mm, page.shape[0] / px_per_mm)
    camera = _hold(page_mm, case, rng)
    photo = _wood(camera.size_px, rng)
    if case.has_second_sheet:
        other = _letter(page.shape, rng, px_per_mm) if second is None else second
        _lay_beside(photo, other, camera, rng, px_per_mm)
    nodes_px, shape = node_grid(_STEP_PX, camera.size_px)
    nodes_mm = solve(camera.to_px, nodes_px, camera.flat_to_page(nodes_px))
    _lay(photo, page, camera, (nodes_mm * px_per_mm - HALF_PX).reshape(*shape, 2))

    photo = np.asarray(cv2.GaussianBlur(photo, (0, 0), rng.uniform(*case.focus_px)), np.uint8)
    motion_px = rng.uniform(*case.motion_mm) * camera.px_per_mm
    if motion_px > 1:
        photo = _shake(photo, motion_px, rng)
    photo = _light(photo, camera, nodes_mm.reshape(*shape, 2), case, rng)
    photo = add_grain(photo, rng.uniform(*case.grain), rng)
    dpi = camera.px_per_mm * MM_PER_INCH
    seen, jpeg = compress(photo, case.quality, PHONE_DPI)
    return ScanResult(seen, camera.to_px, dpi, jpeg)


# The sheet in space, and the camera ---------------------------------------------------------


@dataclass(frozen=True, slots=True, eq=False)
class Camera:
    """A bent sheet and a pinhole camera: a function from mm on the page to pixels."""

    size_px: tuple[int, int]
    middle_mm: Points  # of the page
    pose: NDArray[np.float64]  # (3, 4): from the table, in mm, to the camera
    focal_px: float
    centre_px: Points
    curl_mm: float = 0.0
    curl_deg: float = 0.0  # the direction in which the sheet is bent
    curl_length_mm: float = 300.0
    curl_phase: float = 0.0

    @property
    def px_per_mm(self) -> float:
        """The scale in the middle of the sheet."""
        return self.focal_px / float(self.pose[-1, -1])

    def to_px(self, page_mm: Points) -> Points:
        """Say where a point of the page appears in the photo."""
        seen = self._in_space(np.asarray(page_mm, np.float64)) @ self.pose[:, :-1].T
        seen += self.pose[:, -1]
        return np.asarray(self.focal_px * seen[:, :2] / seen[:, 2:] + self.centre_px, np.float64)

    def flat_to_page(self, photo_px: Points) -> Points:
        """Find the point of the page that would be seen here if the sheet lay flat."""
        rays = np.column_stack(
            [(photo_px - self.centre_px) / self.focal_px, np.ones(len(photo_px))]
        )
        on_table = rays @ np.linalg.inv(self.pose[:, [0, 1, -1]]).T
        return np.asarray(on_table[:, :2] / on_table[:, 2:] + self.middle_mm, np.float64)

    def slope(self, page_mm: Points) -> NDArray[np.float64]:
        """Say how steeply the sheet rises here, along the direction of its curl."""
        wave = FULL_TURN / self.curl_length_mm
        along = (page_mm - self.middle_mm) @ self._way()[0]
        return np.asarray(-self.curl_mm * wave / 2 * np.sin(wave * along + self.curl_phase))

    def _way(self) -> NDArray[np.float64]:
        angle = math.radians(self.curl_deg)
        return np.array([[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]])

    def _in_space(self, page_mm: Points) -> Points:
        """Bend the page: a wave of `curl_mm` high, as long along the paper as before."""
        way = self._way()
        along, across = ((page_mm - self.middle_mm) @ way.T).T
        wave = FULL_TURN / self.curl_length_mm
        swing = wave * along + self.curl_phase
        height = self.curl_mm / 2 * (1 + np.cos(swing))
        # Paper does not stretch: a rise of dz along ds leaves sqrt(1 - (dz/ds)^2) of the way,
        # here to second order (the next term is 0.01 mm on A4).
        steep = self.curl_mm * wave / 2
        lost = steep**2 / 2 * (along / 2 - np.sin(2 * swing) / (2 * 2 * wave))
        flat = np.column_stack([along - lost, across]) @ way
        return np.column_stack([flat, -height])  # the camera looks along z, down on the table


def _hold(page_mm: tuple[float, float], case: PhotoCase, rng: Generator) -> Camera:
    """Hold the phone so that the sheet fills the photo."""
    turns = case.turns[int(rng.integers(len(case.turns)))] % QUARTERS
    size_px = case.size_px if turns % 2 == 0 else case.size_px[::-1]
    tilt, towards = math.radians(rng.uniform(*case.tilt_deg)), rng.uniform(0, FULL_TURN)
    axis = np.array([math.cos(towards), math.sin(towards), 0]) * tilt
    roll = np.array([0, 0, math.radians(rng.uniform(*case.roll_deg) + QUARTER_DEG * turns)])
    turn = np.asarray(cv2.Rodrigues(axis)[0]) @ np.asarray(cv2.Rodrigues(roll)[0])
    away_mm = max(page_mm) * rng.uniform(*AWAY)
    camera = Camera(
        size_px=size_px,
        middle_mm=np.array(page_mm) / 2,
        pose=np.column_stack([turn, [0, 0, away_mm]]),
        focal_px=1.0,
        centre_px=np.zeros(2),
        curl_mm=rng.uniform(*case.curl_mm),
        curl_deg=rng.choice(CURL_DEG) + rng.normal(0, CURL_SPREAD),
        curl_length_mm=max(page_mm) * rng.uniform(*CURL_LONG),
        curl_phase=rng.uniform(0, FULL_TURN),
    )
    # A focal length of one shows how large the sheet will be; scale that to the photo.
    seen = camera.to_px(_outline(page_mm))
    low, high = seen.min(axis=0), seen.max(axis=0)
    room = np.array(size_px) * rng.uniform(*case.fill)
    focal_px = float((room / (high - low)).min())
    spare = np.array(size_px) - (high - low) * focal_px
    off_centre = spare / 2 * rng.uniform(-OFF_CENTRE, OFF_CENTRE, 2)
    centre_px = np.array(size_px) / 2 + off_centre - (low + high) / 2 * focal_px
    return replace(camera, focal_px=focal_px, centre_px=centre_px)


def _outline(page_mm: tuple[float, float], offset_mm: float = 0.0) -> Points:
    """Walk round the edge of the page in small steps."""
    width, height = page_mm
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height], [0, 0]])
    steps = np.linspace(0, 1, OUTLINE_STEPS, endpoint=False)[:, None]
    sides = [start + steps * (end - start) for start, end in pairwise(corners)]
    return np.vstack(sides) + offset_mm


# What lies in view --------------------------------------------------------------------------

_STEP_PX = 16
_PAPER = (0.97, 0.99, 1.0)  # blue, green, red of white paper
_WOOD = ((20, 60), (45, 110), (75, 165))  # blue, green, red, from dark to light


def _lay(photo: Image, page: Image, camera: Camera, nodes_px: NDArray[np.float64]) -> None:
    """Lay the sheet on the table, with a shadow along its edge where it is bent up."""
    page_mm = tuple(2 * camera.middle_mm)
    lift = LIFT_MM + camera.curl_mm / 2
    under = np.full(photo.shape[:2], WHITE, np.uint8)
    _fill(under, camera.to_px(_outline(page_mm, lift)), SHADOW_GREY)
    small = cv2.resize(
        under, None, fx=1 / SHADOW_PX, fy=1 / SHADOW_PX, interpolation=cv2.INTER_AREA
    )
    photo[:] = shade(photo, np.dstack([np.asarray(small, np.float32) / WHITE] * 3))

    seen = bend(page, full_map(nodes_px.astype(np.float32), _STEP_PX, camera.size_px), WHITE)
    mask = np.zeros(photo.shape[:2], np.uint8)
    _fill(mask, camera.to_px(_outline(page_mm)), WHITE)
    cv2.copyTo(_whitened(seen), mask, photo)


def _lay_beside(
    photo: Image, second: Image, camera: Camera, rng: Generator, px_per_mm: float
) -> None:
    """Lay another sheet beside this one, partly under it or partly out of view."""
    width_mm, height_mm = second.shape[1] / px_per_mm, second.shape[0] / px_per_mm
    flat = replace(camera, curl_mm=0.0)
    corners = np.array([[0, 0], [width_mm, 0], [width_mm, height_mm], [0, height_mm]])
    angle = math.radians(rng.normal(0, BESIDE_DEG))
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    side = rng.choice([-1, 1])
    across, down = side * rng.uniform(*BESIDE) * width_mm, rng.normal(0, BESIDE_DOWN) * height_mm
    aside = np.array([across, down])
    placed = (corners - camera.middle_mm) @ turn.T + camera.middle_mm + aside
    seen_px = flat.to_px(placed)
    source = (corners * px_per_mm - HALF_PX).astype(np.float32)
    matrix = cv2.getPerspectiveTransform(source, seen_px.astype(np.float32))
    seen = cv2.warpPerspective(second, matrix, camera.size_px, borderValue=(WHITE,) * 3)
    mask = np.zeros(photo.shape[:2], np.uint8)
    _fill(mask, seen_px, WHITE)
    cv2.copyTo(_whitened(np.asarray(seen, np.uint8)), mask, photo)


def _letter(shape: tuple[int, ...], rng: Generator, px_per_mm: float) -> Image:
    """A sheet of somebody else's: lines of words, no boxes."""
    sheet = np.full(shape[:2], WHITE, np.uint8)
    high_mm, wide_mm = shape[0] / px_per_mm, shape[1] / px_per_mm
    for top_mm in np.arange(LETTER_EDGE, high_mm - LETTER_EDGE, LETTER_LINE):
        left_mm = LETTER_LEFT
        while left_mm < wide_mm - LETTER_RIGHT:
            word_mm = rng.uniform(*WORD_MM)
            left, right = round(left_mm * px_per_mm), round((left_mm + word_mm) * px_per_mm)
            top, low = round(top_mm * px_per_mm), round((top_mm + WORD_HIGH) * px_per_mm)
            sheet[top:low, left:right] = rng.integers(*WORD_GREY, (low - top, right - left))
            left_mm += word_mm + WORD_HIGH
    return sheet


def _whitened(seen: Image) -> Image:
    colour = (
        seen if seen.ndim == 3 else np.asarray(cv2.cvtColor(seen, cv2.COLOR_GRAY2BGR), np.uint8)
    )
    levels = np.arange(float(LEVELS))[:, None] * _PAPER
    return recolour(colour, levels[:, None])


def _fill(image: Image, outline_px: Points, grey: int) -> None:
    fixed = np.rint(outline_px * (1 << _BITS)).astype(np.int32)
    cv2.fillPoly(image, [fixed], (grey,), cv2.LINE_AA, shift=_BITS)


def _wood(size_px: tuple[int, int], rng: Generator) -> Image:
    """A wooden table: planks with a grain along them."""
    width, height = size_px[0] // WOOD_SHRINK, size_px[1] // WOOD_SHRINK
    grain = np.zeros((height, width), np.float32)
    for fine, weight in GRAINS:
        streaks = rng.random((max(2, height // (fine * WOOD_LONG)), max(2, width // fine)))
        wide = cv2.resize(streaks, (width, height), interpolation=cv2.INTER_CUBIC)
        grain += weight * np.asarray(wide, np.float32)
    plank = np.arange(width) // int(rng.integers(width // MOST_PLANKS, width // FEWEST_PLANKS))
    grain *= rng.uniform(*PLANK_LIGHT, plank.max() + 1).astype(np.float32)[plank]
    grain[:, 1:][:, plank[1:] != plank[:-1]] *= JOINT
    if rng.random() < ALONG:
        grain = np.asarray(cv2.resize(grain.T, (width, height)), np.float32)
    board = np.clip(grain * WHITE, 0, WHITE).astype(np.uint8)
    full = cv2.cvtColor(cv2.resize(board, size_px), cv2.COLOR_GRAY2BGR)
    part = np.linspace(0, 1, LEVELS)
    colours = np.stack([dark + part * (light - dark) for dark, light in _WOOD], axis=1)
    return recolour(np.asarray(full, np.uint8), colours[:, None])


# What the light and the hand do -------------------------------------------------------------


def _shake(photo: Image, length_px: float, rng: Generator) -> Image:
    """Blur along the way the hand moved."""
    reach = math.ceil(length_px / 2) + 1
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.uint8)
    angle = rng.uniform(0, math.pi)
    way = np.array([math.cos(angle), math.sin(angle)]) * length_px / 2
    start, end = (
        np.rint((reach + sign * way) * (1 << _BITS)).astype(int).tolist() for sign in (-1, 1)
    )
    cv2.line(kernel, start, end, (WHITE,), 1, cv2.LINE_AA, shift=_BITS)
    weights = kernel.astype(np.float32) / kernel.sum()
    return np.asarray(cv2.filter2D(photo, -1, weights), np.uint8)


def _light(
    photo: Image,
    camera: Camera,
    nodes_mm: NDArray[np.float64],
    case: PhotoCase,
    rng: Generator,
) -> Image:
    """Light the scene: from one side, coloured, less in the corners, with a shadow over it."""
    inner = nodes_mm[1:-1, 1:-1]
    rows, columns = inner.shape[:2]
    x, y = np.meshgrid(np.linspace(-1, 1, columns), np.linspace(-1, 1, rows))
    angle = rng.uniform(0, FULL_TURN)
    light = 1 - rng.uniform(*case.falloff) * (1 + x * math.cos(angle) + y * math.sin(angle)) / 2
    light *= 1 - CORNERS_DARK * (x**2 + y**2)
    # Bent paper turns to the light and away from it.
    on_paper = (np.abs(inner - camera.middle_mm) <= camera.middle_mm).all(axis=2)
    slope = camera.slope(inner.reshape(-1, 2)).reshape(rows, columns)
    light *= 1 + on_paper * rng.uniform(*SLOPE_LIGHT) * slope * math.cos(angle)
    dark = rng.uniform(*case.shadow)
    if dark:
        light *= 1 - dark * _silhouette(x, y, rng)
    warm = rng.uniform(*case.cast) * rng.choice(LAMPS)
    colour = np.array([1 - 2 * warm, 1 - LESS_GREEN * max(0.0, warm), 1 + min(0.0, 2 * warm)])
    scene = light[..., None] * np.minimum(colour, 1)
    scene /= scene.max()  # shade() counts in 255ths: keep them all, and dim afterwards
    photo = shade(photo, scene)
    level = np.linspace(0, 1, LEVELS) ** rng.uniform(*case.contrast)
    flare = rng.uniform(*case.flare)
    return recolour(photo, WHITE * rng.uniform(*case.level) * (flare + (1 - flare) * level))


def _silhouette(
    x: NDArray[np.float64], y: NDArray[np.float64], rng: Generator
) -> NDArray[np.float64]:
    """The shadow of a phone and the hand that holds it, soft at the edges."""
    angle = rng.normal(0, HAND_TURN)
    aside = rng.uniform(-HAND_X, HAND_X)
    along = (x - aside) * math.cos(angle) + (y - 1) * math.sin(angle)
    up = (1 - y) * math.cos(angle) + x * math.sin(angle)
    soft = rng.uniform(*HAND_SOFT)
    wide, tall = rng.uniform(*HAND_WIDE), rng.uniform(*HAND_TALL)
    phone = np.minimum(wide - np.abs(along), tall - up)
    return np.asarray(1 / (1 + np.exp(-np.clip(phone / soft, -_STEEPEST, _STEEPEST))), np.float64)


# The cases ----------------------------------------------------------------------------------

_PHOTO = PhotoCase()

PHONE_CASES: dict[str, PhotoCase] = {
    "phone": _PHOTO,
    "phone_perspective": replace(_PHOTO, tilt_deg=(15, 30), roll_deg=(-12, 12)),
    "phone_curl": replace(_PHOTO, curl_mm=(3, 8)),
    "phone_uneven": replace(_PHOTO, falloff=(0.4, 0.75)),
    "phone_dim": replace(_PHOTO, level=(0.15, 0.4), falloff=(0.2, 0.5), grain=(3, 6)),
    "phone_cast": replace(_PHOTO, cast=(0.12, 0.3)),
    "phone_shadow": replace(_PHOTO, shadow=(0.3, 0.6)),
    "phone_motion": replace(_PHOTO, motion_mm=(0.3, 0.9)),
    "phone_two_sheets": replace(_PHOTO, has_second_sheet=True, fill=(0.6, 0.75)),
    "phone_sideways": replace(_PHOTO, turns=(1, 2, 3)),
    "phone_bad_day": replace(
        _PHOTO,
        tilt_deg=(5, 18),
        curl_mm=(1, 5),
        level=(0.4, 0.7),
        falloff=(0.2, 0.5),
        shadow=(0.2, 0.4),
        motion_mm=(0.1, 0.4),
        cast=(0.05, 0.2),
        grain=(2, 4),
    ),
}
