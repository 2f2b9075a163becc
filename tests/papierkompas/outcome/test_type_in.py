"""A sheet that cannot be scanned is typed in; it says so, and contests the paper that turns up."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.answers import Doubt, Reading
from forms.errors import UsageError
from forms.instrument import find
from papierkompas.acts.printing import Order
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import tables
from papierkompas.outcome.in_words import returned
from papierkompas.outcome.what_changed import what_changed
from papierkompas.outcome.who_is_in import who_is_in
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import LIST, Paper, Room, at, blank

SAID = dict(zip("12345678", "23454321", strict=True))
WHO = "Noor"
QUICKSCAN = find("quickscan")
COMMENT = QUICKSCAN.written[0].key


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    made.hand_in(made.print_list("gewenst")[2], at(2, 4))
    return made


def typed(room: Room, round_key: str = "gewenst") -> None:
    where = sheet_to_type(room.session, LIST, round_key, 1)
    type_in(room.session, where, LIST, SAID, WHO, "was ziek")


def test_what_was_typed_in_counts_and_says_that_it_was(room: Room) -> None:
    typed(room)
    made = room.results()
    sam, noor = made.sheets
    rows = dict(tables(made))
    of_sam = [row for row in rows["antwoorden"] if row[0] == sam.sheet.sheet]
    people = results_json(made)["rounds"]["gewenst"]["participants"]

    assert {q: a.value for q, a in sam.answers.items()} == SAID
    assert len(made.compasses[0].rounds[0].placed) == 2
    assert {row[-1] for row in of_sam} == {"ingetypt"}
    assert [row[-1] for row in rows["posities"][1:]] == ["ingetypt", "gescand"]
    assert [one.get("typed_by") for one in people] == [WHO, None]
    assert noor.typed is None
    about = {row[0]: row[1] for row in rows["over"]}
    assert results_json(made)["rounds"]["gewenst"]["typed"] == 1
    assert about["stellingenlijst, gewenst: waarvan ingetypt"] == 1
    said = "2 van de 2 formulieren zijn ingeleverd. 1 formulier is ingetypt."
    assert returned(made.compasses[0], ["gewenst"]) == said
    (change,) = (c for c in room.session.corrections.all() if c.question == "typed")
    assert str(what_changed(change, made.sheets)).endswith("typed in")
    room.session.corrections.undo(change.id, WHO)
    assert len(room.results().sheets) == 1


def test_paper_that_turns_up_is_compared_row_by_row(room: Room) -> None:
    """What it says the same counts; what it says otherwise is asked; an empty one says nothing."""
    own = room.print_list("gewenst")
    typed(room)
    room.hand_in(own[1], blank())
    assert {q: a.value for q, a in room.results().sheets[0].answers.items()} == SAID
    paper = {**{q: Reading(v) for q, v in SAID.items()}, "3": Reading("1")}
    room.hand_in(own[1], paper)
    answers = room.results().sheets[0].answers

    assert [q for q, a in answers.items() if a.doubt is Doubt.TWO_PAPERS] == ["3"]
    assert len(room.results().sheets) == 2


def test_somebody_without_a_printed_sheet_gets_a_number_in_that_round(room: Room) -> None:
    typed(room, "huidig")
    with pytest.raises(UsageError, match="not on the name list"):
        sheet_to_type(room.session, LIST, "huidig", 9)
    where = sheet_to_type(room.session, LIST, "huidig", 1)
    with pytest.raises(UsageError, match="no box"):
        type_in(room.session, where, LIST, {"1": "7"}, WHO)

    assert {(s.name, s.sheet.round) for s in room.results().sheets} == {
        ("Noor Proef", "gewenst"),
        ("Sam Voorbeeld", "huidig"),
    }


def test_what_never_was_on_paper_is_no_sheet_that_was_given_out(room: Room) -> None:
    """Sam said his answers by telephone: nobody gave out a sheet for that, on any channel."""
    where = sheet_to_type(room.session, LIST, "huidig", 1)
    type_in(room.session, where, LIST, SAID, WHO)
    made = room.results()
    found = results_json(made)["rounds"]["huidig"]
    about = {row[0]: row[1] for row in dict(tables(made))["over"]}
    given = room.session.given_out
    (one,) = (
        each
        for each in who_is_in(
            made.sheets, room.session.people.all(), given.batches(), given.sheets()
        )
        if each.round == "huidig"
    )

    assert (found["issued"], found["returned"], found["typed"], found["unprinted"]) == (0, 0, 1, 1)
    assert len(found["participants"]) == 1
    assert about["stellingenlijst, huidig: uitgedeeld"] == 0
    assert about["stellingenlijst, huidig: ingeleverd"] == 0
    assert about["stellingenlijst, huidig: ingetypt zonder papier"] == 1
    assert (one.given, one.back, len(one.people)) == (0, 0, 1)
    said = returned(made.compasses[0], ["huidig"])
    assert said == ("Geen formulieren zijn ingeleverd. 1 formulier is ingetypt, zonder papier.")
    room.print_list("huidig")  # and now there is paper
    found = results_json(room.results())["rounds"]["huidig"]
    assert (found["issued"], found["returned"], found["unprinted"]) == (2, 1, 0)
    assert not given.printed_again()


def test_every_export_of_a_quickscan_marks_what_was_typed_in(tmp_path: Path) -> None:
    """Each table that has a row per sheet, the lists and the comments of the JSON."""
    room = Room(tmp_path, asked=QUICKSCAN)
    papers = room.print(None, Order(copies=3))
    for paper in papers[:2]:  # of the second the paper turned up; the third was typed in alone
        room.hand_in(paper, {"1.1": Reading("+")}, written=[COMMENT])
        room.session.corrections.correct(sheet_of(paper), COMMENT, "goed", "Ali")
    for paper in papers[1:]:
        type_in(room.session, sheet_of(paper), QUICKSCAN, {"1.1": "+"}, WHO)
    about = {row[0]: row[1] for row in dict(tables(room.results()))["over"]}
    assert (about["quickscan: ingeleverd"], about["quickscan: waarvan ingetypt"]) == (3, 2)
    first, *typed_in = (f"{paper.batch}-{paper.number:02d}" for paper in papers)
    made = room.results()
    rows = {name: table for name, table in tables(made) if table[0][0] == "formulier"}
    as_json = results_json(made)["quickscan"]

    assert set(rows) == {"antwoorden", "lijsten quickscan", "opmerkingen quickscan"}
    for table in rows.values():
        how = {row[0]: row[table[0].index("hoe gelezen")] for row in table[1:]}
        assert how[first] == "gescand"
        assert how[typed_in[0]] == "gescand en ingetypt"
        assert how.get(typed_in[1], "ingetypt") == "ingetypt"
    assert as_json["typed_by"] == dict.fromkeys(typed_in, WHO)
    assert [c.get("typed_by") for c in as_json["comments"]] == [None, WHO]


def sheet_of(paper: Paper) -> SheetId:
    return SheetId(paper.batch, paper.number)
