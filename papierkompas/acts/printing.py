"""Decide which sheets to print, and note in the session that they were given out.

In:  an instrument, rounds, and for whom: numbered copies, a master copy, or a name list.
Out: print jobs for `forms.sheets`.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from forms import layout as layouts
from forms.errors import UsageError
from forms.instrument import Instrument, Round
from forms.layout import Layout
from forms.roster import Person
from forms.sheet_code import MASTER, MAX_NUMBER, batch_from
from forms.sheets import Job, Seat
from papierkompas.session.session import Session


@dataclass(frozen=True, slots=True)
class Order:
    """For whom sheets are printed: exactly one of the three."""

    copies: int | None = None
    master: bool = False
    people: tuple[Person, ...] | None = None

    def __post_init__(self) -> None:
        given = [self.copies is not None, self.master, self.people is not None]
        if sum(given) > 1:
            raise UsageError("print.one_way")
        if sum(given) == 0:
            raise UsageError("print.for_whom")
        if self.copies is not None and not 1 <= self.copies <= MAX_NUMBER:
            raise UsageError("print.copies", most=MAX_NUMBER, copies=self.copies)


def jobs(
    instrument: Instrument, rounds: Sequence[Round | None], order: Order, session: Session | None
) -> list[Job]:
    """Make one job for each round.

    In a session the sheets are noted as given out: people keep their number in every round, and
    every later print of anonymous copies gets fresh numbers. Without a session the same input
    gives the same sheets.
    """
    layout = layout_of(instrument)
    if session is None:
        return [_free_job(instrument, layout, asked, order) for asked in rounds]
    return [_session_job(instrument, layout, asked, order, session) for asked in rounds]


def rounds_to_print(instrument: Instrument, key: str | None) -> list[Round | None]:
    """Return the round that was asked for, or all of them; `[None]` where there are no rounds."""
    if key is not None:
        return [instrument.round(key)]
    return list(instrument.rounds) or [None]


def layout_of(instrument: Instrument) -> Layout:
    """Lay an instrument out on the paper that sheets are printed on."""
    return layouts.layout(instrument)


def _session_job(
    instrument: Instrument, layout: Layout, asked: Round | None, order: Order, session: Session
) -> Job:
    batch = session.given_out.batch_for(instrument, layout.number, asked.key if asked else None)
    seats: tuple[Seat, ...]
    if order.master:
        session.given_out.note(batch, [MASTER])
        seats = (Seat(MASTER),)
    elif order.people is not None:
        numbers = [person.number for person in order.people]
        session.given_out.note(batch, numbers, numbers)
        seats = tuple(Seat(person.number, person.name) for person in order.people)
    else:
        seats = tuple(
            Seat(number) for number in session.given_out.next_numbers(batch, order.copies or 0)
        )
    return Job(instrument, layout, asked, batch, seats)


def _free_job(instrument: Instrument, layout: Layout, asked: Round | None, order: Order) -> Job:
    """Make a job outside any session; its batch follows from what is printed."""
    if order.people is not None:
        seats = tuple(Seat(person.number, person.name) for person in order.people)
    elif order.master:
        seats = (Seat(MASTER),)
    else:
        seats = tuple(Seat(number) for number in range(1, (order.copies or 0) + 1))
    names = [seat.name for seat in seats if seat.name]
    what = repr((instrument.key, instrument.edition, layout.number, asked and asked.key, names))
    return Job(instrument, layout, asked, batch_from(zlib.crc32(what.encode())), seats)
