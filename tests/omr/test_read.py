"""Whole pages, from printed sheet through a simulated machine to readings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms import instrument, layout
from forms.sheet_code import instrument_number
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.geometry import Image, project
from omr.intake.load import open_file
from omr.page import Note, PageRef, PageStatus, ReadPage, Reason
from omr.read import Attempt, read_page, read_picture
from papierkompas.lab.simulate.copier import COPIER_CASES, ScanCase, scan
from papierkompas.lab.simulate.photo import PHONE_CASES, PhotoCase, photograph
from papierkompas.lab.simulate.pile import PX_PER_MM, FilledPage, filled_pages
from papierkompas.lab.simulate.scan_files import write_images, write_pdf
from papierkompas.lab.simulate.scan_result import ScanResult

REF = PageRef("scan.pdf", 1)
LIST = "schoolwaardenkompas/01/1"


@cache
def forms() -> Forms:
    return forms_of((asked, layout.layout(asked)) for asked in instrument.builtin())


@cache
def pages() -> dict[str, FilledPage]:
    """Fill in a quickscan and two statement lists."""
    jobs = [
        Job(asked, layout.layout(asked), next(iter(asked.rounds), None), "K7F3", seats)
        for asked in instrument.builtin()
        for seats in [(Seat(1), Seat(2)) if asked.rounds else (Seat(1),)]
    ]
    filled = filled_pages(jobs, np.random.default_rng(3))
    return {f"{f.printed.instrument}/{f.printed.sheet[-2:]}/{f.layout.page}": f for f in filled}


def grey(result: ScanResult) -> Image:
    image = result.image
    if image.ndim == 3:
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
    return image


def scanned(name: str, case: str, seed: int = 1) -> ScanResult:
    rng = np.random.default_rng(seed)
    if case in PHONE_CASES:
        return photograph(pages()[name].image, PHONE_CASES[case], rng, PX_PER_MM)
    return scan(pages()[name].image, COPIER_CASES[case], rng, PX_PER_MM)


def misread(name: str, page: ReadPage) -> list[str]:
    """List the questions that were answered wrongly, without a doubt."""
    return [
        question
        for question, answer in pages()[name].answers.items()
        if (reading := page.readings[question]).doubt is None
        and not answer.second
        and reading.option != answer.option
    ]


CASES = [
    "grey100", "bitonal150", "skew10", "upside_down", "sideways", "fit_uneven", "feed_stretch",
    "edges_trimmed", "corners_missing", "dog_ear", "lid_open", "streaks", "crumple", "bad_day",
    "phone_curl", "phone_dim", "phone_perspective", "phone_two_sheets",
]  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_paper_and_machines_are_survived(case: str, tmp_path: Path) -> None:
    """The page is read, it is the right sheet, and hardly an answer is wrong."""
    name = "quickscan/01/4"
    result = scanned(name, case)
    (path,) = write_images(tmp_path, [result], ".png" if result.is_bitonal else ".jpg")
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    page = read_page(sources[0], forms())
    printed = pages()[name].printed

    assert page.status is PageStatus.READ
    assert page.code is not None
    assert (page.code.sheet, page.code.page) == (printed.sheet, printed.sheet_page)
    assert page.residual_mm is not None
    assert page.residual_mm < 0.45
    assert len(misread(name, page)) <= 1


def test_places_are_told_in_pixels_of_the_scan_itself(tmp_path: Path) -> None:
    """However small the picture was that was read; crops are cut from the scan."""
    result = scanned(LIST, "grey300")
    write_pdf(tmp_path / "scan.pdf", [result])
    sources = open_file(tmp_path / "scan.pdf")
    assert not isinstance(sources, ReadPage)
    page = read_page(sources[0], forms())
    box = pages()[LIST].layout.boxes[-1].rect
    corner = np.array([[box.x_mm, box.y_mm]])

    assert page.mm_to_px is not None
    assert page.size_px is not None
    assert np.abs(np.array(page.size_px) - result.image.shape[1::-1]).max() <= 1
    there = project(np.array(page.mm_to_px).reshape(3, 3), corner)
    assert np.linalg.norm(there - result.to_px(corner)) < 0.2 * result.dpi / 25.4


def test_an_empty_page_is_blank_and_a_faint_one_is_not() -> None:
    """A blank back costs nothing; a copy that is nearly gone must not vanish from the account."""
    sheet = pages()[LIST].image
    rng = np.random.default_rng(2)
    empty = scan(np.full_like(sheet, 255), COPIER_CASES["grey200"], rng, PX_PER_MM)
    faint_print = (255 - (255 - sheet.astype(np.float32)) * 0.12).astype(np.uint8)
    faint = scan(faint_print, COPIER_CASES["grey200"], rng, PX_PER_MM)

    assert read_picture(Attempt(grey(empty), REF, forms())).status is PageStatus.BLANK
    assert read_picture(Attempt(grey(faint), REF, forms())).status is not PageStatus.BLANK


@pytest.mark.parametrize("level", [255, 128])
@pytest.mark.parametrize("share", [0.02, 0.035, 0.05, 0.06])
def test_what_is_left_of_a_page_is_not_blank(share: float, level: int) -> None:
    """A decoder goes on after damage, with one even level; all the answers are below."""
    for name in (LIST, "quickscan/01/4"):
        whole = grey(scanned(name, "grey100"))
        lines = round(share * len(whole))
        for turned in (whole, np.ascontiguousarray(np.rot90(whole))):
            lost = turned.copy()
            lost[lines:] = level
            page = read_picture(Attempt(lost, REF, forms()))

            assert page.status is PageStatus.UNREAD


INKED = {
    "bitonal_too_dark", "copy_of_copy", "punched4", "coffee", "coffee_colour", "handwriting",
    "ruler_line", "highlighter", "highlighter_colour",
}  # fmt: skip


@pytest.mark.parametrize("case", COPIER_CASES)
def test_an_empty_page_is_blank_whatever_machine_scans_it(case: str) -> None:
    """Unless the machine or the paper puts ink on it, nobody has to look at backs."""
    empty = np.full_like(pages()[LIST].image, 255)
    result = scan(empty, COPIER_CASES[case], np.random.default_rng(2), PX_PER_MM)
    page = read_picture(Attempt(grey(result), REF, forms()))

    assert page.status is (PageStatus.UNREAD if case in INKED else PageStatus.BLANK)


def test_a_back_through_which_the_front_shines_is_blank() -> None:
    """Thin paper shows its front, mirrored; that is no sheet of its own."""
    front = pages()[LIST].image
    through = cv2.GaussianBlur(cv2.flip(front, 1), (0, 0), 0.12 * PX_PER_MM)
    back = (255 - (255 - np.asarray(through, np.float32)) * 0.18).astype(np.uint8)
    result = scan(back, COPIER_CASES["grey200"], np.random.default_rng(2), PX_PER_MM)

    assert read_picture(Attempt(grey(result), REF, forms())).status is PageStatus.BLANK


def side_by_side(one: Image, other: Image) -> Image:
    """Photograph two sheets from straight above, on a dark table."""
    table = np.full((1500, 2100), 90, np.uint8)
    for x, image in ((20, one), (1050, other)):
        half = cv2.resize(image, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)
        table[40 : 40 + half.shape[0], x : x + half.shape[1]] = half
    return table


def test_of_two_sheets_in_view_both_are_read() -> None:
    """A copier feeds A3, or puts two on one; people photograph two at once."""
    names = [f"schoolwaardenkompas/{seat}/1" for seat in ("01", "02")]
    view = side_by_side(*(pages()[name].image for name in names))
    for turned in (view, np.rot90(view, 2), np.rot90(view)):
        page = read_picture(Attempt(np.ascontiguousarray(turned), REF, forms()))
        found = page.in_picture

        assert [one.ref for one in found] == [REF, replace(REF, part=2)]
        assert [one.status for one in found] == [PageStatus.READ] * 2
        assert sorted(one.code.number for one in found if one.code) == [1, 2]
        assert all(not one.beside and not one.notes for one in found)
        for one in found:
            assert one.code is not None
            assert misread(names[one.code.number - 1], one) == []


def test_two_pages_of_one_list_in_view_are_both_read() -> None:
    """Their corner marks differ, so that at a glance they might be taken for one odd sheet."""
    one, other = (pages()[f"quickscan/01/{number}"].image for number in (2, 3))
    page = read_picture(Attempt(side_by_side(one, other), REF, forms()))

    assert [p.code.page for p in page.in_picture if p.code] == [2, 3]
    assert [p.status for p in page.in_picture] == [PageStatus.READ] * 2


def test_two_on_one_paper_are_read_and_placed_in_the_scan(tmp_path: Path) -> None:
    """At 71 % each has half of the picture; then all pixels of the scan are used."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    whole = cv2.resize(np.hstack([one, other]), (3508, 2480), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(tmp_path / "scan.png"), whole)
    sources = open_file(tmp_path / "scan.png")
    assert not isinstance(sources, ReadPage)
    page = read_page(sources[0], forms())
    corner = np.array([[0.0, 0.0]])
    places = [project(np.array(part.mm_to_px).reshape(3, 3), corner)[0] for part in page.in_picture]

    assert [part.size_px for part in page.in_picture] == [(3508, 2480)] * 2
    assert np.abs(np.array(places) - [(0, 0), (1754, 0)]).max() < 12


