"""Handwritten names on the poster, from paper to paper."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.random import Generator

from forms.instrument import find
from forms.sheets import PrintedPage
from papierkompas.acts.printing import Order, jobs
from papierkompas.acts.reading import read_files
from papierkompas.command.cli import run
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import MarkKind, Meant, Pen
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.outcome.handwritten_names import Hands, NoInk
from papierkompas.outcome.results import results
from papierkompas.session.session import Session
from tests.papierkompas.web.pile import lock

NAMES = ("Sam", "Noor van Dam", "", "Wilhelmina van den Voorbeeld")


def second(page: PrintedPage, question: str, options: Sequence[str], rng: Generator) -> Meant:
    """Answer so that nobody is off the map."""
    del page, question, rng
    return Meant(options[1])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Print four numbered copies, write names on three of them, and read the scan."""
    place = tmp_path_factory.mktemp("by-hand")
    instrument = find("stellingenlijst")
    with Session.create(place / "sessie", "Team Zorg", dt.date(2026, 3, 12)) as session:
        made = jobs(instrument, [instrument.round("gewenst")], Order(copies=4), session)
        names = {f"{made[0].batch}-{n:02d}": name for n, name in enumerate(NAMES, 1)}
        rng = np.random.default_rng(7)
        pages = filled_pages(
            made, rng, choose=second, kinds=[MarkKind.CROSS], pens=[Pen.BALLPOINT], names=names
        )
        write_pdf(
            place / "scan.pdf",
            (scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM) for page in pages),
        )
        read_files([place / "scan.pdf"], session, workers=1)
    return place


def test_everybody_who_wrote_a_name_finds_it_on_the_map(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """People know their own hand at once; who wrote nothing is there by number, and it is said."""
    out, png = folder / "poster.pdf", folder / "poster.png"
    asked = ["poster", "--session", str(folder / "sessie"), "--handwritten-names", "--json"]

    assert run([*asked, "--out", str(out), "--png", str(png)]) == 0
    said = capsys.readouterr()
    facts = json.loads(said.out)
    assert facts["people"] == 4
    assert facts["handwritten"] == {
        "names": 3,
        "without": [{"name": "nr 03", "reason": str(NoInk.BLANK.message)}],
    }
    assert "nr 03 has no handwritten name" in said.err
    assert out.read_bytes().count(b"/ImageMask true") == 3
    assert png.stat().st_size > 10_000
    for way in (["--tile", "a4"], ["--size", "flipover"]):
        assert run([*asked, *way, "--out", str(out)]) == 0
        assert out.read_bytes().count(b"/ImageMask true") == 3


def test_the_ink_is_that_of_the_name(folder: Path) -> None:
    """Cut to the writing: a long name is long, and no border or dirt makes it higher."""
    with Session.open(folder / "sessie") as session:
        made = results(session)
        hands = Hands(session, made)
        inks = {sheet.sheet.number: hands.ink_of([sheet]) for sheet in made.sheets}

    assert inks[3] is None
    written = [ink for ink in (inks[1], inks[2], inks[4]) if ink is not None]
    short, middle, long = written
    assert 1.5 < short.aspect < 4 < middle.aspect < 10 < long.aspect
    for ink in written:
        pixels = np.unpackbits(np.frombuffer(ink.bits, np.uint8)).reshape(ink.height_px, -1)
        assert 0.02 < pixels[:, : ink.width_px].mean() < 0.5


def test_a_scan_that_is_gone_leaves_the_number(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Scans may be thrown away after the meeting; the poster can still be made."""
    shutil.copytree(folder / "sessie", tmp_path / "sessie")
    for scanned in (tmp_path / "sessie" / "scans").iterdir():
        scanned.unlink()
    asked = ["poster", "--session", str(tmp_path / "sessie"), "--handwritten-names", "--json"]

    assert run([*asked, "--out", str(tmp_path / "poster.pdf")]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["handwritten"]["names"] == 0
    assert [one["reason"] for one in facts["handwritten"]["without"]].count(
        str(NoInk.NO_SCAN.message)
    ) == 3


def test_names_in_a_locked_scan_come_with_its_password(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without it everybody is there by number, and the file that needs it is named."""
    shutil.copytree(folder / "sessie", tmp_path / "sessie")
    with Session.open(tmp_path / "sessie") as session:
        (scanned,) = session.scans.all()
    lock(scanned.path, tmp_path / "slot.pdf", "geheim").replace(scanned.path)
    asked = ["poster", "--session", str(tmp_path / "sessie"), "--handwritten-names", "--json"]
    out = ["--out", str(tmp_path / "poster.pdf")]

    assert run([*asked, *out, "--password", "geheim"]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["handwritten"]["names"] == 3
    assert made["unseen"] == []
    assert run([*asked, *out]) == 0
    said = capsys.readouterr()
    without = json.loads(said.out)
    assert without["handwritten"]["names"] == 0
    assert [one["file"] for one in without["unseen"]] == ["scan.pdf"]
    assert "scan.pdf is locked, so the handwriting in 3 fields" in said.err


@pytest.mark.parametrize("way", [["--names", "numbers"], ["--only-means"]])
def test_handwriting_does_not_go_with_hidden_names(folder: Path, way: list[str]) -> None:
    """Who asks for both made a mistake that would show people's names."""
    asked = ["poster", "--session", str(folder / "sessie"), "--handwritten-names", *way]

    assert run([*asked, "--out", str(folder / "never.pdf")]) == 2
    assert not (folder / "never.pdf").exists()
