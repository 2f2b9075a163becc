"""Measure, and set, how well handwritten names are matched to a name list.

In:  real handwriting where it lies beside the repository (`../shared/handwriting`: single words by
     many writers, from DHSD, CC BY 4.0), and names that we draw ourselves: with the simulator's
     hand and in handwriting fonts where those are installed, by several pens, through simulated
     copiers.
Out: a table: right name on top, accepted without a person, silently wrong, for lists of 8, 25 and
     60; with `--fit`, the weights and the line that `omr.hand.whose_name` uses.

Half of the writers are for setting (1, 5, 9, ...), the other half (3, 7, 11, ...) for measuring; so
are the drawn pages. One name in ten is of a stranger who is not on the list, and the three names
most like it are planted there. What the network saw is kept: a second run takes seconds.

    python -m papierkompas.lab.measure_handwriting --seed 431
"""

from __future__ import annotations

import argparse
import base64
import csv
import hashlib
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar

import cv2
import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont
from scipy.optimize import minimize

from forms.layout import NAME_MM, Field, Rect
from omr.geometry import Image, fit_homography
from omr.hand import crops, whose_name
from omr.hand import recogniser as network
from omr.hand.crops import field_crop, ink_only, whiten
from omr.hand.recogniser import NullRecogniser, recogniser
from omr.hand.whose_name import Candidate, Seen
from papierkompas.lab import measure_fields
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import Writer, write_text

WORDS = Path(__file__).parents[3] / "shared" / "handwriting"
FONTS = Path("/usr/share/fonts")
HANDS = (
    "dkg.ttf", "Breip.ttf", "BecauseWeConnect-Regular.otf", "BecauseWeLearn-Regular.otf",
    "BecauseWeMentor-Regular.otf", "BecauseWeOrganize-Regular.otf", "femkeklaver.ttf",
    "Rufscript010.ttf", "Kristi.ttf", "Delphine.ttf", "SteveHand.ttf",
)  # fmt: skip  # Debian: fonts-dkg-handwriting, -breip, -bwht, -femkeklaver, -rufscript, -kristi...
LISTS = (8, 25, 60)
STRANGERS = 0.1
LOOKALIKES = 3
SILENT = {"0.25 %": 0.0025, "0.5 %": 0.005}  # of all fields, on the writers for setting
LINES = {"0.25 %": whose_name.ACCEPT, "0.5 %": 0.781}
CACHE = Path(tempfile.gettempdir()) / "papierkompas-handwriting"

PX_PER_MM = 300 / 25.4
COPIERS = ("grey300", "grey200", "copy_of_copy", "bitonal200")
ROWS, ROW_MM = 20, 13.0  # of name fields on a drawn page, in two columns
COLUMNS_MM = (11.0, 109.0)
FIRST = (
    "Anna", "Bram", "Carla", "Daan", "Emine", "Fatima", "Gijs", "Hanna", "Ilse", "Jeroen",
    "Karin", "Lars", "Maaike", "Noor", "Olga", "Pieter", "Quinten", "Rachid", "Sanne", "Tomasz",
    "Umut", "Vera", "Willem", "Xandra", "Yusuf", "Zoë", "Agnieszka", "Bilal", "Chantal", "Dirk",
    "Esra", "Floor", "Gerda", "Hakan", "Ingrid", "Joost", "Khadija", "Lotte", "Mehmet", "Nadia",
)  # fmt: skip
LAST = (
    "de Vries", "van den Berg", "van der Meer", "Bakker", "Visser", "Yılmaz", "El Amrani",
    "Ramdin", "Kowalska", "Smit", "Meijer", "Mulder", "de Boer", "Bos", "Vos", "Peters",
    "Hendriks", "van Dijk", "Dekker", "Brouwer", "de Wit", "Dijkstra", "Özdemir", "Benali",
    "Wijngaarde", "Nowak", "Kaya", "Jansen", "Janssen", "Postma", "van 't Hof", "Scholten",
    "Huisman", "Kuipers", "Verhoeven", "Pinas", "Aydin", "Zieliński", "Tahiri", "Groen",
)  # fmt: skip

