"""The activities: as cards to choose from at the table, and as a list.

In:  a questionnaire with activities beside it, and the quadrants that are wanted.
Out: A6 cards, four to an A4 with cut marks; or a list on A4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms import fonts
from forms.companions import Activity
from forms.compass import Compass
from forms.errors import InstrumentError, UsageError
from forms.instrument import Instrument
from forms.map_drawing import QUADRANT_COLOURS, QUADRANT_TINTS
from forms.paper import BLACK, MM, WHITE, Colour, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, foot, heading

_TEXTS = {
    "cards": "Activiteitenkaarten",
    "list": "Activiteiten",
    "reach": "Wat je bereikt",
    "own": "Eigen idee",
    "foot": "Kies samen wat past bij de plek waar jullie willen staan. Kruis dat aan.",
    "count": "{count} activiteiten",
}
_FACTS = {
    "who_for": "vorm",
    "where": "waar",
    "time": "tijd",
    "people": "wie",
    "needs": "nodig",
    "suggestions": "suggestie",
}
_OWN_FACTS = tuple(name for key, name in _FACTS.items() if key != "suggestions")


@dataclass(frozen=True, slots=True)
class Corner:
    """A quadrant as its sign shows it: which of the four squares is black, and its name."""

    place: int  # in reading order
    title: str


def corners_of(asked: Instrument) -> dict[str, Corner]:
    """Return the quadrants of a map by key, in reading order."""
    quadrants = Compass.of(asked).quadrants
    return {each.key: Corner(place, each.title) for place, each in enumerate(quadrants)}


def activities_of(asked: Instrument, quadrants: Sequence[str]) -> tuple[Activity, ...]:
    """Return the activities of these quadrants, or all of them when none is named.

    Raises:
        UsageError: one of them is no quadrant, or the questionnaire brings no activities.
    """
    keys = tuple(corners_of(asked))
    for quadrant in quadrants:
        if quadrant not in keys:
            raise UsageError("cards.no_quadrant", quadrant=quadrant, quadrants=keys)
    if not asked.beside.activities:
        raise UsageError("companions.none", paper=asked.paper, kind="activities")
    return asked.beside.activities_in(quadrants)


# --- cards -----------------------------------------------------------------------------------

PER_SHEET = 4
_QUADRANTS = 4
CARD_MM = (A4.width_mm / 2, A4.height_mm / 2)
_INSET_MM = 9.5  # from the edge of the card: copiers leave 4 to 7 mm white
_ROOM_MM = CARD_MM[0] - 2 * _INSET_MM
_CUT_MM = 7.0
_HEAD_MM = 12.0
_TITLE_PT = 16.0
_FACT_PT, _FACT_LABEL_MM, _FACT_GAP_MM = 9.5, 19.5, 1.1
_CAVEAT_PT, _OVER_CAVEAT = 8.5, 1.5
_LARGEST_PT, _LEAST_PT, _STEP_PT = 13.0, 8.0, 0.5  # of the text of a card

# What stands on a card, in mm.
_CROSS_MM, _CUT_LINE, _FOLD_LINE, _FOLD_GREY, _FOLD_DASH = 4.0, 0.2, 0.12, 0.6, (1.0, 2.0)
_SIGN_MM, _QUADRANT_PT, _QUADRANT_X, _QUADRANT_Y = 8.0, 12.0, 11.0, 5.6
_TITLE_LEADING, _UNDER_TITLE, _TITLE_LINE, _UNDER_LINE = 1.18, 2.0, 0.6, 3.0
_LABEL_PT, _REACH_Y, _REACH_HIGH, _REACH_LEADING, _UNDER_REACH = 9.0, 2.9, 4.4, 1.25, 3.0
_OVER_FACTS, _FACTS_LINE, _FACTS_GREY, _FACTS_UP = 5.0, 0.2, 0.4, 1.5
_FACT_LEADING, _HALF_CAPITAL = 1.2, 0.35  # from the middle of a line down, of the size
_OWN_Y, _OWN_HIGH, _OWN_REACH_Y, _OWN_REACH_HIGH = 5.6, 10.0, 5.9, 14.0
_WRITE_PITCH, _WRITE_LINE, _WRITE_GREY, _OVER_WRITE = 9.0, 0.15, 0.5, 4.0
_WRITE_UP, _WRITE_NAME_UP = 0.6, 0.8
_BAND_MM, _BAND_ROUND = 1.8, 2.0  # of the colour round the heading
_SIGN_GAP, _SIGN_LINE = 0.035, 0.3  # of its side; mm


def draw_activity_cards(
    target: Path | IO[bytes], asked: Instrument, quadrants: Sequence[str] = ()
) -> int:
    """Draw the cards of each quadrant on sheets of their own; return how many have a text.

    Blank cards fill the last sheet of a quadrant; a set always has some, for ideas of one's own.
    """
    chosen, corners = activities_of(asked, quadrants), corners_of(asked)
    cards: list[tuple[Corner, Activity | None]] = []
    for quadrant in dict.fromkeys(quadrants or (activity.quadrant for activity in chosen)):
        its = [activity for activity in chosen if activity.quadrant == quadrant]
        cards += [(corners[quadrant], activity) for activity in its]
        cards += [(corners[quadrant], None)] * (-len(its) % PER_SHEET if its else PER_SHEET)
    if all(activity for _, activity in cards):
        cards += [(cards[-1][0], None)] * PER_SHEET
    size = _largest_text(chosen)
    drawing = Drawing(target, A4, title=_TEXTS["cards"], credit=asked.source)
    for number, (corner, activity) in enumerate(cards):
        place = number % PER_SHEET
        if number and place == 0:
            drawing.next_page()
        if place == 0:
            _cut_marks(drawing)
        left, top = place % 2 * CARD_MM[0], place // 2 * CARD_MM[1]
        if activity is None:
            _blank_card(drawing, corner, left, top)
        else:
            _card(drawing, corner, activity, left, top, size)
    drawing.save()
    return len(chosen)


def _cut_marks(drawing: Drawing) -> None:
    """Mark where to cut: at the edges of the sheet, and where the cuts cross."""
    x, y = CARD_MM
    for start, end in (
        ((x, 0), (x, _CUT_MM)),
        ((x, A4.height_mm - _CUT_MM), (x, A4.height_mm)),
        ((0, y), (_CUT_MM, y)),
        ((A4.width_mm - _CUT_MM, y), (A4.width_mm, y)),
        ((x - _CROSS_MM, y), (x + _CROSS_MM, y)),
        ((x, y - _CROSS_MM), (x, y + _CROSS_MM)),
    ):
        drawing.line(start[0], start[1], end[0], end[1], line_mm=_CUT_LINE)
    for x1, y1, x2, y2 in (
        (x, _CUT_MM, x, A4.height_mm - _CUT_MM),
        (_CUT_MM, y, A4.width_mm - _CUT_MM, y),
    ):
        drawing.line(x1, y1, x2, y2, line_mm=_FOLD_LINE, colour=_FOLD_GREY, dash_mm=_FOLD_DASH)


def _card(
    drawing: Drawing, corner: Corner, activity: Activity, left: float, top: float, size: float
) -> None:
    """Draw one card: heading, what it brings, how it goes, and what it takes."""
    x, room = left + _INSET_MM, _ROOM_MM
    y = _card_head(drawing, corner, x, top + _INSET_MM)
    title = fonts.wrap(activity.title, room, _TITLE_PT, bold=True)
    y += drawing.lines(x, y, title, _TITLE_PT, bold=True, leading=_TITLE_LEADING)
    y += _UNDER_TITLE
    drawing.line(x, y, x + room, y, line_mm=_TITLE_LINE)
    y += _UNDER_LINE
    drawing.text(x, y + _REACH_Y, _TEXTS["reach"], _LABEL_PT, colour=GREY)
    y += _REACH_HIGH
    reach = activity.reach
    y += drawing.paragraph(x, y, room, reach, size, bold=True, leading=_REACH_LEADING)
    y += _UNDER_REACH
    drawing.paragraph(x, y, room, activity.text, size)
    _facts(drawing, activity, x, top + CARD_MM[1] - _INSET_MM, room)


def _largest_text(chosen: Sequence[Activity]) -> float:
    """Find the size of type at which the text of every card fits.

    Raises:
        InstrumentError: one of them fits in none.
    """
    size = _LARGEST_PT
    while size > _LEAST_PT and any(_text_height(a, size) > _free_height(a) for a in chosen):
        size -= _STEP_PT
    for activity in chosen:
        if _text_height(activity, size) > _free_height(activity):
            raise InstrumentError("companions.card_too_long", activity=activity.title)
    return size


def _text_height(activity: Activity, size: float) -> float:
    reach = fonts.wrap(activity.reach, _ROOM_MM, size, bold=True)
    high = len(reach) * line_height(size, _REACH_LEADING)
    return high + _UNDER_REACH + len(fonts.wrap(activity.text, _ROOM_MM, size)) * line_height(size)


def _free_height(activity: Activity) -> float:
    """Measure what heading and facts leave on a card."""
    title = len(fonts.wrap(activity.title, _ROOM_MM, _TITLE_PT, bold=True))
    head = _HEAD_MM + title * line_height(_TITLE_PT, _TITLE_LEADING)
    head += _UNDER_TITLE + _UNDER_LINE + _REACH_HIGH
    facts = _facts_height(_fact_rows(activity, _ROOM_MM)) + _OVER_FACTS
    return CARD_MM[1] - 2 * _INSET_MM - head - facts


def _card_head(drawing: Drawing, corner: Corner, x: float, y: float) -> float:
    tint, colour = QUADRANT_TINTS[corner.place], QUADRANT_COLOURS[corner.place]
    beside, wide, high = _BAND_MM, _ROOM_MM + 2 * _BAND_MM, _SIGN_MM + 2 * _BAND_MM
    drawing.rect(x - beside, y - beside, wide, high, fill=tint, radius_mm=_BAND_ROUND)
    quadrant_sign(drawing, corner.place, x, y, _SIGN_MM, colour=colour)
    room = _ROOM_MM - _QUADRANT_X
    size = fonts.fit(corner.title, room, _QUADRANT_PT, _LEAST_PT, bold=True)
    at = (x + _QUADRANT_X, y + _QUADRANT_Y)
    drawing.text(*at, corner.title, size, bold=True, colour=colour)
    return y + _HEAD_MM


def _facts(drawing: Drawing, activity: Activity, x: float, bottom: float, room: float) -> None:
    """Print what it takes, standing on the bottom of the card."""
    rows = _fact_rows(activity, room)
    y = bottom - _facts_height(rows)
    above = y - _FACTS_UP
    drawing.line(x, above, x + room, above, line_mm=_FACTS_LINE, colour=_FACTS_GREY)
    for name, lines in rows:
        if not name:
            y += _OVER_CAVEAT
            y += drawing.lines(x, y, lines, _CAVEAT_PT, colour=GREY, leading=_FACT_LEADING)
            continue
        middle = y + line_height(_FACT_PT, _FACT_LEADING) / 2
        drawing.text(x, middle + _HALF_CAPITAL * _FACT_PT / MM, name, _FACT_PT, bold=True)
        y += drawing.lines(x + _FACT_LABEL_MM, y, lines, _FACT_PT, leading=_FACT_LEADING)
        y += _FACT_GAP_MM


def _fact_rows(activity: Activity, room: float) -> list[tuple[str, list[str]]]:
    """Set the facts, and without a name before it what to know of all in this quadrant."""
    rows = [
        (name, fonts.wrap(_said(activity, key), room - _FACT_LABEL_MM, _FACT_PT))
        for key, name in _FACTS.items()
        if _said(activity, key)
    ]
    caveat = fonts.wrap(activity.caveat, room, _CAVEAT_PT) if activity.caveat else []
    return [*rows, *([("", caveat)] if caveat else [])]


def _facts_height(rows: Sequence[tuple[str, Sequence[str]]]) -> float:
    return sum(
        len(lines) * line_height(_FACT_PT, _FACT_LEADING) + _FACT_GAP_MM
        if name
        else len(lines) * line_height(_CAVEAT_PT, _FACT_LEADING) + _OVER_CAVEAT
        for name, lines in rows
    )


def _said(activity: Activity, key: str) -> str:
    value = getattr(activity, key)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _blank_card(drawing: Drawing, corner: Corner, left: float, top: float) -> None:
    """Draw a card for an idea of one's own."""
    x, room = left + _INSET_MM, _ROOM_MM
    bottom = top + CARD_MM[1] - _INSET_MM
    y = _card_head(drawing, corner, x, top + _INSET_MM)
    drawing.text(x, y + _OWN_Y, _TEXTS["own"], _TITLE_PT, bold=True)
    y += _OWN_HIGH
    drawing.line(x, y, x + room, y, line_mm=_TITLE_LINE)
    facts = _OWN_FACTS
    first = bottom - _WRITE_PITCH * len(facts)
    drawing.text(x, y + _OWN_REACH_Y, _TEXTS["reach"], _LABEL_PT, colour=GREY)
    y += _OWN_REACH_HIGH
    while y < first - _OVER_WRITE:
        drawing.line(x, y, x + room, y, line_mm=_WRITE_LINE, colour=_WRITE_GREY)
        y += _WRITE_PITCH
    for number, name in enumerate(facts):
        line = first + _WRITE_PITCH * (number + 1) - _WRITE_UP
        drawing.text(x, line - _WRITE_NAME_UP, name, _FACT_PT, bold=True)
        start = x + _FACT_LABEL_MM
        drawing.line(start, line, x + room, line, line_mm=_WRITE_LINE, colour=_WRITE_GREY)


