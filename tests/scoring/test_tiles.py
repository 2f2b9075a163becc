"""Tiles: glued together they are the poster, and nothing else."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.errors import UsageError
from forms.fonts import width, words_between
from forms.instrument import Round, find
from forms.paper import Drawing
from forms.paper_sizes import A4, PAPERS, Paper, paper_named
from papierkompas.lab.measure_labels import sample_poster
from scoring.one_list import PageHead
from scoring.poster import Poster, paint, settled
from scoring.quickscan import Filled, summarise
from scoring.quickscan_posters import draw_divided, draw_factors
from scoring.tiles import MARGIN_MM, OVERLAP_MM, Tiling, draw_tiles, tile
from scoring.tiles import whole_sheets as snapped
from tests.ink import watched
from tests.maps import BOTH, PRACTICE, WISHED

QUICKSCAN = find("quickscan")
A3 = PAPERS["a3"]


def whole_sheets(columns: int, rows: int, sheet: Paper = A4) -> Paper:
    """Give the size of the poster that fills so many sheets without waste."""
    hidden = 2 * MARGIN_MM + OVERLAP_MM
    return Paper(
        f"{columns}x{rows} {sheet.name}",
        columns * (sheet.width_mm - hidden) + OVERLAP_MM,
        rows * (sheet.height_mm - hidden) + OVERLAP_MM,
    )


PER_MM = 2  # pixels: whole millimetres fall on whole pixels

sizes = st.builds(Paper, st.just("x"), st.integers(150, 1300), st.integers(150, 1300))


def pixels(data: bytes, first: int, last: int, per_mm: int = PER_MM) -> list[npt.NDArray[np.uint8]]:
    """Render pages without smoothing."""
    command = ["pdftoppm", "-r", str(25.4 * per_mm), "-aa", "no", "-aaVector", "no"]
    pages = []
    for page in range(first, last + 1):
        chosen = [*command, "-f", str(page), "-l", str(page), "-"]
        data_ = subprocess.run(chosen, input=data, check=True, capture_output=True).stdout
        _, size, _, body = data_.split(b"\n", 3)
        width, height = map(int, size.split())
        pages.append(np.frombuffer(body, dtype=np.uint8).reshape(height, width, 3))
    return pages


def tiled(poster: Poster, sheet: Paper) -> bytes:
    target = BytesIO()
    draw_tiles(target, poster, sheet)
    return target.getvalue()


# Curves may round the other way on another page: 41 of 2.5 million pixels at most, so far.
CURVES = 5e-5


def unlike(poster: bytes, sheets: bytes, tiling: Tiling) -> float:
    """Glue the sheets together, and say which part of the pixels is not that of the poster."""
    (whole,) = pixels(poster, 1, 1)
    count = tiling.rows * tiling.columns
    glued = np.full_like(whole, 255)
    edge = round(MARGIN_MM * PER_MM)
    for part, page in zip(tiling, pixels(sheets, 2, 1 + count), strict=True):
        left, top, wide, high = (
            round(length * PER_MM)
            for length in (part.x_mm, part.y_mm, part.width_mm, part.height_mm)
        )
        glued[top : top + high, left : left + wide] = page[edge : edge + high, edge : edge + wide]
    return float((whole != glued).any(axis=2).mean())


@pytest.mark.parametrize(
    ("size", "sheet", "count"),
    [
        pytest.param("a1", A4, 9, id="nine of A4"),
        pytest.param("a1", A3, 4, id="four of A3"),
        pytest.param("a0", A3, None, id="A0 on A3"),
        pytest.param("flipover", A4, None, id="flip-over"),
        pytest.param("a2", A4, None, id="A2"),
        pytest.param("b1", A3, None, id="B1"),
        pytest.param("60x90", A4, None, id="any size"),
    ],
)
def test_a_poster_over_sheets_fills_them(size: str, sheet: Paper, count: int | None) -> None:
    """A1 on A3 took eight sheets, four of them for a strip of 16 mm."""
    wanted = paper_named(size)
    found = snapped(wanted, sheet)
    tiling = tile(found, sheet)
    printed = (tiling.sheet.width_mm - 2 * MARGIN_MM) * (tiling.sheet.height_mm - 2 * MARGIN_MM)
    sheets = tiling.rows * tiling.columns

    assert count in (None, sheets)
    assert found.width_mm * found.height_mm > 0.9 * sheets * printed
    assert abs(found.width_mm / wanted.width_mm - 1) < 0.3
    assert abs(found.height_mm / wanted.height_mm - 1) < 0.3


@pytest.mark.parametrize("number", [0, 1, 4])
def test_no_name_or_sentence_lies_on_a_seam(number: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two halves of a name never meet exactly, and a word in two pieces is no word."""
    size = snapped(paper_named("a1"), A4)
    seams = tile(size, A4).seams_mm
    said = "Het team wil duidelijk een andere kant op: gemiddeld 1,2 punt richting samen. " * 2
    poster = replace(
        sample_poster(14, number, rounds=WISHED), size=size, seams=seams, sentences=(said,)
    )
    with watched(monkeypatch) as pages:
        drawing = Drawing(BytesIO(), size, title="whole")
        paint(drawing, *settled(poster))
        drawing.save()
    head = ("Team Voorbeeld", "12 maart 2026")
    titles = ("samen", "dominant", "vrij", "individueel", "collectief", "persoonlijk")
    cut = [
        text.text
        for text in pages[0].texts
        for seam in seams[0]
        if text.left < seam < text.right and text.text not in (*head, *titles)
    ]

    words = (*said.split(), *poster.question.split(), *poster.said[0])
    assert [text for text in cut if text in words] == []


