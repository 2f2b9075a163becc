"""A blank compass with stickers and crosses on it, photographed and read back."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.random import Generator
from numpy.typing import NDArray

from forms.compass import WITH_MEANINGS, BlankCompass, compass_code
from forms.instrument import find
from forms.paper_sizes import PAPERS, Paper
from forms.printables.blank_compass import draw_blank_compass
from forms.sheet_code import SheetCode
from omr.dots import DotDoubt, DotKind, OddKind
from omr.geometry import Image
from omr.page import Reason
from omr.stickers.compass_reader import CompassReading, read_compass
from papierkompas.lab.simulate.photo import PHONE_CASES, photograph

PX_PER_MM = 4.0
SIZE_PX = (1512, 2016)  # 3 megapixels: less than a messenger app leaves of a photo of A3
LARGE_PX = (2268, 3024)  # 7 megapixels, half of what a phone makes, for A1
RED, YELLOW, GREEN, BLUE, ORANGE, PINK = (
    (40, 40, 210), (30, 215, 245), (80, 160, 60), (190, 110, 40), (30, 130, 240), (170, 110, 235),
)  # fmt: skip
BLACK, INK, PENCIL = (25, 25, 25), (150, 60, 30), (110, 110, 110)

Colour = tuple[int, int, int]


@cache
def printed(paper: Paper) -> tuple[BlankCompass, Image]:
    with TemporaryDirectory() as folder:
        pdf = Path(folder) / "map.pdf"
        compass = draw_blank_compass(pdf, paper, find("stellingenlijst"), round_key="gewenst")
        made = subprocess.run(
            ["pdftoppm", "-r", str(PX_PER_MM * 25.4), "-png", "-singlefile", str(pdf)],
            check=True,
            capture_output=True,
        )
    image = cv2.imdecode(np.frombuffer(made.stdout, np.uint8), cv2.IMREAD_COLOR)
    assert image is not None
    return compass, np.asarray(image, np.uint8)


class Wall:
    """A blank compass on which people put things by hand."""

    def __init__(self, paper: Paper = PAPERS["a3"]) -> None:
        self.compass, clean = printed(paper)
        self.image = clean.copy()

    def sticker(
        self, doel: float, relatie: float, colour: Colour, *, mm: float = 12, aside: float = 0
    ) -> None:
        """Put a sticker at a place, or so many mm to the right of it."""
        x, y = self._at(doel, relatie, aside)
        cv2.circle(
            self.image, self._fixed(x, y), self._fixed(mm / 2, 0)[0], colour, -1, cv2.LINE_AA, 4
        )

    def cross(
        self, doel: float, relatie: float, colour: Colour, *, mm: float = 10, pen: float = 0.6
    ) -> None:
        x, y = self._at(doel, relatie)
        for side in (-1, 1):
            start, end = (self._fixed(x + s * mm / 2, y + s * side * mm / 2.2) for s in (-1, 1))
            thick = max(1, round(pen * PX_PER_MM))
            cv2.line(self.image, start, end, colour, thick, cv2.LINE_AA, 4)

    def words(self, doel: float, relatie: float, text: str, *, aside: float) -> None:
        x, y = self._at(doel, relatie, aside)
        place = (round(x * PX_PER_MM), round((y + 1.5) * PX_PER_MM))
        cv2.putText(
            self.image, text, place, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, 0.8, BLACK, 2, cv2.LINE_AA
        )

    def note(self, doel: float, relatie: float, colour: Colour, wide: float, high: float) -> None:
        """Stick a note there, askew."""
        box = (self._at(doel, relatie), (wide, high), 7.0)
        corners = np.rint(cv2.boxPoints(box) * PX_PER_MM).astype(np.int32)
        cv2.fillPoly(self.image, [corners], colour, cv2.LINE_AA)

    def stroke(self, places: Sequence[tuple[float, float]], colour: Colour, *, pen: float) -> None:
        """Draw a line from place to place."""
        points = [self._at(*place) for place in places]
        fixed = np.array([self._fixed(*point) for point in points], np.int32)
        cv2.polylines(
            self.image, [fixed], False, colour, round(pen * PX_PER_MM), cv2.LINE_AA, shift=4
        )

    def shine(self, doel: float, relatie: float, mm: float) -> None:
        """Let a lamp shine in the paper."""
        x, y = self._at(doel, relatie)
        cv2.circle(
            self.image, self._fixed(x, y), round(mm / 2 * PX_PER_MM * 16), (255,) * 3, -1, 8, 4
        )

    def read(self) -> CompassReading:
        """Read it as it is: flat, in even light."""
        return read_compass(self.image)

    def photographed(self, case: str = "phone", seed: int = 1) -> CompassReading:
        is_large = max(self.image.shape) > 2000
        small = replace(PHONE_CASES[case], size_px=LARGE_PX if is_large else SIZE_PX)
        photo = photograph(self.image, small, np.random.default_rng(seed), PX_PER_MM)
        return read_compass(photo.image)

    def _at(self, doel: float, relatie: float, aside: float = 0) -> tuple[float, float]:
        place = self.compass.map.at(doel, relatie)
        return place.x_mm + aside, place.y_mm

    def _fixed(self, x: float, y: float) -> tuple[int, int]:
        return round(x * PX_PER_MM * 16), round(y * PX_PER_MM * 16)


Seen = tuple[DotKind, float, float]


def seen(reading: CompassReading) -> list[Seen]:
    return sorted((dot.kind, dot.vertical, dot.horizontal) for dot in reading.dots)


@dataclass(frozen=True)
class Crowd:
    wall: Wall
    truth: list[Seen]


def crowd(rng: Generator, paper: Paper = PAPERS["a3"], count: int = 12) -> Crowd:
    """Put stickers and crosses on quarter points that do not touch, as precisely as people do."""
    wall = Wall(paper)
    truth: list[Seen] = []
    taken: list[NDArray[np.float64]] = []
    colours = (RED, YELLOW, GREEN, BLUE, ORANGE, PINK)
    while len(truth) < count:
        doel, relatie = (1 + int(v) / 4 for v in rng.integers(0, 21, 2))
        place = np.array(wall.compass.map.at(doel, relatie))
        if any(np.hypot(*(place - other)) < 22 for other in taken):
            continue
        taken.append(place)
        if len(truth) % 4 == 3:
            pen, colour = ((0.6, INK), (1.0, BLACK), (3.0, BLACK))[len(truth) // 4 % 3]
            wall.cross(doel, relatie, colour, pen=pen, mm=8 + 3 * pen)
            truth.append((DotKind.CROSS, doel, relatie))
        else:
            wall.sticker(doel, relatie, colours[int(rng.integers(6))], aside=rng.normal(0, 0.6))
            truth.append((DotKind.DOT, doel, relatie))
    return Crowd(wall, sorted(truth))


def test_an_empty_map_has_no_dots() -> None:
    """Nothing that we print ourselves may be taken for somebody."""
    reading = Wall().photographed()

    assert reading.dots == ()
    assert reading.other_ink == 0
    assert reading.code is not None
    assert reading.code.round == 1
    assert reading.paper is not None
    assert (reading.paper.width_mm, reading.paper.height_mm) == (297, 420)


@pytest.mark.parametrize(
    "case",
    ["phone", "phone_uneven", "phone_shadow", "phone_cast", "phone_perspective", "phone_sideways"],
)
def test_stickers_and_crosses_are_found_in_any_light(case: str) -> None:
    """A flip-over hangs where there is room, not where the light is good."""
    made = crowd(np.random.default_rng(3))
    reading = made.wall.photographed(case)

    assert seen(reading) == made.truth
    assert reading.in_doubt == 0


def test_a_flip_over_is_read_as_well() -> None:
    """The whole team stands round it."""
    made = crowd(np.random.default_rng(4), PAPERS["flipover"])

    assert seen(made.wall.photographed()) == made.truth


def test_a_sheet_from_before_its_map_was_explained_is_read_as_it_was_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its map is higher: by the place of the new one, a sticker would be somebody else's."""
    module = "forms.printables.blank_compass"
    older = partial(BlankCompass.on, has_meanings=False)

    def coded(*asked: Any) -> SheetCode:
        code = compass_code(*asked)
        return replace(code, layout=code.layout - WITH_MEANINGS)

    printed.cache_clear()
    with monkeypatch.context() as before:
        before.setattr(f"{module}.BlankCompass.on", older)
        before.setattr(f"{module}.compass_code", coded)
        before.setattr(f"{module}._meanings", lambda *_: None)
        wall = Wall()
    printed.cache_clear()
    places = [(1.5, 2.0), (3.5, 5.25), (5.75, 1.5)]
    for doel, relatie in places:
        wall.sticker(doel, relatie, BLUE)

    assert seen(wall.photographed()) == [(DotKind.DOT, *place) for place in places]
    assert seen(Wall().photographed()) == []


