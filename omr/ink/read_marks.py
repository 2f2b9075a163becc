"""Read the marks on a registered picture.

In:  a picture, where the paper lies in it, and where the boxes stand on the paper.
Out: a `Reading` per question.

`read_marks` is what other programs use on pictures that they registered themselves; `readings` is
the part of it that a page of ours goes through as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.answers import Reading
from omr.forms_known import Rows
from omr.geometry import px_per_mm, shrink
from omr.ink.decide import CERTAINTY, decide
from omr.ink.marks import measure
from omr.ink.model import probabilities
from omr.place.register import Registration, refine

LEAST_CONTRAST = 25.0  # grey levels between paper and print; with less, noise looks like ink
MOST_PX_PER_MM = 10.0  # finer pictures are made smaller: sampling would skip over strokes
GOOD_PX_PER_MM = 6.5


def read_marks(
    image: NDArray[np.uint8],
    mm_to_px: NDArray[np.float64],
    questions: Mapping[str, Sequence[tuple[str, float, float, float, float]]],
    *,
    certainty: float = CERTAINTY,
) -> dict[str, Reading]:
    """Read the marks on any registered picture of a form with square boxes.

    Args:
        image: (H, W) grey, uint8.
        mm_to_px: 3x3 homography from mm on the paper to pixels of the picture.
        questions: per question its boxes as (option, x, y, width, height) in mm; boxes are 2.5 to
            8 mm, square, with a printed outline and empty inside. One box is a tick box.
        certainty: the least probability at which an answer stands without a doubt.

    Returns:
        A `Reading` per question, in the order of `questions`.

    Raises:
        ValueError: a box is of another size, or the picture is not grey.
    """
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError(f"image must be (H, W) uint8, got {image.shape} {image.dtype}")
    rows: dict[str, tuple[list[str], list[int]]] = {}
    rects: list[tuple[float, float, float, float]] = []
    for question, boxes in questions.items():
        for option, x, y, width, height in boxes:
            if not (2.4 <= width <= 8.1 and 2.4 <= height <= 8.1):
                raise ValueError(
                    f"question {question!r}, option {option!r}: a box must be 2.5..8 mm, "
                    f"got {width} x {height}"
                )
            options, which = rows.setdefault(question, ([], []))
            options.append(option)
            which.append(len(rects))
            rects.append((x, y, width, height))
    if not rects:
        return {}
    places = np.array(rects, dtype=np.float64)
    homography = np.asarray(mm_to_px, dtype=np.float64)
    middle = places[:, :2].mean(axis=0)
    resolution = px_per_mm(homography, (float(middle[0]), float(middle[1])))
    if resolution > MOST_PX_PER_MM:
        factor = resolution / GOOD_PX_PER_MM
        size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        homography = shrink(homography, factor)
    return readings_of(refine(image, homography, places), rows, certainty)


def readings_of(placed: Registration, rows: Rows, certainty: float) -> dict[str, Reading]:
    """Measure the ink in every box and decide what each row says."""
    if not rows:
        return {}
    features = measure(placed.patches, [which for _, which in rows.values()])
    found = placed.found & (placed.patches.contrast >= LEAST_CONTRAST)
    whitened = placed.patches.is_whitened
    return decide(rows, probabilities(features), found, certainty, is_whitened=whitened)
