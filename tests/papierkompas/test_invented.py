"""Questionnaires that nobody wrote go all the way from file to poster, or are refused at once.

A school that writes its own finds out here, not after the meeting: what `instrument check` calls
fine is printed, filled in, read, scored and drawn, with the school's own names, and with places
that a few lines of arithmetic in this test give as well.

    pytest tests/papierkompas/test_invented.py                     some of them
    pytest tests/papierkompas/test_invented.py -m slow --invented  two hundred
"""

from __future__ import annotations

import json
import statistics
import subprocess
from collections.abc import Mapping
from pathlib import Path
from random import Random
from typing import Any

import cv2
import numpy as np
import pytest

from forms.instrument import load
from forms.layout import Box
from papierkompas.acts.printing import layout_of
from papierkompas.command.cli import run
from papierkompas.lab.simulate.pile import render
from papierkompas.session.session import Session
from papierkompas.session.values import SheetId
from tests.invented import Axis, Invented, invented

NAMES = ("Sam Proef", "Noor Test", "Łukasz Voorbeeld", "Zoë Specimen")
DPI = 150
REFUSED = 3
SOME, MANY = range(24), range(24, 224)

Answers = Mapping[str, str]
Whose = tuple[str, str | None]  # a participant, in a round


class Loop:
    """The command, and what it said."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], made: Invented) -> None:
        self.folder = folder
        self.made = made
        self._capsys = capsys
        self.file = folder / "eigen.toml"
        self.file.write_text(made.text, encoding="utf-8")
        (folder / "namen.csv").write_text("naam\n" + "\n".join(NAMES) + "\n", encoding="utf-8")

    def __call__(self, *arguments: object, session: bool = True) -> str:
        where = ("--session", self.folder / "sessie") if session else ()
        code = run([str(word) for word in (*arguments, *where)])
        out, err = self._capsys.readouterr()
        assert code == 0, f"{arguments[:2]}: {code}, {err}\n{self.made.text}"
        return out

    def is_refused(self) -> bool:
        """Say whether the check refuses the file; then it has to say which one and why."""
        code = run(["instrument", "check", str(self.file)])
        _, err = self._capsys.readouterr()
        assert code in (0, REFUSED), f"{code}, {err}\n{self.made.text}"
        if code == REFUSED:
            assert "eigen.toml: " in err
            assert err.strip().endswith((".", "]")), err
        return code == REFUSED

    def print_and_fill(self, random: Random) -> dict[Whose, dict[str, str]]:
        """Print the sheets, cross a box in every row, and scan them; return who crossed what."""
        made, pdf = self.made, self.folder / "lijsten.pdf"
        self("new", self.folder / "sessie", "--team", "Team Proef", "--roster",
             self.folder / "namen.csv", session=False)  # fmt: skip
        manifest = json.loads(
            self("print", made.paper, "--instrument", self.file, "--out", pdf, "--json")
        )["pages"]
        layout = layout_of(load(self.file))
        pages = []
        crossed: dict[Whose, dict[str, str]] = {}
        for entry, image in zip(manifest, render(pdf, len(manifest), DPI), strict=True):
            picture = image.copy()
            rows: dict[str, list[Box]] = {}
            for box in layout.pages[entry["sheet_page"] - 1].boxes:
                rows.setdefault(box.question, []).append(box)
            answers = crossed.setdefault((entry["participant"], entry["round"]), {})
            for question, boxes in rows.items():
                if len(boxes) > 1:
                    chosen = random.choice(boxes)
                    answers[question] = chosen.option
                    _cross(picture, chosen)
            pages.append(picture)
        assert cv2.imwritemulti(str(self.folder / "scan.tiff"), pages)
        return crossed

    def settle(self, sheet: str, question: str, value: str) -> None:
        """Settle a doubt, as a person does who looks at it."""
        batch, _, number = sheet.partition("-")
        with Session.open(self.folder / "sessie") as session:
            session.corrections.correct(SheetId(batch, int(number)), question, value, "Sam")


def _cross(picture: Any, box: Box) -> None:
    """Cross a box, as a careful person with a felt pen does."""
    px = DPI / 25.4
    left, top, side = (v * px for v in (box.rect.x_mm, box.rect.y_mm, box.rect.width_mm))
    for x1, x2 in ((left, left + side), (left + side, left)):
        ends = (round(x1), round(top)), (round(x2), round(top + side))
        cv2.line(picture, *ends, 30, 3, cv2.LINE_AA)


@pytest.mark.parametrize("seed", SOME)
def test_what_the_check_calls_fine_works_to_the_end(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Own names, boxes, pairs, orientation and rounds: never a mistake in the program."""
    take_to_the_end(seed, tmp_path, capsys)


