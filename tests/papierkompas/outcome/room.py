"""A team in a room, without paper: who holds which sheet, and what comes back.

Sheets are printed as the command does it; what is scanned is recorded as if it had been read.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from forms.answers import Reading
from forms.instrument import Instrument, find
from forms.roster import Roster, parse_roster
from forms.sheet_code import MASTER, SheetCode, instrument_number
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs, layout_of
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.results import Results, results
from papierkompas.session.session import Session
from papierkompas.session.values import SheetId

LIST = find("stellingenlijst")
DAY = dt.date(2026, 3, 12)
DOEL, RELATIE = ("1", "3", "5", "6"), ("2", "4", "7", "8")


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet in somebody's hands; a photocopy has number 0."""

    batch: str
    number: int


class Room:
    """A session whose sheets are printed, handed in and named one by one."""

    def __init__(self, folder: Path, names: Sequence[str] = (), asked: Instrument = LIST) -> None:
        self.asked = asked
        self.session = Session.create(folder / "sessie", "Team Zorg", DAY, a_roster(names))
        pile = folder / "scan.pdf"
        pile.write_bytes(b"a scan")
        self._scan = self.session.scans.keep(pile)
        self._pages = 0

    def print(self, round_key: str | None, order: Order) -> list[Paper]:
        """Print sheets for a round."""
        asked = self.asked.round(round_key)
        job = jobs(self.asked, [asked], order, self.session)[0]
        return [Paper(job.batch, seat.number) for seat in job.seats]

    def print_list(self, round_key: str | None) -> dict[int, Paper]:
        """Print a sheet for everybody on the list, by number."""
        people = self.session.people.all()
        papers = self.print(round_key, Order(people=people))
        return {person.number: paper for person, paper in zip(people, papers, strict=True)}

    def hand_in(
        self,
        paper: Paper,
        answers: Mapping[str, Reading],
        name: str | None = None,
        page: int = 1,
        written: Sequence[str] = (),
    ) -> PageRef:
        """Scan a sheet, or a page of it.

        Args:
            paper: which sheet.
            answers: what is ticked on it.
            name: what a person says is written in its field for a name.
            page: of the sheet.
            written: the fields in which something is written.
        """
        self._pages += 1
        ref = PageRef(self._scan.name, self._pages)
        batches = {b.batch: b for b in self.session.given_out.batches()}
        batch = batches[paper.batch]
        asked = self.asked.round(batch.round)
        code = SheetCode(
            instrument_number(self.asked.key),
            self.asked.edition,
            asked.number if asked else 0,
            page,
            paper.number,
            paper.batch,
            layout_of(self.asked).number,
        )
        read = ReadPage(
            ref,
            PageStatus.READ,
            code=code,
            instrument=self.asked.key,
            round=batch.round,
            readings=dict(answers),
            written=dict.fromkeys(written, True),
        )
        self.session.pages.record(self._scan, read)
        if name is not None:
            copy = ref if paper.number == MASTER else None
            self.session.corrections.correct(
                SheetId(paper.batch, paper.number, copy), NAME, name, "begeleider"
            )
        return ref

    def results(self) -> Results:
        """Compute what the session says."""
        return results(self.session)


def a_roster(names: Sequence[str]) -> Roster:
    """Make a name list; nobody is on it when there are no names."""
    return parse_roster("naam\n" + "\n".join(names) + "\n", "lijst.csv") if names else ()


def at(doel: float, relatie: float) -> dict[str, Reading]:
    """Answer so that somebody stands here: quarter points."""
    return {**_answers(DOEL, doel), **_answers(RELATIE, relatie)}


def _answers(questions: Sequence[str], mean: float) -> dict[str, Reading]:
    total = round(mean * len(questions))
    low, more = divmod(total, len(questions))
    return {
        question: Reading(str(low + (place < more)), confidence=0.999)
        for place, question in enumerate(questions)
    }


def blank() -> dict[str, Reading]:
    """Fill in nothing."""
    return {question: Reading(None, confidence=0.999) for question in (*DOEL, *RELATIE)}


def handed_in(place: Path, names: Sequence[str]) -> Path:
    """Make a session in which everybody handed in one list, and close it."""
    room = Room(place, names)
    for paper in room.print_list("gewenst").values():
        room.hand_in(paper, at(2, 5))
    room.session.close()
    return room.session.folder
