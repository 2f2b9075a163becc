"""The commands that make something on paper out of a pile of quickscans.

A function here parses, calls one function and prints. `papierkompas.command.cli` takes in `app`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from papierkompas.command.options import AsJson, Before, Out, OutFolder, Passwords, Size, Team, Tile

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
SessionHere = Annotated[
    Path, typer.Option("--session", metavar="DIR", help="Folder of the session.")
]


@app.command("one-list")
def one_list(
    out: Out,
    session: SessionHere = Path(),
    before: Before = None,
    password: Passwords = None,  # noqa: ARG001 no handwriting stands on it; asked as of its posters
    as_json: AsJson = False,
) -> None:
    """Put all quickscans together on one list: the form itself, with the counts in its boxes."""
    from papierkompas.outcome.quickscan_papers import write_one_list
    from papierkompas.session.session import Session

    with Session.open(session) as opened:
        if before is None:
            facts = write_one_list(opened, out)
        else:
            with Session.open(before) as earlier:
                facts = write_one_list(opened, out, earlier)
    _print(facts, f"{out}: one list of {facts['lists']} quickscans.", as_json=as_json)


@app.command("quickscan-posters")
def quickscan_posters(
    out: OutFolder,
    session: SessionHere = Path(),
    size: Size = "a1",
    tile: Tile = None,
    password: Passwords = None,
    as_json: AsJson = False,
) -> None:
    """Draw the posters of a quickscan: ten factors, divided questions, and the action sheet."""
    from papierkompas.outcome.quickscan_papers import write_quickscan_posters
    from papierkompas.session.session import Session

    with Session.open(session) as opened:
        facts = write_quickscan_posters(
            opened,
            out,
            size=size,
            tile=tile.value if tile else None,
            passwords=password or (),
        )
    _say_unseen(facts)
    _print(facts, "\n".join([*facts["files"], *(facts["roles"] or ())]), as_json=as_json)


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
    from papierkompas.outcome.quickscan_papers import write_pile

    facts = write_pile(
        files,
        out,
        team,
        size=size,
        tile=tile.value if tile else None,
        passwords=password or (),
    )
    _say_unseen(facts)
    _print(facts, "\n".join(facts["files"]), as_json=as_json)


def _say_unseen(facts: dict[str, Any]) -> None:
    for one in facts["unseen"]:
        typer.echo(one["message"], err=True)


def _print(facts: dict[str, Any], words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=1) if as_json else words)
