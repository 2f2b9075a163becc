"""Which columns of a table hold the names, and how they make one.

In:  the rows of a table.
Out: `Columns`: the rows that are people, the columns used and left, and per row the parts of a
     name. What could be understood in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NoReturn

from forms.errors import RosterError
from forms.messages import Message
from forms.roster import headings
from forms.roster.headings import is_other, is_title, part_of, plain
from forms.roster.names import Parts, infix_in, is_infix, put_right, taken_apart, words_of
from forms.roster.tables import quoted
from forms.roster.values import Column, Part, Row

_WITHOUT_HEADINGS: Mapping[int, tuple[Part, ...]] = {
    1: (Part.NAME,),
    2: (Part.FIRST, Part.LAST),
    3: (Part.FIRST, Part.INFIX, Part.LAST),
}
_SURE = 3  # known headings: the line names the columns, whatever the others are
_LATE = 40  # rows in which a line of headings is looked for
_NUMBER = re.compile(r"(\d{1,4})\s*[.):-]?\s+(?=\S)")
_BULLET = re.compile(r"[-*•–·‣◦▪●]\s+(?=\S)")
_MAIL_CELL = re.compile(r"<?[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+>?")
_LOG = frozenset(["user action", "gebruikersactie", "join time", "tijdstip van deelname"])


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a list, and its rows without the headings.

    Attributes:
        places: per part of a name the columns that may hold it, the best one first.
        surname_alone: the column for a whole name holds the last name; `first_alone` likewise.
        is_log: a row is something that somebody did, and people may have several.
    """

    rows: tuple[Row, ...]
    places: Mapping[Part, tuple[int, ...]]
    used: tuple[Column, ...]
    width: int
    unused: tuple[str, ...] = ()
    notes: tuple[Message, ...] = ()
    name_is: Part = Part.NAME
    is_log: bool = False

    def cell(self, row: Row, part: Part, file: str = "") -> str:
        """Return what a row says of a part, of the best column that is filled in."""
        for column in self.places.get(part, ()):
            cell = row.cells[column] if column < len(row.cells) else ""
            if "\n" in cell:
                raise RosterError("roster.name_over_lines", file=file, line=row.line)
            if cell:
                return " ".join(cell.split())
        return ""

    def first_cell(self, row: Row) -> str:
        """Return what a row begins with, of the columns that are used."""
        columns = sorted(place for places in self.places.values() for place in places)
        return next((row.cells[n] for n in columns if n < len(row.cells) and row.cells[n]), "")

    def parts(self, row: Row, file: str) -> tuple[Parts, str]:
        """Take the parts of a name and the label out of a row."""
        told = {part: self.cell(row, part, file) for part in Part}
        first, infix, last = told[Part.FIRST], infix_in(told[Part.INFIX]), told[Part.LAST]
        name = told[Part.NAME]
        if name and self.name_is is not Part.NAME:
            first, last = (name, last) if self.name_is is Part.FIRST else (first, name)
        elif name and not (first and last):
            if headings.is_group(name):
                _unknown_headings(row, file)
            first, infix, last = self._of_whole_name(row, name, first, last, file)
        elif last.count(",") and not first:
            first, infix, last = _apart(last, row, file)
        elif first and not last and Part.LAST not in self.places and _holds_infix(first):
            first, infix, last = _apart(first, row, file)
        first, infix, last = put_right(first, infix, last)
        if "," in first + last:
            raise RosterError("roster.commas", file=file, line=row.line)
        return (first, infix, last), told[Part.LABEL]

    def _of_whole_name(self, row: Row, name: str, first: str, last: str, file: str) -> Parts:
        """Take a whole name apart; a first or last name of its own says where."""
        parts = _apart(name, row, file)
        known = first or last
        if not known:
            return parts
        if not words_of(known) <= words_of(name):
            raise RosterError("roster.two_names", file=file, line=row.line, text=quoted(row.text))
        if first and name.casefold().startswith(first.casefold() + " "):
            rest = name[len(first) :].strip().split()
            start = 0
            while start < len(rest) - 1 and is_infix(rest[start]):
                start += 1
            return first, " ".join(rest[:start]), " ".join(rest[start:])
        if last and name.casefold().endswith(" " + last.casefold()):
            return name[: -len(last)].strip(), "", last
        return parts


