"""Every screen of a full session: nothing for axe to say, and nothing wider than a small phone.

Whatever can be reached by links is followed, and held against the table of routes and the folder of
templates: a new screen is looked at without anybody thinking of it, and one to which no link leads
is noticed. `PAPIERKOMPAS_SCREENS=DIR` writes a picture of every one of them in three widths.
"""

from __future__ import annotations

import datetime as dt
import html
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from starlette.routing import compile_path

from papierkompas.session.session import Session
from papierkompas.web.app import SCREENS
from tests.invented import invented
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.evening import LONGEST, make_evening, make_quickscans
from tests.papierkompas.web.server import start_server
from tests.papierkompas.web.test_browser import BEAMER, GALLERY, PHONE, _until
from tests.papierkompas.web.test_browser import LAPTOP as SHOWN
from tests.papierkompas.web.test_own import with_lost_hyphen
from tests.papierkompas.web.test_tap import dotted

pytestmark = test_browser.pytestmark
browser = test_browser.browser

SMALL, LAPTOP = (320, 640), (1366, 768)
PICTURES = os.environ.get("PAPIERKOMPAS_SCREENS")
PICTURED_AT = (LAPTOP, BEAMER, PHONE)
TEMPLATES = {
    path.stem
    for path in (Path(__file__).parents[3] / "papierkompas/web/templates").glob("*.html")
    if path.read_text("utf-8").startswith('{% extends "base.html" %}')
}
UNLINKED = {"/s/{key}/own/{draft}/word/{number:int}-{place:int}.png"}
"""Pictures of doubtful words: only of a document that was scanned, which takes the extra `ocr`."""
MOST_FOLLOWED = {"/s/{key}/check": 40}
WITHOUT_LOOKING = {"/s/{key}/papers/everything.zip"}
"""Takes every paper there is to be drawn; test_opened_again says what is in it."""
FOLLOWED, LOOKED_AT = 8, 2  # addresses of one route; with one template
NO_LIMIT = 0  # the papers that links lead to take as long as the machine needs for them
STANDING_OUT = """[...document.querySelectorAll("main .main")].filter((one) => one.checkVisibility()
    && getComputedStyle(one).backgroundColor === "rgb(0, 46, 92)").length"""
IS_DRAWN = """[...document.images].every((one) => one.complete
    || one.getBoundingClientRect().top > innerHeight)"""
