"""Say in Dutch which statements a team talks about first.

In:  a `CompassResult`.
Out: one text, for the guide and the page; it names statements, and nobody.
"""

from __future__ import annotations

from collections.abc import Sequence

from forms.instrument import Role
from forms.printables.second_meeting import Outset
from papierkompas.outcome.in_words import sentence
from papierkompas.outcome.paper_values import ranked_statements
from papierkompas.outcome.results import CompassResult
from scoring.ranking import by_spread, by_step


def where_to_begin(compass: CompassResult) -> str | None:
    """Name where people lie furthest apart and where they move furthest; None: nowhere yet."""
    filled = [result.round for result in compass.rounds if result.placed]
    if not filled:
        return None
    ranked = ranked_statements(compass)
    wish = compass.compass.round_of(Role.WISHED)
    first = compass.compass.round(wish.key if wish and wish.key in filled else filled[0])
    said = []
    apart = by_spread(ranked, first.key)
    if apart:
        where = f" bij {first.name}" if len(filled) > 1 else ""
        said.append(
            f"Begin bij {_statements(apart)}: daar lopen de antwoorden{where} het verst uiteen."
        )
    step, practice = by_step(ranked), compass.compass.round_of(Role.PRACTICE)
    if step is not None and practice is not None:
        way = f"van {practice.name} naar {first.name}"
        said.append(f"De stap {way} is het grootst bij {_statements([step])}.")
    return " ".join(said) or None


def outset_of(compass: CompassResult, wished: Sequence[str]) -> Outset:
    """Say where a team begins its second meeting: where it wants to be, and what the lists show."""
    names = [each.title for each in compass.compass.quadrants if each.key in wished]
    place = f"Hier wil het team staan: {' en '.join(names)}." if names else None
    said = (place, sentence(compass), where_to_begin(compass))
    return Outset(tuple(one for one in said if one), tuple(wished))


def _statements(keys: Sequence[str]) -> str:
    """Name statements by number.

    >>> _statements(["4"]), _statements(["4", "7"])
    ('stelling 4', 'stelling 4 en stelling 7')
    """
    return " en ".join(f"stelling {key}" for key in keys)
