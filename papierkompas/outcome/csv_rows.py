"""Rows of a CSV file as Dutch Excel opens them: `;`, a BOM, a decimal comma, no formulas.

In:  rows of text, numbers and dates, in which text may be anything that people wrote.
Out: bytes.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable, Sequence
from typing import TypeAlias

Cell: TypeAlias = str | int | float | dt.date | None

FORMULA = "=+-@\t\r\n＝＋－＠"  # the wide ones count where Excel speaks Japanese or Chinese
_RISKY = re.compile(rf"'*\s*[{re.escape(FORMULA)}]")


def to_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Write rows so that no text in them is taken for a formula."""
    text = io.StringIO()
    csv.writer(text, delimiter=";", lineterminator="\r\n").writerows(
        [_as_text(cell) for cell in row] for row in rows
    )
    return text.getvalue().encode("utf-8-sig")


def is_like_a_formula(text: str) -> bool:
    """Say whether a spreadsheet may take a text for a formula, once somebody edits it."""
    return _RISKY.match(text) is not None


def guarded(text: str) -> str:
    """Put a quote before text that would be taken for a formula.

    >>> guarded("=HYPERLINK(1)"), guarded("'t Hart")
    ("'=HYPERLINK(1)", "'t Hart")
    """
    return f"'{text}" if is_like_a_formula(text) else text


def _as_text(cell: Cell) -> str | int | dt.date | None:
    if isinstance(cell, float):
        return f"{cell:.10g}".replace(".", ",")
    return guarded(cell) if isinstance(cell, str) else cell
