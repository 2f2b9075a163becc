"""Make the files in `samples/`: scanned piles, and what reading them should give.

In:  a folder.
Out: in it `roster.csv`, `scan.pdf` and `expected.json` (a stellingenlijst in two rounds), and
     `quickscan/scan.pdf` with `quickscan/expected.json` (twelve lists, shuffled, one page lost).

    python -m papierkompas.lab.make_samples samples

Seeded: the same command gives the same files. People, pens and copier are simulated.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from forms.instrument import Instrument, find
from forms.layout import RULING_MM
from forms.roster import read_roster
from forms.sheets import Job, PrintedPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.lab.demo import NAMES, Opinions
from papierkompas.lab.simulate.copier import COPIER_CASES, ScanCase, scan
from papierkompas.lab.simulate.pen import MarkKind, Meant, Pen, write_text
from papierkompas.lab.simulate.pile import PX_PER_MM, FilledPage, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult

SEED = 5
# An ordinary evening; `papierkompas bench` has the pencils, the circles and the coffee.
PENS = (Pen.BALLPOINT, Pen.BALLPOINT, Pen.BALLPOINT, Pen.GEL)
KINDS = (*(MarkKind.CROSS,) * 5, MarkKind.TICK)
ROLES = ("manager", "zorgcoordinator", *("slb",) * 5, *("vakdocent",) * 4, "anders")
LOST = (7, 4)  # list and page that never reached the copier

Truth = dict[tuple[str, int], tuple[PrintedPage, Mapping[str, Meant]]]


def main() -> None:
    """Make the samples in the folder that was named."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "samples")
    for path in (*make_compass(folder), *make_quickscan(folder / "quickscan")):
        sys.stdout.write(f"{path}\n")


def make_compass(folder: Path) -> list[Path]:
    """Let fourteen people fill in both rounds of the stellingenlijst."""
    folder.mkdir(parents=True, exist_ok=True)
    roster, pile, expected = (folder / n for n in ("roster.csv", "scan.pdf", "expected.json"))
    roster.write_text("naam\n" + "\n".join(NAMES) + "\n", encoding="utf-8")
    asked = find("stellingenlijst")
    made = jobs(asked, rounds_to_print(asked, None), Order(people=read_roster(roster)), None)
    rng = np.random.default_rng(SEED)
    truth: Truth = {}
    pages = filled_pages(made, rng, choose=Opinions(rng).choose, pens=PENS, kinds=KINDS)
    write_pdf(pile, _scanned(_noted(pages, truth), COPIER_CASES["bitonal200"], rng))
    _write(expected, {"instrument": asked.key, **_sheets(truth)})
    return [roster, pile, expected]


def make_quickscan(folder: Path) -> list[Path]:
    """Let the people of one programme fill in twelve quickscans, and drop them on the stairs."""
    folder.mkdir(parents=True, exist_ok=True)
    pile, expected = folder / "scan.pdf", folder / "expected.json"
    asked = find("quickscan")
    made = jobs(asked, rounds_to_print(asked, None), Order(copies=len(ROLES)), None)
    rng = np.random.default_rng(SEED)
    views = Views(rng)
    truth: Truth = {}
    pages = [
        page
        for page in _noted(_filled(made, views, rng), truth)
        if (_number(page.printed), page.printed.sheet_page) != LOST
    ]
    for page in pages:
        views.write(page, rng)
    lost = next(key for key, (p, _) in truth.items() if (_number(p), p.sheet_page) == LOST)
    del truth[lost]
    order = rng.permutation(len(pages))
    shuffled = (pages[int(i)] for i in order)
    write_pdf(pile, _scanned(shuffled, COPIER_CASES["bitonal200"], rng))
    _write(
        expected,
        {"instrument": asked.key, "counts": _counts(asked, truth), **_sheets(truth)},
    )
    return [pile, expected]


def _filled(made: Sequence[Job], views: Views, rng: Generator) -> Iterator[FilledPage]:
    return filled_pages(made, rng, choose=views.choose, pens=PENS, kinds=KINDS)


# What the people of an invented programme think


@dataclass(frozen=True, slots=True)
class TeamView:
    """What a team thinks of one question: one place on the scale, or two camps; and who knows."""

    middle: float  # 0 is --, 4 is ++
    other_camp: float | None = None
    no_view: float = 0.04
    spread: float = 0.55
    tick: float = 0.03


