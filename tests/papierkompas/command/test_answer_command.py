"""Whatever waits for a person can be settled by command, with the acts of the page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Doubt, Reading
from forms.instrument import find
from papierkompas.acts.name_list import take_off
from papierkompas.acts.printing import Order
from papierkompas.outcome.results import results
from papierkompas.outcome.to_settle import to_ask, to_settle
from papierkompas.session.session import Session
from tests.papierkompas.command.test_cli import Command
from tests.papierkompas.outcome.room import DAY, Room, at, blank

WHO = ("--who", "Secretaris")
QUICKSCAN = find("quickscan")
COMMENT = QUICKSCAN.written[0].key


class Desk:
    """The command in a session of a small team."""

    def __init__(self, folder: Path, command: Command) -> None:
        self.folder, self._command = folder, command

    def __call__(self, *words: str, code: int = 0) -> dict[str, Any]:
        where = ("answer", "--session", str(self.folder), *WHO, "--json")
        out = self._command(*where, *words, code=code)
        made: dict[str, Any] = {"error": self._command.err} if code else json.loads(out)
        return made

    def open(self) -> list[tuple[str, str, str, bool]]:
        """List what is open: what is asked, of which sheet, which question, whether put off."""
        found = self("--list")
        assert found["count"] == len(found["open"])
        return [(o["kind"], o["sheet"], o["question"], o["later"]) for o in found["open"]]


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, capsys)


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Sam in doubt twice, Noor without a mark seen, Zoë as she should, and a sheet of nobody."""
    made = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef", "Zoë Toets"))
    own = made.print_list("gewenst")
    two = Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)
    made.hand_in(own[1], {**at(3, 3), "3": two, "4": two})
    made.hand_in(own[2], dict.fromkeys(blank(), Reading(None, doubt=Doubt.FAINT, confidence=0.5)))
    made.hand_in(own[3], at(2, 4))
    (spare,) = made.print("gewenst", Order(copies=1))
    made.hand_in(spare, at(5, 5), written=["name"])
    return made


@pytest.fixture
def desk(room: Room, command: Command) -> Desk:
    return Desk(room.session.folder, command)


def code(room: Room, number: int) -> str:
    return next(s.sheet.sheet for s in room.results().sheets if s.sheet.number == number)


def test_a_session_is_settled_with_commands_alone(room: Room, desk: Desk) -> None:
    """Every kind of question, until nothing is open; and each change is in the history."""
    sam, noor, spare = (code(room, number) for number in (1, 2, 4))
    assert desk.open() == [
        ("row", sam, "3", False),
        ("row", sam, "4", False),
        ("whole", noor, "whole", False),
        ("name", spare, "name", False),
    ]
    assert desk(sam, "3", "5", "--why", "gevraagd")["open"] == 3
    assert desk(sam.lower(), "4", "blank")["open"] == 2
    assert desk(noor, "whole", "blank")["open"] == 1
    assert desk(spare, "name", "Gast de Zesde")["open"] == 0
    sheets = {s.sheet.number: s for s in room.results().sheets}

    assert sheets[1].answers["3"].value == "5"
    assert sheets[1].answers["4"].value is None
    assert sheets[2].is_unfilled
    assert sheets[4].name == "Gast de Zesde"
    history = room.session.corrections.all()
    assert {c.who for c in history} == {"Secretaris"}
    assert [c.why for c in history][:2] == ["gevraagd", "nagekeken, met een opdracht"]
    assert len(history) == 1 + 1 + 8 + 1

    for sheet, question in ((sam, "3"), (sam, "4"), (noor, "whole"), (spare, "name")):
        desk(sheet, question, "--undo")
    assert len(desk.open()) == 4


def test_what_was_not_meant_is_refused_and_says_what_to_do(room: Room, desk: Desk) -> None:
    """A slip of the finger changes no certain answer, hides no second sheet and makes no name."""
    sam, zoe, spare = (code(room, number) for number in (1, 3, 4))
    before = len(room.session.corrections.all())
    for words, said in (
        ((zoe, "1", "6"), "is not in doubt: it says 2"),
        ((sam, "3", "7"), "Choose one of 1, 2, 3, 4, 5, 6, blank"),
        ((sam, "9", "1"), "has no question '9'"),
        ((sam, "name"), "Say what to do"),
        ((sam, "3", "1", "--undo"), "do not go together"),
        ((sam, "3", "--undo"), "nobody changed this"),
        (("XXXX-01", "3", "1"), "There is no sheet XXXX-01"),
        ((spare, "name", "Zoë Toets"), "has a sheet in this round already"),
        ((spare, "name", "Zoë Toets", "--second", "x"), "replace or both"),
        ((sam, "whole", "blank"), "not one on which nothing was seen"),
        ((sam, "counts", "yes"), "it is not asked whether it counts"),
        ((zoe, "--typed", "11111111"), "came in, or was typed in"),
        ((), "Say what to do"),
    ):
        assert said in desk(*words, code=2)["error"], words
    assert len(room.session.corrections.all()) == before

    desk(zoe, "1", "6", "--why", "zei ze zelf")
    desk(spare, "name", "Zoë Toets", "--second", "both")
    assert [o[:2] for o in desk.open() if o[0] == "second"] == [("second", zoe), ("second", spare)]
    desk(spare, "name", "Zoë Toets", "--second", "replace")
    assert [o for o in desk.open() if o[0] == "second"] == []


