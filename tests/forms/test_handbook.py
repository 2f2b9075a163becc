"""A school that owns the handbook gets its literal wording, or is told why not.

The handbook itself is not ours to keep here. Its shape is: made-up sentences, broken into lines
as the extracted text of the two documents has them. Where the documents lie beside this
repository, they are read as well.
"""

from __future__ import annotations

import itertools
import re
import shutil
import textwrap
import tomllib
import unicodedata
from collections.abc import Callable, Sequence
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Table

from forms import document_text
from forms.document_text import document, read_text
from forms.errors import InstrumentError, UsageError
from forms.handbook import wording_of
from forms.instrument import OWN_WORDING_EDITION, Instrument, find, parse

SEEDS = Path(__file__).parents[3] / "shared" / "seeds"
HANDBOOK = SEEDS / "000_7ea69e7eeaf352a5.txt"
QUICKSCAN = SEEDS / "001_a59d151c59f9ee05.txt"

needs_documents = pytest.mark.skipif(
    not (HANDBOOK.exists() and QUICKSCAN.exists()),
    reason=f"the handbook and the quickscan are not in {SEEDS}; they are not part of this project",
)
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="pdftotext (poppler) is not installed"
)

by_either = pytest.mark.usefixtures("program")

Pairs = Sequence[tuple[str, str]]
Change = Callable[[str], str]

# Some have a sentence that ends where the line ends, as the handbook has.
PAIRS: Pairs = [
    (
        "Brood bakken leer je alleen van een bakker die al jaren in dezelfde straat woont.",
        "Brood bakken is een kunst. Die leert iedereen op een eigen manier, in een eigen tempo.",
    ),
    (
        "De bakker beslist wat er te koop zal zijn. Klanten worden daarover geïnformeerd.",
        "Een bakker staat naast klanten en buren. Samen kiezen zij wat er op de plank komt.",
    ),
    (
        "Het meel is er vooral om deeg van te maken.",
        "Om een goed brood te bakken is meel maar een deel van wat je nodig hebt. "
        "De oven heeft een minstens even grote taak; en de gist ook: die doet het werk.",
    ),
    (
        "Het rijzen is de taak van het deeg: Als het niet rijst, moet het terug in de kom.",
        "Het rijzen kost tijd, een deeg kun je immers niet dwingen. Als een deeg niet rijst, "
        "moet je wachten; de bakker kan alleen toekijken en afwachten.",
    ),
    ("Elk brood is even groot.", "Er bestaat niet zoiets als hét brood; onzin."),
    (
        "Oud brood moet zo snel mogelijk weg, liefst al vóór zes uur.",
        "Ieder brood wordt op zijn eigen moment oud. Oud bestaat alleen naast vers.",
    ),
    (
        "Voor een tevreden klant is het voldoende dat de bakker 'goedemorgen' zegt.",
        "Zelf kiezen is belangrijk om tevreden te zijn!",
    ),
    (
        "Een leerling-bakker is nog niet geschikt voor het werk aan de oven. "
        "Hij moet daarom veel vegen en heel veel kijken.",
        "Vegen kun je leren, en het is goed om daar vroeg mee te beginnen.",
    ),
]

PROSE = (
    "Dit boekje gaat over brood en over wat de bakkers daarvan vinden. Het is bedoeld voor "
    "iedereen die wel eens een broodje eet en daarover met anderen van gedachten wil wisselen. "
    "De bakkers zijn het daarover lang niet altijd eens, en dat is precies de bedoeling."
)
RULE = (
    "Tel de verticale vragen bij elkaar op (vraag 1, 3, 5 en 6), deel door 4, plaats de uitkomst "
    "op de verticale as.",
    "Tel de horizontale vragen bij elkaar op (vraag 2, 4, 7 en 8), deel door 4, plaats de "
    "uitkomst op de horizontale as.",
)
NUMBERS = "12345678"


def import_instrument(path: Path, *, edition: int = OWN_WORDING_EDITION) -> str:
    return instrument_text(read_text(path), path.name, edition=edition)


def instrument_text(texts: Sequence[str], file: str, *, edition: int = OWN_WORDING_EDITION) -> str:
    return wording_of(texts, file).as_toml(file, edition)


