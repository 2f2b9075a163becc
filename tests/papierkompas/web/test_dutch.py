"""Whatever goes wrong, the page says it in Dutch: where, what, and what to do."""

from __future__ import annotations

import html
import re
import sqlite3
import string
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Reading
from forms.instrument import find
from forms.messages import DUTCH, catalogue
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.outcome.as_tables import CORRECTED
from papierkompas.session import people
from papierkompas.session.folder import DATABASE
from papierkompas.session.session import Session
from papierkompas.web.desk import OpenSession
from papierkompas.web.texts import TEXTS, text
from tests.papierkompas.web.conftest import HERE, Page, fields

ENGLISH = re.compile(r"\b(the|this|cannot|could|there|again|not|choose|give)\b", re.IGNORECASE)

Trouble = Callable[[Page, pytest.MonkeyPatch], Any]


def test_a_thing_is_called_as_people_call_it() -> None:
    """Nobody says "zij" of a session. And the page says "u" to everybody."""
    said = {**TEXTS, **catalogue(DUTCH)}
    things = {k: s for k, s in said.items() if re.search(r"\b(zij|haar)\b", s)}
    familiar = {k: s for k, s in TEXTS.items() if re.search(r"\b(je|jij|jou|jouw)\b", s)}

    assert [key for key in things if "Vinden zij het goed" not in things[key]] == []
    assert familiar == {}


def test_one_thing_has_one_word() -> None:
    """What is handed in is a form; an answer is changed; a phone is let in, and no door opens."""
    others = re.compile(
        r"\b(blad|bladen|stellingenlijst(en)?|lijsten|verbeterd|deur)\b", re.IGNORECASE
    )
    found = {k: s for k, s in TEXTS.items() if others.search(s)}

    assert found == {}
    assert text("answer.changed") == CORRECTED
    assert len({text("map.show"), text("map.keep")}) == 2


def test_a_round_that_has_no_name_leaves_no_gap() -> None:
    """The quickscan has no rounds."""
    assert not [key for key, said in TEXTS.items() if re.search(r" [:.,;]|  ", said)]


def test_one_photo_is_no_photos() -> None:
    assert text("door.open_for", minutes=1, count=1) == "Nog 1 min. toegelaten; 1 foto ontvangen."


def written(key: str) -> str:
    """Match what the Dutch catalogue says under a key, whatever its values are."""
    text = catalogue(DUTCH)[key]
    return "".join(
        re.escape(words) + ("" if name is None else ".+")
        for words, name, _, _ in string.Formatter().parse(text)
    )


def session_of(page: Page) -> OpenSession:
    found = page.desk.open(page.desk.library.key_of(page.folder))
    assert found is not None
    return found


def database(page: Page) -> sqlite3.Connection:
    """The page's own connection, to give it a disk that has trouble."""
    return session_of(page).session._store._db


@contextmanager
def another_program(page: Page) -> Iterator[None]:
    """Somebody who writes in the same session and takes long about it."""
    file = page.folder / DATABASE
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.close()


def add(page: Page, names: str = "Iemand Anders") -> Any:
    seen = page.post("/people", {"names": names})
    return page.post("/people", fields(seen.text)) if "listed" in seen.text else seen


def busy(page: Page, patch: pytest.MonkeyPatch) -> Any:
    database(page).execute("PRAGMA busy_timeout = 50")
    with another_program(page):
        return add(page)


def full(page: Page, patch: pytest.MonkeyPatch) -> Any:
    (pages,) = database(page).execute("PRAGMA page_count").fetchone()
    database(page).execute(f"PRAGMA max_page_count = {pages}")
    letters = product("abcdefghijklmnopqrst", repeat=2)
    return add(page, "\n".join(f"Persoon {a}{b}{'x' * 60}" for a, b in letters))


def read_only(page: Page, patch: pytest.MonkeyPatch) -> Any:
    database(page).execute("PRAGMA query_only = ON")
    return add(page)


def moved(page: Page, patch: pytest.MonkeyPatch) -> Any:
    session_of(page)
    file = page.folder / DATABASE
    data = file.read_bytes()
    file.rename(file.with_name("elders"))
    file.write_bytes(data)
    return add(page)


def too_many(page: Page, patch: pytest.MonkeyPatch) -> Any:
    patch.setattr(people, "MAX_NUMBER", 3)
    return add(page, "Een\nTwee\nDrie\nVier\nVijf")


def failing(name: str) -> Trouble:
    """A disk that refuses in a way that is hard to make."""

    def ask(page: Page, patch: pytest.MonkeyPatch) -> Any:
        error = sqlite3.OperationalError("as SQLite says it")
        error.sqlite_errorname = name
        held = session_of(page).session._store

        class Broken:
            def execute(self, *_: object) -> None:
                raise error

            def close(self) -> None:
                pass

        patch.setattr(held, "_db", Broken())
        return add(page)

    return ask


