"""Letters that no font has: whoever prints hears of it, with the name, before the wall does."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms import fonts
from papierkompas.command.cli import run
from tests.papierkompas.outcome.room import handed_in
from tests.papierkompas.web.conftest import opened

STRANGE = ("王小明", "ሰላም Proef")
NAMES = (*STRANGE, "Noor Proef", "Bo Test")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return handed_in(tmp_path, NAMES)


@pytest.mark.parametrize(
    "command",
    [
        ["print", "stellingenlijst", "--round", "gewenst"],
        ["poster", "--size", "a3"],
        ["extras", "statements"],
        ["extras", "key", "--names", "numbers"],
        ["extras", "personal"],
    ],
    ids=" ".join,
)
def test_every_command_that_prints_names_says_whose_letters_are_lost(
    command: list[str], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`???` on the wall is a colleague whom nobody asked."""
    assert run([*command, "--session", str(folder), "--out", str(tmp_path / "out.pdf")]) == 0
    said = capsys.readouterr().err

    for name in STRANGE:
        assert name in said
    for name in set(NAMES) - set(STRANGE):
        assert name not in said


def test_the_poster_has_it_as_json(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A script that prints for fifty teams hears of it as well."""
    out = ["--out", str(tmp_path / "out.pdf"), "--json"]
    assert run(["poster", "--session", str(folder), *out]) == 0
    found = json.loads(capsys.readouterr().out)["letters"]

    assert {one["who"]: one["letters"] for one in found} == {
        "王小明": ["王", "小", "明"],
        "ሰላም Proef": ["ሰ", "ላ", "ም"],
    }


@pytest.mark.parametrize("screen", ["/papers", "/print"])
def test_every_screen_that_prints_says_it(screen: str, folder: Path, tmp_path: Path) -> None:
    """In Dutch, before the PDF is made."""
    with opened(tmp_path, folder) as page:
        shown = page.get(screen).text

    for name in STRANGE:
        assert f"{name}: " in shown


def test_what_can_be_drawn_is_drawn() -> None:
    """A name is whole without its emoji, and letters in script are letters."""
    written = {
        "王小明": "???",
        "Noor Proef": "Noor Proef",
        "Sam 😀 Voorbeeld": "Sam Voorbeeld",
        "𝓐𝓭𝓪 Toets": "Ada Toets",
        "👩\u200d🏫 Juf": "Juf",
        "Zoë ❤\ufe0f": "Zoë",
    }
    drawn = {name: "".join(run_.text for run_ in fonts.runs(name, bold=True)) for name in written}

    assert {name: " ".join(said.split()) for name, said in drawn.items()} == written
