"""Read the marks on a registered picture.

In:  a picture, where the paper lies in it, and where the boxes stand on the paper.
Out: a `Reading` per question.

`read_marks` is what other programs use on pictures that they registered themselves; `readings` is
the part of it that a page of ours goes through as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading
from omr.forms_known import Rows
from omr.geometry import px_per_mm, shrink
from omr.ink.decide import CERTAINTY, decide
from omr.ink.marks import above_row, in_band, is_bare, measure
from omr.ink.model import Ink, probabilities
from omr.place.boxes import round_outline
from omr.place.register import Registration, doubted, refine

LEAST_CONTRAST = 25.0  # grey levels between paper and print; with less, noise looks like ink
LEAST_PX_PER_MM = 2.8  # 71 dpi; at 2.7 empty boxes of real forms looked marked
MOST_PX_PER_MM = 10.0  # finer pictures are made smaller: sampling would skip over strokes
GOOD_PX_PER_MM = 6.5
ROUND, MOSTLY = 0.9, 0.5  # of a round outline; of the boxes of a page that show one
LEAST_BOX_MM, MOST_BOX_MM = 2.4, 8.1  # 2.5 to 8 mm, and what rounding makes of them


def read_marks(
    image: NDArray[np.uint8],
    mm_to_px: NDArray[np.float64],
    questions: Mapping[str, Sequence[tuple[str, float, float, float, float]]],
    *,
    certainty: float = CERTAINTY,
) -> dict[str, Reading]:
    """Read the marks on any registered picture of a form with square boxes.

    Where there is evidence that the registration is wrong, every question is *misplaced*: nothing
    is printed where the outermost boxes should be, outlines stand on both sides where none should,
    less than half of the boxes show their outline, or the homography mirrors the paper. Bubbles are
    *not square*, and a picture of less than 2.8 pixels per mm is *too coarse*. What the boxes alone
    cannot show is said in docs/library.md.

    Args:
        image: (H, W) grey, uint8; white paper is light. The middle of its first pixel is (0, 0).
        mm_to_px: 3x3 homography from mm on the paper (x to the right, y down, from its upper left
            corner) to pixels of the picture; right within a millimetre.
        questions: per question its boxes as (option, x, y, width, height) in mm, (x, y) being the
            upper left corner of the outline; boxes are 2.5 to 8 mm, square, with a printed outline
            and empty inside. One box is a tick box. Give all boxes of the page.
        certainty: the least probability, above 0 and at most 1, at which an answer stands without a
            doubt.

    Returns:
        A `Reading` per question, in the order of `questions`.

    Raises:
        ValueError: the picture is not grey, the homography is no such thing, a question has no
            boxes or an option twice, a box is of another size, or the certainty is no probability.
    """
    _check_picture(image, mm_to_px, certainty)
    rows: dict[str, tuple[list[str], list[int]]] = {}
    rects: list[tuple[float, float, float, float]] = []
    for question, boxes in questions.items():
        _check_boxes(question, boxes)
        rows[question] = (
            [option for option, *_ in boxes],
            list(range(len(rects), len(rects) + len(boxes))),
        )
        rects += [(x, y, width, height) for _, x, y, width, height in boxes]
    if not rects:
        return {}
    places = np.array(rects, dtype=np.float64)
    homography = np.asarray(mm_to_px, dtype=np.float64)
    middle = places[:, :2].mean(axis=0)
    resolution = px_per_mm(homography, (float(middle[0]), float(middle[1])))
    if resolution < LEAST_PX_PER_MM:
        return _all_in_doubt(rows, Doubt.TOO_COARSE)
    if resolution > MOST_PX_PER_MM:
        factor = resolution / GOOD_PX_PER_MM
        size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        homography = shrink(homography, factor)
    placed = doubted(image, refine(image, homography, places), places)
    is_printed = placed.patches.contrast >= LEAST_CONTRAST
    if is_printed and (round_outline(placed.patches) >= ROUND).mean() >= MOSTLY:
        return _all_in_doubt(rows, Doubt.NOT_SQUARE)
    if not placed.is_proven:
        return _all_in_doubt(rows, Doubt.MISPLACED)
    return readings_of(placed, rows, certainty)


def _all_in_doubt(questions: Iterable[str], why: Doubt) -> dict[str, Reading]:
    return dict.fromkeys(questions, Reading(None, doubt=why, confidence=0.0))


def _check_picture(
    image: NDArray[np.uint8], mm_to_px: NDArray[np.float64], certainty: float
) -> None:
    if image.ndim != 2 or image.dtype != np.uint8 or not image.size:
        raise ValueError(f"image must be (H, W) uint8, got {image.shape} {image.dtype}")
    homography = np.asarray(mm_to_px, dtype=np.float64)
    if homography.shape != (3, 3):
        raise ValueError(f"mm_to_px must be 3x3, got {homography.shape}")
    if not np.isfinite(homography).all():
        raise ValueError(f"mm_to_px must hold finite numbers, got {homography.tolist()}")
    if np.linalg.matrix_rank(homography) < len(homography):
        raise ValueError(f"mm_to_px has no inverse: {homography.tolist()}")
    if not 0 < certainty <= 1:
        raise ValueError(f"certainty must be above 0 and at most 1, got {certainty}")


def _check_boxes(question: str, boxes: Sequence[tuple[str, float, float, float, float]]) -> None:
    if not boxes:
        raise ValueError(f"question {question!r} has no boxes")
    options = [option for option, *_ in boxes]
    for option, x, y, width, height in boxes:
        if options.count(option) > 1:
            raise ValueError(f"question {question!r} has option {option!r} twice")
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError(
                f"question {question!r}, option {option!r}: x and y must be finite, got {x}, {y}"
            )
        if not all(LEAST_BOX_MM <= side <= MOST_BOX_MM for side in (width, height)):
            raise ValueError(
                f"question {question!r}, option {option!r}: a box must be 2.5..8 mm, "
                f"got {width} x {height}"
            )


def readings_of(placed: Registration, rows: Rows, certainty: float) -> dict[str, Reading]:
    """Measure the ink in every box and decide what each row says."""
    if not rows:
        return {}
    features = measure(placed.patches, [which for _, which in rows.values()])
    inks = probabilities(features)
    lone = np.array([which[0] for _, which in rows.values() if len(which) == 1], dtype=np.int64)
    inks[lone[in_band(placed.patches.dark[lone])]] = _STRUCK
    return decide(
        rows,
        inks,
        placed.found & (placed.patches.contrast >= LEAST_CONTRAST),
        certainty,
        is_whitened=placed.patches.is_whitened,
        ink=above_row(features),
        is_bare=is_bare(features),
    )


_STRUCK = np.eye(len(Ink))[Ink.STRUCK]
