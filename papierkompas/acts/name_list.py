"""Correct the name list, and say what becomes of the sheets of who leaves it.

In:  a session, a number on its list, and what a person says of it.
Out: the same session; every number that was given out stays valid.
"""

from __future__ import annotations

from collections.abc import Iterable

from forms.messages import DUTCH, Message
from forms.roster import Person, people_from
from papierkompas.session.session import Session
from papierkompas.session.values import KEPT, OFF_LIST, REPLACED, SheetId


def rename(session: Session, number: int, parts: tuple[str, str, str], who: str) -> None:
    """Correct a name, given as first name, infix and last name.

    Raises:
        RosterError: it cannot be printed, or nothing was given.
        SessionError: somebody else on the list is called so.
    """
    (person,) = people_from({1: (*parts, "")}, Message("people.list").said(DUTCH))
    old = next((p for p in session.people.all() if p.number == number), None)
    named = type(person)(number, person.name, person.first, person.infix, person.last)
    if old is None or (old.name, old.first, old.infix, old.last) != (
        named.name,
        named.first,
        named.infix,
        named.last,
    ):
        session.people.rename(named, who)


def take_off(
    session: Session,
    number: int,
    who: str,
    leave_out: Iterable[SheetId] = (),
    why: str = "",
    *,
    keep: Iterable[SheetId] = (),
) -> None:
    """Take somebody off the list.

    Args:
        leave_out: sheets of theirs that came in and are not to count any longer.
        keep: and those that count all the same; of any other it is asked, also when it comes later.
    """
    session.people.take_off(number, who, why)
    for sheet in leave_out:
        say_if_it_counts(session, sheet, number, False, who, why)
    for sheet in keep:
        say_if_it_counts(session, sheet, number, True, who, why)


def say_if_it_counts(
    session: Session, sheet: SheetId, number: int, counts: bool, who: str, why: str = ""
) -> None:
    """Store whether a sheet counts of somebody who was taken off the list."""
    if counts:
        session.corrections.correct(sheet, KEPT, str(number), who, why)
    else:
        session.corrections.correct(sheet, REPLACED, f"{OFF_LIST} {number}", who, why)


def merged_people(session: Session) -> tuple[tuple[Person, str], ...]:
    """List who was said to be the same as somebody else, with the name of that one."""
    everybody = session.people.everybody()
    latest = {one.person.number: one.person for one in session.people.history()}
    return tuple(
        (latest[number], everybody.names.get(into, "")) for number, into in everybody.same.items()
    )


def put_back(session: Session, number: int, who: str) -> None:
    """Put somebody back on the list; what was left out with them counts again."""
    session.people.put_back(number, who)
    for changes in session.corrections.standing().values():
        left_out = changes.get(REPLACED)
        if left_out is not None and left_out.value == f"{OFF_LIST} {number}":
            session.corrections.undo(left_out.id, who)
