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
from forms.instrument import Role as RoundRole
from forms.layout import BOX_LINE_MM, BOX_MM, RULING_MM, Field, Layout, Page, Rect, Role, Text
from forms.paper import Drawing, line_height
from forms.sheet_code import SheetCode
from forms.sheet_words import SHEET

NAME_GAP, LEAST_NAME_PT, NAME_DOWN = 4.0, 7.0, 0.75  # before the code; of a line
NAME_INSET, ONE_LINE_PT, TWO_LINES_PT = 1.5, 9.5, 9.5  # of the field; from here on two lines
FIELD_LINE, RULING_LINE, FIELD_GREY = 0.2, 0.15, 0.35
RULING_TOP, RULING_INSET = 10.0, 2.0  # of the lines in a field for handwriting

# The picture of how to mark: twice three boxes, in mm and points.
EXAMPLE_X, EXAMPLE_Y, EXAMPLE_BOXES, EXAMPLE_PITCH, SECOND_X = 1.0, 2.0, 3, 8.0, 33.0
EXAMPLE_PT, EXAMPLE_DOWN = 8.5, 1.0
CROSS_INSET, CROSS_LINE = 0.5, 0.6

# Which round a sheet is of, in the left margin, where no box ever stands. The bar lies at another
# height for each round, so that a fanned pile sorts at a glance; copiers leave 4 mm of it white.
BAR_X, BAR_Y, BAR_WIDE, BAR_HIGH, BAR_STEP = 3.0, 24.0, 6.0, 24.0, 30.0
SIGN_X, SIGN_Y, SIGN_R, SIGN_LINE = 14.2, 27.5, 3.3, 1.1
SIGN_PT, SIGN_DOWN = 26.0, 13.8
# Whose it is and of which day, upward in the same margin, past the holes of a binder.
ABOUT_X, ABOUT_Y, ABOUT_LONG, ABOUT_PT, LEAST_ABOUT_PT = 10.5, 268.0, 68.0, 8.5, 6.0
UPWARD = -90.0  # degrees


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


def print_sheets(
    target: Path | IO[bytes], jobs: Sequence[Job], *, duplex: bool = False, about: str = ""
) -> list[PrintedPage]:
    """Write the sheets of all jobs into one PDF file and return its manifest.

    Args:
        target: where to write it.
        jobs: the sheets.
        duplex: for a printer that uses both sides: everybody's sheet ends with an empty side where
            it needs one, so that no paper is of two people.
        about: team and day, small in the margin.
    """
    job = jobs[0]
    title = f"{job.instrument.title} {job.instrument.subtitle}".strip()
    drawing = Drawing(target, job.layout.paper, title=title, duplex=duplex)
    manifest: list[PrintedPage] = []
    sides = 0
    for number, job in enumerate(jobs):
        for page in job.layout.pages:
            with drawing.form(_form_name(number, page)):
                _draw_unchanging(drawing, job, page)
                _draw_about(drawing, job, about)
        for seat in job.seats:
            for page in job.layout.pages:
                if sides:
                    drawing.next_page()
                sides += 1
                _list_page(drawing, job, seat, page)
                drawing.use(_form_name(number, page))
                _draw_personal(drawing, job, seat, page)
                manifest.append(_entry(job, seat, page, sides))
            if duplex and len(job.layout.pages) % 2:
                drawing.next_page()
                sides += 1
    drawing.save()
    return manifest


def leaves_of(manifest: Sequence[PrintedPage]) -> int:
    """Count the papers on which these pages are printed on both sides."""
    pages: dict[str, int] = {}
    for entry in manifest:
        pages[entry.sheet] = pages.get(entry.sheet, 0) + 1
    return sum(-(-count // 2) for count in pages.values())


def _list_page(drawing: Drawing, job: Job, seat: Seat, page: Page) -> None:
    """Put a page in the outline and the labels of the file, for who prints one again."""
    if page.page == 1:
        if seat is job.seats[0]:
            drawing.entry(job.round.title if job.round else job.instrument.title)
        drawing.entry(seat.name or job.code(seat, 1).sheet, level=1)
    drawing.page_label(f"{job.code(seat, 1).sheet} {page.page}")


def _draw_about(drawing: Drawing, job: Job, about: str) -> None:
    """Say in the left margin of which round a sheet is, of which team and day."""
    if job.round is not None:
        top = BAR_Y + (job.round.number - 1) * BAR_STEP
        drawing.rect(BAR_X, top, BAR_WIDE, BAR_HIGH, fill=0.0)
        if job.round.role is RoundRole.PRACTICE:
            radius = SIGN_R - SIGN_LINE / 2
            drawing.circle(SIGN_X, SIGN_Y, radius, line_mm=SIGN_LINE)
        else:
            drawing.circle(SIGN_X, SIGN_Y, SIGN_R, fill=0.0)
        number = str(job.round.number)
        drawing.text(SIGN_X, SIGN_Y + SIGN_DOWN, number, SIGN_PT, bold=True, align="centre")
    said = " · ".join(filter(None, (about, job.round.name if job.round else "")))
    if said and about:
        size, lines = fonts.in_lines(said, ABOUT_LONG, ABOUT_PT, LEAST_ABOUT_PT, 2)
        with drawing.moved(ABOUT_X, ABOUT_Y, degrees=UPWARD):
            drawing.lines(0, 0, lines, size)


def unprintable_names(names: Sequence[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Find the names with characters that no font here can print, and those characters."""
    for name in names:
        lost = fonts.lost_letters(name)
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
        _draw_name(drawing, seat.name, page)
    else:
        for hint in page.texts_of(Role.HINT):
            _draw_text(drawing, hint, hint.lines)


def _draw_name(drawing: Drawing, name: str, page: Page) -> None:
    """Print a name in its field, in two lines where it is long; elsewhere up to the code."""
    place = page.name_place
    field = next((one.rect for one in page.fields if one.name == "name"), None)
    if field is None:
        room = page.code.x_mm - place.x_mm - NAME_GAP
        size = fonts.fit(name, room, place.size_pt, LEAST_NAME_PT, bold=True)
        base = place.y_mm + NAME_DOWN * line_height(place.size_pt)
        drawing.text(place.x_mm, base, name, size, bold=True)
        return
    room = field.x_mm + field.width_mm - NAME_INSET - place.x_mm
    size = fonts.fit(name, room, place.size_pt, ONE_LINE_PT, bold=True)
    lines = [name]
    if fonts.width(name, size, bold=True) > room:
        size, lines = fonts.in_lines(name, room, TWO_LINES_PT, LEAST_NAME_PT, 2, bold=True)
    high = len(lines) * line_height(size)
    drawing.lines(place.x_mm, field.y_mm + (field.height_mm - high) / 2, lines, size, bold=True)


def _draw_unchanging(drawing: Drawing, job: Job, page: Page) -> None:
    for marker in page.markers:
        drawing.squares(
            marker.x_mm,
            marker.y_mm,
            marker.size_mm / symbols.MARKER_MODULES,
            symbols.marker_cells(marker.id),
        )
    texts = page.round_texts.get(job.round.key, ()) if job.round else ()
    draw_form(drawing, page, (*page.texts_without(Role.HINT), *texts))
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
    sides = (rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm)
    drawing.rect(*sides, line_mm=FIELD_LINE, colour=FIELD_GREY)
    left, right = rect.x_mm + RULING_INSET, rect.x_mm + rect.width_mm - RULING_INSET
    for line in range(place.lines - 1):
        y = rect.y_mm + RULING_TOP + line * RULING_MM
        drawing.line(left, y, right, y, line_mm=RULING_LINE, colour=FIELD_GREY)


def _draw_text(drawing: Drawing, place: Text, lines: Sequence[str]) -> None:
    drawing.lines(place.x_mm, place.y_mm, lines, place.size_pt, bold=place.bold, align=place.align)


def _draw_example(drawing: Drawing, place: Rect) -> None:
    """Show how to mark: one cross; and a box blacked out with a cross in another."""
    x, y = place.x_mm + EXAMPLE_X, place.y_mm + EXAMPLE_Y
    _draw_three(drawing, x, y, SHEET["good"], crossed=1)
    x += SECOND_X
    _draw_three(drawing, x, y, SHEET["changed"], crossed=2)
    drawing.rect(x, y, BOX_MM, BOX_MM, fill=0.0)


def _draw_three(drawing: Drawing, x: float, y: float, words: str, *, crossed: int) -> None:
    """Draw three boxes, one of them crossed, and under the middle one what they show."""
    for number in range(EXAMPLE_BOXES):
        draw_box(drawing, Rect(x + number * EXAMPLE_PITCH, y, BOX_MM, BOX_MM))
    _draw_cross(drawing, x + crossed * EXAMPLE_PITCH, y)
    middle = x + EXAMPLE_PITCH + BOX_MM / 2
    drawing.lines(middle, y + BOX_MM + EXAMPLE_DOWN, [words], EXAMPLE_PT, align="centre")


def _draw_cross(drawing: Drawing, x: float, y: float) -> None:
    near, far = CROSS_INSET, BOX_MM - CROSS_INSET
    drawing.line(x + near, y + near, x + far, y + far, line_mm=CROSS_LINE)
    drawing.line(x + near, y + far, x + far, y + near, line_mm=CROSS_LINE)
