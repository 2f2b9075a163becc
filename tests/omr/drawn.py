"""Forms drawn by a few lines, without the program's own layout and pens, and real marks for them.

In:  sizes in mm, a resolution, marks.
Out: a grey picture as another program would hand it to `omr.read_marks`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

REAL_MARKS = Path(__file__).parents[3] / "shared" / "marks"

Questions = dict[str, list[tuple[str, float, float, float, float]]]


@dataclass(frozen=True, slots=True, eq=False)
class DrawnForm:
    """A form: its picture, its boxes, and a map from mm to pixels."""

    image: NDArray[np.uint8]
    questions: Questions
    mm_to_px: NDArray[np.float64]
    px_per_mm: float

    def box_px(self, question: str, option: str) -> tuple[float, float, float]:
        """Return centre and side of a box in pixels."""
        for name, x, y, width, height in self.questions[question]:
            if name == option:
                scale = self.px_per_mm
                return (x + width / 2) * scale - 0.5, (y + height / 2) * scale - 0.5, width * scale
        raise KeyError(option)

    def line(
        self, question: str, option: str, points: list[tuple[float, float]], *,
        pen_mm: float = 0.5, grey: int = 40,
    ) -> None:  # fmt: skip
        """Draw a stroke for a box; (0, 0) is its centre and (1, 1) its lower right corner."""
        x, y, side = self.box_px(question, option)
        path = np.array([(x + px * side / 2, y + py * side / 2) for px, py in points])
        thick = max(1, round(pen_mm * self.px_per_mm))
        fixed = np.rint(path * 16).astype(np.int32)
        cv2.polylines(self.image, [fixed], False, (grey,), thick, cv2.LINE_AA, shift=4)

    def cross(self, question: str, option: str, *, size: float = 0.8, pen_mm: float = 0.5,
              grey: int = 40) -> None:  # fmt: skip
        """Cross a box."""
        for sign in (-1, 1):
            self.line(question, option, [(-size, -size * sign), (size, size * sign)],
                      pen_mm=pen_mm, grey=grey)  # fmt: skip

    def tick(self, question: str, option: str, *, grey: int = 40) -> None:
        """Tick a box."""
        self.line(question, option, [(-0.6, 0.0), (-0.1, 0.6), (0.9, -1.0)], grey=grey)

    def circle(self, question: str, option: str, *, size: float = 1.6, grey: int = 40) -> None:
        """Draw a ring round a box."""
        turn = np.linspace(0, 6.4, 50)
        points = [(size * float(np.cos(a)), size * float(np.sin(a))) for a in turn]
        self.line(question, option, points, grey=grey)

    def black_out(self, question: str, option: str, *, size: float = 1.05, grey: int = 30) -> None:
        """Black a box out."""
        x, y, side = self.box_px(question, option)
        low, high = size * side / 2, size * side / 2
        cv2.rectangle(self.image, (round(x - low), round(y - low)),
                      (round(x + high), round(y + high)), (grey,), -1)  # fmt: skip

    def paste(self, question: str, option: str, mark: RealMark, darkness: float = 1.0) -> None:
        """Lay a real mark over a box, as large as it was in its own box."""
        x, y, side = self.box_px(question, option)
        scale = side / mark.bubble_px
        size = (max(1, round(mark.ink.shape[1] * scale)), max(1, round(mark.ink.shape[0] * scale)))
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        ink = cv2.resize(mark.ink, size, interpolation=how) * darkness
        left, top = round(x + mark.offset[0] * scale), round(y + mark.offset[1] * scale)
        high = min(self.image.shape[0], top + size[1])
        wide = min(self.image.shape[1], left + size[0])
        part = self.image[max(top, 0) : high, max(left, 0) : wide]
        ink = ink[max(-top, 0) : high - top, max(-left, 0) : wide - left]
        part[:] = np.rint(part * (1 - ink)).astype(np.uint8)

    def scanned(self, *, blur_mm: float = 0.06, noise: float = 2.0, seed: int = 0) -> None:
        """Soften the picture and add the noise of a scanner, in place."""
        soft = cv2.GaussianBlur(self.image, (0, 0), max(0.3, blur_mm * self.px_per_mm))
        grain = np.random.default_rng(seed).normal(0, noise, soft.shape)
        self.image[:] = np.clip(np.rint(soft + grain), 0, 255).astype(np.uint8)


def form(
    *, rows: int = 8, options: int = 6, side_mm: float = 5.0, pitch_mm: float = 12.0,
    row_mm: float = 15.0, line_mm: float = 0.35, dpi: int = 200, paper: int = 245, ink: int = 25,
    digits: bool = False,
) -> DrawnForm:  # fmt: skip
    """Draw an empty form; with `digits`, each box has a number above it."""
    scale = dpi / 25.4
    width, height = 30 + options * pitch_mm, 30 + rows * row_mm
    image = np.full((round(height * scale), round(width * scale)), paper, np.uint8)
    questions: Questions = {}
    line = max(1, round(line_mm * scale))
    for row in range(rows):
        boxes = []
        for place in range(options):
            x, y = 20 + place * pitch_mm, 20 + row * row_mm
            boxes.append((str(place + 1), x, y, side_mm, side_mm))
            low = np.rint(np.array([x, y]) * scale).astype(int)
            high = np.rint(np.array([x + side_mm, y + side_mm]) * scale).astype(int)
            image[low[1] : high[1], low[0] : high[0]] = ink
            image[low[1] + line : high[1] - line, low[0] + line : high[0] - line] = paper
            if digits:
                at = (round((x + side_mm * 0.3) * scale), round((y - 0.7) * scale))
                cv2.putText(image, str(place + 1), at, cv2.FONT_HERSHEY_SIMPLEX, dpi / 500, (ink,),
                            max(1, dpi // 120), cv2.LINE_AA)  # fmt: skip
        questions[f"q{row + 1}"] = boxes
    mm_to_px = np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]])
    return DrawnForm(image, questions, mm_to_px, scale)


@dataclass(frozen=True, slots=True, eq=False)
class RealMark:
    """A crop of a mark that somebody made."""

    kind: str
    tool: str
    source: str
    ink: NDArray[np.float32]  # 0 paper, 1 ink
    bubble_px: float
    offset: tuple[float, float]  # top left from the centre of the box


@lru_cache(maxsize=1)
def real_marks() -> tuple[RealMark, ...]:
    """Load the real marks that lie beside the project; empty where they do not."""
    listed = REAL_MARKS / "marks.json"
    if not listed.exists():
        return ()
    marks = []
    for row in json.loads(listed.read_text()):
        picture = cv2.imread(str(REAL_MARKS / row["file"]), cv2.IMREAD_UNCHANGED)
        if picture is None or picture.shape[2] != 4:
            continue
        x, y = row["offset_to_cell_centre"]
        ink = (picture[:, :, 3] / 255).astype(np.float32)
        marks.append(RealMark(row["kind"], row["tool"], row["source"], ink,
                              float(row["bubble_px"]), (float(x), float(y))))  # fmt: skip
    return tuple(marks)