VIEWS: Mapping[str, TeamView] = {
    "1.": TeamView(3.3),
    "1.3": TeamView(3.6),
    "1.7": TeamView(1.4),
    "1.10": TeamView(3.6, other_camp=0.5),
    "1.14": TeamView(1.6, spread=0.9),
    "1.15": TeamView(2.6, spread=1.0),
    "1.17": TeamView(3.0, other_camp=0.6, tick=0.5),
    "2.": TeamView(2.6, spread=0.8),
    "2.3": TeamView(1.2, no_view=0.1),
    "2.4": TeamView(3.2, no_view=0.45),
    "2.5": TeamView(1.8, no_view=0.5),
    "3.": TeamView(2.4, spread=0.8, tick=0.1),
    "3.3": TeamView(3.3, other_camp=0.7, tick=0.6),
    "4.": TeamView(1.3),
    "4.1": TeamView(2.9, other_camp=0.6),
    "5.": TeamView(2.6, spread=0.7),
    "5.1": TeamView(1.2),
    "5.6": TeamView(2.4, spread=1.1),
    "6.": TeamView(1.1, tick=0.15),
    "6.2": TeamView(0.5),
    "6.4": TeamView(1.6, no_view=0.3),
    "7.": TeamView(3.1),
    "7.2": TeamView(3.0, no_view=0.4),
    "8.": TeamView(2.8),
    "8.2": TeamView(1.0),
    "8.3": TeamView(3.4, other_camp=0.8),
    "9.": TeamView(2.3, spread=0.7),
    "9.4": TeamView(2.5, no_view=0.6),
    "9.5": TeamView(2.0, no_view=0.35),
    "10.": TeamView(1.7, no_view=0.3),
    "10.2": TeamView(2.0, no_view=0.7),
}
GRADES: Mapping[str, float] = {
    "grade/attitude": 7.2,
    "grade/relatie": 6.1,
    "grade/afstemming": 5.0,
}
CAMP_LEAN = 0.9  # slb'ers see more of parents, and more that goes well

TEXTS: Mapping[str, Sequence[str]] = {
    "priority/attitude": (
        "Telefoon sneller opnemen",
        "Een lijn trekken bij verzuim",
        "Afspraken maken als team wie wanneer belt",
        "Bereikbaarheid na vier uur",
        "De jaarkalender op tijd",
    ),
    "support/attitude": (
        "Bespreken in het teamoverleg",
        "Laten zien wat het oplevert",
        "Tijd vrijmaken in de taakuren",
        "Klein beginnen",
    ),
    "step/attitude": (
        "Belrooster maken",
        "Een A4 met afspraken",
        "Vaste bel-uren op dinsdag",
        "Kalender in september klaar",
    ),
    "priority/relatie": (
        "Kennismaken met alle ouders",
        "De student het gesprek laten leiden",
        "Thuissituatie beter in beeld",
        "Ouderavond met meer gesprek",
    ),
    "support/relatie": (
        "Ouders en studenten laten vertellen",
        "Goede voorbeelden delen",
        "Samen een keer oefenen",
    ),
    "step/relatie": (
        "Kennismaking in week drie",
        "Een gesprek voorbereiden met de student",
        "Ouderavond in kleine groepen",
    ),
    "priority/afstemming": (
        "Ouders betrekken bij stage",
        "Opdrachten voor thuis",
        "Zeggen wat we van ouders vragen",
        "Eerder bellen als het niet goed gaat",
    ),
    "support/afstemming": (
        "Begin met wie wil",
        "Vraag het de studenten",
        "In de studiedag van november",
    ),
    "step/afstemming": (
        "Een thuisopdracht in blok twee",
        "Stagebrief voor ouders",
        "Bellijst bij zorgen",
    ),
}
WRITES = 0.55  # the share of fields in which somebody writes
PROGRAMME = "Zorg en welzijn"


