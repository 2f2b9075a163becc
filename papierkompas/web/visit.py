"""One request, as the screens see it, and the answers they give.

In:  a request that the guard let in.
Out: a `Visit` with the desk, the session and the form; pages, pictures and files as answers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import IO, Any
from urllib.parse import quote, unquote

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response, StreamingResponse

from forms.companions import Kind
from forms.errors import PapierkompasError
from forms.messages import DUTCH
from papierkompas.file_names import plain_file_name
from papierkompas.outcome.to_settle import names_to_settle, to_settle
from papierkompas.outcome.what_changed import what_changed
from papierkompas.session.values import Correction
from papierkompas.web.desk import Desk, OpenSession
from papierkompas.web.render import render
from papierkompas.web.texts import said, text

MAX_FIELDS = 2000
MAX_FILES = 1 + len(Kind)  # scans come one at a time; a questionnaire with what lies beside it
INVALID = Markup(' aria-invalid="true" aria-errormessage="wrong"')
WHO_COOKIE = "wie"
MAX_WHO = 40  # characters
NOTICES = {
    key: text(f"notice.{key}")
    for key in (
        "added",
        "nobody_new",
        "opened",
        "stored",
        "undone",
        "put_off",
        "meanwhile",
        "not_sure",
        "password",
        "no_code",
        "not_given_out",
        "still_unread",
        "own",
    )
}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request with what is needed to answer it."""

    request: Request
    desk: Desk
    open: OpenSession | None
    form: FormData

    @property
    def session(self) -> OpenSession:
        """The session that the address names."""
        if self.open is None:
            raise ProblemError(404, "problem.no_session")
        return self.open

    @property
    def who(self) -> str:
        """Who sits at this browser, for the history of changes."""
        return unquote(self.request.cookies.get(WHO_COOKIE, ""))[:MAX_WHO] or text("who.default")

    def asked(self, name: str, default: str = "") -> str:
        """Return what was filled in, or asked for behind the address."""
        value = self.form.get(name)
        if isinstance(value, str):
            return value.strip()
        return self.request.query_params.get(name, default).strip()

    def file(self, name: str) -> UploadFile | None:
        """Return a file that came with the form."""
        value = self.form.get(name)
        return value if isinstance(value, UploadFile) and value.size else None

    def part(self, name: str) -> str:
        """Return a part of the address."""
        return str(self.request.path_params[name])


class ProblemError(Exception):
    """Something that the person at the screen is told."""

    def __init__(self, status: int, key: str, *, where: str = "", **values: object) -> None:
        """Take what is told.

        Args:
            where: the screen and the field that it is about, such as `print#copies`.
        """
        super().__init__(key)
        self.status = status
        self.where = where
        self.sentence = text(key, **values)

    @classmethod
    def of(cls, status: int, error: PapierkompasError) -> ProblemError:
        """Tell an error with another status than that of a wrong request."""
        made = cls(status, "problem.title")
        made.sentence = said(error)
        return made


Screen = Callable[[Visit], Response]


def endpoint(desk: Desk, screen: Screen) -> Callable[[Request], Any]:
    """Make what Starlette calls out of a screen: it runs in a thread, errors become pages."""

    async def answer(request: Request) -> Response:
        form = FormData()
        if request.method == "POST":
            form = await request.form(
                max_files=MAX_FILES, max_fields=MAX_FIELDS, max_part_size=6_000_000
            )
        try:
            return await run_in_threadpool(_answer, desk, screen, request, form)
        finally:
            await form.close()

    return answer


def _answer(desk: Desk, screen: Screen, request: Request, form: FormData) -> Response:
    visit = Visit(request, desk, None, form)
    try:
        key = request.path_params.get("key")
        if key is not None:
            visit = Visit(request, desk, desk.open(str(key)), form)
            _ = visit.session
        return screen(visit)
    except ProblemError as problem:
        return _problem(visit, problem.status, problem.sentence, problem.where)
    except PapierkompasError as error:
        return _problem(visit, 400, said(error))


def _problem(visit: Visit, status: int, sentence: str, where: str = "") -> Response:
    """Say what went wrong; without the menu of a session that cannot be looked at any more."""
    told = {"sentence": sentence, "where": where}
    try:
        return page(visit, "problem.html", status=status, **told)
    except PapierkompasError:
        alone = replace(visit, open=None)
        return page(alone, "problem.html", status=status, sentence=sentence, where="")


def page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> Response:
    """Answer with a page."""
    known: dict[str, Any] = {
        "visit": visit,
        "open": visit.open,
        "base": f"/s/{visit.open.key}" if visit.open else "",
        "here": template.removesuffix(".html"),
        "round_name": _round_names(visit.open),
        "about": _about(visit.open),
        "faulty": (faulty := str(values.get("faulty", ""))),
        "invalid": lambda field: INVALID if field == faulty else "",
        "notice_text": NOTICES.get(visit.request.query_params.get("notice", ""), ""),
    }
    if visit.open is not None:
        made = visit.open.results()
        known |= {
            "stamp": visit.desk.stamp(visit.open),
            "doubts": len(to_settle(made.sheets)),
            "names_open": len(names_to_settle(made.sheets)) + len(made.off_list),
            "has_tally": bool(made.tallies),
            "has_map": bool(made.compasses) or not made.tallies,
            "progress": visit.desk.progress(visit.open),
        }
    return HTMLResponse(render(template, **{**known, **values}), status)


def _about(open_session: OpenSession | None) -> Callable[[Correction], str]:
    """Say what a change is about."""

    def about(change: Correction) -> str:
        if open_session is None:
            return str(change.sheet)
        session, sheets = open_session.session, open_session.results().sheets
        own, batches = session.questionnaires.all(), session.given_out.batches()
        return what_changed(change, sheets, own, batches).said(DUTCH)

    return about


def _round_names(open_session: OpenSession | None) -> Callable[[str | None], str]:
    """Say what rounds are called; the questionnaires are looked at once a page, if at all."""
    known: dict[str, str] = {}

    def name(key: str | None) -> str:
        if key and not known and open_session is not None:
            for instrument in reversed(open_session.instruments()):
                known.update({asked.key: asked.label for asked in instrument.rounds})
        return known.get(key, key) if key else ""

    return name


def go(address: str) -> Response:
    """Send the browser on after something was changed."""
    return RedirectResponse(address, 303)


def picture(data: bytes, kind: str = "image/jpeg") -> Response:
    """Answer with a picture that we made."""
    return Response(data, media_type=kind)


def download(file: IO[bytes], name: str, kind: str) -> Response:
    """Answer with a file to be saved; it is never shown inside the page."""
    size = file.seek(0, 2)
    file.seek(0)

    def chunks() -> Iterator[bytes]:
        with file:
            while chunk := file.read(1 << 20):
                yield chunk

    name = plain_file_name(name)
    plain = re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-") or "papierkompas"
    return StreamingResponse(
        chunks(),
        media_type=kind,
        headers={
            "content-length": str(size),
            "content-disposition": f'attachment; filename="{plain}"; '
            f"filename*=UTF-8''{quote(name, safe='')}",
        },
    )
