"""Do what touches a foreign file in a process with bounds on memory and time.

In:  a function that can be sent by its name, what it is given, and how long it may take.
Out: what it returned; `Unreadable` with the reason where it broke a bound or its process died.

A process that has started stays and does one task after the other, so that a page costs no more
than it would here. One that breaks a bound is ended together with every program it started
(poppler), and another takes its place; its task, and nothing else, ends as a reason.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import sys
import threading
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import connection
from typing import Any, Generic, TypeVar

from omr import system
from omr.intake.values import Unreadable
from omr.page import Reason

WORKER_BYTES = 1 << 30  # of address space on top of its libraries; the largest page takes 0.6 GB
OPEN_SECONDS = 10.0  # to open a file and count its pages; 10,000 pages take 1
PAGE_SECONDS = 25.0  # a page takes 0.02, drawn by poppler up to 1
GRACE_SECONDS = 0.5  # that a worker may be later, for what is sent to and fro
AHEAD = 8  # items per worker that may be done before their turn
IN_HAND = 2  # items that a worker has been given, so that it never waits for the next
AT_ONCE = max(4, os.cpu_count() or 1)  # single tasks; another one waits for one of them to end
MOST_IDLE = 2  # workers that are kept for the next task
STARTS = 3  # workers that may die while they learn what to do, before that is our mistake

ONE_THREAD = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
# The C library keeps the memory of a picture for the next one, instead of asking for fresh pages.
KEEP_MEMORY = {"MALLOC_MMAP_THRESHOLD_": 32 << 20, "MALLOC_TRIM_THRESHOLD_": 128 << 20}
LOADED = [
    "omr.many.orphans",
    "omr.read",
    "omr.stickers.compass_page",
    "pikepdf",
    "PIL.Image",
    "zxingcpp",
]

Item = TypeVar("Item")
Result = TypeVar("Result")


# One task ---------------------------------------------------------------------------------------


def run(task: Callable[..., Result], *given: Any, seconds: float = PAGE_SECONDS) -> Result:
    """Do one task within bounds.

    Args:
        task: a function at the top of a module; whatever it raises is raised here.
        given: what it is given; this and what it returns travels to the worker and back.
        seconds: how long it may take.

    Raises:
        Unreadable: it took too long or too much memory, or its process died.
    """
    with _SLOTS:
        worker = _borrowed()
        try:
            worker.ask(task, given, seconds)
            worker.begin()
            answer = worker.answer(seconds)
        except BaseException:
            worker.stop()
            raise
        _given_back(worker)
    made: Result = answer.value()
    return made


def warm_up() -> None:
    """Start the process that workers come from: it loads its libraries while others do theirs."""
    worker_context()


_SLOTS = threading.BoundedSemaphore(AT_ONCE)
_LOCK = threading.Lock()
_IDLE: list[Worker] = []


def _borrowed() -> Worker:
    with _LOCK:
        while _IDLE:
            worker = _IDLE.pop()
            if worker.is_fit():
                return worker
            worker.stop()
    return Worker()


def _given_back(worker: Worker) -> None:
    with _LOCK:
        if worker.is_fit() and len(_IDLE) < MOST_IDLE:
            _IDLE.append(worker)
            return
    worker.stop()


@atexit.register
def close() -> None:
    """End the workers that wait for the next task."""
    with _LOCK:
        while _IDLE:
            _IDLE.pop().stop()


# Many tasks -------------------------------------------------------------------------------------


def each(
    task: Callable[..., Result],
    items: Iterator[Item],
    *,
    first: Sequence[Any] = (),
    workers: int = 1,
    seconds: float = PAGE_SECONDS,
) -> Iterator[tuple[Item, Result | Unreadable]]:
    """Do a task with each of many items, several at a time; results come in the order of the items.

    An item that breaks a bound gives `Unreadable`; one whose worker died is tried once more.

    Args:
        task: is given `first` and then one item.
        items: taken only as fast as they are needed.
        first: what the task is given each time; it travels once to each worker.
        workers: processes that work at a time.
        seconds: how long one item may take.
    """
    row: _Row[Item, Result] = _Row(task, tuple(first), items, workers, seconds)
    try:
        yield from row.results()
    finally:
        row.stop()


@dataclass(slots=True)
class _Turn(Generic[Item]):
    """One of many items, with its place among them."""

    number: int
    item: Item
    tries: int = 0


class _Row(Generic[Item, Result]):
    """Hands items out to workers, and results back in their order."""

    def __init__(
        self,
        task: Callable[..., Result],
        first: tuple[Any, ...],
        items: Iterator[Item],
        workers: int,
        seconds: float,
    ) -> None:
        self.task = task
        self.first = first
        self.items = items
        self.most = workers
        self.seconds = seconds
        self.hands: list[_Hand[Item]] = []
        self.again: deque[_Turn[Item]] = deque()  # lost with their worker
        self.taken = 0
        self.are_all_taken = False
        self.due = 0
        self.done: dict[int, tuple[Item, Result | Unreadable]] = {}
        self.failed_starts = 0

    def results(self) -> Iterator[tuple[Item, Result | Unreadable]]:
        while True:
            self._hand_out()
            while self.due in self.done:
                self.due += 1
                yield self.done.pop(self.due - 1)
            if not any(hand.turns for hand in self.hands):
                if self.are_all_taken and not self.again:
                    return
                continue  # what was just fetched made room for more
            self._take_in()

    def stop(self) -> None:
        for hand in self.hands:
            if hand.is_learning or hand.turns:
                hand.worker.stop()
            else:
                _given_back(hand.worker)
        self.hands.clear()

    def _hand_out(self) -> None:
        """Give everybody something to do, as long as not too much waits for its turn."""
        while len(self.hands) < self.most and (turn := self._next_turn()) is not None:
            hand: _Hand[Item] = _Hand(_borrowed())
            self.hands.append(hand)
            hand.learn(self.task, self.first)
            hand.give(turn, self.seconds)
        for depth in range(1, IN_HAND + 1):
            for hand in self.hands:
                if len(hand.turns) < depth and (turn := self._next_turn()) is not None:
                    hand.give(turn, self.seconds)

    def _next_turn(self) -> _Turn[Item] | None:
        if self.again:
            return self.again.popleft()
        if self.taken - self.due >= self.most * AHEAD:
            return None
        for item in self.items:
            self.taken += 1
            return _Turn(self.taken - 1, item)
        self.are_all_taken = True
        return None

    def _take_in(self) -> None:
        """Wait until somebody is done, has died or is late."""
        busy = [hand for hand in self.hands if hand.turns]
        until = min(hand.left(self.seconds) for hand in busy)
        lines = [hand.worker.line for hand in busy]
        ready = connection.wait(lines, max(0.0, until))
        for hand in busy:
            if hand.worker.line in ready:
                answer = hand.worker.answer(0.0)
                hand.worker.begin()
            elif hand.left(self.seconds) <= 0:
                answer = _Answer(trouble=Unreadable(Reason.TOO_SLOW))
                hand.worker.stop()
            else:
                continue
            self._settle(hand, answer)

    def _settle(self, hand: _Hand[Item], answer: _Answer) -> None:
        """Note what became of the oldest item in a hand; give what else it held to others."""
        if hand.is_learning:
            hand.is_learning = False
            if hand.worker.is_fit():
                return
            self.failed_starts += 1
            if self.failed_starts >= STARTS:
                raise RuntimeError("workers cannot be started") from answer.trouble
        elif isinstance(answer.trouble, Unreadable):
            turn = hand.turns.popleft()
            if answer.trouble.reason is Reason.WORKER_DIED and not turn.tries:
                self.again.append(_Turn(turn.number, turn.item, 1))
            else:
                self.done[turn.number] = (turn.item, answer.trouble)
        else:
            turn = hand.turns.popleft()
            self.done[turn.number] = (turn.item, answer.value())
        if not hand.worker.is_fit():
            hand.worker.stop()
            self.hands.remove(hand)
            self.again.extendleft(reversed(hand.turns))
            hand.turns.clear()


@dataclass(slots=True, eq=False)
class _Hand(Generic[Item]):
    """A worker, and what it has been given, in that order."""

    worker: Worker
    turns: deque[_Turn[Item]] = field(default_factory=deque)
    is_learning: bool = False

    def learn(self, task: Callable[..., Any], first: tuple[Any, ...]) -> None:
        """Tell what is the same for all items."""
        self.worker.ask(_learn, (task, first), PAGE_SECONDS)
        self.worker.begin()
        self.is_learning = True

    def left(self, seconds: float) -> float:
        """Return how many seconds are left; to load what a task needs, as many as for a page."""
        return self.worker.left((PAGE_SECONDS if self.is_learning else seconds) + GRACE_SECONDS)

    def give(self, turn: _Turn[Item], seconds: float) -> None:
        if not self.turns and not self.is_learning:
            self.worker.begin()
        self.turns.append(turn)
        self.worker.ask(_with_what_was_learnt, (turn.item,), seconds)


# The worker, seen from here ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a worker said: what came out, or what was raised; and whether it can go on."""

    result: Any = None
    trouble: Exception | None = None
    is_last: bool = False

    def value(self) -> Any:
        if self.trouble is not None:
            raise self.trouble
        return self.result


