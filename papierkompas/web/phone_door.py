"""The door for a phone: a second server that takes photos and shows nothing of the session.

In:  photos from one phone in the same room, for as long as the door is open.
Out: scans for the session; to that phone, of each of its photos whether it could be read.

It is off until somebody opens it. Its address holds a token of its own; the first phone that sends
a photo has the door, and the address is worth nothing to anybody else from then on. It closes by
itself after a while, and when enough photos came. What is sent is not encrypted on its way through
the wifi of the room; the page says so.
"""

from __future__ import annotations

import hmac
import secrets
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

import numpy as np
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from omr.page import ReadPage, Reason
from papierkompas.session.values import Scan
from papierkompas.web import texts
from papierkompas.web.guard import (
    HEADERS,
    TooLargeError,
    cookie_of,
    serve_bounded,
    with_headers,
)
from papierkompas.web.render import render, static_file
from papierkompas.web.texts import text

OPEN_MINUTES = 10
MAX_PHOTOS = 200
MAX_PHOTO_BYTES = 30_000_000
COOKIE = "telefoon"
PHOTO = "telefoon "  # how the names of photos begin
MOST_WAITING = 20  # connections that ask nothing
MOST_OF_ONE = 8  # connections of one address; a phone's browser has six at most
MOST_AT_ONCE = 40

Take = Callable[[IO[bytes], str], ReadPage | Scan]


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """What became of a photo: `busy`, `kept` or `failed`, and in words; never whose it is."""

    kind: str
    said: str


Judge = Callable[[str], PhotoVerdict]
"""Says of a scan, by its name, what became of it."""


def _not_known(_name: str) -> PhotoVerdict:
    return PhotoVerdict("busy", "")


