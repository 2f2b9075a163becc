"""A scanned pile for a session of the page, as small as the test needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
from numpy.random import Generator

from forms.instrument import find
from forms.roster import parse_roster
from forms.sheets import PrintedPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.lab.demo import NAMES as DEMO
from papierkompas.lab.demo import Opinions
from papierkompas.lab.make_samples import ROLES, Views
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import Meant
from papierkompas.lab.simulate.pile import PX_PER_MM, Choose, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult
from papierkompas.session.session import Session

HANDS = ("Zoë van Toets", "Sam Voorbeeld", "Wilhelmina Onbekend")  # on sheets without a name
NAMES = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets")
DOUBTFUL = ("Noor Proef", "gewenst", "3")  # two honest marks in this row


def make_session(folder: Path, names: Sequence[str] = NAMES) -> None:
    """Make a session of a small team."""
    people = parse_roster("naam\n" + "\n".join(names), "namen")
    Session.create(folder, "Team Voorbeeld", dt.date(2026, 3, 12), people).close()


def scan_pile(
    folder: Path,
    target: Path,
    round_key: str | None = None,
    *,
    like_a_team: bool = False,
    in_doubt: bool = False,
) -> Path:
    """Fill in and scan a sheet for everybody; the same people always answer the same."""
    with Session.open(folder) as session:
        order = Order(people=session.people.all())
        asked = find("stellingenlijst")
        printed = jobs(asked, rounds_to_print(asked, round_key), order, session)
    rng = np.random.default_rng(14 if like_a_team else 7)
    choose = like_the_demo(Opinions(rng)) if like_a_team else _choose_two if in_doubt else _choose

    def pages() -> Iterator[ScanResult]:
        for page in filled_pages(printed, rng, choose=choose):
            yield scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)

    write_pdf(target, pages())
    return target


def like_the_demo(opinions: Opinions) -> Choose:
    """Let people of any name think as those of the demo do."""

    def choose(page: PrintedPage, question: str, options: Sequence[str], rng: Generator) -> Meant:
        who = page.participant or DEMO[0]
        like = who if who in DEMO else DEMO[sum(map(ord, who)) % len(DEMO)]
        return opinions.choose(replace(page, participant=like), question, options, rng)

    return choose


def anonymous_pile(folder: Path, target: Path) -> Path:
    """Fill in sheets without a printed name, with a name written on each."""
    with Session.open(folder) as session:
        asked = find("stellingenlijst")
        printed = jobs(asked, rounds_to_print(asked, "gewenst"), Order(copies=len(HANDS)), session)
    rng = np.random.default_rng(3)
    sheets = [f"{printed[0].batch}-{seat.number:02d}" for seat in printed[0].seats]
    pages = filled_pages(printed, rng, choose=_choose, names=dict(zip(sheets, HANDS, strict=True)))
    write_pdf(target, (scan(p.image, COPIER_CASES["grey200"], rng, PX_PER_MM) for p in pages))
    return target


def quickscan_pile(folder: Path, target: Path, copies: int = 2) -> Path:
    """Fill in quickscans of five pages, with free text on the last page."""
    with Session.open(folder) as session:
        asked = find("quickscan")
        printed = jobs(asked, rounds_to_print(asked, None), Order(copies=copies), session)
    rng = np.random.default_rng(5)
    people = Views(rng, ROLES * 4)  # more than twelve people may have been before them

    def pages() -> Iterator[ScanResult]:
        for page in filled_pages(printed, rng, choose=people.choose):
            people.write(page, rng)
            yield scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)

    write_pdf(target, pages())
    return target


def blot(folder: Path, target: Path) -> Path:
    """Scan one person's sheet with a blot over the square code and the words under it."""
    with Session.open(folder) as session:
        asked = find("stellingenlijst")
        order = Order(people=session.people.all()[:1])
        (job,) = jobs(asked, rounds_to_print(asked, "gewenst"), order, session)
    rng = np.random.default_rng(11)
    (page,) = filled_pages([job], rng, choose=_choose)
    place = page.layout.code
    left, top = round((place.x_mm - 2) * PX_PER_MM), round(place.y_mm * PX_PER_MM)
    right = round((place.x_mm + place.width_mm + 2) * PX_PER_MM)
    low = round((place.y_mm + place.height_mm + 7) * PX_PER_MM)
    page.image[top:low, left:right] = 60
    write_pdf(target, [scan(page.image, COPIER_CASES["grey200"], rng, PX_PER_MM)])
    return target


def lock(source: Path, target: Path, password: str) -> Path:
    """Put a password on a PDF."""
    with pikepdf.open(source) as pdf:
        pdf.save(target, encryption=pikepdf.Encryption(user=password, owner=password))
    return target


def _choose(page: PrintedPage, question: str, options: Sequence[str], rng: Generator) -> Meant:
    chosen = str(rng.integers(1, 7))
    if (page.participant, page.round, question) == DOUBTFUL:
        return Meant("2", second="5")
    return Meant(chosen if chosen in options else options[0])


def _choose_two(_page: PrintedPage, _question: str, _options: Sequence[str], _: Generator) -> Meant:
    return Meant("2", second="5")
