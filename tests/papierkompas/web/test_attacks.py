"""Each promise of safety, attacked."""

from __future__ import annotations

import asyncio
import io
import re
import struct
import zlib
from collections.abc import MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from forms.roster import Person
from papierkompas.session.session import Session
from papierkompas.web import guard, serve
from papierkompas.web.app import SCREENS, build
from tests.papierkompas.web.conftest import HERE, PORT, Page


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        f"evil.example:{PORT}",
        "127.0.0.1",
        "127.0.0.1:1",
        f"127.0.0.1.evil:{PORT}",
        "",
    ],
)
def test_a_name_that_was_rebound_to_this_computer_gets_nothing(page: Page, host: str) -> None:
    """DNS rebinding: the browser believes that our page belongs to the attacker's name."""
    answer = page.get("/scan", headers={"host": host})

    assert answer.status_code == 421
    assert "Team" not in answer.text


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", None])
def test_another_site_cannot_change_anything(page: Page, origin: str | None) -> None:
    """Request forgery, even with the cookie and from another port of this computer."""
    headers = {} if origin is None else {"origin": origin}
    for method, path, _ in SCREENS:
        if method == "POST":
            answer = page.client.post(page.base + "/end", data={"sure": "1"}, headers=headers)

            assert answer.status_code == 403, path
    assert (page.folder / "session.sqlite3").exists()


def test_a_browser_that_says_the_request_is_from_elsewhere_is_believed(page: Page) -> None:
    assert page.get("/scan", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert (
        page.get("/map.png?shape=wide", headers={"sec-fetch-site": "same-site"}).status_code == 403
    )
    assert (
        page.post("/end", {"sure": "1"}, headers={"sec-fetch-site": "same-site"}).status_code == 403
    )


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "PATCH", "TRACE"])
def test_only_looking_and_sending_forms_exist(page: Page, method: str) -> None:
    assert page.client.request(method, page.base + "/end").status_code == 405


def test_looking_changes_nothing(page: Page) -> None:
    """A picture on another site can make the browser GET: no such address may do anything."""
    before = page.get("/pulse").json()
    for method, path, _ in SCREENS:
        if method == "GET" and "{sheet}" not in path:
            page.client.get(path.replace("{key}", page.base[3:]).replace("{number}", "0"))

    assert page.get("/pulse").json() == before


@pytest.mark.parametrize("cookie", [None, "", "x"])
def test_without_the_cookie_there_is_nothing(page: Page, cookie: str | None) -> None:
    stranger = TestClient(build(page.desk, PORT, page.keys), base_url=HERE)
    headers = {} if cookie is None else {"cookie": f"papierkompas-{PORT}={cookie}"}
    for method, path, _ in SCREENS:
        path = path.replace("{key}", page.base[3:])
        answer = stranger.request(method, path, headers={"origin": HERE, **headers})

        assert answer.status_code == 403
        assert "Voorbeeld" not in answer.text


def test_only_the_right_token_opens_the_door(page: Page) -> None:
    stranger = TestClient(build(page.desk, PORT, page.keys), base_url=HERE)

    assert stranger.get("/?token=wrong").status_code == 403
    answer = stranger.get(f"/?token={page.keys.token}")

    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert page.keys.token not in answer.text
    assert stranger.get("/").status_code == 200


def test_the_token_lets_one_browser_in_once(page: Page) -> None:
    """Whoever reads the address later, in a history or over a shoulder, has nothing."""
    entered: list[bool] = []
    app = build(page.desk, PORT, page.keys, entered=lambda: entered.append(True))
    first, later = (TestClient(app, base_url=HERE) for _ in range(2))
    address = f"/?token={page.keys.token}"
    assert first.head(address).status_code == 403  # who only looks whether it is there
    assert first.get(address).status_code == 200
    answer = later.get(address)

    assert answer.status_code == 403
    assert "al gebeurd" in answer.text
    assert "set-cookie" not in answer.headers
    assert later.post("/enter", data={"token": page.keys.token}).status_code == 403
    assert first.get(address).status_code == 200  # a reload of the browser that has the cookie
    assert entered == [True]


