"""The screen of everything that can be downloaded: papers, tables, and all of it in one file."""

from __future__ import annotations

import io
from contextlib import ExitStack
from dataclasses import replace
from itertools import groupby
from typing import Any

from starlette.responses import Response

from forms.errors import UsageError
from forms.messages import DUTCH
from forms.paper_sizes import PAPERS, Paper
from forms.printables.activity_cards import corners_of
from papierkompas.outcome.as_html import write_html
from papierkompas.outcome.as_tables import write_csv, write_xlsx
from papierkompas.outcome.drawers import draw
from papierkompas.outcome.everything import write_everything
from papierkompas.outcome.lost_letters import lost_on_paper
from papierkompas.outcome.material import Material
from papierkompas.outcome.paper_values import wished_quadrants
from papierkompas.outcome.printables import (
    PRINTABLES,
    SIZES,
    TILES,
    USUAL_MINUTES,
    Choices,
    PaperOption,
    Printable,
    PrintInk,
    printable,
)
from papierkompas.outcome.results import Results
from papierkompas.session.session import Session
from papierkompas.web.desk import OpenSession, temporary_file
from papierkompas.web.passwords import passwords_in
from papierkompas.web.screens.wall import left_out, without
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, download, go, page
from scoring.shown_names import Naming

SMALL_MAPS = {"": None, "1": True, "0": False}  # what is asked for, and what it means
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MINUTES = (USUAL_MINUTES, 30, 45, 75, 90, 120)  # of a talk; the usual time first


def papers(visit: Visit) -> Response:
    """Show what can be downloaded."""
    made = visit.session.results()
    material = _material(visit.session)
    possible = [which for which in PRINTABLES if material.has(which)]
    return page(
        visit,
        "papers.html",
        papers={
            needs.value: list(its) for needs, its in groupby(possible, lambda which: which.needs)
        },
        shown={which.key: _shown(which, visit, material) for which in possible},
        wished=_wished(made),
        prints_black=visit.session.session.settings.prints_black,
        hidden=len(left_out(made, visit.session.beamer.hidden)),
        letters=[one.message.said(DUTCH) for one in lost_on_paper(material)],
        locked=visit.desk.locked(visit.session),
    )


def printer(visit: Visit) -> Response:
    """Keep what the printer of the school prints in."""
    visit.session.session.settings.print_black(visit.asked("black") == "1")
    visit.session.touch()
    return go(f"/s/{visit.session.key}/papers")


def paper(visit: Visit) -> Response:
    """Make a paper as it was chosen."""
    try:
        which = printable(visit.part("paper"))
    except KeyError:
        raise ProblemError(404, "papers.unknown") from None
    material = _material(visit.session)
    file = io.BytesIO()
    with ExitStack() as closing:
        if visit.asked("before"):
            folder = visit.desk.library.find(visit.asked("before"))
            if folder is None:
                raise ProblemError(404, "problem.no_session")
            material = replace(material, earlier=closing.enter_context(Session.open(folder)))
        if visit.asked("instrument"):
            material = replace(material, own=_instruments(visit, visit.asked("instrument")))
        try:
            draw(which, material, _choices(visit, which, material.results), file)
        except UsageError as error:
            raise ProblemError.of(409, error) from None
    team = visit.session.session.team
    return download(file, f"{which.file} {team}.pdf", "application/pdf")


def table(visit: Visit) -> Response:
    """Make a table for a spreadsheet."""
    file = temporary_file()
    made = visit.session.results()
    name = f"{text('papers.results')} {visit.session.session.team}"
    if visit.part("kind") == "csv":
        write_csv(file, made)
        return download(file, f"{name}.csv", "text/csv; charset=utf-8")
    if visit.part("kind") == "html":
        write_html(file, made)
        return download(file, f"{name}.html", "text/html; charset=utf-8")
    write_xlsx(file, made)
    return download(file, f"{name}.xlsx", XLSX)


def everything(visit: Visit) -> Response:
    """Put everything of the session into one file."""
    session = visit.session.session
    with ExitStack() as closing:
        file = closing.enter_context(temporary_file())
        write_everything(file, _material(visit.session), session)
        closing.pop_all()  # the answer closes it
    return download(file, f"{session.team}.zip", "application/zip")


def _material(open_session: OpenSession) -> Material:
    """Return what papers are made of; who is hidden on the map hangs on no wall."""
    return Material(
        session=open_session.session,
        passwords=passwords_in(open_session.session.folder),
        known=open_session.results,
        shown=lambda: without(open_session.results(), open_session.beamer.hidden),
    )


def _instruments(visit: Visit, wanted: str) -> tuple[Any, ...]:
    found = [one for one in visit.session.instruments() if f"{one.key}-{one.edition}" == wanted]
    if not found:
        raise ProblemError(404, "print.no_paper")
    return tuple(found)


