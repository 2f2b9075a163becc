"""The whole session in a real browser, from name list to poster; every screen looked at by axe.

`PAPIERKOMPAS_GALLERY=docs/gallery` writes the screenshots of the README, with a larger team.
"""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import time
from collections.abc import Callable, Iterator
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pikepdf
import pytest

from forms.instrument import find
from forms.roster import parse_roster
from omr.page import PageRef, Reason, unread
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.acts.transcribe import transcribe
from papierkompas.lab.demo import NAMES
from papierkompas.session.session import Session
from papierkompas.web.app import SCREENS
from papierkompas.web.phone_door import PhoneDoor
from tests.invented import invented
from tests.papierkompas.acts.test_transcribe import Pretend
from tests.papierkompas.web.pile import (
    HANDS,
    anonymous_pile,
    blot,
    lock,
    make_session,
    quickscan_pile,
    scan_pile,
)
from tests.papierkompas.web.server import start_server
from tests.papierkompas.web.test_own import with_lost_hyphen

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
GALLERY = os.environ.get("PAPIERKOMPAS_GALLERY")
PATIENCE_MS = 900_000  # how busy a machine is fails no test; what never comes ends the wait
LOOK_MS = 600  # twice what page.js asks for
LAPTOP, BEAMER, PHONE = (1280, 800), (1024, 768), (360, 740)

Pile = tuple[Path, Path]

