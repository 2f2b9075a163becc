"""What a pile of quickscans says: per question, factor, aspect and role."""

from __future__ import annotations

import statistics
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms.instrument import Instrument, parse
from scoring.agreement import GRADES, Label
from scoring.groups import LEAST_PEOPLE
from scoring.quickscan import POINTS, Filled, Summary, Verdict, summarise
from scoring.roles import (
    RoleTable,
    by_role,
    compare_years,
    groups_of,
    holm,
    shuffle_test,
)

OUDERS: Instrument = parse(
    """
key = "ouders"
edition = 1
paper = "ouders"
title = "Ouders"
scoring = "tally"
how_to = ["Kruis aan."]
parts = [{ key = "basis", title = "Basis" }, { key = "samen", title = "Samen" }]
factors = [
  { number = 1, title = "welkom", part = "basis", text = "Welkom." },
  { number = 2, title = "samen", part = "samen", text = "Samen." },
]
[scales.five]
options = ["++", "+", "+/-", "-", "--"]
no_view = "?"
tick = "18"
[scales.grade]
options = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10"]
[[sections]]
title = "u"
rows = [{ kind = "choice", key = "role", text = "Rol?", options = [
  { key = "a", label = "adviseur" }, { key = "b", label = "begeleider" },
  { key = "c", label = "conciërge" }, { key = "d", label = "docent" } ] }]
[[sections]]
title = "welkom"
factor = 1
rows = [
  { kind = "scale", key = "1.1", scale = "five", text = "Koffie?" },
  { kind = "scale", key = "1.2", scale = "five", text = "Stoel?" },
]
[[sections]]
title = "samen"
factor = 2
rows = [{ kind = "scale", key = "2.1", scale = "five", text = "Gesprek?" }]
[[sections]]
title = "cijfers"
rows = [
  { kind = "scale", key = "grade/basis", scale = "grade", part = "basis", text = "Cijfer?" },
  { kind = "text", key = "priority/basis", part = "basis", text = "Wat?", lines = 2 },
]
""",
    "ouders.toml",
)
QUESTIONS = ("1.1", "1.2", "2.1")

answers = st.sampled_from((*GRADES, "?", None))
lists = st.builds(
    lambda role, given, grade, waiting, lost: Filled(
        {
            **({} if lost == 1 else {"role": role, "1.1": given[0], "1.1/18": grade and "18"}),
            **({} if lost == 2 else {"1.2": given[1], "2.1": given[2], "grade/basis": grade}),
        },
        frozenset({"1.2"} if waiting else ()),
        frozenset({"priority/basis"} if waiting else ()),
    ),
    st.sampled_from(("a", "b", "c", "d", None)),
    st.tuples(answers, answers, answers),
    st.sampled_from((None, "4", "7", "10")),
    st.booleans(),
    st.sampled_from((0, 0, 0, 1, 2)),
)
piles = st.lists(lists, max_size=24)


def a_list(one: str | None, two: str | None = "+", three: str | None = "+", **more: str) -> Filled:
    return Filled({"1.1": one, "1.2": two, "2.1": three, **more})


def of_counts(*counts: int, no_view: int = 0) -> Summary:
    """Sum up lists that chose --, -, +/-, +, ++ and ? at question 1.1 so often."""
    given = [g for g, n in zip((*GRADES, "?"), (*counts, no_view), strict=True) for _ in range(n)]
    return summarise(OUDERS, [a_list(answer) for answer in given])


