"""How long the page takes from dropping a scan to the map, against the reader alone.

In:  nothing; it fills in and scans sixty sheets of thirty invented people.
Out: seconds, and their ratio within this one run. `python -m tests.papierkompas.web.measure_page`
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

from papierkompas.acts.reading import read_files
from papierkompas.session.session import Session
from tests.papierkompas.web.pile import make_session, scan_pile
from tests.papierkompas.web.server import start_server
from tests.papierkompas.web.test_browser import CHROMIUM, FLAGS, _wait_for_map

PEOPLE = 30


def measure(rounds: int = 2) -> None:
    """Read the same pile by turns with the reader alone and on the page."""
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        make_session(
            folder / "leeg",
            [f"Persoon {chr(97 + n // 20)}{chr(97 + n % 20)}" for n in range(PEOPLE)],
        )
        pile = scan_pile(folder / "leeg", folder / "stapel.pdf")
        for turn in range(rounds):
            alone = _alone(folder, pile, turn)
            read, shown = _on_page(folder, pile, turn)
            sys.stdout.write(
                f"reader alone {alone:.2f} s; page: read after {read:.2f} s, map after "
                f"{shown:.2f} s; {shown / alone:.1f} times the reader alone\n"
            )


def _alone(folder: Path, pile: Path, turn: int) -> float:
    shutil.copytree(folder / "leeg", folder / f"alleen{turn}")
    with Session.open(folder / f"alleen{turn}") as session:
        began = time.perf_counter()
        read_files([pile], session)
        return time.perf_counter() - began


def _on_page(folder: Path, pile: Path, turn: int) -> tuple[float, float]:
    from playwright.sync_api import sync_playwright

    library = folder / f"pagina{turn}"
    shutil.copytree(folder / "leeg", library / "sessie")
    server, address = start_server(library, "--all-workers")
    try:
        with sync_playwright() as program:
            browser = program.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = browser.new_page()
            page.goto(address)
            page.click("text=Team Voorbeeld")
            page.wait_for_url("**/scan")
            page.wait_for_timeout(3000)  # as somebody who walks to the copier
            began = time.perf_counter()
            page.set_input_files("#file", [pile])
            page.wait_for_selector("text=Alles is gelezen", timeout=120_000)
            read = time.perf_counter() - began
            page.click("text=Naar de kaart")
            _wait_for_map(page)
            shown = time.perf_counter() - began
            browser.close()
    finally:
        server.terminate()
        server.communicate(timeout=30)
    return read, shown


if __name__ == "__main__":
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else 2)
