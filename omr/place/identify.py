"""Which sheet lies in the scan.

In:  a grey picture and a homography from mm to pixels (or none, to search everywhere).
Out: the `SheetCode` of its square code and where that lies, or None.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
import zxingcpp

from forms import sheet_code
from forms.layout import Rect
from forms.sheet_code import SheetCode
from forms.symbols import CODE_MODULES
from omr.geometry import Floats, Image, cut_out, project

PX_PER_MODULE = 5
MARGIN_MODULES = 6


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
            corners = (_corners(symbol) + 0.5) / scale + (around.x_mm, around.y_mm)
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
    return np.asarray(cv2.GaussianBlur(crop, (0, 0), 1.2), dtype=np.uint8)


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
    blurred = cv2.blur(crop, (3, 3))
    for dy in (0, -2, 2):
        for dx in (0, -2, 2):
            part = blurred[start + dy : start + dy + size, start + dx : start + dx + size]
            centres = part[PX_PER_MODULE // 2 :: PX_PER_MODULE, PX_PER_MODULE // 2 :: PX_PER_MODULE]
            level, _ = cv2.threshold(
                np.ascontiguousarray(centres), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
            )
            black = centres <= level
            fixed, dark = _fixed_modules()
            black = np.where(fixed, dark, black)
            clean = np.full((CODE_MODULES + 8,) * 2, 255, np.uint8)
            clean[4:-4, 4:-4][black] = 0
            big = np.kron(clean, np.ones((4, 4), np.uint8))
            symbol = _symbol(big, pure=True)
            code = sheet_code.decode(symbol.text) if symbol is not None else None
            if code is not None:
                return code
    return None


@cache
def _fixed_modules() -> tuple[Any, Any]:
    """Return which modules are the same in every symbol of this size, and which of them are dark.

    Finder patterns with their white rims, timing patterns and the alignment pattern at module 18
    of version 2 (ISO/IEC 18004:2015, 6.3 and annex E).
    """
    n = CODE_MODULES
    fixed = np.zeros((n, n), bool)
    dark = np.zeros((n, n), bool)
    ring = np.maximum.outer(np.abs(np.arange(7) - 3), np.abs(np.arange(7) - 3))
    finder = ring != 2
    for row, column in ((0, 0), (0, n - 7), (n - 7, 0)):
        fixed[max(0, row - 1) : row + 8, max(0, column - 1) : column + 8] = True
        dark[row : row + 7, column : column + 7] = finder
    fixed[6, 8 : n - 8] = fixed[8 : n - 8, 6] = True
    dark[6, 8 : n - 8 : 2] = dark[8 : n - 8 : 2, 6] = True
    small = np.maximum.outer(np.abs(np.arange(5) - 2), np.abs(np.arange(5) - 2))
    fixed[16:21, 16:21] = True
    dark[16:21, 16:21] = small != 1
    return fixed, dark
