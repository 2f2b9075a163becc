"""The poster: everybody is on it, once, and what must not be on it is not."""

from __future__ import annotations

import subprocess
import unicodedata
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.compass import Compass
from forms.errors import UsageError
from forms.instrument import Round, find
from forms.paper_sizes import Paper, paper_named
from papierkompas.lab.measure_labels import count_faults, painted_twice, sample_poster
from scoring.compass import Position
from scoring.labels import Block, Labelling, Method
from scoring.poster import (
    TAKE_AWAY,
    Missing,
    Naming,
    Person,
    Poster,
    arranged,
    draw_key,
    draw_poster,
)
from scoring.shapes import Bounds
from tests.maps import BOTH, COMPASS, SHOWN, WISHED

LONG = "Wilhelmina-Konstantina-Anna-Elisabeth XL"  # 40 characters
FULL_NAMES = [
    "Sam Voorbeeld", "Sam Proef", "Noor Test", "İpek Proef", "Đặng Thị Ánh", "Ồn Ế Ắng",
    LONG, "Łukasz Żądło", "Zoë O'Proef", "Jan-Willem van den Test", "Ğülşen Ő Ț", "J. de Proef",
]  # fmt: skip

quarters = st.integers(4, 24).map(lambda total: total / 4)
positions = st.builds(Position, quarters, quarters)
people = st.builds(Person, st.sampled_from(FULL_NAMES), positions, st.none() | positions)
teams = st.lists(people, min_size=1, max_size=20).map(tuple)


def poster(team: tuple[Person, ...], size: str = "a1", shown: tuple[Round, ...] = WISHED) -> Poster:
    return Poster("Team Voorbeeld", "12 maart 2026", paper_named(size), team, shown, COMPASS)


def pdf(one: Poster) -> bytes:
    target = BytesIO()
    draw_poster(target, one)
    return target.getvalue()


def words(data: bytes) -> Counter[str]:
    """Count the words that a reader finds in a PDF."""
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=data, check=True, capture_output=True).stdout.decode()
    return Counter(unicodedata.normalize("NFC", text).split())


def pixels(data: bytes, per_mm: int = 1) -> npt.NDArray[np.uint8]:
    """Render the first page in grey."""
    command = ["pdftoppm", "-gray", "-r", str(25.4 * per_mm), "-"]
    image = subprocess.run(command, input=data, check=True, capture_output=True).stdout
    _, size, _, body = image.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(body, dtype=np.uint8).reshape(height, width)


@settings(max_examples=20, deadline=None)
@given(teams, st.sampled_from(SHOWN))
@example(tuple(Person(name, Position(3.5, 3.5)) for name in FULL_NAMES), WISHED)
@example(tuple(Person(name, Position(1, 1), Position(1, 1)) for name in FULL_NAMES), BOTH)
def test_every_name_stands_there_once(team: tuple[Person, ...], shown: tuple[Round, ...]) -> None:
    """Who is missing on the wall, or stands there twice, stops trusting the map."""
    one = poster(team, shown=shown)
    silent = words(pdf(replace(one, naming=Naming.NONE))) + Counter(TAKE_AWAY.split())
    named = words(pdf(one))
    on_map = [
        name
        for name, person in zip(one.said[0], team, strict=True)
        if any(person.place(asked) for asked in shown)
    ]
    only_now = sum(p.dot is None for p in team) if shown is BOTH else 0
    expected = Counter(" ".join(on_map).split()) + Counter({"(nu)": only_now})

    assert named - silent == expected
    assert silent - named == Counter()


@settings(max_examples=15, deadline=None)
@given(teams, st.sampled_from(["a0", "a1", "a2", "a3", "b1", "flipover", "120x60", "84x59"]))
def test_nothing_overlaps_on_any_paper(team: tuple[Person, ...], size: str) -> None:
    """Portrait, landscape and flip-over: the same laws."""
    arrangement = arranged(poster(team, size, BOTH))

    assert count_faults(arrangement.scene, arrangement.found).overlaps == 0


@settings(max_examples=5, deadline=None)
@given(st.lists(positions, min_size=2, max_size=12))
def test_the_same_team_gives_the_same_bytes_in_any_order(places: list[Position]) -> None:
    """Whoever's form was scanned first, the poster is the same."""
    team = tuple(Person(name, place) for name, place in zip(FULL_NAMES, places, strict=False))

    assert pdf(poster(team)) == pdf(poster(team)) == pdf(poster(team[::-1]))


