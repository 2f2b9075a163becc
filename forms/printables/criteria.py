"""Criteria, such as those by which parents know a good school: a handout to put in order.

In:  the criteria that lie beside a questionnaire.
Out: one A4 page: choose for yourself, then number them together.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import IO

from forms import fonts
from forms.companions import Criteria
from forms.errors import UsageError
from forms.instrument import Instrument
from forms.paper import Drawing
from forms.paper_sizes import A4
from forms.printables import MARGIN_MM, aside, foot, heading

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
_TALK_MM = 36.0  # under them: room for the questions


def draw_criteria(
    target: Path | IO[bytes],
    asked: Instrument,
    *,
    team: str | None = None,
    date: str | None = None,
) -> None:
    """Draw the handout.

    Raises:
        UsageError: the questionnaire brings no criteria.
    """
    criteria = asked.beside.criteria
    if criteria is None:
        raise UsageError("companions.none", paper=asked.paper, kind="criteria")
    drawing = Drawing(target, A4, title=criteria.title, credit=asked.source)
    criteria_on(drawing, criteria, aside(team, date))
    drawing.save()


def criteria_on(drawing: Drawing, criteria: Criteria, at_right: Sequence[str]) -> None:
    """Draw the handout on a page of a drawing."""
    drawing.entry(criteria.title)
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    y = heading(drawing, criteria.title, at_right)
    y += drawing.paragraph(left, y, right - left, criteria.intro, _INTRO_PT) + _INTRO_GAP
    mine, ours = right - _MINE_MM, right - _OURS_MM
    for x, name in (
        (mine + _MINE_WIDE / 2, criteria.mine),
        (ours - _OURS_LEFT + _OURS_WIDE / 2, criteria.ours),
    ):
        drawing.text(x, y, name, _HEAD_PT, bold=True, align="centre")
    y += _HEAD_GAP
    drawing.line(left, y, right, y, line_mm=_HEAD_LINE)
    room = mine - left - _TEXT_X - _TEXT_GAP
    rest = A4.height_mm - MARGIN_MM - y - _TALK_MM
    row = min(_ROW_MM, rest / len(criteria.criteria))
    for number, text in enumerate(criteria.criteria, 1):
        middle = y + row / 2
        base = middle + _TEXT_DOWN
        drawing.text(left + _NUMBER_X, base, str(number), _NUMBER_PT, bold=True, align="right")
        size = fonts.fit(text, room, _TEXT_PT, _LEAST_TEXT_PT)
        drawing.text(left + _TEXT_X, base, text, size)
        drawing.rect(mine, middle - _MINE_WIDE / 2, _MINE_WIDE, _MINE_WIDE, line_mm=_BOX_LINE)
        at = (ours - _OURS_LEFT, middle - _OURS_HIGH / 2)
        drawing.rect(*at, _OURS_WIDE, _OURS_HIGH, line_mm=_BOX_LINE, radius_mm=_ROUND)
        y += row
        drawing.line(left, y, right, y, line_mm=_ROW_LINE, colour=_ROW_GREY)
    y += _TALK_GAP
    drawing.text(left, y + _TALK_Y, criteria.talk, _TALK_PT, bold=True)
    y += _TALK_HIGH
    x, room = left + _QUESTION_X, right - left - _QUESTION_X
    for question in criteria.questions:
        drawing.circle(left + _POINT_X, y + _POINT_Y, _POINT, fill=0.0)
        y += drawing.paragraph(x, y, room, question, _QUESTION_PT) + _QUESTION_GAP
    foot(drawing, criteria.foot)
