"""What the program says to people, as keys and values; each language is a catalogue of the keys.

In:  a key such as `roster.same_name`, and values such as a line number.
Out: a `Message`, which is a sentence in every language that has a catalogue here (`en.toml`,
     `nl.toml`). The command speaks English; paper and page speak Dutch.

Another language is another file with the same keys; a test holds the catalogues to each other. A
key is written out where it is used, so that the test finds it. Tables that are named after a
`StrEnum` (`reason`, `note`, `doubt`, ...) hold one text for each of its members.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

ENGLISH, DUTCH = "en", "nl"


@dataclass(frozen=True, slots=True)
class Message:
    """One thing to say.

    A value may be a message itself; it is said in the same language. Several values in a list
    are said with commas between them; an empty list is "none".

    >>> str(Message("print.no_round", {"paper": "quickscan", "key": "x", "rounds": "none"}))
    "quickscan: there is no round 'x'. Rounds: none."
    """

    key: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def said(self, language: str = ENGLISH) -> str:
        """Say it in a language.

        A number called `count` that is 1 chooses the text under `KEY_one`, where there is one.

        Raises:
            KeyError: the catalogue of that language lacks the key or a value: our bug.
        """
        texts = catalogue(language)
        one = f"{self.key}_one"
        key = one if self.values.get("count") == 1 and one in texts else self.key
        values = {name: _said(value, language) for name, value in self.values.items()}
        return texts[key].format(**values)

    def __str__(self) -> str:
        return self.said()


def counted(what: str, count: int) -> Message:
    """Say how many there are of something.

    >>> str(counted("pages", 1)), counted("pages", 2).said(DUTCH)
    ('1 page', '2 bladzijden')
    """
    return Message(f"count.{what}", {"count": count})


def _said(value: Any, language: str) -> Any:
    match value:
        case Message():
            return value.said(language)
        case list() | tuple():
            said = [str(_said(one, language)) for one in value]
            return ", ".join(said) if said else catalogue(language)["word.none"]
        case _:
            return value


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Load every text of a language: the tables of its file, as `table.key`."""
    file = resources.files("forms.messages") / f"{language}.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return {
        f"{table}.{key}": text for table, texts in tables.items() for key, text in texts.items()
    }
