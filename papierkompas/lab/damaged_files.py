"""Damage the files of scans at random, and see whether damage is ever read as an answer.

    python -m papierkompas.lab.damaged_files --count 10000 --seed 1

In:  how many damaged files, a seed, and with `--first` where to go on: a mutant has a number, and
     the same number and seed give the same file.
Out: a table on stdout: per kind of file what became of its mutants; the silent errors one by one,
     with their files in `--keep DIR`.

The files are small scans of filled-in sheets, of which is known what was filled in. A silent error
is an answer that stands and is not right, a page that is called blank, or a sheet taken for
another. Anything else may become of a damaged file: answers, doubts, a reason.
"""

from __future__ import annotations

import argparse
import io
import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import img2pdf
import numpy as np
from PIL import Image as PillowImage

from forms.instrument import builtin
from forms.sheets import Job, Seat
from omr.forms_known import Forms, forms_of
from omr.geometry import Image
from omr.intake.load import open_file
from omr.intake.values import Unreadable
from omr.many.batch import read_chunk
from omr.many.bounded import each
from omr.page import PageStatus, ReadPage
from papierkompas.acts.printing import layout_of
from papierkompas.lab.bench import Done, judge
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, FilledPage, filled_pages

CASE = "grey100"  # the coarsest that copiers are set to, and the quickest to try thousands of
SECTOR = 512
SAY_EVERY = 500
MUTANT_SECONDS = 60.0  # for opening and reading, on a computer that has other work
Rng = np.random.Generator


# The files ------------------------------------------------------------------------------------


def _saved(picture: PillowImage.Image, kind: str, **how: Any) -> bytes:
    stream = io.BytesIO()
    picture.save(stream, kind, **how)
    return stream.getvalue()


def _grey(image: Image) -> PillowImage.Image:
    return PillowImage.fromarray(image)


