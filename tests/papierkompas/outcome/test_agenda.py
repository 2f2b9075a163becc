"""The agenda for the talk says what the results say, and takes exactly the time there is."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Reading
from forms.errors import UsageError
from forms.instrument import find
from papierkompas.outcome import drawers
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.material import Material
from papierkompas.outcome.paper_values import statement_sheet
from papierkompas.outcome.printables import Choices, printable
from papierkompas.outcome.quickscan_papers import counted_of
from papierkompas.outcome.rehearsal import invented_results
from papierkompas.outcome.results import Results
from scoring.agenda import (
    LEAST_MINUTES,
    MOST_MINUTES,
    PLAIN_WORDS,
    draw_agenda,
    questions_agenda,
    shared_out,
    statements_agenda,
)
from scoring.shown_names import Naming
from tests.papierkompas.outcome.room import LIST
from tests.papierkompas.outcome.test_statement_ranks import KEYS, NAMES, a_team, drawn
from tests.pdf_words import pdf_pages

minutes = st.integers(LEAST_MINUTES, MOST_MINUTES)


@given(minutes, st.lists(st.integers(1, 4), min_size=1, max_size=9))
def test_the_minutes_add_up_to_the_time_there_is(given_minutes: int, parts: list[int]) -> None:
    """A talk that is planned a minute too long ends without its first step."""
    shared = shared_out(given_minutes, parts)

    assert sum(shared) == given_minutes
    assert min(shared) >= 1
    assert len(shared) == len(parts)


@pytest.mark.parametrize("seed", range(6))
def test_the_agenda_keeps_the_ranking_of_every_table(seed: int, tmp_path: Path) -> None:
    """By spread and by step in turn; each says its places, and never twice the same one."""
    rng = Random(seed)
    results = a_team(tmp_path, {key: [drawn(rng) for _ in NAMES] for key in ("gewenst", "huidig")})
    ranks = results_json(results)["statements"]
    sheet = statement_sheet(results)
    for given_minutes in (LEAST_MINUTES, 37, 60, MOST_MINUTES):
        made = statements_agenda(LIST, sheet, given_minutes)
        assert sum(made.minutes) == given_minutes
        assert len(made.minutes) == len(made.topics) + 2 + bool(made.key_words)
        assert len({topic.key for topic in made.topics}) == len(made.topics)
        for topic in made.topics:
            said = ranks[topic.key]
            spread, step = said["rounds"]["gewenst"]["rank"], (said["step"] or {}).get("rank")
            assert (f"verschil: plaats {spread}" in topic.why) == (spread is not None)
            assert (f"nu naar gewenst: plaats {step}," in topic.why) == (step is not None)
            counts = dict(topic.counts)
            assert counts["gewenst"] == tuple(said["rounds"]["gewenst"]["counts"].values())
        steps = [t for t in made.topics if t.is_step]
        spreads = [t for t in made.topics if not t.is_step]
        for some, rank in ((spreads, "verschil: plaats "), (steps, "gewenst: plaats ")):
            places = [int(t.why.partition(rank)[2].split(",")[0].split()[0]) for t in some]
            assert places == sorted(places)
        if made.topics:
            assert "plaats 1" in made.topics[0].why


def two_camps(folder: Path) -> Results:
    """On statement 4 two of eight stand at 1, six at 6; on 6 Bo alone wishes no step."""
    alike = {key: Reading("3") for key in KEYS}
    wish = [
        {**alike, "4": Reading("1" if n < 2 else "6"), "6": Reading("2" if n == 4 else "6")}
        for n in range(len(NAMES))
    ]
    now = [{**alike, "6": Reading("2")} for _ in NAMES]
    return a_team(folder, {"gewenst": wish, "huidig": now})


def test_both_ends_are_heard_and_the_smaller_one_first(tmp_path: Path) -> None:
    """The two who stand alone would not speak after six others did."""
    sheet = statement_sheet(two_camps(tmp_path))
    made = {topic.key: topic for topic in statements_agenda(LIST, sheet, 60).topics}

    assert list(made) == ["4", "6"]
    assert made["4"].hear == (
        "Hoor eerst: Sam en Noor (koos 1), en dan Ali, Zoë, Bo en nog 3 (koos 6)."
    )
    assert "Bo (van 2 naar 2)" in made["6"].hear
    assert "van 2 naar 6" in made["6"].hear
    assert made["6"].is_step


def test_where_names_stay_inside_people_are_heard_by_place(tmp_path: Path) -> None:
    """No name, also not in the PDF; of fewer than three people not even where they stand."""
    results = two_camps(tmp_path)
    sheet = statement_sheet(results, None, Naming.NUMBERS)
    made = {topic.key: topic for topic in statements_agenda(LIST, sheet, 60).topics}
    pdf = tmp_path / "agenda.pdf"
    material = Material(known=lambda: replace(results, without_names=True))
    with pdf.open("wb") as out:
        drawers.draw(printable("agenda"), material, Choices(), out)
    words = " ".join(page.text for page in pdf_pages(pdf))

    assert made["4"].hear.startswith("Hoor eerst: 2 collega's (koos 1), en dan 6 collega's, op de ")
    assert "kaart" not in made["4"].hear.partition(", en dan")[0]
    assert "Hoor eerst" in words
    assert not [name for name in NAMES if name in words.split()]


def test_a_subject_without_a_question_of_its_own_gets_an_open_one(tmp_path: Path) -> None:
    """A school's own map has an agenda too."""
    sheet = statement_sheet(two_camps(tmp_path))
    asked = replace(LIST, beside=replace(LIST.beside, talk=None, guide=None))
    made = statements_agenda(asked, sheet, 60)

    assert {topic.ask for topic in made.topics} == {PLAIN_WORDS.ask, PLAIN_WORDS.ask_step}
    assert not made.key_words
    assert sum(made.minutes) == 60


