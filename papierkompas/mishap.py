"""Say where a mistake of ours is, without anything that a person wrote.

In:  an error that nobody expected.
Out: what to say on the screen of whoever gave the command or started the page.
"""

from __future__ import annotations

import traceback
from importlib import metadata
from pathlib import Path

from forms.messages import Message


def mistake(error: Exception) -> Message:
    """Say where a mistake of ours is, without anything that a person wrote."""
    here = Path(__file__).parents[1]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(f.filename, here)]
    values = {"version": version(), "kind": type(error).__name__}
    if not frames:
        return Message("program.mistake", values)
    where = {"file": Path(frames[-1].filename).name, "line": frames[-1].lineno}
    return Message("program.mistake_at", {**values, **where})


def version() -> str:
    """Say which version of the program this is."""
    try:
        return metadata.version("papierkompas")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _is_ours(file: str, here: Path) -> bool:
    packages = ("forms", "omr", "scoring", "papierkompas")
    at = here / file  # in an app our own files are called from there
    return any(at.is_relative_to(here / package) for package in packages)
