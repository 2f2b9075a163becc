"""Text as a table: what separates the columns, and where each line begins.

In:  the text of a file, or what somebody pasted.
Out: a `Table`; or a refusal with the line that cannot be right.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Sequence

from forms.errors import RosterError
from forms.messages import Message
from forms.roster.headings import is_other, part_of
from forms.roster.values import MAX_COLUMNS, MAX_LINE, MAX_LINES, MAX_ROWS, Row, Table

DELIMITERS = ";\t,|"
_LOOKED_AT = 40  # lines in which the headings are looked for
_LONGEST_HEADINGS = 20_000  # characters of a line; three hundred headings are about 6,000
QUOTED = 70  # characters of a line that a message repeats

# What does not show, and comes along when a list is pasted from a web page or a PDF.
_INVISIBLE = dict.fromkeys([0x00AD, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF])

# Turns the letters after it around: makes one name look like another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

_MAIL = re.compile(r"<[^<>\s@]+@[^<>\s@]+>")
_MAIL_PERSON = re.compile(
    r"""\s*(?:(?:aan|to|cc|bcc|van|from):\s*)?  # as the head of a mail begins
    (?:"(?P<quoted>[^"\n<>]*)"|(?P<bare>[^"\n<>;]*?))
    \s*<[^<>\s@]+@[^<>\s@]+>[ \t]*(?:[;,]+|(?=\n)|$)\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_PART = re.compile(r'"?\d\.\s+(?P<title>[^\n\t;]+?)"?[\t;]*\s*')
_PARTICIPANTS = frozenset(["participants", "deelnemers", "attendees", "aanwezigen"])


def table_of(text: str, file: str) -> Table:
    """Split text into rows and cells.

    Raises:
        RosterError: with the line, what is wrong and what to do.
    """
    text = cleaned(text, file)
    text, skipped, notes = _participants_alone(text)
    told, text = _told_delimiter(text)
    delimiter = told or _delimiter_of_headings(text)
    if delimiter is None and _MAIL.search(text):
        return _mail(text, file)
    delimiter = delimiter or _usual_delimiter(text)
    rows = _split(text, delimiter, file)
    filled = tuple(Row(row.line + skipped, row.cells) for row in rows if any(row.cells))
    bounded(filled, file)
    return Table(filled, notes)


