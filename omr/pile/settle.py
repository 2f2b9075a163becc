"""Put the pages of a pile together into sheets.

In:  all read pages, in the order in which they were scanned.
Out: sheets with their answers, and the pages again, with second scans marked as duplicates.

The same paper scanned twice counts once. Two different papers with one number are a doubt on every
answer; but a scan on which nothing is filled in contests nothing, for people try the copier with
the pile that they printed. A master copy carries number 0: each copy of it is a participant of its
own, and which pages belong together, only their order in the pile can tell (`omr.pile.copies`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from forms.answers import Doubt, Reading
from forms.messages import Message, counted
from omr.page import Note, PageRef, PageStatus, ReadPage
from omr.pile.copies import Photocopy, collate
from omr.pile.twins import differing, find_twins


@dataclass(frozen=True, slots=True)
class Sheet:
    """One participant's paper.

    Attributes:
        sheet: its name, `K7F3-02`; copies of a master are `K7F3-00.1`, `K7F3-00.2`, ...
        pages: page number to the scan page that counts.
        is_loose: a page of a master copy that could not be put with the rest of its copy.
        notes: what a person should know about how it was put together.
        others: of each page the other papers with this number, which say something else.
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
    is_loose: bool = False
    notes: tuple[Message, ...] = ()
    others: Mapping[int, tuple[ReadPage, ...]] = field(default_factory=dict)

    @property
    def contesting(self) -> tuple[ReadPage, ...]:
        """The papers with this number that say different things; else none."""
        return tuple(
            page for number, others in self.others.items() for page in (self.pages[number], *others)
        )


@dataclass(frozen=True, slots=True)
class Settled:
    """What a pile says.

    Attributes:
        remarks: what does not add up in the pile, for the person who scanned it.
    """

    pages: tuple[ReadPage, ...]
    sheets: tuple[Sheet, ...]
    remarks: tuple[Message, ...] = ()


def settle(pages: Iterable[ReadPage], page_counts: Mapping[str, int] | None = None) -> Settled:
    """Group pages into sheets.

    Args:
        pages: in the order in which they were scanned.
        page_counts: how many pages a sheet of each instrument has, to say which are missing.
    """
    account = list(pages)
    numbered: dict[str, list[int]] = {}
    masters: dict[str, list[int]] = {}
    for place, page in enumerate(account):
        if page.status is PageStatus.READ and page.code is not None:
            group = masters if page.code.is_master else numbered
            group.setdefault(page.code.sheet, []).append(place)
    counts = page_counts or {}
    sheets = [_numbered(name, account, places, counts) for name, places in numbered.items()]
    remarks = [
        Message("pile.two_papers", {"sheet": sheet.sheet, "papers": papers})
        for sheet in sheets
        if (papers := [one.ref.message for one in sheet.contesting])
    ]
    for name, places in masters.items():
        made, said = _copies(name, account, places, counts)
        sheets += made
        remarks += said
    return Settled(tuple(account), tuple(sorted(sheets, key=_order)), tuple(remarks))


def count_lists(sheets: Iterable[Sheet]) -> int:
    """Count the lists that were handed in; loose pages make as many as their commonest page."""
    whole = 0
    loose: dict[tuple[str, int], int] = {}
    for sheet in sheets:
        if not sheet.is_loose:
            whole += 1
        for number in sheet.pages if sheet.is_loose else ():
            loose[sheet.batch, number] = loose.get((sheet.batch, number), 0) + 1
    batches = {batch for batch, _ in loose}
    return whole + sum(max(n for (b, _), n in loose.items() if b == batch) for batch in batches)


def _order(sheet: Sheet) -> tuple[str, int, int, str]:
    _, _, copy = sheet.sheet.rpartition(".")
    return sheet.batch, sheet.number, int(copy) if sheet.number == 0 else 0, sheet.sheet


# Sheets with a number of their own


