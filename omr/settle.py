"""Put the pages of a pile together into sheets.

In:  all read pages, in the order in which they were scanned.
Out: sheets with their answers, and the pages again, with second scans marked as duplicates.

The same paper scanned twice counts once. Two different papers with one number are a doubt on every
answer. A master copy carries number 0: each copy of it is a participant of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from forms.answers import Doubt, Reading
from omr.page import PageRef, PageStatus, ReadPage


@dataclass(frozen=True, slots=True)
class Sheet:
    """One participant's paper.

    Attributes:
        sheet: its name, `K7F3-02`; copies of a master are `K7F3-00.1`, `K7F3-00.2`, ...
        pages: page number to the scan page that counts.
    """

    sheet: str
    instrument: str
    round: str | None
    batch: str
    number: int
    readings: Mapping[str, Reading] = field(default_factory=dict)
    written: Mapping[str, bool] = field(default_factory=dict)
    pages: Mapping[int, ReadPage] = field(default_factory=dict)
    first_scanned: PageRef | None = None  # by this a copy of a master is known
    missing_pages: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Settled:
    """What a pile says."""

    pages: tuple[ReadPage, ...]
    sheets: tuple[Sheet, ...]


def settle(pages: Iterable[ReadPage], page_counts: Mapping[str, int] | None = None) -> Settled:
    """Group pages into sheets.

    Args:
        pages: in the order in which they were scanned.
        page_counts: how many pages a sheet of each instrument has, to say which are missing.
    """
    account: list[ReadPage] = []
    sheets: dict[str, dict[int, ReadPage]] = {}
    doubles: dict[str, set[str]] = {}
    copies: dict[str, int] = {}
    for page in pages:
        if page.status is not PageStatus.READ or page.code is None:
            account.append(page)
            continue
        name = page.code.sheet
        if page.code.is_master:
            name = _copy_of_master(name, page.code.page, sheets, copies)
        earlier = sheets.setdefault(name, {}).get(page.code.page)
        if earlier is None:
            sheets[name][page.code.page] = page
            account.append(page)
        elif _same_paper(earlier, page):
            sheets[name][page.code.page] = _better(earlier, page)
            account.append(
                replace(
                    page, status=PageStatus.DUPLICATE, detail=f"the same paper as {earlier.ref}"
                )
            )
        else:
            doubles.setdefault(name, set()).update(_differing(earlier, page))
            account.append(page)
    made = (
        _sheet(name, found, doubles.get(name, set()), page_counts or {})
        for name, found in sheets.items()
    )
    return Settled(tuple(account), tuple(sorted(made, key=lambda s: (s.batch, s.number, s.sheet))))


def _copy_of_master(
    name: str, page: int, sheets: Mapping[str, Mapping[int, ReadPage]], copies: dict[str, int]
) -> str:
    """Give a page of a photocopied master to the copy being put together, or begin the next one."""
    current = f"{name}.{copies.get(name, 0)}"
    taken = sheets.get(current)
    if taken is None or page in taken or page < max(taken):
        copies[name] = copies.get(name, 0) + 1
        current = f"{name}.{copies[name]}"
    return current


def _differing(one: ReadPage, other: ReadPage) -> set[str]:
    """Return the questions to which two scans give different settled answers."""
    return {
        question
        for question, reading in one.readings.items()
        if (twin := other.readings.get(question)) is not None
        and reading.doubt is None
        and twin.doubt is None
        and (reading.option, reading.withdrawn) != (twin.option, twin.withdrawn)
    }


def _same_paper(one: ReadPage, other: ReadPage) -> bool:
    return not _differing(one, other)


def _better(one: ReadPage, other: ReadPage) -> ReadPage:
    """Keep the scan with fewer doubts; the first of two equals."""
    doubts = [sum(r.doubt is not None for r in page.readings.values()) for page in (one, other)]
    return other if doubts[1] < doubts[0] else one


def _sheet(
    name: str,
    pages: Mapping[int, ReadPage],
    differing: set[str],
    page_counts: Mapping[str, int],
) -> Sheet:
    first = next(iter(pages.values()))
    code = first.code
    if code is None or first.instrument is None:
        raise ValueError(f"page {first.ref} has no code")
    readings: dict[str, Reading] = {}
    written: dict[str, bool] = {}
    for number in sorted(pages):
        readings.update(pages[number].readings)
        written.update(pages[number].written)
    if differing:
        readings = {
            question: replace(reading, option=None, doubt=Doubt.TWO_PAPERS)
            for question, reading in readings.items()
        }
    return Sheet(
        sheet=name,
        instrument=first.instrument,
        round=first.round,
        batch=code.batch,
        number=code.number,
        readings=readings,
        written=written,
        pages=dict(sorted(pages.items())),
        first_scanned=first.ref,
        missing_pages=tuple(
            n for n in range(1, page_counts.get(first.instrument, 0) + 1) if n not in pages
        ),
    )
