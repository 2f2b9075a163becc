"""Broken and hostile files: each ends as a reason, in bounded time, and the rest is still read."""

from __future__ import annotations

import io
import os
import signal
import struct
import time
import zlib
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from forms import instrument, layout
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.intake.files import list_files
from omr.intake.load import open_file
from omr.intake.values import Source
from omr.many.batch import read_batch, read_chunk
from omr.page import PageStatus, ReadPage, Reason
from omr.read import read_page
from papierkompas.lab.hostile_files import BUILT
from papierkompas.lab.simulate.pile import filled_pages

SECONDS = 10.0  # for one hostile page on a busy machine; most take 0.1
EXAMPLES = int(os.environ.get("PAPIERKOMPAS_FUZZ", "30"))  # thousands, when somebody has the time
READ = PageStatus.READ


@cache
def forms() -> Forms:
    return forms_of((asked, layout.layout(asked)) for asked in instrument.builtin())


@cache
def picture() -> Any:
    """Fill in one sheet, as a scan of 150 dpi."""
    asked = next(i for i in instrument.builtin() if i.key == "schoolwaardenkompas")
    job = Job(asked, layout.layout(asked), asked.rounds[0], "K7F3", (Seat(1),))
    page = next(iter(filled_pages([job], np.random.default_rng(1))))
    return cv2.resize(page.image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)


def encoded(suffix: str) -> bytes:
    return bytes(cv2.imencode(suffix, picture())[1])


@cache
def jpeg() -> bytes:
    return encoded(".jpg")


@cache
def png() -> bytes:
    return encoded(".png")


@cache
def tiff() -> bytes:
    stream = io.BytesIO()
    Pillow.fromarray(picture()).convert("1").save(stream, "TIFF", compression="group4")
    return stream.getvalue()


def image_pdf(data: bytes, width: int, height: int, **entries: Any) -> bytes:
    """Make a PDF of one page that shows one image."""
    pdf = pikepdf.new()
    picture_ = pdf.make_stream(data)
    picture_.Type, picture_.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    picture_.Width, picture_.Height = width, height
    picture_.BitsPerComponent, picture_.ColorSpace = 8, pikepdf.Name.DeviceGray
    for name, value in entries.items():
        if name == "Filter":
            picture_.write(data, filter=value)
        else:
            picture_[f"/{name}"] = value
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=picture_))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    return saved(pdf)


def saved(pdf: pikepdf.Pdf, **how: Any) -> bytes:
    stream = io.BytesIO()
    pdf.save(stream, **how)
    return stream.getvalue()


@cache
def good_pdf() -> bytes:
    height, width = picture().shape
    return image_pdf(jpeg(), width, height, Filter=pikepdf.Name.DCTDecode)


def drawn_pdf() -> bytes:
    """Let nobody take the image out of its page: there may be notes on it."""
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        pdf.pages[0].Annots = pikepdf.Array()
        return saved(pdf)


def locked_pdf() -> bytes:
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        return saved(pdf, encryption=pikepdf.Encryption(owner="baas", user="geheim"))


def no_pages() -> bytes:
    return saved(pikepdf.new())