pytestmark = [
    pytest.mark.skipif(
        not CHROMIUM.exists(), reason="needs Debian's chromium: apt-get install chromium"
    ),
    # Playwright leaves the end of its own program to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs the package playwright")
    with playwright.sync_playwright() as program:
        context = program.chromium.launch_persistent_context(
            tmp_path / "profile",
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            locale="nl-NL",
            viewport={"width": LAPTOP[0], "height": LAPTOP[1]},
        )
        context.set_default_timeout(PATIENCE_MS)
        yield context
        context.close()


@pytest.fixture
def library(tmp_path: Path) -> Path:
    return tmp_path / "bibliotheek"


@pytest.fixture
def flags() -> tuple[str, ...]:
    return ()


@pytest.fixture
def address(library: Path, flags: tuple[str, ...]) -> Iterator[str]:
    library.mkdir()
    server, address = start_server(library, *flags)
    yield address
    server.terminate()
    server.communicate(timeout=30)


def test_the_page_says_when_the_program_is_stopped(
    browser: Any, address: str, library: Path
) -> None:
    """Stopped on one screen: that one stays readable, every other says so."""
    Session.create(library / "een", "Team Een", dt.date(2026, 5, 1)).close()
    others = [browser.pages[0], browser.new_page(), browser.new_page()]
    others[0].goto(address)
    others[0].get_by_role("link", name="Team Een").first.click()
    others[1].goto(others[0].url.rsplit("/", 1)[0] + "/beamer")
    others[2].goto(address.split("?")[0])
    assert others[0].get_by_role("link", name="Alle sessies").is_visible()
    stopping = browser.new_page()
    stopping.goto(address.split("?")[0])
    stopping.get_by_role("button", name="Programma stoppen").click()
    stopping.get_by_role("heading", name="papierkompas is gestopt").wait_for()
    wait_until_gone(address)
    for page in others:
        page.locator("#gone:visible").wait_for()
        assert "Start het programma opnieuw" in page.locator("#gone").inner_text()

    assert stopping.get_by_text("Alles is bewaard").is_visible()
    assert not stopping.locator("#gone").is_visible()


@pytest.mark.parametrize("screen", ["", "scan", "beamer"])
def test_three_seconds_of_silence_are_told(
    browser: Any, address: str, library: Path, screen: str
) -> None:
    """By the clock of the page, which the test holds: how busy the machine is changes nothing."""
    Session.create(library / "een", "Team Een", dt.date(2026, 5, 1)).close()
    page = browser.pages[0]
    page.goto(address)
    page.get_by_role("link", name="Team Een").first.click()
    page.wait_for_url("**/scan")
    page.clock.install()
    page.goto(_at(page, screen) if screen else address.split("?")[0])
    page.clock.pause_at(page.evaluate("Date.now()") + 60_000)
    page.evaluate("void (window.fetch = () => Promise.reject(new TypeError('nobody there')))")
    assert not page.locator("#gone").is_visible()
    page.clock.run_for(3_000)

    _until(page, "!document.querySelector('#gone').hidden")
    assert page.locator("#gone").is_visible()


def test_every_screen_fits_the_smallest_phone(browser: Any, address: str, library: Path) -> None:
    """By the table of routes, so that a new screen is looked at without anybody thinking of it."""
    made = Session.create(library / "een", "Team Een", dt.date(2026, 5, 1))
    with made:
        made.people.add(
            parse_roster("naam\nSam Voorbeeld\nWilhelmina van der Lange-Achternaam\n", "x")
        )
    page = browser.pages[0]
    page.goto(address)
    page.get_by_role("link", name="Team Een").first.click()
    at = page.url.rsplit("/", 1)[0]
    home = at.split("/s/")[0]
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
    screens = [
        path.replace("/s/{key}", at)
        for method, path, _ in SCREENS
        if method == "GET" and path.startswith("/s/{key}/") and path.count("{") == 1
    ]
    trouble: list[object] = []
    page.set_viewport_size({"width": 320, "height": 640})
    for screen in (f"{home}/", *screens):
        answer = page.request.get(screen)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        page.goto(screen)
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > 320:
            trouble.append((screen.removeprefix(at), wide))
        page.evaluate(axe)
        _until(page, "!document.body.classList.contains('drawing-now')")
        found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
        trouble += [(screen.removeprefix(at), one["id"]) for one in found]

    assert trouble == []


def wait_until_gone(address: str) -> None:
    """Wait until nobody listens there any more."""
    parts = urlsplit(address)
    for _ in range(200):
        try:
            socket.create_connection((parts.hostname or "", parts.port or 0), timeout=1).close()
        except OSError:
            return
        time.sleep(0.05)
    pytest.fail("the program goes on")


def test_a_facilitator_runs_a_whole_session(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """From a typed name list to the poster, with a real scan of the sheets that were printed."""
    page = browser.pages[0]
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.extend([said.text] * (said.type == "error")))
    look = _looker(page)

    page.goto(address)
    page.fill("#team", "Team Voorbeeld")
    page.fill("#date", "2026-03-12")
    page.fill("#names", "\n".join(NAMES if GALLERY else NAMES[:4]))
    look("start")
    page.click("text=Sessie beginnen")
    page.wait_for_selector("text=Klopt deze lijst?")
    look("listed")
    page.click("text=Dit klopt")
    page.wait_for_url("**/print")
    _until(page, "document.querySelector('#preview').naturalWidth > 0")
    look("print")
    with page.expect_download() as printed:
        page.click("text=PDF maken")
    assert printed.value.suggested_filename.endswith(".pdf")

    (folder,) = [f for f in library.iterdir() if f.is_dir() and f.name.startswith("2026")]
    pile = scan_pile(folder, tmp_path / "stapel.pdf", like_a_team=bool(GALLERY))
    (tmp_path / "brief.txt").write_text("geen scan")
    page.click("nav >> text=Scannen")
    page.wait_for_url("**/scan")  # its script listens from then on
    page.set_input_files("#file", [pile, tmp_path / "brief.txt"])
    page.wait_for_selector("text=Alles is gelezen")
    page.wait_for_selector("text=Dit is geen PDF")
    look("scan")

    other = browser.new_page()
    other.goto(page.url.replace("/scan", "/answers"))
    other.wait_for_selector("td.review")
    page.click("text=/twijfels? nakijken/")
    page.wait_for_url("**/check")
    _until(page, "document.querySelector('.crop').naturalWidth > 0")
    look("check")
    page.keyboard.press("r")
    page.wait_for_selector("#more img")
    while page.locator("#check").count():
        _look_at(page)
        page.evaluate("window.old = true")
        page.keyboard.press("5")
        _until(page, "!window.old && document.readyState === 'complete'")
    page.wait_for_selector("text=Alles is nagekeken")
    look("checked")
    _look_at(page, "#undo")
    page.keyboard.press("z")
    page.wait_for_url("**/check?**")
    _look_at(page)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Alles is nagekeken")
    other.wait_for_selector("td.changed")  # without a reload
    other.close()

    for part in ("answers", "history", "statements", "papers", "people", "end", "phone"):
        page.goto(
            re.sub("/check$", f"/{part}", page.url) if "/check" in page.url else _at(page, part)
        )
        look(part)
    page.goto(_at(page, "answers"))
    page.click("table.grid tbody a >> nth=0")
    look("sheet")
    page.goto(_at(page, "map"))
    _wait_for_map(page)
    look("map")
    page.set_viewport_size({"width": BEAMER[0], "height": BEAMER[1]})
    page.goto(_at(page, "beamer"))
    _wait_for_map(page)
    look("beamer", size=BEAMER)
    page.keyboard.press("1")
    page.wait_for_selector("button[aria-current]:has-text('gewenst')")

    page.set_viewport_size({"width": LAPTOP[0], "height": LAPTOP[1]})
    page.goto(_at(page, "papers"))
    form = "form[action$='/papers/poster.pdf']"
    page.eval_on_selector(f"details:has({form})", "details => details.open = true")
    with page.expect_download() as poster:
        page.click(f"{form} button")
    assert Path(poster.value.path()).read_bytes().startswith(b"%PDF")
    page.goto(_at(page, "end"))
    page.check("[name=sure]")
    page.click("button.danger")
    page.wait_for_timeout(1500)
    page.wait_for_selector("text=is gewist")
    look("deleted")

    assert not folder.exists()
    assert trouble == []


def test_an_own_questionnaire_comes_in(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """Its file is seen as it will be printed; the words of a document are settled one by one."""
    make_session(library / "sessie")
    own, document = tmp_path / "onze lijst.toml", tmp_path / "quickscan.txt"
    own.write_text(next(made.text for made in map(invented, range(9)) if made.is_compass))
    document.write_text(with_lost_hyphen()[0])
    page = browser.pages[0]
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    look = _looker(page)

    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    page.goto(_at(page, "print"))
    page.click("text=Eigen vragenlijst erbij zetten")
    page.wait_for_selector("h1:has-text('Eigen vragenlijst')")
    look("own")
    page.set_input_files("#own", own)
    page.click("text=Bestand bekijken")
    page.wait_for_selector("h1:has-text('Deze vragenlijst werkt')")
    _until(page, "document.querySelector('.sheets img').naturalWidth > 0")
    for size in ((1366, 768), BEAMER):
        look("own-checked", size=size)
    page.click("text=Bewaren in deze sessie")
    page.wait_for_selector("text=De vragenlijst is bewaard")
    assert page.locator("[name=paper]:checked").count() == 1

    page.goto(_at(page, "own"))
    page.set_input_files("#own", document)
    page.click("text=Bestand bekijken")
    page.wait_for_selector("h1:has-text('Kloppen deze zinnen')")
    for size in ((1366, 768), BEAMER):
        look("own-words", size=size)
    page.click("text=Vragenlijst maken")
    page.wait_for_selector(".wrong:visible")
    look("own-words-left")
    page.check("[name=compared]")
    for radio in page.locator("[type=radio][value=read]").all():
        radio.check()
    page.click("text=Vragenlijst maken")
    page.wait_for_selector("h1:has-text('Deze vragenlijst werkt')")

    assert trouble == []


@pytest.mark.parametrize("flags", [("--without-network",)])
def test_names_free_text_and_locked_files_are_settled_by_key(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """The screens of a pile without printed names and of a quickscan."""
    folder = library / "sessie"
    make_session(folder)
    files = [anonymous_pile(folder, tmp_path / "stapel.pdf")]
    files.append(quickscan_pile(folder, tmp_path / "lijsten.pdf"))
    files.append(blot(folder, tmp_path / "vlek.pdf"))
    files.append(lock(files[0], tmp_path / "op slot.pdf", "woord"))
    page = browser.pages[0]
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    look = _looker(page)

    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    page.set_input_files("#file", files)
    page.wait_for_selector("text=Alles is gelezen")
    page.wait_for_selector("text=Wachtwoord van op slot.pdf")
    look("locked")
    page.fill("[type=password]", "woord")
    page.keyboard.press("Enter")
    _until(page, "!document.querySelector('[type=password]')")

    with Session.open(folder) as session:
        # the pictures in the docs show what the network really reads
        pretend = None if GALLERY else Pretend([*HANDS, *["bellen om vier uur"] * 60])
        transcribe(session, network=pretend)
    page.goto(_at(page, "names"))
    page.wait_for_selector("text=herkend door het programma")
    _until(page, "document.querySelector('.hands img').naturalWidth > 0")
    look("names")
    assert page.locator("#hands .current .proposal").count() == 3
    _look_at(page)
    page.evaluate("window.old = true")
    page.keyboard.press("1")
    _until(page, "!window.old && document.readyState === 'complete'")
    page.wait_for_selector("text=Er zijn geen namen meer na te kijken")
    page.wait_for_timeout(LOOK_MS)
    page.evaluate("window.old = true")
    page.keyboard.press("z")
    _until(page, "!window.old && document.readyState === 'complete'")
    page.wait_for_selector("#hands .current")
    page.focus("#hands input[list]")
    page.keyboard.type("1 Wil")  # letters and digits in a field are no keys
    assert page.input_value("#hands input[list]") == "1 Wil"

    page.goto(_at(page, "answers"))
    page.click("table.grid tbody a >> nth=0")
    page.wait_for_url("**/answers/*")
    page.click("table a.button >> nth=0")
    page.wait_for_url("**/row/**")
    _until(page, "document.querySelector('.crop').naturalWidth > 0")
    look("row")
    page.goto(_at(page, "list"))
    look("list")
    page.goto(_at(page, "comments"))
    _until(page, "document.querySelector('.hands img').naturalWidth > 0")
    look("comments")
    page.locator("#comments textarea").nth(0).fill("Bellen om vijf uur")
    page.locator("#comments textarea").nth(1).fill("Nog niet klaar")
    page.locator("#comments li").nth(0).scroll_into_view_if_needed()
    _look_at(page, "#comments li")
    page.locator("#comments li").nth(0).locator("button").first.click()
    page.wait_for_selector("text=nagekeken door begeleider")
    kept = [page.locator("#comments textarea").nth(n).input_value() for n in (0, 1)]
    assert kept == ["Bellen om vijf uur", "Nog niet klaar"]
    assert trouble == []


def test_a_held_enter_and_enter_in_why_settle_nothing(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """Nothing is chosen beforehand, and a key that is held is pressed once."""
    folder = library / "sessie"
    make_session(folder)
    pile = scan_pile(folder, tmp_path / "stapel.pdf", "gewenst", in_doubt=True)
    page = browser.pages[0]
    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    page.set_input_files("#file", [pile])
    page.wait_for_selector("text=Alles is gelezen")
    page.goto(_at(page, "check"))
    _look_at(page)
    for _ in range(20):
        page.keyboard.down("Enter")  # held: the second and later ones are repeats
    page.keyboard.up("Enter")
    assert _count(folder) == 0
    page.wait_for_timeout(LOOK_MS)  # else it bounces
    page.keyboard.press("ArrowRight")
    page.evaluate("window.old = true")
    for _ in range(20):
        page.keyboard.down("Enter")
    _until(page, "!window.old && document.readyState === 'complete'")
    for _ in range(20):
        page.keyboard.down("Enter")
        page.wait_for_timeout(40)
    page.keyboard.up("Enter")
    assert _count(folder) == 1

    page.goto(_at(page, "answers"))
    page.click("table.grid tbody a >> nth=0")
    page.wait_for_url("**/answers/*")
    page.click("table a.button >> nth=0")
    page.wait_for_url("**/row/**")
    _look_at(page)
    page.fill("#reason", "verteld in het gesprek")
    page.keyboard.press("Enter")
    page.wait_for_timeout(500)

    assert _count(folder) == 1
    assert page.input_value("#reason") == "verteld in het gesprek"
    page.click(".option[value='4']")
    page.wait_for_url("**/answers/**")
    with Session.open(folder) as session:
        assert session.corrections.all()[-1].why == "verteld in het gesprek"


def _count(folder: Path) -> int:
    with Session.open(folder) as session:
        return len(session.corrections.all())


def test_the_form_on_the_phone_fits_a_phone(browser: Any) -> None:
    """Who photographs thirty sheets in a row does not want to pinch and scroll."""
    door = PhoneDoor(lambda _source, name: unread(PageRef(name), Reason.TOO_COARSE),
                     address="127.0.0.1")  # fmt: skip
    door.start()
    while not door._server.started:
        time.sleep(0.02)
    page = browser.pages[0]
    look = _looker(page)
    try:
        page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
        page.goto(door.address)
        look("upload", size=PHONE)
        page.set_input_files("#file", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"x"})
        page.wait_for_selector("text=Deze foto is niet bewaard")
        look("uploaded", size=PHONE)
        button = page.locator("label.button").bounding_box()

        assert button["height"] >= 44
    finally:
        door.close()


def _look_at(page: Any, part: str = "[data-look]") -> None:
    """Wait until a part has been on screen for as long as the page asks a person to see it."""
    seen = f"(part => part && !firstUnseen(part))(document.querySelector({part!r}))"
    _until(page, f"typeof firstUnseen === 'function' && {seen}")


def _until(page: Any, expression: str) -> None:
    """Wait until an expression holds; the page's own policy forbids what Playwright does for it."""
    for _ in range(PATIENCE_MS // 50):
        try:
            if page.evaluate(expression):
                return
        except Exception as error:
            if "context" not in str(error) and "navigat" not in str(error):
                raise
        page.wait_for_timeout(50)
    raise AssertionError(f"did not become true: {expression}")


def _at(page: Any, part: str) -> str:
    return re.sub(r"(/s/[0-9a-f]+)/.*", rf"\1/{part}", page.url)


def _wait_for_map(page: Any) -> None:
    _until(page, "document.querySelector('picture img')?.naturalWidth > 0")


def _looker(page: Any) -> Callable[..., None]:
    """Return a function that lets axe look at a screen, on a laptop and on a phone."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()

    def look(name: str, size: tuple[int, int] = LAPTOP) -> None:
        if GALLERY:
            page.wait_for_timeout(300)
            page.screenshot(path=Path(GALLERY) / f"web-{name}.png")
        for width, height in (size, PHONE):
            page.set_viewport_size({"width": width, "height": height})
            _until(page, "!document.body.classList.contains('drawing-now')")
            page.evaluate(axe)
            found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
            told = [(v["id"], [n["html"][:120] for n in v["nodes"]]) for v in found]

            assert told == [], f"{name} at {width}"
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{name} is {wide} px wide at {width}"
        if GALLERY:
            page.screenshot(path=Path(GALLERY) / f"web-{name}-telefoon.png")
        page.set_viewport_size({"width": size[0], "height": size[1]})

    return look


def test_all_is_read_is_not_said_while_a_file_is_on_its_way(
    browser: Any, address: str, library: Path, tmp_path: Path
) -> None:
    """The first file is read long before the second one has come over the cable."""
    make_session(library / "sessie")
    first = scan_pile(library / "sessie", tmp_path / "een.pdf")
    with pikepdf.open(first) as whole:
        parts = {"een.pdf": whole.pages[:2], "twee.pdf": whole.pages[2:]}
        for name, pages in parts.items():
            with pikepdf.new() as part:
                part.pages.extend(pages)
                part.save(tmp_path / f"deel-{name}")
    held: list[Any] = []
    page = browser.pages[0]

    def pass_or_hold(route: Any) -> None:
        if b"deel-twee.pdf" in (route.request.post_data_buffer or b""):
            held.append(route)
        else:
            route.continue_()

    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.goto(_at(page, "scan"))
    page.route("**/scan/upload", pass_or_hold)
    page.set_input_files("#file", [tmp_path / f"deel-{name}" for name in parts])
    page.wait_for_selector(".counts >> text=2")
    page.wait_for_timeout(2_500)
    assert len(held) == 1
    assert not page.get_by_text("Alles is gelezen").is_visible()
    held[0].continue_()
    page.get_by_text("Alles is gelezen").wait_for()

    assert page.locator(".counts b").first.inner_text() == "6"


def test_a_colleague_who_was_absent_is_typed_in_with_one_key_an_answer(
    browser: Any, address: str, library: Path
) -> None:
    """Eight answers and Enter: nine keys. An early Enter stores nothing."""
    make_session(library / "sessie")
    with Session.open(library / "sessie") as session:
        asked = find("stellingenlijst")
        order = Order(people=session.people.all())
        jobs(asked, rounds_to_print(asked, "gewenst"), order, session)
    page = browser.pages[0]
    page.goto(address)
    page.get_by_role("link", name="Team Voorbeeld").click()
    page.get_by_role("link", name="Antwoorden").click()
    page.get_by_role("link", name="Formulier intypen").click()
    page.get_by_role("link", name="Noor Proef").click()
    page.locator(".typed.current").wait_for()
    page.keyboard.press("Enter")
    keys = "23445321"
    for key in keys:
        page.keyboard.press(key)
        page.wait_for_timeout(200)
    for size in (LAPTOP, BEAMER, PHONE, (320, 640)):
        page.set_viewport_size({"width": size[0], "height": size[1]})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), size
    page.keyboard.press("Enter")
    page.wait_for_url("**/answers/*")
    with Session.open(library / "sessie") as session:
        (change,) = session.corrections.all()

    assert change.value == " ".join(f"{n}={key}" for n, key in enumerate(keys, 1))
    assert "is ingetypt door" in page.inner_text("main")
