"""The forty activities: as cards to choose from at the table, and as a list.

In:  `forms/data/activities.toml`, and the quadrants that are wanted.
Out: A6 cards, four to an A4 with cut marks; or a list on A4.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import IO

from forms import fonts
from forms.errors import UsageError
from forms.paper import A4, MM, WHITE, Drawing, line_height
from forms.printables import GREY, MARGIN_MM, aside, data, foot, heading

QUADRANTS = ("samen", "dominant", "vrij", "individueel")  # in reading order on the map

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
}


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that a school can do with parents."""

    key: str
    title: str
    quadrant: str
    reach: str
    who_for: str
    where: str
    time: str
    people: str
    needs: tuple[str, ...]
    text: str

    def __post_init__(self) -> None:
        if self.quadrant not in QUADRANTS:
            raise ValueError(f"quadrant must be one of {', '.join(QUADRANTS)}, got {self.quadrant}")


@cache
def activities() -> tuple[Activity, ...]:
    """Return all activities, in the order of the handbook."""
    names = [field.name for field in fields(Activity)]
    return tuple(
        Activity(**{name: row[name] for name in names} | {"needs": tuple(row["needs"])})
        for row in data("activities.toml")["activities"]
    )


def activities_of(quadrants: Sequence[str]) -> tuple[Activity, ...]:
    """Return the activities of these quadrants, or all of them when none is named.

    Raises:
        UsageError: one of them is no quadrant.
    """
    for quadrant in quadrants:
        if quadrant not in QUADRANTS:
            raise UsageError("cards.no_quadrant", quadrant=quadrant, quadrants=QUADRANTS)
    return tuple(a for a in activities() if not quadrants or a.quadrant in quadrants)


# --- cards -----------------------------------------------------------------------------------

PER_SHEET = 4
CARD_MM = (A4.width_mm / 2, A4.height_mm / 2)
_INSET_MM = 9.5  # from the edge of the card: copiers leave 4 to 7 mm white
_ROOM_MM = CARD_MM[0] - 2 * _INSET_MM
_CUT_MM = 7.0
_HEAD_MM = 12.0
_TITLE_PT = 16.0
_FACT_PT, _FACT_LABEL_MM, _FACT_GAP_MM = 9.5, 13.5, 1.1


def draw_activity_cards(target: Path | IO[bytes], quadrants: Sequence[str] = ()) -> int:
    """Draw the cards of each quadrant on sheets of their own; return how many have a text.

    Blank cards fill the last sheet of a quadrant; a set always has some, for ideas of one's own.
    """
    chosen = activities_of(quadrants)
    cards: list[tuple[str, Activity | None]] = []
    for quadrant in dict.fromkeys(activity.quadrant for activity in chosen):
        its = [activity for activity in chosen if activity.quadrant == quadrant]
        cards += [(quadrant, activity) for activity in its]
        cards += [(quadrant, None)] * (-len(its) % PER_SHEET)
    if all(activity for _, activity in cards):
        cards += [(cards[-1][0], None)] * PER_SHEET
    size = _largest_text(chosen)
    drawing = Drawing(target, A4, title=_TEXTS["cards"])
    for number, (quadrant, activity) in enumerate(cards):
        place = number % PER_SHEET
        if number and place == 0:
            drawing.next_page()
        if place == 0:
            _cut_marks(drawing)
        left, top = place % 2 * CARD_MM[0], place // 2 * CARD_MM[1]
        if activity is None:
            _blank_card(drawing, quadrant, left, top)
        else:
            _card(drawing, activity, left, top, size)
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
        ((x - 4, y), (x + 4, y)),
        ((x, y - 4), (x, y + 4)),
    ):
        drawing.line(start[0], start[1], end[0], end[1], line_mm=0.2)
    for x1, y1, x2, y2 in (
        (x, _CUT_MM, x, A4.height_mm - _CUT_MM),
        (_CUT_MM, y, A4.width_mm - _CUT_MM, y),
    ):
        drawing.line(x1, y1, x2, y2, line_mm=0.12, colour=0.6, dash_mm=(1.0, 2.0))


