"""Read a page of a pile that is a photo of a blank compass.

In:  a page that was not read as a sheet, and the file it comes from.
Out: the same page; read, with its dots, if it is a blank compass.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from forms.instrument import Instrument
from forms.sheet_code import COMPASS_PAGE
from omr.intake.load import load, load_colour
from omr.intake.values import Source, Unreadable
from omr.page import PageStatus, ReadPage, Reason
from omr.place.fiducials import find_markers
from omr.stickers.compass_reader import read_compass

# What becomes of a blank compass when it is read as a sheet.
_MAY_BE_COMPASS = frozenset({Reason.NO_SHEET, Reason.NO_CODE, Reason.OTHER_PRINT, Reason.MISPLACED})


def with_dots(page: ReadPage, source: Source, instruments: Iterable[Instrument]) -> ReadPage:
    """Read the dots, if this is a blank compass.

    Args:
        page: what became of it when it was read as a sheet.
        source: where it is.
        instruments: whose compass it may be.
    """
    if page.status is not PageStatus.UNREAD or page.beside or not _is_compass(page, source):
        return page
    try:
        reading = read_compass(load_colour(source), instruments=tuple(instruments))
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
