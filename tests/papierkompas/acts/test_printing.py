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
from forms.own_questionnaire import load_own
from papierkompas.acts.printing import layout_of
from papierkompas.acts.reading import known_forms
from papierkompas.command.cli import run
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
        titles = ("Lunch", "Lunch op het grote plein achter de school, met soep en brood")
        for edition, title in enumerate(titles, 1):
            text = LUNCH.format(title=title).replace("edition = 1", f"edition = {edition}")
            file.write_text(text, encoding="utf-8")
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
    assert load_own(file) == find("schoolwaardenkompas")

    ours = find("schoolwaardenkompas").pairs[0].left
    assert ours in text
    file.write_text(text.replace(ours, f"Niet: {ours}"), encoding="utf-8")
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        with pytest.raises(InstrumentError, match="32 to 63"):
            session.questionnaires.keep(file)

        assert session.questionnaires.all() == ()
    with pytest.raises(InstrumentError, match="32 to 63"):
        load_own(file)


def test_other_words_in_a_kept_edition_are_refused_wherever_they_come_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Paper with a question turned round would be read as paper of the words before it."""
    file, folder = tmp_path / "lunch.toml", str(tmp_path / "sessie")
    text = LUNCH.format(title="Lunch")
    file.write_text(text, encoding="utf-8")
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        session.questionnaires.keep(file)
        file.write_text(f"# dezelfde woorden\n{text}", encoding="utf-8")
        session.questionnaires.keep(file)
    file.write_text(text.replace("Soep?", "Geen soep?"), encoding="utf-8")
    own, out = str(file), str(tmp_path / "x.pdf")
    for command in (
        ["instrument", "check", own],
        ["print", "lunchlijst", "--instrument", own, "--out", out],
        ["read", own, "--instrument", own],
        ["layout", "lunchlijst", "--instrument", own],
        ["extras", "score-form", "--instrument", own, "--out", out],
    ):
        code = run([*command, "--session", folder])
        said = capsys.readouterr().err

        assert code == 3, (command, said)
        assert "lunch.toml: edition 1 of 'lunch'" in said
        assert "there 'Soep?', here 'Geen soep?'" in said
        assert "another number" in said
    assert run(["instrument", "check", own]) == 0
    file.write_text(file.read_text("utf-8").replace("edition = 1", "edition = 2"), encoding="utf-8")

    given = ["--instrument", own, "--out", out, "--session", folder, "--copies", "1"]
    assert run(["print", "lunchlijst", *given]) == 0


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("Soep?", "Soep " * 2000, "too long"),
        ("Soep?", "Soep\\u0007?", "no font"),
        ("Soep?", "\N{GRINNING FACE}", "no font"),
    ],
)
def test_what_cannot_be_printed_is_not_kept(
    old: str, new: str, says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It was kept before it was laid out, and every later `results` of the session was refused."""
    file, folder = tmp_path / "lunch.toml", str(tmp_path / "sessie")
    file.write_text(LUNCH.format(title="Lunch").replace(old, new), encoding="utf-8")
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)):
        pass
    own, out = str(file), str(tmp_path / "x.pdf")
    for command in (
        ["instrument", "check", own],
        ["print", "lunchlijst", "--instrument", own, "--out", out, "--copies", "1"],
        ["read", own, "--instrument", own],
    ):
        code = run([*command, "--session", folder])
        said = capsys.readouterr().err

        assert code == 3, (command, said)
        assert "lunch.toml: " in said
        assert says in said
    with Session.open(tmp_path / "sessie") as session:
        assert session.questionnaires.all() == ()
    assert run(["results", "--session", folder, "--json"]) == 0
