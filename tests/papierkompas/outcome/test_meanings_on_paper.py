"""What a questionnaire says that its words mean stands where people look."""

from __future__ import annotations

import datetime as dt
import subprocess
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from io import BytesIO
from typing import Any

import pikepdf
import pytest

from forms.compass import Compass
from forms.instrument import Instrument, builtin, find, parse
from forms.paper_sizes import paper_named
from forms.printables import meanings
from forms.printables.blank_compass import draw_blank_compass
from forms.printables.score_form import draw_score_form
from forms.sheets import print_sheets
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.lab.measure_labels import sample_poster
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Choices, Needs, printable
from papierkompas.outcome.rehearsal import invented_results
from papierkompas.outcome.results import Results
from scoring.poster import CLEAR_PT, draw_poster
from tests.maps import BOTH

COMPASS, QUICKSCAN = find("stellingenlijst"), find("quickscan")
FILES = {
    entry.name: entry.read_text(encoding="utf-8")
    for entry in (resources.files("forms") / "instruments").iterdir()
    if entry.name.endswith(".toml")
}
EXPLAINS = ("text", "bands", "caveats")  # what says what something means
PEOPLE = 9
DAY = dt.date(2026, 3, 12)


def words_of(pdf: bytes) -> str:
    """Read the words of a paper back as they were drawn, with one space between them."""
    command = ["pdftotext", "-raw", "-", "-"]
    made = subprocess.run(command, input=pdf, check=True, capture_output=True)
    return " ".join(made.stdout.decode().split())


@cache
def papers(asked: Instrument) -> dict[str, str]:
    """Draw the form and every paper of the table, and read them."""
    made = invented_results(asked, PEOPLE)
    material = Material(team="Team", day=DAY, own=(asked,), known=lambda: made)
    form = BytesIO()
    print_sheets(form, jobs(asked, rounds_to_print(asked, None), Order(copies=1), None))
    found = {"form": words_of(form.getvalue())}
    for which in PRINTABLES:
        if (which.needs is Needs.NOTHING and not asked.axes) or not material.has(which):
            continue
        drawn = BytesIO()
        draw(which, material, which.choices, drawn)
        found[which.key] = words_of(drawn.getvalue())
    return found


def explanations(data: Any, key: str = "") -> Iterator[str]:
    """Yield what a data file says that things mean, however deep."""
    if isinstance(data, dict):
        for name, value in data.items():
            yield from explanations(value, name if name in EXPLAINS else key)
    elif isinstance(data, list):
        for value in data:
            yield from explanations(value, key)
    elif key and isinstance(data, str):
        yield data


@pytest.mark.parametrize("name", sorted(FILES))
def test_every_explanation_in_the_data_stands_on_some_paper(name: str) -> None:
    """What was written with care and printed nowhere helps nobody."""
    asked = next(each for each in builtin() if name.startswith(f"{each.key}."))
    said = papers(asked)
    lost = [
        text
        for text in explanations(tomllib.loads(FILES[name]))
        if not any(" ".join(text.split()) in words for words in said.values())
    ]

    assert lost == []


def test_fields_and_axes_are_explained_on_every_paper_with_the_map_of_a_team() -> None:
    """A name on a map says little to who does not know what its fields mean."""
    said = papers(COMPASS)
    for entry in meanings.explained(Compass.of(COMPASS)):
        for text in entry.texts:
            for key in ("poster", "blank-compass", "score-form"):
                assert text in said[key], (key, text)


def test_a_personal_page_explains_the_fields_that_somebody_stands_in() -> None:
    """Whoever was moved from one field to another reads about both."""
    made = BytesIO()
    results = invented_results(COMPASS, PEOPLE)
    material = Material(team="Team", day=DAY, own=(COMPASS,), known=lambda: results)
    draw(printable("personal"), material, Choices(), made)
    text = {each.key: each.text for each in COMPASS.quadrants}
    pages = [words_of(page) for page in _apart(made.getvalue())]
    (compass,) = results.compasses
    stand: dict[object, set[str]] = {}
    for each in compass.rounds:
        for placed in each.placed:
            stand.setdefault(placed.sheet.person, set()).update(q.key for q in placed.quadrants)

    assert len(pages) == len(stand) == PEOPLE
    for words, own in zip(pages, stand.values(), strict=True):
        assert {key for key in text if text[key] in words} == own


