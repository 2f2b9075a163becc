"""Spreadsheets are read within bounds, whatever somebody put into the file."""

from __future__ import annotations

import resource
import time
from xml.sax.saxutils import escape

import pytest

from forms.errors import RosterError
from forms.roster import decode_roster
from tests.forms.exports import ODS_KIND, Grid, ods, xlsx, zipped

SPREADSHEET = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
RELATED = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
BOOK = (
    f"<workbook {SPREADSHEET} {RELATED}><sheets>"
    '<sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def book(sheet: str, texts: str = "", **more: str) -> bytes:
    """Make an XLSX of one sheet, as XML."""
    parts: dict[str, str | bytes] = {
        "xl/workbook.xml": BOOK,
        "xl/_rels/workbook.xml.rels": LINKS,
        "xl/worksheets/sheet1.xml": sheet,
    }
    if texts:
        parts["xl/sharedStrings.xml"] = texts
    return zipped(parts | more)


def sheet_of(rows: str) -> str:
    return f"<worksheet {SPREADSHEET}><sheetData>{rows}</sheetData></worksheet>"


def text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{escape(text)}</t></is></c>'


HEADING = f'<row r="1">{text_cell("A1", "Naam")}</row>'


def test_a_text_in_pieces_is_one_name_without_how_it_is_pronounced() -> None:
    """Excel splits a text where its look changes, and keeps Japanese readings beside it."""
    texts = (
        f"<sst {SPREADSHEET}><si><t>Naam</t></si><si><r><t>Zoë </t></r><r><t>Müller</t></r>"
        "<rPh><t>zoo</t></rPh></si></sst>"
    )
    cells = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'

    assert decode_roster(book(sheet_of(cells), texts), "x.xlsx")[0].name == "Zoë Müller"


def test_a_formula_counts_by_its_value_and_without_one_it_is_refused() -> None:
    """A program may write `=B2&" "&C2` and leave the sum to Excel; then nobody is there."""
    formula = '<row r="2"><c r="A2" t="str"><f>B2</f><v>Bo Prins</v></c></row>'
    assert decode_roster(book(sheet_of(HEADING + formula)), "x.xlsx")[0].name == "Bo Prins"

    blank = '<row r="2"><c r="A2"><f>B2</f></c></row>'
    with pytest.raises(RosterError, match="line 2: there is a formula"):
        decode_roster(book(sheet_of(HEADING + blank)), "x.xlsx")


def test_columns_stay_in_place_where_cells_are_missing() -> None:
    """A blank infix is no cell at all; the last name must not move into its place."""
    rows: Grid = [["Voornaam", "Tussenvoegsel", "Achternaam"], ["Bo", None, "Prins"]]

    for write in (xlsx, ods):
        (person,) = decode_roster(write({"Blad1": rows}), "x")
        assert (person.first, person.infix, person.last) == ("Bo", "", "Prins")


@pytest.mark.parametrize("write", [xlsx, ods])
def test_the_line_in_a_message_is_the_row_of_the_sheet(write: object) -> None:
    grid = [["Naam"], ["Bo Prins"], [], ["Anna|Boer"]]
    data = (xlsx if write is xlsx else ods)({"Blad1": grid})

    with pytest.raises(RosterError, match="line 4: 'Anna"):
        decode_roster(data, "x")


def test_hidden_sheets_are_not_read() -> None:
    sheet = sheet_of(HEADING + f'<row r="2">{text_cell("A2", "Bo Prins")}</row>')
    hidden = BOOK.replace("<sheet name", '<sheet state="hidden" name')

    assert len(decode_roster(book(sheet), "x")) == 1
    with pytest.raises(RosterError, match="no names"):
        decode_roster(book(sheet, **{"xl/workbook.xml": hidden}), "x")


BOMB = '<!DOCTYPE lolz [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>' + sheet_of(HEADING + "&b;")
LEAK = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + sheet_of(
    HEADING + '<row r="2"><c r="A2" t="inlineStr"><is><t>&a;</t></is></c></row>'
)
MANY_ROWS = "".join(f"<row>{text_cell('A1', 'Bo')}</row>" for _ in range(21_000))
CONTENT = (
    '<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body>'
    '<office:spreadsheet><table:table table:name="B">{rows}</table:table></office:spreadsheet>'
    "</office:body></office:document-content>"
)
NAME = "<table:table-cell><text:p>Naam</text:p></table:table-cell>"

HOSTILE = {
    "a tenfold entity": book(BOMB),
    "a file of the computer": book(LEAK),
    "a zip bomb": book(sheet_of(HEADING + " " * 40_000_000)),
    "many elements": book(sheet_of(HEADING + "<x/>" * 3_000_000)),
    "endless attributes": book(
        sheet_of(HEADING + "<x " + " ".join(f'a{n}=""' for n in range(200_000)) + "/>")
    ),
    "deep nesting": book(sheet_of(HEADING + "<x>" * 900_000)),
    "many texts": book(sheet_of(HEADING), f"<sst {SPREADSHEET}>" + "<si/>" * 2_500_000 + "</sst>"),
    "many rows": book(sheet_of(HEADING + MANY_ROWS)),
    "the far corner": book(
        sheet_of(HEADING + f'<row r="1048576">{text_cell("XFD1048576", "Bo")}</row>')
    ),
    "no such text": book(sheet_of('<row><c t="s"><v>7</v></c></row>')),
    "no number": book(sheet_of('<row r="x"><c><v>7</v></c></row>')),
    "no sheet": zipped({"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS}),
    "many files": zipped({"xl/workbook.xml": BOOK} | {f"x{n}": b"" for n in range(2100)}),
    "no spreadsheet": zipped({"word/document.xml": "<x/>"}),
    "repeated rows": zipped({
        "mimetype": ODS_KIND,
        "content.xml": CONTENT.format(
            rows=f'<table:table-row table:number-rows-repeated="1000000">{NAME}</table:table-row>'
        ),
    }),
    "repeated columns": zipped({
        "mimetype": ODS_KIND,
        "content.xml": CONTENT.format(
            rows="<table:table-row>"
            + NAME.replace("cell>", 'cell table:number-columns-repeated="16384">', 1)
            + "</table:table-row>"
        ),
    }),
    "locked": zipped({"mimetype": ODS_KIND, "content.xml": bytes(range(256)) * 40}),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_within_bounds(kind: str) -> None:
    """Neither the page nor the computer may feel it."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(RosterError) as refused:
        decode_roster(HOSTILE[kind], "namen.xlsx")

    assert "namen.xlsx" in str(refused.value)
    assert time.process_time() - start < 15  # seconds; under 4 on a quiet computer
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 500_000  # kB


@pytest.mark.parametrize("write", [xlsx, ods])
def test_a_damaged_workbook_is_refused(write: object) -> None:
    """Cut short or overwritten anywhere: the same people, or none."""
    rows = [["Naam"], *([f"Bo {letter}rins"] for letter in "ABCDEFGH")]
    whole = (xlsx if write is xlsx else ods)({"Blad1": rows})
    names = [person.name for person in decode_roster(whole, "x")]
    for place in range(4, len(whole), max(1, len(whole) // 300)):
        for damaged in (whole[:place], whole[:place] + b"\xff\x00" + whole[place + 2 :]):
            try:
                found = decode_roster(damaged, "x")
            except RosterError:
                continue
            assert [person.name for person in found] == names
