"""A scan that should not count is withdrawn: said before what changes, and put back as it was."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from forms.answers import Reading
from forms.errors import SessionError
from forms.instrument import find
from forms.sheet_code import SheetCode, instrument_number
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from papierkompas.acts.reading import read_files
from papierkompas.command import cli
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.results import results
from papierkompas.outcome.withdrawing import to_put_back, to_withdraw
from papierkompas.session.session import Session
from papierkompas.session.values import SheetId
from tests.papierkompas.web.pile import make_session

ASKED = find("stellingenlijst")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """Three people in the desired round: two scanned well, one with another pile."""
    make_session(tmp_path / "sessie")
    with Session.open(tmp_path / "sessie") as opened:
        batch = opened.given_out.batch_for(ASKED, 7, "gewenst")
        opened.given_out.note(batch, [1, 2, 3], [1, 2, 3])
        _keep(opened, tmp_path, "stapel.pdf", batch, {1: "12345612", 2: "22224444"})
        _keep(opened, tmp_path, "later.pdf", batch, {3: "33333333"})
        yield opened


def _keep(session: Session, folder: Path, name: str, batch: str, sheets: dict[int, str]) -> None:
    file = folder / name
    file.write_bytes(name.encode())
    scan = session.scans.keep(file)
    session.scans.count_pages(scan, len(sheets))
    for page, (number, answers) in enumerate(sheets.items(), 1):
        code = SheetCode(instrument_number(ASKED.key), ASKED.edition, 1, 1, number, batch, 7)
        readings = {str(q): Reading(a, confidence=1.0) for q, a in enumerate(answers, 1)}
        session.pages.record(
            scan,
            ReadPage(
                PageRef(name, page),
                PageStatus.READ,
                code=code,
                instrument=ASKED.key,
                round="gewenst",
                readings=readings,
            ),
        )


def _placed(session: Session) -> list[str]:
    (compass,) = results(session).compasses
    return [placed.sheet.label for one in compass.rounds for placed in one.placed]


def test_what_a_withdrawal_changes_is_said_before_and_done_after(session: Session) -> None:
    """Somebody has to know who leaves the map before the button is pressed."""
    before = results_json(results(session))
    wanted = to_withdraw(session, "later.pdf")
    said = wanted.difference(session, results(session))

    assert [(m.leave, m.join) for m in said.maps] == [(("Zoë van Toets",), ())]
    assert results_json(results(session)) == before, "trying it changes nothing"
    wanted.do(session, "Noor", "verkeerde stapel")
    assert _placed(session) == ["Sam Voorbeeld", "Noor Proef"]
    with pytest.raises(SessionError, match="does not count already"):
        to_withdraw(session, "later.pdf")

    back = to_put_back(session, "later.pdf")
    assert [m.join for m in back.difference(session, results(session)).maps] == [("Zoë van Toets",)]
    back.do(session, "Sam", "toch goed")
    assert results_json(results(session)) == before
    assert [(w.who, w.why, w.undoes is None) for w in session.withdrawals.all()] == [
        ("Noor", "verkeerde stapel", True),
        ("Sam", "toch goed", False),
    ]
    assert len(session.scans.all()) == 2
    assert all(scan.path.exists() for scan in session.scans.all())


def test_one_page_is_withdrawn_and_the_rest_of_the_scan_counts(session: Session) -> None:
    """One sheet fell in the wrong pile."""
    wanted = to_withdraw(session, "stapel.pdf", 2)
    assert wanted.difference(session, results(session)).maps[0].leave == ("Noor Proef",)
    wanted.do(session, "Noor", "niet van ons")

    assert _placed(session) == ["Sam Voorbeeld", "Zoë van Toets"]
    to_withdraw(session, "stapel.pdf").do(session, "Noor", "allemaal niet")
    assert _placed(session) == ["Zoë van Toets"]
    to_put_back(session, "stapel.pdf").do(session, "Noor", "toch wel")
    assert _placed(session) == ["Sam Voorbeeld", "Zoë van Toets"]
    with pytest.raises(SessionError, match="no page 7"):
        to_withdraw(session, "stapel.pdf", 7).do(session, "Noor", "?")


def test_a_rival_that_is_withdrawn_leaves_the_answers_of_the_other(
    session: Session, tmp_path: Path
) -> None:
    """Two papers with one number are a doubt, until somebody says which scan does not count."""
    (batch,) = (b.batch for b in session.given_out.batches())
    _keep(session, tmp_path, "dubbel.pdf", batch, {1: "65432165"})
    assert results(session).in_review > 0
    said = to_withdraw(session, "dubbel.pdf").difference(session, results(session))
    to_withdraw(session, "dubbel.pdf").do(session, "Noor", "oefening")

    assert results(session).in_review == 0
    assert [one.label for one in said.answers] == ["Sam Voorbeeld"]
    assert said.maps[0].join == ("Sam Voorbeeld",)


def test_corrections_outlive_a_withdrawal(session: Session) -> None:
    (batch,) = (b.batch for b in session.given_out.batches())
    session.corrections.correct(SheetId(batch, 3), "1", "6", "Noor")
    to_withdraw(session, "later.pdf").do(session, "Noor", "?")
    to_put_back(session, "later.pdf").do(session, "Noor", "!")
    (zoe,) = (s for s in results(session).sheets if s.sheet.number == 3)

    assert zoe.answers["1"].value == "6"


def test_a_refused_file_is_taken_off_the_list_and_put_back(session: Session) -> None:
    session.refused.add(unread(PageRef("leeg.pdf"), Reason.EMPTY_FILE))
    to_withdraw(session, "leeg.pdf").do(session, "Noor", "was niets")
    with pytest.raises(SessionError):
        to_withdraw(session, "leeg.pdf")
    to_put_back(session, "leeg.pdf").do(session, "Noor", "toch bewaren")

    assert not session.withdrawals.standing()
    assert [one.name for one in session.refused.all()] == ["leeg.pdf"]


def test_a_withdrawn_file_that_is_read_again_is_said_to_be_withdrawn(
    session: Session, tmp_path: Path
) -> None:
    """It neither counts again in silence, nor is it missing from the account."""
    from PIL import Image

    Image.new("L", (800, 1100), 255).save(tmp_path / "wit.png")
    read_files([tmp_path / "wit.png"], session, workers=1)
    to_withdraw(session, "wit.png").do(session, "Noor", "leeg")
    pile = read_files([tmp_path / "wit.png"], session, workers=1)

    (page,) = (p for p in pile.settled.pages if p.ref.file == "wit.png")
    assert page.reason is Reason.WITHDRAWN


def test_the_command_says_first_and_does_it_with_a_reason(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    at = ["--session", str(session.folder)]
    assert cli.run(["scans", *at, "--withdraw", "later.pdf"]) == 0
    assert "Off the map of gewenst: Zoë van Toets." in capsys.readouterr().out
    assert len(_placed(session)) == 3

    command = ["scans", *at, "--withdraw", "later.pdf", "--why", "dubbel", "--who", "Noor"]
    assert cli.run([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["done"] is True
    assert cli.run(["scans", *at, "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(s["file"], (s["withdrawn"] or {}).get("why")) for s in listed["scans"]] == [
        ("stapel.pdf", None),
        ("later.pdf", "dubbel"),
    ]
    assert cli.run(["scans", *at, "--put-back", "later.pdf", "--why", "toch"]) == 0
    assert len(_placed(session)) == 3
    assert cli.run(["scans", *at, "--withdraw", "geen.pdf"]) != 0
    assert cli.run(["scans", *at, "--why", "zomaar"]) == 2


def test_the_command_keeps_what_it_refused_as_the_page_does(
    session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every file that came in is on the list, once; a name that was mistyped is no file."""
    (tmp_path / "kapot.pdf").write_bytes(b"%PDF-1.4 and no more")
    (tmp_path / "leeg.pdf").write_bytes(b"")
    files = [str(tmp_path / name) for name in ("kapot.pdf", "leeg.pdf", "geen.pdf")]
    at = ["--session", str(session.folder)]
    for _ in range(2):
        cli.run(["read", *files, *at, "--workers", "1"])
        to_withdraw(session, "leeg.pdf").do(session, "Noor", "was niets")
        to_put_back(session, "leeg.pdf").do(session, "Noor", "toch")

    assert [(one.name, one.reason) for one in session.refused.all()] == [
        ("kapot.pdf", Reason.DAMAGED),
        ("leeg.pdf", Reason.EMPTY_FILE),
    ]
    capsys.readouterr()
    assert cli.run(["scans", *at]) == 0
    assert "leeg.pdf: not read: the file is empty" in capsys.readouterr().out


