"""Bounds on memory and time, and what becomes of a process that breaks one."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import numpy as np
import pytest

from omr import system
from omr.intake.values import Unreadable
from omr.many import bounded
from omr.many.bounded import Worker, each, run
from omr.page import Reason

HANGS_S = 600.0  # so long a busy computer may take; then something hangs


def double(number: int) -> int:
    return 2 * number


def wait(seconds: float) -> str:
    time.sleep(seconds)
    return "done"


def want(megabytes: int) -> int:
    return len(np.ones(megabytes << 20, np.uint8))


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def stumble() -> None:
    raise KeyError("a mistake of ours")


def shout() -> int:
    return os.write(1, b"libpng warning") + os.write(2, b"libjpeg warning")


def fresh_memory(scans: int) -> int:
    """Count the pages of memory asked of the system for five pictures a scan, after the first."""
    resource = pytest.importorskip("resource")
    asked: list[int] = []
    for _ in range(1 + scans):
        _pictures = [np.ones(8 << 20, np.uint8) for _ in range(5)]
        del _pictures
        asked.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
    return asked[-1] - asked[0]


def who() -> int:
    return os.getpid()


def start_and_wait(note: Path) -> None:
    """Start a program, as poppler is, and never come back."""
    program = subprocess.Popen(["sleep", "600"])
    note.write_text(f"{os.getpid()} {program.pid}")
    time.sleep(600)


def is_there(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except OSError:
        return False


def gone(note: Path) -> bool:
    """Wait until the processes that are noted are gone."""
    until = time.monotonic() + HANGS_S
    pids = [int(pid) for pid in note.read_text().split()]
    while any(is_there(pid) for pid in pids):
        if time.monotonic() > until:
            return False
        time.sleep(0.1)
    return True


def reason_of(task: object, *given: object, seconds: float = 25.0) -> Reason:
    with pytest.raises(Unreadable) as trouble:
        run(task, *given, seconds=seconds)  # type: ignore[arg-type]  # any of these
    return trouble.value.reason


def test_a_task_is_done_elsewhere_and_its_worker_stays() -> None:
    """A process for every file would cost more than reading does."""
    first, again = run(who), run(who)

    assert run(double, 21) == 42
    assert first == again != os.getpid()


def test_what_breaks_a_bound_is_said_and_the_next_task_is_done() -> None:
    """Each bound has a reason of its own."""
    assert reason_of(wait, 600, seconds=1.0) is Reason.TOO_SLOW
    assert reason_of(want, 1500) is Reason.TOO_LARGE
    assert reason_of(die) is Reason.WORKER_DIED
    assert run(want, 300) == 300 << 20
    assert run(double, 4) == 8


def test_time_in_which_others_have_the_processor_does_not_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A good page is not too slow because the computer is busy; a bad one ends all the same."""
    assert run(wait, 0.0) == "done"  # its worker knows how
    monkeypatch.setattr(bounded, "GRACE_SECONDS", 0.2)
    assert reason_of(wait, 600, seconds=0.1) is Reason.TOO_SLOW
    assert run(wait, 0.0) == "done"
    monkeypatch.setattr(system, "waited_seconds", lambda _pid: time.monotonic())
    monkeypatch.setattr(system, "MOST_TIMES", 100.0)
    assert run(wait, 1.0, seconds=0.1) == "done"
    assert [made for _, made in each(wait, iter([1.0]), seconds=0.1)] == ["done"]
    monkeypatch.setattr(system, "MOST_TIMES", 2.0)

    assert reason_of(wait, 600, seconds=0.1) is Reason.TOO_SLOW


