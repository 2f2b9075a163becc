"""Sum up a map that a team made by hand, with stickers.

In:  the stickers: where each lies and its colour. They carry no names.
Out: what stands beside them on a poster; between two rounds, how far the middles lie apart.

Nobody knows which sticker of one round belongs to which of the other, so nothing is said about how
many people move, nor whether they move the same way: only the middles are compared.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from forms.compass import Compass
from forms.instrument import Role
from scoring.compass import Position, TeamSummary
from scoring.rounds import CLEAR_SHIFT, Heading, heading_of, how_far, points, stretched


@dataclass(frozen=True, slots=True)
class Sticker:
    """Somebody's dot or cross on the map."""

    position: Position
    colour: str  # in Dutch


@dataclass(frozen=True, slots=True)
class MeanStep:
    """The way from the middle of the stickers of practice to that of the wished round."""

    compass: Compass
    vertical: float
    horizontal: float
    n_practice: int
    n_wished: int

    @property
    def shift(self) -> float:
        """How far that is."""
        return math.hypot(self.vertical, self.horizontal)

    @property
    def heading(self) -> Heading | None:
        """Which way that is; `None` when the middles coincide."""
        return heading_of(self.vertical, self.horizontal)


def compare_means(practice: TeamSummary, wished: TeamSummary, compass: Compass) -> MeanStep:
    """Compare the middles of two maps that were made by hand."""
    return MeanStep(
        compass,
        wished.mean.vertical - practice.mean.vertical,
        wished.mean.horizontal - practice.mean.horizontal,
        practice.n,
        wished.n,
    )


def in_words(step: MeanStep) -> str:
    """Say in Dutch what two maps show, and what they cannot show."""
    compass = step.compass
    clear = stretched(CLEAR_SHIFT, compass)
    if step.shift < clear - 1e-9:
        said = (
            f"De middens van de twee kaarten liggen dicht bij elkaar, minder dan {points(clear)}."
        )
    else:
        wished, practice = (
            next(asked.name for asked in compass.rounds if asked.role is role)
            for role in (Role.WISHED, Role.PRACTICE)
        )
        far = how_far(step.shift, step.heading, compass)
        said = f"Het midden van {wished} ligt {far} vanaf het midden van {practice}."
    return (
        f"{said} Stippen hebben geen naam: hoeveel mensen dezelfde kant op willen, is op deze "
        "kaarten niet te zien."
    )


def beside(stickers: Sequence[Sticker]) -> tuple[str, ...]:
    """Say what stands beside each sticker: its colour, once for each place, if there are several.

    >>> one, other = Position(2, 2), Position(3, 3)
    >>> red, blue = Sticker(one, "rood"), Sticker(other, "blauw")
    >>> beside([red, blue, red])
    ('2 rood', 'blauw', '')
    >>> beside([red, red])
    ('', '')
    """
    if len({sticker.colour for sticker in stickers}) < 2:
        return ("",) * len(stickers)
    counts = Counter(stickers)
    said = []
    for sticker in stickers:
        count = counts.pop(sticker, 0)
        said.append(
            "" if not count else sticker.colour if count == 1 else f"{count} {sticker.colour}"
        )
    return tuple(said)