def columns_of(rows: Sequence[Row], file: str) -> Columns:
    """Find the columns that hold names.

    Raises:
        RosterError: headings that are not known, or a table that can be read in two ways.
    """
    place = _heading_row(rows, file)
    if place is None:
        found = _without_headings(rows, file)
    else:
        found = _under_headings(rows[place], rows[place + 1 :], file)
        if place:
            note = Message("roster.note_above", {"text": quoted(rows[0].text), "count": place})
            found = replace(found, notes=(note, *found.notes))
    return _without_numbers(found)


# Which line names the columns


def _heading_row(rows: Sequence[Row], file: str) -> int | None:
    """Find the line that names the columns; None where there is none.

    Lines above it must be titles; a name there would get lost.
    """
    found = None
    for place, row in enumerate(rows):
        may_be = found is None and place < _LATE and _names_columns(row)
        if may_be and all(map(_is_title_row, rows[:place])):
            found = place
        elif _is_all_headings(row):
            raise RosterError("roster.late_headings", file=file, line=row.line)
    return found


def _names_columns(row: Row) -> bool:
    """Whether a row holds headings of names: `Voornaam`, or `Leerling` beside `Klas`.

    A word for people alone is not enough: a column of roles holds it as well.
    """
    filled = [cell for cell in row.cells if cell]
    known = [cell for cell in filled if part_of(cell) or is_other(cell)]
    if any(part_of(cell) and not headings.says_who(cell) for cell in filled):
        return True
    return any(map(part_of, filled)) and len(known) >= min(len(filled), _SURE)


def _is_all_headings(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell]
    return all(part_of(cell) or is_other(cell) for cell in filled) and any(map(part_of, filled))


def _is_title_row(row: Row) -> bool:
    filled = [cell for cell in row.cells if cell]
    return len(filled) <= 2 and is_title(filled[0])


# With headings


def _under_headings(header: Row, rows: Sequence[Row], file: str) -> Columns:
    names = [" ".join(cell.split()) for cell in header.cells]
    where = {"file": file, "line": header.line, "text": quoted(header.text)}
    for name in names:
        twice = [other for other in names if plain(other) == plain(name)]
        if part_of(name) and len(twice) > 1:
            raise RosterError("roster.twice_heading", **where, heading=name)
    places: dict[Part, tuple[int, ...]] = {}
    for n in sorted(range(len(names)), key=lambda n: headings.rank(names[n])):
        part = part_of(names[n])
        if part is not None:
            places[part] = (*places.get(part, ()), n)
    filled = [n for n in range(len(names)) if any(_cell(row, n) for row in rows)]
    if rows:
        places = {part: kept for part, at in places.items() if (kept := _filled(at, filled))}
    _add_infix(places, names, rows, filled, where)
    if not {Part.FIRST, Part.LAST, Part.NAME} & set(places):
        raise RosterError("roster.no_name_column", **where)
    _one_whole_name(places, names, rows, where)
    name_is = _what_name_is(places, rows, file)
    if name_is is Part.NAME and {Part.FIRST, Part.LAST} <= set(places) and _is_full(places, rows):
        places.pop(Part.NAME, None)
    if Part.NAME not in places and not {Part.FIRST, Part.LAST} <= set(places):
        _refuse_half_names(places, names, rows, filled, where)
    places = {part: _needed(at, rows) for part, at in places.items()}
    used = {n: part for part, at in places.items() for n in at}
    return Columns(
        rows=tuple(rows),
        places=places,
        used=tuple(
            Column(names[n], name_is if used[n] is Part.NAME else used[n]) for n in sorted(used)
        ),
        width=len(names),
        unused=tuple(names[n] or f"({n + 1})" for n in filled if n not in used),
        name_is=name_is,
        is_log=any(plain(name) in _LOG for name in names),
    )


