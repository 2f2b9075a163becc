"""Draw the map itself: four quadrants, two axes, and everybody where they stand.

In:  a `CompassMap`: a box on the page, the words of the map, and the people with their names.
Out: an `Arrangement`, in which every name has its place, and its picture on the page.

What it should look like is written down in docs/findings/printing.md 5. Lengths and sizes of
type are those of an A1; the map's `scale` fits them to the paper.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms import fonts
from forms.errors import UsageError
from forms.instrument import Instrument
from forms.paper import BLACK, MM, WHITE, Colour, Drawing, Stamp
from scoring import signs
from scoring.compass import Position, summarise, to_unit
from scoring.geometry import Box, Segment
from scoring.labels import LEADER_WIDTH, Block, Dot, Labelling, Scene, baselines, label
from scoring.signs import DIAMOND, DOT, Inks
from scoring.written import Name, Written, paint_name, width, with_note

SIZES = (48.0, 44.0, 40.0, 36.0, 32.0, 30.0, 28.0, 26.0, 24.0)  # 24 is the floor at 3 m
LEAST_CLEAR = 28.0  # down to here a clear map is worth more than larger names

HALF_OF_TEAM = 1.18  # standard deviations per axis hold half of them (docs/findings/printing.md 5)
SPREAD_FROM = 5  # people
MANY_ARROWS = 20  # from here they step back (docs/findings/printing.md 5)

RIM = 27.0  # between the edge of the map and the outermost positions: room for words
TAB, TAB_PT = 15.5, 35.0  # the black tabs with the words at the ends of the axes
TITLE_PT = 47.0
GUTTER = 2.2  # between the quadrants
RING_GAP = 2.6  # from a filled dot to the edge of the ring round it
AXIS_LINE = 1.0
STEPS = 20  # quarter points from one end of an axis to the other


class Shown(StrEnum):
    """Which round a map is about."""

    GEWENST = "gewenst"
    HUIDIG = "huidig"
    BOTH = "both"

    @property
    def rounds(self) -> tuple[Shown, ...]:
        """The one round, or both in the order of the arrows."""
        return (Shown.HUIDIG, Shown.GEWENST) if self is Shown.BOTH else (self,)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the map: a place in one round or in both.

    Args:
        ink: the name as this person wrote it, which then stands on the map.
    """

    name: str
    gewenst: Position | None = None
    huidig: Position | None = None
    ink: Stamp | None = None

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a person on the map needs a name or a number, got none")

    def place(self, which: Shown) -> Position | None:
        """Where this person stands in one of the rounds."""
        return self.gewenst if which is Shown.GEWENST else self.huidig


@dataclass(frozen=True, slots=True)
class Words:
    """The words of the map: its four ends and its four quadrants."""

    top: str
    bottom: str
    left: str
    right: str
    top_left: str
    top_right: str
    bottom_left: str
    bottom_right: str

    @classmethod
    def of(cls, instrument: Instrument) -> Words:
        """Take the words from a questionnaire; 1 lies at the top and on the right.

        Raises:
            UsageError: it has no map.
        """
        axes = {axis.direction: axis for axis in instrument.axes}
        quadrants = {frozenset(q.low): q.title for q in instrument.quadrants}
        try:
            down, across = axes["vertical"], axes["horizontal"]
            return cls(
                top=down.low,
                bottom=down.high,
                left=across.high,
                right=across.low,
                top_left=quadrants[frozenset({down.key})],
                top_right=quadrants[frozenset({down.key, across.key})],
                bottom_left=quadrants[frozenset()],
                bottom_right=quadrants[frozenset({across.key})],
            )
        except KeyError:
            raise UsageError("compass.no_map", paper=instrument.paper) from None


