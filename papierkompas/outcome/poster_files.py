"""Write the poster to files.

In:  what it is made of, and how it is wanted.
Out: a PDF; the key to it and a picture of it, where they are asked for; facts for the screen.
"""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from forms.errors import UsageError
from forms.messages import Message
from papierkompas.outcome.drawers import Facts, draw, write
from papierkompas.outcome.material import Material
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.printables import Choices, printable
from papierkompas.session.whole_files import writing

PNG_PX = 1600  # long side, for a beamer


def write_poster(
    material: Material,
    choices: Choices,
    out: Path,
    *,
    stickers: bool = False,
    key: Path | None = None,
    png: Path | None = None,
) -> Facts:
    """Write the poster, and say how well the names could be placed.

    Args:
        material: what it is made of.
        choices: how it is wanted.
        out: where.
        stickers: show the map that was made by hand.
        key: where to write who is who, when initials or numbers stand on the poster.
        png: where to write a picture of it, whole.

    Raises:
        UsageError: what is asked for does not go together, or there is nothing to show.
    """
    which = printable("sticker-map" if stickers else "poster")
    signs = printable("key")
    if key is not None and (choices.names not in signs.namings or choices.only_means or stickers):
        raise UsageError("poster.key")
    memory = io.BytesIO()
    facts = {"file": str(out), **draw(which, material, choices, memory)}
    with writing(out) as target:
        target.write(memory.getvalue())
    if key is not None:
        write(signs, material, choices, key)
    if png is not None:
        if choices.tile is not None:
            memory = io.BytesIO()
            draw(which, material, replace(choices, tile=None), memory)
        picture = pdf_picture(memory.getvalue(), PNG_PX)
        with writing(png) as target:
            target.write(picture)
    warning = str(Message("poster.crowded")) if facts.pop("crowded") else None
    return {**facts, "key": None if key is None else str(key), "warning": warning}