def test_a_doubt_is_put_off_and_brought_back(room: Room, desk: Desk) -> None:
    """It leaves the queue and stays a doubt in every result."""
    sam, noor, spare = (code(room, number) for number in (1, 2, 4))
    for sheet, question in ((sam, "3"), (noor, "whole"), (spare, "name")):
        desk(sheet, question, "--later")
    made = room.results()
    assert [o for o in desk.open() if not o[3]] == [("row", sam, "4", False)]
    assert [one.question for one in to_settle(made.sheets)] == ["4"]
    assert [one.question for one in to_ask(made.sheets)] == ["3", "", "name"]
    assert made.in_review == 10
    assert made.names_in_review
    assert "put off already" in desk(sam, "3", "--later", code=2)["error"]

    desk(sam, "3", "2")
    assert [one.question for one in to_ask(room.results().sheets)] == ["", "name"]
    desk(sam, "3", "--undo")  # what was said; it is still to be asked
    assert "3" in [one.question for one in to_ask(room.results().sheets)]
    desk(sam, "3", "--undo")
    desk(noor, "whole", "--undo")
    assert [one.question for one in to_settle(room.results().sheets)] == ["3", "4", ""]


def test_a_lost_sheet_is_typed_in(tmp_path: Path, command: Command) -> None:
    """By its code, or of somebody for whom none was printed, by number and round."""
    room = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    paper = room.print_list("gewenst")[1]
    desk = Desk(room.session.folder, command)
    for words, said in (
        (("1", "--typed", "12345612"), "Give --round, one of gewenst, huidig"),
        (("1", "--round", "huidig", "--typed", "123"), "1 answers were given for 8 rows"),
        (("1", "--round", "huidig", "--typed", "12345619"), "9 is no box of it"),
        (("1", "--round", "huidig", "--typed", "1=2 2=3"), "have no answer: 3, 4, 5, 6, 7, 8"),
        (("9", "--round", "huidig", "--typed", "12345612"), "not on the name list"),
        (("QQQQ-01", "--typed", "12345612"), "not printed for this session"),
    ):
        assert said in desk(*words, code=2)["error"], words
    desk(f"{paper.batch}-01", "--typed", "4 3 blank 5 2 1 6 2", "--why", "kwijt")
    desk("2", "--round", "huidig", "--typed", "43-52162")
    sam, noor = sorted(room.results().sheets, key=lambda sheet: sheet.seat or 0)
    wanted = ["4", "3", None, "5", "2", "1", "6", "2"]

    assert [a.value for a in sam.answers.values()] == wanted
    assert [a.value for a in noor.answers.values()] == wanted
    assert (sam.typed and sam.typed.why, noor.sheet.round) == ("kwijt", "huidig")
    desk(f"{paper.batch}-01", "typed", "--undo")
    assert len(room.results().sheets) == 1


def test_comments_and_whether_a_sheet_counts(tmp_path: Path, command: Command) -> None:
    room = Room(tmp_path / "q", asked=QUICKSCAN)
    (paper,) = room.print(None, Order(copies=1))
    room.hand_in(paper, {"1.1": Reading("+")}, written=[COMMENT])
    desk, sheet = Desk(room.session.folder, command), f"{paper.batch}-01"
    assert ("comment", sheet, COMMENT, False) in desk.open()
    desk(sheet, COMMENT, "meer tijd")
    desk(sheet, "1.1", "--why", "misdrukt", "--", "--")
    assert room.results().sheets[0].answers["1.1"].value == "--"
    assert [c for c in desk.open() if c[0] == "comment"] == []
    assert room.results().tallies[0].written[0].text == "meer tijd"

    with Session.create(tmp_path / "t", "Team", DAY):
        pass
    other = Room(tmp_path / "r", ("Sam Voorbeeld", "Noor Proef"))
    other.hand_in(other.print_list("gewenst")[1], at(2, 2))
    take_off(other.session, 1, "x")
    desk, sam = Desk(other.session.folder, command), code(other, 1)
    assert desk.open() == [("counts", sam, "counts", False)]
    desk(sam, "counts", "no")
    assert other.results().compasses[0].rounds[0].back == 0
    desk(sam, "counts", "--undo")
    desk(sam, "counts", "yes")
    assert desk.open() == []


def test_the_poster_says_who_is_not_on_it_and_how_to_get_there(
    room: Room, command: Command, tmp_path: Path
) -> None:
    """What it says can be copied and run; then everybody it named is on the map."""
    room.print_list("huidig")
    folder, sam, spare = room.session.folder, code(room, 1), code(room, 4)
    out = ("--session", folder, "--out", tmp_path / "p.pdf", "--few")
    facts = json.loads(command("poster", *out, "--json"))
    said = command.err
    absent = {one["participant"]: one for one in facts["absent"]}

    assert absent["Sam Voorbeeld"]["sheet"] == sam
    assert absent["Sam Voorbeeld"]["how"] == [
        f"papierkompas answer {sam} 3 VALUE",
        f"papierkompas answer {sam} 4 VALUE",
    ]
    assert f"papierkompas answer {sam} 3 VALUE --session {folder}" in said
    assert {one["round"] for one in facts["absent"]} == {"gewenst"}, "nobody did the other yet"
    assert spare not in absent

    for one in facts["absent"]:
        for how in one["how"]:
            words = how.replace("VALUE", "3").split()[1:]
            command(*words, "--session", folder)
    facts = json.loads(command("poster", *out, "--json"))
    assert facts["absent"] == []
    assert facts["people"] == 4


def test_the_list_names_nobody_where_names_stay_inside(room: Room, command: Command) -> None:
    room.session.settings.leave_out_names(True)
    out = command("answer", "--list", "--session", room.session.folder)

    assert "Sam" not in out
    assert "nr 01 (gewenst)" in out
    assert results(room.session).without_names
