"""Write posters to files.

In:  results, and how the poster is wanted.
Out: a PDF file, tiles or whole, and a PNG picture if wanted; facts about it for the screen.
"""

from __future__ import annotations

import io
import subprocess
from pathlib import Path
from typing import Any

from forms.errors import UsageError
from forms.paper import paper_named
from papierkompas.files import writing
from papierkompas.posters import poster_of
from papierkompas.results import Results
from scoring.names import Naming
from scoring.poster import draw_poster
from scoring.tiles import draw_tiles

PNG_PX = 1600  # long side, for a beamer


def write_poster(
    results: Results,
    out: Path,
    *,
    size: str = "a1",
    round_key: str | None = None,
    tile: str | None = None,
    names: str = "names",
    only_means: bool = False,
    png: Path | None = None,
) -> dict[str, Any]:
    """Write the poster, and say how well the names could be placed."""
    poster = poster_of(results, paper_named(size), round_key, Naming(names), only_means=only_means)
    memory = io.BytesIO()
    whole = draw_poster(memory, poster)
    with writing(out) as target:
        if tile is None:
            target.write(memory.getvalue())
        else:
            draw_tiles(target, poster, paper_named(tile))
    if png is not None:
        picture_of(memory.getvalue(), png)
    warning = None
    if whole.is_crowded:
        warning = (
            "The names do not all fit well at a readable size. Choose a larger --size, "
            "or print the rounds apart with --round."
        )
    return {
        "file": str(out),
        "people": len(poster.people),
        "missing": [{"name": m.name, "reason": m.reason} for m in poster.missing],
        "names_pt": whole.size_pt,
        "readable_at_m": round(whole.readable_at_m, 1),
        "warning": warning,
    }


def picture_of(pdf: bytes, png: Path, long_px: int = PNG_PX) -> None:
    """Draw the first page of a PDF as a picture.

    Raises:
        UsageError: poppler is not installed, or the picture cannot be written.
    """
    size = ["-scale-to", str(long_px)]
    command = ["pdftoppm", "-png", "-singlefile", *size, "-f", "1", "-l", "1", "-"]
    try:
        done = subprocess.run(command, input=pdf, check=True, capture_output=True)
    except FileNotFoundError:
        raise UsageError(
            "A picture needs poppler, which is not installed "
            "(Debian and Ubuntu: apt install poppler-utils)."
        ) from None
    with writing(png) as target:
        target.write(done.stdout)
