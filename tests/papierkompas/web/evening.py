"""A whole evening in a session: everything that a screen of the page may have to show at once.

In:  a folder, and files of the pile.
Out: a session of a team with two rounds, in which nearly everything happened that can happen; and
     one of quickscans with comments, and another one of a year before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator

from forms.answers import Doubt, Reading
from forms.instrument import Instrument, find
from forms.roster import parse_roster
from forms.sheets import Job, PrintedPage
from omr.page import PageRef, Reason, unread
from papierkompas.acts.name_list import take_off
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.acts.reading import read_files
from papierkompas.acts.transcribe import transcribe
from papierkompas.acts.type_in import sheet_to_type, type_in
from papierkompas.lab.demo import NAMES, Opinions
from papierkompas.lab.make_samples import Views
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import Meant
from papierkompas.lab.simulate.pile import PX_PER_MM, Choose, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult
from papierkompas.outcome.results import results
from papierkompas.outcome.settling import ask_later
from papierkompas.outcome.to_settle import to_settle
from papierkompas.session.session import Session
from tests.papierkompas.acts.test_transcribe import Pretend
from tests.papierkompas.web.pile import blot, like_the_demo, lock

FAMILIES = (
    "Voorbeeld", "de Test", "van der Schets", "Proefdruk", "el Monster", "Specimen-Sjabloon",
    "Oefening", "van den Heuvel tot Modelstad", "Concept", "Staal",
)  # fmt: skip
LONGEST = "Wilhelmina-Konstantina van den Schijnbaar-Dubbelmans"
TEAM = (
    LONGEST,
    *NAMES,
    *(f"{first} {FAMILIES[n % 10]}" for n, first in enumerate((
        "Aagje", "Bilal", "Cato", "Dirk-Jan", "Elif", "Faas", "Guusje", "Hidde", "Imke", "Jabir",
        "Kiki", "Lowie", "Małgorzata", "Nanne", "Okke", "Puck", "Quirijn", "Roos", "Siebe",
        "Tjitske", "Umut", "Vera", "Wout", "Xenia", "Yfke",
    ))),
)  # fmt: skip
"""Forty invented people; the first few make a small team."""

TEACHER, LATE, LEFT, ABSENT, LOST = 0, 1, 2, 3, 4
"""Places in the list: who signs a spare too, comes late, leaves, was absent, lost a sheet."""

SPARES = 4
FAINT = Reading(None, doubt=Doubt.FAINT, confidence=0.5)
WHO = "begeleider"
COMMENTS = ("bellen om vier uur", "samen aan tafel", "de mentor eerst", "vaker langskomen")


def make_evening(folder: Path, count: int = 24) -> Path:
    """Make a session of two rounds, with all that goes wrong and is put right in an evening."""
    names = TEAM[:count]
    early = [name for place, name in enumerate(names) if place != LATE]
    people = parse_roster("naam\n" + "\n".join(early), "namen")
    Session.create(folder, "Team Voorbeeld", dt.date(2026, 3, 12), people).close()
    asked = find("stellingenlijst")
    rounds = rounds_to_print(asked, None)
    aside = folder.with_name(f"{folder.name}-scans")
    aside.mkdir()
    rng = np.random.default_rng(24)
    with Session.open(folder) as session:
        own = jobs(asked, rounds, Order(people=session.people.all()), session)
        spares = jobs(asked, rounds, Order(copies=SPARES), session)
        session.people.add(parse_roster(f"naam\n{names[LATE]}\n", "namen"))
        late = [p for p in session.people.all() if p.name == names[LATE]]
        own_late = jobs(asked, rounds, Order(people=tuple(late)), session)
        again = [p for p in session.people.all() if p.name == names[LOST]]
        jobs(asked, rounds[:1], Order(people=tuple(again)), session)  # a second print of a sheet
        written = {
            f"{job.batch}-{job.seats[at].number:02d}": name
            for job in spares
            for at, name in enumerate((names[TEACHER], "Iemand Anders"))
        }
        choose = _like_a_team(rng, tuple(written))
        pile = [*(_without(job, names[ABSENT]) for job in own), *own_late]
        files = [aside / f"{name}.pdf" for name in ("stapel", "reserve", "vlek", "op slot")]
        write_pdf(files[0], _scanned(pile, choose, rng, {}))
        write_pdf(files[1], _scanned(_first(spares, SPARES - 1), choose, rng, written))
        (light,) = _scanned(_last(spares[:1]), choose, rng, {})
        cv2.imwrite(str(aside / "licht.jpg"), light.image)
    blot(folder, files[2])
    lock(files[1], files[3], "woord")
    with Session.open(folder) as session:
        read_files(files[:3], session, workers=2)
        session.scans.keep(files[3])  # read by the page, which has no password for it
        transcribe(session, network=Pretend([names[TEACHER], "iemand anders"] * 8))
        session.refused.add(unread(PageRef("brief.txt"), Reason.NOT_AN_IMAGE))
        _photograph_too_light(session, aside / "licht.jpg")
        _after(session, asked, names)
    return folder


def make_quickscans(folder: Path, copies: int = 12) -> Path:
    """Make a session of quickscans with comments, some of them checked."""
    Session.create(folder, "Opleiding Voorbeeld", dt.date(2026, 3, 12), ()).close()
    asked = find("quickscan")
    rng = np.random.default_rng(12)
    views = Views(rng)
    aside = folder.with_name(f"{folder.name}-lijsten.pdf")
    with Session.open(folder) as session:
        made = jobs(asked, rounds_to_print(asked, None), Order(copies=copies + 1), session)

    def pages() -> Iterator[ScanResult]:
        for page in filled_pages(_first(made, copies), rng, choose=views.choose):
            views.write(page, rng)
            yield scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)

    write_pdf(aside, pages())
    with Session.open(folder) as session:
        read_files([aside], session, workers=2)
        transcribe(session, network=Pretend(list(COMMENTS) * 40))
        for sheet in results(session).sheets[:2]:
            for field, hand in sheet.handwriting.items():
                if hand.text:
                    session.corrections.correct(sheet.id, field, "Bellen om vier uur", WHO)
    return folder


def _after(session: Session, asked: Instrument, names: Sequence[str]) -> None:
    """Do what a facilitator does after reading: type in, put right, take back, take off."""
    numbers = {person.name: person.number for person in session.people.all()}
    for asked_round in asked.rounds:
        where = sheet_to_type(session, asked, asked_round.key, numbers[names[ABSENT]])
        said = {q: options[1] for q, options in asked.questions.items()}
        type_in(session, where, asked, said, WHO, "was ziek")
    sheets = results(session).sheets
    first = next(s for s in sheets if s.seat == numbers[names[LOST]])
    kept = session.corrections.correct(first.id, "2", "4", WHO, "verteld in het gesprek")
    session.corrections.undo(kept.id, WHO, "vergissing")
    session.corrections.correct(first.id, "5", None, WHO)
    gone = [s.id for s in sheets if s.seat == numbers[names[LEFT]]]
    take_off(session, numbers[names[LEFT]], WHO, gone[:1], "van de lijst gehaald")
    spare = next(s for s in sheets if s.sheet.written.get("name") and s.seat is None)
    session.corrections.correct(spare.id, "name", names[TEACHER], WHO)  # has a sheet already
    doubt = next(one for one in to_settle(sheets) if not one.is_whole)
    ask_later(session, doubt.sheet, doubt.question, WHO)
    stain = next(s for s in session.scans.all() if s.name.startswith("vlek"))
    session.withdrawals.withdraw(stain, None, WHO, "proef van het kopieerapparaat")


def _photograph_too_light(session: Session, photo: Path) -> None:
    """Let a form that came back empty be one of which faint marks may be lost."""
    (sheet,) = read_files([photo], workers=1).settled.sheets
    (page,) = sheet.pages.values()
    kept = session.scans.keep(photo, "telefoon 001.jpg")
    faint = dict.fromkeys(page.readings, FAINT)
    session.pages.record(kept, replace(page, ref=PageRef(kept.name, 1), readings=faint))


def _like_a_team(rng: Generator, signed: tuple[str, ...]) -> Choose:
    like = like_the_demo(Opinions(rng))

    def choose(page: PrintedPage, question: str, options: Sequence[str], rng: Generator) -> Meant:
        at = TEAM.index(page.participant) if page.participant else 0
        if page.participant is None and not page.sheet.endswith(signed):
            return Meant(None)
        if question == "3" and at % 8 == 5:
            return Meant("2", second="5")
        return like(page, question, options, rng)

    return choose


def _scanned(
    made: Sequence[Job], choose: Choose, rng: Generator, names: dict[str, str]
) -> Iterator[ScanResult]:
    for page in filled_pages(made, rng, choose=choose, names=names):
        yield scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)


def _first(made: Sequence[Job], copies: int) -> list[Job]:
    return [replace(job, seats=job.seats[:copies]) for job in made]


def _last(made: Sequence[Job]) -> list[Job]:
    return [replace(job, seats=job.seats[-1:]) for job in made]


def _without(job: Job, name: str) -> Job:
    return replace(job, seats=tuple(seat for seat in job.seats if seat.name != name))