def cleaned(text: str, file: str, cell_in: int | None = None) -> str:
    """Write text one way: one sign for a new line, accents on their letters, nothing unseen.

    Args:
        cell_in: the line of a spreadsheet that the text is a cell of.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = unicodedata.normalize("NFC", text.translate(_INVISIBLE))
    for char in sorted(set(text) - set("\n\t")):
        line = cell_in or text.count("\n", 0, text.index(char)) + 1
        if char == "\ufffd":
            raise RosterError("roster.lost_letter", file=file, line=line)
        if char in _TURNING or unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp"):
            code = f"U+{ord(char):04X}"
            raise RosterError("roster.control_character", file=file, line=line, code=code)
    return text


def bounded_lines(data: bytes, file: str) -> None:
    """Refuse what has more, or longer, lines than any list, before anything is made of it."""
    lines = data.splitlines()
    if len(lines) > MAX_LINES:
        raise RosterError("roster.too_many_rows", file=file, most=MAX_ROWS)
    longest = max(range(len(lines)), key=lambda n: len(lines[n]), default=0)
    if lines and len(lines[longest]) > MAX_LINE:
        raise RosterError("roster.long_line", file=file, line=longest + 1)


def bounded(rows: Sequence[Row], file: str) -> None:
    """Refuse what is too long or too wide for a list of names."""
    if len(rows) > MAX_ROWS:
        raise RosterError("roster.too_many_rows", file=file, most=MAX_ROWS)
    for row in rows:
        if len(row.cells) > MAX_COLUMNS:
            raise RosterError("roster.too_wide", file=file, line=row.line, most=MAX_COLUMNS)


def quoted(text: str) -> str:
    """Shorten a line for a message that repeats it."""
    text = " ".join(text.split())
    return text if len(text) <= QUOTED else text[: QUOTED - 1] + "…"


def _told_delimiter(text: str) -> tuple[str | None, str]:
    """Take off Excel's own first line, `sep=;`, or PowerShell's, `#TYPE ...`."""
    first = _first_line(text)
    if first.startswith("#TYPE "):
        return ",", text.replace(first, "", 1)
    told = re.fullmatch(r'"?sep=([;,\t|])"?', first.strip(" "))
    return (told[1], text.replace(first, "", 1)) if told else (None, text)


def _first_line(text: str) -> str:
    return next((line for line in text.split("\n") if line.strip(' ;,|\t"')), "")


def _delimiter_of_headings(text: str) -> str | None:
    """Return what separates the headings that are known best; None where no line has any."""
    best, found = 0, None
    for line in text.split("\n", _LOOKED_AT)[:_LOOKED_AT]:
        if len(line) > _LONGEST_HEADINGS:
            continue
        for delimiter in DELIMITERS:
            cells = [cell.strip(' "') for cell in line.split(delimiter)]
            names = sum(part_of(cell) is not None for cell in cells)
            count = 2 * names + sum(map(is_other, cells)) if names else 0
            if count > best:
                best, found = count, delimiter
    return found


def _usual_delimiter(text: str) -> str:
    bare = re.sub(r'"[^"]*"', "", text)
    for delimiter in ";\t":
        if delimiter in bare:
            return delimiter
    lines = [line for line in bare.split("\n") if line.strip()]
    if lines and all("|" in line for line in lines):
        return "|"
    # `Jan,Boer` are two columns, `Boer, Jan` is a name in one.
    return "," if re.search(r",(?! |\n|$)", bare) else ";"


def _split(text: str, delimiter: str, file: str) -> list[Row]:
    rows = []
    reader = csv.reader(
        io.StringIO(text, newline=""), delimiter=delimiter, strict=True, skipinitialspace=True
    )
    line = 1
    try:
        for cells in reader:
            rows.append(Row(line, tuple(cell.strip() for cell in cells)))
            line = reader.line_num + 1
    except csv.Error:
        raise RosterError("roster.quotation_mark", file=file, line=line) from None
    return rows


def _participants_alone(text: str) -> tuple[str, int, tuple[Message, ...]]:
    """Keep only the list of people of a report that Teams makes of a meeting.

    Its parts have numbers: `1. Summary`, `2. Participants`, `3. In-Meeting Activities`.
    """
    lines = text.split("\n")
    parts = [
        (n, found["title"]) for n, line in enumerate(lines) if (found := _PART.fullmatch(line))
    ]
    for place, (start, title) in enumerate(parts):
        if title.casefold() in _PARTICIPANTS and len(parts) > 1:
            end = parts[place + 1][0] if place + 1 < len(parts) else len(lines)
            note = Message("roster.note_part", {"title": title})
            return "\n".join(lines[start + 1 : end]), start + 1, (note,)
    return text, 0, ()


def _mail(text: str, file: str) -> Table:
    """Take the names out of addresses: `Anna de Vries <a@example.org>; "Boer, Bram" <b@...>`."""
    rows = []
    text = text.rstrip("; ,\n\t") + "\n"
    place, line = len(text) - len(text.lstrip("; ,\n\t")), 1
    counted = 0
    while place < len(text):
        line += text.count("\n", counted, place)
        counted = place
        found = _MAIL_PERSON.match(text, place)
        if found is None:
            here = text[place : text.index("\n", place)]
            raise RosterError("roster.address", file=file, line=line, text=quoted(here))
        name = (found["quoted"] or found["bare"] or "").strip(" '")
        if not name:
            here = quoted(found[0].strip())
            raise RosterError("roster.address_alone", file=file, line=line, text=here)
        rows.append(Row(line, (name,)))
        place = found.end()
    bounded(rows, file)
    return Table(tuple(rows), (Message("roster.note_addresses"),))
