"""Measure how real pen and pencil marks are read on our own printed sheets.

    python -m papierkompas.lab.measure_real_marks FOLDER --fields 14300 --seed 1

In:  a folder of crops of real marks (`marks.json`, `crosses.json`), a number of fields, a seed.
Out: a table on stdout: fields, silent errors and doubts per copier, and the bound that they give.

Marks are real, sheets are ours, copiers are simulated: each sheet gets marks of one writer, or of
one kind of pen, one in a row but for some rows that stay blank, and goes through one of the
copiers. A silent error is an answer that stands and is not what was laid on the paper. The bound is
the upper end of the exact 95 % interval of a share (Clopper and Pearson, Biometrika 26, 1934).
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from omr.ink.decide import CERTAINTY
from omr.ink.model import Ink
from papierkompas.lab.measure_marks import judge, read_trial
from papierkompas.lab.simulate.copier import COPIER_CASES
from papierkompas.lab.simulate.pen import MarkKind, Writer
from papierkompas.lab.simulate.pile import PX_PER_MM
from papierkompas.lab.simulate.scan_result import Image
from papierkompas.lab.simulate.trials import Fate, PrintedSheet, Truth, own_sheets, see
from scoring.shares import upper_end

COUNTS = ("cross", "fill", "faint", "hatch", "scribble", "circle", "tick")  # kinds that are answers
BLANK = 0.06  # of the rows (docs/findings/reading.md 1)
ASIDE = 0.05  # of a box, by which a mark is laid beside its middle
CROSS_SIDES = 0.95  # height of a usual cross of a writer whose boxes are not known, in boxes
SOUND = tuple(case for case in COPIER_CASES if case != "bitonal_too_light")
SHEETS = 4  # that a process reads at a time
PER_THOUSAND = 1000


@dataclass(frozen=True, slots=True, eq=False)
class RealMark:
    """A crop of a mark: its ink (0 paper, 1 black), its size and place in sides of its box."""

    ink: NDArray[np.float32]
    size: tuple[float, float]
    offset: tuple[float, float]  # of its upper left corner from the middle of the box


Hands = dict[str, list[RealMark]]


def hands(folder: Path) -> Hands:
    """Load the marks of a folder, together as one person or one kind of pen made them."""
    found: Hands = {}
    for row in json.loads((folder / "marks.json").read_text()):
        picture = cv2.imread(str(folder / row["file"]), cv2.IMREAD_UNCHANGED)
        if picture is None or row["kind"] not in COUNTS:
            continue
        ink = (picture[:, :, 3] / np.float32(255)).astype(np.float32)
        box = float(row["bubble_px"])
        x, y = (float(v) / box for v in row["offset_to_cell_centre"])
        mark = RealMark(ink, (ink.shape[1] / box, ink.shape[0] / box), (x, y))
        found.setdefault(f"{row['kind']}, {row['tool']}", []).append(mark)
    crosses = json.loads((folder / "crosses.json").read_text())
    for writer in sorted({row["writer"] for row in crosses}):
        own = [row for row in crosses if row["writer"] == writer]
        usual = float(np.median([row["height_px"] for row in own])) / CROSS_SIDES
        for row in own:
            picture = cv2.imread(str(folder / row["file"]), cv2.IMREAD_GRAYSCALE)
            if picture is None:
                continue
            dark = 1 - float(row["mean_grey"]) / 255
            ink = (picture / np.float32(255) * dark).astype(np.float32)
            size = (ink.shape[1] / usual, ink.shape[0] / usual)
            mark = RealMark(ink, size, (-size[0] / 2, -size[1] / 2))
            found.setdefault(f"crosses of {writer}", []).append(mark)
    return found


def lay(page: Image, sheet: PrintedSheet, which: int, mark: RealMark, rng: Generator) -> None:
    """Lay a mark on a box, as large as it was in its own."""
    box = sheet.box(which)
    side = box.side_mm * PX_PER_MM
    size = tuple(max(1, round(part * side)) for part in mark.size)
    ink = cv2.resize(mark.ink, size, interpolation=cv2.INTER_AREA)
    at = box.centre * PX_PER_MM + (np.array(mark.offset) + rng.normal(0, ASIDE, 2)) * side
    left, top = np.rint(at).astype(int).tolist()
    part = page[max(top, 0) : top + size[1], max(left, 0) : left + size[0]]
    seen = ink[max(-top, 0) :, max(-left, 0) :][: part.shape[0], : part.shape[1]]
    part[:] = np.rint(part * (1 - seen)).astype(np.uint8)


def tally(folder: Path, seed: int, cases: Sequence[str], start: int) -> Counter[tuple[str, str]]:
    """Read some sheets and count fields, silent errors and doubts per case."""
    cv2.setNumThreads(1)
    made = hands(folder)
    names = sorted(made)
    counted: Counter[tuple[str, str]] = Counter()
    for number in range(start, start + SHEETS):
        rng = np.random.default_rng([seed, number])
        case = cases[number % len(cases)]
        sheets = own_sheets()
        sheet = sheets[int(rng.integers(len(sheets)))]
        marks = made[names[int(rng.integers(len(names)))]]
        page = sheet.image.copy()
        truths: dict[str, Truth] = {}
        inks = np.full(len(sheet.rects), Ink.EMPTY, np.int64)
        for question, (options, which) in sheet.rows.items():
            place = int(rng.integers(len(which)))
            is_blank = rng.random() < BLANK or (len(which) == 1 and rng.random() < 1 / 2)
            if not is_blank:
                lay(page, sheet, which[place], marks[int(rng.integers(len(marks)))], rng)
                inks[which[place]] = Ink.MARK
            answer = None if is_blank else options[place]
            fate = Fate.BLANK if is_blank else Fate.ONE
            truths[question] = Truth(fate, (MarkKind.CROSS,), frozenset({answer}), True)
        writer = Writer.random(rng)
        trial = see(page, sheet, truths, inks, case, writer, is_hard=False, rng=rng)
        read = read_trial(trial)
        for question, truth in truths.items():
            reading = None if read is None else read[question]
            counted.update((case, column) for column in judge(reading, truth, CERTAINTY))
    return counted


def report(counted: Counter[tuple[str, str]]) -> str:
    """Write the table as Markdown, and the bound below it."""
    lines = [
        "| copier | fields | silent | doubts | misplaced | unread |",
        "|---|---|---|---|---|---|",
    ]
    cases = [case for case in COPIER_CASES if counted[case, "marks"]]
    for case in cases:
        n = {c: counted[case, c] for c in ("marks", "silent", "doubt", "misplaced", "unread")}
        lines.append(f"| {case} | " + " | ".join(str(value) for value in n.values()) + " |")
    read = sum(
        counted[case, "marks"] - counted[case, "unread"] - counted[case, "misplaced"]
        for case in cases
    )
    silent = sum(counted[case, "silent"] for case in cases)
    doubts = sum(counted[case, "doubt"] for case in cases)
    bound = PER_THOUSAND * upper_end(silent, read)
    lines += [
        "",
        f"{silent} silent errors in {read} fields that were read: fewer than {bound:.3f} in 1000 "
        f"(95 %); {100 * doubts / read:.2f} % doubts.",
    ]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Lay, scan, read, count, print."""
    parser = argparse.ArgumentParser(
        prog="python -m papierkompas.lab.measure_real_marks", description=__doc__
    )
    parser.add_argument("folder", type=Path, help="crops of real marks, with marks.json")
    parser.add_argument("--fields", type=int, default=14_300, help="rows of boxes to read")
    parser.add_argument("--seed", type=int, default=1, help="where everything random comes from")
    parser.add_argument("--cases", default="", help="copier cases, with commas between")
    parser.add_argument("--workers", type=int, default=2)
    asked = parser.parse_args(arguments)
    lacking = [n for n in ("marks.json", "crosses.json") if not (asked.folder / n).exists()]
    if lacking:
        sys.stderr.write(f"{asked.folder}: {' and '.join(lacking)} not found; name a folder of "
                         "crops of real marks\n")  # fmt: skip
        return 2
    cases = tuple(asked.cases.split(",")) if asked.cases else SOUND
    counted: Counter[tuple[str, str]] = Counter()
    start = 0
    with ProcessPoolExecutor(asked.workers) as pool:
        work = partial(tally, asked.folder, asked.seed, cases)
        while sum(n for (_, column), n in counted.items() if column == "marks") < asked.fields:
            starts = range(start, start + 4 * SHEETS * asked.workers, SHEETS)
            for one in pool.map(work, starts):
                counted.update(one)
            start = starts.stop
    sys.stdout.write(report(counted) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
