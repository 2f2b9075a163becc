"""The commands of a quickscan, from a scan to paper."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from papierkompas.acts.reading import read_files
from papierkompas.command.cli import run
from papierkompas.session.session import Session
from tests.papierkompas.web.pile import lock, make_session, quickscan_pile
from tests.pdf_words import pdf_pages

WORD = "geheim"


@pytest.fixture(scope="module")
def locked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with two quickscans, read out of a PDF with a password."""
    place = tmp_path_factory.mktemp("locked")
    make_session(place / "sessie")
    scan = quickscan_pile(place / "sessie", place / "open.pdf")
    lock(scan, place / "slot.pdf", WORD)
    with Session.open(place / "sessie") as session:
        read_files([place / "slot.pdf"], session, workers=1, passwords=[WORD])
    return place


def posters(locked: Path, capsys: pytest.CaptureFixture[str], *more: str) -> tuple[Any, str]:
    """Draw the posters; return the facts and what was said beside them."""
    asked = ["quickscan-posters", "--session", str(locked / "sessie"), "--out", str(locked / "out")]
    assert run([*asked, "--json", *more]) == 0
    out, err = capsys.readouterr()
    return json.loads(out), err


def test_handwriting_in_a_locked_scan_comes_with_its_password(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What people wrote is what the action sheet is for."""
    facts, err = posters(locked, capsys, "--password", "mis", "--password", WORD)

    assert facts["handwriting"] > 6
    assert facts["unseen"] == []
    assert err == ""
    text = " ".join(page.text for page in pdf_pages(locked / "out" / "actieblad.pdf"))
    assert "Niet te zien" not in text


def test_handwriting_that_stays_locked_is_counted_and_said(
    locked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """An action sheet without a word on it looks as if nobody had written anything."""
    with_it, _ = posters(locked, capsys, "--password", WORD)
    facts, err = posters(locked, capsys)

    assert facts["handwriting"] == 0
    (unseen,) = facts["unseen"]
    assert unseen["file"] == "slot.pdf"
    assert unseen["reason"] == "encrypted"
    assert unseen["fields"] == with_it["handwriting"]
    assert f"slot.pdf is locked, so the handwriting in {unseen['fields']} fields" in err
    assert "--password" in err
    pages = [page.text for page in pdf_pages(locked / "out" / "actieblad.pdf")]
    assert all("Niet te zien: het handschrift in" in text for text in pages)
    assert all("slot.pdf (op slot)" in text for text in pages)
    assert not any("Niemand schreef" in text for text in pages)


def test_a_locked_pile_without_a_session_is_read_with_its_password(
    locked: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["quickscan-pile", str(locked / "slot.pdf"), "--team", "Opleiding", "--json"]

    assert run([*asked, "--out", str(tmp_path), "--password", WORD]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["lists"] == 2
    assert facts["handwriting"] > 6
    assert facts["unseen"] == []


def test_every_command_that_may_meet_a_locked_file_takes_its_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    for command in ("read", "one-list", "quickscan-posters", "quickscan-pile", "poster"):
        assert run([command, "--help"]) == 0
        assert "--password" in capsys.readouterr().out
