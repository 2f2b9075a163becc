"""What the papers say about the command is true."""

import re
from pathlib import Path

import pytest

from papierkompas.command.cli import app

ROOT = Path(__file__).parents[1]
DOCS = sorted([ROOT / "README.md", *ROOT.glob("docs/**/*.md")])


def commands() -> dict[str, set[str]]:
    """Return every command with its options."""
    import typer.main

    found: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        for sub, inner in getattr(command, "commands", {}).items():
            walk(inner, f"{name} {sub}".strip())
        options = {o for p in getattr(command, "params", []) for o in p.opts}
        found[name] = options

    walk(typer.main.get_command(app), "")
    return found


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_command_line_in_the_docs_exists(path: Path) -> None:
    """A newcomer copies these lines; one that fails ends the trial."""
    known = commands()
    for line in re.findall(r"^\s*(?:\$ )?papierkompas ([a-z].*)$", path.read_text(), re.MULTILINE):
        words = line.split("#")[0].split()
        name = " ".join(words[:2]) if " ".join(words[:2]) in known else words[0]
        assert name in known, line
        for option in re.findall(r"(?<!\S)--[a-z-]+", line):
            assert option in known[name] | {"--help"}, f"{path.name}: {line}"


@pytest.mark.parametrize("path", DOCS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_in_the_docs_leads_somewhere(path: Path) -> None:
    """Pictures and pages move; the links must move with them."""
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text()):
        if not target.startswith(("http://", "https://", "mailto:")):
            assert (path.parent / target).exists(), f"{path.name}: {target}"