ALIKE = (
    "Anneke/Hanneke", "Cees/Kees", "Marjan/Marjon", "Ingrid/Astrid", "Mieke/Marieke",
    "Johan/Johanna", "Martijn/Martin", "Els/Ellis", "Jan/Jaap", "Petra/Petro", "Karin/Karen",
    "Sanne/Susanne", "Linda/Lindsay", "Ria/Rita", "Henk/Henny", "Monique/Monica", "Daan/Dana",
    "Tim/Tom", "Femke/Fenna", "Wim/Willem", "Jolanda/Yolanda", "Erik/Erika", "Frank/Franka",
    "Carla/Clara", "Marja/Maria", "Hans/Hanna", "Lisa/Elisa", "Nina/Dina", "Bas/Bart",
    "Ellen/Helen",
)  # fmt: skip
# Ways to write a name, and whether whoever writes so is on the list.
SHORT_WAYS = {
    "surname only": ("{surname}", True),
    "first name and initial": ("{first} {last}.", True),
    "name and class": ("{first} {surname} 3B", True),
    "stranger, initial and surname": ("Q. {surname}", False),
    "stranger, other initial": ("{first} Z.", False),
    "stranger, first name and surname": ("Ot {surname}", False),
}
SURNAMES = ("de Vries", "van den Berg", "Jansen", "Bakker")
COLLEAGUES = (
    "Bram Visser", "Carla Smit", "Emine Kaya", "Gijs Bos", "Ilse Vos", "Lars Meijer",
    "Noor Peters", "Olga Dekker", "Pieter Brouwer", "Rachid Benali", "Tomasz Nowak",
    "Vera Postma", "Yusuf Groen", "Zoë Pinas",
)  # fmt: skip

_Thing = TypeVar("_Thing")


@dataclass(frozen=True, slots=True)
class Word:
    """A handwritten word: its picture file, what it says, who wrote it."""

    file: str
    text: str
    writer: int


@dataclass(frozen=True, slots=True)
class WrittenName:
    """A name that was written somewhere, and what the network saw of it."""

    quality: str
    name: str
    seen: Seen | None


@dataclass(frozen=True, slots=True, eq=False)
class MatchTrial:
    """One field matched to one list."""

    quality: str
    size: int
    is_stranger: bool
    is_on_top: bool
    features: NDArray[np.float64]
    is_readable: bool
    probability: float


def grey(image: Image, _rng: Generator) -> Image:
    """Keep the scan as it is."""
    return image


def bitonal(image: Image, rng: Generator) -> Image:
    """Scan in black and white, at a level between the ink and the paper."""
    ink, paper = np.quantile(image, (0.01, 0.9))
    level = ink + rng.uniform(0.4, 0.7) * (paper - ink)
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


def hands() -> list[Path]:
    """List the handwriting fonts that are installed here."""
    return [path for name in HANDS for path in FONTS.rglob(name)]


# What the network saw of them


def real(seed: int, count: int, setting: bool, workers: int) -> list[WrittenName]:
    """Read words of one half of the writers, in every quality."""
    mine = [word for word in words() if (word.writer % 4 == 1) == setting]
    rng = np.random.default_rng([seed, int(setting)])
    chosen = [mine[int(n)] for n in rng.permutation(len(mine))[:count]]
    return list(_in_processes(partial(_see_word, seed), chosen, workers))


def drawn(seed: int, pages: int, setting: bool, workers: int) -> list[WrittenName]:
    """Draw pages full of names, copy each of them on several copiers, and read them."""
    numbers = [2 * n + int(setting) for n in range(pages)]
    return list(_in_processes(partial(_see_page, seed), numbers, workers))


