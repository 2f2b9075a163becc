"""Which sheets are printed, and what is remembered of a questionnaire meanwhile."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from forms import instrument as instruments
from forms import layout as layouts
from forms.errors import InstrumentError
from forms.instrument import find
from papierkompas.acts.printing import layout_of
from papierkompas.acts.reading import known_forms
from papierkompas.outcome.results import results
from papierkompas.session.session import Session

LUNCH = """
key = "lunch"
edition = 1
paper = "lunchlijst"
title = "{title}"
scoring = "tally"
how_to = ["Kruis een hokje aan."]
scales.two = {{ options = ["ja", "nee"] }}
sections = [{{ rows = [{{ kind = "scale", key = "1", text = "Soep?", scale = "two" }}] }}]
"""


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count how often a text is parsed and a questionnaire is placed in one size of type."""
    counts: Counter[str] = Counter()

    def count(module: Any, name: str) -> None:
        real = getattr(module, name)

        def counting(*args: Any, **named: Any) -> Any:
            counts[name] += 1
            return real(*args, **named)

        monkeypatch.setattr(module, name, counting)

    count(instruments, "parse")
    count(layouts, "_pages")
    return counts


def test_an_own_questionnaire_is_parsed_and_laid_out_once(
    tmp_path: Path, counted: Counter[str]
) -> None:
    """With one in the session the screen of names took a second: each of 28 sheets asked anew."""
    file = tmp_path / "lunch.toml"
    file.write_text(LUNCH.format(title=f"Lunch {tmp_path.name}"), encoding="utf-8")
    instruments.builtin()
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        session.questionnaires.keep(file)
        known_forms(session=session)
        placed = counted["_pages"]
        counted.clear()
        for _ in range(28):
            layout_of(find("lunch", session.questionnaires.all()))
        results(session)
        known_forms(session=session)

        assert counted == {}
    with Session.open(tmp_path / "sessie") as again:
        layout_of(find("lunch", again.questionnaires.all()))

        assert counted == {}
    assert placed % len(layouts.SIZES_PT) == 0


def test_another_wording_is_another_layout(tmp_path: Path) -> None:
    """Remembered is what stands in the file, not what it is called."""
    file = tmp_path / "lunch.toml"
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        made = []
        for title in ("Lunch", "Lunch op het grote plein achter de school, met soep en brood"):
            file.write_text(LUNCH.format(title=title), encoding="utf-8")
            session.questionnaires.keep(file)
            made.append(layout_of(find("lunch", session.questionnaires.all())))

        assert made[0].pages != made[1].pages
        assert [i.title for i in session.questionnaires.all()][1] == "Lunch"


def test_other_words_in_an_edition_of_ours_are_refused(tmp_path: Path) -> None:
    """The boxes stay where they are: paper with the poles exchanged would be read as ours."""
    source = Path(instruments.__file__).parent / "instruments" / "schoolwaardenkompas.toml"
    text = source.read_text(encoding="utf-8")
    file = tmp_path / "eigen.toml"
    file.write_text(text, encoding="utf-8")
    assert instruments.load_own(file) == find("schoolwaardenkompas")

    ours = find("schoolwaardenkompas").pairs[0].left
    assert ours in text
    file.write_text(text.replace(ours, f"Niet: {ours}"), encoding="utf-8")
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        with pytest.raises(InstrumentError, match="32 to 63"):
            session.questionnaires.keep(file)

        assert session.questionnaires.all() == ()
    with pytest.raises(InstrumentError, match="32 to 63"):
        instruments.load_own(file)
