"""Make everything on paper that comes of a pile of quickscans.

In:  a session, or the scan of a pile that belongs to none.
Out: the one list, the posters and the action sheet, and all tables in a workbook.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from PIL import Image

from forms.errors import UsageError, because
from forms.layout import Field
from forms.paper import paper_named
from omr.hand.crops import PX_PER_MM, field_crop, ink_only
from omr.intake.values import Unreadable
from omr.page import Reason
from papierkompas.acts.page_picture import PagePicture, Unseen, page_picture
from papierkompas.acts.printing import layout_of
from papierkompas.acts.reading import read_files
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.results import Results, TallyResult, results, results_of
from papierkompas.session.files import writing
from papierkompas.session.rights import make_folder
from papierkompas.session.session import Session
from scoring.groups import LEAST_COMPARED
from scoring.one_list import Heading, draw_one_list
from scoring.quickscan_posters import Crop, draw_actions, draw_divided, draw_factors
from scoring.roles import Change, by_role, compare_years

WHY_UNSEEN = {Reason.ENCRYPTED: "op slot"}
GONE = "niet meer te openen"


def write_one_list(session: Session, out: Path, earlier: Session | None = None) -> dict[str, Any]:
    """Write the one list of a session, and say how many lists it is of.

    Args:
        session: of the programme.
        out: a PDF file.
        earlier: an earlier quickscan of the same programme, to compare with.
    """
    return _one_list(results(session), out, changes(earlier, session) if earlier else ())


def write_quickscan_posters(
    session: Session,
    out: Path,
    *,
    size: str = "a1",
    tile: str | None = None,
    passwords: Sequence[str] = (),
) -> dict[str, Any]:
    """Write the posters of a session into a folder, and say which files they are.

    Args:
        session: of the programme.
        out: a folder.
        size: of the two posters; the action sheet is A3.
        tile: paper to print those two on in parts.
        passwords: of locked scans, for the handwriting on the action sheet.
    """
    files = {scan.name: scan.path for scan in session.scans.all()}
    return _posters(results(session), out, size, tile, files, passwords)


def write_pile(
    files: Sequence[Path],
    out: Path,
    team: str,
    *,
    size: str = "a1",
    tile: str | None = None,
    date: dt.date | None = None,
    passwords: Sequence[str] = (),
) -> dict[str, Any]:
    """Read a pile that belongs to no session, and write everything that comes of it.

    It bears the date of today, unless another is given.
    """
    dated = date or dt.datetime.now().astimezone().date()
    made = results_of(read_files(files, passwords=passwords).settled, team, dated.isoformat())
    _counted(made)
    facts = _posters(made, out, size, tile, {}, passwords)
    facts["lists"] = _one_list(made, out / "een-lijst.pdf")["lists"]
    with writing(out / "tabellen.xlsx") as target:
        write_xlsx(target, made)
    with writing(out / "tabellen.csv") as target:
        write_csv(target, made)
    with writing(out / "uitkomst.json") as target:
        target.write(json.dumps(results_json(made), ensure_ascii=False, indent=1).encode())
    names = ("een-lijst.pdf", "tabellen.xlsx", "tabellen.csv", "uitkomst.json")
    facts["files"] += [str(out / name) for name in names]
    facts["remarks"] = [str(remark) for remark in made.remarks]
    return facts


def changes(earlier: Session, later: Session) -> tuple[Change, ...]:
    """Say what changed between two quickscans of the same programme."""
    before, now = (_counted(results(session)) for session in (earlier, later))
    found = compare_years(now.instrument, before.filled, now.filled)
    if not found:
        raise UsageError("results.too_few", least=LEAST_COMPARED)
    return found


def _counted(results: Results) -> TallyResult:
    """Return the counts of the quickscan.

    Raises:
        UsageError: nothing of the kind was read yet.
    """
    for counted in results.tallies:
        if counted.summary is not None and counted.lists:
            return counted
    raise UsageError("results.no_quickscans")


def _heading(results: Results, counted: TallyResult) -> Heading:
    date = in_dutch(dt.date.fromisoformat(results.date))
    return Heading(results.team, date, counted.given)


def _one_list(results: Results, out: Path, changes: Sequence[Change] = ()) -> dict[str, Any]:
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
    results: Results,
    out: Path,
    size: str,
    tile: str | None,
    files: Mapping[str, Path],
    passwords: Sequence[str],
) -> dict[str, Any]:
    counted = _counted(results)
    summary, paper = counted.summary, paper_named(size)
    if summary is None:
        raise ValueError("a counted questionnaire has a summary")
    heading = _heading(results, counted)
    sheet = paper_named(tile) if tile else None
    try:
        make_folder(out)
    except FileExistsError:
        raise UsageError("folder.is_file", folder=out) from None
    except OSError as error:
        raise UsageError("folder.cannot_make", folder=out, why=because(error)) from None
    names = [out / f"{name}.pdf" for name in ("succesfactoren", "bespreek-eerst", "actieblad")]
    with writing(names[0]) as target:
        draw_factors(target, summary, heading, paper, sheet)
    with writing(names[1]) as target:
        draw_divided(target, summary, heading, paper, sheet)
    with writing(names[2]) as target:
        written = handwriting(counted, files, passwords)
        draw_actions(
            target, counted.instrument, summary, heading, written.crops, unseen=written.said
        )
    roles = by_role(counted.instrument, counted.filled)
    return {
        "files": [str(name) for name in names],
        "lists": counted.lists,
        "roles": None if roles is None else list(roles.sentences()),
        "handwriting": sum(map(len, written.crops)),
        "unseen": [one.as_json() for one in written.missing],
    }


@dataclass(frozen=True, slots=True)
class Handwriting:
    """What people wrote in free words.

    Attributes:
        crops: per list the fields that were used, cut out of the scans.
        unseen: per field the scans that do not open, each as often as somebody wrote in it.
    """

    crops: list[dict[str, Crop]]
    unseen: dict[str, list[tuple[str, Reason]]]

    @property
    def missing(self) -> tuple[Unseen, ...]:
        """What the action sheet has to do without."""
        return Unseen.counted(chain.from_iterable(self.unseen.values()))

    @property
    def said(self) -> dict[str, list[str]]:
        """The same per field, in the words of the action sheet."""
        return {
            field: [f"{file} ({WHY_UNSEEN.get(why, GONE)})" for file, why in scans]
            for field, scans in self.unseen.items()
        }


def handwriting(
    counted: TallyResult, files: Mapping[str, Path], passwords: Sequence[str] = ()
) -> Handwriting:
    """Cut what people wrote out of the scans.

    Args:
        counted: the lists.
        files: where the scans are kept, by the name in `PageRef`; by default that name itself.
        passwords: of locked scans.
    """
    layout = layout_of(counted.instrument)
    found = Handwriting([], {})
    for sheet in counted.sheets:
        crops: dict[str, Crop] = {}
        for number, page in sheet.sheet.pages.items():
            printed = layout.page(number)
            fields = [f for f in printed.fields if page.written.get(f.name)] if printed else []
            if not fields:
                continue
            file = files.get(page.ref.file, Path(page.ref.file))
            try:
                crops |= _cut(page_picture(page, file, passwords), fields)
            except Unreadable as trouble:
                which = (Path(page.ref.file).name, trouble.reason)
                for field in fields:
                    found.unseen.setdefault(field.name, []).append(which)
        found.crops.append(crops)
    return found


def _cut(picture: PagePicture, fields: Sequence[Field]) -> dict[str, Crop]:
    if picture.mm_to_px is None:
        raise Unreadable(Reason.NO_SHEET)
    crops: dict[str, Crop] = {}
    for field in fields:
        ink = ink_only(field_crop(picture.image, picture.mm_to_px, field))
        if ink is not None:
            high, wide = ink.shape
            crops[field.name] = Crop(Image.fromarray(ink), wide / PX_PER_MM, high / PX_PER_MM)
    return crops
