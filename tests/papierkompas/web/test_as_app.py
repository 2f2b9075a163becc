"""The page as an app: no terminal to say anything, and a second start opens the first."""

from __future__ import annotations

import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2
import pytest

from papierkompas.mishap import mistake
from papierkompas.web import texts
from papierkompas.web.guard import AGAIN, AGAIN_COOKIE, cookie_name
from papierkompas.web.log_file import EARLIER, LOG, MOST_BYTES, LogFile
from papierkompas.web.running import RUNNING, Running, RunningFile
from papierkompas.web.screens.end import STYLE_SECONDS
from papierkompas.web.serve import END_S

HANGS_S = 600.0  # so long a busy computer may take; then something hangs
STOPPED_S = 5.0  # in which Stop ends the program, workers and all

# As a program without a window has it: there are no streams, and a browser is a program.
PROGRAM = """
import sys
from pathlib import Path
sys.stdout = sys.stderr = None
if "--stuck" in sys.argv:
    import time
    from papierkompas.web.reader import Reader
    Reader.stop = lambda _reader: time.sleep(100_000)
if __name__ == "__main__":
    from papierkompas.web.as_app import open_app
    from papierkompas.command import stops
    stops.stop_in_order()
    stops.end(open_app(Path(sys.argv[1])))
"""


def until(found: Callable[[], object]) -> None:
    """Wait for something, however busy the computer is."""
    end = time.monotonic() + HANGS_S
    while not found():
        assert time.monotonic() < end, f"did not happen within {HANGS_S:.0f} seconds"
        time.sleep(0.05)


class App:
    """Starts of one app, with a browser that writes down what it was asked to open."""

    def __init__(self, place: Path) -> None:
        self.folder = place / "home" / "papierkompas"
        self.folder.parent.mkdir()
        self.asked_in = place / "asked"
        self.script = place / "start.py"
        self.script.write_text(PROGRAM)
        browser = place / "browser"
        browser.write_text(f'#!/bin/sh\necho "$@" >> "{self.asked_in}"\n')
        browser.chmod(0o700)
        self.clients = ExitStack()
        self._environment = {
            **os.environ,
            "BROWSER": f"{browser} %s",
            "HOME": str(self.folder.parent),
            "PYTHONPATH": str(Path(texts.__file__).parents[2]),
        }

    def start(self, *flags: str) -> subprocess.Popen[bytes]:
        """Start it once more."""
        return subprocess.Popen(
            [sys.executable, str(self.script), str(self.folder), *flags], env=self._environment
        )

    def opened(self) -> list[str]:
        """List what the browser was asked to open."""
        return self.asked_in.read_text().split() if self.asked_in.exists() else []

    def enter(self, opened: str) -> tuple[str, httpx2.Client]:
        """Open what the browser was asked to open; return where, and a browser that is in."""
        page = Path(unquote(urlsplit(opened).path)).read_text()
        found = re.search(r'action="([^"]+)".*value="([^"]+)"', page)
        assert found is not None
        client = self.clients.enter_context(httpx2.Client(trust_env=False, timeout=HANGS_S))
        answer = client.post(found[1], data={"token": found[2]}, headers={"origin": "null"})
        assert answer.status_code == 200
        return found[1].removesuffix("/enter"), client

    @property
    def running(self) -> dict[str, object]:
        """What the file says about the app that runs."""
        said: dict[str, object] = json.loads((self.folder / RUNNING).read_bytes())
        return said


@pytest.fixture
def app(tmp_path: Path) -> Iterator[App]:
    if sys.platform == "win32":
        pytest.skip("another way to open a browser there")
    made = App(tmp_path)
    with made.clients:
        yield made


@contextmanager
def started(app: App, *flags: str) -> Iterator[subprocess.Popen[bytes]]:
    program = app.start(*flags)
    try:
        until(app.opened)
        yield program
    finally:
        program.kill()
        program.wait(timeout=HANGS_S)


