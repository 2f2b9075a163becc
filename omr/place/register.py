"""Find out where the paper lies in the scan.

In:  the corner marks that `omr.place.fiducials` saw, the square code, the rectangles of the boxes.
Out: a `Registration`, which turns millimetres on the printed sheet into pixels, and says how far
     the printed boxes lie from where it puts them, and whether that can be believed.

Flat paper with three or four corner marks is done after one look at the boxes. Where the outlines
do not lie where the marks put them, `omr.place.outlines` finds them again and `omr.place.proof`
makes sure that they are the right ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from forms.layout import Page, Rect
from omr.geometry import (
    Floats,
    Image,
    fit_affine,
    fit_homography,
    inverse,
    is_plausible,
    project,
    ranked,
)
from omr.place import boxes, outlines
from omr.place.fiducials import SeenMarker

OUTLINE_THERE = 0.75  # every box more than 0.8 mm off showed less (docs/findings/reading.md 4)
CLOSE_MM = 0.12  # below this the corner marks alone place the boxes well enough
PASSES = 3
FLAT_SHARE = 0.8  # of the boxes must show their outline for the marks to be believed at once
FLAT_MM = 2.0  # of local correction; a quarter of the smallest pitch, so no box is its neighbour
FLAT_MARKS = 3
TURNS = 5  # of searching outlines and fitting the sheet to what was found
SETTLED_MM = 2.0  # the flat view need not be better: its outlines are found within 3.4 mm
TRUSTED_SHARE = 0.5  # of the boxes must show their outline, or the page is not read at all
TRUSTED_MM = 0.45  # residual at which half of what is sampled as inside still is inside
FELT_MM = 0.35  # a marked box this far from where its empty neighbours put it is a mark
BARE = 0.15  # mean darkness in the middle of a box that nobody marked; noise makes 0.05
FILLED = 0.5  # mean darkness in the middle of a box that was blacked out
BARE_SHARE = 0.4  # of the boxes must be empty for them to speak for the page
MOST = 0.95  # of the boxes lie nearer to where they should be than `residual_mm`
GOOD_SHARE = 0.9  # of the boxes must show their outline before the marks alone are believed
STILL_MM = 0.02  # a correction smaller than this changes nothing
MIDDLE = 6  # samples inside a box from which its outline is far
LEAST_BARE = 5  # empty boxes
FIT_TIMES, LEAST_LIMIT_MM, DEVIATIONS = 3, 0.1, 2.5
TERMS_FROM = ((30, 7), (6, 3), (3, 1))  # with so many boxes, so many terms of the field
QUARTER = 90  # degrees
ALONE_MM = 0.9  # a box this far from where its neighbours are is not where it seems to be


@dataclass(frozen=True, slots=True)
class Fit:
    """What is known for certain: places on the sheet and in the picture, and a map between them.

    Attributes:
        mm: (K, 2) corners of marks and of the code.
        px: (K, 2) the same in the picture.
        marks: how many corner marks these are.
        homography: 3x3, mm to pixels; good near the places, the better the more of them.
    """

    mm: Floats
    px: Floats
    marks: int
    homography: Floats


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the paper lies.

    Attributes:
        homography: 3x3, mm on the sheet to pixels.
        centres_mm: (B, 2) where the boxes are printed.
        patches: the boxes, sampled where they were found.
        offsets_mm: (B, 2) local correction of each box to the homography.
        residual_mm: 95 % of the boxes lie at most this far from where they were looked for in
            the end; None where there are no boxes.
        agrees: (B,) whether each box hangs together with the others as on one piece of paper.
        is_proven: whether these boxes cannot be others of the same page.
    """

    homography: Floats
    centres_mm: Floats
    patches: boxes.Patches
    offsets_mm: Floats
    residual_mm: float | None
    agrees: NDArray[np.bool_]
    is_proven: bool = True

    @property
    def found(self) -> NDArray[np.bool_]:
        """(B,) whether each box shows its outline where it should be."""
        result: NDArray[np.bool_] = (self.patches.outline >= OUTLINE_THERE) & self.agrees
        return result

    def homography_at(self, x_mm: float, y_mm: float) -> Floats:
        """Return the homography, corrected for what was found around a place on the sheet."""
        if not np.any(self.offsets_mm) or not self.found.any():
            return self.homography
        moves = self.offsets_mm + self.patches.shift_mm
        at = np.array([(x_mm, y_mm)])
        dx, dy = outlines.field(self.centres_mm[self.found], moves[self.found], at)[0]
        moved: Floats = self.homography @ np.array([[1, 0, dx], [0, 1, dy], [0, 0, 1]])
        return moved

    @property
    def is_trusted(self) -> bool:
        """Say whether the boxes of this page may be read at all."""
        if self.residual_mm is None:
            return True
        enough = bool(self.found.mean() >= TRUSTED_SHARE)
        return self.is_proven and enough and self.residual_mm <= TRUSTED_MM

    @property
    def rotation(self) -> int:
        """Degrees clockwise that the scan is turned from upright, in quarters."""
        across = self.homography[:2, 0] / self.homography[2, 2]
        return (
            int(np.round(np.degrees(np.arctan2(across[1], across[0])) / QUARTER))
            * QUARTER
            % (4 * QUARTER)
        )


