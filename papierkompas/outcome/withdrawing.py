"""Say what changes when a scan counts no longer, or again, before anybody decides.

In:  a session with its results, and a change of it that is tried in a copy.
Out: a `Difference`: who leaves the map, whose answers change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from forms.answers import Status
from forms.errors import SessionError
from forms.messages import Message
from omr.page import PageRef
from papierkompas.outcome.results import AnsweredSheet, Results, results
from papierkompas.session.came_as import CameAs
from papierkompas.session.refused import RefusedFile
from papierkompas.session.session import Session
from papierkompas.session.values import Scan, SheetId
from papierkompas.session.withdrawals import Withdrawal
from scoring.compass import Position


@dataclass(frozen=True, slots=True)
class Changed:
    """The answers of one sheet that change.

    Attributes:
        questions: those of which the answer or its doubt is another one.
        doubts: those among them that a person has to look at then.
    """

    label: str
    sheet: str
    round: str | None
    questions: tuple[str, ...]
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OnMap:
    """Who leaves, joins or moves on the map of one round."""

    round: str | None
    title: str  # of the round, as people call it; empty where there is only one
    leave: tuple[str, ...]
    join: tuple[str, ...]
    move: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What a change does to what a session says."""

    maps: tuple[OnMap, ...]
    gone: tuple[str, ...]  # sheets that are not there any more
    came: tuple[str, ...]
    answers: tuple[Changed, ...]  # on sheets that are there before and after

    @property
    def messages(self) -> tuple[Message, ...]:
        """Say it in sentences."""
        return tuple(self._said()) or (Message("withdrawal.nothing"),)

    def _said(self) -> Iterator[Message]:
        for one in self.maps:
            values = {"round": one.title}
            if one.leave:
                key = "withdrawal.leave_round" if one.title else "withdrawal.leave"
                yield Message(key, {**values, "who": one.leave})
            if one.join:
                key = "withdrawal.join_round" if one.title else "withdrawal.join"
                yield Message(key, {**values, "who": one.join})
            if one.move:
                key = "withdrawal.move_round" if one.title else "withdrawal.move"
                yield Message(key, {**values, "who": one.move})
        if self.gone:
            yield Message("withdrawal.gone", {"who": self.gone})
        if self.came:
            yield Message("withdrawal.came", {"who": self.came})
        if count := sum(len(one.questions) for one in self.answers):
            who = tuple(dict.fromkeys(one.label for one in self.answers))
            yield Message("withdrawal.answers", {"count": count, "who": who})
        if count := sum(len(one.doubts) for one in self.answers):
            who = tuple(dict.fromkeys(one.label for one in self.answers if one.doubts))
            yield Message("withdrawal.doubts", {"count": count, "who": who})

    def as_json(self) -> dict[str, Any]:
        """Return it as the command prints it."""
        return {
            "maps": [
                {
                    "round": one.round,
                    "leave": list(one.leave),
                    "join": list(one.join),
                    "move": list(one.move),
                }
                for one in self.maps
            ],
            "gone": list(self.gone),
            "came": list(self.came),
            "answers": [
                {
                    "sheet": one.sheet,
                    "name": one.label,
                    "round": one.round,
                    "questions": list(one.questions),
                    "review": list(one.doubts),
                }
                for one in self.answers
            ],
            "messages": [str(one) for one in self.messages],
        }


@dataclass(frozen=True, slots=True)
class Wanted:
    """A scan, a page of it or a refused file that is to count no longer, or again.

    Attributes:
        ref: what it is.
        scan: the file; None where it was refused.
        refused: the refused files of that name.
        standing: the withdrawals to put back; empty to withdraw.
    """

    ref: PageRef
    scan: Scan | None
    refused: tuple[RefusedFile, ...] = ()
    standing: tuple[Withdrawal, ...] = ()

    def do(self, session: Session, who: str, why: str) -> None:
        """Let it count no longer, or again.

        Raises:
            SessionError: somebody was quicker, or there is no such page.
        """
        for one in self.standing:
            session.withdrawals.put_back(one.id, who, why)
        if self.standing:
            return
        if self.scan is not None:
            session.withdrawals.withdraw(self.scan, self.ref.page or None, who, why)
        for file in self.refused:
            session.withdrawals.take_off(file, who, why)

    def difference(self, session: Session, before: Results) -> Difference:
        """Say what it would change in these results of a session; nothing is stored."""
        return difference(session, before, lambda tried: self.do(tried, "?", ""))


def to_withdraw(
    session: Session, name: str, page: int | None = None, came_as: CameAs | None = None
) -> Wanted:
    """Find what is to count no longer: a scan, a page of one, or the refused files called so.

    Args:
        came_as: which, where a scan and a refused file have this name.

    Raises:
        SessionError: there is nothing of that name, it does not count already, or both a scan and
            a refused file are called so.
    """
    named = _Named.of(session, name, page, came_as)
    scan = named.scan if named.scan and PageRef(name) not in named.out else None
    files = tuple(one for one in named.files if one.id not in named.off)
    if page is not None and named.scan is not None:
        if scan is None:
            raise SessionError("withdrawal.whole_out", file=name, page=page)
        if PageRef(name, page) in named.out:
            raise SessionError("withdrawal.page_out", file=name, page=page)
        return Wanted(PageRef(name, page), scan)
    if page is not None:
        raise SessionError("withdrawal.no_page", file=name, page=page)
    if scan is not None and files:
        raise SessionError("withdrawal.two", file=name)
    if scan is not None or files:
        return Wanted(PageRef(name), scan, files)
    raise SessionError("withdrawal.already", file=name)


