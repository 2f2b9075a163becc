"""Compare people by their role, and one year with another, without exposing anybody.

In:  what every list says.
Out: a `RoleTable` with means per role, or a `Change` since an earlier quickscan.

A role is shown from three people on. Everybody else is put together, and so many that nobody can
be found by subtracting what is shown from the whole (docs/quickscan.md, "By role"). A difference
is only called one when shuffling the lists between the roles would rarely give as large a one.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.instrument import ChoiceQuestion, Instrument, Scaled
from scoring.groups import LEAST_COMPARED, LEAST_PEOPLE
from scoring.quickscan import POINTS, Filled, factor_questions, graded_rows

SHUFFLES = 1999
SEED = 20
CLEAR_P = 0.05
OTHERS = "overige rollen"

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class RoleGroup:
    """People who are shown together."""

    label: str
    people: int
    is_role: bool  # False: several roles, or not filled in, put together


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A question, factor or aspect by role; means from -2 (--) to +2 (++)."""

    key: str
    title: str
    means: tuple[float, ...]  # in the order of the groups
    people: tuple[int, ...]  # who gave a grade, per group
    p: float | None = None  # chance of such a difference by shuffling, corrected for all rows
    is_clear: bool = False


@dataclass(frozen=True, slots=True)
class RoleTable:
    """What people of each role think."""

    groups: tuple[RoleGroup, ...]
    factors: tuple[RoleRow, ...]  # without those of which too few people gave a grade
    questions: tuple[RoleRow, ...]

    @property
    def differences(self) -> tuple[RoleRow, ...]:
        """The factors on which roles clearly differ."""
        return tuple(row for row in self.factors if row.is_clear)

    def sentences(self) -> tuple[str, ...]:
        """Say the clear differences in Dutch."""
        return tuple(self._sentence(row) for row in self.differences)

    def _sentence(self, row: RoleRow) -> str:
        named = [
            (mean, group.label)
            for mean, group in zip(row.means, self.groups, strict=True)
            if group.is_role
        ]
        (low, lowest), (high, highest) = min(named), max(named)
        return (
            f"{row.title}: {highest} is positiever ({_points(high)}) dan {lowest} "
            f"({_points(low)}), op een schaal van −2 tot +2."
        )


@dataclass(frozen=True, slots=True)
class Change:
    """One factor, or the grade of one aspect, in an earlier and a later quickscan."""

    key: str
    title: str
    before: float
    now: float
    people: tuple[int, int]
    p: float
    is_clear: bool
    is_grade: bool = False  # 1-10, instead of -2 to +2

    @property
    def sentence(self) -> str:
        """Say in Dutch what changed, and no more."""
        if not self.is_clear:
            return f"{self.title}: geen duidelijk verschil."
        way = "hoger" if self.now > self.before else "lager"
        before, now = (
            f"{v:.1f}".replace(".", ",") if self.is_grade else _points(v)
            for v in (self.before, self.now)
        )
        return f"{self.title}: duidelijk {way} ({before} werd {now})."


def role_row(instrument: Instrument) -> ChoiceQuestion | None:
    """Return the question that tells people apart: the first one with named boxes."""
    return next(iter(instrument.choices), None)


def groups_of(roles: Sequence[str | None]) -> list[str | None]:
    """Say for each person under which role they are shown; None: with all the others.

    >>> groups_of(["slb", "slb", "slb", "manager"])
    [None, None, None, None]
    >>> groups_of(["slb"] * 4 + ["vak"] * 3 + ["manager"])
    ['slb', 'slb', 'slb', 'slb', None, None, None, None]
    """
    counts = {role: roles.count(role) for role in dict.fromkeys(roles) if role is not None}
    shown = {role: n for role, n in counts.items() if n >= LEAST_PEOPLE}
    # Take in the smallest role until the others are nobody, or three at least.
    while shown and 0 < len(roles) - sum(shown.values()) < LEAST_PEOPLE:
        least = min(shown, key=lambda role: (shown[role], role))
        del shown[least]
    return [role if role in shown else None for role in roles]


def by_role(instrument: Instrument, lists: Sequence[Filled]) -> RoleTable | None:
    """Compare roles; None where fewer than two groups can be shown."""
    asked = role_row(instrument)
    if asked is None:
        return None
    # Who gave no role, or whose front page is missing, belongs to the others: left out, they
    # would be what remains when the roles are subtracted from the one list.
    shown = groups_of([filled.answers.get(asked.key) for filled in lists])
    members: dict[str | None, list[Filled]] = {}
    for role, filled in zip(shown, lists, strict=True):
        members.setdefault(role, []).append(filled)
    labels: dict[str | None, str] = {c.key: c.label for c in asked.choices}
    order: list[str | None] = [c.key for c in asked.choices if c.key in members]
    if None in members:
        order.append(None)
    if len(order) < 2:
        return None
    groups = tuple(
        RoleGroup(labels.get(key, OTHERS), len(members[key]), key is not None) for key in order
    )
    factors = [
        row
        for f in instrument.factors
        if (keys := factor_questions(instrument, f.number))
        and (row := _row(str(f.number), f.title, keys, [members[key] for key in order], groups))
    ]
    questions = [
        row
        for asked_row in graded_rows(instrument)
        if (
            row := _row(
                asked_row.key, asked_row.text, (asked_row.key,), [members[k] for k in order], ()
            )
        )
    ]
    return RoleTable(groups, tuple(_corrected(factors)), tuple(questions))