def broken(text: str, width: int) -> list[str]:
    """Break a text as the documents have it: a space ends every line but the last."""
    lines = textwrap.wrap(text, width, break_on_hyphens=False, break_long_words=False)
    return [*(line + " " for line in lines[:-1]), lines[-1]]


def handbook_text(pairs: Pairs) -> str:
    """Lay the statements out as the text of the handbook has them: column after column."""
    table = [
        line
        for statement in (*(left for left, _ in pairs), *(right for _, right in pairs))
        for line in broken(statement, 42)
    ]
    return "\n".join(
        [
            *broken(PROSE, 60),
            " Stellingen Schoolwaardenkompas",
            "\nvraag horizontaal /verticaal\nWaar sta je?\n\nscore\n1   2   3   4   5   6\n",
            "\n\n".join([*table, *NUMBERS, *"vhvvvhhh"]),
            "\nkies de positie tussen de twee uitersten die het best bij je past\n\n\n",
            "32Handleiding voor het schoolwaardenkompas  Samenhang creëren\n",
            "Hoe verwerk je de score?",
            *broken(RULE[0], 90),
            *broken(RULE[1], 90),
            "\nOp de doel-as (verticaal)         stelling 1 + 3 + 5 + 6 = ....... : 4 = .......",
        ]
    )


def handbook_in_turn(pairs: Pairs) -> str:
    """Lay the statements out as pdftotext writes a table: row after row."""
    rows = [
        "\n\n".join([str(number), "v", *("\n".join(textwrap.wrap(side, 38)) for side in pair)])
        for number, pair in enumerate(pairs, 1)
    ]
    head, foot = "Stellingen Schoolwaardenkompas\nvraag\n\n", "\n\nHoe verwerk je de score?\n"
    return head + "\n\n".join(rows) + foot + "\n".join(RULE)


def handbook_pdf(path: Path, pairs: Pairs, *, leading: float, valign: str, padding: float) -> Path:
    """Print the table as the handbook does: number, v or h, left, boxes, right."""
    style = ParagraphStyle("plain", fontName="Helvetica", fontSize=9, leading=leading)
    cells = [["vraag", "horizontaal/\nverticaal", "Waar sta je?", "score\n1  2  3  4  5  6", ""]]
    cells += [
        [
            str(number),
            letter,
            Paragraph(escape(left), style),
            "1 2 3 4 5 6",
            Paragraph(escape(right), style),
        ]
        for number, letter, (left, right) in zip(range(1, 9), "vhvhvvhh", pairs, strict=True)
    ]
    table = Table(cells, colWidths=[25, 55, 160, 90, 160])
    table.setStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), valign),
            ("GRID", (0, 0), (-1, -1), 0.3, colors.black),
            ("TOPPADDING", (0, 0), (-1, -1), padding),
            ("BOTTOMPADDING", (0, 0), (-1, -1), padding),
        ]
    )
    before = [Paragraph(PROSE, style), PageBreak()]
    title = Paragraph("Stellingen Schoolwaardenkompas", style)
    choose = Paragraph("kies de positie tussen de twee uitersten die het best bij je past", style)
    after = [Paragraph(text, style) for text in ("Hoe verwerk je de score?", *RULE)]

    def foot(canvas: Canvas, page: object) -> None:
        canvas.drawString(60, 20, f"{canvas.getPageNumber()}Handleiding voor bakkers en buren")

    SimpleDocTemplate(str(path), pagesize=A4, leftMargin=40, rightMargin=40).build(
        [*before, title, table, choose, PageBreak(), *after], onFirstPage=foot, onLaterPages=foot
    )
    return path


def pairs_of(texts: Sequence[str]) -> list[tuple[str, str]]:
    """Import a handbook from its text."""
    made = parse(instrument_text(texts, "handboek.txt"), "handboek.toml")
    return [(row.left, row.right) for row in made.pairs]


# --- the quickscan, made up


