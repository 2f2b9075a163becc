"""The door for a phone by itself, without a network: who is let in, how long, and what is said."""

from __future__ import annotations

import re
import socket
import urllib.request
from collections.abc import Iterator
from types import SimpleNamespace
from typing import IO, Any

import pytest

from omr.page import PageRef, ReadPage, Reason, unread
from papierkompas.session.values import Scan
from papierkompas.web import phone_door, texts
from papierkompas.web.guard import HEADERS
from papierkompas.web.phone_door import PhoneDoor, PhotoVerdict, own_address, qr_runs
from papierkompas.web.texts import text
from tests.papierkompas.web.bare import Answer, Behind, asking

LINE = "--b\r\n"


class Kept:
    """Keeps every photo, but refuses those that say so."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes]] = []

    def __call__(self, source: IO[bytes], name: str) -> ReadPage | Scan:
        content = source.read()
        self.came.append((name, content))
        if content == b"broken":
            return unread(PageRef(name), Reason.ENCRYPTED)
        return object.__new__(Scan) if not name else _scan(name)


def _scan(name: str) -> Scan:
    made: Scan = object.__new__(Scan)
    object.__setattr__(made, "name", name)
    return made


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(phone_door, "time", made)
    return made


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def door(kept: Kept, clock: Clock) -> Iterator[PhoneDoor]:
    made = PhoneDoor(kept, address="127.0.0.1", max_photos=3)
    yield made
    made.close()
    made._socket.close()


def ask(door: PhoneDoor, method: str = "GET", path: str | None = None, **more: Any) -> Answer:
    head = {"origin": f"http://{door.host}"} if method == "POST" else {}
    where = f"/{door.token}" if path is None else path
    return asking(door.app, door.host)(method, where, **{**head, **more})


def send(door: PhoneDoor, photo: bytes | None = b"photo", by: str = "", **more: Any) -> Answer:
    parts = [f'{LINE}Content-Disposition: form-data; name="by"\r\n\r\n{by}\r\n'.encode()]
    if photo is not None:
        head = f'{LINE}Content-Disposition: form-data; name="file"; filename="../x.jpg"\r\n\r\n'
        parts += [head.encode(), photo, b"\r\n"]
    return ask(
        door,
        "POST",
        sent=[*parts, b"--b--\r\n"],
        content_type="multipart/form-data; boundary=b",
        **more,
    )


def cookie_in(answer: Answer) -> str:
    (given,) = answer.values("set-cookie")
    return given.partition(";")[0]


def is_shut(answer: Answer) -> bool:
    return answer.status == 404 and answer.body.decode() == text("phone.closed")


def test_every_door_has_an_address_that_nobody_guesses(kept: Kept) -> None:
    doors = [PhoneDoor(kept, address="127.0.0.1") for _ in range(2)]
    assert len({door.token for door in doors}) == 2
    for door in doors:
        assert re.fullmatch(r"[\w-]{32}", door.token)
        assert door.address == f"http://{door.host}/{door.token}"
        assert re.fullmatch(r"127\.0\.0\.1:\d+", door.host)
        assert (door.is_open, door.is_taken, door.photos, door.minutes_left) == (True, False, 0, 10)
        assert door._socket.getsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR)
        assert door._thread.daemon
        assert door._timer.daemon
        assert door._timer.interval == 600
        door._socket.close()


def test_the_page_says_what_is_usual() -> None:
    """Ten minutes, two hundred photos, as the privacy page tells."""
    assert (phone_door.OPEN_MINUTES, phone_door.MAX_PHOTOS) == (10, 200)
    assert (phone_door.MOST_WAITING, phone_door.MOST_OF_ONE, phone_door.MOST_AT_ONCE) == (20, 8, 40)
    assert phone_door.MAX_PHOTO_BYTES == 30_000_000
    assert phone_door.PHOTO == "telefoon "


def test_the_form_is_shown_and_nothing_is_said_yet(door: PhoneDoor) -> None:
    answer = ask(door)

    assert answer.status == 200
    assert f'action="/{door.token}"' in answer.body.decode()
    assert "10" in answer.body.decode()
    for name, value in HEADERS.items():
        assert answer.values(name) == [value]
    assert answer.values("cache-control") == ["no-store"]
    assert answer.values("set-cookie") == []
    assert not door.is_taken


@pytest.mark.parametrize(
    ("name", "kind"), [("/phone.css", "text/css"), ("/phone.js", "text/javascript")]
)
def test_the_form_has_its_looks_and_its_script(door: PhoneDoor, name: str, kind: str) -> None:
    answer = ask(door, path=name)

    assert answer.status == 200
    assert answer.values("content-type")[0].startswith(kind)
    assert len(answer.body) > 100
    assert is_shut(ask(door, "POST", name))
    assert is_shut(ask(door, "HEAD", name))


@pytest.mark.parametrize("path", ["/", "/x", "", "/phone.html", "/{token}x", "/{token}/x"])
def test_nothing_else_exists(door: PhoneDoor, kept: Kept, path: str) -> None:
    path = path.format(token=door.token)
    for method in ("GET", "POST"):
        answer = ask(door, method, path)
        assert is_shut(answer)
        assert answer.values("x-frame-options") == ["DENY"]
    assert kept.came == []


@pytest.mark.parametrize("method", ["HEAD", "PUT", "DELETE", "OPTIONS"])
def test_there_are_two_methods(door: PhoneDoor, method: str) -> None:
    assert is_shut(ask(door, method, origin=f"http://{door.host}"))


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1", [], "twice"])
def test_one_host(door: PhoneDoor, host: str | list[str]) -> None:
    given = [door.host, door.host] if host == "twice" else host

    assert is_shut(ask(door, host=given))
    assert is_shut(ask(door, path="/phone.css", host=given))


@pytest.mark.parametrize("origin", ["http://evil.example", "null", [], "twice", "https"])
def test_one_origin(door: PhoneDoor, kept: Kept, origin: str | list[str]) -> None:
    ours = f"http://{door.host}"
    given = {"twice": [ours, ours], "https": ours.replace("http", "https")}.get(str(origin), origin)

    assert is_shut(send(door, origin=given))
    assert kept.came == []


def test_the_first_photo_takes_the_door(door: PhoneDoor, kept: Kept) -> None:
    first = send(door)

    assert first.status == 200
    assert texts.text("phone.kept", count=1) in first.body.decode()
    (given,) = first.values("set-cookie")
    assert re.fullmatch(r"telefoon=[\w-]{32}; HttpOnly; Path=/; SameSite=strict", given)
    assert kept.came == [("telefoon 001.jpg", b"photo")]
    assert door.is_taken
    others: list[str | list[str]] = [[], "telefoon=x", "telefoon=", "x"]
    for other in others:
        assert is_shut(ask(door, cookie=other))
        assert is_shut(send(door, cookie=other))
    cookie = cookie_in(first)
    assert ask(door, cookie=cookie).status == 200
    second = send(door, b"two", cookie=cookie)
    assert texts.text("phone.kept", count=2) in second.body.decode()
    assert cookie_in(second) == cookie
    assert kept.came[1:] == [("telefoon 002.jpg", b"two")]


def test_who_was_shown_the_form_and_comes_second_is_told(
    door: PhoneDoor, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The head was judged while the door was free; the photo came when it no longer was."""
    taken = door.claim

    def a_moment_later(given: str | None) -> str | None:
        taken(None)
        return taken(given)

    monkeypatch.setattr(door, "claim", a_moment_later)  # as if another phone came between
    answer = send(door)

    assert is_shut(answer)
    assert answer.values("set-cookie") == []
    assert kept.came == []


