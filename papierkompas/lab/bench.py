"""Measure how well and how fast scans are read.

In:  how many sheets, a seed, names of scan cases.
Out: per case: pages, answers, silent errors, doubts, unread pages; CPU time per page as a ratio to
     one full grey decode of the same pictures, on one core; and how much all cores gain. The counts
     of all cases of copiers, and of phones, together.

Machines differ and are shared, so that only ratios within one run mean something. Every sheet is
printed by the real printing code, filled in by simulated people and scanned by a simulated
machine; it is read by the same code as the command `read`.
"""

from __future__ import annotations

import contextlib
import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pikepdf

from forms.errors import UsageError
from forms.instrument import builtin
from forms.sheets import Job, Seat
from omr.forms_known import Forms
from omr.ink.decide import CERTAINTY
from omr.intake.load import open_file
from omr.intake.values import Source
from omr.many.batch import read_batch
from omr.many.bounded import worker_context
from omr.page import PageStatus, ReadPage, Reason
from omr.pile.settle import settle
from omr.read import read_page
from omr.system import peak_bytes
from papierkompas.acts.printing import layout_of
from papierkompas.acts.reading import known_forms
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import MarkKind, Meant
from papierkompas.lab.simulate.photo import PHONE_CASES, photograph
from papierkompas.lab.simulate.pile import PX_PER_MM, FilledPage, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult

SOLID = (MarkKind.FILL, MarkKind.SCRIBBLE)


@dataclass(frozen=True, slots=True)
class Done:
    """What was done in a row, and whether by somebody who chooses by filling boxes in."""

    answer: Meant
    fills: bool

    @property
    def has_no_rule(self) -> bool:
        """Whether two boxes may be solid: then no reader can know which one was withdrawn."""
        return self.fills and bool(self.answer.withdrawn or self.answer.second)


Truth = dict[tuple[str, int], Mapping[str, Done]]
"""Per sheet and page what was filled in."""

SHEETS_PER_TASK = 10
PAGES_FOR_GAIN = 300  # with fewer, starting the workers is most of what is measured


@dataclass(frozen=True, slots=True)
class BenchTask:
    """Sheets of one instrument that are drawn and scanned together."""

    case: str
    instrument: str
    first: int
    last: int
    seed: int
    pdf: str


def run_bench(
    sheets: int,
    seed: int,
    cases: str,
    workers: int | None,
    say: Callable[[str], None],
    certainty: float = CERTAINTY,
) -> dict[str, Any]:
    """Measure the cases that were asked for.

    Raises:
        UsageError: there is no case of that name.
    """
    known = [*COPIER_CASES, *PHONE_CASES]
    wanted = known if cases == "all" else [name.strip() for name in cases.split(",")]
    for name in wanted:
        if name not in known:
            raise UsageError("bench.no_case", name=name, known=["all", *known])
    rows = []
    for name in wanted:
        say(f"{name}: drawing and scanning {sheets} sheets of each paper ...")
        with tempfile.TemporaryDirectory() as folder:
            pdfs, truth = _draw(name, sheets, seed, workers, Path(folder))
            say(f"{name}: reading {len(truth)} pages ...")
            rows.append({"case": name, **_measure(pdfs, truth, workers, certainty)})
    totals = [
        _total(f"all {machine}", [row for row in rows if row["case"] in own])
        for machine, own in (("copiers", COPIER_CASES), ("phones", PHONE_CASES))
    ]
    return {
        "seed": seed,
        "sheets": sheets,
        "certainty": certainty,
        "cases": rows,
        "totals": [total for total in totals if total["cases"] > 1],
    }


