"""The one list on paper: the form itself, with the counts in its boxes."""

from __future__ import annotations

import io
import random
import re
import subprocess
from dataclasses import replace
from functools import cache
from itertools import combinations
from pathlib import Path

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from forms.instrument import find
from forms.layout import Layout, layout
from forms.paper_sizes import PAPERS
from forms.symbols import marker_dictionary
from scoring.agreement import Label
from scoring.one_list import PageHead, Quoted, draw_one_list, label_words, signs
from scoring.quickscan import Filled, Summary, summarise
from scoring.quickscan_posters import Crop, draw_actions, draw_divided, draw_factors
from tests.pdf_words import pdf_pages

QUICKSCAN = find("quickscan")
HEADING = PageHead("Zorg en Welzijn", "12 maart 2026", 14)


@cache
def the_layout() -> Layout:
    return layout(QUICKSCAN)


@cache
def a_summary(n: int = 12) -> Summary:
    """Twelve lists, seeded; everybody divided on 3.3, nobody sees 10.2."""
    rng = random.Random(4)
    pile = []
    for number in range(n):
        answers: dict[str, str | None] = {}
        for question, options in QUICKSCAN.questions.items():
            answers[question] = rng.choice([*options, None])
            if len(options) == 6:
                answers[question] = rng.choice(["++", "+", "+", "+/-"])
        answers["3.3"] = "++" if number % 2 else "--"
        answers["10.2"] = "?"
        pile.append(Filled(answers, written=frozenset({"priority/relatie"})))
    return summarise(QUICKSCAN, pile)


