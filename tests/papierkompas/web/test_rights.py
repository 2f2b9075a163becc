"""Sessions that may not be changed or not be opened, and what comes in through the page."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from papierkompas.web.app import SCREENS
from tests.papierkompas.web.conftest import Page, opened
from tests.papierkompas.web.pile import make_session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="other rights there")


@pytest.fixture(params=[0o022, 0o000], ids=["umask 022", "umask 000"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


READ_ONLY = "U kunt deze sessie bekijken, maar niet veranderen"


def lock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Say that nothing may be written: the tests may run as root."""
    monkeypatch.setattr(os, "access", lambda *_, **__: False)


@pytest.fixture
def locked(
    tmp_path: Path, pile: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The page on a session on a stick that was locked since."""
    lock(monkeypatch)
    with opened(tmp_path, pile[0]) as page:
        yield page


def others_may(folder: Path) -> list[str]:
    """List what others than the owner may do something with."""
    return [
        f"{path.relative_to(folder)} {stat.S_IMODE(path.lstat().st_mode):o}"
        for path in [folder, *folder.rglob("*")]
        if path.lstat().st_mode & 0o077
    ]


def screens(page: Page) -> dict[str, str]:
    """Look at every screen, picture and paper of a session that needs no more than its address."""
    plain = [path for method, path, _ in SCREENS if method == "GET" and path.count("{") == 1]
    answers = {path: page.client.get(path.format(key=page.base[3:])) for path in plain}
    assert answers["/s/{key}/check"].status_code == 200
    return {f"{path} {a.status_code}": a.text for path, a in answers.items()}


def test_every_screen_of_a_session_that_may_not_be_changed_is_shown(
    tmp_path: Path, pile: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A backup, a locked stick: look, print the poster, take the tables along."""
    with opened(tmp_path, pile[0]) as page:
        page.send(pile[1])
        usual = screens(page)
    lock(monkeypatch)
    with opened(tmp_path, pile[0]) as page:
        start = page.client.get("/")
        before = {p: p.read_bytes() for p in page.folder.rglob("*") if p.is_file()}
        shown = screens(page)

        assert "Team Voorbeeld" in start.text
        assert "Er is nog geen sessie" not in start.text
        assert shown.keys() == usual.keys()
        for name in ("check", "answers", "map", "papers", "scan"):
            assert READ_ONLY in shown[f"/s/{{key}}/{name} 200"]
            assert READ_ONLY not in usual[f"/s/{{key}}/{name} 200"]
        assert page.get("/papers/results.xlsx").status_code == 200
        assert {p: p.read_bytes() for p in page.folder.rglob("*") if p.is_file()} == before
        assert page.said == []


def test_only_changes_are_refused(locked: Page, pile: tuple[Path, Path]) -> None:
    """And it is said why, in Dutch, with what to do."""
    page = locked.get("/check").text
    assert "Team Voorbeeld" in page
    with pile[1].open("rb") as scan:
        answers = [
            locked.post("/people", {"names": "Eef Lam"}),
            locked.post(
                "/print", {"paper": "schoolwaardenkompas-1", "whom": "copies", "copies": "2"}
            ),
            locked.post("/scan/watch", {"on": "1"}),
            locked.post("/phone", {"on": "1"}),
            locked.post("/map", {"rounds": "both", "naming": "numbers"}),
            locked.post("/end", {"sure": "1"}),
            locked.post("/scan/upload", {"by": "form"}, files={"file": ("a.pdf", scan)}),
        ]

    for answer in answers:
        assert answer.status_code == 400, answer.url
        assert "u kunt deze sessie bekijken, maar niet veranderen" in answer.text, answer.url
    assert locked.said == []


def test_a_session_that_cannot_be_opened_is_named_with_why(page: Page) -> None:
    """Made by a newer version, damaged: 'there is no session here' would be untrue."""
    library = page.folder.parent
    broken = library / "2026-kapot"
    broken.mkdir()
    (broken / "session.sqlite3").write_bytes(b"dear diary" * 100)
    start = page.client.get("/")

    assert "Team Voorbeeld" in start.text
    assert "2026-kapot" in start.text
    assert "is geen sessie van papierkompas" in start.text
    shutil.rmtree(page.folder)
    assert "Er is nog geen sessie" not in page.client.get("/").text


def test_a_colleagues_folder_is_none_of_ours(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that a school shares; the page must not break on it."""
    (page.folder.parent / "van-een-collega").mkdir()
    real = Path.is_file

    def is_file(path: Path) -> bool:
        if path.parent.name == "van-een-collega":
            raise PermissionError
        return real(path)

    monkeypatch.setattr(Path, "is_file", is_file)

    assert page.client.get("/").status_code == 200
    assert "van-een-collega" not in page.client.get("/").text


def test_what_comes_in_is_for_its_owner_alone(
    tmp_path: Path, pile: tuple[Path, Path], umask: int
) -> None:
    """Sent from the browser or by a phone, or found in the watched folder."""
    make_session(tmp_path / "bibliotheek" / "sessie")
    with opened(tmp_path, tmp_path / "bibliotheek" / "sessie") as page:
        session = page.desk.open(page.base[3:])
        assert session is not None
        page.send(pile[1])
        with pile[1].open("rb") as photo:
            page.desk.take(session, photo, "foto.pdf")
        page.post("/scan/watch", {"on": "1"})
        assert stat.S_IMODE(page.desk.watched.stat().st_mode) == 0o700
        found = page.desk.watched / "kopieerapparaat.pdf"
        found.write_bytes(pile[1].read_bytes() + b"\n% another")
        now = dt.datetime.now().timestamp()
        os.utime(found, (now, now))
        page.desk.watcher.look(session)
        page.desk.watcher.look(session)
        page.wait()

        assert [s.name for s in session.session.scans.all()] == [
            "stapel.pdf",
            "kopieerapparaat.pdf",
        ]
        assert others_may(page.folder) == []


def test_a_watched_folder_that_was_there_keeps_its_rights(page: Page) -> None:
    """The copier must be able to put its scans there."""
    page.desk.watched.mkdir()
    page.desk.watched.chmod(0o775)
    page.post("/scan/watch", {"on": "1"})

    assert stat.S_IMODE(page.desk.watched.stat().st_mode) == 0o775


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """`web --session typo` made an empty folder, and showed that there was nothing in it."""
    done = subprocess.run(
        [sys.executable, "-m", "papierkompas", "web", "--no-browser",
         "--session", str(tmp_path / "typo")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "deze map is er niet" in done.stderr
    assert list(tmp_path.iterdir()) == []
