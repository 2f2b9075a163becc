"""A name list is put right after sheets were printed; nobody's answers are lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from forms.errors import SessionError
from papierkompas.acts.name_list import put_back, rename, say_if_it_counts, take_off
from papierkompas.acts.printing import Order
from papierkompas.outcome.list_history import list_history
from papierkompas.session.session import Session
from papierkompas.session.values import OFF_LIST
from tests.papierkompas.outcome.room import Room, a_roster, at

TEAM = ("Sam Vorbeeld", "Noor Proef", "Zoë van Toets", "S. Voorbeeld")
WHO = "begeleider"


@pytest.fixture
def room(tmp_path: Path) -> Room:
    made = Room(tmp_path, TEAM)
    own = made.print_list("gewenst")
    for number in (1, 2):
        made.hand_in(own[number], at(2, 4))
    return made


def test_a_name_is_corrected_on_paper_that_was_printed_before(room: Room) -> None:
    spare = room.print("gewenst", Order(copies=1))
    room.hand_in(spare[0], at(3, 3), name="Zoë van Toets")
    rename(room.session, 1, ("Sam", "", "Voorbeeld"), WHO)
    rename(room.session, 3, ("Zoë", "van der", "Toets"), WHO)
    names = [(s.name, s.seat) for s in room.results().sheets]

    assert names == [("Sam Voorbeeld", 1), ("Noor Proef", 2), ("Zoë van der Toets", 3)]
    with pytest.raises(SessionError, match="already"):
        rename(room.session, 1, ("Noor", "", "Proef"), WHO)
    assert "Sam Vorbeeld (1) is now called Sam Voorbeeld" in {
        str(line.what) for line in list_history(room.session)
    }


def test_who_is_taken_off_keeps_their_answers_or_has_them_left_out(room: Room) -> None:
    own = {s.seat: s.id for s in room.results().sheets}
    take_off(room.session, 1, WHO)
    take_off(room.session, 2, WHO, [own[2]])
    made = room.results()

    assert [p.number for p in room.session.people.all()] == [3, 4]
    assert [(s.name, s.replaced and s.replaced.value) for s in made.sheets] == [
        ("Sam Vorbeeld", None),
        ("Noor Proef", f"{OFF_LIST} 2"),
    ]
    assert len(made.compasses[0].rounds[0].placed) == 1
    put_back(room.session, 2, WHO)
    assert len(room.results().compasses[0].rounds[0].placed) == 2
    (back,) = room.session.people.add(a_roster(["Sam Vorbeeld"]))
    assert back.number == 1, "who was taken off comes back with the number on their paper"


def test_a_sheet_that_comes_after_its_owner_was_taken_off_is_asked_about(room: Room) -> None:
    own = {s.seat: s.id for s in room.results().sheets}
    later = room.print_list("gewenst")
    take_off(room.session, 1, WHO, keep=[own[1]])
    take_off(room.session, 3, WHO)
    take_off(room.session, 4, WHO)
    assert not room.results().off_list
    room.hand_in(later[3], at(1, 1))
    room.hand_in(later[4], at(1, 2))
    asked = room.results()

    assert [s.seat for s in asked.off_list] == [3, 4]
    assert [m.key for m in asked.remarks] == ["pile.off_list"] * 2
    for sheet, counts in zip(asked.off_list, (True, False), strict=True):
        say_if_it_counts(room.session, sheet.id, sheet.seat or 0, counts, WHO)
    made = room.results()
    assert not made.off_list
    assert {p.sheet.seat for p in made.compasses[0].rounds[0].placed} == {1, 2, 3}
    put_back(room.session, 4, WHO)
    assert {p.sheet.seat for p in room.results().compasses[0].rounds[0].placed} == {1, 2, 3, 4}


def test_two_names_of_one_person_become_one_and_two_sheets_are_asked_about(room: Room) -> None:
    own = room.print_list("gewenst")
    room.session.people.merge(4, 1, WHO)
    rename(room.session, 1, ("Sam", "", "Voorbeeld"), WHO)
    assert [p.number for p in room.session.people.all()] == [1, 2, 3]
    room.hand_in(own[4], at(5, 5))
    made = room.results()

    assert {(s.sheet.number, s.name, s.seat) for s in made.twice} == {
        (1, "Sam Voorbeeld", 1),
        (4, "Sam Voorbeeld", 1),
    }
    with pytest.raises(SessionError, match="not on the name list"):
        room.session.people.merge(4, 2, WHO)


def test_team_and_date_can_change(room: Room) -> None:
    room.session.call("Team Zorg 2", dt.date(2026, 4, 1), WHO)
    with Session.open(room.session.folder) as again:
        assert (again.team, again.date) == ("Team Zorg 2", dt.date(2026, 4, 1))
    assert room.results().team == "Team Zorg 2"
    assert "Team Zorg 2, 01-04-2026" in str(list_history(room.session)[0].what)