def _numbered(
    name: str, account: list[ReadPage], places: Sequence[int], counts: Mapping[str, int]
) -> Sheet:
    """Put the pages of one number together, in whatever order they were scanned."""
    papers: dict[int, list[ReadPage]] = {}
    filled = {_page_number(account[p]): p for p in places if not account[p].is_unfilled}
    for place in places:
        page = account[place]
        number = _page_number(page)
        if page.is_unfilled and number in filled:
            account[place] = _before_it_was_filled_in(page, account[filled[number]].ref)
            continue
        known = papers.setdefault(number, [])
        same = next((i for i, earlier in enumerate(known) if not differing(earlier, page)), None)
        if same is None:
            known.append(page)
            continue
        account[place] = _second_scan(page, known[same].ref)
        known[same] = _better(known[same], page)
    found = {number: known[0] for number, known in sorted(papers.items())}
    sheet = _sheet(name, found, account[places[0]].ref, counts)
    if all(len(known) == 1 for known in papers.values()):
        return sheet
    doubtful = {
        question: replace(reading, option=None, doubt=Doubt.TWO_PAPERS)
        for question, reading in sheet.readings.items()
    }
    others = {number: tuple(known[1:]) for number, known in papers.items() if len(known) > 1}
    sheet = replace(sheet, readings=doubtful, others=others)
    contesting = [page.ref for page in sheet.contesting]
    for place in places:
        ref = account[place].ref
        if ref in contesting:
            beside = [other.message for other in contesting if other != ref]
            remark = Message("pile.beside", {"others": beside})
            account[place] = replace(account[place], remark=remark)
    return sheet


def _second_scan(page: ReadPage, first: PageRef) -> ReadPage:
    return replace(
        page,
        status=PageStatus.DUPLICATE,
        remark=Message("pile.second_scan", {"first": first.message}),
    )


def _before_it_was_filled_in(page: ReadPage, filled: PageRef) -> ReadPage:
    remark = Message("pile.before_filled", {"filled": filled.message})
    return replace(page, status=PageStatus.DUPLICATE, remark=remark)


def _better(one: ReadPage, other: ReadPage) -> ReadPage:
    """Keep the scan with fewer doubts; the first of two equals."""
    doubts = [sum(r.doubt is not None for r in page.readings.values()) for page in (one, other)]
    return other if doubts[1] < doubts[0] else one


# Copies of a master


def _copies(
    name: str, account: list[ReadPage], places: Sequence[int], counts: Mapping[str, int]
) -> tuple[list[Sheet], list[Message]]:
    """Put the photocopies of one master together, and leave out those that were scanned twice."""
    numbers = [_page_number(account[place]) for place in places]
    known = counts.get(account[places[0]].instrument or "", 0)
    length = max(known, *numbers)
    copies = [
        copy
        for copy in (_at(copy, places) for copy in collate(numbers, length))
        if not _is_spare(copy, account)
    ]
    twins = find_twins(
        [{n: account[p] for n, p in copy.pages.items()} for copy in copies],
        {index for index, copy in enumerate(copies) if copy.is_loose},
    )
    sheets: list[Sheet] = []
    kept: dict[int, int] = {}  # copy to its sheet; second scans to that of the first
    for index, copy in enumerate(copies):
        twin = twins.get(index)
        if twin is not None and twin.is_certain:
            kept[index] = kept[twin.of]
            for number, at in copy.pages.items():
                sheet = sheets[kept[index]]
                sheets[kept[index]] = _with_page(sheet, number, account[at])
                account[at] = _second_scan(account[at], sheet.pages[number].ref)
            continue
        found = {number: account[at] for number, at in sorted(copy.pages.items())}
        first_scanned = account[min(copy.pages.values())].ref
        sheet = _sheet(f"{name}.{len(sheets) + 1}", found, first_scanned, counts)
        notes = tuple(_notes(copy, sheets[kept[twin.of]] if twin else None))
        for at in copy.pages.values() if notes else ():
            account[at] = replace(account[at], remark=Message("pile.notes", {"notes": notes}))
        kept[index] = len(sheets)
        sheets.append(replace(sheet, is_loose=copy.is_loose, notes=notes))
    return sheets, list(_remarks(name, sheets))


