"""Type and drawing in millimetres."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import fonts
from forms.errors import UsageError
from forms.paper_sizes import PAPERS, Paper, paper_named


@given(
    st.lists(st.text("abcdefgijlmnoprstuvwzéëï", min_size=1, max_size=30), min_size=1, max_size=20),
    st.floats(15, 120),
    st.sampled_from([7.0, 10.0, 14.0]),
)
def test_wrapped_lines_fit_and_lose_nothing(
    found: list[str], width_mm: float, size_pt: float
) -> None:
    """A statement that loses a word is another statement."""
    lines = fonts.wrap(" ".join(found), width_mm, size_pt)

    assert all(fonts.width(line, size_pt) <= width_mm + 1e-6 for line in lines)
    assert "".join(lines).replace("-", "").replace(" ", "") == "".join(found)


@given(st.text(max_size=40))
def test_every_character_is_printed_or_named_as_missing(text: str) -> None:
    """Never an empty box: a font is found for each letter, or a question mark stands there."""
    shown = "".join(run.text for run in fonts.runs(text))
    letters = [char for char in fonts.missing(text) if char.isalpha()]
    lost = [char for char in letters if fonts.missing(unicodedata.normalize("NFKD", char))]

    assert not fonts.missing(shown)
    assert ("?" in shown) >= bool(lost)


@given(st.text("abcéŁЖΩ–●ქ", max_size=30), st.floats(4, 60), st.booleans())
def test_a_text_is_as_wide_as_its_letters(text: str, size_pt: float, bold: bool) -> None:
    """Each in the font that prints it, at every size."""
    alone = sum(fonts.width(char, size_pt, bold=bold) for char in text)

    assert fonts.width(text, size_pt, bold=bold) == pytest.approx(alone)
    assert "".join(run.text for run in fonts.runs(text, bold=bold)) == text


@pytest.mark.parametrize(
    "text", ["Zoë", "Łukasz", "Đặng", "İpek", "Ģirts", "Őri", "Țepeș", "Ωμέγα", "Жанна", "ქეთი"]
)
def test_letters_of_european_languages_are_there(text: str) -> None:
    """Names of any European language print right."""
    assert fonts.missing(text) == ()
    assert fonts.missing(text, bold=True) == ()


def test_a_right_to_left_name_is_joined_and_turned() -> None:
    """Plain drawing prints Arabic reversed and unjoined (docs/findings/printing.md 3)."""
    (run,) = fonts.runs("محمد")

    assert run.right_to_left
    assert fonts.shaped(run, 12) != run.text


SHALOM, DAVID = "שלום", "דוד"
MUHAMMAD, ALI, FATIMA = "محمد", "علي", "فاطمة"


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        pytest.param(f"{SHALOM} {DAVID}", [DAVID, " ", SHALOM], id="two words"),
        pytest.param(f"Jan {SHALOM}", ["Jan ", SHALOM], id="behind a Dutch name"),
        pytest.param(f"{FATIMA} {ALI} de Vries", [ALI, " ", FATIMA, " de Vries"], id="before one"),
        pytest.param(f"{SHALOM} ({DAVID})", ["(", DAVID, ") ", SHALOM], id="brackets at the end"),
        pytest.param(f"Ali ({SHALOM}) x", ["Ali (", SHALOM, ") x"], id="brackets of the line"),
        pytest.param(
            f"[{SHALOM} ({DAVID})]", ["[(", DAVID, ") ", SHALOM, "]"], id="brackets in brackets"
        ),
        pytest.param(f"{SHALOM}-{DAVID}", [DAVID, "-", SHALOM], id="double name"),
        pytest.param(f"7 {MUHAMMAD}", ["7 ", MUHAMMAD], id="number before it"),
        pytest.param(f"{MUHAMMAD} 12 {ALI}", [ALI, " 12 ", MUHAMMAD], id="number between"),
        pytest.param("שָׁלוֹם א", ["א", " ", "שָׁלוֹם"], id="vowels"),
        pytest.param("علی\u200cرضا", ["علی\u200cرضا"], id="not to be joined"),
    ],
)
def test_a_line_with_names_from_the_right_is_printed_in_order(
    text: str, printed: list[str]
) -> None:
    """From left to right on the paper; within a name the letters stay as they were typed."""
    made = fonts.runs(text)

    assert [run.text for run in made] == [unicodedata.normalize("NFC", t) for t in printed]
    assert [run.right_to_left for run in made] == [
        any("\u0590" <= char <= "\u06ff" for char in t) for t in printed
    ]


@given(st.text("Jan (שלדום) [محمد] 12-«»", max_size=12))
def test_nothing_is_lost_or_added_by_putting_it_in_order(text: str) -> None:
    """Every letter of a name is printed once, and brackets stay brackets."""
    turned = str.maketrans(")]»", "([«")
    made = "".join(run.text for run in fonts.runs(text))

    assert sorted(made.translate(turned)) == sorted(text.translate(turned))
    assert fonts.width(text, 10) >= 0


@pytest.mark.parametrize(
    ("text", "size"),
    [("a1", (594, 841)), ("A4", (210, 297)), ("flipover", (650, 980)), ("65x98", (650, 980)),
     ("60x85cm", (600, 850)), ("21x29,7", (210, 297)), ("flip-over", (650, 980)),
     ("Flip over vel", (650, 980)), ("60×90", (600, 900)), ("60 bij 90 cm", (600, 900)),
     ("60*90", (600, 900)), ("600 × 900 mm", (600, 900))],
)  # fmt: skip
def test_paper_has_names_and_sizes(text: str, size: tuple[float, float]) -> None:
    """Flip-over pads come in many sizes, so that any can be given."""
    found = paper_named(text)

    assert (found.width_mm, found.height_mm) == size


@pytest.mark.parametrize("text", ["a9", "", "10", "axb", "65x", "65xx98"])
def test_what_is_no_paper_is_refused_with_the_names_that_are(text: str) -> None:
    """The message is all that a secretary has."""
    with pytest.raises(UsageError, match="flipover"):
        paper_named(text)


def test_an_absurd_size_is_refused() -> None:
    """No poster is larger than a wall."""
    with pytest.raises(UsageError, match="5000"):
        paper_named("9999x9999")


def test_every_named_paper_is_upright() -> None:
    """Who asks for A3 gets it upright unless told otherwise."""
    assert all(paper.width_mm < paper.height_mm for paper in PAPERS.values())
    assert Paper("x", 100, 200).turned() == Paper("x", 200, 100)
