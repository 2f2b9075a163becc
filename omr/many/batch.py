"""Read many pages.

In:  sources, the forms that may lie in the pile.
Out: a `ReadPage` for each of them, in the order of the sources, as they are read.

Memory does not grow with the number of pages: only a few are under way at a time, and a worker is
sent names, never pictures. Every page is read within bounds (`omr.many.bounded`), also a single
one; what breaks a bound is said of that page.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING

from omr.ink.decide import CERTAINTY
from omr.intake.values import Source, Unreadable
from omr.many.bounded import PAGE_SECONDS, each
from omr.page import ReadPage, Reason, unread

if TYPE_CHECKING:
    from omr.forms_known import Forms

FEW_PAGES = 5  # with fewer, starting more than one worker takes longer than reading

ReadMany = Callable[[Sequence[Source], "Forms", float], list[ReadPage]]


def read_batch(
    sources: Iterable[Source],
    forms: Forms,
    *,
    certainty: float = CERTAINTY,
    workers: int | None = None,
    read: ReadMany | None = None,
    patience: float = PAGE_SECONDS,
) -> Iterator[ReadPage]:
    """Read pages one after the other, or on several cores.

    Args:
        sources: what to read.
        forms: what may lie in the pile.
        certainty: the least probability at which an answer stands without a doubt.
        workers: processes to use; all cores by default.
        read: reads some pages; tests put their own here.
        patience: seconds that a page may take.
    """
    waiting = iter(sources)
    few = list(islice(waiting, FEW_PAGES))
    many = (workers or os.cpu_count() or 1) if len(few) == FEW_PAGES else 1
    first = (read or read_chunk, forms, certainty)
    pages = each(_read_one, chain(few, waiting), first=first, workers=many, seconds=patience)
    for source, page in pages:
        if isinstance(page, Unreadable):
            yield unread(source.ref, page.reason, page.detail)
        else:
            yield page


def _read_one(read: ReadMany, forms: Forms, certainty: float, source: Source) -> ReadPage:
    (page,) = read([source], forms, certainty)
    return page


def read_chunk(
    sources: Sequence[Source], forms: Forms, certainty: float = CERTAINTY
) -> list[ReadPage]:
    """Read a few pages, here and now."""
    return [_read_or_say(source, forms, certainty) for source in sources]


def _read_or_say(source: Source, forms: Forms, certainty: float) -> ReadPage:
    """Read a page; a mistake of ours costs that page, not the batch."""
    from omr.read import read_page
    from omr.stickers.compass_page import with_dots
    from omr.trial.trial_page import with_verdict

    try:
        page = with_verdict(read_page(source, forms, certainty), source)
        return with_dots(page, source, forms.asked)
    except MemoryError:
        return unread(source.ref, Reason.TOO_LARGE)
    except Exception as mistake:  # noqa: BLE001 whatever it is, the other pages can still be read
        return unread(source.ref, Reason.OUR_MISTAKE, f"{type(mistake).__name__}: {mistake}")
