"""Forty names on a beamer: in both rounds they are read, or one round is shown and it says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from papierkompas.web.desk import Beamer
from papierkompas.web.screens import wall
from scoring.labels import Method
from tests.papierkompas.outcome.room import Room, at
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.conftest import opened
from tests.papierkompas.web.evening import TEAM
from tests.papierkompas.web.test_browser import BEAMER, _until
from tests.papierkompas.web.test_storm import SITE

browser = test_browser.browser
MIDDLES = {"gewenst": (3.0, 4.5), "huidig": (2.2, 2.6)}
MM_PER_PT = 25.4 / 72
SHOWN_PX = (1024, 640)  # what the title and the buttons leave of a beamer of 1024 x 768
CLOSE_PX = 10.5  # where forty stand so close that larger names would leave their field: zoom in
READ_PX = 13.0  # of letters in the last row, with capitals of 9


def team_of(folder: Path, count: int, seed: int) -> Room:
    """Let so many people stand somewhere in both rounds."""
    room = Room(folder, TEAM[:count])
    rng = np.random.default_rng(seed)
    for key, middle in MIDDLES.items():
        for paper in room.print_list(key).values():
            there = np.clip(np.round(4 * rng.normal(middle, 0.9)) / 4, 1, 6)
            room.hand_in(paper, at(float(there[0]), float(there[1])))
    return room


@pytest.mark.parametrize("seed", [0, 1])
def test_forty_names_in_two_rounds_are_read_on_a_beamer_or_one_round_says_why(
    tmp_path: Path, seed: int
) -> None:
    """A name of 13 pixels is read from the last row; smaller ones are not drawn."""
    with opened(tmp_path, _session(team_of(tmp_path, 40, seed))) as page:
        open_session = page.desk.open(page.base[3:])
        assert open_session is not None
        paper = wall.SHAPES["square"]
        wanted = wall._poster(open_session.results(), paper, Beamer())
        assert len(wanted.people) == 40
        one = wall._poster(open_session.results(), paper, Beamer(rounds="huidig"))
        shown, arrangement = wall.on_the_wall(wanted, lambda: one)
    scale = min(SHOWN_PX[0] / paper.width_mm, SHOWN_PX[1] / paper.height_mm)

    assert shown in (wanted, one)
    assert arrangement.found.method is not Method.CROWDED
    least = READ_PX if shown is wanted else CLOSE_PX
    assert arrangement.found.size_pt * MM_PER_PT * scale >= least


@pytest.mark.skipif(not test_browser.CHROMIUM.exists(), reason="needs Debian's chromium")
def test_a_title_is_of_the_picture_also_where_one_round_is_drawn_for_two(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What nobody could read becomes one round, and the title over it says which."""
    monkeypatch.setattr(wall, "LEAST_PT", 1000.0)
    room = team_of(tmp_path, 6, 0)
    page = browser.pages[0]
    with opened(tmp_path, _session(room)) as site:

        def serve(route: Any) -> None:
            address = route.request.url.removeprefix(SITE)
            given = site.client.get(address)
            route.fulfill(body=given.content, content_type=given.headers["content-type"])

        page.route(f"{SITE}/**", serve)
        page.set_viewport_size({"width": BEAMER[0], "height": BEAMER[1]})
        page.goto(f"{SITE}{site.base}/beamer")
        _until(page, "document.querySelector('picture img')?.naturalWidth > 0")
        _until(page, "!document.body.matches('.drawing-now')")
        title = page.inner_text(".caption")

    assert "zijn twee rondes op dit scherm niet te lezen. Hier staat alleen" in title
    assert "beide rondes" not in title


def _session(room: Room) -> Path:
    folder = Path(room.session.folder)
    room.session.close()
    return folder
