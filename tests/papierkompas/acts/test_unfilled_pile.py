"""Anybody tries the copier with the pile before anybody has filled it in; it takes nobody off."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np
import pytest

from forms.instrument import find
from forms.sheets import Job, PrintedPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.command import cli
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import MarkKind, Meant, Pen
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.outcome.results import results
from papierkompas.session.session import Session
from tests.papierkompas.web.pile import NAMES, make_session


def _nothing(_page: PrintedPage, _question: str, _options: Sequence[str], _: object) -> Meant:
    return Meant(None)


def _in_turn(page: PrintedPage, question: str, options: Sequence[str], _: object) -> Meant:
    """Answer everything; everybody something else."""
    return Meant(_meant(page.sheet, question, options))


def _meant(sheet: str, question: str, options: Sequence[str]) -> str:
    return options[(int(sheet.rpartition("-")[2]) + sum(map(ord, question))) % len(options)]


def _scan(
    printed: Sequence[Job], out: Path, case: str, choose: object, seats: Collection[int]
) -> None:
    rng = np.random.default_rng(len(out.name))
    pages = filled_pages(
        printed,
        rng,
        choose=choose,  # type: ignore[arg-type]  # it asks for less than it is given
        kinds=(MarkKind.CROSS,),
        pens=(Pen.BALLPOINT,),
    )
    its = (p for p in pages if int(p.printed.sheet.rpartition("-")[2]) in seats)
    write_pdf(out, (scan(p.image, COPIER_CASES[case], rng, PX_PER_MM) for p in its))


@pytest.mark.parametrize("case", ["grey200", "bitonal200"])
@pytest.mark.parametrize("paper", ["stellingenlijst", "quickscan"])
def test_an_unfilled_pile_before_between_and_after_takes_nobody_off(
    paper: str, case: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Printed, scanned and read, file by file: no answer in doubt, none other, nobody lost."""
    folder = tmp_path / "sessie"
    make_session(folder)
    asked = find(paper)
    with Session.open(folder) as session:
        round_key = asked.rounds[0].key if asked.rounds else None
        order = Order(people=session.people.all())
        printed = jobs(asked, rounds_to_print(asked, round_key), order, session)
    everybody, in_yet = {1, 2, 3}, set[int]()
    for name, choose, seats in (
        ("voor", _nothing, everybody),
        ("een", _in_turn, {1, 3}),
        ("tussen", _nothing, everybody),
        ("twee", _in_turn, {2}),
        ("daarna", _nothing, everybody),
    ):
        _scan(printed, tmp_path / f"{name}.pdf", case, choose, seats)
        at = ["--session", str(folder), "--workers", "2", "--json"]
        assert cli.run(["read", str(tmp_path / f"{name}.pdf"), *at]) == 0
        account = json.loads(capsys.readouterr().out)
        in_yet |= seats if choose is _in_turn else set()
        assert account["summary"]["unread"] == 0
        for sheet in account["sheets"]:
            is_in = int(sheet["sheet"].rpartition("-")[2]) in in_yet
            for question, answer in sheet["answers"].items():
                meant = _meant(sheet["sheet"], question, asked.questions[question])
                assert answer["value"] == (meant if is_in else None), (name, sheet, question)
                # Of an empty row alone nobody knows whether the copier lost a mark in it.
                assert not is_in or answer["status"] != "review", (name, sheet, question)
    with Session.open(folder) as session:
        made = results(session)

    assert made.in_review == 0
    assert [sheet.name for sheet in made.sheets] == list(NAMES)
    assert [p.position is not None for c in made.compasses for r in c.rounds for p in r.placed] in (
        [],
        [True] * len(NAMES),
    )
    assert [tally.lists for tally in made.tallies] in ([], [len(NAMES)])
