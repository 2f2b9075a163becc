"""The corner marks and the square code, drawn as black modules.

In:  a marker id, or the sixteen characters of a sheet code.
Out: runs of black modules, ready for `Drawing.squares`.

Writing and reading share the dictionary of marks: `omr.place.fiducials` finds what is drawn here.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

import cv2
import numpy as np
import zxingcpp

Cells = tuple[tuple[int, int, int], ...]
"""Runs of black modules: (column, row, length)."""

MARKER_MODULES = 6  # four by four bits and a black border
CODE_MODULES = 25  # QR version 2 holds 20 characters at level H


@cache
def marker_dictionary() -> Any:
    """Return the set of 50 marks of 4x4 bits that all sheets use (ArUco, Garrido-Jurado 2014)."""
    return cv2.aruco.getPredefinedDictionary(cv2.aruco.DICT_4X4_50)


@cache
def marker_cells(marker: int) -> Cells:
    """Draw a corner mark, `MARKER_MODULES` wide."""
    return _runs(cv2.aruco.generateImageMarker(marker_dictionary(), marker, MARKER_MODULES) == 0)


@lru_cache(maxsize=256)
def code_cells(text: str) -> Cells:
    """Draw the square code (QR, error correction H), `CODE_MODULES` wide."""
    return _runs(code_modules(text))


def code_modules(text: str) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return the black modules of the square code as a grid."""
    symbol = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="H")
    image = np.array(symbol.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8)
    black: np.ndarray[Any, np.dtype[np.bool_]] = image == 0
    if black.shape != (CODE_MODULES, CODE_MODULES):
        raise ValueError(f"the code must be {CODE_MODULES} modules wide, got {black.shape}")
    return black


def _runs(black: np.ndarray[Any, np.dtype[np.bool_]]) -> Cells:
    runs = []
    for row, line in enumerate(black):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
        runs += [
            (int(start), row, int(end - start))
            for start, end in zip(edges[::2], edges[1::2], strict=True)
        ]
    return tuple(runs)
