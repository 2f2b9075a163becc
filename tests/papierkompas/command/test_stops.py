"""The command is stopped, or cannot say what it found."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import pytest

from papierkompas.session.kept_files import CHUNK_BYTES
from papierkompas.session.session import Session

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of its own")

PROGRAM = (sys.executable, "-m", "papierkompas")
BEGUN = (
    sys.executable,
    "-c",
    "from papierkompas.command import stops; stops.stop_at_once(); print('begun', flush=True)\n"
    "from papierkompas.__main__ import main; main()",
)
NOT_OURS = 5  # no page of the files that were given is of this session
SAMPLE = Path(__file__).parents[3] / "samples" / "scan.pdf"
FULL = Path("/dev/full")
STOPS = [signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]

HANGS_S = 600.0  # so long a busy computer may take; then something hangs

needs_a_full_disk = pytest.mark.skipif(not FULL.exists(), reason="no full disk to try here")


def run(*arguments: object, **more: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # type: ignore[call-overload, no-any-return]
        [*PROGRAM, *map(str, arguments)], text=True, stderr=subprocess.PIPE, timeout=HANGS_S, **more
    )


@pytest.fixture
def piles(tmp_path: Path) -> list[Path]:
    """Several files of the same sheets, each other bytes."""
    files = [tmp_path / f"{number}.pdf" for number in range(4)]
    for number, file in enumerate(files):
        file.write_bytes(SAMPLE.read_bytes() + b"\n%% %d" % number)
    return files


@needs_a_full_disk
@pytest.mark.parametrize(
    "arguments",
    [["layout", "stellingenlijst", "--json"], ["--help"], ["print", "--help"], ["layout", "-h"]],
    ids=" ".join,
)
def test_a_full_disk_behind_the_answer_is_said_in_a_line(arguments: Sequence[str]) -> None:
    """`papierkompas results > results.json` on a disk that is full: no mistake of the program."""
    with FULL.open("w") as full:
        done = run(*arguments, stdout=full)

    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "the disk is full" in done.stderr


@needs_a_full_disk
def test_a_full_disk_behind_the_messages_changes_no_exit_code(tmp_path: Path) -> None:
    """Nothing more can be said; the code still tells."""
    command = [*PROGRAM, "results", "--session", str(tmp_path / "nowhere")]
    with FULL.open("w") as full:
        done = subprocess.run(
            command, stderr=full, stdout=subprocess.PIPE, timeout=HANGS_S, check=False
        )

    assert (done.returncode, done.stdout) == (2, b"")


@needs_a_full_disk
def test_a_full_disk_behind_a_file_is_said_in_a_line() -> None:
    """A poster on a stick that is full."""
    done = run("print", "stellingenlijst", "--copies", 3, "--out", FULL, stdout=subprocess.PIPE)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "the disk is full" in done.stderr


def test_who_stops_listening_is_no_error() -> None:
    """`papierkompas layout --json | head -1`."""
    reading, writing = os.pipe()
    os.close(reading)
    done = run("layout", "quickscan", "--json", stdout=writing)
    os.close(writing)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("stop", STOPS, ids=lambda s: s.name)
@pytest.mark.parametrize("after", [0.1, 0.7, 2.5])
def test_a_stop_ends_in_a_line_and_leaves_nothing_behind(
    tmp_path: Path, piles: list[Path], stop: signal.Signals, after: float
) -> None:
    """Ctrl+C, a terminal that is closed, a laptop that shuts down, at any moment."""
    run("new", tmp_path / "sessie", "--team", "T", stdout=subprocess.DEVNULL)
    program = subprocess.Popen(
        [
            *BEGUN,
            "read",
            *map(str, piles),
            "--session",
            str(tmp_path / "sessie"),
            "--workers",
            "2",
        ],
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,  # the terminal tells all of its programs, the workers too
    )
    assert program.stdout is not None
    program.stdout.readline()  # Python itself has started
    time.sleep(after)
    os.killpg(program.pid, stop)
    out, err = program.communicate(timeout=HANGS_S)
    if program.returncode == NOT_OURS:
        return  # this machine had read it all: sheets of another session

    assert program.returncode == 130
    assert err.count("\n") <= 1, err
    assert "Traceback" not in err
    if err:
        assert "interrupted" in err
    assert out == ""
    assert list((tmp_path / "sessie").rglob(".being-copied-*")) == []
    with Session.open(tmp_path / "sessie") as session:  # what was read can go on
        assert len(list(session.pages.all())) <= len(piles) * 10
    assert not alive(program.pid)


Copying = tuple[subprocess.Popen[str], BinaryIO]


@pytest.fixture
def copying(tmp_path: Path) -> Iterator[Copying]:
    """A program that is copying a scan which never ends, and where it comes from."""
    Session.create(tmp_path / "sessie", "T", dt.date(2026, 3, 12)).close()
    fifo = tmp_path / "scan.pdf"
    os.mkfifo(fifo)
    script = (
        "import sys; from pathlib import Path; from papierkompas.command import stops\n"
        "from papierkompas.session.session import Session\n"
        "stops.stop_in_order()\n"
        "with Session.open(Path(sys.argv[1])) as session: session.scans.keep(Path(sys.argv[2]))"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", script, str(tmp_path / "sessie"), str(fifo)],
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with fifo.open("wb") as source:
        source.write(b"half of a scan" * 100_000)
        source.flush()
        yield program, source
        program.kill()
        program.wait()
        with suppress(BrokenPipeError):
            source.close()


@pytest.mark.parametrize("stop", [*STOPS, signal.SIGKILL], ids=lambda s: s.name)
def test_half_a_copy_of_a_scan_is_cleared_away(
    tmp_path: Path, copying: Copying, stop: signal.Signals
) -> None:
    """Answers of people are in it. After a power failure: when the session is opened again."""
    folder = tmp_path / "sessie"
    program, source = copying
    until = time.monotonic() + HANGS_S
    while not list(folder.rglob(".being-copied-*")) and time.monotonic() < until:
        time.sleep(0.05)
    Session.open(folder).close()
    assert len(list(folder.rglob(".being-copied-*"))) == 1  # being made right now

    program.send_signal(stop)
    until = time.monotonic() + HANGS_S
    while program.poll() is None and time.monotonic() < until:
        with suppress(BrokenPipeError):  # Python notices a signal once it has a whole chunk
            source.write(b"more" * CHUNK_BYTES)
            source.flush()
        time.sleep(0.1)
    assert program.returncode is not None
    if stop is signal.SIGKILL:
        Session.open(folder).close()

    assert list(folder.rglob(".being-copied-*")) == []
    assert list((folder / "scans").iterdir()) == []


def alive(group: int) -> list[str]:
    """List the programs of a group that run and do not end."""
    until = time.monotonic() + HANGS_S
    while True:
        found = subprocess.run(["ps", "-eo", "pgid,stat,args"], capture_output=True, text=True)
        lines = [line.split(None, 2) for line in found.stdout.splitlines()]
        left = [args for pgid, state, args in lines if pgid == str(group) and state[0] != "Z"]
        if not left or time.monotonic() > until:
            return left
        time.sleep(0.1)
