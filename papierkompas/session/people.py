"""Who takes part.

In:  a name list, and who comes in later.
Out: everybody with a number: that of their sheets.
"""

from __future__ import annotations

import sqlite3

from forms.roster import Person, Roster
from forms.sheet_code import MAX_NUMBER
from papierkompas.session.store import Store
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


class People:
    """The name list of a session."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> Roster:
        """Return the people on the list, by number."""
        rows = self._store.rows("SELECT * FROM participants ORDER BY number")
        return tuple(Person(**dict(row)) for row in rows)

    def add(self, roster: Roster) -> Roster:
        """Add the people who are not on the list yet; return those added, with their numbers.

        They get numbers behind all that were given out: an anonymous sheet stays anonymous.
        """
        added: list[Person] = []
        with self._store.write() as db:
            known = {row["name"].casefold() for row in db.execute("SELECT name FROM participants")}
            (last,) = db.execute(
                "SELECT max(coalesce((SELECT max(number) FROM participants), 0),"
                " coalesce((SELECT max(number) FROM sheets), 0))"
            ).fetchone()
            for person in roster:
                if person.name.casefold() in known:
                    continue
                number = last + 1 + len(added)
                if number > MAX_NUMBER:
                    raise no_numbers_left(self._store.folder)
                added.append(
                    Person(
                        number, person.name, person.first, person.infix, person.last, person.label
                    )
                )
                insert_person(db, added[-1])
        return tuple(added)


def insert_person(db: sqlite3.Connection, person: Person) -> None:
    """Put somebody on the list, inside a transaction."""
    db.execute(
        "INSERT INTO participants VALUES (?, ?, ?, ?, ?, ?)",
        (person.number, person.name, person.first, person.infix, person.last, person.label),
    )
