"""Ten thousand keys and clicks on each screen that settles something: all seen, all meant.

Double, held, bouncing and too early, sent by a script in the page itself to the page's own script,
with a clock, an eye and a decoder of the test's: no second is waited for, and no load can fail it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Doubt, Reading
from forms.instrument import find
from papierkompas.acts.printing import Order, layout_of
from papierkompas.outcome.settling import ask_later
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import LIST, Paper, Room, at
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.conftest import opened

pytestmark = test_browser.pytestmark
browser = test_browser.browser

SITE = "http://papierkompas.test"
STORM = (Path(__file__).parent / "storm.js").read_text()
EVENTS = 10_000
FEWEST_SENT = 30  # what is seen and meant counts: a page that hears nothing passes no test
NAMES = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets")
FAINT = Reading(None, doubt=Doubt.FAINT, confidence=0.5)
TWO = Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)
WHO = "begeleider"


@dataclass(frozen=True, slots=True)
class Screens:
    """Sessions with something to settle of every kind, and where on the page that is."""

    team: Path
    lists: Path
    paths: dict[str, str]

    def folder_of(self, screen: str) -> Path:
        """Return the session that a screen is of."""
        return self.lists if screen in ("whole list", "comments") else self.team


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Screens:
    """Record what a pile says; the pictures are decoded by the test, and need no scan."""
    place = tmp_path_factory.mktemp("storm")
    for name in ("team", "lists"):
        (place / name).mkdir()
    team = Room(place / "team", NAMES)
    own, spare = team.print_list("gewenst"), team.print("gewenst", Order(copies=5))
    (empty,) = team.print("huidig", Order(copies=1))
    doubtful = dict.fromkeys(LIST.questions, TWO)
    for paper in own.values():
        team.hand_in(paper, doubtful)
    for paper in spare[:3]:
        team.hand_in(paper, at(2, 4), written=["name"])
    for paper in spare[3:]:  # both of one person: it is asked which one counts
        team.hand_in(paper, at(2, 4), name="Iemand Anders")
    team.hand_in(empty, dict.fromkeys(LIST.questions, FAINT))
    sheets = {SheetId(s.id.batch, s.id.number): s for s in team.results().sheets}
    first = sheets[SheetId(own[1].batch, 1)]
    for question in ("1", "2"):
        ask_later(team.session, first, question, WHO)

    quickscan = find("quickscan")
    lists = Room(place / "lists", asked=quickscan)
    written, blank = lists.print(None, Order(copies=2))
    for printed in layout_of(quickscan).pages:
        rows = dict.fromkeys((box.question for box in printed.boxes), FAINT)
        lists.hand_in(blank, rows, page=printed.page)
        fields = [field.name for field in printed.fields]
        lists.hand_in(written, dict.fromkeys(rows, TWO), page=printed.page, written=fields)
    team.session.close()
    lists.session.close()
    paths = {
        "row": f"check?sheet={_key(own[2])}&question=3",
        "whole": f"check?sheet={_key(empty)}&question=",
        "whole list": f"check?sheet={_key(blank)}&question=",
        "second": f"names/{_key(spare[3])}",
        **{name: name for name in ("names", "later", "comments")},
    }
    return Screens(place / "team" / "sessie", place / "lists" / "sessie", paths)


@pytest.mark.parametrize(
    ("screen", "keys", "buttons"),
    [
        pytest.param("row", "123456la", ".option, #blank, #later button", id="a row"),
        pytest.param("whole", "la", "#blank, #later button", id="a whole form"),
        pytest.param("whole list", "la", "#blank, #later button", id="a form of five pages"),
        pytest.param("names", "1230", "#hands button", id="names"),
        pytest.param("second", "1", "[name=second]", id="two sheets of one person"),
        pytest.param("later", "al0", "#later li button", id="what is put off"),
        pytest.param("comments", "la0", "#comments li button", id="comments"),
    ],
)
def test_ten_thousand_keys_settle_nothing_unseen(
    browser: Any, tmp_path: Path, screens: Screens, screen: str, keys: str, buttons: str
) -> None:
    page = browser.pages[0]
    with opened(tmp_path, screens.folder_of(screen)) as site:

        def serve(route: Any) -> None:
            given = site.client.get(route.request.url.removeprefix(SITE))
            route.fulfill(body=given.content, content_type=given.headers["content-type"])

        page.route(f"{SITE}/**", serve)
        page.add_init_script(STORM)
        page.goto(f"{SITE}{site.base}/{screens.paths[screen]}")
        assert page.locator("[data-look] img").count() >= (5 if screen == "whole list" else 1)
        given = [[*keys, "Enter", "ArrowRight"], buttons, EVENTS]
        said = page.evaluate("(given) => storm(...given)", given)

    assert said["events"] >= EVENTS
    assert (said["unseen"], said["unmeant"]) == (0, 0)
    assert said["sent"] >= FEWEST_SENT


def _key(paper: Paper) -> str:
    return f"{paper.batch}-{paper.number:02d}".lower()
