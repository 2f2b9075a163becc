"""`instrument check` proves a questionnaire: what it calls fine is scored and drawn to the end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from forms.errors import InstrumentError, UsageError
from forms.instrument import builtin, load
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Needs
from papierkompas.outcome.rehearsal import invented_results, rehearse
from tests.invented import invented

COMPASS = next(made.text for made in map(invented, range(9)) if made.is_compass)
ROUNDS = '[rounds.nu]\nnumber = 1\ntitle = "Nu"\n#'
LIST = next(made.text for made in map(invented, range(9)) if not made.is_compass)


def checked(text: str, folder: Path) -> None:
    path = folder / "eigen.toml"
    path.write_text(text, encoding="utf-8")
    rehearse(path)


@pytest.mark.parametrize("asked", builtin(), ids=lambda asked: asked.key)
def test_the_built_in_questionnaires_are_proven(asked: object) -> None:
    """Every paper that can be made of a questionnaire is drawn: none is forgotten."""
    found = next(each for each in builtin() if each is asked)
    folder = Path(__file__).parents[3] / "forms" / "instruments"
    drawn = set(rehearse(folder / f"{found.key}.toml").papers)
    needed = {Needs.NOTHING, Needs.COMPASS} if found.axes else {Needs.QUICKSCAN}

    assert drawn == {which.key for which in PRINTABLES if which.needs in needed}


def test_everybody_of_the_invented_team_is_on_the_map() -> None:
    """A rehearsal with an empty map would prove nothing."""
    (asked,) = (each for each in builtin() if each.axes)
    (compass,) = invented_results(asked).compasses

    assert all(placed.position for r in compass.rounds for placed in r.placed)
    assert [len(r.placed) for r in compass.rounds] == [6, 6]
    assert compass.comparison is not None


@pytest.mark.parametrize(
    ("text", "old", "new", "says"),
    [
        pytest.param(LIST, 'scoring = "tally"', 'scoring = "telling"', "no known rule", id="rule"),
        pytest.param(
            LIST,
            "asks_name =",
            '[rounds.nu]\nnumber = 1\ntitle = "Nu"\n#',
            "no rounds",
            id="rounds",
        ),
        pytest.param(COMPASS, "text = ", 'text = "𓀀" #', "no font here can print 𓀀", id="letters"),
        pytest.param(COMPASS, "left = ", 'left = "a', "not a valid TOML file", id="no TOML"),
    ],
)
def test_what_cannot_work_is_refused_with_the_file(
    text: str, old: str, new: str, says: str, tmp_path: Path
) -> None:
    """The school finds out at its own desk, not after the meeting."""
    assert old in text
    if "rounds" in new:  # a table ends the list of facts at the top of the file
        head, _, rest = text.partition("[scales")
        text, old, new = f"{head}{new.rstrip('#')}[scales{rest}", "", ""
    with pytest.raises(InstrumentError, match=says) as refused:
        checked(text.replace(old, new, 1) if old else text, tmp_path)

    assert str(refused.value).startswith("eigen.toml: ")


def test_a_statement_that_fits_on_no_page_is_refused_with_the_file(tmp_path: Path) -> None:
    """The layout knows the question; the check adds whose it is."""
    with pytest.raises(InstrumentError, match=r"^eigen\.toml: .*question"):
        checked(COMPASS.replace('left = "', 'left = "' + "lang " * 3000, 1), tmp_path)


def test_a_paper_of_a_map_is_never_drawn_of_another_questionnaire(tmp_path: Path) -> None:
    """Whoever gives a file without a map gets no built-in map in its place."""
    path = tmp_path / "eigen.toml"
    path.write_text(LIST, encoding="utf-8")

    with pytest.raises(UsageError, match="has no map"):
        _ = Material(own=(load(path),)).instrument


def _with(key: str, value: str) -> str:
    """Give a compass another value of a key at its top."""
    made = re.sub(rf"(?m)^{key} = .*$", lambda _: f"{key} = {value}", COMPASS, count=1)
    assert made != COMPASS
    return made


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(_with("edition", "9" * 5000), "thousands of digits", id="a huge number"),
        pytest.param("a = " + "[" * 3000 + "]" * 3000, "brackets", id="lists in lists"),
        pytest.param("a = " + "{b=" * 3000 + "1" + "}" * 3000, "brackets", id="tables in tables"),
        pytest.param("#" * 1_100_000, "larger than", id="a huge file"),
        pytest.param(_with("key", '"../../x"'), "'key' is", id="a path as key"),
        pytest.param(_with("key", '"/"'), "'key' is", id="a folder as key"),
        pytest.param(_with("paper", '".."'), "'paper' is", id="a folder as paper"),
        pytest.param(_with("title", r'"a\u0000b\u001bc"'), "\\x1b", id="control characters"),
        pytest.param(_with("title", f"[{'1, ' * 5000}]"), "should be a text", id="a long list"),
        pytest.param(_with("options", "[]"), "holds 0", id="no boxes"),
        pytest.param(_with("options", '["-1", "0"]'), "no whole numbers", id="below zero"),
        pytest.param(_with("left", f'"{"woord " * 2000}"'), "too long", id="a long statement"),
        pytest.param("", "'key' is missing", id="nothing"),
    ],
)
def test_what_nobody_would_write_is_refused_in_a_sentence(
    text: str, says: str, tmp_path: Path
) -> None:
    """Never "a mistake in the program", and nothing that a terminal would obey or that fills it."""
    with pytest.raises(InstrumentError) as refused:
        checked(text, tmp_path)

    assert says in str(refused.value)
    assert len(str(refused.value)) < 600
    assert str(refused.value).isprintable()
