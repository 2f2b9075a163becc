"""Save scans as the files that copiers and phones send.

In:  scans, one after the other; no more than a few are held at a time.
Out: a PDF, a multi-page TIFF, or a folder of pictures.

A scan that came as JPEG goes into the file as it is, without being compressed again; a bitonal
scan becomes CCITT Group 4, as the fax in every copier writes it.
"""

import io
import tempfile
from collections.abc import Iterable, Iterator
from enum import StrEnum
from itertools import islice
from pathlib import Path

import cv2
import img2pdf
import numpy as np
import pikepdf
from PIL import Image as PillowImage
from PIL.TiffImagePlugin import AppendingTiffWriter

from papierkompas.lab.simulate.scan_result import ScanResult, compress

_AT_A_TIME = 16  # pages in memory: 16 MB of JPEG
_QUALITY = 90  # for scans that were saved without loss


class Compression(StrEnum):
    """How pages are compressed."""

    JPEG = "jpeg"
    G4 = "g4"


def write_pdf(path: Path, scans: Iterable[ScanResult], kind: Compression | None = None) -> None:
    """Write a PDF with one image per page; the same scans give the same bytes.

    Without a kind, every page is saved as its copier would: bitonal as G4, the rest as JPEG.
    """
    pages = (_encoded(scan, kind) for scan in scans)
    with tempfile.TemporaryDirectory() as folder:
        parts: list[Path] = []
        for batch in _batches(pages):
            parts.append(Path(folder, f"{len(parts)}.pdf"))
            with parts[-1].open("wb") as stream:
                img2pdf.convert(batch, outputstream=stream, nodate=True)
        if not parts:
            raise ValueError(f"{path}: a PDF needs at least one page")
        # img2pdf and pikepdf hold every image they write; qpdf at work on files does not
        # (600 pages: 135 MB at the peak, against 475 with pikepdf's pages.extend).
        names = [str(part) for part in parts]
        join = ["pikepdf", "--empty", "--deterministic-id", "--pages", *names, "--", str(path)]
        pikepdf.Job(join).run()


def write_tiff(path: Path, scans: Iterable[ScanResult], kind: Compression | None = None) -> None:
    """Write a TIFF with a page for every scan, JPEG or Group 4 inside."""
    with AppendingTiffWriter(path, new=True) as pages:
        for scan in scans:
            image = _picture(scan, kind)
            compression = "group4" if image.mode == "1" else "jpeg"
            options = {} if image.mode == "1" else {"quality": _QUALITY}
            dpi = (round(scan.dpi), round(scan.dpi))
            image.save(pages, "TIFF", compression=compression, dpi=dpi, **options)
            pages.newFrame()


def write_images(folder: Path, scans: Iterable[ScanResult], suffix: str = ".jpg") -> list[Path]:
    """Write a picture per scan, `.jpg` or `.png`, numbered; return their paths."""
    if suffix not in (".jpg", ".png"):
        raise ValueError(f"suffix must be .jpg or .png, got {suffix!r}")
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for number, scan in enumerate(scans, start=1):
        path = folder / f"scan-{number:04}{suffix}"
        if suffix == ".jpg":
            path.write_bytes(_encoded(scan, Compression.JPEG))
        else:
            _picture(scan, None).save(path, dpi=(scan.dpi, scan.dpi), compress_level=1)
        paths.append(path)
    return paths


def _batches(pages: Iterator[bytes]) -> Iterator[list[bytes]]:
    while batch := list(islice(pages, _AT_A_TIME)):
        yield batch


def _encoded(scan: ScanResult, kind: Compression | None) -> bytes:
    """Give the file of one page: JPEG, or TIFF with Group 4 inside."""
    if _is_g4(scan, kind):
        stream = io.BytesIO()
        dpi = (round(scan.dpi), round(scan.dpi))
        _picture(scan, kind).save(stream, "TIFF", compression="group4", dpi=dpi)
        return stream.getvalue()
    return scan.jpeg or compress(scan.image, _QUALITY, scan.dpi)[1]


def _picture(scan: ScanResult, kind: Compression | None) -> PillowImage.Image:
    if _is_g4(scan, kind):
        grey = scan.image if scan.image.ndim == 2 else cv2.cvtColor(scan.image, cv2.COLOR_BGR2GRAY)
        return PillowImage.fromarray(np.asarray(grey) >= 128)
    if scan.image.ndim == 2:
        return PillowImage.fromarray(scan.image)
    return PillowImage.fromarray(np.ascontiguousarray(scan.image[..., ::-1]))


def _is_g4(scan: ScanResult, kind: Compression | None) -> bool:
    return scan.is_bitonal if kind is None else kind is Compression.G4
