"""What people changed on a map that was made by hand, dot by dot.

In:  the code of a large sheet; what somebody took away, added, moved, confirmed or counted on it.
Out: the whole history, and which changes count: those that were not taken back, in their order.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from enum import StrEnum

from forms.compass import Place
from forms.errors import SessionError
from papierkompas.session.store import Store, by_whom, now, storable

TABLES = (
    """CREATE TABLE map_changes (  -- one that was undone does not count
        id INTEGER PRIMARY KEY,
        sheet TEXT NOT NULL,  -- its code, as the square on it says
        kind TEXT NOT NULL,
        x_mm REAL,  -- of the dot that it is about, on the paper
        y_mm REAL,
        to_x_mm REAL,  -- where it lies then
        to_y_mm REAL,
        colour TEXT NOT NULL,
        people INTEGER,  -- how many dots hang there, as somebody counted
        undoes INTEGER REFERENCES map_changes,
        who TEXT NOT NULL,
        at TEXT NOT NULL,
        why TEXT NOT NULL
    ) STRICT""",
    "CREATE INDEX map_changes_of_sheet ON map_changes (sheet)",
)


ROUNDS = ("ALTER TABLE map_changes ADD COLUMN round TEXT",)  # key of the round a dot is of


class MapChangeKind(StrEnum):
    """What somebody did to a map."""

    REMOVE = "remove"  # it is no dot
    ADD = "add"
    MOVE = "move"
    CONFIRM = "confirm"  # it is a dot, and lies there
    COLOUR = "colour"
    ROUND = "round"  # it belongs to another round than the sheet, or to that of the sheet again
    COUNT = "count"  # how many dots hang there
    UNDO = "undo"


@dataclass(frozen=True, slots=True)
class MapChange:
    """What somebody changed on a map, or took back: then it names what it undoes."""

    id: int
    sheet: str
    kind: MapChangeKind
    place: Place | None
    to: Place | None
    colour: str
    people: int | None
    undoes: int | None
    who: str
    at: dt.datetime
    why: str
    round: str | None = None


class MapChanges:
    """The history of what people changed on maps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(
        self,
        sheet: str,
        kind: MapChangeKind,
        who: str,
        why: str = "",
        *,
        place: Place | None = None,
        to: Place | None = None,
        colour: str = "",
        people: int | None = None,
        round_key: str | None = None,
    ) -> int:
        """Say what is otherwise on a map than it was read; return the number of the change."""
        with self._store.write() as db:
            return _insert(db, sheet, kind, place, to, colour, people, None, who, why, round_key)

    def undo(self, change: int, who: str, why: str = "") -> None:
        """Take back a change.

        Raises:
            SessionError: there is no such change, or it was taken back already.
        """
        with self._store.write() as db:
            row = db.execute("SELECT * FROM map_changes WHERE id = ?", (change,)).fetchone()
            again = db.execute("SELECT 1 FROM map_changes WHERE undoes = ?", (change,)).fetchone()
            if row is None or row["undoes"] is not None or again:
                raise SessionError("map_change.none", number=change)
            _insert(db, row["sheet"], MapChangeKind.UNDO, None, None, "", None, change, who, why)

    def all(self) -> tuple[MapChange, ...]:
        """Return everything that anybody changed or took back, the oldest first."""
        return tuple(map(_as_change, self._store.rows("SELECT * FROM map_changes ORDER BY id")))

    def standing(self) -> dict[str, tuple[MapChange, ...]]:
        """Return the changes that count, by sheet, the oldest first."""
        history = self.all()
        undone = {one.undoes for one in history}
        found: dict[str, tuple[MapChange, ...]] = {}
        for one in history:
            if one.undoes is None and one.id not in undone:
                found[one.sheet] = (*found.get(one.sheet, ()), one)
        return found


def _insert(
    db: sqlite3.Connection,
    sheet: str,
    kind: MapChangeKind,
    place: Place | None,
    to: Place | None,
    colour: str,
    people: int | None,
    undoes: int | None,
    who: str,
    why: str,
    round_key: str | None = None,
) -> int:
    made = db.execute(
        "INSERT INTO map_changes (sheet, kind, x_mm, y_mm, to_x_mm, to_y_mm, colour, people,"
        " undoes, who, at, why, round) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            storable(sheet), kind, *(place or (None, None)), *(to or (None, None)),
            storable(colour), people, undoes, by_whom(who), now(), storable(why), round_key,
        ),
    )  # fmt: skip
    return int(made.lastrowid or 0)


def _as_change(row: sqlite3.Row) -> MapChange:
    return MapChange(
        id=row["id"],
        sheet=row["sheet"],
        kind=MapChangeKind(row["kind"]),
        place=None if row["x_mm"] is None else Place(row["x_mm"], row["y_mm"]),
        to=None if row["to_x_mm"] is None else Place(row["to_x_mm"], row["to_y_mm"]),
        colour=row["colour"],
        people=row["people"],
        undoes=row["undoes"],
        who=row["who"],
        at=dt.datetime.fromisoformat(row["at"]),
        why=row["why"],
        round=row["round"],
    )
