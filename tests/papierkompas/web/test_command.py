"""The command that starts the page, as somebody types it."""

from __future__ import annotations

import os
import re
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import unquote, urlsplit

import httpx2
import pytest

from tests.papierkompas.web.pile import make_session


@pytest.fixture
def started(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    make_session(tmp_path / "sessie")
    command = [sys.executable, "-m", "papierkompas", "web", "--no-browser", "--port", "0"]
    program = subprocess.Popen(
        [*command, "--session", str(tmp_path / "sessie")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    yield program, program.stdout.readline() + program.stdout.readline()
    program.kill()
    program.communicate(timeout=600)


def test_the_command_prints_an_address_that_works_and_ctrl_c_ends_it(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    """The way in for everybody: what it prints is all that a facilitator gets."""
    program, said = started
    address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said)
    assert address is not None
    assert "er gaat niets verloren" in said
    with httpx2.Client(trust_env=False, timeout=600, follow_redirects=True) as client:
        assert client.get(address[0]).status_code == 200
        page = client.get(address[0].split("?")[0])
        assert "Team Voorbeeld" in page.text
        assert client.get(address[0].split("?")[0] + "nothing").status_code == 404
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=600)

    assert program.returncode == 0, err
    assert (out, err) == ("", "")
    with pytest.raises(httpx2.ConnectError), httpx2.Client(trust_env=False) as client:
        client.get(address[0])


@pytest.mark.skipif(not hasattr(signal, "SIGHUP"), reason="no terminal is closed there so")
@pytest.mark.parametrize("name", ["SIGHUP", "SIGTERM"])
def test_a_terminal_that_is_closed_ends_it_in_order(
    started: tuple[subprocess.Popen[str], str], name: str
) -> None:
    """And so does a computer that is shut down."""
    program, said = started
    address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said)
    assert address is not None
    with httpx2.Client(trust_env=False, timeout=600) as client:
        assert client.get(address[0]).status_code == 200
    program.send_signal(getattr(signal, name))
    out, err = program.communicate(timeout=600)

    assert (program.returncode, out, err) == (0, "", "")


@pytest.mark.skipif(sys.platform == "win32", reason="another way to open a browser there")
def test_the_browser_gets_the_token_in_a_file_of_its_owner(tmp_path: Path) -> None:
    """It stands in no list of programs, nor in what the page says to a log."""
    make_session(tmp_path / "sessie")
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$@" > "{tmp_path}/asked.new"\n'
                       f'mv "{tmp_path}/asked.new" "{tmp_path}/asked"\n')  # fmt: skip
    browser.chmod(0o700)
    program = subprocess.Popen(
        [sys.executable, "-m", "papierkompas", "web", "--session", str(tmp_path / "sessie")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env={**os.environ, "BROWSER": f"{browser} %s"},
    )  # fmt: skip
    assert program.stdout is not None
    try:
        said = program.stdout.readline() + program.stdout.readline()
        asked = (tmp_path / "asked").read_text().strip()
        file = Path(unquote(urlsplit(asked).path))
        page = file.read_text()
        token = re.search(r'value="([^"]+)"', page)
        address = re.search(r'action="([^"]+)"', page)
        assert token is not None
        assert address is not None
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert asked.startswith("file://")
        for text in (said, asked, file.name, Path(f"/proc/{program.pid}/cmdline").read_text()):
            assert token[1] not in text
        with httpx2.Client(trust_env=False, timeout=600, follow_redirects=True) as client:
            answer = client.post(address[1], data={"token": token[1]}, headers={"origin": "null"})
            assert answer.status_code == 200
            assert not file.exists()
            assert "Team Voorbeeld" in client.get(address[1].removesuffix("enter")).text
    finally:
        program.send_signal(signal.SIGINT)
        out, err = program.communicate(timeout=600)

    assert (program.returncode, out, err) == (0, "", "")
    assert not list((tmp_path / "sessie").glob("*.html"))


@pytest.mark.parametrize("how", ["nothing", "signal"])
def test_a_file_for_the_browser_that_was_not_used_is_removed_at_the_end(
    tmp_path: Path, how: str
) -> None:
    make_session(tmp_path / "sessie")
    program = subprocess.Popen(
        [sys.executable, "-m", "papierkompas", "web", "--session", str(tmp_path / "sessie")],
        stdout=subprocess.PIPE, text=True,
        env={**os.environ, "BROWSER": "/bin/true %s" if how == "signal" else "/bin/false %s"},
    )  # fmt: skip
    assert program.stdout is not None
    said = program.stdout.readline() + program.stdout.readline()
    assert ("?token=" in said) == (how == "nothing")  # without a browser the address is said
    assert len(list((tmp_path / "sessie").glob("*.html"))) == (how == "signal")
    program.send_signal(signal.SIGTERM)
    program.communicate(timeout=600)

    assert not list((tmp_path / "sessie").glob("*.html"))


def test_connections_that_ask_nothing_shut_nobody_out_of_the_page(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    """Another program on this computer, or another user of it, opens them and leaves them."""
    _, said = started
    address = re.search(r"http://127\.0\.0\.1:(\d+)/\?token=\S+", said)
    assert address is not None
    client = httpx2.Client(trust_env=False, timeout=600, follow_redirects=True)
    with client, ExitStack() as held:
        for number in range(150):
            one = held.enter_context(socket.create_connection(("127.0.0.1", int(address[1]))))
            one.sendall(b"GET / HT"[: number % 9])

        assert client.get(address[0]).status_code == 200
        assert "Team Voorbeeld" in client.get(address[0].split("?")[0]).text


def test_a_folder_that_cannot_be_used_is_said_and_no_page_starts(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    done = subprocess.run(
        [sys.executable, "-m", "papierkompas", "web", "--no-browser",
         "--session", str(tmp_path / "bestand")],
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "dit is een bestand" in done.stderr
    assert done.stdout == ""
