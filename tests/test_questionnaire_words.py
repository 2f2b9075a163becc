"""No code knows the rounds, axes and quadrants of a questionnaire: they stand in its file alone."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from forms.instrument import builtin

ROOT = Path(__file__).parents[1]
PACKAGES = ("forms", "omr", "scoring", "papierkompas")
OF_ONE_MAP = {"Axis", "Quadrant", "BORDER", "HIGHEST", "LOWEST"}
ROUNDS = {asked.key for instrument in builtin() for asked in instrument.rounds}
KEYS = (
    ROUNDS
    | {axis.key for instrument in builtin() for axis in instrument.axes}
    | {quadrant.key for instrument in builtin() for quadrant in instrument.quadrants}
)


def words_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name and every text that is one word, with its line."""
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(text)):
                yield node.lineno, text
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.arg(arg=name):
                yield node.lineno, name
            case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                yield node.lineno, name
            case ast.keyword(arg=str(name)):
                yield node.value.lineno, name
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield node.lineno, name


def test_no_code_knows_the_words_of_a_questionnaire() -> None:
    """A school's own map meets the same code as the built-in one: there is no other."""
    found = [
        f"{file.relative_to(ROOT)}:{line}: {word}"
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*.py"))
        for line, word in words_of(ast.parse(file.read_text(encoding="utf-8")))
        if word in KEYS | OF_ONE_MAP
    ]

    assert found == []


def test_no_round_is_named_in_texts_pages_or_styles() -> None:
    """What people read comes from the titles in the questionnaire."""
    said = re.compile(rf"\b({'|'.join(ROUNDS)})\b")
    kinds = {".py", ".html", ".css", ".js"}
    found = [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for package in PACKAGES
        for file in sorted((ROOT / package).rglob("*"))
        if file.suffix in kinds
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if said.search(line)
    ]

    assert found == []