def on_a_table(one: Image, other: Image) -> Image:
    """Lay two sheets beside each other, one of them a little askew."""
    (height, width), edge, between = one.shape, round(12 * PX_PER_MM), round(8 * PX_PER_MM)
    table = np.full((height + 3 * edge, 2 * width + between + 2 * edge), 110, np.uint8)
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 1.5, 1)
    turn[:, 2] += np.array([edge + width + between, 1.5 * edge])
    size = (table.shape[1], table.shape[0])
    laid = cv2.warpAffine(other, turn, size)
    table = np.where(cv2.warpAffine(np.full_like(other, 255), turn, size) > 127, laid, table)
    table[edge : edge + height, edge : edge + width] = one
    return table


def two_on_an_a4(one: Image, other: Image) -> Image:
    """Copy two sheets onto one paper: 71 %, a quarter turn."""
    small = cv2.resize(np.hstack([one, other]), one.shape, interpolation=cv2.INTER_AREA)
    return np.ascontiguousarray(np.rot90(small))


PAIRS: dict[str, tuple[Callable[[Image, Image], Image], ScanCase | PhotoCase]] = {
    "71 % in grey": (two_on_an_a4, COPIER_CASES["grey150"]),
    "71 % in black and white": (two_on_an_a4, COPIER_CASES["bitonal200"]),
    "71 % in colour": (two_on_an_a4, COPIER_CASES["colour300"]),
    "A3 in grey": (lambda one, other: np.hstack([one, other]), COPIER_CASES["grey150"]),
    "A3 in black and white": (lambda one, other: np.hstack([one, other]),
                              COPIER_CASES["bitonal200"]),
    "A3 upside down": (lambda one, other: np.hstack([one, other]), COPIER_CASES["upside_down"]),
    "phone": (on_a_table, PhotoCase()),
    "phone in the shade": (on_a_table, PhotoCase(shadow=(0.2, 0.3))),
    "phone from afar": (on_a_table, PhotoCase(fill=(0.6, 0.7), roll_deg=(-8, 8))),
    "phone aslant": (on_a_table, PhotoCase(tilt_deg=(10, 14), size_px=(4032, 3024))),
    "phone on its side": (on_a_table, PhotoCase(turns=(1,))),
    "phone above curled paper": (on_a_table, PhotoCase(tilt_deg=(4, 8), curl_mm=(1, 2))),
}  # fmt: skip