def quadrant_sign(
    drawing: Drawing, place: int, x: float, y: float, side: float, *, colour: Colour = BLACK
) -> None:
    """Draw the map as four squares, with the one at this place in reading order filled."""
    half, gap = side / 2, _SIGN_GAP * side
    for number in range(_QUADRANTS):
        drawing.rect(
            x + number % 2 * half + gap,
            y + number // 2 * half + gap,
            half - 2 * gap,
            half - 2 * gap,
            line_mm=_SIGN_LINE,
            fill=colour if number == place else WHITE,
        )


# --- the list --------------------------------------------------------------------------------

_COLUMNS_MM = (7.0, 49.0, 62.0, 19.0, 43.0)  # box, then the four columns
_COLUMN_GAP = 3.0
_LIST_PT, _LIST_LEADING, _ROW_AIR, _ROW_Y = (9.0, 8.5), 1.2, 1.8, 0.9
_ROW_LINE, _ROW_GREY, _UNDER_LIST, _FOOT_MM = 0.12, 0.5, 3.0, 2.0
_TICK_X, _TICK_Y, _TICK_MM, _TICK_LINE = 0.3, 1.1, 3.4, 0.3
_GROUP_SIGN, _GROUP_X, _GROUP_Y, _GROUP_PT = 6.0, 8.5, 4.4, 13.0
_GROUP_HIGH, _GROUP_LINE, _COUNT_GAP, _WITH_FIRST = 8.0, 0.5, 3.0, 12.0  # a head stands never alone


