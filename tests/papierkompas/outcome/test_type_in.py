"""A sheet that cannot be scanned is typed in; it says so, and contests the paper that turns up."""

from __future__ import annotations

from pathlib import Path

import pytest

from forms.answers import Doubt, Reading
from forms.errors import UsageError
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import tables
from papierkompas.outcome.what_changed import what_changed
from tests.papierkompas.outcome.room import LIST, Room, at, blank

SAID = dict(zip("12345678", "23454321", strict=True))
WHO = "Noor"


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
