"""Read a page of a pile that is the trial sheet for the copier.

In:  a page that was not read as a sheet, and the file it comes from.
Out: the same page; read, with notes that judge the copier, if it is that sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from forms import trial_sheet
from forms.sheet_code import TRIAL_MARKS
from omr.geometry import Floats, Image, fit_affine, fit_homography, is_plausible
from omr.intake.load import load
from omr.intake.pdf import dpi_of_pdf
from omr.intake.values import FileKind, Picture, Source, Unreadable
from omr.page import PageStatus, ReadPage, Reason
from omr.place.fiducials import SeenMarker, find_markers
from omr.place.identify import read_code
from omr.place.register import corners_mm
from omr.trial.judge import judge

_MAY_BE_TRIAL = frozenset({Reason.NO_SHEET, Reason.NO_CODE, Reason.TWO_SHEETS})
WHOLE_MARKS, LEAST_MARKS = 3, 2


def with_verdict(page: ReadPage, source: Source) -> ReadPage:
    """Judge the copier, if this is the trial sheet.

    Args:
        page: what became of it when it was read as a sheet.
        source: where it is.
    """
    if page.status is not PageStatus.UNREAD or page.reason not in _MAY_BE_TRIAL or page.beside:
        return page
    try:
        seen = find_markers(load(source).image, thorough=True)
        if not any(marker.id in TRIAL_MARKS for marker in seen):
            return page
        picture = load(source, whole=True)
        return _judged(page, source, picture)
    except Unreadable:
        return page


def _judged(page: ReadPage, source: Source, picture: Picture) -> ReadPage:
    fitted = place_sheet(picture.image)
    if fitted is None:
        return page
    code = read_code(picture.image, fitted, trial_sheet.CODE_PLACE)
    if code is not None and code.code != trial_sheet.CODE:  # of another version, or another paper
        return page
    claimed = dpi_of(source, picture)
    verdict = judge(picture.image, fitted, claimed)
    across = fitted[:2, 0]
    degrees = float(np.degrees(np.arctan2(across[1], across[0])))
    return ReadPage(
        page.ref,
        PageStatus.READ,
        detail=verdict.figures,
        code=trial_sheet.CODE,
        rotation=(round(degrees / 90) * 90 + picture.turned) % 360,
        mm_to_px=tuple(float(v) for v in fitted.ravel()),
        size_px=(picture.image.shape[1], picture.image.shape[0]),
        notes=verdict.notes,
    )


def place_sheet(image: Image) -> Floats | None:
    """Find where the trial sheet lies; None where too few of its marks are in view."""
    seen = find_markers(image, thorough=True, several=True)
    marks = [marker for marker in seen if marker.id in TRIAL_MARKS]
    middle = np.array([image.shape[1], image.shape[0]]) / 2
    places: dict[int, SeenMarker] = {}
    for marker in marks:
        places.setdefault(_corner(marker, marks, middle), marker)
    if len(places) < LEAST_MARKS:
        return None
    mm = [corner for at in places for corner in corners_mm(trial_sheet.MARKERS[at].rect)]
    px = np.concatenate([marker.corners_px for marker in places.values()])
    make = fit_homography if len(places) >= WHOLE_MARKS else fit_affine
    made = make(np.array(mm), px)
    return made if made is not None and is_plausible(made) else None


def _corner(marker: SeenMarker, marks: Sequence[SeenMarker], middle: Floats) -> int:
    """Say in which corner of the sheet a mark is printed; each of the two stands in two corners."""
    down = marker.corners_px[3] - marker.corners_px[0]
    same = [one.corners_px.mean(axis=0) @ down for one in marks if one.id == marker.id]
    here = float(marker.corners_px.mean(axis=0) @ down)
    is_low = here > (sum(same) / len(same) if len(same) > 1 else float(middle @ down))
    is_right = marker.id == TRIAL_MARKS[1]
    return {(False, False): 0, (True, False): 1, (True, True): 2, (False, True): 3}[
        is_right, is_low
    ]


def dpi_of(source: Source, picture: Picture) -> float | None:
    """Return the resolution that a file claims for a page; None where it does not say."""
    if source.kind is FileKind.PDF:
        return dpi_of_pdf(source, max(picture.image.shape))
    return _dpi_of_picture(source)


def _dpi_of_picture(source: Source) -> float | None:
    from PIL import Image as Pillow

    try:
        with Pillow.open(Path(source.path)) as opened:
            if source.kind is FileKind.TIFF and source.ref.page > 1:
                opened.seek(source.ref.page - 1)
            found = opened.info.get("dpi")
            return float(found[0]) if found and float(found[0]) > 1 else None
    except (OSError, ValueError, SyntaxError, TypeError, EOFError, Pillow.DecompressionBombError):
        return None
