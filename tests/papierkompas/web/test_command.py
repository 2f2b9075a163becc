"""The command that starts the page, as somebody types it."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

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
    program.communicate(timeout=30)


def test_the_command_prints_an_address_that_works_and_ctrl_c_ends_it(
    started: tuple[subprocess.Popen[str], str],
) -> None:
    """The way in for everybody: what it prints is all that a facilitator gets."""
    program, said = started
    address = re.search(r"http://127\.0\.0\.1:\d+/\?token=\S+", said)
    assert address is not None
    assert "nothing is lost" in said
    with httpx2.Client(trust_env=False, timeout=30, follow_redirects=True) as client:
        assert client.get(address[0]).status_code == 200
        page = client.get(address[0].split("?")[0])
        assert "Team Voorbeeld" in page.text
        assert client.get(address[0].split("?")[0] + "nothing").status_code == 404
    program.send_signal(signal.SIGINT)
    out, err = program.communicate(timeout=30)

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
    with httpx2.Client(trust_env=False, timeout=30) as client:
        assert client.get(address[0]).status_code == 200
    program.send_signal(getattr(signal, name))
    out, err = program.communicate(timeout=30)

    assert (program.returncode, out, err) == (0, "", "")


def test_a_folder_that_cannot_be_used_is_said_and_no_page_starts(tmp_path: Path) -> None:
    (tmp_path / "bestand").write_text("geen map")
    done = subprocess.run(
        [sys.executable, "-m", "papierkompas", "web", "--no-browser",
         "--session", str(tmp_path / "bestand")],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip

    assert done.returncode == 2
    assert "this is a file" in done.stderr
    assert done.stdout == ""
