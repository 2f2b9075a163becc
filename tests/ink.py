"""Where the ink of every text lies on a page, told by what is drawn and not by what was meant.

In:  papers that are drawn while `watched` looks on.
Out: `Page`s with the boxes of their texts and the upright lines that part cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import pytest

from forms import fonts
from forms.paper import MM, Drawing
from forms.paper_sizes import Paper

ABOVE, BELOW = 0.62, 0.04  # of the size: small letters and capitals, without accents and tails
HAIR_MM = 0.2
EDGE_MM = 4.0  # what no copier prints


@dataclass(frozen=True, slots=True)
class Inked:
    """A text, in mm from the left and from the foot of the page."""

    text: str
    left: float
    low: float
    right: float
    high: float

    def overlaps(self, other: Inked) -> bool:
        return (
            self.left + HAIR_MM < other.right
            and other.left + HAIR_MM < self.right
            and self.low + HAIR_MM < other.high
            and other.low + HAIR_MM < self.high
        )

    def moved(self, dx: float, dy: float) -> Inked:
        left, low, right, high = self.left + dx, self.low + dy, self.right + dx, self.high + dy
        return Inked(self.text, left, low, right, high)


@dataclass(slots=True)
class InkPage:
    """A page, or a form that is put on pages."""

    paper: Paper
    texts: list[Inked] = field(default_factory=list)
    upright: list[tuple[float, float, float]] = field(default_factory=list)  # x, low, high

    def faults(self, *, has_cells: bool) -> list[str]:
        """Name the texts that leave the page, lie over each other, or cross the side of a cell."""
        wide, high = self.paper.width_mm, self.paper.height_mm
        found = [
            f"{one.text!r} leaves the page"
            for one in self.texts
            if min(one.left, one.low) < EDGE_MM
            or one.right > wide - EDGE_MM
            or one.high > high - EDGE_MM
        ]
        found += [
            f"{a.text!r} over {b.text!r}" for a, b in combinations(self.texts, 2) if a.overlaps(b)
        ]
        found += [
            f"{one.text!r} leaves its cell at {x:.0f} mm"
            for one in self.texts
            for x, low, high_ in self.upright
            if has_cells
            and one.left + HAIR_MM < x < one.right - HAIR_MM
            and low < (one.low + one.high) / 2 < high_
        ]
        return found


@contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[InkPage]]:
    """Note every text and every upright line of all papers that are drawn inside."""
    pages: list[InkPage] = []
    forms: dict[tuple[int, str], InkPage] = {}
    now: dict[int, InkPage] = {}
    below: dict[int, list[InkPage]] = {}

    def here(drawing: Drawing) -> InkPage:
        if id(drawing) not in now:
            now[id(drawing)] = InkPage(drawing.paper)
            pages.append(now[id(drawing)])
        return now[id(drawing)]

    def placed(drawing: Drawing, x: float, y: float) -> tuple[float, float]:
        canvas: Any = drawing._canvas
        across, up = canvas.absolutePosition(x * MM, drawing._y(y))
        return float(across) / MM, float(up) / MM

    was_text, was_line, was_use = Drawing.text, Drawing.line, Drawing.use
    was_form, was_next, was_save = Drawing.form, Drawing.next_page, Drawing.save

    def text(self: Drawing, x: float, y: float, said: str, size: float, **how: Any) -> None:
        was_text(self, x, y, said, size, **how)
        wide = fonts.width(said, size, bold=how.get("bold", False))
        if not said.strip():
            return
        left = x - {"left": 0.0, "centre": wide / 2, "right": wide}[how.get("align", "left")]
        em = size / MM
        corners = [
            placed(self, left + across, y + down)
            for across in (0.0, wide)
            for down in (-ABOVE * em, BELOW * em)
        ]
        xs, ys = [at for at, _ in corners], [at for _, at in corners]
        here(self).texts.append(Inked(said, min(xs), min(ys), max(xs), max(ys)))

    def line(self: Drawing, x1: float, y1: float, x2: float, y2: float, **how: Any) -> None:
        was_line(self, x1, y1, x2, y2, **how)
        (a, low), (b, high) = placed(self, x1, y1), placed(self, x2, y2)
        if abs(a - b) < HAIR_MM:
            here(self).upright.append((a, min(low, high), max(low, high)))

    def use(self: Drawing, name: str) -> None:
        was_use(self, name)
        form = forms[id(self), name]
        if self._canvas._currentMatrix[:4] != (1.0, 0.0, 0.0, 1.0):
            return  # a small picture of it
        dx, dy = placed(self, 0, form.paper.height_mm)
        if dx or len(self._forms) > 99 or form.paper.height_mm > self.paper.height_mm:
            return  # a sheet of a large poster shows a part of it
        here(self).texts += [one.moved(dx, dy) for one in form.texts]

    @contextmanager
    def form(self: Drawing, name: str, paper: Paper | None = None) -> Iterator[None]:
        below.setdefault(id(self), []).append(here(self))
        with was_form(self, name, paper):
            now[id(self)] = forms[id(self), name] = InkPage(self.paper)
            yield
        now[id(self)] = below[id(self)].pop()

    def next_page(self: Drawing, paper: Paper | None = None) -> None:
        was_next(self, paper)
        now.pop(id(self), None)

    def save(self: Drawing) -> None:
        was_save(self)
        now.pop(id(self), None)

    with monkeypatch.context() as patch:
        for name, made in (
            ("text", text), ("line", line), ("use", use),
            ("form", form), ("next_page", next_page), ("save", save),
        ):  # fmt: skip
            patch.setattr(Drawing, name, made)
        yield pages