@dataclass(frozen=True, slots=True)
class CompassMap:
    """Everything that stands on the map.

    Args:
        names: what is printed for each of the people; empty: a dot without a name.
        is_cloud: only the team counts: small dots, no names, no arrows.
    """

    box: Box
    scale: float  # 1 on A1
    words: Words
    inks: Inks
    shown: Shown
    people: tuple[Person, ...]
    names: tuple[Name, ...]
    is_cloud: bool = False

    @property
    def plot(self) -> Box:
        """The part between the outermost positions."""
        return _inset(self.box, RIM * self.scale)

    @property
    def crossing(self) -> tuple[float, float]:
        """Where the axes cross."""
        return (self.box.left + self.box.right) / 2, (self.box.top + self.box.bottom) / 2

    @property
    def quarter(self) -> tuple[float, float]:
        """The distance between two neighbouring positions, across and down."""
        plot = self.plot
        return (plot.right - plot.left) / STEPS, (plot.bottom - plot.top) / STEPS

    def at(self, position: Position) -> tuple[float, float]:
        """Find a position on the paper."""
        (x, y), plot = to_unit(position), self.plot
        return plot.left + x * (plot.right - plot.left), plot.top + y * (plot.bottom - plot.top)

    def positions(self, which: Shown) -> list[Position]:
        """List where people stand in one of the rounds."""
        places = (person.place(which) for person in self.people)
        return [place for place in places if place is not None]


@dataclass(frozen=True, slots=True)
class Spot:
    """One position, and who is there."""

    x: float
    y: float
    filled: int  # people who want to stand here
    open: int  # people who stand here now
    names: tuple[Name, ...]
    filled_radius: float
    open_radius: float

    @property
    def radius(self) -> float:
        """To the outermost ink."""
        return max(self.filled_radius, self.open_radius)


@dataclass(frozen=True, slots=True)
class Way:
    """Where people go, and how many of them."""

    line: Segment
    people: int


