"""Who takes part.

In:  a name list, who comes in later, and what was wrong in the list.
Out: everybody with a number: that of their sheets. A number that was given out stays somebody's.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from forms.errors import SessionError
from forms.roster import Person, Roster
from forms.sheet_code import MAX_NUMBER
from papierkompas.session.store import Store, by_whom, now, storable
from papierkompas.session.values import no_numbers_left

TABLES = (
    """CREATE TABLE participants (
        number INTEGER PRIMARY KEY CHECK (number BETWEEN 1 AND 9999),
        name TEXT NOT NULL,
        first TEXT NOT NULL,
        infix TEXT NOT NULL,
        last TEXT NOT NULL,
        label TEXT NOT NULL
    ) STRICT""",
)

CHANGES = (
    """CREATE TABLE people_changes (  -- what was wrong in the name list; the last row counts
        id INTEGER PRIMARY KEY,
        number INTEGER NOT NULL REFERENCES participants,
        kind TEXT NOT NULL,
        name TEXT NOT NULL,  -- from then on; of a merged person, and who was taken off, as it was
        first TEXT NOT NULL,
        infix TEXT NOT NULL,
        last TEXT NOT NULL,
        label TEXT NOT NULL,
        same_as INTEGER REFERENCES participants,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL,
        CHECK ((kind = 'merged') = (same_as IS NOT NULL)),
        CHECK (same_as != number)
    ) STRICT""",
)


class PersonChange(StrEnum):
    """What was done to somebody on the list; the value is what is stored."""

    RENAMED = "renamed"
    TAKEN_OFF = "taken_off"
    PUT_BACK = "put_back"
    MERGED = "merged"  # the same person as another number


@dataclass(frozen=True, slots=True)
class ChangeOfPerson:
    """A line of the history of the name list."""

    id: int
    before: str
    person: Person  # as it was from then on
    kind: PersonChange
    same_as: int | None
    who: str
    at: dt.datetime
    why: str


@dataclass(frozen=True, slots=True)
class Everybody:
    """Everybody who ever had a number.

    Attributes:
        listed: who is on the list now.
        off: who was taken off it; their sheets keep their name.
        same: number that was merged to the number of the same person.
        former: names of before, casefolded, to the number that had them; those that are clear.
    """

    listed: Roster
    off: Roster
    same: dict[int, int]
    former: dict[str, int]

    @property
    def names(self) -> dict[int, str]:
        """The name that belongs to each number on paper, also of who is off the list."""
        return {person.number: person.name for person in (*self.listed, *self.off)}

    def name_now(self, name: str | None) -> str | None:
        """Return what somebody is called now who was called so."""
        number = self.former.get(name.casefold()) if name else None
        return name if number is None else self.names.get(number, name)


class People:
    """The name list of a session."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> Roster:
        """Return the people on the list, by number."""
        return self.everybody().listed

    def everybody(self) -> Everybody:
        """Return everybody who ever had a number."""
        people = {p.number: p for p in self._first()}
        names = Counter({p.name.casefold(): 1 for p in people.values()})
        had = {p.name.casefold(): p.number for p in people.values()}
        off: set[int] = set()
        same: dict[int, int] = {}
        for change in self._rows():
            number = int(change["number"])
            people[number] = _person(change)
            key = people[number].name.casefold()
            if had.get(key) != number:
                names[key] += 1
                had[key] = number
            off.discard(number)
            same.pop(number, None)
            match PersonChange(change["kind"]):
                case PersonChange.TAKEN_OFF:
                    off.add(number)
                case PersonChange.MERGED:
                    same[number] = int(change["same_as"])
                case _:
                    pass
        final = {number: _end_of(number, same) for number in same}
        there = [p for n, p in sorted(people.items()) if n not in final]
        current = {p.name.casefold() for p in there}
        former = {
            name: final.get(number, number)
            for name, number in had.items()
            if name not in current and names[name] == 1
        }
        return Everybody(
            tuple(p for p in there if p.number not in off),
            tuple(p for p in there if p.number in off),
            final,
            former,
        )

    def add(self, roster: Roster, who: str = "papierkompas") -> Roster:
        """Add the people who are not on the list yet; return those added, with their numbers.

        They get numbers behind all that were given out: an anonymous sheet stays anonymous. Who
        was taken off comes back with the number they had.
        """
        added: list[Person] = []
        everybody = self.everybody()
        off = {person.name.casefold(): person for person in everybody.off}
        with self._store.write() as db:
            known = {person.name.casefold() for person in everybody.listed}
            (last,) = db.execute(
                "SELECT max(coalesce((SELECT max(number) FROM participants), 0),"
                " coalesce((SELECT max(number) FROM sheets), 0))"
            ).fetchone()
            for person in roster:
                if person.name.casefold() in known:
                    continue
                if (back := off.get(person.name.casefold())) is not None:
                    _change(db, back, PersonChange.PUT_BACK, None, who, "")
                    added.append(back)
                    continue
                last += 1
                if last > MAX_NUMBER:
                    raise no_numbers_left(self._store.folder)
                added.append(replace(person, number=last))
                insert_person(db, added[-1])
        return tuple(added)

    def rename(self, person: Person, who: str, why: str = "") -> None:
        """Correct the name of the person with this number; their sheets stay theirs.

        Raises:
            SessionError: somebody else on the list is called so, or there is no such number.
        """
        self._must_be_listed(person.number)
        others = [p for p in self.all() if p.number != person.number]
        if any(p.name.casefold() == person.name.casefold() for p in others):
            raise SessionError("people.same_name", name=person.name)
        with self._store.write() as db:
            _change(db, person, PersonChange.RENAMED, None, who, why)

    def take_off(self, number: int, who: str, why: str = "") -> None:
        """Take somebody off the list; what they answered stays, under their name.

        Raises:
            SessionError: there is no such number on the list.
        """
        person = self._must_be_listed(number)
        with self._store.write() as db:
            _change(db, person, PersonChange.TAKEN_OFF, None, who, why)

    def put_back(self, number: int, who: str, why: str = "") -> None:
        """Put somebody back on the list, with the number they had.

        Raises:
            SessionError: they are not off it, or somebody else is called so now.
        """
        everybody = self.everybody()
        person = next((p for p in everybody.off if p.number == number), None)
        if person is None and number in everybody.same:
            person = next(p for p in self._latest() if p.number == number)
        if person is None:
            raise SessionError("people.none", number=number)
        if any(p.name.casefold() == person.name.casefold() for p in everybody.listed):
            raise SessionError("people.same_name", name=person.name)
        with self._store.write() as db:
            _change(db, person, PersonChange.PUT_BACK, None, who, why)

    def merge(self, number: int, into: int, who: str, why: str = "") -> None:
        """Say that two numbers are one person: the second; sheets of both numbers are theirs.

        Raises:
            SessionError: one of them is not on the list.
        """
        person = self._must_be_listed(number)
        self._must_be_listed(into)
        if number == into:
            raise SessionError("people.itself", number=number)
        with self._store.write() as db:
            _change(db, person, PersonChange.MERGED, into, who, why)

    def history(self) -> Sequence[ChangeOfPerson]:
        """Return everything that was changed in the list, the oldest first."""
        names = {p.number: p.name for p in self._first()}
        made = []
        for row in self._rows():
            person = _person(row)
            before = names[person.number]
            names[person.number] = person.name
            made.append(
                ChangeOfPerson(
                    row["id"],
                    before,
                    person,
                    PersonChange(row["kind"]),
                    row["same_as"],
                    row["who"],
                    dt.datetime.fromisoformat(row["at"]),
                    row["why"],
                )
            )
        return tuple(made)

    def _must_be_listed(self, number: int) -> Person:
        found = next((p for p in self.all() if p.number == number), None)
        if found is None:
            raise SessionError("people.none", number=number)
        return found

    def _first(self) -> Roster:
        rows = self._store.rows("SELECT * FROM participants ORDER BY number")
        return tuple(Person(**dict(row)) for row in rows)

    def _latest(self) -> Roster:
        people = {p.number: p for p in self._first()}
        people |= {p.number: p for p in map(_person, self._rows())}
        return tuple(people.values())

    def _rows(self) -> Sequence[sqlite3.Row]:
        return self._store.rows("SELECT * FROM people_changes ORDER BY id")


def insert_person(db: sqlite3.Connection, person: Person) -> None:
    """Put somebody on the list, inside a transaction."""
    db.execute(
        "INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?)",
        (person.number, person.name, person.first, person.infix, person.last, person.label),
    )


def _change(
    db: sqlite3.Connection,
    person: Person,
    kind: PersonChange,
    same_as: int | None,
    who: str,
    why: str,
) -> None:
    parts = (person.name, person.first, person.infix, person.last, person.label)
    db.execute(
        "INSERT INTO people_changes (number, kind, name, first, infix, last, label, same_as, who,"
        " at, why) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            person.number,
            kind,
            *map(storable, parts),
            same_as,
            by_whom(who),
            now(),
            storable(why),
        ),
    )


def _person(row: sqlite3.Row) -> Person:
    parts = ("number", "name", "first", "infix", "last", "label")
    return Person(**{part: row[part] for part in parts})


def _end_of(number: int, same: dict[int, int]) -> int:
    """Follow who was merged into somebody who was merged; round in a circle, stay where it began.

    >>> _end_of(1, {1: 2, 2: 3})
    3
    """
    seen = set()
    while number in same and number not in seen:
        seen.add(number)
        number = same[number]
    return number
