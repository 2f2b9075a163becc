"""The screen of what was put off: a list to walk round with, and the click that puts off."""

from __future__ import annotations

from starlette.responses import Response

from forms.errors import UsageError
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.asking_round import RowPutOff, asking_round
from papierkompas.outcome.results import sheet_key
from papierkompas.outcome.settling import ask_later, ask_now
from papierkompas.outcome.to_settle import WHOLE
from papierkompas.session.corrections import ChangedMeanwhileError
from papierkompas.web.screens.check import doubts_of, next_address, sheet_of
from papierkompas.web.visit import Visit, go, page

WHOLE_FORM = "-"  # in a form, where an empty field would be none


def show(visit: Visit) -> Response:
    """Show what has to be asked, person by person."""
    own = visit.session.session.questionnaires.all()
    return page(
        visit,
        "later.html",
        people=asking_round(visit.session.results(), own),
        sheet_key=sheet_key,
        picture_of=_picture,
        whole_form=WHOLE_FORM,
    )


def change(visit: Visit) -> Response:
    """Put a question off, or bring it back."""
    sheet = sheet_of(visit, visit.part("sheet"))
    asked = visit.asked("question")
    question = WHOLE if asked == WHOLE_FORM else asked
    here = f"/s/{visit.session.key}"
    is_back = visit.asked("back") == "1"
    waiting = doubts_of(visit.session)
    try:
        if is_back:
            ask_now(visit.session.session, sheet, question, visit.who)
        else:
            ask_later(visit.session.session, sheet, question, visit.who)
    except (ChangedMeanwhileError, UsageError):
        return go(f"{here}/{'later' if is_back else 'check'}?notice=meanwhile")
    if is_back:
        return go(f"{here}/later?notice=stored")
    if question in sheet.handwriting:
        back = "names" if question == NAME else "comments"
        return go(f"{here}/{back}?notice=put_off")
    return go(next_address(visit.session, waiting, sheet, question))


def _picture(row: RowPutOff) -> str:
    """Return what follows the session in the address of a picture."""
    key = sheet_key(row.sheet)
    if row.is_whole:
        return f"sheet/{key}/{next(iter(row.sheet.sheet.pages), 1)}.jpg"
    part = "picture" if row.asked is not None else "field"
    return f"{part}/{key}/{row.question}" + ("/boxes.jpg" if row.asked is not None else ".jpg")
