"""TOML files of which every complaint says where: the file, the place in it, what to do.

In:  the text of a file.
Out: a `Table`, whose values are asked for one by one; what nobody asked for is refused.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from forms.errors import InstrumentError, because
from forms.messages import Message

MAX_KEY = 40  # characters
MAX_BYTES = 1_000_000  # of a file; the longest of ours has 30,000
MAX_SHOWN = 200  # characters of a value in a complaint


def read_text(path: Path) -> str:
    """Read the text of a file.

    Raises:
        InstrumentError: there is none, or it is no text.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentError("instrument.too_large", file=path, most=MAX_BYTES)
        return path.read_text(encoding="utf-8-sig")  # Windows editors begin with a byte order mark
    except FileNotFoundError:
        raise InstrumentError("file.not_found", file=path) from None
    except OSError as error:
        raise InstrumentError("instrument.cannot_read", file=path, why=because(error)) from None
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise InstrumentError("instrument.not_utf8", file=path, line=line) from None


def parsed(text: str, name: str) -> Table:
    """Make a table of the text of a file called `name`."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        said, line = _place_of(error, text)
        raise InstrumentError("instrument.not_toml", file=name, line=line, said=said) from None
    except (RecursionError, ValueError):  # brackets in brackets; a number of 5,000 digits
        raise InstrumentError("instrument.absurd", file=name) from None
    return Table(data, name)


def shortened(text: str) -> str:
    """Show a text of a file in a complaint: not too long, and what cannot be seen as its code."""
    cut = text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in cut)


def _place_of(error: tomllib.TOMLDecodeError, text: str) -> tuple[str, int]:
    """Take apart what was wrong in TOML, and on which line; the end is the last line."""
    said, _, place = str(error).partition(" (at ")
    line = re.match(r"line (\d+)", place)
    return said, int(line[1]) if line else text.rstrip("\n").count("\n") + 1


class Table:
    """A TOML table that knows where it stands, so that every complaint can say so."""

    def __init__(self, data: Mapping[str, Any], file: str, where: Message | None = None) -> None:
        self.data = data
        self.file = file
        self.where = where
        self.seen: set[str] = set()

    def wrong(self, key: str, /, **values: Any) -> InstrumentError:
        """Make the complaint that something here is wrong, with its place."""
        shown = {n: shortened(v) if isinstance(v, str) else v for n, v in values.items()}
        what = Message(key, shown)
        if self.where is None:
            return InstrumentError("instrument.in_file", file=self.file, what=what)
        return InstrumentError("instrument.at", file=self.file, where=self.where, what=what)

    def inside(self, key: str, **values: Any) -> Message:
        """Say where a table in this one stands."""
        place = Message(key, values)
        if self.where is None:
            return place
        return Message("place.inside", {"outer": self.where, "inner": place})

    def get(self, key: str, kind: type | tuple[type, ...], default: Any = ...) -> Any:
        """Return a value of a kind; without a default it must be there."""
        self.seen.add(key)
        if key not in self.data:
            if default is ...:
                raise self.wrong("instrument.missing", name=key)
            return default
        value = self.data[key]
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is int):
            raise self.wrong("instrument.kind", name=key, kind=_PLAIN[kind], value=repr(value))
        if default in (..., None) and isinstance(value, str) and not value.strip():
            raise self.wrong("instrument.empty", name=key)
        return value

    def strings(self, key: str, default: Any = ...) -> tuple[str, ...]:
        """Return a list of texts."""
        values = self.get(key, list, default)
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.wrong("instrument.only_texts", name=key, value=repr(value))
        return tuple(values)

    def choice(self, key: str, known: Sequence[str], *, required: bool = True) -> str | None:
        """Return a text that is one of those that are known."""
        value: str | None = self.get(key, str) if required else self.get(key, str, None)
        if value is not None and value not in known:
            raise self.wrong("instrument.none_of_these", name=key, value=value, known=known)
        return value

    def number(self, key: str, least: int, most: int) -> int:
        """Return a whole number within its bounds."""
        value: int = self.get(key, int)
        if not least <= value <= most:
            raise self.wrong("instrument.within", name=key, least=least, most=most, value=value)
        return value

    def key(self, key: str) -> str:
        """Return a text that can stand in codes and file names."""
        value: str = self.get(key, str)
        pieces = value.split("/")  # none of them may mean a folder: "..", "/x"
        if (
            len(value) > MAX_KEY
            or not all(c.isascii() and (c.isalnum() or c in "-_./") for c in value)
            or not all(any(c.isalnum() for c in piece) for piece in pieces)
        ):
            raise self.wrong("instrument.no_key", name=key, value=value, most=MAX_KEY)
        return value

    def tables(self, key: str, place: str) -> list[Table]:
        """Return the tables of a list ([[key]]), each with its number as its place."""
        found = self.get(key, list, [])
        if not all(isinstance(item, dict) for item in found):
            raise self.wrong("instrument.list_of_tables", name=key)
        return [
            Table(item, self.file, self.inside(place, number=number))
            for number, item in enumerate(found, 1)
        ]

    def table(self, key: str) -> Table:
        """Return a table of this one ([key]); it must be there."""
        return Table(self.get(key, dict), self.file, self.inside("place.table", name=key))

    def named(self, key: str, place: str) -> dict[str, Table]:
        """Return the tables that have a name ([key.name])."""
        found = self.get(key, dict, {})
        if not all(isinstance(item, dict) for item in found.values()):
            raise self.wrong("instrument.named_tables", name=key)
        return {
            name: Table(item, self.file, self.inside(place, name=name))
            for name, item in found.items()
        }

    def finish(self) -> None:
        """Refuse what nobody asked for: a typing error must not vanish silently."""
        extra = [key for key in self.data if key not in self.seen]
        if extra:
            raise self.wrong("instrument.not_known", name=extra[0], known=sorted(self.seen))


_PLAIN: dict[Any, Message] = {
    str: Message("kind.text"),
    int: Message("kind.number"),
    bool: Message("kind.truth"),
    list: Message("kind.list"),
    dict: Message("kind.table"),
}
