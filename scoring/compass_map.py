"""Draw the map itself: four quadrants, two axes, and everybody where they stand.

In:  a `CompassMap`: a `Map` on the page, its rounds, and the people with their names.
Out: an `Arrangement`, in which every name has its place, and its picture on the page.

What it should look like is written down in docs/findings/printing.md 5. Lengths and sizes of
type are those of an A1; the map's `scale` fits them to the paper.
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forms import fonts
from forms.compass import Compass, Map
from forms.instrument import Round
from forms.layout import Rect
from forms.map_drawing import MapLook, Marks, paint_axes, paint_grid, tabs
from forms.paper import BLACK, MM, WHITE, Colour, Drawing, Stamp
from scoring import signs
from scoring.compass import Position, refuse_off_the_map, summarise
from scoring.groups import SPREAD_FROM
from scoring.labels import LEADER_WIDTH, Block, Dot, Labelling, Scene, baselines, label
from scoring.shapes import Bounds, Segment
from scoring.signs import DIAMOND, DOT, Inks
from scoring.written import Name, Written, paint_name, width, with_note

SIZES = (48.0, 44.0, 40.0, 36.0, 32.0, 30.0, 28.0, 26.0, 24.0)  # 24 is the floor at 3 m
LEAST_CLEAR = 28.0  # down to here a clear map is worth more than larger names

HALF_OF_TEAM = 1.18  # standard deviations per axis hold half of them (docs/findings/printing.md 5)
MANY_ARROWS = 20  # from here they step back (docs/findings/printing.md 5)

RIM = 27.0  # between the edge of the map and the outermost positions: room for words
TAB, TAB_PT = 15.5, 35.0  # the black tabs with the words at the ends of the axes
TITLE_PT = 47.0
MOST_ASIDE, ASIDES = 12.0, 4  # so much smaller is a map to keep dots off seams, in so many steps
GUTTER = 2.2  # between the quadrants
RING_GAP = 2.6  # from a filled dot to the edge of the ring round it
AXIS_LINE = 1.0
GRID_LINE = 0.25
SPECK = 0.8
INSET = 1.5  # from the edge of the map to the tabs
SMALLEST_TITLE = 0.5  # of the usual size, for a long name of a quadrant
SMALLEST_DOT = 0.5  # of the usual size, where places lie closely together
TEAM_WAY, TEAM_WAY_ROOM = 3.4, 8.2  # the arrow of the team, and from its middle past its head

# Of the usual diamond: where two would lie over each other.
SMALLEST_DIAMOND, INNER_DIAMOND, OUTER_DIAMOND = 0.34, 0.6, 2.0
HIDDEN, SEEN_ROUND = 0.8, 0.95  # a dot so near the middle of a diamond is drawn so large round it


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the map: a dot where they want to be, a ring where they are, or both.

    Args:
        dot: the place in a round that is drawn filled.
        ring: the place in a round that is drawn open.
        ink: the name as this person wrote it, which then stands on the map.
        counts: whether the middle and its ellipse are of this person, too.
        number: on the sheet.
        first: what colleagues call this person, where it is more than the first word.
    """

    name: str
    dot: Position | None = None
    ring: Position | None = None
    ink: Stamp | None = None
    counts: bool = True
    number: str = ""
    first: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            raise ValueError("a person on the map needs a name or a number, got none")

    def place(self, asked: Round) -> Position | None:
        """Where this person stands in one of the rounds."""
        return self.ring if signs.is_open(asked) else self.dot


def in_order(rounds: Iterable[Round]) -> tuple[Round, ...]:
    """Put rounds in the order of the arrows: practice first."""
    return tuple(sorted(rounds, key=lambda asked: (not signs.is_open(asked), asked.number)))


