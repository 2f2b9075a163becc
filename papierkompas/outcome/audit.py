"""Draw answers of a session, for a person to compare with the paper.

In:  results, how many to draw, a seed.
Out: the rows, in the order of the pile, and what so many right and wrong ones say of all answers
     that nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from forms.answers import Status
from papierkompas.outcome.results import AnsweredSheet, Results
from scoring.shares import upper_end


@dataclass(frozen=True, slots=True)
class AuditRow:
    """An answer that stands without a person: where it is on paper, and what was read."""

    sheet: str
    copy: str  # where the page was scanned, of a photocopy without a number of its own
    label: str
    round: str | None
    question: str
    value: str | None
    confidence: float


@dataclass(frozen=True, slots=True)
class Audit:
    """Rows that were drawn from all answers that stand and that nobody looked at."""

    rows: tuple[AuditRow, ...]
    answers: int
    seed: int

    @classmethod
    def of(cls, results: Results, count: int, seed: int = 1) -> Audit:
        """Draw rows, each answer as likely as any other; the same seed draws the same rows."""
        unseen = [
            (sheet, question)
            for sheet in sorted(results.sheets, key=lambda one: str(one.id))
            for question in _unseen(sheet)
        ]
        dice = np.random.default_rng(seed)
        drawn = np.sort(dice.permutation(len(unseen))[:count]).tolist()
        rows = tuple(_row(*unseen[place]) for place in drawn)
        return cls(rows, len(unseen), seed)

    def lines(self) -> list[str]:
        """List the rows for a person with the pile at hand."""
        return [
            f"{row.sheet}{f' ({row.copy})' if row.copy else ''}, {row.label}"
            f"{f', {row.round}' if row.round else ''}: question {row.question}: "
            f"{'empty' if row.value is None else row.value}"
            for row in self.rows
        ]

    def as_json(self, wrong: int) -> dict[str, Any]:
        """Return the rows and what they say as facts."""
        return {
            "rows": [asdict(row) for row in self.rows],
            "answers": self.answers,
            "seed": self.seed,
            "wrong": wrong,
            "at_most": self.at_most(wrong),
        }

    def at_most(self, wrong: int) -> float:
        """Return the largest share of all those answers that may be wrong, if so many rows are.

        The exact 95 % interval; nothing is gained from how many answers there are in all.

        Raises:
            ValueError: fewer rows were drawn.
        """
        return upper_end(wrong, len(self.rows))


def _unseen(sheet: AnsweredSheet) -> Iterator[str]:
    """Yield the questions of which the program alone said what the answer is."""
    if sheet.replaced is not None or sheet.typed is not None:
        return
    for question, answer in sheet.answers.items():
        is_read = answer.status is not Status.REVIEW and answer.correction is None
        if is_read and question in sheet.sheet.readings:
            yield question


def _row(sheet: AnsweredSheet, question: str) -> AuditRow:
    answer = sheet.answers[question]
    return AuditRow(
        sheet.sheet.sheet,
        str(sheet.id.copy) if sheet.id.copy else "",
        sheet.label,
        sheet.sheet.round,
        question,
        answer.value,
        answer.confidence,
    )
