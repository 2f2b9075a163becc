"""The map of the built-in questionnaire, for tests that need one."""

from __future__ import annotations

from forms.compass import Compass
from forms.instrument import Role, Round, find
from scoring.compass_map import in_order

COMPASS = Compass.of(find("schoolwaardenkompas"))


def round_of(role: Role) -> Round:
    """Return the round that has this role."""
    found = COMPASS.round_of(role)
    assert found is not None
    return found


WISHED = (round_of(Role.WISHED),)
PRACTICE = (round_of(Role.PRACTICE),)
BOTH = in_order(COMPASS.rounds)
SHOWN = (WISHED, PRACTICE, BOTH)
