"""The command `papierkompas extras`: the other papers of a session.

A function here parses, calls one function and prints; every file is written whole or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from papierkompas.command.options import (
    AsJson,
    Date,
    Names,
    OneRound,
    OtherTeam,
    Out,
    Own,
    Quadrants,
    RoundKey,
    SessionDir,
    Size,
    date_of,
)
from papierkompas.session.files import writing
from scoring.names import Naming

if TYPE_CHECKING:
    from forms.instrument import Instrument, Round
    from papierkompas.outcome.results import Results

extras_app = typer.Typer(
    no_args_is_help=True,
    help="Print the other papers of a session: for the walls, the tables and the facilitator.",
)


NeededSession = Annotated[
    Path, typer.Option("--session", metavar="DIR", help="Folder of the session.")
]


@extras_app.command("blank-compass")
def blank_compass(
    out: Out,
    size: Size = "a1",
    round_: OneRound = None,
    session: SessionDir = None,
    team: OtherTeam = None,
    date: Date = None,
    instrument: Own = None,
    as_json: AsJson = False,
) -> None:
    """Print an empty map for sticky dots; a photo of it can be read back."""
    from forms.paper import paper_named
    from forms.printables.blank_compass import draw_blank_compass

    about = _about(session, team, date, instrument)
    paper = paper_named(size)
    batch = _batch(session, about.asked, round_)
    with writing(out) as target:
        draw_blank_compass(
            target,
            paper,
            about.asked,
            round_key=round_,
            team=about.team,
            date=about.date,
            batch=batch,
        )
    _done(
        {
            "file": str(out),
            "width_mm": paper.width_mm,
            "height_mm": paper.height_mm,
            "session": batch,
            "round": round_,
        },
        f"{out}: an empty map of {paper.width_mm:.0f} x {paper.height_mm:.0f} mm.",
        as_json=as_json,
    )


@extras_app.command("score-form")
def score_form(
    out: Out,
    round_: RoundKey = None,
    session: SessionDir = None,
    team: OtherTeam = None,
    date: Date = None,
    instrument: Own = None,
    as_json: AsJson = False,
) -> None:
    """Print the form on which people add up their own score, per round."""
    from forms.printables.score_form import draw_score_form

    about = _about(session, team, date, instrument)
    rounds = _rounds(about.asked, round_)
    with writing(out) as target:
        draw_score_form(target, about.asked, rounds, team=about.team, date=about.date)
    _done(
        {"file": str(out), "rounds": [r.key for r in rounds]},
        f"{out}: one page per round ({_and([r.key for r in rounds])}). Photocopy it for everybody.",
        as_json=as_json,
    )


@extras_app.command("wall-markers")
def wall_markers(
    out: Out, session: SessionDir = None, instrument: Own = None, as_json: AsJson = False
) -> None:
    """Print the numbers 1 to 6 for along a wall."""
    from forms.printables.wall_markers import draw_wall_markers

    about = _about(session, None, None, instrument)
    with writing(out) as target:
        draw_wall_markers(target, about.asked)
    _done({"file": str(out)}, f"{out}: one number a page, A4 on its side.", as_json=as_json)


@extras_app.command("statement-cards")
def statement_cards(
    out: Out, session: SessionDir = None, instrument: Own = None, as_json: AsJson = False
) -> None:
    """Print each statement pair on a page, to hang above the numbers."""
    from forms.printables.wall_markers import draw_statement_cards

    about = _about(session, None, None, instrument)
    with writing(out) as target:
        draw_statement_cards(target, about.asked)
    _done({"file": str(out)}, f"{out}: one statement a page, A4 on its side.", as_json=as_json)


@extras_app.command()
def cards(
    out: Out, quadrant: Quadrants = None, session: SessionDir = None, as_json: AsJson = False
) -> None:
    """Print the activities as cards: all, or those of where the team wants to be."""
    from forms.printables.activity_cards import draw_activity_cards

    wanted = _quadrants(quadrant, session)
    with writing(out) as target:
        count = draw_activity_cards(target, wanted)
    _done(
        {"file": str(out), "cards": count, "quadrants": list(wanted)},
        f"{out}: {count} activities of {_and(wanted) or 'all quadrants'}. Cut each sheet in four.",
        as_json=as_json,
    )


@extras_app.command("activity-list")
def activity_list(
    out: Out,
    quadrant: Quadrants = None,
    session: SessionDir = None,
    team: OtherTeam = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Print the activities as a list to tick."""
    from forms.printables.activity_cards import draw_activity_list

    about = _about(session, team, date, None)
    wanted = _quadrants(quadrant, session)
    with writing(out) as target:
        count = draw_activity_list(target, wanted, team=about.team, date=about.date)
    _done(
        {"file": str(out), "activities": count, "quadrants": list(wanted)},
        f"{out}: {count} activities of {_and(wanted) or 'all quadrants'}.",
        as_json=as_json,
    )


