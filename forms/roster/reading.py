"""A list of names as people, with what was understood on the way.

In:  a file, its bytes, or text that somebody typed or pasted.
Out: a `NameList`, or a refusal with the line that is not clear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from forms.errors import RosterError, because
from forms.messages import Message
from forms.roster import workbooks
from forms.roster.columns import Columns, columns_of
from forms.roster.encodings import decode
from forms.roster.headings import NOBODY, is_below, is_group, plain
from forms.roster.names import Parts, has_letters, is_several, joined, strange_sign
from forms.roster.tables import bounded_lines, quoted, table_of
from forms.roster.values import MAX_BYTES, MAX_NAME, NameList, Part, Person, Roster, Row, Table
from forms.sheet_code import MAX_NUMBER

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"  # an OLE file: XLS, or a workbook with a password
_WEB_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table|<\?xml)", re.IGNORECASE)
_GUEST = re.compile(r"\s*\((gast|guest|unverified|niet[- ]geverifieerd|extern|external)\)", re.I)


def read_roster(path: Path) -> Roster:
    """Read the people on a list of names.

    Raises:
        RosterError: with the file, the line, what is wrong and what to do.
    """
    return read_name_list(path).people


def read_name_list(path: Path) -> NameList:
    """Read a list of names with what was understood of it, as `read_roster` does."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise RosterError("file.not_found", file=path) from None
    except IsADirectoryError:
        raise RosterError("roster.is_folder", file=path) from None
    except OSError as error:
        raise RosterError("roster.cannot_open", file=path, why=because(error)) from None
    return decode_name_list(data, path.name)


def decode_roster(data: bytes, file: str) -> Roster:
    """Read the people of the bytes of a file called `file`, as `read_roster` does."""
    return decode_name_list(data, file).people


def parse_roster(text: str, file: str) -> Roster:
    """Read the people of text that was typed or pasted, as `read_roster` does."""
    return parse_name_list(text, file).people


