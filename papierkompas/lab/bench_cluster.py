"""Show what a cluster does: the same answers, a worker killed in mid-run, and what it costs.

In:  how many pages, a seed.
Out: whether every answer is the same as without a cluster, byte for byte; pages per second and
     CPU time per page, of the cluster and of this computer alone; the memory of the scheduler.

    python -m papierkompas.lab.bench_cluster --pages 5000 --seed 1

A few dozen sheets are printed, filled in and scanned by simulation, and scanned again and again
into as many files as it takes. Scheduler and workers are processes of this computer, on 127.0.0.1.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import pikepdf
import typer

from omr.forms_known import Forms
from omr.intake.load import open_file
from omr.intake.values import Source
from omr.many.batch import read_batch
from omr.many.bounded import worker_context
from omr.many.cluster import read_on_cluster
from omr.page import PageStatus, ReadPage
from omr.read import read_page
from omr.system import peak_bytes
from papierkompas.acts.reading import known_forms
from papierkompas.lab.bench import BenchTask, draw_task
from papierkompas.lab.loopback import Loopback, loopback

CASES = ("grey300", "grey200", "bitonal200")
SHEETS = 4  # of both instruments and in every case: 72 different pages
WARM_UP = 100
FEW = 200  # pages that say what one page costs in one process
PAGES_PER_FILE = 50  # what a feeder takes at once


def bench(
    pages: Annotated[int, typer.Option(min=1, help="Pages to read.")] = 5000,
    seed: Annotated[int, typer.Option(help="Same seed, same pages.")] = 1,
    workers: Annotated[int, typer.Option(min=2, help="One of them is killed.")] = 3,
    hidden: Annotated[
        bool, typer.Option("--hidden", help="Let the workers not see the files.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Compare a cluster, one of whose workers dies, with this computer alone."""
    with tempfile.TemporaryDirectory() as folder:
        _say(f"drawing and scanning {SHEETS} sheets of each paper, {len(CASES)} ways ...")
        files = pile(Path(folder, "pile"), pages, seed)
        made = compare(files, Path(folder), workers, hidden)
    made = {"pages": pages, "seed": seed, "workers": workers, "hidden": hidden, **made}
    if as_json:
        typer.echo(json.dumps(made, indent=1))
    else:
        _show(made)
    raise typer.Exit(0 if made["different_pages"] == 0 else 1)


def pile(folder: Path, pages: int, seed: int) -> list[Path]:
    """Make a pile of scans: different pages, in another order in every file."""
    folder.mkdir()
    papers = ("schoolwaardenkompas", "quickscan")
    tasks = [
        BenchTask(case, paper, 1, SHEETS + 1, seed, str(folder / f"{case}-{paper}.pdf"))
        for case in CASES
        for paper in papers
    ]
    with ProcessPoolExecutor(mp_context=worker_context()) as pool:
        list(pool.map(draw_task, tasks))
    drawn = [pikepdf.open(task.pdf) for task in tasks]
    every = [page for pdf in drawn for page in pdf.pages]
    rng = np.random.default_rng(seed)
    files = []
    for first in range(0, pages, PAGES_PER_FILE):
        files.append(folder / f"scan-{first // PAGES_PER_FILE:05}.pdf")
        with pikepdf.new() as pdf:
            for which in rng.integers(0, len(every), min(PAGES_PER_FILE, pages - first)):
                pdf.pages.append(every[which])
            pdf.docinfo["/Title"] = files[-1].stem  # no two files have the same bytes
            pdf.save(files[-1])
    for pdf in drawn:
        pdf.close()
    return files


