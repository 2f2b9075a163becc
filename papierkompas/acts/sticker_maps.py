"""The maps that a team made by hand, with stickers on a blank compass.

In:  the photos of blank compasses in a pile, as they were read.
Out: which of them count, and per round a `HandMap`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forms.compass import Compass, compass_paper
from forms.instrument import Instrument, Role, find
from forms.messages import Message
from omr.dots import SeenDot
from omr.page import PageStatus, ReadPage
from scoring.compass import Position, TeamSummary, summarise
from scoring.hand_made import MeanStep, Sticker, compare_means


@dataclass(frozen=True, slots=True)
class HandMap:
    """What hangs on the wall for one round.

    Attributes:
        round: its key; None where the sheet was printed without one.
        instrument: key of the questionnaire it was printed for.
        compass: its map.
        photos: of each sheet the one that counts.
    """

    round: str | None
    instrument: str
    compass: Compass
    photos: tuple[ReadPage, ...]

    @property
    def dots(self) -> tuple[SeenDot, ...]:
        """Every dot and cross."""
        return tuple(dot for photo in self.photos for dot in photo.dots)

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


def counting(photos: Sequence[ReadPage]) -> tuple[list[ReadPage], list[Message]]:
    """Let the last photo of each blank compass count; mark the others, and say so.

    One sheet is known from another by its code: session, round and size.
    """
    last = {photo.code: place for place, photo in enumerate(photos) if _is_read(photo)}
    made, remarks = [], []
    for place, photo in enumerate(photos):
        if _is_read(photo) and last[photo.code] != place:
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
        else:
            made.append(photo)
    return made, remarks


def hand_maps(photos: Iterable[ReadPage], own: Sequence[Instrument] = ()) -> tuple[HandMap, ...]:
    """Put the photos that count together by round, in the order of the rounds; those of none last.

    Args:
        photos: as they were read.
        own: questionnaires that are not built in.
    """
    maps: dict[tuple[str, str | None], list[ReadPage]] = {}
    for photo in photos:
        if _is_read(photo) and photo.instrument is not None:
            maps.setdefault((photo.instrument, photo.round), []).append(photo)
    made = []
    for (key, round_key), found in maps.items():
        compass = Compass.of(find(key, own))
        numbers = {asked.key: asked.number for asked in compass.rounds}
        place = (key, numbers.get(round_key or "", len(numbers) + 1))
        made.append((place, HandMap(round_key, key, compass, tuple(found))))
    return tuple(one for _, one in sorted(made, key=lambda pair: pair[0]))


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
