"""Whatever is put right in the list, and however a sheet came in: counted once, nothing lost."""

from __future__ import annotations

from pathlib import Path
from random import Random

import pytest

from forms.answers import Reading
from papierkompas.acts.name_list import put_back, rename, take_off
from papierkompas.acts.printing import Order
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.who_is_in import who_is_in
from tests.papierkompas.outcome.room import LIST, Room

TEAM = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets", "Ali Monster", "Eva Staal", "S. Voorbeeld")
WHO = "begeleider"
TWIN, SAM = 6, 1  # one person, who stands on the list twice


@pytest.mark.parametrize("seed", range(200))
def test_people_are_counted_once_and_nobodys_answer_is_lost(seed: int, tmp_path: Path) -> None:
    rng = Random(seed)
    room = Room(tmp_path, TEAM)
    own, spare = room.print_list("gewenst"), room.print("gewenst", Order(copies=6))
    answers: dict[int, str] = {}
    holder = rng.choice([SAM, TWIN])  # the one of the two numbers that is handed in
    for number in own:
        way = rng.choice(["paper", "typed", "named", "absent", "both"])
        if way == "absent" or number in {SAM, TWIN} - {holder}:
            continue
        said = dict(zip("12345678", (rng.choice("123456") for _ in range(8)), strict=True))
        answers[number] = "".join(said.values())
        marks = {q: Reading(v) for q, v in said.items()}
        if way in ("typed", "both"):
            where = sheet_to_type(room.session, LIST, "gewenst", number)
            type_in(room.session, where, LIST, said, WHO)
        if way in ("paper", "both"):
            room.hand_in(own[number], marks)
        if way == "named":
            room.hand_in(spare.pop(), marks, name=TEAM[number - 1])
    left_out: set[int] = set()
    steps = ["rename", "off", "out", "back", "merge"]
    rng.shuffle(steps)
    for step in steps:
        number = rng.randint(2, 5)
        listed = {p.number for p in room.session.people.all()}
        if step == "merge":
            room.session.people.merge(TWIN, SAM, WHO)
        elif step == "back":
            for off in room.session.people.everybody().off:
                put_back(room.session, off.number, WHO)
            left_out.clear()
        elif number not in listed:
            continue
        elif step == "rename":
            rename(room.session, number, ("Nieuwe", "", TEAM[number - 1].split()[-1]), WHO)
        else:
            sheets = [s.id for s in room.results().sheets if s.seat == number]
            take_off(room.session, number, WHO, sheets if step == "out" else ())
            left_out |= {number} if step == "out" else set()
    made = room.results()
    kept = sorted("".join(a.value or "-" for a in s.answers.values()) for s in made.sheets)
    counted = {
        p.sheet.seat: "".join(a.value or "-" for a in p.sheet.answers.values())
        for compass in made.compasses
        for p in compass.rounds[0].placed
    }
    expected = {SAM if n == TWIN else n: said for n, said in answers.items() if n not in left_out}
    given = room.session.given_out
    (one,) = who_is_in(made.sheets, room.session.people.all(), given.batches(), given.sheets())

    assert kept == sorted(answers.values())
    assert counted == expected
    assert not made.twice
    assert len(one.people) + len(one.others) == len(expected)