def made_up_questions() -> dict[str, str]:
    """Make a question for every row of the quickscan that has one."""
    names = itertools.cycle(["de bakker", "alle bakkers", "een leerling-bakker", "buurt en oven"])
    return {
        row.key: f"Vindt {next(names)} dat punt {row.key} goed geregeld is (ook op zondag), en "
        "weten klanten van de vervolgopleiding hoe dat in zijn werk gaat?"
        for section in find("quickscan").sections
        if section.factor is not None
        for row in section.rows
    }


def headings() -> dict[str, list[str]]:
    """List the headings of the document with the questions under each."""
    found = {}
    for section in find("quickscan").sections:
        if section.factor is not None:
            factor, colon, aspect = section.title.partition(":")
            found[f"{factor} ({section.factor}){colon}{aspect}"] = [row.key for row in section.rows]
    return found


SIDE_TEXT = "\n\n".join(
    ["Q", "ui", "ck", "sc", "an", " s", "am", "en", "w", "er", "ke", "n ", "P", "5"]
)


def quickscan_text(questions: dict[str, str]) -> str:
    """Lay the questions out as the text of the quickscan has them."""
    lines = [" Quickscan", *broken(PROSE, 86), ""]
    for heading, keys in headings().items():
        if heading in ("welkom (1): vriendelijkheid", "kennismaken (2)", "perspectief (10)"):
            lines += ["Relatie", SIDE_TEXT, "\n\n ++ + +/- - - - 18+/-", ""]
        lines.append(heading)
        for key in keys:
            text = "\n".join(broken(questions[key], 55))
            if key in ("1.3", "3.2", "9.5"):
                text = text.replace("vervolgopleiding", "vervolgoplei\nding")
            lines.append(text)
    ending = ["  ", "prioriteiten en verbetersuggesties", "Welk cijfer geeft u de ", "bakkerij?"]
    return "\n".join([*lines, *ending])


def quickscan_pdf(path: Path, questions: dict[str, str]) -> Path:
    """Print the quickscan with its boxes, and with text on its side at both edges."""
    canvas = Canvas(str(path), pagesize=A4)
    at = 0.0

    def new_page() -> None:
        nonlocal at
        if at:
            canvas.showPage()
        at = 780.0
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60, 20, str(canvas.getPageNumber()))
        canvas.saveState()
        canvas.rotate(90)
        canvas.drawString(300, -570, f"Quickscan samenwerken met ouders P{canvas.getPageNumber()}")
        canvas.drawString(300, -30, "Attitude en organisatie")
        canvas.restoreState()
        canvas.setFont("Helvetica", 9)
        for number, sign in enumerate(["++", "+", "+/-", "-", "- -", "18+/-"]):
            canvas.drawString(400 + 25 * number, 800, sign)

    new_page()
    for heading, keys in headings().items():
        if at < 200:
            new_page()
        canvas.drawString(50, at, heading)
        at -= 14
        for key in keys:
            for line in textwrap.wrap(questions[key], 60, break_on_hyphens=False):
                canvas.drawString(50, at, line)
                at -= 11
            for number in range(6):
                canvas.rect(400 + 25 * number, at + 11, 8, 8)
                canvas.setFont("ZapfDingbats", 8)
                canvas.drawString(400 + 25 * number, at + 11, "o")
                canvas.setFont("Helvetica", 9)
            at -= 4
            if at < 60:
                new_page()
    canvas.drawString(50, at, "prioriteiten en verbetersuggesties")
    canvas.save()
    return path


def questions_of(texts: Sequence[str]) -> dict[str, str]:
    """Import a quickscan from its text."""
    return texts_of(parse(instrument_text(texts, "quickscan.txt"), "quickscan.toml"))


def texts_of(made: Instrument) -> dict[str, str]:
    """List the questions that stand under a factor."""
    return {
        row.key: " ".join(row.words)
        for section in made.sections
        if section.factor is not None
        for row in section.rows
    }


# --- what the text of a document may look like


def each_page(head: str, foot: str) -> Change:
    """Put a head and a foot on every page; a line that begins with one space begins a page."""

    def change(text: str) -> str:
        return re.sub(r"(?m)^ (?=[A-Z+])", f"{foot}\f{head}\n", text)

    return change


