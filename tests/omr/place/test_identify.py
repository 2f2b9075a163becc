"""Reading the square code, through dirt, and never another one."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms import layout, sheet_code
from forms.paper_sizes import A4
from forms.sheet_code import TYPED, SheetCode
from forms.symbols import code_modules
from omr.geometry import Image, project
from omr.place.identify import read_code, search_codes

PX_PER_MM = 6.0
FLAT = np.array([[PX_PER_MM, 0, -0.5], [0, PX_PER_MM, -0.5], [0, 0, 1]])
PLACE = layout.code_place(A4)

codes = st.builds(
    SheetCode,
    instrument=st.integers(0, 4095),
    edition=st.integers(1, 63),
    round=st.integers(0, 3),
    page=st.integers(1, 15),
    number=st.integers(0, 9999),
    batch=st.text(TYPED, min_size=4, max_size=4),
    layout=st.integers(0, 1023),
)


def printed(code: SheetCode) -> Image:
    """Draw a page with a code and nothing else."""
    page = np.full((round(297 * PX_PER_MM), round(210 * PX_PER_MM)), 240, np.uint8)
    modules = np.where(code_modules(sheet_code.encode(code)), 30, 240).astype(np.uint8)
    side = round(PLACE.width_mm * PX_PER_MM)
    x, y = round(PLACE.x_mm * PX_PER_MM), round(PLACE.y_mm * PX_PER_MM)
    page[y : y + side, x : x + side] = cv2.resize(
        modules, (side, side), interpolation=cv2.INTER_NEAREST
    )
    return page


@given(code=codes)
@settings(max_examples=40, deadline=None)
def test_what_is_printed_is_read(code: SheetCode) -> None:
    """Where the page says it is, and anywhere."""
    page = printed(code)
    found = read_code(page, FLAT, PLACE)
    (anywhere,) = search_codes(page)
    corner = project(FLAT, np.array([[PLACE.x_mm, PLACE.y_mm]]))

    assert found is not None
    assert found.code == anywhere.code == code
    for seen in (found, anywhere):
        assert seen.corners_px is not None
        assert np.abs(seen.corners_px[0] - corner).max() < 0.3 * PX_PER_MM


@given(code=codes, at=st.floats(0.0, 0.14), width=st.floats(0.3, 1.0), is_dark=st.booleans())
@example(code=SheetCode(7, 1, 1, 1, 1, "K7F3", 9), at=0.05, width=1.0, is_dark=True)
@settings(max_examples=30, deadline=None)
def test_a_streak_through_a_finder_pattern_does_not_hide_the_code(
    code: SheetCode, at: float, width: float, is_dark: bool
) -> None:
    """Dirt on the glass of the feeder; the modules are then read one by one."""
    page = printed(code)
    x = round((PLACE.x_mm + at * PLACE.width_mm) * PX_PER_MM)
    page[:, x : x + max(1, round(width * PX_PER_MM))] = 25 if is_dark else 250
    found = read_code(page, FLAT, PLACE)

    assert found is not None
    assert found.code == code


share = st.floats(-0.1, 1.1)


@given(
    code=codes,
    strokes=st.lists(
        st.tuples(share, share, share, share, st.integers(1, 14)), min_size=1, max_size=8
    ),
)
@settings(max_examples=40, deadline=None)
def test_a_scribbled_code_is_read_right_or_not_at_all(
    code: SheetCode, strokes: list[tuple[float, float, float, float, int]]
) -> None:
    """No wrong sheet, ever."""
    page = printed(code)
    low = np.array([PLACE.x_mm, PLACE.y_mm])
    for x1, y1, x2, y2, thick in strokes:
        ends = (low + np.array([(x1, y1), (x2, y2)]) * PLACE.width_mm) * PX_PER_MM
        start, end = np.rint(ends).astype(int).tolist()
        cv2.line(page, start, end, (60,), thick)
    found = read_code(page, FLAT, PLACE)

    assert found is None or found.code == code
