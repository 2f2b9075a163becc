"""Draw the personal page: one participant's own answers, own place and own arrow.

In:  a `PersonalPage` per participant.
Out: an A4 page each, to take home. Nobody else is on it; of the team only its middle, where enough
     people took part that it tells of nobody.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from forms import fonts
from forms.answers import Gap
from forms.compass import Compass, Map
from forms.instrument import Instrument, MapAxis, StatementPair
from forms.layout import Rect
from forms.paper import MM, WHITE, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY, MARGIN_MM, aside, foot, heading
from forms.printables.blank_compass import paint_map, small_map
from forms.printables.meanings import Meaning, Meanings, meanings_of
from scoring.compass import Band, Position, band, is_on_border, quadrants_of
from scoring.shapes import Segment
from scoring.signs import COLOURS, arrow, diamond, is_open
from scoring.statements import circle

# The page, in mm and points.
NAME_PT, LEAST_NAME_PT, NAME_Y, NAME_HIGH = 17.0, 8.0, 4.5, 9.0
MAP_WIDE, MAP_HIGH, BESIDE_MAP, UNDER_MAP = 92.0, 96.0, 7.0, 6.0
MIDDLE, MIDDLE_Y, MIDDLE_UP, MIDDLE_HIGH = 2.9, 3.7, 1.3, 7.0
STEP_LINES, STEP_PITCH, STEP_OVER = 3, 9.0, 8.0  # lines to write on, as far as there is room
STEP_PT, STEP_Y, STEP_GAP, STEP_LINE, STEP_LINE_Y = 11.0, 7.0, 4.0, 0.2, 7.6
DOT, TIP = 2.3, 1.3  # of a sign on the map; how far an arrow ends from it, in radii
ARROW, RIM, ROUND_ANOTHER = 0.7, 0.5, 1.7  # width of an arrow; white round a sign; in radii
SIGN, SIGN_Y, ROUND_X, ROUND_Y, ROUND_HIGH = 2.0, 2.7, 6.5, 4.2, 7.0
ROUND_PT, LEAST_ROUND_PT = 13.0, 7.0
FIELD_PT, FIELD_GAP, UNKNOWN_GAP, ROUND_GAP = 10.5, 1.0, 5.0, 4.0
BODY_PT, AXIS_Y = 10.0, 3.7
BAND_PT, BAND_LEADING, BAND_GAP = 9.0, 1.2, 1.5
MEANING_PTS, MEANING_ABOVE, UNDER_MEANING = (9.0, 8.5, 8.0, 7.5), 3.0, 3.0

_TEXTS = {
    "title": "Jouw kompas",
    "field": "Vak: {names}",
    "border": "Precies op een lijn, tussen {names}",
    "between": "tussen ‘{one}’ en ‘{other}’",
    "unknown": "Je plek is niet bekend: {why}.",
    "same": "{rounds} liggen voor jou op dezelfde plek.",
    "answers": "Jouw antwoorden",
    "middle": "het midden van het team",
    "move": "Je grootste stap: stelling {key}, van {now} naar {wish}.",
    "step": "Mijn eerste stap",
    "foot": "Deze pagina is alleen voor jou. Geen plek op de kaart is beter dan een andere.",
}
_GAPS = {
    Gap.BLANK: "bij stelling {keys} is niets ingevuld",
    Gap.DOUBT: "stelling {keys} is nog niet duidelijk",
    Gap.NOT_SCANNED: "stelling {keys} is niet gescand",
    None: "bij stelling {keys} is geen duidelijk antwoord",
}


@dataclass(frozen=True, slots=True)
class PersonalPage:
    """What one participant gets to take home. `date` as it is printed: `12 maart 2026`."""

    name: str
    team: str
    date: str
    answers: Mapping[str, Mapping[str, int | None]]  # per round, in the order of the rounds
    positions: Mapping[str, Position]  # of the rounds in which it is known
    gaps: Mapping[str, Mapping[str, Gap]] = field(default_factory=dict)  # why there is no answer
    middles: Mapping[str, Position] = field(default_factory=dict)  # of the team, per round


def draw_personal(
    target: Path | IO[bytes], instrument: Instrument, pages: Sequence[PersonalPage]
) -> None:
    """Draw a page for each of these participants."""
    drawing = Drawing(target, A4, title=_TEXTS["title"], credit=instrument.source)
    for number, page in enumerate(pages):
        if number:
            drawing.next_page()
        drawing.entry(page.name)
        _page(drawing, instrument, page)
    drawing.save()


def _page(drawing: Drawing, instrument: Instrument, page: PersonalPage) -> None:
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    y = heading(drawing, _TEXTS["title"], aside(page.team, page.date))
    size = fonts.fit(page.name, right - left, NAME_PT, LEAST_NAME_PT, bold=True)
    drawing.text(left, y + NAME_Y, page.name, size, bold=True)
    y += NAME_HIGH
    area = Rect(left, y, MAP_WIDE, MAP_HIGH)
    compass = Compass.of(instrument)
    map_, look = small_map(area, compass)
    paint_map(drawing, map_, look)
    asked = [pair.key for pair in instrument.pairs if pair.axis]
    x = left + area.width_mm + BESIDE_MAP
    said = _say(drawing, compass, asked, page, x, y)
    bottom = y + area.height_mm
    if page.middles and said + MIDDLE_HIGH <= bottom:
        _middles(drawing, map_, page, (x, said))
        said += MIDDLE_HIGH
    _place(drawing, map_, page)
    move = _largest_move(instrument, page)
    lines = fonts.wrap(move, right - x, BODY_PT, bold=True)
    if said + len(lines) * line_height(BODY_PT) <= bottom:
        said += drawing.lines(x, said, lines, BODY_PT, bold=True)
    y = max(bottom, said)
    size, words = _settled(instrument, page, y)
    if words is not None:
        words.paint(drawing, left, y + MEANING_ABOVE)
        y += MEANING_ABOVE + words.height_mm
    y = _answers(drawing, instrument, page, y + (UNDER_MEANING if words else UNDER_MAP), size)
    drawing.text(left, y + STEP_Y, _TEXTS["step"], STEP_PT, bold=True)
    start = left + fonts.width(_TEXTS["step"], STEP_PT, bold=True) + STEP_GAP
    line, first = y + STEP_LINE_Y, start
    for _ in range(STEP_LINES):
        drawing.line(first, line, right, line, line_mm=STEP_LINE)
        line, first = line + STEP_PITCH, left
        if line > _BOTTOM_MM + STEP_OVER:
            break
    foot(drawing, _TEXTS["foot"])


def _middles(drawing: Drawing, map_: Map, page: PersonalPage, key: tuple[float, float]) -> None:
    """Draw the middle of the team in each round, and say beside the map what its sign is."""
    rounds = {asked.key: asked for asked in map_.compass.rounds}
    for round_key, at in page.middles.items():
        place = map_.at(at.vertical, at.horizontal)
        diamond(drawing, *place, MIDDLE, COLOURS, is_open=is_open(rounds[round_key]))
    x, y = key
    diamond(drawing, x + SIGN, y + MIDDLE_Y - MIDDLE_UP, SIGN, COLOURS, is_open=False)
    drawing.text(x + ROUND_X, y + MIDDLE_Y, _TEXTS["middle"], BODY_PT)


def _largest_move(instrument: Instrument, page: PersonalPage) -> str:
    """Say at which statement the two answers lie furthest apart; nothing where none do."""
    if len(page.answers) != 2:
        return ""
    rounds = {asked.key: asked for asked in instrument.rounds}
    start, end = sorted(page.answers, key=lambda key: not is_open(rounds[key]))
    moves = []
    for pair in instrument.pairs:
        now, wish = page.answers[start].get(pair.key), page.answers[end].get(pair.key)
        if now is not None and wish is not None and now != wish:
            moves.append((abs(wish - now), pair, now, wish))
    if not moves:
        return ""
    _, pair, now, wish = max(moves, key=lambda move: move[0])
    return _TEXTS["move"].format(key=pair.key, now=now, wish=wish)


def _place(drawing: Drawing, map_: Map, page: PersonalPage) -> None:
    """Draw where they stand, with an arrow from now to what they want."""
    radius = DOT
    rounds = {asked.key: asked for asked in map_.compass.rounds}
    spots = {key: map_.at(p.vertical, p.horizontal) for key, p in page.positions.items()}
    open_ = {key: is_open(rounds[key]) for key in spots}
    now, wish = (
        next((spots[key] for key in spots if open_[key] is wanted), None)
        for wanted in (True, False)
    )
    if wish is not None and now is not None and wish != now:
        dx, dy = wish.x_mm - now.x_mm, wish.y_mm - now.y_mm
        share = radius / math.hypot(dx, dy)
        start, end = share, 1 - TIP * share
        line = Segment(
            now.x_mm + start * dx, now.y_mm + start * dy, now.x_mm + end * dx, now.y_mm + end * dy
        )
        if start < end:  # else the two signs touch, and the arrow has no room
            arrow(drawing, line, ARROW, COLOURS.arrow)
    for key in sorted(spots, key=lambda key: not open_[key]):  # open ones first
        spot, is_filled = spots[key], not open_[key]
        if not is_filled and wish == now:
            circle(
                drawing, *spot, radius * ROUND_ANOTHER, is_filled=False
            )  # a ring round the other
            continue
        drawing.circle(*spot, radius + RIM, fill=WHITE)
        circle(drawing, *spot, radius, is_filled=is_filled)


def _say(
    drawing: Drawing,
    compass: Compass,
    asked: Sequence[str],
    page: PersonalPage,
    x: float,
    y: float,
) -> float:
    """Say in words where they stand in each round; return where that ends."""
    room = A4.width_mm - MARGIN_MM - x
    for key, given in page.answers.items():
        of = compass.round(key)
        circle(drawing, x + SIGN, y + SIGN_Y, SIGN, is_filled=not is_open(of))
        name = _capital(of.name)
        size = fonts.fit(name, room - ROUND_X, ROUND_PT, LEAST_ROUND_PT, bold=True)
        drawing.text(x + ROUND_X, y + ROUND_Y, name, size, bold=True)
        y += ROUND_HIGH
        position = page.positions.get(key)
        if position is None:
            unknown = [question for question in asked if given.get(question) is None]
            text = _TEXTS["unknown"].format(why=_why(unknown, page.gaps.get(key, {})))
            y += drawing.paragraph(x, y, room, text, BODY_PT) + UNKNOWN_GAP
            continue
        words = _field(position, compass)
        y += drawing.paragraph(x, y, room, words, FIELD_PT, bold=True) + FIELD_GAP
        for axis, value in compass.by_axis(position.vertical, position.horizontal).items():
            y = _axis(drawing, compass, axis, value, x, y, room)
        y += ROUND_GAP
    places = list(page.positions.values())
    if len(places) == 2 and places[0] == places[1]:
        names = _capital(_listed([compass.round(key).name for key in page.positions]))
        words = _TEXTS["same"].format(rounds=names)
        y += drawing.paragraph(x, y, room, words, BODY_PT, bold=True)
    return y


def _settled(instrument: Instrument, page: PersonalPage, y: float) -> tuple[float, Meanings | None]:
    """Say what the fields mean in which they stand, where the answers leave room for it.

    Returns the size of type of the answers, too.
    """
    compass = Compass.of(instrument)
    own = [each for place in page.positions.values() for each in quadrants_of(place, compass)]
    said = [f"{_capital(each.title)}: {each.text}" for each in dict.fromkeys(own) if each.text]
    entries = [Meaning("", (text,)) for text in said]
    for size in _ANSWER_PTS:
        used = y + MEANING_ABOVE + UNDER_MEANING + _answers_mm(instrument, size)
        wide = A4.width_mm - 2 * MARGIN_MM
        words = meanings_of(entries, wide, _BOTTOM_MM - used, MEANING_PTS, columns=2)
        if words is not None:
            return size, words
    return _ANSWER_PTS[0], None


def _capital(name: str) -> str:
    return name[:1].upper() + name[1:]


def _axis(
    drawing: Drawing, compass: Compass, key: str, value: float, x: float, y: float, room: float
) -> float:
    axis = next(axis for axis in compass.axes if axis.key == key)
    number = f"{value:.2f}".replace(".", ",")
    drawing.text(x, y + AXIS_Y, axis.name, BODY_PT)
    drawing.text(x + room, y + AXIS_Y, number, BODY_PT, bold=True, align="right")
    y += line_height(BODY_PT)
    said = _band(axis, value, compass)
    high = drawing.paragraph(x, y, room, said, BAND_PT, colour=GREY, leading=BAND_LEADING)
    return y + high + BAND_GAP


def _field(position: Position, compass: Compass) -> str:
    names = [quadrant.title for quadrant in quadrants_of(position, compass)]
    if is_on_border(position, compass):
        return _TEXTS["border"].format(names=_listed(names))
    return _TEXTS["field"].format(names=names[0])


def _band(axis: MapAxis, value: float, compass: Compass) -> str:
    """Say which description of the axis fits; between two of them, claim neither."""
    if not all(axis.bands):
        return ""
    low, middle, high = axis.bands
    match band(value, compass):
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


def _why(unknown: Sequence[str], gaps: Mapping[str, Gap]) -> str:
    """Say why there is no answer to these statements."""
    by_gap = {gap: [key for key in unknown if gaps.get(key) is gap] for gap in _GAPS}
    return "; ".join(_GAPS[gap].format(keys=_listed(keys)) for gap, keys in by_gap.items() if keys)


def _listed(words: Sequence[str]) -> str:
    """Join words as Dutch does.

    >>> _listed(["1", "5", "8"])
    '1, 5 en 8'
    """
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def _pairs(instrument: Instrument) -> list[StatementPair]:
    return list(instrument.pairs)


# --- the answers -------------------------------------------------------------------------------

_PITCH_MM, _BOX_MM, _BOX_LINE, _BOX_GREY = 8.2, 5.4, 0.2, 0.45
_ANSWER_PTS, _LEADING, _ROW_AIR, _ROW_LINE, _ROW_GREY = (8.5, 8.0), 1.15, 1.6, 0.12, 0.5
_HEAD_PT, _HEAD_Y = 11.0, 3.6
_KEY_WIDE, _KEY_ROOM, _KEY_PT, _LEAST_KEY_PT, _KEY_DOWN = 6.0, 5.5, 11.0, 4.0, 0.36  # of the size
_BESIDE_BOXES = 3.0
_LABEL_PT, _LEAST_LABEL_PT, _LABEL_ROOM, _LABEL_Y = 8.0, 4.0, 1.0, 4.6
_LABELS_HIGH, _LABELS_LINE = 6.0, 0.4
_LARGE, _SMALL, _RING = 2.2, 1.2, 0.5  # signs in a box


def _answers_mm(instrument: Instrument, size_pt: float) -> float:
    """Say how high all answers are."""
    pairs, kinds = _pairs(instrument), 0
    for before, pair in zip((None, *pairs), pairs, strict=False):
        kinds += before is None or before.options != pair.options
    rows = sum(_row_mm(pair, _columns(pairs)[2], size_pt)[0] for pair in pairs)
    return rows + kinds * _LABELS_HIGH


def _columns(pairs: Sequence[StatementPair]) -> tuple[float, float, float]:
    """Return the width of all boxes, that of the key before them, and that of a statement."""
    boxes = max(len(pair.options) for pair in pairs) * _PITCH_MM
    long = max(fonts.width(pair.key, _LONG_KEY_PT, bold=True) for pair in pairs)
    key_wide = max(_KEY_WIDE, long + _KEY_WIDE - _KEY_ROOM)
    return boxes, key_wide, A4.width_mm / 2 - boxes / 2 - _BESIDE_BOXES - MARGIN_MM - key_wide


def _row_mm(pair: StatementPair, room: float, size_pt: float) -> tuple[float, list[list[str]]]:
    """Say how high a row is, and break its statements into lines."""
    texts = [fonts.wrap(text, room, size_pt) for text in (pair.left, pair.right)]
    lines = max(len(broken) for broken in texts)
    return max(lines * line_height(size_pt, _LEADING), _BOX_MM) + _ROW_AIR, texts


def _answers(
    drawing: Drawing, instrument: Instrument, page: PersonalPage, y: float, size_pt: float
) -> float:
    """Print every statement pair with the boxes that were chosen, on a next page if need be."""
    left, right = MARGIN_MM, A4.width_mm - MARGIN_MM
    drawing.text(left, y + _HEAD_Y, _TEXTS["answers"], _HEAD_PT, bold=True)
    pairs = _pairs(instrument)
    filled = {asked.key: not is_open(asked) for asked in instrument.rounds}
    middle = A4.width_mm / 2
    boxes, key_wide, room = _columns(pairs)
    options: tuple[str, ...] = ()
    for pair in pairs:
        high, texts = _row_mm(pair, room, size_pt)
        step = line_height(size_pt, _LEADING)
        if y + high > _BOTTOM_MM:
            foot(drawing, _TEXTS["foot"])
            drawing.next_page()
            y, options = MARGIN_MM, ()
        first = middle - len(pair.options) * _PITCH_MM / 2 + _PITCH_MM / 2
        if pair.options != options:
            options = pair.options
            y = _labels(drawing, options, first, y)
        key_room = key_wide - _KEY_WIDE + _KEY_ROOM
        size = fonts.fit(pair.key, key_room, _KEY_PT, _LEAST_KEY_PT, bold=True)
        drawing.text(left, y + high / 2 + _KEY_DOWN * size / MM, pair.key, size, bold=True)
        sides = (left + key_wide, middle + boxes / 2 + _BESIDE_BOXES)
        for x, lines in zip(sides, texts, strict=True):
            top = y + (high - len(lines) * step) / 2
            drawing.lines(x, top, lines, size_pt, leading=_LEADING)
        for number, option in enumerate(options):
            chosen = [key for key in page.answers if str(page.answers[key].get(pair.key)) == option]
            signs = [filled[key] for key in chosen]
            _box(drawing, signs, first + number * _PITCH_MM, y + high / 2)
        y += high
        drawing.line(left, y, right, y, line_mm=_ROW_LINE, colour=_ROW_GREY)
    return y


_LONG_KEY_PT = 7.0  # a longer key takes more room than it becomes smaller
_BOTTOM_MM = A4.height_mm - MARGIN_MM - 10  # under it: the first step, and the foot


def _labels(drawing: Drawing, options: Sequence[str], first: float, y: float) -> float:
    for number, option in enumerate(options):
        room = _PITCH_MM - _LABEL_ROOM
        size = fonts.fit(option, room, _LABEL_PT, _LEAST_LABEL_PT, bold=True)
        at = (first + number * _PITCH_MM, y + _LABEL_Y)
        drawing.text(*at, option, size, bold=True, align="centre")
    y += _LABELS_HIGH
    drawing.line(MARGIN_MM, y, A4.width_mm - MARGIN_MM, y, line_mm=_LABELS_LINE)
    return y


def _box(drawing: Drawing, signs: Sequence[bool], x: float, y: float) -> None:
    """Draw one box with the sign of every round in which it was chosen: filled or open."""
    half = _BOX_MM / 2
    drawing.rect(x - half, y - half, _BOX_MM, _BOX_MM, line_mm=_BOX_LINE, colour=_BOX_GREY)
    for is_filled in signs:
        is_round_it = len(signs) > 1 and not is_filled
        radius = _LARGE if len(signs) == 1 or is_round_it else _SMALL
        if is_round_it:
            drawing.circle(x, y, radius - _RING / 2, line_mm=_RING, colour=COLOURS.dot)
        else:
            circle(drawing, x, y, radius, is_filled=is_filled)