@pytest.mark.parametrize("case", PAIRS)
@pytest.mark.parametrize("seed", [6, 7])
def test_both_of_two_sheets_in_one_picture_are_read(case: str, seed: int, tmp_path: Path) -> None:
    """Each on its own, by whatever machine the picture was taken."""
    names = [f"schoolwaardenkompas/{seat}/1" for seat in ("01", "02")]
    lay, how = PAIRS[case]
    both, rng = lay(*(pages()[name].image for name in names)), np.random.default_rng(seed)
    if isinstance(how, PhotoCase):
        result = photograph(both, how, rng, PX_PER_MM)
    else:
        result = scan(both, how, rng, PX_PER_MM)
    (path,) = write_images(tmp_path, [result], ".png" if result.is_bitonal else ".jpg")
    sources = open_file(path)
    assert not isinstance(sources, ReadPage)
    found = read_page(sources[0], forms()).in_picture

    assert [part.status for part in found] == [PageStatus.READ] * 2
    assert sorted(part.code.number for part in found if part.code) == [1, 2]
    assert all(not part.notes for part in found)
    for part in found:
        assert part.code is not None
        name = names[part.code.number - 1]
        assert misread(name, part) == []
        assert sum(r.doubt is not None for r in part.readings.values()) <= 1


def test_of_two_sheets_in_view_the_one_that_cannot_be_read_is_said() -> None:
    """Nothing in the picture is lost without a word."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    spoilt = other.copy()
    for box in pages()[LIST].layout.boxes:
        r = box.rect.grown(1)
        x, y, w, h = (round(v * PX_PER_MM) for v in (r.x_mm, r.y_mm, r.width_mm, r.height_mm))
        spoilt[y : y + h, x : x + w] = 255
    page = read_picture(Attempt(side_by_side(spoilt, one), REF, forms()))

    assert [part.reason for part in page.in_picture] == [Reason.MISPLACED, None]


def test_a_sheet_beside_part_of_another_is_read_and_said() -> None:
    """Half a neighbour will have a photo of its own."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    view = np.ascontiguousarray(side_by_side(one, other)[:, :1500])
    page = read_picture(Attempt(view, REF, forms()))

    assert page.status is PageStatus.READ
    assert page.code is not None
    assert page.code.number == 1
    assert page.notes == (Note.ANOTHER_SHEET,)