SPOILT: dict[str, Change] = {
    "as it came": lambda text: text,
    "Windows line ends": lambda text: text.replace("\n", "\r\n"),
    "old Mac line ends": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: "\ufeff" + text,
    "accents apart": lambda text: unicodedata.normalize("NFD", text),
    "hard spaces": lambda text: text.replace(" ", "\u00a0"),
    "indented": lambda text: textwrap.indent(text, "      "),
    "no blank lines": lambda text: "\n".join(line for line in text.split("\n") if line.strip()),
    "twice as many blank lines": lambda text: text.replace("\n", "\n\n"),
    "form feeds": each_page("", ""),
    "heads and feet": each_page("Over brood en buren", "bakkersboek 7\n"),
    "page numbers": lambda text: re.sub(r"\n(?=[a-z])", "\n\n31\n\n", text, count=40),
    "web address": lambda text: text.replace("\nwelkom", "\nwww.brood.example\nwelkom"),
    "soft hyphens": lambda text: text.replace("oplei\nding", "oplei\u00ad\nding"),
}

spoilt = pytest.mark.parametrize(
    "change", [pytest.param(change, id=name) for name, change in SPOILT.items()]
)


# --- the statement table


@spoilt
def test_statements_come_back_literally(change: Change) -> None:
    """Every program that takes text out of a PDF has its own idea of lines and spaces."""
    text = change(handbook_text(PAIRS))

    assert pairs_of([text]) == PAIRS


# no v and no h: alone on a line they are the letters of the table
letters = "abcdefgijklmnopqrstuwxyzéëïöç'\"\\-_#    "
sentences = st.builds(
    lambda rest, sign: f"De {' '.join(rest.split())}{sign}",
    st.text(letters, max_size=120),
    st.sampled_from([".", ".", "!", "?"]),
)
any_statement = st.lists(sentences, min_size=1, max_size=3).map(" ".join)


@settings(deadline=None)
@given(st.lists(st.tuples(any_statement, any_statement), min_size=8, max_size=8))
@example([("Elk brood is even groot.", "Elk brood is even groot.")] * 8)
def test_any_sixteen_statements_come_back(pairs: Pairs) -> None:
    """The words of another edition are not ours to know."""
    assert pairs_of([handbook_text(pairs)]) == list(pairs)


