"""What commands write is for its owner alone, and a full disk is said as one, in every command."""

from __future__ import annotations

import ast
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.papierkompas.command.test_cli import Command, command
from tests.papierkompas.outcome.room import Room, at

__all__ = ["command"]  # a fixture

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="rights of a profile there")

ROOT = Path(__file__).parents[3]
FULL = Path("/dev/full")
SESSION = ["--session", "sessie"]
WRITING = [  # every way in which a command writes a file
    ["print", "stellingenlijst", "--copies", "1", "--out"],
    ["print", "stellingenlijst", "--master", *SESSION, "--out"],
    ["extras", "guide", "--out"],
    ["extras", "wall-markers", "--out"],
    ["extras", "key", *SESSION, "--out"],
    ["extras", "statements", *SESSION, "--out"],
    ["extras", "personal", *SESSION, "--out"],
    ["poster", *SESSION, "--out"],
    ["results", *SESSION, "--csv"],
    ["results", *SESSION, "--xlsx"],
]


@pytest.fixture
def team(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A session of five people with their answers, in the folder where the command runs."""
    monkeypatch.chdir(command.folder)
    room = Room(
        command.folder, ("Sam Voorbeeld", "Noor Proef", "Zoë Toets", "Bo Beeld", "Cas Monster")
    )
    for number, paper in room.print_list("gewenst").items():
        room.hand_in(paper, at(number, 3))
    room.session.close()
    return command


@pytest.fixture
def open_umask() -> Iterator[None]:
    """As on a computer where everybody may write in what anybody makes."""
    before = os.umask(0)
    yield
    os.umask(before)


def test_every_file_that_a_command_writes_is_for_its_owner_alone(
    team: Command, open_umask: None
) -> None:
    """Also in the place of one that others could read."""
    for number, asked in enumerate(WRITING):
        out = Path(f"uit{number}.{'pdf' if asked[-1] == '--out' else asked[-1][2:]}")
        if number % 2:
            out.touch()
        team(*asked, out)
        assert out.stat().st_size, asked
        assert oct(stat.S_IMODE(out.stat().st_mode)) == "0o600", asked
    team("new", "morgen", "--team", "T")
    written = [Path("morgen"), *Path("morgen").rglob("*"), *Path("sessie").rglob("*")]
    assert not [path for path in written if path.stat().st_mode & 0o077]


@pytest.mark.skipif(not FULL.exists(), reason="no full disk to try here")
def test_every_command_that_writes_says_that_the_disk_is_full(team: Command) -> None:
    for asked in WRITING:
        out = team(*asked, FULL, code=2)
        assert out == "", asked
        assert "/dev/full: cannot be written: the disk is full" in team.err, asked
        assert team.err.count("\n") == 1, asked


@pytest.mark.skipif(not FULL.exists(), reason="no full disk to try here")
def test_a_disk_that_is_full_leaves_no_half_file(
    team: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The poster of last week is still there."""
    Path("poster.pdf").write_bytes(b"last week")

    def full(_path: str, _flags: int) -> int:
        return os.open(FULL, os.O_WRONLY)

    monkeypatch.setattr("papierkompas.session.whole_files.private", full)
    team("poster", *SESSION, "--out", "poster.pdf", code=2)

    assert "poster.pdf: cannot be written: the disk is full" in team.err
    assert Path("poster.pdf").read_bytes() == b"last week"
    assert not list(Path().glob(".*"))


# Nothing else writes

ELSEWHERE = {  # files that are opened for writing without `writing`, and why nobody else sees them
    "outcome/opened_again.py": "a folder of mode 0700, and `private`",
    "outcome/everything.py": "a zip into a file that is open already",
    "session/kept_files.py": "opened with `private`",
    "session/rights.py": "this is `private`",
    "session/store.py": "within a TemporaryDirectory, 0700",
    "session/taken_along.py": "within a folder of mkdtemp, 0700",
    "session/whole_files.py": "this is `writing`",
    "web/log_file.py": "opened with `private`",
    "web/own_drafts.py": "within a TemporaryDirectory, 0700",
    "web/redirect_file.py": "made by mkstemp, 0600",
}


def writes(tree: ast.AST) -> bool:
    """Whether something in a module makes a file by itself."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = (
            node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        )
        modes = [a.value for a in node.args if isinstance(a, ast.Constant)]
        opens = name in ("open", "FileIO", "ZipFile") and any(
            isinstance(mode, str) and set(mode) <= set("wxab+t") and set(mode) & set("wxa")
            for mode in modes
        )
        makes = name in ("write_text", "write_bytes", "mkdir", "makedirs", "copyfile", "copy2",
                         "copytree", "mkstemp", "mkdtemp", "imwrite")  # fmt: skip
        if opens or makes:
            return True
    return False


def test_there_is_no_other_way_to_write() -> None:
    """A new screen that saves a file by itself would leave it to the umask."""
    rooms = ("acts", "command", "outcome", "session", "web")
    found = {
        path.relative_to(ROOT / "papierkompas").as_posix()
        for room in rooms
        for path in (ROOT / "papierkompas" / room).rglob("*.py")
        if writes(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert found <= ELSEWHERE.keys(), "use papierkompas.session.whole_files.writing"
