"""The door for a phone: closed until it is opened, for one phone, and only inwards."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any

import cv2
import httpx2
import numpy as np
import pytest
from starlette.datastructures import Headers

from omr.page import PageRef, ReadPage, Reason, unread
from papierkompas.session.values import Scan
from papierkompas.web import connections, phone_door
from papierkompas.web.desk import photo_verdict
from papierkompas.web.phone_door import PhoneDoor
from tests.papierkompas.web.conftest import HANGS_S

PHOTO = {"file": ("foto.jpg", b"\xff\xd8 a photo")}


class Taker:
    """Notes what came in, and takes nothing for a scan."""

    def __init__(self) -> None:
        self.came: list[tuple[str, bytes]] = []

    def __call__(self, source: IO[bytes], name: str) -> ReadPage | Scan:
        self.came.append((name, source.read()))
        return unread(PageRef(name), Reason.DAMAGED)


@pytest.fixture
def taker() -> Taker:
    return Taker()


@pytest.fixture
def door(taker: Taker) -> Iterator[PhoneDoor]:
    made = PhoneDoor(taker, address="127.0.0.1", max_photos=3)
    made.start()
    _wait(made)
    yield made
    made.close()


def test_a_phone_with_the_address_may_send_photos_and_sees_nothing_else(
    door: PhoneDoor, taker: Taker
) -> None:
    with _phone(door) as first:
        assert "Foto" in first.get(door.address).text
        answer = _send(first, door)

        assert answer.status_code == 200
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        for path in ("/", "/s/x/scan", "/static/style.css", f"/{door.token}/x", "/../scans"):
            assert first.get(f"http://{door.host}{path}").status_code == 404
    assert taker.came == [("telefoon 001.jpg", b"\xff\xd8 a photo")]


def test_the_address_is_worth_nothing_once_a_phone_has_it(door: PhoneDoor, taker: Taker) -> None:
    """Somebody who photographed the code from the back of the room comes too late."""
    with _phone(door) as first, _phone(door) as second:
        _send(first, door)

        assert second.get(door.address).status_code == 404
        assert _send(second, door).status_code == 404
        assert _send(first, door).status_code == 200
    assert len(taker.came) == 2


def test_of_phones_that_come_at_once_one_has_the_door(taker: Taker) -> None:
    """Two first photos may arrive in the same moment."""
    for _ in range(20):
        door = PhoneDoor(taker, address="127.0.0.1")
        together = threading.Barrier(8)

        def ask(door: PhoneDoor = door, together: threading.Barrier = together) -> str | None:
            together.wait()
            return door.claim(None)

        with ThreadPoolExecutor(8) as phones:
            got = [asked.result() for asked in [phones.submit(ask) for _ in range(8)]]
        door._socket.close()

        (cookie,) = [given for given in got if given is not None]
        assert door.claim(cookie) == cookie
        assert door.claim("x") is door.claim(None) is None


def test_two_phones_that_send_their_first_photo_at_once(door: PhoneDoor, taker: Taker) -> None:
    """Both were shown the form; the one that is a moment later is told that the door is shut."""
    together = threading.Barrier(2)

    def send() -> httpx2.Response:
        with _phone(door) as phone:
            assert phone.get(door.address).status_code == 200
            together.wait()
            return _send(phone, door)

    with ThreadPoolExecutor(2) as phones:
        answers = [sent.result() for sent in [phones.submit(send) for _ in range(2)]]
    said = sorted((answer.status_code, "set-cookie" in answer.headers) for answer in answers)

    assert said == [(200, True), (404, False)]
    assert len(taker.came) == 1


def test_a_host_or_origin_that_is_said_twice_is_refused(door: PhoneDoor, taker: Taker) -> None:
    host, origin = f"Host: {door.host}\r\n", f"Origin: http://{door.host}\r\n"
    for head in (host + host + origin, host + origin + origin):
        post = f"POST /{door.token} HTTP/1.1\r\n{head}Content-Length: 0\r\n\r\n"
        with _half_open(door, post.encode()) as connection:
            answer = connection.recv(1000)
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404"))  # the server, or the door
    assert not taker.came
    for name in ("host", "origin"):
        assert not door.app._may_pass(_asked(door, name), Headers(scope=_asked(door, name)))
    assert door.app._may_pass(_asked(door), Headers(scope=_asked(door)))


@pytest.mark.parametrize("half", [b"", b"GET / HTTP/1.1\r\nHost: "], ids=["silent", "half"])
def test_connections_that_ask_nothing_shut_nobody_out(
    door: PhoneDoor, taker: Taker, half: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody in the room opens more connections than the door takes, and leaves them."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 60.0)
    with ExitStack() as held, _phone(door) as first:
        for _ in range(3 * phone_door.MOST_AT_ONCE):
            held.enter_context(_half_open(door, half))

        assert first.get(door.address).status_code == 200
        assert _send(first, door).status_code == 200
    assert len(taker.came) == 1


def test_who_asks_and_then_waits_shuts_nobody_out(door: PhoneDoor, taker: Taker) -> None:
    """A connection that was answered may be kept, but not against others."""
    ask = f"GET /x HTTP/1.1\r\nHost: {door.host}\r\n\r\n".encode()
    with ExitStack() as held, _phone(door) as first:
        for _ in range(3 * phone_door.MOST_AT_ONCE):
            kept = held.enter_context(_half_open(door, ask))
            assert kept.recv(1000).startswith(b"HTTP/1.1 404")

        assert _send(first, door).status_code == 200
    assert len(taker.came) == 1


def test_a_request_that_does_not_come_is_not_waited_for(
    door: PhoneDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither its head, nor a second one on a kept connection, nor the rest of a photo."""
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    monkeypatch.setattr(connections, "BODY_SECONDS", 0.3)
    host = f"Host: {door.host}\r\n"
    whole = f"GET /{door.token} HTTP/1.1\r\n{host}\r\n"
    photo = (
        f"POST /{door.token} HTTP/1.1\r\n{host}Origin: http://{door.host}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b"
    )
    for sent in ("", "GET / HT", f"GET / HTTP/1.1\r\n{host}", whole + "GET / HT", photo):
        with _half_open(door, sent.encode()) as connection:
            while True:
                try:
                    if not connection.recv(10_000):
                        break
                except ConnectionResetError:
                    break
    with _phone(door) as first:
        assert first.get(door.address).status_code == 200


