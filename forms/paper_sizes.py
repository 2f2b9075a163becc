"""Sizes of paper, by name or by width and height.

In:  what somebody typed, such as `a1` or `65x98`.
Out: a `Paper`, in mm. `PAPERS` holds those with a name; a new one there is known everywhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from forms.errors import UsageError

LEAST_MM, MOST_MM = 50, 5000  # a side of the paper


@dataclass(frozen=True, slots=True)
class Paper:
    """A size of paper, upright or lying as its width and height say."""

    name: str
    width_mm: float
    height_mm: float

    def __post_init__(self) -> None:
        for side in (self.width_mm, self.height_mm):
            if not LEAST_MM <= side <= MOST_MM:
                raise ValueError(
                    f"a side of the paper must be {LEAST_MM}..{MOST_MM} mm, got {side}"
                )

    def turned(self) -> Paper:
        """Return the same paper, lying instead of upright or the other way round."""
        return Paper(self.name, self.height_mm, self.width_mm)


A4 = Paper("A4", 210, 297)
PAPERS = {
    paper.name.lower(): paper
    for paper in (
        A4,
        Paper("A3", 297, 420),
        Paper("A2", 420, 594),
        Paper("A1", 594, 841),
        Paper("A0", 841, 1189),
        Paper("B1", 707, 1000),
        Paper("flipover", 650, 980),  # the most common pad in the Netherlands
    )
}

_UNITS_MM = {"mm": 1, "cm": 10}
_UNIT = re.compile(r"(?<=\d)[cm]m")
_TIMES = re.compile(r"[×*✕]|bij|by")
_DASHES = str.maketrans("", "", "-_‐‑–")


def paper_named(text: str) -> Paper:
    """Find a paper by its name, or by width x height in cm such as `65x98`.

    >>> paper_named("Flip-over") is paper_named("flipover"), paper_named("60 × 90 cm").width_mm
    (True, 600.0)

    Raises:
        UsageError: it is neither.
    """
    name = "".join(text.lower().split())
    plain = name.translate(_DASHES)
    plain = "flipover" if plain.startswith(("flipover", "flapover")) else plain
    if plain in PAPERS:
        return PAPERS[plain]
    unit_mm = next((mm for unit, mm in _UNITS_MM.items() if name.endswith(unit)), 10)
    width, _, height = _TIMES.sub("x", _UNIT.sub("", name)).partition("x")
    try:
        sides = [round(unit_mm * float(side.replace(",", ".")), 3) for side in (width, height)]
    except ValueError:
        raise UsageError("paper.no_size", text=text, papers=tuple(PAPERS)) from None
    try:
        return Paper(text, *sides)
    except ValueError:
        raise UsageError("paper.out_of_bounds", text=text, least=LEAST_MM, most=MOST_MM) from None
