"""Say it: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import typer

from forms.messages import counted

if TYPE_CHECKING:
    from papierkompas.outcome.printables import Printable


def answer(what: Any) -> None:
    """Write a result to stdout: a sentence, or facts as JSON."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1)
    typer.echo(text)


def done(which: Printable, facts: Mapping[str, Any]) -> str:
    """Say that a paper was made; what is counted in it, in the right number."""
    values = {name: _Counted(v) if isinstance(v, int) else v for name, v in facts.items()}
    return f"{facts['file']}: {which.done.format(**values)}"


class _Counted(int):
    """A number that is written with its word: `{people:people}` is `1 person`."""

    def __format__(self, what: str) -> str:
        return str(counted(what, int(self))) if what.isalpha() else int.__format__(self, what)


def say(text: object) -> None:
    """Write anything else to stderr."""
    typer.echo(str(text), err=True)
