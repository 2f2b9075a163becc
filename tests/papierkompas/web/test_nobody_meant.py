"""Nothing happens that nobody meant: a whole session, and everything a hand does by accident.

24 people of whom every answer is in doubt, sheets without a printed name, a quickscan, and a form
on which nothing was seen. No answer, name or comment may change that was not seen and meant.
"""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Doubt, Reading
from forms.instrument import find
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.acts.reading import read_files
from papierkompas.acts.transcribe import transcribe
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import tables
from papierkompas.outcome.results import results
from papierkompas.outcome.to_settle import to_settle
from papierkompas.session.session import Session
from tests.papierkompas.acts.test_transcribe import Pretend
from tests.papierkompas.web import test_browser
from tests.papierkompas.web.pile import HANDS, anonymous_pile, make_session, quickscan_pile
from tests.papierkompas.web.pile import scan_pile as doubtful_pile
from tests.papierkompas.web.server import start_server
from tests.papierkompas.web.test_browser import LOOK_MS, PATIENCE_MS, _look_at, _until

pytestmark = test_browser.pytestmark
browser = test_browser.browser

PEOPLE = 24
FIRST = ("Ali", "Bo", "Cem", "Do", "Eva", "Fen", "Gijs", "Hans", "Ilse", "Jan", "Kim", "Lot")
NAMES = tuple(f"{first} {last}" for last in ("Voorbeeld", "Proef") for first in FIRST)
EARLY = [*"1234560lna", "Enter", "Space", "ArrowRight", "Enter"]
SCREENS = (
    "scan", "people", "people/1", "check", "names", "comments", "answers", "history", "map",
    "statements", "list", "papers", "later", "type", "print", "phone", "end", "beamer",
)  # fmt: skip
FIELDS = "input:not([type=hidden],[type=checkbox],[type=radio],[type=file]), textarea, select"


