"""Where things stand on the map: the geometry of the compass, on paper and in results.

In:  the words of a questionnaire with a map; a size of paper.
Out: a `Map` or `BlankCompass` with the place of everything, so that a photo of the sheet can be
     read by the same numbers it was drawn with; the code that tells size and shape of the sheet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from forms.errors import UsageError
from forms.instrument import Instrument, find
from forms.layout import Marker, Rect
from forms.paper import Paper
from forms.sheet_code import (
    COMPASS_PAGE,
    SheetCode,
    batch_from,
    instrument_number,
    marker_id,
)

LOWEST, HIGHEST = 1, 6  # the ends of both axes
STEPS = 20  # quarters of a point between them
LARGEST_MM = 2000  # of a side; larger ones do not fit in the code
CLAMP_MM = 40.0  # the clamp and holes of a flip-over stand take the top 3-5 cm
FLIPOVER_MM = (650.0, 980.0)
MARK_MM = (12.0, 22.0)  # at least, and on A1: a phone sees a whole A1 at 4 pixels per mm
CODE_MM = (20.0, 38.0)
NO_SESSION = batch_from(0)  # on a sheet that was printed outside any session


class Place(NamedTuple):
    """A point on paper, in mm from the top left."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class MapWords:
    """The words of the map: its four ends, and its fields in reading order."""

    top: str
    bottom: str
    left: str
    right: str
    quadrants: tuple[str, str, str, str]
    vertical: str  # names of the axes
    horizontal: str

    @classmethod
    def of(cls, instrument: Instrument) -> MapWords:
        """Take the words from a questionnaire; 1 lies at the top and on the right.

        Raises:
            UsageError: it has no map.
        """
        axes = {axis.direction: axis for axis in instrument.axes}
        titles = {frozenset(q.low): q.title for q in instrument.quadrants}
        try:
            up, right = axes["vertical"], axes["horizontal"]
            a, b, c, d = (
                titles[frozenset(low)] for low in ((up.key,), (up.key, right.key), (), (right.key,))
            )
        except KeyError:
            raise UsageError("compass.no_map", paper=instrument.paper) from None
        return cls(up.low, up.high, right.high, right.low, (a, b, c, d), up.name, right.name)


@dataclass(frozen=True, slots=True)
class Map:
    """An empty map on a page: `plot` is where the outermost positions lie."""

    area: Rect
    rim_mm: float
    words: MapWords

    @property
    def plot(self) -> Rect:
        """The rectangle from 1 to 6 on both axes."""
        return self.area.grown(-self.rim_mm)

    def at(self, vertical: float, horizontal: float) -> Place:
        """Find a position on the paper: 1 on top and at the right."""
        plot, span = self.plot, HIGHEST - LOWEST
        return Place(
            plot.x_mm + (HIGHEST - horizontal) / span * plot.width_mm,
            plot.y_mm + (vertical - LOWEST) / span * plot.height_mm,
        )

    def position_of(self, place: Place) -> tuple[float, float]:
        """Return what `at` was given."""
        plot, span = self.plot, HIGHEST - LOWEST
        return (
            LOWEST + (place.y_mm - plot.y_mm) / plot.height_mm * span,
            HIGHEST - (place.x_mm - plot.x_mm) / plot.width_mm * span,
        )


@dataclass(frozen=True, slots=True)
class BlankCompass:
    """The large sheet for sticky dots: where everything on it stands."""

    paper: Paper
    free_top_mm: float
    markers: tuple[Marker, ...]
    code: Rect
    map: Map
    scale: float  # 1 on A1

    @classmethod
    def on(cls, paper: Paper, instrument: Instrument | None = None) -> BlankCompass:
        """Divide a sheet of paper.

        Raises:
            UsageError: it is too large, or the questionnaire has no map.
        """
        if max(paper.width_mm, paper.height_mm) > LARGEST_MM:
            raise UsageError("compass.too_large", most_cm=round(LARGEST_MM / 10))
        free = CLAMP_MM if (paper.width_mm, paper.height_mm) == FLIPOVER_MM else 0.0
        short, long = sorted((paper.width_mm, paper.height_mm - free))
        scale = min(short / 594, long / 841)
        margin = max(9.0, 13 * scale)
        mark = max(MARK_MM[0], MARK_MM[1] * scale)
        code = max(CODE_MM[0], CODE_MM[1] * scale)
        left, right = margin, paper.width_mm - margin
        top, bottom = free + margin, paper.height_mm - margin
        markers = tuple(
            Marker(marker_id(COMPASS_PAGE, corner), x, y, mark)
            for corner, (x, y) in enumerate(
                (
                    (left, top),
                    (right - mark, top),
                    (right - mark, bottom - mark),
                    (left, bottom - mark),
                )
            )
        )
        gap = 7 * scale + 2
        foot = max(mark, code, 36 * scale)
        area_top = top + max(mark, 26 * scale) + gap
        area = Rect(left, area_top, right - left, bottom - foot - gap - area_top)
        code_place = Rect(right - mark - gap - code, bottom - code, code, code)
        words = MapWords.of(instrument or find("stellingenlijst"))
        rim = max(30 * scale, 17.0)
        return cls(paper, free, markers, code_place, Map(area, rim, words), scale)


def compass_code(paper: Paper, instrument: Instrument, round_number: int, batch: str) -> SheetCode:
    """Write the size of the sheet where other papers have the number and the layout."""
    size = round(paper.width_mm) * (LARGEST_MM + 1) + round(paper.height_mm)
    layout, number = divmod(size, 10_000)
    return SheetCode(
        instrument_number(instrument.key), instrument.edition, round_number, COMPASS_PAGE, number,
        batch, layout,
    )  # fmt: skip


def compass_paper(code: SheetCode) -> Paper | None:
    """Return the size of the sheet that carries this code; None when it is no blank compass."""
    if code.page != COMPASS_PAGE:
        return None
    width, height = divmod(code.layout * 10_000 + code.number, LARGEST_MM + 1)
    try:
        return Paper(f"{width} x {height} mm", width, height)
    except ValueError:
        return None
