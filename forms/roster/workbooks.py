"""Spreadsheets as tables: XLSX (Excel, Google) and ODS (LibreOffice).

In:  the bytes of the file.
Out: a `Table` for each sheet that can be seen, by name. Rows that are hidden, by a filter or by
     hand, are left out and counted: whoever made the list does not see them.

Both are zips of XML. We read the XML ourselves (docs/decisions/006): `openpyxl` says neither that
a row of a large sheet is hidden nor that a formula was never calculated, and nothing well kept
reads both. A zip or a text that unfolds beyond its bounds, and XML that declares anything, is
refused before it does.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse

from forms.errors import RosterError
from forms.messages import Message
from forms.roster.tables import bounded, cleaned
from forms.roster.values import MAX_COLUMNS, MAX_ROWS, Row, Table

MAX_UNFOLDED = 30_000_000  # bytes of XML; 9999 people with 30 columns are 15 MB
MAX_ENTRIES = 2_000  # files in the zip
MAX_ELEMENTS = 800_000  # 9999 people with 26 columns, and their texts
MAX_DEPTH = 50  # elements inside each other; a cell of LibreOffice stands at 8
MAX_GAP = 300_000  # bytes without a tag; a cell holds 32,767 characters, of 4 bytes at most
ZIP = b"PK\x03\x04"

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how XLSX writes control characters


def tables_in(data: bytes, file: str) -> dict[str, Table]:
    """Read every sheet that can be seen.

    Raises:
        RosterError: it is no spreadsheet, it is damaged, or it is larger than any name list.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as parts:
            names = {info.filename: info.file_size for info in parts.infolist()}
            if len(names) > MAX_ENTRIES:
                raise RosterError("roster.workbook_large", file=file)
            if "xl/workbook.xml" in names:
                return _Xlsx(_Parts(parts, file), file).tables()
            if "content.xml" in names and b"opendocument.spreadsheet" in _kind(parts):
                return _ods(_Parts(parts, file), file)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
        raise RosterError("roster.workbook_damaged", file=file) from None
    except (ParseError, DefusedXmlException, KeyError, ValueError, LookupError):
        raise RosterError("roster.workbook_damaged", file=file) from None
    raise RosterError("roster.not_a_workbook", file=file)


def _kind(parts: zipfile.ZipFile) -> bytes:
    if "mimetype" not in parts.namelist():
        return b""
    with parts.open("mimetype") as file:
        return file.read(200)


class _Parts:
    """The parts of one zip, together never unfolded beyond the bound."""

    def __init__(self, parts: zipfile.ZipFile, file: str) -> None:
        self._parts = parts
        self._file = file
        self._bytes_left = MAX_UNFOLDED
        self._elements_left = MAX_ELEMENTS

    def __contains__(self, name: str) -> bool:
        return name in self._parts.namelist()

    def ends(self, name: str, tags: frozenset[str]) -> Iterator[tuple[str, Element]]:
        """Yield each element with one of these tags when it ends; keep nothing else."""
        with self._parts.open(name) as raw:
            path: list[Element] = []
            wanted = 0  # how many of them are open
            events = ("start", "end")
            for event, element in iterparse(_Counted(raw, self), events=events, forbid_dtd=True):
                is_wanted = _local(element.tag) in tags
                if event == "start":
                    path.append(element)
                    wanted += is_wanted
                    self._elements_left -= 1
                    if self._elements_left < 0 or len(path) > MAX_DEPTH:
                        raise self.too_large()
                    continue
                path.pop()
                wanted -= is_wanted
                if is_wanted:
                    yield _local(element.tag), element
                if not wanted:
                    element.clear()
                    if path:
                        path[-1].remove(element)

    def take(self, count: int) -> None:
        """Count what was unfolded."""
        self._bytes_left -= count
        if self._bytes_left < 0:
            raise self.too_large()

    def too_large(self) -> RosterError:
        """Say that it is no list of names."""
        return RosterError("roster.workbook_large", file=self._file)


class _Counted(io.RawIOBase):
    """A part of which every byte is counted before the parser sees it.

    A `<` stands nowhere but before a tag, so a long way without one is a tag with endless
    attributes, or a text that is no cell.
    """

    def __init__(self, raw: IO[bytes], parts: _Parts) -> None:
        self._raw = raw
        self._parts = parts
        self._gap = 0

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(min(size, 1 << 16) if size > 0 else 1 << 16)
        self._parts.take(len(data))
        last = data.rfind(b"<")
        self._gap = self._gap + len(data) if last < 0 else len(data) - last
        if self._gap > MAX_GAP:
            raise self._parts.too_large()
        return data


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _value(element: Element, name: str) -> str | None:
    """Return an attribute, whatever its namespace is called."""
    return next((v for key, v in element.attrib.items() if _local(key) == name), None)