def test_a_sheet_between_parts_of_two_others_is_read_and_said() -> None:
    """The neighbours' halves show four marks between them, as if they were one sheet."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    row = np.hstack([side_by_side(other, one), side_by_side(other, other)])
    view = np.ascontiguousarray(row[:, 500:2700])
    page = read_picture(Attempt(view, REF, forms()))

    assert [part.status for part in page.in_picture] == [PageStatus.READ]
    assert page.code is not None
    assert page.code.number == 1
    assert page.notes == (Note.ANOTHER_SHEET,)


def test_a_mark_of_another_sheet_is_seen_away_from_the_corners() -> None:
    """The sheet itself is found at a glance; the neighbour shows one mark halfway down the edge."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    view = side_by_side(one, one)
    view[:, :1040] = 90
    part = cv2.resize(other, None, fx=0.4, fy=0.4, interpolation=cv2.INTER_AREA)[:880, -400:]
    view[600 : 600 + len(part), 300:700] = part
    page = read_picture(Attempt(view, REF, forms()))

    assert page.status is PageStatus.READ
    assert page.code is not None
    assert page.code.number == 1
    assert page.notes == (Note.ANOTHER_SHEET,)


@pytest.mark.parametrize("case", ["bitonal_too_light", "grey200"])
def test_a_scan_that_lost_faint_marks_is_said(case: str) -> None:
    """What is white on such a scan may have been a pencil mark; how much, differs by scan."""
    name = "quickscan/01/3"
    page = pages()[name]
    image = page.image.copy()
    for which in page.layout.boxes:
        r = which.rect  # everybody's marks in light pencil
        inner = image[
            round((r.y_mm + 0.6) * PX_PER_MM) : round((r.y_mm + r.height_mm - 0.6) * PX_PER_MM),
            round((r.x_mm + 0.6) * PX_PER_MM) : round((r.x_mm + r.width_mm - 0.6) * PX_PER_MM),
        ]
        inner[:] = 255 - (255 - inner) // 3
    for seed in range(2, 6):
        seen = grey(scan(image, COPIER_CASES[case], np.random.default_rng(seed), PX_PER_MM))
        read = read_picture(Attempt(seen, REF, forms()))
        doubts = sum(reading.doubt is not None for reading in read.readings.values())

        assert read.status is PageStatus.READ
        assert misread(name, read) == []
        assert read.notes == ((Note.TOO_LIGHT,) if 2 * doubts > len(read.readings) else ())
        assert doubts <= 1 if case == "grey200" else doubts > 1


def test_the_code_of_another_sheet_is_never_taken() -> None:
    """Its own code is covered; the neighbour's can be read, and is not where it should be."""
    one, other = (pages()[f"schoolwaardenkompas/{seat}/1"].image for seat in ("01", "02"))
    spoilt = one.copy()
    r = pages()[LIST].layout.code.grown(2)
    x, y, w, h = (round(v * PX_PER_MM) for v in (r.x_mm, r.y_mm, r.width_mm, r.height_mm))
    spoilt[y : y + h, x : x + w] = 255
    page = read_picture(Attempt(side_by_side(spoilt, other), REF, forms()))

    assert page.status is PageStatus.UNREAD or not misread("schoolwaardenkompas/02/1", page)


def test_foreign_paper_and_unknown_prints_are_told_apart() -> None:
    """Each asks something else of the person who scanned it."""
    image = grey(scanned(LIST, "grey200"))
    letter = np.full(image.shape, 240, np.uint8)
    for row in range(200, 2000, 60):
        cv2.putText(letter, "Geachte ouders en verzorgers,", (150, row), 0, 1.4, (40,), 3)
    number = instrument_number("schoolwaardenkompas")
    others = Forms(tuple(form for form in forms().forms if form.number != number))
    older = Forms(tuple(replace(form, edition=2) for form in forms().forms))

    assert read_picture(Attempt(letter, REF, forms())).reason is Reason.NO_SHEET
    assert read_picture(Attempt(image, REF, others)).reason is Reason.UNKNOWN_INSTRUMENT
    assert read_picture(Attempt(image, REF, older)).reason is Reason.OTHER_PRINT
