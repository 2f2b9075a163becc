"""Many pages: in order, complete, and the same by every way."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

import pytest

from omr.forms_known import Forms
from omr.intake.values import FileKind, Source
from omr.many.batch import read_batch
from omr.page import PageRef, PageStatus, ReadPage, Reason


def sources(count: int) -> list[Source]:
    return [Source("x.jpg", PageRef("x.jpg", n), FileKind.JPEG) for n in range(1, count + 1)]


def seem_blank(asked: Sequence[Source], _forms: Forms, _certainty: float) -> list[ReadPage]:
    return [ReadPage(source.ref, PageStatus.BLANK) for source in asked]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 23])
@pytest.mark.parametrize("workers", [1, 2])
def test_every_page_comes_back_once_and_in_order(count: int, workers: int) -> None:
    """The account of a pile follows the pile."""
    pages = list(read_batch(sources(count), Forms(()), workers=workers, read=seem_blank))

    assert [page.ref.page for page in pages] == list(range(1, count + 1))


def test_workers_do_not_start_threads_that_wait_for_each_other() -> None:
    """Of two workers with two threads each, all four want the same two cores."""
    code = (
        "from omr.many.batch import read_batch\n"
        "from omr.read import Forms\n"
        "from tests.omr import readers\n"
        "from tests.omr.many import test_batch\n"
        "some, say = test_batch.sources(9), readers.say_threads\n"
        "found = read_batch(some, Forms(()), workers=2, read=say)\n"
        "print({page.detail for page in found})"
    )
    settings = {k: v for k, v in os.environ.items() if k != "OPENBLAS_NUM_THREADS"}
    said = subprocess.run(  # a process of its own: it decides what its workers are started with
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=settings
    )

    assert said.stdout.strip() == "{'1'}"


def test_sources_are_taken_as_they_are_needed() -> None:
    """A million pages must not be listed before the first is read."""
    taken = 0

    def endless() -> object:
        nonlocal taken
        for source in sources(100_000):
            taken += 1
            yield source

    batch = read_batch(endless(), Forms(()), workers=2, read=seem_blank)  # type: ignore[arg-type]  # a generator
    first = [next(batch).ref.page for _ in range(3)]
    batch.close()  # type: ignore[attr-defined]  # a generator as well

    assert first == [1, 2, 3]
    assert taken < 100


def test_a_mistake_of_ours_costs_one_page() -> None:
    """The file is gone; and whatever else goes wrong is said, with the other pages read."""
    pages = list(read_batch(sources(2), Forms(()), workers=1))

    assert {page.reason for page in pages} == {Reason.NOT_FOUND}