def draw_activity_list(
    target: Path | IO[bytes],
    asked: Instrument,
    quadrants: Sequence[str] = (),
    *,
    team: str | None = None,
    date: str | None = None,
) -> int:
    """Draw the activities as a list to tick, one line of the map after another."""
    chosen = activities_of(asked, quadrants)
    drawing = Drawing(target, A4, title=_TEXTS["list"], credit=asked.source)
    count = activity_list_on(drawing, asked, chosen, aside(team, date))
    drawing.save()
    return count


def activity_list_on(
    drawing: Drawing, asked: Instrument, chosen: Sequence[Activity], at_right: Sequence[str]
) -> int:
    """Draw the list from the top of a page of a drawing; return how many stand on it."""
    drawing.entry(_TEXTS["list"])
    y = heading(drawing, _TEXTS["list"], at_right)
    bottom = A4.height_mm - MARGIN_MM - _FOOT_MM
    foot(drawing, _TEXTS["foot"])
    for quadrant, corner in corners_of(asked).items():
        its = [a for a in chosen if a.quadrant == quadrant]
        if not its:
            continue
        first = _WITH_FIRST + _caveat_height(its[0]) + _row_height(its[0])
        if y + first > bottom:
            drawing.next_page()
            foot(drawing, _TEXTS["foot"])
            y = MARGIN_MM
        y = _group_head(drawing, corner, len(its), y)
        y = _group_caveat(drawing, its[0], y)
        for activity in its:
            high = _row_height(activity)
            if y + high > bottom:
                drawing.next_page()
                foot(drawing, _TEXTS["foot"])
                y = _group_head(drawing, corner, len(its), MARGIN_MM)
            _row(drawing, activity, y, high)
            y += high
        y += _UNDER_LIST
    return len(chosen)


