"""The guard by itself, before an app that only says that it was reached: every answer, exactly."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from papierkompas.web import guard
from papierkompas.web.guard import HEADERS, Guard, Keys, TooLargeError, cookie_of, with_headers
from papierkompas.web.texts import text
from tests.papierkompas.web.bare import Answer, Asker, Behind
from tests.papierkompas.web.bare import asking as asking_of

PORT = 4711
OURS = f"127.0.0.1:{PORT}"
NAME = f"papierkompas-{PORT}"


def asking(app: Any) -> Asker:
    return asking_of(app, OURS)


@pytest.fixture
def keys() -> Keys:
    return Keys()


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def ask(behind: Behind, keys: Keys) -> Asker:
    return asking(Guard(behind, PORT, keys))


@pytest.fixture
def cookie(keys: Keys) -> str:
    return f"{NAME}={keys.cookie}"


def test_every_run_has_secrets_of_its_own(keys: Keys) -> None:
    """43 signs are 256 bits: nobody guesses them."""
    other = Keys()

    assert len({keys.token, keys.cookie, other.token, other.cookie}) == 4
    assert {len(secret) for secret in (keys.token, keys.cookie)} == {43}
    assert (keys.token, keys.cookie) == (keys.token, keys.cookie)


@pytest.mark.parametrize("host", [OURS, f"localhost:{PORT}"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("site", [None, "none", "same-origin"])
def test_the_browser_with_the_cookie_looks(
    ask: Asker, behind: Behind, cookie: str, host: str, method: str, site: str | None
) -> None:
    head = {} if site is None else {"sec_fetch_site": site}

    assert ask(method, host=host, cookie=cookie, **head).status == 200
    assert behind.reached == ["/s/x"]


@pytest.mark.parametrize(
    ("host", "reaches"),
    [
        (f"127.0.0.1:{PORT + 1}", False),
        (f"localhost:{PORT}.evil", False),
        ("localhost", False),
        ([], False),
        ([OURS, OURS], False),
        ([OURS, f"localhost:{PORT}"], False),
        (OURS, True),
    ],
)
def test_one_host_and_it_is_ours(
    ask: Asker, behind: Behind, cookie: str, host: str | list[str], reaches: bool
) -> None:
    answer = ask(host=host, cookie=cookie)

    assert bool(behind.reached) is reaches
    if not reaches:
        assert (answer.status, answer.body.decode()) == (421, text("guard.host"))


@pytest.mark.parametrize(
    ("origin", "site", "status"),
    [
        (f"http://{OURS}", None, 200),
        (f"http://{OURS}", "same-origin", 200),
        (f"http://{OURS}", "none", 403),
        (f"http://{OURS}", "same-site", 403),
        (f"http://{OURS}", "cross-site", 403),
        (f"https://{OURS}", None, 403),
        (f"http://localhost:{PORT}", None, 403),
        ([f"http://{OURS}"] * 2, None, 403),
        ("null", None, 403),
        ([], None, 403),
    ],
)
def test_what_changes_something_carries_our_own_origin(
    ask: Asker,
    behind: Behind,
    cookie: str,
    origin: str | list[str],
    site: str | None,
    status: int,
) -> None:
    head = {} if site is None else {"sec_fetch_site": site}
    answer = ask("POST", cookie=cookie, origin=origin, **head)

    assert answer.status == status
    assert bool(behind.reached) is (status == 200)
    if status == 403:
        assert answer.body.decode() == text("guard.origin")


@pytest.mark.parametrize("site", ["cross-site", "same-site", "x"])
def test_looking_from_another_site_is_refused(ask: Asker, cookie: str, site: str) -> None:
    for path in ("/", "/s/x", "/static/x.css"):
        answer = ask(path=path, cookie=cookie, sec_fetch_site=site)

        assert (answer.status, answer.body.decode()) == (403, text("guard.origin"))


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS"])
def test_other_methods_do_not_exist(ask: Asker, cookie: str, method: str) -> None:
    answer = ask(method, cookie=cookie, origin=f"http://{OURS}")

    assert (answer.status, answer.body.decode()) == (405, text("guard.method"))


@pytest.mark.parametrize(
    "head", [{}, {"cookie": ""}, {"cookie": "x"}, {"cookie": f"{NAME}=x"}, {"cookie": "a=b;\x7f="}]
)
def test_nobody_else_gets_anything_but_what_is_no_secret(
    ask: Asker, behind: Behind, head: dict[str, str]
) -> None:
    answer = ask(**head)
    assert (answer.status, answer.body.decode()) == (403, text("guard.token"))
    assert behind.reached == []

    assert ask(path="/static/style.css", **head).status == 200
    assert behind.reached == ["/static/style.css"]


def test_a_cookie_of_another_run_of_this_port_is_none(ask: Asker) -> None:
    assert ask(cookie=f"{NAME}={Keys().cookie}").status == 403


def test_a_cookie_of_another_port_is_none(ask: Asker, keys: Keys) -> None:
    """Browsers send the cookies of all ports."""
    assert ask(cookie=f"papierkompas-{PORT + 1}={keys.cookie}").status == 403
    both = f"papierkompas-{PORT + 1}=x; {NAME}={keys.cookie}"
    assert ask(cookie=both).status == 200


@pytest.mark.parametrize(("count", "status"), [(20, 200), (21, 400), (30, 400)])
def test_an_address_has_twenty_fields_at_most(
    ask: Asker, cookie: str, count: int, status: int
) -> None:
    query = "&".join(f"a{number}=1" for number in range(count))
    answer = ask(query=query, cookie=cookie)

    assert answer.status == status
    if status == 400:
        assert answer.body.decode() == text("guard.fields")


def test_an_address_may_hold_any_bytes(ask: Asker, cookie: str) -> None:
    assert ask(query="token=%ff%fe&x=\u00e9", cookie=cookie).status == 200


# The entrance


def test_the_token_gives_the_cookie_once(behind: Behind, keys: Keys) -> None:
    entered: list[bool] = []
    ask = asking(Guard(behind, PORT, keys, lambda: entered.append(True)))
    assert ask(path="/", query="token=x").status == 403
    assert ask("HEAD", "/", f"token={keys.token}").status == 403
    assert ask(path="/s", query=f"token={keys.token}").status == 403
    assert entered == []
    first = ask(path="/", query=f"token={keys.token}&token=x")

    assert (first.status, entered) == (200, [True])
    (given,) = first.values("set-cookie")
    assert given == f"{NAME}={keys.cookie}; HttpOnly; Path=/; SameSite=strict"
    assert '<meta http-equiv="refresh" content="0;url=/">' in first.body.decode()
    assert first.body.startswith(b'<!doctype html><html lang="nl">')
    assert '<a href="/">papierkompas</a>' in first.body.decode()
    assert "/static/icon.svg" in first.body.decode()
    assert keys.token not in first.body.decode()
    again = ask(path="/", query=f"token={keys.token}")
    assert (again.status, again.body.decode()) == (403, text("guard.used"))
    assert again.values("set-cookie") == []
    reload = ask(path="/", query=f"token={keys.token}", cookie=f"{NAME}={keys.cookie}")
    assert (reload.status, reload.body) == (200, first.body)
    assert entered == [True]
    assert behind.reached == []


def test_a_wrong_token_is_said(ask: Asker, keys: Keys) -> None:
    for query in ("token=x", "token=", "token", f"token={keys.token}x", f"token={keys.cookie}"):
        answer = ask(path="/", query=query)
        assert (answer.status, answer.body.decode()) == (403, text("guard.token"))


def test_the_token_may_come_from_a_link_in_a_mail(ask: Asker, keys: Keys) -> None:
    """Then the browser says that another site sent it."""
    answer = ask(path="/", query=f"token={keys.token}", sec_fetch_site="cross-site")

    assert answer.status == 200


def test_the_redirect_file_sends_the_token_as_a_form(behind: Behind, keys: Keys) -> None:
    entered: list[bool] = []
    ask = asking(Guard(behind, PORT, keys, lambda: entered.append(True)))
    file = {"origin": "null", "sec_fetch_site": "cross-site"}

    def send(*parts: bytes, method: str = "POST", **more: str) -> Answer:
        return ask(method, "/enter", sent=parts, **file, **more)

    assert send(b"").status == 403
    assert send(b"token=x").status == 403
    fields = b"&".join(b"a%d=1" % number for number in range(21))
    assert (send(fields).status, send(fields).body.decode()) == (400, text("guard.fields"))
    most = b"token=" + b"x" * (guard.MAX_ENTRANCE_BYTES - 6)
    assert (guard.MAX_ENTRANCE_BYTES, send(most).status) == (1000, 403)
    assert send(most + b"x").status == 413
    assert send(b"token=", keys.token.encode(), host="evil.example").status == 421
    assert send(b"", method="GET").status == 403
    assert entered == []
    answer = send(b"token=", keys.token.encode())
    assert (answer.status, entered) == (200, [True])
    assert answer.values("set-cookie")
    assert send(b"token=", keys.token.encode()).status == 403
    assert behind.reached == []


def test_looking_at_the_entrance_takes_the_cookie_as_anywhere(
    ask: Asker, behind: Behind, cookie: str
) -> None:
    assert ask(path="/enter").status == 403
    assert ask("PUT", "/enter", cookie=cookie).status == 405


# How much may be sent


@pytest.mark.parametrize(
    ("path", "most"),
    [
        ("/s/x/people", 8_000_000),
        ("/s/x/scan/upload", 500_000_000),
        ("/own/upload", 500_000_000),
        ("/open", 2_000_000_000),
        ("/open/x", 8_000_000),
    ],
)
def test_what_may_be_sent_where(
    ask: Asker, behind: Behind, cookie: str, path: str, most: int
) -> None:
    post: dict[str, Any] = {
        "method": "POST",
        "path": path,
        "cookie": cookie,
        "origin": f"http://{OURS}",
    }
    too_much = ask(content_length=str(most + 1), **post)

    assert (too_much.status, behind.reached) == (413, [])
    assert too_much.body.decode() == text("guard.large", mb=most // 1_000_000)
    assert ask(content_length=str(most), **post).status == 200


@pytest.mark.parametrize("length", ["-1", "x", "", "1e3", "\u0661"])
def test_a_length_that_is_no_number_is_refused(ask: Asker, cookie: str, length: str) -> None:
    head = {"cookie": cookie, "origin": f"http://{OURS}", "content_length": length}

    assert ask("POST", **head).status == 413


def test_bytes_are_counted_as_they_come(
    ask: Asker, behind: Behind, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_BODY_BYTES", 10)
    head = {"cookie": cookie, "origin": f"http://{OURS}"}

    assert ask("POST", sent=[b"12345", b"67890"], **head).status == 200
    assert behind.came == b"1234567890"
    answer = ask("POST", sent=[b"12345", b"67890", b"1"], **head)
    assert (answer.status, answer.body.decode()) == (413, text("guard.large", mb=0))


def test_an_answer_that_began_is_not_begun_again(
    keys: Keys, cookie: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An app that answers before it has read everything; the server would fail on a second head."""
    monkeypatch.setattr(guard, "MAX_BODY_BYTES", 1)
    begun: list[int] = []

    async def hasty(_scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        begun.append(1)
        await receive()
        raise AssertionError("too much was taken in")

    answer = asking(Guard(hasty, PORT, keys))(
        "POST", sent=[b"123"], cookie=cookie, origin=f"http://{OURS}"
    )

    assert (answer.status, begun) == (200, [1])


def test_other_errors_pass(keys: Keys, cookie: str) -> None:
    async def broken(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        asking(Guard(broken, PORT, keys))(cookie=cookie)
    assert issubclass(TooLargeError, Exception)


# What every answer carries


def test_every_answer_carries_the_headers_that_keep_others_out(ask: Asker, cookie: str) -> None:
    """Also a refusal, and the entrance."""
    expected = {
        "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "x-frame-options": "DENY",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
        "referrer-policy": "same-origin",
        "permissions-policy": "camera=(), microphone=(), geolocation=()",
        "cache-control": "no-store",
    }
    refused = {"host": "evil.example"}
    for answer in (ask(cookie=cookie), ask(**refused), ask("POST", "/enter", sent=[b"token=x"])):
        for name, value in expected.items():
            assert answer.values(name) == [value], name


def test_headers_of_a_page_of_its_own_stand(keys: Keys, cookie: str) -> None:
    """A picture that never changes may be kept; what is said twice could be read either way."""
    own = [(b"Cache-Control", b"max-age=60"), (b"X-Frame-Options", b"SAMEORIGIN")]
    answer = asking(Guard(Behind(own), PORT, keys))(cookie=cookie)

    assert answer.values("Cache-Control") == ["max-age=60"]
    assert answer.values("cache-control") == answer.values("x-frame-options") == []
    assert answer.values("x-content-type-options") == ["nosniff"]


def test_what_follows_the_head_is_left_as_it_is() -> None:
    sent: list[Any] = []

    async def send(message: Any) -> None:
        sent.append(message)

    body = {"type": "http.response.body", "body": b"x"}
    asyncio.run(with_headers(send)(body))  # type: ignore[arg-type]  # a coroutine it is
    asyncio.run(with_headers(send, {"x-a": "b"})({"type": "http.response.start", "status": 200}))  # type: ignore[arg-type]

    assert sent[0] is body
    assert sent[1]["headers"] == [(b"x-a", b"b"), (b"cache-control", b"no-store")]
    assert "content-security-policy" in HEADERS


# Other kinds of connections


def test_the_start_of_the_server_passes_and_web_sockets_do_not(ask: Asker, behind: Behind) -> None:
    assert ask(kind="websocket").status == 0
    assert behind.reached == []
    ask(kind="lifespan")
    assert behind.reached == ["/s/x"]


@pytest.mark.parametrize(
    ("sent", "found"),
    [
        ("a=1", "1"),
        ("b=2; a=1", "1"),
        ("b=2", None),
        ("", None),
        ("a", None),
        ('a="1"', "1"),
        ("[]=2; a=1", None),
    ],
)
def test_a_cookie_is_found_among_others(sent: str, found: str | None) -> None:
    assert cookie_of(Headers({"cookie": sent}), "a") == found


def test_without_cookies_there_is_none() -> None:
    assert cookie_of(Headers(), "a") is None
