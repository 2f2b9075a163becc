"""Say it: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import typer

from forms.errors import UsageError, because
from forms.messages import counted

if TYPE_CHECKING:
    from papierkompas.outcome.printables import Printable


def answer(what: Any) -> None:
    """Write a result to stdout: a sentence, or facts as JSON.

    Where nobody listens any more (`| head`), that is no error: the rest is left unsaid, and the
    exit code tells what it always tells.

    Raises:
        UsageError: it cannot be written, the disk is full for instance.
    """
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1)
    try:
        typer.echo(text)
    except BrokenPipeError:
        let_go_of_stdout()
    except OSError as error:
        let_go_of_stdout()
        raise UsageError("command.no_answer", why=because(error)) from None


def done(which: Printable, facts: Mapping[str, Any]) -> str:
    """Say that a paper was made; what is counted in it, in the right number."""
    values = {name: _Counted(v) if isinstance(v, int) else v for name, v in facts.items()}
    return f"{facts['file']}: {which.done.format(**values)}"


class _Counted(int):
    """A number that is written with its word: `{people:people}` is `1 person`."""

    def __format__(self, what: str) -> str:
        return str(counted(what, int(self))) if what.isalpha() else int.__format__(self, what)


def say(text: object) -> None:
    """Write anything else to stderr; where nobody can read it, that is no error either."""
    with suppress(OSError):
        typer.echo(str(text), err=True)


def let_go_of_stdout() -> None:
    """Forget what could not be written: Python would try again at the end, and complain."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
