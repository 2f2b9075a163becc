"""Count the letters in names, by which lists in old encodings are read; and measure how well.

In:  first and last names of twenty-one countries, of the package `Faker` (a tool, not a part).
Out: `forms/data/name_letters.toml`; with `--measure` the table of docs/decisions/007, counted on
     half of the names and tried on the other half.

Run `python -m papierkompas.lab.learn_letters` from the root.
"""

from __future__ import annotations

import argparse
import importlib
import random
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from unittest.mock import patch

from forms.errors import RosterError
from forms.roster import encodings
from forms.roster.encodings import ENCODINGS, Encoding, decode
from forms.roster.letters import Letters, neighbours

TARGET = Path("forms/data/name_letters.toml")

# Dutch names are in the lists of every Dutch school, whatever computer wrote them.
GROUPS = {
    "west": [
        "nl_NL", "nl_BE", "fr_FR", "fr_BE", "de_DE", "es_ES", "pt_PT", "pt_BR", "it_IT", "sv_SE",
        "da_DK", "no_NO", "fi_FI",
    ],
    "central": ["pl_PL", "cs_CZ", "sk_SK", "hu_HU", "hr_HR", "sl_SI", "ro_RO", "nl_NL"],
    "turkish": ["tr_TR", "nl_NL", "de_DE"],
}  # fmt: skip
A_COUNTRY = 1000  # every country counts as if it had this many names
SIZES = (1, 3, 8, 25)  # people on a list

Counts = defaultdict[str, float]


def names_of(country: str) -> list[str]:
    """List the first and last names of a country, each once."""
    provider = importlib.import_module(f"faker.providers.person.{country}").Provider
    found: set[str] = set()
    for kind in dir(provider):
        if kind.startswith(("first_name", "last_name", "unisex")):
            names: Any = getattr(provider, kind)
            if isinstance(names, Sequence | Mapping):
                found.update(unicodedata.normalize("NFC", name) for name in names)
    return sorted(found)


def count(countries: Mapping[str, Sequence[str]]) -> Letters:
    """Count the letters of names and what stands beside them."""
    letter: Counts = defaultdict(float)
    before: dict[str, Counts] = defaultdict(lambda: defaultdict(float))
    behind: dict[str, Counts] = defaultdict(lambda: defaultdict(float))
    any_before: Counts = defaultdict(float)
    any_behind: Counts = defaultdict(float)
    for names in countries.values():
        weight = A_COUNTRY / len(names)
        for name in names:
            for place, char in enumerate(name):
                if char.isalpha():
                    left, right = neighbours(name, place)
                    letter[char.lower()] += weight
                    before[char.lower()][left] += weight
                    behind[char.lower()][right] += weight
                    any_before[left] += weight
                    any_behind[right] += weight
    return Letters(sum(letter.values()), letter, before, behind, any_before, any_behind)


def as_toml(group: str, counted: Letters) -> Iterator[str]:
    """Write down what is needed to read letters beyond ASCII, in whole sightings."""
    yield f"[{group}]"
    yield f"total = {round(counted.total)}"
    yield f"before = {_inline(counted.any_before)}"
    yield f"behind = {_inline(counted.any_behind)}"
    yield ""
    yield f"[{group}.letters]"
    for letter in sorted(counted.letter):
        if not letter.isascii():
            yield (
                f'"{letter}" = {{ count = {_whole(counted.letter[letter])}, '
                f"before = {_inline(counted.before[letter])}, "
                f"behind = {_inline(counted.behind[letter])} }}"
            )
    yield ""


def _inline(counts: Mapping[str, float]) -> str:
    pairs = (f'"{key}" = {_whole(n)}' for key, n in sorted(counts.items()))
    return "{ " + ", ".join(pairs) + " }"


def _whole(count: float) -> int:
    return max(1, round(count))


def learn() -> None:
    """Write the counts that the program uses."""
    lines = [
        "# Made by `python -m papierkompas.lab.learn_letters`. Sightings of letters in names.",
        "",
    ]
    for group, countries in GROUPS.items():
        lines += as_toml(group, count({country: names_of(country) for country in countries}))
    TARGET.write_text("\n".join(lines), encoding="utf-8")


def measure(lists: int, seed: int) -> Iterator[str]:
    """Try lists of names that were not counted; yield the lines of a table."""
    rng = random.Random(seed)
    known: dict[str, list[str]] = {}
    kept: dict[str, list[str]] = {}
    for country in sorted({c for countries in GROUPS.values() for c in countries}):
        names = names_of(country)
        rng.shuffle(names)
        known[country], kept[country] = names[: len(names) // 2], names[len(names) // 2 :]
    counted = {g: count({c: known[c] for c in countries}) for g, countries in GROUPS.items()}
    yield "| written in | right | refused | wrong |"
    yield "|---|---|---|---|"
    with patch.object(encodings, "letters_of", counted.__getitem__):
        for encoding in ENCODINGS:
            outcome: Counter[str] = Counter()
            for _ in range(lists):
                text = a_list(encoding, kept, rng)
                try:
                    found, _notes = decode(text.encode(encoding.codec), "namen.csv")
                except RosterError:
                    outcome["refused"] += 1
                else:
                    outcome["right" if found == text else "wrong"] += 1
            shares = " | ".join(
                f"{100 * outcome[kind] / lists:.1f} %" for kind in ("right", "refused", "wrong")
            )
            yield f"| {encoding.name} | {shares} |"


def a_list(encoding: Encoding, names: Mapping[str, Sequence[str]], rng: random.Random) -> str:
    """Write a list, half of Dutch names, that this encoding can hold and ASCII cannot."""
    country = rng.choice(GROUPS[encoding.letters])
    size = 2 * rng.choice(SIZES)
    while True:
        chosen = (rng.choice(names[rng.choice([country, "nl_NL"])]) for _ in range(size))
        text = "\n".join(chosen)
        try:
            if not text.encode(encoding.codec).isascii():
                return text
        except UnicodeEncodeError:
            continue


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--measure", action="store_true")
    asked.add_argument("--lists", type=int, default=1000)
    asked.add_argument("--seed", type=int, default=1)
    given = asked.parse_args()
    if given.measure:
        print("\n".join(measure(given.lists, given.seed)))  # noqa: T201 its answer
    else:
        learn()
