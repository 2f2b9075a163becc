"""Say it: results on stdout, everything else on stderr."""

from __future__ import annotations

import json
from typing import Any

import typer


def answer(what: Any) -> None:
    """Write a result to stdout: a sentence, or facts as JSON."""
    text = what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, indent=1)
    typer.echo(text)


def say(text: object) -> None:
    """Write anything else to stderr."""
    typer.echo(str(text), err=True)
