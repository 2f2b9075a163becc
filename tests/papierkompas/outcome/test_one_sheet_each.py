"""No two sheets of one person and round unless a person was asked; and none that is hidden unasked.

A team does everything a session allows, in any order: hand in, print again, type in, write a name
that is read, say whose a sheet is, correct the list, come late, take back. After each act the
sheets that count are held against who holds which sheet, which the test keeps in its own books.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from pathlib import Path
from random import Random

import pytest

from forms.answers import Doubt, Reading
from forms.layout import Rect
from forms.roster import parse_roster
from omr.hand.whose_name import Seen
from omr.page import PageRef
from papierkompas.acts.name_list import put_back, rename, say_if_it_counts, take_off
from papierkompas.acts.printing import Order
from papierkompas.acts.transcribe import NAME
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.outcome.results import (
    AnsweredSheet,
    Results,
    is_name_in_review,
    results,
)
from papierkompas.outcome.settling import Second, ask_later, give_name, say_whole_is_empty
from papierkompas.outcome.to_settle import to_settle
from papierkompas.session.values import OFF_LIST, Transcript
from tests.papierkompas.acts.test_transcribe import Pretend
from tests.papierkompas.outcome.room import LIST, Paper, Room

TEAM = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets", "Ali Monster", "Wil Sjabloon")
LATE = ("Bo Staal", "Kim Specimen")
SAM, TWIN = 1, 5  # one person, who stands on the list twice
ROUNDS = ("gewenst", "huidig")
WHO = "begeleider"
ACTS = 12


class Evening:
    """A session, everything that can be done in it, and who holds what."""

    def __init__(self, folder: Path, rng: Random) -> None:
        self.room, self.rng = Room(folder, TEAM), rng
        self.session = self.room.session
        self.human = {name: name for name in (*TEAM, *LATE)}  # of every name that anybody ever had
        self.now = {name: name for name in self.human}  # what that human is called now
        self.own = {key: self.room.print_list(key) for key in ROUNDS}
        self.spare = {key: self.room.print(key, Order(copies=12)) for key in ROUNDS}
        self.master = {key: self.room.print(key, Order(master=True))[0] for key in ROUNDS}
        self.pages: list[PageRef] = []
        self.read: dict[str, str] = {}  # sheet: the human whose name was read on it
        self.renames = 0

    @property
    def acts(self) -> tuple[Callable[[], None], ...]:
        """All that can happen; what happens most stands here more often."""
        return (
            *(self.hand_in,) * 4, self.hand_in_again, self.sign, self.sign, self.copy, self.type,
            *(self.name,) * 3, self.choose, self.rename, self.off, self.back, self.merge,
            self.late, self.undo, self.undo, self.withdraw, self.return_, self.count,
            self.mend, self.put_off,
        )  # fmt: skip

    def marks(self) -> dict[str, Reading]:
        """Answer; now and then two boxes are crossed, and now and then all is too light to see."""
        if self.rng.random() < 0.1:
            return dict.fromkeys(LIST.questions, Reading(None, doubt=Doubt.FAINT, confidence=0.5))
        two = Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)
        return {
            q: two if self.rng.random() < 0.1 else Reading(self.rng.choice("123456"))
            for q in LIST.questions
        }

    def round(self) -> str:
        return self.rng.choice(ROUNDS)

    # What comes in

    def hand_in(self) -> None:
        papers = self.own[self.round()]
        self.pages.append(self.room.hand_in(self.rng.choice(list(papers.values())), self.marks()))

    def hand_in_again(self) -> None:
        """A sheet that was lost is printed once more, and both come back in the end."""
        key, everybody = self.round(), self.session.people.all()
        person = self.rng.choice(everybody)
        (paper,) = self.room.print(key, Order(people=(person,)))
        self.own[key][person.number] = paper
        self.pages.append(self.room.hand_in(paper, self.marks()))

    def sign(self) -> None:
        """Somebody writes their name on a sheet without one, and the program reads it."""
        key = self.round()
        self._sign(self.spare[key].pop())

    def copy(self) -> None:
        key = self.round()
        self._sign(self.master[key])

    def _sign(self, paper: Paper) -> None:
        ref = self.room.hand_in(paper, self.marks(), written=("name",))
        self.pages.append(ref)
        if self.rng.random() < 0.7:
            human = self.rng.choice(sorted(self.now))
            name = self.now[human]
            seen = Seen.of(Pretend([name]).read(None))  # type: ignore[arg-type]  # looks at nothing
            place = Rect(20, 40, 80, 10)
            line = Transcript(ref, "name", "pretend", name, name, 0.97, seen.packed(), place)
            self.session.pages.record_transcripts([line])
            for sheet in self.results().sheets:
                if ref in {page.ref for page in sheet.sheet.pages.values()}:
                    self.read[str(sheet.id)] = human

    def type(self) -> None:
        number = self.rng.choice(self.session.people.all()).number
        where = sheet_to_type(self.session, LIST, self.round(), number)
        said = {q: self.rng.choice("123456") for q in LIST.questions}
        type_in(self.session, where, LIST, said, WHO)

    # What a person says

    def name(self) -> None:
        """Say whose a sheet is; where another one is theirs, it is asked."""
        sheets = [s for s in self.results().sheets if s.replaced is None]
        if sheets:
            self._name(self.rng.choice(sheets), self.now[self.rng.choice(sorted(self.now))])

    def choose(self) -> None:
        """Answer the question which of two sheets counts."""
        twice = self.results().twice
        if twice:
            sheet = self.rng.choice(twice)
            self._name(sheet, sheet.name or "")

    def _name(self, sheet: AnsweredSheet, name: str) -> None:
        def give(second: Second | None) -> tuple[AnsweredSheet, ...]:
            return give_name(
                self.session, sheet, name or None, WHO, "", second,
                sheets=lambda: self.results().sheets,
            )  # fmt: skip

        before = self.session.corrections.all()
        if give(None):
            assert self.session.corrections.all() == before, "nothing is stored before the answer"
            answer = self.rng.choice([None, *Second])
            if answer is not None:
                give(answer)

    def count(self) -> None:
        for sheet in self.results().off_list:
            counts = self.rng.random() < 0.5
            say_if_it_counts(self.session, sheet.id, sheet.seat or 0, counts, WHO)

    def mend(self) -> None:
        """Say what a doubtful answer is, or that a whole form was left empty."""
        for one in to_settle(self.results().sheets)[:1]:
            if one.is_whole:
                say_whole_is_empty(self.session, one.sheet, WHO)
            else:
                value = self.rng.choice(["4", None])
                self.session.corrections.correct(
                    one.sheet.id, one.question, value, WHO, "nagevraagd"
                )

    def put_off(self) -> None:
        for one in to_settle(self.results().sheets)[:1]:
            ask_later(self.session, one.sheet, one.question, WHO)

    # What was wrong in the list, and in the pile

    def rename(self) -> None:
        person = self.rng.choice(self.session.people.all())
        self.renames += 1
        new = "Nieuw" + "abcdefghijklmnopqrst"[self.renames]
        human = self.human[person.name]
        rename(self.session, person.number, (new, "", "Anders"), WHO)
        self.human[f"{new} Anders"] = human
        self.now[human] = f"{new} Anders"

    def off(self) -> None:
        person = self.rng.choice(self.session.people.all())
        if person.number != SAM and len(self.session.people.all()) > 2:
            sheets = [s.id for s in self.results().sheets if s.seat == person.number]
            take_off(self.session, person.number, WHO, sheets if self.rng.random() < 0.5 else ())

    def back(self) -> None:
        for person in self.session.people.everybody().off:
            put_back(self.session, person.number, WHO)

    def merge(self) -> None:
        if {SAM, TWIN} <= {p.number for p in self.session.people.all()}:
            self.session.people.merge(TWIN, SAM, WHO)

    def late(self) -> None:
        """Somebody comes later, and may have written on a sheet without a name before that."""
        name = self.rng.choice(LATE)
        for person in self.session.people.add(parse_roster(f"naam\n{name}\n", "later")):
            for key in ROUNDS:
                (self.own[key][person.number],) = self.room.print(key, Order(people=(person,)))

    def undo(self) -> None:
        standing = [c for of in self.session.corrections.standing().values() for c in of.values()]
        if standing:
            self.session.corrections.undo(self.rng.choice(standing).id, WHO)

    def withdraw(self) -> None:
        out = {one.ref.page for one in self.session.withdrawals.standing()}
        there = [ref for ref in self.pages if ref.page not in out]
        if there:
            ref = self.rng.choice(there)
            self.session.withdrawals.withdraw(self.session.scans.of(ref), ref.page, WHO, "")

    def return_(self) -> None:
        for one in self.session.withdrawals.standing():
            self.session.withdrawals.put_back(one.id, WHO, "")

    # What has to hold

    def results(self) -> Results:
        return results(self.session)

    def holder(self, sheet: AnsweredSheet) -> str | None:
        """Say from the acts alone whose sheet this is, as far as anybody or anything said it."""
        said = self.session.corrections.standing().get(sheet.id, {}).get(NAME)
        if said is not None and said.value:
            human = self.human[said.value]
        elif sheet.sheet.number in self.numbers():
            human = self.numbers()[sheet.sheet.number]
        elif said is None and str(sheet.id) in self.read:
            human = self.read[str(sheet.id)]
        else:
            return None
        is_merged = TWIN in self.session.people.everybody().same
        return TEAM[SAM - 1] if is_merged and human == TEAM[TWIN - 1] else human

    def numbers(self) -> dict[int, str]:
        everybody = self.session.people.everybody()
        known = {n: self.human[name] for n, name in everybody.names.items()}
        return {**known, **{n: TEAM[n - 1] for n in everybody.same}}

    def must_hold(self) -> None:
        made = self.results()
        there = {id(s): s for s in made.sheets}
        by_id = {s.sheet.sheet: s for s in made.sheets}
        for key in ROUNDS:
            placed = [
                p for c in made.compasses for r in c.rounds if r.round == key for p in r.placed
            ]
            for one, other in combinations([p.sheet for p in placed if not p.is_twice], 2):
                if self.holder(one) is not None and self.holder(one) == self.holder(other):
                    asked = is_name_in_review(one) or is_name_in_review(other)
                    assert asked, f"{one.sheet.sheet} and {other.sheet.sheet} both count"
            seen = [p.sheet for p in placed] + [s for s in there.values() if s.replaced]
            its = [s for s in made.sheets if s.sheet.round == key and not s.is_unfilled]
            assert {s.sheet.sheet for s in its} <= {s.sheet.sheet for s in seen}, "not one is lost"
        for sheet in (s for s in made.sheets if s.replaced is not None):
            value = (sheet.replaced and sheet.replaced.value) or ""
            if not value.startswith(OFF_LIST):
                self._is_replaced(sheet, value, by_id)

    def _is_replaced(self, sheet: AnsweredSheet, by: str, sheets: dict[str, AnsweredSheet]) -> None:
        """Only by a sheet that is there, of the same person, and not itself put out by nobody."""
        other = sheets.get(by)
        assert other is not None, f"{sheet.sheet.sheet} is hidden by {by}, which is gone"
        assert self.holder(other) == self.holder(sheet), f"{sheet.sheet.sheet}: hidden by another's"


@pytest.mark.parametrize("tens", range(10))
def test_no_person_has_two_sheets_in_a_round_unasked(tens: int, tmp_path: Path) -> None:
    for seed in range(10 * tens, 10 * tens + 10):
        (tmp_path / str(seed)).mkdir()
        evening = Evening(tmp_path / str(seed), rng := Random(seed))
        for _ in range(ACTS):
            act = rng.choice(evening.acts)
            act()
            try:
                evening.must_hold()
            except AssertionError as error:
                raise AssertionError(f"seed {seed}, after {act.__name__}: {error}") from None
        evening.session.close()


@pytest.mark.parametrize("way", ["renamed", "taken back", "withdrawn"])
def test_a_replaced_sheet_counts_again_once_the_other_is_not_theirs(
    way: str, tmp_path: Path
) -> None:
    """What Sam wrote was put out for a sheet that turns out to be Noor's: it is not lost."""
    room = Room(tmp_path, TEAM)
    own = room.print_list("gewenst")
    (spare,) = room.print("gewenst", Order(copies=1))
    marks = {q: Reading("2", confidence=0.999) for q in "12345678"}
    room.hand_in(own[SAM], marks)
    ref = room.hand_in(spare, marks, written=["name"])
    evening = [s for s in room.results().sheets if s.sheet.number == spare.number]

    def give(name: str, second: Second | None = None) -> None:
        give_name(room.session, evening[0], name, WHO, "", second,
                  sheets=lambda: room.results().sheets)  # fmt: skip

    give(TEAM[SAM - 1], Second.REPLACE)
    assert _counting(room) == {spare.number}
    given = next(c for c in room.session.corrections.all() if c.question == NAME)
    if way == "renamed":
        give(TEAM[1])
    elif way == "taken back":
        room.session.corrections.undo(given.id, WHO)
    else:
        room.session.withdrawals.withdraw(room.session.scans.of(ref), ref.page, WHO, "")

    assert SAM in _counting(room)


def _counting(room: Room) -> set[int]:
    return {
        placed.sheet.sheet.number
        for compass in room.results().compasses
        for placed in compass.rounds[0].placed
        if not placed.is_twice
    }
