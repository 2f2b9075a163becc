"""Every name in the house has one meaning."""

from __future__ import annotations

import ast
from collections import Counter, defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("forms", "omr", "scoring", "papierkompas")
IN_EVERY_ROOM = {"__init__", "__main__", "values"}
ONE_SUBJECT = {
    "compass",  # what a map says, and where somebody stands on it
    "reading",  # of a list of names, and of scans
}


def test_a_module_has_a_name_of_its_own() -> None:
    """Whoever is sent to `printing` must not have to ask which."""
    found = defaultdict(list)
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            found[file.stem].append(file.relative_to(ROOT).as_posix())
    several = {name: files for name, files in found.items() if len(files) > 1}

    assert {n: f for n, f in several.items() if n not in IN_EVERY_ROOM | ONE_SUBJECT} == {}


MAY_SHARE = {
    "Part",  # of a name, of a questionnaire, of a guide
    "Person",  # on the list, and on the map
    "Role",  # of a round, and of a text on the page
    "Table",  # of a name list, and of a TOML file
}


def test_a_class_has_a_name_of_its_own() -> None:
    """Five classes called `Sheet` are four too many for whoever searches."""
    found = defaultdict(set)
    for package in PACKAGES:
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                    found[node.name].add(file.relative_to(ROOT).as_posix())
    several = {name: files for name, files in found.items() if len(files) > 1}

    assert {name: files for name, files in several.items() if name not in MAY_SHARE} == {}


def test_a_number_has_one_value_in_its_module() -> None:
    """A second constant of the same name, far below the first, silently changes what uses both."""
    twice = {}
    for path in (file for package in PACKAGES for file in (ROOT / package).rglob("*.py")):
        names = Counter(
            name.id
            for node in ast.parse(path.read_text(encoding="utf-8")).body
            if isinstance(node, ast.Assign)
            for target in node.targets
            for name in ast.walk(target)
            if isinstance(name, ast.Name)
        )
        if more := [name for name, count in names.items() if count > 1]:
            twice[path.relative_to(ROOT).as_posix()] = more

    assert twice == {}
