"""List every file that came into a session: what is in it, and whether it counts.

In:  a session and its results.
Out: a `ScanList`, for the command and the page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from forms.messages import Message, counted
from omr.page import PageRef, shown
from papierkompas.outcome.results import INSIDE, Results
from papierkompas.session.refused import RefusedFile
from papierkompas.session.session import Session
from papierkompas.session.values import Scan
from papierkompas.session.withdrawals import Withdrawal

CONTESTED = "pile.beside"  # said of a page whose number another paper carries too


@dataclass(frozen=True, slots=True)
class ListedScan:
    """One file that was kept.

    Attributes:
        statuses: how many pages of it were read, unread, blank or counted twice.
        withdrawn: why the whole file does not count.
        pages_out: the pages that do not count by themselves.
        contested: the pages whose number another paper carries too, and what is said of them.
    """

    scan: Scan
    statuses: dict[str, int]
    withdrawn: Withdrawal | None
    pages_out: tuple[Withdrawal, ...]
    contested: tuple[tuple[PageRef, Message], ...] = ()


@dataclass(frozen=True, slots=True)
class ScanList:
    """Every file of a session.

    Attributes:
        refused: files in which there was nothing to keep, with why they are off the list, if so.
        history: everything that was withdrawn and put back, the oldest first.
    """

    scans: tuple[ListedScan, ...]
    refused: tuple[tuple[RefusedFile, Withdrawal | None], ...]
    history: tuple[Withdrawal, ...]

    @classmethod
    def of(cls, session: Session, made: Results) -> ScanList:
        """Look up what came into a session, of which the results were made."""
        inside = session.settings.without_names
        standing = [_told(one, inside) for one in session.withdrawals.standing()]
        whole = {one.ref: one for one in standing if one.refused is None and not one.ref.page}
        off = {one.refused: one for one in standing if one.refused is not None}
        statuses: dict[str, Counter[str]] = {}
        contested: dict[str, list[tuple[PageRef, Message]]] = {}
        for page in made.pages:
            if page.remark is not None and page.remark.key == CONTESTED:
                contested.setdefault(page.ref.file, []).append((page.ref, page.remark))
            statuses.setdefault(page.ref.file, Counter())[page.status.value] += 1
        return cls(
            tuple(
                ListedScan(
                    scan,
                    dict(statuses.get(scan.name, {})),
                    whole.get(PageRef(scan.name)),
                    tuple(
                        one
                        for one in standing
                        if one.refused is None and one.ref.page and one.ref.file == scan.name
                    ),
                    tuple(contested.get(scan.name, ())),
                )
                for scan in session.scans.all()
            ),
            tuple((file, off.get(file.id)) for file in session.refused.all()),
            tuple(_told(one, inside) for one in session.withdrawals.all()),
        )

    def lines(self) -> Iterator[str]:
        """Say it line by line."""
        for one in self.scans:
            found = ", ".join(f"{count} {status}" for status, count in one.statuses.items())
            pages = counted("pages", one.scan.pages) if one.scan.pages is not None else "?"
            yield f"{shown(one.scan.name)}: {pages}" + (f" ({found})" if found else "")
            for off in filter(None, (one.withdrawn, *one.pages_out)):
                yield f"  {off.ref}: withdrawn by {_by(off)}"
            for ref, why in one.contested:
                yield f"  {ref}: {why}"
        for file, taken in self.refused:
            yield f"{shown(file.name)}: not read: {file.as_page.sentence}"
            if taken is not None:
                yield f"  off the list by {_by(taken)}"
        if not self.scans and not self.refused:
            yield "No scans yet."

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        return {
            "scans": [
                {
                    "file": one.scan.name,
                    "added": one.scan.added.isoformat(),
                    "pages": one.scan.pages,
                    "statuses": one.statuses,
                    "withdrawn": None if one.withdrawn is None else _json(one.withdrawn),
                    "pages_withdrawn": [_json(off) for off in one.pages_out],
                    "contested": [
                        {"page": ref.page, "message": str(why)} for ref, why in one.contested
                    ],
                }
                for one in self.scans
            ],
            "refused": [
                {
                    "file": file.name,
                    "added": file.added.isoformat(),
                    "reason": file.as_page.sentence,
                    "withdrawn": None if taken is None else _json(taken),
                }
                for file, taken in self.refused
            ],
            "history": [_json(one) for one in self.history],
        }


def _told(one: Withdrawal, inside: bool) -> Withdrawal:
    """Leave out who withdrew something, and in what words, where names stay inside."""
    return replace(one, who=INSIDE, why=one.why and INSIDE) if inside else one


def _by(one: Withdrawal) -> str:
    why = f": {shown(one.why)}" if one.why else ""
    return f"{shown(one.who)} on {one.at.astimezone():%Y-%m-%d %H:%M}{why}"


def _json(one: Withdrawal) -> dict[str, Any]:
    return {
        "id": one.id,
        "file": one.ref.file,
        "page": one.ref.page or None,
        "who": one.who,
        "at": one.at.isoformat(),
        "why": one.why,
        "undoes": one.undoes,
    }