def _in_processes(
    see: Callable[[_Thing], list[WrittenName]], things: Iterable[_Thing], workers: int
) -> Iterator[WrittenName]:
    with ProcessPoolExecutor(workers, mp_context=get_context("forkserver")) as pool:
        for found in pool.map(see, things, chunksize=4):
            yield from found


def _see_word(seed: int, word: Word) -> list[WrittenName]:
    image = cv2.imread(str(WORDS / "words" / word.file), cv2.IMREAD_GRAYSCALE)

    def see(spoiled: Image, quality: str) -> Iterator[WrittenName]:
        yield WrittenName(quality, word.text, _read(ink_only(whiten(spoiled))))

    found = []
    for number, (quality, spoil) in enumerate(QUALITIES.items()):
        rng = np.random.default_rng([seed, number, int.from_bytes(word.file.encode()[:12])])
        spoiled = spoil(np.asarray(image, np.uint8), rng)
        key = f"{quality}-{hashlib.sha256(spoiled.tobytes()).hexdigest()[:16]}"
        found += _cached(key, partial(see, spoiled, quality))
    return found


def _see_page(seed: int, number: int) -> list[WrittenName]:
    def see() -> Iterator[WrittenName]:
        rng = np.random.default_rng([seed, number])
        page, fields = _page(rng)
        for copier in COPIERS:
            result = scan(page, COPIER_CASES[copier], rng, PX_PER_MM)
            corners = np.array([(20, 20), (190, 20), (190, 277), (20, 277)], dtype=np.float64)
            homography = fit_homography(corners, result.to_px(corners))
            if homography is None:
                continue
            for name, place in fields:
                ink = ink_only(field_crop(result.image, homography, place))
                yield WrittenName(f"drawn {copier}", name, _read(ink))

    return _cached(f"{seed}-page-{number}", see)


def _read(ink: Image | None) -> Seen | None:
    cv2.setNumThreads(1)
    letters = None if ink is None else recogniser().read(ink)
    return None if letters is None else Seen.of(letters)


def _cached(key: str, see: Callable[[], Iterator[WrittenName]]) -> list[WrittenName]:
    """Read what an earlier run saw, unless the network or the cutting changed since."""
    code = b"".join(Path(str(m.__file__)).read_bytes() for m in (crops, network))
    version = hashlib.sha256(code + recogniser().name.encode()).hexdigest()[:10]
    kept = CACHE / version / f"{key}.json"
    if kept.exists():
        return [
            WrittenName(
                quality, name, seen and Seen.unpacked(seen[0], seen[1], base64.b64decode(seen[2]))
            )
            for quality, name, seen in json.loads(kept.read_text())
        ]
    found = list(see())
    rows = [(w.quality, w.name, w.seen and _as_json(w.seen)) for w in found]
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_text(json.dumps(rows))
    return found


def strangers(seed: int, each: int = 2) -> list[str]:
    """Measure how often a stranger with a similar first name is taken for a colleague.

    Each of a pair writes their name while the other stands on a list of 15, and once more while
    they stand on it themselves; in handwriting fonts, in every quality but specks.
    """
    fonts = hands()
    rng = np.random.default_rng(seed)
    taken, known, fields = [0, 0], 0, [0, 0]  # by letters that differ: one, or more
    for number, pair in enumerate(ALIKE):
        surname = SURNAMES[number % len(SURNAMES)]
        for writer, other in (pair.split("/"), pair.split("/")[::-1]):
            more = whose_name.letters_apart(writer, other) > 1
            for _ in range(each):
                quality = str(rng.choice(["grey", "pencil", "bitonal", "coarse"]))
                seen = _write_name(
                    f"{writer} {surname}", fonts[int(rng.integers(len(fonts)))], quality, rng
                )
                fields[more] += 1
                if seen is not None:
                    as_other = whose_name.match(seen, (f"{other} {surname}", *COLLEAGUES))
                    as_self = whose_name.match(seen, (f"{writer} {surname}", *COLLEAGUES))
                    taken[more] += as_other.place is not None
                    known += as_self.place == 0
    return [
        f"strangers whose first name differs in one letter: {taken[0]} of {fields[0]} taken for "
        "the colleague",
        f"in two letters or more: {taken[1]} of {fields[1]}",
        f"the same people on the list themselves: {known} of {sum(fields)} accepted",
    ]


