"""Read one page of a scan.

In:  a `Source` (which page of which file) and the `Forms` that may lie in the pile.
Out: a `ReadPage`: readings, blank, or unread with a reason.

`read_page` is pure and can be sent to another process. `read_marks` is the part of it that other
programs use on pictures that they registered themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms import layout as layouts
from forms.answers import Reading
from forms.instrument import Instrument
from forms.layout import Field, Layout
from forms.paper import A4
from forms.sheet_code import COMPASS_PAGE, SheetCode, instrument_number
from omr.decide import CERTAINTY, decide
from omr.fiducials import SeenMarker, find_markers
from omr.fields import written
from omr.geometry import Floats, Image, px_per_mm, shrink
from omr.identify import read_code, search_code
from omr.intake import Picture, Source, Unreadable, load
from omr.marks import measure
from omr.model import probabilities
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from omr.register import Registration, from_markers, register

LEAST_CONTRAST = 25.0  # grey levels between paper and print; with less, noise looks like ink
MOST_PX_PER_MM = 10.0  # finer pictures are made smaller: sampling would skip over strokes
GOOD_PX_PER_MM = 6.5
BLANK_INK = 0.0015  # share of a page darker than its paper; one line of type is 0.002

Rows = Mapping[str, tuple[Sequence[str], Sequence[int]]]
"""Per question its options and the indices of their boxes."""


@dataclass(frozen=True, slots=True)
class FormPage:
    """What is asked on one printed page, ready to be measured."""

    rects: Floats
    rows: Rows
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A printed edition of an instrument."""

    instrument: str
    number: int  # as in the square code
    edition: int
    layout: int
    rounds: Mapping[int, str]
    pages: tuple[FormPage, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """Everything that may lie in the pile."""

    forms: tuple[Form, ...]

    def find(self, code: SheetCode) -> Form | Reason:
        """Find what a code was printed from, or say why that is not possible."""
        same = [form for form in self.forms if form.number == code.instrument]
        if not same:
            return Reason.UNKNOWN_INSTRUMENT
        for form in same:
            if (form.edition, form.layout) == (code.edition, code.layout):
                return form
        return Reason.OTHER_PRINT


def forms_of(instruments: Iterable[tuple[Instrument, Layout]]) -> Forms:
    """Make what the reader needs out of instruments and their layouts."""
    return Forms(tuple(_form(instrument, layout) for instrument, layout in instruments))


def _form(instrument: Instrument, layout: Layout) -> Form:
    return Form(
        instrument=instrument.key,
        number=instrument_number(instrument.key),
        edition=instrument.edition,
        layout=layout.number,
        rounds={r.number: r.key for r in instrument.rounds},
        pages=tuple(_form_page(page) for page in layout.pages),
    )


def _form_page(page: layouts.Page) -> FormPage:
    rows: dict[str, tuple[list[str], list[int]]] = {}
    for number, box in enumerate(page.boxes):
        options, which = rows.setdefault(box.question, ([], []))
        options.append(box.option)
        which.append(number)
    rects = [(b.rect.x_mm, b.rect.y_mm, b.rect.width_mm, b.rect.height_mm) for b in page.boxes]
    return FormPage(np.array(rects, dtype=np.float64).reshape(-1, 4), rows, page.fields)


def read_page(source: Source, forms: Forms, certainty: float = CERTAINTY) -> ReadPage:
    """Read one page, in the cheapest way that leads to a page that can be trusted."""
    cv2.setNumThreads(1)  # one page a process; more threads only wait for each other
    attempts: list[ReadPage] = []
    for whole, draw in ((False, False), (True, False), (False, True)):
        if draw and source.kind != "pdf":
            continue
        try:
            picture = load(source, whole=whole, draw=draw)
        except Unreadable as trouble:
            attempts.append(unread(source.ref, trouble.reason, trouble.detail))
            if draw or trouble.reason is not Reason.DAMAGED:
                break
            continue
        if attempts and picture.shrunk == 1.0 and not draw and len(attempts) == 1 and not whole:
            continue
        found = read_picture(picture.image, source.ref, forms, certainty)
        attempts.append(_in_scan(found, picture))
        if found.status is not PageStatus.UNREAD or found.reason in _FINAL or picture.drawn:
            break
        if whole and source.kind != "pdf":
            break
    return min(attempts, key=_rank)


_FINAL = (Reason.UNKNOWN_INSTRUMENT, Reason.OTHER_PRINT)
_ORDER = (PageStatus.READ, PageStatus.BLANK, PageStatus.UNREAD)


def _rank(page: ReadPage) -> tuple[int, bool]:
    """Prefer what was read, then what at least says which sheet it is."""
    return _ORDER.index(page.status), page.code is None


def _in_scan(page: ReadPage, picture: Picture) -> ReadPage:
    """Give the homography in pixels of the scan itself, and the turn that its file asks for."""
    if page.mm_to_px is None:
        return page
    whole = shrink(np.array(page.mm_to_px).reshape(3, 3), 1 / picture.shrunk)
    height, width = picture.image.shape
    return replace(
        page,
        mm_to_px=tuple(float(v) for v in whole.ravel()),
        size_px=(round(width * picture.shrunk), round(height * picture.shrunk)),
        rotation=(page.rotation + picture.turned) % 360,
    )


def read_picture(
    image: Image, ref: PageRef, forms: Forms, certainty: float = CERTAINTY
) -> ReadPage:
    """Read the picture of one page."""
    for thorough in (False, True):
        seen = find_markers(image, thorough=thorough)
        if not seen:
            if not thorough and _is_blank(image):
                return ReadPage(ref, PageStatus.BLANK)
            continue
        page = _read_found(image, seen, ref, forms, certainty)
        if page.status is not PageStatus.UNREAD or page.reason in _FINAL:
            return page
    return page if seen else unread(ref, Reason.NO_SHEET)


def _read_found(
    image: Image, seen: Sequence[SeenMarker], ref: PageRef, forms: Forms, certainty: float
) -> ReadPage:
    number = Counter(marker.page for marker in seen).most_common(1)[0][0]
    if number == COMPASS_PAGE:
        return unread(ref, Reason.NO_SHEET)
    rough = from_markers(seen, _frame(number))
    if rough is None:
        return unread(ref, Reason.NO_SHEET)
    code = read_code(image, rough, layouts.code_place(A4))
    if code is None:
        searched = search_code(image)
        code = searched[0] if searched else None
    if code is None:
        return unread(ref, Reason.NO_CODE)
    form = forms.find(code)
    if isinstance(form, Reason):
        return replace(unread(ref, form), code=code)
    if code.page > len(form.pages):
        return replace(unread(ref, Reason.OTHER_PRINT), code=code)
    asked = form.pages[code.page - 1]
    homography = rough if code.page == number else from_markers(seen, _frame(code.page))
    if homography is None:
        return replace(unread(ref, Reason.MISPLACED), code=code)
    placed = register(image, homography, asked.rects)
    account = ReadPage(
        ref,
        PageStatus.READ,
        code=code,
        instrument=form.instrument,
        round=form.rounds.get(code.round),
        rotation=placed.rotation,
        residual_mm=placed.residual_mm,
        mm_to_px=tuple(float(v) for v in homography.ravel()),
    )
    if not placed.is_trusted:
        return replace(account, status=PageStatus.UNREAD, reason=Reason.MISPLACED)
    contrast = placed.patches.contrast if len(asked.rects) else 128.0
    if contrast < LEAST_CONTRAST:
        return replace(account, status=PageStatus.UNREAD, reason=Reason.TOO_COARSE)
    return replace(
        account,
        readings=_readings(placed, asked.rows, certainty),
        written=written(image, homography, asked.fields, contrast),
    )


def _frame(number: int) -> layouts.Page:
    """Return an A4 page of which only the corner marks are known."""
    nothing = layouts.Text(0, 0, (), 9)
    return layouts.Page(
        number, layouts.corner_markers(A4, number), layouts.code_place(A4), nothing, nothing
    )


def read_marks(
    image: NDArray[np.uint8],
    mm_to_px: NDArray[np.float64],
    questions: Mapping[str, Sequence[tuple[str, float, float, float, float]]],
    *,
    certainty: float = CERTAINTY,
) -> dict[str, Reading]:
    """Read the marks on any registered picture of a form with square boxes.

    Args:
        image: (H, W) grey, uint8.
        mm_to_px: 3x3 homography from mm on the paper to pixels of the picture.
        questions: per question its boxes as (option, x, y, width, height) in mm; boxes are 2.5 to
            8 mm, square, with a printed outline and empty inside. One box is a tick box.
        certainty: the least probability at which an answer stands without a doubt.

    Returns:
        A `Reading` per question, in the order of `questions`.

    Raises:
        ValueError: a box is of another size, or the picture is not grey.
    """
    if image.ndim != 2 or image.dtype != np.uint8:
        raise ValueError(f"image must be (H, W) uint8, got {image.shape} {image.dtype}")
    rows: dict[str, tuple[list[str], list[int]]] = {}
    rects: list[tuple[float, float, float, float]] = []
    for question, boxes in questions.items():
        for option, x, y, width, height in boxes:
            if not (2.4 <= width <= 8.1 and 2.4 <= height <= 8.1):
                raise ValueError(
                    f"question {question!r}, option {option!r}: a box must be 2.5..8 mm, "
                    f"got {width} x {height}"
                )
            options, which = rows.setdefault(question, ([], []))
            options.append(option)
            which.append(len(rects))
            rects.append((x, y, width, height))
    if not rects:
        return {}
    places = np.array(rects, dtype=np.float64)
    homography = np.asarray(mm_to_px, dtype=np.float64)
    middle = places[:, :2].mean(axis=0)
    resolution = px_per_mm(homography, (float(middle[0]), float(middle[1])))
    if resolution > MOST_PX_PER_MM:
        factor = resolution / GOOD_PX_PER_MM
        size = (round(image.shape[1] / factor), round(image.shape[0] / factor))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        homography = shrink(homography, factor)
    return _readings(register(image, homography, places), rows, certainty)


def _readings(placed: Registration, rows: Rows, certainty: float) -> dict[str, Reading]:
    if not rows:
        return {}
    features = measure(placed.patches, [which for _, which in rows.values()])
    found = placed.found & (placed.patches.contrast >= LEAST_CONTRAST)
    return decide(rows, probabilities(features), found, certainty)


def _is_blank(image: Image) -> bool:
    """Say whether a page shows nothing but paper, show-through and dust."""
    small = cv2.resize(image, (200, 280), interpolation=cv2.INTER_AREA)[14:-14, 10:-10]
    paper = float(np.median(small))
    if paper < 90:
        return False
    local = cv2.medianBlur(small, 21).astype(np.int16)
    return bool(((local - small) > 40).mean() < BLANK_INK)
