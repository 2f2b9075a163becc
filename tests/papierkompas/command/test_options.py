"""Options mean the same, and are explained the same, wherever they can be given."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import typer

from papierkompas.command.cli import app

DIFFERENT = {
    "--out": 3,  # a PDF, a folder, or a questionnaire file
    "--round": 3,  # of a blank compass the default is neither; with a number it names a lost sheet
    "--team": 3,  # a session needs one; papers take the session's
    "--undo": 2,  # of a question the last that was said; of a map a change by its number
    "--why": 3,  # for the history; where nothing is done without it
    "--seed": 2,  # of what is drawn, and of which answers are
    "--session": 2,  # `web` takes a folder with sessions as well
}


def commands(group: Any) -> Iterator[Any]:
    for command in group.commands.values():
        if hasattr(command, "commands"):
            yield from commands(command)
        else:
            yield command


def test_every_option_has_one_help_text() -> None:
    """Two lists of options drift apart: one of them once did not know of b1."""
    said: defaultdict[str, set[str]] = defaultdict(set)
    for command in commands(typer.main.get_command(app)):
        for option in command.params:
            if option.param_type_name == "option":
                said[option.opts[0]].add(option.help or "")

    assert "b1" in " ".join(said["--size"])
    several = {name: len(helps) for name, helps in said.items() if len(helps) > 1}
    assert several == DIFFERENT
