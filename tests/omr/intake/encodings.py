"""The same picture in every way in which machines and programs write one down.

In:  a grey picture of a page.
Out: the bytes of files that show it: deep, clear, inked, negative, of a palette, in a PDF.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any, Literal

import cv2
import img2pdf
import numpy as np
import pikepdf
import pillow_heif
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms

from omr.geometry import Image

Maker = Callable[[Image], bytes]
Values = NDArray[Any]


# Pillow and OpenCV ----------------------------------------------------------------------------


def _saved(picture: Any, kind: str, **how: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def _as(mode: str, kind: str, **how: Any) -> Maker:
    return lambda grey: _saved(Pillow.fromarray(grey).convert(mode), kind, **how)


def _bits(grey: Image) -> Any:
    return Pillow.fromarray(np.where(grey > 140, 255, 0).astype(np.uint8)).convert("1")


def _bitonal(kind: str, **how: Any) -> Maker:
    return lambda grey: _saved(_bits(grey), kind, **how)


def _palette(grey: Image, *, backward: bool = False) -> Any:
    """Turn grey into numbers of 64 colours, from black to white or the other way round."""
    picture = Pillow.fromarray(63 - grey // 4 if backward else grey // 4, "P")
    levels = [level * 4 for level in range(64)]
    picture.putpalette([v for level in (levels[::-1] if backward else levels) for v in [level] * 3])
    return picture


def _palette_with_clear(grey: Image) -> bytes:
    """Write a palette in which paper is clear, over black."""
    picture = _palette(grey)
    picture.putpalette([v for n in range(64) for v in [n * 4 if n < 50 else 0] * 3])
    return _saved(picture, "PNG", transparency=bytes(255 if n < 50 else 0 for n in range(64)))


def _clear_paper(grey: Image, dtype: Any = np.uint8) -> Values:
    """Draw in black on paper that is clear (and black beneath)."""
    top = np.iinfo(dtype).max
    clear = np.zeros((*grey.shape, 4), dtype)
    clear[..., 3] = (255 - grey).astype(dtype) * (top // 255)
    return clear


def _never_opaque(grey: Image) -> bytes:
    """Write a picture whose program forgot to say how opaque it is."""
    made = np.dstack([grey, grey, grey, np.zeros_like(grey)])
    return _saved(Pillow.fromarray(made, "RGBA"), "PNG")


def _by_opencv(suffix: str, values: Callable[[Image], Values]) -> Maker:
    return lambda grey: bytes(cv2.imencode(suffix, values(grey))[1])


def _heif(kind: str, **how: Any) -> Maker:
    def make(grey: Image) -> bytes:
        pillow_heif.register_heif_opener()
        return _saved(Pillow.fromarray(grey).convert("RGB"), kind, **how)

    return make


def _lab(grey: Image) -> bytes:
    turn = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    lab = ImageCms.applyTransform(Pillow.fromarray(grey).convert("RGB"), turn)
    assert lab is not None
    return _saved(lab, "TIFF")


def _png_with_clear_key(grey: Image) -> bytes:
    """Write a grey PNG that calls one level, that of its white paper, clear."""
    flat = np.where(grey > 200, 255, grey).astype(np.uint8)
    return _saved(Pillow.fromarray(flat), "PNG", transparency=255)


# TIFF, number by number -----------------------------------------------------------------------


def tiff(
    values: Values,
    *,
    order: Literal["<", ">"] = "<",
    photometric: int = 1,
    kind: int = 1,
    extra: int | None = None,
    planar: bool = False,
    big: bool = False,
    bits: int | None = None,
    data: bytes | None = None,
) -> bytes:
    """Write a TIFF of one strip that nothing packs (TIFF 6.0; BigTIFF by `big`)."""
    height, width = values.shape[:2]
    channels = values.shape[2] if values.ndim == 3 else 1
    deep = values.astype(values.dtype.newbyteorder(order))
    body = data or (np.moveaxis(deep, -1, 0).copy() if planar else deep).tobytes()
    bits = bits or values.dtype.itemsize * 8
    layers = channels if planar else 1
    size = len(body) // layers
    at = 16
    tags: list[tuple[int, int, list[int]]] = [
        (256, 4, [width]), (257, 4, [height]), (258, 3, [bits] * channels), (259, 3, [1]),
        (262, 3, [photometric]), (273, 4, [at + n * size for n in range(layers)]),
        (277, 3, [channels]), (278, 4, [height]), (279, 4, [size] * layers),
        (284, 3, [2 if planar else 1]), (339, 3, [kind] * channels),
    ]  # fmt: skip
    if extra is not None:
        tags.append((338, 3, [extra]))
    return _with_tags(body, sorted(tags), order, big=big)


def _with_tags(
    body: bytes, tags: list[tuple[int, int, list[int]]], order: str, *, big: bool
) -> bytes:
    pointer, count_of, room = ("Q", "Q", 8) if big else ("I", "H", 4)
    body += bytes(-len(body) % 2)
    start = 16 + len(body)
    after = start + struct.calcsize(count_of) + len(tags) * (4 + 2 * room) + room
    entries, beyond = b"", b""
    for tag, kind, numbers in tags:
        packed = struct.pack(order + {3: "H", 4: "I"}[kind] * len(numbers), *numbers)
        if len(packed) > room:
            where = after + len(beyond)
            beyond += packed + bytes(-len(packed) % 2)
            packed = struct.pack(order + pointer, where)
        entries += struct.pack(order + "HH" + pointer, tag, kind, len(numbers))
        entries += packed.ljust(room, b"\0")
    mark = {"<": b"II", ">": b"MM"}[order]
    head = mark + (struct.pack(order + "HHHQ", 43, 8, 0, start) if big
                   else struct.pack(order + "HI", 42, start))  # fmt: skip
    directory = struct.pack(order + count_of, len(tags)) + entries + struct.pack(order + pointer, 0)
    return head.ljust(16, b"\0") + body + directory + beyond


def _deep(grey: Image) -> Values:
    return grey.astype(np.uint16) * 257


def _twelve(grey: Image) -> Values:
    return grey.astype(np.uint16) * 16


def _packed_twelve(grey: Image) -> bytes:
    """Write 12 bits a pixel, two pixels in three bytes."""
    values = _twelve(grey[:, : grey.shape[1] // 2 * 2]).astype(np.uint32)
    pair = (values[:, ::2] << 12) | values[:, 1::2]
    three = np.stack([pair >> 16 & 255, pair >> 8 & 255, pair & 255], axis=-1).astype(np.uint8)
    return tiff(grey[:, : grey.shape[1] // 2 * 2], bits=12, data=three.tobytes(), order=">")


def _in_colours(values: Values) -> Values:
    return np.dstack([values] * 3)


def _inks(grey: Image) -> Values:
    return np.dstack([np.zeros_like(grey)] * 3 + [255 - grey])


# PDF ------------------------------------------------------------------------------------------


def pdf_image(
    grey: Image, data: bytes, space: Any, *, filter_: str = "FlateDecode", bits: int = 8,
    **entries: Any,
) -> bytes:  # fmt: skip
    """Write a PDF of one page that shows one image of it."""
    pdf = pikepdf.new()
    made = pdf.make_stream(b"")
    packed = zlib.compress(data) if filter_ == "FlateDecode" else data
    made.write(packed, filter=pikepdf.Name("/" + filter_))
    made.Type, made.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
    made.Height, made.Width = grey.shape
    made.BitsPerComponent = bits
    if space is not None:
        made.ColorSpace = space(pdf) if callable(space) else space
    for name, value in entries.items():
        made[f"/{name}"] = value(pdf) if callable(value) else value
    page = pdf.add_blank_page(page_size=(595, 842))
    page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im0=made))
    page.Contents = pdf.make_stream(b"q 595 0 0 842 0 0 cm /Im0 Do Q")
    stream = io.BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def _pdf(data: bytes) -> bytes:
    made = img2pdf.convert(data)
    assert made is not None
    return bytes(made)


def _ink_space(*names: str) -> Callable[[pikepdf.Pdf], Any]:
    """Define inks of a printer's own: each is as much black."""

    def make(pdf: pikepdf.Pdf) -> Any:
        kind = pikepdf.Name.Separation if len(names) == 1 else pikepdf.Name.DeviceN
        inks = [pikepdf.Name("/" + name) for name in names]
        into = pikepdf.Dictionary(
            FunctionType=4, Domain=[0, 1] * len(names), Range=[0, 1],
        )  # fmt: skip
        adding = b"add " * (len(names) - 1)
        function = pdf.make_stream(b"{ " + adding + b"1 exch sub }", into)
        called = inks[0] if len(names) == 1 else pikepdf.Array(inks)
        return pikepdf.Array([kind, called, pikepdf.Name.DeviceGray, function])

    return make


