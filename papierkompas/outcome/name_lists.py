"""Say what was understood of a name list, before anything is printed for it.

In:  a `NameList`.
Out: lines in a language, for the command and the page alike; the same as JSON.
"""

from __future__ import annotations

from typing import Any

from forms.messages import Message, counted
from forms.roster import Column, NameList

FIRST_ONES = 3  # people whose names are shown


def account_of(names: NameList, language: str, with_names: bool = True) -> tuple[str, ...]:
    """Say who was found, which columns the names come from, and which were left."""
    people = counted("people", len(names.people))
    first = ", ".join(person.name for person in names.people[:FIRST_ONES])
    said = [Message("names.counted", {"people": people})]
    if with_names:
        said = [Message("names.found", {"people": people, "first": first})]
    columns = ", ".join(_column(column, language) for column in names.used)
    told = any(column.heading for column in names.used)
    said.append(Message("names.used" if told else "names.guessed", {"columns": columns}))
    if names.unused:
        said.append(Message("names.unused", {"columns": ", ".join(names.unused)}))
    return tuple(message.said(language) for message in (*said, *names.notes))


def as_json(names: NameList, with_names: bool = True) -> dict[str, Any]:
    """Say the same to a program."""
    return {
        "people": len(names.people),
        "first": [person.name for person in names.people[:FIRST_ONES]] if with_names else [],
        "columns_used": [
            {"heading": column.heading or None, "holds": column.part.value} for column in names.used
        ],
        "columns_not_used": list(names.unused),
        "notes": [str(note) for note in names.notes],
    }


def _column(column: Column, language: str) -> str:
    part = Message(f"part.{column.part.value}").said(language)
    return f"{column.heading} ({part})" if column.heading else part
