"""A wrong questionnaire file is explained; a right one needs no code.

Whoever writes one is a teacher with a text editor: every complaint says which file, which place
in it, what is wrong there and what to do.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.errors import InstrumentError
from forms.instrument import (
    MAX_EDITION,
    Choice,
    ChoiceQuestion,
    Instrument,
    Row,
    Scale,
    ScaleQuestion,
    StatementPair,
    TextField,
    Tick,
    builtin,
    find,
    load,
    parse,
)

OWN = """\
key = "lunch"
edition = 33
paper = "lunchlijst"
title = "Lunchlijst"
scoring = "compass"
asks_name = true
how_to = ["Zet op elke regel één kruisje."]

[rounds.straks]
number = 2
role = "wished"
title = "Straks"

[rounds.nu]
number = 1
title = "Nu"

[scales.vier]
options = ["1", "2", "3", "4"]

[scales.smaak]
options = ["lekker", "gaat wel"]
no_view = "?"
tick = "warm"
tick_label = "alleen warm"
legend = { "?" = "niet geproefd", warm = "koud anders dan warm" }

[axes.zout]
name = "zout-as"
direction = "vertical"
low = "zoet"
high = "zout"
bands = ["zoet", "ertussen", "zout"]

[axes.warm]
name = "warm-as"
direction = "horizontal"
low = "koud"
high = "warm"

[quadrants.taart]
title = "taart"
low = ["zout"]

[quadrants.ijs]
title = "ijs"
low = ["zout", "warm"]

[quadrants.soep]
title = "soep"

[quadrants.haring]
title = "haring"
low = ["warm"]

[[parts]]
key = "eten"
title = "Eten"

[[factors]]
number = 1
title = "brood"
part = "eten"

[[sections]]
title = "brood"
factor = 1

[[sections.rows]]
kind = "pair"
key = "1"
scale = "vier"
axis = "zout"
left = "Ik eet liever zoet."
right = "Ik eet liever zout."

[[sections.rows]]
kind = "scale"
key = "2"
scale = "smaak"
text = "Hoe was de soep?"

[[sections]]
part = "eten"
new_page = true

[[sections.rows]]
kind = "choice"
key = "plek"
text = "Waar at u?"
options = [{ key = "binnen", label = "binnen" }, { key = "buiten", label = "op het plein" }]

[[sections.rows]]
kind = "text"
key = "wens"
text = "Wat wilt u morgen eten?"
lines = 3