def test_the_sentence_is_there_whole_beside_the_seams() -> None:
    """Words move past a seam; none is lost or broken."""
    said = "Zeven van de veertien staan in samen; het midden ligt op de rand. " * 3
    lines = words_between(said, 540, 29, (175.0, 363.0), bold=True)
    words = [(x, word) for line in lines for x, word in line]

    assert [word for _, word in words] == said.split()
    for x, word in words:
        for seam in (175.0, 363.0):
            assert not x < seam < x + width(word, 29, bold=True)
    for line in lines:
        for (x, word), (after, _) in pairwise(line):
            assert x + width(word, 29, bold=True) < after


@given(sizes, st.sampled_from([A4, A3]))
def test_tiles_cover_the_poster_exactly(size: Paper, sheet: Paper) -> None:
    """No strip is missing, and every seam has its glue strip."""
    tiling = tile(size, sheet)
    tiles = list(tiling)
    for of_row in range(tiling.rows):
        row = [part for part in tiles if part.row == of_row]
        assert row[0].x_mm == 0
        assert row[-1].x_mm + row[-1].width_mm == pytest.approx(size.width_mm)
        for left, right in pairwise(row):
            assert left.x_mm + left.width_mm - right.x_mm == pytest.approx(OVERLAP_MM)
    column = tiles[:: tiling.columns]
    assert column[0].y_mm == 0
    assert column[-1].y_mm + column[-1].height_mm == pytest.approx(size.height_mm)
    for part in tiles:
        assert part.width_mm <= tiling.sheet.width_mm - 2 * MARGIN_MM + 1e-9
        assert part.height_mm <= tiling.sheet.height_mm - 2 * MARGIN_MM + 1e-9


@pytest.mark.parametrize(
    ("size", "sheet", "shown"),
    [
        pytest.param(whole_sheets(2, 2), A4, BOTH, id="whole sheets"),
        pytest.param(Paper("x", 600, 450), A3, WISHED, id="part of a sheet left over"),
        pytest.param(paper_named("flipover"), A3, PRACTICE, id="flip-over on lying A3"),
    ],
)
def test_glued_together_they_are_the_poster(
    size: Paper, sheet: Paper, shown: tuple[Round, ...]
) -> None:
    """Cut left and top, lay each sheet over its neighbours: pixel for pixel the poster."""
    poster = replace(sample_poster(14, 3, rounds=shown), size=size)
    tiling = tile(size, sheet)
    seams_x, seams_y = tiling.seams_mm
    target = BytesIO()
    drawing = Drawing(target, size, title="whole")
    paint(drawing, *settled(replace(poster, seams=(seams_x, seams_y))))
    drawing.save()

    assert unlike(target.getvalue(), tiled(poster, sheet), tiling) < CURVES


