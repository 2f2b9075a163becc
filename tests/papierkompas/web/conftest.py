"""A desk with one small session, and a browser without a screen that may look at it."""

from __future__ import annotations

import html
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from papierkompas.web.app import build
from papierkompas.web.desk import Desk
from papierkompas.web.guard import Keys
from papierkompas.web.library import Library
from tests.papierkompas.web.pile import anonymous_pile, make_session, scan_pile

PORT = 8011
HERE = f"http://127.0.0.1:{PORT}"
HANGS_S = 600.0  # so long a busy computer may take; then something hangs


@dataclass
class Page:
    """The page as a test sees it."""

    desk: Desk
    keys: Keys
    client: TestClient
    folder: Path  # of the session
    said: list[str] = field(default_factory=list)

    @property
    def base(self) -> str:
        """The address of the session."""
        return f"/s/{self.desk.library.key_of(self.folder)}"

    def get(self, path: str, **more: Any) -> Any:
        """Look at a screen of the session."""
        return self.client.get(self.base + path, **more)

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Any:
        """Send a form of the session, as our own page would."""
        headers = {"origin": HERE, **more.pop("headers", {})}
        return self.client.post(self.base + path, data=data, headers=headers, **more)

    def send(self, file: Path, name: str = "stapel.pdf") -> Any:
        """Drop a scan on the page and wait until it is read."""
        with file.open("rb") as data:
            answer = self.post("/scan/upload", {"by": "script"}, files={"file": (name, data)})
        self.wait()
        return answer

    def wait(self) -> None:
        """Wait until everything is read, however busy the computer is."""
        end = time.monotonic() + HANGS_S
        while time.monotonic() < end:
            state = self.get("/pulse").json()
            if state["done"] >= state["total"]:
                return
            time.sleep(0.05)
        raise AssertionError(f"the pile was not read within {HANGS_S:.0f} seconds")


def fields(text: str) -> dict[str, str]:
    """What the form of a name list that was understood sends when nothing is changed."""
    form = text.partition('<table class="plain listed">')
    assert form[1], text
    found = re.findall(r'<input (?:type="hidden" )?name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found}


@pytest.fixture(scope="session")
def pile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A session of three people and the scan of their six sheets; copied, never changed."""
    folder = tmp_path_factory.mktemp("pile")
    make_session(folder / "sessie")
    return folder / "sessie", scan_pile(folder / "sessie", folder / "stapel.pdf")


@pytest.fixture(scope="session")
def unsigned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same people, and the scan of three sheets on which they wrote their names."""
    folder = tmp_path_factory.mktemp("zonder-naam")
    make_session(folder / "sessie")
    return folder / "sessie", anonymous_pile(folder / "sessie", folder / "stapel.pdf")


@pytest.fixture
def page(tmp_path: Path, pile: tuple[Path, Path]) -> Iterator[Page]:
    with opened(tmp_path, pile[0]) as made:
        yield made


@contextmanager
def opened(tmp_path: Path, session: Path) -> Iterator[Page]:
    """Start the page on a copy of a session, or again on the copy that is there."""
    folder = tmp_path / "bibliotheek" / "sessie"
    if not folder.exists():
        shutil.copytree(session, folder)
    said: list[str] = []
    desk = Desk(Library(folder.parent), said.append, workers=1)
    desk.reader.start()
    keys = Keys()
    client = TestClient(
        build(desk, PORT, keys),
        base_url=HERE,
        raise_server_exceptions=False,
        follow_redirects=False,
        cookies={f"papierkompas-{PORT}": keys.cookie},
    )
    try:
        yield Page(desk, keys, client, folder, said)
    finally:
        client.close()
        desk.close()


@pytest.fixture
def read_page(page: Page, pile: tuple[Path, Path]) -> Page:
    """The same after the pile was dropped on it."""
    page.send(pile[1])
    return page
