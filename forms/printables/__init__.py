"""The other papers of a session: what lies on the tables and hangs on the walls.

In:  a questionnaire with what lies beside it, a team and a date.
Out: PDF files that can be used as they come from an A4 copier, black on white.

Here stands what these papers share: their margins and their heading.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms import fonts
from forms.paper import BLACK, MM, Colour, Drawing

MARGIN_MM = 15.0
GREY: Colour = 0.35  # of secondary words; dark enough for a copier

# The heading, in mm and points.
TITLE_PT, LEAST_TITLE_PT, TITLE_DOWN = 22.0, 12.0, 0.76  # of the size, to the baseline
ASIDE_WIDE, ASIDE_GAP = 62.0, 8.0  # room for team and date beside a long title
ASIDE_PT, SMALL_ASIDE_PT, ASIDE_LEADING = 10.0, 8.5, 1.2
UNDER_TITLE, UNDER_ASIDE, RULE, UNDER_RULE = 1.5, 1.0, 0.7, 5.0
FOOT_PT, FOOT_UP = 7.5, 10.5  # under it stands whom the questionnaire comes from


def heading(
    drawing: Drawing, title: str, aside: Sequence[str] = (), *, size_pt: float = TITLE_PT
) -> float:
    """Print the title of a page, with team and date at the right; return where the page goes on."""
    left, right, top = MARGIN_MM, drawing.paper.width_mm - MARGIN_MM, MARGIN_MM
    least = ASIDE_WIDE if aside else 0.0
    size = fonts.fit(title, right - left - least, size_pt, LEAST_TITLE_PT, bold=True)
    room = max(right - left - fonts.width(title, size, bold=True) - ASIDE_GAP, least - ASIDE_GAP)
    drawing.text(left, top + TITLE_DOWN * size_pt / MM, title, size, bold=True)
    y = top
    for number, text in enumerate(aside):
        bold, colour = (True, BLACK) if number == 0 else (False, GREY)
        fits = fonts.width(text, ASIDE_PT, bold=bold) <= room
        pt = ASIDE_PT if fits else SMALL_ASIDE_PT
        lines = fonts.wrap(text, room, pt, bold=bold)
        y += drawing.lines(
            right, y, lines, pt, bold=bold, align="right", colour=colour, leading=ASIDE_LEADING
        )
    bottom = max(top + size_pt / MM + UNDER_TITLE, y + UNDER_ASIDE)
    drawing.line(left, bottom, right, bottom, line_mm=RULE)
    return bottom + UNDER_RULE


def foot(drawing: Drawing, text: str) -> None:
    """Print a small line at the bottom of the page."""
    drawing.text(MARGIN_MM, drawing.paper.height_mm - FOOT_UP, text, FOOT_PT, colour=GREY)


def aside(team: str | None, date: str | None) -> tuple[str, ...]:
    """Return what stands at the right of a heading, of what is known."""
    return tuple(text for text in (team, date) if text)