def _total(name: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Add up the counts of some cases."""
    total = {what: sum(row[what] for row in rows) for what in COUNTED}
    share = total["doubts"] / max(total["readable"], 1)
    return {"case": name, "cases": len(rows), **total, "doubt_share": share}


COUNTED = ("pages", "marks", "silent", "readable", "doubts", "unread")
COLUMNS = ("case", "pages", "marks", "silent", "doubts", "doubt %", "unread", "ms", "x decode",
           "x cores", "MB")  # fmt: skip


def show_bench(made: Mapping[str, Any], show: Callable[[str], None], *, markdown: bool) -> None:
    """Print the table; in Markdown for the documentation."""
    show(
        f"seed {made['seed']}, {made['sheets']} sheets of each paper, certainty {made['certainty']}"
    )
    if markdown:
        show("\n| " + " | ".join(COLUMNS) + " |\n" + "|---" * len(COLUMNS) + "|")
        for row in (*made["cases"], *made["totals"]):
            show("| " + " | ".join(_cells(row)) + " |")
        return
    for cells in (COLUMNS, *map(_cells, (*made["cases"], *made["totals"]))):
        show(f"{cells[0]:<20}" + "".join(f"{cell:>9}" for cell in cells[1:]))


def _cells(row: Mapping[str, Any]) -> tuple[str, ...]:
    return (
        row["case"],
        *(str(row[name]) for name in ("pages", "marks", "silent", "doubts")),
        f"{100 * row['doubt_share']:.2f}",
        str(row["unread"]),
        *(
            format(row[name], form) if row.get(name) else "-"
            for name, form in (
                ("ms_per_page", ".0f"),
                ("ratio_to_decode", ".2f"),
                ("gain_of_cores", ".2f"),
                ("peak_mb", "d"),
            )
        ),
    )


def as_settled(pages: Sequence[ReadPage]) -> list[ReadPage]:
    """Give the pages the readings that their sheets have: one page says something of the others."""
    settled = settle(pages)
    sheets = {sheet.sheet: sheet.readings for sheet in settled.sheets}
    return [
        replace(page, readings={q: sheets[page.code.sheet][q] for q in page.readings})
        if page.status is PageStatus.READ and page.code is not None
        else page
        for page in settled.pages
    ]


def judge(pages: Iterable[ReadPage], truth: Truth) -> Counter[str]:
    """Compare what was read with what was filled in.

    A row with two honest marks is right only as a doubt, and then counts as no doubt on a readable
    answer. So is a row with two solid boxes, made by somebody who fills boxes in to choose and to
    withdraw: the sheet asks to black out what does not count, and beside another mark the solid
    one is withdrawn. An unread page hides its rows; they are neither silent errors nor doubts.
    """
    counts: Counter[str] = Counter()
    for page in pages:
        counts["pages"] += 1
        if page.status is not PageStatus.READ or page.code is None:
            counts["unread"] += 1
            continue
        answers = truth.get((page.code.sheet, page.code.page))
        if answers is None:
            counts["wrong_sheet"] += 1
            continue
        for question, done in answers.items():
            reading, answer = page.readings[question], done.answer
            counts["marks"] += 1
            if done.has_no_rule:
                meant = (answer.option, answer.second)
                counts["silent"] += reading.doubt is None and reading.option not in meant
                continue
            if answer.second is not None:
                counts["silent"] += reading.doubt is None
            elif reading.doubt is not None:
                counts["doubts"] += 1
            elif reading.option != answer.option:
                counts["silent"] += 1
            counts["readable"] += answer.second is None
    return counts


def _draw(
    case: str, sheets: int, seed: int, workers: int | None, folder: Path
) -> tuple[list[Path], Truth]:
    """Make the scans of a case on all cores; small tasks, so that memory stays small."""
    tasks = [
        BenchTask(case, instrument.key, first, min(first + SHEETS_PER_TASK, sheets + 1), seed, str(
            folder / f"{instrument.key}-{first:05}.pdf"
        ))
        for instrument in builtin()
        for first in range(1, sheets + 1, SHEETS_PER_TASK)
    ]  # fmt: skip
    truth: Truth = {}
    with ProcessPoolExecutor(workers, mp_context=worker_context()) as pool:
        for found in pool.map(draw_task, tasks):
            truth.update(found)
    return [Path(task.pdf) for task in tasks], truth


def draw_task(task: BenchTask) -> Truth:
    """Print, fill in and scan some sheets into a PDF file; return what was filled in."""
    cv2.setNumThreads(1)
    instrument = next(i for i in builtin() if i.key == task.instrument)
    asked = instrument.rounds[0] if instrument.rounds else None
    seats = tuple(Seat(number) for number in range(task.first, task.last))
    batch = "KDMX" if asked else "QRTW"
    job = Job(instrument, layout_of(instrument), asked, batch, seats)
    rng = np.random.default_rng([task.seed, task.first, len(task.instrument), *task.case.encode()])
    truth: Truth = {}

    def scans() -> Iterator[ScanResult]:
        for page in filled_pages([job], rng):
            fills = any(kind in SOLID for kind in page.writer.kinds)
            truth[page.printed.sheet, page.printed.sheet_page] = {
                question: Done(answer, fills) for question, answer in page.answers.items()
            }
            yield take(page, task.case, rng)

    write_pdf(Path(task.pdf), scans())
    return truth


def take(page: FilledPage, case: str, rng: np.random.Generator) -> ScanResult:
    """Scan or photograph a page."""
    if case in COPIER_CASES:
        return scan(page.image, COPIER_CASES[case], rng, PX_PER_MM)
    return photograph(page.image, PHONE_CASES[case], rng, PX_PER_MM)


def _measure(
    pdfs: list[Path], truth: Truth, workers: int | None, certainty: float
) -> dict[str, Any]:
    quiet: Any = cv2.utils
    quiet.logging.setLogLevel(2)  # errors only: that pikepdf writes odd TIFF headers is no news
    forms = known_forms()
    sources = [source for pdf in pdfs for source in _sources(pdf)]
    cv2.setNumThreads(1)
    read_page(sources[0], forms)  # imports and tables are not the page's cost
    pages, reading, decoding = [], 0.0, 0.0
    _forget_peak()
    before = time.perf_counter()
    for source in sources:
        decoding += _decode_seconds(source)
        started = time.process_time()
        pages.append(read_page(source, forms, certainty))
        reading += time.process_time() - started
    alone = time.perf_counter() - before - decoding
    peak = _peak_mb()
    counts = judge(as_settled(pages), truth)
    return {
        "pages": counts["pages"],
        "marks": counts["marks"],
        "silent": counts["silent"] + counts["wrong_sheet"],
        "readable": counts["readable"],
        "doubts": counts["doubts"],
        "doubt_share": counts["doubts"] / max(counts["readable"], 1),
        "unread": counts["unread"],
        "ms_per_page": round(1000 * reading / len(sources), 2),
        "ratio_to_decode": round(reading / max(decoding, 1e-9), 3),
        "gain_of_cores": _gain(sources, forms, alone, workers),
        "peak_mb": peak,
    }


def _forget_peak() -> None:
    """Let the peak of memory begin anew, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def _peak_mb() -> int:
    """Return the most memory that this process held since `_forget_peak`, or since it began."""
    with contextlib.suppress(OSError, StopIteration):
        lines = Path("/proc/self/status").read_text().splitlines()
        held = next(line for line in lines if line.startswith("VmHWM"))
        return int(held.split()[1]) >> 10
    return (peak_bytes() or 0) >> 20


def _gain(sources: list[Source], forms: Forms, alone: float, workers: int | None) -> float | None:
    """Return how many times faster all cores are; None where there are too few pages to say."""
    if len(sources) < PAGES_FOR_GAIN or workers == 1:
        return None
    started = time.perf_counter()
    for _ in read_batch(sources, forms, workers=workers):
        pass
    return round(alone / (time.perf_counter() - started), 3)


def _sources(pdf: Path) -> list[Source]:
    opened = open_file(pdf)
    if isinstance(opened, ReadPage):
        raise UsageError(
            "bench.cannot_read", file=pdf, why=(opened.reason or Reason.DAMAGED).message
        )
    return opened


def _decode_seconds(source: Source) -> float:
    """Time one full grey decode of the picture of a page."""
    with pikepdf.open(source.path) as pdf:
        drawn: Any = pdf.pages[source.ref.page - 1].resources["/XObject"]
        image = next(iter(drawn.values()))
        if "DCTDecode" in str(image.get("/Filter")):
            data = bytes(image.read_raw_bytes())
        else:
            stream = io.BytesIO()
            pikepdf.PdfImage(image).extract_to(stream=stream)
            data = stream.getvalue()
    started = time.process_time()
    cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    return time.process_time() - started
