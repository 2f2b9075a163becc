"""How many clicks and keys a session costs, from the name list to the map: counted in Chromium.

A small team by default. `PAPIERKOMPAS_CLICKS=24` counts the session of 24 people and 12 quickscans
and takes minutes. Seconds are printed (`pytest -s`) and never asserted: they are of the machine.
"""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf

from papierkompas.session.session import Session
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.evening import TEAM
from tests.papierkompas.web.pile import make_session, quickscan_pile, scan_pile
from tests.papierkompas.web.test_browser import (
    LOOK_MS,
    PATIENCE_MS,
    _at,
    _look_at,
    _until,
    _wait_for_map,
)

pytestmark = test_browser.pytestmark
browser, library, flags, address = (
    test_browser.browser,
    test_browser.library,
    test_browser.flags,
    test_browser.address,
)
ROUNDS = 2  # somebody gets a sheet of each
PEOPLE = int(os.environ.get("PAPIERKOMPAS_CLICKS", "4"))
MOST = {
    "start": 2, "print": 1, "scan": 1, "map": 1, "dot": 1, "beamer": 3, "latecomer": 4, "typed": 12,
    "one list": 2,
}  # fmt: skip
"""Clicks and keys of each step; checking takes one key a doubt, and one click to begin."""


class Counted:
    """Counts what a person does on a page, step by step."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.acts: dict[str, int] = {}
        self.seconds: dict[str, float] = {}
        self._step, self._began = "", time.monotonic()

    def step(self, name: str) -> None:
        """Begin a step."""
        if self._step:
            self.seconds[self._step] = time.monotonic() - self._began
        self._step, self._began = name, time.monotonic()
        self.acts.setdefault(name, 0)

    def do(self, act: Callable[..., Any], *given: Any) -> None:
        """Do one thing."""
        self.acts[self._step] += 1
        act(*given)

    def __str__(self) -> str:
        return "\n".join(f"{k:10} {n:3} {self.seconds[k]:6.1f} s" for k, n in self.acts.items())


def test_a_session_costs_few_clicks(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    page = browser.pages[0]
    page.set_default_timeout(PATIENCE_MS)
    count = Counted(page)
    page.goto(address)
    count.step("start")
    page.fill("#team", "Team Voorbeeld")
    page.fill("#date", "2026-03-12")
    page.fill("#names", "\n".join(TEAM[:PEOPLE]))
    count.do(page.click, "text=Sessie beginnen")
    page.wait_for_selector("text=Klopt deze lijst?")
    count.do(page.click, "text=Dit klopt")
    page.wait_for_url("**/print")
    count.step("print")
    with page.expect_download():
        count.do(page.click, "text=PDF maken")
    (folder,) = [f for f in library.iterdir() if f.is_dir() and f.name.startswith("2026")]
    pile = scan_pile(folder, tmp_path / "stapel.pdf", like_a_team=True)

    count.step("scan")
    count.do(page.click, "nav >> text=Scannen")
    page.wait_for_url("**/scan")
    page.set_input_files("#file", [pile])
    page.wait_for_selector("text=Alles is gelezen")
    count.step("check")
    if page.locator("#progress a:has-text('nakijken')").count():
        count.do(page.click, "#progress a.main")
    settled = 0
    while page.locator("#check").count():
        _look_at(page)
        page.evaluate("window.old = true")
        count.do(page.keyboard.press, "5")
        settled += 1
        _until(page, "!window.old && document.readyState === 'complete'")
    count.step("map")
    count.do(page.click, "text=Naar de kaart")
    _wait_for_map(page)
    count.step("dot")
    dot = page.locator("svg.dots circle:visible").first
    count.do(dot.click)
    page.wait_for_selector("#place .four img")
    count.step("beamer")
    page.goto(_at(page, "beamer"))
    _wait_for_map(page)
    for key in "zd1":
        count.do(page.keyboard.press, key)
        page.wait_for_timeout(LOOK_MS)
    page.wait_for_selector("button[aria-current]:has-text('gewenst')")
    _until(page, "!document.body.matches('.drawing-now')")
    count.step("latecomer")
    page.goto(_at(page, "people"))
    page.fill("#names", "Later Gekomen")
    count.do(page.click, "text=Lijst bekijken")
    page.wait_for_selector("text=Klopt deze lijst?")
    count.do(page.click, "text=Dit klopt")
    count.do(page.click, "text=Formulieren afdrukken voor deze collega")
    page.wait_for_url("**/print?**")
    with page.expect_download() as late:
        count.do(page.click, "text=PDF maken")
    with pikepdf.open(late.value.path()) as pdf:
        assert len(pdf.pages) == ROUNDS
    count.step("typed")
    count.do(page.click, "nav >> text=Antwoorden")
    count.do(page.click, "text=Formulier intypen")
    count.do(page.get_by_role("link", name="Later Gekomen").first.click)
    page.locator(".typed.current").wait_for()
    for key in "12345654":
        count.do(page.keyboard.press, key)
        page.wait_for_timeout(LOOK_MS)
    count.do(page.keyboard.press, "Enter")
    page.wait_for_url("**/answers/*")
    count.step("end")
    count.acts.pop("end")
    print(f"\n{PEOPLE} people, {settled} doubts\n{count}")  # noqa: T201 - the count is for whoever runs this with -s

    assert count.acts.pop("check") <= settled + 1
    assert all(acts <= MOST[step] for step, acts in count.acts.items()), count.acts


def test_the_quickscan_costs_few_clicks(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    folder = library / "sessie"
    Session.create(folder, "Team Voorbeeld", dt.date(2026, 3, 12), ()).close()
    copies = 12 if PEOPLE >= 24 else 2
    pile = quickscan_pile(folder, tmp_path / "lijsten.pdf", copies)
    page = browser.pages[0]
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    count = Counted(page)
    count.step("one list")
    count.do(page.click, "text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    page.set_input_files("#file", [pile])
    page.wait_for_selector("text=Alles is gelezen")
    count.do(page.click, "text=Naar de ene lijst")
    page.wait_for_selector("text=Succesfactoren" if copies > 2 else ".onelist")
    count.step("end")
    count.acts.pop("end")
    print(f"\n{copies} quickscans\n{count}")  # noqa: T201 - the count is for whoever runs this with -s

    assert count.acts["one list"] <= MOST["one list"]


def test_the_beamer_never_shows_an_old_map_under_a_new_title(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """While a map is drawn the screen says so; title, picture and button change together."""
    folder = library / "sessie"
    make_session(folder)
    pile = scan_pile(folder, tmp_path / "stapel.pdf", like_a_team=False)
    page = browser.pages[0]
    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    page.set_input_files("#file", [pile])
    page.wait_for_selector("text=Alles is gelezen")
    page.goto(_at(page, "beamer"))
    _wait_for_map(page)
    title = page.inner_text(".caption")
    held: list[Any] = []

    def hold(route: Any) -> None:
        held.append(route)

    page.route("**/map.png*", hold)
    page.keyboard.press("1")
    page.wait_for_selector(".drawing:visible")
    for _ in range(100):
        if held:
            break
        page.wait_for_timeout(50)

    assert page.inner_text(".caption") == title
    assert page.locator(".drawing").is_visible()
    for route in held:
        route.continue_()
    page.unroute("**/map.png*")
    _until(page, "!document.body.matches('.drawing-now')")
    assert "gewenst" in page.inner_text(".caption")
    assert page.inner_text(".caption") != title
    assert not page.locator(".drawing").is_visible()