def _card(drawing: Drawing, activity: Activity, left: float, top: float, size: float) -> None:
    """Draw one card: heading, what it brings, how it goes, and what it takes."""
    x, room = left + _INSET_MM, _ROOM_MM
    y = _card_head(drawing, activity.quadrant, x, top + _INSET_MM)
    title = fonts.wrap(activity.title, room, _TITLE_PT, bold=True)
    y += drawing.lines(x, y, title, _TITLE_PT, bold=True, leading=1.18) + 2
    drawing.line(x, y, x + room, y, line_mm=0.6)
    y += 3
    drawing.text(x, y + 2.9, _TEXTS["reach"], 9, colour=GREY)
    y += 4.4
    y += drawing.paragraph(x, y, room, activity.reach, size, bold=True, leading=1.25) + 3
    drawing.paragraph(x, y, room, activity.text, size)
    _facts(drawing, activity, x, top + CARD_MM[1] - _INSET_MM, room)


def _largest_text(chosen: Sequence[Activity]) -> float:
    """Find the size of type at which the text of every card fits."""
    size = 13.0
    while size > 8 and any(_text_height(a, size) > _free_height(a) for a in chosen):
        size -= 0.5
    return size


def _text_height(activity: Activity, size: float) -> float:
    reach = len(fonts.wrap(activity.reach, _ROOM_MM, size, bold=True)) * line_height(size, 1.25)
    return reach + 3 + len(fonts.wrap(activity.text, _ROOM_MM, size)) * line_height(size)


def _free_height(activity: Activity) -> float:
    """Measure what heading and facts leave on a card."""
    title = len(fonts.wrap(activity.title, _ROOM_MM, _TITLE_PT, bold=True))
    head = _HEAD_MM + title * line_height(_TITLE_PT, 1.18) + 2 + 3 + 4.4
    return CARD_MM[1] - 2 * _INSET_MM - head - _facts_height(_fact_rows(activity, _ROOM_MM)) - 5


def _card_head(drawing: Drawing, quadrant: str, x: float, y: float) -> float:
    quadrant_sign(drawing, quadrant, x, y, 8)
    drawing.text(x + 11, y + 5.6, quadrant, 12, bold=True)
    return y + _HEAD_MM


def _facts(drawing: Drawing, activity: Activity, x: float, bottom: float, room: float) -> None:
    """Print what it takes, standing on the bottom of the card."""
    rows = _fact_rows(activity, room)
    y = bottom - _facts_height(rows)
    drawing.line(x, y - 1.5, x + room, y - 1.5, line_mm=0.2, colour=0.4)
    for name, lines in rows:
        middle = y + 0.5 * line_height(_FACT_PT, 1.2)
        drawing.text(x, middle + 0.35 * _FACT_PT / MM, name, _FACT_PT, bold=True)
        y += drawing.lines(x + _FACT_LABEL_MM, y, lines, _FACT_PT, leading=1.2) + _FACT_GAP_MM


def _fact_rows(activity: Activity, room: float) -> list[tuple[str, list[str]]]:
    return [
        (name, fonts.wrap(_said(activity, key), room - _FACT_LABEL_MM, _FACT_PT))
        for key, name in _FACTS.items()
    ]


def _facts_height(rows: Sequence[tuple[str, Sequence[str]]]) -> float:
    return sum(len(lines) * line_height(_FACT_PT, 1.2) + _FACT_GAP_MM for _, lines in rows)


def _said(activity: Activity, key: str) -> str:
    value = getattr(activity, key)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _blank_card(drawing: Drawing, quadrant: str, left: float, top: float) -> None:
    """Draw a card for an idea of one's own."""
    x, room = left + _INSET_MM, _ROOM_MM
    bottom = top + CARD_MM[1] - _INSET_MM
    y = _card_head(drawing, quadrant, x, top + _INSET_MM)
    drawing.text(x, y + 5.6, _TEXTS["own"], _TITLE_PT, bold=True)
    y += 10
    drawing.line(x, y, x + room, y, line_mm=0.6)
    facts = [*_FACTS.values()]
    first = bottom - 9.0 * len(facts)
    drawing.text(x, y + 5.9, _TEXTS["reach"], 9, colour=GREY)
    y += 14
    while y < first - 4:
        drawing.line(x, y, x + room, y, line_mm=0.15, colour=0.5)
        y += 9
    for number, name in enumerate(facts):
        line = first + 9 * (number + 1) - 0.6
        drawing.text(x, line - 0.8, name, _FACT_PT, bold=True)
        drawing.line(x + _FACT_LABEL_MM, line, x + room, line, line_mm=0.15, colour=0.5)


