"""A list of names as a school exports it, as people with a seat each.

In:  a CSV file (`;`, `,` or tab; UTF-8, UTF-16 or Windows-1252; with or without a header).
Out: a `Roster`: one `Person` a row, numbered from 1 in the order of the file.

A message names the line and never the person: messages end up in logs.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from forms.errors import RosterError
from forms.infixes import INFIXES
from forms.sheet_code import MAX_NUMBER

MAX_BYTES = 5_000_000  # 9999 people with all their columns are about 1 MB
MAX_NAME = 100  # characters; the longest we know of has 66


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the list, with the number that all their sheets carry."""

    number: int
    name: str  # in full, as it is printed
    first: str = ""
    infix: str = ""
    last: str = ""
    label: str = ""  # another spelling, for where the font lacks letters of the name

    def __post_init__(self) -> None:
        if not 1 <= self.number <= MAX_NUMBER:
            raise ValueError(f"number must be 1..{MAX_NUMBER}, got {self.number}")
        if not self.name:
            raise ValueError(f"name of person {self.number} must not be empty")


Roster: TypeAlias = tuple[Person, ...]


def read_roster(path: Path) -> Roster:
    """Read a list of names from a file.

    Raises:
        RosterError: with the file, the line, what is wrong and what to do.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise RosterError(f"{path}: there is no such file.") from None
    except OSError as error:
        raise RosterError(f"{path}: cannot be opened: {error.strerror}.") from None
    return decode_roster(data, path.name)


def decode_roster(data: bytes, file: str) -> Roster:
    """Read a list of names from the bytes of a file called `file`, as `read_roster` does."""
    if len(data) > MAX_BYTES:
        raise RosterError(
            f"{file}: larger than {MAX_BYTES // 1_000_000} MB, which is no list of names. "
            "Export only the names."
        )
    if data.startswith(_SPREADSHEETS):
        raise RosterError(
            f"{file}: this is a spreadsheet. Open it and save it as CSV (Excel: File, Save as, "
            "'CSV UTF-8'), then use that file."
        )
    return parse_roster(_decode(data, file), file)


def parse_roster(text: str, file: str) -> Roster:
    """Read a list of names from text that was typed or decoded, as `read_roster` does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    _refuse_control_characters(text, file)
    text, delimiter, has_header = _dialect(text)
    table = [row for row in _split(text, delimiter, file) if any(row.cells)]
    _refuse_late_header(table, file)
    columns = _columns(table.pop(0), file) if has_header else _usual_columns(table, file)
    return _people(table, columns, file)


_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods are zips; xls is an OLE file

# What does not show, and comes along when a list is pasted from a web page or a PDF.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])

# Turns the letters after it around: makes one name look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Headings in the exports of Magister, Somtoday, ParnasSys and Microsoft 365; the first one in a
# line that is filled in wins.
_HEADINGS: Mapping[str, tuple[str, ...]] = {
    "first": ("roepnaam", "voornaam", "first name", "firstname", "voornamen", "voorletters"),
    "infix": ("tussenvoegsel", "tussenvoegsels", "voorvoegsel", "voorvoegsels"),
    "last": ("achternaam", "familienaam", "last name", "lastname", "surname"),
    "name": ("naam", "volledige naam", "name", "display name", "deelnemer", "medewerker"),
    "label": ("label",),
}
_PLACES = {heading: place for place, known in _HEADINGS.items() for heading in known}

_WITHOUT_HEADING = {
    0: (),
    1: ("name",),
    2: ("first", "last"),
    3: ("first", "infix", "last"),
}