@pytest.fixture(params=["poppler", "PDFium"])
def program(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """What gets the text out of a PDF: PDFium where poppler is not installed."""
    if request.param == "PDFium":
        monkeypatch.setenv("PATH", "/nowhere")
    elif shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")


@by_either
@pytest.mark.parametrize("valign", ["TOP", "MIDDLE"])
@pytest.mark.parametrize("leading", [pytest.param(11, id="tight"), pytest.param(18, id="wide")])
@pytest.mark.parametrize("padding", [pytest.param(1, id="close rows"), pytest.param(9, id="apart")])
def test_a_printed_table_comes_back(
    tmp_path: Path, valign: str, leading: float, padding: float
) -> None:
    """A PDF of the table may put its cells anywhere in their rows."""
    path = handbook_pdf(
        tmp_path / "handboek.pdf", PAIRS, leading=leading, valign=valign, padding=padding
    )
    made = parse(import_instrument(path), "handboek.toml")

    assert [(row.left, row.right) for row in made.pairs] == PAIRS


@needs_poppler
def test_text_made_with_layout_is_read_too(tmp_path: Path) -> None:
    """A school may have the text only: columns side by side."""
    path = handbook_pdf(tmp_path / "a.pdf", PAIRS, leading=11, valign="TOP", padding=6)
    beside, _ = read_text(path)
    (tmp_path / "a.txt").write_text(beside, encoding="utf-8")

    assert pairs_of(read_text(tmp_path / "a.txt")) == PAIRS


def test_rows_in_turn_are_read_in_turn() -> None:
    """Column order would pair the wrong statements, and nobody would notice."""
    assert pairs_of([handbook_in_turn(PAIRS)]) == PAIRS


def test_the_first_text_that_holds_the_table_counts() -> None:
    """One way to extract a text may jumble what another keeps."""
    jumbled = handbook_text(PAIRS).replace("Elk brood is even groot.", "")

    assert pairs_of([jumbled, handbook_text(PAIRS)]) == PAIRS


def test_the_axes_are_those_of_the_scoring_rule() -> None:
    """The letters v and h come out jumbled; the rule below the table does not."""
    made = parse(instrument_text([handbook_text(PAIRS)], "handboek.txt"), "handboek.toml")

    assert made.axis_questions("doel") == ("1", "3", "5", "6")
    assert made.axis_questions("relatie") == ("2", "4", "7", "8")


def test_a_name_at_the_beginning_of_a_line_is_no_head() -> None:
    """Capitals stand inside sentences too; the space before the line end tells."""
    left = "Wij bakken ons brood zoals dat altijd in Amsterdam werd gebakken door de bakkers."
    pairs = [(left, PAIRS[0][1]), *PAIRS[1:]]

    assert broken(left, 42)[1].startswith("Amsterdam")
    assert pairs_of([handbook_text(pairs)]) == pairs


WITHOUT_ENDS = "\n".join(line.strip() for line in handbook_text(PAIRS).split("\n") if line.strip())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(PROSE, "for the questions of the quickscan", id="another text"),
        pytest.param(
            handbook_text(PAIRS).replace("Hoe verwerk", "Zo verwerk"),
            "'Hoe verwerk je de score?' is not there",
            id="no end",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("verticale vragen", "vragen"),
            "scoring rule of the verticale vragen",
            id="no scoring rule",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("vraag 1, 3, 5 en 6", "vraag 1, 2, 5 en 6"),
            "counts vraag 1, 2, 5, 6 as verticale vragen, where we know 1, 3, 5, 6",
            id="another scoring rule",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("Elk brood is even groot.", ""),
            "found 15 statements instead of 16",
            id="a statement is missing",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("even groot.", "even groot.\n\nElk brood is rond."),
            "17 lines end a sentence",
            id="a statement too many",
        ),
        pytest.param(
            WITHOUT_ENDS,
            "does not show which of them are the ends of the 16 statements",
            id="neither blank lines nor spaces",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("Elk brood is", "elk brood is"),
            "instead of 16",
            id="a statement without its capital",
        ),
        pytest.param(
            handbook_text([("begin.", PAIRS[0][1]), *PAIRS[1:]]),
            "'begin.' is not a whole statement",
            id="a statement without its beginning",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("elke kom", "").replace("woont.", "woont.\n\nv"),
            "which of them belong together",
            id="letters between the statements",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("\n\n7\n", "\n"),
            "which of them belong together",
            id="a number is missing",
        ),
        pytest.param(
            handbook_text(PAIRS).replace("van een bakker ", "van een bakker \nOver brood en buren"),
            "Is one of them the head or foot of a page?",
            id="a head in the middle of a sentence",
        ),
        pytest.param(
            handbook_text(PAIRS) + "\nwelkom (1): vriendelijkheid",
            "holds both the statement table and the quickscan",
            id="both documents",
        ),
    ],
)
def test_what_is_not_the_table_is_refused(text: str, says: str) -> None:
    """A wrong statement would be printed, filled in and scored."""
    with pytest.raises(InstrumentError, match=re.escape(says)) as refused:
        instrument_text([text], "handboek.txt")

    assert str(refused.value).startswith("handboek.txt: ")
    assert str(refused.value).endswith((".", "?"))


@by_either
@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        pytest.param(
            [*PAIRS[:2], ("", PAIRS[2][1]), *PAIRS[3:]],
            "found 7 left statements and 8 right statements",
            id="a left cell is empty",
        ),
        pytest.param(
            [*PAIRS[:4], ("Elk brood is groot", PAIRS[4][1]), *PAIRS[5:]],
            "in row 5 of the table",
            id="a statement does not end",
        ),
    ],
)
def test_a_table_with_a_hole_is_refused(tmp_path: Path, pairs: Pairs, says: str) -> None:
    """Whoever reads the message must find the place in the handbook."""
    path = handbook_pdf(tmp_path / "gat.pdf", pairs, leading=11, valign="TOP", padding=9)

    with pytest.raises(InstrumentError, match=re.escape(says)):
        import_instrument(path)


# --- the quickscan


