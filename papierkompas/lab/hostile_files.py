"""Build files that were made to stop whoever opens them: bombs, loops, headers that lie.

In:  nothing.
Out: small files by name; each is a kind of which others were seen, or may come.

What such a file is to be read as is told with it: it may be anything but a danger.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable, Sequence
from typing import Any

import pikepdf

PAGE = [0, 0, 595, 842]
SIDE = 30_000  # pixels that a picture claims
NESTED = 1_000  # forms inside each other
MANY_PAGES = 250_000  # of a TIFF, in 28 MB
UNPACKED = 400 << 20  # bytes that a bomb unpacks to


# PDF ------------------------------------------------------------------------------------------


def _pdf(content: bytes, objects: Callable[[pikepdf.Pdf], dict[str, Any]], **page: Any) -> bytes:
    pdf = pikepdf.new()
    made = pdf.add_blank_page(page_size=(PAGE[2], PAGE[3]))
    made.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(objects(pdf)))
    made.Contents = pdf.make_stream(content)
    for name, value in page.items():
        made.obj[f"/{name}"] = value
    return _saved(pdf)


def _saved(pdf: pikepdf.Pdf) -> bytes:
    stream = io.BytesIO()
    as_it_is = pikepdf.StreamDecodeLevel.none
    pdf.save(stream, compress_streams=False, stream_decode_level=as_it_is)
    return stream.getvalue()


def _form(pdf: pikepdf.Pdf, content: bytes, inside: dict[str, Any]) -> Any:
    form = pdf.make_stream(content)
    form.Type, form.Subtype = pikepdf.Name.XObject, pikepdf.Name.Form
    form.BBox = PAGE
    form.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(inside))
    return pdf.make_indirect(form)


def _nested(count: int, times: int) -> Callable[[pikepdf.Pdf], dict[str, Any]]:
    """Forms inside each other, each of which shows the next so many times."""

    def made(pdf: pikepdf.Pdf) -> dict[str, Any]:
        inner = _form(pdf, b"0 0 1 1 re f", {})
        for _ in range(count):
            inner = _form(pdf, b"/F Do " * times, {"/F": inner})
        return {"/F": inner}

    return made


def _in_itself(pdf: pikepdf.Pdf) -> dict[str, Any]:
    form = _form(pdf, b"/F Do /F Do", {})
    form.Resources.XObject["/F"] = form
    return {"/F": form}


def _image(data: bytes, packing: str, width: int, height: int) -> Callable[..., dict[str, Any]]:
    def made(pdf: pikepdf.Pdf) -> dict[str, Any]:
        image = pdf.make_stream(b"")
        image.write(data, filter=pikepdf.Name(packing))
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height = width, height
        image.BitsPerComponent, image.ColorSpace = 8, pikepdf.Name.DeviceGray
        return {"/I": image}

    return made


_SHOWN = b"q 595 0 0 842 0 0 cm /I Do Q"


def _packed_commands(command: bytes) -> bytes:
    """The commands of a page, which unpack to a thousand times as much."""
    packer = zlib.compressobj(9)
    block = command * ((1 << 20) // len(command))
    data = b"".join(packer.compress(block) for _ in range(UNPACKED >> 20)) + packer.flush()
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(PAGE[2], PAGE[3]))
    page.Contents = pdf.make_stream(b"")
    page.Contents.write(data, filter=pikepdf.Name.FlateDecode)
    return _saved(pdf)


def _twice_packed() -> bytes:
    """Commands packed twice, so that the first look sees little."""
    packer = zlib.compressobj(9)
    block = b"q " * (1 << 19)
    once = b"".join(packer.compress(block) for _ in range(UNPACKED >> 20)) + packer.flush()
    pdf = pikepdf.new()
    page = pdf.add_blank_page(page_size=(PAGE[2], PAGE[3]))
    page.Contents = pdf.make_stream(b"")
    both = pikepdf.Array([pikepdf.Name.FlateDecode, pikepdf.Name.FlateDecode])
    page.Contents.write(zlib.compress(once, 9), filter=both)
    return _saved(pdf)


def _tree_in_a_circle() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    number = pdf.Root.Pages.objgen[0]
    return _saved(pdf).replace(b"/Kids [ ", b"/Kids [ %d 0 R " % number, 1)


def _table_in_a_circle() -> bytes:
    """A PDF of which the table of objects says that the one before it is itself."""
    pdf = pikepdf.new()
    pdf.add_blank_page()
    stream = io.BytesIO()
    pdf.save(stream, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    data = stream.getvalue()
    at = data.rindex(b"\nxref") + 1
    return data.replace(b"trailer <<", b"trailer << /Prev %d" % at, 1)


def _deep_arrays() -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    deep = b"[" * 100_000 + b"]" * 100_000
    return _saved(pdf).replace(b"/Type /Catalog", b"/Type /Catalog /D " + deep, 1)


# JPEG -----------------------------------------------------------------------------------------


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def _jpeg_head(marker: int, width: int, height: int) -> bytes:
    return _segment(marker, struct.pack(">BHHBBBB", 8, height, width, 1, 1, 0x11, 0))


_SCAN = _segment(0xDA, bytes([1, 1, 0, 0, 63, 0]))
_TABLES = _segment(0xDB, b"\0" + b"\1" * 64) + b"".join(
    _segment(0xC4, bytes([kind, 1]) + bytes(15) + b"\0") for kind in (0x00, 0x10)
)


def _jpeg(before: bytes, marker: int = 0xC0, width: int = SIDE, height: int = SIDE) -> bytes:
    """A JPEG whose real header comes after something that hides it."""
    head = _jpeg_head(marker, width, height)
    return b"\xff\xd8" + before + _TABLES + head + _SCAN + bytes(60_000) + b"\xff\xd9"


def _jpeg_of_scans(count: int) -> bytes:
    """A progressive JPEG that goes over its whole picture again and again."""
    width, height = 12_000, 13_000
    head = b"\xff\xd8" + _TABLES + _jpeg_head(0xC2, width, height)
    scans = [_segment(0xDA, bytes([1, 1, 0, 0, 0, 0x10])) + bytes(8)]
    scans += [_segment(0xDA, bytes([1, 1, 0, 1, 63, 0])) + bytes(8)] * count
    return head + b"".join(scans) + b"\xff\xd9"


# PNG ------------------------------------------------------------------------------------------


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _png(width: int, height: int, depth: int, colour: int, *before: bytes) -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    packer = zlib.compressobj(1)
    block = bytes(1 << 20)
    channels = {0: 1, 2: 3, 6: 4}[colour]
    size = min((width * channels * depth // 8 + 1) * height, UNPACKED)
    data = b"".join(packer.compress(block) for _ in range((size >> 20) + 1)) + packer.flush()
    return b"".join(
        (b"\x89PNG\r\n\x1a\n", head, *before, _chunk(b"IDAT", data), _chunk(b"IEND", b""))
    )


def _packed_text() -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    data = b"".join(packer.compress(block) for _ in range(UNPACKED >> 20)) + packer.flush()
    return _chunk(b"zTXt", b"Comment\0\0" + data)


# TIFF -----------------------------------------------------------------------------------------

_Tag = tuple[int, int, int, int]  # number, kind, count, value
_SHORT, _LONG = 3, 4


def _directory(tags: Sequence[_Tag], following: int) -> bytes:
    body = b"".join(struct.pack("<HHII", *tag) for tag in sorted(tags))
    return struct.pack("<H", len(tags)) + body + struct.pack("<I", following)


def _tags(
    width: int, height: int, bits: int, packing: int, place: int, size: int, channels: int = 1
) -> list[_Tag]:
    return [
        (256, _LONG, 1, width), (257, _LONG, 1, height), (258, _SHORT, 1, bits),
        (259, _SHORT, 1, packing), (262, _SHORT, 1, 1), (273, _LONG, 1, place),
        (277, _SHORT, 1, channels), (278, _LONG, 1, height), (279, _LONG, 1, size),
    ]  # fmt: skip


def _tiff(tags: Sequence[_Tag], data: bytes) -> bytes:
    start = 8 + len(data) + len(data) % 2
    head = b"II*\0" + struct.pack("<I", start)
    return head + data.ljust(start - 8, b"\0") + _directory(tags, 0)


def _many_pages(count: int) -> bytes:
    one = 2 + 9 * 12 + 4
    places = (16 + one * n for n in range(1, count))
    tags = _tags(8, 8, 1, 1, 8, 8)
    pages = b"".join(_directory(tags, following) for following in (*places, 0))
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + pages


def _pages_in_a_circle() -> bytes:
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + _directory(_tags(8, 8, 1, 1, 8, 8), 16)


def _many_strips(count: int) -> bytes:
    """A page in strips of which each is the same few bytes."""
    places = struct.pack(f"<{count}I", *[8] * count)
    sizes = struct.pack(f"<{count}I", *[4] * count)
    at = 8 + 8
    tags = [tag for tag in _tags(8, count, 8, 1, 8, 4) if tag[0] not in (273, 278, 279)]
    tags += [(273, _LONG, count, at), (278, _LONG, 1, 1), (279, _LONG, count, at + len(places))]
    return _tiff(tags, bytes(8) + places + sizes)


def _tiff_bomb(width: int, height: int, bits: int, channels: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(1 << 20)
    size = min(width * height * channels * bits // 8, 1200 << 20)
    data = b"".join(packer.compress(block) for _ in range(size >> 20)) + packer.flush()
    return _tiff(_tags(width, height, bits, 8, 8, len(data), channels), data)


def _strip_that_lies() -> bytes:
    """A page that claims to be small, and a strip that unpacks to far more."""
    data = zlib.compress(bytes(UNPACKED), 9)
    return _tiff(_tags(1_000, 1_400, 8, 8, 8, len(data)), data)


def _fax_without_end() -> bytes:
    """Group 4 in which every line is as the one before, 30,000 times."""
    return _tiff(_tags(SIDE, 5_000, 1, 4, 8, 60_000), b"\xff" * 60_000)


# Others ---------------------------------------------------------------------------------------


def _webp() -> bytes:
    bits = (16_383 - 1) | (16_383 - 1) << 14
    body = b"VP8L" + struct.pack("<IBI", 4096, 0x2F, bits) + bytes(4091)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def _heic() -> bytes:
    inside = struct.pack(">I4s", 1 << 30, b"meta") + bytes(20_000)
    return struct.pack(">I4s4sI", 16, b"ftyp", b"heic", 0) + inside


BUILT: dict[str, Callable[[], bytes]] = {
    "forms-nested.pdf": lambda: _pdf(b"/F Do", _nested(NESTED, 1)),
    "forms-billion.pdf": lambda: _pdf(b"/F Do", _nested(9, 10)),
    "forms-circle.pdf": lambda: _pdf(b"/F Do", _in_itself),
    "commands-save.pdf": lambda: _packed_commands(b"q "),
    "commands-space.pdf": lambda: _packed_commands(b"  "),
    "commands-twice-packed.pdf": _twice_packed,
    "image-bomb.pdf": lambda: _pdf(
        _SHOWN, _image(zlib.compress(bytes(UNPACKED), 9), "/FlateDecode", 1_000, 1_414)
    ),
    "image-lies.pdf": lambda: _pdf(_SHOWN, _image(_jpeg(b""), "/DCTDecode", 1_000, 1_414)),
    "image-claims.pdf": lambda: _pdf(_SHOWN, _image(b"x" * 99, "/FlateDecode", SIDE, SIDE)),
    "image-jpeg-2000.pdf": lambda: _pdf(_SHOWN, _image(b"\xff\x4f\xff\x51" + bytes(99),
                                                       "/JPXDecode", 9_000, 9_000)),
    "page-thin.pdf": lambda: _pdf(b"", lambda _: {}, MediaBox=[0, 0, 0.0001, 14_400]),
    "page-high.pdf": lambda: _pdf(b"3110P", lambda _: {}, MediaBox=[0, 0, 595, 429_496_729_640]),
    "page-units.pdf": lambda: _pdf(b"", lambda _: {}, UserUnit=1_000_000),
    "pages-circle.pdf": _tree_in_a_circle,
    "table-circle.pdf": _table_in_a_circle,
    "arrays-deep.pdf": _deep_arrays,
    "hidden-by-tem.jpg": lambda: _jpeg(b"\xff\x01"),
    "hidden-by-tem-progressive.jpg": lambda: _jpeg(b"\xff\x01", 0xC2),
    "hidden-by-restart.jpg": lambda: _jpeg(b"\xff\xd0\xff\xd7"),
    "hidden-by-fill.jpg": lambda: _jpeg(b"\xff" * 500),
    "hidden-by-garbage.jpg": lambda: _jpeg(b"\x12\x34" * 50),
    "two-headers.jpg": lambda: _jpeg(_jpeg_head(0xC0, 800, 1_100)),
    "header-in-a-comment.jpg": lambda: _jpeg(_segment(0xFE, _jpeg_head(0xC0, 800, 1_100))),
    "many-scans.jpg": lambda: _jpeg_of_scans(2_000),
    "cut.jpg": lambda: _jpeg(b"", width=1_200, height=1_700)[:400],
    "claims.png": lambda: _png(100_000, 100_000, 8, 0),
    "colour-deep.png": lambda: _png(12_000, 13_000, 16, 6),
    "text-bomb.png": lambda: _png(800, 1_100, 8, 0, _packed_text()),
    "many-pages.tif": lambda: _many_pages(MANY_PAGES),
    "circle.tif": _pages_in_a_circle,
    "many-strips.tif": lambda: _many_strips(1_000_000),
    "some-strips.tif": lambda: _many_strips(30_000),
    "deflate-bomb.tif": lambda: _tiff_bomb(12_000, 12_000, 16, 1),
    "strip-bomb.tif": _strip_that_lies,
    "fax-without-end.tif": _fax_without_end,
    "claims.webp": _webp,
    "boxes.heic": _heic,
}  # fmt: skip
