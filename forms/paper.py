"""Drawing on paper in millimetres from the top left.

In:  shapes and texts, lengths in mm from the top left corner of the page, sizes of type in points.
Out: a PDF file; the same drawing gives the same bytes.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from forms import archive, fonts
from forms.paper_sizes import Paper

MM = 72 / 25.4  # points in a millimetre
HALO_STAMPS = 12  # copies of a stamp, in white round it, that make its rim
CREDIT_PT, LEAST_CREDIT_PT, CREDIT_GREY = 6.0, 4.0, 0.35  # to A3; on large paper up to twice it
A3_SIDE_MM = 297.0
CREDIT_UP, CREDIT_UP_PER_PT, CREDIT_SIDE = 7.2, 0.12, 12.0  # mm above the edge; at each side
CREDIT_MM = 10.0  # of the lower edge, that it takes
LEADING = 1.28  # line spacing as a multiple of the type size (docs/findings/printing.md 1)

Colour = float | tuple[float, float, float]
"""A grey from 0 (black) to 1 (white), or red, green, blue from 0 to 1."""

BLACK: Colour = 0.0
WHITE: Colour = 1.0


@dataclass(frozen=True, slots=True)
class Stamp:
    """A small picture of ink alone: what is not ink is transparent.

    Args:
        bits: row by row from the top, a bit per pixel and 1 is ink; each row fills whole bytes.
    """

    width_px: int
    height_px: int
    bits: bytes

    def __post_init__(self) -> None:
        needed = (self.width_px + 7) // 8 * self.height_px
        if min(self.width_px, self.height_px) < 1 or len(self.bits) != needed:
            raise ValueError(
                f"a stamp of {self.width_px} x {self.height_px} pixels needs {needed} bytes, "
                f"got {len(self.bits)}"
            )

    @property
    def aspect(self) -> float:
        """How many times it is as wide as it is high."""
        return self.width_px / self.height_px


class Drawing:
    """A PDF document that is drawn page by page.

    Args:
        target: where to write it.
        paper: the size of its pages.
        title: of the document.
        credit: stands small at the foot of every page.
        duplex: its pages are meant for both sides of the paper, as those of a book.
    """

    def __init__(
        self,
        target: Path | IO[bytes],
        paper: Paper,
        *,
        title: str,
        credit: str = "",
        duplex: bool = False,
    ) -> None:
        from reportlab.pdfgen.canvas import Canvas

        self.paper = paper
        self._credit_line = credit
        self._forms: dict[str, Paper] = {}
        self._stamps: set[str] = set()
        self._canvas: Any = Canvas(
            str(target) if isinstance(target, Path) else target,
            pagesize=(paper.width_mm * MM, paper.height_mm * MM),
            invariant=1,
            pageCompression=1,
            lang=archive.LANGUAGE,
            initialFontName=fonts.text_font(),  # else a font that is not in the file is named
        )
        self._canvas.setTitle(title)
        self._canvas.setAuthor("papierkompas")
        self._canvas.setCreator("papierkompas")
        self._canvas.setSubject(title)
        self._canvas.setViewerPreference("PrintScaling", "None")
        self._canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge" if duplex else "Simplex")
        self._canvas.setViewerPreference("DisplayDocTitle", "true")
        self._title, self._entries, self._has_labels = title, 0, False
        self._describe(title)

    def next_page(self, paper: Paper | None = None) -> None:
        """Finish this page and start another, of another size if one is given."""
        self.credit(self._credit_line)
        self._canvas.showPage()
        if paper is not None:
            self.paper = paper
            self._canvas.setPageSize((paper.width_mm * MM, paper.height_mm * MM))

    def entry(self, title: str, *, level: int = 0) -> None:
        """List this page in the outline of the document, under what it is about."""
        self._entries += 1
        key = f"entry{self._entries}"
        self._canvas.bookmarkPage(key)
        self._canvas.addOutlineEntry(title, key, level, closed=level == 0)

    def page_label(self, label: str) -> None:
        """Say what a reader of the file calls this page, instead of by its number."""
        at = self._canvas.getPageNumber() - 1
        if at and not self._has_labels:
            self._canvas.addPageLabel(0, "ARABIC", 1)  # a list of labels begins at the first page
        self._has_labels = True
        self._canvas.addPageLabel(at, prefix=label)

    def save(self) -> None:
        """Finish the last page and write the file."""
        if not self._entries:
            self.entry(self._title)
        self.credit(self._credit_line)
        self._canvas.showPage()
        self._canvas.save()

    def _describe(self, title: str) -> None:
        """Put in the file what archives and screen readers ask for; reportlab has no call."""
        from reportlab.pdfbase.pdfdoc import (
            PDFArray,
            PDFDictionary,
            PDFName,
            PDFStream,
            PDFString,
        )

        document = self._canvas._doc
        catalog, info = document.Catalog, document.info
        about = {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")}
        text = archive.description(title, info.author, info.producer)
        catalog.Metadata = PDFStream(PDFDictionary(about), text, [])
        profile = PDFStream(PDFDictionary({"N": 3}), archive.colour_profile(), [])
        intent = {
            "Type": PDFName("OutputIntent"),
            "S": PDFName("GTS_PDFA1"),
            "OutputConditionIdentifier": PDFString("sRGB"),
            "Info": PDFString("sRGB"),
            "DestOutputProfile": document.Reference(profile, "colour-profile"),
        }
        catalog.OutputIntents = PDFArray([PDFDictionary(intent)])
        catalog.__NoDefault__ = [*catalog.__NoDefault__, "OutputIntents"]

    def credit(self, text: str) -> None:
        """Print small, in the middle of the lower edge, whom a paper comes from."""
        if not text:
            return
        wide, high = self.paper.width_mm, self.paper.height_mm
        size = CREDIT_PT * min(2.0, max(1.0, min(wide, high) / A3_SIDE_MM))
        room = wide - 2 * CREDIT_SIDE
        size = fonts.fit(text, room, size, LEAST_CREDIT_PT)
        line, *more = fonts.wrap(text, room, size)
        base = high - CREDIT_UP - CREDIT_UP_PER_PT * size
        said = f"{line} ..." if more else line
        self.text(wide / 2, base, said, size, align="centre", colour=CREDIT_GREY)

    @contextmanager
    def form(self, name: str, paper: Paper | None = None) -> Iterator[None]:
        """Draw something once that `use` puts on as many pages as wanted.

        Args:
            name: what `use` calls it.
            paper: its size, if it is not that of the page.
        """
        page, self.paper = self.paper, paper or self.paper
        self._forms[name] = self.paper
        self._canvas.beginForm(
            name, upperx=self.paper.width_mm * MM, uppery=self.paper.height_mm * MM
        )
        yield
        self._canvas.endForm()
        self.paper = page

    def use(self, name: str) -> None:
        """Put a drawing made by `form` on this page, its top left on that of the page."""
        drop = (self.paper.height_mm - self._forms[name].height_mm) * MM
        self._canvas.saveState()
        self._canvas.translate(0, drop)
        self._canvas.doForm(name)
        self._canvas.restoreState()

    @contextmanager
    def moved(
        self, x_mm: float, y_mm: float, *, scale: float = 1.0, degrees: float = 0.0
    ) -> Iterator[None]:
        """Shift, enlarge and turn (clockwise, round the page's top left) what is drawn inside."""
        height = self.paper.height_mm * MM
        self._canvas.saveState()
        self._canvas.translate(x_mm * MM, height - y_mm * MM)
        self._canvas.rotate(-degrees)
        self._canvas.scale(scale, scale)
        self._canvas.translate(0, -height)
        yield
        self._canvas.restoreState()

    @contextmanager
    def clipped(
        self, x_mm: float, y_mm: float, width_mm: float, height_mm: float
    ) -> Iterator[None]:
        """Show only what falls inside a rectangle."""
        self._canvas.saveState()
        path = self._canvas.beginPath()
        path.rect(x_mm * MM, self._y(y_mm + height_mm), width_mm * MM, height_mm * MM)
        self._canvas.clipPath(path, stroke=0, fill=0)
        yield
        self._canvas.restoreState()

    def text(
        self,
        x_mm: float,
        y_mm: float,
        text: str,
        size_pt: float,
        *,
        bold: bool = False,
        align: str = "left",
        colour: Colour = BLACK,
        halo_mm: float = 0.0,
    ) -> None:
        """Print one line with its baseline at `y_mm`; a halo is a white rim round the letters."""
        wide = fonts.width(text, size_pt, bold=bold)
        x_mm -= {"left": 0.0, "centre": wide / 2, "right": wide}[align]
        for mode in (1, 0) if halo_mm else (0,):
            self._canvas.saveState()  # reportlab's text render mode outlives its text object
            if mode == 1:
                self._canvas.setLineWidth(2 * halo_mm * MM)
                self._canvas.setLineJoin(1)
                self._stroke(WHITE)
                self._canvas.addLiteral("/Span <</ActualText ()>> BDC")  # say the text once
            line = self._canvas.beginText(x_mm * MM, self._y(y_mm))
            line.setTextRenderMode(mode)
            line.setFillColorRGB(*_rgb(colour))
            for run in fonts.runs(text, bold=bold):
                line.setFont(run.font, size_pt)
                line.textOut(fonts.shaped(run, size_pt))
            self._canvas.drawText(line)
            if mode == 1:
                self._canvas.addLiteral("EMC")
            self._canvas.restoreState()

    def lines(
        self,
        x_mm: float,
        y_mm: float,
        lines: Sequence[str],
        size_pt: float,
        *,
        bold: bool = False,
        align: str = "left",
        colour: Colour = BLACK,
        leading: float = LEADING,
    ) -> float:
        """Print lines under each other, the first with its top at `y_mm`; return their height."""
        step = line_height(size_pt, leading)
        for number, line in enumerate(lines):
            baseline = y_mm + number * step + 0.5 * step + 0.35 * size_pt / MM
            self.text(x_mm, baseline, line, size_pt, bold=bold, align=align, colour=colour)
        return len(lines) * step

    def paragraph(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        text: str,
        size_pt: float,
        *,
        bold: bool = False,
        colour: Colour = BLACK,
        leading: float = LEADING,
    ) -> float:
        """Print a text over as many lines as it needs; return its height."""
        lines = fonts.wrap(text, width_mm, size_pt, bold=bold)
        return self.lines(x_mm, y_mm, lines, size_pt, bold=bold, colour=colour, leading=leading)

    def rect(
        self,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        line_mm: float = 0.0,
        colour: Colour = BLACK,
        fill: Colour | None = None,
        dash_mm: Sequence[float] = (),
        radius_mm: float = 0.0,
    ) -> None:
        """Draw a rectangle; its line lies half inside and half outside."""
        with self._pen(line_mm, colour, fill, dash_mm):
            args = (x_mm * MM, self._y(y_mm + height_mm), width_mm * MM, height_mm * MM)
            how = {"stroke": int(line_mm > 0), "fill": int(fill is not None)}
            if radius_mm:
                self._canvas.roundRect(*args, radius_mm * MM, **how)
            else:
                self._canvas.rect(*args, **how)

    def line(
        self,
        x1_mm: float,
        y1_mm: float,
        x2_mm: float,
        y2_mm: float,
        *,
        line_mm: float = 0.25,
        colour: Colour = BLACK,
        dash_mm: Sequence[float] = (),
    ) -> None:
        """Draw a straight line."""
        with self._pen(line_mm, colour, None, dash_mm):
            self._canvas.line(x1_mm * MM, self._y(y1_mm), x2_mm * MM, self._y(y2_mm))

    def circle(
        self,
        x_mm: float,
        y_mm: float,
        radius_mm: float,
        *,
        line_mm: float = 0.0,
        colour: Colour = BLACK,
        fill: Colour | None = None,
        dash_mm: Sequence[float] = (),
    ) -> None:
        """Draw a circle round a centre."""
        self.ellipse(
            x_mm, y_mm, radius_mm, radius_mm,
            line_mm=line_mm, colour=colour, fill=fill, dash_mm=dash_mm,
        )  # fmt: skip

    def ellipse(
        self,
        x_mm: float,
        y_mm: float,
        rx_mm: float,
        ry_mm: float,
        *,
        line_mm: float = 0.0,
        colour: Colour = BLACK,
        fill: Colour | None = None,
        dash_mm: Sequence[float] = (),
    ) -> None:
        """Draw an upright ellipse round a centre."""
        with self._pen(line_mm, colour, fill, dash_mm):
            self._canvas.ellipse(
                (x_mm - rx_mm) * MM,
                self._y(y_mm + ry_mm),
                (x_mm + rx_mm) * MM,
                self._y(y_mm - ry_mm),
                stroke=int(line_mm > 0),
                fill=int(fill is not None),
            )

    def polygon(
        self,
        points_mm: Sequence[tuple[float, float]],
        *,
        line_mm: float = 0.0,
        colour: Colour = BLACK,
        fill: Colour | None = None,
        closed: bool = True,
        dash_mm: Sequence[float] = (),
    ) -> None:
        """Draw straight lines from point to point."""
        with self._pen(line_mm, colour, fill, dash_mm):
            path = self._canvas.beginPath()
            path.moveTo(points_mm[0][0] * MM, self._y(points_mm[0][1]))
            for x_mm, y_mm in points_mm[1:]:
                path.lineTo(x_mm * MM, self._y(y_mm))
            if closed:
                path.close()
            self._canvas.drawPath(path, stroke=int(line_mm > 0), fill=int(fill is not None))

    def squares(
        self, x_mm: float, y_mm: float, size_mm: float, cells: Sequence[tuple[int, int, int]]
    ) -> None:
        """Fill black runs of square modules as one path.

        Args:
            cells: runs of (column, row, length) in modules of `size_mm` from (x_mm, y_mm).
        """
        with self._pen(0.0, BLACK, BLACK, ()):
            path = self._canvas.beginPath()
            for column, row, length in cells:
                path.rect(
                    (x_mm + column * size_mm) * MM,
                    self._y(y_mm + (row + 1) * size_mm),
                    length * size_mm * MM,
                    size_mm * MM,
                )
            self._canvas.drawPath(path, stroke=0, fill=1)

    def image(
        self, source: Any, x_mm: float, y_mm: float, width_mm: float, height_mm: float
    ) -> None:
        """Place a picture (a path or a Pillow image)."""
        from reportlab.lib.utils import ImageReader

        self._canvas.drawImage(
            ImageReader(source),
            x_mm * MM,
            self._y(y_mm + height_mm),
            width_mm * MM,
            height_mm * MM,
            mask="auto",
        )

    def stamp(
        self,
        stamp: Stamp,
        x_mm: float,
        y_mm: float,
        width_mm: float,
        height_mm: float,
        *,
        colour: Colour = BLACK,
        halo_mm: float = 0.0,
    ) -> None:
        """Put ink on the paper, by its top left; a halo is a white rim round it."""
        name = self._stamp_name(stamp)
        turns = [2 * math.pi * number / HALO_STAMPS for number in range(HALO_STAMPS)]
        rim = [(halo_mm * math.cos(t), halo_mm * math.sin(t), WHITE) for t in turns if halo_mm]
        for dx, dy, ink in (*rim, (0.0, 0.0, colour)):
            self._canvas.saveState()
            self._canvas.setFillColorRGB(*_rgb(ink))
            self._canvas.translate((x_mm + dx) * MM, self._y(y_mm + dy + height_mm))
            self._canvas.scale(width_mm * MM, height_mm * MM)
            self._canvas.addLiteral(f"/{self._canvas._doc.getXObjectName(name)} Do")
            self._canvas.restoreState()
        self._canvas._formsinuse.append(name)

    def _stamp_name(self, stamp: Stamp) -> str:
        """Store a stamp once in the file, as an image mask; reportlab has no call for those."""
        from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

        size = f"{stamp.width_px}x{stamp.height_px}"
        name = f"stamp-{size}-{hashlib.sha256(stamp.bits).hexdigest()[:24]}"
        if name not in self._stamps:
            about = {
                "Type": PDFName("XObject"),
                "Subtype": PDFName("Image"),
                "Width": stamp.width_px,
                "Height": stamp.height_px,
                "ImageMask": "true",
                "BitsPerComponent": 1,
                "Decode": PDFArray([1, 0]),  # a 1 is painted
                "Filter": PDFName("FlateDecode"),
            }
            packed = zlib.compress(stamp.bits, 9)
            mask = PDFStream(PDFDictionary(about), packed, [])
            self._canvas._doc.Reference(mask, self._canvas._doc.getXObjectName(name))
            self._canvas._doc.addForm(name, mask)
            self._stamps.add(name)
        return name

    @contextmanager
    def _pen(
        self, line_mm: float, colour: Colour, fill: Colour | None, dash_mm: Sequence[float]
    ) -> Iterator[None]:
        self._canvas.saveState()
        self._canvas.setLineWidth(line_mm * MM)
        self._stroke(colour)
        if fill is not None:
            self._canvas.setFillColorRGB(*_rgb(fill))
        if dash_mm:
            self._canvas.setDash([length * MM for length in dash_mm])
        yield
        self._canvas.restoreState()

    def _stroke(self, colour: Colour) -> None:
        self._canvas.setStrokeColorRGB(*_rgb(colour))

    def _y(self, y_mm: float) -> float:
        return (self.paper.height_mm - y_mm) * MM


def line_height(size_pt: float, leading: float = LEADING) -> float:
    """Return the distance between two lines of type, in mm."""
    return size_pt * leading / MM


def _rgb(colour: Colour) -> tuple[float, float, float]:
    return colour if isinstance(colour, tuple) else (colour, colour, colour)