class Worker:
    """A process that does one task after the other, within bounds."""

    def __init__(self) -> None:
        self.line, theirs = multiprocessing.Pipe()
        context = worker_context()
        self._process = context.Process(target=_work, args=(theirs, WORKER_BYTES), daemon=True)
        with _without_main():
            self._process.start()
        theirs.close()
        self._is_fit = True
        self.begin()

    @property
    def pid(self) -> int:
        """Return the number of its process."""
        return self._process.pid or 0

    def is_fit(self) -> bool:
        """Say whether it can do another task."""
        return self._is_fit and self._process.is_alive()

    def ask(self, task: Callable[..., Any], given: tuple[Any, ...], seconds: float) -> None:
        """Send a task; several may be sent before the first is answered."""
        if task.__module__ == "__main__":
            raise ValueError(f"{task.__name__} must be in a module that a worker can import")
        with suppress(BrokenPipeError, ConnectionResetError):  # `answer` finds out
            self.line.send((task, given, seconds))

    def begin(self) -> None:
        """Note that it begins with a task now, or a little later."""
        self._since, self._waited = time.monotonic(), system.waited_seconds(self.pid)

    def left(self, seconds: float) -> float:
        """Return how many of these seconds are left since it began."""
        return system.time_left(self.pid, seconds, self._since, self._waited)

    def answer(self, seconds: float) -> _Answer:
        """Wait for the answer to the oldest task that was sent."""
        patience = seconds + GRACE_SECONDS
        try:
            while not self.line.poll(max(0.0, self.left(patience))):
                if self.left(patience) <= 0:
                    return self._ended(Reason.TOO_SLOW)
            answer: _Answer = self.line.recv()
        except (EOFError, ConnectionResetError):
            self._process.join(timeout=5)
            is_late = system.ended_by_time(self._process.exitcode)
            return self._ended(Reason.TOO_SLOW if is_late else Reason.WORKER_DIED)
        if isinstance(answer.trouble, MemoryError):
            return self._ended(Reason.TOO_LARGE)
        self._is_fit = self._is_fit and not answer.is_last
        return answer

    def _ended(self, reason: Reason) -> _Answer:
        self.stop()
        return _Answer(trouble=Unreadable(reason))

    def stop(self) -> None:
        """End it, and whatever it started."""
        self._is_fit = False
        system.end_group(self.pid)
        self._process.kill()  # should it not stand apart yet
        self._process.join(timeout=5)
        self.line.close()


