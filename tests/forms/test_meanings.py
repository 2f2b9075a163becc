"""What our questionnaires mean: where a word was chosen with care, and where it must stand."""

from __future__ import annotations

import re
import subprocess
from importlib import resources
from io import BytesIO

import pytest

from forms.instrument import ScaleQuestion, find
from forms.printables.activity_cards import draw_activity_cards, draw_activity_list

COMPASS, QUICKSCAN = find("schoolwaardenkompas"), find("quickscan")
FILES = {
    entry.name: entry.read_text(encoding="utf-8")
    for entry in (resources.files("forms") / "instruments").iterdir()
    if entry.name.endswith(".toml")
}


def words_of(pdf: BytesIO) -> str:
    """Read the words of a paper back, a block after the other, with one space between words."""
    command = ["pdftotext", "-", "-"]
    made = subprocess.run(command, input=pdf.getvalue(), check=True, capture_output=True)
    return " ".join(made.stdout.decode().split())


@pytest.mark.parametrize("name", sorted(FILES))
def test_one_word_for_one_thing(name: str) -> None:
    """Who teaches is a docent everywhere; a vak is a field of the map and never a subject."""
    values = re.findall(r'"([^"]*)"', FILES[name])
    said = " ".join(values).lower()

    assert not re.search(r"\bleraar|\bleraren", said)
    assert not re.search(r"\bvakken\b|(?<!dit )(?<!elk )\bvak\b", said)


def test_cards_say_what_helps_only_indirectly() -> None:
    """Whoever chooses for parents and career guidance knows which activities do little for it."""
    caveats = {each.quadrant: each.caveat for each in COMPASS.beside.activities}
    for quadrant, caveat in caveats.items():
        cards, listed = BytesIO(), BytesIO()
        draw_activity_cards(cards, COMPASS, [quadrant])
        draw_activity_list(listed, COMPASS, [quadrant])
        count = sum(each.quadrant == quadrant for each in COMPASS.beside.activities)

        assert bool(caveat) is (quadrant != "vrij")
        if caveat:
            assert words_of(cards).count(caveat) == count
            assert words_of(listed).count(caveat) == 1


def test_what_we_added_to_an_activity_is_marked_as_a_suggestion() -> None:
    """The source names what an activity takes; the rest is ours, and says so on its card."""
    cards = BytesIO()
    draw_activity_cards(cards, COMPASS, ["samen"])
    (mini,) = (a for a in COMPASS.beside.activities if a.key == "aandeelhouders-mini-onderneming")

    assert "wisselgeld" in mini.suggestions
    assert "wisselgeld" not in mini.needs
    assert "suggestie ruimte met tafels, aandelen op papier, wisselgeld" in words_of(cards)


def test_a_distinction_by_age_means_one_thing() -> None:
    """The tick asks whether a distinction should be made, not whether the answer differs."""
    questions = (row for row in QUICKSCAN.rows if isinstance(row, ScaleQuestion))
    (tick,) = {row.tick.meaning for row in questions if row.tick}
    (how,) = (line for line in QUICKSCAN.how_to if "18" in line)

    assert "moet verschil zijn" in tick
    assert "Moet hier verschil zijn" in how