def _same(made: Results) -> Results:
    return made


def _apart(pdf: bytes) -> list[bytes]:
    pages = []
    with pikepdf.open(BytesIO(pdf)) as whole:
        for page in whole.pages:
            one, out = pikepdf.new(), BytesIO()
            one.pages.append(page)
            one.save(out)
            pages.append(out.getvalue())
    return pages


def test_where_many_names_want_the_map_the_meanings_go_first() -> None:
    """The map is for names; what the fields mean stands on other papers too."""
    text = COMPASS.quadrants[0].text
    said = {}
    for people, bare in ((30, False), (31, False), (9, True)):
        made = invented_results(COMPASS, people)
        material = Material(team="Team", day=DAY, own=(COMPASS,), known=partial(_same, made))
        drawn = BytesIO()
        draw(printable("poster"), material, Choices(bare=bare), drawn)
        said[people, bare] = text in words_of(drawn.getvalue())

    assert said == {(30, False): True, (31, False): False, (9, True): False}


@pytest.mark.parametrize(
    ("people", "seed", "is_kept"), [(15, 0, True), (15, 34, False), (30, 0, True), (30, 1, False)]
)
def test_meanings_never_make_names_unclear(people: int, seed: int, is_kept: bool) -> None:
    """They are read from nearby, names from far: at 3 m, or as well as without them."""
    poster = sample_poster(people, seed, rounds=BOTH)
    plain, explained = BytesIO(), BytesIO()
    without = draw_poster(plain, replace(poster, has_meanings=False))
    made = draw_poster(explained, poster)

    assert made.size_pt >= min(CLEAR_PT, without.size_pt)
    assert made.conflicts + made.doubtful <= without.conflicts + without.doubtful
    assert (COMPASS.quadrants[0].text in words_of(explained.getvalue())) is is_kept


def test_a_questionnaire_that_explains_nothing_gets_no_empty_explanation() -> None:
    """A school's own map may have names alone."""
    silent = replace(
        COMPASS,
        axes=tuple(replace(axis, bands=("", "", "")) for axis in COMPASS.axes),
        quadrants=tuple(replace(each, text="") for each in COMPASS.quadrants),
    )

    assert meanings.explained(Compass.of(silent)) == ()
    for draw_it in (
        lambda out: draw_score_form(out, silent, silent.rounds),
        lambda out: draw_blank_compass(out, paper_named("a1"), silent),
    ):
        drawn = BytesIO()
        draw_it(drawn)
        assert meanings.BETWEEN not in words_of(drawn.getvalue())


@pytest.mark.parametrize(
    ("low_at", "boxes", "example"),
    [
        pytest.param(("top", "right"), 6, ("2,3", "4,3", "samen"), id="as the handbook"),
        pytest.param(("bottom", "left"), 6, ("2,3", "4,3", "samen"), id="turned"),
        pytest.param(("top", "right"), 5, ("2,0", "3,6", "samen"), id="five boxes"),
        pytest.param(("top", "right"), 2, ("1,3", "1,7", "samen"), id="two boxes"),
    ],
)
def test_the_worked_example_on_the_score_form_fits_the_questionnaire(
    low_at: tuple[str, str], boxes: int, example: tuple[str, str, str]
) -> None:
    """That of the handbook (2.3 and 4.3: samen), or the same place between other numbers."""
    text = FILES["schoolwaardenkompas.toml"]
    options = ", ".join(f'"{n}"' for n in range(1, boxes + 1))
    text = text.replace('["1", "2", "3", "4", "5", "6"]', f"[{options}]")
    for before, after in zip(("top", "right"), low_at, strict=True):
        text = text.replace(f'low_at = "{before}"', f'low_at = "{after}"')
    asked = parse(text, "eigen.toml")
    drawn = BytesIO()
    draw_score_form(drawn, asked, asked.rounds[:1])
    down, across, field = example

    assert (
        f"Voorbeeld: {down} op de doel-as en {across} op de relatie-as. "
        f"De stip ligt dan in het vak ‘{field}’." in words_of(drawn.getvalue())
    )


def test_what_a_factor_asks_stands_where_the_results_of_a_quickscan_are() -> None:
    """A bar behind one word does not say what can be better."""
    said = papers(QUICKSCAN)
    for factor in QUICKSCAN.factors:
        assert factor.text in said["one-list"]
        assert factor.text in said["success-factors"]
