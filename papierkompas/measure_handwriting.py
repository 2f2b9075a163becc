"""Measure, and set, how well handwritten names are matched to a name list.

In:  real handwriting where it lies beside the repository (`../shared/handwriting`: single words by
     many writers), and names drawn with the simulator's own hand, put through simulated scanners.
Out: a table: right name on top, accepted without a person, silent mismatches, for lists of 8, 25
     and 60; with `--fit`, the weights that `omr.names` uses.

Writers with odd numbers are for setting, those with even numbers for measuring. One name in ten is
of a stranger who is not on the list; three look-alikes of the writer's name are planted in it.

    python -m papierkompas.measure_handwriting --seed 431
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from scipy.optimize import minimize

from omr import names as matching
from omr.crops import ink_only, whiten
from omr.geometry import Image
from omr.recogniser import Letters, NullRecogniser, recogniser

WORDS = Path(__file__).parents[2] / "shared" / "handwriting"
LISTS = (8, 25, 60)
STRANGERS = 0.1
LOOKALIKES = 3
SILENT = 0.0025  # of all fields, on the writers for setting


@dataclass(frozen=True, slots=True)
class Word:
    """A handwritten word: its picture file, what it says, who wrote it."""

    file: str
    text: str
    writer: int


@dataclass(frozen=True, slots=True, eq=False)
class Trial:
    """One field matched to one list."""

    quality: str
    size: int
    is_stranger: bool
    is_on_top: bool
    features: NDArray[np.float64]
    probability: float


def grey(image: Image, _rng: Generator) -> Image:
    """Keep the scan as it is."""
    return image


def bitonal(image: Image, rng: Generator) -> Image:
    """Scan in black and white."""
    level = rng.uniform(120, 170)
    return np.where(image > level, 255, 0).astype(np.uint8)


def pencil(image: Image, rng: Generator) -> Image:
    """Write with a light pencil."""
    ink = (255 - image.astype(np.float64)) * rng.uniform(0.35, 0.55)
    return np.clip(255 - ink + rng.normal(0, 5, image.shape), 0, 255).astype(np.uint8)


def coarse(image: Image, _rng: Generator) -> Image:
    """Scan at half the resolution, and compress it hard."""
    small = cv2.resize(image, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    _, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 45])
    back = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    grown = cv2.resize(np.asarray(back), image.shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray(grown, np.uint8)


def speckled(image: Image, rng: Generator) -> Image:
    """Scan in black and white with toner where none should be."""
    black = bitonal(image, rng)
    black[rng.random(black.shape) < 0.01] = 0
    return black


QUALITIES: dict[str, Callable[[Image, Generator], Image]] = {
    "grey": grey,
    "pencil": pencil,
    "bitonal": bitonal,
    "speckled": speckled,
    "coarse": coarse,
}


def words() -> list[Word]:
    """List the real words that lie beside the repository; none where they are absent."""
    if not (WORDS / "words.csv").exists():
        return []
    with (WORDS / "words.csv").open(encoding="utf-8") as file:
        return [Word(r["file"], r["text"], int(r["writer"])) for r in csv.DictReader(file)]


def run(seed: int, count: int, odd: bool) -> list[Trial]:
    """Match words of writers with odd, or even, numbers to lists made of all words."""
    every = words()
    mine = [word for word in every if word.writer % 2 == int(odd)]
    rng = np.random.default_rng([seed, int(odd)])
    chosen = [mine[int(n)] for n in rng.permutation(len(mine))[:count]]
    texts = sorted({word.text for word in every})
    tasks = [(chosen[n::8], texts, [seed, int(odd), n]) for n in range(8)]
    with ProcessPoolExecutor() as pool:
        return [trial for found in pool.map(_trials, *zip(*tasks, strict=True)) for trial in found]


def _trials(chosen: Sequence[Word], texts: Sequence[str], seed: Sequence[int]) -> list[Trial]:
    cv2.setNumThreads(1)
    return list(_match_all(chosen, texts, np.random.default_rng(seed)))


def _match_all(chosen: Sequence[Word], texts: Sequence[str], rng: Generator) -> Iterator[Trial]:
    network = recogniser()
    for word in chosen:
        others = [t for t in texts if matching.fold(t) != matching.fold(word.text)]
        near = sorted(others, key=lambda t: -likeness(t, word.text))[:LOOKALIKES]
        image = cv2.imread(str(WORDS / "words" / word.file), cv2.IMREAD_GRAYSCALE)
        for quality, spoil in QUALITIES.items():
            ink = ink_only(whiten(spoil(np.asarray(image, np.uint8), rng)))
            letters = network.read(ink) if ink is not None else None
            for size in LISTS:
                names, place = _list_for(word.text, others, near, size, rng)
                yield _trial(quality, letters, names, place)


def _list_for(
    text: str, others: Sequence[str], near: Sequence[str], size: int, rng: Generator
) -> tuple[list[str], int | None]:
    """Make a list with three look-alikes in it; the writer is a stranger in one of ten."""
    rest = [others[int(n)] for n in rng.permutation(len(others)) if others[int(n)] not in near]
    names = [*near, *rest][: size - 1]
    if rng.random() < STRANGERS:
        names.append(rest[size])
        return names, None
    names.append(text)
    order = rng.permutation(len(names))
    shuffled = [names[int(n)] for n in order]
    return shuffled, shuffled.index(text)


def likeness(one: str, other: str) -> float:
    """Say how alike two names are, 0..1."""
    pairs = [
        {a + b for a, b in zip(f, f[1:], strict=False)} for f in map(matching.fold, (one, other))
    ]
    return len(pairs[0] & pairs[1]) / max(len(pairs[0] | pairs[1]), 1)


def _trial(quality: str, letters: Letters | None, names: Sequence[str], place: int | None) -> Trial:
    nothing = np.zeros(len(matching.WEIGHTS) - 1)
    if letters is None:
        return Trial(quality, len(names), place is None, False, nothing, 0.0)
    order = sorted(matching.scores(letters, names), key=lambda c: -c.score)
    return Trial(
        quality,
        len(names),
        place is None,
        order[0].place == place,
        matching.features(letters, order),
        matching.probability(letters, order),
    )


def fit(trials: Sequence[Trial]) -> tuple[NDArray[np.float64], float]:
    """Fit the logistic model; return its weights and the line for `SILENT` mismatches."""
    x = np.array([[*t.features, 1.0] for t in trials])
    y = np.array([t.is_on_top and not t.is_stranger for t in trials], dtype=float)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        value = np.mean(np.logaddexp(0, z) - y * z) + 1e-4 * float(w @ w)
        return float(value), x.T @ (p - y) / len(y) + 2e-4 * w

    weights = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    p = 1 / (1 + np.exp(-(x @ weights)))
    order = np.argsort(-p)
    silent = np.cumsum(1 - y[order]) / len(y)
    kept = int(np.searchsorted(silent, SILENT, side="right"))
    return weights, float(p[order[min(kept, len(p) - 1)]])


def table(trials: Sequence[Trial]) -> list[str]:
    """Show the figures per quality and per length of the list."""
    lines = [
        f"{'scan':<12}{'list':>6}{'fields':>8}{'on top %':>10}{'accepted %':>12}{'silent wrong':>14}"
    ]
    for quality in (*QUALITIES, "all"):
        for size in (*LISTS, 0):
            some = [t for t in trials if quality in (t.quality, "all") and (size in (t.size, 0))]
            known = [t for t in some if not t.is_stranger]
            accepted = [t for t in some if t.probability >= matching.ACCEPT]
            wrong = sum(t.is_stranger or not t.is_on_top for t in accepted)
            right = len(accepted) - wrong
            lines.append(
                f"{quality:<12}{size or 'all':>6}{len(some):>8}"
                f"{100 * sum(t.is_on_top for t in known) / max(len(known), 1):>10.1f}"
                f"{100 * right / max(len(known), 1):>12.1f}{wrong:>14}"
            )
    return lines


def main() -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=431)
    parser.add_argument("--words", type=int, default=400, help="words of each half of the writers")
    parser.add_argument("--fit", action="store_true", help="set the weights anew and print them")
    wanted = parser.parse_args()
    if isinstance(recogniser(), NullRecogniser):
        parser.exit(2, "The network is not installed: pip install 'papierkompas[ocr]'.\n")
    if not words():
        parser.exit(2, f"There are no handwritten words at {WORDS}.\n")
    if wanted.fit:
        weights, line = fit(run(wanted.seed, wanted.words, odd=True))
        print("WEIGHTS =", tuple(round(float(w), 3) for w in weights), " ACCEPT =", round(line, 4))  # noqa: T201
        return
    print("\n".join(table(run(wanted.seed, wanted.words, odd=False))))  # noqa: T201


if __name__ == "__main__":
    main()
