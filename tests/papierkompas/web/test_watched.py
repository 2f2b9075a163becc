"""A copier puts its scans into a folder, in its own way and time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from forms.errors import SessionError
from omr.many.guarded import open_file
from omr.page import PageStatus, Reason
from papierkompas.web import desk as desk_module
from papierkompas.web import watched
from papierkompas.web.desk import OpenSession, scanned_pages
from tests.papierkompas.web.conftest import HANGS_S, Page
from tests.papierkompas.web.pile import make_session


@dataclass
class Copier:
    """A folder that is watched, and a clock that goes as we say."""

    page: Page
    open: OpenSession
    now: float = 0.0

    def put(self, name: str, data: bytes) -> Path:
        target = self.page.desk.watched / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
        return target

    def looks(self, seconds: float = 4.0) -> None:
        """Let time pass, with a look every second."""
        for _ in range(int(seconds / watched.LOOK_EVERY_S)):
            self.now += watched.LOOK_EVERY_S
            self.page.desk.watcher.look(self.open)
        self.page.wait()

    @property
    def rows(self) -> list[tuple[str, Reason | None]]:
        return [(one.ref.file, one.reason) for one in self.open.troubles]

    @property
    def read(self) -> list[tuple[str, int]]:
        pages = scanned_pages(self.open)
        return [(p.ref.file, p.ref.page) for p in pages if p.status is PageStatus.READ]


@pytest.fixture
def copier(page: Page) -> Copier:
    opened = page.desk.open(page.base[3:])
    assert opened is not None
    made = Copier(page, opened)
    page.desk.watcher.clock = lambda: made.now
    page.post("/scan/watch", {"on": "1"})
    return made


@pytest.fixture
def scan(pile: tuple[Path, Path]) -> bytes:
    return pile[1].read_bytes()


def test_the_clock_of_the_copier_is_not_asked(copier: Copier, scan: bytes) -> None:
    """Nobody sets it: many a copier lives in 2015."""
    file = copier.put("SCAN_0001.PDF", scan)
    os.utime(file, (1420070400, 1420070400))
    copier.looks()

    assert copier.read[0] == ("SCAN_0001.PDF", 1)


def test_everything_in_the_folder_is_accounted_for(copier: Copier, scan: bytes) -> None:
    """Read, or a row that says why not, once; and what is of no use in one line."""
    copier.put("conciërge/scan.pdf", scan)
    copier.put("conciërge/2026/scan.pdf", scan)
    copier.put("brief.docx", b"PK\3\4 a letter")
    copier.put("leeg.pdf", b"")
    (copier.page.desk.watched / "link.pdf").symlink_to(copier.put("@eaDir/scan.pdf", scan))
    copier.put("Thumbs.db", b"x")
    copier.looks()
    copier.looks()

    assert set(copier.rows) == {
        ("conciërge/2026/scan.pdf", Reason.TOO_DEEP),
        ("brief.docx", Reason.NOT_AN_IMAGE),
        ("leeg.pdf", Reason.UNFINISHED),
        ("link.pdf", Reason.LINKED),
    }
    assert {file for file, _ in copier.read} == {"conciërge/scan.pdf"}
    assert "2 verborgen bestanden" in copier.page.get("/scan").text
    copier.looks(40)
    assert ("leeg.pdf", Reason.EMPTY_FILE) in copier.rows
    assert len(copier.rows) == 4


@pytest.mark.parametrize("pause", [2, 6, 16, 30])
def test_a_copier_that_pauses_in_a_file_gives_one_scan(
    copier: Copier, scan: bytes, pause: int
) -> None:
    for part in (0.3, 0.6, 1):
        copier.put("scan.pdf", scan[: int(len(scan) * part)])
        copier.looks(pause)
        if part < 1:
            assert copier.read == []
    copier.looks()

    assert copier.rows == []
    assert [one.name for one in copier.open.session.scans.all()] == ["scan.pdf"]
    assert {file for file, _ in copier.read} == {"scan.pdf"}


def test_what_was_read_of_half_a_file_is_withdrawn_when_it_is_whole(
    copier: Copier, scan: bytes
) -> None:
    """After the longest pause it is read as it is; those rows do not stay beside the whole."""
    copier.put("scan.pdf", scan[: len(scan) // 2])
    copier.looks(44)
    half = len(copier.open.session.scans.all()) + len(copier.rows)
    copier.put("scan.pdf", scan)
    copier.looks()
    pages = scanned_pages(copier.open)

    assert half == 1
    assert {page.status for page in pages} <= {PageStatus.READ, PageStatus.BLANK}
    assert len({page.ref.file for page in pages}) == 1
    (withdrawn,) = [
        one
        for one in copier.open.session.withdrawals.standing()
        if one.why == "het bestand is verder gekopieerd" and one.ref.file == "scan.pdf"
    ][-1:]
    assert "papierkompas" in withdrawn.who


def test_another_scan_of_the_same_name_stands_beside_the_first(
    copier: Copier, scan: bytes, read_page_scan: bytes
) -> None:
    """Copiers count from 0001 again."""
    copier.put("scan.pdf", scan)
    copier.looks()
    copier.put("scan.pdf", read_page_scan)
    copier.looks()

    assert [s.name for s in copier.open.session.scans.all()] == ["scan.pdf", "scan (2).pdf"]
    assert copier.open.session.withdrawals.standing() == ()


@pytest.fixture
def read_page_scan(pile: tuple[Path, Path]) -> bytes:
    """The same pages written by another copier: all bytes lie elsewhere."""
    head, tail = pile[1].read_bytes().split(b"\n", 1)
    return head + b"\n% of another copier" + b"." * 333 + b"\n" + tail


def test_a_copy_under_way_is_a_row_until_it_has_its_own_name(copier: Copier, scan: bytes) -> None:
    lent = copier.put("scan.pdf.part", scan)
    copier.looks(60)
    before = copier.rows
    lent.rename(lent.with_suffix(""))
    copier.looks()

    assert before == [("scan.pdf.part", Reason.UNFINISHED)]
    assert copier.rows == []
    assert {file for file, _ in copier.read} == {"scan.pdf"}


def test_what_lay_there_before_today_is_of_another_meeting(
    page: Page, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has a row, once; when the copier writes it anew, it is taken in."""
    monkeypatch.setattr(watched, "_is_of_today", lambda _stored: False)
    monkeypatch.setattr(watched, "MOST_EARLIER", 2)
    page.desk.watched.mkdir()
    for name in ("a.pdf", "b.pdf", "c.pdf", "d.pdf"):
        (page.desk.watched / name).write_bytes(scan[:-1000])
    opened = page.desk.open(page.base[3:])
    assert opened is not None
    copier = Copier(page, opened)
    page.desk.watcher.clock = lambda: copier.now
    for on in ("1", "0", "1"):
        page.post("/scan/watch", {"on": on})
    copier.looks()
    rows = copier.rows
    copier.put("d.pdf", scan)
    copier.looks()

    assert {row for _, row in rows} == {Reason.EARLIER}
    assert {name for name, _ in rows} == {"c.pdf", "d.pdf", "2 oudere bestanden in de map"}
    assert len(copier.rows) == 2
    assert {file for file, _ in copier.read} == {"d.pdf"}


