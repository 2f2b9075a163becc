"""Every answer on a line of its own: as in the JSON, and without a value where none counts."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from forms.answers import Doubt, Reading
from forms.instrument import find
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.long_table import (
    ANSWERS,
    CODES,
    COLUMN_MEANINGS,
    COLUMNS_FILE,
    NAMES,
    long_files,
    write_long,
)
from papierkompas.outcome.rehearsal import invented_results
from papierkompas.outcome.results import Results
from tests.papierkompas.outcome.room import LIST
from tests.papierkompas.outcome.test_statement_ranks import KEYS, a_team, drawn
from tests.papierkompas.outcome.test_statement_ranks import NAMES as TEAM


def rows_of(results: Results, name: str = ANSWERS) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(long_files(results)[name].decode())))


@pytest.mark.parametrize("seed", range(4))
def test_it_says_what_the_json_says(seed: int, tmp_path: Path) -> None:
    """Every question of every sheet, once; a number for a person, the same in both rounds."""
    rng = Random(seed)
    rounds = {key: [drawn(rng) for _ in TEAM] for key in ("gewenst", "huidig")}
    results = a_team(tmp_path, rounds)
    rows = rows_of(results)
    given = {(r["wie"], r["ronde"], r["vraag"]): r for r in rows}
    came = {
        key: [n for n, answers in enumerate(all_of) if answers] for key, all_of in rounds.items()
    }

    assert len(given) == len(rows) == sum(map(len, came.values())) * len(KEYS)
    for key, people in came.items():
        for number in people:
            for question in KEYS:
                reading = rounds[key][number][question]
                row = given[str(number + 1), key, question]
                if reading.doubt is not None:
                    assert (row["antwoord"], row["stand"]) == ("", "twijfel")
                elif reading.option is None:
                    assert (row["antwoord"], row["stand"]) == ("", "leeg")
                else:
                    assert row["antwoord"] == row["waarde"] == reading.option
                    assert row["stand"] == "gelezen"
                assert row["hoe gelezen"] == "gescand"
                assert row["team"] == "Team Zorg"
                assert row["datum"] == "2026-03-12"
    counts = results_json(results)["statements"]
    for question in KEYS:
        for option, count in counts[question]["rounds"]["gewenst"]["counts"].items():
            mine = [r for r in rows if (r["ronde"], r["vraag"]) == ("gewenst", question)]
            assert sum(r["antwoord"] == option for r in mine) == count


def test_names_lie_in_a_file_of_their_own(tmp_path: Path) -> None:
    """And in none where names stay inside."""
    rounds = {"gewenst": [{key: Reading("3") for key in KEYS} for _ in TEAM]}
    results = a_team(tmp_path, rounds)
    files = long_files(results)
    inside = long_files(replace(results, without_names=True))

    assert [r["naam"] for r in rows_of(results, NAMES)] == list(TEAM)
    assert NAMES not in inside
    for name, content in files.items():
        if name != NAMES:
            words = content.decode().replace(",", " ").replace("\n", " ").split()
            assert not set(TEAM) & set(words), name


def test_quickscans_are_people_of_their_own() -> None:
    """Grades have a number to reckon with; number 3 of the lists is not number 3 of the team."""
    asked = find("quickscan")
    lists = invented_results(asked, 6)
    team = invented_results(LIST, 6)
    both = replace(team, tallies=lists.tallies)
    rows = rows_of(both)
    of_lists = {r["wie"] for r in rows if r["lijst"] == "quickscan"}
    of_team = {r["wie"] for r in rows if r["lijst"] != "quickscan"}

    assert len(of_lists) == lists.tallies[0].lists
    assert not of_lists & of_team
    points = {"++": "2", "+": "1", "+/-": "0", "-": "-1", "--": "-2", "?": ""}
    graded = [r for r in rows if r["antwoord"] in points]
    assert graded
    assert all(r["waarde"] == points[r["antwoord"]] for r in graded)


def test_every_column_is_explained(tmp_path: Path) -> None:
    results = invented_results(find("quickscan"), 3)
    write_long(tmp_path / "gegevens", results)
    head = rows_of(results)[0]

    assert list(head) == list(COLUMN_MEANINGS)
    assert [r["kolom"] for r in rows_of(results, COLUMNS_FILE)] == list(head)
    asked = {r["vraag"] for r in rows_of(results, CODES)}
    assert {r["vraag"] for r in rows_of(results)} <= asked
    assert {file.name for file in (tmp_path / "gegevens").iterdir()} == set(long_files(results))


def test_a_doubt_has_no_value(tmp_path: Path) -> None:
    """Whoever forgets to look at the state counts too few, never wrong."""
    sheet = {key: Reading("4", doubt=Doubt.FAINT, confidence=0.4) for key in KEYS}
    rows = rows_of(a_team(tmp_path, {"gewenst": [sheet] * len(TEAM)}))

    assert {(r["antwoord"], r["waarde"], r["stand"]) for r in rows} == {("", "", "twijfel")}
