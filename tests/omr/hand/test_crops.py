"""Handwriting cut out of a scan: the ink stays, what was printed goes."""

from __future__ import annotations

import cv2
import numpy as np

from forms.layout import Field, Rect
from omr.geometry import Floats, Image
from omr.hand.crops import (
    FIRST_LINE_MM,
    OVER_MM,
    PX_PER_MM,
    field_crop,
    ink_only,
    lines_of,
    whiten,
    whole_crop,
)

NAME = Field("name", Rect(20, 10, 90, 10))
RULED = Field("step", Rect(20, 10, 90, 30), lines=3)
SCALE = 10.0  # pixels per mm of the drawn pages
TO_PX: Floats = np.diag([SCALE, SCALE, 1.0])


def page(field: Field, paper: int = 235) -> Image:
    """Draw a page with the border and the ruled lines of a field."""
    made = np.full((600, 1300), paper, np.uint8)
    r = field.rect
    low, high = (
        (int(r.x_mm * 10), int(r.y_mm * 10)),
        (
            int((r.x_mm + r.width_mm) * 10),
            int((r.y_mm + r.height_mm) * 10),
        ),
    )
    cv2.rectangle(made, low, high, (90,), 2)
    for line in range(field.lines - 1):
        y = int((r.y_mm + FIRST_LINE_MM + 9 * line) * 10)
        cv2.line(made, (low[0] + 20, y), (high[0] - 20, y), (120,), 2)
    return made


def test_an_empty_field_has_no_ink() -> None:
    """Neither its border nor its lines are taken for writing."""
    for field in (NAME, RULED):
        assert ink_only(field_crop(page(field), TO_PX, field)) is None


def test_the_whole_crop_keeps_what_stands_against_the_border() -> None:
    """A name must not be printed on the map with its first stroke missing."""
    assert ink_only(whole_crop(page(NAME), TO_PX, NAME)) is None

    drawn = page(NAME)
    cv2.line(drawn, (206, 115), (206, 185), (40,), 4)  # 0.6 mm from the border
    cv2.line(drawn, (215, 190), (215, 210), (40,), 4)  # a tail through the border
    upright, tail = (
        (whole_crop(drawn, TO_PX, NAME)[:, round((x + OVER_MM) * PX_PER_MM)] < 128).sum()
        for x in (0.6, 1.5)
    )
    assert upright >= 0.9 * 7 * PX_PER_MM
    assert tail >= 0.8 * 2 * PX_PER_MM


def test_a_crop_is_as_large_as_its_field_and_white() -> None:
    """Yellow or grey paper becomes white, so that the picture prints well."""
    crop = field_crop(page(NAME, paper=200), TO_PX, NAME)

    assert crop.shape == (10 * PX_PER_MM, 90 * PX_PER_MM)
    assert np.median(crop) == 255


def test_a_stroke_that_crosses_a_line_stays_whole() -> None:
    """Otherwise every g and j on a ruled line would lose its tail."""
    drawn = page(RULED)
    cv2.line(drawn, (500, 140), (500, 260), (40,), 5)
    column = field_crop(drawn, TO_PX, RULED)[:, round(30 * PX_PER_MM)]

    assert (column[round(5 * PX_PER_MM) : round(15 * PX_PER_MM)] < 128).all()


def test_lines_are_split_where_they_were_printed() -> None:
    """Writing on the second line is on the second line, with its tails."""
    drawn = page(RULED)
    cv2.putText(drawn, "gang", (400, 290), cv2.FONT_HERSHEY_SIMPLEX, 1.5, (30,), 4)
    lines = lines_of(field_crop(drawn, TO_PX, RULED), RULED)

    assert [ink_only(line) is not None for line in lines] == [False, True, False]


def test_thin_strokes_are_ink_and_specks_are_not() -> None:
    """A ballpoint in a coarse scan is one pixel wide; toner specks are dots."""
    thin = np.full((60, 300), 255, np.uint8)
    cv2.line(thin, (50, 20), (90, 40), (60,), 1)
    specks = np.full((60, 300), 255, np.uint8)
    specks[::12, ::15] = 0
    found = ink_only(np.minimum(thin, specks))

    assert ink_only(specks) is None
    assert found is not None
    assert found.shape[1] < 60


def test_faint_pencil_becomes_dark() -> None:
    """The network reads dark ink on light paper, whatever the scanner made of it."""
    faint = np.full((80, 400), 220, np.uint8)
    cv2.line(faint, (50, 20), (300, 60), (175,), 3)

    assert whiten(faint).min() < 40