def test_one_address_has_a_few_connections(taker: Taker) -> None:
    """Also when each of them is in the middle of a photo."""
    door = PhoneDoor(taker, address="0.0.0.0")  # noqa: S104  # to be reached from two addresses of this computer
    door.start()
    _wait(door)
    port = int(door.host.rpartition(":")[2])
    busy = f"POST /{door.token} HTTP/1.1\r\nHost: {door.host}\r\nOrigin: http://{door.host}\r\n"
    busy += "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 1000\r\n\r\n--b"
    try:
        with ExitStack() as held:
            for _ in range(phone_door.MOST_OF_ONE):
                one = held.enter_context(socket.create_connection(("127.0.0.1", port)))
                one.sendall(busy.encode())
            too_many = held.enter_context(socket.create_connection(("127.0.0.1", port)))
            too_many.settimeout(HANGS_S)
            with suppress(ConnectionError):
                assert too_many.recv(100) == b""
            other = held.enter_context(
                socket.create_connection(("127.0.0.1", port), source_address=("127.0.0.2", 0))
            )
            other.sendall(f"GET /{door.token} HTTP/1.1\r\nHost: {door.host}\r\n\r\n".encode())

            assert other.recv(100).startswith(b"HTTP/1.1 200")
    finally:
        door.close()


@pytest.mark.parametrize("token", ["", "x", "..", "%2e%2e"])
def test_without_the_token_there_is_no_door(door: PhoneDoor, taker: Taker, token: str) -> None:
    with _phone(door) as stranger:
        address = f"http://{door.host}/{token}"

        assert stranger.get(address).status_code == 404
        assert stranger.post(address, files=PHOTO, headers=_ours(door)).status_code == 404
    assert not taker.came


def test_another_site_on_the_phone_cannot_send(door: PhoneDoor, taker: Taker) -> None:
    with _phone(door) as first:
        for origin in ({}, {"origin": "http://evil.example"}, {"origin": "null"}):
            assert first.post(door.address, files=PHOTO, headers=origin).status_code == 404
        assert first.get(door.address, headers={"host": "evil.example"}).status_code == 404
    assert not taker.came
    assert not door.is_taken


