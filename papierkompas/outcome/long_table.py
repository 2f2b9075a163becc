"""Every answer as one long table for R, SPSS and pandas, with names in a file of their own.

In:  results.
Out: CSV files by name: `antwoorden.csv`, `kolommen.csv`, `codeboek.csv`, and `namen.csv` where
     names may leave the session.

Commas, UTF-8, a dot in numbers: the tables for a spreadsheet are those of `as_tables`. A value
stands only where an answer counts; `stand` says why there is none elsewhere.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from forms.answers import Gap
from forms.instrument import Instrument
from papierkompas.outcome.as_tables import GAPS, STATES, TWICE, answer_state, codebook, how_read
from papierkompas.outcome.csv_rows import Cell, guarded
from papierkompas.outcome.results import AnsweredSheet, Results
from papierkompas.session.rights import make_folder
from papierkompas.session.whole_files import writing
from scoring.quickscan import POINTS

ANSWERS, COLUMNS_FILE, CODES, NAMES = (
    "antwoorden.csv", "kolommen.csv", "codeboek.csv", "namen.csv",
)  # fmt: skip

COLUMN_MEANINGS = {
    "wie": "getal: wie dit antwoord gaf, in elke ronde hetzelfde; op de namenlijst het nummer "
    "daar. Een lijst zonder naam is telkens iemand anders",
    "team": "tekst: naam van het team of de opleiding",
    "datum": "datum van de sessie, jjjj-mm-dd",
    "lijst": "tekst: sleutel van de vragenlijst, zie codeboek.csv",
    "ronde": "tekst: sleutel van de ronde; leeg als de vragenlijst geen rondes heeft",
    "vraag": "tekst: nummer van de stelling of vraag, zie codeboek.csv",
    "antwoord": "tekst: het vakje dat telt, zie codeboek.csv; leeg als geen antwoord telt",
    "waarde": "getal bij dat vakje: het cijfer zelf, of van -2 (--) tot 2 (++); leeg waar een "
    "vakje geen getal is",
    "stand": "tekst: gelezen; veranderd (door een mens); leeg (niets aangekruist); twijfel (een "
    "mens moet nog kijken); niet gescand; twee formulieren (een mens moet nog zeggen welk telt)",
    "hoe gelezen": "tekst: gescand, ingetypt, of gescand en ingetypt",
}
Who = tuple[str | int, ...]


def long_files(results: Results) -> dict[str, bytes]:
    """Make the files."""
    asked = [*_asked(results)]
    numbers = _numbered(asked)
    made = {
        ANSWERS: _csv([list(COLUMN_MEANINGS), *_rows(results, asked, numbers)]),
        COLUMNS_FILE: _csv([["kolom", "betekenis"], *map(list, COLUMN_MEANINGS.items())]),
        CODES: _csv(codebook(results)),
    }
    if not results.without_names:
        named = {
            numbers[_who(instrument, sheet)]: sheet.name
            for instrument, sheet, _ in asked
            if sheet.name
        }
        names: list[list[Cell]] = [[who, named[who]] for who in sorted(named)]
        made[NAMES] = _csv([["wie", "naam"], *names])
    return made


def write_long(folder: Path, results: Results) -> list[Path]:
    """Write the files to a folder, each whole or not at all."""
    make_folder(folder)
    written = []
    for name, content in long_files(results).items():
        with writing(folder / name) as target:
            target.write(content)
        written.append(folder / name)
    return written


def _asked(results: Results) -> Iterator[tuple[Instrument, AnsweredSheet, bool]]:
    """Yield every sheet that came back, and whether its owner handed in two in a round."""
    for compass in results.compasses:
        for result in compass.rounds:
            for placed in result.placed:
                yield compass.instrument, placed.sheet, placed.is_twice
    for counted in results.tallies:
        for sheet in counted.sheets:
            yield counted.instrument, sheet, False
        for sheet in counted.twice:
            yield counted.instrument, sheet, True


def _who(instrument: Instrument, sheet: AnsweredSheet) -> Who:
    """Say whose sheet it is; one without a name, of a list without rounds, is nobody's but its own.

    Number 7 of the quickscans is not number 7 of the name list.
    """
    if instrument.rounds or sheet.seat is not None or sheet.alias or sheet.name:
        return sheet.person
    return ("list", instrument.key, *map(str, (sheet.id,)))


def _numbered(asked: Iterable[tuple[Instrument, AnsweredSheet, bool]]) -> dict[Who, int]:
    """Number people: by the name list, and who is not on it behind that."""
    people = dict.fromkeys(_who(instrument, sheet) for instrument, sheet, _ in asked)
    numbers = {who: int(who[1]) for who in people if who[0] == "seat"}
    last = max(numbers.values(), default=0)
    others = (who for who in people if who not in numbers)
    return numbers | {who: number for number, who in enumerate(others, last + 1)}


def _rows(
    results: Results,
    asked: Sequence[tuple[Instrument, AnsweredSheet, bool]],
    numbers: dict[Who, int],
) -> Iterator[list[Cell]]:
    for instrument, sheet, is_twice in asked:
        for question in instrument.questions:
            answer = sheet.answers.get(question)
            state = GAPS[Gap.NOT_SCANNED] if answer is None else answer_state(sheet, answer)
            if is_twice:
                state = TWICE
            counts = not is_twice and sheet.gap(question) is None
            value = answer.value if answer is not None and counts else None
            yield [
                numbers[_who(instrument, sheet)],
                results.team,
                results.date,
                instrument.key,
                sheet.sheet.round,
                question,
                value,
                _as_number(value),
                state,
                how_read(sheet),
            ]


def _as_number(value: str | None) -> int | None:
    if value is None:
        return None
    return int(value) if value.isdecimal() else POINTS.get(value)


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows; answers are from a closed set, other text is guarded against spreadsheets."""
    text = io.StringIO()
    safe = {*POINTS, *STATES.values()}
    csv.writer(text, lineterminator="\n").writerows(
        [guarded(cell) if isinstance(cell, str) and cell not in safe else cell for cell in row]
        for row in rows
    )
    return text.getvalue().encode()