def quadrant_sign(drawing: Drawing, quadrant: str, x: float, y: float, side: float) -> None:
    """Draw the map as four squares with this one black; an empty name leaves all white."""
    half, gap = side / 2, 0.035 * side
    for number, name in enumerate(QUADRANTS):
        drawing.rect(
            x + number % 2 * half + gap,
            y + number // 2 * half + gap,
            half - 2 * gap,
            half - 2 * gap,
            line_mm=0.3,
            fill=0.0 if name == quadrant else WHITE,
        )


# --- the list --------------------------------------------------------------------------------


def draw_activity_list(
    target: Path | IO[bytes],
    quadrants: Sequence[str] = (),
    *,
    team: str | None = None,
    date: str | None = None,
) -> int:
    """Draw the activities as a list to tick, one line of the map after another."""
    chosen = activities_of(quadrants)
    drawing = Drawing(target, A4, title=_TEXTS["list"])
    y = heading(drawing, _TEXTS["list"], aside(team, date))
    bottom = A4.height_mm - MARGIN_MM - 2
    foot(drawing, _TEXTS["foot"])
    for quadrant in QUADRANTS:
        its = [a for a in chosen if a.quadrant == quadrant]
        if not its:
            continue
        first = 12 + _row_height(its[0])
        if y + first > bottom:
            drawing.next_page()
            foot(drawing, _TEXTS["foot"])
            y = MARGIN_MM
        y = _group_head(drawing, quadrant, len(its), y)
        for activity in its:
            high = _row_height(activity)
            if y + high > bottom:
                drawing.next_page()
                foot(drawing, _TEXTS["foot"])
                y = _group_head(drawing, quadrant, len(its), MARGIN_MM)
            _row(drawing, activity, y, high)
            y += high
        y += 3
    drawing.save()
    return len(chosen)


_COLUMNS_MM = (7.0, 49.0, 62.0, 19.0, 43.0)  # box, then the four columns
_LIST_PT = (9.0, 8.5)


def _group_head(drawing: Drawing, quadrant: str, count: int, y: float) -> float:
    quadrant_sign(drawing, quadrant, MARGIN_MM, y, 6)
    drawing.text(MARGIN_MM + 8.5, y + 4.4, quadrant, 13, bold=True)
    after = MARGIN_MM + 8.5 + fonts.width(quadrant, 13, bold=True) + 3
    drawing.text(after, y + 4.4, _TEXTS["count"].format(count=count), 9, colour=GREY)
    y += 8
    drawing.line(MARGIN_MM, y, A4.width_mm - MARGIN_MM, y, line_mm=0.5)
    return y


def _cells(activity: Activity) -> list[tuple[list[str], float, bool]]:
    big, small = _LIST_PT
    texts = (activity.title, activity.reach, activity.who_for, activity.time)
    return [
        (fonts.wrap(text, wide - 3, size, bold=bold), size, bold)
        for text, wide, size, bold in zip(
            texts, _COLUMNS_MM[1:], (big, small, small, small), (True, False, False, False),
            strict=True,
        )
    ]  # fmt: skip


def _row_height(activity: Activity) -> float:
    return max(len(lines) * line_height(size, 1.2) for lines, size, _ in _cells(activity)) + 1.8


def _row(drawing: Drawing, activity: Activity, y: float, high: float) -> None:
    drawing.rect(MARGIN_MM + 0.3, y + 1.1, 3.4, 3.4, line_mm=0.3)
    x = MARGIN_MM + _COLUMNS_MM[0]
    for (lines, size, bold), wide in zip(_cells(activity), _COLUMNS_MM[1:], strict=True):
        drawing.lines(x, y + 0.9, lines, size, bold=bold, leading=1.2)
        x += wide
    drawing.line(MARGIN_MM, y + high, A4.width_mm - MARGIN_MM, y + high, line_mm=0.12, colour=0.5)