@pytest.mark.parametrize("mm", [8, 12, 20])
@pytest.mark.parametrize("colour", [RED, YELLOW, GREEN, BLUE, ORANGE, PINK, BLACK])
def test_every_colour_and_size_of_sticker(mm: float, colour: Colour) -> None:
    """What the stationery cupboard has, will be used."""
    wall = Wall()
    for doel, relatie in ((2, 5), (3.5, 3.5), (5.25, 1.75)):
        wall.sticker(doel, relatie, colour, mm=mm)
    reading = wall.read()

    assert seen(reading) == [
        (DotKind.DOT, 2, 5),
        (DotKind.DOT, 3.5, 3.5),
        (DotKind.DOT, 5.25, 1.75),
    ]
    assert [dot.size_mm for dot in reading.dots] == pytest.approx([mm] * 3, abs=1)
    assert len({dot.colour for dot in reading.dots}) == 1


def test_the_colours_have_names() -> None:
    """Green for one group and red for another: the colour is part of the answer."""
    wall = Wall()
    wall.sticker(2, 5, RED)
    wall.sticker(2, 2, YELLOW)
    wall.sticker(5, 5, GREEN)
    wall.sticker(5, 2, BLUE)
    wall.sticker(4, 3, BLACK)

    assert {(d.vertical, d.horizontal): d.colour for d in wall.photographed().dots} == {
        (2, 5): "rood", (2, 2): "geel", (5, 5): "groen", (5, 2): "blauw", (4, 3): "zwart",
    }  # fmt: skip