@pytest.mark.parametrize(
    ("counts", "no_view", "verdict"),
    [
        pytest.param((0, 0, 0, 3, 5), 0, Verdict.WELL, id="everybody is content"),
        pytest.param((0, 1, 1, 4, 2), 0, Verdict.WELL, id="most are"),
        pytest.param((0, 0, 4, 4, 0), 0, Verdict.PARTLY, id="half are"),
        pytest.param((0, 0, 8, 0, 0), 0, Verdict.WORK, id="all say: partly"),
        pytest.param((5, 3, 0, 0, 0), 0, Verdict.WORK, id="nobody is"),
        pytest.param((4, 0, 0, 0, 4), 0, Verdict.DISCUSS, id="two camps"),
        pytest.param((0, 0, 0, 3, 2), 4, Verdict.NO_VIEW, id="too many question marks"),
        pytest.param((0, 0, 0, 0, 3), 0, Verdict.NO_VIEW, id="three lists say nothing"),
    ],
)
def test_a_question_asks_for_something(
    counts: tuple[int, ...], no_view: int, verdict: Verdict
) -> None:
    """What goes well, what to work on, what to talk about, and what nobody can see."""
    assert of_counts(*counts, no_view=no_view).questions["1.1"].verdict is verdict


def test_a_label_says_on_what_people_agree() -> None:
    """Agreement on − is another message than agreement on ++."""
    assert of_counts(0, 0, 0, 3, 5).questions["1.1"].agreed_on == ("++", "+")
    assert of_counts(0, 8, 0, 0, 0).questions["1.1"].agreed_on == ("-",)
    assert of_counts(0, 0, 1, 7, 0).questions["1.1"].agreed_on == ("+", "+/-")


def test_a_page_that_was_not_scanned_is_no_lack_of_view() -> None:
    """Twelve lists, of which six lost a page: the other six can still agree."""
    pile = [a_list("+")] * 6 + [Filled({"1.2": "+"})] * 6
    question = summarise(OUDERS, pile).questions["1.1"]

    assert (question.n, question.absent) == (6, 6)
    assert question.agreement.label is Label.EENS


def test_the_earlier_stage_goes_first_when_factors_are_even() -> None:
    """The quickscan builds the relation on organisation, and attunement on the relation."""
    pile = [a_list("-", "-", "-") for _ in range(6)]
    first, second = summarise(OUDERS, pile).priorities

    assert (first.factor.title, second.factor.title) == ("welkom", "samen")
    assert first.reason == (
        "Alle 2 vragen kunnen beter; 0% van de oordelen is + of ++; "
        "bij gelijke stand gaat het eerdere stadium voor."
    )


def test_what_can_be_better_goes_before_what_goes_well() -> None:
    """An order of priority with a reason that anybody can check on the form."""
    pile = [a_list("++", "++", "--") for _ in range(6)]
    first, second = summarise(OUDERS, pile).priorities

    assert first.factor.title == "samen"
    assert first.reason.startswith("De vraag kan beter; 0%")
    assert second.factor.verdict is Verdict.WELL


def test_grades_have_a_mean_and_a_spread() -> None:
    """5, 6 and 10 are a 7, but not an agreed one."""
    pile = [Filled({"grade/basis": grade}) for grade in ("5", "6", "10", None)]
    grades = summarise(OUDERS, pile).aspects[0].grades

    assert grades is not None
    assert (grades.n, grades.blank, grades.mean) == (3, 1, 7)
    assert grades.spread == pytest.approx(statistics.stdev([5, 6, 10]))


@given(piles)
def test_everything_adds_up(pile: list[Filled]) -> None:
    """Every list is in a box, blank, in doubt, or has lost that page."""
    summary = summarise(OUDERS, pile)

    for question in summary.questions.values():
        total = sum(question.counts.values()) + question.no_view
        assert total + question.blank + question.waiting + question.absent == len(pile)
        assert question.ticks <= question.n
    for aspect in summary.aspects:
        assert sum(len(aspect.group.having(verdict)) for verdict in Verdict) == len(
            aspect.group.questions
        )
        assert all(used <= len(pile) for used in aspect.written.values())


@settings(max_examples=25)
@given(st.data(), piles)
def test_the_order_of_the_lists_does_not_matter(data: st.DataObject, pile: list[Filled]) -> None:
    """The pile comes out of the copier in any order."""
    shuffled = data.draw(st.permutations(pile))

    assert summarise(OUDERS, shuffled) == summarise(OUDERS, pile)
    assert by_role(OUDERS, shuffled) == by_role(OUDERS, pile)


