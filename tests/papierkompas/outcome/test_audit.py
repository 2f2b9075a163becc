"""Answers drawn at random, to compare with the paper."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from forms.answers import Doubt, Reading
from papierkompas.command.cli import run
from papierkompas.outcome.audit import Audit
from papierkompas.outcome.results import Results
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import Room, at

DOUBT = Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)
PEOPLE = ("Sam Voorbeeld", "Noor Proef", "Joris Test", "Inge Staal", "Milan Model", "Ada Monster")
UNSEEN = 6 * 8 - 2  # but for a doubt, and a row that was changed


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Six people of eight answers each: one is blank, one in doubt, one was changed."""
    room = Room(tmp_path, PEOPLE)
    own = room.print_list("gewenst")
    for number in range(1, 7):
        more = {"1": DOUBT} if number == 1 else {"7": Reading(None)} if number == 2 else {}
        room.hand_in(own[number], {**at(3, 3), **more})
    room.session.corrections.correct(SheetId(own[3].batch, 3), "2", "5", "begeleider")
    return room


@pytest.fixture
def made(room: Room) -> Results:
    return room.results()


def test_a_seed_draws_the_same_rows_and_each_row_once(made: Results) -> None:
    drawn = Audit.of(made, 20, seed=3)

    assert drawn == Audit.of(made, 20, seed=3)
    assert drawn.rows != Audit.of(made, 20, seed=4).rows
    assert len({(row.sheet, row.question) for row in drawn.rows}) == 20


def test_every_answer_is_as_likely(made: Results) -> None:
    """The bound holds for rows that are drawn blindly only."""
    times: dict[tuple[str, str], int] = {}
    for seed in range(460):
        for row in Audit.of(made, 10, seed).rows:
            times[row.sheet, row.question] = times.get((row.sheet, row.question), 0) + 1

    assert len(times) == UNSEEN
    assert 60 < min(times.values()) <= max(times.values()) < 145  # 100 expected


def test_only_what_nobody_looked_at_is_drawn(made: Results) -> None:
    """A doubt and a corrected row say nothing of the reader; a row that was read as empty does."""
    drawn = Audit.of(made, 1000)
    rows = {(row.label, row.question): row.value for row in drawn.rows}

    assert drawn.answers == len(rows) == UNSEEN
    assert ("Sam Voorbeeld", "1") not in rows
    assert ("Joris Test", "2") not in rows
    assert rows["Noor Proef", "7"] is None


def test_what_it_shows_is_the_exact_interval(made: Results) -> None:
    drawn = Audit.of(made, 40)

    assert drawn.at_most(0) == pytest.approx(1 - 0.025 ** (1 / 40))
    assert drawn.at_most(1) == pytest.approx(0.1316, abs=1e-4)
    assert drawn.at_most(40) == 1.0
    with pytest.raises(ValueError, match="41 of 40"):
        drawn.at_most(41)


def test_the_command_says_what_to_compare_and_what_it_shows(
    room: Room, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = room.session.folder
    room.session.close()
    asked = ["audit", "--session", str(folder)]

    assert run([*asked, "--rows", "12"]) == 0
    said = capsys.readouterr().out
    assert said.count("question") == 12
    assert "If all 12 are so on the paper, at most 26 % of the 46 answers" in said
    assert run([*asked, "--rows", "12", "--wrong", "1", "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["answers"], facts["wrong"], len(facts["rows"])) == (UNSEEN, 1, 12)
    assert facts["at_most"] == pytest.approx(0.3848, abs=1e-4)
    assert run([*asked, "--rows", "3", "--wrong", "4"]) == 2
    assert "only 3 answers were drawn" in capsys.readouterr().err
    assert run(["new", str(tmp_path / "empty"), "--team", "Team"]) == 0
    assert run(["audit", "--session", str(tmp_path / "empty")]) == 2
    assert "read scans first" in capsys.readouterr().err