class PhoneDoor:
    """One open door: a listener, its token, and the phone that has it."""

    def __init__(
        self,
        take: Take,
        judge: Judge = _not_known,
        *,
        address: str | None = None,
        minutes: float = OPEN_MINUTES,
        max_photos: int = MAX_PHOTOS,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self._cookie: str | None = None  # of the phone that has the door
        self._take = take
        self._judge = judge
        self._names: list[str] = []  # of the photos that were kept
        self._max_photos = max_photos
        self._ends = time.monotonic() + 60 * minutes
        self._lock = threading.Lock()
        self.photos = 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._socket.bind((address or own_address(), 0))
        host, port = self._socket.getsockname()
        self.host = f"{host}:{port}"
        self.app = _DoorGuard(self, _app(self))
        self._server = _server(self.app)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True, name="phone"
        )
        self._timer = threading.Timer(60 * minutes, self.close)
        self._timer.daemon = True

    def start(self) -> None:
        """Open the door."""
        self._thread.start()
        self._timer.start()

    def close(self) -> None:
        """Close the door; nothing listens any more."""
        self._timer.cancel()
        self._ends = 0.0
        self._server.should_exit = True

    @property
    def is_open(self) -> bool:
        """Whether photos are taken in."""
        return time.monotonic() < self._ends and self.photos < self._max_photos

    @property
    def is_taken(self) -> bool:
        """Whether a phone has it."""
        return self._cookie is not None

    @property
    def address(self) -> str:
        """What the phone has to open."""
        return f"http://{self.host}/{self.token}"

    @property
    def minutes_left(self) -> int:
        """How long it still is open, rounded up."""
        return max(0, -int(-(self._ends - time.monotonic()) // 60))

    def claim(self, given: str | None) -> str | None:
        """Give the door to the first phone; return its cookie, None for any other phone."""
        with self._lock:
            if self._cookie is None:
                self._cookie = secrets.token_urlsafe(24)
                return self._cookie
            if given is not None and hmac.compare_digest(given.encode(), self._cookie.encode()):
                return self._cookie
        return None

    def may_look(self, given: str | None) -> bool:
        """Say whether the form is shown: to everybody until one phone has the door."""
        if self._cookie is None:
            return True
        return given is not None and hmac.compare_digest(given.encode(), self._cookie.encode())

    def take(self, photo: UploadFile) -> ReadPage | Scan | None:
        """Take one photo in; None when enough came."""
        with self._lock:
            if self.photos >= self._max_photos:
                return None
            self.photos += 1
            number = self.photos
        kept = self._take(photo.file, f"{PHOTO}{number:03d}.jpg")
        if isinstance(kept, Scan):
            self._names.append(kept.name)
        if not self.is_open:
            self.close()
        return kept

    def verdicts(self) -> list[dict[str, str]]:
        """Say of each photo what became of it."""
        judged = [(name, self._judge(name)) for name in self._names]
        return [{"name": name, "kind": one.kind, "said": one.said} for name, one in judged]


class _DoorGuard:
    """Knows one host, one path, two methods; everything else does not exist."""

    def __init__(self, door: PhoneDoor, app: Starlette) -> None:
        self.door = door
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answering = with_headers(send, HEADERS)
        if not self._may_pass(scope, Headers(scope=scope)):
            await PlainTextResponse(text("phone.closed"), 404)(scope, receive, answering)
            return
        await serve_bounded(self.app, scope, receive, answering, MAX_PHOTO_BYTES)

    def _may_pass(self, scope: Scope, headers: Headers) -> bool:
        door = self.door
        method: str = scope["method"]
        if headers.getlist("host") != [door.host] or not door.is_open:
            return False
        if scope["path"] in ("/phone.css", "/phone.js"):
            return method == "GET"
        token = scope["path"].removeprefix("/")
        if not hmac.compare_digest(token.encode(), door.token.encode()):
            return False
        given = cookie_of(headers, COOKIE)
        if method == "GET":
            return door.may_look(given)
        return (
            method == "POST"
            and headers.getlist("origin") == [f"http://{door.host}"]
            and door.may_look(given)
        )


def own_address() -> str:
    """Return the address of this computer in the room; nothing is sent to find it.

    Raises:
        OSError: it is in no network.
    """
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # an address that belongs to nobody (RFC 5737)
        return str(probe.getsockname()[0])


def qr_runs(address: str) -> tuple[int, list[tuple[int, int, int]]]:
    """Draw an address as a QR code: its size, and black runs (x, y, width) of modules."""
    import zxingcpp

    symbol = zxingcpp.create_barcode(address, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    black = np.array(symbol.to_image(scale=1, add_quiet_zones=False), dtype=np.uint8) == 0
    runs = []
    for y, line in enumerate(black):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], line, [False])).astype(np.int8)))
        runs += [(int(a), y, int(b - a)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return len(black), runs


def _app(door: PhoneDoor) -> Starlette:
    async def show(request: Request) -> Response:
        if request.query_params.get("verdicts") and door.is_taken:
            return JSONResponse(await run_in_threadpool(door.verdicts))
        return _form(door, "")

    async def receive(request: Request) -> Response:
        form: FormData = await request.form(max_files=1, max_fields=5)
        try:
            photo = form.get("file")
            if not isinstance(photo, UploadFile) or not photo.size:
                return _form(door, text("scan.no_file"))
            cookie = door.claim(request.cookies.get(COOKIE))
            if cookie is None:
                return PlainTextResponse(text("phone.closed"), 404)
            kept = await run_in_threadpool(door.take, photo)
        finally:
            await form.close()
        name = ""
        if isinstance(kept, ReadPage):
            reason = (kept.reason or Reason.DAMAGED).message
            said = text("phone.refused", reason=texts.said(reason))
        else:
            name = kept.name if kept is not None else ""
            said = text("phone.kept", count=door.photos)
        answer: Response = _form(door, said)
        if form.get("by") == "script":
            said = text("phone.reading", name=name) if name else said
            answer = JSONResponse({"kept": bool(name), "name": name, "said": said})
        answer.set_cookie(COOKIE, cookie, httponly=True, samesite="strict", path="/")
        return answer

    async def ours(request: Request) -> Response:
        name = "phone.js" if request.url.path.endswith("js") else "style.css"
        found = static_file(name)
        return Response(found[0] if found else b"", media_type=found[1] if found else None)

    async def too_large(_request: Request, _error: Exception) -> Response:
        return PlainTextResponse(text("guard.large", mb=MAX_PHOTO_BYTES // 1_000_000), 413)

    return Starlette(
        routes=[
            Route("/phone.css", ours),
            Route("/phone.js", ours),
            Route(f"/{door.token}", show, methods=["GET"]),
            Route(f"/{door.token}", receive, methods=["POST"]),
        ],
        exception_handlers={TooLargeError: too_large},
    )


def _form(door: PhoneDoor, said: str) -> HTMLResponse:
    return HTMLResponse(
        render("phone.html", token=door.token, said=said, minutes=door.minutes_left)
    )


def _server(app: Any) -> Any:
    import uvicorn

    from papierkompas.web.connections import OpenConnections

    return uvicorn.Server(
        uvicorn.Config(
            app,
            access_log=False,
            log_level="critical",
            server_header=False,
            lifespan="off",
            http=OpenConnections(MOST_WAITING, MOST_OF_ONE).protocol,
            limit_concurrency=MOST_AT_ONCE,
            timeout_keep_alive=10,
        )
    )
