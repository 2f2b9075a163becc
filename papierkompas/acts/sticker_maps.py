"""The maps that a team made by hand, with stickers on a blank compass.

In:  the photos of blank compasses in a pile, as they were read.
Out: which of them count, and per round a `HandMap`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from forms.compass import compass_paper
from forms.messages import Message
from omr.dots import SeenDot
from omr.page import PageStatus, ReadPage
from scoring.compass import Position, TeamSummary, summarise
from scoring.hand_made import MeanStep, Sticker, compare_means

NOW, WISH = "huidig", "gewenst"


@dataclass(frozen=True, slots=True)
class HandMap:
    """What hangs on the wall for one round.

    Attributes:
        round: None where the sheet was printed without one.
        photos: of each sheet the one that counts.
    """

    round: str | None
    photos: tuple[ReadPage, ...]

    @property
    def dots(self) -> tuple[SeenDot, ...]:
        """Every dot and cross."""
        return tuple(dot for photo in self.photos for dot in photo.dots)

    @property
    def stickers(self) -> tuple[Sticker, ...]:
        """Those that surely stand for somebody."""
        return tuple(
            Sticker(Position(dot.doel, dot.relatie), dot.colour) for dot in self.dots if dot.counts
        )

    @property
    def team(self) -> TeamSummary | None:
        """The middle of those."""
        return summarise([sticker.position for sticker in self.stickers])

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


def hand_maps(photos: Iterable[ReadPage]) -> tuple[HandMap, ...]:
    """Put the photos that count together by round: gewenst, huidig, and those of no round."""
    rounds: dict[str | None, list[ReadPage]] = {}
    for photo in photos:
        if _is_read(photo):
            rounds.setdefault(photo.round, []).append(photo)
    order = sorted(rounds, key=lambda key: (key is None, key or ""))
    return tuple(HandMap(key, tuple(rounds[key])) for key in order)


def step_between(maps: Iterable[HandMap]) -> MeanStep | None:
    """Compare the middles of the two rounds, where both were made by hand."""
    teams = {one.round: one.team for one in maps}
    now, wish = teams.get(NOW), teams.get(WISH)
    return compare_means(now, wish) if now is not None and wish is not None else None


def size_of(photo: ReadPage) -> str | Message:
    """Say how large the sheet on a photo is."""
    paper = compass_paper(photo.code) if photo.code else None
    return paper.name if paper else Message("pile.unknown_size")


def _is_read(photo: ReadPage) -> bool:
    return photo.status is PageStatus.READ
