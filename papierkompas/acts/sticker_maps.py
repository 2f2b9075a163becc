"""The maps that a team made by hand, with stickers on a blank compass.

In:  the photos of blank compasses in a pile, as they were read, and what people put right.
Out: which of them count, and per round a `HandMap`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.compass import BlankCompass, Compass, Place, compass_paper, has_meanings
from forms.instrument import Instrument, Role, find
from forms.messages import Message
from forms.sheet_code import encode
from omr.dots import DotDoubt, DotKind, OddKind, OddSpot, SeenDot, placed
from omr.page import PageStatus, ReadPage
from papierkompas.session.map_changes import MapChange, MapChangeKind
from scoring.compass import Position, TeamSummary, summarise
from scoring.hand_made import MeanStep, Sticker, compare_means


@dataclass(frozen=True, slots=True)
class HandMap:
    """What hangs on the wall for one round.

    Attributes:
        round: its key; None where the sheet was printed without one.
        instrument: key of the questionnaire it was printed for.
        compass: its map.
        photos: of each sheet the one that counts, with what others saw better.
        changes: what people put right on these sheets, by code.
        elsewhere: photos of sheets of other rounds, on which dots of this one hang.
    """

    round: str | None
    instrument: str
    compass: Compass
    photos: tuple[ReadPage, ...]
    changes: Mapping[str, Sequence[MapChange]] = field(default_factory=dict)
    elsewhere: tuple[ReadPage, ...] = ()

    @property
    def dots(self) -> tuple[SeenDot, ...]:
        """Every dot and cross of this round, as it was put right."""
        own = (dot for photo in self.photos for dot in self.dots_of(photo) if dot.round is None)
        others = (
            dot
            for photo in self.elsewhere
            for dot in self.dots_of(photo)
            if dot.round == self.round is not None
        )
        return (*own, *others)

    def dots_of(self, photo: ReadPage) -> tuple[SeenDot, ...]:
        """Every dot and cross on one sheet, of whatever round, as it was put right."""
        return put_right(photo, self.compass, self.changes.get(sheet_key(photo), ()))

    @property
    def odd(self) -> tuple[OddSpot, ...]:
        """What is no dot, and where nothing can be seen."""
        return tuple(spot for photo in self.photos for spot in photo.odd)

    @property
    def unseen(self) -> int:
        """Count the parts of it where nothing can be seen."""
        return sum(spot.kind is OddKind.UNSEEN for spot in self.odd)

    @property
    def stickers(self) -> tuple[Sticker, ...]:
        """Those that surely stand for somebody."""
        return tuple(
            Sticker(Position(dot.vertical, dot.horizontal), dot.colour)
            for dot in self.dots
            if dot.counts
        )

    @property
    def team(self) -> TeamSummary | None:
        """The middle of those."""
        return summarise([sticker.position for sticker in self.stickers], self.compass)

    @property
    def in_doubt(self) -> int:
        """Count the dots that a person has to look at."""
        return sum(bool(dot.doubts) for dot in self.dots)

    @property
    def people(self) -> int | None:
        """How many dots hang there, as somebody counted them; None: nobody did for every sheet."""
        counts = [self._counted_on(photo) for photo in (*self.photos, *self.elsewhere)]
        known = [count for count in counts if count is not None]
        return sum(known) if known and len(known) == len(counts) else None

    @property
    def adds_up(self) -> bool:
        """Whether so many dots count as somebody counted on the wall; true where nobody counted."""
        return all(
            (said := self._counted_on(photo)) is None or said == self._counted(photo)
            for photo in (*self.photos, *self.elsewhere)
        )

    @property
    def on_sheets(self) -> int:
        """How many dots count on its sheets, of whatever round they are."""
        return sum(self._counted(photo) for photo in (*self.photos, *self.elsewhere))

    def _counted(self, photo: ReadPage) -> int:
        return sum(dot.counts for dot in self.dots_of(photo))

    def _counted_on(self, photo: ReadPage) -> int | None:
        return counted_on(self.changes.get(sheet_key(photo), ()))


def sheet_key(photo: ReadPage) -> str:
    """Return what a sheet is known by, among what people changed: its code."""
    return encode(photo.code) if photo.code else ""


def counted_on(changes: Iterable[MapChange]) -> int | None:
    """Return how many dots hang on a sheet, as somebody said last."""
    said = [one.people for one in changes if one.kind is MapChangeKind.COUNT]
    return said[-1] if said else None


REACH_MM = 4.0  # round a dot, besides its own size, where somebody may point at it
BY_HAND_SIZE_MM = 12.0


def put_right(
    photo: ReadPage, compass: Compass, changes: Iterable[MapChange]
) -> tuple[SeenDot, ...]:
    """Change dots as people said, one change after another."""
    dots = list(photo.dots)
    sheet = blank_of(photo, compass)
    if sheet is None:
        return tuple(dots)
    map_ = sheet.map
    for change in changes:
        if change.kind is MapChangeKind.ADD and change.place is not None:
            added = placed(map_, DotKind.DOT, change.colour or "?", change.place, BY_HAND_SIZE_MM)
            dots.append(_confirmed(added))
            continue
        found = dot_at(dots, change.place) if change.place is not None else None
        if found is None:
            continue
        at = dots.index(found)
        match change.kind:
            case MapChangeKind.REMOVE:
                del dots[at]
            case MapChangeKind.CONFIRM:
                dots[at] = _confirmed(found)
            case MapChangeKind.COLOUR:
                dots[at] = replace(found, colour=change.colour)
            case MapChangeKind.ROUND:
                dots[at] = replace(
                    found, round=change.round if change.round != photo.round else None
                )
            case MapChangeKind.MOVE if change.to is not None:
                moved = placed(map_, found.kind, found.colour, change.to, found.size_mm)
                dots[at] = replace(_confirmed(moved), round=found.round)
            case _:
                pass
    return tuple(dots)


def blank_of(photo: ReadPage, compass: Compass) -> BlankCompass | None:
    """Say where everything stands on the sheet of a photo; None where its size is not known."""
    paper = compass_paper(photo.code) if photo.code else None
    if photo.code is None or paper is None:
        return None
    return BlankCompass.on(paper, compass, has_meanings=has_meanings(photo.code))


def _confirmed(dot: SeenDot) -> SeenDot:
    """Take the doubts off; what lies beyond the map stays there, and does not count."""
    return replace(dot, doubts=tuple(d for d in dot.doubts if d is DotDoubt.OUTSIDE))


def dot_at(dots: Iterable[SeenDot], place: Place) -> SeenDot | None:
    """Find the dot at a place: the nearest one that reaches so far."""
    near = [
        (math.dist(dot.place, place), number, dot)
        for number, dot in enumerate(dots)
        if math.dist(dot.place, place) <= dot.size_mm / 2 + REACH_MM
    ]
    return min(near)[2] if near else None


def counting(photos: Sequence[ReadPage]) -> tuple[list[ReadPage], list[Message]]:
    """Put the photos of each blank compass together; mark all but the last, and say so.

    One sheet is known from another by its code: session, round and size.
    """
    last = {photo.code: place for place, photo in enumerate(photos) if _is_read(photo)}
    made, remarks = [], []
    for place, photo in enumerate(photos):
        if not _is_read(photo):
            made.append(photo)
            continue
        if last[photo.code] != place:
            better = photos[last[photo.code]]
            remarks.append(
                Message(
                    "pile.same_compass",
                    {
                        "first": photo.ref.message,
                        "second": better.ref.message,
                        "size": size_of(photo),
                    },
                )
            )
            made.append(replace(photo, status=PageStatus.DUPLICATE))
            continue
        before = [p for p in photos[:place] if _is_read(p) and p.code == photo.code]
        made.append(merged(photo, before))
    return made, remarks


SAME_MM, SAME_SHARE = 3.0, 0.45  # two photos of one dot: how far apart, at least or of its size


def merged(last: ReadPage, before: Sequence[ReadPage]) -> ReadPage:
    """Put what earlier photos of a sheet saw to what the last one shows.

    Where the last photo sees nothing, as under a lamp, an earlier one says what hangs there. A dot
    that was sure on an earlier photo, and of which the last one shows bare paper, is doubted.
    """
    dots = list(last.dots)
    blind = [spot for spot in last.odd if spot.kind is OddKind.UNSEEN]
    for photo in reversed(before):
        own = list(dots)
        for dot in photo.dots:
            same = _same_dot(own, dot)
            if same is not None:
                own.remove(same)
                if same.doubts and not dot.doubts:
                    dots[dots.index(same)] = dot
            elif any(spot.holds(dot.place) for spot in blind):
                dots.append(dot)
            elif not dot.doubts:
                dots.append(replace(dot, doubts=(DotDoubt.UNCLEAR,)))
        other = [spot for spot in photo.odd if spot.kind is OddKind.UNSEEN]
        blind = [part for one in blind for two in other if (part := one.shared(two)) is not None]
    odd = [spot for spot in last.odd if spot.kind is not OddKind.UNSEEN]
    return replace(last, dots=tuple(dots), odd=(*odd, *blind))


def _same_dot(dots: Sequence[SeenDot], dot: SeenDot) -> SeenDot | None:
    near = [
        (math.dist(one.place, dot.place), number, one)
        for number, one in enumerate(dots)
        if one.kind is dot.kind
        and math.dist(one.place, dot.place) < max(SAME_MM, SAME_SHARE * dot.size_mm)
    ]
    return min(near)[2] if near else None


def hand_maps(
    photos: Iterable[ReadPage],
    own: Sequence[Instrument] = (),
    changes: Mapping[str, Sequence[MapChange]] | None = None,
) -> tuple[HandMap, ...]:
    """Put the photos that count together by round, in the order of the rounds; those of none last.

    Args:
        photos: as they were read.
        own: questionnaires that are not built in.
        changes: what people put right, by the code of the sheet.
    """
    maps: dict[tuple[str, str | None], list[ReadPage]] = {}
    for photo in photos:
        if _is_read(photo) and photo.instrument is not None:
            maps.setdefault((photo.instrument, photo.round), []).append(photo)
    made = []
    standing = changes or {}
    moved = _other_rounds(maps, standing)
    for key, round_key in dict.fromkeys((*maps, *moved)):
        found, others = maps.get((key, round_key), []), moved.get((key, round_key), [])
        compass = Compass.of(find(key, own))
        numbers = {asked.key: asked.number for asked in compass.rounds}
        place = (key, numbers.get(round_key or "", len(numbers) + 1))
        one = HandMap(round_key, key, compass, tuple(found), standing, tuple(others))
        if found or one.dots:
            made.append((place, one))
    return tuple(one for _, one in sorted(made, key=lambda pair: pair[0]))


def _other_rounds(
    maps: Mapping[tuple[str, str | None], Sequence[ReadPage]],
    changes: Mapping[str, Sequence[MapChange]],
) -> dict[tuple[str, str | None], list[ReadPage]]:
    """Find the sheets on which somebody said that dots are of another round, by that round."""
    found: dict[tuple[str, str | None], list[ReadPage]] = {}
    for (key, round_key), photos in maps.items():
        for photo in photos:
            said = {one.round for one in changes.get(sheet_key(photo), ())}
            for other in said - {None, round_key}:
                found.setdefault((key, other), []).append(photo)
    return found


def step_between(maps: Iterable[HandMap]) -> MeanStep | None:
    """Compare the middles of the two rounds, where both were made by hand."""
    found = list(maps)
    for compass in dict.fromkeys(one.compass for one in found):
        teams = {one.round: one.team for one in found if one.compass == compass}
        asked = (compass.round_of(role) for role in (Role.PRACTICE, Role.WISHED))
        now, wish = (teams.get(each.key) if each else None for each in asked)
        if now is not None and wish is not None:
            return compare_means(now, wish, compass)
    return None


def size_of(photo: ReadPage) -> str | Message:
    """Say how large the sheet on a photo is."""
    paper = compass_paper(photo.code) if photo.code else None
    return paper.name if paper else Message("pile.unknown_size")


def _is_read(photo: ReadPage) -> bool:
    return photo.status is PageStatus.READ
