"""Scans as files: they open again, with the pixels the copier saw."""

from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from numpy.random import default_rng
from PIL import Image as PillowImage

from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.scan_files import Compression, write_images, write_pdf, write_tiff
from papierkompas.lab.simulate.scan_result import ScanResult

PX_PER_MM = 8.0


@pytest.fixture(scope="module")
def scans() -> list[ScanResult]:
    """One grey, one colour and one bitonal scan of a small page with a frame."""
    page = np.full((800, 560), 255, np.uint8)
    cv2.rectangle(page, (80, 80), (480, 700), (0,), 6)
    names = ("grey300", "colour200", "bitonal200")
    return [scan(page, COPIER_CASES[name], default_rng(1), PX_PER_MM) for name in names]


def image_of(page: pikepdf.Page) -> pikepdf.Stream:
    (image,) = page.obj.Resources.XObject.as_dict().values()
    assert isinstance(image, pikepdf.Stream)
    return image


def filter_of(page: pikepdf.Page) -> str:
    (name,) = pikepdf.PdfImage(image_of(page)).filters
    return str(name)


def test_a_pdf_holds_the_very_jpeg_of_the_copier(tmp_path: Path, scans: list[ScanResult]) -> None:
    """Compressing twice would make the reader's work harder than the case says."""
    write_pdf(tmp_path / "scan.pdf", iter(scans))
    with pikepdf.open(tmp_path / "scan.pdf") as pdf:
        images = [image_of(page) for page in pdf.pages]
        grey, colour, bitonal = images

        assert grey.read_raw_bytes() == scans[0].jpeg
        assert colour.read_raw_bytes() == scans[1].jpeg
        assert filter_of(pdf.pages[2]) == "/CCITTFaxDecode"
        seen = np.asarray(pikepdf.PdfImage(bitonal).as_pil_image().convert("L"))
        assert np.array_equal(seen, scans[2].image)
        assert [float(side) for side in pdf.pages[0].mediabox[2:]] == pytest.approx(
            [70 * 72 / 25.4, 100 * 72 / 25.4], abs=0.5
        )


def test_the_same_scans_make_the_same_pdf(tmp_path: Path, scans: list[ScanResult]) -> None:
    """Samples in the repository change only when they change."""
    for name in ("one.pdf", "two.pdf"):
        write_pdf(tmp_path / name, scans)

    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_many_pages_stay_in_order(tmp_path: Path, scans: list[ScanResult]) -> None:
    """A pile is written a few pages at a time; what comes out is one pile."""
    order = [scans[number % 2 * 2] for number in range(40)]
    write_pdf(tmp_path / "pile.pdf", (page for page in order))
    with pikepdf.open(tmp_path / "pile.pdf") as pdf:
        filters = [filter_of(page) for page in pdf.pages]

    assert filters == ["/DCTDecode", "/CCITTFaxDecode"] * 20


def test_a_pdf_without_pages_is_refused(tmp_path: Path) -> None:
    """An empty PDF is not a PDF."""
    with pytest.raises(ValueError, match=r"empty\.pdf: a PDF needs at least one page"):
        write_pdf(tmp_path / "empty.pdf", iter(()))


def test_a_tiff_holds_all_pages(tmp_path: Path, scans: list[ScanResult]) -> None:
    """Group 4 and JPEG in one file, as some copiers do."""
    write_tiff(tmp_path / "scan.tif", iter(scans))
    with PillowImage.open(tmp_path / "scan.tif") as tiff:
        found = []
        for number in range(getattr(tiff, "n_frames", 0)):
            tiff.seek(number)
            found.append((tiff.info["compression"], tiff.mode, round(tiff.info["dpi"][0])))
        last = np.asarray(tiff.convert("L"))

    assert found == [("jpeg", "L", 300), ("jpeg", "RGB", 200), ("group4", "1", 200)]
    assert np.array_equal(last, scans[2].image)


def test_any_scan_can_be_saved_as_group_4(tmp_path: Path, scans: list[ScanResult]) -> None:
    """Asked for, a grey scan is made black and white."""
    write_pdf(tmp_path / "fax.pdf", scans, Compression.G4)
    with pikepdf.open(tmp_path / "fax.pdf") as pdf:
        filters = {filter_of(page) for page in pdf.pages}

    assert filters == {"/CCITTFaxDecode"}


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_pictures_open_with_their_resolution(
    tmp_path: Path, scans: list[ScanResult], suffix: str
) -> None:
    """Phones and some copiers send a picture per page."""
    paths = write_images(tmp_path / "pictures", scans, suffix)
    for path, expected in zip(paths, scans, strict=True):
        with PillowImage.open(path) as picture:
            assert picture.size == (expected.image.shape[1], expected.image.shape[0])
            assert picture.info["dpi"][0] == pytest.approx(expected.dpi, abs=0.1)


def test_pictures_of_an_unknown_kind_are_refused(tmp_path: Path) -> None:
    """Before anything is written."""
    with pytest.raises(ValueError, match=r"got '\.gif'"):
        write_images(tmp_path, [], ".gif")
