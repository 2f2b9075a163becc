"""What the headings of name lists mean, in the exports that schools have.

In:  the text of a heading.
Out: the part of a name under it; or that it is known and holds no names; or that it is not known.

The headings themselves are data: `forms/data/headings.toml`.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources

from forms.roster.names import is_infix
from forms.roster.values import Part

_DATA = tomllib.loads((resources.files("forms.data") / "headings.toml").read_text(encoding="utf-8"))
_KNOWN: Mapping[Part, Sequence[str]] = {Part(key): v for key, v in _DATA["parts"].items()}
_PARTS = {heading: part for part, known in _KNOWN.items() for heading in known}
_WHOLE = "naam"
_WORDS: Mapping[str, frozenset[str]] = {key: frozenset(v) for key, v in _DATA["words"].items()}
_WHO, _NO_NAMES, _TITLES = _WORDS["who"], _WORDS["no_names"], _WORDS["titles"]
_NO_NAME_LINES = frozenset(_DATA["lines"]["no_names"])
_BELOW: Mapping[str, frozenset[str]] = {key: frozenset(v) for key, v in _DATA["below"].items()}
NOBODY = frozenset(_DATA["lines"]["nobody"])  # rows of an export

MOST_BEFORE_NAME = 2  # words of `Mentor Krasniqi`, who is somebody
_MAKING = frozenset({"door", "by", "met", "voor"})  # `Uitgedraaid door Anna`

_COMPOUND = re.compile(
    r"(leerling|leerlingen|student|studenten|deelnemer|cursist|medewerkers?|docent|docenten|persoons)"
    r"[ -]?(naam|achternaam|voornaam|roepnaam)"
)


@lru_cache(maxsize=4096)
def plain(heading: str) -> str:
    """Write a heading as they are compared.

    >>> plain(" Tussenv. "), plain("givenName"), plain("First Name [Required]"), plain("E-mail")
    ('tussenv', 'given name', 'first name', 'e mail')
    """
    text = re.sub(r"\[[^\]]*\]", " ", heading)
    text = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    text = unicodedata.normalize("NFD", text.casefold())
    text = "".join(char for char in text if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+|#", text))


def part_of(heading: str) -> Part | None:
    """Say which part of a name stands under a heading.

    >>> part_of("Achternaam leerling"), part_of("Student"), part_of("Naam ouder"), part_of("Klas")
    (<Part.LAST: 'last'>, <Part.NAME: 'name'>, None, None)
    """
    known = _meaning(plain(heading))
    return _PARTS.get(known) if known else None


def says_who(heading: str) -> bool:
    """Whether a heading is only a word for people: `Leerling`, `Docent`."""
    text = plain(heading)
    return text not in _PARTS and _COMPOUND.fullmatch(text) is None and _meaning(text) == _WHOLE


def rank(heading: str) -> int:
    """Say how good a heading is for its part; 0 is the best."""
    known = _meaning(plain(heading))
    part = _PARTS.get(known)
    if part is None:
        return len(_PARTS)
    asked = bool(_WHO & set(plain(heading).split()))  # `Naam` is better than `Docent`
    return 2 * _KNOWN[part].index(known) + asked


def is_other(heading: str) -> bool:
    """Whether a heading is known and holds no name: `Klas`, `E-mail`."""
    text = plain(heading)
    if not text or _meaning(text) in _PARTS:
        return False
    words = set(text.split())
    known = _NO_NAMES | _WHO | _WORDS["between"]
    return text == "#" or text in _NO_NAME_LINES or (bool(words & _NO_NAMES) and words <= known)


def speaks_of_names(text: str) -> bool:
    """Whether a text is about names, and is none: `Voornaam kind`, `Gebruikersnaam`."""
    return any(
        word in _PARTS or re.search(r"(naam|namen|name|names)$", word)
        for word in plain(text).split()
    )


def is_of_others(heading: str) -> bool:
    """Whether a heading speaks of somebody else: `Voorvoegsel partner`."""
    return bool(_WORDS["others"] & set(plain(heading).split()))


def is_title(text: str) -> bool:
    """Whether a line is written over a list, and is nobody: `Team Zorg`, `Namenlijst 4A`."""
    words = text.casefold().replace(":", " ").split()
    return bool(words) and (words[0] in _TITLES or any(char.isdigit() for char in text))


def is_group(name: str) -> bool:
    """Whether what should be a name is that of a group, between its people: `Team Zorg`."""
    first, *more = name.casefold().replace(":", " ").split() or [""]
    return bool(more) and first in _TITLES - {"klas"}  # which is a first name, too


def is_below(text: str) -> bool:
    """Whether a line looks like what stands under a list, and like no name.

    >>> is_below("Einde van de lijst"), is_below("Gemaakt met Excel"), is_below("Let op")
    (True, True, True)
    >>> is_below("Roos Dag"), is_below("Wil de Groot"), is_below("Page Smith")
    (False, False, False)
    """
    words = re.sub(r"\([^()]*\)|:", " ", text).split()
    if not words:
        return False
    first, last = words[0].casefold(), words[-1]
    small = [word for word in words[1:] if word.islower() and len(word) > 1 and not is_infix(word)]
    return (
        first in _BELOW["begins"]
        or (len(words) > 1 and last in _BELOW["ends"] and not {"-", "–"} & set(words))
        or (len(words) > MOST_BEFORE_NAME and first in _BELOW["roles"])
        or (not words[0].islower() and len(small) > 1)
        or (not words[0].islower() and bool(_MAKING & set(small)))
    )


def _meaning(text: str) -> str:
    """Return the heading of the table that a heading stands for, or nothing."""
    if text in _PARTS:
        return text
    whole = _COMPOUND.fullmatch(text)
    if whole:
        return whole[2]
    words = text.split()
    if is_of_others(text) or not _WHO & set(words):
        return ""
    rest = " ".join(word for word in words if word not in _WHO | _WORDS["between"])
    if not rest:
        return _WHOLE
    return rest if rest in _PARTS else ""