def fit(seen: Sequence[SeenMarker], page: Page, code_px: Floats | None = None) -> Fit | None:
    """Fit the paper to the corner marks, and to the code where its corners are known.

    A homography to three or four marks; to less an affine map, since a mark of 11 mm says nothing
    about perspective 200 mm away.
    """
    places = {marker.id: marker.rect for marker in page.markers}
    used = [marker for marker in seen if marker.id in places]
    mm = [corner for marker in used for corner in corners_mm(places[marker.id])]
    px = [marker.corners_px for marker in used]
    if code_px is not None:
        mm += corners_mm(page.code)
        px.append(code_px)
    if not px:
        return None
    known_mm, known_px = np.array(mm), np.concatenate(px)
    make = fit_homography if len(used) >= FLAT_MARKS else fit_affine
    homography = make(known_mm, known_px)
    if homography is None or not is_plausible(homography):
        return None
    return Fit(known_mm, known_px, len(used), homography)


def corners_mm(rect: Rect) -> list[tuple[float, float]]:
    """Return the corners of a rectangle, clockwise from the top left."""
    x, y, width, height = rect.x_mm, rect.y_mm, rect.width_mm, rect.height_mm
    return [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]


def register(image: Image, known: Fit, rects: Floats) -> Registration:
    """Find the boxes of a page, and make sure that they are the right ones.

    Args:
        image: (H, W) grey.
        known: where the marks and the code are.
        rects: (B, 4) x, y, width, height in mm.
    """
    placed = refine(image, known.homography, rects)
    if not len(rects) or (known.marks >= FLAT_MARKS and _is_flat(placed)):
        return placed
    return _searched(image, known, rects)


def refine(image: Image, homography: Floats, rects: Floats) -> Registration:
    """Correct a homography that is right within a millimetre by the outlines of the boxes.

    This is all that is done for pictures which others registered.
    """
    offsets = np.zeros((len(rects), 2))
    if not len(rects):
        return Registration(homography, offsets, boxes.no_boxes(), offsets, None, np.zeros(0, bool))
    patches = boxes.sample(image, homography, rects)
    for _ in range(PASSES - 1):
        good = patches.outline >= OUTLINE_THERE
        away = np.linalg.norm(patches.shift_mm, axis=1)
        if good.mean() > GOOD_SHARE and ranked(away[good], MOST) <= CLOSE_MM:
            break
        moved = offsets + _smooth(rects, patches, good)
        if np.abs(moved - offsets).max() < STILL_MM:
            break
        offsets = moved
        patches = boxes.sample(image, homography, rects, offsets)
    centres = rects[:, :2] + rects[:, 2:] / 2
    return _registration(homography, centres, patches, offsets)


