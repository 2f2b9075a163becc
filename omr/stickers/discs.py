"""Find stickers: pieces of ink that discs explain.

In:  the ink of a photo of a map, per colour.
Out: the dots; and the pieces of paper, arrows and thick letters that are none (`OddSpot`).

A sticker is round. So a piece of ink counts as one, or as several that overlap, when discs explain
nearly all of its outline and of its area; where it ends at ink of another colour, nothing can be
said of its outline there. What is thinner than a sticker and hangs on to one, such as an arrow
that ends at it, is taken off first.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from omr.dots import DotDoubt, DotKind, OddKind, OddSpot
from omr.geometry import Floats
from omr.stickers.crosses import crossing
from omr.stickers.ink import MapInk, Mark, Mask

SMALLEST_DOT_MM, LARGEST_DOT_MM = 3.2, 11.0  # radius: stickers of 8 to 20 mm across
WRITTEN_ON_MM = 1.6  # radius of what is closed: what is written on a sticker belongs to it
HIDDEN_MM = 1.3  # radius: less of a sticker than this in view is not noticed
SOLID = 0.75  # of its hull: three discs that overlap fill 0.85, a cross of thick strokes 0.65
CORE = 0.72  # of the largest disc in a piece: what is thinner is no part of a sticker
OPEN = 0.3  # of a disc may be bare paper inside: more is a ring or a letter

# How far the outline of a sticker may lie from a circle: the blur of a phone, and paper that bends.
OFF_MM, OFF_SHARE, OFF_PX = 0.45, 0.075, 0.35
ROUND = 0.92  # of the outline of a single disc lies on its circle, at least
EXPLAINED, CLEARLY = 0.78, 0.88  # of the outline of several: to count, and to count without a doubt
BESIDE_MM = 1.3  # an outline nearer to other ink than this ends there, and not by itself
ALONE_SHARE, ALONE_MM = 0.94, 3.7  # where no sticker lies free: of the outline; radius of one
SEEN_ARC, CLEAR_ARC = 0.16, 0.3  # of a circle that must be seen: to count, and without a doubt
NEARLY_ALL, FEW_ARC = 0.97, 0.22  # of the outline; of a circle, where all else is explained
WHOLE_ARC = 0.55  # of a circle: of dots that touch, the ink runs together between them
STEPS = 72  # of a circle

MOST_DISCS = 12  # in one piece of ink
OUTSIDE_COST, ABOUT_AS_GOOD, AROUND_PX, TAKEN = 0.8, 0.02, 4, 1.04  # radii that a disc takes away
HIDDEN_SHARE, MOST_GROWN = 0.3, 1.15  # of the radius, or of its square
INSIDE = 0.9  # of a disc lies on ink
NEW = 0.08  # of a disc explains ink that nothing else does
LEAST_JUDGED = 0.45  # of an outline must end by itself
LEFT_OVER, CLEAN = 0.2, 0.055  # of a disc may stay unexplained: to count, and without a doubt
SAME = 0.45  # of the radius: two discs of one colour nearer than this are one
FAMILY, FEW, ALIKE = (
    2,
    4,
    (0.75, 1.33),
)  # among so many single dots, one of a size of its own is doubted


@dataclass(frozen=True, slots=True, eq=False)
class _Blob:
    """A piece of ink of one colour that a sticker may have made."""

    colour: str
    left: int
    top: int
    mask: Mask  # of its bounding box and a rim
    radius_px: float  # of the largest disc in it

    @property
    def area(self) -> int:
        return int(np.count_nonzero(self.mask))

    @property
    def middle(self) -> tuple[float, float]:
        rows, columns = np.nonzero(self.mask)
        return float(columns.mean()), float(rows.mean())


_Circle = tuple[float, float, float]  # x, y and radius


@dataclass(frozen=True, slots=True)
class _Disc:
    """A sticker: where it lies in the flat picture, in pixels."""

    colour: str
    x: float
    y: float
    radius: float
    doubts: tuple[DotDoubt, ...] = ()

    def apart(self, other: _Disc) -> float:
        return math.hypot(self.x - other.x, self.y - other.y)


def find_dots(ink: MapInk) -> tuple[list[Mark], list[OddSpot]]:
    """Find stickers, single ones first: they tell how large the others are."""
    anything = ink.anything
    pieces = [b for colour, mask in ink.masks.items() for b in _blobs(ink, colour, mask, anything)]
    least, most = SMALLEST_DOT_MM * ink.scale, LARGEST_DOT_MM * ink.scale
    discs: list[_Disc] = []
    several: list[tuple[_Blob, _Blob]] = []  # and what it was taken from
    parts: list[_Blob] = []  # what may be in view of a sticker under others
    odd: list[_Blob] = []
    for blob in pieces:
        if blob.radius_px < least:
            parts.append(blob)
            continue
        if blob.radius_px > most * OFF_LARGEST:
            odd.append(blob)
            continue
        for core in _cores(ink, blob):
            if core.radius_px < least:
                parts.append(core)
                continue
            single = _single(ink, core, blob)
            if single is None:
                several.append((core, blob))
            else:
                discs.append(single)
    discs = _of_a_size(discs)
    singles = tuple(discs)
    for core, blob in several:
        found = _taken_apart(ink, core, singles, anything, whole=blob)
        if found:
            discs += found
        elif _may_be_some(core, blob, singles):
            discs.append(
                _Disc(
                    core.colour, core.left + core.middle[0], core.top + core.middle[1],
                    core.radius_px, (DotDoubt.UNCLEAR,),
                )
            )  # fmt: skip
        else:
            odd.append(blob)
    discs += _half_hidden(ink, parts, singles, discs)
    discs = _once(discs)
    return [_mark(ink, disc) for disc in discs], [
        _odd_piece(ink, blob) for blob in odd if not _is_covered(blob, discs)
    ]


def _may_be_some(core: _Blob, whole: _Blob, singles: Sequence[_Disc]) -> bool:
    """Say whether it is as large as a sticker, or as a heap of them in their colour."""
    return any(
        ABOUT_ONE[0] < core.area / (math.pi * one.radius**2) < ABOUT_ONE[1]
        or (
            one.colour == core.colour
            and core.radius_px < ABOUT_ONE[1] * one.radius
            and whole.area < MOST_OF_HEAP * math.pi * one.radius**2
        )
        for one in singles
    )


ABOUT_ONE, MOST_OF_HEAP = (0.6, 1.5), 5.0


def _half_hidden(
    ink: MapInk, parts: Sequence[_Blob], singles: Sequence[_Disc], known: Sequence[_Disc]
) -> list[_Disc]:
    """Find stickers of which others leave a part in view, from the top of a heap downwards."""
    found: list[_Disc] = []
    anything = ink.anything
    left = list(parts)
    for _ in range(MOST_LAYERS):
        wide = _drawn((*known, *found), anything.shape)
        later, before = [], len(found)
        for blob in left:
            if not _is_half_hidden(ink, blob, wide):
                later.append(blob)
                continue
            new = _taken_apart(ink, blob, singles, anything, (*known, *found))
            if new:
                found += new
            else:
                later.append(blob)
        left = later
        if len(found) == before:
            break
    return found + _perhaps(ink, left, (*known, *found))


def _perhaps(ink: MapInk, parts: Sequence[_Blob], known: Sequence[_Disc]) -> list[_Disc]:
    """Doubt what touches a sticker, is of a colour of stickers, and is not explained."""
    wide = _drawn(known, ink.anything.shape)
    colours = {one.colour for one in known}
    found = []
    for blob in parts:
        x, y = blob.left + blob.middle[0], blob.top + blob.middle[1]
        if (
            blob.colour in colours
            and blob.area > PERHAPS_MM2 * ink.scale**2
            and _is_half_hidden(ink, blob, wide)
            and not wide[
                min(max(round(y), 0), wide.shape[0] - 1), min(max(round(x), 0), wide.shape[1] - 1)
            ]
        ):
            found.append(_Disc(blob.colour, x, y, blob.radius_px, (DotDoubt.UNCLEAR,)))
    return found


PERHAPS_MM2 = 9.0


MOST_LAYERS = 6
OFF_LARGEST = 1.05


# --- pieces of ink -----------------------------------------------------------------------------


def _blobs(ink: MapInk, colour: str, mask: Mask, anything: Mask) -> Iterator[_Blob]:
    """Find the pieces of a colour that are wide enough to be of a sticker."""
    rim = round(LARGEST_DOT_MM * ink.scale) + 2
    own = mask.astype(np.uint8)
    closed = cv2.morphologyEx(own, cv2.MORPH_CLOSE, ink.disc(WRITTEN_ON_MM)).astype(bool) & anything
    opened = cv2.morphologyEx((mask | closed).astype(np.uint8), cv2.MORPH_OPEN, ink.disc(HIDDEN_MM))
    opened = _rimmed(np.asarray(opened, np.uint8), rim)
    filled = _without_holes(opened)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(filled)
    _, pieces, spans, _ = cv2.connectedComponentsWithStats(_rimmed(own, rim))
    for number in range(1, count):
        left, top, wide, high = (int(v) for v in stats[number, : cv2.CC_STAT_AREA])
        around = np.s_[top - rim : top + high + rim, left - rim : left + wide + rim]
        window = labels[around] == number
        deep = cv2.distanceTransform(window.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        piece = pieces[top : top + high, left : left + wide]
        which = int(np.bincount(piece[piece > 0]).argmax()) if piece.any() else 0
        x, y, across, down = (int(v) for v in spans[which, : cv2.CC_STAT_AREA])
        if not _is_thick_cross(pieces[y : y + down, x : x + across] == which, ink.scale):
            yield _Blob(colour, left - 2 * rim, top - 2 * rim, window, float(deep.max()))


def _rimmed(mask: NDArray[np.uint8], rim: int) -> NDArray[np.uint8]:
    edged = cv2.copyMakeBorder(mask, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0)
    return np.asarray(edged, np.uint8)


def _is_thick_cross(piece: Mask, scale: float) -> bool:
    """Say whether a piece of ink is two strokes of a felt pen, wide though they are."""
    rows, columns = np.nonzero(piece)
    if not len(rows):
        return False
    hull = cv2.convexHull(np.column_stack([columns, rows]).astype(np.int32))
    if len(rows) > SOLID * cv2.contourArea(hull):
        return False
    part = piece[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    return crossing(np.pad(part, 1), scale) is not None


def _without_holes(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Fill what a name written on a sticker leaves open in it."""
    outlines, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(mask)
    cv2.drawContours(filled, outlines, -1, (1,), cv2.FILLED)
    return filled


