"""What a row says, given what lies in its boxes."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Doubt, Reading
from omr.ink.decide import CERTAINTY, decide, have_lost_marks, outcomes
from omr.ink.model import Ink

SURE = 0.9999
E, T, M, F, B, S, N = Ink


def row(*inks: Ink, sure: float = SURE) -> np.ndarray:
    """Give every box its ink, with this probability; the rest is spread evenly."""
    boxes = np.full((len(inks), len(Ink)), (1 - sure) / (len(Ink) - 1))
    boxes[np.arange(len(inks)), list(inks)] = sure
    return boxes


def read(boxes: np.ndarray, certainty: float = 0.9, found: bool = True):  # type: ignore[no-untyped-def]
    options = [str(place + 1) for place in range(len(boxes))]
    rows = {"q": (options, range(len(boxes)))}
    return decide(rows, boxes, np.full(len(boxes), found), certainty)["q"]


@pytest.mark.parametrize(
    ("inks", "option"),
    [
        pytest.param((E, E, E, E, E, E), None, id="nothing"),
        pytest.param((E, E, M, E, E, E), "3", id="one mark"),
        pytest.param((E, F, E, E, E, E), "2", id="filled in alone counts"),
        pytest.param((E, B, E, E, E, E), "2", id="blacked out alone counts"),
        pytest.param((B, E, E, M, E, E), "4", id="changed mind"),
        pytest.param((B, B, E, M, E, E), "4", id="changed mind twice"),
        pytest.param((T, E, E, M, E, E), "4", id="a pen rest beside a mark"),
        pytest.param((S, S, M, S, S, S), "3", id="a ruler line over a row with a mark"),
    ],
)
def test_a_clear_row_is_read(inks: tuple[Ink, ...], option: str | None) -> None:
    """The table at the top of omr.ink.decide."""
    reading = read(row(*inks))

    assert reading.doubt is None
    assert reading.option == option


@pytest.mark.parametrize(
    ("inks", "doubt"),
    [
        pytest.param((M, E, E, M, E, E), Doubt.TWO_MARKS, id="two honest marks"),
        pytest.param((M, M, M, E, E, E), Doubt.TWO_MARKS, id="three marks"),
        pytest.param((B, E, E, B, E, E), Doubt.WITHDRAWN_ONLY, id="two blacked out"),
        pytest.param((E, N, N, E, E, E), Doubt.UNCLEAR, id="between two boxes"),
        pytest.param((S, S, S, S, S, S), Doubt.UNCLEAR, id="a line through the row"),
        pytest.param((S,), Doubt.UNCLEAR, id="the same line in the tick box at its end"),
    ],
)
def test_what_can_mean_two_things_is_a_doubt(inks: tuple[Ink, ...], doubt: Doubt) -> None:
    """When in doubt, say so; never guess on behalf of a participant."""
    reading = read(row(*inks))

    assert reading.option is None
    assert reading.doubt is doubt


def test_a_withdrawn_answer_is_named() -> None:
    """The review page shows what was crossed out."""
    assert read(row(B, E, E, M, E, E)).withdrawn == ("1",)


def test_ink_that_may_be_a_mark_or_not_is_faint() -> None:
    boxes = row(E, E, E, E, E, E)
    boxes[2, [Ink.EMPTY, Ink.TRACE, Ink.MARK]] = (0.01, 0.49, 0.49)

    assert read(boxes, certainty=0.99).doubt is Doubt.FAINT


def test_what_the_row_may_say_otherwise_is_the_reason() -> None:
    """A mark, and perhaps a second: the person who looks is told of the second."""
    boxes = row(M, E, E, E, E, E)
    boxes[3, [Ink.EMPTY, Ink.MARK]] = (0.05, 0.95)
    likeliest = np.argsort(outcomes(boxes[None])[0])[::-1]
    reading = read(boxes, certainty=0.98)

    assert list(likeliest[:2]) == [1, 7]  # the first box; then two marks
    assert (reading.option, reading.doubt) == (None, Doubt.TWO_MARKS)


@pytest.mark.parametrize("faint", [1, 2])
def test_where_marks_got_lost_no_blank_row_is_more_certain_than_the_others(faint: int) -> None:
    """On a scan far too light, two rows of which specks are left speak for the page."""
    clear, marked = row(E, E, E, E, E, E, sure=1 - 1e-6), row(E, E, M, E, E, E, sure=1 - 1e-6)
    doubtful = clear.copy()
    doubtful[2, [Ink.EMPTY, Ink.MARK]] = (0.6, 0.4)
    boxes = np.concatenate([*[doubtful] * faint, clear, clear, marked])
    options = [str(place + 1) for place in range(6)]
    rows = {f"q{n}": (options, range(6 * n, 6 * n + 6)) for n in range(faint + 3)}
    found = np.full(len(boxes), fill_value=True)

    usual = decide(rows, boxes, found, 0.9)
    white = decide(rows, boxes, found, 0.9, is_whitened=True)

    assert [r.doubt for r in usual.values()] == [Doubt.FAINT] * faint + [None] * 3
    lost = Doubt.FAINT if faint == 2 else None
    assert [r.doubt for r in white.values()] == [Doubt.FAINT] * faint + [lost, lost, None]


@pytest.mark.parametrize(("speck", "speaks"), [(0.0, False), (0.03, True), (0.2, False)])
def test_only_rows_with_specks_speak_for_the_page(speck: float, speaks: bool) -> None:
    """Not where nothing lies (43 of 44 clean boxes were doubts), nor where plenty of ink does."""
    clear, doubtful = row(E, E, E, sure=1 - 1e-6), row(E, E, E)
    doubtful[1, [Ink.EMPTY, Ink.MARK]] = (0.6, 0.4)
    boxes = np.concatenate([doubtful] * 3 + [clear] * 5)
    rows = {f"q{n}": (["1", "2", "3"], range(3 * n, 3 * n + 3)) for n in range(8)}
    ink = np.array([0, speck, 0] * 3 + [0] * 15, dtype=np.float64)

    found = np.full(len(boxes), fill_value=True)
    read = decide(rows, boxes, found, is_whitened=True, ink=ink)

    assert read["q7"].doubt is (Doubt.FAINT if speaks else None)


@pytest.mark.parametrize(
    ("likely", "doubt"), [(0.3, Doubt.FAINT), (0.02, Doubt.FAINT), (1e-6, None)]
)
def test_where_all_marks_are_gone_no_tick_box_is_certainly_empty(
    likely: float, doubt: Doubt | None
) -> None:
    """A scan that left nothing of any cross: the rows were in doubt, the tick boxes beside not."""
    gone, lone = row(*[E] * 6), row(E, sure=1 - 1e-6)
    gone[:, Ink.MARK], gone[:, Ink.EMPTY] = likely, 1 - likely
    boxes = np.concatenate([gone, lone] * 8)
    options = [str(place + 1) for place in range(6)]
    rows = {f"{n}": (options, range(7 * n, 7 * n + 6)) for n in range(8)}
    rows |= {f"{n}/18": (["18"], range(7 * n + 6, 7 * n + 7)) for n in range(8)}

    found, ink = np.full(len(boxes), fill_value=True), np.zeros(len(boxes))
    read = decide(rows, boxes, found, 0.98, is_whitened=True, ink=ink)

    assert {read[f"{n}/18"].doubt for n in range(8)} == {doubt}


@pytest.mark.parametrize(("specks", "stands"), [(0, True), (20, False)])
def test_marks_of_a_page_say_how_likely_a_lone_box_lost_one(specks: int, stands: bool) -> None:
    """Thirty bold ticks and no speck anywhere: a box without any ink is one that nobody ticked."""
    tick, bare, speck = row(M), row(E), row(E)
    bare[0, [Ink.EMPTY, Ink.TRACE, Ink.MARK]] = (0.5, 0.1, 0.4)
    speck[0, [Ink.EMPTY, Ink.TRACE, Ink.MARK]] = (0.5, 0.1, 0.4)
    boxes = np.concatenate([tick] * 30 + [bare] * 60 + [speck] * specks)
    rows = {f"q{n}": (["x"], [n]) for n in range(len(boxes))}
    is_bare = np.zeros(len(boxes), dtype=np.bool_)
    is_bare[30:90] = True
    ink = np.where(is_bare, 0.0, 0.05)

    found = np.full(len(boxes), fill_value=True)
    read = decide(rows, boxes, found, 0.98, ink=ink, is_bare=is_bare)

    assert {read[f"q{n}"].doubt for n in range(30, 90)} == {None if stands else Doubt.FAINT}


@pytest.mark.parametrize(("noise", "doubt"), [(0.0, Doubt.FAINT), (0.03, None)])
def test_a_trace_on_a_clean_page_may_be_left_of_a_mark(noise: float, doubt: Doubt | None) -> None:
    """Specks were left of a pencil line, on a page without any other: it was certainly blank."""
    marked, blank = row(E, M, E), row(E, E, E, sure=1 - 1e-6)
    boxes = np.concatenate([marked, marked, blank, blank])
    rows = {f"q{n}": (["1", "2", "3"], range(3 * n, 3 * n + 3)) for n in range(4)}
    ink = np.full(len(boxes), noise)
    ink[[1, 4]] = 0.3
    ink[10] = 0.02

    read = decide(rows, boxes, np.full(len(boxes), fill_value=True), 0.98, ink=ink)

    assert [read[q].doubt for q in rows] == [None, None, None, doubt]
    assert read["q3"].confidence == pytest.approx(0.9 if doubt else 1.0, abs=0.01)


def test_what_lies_beside_a_lone_box_is_not_called_lost() -> None:
    """A circle round the box leaves nothing in it; that is no speck, and no empty box either."""
    circled = row(E)
    circled[0, [Ink.EMPTY, Ink.MARK]] = (0.5, 0.5)
    boxes = np.concatenate([row(M)] * 30 + [circled])
    rows = {f"q{n}": (["x"], [n]) for n in range(len(boxes))}
    nothing = np.zeros(len(boxes), dtype=np.bool_)

    read = decide(rows, boxes, ~nothing, 0.98, ink=np.zeros(len(boxes)), is_bare=nothing)

    assert read["q30"].doubt is Doubt.FAINT


@pytest.mark.parametrize(
    ("faint", "rows", "lost"),
    [(2, 8, True), (1, 8, False), (2, 40, True), (2, 41, False), (3, 41, True), (0, 0, False)],
)
def test_two_rows_or_a_twentieth_of_the_page_speak_for_it(
    faint: int, rows: int, lost: bool
) -> None:
    assert have_lost_marks(faint, rows) is lost


def test_on_white_paper_a_mark_may_have_been_in_any_box() -> None:
    """Rows in which nothing points to one box speak for the tick boxes beside them."""
    nothing, clear = row(E, E, E, E, E, E), row(E, sure=1 - 1e-6)
    nothing[:, [Ink.EMPTY, Ink.MARK]] = 0.5
    boxes = np.concatenate([nothing, nothing, nothing, clear])
    options = [str(place + 1) for place in range(6)]
    rows = {f"q{n}": (options, range(6 * n, 6 * n + 6)) for n in range(3)}
    found = np.full(len(boxes), fill_value=True)

    read = decide({**rows, "tick": (["1"], [18])}, boxes, found, 0.9, is_whitened=True)

    assert [r.doubt for r in read.values()] == [Doubt.FAINT] * 4


def test_where_half_of_the_rows_are_faint_no_blank_row_stands() -> None:
    """A pencil that hardly shows: a row in which it does not show at all looks no different."""
    faint, blank = row(E, E, E, E, E, E), row(E, E, E, E, E, E, sure=1 - 1e-6)
    faint[2, [Ink.EMPTY, Ink.MARK]] = (0.1, 0.9)
    boxes = np.concatenate([faint] * 3 + [blank] * 3)
    options = [str(place + 1) for place in range(6)]
    rows = {f"q{n}": (options, range(6 * n, 6 * n + 6)) for n in range(6)}

    read = decide(rows, boxes, np.full(len(boxes), fill_value=True), is_whitened=True)

    assert [r.doubt for r in read.values()] == [Doubt.FAINT] * 6


def test_a_box_that_is_not_where_it_should_be_is_never_read() -> None:
    """Wrong registration that looks right must be impossible."""
    assert read(row(E, M, E), found=False).doubt is Doubt.MISPLACED


@pytest.mark.parametrize(("ink", "option"), [(Ink.MARK, "1"), (Ink.FILL, "1"), (Ink.EMPTY, None)])
def test_a_tick_box_is_ticked_or_not(ink: Ink, option: str | None) -> None:
    assert read(row(ink)).option == option


def weighed_by_hand(boxes: np.ndarray) -> list[float]:  # a list of all ways to fill in
    """Weigh every way to fill in a row, one by one: blank, each option, and the three doubts.

    The figures are those of the pilot and the assumptions beside them; here they stand a second
    time, so that neither side changes alone.
    """
    likely = np.maximum(boxes, 1e-8)
    usual = 0.99 * likely[:, E] + 0.01 * likely[:, T]  # a box that is not meant
    mark, fill, black, struck, beside = (likely[:, kind] / usual for kind in (M, F, B, S, N))
    meant = 0.85 * mark + 0.12 * fill + 0.03 * black
    honest, solid, gone = mark + 0.03 * fill, black + 0.3 * fill, black + 0.2 * fill
    through = 0.95 * struck + 0.05
    n = len(boxes)
    if n == 1:
        seen = 0.2 * meant[0] / (0.2 * meant[0] + 0.8)
        ticked = (1 + seen) / (5 + 1)
        lost = ticked * 0.01 * black[0]
        weights = [1 - ticked, ticked * meant[0], 0.0, lost, 0.01 * struck[0]]
        return [weight / sum(weights) for weight in weights]
    two, three = n * (n - 1), max(1, n * (n - 1) * (n - 2) / 2)
    line = float(np.prod(through))
    weights = [0.08]
    for i in range(n):
        others = [j for j in range(n) if j != i]
        weight = 0.8 / n * meant[i] + 0.01 / n * line / through[i] * meant[i]
        for j in others:
            weight += 0.05 / two * honest[i] * solid[j]
            weight += 0.005 / two * mark[i] * beside[j]
            weight += 0.001 / two * line / through[i] / through[j] * honest[i] * solid[j]
        for j, k in combinations(others, 2):
            weight += 0.01 / three / 3 * honest[i] * solid[j] * solid[k]
        weights.append(weight)
    pairs, threes = [*combinations(range(n), 2)], [*combinations(range(n), 3)]
    marks = sum(0.03 * 2 / two * mark[i] * mark[j] for i, j in pairs)
    marks += sum(0.003 / three * mark[i] * mark[j] * mark[k] for i, j, k in threes)
    withdrawn = sum(0.002 * 2 / two * gone[i] * gone[j] for i, j in pairs)
    withdrawn += sum(0.0002 / three * gone[i] * gone[j] * gone[k] for i, j, k in threes)
    unclear = sum(0.01 / (n - 1) * beside[i] * beside[i + 1] for i in range(n - 1))
    unclear += sum(0.0002 / n * beside[i] for i in range(n)) + 0.01 * line
    weights += [marks, withdrawn, unclear]
    return [weight / sum(weights) for weight in weights]


@pytest.mark.parametrize("count", [1, 2, 3, 5, 6])
def test_every_way_to_fill_in_a_row_has_its_weight(count: int) -> None:
    """The fast sums say what a list of all ways says, for rows of every kind of ink."""
    rng = np.random.default_rng(count)
    rows = [rng.dirichlet(np.full(len(Ink), 0.3), size=count) for _ in range(20)]
    rows += [row(*[kind] * count, sure=0.5) for kind in Ink]
    rows += [row(first, *[rest] * (count - 1), sure=0.8) for first in Ink for rest in (E, B, F)]
    for boxes in rows:
        assert outcomes(boxes[None])[0] == pytest.approx(weighed_by_hand(boxes), rel=1e-6)


def test_tick_boxes_of_a_page_say_how_often_it_is_ticked() -> None:
    """Of fifty tick boxes one is ticked: then few ticks can have got lost in the others."""
    lone, page = row(E, sure=0.9), np.array([row(E, sure=0.9)] * 49 + [row(M)])

    assert outcomes(page)[0, 1] < outcomes(lone[None])[0, 1] / 2
    assert outcomes(page).sum(axis=1) == pytest.approx(1)


def test_a_line_through_many_boxes_is_still_a_number() -> None:
    """The odds of ten struck boxes multiplied would not fit; the row is unclear all the same."""
    shares = outcomes(row(*[S] * 10, sure=1 - 1e-12)[None])[0]

    assert shares[-1] == shares.max()
    assert np.isfinite(shares).all()


some_boxes = st.integers(1, 10).flatmap(
    lambda n: st.lists(
        st.lists(st.floats(1e-9, 1), min_size=len(Ink), max_size=len(Ink)), min_size=n, max_size=n
    )
)


@given(some_boxes)
def test_shares_of_all_outcomes_are_a_distribution(raw: list[list[float]]) -> None:
    boxes = np.array(raw)
    boxes /= boxes.sum(axis=1, keepdims=True)
    shares = outcomes(boxes[None])[0]

    assert shares.min() >= 0
    assert shares.sum() == pytest.approx(1)


@given(some_boxes, st.randoms(use_true_random=False))
def test_options_have_no_order_of_their_own(raw: list[list[float]], random) -> None:  # type: ignore[no-untyped-def]
    """No option is likelier for where it stands, or results would lean to one side.

    Only a mark between two boxes asks for neighbours, so that is left out here.
    """
    boxes = np.array(raw)
    boxes[:, Ink.BESIDE] = 0
    boxes /= boxes.sum(axis=1, keepdims=True)
    order = list(range(len(boxes)))
    random.shuffle(order)
    straight, shuffled = outcomes(boxes[None])[0], outcomes(boxes[order][None])[0]

    assert shuffled[1 : 1 + len(boxes)] == pytest.approx(
        straight[1 : 1 + len(boxes)][order], rel=0.01, abs=1e-6
    )


@given(some_boxes, st.floats(0.5, 1))
def test_asking_for_more_certainty_never_gives_more_answers(
    raw: list[list[float]], certainty: float
) -> None:
    boxes = np.array(raw)
    boxes /= boxes.sum(axis=1, keepdims=True)
    strict, lax = read(boxes, certainty), read(boxes, certainty / 2)

    assert strict.doubt is not None or strict == lax


def test_sums_over_other_boxes_keep_small_ones() -> None:
    """A nearly certain solid box beside a mark once gave negative shares."""
    boxes = row(M, B, sure=1 - 1e-12)
    shares = outcomes(boxes[None])[0]

    assert shares.min() >= 0
    assert shares[1] == shares.max()


def decided(rows: list[np.ndarray], certainty: float = 0.98, **more: object) -> dict[str, Reading]:
    boxes = np.concatenate(rows)
    places, at = {}, 0
    for n, one in enumerate(rows):
        places[f"q{n}"] = ([chr(97 + k) for k in range(len(one))], range(at, at + len(one)))
        at += len(one)
    return decide(places, boxes, np.full(len(boxes), fill_value=True), certainty, **more)  # type: ignore[arg-type]  # as given


def test_questions_come_back_in_their_order_with_their_options() -> None:
    """Rows are decided by their length; answers may not change places by it."""
    read = decided([row(E, M), row(E, E, M), row(M), row(M, E), row(M, E, E)])

    assert list(read) == ["q0", "q1", "q2", "q3", "q4"]
    assert [r.option for r in read.values()] == ["b", "c", "a", "a", "a"]


def test_one_box_that_is_not_found_leaves_its_own_row_alone_unread() -> None:
    boxes = np.concatenate([row(E, M), row(E, M)])
    rows = {"a": (["1", "2"], [0, 1]), "b": (["1", "2"], [2, 3])}
    read = decide(rows, boxes, np.array([False, True, True, True]))

    assert read["a"] == Reading(None, doubt=Doubt.MISPLACED, confidence=0.0)
    assert (read["b"].option, read["b"].doubt) == ("2", None)


def test_an_answer_stands_from_the_certainty_on() -> None:
    """98 of 100 where nobody asks for anything else; exactly as certain as asked is enough."""
    boxes = row(E, M, E, sure=0.99)
    sure = read(boxes, 0.5).confidence

    assert read(boxes, sure).doubt is None
    assert read(boxes, float(np.nextafter(sure, 1))).doubt is not None
    assert CERTAINTY == 0.98


@pytest.mark.parametrize("fill", [0.49, 0.51])
def test_a_box_that_is_most_likely_solid_is_said_to_be_withdrawn(fill: float) -> None:
    boxes = row(E, M, E)
    boxes[0] = 0.0
    boxes[0, [Ink.FILL, Ink.EMPTY]] = fill, 1 - fill

    assert read(boxes, certainty=0.0).withdrawn == (("1",) if fill > 0.5 else ())
    boxes[0, [Ink.FILL, Ink.BLACKED]] = fill / 2
    assert read(boxes, certainty=0.0).withdrawn == (("1",) if fill > 0.5 else ())


def test_the_answer_itself_is_never_withdrawn() -> None:
    assert read(row(E, B, E)).withdrawn == ()
    assert read(row(B, E, B)).withdrawn == ("1", "3")


def test_a_row_that_may_say_two_things_is_unclear() -> None:
    """Both are answers: ink is there, and nobody can say in which of the two boxes."""
    boxes = row(E, E, E)
    boxes[:2] = 0.0
    boxes[:2, [Ink.EMPTY, Ink.MARK]] = 0.5
    order = np.argsort(outcomes(boxes[None])[0])[::-1]
    usual = decided([boxes])["q0"]

    assert set(order[:2]) == {1, 2}
    assert (usual.option, usual.doubt) == (None, Doubt.UNCLEAR)


def specked(likely: float) -> np.ndarray:
    """A row in which there may be a mark."""
    boxes = row(E, E, E, sure=1 - 1e-6)
    boxes[1, [Ink.EMPTY, Ink.MARK]] = 1 - likely, likely
    return boxes


def test_a_blank_row_is_no_more_certain_than_the_surest_row_with_specks() -> None:
    rows = [specked(0.5), specked(0.4), row(E, E, E, sure=1 - 1e-6)]
    alone = decided(rows, is_whitened=False)
    white = decided(rows, is_whitened=True)

    surest = max(alone["q0"].confidence, alone["q1"].confidence)
    assert alone["q2"].confidence > 0.98 > surest
    assert white["q2"].confidence == pytest.approx(surest)
    assert white["q2"].doubt is Doubt.FAINT
    assert (white["q0"], white["q1"]) == (
        replace(alone["q0"], doubt=Doubt.FAINT),
        replace(alone["q1"], doubt=Doubt.FAINT),
    )


@pytest.mark.parametrize(
    ("most", "speaks"),
    [(0.0, False), (0.0099, False), (0.01, True), (0.0399, True), (0.0999, True), (0.1, False)],
)
def test_ink_from_a_hundredth_to_a_tenth_of_a_box_is_a_speck(most: float, speaks: bool) -> None:
    rows = [specked(0.5), specked(0.4), *[row(E, E, E, sure=1 - 1e-6)] * 3]
    ink = np.array([0, most, 0, 0, most, 0, *[0] * 9])
    read = decided(rows, is_whitened=True, ink=ink)

    assert (read["q2"].doubt is Doubt.FAINT) is speaks


@pytest.mark.parametrize(("most", "speaks"), [(0.039, True), (0.05, False)])
def test_a_broken_mark_is_more_lost_than_left_whatever_it_seems_to_say(
    most: float, speaks: bool
) -> None:
    """Two marks, says the row; but hardly anything is left of either."""
    torn = row(E, E, E)
    torn[:2] = 0.0
    torn[0, [Ink.EMPTY, Ink.MARK]] = 1e-9, 1.0
    torn[1, [Ink.EMPTY, Ink.MARK]] = 0.005, 0.995
    assert decided([torn])["q0"].doubt is Doubt.TWO_MARKS
    rows = [torn, torn, row(E, E, E, sure=1 - 1e-6)]
    ink = np.array([most, 0, 0, most, 0, 0, 0, 0, 0])

    read = decided(rows, is_whitened=True, ink=ink)
    assert (read["q2"].doubt is Doubt.FAINT) is speaks


@pytest.mark.parametrize(
    ("trace", "noise", "doubtful"),
    [(0.012, 0.0, True), (0.0119, 0.0, False), (0.012, 0.002, True), (0.012, 0.0021, False)],
)
def test_a_trace_counts_where_the_rest_of_the_page_is_clean(
    trace: float, noise: float, doubtful: bool
) -> None:
    """At least 0.012 of a box, where four fifths of the unmarked boxes have 0.002 at most."""
    rows = [row(E, M, E)] * 3 + [row(E, E, E, sure=1 - 1e-6)] * 7
    ink = np.full(30, noise)
    ink[[1, 4, 7]] = 0.3  # the marks themselves are no noise
    ink[-1] = trace
    read = decided(rows, ink=ink)["q9"]

    assert (read.doubt is Doubt.FAINT) is doubtful
    assert read.confidence == pytest.approx(0.9 if doubtful else 1.0, abs=0.005)
    assert read.option is None


def test_a_page_on_which_a_fifth_of_the_boxes_is_dirty_is_not_clean() -> None:
    rows = [row(E, E, E, sure=1 - 1e-6)] * 10
    ink = np.zeros(30)
    for dirty, doubtful in ((4, True), (7, False)):
        ink[:dirty] = 0.011
        ink[-1] = 0.012
        assert (decided(rows, ink=ink)["q9"].doubt is Doubt.FAINT) is doubtful


@pytest.mark.parametrize(("lost", "speaks"), [(1, False), (2, False), (3, True), (4, True)])
def test_half_of_the_rows_that_lost_their_mark_speak_for_the_page(lost: int, speaks: bool) -> None:
    """Of six rows; nothing is left in any of them, so that there are no specks to speak."""
    gone = row(E, E, E)
    gone[:, [Ink.EMPTY, Ink.MARK]] = 0.35, 0.65
    rows = [gone] * lost + [row(E, E, E, sure=1 - 1e-6)] * (6 - lost) + [row(E, sure=1 - 1e-6)]
    assert decided([gone])["q0"].confidence < 0.5
    read = decided(rows, is_whitened=True, ink=np.zeros(19))

    assert (read["q6"].doubt is Doubt.FAINT) is speaks
    if lost < 6:
        assert (read["q5"].doubt is Doubt.FAINT) is speaks


@pytest.mark.parametrize(("clear", "specks"), [(0, 0), (1, 0), (20, 0), (20, 3)])
def test_a_mark_in_a_bare_box_is_as_likely_as_that_one_got_lost(clear: int, specks: int) -> None:
    """With n clear marks and s rows with specks: (s + 1) / (n + s + 2)."""
    bare, other = row(E), row(E)
    bare[0], other[0] = 0.0, 0.0
    bare[0, [Ink.EMPTY, Ink.MARK, Ink.FILL]] = 0.5, 0.45, 0.05
    share = (specks + 1) / (clear + specks + 2)
    other[0, [Ink.EMPTY, Ink.MARK, Ink.FILL]] = 0.5, min(0.45, 0.5 * share), min(0.05, 0.5 * share)
    rows = [row(E, M)] * clear + [specked(0.5)] * specks
    ink = np.array([0, 0.3] * clear + [0, 0.03, 0] * specks + [0.0])
    is_bare = ink == 0.0

    read = decided([*rows, bare], ink=ink, is_bare=is_bare)[f"q{len(rows)}"]
    same = decided([*rows, other], ink=ink)[f"q{len(rows)}"]
    assert read.confidence == pytest.approx(same.confidence)
    usual = decided([*rows, bare], ink=ink)[f"q{len(rows)}"]
    assert usual.doubt is Doubt.FAINT
    assert usual.confidence < read.confidence
    there = decided([*rows, bare], ink=ink, is_bare=np.zeros(len(ink), dtype=np.bool_))
    assert there[f"q{len(rows)}"] == usual
