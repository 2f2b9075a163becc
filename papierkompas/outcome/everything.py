"""Put everything of a session into one zip, to take along.

In:  the material of a session.
Out: its tables, every paper that can be made, the list of names, all changes, the scans, and the
     session itself, to be opened again (`papierkompas.outcome.opened_again`).

Where names stay inside the session, the list of names, the scans and the session itself stay
there too.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import IO

from forms.errors import PapierkompasError
from forms.messages import DUTCH, Message
from forms.printables.activity_cards import corners_of
from papierkompas.acts.transcribe import NAME
from papierkompas.file_names import plain_file_name
from papierkompas.outcome.as_html import write_html
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.csv_rows import Cell, to_csv
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.list_history import list_history
from papierkompas.outcome.long_table import long_files
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Choices, PaperOption, Printable
from papierkompas.outcome.results import INSIDE, Results
from papierkompas.outcome.what_changed import what_changed
from papierkompas.session.session import Session
from papierkompas.session.taken_along import put_session

ALL_ROUNDS = "beide"


def write_everything(target: IO[bytes], material: Material, session: Session) -> None:
    """Write the zip.

    What could not be made is named in its readme, with the reason.
    """
    made = material.results
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, save in (
            ("resultaten.csv", write_csv),
            ("resultaten.xlsx", write_xlsx),
            ("resultaten.html", write_html),
        ):
            memory = io.BytesIO()
            save(memory, made)
            zipped.writestr(name, memory.getvalue())
        text = json.dumps(results_json(made), ensure_ascii=False, indent=1)
        zipped.writestr("resultaten.json", text)
        for name, content in long_files(made).items():
            zipped.writestr(f"gegevens/{name}", content)
        zipped.writestr("wijzigingen.csv", changes_csv(session, made))
        if not made.without_names:
            zipped.writestr("namenlijst.csv", _people(session))
            zipped.writestr("wijzigingen-namenlijst.csv", _list_changes(session))
        names: list[str] = []
        absent: list[str] = []
        for which, name, choices in papers(material):
            memory = io.BytesIO()
            try:
                draw(which, material, choices, memory)
            except PapierkompasError as error:
                absent.append(f"{name}: {error.said(DUTCH)}")
                continue
            zipped.writestr(name, memory.getvalue())
            names.append(f"{name:<38}{which.name.said(DUTCH)}")
        if not made.without_names:
            put_session(zipped, session)
        zipped.writestr("LEESMIJ.txt", _readme(material, names, absent))


def papers(material: Material) -> Iterator[tuple[Printable, str, Choices]]:
    """List every paper that can be made: which, the name of its file, and how."""
    for which in PRINTABLES:
        if material.has(which):
            for variant, choices in _variants(which, material):
                name = "-".join(filter(None, (which.file, variant))) + ".pdf"
                yield which, plain_file_name(name), choices


def _variants(which: Printable, material: Material) -> list[tuple[str, Choices]]:
    plain = replace(which.choices, quadrants=())
    match which.one_for:
        case PaperOption.QUADRANTS:
            return [
                (one, replace(plain, quadrants=(one,))) for one in corners_of(material.instrument)
            ]
        case PaperOption.ONE_ROUND:
            return [(one, replace(plain, round=one)) for one in material.rounds(which.needs)]
        case PaperOption.ROUND:
            rounds = material.rounds(which.needs)
            each = [(one, replace(plain, round=one)) for one in rounds]
            return each if len(each) == 1 else [(ALL_ROUNDS, plain), *each]
        case _:
            return [("", plain)]


def _readme(material: Material, names: list[str], absent: list[str]) -> str:
    about = {"team": material.printed_team, "date": material.printed_day}
    kept = Message("everything.inside" if material.results.without_names else "everything.taken")
    values = {**about, "kept": kept, "papers": "\n".join(names)}
    text = Message("everything.readme", values).said(DUTCH)
    if absent:
        text += "\n" + Message("everything.absent", {"papers": "\n".join(absent)}).said(DUTCH)
    return text


def _people(session: Session) -> bytes:
    people: list[list[Cell]] = [[person.number, person.name] for person in session.people.all()]
    return to_csv([["nummer", "naam"], *people])


def _list_changes(session: Session) -> bytes:
    lines: list[list[Cell]] = [
        [line.what.said(DUTCH), line.who, line.at.isoformat(), line.why]
        for line in list_history(session)[::-1]
    ]
    return to_csv([["wat", "wie", "wanneer", "waarom"], *lines])


def changes_csv(session: Session, made: Results) -> bytes:
    """List what was changed in what was read: what, in which round, by whom and why."""
    own, batches = session.questionnaires.all(), session.given_out.batches()
    rows: list[list[Cell]] = [
        ["nummer", "formulier", "wat", "vraag", "waarde", "wie", "wanneer", "waarom", "neemt terug"]
    ]
    for c in session.corrections.all():
        value = INSIDE if made.without_names and c.question == NAME else c.value
        when = c.at.isoformat()
        what = what_changed(c, made.sheets, own, batches).said(DUTCH)
        who, why = (INSIDE, c.why and INSIDE) if made.without_names else (c.who, c.why)
        rows.append([c.id, str(c.sheet), what, c.question, value, who, when, why, c.undoes])
    return to_csv(rows)
