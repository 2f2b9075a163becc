"""Write the papers of a quickscan into a folder.

In:  a session, or the scan of a pile that belongs to none.
Out: the posters and the action sheet; of a pile also the one list and all tables.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from forms.errors import UsageError, because
from papierkompas.acts.reading import read_files
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.drawers import Facts, write
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import Choices, printable
from papierkompas.outcome.quickscan_papers import counted_of
from papierkompas.outcome.results import Results, results_of
from papierkompas.session.rights import make_folder
from papierkompas.session.whole_files import writing

POSTERS = tuple(map(printable, ("success-factors", "divided", "actions")))


def write_posters(material: Material, choices: Choices, out: Path) -> Facts:
    """Write the posters into a folder, and say which files they are."""
    counted_of(material.results)
    try:
        make_folder(out)
    except FileExistsError:
        raise UsageError("folder.is_file", folder=out) from None
    except OSError as error:
        raise UsageError("folder.cannot_make", folder=out, why=because(error)) from None
    facts: Facts = {"files": []}
    for which in POSTERS:
        made = write(which, material, choices, out / f"{which.file}.pdf")
        facts["files"].append(made.pop("file"))
        facts |= made
    return facts


def write_pile(
    files: Sequence[Path],
    out: Path,
    team: str,
    choices: Choices,
    *,
    passwords: Sequence[str] = (),
) -> Facts:
    """Read a pile that belongs to no session, and write everything that comes of it."""
    made = read_pile(files, team, passwords=passwords)
    material = Material(known=lambda: made, passwords=tuple(passwords))
    facts = write_posters(material, choices, out)
    which = printable("one-list")
    facts["files"].append(write(which, material, choices, out / f"{which.file}.pdf")["file"])
    for name, save in (("tabellen.xlsx", write_xlsx), ("tabellen.csv", write_csv)):
        with writing(out / name) as target:
            save(target, made)
        facts["files"].append(str(out / name))
    with writing(out / "uitkomst.json") as target:
        target.write(json.dumps(results_json(made), ensure_ascii=False, indent=1).encode())
    facts["files"].append(str(out / "uitkomst.json"))
    facts["remarks"] = [str(remark) for remark in made.remarks]
    return facts


def read_pile(
    files: Sequence[Path],
    team: str,
    date: dt.date | None = None,
    *,
    passwords: Sequence[str] = (),
) -> Results:
    """Read a pile that belongs to no session; it bears the date of today, or the one given."""
    dated = date or dt.datetime.now().astimezone().date()
    return results_of(read_files(files, passwords=passwords).settled, team, dated.isoformat())
