"""Put a map right that was made by hand: take a dot away, add one, move, confirm, count them.

In:  a session, one of its large sheets, and a place on it.
Out: a change in the history of the session; the map says at once what it makes of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.compass import BlankCompass, Place
from forms.errors import UsageError
from omr.dots import SeenDot
from omr.page import ReadPage
from papierkompas.acts.reading import known_instruments
from papierkompas.acts.sticker_maps import HandMap, blank_of, dot_at, sheet_key
from papierkompas.session.map_changes import MapChangeKind
from papierkompas.session.session import Session

_OF_A_DOT = frozenset(
    {
        MapChangeKind.REMOVE,
        MapChangeKind.MOVE,
        MapChangeKind.CONFIRM,
        MapChangeKind.COLOUR,
        MapChangeKind.ROUND,
    }
)


@dataclass(frozen=True, slots=True)
class WallSheet:
    """One large sheet with dots: the map it belongs to, and its photo."""

    map: HandMap
    photo: ReadPage
    blank: BlankCompass

    @property
    def key(self) -> str:
        """What its changes are known by."""
        return sheet_key(self.photo)

    @property
    def dots(self) -> tuple[SeenDot, ...]:
        """Its dots, as they were put right."""
        return self.map.dots_of(self.photo)

    @property
    def counted(self) -> int:
        """How many of them count."""
        return sum(dot.counts for dot in self.dots)


def wall_sheets(maps: Sequence[HandMap]) -> tuple[WallSheet, ...]:
    """List the sheets of which it is known where everything stands."""
    return tuple(
        WallSheet(one, photo, blank)
        for one in maps
        for photo in one.photos
        if (blank := blank_of(photo, one.compass)) is not None
    )


def must_know_round(session: Session, key: str | None) -> None:
    """Refuse a round that no questionnaire has: a typing error must not look like a lost photo.

    Raises:
        InstrumentError: there is no such round.
    """
    asked = [each for each in known_instruments(session=session) if each.rounds]
    if key is not None and not any(key == one.key for each in asked for one in each.rounds):
        asked[0].round(key)


def the_sheet(maps: Sequence[HandMap], round_key: str | None) -> WallSheet:
    """Find the one sheet that is meant.

    Raises:
        UsageError: there is none, or there are several.
    """
    found = [
        sheet for sheet in wall_sheets(maps) if round_key is None or sheet.map.round == round_key
    ]
    if not found:
        raise UsageError("map_change.no_map")
    if len(found) > 1:
        raise UsageError("map_change.several")
    return found[0]


def put_map_right(
    session: Session,
    sheet: WallSheet,
    kind: MapChangeKind,
    who: str,
    why: str = "",
    *,
    place: Place | None = None,
    to: Place | None = None,
    colour: str = "",
    people: int | None = None,
    round_key: str | None = None,
) -> int:
    """Write one change down, if it changes anything; return its number.

    Raises:
        UsageError: there is no dot at the place, it does not lie on the map, or there is no such
            round.
    """
    rounds = [each.key for each in sheet.map.compass.rounds]
    if kind is MapChangeKind.ROUND and round_key not in rounds:
        raise UsageError("map_change.no_round", round=round_key, rounds=rounds)
    if kind in _OF_A_DOT:
        found = dot_at(sheet.dots, place) if place is not None else None
        if found is None:
            raise UsageError("map_change.no_dot", place=_said(sheet, place))
        place = found.place
    for there in (to, place if kind is MapChangeKind.ADD else None):
        if there is not None and not _is_on(sheet, there):
            compass = sheet.map.compass
            raise UsageError(
                "map_change.outside",
                place=_said(sheet, there),
                low=compass.lowest,
                high=compass.highest,
            )
    return session.map_changes.add(
        sheet.key,
        kind,
        who,
        why,
        place=place,
        to=to,
        colour=colour,
        people=people,
        round_key=round_key,
    )


def place_in(sheet: WallSheet, text: str) -> Place:
    """Read a place as it is typed: the numbers of both axes, in the order of the questionnaire.

    Raises:
        UsageError: it is no place.
    """
    compass = sheet.map.compass
    axes = ",".join(axis.key for axis in compass.axes)
    parts = text.replace(" ", "").split(",")
    try:
        first, second = (float(part) for part in parts)
    except ValueError:
        raise UsageError("map_change.bad_place", axes=axes, text=text) from None
    values = dict(zip((axis.key for axis in compass.axes), (first, second), strict=True))
    up, across = values[compass.vertical.key], values[compass.horizontal.key]
    if not all(compass.lowest <= value <= compass.highest for value in (up, across)):
        raise UsageError("map_change.outside", place=text, low=compass.lowest, high=compass.highest)
    return sheet.blank.map.at(up, across)


def of_one_colour(sheet: WallSheet, place: Place) -> tuple[Place, ...]:
    """List where the dots lie that have the colour of the one at a place; that one among them."""
    found = dot_at(sheet.dots, place)
    return tuple(dot.place for dot in sheet.dots if found and dot.colour == found.colour)


def dot_meant(sheet: WallSheet, place: Place) -> Place:
    """Find the dot that stands for a place, wherever round it it hangs; one in doubt first."""
    up, across = sheet.blank.map.position_of(place)
    same = [
        dot
        for dot in sheet.dots
        if abs(dot.vertical - up) < _NEARLY and abs(dot.horizontal - across) < _NEARLY
    ]
    same.sort(key=lambda dot: not dot.doubts)
    return same[0].place if same else place


_NEARLY = 0.01


def _is_on(sheet: WallSheet, place: Place) -> bool:
    plot, rim = sheet.blank.map.plot, sheet.blank.map.rim_mm / 2
    return (
        plot.x_mm - rim <= place.x_mm <= plot.x_mm + plot.width_mm + rim
        and plot.y_mm - rim <= place.y_mm <= plot.y_mm + plot.height_mm + rim
    )


def _said(sheet: WallSheet, place: Place | None) -> str:
    if place is None:
        return "?"
    compass = sheet.map.compass
    along = compass.by_axis(*sheet.blank.map.position_of(place))
    return ", ".join(f"{key} {value:.2f}" for key, value in along.items())