def test_one_phone_has_the_door(door: PhoneDoor) -> None:
    assert door.may_look(None)
    assert door.may_look("x")
    cookie = door.claim("x")
    assert cookie is not None
    assert len(cookie) == 32
    assert door.claim(cookie) == cookie
    assert door.claim(None) is door.claim("x") is door.claim("") is None
    assert door.may_look(cookie)
    assert not door.may_look(None)
    assert not door.may_look(cookie + "x")


@pytest.mark.parametrize("photo", [None, b""])
def test_a_form_without_a_photo_takes_nothing(
    door: PhoneDoor, kept: Kept, photo: bytes | None
) -> None:
    answer = send(door, photo)

    assert answer.status == 200
    assert texts.text("scan.no_file") in answer.body.decode()
    assert not door.is_taken
    assert kept.came == []


def test_a_photo_that_cannot_be_read_is_said(door: PhoneDoor) -> None:
    reason = texts.said(Reason.ENCRYPTED.message)
    answer = send(door, b"broken")

    assert reason.split(".")[0] in answer.body.decode()
    said = send(door, b"broken", "script", cookie=cookie_in(answer))
    assert (said.status, said.values("content-type")) == (200, ["application/json"])
    assert _json(said) == {
        "kept": False,
        "name": "",
        "said": texts.text("phone.refused", reason=reason),
    }


