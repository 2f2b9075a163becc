"""Tables for a spreadsheet.

In:  results.
Out: a CSV file for Dutch Excel (`;`, BOM), or a workbook with numbers as numbers.

Text that a spreadsheet would take for a formula stays text.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import IO, TypeAlias

from forms.answers import Status
from papierkompas.contracts import sentence
from papierkompas.results import AnsweredSheet, Placed, Results

Cell: TypeAlias = str | int | float | None
Table = list[list[Cell]]

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def tables(results: Results) -> Iterator[tuple[str, Table]]:
    """Yield every table of a session with its name, the first row being its head."""
    if results.compasses:
        yield "posities", _positions(results)
    yield "antwoorden", _answers(results)
    for counted in results.tallies:
        options = list(dict.fromkeys(o for t in counted.tallies.values() for o in t.counts))
        head: list[Cell] = ["vraag", *options, "leeg", "twijfel", "bladzijde ontbreekt", "lijsten"]
        rows: Table = [
            [
                question,
                *(tally.counts.get(option) for option in options),
                tally.blank - counted.waiting[question] - counted.absent[question],
                counted.waiting[question],
                counted.absent[question],
                tally.n,
            ]
            for question, tally in counted.tallies.items()
        ]
        yield f"tellingen {counted.instrument.key}"[:31], [head, *rows]
    for compass in results.compasses:
        if compass.comparison is not None:
            compared = compass.comparison
            issued = max(r.issued for r in compass.rounds)
            yield (
                "vergelijking",
                [
                    ["mensen", "doel", "relatie", "verschuiving", "zelfde kant op", "wat we zien"],
                    [
                        compared.n,
                        compared.doel,
                        compared.relatie,
                        compared.trend.shift,
                        compared.trend.share,
                        sentence(compared, issued),
                    ],
                ],
            )


def write_csv(target: IO[bytes], results: Results) -> None:
    """Write all tables one under the other, a blank line between them."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for number, (name, table) in enumerate(tables(results)):
        if number:
            writer.writerow([])
        writer.writerow([f"# {name}"])
        for row in table:
            writer.writerow([_safe(cell) for cell in row])
    target.write(text.getvalue().encode("utf-8-sig"))


def write_xlsx(target: IO[bytes], results: Results) -> None:
    """Write a workbook with a sheet for each table."""
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    for name, table in tables(results):
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                style = bold if row == 0 else None
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell, style)
                elif cell is not None:
                    sheet.write_number(row, column, cell, style)
        sheet.autofit()
    book.close()
    target.write(memory.getvalue())


def _positions(results: Results) -> Table:
    head: list[Cell] = ["ronde", "formulier", "naam", "doel", "relatie", "kwadrant", "ontbreekt"]
    rows: Table = [head]
    for compass in results.compasses:
        for result in compass.rounds:
            rows += [_position(result.round, placed) for placed in result.placed]
    return rows


def _position(round_key: str, placed: Placed) -> list[Cell]:
    position = placed.position
    where = " / ".join(q.value for q in position.quadrants) if position else ""
    return [
        round_key,
        placed.sheet.sheet.sheet,
        placed.sheet.name,
        placed.placement.doel,
        placed.placement.relatie,
        where,
        ", ".join(placed.placement.missing),
    ]


def _answers(results: Results) -> Table:
    head: list[Cell] = [
        "formulier", "lijst", "ronde", "naam", "vraag", "antwoord", "stand", "zekerheid",
    ]  # fmt: skip
    return [head, *_answer_rows(results.sheets)]


def _answer_rows(sheets: Iterable[AnsweredSheet]) -> Iterator[list[Cell]]:
    for sheet in sheets:
        for question, answer in sheet.answers.items():
            value: Cell = answer.value
            if answer.value is not None and answer.value.isdecimal():
                value = int(answer.value)
            yield [
                sheet.sheet.sheet,
                sheet.sheet.instrument,
                sheet.sheet.round,
                sheet.name,
                question,
                value,
                STATES[answer.status] if answer.correction is None else "verbeterd",
                round(answer.confidence, 6),
            ]


STATES = {Status.READ: "gelezen", Status.BLANK: "leeg", Status.REVIEW: "twijfel"}


def _safe(cell: Cell) -> Cell:
    """Put a quote before text that would be taken for a formula; write numbers the Dutch way."""
    if isinstance(cell, float):
        return f"{cell:g}".replace(".", ",")
    if isinstance(cell, str) and cell.startswith(FORMULA):
        return f"'{cell}"
    return cell
