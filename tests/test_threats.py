"""What `docs/threats.md` promises is attacked by a test."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = [
    line
    for line in (ROOT / "docs" / "threats.md").read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| attack")
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_attack_is_tried(row: str) -> None:
    """A promise that nobody tries is none."""
    found = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row.split("|")[3])

    assert found, row
    for path, name in found:
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        assert name in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_there_are_attacks() -> None:
    assert len(ROWS) > 20