def _group_head(drawing: Drawing, corner: Corner, count: int, y: float) -> float:
    quadrant_sign(drawing, corner.place, MARGIN_MM, y, _GROUP_SIGN)
    x, base = MARGIN_MM + _GROUP_X, y + _GROUP_Y
    drawing.text(x, base, corner.title, _GROUP_PT, bold=True)
    x += fonts.width(corner.title, _GROUP_PT, bold=True) + _COUNT_GAP
    drawing.text(x, base, _TEXTS["count"].format(count=count), _LABEL_PT, colour=GREY)
    y += _GROUP_HIGH
    drawing.line(MARGIN_MM, y, A4.width_mm - MARGIN_MM, y, line_mm=_GROUP_LINE)
    return y


def _caveat_lines(activity: Activity) -> list[str]:
    wide = A4.width_mm - 2 * MARGIN_MM
    return fonts.wrap(activity.caveat, wide, _LIST_PT[0]) if activity.caveat else []


def _caveat_height(activity: Activity) -> float:
    lines = len(_caveat_lines(activity))
    return lines * line_height(_LIST_PT[0], _LIST_LEADING) + _ROW_AIR if lines else 0.0


def _group_caveat(drawing: Drawing, first: Activity, y: float) -> float:
    """Say under the head what to know of all activities of a quadrant."""
    lines = _caveat_lines(first)
    drawing.lines(MARGIN_MM, y + _ROW_Y, lines, _LIST_PT[0], leading=_LIST_LEADING)
    y += _caveat_height(first)
    if lines:
        drawing.line(MARGIN_MM, y, A4.width_mm - MARGIN_MM, y, line_mm=_ROW_LINE, colour=_ROW_GREY)
    return y


