"""The whole loop on an invented team, from name list to poster.

In:  a folder.
Out: in it the name list, the printed sheets, their scan, the session, the poster and its picture;
     and a report of what was read against what was filled in.

Printing, reading, scoring and poster are the real ones; only the people, their pens and the copier
are simulated.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from forms.compass import Compass
from forms.errors import UsageError, because
from forms.instrument import Role, find
from forms.roster import read_roster
from forms.sheets import PrintedPage, print_sheets
from omr.pile.settle import Sheet
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.acts.reading import read_files
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import Meant
from papierkompas.lab.simulate.pile import PX_PER_MM, FilledPage, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult
from papierkompas.outcome.material import Material
from papierkompas.outcome.off_the_map import OffTheMap, absent_from, told
from papierkompas.outcome.poster_files import write_poster
from papierkompas.outcome.printables import Choices
from papierkompas.session.session import Session
from papierkompas.session.whole_files import writing

SEED = 14
TEAM = "Team Voorbeeld"
NAMES = (
    "Sam Voorbeeld", "Noor Proef", "Zoë van Toets", "Milan Specimen", "Ayşe Monster",
    "Łukasz Proefdruk", "Fatima el Voorbeeld", "Joris de Test", "Inge-Lise Staal", "Bram Oefening",
    "Đorđe Model", "Chantal van der Schets", "Noor Sjabloon", "René Concept",
)  # fmt: skip

COMPASS = Compass.of(find("stellingenlijst"))
WISHED = next(asked.key for asked in COMPASS.rounds if asked.role is Role.WISHED)

# What an invented team thinks, per statement pair: the middle of their answers in each round.
WANTED = {"1": 3.2, "2": 4.6, "3": 3.0, "4": 4.4, "5": 2.8, "6": 3.3, "7": 4.8, "8": 4.2}
TODAY = {"1": 2.1, "2": 2.6, "3": 2.4, "4": 2.4, "5": 2.2, "6": 2.6, "7": 3.1, "8": 2.3}


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made and how well the scan was read."""

    folder: Path
    files: Mapping[str, str]
    counts: Mapping[str, int]
    absent: tuple[OffTheMap, ...] = ()

    @property
    def report(self) -> str:
        """Say it in words."""
        counts = self.counts
        lines = [
            f"{counts['answers']} rows were filled in; "
            f"{counts['right']} were read exactly as they were filled in,",
            f"{counts['doubt']} are in doubt and wait for a person, "
            f"{counts['wrong']} were read wrongly.",
            *(f"{what:<18} {path}" for what, path in self.files.items()),
            *told(self.absent, Path(self.files["session"])),
        ]
        return "\n".join(lines)

    def as_json(self) -> dict[str, Any]:
        """Return the same as plain values."""
        return {"folder": str(self.folder), "files": dict(self.files), **self.counts,
                "absent": [one.as_json() for one in self.absent]}  # fmt: skip


def run_demo(folder: Path, say: Callable[[str], None]) -> Demo:
    """Run the whole loop.

    Raises:
        UsageError: the folder has something in it already, or cannot be written in.
    """
    _make_room(folder)
    roster = folder / "namenlijst.csv"
    with writing(roster) as target:
        target.write(("naam\n" + "\n".join(NAMES) + "\n").encode())
    sheets, pile = folder / "stellingenlijsten.pdf", folder / "scan.pdf"
    poster, picture = folder / "poster.pdf", folder / "poster.png"
    with Session.create(folder / "sessie", TEAM, dt.date(2026, 3, 12), read_roster(roster)) as team:
        say("Printing a sheet for everybody, for both rounds ...")
        asked = find("stellingenlijst")
        order = Order(people=team.people.all())
        made = jobs(asked, rounds_to_print(asked, None), order, team)
        print_sheets(sheets, made)
        say("Filling them in with simulated pens, and scanning the pile ...")
        rng = np.random.default_rng(SEED)
        opinions = Opinions(rng)
        filled: dict[tuple[str, int], Mapping[str, Meant]] = {}
        write_pdf(pile, _scans(filled_pages(made, rng, choose=opinions.choose), filled, rng))
        say("Reading the scan ...")
        read = read_files([pile], team)
        say("Drawing the poster ...")
        material = Material(session=team)
        write_poster(material, Choices(), poster, png=picture)
        absent = absent_from(material, None)
    counts = compare(read.settled.sheets, filled)
    files = {
        "name list": str(roster),
        "printed sheets": str(sheets),
        "scanned pile": str(pile),
        "session": str(folder / "sessie"),
        "poster": str(poster),
        "its picture": str(picture),
    }
    return Demo(folder, files, counts, absent)


def _make_room(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise UsageError("demo.not_empty", folder=folder)
    except FileExistsError:
        raise UsageError("folder.is_file", folder=folder) from None
    except OSError as error:
        raise UsageError("folder.cannot_make", folder=folder, why=because(error)) from None


class Opinions:
    """What the people of the team think: everybody leans their own way from the team's middle."""

    def __init__(self, rng: Generator) -> None:
        self._lean = {name: rng.normal(0, 0.7, 2) for name in NAMES}

    def choose(
        self, page: PrintedPage, question: str, options: Sequence[str], rng: Generator
    ) -> Meant:
        """Choose a box, and sometimes change one's mind, forget a row, or mark two boxes."""
        middle = (WANTED if page.round == WISHED else TODAY)[question]
        lean = self._lean[page.participant or NAMES[0]][
            int(question in COMPASS.horizontal_questions)
        ]
        place = int(np.clip(round(middle + lean + rng.normal(0, 0.8)), 1, len(options))) - 1
        chosen = options[place]
        other = options[place - 1 if place else place + 1]
        fate = rng.random()
        if fate < 0.04:
            return Meant(chosen, withdrawn=(other,))
        if fate < 0.045:
            return Meant(None)
        if fate < 0.05:
            return Meant(chosen, second=other)
        return Meant(chosen)


def compare(
    sheets: Sequence[Sheet], filled: Mapping[tuple[str, int], Mapping[str, Meant]]
) -> Counter[str]:
    """Count the rows that were read as they were filled in, in doubt, and wrong.

    Two honest marks in a row must be a doubt; anything else about them is wrong.
    """
    counts: Counter[str] = Counter(answers=0, right=0, doubt=0, wrong=0)
    readings = {sheet.sheet: sheet.readings for sheet in sheets}
    for (sheet, _), answers in filled.items():
        for question, truth in answers.items():
            counts["answers"] += 1
            reading = readings.get(sheet, {}).get(question)
            if reading is None or reading.doubt is not None:
                counts["doubt"] += 1
            elif truth.second is None and reading.option == truth.option:
                counts["right"] += 1
            else:
                counts["wrong"] += 1
    return counts


def _scans(
    pages: Iterator[FilledPage],
    filled: dict[tuple[str, int], Mapping[str, Meant]],
    rng: Generator,
) -> Iterator[ScanResult]:
    """Scan a pile as it lies: some sheets upside down, one blank back in between."""
    upright, turned = COPIER_CASES["grey200"], COPIER_CASES["upside_down"]
    for number, page in enumerate(pages):
        filled[page.printed.sheet, page.printed.sheet_page] = page.answers
        yield scan(page.image, turned if number % 5 == 3 else upright, rng, PX_PER_MM)
        if number == 6:
            yield scan(np.full_like(page.image, 255), upright, rng, PX_PER_MM)
