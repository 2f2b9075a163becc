"""Draw the compass poster: the map on which a team finds everybody's name.

In:  a `Poster`: who stands where in one round or in both, and the compass of the questionnaire.
Out: a PDF page, and a `Report` on how well the names could be placed.

A heading that asks the question of the round, the map of `scoring.compass_map`, and under it
the legend, how many forms came back, and who is not on the map and why. Lengths and sizes of
type are those of an A1; `_Page.scale` fits them to the paper.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from forms import fonts
from forms.compass import Compass, question_of
from forms.instrument import Role, Round
from forms.paper import BLACK, CREDIT_MM, MM, Colour, Drawing
from forms.paper_sizes import A4, PAPERS, Paper
from forms.printables.meanings import meanings_within
from scoring import signs
from scoring.compass import Position
from scoring.compass_map import (
    Arrangement,
    CompassMap,
    Person,
    Spot,
    arrange,
    off_seams,
    paint_map,
    spots_on,
)
from scoring.groups import SPREAD_FROM
from scoring.labels import Method
from scoring.shapes import Bounds, Segment
from scoring.shown_names import Naming, in_order, shown
from scoring.signs import CAPTION, DIAMOND, DOT, SMALL_DOT, Inks
from scoring.small_maps import SmallMaps, paint_small_maps
from scoring.written import Name, Written

__all__ = [
    "Missing",
    "Naming",
    "Person",
    "Poster",
    "Report",
    "arranged",
    "draw_key",
    "draw_poster",
    "paint",
    "title",
]

# 36 pt can be read at 3 m by nearly everybody who may drive a car (docs/findings/printing.md 1).
POINTS_PER_METRE = 12
CLEAR_PT = 3 * POINTS_PER_METRE
NEAREST_M, WALL_SCALE = 2.0, 0.7  # who stands so near sees no whole A2; smaller hangs on no wall

CLAMP_MM = 40.0  # the clamp and holes of a flip-over stand take the top 3-5 cm
MARGIN = 13.0
LEAST_MARGIN_MM = 8.0  # on any paper: copiers leave 4 to 7 mm white
GAP = 7.0  # above and below the map
# What the fields mean: less of it first, and none where more names than these are on the map.
MEANING_PTS, SIDE_MEANING_PTS = (20.0, 18.0, 16.0), (28.0, 24.0, 20.0, 18.0, 16.0)
LEAST_MEANING_PT, MEANING_COLUMNS, MOST_NAMES = 5.5, 300.0, 30
MOST_FOOT = 0.3  # of the height, for legend and notes under a map
SEAM_GAP = 1.0  # mm between what is printed and a seam
SIDE = 0.25  # on lying paper: the part of the width that heading and legend take

SMALL_QUESTION, LEAST_QUESTION, QUESTION_LEADING = 0.7, 0.35, 1.1  # of a longer one
QUESTION_PT, SIDE_QUESTION_PT = 76.0, 56.0
TEAM_PTS = (40.0, 34.0, 28.0, 24.0)
DATE_PT = 30.0
TALK_PTS, TALK_GAP = (26.0, 22.0, 19.0, 16.0), 8.0
SENTENCE_PT = 29.0
LEGEND_PT = 25.0
NOTE_PT = 22.0
SMALL_PT = 16.0
MANY_PEOPLE = 20  # of two rounds, on one map (docs/findings/printing.md 5)
MANY_MISSING = 12  # a longer list of names belongs on the facilitator's paper

NO_PLACE_IS_BETTER = "Geen plek op de kaart is beter dan een andere."
TAKE_AWAY = "Neem de poster na afloop mee, of vernietig hem."


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who is not on the map, and why: `een vraag is nog open`."""

    name: str
    reason: str
    number: str = ""
    first: str = ""  # what colleagues call them