@pytest.mark.slow
@pytest.mark.parametrize("seed", MANY)
def test_two_hundred_more_work_to_the_end(
    seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], request: pytest.FixtureRequest
) -> None:
    """The same law, for whoever changes what a questionnaire may be."""
    if not request.config.getoption("--invented"):
        pytest.skip("takes long: give --invented")
    take_to_the_end(seed, tmp_path, capsys)


def take_to_the_end(seed: int, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Check, print, fill in, read, score and draw one of them."""
    made = invented(seed)
    loop = Loop(folder, capsys, made)
    if loop.is_refused():
        return
    crossed = loop.print_and_fill(Random(seed))
    read = json.loads(loop("read", folder / "scan.tiff", "--workers", "1", "--json"))

    assert read["summary"]["unread"] == 0, made.text
    assert len(read["sheets"]) == len(crossed)
    for sheet in read["sheets"]:
        truth = crossed[sheet["participant"], sheet["round"]]
        for question, answer in sheet["answers"].items():
            if answer["status"] == "review":  # of a page with hardly a row on it
                loop.settle(sheet["sheet"], question, truth[question])
            else:
                assert answer["value"] == truth.get(question), (question, made.text)
    results = json.loads(loop("results", "--json"))
    loop("results", "--csv", folder / "tabel.csv", "--xlsx", folder / "tabel.xlsx")
    if made.is_compass:
        _stand_where_they_should(results, made, crossed)
        _are_on_the_posters(loop, made, folder)
    else:
        _are_counted(results, crossed, folder, loop)


def _stand_where_they_should(
    results: Mapping[str, Any], made: Invented, crossed: Mapping[Whose, Answers]
) -> None:
    border = made.lowest + (len(made.boxes) - 1) / 2
    for round_key, _ in made.rounds:
        people = results["rounds"][round_key]["participants"]
        assert {person["name"] for person in people} == set(NAMES)
        for person in people:
            answers = crossed[person["name"], round_key]
            means = {axis.key: _mean(axis, answers) for axis in made.axes}
            touched = {
                key
                for low, (key, _) in made.quadrants.items()
                if all(m <= border if a in low else m >= border for a, m in means.items())
            }

            assert {axis: person[axis] for axis in means} == pytest.approx(means)
            assert set(person["quadrant"]) == touched
    if len(made.rounds) == 2:
        role = {role: key for key, role in made.rounds}
        step = {
            axis.key: statistics.fmean(
                _mean(axis, crossed[name, role["wished"]])
                - _mean(axis, crossed[name, role["practice"]])
                for name in NAMES
            )
            for axis in made.axes
        }

        assert results["comparison"]["mean_step"] == pytest.approx(step, abs=1e-9)


def _mean(axis: Axis, answers: Answers) -> float:
    return statistics.fmean(int(answers[question]) for question in axis.questions)


def _are_on_the_posters(loop: Loop, made: Invented, folder: Path) -> None:
    for key in (None, *(key for key, _ in made.rounds)):
        out = folder / f"poster-{key}.pdf"
        facts = json.loads(
            loop("poster", *(["--round", key] if key else []), "--out", out, "--json")
        )
        words = _words(out)

        assert facts["people"] == len(NAMES)
        assert not facts["missing"]
        for name in NAMES:
            assert name.split()[0] in words
        for text in (*(t for _, t in made.quadrants.values()), *_ends(made)):
            assert set(text.split()) <= words, (text, words)
    for paper in ("score-form", "wall-markers", "statement-cards", "blank-compass", "statements",
                  "personal"):  # fmt: skip
        loop("extras", paper, "--out", folder / f"{paper}.pdf")


def _ends(made: Invented) -> list[str]:
    return [end for axis in made.axes for end in (axis.low, axis.high)]


def _words(pdf: Path) -> set[str]:
    done = subprocess.run(["pdftotext", "-raw", str(pdf), "-"], check=True, capture_output=True)
    return set(done.stdout.decode().split())


def _are_counted(
    results: Mapping[str, Any],
    crossed: Mapping[Whose, Answers],
    folder: Path,
    loop: Loop,
) -> None:
    counted = next(v for v in results.values() if isinstance(v, dict) and "questions" in v)
    for question, found in counted["questions"].items():
        chosen = [answers.get(question) for answers in crossed.values()]

        assert found["counts"] == {o: chosen.count(o) for o in found["counts"]}
        assert sum(found["counts"].values()) + found["blank"] == len(NAMES)
    if counted.get("factors") is not None:
        loop("one-list", "--out", folder / "een-lijst.pdf")
        loop("quickscan-posters", "--out", folder / "posters")
    assert np.isfinite(counted["n"])