@dataclass(frozen=True, slots=True)
class CompassMap:
    """Everything that stands on the map.

    Args:
        rounds: one, or both in the order of the arrows.
        names: what is printed for each of the people; empty: a dot without a name.
        is_cloud: only the team counts: small dots, no names, no arrows.
    """

    box: Bounds
    scale: float  # 1 on A1
    compass: Compass
    inks: Inks
    rounds: tuple[Round, ...]
    people: tuple[Person, ...]
    names: tuple[Name, ...]
    is_cloud: bool = False

    @property
    def map(self) -> Map:
        """Where everything lies."""
        left, top, right, bottom = self.box
        return Map(Rect(left, top, right - left, bottom - top), RIM * self.scale, self.compass)

    @property
    def look(self) -> MapLook:
        """What it is drawn with."""
        scale = self.scale
        return MapLook(
            scale=scale,
            tab_pt=TAB_PT * scale,
            tab_mm=TAB * scale,
            tab_pad_mm=12 * scale,
            inset_mm=INSET * scale,
            axis_mm=AXIS_LINE * scale,
            axis=BLACK,
            grid=self.inks.grid,
            grid_mm=GRID_LINE * scale,
            marks=Marks(SPECK * scale, SPECK * scale, are_crosses=False),
        )

    @property
    def crossing(self) -> tuple[float, float]:
        """Where the axes cross."""
        return self.map.crossing

    def at(self, position: Position) -> tuple[float, float]:
        """Find a position on the paper."""
        refuse_off_the_map(position, self.compass)
        return self.map.at(position.vertical, position.horizontal)

    def counting(self, asked: Round) -> list[Position]:
        """List where those people stand in one of the rounds of whom the middle is."""
        places = (person.place(asked) for person in self.people if person.counts)
        return [place for place in places if place is not None]


@dataclass(frozen=True, slots=True)
class Spot:
    """One position, and who is there."""

    x: float
    y: float
    filled: int  # people whose dot is here
    open: int  # people whose ring is here
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
    half: float  # of its diamond, from the middle to a corner
    is_round_other: bool = False  # a rim round the diamond of the other round

    def off(self, x: float, y: float) -> float:
        """Say how far a point is from the middle as a diamond counts: 1 is on its edge."""
        return (abs(self.x - x) + abs(self.y - y)) / self.half


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
    teams = _side_by_side(tuple(_teams(compass)))
    spots = {place: _seen_round(spot, teams, compass) for place, spot in spots_on(compass).items()}
    ways = _ways(compass, spots)
    scene = Scene(
        area=_inset(compass.box, 3 * compass.scale),
        crossing=compass.crossing,
        dots=(*map(_dot, spots.values()), *(Dot(team.x, team.y, team.half) for team in teams)),
        blocked=(
            *map(_box, (tab.place for tab in tabs(compass.map, compass.look))),
            *(box for box, *_ in _titles(compass)),
        ),
        arrows=tuple(way.line for way in ways),
        barriers=_team_way(compass, teams),
        barrier_mm=TEAM_WAY_ROOM * compass.scale,
        seams_x=tuple(seams_x),
        seams_y=tuple(seams_y),
        scale=compass.scale,
    )
    sizes = [size * compass.scale for size in SIZES]
    found = label(scene, sizes, LEAST_CLEAR * compass.scale)
    return Arrangement(compass, tuple(spots.values()), ways, teams, scene, found)


def off_seams(
    compass: CompassMap, seams_x: Sequence[float], seams_y: Sequence[float]
) -> CompassMap:
    """Make a map a little smaller at one side or the other, so that few dots lie over a seam."""
    if not seams_x and not seams_y:
        return compass
    tries = [part * MOST_ASIDE * compass.scale / ASIDES for part in range(ASIDES + 1)]
    left, top, right, bottom = compass.box
    across = [(left + a, right - b) for a in tries for b in tries]
    down = [(top + a, bottom - b) for a in tries for b in tries]

    def cost(low: int, sides: tuple[float, float]) -> tuple[int, float]:
        box = list(compass.box)
        box[low], box[low + 2] = sides
        moved = replace(compass, box=Bounds(*box))
        spots = spots_on(moved).values()
        at = [((spot.x, spot.y)[low], spot.radius + compass.scale) for spot in spots]
        seams = (seams_x, seams_y)[low]
        on = sum(abs(middle - seam) < radius for middle, radius in at for seam in seams)
        return on, sides[0] - sides[1]

    (left, right), (top, bottom) = (
        min(ways, key=lambda sides: cost(low, sides)) for low, ways in ((0, across), (1, down))
    )
    return replace(compass, box=Bounds(left, top, right, bottom))