def _indexed(pdf: pikepdf.Pdf) -> Any:
    """Define a palette in which 0 is white."""
    levels = bytes(255 - n for n in range(256))
    return pikepdf.Array(
        [pikepdf.Name.Indexed, pikepdf.Name.DeviceGray, 255, pikepdf.String(levels)]
    )


def _cal_grey(_pdf: pikepdf.Pdf) -> Any:
    white = pikepdf.Dictionary(WhitePoint=[0.9505, 1, 1.089])
    return pikepdf.Array([pikepdf.Name.CalGray, white])


def _soft_mask(grey: Image) -> Callable[[pikepdf.Pdf], Any]:
    """Let the paper be clear, over an image that is black all over."""

    def make(pdf: pikepdf.Pdf) -> Any:
        mask = pdf.make_stream(zlib.compress((255 - grey).tobytes()))
        mask.write(zlib.compress((255 - grey).tobytes()), filter=pikepdf.Name.FlateDecode)
        mask.Type, mask.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        mask.Height, mask.Width = grey.shape
        mask.BitsPerComponent, mask.ColorSpace = 8, pikepdf.Name.DeviceGray
        return mask

    return make


def _group4(grey: Image, **entries: Any) -> bytes:
    """Write fax data into a PDF as a copier does."""
    with pikepdf.open(io.BytesIO(_pdf(_bitonal("TIFF", compression="group4")(grey)))) as pdf:
        image = next(iter(pdf.pages[0].get_images().values()))
        for name, value in entries.items():
            if value is None:
                del image[f"/{name}"]
            else:
                image[f"/{name}"] = value
        stream = io.BytesIO()
        pdf.save(stream)
    return stream.getvalue()


