"""The number on every paper is the number on the sheet."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papierkompas.acts.printing import Order
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import tables
from papierkompas.outcome.drawers import write
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import (
    PRINTABLES,
    Choices,
    Needs,
    PaperOption,
    printable,
)
from papierkompas.web.desk import Beamer
from papierkompas.web.screens.wall import _positions
from scoring.shown_names import Naming, in_order, shown
from tests.papierkompas.outcome.room import Room, at

NAMES = [
    "Sam",
    "Noor",
    "Ali",
    "Zoë",
    "Bo",
    "Kim",
    "Lot",
    "Mees",
    "Guus",
    "Fay",
    "Iris",
    "Joep",
    "Wim",
    "Ada",
]


def a_room(folder: Path, there: list[int], guests: int) -> tuple[Room, dict[str, str]]:
    """Let these numbers of the list come, and guests with spare sheets; return name to number."""
    room = Room(folder, NAMES)
    own = room.print_list("gewenst")
    numbers = {}
    for number in there:
        numbers[NAMES[number - 1]] = str(number)
        room.hand_in(own[number], at(2, 1 + number / 4))
    for paper in room.print("gewenst", Order(copies=guests)) if guests else ():
        name = f"Gast{'abcdef'[paper.number - len(NAMES)]}"
        numbers[name] = str(paper.number)
        room.hand_in(paper, at(5, 2), name)
    return room, numbers


def words_on(pdf: Path) -> list[str]:
    """List the lines of a PDF as a person reads them."""
    command = ["pdftotext", "-layout", str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


@pytest.mark.parametrize(
    ("there", "guests"),
    [([1, 2, 3, 4], 0), ([5, 6, 7, 14], 2), ([2, 4, 8, 9, 10, 11, 12], 1), ([13, 3, 1, 8], 3)],
)
def test_a_number_is_the_same_person_on_every_paper(
    tmp_path: Path, there: list[int], guests: int
) -> None:
    """Whoever looked up 14 got the wrong colleague: numbers were a count of their own."""
    room, numbers = a_room(tmp_path, there, guests)
    material = Material(session=room.session)
    files = {}
    for key, naming in (
        ("poster", Naming.NUMBERS), ("statements", Naming.NUMBERS), ("key", Naming.NUMBERS),
    ):  # fmt: skip
        files[key] = tmp_path / f"{key}.pdf"
        write(printable(key), material, Choices(names=naming), files[key])
    write(printable("key"), material, Choices(names=Naming.INITIALS), tmp_path / "initials.pdf")
    wanted = set(numbers.values())

    on_poster = {w for line in words_on(files["poster"]) for w in line.split() if w.isdecimal()}
    assert wanted <= on_poster
    on_sheet = {w for line in words_on(files["statements"]) for w in line.split() if w.isdecimal()}
    assert wanted - {str(n) for n in range(1, 9)} <= on_sheet
    beyond = {n for n in on_sheet if int(n) > 8} - wanted  # 1 to 8 are statements and boxes
    assert beyond <= {"12", "2026"}  # the date
    for file, pattern in (
        (files["key"], r"(?<!\S)(\d+)\s+(\w+)(?!\S)"),
        (tmp_path / "initials.pdf", r"(?<!\S)(\d+)\s+\S+\s+(\w+)(?!\S)"),
    ):
        rows = re.findall(pattern, "\n".join(words_on(file)[2:]))
        told = {name: number for number, name in rows if name in numbers}
        assert told == numbers
        assert [n for n, name in rows if name in numbers] == sorted(told.values(), key=in_order)


CROWD = [f"Naam{a}{b}" for a in "abcdef" for b in "abcdefgh"]  # 48 of them
ROSTER = range(21, len(CROWD) + 1)  # no statement, box or day has these numbers


@pytest.mark.parametrize("seed", range(4))
def test_no_paper_has_another_number_than_the_sheet(seed: int, tmp_path: Path) -> None:
    """Every paper of the table, and every export: whoever was not there stands nowhere."""
    rng = Random(seed)
    room = Room(tmp_path, CROWD)
    there = sorted(rng.sample([n for n in ROSTER if n != len(CROWD)], rng.randint(4, 9)))
    for key in ("gewenst", "huidig"):
        own = room.print_list(key)
        for number in there:
            where = rng.choice((1, 2, 3.25, 4.5)), rng.choice((1.5, 3, 5, 6))
            room.hand_in(own[number], at(*where))
    wanted = {str(number): CROWD[number - 1] for number in there}
    material = Material(session=room.session)
    shown_on = set()
    for which in PRINTABLES:
        if which.needs is Needs.NOTHING or not material.has(which):
            continue  # nobody stands on it
        if which.key in ("agenda", "second-meeting"):
            continue  # these have minutes, and nobody's number
        takes_names = PaperOption.NAMES in which.options and Naming.NUMBERS in which.namings
        naming = Naming.NUMBERS if takes_names else which.namings[0]
        out = tmp_path / f"{which.key}.pdf"
        write(which, material, Choices(names=naming), out)
        said = {w.strip(".,:;()") for line in words_on(out) for w in line.split()}
        numbers = {w for w in said if w.isdecimal() and int(w) in ROSTER} - {str(len(CROWD))}

        assert numbers <= set(wanted), which.key
        if takes_names:
            assert numbers == set(wanted), which.key
            shown_on.add(which.key)

    assert shown_on >= {"poster", "key", "statements"}
    made = room.results()
    for result in results_json(made)["rounds"].values():
        assert {p["number"]: p["name"] for p in result["participants"]} == wanted
    head, *rows = dict(tables(made))["posities"]
    told = {str(row[head.index("nummer")]): row[head.index("naam")] for row in rows}
    assert told == wanted


def test_the_page_says_the_same_number(tmp_path: Path) -> None:
    """In the table under the map, by number."""
    room, numbers = a_room(tmp_path, [14, 2, 9, 5], 1)
    compass = room.results().compasses[0]
    rows = _positions(compass, Beamer(), frozenset())

    told = {its[0][1].sheet.label: its[0][1].sheet.number for its in rows}
    assert told == numbers
    assert [its[0][1].sheet.number for its in rows] == ["2", "5", "9", "14", "15"]


def test_somebody_on_the_list_keeps_the_number_with_a_spare_sheet(tmp_path: Path) -> None:
    """Noor lost her sheet: the map shows 2, also where her spare one says 15."""
    room = Room(tmp_path, NAMES)
    room.print_list("gewenst")
    spare = room.print("gewenst", Order(copies=1))[0]
    room.hand_in(spare, at(2, 2), "Noor")
    placed = room.results().compasses[0].rounds[0].placed[0]

    assert (placed.sheet.label, placed.sheet.number) == ("Noor", "2")
    assert results_json(room.results())["rounds"]["gewenst"]["participants"][0]["number"] == "2"


@settings(max_examples=50)
@given(st.lists(st.integers(1, 99).map(str), min_size=1, max_size=20))
def test_numbers_stand_as_they_are_and_stay_apart(numbers: list[str]) -> None:
    """Two papers can carry one number, of two rounds; then the second says so."""
    said = shown(["x"] * len(numbers), Naming.NUMBERS, numbers)

    assert len(set(said)) == len(said)
    assert [each.split()[0] for each in said] == numbers


def test_a_number_is_never_made_up_beside_others() -> None:
    """One person without a number would silently shift everybody else."""
    with pytest.raises(ValueError, match="one for each of 2 names"):
        shown(["Sam", "Noor"], Naming.NUMBERS, ["3", ""])
