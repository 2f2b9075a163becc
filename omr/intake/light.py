"""From whatever numbers a file holds to the grey that is read.

In:  an array of any depth, with one to four channels.
Out: eight bits of grey or of colour; and of these the two lights in which a page is read: the grey
     of a person's eye, and the light in which coloured ink shows best.

The full depth of the file is looked at before it is cut down to eight bits: a scan that uses the
lower 12 of 16 bits, or a hundredth of them, is as good as any other.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.geometry import Image, ranked
from omr.intake.values import Unreadable
from omr.page import Reason

Values = NDArray[Any]

USED = 0.25  # share of the scale below which a deep picture is stretched to all of it,
NOISE = 6.0  # but not until its grain is more than so many grey levels
DARK = 110  # a page whose paper is darker may be a negative
EVEN = 1e-3  # of white; in what differs less nothing is drawn
SAMPLE = 1 << 16  # values from which light and dark are told
SPECKS = 2e-5  # share of a picture that is not counted as colour: a stroke of a pen is 1e-4
COLOURED = 24  # grey levels between the channels of a pixel above which it has a colour


def eight_bits(values: Values, *, is_bgr: bool = True, is_negative: bool = False) -> Image:
    """Turn values of any depth into eight bits of grey, or of blue, green and red.

    Args:
        values: (H, W) grey or (H, W, C) with C 1 to 4: the second or fourth is how opaque it is.
        is_bgr: whether blue comes first where there are colours.
        is_negative: whether the file says that 0 is white.
    """
    if values.ndim == 3 and values.shape[2] in (2, 4):
        values = _on_white(values[..., :-1], values[..., -1])
    if values.ndim == 3 and values.shape[2] == 1:
        values = values[..., 0]
    if is_negative:
        values = _turned(values)
    if values.dtype != np.uint8:
        values = _cut_down(values)
    return np.ascontiguousarray(values if values.ndim == 2 or is_bgr else values[..., ::-1])


def _turned(values: Values) -> Values:
    """Make white of 0, in the scale of the file."""
    if np.issubdtype(values.dtype, np.integer):
        return np.iinfo(values.dtype).max - values
    return _top(values) - values


def grey_of(pixels: Image) -> Image:
    """See a picture as a person does who sees no colours."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY), np.uint8)


def ink_of(pixels: Image) -> Image | None:
    """See a picture in the light in which coloured ink is dark; None where nothing has a colour.

    Every pixel shows its darkest channel, each made as light as the paper is in it.
    """
    if pixels.ndim == 2 or not _has_colour(pixels):
        return None
    few = _fewer(pixels, 256)
    papers = [max(1.0, ranked(np.ascontiguousarray(few[..., n]), 0.7)) for n in range(3)]
    blue, green, red = (
        channel if paper == max(papers) else cv2.convertScaleAbs(channel, alpha=max(papers) / paper)
        for channel, paper in zip(cv2.split(pixels), papers, strict=True)
    )
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def _fewer(pixels: Image, side: int) -> Image:
    """Take single pixels from all over a picture."""
    step = max(1, max(pixels.shape[:2]) // side)
    size = (pixels.shape[1] // step, pixels.shape[0] // step)
    return np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_NEAREST), np.uint8)


def _has_colour(bgr: Image) -> bool:
    """Say whether more than specks of a picture have a colour."""
    blue, green, red = cv2.split(_fewer(bgr, 800))
    apart = cv2.subtract(cv2.max(cv2.max(blue, green), red), cv2.min(cv2.min(blue, green), red))
    # Paper and lamp have a colour of their own, which is that of most of the picture.
    usual = ranked(apart[::4, ::4], 0.5)
    return cv2.countNonZero(cv2.compare(apart, usual + COLOURED, cv2.CMP_GT)) > SPECKS * apart.size  # type: ignore[call-overload]  # a number will do


