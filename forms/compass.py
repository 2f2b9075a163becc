"""The compass of a questionnaire: what its map says, and where that stands on paper.

In:  a questionnaire with a map; a size of paper.
Out: a `Compass`: axes, quadrants, numbers and rounds; on paper a `Map` or `BlankCompass` with the
     place of everything, so that a photo of the sheet is read by the numbers it was drawn with;
     the code that tells size and shape of the sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from forms.errors import UsageError
from forms.instrument import Instrument, MapAxis, MapQuadrant, Role, Round, Side
from forms.layout import Marker, Rect
from forms.paper_sizes import PAPERS, Paper
from forms.sheet_code import (
    COMPASS_PAGE,
    SheetCode,
    batch_from,
    instrument_number,
    marker_id,
)

LARGEST_MM = 2000  # of a side; larger ones do not fit in the code
CLAMP_MM = 40.0  # the clamp and holes of a flip-over stand take the top 3-5 cm
FLIPOVER_MM = (650.0, 980.0)
MARK_MM = (12.0, 22.0)  # at least, and on A1: a phone sees a whole A1 at 4 pixels per mm
CODE_MM = (20.0, 38.0)
MEANINGS_MM, LYING_MEANINGS_MM = 84.0, 62.0  # on A1: under the map, where its fields are explained
FINEST_MM = 3.0  # between two marks of the grid
BY_HAND_MM = 8.0  # between two places that a hand with a sticker can tell apart
WITH_MEANINGS = 500  # is added to the layout in the code; sizes alone take up to 400
NO_SESSION = batch_from(0)  # on a sheet that was printed outside any session

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Compass:
    """What a map says: two axes with numbers along them, four quadrants, one or two rounds.

    Attributes:
        axes: in the order of the questionnaire.
        quadrants: in reading order, as they lie on the map.
        lowest: the number of the first box of a pair.
        highest: that of the last one.
        vertical_questions: the pairs that make up the vertical axis.
        source: whom the questionnaire comes from, for the foot of a paper.
    """

    axes: tuple[MapAxis, MapAxis]
    vertical: MapAxis
    horizontal: MapAxis
    quadrants: tuple[MapQuadrant, MapQuadrant, MapQuadrant, MapQuadrant]
    lowest: int
    highest: int
    vertical_questions: tuple[str, ...]
    horizontal_questions: tuple[str, ...]
    rounds: tuple[Round, ...]
    source: str = ""

    @classmethod
    def of(cls, instrument: Instrument) -> Compass:
        """Take the map from a questionnaire.

        Raises:
            UsageError: it has none.
        """
        if len(instrument.axes) != 2:
            raise UsageError("compass.no_map", paper=instrument.paper)
        axes = (instrument.axes[0], instrument.axes[1])
        vertical, horizontal = axes if axes[0].direction == "vertical" else axes[::-1]
        corners = {frozenset(each.low): each for each in instrument.quadrants}
        a, b, c, d = (
            corners[frozenset(axis.key for axis in axes if axis.low_at in corner)]
            for corner in _CORNERS
        )
        questions = instrument.axis_questions(vertical.key)
        boxes = instrument.questions[questions[0]]
        return cls(
            axes,
            vertical,
            horizontal,
            (a, b, c, d),
            int(boxes[0]),
            int(boxes[-1]),
            questions,
            instrument.axis_questions(horizontal.key),
            instrument.rounds,
            instrument.source,
        )

    @property
    def span(self) -> int:
        """How far the ends of an axis lie apart."""
        return self.highest - self.lowest

    @property
    def border(self) -> float:
        """The middle of the scale, where the axes of the map cross."""
        return (self.lowest + self.highest) / 2

    @property
    def boxes(self) -> tuple[str, ...]:
        """The boxes of a pair, from left to right."""
        return tuple(str(number) for number in range(self.lowest, self.highest + 1))

    @property
    def ends(self) -> tuple[str, str, str, str]:
        """The words at the ends of the axes: top, bottom, left, right."""
        up, across = self.vertical, self.horizontal
        top, bottom = (up.low, up.high) if up.low_at is Side.TOP else (up.high, up.low)
        is_left = across.low_at is Side.LEFT
        left, right = (across.low, across.high) if is_left else (across.high, across.low)
        return top, bottom, left, right

    @property
    def titles(self) -> tuple[str, ...]:
        """The names of the quadrants, in reading order."""
        return tuple(each.title for each in self.quadrants)

    def round_of(self, *roles: Role) -> Round | None:
        """Find the round that has one of these roles."""
        return next((asked for asked in self.rounds if asked.role in roles), None)

    def round(self, key: str) -> Round:
        """Find a round by its key.

        Raises:
            UsageError: there is none.
        """
        for asked in self.rounds:
            if asked.key == key:
                return asked
        keys = ", ".join(asked.key for asked in self.rounds)
        raise UsageError("compass.no_round", key=key, rounds=keys)

    def by_axis(self, vertical: Value, horizontal: Value) -> dict[str, Value]:
        """Write two values under the keys of their axes, in the order of the questionnaire."""
        values = {self.vertical.key: vertical, self.horizontal.key: horizontal}
        return {axis.key: values[axis.key] for axis in self.axes}

    def quadrants_at(self, vertical: float, horizontal: float) -> tuple[MapQuadrant, ...]:
        """Return the quadrant at a place, or the two or four that meet exactly there."""
        at = {self.vertical.key: vertical, self.horizontal.key: horizontal}
        return tuple(
            each
            for each in self.quadrants
            if all(
                value <= self.border if key in each.low else value >= self.border
                for key, value in at.items()
            )
        )

    def to_unit(self, vertical: float, horizontal: float) -> tuple[float, float]:
        """Give a place on a map of 1 by 1: x from the left, y from the top."""
        return (
            self._along(horizontal, self.horizontal.low_at is Side.LEFT),
            self._along(vertical, self.vertical.low_at is Side.TOP),
        )

    def from_unit(self, x: float, y: float) -> tuple[float, float]:
        """Return what `to_unit` was given."""
        return (
            self._value(y, self.vertical.low_at is Side.TOP),
            self._value(x, self.horizontal.low_at is Side.LEFT),
        )

    def _along(self, value: float, low_is_first: bool) -> float:
        return (value - self.lowest if low_is_first else self.highest - value) / self.span

    def _value(self, part: float, low_is_first: bool) -> float:
        return self.lowest + part * self.span if low_is_first else self.highest - part * self.span


_CORNERS = (
    (Side.TOP, Side.LEFT), (Side.TOP, Side.RIGHT), (Side.BOTTOM, Side.LEFT),
    (Side.BOTTOM, Side.RIGHT),
)  # fmt: skip

_QUESTIONS = {
    Role.WISHED: "Waar willen we staan?",
    Role.PRACTICE: "Waar staan we nu?",
    Role.ONLY: "Waar staan we?",
}
_BOTH_ROUNDS = "Waar willen we naartoe?"


def question_of(rounds: Iterable[Round]) -> str:
    """Say what stands over a map of these rounds."""
    shown = tuple(rounds)
    if len(shown) > 1:
        return _BOTH_ROUNDS
    return shown[0].question or _QUESTIONS[shown[0].role]


class Place(NamedTuple):
    """A point on paper, in mm from the top left."""

    x_mm: float
    y_mm: float


@dataclass(frozen=True, slots=True)
class Map:
    """A map on a page: `plot` is where the outermost positions lie."""

    area: Rect
    rim_mm: float
    compass: Compass

    @property
    def plot(self) -> Rect:
        """The rectangle between the ends of both axes."""
        return self.area.grown(-self.rim_mm)

    @property
    def crossing(self) -> Place:
        """Where the axes cross."""
        return self.at(self.compass.border, self.compass.border)

    @property
    def point(self) -> tuple[float, float]:
        """The length of a point on the scale, across and down."""
        return self.plot.width_mm / self.compass.span, self.plot.height_mm / self.compass.span

    @property
    def pitch(self) -> tuple[float, float]:
        """The distance between two neighbouring positions, across and down."""
        across, down = self.point
        return (
            across / len(self.compass.horizontal_questions),
            down / len(self.compass.vertical_questions),
        )

    @property
    def steps(self) -> tuple[int, int]:
        """Into how many steps the grid divides a point, across and down: positions if they fit."""
        across, down = self.point
        return (
            _steps(len(self.compass.horizontal_questions), across),
            _steps(len(self.compass.vertical_questions), down),
        )

    def at(self, vertical: float, horizontal: float) -> Place:
        """Find a position on the paper."""
        (x, y), plot = self.compass.to_unit(vertical, horizontal), self.plot
        return Place(plot.x_mm + x * plot.width_mm, plot.y_mm + y * plot.height_mm)

    def position_of(self, place: Place) -> tuple[float, float]:
        """Return what `at` was given."""
        plot = self.plot
        return self.compass.from_unit(
            (place.x_mm - plot.x_mm) / plot.width_mm, (place.y_mm - plot.y_mm) / plot.height_mm
        )


def _steps(questions: int, point_mm: float) -> int:
    """Take the finest division of the positions whose marks stand clear of each other."""
    parts = (n for n in range(questions, 0, -1) if questions % n == 0)
    return next((n for n in parts if point_mm / n >= FINEST_MM), 1)


@dataclass(frozen=True, slots=True)
class BlankCompass:
    """The large sheet for sticky dots: where everything on it stands."""

    paper: Paper
    free_top_mm: float
    markers: tuple[Marker, ...]
    code: Rect
    map: Map
    meanings: Rect  # where it is said what the fields mean
    scale: float  # 1 on A1

    @classmethod
    def on(cls, paper: Paper, compass: Compass, *, has_meanings: bool = True) -> BlankCompass:
        """Divide a sheet of paper.

        Args:
            paper: its size.
            compass: what the map says.
            has_meanings: there is a strip for them under the map; older sheets have none.

        Raises:
            UsageError: it is too large.
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
        is_lying = paper.width_mm > paper.height_mm - free
        strip = (LYING_MEANINGS_MM if is_lying else MEANINGS_MM) * scale if has_meanings else 0.0
        between = 2 * gap if has_meanings else gap
        area_high = bottom - foot - between - strip - area_top
        area = Rect(left, area_top, right - left, area_high)
        meanings = Rect(left, area_top + area_high + gap, right - left, strip)
        code_place = Rect(right - mark - gap - code, bottom - code, code, code)
        rim = max(30 * scale, 17.0)
        return cls(paper, free, markers, code_place, Map(area, rim, compass), meanings, scale)


def compass_code(paper: Paper, instrument: Instrument, round_number: int, batch: str) -> SheetCode:
    """Write the size of the sheet where other papers have the number and the layout."""
    size = round(paper.width_mm) * (LARGEST_MM + 1) + round(paper.height_mm)
    layout, number = divmod(size, 10_000)
    return SheetCode(
        instrument_number(instrument.key), instrument.edition, round_number, COMPASS_PAGE, number,
        batch, layout + WITH_MEANINGS,
    )  # fmt: skip


def compass_codes(
    batch: str, number: int, instrument: Instrument, round_number: int
) -> tuple[SheetCode, ...]:
    """List the codes of which only the words are known: one for each size that has that number.

    Sizes with a name come alone; which of several it is, the corner marks tell.
    """
    whole = (LARGEST_MM * (LARGEST_MM + 2)) // 10_000 + 1
    found = [
        code
        for layout in range(whole)
        if (code := SheetCode(
            instrument_number(instrument.key), instrument.edition, round_number, COMPASS_PAGE,
            number, batch, layout + WITH_MEANINGS,
        )) and (paper := compass_paper(code)) is not None
        and LEAST_SHAPE < paper.width_mm / paper.height_mm < 1 / LEAST_SHAPE
        and max(paper.width_mm, paper.height_mm) <= LARGEST_MM
    ]  # fmt: skip
    named = {size for one in PAPERS.values() for size in (_size(one), _size(one)[::-1])}
    usual = [code for code in found if (paper := compass_paper(code)) and _size(paper) in named]
    return tuple(usual or found)


LEAST_SHAPE = 0.3  # no paper on a wall is narrower, as a share of its length


def _size(paper: Paper) -> tuple[float, float]:
    return round(paper.width_mm), round(paper.height_mm)


def has_meanings(code: SheetCode) -> bool:
    """Say whether the sheet that carries this code has a strip under its map."""
    return code.layout >= WITH_MEANINGS


def compass_paper(code: SheetCode) -> Paper | None:
    """Return the size of the sheet that carries this code; None when it is no blank compass."""
    if code.page != COMPASS_PAGE:
        return None
    width, height = divmod(code.layout % WITH_MEANINGS * 10_000 + code.number, LARGEST_MM + 1)
    try:
        return Paper(f"{width} x {height} mm", width, height)
    except ValueError:
        return None