def _shown(which: Printable, visit: Visit, material: Material) -> dict[str, list[tuple[str, str]]]:
    """List what can be chosen for a paper: of each option its values, and what they are called."""
    return {
        option.value: values
        for option in which.options
        if (values := _values(option, which, visit, material))
    }


def _values(
    option: PaperOption, which: Printable, visit: Visit, material: Material
) -> list[tuple[str, str]]:
    """List the values of an option; none where there is nothing to choose."""
    labels = {asked.key: asked.label for asked in material.instrument.rounds}
    match option:
        case PaperOption.SIZE:
            return [(size, _size(PAPERS[size])) for size in SIZES]
        case PaperOption.TILE:
            parts = [(tile, text("papers.on", paper=tile.upper())) for tile in TILES]
            return [("", text("papers.whole")), *parts]
        case PaperOption.ROUND:
            named = [(one, labels.get(one, one)) for one in material.rounds(which.needs)]
            return [("", text("papers.all_rounds")), *named] if len(named) > 1 else []
        case PaperOption.ONE_ROUND:
            # a photo of a map without one does not say which round it is: that comes last
            return [*labels.items(), ("", text("papers.no_round"))] if labels else []
        case PaperOption.NAMES:
            return [(one.value, _naming(one)) for one in which.namings]
        case PaperOption.ONLY_MEANS | PaperOption.HANDWRITTEN | PaperOption.FEW | PaperOption.BARE:
            return [("1", text(f"option.{option.value}"))]
        case PaperOption.SMALL_MAPS:
            chosen = [(value, text(f"small_maps.{value}")) for value in SMALL_MAPS if value]
            return [("", text("small_maps.auto")), *chosen]
        case PaperOption.MINUTES:
            return [(str(each), text("papers.minutes", count=each)) for each in MINUTES]
        case PaperOption.INK:
            now = PrintInk.BLACK if visit.session.session.settings.prints_black else PrintInk.COLOUR
            every = [(ink.value, text(f"ink.{ink.value}")) for ink in PrintInk]
            return [("", text(f"ink.printer.{now.value}")), *every]
        case PaperOption.QUADRANTS:
            return [(key, one.title) for key, one in corners_of(material.instrument).items()]
        case PaperOption.BEFORE:
            here = visit.session.key
            entries, _ = visit.desk.library.entries()
            others = [one for one in entries if one.key != here]
            named = [(one.key, f"{one.team}, {one.date.isoformat()}") for one in others]
            return [("", text("papers.no_before")), *named] if named else []
        case PaperOption.INSTRUMENT:
            maps = [one for one in visit.session.instruments() if one.axes]
            named = [(f"{one.key}-{one.edition}", one.title) for one in maps]
            return named if len(named) > 1 else []
        case _:
            return []  # the session knows team and day, and asks for passwords when it scans


def _size(paper: Paper) -> str:
    wide, high = round(paper.width_mm / 10), round(paper.height_mm / 10)
    return text("papers.size", name=paper.name, wide=wide, high=high)


def _naming(naming: Naming) -> str:
    return text("map.no_names" if naming is Naming.NONE else f"map.{naming.value}")


def _choices(visit: Visit, which: Printable, made: Results) -> Choices:
    plain = which.choices
    size, tile = visit.asked("size", plain.size), visit.asked("tile")
    names, ink = visit.asked("names", plain.names.value), visit.asked("ink")
    small = visit.asked("small_maps")
    if ink not in ("", *PrintInk) or small not in SMALL_MAPS:
        raise ProblemError(400, "map.no_choice")
    if size not in SIZES or tile not in ("", *TILES) or names not in set(Naming):
        raise ProblemError(400, "map.no_choice", where="papers")
    return Choices(
        size=size,
        tile=tile or None,
        round=visit.asked("round") or None,
        names=Naming(names),
        only_means=visit.asked("only_means") == "1",
        handwritten=visit.asked("handwritten") == "1",
        few=visit.asked("few") == "1",
        bare=visit.asked("bare") == "1",
        ink=PrintInk(ink) if ink else None,
        small_maps=SMALL_MAPS[small],
        quadrants=_quadrants(visit, made),
        minutes=_minutes(visit),
    )


def _minutes(visit: Visit) -> int:
    given = visit.asked("minutes", str(USUAL_MINUTES))
    if not given.isdecimal() or int(given) not in MINUTES:
        raise ProblemError(400, "map.no_choice")
    return int(given)


def _quadrants(visit: Visit, made: Results) -> tuple[str, ...]:
    """Return the quadrants that were ticked; where nobody chose, those the team wants to be in."""
    if visit.asked("chosen"):
        return tuple(visit.request.query_params.getlist("quadrants"))
    return _wished(made)


def _wished(made: Results) -> tuple[str, ...]:
    """Return the quadrants in which the team wants to be; none where nobody knows."""
    try:
        return wished_quadrants(made)
    except UsageError:
        return ()