def newer(page: Page, patch: pytest.MonkeyPatch) -> Any:
    file = page.folder / DATABASE
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 999")
    db.close()
    return page.get("/people")


def no_spreadsheet(page: Page, patch: pytest.MonkeyPatch) -> Any:
    file = ("namen.xlsx", b"PK\x03\x04" + bytes(60))
    return page.post("/people", {"names": ""}, files={"roster": file})


def no_text(page: Page, patch: pytest.MonkeyPatch) -> Any:
    file = ("namen.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    return page.post("/people", {"names": ""}, files={"roster": file})


def paper(name: str, asked: str = "") -> Trouble:
    """A paper that needs more than was read."""
    return lambda page, _: page.get(f"/papers/{name}.pdf?{asked}")


def no_right(page: Page, patch: pytest.MonkeyPatch) -> Any:
    patch.setattr("papierkompas.session.session.may_change", lambda _: False)
    form = {"team": "Team Twee", "date": "2026-05-01", "names": ""}
    return page.client.post("/", data=form, headers={"origin": HERE})


def no_room_on_disk(page: Page, patch: pytest.MonkeyPatch) -> Any:
    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    patch.setattr("papierkompas.session.kept_files._write", refuse)
    return page.post("/scan/upload", files={"file": ("stapel.pdf", b"%PDF-1.7 " + bytes(90))})


@pytest.mark.parametrize(
    ("trouble", "key"),
    [
        pytest.param(busy, "session.busy", id="busy"),
        pytest.param(full, "session.full", id="full"),
        pytest.param(read_only, "session.read_only", id="read only"),
        pytest.param(moved, "session.moved", id="moved"),
        pytest.param(too_many, "session.no_numbers", id="too many people"),
        pytest.param(failing("SQLITE_IOERR_READ"), "session.disk_trouble", id="disk"),
        pytest.param(failing("SQLITE_CANTOPEN"), "session.cannot_open", id="cannot open"),
        pytest.param(failing("SQLITE_PROTOCOL"), "session.no_such_disk", id="network drive"),
        pytest.param(failing("SQLITE_CORRUPT"), "session.damaged", id="damaged"),
        pytest.param(newer, "session.newer", id="newer"),
        pytest.param(no_spreadsheet, "roster.workbook_damaged", id="spreadsheet"),
        pytest.param(no_text, "roster.not_text", id="no text"),
        pytest.param(paper("sticker-map", "round=huidig"), "poster.no_map", id="stickers"),
        pytest.param(paper("personal"), "results.no_lists", id="no lists"),
        pytest.param(paper("one-list"), "results.no_quickscans", id="no quickscans"),
        pytest.param(paper("statements", "round=later"), "print.no_round", id="no round"),
        pytest.param(no_room_on_disk, "session.full", id="scan on a full disk"),
        pytest.param(no_right, "session.no_right", id="no right to make one"),
    ],
)
def test_what_goes_wrong_is_said_in_dutch(
    page: Page, monkeypatch: pytest.MonkeyPatch, trouble: Trouble, key: str
) -> None:
    """A facilitator in the break reads no English, and has ten minutes."""
    answer = trouble(page, monkeypatch)
    found = re.findall(r'role="alert">(.*?)<', answer.text, re.DOTALL)
    said = html.unescape(" ".join(found))

    assert answer.status_code in (400, 404, 409, 503)
    assert re.fullmatch(written(key), said), said or answer.text
    assert not ENGLISH.findall(said.replace(str(page.folder), "")), said


def test_a_pile_that_does_not_add_up_is_said_in_dutch(page: Page, tmp_path: Path) -> None:
    """Photocopies that were shuffled make no lists of one person, and nobody sees it in a count."""
    asked = find("quickscan")
    (tmp_path / "stapel.pdf").write_bytes(b"%PDF-1.7 shuffled")
    with Session.open(page.folder) as session:
        (job,) = jobs(asked, rounds_to_print(asked, None), Order(master=True), session)
        scan = session.scans.keep(tmp_path / "stapel.pdf", "stapel.pdf")
        for place, number in enumerate([2, 1, 1, 3, 2, 3], 1):
            (seat,) = job.seats
            readings = {"1.1": Reading("++" if place % 2 else "--")}
            code = job.code(seat, number)
            where = PageRef("stapel.pdf", place)
            read = ReadPage(
                where, PageStatus.READ, code=code, instrument=asked.key, readings=readings
            )
            session.pages.record(scan, read)
    shown = html.unescape(page.get("/scan").text)

    assert "Het gaat om 6 bladzijden, van minstens 2 formulieren." in shown
    assert f"Kopieermodel {job.batch}-00" in shown