@pytest.mark.parametrize("number", [0, 1, 2])
def test_no_pixel_belongs_to_two_people(number: int) -> None:
    """The ink itself is checked, because geometry can be wrong about ink."""
    one = sample_poster(40, number)

    assert painted_twice(arranged(one), one) == 0


def test_the_checks_see_overlaps_when_there_are_some() -> None:
    """A check that never fails would prove nothing: names right of their dots do overlap."""
    one = sample_poster(40, 1)
    good = arranged(one)
    size = 36.0
    naive = Labelling(
        size,
        Method.BESIDE,
        tuple(
            Block(number, Bounds(dot.x + dot.radius, dot.y - 9, dot.x + 200, dot.y + 4), 1, None)
            for number, dot in enumerate(good.scene.dots)
            if dot.widths
        ),
    )

    assert painted_twice(replace(good, found=naive), one) > 100
    assert count_faults(good.scene, naive).overlaps > 10


@pytest.mark.parametrize("number", range(6))
def test_a_team_of_15_is_readable_from_four_metres(number: int) -> None:
    """The usual team sits round the poster, not before it."""
    report = draw_poster(BytesIO(), sample_poster(15, number))

    assert report.size_pt >= 47.9
    assert report.readable_at_m == pytest.approx(4, abs=0.01)
    assert report.doubtful == report.conflicts == 0


@pytest.mark.parametrize("size", ["a0", "a1", "a2", "a3", "b1", "flipover", "60x85", "118.9x84.1"])
def test_nothing_is_printed_where_copiers_leave_white(size: str) -> None:
    """Eight millimetres on every side, whatever the paper."""
    one = replace(sample_poster(8, 3, rounds=BOTH), size=paper_named(size))
    page = pixels(pdf(one))

    inside = page[7:-7, 7:-7]
    assert (page < 255).sum() == (inside < 255).sum() > 0


def test_a_flipover_keeps_the_top_free_for_the_clamp() -> None:
    """The clamp would hide the question."""
    one = replace(sample_poster(8, 3), size=paper_named("flipover"))

    assert (pixels(pdf(one))[:40] == 255).all()
    assert (pixels(pdf(replace(one, free_top_mm=0)))[:40] < 255).any()


def test_ring_and_dot_differ_on_a_one_bit_copy() -> None:
    """Shape, not colour, says what is now and what is wished."""
    one = sample_poster(12, 3, rounds=BOTH)
    page = np.where(pixels(pdf(one), per_mm=2) < 128, 0, 255)
    for spot in arranged(one).spots:
        x, y = round(spot.x * 2), round(spot.y * 2)
        middle = page[y - 1 : y + 2, x - 1 : x + 2]
        assert (middle == 0).all() if spot.filled else (middle == 255).all()


def test_people_off_the_map_are_named_with_the_reason() -> None:
    """Nobody disappears silently."""
    missing = (
        Missing("Sam Proef", "nog een vraag open"),
        Missing("Noor Test", "niet ingeleverd"),
        Missing("Zoë Proef", "niet ingeleverd"),
    )
    one = replace(
        poster((Person("Sam Voorbeeld", Position(2, 2)),)), missing=missing, issued=4, returned=1
    )
    text = " ".join(words(pdf(one)))

    assert one.said == (("Sam V.",), ("Sam P.", "Noor", "Zoë"))
    for word in ("Niet", "kaart:", "P.", "(nog", "Noor,", "(niet", "ingeleverd."):
        assert word in text


@pytest.mark.parametrize("size", ["a1", "84x59", "flipover"])
def test_much_to_say_leaves_the_map_its_place(size: str) -> None:
    """A dozen reasons and three sentences make the notes smaller, not the map unreadable."""
    one = replace(
        sample_poster(15, 3, size=size),
        missing=tuple(Missing(f"Naam{n} Proef", f"reden nummer {n} van velen") for n in range(12)),
        sentences=("Een zin die echt nog wel even doorgaat over waar het team heen wil. " * 4,),
    )
    page = pixels(pdf(one))
    arrangement = arranged(one)

    assert arrangement.map.box.bottom - arrangement.map.box.top > 0.5 * one.size.height_mm
    assert (page[-7:] == 255).all()
    assert arrangement.found.size_pt >= 36