def test_the_script_hears_what_it_asked(door: PhoneDoor) -> None:
    name = "telefoon 001.jpg"
    first = send(door, by="script")

    assert _json(first) == {
        "kept": True,
        "name": name,
        "said": texts.text("phone.reading", name=name),
    }
    assert cookie_in(first).startswith("telefoon=")
    assert send(door, by="hand", cookie=cookie_in(first)).body.startswith(b"<!doctype html>")


def test_verdicts_are_for_the_phone_that_has_the_door(kept: Kept, clock: Clock) -> None:
    """Only of photos that were kept; and before anybody has it there is only the form."""
    door = PhoneDoor(kept, lambda name: PhotoVerdict("kept", f"says {name}"), address="127.0.0.1")
    assert ask(door, query="verdicts=1").body.startswith(b"<!doctype html>")
    cookie = cookie_in(send(door))
    send(door, b"broken", cookie=cookie)
    send(door, cookie=cookie)

    assert is_shut(ask(door, query="verdicts=1"))
    assert ask(door, cookie=cookie).body.startswith(b"<!doctype html>")
    assert _json(ask(door, query="verdicts=1", cookie=cookie)) == [
        {"name": f"telefoon 00{n}.jpg", "kind": "kept", "said": f"says telefoon 00{n}.jpg"}
        for n in (1, 3)
    ]
    door._socket.close()


def test_as_long_as_nobody_judges_a_photo_is_busy(door: PhoneDoor) -> None:
    cookie = cookie_in(send(door))
    (verdict,) = _json(ask(door, query="verdicts=1", cookie=cookie))

    assert verdict == {"name": "telefoon 001.jpg", "kind": "busy", "said": ""}


def test_the_door_shuts_after_enough_photos(door: PhoneDoor, kept: Kept) -> None:
    cookie = cookie_in(send(door))
    send(door, cookie=cookie)
    assert door.is_open
    assert not door._server.should_exit
    last = send(door, cookie=cookie)

    assert last.status == 200
    assert len(kept.came) == 3
    assert not door.is_open
    assert door._server.should_exit
    assert is_shut(ask(door, cookie=cookie))
    late: Any = SimpleNamespace(file=None)  # it is not looked at
    assert door.take(late) is None
    assert (door.photos, len(kept.came)) == (3, 3)