@dataclass(slots=True)
class Views:
    """Twelve people, each with a role, a mood and a camp."""

    rng: Generator
    roles: Sequence[str] = ROLES
    _moods: dict[int, float] = field(default_factory=dict)
    _marks: Counter[str] = field(default_factory=Counter)

    def choose(
        self, page: PrintedPage, question: str, options: Sequence[str], rng: Generator
    ) -> Meant:
        """Answer as somebody of this programme."""
        number = _number(page)
        role = self.roles[number - 1]
        if question == "role":
            return Meant(role)
        if question in GRADES:
            grade = int(np.clip(round(rng.normal(GRADES[question], 1.1)), 1, 10))
            return Meant(None if rng.random() < 0.05 else str(grade))
        view = _view(question.partition("/")[0])
        if len(options) == 1:
            return Meant(options[0] if rng.random() < view.tick else None)
        fate = rng.random()
        if fate < 0.015:
            return Meant(None)
        knows_less = 0.15 if role == "vakdocent" and view.no_view > 0.2 else 0.0
        if rng.random() < view.no_view + knows_less:
            return Meant("?")
        chosen = options[4 - self._place(view, number, role, question, rng)]
        other = options[options.index(chosen) - 1] if chosen != options[0] else options[1]
        if fate < 0.04:
            return Meant(chosen, withdrawn=(other,))
        if fate < 0.045:
            return Meant(chosen, second=other)
        return Meant(chosen)

    def _place(self, view: TeamView, number: int, role: str, question: str, rng: Generator) -> int:
        mood = self._moods.setdefault(number, float(self.rng.normal(0, 0.25)))
        middle = view.middle
        if view.other_camp is not None and (number + len(question)) % 2:
            middle = view.other_camp
        elif role == "slb" and question[0] in "23" and view.other_camp is None:
            middle += CAMP_LEAN
        return int(np.clip(round(middle + mood + rng.normal(0, view.spread)), 0, 4))

    def write(self, page: FilledPage, rng: Generator) -> None:
        """Write in the fields of a page, as far as this person has something to say."""
        for place in page.layout.fields:
            if place.name == "programme":
                text = PROGRAMME
            elif rng.random() < WRITES and place.name in TEXTS:
                known = TEXTS[place.name]
                text = known[int(rng.integers(len(known)))]
            else:
                continue
            rect = place.rect
            for line, words in enumerate(_two_lines(text)[: place.lines]):
                top = rect.y_mm + 1 + (10 + (line - 1) * RULING_MM if line else 0)
                high = RULING_MM - 1.5
                write_text(
                    page.image, rect.x_mm + 2, top, rect.width_mm - 4, high, words,
                    page.writer, rng, PX_PER_MM,
                )  # fmt: skip


def _view(question: str) -> TeamView:
    factor = question.partition(".")[0]
    return VIEWS.get(question) or VIEWS[f"{factor}."]


def _two_lines(text: str) -> list[str]:
    """Break a text in two where it is long."""
    if len(text) < 28:
        return [text]
    cut = text.rfind(" ", 0, 28)
    return [text[:cut], text[cut + 1 :]]


def _number(page: PrintedPage) -> int:
    return int(page.sheet.partition("-")[2])


# Scanning, and the truth about it


def _noted(pages: Iterable[FilledPage], truth: Truth) -> Iterator[FilledPage]:
    for page in pages:
        truth[page.printed.sheet, page.printed.sheet_page] = page.printed, page.answers
        yield page


def _scanned(pages: Iterable[FilledPage], case: ScanCase, rng: Generator) -> Iterator[ScanResult]:
    """Scan a pile; every fifth sheet lies upside down."""
    for number, page in enumerate(pages):
        turned = replace(case, turns=(2,)) if number % 5 == 3 else case
        yield scan(page.image, turned, rng, PX_PER_MM)


def _sheets(truth: Truth) -> dict[str, Any]:
    """Say per sheet what stands on it, in the words of `read --json`."""
    sheets: dict[str, Any] = {}
    for (sheet, page), (printed, answers) in sorted(truth.items()):
        whose = {"round": printed.round, "participant": printed.participant}
        entry = sheets.setdefault(sheet, {**whose, "pages": [], "answers": {}})
        entry["pages"].append(page)
        entry["answers"] |= {question: _expected(answer) for question, answer in answers.items()}
    return {"pages": len(truth), "sheets": sheets}


def _expected(answer: Meant) -> dict[str, str | None]:
    if answer.second is not None:
        return {"value": None, "status": "review"}
    return {"value": answer.option, "status": "read" if answer.option else "blank"}


def _counts(asked: Instrument, truth: Truth) -> dict[str, dict[str, int]]:
    """Count what people answered; two marks in a row wait for a person."""
    found: dict[str, list[Meant]] = {question: [] for question in asked.questions}
    for _, answers in truth.values():
        for question, answer in answers.items():
            found[question].append(answer)
    counts = {}
    for question, options in asked.questions.items():
        clear = [answer.option for answer in found[question] if answer.second is None]
        counts[question] = {
            **{option: clear.count(option) for option in options},
            "blank": clear.count(None),
            "review": len(found[question]) - len(clear),
        }
    return counts


def _write(path: Path, value: Any) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