def test_a_program_that_is_started_has_its_time_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    """Poppler draws a page in a fraction of a second, or in ten where ten others draw."""
    code = "import sys, time; said = sys.stdin.read(); time.sleep(1); print(said, end='')"

    def told(seconds: float) -> bytes:
        pipe = subprocess.PIPE
        with system.BoundedProgram([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as one:
            try:
                said: bytes = one.communicate(b"a page", timeout=seconds)[0]
            finally:
                one.kill()
        return said

    with pytest.raises(subprocess.TimeoutExpired):
        told(0.1)
    monkeypatch.setattr(system, "waited_seconds", lambda _pid: time.monotonic())
    monkeypatch.setattr(system, "MOST_TIMES", 1000.0)
    assert told(0.1) == b"a page"
    monkeypatch.setattr(system, "MOST_TIMES", 2.0)
    with pytest.raises(subprocess.TimeoutExpired):
        told(0.1)


def test_how_long_a_process_waited_is_told_where_the_system_knows() -> None:
    """Elsewhere, and of one that is gone, nothing is."""
    assert system.waited_seconds(os.getpid()) >= 0
    assert system.waited_seconds(2**30) == 0


def test_a_mistake_comes_back_as_what_it_is() -> None:
    """It is ours, not the file's; where it was made is told with it."""
    with pytest.raises(KeyError) as mistake:
        run(stumble)

    assert "in stumble" in "".join(mistake.value.__notes__)


def test_nothing_that_a_library_says_gets_through(capfd: pytest.CaptureFixture[str]) -> None:
    """The person at the keyboard sees our account, not that of libjpeg."""
    run(shout)

    assert capfd.readouterr() == ("", "")


def test_a_worker_that_is_ended_takes_along_what_it_started(tmp_path: Path) -> None:
    """Poppler would go on for minutes, on a page that nobody waits for."""
    note = tmp_path / "note"

    assert reason_of(start_and_wait, note, seconds=2.0) is Reason.TOO_SLOW
    assert gone(note)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_program_that_is_ended_leaves_nothing_behind(tmp_path: Path, how: signal.Signals) -> None:
    """However somebody stops it: no worker and no poppler goes on."""
    note = tmp_path / "note"
    code = (
        "import sys; from pathlib import Path\n"
        "from omr.many.bounded import run\n"
        "from tests.omr.many import test_bounded\n"
        "run(test_bounded.start_and_wait, Path(sys.argv[1]), seconds=60)"
    )
    program = subprocess.Popen(
        [sys.executable, "-c", code, str(note)], stderr=subprocess.DEVNULL, cwd=Path.cwd()
    )
    until = time.monotonic() + HANGS_S
    while not (note.exists() and note.read_text()) and time.monotonic() < until:
        time.sleep(0.1)
    program.send_signal(how)
    program.wait(timeout=HANGS_S)

    assert gone(note)


def test_many_items_come_back_in_order_and_are_taken_as_needed() -> None:
    """A million pages must not be listed, nor held, before the first is read."""
    numbers = count()
    results = each(double, numbers, workers=2)
    first = [next(results) for _ in range(50)]
    results.close()  # type: ignore[attr-defined]  # it is a generator

    assert first == [(n, 2 * n) for n in range(50)]
    assert next(numbers) < 100


def fail_on(bad: dict[int, str], number: int) -> int:
    match bad.get(number):
        case "slow":
            time.sleep(600)
        case "large":
            want(1500)
        case "dies":
            die()
    return number


def test_one_bad_item_costs_itself_only() -> None:
    """What its worker held besides is done by another."""
    bad = {3: "slow", 4: "dies", 9: "large", 10: "dies"}
    results = dict(each(fail_on, iter(range(14)), first=(bad,), workers=2, seconds=3.0))

    assert list(results) == list(range(14))
    reasons = {n: r.reason for n, r in results.items() if isinstance(r, Unreadable)}
    assert reasons == {
        3: Reason.TOO_SLOW,
        4: Reason.WORKER_DIED,
        9: Reason.TOO_LARGE,
        10: Reason.WORKER_DIED,
    }


def die_once(marks: Path, number: int) -> int:
    if number == 2 and not (marks / "2").exists():
        (marks / "2").touch()
        die()
    return number


def test_an_item_whose_worker_died_has_a_second_try(tmp_path: Path) -> None:
    """The computer was out of memory for a moment; the page is as good as any."""
    results = list(each(die_once, iter(range(5)), first=(tmp_path,), workers=2))

    assert results == [(n, n) for n in range(5)]


def slow_source() -> Iterator[int]:
    for number in range(3):
        yield number
        time.sleep(1.5)


def test_time_that_others_take_is_not_counted() -> None:
    """Whoever drops one file after the other may take a break."""
    results = [result for _, result in each(double, slow_source(), seconds=1.0)]

    assert results == [0, 2, 4]


def test_a_worker_does_not_run_the_program_again_that_started_it() -> None:
    """It needs nothing of it, and importing the command takes longer than a page."""
    code = (
        "from omr.many.bounded import run\n"
        "from tests.omr.many import test_bounded\n"
        "print(run(test_bounded.double, 4))\n"
        "raise SystemExit"
    )
    program = Path(os.devnull).parent / "stdin"
    done = subprocess.run(
        [sys.executable, str(program)], input=code, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path.cwd())},
    )  # fmt: skip

    assert done.stdout == "8\n"


def test_a_worker_stands_alone() -> None:
    """It is the head of its group, so that the group can be ended."""
    worker = Worker()
    try:
        worker.ask(os.getpgrp, (), 5.0)

        assert worker.answer(5.0).value() == worker.pid
    finally:
        worker.stop()


def test_a_worker_whose_program_is_gone_says_nothing() -> None:
    """A stop may come between asking for a worker and telling it what to do."""
    code = """
import os
from multiprocessing.forkserver import connect_to_new_process
from omr.many.bounded import worker_context
worker_context()
for _ in range(3):
    read, write = connect_to_new_process([])
    os.close(write)
    os.read(read, 8), os.read(read, 8)  # its number, and how it ended
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path.cwd(),
        timeout=HANGS_S,
    )

    assert (done.returncode, done.stderr) == (0, "")


def dawdle(number: int) -> int:
    time.sleep({1: 1.0, 16: 2.0, 3: 3.5}.get(number, 0.0))
    return number


def test_slow_items_do_not_end_the_pile() -> None:
    """The last one out comes back when all that may be done before its turn is; more must follow.

    One of two holds 1 and 3, the other does 16 meanwhile, and then 17 and 18: nobody has any more.
    """
    found = [number for number, _ in each(dawdle, iter(range(60)), workers=2)]

    assert found == list(range(60))


@pytest.mark.skipif(os.confstr("CS_GNU_LIBC_VERSION") is None, reason="another C library")
def test_a_worker_keeps_the_memory_of_a_picture_for_the_next() -> None:
    """Each of eight megabytes is 2048 pages of memory; to ask for them took a third of reading."""
    assert run(fresh_memory, 10) < 2048