def _needed(columns: tuple[int, ...], rows: Sequence[Row]) -> tuple[int, ...]:
    """Keep the columns that are the best one for some row."""
    best = {next((n for n in columns if _cell(row, n)), columns[0]) for row in rows}
    return tuple(n for n in columns if n in best) or columns[:1]


def _filled(columns: tuple[int, ...], filled: Sequence[int]) -> tuple[int, ...]:
    return tuple(n for n in columns if n in filled)


def _cell(row: Row, column: int) -> str:
    return row.cells[column] if column < len(row.cells) else ""


def _add_infix(
    places: dict[Part, tuple[int, ...]],
    names: Sequence[str],
    rows: Sequence[Row],
    filled: Sequence[int],
    where: Mapping[str, object],
) -> None:
    """Take a column of infixes for what it is, whatever it is called: `Middelste naam`, `tv`.

    A column that holds other words as well would leave people without their infix.
    """
    if Part.INFIX in places or Part.LAST not in places:
        return
    for n in filled:
        if part_of(names[n]) or is_other(names[n]) or headings.is_of_others(names[n]):
            continue
        cells = [cell for row in rows if (cell := infix_in(_cell(row, n)))]
        infixes = [cell for cell in cells if is_infix(cell)]
        if infixes and (len(infixes) < len(cells) or Part.INFIX in places):
            raise RosterError("roster.half_infixes", **where, heading=names[n] or f"({n + 1})")
        if infixes:
            places[Part.INFIX] = (n,)


def _one_whole_name(
    places: Mapping[Part, tuple[int, ...]],
    names: Sequence[str],
    rows: Sequence[Row],
    where: Mapping[str, object],
) -> None:
    """Refuse two columns that may both hold the names, of different people."""
    at = places.get(Part.NAME, ())
    if len(at) < 2 or {Part.FIRST, Part.LAST} <= set(places):
        return
    for row in rows:
        one, other = _cell(row, at[0]), _cell(row, at[1])
        if one and other and words_of(one) != words_of(other):
            raise RosterError(
                "roster.two_name_columns", **where, one=names[at[0]], other=names[at[1]]
            )


def _what_name_is(places: dict[Part, tuple[int, ...]], rows: Sequence[Row], file: str) -> Part:
    """Say what `Naam` is beside `Voornaam` alone, or beside `Achternaam` alone.

    In Belgium `Naam;Voornaam` are last and first name; in an export `Naam` is the whole of it.
    """
    alone = [part for part in (Part.FIRST, Part.LAST) if part in places]
    if Part.NAME not in places or len(alone) != 1:
        return Part.NAME
    both = [
        (row, name, known)
        for row in rows
        if (name := _cell(row, places[Part.NAME][0])) and (known := _cell(row, places[alone[0]][0]))
    ]
    whole = [words_of(known) <= words_of(name) for _, name, known in both]
    if all(whole):
        return Part.NAME
    if not any(whole):
        return Part.LAST if alone[0] is Part.FIRST else Part.FIRST
    row = both[whole.index(not whole[0])][0]
    raise RosterError("roster.two_names", file=file, line=row.line, text=quoted(row.text))


def _is_full(places: Mapping[Part, tuple[int, ...]], rows: Sequence[Row]) -> bool:
    """Whether first and last name say it all, so that the whole name is not needed."""
    return all(
        any(_cell(row, n) for n in places[Part.FIRST])
        and any(_cell(row, n) for n in places[Part.LAST])
        for row in rows
    )


def _refuse_half_names(
    places: Mapping[Part, tuple[int, ...]],
    names: Sequence[str],
    rows: Sequence[Row],
    filled: Sequence[int],
    where: Mapping[str, object],
) -> None:
    """Refuse first names alone, or last names alone, beside a column that may hold the rest."""
    for n in filled:
        if part_of(names[n]) is None and not is_other(names[n]):
            cells = [cell for row in rows if (cell := _cell(row, n))]
            if any(any(char.isalpha() for char in cell) for cell in cells):
                known = next(iter(places.values()))[0]
                raise RosterError(
                    "roster.half_names", **where, known=names[known], other=names[n] or f"({n + 1})"
                )


