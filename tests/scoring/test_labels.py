"""The laws of placing names, on scenes that no real team would make us draw."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from papierkompas.lab.measure_labels import count_faults
from scoring.labels import Dot, Labelling, Method, Scene, baselines, label
from scoring.shapes import Bounds, Segment

AREA = Bounds(0, 0, 570, 700)
CAPTIONS = (Bounds(8, 4, 90, 22), Bounds(480, 4, 562, 22), Bounds(235, 2, 335, 17))
SIZES, LEAST = (48.0, 40.0, 32.0, 28.0, 24.0), 28.0

corners = st.tuples(st.integers(0, 20), st.integers(0, 20))  # quarter points
widths = st.floats(0.25, 8.0)  # mm per point: from `Bo` to 40 capitals
stacks = st.lists(widths, min_size=1, max_size=4).map(tuple)
crowds = st.dictionaries(corners, stacks, min_size=1, max_size=22)
knots = st.dictionaries(  # everybody close together
    st.tuples(st.integers(8, 12), st.integers(8, 11)), stacks, min_size=1, max_size=16
)
teams = crowds | knots
Team = dict[tuple[int, int], tuple[float, ...]]


def scene(team: Team, rings: frozenset[tuple[int, int]] = frozenset()) -> Scene:
    """Put people on a map of an A1; `rings` are points without a name."""
    dots = [
        Dot(27 + x * 25.8, 27 + y * 32.3, 5 * min(len(names), 4) ** 0.5, names)
        for (x, y), names in team.items()
    ]
    dots += [Dot(27 + x * 25.8, 27 + y * 32.3, 5.0) for x, y in rings - set(team)]
    return Scene(AREA, (285, 350), tuple(dots), CAPTIONS)


def place(on: Scene) -> Labelling:
    return label(on, SIZES, LEAST)


@settings(max_examples=25, deadline=None)
@given(teams, st.frozensets(corners, max_size=15))
@example({(x, y): (8.0,) for x in range(9, 14) for y in range(9, 13)}, frozenset())
@example({(20, 20): (4.0,) * 30}, frozenset())
def test_nothing_lies_on_anything(team: Team, rings: frozenset[tuple[int, int]]) -> None:
    """No name on a name, a dot, a caption or a leader line, and none outside the map."""
    on = scene(team, rings)
    found = place(on)

    assert found.conflicts == 0
    assert count_faults(on, found).overlaps == 0


@settings(max_examples=15, deadline=None)
@given(teams)
def test_everybody_has_a_place(team: Team) -> None:
    """Each dot has one block, and each block a place for each of its names."""
    on = scene(team)
    found = place(on)

    assert sorted(block.dot for block in found.blocks) == list(range(len(on.dots)))
    for block in found.blocks:
        dot = on.dots[block.dot]
        assert len(set(baselines(block, dot, found.size_pt))) == len(dot.widths)


@settings(max_examples=10, deadline=None)
@given(teams)
def test_the_same_team_gives_the_same_map(team: Team) -> None:
    """A poster printed again tomorrow can be laid over today's."""
    assert place(scene(team)) == place(scene(team))


@settings(max_examples=10, deadline=None)
@given(teams)
def test_a_name_far_from_its_dot_has_a_leader_line(team: Team) -> None:
    """Without a line, a name that is 3 mm or more away belongs to nobody."""
    on = scene(team)
    for block in place(on).blocks:
        dot, box = on.dots[block.dot], block.box
        across = max(box.left - dot.x, dot.x - box.right, 0)
        down = max(box.top - dot.y, dot.y - box.bottom, 0)
        assert block.leader is not None or (across**2 + down**2) ** 0.5 - dot.radius < 3


def test_a_lonely_name_stands_to_the_right_in_the_largest_type() -> None:
    """Where there is room, all names look alike."""
    on = Scene(AREA, (285, 350), (Dot(100, 100, 5, (2.0,)),))
    found = place(on)

    (block,) = found.blocks
    assert found.size_pt == SIZES[0]
    assert found.method is Method.BESIDE
    assert block.leader is None
    assert block.box.left > 105
    assert block.box.top < 100 < block.box.bottom


def test_a_name_avoids_an_arrow_and_a_seam() -> None:
    """Both may be crossed when there is no other way; here there is."""
    dot = Dot(100, 100, 5, (2.0,))
    arrow = Segment(110, 100, 300, 100)
    (beside_arrow,) = place(Scene(AREA, (285, 350), (dot,), arrows=(arrow,))).blocks
    (beside_seam,) = place(Scene(AREA, (285, 350), (dot,), seams_x=(150.0,))).blocks

    assert not beside_arrow.box.top < 100 < beside_arrow.box.bottom
    assert not beside_seam.box.left < 150 < beside_seam.box.right


def test_a_map_without_names_needs_no_places() -> None:
    """`--names none` draws dots only."""
    assert place(Scene(AREA, (285, 350), (Dot(100, 100, 5),))).blocks == ()
