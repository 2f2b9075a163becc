"""Draw the personal page: one participant's own answers, own place and own arrow.

In:  a `PersonalPage` per participant.
Out: an A4 page each, to take home. Nobody else is on it, not even as part of a mean.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import Map, MapWords
from forms.instrument import Instrument, MapAxis, StatementPair
from forms.layout import Rect
from forms.paper import A4, WHITE, Drawing, line_height
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.blank_compass import paint_map, small_map
from scoring.compass import Axis, Band, Position, band
from scoring.geometry import Segment
from scoring.signs import COLOURS, arrow
from scoring.statements import SIGNS, circle

_TEXTS = {
    "title": "Jouw kompas",
    "field": "Vak: {names}",
    "border": "Precies op een lijn, tussen {names}",
    "between": "tussen ‘{one}’ en ‘{other}’",
    "unknown": "Je plek is niet bekend: bij stelling {keys} is geen duidelijk antwoord.",
    "same": "Gewenst en nu liggen voor jou op dezelfde plek.",
    "answers": "Jouw antwoorden",
    "step": "Mijn eerste stap",
    "foot": "Deze pagina is alleen voor jou. Geen plek op de kaart is beter dan een andere.",
}

_ROUNDS = {"gewenst": "Gewenst", "huidig": "Nu"}


@dataclass(frozen=True, slots=True)
class PersonalPage:
    """What one participant gets to take home. `date` as it is printed: `12 maart 2026`."""

    name: str
    team: str
    date: str
    answers: Mapping[str, Mapping[str, int | None]]  # per round, in the order of the rounds
    positions: Mapping[str, Position]  # of the rounds in which it is known


def draw_personal(
    target: Path | IO[bytes], instrument: Instrument, pages: Sequence[PersonalPage]
) -> None:
    """Draw a page for each of these participants."""
    drawing = Drawing(target, A4, title=_TEXTS["title"])
    for number, page in enumerate(pages):
        if number:
            drawing.next_page()
        _page(drawing, instrument, page)
    drawing.save()


def _page(drawing: Drawing, instrument: Instrument, page: PersonalPage) -> None:
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    y = heading(drawing, _TEXTS["title"], aside(page.team, page.date))
    size = fonts.fit(page.name, right - left, 17, 8, bold=True)
    drawing.text(left, y + 4.5, page.name, size, bold=True)
    y += 9
    area = Rect(left, y, 92, 96)
    words = MapWords.of(instrument)
    map_, look = small_map(area, words)
    paint_map(drawing, map_, look)
    _place(drawing, map_, page)
    _say(drawing, instrument, page, left + area.width_mm + 7, y)
    y += area.height_mm + 6
    y = _answers(drawing, instrument, page, y)
    drawing.text(left, y + 7, _TEXTS["step"], 11, bold=True)
    start = left + fonts.width(_TEXTS["step"], 11, bold=True) + 4
    drawing.line(start, y + 7.6, right, y + 7.6, line_mm=0.2)
    foot(drawing, _TEXTS["foot"])


def _place(drawing: Drawing, map_: Map, page: PersonalPage) -> None:
    """Draw where they stand, with an arrow from now to what they want."""
    radius = 2.3
    spots = {key: map_.at(p.doel, p.relatie) for key, p in page.positions.items()}
    wish, now = spots.get("gewenst"), spots.get("huidig")
    if wish is not None and now is not None and wish != now:
        dx, dy = wish.x_mm - now.x_mm, wish.y_mm - now.y_mm
        share = radius / math.hypot(dx, dy)
        start, end = share, 1 - 1.3 * share
        line = Segment(
            now.x_mm + start * dx, now.y_mm + start * dy, now.x_mm + end * dx, now.y_mm + end * dy
        )
        if start < end:  # else the two signs touch, and the arrow has no room
            arrow(drawing, line, 0.7, COLOURS.arrow)
    for key in sorted(spots, key=lambda key: SIGNS.get(key, True)):  # open ones first
        spot, is_filled = spots[key], SIGNS.get(key, True)
        if not is_filled and wish == now:
            circle(drawing, *spot, radius * 1.7, is_filled=False)  # a ring round the other
            continue
        drawing.circle(*spot, radius + 0.5, fill=WHITE)
        circle(drawing, *spot, radius, is_filled=is_filled)


def _say(drawing: Drawing, instrument: Instrument, page: PersonalPage, x: float, y: float) -> None:
    """Say in words where they stand in each round."""
    room = A4.width_mm - MARGIN_MM - x
    for key, given in page.answers.items():
        circle(drawing, x + 2, y + 2.7, 2, is_filled=SIGNS.get(key, True))
        drawing.text(x + 6.5, y + 4.2, _ROUNDS.get(key, key), 13, bold=True)
        y += 7
        position = page.positions.get(key)
        if position is None:
            unknown = [pair.key for pair in _pairs(instrument) if given.get(pair.key) is None]
            text = _TEXTS["unknown"].format(keys=_listed(unknown))
            y += drawing.paragraph(x, y, room, text, 10) + 5
            continue
        y += drawing.paragraph(x, y, room, _field(position), 10.5, bold=True) + 1
        for axis in instrument.axes:
            value = position.doel if axis.key == Axis.DOEL else position.relatie
            y = _axis(drawing, axis, value, x, y, room)
        y += 4
    places = list(page.positions.values())
    if len(places) == 2 and places[0] == places[1]:
        drawing.paragraph(x, y, room, _TEXTS["same"], 10, bold=True)


def _axis(drawing: Drawing, axis: MapAxis, value: float, x: float, y: float, room: float) -> float:
    number = f"{value:.2f}".replace(".", ",")
    drawing.text(x, y + 3.7, axis.name, 10)
    drawing.text(x + room, y + 3.7, number, 10, bold=True, align="right")
    y += line_height(10)
    return y + drawing.paragraph(x, y, room, _band(axis, value), 9, colour=GREY, leading=1.2) + 1.5


def _field(position: Position) -> str:
    names = [quadrant.value for quadrant in position.quadrants]
    if position.is_on_border:
        return _TEXTS["border"].format(names=_listed(names))
    return _TEXTS["field"].format(names=names[0])


def _band(axis: MapAxis, value: float) -> str:
    """Say which description of the axis fits; between two of them, claim neither."""
    low, middle, high = axis.bands
    match band(value):
        case Band.LOW:
            return low
        case Band.LOW_TO_MIDDLE:
            return _TEXTS["between"].format(one=low, other=middle)
        case Band.MIDDLE:
            return middle
        case Band.MIDDLE_TO_HIGH:
            return _TEXTS["between"].format(one=middle, other=high)
        case Band.HIGH:
            return high


def _listed(words: Sequence[str]) -> str:
    """Join words as Dutch does.

    >>> _listed(["1", "5", "8"])
    '1, 5 en 8'
    """
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _pairs(instrument: Instrument) -> list[StatementPair]:
    return list(instrument.pairs)


# --- the answers -------------------------------------------------------------------------------

_PITCH_MM, _BOX_MM = 8.2, 5.4
_ANSWER_PT = 8.5


def _answers(drawing: Drawing, instrument: Instrument, page: PersonalPage, y: float) -> float:
    """Print every statement pair with the boxes that were chosen."""
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    drawing.text(left, y + 3.6, _TEXTS["answers"], 11, bold=True)
    pairs = _pairs(instrument)
    options = pairs[0].options
    boxes = len(options) * _PITCH_MM
    middle = A4.width_mm / 2
    first = middle - boxes / 2 + _PITCH_MM / 2
    for number, option in enumerate(options):
        drawing.text(first + number * _PITCH_MM, y + 4.6, option, 8, bold=True, align="centre")
    y += 6
    drawing.line(left, y, right, y, line_mm=0.4)
    room = middle - boxes / 2 - 3 - left - 6
    for pair in pairs:
        texts = [fonts.wrap(text, room, _ANSWER_PT) for text in (pair.left, pair.right)]
        step = line_height(_ANSWER_PT, 1.15)
        high = max(len(lines) for lines in texts) * step + 1.6
        drawing.text(left, y + high / 2 + 1.4, pair.key, 11, bold=True)
        for x, lines in zip((left + 6, middle + boxes / 2 + 3), texts, strict=True):
            top = y + (high - len(lines) * step) / 2
            drawing.lines(x, top, lines, _ANSWER_PT, leading=1.15)
        for number, option in enumerate(options):
            _box(drawing, page, pair, option, first + number * _PITCH_MM, y + high / 2)
        y += high
        drawing.line(left, y, right, y, line_mm=0.12, colour=0.5)
    return y


def _box(
    drawing: Drawing, page: PersonalPage, pair: StatementPair, option: str, x: float, y: float
) -> None:
    """Draw one box with the sign of every round in which it was chosen."""
    half = _BOX_MM / 2
    drawing.rect(x - half, y - half, _BOX_MM, _BOX_MM, line_mm=0.2, colour=0.45)
    chosen = [key for key, given in page.answers.items() if str(given.get(pair.key)) == option]
    for key in chosen:
        is_filled = SIGNS.get(key, True)
        is_round_it = len(chosen) > 1 and not is_filled
        radius = 2.2 if len(chosen) == 1 or is_round_it else 1.2
        if is_round_it:
            line = 0.5
            drawing.circle(x, y, radius - line / 2, line_mm=line, colour=COLOURS.dot)
        else:
            circle(drawing, x, y, radius, is_filled=is_filled)
