"""Which way to read the bytes of a name list is likelier: by the letters that names have.

In:  words with letters beyond ASCII, as one encoding would read them.
Out: how likely a word is among the names of the languages that use the encoding; or that no name
     can be written so.

A list has only a handful of such letters, so what is known of prose does not help: on lists of
names chardet and charset-normalizer are wrong in a third to a half of the cases
(docs/decisions/007). The counts come from `papierkompas.lab.learn_letters`.
"""

from __future__ import annotations

import math
import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from forms.roster.names import strange_sign

EDGE = "^"  # stands before the first and behind the last letter of a word
_UNSEEN = 0.5  # how often a letter was seen that was never seen
_TRUST = 20.0  # neighbours are believed over the letter alone from about this many sightings on
_SIGN = -8.0  # an apostrophe or a dash beyond ASCII is about as rare as a rare letter
_SMALL_FIRST = -3.0  # a name that begins with a small letter is rare, but people type them

# One letter in a name without its mark.
_BASES = {"ı": "i", "ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "t", "æ": "a", "œ": "o", "ß": "s"}


@dataclass(frozen=True, slots=True)
class Letters:
    """How often letters and their neighbours were seen in the names of some languages."""

    total: float
    letter: Mapping[str, float]
    before: Mapping[str, Mapping[str, float]]  # per letter, what stands before it
    behind: Mapping[str, Mapping[str, float]]
    any_before: Mapping[str, float]  # how often something stands before any letter
    any_behind: Mapping[str, float]

    def likelihood(self, word: str) -> float:
        """Return the logarithm of how likely the letters beyond ASCII of a word are."""
        found = 0.0
        for place, char in enumerate(word):
            if char.isascii():
                continue
            if not char.isalpha():
                found += _SIGN
                continue
            before, behind = neighbours(word, place)
            letter = char.lower()
            alone = (self.letter.get(letter, 0) + _UNSEEN) / (self.total + 300 * _UNSEEN)
            left = _share(self.before, self.any_before, letter, before, alone)
            right = _share(self.behind, self.any_behind, letter, behind, alone)
            found += math.log(left) + math.log(right) - math.log(alone)
            if char.islower() and before == EDGE and behind != EDGE:
                found += _SMALL_FIRST
        return found


def _share(
    seen: Mapping[str, Mapping[str, float]],
    ever: Mapping[str, float],
    letter: str,
    beside: str,
    alone: float,
) -> float:
    pairs = seen.get(letter, {}).get(beside, 0)
    return (pairs + _TRUST * alone) / (ever.get(beside, 0) + _TRUST)


def neighbours(word: str, place: int) -> tuple[str, str]:
    """Return what stands on both sides of a letter, without marks and capitals.

    >>> neighbours("Łucja", 0), neighbours("Noël", 2)
    (('^', 'u'), ('o', 'l'))
    """
    return (
        _base(word[place - 1]) if place else EDGE,
        _base(word[place + 1]) if place + 1 < len(word) else EDGE,
    )


def _base(char: str) -> str:
    if not char.isalpha():
        return EDGE
    plain = unicodedata.normalize("NFD", char.lower())[0]
    return _BASES.get(plain, plain)


def cannot_be(word: str) -> bool:
    """Whether no name is written so: a sign in it, or a capital among small letters.

    >>> cannot_be("RenŽ"), cannot_be("Zo‘"), cannot_be("Müller"), cannot_be("O’Brien")
    (True, True, False, False)
    """
    if word.isascii():
        return False
    if strange_sign(word.replace("\xa0", " ")) is not None:
        return True
    letters = [char for char in word if char.isalpha()]
    small = [char for char in letters if char.islower()]
    for place, char in enumerate(word):
        before = word[place - 1] if place else ""
        behind = word[place + 1] if place + 1 < len(word) else ""
        if char.isascii() or char == "\xa0":
            continue
        if not char.isalpha():
            if char in "–‐‑" and before.isalpha() and not behind.isupper():
                return True
            if char in "“”„" and before and behind:
                return True
            if char == "·" and (before, behind) != ("l", "l"):
                return True
            if char in "’´`‘ʼ" and not _may_have_apostrophe(before, behind, place):
                return True
        elif char.isupper():
            if before.isalpha() and small:
                return True
        elif len(letters) > 2 and small == [char]:
            return True
    return False


def _may_have_apostrophe(before: str, behind: str, place: int) -> bool:
    """Whether an apostrophe is in place: `O’Brien`, `’t`, `Iris’`."""
    if place == 0:
        return behind.islower()
    if not behind:
        return before in "sxz"
    return place == 1 and before in "ODLMNST" and behind.isupper()


@cache
def letters_of(group: str) -> Letters:
    """Load the counts of a group of languages: `west`, `central` or `turkish`."""
    file = resources.files("forms.data") / "name_letters.toml"
    counts = tomllib.loads(file.read_text(encoding="utf-8"))[group]
    seen = counts["letters"]
    return Letters(
        total=counts["total"],
        letter={letter: row["count"] for letter, row in seen.items()},
        before={letter: row["before"] for letter, row in seen.items()},
        behind={letter: row["behind"] for letter, row in seen.items()},
        any_before=counts["before"],
        any_behind=counts["behind"],
    )