def ways(seed: int, each: int = 4) -> list[str]:
    """Measure short ways to write a name, by people on a list of 15 and by strangers to it."""
    fonts = hands()
    rng = np.random.default_rng([seed, 1])
    lines = []
    for kind, (form, is_known) in SHORT_WAYS.items():
        accepted = wrong = fields = 0
        for number, pair in enumerate(ALIKE[::3]):
            listed, _ = pair.split("/")
            surname = SURNAMES[number % len(SURNAMES)]
            text = form.format(
                first=listed, surname=surname, initial=surname[0], last=surname.split()[-1][0]
            )
            for _ in range(each):
                quality = str(rng.choice(["grey", "pencil", "bitonal", "coarse"]))
                seen = _write_name(text, fonts[int(rng.integers(len(fonts)))], quality, rng)
                fields += 1
                if seen is not None:
                    place = whose_name.match(seen, (f"{listed} {surname}", *COLLEAGUES)).place
                    accepted += is_known and place == 0
                    wrong += place is not None and not (is_known and place == 0)
        lines.append(f"{kind}: {accepted} of {fields} accepted, {wrong} silently wrong")
    return lines


def _write_name(text: str, hand: Path, quality: str, rng: Generator) -> Seen | None:
    page = np.full((400, 1300), 255, np.uint8)
    place = Rect(5, 5, *NAME_MM)
    _in_font(page, place, text, hand, Writer.random(rng), rng)
    spoiled = QUALITIES[quality](page, rng)
    upright = np.diag([PX_PER_MM, PX_PER_MM, 1.0])
    return _read(ink_only(field_crop(spoiled, upright, Field("name", place))))


def _as_json(seen: Seen) -> tuple[str, float, str]:
    return seen.text, seen.confidence, base64.b64encode(seen.packed()).decode()


# Names that we draw ourselves


def people() -> list[str]:
    """Invent staff: Dutch, Turkish, Moroccan, Surinamese and Polish names."""
    return [
        f"{first} {LAST[(7 * n + 11 * m) % 40]}" for n, first in enumerate(FIRST) for m in range(4)
    ]


def _page(rng: Generator) -> tuple[Image, list[tuple[str, Field]]]:
    page = np.full((round(297 * PX_PER_MM), round(210 * PX_PER_MM)), 255, np.uint8)
    fonts = hands()
    everybody = people()
    fields = []
    for row in range(ROWS):
        for x in COLUMNS_MM:
            place = Rect(x, 18 + row * ROW_MM, *NAME_MM)
            low, high = ((np.array(c) * PX_PER_MM).round().astype(int) for c in (
                (place.x_mm, place.y_mm),
                (place.x_mm + place.width_mm, place.y_mm + place.height_mm),
            ))  # fmt: skip
            cv2.rectangle(page, low.tolist(), high.tolist(), (90,), 2)
            name = everybody[int(rng.integers(len(everybody)))]
            written = _as_people_do(name, rng)
            writer = Writer.random(rng)
            hand = int(rng.integers(len(fonts) + 4))
            if hand < len(fonts):
                _in_font(page, place, written, fonts[hand], writer, rng)
            else:
                r = place
                write_text(
                    page, r.x_mm, r.y_mm, r.width_mm, r.height_mm, written, writer, rng, PX_PER_MM
                )
            fields.append((name, Field("name", place)))
    return page, fields


def _as_people_do(name: str, rng: Generator) -> str:
    """Write the name in full, or with an initial, without the infix, or the first name only."""
    first, *rest = name.split()
    match int(rng.choice(4, p=[0.7, 0.12, 0.1, 0.08])):
        case 0:
            return name
        case 1:
            return f"{first[0]}. {' '.join(rest)}"
        case 2:
            return f"{first} {rest[-1]}"
        case _:
            return first