def compare(files: list[Path], folder: Path, workers: int, hidden: bool) -> dict[str, Any]:
    """Read the files on this computer, and on a cluster that loses a worker half-way."""
    forms = known_forms()
    sources = [source for file in files for source in _sources(file)]
    _say(f"reading {len(sources)} pages on this computer ...")
    alone = Watch()
    local = alone.digests(read_batch(sources, forms))

    _say(f"reading them on a scheduler and {workers} workers ...")
    there = folder / "cluster"
    there.mkdir()
    with loopback(there, workers) as cluster, _a_name_of(files[0].parent, hidden) as name:
        moved = [replace(s, path=f"{name}/{Path(s.path).name}") for s in sources]
        for _ in read_on_cluster(moved[:WARM_UP], forms, address=cluster.address):
            pass  # loading the libraries is not the page's cost
        before = _cpu_seconds(cluster)
        watch = Watch()
        got = watch.digests(_with_a_loss(moved, forms, cluster))
        at_work, scheduling, sending = (
            now - then for now, then in zip(_cpu_seconds(cluster), before, strict=True)
        )

    count = len(sources)
    return {
        "different_pages": sum(a != b for a, b in zip(local, got, strict=True)),
        "read": alone.read,
        "kb_per_page": round(sum(file.stat().st_size for file in files) / count / 1024, 1),
        "local_pages_per_second": round(count / alone.seconds, 1),
        "cluster_pages_per_second": round(count / watch.seconds, 1),
        "cluster_to_local": round(alone.seconds / watch.seconds, 2),
        "cores": os.cpu_count(),
        "local_ms_per_page": _ms(*_seconds_alone(sources[: FEW + 1], forms)),
        "worker_ms_per_page": _ms(at_work, count),
        "scheduler_ms_per_page": _ms(scheduling, count),
        "client_ms_per_page": _ms(sending, count),
        "scheduler_peak_mb": round(cluster.scheduler.peak_mb),
        "worker_peak_mb": round(max(w.peak_mb for w in cluster.workers)),
        "client_peak_mb": (peak_bytes() or 0) >> 20,
    }


class Watch:
    """Takes pages in, and keeps of each what shows that it is the same."""

    def __init__(self) -> None:
        self.read = 0
        self.seconds = 0.0

    def digests(self, pages: Iterable[ReadPage]) -> list[bytes]:
        """Return a digest of everything that is known about each page."""
        started = time.perf_counter()
        found = []
        for page in pages:
            self.read += page.status is PageStatus.READ
            found.append(hashlib.sha256(repr(page).encode()).digest())
        self.seconds = time.perf_counter() - started
        return found


@contextmanager
def _a_name_of(folder: Path, hidden: bool) -> Iterator[str]:
    """Name a folder as everybody does, or so that the name leads nowhere for anybody else."""
    number = os.open(folder, os.O_RDONLY)
    try:
        yield f"/proc/self/fd/{number}" if hidden else str(folder)
    finally:
        os.close(number)


def _cpu_seconds(cluster: Loopback) -> tuple[float, float, float]:
    """Return what the workers, the scheduler and this process used so far."""
    cluster.look()
    at_work = sum(worker.cpu_seconds for worker in cluster.workers)
    return at_work, cluster.scheduler.cpu_seconds, time.process_time()


def _with_a_loss(sources: list[Source], forms: Forms, cluster: Loopback) -> Iterator[ReadPage]:
    pages = read_on_cluster(sources, forms, address=cluster.address)
    for number, page in enumerate(pages):
        if number == len(sources) // 2:
            victim = cluster.workers[0]
            _say(f"half-way: killing the worker with process id {victim.started.pid} ...")
            victim.kill()
        yield page


def _sources(file: Path) -> list[Source]:
    opened = open_file(file, file.name)
    if isinstance(opened, ReadPage):
        raise RuntimeError(f"{file}: {opened.sentence}")
    return opened


def _seconds_alone(sources: list[Source], forms: Forms) -> tuple[float, int]:
    """Measure the CPU time of a few pages in this process, after one that loads the libraries."""
    read_page(sources[0], forms)
    started = time.process_time()
    for source in sources[1:]:
        read_page(source, forms)
    return time.process_time() - started, len(sources) - 1


def _ms(seconds: float, pages: int) -> float:
    return round(1000 * seconds / max(pages, 1), 2)


def _show(made: dict[str, Any]) -> None:
    way = "sent to the workers" if made["hidden"] else "opened by the workers"
    typer.echo(
        f"{made['pages']} pages (seed {made['seed']}, {made['kb_per_page']} KB each, {way}), "
        f"{made['read']} read\n"
        f"pages that differ from local:  {made['different_pages']}\n"
        f"local, {made['cores']} processes:            {made['local_pages_per_second']} pages/s\n"
        f"cluster, {made['workers']} workers, one lost:  {made['cluster_pages_per_second']} pages/s"
        f" ({made['cluster_to_local']} x local)\n"
        f"CPU ms per page:               local {made['local_ms_per_page']}; "
        f"workers {made['worker_ms_per_page']}, scheduler {made['scheduler_ms_per_page']}, "
        f"client {made['client_ms_per_page']}\n"
        f"peak memory, MB:               scheduler {made['scheduler_peak_mb']}, "
        f"worker {made['worker_peak_mb']}, client {made['client_peak_mb']}"
    )


def _say(text: str) -> None:
    typer.echo(text, err=True)


if __name__ == "__main__":
    typer.run(bench)