def worker_context() -> system.WorkerContext:
    """Return what workers are started from: a process that has loaded the reading library.

    They do sums in one thread, as they do pictures: with a process for every core, more threads
    would only wait for each other. Giving the memory of every picture back costs 2,000 to 3,700
    page faults a page, for which two workers wait on each other.
    """
    for name, value in {**dict.fromkeys(ONE_THREAD, 1), **KEEP_MEMORY}.items():
        os.environ.setdefault(name, str(value))
    return system.context_of_workers(LOADED)


_HIDING = threading.Lock()


@contextmanager
def _without_main() -> Iterator[None]:
    """Keep a worker from running the program again that started it: it needs nothing of that."""
    main = sys.modules["__main__"]
    with _HIDING:
        kept = {name: main.__dict__.pop(name) for name in ("__file__",) if name in main.__dict__}
        spec, main.__spec__ = main.__spec__, None
        try:
            yield
        finally:
            main.__spec__ = spec
            main.__dict__.update(kept)


# The worker itself ------------------------------------------------------------------------------

_LEARNT: list[tuple[Callable[..., Any], tuple[Any, ...]]] = []


def _learn(task: Callable[..., Any], first: tuple[Any, ...]) -> None:
    _LEARNT[:] = [(task, first)]


def _with_what_was_learnt(item: Any) -> Any:
    task, first = _LEARNT[0]
    return task(*first, item)


def _work(line: connection.Connection, most_bytes: int) -> None:
    """Do one task after the other, until nobody is there to ask for more."""
    system.stand_apart()
    at_first = system.taken_bytes() or 0
    system.bound_memory(most_bytes)
    is_last = False
    while not is_last:
        try:
            task, given, seconds = line.recv()
        except (EOFError, OSError):
            break
        with system.bounded_time(system.MOST_TIMES * (seconds + GRACE_SECONDS) + GRACE_SECONDS):
            result, trouble = _done(task, given)
        # What a library does not give back, the next page would miss.
        is_last = (system.taken_bytes() or 0) - at_first > most_bytes / 2
        line.send(_Answer(result, trouble, is_last))
    system.end_here()


def _done(task: Callable[..., Any], given: tuple[Any, ...]) -> tuple[Any, Exception | None]:
    try:
        return task(*given), None
    except MemoryError:
        return None, MemoryError()
    except Exception as error:  # noqa: BLE001 it is raised again where it was asked for
        error.add_note(traceback.format_exc())
        return None, error
