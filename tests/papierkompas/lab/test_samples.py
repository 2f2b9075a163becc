"""What `samples/` promises is what comes out of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from papierkompas.command.cli import run
from tests.pdf_words import pdf_pages

SAMPLES = Path(__file__).parents[3] / "samples"


def read_json(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    code = run([*map(str, arguments), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    made: dict[str, Any] = json.loads(out)
    return made


@pytest.mark.parametrize(
    ("folder", "doubts"),
    [pytest.param(".", 4, id="stellingenlijst"), pytest.param("quickscan", 12, id="quickscan")],
)
def test_the_sample_scan_gives_what_was_filled_in(
    capsys: pytest.CaptureFixture[str], folder: str, doubts: int
) -> None:
    """An answer may be in doubt; it may not be another one."""
    expected = json.loads((SAMPLES / folder / "expected.json").read_text())
    made = read_json(capsys, "read", SAMPLES / folder / "scan.pdf")
    sheets = {sheet["sheet"]: sheet for sheet in made["sheets"]}
    in_doubt = []

    assert sheets.keys() == expected["sheets"].keys()
    for key, sheet in expected["sheets"].items():
        for question, truth in sheet["answers"].items():
            answer = sheets[key]["answers"].get(question)
            if answer is None:  # its page is missing from the pile, and not expected to be there
                continue
            if answer["status"] == "review":
                in_doubt.append((key, question))
            else:
                assert (answer["value"], answer["status"]) == (truth["value"], truth["status"])
    assert len(in_doubt) <= doubts
    assert made["summary"]["unread"] == 0


def test_one_command_turns_the_pile_of_quickscans_into_papers(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    scan = SAMPLES / "quickscan" / "scan.pdf"
    made = read_json(
        capsys, "quickscan-pile", scan, "--out", tmp_path, "--team", "Voorbeeldopleiding",
        "--tile", "a3",
    )  # fmt: skip

    assert made["lists"] == 12
    for file in made["files"]:
        assert Path(file).stat().st_size > 1000, file
    kinds = {Path(file).suffix for file in made["files"]}
    assert kinds >= {".pdf", ".xlsx", ".csv", ".json"}
    assert len(pdf_pages(tmp_path / "succesfactoren.pdf")) == 1 + 4  # A1 on whole A3
