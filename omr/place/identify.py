"""Which sheet lies in the scan.

In:  a grey picture and a homography from mm to pixels (or none, to search everywhere).
Out: the `SheetCode` of its square code and where that lies, or None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from forms import sheet_code
from forms.layout import Rect
from forms.sheet_code import SheetCode
from forms.symbols import CODE_MODULES
from omr.geometry import Floats, Image, cut_out, project

PX_PER_MODULE = 5
MARGIN_MODULES = 6
HALF_PX = 0.5  # where the centre of a pixel lies
BLUR_PX = 1.2  # that helps where grain hides the modules
AROUND_PX = (0, -2, 2)  # how far off, across and down, the modules are sampled as well
QUIET_MODULES = 4  # round a symbol
PX_OF_CLEAN = 4  # a module of the symbol that is drawn anew
WHITE = 255

# What is the same in every symbol of version 2 (ISO/IEC 18004:2015, 6.3 and annex E), in modules.
FINDER, TIMING, ALIGNMENT, ALIGNMENT_AT = 7, 6, 5, 18


@dataclass(frozen=True, slots=True)
class SeenCode:
    """A square code in a scan; `corners_px` (4, 2) run clockwise from its top left.

    They are None where the code was only read module by module.
    """

    code: SheetCode
    corners_px: Floats | None


def read_code(image: Image, homography: Floats, place: Rect) -> SeenCode | None:
    """Read the square code where the page says it is (0.2 ms, docs/findings/reading.md 3)."""
    around = place.grown(place.width_mm * MARGIN_MODULES / CODE_MODULES)
    scale = PX_PER_MODULE * CODE_MODULES / place.width_mm
    crop = cut_out(
        image,
        homography,
        around.x_mm,
        around.y_mm,
        around.width_mm,
        around.height_mm,
        scale,
    )
    for blurred in (False, True):
        symbol = _symbol(_blurred(crop) if blurred else crop)
        code = sheet_code.decode(symbol.text) if symbol is not None else None
        if code is not None:
            corners = (_corners(symbol) + HALF_PX) / scale + (around.x_mm, around.y_mm)
            return SeenCode(code, project(homography, corners))
    code = _by_grid(crop)
    return SeenCode(code, None) if code is not None else None


def search_codes(image: Image) -> list[SeenCode]:
    """Search the whole picture for square codes of ours (20-80 ms)."""
    found = []
    for symbol in zxingcpp.read_barcodes(image, formats=_qr()):
        code = sheet_code.decode(symbol.text)
        if code is not None:
            found.append(SeenCode(code, _corners(symbol)))
    return found


def _corners(symbol: Any) -> Floats:
    p = symbol.position
    corners = [p.top_left, p.top_right, p.bottom_right, p.bottom_left]
    return np.array([(c.x, c.y) for c in corners], dtype=np.float64)


@cache
def _qr() -> Any:
    return zxingcpp.BarcodeFormat.QRCode


def _blurred(crop: Image) -> Image:
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), BLUR_PX), dtype=np.uint8)


def _symbol(crop: Image, *, pure: bool = False) -> Any | None:
    symbol = zxingcpp.read_barcode(
        crop,
        formats=_qr(),
        try_rotate=False,
        try_downscale=False,
        try_invert=False,
        is_pure=pure,
    )
    return symbol if symbol is not None and symbol.valid else None


def _by_grid(crop: Image) -> SheetCode | None:
    """Sample the modules where they must be, put in the fixed patterns, decode that.

    Streaks and strokes through the finder patterns hide a symbol from every decoder; its modules
    are still there, and error correction H mends three in ten (docs/findings/reading.md 6).
    """
    size = CODE_MODULES * PX_PER_MODULE
    start = MARGIN_MODULES * PX_PER_MODULE
    middles = slice(PX_PER_MODULE // 2, None, PX_PER_MODULE)
    fixed, dark = _fixed_modules()
    blurred = cv2.blur(crop, (3, 3))
    for dy, dx in product(AROUND_PX, AROUND_PX):
        part = blurred[start + dy : start + dy + size, start + dx : start + dx + size]
        centres = np.ascontiguousarray(part[middles, middles])
        level, _ = cv2.threshold(centres, 0, WHITE, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
        symbol = _symbol(_clean(np.where(fixed, dark, centres <= level)), pure=True)
        code = sheet_code.decode(symbol.text) if symbol is not None else None
        if code is not None:
            return code
    return None


def _clean(black: NDArray[np.bool_]) -> Image:
    """Draw a symbol anew, with its quiet zone."""
    clean = np.where(np.pad(black, QUIET_MODULES), 0, WHITE).astype(np.uint8)
    return np.kron(clean, np.ones((PX_OF_CLEAN, PX_OF_CLEAN), np.uint8))


@cache
def _fixed_modules() -> tuple[Any, Any]:
    """Return which modules are the same in every symbol of this size, and which of them are dark.

    Finder patterns with their white rims, timing patterns and the alignment pattern.
    """
    n = CODE_MODULES
    fixed = np.zeros((n, n), bool)
    dark = np.zeros((n, n), bool)
    finder = _rings(FINDER) != FINDER // 2 - 1
    for row, column in ((0, 0), (0, n - FINDER), (n - FINDER, 0)):
        rim = FINDER + 1
        fixed[max(0, row - 1) : row + rim, max(0, column - 1) : column + rim] = True
        dark[row : row + FINDER, column : column + FINDER] = finder
    between = slice(FINDER + 1, n - FINDER - 1)
    fixed[TIMING, between] = fixed[between, TIMING] = True
    every_other = slice(FINDER + 1, n - FINDER - 1, 2)
    dark[TIMING, every_other] = dark[every_other, TIMING] = True
    there = slice(ALIGNMENT_AT - ALIGNMENT // 2, ALIGNMENT_AT + ALIGNMENT // 2 + 1)
    fixed[there, there] = True
    dark[there, there] = _rings(ALIGNMENT) != ALIGNMENT // 2 - 1
    return fixed, dark


def _rings(side: int) -> NDArray[np.int64]:
    """Count the rings of a square from its middle outward."""
    away = np.abs(np.arange(side) - side // 2)
    return np.maximum.outer(away, away)
