"""Names: what may stand in one, and how it is taken apart.

In:  a name as it was written.
Out: first name, infix and last name; or the sign that no name has.
"""

from __future__ import annotations

import re
import unicodedata

from forms.infixes import INFIXES

Parts = tuple[str, str, str]
"""First name, infix, last name."""

_SIGNS = frozenset(" '’‘ʼʻ`´-‐‑–.,()\"“”„·")  # beside letters

# In one of these a column says that there is nothing: programs write them for an empty infix.
_NOTHING = frozenset(["-", "--", ".", "null", "none", "nan", "n/a", "(null)", "(leeg)", "(blank)"])

_ABBREVIATED = frozenset(["v.", "d.", "v.d.", "v/d", "vd", "d'", "v.d", "v.den", "v.der", "vdr"])


def strange_sign(name: str) -> str | None:
    """Return the first sign that does not belong in a name.

    >>> strange_sign("Zoë van 't Hof-Al (stagiair)")
    >>> strange_sign("Anna|de|Vries")
    '|'
    """
    for place, char in enumerate(name):
        if char in _SIGNS:
            continue
        if unicodedata.category(char)[0] not in "LM" or char in "ªºµƒ":
            return char
        if unicodedata.category(char)[0] == "M" and place == 0:
            return char
    if name.count("(") != name.count(")"):
        return "(" if "(" in name else ")"
    role = re.search(r" ([-–]) ([^\W\d_]+)", name)  # `Anna Boer - docent`
    return role[1] if role and role[2].islower() and not is_infix(role[2]) else None


def is_several(name: str) -> bool:
    """Whether a name is of more than one person: `Bo en Cas Smit`."""
    return bool({"en", "and", "und"} & set(name.split()[1:-1]))


def has_letters(name: str) -> bool:
    """Whether there is anything to call somebody by."""
    return any(char.isalpha() for char in name)


def is_infix(text: str) -> bool:
    """Whether every word stands between first and last names: `van den`, `v.d.`."""
    words = text.casefold().split()
    return bool(words) and all(word in INFIXES or word in _ABBREVIATED for word in words)


def infix_in(cell: str) -> str:
    """Return what an infix column says; programs have their own words for nothing."""
    return "" if cell.casefold() in _NOTHING else cell


def words_of(text: str) -> frozenset[str]:
    """The words of a name, without capitals, accents and signs: to compare names by.

    >>> words_of("Vries, Zoë de") == words_of("ZOE DE VRIES")
    True
    """
    plain = unicodedata.normalize("NFD", text.casefold())
    plain = "".join(char for char in plain if not unicodedata.combining(char))
    return frozenset(re.findall(r"[^\W_]+", plain))


def joined(*parts: str) -> str:
    """Write parts of a name after each other.

    >>> joined("Anna", "", "Boer")
    'Anna Boer'
    """
    return " ".join(part for part in parts if part)


def taken_apart(name: str) -> Parts | None:
    """Take apart `Jan van den Berg`, `Berg, Jan van den` or `Berg van den, Jan`.

    None where there are more commas than that.
    """
    if name.count(",") > 1:
        return None
    if name.endswith(",") and " " in name:
        name = name.rstrip(", ")
    if "," in name:
        last, _, given = (part.strip() for part in name.partition(","))
        infix, last = _infix_behind(last)
        first, after = _first_then_infix(given, name)
        return first, joined(after, infix), last
    name, bracket = _bracket_behind(name)
    words = name.split()
    if len(words) < 2:
        return joined(name, bracket), "", ""
    inside = (n for n, word in enumerate(words[1:-1], 1) if _stands_between(word, name))
    start = next(inside, len(words) - 1)
    end = start
    while end < len(words) - 1 and _stands_between(words[end], name):
        end += 1
    last = joined(" ".join(words[end:]), bracket)
    return " ".join(words[:start]), " ".join(words[start:end]), last


def put_right(first: str, infix: str, last: str) -> Parts:
    """Put an infix in its own place that stands in the column beside it.

    >>> put_right("Anna", "de", "de Vries"), put_right("Anna", "", "Vries, de")
    (('Anna', '', 'de Vries'), ('Anna', 'de', 'Vries'))
    >>> put_right("Anna", "de", "Vries de"), put_right("Anna de", "", "Vries")
    (('Anna', 'de', 'Vries'), ('Anna', 'de', 'Vries'))
    """
    before, comma, behind = (part.strip() for part in last.partition(","))
    if comma and before and is_infix(behind):
        infix, last = _one(infix, behind), before
    elif not comma:
        moved, rest = _infix_behind(last)
        if moved:
            infix, last = _one(infix, moved), rest
    if infix and last.casefold().startswith(infix.casefold() + " "):
        infix = ""
    words = first.split()
    if not infix and len(words) > 1 and last and is_infix(words[-1]) and words[-1].islower():
        start = len(words)
        while start > 1 and is_infix(words[start - 1]):
            start -= 1
        first, infix = " ".join(words[:start]), " ".join(words[start:])
    return first, infix, last


def _one(infix: str, other: str) -> str:
    return infix if infix.casefold() == other.casefold() else joined(infix, other)


def _first_then_infix(given: str, name: str) -> tuple[str, str]:
    """Part `Jan van den` or `van den Jan`, what stands behind the comma."""
    words = given.split()
    start = 0
    while start < len(words) - 1 and words[start].islower() and is_infix(words[start]):
        start += 1
    if start:
        return " ".join(words[start:]), " ".join(words[:start])
    end = len(words)
    while end > 1 and _stands_between(words[end - 1], name):
        end -= 1
    return " ".join(words[:end]), " ".join(words[end:])


def _infix_behind(last: str) -> tuple[str, str]:
    """Part `Berg van den` into the infix and the last name."""
    words = last.split()
    end = len(words)
    while end > 1 and words[end - 1].islower() and is_infix(words[end - 1]):
        end -= 1
    return " ".join(words[end:]), " ".join(words[:end])


def _bracket_behind(name: str) -> tuple[str, str]:
    """Part `Bo Proef (stagiair)` into the name and what is added to it."""
    found = re.fullmatch(r"(.+?)\s*(\([^()]*\))", name)
    return (found[1], found[2]) if found else (name, "")


def _stands_between(word: str, name: str) -> bool:
    """Whether a word stands between first and last name: `van`, `Van`, any small `bint`."""
    if word.endswith(".") and not is_infix(word):  # `prof. dr. B. Prins`
        return False
    return word.casefold() in INFIXES or (word.islower() and not name.islower())
