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


def test_the_program_in_the_library_page_runs() -> None:
    """Whoever copies it should get what the page says."""
    (text,) = re.findall(
        r"^```python\n(.*?)^```$", (ROOT / "docs/library.md").read_text(), re.M | re.S
    )
    exec(compile(text, "docs/library.md", "exec"), {})  # noqa: S102  our own text


SOURCES = sorted(
    path
    for folder in ("forms", "omr", "scoring", "papierkompas", "tests", "docs")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".toml", ".md", ".html", ".css", ".js")
)
LINK = re.compile(r"\[[^\]]*\]\(([^)#]*)[^)]*\)")
CITED = re.compile(r"(?<![\w/.*-])((?:[\w.-]+/)*[a-z][\w-]*\.md)\b(?: (\d+))?")


def lost_citations(text: str, beside: Path) -> list[str]:
    """Name what a text cites and the repository does not hold, be it a page or its section."""
    lost = []
    for name, section in CITED.findall(LINK.sub(r"\1", text)):
        found = [
            page for page in (ROOT / name, ROOT / "docs" / name, beside / name) if page.is_file()
        ]
        if not found or (section and f"\n## {section}. " not in found[0].read_text()):
            lost.append(f"{name} {section}".strip())
    return lost


def test_every_citation_leads_somewhere() -> None:
    """A number with a birthplace that nobody can visit is a number without one."""
    lost = {
        str(path.relative_to(ROOT)): found
        for path in SOURCES
        if (found := lost_citations(path.read_text(), path.parent))
    }

    assert lost == {}


@pytest.mark.parametrize("name", ["findings/gone.{} 2", "(docs/findings/reading.{} 99)", "a.{}"])
def test_a_citation_that_leads_nowhere_is_noticed(name: str) -> None:
    """The test above must see what it is there for."""
    assert lost_citations(name.format("md"), ROOT)
