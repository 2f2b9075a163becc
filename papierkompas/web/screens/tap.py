"""The screen on which a map of stickers is put right, by pointing at it.

In:  a large sheet that was photographed, and where somebody tapped.
Out: the photo, straightened, with a numbered ring round every dot; every tap is a change that
     can be taken back.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from starlette.responses import Response

from forms.compass import Place
from forms.errors import UsageError
from forms.layout import Rect
from omr.dots import OddSpot, SeenDot
from omr.intake.values import Unreadable
from papierkompas.acts.sticker_maps import counted_on
from papierkompas.acts.tap_map import WallSheet, of_one_colour, put_map_right, wall_sheets
from papierkompas.session.map_changes import MapChangeKind
from papierkompas.web import page_views
from papierkompas.web.visit import ProblemError, Visit, go, page, picture

LONG_PX = 1500  # of the picture
MOST_PEOPLE = 999
COLOURS = ("rood", "oranje", "geel", "groen", "blauw", "paars", "roze", "zwart", "wit")


@dataclass(frozen=True, slots=True)
class Ring:
    """A dot as it is shown: its number, and where it lies in percents of the picture."""

    number: int
    dot: SeenDot
    left: float
    top: float
    across: float  # of the width


@dataclass(frozen=True, slots=True)
class OddFrame:
    """What is no dot, or where nothing can be seen, in percents of the picture."""

    spot: OddSpot
    left: float
    top: float
    wide: float
    high: float


def show(visit: Visit) -> Response:
    """Show the map, with a panel for the dot that was chosen."""
    number, sheet = _sheet(visit)
    standing = sheet.map.changes.get(sheet.key, ())
    rings = _rings(sheet)
    asked = visit.asked("dot")
    chosen = next((ring for ring in rings if str(ring.number) == asked), None)
    return page(
        visit,
        "tap.html",
        number=number,
        sheet=sheet,
        rings=rings,
        frames=_frames(sheet),
        chosen=chosen,
        people=counted_on(standing),
        history=standing[::-1],
        colours=COLOURS,
        alike=sum(ring.dot.colour == chosen.dot.colour for ring in rings) if chosen else 0,
        area=_area(sheet),
        others=[at for at, _ in enumerate(_sheets(visit)) if at != number],
    )


def change(visit: Visit) -> Response:
    """Do one thing to the map."""
    number, sheet = _sheet(visit)
    session = visit.session.session
    here = f"/s/{visit.session.key}/tap/{number}"
    if visit.asked("undo").isdecimal():
        session.map_changes.undo(int(visit.asked("undo")), visit.who)
        return go(here)
    try:
        kind = MapChangeKind(visit.asked("kind"))
    except ValueError:
        raise ProblemError(400, "problem.title") from None
    if kind is MapChangeKind.COUNT:
        people = visit.asked("people")
        if not people.isdecimal() or int(people) > MOST_PEOPLE:
            raise ProblemError(400, "tap.no_count", where=f"tap/{number}#people")
        put_map_right(session, sheet, kind, visit.who, people=int(people))
        return go(here)
    place = _place(visit, "x", "y")
    to = _place(visit, "to_x", "to_y") if kind is MapChangeKind.MOVE else None
    if kind is MapChangeKind.MOVE and to is None:
        raise ProblemError(400, "problem.title")
    colour = visit.asked("colour")
    places = [place]
    if kind is MapChangeKind.ROUND and visit.asked("all") and place is not None:
        places = [*of_one_colour(sheet, place)] or places
    try:
        for one in places:
            put_map_right(
                session,
                sheet,
                kind,
                visit.who,
                place=one,
                to=to,
                colour=colour if colour in COLOURS else "",
                round_key=visit.asked("round") if kind is MapChangeKind.ROUND else None,
            )
    except UsageError as error:
        raise ProblemError.of(400, error) from None
    return go(f"{here}?colour={quote(colour)}" if kind is MapChangeKind.ADD else here)


def photo(visit: Visit) -> Response:
    """Show the photo, straightened."""
    _, sheet = _sheet(visit)
    area = _area(sheet)
    scale = LONG_PX / max(area.width_mm, area.height_mm)
    try:
        return picture(page_views.map_part(visit.session.session, sheet.photo, area, scale))
    except (Unreadable, ValueError, OSError):
        raise ProblemError(404, "problem.no_picture") from None


def _sheets(visit: Visit) -> tuple[WallSheet, ...]:
    return wall_sheets(visit.session.results().hand_maps)


def _sheet(visit: Visit) -> tuple[int, WallSheet]:
    found = _sheets(visit)
    number = int(visit.part("number"))
    if number >= len(found):
        raise ProblemError(404, "problem.no_page")
    return number, found[number]


def _area(sheet: WallSheet) -> Rect:
    return sheet.blank.map.area


def _rings(sheet: WallSheet) -> list[Ring]:
    area = _area(sheet)
    dots = sorted(sheet.dots, key=lambda dot: (round(dot.place.y_mm / ROW_MM), dot.place.x_mm))
    return [
        Ring(
            number,
            dot,
            100 * (dot.place.x_mm - area.x_mm) / area.width_mm,
            100 * (dot.place.y_mm - area.y_mm) / area.height_mm,
            100 * dot.size_mm / area.width_mm,
        )
        for number, dot in enumerate(dots, 1)
    ]


ROW_MM = 15.0  # dots within it are numbered from left to right


def _frames(sheet: WallSheet) -> list[OddFrame]:
    area = _area(sheet)
    return [
        OddFrame(
            spot,
            100 * (spot.place.x_mm - spot.wide_mm / 2 - area.x_mm) / area.width_mm,
            100 * (spot.place.y_mm - spot.high_mm / 2 - area.y_mm) / area.height_mm,
            100 * spot.wide_mm / area.width_mm,
            100 * spot.high_mm / area.height_mm,
        )
        for spot in sheet.photo.odd
    ]


def _place(visit: Visit, across: str, down: str) -> Place | None:
    """Read where somebody tapped, in mm on the paper."""
    try:
        return Place(float(visit.asked(across)), float(visit.asked(down)))
    except ValueError:
        return None