def words_of(pdf: Path, first: int = 1, last: int = 99) -> str:
    """What a person can read on the pages, by poppler."""
    command = ["pdftotext", "-layout", "-f", str(first), "-l", str(last), str(pdf), "-"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_what_stands_on_the_one_list_is_known_by_its_role_not_by_its_words(tmp_path: Path) -> None:
    """A school may well say the same under its title as above its boxes."""
    said = "Zet op elke regel een kruisje."
    own = replace(QUICKSCAN, subtitle=said, how_to=(said,))
    path = tmp_path / "een-lijst.pdf"
    draw_one_list(path, own, layout(own), a_summary(), HEADING)

    assert words_of(path, last=1).count(said) == 1


@pytest.mark.parametrize("letters", [0, 30, 40])
def test_what_can_be_better_stays_on_the_page_however_it_is_called(
    letters: int, tmp_path: Path
) -> None:
    """Three factors with long names ran off the paper."""
    names = {f.number: f.title.ljust(letters, "m") for f in QUICKSCAN.factors}
    own = replace(
        QUICKSCAN, factors=tuple(replace(f, title=names[f.number]) for f in QUICKSCAN.factors)
    )
    bad = {question: "--" for question, options in own.questions.items() if "--" in options}
    path = tmp_path / "een-lijst.pdf"
    summary = summarise(own, [Filled(bad) for _ in range(6)])
    draw_one_list(path, own, layout(own), summary, HEADING)
    page = pdf_pages(path)[0]
    (line,) = (word.top for word in page.words if word.text == "meest")
    beside = [word for word in page.words if abs(word.top - line) < 2]

    assert max(word.right for word in beside) < page.width - 7
    assert sum(word.text in ("(1)", "(1),") for word in beside) == 1


@pytest.fixture
def one_list(tmp_path: Path) -> Path:
    path = tmp_path / "een-lijst.pdf"
    draw_one_list(path, QUICKSCAN, the_layout(), a_summary(), HEADING)
    return path


def test_the_one_list_is_the_form(one_list: Path) -> None:
    """Whoever filled it in finds every question at its place."""
    text = re.sub(r"\s+", " ", words_of(one_list, last=len(the_layout().pages)))

    for row in QUICKSCAN.rows:
        first_words = " ".join(" ".join(row.words).split()[:2])
        assert first_words in text
    assert "12 lijsten van de 14" in text
    assert QUICKSCAN.how_to[1] not in text  # it is not filled in any more
    assert "vouw dit blad niet" not in text


def test_every_count_stands_in_its_box(one_list: Path) -> None:
    """The numbers on paper are the numbers of the tally, box by box."""
    summary = a_summary()
    text = words_of(one_list)
    question = summary.questions["3.3"]

    assert question.agreement.label is Label.VERDEELD
    row = next(line for line in text.splitlines() if re.match(r"\s*3\.3\s", line))
    assert [int(n) for n in re.findall(r"(?<!\S)\d+(?!\S)", row)][:2] == [6, 6]


def test_the_second_print_begins_with_what_divides(one_list: Path) -> None:
    """The team talks about two camps first, and about what nobody sees after that."""
    text = words_of(one_list, first=len(the_layout().pages) + 1)

    assert text.index("3.3") < text.index("onvoldoende")
    assert "Hierover zijn de meningen verdeeld (1)" in text
    for key in a_summary().questions:
        assert re.search(rf"(?<![\d.]){re.escape(key)}(?![\d.])", text), key


def test_the_one_list_cannot_be_read_as_a_filled_in_list(one_list: Path, tmp_path: Path) -> None:
    """On the copier among the others it must not become one more respondent."""
    command = ["pdftoppm", "-r", "100", "-gray", "-png", str(one_list), str(tmp_path / "page")]
    subprocess.run(command, check=True)
    detector = cv2.aruco.ArucoDetector(marker_dictionary())
    pages = sorted(tmp_path.glob("page-*.png"))

    assert len(pages) > len(the_layout().pages)
    for page in pages:
        image = np.array(Image.open(page).convert("L"))
        assert detector.detectMarkers(image)[1] is None
        assert zxingcpp.read_barcodes(image) == []


def test_nobody_answered_and_still_there_is_a_list(tmp_path: Path) -> None:
    """An empty pile, or lists that are all in doubt, must not break the print."""
    path = tmp_path / "leeg.pdf"
    draw_one_list(path, QUICKSCAN, the_layout(), summarise(QUICKSCAN, []), HEADING)
    draw_factors(tmp_path / "f.pdf", summarise(QUICKSCAN, []), HEADING)
    draw_divided(tmp_path / "d.pdf", summarise(QUICKSCAN, []), HEADING)
    draw_actions(tmp_path / "a.pdf", QUICKSCAN, summarise(QUICKSCAN, []), HEADING, [])

    assert "onvoldoende zicht" in words_of(path)


def test_the_same_lists_give_the_same_bytes() -> None:
    """Printed again after the break, it is the same paper."""

    def drawn() -> bytes:
        target = io.BytesIO()
        draw_one_list(target, QUICKSCAN, the_layout(), a_summary(), HEADING)
        return target.getvalue()

    assert drawn() == drawn()


def test_minus_is_written_as_a_minus() -> None:
    """A hyphen is hardly seen on a copy."""
    assert signs(["+/-", "--"]) == "+/− en −−"
    assert label_words(a_summary().questions["10.2"]) == "onvoldoende zicht"


@pytest.mark.parametrize("size", ["a1", "flipover", "a3"])
def test_the_poster_shows_ten_factors(tmp_path: Path, size: str) -> None:
    """Ten factors at a glance, with the grade of each aspect."""
    path = tmp_path / "poster.pdf"
    draw_factors(path, a_summary(), HEADING, PAPERS[size])
    text = words_of(path)

    for factor in QUICKSCAN.factors:
        assert factor.title in text
    assert text.count("cijfer") == 3


def test_the_divided_questions_hang_on_the_wall(tmp_path: Path) -> None:
    """With the counts per answer, so that nobody is asked to reveal theirs."""
    path = tmp_path / "poster.pdf"
    draw_divided(path, a_summary(), HEADING)

    assert "3.3" in words_of(path)


def test_what_people_wrote_is_shown_as_they_wrote_it(tmp_path: Path) -> None:
    """Handwriting is not typed over: the crop is the answer. Long piles take more pages."""
    crop = Crop(Image.new("L", (400, 80), 0), 60, 12)
    path = tmp_path / "actieblad.pdf"
    lists = [{"priority/attitude": crop, "step/relatie": crop} for _ in range(40)]
    draw_actions(path, QUICKSCAN, a_summary(), HEADING, lists)
    text = words_of(path)

    assert "blad 1 van" in text
    assert "Niemand schreef hier iets." in text  # about the third aspect
    for part in QUICKSCAN.parts:
        assert part.title in text


def test_what_a_person_read_stands_on_the_action_sheet_and_the_one_list(tmp_path: Path) -> None:
    """With who read it; also where the handwriting itself cannot be shown."""
    text = "Ouders eerder bellen, ook als het goed gaat. " * 6
    crop = Crop(Image.new("L", (400, 80), 0), 60, 12, text, "Noor Proef")
    unseen = Crop(None, 1, 0, "Koffie schenken", "Sam Voorbeeld")
    actions, one = tmp_path / "actieblad.pdf", tmp_path / "lijst.pdf"
    rows = [{"priority/attitude": crop, "step/attitude": unseen}] * 12
    draw_actions(actions, QUICKSCAN, a_summary(), HEADING, rows)
    endless = [{"priority/attitude": replace(crop, typed="woord " * 2000)}]
    draw_actions(tmp_path / "lang.pdf", QUICKSCAN, a_summary(), HEADING, endless)
    assert "alles staat op de ene lijst" in words_of(tmp_path / "lang.pdf")
    said = [Quoted("Wat het eerst?", f"{n}. {text}", "Noor Proef") for n in range(60)]
    draw_one_list(one, QUICKSCAN, the_layout(), a_summary(), HEADING, comments=said)
    shown = words_of(one)

    assert words_of(actions).count("Koffie schenken") == 12
    assert "Noor Proef" in words_of(actions)
    assert all(f"{n}. Ouders eerder" in shown for n in range(60))
    assert shown.count("nagekeken") == 60


@pytest.mark.parametrize(("lists", "is_said"), [(1, True), (2, True), (3, False)])
def test_a_few_lists_are_no_picture_of_a_team(tmp_path: Path, lists: int, is_said: bool) -> None:
    """Every paper that comes of one or two lists says so, beside however long a team's name."""
    summary = a_summary(lists)
    heading = PageHead("Samenwerkingsverband Dienstverlening Noordoost", "12 september 2026", 14)
    files = [tmp_path / f"{name}.pdf" for name in ("lijst", "factoren", "bespreek", "actie")]
    draw_one_list(files[0], QUICKSCAN, the_layout(), summary, heading)
    draw_factors(files[1], summary, heading, PAPERS["a1"])
    draw_divided(files[2], summary, heading, PAPERS["a1"])
    draw_actions(files[3], QUICKSCAN, summary, heading, [{}] * lists)

    for file in files:
        for page in pdf_pages(file):
            assert ("geen beeld van een team" in page.text) is is_said, (file, page.text[:300])
            head = [word for word in page.words if word.top < page.height / 8]
            pairs = combinations(head, 2)
            assert not [(a.text, b.text) for a, b in pairs if a.overlaps(b)]
