"""The app as it is downloaded, in a root in which there is nothing else.

`make test-app` builds it and runs this; alone, `PAPIERKOMPAS_APP` names the folder with the app in
it. Where no empty root can be made (not Linux), it runs where it is.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx2
import pytest

from papierkompas.web.log_file import LOG
from papierkompas.web.running import RUNNING

SAMPLES = Path(__file__).parents[2] / "samples"
MOST_BYTES = 420_000_000
HANGS_S = 900.0  # so long a busy computer may take; then something hangs
GLIBC = ("libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "libutil.so.1")
LOADER = Path("/lib64/ld-linux-x86-64.so.2")
LIBRARIES = Path("/lib/x86_64-linux-gnu")
INSIDE = "/app/papierkompas"

pytestmark = pytest.mark.skipif(
    "PAPIERKOMPAS_APP" not in os.environ, reason="the app is built and tried by `make test-app`"
)


class Computer:
    """A computer with the app on it and, where that can be made, nothing else."""

    def __init__(self, app: Path, place: Path) -> None:
        self.app = app
        self.root = place / "root"
        self.is_empty = LIBRARIES.exists() and shutil.which("unshare") is not None
        self.home = self.root / "home"
        self.home.mkdir(parents=True)
        if self.is_empty:
            self._furnish()

    def _furnish(self) -> None:
        for place in ("app", "dev", "proc", "tmp", "lib64"):
            (self.root / place).mkdir()
        shutil.copy(LOADER, self.root / "lib64")
        libraries = self.root / LIBRARIES.relative_to("/")
        libraries.mkdir(parents=True)
        for name in (*GLIBC, "libz.so.1"):
            shutil.copy(LIBRARIES / name, libraries)

    def command(self, *arguments: str) -> list[str]:
        """Return what starts the app."""
        if not self.is_empty:
            ending = ".exe" if sys.platform == "win32" else ""
            return [str(self.app / f"papierkompas{ending}"), *arguments]
        steps = (
            'mount --rbind /dev "$0/dev" && mount --rbind /proc "$0/proc" && '
            'mount --bind "$1" "$0/app" && shift && exec chroot "$0" "$@"'
        )
        places = [str(self.root), str(self.app.resolve())]
        shell = ["unshare", "-r", "-m", "sh", "-c", steps, *places]
        return [*shell, INSIDE, *arguments]

    @property
    def environment(self) -> dict[str, str]:
        """Return what it is started with: no path on which anything could be found."""
        if self.is_empty:
            path = "/usr/sbin:/usr/bin:/sbin:/bin"  # for `unshare`; nothing of it is in the root
            return {"PATH": path, "HOME": "/home", "BROWSER": "/none"}
        return {**os.environ, "HOME": str(self.home), "USERPROFILE": str(self.home)}

    def place(self, inside: str) -> str:
        """Return what a place below the home folder is called by the app."""
        return f"/home/{inside}" if self.is_empty else str(self.home / inside)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command to its end."""
        return subprocess.run(
            self.command(*arguments),
            env=self.environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=HANGS_S,
        )

    def start(self) -> subprocess.Popen[bytes]:
        """Start it as somebody does who clicks on it."""
        return subprocess.Popen(
            self.command(),
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def running(self) -> list[str]:
        """List the programs that run in the empty root."""
        here = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                if (process / "root").stat().st_ino == self.root.stat().st_ino:
                    command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    if command:  # else it has ended, and waits for its parent to notice
                        here.append(command)
            except OSError:
                continue
        return here


@pytest.fixture(scope="module")
def computer(tmp_path_factory: pytest.TempPathFactory) -> Computer:
    return Computer(Path(os.environ["PAPIERKOMPAS_APP"]), tmp_path_factory.mktemp("computer"))


def until(found: Callable[[], object]) -> float:
    """Wait for something, however busy the computer is; return how long it took."""
    begin = time.monotonic()
    while not found():
        assert time.monotonic() < begin + HANGS_S, f"did not happen within {HANGS_S:.0f} seconds"
        time.sleep(0.05)
    return time.monotonic() - begin


def test_it_is_small_enough(computer: Computer) -> None:
    taken = sum(path.lstat().st_size for path in computer.app.rglob("*") if path.is_file())

    print(f"{taken / 1e6:.0f} MB")  # noqa: T201 a figure for whoever runs this
    assert taken <= MOST_BYTES


def test_nothing_of_the_tests_and_tools_is_in_it(computer: Computer) -> None:
    """Neither names of invented people by the thousand, nor what checks our code."""
    inside = {path.name for path in (computer.app / "_internal").iterdir()}

    assert not inside & {"faker", "playwright", "mypy", "pytest", "hypothesis", "dask", "tests"}


def test_it_says_its_version(computer: Computer) -> None:
    said = computer.run("--version")

    assert said.returncode == 0, said.stderr
    assert re.fullmatch(r"papierkompas \d+\.\d+\.\d+\s*", said.stdout)


def test_it_runs_the_whole_loop(computer: Computer) -> None:
    made = computer.run("demo", computer.place("demo"))

    assert made.returncode == 0, made.stderr
    assert (computer.home / "demo" / "poster.png").stat().st_size > 100_000


def test_it_reads_the_sample_as_expected(computer: Computer) -> None:
    """An answer may be in doubt; it may not be another one."""
    shutil.copy(SAMPLES / "scan.pdf", computer.home)
    made = computer.run("read", computer.place("scan.pdf"), "--json")
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    sheets = {sheet["sheet"]: sheet["answers"] for sheet in said["sheets"]}
    doubts = 0
    for key, sheet in expected["sheets"].items():
        for question, truth in sheet["answers"].items():
            answer = sheets[key][question]
            doubts += answer["status"] == "review"
            assert answer["status"] == "review" or answer["value"] == truth["value"]

    assert said["summary"]["read"] == expected["pages"]
    assert doubts <= 4


class Started:
    """The app that runs, and a browser that is in."""

    def __init__(self, computer: Computer) -> None:
        folder = computer.home / "papierkompas"
        self.program = computer.start()
        running = folder / RUNNING
        self.listening_s = until(lambda: running.exists() and running.read_bytes())
        until(lambda: list(folder.glob("*.html")))
        page = next(folder.glob("*.html")).read_text(encoding="utf-8")
        found = re.search(r'action="([^"]+)".*value="([^"]+)"', page)
        assert found is not None
        self.home = found[1].removesuffix("/enter")
        self.client = httpx2.Client(trust_env=False, timeout=HANGS_S)
        self.client.post(found[1], data={"token": found[2]}, headers={"origin": "null"})

    def post(self, path: str, data: dict[str, str], **more: object) -> httpx2.Response:
        """Send a form of the page."""
        answer: httpx2.Response = self.client.post(
            self.home + path,
            data=data,
            headers={"origin": self.home},
            **more,  # type: ignore[arg-type]
        )
        return answer


@pytest.fixture(scope="module")
def started(computer: Computer) -> Iterator[Started]:
    made = computer.run("new", computer.place("papierkompas/sessie"), "--team", "Team Proef")
    assert made.returncode == 0, made.stderr
    app = Started(computer)
    print(f"listening after {app.listening_s:.1f} s")  # noqa: T201 a figure
    yield app
    app.client.close()
    app.program.kill()
    app.program.wait(timeout=HANGS_S)


@pytest.fixture(scope="module")
def session(started: Started) -> str:
    found = re.search(r'"(/s/[0-9a-f]+)', started.client.get(started.home).text)
    assert found is not None
    return found[1]


def test_the_page_reads_prints_and_previews(started: Started, session: str) -> None:
    expected = json.loads((SAMPLES / "expected.json").read_text(encoding="utf-8"))
    with (SAMPLES / "scan.pdf").open("rb") as scan:
        started.post(f"{session}/scan/upload", {"by": "script"}, files={"file": ("s.pdf", scan)})

    def is_read() -> bool:
        state = started.client.get(f"{started.home}{session}/pulse").json()
        return bool(state["done"] == expected["pages"])

    until(is_read)
    answers = started.client.get(f"{started.home}{session}/answers")
    preview = started.client.get(
        f"{started.home}{session}/print/preview?paper=schoolwaardenkompas-1&round=huidig"
    )
    printed = started.post(
        f"{session}/print",
        {"paper": "schoolwaardenkompas-1", "round": "huidig", "whom": "copies", "copies": "2"},
    )

    assert answers.status_code == 200
    assert preview.content.startswith(b"\x89PNG")
    assert printed.content.startswith(b"%PDF")


def test_stop_ends_it_with_all_that_it_started(computer: Computer, started: Started) -> None:
    assert not computer.is_empty or computer.running()
    begin = time.monotonic()
    started.post("/stop", {})
    started.program.wait(timeout=HANGS_S)
    until(lambda: not computer.running())
    took = time.monotonic() - begin
    log = (computer.home / "papierkompas" / LOG).read_text(encoding="utf-8")

    print(f"ended after {took:.1f} s")  # noqa: T201 a figure
    assert started.program.returncode == 0
    assert not (computer.home / "papierkompas" / RUNNING).exists()
    assert "is gestart" in log
    assert "token" not in log
