"""What shows so few people that everybody knows who is who is not printed by accident."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from forms.errors import UsageError
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Choices, PaperOption, Printable
from scoring.groups import MAP_FROM
from scoring.shown_names import Naming
from tests.papierkompas.outcome.room import Room, at

NAMES = ("Sam", "Noor", "Ali", "Zoë")


def drawn(which: Printable, room: Room, choices: Choices) -> bytes:
    out = io.BytesIO()
    draw(which, Material(session=room.session), choices, out)
    return out.getvalue()


@pytest.mark.parametrize("key", ["poster", "key", "statements"])
def test_a_paper_of_three_people_is_made_only_when_it_is_asked_for(
    key: str, tmp_path: Path
) -> None:
    """With names or without: of three people each knows which of the dots are the others'."""
    which = next(each for each in PRINTABLES if each.key == key)
    room = Room(tmp_path, NAMES)
    own = room.print_list("gewenst")
    for number in range(1, MAP_FROM):
        room.hand_in(own[number], at(2, number))
    for naming in (which.namings[0], Naming.NUMBERS):
        with pytest.raises(UsageError, match=f"{MAP_FROM}"):
            drawn(which, room, Choices(names=naming))
        assert drawn(which, room, Choices(names=naming, few=True)).startswith(b"%PDF")
    room.hand_in(own[MAP_FROM], at(5, 5))
    assert drawn(which, room, which.choices).startswith(b"%PDF")


def test_every_paper_with_people_on_it_asks_twice() -> None:
    """Another one that shows who stands where gets this option, too."""
    shows_people = {each.key for each in PRINTABLES if PaperOption.NAMES in each.options}

    assert shows_people == {e.key for e in PRINTABLES if PaperOption.FEW in e.options}