def test_a_locked_file_is_off_the_list_when_its_password_is_given(
    session: Session, tmp_path: Path
) -> None:
    import pikepdf

    with pikepdf.new() as pdf:
        pdf.add_blank_page(page_size=(595, 842))
        pdf.save(tmp_path / "slot.pdf", encryption=pikepdf.Encryption(user="a", owner="b"))
    read_files([tmp_path / "slot.pdf"], session, workers=1)
    refused = [one.reason for one in session.refused.all()]
    read_files([tmp_path / "slot.pdf"], session, workers=1, passwords=("a",))

    assert refused == [Reason.ENCRYPTED]
    assert [one.refused for one in session.withdrawals.standing()] == [1]


def test_a_page_of_a_file_that_is_out_as_a_whole_says_so(session: Session) -> None:
    """Putting that page back said that it counts."""
    to_withdraw(session, "stapel.pdf", 2).do(session, "Noor", "niet van ons")
    with pytest.raises(SessionError, match="page 2: this does not count already"):
        to_withdraw(session, "stapel.pdf", 2)
    to_withdraw(session, "stapel.pdf").do(session, "Noor", "allemaal niet")
    for find_it in (to_withdraw, to_put_back):
        for page in (1, 2):
            with pytest.raises(
                SessionError, match=f"the whole file does not count, and page {page}"
            ):
                find_it(session, "stapel.pdf", page)
    to_put_back(session, "stapel.pdf").do(session, "Noor", "toch wel")
    to_put_back(session, "stapel.pdf", 2).do(session, "Noor", "ook")
    with pytest.raises(SessionError, match="this counts"):
        to_put_back(session, "stapel.pdf", 2)

    assert len(_placed(session)) == 3


