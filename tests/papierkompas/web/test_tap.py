"""A map of stickers is put right by pointing at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pdf2image
import pytest

from forms.compass import BlankCompass, Map
from forms.paper_sizes import paper_named
from papierkompas.session.map_changes import MapChangeKind
from papierkompas.session.session import Session
from tests.maps import COMPASS
from tests.papierkompas.web.conftest import Page

DPI = 100
DOTS = ((2.0, 5.0), (2.25, 4.5), (3.0, 5.0), (4.125, 2.5))
MAP: Map = BlankCompass.on(paper_named("a3"), COMPASS).map


def dotted(pdf: Path, folder: Path, dots: Sequence[tuple[float, float]] = DOTS) -> Path:
    """Stick dots on a printed map, and photograph it flat."""
    image = np.array(pdf2image.convert_from_path(pdf, dpi=DPI)[0])
    for doel, relatie in dots:
        place = MAP.at(doel, relatie)
        middle = (round(place.x_mm / 25.4 * DPI), round(place.y_mm / 25.4 * DPI))
        cv2.circle(image, middle, round(6 / 25.4 * DPI), (210, 40, 40), -1, cv2.LINE_AA)
    path = folder / "foto.jpg"
    cv2.imwrite(str(path), image[:, :, ::-1])
    return path


@pytest.fixture
def tapped(page: Page, tmp_path: Path) -> Page:
    """The page after a photo of a map was dropped on it."""
    blank = page.get("/papers/blank-compass.pdf?round=gewenst&size=a3")
    (tmp_path / "leeg.pdf").write_bytes(blank.content)
    page.send(dotted(tmp_path / "leeg.pdf", tmp_path), "foto.jpg")
    return page


def rings(text: str) -> int:
    return len(re.findall(r'class="ring', text))


def test_a_wrong_dot_is_put_right_without_a_new_photo(tapped: Page) -> None:
    """Take away, add, confirm; the poster waits for the count, and all of it can go back."""
    shown = tapped.get("/tap/0").text
    photo = tapped.get("/tap/0/photo.jpg")
    away, extra = MAP.at(2, 5), MAP.at(5, 1.5)

    assert "/tap/0" in tapped.get("/scan").text
    assert rings(shown) == 4
    assert photo.headers["content-type"] == "image/jpeg"
    assert 'class="ring doubt' in shown  # between two points
    tapped.post("/tap/0", {"kind": "remove", "x": str(away.x_mm), "y": str(away.y_mm)})
    assert rings(tapped.get("/tap/0").text) == 3
    added = {"kind": "add", "x": str(extra.x_mm), "y": str(extra.y_mm), "colour": "geel"}
    assert tapped.post("/tap/0", added).status_code == 303
    doubt = MAP.at(4.125, 2.5)
    tapped.post("/tap/0", {"kind": "confirm", "x": str(doubt.x_mm), "y": str(doubt.y_mm)})
    tapped.post("/tap/0", {"kind": "count", "people": "5"})
    after = tapped.get("/tap/0").text
    assert 'class="ring doubt' not in after
    assert "de poster wacht" in after
    assert tapped.get("/papers/sticker-map.pdf?round=gewenst&size=a3").status_code == 409
    (undo, *_) = re.findall(r'name="undo" value="(\d+)"', after)[::-1]
    tapped.post("/tap/0", {"undo": undo})
    assert "Dat klopt." in tapped.get("/tap/0").text
    made = tapped.get("/papers/sticker-map.pdf?round=gewenst&size=a3")
    assert made.content.startswith(b"%PDF")
    with Session.open(tapped.folder) as session:
        kinds = [one.kind for one in session.map_changes.all()]
    assert kinds == [
        MapChangeKind.REMOVE, MapChangeKind.ADD, MapChangeKind.CONFIRM, MapChangeKind.COUNT,
        MapChangeKind.UNDO,
    ]  # fmt: skip


@pytest.mark.parametrize(
    "form",
    [
        {"kind": "remove", "x": "1", "y": "1"},
        {"kind": "add", "x": "-5", "y": "9"},
        {"kind": "add", "x": "nan", "y": "9"},
        {"kind": "move", "x": "1", "y": "1"},
        {"kind": "fly", "x": "1", "y": "1"},
        {"kind": "count", "people": "veel"},
    ],
)
def test_nonsense_changes_nothing(tapped: Page, form: dict[str, str]) -> None:
    """A tap beside the map, or an address that somebody made up."""
    assert tapped.post("/tap/0", form).status_code == 400
    assert tapped.get("/tap/7").status_code == 404
    with Session.open(tapped.folder) as session:
        assert session.map_changes.all() == ()