@pytest.mark.parametrize("naming", [Naming.INITIALS, Naming.NUMBERS, Naming.NONE])
def test_no_name_leaks_where_names_were_not_wanted(naming: Naming) -> None:
    """Privacy: neither the map nor the list of missing people gives a name; the key does."""
    one = replace(
        poster((Person("Sam Voorbeeld", Position(2, 2)), Person("Noor Test", Position(3, 3)))),
        naming=naming,
        missing=(Missing("Zoë Proef", "niet ingeleverd"),),
    )
    names = {"Sam", "Voorbeeld", "Noor", "Zoë", "Proef"}
    key = BytesIO()
    draw_key(key, one)

    assert not (names - {"Voorbeeld"}) & set(words(pdf(one)))
    assert names <= set(words(key.getvalue()))


def test_the_key_is_sorted_by_name() -> None:
    """The facilitator looks for a person, with the poster in view."""
    team = tuple(
        Person(name, Position(2, 2)) for name in ("Zoë Test", "Émile Proef", "Eva Test", "Emma T.")
    )
    key = BytesIO()
    draw_key(key, replace(poster(team), naming=Naming.NUMBERS))
    command = ["pdftotext", "-raw", "-", "-"]
    text = subprocess.run(command, input=key.getvalue(), check=True, capture_output=True).stdout
    rows = unicodedata.normalize("NFC", text.decode()).splitlines()[-6:]

    assert [row for row in rows if row[:1].isdigit() and not row.startswith("12 maart")] == [
        "2 Émile Proef",
        "4 Emma T.",
        "3 Eva Test",
        "1 Zoë Test",
    ]


def test_only_means_shows_the_team_and_nobody_by_name() -> None:
    """For large groups, and for groups that do not want to be on the wall one by one."""
    one = replace(sample_poster(30, 3, rounds=BOTH), only_means=True)
    arrangement = arranged(one)

    assert arrangement.found.blocks == ()
    assert arrangement.ways == ()
    assert len(arrangement.teams) == 2


def test_the_middle_is_drawn_from_two_people_and_the_spread_from_five() -> None:
    """A mean of one person is that person, and an ellipse of three means nothing."""
    counts = {1: (0, 0), 2: (1, 0), 4: (1, 0), 5: (1, 1)}
    for people_, (teams_, ellipses) in counts.items():
        found = arranged(sample_poster(people_, 1)).teams
        assert len(found) == teams_
        assert sum(min(team.radii) > 0 for team in found) == ellipses


def test_somebody_with_only_one_round_is_on_the_map_of_both() -> None:
    """No arrow without two ends; a ring without a wish says `(nu)`."""
    team = (Person("Sam Voorbeeld", ring=Position(2, 2)), Person("Noor Test", Position(3, 3)))
    arrangement = arranged(poster(team, shown=BOTH))

    assert arrangement.ways == ()
    assert [spot.names for spot in arrangement.spots] == [("Sam (nu)",), ("Noor",)]


def test_1_lies_at_the_top_and_on_the_right() -> None:
    """On the form 1 stands left; on the map it stands where the handbook has it."""
    team = tuple(
        Person(name, Position(doel, relatie))
        for name, doel, relatie in [("Samen", 1, 6), ("Dominant", 1, 1), ("Vrij", 6, 6)]
    )
    spots = {spot.names[0]: spot for spot in arranged(poster(team)).spots}

    assert spots["Samen"].x < spots["Dominant"].x
    assert spots["Samen"].y < spots["Vrij"].y
    assert COMPASS.titles == ("samen", "dominant", "vrij", "individueel")
    assert COMPASS.ends == ("collectief", "persoonlijk", "naast", "boven")


def test_a_questionnaire_without_a_map_has_no_poster() -> None:
    """The quickscan has no axes; the message says so instead of a traceback."""
    with pytest.raises(UsageError, match="no map"):
        Compass.of(find("quickscan"))


def test_a_poster_is_written_to_a_file(tmp_path: Path) -> None:
    """From one person on the smallest paper to sixty on the largest."""
    for count, size in ((1, Paper("A4", 210, 297)), (60, paper_named("a0"))):
        path = tmp_path / f"{count}.pdf"
        draw_poster(path, replace(sample_poster(count, 3), size=size))
        assert path.read_bytes().startswith(b"%PDF")
        assert path.stat().st_size < 200_000
