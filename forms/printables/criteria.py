"""The twenty criteria of parents: a handout to choose from and to put in order.

In:  `forms/data/criteria.toml`.
Out: one A4 page: choose five for yourself, then number them together.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

from forms import fonts
from forms.paper import A4, Drawing
from forms.printables import MARGIN_MM, aside, data, foot, heading

_TEXTS = {
    "title": "Wat maakt een school goed?",
    "mine": "mijn vijf",
    "ours": "onze volgorde",
    "talk": "Praat erover",
    "foot": "Twintig punten waaraan ouders een goede school herkennen.",
}

_QUESTIONS = (
    "Welke punten zouden ouders van onze studenten kiezen? Hoe weten we dat?",
    "Waar zien ouders dat wij dit belangrijk vinden?",
    "Past onze top vijf bij de plek waar wij op de kaart willen staan?",
)


@dataclass(frozen=True, slots=True)
class Criteria:
    """What parents look at, in the order of the handbook, and what to do with it."""

    intro: str
    criteria: tuple[str, ...]


@cache
def criteria() -> Criteria:
    """Return the criteria."""
    read = data("criteria.toml")
    return Criteria(read["intro"], tuple(read["criteria"]))


def draw_criteria(
    target: Path | IO[bytes], *, team: str | None = None, date: str | None = None
) -> None:
    """Draw the handout."""
    drawing = Drawing(target, A4, title=_TEXTS["title"])
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    y = heading(drawing, _TEXTS["title"], aside(team, date))
    y += drawing.paragraph(left, y, right - left, criteria().intro, 11) + 6
    mine, ours = right - 44, right - 18
    for x, name in ((mine + 3, _TEXTS["mine"]), (ours + 6, _TEXTS["ours"])):
        drawing.text(x, y, name, 9, bold=True, align="centre")
    y += 2
    step = 8.9
    drawing.line(left, y, right, y, line_mm=0.5)
    for number, text in enumerate(criteria().criteria, 1):
        middle = y + step / 2
        drawing.text(left + 6, middle + 1.5, str(number), 11, bold=True, align="right")
        size = fonts.fit(text, mine - left - 15, 11.5, 8)
        drawing.text(left + 10, middle + 1.5, text, size)
        drawing.rect(mine, middle - 3, 6, 6, line_mm=0.35)
        drawing.rect(ours - 1, middle - 3.4, 14, 6.8, line_mm=0.35, radius_mm=1.2)
        y += step
        drawing.line(left, y, right, y, line_mm=0.12, colour=0.5)
    y += 7
    drawing.text(left, y + 2, _TEXTS["talk"], 12, bold=True)
    y += 5.5
    for question in _QUESTIONS:
        drawing.circle(left + 1, y + 2.5, 0.9, fill=0.0)
        y += drawing.paragraph(left + 5, y, right - left - 5, question, 10.5) + 1
    foot(drawing, _TEXTS["foot"])
    drawing.save()
