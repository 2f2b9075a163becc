"""A name list that somebody gives is read within bounds, in a process of its own."""

from __future__ import annotations

import io
import os
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from forms.errors import RosterError
from forms.roster import NameList
from papierkompas.acts import given_list
from papierkompas.acts.given_list import decode_given, parse_given, read_given

MB = 1_000_000
BOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
    '<sheets><sheet name="Blad1" sheetId="1" r:id="rId1"/></sheets></workbook>'
)
LINKS = '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>'


def zipped(**parts: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return stream.getvalue()


def xlsx_bomb() -> bytes:
    cell = '<c t="inlineStr"><is><t>a</t></is></c>'
    sheet = "<worksheet><sheetData><row>" + cell * (200 * MB // len(cell)) + "</row></sheetData>"
    parts = {"xl/workbook.xml": BOOK, "xl/_rels/workbook.xml.rels": LINKS}
    return zipped(**parts, **{"xl/worksheets/sheet1.xml": sheet})


def ods_bomb() -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped(mimetype=kind, **{"content.xml": "<a>" + "<b/>" * (200 * MB // 4)})


@pytest.mark.parametrize(("name", "bomb"), [("n.xlsx", xlsx_bomb), ("n.ods", ods_bomb)])
def test_a_bomb_is_refused_and_the_next_list_is_read(
    tmp_path: Path, name: str, bomb: Callable[[], bytes]
) -> None:
    """Two hundred MB in a file of one, sent to the page or given to the command."""
    data = bomb()
    assert len(data) < MB
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(RosterError):
        decode_given(data, name)
    with pytest.raises(RosterError):
        read_given(path)

    people = decode_given(b"naam\nAnna Boer\nBram de Wit", "n.csv").people
    assert [person.name for person in people] == ["Anna Boer", "Bram de Wit"]


def endless(_data: bytes, _file: str) -> NameList:
    time.sleep(60)
    raise AssertionError


def greedy(_data: bytes, _file: str) -> NameList:
    raise AssertionError(len(bytes(3 << 30)))


def elsewhere(_given: bytes | str, _file: str) -> NameList:
    raise RosterError("roster.no_names", file=str(os.getpid()))


@pytest.mark.parametrize("trouble", [endless, greedy])
def test_a_parser_that_does_not_come_back_is_ended(
    monkeypatch: pytest.MonkeyPatch, trouble: object
) -> None:
    """It is a refusal, not the end of the page."""
    monkeypatch.setattr(given_list, "decode_name_list", trouble)
    monkeypatch.setattr(given_list, "OPEN_SECONDS", 2.0)
    with pytest.raises(RosterError) as refused:
        decode_given(b"", "namen.ods")

    assert refused.value.message.key == "roster.bounds"


def endless_text(text: str, file: str) -> NameList:
    return endless(text.encode(), file)


def test_what_is_pasted_is_read_within_the_same_bounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """What somebody pastes into the page is as foreign as a file."""
    with pytest.raises(RosterError) as large:
        parse_given("Anna Boer\n" * 600_000, "namen")
    with monkeypatch.context() as patched:
        patched.setattr(given_list, "parse_name_list", endless_text)
        patched.setattr(given_list, "OPEN_SECONDS", 0.5)
        with pytest.raises(RosterError) as late:
            parse_given("Anna Boer", "namen")

    assert large.value.message.key == "roster.too_large"
    assert late.value.message.key == "roster.bounds"
    assert [person.name for person in parse_given("Anna Boer", "namen").people] == ["Anna Boer"]


def test_a_list_is_read_in_another_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a parser does cannot hurt this one."""
    monkeypatch.setattr(given_list, "decode_name_list", elsewhere)
    monkeypatch.setattr(given_list, "parse_name_list", elsewhere)
    with pytest.raises(RosterError) as refused:
        decode_given(b"", "namen.csv")
    with pytest.raises(RosterError) as refused_text:
        parse_given("", "namen")

    assert refused.value.message.values["file"] != str(os.getpid())
    assert refused_text.value.message.values["file"] != str(os.getpid())
