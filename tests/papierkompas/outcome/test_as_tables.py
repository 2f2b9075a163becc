"""Tables for a spreadsheet, and the way back."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

import openpyxl  # type: ignore[import-untyped]  # it has no stubs
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.answers import Doubt, Reading
from forms.instrument import Instrument, find
from forms.sheet_code import SheetCode, instrument_number
from omr.page import PageRef, PageStatus, ReadPage
from omr.pile.settle import settle
from papierkompas.acts.printing import layout_of
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import Table, tables, write_csv, write_xlsx
from papierkompas.outcome.csv_rows import FORMULA, Cell, guarded
from papierkompas.outcome.results import Results, TallyResult, results_of
from scoring.tally import tally
from tests.papierkompas.outcome.tables_again import answers_in, read_csv, read_xlsx, unguarded
from tests.papierkompas.outcome.test_statement_ranks import a_team, drawn

QUICKSCAN = find("quickscan")
STATEMENTS = find("schoolwaardenkompas")
DOUBT = "doubt"


@cache
def questions_on(page: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
    printed = layout_of(QUICKSCAN).pages[page - 1]
    keys = dict.fromkeys(box.question for box in printed.boxes)
    return tuple((key, QUICKSCAN.questions[key]) for key in keys)


def a_page(number: int, page: int, rng: Random) -> ReadPage:
    def reading(options: tuple[str, ...]) -> Reading:
        option = rng.choice((*options, None, DOUBT))
        if option == DOUBT:
            return Reading(None, doubt=Doubt.FAINT, confidence=0.6)
        return Reading(option, confidence=0.999)

    return ReadPage(
        PageRef("scan.pdf", 10 * number + page),
        PageStatus.READ,
        code=SheetCode(instrument_number(QUICKSCAN.key), 1, 0, page, number, "K7F3", 7),
        instrument=QUICKSCAN.key,
        readings={key: reading(options) for key, options in questions_on(page)},
        written={"priority/relatie": True} if page == 5 else {},
    )


def a_pile(seed: int) -> Results:
    """A few lists, some of them with a page missing."""
    rng = Random(seed)
    pages = [
        a_page(number, page, rng)
        for number in range(1, rng.randint(1, 9) + 1)
        for page in rng.choice([(1, 2, 3, 4, 5), (1, 5), (2, 4, 5)])
    ]
    return results_of(settle(pages, {QUICKSCAN.key: 5}), "=Team +31 @ home", "2026-03-12")


def counted(results: Results) -> TallyResult:
    return results.tallies[0]


def as_csv(results: Results) -> bytes:
    target = io.BytesIO()
    write_csv(target, results)
    return target.getvalue()


def as_xlsx(results: Results) -> io.BytesIO:
    target = io.BytesIO()
    write_xlsx(target, results)
    return target


def counts_of(answers: Mapping[str, Mapping[str, str | None]], asked: Instrument) -> object:
    return tally(answers.values(), asked.questions)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 999))
def test_what_is_exported_can_be_counted_again(seed: int) -> None:
    """Somebody checks us with another program: from every file come the same counts."""
    results = a_pile(seed)
    ours = counted(results)
    json_lists = json.loads(json.dumps(results_json(results)))["quickscan"]["lists"]
    ways = {
        "csv": answers_in(read_csv(as_csv(results)), QUICKSCAN.key),
        "xlsx": answers_in(read_xlsx(as_xlsx(results)), QUICKSCAN.key),
        "json": json_lists,
    }

    for way, answers in ways.items():
        assert counts_of(answers, QUICKSCAN) == ours.tallies, way
        assert answers == {
            s.sheet.sheet: dict(f.answers) for s, f in zip(ours.sheets, ours.filled, strict=True)
        }


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 999))
def test_every_table_comes_back_whole(seed: int) -> None:
    """Cell by cell: numbers as numbers from a workbook, texts letter by letter from both."""
    results = a_pile(seed)
    from_csv, from_xlsx = read_csv(as_csv(results)), read_xlsx(as_xlsx(results))

    for name, table in tables(results):
        assert from_xlsx[name] == [[_as_excel(cell) for cell in row] for row in table]
        assert from_csv[name] == [[_as_text(cell) for cell in row] for row in table]


def _as_excel(cell: Cell) -> object:
    if isinstance(cell, dt.date):
        return dt.datetime.combine(cell, dt.time())
    return cell


def _as_text(cell: Cell) -> str:
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    return "" if cell is None else str(cell)


@given(st.text(max_size=20) | st.sampled_from(FORMULA))
def test_a_quoted_text_comes_back(text: str) -> None:
    """`'t Hart` is a name; `'=1` was a text that looked like a formula."""
    assert unguarded(guarded(text)) == text
    assert guarded(text).lstrip()[:1] not in tuple(FORMULA)


def test_every_sign_that_starts_a_formula_somewhere_is_known() -> None:
    """`@` does where somebody comes from Lotus, the wide ones where Excel speaks Japanese."""
    assert set(FORMULA) == set("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


@pytest.mark.parametrize("start", FORMULA)
def test_text_that_looks_like_a_formula_stays_text(start: str) -> None:
    """A team can be called `=HYPERLINK(...)` by a joker, and `+` is an answer here."""
    results = Results(f"{start}cmd|' /C calc'!A1", "2026-03-12")
    book = openpyxl.load_workbook(as_xlsx(results))
    cell = book["over"]["B2"]

    assert cell.data_type == "s"
    assert cell.quotePrefix  # and stays text when somebody edits it
    assert as_csv(results).decode("utf-8-sig").splitlines()[2].split(";")[1].strip('"')[:1] == "'"


@settings(max_examples=3, deadline=None)
@given(st.integers(0, 999))
@example(34)  # with a table of roles
def test_the_workbook_explains_itself(seed: int) -> None:
    """Every table is a sheet, every column is explained, every answer is in the codebook."""
    results = a_pile(seed)
    made: dict[str, Table] = dict(tables(results))
    explained = {(row[0], row[1]) for row in made["kolommen"][1:]}
    assert [row[:2] for row in made["kolommen"][1:] if not row[3]] == []
    codes = {(row[1], str(row[5])) for row in made["codeboek"][1:]}

    for name, table in made.items():
        if name not in ("kolommen", "codeboek") and not name.startswith("lijsten"):
            assert all((name, title) in explained for title in table[0])
    for question, options in QUICKSCAN.questions.items():
        assert all((question, option) in codes for option in options)
    assert all(len(name) <= 31 for name in made)


def test_the_workbook_of_a_map_explains_itself(tmp_path: Path) -> None:
    """Axes and boxes bear the words of a questionnaire, and still every column is explained."""
    rng = Random(1)
    both = {each.key: [drawn(rng) for _ in range(4)] for each in STATEMENTS.rounds}
    made: dict[str, Table] = dict(tables(a_team(tmp_path, both)))

    assert {"posities", "stellingen", "vergelijking"} <= set(made)
    assert [row[:2] for row in made["kolommen"][1:] if not row[3]] == []


def test_a_date_is_a_date_and_a_number_a_number() -> None:
    """Sorting by date, and adding up, must work at once."""
    results = Results("Team", "2026-03-12")
    sheet = openpyxl.load_workbook(as_xlsx(results))["over"]

    assert sheet["B3"].value == dt.datetime(2026, 3, 12)
    assert sheet["B4"].data_type == "n"