def to_put_back(
    session: Session, name: str, page: int | None = None, came_as: CameAs | None = None
) -> Wanted:
    """Find what is to count again.

    Args:
        came_as: which, where a scan and a refused file have this name.

    Raises:
        SessionError: there is nothing of that name, it counts, or both a scan and a refused file
            of that name do not.
    """
    named = _Named.of(session, name, page, came_as)
    ref = PageRef(name, page or 0)
    scans = (named.out[ref],) if ref in named.out else ()
    files = tuple(named.off[one.id] for one in named.files if one.id in named.off)
    if page is not None and named.scan is None:
        raise SessionError("withdrawal.no_page", file=name, page=page)
    if page is not None and PageRef(name) in named.out:
        raise SessionError("withdrawal.whole_out", file=name, page=page)
    if page is None and scans and files:
        raise SessionError("withdrawal.two", file=name)
    if not scans and (page is not None or not files):
        raise SessionError("withdrawal.counts", file=name)
    return Wanted(ref, named.scan if scans else None, (), scans or files)


@dataclass(frozen=True, slots=True)
class _Named:
    """What has a name in a session.

    Attributes:
        out: what of the scan does not count.
        off: which refused files were taken off the list.
    """

    scan: Scan | None
    files: tuple[RefusedFile, ...]
    out: dict[PageRef, Withdrawal]
    off: dict[int, Withdrawal]

    @classmethod
    def of(cls, session: Session, name: str, page: int | None, came_as: CameAs | None) -> _Named:
        """Look it up; a page is always one of a scan."""
        scan = next((one for one in session.scans.all() if one.name == name), None)
        files = tuple(one for one in session.refused.all() if one.name == name)
        if came_as is CameAs.REFUSED:
            scan = None
        elif came_as is CameAs.SCAN or (page is not None and scan is not None):
            files = ()
        if scan is None and not files:
            raise SessionError("withdrawal.no_scan", file=name)
        standing = session.withdrawals.standing()
        out = {} if scan is None else {one.ref: one for one in standing if one.refused is None}
        return cls(scan, files, out, {one.refused: one for one in standing if one.refused})


def difference(session: Session, before: Results, change: Callable[[Session], None]) -> Difference:
    """Try a change in a copy of the session, and say what it does to its results."""
    tried = session.supposed()
    try:
        change(tried)
        after = results(tried)
    finally:
        tried.close()
    old, new = _sheets(before), _sheets(after)
    return Difference(
        maps=tuple(_maps(before, after)),
        gone=tuple(sheet.label for key, sheet in old.items() if key not in new),
        came=tuple(sheet.label for key, sheet in new.items() if key not in old),
        answers=tuple(
            changed
            for key, sheet in old.items()
            if key in new and (changed := _changed(sheet, new[key])) is not None
        ),
    )


def _sheets(made: Results) -> dict[SheetId, AnsweredSheet]:
    return {sheet.id: sheet for sheet in made.sheets if not sheet.is_unfilled}


def _changed(old: AnsweredSheet, new: AnsweredSheet) -> Changed | None:
    def said(sheet: AnsweredSheet, question: str) -> object:
        answer = sheet.answers.get(question)
        return None if answer is None else (answer.value, answer.status)

    asked = dict.fromkeys([*old.answers, *new.answers])
    questions = tuple(q for q in asked if said(old, q) != said(new, q))
    if not questions:
        return None
    doubts = tuple(
        q for q in questions if q in new.answers and new.answers[q].status is Status.REVIEW
    )
    return Changed(new.label, new.sheet.sheet, new.sheet.round, questions, doubts)


def _maps(before: Results, after: Results) -> Iterator[OnMap]:
    old, new = _places(before), _places(after)
    for where in dict.fromkeys([*old, *new]):
        then, now = old.get(where, {}), new.get(where, {})
        made = OnMap(
            *where[1:],
            leave=tuple(label for key, (label, _) in then.items() if key not in now),
            join=tuple(label for key, (label, _) in now.items() if key not in then),
            move=tuple(
                label for key, (label, at) in now.items() if key in then and then[key][1] != at
            ),
        )
        if made.leave or made.join or made.move:
            yield made


def _places(
    made: Results,
) -> dict[tuple[str, str | None, str], Mapping[object, tuple[str, Position]]]:
    """Return who has a place, by questionnaire and round."""
    found: dict[tuple[str, str | None, str], Mapping[object, tuple[str, Position]]] = {}
    for compass in made.compasses:
        titles = {asked.key: asked.label for asked in compass.instrument.rounds}
        for one in compass.rounds:
            title = titles.get(one.round, one.round) if len(compass.rounds) > 1 else ""
            found[compass.instrument.key, one.round, title] = {
                placed.sheet.person: (placed.sheet.label, placed.position)
                for placed in one.placed
                if placed.position is not None
            }
    return found