def _registration(
    homography: Floats, centres: Floats, patches: boxes.Patches, offsets: Floats
) -> Registration:
    good = patches.outline >= OUTLINE_THERE
    away = np.linalg.norm(patches.shift_mm, axis=1)
    inside = slice(boxes.MARGIN + MIDDLE, boxes.MARGIN + boxes.SIDE - MIDDLE)
    bare = good & (patches.dark[:, inside, inside].mean(axis=(1, 2)) < BARE)
    # A felt pen hides the outline of the box it marks; the empty boxes tell where the paper lies.
    told = bare if bare.sum() >= max(LEAST_BARE, BARE_SHARE * len(good)) else good
    residual = ranked(away[told], MOST) if told.any() else float("inf")
    if told is bare:
        patches = _seen_again(centres, patches, offsets, bare)
        away = np.linalg.norm(patches.shift_mm, axis=1)
    near = away <= ALONE_MM
    if told is bare and residual <= CLOSE_MM:
        hidden = ~bare & (away > FELT_MM)  # its mark, not its outline, was found: go by the others
        shift = np.where(hidden[:, None], 0, patches.shift)
        patches = replace(patches, shift=shift)
        near |= hidden
    return Registration(homography, centres, patches, offsets, residual, near)


def _seen_again(
    centres: Floats, patches: boxes.Patches, offsets: Floats, bare: NDArray[np.bool_]
) -> boxes.Patches:
    """Look for marked boxes where their empty neighbours put them.

    A stroke and the letter printed beside a box look like its two sides, a little further on; where
    the outline stands at its own place as well, that is the box.
    """
    moves = offsets + patches.shift_mm
    which = np.flatnonzero(~bare & (np.linalg.norm(patches.shift_mm, axis=1) > FELT_MM))
    if not len(which):
        return patches
    there_mm = outlines.field(centres[bare], moves[bare], centres[which]) - offsets[which]
    aside = np.linalg.norm(patches.shift_mm[which] - there_mm, axis=1) > FELT_MM
    which, there_mm = which[aside], there_mm[aside]
    samples = np.rint(there_mm * boxes.SIDE / patches.size_mm[which, None]).astype(np.int64)
    samples = np.clip(samples, -boxes.REACH, boxes.REACH)
    share = boxes.outline_at(patches, which, samples)
    is_there = share >= OUTLINE_THERE
    found = which[is_there]
    shift, shift_mm, outline = patches.shift.copy(), patches.shift_mm.copy(), patches.outline.copy()
    shift[found], shift_mm[found] = samples[is_there], there_mm[is_there]
    outline[found] = share[is_there]
    return replace(patches, shift=shift, shift_mm=shift_mm, outline=outline)


def _is_flat(placed: Registration) -> bool:
    """Say whether the marks alone put the boxes near enough to where they are."""
    return (
        placed.residual_mm is not None
        and placed.residual_mm <= TRUSTED_MM
        and bool(placed.found.mean() >= FLAT_SHARE)
        and float(np.abs(placed.offsets_mm).max()) <= FLAT_MM
    )


def _searched(image: Image, known: Fit, rects: Floats) -> Registration:
    """Find the outlines outward from the marks, fit the sheet to them, and prove the result."""
    from omr.place import (
        proof,
    )  # few pages need it, and scipy takes longer to import than all the rest

    centres = rects[:, :2] + rects[:, 2:] / 2
    homography = known.homography
    for _ in range(TURNS):
        seen = outlines.view(image, homography, rects)
        moves = _moves(homography, known.mm, known.px)
        shifts = outlines.find_outlines(seen, centres, known.mm, moves)
        found = ~np.isnan(shifts[:, 0])
        places = np.concatenate([known.mm, centres[found]])
        px = np.concatenate([known.px, project(homography, (centres + shifts)[found])])
        better = _fitted(places, px)
        if better is None or not found.any():
            break
        moved = np.linalg.norm(_moves(better, centres, project(homography, centres)), axis=1)
        homography = better
        if found.all() or moved.max() <= SETTLED_MM:
            break
    for _ in range(2):
        offsets = outlines.field(places, _moves(homography, places, px), centres)
        patches = boxes.sample(image, homography, rects, offsets)
        good = patches.outline >= OUTLINE_THERE
        where = (centres + offsets + patches.shift_mm)[good]
        places = np.concatenate([known.mm, centres[good]])
        px = np.concatenate([known.px, project(homography, where)])
    placed = _registration(homography, centres, patches, offsets)
    there = np.flatnonzero(placed.found)
    pieces = proof.pieces(centres[there], (offsets + patches.shift_mm)[there])
    agrees = np.zeros(len(rects), bool)
    agrees[there[pieces[0]] if pieces else []] = True
    placed = replace(placed, agrees=proof.in_sound_lines(proof.doubles(rects), agrees))
    is_torn = len(pieces) > 1 and len(pieces[1]) >= proof.LINE
    is_proven = not is_torn and _is_proven(image, placed, places, px, rects)
    return replace(placed, is_proven=is_proven)