def _cores(ink: MapInk, blob: _Blob) -> Iterator[_Blob]:
    """Take off what is thinner than a sticker: a line that ends at it, a letter that touches it.

    Discs that overlap stay whole: each of them is as wide as the widest.
    """
    reach = max(1, int(CORE * blob.radius_px))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    around = _window(ink.anything, blob)
    whole = cv2.morphologyEx((blob.mask | around).astype(np.uint8), cv2.MORPH_OPEN, kernel)
    cores = (blob.mask & whole.astype(bool)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(cores)
    for number in range(1, count):
        if stats[number, cv2.CC_STAT_AREA] < (HIDDEN_MM * ink.scale) ** 2:
            continue
        own = labels == number
        deep = cv2.distanceTransform(own.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
        yield replace(blob, mask=own, radius_px=float(deep.max()))


def _window(mask: Mask, blob: _Blob) -> Mask:
    """Cut the part of a mask that a blob's own mask covers."""
    high, wide = blob.mask.shape
    found = np.zeros_like(blob.mask)
    top, left = max(blob.top, 0), max(blob.left, 0)
    part = mask[top : blob.top + high, left : blob.left + wide]
    y, x = top - blob.top, left - blob.left
    found[y : y + part.shape[0], x : x + part.shape[1]] = part
    return found


# --- one disc ------------------------------------------------------------------------------------


def _single(ink: MapInk, blob: _Blob, whole: _Blob) -> _Disc | None:
    """Take a piece of ink that is one disc; None for every other shape.

    `whole` is the piece with what was taken off: lines and letters may end at a sticker, but
    where they end all round it, it is the head of an arrow, or a letter.
    """
    outline = _outline(blob.mask)
    if len(outline) < STEPS // 4:
        return None
    area = blob.area
    x, y = blob.middle
    radius = math.sqrt(area / math.pi)
    away = np.hypot(outline[:, 0] - x, outline[:, 1] - y)
    if np.mean(np.abs(away - radius + HALF_PX) <= _leeway(ink, radius)) < ROUND:
        return None
    if _bare(ink, blob, _disc_at(blob.mask.shape, x, y, 0.9 * radius)) > OPEN:
        return None
    leeway = _leeway(ink, radius)
    ring = _disc_at(blob.mask.shape, x, y, radius + leeway + 1)
    ring &= ~_disc_at(blob.mask.shape, x, y, radius + leeway)
    if np.count_nonzero(ring & whole.mask) > MOST_ENDS * np.count_nonzero(ring):
        return None
    if not _is_sharp(ink, blob, [(x, y, radius)], outline):
        return None
    return _Disc(blob.colour, blob.left + x, blob.top + y, radius)


def _is_sharp(ink: MapInk, blob: _Blob, circles: Sequence[_Circle], edge: Floats) -> bool:
    """Say whether the ink ends at these circles at once, as a sticker does.

    A note that is taken for paper where it is large fades there; its corner may look like a disc.

    Args:
        ink: of the photo.
        blob: the piece, in whose pixels circles and edge are given.
        circles: of the stickers.
        edge: where the piece ends by itself.
    """
    jumps = []
    for x, y, radius in circles:
        away = edge - (x, y)
        far = np.hypot(away[:, 0], away[:, 1])
        on = np.abs(far - radius + HALF_PX) <= _leeway(ink, radius)
        way = away[on] / np.maximum(far[on], 1)[:, None]
        inner, outer = (
            _colours_at(ink, blob, edge[on] + side * EDGE_MM * ink.scale * way) for side in (-1, 1)
        )
        jumps.append(np.abs(inner - outer).max(axis=1))
    all_of = np.concatenate(jumps)
    return len(all_of) == 0 or float(np.mean(all_of > LEAST_JUMP)) >= SHARP_SHARE


def _colours_at(ink: MapInk, blob: _Blob, points: Floats) -> Floats:
    high, wide = ink.paint.shape[:2]
    columns = np.clip(np.rint(points[:, 0]).astype(int) + blob.left, 0, wide - 1)
    rows = np.clip(np.rint(points[:, 1]).astype(int) + blob.top, 0, high - 1)
    return np.asarray(ink.paint[rows, columns], np.float64)


EDGE_MM, LEAST_JUMP, SHARP_SHARE = 1.0, 28.0, 0.8  # on both sides of an edge; grey levels; of it
MOST_ENDS = 0.33  # of the outline of a sticker, where strokes of its own colour end
HALF_PX = 0.5  # an outline runs through the middle of the outermost pixels


def _outline(mask: Mask) -> Floats:
    found, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    if not found:
        return np.empty((0, 2))
    return np.vstack([np.asarray(line, np.float64).reshape(-1, 2) for line in found])


def _leeway(ink: MapInk, radius: float) -> float:
    return max(OFF_MM * ink.scale, OFF_SHARE * radius) + OFF_PX


def _bare(ink: MapInk, blob: _Blob, where: Mask) -> float:
    """Say how much of a place is bare paper."""
    return 1 - np.count_nonzero(_window(ink.anything, blob) & where) / np.count_nonzero(where)


def _of_a_size(discs: Sequence[_Disc]) -> list[_Disc]:
    """Doubt a dot that is of another size than every other one: a magnet, a thick letter."""
    if len(discs) < FEW:
        return list(discs)
    return [
        disc
        if any(
            disc is not other and ALIKE[0] < disc.radius / other.radius < ALIKE[1]
            for other in discs
        )
        else replace(disc, doubts=(DotDoubt.UNCLEAR,))
        for disc in discs
    ]


# --- several discs -----------------------------------------------------------------------------


def _taken_apart(
    ink: MapInk,
    blob: _Blob,
    singles: Sequence[_Disc],
    anything: Mask,
    beside: Sequence[_Disc] | None = None,
    whole: _Blob | None = None,
) -> list[_Disc]:
    """Cover a piece of ink with as few discs as explain it; none if they do not.

    Args:
        ink: of the photo.
        blob: the piece.
        singles: stickers that lie free; they tell how large the others are.
        anything: the ink of all colours.
        whole: the piece with what was taken off.
        beside: where given, the piece may end at other ink only where one of these stickers lies.
    """
    same = [one.radius for one in singles if one.colour == blob.colour]
    usual = same or [one.radius for one in singles]
    radius = float(np.median(usual)) if usual else blob.radius_px
    around = _window(anything, blob)
    closed = cv2.morphologyEx(blob.mask.astype(np.uint8), cv2.MORPH_CLOSE, ink.disc(WRITTEN_ON_MM))
    allowed = blob.mask | around | closed.astype(bool)
    # A sticker that is partly hidden is as large as the others; one that lies free is as it is.
    other_ink = _beyond_fringe(ink, blob.mask, around & ~blob.mask)
    is_hidden = np.count_nonzero(other_ink) > HIDDEN_SHARE * blob.radius_px**2
    if not is_hidden:
        radius = min(radius, MOST_GROWN * blob.radius_px)
    if len(singles) >= FAMILY and radius < ALIKE[0] * min(one.radius for one in singles):
        return []  # small discs explain any thick letter
    outline = _outline(blob.mask)
    other = cv2.dilate(other_ink.astype(np.uint8), ink.disc(BESIDE_MM)).astype(bool)
    is_beside = other[outline[:, 1].astype(int), outline[:, 0].astype(int)]
    straight = (STRAIGHT * radius, STRAIGHT_MM * ink.scale + OFF_PX)
    if _has_straight_side(outline, ~is_beside, *straight):
        return []  # discs side by side explain a strip as well
    if whole is not None and _has_straight_side(*_sides(ink, blob, whole, around), *straight):
        return []  # its corners were taken off
    leeway = _leeway(ink, radius)
    found = _discs(blob.mask, allowed, radius, outline[~is_beside], leeway)
    if not found:
        return []
    found = _needed(outline, found, radius, leeway)
    covered = np.zeros_like(blob.mask)
    for x, y in found:
        covered |= _disc_at(blob.mask.shape, x, y, radius)
    disc_px = math.pi * radius**2
    left = np.count_nonzero(blob.mask & ~covered) / disc_px
    bare = np.count_nonzero(covered & ~allowed) / disc_px
    on_own, arcs = _on_circles(outline, [(x, y, radius) for x, y in found], leeway)
    on_other = np.zeros_like(on_own)
    if beside is not None:
        near = [(d.x - blob.left, d.y - blob.top, d.radius) for d in beside]
        on_other, _ = _on_circles(outline, near, leeway + FRINGE_MM * ink.scale)
        is_beside &= on_other
    judged = on_own | ~is_beside
    share = float(np.mean((on_own | on_other)[judged])) if judged.any() else 0.0
    if whole is not None and _ends(whole.mask, found, radius, leeway) > MOST_ENDS:
        return []
    if np.mean(judged) < LEAST_JUDGED:
        return []
    if not _is_sharp(ink, blob, [(x, y, radius) for x, y in found], outline[~is_beside]):
        return []
    if share < EXPLAINED or min(arcs) < SEEN_ARC or max(left, bare) > LEFT_OVER * len(found):
        return []
    if not singles and (
        share < ALONE_SHARE or min(arcs) < CLEAR_ARC or radius < ALONE_MM * ink.scale
    ):
        return []  # no sticker lies free, and a thick letter is nearly of small discs
    open_share = np.count_nonzero(covered & ~around) / np.count_nonzero(covered)
    if open_share > OPEN:
        return []
    is_sliver = beside is not None and blob.radius_px < HIDDEN_MM * ink.scale  # or an edge of paper
    is_on_circles = (
        (share >= CLEARLY and min(arcs) >= CLEAR_ARC)
        or (beside is None and share >= NEARLY_ALL and min(arcs) >= FEW_ARC)
        or min(arcs) >= WHOLE_ARC
    )
    is_clear = (
        is_on_circles
        and open_share < OPEN / 2
        and left < CLEAN * len(found)  # where two meet, the photo fills their dips
        and bare < LEFT_OVER
        and not is_sliver
    )
    # What lies free has nothing to excuse an outline that is not quite of discs; nor has a colour
    # of which no sticker lies free, unless stickers lie over it.
    is_neat = share >= CLEARLY and min(arcs) >= CLEAR_ARC and left < CLEAN
    lies_under = beside is not None and is_neat
    may_count = is_hidden and not is_sliver and (bool(same) or not singles or lies_under)
    doubt = DotDoubt.OVERLAP if may_count else DotDoubt.UNCLEAR
    doubts = () if is_clear else (doubt,)
    return [
        _Disc(
            blob.colour,
            blob.left + x,
            blob.top + y,
            radius,
            doubts if number == 0 or not may_count else (),
        )
        for number, (x, y) in enumerate(found)
    ]


def _beyond_fringe(ink: MapInk, own: Mask, rest: Mask) -> Mask:
    """Leave out the rim that a photo gives a piece of ink in another hue: it hides nothing."""
    away = cv2.distanceTransform((~own).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5)
    beyond = (rest & (away > FRINGE_MM * ink.scale + OFF_PX)).astype(np.uint8)
    return np.asarray(rest & cv2.dilate(beyond, ink.disc(FRINGE_MM)).astype(bool), np.bool_)


FRINGE_MM = 0.6  # wide: the blur of a phone, and the coarser colour of a JPEG


def _ends(mask: Mask, found: Sequence[tuple[float, float]], radius: float, leeway: float) -> float:
    """Say where ink of the same colour goes on beyond the discs: round the worst of them."""
    shape = mask.shape
    inside = np.zeros(shape, np.bool_)
    for x, y in found:
        inside |= _disc_at(shape, x, y, radius + leeway)
    shares = []
    for x, y in found:
        ring = _disc_at(shape, x, y, radius + leeway + 1.5)
        ring &= ~inside
        whole = 2 * math.pi * (radius + leeway) * 1.5
        shares.append(np.count_nonzero(ring & mask) / whole)
    return max(shares)


def _sides(
    ink: MapInk, core: _Blob, whole: _Blob, around: Mask
) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the outline of a whole piece; where it goes by the core and not by other ink."""
    outline = _outline(whole.mask)
    columns, rows = outline[:, 0].astype(int), outline[:, 1].astype(int)
    other_ink = _beyond_fringe(ink, whole.mask, around & ~whole.mask).astype(np.uint8)
    other = cv2.dilate(other_ink, ink.disc(BESIDE_MM)).astype(bool)
    near = cv2.dilate(core.mask.astype(np.uint8), ink.disc(BESIDE_MM)).astype(bool)
    return outline, near[rows, columns] & ~other[rows, columns]


STRAIGHT, STRAIGHT_MM = 2.4, 0.25  # radii long; dots that overlap leave dips of 0.5 mm


def _has_straight_side(
    outline: Floats, is_free: NDArray[np.bool_], long: float, off: float
) -> bool:
    """Say whether a part of an outline is a straight line: no dots lie like that."""
    count = len(outline)
    if count < STEPS // 4:
        return False
    steps = np.hypot(*np.diff(outline, axis=0, append=outline[:1]).T)
    whole = np.vstack([outline, outline])
    free = np.concatenate([is_free, is_free])
    along = np.concatenate([[0.0], np.cumsum(np.concatenate([steps, steps]))])[:-1]
    for start in range(0, count, 3):
        end = int(np.searchsorted(along, along[start] + long))
        if end >= min(2 * count, start + count) or not free[start:end].all():
            continue
        way = whole[end] - whole[start]
        far = math.hypot(float(way[0]), float(way[1]))
        if far < STRETCHED * long:
            continue
        part = whole[start:end] - whole[start]
        if np.max(np.abs(part[:, 0] * way[1] - part[:, 1] * way[0])) / far <= off:
            return True
    return False


STRETCHED = 0.85  # of its length along the pixels, which a slanting line makes longer


def _needed(
    outline: Floats, found: Sequence[tuple[float, float]], radius: float, leeway: float
) -> list[tuple[float, float]]:
    """Leave out a disc that explains a scrap of ink and next to nothing of the outline."""
    kept = list(found)
    for one in reversed(found):
        _, (arc,) = _on_circles(outline, [(*one, radius)], leeway)
        if arc < SEEN_ARC and len(kept) > 1:
            kept.remove(one)
    return kept


def _on_circles(
    outline: Floats, circles: Sequence[tuple[float, float, float]], leeway: float
) -> tuple[NDArray[np.bool_], list[float]]:
    """Say which points of an outline lie on a circle, and how much of each circle is seen."""
    on_any = np.zeros(len(outline), np.bool_)
    arcs = []
    for x, y, radius in circles:
        away = np.hypot(outline[:, 0] - x, outline[:, 1] - y)
        on = np.abs(away - radius + HALF_PX) <= leeway
        on_any |= on
        turn = np.arctan2(outline[on, 1] - y, outline[on, 0] - x)
        steps = np.unique(np.floor((turn + math.pi) / (2 * math.pi) * STEPS).astype(int))
        arcs.append(len(steps) / STEPS)
    return on_any, arcs


def _discs(
    own: Mask, allowed: Mask, radius: float, edge: Floats, leeway: float
) -> list[tuple[float, float]]:
    """Choose discs one by one: on ink, and over as much of what is left as possible.

    Each is then moved until its circle lies on the edge of the ink where it is near to that.
    """
    reach = math.ceil(radius)
    grid = np.hypot(*np.mgrid[-reach : reach + 1, -reach : reach + 1])
    disc = (grid <= radius).astype(np.float32)
    disc /= disc.sum()
    inside = cv2.filter2D(allowed.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
    left = own.copy()
    found: list[tuple[float, float]] = []
    while len(found) < MOST_DISCS:
        gain = cv2.filter2D(left.astype(np.float32), -1, disc, borderType=cv2.BORDER_CONSTANT)
        score = np.where(inside >= INSIDE, gain + OUTSIDE_COST * (inside - 1), -1.0)
        y, x = (int(v) for v in np.unravel_index(int(score.argmax()), score.shape))
        if gain[y, x] < NEW or score[y, x] < 0:
            break
        # Of all places that are about as good, take the middle.
        near = score > score[y, x] - ABOUT_AS_GOOD
        near[: max(0, y - AROUND_PX)] = near[y + AROUND_PX + 1 :] = False
        near[:, : max(0, x - AROUND_PX)] = near[:, x + AROUND_PX + 1 :] = False
        rows, columns = np.nonzero(near)
        found.append(_fitted(edge, float(columns.mean()), float(rows.mean()), radius, leeway))
        left &= ~_disc_at(own.shape, *found[-1], radius * TAKEN)
    return found


FITS, FEWEST, WIDE_FIT, FARTHEST = 6, 8, 3.0, 0.35  # rounds, points, of the leeway, of the radius


def _fitted(edge: Floats, x: float, y: float, radius: float, leeway: float) -> tuple[float, float]:
    """Move a circle onto the points of an edge that are near to it."""
    at = np.array([x, y])
    for number in range(FITS):
        away = edge - at
        far = np.hypot(away[:, 0], away[:, 1])
        off = far - radius + HALF_PX
        near = np.abs(off) < leeway * (WIDE_FIT if number < FITS // 2 else 1)
        if np.count_nonzero(near) < FEWEST:
            return x, y
        way = away[near] / far[near, None]
        normal = way.T @ way
        if np.linalg.cond(normal) > MOST_CONDITION:
            return x, y
        at = at + np.linalg.solve(normal, way.T @ off[near])
    if math.hypot(at[0] - x, at[1] - y) > FARTHEST * radius:
        return x, y
    return float(at[0]), float(at[1])


MOST_CONDITION = 60.0  # a short arc says nothing of one direction


def _disc_at(shape: tuple[int, ...], x: float, y: float, radius: float) -> Mask:
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(columns - x, rows - y) <= radius, np.bool_)


def _is_half_hidden(ink: MapInk, blob: _Blob, wide: Mask) -> bool:
    """Say whether this is what another sticker leaves in view, and not a stroke of a pen."""
    reach = ink.disc(BESIDE_MM + FRINGE_MM)  # between two colours a photo has a rim of a third
    near = cv2.dilate(blob.mask.astype(np.uint8), reach).astype(bool)
    touching = np.count_nonzero(near & _window(wide, blob))
    return bool(touching > 2 * SMALLEST_DOT_MM * ink.scale)


def _drawn(discs: Sequence[_Disc], shape: tuple[int, ...]) -> Mask:
    """Put the stickers that were found in their places on the map."""
    found = np.zeros(shape, np.uint8)
    for disc in discs:
        cv2.circle(found, (round(disc.x), round(disc.y)), round(disc.radius), (1,), cv2.FILLED)
    return found.astype(bool)


def _once(discs: Sequence[_Disc]) -> list[_Disc]:
    """Take two halves of a sticker that a line divides as one; doubt one right over another."""
    kept: list[_Disc] = []
    for disc in discs:
        over = [one for one in kept if one.apart(disc) < SAME * min(one.radius, disc.radius)]
        if any(one.colour == disc.colour for one in over):
            continue
        doubts = tuple(dict.fromkeys((DotDoubt.OVERLAP, *disc.doubts)))
        kept.append(replace(disc, doubts=doubts) if over else disc)
    return kept


# --- what becomes of it ------------------------------------------------------------------------


def _mark(ink: MapInk, disc: _Disc) -> Mark:
    place = ink.place(disc.x, disc.y)
    return Mark(DotKind.DOT, disc.colour, place, disc.radius / ink.scale, disc.doubts)


def _is_covered(blob: _Blob, discs: Sequence[_Disc]) -> bool:
    """Say whether the stickers that were found explain this piece after all."""
    x, y = blob.middle
    return any(math.hypot(d.x - blob.left - x, d.y - blob.top - y) < d.radius / 2 for d in discs)


def _odd_piece(ink: MapInk, blob: _Blob) -> OddSpot:
    rows, columns = np.nonzero(blob.mask)
    wide, high = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    middle = ink.place(
        blob.left + columns.min() + (wide - 1) / 2, blob.top + rows.min() + (high - 1) / 2
    )
    wide_mm, high_mm = wide / ink.scale, high / ink.scale
    is_paper = blob.area > FLAT * wide * high and min(wide_mm, high_mm) > 2 * SMALLEST_DOT_MM
    return OddSpot(OddKind.PAPER if is_paper else OddKind.STROKE, middle, wide_mm, high_mm)


FLAT = 0.6  # of its bounding box: a note that hangs askew fills so much, an arrow or word does not
