"""The program where there is nothing of Unix: no `resource`, no fork, no groups of processes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest

from papierkompas.session.session import Session
from tests.papierkompas.web.pile import make_session, scan_pile

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples"


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """What a program is started with, so that it and all it starts find what Windows has.

    That is no poppler either: on the path lies nothing at all.
    """
    path = os.pathsep.join([str(HERE / "like_windows"), str(HERE.parent)])
    return {**os.environ, "PYTHONPATH": path, "HOME": str(tmp_path), "PATH": str(tmp_path)}


def run(bare: dict[str, str], *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "papierkompas", *map(str, arguments)]
    return subprocess.run(command, env=bare, capture_output=True, text=True, timeout=300)


def said(program: subprocess.CompletedProcess[str]) -> dict[str, dict[str, object]]:
    """Return what a command said as JSON, but for how long it took."""
    answer: dict[str, dict[str, object]] = json.loads(program.stdout)
    for name in ("seconds", "pages_per_second"):
        del answer["summary"][name]
    return answer


def test_nothing_of_unix_is_left(bare: dict[str, str]) -> None:
    """Else the tests below would show nothing."""
    ask = (
        "import sys, multiprocessing, omr.system, omr.many.bounded as b; "
        "print('resource' in sys.modules and sys.modules['resource'], "
        "b.worker_context().get_start_method(), omr.system.taken_bytes.__code__.co_filename)"
    )
    told = subprocess.run([sys.executable, "-c", ask], env=bare, capture_output=True, text=True)

    assert told.returncode == 0, told.stderr
    assert told.stdout.split()[:2] == ["None", "spawn"]
    assert told.stdout.strip().endswith("system_windows.py")


def test_the_whole_loop_runs_and_reads_the_same(bare: dict[str, str], tmp_path: Path) -> None:
    made = run(bare, "demo", tmp_path / "demo")
    read = run(bare, "read", SAMPLES / "scan.pdf", "--json")
    here = subprocess.run(
        [sys.executable, "-m", "papierkompas", "read", str(SAMPLES / "scan.pdf"), "--json"],
        capture_output=True,
        text=True,
        timeout=300,
    )

    assert made.returncode == 0, made.stderr
    assert (tmp_path / "demo" / "poster.png").stat().st_size > 100_000
    assert read.returncode == here.returncode == 0
    assert said(read) == said(here)


def test_the_page_reads_a_pile(bare: dict[str, str], tmp_path: Path) -> None:
    folder = tmp_path / "sessie"
    make_session(folder)
    pile = scan_pile(folder, tmp_path / "stapel.pdf", "gewenst")
    command = [sys.executable, "-m", "papierkompas", "web", "--no-browser", "--port", "0"]
    program = subprocess.Popen(
        [*command, "--session", str(folder)], env=bare, stdout=subprocess.PIPE, text=True
    )
    try:
        assert program.stdout is not None
        address = re.search(r"http\S+token=\S+", program.stdout.readline())
        assert address is not None
        home = address[0].split("/?")[0]
        with httpx2.Client(trust_env=False, timeout=60, follow_redirects=True) as client:
            at = str(client.get(address[0]).url)
            if "/s/" not in at:
                at = home + re.search(r'"(/s/[0-9a-f]+)', client.get(home).text)[1]  # type: ignore[index]
            session = re.match(r".*/s/[0-9a-f]+", at)[0]  # type: ignore[index]
            with pile.open("rb") as data:
                client.post(
                    f"{session}/scan/upload",
                    data={"by": "script"},
                    files={"file": ("stapel.pdf", data)},
                    headers={"origin": home},
                )
            for _ in range(600):
                state = client.get(f"{session}/pulse").json()
                if state["total"] and state["done"] >= state["total"]:
                    break
                time.sleep(0.2)
            preview = client.get(
                f"{session}/print/preview?paper=schoolwaardenkompas-1&round=huidig"
            )
    finally:
        program.kill()
        program.communicate(timeout=30)

    with Session.open(folder) as session_read:
        assert [page.status for page in session_read.pages.all()]
    assert preview.content.startswith(b"\x89PNG")