def test_without_streams_the_page_opens_and_stop_ends_it(app: App) -> None:
    """A window has no terminal: uvicorn looked for one and died."""
    with started(app) as program:
        home, client = app.enter(app.opened()[0])
        assert "papierkompas" in client.get(home).text
        assert client.post(f"{home}/stop", headers={"origin": home}).status_code == 200
        assert program.wait(timeout=HANGS_S) == 0
    log = app.folder / LOG

    assert not (app.folder / RUNNING).exists()
    assert not list(app.folder.glob("*.html"))
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert "is gestart" in log.read_text()
    assert "token" not in log.read_text()
    assert str(app.folder.parent) not in log.read_text()  # the home folder is a person's name


def test_stop_ends_what_is_stuck_too(app: App) -> None:
    """A page that takes long to read is read next time; nobody waits for the program to go."""
    with started(app, "--stuck") as program:
        home, client = app.enter(app.opened()[0])
        client.post(f"{home}/stop", headers={"origin": home})

        assert program.wait(timeout=HANGS_S) == 0
        assert STYLE_SECONDS + END_S < STOPPED_S
        assert not (app.folder / RUNNING).exists()


def test_a_second_start_opens_the_first(app: App) -> None:
    with started(app) as program:
        first, client = app.enter(app.opened()[0])
        second = app.start()
        assert second.wait(timeout=HANGS_S) == 0
        until(lambda: len(app.opened()) == 2)
        again, other = app.enter(app.opened()[1])

        assert again == first
        assert client.get(first).status_code == other.get(again).status_code == 200
        assert program.poll() is None
        assert stat.S_IMODE((app.folder / RUNNING).stat().st_mode) == 0o600


def test_of_two_starts_at_once_one_stays(app: App) -> None:
    """Somebody impatient clicks twice."""
    both = [app.start(), app.start()]
    try:
        until(lambda: len(app.opened()) == 2)
        until(lambda: any(one.poll() is not None for one in both))

        assert sorted(one.poll() is None for one in both) == [False, True]
    finally:
        for one in both:
            one.kill()
            one.wait(timeout=HANGS_S)


@pytest.mark.parametrize(
    "left",
    [
        '{"port": 1, "secret": "abc"}',
        '{"port": 99999, "secret": "abc"}',
        '{"port": 80, "secret": "a\\r\\nX: y"}',
        "[]",
        "\x00" * 5000,
    ],
)
def test_a_stale_file_is_replaced(tmp_path: Path, left: str) -> None:
    """The computer went off while the app ran."""
    place = tmp_path / RUNNING
    place.write_text(left)
    place.chmod(0o600)

    assert RunningFile.claim(tmp_path) is not None
    assert place.read_bytes() == b""


def test_a_file_that_others_could_write_is_not_believed(tmp_path: Path) -> None:
    place = tmp_path / RUNNING
    place.write_text('{"port": 80, "secret": "abc"}')
    place.chmod(0o666)

    assert RunningFile.claim(tmp_path) is not None


def test_a_start_that_died_at_once_is_not_waited_for_long(tmp_path: Path) -> None:
    place = tmp_path / RUNNING
    place.touch(0o600)
    waited = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        os.utime(place, (0, 0))

    assert RunningFile.claim(tmp_path, wait) is not None
    assert len(waited) == 1


def test_only_the_file_of_this_app_is_removed(tmp_path: Path) -> None:
    mine = RunningFile.claim(tmp_path)
    assert mine is not None
    mine.tell(Running(4000, "mine"))
    (tmp_path / RUNNING).write_text('{"port": 4001, "secret": "other"}')
    mine.remove()

    assert (tmp_path / RUNNING).exists()