def test_two_browsers_that_come_at_once_are_one_too_many(page: Page) -> None:
    app = build(page.desk, PORT, page.keys)
    query = f"token={page.keys.token}".encode()

    async def race() -> list[int]:
        return await asyncio.gather(*(_status(app, "GET", "/", [_HOST], query) for _ in range(20)))

    assert sorted(asyncio.run(race())) == [200] + 19 * [403]


def test_the_token_may_come_as_a_form_from_a_file(page: Page) -> None:
    """As the redirect file sends it: then it stands in no history either."""
    stranger = TestClient(build(page.desk, PORT, page.keys), base_url=HERE)
    from_file = {"origin": "null", "sec-fetch-site": "cross-site"}

    def send(data: dict[str, str]) -> int:
        return stranger.post("/enter", data=data, headers=from_file).status_code

    assert send({}) == send({"token": "wrong"}) == 403
    assert send({"token": "x" * 2000}) == 413
    assert send({f"a{number}": "1" for number in range(30)}) == 400
    assert stranger.get("/enter").status_code == 403
    assert send({"token": page.keys.token}) == 200
    assert stranger.get("/").status_code == 200


_HOST = (b"host", f"127.0.0.1:{PORT}".encode())
_ORIGIN = (b"origin", HERE.encode())


@pytest.mark.parametrize(
    ("twice", "status"),
    [
        ([_HOST], 421),
        ([(b"host", f"localhost:{PORT}".encode())], 421),
        ([(b"host", b"evil.example")], 421),
        ([_ORIGIN], 403),
        ([(b"origin", b"http://evil.example")], 403),
        ([], 303),
    ],
    ids=["host", "our other name", "foreign host", "origin", "foreign origin", "none"],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_head_that_says_it_twice_is_refused(
    page: Page, twice: list[tuple[bytes, bytes]], status: int, is_first: bool
) -> None:
    """What stands between the browser and us may look at the one while we look at the other."""
    cookie = (b"cookie", f"papierkompas-{PORT}={page.keys.cookie}".encode())
    ours = [_HOST, _ORIGIN, cookie, (b"content-type", b"application/x-www-form-urlencoded")]
    headers = [*twice, *ours] if is_first else [*ours, *twice]
    app = build(page.desk, PORT, page.keys)

    assert asyncio.run(_status(app, "POST", page.base + "/who", headers)) == status


@pytest.mark.parametrize("path", ["/", "{base}/scan", "{base}/papers/poster.pdf", "/static/x"])
def test_an_address_with_more_fields_than_anybody_needs_is_a_wrong_request(
    page: Page, path: str
) -> None:
    """It is refused, not called a mistake of ours."""
    many = "&".join(f"a{number}=1" for number in range(30))
    for start in ("", "token=x&"):
        assert page.client.get(f"{path.format(base=page.base)}?{start}{many}").status_code == 400


def test_every_answer_keeps_scripts_and_frames_out(read_page: Page) -> None:
    for path in ("/scan", "/map", "/check", "/map.png?shape=wide", "/scan/page/0", "/nothing"):
        headers = read_page.get(path).headers

        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers


def test_no_template_needs_what_the_policy_forbids() -> None:
    """One style attribute or script in a page, and somebody will loosen the policy."""
    for template in (Path(guard.__file__).parent / "templates").glob("*.html"):
        text = template.read_text()

        assert "style=" not in text, template.name
        assert "<style" not in text, template.name
        assert " on" not in text.replace(" one", "").split("<script")[0] or "onclick" not in text
        assert "|safe" not in text, template.name
        own = re.findall(r"<script(?! src=\"/[a-z/]+\.js\" defer></script>)", text)
        assert not own, f"{template.name}: a script is a file of its own"
        with_script = template.name in ("base.html", "phone.html")  # the phone has its own door
        assert text.count("<script") == (1 if with_script else 0), template.name


NASTY = "<img src=x onerror=alert(1)>\"'&{{7777*7777}}"


def test_names_of_people_teams_and_files_are_only_ever_text(page: Page) -> None:
    refused = page.post("/people", {"names": f"naam\n{NASTY}"})
    with Session.open(page.folder) as session:  # as an older version would have taken it
        session.people.add((Person(1, NASTY),))
    page.post("/scan/upload", files={"file": (NASTY + ".pdf", b"nothing")})
    page.post("/who", {"who": NASTY})
    for path in ("/people", "/scan", "/print", "/history", "/map", "/end"):
        text = page.get(path).text

        assert "<img src=x" not in text, path
        assert "60481729" not in text
    for text in (page.get("/people").text, refused.text):
        assert "&lt;img src=x onerror=alert(1)&gt;" in text
        assert "<img src=x" not in text


@pytest.mark.parametrize(
    "key",
    ["..", "../..", "%2e%2e", "..%2f..%2fetc", "/etc/passwd", "%00", "sessie", "scans", "~root"],
)
def test_no_path_from_a_request_reaches_the_disk(page: Page, key: str) -> None:
    """Keys are compared with what was found; they are never put behind a folder."""
    for path in (
        f"/s/{key}/scan",
        f"/static/{key}",
        f"{page.base}/scan/page/{key}",
        f"{page.base}/field/{key}/{key}.jpg",
        f"{page.base}/answers/{key}",
        f"{page.base}/row/{key}/1",
        f"{page.base}/sheet/{key}/1.jpg",
    ):
        assert asyncio.run(_raw_status(page, path)) == 404, path


def test_sessions_outside_the_chosen_folder_cannot_be_opened(
    page: Page, tmp_path: Path, pile: tuple[Path, Path]
) -> None:
    """Not beside it, not deeper in it, and not through a link."""
    library = page.desk.library
    (library.folder / "link").symlink_to(pile[0])

    assert library.find(library.key_of(pile[0])) is None or pile[0].name == page.folder.name
    assert library.find(library.key_of(library.folder / "link")) is None
    assert [library.find(entry.key) for entry in library.entries()[0]] == [page.folder]


def test_a_page_that_was_opened_for_one_session_makes_no_other(pile: tuple[Path, Path]) -> None:
    from papierkompas.web.library import Library

    assert [e.team for e in Library(pile[0]).entries()[0]] == ["Team Voorbeeld"]
    assert Library(pile[0]).is_single


@pytest.mark.parametrize(
    "name", ["../../x.pdf", "C:\\x\\y.pdf", "/etc/cron.d/x", "..", "\x00.pdf", "a" * 2000]
)
def test_the_name_of_a_file_never_says_where_it_is_kept(
    page: Page, pile: tuple[Path, Path], name: str
) -> None:
    page.send(pile[1], name)
    with Session.open(page.folder) as session:
        (scan,) = session.scans.all()

    assert scan.path.parent == page.folder / "scans"
    assert scan.path.stem == scan.sha256
    assert not any(sign in scan.name for sign in "/\\\0")
    assert len(scan.name) <= 120


def test_more_bytes_than_allowed_are_refused_before_they_are_stored(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "MAX_UPLOAD_BYTES", 100_000)
    answer = page.post("/scan/upload", files={"file": ("a.pdf", b"x" * 200_000)})

    assert answer.status_code == 413
    assert not list(page.folder.glob("scans/*"))


def test_a_sender_that_hides_how_much_comes_is_cut_off(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a length in the head the bytes are counted as they come."""
    monkeypatch.setattr(guard, "MAX_UPLOAD_BYTES", 100_000)
    head = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'

    def endless() -> Any:
        yield head
        for _ in range(1000):
            yield b"x" * 10_000

    headers = {"origin": HERE, "content-type": "multipart/form-data; boundary=b"}
    answer = page.client.post(page.base + "/scan/upload", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert not list(page.folder.glob("scans/*"))


def test_a_form_that_is_no_upload_may_be_only_small(page: Page) -> None:
    answer = page.post("/people", {"names": "x" * 9_000_000})

    assert answer.status_code == 413


def test_a_picture_that_claims_to_be_as_large_as_a_field_is_said_not_decoded(page: Page) -> None:
    page.post("/scan/upload", files={"file": ("bom.png", _png_of(60_000, 60_000))})
    page.wait()
    text = page.get("/scan").text

    assert "groter dan een vel papier" in text
    assert page.get("/scan/page/0").status_code == 404


def test_a_file_with_too_many_pages_is_refused(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import Image

    from papierkompas.web import desk

    monkeypatch.setattr(desk, "MAX_PAGES", 3)
    frames = [Image.new("1", (20, 20)) for _ in range(5)]
    file = io.BytesIO()
    frames[0].save(file, "TIFF", save_all=True, append_images=frames[1:])
    page.post("/scan/upload", files={"file": ("veel.tif", file.getvalue())})

    assert "te veel bladzijden" in page.get("/scan").text
    assert not list(page.folder.glob("scans/*"))


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", b"<script>alert(1)</script>"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>"),
        ("a.pdf", b"MZ\x90\x00" + b"\0" * 500),
        ("a.jpg", b"\xff\xd8\xff<html><script>alert(1)</script>"),
    ],
    ids=["web page", "svg", "program", "page dressed as a photo"],
)
def test_what_was_sent_never_comes_back_as_it_was(page: Page, name: str, data: bytes) -> None:
    page.post("/scan/upload", files={"file": (name, data)})
    page.wait()
    for number in range(3):
        answer = page.get(f"/scan/page/{number}")

        assert answer.status_code == 404
        assert b"alert(1)" not in answer.content
    assert "<script>alert" not in page.get("/scan").text


def test_downloads_are_saved_and_never_shown(read_page: Page) -> None:
    for path in ("/papers/results.csv", "/papers/results.xlsx", "/papers/everything.zip"):
        answer = read_page.get(path)

        assert answer.headers["content-disposition"].startswith("attachment")
        assert "html" not in answer.headers["content-type"]


def test_a_team_cannot_write_into_the_head_of_a_download(page: Page) -> None:
    from papierkompas.web.visit import download

    answer = download(io.BytesIO(b""), 'x"\r\nSet-Cookie: a=b\r\n\r\n<é>.pdf', "application/pdf")
    head = answer.headers["content-disposition"]

    assert "\r" not in head
    assert "\n" not in head
    assert head.count('"') == 2


def test_a_cell_of_the_history_is_no_formula(read_page: Page) -> None:
    import zipfile

    read_page.post("/who", {"who": "=1+1"})
    sheet = read_page.desk.open(read_page.base[3:]).results().sheets[0]  # type: ignore[union-attr]  # it is there
    with Session.open(read_page.folder) as session:
        session.corrections.correct(sheet.id, "1", "2", "=cmd()", "@x")
    data = io.BytesIO(read_page.get("/papers/everything.zip").content)
    with zipfile.ZipFile(data) as found:
        text = found.read("wijzigingen.csv").decode("utf-8-sig")

    assert "'=cmd()" in text
    assert ";=cmd" not in text


def test_nothing_that_people_think_is_said_to_whoever_started_the_page(
    read_page: Page, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """A mistake of ours is told with its place in the program; messages may hold names."""
    from papierkompas.web.desk import OpenSession

    def broken(_self: OpenSession) -> None:
        raise RuntimeError("Sam Voorbeeld thinks 3")

    monkeypatch.setattr(OpenSession, "results", broken)
    answer = read_page.get("/answers")
    out, err = capfd.readouterr()

    assert answer.status_code == 500
    for text in (answer.text, out, err, *read_page.said):
        assert "Sam" not in text
    assert "RuntimeError" in read_page.said[-1]


def test_the_page_listens_on_this_computer_only() -> None:
    listening = serve._listen(0)
    try:
        assert listening.getsockname()[0] == "127.0.0.1"
    finally:
        listening.close()


def test_a_port_that_is_taken_is_said() -> None:
    from forms.errors import UsageError

    first = serve._listen(0)
    try:
        with pytest.raises(UsageError, match="taken"):
            serve._listen(first.getsockname()[1])
    finally:
        first.close()


async def _raw_status(page: Page, path: str) -> int:
    """Ask for a path as it is; a client would tidy the dots up before it sends it."""
    cookie = (b"cookie", f"papierkompas-{PORT}={page.keys.cookie}".encode())
    return await _status(build(page.desk, PORT, page.keys), "GET", path, [_HOST, cookie])


async def _status(
    app: ASGIApp, method: str, path: str, headers: list[tuple[bytes, bytes]], query: bytes = b""
) -> int:
    """Ask with exactly these headers; a client would put them in order."""
    scope = {
        "type": "http",
        "method": method,
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query,
        "headers": headers,
    }
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    return statuses[0]


def _png_of(width: int, height: int) -> bytes:
    """Make a PNG that claims a size, with almost nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )
