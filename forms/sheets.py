"""Print the sheets that people fill in.

In:  jobs: which instrument and round, for which numbers and names.
Out: a PDF file and its manifest, one entry per printed page.

What is the same on every sheet is drawn once per file; a sheet adds its square code, the code in
words and a name, under 1 kB a page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from forms import fonts, sheet_code, symbols
from forms.instrument import Instrument, Round
from forms.layout import BOX_LINE_MM, BOX_MM, RULING_MM, Field, Layout, Page, Rect, Text
from forms.paper import Drawing, line_height
from forms.sheet_code import SheetCode
from forms.texts import SHEET


@dataclass(frozen=True, slots=True)
class Seat:
    """A sheet to print: its number and, where it is personal, the name on it."""

    number: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Sheets of one round of one instrument."""

    instrument: Instrument
    layout: Layout
    round: Round | None
    batch: str
    seats: tuple[Seat, ...]

    def code(self, seat: Seat, page: int) -> SheetCode:
        """Return what a page of a seat's sheet says about itself."""
        return SheetCode(
            instrument=sheet_code.instrument_number(self.instrument.key),
            edition=self.instrument.edition,
            round=self.round.number if self.round else 0,
            page=page,
            number=seat.number,
            batch=self.batch,
            layout=self.layout.number,
        )


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """One line of the manifest: what stands on a page of the PDF file."""

    pdf_page: int
    sheet: str
    sheet_page: int
    instrument: str
    edition: int
    round: str | None
    participant: str | None


def print_sheets(target: Path | IO[bytes], jobs: Sequence[Job]) -> list[PrintedPage]:
    """Write the sheets of all jobs into one PDF file and return its manifest."""
    job = jobs[0]
    drawing = Drawing(
        target, job.layout.paper, title=f"{job.instrument.title} {job.instrument.subtitle}".strip()
    )
    manifest: list[PrintedPage] = []
    for number, job in enumerate(jobs):
        for page in job.layout.pages:
            with drawing.form(_form_name(number, page)):
                _draw_unchanging(drawing, job, page)
        for seat in job.seats:
            for page in job.layout.pages:
                if manifest:
                    drawing.next_page()
                drawing.use(_form_name(number, page))
                _draw_personal(drawing, job, seat, page)
                manifest.append(_entry(job, seat, page, len(manifest) + 1))
    drawing.save()
    return manifest


def unprintable_names(names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the names with characters that no font here can print, and those characters."""
    for name in names:
        lost = fonts.missing(name, bold=True)
        if lost:
            yield name, lost


def _form_name(job: int, page: Page) -> str:
    return f"job{job}page{page.page}"


def _entry(job: Job, seat: Seat, page: Page, pdf_page: int) -> PrintedPage:
    return PrintedPage(
        pdf_page=pdf_page,
        sheet=job.code(seat, page.page).sheet,
        sheet_page=page.page,
        instrument=job.instrument.key,
        edition=job.instrument.edition,
        round=job.round.key if job.round else None,
        participant=seat.name,
    )


def _draw_personal(drawing: Drawing, job: Job, seat: Seat, page: Page) -> None:
    code = job.code(seat, page.page)
    module = page.code.width_mm / symbols.CODE_MODULES
    cells = symbols.code_cells(sheet_code.encode(code))
    drawing.squares(page.code.x_mm, page.code.y_mm, module, cells)
    _draw_text(drawing, page.code_words, (sheet_code.in_words(code),))
    if seat.name:
        room = page.code.x_mm - page.name_place.x_mm - 4
        size = fonts.fit(seat.name, room, page.name_place.size_pt, 7, bold=True)
        drawing.text(
            page.name_place.x_mm,
            page.name_place.y_mm + 0.75 * line_height(page.name_place.size_pt),
            seat.name,
            size,
            bold=True,
        )


def _draw_unchanging(drawing: Drawing, job: Job, page: Page) -> None:
    for marker in page.markers:
        drawing.squares(
            marker.x_mm,
            marker.y_mm,
            marker.size_mm / symbols.MARKER_MODULES,
            symbols.marker_cells(marker.id),
        )
    texts = page.round_texts.get(job.round.key, ()) if job.round else ()
    draw_form(drawing, page, (*page.texts, *texts))
    if page.example_boxes is not None:
        _draw_example(drawing, page.example_boxes)


def draw_form(drawing: Drawing, page: Page, texts: Sequence[Text]) -> None:
    """Draw what a page shows to people, without the marks that tell a machine what it is."""
    for rule in page.rules:
        drawing.line(rule.x1_mm, rule.y_mm, rule.x2_mm, rule.y_mm, line_mm=rule.line_mm)
    for box in page.boxes:
        draw_box(drawing, box.rect)
    for place in page.fields:
        _draw_field(drawing, place)
    for text in texts:
        _draw_text(drawing, text, text.lines)


def draw_box(drawing: Drawing, rect: Rect) -> None:
    """Draw an empty box to mark."""
    drawing.rect(rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, line_mm=BOX_LINE_MM)


def _draw_field(drawing: Drawing, place: Field) -> None:
    rect = place.rect
    drawing.rect(rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm, line_mm=0.2, colour=0.35)
    for line in range(place.lines - 1):
        y = rect.y_mm + 10 + line * RULING_MM
        drawing.line(rect.x_mm + 2, y, rect.x_mm + rect.width_mm - 2, y, line_mm=0.15, colour=0.35)


def _draw_text(drawing: Drawing, place: Text, lines: Sequence[str]) -> None:
    drawing.lines(place.x_mm, place.y_mm, lines, place.size_pt, bold=place.bold, align=place.align)


def _draw_example(drawing: Drawing, place: Rect) -> None:
    """Show how to mark: one cross; and a box blacked out with a cross in another."""
    y = place.y_mm + 2
    x = place.x_mm + 1
    for number in range(3):
        draw_box(drawing, Rect(x + number * 8, y, BOX_MM, BOX_MM))
    _draw_cross(drawing, x + 8, y)
    _example_label(drawing, x, y, SHEET["good"])
    x += 33
    for number in range(3):
        draw_box(drawing, Rect(x + number * 8, y, BOX_MM, BOX_MM))
    drawing.rect(x, y, BOX_MM, BOX_MM, fill=0.0)
    _draw_cross(drawing, x + 16, y)
    _example_label(drawing, x, y, SHEET["changed"])


def _example_label(drawing: Drawing, x: float, y: float, words: str) -> None:
    """Write what three boxes show, under the middle one."""
    drawing.lines(x + 8 + BOX_MM / 2, y + BOX_MM + 1, [words], 8.5, align="centre")


def _draw_cross(drawing: Drawing, x: float, y: float) -> None:
    inset, far = 0.5, BOX_MM - 0.5
    drawing.line(x + inset, y + inset, x + far, y + far, line_mm=0.6)
    drawing.line(x + inset, y + far, x + far, y + inset, line_mm=0.6)
