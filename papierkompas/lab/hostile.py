"""Send hostile files in by every way there is, and see what they cost and what they spoil.

    python -m papierkompas.lab.hostile FOLDER

In:  a folder of files that mean harm, or none: those of `papierkompas.lab.hostile_files` are always
     tried.
Out: a table on stdout, in Markdown: of each file, by each way in, the seconds, the memory above
     the libraries, what was said of it; and whether the good sheets beside it were read.

Memory is what all processes that we started hold together, beyond what each held at its start;
it is looked at twenty times a second, on Linux alone.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from forms.instrument import find
from forms.roster import parse_roster
from omr.many.bounded import OPEN_SECONDS, PAGE_SECONDS, WORKER_BYTES
from omr.page import PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.acts.reading import read_files
from papierkompas.lab.hostile_files import BUILT
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, filled_pages
from papierkompas.lab.simulate.scan_files import write_pdf
from papierkompas.session.session import Session

if TYPE_CHECKING:
    from papierkompas.web.desk import Desk, OpenSession

MB = 1 << 20
LOOK_S = 0.05
GOOD = 6  # sheets beside a hostile file, so that many pages are read at a time
AT_MOST_S = 240.0  # then a way in hangs: far beyond every bound
NAMES = ("Sam Voorbeeld", "Noor Proef", "Zoë van Toets", "Milan Specimen", "Ayşe Monster",
         "Joris de Test")  # fmt: skip
_PROC = Path("/proc")


class WayIn(StrEnum):
    """How a file comes in."""

    ONE = "command, one page"
    MANY = "command, many pages"
    PAGE = "web page"
    PHONE = "phone"
    WATCHED = "watched folder"


@dataclass(frozen=True, slots=True)
class Cost:
    """What one hostile file did by one way in.

    Attributes:
        seconds: until it and all beside it was accounted for.
        mb: at most, above the libraries.
        said: reasons or statuses of its pages; `nothing` where it is not in the account.
        beside: good sheets that were read meanwhile.
    """

    file: str
    way: WayIn
    seconds: float
    mb: float
    said: str
    beside: int

    @property
    def is_borne(self) -> bool:
        """Whether it kept to the bounds, is in the account, and the rest was read."""
        wanted = 0 if self.way is WayIn.ONE else GOOD
        fits = self.mb * MB <= WORKER_BYTES
        return fits and self.said not in ("", "our_mistake") and self.beside == wanted


# What it costs --------------------------------------------------------------------------------


class Meter(threading.Thread):
    """Notes the most memory that what this process started holds above what it began with."""

    def __init__(self) -> None:
        super().__init__(name="meter", daemon=True)
        self.most = 0.0  # MB
        self._at_first: dict[int, int] = {os.getpid(): _held(os.getpid())}
        self._over = threading.Event()

    def run(self) -> None:
        """Look until stopped."""
        while not self._over.wait(LOOK_S):
            self.look()

    def stop(self) -> None:
        """Look no more."""
        self._over.set()
        self.join()

    def look(self) -> None:
        """Add up what everybody holds now."""
        more = 0
        for pid in (os.getpid(), *started_by(os.getpid())):
            held = _held(pid)
            more += max(0, held - self._at_first.setdefault(pid, _rest(pid, held)))
        self.most = max(self.most, more / MB)


def _rest(pid: int, held: int) -> int:
    """Return what a process held before it began; one that is no worker of ours held nothing."""
    return held if b"python" in _command(pid) else 0


def _command(pid: int) -> bytes:
    with suppress(OSError):
        return (_PROC / str(pid) / "cmdline").read_bytes()
    return b""


def started_by(pid: int) -> Iterator[int]:
    """List the processes that a process started, and those that they started."""
    with suppress(OSError):
        for task in (_PROC / str(pid) / "task").iterdir():
            with suppress(OSError):
                for child in (task / "children").read_text().split():
                    yield int(child)
                    yield from started_by(int(child))


def _held(pid: int) -> int:
    """Return the bytes that a process has of its own, files that it only looks at left out."""
    with suppress(OSError, ValueError, IndexError):
        text = (_PROC / str(pid) / "status").read_text()
        return int(text.split("RssAnon:")[1].split()[0]) << 10
    return 0


# The ways in ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Table:
    """A session, the scans of its sheets, and the folder in which all of it lies."""

    session: Path
    good: tuple[Path, ...]
    folder: Path


def set_table(folder: Path) -> Table:
    """Make a session of six people, and scan a sheet of each."""
    people = parse_roster("naam\n" + "\n".join(NAMES[:GOOD]), "namen")
    asked = find("stellingenlijst")
    with Session.create(folder / "sessie", "Team Voorbeeld", dt.date(2026, 3, 12), people) as team:
        order = Order(people=team.people.all())
        printed = jobs(asked, rounds_to_print(asked, asked.rounds[0].key), order, team)
    rng = np.random.default_rng(1)
    good = []
    for number, page in enumerate(filled_pages(printed, rng)):
        good.append(folder / f"goed-{number}.pdf")
        write_pdf(good[-1], [scan(page.image, COPIER_CASES["grey150"], rng, PX_PER_MM)])
    return Table(folder / "sessie", tuple(good), folder)


def cost_of(file: Path, way: WayIn, table: Table) -> Cost:
    """Let a file in by one way, good sheets beside it, and see what that costs."""
    with tempfile.TemporaryDirectory(dir=table.folder) as place:
        meter = Meter()
        meter.start()
        begun = time.monotonic()
        try:
            pages = _WAYS[way](file, table, Path(place))
        finally:
            seconds = time.monotonic() - begun
            meter.stop()
    said = {status for name, status in pages if not name.startswith("goed-")}
    beside = sum(name.startswith("goed-") and status == "read" for name, status in pages)
    return Cost(file.name, way, seconds, meter.most, ", ".join(sorted(said)), beside)


_Said = list[tuple[str, str]]  # of each page the file it was in, and its reason or status


def _one(file: Path, _table: Table, _place: Path) -> _Said:
    return _by_command([file])


def _many(file: Path, table: Table, place: Path) -> _Said:
    for path in (file, *table.good):
        shutil.copy(path, place)
    return _by_command([place])


def _by_command(paths: Sequence[Path]) -> _Said:
    command = [sys.executable, "-m", "papierkompas.lab.hostile", "--read", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, timeout=AT_MOST_S, check=False)
    return [(name, said) for name, said in json.loads(done.stdout.splitlines()[-1])]


def read_here(paths: Sequence[Path]) -> _Said:
    """Read files as `papierkompas read` does, and say what became of each page."""
    return [_said(page) for page in read_files(paths).settled.pages]


def _said(page: ReadPage) -> tuple[str, str]:
    is_unread = page.status is PageStatus.UNREAD and page.reason is not None
    return Path(page.ref.file).name, str(page.reason if is_unread else page.status)


def _page(file: Path, table: Table, place: Path) -> _Said:
    from starlette.testclient import TestClient

    from papierkompas.web.app import build
    from papierkompas.web.guard import Keys

    port, keys = 8011, Keys()
    here = f"http://127.0.0.1:{port}"
    with _desk(table, place) as (desk, opened):
        client = TestClient(
            build(desk, port, keys),
            base_url=here,
            cookies={f"papierkompas-{port}": keys.cookie},
        )
        for path in (table.good[0], file, *table.good[1:]):
            with path.open("rb") as data:
                answer = client.post(
                    f"/s/{opened.key}/scan/upload",
                    data={"by": "script"},
                    files={"file": (path.name, data)},
                    headers={"origin": here},
                )
            answer.raise_for_status()
        client.close()
        return _account(desk, opened)


def _phone(file: Path, table: Table, place: Path) -> _Said:
    """Send photos as a phone does; the account calls them by number."""
    import httpx2

    from papierkompas.web.desk import photo_verdict
    from papierkompas.web.phone_door import PhoneDoor

    with _desk(table, place) as (desk, opened):
        door = PhoneDoor(
            lambda source, name: desk.take(opened, source, name),
            lambda name: photo_verdict(opened, name),
            address="127.0.0.1",
        )
        door.start()
        paths = (table.good[0], file, *table.good[1:])
        try:
            with httpx2.Client(timeout=AT_MOST_S) as phone:
                for path in paths:
                    sent = {"file": ("foto.jpg", path.read_bytes())}
                    headers = {"origin": f"http://{door.host}"}
                    phone.post(door.address, files=sent, headers=headers).raise_for_status()
            found = _account(desk, opened)
        finally:
            door.close()
        called = {f"telefoon {n:03d}.jpg": path.name for n, path in enumerate(paths, 1)}
        return [(called.get(name, name), said) for name, said in found]


def _watched(file: Path, table: Table, place: Path) -> _Said:
    with _desk(table, place) as (desk, opened):
        desk.watch(opened, on=True)
        for path in (table.good[0], file, *table.good[1:]):
            shutil.copy(path, desk.watched)
        desk.watcher.start()
        end = time.monotonic() + AT_MOST_S
        while len({name for name, _ in _account(desk, opened)}) <= GOOD and time.monotonic() < end:
            time.sleep(0.2)
        return _account(desk, opened)


@contextmanager
def _desk(table: Table, place: Path) -> Iterator[tuple[Desk, OpenSession]]:
    from papierkompas.web.desk import Desk
    from papierkompas.web.library import Library

    shutil.copytree(table.session, place / "sessies" / "sessie")
    desk = Desk(Library(place / "sessies"), lambda _: None, workers=2)
    desk.reader.start()
    opened = desk.open(desk.library.key_of(place / "sessies" / "sessie"))
    if opened is None:
        raise RuntimeError("the session cannot be opened")
    try:
        yield desk, opened
    finally:
        desk.close()


def _account(desk: Desk, opened: OpenSession) -> _Said:
    """Wait until everything that came in is read, and return the account."""
    from papierkompas.web.desk import scanned_pages

    end = time.monotonic() + AT_MOST_S
    while time.monotonic() < end:
        if not desk.progress(opened).is_busy and not desk.reader.is_transcribing(opened.session):
            break
        time.sleep(0.1)
    return [_said(page) for page in scanned_pages(opened)]


_WAYS: Mapping[WayIn, Callable[[Path, Table, Path], _Said]] = {
    WayIn.ONE: _one,
    WayIn.MANY: _many,
    WayIn.PAGE: _page,
    WayIn.PHONE: _phone,
    WayIn.WATCHED: _watched,
}


# All of them ----------------------------------------------------------------------------------


def costs(files: Sequence[Path], ways: Sequence[WayIn], folder: Path) -> Iterator[Cost]:
    """Let every file in by every way."""
    table = set_table(folder)
    for file in files:
        for way in ways:
            yield cost_of(file, way, table)


def build_files(folder: Path, names: Sequence[str]) -> list[Path]:
    """Write hostile files into a folder."""
    for name in names:
        (folder / name).write_bytes(BUILT[name]())
    return [folder / name for name in names]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", help="of more files")
    parser.add_argument("--only", nargs="+", choices=list(BUILT), help="of those that are built")
    parser.add_argument("--ways", nargs="+", default=[way.name.lower() for way in WayIn])
    parser.add_argument("--read", nargs="+", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.read:
        _say(json.dumps(read_here(asked.read)))
        return
    ways = [WayIn[name.upper()] for name in asked.ways]
    with tempfile.TemporaryDirectory() as place:
        built, table = Path(place, "gemaakt"), Path(place, "tafel")
        built.mkdir()
        table.mkdir()
        files = build_files(built, asked.only or list(BUILT))
        if asked.folder is not None:
            files += sorted(path for path in asked.folder.iterdir() if path.is_file())
        _say(f"at most {PAGE_SECONDS:.0f} s a page after {OPEN_SECONDS:.0f} s to open it\n")
        _say("| file | way in | s | MB | said | good sheets beside it | |")
        _say("|---|---|---|---|---|---|---|")
        for cost in costs(files, ways, table):
            _say(
                f"| {cost.file} | {cost.way} | {cost.seconds:.1f} | {cost.mb:.0f} | {cost.said} |"
                f" {cost.beside} | {'' if cost.is_borne else '!'} |"
            )


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 a program of its own


if __name__ == "__main__":
    from papierkompas.lab import hostile  # workers know this file by its name

    hostile.main()
