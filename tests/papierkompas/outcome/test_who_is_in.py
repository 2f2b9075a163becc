"""Who is in is counted in people; nobody counts twice unasked."""

from __future__ import annotations

from pathlib import Path

from forms.answers import Reading
from forms.instrument import find
from papierkompas.acts.printing import Order
from papierkompas.outcome.who_is_in import RoundIn, who_is_in
from tests.papierkompas.outcome.room import Paper, Room, at, blank

QUICKSCAN = find("quickscan")
TEAM = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets")


def rounds_of(room: Room) -> tuple[RoundIn, ...]:
    session = room.session
    given = session.given_out
    return who_is_in(room.results().sheets, session.people.all(), given.batches(), given.sheets())


def test_who_wrote_their_name_on_an_unnamed_sheet_is_in(tmp_path: Path) -> None:
    """Their own sheet lies at home; they are not missing."""
    room = Room(tmp_path, TEAM)
    own = room.print_list("gewenst")
    spare = room.print("gewenst", Order(copies=4))
    room.hand_in(own[1], at(2, 4))
    room.hand_in(spare[0], at(3, 3), name="Noor Proef")
    room.hand_in(spare[1], at(3, 3))
    room.hand_in(spare[2], at(3, 3), name="Gast Lid")
    room.hand_in(own[3], blank())
    (one,) = rounds_of(room)

    assert [person.name for person in one.people] == ["Sam Voorbeeld", "Noor Proef"]
    assert [person.name for person in one.missing] == ["Zoë van Toets"]
    assert [sheet.name for sheet in one.others] == ["Gast Lid"]
    assert [sheet.sheet.number for sheet in one.unnamed] == [spare[1].number]


def test_without_a_name_list_sheets_are_counted(tmp_path: Path) -> None:
    """Nobody is missing of whom nobody knows."""
    room = Room(tmp_path)
    spare = room.print("gewenst", Order(copies=3))
    room.hand_in(spare[0], at(3, 3))
    (one,) = rounds_of(room)

    assert not one.is_of_people
    assert (one.given, one.back) == (3, 1)


def test_two_lists_of_one_person_are_asked_about(tmp_path: Path) -> None:
    """A quickscan that was printed in two versions for the same names counts once, or is asked."""
    room = Room(tmp_path, TEAM, asked=QUICKSCAN)
    own = room.print_list(None)
    other = room.session.given_out.batch_for(QUICKSCAN, 30, None)
    room.session.given_out.note(other, [1], [1])
    said = {key: Reading(options[0]) for key, options in QUICKSCAN.questions.items()}
    for paper in (own[1], Paper(other, 1), own[2]):
        room.hand_in(paper, said)
    made = room.results()
    (counted,) = made.tallies

    assert counted.lists == 1
    assert {(s.sheet.batch, s.sheet.number) for s in made.twice} == {(own[1].batch, 1), (other, 1)}
    assert any(remark.key == "pile.twice_lists" for remark in made.remarks)
