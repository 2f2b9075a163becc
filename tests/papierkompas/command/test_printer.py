"""What a school's printer prints in is said once, on the page or by command, and then holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from papierkompas.command.cli import run
from papierkompas.session.session import Session
from tests.papierkompas.outcome.room import handed_in
from tests.papierkompas.web.conftest import opened

NAMES = ("Sam Voorbeeld", "Noor Proef", "Bo Test", "Zoë Toets")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return handed_in(tmp_path, NAMES)


def ink(folder: Path, capsys: pytest.CaptureFixture[str], *more: str) -> str:
    """Make a poster and say what it is printed in."""
    out = ["--size", "a3", "--out", str(folder.parent / "poster.pdf"), "--json"]
    assert run(["poster", "--session", str(folder), *out, *more]) == 0
    return str(json.loads(capsys.readouterr().out)["ink"])


def test_a_black_printer_is_said_once(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Every poster after it is black, unless somebody asks for colours."""
    assert ink(folder, capsys) == "colour"
    assert ink(folder, capsys, "--ink", "black") == "black"
    assert run(["printer", "--session", str(folder), "--prints", "black", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["ink"] == "black"

    assert ink(folder, capsys) == "black"
    assert ink(folder, capsys, "--ink", "colour") == "colour"


def test_the_page_keeps_it_too(folder: Path, tmp_path: Path) -> None:
    """A tick on *Papieren*; taken away, posters have colours again."""
    with opened(tmp_path, folder) as page:
        coloured = page.get("/papers/poster.pdf?size=a3").content
        black = page.get("/papers/poster.pdf?size=a3&ink=black").content
        page.post("/papers/printer", {"black": "1"})
        ticked = page.get("/papers").text
        kept = page.get("/papers/poster.pdf?size=a3").content
        page.post("/papers/printer", {})
        again = page.get("/papers/poster.pdf?size=a3").content
        copy = page.folder
    with Session.open(copy) as session:
        assert not session.settings.prints_black

    assert black != coloured
    assert kept == black
    assert again == coloured
    assert 'name="black" value="1" checked' in ticked