def test_marks_at_the_very_ends_are_found() -> None:
    """The strongest opinions lie on the edge of the map."""
    wall = Wall()
    wall.sticker(1, 6, RED)
    wall.sticker(6, 1, GREEN)
    wall.cross(1, 1, BLACK)
    wall.cross(6, 6, INK)

    assert seen(wall.read()) == [
        (DotKind.CROSS, 1, 1), (DotKind.CROSS, 6, 6), (DotKind.DOT, 1, 6), (DotKind.DOT, 6, 1),
    ]  # fmt: skip


def test_marks_on_the_axes_are_found() -> None:
    """One person in six stands exactly on a line."""
    wall = Wall()
    wall.sticker(3.5, 3.5, BLACK)
    wall.sticker(3.5, 5, YELLOW)
    wall.cross(2, 3.5, BLACK)
    wall.cross(3.5, 2, PENCIL, pen=0.7)

    assert seen(wall.read()) == [
        (DotKind.CROSS, 2, 3.5),
        (DotKind.CROSS, 3.5, 2),
        (DotKind.DOT, 3.5, 3.5),
        (DotKind.DOT, 3.5, 5),
    ]


@pytest.mark.parametrize(
    ("colours", "where"),
    [
        pytest.param((RED, RED), 6, id="two of one colour"),
        pytest.param((RED, GREEN), 6, id="two colours"),
        pytest.param((YELLOW, BLUE, YELLOW), 7, id="three"),
    ],
)
def test_dots_over_each_other_are_counted_and_doubted(
    colours: Sequence[Colour], where: float
) -> None:
    """Two people on one place are two people; where the second belongs, a person says."""
    wall = Wall()
    wall.sticker(5, 5, RED)
    wall.sticker(5, 2, GREEN)
    for number, colour in enumerate(colours):
        wall.sticker(2, 4, colour, aside=number * where)
    reading = wall.read()
    there = [dot for dot in reading.dots if dot.vertical == 2]

    assert len(there) == len(colours)
    assert min(dot.off for dot in there) < 0.15
    put_aside = [dot for dot in there if dot.off > 0.15]
    assert all(DotDoubt.OVERLAP in dot.doubts for dot in put_aside)
    assert put_aside
    assert not any(dot.doubts for dot in reading.dots if dot.vertical == 5)


