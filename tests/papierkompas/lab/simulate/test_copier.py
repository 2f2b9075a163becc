"""Copiers and phones: every case runs, repeats itself, and tells the truth about its geometry."""

from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.random import default_rng

from papierkompas.lab.simulate.copier import COPIER_CASES, Mode, ScanCase, scan
from papierkompas.lab.simulate.damage import back_of
from papierkompas.lab.simulate.photo import PHONE_CASES, PhotoCase, photograph
from papierkompas.lab.simulate.scan_result import MM_PER_INCH, Image, Points, ScanResult

PX_PER_MM = 8.0
SIZE_MM = (70, 100)
DOTS_MM = np.array([[12, 14], [58, 15], [35, 50], [14, 84], [57, 86], [20, 35]], float)
SMALL_PHOTO = (756, 1008)


def dotted() -> Image:
    """A small page with dots of 1.6 mm at known places."""
    page = np.full((round(SIZE_MM[1] * PX_PER_MM), round(SIZE_MM[0] * PX_PER_MM)), 255, np.uint8)
    for x_px, y_px in np.rint((DOTS_MM * PX_PER_MM - 0.5) * 16).astype(int).tolist():
        cv2.circle(page, (x_px, y_px), round(0.8 * PX_PER_MM * 16), (0,), -1, cv2.LINE_AA, shift=4)
    return page


def misses_mm(result: ScanResult) -> Points:
    """Measure how far each dot lies from where the scan says it lies."""
    grey = result.image if result.image.ndim == 2 else result.image.mean(axis=2)
    px_per_mm = result.dpi / MM_PER_INCH
    reach = round(2.2 * px_per_mm)
    misses = []
    for x_px, y_px in result.to_px(DOTS_MM):
        left, top = round(x_px) - reach, round(y_px) - reach
        if left < 0 or top < 0:
            continue  # skewed off the glass
        part = grey[top : top + 2 * reach + 1, left : left + 2 * reach + 1].astype(float)
        if part.shape != (2 * reach + 1, 2 * reach + 1):
            continue
        dark = np.clip(np.median(part) - 60 - part, 0, None)
        if result.image.ndim == 3:
            dark = np.clip(np.median(part) * 0.6 - part, 0, None)
        y, x = np.mgrid[0 : dark.shape[0], 0 : dark.shape[1]]
        found = np.array([(x * dark).sum(), (y * dark).sum()]) / dark.sum()
        misses.append((found + np.array([left - x_px, top - y_px])) / px_per_mm)
    assert len(misses) >= 3
    return np.array(misses)


def shape_only(case: ScanCase) -> ScanCase:
    """Leave out what would cover the dots; keep how the paper lies, and the file."""
    return replace(case, mishaps=(), streaks=(0, 0), specks=(0, 0), copies=0, low_toner=(0, 0))


@pytest.mark.parametrize("name", COPIER_CASES)
def test_every_copier_case_runs_and_repeats_itself(name: str) -> None:
    """The whole list; a seed is enough to see a page again."""
    case = COPIER_CASES[name]
    page = dotted()
    first, again = (scan(page, case, default_rng(11), PX_PER_MM) for _ in range(2))

    assert np.array_equal(first.image, again.image)
    assert first.image.dtype == np.uint8
    assert (first.image.ndim == 3) == (case.mode is Mode.COLOUR)
    assert first.jpeg is None or np.array_equal(decoded(first.jpeg), first.image)
    assert np.array_equal(page, dotted())
    if case.mode.is_bitonal:
        assert set(np.unique(first.image)) <= {0, 255}


@pytest.mark.parametrize("name", COPIER_CASES)
def test_the_copier_knows_where_every_point_went(name: str) -> None:
    """Registration is measured against this: it must be the better of the two."""
    case = shape_only(COPIER_CASES[name])
    for seed in range(2):
        result = scan(dotted(), case, default_rng(seed), PX_PER_MM)
        allowed = 0.2 if case.mode in (Mode.DIFFUSED, Mode.SCREENED) or case.dpi < 150 else 0.1

        assert np.abs(misses_mm(result)).max() < allowed