@spoilt
def test_questions_come_back_literally(change: Change) -> None:
    """53 questions under their factors, words that were broken mended."""
    questions = made_up_questions()

    assert questions_of([change(quickscan_text(questions))]) == questions


@by_either
def test_a_printed_quickscan_comes_back(tmp_path: Path) -> None:
    """Boxes, page numbers and text on its side are no questions."""
    path = quickscan_pdf(tmp_path / "quickscan.pdf", made_up_questions())

    assert texts_of(parse(import_instrument(path), "quickscan.toml")) == made_up_questions()


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("Praat u wel eens met ouders (wie niet?) over brood?", id="in parentheses"),
        pytest.param(
            "Is er een folder over brood (wat, waar,\nmet wie?) en koek?", id="at the end"
        ),
        pytest.param("Is het brood (wit, bruin of\nmet pit) te koop (ook zondag)?", id="two"),
        pytest.param("Zijn 18- en 18+ welkom bij de bakker?", id="signs of the scale"),
        pytest.param("Is de bakker goed bereikbaar\n(per telefoon of e-mail)?", id="hyphen"),
    ],
)
def test_a_question_ends_in_its_own_question_mark(question: str) -> None:
    """A question mark inside parentheses ends nothing."""
    questions = {**made_up_questions(), "7.2": "PLAATS?"}
    text = quickscan_text(questions).replace("PLAATS?", question.replace("\n", " \n"))

    assert questions_of([text])["7.2"] == question.replace("\n", " ")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(
            "Vindt de bakker dat punt 1.1 goed geregeld is (ook op ",
            "Is er brood?\nVindt de bakker dat punt 1.1 goed geregeld is (ook op ",
            "found 6 questions instead of 5 under 'welkom (1): vriendelijkheid'",
            id="a question too many",
        ),
        pytest.param(
            "kennismaken (2)\n", "", "'kennismaken (2)' and found it 0 times", id="heading"
        ),
        pytest.param(
            "regie leerling (4)\n",
            "regie leerling (4)\nregie leerling (4)\n",
            "'regie leerling (4)' and found it 2 times",
            id="heading twice",
        ),
        pytest.param(
            "alle ouders (3)",
            "wederkerigheid  (5)",
            "'alle ouders (3)' and found it 0 times",
            id="another heading",
        ),
        pytest.param(
            "kennismaken (2)\nVindt ",
            "kennismaken (2)\nvindt ",
            "under 'kennismaken (2)' stands something that is no question: 'vindt ",
            id="no capital",
        ),
        pytest.param(
            "kennismaken (2)\nVindt ",
            "kennismaken (2)\nOnbekende kop \nvan hoofdstuk twee\nVindt ",
            "'van hoofdstuk twee' and 'Vindt ",
            id="a head of two lines",
        ),
        pytest.param(
            "kennismaken (2)\nVindt ",
            "kennismaken (2)\nIets ernaast         Vindt ",
            "under 'kennismaken (2)' stands something that is no question: 'Iets ernaast Vindt ",
            id="two texts beside each other",
        ),
        pytest.param(
            "prioriteiten en verbetersuggesties",
            "iets anders",
            "'iets anders' and 'Welk cijfer geeft u de'",
            id="no end",
        ),
    ],
)
def test_what_is_not_the_quickscan_is_refused(old: str, new: str, says: str) -> None:
    """One question too few shifts all that follow, and no list fits any more."""
    text = quickscan_text(made_up_questions())
    assert old in text

    with pytest.raises(InstrumentError, match=re.escape(says)) as refused:
        instrument_text([text.replace(old, new)], "quickscan.txt")

    assert str(refused.value).startswith("quickscan.txt: ")
    assert str(refused.value).endswith(".")


def test_headings_in_another_order_are_refused() -> None:
    """Text that was taken out of a PDF may have lost the order of its blocks."""
    text = quickscan_text(made_up_questions())
    swapped = text.replace("schoolloopbaan (8)", "X").replace("gesprek thuis (6)", "Y")
    swapped = swapped.replace("X", "gesprek thuis (6)").replace("Y", "schoolloopbaan (8)")

    with pytest.raises(InstrumentError, match="another order"):
        instrument_text([swapped], "quickscan.txt")


