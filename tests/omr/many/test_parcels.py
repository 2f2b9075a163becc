"""Pages that travel are the pages that were there."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Sequence
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from numpy.random import default_rng
from PIL import Image as Pillow

from omr.intake.load import load, open_file
from omr.intake.values import Source, Unreadable
from omr.many.parcels import TooHeavy, pack, unpack
from omr.page import ReadPage

PLENTY = 64 << 20
PAGES = 6


def picture(number: int, kind: str) -> bytes:
    """A page of noise, so that no two pages and no two decoders agree by chance."""
    noise = default_rng(number).integers(0, 255, (240, 170), np.uint8)
    image = Pillow.fromarray(noise).resize((340, 480))
    stream = io.BytesIO()
    if kind == "TIFF":
        image.convert("1").save(stream, "TIFF", compression="group4")
    else:
        image.save(stream, kind)
    return stream.getvalue()


def a_pdf(path: Path, kind: str = "JPEG") -> Path:
    path.write_bytes(img2pdf.convert([picture(n, kind) for n in range(PAGES)]))
    return path


def changed(path: Path, change: Callable[[pikepdf.Pdf], None]) -> Path:
    with pikepdf.open(
        a_pdf(path), allow_overwriting_input=True, inherit_page_attributes=False
    ) as pdf:
        change(pdf)
        pdf.save(path, stream_decode_level=pikepdf.StreamDecodeLevel.none)
    return path


def jpeg_pages(folder: Path) -> Path:
    return a_pdf(folder / "scan.pdf")


def fax_pages(folder: Path) -> Path:
    return a_pdf(folder / "scan.pdf", "TIFF")


def turned_by_parent(folder: Path) -> Path:
    """All pages lie on their side, and only the root of the page tree says so."""

    def turn(pdf: pikepdf.Pdf) -> None:
        assert not any("/Rotate" in page.obj for page in pdf.pages)
        pdf.Root.Pages.Rotate = 90

    return changed(folder / "scan.pdf", turn)


def hidden_layer(folder: Path) -> Path:
    """A black stamp lies over the page, in a layer that is switched off for the whole file."""

    def add(pdf: pikepdf.Pdf) -> None:
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="stamp"))
        pdf.Root.OCProperties = pikepdf.Dictionary(
            OCGs=[layer], D=pikepdf.Dictionary(OFF=[layer], Order=[layer])
        )
        for page in pdf.pages:
            page.obj.Resources.Properties = pikepdf.Dictionary(L0=layer)
            page.obj.Resources.XObject.Second = pdf.make_stream(
                b"0 0 100 100 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form,
                BBox=[0, 0, 100, 100],
            )  # fmt: skip
            page.contents_add(pdf.make_stream(b"/OC /L0 BDC 0 0 90 90 re f EMC"))

    return changed(folder / "scan.pdf", add)


def armoured(folder: Path) -> Path:
    """The JPEG is written in letters; taken out of them it would be read another way."""

    def wrap(pdf: pikepdf.Pdf) -> None:
        for page in pdf.pages:
            (image,) = page.obj.Resources.XObject.as_dict().values()
            assert isinstance(image, pikepdf.Stream)
            letters = base64.a85encode(image.read_raw_bytes()) + b"~>"
            names = (pikepdf.Name.ASCII85Decode, pikepdf.Name.DCTDecode)
            image.write(letters, filter=pikepdf.Array(names))

    return changed(folder / "scan.pdf", wrap)


def locked(folder: Path) -> Path:
    path = a_pdf(folder / "scan.pdf")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(user="geheim", owner="geheimer"))
    return path


def damaged(folder: Path) -> Path:
    """A part is missing in the middle, so that nothing after it is where the file says."""
    path = a_pdf(folder / "scan.pdf")
    whole = path.read_bytes()
    middle = len(whole) // 2
    path.write_bytes(whole[:middle] + whole[middle + 5000 :])
    return path


def tiff_pages(folder: Path) -> Path:
    first, *rest = [Pillow.open(io.BytesIO(picture(n, "PNG"))) for n in range(PAGES)]
    first.save(folder / "scan.tif", save_all=True, append_images=rest)
    return folder / "scan.tif"


def one_photo(folder: Path) -> Path:
    (folder / "foto.jpg").write_bytes(picture(1, "JPEG"))
    return folder / "foto.jpg"


CASES = (
    jpeg_pages, fax_pages, turned_by_parent, hidden_layer, armoured, locked, damaged, tiff_pages,
    one_photo,
)  # fmt: skip


def sources_of(path: Path) -> list[Source]:
    found = open_file(path, password="geheim")  # noqa: S106 of a file made here
    assert not isinstance(found, ReadPage)
    return found


def seen(source: Source) -> list[object]:
    """What a reader gets to see of a page, in each of the ways in which it looks."""
    views: list[object] = []
    for whole, draw in ((False, False), (True, False), (False, True)):
        try:
            made = load(source, whole=whole, draw=draw and source.kind == "pdf")
        except Unreadable as trouble:
            views.append((trouble.reason, trouble.detail))
        else:
            shape = made.image.shape
            views.append((made.image.tobytes(), shape, made.shrunk, made.turned, made.drawn))
    return views


@pytest.mark.parametrize("case", CASES)
def test_a_page_looks_the_same_out_of_a_parcel(
    tmp_path: Path, case: Callable[[Path], Path]
) -> None:
    """The answers must not depend on where a page was read."""
    sources = sources_of(case(tmp_path))[1:5]
    there = tmp_path / "there"
    there.mkdir()
    arrived = list(unpack(pack(sources, PLENTY), there))

    assert [before for before, _ in arrived] == list(sources)
    assert [seen(here) for _, here in arrived] == [seen(source) for source in sources]


def weight(sources: Sequence[Source]) -> int:
    return sum(len(parcel.data) for parcel in pack(sources, PLENTY))


def test_a_parcel_holds_the_pages_that_are_wanted_and_no_others(tmp_path: Path) -> None:
    """The whole file with every chunk would fill the network."""
    sources = sources_of(jpeg_pages(tmp_path))

    assert weight(sources[:1]) < 1.3 * (tmp_path / "scan.pdf").stat().st_size / PAGES


@pytest.mark.parametrize("case", [jpeg_pages, hidden_layer, tiff_pages])
def test_no_parcel_is_larger_than_what_may_be_sent(
    tmp_path: Path, case: Callable[[Path], Path]
) -> None:
    """A worker's memory is bounded by what it is sent."""
    sources = sources_of(case(tmp_path))
    exact = weight(sources)

    assert pack(sources, exact)
    with pytest.raises(TooHeavy):
        pack(sources, exact - 1)
