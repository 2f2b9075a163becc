"""Posters, tables and everything in one file; and the end of a session."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from typing import IO

from starlette.responses import Response

from forms.errors import PapierkompasError, UsageError
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.csv_rows import Cell, to_csv
from papierkompas.outcome.poster_files import write_poster
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.results import Results
from papierkompas.web.desk import OpenSession, temporary_file
from papierkompas.web.screens.compass import BOTH, left_out, without
from papierkompas.web.screens.extras import ALWAYS, OF_THE_LIST, OF_THE_MAP
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, download, go, page
from scoring.names import Naming

SIZES = ("a1", "flipover", "a0", "a2", "a3", "b1")
TILES = ("", "a4", "a3")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def papers(visit: Visit) -> Response:
    """Show what can be downloaded."""
    made = visit.session.results()
    return page(
        visit,
        "papers.html",
        sizes=SIZES,
        tiles=TILES,
        rounds=_filled(made),
        namings=list(Naming),
        has_map=any(_filled(made)),
        has_list=bool(made.tallies),
        has_stickers=bool(made.hand_maps),
        hidden=len(left_out(made, visit.session.beamer.hidden)),
        locked=visit.desk.locked(visit.session),
        extras=list(ALWAYS),
        of_people=[
            *(OF_THE_MAP if any(_filled(made)) else ()),
            *(OF_THE_LIST if made.tallies else ()),
        ],
    )


def poster(visit: Visit) -> Response:
    """Make the poster as it was chosen."""
    size, tile = visit.asked("size", "a1"), visit.asked("tile")
    naming, rounds = visit.asked("naming", "names"), visit.asked("rounds", BOTH)
    made = without(visit.session.results(), visit.session.beamer.hidden)
    if size not in SIZES or tile not in TILES or naming not in set(Naming):
        raise ProblemError(400, "map.no_choice")
    stickers = visit.asked("stickers") == "1"
    if rounds not in (BOTH, *_filled(made)) and not stickers:
        raise ProblemError(400, "map.no_choice")
    try:
        data = _poster(
            made, size, None if rounds == BOTH else rounds, tile, naming, stickers=stickers
        )
    except UsageError as error:
        raise ProblemError.of(409, error) from None
    name = " ".join(filter(None, [text("papers.poster"), visit.session.session.team, size, tile]))
    return download(io.BytesIO(data), f"{name}.pdf", "application/pdf")


def table(visit: Visit) -> Response:
    """Make a table for a spreadsheet."""
    file = temporary_file()
    made = visit.session.results()
    name = f"{text('papers.results')} {visit.session.session.team}"
    if visit.part("kind") == "csv":
        write_csv(file, made)
        return download(file, f"{name}.csv", "text/csv; charset=utf-8")
    write_xlsx(file, made)
    return download(file, f"{name}.xlsx", XLSX)


def everything(visit: Visit) -> Response:
    """Put everything of the session into one file."""
    file = temporary_file()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        _fill(target, visit.session)
    return download(file, f"{visit.session.session.team}.zip", "application/zip")


def end(visit: Visit) -> Response:
    """Show what is there, to keep or to delete."""
    session = visit.session.session
    scans = session.scans.all()
    return page(
        visit,
        "end.html",
        people=len(session.people.all()),
        scans=len(scans),
        megabytes=round(sum(scan.bytes for scan in scans) / 1_000_000, 1),
        pages=len(visit.session.results().pages),
        changes=len(session.corrections.all()),
        folder=session.folder.name,
        watched=visit.desk.files_in_watched(),
    )


def delete(visit: Visit) -> Response:
    """Delete the session for good and say honestly what is gone and what is not."""
    if visit.asked("sure") != "1":
        return go(f"/s/{visit.session.key}/end?notice=not_sure")
    team, in_watched = visit.session.session.team, visit.desk.files_in_watched()
    made = visit.desk.delete(visit.session)
    empty = Visit(visit.request, visit.desk, None, visit.form)
    return page(empty, "deleted.html", team=team, deletion=made, watched=in_watched)


def _filled(results: Results) -> list[str]:
    return [r.round for compass in results.compasses for r in compass.rounds if r.placed]


def _poster(
    results: Results,
    size: str,
    round_key: str | None,
    tile: str,
    naming: str,
    *,
    stickers: bool = False,
) -> bytes:
    with tempfile.TemporaryDirectory(prefix=text("product")) as folder:
        out = Path(folder, "poster.pdf")
        write_poster(
            results,
            out,
            size=size,
            round_key=round_key,
            tile=tile or None,
            names=naming,
            stickers=stickers,
        )
        return out.read_bytes()


def _fill(target: zipfile.ZipFile, open_session: OpenSession) -> None:
    session, made = open_session.session, open_session.results()
    for name, write in (("resultaten.csv", write_csv), ("resultaten.xlsx", write_xlsx)):
        memory = io.BytesIO()
        write(memory, made)
        target.writestr(name, memory.getvalue())
    target.writestr("resultaten.json", json.dumps(results_json(made), ensure_ascii=False, indent=1))
    target.writestr("wijzigingen.csv", _changes(open_session))
    people: list[list[Cell]] = [[person.number, person.name] for person in session.people.all()]
    target.writestr("namenlijst.csv", to_csv([["nummer", "naam"], *people]))
    for round_key in (None, *_filled(made)):
        try:
            data = _poster(without(made, open_session.beamer.hidden), "a1", round_key, "", "names")
        except PapierkompasError:
            continue  # nobody can be placed on the map of this round
        target.writestr(f"poster-{round_key or 'beide'}.pdf", data)
    for scan in session.scans.all():
        # the name is ours already: without folders, and unlike every other
        _copy(target, scan.path, f"scans/{scan.id:03d}-{scan.name.replace('/', '_')}")
    target.writestr(
        "LEESMIJ.txt", text("papers.readme", team=session.team, date=in_dutch(session.date))
    )


def _copy(target: zipfile.ZipFile, source: Path, name: str) -> None:
    with source.open("rb") as file, target.open(name, "w", force_zip64=True) as inside:
        _pour(file, inside)


def _pour(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(1 << 20):
        target.write(chunk)


def _changes(open_session: OpenSession) -> bytes:
    rows: list[list[Cell]] = [
        ["nummer", "formulier", "vraag", "waarde", "wie", "wanneer", "waarom", "neemt terug"]
    ]
    rows += [
        [c.id, str(c.sheet), c.question, c.value, c.who, c.at.isoformat(), c.why, c.undoes]
        for c in open_session.session.corrections.all()
    ]
    return to_csv(rows)
