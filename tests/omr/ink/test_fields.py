"""No writing is called blank because it is light or small."""

from types import SimpleNamespace
from typing import Any

import cv2
import numpy as np
import pytest

from forms.layout import Field, Rect
from omr.geometry import Image
from omr.ink.fields import written

PX_PER_MM = 200 / 25.4
PLACE = Field("name", Rect(10, 10, 90, 10))
CONTRAST = 200.0


def paper(rng: np.random.Generator, noise: float = 2.0) -> Image:
    """Copy an empty field with its border, on paper that is not the same white everywhere."""
    page = np.full((round(30 * PX_PER_MM), round(110 * PX_PER_MM)), 245.0)
    page -= np.linspace(0, 20, page.shape[1])
    rect = PLACE.rect
    left, top, right, bottom = (
        round(mm * PX_PER_MM) for mm in (rect.x_mm, rect.y_mm, rect.x_mm + 90, rect.y_mm + 10)
    )
    cv2.rectangle(page, (left, top), (right, bottom), (100,), 2)
    page += rng.normal(0, noise, page.shape)
    return np.asarray(np.clip(page, 0, 255), np.uint8)


def is_written(page: Image) -> bool:
    upright = np.diag([PX_PER_MM, PX_PER_MM, 1.0])
    placed: Any = SimpleNamespace(homography_at=lambda *_: upright)
    return written(page, placed, [PLACE], CONTRAST)["name"]


@pytest.mark.parametrize("darker", [150, 60, 30], ids=["pen", "pencil", "hard pencil"])
@pytest.mark.parametrize("high_mm", [2.0, 3.0], ids=["tiny", "small"])
def test_a_small_light_name_is_written(darker: int, high_mm: float) -> None:
    """Whoever presses lightly is asked about as well; nobody vanishes."""
    page = paper(np.random.default_rng(3)).astype(np.int16)
    ink = np.zeros(page.shape, np.uint8)
    start = (round(14 * PX_PER_MM), round(17 * PX_PER_MM))
    size = high_mm * PX_PER_MM / 21  # the capitals of this drawn letter are 21 pixels high
    cv2.putText(ink, "Jan", start, cv2.FONT_HERSHEY_SIMPLEX, size, (255,), 1, cv2.LINE_AA)
    page -= (ink / 255 * darker).astype(np.int16)

    assert is_written(np.clip(page, 0, 255).astype(np.uint8))


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("noise", [0.0, 2.0, 6.0])
def test_an_empty_field_is_blank(seed: int, noise: float) -> None:
    """The grain of paper, a shadow and a speck of toner are no handwriting."""
    page = paper(np.random.default_rng(seed), noise)
    page[round(14 * PX_PER_MM) :][:3, round(40 * PX_PER_MM) :][:, :3] = 40

    assert not is_written(page)


PRINTED = (Rect(10, 3.5, 40, 4), Rect(103, 13, 20, 4))  # the line above the field, and the hint


def with_word(text: str, x_mm: float, y_mm: float) -> Image:
    """Write in an empty sheet on which the line above and the hint are printed."""
    page = paper(np.random.default_rng(5))
    size = 3 * PX_PER_MM / 21
    for word, x, y in (("de regel erboven", 10, 7), ("voluit", 103, 16), (text, x_mm, y_mm)):
        start = (round(x * PX_PER_MM), round(y * PX_PER_MM))
        cv2.putText(page, word, start, cv2.FONT_HERSHEY_SIMPLEX, size, (60,), 1, cv2.LINE_AA)
    return page


@pytest.mark.parametrize(
    ("text", "x_mm", "y_mm", "is_seen"),
    [
        pytest.param("Jan Bos", 60, 8, True, id="above"),
        pytest.param("Bos", 101.5, 12, True, id="behind"),
        pytest.param("", 60, 8, False, id="nobody"),
    ],
)
def test_a_name_beside_its_field_is_written(
    text: str, x_mm: float, y_mm: float, is_seen: bool
) -> None:
    """Issue 15: a name above or beside its field is found, and the print round it is none."""
    upright = np.diag([PX_PER_MM, PX_PER_MM, 1.0])
    placed: Any = SimpleNamespace(homography_at=lambda *_: upright)
    page = with_word(text, x_mm, y_mm)

    assert written(page, placed, [PLACE], CONTRAST, PRINTED)["name"] is is_seen
    assert not written(page, placed, [PLACE], CONTRAST)["name"]