class _Xlsx:
    """A workbook as Excel and Google write it (ECMA-376, part 1, 18.2 to 18.4)."""

    def __init__(self, parts: _Parts, file: str) -> None:
        self._parts = parts
        self._file = file
        self._texts: list[str] = []

    def tables(self) -> dict[str, Table]:
        targets = {
            str(_value(element, "Id")): str(_value(element, "Target"))
            for _, element in self._parts.ends(
                "xl/_rels/workbook.xml.rels", frozenset(["Relationship"])
            )
        }
        sheets = [
            (str(_value(element, "name")), targets[str(_value(element, "id"))])
            for _, element in self._parts.ends("xl/workbook.xml", frozenset(["sheet"]))
            if _value(element, "state") in (None, "visible")
        ]
        if "xl/sharedStrings.xml" in self._parts:
            for _, element in self._parts.ends("xl/sharedStrings.xml", frozenset(["si"])):
                self._texts.append(_text_of(element))
        return {name: self._sheet(_place(target)) for name, target in sheets if _is_cells(target)}

    def _sheet(self, name: str) -> Table:
        rows: list[Row] = []
        hidden = line = 0
        for _, element in self._parts.ends(name, frozenset(["row"])):
            line = int(_value(element, "r") or line + 1)
            cells = self._cells(element, line)
            if not any(cells):
                continue
            if _value(element, "hidden") in ("1", "true"):
                hidden += 1
                continue
            rows.append(Row(line, cells))
            if len(rows) > MAX_ROWS:
                raise RosterError("roster.too_many_rows", file=self._file, most=MAX_ROWS)
        return _table(rows, hidden, self._file)

    def _cells(self, row: Element, line: int) -> tuple[str, ...]:
        cells: dict[int, str] = {}
        column = -1
        for cell in row:
            if _local(cell.tag) != "c":
                continue
            told = _value(cell, "r")
            column = _column(told) if told else column + 1
            if column >= MAX_COLUMNS:
                if len(cell):
                    raise RosterError(
                        "roster.too_wide", file=self._file, line=line, most=MAX_COLUMNS
                    )
                continue
            cells[column] = self._cell(cell, line)
        return tuple(cells.get(n, "") for n in range(max(cells, default=-1) + 1))

    def _cell(self, cell: Element, line: int) -> str:
        kind = _value(cell, "t") or "n"
        inside = {_local(part.tag): part for part in cell}
        if kind == "inlineStr":
            return cleaned(_text_of(inside["is"]), self._file, line) if "is" in inside else ""
        value = inside["v"].text if "v" in inside else None
        if value is None:
            if "f" in inside:
                raise RosterError("roster.formula", file=self._file, line=line)
            return ""
        if kind == "s":
            return cleaned(self._texts[int(value)], self._file, line)
        return cleaned(_unescaped(value), self._file, line).strip()


def _place(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"


def _is_cells(target: str) -> bool:
    return "worksheets/" in target


def _column(place: str) -> int:
    """Count a column from 0: `C7` is 2."""
    found = re.match(r"[A-Z]{1,3}", place.upper())
    if found is None:
        raise ValueError("no column")
    number = 0
    for letter in found[0]:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def _text_of(element: Element) -> str:
    """Join the runs of a text; not how it is pronounced (`rPh`)."""
    pieces = []
    for part in element:
        tag = _local(part.tag)
        if tag == "t":
            pieces.append(part.text or "")
        elif tag == "r":
            pieces += [inner.text or "" for inner in part if _local(inner.tag) == "t"]
    return _unescaped("".join(pieces)).strip()


def _unescaped(text: str) -> str:
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


def _ods(parts: _Parts, file: str) -> dict[str, Table]:
    """Read a workbook of LibreOffice (OpenDocument 1.3, part 3, 9.1)."""
    tables: dict[str, Table] = {}
    rows: list[Row] = []
    hidden = line = 0
    for tag, element in parts.ends("content.xml", frozenset(["table-row", "table"])):
        if tag == "table":
            name = str(_value(element, "name") or len(tables) + 1)
            tables[name] = _table(rows, hidden, file)
            rows, hidden, line = [], 0, 0
            continue
        times = _repeats(element, "number-rows-repeated")
        cells = _ods_cells(element, line + 1, file)
        if any(cells):
            if times > MAX_ROWS or len(rows) + times > MAX_ROWS:
                raise RosterError("roster.too_many_rows", file=file, most=MAX_ROWS)
            if (_value(element, "visibility") or "visible") != "visible":
                hidden += times
            else:
                rows += [Row(line + n, cells) for n in range(1, times + 1)]
        line += times
    return tables


def _ods_cells(row: Element, line: int, file: str) -> tuple[str, ...]:
    cells: list[str] = []
    blank = 0  # cells that count only when something stands behind them
    for cell in row:
        if _local(cell.tag) not in ("table-cell", "covered-table-cell"):
            continue
        times = _repeats(cell, "number-columns-repeated")
        text = cleaned(_ods_text(cell), file, line)
        if not text:
            blank += times
            continue
        if len(cells) + blank + times > MAX_COLUMNS:
            raise RosterError("roster.too_wide", file=file, line=line, most=MAX_COLUMNS)
        cells += [""] * blank + [text] * times
        blank = 0
    return tuple(cells)


def _repeats(element: Element, name: str) -> int:
    return max(1, int(_value(element, name) or 1))


def _ods_text(cell: Element) -> str:
    """Join the paragraphs of a cell, without its comments."""
    return "\n".join(_ods_line(part) for part in cell if _local(part.tag) == "p").strip()


def _ods_line(paragraph: Element) -> str:
    pieces = [paragraph.text or ""]
    for part in paragraph:
        match _local(part.tag):
            case "s":
                pieces.append(" " * min(int(_value(part, "c") or 1), 100))
            case "tab":
                pieces.append("\t")
            case "line-break":
                pieces.append("\n")
            case "annotation" | "note":
                pass
            case _:
                pieces.append(_ods_line(part))
        pieces.append(part.tail or "")
    return "".join(pieces)


def _table(rows: list[Row], hidden: int, file: str) -> Table:
    bounded(rows, file)
    notes = (Message("roster.note_hidden", {"count": hidden}),) if hidden else ()
    return Table(tuple(rows), notes)
