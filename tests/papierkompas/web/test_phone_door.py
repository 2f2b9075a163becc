"""The door for a phone: closed until it is opened, for one phone, and only inwards."""

from __future__ import annotations

import io
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import httpx2
import pytest

from omr.page import PageRef, ReadPage, Reason, unread
from papierkompas.session.values import Scan
from papierkompas.web import phone_door
from papierkompas.web.phone_door import PhoneDoor

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
    door._thread.join(timeout=15)

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
    import numpy as np
    import zxingcpp

    address = "http://192.168.178.20:40123/abcdefghijklmnopqrstuvwxyz123456"
    size, runs = phone_door.qr_runs(address)
    image = np.full((size + 8, size + 8), 255, np.uint8)
    for x, y, width in runs:
        image[y + 4, x + 4 : x + 4 + width] = 0

    (found,) = zxingcpp.read_barcodes(np.kron(image, np.ones((6, 6), np.uint8)))
    assert found.text == address


def _phone(door: PhoneDoor) -> httpx2.Client:
    return httpx2.Client(timeout=10, trust_env=False)


def _ours(door: PhoneDoor) -> dict[str, str]:
    return {"origin": f"http://{door.host}"}


def _send(client: httpx2.Client, door: PhoneDoor) -> httpx2.Response:
    files = {"file": ("foto.jpg", io.BytesIO(PHOTO["file"][1]))}
    return client.post(door.address, files=files, headers=_ours(door))


def _wait(door: PhoneDoor) -> None:
    for _ in range(200):
        if door._server.started:
            return
        time.sleep(0.02)
    raise AssertionError("the door did not open")