def _deep(image: Image) -> PillowImage.Image:
    return PillowImage.fromarray(image.astype(np.uint16) // 16 * 4112)


def _bitonal(image: Image) -> PillowImage.Image:
    return PillowImage.fromarray(np.where(image > 150, 255, 0).astype(np.uint8)).convert("1")


def _pdf(data: bytes) -> bytes:
    made = img2pdf.convert(data, nodate=True)
    if made is None:
        raise ValueError("a PDF must be made, got none")
    return bytes(made)


KINDS: dict[str, Callable[[Image], bytes]] = {
    "jpeg": lambda i: _saved(_grey(i), "JPEG", quality=75),
    "jpeg coarse": lambda i: _saved(_grey(i), "JPEG", quality=30),
    "jpeg restarts": lambda i: _saved(_grey(i), "JPEG", quality=75, restart_marker_rows=1),
    "jpeg progressive": lambda i: _saved(_grey(i), "JPEG", quality=75, progressive=True),
    "jpeg colour": lambda i: _saved(_grey(i).convert("RGB"), "JPEG", quality=75),
    "png": lambda i: _saved(_grey(i // 16 * 16), "PNG"),
    "tiff group 4": lambda i: _saved(_bitonal(i), "TIFF", compression="group4"),
    "tiff group 3": lambda i: _saved(_bitonal(i), "TIFF", compression="group3"),
    "tiff lzw": lambda i: _saved(_grey(i // 16 * 16), "TIFF", compression="tiff_lzw"),
    "tiff packbits": lambda i: _saved(_bitonal(i), "TIFF", compression="packbits"),
    "tiff jpeg": lambda i: _saved(_grey(i), "TIFF", compression="jpeg", quality=75),
    "tiff jpeg colour": lambda i: _saved(
        _grey(i).convert("RGB").convert("YCbCr"), "TIFF", compression="jpeg", quality=75
    ),
    "tiff deep": lambda i: _saved(_deep(i), "TIFF", compression="tiff_adobe_deflate"),
    "webp": lambda i: _saved(_grey(i), "WEBP", quality=75),
    "pdf jpeg": lambda i: _pdf(_saved(_grey(i), "JPEG", quality=75)),
    "pdf group 4": lambda i: _pdf(_saved(_bitonal(i), "TIFF", compression="group4")),
    "pdf grey": lambda i: _pdf(_saved(_grey(i // 16 * 16), "PNG")),
}


@dataclass(frozen=True, slots=True)
class Original:
    """A whole file, and what was filled in on the sheet in it."""

    kind: str
    sheet: str
    page: int
    data: bytes
    answers: dict[str, Done]


@lru_cache(maxsize=2)
def originals(seed: int, kinds: tuple[str, ...] = tuple(KINDS)) -> tuple[Original, ...]:
    """Print, fill in and scan a statement list and two pages of a quickscan, in each kind."""
    made = []
    for page in _filled(seed):
        image = np.asarray(scan(page.image, COPIER_CASES[CASE], _rng(seed, 1), PX_PER_MM).image)
        truth = {question: Done(answer, False) for question, answer in page.answers.items()}
        where = page.printed.sheet, page.printed.sheet_page
        made += [Original(kind, *where, KINDS[kind](image), truth) for kind in kinds]
    return tuple(made)


def _filled(seed: int) -> Iterator[FilledPage]:
    for instrument in builtin():
        asked = instrument.rounds[0] if instrument.rounds else None
        seats = (Seat(1), Seat(2)) if asked else (Seat(1),)
        job = Job(instrument, layout_of(instrument), asked, "KDMX" if asked else "QRTW", seats)
        pages = list(filled_pages([job], _rng(seed, 0)))
        yield from pages if asked else pages[2:4]


def _rng(*seed: int) -> Rng:
    return np.random.default_rng(seed)


# The damage -----------------------------------------------------------------------------------


def mutant(data: bytes, rng: Rng) -> tuple[bytes, str]:
    """Damage a file in one to three places, as wires, sticks and programs do; say how."""
    said = []
    for _ in range(int(rng.choice([1, 1, 1, 2, 3]))):
        name = str(rng.choice(list(_DAMAGE)))
        at = int(rng.integers(len(data)))
        data = _DAMAGE[name](data, at, rng)
        said.append(f"{name} at {at}")
        if not data:
            break
    return data, ", ".join(said)


def _flip(data: bytes, at: int, rng: Rng) -> bytes:
    return data[:at] + bytes([data[at] ^ 1 << int(rng.integers(8))]) + data[at + 1 :]


def _change(data: bytes, at: int, rng: Rng) -> bytes:
    some = rng.integers(256, size=int(rng.integers(1, 5)), dtype=np.uint8).tobytes()
    return data[:at] + some + data[at + len(some) :]


def _blank_sector(data: bytes, at: int, rng: Rng) -> bytes:
    at -= at % SECTOR
    return data[:at] + bytes([int(rng.choice([0, 255]))]) * SECTOR + data[at + SECTOR :]


def _repeat(data: bytes, at: int, rng: Rng) -> bytes:
    size = int(rng.choice([1, 16, SECTOR, 4096]))
    return data[:at] + data[max(0, at - size) : at] + data[at:]


def _drop(data: bytes, at: int, rng: Rng) -> bytes:
    return data[:at] + data[at + int(rng.choice([1, 2, 16, SECTOR, 4096])) :]


def _move(data: bytes, at: int, rng: Rng) -> bytes:
    """Write a part of the file where another one belongs."""
    other = int(rng.integers(len(data)))
    size = int(rng.choice([SECTOR, 4096]))
    return data[:at] + data[other : other + size] + data[at + size :]


def _end(data: bytes, at: int, _rng: Rng) -> bytes:
    return data[:at]


_DAMAGE: dict[str, Callable[[bytes, int, Rng], bytes]] = {
    "a flipped bit": _flip,
    "changed bytes": _change,
    "an empty sector": _blank_sector,
    "a repetition": _repeat,
    "a gap": _drop,
    "a wrong part": _move,
    "the end": _end,
}


# What becomes of it ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MutantFate:
    """What became of one mutant."""

    kind: str
    damage: str
    outcome: str  # a status or a reason
    marks: int = 0  # in rows that were read
    doubts: int = 0
    silent: int = 0


def suffer(whole: tuple[Original, ...], seed: int, keep: Path | None, number: int) -> MutantFate:
    """Make the mutant of a number, read it, and judge what was read."""
    cv2.setNumThreads(1)
    rng = _rng(seed, 2, number)
    original = whole[int(rng.integers(len(whole)))]
    data, damage = mutant(original.data, rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scan"
        path.write_bytes(data)
        opened = open_file(path)
        pages = [opened] if isinstance(opened, ReadPage) else read_chunk(opened, _forms())
    fate = _judged(original, damage, [part for page in pages for part in page.in_picture])
    if fate.silent and keep is not None:
        (keep / f"{number:06}").write_bytes(data)
    return fate


@lru_cache(maxsize=1)
def _forms() -> Forms:
    return forms_of((asked, layout_of(asked)) for asked in builtin())


def _judged(original: Original, damage: str, pages: Sequence[ReadPage]) -> MutantFate:
    counts = judge(pages, {(original.sheet, original.page): original.answers})
    silent = counts["silent"] + counts["wrong_sheet"]
    silent += sum(page.status is PageStatus.BLANK for page in pages)
    first = pages[0]
    outcome = first.reason or first.status
    return MutantFate(
        original.kind, damage, outcome.value, counts["marks"], counts["doubts"], int(silent)
    )


def fates(
    numbers: Iterable[int], seed: int, kinds: Sequence[str] = tuple(KINDS), *,
    workers: int | None = None, keep: Path | None = None,
) -> Iterator[tuple[int, MutantFate]]:  # fmt: skip
    """Make the mutants of these numbers and read them, each within bounds.

    The whole files are made here, and travel once to each worker.
    """
    first = (originals(seed, tuple(kinds)), seed, keep)
    made = each(suffer, iter(numbers), first=first, workers=workers or 1, seconds=MUTANT_SECONDS)
    for number, fate in made:
        if isinstance(fate, Unreadable):
            yield number, MutantFate("", "", fate.reason.value)
        else:
            yield number, fate


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0, help="the number of the first mutant")
    parser.add_argument("--minutes", type=float, help="say after so long what is known by then")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS), choices=list(KINDS))
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    if asked.keep is not None:
        asked.keep.mkdir(parents=True, exist_ok=True)
    counts: dict[str, Counter[str]] = {}
    how = {"workers": asked.workers, "keep": asked.keep}
    end = time.monotonic() + 60 * (asked.minutes or math.inf)
    numbers = range(asked.first, asked.first + asked.count)
    for done, (number, fate) in enumerate(fates(numbers, asked.seed, asked.kinds, **how), 1):
        line = counts.setdefault(fate.kind or "(ended)", Counter())
        line.update(
            mutants=1, marks=fate.marks, doubts=fate.doubts, silent=fate.silent,
            **{fate.outcome: 1},
        )  # fmt: skip
        if fate.silent or fate.outcome == "our_mistake" or not fate.kind:
            _say(f"{number}: {fate}")
        if done % SAY_EVERY == 0:
            _say(f"... {done} of {asked.count}, {sum(c['silent'] for c in counts.values())} silent")
        if time.monotonic() > end:
            break
    for kind, line in {**counts, "all": sum(counts.values(), Counter())}.items():
        _say(f"{kind}: " + ", ".join(f"{count} {name}" for name, count in line.items()))


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 a program of its own


if __name__ == "__main__":
    from papierkompas.lab import damaged_files  # workers know this file by its name

    damaged_files.main()