def test_of_a_photo_too_many_that_was_let_in_nothing_is_kept(
    door: PhoneDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It came while the last one was still being taken in."""
    monkeypatch.setattr(door, "take", lambda _photo: None)  # as if enough had come
    answer = send(door, by="script")

    assert _json(answer) == {
        "kept": False,
        "name": "",
        "said": texts.text("phone.kept", count=0),
    }


def test_the_door_shuts_by_itself(door: PhoneDoor, clock: Clock) -> None:
    begun = clock.at
    for seconds, left in ((0, 10), (1, 10), (59, 10), (60, 9), (61, 9), (540, 1), (599, 1)):
        clock.at = begun + seconds
        assert (door.minutes_left, door.is_open) == (left, True), seconds
        assert ask(door).status == 200
    for seconds in (600, 601, 700):
        clock.at = begun + seconds
        assert (door.minutes_left, door.is_open) == (0, False), seconds
        assert is_shut(ask(door))
        assert is_shut(ask(door, path="/phone.css"))


def test_a_closed_door_stays_closed(door: PhoneDoor) -> None:
    door._timer.start()
    door.close()

    assert not door.is_open
    assert door._server.should_exit
    door._timer.join(30)
    assert not door._timer.is_alive()
    assert is_shut(ask(door))


def test_more_than_a_photo_is_refused(
    door: PhoneDoor, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_door, "MAX_PHOTO_BYTES", 3_000_000)
    said = text("guard.large", mb=3)

    for refused in (send(door, b"x" * 3_000_000), send(door, content_length="3000001")):
        assert (refused.status, refused.body.decode()) == (413, said)
    assert kept.came == []
    assert send(door, b"x" * 2_999_000).status == 200


def test_the_form_has_a_few_fields_and_one_file(door: PhoneDoor, kept: Kept) -> None:
    field = 'Content-Disposition: form-data; name="{}"\r\n\r\n1\r\n'
    file = 'Content-Disposition: form-data; name="{}"; filename="x"\r\n\r\n1\r\n'
    kind = {"content_type": "multipart/form-data; boundary=b"}
    for part, most in ((field, 5), (file, 1)):
        for count, status in ((most, 200), (most + 1, 400)):
            body = "".join(LINE + part.format(f"a{n}") for n in range(count)) + "--b--\r\n"
            assert ask(door, "POST", sent=[body.encode()], **kind).status == status, (part, count)
    assert kept.came == []


def test_other_kinds_of_connections_are_none(door: PhoneDoor) -> None:
    assert ask(door, kind="websocket").status == 0
    behind = Behind()
    app: Any = behind
    asking(phone_door._DoorGuard(door, app), door.host)(kind="lifespan")
    assert behind.reached == ["/s/x"]


def test_an_open_door_is_in_the_network(kept: Kept) -> None:
    door = PhoneDoor(kept, address="127.0.0.1")
    door.start()
    while not door._server.started:
        assert door._thread.is_alive()
        door._thread.join(0.01)
    try:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(door.address, timeout=600) as answer:
            assert answer.status == 200
            assert "server" not in answer.headers
    finally:
        door.close()
        door._thread.join(600)
    assert not door._thread.is_alive()


def test_the_server_behind_it_says_nothing_of_itself(door: PhoneDoor) -> None:
    """And writes no log: the token is in every address."""
    config = door._server.config

    assert config.app is door.app
    assert (config.access_log, config.log_level, config.server_header) == (False, "critical", False)
    assert (config.lifespan, config.timeout_keep_alive) == ("off", 10)
    assert config.limit_concurrency == phone_door.MOST_AT_ONCE


def test_our_address_is_found_without_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    class Probe:
        asked: tuple[str, int]

        def __init__(self, family: int, kind: int) -> None:
            assert (family, kind) == (socket.AF_INET, socket.SOCK_DGRAM)  # connecting sends nothing

        def __enter__(self) -> Probe:
            return self

        def __exit__(self, *_: object) -> None: ...

        def connect(self, address: tuple[str, int]) -> None:
            self.asked = address

        def getsockname(self) -> tuple[str, int]:
            return {("192.0.2.1", 9): "192.168.7.9"}[self.asked], 40_000

    fake = SimpleNamespace(socket=Probe, AF_INET=socket.AF_INET, SOCK_DGRAM=socket.SOCK_DGRAM)
    monkeypatch.setattr(phone_door, "socket", fake)

    assert own_address() == "192.168.7.9"


def test_a_code_is_drawn_as_black_runs() -> None:
    import numpy as np
    import zxingcpp

    size, runs = qr_runs("http://10.0.0.1:80/abc")
    image = np.full((size + 8, size + 8), 255, np.uint8)
    for x, y, width in runs:
        assert width >= 1
        assert image[y + 4, x + 3] == 255 or x == 0  # runs are as long as can be
        image[y + 4, x + 4 : x + 4 + width] = 0
    (found,) = zxingcpp.read_barcodes(np.kron(image, np.ones((4, 4), np.uint8)))

    assert (size, found.text) == (25, "http://10.0.0.1:80/abc")
    assert runs[0] == (0, 0, 7)


def _json(answer: Answer) -> Any:
    import json

    return json.loads(answer.body)
