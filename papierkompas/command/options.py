"""What can be given to the commands: every option once, with one help text.

In:  nothing.
Out: Typer's annotated types, and how a day is read.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from forms.errors import UsageError
from papierkompas.outcome.printables import SIZES, PrintInk
from scoring.shown_names import Naming


class TilePaper(StrEnum):
    """Paper to print a poster on in parts."""

    A4 = "a4"
    A3 = "a3"


AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE.pdf", help="Where to write the PDF.")]
OutFolder = Annotated[
    Path, typer.Option("--out", metavar="DIR", help="A folder to write everything in.")
]
Workers = Annotated[
    int | None, typer.Option("--workers", metavar="N", min=1, help="Processes; default: all cores.")
]
Certainty = Annotated[
    float | None,
    typer.Option(
        "--certainty", metavar="P", min=0.5, max=0.999999, help="Least certainty of an answer."
    ),
]
Passwords = Annotated[
    list[str] | None,
    typer.Option(
        "--password", metavar="WORD", help="Password of a locked PDF; may be given more than once."
    ),
]

# Whose: session, questionnaire, people

SessionDir = Annotated[
    Path | None, typer.Option("--session", metavar="DIR", help="Folder of the session.")
]
Before = Annotated[
    Path | None,
    typer.Option("--before", metavar="DIR", help="Session of an earlier quickscan, to compare."),
]
PrintedPaper = Annotated[
    str, typer.Argument(metavar="PAPER", help="stellingenlijst, quickscan or proefblad.")
]
WhichPaper = Annotated[str, typer.Argument(metavar="PAPER", help="stellingenlijst or quickscan.")]
Own = Annotated[
    Path | None,
    typer.Option("--instrument", metavar="FILE", help="A questionnaire file of your own (TOML)."),
]
RosterFile = Annotated[
    Path | None,
    typer.Option("--roster", metavar="FILE", help="Name list of the team: CSV, text, XLSX or ODS."),
]
Team = Annotated[str, typer.Option("--team", help="Name of the team, as it is printed.")]
OtherTeam = Annotated[
    str | None,
    typer.Option("--team", help="Name of the team, as it is printed; default: the session's."),
]
TeamOrZip = Annotated[
    str | None,
    typer.Option("--team", help="Name of the team, as it is printed; not needed with --from."),
]
FromZip = Annotated[
    Path | None,
    typer.Option(
        "--from", help="A zip with everything of a session: open it again.", metavar="ZIP"
    ),
]
WithoutNames = Annotated[
    bool,
    typer.Option(
        "--without-names",
        help="Keep names inside the session: no file, export or wall paper shows one.",
    ),
]
Date = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day of the meeting.")
]

# How it looks

RoundKey = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar="ROUND",
        help="One round, by its key in the questionnaire file; default: every round.",
    ),
]
OneRound = Annotated[
    str | None,
    typer.Option(
        "--round",
        metavar="ROUND",
        help="The round it is for, by its key in the questionnaire file; default: none.",
    ),
]
Size = Annotated[
    str, typer.Option("--size", metavar="SIZE", help=f"{', '.join(SIZES)} or WxH in cm.")
]
Tile = Annotated[
    TilePaper | None,
    typer.Option("--tile", help="Print it in parts on this paper, to be glued together."),
]
Names = Annotated[Naming, typer.Option("--names", help="What stands there for a person.")]
OnlyMeans = Annotated[bool, typer.Option("--only-means", help="The team alone, for large groups.")]
Handwritten = Annotated[
    bool,
    typer.Option(
        "--handwritten-names", help="On sheets without a printed name: as people wrote it."
    ),
]
Few = Annotated[
    bool,
    typer.Option("--few", help="Also of fewer than four people, who can all be recognised."),
]
Bare = Annotated[
    bool,
    typer.Option(
        "--without-meanings", help="Leave out what the fields and places of the map mean."
    ),
]
WithSmallMaps = Annotated[
    bool,
    typer.Option(
        "--small-maps",
        help="A second page with a small map for each person; it comes by itself with two rounds "
        "of more than 20 people, or small names.",
    ),
]
PrintedIn = Annotated[
    PrintInk | None,
    typer.Option(
        "--ink",
        help="What it is printed in; default: as `papierkompas printer` says.",
    ),
]
Quadrants = Annotated[
    list[str] | None,
    typer.Option(
        "--quadrant",
        metavar="QUADRANT",
        help="A quadrant of the map, by its key in the questionnaire file; may be given more "
        "than once.",
    ),
]


Minutes = Annotated[
    int,
    typer.Option("--minutes", metavar="N", help="How long the talk may take, in minutes."),
]


def date_of(text: str | None) -> dt.date | None:
    """Read the day that was given with `--date`.

    Raises:
        UsageError: it is no date.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError("command.no_date", text=text) from None
