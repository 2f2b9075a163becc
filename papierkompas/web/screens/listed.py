"""The screen between a name list and a session: what was understood, to be put right.

In:  a file or what was typed; then the same people with the corrections of whoever looked.
Out: people who were seen before anything is printed for them.

Nothing is kept in between: the people travel in the form, and are checked again when they return.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from starlette.responses import Response

from forms.errors import RosterError
from forms.messages import DUTCH
from forms.roster import MAX_BYTES, NameList, Roster, people_from
from forms.sheet_code import MAX_NUMBER
from papierkompas.acts.given_list import decode_given, parse_given
from papierkompas.outcome.name_lists import account_of
from papierkompas.web.texts import said, text
from papierkompas.web.visit import ProblemError, Visit, page

MOST_EDITED = 400  # people with fields of their own; a longer list is mended where it was made

FIELDS = 4
Fields = tuple[str, str, str, str]
"""First name, infix, last name, label, as they stand in the form."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a form asks for.

    Attributes:
        is_seen: somebody looked at the people, or there are none.
        is_to_be_changed: they want to give another list.
    """

    people: Roster = ()
    is_seen: bool = True
    is_to_be_changed: bool = False
    understood: NameList | None = None
    returned: tuple[Fields, ...] = ()
    account: tuple[str, ...] = ()
    wrong: str = ""
    line: int = 0  # that this is about


def asked_people(visit: Visit) -> Asked:
    """Take the people out of a form: a list to be looked at, or one that was.

    Raises:
        RosterError: the list is not clear.
    """
    if visit.asked("again"):
        return Asked(is_to_be_changed=True)
    if visit.asked("people"):
        return _returned(visit)
    upload = visit.file("roster")
    typed = visit.asked("names")
    if upload is not None:
        name = upload.filename or text("start.the_list")
        understood = decode_given(upload.file.read(MAX_BYTES + 1), name)
    elif typed:
        understood = parse_given(typed, text("start.the_list"))
    else:
        return Asked()
    return Asked(understood.people, is_seen=False, understood=understood)


def look_at(visit: Visit, asked: Asked, given: dict[str, str], action: str) -> Response:
    """Show what was understood, with a field for each part of a name."""
    rows = asked.returned
    account = asked.account
    if asked.understood is not None:
        rows = tuple((p.first, p.infix, p.last, p.label) for p in asked.understood.people)
        account = account_of(asked.understood, DUTCH)
    known = set()
    if visit.open is not None:
        known = {person.name.casefold() for person in visit.session.session.people.all()}
    return page(
        visit,
        "listed.html",
        status=400 if asked.wrong else 200,
        action=action,
        given=given,
        rows=rows,
        known=[" ".join(filter(None, row[:3])).casefold() in known for row in rows],
        account=account,
        wrong=asked.wrong,
        faulty=f"first-{asked.line}" if asked.line else "",
        skipped=[n for n in range(1, len(rows) + 1) if visit.asked(f"skip-{n}")],
        is_edited=len(rows) <= MOST_EDITED,
        packed=json.dumps([account, rows], ensure_ascii=False),
    )


def _returned(visit: Visit) -> Asked:
    """Take the people who were looked at, with what was changed in them."""
    account, rows = _unpacked(visit.asked("people"))
    changed = tuple(_changed(visit, number, row) for number, row in enumerate(rows, 1))
    left = {n: row for n, row in enumerate(changed, 1) if not visit.asked(f"skip-{n}")}
    try:
        return Asked(people_from(left, text("start.the_list")))
    except RosterError as error:
        return Asked(
            is_seen=False, returned=changed, account=account, wrong=said(error), line=_line(error)
        )


def _line(error: RosterError) -> int:
    """Say in which line of the list something is wrong."""
    line = error.message.values.get("line")
    return line if isinstance(line, int) else 0


def _changed(visit: Visit, number: int, row: Fields) -> Fields:
    first, infix, last = (
        visit.asked(f"{part}-{number}", old)
        for part, old in zip(("first", "infix", "last"), row[:3], strict=True)
    )
    return first, infix, last, row[3]


def _unpacked(packed: str) -> tuple[tuple[str, ...], tuple[Fields, ...]]:
    """Open what travelled in the form; only this page makes it, so anything odd is refused."""
    try:
        account, rows = json.loads(packed)
        if len(rows) > MAX_NUMBER or any(len(row) != FIELDS for row in rows):
            raise ValueError
        people = tuple((str(f), str(i), str(last), str(label)) for f, i, last, label in rows)
        return tuple(map(str, account)), people
    except (ValueError, TypeError, RecursionError):
        raise ProblemError(400, "start.odd") from None
