"""Read one page of a scan.

In:  a `Source` (which page of which file) and the `Forms` that may lie in the pile.
Out: a `ReadPage`: readings, blank, or unread with a reason.

`read_page` is pure and can be sent to another process. `read_marks` is the part of it that other
programs use on pictures that they registered themselves.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import cv2
import numpy as np

from forms import layout as layouts
from forms.answers import Doubt, Reading
from forms.layout import Rect
from forms.paper_sizes import A4
from forms.sheet_code import COMPASS_PAGE, SheetCode
from omr.forms_known import Forms
from omr.geometry import Floats, Image, inverse, project, px_per_mm, shrink
from omr.ink.blank import is_back, is_blank
from omr.ink.coloured import read_in_colour
from omr.ink.damaged import (
    doubt_damaged,
    doubt_washed_out,
    has_band,
    has_drawn_on,
    is_paler_than_marks,
)
from omr.ink.decide import CERTAINTY
from omr.ink.fields import written
from omr.ink.read_marks import LEAST_CONTRAST, LEAST_PX_PER_MM, readings_of
from omr.intake.light import other_lights
from omr.intake.load import load
from omr.intake.values import Damage, FileKind, Picture, Source, Unreadable
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason, together, unread
from omr.place.fiducials import (
    SeenMarker,
    find_everywhere,
    find_markers,
    is_whole,
    sort_out,
    without,
)
from omr.place.identify import SeenCode, read_code, search_codes
from omr.place.printed_code import read_printed_code
from omr.place.register import FLAT_MARKS, Fit, Registration, corners_mm, fit, register

LIGHT_ROWS, LIGHT_SHARE, LOST = 3, 0.1, 0.9  # rows that may be faint marks; their certainty
MOST_LOST = 0.5  # of the rows in doubt, however little
MOST_SHEETS = 4  # ways to put corner marks together that are read, where sheets lie in view
CODE_OFF_MM = 4.0  # how far a code may lie from where the marks put it,
CODE_OFF_PER_MM = 0.15  # and more per mm away from them; another sheet is 11 mm off at least
ROOM_SHARE = 0.8  # of the picture; a sheet that covers less may not be alone in it
A4_WHOLE = Rect(0, 0, A4.width_mm, A4.height_mm)


@dataclass(frozen=True, slots=True, eq=False)
class Attempt:
    """One picture of a page, and all that is known when it is read.

    Attributes:
        image: (H, W) grey.
        ref: which page of which file.
        forms: what may lie in the pile.
        certainty: the least probability at which an answer stands without a doubt.
        typed: batch and number as a person read them from this page.
        ink: (H, W) the picture in the light in which coloured ink is dark.
        damage: what may be wrong with the picture.
    """

    image: Image
    ref: PageRef
    forms: Forms
    certainty: float = CERTAINTY
    typed: tuple[str, int] | None = None
    ink: Image | None = None
    damage: Damage | None = None

    def unread(self, reason: Reason, code: SheetCode | None = None) -> ReadPage:
        """Make the account of a picture that could not be read."""
        return replace(unread(self.ref, reason), code=code)


def read_page(
    source: Source,
    forms: Forms,
    certainty: float = CERTAINTY,
    *,
    known: tuple[str, int] | None = None,
) -> ReadPage:
    """Read one page, in the cheapest way that leads to a page that can be trusted.

    First a picture of 150 dpi or so; then all pixels of the scan, if those were more; then, for a
    PDF, the page as poppler draws it. The best of these counts (docs/reading.md).

    Args:
        source: which page of which file.
        forms: what may lie in the pile.
        certainty: the least probability at which an answer stands without a doubt.
        known: batch and number as a person read them from the paper; counts only where the square
            code cannot be read.
    """
    cv2.setNumThreads(1)  # one page a process; more threads only wait for each other
    attempt = partial(_attempt, source, forms, certainty, known)
    best, picture = attempt()
    if picture is not None and picture.shrunk > 1 and (best.beside or not _is_settled(best)):
        whole, _ = attempt(whole=True)
        # Each of several sheets is only a part of a picture that was shrunk for one.
        best = _better(whole, best) if best.beside else _better(best, whole)
    drawn = picture is not None and picture.drawn
    if not _is_settled(best) and source.kind is FileKind.PDF and not drawn:
        best = _better(best, attempt(draw=True)[0])
    return best


def _attempt(
    source: Source,
    forms: Forms,
    certainty: float,
    typed: tuple[str, int] | None,
    *,
    whole: bool = False,
    draw: bool = False,
) -> tuple[ReadPage, Picture | None]:
    try:
        picture = load(source, whole=whole, draw=draw)
    except Unreadable as trouble:
        return unread(source.ref, trouble.reason, trouble.detail), None
    asked = Attempt(picture.image, source.ref, forms, certainty, typed, picture.ink, picture.damage)
    page = read_picture(asked)
    if not _is_settled(page):
        lights = (
            read_picture(replace(asked, image=light, ink=None))
            for light in other_lights(picture.image)
        )
        page = next((other for other in lights if other.status is PageStatus.READ), page)
    if picture.damage is not None:
        page = together([_or_damaged(one) for one in page.in_picture])
    return _in_scan(page, picture), picture


def _or_damaged(page: ReadPage) -> ReadPage:
    """Say of what is not read in a damaged picture that this is why; no page of it is blank."""
    return page if page.status is PageStatus.READ else unread(page.ref, Reason.DAMAGED)


_CANNOT_GET_BETTER = {
    Reason.UNKNOWN_INSTRUMENT,
    Reason.OTHER_PRINT,
    Reason.TWO_SHEETS,
    Reason.TOO_LARGE,
    Reason.ENCRYPTED,
    Reason.NO_PERMISSION,
    Reason.NOT_FOUND,
    Reason.NO_RENDERER,
    Reason.TOO_SLOW,
    Reason.COMPRESSION,
}


def _is_settled(page: ReadPage) -> bool:
    """Say whether another picture of the same page would tell nothing new."""
    return all(
        one.status is not PageStatus.UNREAD or one.reason in _CANNOT_GET_BETTER
        for one in page.in_picture
    )


def _better(one: ReadPage, other: ReadPage) -> ReadPage:
    """Prefer what was read, then what says which sheet it is or at least more; else the first."""
    return max(one, other, key=_worth)


def _worth(page: ReadPage) -> tuple[int, int, bool]:
    read = sum(one.status is PageStatus.READ for one in page.in_picture)
    known = sum(one.code is not None for one in page.in_picture)
    return read, known, page.reason is not Reason.NO_SHEET


def _in_scan(page: ReadPage, picture: Picture) -> ReadPage:
    """Give the homography in pixels of the scan itself, and the turn that its file asks for."""
    if page.beside:
        return together([_in_scan(one, picture) for one in page.in_picture])
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


def read_picture(attempt: Attempt) -> ReadPage:
    """Read the picture of one page; other sheets that lie in it whole are read, too."""
    image = attempt.image
    best = attempt.unread(Reason.NO_SHEET)
    for thorough in (False, True):
        seen = find_markers(image, thorough=thorough)
        if not seen and not thorough and (is_blank(image) or is_back(image)):
            return ReadPage(attempt.ref, PageStatus.BLANK)
        for marks in sort_out(seen)[:MOST_SHEETS]:
            page = _read_sheet(attempt, marks, by_words=thorough)
            best = _better(best, page)
            if _is_settled(page):
                others = without(seen, marks)
                if thorough:
                    return _with_others(attempt, marks, page, others)
                if not others and not _elsewhere(image, page):
                    return page
                break  # to see all marks of all sheets
    if best.code is None:
        best = _better(best, _without_marks(attempt))
    if not _is_settled(best) and is_back(image, thorough=True):
        return ReadPage(attempt.ref, PageStatus.BLANK)
    return best


def _with_others(
    attempt: Attempt,
    marks: Sequence[SeenMarker],
    page: ReadPage,
    others: Sequence[SeenMarker],
) -> ReadPage:
    """Read the other sheets of a picture in which one was read; say where one is not whole.

    Args:
        attempt: the picture and what is known.
        marks: those of the sheet that was read.
        page: what was read on it.
        others: marks that show that there is more; all of them are looked for only now.
    """
    if not others:
        return page
    left = without(find_markers(attempt.image, thorough=True, several=True), marks)
    found = [(_middle(marks), page)]
    while len(found) < MOST_SHEETS:
        sets = [one for one in sort_out(left)[:MOST_SHEETS] if is_whole(one)]
        tried = [_read_beside(attempt, one) for one in sets]
        if not tried:
            break
        at = max(range(len(tried)), key=lambda n: _worth(tried[n]))
        if tried[at].reason is Reason.NO_SHEET:  # no paper can lie so: parts of several
            break
        left = without(left, sets[at])
        found.append((_middle(sets[at]), tried[at]))
    if left or len(found) == 1:
        found[0] = (found[0][0], _noted(page, Note.ANOTHER_SHEET))
    return together(_told_apart(_as_they_lie(found)))


def _read_beside(attempt: Attempt, marks: Sequence[SeenMarker]) -> ReadPage:
    if marks[0].page >= COMPASS_PAGE:  # these are looked at where they are alone in the picture
        return attempt.unread(Reason.TWO_SHEETS)
    return _read_sheet(attempt, marks, by_words=True)


def _middle(marks: Sequence[SeenMarker]) -> Floats:
    middle: Floats = np.concatenate([marker.corners_px for marker in marks]).mean(axis=0)
    return middle


def _as_they_lie(found: Sequence[tuple[Floats, ReadPage]]) -> list[ReadPage]:
    """Put sheets in order: from left to right, or from top to bottom."""
    axis = int(np.argmax(np.ptp(np.array([middle for middle, _ in found]), axis=0)))
    return [page for _, page in sorted(found, key=lambda one: one[0][axis])]


def _told_apart(pages: Sequence[ReadPage]) -> list[ReadPage]:
    """Take the code that a person typed for none of the sheets, where it was taken for several."""
    codes = [page.code for page in pages if Note.BY_WORDS in page.notes]
    return [
        unread(page.ref, Reason.TWO_SHEETS)
        if Note.BY_WORDS in page.notes and codes.count(page.code) > 1
        else page
        for page in pages
    ]


def _elsewhere(image: Image, page: ReadPage) -> list[SeenMarker]:
    """Look for marks of another sheet, where this one leaves room for it in the picture."""
    if page.mm_to_px is None:
        return []
    corners = project(np.array(page.mm_to_px).reshape(3, 3), np.array(corners_mm(A4_WHOLE)))
    sheet = corners.astype(np.float32)
    if cv2.contourArea(sheet) > ROOM_SHARE * image.size:
        return []
    long_px = max(np.linalg.norm(sheet[1] - sheet[0]), np.linalg.norm(sheet[2] - sheet[1]))
    return [
        marker
        for marker in find_everywhere(image, float(long_px))
        if cv2.pointPolygonTest(sheet, marker.corners_px.mean(axis=0).tolist(), measureDist=False)
        < 0
    ]


def _without_marks(attempt: Attempt) -> ReadPage:
    """Read sheets of which only the square code is in the picture."""
    found = [
        (code.corners_px.mean(axis=0), _read_at(attempt, fitted, code.code))
        for code in search_codes(attempt.image)
        if code.corners_px is not None
        and code.code.page <= COMPASS_PAGE
        and (fitted := fit([], _frame(code.code.page), code.corners_px)) is not None
    ]
    return together(_as_they_lie(found)) if found else attempt.unread(Reason.NO_SHEET)


def _noted(page: ReadPage, note: Note) -> ReadPage:
    """Add a note to a page that was read."""
    if page.status is not PageStatus.READ or note in page.notes:
        return page
    return replace(page, notes=(*page.notes, note))


def _read_sheet(attempt: Attempt, marks: Sequence[SeenMarker], *, by_words: bool) -> ReadPage:
    """Read the sheet to which some marks belong; by the words on it when nothing else helps."""
    number = marks[0].page
    if number >= COMPASS_PAGE:  # or the trial sheet
        return attempt.unread(Reason.NO_SHEET)
    frame = _frame(number)
    rough = fit(marks, frame)
    if rough is None:
        return attempt.unread(Reason.NO_SHEET)
    image = attempt.image
    code = read_code(image, rough.homography, frame.code) or _nearby(image, rough, frame)
    if code is None and by_words:
        told = _in_words(attempt, rough, frame)
        if told is not None:
            return _noted(_read_at(attempt, rough, told), Note.BY_WORDS)
    if code is None:
        return attempt.unread(Reason.NO_CODE)
    if code.code.page != number:
        return attempt.unread(Reason.MISPLACED, code.code)
    known = fit(marks, frame, code.corners_px) if rough.marks < FLAT_MARKS else rough
    return _read_at(attempt, known or rough, code.code)


def _in_words(attempt: Attempt, rough: Fit, frame: layouts.Page) -> SheetCode | None:
    """Take the code of which the symbol is lost from the words under it, or from a person."""
    told = attempt.typed
    if told is None and attempt.forms.given:
        told = read_printed_code(attempt.image, rough.homography, frame.code)
    return attempt.forms.complete(*told, frame.page) if told is not None else None


def _nearby(image: Image, rough: Fit, frame: layouts.Page) -> SeenCode | None:
    """Search the picture for the code of this sheet, not that of another sheet in view."""
    place = np.array(corners_mm(frame.code))
    apart = np.linalg.norm(place.mean(axis=0) - rough.mm, axis=1).min()
    to_mm = inverse(rough.homography)
    for code in search_codes(image):
        if code.corners_px is not None:
            off = np.linalg.norm(project(to_mm, code.corners_px) - place, axis=1).max()
            if off <= CODE_OFF_MM + CODE_OFF_PER_MM * apart:
                return code
    return None


def _read_at(attempt: Attempt, known: Fit, code: SheetCode) -> ReadPage:
    """Read a sheet of which is known what it is and about where it lies."""
    form = attempt.forms.find(code)
    if isinstance(form, Reason):
        return attempt.unread(form, code)
    if code.page > len(form.pages):
        return attempt.unread(Reason.OTHER_PRINT, code)
    asked = form.pages[code.page - 1]
    placed = register(attempt.image, known, asked.rects)
    account = ReadPage(
        attempt.ref,
        PageStatus.READ,
        code=code,
        instrument=form.instrument,
        round=form.rounds.get(code.round),
        rotation=placed.rotation,
        residual_mm=placed.residual_mm,
        mm_to_px=tuple(float(v) for v in placed.homography.ravel()),
    )
    if not placed.is_trusted:
        return replace(account, status=PageStatus.UNREAD, reason=Reason.MISPLACED)
    contrast = placed.patches.contrast if len(asked.rects) else 128.0
    fine = px_per_mm(placed.homography, (A4.width_mm / 2, A4.height_mm / 2))
    if contrast < LEAST_CONTRAST or fine < LEAST_PX_PER_MM:
        return replace(account, status=PageStatus.UNREAD, reason=Reason.TOO_COARSE)
    readings = readings_of(placed, asked.rows, attempt.certainty)
    is_light = _is_too_light(placed, readings)
    if attempt.ink is not None:
        readings = read_in_colour(
            readings, attempt.ink, placed, asked.rects, asked.rows, attempt.certainty
        )
    readings = doubt_washed_out(readings, placed, asked.rows)
    filled = written(attempt.image, placed, asked.fields, contrast, asked.beside_name)
    damage = attempt.damage
    if damage is None and (has_drawn_on(placed) or has_band(attempt.image, placed.homography)):
        damage = Damage.ROWS
    if damage is Damage.BLOCKS and is_paler_than_marks(attempt.image, placed):
        damage = Damage.ROWS  # then even a clean line is not as it was scanned
    if damage is not None:
        readings = doubt_damaged(readings, placed, asked.rows, damage)
        filled = dict.fromkeys(filled, True)  # what is not seen may have been written
    page = replace(account, readings=readings, written=filled)
    page = _noted(page, Note.TOO_LIGHT) if is_light else page
    return _noted(page, Note.DAMAGED) if damage is not None else page


def _is_too_light(placed: Registration, readings: Mapping[str, Reading]) -> bool:
    """Say whether the machine made so much white that several rows cannot be told from blank."""
    faint = [r.confidence for r in readings.values() if r.doubt is Doubt.FAINT]
    least = max(LIGHT_ROWS, math.ceil(LIGHT_SHARE * len(readings)))
    is_light = sum(certainty < LOST for certainty in faint) >= least
    is_lost = len(faint) >= max(LIGHT_ROWS, MOST_LOST * len(readings))
    return placed.patches.is_whitened and (is_light or is_lost)


def _frame(number: int) -> layouts.Page:
    """Return an A4 page of which only the corner marks are known."""
    nothing = layouts.Text(layouts.Role.CODE, 0, 0, (), 9)
    code = layouts.code_place(A4)
    return layouts.Page(number, layouts.corner_markers(A4, number), code, nothing, nothing)