def test_what_is_of_an_earlier_day_is_read_when_somebody_says_so(
    page: Page, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pile of yesterday's meeting is put in the folder before the computer is opened today."""
    monkeypatch.setattr(watched, "_is_of_today", lambda _stored: False)
    page.desk.watched.mkdir()
    (page.desk.watched / "gisteren.pdf").write_bytes(scan)
    opened = page.desk.open(page.base[3:])
    assert opened is not None
    copier = Copier(page, opened)
    page.desk.watcher.clock = lambda: copier.now
    page.post("/scan/watch", {"on": "1"})
    before = page.get("/scan").text
    answer = page.post("/scan/anyway", {"file": "gisteren.pdf"})
    page.wait()
    copier.looks()

    assert "Toch lezen: gisteren.pdf" in before
    assert answer.status_code == 303
    assert copier.rows == []
    assert {file for file, _ in copier.read} == {"gisteren.pdf"}
    assert "Toch lezen" not in page.get("/scan").text
    assert page.post("/scan/anyway", {"file": "../sessie/scans"}).status_code == 404


def test_a_file_that_may_not_be_opened_yet_is_taken_in_later(
    copier: Copier, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where our own disk was full at the first try: it was left for good."""
    real, taking = Path.open, copier.page.desk.take

    def refuse(path: Path, *more: object, **options: object) -> object:
        if path.name == "scan.pdf":
            raise PermissionError
        return real(path, *more, **options)  # type: ignore[call-overload]

    copier.put("scan.pdf", scan)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", refuse)
        copier.looks(8)
        assert copier.rows == [("scan.pdf", Reason.NO_PERMISSION)]

    def full(*_: object) -> None:
        raise SessionError("session.busy", folder="x")

    with monkeypatch.context() as patched:
        patched.setattr(copier.page.desk, "take", full)
        copier.looks()
    assert copier.page.desk.take == taking
    copier.looks()

    assert copier.rows == []
    assert {file for file, _ in copier.read} == {"scan.pdf"}


def test_a_folder_that_is_gone_is_said_and_found_again(copier: Copier, scan: bytes) -> None:
    copier.page.desk.watched.rmdir()
    copier.looks()
    said = copier.page.get("/scan").text
    copier.put("scan.pdf", scan)
    copier.looks()

    assert "Kijk of het netwerk of de USB-stick er nog is" in said
    assert {file for file, _ in copier.read} == {"scan.pdf"}


@dataclass
class Held:
    """Something that does not come back until it is let go."""

    real: Callable[..., object]
    began: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)

    def __call__(self, *given: object) -> object:
        self.began.set()
        self.let_go.wait()
        return self.real(*given)


def another(page: Page) -> OpenSession:
    """Open a second session of the library."""
    make_session(page.folder.with_name("andere"))
    opened = page.desk.open(page.desk.library.key_of(page.folder.with_name("andere")))
    assert opened is not None
    return opened


def test_nobody_waits_while_the_pages_of_a_watched_file_are_counted(
    copier: Copier, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that was made to be slow holds up its own session alone."""
    other, held = another(copier.page), Held(copier.page.desk.take)
    copier.put("scan.pdf", scan)
    copier.page.desk.watcher.look(copier.open)
    monkeypatch.setattr(copier.page.desk, "take", held)
    looking = threading.Thread(target=copier.page.desk.watcher.look, args=(copier.open,))
    looking.start()
    try:
        assert held.began.wait(HANGS_S)
        copier.page.desk.watch(other, on=True)

        assert other.is_watching
    finally:
        held.let_go.set()
        looking.join()


def test_nobody_waits_while_the_scans_of_a_session_that_is_opened_are_counted(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was kept and not read when the program ended may be slow to open."""
    other, held = another(page), Held(page.desk.reader.resume)
    monkeypatch.setattr(page.desk.reader, "resume", held)
    opening = threading.Thread(target=page.desk.open, args=(page.base[3:],))
    opening.start()
    try:
        assert held.began.wait(HANGS_S)

        assert page.desk.open(other.key) is other
    finally:
        held.let_go.set()
        opening.join()


def test_a_file_that_is_being_opened_is_not_read_yet(
    copier: Copier, scan: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy computer that takes long, and nobody may hear that all is read meanwhile."""
    desk, held = copier.page.desk, Held(open_file)
    copier.put("scan.pdf", scan)
    copier.page.desk.watcher.look(copier.open)
    monkeypatch.setattr(desk_module, "open_file", held)
    looking = threading.Thread(target=desk.watcher.look, args=(copier.open,))
    looking.start()
    try:
        assert held.began.wait(HANGS_S)

        assert desk.progress(copier.open).is_busy
    finally:
        held.let_go.set()
        looking.join()
    copier.page.wait()
    assert not desk.progress(copier.open).is_busy
    assert {file for file, _ in copier.read} == {"scan.pdf"}
