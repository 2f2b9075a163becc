"""What was printed for a session, and whose sheets they are.

In:  rounds of questionnaires, and how many sheets or for whom.
Out: batches, and the numbers that were given out in each.
"""

from __future__ import annotations

import datetime as dt
import secrets
import sqlite3
from collections.abc import Callable, Sequence

from forms.instrument import Instrument
from forms.sheet_code import BATCH_LENGTH, MASTER, MAX_NUMBER, TYPED
from papierkompas.session.store import Store, now
from papierkompas.session.values import Batch, GivenSheet, no_numbers_left

TABLES = (
    """CREATE TABLE batches (  -- one round of one instrument, as it was printed
        batch TEXT PRIMARY KEY,
        instrument TEXT NOT NULL,
        edition INTEGER NOT NULL,
        layout INTEGER NOT NULL,
        round TEXT,
        made TEXT NOT NULL
    ) STRICT""",
    "CREATE UNIQUE INDEX one_batch ON batches (instrument, edition, layout, coalesce(round, ''))",
    """CREATE TABLE sheets (  -- given out; number 0 is the master copy
        batch TEXT NOT NULL REFERENCES batches,
        number INTEGER NOT NULL CHECK (number BETWEEN 0 AND 9999),
        participant INTEGER REFERENCES participants CHECK (participant = number),
        printed TEXT NOT NULL,
        PRIMARY KEY (batch, number)
    ) STRICT""",
)

PRINTS = (
    """CREATE TABLE prints (  -- of sheets that were given out before: lost, or spoilt
        id INTEGER PRIMARY KEY,
        batch TEXT NOT NULL,
        number INTEGER NOT NULL,
        printed TEXT NOT NULL,
        FOREIGN KEY (batch, number) REFERENCES sheets
    ) STRICT""",
)


class GivenOut:
    """The sheets that were given out."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def batch_for(
        self,
        instrument: Instrument,
        layout_number: int,
        round_key: str | None,
        *,
        draw: Callable[[], str] | None = None,
    ) -> str:
        """Return the batch for a round of an instrument; made when it is first asked for.

        The same layout gives the same batch later, another layout another one.
        """
        instrument.round(round_key)
        draw = draw or _draw_batch
        key = (instrument.key, instrument.edition, layout_number, round_key)
        known = self._store.row(_BATCH_OF, *key)
        if known:
            return str(known["batch"])
        with self._store.write() as db:
            found = db.execute(_BATCH_OF, key).fetchone()
            if found:  # somebody was quicker
                return str(found["batch"])
            taken = {row["batch"] for row in db.execute("SELECT batch FROM batches")}
            batch = draw()
            while batch in taken:
                batch = draw()
            db.execute("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", (batch, *key, now()))
        return batch

    def batches(self) -> tuple[Batch, ...]:
        """Return everything that was printed for this session, the oldest first."""
        rows = self._store.rows(
            "SELECT batch, instrument, edition, layout, round FROM batches ORDER BY rowid"
        )
        return tuple(Batch(**dict(row)) for row in rows)

    def next_numbers(self, batch: str, n: int) -> tuple[int, ...]:
        """Give out `n` anonymous sheets: numbers that no participant and no earlier print has.

        A round of an instrument shares its numbers over all its batches; another round begins
        anew, so that somebody holds the same number in both.

        Raises:
            SessionError: there are not so many numbers left.
        """
        with self._store.write() as db:
            taken = {
                row["number"]
                for row in db.execute(
                    "SELECT number FROM participants"
                    " UNION SELECT sheets.number FROM sheets"
                    " JOIN batches AS his ON his.batch = sheets.batch"
                    " JOIN batches AS ours ON ours.instrument = his.instrument"
                    " AND ours.round IS his.round WHERE ours.batch = ?",
                    (batch,),
                )
            }
            free = [number for number in range(1, MAX_NUMBER + 1) if number not in taken][:n]
            if len(free) < n:
                raise no_numbers_left(self._store.folder)
            _give_out(db, batch, free, [None] * n, now())
        return tuple(free)

    def note(
        self,
        batch: str,
        numbers: Sequence[int],
        participants: Sequence[int | None] | None = None,
        *,
        is_printed: bool = True,
    ) -> None:
        """Note that sheets were printed; again for the same sheets is another print of them.

        Args:
            is_printed: else their numbers are taken and there is no paper: what is on them is
                typed in.
            participants: for each number whose sheet it is; without, they are all anonymous. A
                participant's number is the number of their sheet.
        """
        with self._store.write() as db:
            printed = now() if is_printed else NOT_PRINTED
            _give_out(db, batch, numbers, participants or [None] * len(numbers), printed)

    def printed_again(self) -> dict[tuple[str, int], int]:
        """Return how often sheets were printed after the first time, of batch and number."""
        rows = self._store.rows(
            "SELECT batch, number, count(*) AS times FROM prints GROUP BY batch, number"
        )
        return {(row["batch"], row["number"]): row["times"] for row in rows}

    def sheets(self) -> tuple[GivenSheet, ...]:
        """Return every sheet that was given out, the oldest batch first."""
        rows = self._store.rows(
            "SELECT sheets.* FROM sheets JOIN batches USING (batch)"
            " ORDER BY batches.rowid, sheets.number"
        )
        return tuple(
            GivenSheet(
                row["batch"],
                row["number"],
                row["participant"],
                dt.datetime.fromisoformat(row["printed"]) if row["printed"] else None,
            )
            for row in rows
        )

    def expected(self, batch: str) -> frozenset[int] | None:
        """Return the numbers that were given out in a batch; None: it is not of this session."""
        if not self._store.rows("SELECT 1 FROM batches WHERE batch = ?", batch):
            return None
        return self.numbers(batch)

    def numbers(self, batch: str) -> frozenset[int]:
        """Return the numbers that were given out in a batch."""
        rows = self._store.rows("SELECT number FROM sheets WHERE batch = ?", batch)
        return frozenset(row["number"] for row in rows)


NOT_PRINTED = ""  # when it was printed, of a sheet that only was typed in

_BATCH_OF = (
    "SELECT batch FROM batches WHERE (instrument, edition, layout) = (?, ?, ?) AND round IS ?"
)


def _give_out(
    db: sqlite3.Connection,
    batch: str,
    numbers: Sequence[int],
    participants: Sequence[int | None],
    printed: str,
) -> None:
    for number, participant in zip(numbers, participants, strict=True):
        known = "SELECT printed FROM sheets WHERE (batch, number) = (?, ?)"
        before = db.execute(known, (batch, number)).fetchone()
        if before is not None and before["printed"] == NOT_PRINTED:
            sql = "UPDATE sheets SET printed = ? WHERE (batch, number) = (?, ?)"
            db.execute(sql, (printed, batch, number))
        elif before is not None and number != MASTER:
            sql = "INSERT INTO prints (batch, number, printed) VALUES (?, ?, ?)"
            db.execute(sql, (batch, number, printed))
        db.execute(
            "INSERT INTO sheets VALUES (?, ?, ?, ?) ON CONFLICT (batch, number) DO NOTHING",
            (batch, number, participant, printed),
        )
        (whose,) = db.execute(
            "SELECT participant FROM sheets WHERE batch = ? AND number = ?", (batch, number)
        ).fetchone()
        if whose != participant:
            raise ValueError(
                f"participant of {batch}-{number:02d} must stay {whose}, got {participant}"
            )


def _draw_batch() -> str:
    return "".join(secrets.choice(TYPED) for _ in range(BATCH_LENGTH))
