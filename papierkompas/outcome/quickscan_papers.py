"""Gather what stands on the papers of a quickscan.

In:  results in which lists were counted, and the scans they were read from.
Out: the counts, what stands above them, what people wrote, and what changed since an earlier time.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from PIL import Image

from forms.errors import UsageError
from forms.layout import Field
from omr.hand.crops import PX_PER_MM, field_crop, ink_only
from omr.intake.values import Unreadable
from omr.page import Reason
from papierkompas.acts.page_picture import NotShown, PagePicture, page_picture
from papierkompas.acts.printing import layout_of
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.results import Results, TallyResult, results
from papierkompas.session.session import Session
from scoring.groups import LEAST_COMPARED
from scoring.one_list import PageHead
from scoring.quickscan import Summary
from scoring.quickscan_posters import Crop
from scoring.roles import Change, compare_years

WHY_UNSEEN = {Reason.ENCRYPTED: "op slot"}
GONE = "niet meer te openen"


def counted_of(results: Results) -> tuple[TallyResult, Summary]:
    """Return the counts of the quickscan, and what they say together.

    Raises:
        UsageError: nothing of the kind was read yet.
    """
    for counted in results.tallies:
        if counted.summary is not None and counted.lists:
            return counted, counted.summary
    raise UsageError("results.no_quickscans")


def heading_of(results: Results, counted: TallyResult) -> PageHead:
    """Return what stands above every paper."""
    date = in_dutch(dt.date.fromisoformat(results.date))
    return PageHead(
        results.team,
        date,
        counted.given,
        counted.instrument.source,
        typed=counted.typed,
        waiting=sum(counted.waiting.values()),
        unprinted=counted.unprinted,
    )


def changes(earlier: Session, now: Results) -> tuple[Change, ...]:
    """Say what changed between two quickscans of the same programme.

    Raises:
        UsageError: one of them has too few lists to say so.
    """
    before, _ = counted_of(results(earlier))
    counted, _ = counted_of(now)
    found = compare_years(counted.instrument, before.filled, counted.filled)
    if not found:
        raise UsageError("results.too_few", least=LEAST_COMPARED)
    return found


@dataclass(frozen=True, slots=True)
class WrittenFields:
    """What people wrote in free words.

    Attributes:
        crops: per list the fields that were used, cut out of the scans.
        unseen: per field the scans that do not open, each as often as somebody wrote in it.
    """

    crops: list[dict[str, Crop]]
    unseen: dict[str, list[tuple[str, Reason]]]

    @property
    def missing(self) -> tuple[NotShown, ...]:
        """What the action sheet has to do without."""
        return NotShown.counted(chain.from_iterable(self.unseen.values()))

    @property
    def said(self) -> dict[str, list[str]]:
        """The same per field, in the words of the action sheet."""
        return {
            field: [f"{file} ({WHY_UNSEEN.get(why, GONE)})" for file, why in scans]
            for field, scans in self.unseen.items()
        }


def handwriting(
    counted: TallyResult, files: Mapping[str, Path], passwords: Sequence[str] = ()
) -> WrittenFields:
    """Cut what people wrote out of the scans.

    Args:
        counted: the lists.
        files: where the scans are kept, by the name in `PageRef`; by default that name itself.
        passwords: of locked scans.
    """
    layout = layout_of(counted.instrument)
    found = WrittenFields([], {})
    for sheet in counted.sheets:
        crops: dict[str, Crop] = {}
        for number, page in sheet.sheet.pages.items():
            printed = layout.page(number)
            fields = [f for f in printed.fields if f.name in sheet.written] if printed else []
            if not fields:
                continue
            file = files.get(page.ref.file, Path(page.ref.file))
            try:
                crops |= _cut(page_picture(page, file, passwords), fields)
            except Unreadable as trouble:
                which = (Path(page.ref.file).name, trouble.reason)
                for field in fields:
                    found.unseen.setdefault(field.name, []).append(which)
        for each in counted.written:
            if each.sheet.id == sheet.id and each.text:
                seen = crops.get(each.field, Crop(None, 1.0, 0.0))
                crops[each.field] = replace(seen, typed=each.text, who=each.who)
        found.crops.append(crops)
    return found


def _cut(picture: PagePicture, fields: Sequence[Field]) -> dict[str, Crop]:
    if picture.mm_to_px is None:
        raise Unreadable(Reason.NO_SHEET)
    crops: dict[str, Crop] = {}
    for field in fields:
        ink = ink_only(field_crop(picture.image, picture.mm_to_px, field))
        if ink is not None:
            high, wide = ink.shape
            crops[field.name] = Crop(Image.fromarray(ink), wide / PX_PER_MM, high / PX_PER_MM)
    return crops