def test_the_divided_questions_stand_by_factor() -> None:
    """The same questions as on the poster, the most divided first, those of a factor together."""
    asked = find("quickscan")
    results = invented_results(asked, 40)
    _, summary = counted_of(results)
    made = questions_agenda(asked, summary, "Team", "12 maart 2026", 60)
    keys = [topic.key for topic in made.topics]
    factor = {q.row.key: f.key for f in summary.factors for q in f.questions}
    factors = [factor[key] for key in keys]
    wanted = summary.to_discuss or [
        q for p in summary.priorities for q in p.factor.questions if q.verdict.value == "kan beter"
    ]
    pdf = io.BytesIO()

    assert sorted(keys) == sorted(q.row.key for q in wanted[: len(keys)])
    assert keys[0] == wanted[0].row.key
    assert [f for n, f in enumerate(factors) if f not in factors[:n]] == list(
        dict.fromkeys(factors)
    )
    for topic in made.topics:
        counts = summary.questions[topic.key].counts
        assert topic.counts[0][1] == (
            *reversed(list(counts.values())),
            summary.questions[topic.key].no_view,
        )
    assert sum(made.minutes) == 60
    assert draw_agenda(pdf, made) >= 1


def test_a_time_nobody_can_talk_in_is_refused(tmp_path: Path) -> None:
    material = Material(known=lambda: two_camps(tmp_path))
    with pytest.raises(UsageError, match="20 to 240"):
        drawers.draw(printable("agenda"), material, Choices(minutes=5), io.BytesIO())


def test_too_few_quickscans_are_not_called_one_mind() -> None:
    """Two lists divide nobody; that is no agreement."""
    asked = find("quickscan")
    _, summary = counted_of(invented_results(asked, 2))
    made = questions_agenda(asked, summary, "Team", "12 maart 2026", 30)

    assert not made.topics
    assert "te weinig antwoorden" in made.note
    assert sum(made.minutes) == 30