def _cells(activity: Activity) -> list[tuple[list[str], float, bool]]:
    big, small = _LIST_PT
    texts = (activity.title, activity.reach, activity.who_for, activity.time)
    return [
        (fonts.wrap(text, wide - _COLUMN_GAP, size, bold=bold), size, bold)
        for text, wide, size, bold in zip(
            texts, _COLUMNS_MM[1:], (big, small, small, small), (True, False, False, False),
            strict=True,
        )
    ]  # fmt: skip


def _row_height(activity: Activity) -> float:
    cells = _cells(activity)
    return max(len(lines) * line_height(s, _LIST_LEADING) for lines, s, _ in cells) + _ROW_AIR


def _row(drawing: Drawing, activity: Activity, y: float, high: float) -> None:
    box = (MARGIN_MM + _TICK_X, y + _TICK_Y)
    drawing.rect(*box, _TICK_MM, _TICK_MM, line_mm=_TICK_LINE)
    x = MARGIN_MM + _COLUMNS_MM[0]
    for (lines, size, bold), wide in zip(_cells(activity), _COLUMNS_MM[1:], strict=True):
        drawing.lines(x, y + _ROW_Y, lines, size, bold=bold, leading=_LIST_LEADING)
        x += wide
    y += high
    drawing.line(MARGIN_MM, y, A4.width_mm - MARGIN_MM, y, line_mm=_ROW_LINE, colour=_ROW_GREY)
