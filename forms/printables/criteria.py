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

# In mm and points; columns count from the right margin.
_INTRO_PT, _INTRO_GAP = 11.0, 6.0
_MINE_MM, _OURS_MM, _MINE_WIDE, _OURS_WIDE = 44.0, 18.0, 6.0, 14.0
_HEAD_PT, _HEAD_GAP, _HEAD_LINE = 9.0, 2.0, 0.5
_ROW_MM, _ROW_LINE, _ROW_GREY = 8.9, 0.12, 0.5
_NUMBER_PT, _NUMBER_X, _TEXT_X, _TEXT_DOWN, _TEXT_GAP = 11.0, 6.0, 10.0, 1.5, 5.0
_TEXT_PT, _LEAST_TEXT_PT = 11.5, 8.0
_OURS_LEFT, _OURS_HIGH, _BOX_LINE, _ROUND = 1.0, 6.8, 0.35, 1.2
_TALK_PT, _TALK_GAP, _TALK_Y, _TALK_HIGH = 12.0, 7.0, 2.0, 5.5
_QUESTION_PT, _QUESTION_X, _QUESTION_GAP = 10.5, 5.0, 1.0
_POINT, _POINT_X, _POINT_Y = 0.9, 1.0, 2.5

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
    y += drawing.paragraph(left, y, right - left, criteria().intro, _INTRO_PT) + _INTRO_GAP
    mine, ours = right - _MINE_MM, right - _OURS_MM
    for x, name in (
        (mine + _MINE_WIDE / 2, _TEXTS["mine"]),
        (ours - _OURS_LEFT + _OURS_WIDE / 2, _TEXTS["ours"]),
    ):
        drawing.text(x, y, name, _HEAD_PT, bold=True, align="centre")
    y += _HEAD_GAP
    drawing.line(left, y, right, y, line_mm=_HEAD_LINE)
    room = mine - left - _TEXT_X - _TEXT_GAP
    for number, text in enumerate(criteria().criteria, 1):
        middle = y + _ROW_MM / 2
        base = middle + _TEXT_DOWN
        drawing.text(left + _NUMBER_X, base, str(number), _NUMBER_PT, bold=True, align="right")
        size = fonts.fit(text, room, _TEXT_PT, _LEAST_TEXT_PT)
        drawing.text(left + _TEXT_X, base, text, size)
        drawing.rect(mine, middle - _MINE_WIDE / 2, _MINE_WIDE, _MINE_WIDE, line_mm=_BOX_LINE)
        at = (ours - _OURS_LEFT, middle - _OURS_HIGH / 2)
        drawing.rect(*at, _OURS_WIDE, _OURS_HIGH, line_mm=_BOX_LINE, radius_mm=_ROUND)
        y += _ROW_MM
        drawing.line(left, y, right, y, line_mm=_ROW_LINE, colour=_ROW_GREY)
    y += _TALK_GAP
    drawing.text(left, y + _TALK_Y, _TEXTS["talk"], _TALK_PT, bold=True)
    y += _TALK_HIGH
    x, room = left + _QUESTION_X, right - left - _QUESTION_X
    for question in _QUESTIONS:
        drawing.circle(left + _POINT_X, y + _POINT_Y, _POINT, fill=0.0)
        y += drawing.paragraph(x, y, room, question, _QUESTION_PT) + _QUESTION_GAP
    foot(drawing, _TEXTS["foot"])
    drawing.save()
