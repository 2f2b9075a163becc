"""What a row says, given what lies in its boxes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.answers import Doubt
from omr.ink.decide import decide, have_lost_marks, outcomes
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


@pytest.mark.parametrize(("likely", "doubt"), [(0.3, Doubt.FAINT), (1e-6, None)])
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