def _in_font(
    page: Image, place: Rect, text: str, hand: Path, writer: Writer, rng: Generator
) -> None:
    """Write in a handwriting font, a little askew and as dark as the pen."""
    size = round(rng.uniform(5, 8.5) * PX_PER_MM)
    wide, high = (round(side * PX_PER_MM) for side in (place.width_mm, place.height_mm))
    while size > 20:
        font = ImageFont.truetype(str(hand), size)
        left, top, right, low = font.getbbox(text)
        if right - left < 0.94 * wide and low - top < 0.9 * high:
            break
        size = round(0.93 * size)
    picture = Pillow.new("L", (wide, high), 0)
    at = (rng.uniform(0.02, 0.98 - (right - left) / wide) * wide - left, (high - low - top) / 2)
    ImageDraw.Draw(picture).text(at, text, fill=255, font=font)
    turned = picture.rotate(float(rng.normal(0, 0.8)), Pillow.Resampling.BILINEAR)
    cover = np.asarray(turned, np.float64) / 255 * (1 - writer.ink / 255)
    x, y = round(place.x_mm * PX_PER_MM), round(place.y_mm * PX_PER_MM)
    part = page[y : y + high, x : x + wide]
    part[:] = np.rint(part * (1 - cover))


# Matching them to lists


def trials(
    seed: int, written: Sequence[WrittenName], everybody: Sequence[str]
) -> Iterator[MatchTrial]:
    """Match every field to a list of each length."""
    pairs = {name: _pairs(name) for name in everybody}
    for number, field in enumerate(written):
        rng = np.random.default_rng([seed, number])
        mine, folded = pairs[field.name], whose_name.fold(field.name)
        others = [n for n in everybody if whose_name.fold(n) != folded]
        near = sorted(others, key=lambda n: -_likeness(mine, pairs[n]))[:LOOKALIKES]
        rest = [others[int(n)] for n in rng.permutation(len(others)) if others[int(n)] not in near]
        longest = [*near, *rest[: max(LISTS)], field.name]
        scored = whose_name.scores(field.seen, longest) if field.seen is not None else []
        for size in LISTS:
            is_stranger = rng.random() < STRANGERS
            within = {*range(size)} if is_stranger else {*range(size - 1), len(longest) - 1}
            listed = [candidate for candidate in scored if candidate.place in within]
            yield _trial(field, size, is_stranger, listed, len(longest) - 1)


def _pairs(name: str) -> set[str]:
    folded = whose_name.fold(name)
    return {a + b for a, b in pairwise(folded)}


def _likeness(one: set[str], other: set[str]) -> float:
    """Say how alike two names are, 0..1: the share of pairs of letters that both have."""
    return len(one & other) / max(len(one | other), 1)


def _trial(
    field: WrittenName, size: int, is_stranger: bool, listed: Sequence[Candidate], place: int
) -> MatchTrial:
    nothing = np.zeros(len(whose_name.WEIGHTS) - 1)
    if field.seen is None:
        return MatchTrial(field.quality, size, is_stranger, False, nothing, False, 0.0)
    order = sorted(listed, key=lambda c: -c.score)
    return MatchTrial(
        field.quality,
        size,
        is_stranger,
        order[0].place == place,
        whose_name.features(field.seen, order),
        not whose_name.is_too_faint(field.seen, order),
        whose_name.probability(field.seen, order),
    )


