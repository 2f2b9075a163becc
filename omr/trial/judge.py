"""Judge a copier by what it made of the trial sheet.

In:  all pixels of the scan, where the sheet lies in it, and the resolution that its file claims.
Out: a `CopierVerdict`: figures, and notes where one of them is beyond its threshold.

The thresholds are set where reading begins to suffer, not where a print shop would complain, and
lie outside of what clean copiers do (tests/omr/trial).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from forms import trial_sheet
from forms.layout import Rect
from forms.paper_sizes import A4
from omr.geometry import Floats, Image, cut_out, jacobians, project
from omr.page import Note
from omr.place.register import corners_mm

INCH_MM = 25.4
HALF_QUARTER = 45.0  # degrees
A4_WHOLE = Rect(0, 0, A4.width_mm, A4.height_mm)

OFF_SCALE = 0.02  # of the size; feeders stretch by 0.3 %
BELIEVED = (0.6, 1.6)  # a file that claims a resolution beyond this share is not believed
A4_LIKE = 0.006  # how far the shape of a picture may be from A4 to be taken for one
COARSE_DPI = 190.0  # below: thin pencil is lost; copiers have 100, 150, 200, 300
MOST_SKEW = 2.0  # degrees; paper in a feeder lies within 1.5
PHOTO = 0.03  # that one side of the sheet is longer than its opposite
MIDDLE_GREYS = 0.03  # of the inked pixels: 0.14 and more in a scan with greys, none in one without
MIDDLE = (0.3, 0.7)  # of the way from black to white
LOST_LINES, LOST_IN_BITONAL = (
    0.35,
    0.25,
)  # of the thin lines; grain hides some where there are greys
JUDGED_LINE = 0.15  # mm; thinner ones the printer itself may lose
OFF_MM = 1.1  # that print may lie from where the marks put it: feeders pull unevenly
LINE_THERE = 0.25  # of the way from white to black
BAR_SHARE = 25  # per cent of the bar that is at least as black as it was printed
PALE = 90.0  # levels between paper and black print
SPECKS = 0.004  # of the empty part that is dark
DARK = 0.5  # of the way from white to black
CUT_MM = 3.5  # copiers leave out 2-3 by themselves
BAR_GONE_MM = 0.8  # of a bar that begins 5 mm from the edge
FRAME = 253  # paper is not so white all along an edge
FRAME_SHARE = 0.98
DEEPEST_MM = 12.0
STREAK = 12.0  # levels that a line through an empty part is darker; grain leaves 0.3
STREAK_STEADY = 0.9  # of its length
STREAK_PIXEL = 6.0
SHORT_MM = 25.0  # parts of a strip: a long one that lies askew holds no upright box
STREAK_MM, STREAK_LEAST_MM = 6.0, 4.5  # length of the pieces that are looked at
STREAK_AROUND_MM = 2.0  # what it is compared with
WHITE_STREAK = 60.0  # levels that a line through black is lighter


@dataclass(frozen=True, slots=True)
class CopierVerdict:
    """What a scan of the trial sheet says about the copier.

    Attributes:
        scale: 1 where the sheet is as large as it was printed; None where the file does not tell.
        dpi: as the file claims, else as measured.
        skew: degrees.
        greys: how many pixels at the rims of the print are neither black nor white.
        lost_lines: share of the thin lines that are gone.
        contrast: levels between paper and black.
        specks: share of the empty part that is dark.
        cut_mm: how much is missing at the worst of the four edges.
        streaks: how many.
        is_photo: whether a camera took it, not a scanner.
    """

    scale: float | None
    dpi: float
    skew: float
    greys: float
    lost_lines: float
    contrast: float
    specks: float
    cut_mm: float
    streaks: int
    is_photo: bool = False

    @property
    def notes(self) -> tuple[Note, ...]:
        """What to set otherwise; one note that all is well where there is nothing."""
        if self.is_photo:
            return (Note.TRIAL_PHOTO,)
        is_bitonal = self.greys < MIDDLE_GREYS
        most = LOST_IN_BITONAL if is_bitonal else LOST_LINES
        is_light = self.lost_lines > most or self.contrast < PALE
        found = {
            Note.TRIAL_SCALE: self.scale is not None and abs(self.scale - 1) > OFF_SCALE,
            Note.TRIAL_BITONAL: is_bitonal,
            Note.TRIAL_LIGHT: is_light and self.dpi >= COARSE_DPI,  # coarse loses lines as well
            Note.TRIAL_DARK: self.specks > SPECKS,
            Note.TRIAL_STREAKS: self.streaks > 0,
            Note.TRIAL_CUT: self.cut_mm > CUT_MM,
            Note.TRIAL_SKEW: abs(self.skew) > MOST_SKEW,
            Note.TRIAL_COARSE: self.dpi < COARSE_DPI,
        }
        return tuple(note for note, holds in found.items() if holds) or (Note.TRIAL_FINE,)

    @property
    def figures(self) -> str:
        """The most telling figures, in any language."""
        scale = "" if self.scale is None else f"{self.scale:.1%}, ".replace("%", " %")
        return f"{scale}{self.dpi:.0f} dpi, {self.skew:.1f}°"


def judge(image: Image, homography: Floats, claimed_dpi: float | None) -> CopierVerdict:
    """Judge the copier.

    Args:
        image: (H, W) grey, all pixels of the scan.
        homography: from mm on the sheet to pixels.
        claimed_dpi: what the file says.
    """
    middle = np.array([(A4.width_mm / 2, A4.height_mm / 2)])
    across, down = jacobians(homography, middle)[0].T
    sides = float(np.linalg.norm(across)), float(np.linalg.norm(down))
    here = float(np.sqrt(sides[0] * sides[1]))  # pixels in a mm
    dpi = _believed(claimed_dpi, here * INCH_MM, image)
    white, black = _levels(image, homography, here)
    flat = _Flat(image, homography, here, white, max(white - black, 1.0))
    scale = None if dpi is None else _worst(*(side * INCH_MM / dpi for side in sides))
    return CopierVerdict(
        scale=scale,
        dpi=dpi or here * INCH_MM,
        skew=_skew(across),
        greys=flat.greys(),
        lost_lines=flat.lost_lines(),
        contrast=white - black,
        specks=flat.specks(),
        cut_mm=flat.cut_mm(),
        streaks=flat.streaks(),
        is_photo=_is_photo(homography),
    )


def _worst(*scales: float) -> float:
    return max(scales, key=lambda scale: abs(scale - 1))


def _believed(claimed: float | None, measured: float, image: Image) -> float | None:
    """Take the resolution from the file, or from a picture that has the shape of A4."""
    least, most = BELIEVED
    if claimed is not None and least < measured / claimed < most:
        return claimed
    long, short = float(max(image.shape)), float(min(image.shape))
    if abs(long / short / (A4.height_mm / A4.width_mm) - 1) < A4_LIKE:
        return long / A4.height_mm * INCH_MM
    return None


def _skew(across: Floats) -> float:
    """Return the angle to the nearest quarter turn."""
    degrees = float(np.degrees(np.arctan2(across[1], across[0])))
    return (degrees + HALF_QUARTER) % (2 * HALF_QUARTER) - HALF_QUARTER


def _is_photo(homography: Floats) -> bool:
    px = project(homography, np.array(corners_mm(A4_WHOLE)))
    top, right, low, left = (float(np.linalg.norm(px[n] - px[(n + 1) % 4])) for n in range(4))
    return abs(top / low - 1) > PHOTO or abs(left / right - 1) > PHOTO


def _levels(image: Image, homography: Floats, scale: float) -> tuple[float, float]:
    """Return the grey of paper and of black print."""
    white = float(np.median(_cut(image, homography, trial_sheet.EMPTY, scale)))
    bar = _cut(image, homography, trial_sheet.BLACK_BAR, scale)  # its rim may lie outside
    black = float(np.percentile(bar, BAR_SHARE))
    return white, black


def _cut(image: Image, homography: Floats, rect: Rect, scale: float) -> Image:
    return cut_out(image, homography, rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, scale)


@dataclass(frozen=True, slots=True, eq=False)
class _Flat:
    """A scan of the sheet, and what is known of it."""

    image: Image
    homography: Floats
    scale: float  # pixels in a mm
    white: float
    range: float  # levels from black to white

    def dark(self, values: Image) -> Floats:
        """Turn grey into darkness: 0 as paper, 1 as black print."""
        result: Floats = (self.white - values.astype(np.float64)) / self.range
        return result

    def greys(self) -> float:
        """Count what is neither black nor white, against what is not white, in the print."""
        *_, low = trial_sheet.lines(trial_sheet.LINE_WIDTHS[-1])[-1]
        area = Rect(trial_sheet.LEFT, 128.0, trial_sheet.RIGHT - trial_sheet.LEFT, low - 128.0)
        left, right, top, bottom = _box(self.homography, area, self.image)
        dark = self.dark(self.image[top:bottom, left:right])
        inked = float((dark > MIDDLE[0]).sum())
        between = float(((dark > MIDDLE[0]) & (dark < MIDDLE[1])).sum())
        return between / max(inked, 1.0)

    def lost_lines(self) -> float:
        """Return how much of the thin lines is gone."""
        found = []
        for x1, y1, x2, y2 in trial_sheet.lines(JUDGED_LINE):
            place = Rect(x1 - OFF_MM, y1 - OFF_MM, x2 - x1 + 2 * OFF_MM, y2 - y1 + 2 * OFF_MM)
            dark = self.dark(_cut(self.image, self.homography, place, self.scale))
            across = 0 if x2 > x1 else 1  # the way that leads over the line
            ends = round(2 * OFF_MM * self.scale)
            along = dark.max(axis=across)[ends:-ends]
            found.append(along > LINE_THERE)
        return 1 - float(np.concatenate(found).mean())

    def specks(self) -> float:
        """Return how much of the empty part is dark, without the streaks."""
        left, right, top, bottom = _box(self.homography, trial_sheet.EMPTY, self.image)
        is_dark = self.dark(self.image[top:bottom, left:right]) > DARK
        if not is_dark.size:
            return 0.0
        shares = [is_dark.mean(axis=axis) for axis in (0, 1)]
        usual = [float(share[share <= np.quantile(share, 0.9)].mean()) for share in shares]
        return min(usual)

    def cut_mm(self) -> float:
        """Return how much is missing at the worst edge: cut off, left white, or its bars gone."""
        return max(max(self._lost_at(edge) for edge in _EDGES), self._bars_gone())

    def _lost_at(self, edge: tuple[Floats, Floats, Floats]) -> float:
        """Go inward from an edge of the paper until there is paper in the picture."""
        start, along, inward = edge
        steps = np.arange(0.0, DEEPEST_MM, 0.25)
        height, width = self.image.shape
        is_white = self.white >= FRAME  # then a white frame does not show
        lost = 0.0
        for depth in steps:
            mm = start + inward * depth + along
            px = np.rint(project(self.homography, mm)).astype(int)
            inside = (px[:, 0] >= 0) & (px[:, 0] < width) & (px[:, 1] >= 0) & (px[:, 1] < height)
            if inside.mean() < 0.5:
                lost = float(depth) + 0.25
                continue
            if is_white:
                break
            seen = self.image[px[inside, 1], px[inside, 0]]
            if (seen >= FRAME).mean() < FRAME_SHARE:
                break
            lost = float(depth) + 0.25
        return lost

    def _bars_gone(self) -> float:
        """Return how far from the edge the bars that point at it begin, where it is too far."""
        worst = 0.0
        for bar in trial_sheet.edge_bars():
            lies = bar.width_mm > bar.height_mm
            aside = (0.0, OFF_MM) if lies else (OFF_MM, 0.0)
            place = Rect(
                bar.x_mm - aside[0],
                bar.y_mm - aside[1],
                bar.width_mm + 2 * aside[0],
                bar.height_mm + 2 * aside[1],
            )
            dark = self.dark(_cut(self.image, self.homography, place, self.scale))
            along = dark.max(axis=0 if lies else 1)
            low = (bar.x_mm if lies else bar.y_mm) < A4.width_mm / 2
            along = along if low else along[::-1]
            there = np.flatnonzero(along > DARK)
            missing = (
                (int(there[0]) / self.scale)
                if len(there)
                else trial_sheet.EDGE_TO - trial_sheet.EDGE_FROM
            )
            if missing > BAR_GONE_MM:
                worst = max(worst, trial_sheet.EDGE_FROM + missing)
        return worst

    def streaks(self) -> int:
        """Count lines that run through the empty parts along the feed, whichever way that is."""
        dark = sum(len(self._streaks(turned)) for turned in (False, True))
        return dark + self._white_streaks()

    def _white_streaks(self) -> int:
        """Count light lines through the black bar: dirt that shines."""
        bar = trial_sheet.BLACK_BAR.grown(-OFF_MM)
        level = np.median(_cut(self.image, self.homography, bar, self.scale), axis=0)
        hits = np.flatnonzero(level - _usual(level, self.scale) > WHITE_STREAK)
        return int((np.diff(hits, prepend=-2) > 1).sum())

    def _streaks(self, turned: bool) -> set[int]:
        around = _around(self.scale)
        found: set[int] = set()
        for empty in (trial_sheet.EMPTY, *(p for s in trial_sheet.STRIPS for p in _short(s))):
            left, right, top, bottom = _box(self.homography, empty, self.image)
            part = self.image[top:bottom, left:right]
            first = top if turned else left
            part = part.T if turned else part
            for piece in _pieces(part, self.scale):
                level = piece.mean(axis=0, dtype=np.float32)
                usual = _usual(level, self.scale)
                steady = (piece < usual - STREAK_PIXEL).mean(axis=0)
                hits = np.flatnonzero((usual - level > STREAK) & (steady > STREAK_STEADY))
                found |= {int(first + hit) // around for hit in hits}
        return found


def _short(strip: Rect) -> Iterator[Rect]:
    """Cut a strip in parts."""
    lies = strip.width_mm > strip.height_mm
    count = max(1, round(max(strip.width_mm, strip.height_mm) / SHORT_MM))
    wide = strip.width_mm / count if lies else strip.width_mm
    high = strip.height_mm if lies else strip.height_mm / count
    for number in range(count):
        yield Rect(
            strip.x_mm + number * wide * lies,
            strip.y_mm + number * high * (not lies),
            wide,
            high,
        )


def _around(scale: float) -> int:
    return max(3, round(STREAK_AROUND_MM * scale) | 1)


def _usual(level: Floats, scale: float) -> Floats:
    """Return the level around each place of a row."""
    around = _around(scale)
    padded = np.pad(level, around // 2, mode="edge")
    windows = np.lib.stride_tricks.sliding_window_view(padded, around)
    result: Floats = np.median(windows, axis=1)
    return result


def _pieces(part: Image, scale: float) -> Iterator[Image]:
    """Cut an empty part in pieces along the feed; none where it is too short."""
    rows = part.shape[0]
    if rows < STREAK_LEAST_MM * scale or part.shape[1] < STREAK_LEAST_MM * scale:
        return
    count = max(1, int(rows / (STREAK_MM * scale)))
    step = rows // count
    for number in range(count):
        yield part[number * step : (number + 1) * step]


def _box(homography: Floats, rect: Rect, image: Image) -> tuple[int, int, int, int]:
    """Return the largest upright box of pixels (left, right, top, bottom) inside a rectangle."""
    x, y, right, low = (
        rect.x_mm, rect.y_mm, rect.x_mm + rect.width_mm, rect.y_mm + rect.height_mm,
    )  # fmt: skip
    px = project(homography, np.array([(x, y), (right, y), (right, low), (x, low)]))
    height, width = image.shape
    across, down = np.sort(px[:, 0]), np.sort(px[:, 1])
    return (
        int(np.clip(np.ceil(across[1]), 0, width)),
        int(np.clip(np.floor(across[2]), 0, width)),
        int(np.clip(np.ceil(down[1]), 0, height)),
        int(np.clip(np.floor(down[2]), 0, height)),
    )


def _edges() -> tuple[tuple[Floats, Floats, Floats], ...]:
    """Return for each edge its start, points along its middle part, and the way inward."""
    wide, high = A4.width_mm, A4.height_mm
    share = np.concatenate([np.linspace(0.24, 0.52, 80), np.linspace(0.62, 0.76, 40)])[:, None]
    right, down = np.array([(1.0, 0.0)]), np.array([(0.0, 1.0)])
    origin = np.array([(0.0, 0.0)])
    return (
        (origin, share * wide * right, down),
        (origin + high * down, share * wide * right, -down),
        (origin, share * high * down, right),
        (origin + wide * right, share * high * down, -right),
    )


_EDGES = _edges()
