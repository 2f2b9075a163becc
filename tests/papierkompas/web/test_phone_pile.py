"""Twenty-four sheets photographed and sent at once: each hears what became of it, on the phone."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms.instrument import find
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.lab.simulate.pile import filled_pages
from papierkompas.session.session import Session
from papierkompas.web.desk import photo_verdict
from papierkompas.web.phone_door import PhoneDoor
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.conftest import opened
from tests.papierkompas.web.pile import _choose, make_session
from tests.papierkompas.web.test_browser import PHONE

pytestmark = test_browser.pytestmark
browser = test_browser.browser

PEOPLE, PHOTOS, MOST_TAPS = 11, 24, 30
FIRST = ("Ali", "Bo", "Cem", "Do", "Eva", "Fen", "Gijs", "Hans", "Ilse", "Jan", "Kim")
NAMES = tuple(f"{first} Voorbeeld" for first in FIRST)
CLASSES = "all => all.map(li => li.className)"


def photos(folder: Path) -> list[dict[str, Any]]:
    """Take a photo of every sheet of two rounds, one of them twice, and one of a white page."""
    with Session.open(folder) as session:
        asked, order = find("stellingenlijst"), Order(people=session.people.all())
        printed = jobs(asked, rounds_to_print(asked, None), order, session)
    pages = [page.image for page in filled_pages(printed, np.random.default_rng(7), choose=_choose)]
    assert len(pages) == 2 * PEOPLE
    pages += [pages[0].copy(), np.full_like(pages[0], 255)]
    small = (cv2.resize(page, None, fx=0.6, fy=0.6, interpolation=cv2.INTER_AREA) for page in pages)
    return [
        {"name": f"IMG_{n:04d}.jpg", "mimeType": "image/jpeg",
         "buffer": cv2.imencode(".jpg", one)[1].tobytes()}
        for n, one in enumerate(small, 1)
    ]  # fmt: skip


def test_many_photos_at_once_each_get_their_verdict(browser: Any, tmp_path: Path) -> None:
    """Read, twice, or once more with the reason: before the person walks on."""
    make_session(tmp_path / "team", NAMES)
    taps = 0
    with opened(tmp_path, tmp_path / "team") as site:
        open_session = site.desk.open(site.base[3:])
        assert open_session is not None
        door = PhoneDoor(
            lambda source, name: site.desk.take(open_session, source, name),
            lambda name: photo_verdict(open_session, name),
            address="127.0.0.1",
        )
        door.start()
        while not door._server.started:
            time.sleep(0.02)
        page = browser.pages[0]
        page.set_default_timeout(60_000)
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(door.address)
        taps += 1  # the button; choosing in the phone's own album is one tap a photo
        page.set_input_files("#file", photos(site.folder))
        taps += PHOTOS
        for _ in range(1200):
            kinds = Counter(
                page.locator("#sent li").evaluate_all("all => all.map(li => li.className)")
            )
            if sum(kinds.values()) == PHOTOS and not kinds["busy"]:
                break
            page.wait_for_timeout(250)
        said = page.locator("#sent li").all_inner_texts()
        wide = page.evaluate("document.documentElement.scrollWidth")
        door.close()
        text = site.get("/scan").text

    assert taps <= MOST_TAPS
    assert kinds == Counter(kept=PHOTOS - 1, failed=1), said
    assert len(said) == PHOTOS, "each has a line of its own"
    assert len(set(said)) == PHOTOS - 1, "the same photo is the same file"
    assert sum("nog eens" in one for one in said) == 1
    assert wide <= PHONE[0]
    assert not any(name in " ".join(said) for name in NAMES)
    assert text.count('<details id="photos"') == 1
