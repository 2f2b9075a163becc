"""A cluster reads what one computer reads, whatever happens to its parts."""

from __future__ import annotations

import datetime as dt
import io
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path

import img2pdf
import numpy as np
import pytest
from PIL import Image as Pillow

from forms.errors import InstrumentError, UsageError
from omr.forms_known import Forms
from omr.intake.load import open_file
from omr.intake.values import FileKind, Source
from omr.many import cluster as cluster_module
from omr.many.batch import ReadMany, read_batch
from omr.many.cluster import AHEAD, CHUNK, FileStamp, must_answer, read_on_cluster
from omr.page import PageRef, ReadPage, Reason
from papierkompas.acts.reading import known_forms, read_files
from papierkompas.lab.bench import BenchTask, draw_task
from papierkompas.lab.loopback import Loopback, loopback
from papierkompas.session.session import Session
from tests.omr.readers import DEADLY, die, hang, look, look_slowly, stumble, swell

pytest.importorskip("distributed", reason="pip install 'papierkompas[cluster]'")

WORKERS = 2
NONE = Forms(())
Hide = Callable[[list[Source]], list[Source]]


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loopback]:
    """Workers that are replaced when they die; a task that one of them died of is not repeated."""
    settings = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    folder = tmp_path_factory.mktemp("cluster")
    with loopback(folder, WORKERS, nanny=True, settings=settings) as made:
        yield made


@pytest.fixture(params=["workers see the files", "workers do not see the files"])
def hide(request: pytest.FixtureRequest) -> Iterator[Hide]:
    """Give sources a name that means the same on all computers, or here alone."""
    opened: list[int] = []

    def away(sources: list[Source]) -> list[Source]:
        if request.param == "workers see the files":
            return sources
        folders = {Path(source.path).parent for source in sources}
        numbers = {folder: os.open(folder, os.O_RDONLY) for folder in folders}
        opened.extend(numbers.values())
        return [
            replace(s, path=f"/proc/self/fd/{numbers[Path(s.path).parent]}/{Path(s.path).name}")
            for s in sources
        ]

    yield away
    for number in opened:
        os.close(number)


def a_pile(folder: Path, greys: range | list[int]) -> list[Source]:
    """A PDF whose pages are told apart by how grey they are."""
    folder.mkdir(exist_ok=True)
    (folder / "pile.pdf").write_bytes(img2pdf.convert([a_png(grey) for grey in greys]))
    return sources_of(folder / "pile.pdf")