@dataclass(frozen=True, slots=True)
class Poster:
    """Everything that stands on one poster.

    Args:
        date: as it is printed: `12 maart 2026`.
        rounds: one, or both in the order of the arrows (`compass_map.in_order`).
        issued: forms given out; `returned`: forms that came back.
        sentences: what the comparison of the rounds says, if it stands on the poster.
        notes: what else the reader has to know, small under the legend.
        labels: what stands beside each of the people where nobody has a name, such as the colour
            of a sticker; nothing where it is empty.
        only_means: no names and no arrows, only the team over a cloud of small dots.
        speakers: whose middle is on the map.
        has_meanings: say under the map what its fields and places mean, where there is room.
        free_top_mm: kept free for a clamp; by default 4 cm on a flip-over and nothing else.
        is_black: black on white, for a copier that makes dots of every tint.
        has_small_maps: a second page with a small map for each person; by default where two rounds
            of many people make one map a tangle.
        seams: where it is cut into sheets, in mm from the left and from the top.
    """

    team: str
    date: str
    size: Paper
    people: tuple[Person, ...]
    rounds: tuple[Round, ...]
    compass: Compass
    naming: Naming = Naming.NAMES
    missing: tuple[Missing, ...] = ()
    issued: int | None = None
    returned: int | None = None
    sentences: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    labels: tuple[str, ...] | None = None
    only_means: bool = False
    speakers: str = "het team"
    has_meanings: bool = True
    free_top_mm: float | None = None
    is_black: bool = False
    seams: tuple[tuple[float, ...], tuple[float, ...]] = ((), ())
    has_small_maps: bool | None = None

    @property
    def question(self) -> str:
        """What stands over the map."""
        return question_of(self.rounds)

    @property
    def shows_small_maps(self) -> bool:
        """Whether a second page shows everybody apart."""
        if self.naming is Naming.NONE or self.only_means:
            return False
        if self.has_small_maps is not None:
            return self.has_small_maps
        return len(self.rounds) > 1 and len(self.people) > MANY_PEOPLE

    @property
    def is_open(self) -> bool:
        """Whether everybody on it is a ring."""
        return all(signs.is_open(asked) for asked in self.rounds)

    @property
    def clamp_mm(self) -> float:
        """How much of the top stays free."""
        if self.free_top_mm is not None:
            return self.free_top_mm
        return CLAMP_MM if self.size.name == PAPERS["flipover"].name else 0.0

    @property
    def inks(self) -> Inks:
        """What it is printed in."""
        return signs.BLACK_ON_WHITE if self.is_black else signs.COLOURS

    @property
    def said(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """What stands on the paper for everybody on the map, and for everybody missing."""
        names = [who.name for who in self.everybody]
        firsts = [who.first for who in self.everybody]
        said = shown(names, self.naming, self.numbers, firsts)
        return said[: len(self.people)], said[len(self.people) :]

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers on the sheets of everybody on the map and missing, if they have any."""
        numbers = tuple(who.number for who in self.everybody)
        return numbers if any(numbers) else ()

    @property
    def everybody(self) -> tuple[Person | Missing, ...]:
        """Everybody on the map, and then everybody missing."""
        return (*self.people, *self.missing)

    @property
    def names(self) -> tuple[Name, ...]:
        """What stands on the map for everybody: their own handwriting, or what is said."""
        if self.labels is not None:
            return self.labels
        return tuple(
            Written(person.ink, name)
            if person.ink is not None and self.naming is Naming.NAMES
            else name
            for person, name in zip(self.people, self.said[0], strict=True)
        )


@dataclass(frozen=True, slots=True)
class Report:
    """How well the names could be placed; the facilitator hears of it, the wall does not."""

    size_pt: float
    method: Method
    leaders: int
    conflicts: int
    doubtful: int
    has_small_maps: bool = False  # on a second page
    unprintable: tuple[str, ...] = ()  # names with a letter that no font here has: `?` is printed

    @property
    def readable_at_m(self) -> float:
        """From how far nearly everybody can read the names."""
        return self.size_pt / POINTS_PER_METRE

    @property
    def is_crowded(self) -> bool:
        """Whether a larger sheet, or two posters, would serve the team better."""
        return self.method is Method.CROWDED or self.conflicts > 0


def draw_poster(target: Path | IO[bytes], poster: Poster) -> Report:
    """Draw a poster on one page of its own size."""
    drawing = Drawing(target, poster.size, title=title(poster))
    poster, arrangement = settled(poster)
    report = paint(drawing, poster, arrangement)
    if poster.shows_small_maps:
        drawing.entry(title(poster))
        drawing.next_page()
        drawing.entry("Iedereen in beeld")
        paint_small_maps(drawing, small_maps(poster))
    drawing.save()
    return replace(report, has_small_maps=poster.shows_small_maps)


def small_maps(poster: Poster) -> SmallMaps:
    """Take the sheet with a small map for each person from a poster."""
    return SmallMaps(
        team=poster.team,
        date=poster.date,
        size=poster.size,
        people=poster.people,
        names=poster.said[0],
        rounds=poster.rounds,
        compass=poster.compass,
        inks=poster.inks,
    )


SMALL_NAMES = "De namen zijn klein: lees ze van dichtbij, tot {metres} meter. {offer}"
OFFER_SMALL_MAPS = "Op ‘Iedereen in beeld’ heeft iedereen een eigen kaartje."
OFFER_LARGER = "Druk de poster groter af, of vraag om ‘Iedereen in beeld’."


def settled(poster: Poster) -> tuple[Poster, Arrangement]:
    """Give every name its place.

    Where names on a wall had to be so small that two metres are too far, the poster says so, and
    everybody stands apart on a second page.
    """
    made = arranged(poster)
    is_on_wall = _scale(poster) >= WALL_SCALE and poster.naming is not Naming.NONE
    is_small = is_on_wall and made.found.size_pt < NEAREST_M * POINTS_PER_METRE
    if not made.found.blocks or not (is_small or made.found.method is Method.CROWDED):
        return poster, made
    if poster.has_small_maps is None and not any(poster.seams):
        poster = replace(poster, has_small_maps=True)
    offer = OFFER_SMALL_MAPS if poster.shows_small_maps else OFFER_LARGER
    metres = f"{made.found.size_pt / POINTS_PER_METRE:.1f}".replace(".", ",")
    said = SMALL_NAMES.format(metres=metres, offer=offer)
    told = replace(poster, notes=(*poster.notes, said))
    return told, arranged(told)


def title(poster: Poster) -> str:
    """Name the document.

    >>> from forms.instrument import find
    >>> from forms.paper import A4
    >>> compass = Compass.of(find("stellingenlijst"))
    >>> title(Poster("Team Voorbeeld", "12 maart 2026", A4, (), compass.rounds[:1], compass))
    'Team Voorbeeld: waar willen we staan? 12 maart 2026'
    """
    question = poster.question
    return f"{poster.team}: {question[0].lower()}{question[1:]} {poster.date}"


def arranged(poster: Poster) -> Arrangement:
    """Give every name its place; names and dots rather avoid the seams between sheets.

    Where what the fields mean would make names too small for 3 m, or leave one in doubt, and the
    room that it takes would mend that, the names get it.
    """
    explained, bare = (_Page.of(each) for each in (poster, replace(poster, has_meanings=False)))
    seams_x, seams_y = poster.seams
    made = arrange(explained.map, seams_x=seams_x, seams_y=seams_y)
    clear = made.found.size_pt >= CLEAR_PT * explained.map.scale
    if explained.map.box == bare.map.box or (clear and not _trouble(made)):
        return made
    plain = arrange(bare.map, seams_x=seams_x, seams_y=seams_y)
    return max((made, plain), key=lambda each: (-_trouble(each), each.found.size_pt))


def _trouble(made: Arrangement) -> int:
    """Count the names that lie over something, or could be somebody else's."""
    return made.found.conflicts + made.found.doubtful


def spots(poster: Poster) -> dict[Position, Spot]:
    """Say where on the paper the dots lie, in mm, without looking for a place for the names."""
    return spots_on(_Page.of(poster).map)


def map_box(poster: Poster) -> Bounds:
    """Say where on the paper the map lies, in mm."""
    return _Page.of(poster).map.box


def paint(drawing: Drawing, poster: Poster, arrangement: Arrangement) -> Report:
    """Draw a poster on the page or form that is open."""
    page = _Page.of(poster)
    if arrangement.map.box.bottom > page.map.box.bottom:  # what the fields mean had to go
        page = _Page.of(replace(poster, has_meanings=False))
    page.head.paint(drawing)
    paint_map(drawing, arrangement)
    page.foot.paint(drawing)
    drawing.credit(poster.compass.source)
    found = arrangement.found
    names = (
        name for spot in arrangement.spots for name in spot.names if not isinstance(name, Written)
    )
    return Report(
        size_pt=found.size_pt,
        method=found.method,
        leaders=found.leaders,
        conflicts=found.conflicts,
        doubtful=found.doubtful,
        unprintable=tuple(name for name in names if fonts.missing(name, bold=True)),
    )


def draw_key(target: Path | IO[bytes], poster: Poster) -> None:
    """Draw the facilitator's key to a poster without names: who is who.

    Sorted by the number on the sheet, which stands before initials as well; where nobody has one,
    by name.
    """
    title_, credit = f"Sleutel bij de poster van {poster.team}", poster.compass.source
    drawing = Drawing(target, A4, title=title_, credit=credit)
    everybody = poster.everybody
    said = (*poster.said[0], *poster.said[1])
    numbers = shown([who.name for who in everybody], Naming.NUMBERS, poster.numbers)
    rows = sorted(
        zip(numbers if poster.numbers else said, said, everybody, strict=True),
        key=lambda row: in_order(row[0]) if poster.numbers else (0, _sortable(row[2].name)),
    )
    left, top, wide, high = 20.0, 18.0, 85.0, 7.0
    per_column = 33
    for start in range(0, max(len(rows), 1), 2 * per_column):
        if start:
            drawing.next_page()
        title_pt, said_ = KEY_TITLE_PT, f"Wie is wie: {poster.team}"
        title_pt, lines = fonts.in_lines(said_, 2 * wide + 5, title_pt, 9, 2, bold=True)
        head = drawing.lines(left, top, lines, title_pt, bold=True)
        head += drawing.lines(left, top + head, [f"{poster.date}. {_KEY_NOTE}"], 11) + 5
        for place, (number, sign, who) in enumerate(rows[start : start + 2 * per_column]):
            x = left + (place // per_column) * (wide + 5)
            y = top + head + (place % per_column) * high
            drawing.text(x, y + 5, number, 12, bold=True)
            if sign != number:
                drawing.text(x + KEY_NUMBER, y + 5, sign or "–", 12, bold=True)
            indent = KEY_NUMBER + (KEY_SIGN if sign != number else 0)
            size = fonts.fit(who.name, wide - indent, 12, 6)
            drawing.text(x + indent, y + 5, who.name, size)
    drawing.save()


KEY_NUMBER, KEY_SIGN = 14.0, 18.0  # columns before the name
KEY_TITLE_PT = 20.0


def _sortable(name: str) -> str:
    """Put Émile beside Emma."""
    letters = unicodedata.normalize("NFKD", name).casefold()
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


_KEY_NOTE = "Alleen voor de begeleider. Vernietig dit blad na afloop."


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something that takes a height on the page and can be painted there."""

    height: float
    paint: Callable[[Drawing, float, float], None]  # (drawing, left, top)


@dataclass(frozen=True, slots=True)
class _Column:
    """Pieces under each other."""

    left: float
    top: float
    pieces: tuple[_Piece, ...]

    def paint(self, drawing: Drawing) -> None:
        top = self.top
        for piece in self.pieces:
            piece.paint(drawing, self.left, top)
            top += piece.height


@dataclass(frozen=True, slots=True)
class _Page:
    """Where everything goes."""

    map: CompassMap
    head: _Column
    foot: _Column

    @classmethod
    def of(cls, poster: Poster) -> _Page:
        """Divide the paper: heading, map and legend under each other, on lying paper beside."""
        width, height = poster.size.width_mm, poster.size.height_mm
        scale = _scale(poster)
        margin = _margin(poster)
        left, right = margin, width - margin
        top = max(margin, poster.clamp_mm + 4 * scale)
        bottom = height - max(margin, CREDIT_MM if poster.compass.source else 0.0)
        is_lying = width > height - poster.clamp_mm
        wide = SIDE * width if is_lying else right - left
        head = _side_head(poster, wide, scale) if is_lying else _head(poster, wide, scale)
        room = bottom - top - _height(head) - GAP * scale
        foot = _foot_within(room if is_lying else MOST_FOOT * room, poster, wide, scale)
        if is_lying:
            head = (*head, *_talk(room - _height(foot), poster, wide, scale))
        foot_top = bottom - _height(foot)
        if is_lying:
            box = Bounds(left + wide + 2 * GAP * scale, top, right, bottom)
        else:
            box = Bounds(left, top + _height(head) + GAP * scale, right, foot_top - GAP * scale)
        compass = CompassMap(
            box=box,
            scale=scale,
            compass=poster.compass,
            inks=poster.inks,
            rounds=poster.rounds,
            people=poster.people,
            names=poster.names,
            is_cloud=poster.only_means,
        )
        compass = off_seams(compass, *poster.seams)
        return cls(compass, _Column(left, top, head), _Column(left, foot_top, foot))


def _scale(poster: Poster) -> float:
    """Say how many times the paper is as large as an A1."""
    short, long = sorted((poster.size.width_mm, poster.size.height_mm - poster.clamp_mm))
    return min(short / PAPERS["a1"].width_mm, long / PAPERS["a1"].height_mm)


def _margin(poster: Poster) -> float:
    return max(LEAST_MARGIN_MM, MARGIN * _scale(poster))


def _height(pieces: Sequence[_Piece]) -> float:
    return sum(piece.height for piece in pieces)


# The heading


def _head(poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    """Put the question over the team and the date."""
    date_pt = DATE_PT * scale
    size, said = _question(poster, width, QUESTION_PT * scale)
    em, indent = size / MM, _icon_width(poster, size)
    room = width - fonts.width(poster.date, date_pt) - 12 * scale
    team_pt, lines = _in_two_lines(poster.team, room, [size * scale for size in TEAM_PTS])

    def paint_question(drawing: Drawing, left: float, top: float) -> None:
        baseline = top + 0.80 * em
        _paint_icon(drawing, poster, left, baseline - 0.357 * em, size)
        for number, line in enumerate(said):
            below = number * QUESTION_LEADING * em
            seams = [seam - left - indent for seam in poster.seams[0]]
            pieces, *more = fonts.words_between(line, width - indent, size, seams, bold=True)
            for x, piece in [(0.0, line)] if more else pieces:
                drawing.text(left + indent + x, baseline + below, piece, size, bold=True)

    def paint_team(drawing: Drawing, left: float, top: float) -> None:
        drawing.lines(left, top, lines, team_pt, bold=True, leading=1.2)
        baseline = top + (0.6 + 0.35) * team_pt / MM
        drawing.text(left + width, baseline, poster.date, date_pt, align="right", colour=CAPTION)

    return (
        _Piece((1.03 + (len(said) - 1) * QUESTION_LEADING) * em, paint_question),
        _Piece(len(lines) * 1.2 * team_pt / MM, paint_team),
    )


def _question(poster: Poster, width: float, size_pt: float) -> tuple[float, list[str]]:
    """Set the question beside its sign, smaller and in two lines where it is long."""
    room = width - _icon_width(poster, size_pt)
    least = LEAST_QUESTION * size_pt
    fits = fonts.fit(poster.question, room, size_pt, SMALL_QUESTION * size_pt, bold=True)
    if fonts.width(poster.question, fits, bold=True) <= room:
        return fits, [poster.question]
    return fonts.in_lines(poster.question, room, fits, least, 2, bold=True)


def _in_two_lines(text: str, width: float, sizes: Sequence[float]) -> tuple[float, list[str]]:
    """Set a text as large as goes in two lines; in the smallest size it takes what it takes."""
    for size in sizes:
        lines = fonts.wrap(text, width, size, bold=True)
        if len(lines) <= 2:
            break
    return size, lines


def _side_head(poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    """Put icon, question, team and date under each other, in the column beside the map."""
    size = SIDE_QUESTION_PT * scale

    def paint_icon(drawing: Drawing, left: float, top: float) -> None:
        _paint_icon(drawing, poster, left, top + 0.3 * size / MM, size)

    return (
        _Piece(0.85 * size / MM, paint_icon),
        _text(poster.question, width, size, bold=True),
        _space(5 * scale),
        _text(poster.team, width, TEAM_PTS[0] * scale, bold=True),
        _space(2 * scale),
        _text(poster.date, width, DATE_PT * scale, colour=CAPTION),
    )


_TALK = "Om over te praten"
_QUESTIONS = {
    Role.WISHED: (
        "Zoek jezelf. Past deze plek bij wat je bedoelde?",
        "Wie staat ver van het midden? Wat ziet die collega?",
        "Wat merken studenten als we daar staan?",
    ),
    Role.PRACTICE: (
        "Zoek jezelf. Aan welk moment dacht je?",
        "Waarom ervaren we dezelfde school anders?",
        "Wat houdt ons op deze plek?",
    ),
    Role.ONLY: (
        "Zoek jezelf. Past deze plek bij wat je bedoelde?",
        "Wie staat ver van het midden? Wat ziet die collega?",
        "Wat spreken we samen af?",
    ),
}
_QUESTIONS_OF_BOTH = (
    "Welke pijl is de langste? Wat is daarvoor nodig?",
    "Wie gaat een andere kant op? Vraag waarom.",
    "Wat doen we volgende week al anders?",
)


def _talk(height: float, poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    """Ask the questions that begin the talk, in the column beside the map, if there is room."""
    first, *others = poster.rounds
    asked = _QUESTIONS_OF_BOTH if others else _QUESTIONS[first.role]
    for size in TALK_PTS:
        gap = _space(TALK_GAP * scale)
        pieces = [gap, _text(_TALK, width, size * scale, bold=True)]
        for question in asked:
            pieces += [_space(2 * scale), _text(question, width, size * scale)]
        if _height(pieces) + gap.height <= height:
            return tuple(pieces)
    return ()


def _icon_width(poster: Poster, size_pt: float) -> float:
    return (2.0 if len(poster.rounds) > 1 else 0.85) * size_pt / MM


def _paint_icon(drawing: Drawing, poster: Poster, left: float, y: float, size_pt: float) -> None:
    """Draw the sign of the round, nearly as large as a capital."""
    inks, radius = poster.inks, 0.30 * size_pt / MM
    x = left + radius
    if any(map(signs.is_open, poster.rounds)):
        signs.ring(drawing, x, y, radius, inks, scale=0.2 * radius)
    if len(poster.rounds) > 1:
        end = x + 3.4 * radius
        line = Segment(x + 1.2 * radius, y, end - 1.2 * radius, y)
        signs.arrow(drawing, line, 0.22 * radius, inks.dot)
        x = end
    if not poster.is_open:
        signs.dot(drawing, x, y, radius, inks)


# The legend and the notes


def _foot_within(height: float, poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    """Set legend and notes smaller when there is unusually much to say."""
    for smaller in (1.0, 0.85, 0.7, 0.55, 0.4):
        foot = _foot(poster, width, smaller * scale)
        if _height(foot) <= height:
            break
    *above, small = foot
    return (*above, *_meanings(height - _height(foot), poster, width, scale), small)


def _meanings(height: float, poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    """Say what the fields and the places along the axes mean, if there is room for it.

    They are the first to go: where many names want all of the map, and where they would be small.
    """
    named = len(poster.people) if poster.naming is not Naming.NONE else 0
    if not poster.has_meanings or (named > MOST_NAMES and not poster.only_means):
        return ()
    is_wide = width > MEANING_COLUMNS * scale
    sizes = [size * scale for size in (MEANING_PTS if is_wide else SIDE_MEANING_PTS)]
    readable = [size for size in sizes if size >= LEAST_MEANING_PT]
    gap = 3 * scale
    columns = 2 if is_wide else 1
    words = meanings_within(poster.compass, width, height - 2 * gap, readable, columns=columns)
    if words is None:
        return ()
    return (_space(gap), _Piece(words.height_mm, words.paint), _space(gap))


def _foot(poster: Poster, width: float, scale: float) -> tuple[_Piece, ...]:
    pieces = []
    seams = tuple(seam - _margin(poster) for seam in poster.seams[0])
    for sentence in poster.sentences:
        sentence_pt = SENTENCE_PT * scale
        pieces += [_text(sentence, width, sentence_pt, bold=True, seams=seams), _space(3 * scale)]
    pieces += [_legend(poster, width, scale), _space(2 * scale)]
    if notes := _notes(poster):
        pieces += [_text(notes, width, NOTE_PT * scale, seams=seams)]
    has_names = poster.naming is not Naming.NONE and not poster.only_means
    small = f"{NO_PLACE_IS_BETTER} {TAKE_AWAY}" if has_names else NO_PLACE_IS_BETTER
    return (*pieces, _text(small, width, SMALL_PT * scale, colour=CAPTION, seams=seams))


def _space(height: float) -> _Piece:
    return _Piece(height, lambda *_: None)


def _text(
    text: str,
    width: float,
    size_pt: float,
    *,
    bold: bool = False,
    colour: Colour = BLACK,
    seams: Sequence[float] = (),
) -> _Piece:
    """Set a text in lines; no word of it lies over a seam, as mm from its left."""
    leading = 1.22
    lines = fonts.words_between(text, width, size_pt, seams, bold=bold)

    def paint(drawing: Drawing, left: float, top: float) -> None:
        for number, line in enumerate(lines):
            down = top + number * leading * size_pt / MM
            for x, said in line:
                drawing.lines(
                    left + x, down, [said], size_pt, bold=bold, colour=colour, leading=leading
                )

    return _Piece(len(lines) * leading * size_pt / MM, paint)


def _notes(poster: Poster) -> str:
    """Say how many forms came back, and who is not on the map and why."""
    notes = []
    if poster.issued is not None and poster.returned is not None:
        verb = "is" if poster.returned == 1 else "zijn"
        notes.append(f"{poster.returned} van de {poster.issued} formulieren {verb} ingeleverd.")
    reasons: dict[str, list[str]] = defaultdict(list)
    for absent, name in zip(poster.missing, poster.said[1], strict=True):
        reasons[absent.reason].append(name)
    if reasons:
        is_silent = poster.naming is Naming.NONE or poster.only_means
        parts = [
            f"{_who(names, is_silent=is_silent)} ({reason})" for reason, names in reasons.items()
        ]
        notes.append(f"Niet op de kaart: {'; '.join(parts)}.")
    return " ".join((*notes, *poster.notes))


def _who(names: Sequence[str], *, is_silent: bool) -> str:
    if is_silent or len(names) > MANY_MISSING:
        return "1 collega" if len(names) == 1 else f"{len(names)} collega's"
    return ", ".join(names)


@dataclass(frozen=True, slots=True)
class _Sign:
    """One entry of the legend; it is painted from (left, middle) at a scale."""

    width: float
    text: str
    paint: Callable[[Drawing, float, float, float], None]


def _legend(poster: Poster, width: float, scale: float) -> _Piece:
    """Explain the signs that are on this poster, in as many rows as they need."""
    size = LEGEND_PT * scale
    step, gap = 1.5 * size / MM, 3 * scale
    seams = tuple(seam - _margin(poster) for seam in poster.seams[0])
    painted: list[tuple[float, float, _Sign]] = []
    texts: list[tuple[float, float, str]] = []
    x, row = 0.0, 0
    for sign in _signs(poster):
        indent = sign.width * scale + gap
        lines = fonts.wrap(sign.text, width - indent, size)
        whole = indent + max(fonts.width(line, size) for line in lines)
        x = _past_seams(x, whole, seams)
        if x > 0 and x + whole > width:
            x, row = _past_seams(0.0, whole, seams), row + 1
        painted.append((x, (row + 0.5) * step, sign))
        texts += [(x + indent, (row + i + 0.5) * step, line) for i, line in enumerate(lines)]
        row += len(lines) - 1
        x += whole + 13 * scale

    def paint(drawing: Drawing, left: float, top: float) -> None:
        for x, y, sign in painted:
            sign.paint(drawing, left + x, top + y, scale)
        for x, y, line in texts:
            drawing.text(left + x, top + y + 0.35 * size / MM, line, size)

    return _Piece((row + 1) * step, paint)


def _past_seams(x: float, wide: float, seams: Sequence[float]) -> float:
    """Begin past a seam what would lie over it, unless it is wider than a sheet."""
    for number, seam in enumerate(seams):
        room = seams[number + 1] - seam if number + 1 < len(seams) else math.inf
        if x < seam + SEAM_GAP and x + wide > seam - SEAM_GAP and wide < room - 2 * SEAM_GAP:
            x = seam + SEAM_GAP
    return x


def _signs(poster: Poster) -> list[_Sign]:
    """List what is on this poster."""
    places = [
        (asked.key, place)
        for asked in poster.rounds
        for person in poster.people
        if (place := person.place(asked)) is not None
    ]
    counts = [
        sum(person.counts and person.place(asked) is not None for person in poster.people)
        for asked in poster.rounds
    ]
    found = _people_signs(poster, has_stacks=len(set(places)) < len(places))
    if min(counts) >= 2:
        found.append(_team_sign(poster))
    if max(counts) >= SPREAD_FROM:
        found.append(_spread_sign(poster))
    return found


def _people_signs(poster: Poster, *, has_stacks: bool) -> list[_Sign]:
    inks, is_open = poster.inks, poster.is_open

    def one(drawing: Drawing, x: float, y: float, scale: float, size: float = 1.0) -> None:
        radius = size * DOT * scale
        if is_open:
            signs.ring(drawing, x + radius, y, radius, inks, scale=scale)
        else:
            signs.dot(drawing, x + radius, y, radius, inks)

    def lone_ring(drawing: Drawing, x: float, y: float, scale: float) -> None:
        signs.ring(drawing, x + DOT * scale, y, DOT * scale, inks, scale=scale)

    def many(drawing: Drawing, x: float, y: float, scale: float) -> None:
        one(drawing, x, y, scale, math.sqrt(3))

    def way(drawing: Drawing, x: float, y: float, scale: float) -> None:
        signs.ring(drawing, x + DOT * scale, y, DOT * scale, inks, scale=scale)
        line = Segment(x + (2 * DOT + 1) * scale, y, x + (2 * DOT + 17) * scale, y)
        signs.arrow(drawing, line, 1.2 * scale, inks.arrow)
        signs.dot(drawing, x + (3 * DOT + 18.5) * scale, y, DOT * scale, inks)

    def small(drawing: Drawing, x: float, y: float, scale: float) -> None:
        signs.small_dot(drawing, x + SMALL_DOT * scale, y, inks, scale=scale)

    def small_ring(drawing: Drawing, x: float, y: float, scale: float) -> None:
        signs.small_ring(drawing, x + SMALL_DOT * scale, y, inks, scale=scale)

    if poster.only_means:
        return [
            _Sign(2 * SMALL_DOT, _CLOUDS[asked.role], small_ring if signs.is_open(asked) else small)
            for asked in poster.rounds
        ]
    if len(poster.rounds) > 1:
        start, end = (asked.name for asked in poster.rounds)
        found = [_Sign(4 * DOT + 18.5, f"één collega, van {start} naar {end}", way)]
        lone = [person for person in poster.people if person.dot is None or person.ring is None]
        for asked, sign in zip(poster.rounds, (lone_ring, one), strict=True):
            if any(person.place(asked) is not None for person in lone):
                has_note = signs.is_open(asked) and poster.naming is not Naming.NONE
                note = f": ({asked.name}) achter de naam" if has_note else ""
                found.append(_Sign(2 * DOT, f"alleen {asked.name}{note}", sign))
    else:
        found = [_Sign(2 * DOT, "één collega", one)]
    if has_stacks:
        found.append(_Sign(2 * math.sqrt(3) * DOT, "meer collega's op één plek", many))
    return found


_CLOUDS = {
    Role.WISHED: "waar een collega wil staan",
    Role.PRACTICE: "waar een collega nu staat",
    Role.ONLY: "waar een collega staat",
}


def _team_sign(poster: Poster) -> _Sign:
    inks, size = poster.inks, 0.75 * DIAMOND

    def one(drawing: Drawing, x: float, y: float, scale: float) -> None:
        half = size * scale
        signs.diamond(drawing, x + half, y, half, inks, is_open=poster.is_open)

    def both(drawing: Drawing, x: float, y: float, scale: float) -> None:
        half = size * scale
        line = Segment(x + 2 * half + scale, y, x + 2 * half + 16 * scale, y)
        signs.diamond(drawing, x + half, y, half, inks, is_open=True)
        signs.arrow(drawing, line, 2.2 * scale, inks.team)
        signs.diamond(drawing, x + 3 * half + 17 * scale, y, half, inks, is_open=False)

    if len(poster.rounds) > 1:
        return _Sign(4 * size + 17, f"het midden van {poster.speakers}", both)
    return _Sign(2 * size, f"het midden van {poster.speakers}", one)


def _spread_sign(poster: Poster) -> _Sign:
    def ellipse(drawing: Drawing, x: float, y: float, scale: float) -> None:
        radii = (9 * scale, 5.2 * scale)
        scale_, is_open = 0.7 * scale, poster.is_open
        signs.spread(drawing, x + 9 * scale, y, radii, poster.inks, scale=scale_, is_open=is_open)

    return _Sign(18, f"ongeveer de helft van {poster.speakers}", ellipse)