@dataclass(frozen=True, slots=True)
class Team:
    """The middle of the team in one round, and the ellipse that holds half of it."""

    x: float
    y: float
    radii: tuple[float, float]
    is_open: bool


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A map on which every name has its place."""

    map: CompassMap
    spots: tuple[Spot, ...]
    ways: tuple[Way, ...]
    teams: tuple[Team, ...]
    scene: Scene
    found: Labelling


def arrange(
    compass: CompassMap, *, seams_x: Sequence[float] = (), seams_y: Sequence[float] = ()
) -> Arrangement:
    """Give everything on the map its place; names rather avoid the seams between sheets."""
    spots = _spots(compass)
    ways = _ways(compass, spots)
    teams = tuple(_teams(compass))
    half = DIAMOND * compass.scale
    scene = Scene(
        area=_inset(compass.box, 3 * compass.scale),
        crossing=compass.crossing,
        dots=(*map(_dot, spots.values()), *(Dot(team.x, team.y, half) for team in teams)),
        blocked=(*_tabs(compass), *(box for box, _, _ in _titles(compass))),
        arrows=(*(way.line for way in ways), *_team_way(compass, teams) * 4),
        seams_x=tuple(seams_x),
        seams_y=tuple(seams_y),
        scale=compass.scale,
    )
    sizes = [size * compass.scale for size in SIZES]
    found = label(scene, sizes, LEAST_CLEAR * compass.scale)
    return Arrangement(compass, tuple(spots.values()), ways, teams, scene, found)


def paint_map(drawing: Drawing, arranged: Arrangement) -> None:
    """Draw a map with everybody on it."""
    compass, found = arranged.map, arranged.found
    _paint_ground(drawing, compass)
    _paint_spreads(drawing, arranged)
    _paint_axes(drawing, compass)
    _paint_ways(drawing, arranged)
    for spot in arranged.spots:
        _paint_spot(drawing, compass, spot)
    for block in found.blocks:
        if block.leader is not None:
            width = LEADER_WIDTH * compass.scale
            drawing.line(*block.leader, line_mm=2.4 * width, colour=WHITE)
            drawing.line(*block.leader, line_mm=width)
    for block in found.blocks:
        dot, names = arranged.scene.dots[block.dot], arranged.spots[block.dot].names
        paint_names(drawing, block, dot, names, found.size_pt, halo_mm=0.035 * found.size_pt / MM)


def paint_names(
    drawing: Drawing,
    block: Block,
    dot: Dot,
    names: Iterable[Name],
    size_pt: float,
    *,
    colour: Colour = BLACK,
    halo_mm: float = 0.0,
) -> None:
    """Print the names of one dot in their place."""
    for (x, y), name in zip(baselines(block, dot, size_pt), names, strict=True):
        paint_name(drawing, x, y, name, size_pt, colour=colour, halo_mm=halo_mm)


def _spots(compass: CompassMap) -> dict[Position, Spot]:
    """Gather who stands where; people on exactly one place share one dot."""
    filled: Counter[Position] = Counter()
    empty: Counter[Position] = Counter()
    names: dict[Position, list[Name]] = defaultdict(list)
    for person, name in zip(compass.people, compass.names, strict=True):
        gewenst, huidig = (
            person.place(which) if which in compass.shown.rounds else None
            for which in (Shown.GEWENST, Shown.HUIDIG)
        )
        filled.update([gewenst] if gewenst else [])
        empty.update([huidig] if huidig else [])
        place = gewenst or huidig
        if place is not None and name and not compass.is_cloud:
            is_only_now = compass.shown is Shown.BOTH and gewenst is None
            names[place].append(with_note(name, "(nu)") if is_only_now else name)
    places = sorted({*filled, *empty}, key=lambda place: (place.doel, -place.relatie))
    return {
        place: _spot(compass, place, filled[place], empty[place], names[place]) for place in places
    }


def _spot(compass: CompassMap, place: Position, filled: int, empty: int, names: list[Name]) -> Spot:
    x, y = compass.at(place)
    filled_radius, open_radius = _radius(compass, filled), _radius(compass, empty)
    if filled and empty:
        open_radius = max(open_radius, filled_radius + RING_GAP * compass.scale)
    in_order = tuple(sorted(names, key=lambda name: (str(name).casefold(), str(name))))
    return Spot(x, y, filled, empty, in_order, filled_radius, open_radius)


def _radius(compass: CompassMap, people: int) -> float:
    """The area of a dot grows with the people, as far as its neighbours allow."""
    return min(DOT * math.sqrt(people) * compass.scale, 0.42 * min(compass.quarter))


def _dot(spot: Spot) -> Dot:
    return Dot(
        spot.x,
        spot.y,
        spot.radius,
        tuple(width(name) for name in spot.names),
        is_tall=any(map(_is_tall, spot.names)),
        is_written=any(isinstance(name, Written) for name in spot.names),
    )


def _is_tall(name: Name) -> bool:
    """Whether a capital carries an accent; handwriting is as tall as its row."""
    letters = "" if isinstance(name, Written) else unicodedata.normalize("NFC", name)
    return any(c.isupper() and unicodedata.decomposition(c) for c in letters)


def _ways(compass: CompassMap, spots: dict[Position, Spot]) -> tuple[Way, ...]:
    """Lead everybody from nu to gewenst, from the edge of one spot to that of the other."""
    if compass.shown is not Shown.BOTH or compass.is_cloud:
        return ()
    steps = Counter(
        (person.huidig, person.gewenst)
        for person in compass.people
        if person.huidig and person.gewenst and person.huidig != person.gewenst
    )
    ways = []
    for (now, wish), people in steps.items():
        if now is None or wish is None:
            continue
        start, end = spots[now], spots[wish]
        dx, dy = end.x - start.x, end.y - start.y
        length = math.hypot(dx, dy)
        first = (start.radius + 0.6 * compass.scale) / length
        last = 1 - (end.radius + 1.2 * compass.scale) / length
        line = Segment(
            start.x + first * dx, start.y + first * dy, start.x + last * dx, start.y + last * dy
        )
        ways.append(Way(line, people))
    return tuple(sorted(ways, key=lambda way: way.line))


def _teams(compass: CompassMap) -> Iterable[Team]:
    for which in compass.shown.rounds:
        summary = summarise(compass.positions(which))
        if summary is None or summary.n < 2:
            continue
        radii = (0.0, 0.0)
        if summary.n >= SPREAD_FROM:
            point_x, point_y = (4 * length for length in compass.quarter)
            radii = (
                HALF_OF_TEAM * (summary.spread_relatie or 0.0) * point_x,
                HALF_OF_TEAM * (summary.spread_doel or 0.0) * point_y,
            )
        yield Team(*compass.at(summary.mean), radii, is_open=which is Shown.HUIDIG)


def _team_way(compass: CompassMap, teams: Sequence[Team]) -> tuple[Segment, ...]:
    """Lead the team from nu to gewenst, unless its two diamonds nearly touch."""
    if len(teams) < 2:
        return ()
    now, wish = teams
    half = DIAMOND * compass.scale
    length = math.hypot(wish.x - now.x, wish.y - now.y)
    if length < 3 * half:
        return ()
    dx, dy = (wish.x - now.x) / length * half, (wish.y - now.y) / length * half
    return (Segment(now.x + dx, now.y + dy, wish.x - 1.15 * dx, wish.y - 1.15 * dy),)


def _inset(box: Box, by: float) -> Box:
    return Box(box.left + by, box.top + by, box.right - by, box.bottom - by)


def _titles(compass: CompassMap) -> list[tuple[Box, str, Colour]]:
    """Place the names of the quadrants in the outer corners, beyond any position."""
    words, box, size = compass.words, compass.box, TITLE_PT * compass.scale
    em, inset = size / MM, 9 * compass.scale
    texts = (words.top_left, words.top_right, words.bottom_left, words.bottom_right)
    titles = []
    for number, text in enumerate(texts):
        wide, high = fonts.width(text, size, bold=True), 1.03 * em
        left = box.left + inset if number % 2 == 0 else box.right - inset - wide
        top = box.top + 0.12 * em if number < 2 else box.bottom - 0.08 * em - high
        titles.append((Box(left, top, left + wide, top + high), text, compass.inks.titles[number]))
    return titles


def _tabs(compass: CompassMap) -> tuple[Box, Box, Box, Box]:
    """Place the black tabs at the ends of the axes: top, bottom, left, right."""
    words, scale, (x, y) = compass.words, compass.scale, compass.crossing
    high = TAB * scale
    box = _inset(compass.box, 1.5 * scale)

    def half(text: str) -> float:
        return fonts.width(text, TAB_PT * scale, bold=True) / 2 + 6 * scale

    top, bottom, left, right = map(half, (words.top, words.bottom, words.left, words.right))
    return (
        Box(x - top, box.top, x + top, box.top + high),
        Box(x - bottom, box.bottom - high, x + bottom, box.bottom),
        Box(box.left, y - left, box.left + high, y + left),
        Box(box.right - high, y - right, box.right, y + right),
    )


def _paint_ground(drawing: Drawing, compass: CompassMap) -> None:
    """Paint the four quadrants, the quarter grid and the names of the quadrants."""
    box, (x, y), scale, inks = compass.box, compass.crossing, compass.scale, compass.inks
    half = GUTTER * scale / 2
    quadrants = (
        Box(box.left, box.top, x - half, y - half),
        Box(x + half, box.top, box.right, y - half),
        Box(box.left, y + half, x - half, box.bottom),
        Box(x + half, y + half, box.right, box.bottom),
    )
    if all(tint == WHITE for tint in inks.tints):
        drawing.rect(*_rect(box), line_mm=0.6 * scale, radius_mm=5 * scale)
    else:
        for quadrant, tint in zip(quadrants, inks.tints, strict=True):
            drawing.rect(*_rect(quadrant), fill=tint, radius_mm=5 * scale)
    _paint_grid(drawing, compass)
    size = TITLE_PT * scale
    for title, text, colour in _titles(compass):
        baseline = title.top + 0.78 * size / MM
        drawing.text(title.left, baseline, text, size, bold=True, colour=colour)


def _paint_grid(drawing: Drawing, compass: CompassMap) -> None:
    """Draw lines at the whole points, and specks at the quarters between them."""
    plot, (wide, high), scale = compass.plot, compass.quarter, compass.scale
    colour, speck = compass.inks.grid, 0.8 * scale
    for number in range(STEPS + 1):
        x, y = plot.left + number * wide, plot.top + number * high
        if number % 4 == 0:
            drawing.line(plot.left, y, plot.right, y, line_mm=0.25 * scale, colour=colour)
            drawing.line(x, plot.top, x, plot.bottom, line_mm=0.25 * scale, colour=colour)
        else:
            drawing.line(
                plot.left - speck / 2, y, plot.right + speck / 2, y,
                line_mm=speck, colour=colour, dash_mm=(speck, wide - speck),
            )  # fmt: skip


def _paint_axes(drawing: Drawing, compass: CompassMap) -> None:
    box, (x, y), scale, words = compass.box, compass.crossing, compass.scale, compass.words
    line, tab, size = AXIS_LINE * scale, TAB * scale, TAB_PT * scale
    drawing.line(x, box.top + tab, x, box.bottom - tab, line_mm=line)
    drawing.line(box.left + tab, y, box.right - tab, y, line_mm=line)
    texts = (words.top, words.bottom, words.left, words.right)
    for tab_box, text, turn in zip(_tabs(compass), texts, (0.0, 0.0, -90.0, 90.0), strict=True):
        drawing.rect(*_rect(tab_box), fill=BLACK, radius_mm=3 * scale)
        middle_x, middle_y = (tab_box.left + tab_box.right) / 2, (tab_box.top + tab_box.bottom) / 2
        drop = 0.27 * size / MM  # from the middle of small letters to their foot
        with drawing.moved(middle_x, middle_y, degrees=turn):
            drawing.text(0, drop, text, size, bold=True, align="centre", colour=WHITE)


def _paint_spreads(drawing: Drawing, arranged: Arrangement) -> None:
    compass = arranged.map
    with drawing.clipped(*_rect(compass.box)):
        for team in arranged.teams:
            if min(team.radii) > 0:
                signs.spread(
                    drawing, team.x, team.y, team.radii, compass.inks,
                    scale=compass.scale, is_open=team.is_open,
                )  # fmt: skip


def _paint_ways(drawing: Drawing, arranged: Arrangement) -> None:
    """Draw everybody's arrow, and over them the team's."""
    compass, inks, scale = arranged.map, arranged.map.inks, arranged.map.scale
    is_busy = len(arranged.ways) > MANY_ARROWS
    for way in arranged.ways:
        width = (0.8 if is_busy else 1.2) * scale * math.sqrt(min(way.people, 4))
        signs.arrow(drawing, way.line, width, inks.quiet_arrow if is_busy else inks.arrow)
    for line in _team_way(compass, arranged.teams):
        signs.arrow(drawing, line, 3.4 * scale, inks.team)
    for team in arranged.teams:
        signs.diamond(drawing, team.x, team.y, DIAMOND * scale, inks, is_open=team.is_open)


def _paint_spot(drawing: Drawing, compass: CompassMap, spot: Spot) -> None:
    inks, scale = compass.inks, compass.scale
    if compass.is_cloud:
        if spot.open:
            size = 1.5 if spot.filled else 1.0
            signs.small_ring(drawing, spot.x, spot.y, inks, scale=scale, size=size)
        if spot.filled:
            signs.small_dot(drawing, spot.x, spot.y, inks, scale=scale)
        return
    drawing.circle(spot.x, spot.y, spot.radius + 0.6 * scale, fill=WHITE)
    if spot.open:
        signs.ring(drawing, spot.x, spot.y, spot.open_radius, inks, scale=scale)
    if spot.filled:
        signs.dot(drawing, spot.x, spot.y, spot.filled_radius, inks)


def _rect(box: Box) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right - box.left, box.bottom - box.top
