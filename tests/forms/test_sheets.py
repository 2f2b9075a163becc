"""What comes out of the printer, and that it is the same tomorrow."""

import subprocess
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from forms.instrument import find
from forms.layout import layout
from forms.sheets import Job, Seat, print_sheets, unprintable_names
from tests.pdf_words import pdf_pages

NAMES = ("Zoë van Toets", "Łukasz Proefdruk", "İpek Monster", "Nguyễn Thị Ánh", "Ș Ț ő ű ģ Ωμέγα")


def job(paper: str, seats: tuple[Seat, ...], round_: str | None = None) -> Job:
    asked = find(paper)
    return Job(asked, layout(asked), asked.round(round_), "K7F3", seats)


def printed(*jobs: Job) -> bytes:
    target = BytesIO()
    print_sheets(target, jobs)
    return target.getvalue()


def words_of(pdf: Path) -> str:
    return subprocess.run(
        ["pdftotext", "-layout", str(pdf), "-"], check=True, capture_output=True
    ).stdout.decode()


def test_the_same_input_gives_the_same_bytes() -> None:
    """A reprint is the same paper, and a test of printing can compare files."""
    one = job("quickscan", (Seat(1), Seat(2, "Sam Voorbeeld")))

    assert printed(one) == printed(one)


def test_a_thousand_sheets_are_a_small_file() -> None:
    """The unchanging part is drawn once: under 2.5 kB a sheet (docs/findings/reading.md 7)."""
    seats = tuple(Seat(n, f"Voorbeeld {n}") for n in range(1, 1001))
    data = printed(job("stellingenlijst", seats, "gewenst"))

    assert len(data) < 2_500_000
    with pikepdf.open(BytesIO(data)) as pdf:
        assert len(pdf.pages) == 1000


def test_every_name_is_printed_whole(tmp_path: Path) -> None:
    """A colleague whose name comes out as boxes is a colleague offended."""
    pdf = tmp_path / "sheets.pdf"
    seats = tuple(Seat(n, name) for n, name in enumerate(NAMES, 1))
    with pdf.open("wb") as target:
        print_sheets(target, [job("stellingenlijst", seats, "gewenst")])

    text = words_of(pdf)
    for name in NAMES:
        assert name in text
    assert not list(unprintable_names(NAMES))


@pytest.mark.parametrize(
    "name",
    [
        "Anna-Sophia Constantia van der Meulen-Voorbeeld",
        "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwaren",
        "W" * 40,
        "Bo",
        "Ксения Александровна Образцова-Примерская",
    ],
)
def test_a_printed_name_stays_in_its_field(name: str, tmp_path: Path) -> None:
    """Ink beyond the field is taken for something that a person wrote."""
    asked = find("stellingenlijst")
    pages = layout(asked)
    target = tmp_path / "sheets.pdf"
    round_ = asked.rounds[0] if asked.rounds else None
    print_sheets(target, [Job(asked, pages, round_, "K7F3", (Seat(1, name), Seat(2)))])
    first, *_ = (field.rect for field in pages.pages[0].fields if field.name == "name")
    printed, *rest = (page.words for page in pdf_pages(target))
    inside = [
        word
        for word in printed
        if first.y_mm <= (word.top + word.bottom) / 2 <= first.y_mm + first.height_mm
        and word.right > first.x_mm
    ]

    shown = "".join(word.text for word in inside)
    assert shown.replace("-", "") == name.replace(" ", "").replace("-", "")
    assert all(word.right <= first.x_mm + first.width_mm for word in inside)
    assert all(first.y_mm <= word.core[0] and word.core[1] <= first.y_mm + first.height_mm
               for word in inside)  # fmt: skip
    assert "achternaam" not in {word.text for word in printed}
    assert "achternaam" in {word.text for word in rest[len(pages.pages) - 1]}


def test_a_name_that_no_font_can_print_is_named() -> None:
    """The command warns; the paper shows a question mark, never an empty box."""
    assert list(unprintable_names(["Sam", "ሰላም"])) == [("ሰላም", ("ሰ", "ላ", "ም"))]


@pytest.mark.parametrize(
    ("paper", "round_", "pages"), [("stellingenlijst", "huidig", 1), ("quickscan", None, 5)]
)
def test_the_manifest_says_what_stands_on_every_page(
    paper: str, round_: str | None, pages: int
) -> None:
    """Other programs rely on it."""
    target = BytesIO()
    manifest = print_sheets(target, [job(paper, (Seat(0), Seat(12, "Sam")), round_)])

    assert [entry.pdf_page for entry in manifest] == list(range(1, 2 * pages + 1))
    assert [entry.sheet_page for entry in manifest] == [*range(1, pages + 1)] * 2
    assert {entry.sheet for entry in manifest} == {"K7F3-00", "K7F3-12"}
    assert {entry.round for entry in manifest} == {round_}
    with pikepdf.open(BytesIO(target.getvalue())) as pdf:
        assert len(pdf.pages) == len(manifest)


def test_the_paper_asks_for_its_own_size_and_one_side() -> None:
    """Scaled or two-sided prints are the two most common mishaps at a copier."""
    with pikepdf.open(BytesIO(printed(job("quickscan", (Seat(1),))))) as pdf:
        wishes = pdf.Root.ViewerPreferences
        assert wishes.PrintScaling == "/None"
        assert wishes.Duplex == "/Simplex"
        assert str(pdf.Root.Lang) == "nl-NL"
        assert "Quickscan" in str(pdf.docinfo.Title)


def test_both_rounds_have_their_own_question_and_the_same_places(tmp_path: Path) -> None:
    """The second round must not look like the first one again."""
    pdf = tmp_path / "both.pdf"
    with pdf.open("wb") as target:
        print_sheets(
            target,
            [
                job("stellingenlijst", (Seat(1),), "gewenst"),
                job("stellingenlijst", (Seat(1),), "huidig"),
            ],
        )
    wanted, now = words_of(pdf).split("\f")[:2]

    assert "Gewenst" in wanted
    assert "Huidig" not in wanted
    assert "Huidig" in now
