"""What the command says when something is wrong: where, what, and what to do."""

import re
from pathlib import Path

import pytest

from forms.errors import UsageError
from forms.messages import ENGLISH
from omr.page import Reason
from papierkompas.lab.demo import run_demo
from tests.papierkompas.command.test_cli import Command, command

__all__ = ["command"]  # a fixture

ROUND = "stellingenlijst: there is no round 'later'. Rounds: gewenst, huidig."


@pytest.fixture
def session(command: Command) -> Path:
    folder = command.folder / "sessie"
    command("new", folder, "--team", "Team Proef")
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(["print", "stellingenlijst", "--copies", "1"], id="print"),
        pytest.param(["poster", "--session", "sessie"], id="poster"),
        pytest.param(["extras", "statements", "--session", "sessie"], id="statements"),
        pytest.param(["extras", "score-form"], id="score form"),
        pytest.param(["extras", "blank-compass"], id="blank compass"),
    ],
)
def test_a_round_that_is_not_there_is_said_the_same_everywhere(
    command: Command, session: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    """A typing error must not look like scans that are missing."""
    monkeypatch.chdir(command.folder)
    command(*arguments, "--round", "later", "--out", "x.pdf", code=3)

    assert ROUND in command.err


def test_two_ways_to_print_at_once_are_too_many(command: Command) -> None:
    """Whoever gave two ways did say for whom."""
    command("print", "quickscan", "--copies", "2", "--master", "--out", "x.pdf", code=2)

    assert "Choose one: --copies N, --master or --roster FILE.csv" in command.err


def test_a_place_that_is_not_there_comes_with_advice(command: Command) -> None:
    out = command.folder / "weg" / "x.pdf"
    command("print", "quickscan", "--copies", "1", "--out", out, code=2)

    assert f"{out}: cannot be written: there is no such file or folder. Give a place" in command.err


def test_a_name_list_that_is_not_there_comes_with_advice(command: Command) -> None:
    command("new", command.folder / "s", "--team", "T", "--roster", "namen.csv", code=4)

    assert "namen.csv: there is no such file. Check its name." in command.err


def test_a_file_is_no_folder_for_the_page(command: Command) -> None:
    """`File exists` is true, and no help at all."""
    file = command.folder / "t.txt"
    file.touch()
    command("web", "--session", file, "--no-browser", code=2)

    assert f"{file}: dit is een bestand. Geef de naam van een map." in command.err


def test_an_empty_folder_is_said_to_be_empty(command: Command) -> None:
    """There are no reasons above where there are no files."""
    folder = command.folder / "leeg"
    folder.mkdir()
    command("read", folder, code=5)

    assert f"{folder}: there is nothing in here that can be a scan" in command.err
    assert "stand above" not in command.err


def test_one_is_one(command: Command) -> None:
    printed = command("print", "stellingenlijst", "--master", "--round", "huidig", "--out",
                      command.folder / "m.pdf")  # fmt: skip
    checked = command("instrument", "check", own_questionnaire(command.folder))
    command("read", command.folder / "m.pdf")

    assert "1 sheet, 1 page." in printed
    assert "1 question on 1 page" in checked
    assert not re.search(r"\b1 (pages|sheets|questions)", printed + checked)


def test_the_last_line_counts_one_page_as_one(command: Command) -> None:
    blank = command.folder / "m.pdf"
    command("print", "stellingenlijst", "--copies", "1", "--round", "huidig", "--out", blank)

    assert "1 page: 1 read. 1 sheet, 8 answers, " in command("read", blank)


def test_a_demo_where_nothing_may_be_written_is_no_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A stick with its lock on is common in schools."""

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(UsageError) as refused:
        run_demo(tmp_path / "demo", print)

    assert str(refused.value) == (
        f"{tmp_path / 'demo'}: this folder cannot be made or used: you have no right to do this. "
        "Choose another place."
    )


def test_a_demo_in_a_folder_that_may_only_be_read_is_no_mistake_of_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("papierkompas.session.whole_files.private", refuse)
    with pytest.raises(UsageError, match=r"namenlijst\.csv: cannot be written: this disk cannot"):
        run_demo(tmp_path, print)


def test_an_option_of_another_command_gets_no_far_guess(command: Command) -> None:
    """`--session` is no better spelling of `--json`."""
    command("web", "--json", code=2)
    far = command.err
    command("web", "--sesion", "x", code=2)

    assert "--json" in far
    assert "--session" not in far
    assert "--session" in command.err


def test_a_bug_says_the_version_and_whom_to_tell(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papierkompas.session.session.Session.open", lambda _: 1 / 0)
    command("results", "--session", ".", code=15)

    assert re.search(r"papierkompas \d+\.\d+.*whoever gave you papierkompas", command.err)
    assert command("--version").startswith("papierkompas ")


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (Reason.NO_PAGES, "Scan or save it again."),
        (Reason.NOT_AN_IMAGE, "Save it as one of these"),
        (Reason.NOT_FOUND, "Check its name."),
        (Reason.NO_CODE, "papierkompas read FILE --session DIR --code CODE"),
        (Reason.OUR_MISTAKE, "papierkompas --version"),
    ],
)
def test_a_reason_says_what_to_do(reason: Reason, advice: str) -> None:
    assert advice in reason.message.said(ENGLISH)


@pytest.mark.parametrize("reason", Reason)
def test_every_reason_has_a_second_sentence(reason: Reason) -> None:
    """The first says what is wrong, the second what to do."""
    assert len(re.findall(r"\.(?: |$)", reason.message.said(ENGLISH))) >= 2


def own_questionnaire(folder: Path) -> Path:
    file = folder / "een.toml"
    file.write_text(
        """
key = "een"
edition = 33
paper = "een"
title = "Een vraag"
scoring = "tally"
how_to = ["Zet een kruisje."]
[scales.ja]
options = ["ja", "nee"]
[[sections]]
[[sections.rows]]
kind = "scale"
key = "1"
scale = "ja"
text = "Is het zo?"
"""
    )
    return file
