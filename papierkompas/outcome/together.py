"""The people with a place in every round: of them are the arrow, the sentence and the comparison.

In:  the rounds of a questionnaire with a map.
Out: a `Together`: who they are, how their rounds compare, and where everybody else stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from forms.compass import Compass
from forms.instrument import Role
from papierkompas.outcome.attendance import Person
from scoring.compass import Position, TeamSummary, summarise
from scoring.rounds import Comparison, Scenario, are_apart, compare

if TYPE_CHECKING:
    from papierkompas.outcome.results import RoundResult


@dataclass(frozen=True, slots=True)
class Together:
    """The people with a place in both rounds.

    Attributes:
        people: who they are.
        comparison: of their two places.
        teams: by round where they stand.
        others: by round where those stand who have a place in that round alone.
    """

    people: frozenset[Person]
    comparison: Comparison
    teams: Mapping[str, TeamSummary]
    others: Mapping[str, TeamSummary]

    @property
    def speaks(self) -> bool:
        """Whether something is said of them: they are enough for a verdict, or they are everybody.

        Otherwise there is no arrow of their middle either, and no field that they choose.
        """
        return self.comparison.scenario is not Scenario.NO_VERDICT or not self.others

    @property
    def apart(self) -> tuple[str, ...]:
        """The rounds in which the others stand somewhere else."""
        compass = self.comparison.compass
        return tuple(
            key
            for key, others in self.others.items()
            if are_apart(self.teams[key], others, compass)
        )


def together(compass: Compass, rounds: Sequence[RoundResult]) -> Together | None:
    """Bring the rounds together; None where nobody has a place in both."""
    places = {
        result.round: {p.sheet.person: p.position for p in result.placed if p.position is not None}
        for result in rounds
    }
    asked = [compass.round_of(role) for role in (Role.PRACTICE, Role.WISHED)]
    now, wanted = (places.get(each.key, {}) if each else {} for each in asked)
    people = [person for person in now if person in wanted]
    if not people:
        return None
    teams, others = {}, {}
    for key, standing in places.items():
        teams[key] = _summary([standing[person] for person in people], compass)
        rest = [place for person, place in standing.items() if person not in set(people)]
        if rest:
            others[key] = _summary(rest, compass)
    pairs = [(now[person], wanted[person]) for person in people]
    return Together(frozenset(people), compare(pairs, compass), teams, others)


def _summary(places: Sequence[Position], compass: Compass) -> TeamSummary:
    made = summarise(places, compass)
    if made is None:
        raise ValueError("a summary needs somebody, got nobody")
    return made