@pytest.mark.parametrize("draw", [draw_factors, draw_divided])
@pytest.mark.parametrize(
    ("size", "sheet"),
    [
        pytest.param(whole_sheets(2, 2), A4, id="whole sheets"),
        pytest.param(paper_named("flipover"), A3, id="flip-over on lying A3"),
    ],
)
def test_posters_of_the_quickscan_are_glued_like_the_compass(
    draw: Callable[..., None], size: Paper, sheet: Paper
) -> None:
    """Hatching and clipped columns do not shift from sheet to sheet either."""
    heading = PageHead("Zorg en Welzijn", "12 maart 2026", 14)
    lists = [Filled(dict.fromkeys(QUICKSCAN.questions, "++" if n % 2 else "--")) for n in range(8)]
    summary = summarise(QUICKSCAN, lists)
    whole, parts = BytesIO(), BytesIO()
    draw(whole, summary, heading, size)
    draw(parts, summary, heading, size, sheet)

    assert unlike(whole.getvalue(), parts.getvalue(), tile(size, sheet)) < CURVES


@pytest.mark.parametrize(
    ("columns", "rows", "sheet", "width", "height"),
    [
        pytest.param(2, 2, A4, 386, 560, id="4 A4"),
        pytest.param(3, 3, A4, 574, 835, id="9 A4"),
        pytest.param(2, 2, A3, 560, 806, id="4 A3"),
        pytest.param(3, 3, A3.turned(), 1204, 835, id="9 lying A3"),
    ],
)
def test_a_poster_of_whole_sheets_wastes_none(
    columns: int, rows: int, sheet: Paper, width: float, height: float
) -> None:
    """A true A1 costs fifteen sheets of A4; two centimetres less cost nine."""
    size = whole_sheets(columns, rows, sheet)
    tiling = tile(size, sheet)

    assert (size.width_mm, size.height_mm) == (width, height)
    assert tiling.rows * tiling.columns == columns * rows


def test_a1_takes_fifteen_sheets() -> None:
    """As counted in docs/findings/printing.md 6."""
    assert len(list(tile(PAPERS["a1"]))) == 15
    assert len(list(tile(PAPERS["a0"], A3))) == 12


def test_the_first_page_says_how_and_names_every_sheet() -> None:
    """Somebody who never did this puts nine sheets in the right place."""
    poster = replace(sample_poster(5, 3), size=whole_sheets(3, 3))
    data = tiled(poster, A4)
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()
    first, *others = text.split("\f")

    assert "100 %" in first
    assert {f"{row}{column}" for row in "123" for column in "ABC"} <= set(first.split())
    assert "1A · lijmrand: hierop komt 1B" in " ".join(others[0].split())
    assert len(data) < 200_000


def test_the_ruler_is_ten_centimetres() -> None:
    """A page that was shrunk by the printer shows on the ruler."""
    poster = replace(sample_poster(5, 3), size=whole_sheets(2, 2))
    (page,) = pixels(tiled(poster, A4), 1, 1, per_mm=10)
    dark = (page < 128).min(axis=2)
    lengths = [
        int(row.sum()) for row in dark if row.any() and np.ptp(np.flatnonzero(row)) < row.sum()
    ]

    assert any(abs(length - 1000) <= 4 for length in lengths)


def test_a_poster_that_takes_a_hundred_sheets_is_refused() -> None:
    """Nobody glues that."""
    with pytest.raises(UsageError, match="sheets of A4"):
        tile(Paper("huge", 3000, 4000))