@dataclass
class Trial:
    """The page of a session, and what is stored in it."""

    page: Any
    folder: Path
    base: str

    def goto(self, part: str, **more: Any) -> None:
        """Open a screen, also while a form that was sent leads to another one."""
        for _ in range(5):
            try:
                self.page.goto(f"{self.base}/{part}", **more)
            except Exception as error:
                if "interrupted" not in str(error):
                    raise
                self.page.wait_for_timeout(LOOK_MS)
            else:
                return

    @property
    def stored(self) -> tuple[object, ...]:
        """Everything that a person can have said, as it is kept."""
        with Session.open(self.folder) as session:
            return (
                session.corrections.all(),
                session.people.history(),
                session.people.all(),
                session.called(),
                session.withdrawals.all(),
                session.settings.without_names,
                len(session.given_out.sheets()),
            )

    def count_after(self, expected: int) -> int:
        """Count the changes once so many are stored, and what nobody meant had its time."""
        for _ in range(PATIENCE_MS // LOOK_MS):
            if self.count >= expected:
                break
            self.page.wait_for_timeout(LOOK_MS)
        self.page.wait_for_timeout(LOOK_MS)
        return self.count

    @property
    def count(self) -> int:
        """How many changes there are."""
        with Session.open(self.folder) as session:
            return len(session.corrections.all())


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Read the piles once."""
    place = tmp_path_factory.mktemp("vierentwintig")
    folder = place / "bibliotheek" / "sessie"
    folder.parent.mkdir()
    make_session(folder, NAMES)
    piles = (
        doubtful_pile(folder, place / "stapel.pdf", "gewenst", in_doubt=True),
        quickscan_pile(folder, place / "lijst.pdf", copies=1),
        anonymous_pile(folder, place / "los.pdf"),
    )
    with Session.open(folder) as session:
        asked, order = find("stellingenlijst"), Order(people=session.people.all())
        (later,) = jobs(asked, rounds_to_print(asked, "huidig"), order, session)
        read_files(piles, session, workers=1)
        transcribe(session, network=Pretend([*HANDS, *["bellen om vier uur"] * 60]))
        numbers = {page.code.number for page in session.pages.all() if page.code}
        assert numbers >= set(range(1, PEOPLE + 1))
        last = next(
            p
            for p in session.pages.all()
            if p.code and p.code.number == PEOPLE and p.round == "gewenst"
        )
        faint = Reading(None, doubt=Doubt.FAINT, confidence=0.5)
        code = later.code(later.seats[PEOPLE - 1], 1)
        empty = replace(
            last,
            ref=replace(last.ref, part=2),
            code=code,
            round="huidig",
            readings=dict.fromkeys(last.readings, faint),
            written=dict.fromkeys(last.written, False),
        )
        session.pages.record(session.scans.of(last.ref), empty)
    return folder.parent


@pytest.fixture
def trial(browser: Any, team: Path) -> Iterator[Trial]:
    server, address = start_server(team, "--without-network")
    page = browser.pages[0]
    page.set_default_timeout(PATIENCE_MS)
    page.goto(address)
    page.click("text=Team Voorbeeld")
    page.wait_for_url("**/scan")
    yield Trial(page, team / "sessie", page.url.removesuffix("/scan"))
    server.terminate()
    server.communicate(timeout=30)


def places(trial: Trial) -> tuple[str, ...]:
    """Return the screens, with one of each kind that is about one sheet or one person."""
    with Session.open(trial.folder) as session:
        sheets = results(session).sheets
    of = {s.sheet.number: s.sheet.sheet.lower() for s in sheets if s.sheet.round == "gewenst"}
    (empty,) = (s.sheet.sheet.lower() for s in sheets if s.sheet.round == "huidig")
    unsigned = next(s.sheet.sheet.lower() for s in sheets if s.sheet.number == PEOPLE + 1)
    return (
        *SCREENS,
        f"check?sheet={empty}&question=",
        f"row/{of[2]}/3",
        f"answers/{of[2]}",
        f"place/{of[2]}",
        f"names/{unsigned}",
        "type/sheet?paper=schoolwaardenkompas&round=huidig&number=3",
    )


def first_row(trial: Trial) -> str:
    """Return the first doubt about a row of the pile; the sheets of prints come in any order."""
    with Session.open(trial.folder) as session:
        waiting = to_settle(results(session).sheets)
    row = next(one for one in waiting if not one.is_whole and one.sheet.sheet.round == "gewenst")
    return f"check?sheet={row.sheet.sheet.sheet.lower()}&question={row.question}"


def test_keys_before_anything_can_be_seen_change_nothing(trial: Trial) -> None:
    """The pictures are on their way; keys, clicks and Enter come from a hand that is in a hurry."""
    before, page = trial.stored, trial.page
    held: list[Any] = []
    for part in ("picture", "field", "sheet"):
        page.route(f"**/{part}/**", lambda route: held.append(route))
    for place in places(trial):
        if place == "beamer":
            continue  # its digits choose what is shown, and nothing else
        trial.goto(place, wait_until="commit")
        for key in EARLY:
            page.keyboard.press(key)
        for button in page.locator("[data-look] button").all()[:4]:
            with contextlib.suppress(Exception):  # a key may have gone on to another screen
                button.click(timeout=500, no_wait_after=True)

        assert trial.stored == before, place
    assert held
    for route in held:
        with contextlib.suppress(Exception):
            route.abort()


def test_enter_in_any_field_of_any_screen_changes_nothing(trial: Trial) -> None:
    """Once, twice, and held: what stands in a field is not said by it."""
    before, page, seen = trial.stored, trial.page, 0
    for place in places(trial):
        trial.goto(place)
        for number in range(min(page.locator(FIELDS).count(), 6)):
            trial.goto(place)
            field = page.locator(FIELDS).nth(number)
            if not field.is_visible() or field.evaluate("f => f.type === 'submit'"):
                continue
            page.wait_for_timeout(LOOK_MS)
            field.focus()
            seen += 1
            for _ in range(4):
                page.keyboard.down("Enter")
            page.keyboard.up("Enter")
            page.wait_for_timeout(80)

            assert trial.stored == before, (place, number)
    assert seen >= 15


def test_one_key_that_is_meant_settles_one_doubt(trial: Trial) -> None:
    """Held, bouncing and double; back and again; in two tabs on the same doubt."""
    page, begin = trial.page, trial.count
    trial.goto(first_row(trial))
    _look_at(page)
    for _ in range(25):  # held over four screens or so
        page.keyboard.down("2")
        page.wait_for_timeout(30)
    page.keyboard.up("2")
    page.wait_for_load_state()
    assert trial.count_after(begin + 1) == begin + 1

    page.wait_for_timeout(LOOK_MS)
    _look_at(page)
    page.dblclick(".option[value='3']")
    page.wait_for_timeout(400)
    assert trial.count_after(begin + 2) == begin + 2

    settled = page.url
    page.go_back()
    page.wait_for_load_state()
    _look_at(page)
    now = trial.stored
    page.reload()
    page.wait_for_timeout(300)
    assert trial.stored == now, "nothing is sent again"
    assert settled

    trial.goto(first_row(trial))
    other = page.context.new_page()
    other.goto(page.url)
    for tab in (page, other):
        tab.bring_to_front()
        _look_at(tab)
    page.bring_to_front()
    page.evaluate("window.old = true")
    page.keyboard.press("4")
    _until(page, "!window.old && document.readyState === 'complete'")
    assert trial.count_after(begin + 3) == begin + 3
    other.bring_to_front()
    other.wait_for_timeout(LOOK_MS)
    other.evaluate("window.old = true")
    other.keyboard.press("5")
    _until(other, "!window.old && document.readyState === 'complete'")
    with Session.open(trial.folder) as session:
        changes = session.corrections.all()

    assert len(changes) == begin + 3, "who sees it second is asked to look again"
    assert [c.value for c in changes[begin:]] == ["2", "3", "4"]
    assert len({(c.sheet, c.question) for c in changes[begin:]}) == 3
    assert "intussen" in other.inner_text("main")
    other.close()


def test_names_forms_and_what_is_put_off_take_one_meant_key(trial: Trial) -> None:
    page, begin = trial.page, trial.count
    trial.goto("names")
    _look_at(page)
    for _ in range(15):
        page.keyboard.down("0")
        page.wait_for_timeout(30)
    page.keyboard.up("0")
    page.wait_for_load_state()
    assert trial.count_after(begin + 1) == begin + 1

    (whole,) = (place for place in places(trial) if place.endswith("question="))
    trial.goto(whole)
    _look_at(page)
    page.evaluate("window.old = true")
    page.keyboard.press("a")
    page.keyboard.press("l")  # the same hand, too soon
    _until(page, "!window.old && document.readyState === 'complete'")
    assert trial.count_after(begin + 2) == begin + 2
    trial.goto("later")
    _look_at(page)
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.keyboard.press("l")
    page.wait_for_timeout(300)
    assert trial.count_after(begin + 2) == begin + 2
    page.dblclick("#later li button")
    page.wait_for_timeout(500)
    assert trial.count_after(begin + 3) == begin + 3
    trial.goto(whole)
    _look_at(page)
    page.keyboard.down("l")
    for _ in range(15):
        page.keyboard.down("l")
        page.wait_for_timeout(20)
    page.keyboard.up("l")
    page.wait_for_load_state()

    assert trial.count_after(begin + 3 + 8) == begin + 3 + 8  # one form, row by row


def test_every_comment_survives_the_others_and_stands_in_every_export(trial: Trial) -> None:
    page = trial.page
    trial.goto("comments")
    boxes = page.locator("#comments textarea")
    _until(page, "document.querySelectorAll('#comments textarea').length > 2")
    said = [f"opmerking nummer {n}: méér tijd" for n in range(boxes.count())]
    for number, text in enumerate(said):
        boxes.nth(number).fill(text)
    order = [*range(1, len(said)), 0]
    for done, number in enumerate(order, 1):
        line = page.locator("#comments li").nth(number)
        line.scroll_into_view_if_needed()
        button = line.get_by_role("button", name=re.compile("^Zo staat het er")).first
        while not line.evaluate("part => !firstUnseen(part)"):
            page.wait_for_timeout(LOOK_MS)
        button.click()
        page.locator("text=nagekeken door").nth(done - 1).wait_for()
        assert page.locator("text=nagekeken door").count() == done
        kept = [boxes.nth(n).input_value() for n in range(len(said))]

        assert kept == said, number
    with Session.open(trial.folder) as session:
        made = results(session)
    everything = {
        "json": json.dumps(results_json(made), ensure_ascii=False),
        "tables": json.dumps(list(tables(made)), ensure_ascii=False, default=str),
    }
    for name, export in everything.items():
        for text in said:
            assert text in export, (name, text)
        assert export.count("begeleider") >= len(said), name
    assert {(r.text, r.who) for r in made.tallies[0].written} == {(t, "begeleider") for t in said}
