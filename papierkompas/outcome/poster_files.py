"""Write posters to files.

In:  results, and how the poster is wanted.
Out: a PDF file, tiles or whole, and a PNG picture if wanted; facts about it for the screen.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forms.errors import UsageError
from forms.paper import paper_named
from papierkompas.outcome.handwritten_names import Hands
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.results import Results
from papierkompas.session.files import writing
from papierkompas.session.session import Session
from scoring.names import Naming
from scoring.poster import draw_key, draw_poster
from scoring.tiles import draw_tiles

KEYED = (Naming.INITIALS, Naming.NUMBERS)  # ways of naming that need a key
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
    by_hand: Session | None = None,
    stickers: bool = False,
    key: Path | None = None,
    passwords: Sequence[str] = (),
) -> dict[str, Any]:
    """Write the poster, and say how well the names could be placed.

    Args:
        by_hand: the session of these results, to show names as people wrote them.
        stickers: show the map that was made by hand.
        key: where to write who is who, when initials or numbers stand on the poster.
        passwords: of locked scans, for handwritten names.

    Raises:
        UsageError: what is asked for does not go together, or there is nothing to show.
    """
    if key is not None and (names not in KEYED or only_means or stickers):
        raise UsageError("poster.key")
    hands = Hands(by_hand, results, passwords) if by_hand else None
    poster = poster_of(
        results,
        paper_named(size),
        round_key,
        Naming(names),
        only_means=only_means,
        hands=hands,
        stickers=stickers,
    )
    memory = io.BytesIO()
    whole = draw_poster(memory, poster)
    with writing(out) as target:
        if tile is None:
            target.write(memory.getvalue())
        else:
            draw_tiles(target, poster, paper_named(tile))
    if key is not None:
        with writing(key) as target:
            draw_key(target, poster)
    if png is not None:
        picture = pdf_picture(memory.getvalue(), PNG_PX)
        with writing(png) as target:
            target.write(picture)
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
        "key": None if key is None else str(key),
        "warning": warning,
        "unseen": [one.as_json() for one in hands.unseen] if hands else [],
        "handwritten": None
        if hands is None
        else {
            "names": sum(person.ink is not None for person in poster.people),
            "without": [{"name": who, "reason": why} for who, why in hands.without.items()],
        },
    }
