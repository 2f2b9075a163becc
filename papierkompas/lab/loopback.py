"""A Dask cluster on this computer alone, to try and to measure what a real one does.

In:  how many workers.
Out: the address of a scheduler on 127.0.0.1, and processes that can be watched and killed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
START_SECONDS = 60.0  # a shared machine may be busy
STOP_SECONDS = 10.0
_ROOT = Path(__file__).parents[2]  # where the packages lie, installed or not
_TICKS = int(getattr(os, "sysconf", lambda _name: 100)("SC_CLK_TCK"))  # a second


@dataclass(slots=True)
class Process:
    """One process of the cluster, and what it used so far."""

    started: subprocess.Popen[bytes]
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0

    def look(self) -> None:
        """Note what the process used, as long as it lives."""
        proc = Path("/proc", str(self.started.pid))
        try:
            times = (proc / "stat").read_text().rpartition(")")[2].split()
            status = (proc / "status").read_text().split("VmHWM:")
        except OSError:
            return
        if len(status) == 2:  # a process that has ended has no memory
            self.cpu_seconds = (int(times[11]) + int(times[12])) / _TICKS
            self.peak_mb = int(status[1].split()[0]) / 1024

    def kill(self) -> None:
        """End the process as a power cut would."""
        self.look()
        self.started.kill()
        self.started.wait()


@dataclass(slots=True)
class Loopback:
    """A scheduler and its workers."""

    folder: Path
    scheduler: Process
    address: str
    settings: Mapping[str, str]
    workers: list[Process] = field(default_factory=list)

    def add_worker(self, *, nanny: bool = False) -> Process:
        """Start a worker with one thread; with a nanny it is replaced when it dies."""
        arguments = ["dask_worker", self.address, "--host", HOST, "--nthreads", "1"]
        arguments += ["--nanny" if nanny else "--no-nanny", "--no-dashboard"]
        arguments += ["--local-directory", str(self.folder), "--memory-limit", "2GiB"]
        worker = _start(arguments, self.folder, self.settings)
        self.workers.append(worker)
        return worker

    def wait(self, workers: int) -> None:
        """Wait until so many workers are there."""
        if not workers:
            return
        import distributed

        connect: Any = distributed.Client  # has no types
        with connect(self.address, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=START_SECONDS)

    def look(self) -> None:
        """Note what every process used so far."""
        for process in (self.scheduler, *self.workers):
            process.look()


@contextmanager
def loopback(
    folder: Path, workers: int, *, nanny: bool = False, settings: Mapping[str, str] | None = None
) -> Iterator[Loopback]:
    """Start a cluster; end it, whatever happens.

    Args:
        folder: where it may write.
        workers: how many.
        nanny: whether workers that die are replaced.
        settings: of Dask, as environment variables.
    """
    note = folder / "scheduler.json"
    note.unlink(missing_ok=True)
    arguments = ["dask_scheduler", "--host", HOST, "--port", "0", "--no-dashboard"]
    scheduler = _start([*arguments, "--scheduler-file", str(note)], folder, settings or {})
    cluster = Loopback(folder, scheduler, "", settings or {})
    try:
        cluster.address = _address(note, scheduler)
        for _ in range(workers):
            cluster.add_worker(nanny=nanny)
        cluster.wait(workers)
        yield cluster
    finally:
        _stop(cluster.workers)  # they take leave of the scheduler
        _stop([scheduler])


def _start(arguments: list[str], folder: Path, settings: Mapping[str, str]) -> Process:
    module, *rest = arguments
    paths = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
    with (folder / "cluster.log").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *rest],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": paths, **settings},
            stdout=log,
            stderr=log,
        )
    return Process(started)


def _stop(processes: list[Process]) -> None:
    for process in processes:
        process.started.terminate()
    for process in processes:
        try:
            process.started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _address(note: Path, scheduler: Process) -> str:
    """Wait until the scheduler has written down where it listens."""
    for _ in _until(START_SECONDS):
        if scheduler.started.poll() is not None:
            break
        try:
            return str(json.loads(note.read_text())["address"])
        except (OSError, ValueError):
            continue
    raise RuntimeError(f"the scheduler did not start; see {note.with_name('cluster.log')}")


def _until(seconds: float) -> Iterator[None]:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        yield
        time.sleep(0.1)
