"""Handwritten names on the map: the same rules as for names in type."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.instrument import Round
from forms.paper import MM, Drawing, Stamp
from forms.paper_sizes import A4
from papierkompas.lab.measure_labels import count_faults, painted_twice, sample_poster
from scoring.poster import Naming, Poster, arranged, draw_poster
from scoring.written import ABOVE, BELOW, LONGEST, Written, paint_name, width, with_note
from tests.maps import SHOWN, WISHED


def block(wide: int, high: int) -> Stamp:
    """Make a stamp that is ink all over: whatever touches it, touches ink."""
    return Stamp(wide, high, np.packbits(np.ones((high, wide), np.bool_), axis=1).tobytes())


def by_hand(count: int, number: int, shown: tuple[Round, ...] = WISHED) -> Poster:
    """Let everybody but the fifth write their name: from one short word to a whole line."""
    poster = sample_poster(count, number, rounds=shown)
    random = np.random.default_rng(number)
    people = tuple(
        person if place % 5 == 4 else replace(person, ink=block(int(random.integers(60, 900)), 60))
        for place, person in enumerate(poster.people)
    )
    return replace(poster, people=people)


@given(st.integers(1, 3000), st.integers(1, 300))
def test_writing_keeps_its_shape_and_its_row(wide: int, high: int) -> None:
    """A name is never pulled out of shape, and never higher or wider than its place."""
    name = Written(block(wide, high), "nr 01")
    across, up = name.size

    assert across / up == pytest.approx(wide / high)
    assert up <= ABOVE + BELOW + 1e-9
    assert across <= LONGEST + 1e-9
    assert width(name) * 10 == pytest.approx(across * 10 / MM)


def test_what_is_typed_behind_it_counts_as_well() -> None:
    """A ring without a wish says (nu), behind handwriting too."""
    name = Written(block(300, 60), "nr 01")

    assert width(with_note(name, "(nu)")) > width(name) + width("(nu)")
    assert str(with_note(name, "(nu)")) == "nr 01 (nu)"


@settings(max_examples=8, deadline=None)
@given(st.sampled_from([3, 15, 40]), st.integers(0, 50), st.sampled_from(SHOWN))
def test_no_writing_lies_on_anything(count: int, number: int, shown: tuple[Round, ...]) -> None:
    """Handwriting finds its place by the rules of type."""
    arrangement = arranged(by_hand(count, number, shown))

    assert count_faults(arrangement.scene, arrangement.found).overlaps == 0


@pytest.mark.parametrize("number", [0, 1])
def test_no_pixel_of_writing_belongs_to_two_people(number: int) -> None:
    """The ink itself is checked, with names that are black from corner to corner."""
    poster = by_hand(30, number)

    assert painted_twice(arranged(poster), poster) == 0


@pytest.mark.parametrize("naming", [Naming.INITIALS, Naming.NUMBERS, Naming.NONE])
def test_writing_is_not_shown_where_names_are_not(naming: Naming) -> None:
    """A hand is known as well as a name."""
    poster = replace(by_hand(8, 1), naming=naming)

    assert not any(isinstance(name, Written) for name in poster.names)


def test_the_writing_is_a_picture_of_ink_alone() -> None:
    """Sharp at any size, see-through where there is no ink, stored once for all its copies."""
    target = BytesIO()
    draw_poster(target, by_hand(6, 2))
    command = ["pdfimages", "-list", "-"]
    listed = subprocess.run(command, input=target.getvalue(), check=True, capture_output=True)
    rows = [row.split() for row in listed.stdout.decode().splitlines()[2:]]

    assert {row[2] for row in rows} == {"stencil"}
    assert len({row[10] for row in rows}) == 5
    assert len(target.getvalue()) < 100_000


def test_a_name_is_painted_where_it_was_measured() -> None:
    """The row of a name runs from 0.75 em above its baseline to 0.20 below it."""
    target = BytesIO()
    drawing = Drawing(target, A4, title="x")
    paint_name(drawing, 50, 100, Written(block(100, 50), "nr 01"), 20 * MM)
    drawing.save()
    command = ["pdftoppm", "-gray", "-r", "25.4", "-"]
    data = subprocess.run(command, input=target.getvalue(), check=True, capture_output=True).stdout
    _, size, _, body = data.split(b"\n", 3)
    wide, high = map(int, size.split())
    page = np.frombuffer(body, np.uint8).reshape(high, wide)
    rows, columns = np.nonzero(page < 128)

    assert (rows.min(), rows.max() + 1) == pytest.approx((85, 104), abs=1)
    assert (columns.min(), columns.max() + 1) == pytest.approx((50, 88), abs=1)


def test_a_stamp_says_what_is_wrong_with_it() -> None:
    """Too few bits would print somebody's name askew."""
    with pytest.raises(ValueError, match="needs 4 bytes"):
        Stamp(9, 2, b"123")