def compare_years(
    instrument: Instrument, before: Sequence[Filled], now: Sequence[Filled]
) -> tuple[Change, ...]:
    """Compare two quickscans of one programme, factor by factor and grade by grade.

    The lists carry no names, so that nobody is compared with themselves. Without enough lists in
    both years there is no row.
    """
    what: list[tuple[str, str, Callable[[Filled], float | None]]] = [
        (str(f.number), f.title, _mean_of(keys))
        for f in instrument.factors
        if (keys := factor_questions(instrument, f.number))
    ]
    what += [
        (row.key, f"cijfer {_part_title(instrument, row)}".lower(), _grade_of(row.key))
        for row in instrument.scaled
        if row.part is not None and row.options[0].isdecimal()
    ]
    rows = []
    for key, title, value in what:
        pair = [
            np.sort(np.array([v for f in lists if (v := value(f)) is not None]))
            for lists in (before, now)
        ]
        if min(len(each) for each in pair) >= LEAST_COMPARED:
            means = [float(each.mean()) for each in pair]
            rows.append((key, title, means, (len(pair[0]), len(pair[1])), shuffle_test(pair)))
    ps = holm([p for *_, p in rows])
    return tuple(
        Change(key, title, means[0], means[1], people, p, p <= CLEAR_P, not key.isdecimal())
        for (key, title, means, people, _), p in zip(rows, ps, strict=True)
    )


def shuffle_test(groups: Sequence[Values]) -> float:
    """Return how often groups drawn by lot from the same people differ at least as much.

    A permutation test on the variance between the groups (R. A. Fisher 1935; B. Phipson and
    G. Smyth 2010 on counting the real draw itself). Seeded, and sorted: the order of the pile
    does not matter.
    """
    values = np.concatenate([np.sort(group) for group in groups])
    sizes = [len(group) for group in groups]
    rng = np.random.default_rng(SEED)
    draws = np.empty((1 + SHUFFLES, len(values)))
    draws[0] = values
    draws[1:] = rng.permuted(np.tile(values, (SHUFFLES, 1)), axis=1)
    centred = draws - values.mean()
    between = np.zeros(len(draws))
    start = 0
    for size in sizes:
        between += np.square(centred[:, start : start + size].sum(axis=1)) / size
        start += size
    return float(np.mean(between >= between[0] - 1e-9))


def holm(ps: Sequence[float]) -> list[float]:
    """Correct chances for looking at many rows at once (S. Holm 1979).

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    order = sorted(range(len(ps)), key=lambda i: ps[i])
    corrected = [0.0] * len(ps)
    largest = 0.0
    for place, i in enumerate(order):
        largest = max(largest, min(1.0, (len(ps) - place) * ps[i]))
        corrected[i] = round(largest, 9)
    return corrected


def _row(
    key: str,
    title: str,
    questions: Sequence[str],
    members: Sequence[Sequence[Filled]],
    tested: Sequence[RoleGroup],
) -> RoleRow | None:
    """Make a row, unless so few people of a group gave a grade that one of them could be known."""
    value = _mean_of(questions)
    values = [
        np.sort(np.array([v for filled in group if (v := value(filled)) is not None]))
        for group in members
    ]
    if min(len(each) for each in values) < LEAST_PEOPLE:
        return None
    roles = [each for each, group in zip(values, tested, strict=False) if group.is_role]
    return RoleRow(
        key=key,
        title=title,
        means=tuple(float(each.mean()) for each in values),
        people=tuple(len(each) for each in values),
        p=shuffle_test(roles) if len(roles) > 1 else None,
    )


def _corrected(rows: Sequence[RoleRow]) -> list[RoleRow]:
    tested = [row for row in rows if row.p is not None]
    ps = dict(zip((r.key for r in tested), holm([r.p or 0.0 for r in tested]), strict=True))
    return [
        RoleRow(r.key, r.title, r.means, r.people, ps.get(r.key), ps.get(r.key, 1.0) <= CLEAR_P)
        for r in rows
    ]


def _mean_of(questions: Sequence[str]) -> Callable[[Filled], float | None]:
    """Return a function that gives a person's mean over some questions; None: no grade."""

    def mean(filled: Filled) -> float | None:
        given = [filled.answers.get(question) for question in questions]
        points = [POINTS[answer] for answer in given if answer in POINTS]
        return statistics.fmean(points) if points else None

    return mean


def _grade_of(question: str) -> Callable[[Filled], float | None]:
    def grade(filled: Filled) -> float | None:
        given = filled.answers.get(question)
        return float(given) if given is not None else None

    return grade


def _part_title(instrument: Instrument, row: Scaled) -> str:
    return next((part.title for part in instrument.parts if part.key == row.part), row.key)


def _points(value: float) -> str:
    return f"{value:+.1f}".replace(".", ",").replace("-", "−")
