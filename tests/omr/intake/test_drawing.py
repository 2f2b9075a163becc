"""Pages that are drawn: by poppler or by PDFium, with the same verdict."""

from __future__ import annotations

import io
import os
import struct
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image, TiffImagePlugin

from omr.intake import drawing, pdf
from omr.intake.codestreams import is_whole_jbig2, is_whole_jpx
from omr.intake.drawing import Engine, Pdfium, Poppler
from omr.intake.load import load, open_file
from omr.intake.values import Damage, Pixels, Unreadable
from omr.page import ReadPage, Reason
from omr.read import read_page
from papierkompas.acts.reading import known_forms

SAMPLES = Path(__file__).parents[3] / "samples"
WIDTH, HEIGHT = 620, 877

engines = pytest.mark.parametrize("engine", [Poppler(), Pdfium()], ids=["poppler", "pdfium"])


def page() -> Any:
    """Draw something that fills a page unevenly."""
    grey = np.full((HEIGHT, WIDTH), 255, np.uint8)
    for n in range(24):
        cv2.line(grey, (20 * n, 30), (600 - 13 * n, 850), 0, 3)
    return grey


def encoded(kind: str) -> tuple[bytes, dict[str, Any]]:
    """Return the data of an image as a PDF holds them, and what the PDF says of them."""
    said: dict[str, Any] = {"ColorSpace": "/DeviceGray", "BitsPerComponent": 8}
    if kind == "jpx":
        file = io.BytesIO()
        Image.fromarray(page()).save(file, "JPEG2000", irreversible=False)
        return file.getvalue(), {**said, "Filter": "/JPXDecode"}
    if kind == "jpeg":
        return cv2.imencode(".jpg", page())[1].tobytes(), {**said, "Filter": "/DCTDecode"}
    said["BitsPerComponent"] = 1
    group = {"group3": "group3", "group4": "group4", "jbig2": "group4"}[kind]
    file = io.BytesIO()
    inverted = Image.fromarray(255 - page()).convert("1")  # Pillow codes white as fax codes black
    inverted.save(file, "TIFF", compression=group, tiffinfo={278: HEIGHT})
    file.seek(0)
    with TiffImagePlugin.TiffImageFile(file) as tiff:
        (at,), (length,) = tiff.tag_v2[273], tiff.tag_v2[279]
    data = file.getvalue()[at : at + length]
    if kind == "jbig2":
        return jbig2(data), {**said, "Filter": "/JBIG2Decode"}
    how = {"K": -1 if kind == "group4" else 0, "Columns": WIDTH}
    return data, {**said, "Filter": "/CCITTFaxDecode", "DecodeParms": how}


def jbig2(group4: bytes) -> bytes:
    """Wrap fax data as a page of one region (ISO/IEC 14492: 7.4.6, with MMR)."""
    size = struct.pack(">IIIIB", WIDTH, HEIGHT, 0, 0, 0)
    about = struct.pack(">IIIIBH", WIDTH, HEIGHT, 0, 0, 0, 0)
    region = size + b"\x01" + group4
    segments = [(0, 48, about), (1, 38, region)]
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
        for number, kind, data in segments
    )


def saved(path: Path, kind: str, keep: float = 1.0) -> Path:
    """Write a PDF with one image, and a thin line over it so that it has to be drawn."""
    data, said = encoded(kind)
    with pikepdf.new() as made:
        image = pikepdf.Stream(made, data[: int(len(data) * keep)])
        for name, value in {
            "Type": "/XObject", "Subtype": "/Image", "Width": WIDTH, "Height": HEIGHT, **said,
        }.items():  # fmt: skip
            image[f"/{name}"] = (
                pikepdf.Name(value)
                if isinstance(value, str)
                else pikepdf.Dictionary({f"/{k}": v for k, v in value.items()})
                if isinstance(value, dict)
                else value
            )
        made.add_blank_page(page_size=(595, 842))
        sheet = made.pages[0]
        sheet.obj["/Resources"] = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        sheet.obj["/Contents"] = pikepdf.Stream(
            made, b"q 595 0 0 842 0 0 cm /I Do Q 0 G 1 w 2 2 m 5 2 l S"
        )
        made.save(path)
    return path


