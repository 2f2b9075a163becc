"""The command `papierkompas extras`: every paper of the table that has no command of its own.

In:  the table `papierkompas.outcome.printables`.
Out: `extras_app`, with a command for each of them; its options are those of the table.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import typer

from papierkompas.command.options import (
    AsJson,
    Bare,
    Before,
    Date,
    Few,
    Handwritten,
    Minutes,
    Names,
    OneRound,
    OnlyMeans,
    OtherTeam,
    Out,
    Own,
    Passwords,
    PrintedIn,
    Quadrants,
    RoundKey,
    SessionDir,
    Size,
    Tile,
    WithSmallMaps,
)
from papierkompas.command.say import answer, done, say
from papierkompas.command.sessions import material_for
from papierkompas.outcome.printables import (
    PRINTABLES,
    USUAL_MINUTES,
    Choices,
    Needs,
    PaperOption,
    Printable,
)

extras_app = typer.Typer(
    no_args_is_help=True,
    help="Print the other papers of a session: for the walls, the tables and the facilitator.",
)

OPTIONS: Mapping[PaperOption, tuple[str, Any]] = {
    PaperOption.SIZE: ("size", Size),
    PaperOption.TILE: ("tile", Tile),
    PaperOption.ROUND: ("round_", RoundKey),
    PaperOption.ONE_ROUND: ("round_", OneRound),
    PaperOption.NAMES: ("names", Names),
    PaperOption.ONLY_MEANS: ("only_means", OnlyMeans),
    PaperOption.HANDWRITTEN: ("handwritten", Handwritten),
    PaperOption.FEW: ("few", Few),
    PaperOption.BARE: ("bare", Bare),
    PaperOption.SMALL_MAPS: ("small_maps", WithSmallMaps),
    PaperOption.INK: ("ink", PrintedIn),
    PaperOption.QUADRANTS: ("quadrants", Quadrants),
    PaperOption.BEFORE: ("before", Before),
    PaperOption.PASSWORDS: ("passwords", Passwords),
    PaperOption.MINUTES: ("minutes", Minutes),
    PaperOption.INSTRUMENT: ("instrument", Own),
    PaperOption.TEAM: ("team", OtherTeam),
    PaperOption.DATE: ("date", Date),
}
"""How an option is given to a command: the name of its parameter, and its type."""

NOT_SAID: Mapping[str, Any] = {
    "size": "a1",
    "only_means": False,
    "handwritten": False,
    "few": False,
    "bare": False,
    "minutes": USUAL_MINUTES,
}
"""What a parameter is when nobody says; None for the others."""


def _command(which: Printable) -> Callable[..., None]:
    """Make the function that Typer calls for a paper."""

    def make(out: Path, session: Path | None, as_json: bool, **given: Any) -> None:
        from papierkompas.outcome.drawers import write
        from papierkompas.outcome.lost_letters import lost_on_paper

        of_session = {
            name: given.pop(name, None)
            for name in ("team", "date", "instrument", "before", "passwords")
        }
        with material_for(session, must=which.needs is not Needs.NOTHING, **of_session) as material:
            facts = write(which, material, _choices(given), out)
            lost = () if which.needs is Needs.NOTHING else lost_on_paper(material)
        for one in facts.get("unseen", ()):
            say(one["message"])
        for each in lost:
            say(each.message)
        answer(facts if as_json else done(which, _in_words(facts)))

    options = dict(OPTIONS[option] for option in which.options)
    defaults = {**NOT_SAID, "names": which.choices.names}
    typed = {"out": Out, **options, "session": SessionDir, "as_json": AsJson}
    make.__signature__ = inspect.Signature(  # type: ignore[attr-defined]  # Typer reads it
        [
            inspect.Parameter(
                name,
                inspect.Parameter.KEYWORD_ONLY,
                default={"out": inspect.Parameter.empty, "as_json": False}.get(
                    name, defaults.get(name)
                ),
                annotation=annotation,
            )
            for name, annotation in typed.items()
        ]
    )
    make.__annotations__ = {}
    return make


def _choices(given: Mapping[str, Any]) -> Choices:
    wanted = {name.rstrip("_"): value for name, value in given.items() if value is not None}
    if "quadrants" in wanted:
        wanted["quadrants"] = tuple(wanted["quadrants"])
    if "tile" in wanted:
        wanted["tile"] = wanted["tile"].value
    return Choices(**wanted)


def _in_words(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Write lists of words out; an empty one stands for all there are."""
    return {
        name: (" and ".join(map(str, value)) or f"all {name}") if isinstance(value, list) else value
        for name, value in facts.items()
    }


def _help(which: Printable) -> str:
    name = str(which.name)
    return f"Print the {name[0].lower()}{name[1:]}. {which.use}"


for _one in PRINTABLES:
    if not _one.command:
        extras_app.command(_one.key, help=_help(_one), short_help=str(_one.name))(_command(_one))
