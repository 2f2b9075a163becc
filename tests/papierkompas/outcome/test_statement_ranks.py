"""Which statements first: by spread and by step, the same on every channel."""

from __future__ import annotations

import io
import math
from collections.abc import Mapping
from pathlib import Path
from random import Random

import pytest

from forms.answers import Doubt, Reading
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_xlsx
from papierkompas.outcome.paper_values import statement_sheet
from papierkompas.outcome.results import Results
from scoring.agreement import agree_on_scale
from scoring.statements import largest_step, widest_apart
from tests.papierkompas.outcome.room import LIST, Room
from tests.papierkompas.outcome.tables_again import read_xlsx

NAMES = ["Sam", "Noor", "Ali", "Zoë", "Bo", "Kim", "Lot", "Mees"]
KEYS = [pair.key for pair in LIST.pairs]


def a_team(folder: Path, rounds: Mapping[str, list[dict[str, Reading]]]) -> Results:
    """Let everybody answer; who has no answers in a round stayed away."""
    room = Room(folder, NAMES)
    for key, people in rounds.items():
        own = room.print_list(key)
        for number, answers in enumerate(people, 1):
            if answers:
                room.hand_in(own[number], answers)
    made = room.results()
    room.session.close()
    return made


def drawn(rng: Random) -> dict[str, Reading]:
    """Answer by lot, now and then blank or in doubt, or not at all."""
    if rng.random() < 0.2:
        return {}
    kinds = [Reading(None), Reading(None, doubt=Doubt.FAINT, confidence=0.5)]
    return {
        key: rng.choice(kinds) if rng.random() < 0.05 else Reading(str(rng.randint(1, 6)))
        for key in KEYS
    }


def test_a_facilitator_sees_where_to_begin(tmp_path: Path) -> None:
    """Statement 4 divides the team, and on 6 it wants to go furthest."""
    alike = {key: Reading("3") for key in KEYS}
    wish = [{**alike, "4": Reading("16"[n % 2]), "6": Reading("6")} for n in range(8)]
    now = [{**alike, "6": Reading("2")} for _ in range(8)]
    made = results_json(a_team(tmp_path, {"gewenst": wish, "huidig": now}))["statements"]

    assert made["4"]["rounds"]["gewenst"]["rank"] == 1
    assert made["4"]["rounds"]["gewenst"]["label"] == "verdeeld"
    assert made["4"]["rounds"]["gewenst"]["consensus"] == pytest.approx(0)
    assert made["3"]["rounds"]["gewenst"]["rank"] is None
    assert made["3"]["rounds"]["gewenst"]["label"] == "eens"
    assert made["6"]["step"] == {"n": 8, "mean": 4, "rank": 1}
    assert made["3"]["step"] == {"n": 8, "mean": 0, "rank": None}


@pytest.mark.parametrize("seed", range(12))
def test_json_table_and_sheet_say_the_same(seed: int, tmp_path: Path) -> None:
    """One measure, by one rule; ranks run on without a gap."""
    rng = Random(seed)
    rounds = {key: [drawn(rng) for _ in NAMES] for key in ("gewenst", "huidig")}
    results = a_team(tmp_path, rounds)
    made = results_json(results)["statements"]
    book = io.BytesIO()
    write_xlsx(book, results)
    tables = read_xlsx(book)
    head, *rows = tables["stellingen"]

    for row in rows:
        cells = dict(zip(head, row, strict=True))
        said = made[str(cells["stelling"])]["rounds"][cells["ronde"]]
        given = [a[str(cells["stelling"])] for a in rounds[str(cells["ronde"])] if a]
        counts = [sum(r.option == str(n) for r in given) for n in range(1, 7)]
        in_doubt = sum(r.doubt is not None for r in given)
        judged = agree_on_scale(counts, len(given) - in_doubt)
        assert [cells[n] for n in range(1, 7)] == counts == list(said["counts"].values())
        assert (cells["twijfel"], said["review"]) == (in_doubt, in_doubt)
        assert cells["leeg"] == said["blank"] == len(given) - in_doubt - sum(counts)
        assert cells["label"] == said["label"] == judged.label.value
        assert said["consensus"] == judged.consensus
        assert cells["volgorde"] == said["rank"]
    for key in rounds:
        ranks = [one["rounds"][key]["rank"] for one in made.values() if one["rounds"][key]["rank"]]
        assert sorted(ranks) == list(range(1, len(ranks) + 1))
    sheet = statement_sheet(results)
    first = {one["rounds"]["gewenst"]["rank"]: key for key, one in made.items()}
    assert widest_apart(sheet) == tuple(first[rank] for rank in (1, 2) if rank in first)
    steps = {one["step"]["rank"]: key for key, one in made.items()}
    assert largest_step(sheet) == steps.get(1)
    for key, one in made.items():
        both = [
            (int(a[key].option or 0), int(b[key].option or 0))
            for a, b in zip(rounds["huidig"], rounds["gewenst"], strict=True)
            if a and b and a[key].option and b[key].option
        ]
        assert one["step"]["n"] == len(both)
        mean = sum(end - start for start, end in both) / len(both)
        assert math.isclose(one["step"]["mean"], mean, abs_tol=1e-9)
