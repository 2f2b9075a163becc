"""The way back from a spreadsheet: tables as another program reads them, and the answers in them.

In:  files that `papierkompas.outcome.as_tables` wrote.
Out: their tables; per sheet and question the answer.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import IO

import openpyxl  # type: ignore[import-untyped]  # it has no stubs

from forms.answers import Status
from papierkompas.outcome.as_tables import CORRECTED, STATES, Table
from papierkompas.outcome.csv_rows import is_like_a_formula


def read_csv(data: bytes) -> dict[str, Table]:
    """Read the tables of a file that `write_csv` made; numbers come back as text."""
    found: dict[str, Table] = {}
    table: Table | None = None
    for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"):
        if table is None and len(row) == 1 and row[0].startswith("# "):
            table = found.setdefault(unguarded(row[0])[2:], [])
        elif not row:
            table = None
        elif table is not None:
            table.append([unguarded(cell) for cell in row])
    return found


def unguarded(text: str) -> str:
    """Take away the quote that stands before what would be taken for a formula."""
    return text[1:] if text.startswith("'") and is_like_a_formula(text) else text


def read_xlsx(source: IO[bytes]) -> dict[str, Table]:
    """Read the tables of a workbook that `write_xlsx` made."""
    book = openpyxl.load_workbook(source, read_only=True)
    return {
        sheet.title: [list(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in book.worksheets
    }


def answers_in(found: Mapping[str, Table], instrument: str) -> dict[str, dict[str, str | None]]:
    """Take the answers to a questionnaire out of the tables: per sheet, per question.

    None stands for a blank, or for a doubt that nobody settled; a question on a page that was not
    scanned is not mentioned. `scoring.tally` counts them as the program itself does.
    """
    head, *rows = found["antwoorden"]
    place = {str(name): column for column, name in enumerate(head)}
    counting = (STATES[Status.READ], CORRECTED)
    sheets: dict[str, dict[str, str | None]] = {}
    for row in rows:
        if row[place["lijst"]] != instrument:
            continue
        value, state = row[place["antwoord"]], row[place["stand"]]
        counts = state in counting and value not in (None, "")
        sheet = sheets.setdefault(str(row[place["formulier"]]), {})
        sheet[str(row[place["vraag"]])] = str(value) if counts else None
    return sheets
