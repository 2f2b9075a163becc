"""Make everything on paper that comes of a pile of quickscans.

In:  a session, or the scan of a pile that belongs to none.
Out: the one list, the posters and the action sheet, and all tables in a workbook.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forms.errors import UsageError
from papierkompas.session.files import writing

if TYPE_CHECKING:
    from forms.layout import Field
    from omr.geometry import Image as GreyImage
    from omr.page import ReadPage
    from papierkompas.outcome.results import Results, TallyResult
    from papierkompas.session.session import Session
    from scoring.one_list import Heading
    from scoring.quickscan_posters import Crop
    from scoring.roles import Change


def write_one_list(session: Session, out: Path, earlier: Session | None = None) -> dict[str, Any]:
    """Write the one list of a session, and say how many lists it is of.

    Args:
        session: of the programme.
        out: a PDF file.
        earlier: an earlier quickscan of the same programme, to compare with.
    """
    from papierkompas.outcome.results import results

    return _one_list(results(session), out, changes(earlier, session) if earlier else ())


def write_quickscan_posters(
    session: Session, out: Path, *, size: str = "a1", tile: str | None = None
) -> dict[str, Any]:
    """Write the posters of a session into a folder, and say which files they are.

    Args:
        session: of the programme.
        out: a folder.
        size: of the two posters; the action sheet is A3.
        tile: paper to print those two on in parts.
    """
    from papierkompas.outcome.results import results

    return _posters(results(session), out, size, tile, _session_files(session))


def write_pile(
    files: Sequence[Path],
    out: Path,
    team: str,
    *,
    size: str = "a1",
    tile: str | None = None,
    date: dt.date | None = None,
) -> dict[str, Any]:
    """Read a pile that belongs to no session, and write everything that comes of it.

    It bears the date of today, unless another is given.
    """
    from papierkompas.acts.reading import read_files
    from papierkompas.outcome.as_json import results_json
    from papierkompas.outcome.as_tables import write_csv, write_xlsx
    from papierkompas.outcome.results import results_of

    dated = date or dt.datetime.now().astimezone().date()
    made = results_of(read_files(files).settled, team, dated.isoformat())
    _counted(made)
    facts = _posters(made, out, size, tile, {})
    facts["lists"] = _one_list(made, out / "een-lijst.pdf")["lists"]
    with writing(out / "tabellen.xlsx") as target:
        write_xlsx(target, made)
    with writing(out / "tabellen.csv") as target:
        write_csv(target, made)
    with writing(out / "uitkomst.json") as target:
        target.write(json.dumps(results_json(made), ensure_ascii=False, indent=1).encode())
    names = ("een-lijst.pdf", "tabellen.xlsx", "tabellen.csv", "uitkomst.json")
    facts["files"] += [str(out / name) for name in names]
    facts["remarks"] = list(made.remarks)
    return facts


def changes(earlier: Session, later: Session) -> tuple[Change, ...]:
    """Say what changed between two quickscans of the same programme."""
    from papierkompas.outcome.results import results
    from scoring.roles import LEAST_COMPARED, compare_years

    before, now = (_counted(results(session)) for session in (earlier, later))
    found = compare_years(now.instrument, before.filled, now.filled)
    if not found:
        raise UsageError(
            f"There are too few lists to compare: both sessions need {LEAST_COMPARED} or more."
        )
    return found


def _counted(results: Results) -> TallyResult:
    """Return the counts of the quickscan.

    Raises:
        UsageError: nothing of the kind was read yet.
    """
    for counted in results.tallies:
        if counted.summary is not None and counted.lists:
            return counted
    raise UsageError(
        "There are no quickscans to put together yet. Read them first: papierkompas read SCAN.pdf."
    )


def _heading(results: Results, counted: TallyResult) -> Heading:
    from papierkompas.outcome.posters import in_dutch
    from scoring.one_list import Heading

    date = in_dutch(dt.date.fromisoformat(results.date))
    return Heading(results.team, date, counted.issued)


def _one_list(results: Results, out: Path, changes: Sequence[Change] = ()) -> dict[str, Any]:
    from papierkompas.acts.printing import layout_of
    from scoring.one_list import draw_one_list
    from scoring.roles import by_role

    counted = _counted(results)
    if counted.summary is None:
        raise ValueError("a counted questionnaire has a summary")
    asked = counted.instrument
    roles = by_role(asked, counted.filled)
    heading = _heading(results, counted)
    with writing(out) as target:
        draw_one_list(
            target, asked, layout_of(asked), counted.summary, heading, roles=roles, changes=changes
        )
    waiting = sum(counted.waiting.values())
    return {
        "file": str(out),
        "lists": counted.lists,
        "in_review": waiting,
        "changes": [change.sentence for change in changes],
    }


def _posters(
    results: Results, out: Path, size: str, tile: str | None, files: Mapping[str, Path]
) -> dict[str, Any]:
    from forms.paper import paper_named
    from scoring.quickscan_posters import draw_actions, draw_divided, draw_factors
    from scoring.roles import by_role

    counted = _counted(results)
    summary, paper = counted.summary, paper_named(size)
    if summary is None:
        raise ValueError("a counted questionnaire has a summary")
    heading = _heading(results, counted)
    sheet = paper_named(tile) if tile else None
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: the folder cannot be made: {error.strerror}.") from None
    names = [out / f"{name}.pdf" for name in ("succesfactoren", "bespreek-eerst", "actieblad")]
    with writing(names[0]) as target:
        draw_factors(target, summary, heading, paper, sheet)
    with writing(names[1]) as target:
        draw_divided(target, summary, heading, paper, sheet)
    with writing(names[2]) as target:
        crops = handwriting(counted, files)
        draw_actions(target, counted.instrument, summary, heading, crops)
    roles = by_role(counted.instrument, counted.filled)
    return {
        "files": [str(name) for name in names],
        "lists": counted.lists,
        "roles": None if roles is None else list(roles.sentences()),
    }


def handwriting(counted: TallyResult, files: Mapping[str, Path]) -> list[dict[str, Crop]]:
    """Cut what people wrote out of the scans: per list the fields that were used.

    Args:
        counted: the lists.
        files: where the scans are kept, by the name in `PageRef`; by default that name itself.
    """
    from papierkompas.acts.printing import layout_of

    layout = layout_of(counted.instrument)
    found: list[dict[str, Crop]] = []
    for sheet in counted.sheets:
        crops: dict[str, Crop] = {}
        for number, page in sheet.sheet.pages.items():
            printed = layout.page(number)
            fields = [f for f in printed.fields if page.written.get(f.name)] if printed else []
            if fields and page.mm_to_px is not None:
                crops |= _cut(page, fields, files.get(page.ref.file, Path(page.ref.file)))
        found.append(crops)
    return found


def _cut(page: ReadPage, fields: Sequence[Field], file: Path) -> dict[str, Crop]:
    import numpy as np
    from PIL import Image

    from omr.hand.crops import PX_PER_MM, field_crop, ink_only
    from scoring.quickscan_posters import Crop

    picture = _picture(page, file)
    if picture is None or page.mm_to_px is None:
        return {}
    homography = np.array(page.mm_to_px).reshape(3, 3)
    crops = {}
    for field in fields:
        ink = ink_only(field_crop(picture, homography, field))
        if ink is not None:
            high, wide = ink.shape
            crops[field.name] = Crop(Image.fromarray(ink), wide / PX_PER_MM, high / PX_PER_MM)
    return crops


def _picture(page: ReadPage, file: Path) -> GreyImage | None:
    """Load the scan of a page as it was read; None when it was taken away meanwhile."""
    from omr.intake.load import load, open_file
    from omr.intake.values import Unreadable

    sources = open_file(file)
    if not isinstance(sources, list) or page.ref.page > len(sources):
        return None
    for draw in (False, True):
        try:
            image = load(sources[page.ref.page - 1], whole=True, draw=draw).image
        except Unreadable:
            continue
        if page.size_px is None or abs(image.shape[1] - page.size_px[0]) <= 2:
            return image
    return None


def _session_files(session: Session) -> dict[str, Path]:
    return {scan.name: scan.path for scan in session.scans()}