def decode_name_list(data: bytes, file: str) -> NameList:
    """Read a list of names from the bytes of a file called `file`, as `read_roster` does."""
    if len(data) > MAX_BYTES:
        raise RosterError("roster.too_large", file=file, mb=MAX_BYTES // 1_000_000)
    if data.startswith(_OLD_EXCEL):
        raise RosterError("roster.old_excel", file=file)
    if data.startswith(workbooks.ZIP):
        return _of_one_sheet(workbooks.tables_in(data, file), file)
    if _WEB_PAGE.match(data.removeprefix(b"\xef\xbb\xbf")):
        raise RosterError("roster.web_page", file=file)
    bounded_lines(data, file)
    text, notes = decode(data, file)
    return _understood(table_of(text, file), file, notes)


def parse_name_list(text: str, file: str) -> NameList:
    """Read a list of names from text that was typed or pasted, as `read_roster` does."""
    data = text.encode(errors="replace")
    if len(data) > MAX_BYTES:
        raise RosterError("roster.too_large", file=file, mb=MAX_BYTES // 1_000_000)
    bounded_lines(data, file)
    return _understood(table_of(text, file), file)


def people_from(parts: Mapping[int, tuple[str, str, str, str]], file: str) -> Roster:
    """Make people of first name, infix, last name and label, as somebody corrected them.

    Args:
        parts: by the line that a message names.
        file: what a message calls the list.

    Raises:
        RosterError: a name is missing, cannot be printed, or stands there twice.
    """
    listed = [
        (Row(line, ()), (_tidy(first), _tidy(infix), _tidy(last)), _tidy(label))
        for line, (first, infix, last, label) in parts.items()
    ]
    return _numbered(listed, file)


def _of_one_sheet(tables: dict[str, Table], file: str) -> NameList:
    """Read the one sheet of a workbook that holds names."""
    filled = {name: table for name, table in tables.items() if table.rows}
    if not filled:
        raise RosterError("roster.no_names", file=file)
    found: dict[str, NameList] = {}
    first_error: RosterError | None = None
    for name, table in filled.items():
        try:
            found[name] = _understood(table, file)
        except RosterError as error:
            first_error = first_error or error
    told = {n: names for n, names in found.items() if any(c.heading for c in names.used)}
    found = told or found  # a sheet without headings beside one with them is no list
    if len(found) > 1:
        raise RosterError("roster.several_sheets", file=file, sheets=", ".join(found))
    if not found:
        raise first_error or RosterError("roster.no_names", file=file)
    ((name, one),) = found.items()
    if len(filled) == 1:
        return one
    note = Message("roster.note_sheet", {"sheet": name})
    return NameList(one.people, one.used, one.unused, (note, *one.notes))


def _understood(table: Table, file: str, notes: tuple[Message, ...] = ()) -> NameList:
    if not table.rows:
        raise RosterError("roster.no_names", file=file)
    columns = columns_of(table.rows, file)
    rows, skipped = _without_nobody(columns)
    if not rows:
        raise RosterError("roster.no_names", file=file)
    listed = []
    for row in rows:
        if any(row.cells[columns.width :]):
            raise RosterError("roster.more_cells", file=file, line=row.line)
        _refuse_below(columns, row, file)
        parts, label = columns.parts(row, file)
        first, infix, last = (_GUEST.sub("", part) for part in parts)
        listed.append((row, (first, infix, last), label))
    if columns.is_log:
        listed, repeated = _once_each(listed)
        skipped = (*skipped, *repeated)
    return NameList(
        _numbered(listed, file),
        columns.used,
        columns.unused,
        (*notes, *table.notes, *columns.notes, *skipped),
    )


def _refuse_below(columns: Columns, row: Row, file: str) -> None:
    """Refuse what stands under a list as if it were somebody: `Totaal 24 leerlingen`.

    Where first and last name stand in columns of their own, it is somebody.
    """
    begin = columns.first_cell(row)
    last = columns.cell(row, Part.LAST, file)
    if columns.cell(row, Part.FIRST, file) and last[:1].isupper():
        return
    is_of_group = Part.LAST in columns.places and not last and is_group(begin)
    if is_of_group or is_below(begin):
        raise RosterError("roster.below", file=file, line=row.line, text=quoted(row.text))


def _without_nobody(columns: Columns) -> tuple[Sequence[Row], tuple[Message, ...]]:
    """Leave out the rows that an export adds: Canvas's 'Points Possible'."""
    rows: list[Row] = []
    gone: list[Row] = []
    for row in columns.rows:
        (gone if plain(columns.first_cell(row)) in NOBODY else rows).append(row)
    if not gone:
        return rows, ()
    text = quoted(columns.first_cell(gone[0]))
    return rows, (Message("roster.note_nobody", {"count": len(gone), "text": text}),)


_Listed = tuple[Row, Parts, str]


def _once_each(listed: Sequence[_Listed]) -> tuple[list[_Listed], tuple[Message, ...]]:
    """Take somebody who came and went several times, in a log of a meeting, once."""
    people: dict[str, _Listed] = {}
    for row, parts, label in listed:
        people.setdefault(joined(*parts).casefold(), (row, parts, label))
    fewer = len(listed) - len(people)
    notes = (Message("roster.note_repeated", {"count": fewer}),) if fewer else ()
    return list(people.values()), notes


def _numbered(listed: Sequence[_Listed], file: str) -> Roster:
    """Give everybody a number, and refuse what cannot be printed or told apart."""
    if len(listed) > MAX_NUMBER:
        line = listed[MAX_NUMBER][0].line
        raise RosterError("roster.too_many_people", file=file, line=line, most=MAX_NUMBER)
    people: list[Person] = []
    lines: dict[str, int] = {}
    for row, (first, infix, last), label in listed:
        where = {"file": file, "line": row.line}
        name = joined(first, infix, last)
        if not (first or last) or not has_letters(first + last):
            raise RosterError("roster.no_name", **where)
        if max(len(name), len(label)) > MAX_NAME:
            raise RosterError("roster.long_name", **where, most=MAX_NAME)
        sign = next(filter(None, map(strange_sign, (name, first, last))), None)
        if sign is not None:
            raise RosterError(
                "roster.strange_sign", **where, sign=sign, text=quoted(row.text or name)
            )
        if is_several(name):
            raise RosterError("roster.several", **where, text=quoted(row.text or name))
        before = lines.setdefault(name.casefold(), row.line)
        if before != row.line:
            raise RosterError("roster.same_name", **where, before=before)
        people.append(Person(len(people) + 1, name, first, infix, last, label))
    return tuple(people)


def _tidy(cell: str) -> str:
    return " ".join(cell.split())