ROUTES = [(path, compile_path(path)[0]) for method, path, _ in SCREENS if method == "GET"]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with an evening of 24 people, one of 12 quickscans, and one that has to begin."""
    folder = tmp_path_factory.mktemp("vol") / "bibliotheek"
    folder.mkdir()
    make_evening(folder / "team")
    make_quickscans(folder / "quickscan")
    Session.create(folder / "leeg", "Team Begin", dt.date(2026, 5, 1)).close()
    return folder


@pytest.fixture
def address(full: Path) -> Iterator[str]:
    server, address = start_server(full, "--without-network")
    yield address
    server.terminate()
    server.communicate(timeout=30)


def test_every_screen_of_a_full_session_is_fit_to_be_seen(
    browser: Any, address: str, tmp_path: Path
) -> None:
    """No rule of axe is broken, nothing is wider than 320 px, and no link leads nowhere."""
    page = browser.pages[0]
    page.set_default_timeout(NO_LIMIT)
    page.goto(address)
    page.wait_for_url(re.compile(r"/$"))
    home = page.url.rstrip("/").split("?")[0]
    look = Looker(page)
    look("start")
    routes: set[str] = {"/"}
    for team in ("Team Voorbeeld", "Opleiding Voorbeeld"):
        page.goto(home)
        page.get_by_role("link", name=team).first.click()
        page.wait_for_url("**/scan")
        base = page.url.rsplit("/", 1)[0]
        drafts = [_give(page, base, file) for file in _questionnaires(tmp_path)]
        if team == "Team Voorbeeld":
            _give_map(page, base, tmp_path)
        followed = crawl(page, home, base.removeprefix(home), drafts)
        routes |= followed.keys()
        for addresses in followed.values():
            seen: dict[str, int] = defaultdict(int)
            for one in addresses:
                if one.status not in (200, 204):
                    look.trouble.append(f"{one.address}: {one.status}")
                if not one.is_page or seen[one.template] == LOOKED_AT:
                    continue
                seen[one.template] += 1
                page.goto(home + one.address)
                look(one.address)
    page.goto(home)
    page.get_by_role("link", name="Team Begin").first.click()
    page.wait_for_url("**/scan")
    page.goto(page.url.replace("/scan", "/check"))
    look("checked")
    page.goto(f"{base}/people")
    page.fill("#names", f"Noor Proef\n{LONGEST}")
    page.click("text=Lijst bekijken")
    page.wait_for_selector("text=Klopt deze lijst?")
    look("listed")
    page.goto(f"{base}/answers/er-is-niets")
    look("problem")
    page.goto(f"{base}/end")
    page.check("[name=sure]")
    page.click("button.danger")
    page.wait_for_selector("text=is gewist")
    look("deleted")
    page.goto(home)
    page.get_by_role("button", name="Programma stoppen").click()
    page.get_by_role("heading", name="papierkompas is gestopt").wait_for()
    look("stopped")

    assert not look.trouble, "\n".join(look.trouble)
    assert {path for path, _ in ROUTES} - routes == UNLINKED, "no link leads there"
    assert TEMPLATES - look.seen == set(), "was not looked at"


PICTURED = {"withdraw", "whole", "later", "second", "type_sheet", "place", "person"}
"""Screens that need so full a session; test_browser makes the pictures of the others."""


class Looker:
    """Looks at the screen that is open, in two sizes, with everything on it unfolded."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.seen: set[str] = set()
        self.trouble: list[str] = []
        self._axe = (resources.files("axe_core_python") / "axe.min.js").read_text()

    def __call__(self, name: str) -> None:
        template = _template(self.page.evaluate("document.body.className"))
        if GALLERY and template in PICTURED - self.seen:
            self._photograph(template)
        if PICTURES and template not in self.seen:
            self._photograph_all(template, Path(PICTURES))
        sizes = [SMALL] if template in self.seen else [LAPTOP, SMALL]
        self.seen.add(template)
        nexts = self.page.evaluate(STANDING_OUT)
        if nexts > 1:
            self.trouble.append(f"{name}: {nexts} next steps stand out")
        self.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        self.page.evaluate(self._axe)
        for width, height in sizes:
            self.page.set_viewport_size({"width": width, "height": height})
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                self.trouble.append(f"{name}: {wide} px wide at {width}")
            _until(self.page, "!document.body.classList.contains('drawing-now')")
            found = self.page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            self.trouble += [f"{name} at {width}: {one['id']} {_where(one)}" for one in found]

    def _photograph(self, template: str) -> None:
        for (width, height), end in ((SHOWN, ""), (PHONE, "-telefoon")):
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate("scrollTo(0, 0)")
            _until(self.page, IS_DRAWN)
            self.page.screenshot(path=Path(GALLERY or "") / f"web-{template}{end}.png")

    def _photograph_all(self, template: str, folder: Path) -> None:
        for width, height in PICTURED_AT:
            self.page.set_viewport_size({"width": width, "height": height})
            self.page.evaluate("scrollTo(0, 0)")
            _until(self.page, IS_DRAWN)
            self.page.screenshot(path=folder / f"{template}-{width}.png")


def _where(violation: Any) -> str:
    return " ".join(node["html"][:120] for node in violation["nodes"][:2])