# Without headings


def _without_headings(rows: Sequence[Row], file: str) -> Columns:
    """Take the columns for what they usually are, where no line names them."""
    people = _in_one_line(rows)
    if people is not None:
        return Columns(people, {Part.NAME: (0,)}, (Column("", Part.NAME),), 1)
    width = max(n for row in rows for n, cell in enumerate(row.cells, 1) if cell)
    left = [n for n in range(width) if not _holds_no_names(rows, n)]
    _refuse_headings(rows, file)
    if len(left) not in _WITHOUT_HEADINGS:
        line = next(row.line for row in rows if any(row.cells[width - 1 :]))
        raise RosterError("roster.no_headings", file=file, line=line, count=width)
    for row in rows:
        if len(row.cells) < width:
            raise RosterError(
                "roster.uneven", file=file, line=row.line, count=len(row.cells), other=width
            )
    parts = _WITHOUT_HEADINGS[len(left)]
    found = Columns(
        rows=tuple(rows),
        places={part: (n,) for part, n in zip(parts, left, strict=True)},
        used=tuple(Column("", part) for part in parts),
        width=width,
        unused=tuple(f"({n + 1})" for n in range(width) if n not in left),
    )
    _refuse_other_order(found, file)
    return found


def _in_one_line(rows: Sequence[Row]) -> tuple[Row, ...] | None:
    """Read `Anna de Vries; Bram Boer; Chaima El Idrissi; Daan Prins`: people behind each other."""
    cells = [cell for cell in rows[0].cells if cell]
    if len(rows) > 1 or len(cells) <= max(_WITHOUT_HEADINGS) or not all(" " in c for c in cells):
        return None
    return tuple(Row(rows[0].line, (cell,)) for cell in cells)


def _holds_no_names(rows: Sequence[Row], column: int) -> bool:
    """Whether a column holds only numbers or dots, or only addresses."""
    cells = [cell for row in rows if (cell := _cell(row, column))]
    return bool(cells) and (
        all(re.fullmatch(r"\d+[.)]?|[-*•–·‣◦▪●]", cell) for cell in cells)
        or all(_MAIL_CELL.fullmatch(cell) for cell in cells)
    )


def _refuse_headings(rows: Sequence[Row], file: str) -> None:
    """Refuse a first line that looks like headings or a title that we do not know."""
    first = rows[0]
    filled = [cell for cell in first.cells if cell]
    others = rows[1:]
    is_known = any(is_other(cell) or headings.speaks_of_names(cell) for cell in filled)
    has_digits = any(char.isdigit() for row in others for char in row.text)
    if is_known or (len(filled) == 1 and is_title(filled[0]) and not has_digits):
        _unknown_headings(first, file)
    least = {"small": 1, "capitals": 2, "mixed": len(rows)}[_case(first)]
    if len(others) >= least and all(_case(row) == "mixed" for row in others):
        _unknown_headings(first, file)
    if others and _is_unlike_names(first) and not any(map(_is_unlike_names, others)):
        _unknown_headings(first, file)
    if len(others) > 1 and len(first.text.split()) == 1 and all(map(_is_whole, others)):
        _unknown_headings(first, file)
    for column, cell in enumerate(first.cells):
        below = [other for row in others if (other := _cell(row, column))]
        have_digits = [bool(re.search(r"[\d@]", text)) for text in (cell, *below)]
        if cell and len(below) > 1 and not have_digits[0] and all(have_digits[1:]):
            _unknown_headings(first, file)


def _is_unlike_names(row: Row) -> bool:
    """Whether there are small words that stand in no name: `Wie komt er`, `Leden van het team`."""
    words = row.text.split()
    return any(word.islower() and not is_infix(word) and len(word) > 1 for word in words)


def _is_whole(row: Row) -> bool:
    return len(row.text.split()) > 1


