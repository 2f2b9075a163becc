"""Black on white: what a copier with one threshold, and one that makes dots, leave of a poster."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from forms.paper import Drawing
from papierkompas.lab.measure_labels import sample_poster
from scoring import compass_map, signs
from scoring.compass_map import Arrangement, paint_names
from scoring.poster import arranged
from tests.maps import BOTH

DPI = 150
PX = DPI / 25.4
MOST_GREY = 0.3

Picture = npt.NDArray[np.bool_]


def at_a_threshold(grey: Image.Image) -> Picture:
    """Copy as a machine that makes everything under the half black."""
    return np.asarray(grey) < 128


def screened(grey: Image.Image) -> Picture:
    """Copy as a machine that makes dots of grey."""
    return ~np.asarray(grey.convert("1"), dtype=bool)


def clustered(grey: Image.Image) -> Picture:
    """Copy as a machine whose dots grow from the middle of a coarse grid."""
    order = np.array([[12, 5, 6, 13], [4, 0, 1, 7], [11, 3, 2, 8], [15, 10, 9, 14]])
    levels = (order + 0.5) / 16 * 255
    pixels = np.asarray(grey)
    high, wide = pixels.shape
    across = np.tile(levels, (high // 4 + 1, wide // 4 + 1))[:high, :wide]
    return np.asarray(pixels < 255 - across)


copies = pytest.mark.parametrize("copied", [at_a_threshold, screened, clustered])


@pytest.fixture(scope="module")
def made() -> Arrangement:
    """The hardest poster: two rounds of sixty people on the smallest paper that it is made for."""
    return arranged(replace(sample_poster(60, 4, size="a3", rounds=BOTH), is_black=True))


def picture(made: Arrangement, draw: Callable[[Drawing], object]) -> Image.Image:
    """Draw something in grey, as a copier sees it."""
    memory = io.BytesIO()
    size = sample_poster(5, 1, size="a3").size
    drawing = Drawing(memory, size, title="copy")
    draw(drawing)
    drawing.save()
    command = ["pdftoppm", "-gray", "-r", str(DPI), "-"]
    shown = subprocess.run(command, input=memory.getvalue(), check=True, capture_output=True)
    return Image.open(io.BytesIO(shown.stdout)).convert("L")


@copies
def test_every_arrow_survives(copied: Callable[[Image.Image], Picture], made: Arrangement) -> None:
    """Without the arrows a poster of two rounds says nothing."""
    copy = copied(picture(made, lambda drawing: compass_map._paint_ways(drawing, made)))

    assert len(made.ways) > compass_map.MANY_ARROWS
    for way in made.ways:
        assert seen_along(copy, way.line) > 0.95, way


def seen_along(copy: Picture, line: tuple[float, float, float, float]) -> float:
    """Say on which part of a line there is ink, within a third of a millimetre."""
    x1, y1, x2, y2 = line
    steps = np.linspace(0.02, 0.98, max(5, int(np.hypot(x2 - x1, y2 - y1))))
    hit = 0
    for part in steps:
        x, y = round((x1 + part * (x2 - x1)) * PX), round((y1 + part * (y2 - y1)) * PX)
        hit += bool(copy[y - 2 : y + 3, x - 2 : x + 3].any())
    return hit / len(steps)


@copies
def test_every_name_survives(copied: Callable[[Image.Image], Picture], made: Arrangement) -> None:
    """Nobody drops off the map at the copier."""

    def names(drawing: Drawing) -> None:
        for block in made.found.blocks:
            dot, said = made.scene.dots[block.dot], made.spots[block.dot].names
            paint_names(drawing, block, dot, said, made.found.size_pt)

    alone = np.asarray(picture(made, names)) < 8  # the core of every stroke
    whole = copied(picture(made, lambda drawing: compass_map.paint_map(drawing, made)))

    assert np.count_nonzero(alone) > 10_000
    assert np.count_nonzero(alone & whole) > 0.999 * np.count_nonzero(alone)


def test_no_arrow_is_lighter_than_a_copier_can_keep() -> None:
    """In black, and of the colours what a threshold in the middle keeps."""
    for ink in (signs.BLACK_ON_WHITE.arrow, signs.BLACK_ON_WHITE.quiet_arrow):
        assert isinstance(ink, float)
        assert ink <= MOST_GREY
    for ink in (signs.COLOURS.arrow, signs.COLOURS.quiet_arrow):
        assert isinstance(ink, float)
        assert ink < 0.5
