"""The command says what it understood of a name list before it makes anything."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from papierkompas.command.cli import run
from papierkompas.session.session import Session

LIST = "Stamnr;Roepnaam;Tussenv.;Achternaam\n1;Ka Wai;;Cheung\n2;Anna;de;Vries\n"
SAID = (
    "2 people on the list, beginning with Ka Wai Cheung, Anna de Vries.\n"
    "The names come from the columns Roepnaam (first name), Tussenv. (infix), "
    "Achternaam (last name).\n"
    "Not used: Stamnr.\n"
)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "4a.csv"
    file.write_text(LIST, encoding="utf-8")
    return file


def test_the_list_alone_is_looked_at(roster: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["name-list", str(roster)]) == 0
    out, err = capsys.readouterr()

    assert err == SAID
    assert out == "1\tKa Wai\t\tCheung\n2\tAnna\tde\tVries\n"


@pytest.mark.parametrize("command", ["new", "print"])
def test_it_is_said_for_people_and_for_programs(
    command: str, roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`--json` says the same on stdout."""
    folder = roster.parent
    target = {
        "new": ["new", str(folder / "sessie"), "--team", "Team"],
        "print": ["print", "stellingenlijst", "--round", "huidig", "--out", str(folder / "x.pdf")],
    }[command]

    assert run([*target, "--roster", str(roster)]) == 0
    assert capsys.readouterr().err == SAID
    if command == "new":
        target[1] += "-2"
    assert run([*target, "--roster", str(roster), "--json"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert json.loads(out)["name_list"] == {
        "people": 2,
        "first": ["Ka Wai Cheung", "Anna de Vries"],
        "columns_used": [
            {"heading": "Roepnaam", "holds": "first"},
            {"heading": "Tussenv.", "holds": "infix"},
            {"heading": "Achternaam", "holds": "last"},
        ],
        "columns_not_used": ["Stamnr"],
        "notes": [],
    }


def test_somebody_who_is_on_the_list_in_other_capitals_gets_a_sheet(
    roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The session knows `Anna de Vries`; a list with `ANNA DE VRIES` must not leave her out."""
    session = roster.parent / "sessie"
    run(["new", str(session), "--team", "Team", "--roster", str(roster)])
    roster.write_text("naam\nANNA DE VRIES\nBo Proef\n", encoding="utf-8")
    order = ["print", "stellingenlijst", "--round", "huidig", "--session", str(session)]
    capsys.readouterr()
    run([*order, "--roster", str(roster), "--out", str(roster.parent / "x.pdf"), "--json"])
    pages = json.loads(capsys.readouterr().out)["pages"]

    assert [page["participant"] for page in pages] == ["Anna de Vries", "Bo Proef"]
    with Session.open(session) as opened:
        assert len(opened.people.all()) == 3


def test_a_list_that_is_not_clear_makes_nothing(
    roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    roster.write_text("Kind;Kleur\nAnna;12\nBram;14\n", encoding="utf-8")

    assert run(["new", str(roster.parent / "s"), "--team", "Team", "--roster", str(roster)]) == 4
    assert "4a.csv, line 1: 'Kind ; Kleur' looks like headings" in capsys.readouterr().err
    assert not (roster.parent / "s").exists()


def test_names_that_stay_inside_the_session_are_not_said(
    roster: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    session = roster.parent / "sessie"
    order = ["new", str(session), "--team", "Team", "--roster", str(roster), "--without-names"]

    assert run(order) == 0
    out, err = capsys.readouterr()
    assert "2 people on the list." in err
    assert "Anna" not in out + err
    printed = ["print", "stellingenlijst", "--session", str(session), "--roster", str(roster)]
    assert run([*printed, "--out", str(roster.parent / "x.pdf"), "--json"]) == 0
    assert "Anna" not in capsys.readouterr().out
