"""A school's own questionnaire that is to be printed or kept.

In:  a questionnaire file.
Out: its `Instrument`, of which a sheet can be printed that nobody takes for another.

What it lacks for a poster or a list, `papierkompas.outcome.rehearsal` finds by making them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from pathlib import Path

from forms import fonts
from forms.errors import InstrumentError
from forms.instrument import (
    MAX_EDITION,
    OWN_WORDING_EDITION,
    SHORT_NAME,
    Instrument,
    builtin,
    load,
)
from forms.layout import layout
from forms.messages import Message
from forms.toml_tables import shortened


def load_own(path: Path) -> Instrument:
    """Read a questionnaire file that is to be printed or kept.

    Raises:
        InstrumentError: as `load`; or it has other words than the built-in questionnaire of that
            edition, letters that no font has, or more than fits on a sheet. A session that kept
            such a file could no longer be read.
    """
    own = load(path)
    for ours in builtin():
        same = (ours.key, ours.edition) == (own.key, own.edition)
        if same and not same_words(own, ours):
            raise InstrumentError("instrument.in_file", file=path.name, what=edition_ours(own))
    try:
        _letters_of(own)
        layout(own)
    except InstrumentError as error:
        raise InstrumentError("instrument.in_file", file=path.name, what=error.message) from None
    return own


def edition_ours(asked: Instrument) -> Message:
    """Say that an edition is that of a built-in questionnaire, and which are free."""
    values = {"key": asked.key, "edition": asked.edition}
    bounds = {"least": OWN_WORDING_EDITION, "most": MAX_EDITION}
    return Message("instrument.edition_ours", {**values, **bounds})


def same_words(one: Instrument, other: Instrument) -> bool:
    """Say whether two questionnaires are the same to whoever fills them in or reads the result.

    What lies beside them may differ: no paper is read by it.
    """
    return replace(one, beside=other.beside) == other


def edition_taken(asked: Instrument, kept: Instrument) -> Message:
    """Say that a session has other words in this edition, and where they first differ."""
    ours, theirs = _first_other(kept, asked)
    values = {"key": asked.key, "edition": asked.edition, "kept": ours, "given": theirs}
    return Message("instrument.edition_taken", values)


def _first_other(one: object, other: object) -> tuple[str, str]:
    """Find the first text or number in which two values differ, shortened."""
    if type(one) is type(other) and is_dataclass(one):
        parts = [(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)]
    elif isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        parts = list(zip(one, other, strict=True))
    else:
        parts = []
    for left, right in parts:
        if left != right:
            return _first_other(left, right)
    if isinstance(one, tuple) and isinstance(other, tuple):
        return str(len(one)), str(len(other))
    left, right = ("" if value is None else str(value) for value in (one, other))
    pairs = enumerate(zip(left, right, strict=False))
    same = next((n for n, (a, b) in pairs if a != b), min(len(left), len(right)))
    start = left.rfind(" ", 0, same) + 1 if same > SHORT_NAME else 0
    return shortened(left[start:]), shortened(right[start:])


def _letters_of(own: Instrument) -> None:
    for text in _texts(own):
        if lost := fonts.missing(text):
            shown = " ".join(shortened(letter) for letter in lost)
            raise InstrumentError("rehearsal.no_letters", text=shortened(text), letters=shown)


def _texts(value: object) -> Iterator[str]:
    """Yield every text in a value, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts(one)
    elif is_dataclass(value):
        for part in fields(value):
            yield from _texts(getattr(value, part.name))
