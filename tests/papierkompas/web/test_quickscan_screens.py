"""The quickscan is at home on the page: its own words, its results, its papers."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.instrument import find
from papierkompas.outcome.printables import PRINTABLES, PaperOption
from papierkompas.outcome.questions import questions_of
from papierkompas.web.screens import downloads
from tests.papierkompas.web.conftest import Page, opened
from tests.papierkompas.web.pile import make_session, quickscan_pile

OF_THE_SESSION = {PaperOption.TEAM, PaperOption.DATE, PaperOption.PASSWORDS}
"""What the page knows, or asks for elsewhere."""


@pytest.fixture(scope="module")
def quickscans(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("quickscan")
    make_session(folder / "sessie")
    return folder / "sessie", quickscan_pile(folder / "sessie", folder / "stapel.pdf", 3)


def test_after_reading_and_checking_the_way_leads_to_the_one_list(
    tmp_path: Path, quickscans: tuple[Path, Path]
) -> None:
    with opened(tmp_path, quickscans[0]) as page:
        page.send(quickscans[1])
        scan = page.get("/scan").text
        answers = page.get("/answers").text
        sheet = re.findall(r"/answers/([a-z0-9-]+)\"", answers)[0]
        screens = [answers, page.get(f"/answers/{sheet}").text, page.get("/list").text]
        screens += [page.get(f"/row/{sheet}/{q}").text for q in ("role", "grade/attitude")]
        crops = [page.get(f"/picture/{sheet}/{q}/boxes.jpg").content for q in ("1.1", "3.2", "9.1")]
        shutil.copytree(page.folder, page.folder.with_name("eerder"))
        other = next(e for e in page.desk.library.entries()[0] if e.key != page.base[3:])
        compared = page.get(f"/list?before={other.key}").text

    sizes = {cv2.imdecode(np.frombuffer(one, np.uint8), 0).shape for one in crops}  # type: ignore[union-attr]
    assert len(sizes) == 1
    assert "Naar de ene lijst" in scan
    assert "/map" not in scan
    assert "Naar de kaart" not in scan
    for text in screens:
        heads = " ".join(re.findall(r"<(?:th|h1|h2|b)\b[^>]*>([^<]+)<", text))
        assert not re.search(r"\brole\b|grade/|\d/18\b|support|priority", heads)
    assert "<kbd>1</kbd>" in screens[3]
    assert "Succesfactoren" in screens[2]
    assert "te weinig" in compared or "Eerder" in compared


def test_no_question_is_called_by_a_key_of_ours() -> None:
    for question in questions_of(find("quickscan")).values():
        assert not re.search(r"[a-z\d]/[a-z\d]", question.short)
        assert question.name


def test_whatever_the_command_can_make_the_page_can(read_page: Page) -> None:
    """Every paper of the one table, with each of its options, as far as there is a choice."""
    made = every_paper_is_offered(read_page, set())

    assert "poster" in made


def test_whatever_the_command_can_make_of_a_quickscan_the_page_can(
    tmp_path: Path, quickscans: tuple[Path, Path]
) -> None:
    """Also beside an earlier session; and each of them comes as a PDF."""
    with opened(tmp_path, quickscans[0]) as page:
        page.send(quickscans[1])
        shutil.copytree(page.folder, page.folder.with_name("eerder"))
        made = every_paper_is_offered(page, {PaperOption.BEFORE})
        answers = {key: page.get(f"/papers/{key}.pdf") for key in made}

    assert {"one-list", "cards", "activity-list"} <= set(made)
    assert [key for key, got in answers.items() if not got.content.startswith(b"%PDF")] == []


def every_paper_is_offered(page: Page, also: set[PaperOption]) -> list[str]:
    """Hold the screen against the table of papers; return what can be made."""
    material = downloads._material(page.desk.open(page.base[3:]))  # type: ignore[arg-type]
    text = page.get("/papers").text
    made = [which for which in PRINTABLES if material.has(which)]
    for which in made:
        form = text.partition(f'action="{page.base}/papers/{which.key}.pdf"')[2]
        form = form.partition("</form>")[0]
        assert f"papers/{which.key}.pdf" in text
        for option in set(which.options) - OF_THE_SESSION - ({PaperOption.BEFORE} - also):
            name = "round" if option is PaperOption.ONE_ROUND else option.value
            is_alone = option is PaperOption.INSTRUMENT  # of one with a map there is no choice
            assert f'name="{name}"' in form or is_alone, (which.key, option)
    return [which.key for which in made]
