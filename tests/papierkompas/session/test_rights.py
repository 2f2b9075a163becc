"""What a session keeps, and what is written from it, is for its owner alone.

On a shared laptop, and in a school's network, everybody else's programs run beside ours.
"""

from __future__ import annotations

import datetime as dt
import errno
import io
import os
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from forms.errors import SessionError, UsageError
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.session import whole_files as files_module
from papierkompas.session.folder import is_session
from papierkompas.session.rights import make_folder
from papierkompas.session.session import Session
from papierkompas.session.whole_files import writing

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="there the rights of a person's own folders hold already"
)

ONLY_ROOT = pytest.mark.skipif(
    getattr(os, "geteuid", lambda: 1)() != 0, reason="only root can be somebody else"
)
DAY = dt.date(2025, 3, 14)
LUNCH = """key = "lunch"
edition = 1
paper = "lunchlijst"
title = "Lunch"
scoring = "tally"
how_to = ["Kruis een hokje aan."]
scales.two = { options = ["ja", "nee"] }
sections = [{ rows = [{ kind = "scale", key = "1", text = "Soep?", scale = "two" }] }]
"""


@pytest.fixture(params=[0o022, 0o000, 0o077], ids=["umask 022", "umask 000", "umask 077"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """Do as a desktop does that lets others read what is made, or write in it."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def modes(folder: Path) -> dict[str, str]:
    """Say what may be done with everything in a folder, and with the folder."""
    every = [folder, *sorted(folder.rglob("*"))]
    return {p.relative_to(folder).as_posix(): oct(stat.S_IMODE(p.lstat().st_mode)) for p in every}


def filled(folder: Path) -> Session:
    """Make a session with something of everything in it, and leave it open."""
    own = folder.parent / "lunch.toml"
    own.write_text(LUNCH, encoding="utf-8")
    scan = folder.parent / "scan.pdf"
    scan.write_bytes(b"a scan")
    session = Session.create(folder, "De Regenboog", DAY)
    session.questionnaires.keep(own)
    kept = session.scans.keep(scan)
    session.pages.record(kept, ReadPage(PageRef("scan.pdf", 1), PageStatus.READ))
    return session


def private(folder: Path) -> bool:
    """Whether nobody else may do anything with anything."""
    right = {p: "0o700" if (folder / p).is_dir() else "0o600" for p in modes(folder)}
    return modes(folder) == right


def test_a_session_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    """Folder, database, what SQLite lays beside it, scans, questionnaires."""
    with filled(tmp_path / "sessie") as session:
        assert {"session.sqlite3", "session.sqlite3-wal", "session.sqlite3-shm"} <= set(
            modes(session.folder)
        )
        assert private(session.folder), modes(session.folder)
        with session.scans.arriving(io.BytesIO(b"a photo")):
            assert private(session.folder), modes(session.folder)
    with Session.open(tmp_path / "sessie") as again:
        again.people.all()
        assert private(again.folder), modes(again.folder)


def test_a_folder_that_was_there_is_kept_to_its_owner(tmp_path: Path, umask: int) -> None:
    """Made by hand in the file manager, and then named to `papierkompas new`."""
    (tmp_path / "sessie").mkdir()
    with filled(tmp_path / "sessie") as session:
        assert private(session.folder), modes(session.folder)
    assert oct(stat.S_IMODE(tmp_path.stat().st_mode)) == "0o700"  # pytest's own, as it was


def test_an_old_session_is_mended_when_it_is_opened(tmp_path: Path) -> None:
    """Earlier versions left the rights to the umask."""
    with filled(tmp_path / "sessie") as session:
        for path in [session.folder, *session.folder.rglob("*")]:
            path.chmod(0o777 if path.is_dir() else 0o666)
        notes = session.folder / "notities.txt"
        notes.write_text("not ours")
        notes.chmod(0o644)

        Session.open(session.folder).close()

        assert oct(stat.S_IMODE(notes.stat().st_mode)) == "0o644"  # not ours, but shut in
        notes.unlink()
        assert private(session.folder), modes(session.folder)


def test_what_the_owner_may_not_do_stays_so(tmp_path: Path) -> None:
    """Somebody made an archive of it; rights are taken from others, never given."""
    filled(tmp_path / "sessie").close()
    kept = next((tmp_path / "sessie" / "scans").iterdir())
    kept.chmod(0o444)

    Session.open(tmp_path / "sessie").close()

    assert oct(stat.S_IMODE(kept.stat().st_mode)) == "0o400"


def test_what_is_written_is_for_its_owner_alone(tmp_path: Path, umask: int) -> None:
    """Posters, tables, manifests: names and answers stand in them."""
    path = tmp_path / "poster.pdf"
    for old in (None, 0o644):
        if old is not None:
            path.chmod(old)
        with writing(path) as target:
            target.write(b"names")
        assert oct(stat.S_IMODE(path.stat().st_mode)) == "0o600"
    make_folder(tmp_path / "posters" / "quickscan")

    assert oct(stat.S_IMODE((tmp_path / "posters" / "quickscan").stat().st_mode)) == "0o700"


def test_a_broken_off_file_that_others_could_read_is_not_used_again(tmp_path: Path) -> None:
    """Its rights would go on."""
    (tmp_path / ".poster.pdf.unfinished").write_bytes(b"half")
    (tmp_path / ".poster.pdf.unfinished").chmod(0o666)
    with writing(tmp_path / "poster.pdf") as target:
        target.write(b"whole")

    assert modes(tmp_path)["poster.pdf"] == "0o600"
    assert [p.name for p in tmp_path.iterdir()] == ["poster.pdf"]


def test_what_is_no_file_is_written_to_and_stays(tmp_path: Path) -> None:
    """`--out /dev/stdout`, or a pipe to another program."""
    fifo = tmp_path / "pipe"
    os.mkfifo(fifo)
    reading = os.open(fifo, os.O_RDONLY | os.O_NONBLOCK)
    with writing(fifo) as target:
        target.write(b"a poster")

    assert os.read(reading, 100) == b"a poster"
    os.close(reading)
    assert stat.S_ISFIFO(fifo.stat().st_mode)
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """The poster folder of the team is a link to the shared drive."""
    real = tmp_path / "real.pdf"
    real.write_bytes(b"old")
    link = tmp_path / "link.pdf"
    link.symlink_to(real)
    with writing(link) as target:
        target.write(b"new")

    assert link.is_symlink()
    assert real.read_bytes() == b"new"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no full disk to try")
def test_a_full_disk_is_said_as_full() -> None:
    """And not as a mistake in the program, whenever the disk says so."""
    for size in (10, 10_000_000):  # noticed when it is closed, and while it is written
        full = pytest.raises(UsageError, match="cannot be written: the disk is full")
        with full, writing(Path("/dev/full")) as target:
            target.write(b"x" * size)


def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a poster is no poster; last week's is better than none."""
    path = tmp_path / "poster.pdf"
    path.write_bytes(b"last week's")

    class Full(io.BytesIO):
        def write(self, _data: object) -> int:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files_module, "_opened", lambda *_: Full())
    with pytest.raises(UsageError, match="the disk is full"), writing(path) as target:
        target.write(b"this week's")

    assert path.read_bytes() == b"last week's"


def test_trouble_with_another_file_is_not_blamed_on_this_one(tmp_path: Path) -> None:
    """What is drawn may be read from a scan that is gone."""
    with pytest.raises(FileNotFoundError), writing(tmp_path / "poster.pdf"):
        (tmp_path / "gone.pdf").read_bytes()

    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def shared() -> Iterator[Path]:
    """A folder that every user of this computer may write in."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o777)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def somebody_else() -> Iterator[None]:
    """Do as another user of this computer does; only root can."""
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@ONLY_ROOT
def test_another_user_of_the_computer_sees_nothing(shared: Path) -> None:
    """Neither the session nor what was written from it."""
    filled(shared / "sessie").close()
    with writing(shared / "poster.pdf") as target:
        target.write(b"names")
    with somebody_else():
        with pytest.raises(SessionError, match="cannot be opened"):
            Session.open(shared / "sessie")
        assert not is_session(shared / "sessie")
        with pytest.raises(PermissionError):
            (shared / "poster.pdf").read_bytes()


@ONLY_ROOT
def test_a_session_that_was_opened_up_on_purpose_is_shown(shared: Path) -> None:
    """The owner lets a colleague look; what the colleague does changes nothing in it."""
    filled(shared / "sessie").close()
    for path in [shared / "sessie", *(shared / "sessie").rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    before = modes(shared)
    with somebody_else(), Session.open(shared / "sessie") as session:
        assert session.is_read_only
        assert [page.ref.page for page in session.pages.all()] == [1]
        assert session.scans.all()[0].path.read_bytes() == b"a scan"
        with pytest.raises(SessionError, match="look at this session, not change it"):
            session.settings.keep("beamer", "[]")

    assert modes(shared) == before