def drawn(path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Pixels:
    monkeypatch.setattr(pdf, "engine", lambda: engine)
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    found = load(sources[0], draw=True)
    return Pixels(found.image, drawn=found.drawn, damage=found.damage)


@engines
@pytest.mark.parametrize("kind", ["jpeg", "jpx", "group3", "group4", "jbig2"])
def test_a_whole_image_is_drawn_and_not_called_damaged(
    kind: str, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = drawn(saved(tmp_path / "page.pdf", kind), engine, monkeypatch)

    assert (found.drawn, found.damage) == (True, None)
    small = cv2.resize(found.values, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA)
    assert np.abs(small.astype(int) - page()).mean() < 8


@engines
@pytest.mark.parametrize("keep", [0.3, 0.6, 0.9])
@pytest.mark.parametrize("kind", ["jpeg", "jpx", "group3", "group4", "jbig2"])
def test_an_image_that_is_cut_short_is_damaged_or_refused_whoever_draws_it(
    kind: str, keep: float, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PDFium complains about nothing: what is missing would be called blank."""
    try:
        found = drawn(saved(tmp_path / "page.pdf", kind, keep), engine, monkeypatch)
    except Unreadable as trouble:
        assert trouble.reason is Reason.DAMAGED  # noqa: PT017
    else:
        assert found.damage is Damage.ROWS


def test_structure_of_streams_is_walked_to_the_end() -> None:
    jpx, _ = encoded("jpx")
    coded, _ = encoded("jbig2")

    assert is_whole_jpx(jpx)
    assert is_whole_jbig2(coded)
    assert not any(is_whole_jpx(jpx[:n]) for n in range(len(jpx)))
    assert not any(is_whole_jbig2(coded[:n]) for n in range(len(coded)))


@engines
def test_a_drawn_pile_is_read_the_same(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "engine", lambda: engine)
    monkeypatch.setattr(pdf, "_only_image", lambda _page: None)
    sources = open_file(SAMPLES / "scan.pdf")
    assert not isinstance(sources, ReadPage)
    forms = known_forms()
    for source in sources[:3]:
        read = read_page(source, forms)
        monkeypatch.undo()
        plain = read_page(source, forms)
        monkeypatch.setattr(pdf, "engine", lambda: engine)
        monkeypatch.setattr(pdf, "_only_image", lambda _page: None)

        assert [(q, r.option) for q, r in read.readings.items()] == [
            (q, r.option) for q, r in plain.readings.items()
        ]


@engines
def test_a_name_that_is_no_utf8_is_drawn(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/b\xe9.pdf"))
    saved(tmp_path / "page.pdf", "jpeg").rename(path)

    assert drawn(path, engine, monkeypatch).damage is None


def test_pdfium_ends_in_time_and_its_end_costs_a_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = saved(tmp_path / "page.pdf", "jpeg")
    with pytest.raises(Unreadable) as late:
        drawing.by_pdfium(path, 1, 800, seconds=0.0)
    (tmp_path / "page.pdf").write_bytes(b"%PDF-1.7 nothing")
    with pytest.raises(Unreadable) as broken:
        drawing.by_pdfium(path, 1, 800)
    monkeypatch.setattr(drawing, "own_program", lambda _module: ["/bin/sh", "-c", "kill -9 $$"])
    with pytest.raises(Unreadable) as ended:
        drawing.by_pdfium(path, 1, 800)

    assert [e.value.reason for e in (late, broken, ended)] == [
        Reason.TOO_SLOW, Reason.DAMAGED, Reason.DAMAGED,
    ]  # fmt: skip