_NOBODY = Message("pile.nobody")


def _is_spare(copy: Photocopy, account: list[ReadPage]) -> bool:
    """Say whether nobody filled in this copy; its pages are blank then, and no list."""
    its = list(copy.pages.values())
    if copy.is_loose or not all(account[at].is_surely_unfilled for at in its):
        return False
    for at in its:
        account[at] = replace(account[at], status=PageStatus.BLANK, remark=_NOBODY)
    return True


def _at(copy: Photocopy, places: Sequence[int]) -> Photocopy:
    """Turn places among the pages of the master into places in the pile."""
    return replace(copy, pages={number: places[at] for number, at in copy.pages.items()})


def _page_number(page: ReadPage) -> int:
    assert page.code is not None  # noqa: S101 grouped by its code
    return page.code.page


def _with_page(sheet: Sheet, number: int, again: ReadPage) -> Sheet:
    """Take the answers of a second scan where it is the better one.

    The page stays the first that was scanned: corrections of a copy are known by it.
    """
    first = sheet.pages[number]
    better = _better(first, again)
    if better is first:
        return sheet
    page = replace(first, readings=better.readings, written=better.written, notes=better.notes)
    return replace(
        sheet,
        pages={**sheet.pages, number: page},
        readings={**sheet.readings, **page.readings},
        written={**sheet.written, **page.written},
    )


def _notes(copy: Photocopy, twin: Sheet | None) -> Iterable[Message]:
    if copy.is_loose:
        yield Message("pile.loose")
    if copy.joined:
        yield Message("pile.joined")
    if twin is not None:
        yield Message("pile.twin", {"sheet": twin.sheet})


def _remarks(name: str, sheets: Sequence[Sheet]) -> Iterable[Message]:
    loose = [sheet for sheet in sheets if sheet.is_loose]
    if loose:
        pages, lists = counted("pages", len(loose)), counted("lists", count_lists(loose))
        yield Message("pile.shuffled", {"master": name, "pages": pages, "lists": lists})
    for sheet in sheets:
        if sheet.is_loose or sheet.first_scanned is None:
            continue
        place = sheet.first_scanned.message
        for note in sheet.notes:
            yield Message("pile.sheet", {"sheet": sheet.sheet, "place": place, "note": note})


def _sheet(
    name: str, pages: Mapping[int, ReadPage], first_scanned: PageRef, counts: Mapping[str, int]
) -> Sheet:
    first = next(iter(pages.values()))
    code = first.code
    if code is None or first.instrument is None:
        raise ValueError(f"page {first.ref} has no code")
    readings: dict[str, Reading] = {}
    written: dict[str, bool] = {}
    light = {page.ref.file for page in pages.values() if Note.TOO_LIGHT in page.notes}
    for page in pages.values():
        readings.update(_blanks_doubted(page) if page.ref.file in light else page.readings)
        written.update(page.written)
    return Sheet(
        sheet=name,
        instrument=first.instrument,
        round=first.round,
        batch=code.batch,
        number=code.number,
        readings=readings,
        written=written,
        pages=pages,
        first_scanned=first_scanned,
        missing_pages=tuple(
            n for n in range(1, counts.get(first.instrument, 0) + 1) if n not in pages
        ),
    )


def _blanks_doubted(page: ReadPage) -> Mapping[str, Reading]:
    """Doubt what seems blank beside a page of the same paper and scan that lost marks.

    It was the same pen and the same machine: here it may have lost them without a trace.
    """
    return {
        question: replace(reading, doubt=Doubt.FAINT)
        if reading.option is None and reading.doubt is None
        else reading
        for question, reading in page.readings.items()
    }
