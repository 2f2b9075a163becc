"""Office scans of other people's forms, every box a question of its own (shared/pages)."""

import json
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest

from omr import Doubt, read_marks

PAGES = Path(__file__).parents[4] / "shared" / "pages"
MOST_DOUBTS = 0.03  # of the boxes; bubbles are not square, and all of them in doubt

pytestmark = pytest.mark.skipif(
    not (PAGES / "truth.json").exists(),
    reason="the scans of real forms (shared/pages) do not lie beside the project",
)


def test_boxes_that_stand_alone_on_real_paper_are_read() -> None:
    """71 % of them were doubts: text beside a box counted as ink, a clean page as a lossy one."""
    count: Counter[str] = Counter()
    for page in json.loads((PAGES / "truth.json").read_text())["pages"].values():
        image = np.asarray(cv2.imread(str(PAGES / page["image"]), cv2.IMREAD_GRAYSCALE), np.uint8)
        mm_to_px = np.vstack([np.array(page["affine_mm_to_px"], float), [0, 0, 1]])
        boxes = [box for box in page["boxes"] if not box["char_inside"]]
        asked = {}
        for number, box in enumerate(boxes):
            x0, y0, x1, y1 = box["printed_rect_mm"]
            asked[str(number)] = [("x", x0, y0, x1 - x0, y1 - y0)]
        readings = read_marks(image, mm_to_px, asked) if asked else {}
        for number, box in enumerate(boxes):
            reading = readings[str(number)]
            is_wrong = box["state"] != "cancelled" and (reading.option == "x") != box["ticked"]
            count["boxes"] += reading.doubt is not Doubt.NOT_SQUARE
            count["doubts"] += reading.doubt not in (None, Doubt.NOT_SQUARE)
            count["silent"] += reading.doubt is None and is_wrong

    assert count["silent"] == 0
    assert count["doubts"] <= MOST_DOUBTS * count["boxes"]
