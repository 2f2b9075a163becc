"""The command that puts a map right that was made by hand.

A function here parses, calls one function and prints. `papierkompas.command.cli` takes in `app`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from papierkompas.command.options import AsJson, OneRound, SessionDir
from papierkompas.command.say import answer
from papierkompas.command.sessions import session_in, user_name

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("hand-made")
def hand_made(
    session: SessionDir = None,
    round_key: OneRound = None,
    add: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="There is a dot there, such as 2.5,4.25."),
    ] = None,
    colour: Annotated[str, typer.Option(metavar="COLOUR", help="Of the dots that are added.")] = "",
    remove: Annotated[
        list[str] | None, typer.Option(metavar="PLACE", help="What was seen there is no dot.")
    ] = None,
    confirm: Annotated[
        list[str] | None, typer.Option(metavar="PLACE", help="The doubtful dot there counts.")
    ] = None,
    belongs: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE=ROUND", help="The dot there is of another round than the map."),
    ] = None,
    count: Annotated[
        int | None,
        typer.Option(metavar="N", min=0, help="So many dots hang there; the poster waits for it."),
    ] = None,
    undo: Annotated[int | None, typer.Option(metavar="N", help="Take this change back.")] = None,
    why: Annotated[str, typer.Option(metavar="WHY", help="For the history.")] = "",
    who: Annotated[str | None, typer.Option(metavar="WHO", help="Default: your user name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Put the dots of a photographed map right, by place; without options, list them."""
    from papierkompas.acts.tap_map import (
        dot_meant,
        must_know_round,
        place_in,
        put_map_right,
        the_sheet,
    )
    from papierkompas.outcome.as_json import wall_sheet_json
    from papierkompas.outcome.results import results
    from papierkompas.session.map_changes import MapChangeKind

    name = who or user_name()
    with session_in(session) as opened:
        must_know_round(opened, round_key)
        if undo is not None:
            opened.map_changes.undo(undo, name, why)
        wanted = (
            *((MapChangeKind.REMOVE, text, None) for text in remove or ()),
            *((MapChangeKind.CONFIRM, text, None) for text in confirm or ()),
            *((MapChangeKind.ADD, text, None) for text in add or ()),
            *((MapChangeKind.ROUND, *text.rpartition("=")[::2]) for text in belongs or ()),
        )
        sheet = the_sheet(results(opened).hand_maps, round_key)
        places = [place_in(sheet, text) for _, text, _ in wanted]  # all of them, before any is done
        for (kind, _, key), place in zip(wanted, places, strict=True):
            there = place if kind is MapChangeKind.ADD else dot_meant(sheet, place)
            tint = colour if kind is MapChangeKind.ADD else ""
            put_map_right(opened, sheet, kind, name, why, place=there, colour=tint, round_key=key)
            sheet = the_sheet(results(opened).hand_maps, round_key)
        if count is not None:
            put_map_right(opened, sheet, MapChangeKind.COUNT, name, why, people=count)
            sheet = the_sheet(results(opened).hand_maps, round_key)
        facts = wall_sheet_json(sheet, opened.map_changes.all())
    answer(facts if as_json else "\n".join(_lines(facts)))


def _lines(facts: dict[str, Any]) -> list[str]:
    lines = []
    for dot in facts["dots"]:
        why = f" ({', '.join(dot['doubts'])})" if dot["doubts"] else ""
        other = f", round {dot['round']}" if dot["round"] != facts["round"] else ""
        lines.append(f"{dot['kind']} '{dot['colour']}' at {dot['place']}{other}{why}")
    for change in facts["changes"]:
        place = f" at {change['place']}" if change["place"] else ""
        back = f" of {change['undoes']}" if change["undoes"] else ""
        lines.append(f"change {change['id']}: {change['kind']}{back}{place}, {change['who']}")
    people = facts["people"]
    said = "nobody said how many hang there" if people is None else f"{people} hang there"
    return [*lines, f"{facts['counted']} dots count; {said}."]
