"""How many people, sheets given, sheets back, and people with both rounds."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Reading
from forms.instrument import find
from forms.paper_sizes import PAPERS
from papierkompas.acts.printing import Order, layout_of
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_xlsx
from papierkompas.outcome.attendance import TEAM_SHARE, Attendance, HeadCount, Person, _people
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.quickscan_papers import counted_of, heading_of
from papierkompas.outcome.results import Results
from papierkompas.outcome.who_is_in import who_is_in
from tests.papierkompas.outcome.room import Paper, Room, a_roster, at, blank
from tests.papierkompas.outcome.tables_again import read_xlsx

QUICKSCAN = find("quickscan")
ROUNDS = ("gewenst", "huidig")
SOME = 2  # tens of mixes of lists in every run; the rest with --invented
FIRST = ["Sam", "Noor", "Ali", "Zoë", "Bo", "Kim", "Lot", "Mees", "Guus", "Fay", "Iris", "Joep"]


@dataclass
class Somebody:
    """Somebody who is in the room, or should have been."""

    name: str
    seat: int | None = None  # on the name list
    holds: dict[str, Paper] = field(default_factory=dict)
    says_name: bool = True
    comes: dict[str, bool] = field(default_factory=dict)


@dataclass
class Truth:
    """What is so, whatever the program can know of it."""

    people: int
    given: dict[str, int | None]
    back: dict[str, int]
    both: int  # people whom anybody can recognise in both rounds
    results: Results
    on_page: Mapping[str, tuple[int | None, int]]  # by round sheets given and back


def a_mix(seed: int, folder: Path) -> Truth:
    """Mix a list, spare sheets, a master, reprints and latecomers."""
    rng = Random(seed)
    listed = FIRST[: rng.choice((0, 0, 3, 6, 9))]
    room = Room(folder, listed)
    has_master = rng.random() < 0.3
    people = [Somebody(name, seat) for seat, name in enumerate(listed, 1)]
    own = {key: room.print_list(key) for key in ROUNDS} if listed else {key: {} for key in ROUNDS}
    if listed and rng.random() < 0.4:  # again, because the first pile was left at home
        for key in ROUNDS:
            room.print_list(key)
    count = rng.randint(0 if listed or has_master else 3, 6)
    spares = {key: room.print(key, Order(copies=count)) if count else [] for key in ROUNDS}
    masters = {key: room.print(key, Order(master=True)) if has_master else [] for key in ROUNDS}
    if listed and rng.random() < 0.4:  # a latecomer, put on the list
        added = room.session.people.add(a_roster(["Wim de Laat"]))
        people.append(Somebody("Wim de Laat", added[0].number))
        own = {key: room.print_list(key) for key in ROUNDS}
    for person in people:
        person.holds = {key: own[key][person.seat] for key in ROUNDS if person.seat in own[key]}
        person.comes = {key: rng.random() < 0.75 for key in ROUNDS}
    _strangers(rng, people, spares, masters)
    both = 0
    back = dict.fromkeys(ROUNDS, 0)
    for person in people:
        came = [key for key in ROUNDS if person.comes[key]]
        is_copy = any(paper.number == 0 for paper in person.holds.values())
        both += len(came) == 2 and (person.says_name or person.seat is not None or not is_copy)
        for key in came:
            back[key] += 1
            says = person.name if person.says_name and person.seat is None else None
            where = at(rng.choice((2, 2.25, 3.5, 5)), rng.choice((1.5, 3.25, 4.5)))
            room.hand_in(person.holds[key], where, says)
    used = {(p.holds[k].batch, p.holds[k].number) for p in people for k in ROUNDS if p.comes[k]}
    for paper in (*spares["gewenst"], *spares["huidig"]):
        if (paper.batch, paper.number) not in used and rng.random() < 0.5:
            room.hand_in(paper, blank())  # left over, and put through the copier all the same
    given = {key: None if has_master else len(own[key]) + len(spares[key]) for key in ROUNDS}
    there = sum(p.seat is not None or any(p.comes.values()) for p in people)
    made = room.results()
    out = room.session.given_out
    found = who_is_in(made.sheets, room.session.people.all(), out.batches(), out.sheets())
    on_page = {str(one.round): (one.given, one.back) for one in found}
    room.session.close()
    return Truth(there, given, back, both, made, on_page)


def _strangers(
    rng: Random,
    people: list[Somebody],
    spares: dict[str, list[Paper]],
    masters: dict[str, list[Paper]],
) -> None:
    """Let people who are on no list take a spare sheet, or a photocopy."""
    for number, (wish, now) in enumerate(zip(spares["gewenst"], spares["huidig"], strict=True)):
        if rng.random() < 0.5:
            stranger = Somebody(f"Gast {number}", says_name=rng.random() < 0.5)
            stranger.holds = {"gewenst": wish, "huidig": now}
            stranger.comes = {key: rng.random() < 0.8 for key in ROUNDS}
            people.append(stranger)
    for number in range(rng.randint(0, 4) if masters["gewenst"] else 0):
        guest = Somebody(f"Kopie {number}", says_name=rng.random() < 0.5)
        guest.holds = {key: masters[key][0] for key in ROUNDS}
        guest.comes = {key: rng.random() < 0.8 for key in ROUNDS}
        people.append(guest)


@pytest.mark.parametrize("tens", range(20))
def test_four_numbers_are_right_on_every_channel(tens: int, tmp_path: Path) -> None:
    """200 mixes of list, spares, masters, reprints and latecomers: 0 wrong numbers.

    Today's six colleagues with two spare sheets were "6 van de 8 collega's".
    """
    known = 0
    for seed in range(10 * tens, 10 * tens + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        truth = a_mix(seed, folder)
        if any(truth.back.values()):
            known += _is_right(truth)

    assert known  # it is not by saying nothing that nothing wrong is said


def _is_right(truth: Truth) -> bool:
    """Hold every channel against what is so; return whether the number of people is said."""
    compass = truth.results.compasses[0]
    people = compass.attendance.people
    made = results_json(truth.results)
    table = {row[0]: row[1] for row in read_xlsx(_workbook(truth.results))["over"]}

    assert people.least <= truth.people <= people.most
    assert people.exact in (None, truth.people)
    assert made["people"]["all"] == table["stellingenlijst: mensen"] == people.exact
    assert made["people"]["every_round"] == truth.both
    assert table["stellingenlijst: mensen met alle rondes"] == truth.both
    for key in ROUNDS:
        if key in made["rounds"]:
            assert made["rounds"][key]["issued"] == truth.given[key]
            assert made["rounds"][key]["returned"] == truth.back[key]
            assert len(made["rounds"][key]["participants"]) == truth.back[key]
        else:
            assert (truth.given[key], truth.back[key]) == (0, 0)
        assert truth.on_page.get(key, (0, 0)) == (truth.given[key], truth.back[key])
        assert table[f"stellingenlijst, {key}: uitgedeeld"] == truth.given[key]
        assert table[f"stellingenlijst, {key}: ingeleverd"] == truth.back[key]
    _poster_is_right(truth)
    return people.exact is not None


def _poster_is_right(truth: Truth) -> None:
    filled = [key for key in ROUNDS if truth.back[key]]
    poster = poster_of(truth.results, PAPERS["a1"])
    said = " ".join((*poster.sentences, *poster.notes))
    sheets = [
        f"{truth.back[key]} formulier{'en' * (truth.back[key] != 1)}"
        if truth.given[key] is None
        else f"{truth.back[key]} van de {truth.given[key]} formulieren"
        for key in filled
    ]

    assert all(each in said for each in sheets)
    if len(filled) == 2:
        leverden = "1 collega leverde" if truth.both == 1 else f"{truth.both} collega's leverden"
        assert f"{leverden} beide lijsten in." in said
    exact = truth.results.compasses[0].attendance.people.exact
    found = re.findall(r"de antwoorden van (\d+)(?: van de (\d+))? collega", said)
    assert found in ([], [(str(truth.both), str(exact) if exact is not None else "")])


def _workbook(results: Results) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(target, results)
    return target


def test_six_people_with_two_spare_sheets_are_six(tmp_path: Path) -> None:
    """Every number that was ever printed was a colleague."""
    room = Room(tmp_path, FIRST[:6])
    own = {key: room.print_list(key) for key in ROUNDS}
    for key in ROUNDS:
        room.print(key, Order(copies=2))
        for paper in own[key].values():
            room.hand_in(paper, at(2, 2) if key == "gewenst" else at(4, 4))
    poster = poster_of(room.results(), PAPERS["a1"])

    assert "Dit zijn de antwoorden van 6 van de 6 collega's" in poster.sentences[0]
    assert poster.notes[0] == (
        "Ingeleverd: gewenst 6 van de 8 formulieren, nu 6 van de 8 formulieren. "
        "6 collega's leverden beide lijsten in."
    )


def test_an_empty_spare_sheet_is_nobody(tmp_path: Path) -> None:
    """Left over, and put through the copier with the others."""
    room = Room(tmp_path, FIRST[:3])
    own = room.print_list("gewenst")
    spare = room.print("gewenst", Order(copies=1))[0]
    for paper in own.values():
        room.hand_in(paper, at(2, 2))
    room.hand_in(spare, blank())
    compass = room.results().compasses[0]

    assert compass.attendance.people == HeadCount(3, 3, 3)
    assert [p.sheet.label for p in compass.rounds[0].placed] == FIRST[:3]
    assert [sheet.sheet.number for sheet in compass.rounds[0].unfilled] == [4]


def test_a_spare_sheet_without_a_name_may_be_that_of_somebody_on_the_list(tmp_path: Path) -> None:
    """Sam left his own sheet at home: are there three colleagues, or four?"""
    room = Room(tmp_path, FIRST[:3])
    own = room.print_list("gewenst")
    spare = room.print("gewenst", Order(copies=1))[0]
    for number in (2, 3):
        room.hand_in(own[number], at(2, 2))
    room.hand_in(spare, at(3, 3))
    open_ = room.results().compasses[0].attendance.people
    room.hand_in(own[1], at(2, 2))
    closed = room.results().compasses[0].attendance.people

    assert open_ == HeadCount(3, 3, 4)
    assert open_.exact is None
    assert closed == HeadCount(3, 4, 4)


def test_two_sheets_of_one_person_do_not_count_until_somebody_says_which(tmp_path: Path) -> None:
    """The spoilt one and the new one went through the copier both; the last one won, unsaid."""
    room = Room(tmp_path, FIRST[:2])
    own = room.print_list("gewenst")
    spare = room.print("gewenst", Order(copies=1))[0]
    room.hand_in(own[1], at(2, 2))
    room.hand_in(own[2], at(5, 5))
    room.hand_in(spare, at(3, 3), "Sam")
    made = room.results()
    result = made.compasses[0].rounds[0]

    assert [p.sheet.label for p in result.placed if p.position is not None] == ["Noor"]
    assert made.compasses[0].attendance.people.exact == 2
    assert result.team is not None
    assert result.team.n == 1
    assert "are all of Sam" in str(made.remarks[-1])
    assert [m.name for m in poster_of(made, PAPERS["a1"]).missing] == ["Sam"]


def test_two_thirds_of_who_speaks_for_a_team_are_half_of_it() -> None:
    """Why three quarters: docs/comparison.md."""
    for team in range(1, 61):
        people = HeadCount(team, team, team)
        least = next(n for n in range(team + 1) if people.are_spoken_for_by(n))

        assert least >= TEAM_SHARE * team > least - 1
        assert -(-2 * least // 3) * 2 >= team


def test_nobody_is_no_team() -> None:
    """Before anything was read."""
    assert not HeadCount(0, 0, 0).are_spoken_for_by(0)
    assert Attendance(HeadCount(0, 0, 0), 0, {}).people.exact == 0


PEOPLE = st.tuples(st.sampled_from(["seat", "name", "copy"]), st.integers(0, 5))


@given(
    st.dictionaries(st.sampled_from("ab"), st.sets(PEOPLE), min_size=1, max_size=2),
    st.sets(st.integers(0, 5)),
)
def test_people_are_told_apart_as_one_would_compare_them_all(
    back: dict[str, set[tuple[str, int]]], listed: set[int]
) -> None:
    """Hundreds of people are not compared one by one; nothing else may come out."""
    known: set[Person] = {("seat", number) for number in listed}
    known |= {person for people in back.values() for person in people if person[0] == "name"}
    everybody = known | {person for people in back.values() for person in people}

    def meets(one: Person, other: Person) -> bool:
        return any(one in people and other in people for people in back.values())

    def is_new(one: Person) -> bool:
        may_be = [o for o in everybody - {one} if "copy" in (one[0], o[0]) or o in known]
        return all(meets(one, other) for other in may_be)

    found = _people(len(listed), known, back)

    assert found.most == len(everybody)
    assert (found.least == found.most) == (
        all(map(is_new, everybody - known))
        or max(len(known), *map(len, back.values()), 0) == len(everybody)
    )


@pytest.mark.parametrize(
    "tens", [pytest.param(n, marks=[pytest.mark.slow] if n >= SOME else []) for n in range(20)]
)
def test_lists_of_a_quickscan_are_counted_right_on_every_channel(
    tens: int, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """200 mixes of numbered lists, a master, spare ones left empty, and a page that was lost."""
    if tens >= SOME and not request.config.getoption("--invented"):
        pytest.skip("takes long: give --invented")
    for seed in range(10 * tens, 10 * tens + 10):
        folder = tmp_path / str(seed)
        folder.mkdir()
        _lists_are_right(seed, folder)


def _lists_are_right(seed: int, folder: Path) -> None:
    rng = Random(seed)
    room = Room(folder, asked=QUICKSCAN)
    numbered = room.print(None, Order(copies=rng.randint(2, 8)))
    has_master = rng.random() < 0.4
    masters = room.print(None, Order(master=True)) if has_master else []
    back = 0
    for paper in numbered:
        kind = rng.choice(("whole", "whole", "lost", "spare", "kept"))
        for page in layout_of(QUICKSCAN).pages if kind != "kept" else ():
            rows = {box.question: box.option for box in page.boxes}
            answers = {q: Reading(None if kind == "spare" else o) for q, o in rows.items()}
            if kind != "lost" or page.page != 2:
                room.hand_in(paper, answers, page=page.page)
        back += kind in ("whole", "lost")
    for _ in range(rng.randint(1, 3) if masters else 0):
        back += 1
        for page in layout_of(QUICKSCAN).pages:
            rows = {box.question: box.option for box in page.boxes}
            varied = {q: Reading(rng.choice(QUICKSCAN.questions[q])) for q in rows}
            room.hand_in(masters[0], varied, page=page.page)
    results = room.results()
    room.session.close()
    given = None if has_master else len(numbered)
    made = results_json(results).get("quickscan") or {"n": 0}
    if back == 0:
        assert made["n"] == 0
        return
    table = {row[0]: row[1] for row in read_xlsx(_workbook(results))["over"]}
    counted, summary = counted_of(results)
    heading = heading_of(results, counted)

    assert (made["n"], made["issued"]) == (back, given)
    assert (table["quickscan: ingeleverd"], table["quickscan: uitgedeeld"]) == (back, given)
    assert (summary.n, heading.issued) == (back, given)
    lists = "1 lijst" if back == 1 else f"{back} lijsten"
    of = "" if given in (None, back) else f" van de {given}"
    few = ": geen beeld van een team" if back < 3 else ""
    assert heading.lists(summary.n) == lists + of + few


def test_who_left_the_list_is_somebody_beside_a_colleague_who_handed_in_nothing(
    tmp_path: Path,
) -> None:
    """Their printed name tells whose the sheet is: it cannot be that of the other."""
    room = Room(tmp_path, ("Sam Een", "Noor Twee", "Ali Drie"))
    own = room.print_list("gewenst")
    for number in (1, 3):
        room.hand_in(own[number], at(2, 2))
    room.session.people.take_off(3, "begeleider")

    assert results_json(room.results())["people"]["all"] == 3
