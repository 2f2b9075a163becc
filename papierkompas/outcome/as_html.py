"""Every result as a page that a screen reader reads well: the twin of paper that has no tags.

In:  results.
Out: one HTML file that needs nothing else: a heading for each table, and heads for its columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import IO

from papierkompas.outcome.as_tables import Table, tables
from papierkompas.outcome.csv_rows import Cell
from papierkompas.outcome.results import Results

_PAGE = """<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }}
table {{ border-collapse: collapse }}
th, td {{ border: 1px solid #555; padding: .2rem .5rem; text-align: left; vertical-align: top }}
.wide {{ overflow-x: auto }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
<nav aria-label="Tabellen">
<ul>
{contents}
</ul>
</nav>
{tables}
</main>
</body>
</html>
"""


def write_html(target: IO[bytes], results: Results) -> None:
    """Write all tables under each other."""
    made = list(tables(results))
    title = escape(f"{results.team}, {results.date}: resultaten")
    contents = "\n".join(
        f'<li><a href="#t{number}">{escape(name)}</a></li>' for number, (name, _) in enumerate(made)
    )
    found = "\n".join(_table(number, name, table) for number, (name, table) in enumerate(made))
    target.write(_PAGE.format(title=title, contents=contents, tables=found).encode())


def _table(number: int, name: str, table: Table) -> str:
    """Write a table; its first column is the head of each row."""
    head, *rows = table
    lines = [f'<h2 id="t{number}">{escape(name)}</h2>', '<div class="wide" tabindex="0"><table>']
    lines += ["<thead>", _row(head, "col", len(head)), "</thead>", "<tbody>"]
    lines += [*(_row(row, "row", 1) for row in rows), "</tbody>", "</table></div>"]
    return "\n".join(lines)


def _row(cells: Sequence[Cell], scope: str, heads: int) -> str:
    said = ["" if cell is None else escape(str(cell)) for cell in cells]
    first = "".join(f'<th scope="{scope}">{cell}</th>' for cell in said[:heads])
    return f"<tr>{first}{''.join(f'<td>{cell}</td>' for cell in said[heads:])}</tr>"
