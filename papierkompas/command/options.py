"""What can be asked of the commands: every option once, with one help text.

In:  nothing.
Out: Typer's annotated types, and the closed sets of their values.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from forms.errors import UsageError


class OnMap(StrEnum):
    """What stands on paper for a person; the same values as `scoring.names.Naming`."""

    NAMES = "names"
    INITIALS = "initials"
    NUMBERS = "numbers"
    NONE = "none"


class TilePaper(StrEnum):
    """Paper to print a poster on in parts."""

    A4 = "a4"
    A3 = "a3"


class Field(StrEnum):
    """A field of the map; the same values as `scoring.compass.Quadrant`."""

    SAMEN = "samen"
    DOMINANT = "dominant"
    VRIJ = "vrij"
    INDIVIDUEEL = "individueel"


AsJson = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
Out = Annotated[Path, typer.Option("--out", metavar="FILE.pdf", help="Where to write the PDF.")]
OutFolder = Annotated[Path, typer.Option("--out", metavar="DIR", help="A folder for everything.")]
Workers = Annotated[
    int | None, typer.Option(metavar="N", min=1, help="Processes; default: all cores.")
]
Certainty = Annotated[
    float | None,
    typer.Option(metavar="P", min=0.5, max=0.999999, help="Least certainty of an answer."),
]
Passwords = Annotated[
    list[str] | None,
    typer.Option(
        "--password",
        metavar="WORD",
        help="Password of a locked PDF; may be given more than once.",
    ),
]

# Which session, which questionnaire

SessionDir = Annotated[
    Path | None, typer.Option("--session", metavar="DIR", help="Folder of the session.")
]
Before = Annotated[
    Path | None,
    typer.Option("--before", metavar="DIR", help="Session of an earlier quickscan, to compare."),
]
PaperName = Annotated[str, typer.Argument(metavar="PAPER", help="stellingenlijst or quickscan.")]
Own = Annotated[
    Path | None,
    typer.Option("--instrument", metavar="FILE", help="A questionnaire file of your own (TOML)."),
]
RosterFile = Annotated[
    Path | None, typer.Option("--roster", metavar="FILE.csv", help="Name list of the team.")
]
TeamName = Annotated[str, typer.Option("--team", help="Name of the team, as it is printed.")]
RoundKey = Annotated[
    str | None, typer.Option("--round", metavar="ROUND", help="gewenst or huidig; default: both.")
]
OneRound = Annotated[
    str | None,
    typer.Option("--round", metavar="ROUND", help="gewenst or huidig; default: neither."),
]
Team = Annotated[str | None, typer.Option("--team", help="Name of the team, as it is printed.")]
Day = Annotated[
    str | None, typer.Option("--date", metavar="YYYY-MM-DD", help="Day of the meeting.")
]

# How a paper looks

Size = Annotated[
    str,
    typer.Option("--size", metavar="SIZE", help="flipover, a0, a1, a2, a3, b1 or WxH in cm."),
]
Tile = Annotated[
    TilePaper | None,
    typer.Option("--tile", help="Print it in parts on this paper, to be glued together."),
]
Names = Annotated[OnMap, typer.Option("--names", help="What stands on it for a person.")]
Fields = Annotated[
    list[Field] | None,
    typer.Option("--quadrant", help="Only this quadrant; may be given more than once."),
]


def date_of(text: str | None) -> dt.date | None:
    """Read the day that was given.

    Raises:
        UsageError: it is no date.
    """
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--date: '{text}' is no date. Write it as 2026-03-12.") from None