# --- broken words


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        pytest.param(["de oplei\u00ad", "ding"], "de opleiding", id="soft hyphen"),
        pytest.param(["de oplei\u00ad ding is"], "de opleiding is", id="soft hyphen in the line"),
        pytest.param(["een voort-", "gangsgesprek"], "een voortgangsgesprek", id="hyphen"),
        pytest.param(["de slb-", "ers"], "de slb-ers", id="abbreviation"),
        pytest.param(["per e-", "mail"], "per e-mail", id="one letter"),
        pytest.param(["de MBO-", "student"], "de MBO-student", id="capitals"),
        pytest.param(["leren in zuid-", "Holland"], "leren in zuid-Holland", id="name"),
        pytest.param(
            ["de zorg-", "en leerlijn"], "de zorg- en leerlijn", id="two words share an end"
        ),
        pytest.param(
            ["de mbo-docent, ", "een mbo-", "docent"], "de mbo-docent, een mbo-docent", id="seen"
        ),
        pytest.param(
            ["de opleiding is ", "de oplei", "ding"], "de opleiding is de opleiding", id="no sign"
        ),
        pytest.param(["de hoofd ", "ingang"], "de hoofd ingang", id="two words"),
        pytest.param(["van 18- ", "tot 18+"], "van 18- tot 18+", id="not behind a letter"),
        pytest.param(["brood \u2013 ", "en koek"], "brood \u2013 en koek", id="dash"),
        pytest.param(["\ufb01jn  be", "(groet)"], "fijn be (groet)", id="ligature"),
    ],
)
def test_words_broken_between_lines_are_mended(lines: Sequence[str], whole: str) -> None:
    """A hyphen is taken out only where the document does not show that it belongs there."""
    found = document("\n\n".join(lines))

    assert found.join([line for line in found.lines if line.text]) == whole


# --- the file that is written


def test_the_file_says_whose_words_they_are(tmp_path: Path) -> None:
    """The words belong to the authors of the handbook, and stay in the school that owns it."""
    path = tmp_path / "handboek 'nieuw'.txt"
    path.write_text(handbook_text(PAIRS), encoding="utf-8")
    text = import_instrument(path, edition=40)
    made = parse(text, "handboek.toml")
    ours = find("schoolwaardenkompas")

    assert text.startswith("# ")
    assert path.name in text.splitlines()[0]
    assert "belongs to its authors" in text
    assert path.name in made.source
    assert made.edition == 40
    assert (made.key, made.rounds, made.axes) == (ours.key, ours.rounds, ours.axes)
    assert [row.key for row in made.rows] == [row.key for row in ours.rows]


@pytest.mark.parametrize("name", ["a\nkey = 1.txt", 'a".txt', "é\u2028\udce9.txt", "\x07.txt"])
def test_no_file_name_spoils_the_file(name: str) -> None:
    """A comment must not end early."""
    text = instrument_text([handbook_text(PAIRS)], name)

    assert tomllib.loads(text.encode().decode())["key"] == "schoolwaardenkompas"


@pytest.mark.parametrize("edition", [0, 1, 31, 64])
def test_an_edition_of_our_own_wording_is_not_given_away(edition: int) -> None:
    """The symbol on the paper tells only the edition: two wordings under one number mix them up."""
    with pytest.raises(UsageError, match=r"must be 32\.\.63"):
        instrument_text([handbook_text(PAIRS)], "handboek.txt", edition=edition)


# --- reading the file


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
def test_a_text_file_may_come_from_any_editor(tmp_path: Path, encoding: str) -> None:
    """Windows still writes all of these."""
    path = tmp_path / "handboek.txt"
    path.write_bytes(handbook_text(PAIRS).encode(encoding))

    assert pairs_of(read_text(path)) == PAIRS