def paint_map(drawing: Drawing, arranged: Arrangement) -> None:
    """Draw a map with everybody on it."""
    compass, found = arranged.map, arranged.found
    _paint_ground(drawing, compass)
    _paint_spreads(drawing, arranged)
    paint_axes(drawing, compass.map, compass.look)
    _paint_ways(drawing, arranged)
    for spot in arranged.spots:
        _paint_spot(drawing, compass, spot)
    for block in found.blocks:
        if block.leader is not None:
            width = LEADER_WIDTH * compass.scale
            drawing.line(*block.leader, line_mm=2.4 * width, colour=WHITE)
            drawing.line(*block.leader, line_mm=width)
    _paint_teams(drawing, arranged)
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


def spots_on(compass: CompassMap) -> dict[Position, Spot]:
    """Gather who stands where; people on exactly one place share one dot."""
    filled: Counter[Position] = Counter()
    empty: Counter[Position] = Counter()
    names: dict[Position, list[Name]] = defaultdict(list)
    shown = {signs.is_open(asked): asked for asked in compass.rounds}
    for person, name in zip(compass.people, compass.names, strict=True):
        dot = person.dot if False in shown else None
        ring = person.ring if True in shown else None
        filled.update([dot] if dot else [])
        empty.update([ring] if ring else [])
        place = dot or ring
        if place is not None and name and not compass.is_cloud:
            is_only_ring = len(shown) == 2 and dot is None
            names[place].append(with_note(name, f"({shown[True].name})") if is_only_ring else name)
    places = sorted({*filled, *empty}, key=lambda place: compass.at(place)[::-1])
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
    room = max(0.42 * min(compass.map.pitch), SMALLEST_DOT * DOT * compass.scale)
    return min(DOT * math.sqrt(people) * compass.scale, room)


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
    """Lead everybody from ring to dot, from the edge of one spot to that of the other."""
    if len(compass.rounds) < 2 or compass.is_cloud:
        return ()
    steps = Counter(
        (person.ring, person.dot)
        for person in compass.people
        if person.ring and person.dot and person.ring != person.dot
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
    for asked in compass.rounds:
        summary = summarise(compass.counting(asked), compass.compass)
        if summary is None or summary.n < 2:
            continue
        radii = (0.0, 0.0)
        if summary.n >= SPREAD_FROM:
            point_x, point_y = compass.map.point
            radii = (
                HALF_OF_TEAM * (summary.spread_horizontal or 0.0) * point_x,
                HALF_OF_TEAM * (summary.spread_vertical or 0.0) * point_y,
            )
        half = DIAMOND * compass.scale
        yield Team(*compass.at(summary.mean), radii, signs.is_open(asked), half)


def _side_by_side(teams: tuple[Team, ...]) -> tuple[Team, ...]:
    """Keep two diamonds off each other.

    Both are smaller where they are near; at nearly one place one stands round the other.
    """
    if len(teams) < 2:
        return teams
    now, wish = teams
    least = signs.DIAMOND_RIM * 2 * now.half
    apart = now.off(wish.x, wish.y) * now.half / least
    if apart >= 1:
        return teams
    if apart >= SMALLEST_DIAMOND:
        return tuple(replace(team, half=team.half * apart) for team in teams)
    outer = replace(now, half=OUTER_DIAMOND * now.half, is_round_other=True)
    return outer, replace(wish, half=INNER_DIAMOND * wish.half)


def _seen_round(spot: Spot, teams: Sequence[Team], compass: CompassMap) -> Spot:
    """Let a dot be seen round the diamond that lies over it."""
    if compass.is_cloud:
        return spot
    over = [team.half for team in teams if team.off(spot.x, spot.y) < HIDDEN]
    if not over:
        return spot
    radius = SEEN_ROUND * max(over)
    filled = max(spot.filled_radius, radius) if spot.filled else spot.filled_radius
    outer = filled + RING_GAP * compass.scale if spot.filled else radius
    empty = max(spot.open_radius, outer) if spot.open else spot.open_radius
    return replace(spot, filled_radius=filled, open_radius=empty)


def _team_way(compass: CompassMap, teams: Sequence[Team]) -> tuple[Segment, ...]:
    """Lead the team from practice to what is wished, unless its two diamonds nearly touch."""
    if len(teams) < 2:
        return ()
    now, wish = teams
    half = DIAMOND * compass.scale
    length = math.hypot(wish.x - now.x, wish.y - now.y)
    if length < 3 * half:
        return ()
    dx, dy = (wish.x - now.x) / length * half, (wish.y - now.y) / length * half
    return (Segment(now.x + dx, now.y + dy, wish.x - 1.15 * dx, wish.y - 1.15 * dy),)


def _inset(box: Bounds, by: float) -> Bounds:
    return Bounds(box.left + by, box.top + by, box.right - by, box.bottom - by)


def _titles(compass: CompassMap) -> list[tuple[Bounds, str, float, Colour]]:
    """Place the names of the quadrants in the outer corners, beyond any position."""
    box, full, inset = compass.box, TITLE_PT * compass.scale, 9 * compass.scale
    room = (box.right - box.left) / 2 - 2 * inset
    ends = [tab.place for tab in tabs(compass.map, compass.look)][:2]
    titles = []
    for number, text in enumerate(compass.compass.titles):
        size = fonts.fit(text, room, full, SMALLEST_TITLE * full, bold=True)
        em = size / MM
        wide, high = fonts.width(text, size, bold=True), 1.03 * em
        left = box.left + inset if number % 2 == 0 else box.right - inset - wide
        top = box.top + 0.12 * em if number < 2 else box.bottom - 0.08 * em - high
        tab = ends[number // 2]
        if left < tab.x_mm + tab.width_mm and tab.x_mm < left + wide:  # both are long
            aside = tab.height_mm + INSET * compass.scale
            top += aside if number < 2 else -aside
        place = Bounds(left, top, left + wide, top + high)
        titles.append((place, text, size, compass.inks.titles[number]))
    return titles


def _paint_ground(drawing: Drawing, compass: CompassMap) -> None:
    """Paint the four quadrants, the quarter grid and the names of the quadrants."""
    box, (x, y), scale, inks = compass.box, compass.crossing, compass.scale, compass.inks
    half = GUTTER * scale / 2
    quadrants = (
        Bounds(box.left, box.top, x - half, y - half),
        Bounds(x + half, box.top, box.right, y - half),
        Bounds(box.left, y + half, x - half, box.bottom),
        Bounds(x + half, y + half, box.right, box.bottom),
    )
    if all(tint == WHITE for tint in inks.tints):
        drawing.rect(*_rect(box), line_mm=0.6 * scale, radius_mm=5 * scale)
    else:
        for quadrant, tint in zip(quadrants, inks.tints, strict=True):
            drawing.rect(*_rect(quadrant), fill=tint, radius_mm=5 * scale)
    paint_grid(drawing, compass.map, compass.look)
    for title, text, size, colour in _titles(compass):
        baseline = title.top + 0.78 * size / MM
        drawing.text(title.left, baseline, text, size, bold=True, colour=colour)


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
        signs.arrow(drawing, line, TEAM_WAY * scale, inks.team)


def _paint_teams(drawing: Drawing, arranged: Arrangement) -> None:
    """Draw the middle of the team over everything but the names, which keep off it."""
    inks = arranged.map.inks
    for team in arranged.teams:
        if team.is_round_other:
            signs.diamond_rim(drawing, team.x, team.y, team.half, inks)
        else:
            signs.diamond(drawing, team.x, team.y, team.half, inks, is_open=team.is_open)


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


def _rect(box: Bounds) -> tuple[float, float, float, float]:
    return box.left, box.top, box.right - box.left, box.bottom - box.top


def _box(rect: Rect) -> Bounds:
    return Bounds(rect.x_mm, rect.y_mm, rect.x_mm + rect.width_mm, rect.y_mm + rect.height_mm)
