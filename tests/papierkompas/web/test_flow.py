"""What a facilitator does, screen by screen, without a browser."""

from __future__ import annotations

import html
import io
import os
import re
import signal
import threading
import time
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import cv2
import httpx2
import numpy as np
import pdf2image
import pytest

from forms.answers import Doubt, Reading
from forms.compass import BlankCompass
from forms.instrument import find
from forms.paper_sizes import paper_named
from forms.sheet_code import SheetCode, in_words
from omr.many.batch import read_batch
from omr.page import Note, PageRef, PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs
from papierkompas.outcome.printables import PRINTABLES, Needs
from papierkompas.session.session import Session
from papierkompas.web import page_views, reader, texts
from papierkompas.web.passwords import forget_passwords
from papierkompas.web.reader import Reader
from papierkompas.web.screens import wall
from tests.maps import COMPASS
from tests.papierkompas.web.conftest import HERE, Page, fields, opened
from tests.papierkompas.web.pile import blot, lock, quickscan_pile, scan_pile
from tests.papierkompas.web.server import start_server
from tests.pdf_words import pdf_pages

DPI = 100


def test_a_session_is_made_from_a_typed_list(page: Page) -> None:
    form = {"team": "Team <b>Twee</b>", "date": "2026-05-01", "names": "Jan Jansen\nPiet de Vries"}
    seen = page.client.post("/", data=form, headers={"origin": HERE})
    answer = page.client.post("/", data=fields(seen.text), headers={"origin": HERE})
    made = page.client.get(answer.headers["location"])

    assert "Klopt deze lijst?" in seen.text
    assert answer.status_code == 303
    assert "Team &lt;b&gt;Twee" in made.text
    assert "iedereen op de namenlijst (2)" in made.text
    assert "1 mei 2026" in page.client.get("/").text
    folders = {folder.name for folder in page.folder.parent.iterdir()} - {"sessie"}
    assert re.fullmatch(r"2026-05-01-team-b-twee-b-[0-9a-f]{4}", folders.pop())


@pytest.mark.parametrize(
    ("names", "sentence"),
    [
        ("Jan Jansen\nJan Jansen", "dezelfde naam staat ook op regel 1"),
        ("naam\n" + "a" * 200, "langer dan 100 tekens"),
    ],
)
def test_a_list_that_is_wrong_is_said_in_dutch_and_nothing_typed_is_lost(
    page: Page, names: str, sentence: str
) -> None:
    form = {"team": "Team Twee", "date": "2026-05-01", "names": names}
    answer = page.client.post("/", data=form, headers={"origin": HERE})

    assert answer.status_code == 400
    assert sentence in answer.text
    assert 'value="Team Twee"' in answer.text
    assert names.splitlines()[1] in answer.text