[[sections.rows]]
kind = "pair"
key = "3"
scale = "vier"
axis = "warm"
left = "Ik eet liever koud."
right = "Ik eet liever warm."
"""


def changed(old: str, new: str) -> str:
    """Write the lunch list with a mistake in it."""
    assert old in OWN
    return OWN.replace(old, new)


# --- a new questionnaire is a file


def test_a_third_questionnaire_needs_no_code() -> None:
    """All four kinds of rows, rounds in their order, an axis, a factor, a tick box."""
    lunch = parse(OWN, "lunch.toml")

    assert [type(row) for row in lunch.rows] == [*get_args(Row), StatementPair]
    assert [r.key for r in lunch.rounds] == ["nu", "straks"]
    assert lunch.questions == {
        "1": ("1", "2", "3", "4"),
        "2": ("lekker", "gaat wel", "?"),
        "2/warm": ("warm",),
        "plek": ("binnen", "buiten"),
        "3": ("1", "2", "3", "4"),
    }
    assert lunch.text_fields == ("name", "wens")
    assert lunch.axis_questions("zout") == ("1",)
    assert [lunch.part_of(section) for section in lunch.sections] == ["eten", "eten"]


def test_a_round_is_found_by_its_key() -> None:
    """The command is given its name; the paper carries its number."""
    lunch = parse(OWN, "lunch.toml")
    straks = lunch.round("straks")

    assert straks is not None
    assert straks.number == 2
    assert lunch.round(None) is None


def test_an_unknown_round_is_refused_with_the_known_ones() -> None:
    """A typing error is mended at once when the right names stand in the message."""
    with pytest.raises(InstrumentError, match=r"no round 'toen'\. Rounds: nu, straks\."):
        parse(OWN, "lunch.toml").round("toen")


def test_a_schools_own_file_goes_before_the_built_in_one() -> None:
    """`--instrument my.toml` has the same key as ours and other words."""
    own = parse(changed('key = "lunch"', 'key = "quickscan"'), "eigen.toml")

    assert find("quickscan", [own]) is own
    assert find("lunchlijst", [own]) is own
    assert find("quickscan") is not own


def test_an_unknown_questionnaire_is_refused_with_the_known_ones() -> None:
    """Nobody knows the keys by heart."""
    with pytest.raises(InstrumentError, match="Choose one of: quickscan, stellingenlijst"):
        find("enquete")


# --- a wrong file is explained

WRONG = [
    pytest.param(
        changed('title = "Lunchlijst"\n', ""), "", "'title' is missing. Add", id="missing"
    ),
    pytest.param(changed('"Lunchlijst"', '" "'), "", "'title' is empty. Write", id="empty"),
    pytest.param(
        changed('"Lunchlijst"', "7"), "", "'title' should be a text", id="number for text"
    ),
    pytest.param(
        changed("edition = 33", "edition = true"),
        "",
        "should be a whole number",
        id="true for number",
    ),
    pytest.param(
        changed("edition = 33", f"edition = {MAX_EDITION + 1}"),
        "",
        "'edition' must be 1..63, but it is 64",
        id="edition",
    ),
    pytest.param(
        changed('key = "lunch"', 'key = "de lunch"'),
        "",
        "letters, digits, '-'",
        id="space in a key",
    ),
    pytest.param(
        changed("asks_name", "ask_name"), "", "'ask_name' is not known here", id="unknown"
    ),
    pytest.param(
        changed('how_to = ["Zet', 'how_to = [3, "Zet'),
        "",
        "3 is none. Write it in quotes",
        id="list",
    ),
    pytest.param(
        changed("[rounds.straks]\nnumber = 2", "[rounds.straks]\nnumber = 1"),
        "",
        "must be numbered 1, 2, ..., but they are [1, 1]",
        id="round numbers",
    ),
    pytest.param(
        changed('title = "Straks"', 'titel = "Straks"'),
        "round 'straks'",
        "'title' is missing",
        id="round without a title",
    ),
    pytest.param(
        OWN.split("[[sections]]")[0],
        "",
        "there are no questions. Add [[sections]]",
        id="no questions",
    ),
    pytest.param(changed('key = "2"', 'key = "1"'), "", "'1' stands there twice", id="key twice"),
    pytest.param(
        changed('key = "wens"', 'key = "name"'),
        "",
        "'name' stands there twice",
        id="key of the name",
    ),
    pytest.param(
        changed('key = "wens"', 'key = "2/warm"'),
        "",
        "'2/warm' stands there twice",
        id="key of a tick box",
    ),
    pytest.param(
        changed('scale = "smaak"', 'scale = "smaken"'),
        "section 1, row 2 (question '2')",
        "uses the scale 'smaken', which is not defined. Defined scales: smaak, vier. "
        "Add [scales.smaken]",
        id="unknown scale",
    ),
    pytest.param(
        changed('scale = "vier"', 'scale = "smaak"'),
        "section 1, row 1 (question '1')",
        "a pair has no tick box",
        id="tick box behind a pair",
    ),
    pytest.param(
        changed('kind = "scale"\nkey = "2"\nscale = "smaak"', 'kind = "schaal"\nkey = "2"'),
        "section 1, row 2",
        "'kind' is 'schaal', but should be one of: pair, scale, choice, text",
        id="unknown kind",
    ),
    pytest.param(
        changed('text = "Hoe was', 'vraag = "Hoe was'),
        "section 1, row 2 (question '2')",
        "'text' is missing",
        id="row without a text",
    ),
    pytest.param(
        changed("lines = 3", "lines = 3\nscale = 'vier'"),
        "section 2, row 2 (question 'wens')",
        "'scale' is not known here. Correct it or take it out. Known: key, kind, lines, part, text",
        id="unknown in a row",
    ),
    pytest.param(
        changed("lines = 3", "lines = 0"),
        "section 2, row 2 (question 'wens')",
        "'lines' must be 1..20, but it is 0",
        id="no lines",
    ),
    pytest.param(
        changed('{ key = "buiten"', '{ key = "binnen"'),
        "section 2, row 1 (question 'plek')",
        "two boxes have the same key",
        id="choice twice",
    ),
    pytest.param(
        re.sub(r"options = \[\{.*", "options = []", OWN),
        "section 2, row 1 (question 'plek')",
        "should hold 1 to 12 boxes, but it holds 0",
        id="no choice",
    ),
    pytest.param(
        changed('label = "op het plein"', "label = 1"),
        "section 2, row 1 (question 'plek'), option 2",
        "'label' should be a text",
        id="label of a choice",
    ),
    pytest.param(
        changed("factor = 1", "factor = 2"),
        "section 1",
        "factor 2 is not defined. Defined: 1. Add [[factors]]",
        id="unknown factor",
    ),
    pytest.param(
        changed('part = "eten"\nnew_page', 'part = "drinken"\nnew_page'),
        "section 2",
        "'part' is 'drinken', but should be one of: eten",
        id="unknown part",
    ),
    pytest.param(
        changed(
            '[[factors]]\nnumber = 1\ntitle = "brood"\npart = "eten"', "[[factors]]\nnumber = 0"
        ),
        "factor 1",
        "'number' must be 1..99",
        id="factor number",
    ),
    pytest.param(
        OWN + '[[factors]]\nnumber = 1\ntitle = "soep"\npart = "eten"\n',
        "",
        "factor '1' stands there twice",
        id="factor twice",
    ),
    pytest.param(
        OWN + '[[parts]]\nkey = "eten"\ntitle = "Soep"\n',
        "",
        "part 'eten' stands there twice",
        id="part twice",
    ),
    pytest.param(
        changed('part = "eten"\n\n[[sections]]', 'part = "eten"\ngroup = "b"\n\n[[sections]]'),
        "factor 1",
        "'group' is 'b', but",
        id="unknown group",
    ),
    pytest.param(
        OWN + '[[groups]]\nkey = "b"\ntitle = "bakken"\n',
        "",
        "no factor belongs to group 'b'",
        id="group without factors",
    ),
    pytest.param(
        OWN + 2 * '[[groups]]\nkey = "b"\ntitle = "bakken"\n',
        "",
        "group 'b' stands there twice",
        id="group twice",
    ),
    pytest.param(
        OWN
        + '[[groups]]\nkey = "b"\ntitle = "bakken"\n'
        + "".join(
            f'[[factors]]\nnumber = {n}\ntitle = "t{n}"\npart = "eten"\n{group}'
            for n, group in ((2, 'group = "b"\n'), (3, ""), (4, 'group = "b"\n'))
        ),
        "",
        "the factors of group 'b' do not stand together",
        id="torn group",
    ),
    pytest.param(
        OWN + 2 * '[[stages]]\nkey = "s"\ntitle = "stap"\n',
        "",
        "stage 's' stands there twice",
        id="stage twice",
    ),
    pytest.param(
        OWN + f'[[stages]]\nkey = "s"\ntitle = "stap"\ntext = "{"a" * 401}"\n',
        "stage 1",
        "text has 401 characters, and there is room for 400",
        id="long explanation",
    ),
    pytest.param(
        changed('axis = "zout"', 'axis = "zuur"'),
        "section 1, row 1 (question '1')",
        "'axis' is 'zuur', but should be one of: zout",
        id="unknown axis",
    ),
    pytest.param(
        changed('axis = "zout"\n', ""),
        "",
        "axis 'zout' has no questions. Give a row",
        id="empty axis",
    ),
    pytest.param(
        changed('direction = "vertical"', 'direction = "down"'),
        "axis 'zout'",
        "should be vertical or horizontal, not 'down'",
        id="direction",
    ),
    pytest.param(
        changed('"ertussen", ', ""), "axis 'zout'", "three texts, but it holds 2", id="bands"
    ),
    pytest.param(
        changed('axis = "zout"\nleft', 'axis = "zuur"\nleft').replace(
            'scale = "smaak"', 'scale = "vier"\naxis = "zout"'
        )
        + '[axes.zuur]\nname = "z"\ndirection = "vertical"\nlow = "a"\nhigh = "b"\n',
        "",
        "the axes zout and zuur are all vertical",
        id="two axes in one direction",
    ),
    pytest.param(
        changed('text = "Hoe was', 'axis = "zout"\ntext = "Hoe was'),
        "",
        "question '2' counts for axis 'zout', but the boxes of its scale 'smaak' are no whole",
        id="words on an axis",
    ),
    pytest.param(
        changed('low = ["zout"]', 'low = ["zuur"]'),
        "quadrant 'taart'",
        "'low' names axis 'zuur', which is not defined. Defined axes: zout",
        id="quadrant of an unknown axis",
    ),
    pytest.param(
        OWN + '[quadrants.koek]\ntitle = "koek"\nlow = ["zout"]\n',
        "",
        "quadrant 'taart' lies in the same corner of the map as another",
        id="two quadrants in one corner",
    ),
    pytest.param(
        changed('["lekker", "gaat wel"]', '["lekker", "lekker"]'),
        "scale 'smaak'",
        "two boxes have the same name",
        id="box twice",
    ),
    pytest.param(
        changed('no_view = "?"', 'no_view = "lekker"'),
        "scale 'smaak'",
        "two boxes have the same name",
        id="no view is a box",
    ),
    pytest.param(
        changed('no_view = "?"', 'no_view = ""'),
        "scale 'smaak'",
        "'no_view' is empty",
        id="no view",
    ),
    pytest.param(
        changed('tick = "warm"', 'tick = ""'), "scale 'smaak'", "'tick' is empty", id="empty tick"
    ),
    pytest.param(
        changed('tick = "warm"', 'tick = "lauw warm"'),
        "scale 'smaak'",
        "'tick' is 'lauw warm'. Use at most 40 letters",
        id="tick with a space",
    ),
    pytest.param(
        changed('tick = "warm"\n', ""),
        "scale 'smaak'",
        "'legend' explains 'warm', which is no box of this scale. Boxes: lekker, gaat wel, ?",
        id="legend of no box",
    ),
    pytest.param(
        changed('warm = "koud anders dan warm"', "warm = 3"),
        "scale 'smaak'",
        "'legend' should explain 'warm' with a text, not with 3",
        id="legend",
    ),
    pytest.param(
        changed('options = ["1", "2", "3", "4"]', "options = []"),
        "scale 'vier'",
        "should hold 1 to 12 boxes, but it holds 0",
        id="scale without boxes",
    ),
    pytest.param(
        changed("[scales.vier]", "[[scales]]").replace("[scales.smaak]", "[[scales]]"),
        "",
        "'scales' should be a table",
        id="list for table",
    ),
    pytest.param(
        "sections = [1]\n" + OWN.split("[[sections]]")[0],
        "",
        "'sections' should be a list of tables ([[sections]])",
        id="sections",
    ),
    pytest.param(
        "scales = {a = 1}\n" + OWN.split("[rounds")[0], "", "[scales.name]", id="table of no tables"
    ),
    pytest.param(
        changed('title = "Lunchlijst"', 'title = "Lunchlijst'),
        "not a valid TOML file",
        "line 4",
        id="not TOML",
    ),
]


@pytest.mark.parametrize(("text", "place", "says"), WRONG)
def test_a_wrong_file_is_explained(text: str, place: str, says: str) -> None:
    """File, place, what, and what to do."""
    with pytest.raises(InstrumentError) as refused:
        parse(text, "eigen.toml")
    message = str(refused.value)

    assert message.startswith(f"eigen.toml: {place}: " if place else "eigen.toml: ")
    assert says in message
    assert message.endswith(".")


@settings(deadline=None)
@given(st.sampled_from(re.findall(r"(?m)^(\w+) = ", OWN)), st.integers(0, 99))
def test_a_misspelt_key_is_never_passed_over(key: str, where: int) -> None:
    """A question that silently loses its axis falls out of every mean."""
    places = [m.start() for m in re.finditer(rf"(?m)^{key} = ", OWN)]
    at = places[where % len(places)]

    with pytest.raises(InstrumentError):
        parse(OWN[:at] + "x" + OWN[at:], "eigen.toml")


@settings(deadline=None, max_examples=50)
@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_no_file_ends_in_a_traceback(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    """Anything may be given by mistake."""
    path = tmp_path_factory.mktemp("wrong") / "eigen.toml"
    path.write_bytes(data)

    with pytest.raises(InstrumentError):
        load(path)


# --- files


def test_a_file_from_a_windows_editor_is_read(tmp_path: Path) -> None:
    """Notepad writes a byte order mark and its own line ends."""
    path = tmp_path / "lunch.toml"
    path.write_bytes(OWN.replace("\n", "\r\n").encode("utf-8-sig"))

    assert load(path) == parse(OWN, "lunch.toml")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """The whole path, because the name alone looks right."""
    path = tmp_path / "lunch.toml"

    with pytest.raises(InstrumentError, match=re.escape(f"{path}: there is no such file. Check")):
        load(path)


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """Saving it as UTF-8 would not help."""
    with pytest.raises(InstrumentError, match=r"Give a questionnaire file \(\.toml\)"):
        load(tmp_path)


def test_a_file_in_another_encoding_says_how_to_save_it(tmp_path: Path) -> None:
    """Latin-1 is what older editors write."""
    path = tmp_path / "lunch.toml"
    path.write_bytes(OWN.encode("latin-1"))

    with pytest.raises(InstrumentError, match="Save it as UTF-8"):
        load(path)


# --- the built-in ones


def test_the_statement_list_is_that_of_the_handbook() -> None:
    """Eight pairs, six boxes, four pairs on each axis, two rounds."""
    compass = find("stellingenlijst")
    pairs = compass.pairs

    assert compass.key == "schoolwaardenkompas"
    assert [row.key for row in pairs] == [str(number) for number in range(1, 9)]
    assert list(compass.rows) == list(pairs)
    assert {row.options for row in pairs} == {("1", "2", "3", "4", "5", "6")}
    assert compass.axis_questions("doel") == ("1", "3", "5", "6")
    assert compass.axis_questions("relatie") == ("2", "4", "7", "8")
    assert [(r.key, r.number) for r in compass.rounds] == [("gewenst", 1), ("huidig", 2)]


def test_the_map_is_that_of_the_handbook() -> None:
    """Collectief on top, boven at the right; a quadrant is low on these axes."""
    compass = find("schoolwaardenkompas")

    assert [(a.key, a.direction, a.low, a.high) for a in compass.axes] == [
        ("doel", "vertical", "collectief", "persoonlijk"),
        ("relatie", "horizontal", "boven", "naast"),
    ]
    assert {q.key: set(q.low) for q in compass.quadrants} == {
        "samen": {"doel"},
        "dominant": {"doel", "relatie"},
        "vrij": set(),
        "individueel": {"relatie"},
    }


def test_the_quickscan_has_its_53_questions() -> None:
    """As in the quickscan: so many under each factor, numbered within it."""
    quickscan = find("quickscan")
    per_section = [
        (section.title, section.factor, len(section.rows))
        for section in quickscan.sections
        if section.factor is not None
    ]
    rows = [
        row
        for section in quickscan.sections
        if section.factor
        for row in section.rows
        if isinstance(row, ScaleQuestion)
    ]
    counts = {1: 17, 2: 5, 3: 4, 4: 2, 5: 6, 6: 4, 7: 3, 8: 4, 9: 5, 10: 3}

    assert [count for _, _, count in per_section] == [5, 6, 6, 5, 4, 2, 6, 4, 3, 4, 5, 3]
    assert [title for title, _, _ in per_section[:4]] == [
        "welkom: vriendelijkheid",
        "welkom: toegankelijkheid",
        "welkom: duidelijkheid",
        "kennismaken",
    ]
    assert [row.key for row in rows] == [
        f"{factor}.{number}" for factor, count in counts.items() for number in range(1, count + 1)
    ]
    assert {row.options for row in rows} == {("++", "+", "+/-", "-", "--", "?")}
    assert [row.tick and row.tick.key for row in rows] == [f"{row.key}/18" for row in rows]


def test_the_quickscan_has_its_parts() -> None:
    """As in the quickscan: three aspects, and per aspect a grade and three fields."""
    quickscan = find("quickscan")
    factors = {part.key: [] for part in quickscan.parts}  # type: dict[str, list[int]]
    for factor in quickscan.factors:
        factors[factor.part].append(factor.number)

    assert [part.title for part in quickscan.parts] == [
        "Attitude en organisatie",
        "Relatie",
        "Afstemming",
    ]
    assert list(factors.values()) == [[1], [2, 3, 4, 5], [6, 7, 8, 9, 10]]
    for part in factors:
        own = {row.key: row for row in quickscan.rows if row.part == part}
        grade = own.pop(f"grade/{part}")
        assert isinstance(grade, ScaleQuestion)
        assert grade.options == tuple(str(number) for number in range(1, 11))
        assert [type(row) for row in own.values()] == [TextField] * 3


def test_the_quickscan_asks_who_answers() -> None:
    """The results by role rest on it."""
    role, programme, *_ = find("quickscan").rows

    assert isinstance(role, ChoiceQuestion)
    assert isinstance(programme, TextField)
    assert (role.key, programme.key) == ("role", "programme")
    assert len(role.options) == 5


@pytest.mark.parametrize("instrument", builtin(), ids=lambda instrument: instrument.key)
def test_built_in_texts_are_clean(instrument: Instrument) -> None:
    """What stands in the file is printed as it is."""
    texts = [text for row in instrument.rows for text in row.words]

    assert [text for text in texts if text != " ".join(text.split())] == []
    assert [text for text in texts if text and text[-1] not in ".?!"] == []


def test_only_a_scale_row_has_a_tick_box() -> None:
    """A pair could not print one."""
    scale = Scale("s", ("1",), tick="x")

    assert ScaleQuestion("1", "Wat?", scale).tick == Tick("1/x", "x", "x", "")
    with pytest.raises(ValueError, match="a pair has no tick box"):
        StatementPair("1", "Links.", "Rechts.", scale)


TWO = (Choice("a", "A"), Choice("b", "B"))


@pytest.mark.parametrize(
    ("make", "complaint"),
    [
        pytest.param(
            lambda: StatementPair("1", "Links.", " ", Scale("s", ("1",))),
            "right of question '1' must not be empty",
            id="half a pair",
        ),
        pytest.param(
            lambda: ScaleQuestion("", "Wat?", Scale("s", ("1",))),
            "key of question '' must not be empty",
            id="no key",
        ),
        pytest.param(lambda: ChoiceQuestion("1", "Wie?", ()), "1..12, got 0", id="no box"),
        pytest.param(
            lambda: ChoiceQuestion("1", "Wie?", TWO[:1] * 2), "got a, a", id="two boxes, one key"
        ),
        pytest.param(lambda: TextField("1", "Wat?", 0), "lines must be 1..20, got 0", id="no line"),
    ],
)
def test_a_row_that_cannot_be_printed_is_refused(make: Callable[[], Row], complaint: str) -> None:
    """What is half right would be found out on paper."""
    with pytest.raises(ValueError, match=re.escape(complaint)):
        make()
