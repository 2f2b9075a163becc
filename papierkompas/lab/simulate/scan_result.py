"""What a scan is: the picture a machine took, and where the paper lies in it.

In:  an image, and a function from the paper to it.
Out: a `ScanResult`; and the grain and the JPEG that every machine leaves in its pictures.

Pixel coordinates are those of `cv2.remap`: (0, 0) is the centre of the top left pixel, so that
a point at x mm lies at x * px_per_mm - 0.5.
"""

import struct
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

Image = NDArray[np.uint8]  # (H, W) grey, or (H, W, 3) blue, green, red
Points = NDArray[np.float64]  # (N, 2): x, y
Range = tuple[float, float]  # drawn evenly between the two

MM_PER_INCH = 25.4
MID_GREY = 128  # a grain of nought


@dataclass(frozen=True, slots=True, eq=False)
class ScanResult:
    """One scanned page, as the reader will get it, with the truth about its geometry."""

    image: Image
    to_px: Callable[[Points], Points]  # mm on the upright page -> pixels of `image`
    dpi: float
    jpeg: bytes | None = None  # the file that `image` was decoded from
    is_bitonal: bool = False


def compress(image: Image, quality: int, dpi: float) -> tuple[Image, bytes]:
    """Encode the image as JPEG; return what is left of it, and the file."""
    encoded = _encode(image, quality)
    # Scanners write their resolution into the JFIF header (units 1: per inch); OpenCV does not.
    jpeg = encoded[:13] + struct.pack(">BHH", 1, round(dpi), round(dpi)) + encoded[18:]
    return _decode(jpeg), jpeg


def add_grain(image: Image, strength: float, rng: Generator) -> Image:
    """Add the noise of a sensor and of paper fibres, a pixel or two wide."""
    if strength <= 0:
        return image
    height_px, width_px = image.shape[:2]
    raw = np.frombuffer(rng.bytes(height_px * width_px), np.uint8).reshape(height_px, width_px)
    noise = cv2.LUT(raw, _grain_table(round(strength, 1)))
    noise = cv2.GaussianBlur(noise, (3, 3), 0.6)  # neighbours share a fibre
    layers = noise if image.ndim == 2 else cv2.merge([noise, noise, noise])
    return np.asarray(cv2.addWeighted(image, 1, layers, 1, -MID_GREY), np.uint8)


def shade(image: Image, light: NDArray[np.floating]) -> Image:
    """Multiply the image by a coarse map of the light (0..1, grey or BGR) laid over it."""
    height_px, width_px = image.shape[:2]
    coarse = np.clip(light * 255, 0, 255).astype(np.uint8)
    full = cv2.resize(coarse, (width_px, height_px), interpolation=cv2.INTER_CUBIC)
    return np.asarray(cv2.multiply(image, full, scale=1 / 255), np.uint8)


def recolour(image: Image, table: NDArray[np.floating]) -> Image:
    """Replace every grey level by its entry in a table of 256."""
    return np.asarray(cv2.LUT(image, np.clip(table + 0.5, 0, 255).astype(np.uint8)), np.uint8)


def bend(image: Image, source_px: NDArray[np.float32], beyond: int) -> Image:
    """Fetch every pixel from its own place (H, W, 2); `beyond` is the grey off the page."""
    x_px, y_px = cv2.split(source_px)
    bent = cv2.remap(
        image,
        x_px,
        y_px,
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(beyond,) * 3,
    )
    return np.asarray(bent, np.uint8)


def solve(there: Callable[[Points], Points], target: Points, guess: Points) -> Points:
    """Find the points that `there` brings to the target, by Newton's method."""
    points = guess.copy()
    small = 0.01
    for _ in range(8):  # folds of real paper converge to 1e-6 in three or four
        here = there(points)
        along_x = (there(points + np.array([small, 0])) - here) / small
        along_y = (there(points + np.array([0, small])) - here) / small
        miss = here - target
        size = along_x[:, 0] * along_y[:, 1] - along_x[:, 1] * along_y[:, 0]
        points[:, 0] -= (miss[:, 0] * along_y[:, 1] - miss[:, 1] * along_y[:, 0]) / size
        points[:, 1] -= (miss[:, 1] * along_x[:, 0] - miss[:, 0] * along_x[:, 1]) / size
        if np.abs(miss).max(initial=0) < 1e-6:
            break
    return points


def full_map(
    nodes: NDArray[np.float32], step_px: int, size_px: tuple[int, int]
) -> NDArray[np.float32]:
    """Spread the values at every `step_px` (see `node_grid`) over all pixels (width, height)."""
    rows, columns = nodes.shape[:2]
    spread = cv2.resize(nodes, (columns * step_px, rows * step_px), interpolation=cv2.INTER_LINEAR)
    part = spread[step_px : step_px + size_px[1], step_px : step_px + size_px[0]]
    return np.asarray(part, np.float32)


def node_grid(step_px: int, size_px: tuple[int, int]) -> tuple[Points, tuple[int, int]]:
    """Give the pixels where `full_map` wants values, as points and as (rows, columns).

    The nodes are the centres of the cells of `step_px`, with one cell to spare on every side:
    just where `cv2.resize` puts them back.
    """
    columns, rows = (-(-length_px // step_px) + 2 for length_px in size_px)
    x_px = (np.arange(columns) - 0.5) * step_px - 0.5
    y_px = (np.arange(rows) - 0.5) * step_px - 0.5
    grid_x, grid_y = np.meshgrid(x_px, y_px)
    return np.column_stack([grid_x.ravel(), grid_y.ravel()]), (rows, columns)


@lru_cache(maxsize=64)
def _grain_table(strength: float) -> NDArray[np.uint8]:
    """Turn an even byte into a normal one; the blur after it halves the spread."""
    normal = NormalDist(MID_GREY, 2 * strength)
    table = [normal.inv_cdf((level + 0.5) / 256) for level in range(256)]
    return np.clip(np.rint(table), 0, 255).astype(np.uint8)


def _encode(image: Image, quality: int) -> bytes:
    done, buffer = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"no JPEG can be made of an image of shape {image.shape}")
    return bytes(buffer)


def _decode(jpeg: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None:
        raise ValueError("OpenCV cannot read the JPEG it just wrote")
    return np.asarray(image, np.uint8)
