"""Measure how well marks are read.

    python -m papierkompas.lab.measure_marks --marks 200000 --seed 7

In:  a number of marks (rows of boxes) and a seed.
Out: tables on stdout: is a confidence true; silent errors and doubts per machine, mark and pen, and
     at other certainties.

A mark is a question on a simulated sheet, read once. A silent error is an answer that stands and
is not right; a doubt on a row that only a doubt can answer is right. Half of the people fill in as
people do, the others do everything that can be done to a row (`papierkompas.lab.simulate.trials`).

`--rules` reads the same sheets by one threshold on the ink and the rules of the sheet: what the
trained model has to be better than (docs/decisions/004).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.answers import Doubt, Reading
from omr.ink.decide import CERTAINTY, Rows
from omr.ink.marks import FEATURES, Features, measure
from omr.ink.read_marks import readings_of
from papierkompas.lab.simulate.photo import PHONE_CASES
from papierkompas.lab.simulate.trials import CASES, Fate, Trial, Truth, trials

BINS = (0.0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999, 0.999999)
LEVELS = (0.9, 0.95, 0.98, 0.99, 0.999)  # certainties to choose from
SHEETS = 8  # that a process reads at a time
RULE_MARKED, RULE_BAND, RULE_SOLID = 0.13, (0.08, 0.18), 0.5  # docs/findings/reading.md 4
SHOWN = 200  # pictures of silent errors that are kept


@dataclass(slots=True)
class Counts:
    """Counts, per line of a table and column; they may be added up."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    reliability: Counter[tuple[str, int, bool]] = field(default_factory=Counter)
    marks: int = 0

    def add(self, other: Counts) -> None:
        """Add what another process counted."""
        self.counts.update(other.counts)
        self.reliability.update(other.reliability)
        self.marks += other.marks


def read_trial(made: Trial, *, rules: bool = False) -> dict[str, Reading] | None:
    """Read a trial without asking for any certainty; None where the page is not trusted."""
    placed = made.place()
    if not placed.is_trusted:
        return None
    rows = made.sheet.rows
    if rules:
        features = measure(placed.patches, [which for _, which in rows.values()])
        return by_rules(rows, features, placed.found)
    return readings_of(placed, rows, 0.0)


def by_rules(rows: Rows, features: Features, found: NDArray[np.bool_]) -> dict[str, Reading]:
    """Read rows by one threshold on the ink above that of the row, with a band of doubt."""
    ink, usual, inner = (features[:, FEATURES.index(f)] for f in ("ink15", "row_ink15", "cell5"))
    above = ink - usual
    readings = {}
    for question, (options, which) in rows.items():
        places = list(which)
        marked = [n for n, at in enumerate(places) if above[at] > RULE_MARKED]
        solid = [n for n in marked if inner[places[n]] > RULE_SOLID]
        left = [n for n in marked if n not in solid] if len(marked) > 1 else marked
        doubt = None
        if not found[places].all():
            doubt = Doubt.MISPLACED
        elif any(low < above[at] < high for at in places for low, high in (RULE_BAND,)):
            doubt = Doubt.FAINT
        elif len(left) > 1:
            doubt = Doubt.TWO_MARKS
        elif marked and not left:
            doubt = Doubt.WITHDRAWN_ONLY
        option = options[left[0]] if left and doubt is None else None
        readings[question] = Reading(option, doubt=doubt, confidence=1.0)
    return readings


Job = tuple[int, int, int, tuple[str, ...], float, bool, Path | None]


def tally(job: Job) -> Counts:
    """Read some sheets and count."""
    cv2.setNumThreads(1)
    seed, start, count, cases, certainty, rules, show = job
    counted = Counts()
    for number, made in enumerate(trials(seed, count, cases, start)):
        read = read_trial(made, rules=rules)
        machine = "phone" if made.case in PHONE_CASES else "copier"
        people = "hard" if made.is_hard else "usual"
        for question, truth in made.truths.items():
            counted.marks += 1
            reading = None if read is None else read[question]
            columns = list(judge(reading, truth, certainty))
            lines = [f"{machine}, {people}"]
            lines += [f"{machine}, {people}, own sheets"] if made.sheet.is_own else []
            for level in LEVELS:
                at_level = list(judge(reading, truth, level))
                counted.counts.update(
                    (f"at {level}", line, column) for line in lines for column in at_level
                )
            for table, line in (
                ("all", f"{machine}, {people}"),
                (f"case, {people}", made.case),
                (f"mark, {machine}", label(truth)),
                (f"pen, {people}", made.writer.pen.value),
                ("form", "own" if made.sheet.is_own else f"{made.sheet.rects[0, 2]:.0f} mm"),
            ):
                counted.counts.update((table, line, column) for column in columns)
            if reading is not None and reading.doubt is None:
                at = int(np.searchsorted(BINS, reading.confidence, side="right")) - 1
                counted.reliability[f"{machine}, {people}", at, reading.option in truth.accept] += 1
            if show and "silent" in columns and reading is not None:
                _show(show, f"{start + number:06d}", made, question, truth, reading)
    return counted