def test_a_heap_counts_in_a_colour_of_which_no_dot_lies_free() -> None:
    """Issue 15: it was a piece of paper, and nothing asked."""
    wall = Wall()
    for relatie in (1.5, 3, 4.5):
        wall.sticker(5, relatie, RED)
    wall.sticker(2, 4, BLUE)
    wall.sticker(2, 4, BLUE, aside=6)
    reading = wall.read()

    assert sum(dot.counts for dot in reading.dots) == 5
    assert reading.odd == ()


def test_between_two_points_is_a_doubt() -> None:
    """We never choose for somebody."""
    wall = Wall()
    wall.sticker(2.125, 4, RED)

    assert [dot.doubts for dot in wall.read().dots] == [(DotDoubt.BETWEEN,)]


def test_beyond_the_ends_is_a_doubt() -> None:
    """Somebody may joke, or miss."""
    wall = Wall()
    wall.sticker(1, 6, RED, aside=-9)

    assert [dot.doubts[-1] for dot in wall.read().dots] == [DotDoubt.OUTSIDE]


def test_names_beside_and_on_stickers_are_left_alone() -> None:
    """The handbook wants names on the map."""
    wall = Wall()
    for doel, relatie, name in ((2, 5, "Anna"), (5, 5, "Milan"), (4, 2.25, "Zoe")):
        wall.sticker(doel, relatie, YELLOW, mm=13)
        wall.words(doel, relatie, name, aside=9)
    wall.sticker(2, 2, RED, mm=16)
    wall.words(2, 2, "Jo", aside=-4)
    reading = wall.read()

    assert [d for d in reading.dots if d.kind is DotKind.CROSS and not d.doubts] == []
    assert [where for kind, *where in seen(reading) if kind is DotKind.DOT] == [
        [2, 2], [2, 5], [4, 2.25], [5, 5],
    ]  # fmt: skip
    assert reading.other_ink >= 3


NOTE: Colour = (130, 240, 255)


def counted(reading: CompassReading) -> list[tuple[float, float]]:
    return sorted((dot.vertical, dot.horizontal) for dot in reading.dots if dot.counts)


@pytest.mark.parametrize("size", [(38, 51), (76, 76), (12, 44), (20, 20)])
@pytest.mark.parametrize("colour", [NOTE, BLUE])
def test_a_sticky_note_is_no_dot(size: tuple[float, float], colour: Colour) -> None:
    """14 dots became 31 (issue 15); the note is shown as what it is."""
    wall = Wall()
    places = [(1.5, 5.5), (2, 5), (5.5, 1.75), (6, 3)]
    for doel, relatie in places:
        wall.sticker(doel, relatie, BLUE)
    wall.note(3.6, 2.6, colour, *size)
    reading = wall.photographed()

    assert counted(reading) == places
    assert reading.odd or reading.in_doubt