@extras_app.command()
def guide(
    out: Out,
    session: SessionDir = None,
    team: OtherTeam = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Print the facilitator's guide: two pages for a meeting of 2.5 hours."""
    from forms.printables.guide import draw_guide

    about = _about(session, team, date, None)
    with writing(out) as target:
        draw_guide(target, team=about.team, date=about.date)
    _done({"file": str(out)}, f"{out}: two pages.", as_json=as_json)


@extras_app.command()
def criteria(
    out: Out,
    session: SessionDir = None,
    team: OtherTeam = None,
    date: Date = None,
    as_json: AsJson = False,
) -> None:
    """Print the twenty criteria of parents, to put in order."""
    from forms.printables.criteria import draw_criteria

    about = _about(session, team, date, None)
    with writing(out) as target:
        draw_criteria(target, team=about.team, date=about.date)
    _done({"file": str(out)}, f"{out}: one page.", as_json=as_json)


@extras_app.command()
def statements(
    out: Out,
    session: NeededSession,
    round_: RoundKey = None,
    names: Names = Naming.NAMES,
    as_json: AsJson = False,
) -> None:
    """Print who stands where on each statement, on A3."""
    from papierkompas.outcome.paper_values import statement_sheet
    from scoring.statements import draw_statements

    sheet = statement_sheet(_results(session), round_, names)
    with writing(out) as target:
        report = draw_statements(target, sheet)
    _done(
        {"file": str(out), "people": len(sheet.people), "pages": report.pages},
        f"{out}: {len(sheet.people)} people on {report.pages} sheets of A3.",
        as_json=as_json,
    )


@extras_app.command()
def personal(out: Out, session: NeededSession, as_json: AsJson = False) -> None:
    """Print a page for each participant, with nobody else on it."""
    from papierkompas.outcome.paper_values import compass_of, personal_pages
    from scoring.personal import draw_personal

    made = _results(session)
    pages = personal_pages(made)
    with writing(out) as target:
        draw_personal(target, compass_of(made).instrument, pages)
    _done(
        {"file": str(out), "people": len(pages)},
        f"{out}: {len(pages)} pages. Give everybody their own.",
        as_json=as_json,
    )


@dataclass(frozen=True, slots=True)
class _About:
    """What a paper is about."""

    asked: Instrument
    team: str | None
    date: str | None


def _about(session: Path | None, team: str | None, date: str | None, own: Path | None) -> _About:
    """Find the questionnaire, and team and date as they are printed: options before session."""
    from forms.instrument import find, load
    from papierkompas.outcome.posters import in_dutch

    day = date_of(date)
    kept: tuple[Instrument, ...] = (load(own),) if own is not None else ()
    if session is not None:
        from papierkompas.session.session import Session

        with Session.open(session) as opened:
            team, day = team or opened.team, day or opened.date
            kept += opened.questionnaires.all()
    with_map = [asked for asked in kept if asked.axes]
    asked = with_map[0] if with_map else find("stellingenlijst")
    return _About(asked, team, in_dutch(day) if day else None)


def _batch(session: Path | None, asked: Instrument, round_key: str | None) -> str | None:
    """Take the code by which a photo of the paper is known to belong to the session."""
    if session is None:
        return None
    from papierkompas.acts.printing import layout_of
    from papierkompas.session.session import Session

    with Session.open(session) as opened:
        return opened.given_out.batch_for(asked, layout_of(asked).number, round_key)


def _rounds(asked: Instrument, key: str | None) -> tuple[Round, ...]:
    one = asked.round(key)
    return (one,) if one is not None else asked.rounds


def _quadrants(chosen: list[str] | None, session: Path | None) -> tuple[str, ...]:
    """Take the quadrants that were named, else those where the team wants to be, else all."""
    if chosen:
        return tuple(dict.fromkeys(chosen))
    if session is None:
        return ()
    from papierkompas.outcome.paper_values import wished_quadrants

    return wished_quadrants(_results(session))


def _results(session: Path) -> Results:
    from papierkompas.outcome.results import results
    from papierkompas.session.session import Session

    with Session.open(session) as opened:
        return results(opened)


def _and(words: Sequence[str]) -> str:
    return " and ".join(words)


def _done(facts: dict[str, Any], sentence: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(facts, ensure_ascii=False, indent=1) if as_json else sentence)