def _is_proven(
    image: Image, placed: Registration, places: Floats, px: Floats, rects: Floats
) -> bool:
    """Look for outlines where there must be none."""
    from omr.place import proof

    ways = proof.doubles(rects)
    seen = outlines.view(image, placed.homography, rects)
    moves = _moves(placed.homography, places, px)
    ghosts = ways.ghosts_mm + outlines.field(places, moves, ways.ghosts_mm)
    return proof.is_believed(ways, placed.found, outlines.look_like_boxes(seen, ghosts))


def doubted(image: Image, placed: Registration, rects: Floats) -> Registration:
    """Look for evidence that boxes which others placed are other boxes, or lie elsewhere.

    A paper is never mirrored: where the homography is, it does not fit the picture.
    """
    from omr.place import proof

    if not len(rects):
        return placed
    ways = proof.doubles(rects, furthest_mm=np.inf)
    seen = outlines.view(image, placed.homography, rects)
    ghosts = ways.ghosts_mm + outlines.field(
        placed.centres_mm, placed.offsets_mm + placed.patches.shift_mm, ways.ghosts_mm
    )
    inside = slice(boxes.MARGIN + MIDDLE, boxes.MARGIN + boxes.SIDE - MIDDLE)
    is_filled = placed.patches.dark[:, inside, inside].mean(axis=(1, 2)) >= FILLED
    bare = (placed.patches.outline < OUTLINE_THERE) & ~is_filled
    is_off = proof.may_be_others(ways, bare, outlines.look_like_boxes(seen, ghosts))
    is_mirrored = float(np.linalg.det(placed.homography[:2, :2])) <= 0
    too_few = float(placed.found.mean()) < TRUSTED_SHARE
    return replace(placed, is_proven=not (is_off or is_mirrored or too_few))


def _moves(homography: Floats, mm: Floats, px: Floats) -> Floats:
    """Return how far points lie from where a homography puts them, in mm on the sheet."""
    result: Floats = project(inverse(homography), px) - mm
    return result


def _fitted(mm: Floats, px: Floats) -> Floats | None:
    """Fit the sheet to all that is known of it by now."""
    for make in (fit_homography, fit_affine):
        made = make(mm, px)
        if made is not None and is_plausible(made):
            return made
    return None


def _smooth(rects: Floats, patches: boxes.Patches, good: NDArray[np.bool_]) -> Floats:
    """Fit a field of displacements over the page to the outlines that were found.

    Quadratic where enough boxes are seen, affine or a plain shift where fewer are; boxes that
    disagree with their neighbours by more than `DEVIATIONS` are left out, twice.
    """
    centre = rects[:, :2] + rects[:, 2:] / 2
    scale = np.maximum(np.ptp(centre, axis=0), 1.0)
    x, y = ((centre - centre.mean(axis=0)) / scale).T
    terms = np.column_stack([np.ones_like(x), x, y, x * y, x * x, y * y, y**3])
    use = good.copy()
    field = np.zeros_like(centre)
    for _ in range(FIT_TIMES):
        many = next((many for least, many in TERMS_FROM if use.sum() >= least), None)
        if many is None:
            return field
        design = terms[:, :many]
        solution = np.linalg.lstsq(design[use], patches.shift_mm[use], rcond=None)[0]
        field = design @ solution
        error = np.linalg.norm(field - patches.shift_mm, axis=1)
        limit = max(LEAST_LIMIT_MM, DEVIATIONS * float(np.sqrt(np.mean(error[use] ** 2))))
        use = good & (error <= limit)
    return field