def a_png(grey: int) -> bytes:
    stream = io.BytesIO()
    Pillow.fromarray(np.full((297, 210), grey, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def sources_of(path: Path) -> list[Source]:
    found = open_file(path)
    assert not isinstance(found, ReadPage)
    return found


def on(cluster: Loopback, sources: list[Source], read: ReadMany = look) -> list[ReadPage]:
    return list(read_on_cluster(sources, NONE, address=cluster.address, read=read))


def here(sources: list[Source]) -> list[ReadPage]:
    return look(sources, NONE, 0.5)


# The same answers


def test_a_cluster_gives_the_answers_that_this_computer_gives(
    tmp_path: Path, cluster: Loopback, hide: Hide
) -> None:
    """Who buys computers must not have to check their answers."""
    for paper in ("stellingenlijst", "quickscan"):
        instrument = "schoolwaardenkompas" if paper == "stellingenlijst" else paper
        task = BenchTask("grey200", instrument, 1, 2, 1, str(tmp_path / f"{paper}.pdf"))
        draw_task(task)
    sources = [s for path in sorted(tmp_path.glob("*.pdf")) for s in sources_of(path)]
    sources += a_pile(tmp_path / "other", range(100, 104))
    forms = known_forms()
    local = list(read_batch(sources, forms, workers=1))

    got = list(read_on_cluster(hide(sources), forms, address=cluster.address))

    assert [repr(page) for page in got] == [repr(page) for page in local]
    assert {page.status for page in got} >= {"read"}


def test_pages_come_in_the_order_of_the_pile(tmp_path: Path, cluster: Loopback, hide: Hide) -> None:
    """Photocopied masters are put together by the order in which they were scanned."""
    sources = a_pile(tmp_path / "a", range(100, 150))
    (tmp_path / "loose.png").write_bytes(a_png(30))
    sources += sources_of(tmp_path / "loose.png") + a_pile(tmp_path / "b", range(150, 160))

    assert on(cluster, hide(sources)) == here(sources)


def test_another_file_of_the_same_name_is_never_read(
    tmp_path: Path, cluster: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many computers have a scan.pdf in the same folder."""
    sources = a_pile(tmp_path / "mine", range(100, 120))
    theirs = a_pile(cluster.folder, range(120, 140))
    mine, other = Path(sources[0].path), Path(theirs[0].path)
    for file in (mine, other):
        file.write_bytes(file.read_bytes().ljust(30_000))
    os.utime(other, ns=(mine.stat().st_atime_ns, mine.stat().st_mtime_ns))
    monkeypatch.chdir(tmp_path / "mine")
    same_name = [replace(s, path="/proc/self/cwd/pile.pdf") for s in sources]

    assert on(cluster, same_name) == here(sources)


def test_files_without_a_whole_name_are_read_too(
    tmp_path: Path, cluster: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The secretary types the name of a file in the folder where she is."""
    a_pile(tmp_path, range(100, 112))
    monkeypatch.chdir(tmp_path)
    sources = sources_of(Path("pile.pdf"))

    assert on(cluster, sources) == here(sources)


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path, cluster: Loopback) -> None:
    """As on this computer: the run goes on."""
    sources = a_pile(tmp_path, range(100, 103))
    gone = Source(str(tmp_path / "gone.png"), PageRef("gone.png", 1), FileKind.PNG)
    pages = on(cluster, [*sources, gone])

    assert [page.reason for page in pages] == [None, None, None, Reason.NOT_FOUND]


def test_a_mistake_of_ours_is_not_hidden(tmp_path: Path, cluster: Loopback) -> None:
    """It ends the run as it does on this computer, and is reported as our mistake."""
    with pytest.raises(InstrumentError, match="this is a mistake"):
        on(cluster, a_pile(tmp_path, range(100, 103)), stumble)


# Bounds


def test_only_a_few_chunks_are_under_way(tmp_path: Path, cluster: Loopback) -> None:
    """A million pages must not lie in the scheduler."""
    sources = a_pile(tmp_path, range(100, 120)) * 30
    taken = 0

    def handed_out() -> Iterator[Source]:
        nonlocal taken
        for source in sources:
            taken += 1
            yield source

    pages = read_on_cluster(handed_out(), NONE, address=cluster.address, read=look)
    next(pages)

    assert taken <= WORKERS * AHEAD * CHUNK
    assert len(list(pages)) == len(sources) - 1


@pytest.mark.parametrize("hide", ["workers do not see the files"], indirect=True)
def test_a_page_too_large_to_send_is_said_so(tmp_path: Path, cluster: Loopback, hide: Hide) -> None:
    """What cannot be sent is accounted for, and the rest is read."""
    sources = a_pile(tmp_path, range(100, 110))
    noise = np.random.default_rng(1).integers(0, 255, (300, 210), np.uint8)
    Pillow.fromarray(noise).save(tmp_path / "large.png")
    sources.insert(4, sources_of(tmp_path / "large.png")[0])
    pages = list(
        read_on_cluster(hide(sources), NONE, address=cluster.address, read=look, most_bytes=40_000)
    )

    assert pages.pop(4).reason is Reason.NOT_SENT
    sources.pop(4)
    assert pages == here(sources)


# Trouble


def test_a_worker_lost_in_mid_run_costs_nothing_but_time(
    tmp_path: Path, cluster: Loopback, hide: Hide
) -> None:
    """Somebody always switches a computer off."""
    sources = a_pile(tmp_path, range(100, 150)) * 2
    extra = cluster.add_worker()
    cluster.wait(WORKERS + 1)
    pages = []
    for page in read_on_cluster(hide(sources), NONE, address=cluster.address, read=look_slowly):
        pages.append(page)
        if len(pages) == 3 * CHUNK:
            extra.kill()

    assert pages == here(sources)


def test_a_page_that_kills_workers_is_named_and_the_rest_is_read(
    tmp_path: Path, cluster: Loopback, hide: Hide
) -> None:
    """One page that a library falls over must not take its neighbours along."""
    greys = [100, 101, DEADLY, *range(102, 140)]
    sources = a_pile(tmp_path, greys)
    expected = here(sources)
    pages = on(cluster, hide(sources), die)

    assert pages.pop(2).reason is Reason.WORKER_DIED
    expected.pop(2)
    assert pages == expected


def test_a_page_that_wants_too_much_memory_costs_only_that_page(
    tmp_path: Path, cluster: Loopback
) -> None:
    """As on this computer; the worker lives on, and so does other work on it."""
    pages = on(cluster, a_pile(tmp_path, range(100, 103)), swell)

    assert {page.reason for page in pages} == {Reason.TOO_LARGE}


def test_a_page_that_hangs_ends_its_worker() -> None:
    """A worker that never comes back would hold the run up for ever."""
    lines = (
        "import pickle, zlib",
        "from omr.many import cluster",
        "from omr.intake.load import FileKind, Source",
        "from omr.page import PageRef",
        "from omr.read import Forms",
        "from tests.omr.readers import hang",
        "cluster.PAGE_SECONDS = 0.2",
        "source = Source('/dev/null', PageRef('x', 1), FileKind.PNG)",
        "order = cluster._Order((source,), {}, pickle.dumps(Forms(())), 0.5, hang)",
        "cluster.carry_out(zlib.compress(pickle.dumps(order)), None)",
    )
    root = Path(__file__).parents[3]
    ended = subprocess.run(
        [sys.executable, "-c", "\n".join(lines)], cwd=root, timeout=600, capture_output=True
    )

    assert ended.returncode == 1
    assert b"Timeout" in ended.stderr, ended.stderr
    assert hang.__name__.encode() in ended.stderr


def test_an_interrupted_run_goes_on_where_it_was(tmp_path: Path, cluster: Loopback) -> None:
    """What was read before the power went is not read again."""
    a_pile(tmp_path / "usb", range(100, 140))
    stop_after = 2 * CHUNK

    def unplug(done: int, _of: int) -> None:
        if done == stop_after:
            raise KeyboardInterrupt

    with Session.create(tmp_path / "sessie", "De Regenboog", dt.date(2026, 3, 12)) as session:
        with pytest.raises(KeyboardInterrupt):
            read_files([tmp_path / "usb"], session, cluster=cluster.address, progress=unplug)
        stored = list(session.pages.all())
        again = read_files([tmp_path / "usb"], session, cluster=cluster.address)

        assert len(stored) == stop_after
        assert again.read_now == 40 - stop_after
        assert len(list(session.pages.all())) == 40


# Messages


@contextmanager
def silent_port() -> Iterator[str]:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"tcp://127.0.0.1:{listening.getsockname()[1]}"


@contextmanager
def closed_port() -> Iterator[str]:
    with silent_port() as address:
        pass
    yield address


@contextmanager
def no_address() -> Iterator[str]:
    yield "de computer van de conciërge"


@pytest.mark.parametrize("place", [silent_port, closed_port, no_address])
def test_a_scheduler_that_is_not_there_is_said_so_at_once(
    monkeypatch: pytest.MonkeyPatch, place: Callable[[], AbstractContextManager[str]]
) -> None:
    """A wrong address is the most common mistake of all."""
    monkeypatch.setattr(cluster_module, "REACH_SECONDS", 0.5)
    message = r"no Dask scheduler answers .*'dask scheduler'"
    with place() as address, pytest.raises(UsageError, match=message):
        must_answer(address)


def test_no_file_is_copied_for_a_scheduler_that_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Minutes of copying before the message would be minutes lost."""
    monkeypatch.setattr(cluster_module, "REACH_SECONDS", 0.5)
    a_pile(tmp_path / "usb", range(100, 103))
    with Session.create(tmp_path / "sessie", "Team", dt.date(2026, 3, 12)) as session:
        with closed_port() as address, pytest.raises(UsageError):
            read_files([tmp_path / "usb"], session, cluster=address)

        assert session.scans.all() == ()


def test_without_dask_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most schools read on one computer and have no Dask."""
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install '\.\[cluster\]'"):
        must_answer("tcp://127.0.0.1:8786")


def test_a_cluster_without_workers_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Waiting for ever looks like working."""
    monkeypatch.setattr(cluster_module, "POLL_SECONDS", 0.2)
    sources = a_pile(tmp_path, range(100, 103))
    with loopback(tmp_path, 0) as empty:
        pages = read_on_cluster(sources, NONE, address=empty.address, patience=0.5)
        with pytest.raises(UsageError, match=r"has no workers.*'dask worker"):
            list(pages)


def test_a_scheduler_that_goes_away_ends_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says that nothing is lost, because that is the first worry."""
    monkeypatch.setattr(cluster_module, "POLL_SECONDS", 0.2)
    monkeypatch.setattr(cluster_module, "REACH_SECONDS", 1.0)
    sources = a_pile(tmp_path, range(100, 150)) * 2
    with loopback(tmp_path, 1) as brief:
        pages = read_on_cluster(sources, NONE, address=brief.address, read=look_slowly)
        next(pages)
        brief.scheduler.kill()
        with pytest.raises(UsageError, match=r"has stopped answering. What was read .* is kept"):
            list(pages)


def test_a_worker_with_another_program_is_named(
    tmp_path: Path, cluster: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another version may give other answers, and nobody would know."""
    other = {**cluster_module.program(), "numpy": "0.1"}
    monkeypatch.setattr(cluster_module, "program", lambda: other)
    with pytest.raises(UsageError, match=r"worker at tcp://.* another program: numpy .* 0\.1"):
        on(cluster, a_pile(tmp_path, range(100, 103)))


def test_a_changed_file_has_another_stamp(tmp_path: Path) -> None:
    """At either end, or only in its time."""
    file = tmp_path / "scan.pdf"
    file.write_bytes(bytes(500_000))
    before = FileStamp.of(str(file))
    assert before == FileStamp.of(str(file))
    times = file.stat().st_atime_ns, file.stat().st_mtime_ns
    for data in (b"x" + bytes(499_999), bytes(499_999) + b"x"):
        file.write_bytes(data)
        os.utime(file, ns=times)
        assert FileStamp.of(str(file)) != before
    file.write_bytes(bytes(500_000))
    os.utime(file, ns=(times[0], times[1] + 1_000_000))

    assert FileStamp.of(str(file)) != before
    assert FileStamp.of(str(tmp_path / "gone")) is None