def _case(row: Row) -> str:
    """Say how a row is written: `small`, `CAPITALS`, or mixed as names are."""
    letters = [char for char in row.text if char.isalpha() and char.lower() != char.upper()]
    if len(letters) < 4:  # `J.P.` says nothing
        return "mixed"
    if all(char.islower() for char in letters):
        return "small"
    return "capitals" if all(char.isupper() for char in letters) else "mixed"


def _unknown_headings(row: Row, file: str) -> NoReturn:
    raise RosterError("roster.unknown_headings", file=file, line=row.line, text=quoted(row.text))


def _refuse_other_order(columns: Columns, file: str) -> None:
    """Refuse columns without headings that are not first name (, infix), last name."""
    if Part.LAST not in columns.places:
        return
    for row in columns.rows:
        first, infix = columns.cell(row, Part.FIRST, file), columns.cell(row, Part.INFIX, file)
        last = columns.cell(row, Part.LAST, file)
        words, behind = first.split(), last.split()
        starts_with_infix = len(words) > 1 and words[0].islower() and is_infix(words[0])
        two_people = (
            len(words) > 1 and len(behind) > 1 and not infix and not is_infix(behind[0])
            and len(columns.places) == 2
        )  # fmt: skip
        if (
            starts_with_infix
            or _holds_infix(first)
            or (infix and not _may_be_infix(infix))
            or two_people
        ):
            raise RosterError("roster.order", file=file, line=row.line, text=quoted(row.text))
    firsts = [columns.cell(row, Part.FIRST, file) for row in columns.rows]
    if len(columns.places) == 2 and all(map(_has_two_words, firsts)):
        row = columns.rows[0]  # `Anna Boer;Zorg`: nobody's team has double first names throughout
        raise RosterError("roster.order", file=file, line=row.line, text=quoted(row.text))
    lasts = [columns.cell(row, Part.LAST, file).casefold() for row in columns.rows]
    if len(lasts) > 2 and len(set(lasts)) * 2 <= len(lasts):
        row = columns.rows[0]
        raise RosterError("roster.order", file=file, line=row.line, text=quoted(row.text))


def _holds_infix(first: str) -> bool:
    """Whether what should be a first name is a whole one: `Anna de Vries`."""
    return any(word.islower() and is_infix(word) for word in first.split()[1:-1])


def _has_two_words(first: str) -> bool:
    return len([word for word in first.split() if not is_infix(word)]) > 1


def _may_be_infix(cell: str) -> bool:
    return is_infix(cell) or cell.islower() or not any(char.isalpha() for char in cell)


# Numbers and dots before names


def _without_numbers(columns: Columns) -> Columns:
    """Take the numbers off a numbered list: `1. Anna`, `2. Bram`."""
    alone = [n for places in columns.places.values() for n in places]
    if len(alone) != 1 or not columns.rows:
        return columns
    column = alone[0]
    cells = [_cell(row, column) for row in columns.rows]
    found = [_NUMBER.match(cell) for cell in cells]
    numbers = [int(match[1]) for match in found if match]
    if len(numbers) == len(cells) and numbers == list(range(numbers[0], numbers[0] + len(cells))):
        note = Message("roster.note_numbers")
        return _cut(columns, column, [match.end() for match in found if match], note)
    dots = [_BULLET.match(cell) for cell in cells]
    if all(dots):
        note = Message("roster.note_bullets")
        return _cut(columns, column, [match.end() for match in dots if match], note)
    return columns


def _cut(columns: Columns, column: int, ends: Sequence[int], note: Message) -> Columns:
    rows = tuple(
        Row(
            row.line,
            tuple(c[end:] if n == column else c for n, c in enumerate(row.cells)),
        )
        for row, end in zip(columns.rows, ends, strict=True)
    )
    return replace(columns, rows=rows, notes=(*columns.notes, note))


def _apart(name: str, row: Row, file: str) -> Parts:
    parts = taken_apart(name)
    if parts is None:
        raise RosterError("roster.commas", file=file, line=row.line)
    return parts
