"""Find the shortest form of each name that still tells everybody apart.

In:  the full names of everybody who is named on one piece of paper.
Out: what stands on the paper for each of them, in the same order.

`Maaike` where there is one Maaike, `Maaike H.` where there are two. Nothing is ever cut off.
"""

from __future__ import annotations

import sys
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import StrEnum


class Naming(StrEnum):
    """What stands on the map for a person."""

    NAMES = "names"
    INITIALS = "initials"
    NUMBERS = "numbers"
    NONE = "none"


def shown(
    names: Sequence[str],
    naming: Naming,
    numbers: Sequence[str] = (),
    firsts: Sequence[str] = (),
) -> tuple[str, ...]:
    """Say what stands on the paper for each of these people.

    Args:
        names: of the people.
        naming: what is shown.
        numbers: on their sheets; without them people are counted in the order of `names`.
        firsts: what colleagues call them, where it is known: `Ka Wai`; else the first word.
    """
    if numbers and (len(numbers) != len(names) or not all(numbers)):
        raise ValueError(f"numbers must be one for each of {len(names)} names, got {numbers}")
    match naming:
        case Naming.NAMES:
            return shortest(names, firsts)
        case Naming.INITIALS:
            return initials(names)
        case Naming.NUMBERS:
            counted = tuple(str(number) for number in range(1, len(names) + 1))
            return _numbered(numbers) if numbers else counted
        case Naming.NONE:
            return ("",) * len(names)


def in_order(shown: str) -> tuple[int, str]:
    """Sort what is shown: numbers by what they count, before everything else by its letters.

    >>> sorted(["10", "Bo", "9", "00.1", "al"], key=in_order)
    ['9', '10', '00.1', 'al', 'Bo']
    """
    return (int(shown), "") if shown.isdecimal() else (sys.maxsize, shown.casefold())


def shortest(names: Sequence[str], firsts: Sequence[str] = ()) -> tuple[str, ...]:
    """Shorten names to the first name, and further only as far as they stay apart.

    >>> shortest(["Sam Voorbeeld", "Noor Proef", "Noor van den Test"])
    ('Sam', 'Noor P.', 'Noor T.')
    >>> shortest(["Sam Voorbeeld", "Sam Voorbeeld"])
    ('Sam Voorbeeld', 'Sam Voorbeeld 2')
    >>> shortest(["Ka Wai Proef", "Ka Wai Test", "Bo Proef"], ["Ka Wai", "Ka Wai", ""])
    ('Ka Wai P.', 'Ka Wai T.', 'Bo')
    """
    given = [_tidy(first) for first in firsts] or [""] * len(names)
    return _apart([_name_forms(_tidy(n), f) for n, f in zip(names, given, strict=True)])


def initials(names: Sequence[str]) -> tuple[str, ...]:
    """Shorten names to initials that stay apart; they never grow into half a name.

    >>> initials(["Sam Voorbeeld", "Noor van den Test", "Nina Toets", "Sem Voorbeeld"])
    ('SVo', 'NTe', 'NTo', 'SVo 2')
    >>> initials(["nr 13", "Sam Voorbeeld"])
    ('13', 'SV')
    """
    return _apart([_initial_forms(_tidy(name)) for name in names])


def _tidy(name: str) -> str:
    return unicodedata.normalize("NFC", " ".join(name.split()))


def _apart(ladders: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """Give everybody the first form that nobody else has; then number who is left."""
    steps = [0] * len(ladders)
    while True:
        said = [ladder[step] for ladder, step in zip(ladders, steps, strict=True)]
        count = Counter(map(_same, said))
        climbers = [
            i
            for i, form in enumerate(said)
            if count[_same(form)] > 1 and steps[i] < len(ladders[i]) - 1
        ]
        if not climbers:
            return _numbered(said)
        for i in climbers:
            steps[i] += 1


def _numbered(said: Sequence[str]) -> tuple[str, ...]:
    """Tell namesakes apart: the first stays, the next ones get 2, 3, ..."""
    taken = {_same(form) for form in said}
    met: set[str] = set()
    result = []
    for form in said:
        own, number = form, 2
        while _same(own) in met or (own != form and _same(own) in taken):
            own = f"{form} {number}"
            number += 1
        met.add(_same(own))
        result.append(own)
    return tuple(result)


def _name_forms(name: str, called: str) -> tuple[str, ...]:
    first, last = _first_and_last(name, called)
    if not last or _is_initials(first):
        return (name,)
    return (
        first,
        *(f"{first} {_opening(last, letters)}" for letters in (1, 2)),
        f"{first} {last}",
        name,
    )


def _initial_forms(name: str) -> tuple[str, ...]:
    number = next((word for word in name.split() if word[:1].isdecimal()), None)
    if number is not None:  # nobody knows the name of `nr 13`
        return (number,)
    first, last = _first_and_last(name)
    start, family = _letters(first)[:1], _letters(last)
    return tuple("".join(start + family[:count]) for count in (1, 2))


def _first_and_last(name: str, called: str = "") -> tuple[str, str]:
    """Split off the first name, and the last word that is one: not `(stagiair)`."""
    if called and (name + " ").startswith(called + " "):
        first, others = called, name[len(called) :].split()
    else:
        first, *others = name.split() or [""]
    return first, next((word for word in reversed(others) if word[0].isalpha()), "")


def _opening(word: str, count: int) -> str:
    letters = _letters(word)
    return word if len(letters) <= count else "".join(letters[:count]) + "."


def _letters(word: str) -> list[str]:
    """Split a word into letters; an accent stays with its letter, and the Dutch IJ is one."""
    letters: list[str] = []
    for char in word:
        if letters and (unicodedata.combining(char) or letters[-1] + char == "IJ"):
            letters[-1] += char
        else:
            letters.append(char)
    return letters


def _is_initials(first: str) -> bool:
    """Whether a first name is only `J.`, `J.P.` or `dr. J. P.`, which alone nobody recognises."""
    words = [word for word in first.split() if not (word.islower() and word.endswith("."))]
    return all(len(_letters(part)) <= 1 for word in words for part in word.split("."))


def _same(form: str) -> str:
    return unicodedata.normalize("NFC", form).casefold()