def test_without_the_secret_nothing_is_opened(app: App) -> None:
    """A site in the browser, or another user of the computer, asks for a token of its own."""
    with started(app):
        home, client = app.enter(app.opened()[0])
        port = int(home.rpartition(":")[2])
        secret = str(app.running["secret"])
        name = cookie_name(port) + AGAIN_COOKIE
        inside = client.cookies[cookie_name(port)]
        stranger = app.clients.enter_context(httpx2.Client(trust_env=False, timeout=HANGS_S))

        def ask(cookies: dict[str, str], origin: str | None = home, how: str = "POST") -> int:
            told = "; ".join(f"{key}={value}" for key, value in cookies.items())
            headers = {"cookie": told, **({"origin": origin} if origin else {})}
            return stranger.request(how, home + AGAIN, headers=headers).status_code

        refused = [
            ask({}),
            ask({name: "guess"}),
            ask({name: ""}),
            ask({cookie_name(port): secret}),
            ask({name: inside}),
            ask({cookie_name(port): inside}),
            ask({name: secret}, origin="https://example.org"),
            ask({name: secret}, origin="null"),
            ask({name: secret}, origin=None),
            ask({name: secret}, how="GET"),
        ]
        looked = stranger.get(home, headers={"cookie": f"{name}={secret}"}).status_code
        posing = {"cookie": f"{cookie_name(port)}={secret}", "origin": home}
        stopped = stranger.post(f"{home}/stop", headers=posing).status_code

        assert set(refused) <= {403, 405}
        assert (looked, stopped) == (403, 403)  # the secret opens the page, it lets nobody in
        assert len(app.opened()) == 1
        assert ask({name: secret}) == 200
        until(lambda: len(app.opened()) == 2)


def test_a_second_start_makes_the_first_way_in_worthless(app: App) -> None:
    """At most one token that nobody used is good at a time."""
    with started(app):
        first = Path(unquote(urlsplit(app.opened()[0]).path))
        found = re.search(r'action="([^"]+)".*value="([^"]+)"', first.read_text())
        assert found is not None
        assert app.start().wait(timeout=HANGS_S) == 0
        with httpx2.Client(trust_env=False, timeout=HANGS_S) as late:
            answer = late.post(found[1], data={"token": found[2]}, headers={"origin": "null"})

        assert answer.status_code == 403
        assert not answer.cookies
        assert not first.exists()
        until(lambda: len(app.opened()) == 2)
        assert app.enter(app.opened()[1])[1].cookies


@pytest.mark.skipif(not hasattr(signal, "SIGTERM"), reason="no signals")
def test_a_shutdown_leaves_no_file_that_says_it_runs(app: App) -> None:
    with started(app) as program:
        app.enter(app.opened()[0])
        program.send_signal(signal.SIGTERM)
        assert program.wait(timeout=HANGS_S) == 0

    assert not (app.folder / RUNNING).exists()


def test_a_mistake_in_an_app_says_where() -> None:
    """There the files of the program have names without a folder before them."""
    code = compile("def broken():\n    raise KeyError('Fatima')\n", "omr/place/proof.py", "exec")
    made: dict[str, Callable[[], None]] = {}
    exec(code, made)  # noqa: S102 our own two lines, under another name
    with pytest.raises(KeyError) as caught:
        made["broken"]()

    assert "proof.py" in str(mistake(caught.value))
    assert "Fatima" not in str(mistake(caught.value))


def test_the_log_stays_small(tmp_path: Path) -> None:
    log = LogFile(tmp_path)
    for number in range(MOST_BYTES // 1000):
        log.add(f"{number} " + "x" * 3_000)
    sizes = [(tmp_path / name).stat().st_size for name in (LOG, EARLIER)]

    assert max(sizes) <= MOST_BYTES
    assert (tmp_path / LOG).read_text().rstrip().rpartition("\n")[2].split()[1] == "199"
    assert all(stat.S_IMODE((tmp_path / n).stat().st_mode) == 0o600 for n in (LOG, EARLIER))


def test_a_mistake_is_logged_without_what_it_was_about(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error carries values, and values are names."""
    from papierkompas.web import as_app

    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)

    def broken(*_: object, **__: object) -> None:
        raise KeyError("Fatima Yilmaz")

    monkeypatch.setattr(as_app, "serve", broken)
    code = as_app.open_app(tmp_path)
    thread = threading.Thread(target=broken)
    thread.start()
    thread.join()
    log = (tmp_path / LOG).read_text()

    assert code == as_app.OUR_BUG
    assert log.count("KeyError") == 2
    assert "Fatima" not in log
    assert not (tmp_path / RUNNING).exists()