def _white_first(pdf_bits: Image) -> bytes:
    """Write fax data with a palette in which 0 is white; the data say the opposite of it."""
    turned = np.where(pdf_bits > 140, 0, 255).astype(np.uint8)
    palette = pikepdf.Array(
        [pikepdf.Name.Indexed, pikepdf.Name.DeviceGray, 1, pikepdf.String(b"\xff\x00")]
    )
    return _group4(turned, ColorSpace=palette)


ENCODINGS: dict[str, Maker] = {
    "jpeg grey": _as("L", "JPEG", quality=85),
    "jpeg colour": _as("RGB", "JPEG", quality=85),
    "jpeg progressive": _as("RGB", "JPEG", quality=85, progressive=True),
    "jpeg cmyk": _as("CMYK", "JPEG", quality=90),
    "jpeg negative": lambda g: _as("L", "JPEG", quality=85)(255 - g),
    "png 1 bit": _bitonal("PNG"),
    "png 8 bit": _as("L", "PNG"),
    "png 16 bit": _by_opencv(".png", _deep),
    "png 12 in 16 bit": _by_opencv(".png", _twelve),
    "png colour": _as("RGB", "PNG"),
    "png colour 16 bit": _by_opencv(".png", lambda g: _in_colours(_deep(g))),
    "png colour 12 in 16 bit": _by_opencv(".png", lambda g: _in_colours(_twelve(g))),
    "png palette": lambda g: _saved(_palette(g), "PNG"),
    "png palette backward": lambda g: _saved(_palette(g, backward=True), "PNG"),
    "png palette 16 colours": lambda g: _saved(_palette(g), "PNG", bits=8),
    "png palette clear": _palette_with_clear,
    "png clear key": _png_with_clear_key,
    "png grey clear": lambda g: _saved(
        Pillow.fromarray(np.dstack([np.zeros_like(g), 255 - g]), "LA"), "PNG"),
    "png clear": lambda g: _saved(Pillow.fromarray(_clear_paper(g), "RGBA"), "PNG"),
    "png clear 16 bit": _by_opencv(".png", lambda g: _clear_paper(g, np.uint16)),
    "png never opaque": _never_opaque,
    "webp": _as("RGB", "WEBP", quality=85),
    "webp lossless": _as("RGB", "WEBP", lossless=True),
    "webp clear": lambda g: _saved(
        Pillow.fromarray(_clear_paper(g), "RGBA"), "WEBP", lossless=True),
    "heic": _heif("HEIF", quality=70),
    "avif": _as("RGB", "AVIF", quality=70),
    "tiff": _as("L", "TIFF"),
    "tiff lzw": _as("L", "TIFF", compression="tiff_lzw"),
    "tiff deflate": _as("RGB", "TIFF", compression="tiff_adobe_deflate"),
    "tiff packbits": _as("L", "TIFF", compression="packbits"),
    "tiff jpeg": _as("RGB", "TIFF", compression="jpeg", quality=85),
    "tiff group 3": _bitonal("TIFF", compression="group3"),
    "tiff group 4": _bitonal("TIFF", compression="group4"),
    "tiff 16 bit": lambda g: tiff(_deep(g)),
    "tiff 16 bit other order": lambda g: tiff(_deep(g), order=">"),
    "tiff 12 in 16 bit": lambda g: tiff(_twelve(g)),
    "tiff 12 bit": _packed_twelve,
    "tiff 32 bit": lambda g: tiff(_deep(g).astype(np.uint32) * 65537),
    "tiff hundredth of 16 bit": lambda g: tiff(30000 + g.astype(np.uint16) * 2),
    "tiff float": lambda g: tiff((g / 255).astype(np.float32), kind=3),
    "tiff float of 255": lambda g: tiff(g.astype(np.float32), kind=3),
    "tiff double": lambda g: tiff((g / 255).astype(np.float64), kind=3),
    "tiff white is zero": lambda g: tiff(255 - g, photometric=0),
    "tiff 16 bit white is zero": lambda g: tiff(65535 - _deep(g), photometric=0),
    "tiff colour 16 bit": lambda g: tiff(_in_colours(_deep(g)), photometric=2),
    "tiff colour 12 in 16 bit": lambda g: tiff(_in_colours(_twelve(g)), photometric=2),
    "tiff in layers": lambda g: tiff(_in_colours(g), photometric=2, planar=True),
    "tiff in layers, 16 bit": lambda g: tiff(
        _in_colours(_deep(g)), photometric=2, planar=True),
    "tiff in layers, 12 in 16 bit": lambda g: tiff(
        _in_colours(_twelve(g)), photometric=2, planar=True, order=">"),
    "tiff colour 16 bit deflate": lambda g: bytes(
        cv2.imencode(".tif", _in_colours(_deep(g)), [cv2.IMWRITE_TIFF_COMPRESSION, 8])[1]),
    "tiff colour 16 bit lzw": lambda g: bytes(
        cv2.imencode(".tif", _in_colours(_deep(g)), [cv2.IMWRITE_TIFF_COMPRESSION, 5])[1]),
    "tiff cmyk in layers, 16 bit": lambda g: tiff(
        _inks(g).astype(np.uint16) * 257, photometric=5, planar=True),
    "tiff cmyk in layers": lambda g: tiff(_inks(g), photometric=5, planar=True),
    "tiff cmyk 16 bit": lambda g: tiff(_inks(g).astype(np.uint16) * 257, photometric=5),
    "tiff of two halves of a scale": lambda g: tiff(g.astype(np.int16) * 128, kind=2),
    "tiff cmyk": lambda g: tiff(_inks(g), photometric=5),
    "tiff clear": lambda g: tiff(_clear_paper(g), photometric=2, extra=2),
    "tiff clear, multiplied": lambda g: tiff(_clear_paper(g), photometric=2, extra=1),
    "tiff palette": lambda g: _saved(_palette(g, backward=True), "TIFF"),
    "tiff lab": _lab,
    "big tiff": lambda g: tiff(g, big=True),
    "pdf jpeg": lambda g: _pdf(_as("L", "JPEG", quality=85)(g)),
    "pdf jpeg negative": lambda g: pdf_image(
        g, _as("L", "JPEG", quality=85)(255 - g), pikepdf.Name.DeviceGray, filter_="DCTDecode",
        Decode=pikepdf.Array([1, 0])),
    "pdf jpeg cmyk": lambda g: _pdf(_as("CMYK", "JPEG", quality=90)(g)),
    "pdf jpeg 2000": lambda g: pdf_image(
        g, _saved(Pillow.fromarray(g), "JPEG2000"), None, filter_="JPXDecode"),
    "pdf grey": lambda g: pdf_image(g, g.tobytes(), pikepdf.Name.DeviceGray),
    "pdf grey negative": lambda g: pdf_image(
        g, (255 - g).tobytes(), pikepdf.Name.DeviceGray, Decode=pikepdf.Array([1, 0])),
    "pdf 16 bit": lambda g: pdf_image(
        g, _deep(g).astype(">u2").tobytes(), pikepdf.Name.DeviceGray, bits=16),
    "pdf 1 bit stencil": lambda g: pdf_image(
        g, np.packbits(g > 140, axis=1).tobytes(), None, bits=1, ImageMask=True),
    "pdf colour": lambda g: pdf_image(g, _in_colours(g).tobytes(), pikepdf.Name.DeviceRGB),
    "pdf cmyk": lambda g: pdf_image(g, _inks(g).tobytes(), pikepdf.Name.DeviceCMYK),
    "pdf separation": lambda g: pdf_image(g, (255 - g).tobytes(), _ink_space("Black")),
    "pdf device n": lambda g: pdf_image(
        g, np.dstack([255 - g, np.zeros_like(g)]).tobytes(), _ink_space("Black", "Spot")),
    "pdf palette": lambda g: pdf_image(g, (255 - g).tobytes(), _indexed),
    "pdf calibrated grey": lambda g: pdf_image(g, g.tobytes(), _cal_grey),
    "pdf soft mask": lambda g: pdf_image(
        g, bytes(g.size), pikepdf.Name.DeviceGray, SMask=_soft_mask(g)),
    "pdf group 4": _group4,
    "pdf group 4 palette": _white_first,
}  # fmt: skip
