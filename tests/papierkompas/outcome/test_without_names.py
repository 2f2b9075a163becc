"""One choice keeps names inside a session."""

from __future__ import annotations

import io
import json
import subprocess
import zipfile
from pathlib import Path

import pytest

from forms.answers import Reading
from forms.errors import UsageError
from forms.instrument import find
from papierkompas.acts.printing import Order
from papierkompas.acts.type_in import type_in
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.everything import write_everything
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import Choices, printable
from papierkompas.outcome.results import INSIDE, Results, results
from papierkompas.outcome.scan_list import ScanList
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import Room, at

NAMES = ("Wilhelmina Zwaluwe", "Oscar Dolfijn", "Quirine Berkenbos", "Xander Kwikstaart")
GUEST = "Yvette Iglesias"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Four people on the list, and a guest who wrote her name on a spare sheet in both rounds."""
    made = Room(tmp_path, NAMES)
    for round_key, there in (("gewenst", (1, 2, 3, 4)), ("huidig", (1, 2, 4))):
        own = made.print_list(round_key)
        spare = made.print(round_key, Order(copies=1))[0]
        for number in there:
            made.hand_in(own[number], at(2, number))
        made.hand_in(spare, at(5, 2), GUEST)
    return made


def files_of(made: Results) -> dict[str, bytes]:
    """Every export, as bytes; a workbook is unpacked."""
    csv, xlsx = io.BytesIO(), io.BytesIO()
    write_csv(csv, made)
    write_xlsx(xlsx, made)
    with zipfile.ZipFile(xlsx) as book:
        inside = {name: book.read(name) for name in book.namelist()}
    as_json = json.dumps(results_json(made), ensure_ascii=False).encode()
    return {"csv": csv.getvalue(), "json": as_json, **inside}


def words_of(pdf: bytes) -> str:
    """Read what stands on a paper."""
    made = subprocess.run(["pdftotext", "-", "-"], input=pdf, check=True, capture_output=True)
    return made.stdout.decode()


def test_no_byte_of_a_name_leaves_the_session(room: Room) -> None:
    """Numbers stand for people, the same as on their sheets."""
    room.session.settings.leave_out_names(True)
    made = room.results()

    for data in files_of(made).values():
        for word in " ".join((*NAMES, GUEST)).split():
            assert word.encode() not in data
            assert word.casefold().encode() not in data.lower()
    labels = [p.sheet.label for p in made.compasses[0].rounds[0].placed]
    assert labels == ["nr 01", "nr 02", "nr 03", "nr 04", "nr 05"]


def test_no_name_leaves_in_the_zip_of_everything(room: Room) -> None:
    """Neither on a paper, nor in the list, the changes or a scan; and the zip says so."""
    for choice, there in ((False, True), (True, False)):
        room.session.settings.leave_out_names(choice)
        target = io.BytesIO()
        write_everything(target, Material(session=room.session), room.session)
        with zipfile.ZipFile(target) as found:
            texts = [
                words_of(found.read(name))
                if name.endswith(".pdf")
                else found.read(name).decode("utf-8", "replace")
                for name in found.namelist()
                if not name.startswith("scans/")
            ]
            said = " ".join(texts)

            assert ("namenlijst.csv" in found.namelist()) is there
            assert any(name.startswith("scans/") for name in found.namelist()) is there
            for word in " ".join((*NAMES, GUEST)).split():
                assert (word in said) is there, word
            assert (
                "De namenlijst, de scans en de sessie zelf zitten er niet bij" in said
            ) is not there


def test_a_name_in_handwriting_stays_inside_too(room: Room) -> None:
    room.session.settings.leave_out_names(True)
    with pytest.raises(UsageError, match="Names stay inside"):
        draw(
            printable("poster"),
            Material(session=room.session),
            Choices(handwritten=True),
            io.BytesIO(),
        )


def test_leaving_out_names_changes_nothing_else(room: Room) -> None:
    """Who is the same person in both rounds stays so, and so does every count."""
    with_names = results_json(room.results())
    room.session.settings.leave_out_names(True)
    without = results_json(room.results())

    for rounds in (with_names["rounds"], without["rounds"]):
        for result in rounds.values():
            for person in result["participants"]:
                person.pop("name")
    assert without == with_names


def test_names_are_still_known_where_somebody_says_whose_a_sheet_is(room: Room) -> None:
    """They stay inside; they are not thrown away."""
    room.session.settings.leave_out_names(True)
    inside = results(room.session, for_names=True)

    assert inside.without_names
    assert {sheet.name for sheet in inside.sheets} == {*NAMES, GUEST}


def test_the_choice_is_seen_at_once_by_everybody(room: Room) -> None:
    """The page keeps results until the session changes."""
    before = room.session.revision()
    room.session.settings.leave_out_names(True)
    room.session.settings.leave_out_names(True)

    assert room.session.revision() != before
    assert room.session.settings.without_names
    room.session.settings.leave_out_names(False)
    assert not room.session.settings.without_names


def test_nobody_who_typed_or_checked_is_named_either(tmp_path: Path) -> None:
    """That it was done by hand stays; whoever did it may be a colleague on the list."""
    who, checker, spoken = "Wilhelmina Zwaluwe", "Oscar Dolfijn", "Quirine"
    asked = find("quickscan")
    field = asked.written[0].key
    room = Room(tmp_path, asked=asked)
    paper, absent = room.print(None, Order(copies=2))
    room.hand_in(paper, {"1.1": Reading("+")}, written=[field])
    sheet = SheetId(paper.batch, paper.number)
    room.session.corrections.correct(sheet, field, "gaat goed", checker, f"zei {spoken}")
    room.session.corrections.correct(sheet, "1.2", "+", checker, f"zei {spoken}")
    type_in(room.session, SheetId(absent.batch, absent.number), asked, {"1.1": "+"}, who, spoken)
    room.session.settings.leave_out_names(True)
    made = room.results()
    target = io.BytesIO()
    write_everything(target, Material(session=room.session), room.session)
    with zipfile.ZipFile(target) as found:
        papers = {
            name: words_of(found.read(name)).encode() if name.endswith(".pdf") else found.read(name)
            for name in found.namelist()
        }

    for name, data in {**papers, **files_of(made)}.items():
        for word in f"{who} {checker} {spoken}".split():
            assert word.encode() not in data, (name, word)
    said = results_json(made)["quickscan"]
    assert list(said["typed_by"].values()) == [INSIDE]
    assert said["comments"][0]["checked_by"] == INSIDE


def test_nobody_who_withdrew_a_scan_is_named_in_the_list_of_scans(room: Room) -> None:
    room.session.withdrawals.withdraw(room.session.scans.all()[0], 1, NAMES[0], NAMES[1])
    for choice in (False, True):
        room.session.settings.leave_out_names(choice)
        listed = ScanList.of(room.session, room.results())
        said = json.dumps(listed.as_json(), ensure_ascii=False) + " ".join(listed.lines())
        assert all((name in said) is not choice for name in NAMES[:2])