def test_a_scan_and_a_refused_file_of_one_name_are_told_apart(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    """The scan was taken, whichever was meant."""
    session.refused.add(unread(PageRef("later.pdf"), Reason.EMPTY_FILE))
    at = ["scans", "--session", str(session.folder)]
    assert cli.run([*at, "--withdraw", "later.pdf", "--why", "?"]) != 0
    assert "--came-as scan or --came-as refused" in capsys.readouterr().err
    assert not session.withdrawals.standing()

    refused = [*at, "--withdraw", "later.pdf", "--came-as", "refused", "--why", "was leeg"]
    assert cli.run(refused) == 0
    assert len(_placed(session)) == 3
    assert cli.run([*at, "--withdraw", "later.pdf", "--why", "dubbel"]) == 0, "only one is left"
    assert len(_placed(session)) == 2
    assert cli.run([*at, "--put-back", "later.pdf", "--why", "toch"]) != 0
    assert cli.run([*at, "--put-back", "later.pdf", "--came-as", "scan", "--why", "toch"]) == 0
    assert len(_placed(session)) == 3
    assert [one.refused for one in session.withdrawals.standing()] == [1]
    session.refused.add(unread(PageRef("geen.pdf"), Reason.EMPTY_FILE))
    with pytest.raises(SessionError, match="there is no page 3"):
        to_withdraw(session, "geen.pdf", 3)