@pytest.mark.parametrize(
    ("content", "says"),
    [
        pytest.param(None, "there is no such file", id="missing"),
        pytest.param(b"", "is empty", id="empty"),
        pytest.param(b" \n\n ", "is empty", id="only white"),
        pytest.param(
            b"PK\x03\x04\x00\x00\xff\xfe\x00\xd8" * 9, "neither a PDF nor", id="Word file"
        ),
        pytest.param(b"%PDF-1.7\nnonsense", "damaged or not complete", id="damaged PDF"),
    ],
)
@by_either
def test_a_file_that_is_no_document_is_refused(
    tmp_path: Path, content: bytes | None, says: str
) -> None:
    """The message names the file and says what to do."""
    path = tmp_path / "iets.txt"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(InstrumentError, match=says) as refused:
        read_text(path)

    assert str(refused.value).startswith(f"{path}: ")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    """A wrong path is the most common mistake."""
    with pytest.raises(InstrumentError, match=r"Give a \.txt or a \.pdf file"):
        read_text(tmp_path)


def blank_pdf(path: Path) -> Path:
    """Make a PDF with a page and no text."""
    canvas = Canvas(str(path))
    canvas.rect(100, 100, 50, 50)
    canvas.showPage()
    canvas.save()
    return path


@by_either
def test_a_scanned_pdf_says_so(tmp_path: Path) -> None:
    """Many schools have the handbook as a scan only."""
    with pytest.raises(InstrumentError, match="looks like a scan"):
        read_text(blank_pdf(tmp_path / "scan.pdf"))


@by_either
def test_a_locked_pdf_says_so(tmp_path: Path) -> None:
    """It is not damaged: whoever has the password can open it."""
    locked = tmp_path / "dicht.pdf"
    with pikepdf.open(blank_pdf(tmp_path / "open.pdf")) as pdf:
        pdf.save(locked, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(InstrumentError, match="locked with a password"):
        read_text(locked)


def test_a_pdf_that_takes_for_ever_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file can be made so that no program comes to the end of it."""
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 30\n")
    slow.chmod(0o755)
    monkeypatch.setattr(document_text, "MAX_SECONDS", 0.1)

    with pytest.raises(InstrumentError, match=r"longer than 0\.1 seconds"):
        read_text(blank_pdf(tmp_path / "a.pdf"), pdftotext=str(slow))


def test_a_huge_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A film by mistake must not fill the memory."""
    monkeypatch.setattr(document_text, "MAX_BYTES", 10)

    with pytest.raises(InstrumentError, match="larger than"):
        read_text(blank_pdf(tmp_path / "a.pdf"))


# --- the documents themselves


def without_space(text: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


@needs_documents
@spoilt
def test_the_handbook_itself_is_read(change: Change) -> None:
    """Every statement stands in the handbook letter by letter, the left ones before the right."""
    text = HANDBOOK.read_text(encoding="utf-8")
    pairs = pairs_of([change(text)])
    statements = [left for left, _ in pairs] + [right for _, right in pairs]
    wanted = "".join(map(without_space, statements))

    assert len(pairs) == 8
    assert wanted in without_space(text)
    assert [len(statement.split()) for statement in statements] == [
        *(13, 18, 21, 24, 19, 13, 17, 23),
        *(19, 24, 33, 33, 25, 23, 12, 16),
    ]


@needs_documents
def test_the_handbook_is_read_without_a_sign_where_statements_end() -> None:
    """The printed statements are known by their lengths, however the text was tidied."""
    text = HANDBOOK.read_text(encoding="utf-8")
    tidied = "\n".join(line.strip() for line in text.split("\n") if line.strip())

    assert pairs_of([tidied]) == pairs_of([text])


@needs_documents
@spoilt
def test_the_quickscan_itself_is_read(change: Change) -> None:
    """Every question stands in the quickscan letter by letter, broken words mended."""
    text = QUICKSCAN.read_text(encoding="utf-8")
    questions = list(questions_of([change(text)]).values())

    assert len(questions) == 53
    assert all(without_space(question) in without_space(text) for question in questions)
    assert not [q for q in questions if re.search(r"\b(oplei|onder|ontwikkel|opleidings) ", q)]


@needs_documents
def test_the_handbook_itself_comes_back_from_print(tmp_path: Path) -> None:
    """The literal statements, printed as a table and read again."""
    pairs = pairs_of([HANDBOOK.read_text(encoding="utf-8")])
    path = handbook_pdf(tmp_path / "a.pdf", pairs, leading=11, valign="MIDDLE", padding=2)

    assert pairs_of(read_text(path)) == pairs