@pytest.mark.parametrize("pen", [1.5, 3.0, 5.0])
def test_an_arrow_that_runs_through_dots_is_no_dot(pen: float) -> None:
    """People draw where they want to go, in the colour of the stickers as well (issue 15)."""
    wall = Wall()
    places = [(2, 5), (3.5, 3.5), (4.5, 2.25), (5.5, 5)]
    for doel, relatie in places:
        wall.sticker(doel, relatie, RED, mm=14)
    wall.stroke([(2, 5.5), (3.5, 3.75), (5, 1.5)], RED, pen=pen)
    wall.stroke([(4.7, 1.6), (5, 1.5), (4.9, 1.9)], RED, pen=pen)

    assert counted(wall.photographed()) == places


@pytest.mark.parametrize("pen", [0.8, 3.0, 5.0])
def test_a_ring_round_nothing_is_no_dot(pen: float) -> None:
    """Large or as small as a sticker: inside it is paper (issue 15)."""
    wall = Wall()
    turn = np.linspace(0, 6.6, 40)
    wall.sticker(2, 5, GREEN)
    wall.sticker(5, 5, GREEN)
    for middle, across in (((4, 3), 0.5), ((2, 2), 1.0)):
        ring = [(middle[0] + across * np.sin(t), middle[1] + across * np.cos(t)) for t in turn]
        wall.stroke(ring, GREEN, pen=pen)

    assert counted(wall.photographed()) == [(2, 5), (5, 5)]


@pytest.mark.parametrize("text", ["SY", "OK", "MO", "B!"])
def test_thick_letters_are_no_dots(text: str) -> None:
    """Initials with a marker beside a sticker (issue 15)."""
    wall = Wall()
    wall.sticker(2, 5, BLACK)
    wall.sticker(5, 4, BLACK)
    wall.sticker(5, 2, RED)
    x, y = (round(v * PX_PER_MM) for v in wall.compass.map.at(2.2, 4))
    cv2.putText(wall.image, text, (x, y), cv2.FONT_HERSHEY_SIMPLEX, 2.0, BLACK, 14, cv2.LINE_AA)

    assert counted(wall.photographed()) == [(2, 5), (5, 2), (5, 4)]


def test_crosses_with_names_beside_them_count() -> None:
    """The handbook wants names on the map; only a letter of a name is no cross (issue 15)."""
    wall = Wall()
    for doel, relatie, name in ((2, 5, "Anna"), (5, 5, "Max"), (4, 2.5, "Xandra")):
        wall.cross(doel, relatie, BLACK, mm=13, pen=1.0)
        wall.words(doel, relatie, name, aside=10)
    reading = wall.photographed()

    assert counted(reading) == [(2, 5), (4, 2.5), (5, 5)]


@pytest.mark.parametrize("pen", [0.6, 1.2])
@pytest.mark.parametrize("aside", [-1.5, 0, 1.0, 2.5])
def test_a_cross_near_an_axis_is_found(pen: float, aside: float) -> None:
    """4 of 42 vanished: the line takes the middle out of them (issue 15)."""
    wall = Wall()
    for doel in (1.5, 2.5, 4.75):
        x, y = wall.compass.map.at(doel, 3.5)
        for side in (-1, 1):
            start, end = (wall._fixed(x + aside + s * 5.5, y + s * side * 4.5) for s in (-1, 1))
            cv2.line(wall.image, start, end, INK, round(pen * PX_PER_MM), cv2.LINE_AA, 4)

    assert counted(wall.photographed()) == [(1.5, 3.5), (2.5, 3.5), (4.75, 3.5)]


