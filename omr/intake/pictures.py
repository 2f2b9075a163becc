"""Decode JPEG, PNG and TIFF into grey, no larger than reading needs.

In:  the bytes of a picture, or a page of a TIFF.
Out: a `Picture`, or `Unreadable` with the reason.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from omr.geometry import Image
from omr.intake.values import (
    ENOUGH_PX,
    MAX_PIXELS,
    MAX_SIDE_PX,
    Picture,
    Source,
    Unreadable,
)
from omr.page import Reason

_REDUCED = {
    1: cv2.IMREAD_GRAYSCALE,
    2: cv2.IMREAD_REDUCED_GRAYSCALE_2,
    4: cv2.IMREAD_REDUCED_GRAYSCALE_4,
    8: cv2.IMREAD_REDUCED_GRAYSCALE_8,
}


def _count_tiff(path: Path, _password: str | None) -> int:
    from PIL import Image as Pillow

    try:
        with Pillow.open(path, formats=["TIFF"]) as file:
            return int(getattr(file, "n_frames", 1))
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except MemoryError:
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _bitonal(tiff: bytes, *, whole: bool) -> Picture | None:
    """Decode Group 4; through Pillow, which takes a third of the time that OpenCV does."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(io.BytesIO(tiff), formats=["TIFF"]) as file:
            return _fitted(_grey(file), whole=whole)
    except (OSError, SyntaxError, ValueError):  # poppler may still make sense of it
        return None


def _load_tiff(source: Source, *, whole: bool) -> Picture:
    return _fitted(_frame(source, _grey), whole=whole)


def _frame(source: Source, taken: Callable[[Any], Image]) -> Image:
    """Take one picture out of a TIFF."""
    from PIL import Image as Pillow

    try:
        with Pillow.open(source.path, formats=["TIFF"]) as file:
            file.seek(source.ref.page - 1)
            _check_pixels(*file.size)
            return taken(file)
    except Pillow.DecompressionBombError:
        raise Unreadable(Reason.TOO_LARGE) from None
    except (Unreadable, MemoryError):
        raise
    except Exception as error:
        raise Unreadable(Reason.DAMAGED) from error


def _blue_first(file: Any) -> Image:
    """Turn a Pillow image into colours in the order of OpenCV."""
    return np.ascontiguousarray(np.asarray(file.convert("RGB"), np.uint8)[:, :, ::-1])


def _grey(file: Any) -> Image:
    """Turn a Pillow image into grey."""
    if file.mode == "1":  # three times as fast as to have Pillow convert it
        bits: Any = np.asarray(file)
        return np.asarray(cv2.compare(bits.view(np.uint8), 0, cv2.CMP_GT), np.uint8)  # type: ignore[call-overload]  # a number will do
    grey: Any = np.asarray(file.convert("L"))
    return np.asarray(np.ascontiguousarray(grey), np.uint8)


def _decode(data: bytes, *, whole: bool) -> Picture:
    """Decode a JPEG or PNG, no larger than reading needs."""
    width, height = _claimed_size(data)
    _check_pixels(width, height)
    is_jpeg = data.startswith(b"\xff\xd8")
    factor = 1
    if is_jpeg and not whole:
        factor = max(k for k in _REDUCED if k <= _reduction(max(width, height)))
    found: Any = cv2.imdecode(np.frombuffer(data, np.uint8), _REDUCED[factor])
    if found is None:
        raise Unreadable(Reason.DAMAGED)
    picture = _fitted(found, whole=whole)
    cut = is_jpeg and _is_cut_short(data, width * height)
    return replace(picture, shrunk=picture.shrunk * factor, is_cut_short=cut)


def _is_cut_short(jpeg: bytes, pixels: int) -> bool:
    """Say whether a JPEG ends within its picture; OpenCV fills the rest with grey.

    A block of 8 x 8 pixels takes two bits at least, if the file is not progressive (ITU-T T.81, F).
    """
    end = jpeg.rfind(b"\xff\xd9")
    if end < 0 or (end < len(jpeg) - 64 and end < jpeg.rfind(b"\xff\xda")):
        return True
    is_baseline = jpeg.find(b"\xff\xc0", 0, jpeg.find(b"\xff\xda")) > 0
    return is_baseline and len(jpeg) * 256 < pixels


def _claimed_size(data: bytes) -> tuple[int, int]:
    """Return the width and height that a file claims, or say that it is damaged."""
    try:
        if data.startswith(b"\xff\xd8"):
            return _jpeg_size(data)
        width, height = struct.unpack(">II", data[16:24])  # PNG
        return width, height
    except (struct.error, IndexError):
        raise Unreadable(Reason.DAMAGED) from None


def _jpeg_size(data: bytes) -> tuple[int, int]:
    """Walk through the segments of a JPEG to its frame (ITU-T T.81, annex B)."""
    at = 2
    while data[at] == 0xFF:
        kind = data[at + 1]
        if kind == 0xFF:  # padding
            at += 1
        elif 0xC0 <= kind <= 0xCF and kind not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif kind in (0xD9, 0xDA):
            break
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    raise Unreadable(Reason.DAMAGED)


def _check_pixels(width: int, height: int) -> None:
    if width < 1 or height < 1:
        raise Unreadable(Reason.DAMAGED)
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE_PX:
        raise Unreadable(Reason.TOO_LARGE, f"{width} x {height} pixels")


def _fitted(image: Image, *, whole: bool) -> Picture:
    """Make a picture smaller where it has far more pixels than reading needs.

    Only by whole factors: OpenCV averages whole blocks ten times faster than anything else.
    """
    factor = 1 if whole else _reduction(max(image.shape))
    if factor == 1:
        return Picture(image)
    size = (image.shape[1] // factor, image.shape[0] // factor)
    even = image[: size[1] * factor, : size[0] * factor]
    made: Any = cv2.resize(even, size, interpolation=cv2.INTER_AREA)
    return Picture(made, factor)


def _reduction(long_px: int) -> int:
    """Return the largest whole factor that leaves enough pixels."""
    return max(1, int(long_px // ENOUGH_PX))
