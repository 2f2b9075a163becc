"""Read a list of names that somebody gives, in a process with bounds on memory and time.

In:  a file, the bytes of one that was sent, or what somebody typed or pasted.
Out: a `NameList`, or a refusal; a spreadsheet that unfolds without end costs nobody anything.
"""

from __future__ import annotations

from pathlib import Path

from forms.errors import RosterError
from forms.roster import NameList, decode_name_list, parse_name_list, read_name_list
from omr.intake.values import Unreadable
from omr.many.bounded import OPEN_SECONDS, run


def read_given(path: Path) -> NameList:
    """Read the list of names in a file, as `read_name_list` does."""
    try:
        return run(read_name_list, path, seconds=OPEN_SECONDS)
    except Unreadable:
        raise RosterError("roster.bounds", file=path) from None


def decode_given(data: bytes, file: str) -> NameList:
    """Read a list of names from the bytes of a file called `file`, as `read_name_list` does."""
    try:
        return run(decode_name_list, data, file, seconds=OPEN_SECONDS)
    except Unreadable:
        raise RosterError("roster.bounds", file=file) from None


def parse_given(text: str, file: str) -> NameList:
    """Read a list of names from text that was typed or pasted, as `read_name_list` does."""
    try:
        return run(parse_name_list, text, file, seconds=OPEN_SECONDS)
    except Unreadable:
        raise RosterError("roster.bounds", file=file) from None
