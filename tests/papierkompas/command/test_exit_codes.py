"""What a script learns from how the command ended: one code for one kind of trouble, everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from forms.answers import Doubt, Reading
from forms.sheet_code import SheetCode
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from omr.pile.settle import settle
from papierkompas.acts import reading
from papierkompas.acts.reading import Pile
from papierkompas.command.cli import app
from tests.papierkompas.command.test_cli import Command, command

__all__ = ["command"]  # a fixture

ROOT = Path(__file__).parents[3]
README = (ROOT / "README.md").read_text(encoding="utf-8")
BASE = {  # what each command cannot do without
    "new": ["x", "--team", "T"],
    "name-list": ["namen.csv"],
    "print": ["stellingenlijst", "--copies", "1", "--out", "x.pdf"],
    "layout": ["stellingenlijst"],
    "read": ["geen.pdf"],
    "instrument check": [str(ROOT / "forms" / "instruments" / "schoolwaardenkompas.toml")],
    "instrument import": ["handboek.txt", "--out", "eigen.toml"],
    "extras cards": ["--quadrant", "samen"],
    "quickscan-pile": ["geen.pdf", "--out", "uit", "--team", "T"],
    "scans": [],
    "answer": ["--list"],
}
NEEDS_SESSION = {"poster", "one-list", "quickscan-posters", "results", "names", "printer", "scans",
                 "audit", "answer", "hand-made", "extras to-ask", "extras key",
                 "extras statements", "extras personal", "extras success-factors",
                 "extras divided", "extras actions", "extras agenda",
                 "extras quickscan-agenda", "extras second-meeting"}  # fmt: skip


def commands(group: Any, name: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Name every command, with its options."""
    for key, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{key} ")
        else:
            yield name + key, {o.opts[0]: o for o in one.params if o.param_type_name == "option"}


ALL = dict(commands(typer.main.get_command(app)))


