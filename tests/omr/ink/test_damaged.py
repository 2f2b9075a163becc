"""What damage leaves behind in a picture is a doubt, also where no library complains."""

from __future__ import annotations

import io
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image as Pillow

from forms import instrument, layout
from forms.answers import Doubt
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.geometry import Image
from omr.intake.load import open_file
from omr.intake.pictures import decode
from omr.intake.values import Damage
from omr.many.batch import read_chunk
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason
from omr.read import Attempt, read_picture
from papierkompas.lab.simulate.pile import filled_pages


@cache
def forms() -> Forms:
    return forms_of((asked, layout.layout(asked)) for asked in instrument.builtin())


@cache
def picture() -> Image:
    """Fill in one sheet, as a scan of 150 dpi."""
    asked = next(i for i in instrument.builtin() if i.key == "schoolwaardenkompas")
    job = Job(asked, layout.layout(asked), asked.rounds[0], "K7F3", (Seat(1),))
    page = next(iter(filled_pages([job], np.random.default_rng(1))))
    made = cv2.resize(page.image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    return np.asarray(np.clip(made, 30, 235), np.uint8)


def middles() -> list[float]:
    """How far down the middles of the rows of boxes lie, in mm."""
    asked = next(i for i in instrument.builtin() if i.key == "schoolwaardenkompas")
    rects = forms_of([(asked, layout.layout(asked))]).forms[0].pages[0].rects
    return sorted({round(float(y + high / 2), 1) for _, y, _, high in rects})


def read(image: Image) -> ReadPage:
    return read_picture(Attempt(image, PageRef("scan"), forms()))


def read_file(path: Path, data: bytes) -> ReadPage:
    path.write_bytes(data)
    opened = open_file(path)
    assert not isinstance(opened, ReadPage)
    (page,) = read_chunk(opened, forms())
    return page


def test_boxes_without_an_end_are_damage() -> None:
    """Zeros in fax data say one line of dots again and again: marks there are gone."""
    image = picture().copy()
    height = len(image)
    start = round(middles()[3] / 297 * height)
    image[start : start + height // 12] = image[start]
    page = read(image)

    assert page.status is PageStatus.READ
    assert Note.DAMAGED in page.notes
    assert all(reading.doubt is not None for reading in page.readings.values())
    assert Note.DAMAGED not in read(picture()).notes


@pytest.mark.parametrize("row", [0, 3])
def test_rows_in_washed_out_print_are_doubts(row: int) -> None:
    """A fault in a JPEG makes all that follows lighter, without a word from the decoder."""
    image = picture().astype(np.int16)
    below = round((middles()[row] + middles()[row + 1]) / 2 / 297 * len(image))
    image[below:] = np.minimum(235, image[below:] + 100)
    page = read(image.astype(np.uint8))
    doubts = [reading.doubt for reading in page.readings.values()]

    assert page.status is PageStatus.READ
    assert set(doubts[row + 1 :]) == {Doubt.FAINT}
    assert all(r.doubt is None for r in read(picture()).readings.values())


@pytest.mark.parametrize("packing", ["group3", "jpeg"])
def test_what_libtiff_says_counts_whoever_decodes_in_the_end(tmp_path: Path, packing: str) -> None:
    """Pillow keeps to itself what OpenCV lets libtiff say of the same page."""
    stream = io.BytesIO()
    grey = Pillow.fromarray(picture())
    bits = grey.point(lambda value: 255 * (value > 150)).convert("1")
    (grey if packing == "jpeg" else bits).save(stream, "TIFF", compression=packing)
    data = stream.getvalue()
    at = len(data) // 2
    page = read_file(tmp_path / "scan.tif", data[:at] + bytes(600) + data[at + 600 :])

    assert page.status is not PageStatus.BLANK
    assert page.reason is Reason.DAMAGED or Note.DAMAGED in page.notes


def test_a_wrong_sum_in_a_tiff_is_damage(tmp_path: Path) -> None:
    """A flipped bit gives other grey levels to the end of its strip, and libtiff does not look."""
    stream = io.BytesIO()
    deep = Pillow.fromarray(picture().astype(np.uint16) * 257)
    deep.save(stream, "TIFF", compression="tiff_adobe_deflate")
    data = bytearray(stream.getvalue())
    with Pillow.open(io.BytesIO(data)) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]  # of a TIFF it has them
        data[tags[273][3] + tags[279][3] - 1] ^= 1
    page = read_file(tmp_path / "scan.tif", bytes(data))

    assert page.reason is Reason.DAMAGED or Note.DAMAGED in page.notes


@pytest.mark.parametrize("mode", ["L", "RGB"])
def test_a_strip_that_unpacks_to_more_is_damage(tmp_path: Path, mode: str) -> None:
    """A flipped bit in LZW moves the rest of its strip aside, and libtiff says nothing."""
    stream = io.BytesIO()
    whole = Pillow.fromarray(picture()).convert(mode)
    whole.save(stream, "TIFF", compression="tiff_lzw")
    data = stream.getvalue()
    with Pillow.open(io.BytesIO(data)) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]  # of a TIFF it has them
        start, size = tags[273][9], tags[279][9]
    found = []
    for at in range(start + size // 3, start + size // 3 + 6):
        hurt = bytearray(data)
        hurt[at] ^= 16
        page = read_file(tmp_path / "scan.tif", bytes(hurt))
        found.append(page.reason is Reason.DAMAGED or Note.DAMAGED in page.notes)

    assert any(found)  # some bits only give another grey level
    assert Note.DAMAGED not in read_file(tmp_path / "scan.tif", data).notes


def test_a_damaged_jpeg_with_restarts_may_show_a_clean_part_in_a_wrong_place() -> None:
    """Each part is read by itself, so nothing of the page stands."""
    stream = io.BytesIO()
    Pillow.fromarray(picture()).save(stream, "JPEG", quality=75, restart_marker_rows=1)
    data = stream.getvalue()
    at = len(data) // 2
    hurt = data[:at] + bytes(512) + data[at + 512 :]

    assert decode(data, whole=False).damage is None
    assert decode(hurt, whole=False).damage is Damage.ROWS


@pytest.mark.parametrize("content", [None, b"q 595 0 0 842 0 0 cm /Im0 Dp Q"])
def test_a_pdf_page_that_shows_none_of_its_pictures_is_not_blank(
    tmp_path: Path, content: bytes | None
) -> None:
    """One changed byte, and the scan is in the file, but not on the page."""
    pdf = pikepdf.new()
    image = pdf.make_stream(b"")
    image.write(bytes(cv2.imencode(".jpg", picture())[1]), filter=pikepdf.Name.DCTDecode)
    image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    image.Height, image.Width = picture().shape
    image.BitsPerComponent, image.ColorSpace = 8, pikepdf.Name.DeviceGray
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=image))
    if content is not None:
        page.Contents = pdf.make_stream(content)
    else:
        del page.Contents
    stream = io.BytesIO()
    pdf.save(stream)

    assert read_file(tmp_path / "scan.pdf", stream.getvalue()).reason is Reason.DAMAGED