def test_white_stickers_are_asked_about() -> None:
    """They cannot be seen on white paper; that the print under them is gone can (issue 15)."""
    wall = Wall()
    wall.sticker(2, 5, RED)
    for doel, relatie in ((3, 3), (5, 2.25), (3.5, 5)):
        wall.sticker(doel, relatie, (253, 253, 253))
    reading = wall.photographed()

    assert counted(reading) == [(2, 5)]
    assert [
        (dot.vertical, dot.horizontal) for dot in reading.dots if DotDoubt.WHITE in dot.doubts
    ] == [(3, 3), (3.5, 5), (5, 2.25)]
    assert not reading.is_sure


def test_where_a_lamp_shines_nothing_can_be_seen_and_that_is_said() -> None:
    """Dots that are washed out are not silently fewer people (issue 15)."""
    wall = Wall()
    wall.sticker(5, 5, RED)
    wall.sticker(2.25, 2.25, RED)
    wall.shine(2.25, 2.25, 60)
    reading = wall.photographed()
    (spot,) = (spot for spot in reading.odd if spot.kind is OddKind.UNSEEN)

    assert counted(reading) == [(5, 5)]
    assert spot.holds(wall.compass.map.at(2.25, 2.25))
    assert not reading.is_sure


@pytest.mark.parametrize("paper", ["a3", "flipover"])
def test_nothing_is_hidden_on_a_map_that_is_seen_well(paper: str) -> None:
    """A doubt needs evidence as well."""
    made = crowd(np.random.default_rng(8), PAPERS[paper])
    reading = made.wall.photographed("phone_shadow")

    assert seen(reading) == made.truth
    assert reading.odd == ()


def test_dots_that_touch_belong_to_the_place_that_was_taken() -> None:
    """As the sheet asks: against the other one, not over it (issue 15)."""
    wall = Wall(PAPERS["flipover"])
    for mm in (0.0, 12.5, -12.5):
        wall.sticker(2, 4, GREEN, mm=12, aside=mm)
    wall.sticker(5, 5, RED)
    reading = wall.photographed()

    assert counted(reading) == [(2, 4), (2, 4), (2, 4), (5, 5)]
    assert reading.in_doubt == 0


def test_a_mark_in_the_corner_may_be_covered() -> None:
    """Somebody's hand, or the clamp of the stand."""
    made = crowd(np.random.default_rng(5))
    mark = made.wall.compass.markers[1]
    x, y, side = (round(v * PX_PER_MM) for v in (mark.x_mm, mark.y_mm, mark.size_mm))
    made.wall.image[y : y + side, x : x + side // 2] = 90

    assert seen(made.wall.photographed()) == made.truth


def test_without_its_code_the_marks_tell_the_size() -> None:
    """A sticker on the square code must not spoil the evening."""
    made = crowd(np.random.default_rng(6))
    code = made.wall.compass.code
    x, y, side = (round(v * PX_PER_MM) for v in (code.x_mm, code.y_mm, code.width_mm))
    made.wall.image[y : y + side, x : x + side] = 230
    reading = made.wall.read()

    assert reading.code is None
    assert reading.paper == PAPERS["a3"]
    assert seen(reading) == made.truth


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        pytest.param(np.full((900, 700, 3), 240, np.uint8), Reason.NO_SHEET, id="white paper"),
        pytest.param(np.full((900, 700), 30, np.uint8), Reason.NO_SHEET, id="in the dark, grey"),
        pytest.param(np.zeros((8, 8, 3), np.uint8), Reason.NO_SHEET, id="tiny"),
    ],
)
def test_something_else_is_no_compass(image: Image, reason: Reason) -> None:
    """A photo of the lunch lies in the same folder."""
    assert read_compass(image) == CompassReading(reason=reason)


def test_a_coarse_picture_is_not_guessed_at() -> None:
    """A thumbnail has no pen strokes in it."""
    _, clean = printed(PAPERS["a1"])
    small = np.asarray(
        cv2.resize(clean, None, fx=0.3, fy=0.3, interpolation=cv2.INTER_AREA), np.uint8
    )

    assert read_compass(small).reason in (Reason.TOO_COARSE, Reason.NO_SHEET)
