"""The other papers: for the walls, the tables, the facilitator, and of a quickscan.

In:  the name of a paper, and the session it is made for.
Out: a PDF to be saved (of the quickscan posters a zip of them).
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

from starlette.responses import Response

from forms.errors import UsageError
from forms.instrument import Instrument
from forms.paper import paper_named
from papierkompas.acts.printing import layout_of
from papierkompas.outcome.paper_values import compass_of, personal_pages, statement_sheet
from papierkompas.outcome.posters import in_dutch
from papierkompas.web.desk import OpenSession
from papierkompas.web.passwords import passwords_in
from papierkompas.web.screens.compass import without
from papierkompas.web.texts import text
from papierkompas.web.visit import ProblemError, Visit, download

Draw = Callable[[OpenSession, io.BytesIO], object]


def extra(visit: Visit) -> Response:
    """Make one of the papers."""
    name = visit.part("name")
    draw = EXTRAS.get(name)
    if draw is None:
        raise ProblemError(404, "print.no_paper")
    file = io.BytesIO()
    try:
        draw(visit.session, file)
    except UsageError as error:
        raise ProblemError.of(409, error) from None
    kind = "zip" if name == "quickscan_posters" else "pdf"
    title = f"{text(f'extra.{name}')} {visit.session.session.team}.{kind}"
    return download(file, title, f"application/{kind}")


def _compass(open_session: OpenSession) -> Instrument:
    """Return the questionnaire with a map: the one that was filled in, or the first there is."""
    for compass in open_session.results().compasses:
        return compass.instrument
    return next(i for i in open_session.instruments() if i.axes)


def _about(open_session: OpenSession) -> dict[str, str]:
    return {"team": open_session.session.team, "date": in_dutch(open_session.session.date)}


def _guide(open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.guide import draw_guide

    draw_guide(file, **_about(open_session))


def _blank_compass(round_key: str) -> Draw:
    def draw(open_session: OpenSession, file: io.BytesIO) -> None:
        from forms.printables.blank_compass import draw_blank_compass

        asked = _compass(open_session)
        batch = open_session.session.given_out.batch_for(asked, layout_of(asked).number, round_key)
        about = _about(open_session)
        draw_blank_compass(
            file, paper_named("a1"), asked, round_key=round_key, batch=batch, **about
        )

    return draw


def _score_form(open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.score_form import draw_score_form

    asked = _compass(open_session)
    draw_score_form(file, asked, asked.rounds, **_about(open_session))


def _wall_markers(open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.wall_markers import draw_wall_markers

    draw_wall_markers(file, _compass(open_session))


def _statement_cards(open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.wall_markers import draw_statement_cards

    draw_statement_cards(file, _compass(open_session))


def _activity_cards(_open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.activity_cards import draw_activity_cards

    draw_activity_cards(file)


def _criteria(open_session: OpenSession, file: io.BytesIO) -> None:
    from forms.printables.criteria import draw_criteria

    draw_criteria(file, **_about(open_session))


def _statements(open_session: OpenSession, file: io.BytesIO) -> None:
    from scoring.statements import draw_statements

    shown = open_session.beamer
    draw_statements(file, statement_sheet(without(open_session.results(), shown.hidden)))


def _personal(open_session: OpenSession, file: io.BytesIO) -> None:
    from scoring.personal import draw_personal

    made = open_session.results()
    draw_personal(file, compass_of(made).instrument, personal_pages(made))


def _one_list(open_session: OpenSession, file: io.BytesIO) -> None:
    from papierkompas.outcome.quickscan_papers import write_one_list

    with tempfile.TemporaryDirectory(prefix=text("product")) as folder:
        out = Path(folder, "one-list.pdf")
        write_one_list(open_session.session, out)
        file.write(out.read_bytes())


def _quickscan_posters(open_session: OpenSession, file: io.BytesIO) -> None:
    from papierkompas.outcome.quickscan_papers import write_quickscan_posters

    with tempfile.TemporaryDirectory(prefix=text("product")) as folder:
        session = open_session.session
        words = passwords_in(session.folder)
        write_quickscan_posters(session, Path(folder), passwords=words)
        with zipfile.ZipFile(file, "w") as target:
            for made in sorted(Path(folder).glob("*.pdf")):
                target.write(made, made.name)


ALWAYS: dict[str, Draw] = {
    "guide": _guide,
    "blank_compass_gewenst": _blank_compass("gewenst"),
    "blank_compass_huidig": _blank_compass("huidig"),
    "score_form": _score_form,
    "wall_markers": _wall_markers,
    "statement_cards": _statement_cards,
    "activity_cards": _activity_cards,
    "criteria": _criteria,
}
OF_THE_MAP: dict[str, Draw] = {"statements": _statements, "personal": _personal}
OF_THE_LIST: dict[str, Draw] = {"one_list": _one_list, "quickscan_posters": _quickscan_posters}
EXTRAS = {**ALWAYS, **OF_THE_MAP, **OF_THE_LIST}
