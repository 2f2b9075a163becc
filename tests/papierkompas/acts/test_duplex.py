"""Sheets for a printer that uses both sides, and how a pile of two rounds is told apart."""

from __future__ import annotations

import io
import json
from collections import defaultdict
from pathlib import Path

import pikepdf
import pytest

from forms.instrument import builtin, find
from forms.layout import Rect
from forms.roster import parse_roster
from forms.sheets import (
    ABOUT_LONG,
    ABOUT_X,
    ABOUT_Y,
    BAR_HIGH,
    BAR_STEP,
    BAR_WIDE,
    BAR_X,
    BAR_Y,
    SIGN_DOWN,
    SIGN_R,
    SIGN_X,
    SIGN_Y,
    PrintedPage,
    leaves_of,
    print_sheets,
)
from papierkompas.acts.printing import Order, jobs, layout_of, rounds_to_print
from papierkompas.command.cli import run

NAMES = ("Sam Voorbeeld", "Noor Proef", "Zoë Toets")


def printed(paper: str, *, duplex: bool) -> tuple[bytes, list[PrintedPage]]:
    asked = find(paper)
    people = parse_roster("naam\n" + "\n".join(NAMES) + "\n", "lijst.csv")
    memory = io.BytesIO()
    made = jobs(asked, rounds_to_print(asked, None), Order(people=people), None)
    manifest = print_sheets(memory, made, duplex=duplex, about="Team Zorg · 1 mei 2026")
    return memory.getvalue(), manifest


@pytest.mark.parametrize(
    ("paper", "sheets", "leaves"), [("stellingenlijst", 6, 6), ("quickscan", 3, 9)]
)
def test_no_paper_is_of_two_people(paper: str, sheets: int, leaves: int) -> None:
    """Whoever turns their sheet over would see the answers of a colleague."""
    data, manifest = printed(paper, duplex=True)
    whose = defaultdict(set)
    for entry in manifest:
        whose[(entry.pdf_page - 1) // 2].add(entry.sheet)

    assert all(len(sheet) == 1 for sheet in whose.values())
    assert len(whose) == leaves_of(manifest) == leaves
    assert len({entry.sheet for entry in manifest}) == sheets
    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == 2 * leaves
        assert str(pdf.Root.ViewerPreferences.Duplex) == "/DuplexFlipLongEdge"


def test_by_default_a_sheet_has_one_side() -> None:
    """That is how it is written on best, and how copiers scan."""
    data, manifest = printed("quickscan", duplex=False)

    with pikepdf.open(io.BytesIO(data)) as pdf:
        assert len(pdf.pages) == len(manifest)
        assert str(pdf.Root.ViewerPreferences.Duplex) == "/Simplex"


def test_both_sides_of_the_quickscan_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every written side is a page of its sheet; the empty back of the last leaf is none."""
    out = tmp_path / "quickscan.pdf"
    made = ["print", "quickscan", "--copies", "1", "--duplex", "--out", str(out), "--json"]
    assert run(made) == 0
    manifest = json.loads(capsys.readouterr().out)["pages"]
    assert run(["read", str(out), "--workers", "1", "--json"]) == 0
    read = json.loads(capsys.readouterr().out)["pages"]

    assert [page["status"] for page in read] == ["read"] * 5 + ["blank"]
    wanted = [(page["pdf_page"], page["sheet"], page["sheet_page"]) for page in manifest]
    assert [(p["page"], p["sheet"], p["sheet_page"]) for p in read[:5]] == wanted


def test_a_file_of_sheets_lists_whose_they_are() -> None:
    """A spoilt sheet is printed again without paging through sixty of them."""
    data, manifest = printed("stellingenlijst", duplex=True)

    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_outline() as outline:
        rounds = list(outline.root)
        assert [one.title for one in rounds] == [r.title for r in find("stellingenlijst").rounds]
        for one in rounds:
            assert [each.title for each in one.children] == list(NAMES)
        labels = {int(at): str(label.P) for at, label in pairs(pdf.Root.PageLabels.Nums)}
        for entry in manifest:
            assert labels[entry.pdf_page - 1] == f"{entry.sheet} {entry.sheet_page}"


def pairs(flat: pikepdf.Object) -> list[tuple[pikepdf.Object, pikepdf.Object]]:
    found = list(flat)
    return list(zip(found[::2], found[1::2], strict=True))


def test_a_mark_of_the_round_is_never_where_something_is_read() -> None:
    """Not near a box, a field, a corner mark or the square code, of any questionnaire here."""
    sign = Rect(SIGN_X - SIGN_R, SIGN_Y - SIGN_R, 2 * SIGN_R, SIGN_R + SIGN_DOWN + 1)
    about = Rect(ABOUT_X, ABOUT_Y - ABOUT_LONG, 8, ABOUT_LONG)
    for asked in builtin():
        for page in layout_of(asked).pages:
            read = [box.rect.grown(4) for box in page.boxes]
            read += [field.rect for field in page.fields]
            read += [marker.rect.grown(1.5) for marker in page.markers] + [page.code.grown(2)]
            texts = [text.rect for text in page.texts]
            bars = [
                Rect(BAR_X, BAR_Y + number * BAR_STEP, BAR_WIDE, BAR_HIGH)
                for number in range(len(asked.rounds))
            ]
            for mark in (*bars, *([sign] if asked.rounds else []), about):
                for place in (*read, *texts):
                    assert not mark.overlaps(place), (asked.key, page.page, mark, place)


def test_each_round_has_its_bar_at_another_height() -> None:
    """A fanned pile sorts at a glance."""
    assert BAR_STEP > BAR_HIGH
