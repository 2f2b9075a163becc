"""Let in only the browser that was given the address, and nothing that another site makes it send.

In:  every request, before anything else sees it.
Out: the request with a bounded body, or a refusal; every answer with the headers that keep
     scripts, frames and other sites out.

The page listens on loopback only, but every site in the same browser can send requests there. So:
the Host must be ours (no DNS rebinding); whatever changes something must carry our own Origin (no
request forgery); without the cookie that the token gave, nothing is answered. The token lets in
one browser, once: in whatever list or log its address ends up, it is worth nothing by then.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from papierkompas.web.texts import text

MAX_BODY_BYTES = 8_000_000  # a form; the longest name list is 5 MB
MAX_UPLOAD_BYTES = 500_000_000  # one file: 300 sheets in colour at 300 dpi are about 200 MB
MAX_ZIP_BYTES = 2_000_000_000  # a whole session, to be opened again; the command takes larger ones
UPLOAD_PATHS = ("/scan/upload", "/own/upload")  # how the paths that take scans end
OPENING = "/open"  # where a zip is sent to
MAX_QUERY_FIELDS = 20  # behind an address; the longest of our own forms that asks has 6
ENTRANCE = "/enter"  # where the token can be sent to as a form
MAX_ENTRANCE_BYTES = 1_000
LOOPBACK = "127.0.0.1"
AGAIN = "/again"  # where a second start of the program asks to open the page once more
AGAIN_COOKIE = "-again"  # behind the name of the cookie
OPENED = "papierkompas"  # what is answered there
MOST_SPENT = 50  # tokens that are known as used; an older one is as good as none

HEADERS: Mapping[str, str] = {
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    # 'no-referrer' would make browsers send 'Origin: null' with our own forms
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
}


@dataclass(frozen=True, slots=True)
class Keys:
    """The secrets of one run of the server."""

    token: str = field(default_factory=lambda: secrets.token_urlsafe(32))  # for one use
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(32))
    again: str = field(default_factory=lambda: secrets.token_urlsafe(32))  # opens, lets nobody in


class TooLargeError(Exception):
    """More was sent than is taken in."""


class Guard:
    """Stands before the app and refuses what does not belong."""

    def __init__(
        self,
        app: ASGIApp,
        port: int,
        keys: Keys,
        entered: Callable[[], object] = lambda: None,
        again: Callable[[str], bool] = lambda _token: False,
    ) -> None:
        """Stand before an app.

        Args:
            app: what is guarded.
            port: on which it is served.
            keys: of this run.
            entered: is called when a token was used.
            again: opens the page in a browser that is given this token.
        """
        self.app = app
        self._token: str | None = keys.token
        self._spent: deque[str] = deque(maxlen=MOST_SPENT)
        self._entered = entered
        self._again = again
        self.hosts = frozenset({f"{LOOPBACK}:{port}", f"localhost:{port}"})
        self.keys = keys
        self.cookie_name = cookie_name(port)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
            return
        if scope["type"] != "http":
            return
        answering = with_headers(send)
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await refusal(scope, receive, answering)
            return
        if scope["path"] == ENTRANCE:
            await serve_bounded(self._by_form, scope, receive, answering, MAX_ENTRANCE_BYTES)
            return
        if scope["path"] == AGAIN:
            await serve_bounded(self._once_more, scope, receive, answering, MAX_ENTRANCE_BYTES)
            return
        await serve_bounded(self.app, scope, receive, answering, _most(scope["path"]))

    def _refusal(self, scope: Scope, headers: Headers) -> Response | None:
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self.hosts:
            return PlainTextResponse(text("guard.host"), 421)
        asked = _fields(scope["query_string"])
        if asked is None:
            return PlainTextResponse(text("guard.fields"), 400)
        site = headers.get("sec-fetch-site")
        if scope["path"] == ENTRANCE and scope["method"] == "POST":
            return None  # it comes from a file; what it holds is judged
        if scope["method"] in ("GET", "HEAD"):
            if scope["path"] == "/" and "token" in asked and scope["method"] == "GET":
                return self._enter(asked["token"], headers)
            if site not in (None, "none", "same-origin"):
                return PlainTextResponse(text("guard.origin"), 403)
        elif scope["method"] != "POST":
            return PlainTextResponse(text("guard.method"), 405)
        elif headers.getlist("origin") != [f"http://{hosts[0]}"] or site not in (
            None,
            "same-origin",
        ):
            return PlainTextResponse(text("guard.origin"), 403)
        if scope["path"].startswith("/static/"):
            return None
        name, key = self.cookie_name, self.keys.cookie
        if scope["path"] == AGAIN:
            if scope["method"] != "POST":
                return PlainTextResponse(text("guard.method"), 405)
            name, key = name + AGAIN_COOKIE, self.keys.again
        if not _same(cookie_of(headers, name), key):
            return PlainTextResponse(text("guard.token"), 403)
        return None

    async def _once_more(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open the page once more, with a token of its own; one that nobody used ends with it."""
        self._spend()
        self._token = secrets.token_urlsafe(32)
        is_open = await asyncio.to_thread(self._again, self._token)
        await PlainTextResponse(OPENED, 200 if is_open else 503)(scope, receive, send)

    def _spend(self) -> None:
        if self._token is not None:
            self._spent.append(self._token)
            self._token = None

    async def _by_form(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let in whom the redirect file sends."""
        request = Request(scope, receive)
        asked = _fields(await request.body())
        if asked is None:
            await PlainTextResponse(text("guard.fields"), 400)(scope, receive, send)
            return
        await self._enter(asked.get("token"), request.headers)(scope, receive, send)

    def _enter(self, given: str | None, headers: Headers) -> Response:
        """Give the cookie to the first who has the token.

        The page goes on by itself and is no redirect: after a redirect that began in a mail, the
        browser would not send the cookie.
        """
        is_fresh = _same(given, self._token)
        if not is_fresh and not any(_same(given, spent) for spent in self._spent):
            return PlainTextResponse(text("guard.token"), 403)
        answer = HTMLResponse(
            '<!doctype html><html lang="nl"><meta charset="utf-8"><title>papierkompas</title>'
            '<meta http-equiv="refresh" content="0;url=/">'
            '<link rel="icon" href="/static/icon.svg"><p><a href="/">papierkompas</a></p>'
        )
        if not is_fresh:
            if _same(cookie_of(headers, self.cookie_name), self.keys.cookie):
                return answer  # a reload, or the address out of the browser's own history
            return PlainTextResponse(text("guard.used"), 403)
        self._spend()  # nothing is awaited since it was looked at: nobody comes between
        self._entered()
        answer.set_cookie(
            self.cookie_name, self.keys.cookie, httponly=True, samesite="strict", path="/"
        )
        return answer


def cookie_name(port: int) -> str:
    """Name the cookie of the page on a port: browsers share cookies between ports."""
    return f"papierkompas-{port}"


def _most(path: str) -> int:
    """Say how many bytes may be sent to a path."""
    if path == OPENING:
        return MAX_ZIP_BYTES
    return MAX_UPLOAD_BYTES if path.endswith(UPLOAD_PATHS) else MAX_BODY_BYTES


async def serve_bounded(
    app: ASGIApp, scope: Scope, receive: Receive, send: Send, most: int
) -> None:
    """Run an app, and break off as soon as more than `most` bytes are sent to it."""
    claimed = Headers(scope=scope).get("content-length", "0")
    too_large = PlainTextResponse(text("guard.large", mb=most // 1_000_000), 413)
    if not claimed.isdecimal() or int(claimed) > most:
        await too_large(scope, receive, send)
        return
    taken = 0
    started = False

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most:
            raise TooLargeError
        return message

    async def noted(message: Message) -> None:
        nonlocal started
        started = True
        await send(message)

    try:
        await app(scope, counted, noted)
    except TooLargeError:
        if not started:
            await too_large(scope, receive, send)


def with_headers(send: Send, more: Mapping[str, str] = HEADERS) -> Send:
    """Add headers to every answer, and keep it out of caches."""

    async def answering(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[Any] = list(message.get("headers", ()))
            known = {name.lower() for name, _ in headers}
            headers += [
                (name.encode(), value.encode())
                for name, value in more.items()
                if name.encode() not in known
            ]
            if b"cache-control" not in known:  # names and scans stay out of the browser's cache
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return answering


def cookie_of(headers: Headers, name: str) -> str | None:
    """Return the value of a cookie that the browser sent."""
    jar: SimpleCookie = SimpleCookie()
    try:
        jar.load(headers.get("cookie", ""))
    except CookieError:
        return None
    return jar[name].value if name in jar else None


def _fields(query: bytes) -> dict[str, str] | None:
    """Return the first value of each field; None when there are more than anybody needs."""
    try:
        given = parse_qs(query.decode("latin-1"), max_num_fields=MAX_QUERY_FIELDS)
    except ValueError:
        return None
    return {name: values[0] for name, values in given.items()}


def _same(given: str | None, secret: str | None) -> bool:
    if given is None or secret is None:
        return False
    return hmac.compare_digest(given.encode(), secret.encode())
