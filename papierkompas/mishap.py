"""Say where a mistake of ours is, without anything that a person wrote.

In:  an error that nobody expected.
Out: a line for the screen of whoever gave the command or started the page.
"""

from __future__ import annotations

import traceback
from importlib import metadata
from pathlib import Path


def where_it_broke(error: Exception) -> str:
    """Say where a mistake of ours is, without anything that a person wrote."""
    here = Path(__file__).parents[1]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(f.filename, here)]
    where = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "elsewhere"
    return (
        f"papierkompas {version()}: this is a mistake in the program ({type(error).__name__} at "
        f"{where}). Nothing that was stored is lost. Please report it, with this line, to whoever "
        "gave you papierkompas."
    )


def version() -> str:
    """Say which version of the program this is."""
    try:
        return metadata.version("papierkompas")
    except metadata.PackageNotFoundError:
        return "(not installed)"


def _is_ours(file: str, here: Path) -> bool:
    packages = ("forms", "omr", "scoring", "papierkompas")
    return any(Path(file).is_relative_to(here / package) for package in packages)