def other_lights(image: Image) -> list[Image]:
    """Return in which other light a picture may be looked at where nothing was found on it."""
    step = max(1, max(image.shape) // 256)
    paper = ranked(np.ascontiguousarray(image[::step, ::step]), 0.5)
    return [np.asarray(cv2.bitwise_not(image), np.uint8)] if paper < DARK else []


def _on_white(colours: Values, opaque: Values) -> Values:
    """Lay a picture that is clear in places on white paper.

    A program that forgets to say how opaque the picture is must not make it blank: what would be
    one even white is then taken as it lies beneath.
    """
    if colours.dtype == opaque.dtype == np.uint8:
        clear = cv2.merge([opaque] * colours.shape[2]).reshape(colours.shape)
        beneath = np.ascontiguousarray(255 - colours)
        laid: Values = 255 - cv2.multiply(beneath, clear, scale=1 / 255).reshape(colours.shape)
        return colours if np.ptp(laid) < 1 <= np.ptp(colours) else laid
    white = np.float32(_top(colours))
    share = np.asarray(opaque, np.float32) / np.float32(max(_top(opaque), 1.0))
    laid = white + (np.asarray(colours, np.float32) - white) * share[..., None]
    if np.ptp(laid) < EVEN * white and np.ptp(colours) >= EVEN * white:
        return colours
    return laid


def _top(values: Values) -> float:
    """Return the white of a scale: of its type, or the least power of two that holds all of it."""
    if values.dtype == np.uint8:
        return 255.0
    if values.dtype == np.bool_:
        return 1.0
    some = _some(values)
    highest = float(some.max(initial=0.0))
    if np.issubdtype(values.dtype, np.floating) and highest <= 1.0:
        return 1.0
    bits = next(n for n in (8, 10, 12, 14, 16, 24, 32, 64) if highest < 2.0**n or n == 64)
    return 2.0**bits - 1


def _cut_down(values: Values) -> Image:
    """Cut a deep picture down to eight bits; one that uses little of its scale uses all then."""
    if values.dtype == np.bool_:
        return values.astype(np.uint8) * np.uint8(255)
    some = _some(values)
    if not len(some):
        raise Unreadable(Reason.DAMAGED)
    top = _top(values)
    low, high = (ranked(some, share) for share in (0.002, 0.998))
    gain, offset = 255.0 / top, 0.0
    if 0 < high - low < USED * top or low < 0:
        gain = min(230.0 / (high - low), max(gain, NOISE / max(_grain(values), 1e-12)))
        offset = 245.0 - gain * high
    if np.issubdtype(values.dtype, np.floating):
        values = np.nan_to_num(values, nan=high, posinf=high, neginf=low)
    made = np.empty(values.shape, np.uint8)
    rows = max(1, (1 << 22) // max(1, int(np.prod(values.shape[1:]))))
    for first in range(0, len(values), rows):  # a part at a time, for the memory that floats take
        part = values[first : first + rows].astype(np.float32) * np.float32(gain)
        part += np.float32(offset)
        made[first : first + rows] = np.clip(np.rint(part), 0, 255).astype(np.uint8)
    return made


def _some(values: Values) -> NDArray[np.float64]:
    """Take values from all over a picture; those that are no numbers are left out."""
    step = max(1, int(np.sqrt(values.shape[0] * values.shape[1] / SAMPLE)))
    some = np.asarray(values[::step, ::step], np.float64).ravel()
    return some[np.isfinite(some)]


def _grain(values: Values) -> float:
    """Return how much neighbouring pixels differ where nothing is drawn."""
    step = max(1, int(np.sqrt(values.shape[0] * values.shape[1] / SAMPLE)))
    near = np.asarray(values[::step, 1::step], np.float64)
    here = np.asarray(values[::step, 0::step], np.float64)[:, : near.shape[1]]
    apart = np.abs(near - here)
    apart = apart[np.isfinite(apart)]
    return ranked(apart, 0.5) * 1.05 if len(apart) else 0.0
