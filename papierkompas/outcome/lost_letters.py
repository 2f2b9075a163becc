"""Say whose name is not on paper as it is written: a letter that no font has, an emoji.

In:  names, or everything that papers are made of.
Out: `LostLetters`, each with a sentence that says what stands there instead.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms import fonts
from forms.messages import Message
from papierkompas.outcome.material import Material


@dataclass(frozen=True, slots=True)
class LostLetters:
    """A name that paper cannot show whole."""

    who: str
    letters: tuple[str, ...]

    @property
    def message(self) -> Message:
        """What to say of it."""
        return Message("letters.lost", {"who": self.who, "letters": list(self.letters)})

    def as_json(self) -> dict[str, Any]:
        """Write it out."""
        return {"who": self.who, "letters": list(self.letters), "message": str(self.message)}


def lost_letters(names: Iterable[str]) -> tuple[LostLetters, ...]:
    """Find the names of which a letter is lost, each once."""
    found = ((name, fonts.lost_letters(name)) for name in dict.fromkeys(names))
    return tuple(LostLetters(name, letters) for name, letters in found if letters)


def lost_on_paper(material: Material) -> tuple[LostLetters, ...]:
    """Find them among everybody whom a paper of this session may name, and in the team's name."""
    names = [material.printed_team or ""]
    if not material.results.without_names:
        names += [sheet.label for sheet in material.results.sheets]
        if material.session is not None:
            names += [person.name for person in material.session.people.all()]
    return lost_letters(filter(None, names))