@dataclass(frozen=True, slots=True)
class _Row:
    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Per part of a name the columns that may hold it, the best one first."""

    places: Mapping[str, Sequence[int]]
    width: int


def _decode(data: bytes, file: str) -> str:
    if data.startswith(b"\xef\xbb\xbf"):
        encoding = "utf-8"
    elif data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = _encoding_without_mark(data, file)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise _not_text(file) from None


def _encoding_without_mark(data: bytes, file: str) -> str:
    zeros = {place % 2 for place, byte in enumerate(data) if byte == 0}
    if zeros:  # no text has these, but UTF-16 has one beside every western letter
        if len(zeros) == 2:
            raise _not_text(file)
        return "utf-16-le" if zeros == {1} else "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        _refuse_two_encodings(data, file)
        return "windows-1252"
    return "utf-8"


def _refuse_two_encodings(data: bytes, file: str) -> None:
    """Refuse a file that is UTF-8 on one line and not on another: José would become JosÃ©."""
    for line, part in enumerate(data.splitlines(), 1):
        if part.isascii():
            continue
        try:
            part.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise RosterError(
            f"{file}, line {line}: the letters with accents are written in another way here than "
            "elsewhere in the file. Export the list again, or save it as 'CSV UTF-8'."
        )


def _not_text(file: str) -> RosterError:
    return RosterError(f"{file}: this is not a text file. Export the list of names as CSV.")


def _refuse_control_characters(text: str, file: str) -> None:
    for char in sorted(set(text) - set("\n\t")):
        line = text.count("\n", 0, text.index(char)) + 1
        if char == "\ufffd":
            raise RosterError(
                f"{file}, line {line}: a letter got lost in an earlier conversion. "
                "Type it again, or export the list again as 'CSV UTF-8'."
            )
        if char in _TURNING or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            raise RosterError(
                f"{file}, line {line}: there is a control character (U+{ord(char):04X}), which "
                "cannot be printed. Remove it, or export the list again as CSV."
            )


def _dialect(text: str) -> tuple[str, str, bool]:
    """Find out what separates the columns, and whether the first row names them."""
    first = _first_line(text)
    told = re.fullmatch(r'"?sep=([;,\t])"?', first.strip(" "))  # Excel's own first line
    if told:
        text = text.replace(first, "", 1)
        first = _first_line(text)
    delimiters = told[1] if told else ";\t,"
    known = {d: sum(_place(cell) is not None for cell in first.split(d)) for d in delimiters}
    best = max(known, key=lambda d: known[d])
    if known[best] or told:
        return text, best, known[best] > 0
    bare = re.sub(r'"[^"]*"', "", text)
    for delimiter in ";\t":
        if delimiter in bare:
            return text, delimiter, False
    # `Jan,Boer` are two columns, `Boer, Jan` is a name in one.
    return text, "," if re.search(r",(?! |\n|$)", bare) else ";", False


def _first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip(' ;,\t"')), "")


def _place(heading: str) -> str | None:
    return _PLACES.get(_heading(heading))


def _heading(cell: str) -> str:
    return " ".join(cell.strip(' "\t:').replace("_", " ").casefold().split())


def _split(text: str, delimiter: str, file: str) -> list[_Row]:
    rows = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    line = 1
    try:
        for cells in reader:
            rows.append(_Row(line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1
    except csv.Error:
        raise RosterError(
            f'{file}, line {line}: a quotation mark (") is out of place: a text in quotes must end '
            "with one before the next column. Remove it or add the missing one."
        ) from None
    return rows


def _refuse_late_header(table: Sequence[_Row], file: str) -> None:
    for row in table[1:]:
        if all(_place(cell) for cell in row.cells if cell):
            raise RosterError(
                f"{file}, line {row.line}: this line names the columns, but it is not the first. "
                "Remove the lines above it."
            )


def _columns(header: _Row, file: str) -> _Columns:
    headings = [_heading(cell) for cell in header.cells]
    for heading in headings:
        if heading in _PLACES and headings.count(heading) > 1:
            raise RosterError(
                f"{file}, line {header.line}: two columns are called '{heading}'. "
                "Remove one or give it another heading."
            )
    columns = _Columns(
        {
            place: [headings.index(heading) for heading in known if heading in headings]
            for place, known in _HEADINGS.items()
        },
        len(headings),
    )
    if not any(columns.places[place] for place in ("first", "last", "name")):
        raise RosterError(
            f"{file}, line {header.line}: no column holds names. Call the columns voornaam, "
            "tussenvoegsel and achternaam, or naam."
        )
    return columns


def _usual_columns(table: Sequence[_Row], file: str) -> _Columns:
    """Take the columns for what they usually are, where no header names them."""
    widths = [max(n for n, cell in enumerate(row.cells, 1) if cell) for row in table]
    width = max(widths, default=0)
    if width not in _WITHOUT_HEADING:
        line = table[widths.index(width)].line
        raise RosterError(
            f"{file}, line {line}: {width} columns, and no first line that names them. "
            "Add a first line with headings: voornaam, tussenvoegsel, achternaam (or naam); "
            "columns with other headings are ignored."
        )
    for row in table:
        if len(row.cells) < width:
            raise RosterError(
                f"{file}, line {row.line}: {len(row.cells)} columns, but other lines have {width}. "
                "Give every line the same columns, or add a first line with headings."
            )
    return _Columns({place: [n] for n, place in enumerate(_WITHOUT_HEADING[width])}, width)


def _people(table: Sequence[_Row], columns: _Columns, file: str) -> Roster:
    if not table:
        raise RosterError(f"{file}: there are no names in it. Put one person on each line.")
    if len(table) > MAX_NUMBER:
        raise RosterError(
            f"{file}, line {table[MAX_NUMBER].line}: more than {MAX_NUMBER} people. "
            "Make a session for each part of them."
        )
    people: list[Person] = []
    lines: dict[str, int] = {}
    for row in table:
        person = _person(row, columns, len(people) + 1, file)
        before = lines.setdefault(person.name.casefold(), row.line)
        if before != row.line:
            raise RosterError(
                f"{file}, line {row.line}: the same full name as on line {before}. If they are two "
                "people, add something to tell them apart (a second initial, a subject); "
                "if not, remove one."
            )
        people.append(person)
    return tuple(people)


def _person(row: _Row, columns: _Columns, number: int, file: str) -> Person:
    if any(row.cells[columns.width :]):
        raise RosterError(
            f"{file}, line {row.line}: more columns than the first line has headings. "
            'Put a name that holds the separator in quotes ("), or remove what is too much.'
        )
    told = {place: _filled(row, columns.places.get(place, ()), file) for place in _HEADINGS}
    first, infix, last = told["first"], told["infix"], told["last"]
    if not (first or last):
        first, infix, last = _parts(told["name"], row.line, file)
    if not (first or last):
        raise RosterError(
            f"{file}, line {row.line}: no name on this line. Add one or remove the line."
        )
    name = " ".join(part for part in (first, infix, last) if part)
    if max(len(name), len(told["label"])) > MAX_NAME:
        raise RosterError(
            f"{file}, line {row.line}: the name is longer than {MAX_NAME} characters. Shorten it."
        )
    return Person(number, name, first, infix, last, told["label"])


def _filled(row: _Row, columns: Sequence[int], file: str) -> str:
    for column in columns:
        cell = row.cells[column] if column < len(row.cells) else ""
        if "\n" in cell:
            raise RosterError(
                f"{file}, line {row.line}: a name in quotes goes on over the end of the line. "
                'Put the closing quotation mark (") behind the name.'
            )
        if cell:
            return " ".join(cell.split())
    return ""


def _parts(name: str, line: int, file: str) -> tuple[str, str, str]:
    """Take apart `Jan van den Berg` or `Berg, Jan van den`."""
    if name.count(",") > 1:
        raise RosterError(
            f"{file}, line {line}: more than one comma in a name. Write it as "
            "'Achternaam, Voornaam tussenvoegsel' or 'Voornaam Achternaam', or use a column "
            "for each part."
        )
    if "," in name:
        last, _, given = (part.strip() for part in name.partition(","))
        words = given.split()
        start = len(words)
        while start > 1 and _is_infix(words[start - 1], name):
            start -= 1
        return " ".join(words[:start]), " ".join(words[start:]), last
    words = name.split()
    if len(words) < 2:
        return name, "", ""
    start = next((n for n, w in enumerate(words[1:-1], 1) if _is_infix(w, name)), len(words) - 1)
    end = start
    while end < len(words) - 1 and _is_infix(words[end], name):
        end += 1
    return " ".join(words[:start]), " ".join(words[start:end]), " ".join(words[end:])


def _is_infix(word: str, name: str) -> bool:
    """Say whether a word stands between first and last name: `van`, `Van`, any small `bint`."""
    return word.casefold() in INFIXES or (word.islower() and not name.islower())