def judge(reading: Reading | None, truth: Truth, certainty: float) -> Iterator[str]:
    """Name the columns in which a reading counts."""
    yield "marks"
    if truth.is_readable:
        yield "readable"
    if reading is None:
        yield "unread"
    elif reading.doubt is Doubt.MISPLACED:
        yield "misplaced"
    elif reading.doubt is None and reading.confidence >= certainty:
        if reading.option not in truth.accept:
            yield "silent"
    elif truth.is_readable:
        yield "doubt"


def label(truth: Truth) -> str:
    """Say in a few words what was done with a row."""
    if truth.fate is Fate.ONE:
        return f"one: {truth.kinds[0].value}"
    return truth.fate.value


def run(
    marks: int,
    seed: int,
    cases: tuple[str, ...],
    certainty: float,
    workers: int,
    show: Path | None = None,
    *,
    rules: bool = False,
) -> Counts:
    """Read sheets on several cores until enough marks are counted."""
    total = Counts()
    start = 0
    with ProcessPoolExecutor(workers) as pool:
        running: set[Future[Counts]] = set()
        while total.marks < marks or running:
            while total.marks < marks and len(running) < 2 * workers:
                job = (seed, start, SHEETS, cases, certainty, rules, show)
                running.add(pool.submit(tally, job))
                start += SHEETS
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for one in done:
                total.add(one.result())
            sys.stderr.write(f"\r{total.marks} marks on {start} sheets ")
            sys.stderr.flush()
    sys.stderr.write("\n")
    return total


COLUMNS = ("marks", "silent", "readable", "doubt", "misplaced", "unread")


def report(total: Counts) -> Iterator[str]:
    """Write the tables, as Markdown."""
    yield (
        "| confidence | "
        + " | ".join(
            f"{who}: answers, wrong" for who in sorted({who for who, _, _ in total.reliability})
        )
        + " |"
    )
    people = sorted({who for who, _, _ in total.reliability})
    yield "|---" * (len(people) + 1) + "|"
    for at, low in enumerate(BINS):
        cells = []
        for who in people:
            right, wrong = (total.reliability[who, at, is_right] for is_right in (True, False))
            share = f" ({wrong / (right + wrong):.1e})" if wrong else ""
            cells.append(f"{right + wrong}, {wrong}{share}")
        yield f"| from {low:.6g} | " + " | ".join(cells) + " |"
    for table in sorted({table for table, _, _ in total.counts}):
        yield ""
        yield f"| {table} | marks | silent errors | doubts on readable | misplaced | unread |"
        yield "|---|---|---|---|---|---|"
        for line in sorted({line for name, line, _ in total.counts if name == table}):
            n = {column: total.counts[table, line, column] for column in COLUMNS}
            doubts = f"{n['doubt']} ({100 * n['doubt'] / max(n['readable'], 1):.2f} %)"
            yield (
                f"| {line} | {n['marks']} | {n['silent']} | {doubts} | "
                f"{n['misplaced']} | {n['unread']} |"
            )


def _show(
    folder: Path, number: str, made: Trial, question: str, truth: Truth, reading: Reading
) -> None:
    """Keep a picture of a row that was read wrongly, with what was read in its name."""
    folder.mkdir(parents=True, exist_ok=True)
    if len(list(folder.iterdir())) >= SHOWN:
        return
    which = list(made.sheet.rows[question][1])
    places = made.places_px[which]
    margin = 2 * float(made.sheet.rects[which[0], 2]) * 6.5
    low = np.maximum(places.min(axis=0) - margin, 0).astype(int)
    high = (places.max(axis=0) + margin).astype(int)
    part = made.image[low[1] : high[1], low[0] : high[0]]
    kinds = "+".join(kind.value for kind in truth.kinds) or "nothing"
    right = ",".join(sorted(str(option) for option in truth.accept)) or "doubt"
    name = (
        f"{number}_{question}_{made.case}_{made.writer.pen}_{truth.fate}_{kinds}_right-{right}"
        f"_read-{reading.option}_{reading.confidence:.6f}.png"
    )
    cv2.imwrite(str(folder / name.replace("/", "-").replace(" ", "-")), part)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, count, print."""
    parser = argparse.ArgumentParser(
        prog="python -m papierkompas.lab.measure_marks", description=__doc__
    )
    parser.add_argument("--marks", type=int, default=200_000, help="rows of boxes to read")
    parser.add_argument("--seed", type=int, default=7, help="where everything random comes from")
    parser.add_argument("--cases", default="", help="copier and phone cases, with commas between")
    parser.add_argument("--certainty", type=float, default=CERTAINTY)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--rules", action="store_true", help="read by rules, to compare")
    parser.add_argument("--show", type=Path, help="a folder for pictures of silent errors")
    asked = parser.parse_args(arguments)
    cases = tuple(asked.cases.split(",")) if asked.cases else CASES
    total = run(
        asked.marks,
        asked.seed,
        cases,
        asked.certainty,
        asked.workers,
        asked.show,
        rules=asked.rules,
    )
    sys.stdout.write("\n".join(report(total)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