def test_a_photo_that_is_too_large_is_refused(
    door: PhoneDoor, taker: Taker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(phone_door, "MAX_PHOTO_BYTES", 10_000)
    with _phone(door) as first:
        answer = first.post(
            door.address, files={"file": ("a.jpg", b"x" * 20_000)}, headers=_ours(door)
        )

    assert answer.status_code == 413
    assert not taker.came


def test_the_door_closes_when_enough_came(door: PhoneDoor, taker: Taker) -> None:
    with _phone(door) as first:
        for _ in range(3):
            _send(first, door)

        with pytest.raises((httpx2.HTTPError, AssertionError)):
            assert _send(first, door).status_code == 200
    assert len(taker.came) == 3
    assert not door.is_open


def test_the_door_closes_by_itself(taker: Taker) -> None:
    door = PhoneDoor(taker, address="127.0.0.1", minutes=0.02)
    door.start()
    _wait(door)
    door._thread.join(timeout=HANGS_S)

    assert not door._thread.is_alive()
    with _phone(door) as late, pytest.raises(httpx2.HTTPError):
        late.get(door.address)


def test_the_door_is_shut_unless_somebody_opens_it(page: Any) -> None:
    open_session = page.desk.open(page.base[3:])
    page.get("/phone")

    assert page.desk.door_of(open_session) is None
    assert page.client.post(page.base + "/phone", data={"on": "1"}).status_code == 403
    assert page.desk.door_of(open_session) is None


def test_a_photo_from_the_phone_is_read_like_any_scan(page: Any, pile: tuple[Path, Path]) -> None:
    open_session = page.desk.open(page.base[3:])
    door = PhoneDoor(
        lambda source, name: page.desk.take(open_session, source, name), address="127.0.0.1"
    )
    door.start()
    _wait(door)
    with _phone(door) as first:
        files = {"file": ("x.jpg", pile[1].read_bytes())}
        answer = first.post(door.address, files=files, headers=_ours(door))
    door.close()
    page.wait()

    assert "Ontvangen" in answer.text
    assert "Sam Voorbeeld" not in answer.text
    assert "telefoon 001.jpg" in page.get("/scan").text


def test_the_code_on_the_screen_holds_the_address() -> None:
    import zxingcpp

    address = "http://192.168.178.20:40123/abcdefghijklmnopqrstuvwxyz123456"
    size, runs = phone_door.qr_runs(address)
    image = np.full((size + 8, size + 8), 255, np.uint8)
    for x, y, width in runs:
        image[y + 4, x + 4 : x + 4 + width] = 0

    (found,) = zxingcpp.read_barcodes(np.kron(image, np.ones((6, 6), np.uint8)))
    assert found.text == address


def _asked(door: PhoneDoor, twice: str = "") -> dict[str, Any]:
    """Build what the server makes of a photo that is sent."""
    headers = [("host", door.host), ("origin", f"http://{door.host}")]
    headers += [header for header in headers if header[0] == twice]
    return {
        "type": "http",
        "method": "POST",
        "path": f"/{door.token}",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }


def _half_open(door: PhoneDoor, sent: bytes) -> socket.socket:
    host, _, port = door.host.partition(":")
    connection = socket.create_connection((host, int(port)), timeout=HANGS_S)
    connection.sendall(sent)
    return connection


def _phone(door: PhoneDoor) -> httpx2.Client:
    return httpx2.Client(timeout=HANGS_S, trust_env=False)


def _ours(door: PhoneDoor) -> dict[str, str]:
    return {"origin": f"http://{door.host}"}


def _send(client: httpx2.Client, door: PhoneDoor) -> httpx2.Response:
    files = {"file": ("foto.jpg", io.BytesIO(PHOTO["file"][1]))}
    return client.post(door.address, files=files, headers=_ours(door))


def _wait(door: PhoneDoor) -> None:
    until = time.monotonic() + HANGS_S
    while time.monotonic() < until:
        if door._server.started:
            return
        time.sleep(0.02)
    raise AssertionError("the door did not open")


def test_the_phone_hears_of_each_photo_whether_it_was_read(
    page: Any, pile: tuple[Path, Path]
) -> None:
    """Before the person walks on; never whose sheet it was, and never to another phone."""
    open_session = page.desk.open(page.base[3:])
    door = PhoneDoor(
        lambda source, name: page.desk.take(open_session, source, name),
        lambda name: photo_verdict(open_session, name),
        address="127.0.0.1",
    )
    door.start()
    _wait(door)
    with _phone(door) as first, _phone(door) as second:
        assert first.get(f"{door.address}?verdicts=1").text.startswith("<!doctype html>")
        white = cv2.imencode(".jpg", np.full((1400, 1000), 255, np.uint8))[1].tobytes()
        for photo in (pile[1].read_bytes(), white):
            files = {"file": ("x.jpg", photo)}
            sent = first.post(door.address, data={"by": "script"}, files=files, headers=_ours(door))

            assert sent.json()["kept"]
        page.wait()
        verdicts = first.get(f"{door.address}?verdicts=1").json()

        assert second.get(f"{door.address}?verdicts=1").status_code == 404
    door.close()
    assert [one["kind"] for one in verdicts] == ["kept", "failed"]
    assert "nog eens" in verdicts[1]["said"]
    assert "Sam Voorbeeld" not in str(verdicts)
    text = page.get("/scan").text
    assert text.count('<details id="photos"') == 1
    assert '<details id="file-' not in text