@pytest.fixture
def room(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A folder with a session in it, in which the command runs."""
    monkeypatch.chdir(command.folder)
    command("new", "sessie", "--team", "Team Proef")
    return command


def given(name: str, option: str, value: str) -> list[str]:
    """Call a command rightly, but for one value."""
    arguments = [*name.split(), *BASE.get(name, [])]
    if "--out" in ALL[name] and "--out" not in arguments:
        arguments += ["--out", "x.pdf"]
    if name in NEEDS_SESSION and option != "--session":
        arguments += ["--session", "sessie"]
    if option in arguments:
        arguments[arguments.index(option) + 1] = value
    else:
        arguments += [option, value]
    return arguments


@pytest.mark.parametrize(
    ("option", "value", "code", "left_out"),
    [
        # the page is no command that ends; a name list and a new session are in no session
        pytest.param("--session", "nergens", 2, {"web"}, id="a session that is not there"),
        # `answer --list` asks for none; on a map made by hand and a lost sheet it is another thing
        pytest.param("--round", "later", 3, {"answer"}, id="a round that is not there"),
        pytest.param("--instrument", "geen.toml", 3, set(), id="a questionnaire that is not there"),
        pytest.param("--roster", "geen.csv", 4, set(), id="a name list that is not there"),
        pytest.param("--date", "morgen", 2, set(), id="no date"),
        pytest.param("--size", "a9", 2, set(), id="no size"),
        pytest.param("--tile", "a9", 2, set(), id="no size of tiles"),
        pytest.param("--names", "zomaar", 2, set(), id="no way to name people"),
        pytest.param("--certainty", "7", 2, set(), id="no share"),
        pytest.param("--workers", "-1", 2, set(), id="no number of programs"),
        pytest.param("--quadrant", "krant", 2, set(), id="no part of the map"),
    ],
)
def test_the_same_wrong_value_has_the_same_code_in_every_command(
    room: Command, option: str, value: str, code: int, left_out: set[str]
) -> None:
    names = [name for name, options in ALL.items() if option in options and name not in left_out]
    found = {}
    for name in names:
        try:
            room(*given(name, option, value), code=code)
            found[name] = "as it should"
        except AssertionError as error:
            found[name] = str(error)
        assert "Traceback" not in room.err

    assert found == dict.fromkeys(names, "as it should")
    assert names


def test_a_place_that_cannot_be_written_to_has_the_same_code_in_every_command(
    room: Command,
) -> None:
    """Where there is something to write: the others say first what they lack."""
    for name in ("print", *(n for n in ALL if n.startswith("extras ") and n not in NEEDS_SESSION)):
        room(*given(name, "--out", "geen/map/x.pdf"), code=2)
        assert "geen/map/x.pdf: cannot be written" in room.err, name


# One by one


def test_0_is_done(room: Command) -> None:
    assert room("results", "--session", "sessie", code=0)


def test_2_is_wrong_use(room: Command) -> None:
    for wrong in (["vlieg"], ["results"], ["results", "--zomaar"], ["print", "quickscan"]):
        room(*wrong, code=2)


def test_3_is_a_questionnaire(room: Command) -> None:
    Path("eigen.toml").write_text("dit is geen vragenlijst")
    for wrong in (
        ["instrument", "check", "eigen.toml"],
        ["layout", "krant"],
        ["print", "krant", "--copies", "1", "--out", "x.pdf"],
        ["layout", "stellingenlijst", "--instrument", "eigen.toml"],
    ):
        room(*wrong, code=3)


def test_4_is_a_name_list(room: Command) -> None:
    Path("namen.csv").write_text("voornaam;achternaam\n")
    for wrong in (
        ["name-list", "namen.csv"],
        ["new", "x", "--team", "T", "--roster", "namen.csv"],
        ["print", "quickscan", "--roster", "namen.csv", "--out", "x.pdf"],
    ):
        room(*wrong, code=4)
    assert not Path("x").exists()
    assert not Path("x.pdf").exists()


def a_pile(*files: str, doubt: Doubt | None = None) -> Pile:
    """What was read when these files were given: the session holds one more scan, `eerder.pdf`."""
    good = {
        name: ReadPage(
            PageRef(name), PageStatus.READ, code=SheetCode(1, 1, 0, 1, number, "K7F3", 7),
            instrument="schoolwaardenkompas", readings={"1": Reading(None, doubt=doubt)},
        )
        for number, name in enumerate(("eerder.pdf", "scan.pdf"), 1)
    }  # fmt: skip
    given = [good.get(name, unread(PageRef(name), Reason.DAMAGED)) for name in files]
    return Pile(settle([good["eerder.pdf"], *given]), len(given), 0.1, files=frozenset(files))


def test_5_is_nothing_to_read_in_the_files_that_were_given(
    room: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the session holds already; and a pile that was read before can be read again."""
    for files, code in (
        (["kapot.pdf"], 5),
        (["kapot.pdf", "ook.pdf"], 5),
        (["scan.pdf"], 0),
        (["scan.pdf", "kapot.pdf"], 0),
        (["eerder.pdf"], 0),
    ):
        pile = a_pile(*files)
        monkeypatch.setattr(reading, "read_files", lambda *_, pile=pile, **__: pile)
        room("read", *files, "--session", "sessie", code=code)
        found = room.json("read", *files, "--session", "sessie", code=code)
        assert found["summary"]["read"] >= 1


def test_5_is_a_file_that_is_not_there_and_a_folder_with_nothing_in_it(room: Command) -> None:
    Path("leeg").mkdir()
    for session in ([], ["--session", "sessie"]):
        for files in (["geen.pdf"], ["leeg"], ["leeg", "geen.pdf"]):
            room("read", *files, *session, code=5)


@pytest.mark.parametrize(
    ("files", "doubt", "code"),
    [
        (["scan.pdf"], None, 0),
        (["scan.pdf"], Doubt.FAINT, 6),
        (["scan.pdf", "kapot.pdf"], None, 6),
        (["kapot.pdf"], None, 5),
    ],
)
def test_6_is_strict_and_something_is_open(
    room: Command,
    monkeypatch: pytest.MonkeyPatch,
    files: list[str],
    doubt: Doubt | None,
    code: int,
) -> None:
    pile = a_pile(*files, doubt=doubt)
    monkeypatch.setattr(reading, "read_files", lambda *_, **__: pile)

    room("read", *files, "--strict", code=code)
    room("read", *files, code=0 if code == 6 else code)


def test_15_is_our_mistake(room: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("papierkompas.session.session.Session.open", lambda _: 1 / 0)
    room("results", "--session", "sessie", code=15)


def test_130_is_a_stop(room: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(_folder: Path) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("papierkompas.session.session.Session.open", stop)
    room("results", "--session", "sessie", code=130)
    assert "interrupted" in room.err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of its own")
@pytest.mark.parametrize(
    ("asked", "code"),
    [(["results", "--session", "sessie"], 0), (["read", "geen.pdf", "--strict"], 5)],
    ids=["results", "read"],
)
def test_who_stops_listening_does_not_change_the_code(
    room: Command, asked: list[str], code: int
) -> None:
    """`papierkompas results | head`; and a script looks at the code of `read`."""
    listening, saying = os.pipe()
    os.close(listening)
    done = subprocess.run(
        [sys.executable, "-m", "papierkompas", *asked], stdout=saying, stderr=subprocess.PIPE,
        text=True, check=False,
    )  # fmt: skip
    os.close(saying)

    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert "BrokenPipe" not in done.stderr


def test_the_readme_names_every_code_and_no_other() -> None:
    (said,) = re.findall(r"Exit codes:\s(.*?)\n\n", README, re.DOTALL)

    assert set(re.findall(r"\b\d+\b", said)) == {"0", "2", "3", "4", "5", "6", "15", "130"}
    assert "| head" in said


def test_every_command_answers_in_json_but_the_page() -> None:
    assert [name for name, options in ALL.items() if "--json" not in options] == ["web"]
    assert "`--json` on every command but `web`" in README
