"""Say where a mistake of ours is, without anything that a person wrote.

In:  an error that nobody expected.
Out: a line for the screen of whoever started the page.
"""

from __future__ import annotations

import traceback
from pathlib import Path


def where_it_broke(error: Exception) -> str:
    """Say where a mistake of ours is, without anything that a person wrote."""
    here = Path(__file__).parents[2]
    frames = [f for f in traceback.extract_tb(error.__traceback__) if _is_ours(f.filename, here)]
    where = f"{Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else "elsewhere"
    return (
        f"papierkompas: this is a mistake in the program ({type(error).__name__} at {where}). "
        "Nothing that was stored is lost. Please report it with this line."
    )


def _is_ours(file: str, here: Path) -> bool:
    packages = ("forms", "omr", "scoring", "papierkompas")
    return any(Path(file).is_relative_to(here / package) for package in packages)
