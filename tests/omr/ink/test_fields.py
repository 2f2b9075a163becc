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