def cyclic_pages() -> bytes:
    """A page tree whose branch is its own trunk."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    trunk = pdf.Root.Pages
    data = saved(pdf)
    number = trunk.objgen[0]
    return data.replace(b"/Kids [ ", b"/Kids [ %d 0 R " % number, 1)


def nested_objects() -> bytes:
    """Arrays in arrays, fifty thousand deep."""
    deep = b"[" * 50_000 + b"]" * 50_000
    return good_pdf().replace(b"/Type /Catalog", b"/Type /Catalog /Deep " + deep, 1)


def flate_bomb() -> bytes:
    """A quarter of a megabyte that unpacks to 256, in an image that claims to be small."""
    data = zlib.compress(bytes(1 << 28), 1)
    return image_pdf(data, 1000, 1414, Filter=pikepdf.Name.FlateDecode)


def content_bomb() -> bytes:
    """The commands of the page unpack to 256 megabytes."""
    data = zlib.compress(b" " * (1 << 28), 1)
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(data)
        pdf.pages[0].Contents.write(data, filter=pikepdf.Name.FlateDecode)
        return saved(pdf)


def nonsense() -> bytes:
    """The page has its picture, but what should show it makes no sense."""
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        pdf.pages[0].Contents = pdf.make_stream(b"\x00\xff(((( /Im0 Doo <<" * 50)
        return saved(pdf)


def png_claiming(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1 << 20))), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )


def jpeg_claiming(width: int, height: int) -> bytes:
    """A real JPEG whose header lies about its size."""
    data = jpeg()
    at = data.index(b"\xff\xc0")
    return data[: at + 5] + struct.pack(">HH", height, width) + data[at + 9 :]


def tiff_claiming(width: int, height: int) -> bytes:
    data = bytearray(tiff())
    start = struct.unpack("<I", data[4:8])[0]
    (count,) = struct.unpack_from("<H", data, start)
    for n in range(count):
        at = start + 2 + 12 * n
        tag = struct.unpack_from("<H", data, at)[0]
        if tag in (256, 257):
            struct.pack_into("<HII", data, at + 2, 4, 1, width if tag == 256 else height)
    return bytes(data)


def tiff_in_a_circle() -> bytes:
    """A TIFF whose last page says that the first comes next."""
    data = bytearray(tiff())
    start = struct.unpack("<I", data[4:8])[0]
    (count,) = struct.unpack_from("<H", data, start)
    struct.pack_into("<I", data, start + 2 + 12 * count, start)
    return bytes(data)


Expected = set[PageStatus | Reason]
HOSTILE: list[tuple[str, str, Callable[[], bytes], Expected]] = [
    ("nothing in it", "a.pdf", lambda: b"", {Reason.EMPTY_FILE}),
    ("not a picture", "a.pdf", lambda: b"MZ" + bytes(5000), {Reason.NOT_AN_IMAGE}),
    ("half a PDF", "a.pdf", lambda: good_pdf()[: len(good_pdf()) // 2], {Reason.DAMAGED}),
    ("a PDF without its end", "a.pdf", lambda: good_pdf()[:-200], {READ, Reason.DAMAGED}),
    ("half a JPEG", "a.jpg", lambda: jpeg()[: len(jpeg()) // 2], {Reason.DAMAGED}),
    ("the head of a JPEG", "a.jpg", lambda: jpeg()[:700], {Reason.DAMAGED}),
    ("half a PNG", "a.png", lambda: png()[: len(png()) // 2], {Reason.DAMAGED}),
    ("half a TIFF", "a.tif", lambda: tiff()[: len(tiff()) // 2], {Reason.DAMAGED}),
    ("locked", "a.pdf", locked_pdf, {Reason.ENCRYPTED}),
    ("no pages", "a.pdf", no_pages, {Reason.NO_PAGES}),
    ("cyclic page tree", "a.pdf", cyclic_pages, {Reason.DAMAGED, PageStatus.BLANK, READ}),
    ("nested objects", "a.pdf", nested_objects, {Reason.DAMAGED, READ}),
    ("a PDF named TIFF", "a.tiff", good_pdf, {READ}),
    ("a JPEG named PDF", "a.pdf", jpeg, {READ}),
    ("huge PNG", "a.png", lambda: png_claiming(100_000, 100_000), {Reason.TOO_LARGE}),
    ("large PNG", "a.png", lambda: png_claiming(12_000, 12_000), {Reason.DAMAGED}),
    ("huge JPEG", "a.jpg", lambda: jpeg_claiming(65_500, 65_500), {Reason.TOO_LARGE}),
    ("JPEG that lies up", "a.jpg", lambda: jpeg_claiming(12_000, 13_000), {Reason.DAMAGED}),
    ("JPEG that lies down", "a.jpg", lambda: jpeg_claiming(300, 400), {Reason.DAMAGED}),
    ("JPEG of nothing", "a.jpg", lambda: jpeg_claiming(0, 0), {Reason.DAMAGED}),
    ("huge TIFF", "a.tif", lambda: tiff_claiming(100_000, 100_000), {Reason.TOO_LARGE}),
    ("TIFF in a circle", "a.tif", tiff_in_a_circle, {READ}),
    (
        "huge image in a PDF",
        "a.pdf",
        lambda: image_pdf(b"x" * 99, 100_000, 100_000, Filter=pikepdf.Name.FlateDecode),
        {Reason.TOO_LARGE},
    ),
    ("Flate bomb in a PDF", "a.pdf", flate_bomb, {Reason.TOO_LARGE}),
    ("content bomb in a PDF", "a.pdf", content_bomb, {Reason.TOO_LARGE}),
    ("forms in a circle", "a.pdf", BUILT["forms-circle.pdf"], {Reason.DAMAGED}),
    ("a thousand forms in each other", "a.pdf", BUILT["forms-nested.pdf"], {Reason.DAMAGED}),
    (
        "a strip that unpacks to more",
        "a.tif",
        BUILT["strip-bomb.tif"],
        {Reason.DAMAGED, Reason.NO_SHEET},
    ),
    ("a header behind TEM", "a.jpg", BUILT["hidden-by-tem.jpg"], {Reason.TOO_LARGE}),
    ("a header behind padding", "a.jpg", BUILT["hidden-by-fill.jpg"], {Reason.TOO_LARGE}),
    ("two headers", "a.jpg", BUILT["two-headers.jpg"], {Reason.TOO_LARGE, Reason.DAMAGED}),
    ("a million strips", "a.tif", BUILT["many-strips.tif"], {Reason.DAMAGED}),
    ("nonsense for content", "a.pdf", nonsense, {Reason.DAMAGED}),
]


def read_file(path: Path, password: str | None = None) -> list[ReadPage]:
    opened = open_file(path, password=password)
    return [opened] if isinstance(opened, ReadPage) else read_chunk(opened, forms(), 0.99)


@pytest.mark.parametrize(
    ("name", "make", "expected"), [pytest.param(*case[1:], id=case[0]) for case in HOSTILE]
)
def test_a_hostile_file_ends_as_a_reason(
    tmp_path: Path, name: str, make: Callable[[], bytes], expected: Expected
) -> None:
    """It costs seconds at most, and says what is wrong with it."""
    path = tmp_path / name
    path.write_bytes(make())
    start = time.process_time()
    (page,) = read_file(path)

    assert (page.reason or page.status) in expected
    assert page.sentence is None or page.sentence
    assert time.process_time() - start < SECONDS


def test_a_locked_file_opens_with_its_password(tmp_path: Path) -> None:
    """The facilitator knows it; a wrong one is told from none."""
    path = tmp_path / "locked.pdf"
    path.write_bytes(locked_pdf())
    (page,) = read_file(path, "geheim")
    (wrong,) = read_file(path, "geheimer")

    assert page.status is READ
    assert wrong.reason is Reason.ENCRYPTED
    assert "not the right one" in str(wrong.sentence)


def test_ten_thousand_pages_are_listed_and_any_of_them_is_read(tmp_path: Path) -> None:
    """Listing costs seconds and no pictures; a page costs no more for having many neighbours."""
    path = tmp_path / "many.pdf"
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        page, trunk = pdf.pages[0].obj, pdf.Root.Pages
        copies = [pdf.make_indirect(pikepdf.Dictionary(dict(page.items()))) for _ in range(9_999)]
        trunk.Kids, trunk.Count = pikepdf.Array([*copies, page]), 10_000
        pdf.save(path)
    start = time.process_time()
    opened = open_file(path)

    assert not isinstance(opened, ReadPage)
    assert len(opened) == 10_000
    assert read_page(opened[-1], forms()).status is READ
    assert time.process_time() - start < SECONDS


ODD_NAMES = [
    "twee\nregels",
    "\r\x1b[31m\t",
    "\u202egnp.exe\u202c",
    "-rf",
    "ü ÿ",
    "\udcff \udce9",
    "é" * 120,
]


@pytest.mark.parametrize("make", [jpeg, good_pdf, drawn_pdf, tiff], ids=lambda make: make.__name__)
@pytest.mark.parametrize("name", ODD_NAMES, ids=ascii)
def test_any_file_name_is_read(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    """Names come from phones, mail programs and copiers; some are no UTF-8."""
    path = tmp_path / name
    path.write_bytes(make())
    (page,) = read_file(path)

    assert page.status is READ
    assert page.ref.file == str(path)


def test_a_folder_in_itself_is_walked_once(tmp_path: Path) -> None:
    """Links go round in circles; files in them count once."""
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "scan.jpg").write_bytes(jpeg())
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "gone.jpg")
    found = list(list_files([tmp_path]))

    assert [path.name for path in found] == ["scan.jpg", "broken.jpg"]
    assert [page.reason for path in found for page in read_file(path)] == [None, Reason.NOT_FOUND]


def test_what_systems_leave_behind_is_left_out_and_counted(tmp_path: Path) -> None:
    """A USB stick has been in a Mac, in Windows and in a NAS; its one scan is what counts."""
    for name in ("Thumbs.db", ".DS_Store", "._scan.jpg", "desktop.INI", "scan.jpg"):
        (tmp_path / name).write_bytes(b"x")
    for folder in ("System Volume Information", "@eaDir", "__MACOSX"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "scan.jpg").write_bytes(b"x")
    left_out: list[Path] = []

    assert list(list_files([tmp_path], left_out)) == [tmp_path / "scan.jpg"]
    assert len(left_out) == 7
    assert list(list_files([tmp_path / "Thumbs.db"])) == [tmp_path / "Thumbs.db"]


def test_a_deep_folder_is_walked(tmp_path: Path) -> None:
    """Depth costs no stack."""
    deep = tmp_path
    for _ in range(300):
        deep /= "d"
    deep.mkdir(parents=True)
    (deep / "scan.jpg").write_bytes(jpeg())

    assert len(list(list_files([tmp_path]))) == 1


def test_a_closed_folder_or_file_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root may open anything, so the refusal is simulated."""

    def refuse(self: Path, *_: object) -> None:
        raise PermissionError(13, "Permission denied", str(self))

    closed, scan = tmp_path / "closed", tmp_path / "scan.jpg"
    closed.mkdir()
    scan.write_bytes(jpeg())
    monkeypatch.setattr(Path, "iterdir", refuse)
    monkeypatch.setattr(Path, "open", refuse)
    pages = [page for path in list_files([closed, scan]) for page in read_file(path)]

    assert [page.reason for page in pages] == [Reason.NO_PERMISSION, Reason.NO_PERMISSION]


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Whoever opens a named pipe waits for ever."""
    os.mkfifo(tmp_path / "scan.jpg")
    (page,) = read_file(tmp_path / "scan.jpg")

    assert page.reason is Reason.NOT_AN_IMAGE


def test_a_file_that_vanishes_is_said(tmp_path: Path) -> None:
    """Somebody pulls out the USB stick between listing and reading."""
    paths = [tmp_path / "scan.jpg", tmp_path / "scan.pdf", tmp_path / "scan.tif"]
    sources: list[Source] = []
    for path, data in zip(paths, (jpeg(), good_pdf(), tiff()), strict=True):
        path.write_bytes(data)
        opened = open_file(path)
        assert not isinstance(opened, ReadPage)
        sources += opened
        path.unlink()
    pages = read_chunk(sources, forms(), 0.99)

    assert {page.reason for page in pages} <= {Reason.NOT_FOUND, Reason.DAMAGED}


def die_on_three(sources: Sequence[Source], known: Forms, certainty: float) -> list[ReadPage]:
    if any(source.ref.page == 3 for source in sources):
        os.kill(os.getpid(), signal.SIGKILL)
    return read_chunk(sources, known, certainty)


def hang_on_three(sources: Sequence[Source], known: Forms, certainty: float) -> list[ReadPage]:
    if any(source.ref.page == 3 for source in sources):
        time.sleep(600)
    return read_chunk(sources, known, certainty)


@pytest.mark.parametrize("trouble", [die_on_three, hang_on_three])
def test_a_lost_worker_costs_its_page_only(
    tmp_path: Path, trouble: Callable[[Sequence[Source], Forms, float], list[ReadPage]]
) -> None:
    """All others are read, in order."""
    path = tmp_path / "scan.pdf"
    with pikepdf.open(io.BytesIO(good_pdf())) as pdf:
        for _ in range(6):
            pdf.pages.append(pdf.pages[0])
        pdf.save(path)
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    patience = 5.0 if trouble is hang_on_three else 60.0
    pages = list(read_batch(sources, forms(), workers=2, read=trouble, patience=patience))

    assert [page.ref.page for page in pages] == list(range(1, 8))
    assert [page.reason for page in pages if page.ref.page != 3] == [None] * 6
    is_late = trouble is hang_on_three
    assert pages[2].reason is (Reason.TOO_SLOW if is_late else Reason.WORKER_DIED)


def want_memory(sources: Sequence[Source], known: Forms, certainty: float) -> list[ReadPage]:
    wanted = np.ones(3 << 30, np.uint8) if sources[0].ref.page == 1 else None
    return read_chunk(sources, known, certainty) if wanted is None else []


def test_a_worker_gets_no_more_than_its_memory(tmp_path: Path) -> None:
    """Three gigabytes are refused, where they would otherwise take the machine down."""
    path = tmp_path / "scan.jpg"
    path.write_bytes(jpeg())
    opened = open_file(path)
    assert not isinstance(opened, ReadPage)
    pages = list(read_batch(opened * 6, forms(), workers=2, read=want_memory))

    assert {page.reason for page in pages} == {Reason.TOO_LARGE}


MAKERS: dict[str, Callable[[], bytes]] = {
    "a.pdf": good_pdf,
    "a.jpg": jpeg,
    "a.png": png,
    "a.tif": tiff,
}


@given(
    name=st.sampled_from(sorted(MAKERS)),
    changes=st.lists(
        st.tuples(
            st.sampled_from(["flip", "cut", "drop", "twice", "end"]),
            st.floats(0, 1, exclude_max=True),
            st.integers(0, 255),
        ),
        min_size=1,
        max_size=6,
    ),
)
@example(name="a.jpg", changes=[("end", 0.1, 0)])
@example(name="a.tif", changes=[("end", 0.5, 0)])
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_damaged_file_is_never_blank_and_never_stops_us(
    tmp_path: Path, name: str, changes: list[tuple[str, float, int]]
) -> None:
    """Bytes get lost on USB sticks; then a sheet is read, or said to be unreadable."""
    data = bytearray(MAKERS[name]())
    for kind, where, value in changes:
        at = int(where * len(data))
        match kind:
            case "flip":
                data[at : at + 1] = bytes([value])
            case "cut":
                del data[at : at + value]
            case "drop":
                data[at : at + value] = bytes(len(data[at : at + value]))
            case "twice":
                data[at:at] = data[at : at + value]
            case _:
                del data[at:]
    path = tmp_path / name
    path.write_bytes(data)
    start = time.process_time()
    pages = read_file(path)

    assert pages
    assert all(page.reason is not Reason.OUR_MISTAKE for page in pages), pages[0].detail
    assert time.process_time() - start < SECONDS
    if [kind for kind, _, _ in changes] == ["end"]:
        assert all(page.status is not PageStatus.BLANK for page in pages)