@settings(max_examples=40)
@given(piles)
def test_nobody_is_exposed_by_a_table_of_roles(pile: list[Filled]) -> None:
    """Not by a small group, and not by subtracting the groups from the one list."""
    table = by_role(OUDERS, pile)
    if table is None:
        return
    summary = summarise(OUDERS, pile)

    assert sum(group.people for group in table.groups) == len(pile)
    assert min(group.people for group in table.groups) >= LEAST_PEOPLE
    for row in (*table.factors, *table.questions):
        assert min(row.people) >= LEAST_PEOPLE
    for row in table.questions:
        question = summary.questions[row.key]
        assert sum(row.people) == question.rated  # nothing is left to be found by subtraction
        total = sum(POINTS[grade] * n for grade, n in question.counts.items())
        shown = sum(mean * n for mean, n in zip(row.means, row.people, strict=True))
        assert shown == pytest.approx(total)


@given(st.lists(st.sampled_from(("a", "b", "c", None)), max_size=40))
def test_small_roles_are_put_together(roles: list[str | None]) -> None:
    """A school has one manager; the manager's answers must not stand by themselves."""
    shown = groups_of(roles)
    named = [role for role in shown if role is not None]
    rest = shown.count(None)

    assert all(named.count(role) >= LEAST_PEOPLE for role in named)
    assert rest == 0 or rest >= LEAST_PEOPLE or not named
    assert all(role is None or role == was for role, was in zip(shown, roles, strict=True))


def test_roles_differ_only_when_it_is_more_than_noise() -> None:
    """Five against five who say the opposite differ; a point up and down does not."""
    clear = [a_list("++", "++", role="a") for _ in range(5)]
    clear += [a_list("--", "--", role="b") for _ in range(5)]
    noise = [a_list(("+", "++")[n % 2], "+", role="ab"[n % 2]) for n in range(6)]

    table = by_role(OUDERS, clear)
    assert isinstance(table, RoleTable)
    assert table.sentences() == (
        "welkom: adviseur is positiever (+2,0) dan begeleider (−2,0), op een schaal van −2 tot +2.",
    )
    other = by_role(OUDERS, noise)
    assert other is not None
    assert other.sentences() == ()


def test_false_alarms_are_rare() -> None:
    """Without any difference, one pile in twenty may be called different, not more."""
    rng = np.random.default_rng(3)
    alarms = sum(shuffle_test([rng.normal(size=5), rng.normal(size=7)]) <= 0.05 for _ in range(200))

    assert alarms <= 20  # 10 expected; 20 or more has a chance of 0.3 %


@pytest.mark.parametrize(
    ("ps", "expected"),
    [
        pytest.param([0.01], [0.01], id="one row"),
        pytest.param([0.01, 0.02, 0.5], [0.03, 0.04, 0.5], id="three"),
        pytest.param([], [], id="none"),
    ],
)
def test_many_rows_make_a_chance_less_surprising(ps: list[float], expected: list[float]) -> None:
    """Ten factors give ten chances of a difference by luck."""
    assert holm(ps) == pytest.approx(expected)


def test_two_years_are_compared() -> None:
    """Last year and this year: only what clearly changed is called a change."""
    before = [a_list("--", "-", "+", **{"grade/basis": "5"}) for _ in range(6)]
    now = [a_list("+", "++", "+", **{"grade/basis": "8"}) for _ in range(6)]

    welcome, together, grade = compare_years(OUDERS, before, now)

    assert welcome.sentence == "welkom: duidelijk hoger (−1,5 werd +1,5)."
    assert together.sentence == "samen: geen duidelijk verschil."
    assert grade.sentence == "cijfer basis: duidelijk hoger (5,0 werd 8,0)."


@given(st.integers(0, 3), st.integers(0, 8))
def test_too_few_lists_are_not_compared(few: int, many: int) -> None:
    """Three lists say nothing about a year."""

    def year(n: int) -> Sequence[Filled]:
        return [a_list("+") for _ in range(n)]

    assert compare_years(OUDERS, year(few), year(many)) == ()
