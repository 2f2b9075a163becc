"""The commands that make something on paper out of a pile of quickscans.

A function here parses, calls one function and prints. `papierkompas.command.cli` takes in `app`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from papierkompas.command.options import (
    AsJson,
    Before,
    Out,
    OutFolder,
    Passwords,
    SessionDir,
    Size,
    Team,
    Tile,
    TilePaper,
)
from papierkompas.command.say import answer, done, say
from papierkompas.command.sessions import material_for
from papierkompas.outcome.printables import Choices, printable

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("one-list")
def one_list(
    out: Out,
    session: SessionDir = None,
    before: Before = None,
    password: Passwords = None,
    as_json: AsJson = False,
) -> None:
    """Put all quickscans together on one list: the form itself, with the counts in its boxes."""
    from papierkompas.outcome.drawers import write
    from papierkompas.outcome.lost_letters import lost_on_paper

    which = printable("one-list")
    with material_for(session, before=before, passwords=password) as material:
        facts = write(which, material, which.choices, out)
        lost = lost_on_paper(material)
    for one in lost:
        say(one.message)
    answer(facts if as_json else done(which, facts))


@app.command("quickscan-posters")
def quickscan_posters(
    out: OutFolder,
    session: SessionDir = None,
    size: Size = "a1",
    tile: Tile = None,
    password: Passwords = None,
    as_json: AsJson = False,
) -> None:
    """Draw the posters of a quickscan: ten factors, divided questions, and the action sheet."""
    from papierkompas.outcome.quickscan_folder import write_posters

    with material_for(session, passwords=password) as material:
        facts = write_posters(material, _choices(size, tile), out)
    _say_unseen(facts)
    answer(facts if as_json else "\n".join([*facts["files"], *(facts["roles"] or ())]))


@app.command("quickscan-pile")
def quickscan_pile(
    files: Annotated[list[Path], typer.Argument(metavar="FILES...", help="Scans of the lists.")],
    out: OutFolder,
    team: Team,
    size: Size = "a1",
    tile: Tile = None,
    password: Passwords = None,
    as_json: AsJson = False,
) -> None:
    """Turn scanned quickscans, of no session, into the one list, posters and a workbook."""
    from papierkompas.outcome.quickscan_folder import write_pile

    facts = write_pile(files, out, team, _choices(size, tile), passwords=password or ())
    _say_unseen(facts)
    answer(facts if as_json else "\n".join(facts["files"]))


def _choices(size: str, tile: TilePaper | None) -> Choices:
    return Choices(size=size, tile=tile.value if tile else None)


def _say_unseen(facts: dict[str, Any]) -> None:
    for one in facts["unseen"]:
        say(one["message"])