def fit(trials: Sequence[MatchTrial]) -> tuple[NDArray[np.float64], dict[str, float]]:
    """Fit the logistic model; return its weights and the line for each of `SILENT`."""
    read = [t for t in trials if t.is_readable]
    x = np.array([[*t.features, 1.0] for t in read])
    y = np.array([t.is_on_top and not t.is_stranger for t in read], dtype=float)

    def loss(w: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        z = x @ w
        p = 1 / (1 + np.exp(-z))
        value = np.mean(np.logaddexp(0, z) - y * z) + 1e-4 * float(w @ w)
        return float(value), x.T @ (p - y) / len(y) + 2e-4 * w

    weights = minimize(loss, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B").x
    p = 1 / (1 + np.exp(-(x @ weights)))
    order = np.argsort(-p)
    silent = np.cumsum(1 - y[order]) / len(trials)
    lines = {}
    for wanted, most in SILENT.items():
        kept = int(np.searchsorted(silent, most, side="right"))
        lines[wanted] = float(p[order[min(kept, len(p) - 1)]])
    return weights, lines


def table(trials: Sequence[MatchTrial]) -> list[str]:
    """Show the figures per quality and per length of the list."""
    accept = "".join(f"{f'accepted at {line}':>20}{'wrong':>7}" for line in LINES)
    lines = [f"{'scan':<20}{'list':>5}{'fields':>8}{'on top':>8}{accept}"]
    qualities = dict.fromkeys(t.quality for t in trials)
    for quality in (*qualities, "all words", "all drawn"):
        for size in (*LISTS, 0):
            some = [
                t
                for t in trials
                if size in (t.size, 0) and (quality in (t.quality, "all " + _kind(t)))
            ]
            if some:
                lines.append(f"{quality:<20}{size or 'all':>5}{_row(some)}")
    return lines


def _kind(trial: MatchTrial) -> str:
    return "drawn" if trial.quality.startswith("drawn") else "words"


def _row(some: Sequence[MatchTrial]) -> str:
    known = [t for t in some if not t.is_stranger]
    row = f"{len(some):>8}{100 * sum(t.is_on_top for t in known) / max(len(known), 1):>8.1f}"
    for line in LINES.values():
        accepted = [t for t in some if t.probability >= line]
        wrong = sum(t.is_stranger or not t.is_on_top for t in accepted)
        right = len(accepted) - wrong
        row += f"{100 * right / max(len(known), 1):>20.1f}{wrong:>7}"
    return row


def main() -> None:
    """Run as a command."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seed", type=int, default=431)
    parser.add_argument("--words", type=int, default=400, help="words of each half of the writers")
    parser.add_argument("--pages", type=int, default=8, help="drawn pages of 40 names in each half")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument(
        "--strangers", action="store_true", help="only strangers with a similar first name"
    )
    parser.add_argument("--ways", action="store_true", help="only short ways to write a name")
    parser.add_argument("--fit", action="store_true", help="set the weights anew and print them")
    parser.add_argument("--ink", action="store_true", help="only whether light writing is seen")
    parser.add_argument("--text", action="store_true", help="only how well free text is read")
    wanted = parser.parse_args()
    if wanted.ink:
        print("\n".join(measure_fields.ink(wanted.seed, hands())))  # noqa: T201 a command
        return
    if isinstance(recogniser(), NullRecogniser):
        parser.exit(2, "The network is not installed: pip install '.[ocr]'.\n")
    if wanted.strangers:
        print("\n".join(strangers(wanted.seed)))  # noqa: T201 a command
        return
    if wanted.ways:
        print("\n".join(ways(wanted.seed)))  # noqa: T201 a command
        return
    if wanted.text:
        print("\n".join(measure_fields.text(wanted.seed, hands())))  # noqa: T201 a command
        return
    texts = sorted({word.text for word in words()})
    found = [
        *trials(wanted.seed, real(wanted.seed, wanted.words, wanted.fit, wanted.workers), texts),
        *trials(
            wanted.seed, drawn(wanted.seed, wanted.pages, wanted.fit, wanted.workers), people()
        ),
    ]
    if wanted.fit:
        weights, lines = fit(found)
        print("WEIGHTS =", tuple(round(float(w), 3) for w in weights))  # noqa: T201 a command
        print("LINES =", {name: round(line, 4) for name, line in lines.items()})  # noqa: T201
    print("\n".join(table(found)))  # noqa: T201


if __name__ == "__main__":
    main()
