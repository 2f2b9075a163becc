"""The sheet that judges the copier: where everything stands on it.

In:  nothing; there is one such sheet, and it belongs to no session.
Out: the places of its marks, lines and empty parts, in mm, for whoever draws and judges it.

It carries the two corner marks that no other paper has (`TRIAL_MARKS`), each in two corners: one
along the left side, the other along the right.
"""

from __future__ import annotations

from forms.compass import NO_SESSION
from forms.layout import MARKER_EDGE_MM, MARKER_MM, Marker, Rect, code_place
from forms.paper_sizes import A4
from forms.sheet_code import MASTER, TRIAL_MARKS, TRIAL_PAGE, SheetCode

VERSION = 1  # as its square code says; paper that hangs beside a copier stays readable
CODE = SheetCode(0, 1, 0, TRIAL_PAGE, MASTER, NO_SESSION, VERSION)
CODE_PLACE = code_place(A4)

_FAR_X = A4.width_mm - MARKER_EDGE_MM - MARKER_MM
_FAR_Y = A4.height_mm - MARKER_EDGE_MM - MARKER_MM
MARKERS = (
    Marker(TRIAL_MARKS[0], MARKER_EDGE_MM, MARKER_EDGE_MM),
    Marker(TRIAL_MARKS[1], _FAR_X, MARKER_EDGE_MM),
    Marker(TRIAL_MARKS[1], _FAR_X, _FAR_Y),
    Marker(TRIAL_MARKS[0], MARKER_EDGE_MM, _FAR_Y),
)
"""Clockwise from the top left."""

# Text and patterns stand between these; outside them are the marks and nothing else.
LEFT, RIGHT = 24.0, 186.0

BLACK_BAR = Rect(LEFT, 133.0, RIGHT - LEFT, 3.5)

LINE_WIDTHS = (0.10, 0.15, 0.20, 0.30)  # the print of a pencil is 0.3-0.7 wide, and half as dark
_GROUP, _LONG, _PITCH, _COUNT = 41.0, 34.0, 2.5, 5
_LINES_Y, _UPRIGHT_Y, _UPRIGHT = 140.0, 154.0, 12.0

EDGE_FROM, EDGE_TO, EDGE_BAR = 5.0, 10.0, 1.2  # mm from the edge; printers leave out 4.2
_ALONG_X, _ALONG_Y = (40.0, 120.0), (60.0, 115.0)

EMPTY = Rect(6.0, 176.0, A4.width_mm - 12.0, 96.0)  # the large one
STRIPS = (
    Rect(11.0, 24.0, 7.0, 248.0),
    Rect(A4.width_mm - 18.0, 32.0, 7.0, 240.0),
    Rect(24.0, 279.0, 162.0, 7.0),
)
"""Where nothing is printed, so that whatever runs through them came from the machine."""


def lines(width: float) -> tuple[tuple[float, float, float, float], ...]:
    """Return the lines of one width: from where to where, lying first and then upright."""
    left = LEFT + _GROUP * LINE_WIDTHS.index(width)
    lying = [(left, y, left + _LONG, y) for y in _steps(_LINES_Y, _COUNT)]
    count = int(_LONG / _PITCH) + 1
    upright = [(x, _UPRIGHT_Y, x, _UPRIGHT_Y + _UPRIGHT) for x in _steps(left, count)]
    return (*lying, *upright)


def _steps(start: float, count: int) -> list[float]:
    return [start + _PITCH * number for number in range(count)]


def edge_bars() -> tuple[Rect, ...]:
    """Return the short bars that point at the four edges of the paper."""
    half, long = EDGE_BAR / 2, EDGE_TO - EDGE_FROM
    across, down = (EDGE_FROM, A4.width_mm - EDGE_TO), (EDGE_FROM, A4.height_mm - EDGE_TO)
    return (
        *(Rect(x, y - half, long, EDGE_BAR) for y in _ALONG_Y for x in across),
        *(Rect(x - half, y, EDGE_BAR, long) for x in _ALONG_X for y in down),
    )
