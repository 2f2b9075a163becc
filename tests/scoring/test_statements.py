"""The sheet per statement: everybody in the right column, in names that can be read."""

from __future__ import annotations

import io
import random
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.instrument import Round, find
from scoring.ranking import Respondent
from scoring.shown_names import Naming, shown
from scoring.statements import (
    LEAST_PT,
    TARGET_PT,
    StatementReport,
    StatementSheet,
    draw_statements,
    largest_step,
    widest_apart,
)
from tests.maps import COMPASS, WISHED
from tests.pdf_words import PdfPage, pdf_pages

PAIRS = find("stellingenlijst").pairs
FIRST = ("Sam", "Noor", "Zoë", "Ayşe", "Łukasz", "Inge-Lise", "Đorđe", "René", "Milan", "Chantal")
LAST = ("Voorbeeld", "Proef", "Toets", "Specimen", "Oefening", "Staal")


def team(
    count: int, *, seed: int = 1, rounds: tuple[Round, ...] = COMPASS.rounds
) -> StatementSheet:
    """Invent people who answer round a middle of their team, as people do."""
    rng = random.Random(seed)
    middles = {(r.key, pair.key): rng.uniform(2, 5) for r in rounds for pair in PAIRS}
    people = tuple(
        Respondent(
            f"{FIRST[number % 10]} {LAST[number // 10 % 6]}",
            {
                key: {
                    pair.key: min(max(round(rng.gauss(middles[key, pair.key], 1.1)), 1), 6)
                    for pair in PAIRS
                }
                for key in (r.key for r in rounds)
            },
        )
        for number in range(count)
    )
    return StatementSheet("Team A", "1 mei 2026", PAIRS, rounds, people)


def drawn(sheet: StatementSheet, folder: Path) -> tuple[StatementReport, list[PdfPage]]:
    path = folder / "sheet.pdf"
    report = draw_statements(path, sheet)
    return report, pdf_pages(path)


@pytest.mark.parametrize("count", [1, 5, 14, 30, 60])
def test_every_name_stands_once_per_round_and_statement(count: int, tmp_path: Path) -> None:
    """Who is not on the sheet feels left out; who is on it twice is embarrassed."""
    sheet = team(count)
    report, pages = drawn(sheet, tmp_path)
    words = " ".join(page.text for page in pages).split()
    names = [
        word
        for name in shown([p.name for p in sheet.people], Naming.NAMES)
        for word in name.split()
    ]

    assert report.pages == len(pages)
    for word in set(names):
        assert words.count(word) == names.count(word) * len(PAIRS) * 2, word


@pytest.mark.parametrize("count", [1, 5, 14, 30, 60])
def test_nothing_stands_over_anything_else(count: int, tmp_path: Path) -> None:
    """Names that touch can be read by nobody."""
    report, pages = drawn(team(count), tmp_path)

    assert [page.faults() for page in pages] == [[]] * len(pages)
    assert report.size_pt >= TARGET_PT


def test_names_stand_in_the_column_of_their_answer(tmp_path: Path) -> None:
    """A name under the wrong number puts words in somebody's mouth."""
    people = tuple(
        Respondent(f"{FIRST[n - 1]} X", {"gewenst": dict.fromkeys((p.key for p in PAIRS), n)})
        for n in range(1, 7)
    )
    _, pages = drawn(StatementSheet("T", "d", PAIRS, WISHED, people), tmp_path)
    page = pages[0]
    lefts = [next(w.left for w in page.words if w.text == FIRST[n]) for n in range(6)]

    steps = [b - a for a, b in pairwise(lefts)]
    assert steps == pytest.approx([steps[0]] * 5, abs=0.1)
    assert steps[0] > 30


def test_a_team_that_agrees_wholly_still_fits(tmp_path: Path) -> None:
    """Sixty names in one column are the fullest that a column gets."""
    whole = team(60)
    same = tuple(
        Respondent(
            p.name,
            {
                key: dict.fromkeys((q.key for q in PAIRS), 5)
                for key in (r.key for r in whole.rounds)
            },
        )
        for p in whole.people
    )
    report, pages = drawn(StatementSheet("T", "d", PAIRS, whole.rounds, same), tmp_path)

    assert [page.faults() for page in pages] == [[]] * len(pages)
    assert report.size_pt >= LEAST_PT


def test_without_names_no_name_is_printed(tmp_path: Path) -> None:
    """Privacy means that the file does not hold the names either."""
    sheet = team(14)
    path = tmp_path / "sheet.pdf"
    draw_statements(path, StatementSheet("T", "d", PAIRS, sheet.rounds, sheet.people, Naming.NONE))
    text = " ".join(page.text for page in pdf_pages(path))

    assert [name for name in FIRST if name in text] == []


def test_unknown_answers_are_said(tmp_path: Path) -> None:
    """A doubt is no answer, and nobody vanishes silently."""
    sheet = team(4)
    first = sheet.people[0]
    blank = Respondent(
        first.name, {**first.answers, "gewenst": {**first.answers["gewenst"], "5": None}}
    )
    _, pages = drawn(
        StatementSheet("T", "d", PAIRS, sheet.rounds, (blank, *sheet.people[1:])), tmp_path
    )

    assert "Niets ingevuld: Sam (gewenst)." in " ".join(page.text for page in pages)


def test_the_most_divided_statements_are_named() -> None:
    """A facilitator with fifteen minutes needs to know where to begin."""
    people = tuple(
        Respondent(
            f"nr {n}",
            {"gewenst": {p.key: 3 for p in PAIRS} | {"2": 1 + 5 * (n % 2), "7": 2 + 2 * (n % 2)}},
        )
        for n in range(6)
    )
    sheet = StatementSheet("T", "d", PAIRS, WISHED, people)

    assert widest_apart(sheet) == ("2", "7")
    assert largest_step(sheet) is None


def test_three_people_are_too_few_to_say_where_a_team_differs() -> None:
    """With three people a label says more about a person than about the team."""
    assert widest_apart(team(3)) == ()
    assert largest_step(team(3)) is None


def test_the_same_team_gives_the_same_bytes() -> None:
    """Printed again after the break, nothing has moved."""
    first, second = io.BytesIO(), io.BytesIO()
    draw_statements(first, team(14))
    draw_statements(second, team(14))

    assert first.getvalue() == second.getvalue()


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 60), st.integers(0, 50))
def test_any_team_fits(count: int, seed: int) -> None:
    """Nothing may stop a print in the break of a meeting."""
    report = draw_statements(io.BytesIO(), team(count, seed=seed))

    assert report.size_pt >= TARGET_PT
    assert 1 <= report.pages <= len(PAIRS)
