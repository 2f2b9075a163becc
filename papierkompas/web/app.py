"""Which address leads to which screen.

In:  a desk and the keys of this run.
Out: the application, behind its guard.
"""

from __future__ import annotations

from collections.abc import Callable

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from papierkompas.mishap import mistake
from papierkompas.web.desk import Desk
from papierkompas.web.guard import MAX_UPLOAD_BYTES, Guard, Keys, TooLargeError
from papierkompas.web.render import render, static_file
from papierkompas.web.screens import (
    check,
    choose_sheets,
    door,
    downloads,
    end,
    hand,
    later,
    own,
    place,
    scan,
    start,
    tap,
    typing,
    wall,
    who,
    withdraw,
)
from papierkompas.web.texts import said, text
from papierkompas.web.visit import Screen, endpoint

SCREENS: tuple[tuple[str, str, Screen], ...] = (
    ("GET", "/", start.start),
    ("POST", "/", start.begin),
    ("POST", "/open", start.open_zip),
    ("POST", "/stop", end.stop),
    ("GET", "/s/{key}/people", start.people),
    ("GET", "/s/{key}/tap/{number:int}", tap.show),
    ("POST", "/s/{key}/tap/{number:int}", tap.change),
    ("GET", "/s/{key}/tap/{number:int}/photo.jpg", tap.photo),
    ("POST", "/s/{key}/people", start.add_people),
    ("POST", "/s/{key}/people/out", start.keep_names),
    ("POST", "/s/{key}/people/about", who.about),
    ("GET", "/s/{key}/people/{number:int}", who.show),
    ("POST", "/s/{key}/people/{number:int}", who.change),
    ("POST", "/s/{key}/who", start.name_yourself),
    ("GET", "/s/{key}/print", choose_sheets.choose),
    ("POST", "/s/{key}/print", choose_sheets.sheets),
    ("GET", "/s/{key}/print/preview", choose_sheets.preview),
    ("GET", "/s/{key}/own", own.overview),
    ("POST", "/s/{key}/own/upload", own.upload),
    ("GET", "/s/{key}/own/kept/{paper:path}.toml", own.kept_file),
    ("GET", "/s/{key}/own/{draft}.toml", own.file),
    ("GET", "/s/{key}/own/{draft}", own.show),
    ("POST", "/s/{key}/own/{draft}", own.settle),
    ("POST", "/s/{key}/own/{draft}/keep", own.keep),
    ("GET", "/s/{key}/own/{draft}/page/{number:int}.png", own.page_picture),
    ("GET", "/s/{key}/own/{draft}/word/{number:int}-{place:int}.png", own.word_picture),
    ("GET", "/s/{key}/scan", scan.overview),
    ("POST", "/s/{key}/scan/upload", scan.upload),
    ("POST", "/s/{key}/scan/go-on", scan.go_on),
    ("POST", "/s/{key}/scan/forget", scan.forget_troubles),
    ("POST", "/s/{key}/scan/unlock/{scan}", scan.unlock),
    ("GET", "/s/{key}/scan/withdraw", withdraw.ask),
    ("POST", "/s/{key}/scan/withdraw", withdraw.do),
    ("POST", "/s/{key}/scan/code", scan.type_code),
    ("POST", "/s/{key}/scan/watch", scan.watch),
    ("POST", "/s/{key}/scan/anyway", scan.take_anyway),
    ("GET", "/s/{key}/scan/page/{number}", scan.page_picture),
    ("GET", "/s/{key}/pulse", scan.pulse),
    ("GET", "/s/{key}/phone", door.show),
    ("POST", "/s/{key}/phone", door.change),
    ("GET", "/s/{key}/check", check.check),
    ("GET", "/s/{key}/row/{sheet}/{question:path}", check.row),
    ("POST", "/s/{key}/row/{sheet}/{question:path}", check.settle),
    ("POST", "/s/{key}/whole/{sheet}", check.settle_whole),
    ("GET", "/s/{key}/later", later.show),
    ("POST", "/s/{key}/later/{sheet}", later.change),
    ("POST", "/s/{key}/undo", check.undo),
    ("GET", "/s/{key}/picture/{sheet}/{question:path}/{part}.jpg", check.row_picture),
    ("GET", "/s/{key}/field/{sheet}/{field:path}.jpg", hand.field_picture),
    ("GET", "/s/{key}/names", hand.names),
    ("GET", "/s/{key}/names/{sheet}", hand.ask_second),
    ("POST", "/s/{key}/names/{sheet}", hand.name_sheet),
    ("POST", "/s/{key}/names/{sheet}/off", hand.settle_off_list),
    ("POST", "/s/{key}/comment/{sheet}/{field:path}", hand.settle_comment),
    ("GET", "/s/{key}/answers", check.answers),
    ("GET", "/s/{key}/answers/{sheet}", check.sheet_page),
    ("GET", "/s/{key}/sheet/{sheet}/{number}.jpg", check.sheet_picture),
    ("GET", "/s/{key}/type", typing.choose),
    ("GET", "/s/{key}/type/sheet", typing.sheet),
    ("POST", "/s/{key}/type/sheet", typing.store),
    ("GET", "/s/{key}/history", check.history),
    ("GET", "/s/{key}/map", wall.compass_map),
    ("POST", "/s/{key}/map", wall.change),
    ("GET", "/s/{key}/place/{sheet}", place.place),
    ("GET", "/s/{key}/map.png", wall.map_picture),
    ("GET", "/s/{key}/beamer", wall.beamer),
    ("GET", "/s/{key}/statements", wall.statements),
    ("GET", "/s/{key}/list", wall.one_list),
    ("GET", "/s/{key}/comments", hand.comments),
    ("GET", "/s/{key}/papers", downloads.papers),
    ("POST", "/s/{key}/papers/printer", downloads.printer),
    ("GET", "/s/{key}/papers/{paper}.pdf", downloads.paper),
    ("GET", "/s/{key}/papers/results.{kind}", downloads.table),
    ("GET", "/s/{key}/papers/everything.zip", downloads.everything),
    ("GET", "/s/{key}/end", end.end),
    ("POST", "/s/{key}/end", end.delete),
)


def build(
    desk: Desk,
    port: int,
    keys: Keys,
    entered: Callable[[], object] = lambda: None,
    again: Callable[[str], bool] = lambda _token: False,
) -> Guard:
    """Put the screens behind the guard, which calls `entered` and `again` when it is time."""

    async def broken(request: Request, error: Exception) -> Response:
        desk.say(said(mistake(error)))
        again = request.url.path if request.method == "GET" else ""
        return HTMLResponse(render("broken.html", sentence=text("problem.bug"), again=again), 500)

    async def too_large(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse(text("guard.large", mb=MAX_UPLOAD_BYTES // 1_000_000), 413)

    routes = [
        Route(path, endpoint(desk, screen), methods=[method]) for method, path, screen in SCREENS
    ]
    app = Starlette(
        routes=[*routes, Route("/static/{name}", _static)],
        exception_handlers={Exception: broken, TooLargeError: too_large},
    )
    return Guard(app, port, keys, entered, again)


async def _static(request: Request) -> Response:
    found = static_file(str(request.path_params["name"]))
    if found is None:
        return PlainTextResponse("", 404)
    data, kind = found
    lasts = "max-age=86400" if kind == "font/ttf" else "no-cache"  # a new version shows at once
    return Response(data, media_type=kind, headers={"cache-control": lasts})
