"""Say in words what was changed in the name list, and in what a session is called.

In:  a session.
Out: lines, the newest first.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from forms.messages import Message
from papierkompas.session.people import PersonChange
from papierkompas.session.session import Session


@dataclass(frozen=True, slots=True)
class ListLine:
    """What was changed, by whom, when and why."""

    at: dt.datetime
    who: str
    what: Message
    why: str = ""


def list_history(session: Session) -> list[ListLine]:
    """List what was changed, the newest first; where names stay inside, people are numbers."""
    return sorted(_lines(session), key=lambda line: line.at, reverse=True)


def _lines(session: Session) -> Iterator[ListLine]:
    inside = session.settings.without_names
    names = {one.person.number: one.person.name for one in session.people.history()}
    names |= session.people.everybody().names

    def called(number: int | None, name: str) -> str:
        return f"nr {number:02d}" if inside and number else name

    for one in session.people.history():
        number = one.person.number
        key = _SAID[one.kind]
        if one.kind is PersonChange.RENAMED and one.before == one.person.name:
            key = "people.respelled"
        values = {
            "before": called(number, one.before),
            "after": called(number, one.person.name),
            "number": number,
            "other": called(one.same_as, names.get(one.same_as or 0, "")),
            "same_as": one.same_as or 0,
        }
        yield ListLine(one.at, one.who, Message(key, values), one.why)
    for about in session.called():
        date = about.date.strftime("%d-%m-%Y") if about.date else "?"
        values = {"team": about.team, "date": date}
        yield ListLine(about.at, about.who, Message("people.called", values))


_SAID = {
    PersonChange.RENAMED: "people.renamed",
    PersonChange.TAKEN_OFF: "people.taken_off",
    PersonChange.PUT_BACK: "people.put_back",
    PersonChange.MERGED: "people.merged",
}
