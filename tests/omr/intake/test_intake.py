"""Pictures out of whatever copiers and phones make."""

from __future__ import annotations

import io
import os
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow

from omr.geometry import Image
from omr.intake import pdf as open_pdf
from omr.intake.load import load, open_file
from omr.intake.values import ENOUGH_PX
from omr.page import ReadPage


@cache
def scan() -> Image:
    """Draw something with fine lines, as large as A4 at 300 dpi."""
    image = np.full((3508, 2480), 250, np.uint8)
    for x in range(100, 2400, 130):
        cv2.line(image, (x, 100), (x // 2 + 500, 3400), (5,), 9)
    return image


def saved(kind: str, **how: Any) -> bytes:
    stream = io.BytesIO()
    picture = Pillow.fromarray(scan())
    if how.get("compression") == "group4":
        picture = picture.point(lambda level: 255 * (level > 128)).convert("1")
    picture.save(stream, kind, **how)
    return stream.getvalue()


def pdf(data: bytes) -> bytes:
    made = img2pdf.convert(data)
    assert made is not None
    return bytes(made)


FILES = {
    "jpeg": lambda: saved("JPEG", quality=80),
    "progressive": lambda: saved("JPEG", quality=80, progressive=True),
    "png": lambda: saved("PNG"),
    "tiff": lambda: saved("TIFF"),
    "group 4": lambda: saved("TIFF", compression="group4"),
    "jpeg in pdf": lambda: pdf(saved("JPEG", quality=80)),
    "group 4 in pdf": lambda: pdf(saved("TIFF", compression="group4")),
    "png in pdf": lambda: pdf(saved("PNG")),
}


@pytest.mark.parametrize("name", FILES)
def test_every_kind_of_file_gives_the_same_picture(name: str, tmp_path: Path) -> None:
    """At a resolution that is enough, and whole when asked; taken out, not drawn."""
    path = tmp_path / "scan"
    path.write_bytes(FILES[name]())
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    quick, whole = load(sources[0]), load(sources[0], whole=True)
    expected = cv2.resize(scan(), (1240, 1754), interpolation=cv2.INTER_AREA)

    assert whole.image.shape == scan().shape
    assert quick.shrunk == 2
    assert max(quick.image.shape) >= ENOUGH_PX
    assert not quick.drawn
    assert quick.damage is None
    assert np.abs(quick.image.astype(float) - expected).mean() < 12


@pytest.mark.parametrize("keeps_time", [False, True], ids=["later", "same time"])
@pytest.mark.parametrize("kind", ["PDF", "TIFF"])
def test_a_file_that_was_replaced_is_read_anew(kind: str, keeps_time: bool, tmp_path: Path) -> None:
    """The copier writes the next pile under the same name; a copy may keep its original's time."""
    path = tmp_path / "scan"
    for second, pages in enumerate((1, 3, 2), 1):
        pictures = [Pillow.new("L", (100, 140), 40 * n * second) for n in range(1, pages + 1)]
        stream = io.BytesIO()
        pictures[0].save(stream, kind, save_all=True, append_images=pictures[1:])
        other = tmp_path / "new"
        other.write_bytes(stream.getvalue())
        other.replace(path)
        os.utime(path, ns=(10**18, 10**18 + (0 if keeps_time else second)))
        sources = open_file(path)

        assert not isinstance(sources, ReadPage)
        assert len(sources) == pages
        assert [round(float(load(s).image.mean()) / 40 / second) for s in sources] == list(
            range(1, pages + 1)
        )


def drawn_over(content: bytes, **entries: Any) -> bytes:
    """Put something over a scanned page: strokes of a tablet's pen, or hidden text."""
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf(saved("JPEG", quality=80)))) as made:
        page = made.pages[0]
        page.contents_add(content)
        for name, value in entries.items():
            page.obj[f"/{name}"] = made.make_indirect(value)
        made.save(stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("content", "is_drawn"),
    [
        pytest.param(b"0 0 0 RG 2 w 50 50 m 300 500 l S", True, id="a stroke"),
        pytest.param(b"10 10 50 50 re f", True, id="a filled box"),
        pytest.param(b"BT /F1 9 Tf 3 Tr 10 10 Td (S f B hidden) Tj ET", False, id="hidden text"),
        pytest.param(b"BT /F1 9 Tf 10 10 Td (typed in) Tj ET", True, id="typed text"),
    ],
)
def test_what_is_drawn_over_a_scan_is_not_lost(
    content: bytes, is_drawn: bool, tmp_path: Path
) -> None:
    """Somebody filled in the sheet on a tablet: the image inside shows empty boxes."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(drawn_over(content))
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)

    assert load(sources[0]).drawn == is_drawn


def test_notes_on_a_page_are_drawn_as_well(tmp_path: Path) -> None:
    """Annotations lie outside the page's content."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(drawn_over(b"", Annots=pikepdf.Array([])))
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)

    assert load(sources[0]).drawn


@pytest.mark.parametrize("draw", [False, True])
def test_a_pdf_that_is_open_is_touched_by_one_thread_at_a_time(
    draw: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Threads of one process share the PDF that stays open; its library is not made for that."""
    path = tmp_path / "scan.pdf"
    path.write_bytes(pdf(saved("JPEG", quality=80)))
    opened = open_pdf._open_pdf
    held = []

    def watched(where: str, password: str | None) -> Any:
        held.append(open_pdf._IN_USE._is_owned())  # type: ignore[attr-defined]  # of every RLock
        return opened(where, password)

    monkeypatch.setattr(open_pdf, "_open_pdf", watched)
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    load(sources[0], draw=draw)

    assert len(held) >= 2
    assert all(held)
