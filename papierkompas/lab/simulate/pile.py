"""A pile of sheets, printed, filled in by simulated people, and put through a simulated machine.

In:  print jobs, and who answers what.
Out: filled-in pages one by one, each with the truth; nothing is kept in memory.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.random import Generator

from forms.layout import Page
from forms.sheets import Job, PrintedPage, print_sheets
from omr.intake.drawing import by_pdfium, has_poppler
from omr.intake.values import MAX_SIDE_PX
from papierkompas.lab.simulate.pen import (
    ANSWERING,
    AT_HAND,
    MarkKind,
    Meant,
    Pen,
    PrintedBox,
    Writer,
    fill_row,
    write_text,
)
from papierkompas.lab.simulate.scan_result import Image

PX_PER_MM = 300 / 25.4
AT_ONCE = 8  # pages that poppler draws per call (docs/findings/reading.md 2)

# How people answer, as in the pilot of docs/findings/reading.md 1 where it was counted.
BLANK = 0.06
WITHDRAWN = 0.04
DOUBLE = 0.02

Choose = Callable[[PrintedPage, str, Sequence[str], Generator], Meant]


@dataclass(frozen=True, slots=True, eq=False)
class FilledPage:
    """A page as it lies on the table: its picture at `PX_PER_MM` and what was done on it."""

    image: Image
    printed: PrintedPage
    layout: Page
    answers: Mapping[str, Meant]
    writer: Writer


def choose(_page: PrintedPage, _question: str, options: Sequence[str], rng: Generator) -> Meant:
    """Answer like anybody: mostly one mark, sometimes none, two, or one after a correction."""
    if len(options) == 1:
        return Meant(options[0] if rng.random() < 0.15 else None)
    order = [options[int(i)] for i in rng.permutation(len(options))]
    fate = rng.random()
    if fate < BLANK:
        return Meant(None)
    if fate < BLANK + WITHDRAWN:
        return Meant(order[0], withdrawn=(order[1],))
    if fate < BLANK + WITHDRAWN + DOUBLE:
        return Meant(order[0], second=order[1])
    return Meant(order[0])


def filled_pages(
    jobs: Sequence[Job],
    rng: Generator,
    *,
    choose: Choose = choose,
    kinds: Sequence[MarkKind] = ANSWERING,
    pens: Sequence[Pen] = AT_HAND,
    names: Mapping[str, str] | None = None,
) -> Iterator[FilledPage]:
    """Print the jobs, and let every sheet be filled in by a person of its own.

    Args:
        jobs: what to print.
        rng: where everything that differs comes from.
        choose: what is answered.
        kinds: ways of marking; each person has one of them, and sometimes another.
        pens: what lies on the table.
        names: per sheet the name to write in its name field, for sheets without a printed one.
    """
    layouts = {(job.instrument.key, page.page): page for job in jobs for page in job.layout.pages}
    asked = {job.instrument.key: job.instrument.questions for job in jobs}
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "sheets.pdf"
        manifest = print_sheets(pdf, jobs)
        writers: dict[str, Writer] = {}
        for printed, image in zip(manifest, render(pdf, len(manifest)), strict=True):
            writer = writers.setdefault(printed.sheet, Writer.random(rng, kinds, pens))
            page = layouts[printed.instrument, printed.sheet_page]
            answers = _fill(image, page, printed, asked[printed.instrument], choose, writer, rng)
            name = (names or {}).get(printed.sheet)
            if name and printed.participant is None:
                _sign(image, page, name, writer, rng)
            yield FilledPage(image, printed, page, answers, writer)


def render(pdf: Path, pages: int, dpi: int = 300) -> Iterator[Image]:
    """Draw the pages of a PDF in grey, a few at a time."""
    if not has_poppler():
        for page in range(1, pages + 1):
            coloured = by_pdfium(pdf, page, MAX_SIDE_PX, dpi=dpi)
            yield np.asarray(cv2.cvtColor(coloured, cv2.COLOR_BGR2GRAY), np.uint8)
        return
    from pdf2image import convert_from_path

    for first in range(1, pages + 1, AT_ONCE):
        last = min(first + AT_ONCE - 1, pages)
        for made in convert_from_path(
            pdf, dpi=dpi, first_page=first, last_page=last, grayscale=True
        ):
            grey: Any = np.array(made.convert("L"))
            yield grey


def boxes_of(page: Page) -> dict[str, dict[str, PrintedBox]]:
    """Return the boxes of a page per question and option."""
    rows: dict[str, dict[str, PrintedBox]] = {}
    for box in page.boxes:
        rect = box.rect
        place = PrintedBox(rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
        rows.setdefault(box.question, {})[box.option] = place
    return rows


def _fill(
    image: Image,
    page: Page,
    printed: PrintedPage,
    asked: Mapping[str, Sequence[str]],
    choose: Choose,
    writer: Writer,
    rng: Generator,
) -> dict[str, Meant]:
    answers = {}
    for question, boxes in boxes_of(page).items():
        answers[question] = choose(printed, question, asked[question], rng)
        fill_row(image, boxes, answers[question], writer, rng, PX_PER_MM)
    return answers


def _sign(image: Image, page: Page, name: str, writer: Writer, rng: Generator) -> None:
    for place in page.fields:
        if place.name == "name":
            r = place.rect
            write_text(image, r.x_mm, r.y_mm, r.width_mm, r.height_mm, name, writer, rng, PX_PER_MM)
