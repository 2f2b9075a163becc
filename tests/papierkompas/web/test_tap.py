"""A map of stickers is put right by pointing at it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdf2image
import pytest

from forms.compass import BlankCompass, Map
from forms.paper_sizes import paper_named
from papierkompas.outcome.results import results
from papierkompas.session.map_changes import MapChangeKind
from papierkompas.session.session import Session
from tests.maps import COMPASS
from tests.papierkompas.web.conftest import Page
from tests.papierkompas.web.server import start_server
from tests.papierkompas.web.test_browser import browser as browser

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


def dots_by_round(tapped: Page) -> dict[str | None, int]:
    with Session.open(tapped.folder) as session:
        return {one.round: len(one.dots) for one in results(session).hand_maps}


def test_dots_of_a_colour_are_put_in_another_round(tapped: Page) -> None:
    """Both rounds hang on one sheet, each in its colour: a tap, and all of a colour move."""
    place = MAP.at(2, 5)
    form = {"kind": "round", "x": str(place.x_mm), "y": str(place.y_mm), "round": "huidig"}
    tapped.post("/tap/0", form)
    one = dots_by_round(tapped)
    tapped.post("/tap/0", {**form, "all": "1"})
    every = dots_by_round(tapped)

    assert one == {"gewenst": 3, "huidig": 1}
    assert every == {"gewenst": 0, "huidig": 4}
    assert rings(tapped.get("/tap/0").text) == 4
    assert tapped.post("/tap/0", {**form, "round": "later"}).status_code == 400


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


def test_a_tap_on_the_photo_adds_a_dot_and_a_tap_on_a_ring_opens_it(
    browser: Any, tapped: Page, tmp_path: Path
) -> None:
    """In a real browser, on a laptop, a beamer and a phone."""
    server, address = start_server(tapped.folder.parent)
    try:
        screen = browser.pages[0]
        screen.goto(address)
        screen.locator("a").first.wait_for()
        scan = screen.locator('a[href$="/scan"]').first.evaluate("a => a.href")
        at = scan.removesuffix("/scan")
        shots = os.environ.get("PAPIERKOMPAS_SHOTS")
        for wide, high in ((1366, 768), (1024, 768), (360, 740)):
            screen.set_viewport_size({"width": wide, "height": high})
            screen.goto(f"{at}/tap/0")
            screen.locator("#tap img").wait_for()
            assert screen.evaluate("document.documentElement.scrollWidth") <= wide
            if shots:
                screen.screenshot(path=f"{shots}/tap-{wide}.png", full_page=True)
        screen.set_viewport_size({"width": 1366, "height": 768})
        box = screen.locator("#tap img").bounding_box()
        screen.locator("#tap").click(position={"x": box["width"] * 0.7, "y": box["height"] * 0.8})
        screen.wait_for_load_state()
        assert screen.locator(".ring").count() == 5
        screen.locator(".ring.doubt").first.click()
        screen.get_by_role("button", name="Dit is een stip").wait_for()
        if shots:
            screen.screenshot(path=f"{shots}/tap-chosen.png", full_page=True)
        screen.get_by_role("button", name="Verplaatsen").click()
        screen.locator("#tap").click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.8})
        screen.wait_for_load_state()
        assert screen.locator(".ring").count() == 5
        assert screen.locator(".ring.doubt").count() == 0
        assert screen.get_by_text("Stip verplaatst").count() == 1
    finally:
        server.terminate()
        server.communicate(timeout=30)
