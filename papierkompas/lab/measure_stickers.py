"""Measure how well dots and crosses on a flip-over are read.

In:  simulated photos of dotted maps (`papierkompas.lab.simulate.dotted_map`), of which is known
     where every dot lies; with `--files`, photos beside which their truth stands in JSON.
Out: per case: how many of the dots were found at their place, counted dots that are none, dots that
     a person has to look at, and photos whose count is wrong while nothing says so.

    python -m papierkompas.lab.measure_stickers --times 3 --seed 151
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import pickle
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np

from forms.compass import Place
from omr.dots import DotKind, SeenDot
from omr.geometry import Image
from omr.page import PageRef, PageStatus, ReadPage
from omr.stickers.compass_reader import CompassReading, read_compass
from papierkompas.acts.sticker_maps import merged
from papierkompas.lab.simulate import dotted_map
from papierkompas.lab.simulate.dotted_map import MAP_CASES, TrueDot, make_map, seeded

CACHE = Path(tempfile.gettempdir()) / "papierkompas-stickers"
NEAR_MM = 6.0  # a dot that is found farther from its place than this is another one
QUALITY = 92


@dataclass(slots=True)
class StickerTally:
    """What became of the dots of one case."""

    photos: int = 0
    true: int = 0
    found: int = 0  # counted or in doubt, about where they lie
    counted: int = 0  # of those, without a person
    placed: int = 0  # of the counted, on the right quarter points
    false: int = 0  # counted, and no dot
    doubts: int = 0
    right: int = 0  # photos of which the count is right
    silent: int = 0  # photos whose count is wrong, and nothing says so
    failed: int = 0  # photos that were not read
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, truth: Sequence[TrueDot], reading: CompassReading) -> None:
        """Count one photo."""
        self.photos += 1
        if reading.reason is not None:
            self.failed += 1
            self.notes.append(f"{name}: {reading.reason}")
            return
        pairs = matched(truth, reading.dots)
        sure = [dot for dot in reading.dots if dot.counts]
        false = [dot for dot in sure if dot not in pairs.values()]
        self.true += len(truth)
        self.found += len(pairs)
        self.counted += sum(seen.counts for seen in pairs.values())
        self.placed += sum(
            seen.counts and (seen.vertical, seen.horizontal) == (one.vertical, one.horizontal)
            for one, seen in ((truth[number], seen) for number, seen in pairs.items())
        )
        self.false += len(false)
        self.doubts += reading.in_doubt
        self.right += len(sure) == len(truth)
        is_silent = len(sure) != len(truth) and reading.is_sure
        self.silent += is_silent
        lost = [one for number, one in enumerate(truth) if number not in pairs]
        if false or lost or is_silent:
            self.notes.append(
                f"{name}: {'SILENT ' if is_silent else ''}{len(sure)} counted of {len(truth)};"
                f" false {[_said(dot.kind, dot.colour, dot.place) for dot in false]};"
                f" lost {[_said(dot.kind, dot.colour, dot.place) for dot in lost]}"
            )


def _said(kind: DotKind, colour: str, place: Place) -> str:
    return f"{kind} {colour} {place.x_mm:.0f},{place.y_mm:.0f}"


def matched(truth: Sequence[TrueDot], seen: Sequence[SeenDot]) -> dict[int, SeenDot]:
    """Pair every true dot with the nearest one that was found, the nearest pairs first."""
    near = sorted(
        (math.dist(one.place, other.place), a, b)
        for a, one in enumerate(truth)
        for b, other in enumerate(seen)
        if one.kind is other.kind
    )
    pairs: dict[int, SeenDot] = {}
    taken: set[int] = set()
    for apart, a, b in near:
        if apart < max(NEAR_MM, truth[a].size_mm / 2) and a not in pairs and b not in taken:
            pairs[a] = seen[b]
            taken.add(b)
    return pairs


def simulated(case: str, number: int, seed: int) -> tuple[list[Image], Sequence[TrueDot]]:
    """Make a photo, or take the one that was made before."""
    made_by = hashlib.sha256(Path(dotted_map.__file__).read_bytes()).hexdigest()[:10]
    path = CACHE / f"{case}-{seed}-{number}-{made_by}.pickle"
    if not path.exists():
        made = make_map(case, seeded(case, number, seed))
        files = [
            np.asarray(
                cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])[1]
            ).tobytes()
            for photo in made.photos
        ]
        CACHE.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps((files, made.truth)))
    files, truth = pickle.loads(path.read_bytes())  # noqa: S301  (our own file of a moment ago)
    return [_decoded(file) for file in files], truth


def _decoded(file: bytes) -> Image:
    image = cv2.imdecode(np.frombuffer(file, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        raise ValueError("not a picture")
    return np.asarray(image, np.uint8)


def kept(folder: Path) -> Iterator[tuple[str, Image, Sequence[TrueDot]]]:
    """Take photos beside which their truth stands."""
    for path in sorted(folder.glob("*.truth.json")):
        rows = json.loads(path.read_text())["truth"]
        truth = [
            TrueDot(DotKind(r["kind"]), r["d"], r["r"], Place(r["x"], r["y"]), r["col"], r["mm"])
            for r in rows
        ]
        name = path.name.removesuffix(".truth.json")
        yield name, _decoded((path.parent / f"{name}.jpg").read_bytes()), truth


def measure(cases: Sequence[str], times: int, seed: int) -> Iterator[tuple[str, StickerTally]]:
    """Read so many photos of each case."""
    for case in cases:
        tally = StickerTally()
        for number in range(times):
            photos, truth = simulated(case, number, seed)
            readings = [read_compass(photo) for photo in photos]
            tally.add(f"{case}-{number}", truth, together(readings))
        yield case, tally


def together(readings: Sequence[CompassReading]) -> CompassReading:
    """Put the photos of one map together, as a session does."""
    read = [one for one in readings if one.reason is None]
    if not read:
        return readings[-1]
    pages = [
        ReadPage(PageRef("photo", number), PageStatus.READ, dots=one.dots, odd=one.odd)
        for number, one in enumerate(read, 1)
    ]
    whole = merged(pages[-1], pages[:-1])
    return replace(read[-1], dots=whole.dots, odd=whole.odd)


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=3)
    parser.add_argument("--seed", type=int, default=151)
    parser.add_argument("--cases", nargs="*", default=list(MAP_CASES))
    parser.add_argument("--files", type=Path)
    asked = parser.parse_args()
    if asked.files:
        rows = []
        for name, image, truth in kept(asked.files):
            tally = StickerTally()
            tally.add(name, truth, read_compass(image))
            rows.append((name, tally))
        made: Iterator[tuple[str, StickerTally]] = iter(rows)
    else:
        made = measure(asked.cases, asked.times, asked.seed)
    head = ("photos", "dots", "found", "counted", "placed", "false", "doubts", "right", "silent")
    print(f"{'':<24}" + "".join(f"{word:>9}" for word in head))  # noqa: T201
    for case, one in made:
        numbers = (
            one.photos, one.true, one.found, one.counted, one.placed, one.false, one.doubts,
            one.right, one.silent,
        )  # fmt: skip
        print(f"{case:<24}" + "".join(f"{number:>9}" for number in numbers), flush=True)  # noqa: T201
        for note in one.notes:
            print(f"    {note}", flush=True)  # noqa: T201


if __name__ == "__main__":
    _main()