@pytest.mark.parametrize("name", PHONE_CASES)
def test_the_phone_knows_where_every_point_went(name: str) -> None:
    """Also on bent paper, in the dark and with a shaking hand."""
    case = small(PHONE_CASES[name])
    first, again = (photograph(dotted(), case, default_rng(4), PX_PER_MM) for _ in range(2))

    assert np.array_equal(first.image, again.image)
    assert np.abs(misses_mm(first)).max() < 0.2


def test_a_phone_takes_twelve_megapixels() -> None:
    """Twelve megapixels: 4032 x 3024."""
    result = photograph(dotted(), PHONE_CASES["phone"], default_rng(1), PX_PER_MM)

    assert result.image.shape == (4032, 3024, 3)


def test_two_sheets_are_in_view() -> None:
    """The second one may be given: somebody else's answers next to ours."""
    case = small(PHONE_CASES["phone_two_sheets"])
    black = np.zeros_like(dotted())
    alone = photograph(dotted(), case, default_rng(2), PX_PER_MM)
    beside = photograph(dotted(), case, default_rng(2), PX_PER_MM, second=black)

    assert (beside.image < 40).mean() > (alone.image < 40).mean() + 0.03


@pytest.mark.parametrize(("turns", "shape"), [(0, (4, 3)), (1, (3, 4)), (2, (4, 3)), (3, (3, 4))])
def test_a_page_can_be_fed_in_any_direction(turns: int, shape: tuple[int, int]) -> None:
    """Quarter turns clockwise: after one, the top of the page is at the right."""
    case = replace(COPIER_CASES["grey200"], turns=(turns,), skew_deg=(0, 0), shift_mm=(0, 0))
    page = np.full((800, 600), 255, np.uint8)
    result = scan(page, case, default_rng(0), PX_PER_MM)
    (top,) = result.to_px(np.array([[37.5, 0.0]])) / (result.image.shape[1], result.image.shape[0])
    expected = {0: (0.5, 0), 1: (1, 0.5), 2: (0.5, 1), 3: (0, 0.5)}

    assert result.image.shape[0] * shape[1] == pytest.approx(result.image.shape[1] * shape[0], 0.01)
    assert top == pytest.approx(expected[turns], abs=0.01)


def test_resolution_is_what_the_case_says() -> None:
    """100 mm at 200 dpi are 787 pixels."""
    result = scan(dotted(), COPIER_CASES["grey200"], default_rng(0), PX_PER_MM)

    assert result.dpi == 200
    assert result.image.shape == (787, 551)


def test_a_lid_left_open_is_black() -> None:
    """And more glass is scanned than there is paper."""
    result = scan(dotted(), COPIER_CASES["lid_open"], default_rng(0), PX_PER_MM)

    assert result.image.shape[0] > 1240
    assert (result.image < 70).mean() > 0.05


def test_holes_are_punched_where_the_standard_says() -> None:
    """ISO 838: 12 mm from the edge, 80 mm apart about the middle of the page."""
    page = np.full((2376, 1680), 255, np.uint8)  # A4 at 8 px per mm
    case = replace(
        COPIER_CASES["punched2"],
        lid=0,
        skew_deg=(0, 0),
        shift_mm=(0, 0),
        scale_x=(1, 1),
        scale_y=(1, 1),
        dpi=100,
    )
    result = scan(page, case, default_rng(3), PX_PER_MM)
    _, _, stats, centres = cv2.connectedComponentsWithStats((result.image < 90).astype(np.uint8))
    holes = centres[1:][stats[1:, cv2.CC_STAT_AREA] > 100] / (100 / MM_PER_INCH)

    assert len(holes) == 2
    assert np.abs(holes - ((12, 108.5), (12, 188.5))).max() < 3
    assert np.diff(holes[:, 1]) == pytest.approx([80], abs=0.5)


def test_an_empty_back_is_nearly_white_and_mirrored() -> None:
    """A dot at the left of the front shines through at the right of the back."""
    front = np.full((800, 560), 255, np.uint8)
    front[300:500, 100:200] = 0
    back = back_of(front, default_rng(0), PX_PER_MM)

    assert back.min() > 180
    assert back[:, 300:].mean() < back[:, :260].mean()


def small(case: PhotoCase) -> PhotoCase:
    """Take the same photo with fewer pixels, and focus as well on the paper."""
    return replace(case, size_px=SMALL_PHOTO)


def decoded(jpeg: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_UNCHANGED)
    assert image is not None
    return np.asarray(image, np.uint8)