class Followed:
    """An address that a link led to, and what came from there."""

    def __init__(self, address: str, answer: Any) -> None:
        self.address = address
        self.status = answer.status
        kind, way = (answer.headers.get(f"content-{n}", "") for n in ("type", "disposition"))
        self.is_page = kind.startswith("text/html") and not way.startswith("attachment")
        self.text = answer.text() if self.is_page else ""
        self.template = _template(self.text)

    def links(self, base: str) -> Iterator[str]:
        """Yield the addresses of this session that stand on it."""
        found = re.findall(rf'(?:href|src|data-pulse)="({base}/[^"#]*)', self.text)
        found += [
            self.address.partition("?")[0] + query
            for query in re.findall(r'href="(\?[^"#]*)"', self.text)
        ]
        found += re.findall(rf'srcset="({base}/[^" ]*)', self.text)
        found += [f"{action}?{_first_choice(form)}" for action, form in _asking_forms(self.text)]
        yield from map(html.unescape, found)


def crawl(page: Any, home: str, base: str, drafts: list[str]) -> dict[str, list[Followed]]:
    """Follow the links from the scan page on, no more than a few of each route."""
    found: dict[str, list[Followed]] = defaultdict(list)
    known = {f"{base}/scan", *drafts}
    waiting = [f"{base}/scan", *drafts]
    while waiting:
        address = waiting.pop(0)
        route = _route(address)
        assert route is not None, address
        if len(found[route]) >= MOST_FOLLOWED.get(route, FOLLOWED):
            continue
        if route in WITHOUT_LOOKING:
            found[route] = []
            continue
        one = Followed(address, page.request.get(home + address, timeout=NO_LIMIT))
        found[route].append(one)
        for link in one.links(base):
            if link not in known and _route(link) is not None:
                known.add(link)
                waiting.append(link)
    return found


def _route(address: str) -> str | None:
    path = address.partition("?")[0]
    return next((route for route, pattern in ROUTES if pattern.match(path)), None)


def _template(text: str) -> str:
    found = re.search(r"screen-(\w+)", text)
    return found[1] if found else ""


def _asking_forms(text: str) -> Iterator[tuple[str, str]]:
    """Find the forms that ask for a screen, and change nothing."""
    for form in re.findall(r"<form[^>]*method=\"get\"[^>]*>.*?</form>", text, re.DOTALL):
        action = re.search(r'action="([^"#]*)', form)
        if action and "/papers/" not in action[1]:
            yield action[1], form


def _first_choice(form: str) -> str:
    """Return what such a form sends when nothing is changed in it."""
    given = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)">(.*?)</select>', form, re.DOTALL):
        first = re.search(r"<option(?: value=\"([^\"]*)\")?[^>]*>([^<]*)", options)
        if first:
            given[name] = first[2] if first[1] is None else first[1]

    return urlencode({name: html.unescape(value) for name, value in given.items()})


def _questionnaires(folder: Path) -> list[Path]:
    """Make a questionnaire of one's own, and a document of which words are in doubt."""
    own, document = folder / "onze lijst.toml", folder / "quickscan.txt"
    own.write_text(next(made.text for made in map(invented, range(9)) if made.is_compass))
    document.write_text(with_lost_hyphen()[0])
    return [own, document]


def _give(page: Any, base: str, file: Path) -> str:
    """Have a questionnaire looked at; keep it where that can be done, and return its address."""
    page.goto(f"{base}/own")
    page.set_input_files("#own", file)
    page.click("text=Bestand bekijken")
    _until(page, "!location.pathname.endsWith('/own')")
    draft = str(page.url)
    if file.suffix == ".toml":
        page.click("text=Bewaren in deze sessie")
        page.wait_for_selector("text=De vragenlijst is bewaard")
    return "/s/" + draft.partition("/s/")[2]


def _give_map(page: Any, base: str, folder: Path) -> None:
    """Have a photo of a map with stickers read, one of which is in doubt."""
    blank = page.request.get(f"{base}/papers/blank-compass.pdf?round=gewenst&size=a3")
    (folder / "leeg.pdf").write_bytes(blank.body())
    page.goto(f"{base}/scan")
    page.set_input_files("#file", dotted(folder / "leeg.pdf", folder))
    page.wait_for_selector("a[href*='/tap/']")
