"""Read a page of a pile that is a photo of a blank compass.

In:  a page that was not read as a sheet, and the file it comes from.
Out: the same page; read, with its dots, if it is a blank compass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from forms.compass import compass_codes
from forms.instrument import Instrument
from forms.sheet_code import COMPASS_PAGE, SheetCode
from omr.forms_known import Given
from omr.intake.load import load, load_colour
from omr.intake.values import Source, Unreadable
from omr.page import PageStatus, ReadPage, Reason
from omr.place.fiducials import find_markers
from omr.stickers.compass_reader import read_compass

# What becomes of a blank compass when it is read as a sheet.
_MAY_BE_COMPASS = frozenset({Reason.NO_SHEET, Reason.NO_CODE, Reason.OTHER_PRINT, Reason.MISPLACED})


def with_dots(
    page: ReadPage,
    source: Source,
    instruments: Iterable[Instrument],
    known: tuple[Given | None, str, int] | None = None,
) -> ReadPage:
    """Read the dots, if this is a blank compass.

    Args:
        page: what became of it when it was read as a sheet.
        source: where it is.
        instruments: whose compass it may be.
        known: what a person read over the square code: batch and number, and what was given out
            in that batch.
    """
    asked_of = tuple(instruments)
    codes: tuple[SheetCode, ...] = ()
    if page.status is not PageStatus.UNREAD or page.beside or not _is_compass(page, source):
        return page
    try:
        if known is not None:
            asked_of, codes = _meant(asked_of, *known)
        reading = read_compass(load_colour(source), instruments=asked_of, codes=codes)
    except Unreadable as trouble:
        return replace(page, reason=trouble.reason, detail=trouble.detail, code=None)
    if reading.reason is not None:
        return replace(page, reason=reading.reason, detail="", code=reading.code)
    if reading.code is None:
        return replace(page, reason=Reason.NO_CODE, detail="", code=None)
    asked = reading.instrument
    if asked is None:
        return replace(page, reason=Reason.UNKNOWN_INSTRUMENT, detail="", code=reading.code)
    rounds = {r.number: r.key for r in asked.rounds}
    return ReadPage(
        page.ref,
        PageStatus.READ,
        code=reading.code,
        instrument=asked.key,
        round=rounds.get(reading.code.round),
        residual_mm=reading.residual_mm,
        mm_to_px=reading.mm_to_px,
        size_px=reading.size_px,
        dots=reading.dots,
        odd=reading.odd,
    )


def _meant(
    instruments: Iterable[Instrument], given: Given | None, batch: str, number: int
) -> tuple[tuple[Instrument, ...], tuple[SheetCode, ...]]:
    """Say whose compass the words over the code mean, and what may stand in the square."""
    for asked in instruments:
        if not asked.axes or (given is not None and asked.key != given.instrument):
            continue
        rounds = (r.number for r in asked.rounds if given is not None and r.key == given.round)
        return (asked,), compass_codes(batch, number, asked, next(rounds, 0))
    return (), ()


def _is_compass(page: ReadPage, source: Source) -> bool:
    """Look for the marks of a blank compass; 30 ms, for pages that are none of our sheets only."""
    if page.code is not None:
        return page.is_compass
    if page.reason not in _MAY_BE_COMPASS:
        return False
    try:
        seen = find_markers(load(source).image)
    except Unreadable:
        return False
    return any(marker.page == COMPASS_PAGE for marker in seen)