def test_sheets_are_printed_for_the_list_for_numbers_and_as_a_master(page: Page) -> None:
    base = {"paper": "schoolwaardenkompas-1", "round": "gewenst"}
    for whom in ("people", "copies", "master"):
        answer = page.post("/print", {**base, "whom": whom, "copies": "4"})

        assert answer.content.startswith(b"%PDF")
        assert answer.headers["content-disposition"].startswith("attachment")
    with Session.open(page.folder) as session:
        numbers = sorted(
            s.number
            for s in session.given_out.sheets()
            if s.batch == session.given_out.batches()[0].batch
        )

    assert numbers == [0, 1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize("copies", ["0", "-1", "1000", "x", ""])
def test_a_number_of_copies_that_cannot_be_is_refused(page: Page, copies: str) -> None:
    form = {"paper": "schoolwaardenkompas-1", "round": "", "whom": "copies", "copies": copies}

    assert page.post("/print", form).status_code == 400


def test_every_page_that_was_dropped_is_accounted_for(page: Page, pile: tuple[Path, Path]) -> None:
    kept = page.send(pile[1])
    page.post("/scan/upload", {"by": "script"}, files={"file": ("brief.docx", b"PK\x03\x04")})
    text = page.get("/scan").text

    assert kept.json() == {"kept": True, "name": "stapel.pdf", "reason": ""}
    assert "<b>6</b> gelezen" in text
    assert "brief.docx" in text
    assert "Dit is geen PDF" in text
    assert text.count("3 van 3 mensen zijn binnen") == 2
    assert page.get("/scan/page/0").headers["content-type"] == "image/jpeg"


def test_a_doubt_is_settled_seen_in_the_history_and_taken_back(read_page: Page) -> None:
    first = read_page.get("/check").text

    assert "0 van 1 klaar" in first
    assert "Noor Proef" in first
    action = re.search(r'action="([^"]+)" id="settle"', first)
    assert action is not None
    seen = re.search(r'name="seen" value="(\d+)"', first)
    assert seen is not None
    path = action[1].removeprefix(read_page.base)
    for part in ("boxes", "row", "page"):
        picture = read_page.get(path.replace("/row/", "/picture/") + f"/{part}.jpg")
        assert picture.content.startswith(b"\xff\xd8")
    answer = read_page.post(path, {"mode": "check", "value": "5", "seen": seen[1]})

    assert answer.headers["location"] == f"{read_page.base}/check"
    assert "Alles is nagekeken" in read_page.get("/check").text
    assert "van twijfel naar 5" in read_page.get("/history").text
    read_page.post("/undo", {"correction": "1", "mode": "check"})
    assert "0 van 1 klaar" in read_page.get("/check").text
    assert "wijziging 1 teruggedraaid" in read_page.get("/history").text


def test_a_change_says_whose_round_and_statement_it_is(read_page: Page) -> None:
    """Somebody with two sheets has two answers to every statement."""
    key = re.search(r"/answers/([a-z0-9-]+)\"", read_page.get("/answers").text)
    assert key is not None
    open_session = read_page.desk.open(read_page.base[3:])
    assert open_session is not None
    sheet = open_session.sheet(key[1])
    assert sheet is not None
    read_page.post(f"/row/{key[1]}/1", {"value": "4", "mode": "answers", "seen": "0"})
    said = f"{sheet.label} ({sheet.sheet.round}), stelling 1"
    zipped = read_page.get("/papers/everything.zip").content

    assert said in read_page.get("/history").text
    assert said in read_page.get(f"/answers/{key[1]}").text
    with zipfile.ZipFile(io.BytesIO(zipped)) as found:
        assert said in found.read("wijzigingen.csv").decode("utf-8-sig")


def test_who_changed_what_is_kept_with_the_reason(read_page: Page) -> None:
    """'Deelnemers kunnen hun positie nog wijzigen': in the conversation, with a why."""
    answer = read_page.post("/who", {"who": "Marjan <i>"})
    read_page.client.cookies.set("wie", answer.cookies["wie"])
    key = _sheet(read_page)
    read_page.post(f"/row/{key}/1", {"value": "6", "seen": "0", "why": "na het gesprek"})
    text = read_page.get("/history").text

    assert "Marjan &lt;i&gt;" in text
    assert "na het gesprek" in text
    assert re.search(r"van \d naar 6", text)


def test_two_people_at_once_lose_no_change(read_page: Page) -> None:
    key = _sheet(read_page)
    first = read_page.post(f"/row/{key}/1", {"value": "6", "seen": "0"})
    second = read_page.post(f"/row/{key}/1", {"value": "1", "seen": "0"})
    shown = read_page.client.get(second.headers["location"])

    assert "notice=stored" in first.headers["location"]
    assert "Iemand anders heeft dit intussen veranderd" in shown.text
    assert "Nu staat er: 6" in shown.text
    with Session.open(read_page.folder) as session:
        assert [c.value for c in session.corrections.all()] == ["6"]


def test_a_browser_notices_what_another_one_changed(read_page: Page) -> None:
    before = read_page.get("/pulse").json()["stamp"]
    read_page.post(f"/row/{_sheet(read_page)}/1", {"value": "6", "seen": "0"})
    after = read_page.get("/pulse").json()["stamp"]
    read_page.post("/map", {"naming": "numbers"})

    assert before != after != read_page.get("/pulse").json()["stamp"]


@pytest.mark.parametrize("value", ["7", "", "99", "1; drop", "++"])
def test_an_answer_that_nobody_can_give_is_refused(read_page: Page, value: str) -> None:
    answer = read_page.post(f"/row/{_sheet(read_page)}/1", {"value": value, "seen": "0"})

    assert answer.status_code == 400


def test_the_map_is_drawn_and_people_can_be_left_out(read_page: Page) -> None:
    picture = read_page.get("/map.png?shape=wide")
    full = read_page.get("/map").text
    read_page.post("/map", {"people": "1", "shown": ["seat-1", "seat-2"]})
    less = read_page.get("/map").text
    table = less[less.index("positions-table") :]

    assert picture.content.startswith(b"\x89PNG")
    assert "Zoë van Toets" in full[full.index("positions-table") :]
    assert "Zoë van Toets" not in table
    assert "(1 verborgen)" in less
    assert read_page.get("/map.png?shape=round").status_code == 404


def test_a_map_on_which_nothing_changed_is_not_drawn_again(
    read_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Names and comments are read while the map is on the wall; drawing it takes a second."""
    drawn: list[object] = []

    def draw(poster: object, *_: object, is_near: bool = False) -> tuple[bytes, str]:
        drawn.append(poster)
        return b"\x89PNG", ""

    monkeypatch.setattr(wall, "_draw", draw)
    key = _sheet(read_page)
    for value in ("1", "1", "6"):
        read_page.post(f"/row/{key}/1", {"value": value})
        read_page.get("/map.png?shape=wide")
    read_page.post("/map", {"people": "1", "shown": []})

    assert len(drawn) == 2
    assert read_page.get("/map.png?shape=wide").status_code == 404
    assert read_page.get("/map.png?shape=wide&warm=1").status_code == 204


def test_everything_can_be_taken_along(read_page: Page) -> None:
    found = zipfile.ZipFile(io.BytesIO(read_page.get("/papers/everything.zip").content))

    assert {"resultaten.csv", "resultaten.xlsx", "wijzigingen.csv", "LEESMIJ.txt"} <= set(
        found.namelist()
    )
    assert "scans/001-stapel.pdf" in found.namelist()
    assert (
        "poster-beide.pdf: Op dit papier staan maar 3 mensen" in found.read("LEESMIJ.txt").decode()
    )
    assert found.read("eigen-bladen.pdf").startswith(b"%PDF")
    assert "Zoë van Toets" in found.read("namenlijst.csv").decode("utf-8-sig")


def test_a_session_that_was_wiped_opens_again_from_its_zip(read_page: Page) -> None:
    """Zip, wipe, open: the page shows the same answers, in a folder called as every other."""
    key = _sheet(read_page)
    read_page.post(f"/row/{key}/1", {"value": "6", "why": "verteld"})
    shown = read_page.get("/answers").text
    taken = read_page.get("/papers/everything.zip").content
    with Session.open(read_page.folder) as session:
        session.delete_for_good()
    send = {"zip": ("alles.zip", taken, "application/zip")}
    answer = read_page.client.post("/open", files=send, headers={"origin": HERE})
    opened_again = answer.headers["location"].split("/")[2]

    assert answer.status_code == 303
    assert "is weer open" in read_page.client.get(answer.headers["location"]).text
    again = read_page.client.get(f"/s/{opened_again}/answers").text
    address_or_stamp = r'/s/\w+/|data-stamp="[^"]*"'
    assert re.sub(address_or_stamp, "", again) == re.sub(address_or_stamp, "", shown)
    assert not [f for f in read_page.folder.parent.iterdir() if f.name.startswith(".being")]


@pytest.mark.parametrize("sent", [b"", b"geen zip", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_of_a_session_is_said_beside_the_form(page: Page, sent: bytes) -> None:
    before = sorted(page.folder.parent.rglob("*"))
    send = {"zip": ("brief.zip", sent, "application/zip")}
    answer = page.client.post("/open", files=send, headers={"origin": HERE})

    assert answer.status_code == 400
    assert 'class="wrong" role="alert"' in answer.text
    assert [p for p in sorted(page.folder.parent.rglob("*")) if p not in before] == []


@pytest.mark.parametrize(
    "key", [p.key for p in PRINTABLES if p.needs in (Needs.NOTHING, Needs.COMPASS)]
)
def test_every_paper_can_be_downloaded(read_page: Page, key: str) -> None:
    answer = read_page.get(f"/papers/{key}.pdf?few=1")

    assert answer.content.startswith(b"%PDF")
    assert f'papers/{key}.pdf"' in read_page.get("/papers").text


def test_names_stay_inside_from_the_moment_it_is_chosen(read_page: Page) -> None:
    """On every screen of the wall and in everything that is taken along, not among the names."""
    assert "Houd namen in deze sessie" in read_page.get("/people").text
    read_page.post("/people/out", {"inside": "1"})
    found = zipfile.ZipFile(io.BytesIO(read_page.get("/papers/everything.zip").content))
    screens = [
        read_page.get(f"/{part}").text for part in ("map", "beamer", "statements", "answers")
    ]

    for text in (
        *screens,
        *(found.read(name).decode("utf-8", "replace") for name in found.namelist()),
    ):
        assert "Toets" not in text
        assert "Voorbeeld" not in re.sub("Team Voorbeeld|Voorbeelden", "", text)
    assert "Zoë van Toets" in read_page.get("/people").text.replace("</td><td>", " ")
    read_page.post("/people/out", {"inside": "0"})
    assert "Zoë van Toets" in read_page.get("/map").text


def test_a_statement_is_found_by_spread_and_by_step(read_page: Page) -> None:
    for order in ("number", "spread", "step", "nonsense"):
        shown = read_page.get(f"/statements?order={order}").text

        assert shown.count('class="statement"') == 8
        assert "verst uiteen eerst" in shown


def test_a_map_of_three_people_is_made_when_it_is_asked_for(read_page: Page) -> None:
    for key in ("poster", "statements", "key"):
        answer = read_page.get(f"/papers/{key}.pdf")

        assert answer.status_code == 409
        assert "weet iedereen wie wie is" in answer.text
        assert 'name="few"' in read_page.get("/papers").text


def test_a_paper_that_cannot_be_made_yet_is_said_and_an_unknown_one_is_none(page: Page) -> None:
    assert page.get("/papers/personal.pdf").status_code == 409
    assert page.get("/papers/one-list.pdf").status_code == 409
    assert page.get("/papers/..%2f..%2fetc.pdf").status_code == 404
    assert page.get("/papers/nothing.pdf").status_code == 404


def test_a_session_is_deleted_for_good_and_what_stays_is_said(read_page: Page) -> None:
    (read_page.folder / "aantekeningen.txt").write_text("van iemand anders")

    assert read_page.post("/end", {}).headers["location"].endswith("notice=not_sure")
    text = read_page.post("/end", {"sure": "1"}).text

    assert "aantekeningen.txt" in text
    assert "niet overschreven" in text
    assert [p.name for p in read_page.folder.iterdir()] == ["aantekeningen.txt"]
    assert read_page.get("/scan").status_code == 404


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="open files cannot be listed here")
def test_a_deleted_session_has_no_open_file_and_one_of_another_program_is_said(
    read_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Windows deletes no file that is open, in whatever program."""
    remove = Path.unlink

    def as_on_windows(path: Path, missing_ok: bool = False) -> None:
        is_open = []
        for handle in Path("/proc/self/fd").iterdir():
            with suppress(OSError):  # closed since it was listed
                is_open.append(handle.readlink())
        if path.resolve() in is_open:
            raise PermissionError(13, "used by another process", str(path))
        remove(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", as_on_windows)
    for path in ("/answers", "/papers", "/scan"):
        read_page.get(path)
    scan = next((read_page.folder / "scans").iterdir())
    with scan.open("rb"):  # somebody looks at it
        text = read_page.post("/end", {"sure": "1"}).text

    assert scan.name in text
    assert [p for p in read_page.folder.rglob("*") if p.is_file()] == [scan]


def test_a_folder_is_watched_only_when_asked_and_files_that_grow_are_left(
    page: Page, pile: tuple[Path, Path]
) -> None:
    open_session = page.desk.open(page.base[3:])
    assert open_session is not None
    page.post("/scan/watch", {"on": "1"})
    target = page.desk.watched / "kopieerapparaat.pdf"
    data = pile[1].read_bytes()
    target.write_bytes(data[:1000])
    (page.desk.watched / "link.pdf").symlink_to(pile[1])
    page.desk.watcher.look(open_session)
    target.write_bytes(data)
    page.desk.watcher.look(open_session)

    assert not open_session.session.scans.all()
    page.desk.watcher.look(open_session)
    page.desk.watcher.look(open_session)
    page.wait()
    assert [scan.name for scan in open_session.session.scans.all()] == ["kopieerapparaat.pdf"]
    assert open_session.is_watching


def test_what_was_kept_but_not_read_is_read_when_the_page_starts_again(
    page: Page, pile: tuple[Path, Path]
) -> None:
    with Session.open(page.folder) as session:
        session.scans.keep(pile[1], "stapel.pdf")
    page.get("/scan")
    page.wait()

    assert "<b>6</b> gelezen" in page.get("/scan").text


def test_a_locked_file_is_read_with_its_password_and_the_password_is_kept_nowhere(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """Copiers can lock what they mail; the word is typed once and forgotten at the end."""
    locked = lock(pile[1], tmp_path / "slot.pdf", "geheim-woord")
    with opened(tmp_path, pile[0]) as page:
        page.send(locked, "slot.pdf")
        asked = page.get("/scan").text
        wrong = page.post("/scan/unlock/1", {"password": "mis"})

        assert "Wachtwoord van slot.pdf" in asked
        assert "Op het bestand zit een wachtwoord" in asked
        assert wrong.headers["location"].endswith("notice=password")
        assert "gaat het bestand niet open" in page.client.get(wrong.headers["location"]).text
        page.post("/scan/unlock/1", {"password": "geheim-woord"})
        page.wait()
        text = page.get("/scan").text
        assert "<b>6</b> gelezen" in text
        assert "Wachtwoord van" not in text
        assert page.get("/scan/page/0").status_code == 200
        assert page.post("/scan/unlock/1", {"password": "x"}).status_code == 404
        assert not any("geheim" in said for said in page.said)
    kept = [file.read_bytes() for file in page.folder.rglob("*") if file.is_file()]
    assert not any(b"geheim-woord" in data for data in kept)


def test_after_a_restart_a_locked_file_asks_again_before_anything_of_it_is_shown(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    locked = lock(pile[1], tmp_path / "slot.pdf", "geheim-woord")
    with opened(tmp_path, pile[0]) as page:
        page.send(locked, "slot.pdf")
        page.post("/scan/unlock/1", {"password": "geheim-woord"})
        page.wait()
    forget_passwords(page.folder)  # as a new program would have
    page_views.forget_pictures()
    with opened(tmp_path, pile[0]) as again:
        text = again.get("/scan").text

        assert "<b>6</b> gelezen" in text
        assert "Wachtwoord van slot.pdf" in text
        assert again.get("/scan/page/0").status_code == 404
        again.post("/scan/unlock/1", {"password": "geheim-woord"})
        assert again.get("/scan/page/0").status_code == 200


def test_papers_say_that_handwriting_waits_for_a_password(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """An action sheet without handwriting looks as if nobody had written anything."""
    word = "geheim-woord"
    with opened(tmp_path, pile[0]) as page:
        quickscan = quickscan_pile(page.folder, tmp_path / "open.pdf")
        page.send(lock(quickscan, tmp_path / "slot.pdf", word), "slot.pdf")
        page.post("/scan/unlock/1", {"password": word})
        page.wait()

        assert "Op slot" not in page.get("/papers").text
        assert _action_sheet(page).count("Niet te zien") == 0
    forget_passwords(page.folder)  # as a new program would have
    with opened(tmp_path, pile[0]) as again:
        shown = again.get("/papers").text

        assert "Op slot: slot.pdf" in shown
        assert "/scan#locked" in shown
        assert 'id="locked"' in again.get("/scan").text
        assert _action_sheet(again).count("slot.pdf (op slot)") == 3


def _action_sheet(page: Page) -> str:
    """Download the posters of the quickscan; return what stands on the action sheet."""
    target = page.folder.parent / "actieblad.pdf"
    target.write_bytes(page.get("/papers/actions.pdf").content)
    text = " ".join(one.text for one in pdf_pages(target))
    target.unlink()
    return text


def test_a_page_without_a_square_code_is_read_by_the_code_that_a_person_types(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """Only as a sheet that this session gave out, and only with its check letters right."""
    with opened(tmp_path, pile[0]) as page:
        page.send(blot(page.folder, tmp_path / "vlek.pdf"), "vlek.pdf")
        with Session.open(page.folder) as session:
            batch = next(b.batch for b in session.given_out.batches() if b.round == "gewenst")
        words = {n: in_words(SheetCode(1, 1, 1, 1, n, batch, 1)) for n in (1, 999)}
        asked = {"file": "vlek.pdf", "page": "1"}

        assert "typ de code over" in page.get("/scan").text
        for code, notice in (
            ("K7F3-02", "no_code"),
            (words[1][:-1], "no_code"),
            (words[999], "not_given_out"),
        ):
            answer = page.post("/scan/code", {**asked, "code": code})
            assert answer.headers["location"].endswith(f"notice={notice}")
        answer = page.post("/scan/code", {**asked, "code": words[1].lower()})
        assert answer.headers["location"].endswith("/scan")
        read = page.get("/scan").text
        assert "<b>1</b> gelezen" in read
        assert "Gelezen, maar let op" in read
        assert texts.said(Note.BY_WORDS.message) in read
        assert "Sam Voorbeeld" in page.get("/answers").text
        assert page.post("/scan/code", {**asked, "code": words[1]}).status_code == 404
        other = {"file": "../x", "page": "1"}
        assert page.post("/scan/code", {**other, "code": words[1]}).status_code == 404


def test_who_is_hidden_and_what_was_refused_outlive_a_restart(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """Whoever asked not to be on the wall is not there when the laptop was shut in between."""
    with opened(tmp_path, pile[0]) as page:
        page.send(pile[1])
        page.post("/scan/upload", {"by": "script"}, files={"file": ("brief.docx", b"PK\x03\x04")})
        page.post("/map", {"people": "1", "shown": ["seat-1", "seat-2"]})
        page.post("/map", {"naming": "numbers", "rounds": "gewenst"})
    with opened(tmp_path, pile[0]) as again:
        text = again.get("/map").text

        assert "(1 verborgen)" in text
        assert '<option value="numbers" selected>' in text
        assert '<option value="gewenst" selected>' in text
        assert "brief.docx" in again.get("/scan").text
        again.post("/scan/forget")
    with opened(tmp_path, pile[0]) as once_more:
        assert "brief.docx" not in once_more.get("/scan").text


def test_the_reader_goes_on_with_other_files_after_a_mistake_of_ours(
    page: Page, pile: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_self: Reader, _session: Session) -> None:
        raise RuntimeError("Sam Voorbeeld")

    with monkeypatch.context() as patched:
        patched.setattr(Reader, "_read", broken)
        page.send(pile[1])
    text = page.get("/scan").text

    assert "nog 6 bladzijden te lezen" in text
    assert "RuntimeError" in page.said[-1]
    assert "Sam" not in page.said[-1]
    page.post("/scan/go-on")
    page.wait()
    assert "<b>6</b> gelezen" in page.get("/scan").text


def test_a_server_that_is_killed_loses_nothing_that_was_shown_as_read(
    tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """Killed in the middle of reading, while a second file is being sent."""
    import shutil

    library = tmp_path / "bibliotheek"
    shutil.copytree(pile[0], library / "sessie")
    server, address = start_server(library)
    try:
        with httpx2.Client(trust_env=False, timeout=30) as client:
            base, origin = _enter(client, address)
            with pile[1].open("rb") as data:
                client.post(
                    f"{base}/scan/upload",
                    data={"by": "script"},
                    files={"file": ("stapel.pdf", data)},
                    headers=origin,
                )
            shown = 0
            while shown < 2:
                shown = client.get(f"{base}/pulse").json()["done"]
            os.kill(server.pid, signal.SIGKILL)
    finally:
        server.kill()
        server.communicate(timeout=60)  # its workers end by themselves and let go of its output
    with Session.open(library / "sessie") as session:
        assert sum(1 for _ in session.pages.all()) >= shown
    server, address = start_server(library)
    try:
        with httpx2.Client(trust_env=False, timeout=30) as client:
            base, _ = _enter(client, address)
            for _ in range(300):
                text = client.get(f"{base}/scan").text
                if "<b>6</b> gelezen" in text:
                    break
                time.sleep(0.1)
    finally:
        server.terminate()
        server.communicate(timeout=30)

    assert "<b>6</b> gelezen" in text
    assert not list((library / "sessie" / "scans").glob(".being*"))


def test_every_text_is_used_and_every_text_that_is_used_is_there() -> None:
    """A word that nobody shows is a word that nobody keeps right."""
    web = Path(texts.__file__).parent
    source = "\n".join(
        file.read_text()
        for file in (*web.rglob("*.py"), *web.glob("templates/*.html"))
        if file.name != "texts.py"
    )
    used = {key for key in texts.TEXTS if f'"{key}"' in source or f"'{key}'" in source}
    asked = set(re.findall(r"""\bt\(["']([a-z_.0-9]+)["'],?""", source))
    asked |= set(re.findall(r"""\btext\(["']([a-z_.0-9]+)["'][,)]""", source))
    composed = (
        "own.question",
        "own.kind_",
        "own.left",
        "own.right",
        "own.text",
        "nav.",
        "round.",
        "notice.",
        "answer.",
        "map.",
        "tap.",
        "option.",
        "ink.",
        "small_maps.",
        "scan.",
        "check.why_",
        "statements.order_",
    )

    assert {a for a in asked if not a.endswith((".", "_"))} <= set(texts.TEXTS)
    left = {key for key in texts.TEXTS if key.removesuffix(".one") not in used | asked}
    assert {key for key in left if not key.startswith(composed)} == set()


def _sheet(page: Page) -> str:
    found = re.search(r"/answers/([a-z0-9-]+)\"", page.get("/answers").text)
    assert found is not None
    return found[1]


def _enter(client: httpx2.Client, address: str) -> tuple[str, dict[str, str]]:
    here = address.split("/?")[0]
    for _ in range(100):
        try:
            client.get(address)
            break
        except httpx2.ConnectError:
            time.sleep(0.1)
    found = re.search(r'href="(/s/[0-9a-f]+)/scan"', client.get(here + "/").text)
    assert found is not None
    return here + found[1], {"origin": here}


def test_the_same_pile_scanned_again_adds_nothing(
    read_page: Page, pile: tuple[Path, Path], tmp_path: Path
) -> None:
    read_page.send(pile[1], "nog een keer.pdf")
    again = scan_pile(pile[0], tmp_path / "opnieuw.pdf", "gewenst")
    read_page.send(again, "opnieuw.pdf")

    assert "<b>3</b> dubbel gescand" in read_page.get("/scan").text


def test_a_map_with_stickers_is_read_from_a_photo(page: Page, tmp_path: Path) -> None:
    """Print the empty map, stick four dots on it, photograph it, and make the poster."""
    blank = page.get("/papers/blank-compass.pdf?round=gewenst")
    (tmp_path / "leeg.pdf").write_bytes(blank.content)
    image = np.array(pdf2image.convert_from_path(tmp_path / "leeg.pdf", dpi=DPI)[0])
    map_ = BlankCompass.on(paper_named("a1"), COMPASS).map
    for doel, relatie in ((2, 5), (2.25, 4.5), (3, 5), (2.5, 5.5)):
        place = map_.at(doel, relatie)
        middle = (round(place.x_mm / 25.4 * DPI), round(place.y_mm / 25.4 * DPI))
        cv2.circle(image, middle, round(8 / 25.4 * DPI), (210, 40, 40), -1, cv2.LINE_AA)
    cv2.imwrite(str(tmp_path / "foto.jpg"), image[:, :, ::-1])
    page.send(tmp_path / "foto.jpg", "foto.jpg")
    shown = page.get("/scan").text

    assert "Kaart gewenst: 4 stippen gezien." in shown
    assert "niet duidelijk" not in shown
    (poster,) = set(re.findall(r'href="[^"]*(/papers/sticker-map.pdf\?[^"]*)"', shown))
    assert page.get(poster.replace("&amp;", "&")).content.startswith(b"%PDF")
    assert "/papers/sticker-map.pdf" in page.get("/papers").text
    assert page.get("/papers/sticker-map.pdf?round=huidig").status_code == 409


def test_a_scan_is_withdrawn_and_put_back_on_the_page(read_page: Page) -> None:
    """It says before what changes; who did it, when and why stays to be seen."""
    file = {"file": "stapel.pdf"}
    asked = read_page.get("/scan/withdraw", params=file).text
    assert "Sam Voorbeeld" in asked
    assert "Er wordt niets gewist" in asked
    read_page.post("/scan/withdraw", {**file, "page": "", "why": ""})
    assert "<b>6</b> gelezen" in read_page.get("/scan").text

    read_page.post("/scan/withdraw", {**file, "page": "", "why": "de lege stapel"})
    text = read_page.get("/scan").text
    assert "de lege stapel" in text
    assert "gelezen</li>" not in text
    assert "te lezen" not in text, "what does not count does not wait to be read"
    read_page.post("/scan/withdraw", {**file, "page": "", "back": "1", "why": "toch niet"})
    read_page.post("/scan/withdraw", {**file, "page": "2", "why": "dubbel"})
    assert "<b>5</b> gelezen" in read_page.get("/scan").text
    history = read_page.get("/history").text
    assert [why in history for why in ("de lege stapel", "toch niet", "dubbel")] == [True] * 3


def test_a_refused_file_is_taken_off_the_list(page: Page, tmp_path: Path) -> None:
    (tmp_path / "brief.txt").write_text("geen scan")
    page.send(tmp_path / "brief.txt", "brief.txt")
    assert "brief.txt" in page.get("/scan").text
    page.post("/scan/withdraw", {"file": "brief.txt", "why": "was niets"})
    text = page.get("/scan").text

    assert "Niet gelezen" not in text
    assert "was niets" in page.get("/history").text


def test_who_is_off_the_map_is_named_with_why_and_a_way_there(read_page: Page) -> None:
    """'10 sheets are not on it' helps nobody: who, why, and where that is put right."""
    text = read_page.get("/map").text
    waiting = text.partition('id="waiting"')[2].partition("</details>")[0]

    assert "1 formulier staat er nog niet op" in waiting
    assert "Noor Proef</a> (gewenst): " in waiting
    (way,) = re.findall(r'href="([^"]+)"', waiting)
    assert "Noor Proef" in read_page.client.get(html.unescape(way)).text
    assert "gewenst: 3 van 3 mensen zijn binnen" in read_page.get("/scan").text


def test_a_form_left_empty_is_one_question_on_the_page(page: Page) -> None:
    """Too light a scan of a blank form asks once; row by row stays possible."""
    with Session.open(page.folder) as session:
        people = session.people.all()
        asked = find("stellingenlijst")
        (job,) = jobs(asked, [asked.round("gewenst")], Order(people=people), session)
        scan_of = session.scans.keep(page.folder / "session.sqlite3")
        faint = Reading(None, doubt=Doubt.FAINT, confidence=0.5)
        code = SheetCode(1, asked.edition, 1, 1, 1, job.batch, job.layout.number)
        session.pages.record(
            scan_of,
            ReadPage(
                PageRef(scan_of.name, 1),
                PageStatus.READ,
                code=code,
                instrument=asked.key,
                round="gewenst",
                readings=dict.fromkeys(asked.questions, faint),
            ),
        )
    first = page.get("/check").text

    assert "0 van 1 klaar" in first
    assert "Is dit hele formulier leeg?" in first
    assert '<b class="badge">1</b>' in first
    (action,) = re.findall(r'action="[^"]+(/whole/[^"]+)"', first)
    page.post(action, {"seen": "0"})
    assert "Alles is nagekeken" in page.get("/check").text
    last = max(int(n) for n in re.findall(r"<td>(\d+)</td>", page.get("/history").text))
    assert page.post("/undo", {"correction": str(last), "mode": "check"}).status_code == 303
    assert "Is dit hele formulier leeg?" in page.get("/check").text


def test_a_name_is_corrected_taken_off_and_put_back_on_the_page(read_page: Page) -> None:
    """What came back of somebody is asked about before they leave the list."""
    read_page.post("/people/1", {"what": "rename", "first": "Samira", "last": "Voorbeeld"})
    assert "Samira" in read_page.get("/people").text
    assert "Samira Voorbeeld" in read_page.get("/answers").text
    asked = read_page.post("/people/1", {"what": "off"})
    assert asked.status_code == 400
    assert "Kies eerst wat er gebeurt" in asked.text
    read_page.post("/people/1", {"what": "off", "sheets": "leave_out"})
    assert "gewenst: 2 van 2 mensen zijn binnen" in read_page.get("/scan").text
    assert "Samira Voorbeeld is van de lijst gehaald" in read_page.get("/names").text
    read_page.post("/people/1", {"what": "back"})
    assert "gewenst: 3 van 3 mensen zijn binnen" in read_page.get("/scan").text
    read_page.post("/people/3", {"what": "merge", "into": "1"})
    assert "Twee formulieren van één persoon" in read_page.get("/names").text
    assert "is dezelfde persoon als Samira Voorbeeld" in read_page.get("/people").text
    read_page.post("/people/3", {"what": "back"})
    assert "Twee formulieren van één persoon" not in read_page.get("/names").text
    assert "gewenst: 3 van 3 mensen zijn binnen" in read_page.get("/scan").text
    assert "is dezelfde persoon als" not in read_page.get("/people").text
    read_page.post("/people/about", {"team": "Team Nieuw", "date": "2026-04-02"})
    history = read_page.get("/history").text

    assert "Sam Voorbeeld (1) heet nu Samira Voorbeeld" in history
    assert "Samira Voorbeeld (1) van de lijst gehaald" in history
    assert "Zoë van Toets (3) is dezelfde als Samira Voorbeeld (1)" in history
    assert "de sessie heet nu Team Nieuw, 02-04-2026" in history
    assert "2 april 2026" in read_page.get("/people").text


def test_a_sheet_of_who_was_taken_off_before_it_came_is_asked_about(
    page: Page, pile: tuple[Path, Path]
) -> None:
    """It counts until somebody says otherwise, and that is not silent."""
    page.post("/people/1", {"what": "off"})
    page.send(pile[1])
    text = page.get("/names").text
    asked = re.findall(r'action="/s/[^/]+(/names/[^"/]+/off)"', text)
    assert len(asked) == 2
    assert "Ze tellen mee zolang u niets kiest" in text
    assert "van de lijst is gehaald. Het telt mee" in page.get("/scan").text
    page.post(asked[0], {"counts": "0"})
    page.post(asked[1], {"counts": "1"})
    text = page.get("/names").text

    assert "/off" not in text
    assert "telt niet mee: Sam Voorbeeld is van de lijst gehaald" in text
    assert "telt mee, al is de persoon van de lijst gehaald" in page.get("/history").text


def test_a_latecomer_and_a_lost_sheet_are_printed_alone(page: Page) -> None:
    """A second print keeps its number, and the session knows of it."""
    form = {"paper": "schoolwaardenkompas-1", "round": "gewenst", "whom": "some"}
    assert page.post("/print", form).status_code == 400
    with Session.open(page.folder) as session:
        before = session.given_out.printed_again()
    for _ in range(2):
        assert page.post("/print", {**form, "number": ["2"]}).content.startswith(b"%PDF")
    with Session.open(page.folder) as session:
        after = session.given_out.printed_again()
        batches = {b.batch for b in session.given_out.batches() if b.round == "gewenst"}

    assert sum(after.values()) - sum(before.values()) == 2
    more = {one for one, times in after.items() if times > before.get(one, 0)}
    assert {number for batch, number in more if batch in batches} == {2}
    assert "al afgedrukt" in page.get("/print").text


def test_one_big_pile_is_not_said_to_be_read_before_it_is(
    page: Page, pile: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of it is read, or the program begins to count it: that is not all of it."""
    go_on = threading.Event()

    def slowly(*given: Any, **more: Any) -> Iterator[Any]:
        for number, one in enumerate(read_batch(*given, **more)):
            if number == 2:
                go_on.wait(30)
            yield one

    monkeypatch.setattr(reader, "read_batch", slowly)
    with pile[1].open("rb") as data:
        page.post("/scan/upload", {"by": "script"}, files={"file": ("stapel.pdf", data)})
    for _ in range(600):
        if page.get("/pulse").json()["done"] == 2:
            break
        time.sleep(0.05)
    text = page.get("/scan").text
    assert "2 van 6" in text
    assert "Alles is gelezen" not in text
    open_session = page.desk.open(page.base[3:])
    assert open_session is not None
    known = dict(page.desk.reader._progress)
    page.desk.reader._progress.clear()  # as another browser finds it after a restart
    text = page.get("/scan").text
    assert "Alles is gelezen" not in text
    page.desk.reader._progress.update(known)
    go_on.set()
    page.wait()

    assert "Alles is gelezen" in page.get("/scan").text
