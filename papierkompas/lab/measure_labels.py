"""Measure how well names are placed on the poster, on made-up teams.

In:  how many teams, of how many people: `python -m papierkompas.lab.measure_labels --teams 1000`.
Out: a table of overlaps, sizes of type and time per poster, and a check on the ink itself.

The overlaps are counted from where the names are printed, name by name, in plain loops that
share nothing with the search in `scoring.labels`. The ink check trusts no geometry at all:
it prints every name in a colour of its own, once in each order, and looks for pixels that
were painted twice.
"""

from __future__ import annotations

import argparse
import math
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple, dataclass, fields
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import numpy.typing as npt

from forms.compass import Compass
from forms.instrument import Role, Round, find
from forms.paper import Colour, Drawing
from forms.paper_sizes import paper_named
from scoring.compass import Position
from scoring.compass_map import SIZES, Arrangement, Person, in_order, paint_names
from scoring.labels import (
    BELOW,
    CAPITAL,
    LEADER_WIDTH,
    PT_TO_MM,
    Labelling,
    Method,
    Scene,
    baselines,
)
from scoring.poster import Poster, arranged, paint
from scoring.shapes import Bounds, Segment
from scoring.signs import is_open

COMPASS = Compass.of(find("schoolwaardenkompas"))
BOTH = in_order(COMPASS.rounds)
WISHED = tuple(asked for asked in BOTH if asked.role is Role.WISHED)

KINDS = ("normal", "tight", "camps")  # by turns: realistic, one spot, two spots
PILED, MOST_PILES = "piled", 4  # everybody on so few places exactly
FIRST_NAMES = (
    "Maaike, Noor, Sam, Fatima, Jan-Willem, Aisha, Wouter, Bo, Ingrid, Mohammed, Sanne, Priya, "
    "Koen, Yara, Elif, Thijs, Jolanda, Bram, Femke, Nadia, Lotte, Pieter, Hanneke, Youssef, "
    "Marieke, Joost, Chantal, Ruben, Esra, Willemijn, Tom, Łukasz, Annemarie, Dirk, Saskia, Hung, "
    "Zoë, Peter, Karin, Bas, Ilse, Murat, Anouk, Ton, Liesbeth, Erik, Soraya, Gijs, Marloes, "
    "İpek, Frank, Truus, Jeroen, Wendy, Ali, Monique, Stefan, Tineke, Đặng, Ömer"
)
LAST_NAMES = "Voorbeeld, Proef, Monster, Staal, Schets, Verzonnen, Toets, Model, Demo, Oefening"
INK_DPI = 60
ROUNDING = 1e-6  # mm


@dataclass(frozen=True, slots=True)
class Faults:
    """What lies on what, counted in pairs; all but the last two must be nought."""

    name_on_name: int = 0
    name_on_dot: int = 0
    leader_on_name: int = 0
    leader_on_leader: int = 0
    name_on_caption: int = 0
    outside: int = 0
    leader_on_dot: int = 0  # passes through somebody else's dot
    doubtful: int = 0  # places that could be read wrongly, by the labelling's own count

    @property
    def overlaps(self) -> int:
        """Everything that must not happen."""
        return sum(astuple(self)[:6])


@dataclass(frozen=True, slots=True)
class Outcome:
    """One poster, measured."""

    faults: Faults
    size_pt: float  # as if on A1
    method: Method
    seconds: float  # of processor time, for a whole poster
    names: int = 0
    elsewhere: int = 0  # of them, whose middle is in another quadrant than their dot


def sample_poster(
    people: int,
    number: int,
    *,
    size: str = "a1",
    rounds: tuple[Round, ...] = WISHED,
    kinds: Sequence[str] = KINDS,
) -> Poster:
    """Invent a team and make its poster; the same numbers give the same team."""
    random = np.random.default_rng([number, people])
    team = sample_people(people, kinds[number % len(kinds)], random, rounds)
    return Poster(
        team="Team Voorbeeld",
        date="12 maart 2026",
        size=paper_named(size),
        people=team,
        rounds=rounds,
        compass=COMPASS,
        issued=people + 2,
        returned=people,
    )


def sample_people(
    count: int, kind: str, random: np.random.Generator, rounds: tuple[Round, ...]
) -> tuple[Person, ...]:
    """Invent people as in docs/findings/printing.md 4.

    Everybody has an own view round the middle of the team; "tight" and "camps" say how far
    away. Answers add the noise of the statement and of the moment.
    """
    middle = random.uniform(2.2, 4.8, 2)
    spread = {"normal": 0.7, "tight": 0.3, "camps": 0.5}.get(kind, 0.0)
    views = middle + random.normal(0, spread, (count, 2))
    if kind == "camps":
        angle = random.uniform(0, 2 * math.pi)
        views += np.outer(random.choice([-1.2, 1.2], count), [math.cos(angle), math.sin(angle)])
    shift = random.normal(0, 0.7, 2) + random.normal(0, 0.4, (count, 2))
    first, last = FIRST_NAMES.split(", "), LAST_NAMES.split(", ")
    wishes, today = _answered(views, random), _answered(views + shift, random)
    if kind == PILED:
        piles = int(random.integers(1, MOST_PILES + 1))
        at = random.integers(0, piles, count)
        wishes, today = ([places[int(n) % count] for n in at] for places in (wishes, today))
    return tuple(
        Person(
            f"{random.choice(first)} {random.choice(last)}",
            dot=None if all(map(is_open, rounds)) else wish,
            ring=now if any(map(is_open, rounds)) else None,
        )
        for wish, now in zip(wishes, today, strict=True)
    )


def _answered(views: npt.NDArray[np.float64], random: np.random.Generator) -> list[Position]:
    """Let everybody answer four statements per axis."""
    statements = random.normal(0, 0.4, (2, 4))
    answers = views[:, :, None] + statements + random.normal(0, 1.0, (len(views), 2, 4))
    means = np.clip(np.rint(answers), COMPASS.lowest, COMPASS.highest).mean(axis=2)
    return [Position(float(down), float(across)) for down, across in means]


def count_elsewhere(scene: Scene, found: Labelling) -> int:
    """Count the names whose middle lies in another quadrant than their dot.

    Beside a dot on an axis a name may stand on both sides of it.
    """
    across, down = scene.crossing
    count = 0
    for number, name in _names(scene, found):
        dot = scene.dots[number]
        x, y = (name.left + name.right) / 2, name.bottom - BELOW * found.size_pt * PT_TO_MM
        y -= CAPITAL / 2 * found.size_pt * PT_TO_MM
        aside = ((dot.x - across, x - across), (dot.y - down, y - down))
        count += any(abs(own) > scene.scale and own * its < 0 for own, its in aside)
    return count


def count_faults(scene: Scene, found: Labelling) -> Faults:
    """Count what lies on what, name by name."""
    names = list(_names(scene, found))
    leaders = [(block.dot, block.leader) for block in found.blocks if block.leader is not None]
    half = LEADER_WIDTH * scene.scale / 2
    return Faults(
        name_on_name=sum(
            _meet(one, other)
            for number, (a, one) in enumerate(names)
            for b, other in names[:number]
            if a != b
        ),
        name_on_dot=sum(
            _from_box(name, dot.x, dot.y) < dot.radius for _, name in names for dot in scene.dots
        ),
        leader_on_name=sum(
            _near_box(leader, name, half) for a, leader in leaders for b, name in names if a != b
        ),
        leader_on_leader=sum(
            _apart(one, other) < 2 * half
            for number, (_, one) in enumerate(leaders)
            for _, other in leaders[:number]
        ),
        name_on_caption=sum(_meet(name, box) for _, name in names for box in scene.blocked),
        outside=sum(
            name.left < scene.area.left - ROUNDING
            or name.right > scene.area.right + ROUNDING
            or name.top < scene.area.top - ROUNDING
            or name.bottom > scene.area.bottom + ROUNDING
            for _, name in names
        ),
        leader_on_dot=sum(
            _from_line(leader, dot.x, dot.y) < dot.radius
            for a, leader in leaders
            for b, dot in enumerate(scene.dots)
            if a != b and math.dist((dot.x, dot.y), (scene.dots[a].x, scene.dots[a].y)) > dot.radius
        ),
        doubtful=found.doubtful,
    )


def _names(scene: Scene, found: Labelling) -> Iterator[tuple[int, Bounds]]:
    """List where every name is printed, with the number of its dot."""
    size = found.size_pt
    for block in found.blocks:
        dot = scene.dots[block.dot]
        for (x, y), width in zip(baselines(block, dot, size), dot.widths, strict=True):
            top, bottom = y - CAPITAL * size * PT_TO_MM, y + BELOW * size * PT_TO_MM
            yield block.dot, Bounds(x, top, x + width * size, bottom)


def _meet(one: Bounds, other: Bounds) -> bool:
    return (
        one.left < other.right
        and other.left < one.right
        and one.top < other.bottom
        and other.top < one.bottom
    )


def _from_box(box: Bounds, x: float, y: float) -> float:
    return math.hypot(max(box.left - x, x - box.right, 0), max(box.top - y, y - box.bottom, 0))


def _near_box(line: Segment, box: Bounds, gap: float) -> bool:
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    if left < line.x1 < right and top < line.y1 < bottom:
        return True
    edges = (
        Segment(left, top, right, top),
        Segment(left, bottom, right, bottom),
        Segment(left, top, left, bottom),
        Segment(right, top, right, bottom),
    )
    return any(_apart(line, edge) < gap for edge in edges)


def _apart(one: Segment, other: Segment) -> float:
    """Measure how far two lines are apart; 0 when they cross."""

    def side(line: Segment, x: float, y: float) -> float:
        return (line.x2 - line.x1) * (y - line.y1) - (line.y2 - line.y1) * (x - line.x1)

    if (
        side(one, other.x1, other.y1) * side(one, other.x2, other.y2) < 0
        and side(other, one.x1, one.y1) * side(other, one.x2, one.y2) < 0
    ):
        return 0.0
    return min(
        _from_line(one, other.x1, other.y1),
        _from_line(one, other.x2, other.y2),
        _from_line(other, one.x1, one.y1),
        _from_line(other, one.x2, one.y2),
    )


def _from_line(line: Segment, x: float, y: float) -> float:
    dx, dy = line.x2 - line.x1, line.y2 - line.y1
    part = ((x - line.x1) * dx + (y - line.y1) * dy) / max(dx * dx + dy * dy, 1e-12)
    part = min(max(part, 0.0), 1.0)
    return math.hypot(x - line.x1 - part * dx, y - line.y1 - part * dy)


def painted_twice(arrangement: Arrangement, poster: Poster, *, leaders: bool = False) -> int:
    """Count the pixels that belong to two people, by printing in both orders.

    Args:
        arrangement: where the names are.
        poster: whose they are.
        leaders: print the leader lines as well; they may pass through a dot.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ink.pdf"
        drawing = Drawing(path, poster.size, title="ink")
        orders = [range(len(arrangement.spots)), range(len(arrangement.spots))[::-1]]
        _print_ink(drawing, arrangement, orders[0], leaders=leaders)
        drawing.next_page()
        _print_ink(drawing, arrangement, orders[1], leaders=leaders)
        drawing.save()
        first, second = (_pixels(path, page) for page in (1, 2))
    return int(np.count_nonzero((first != second).any(axis=2)))


def _print_ink(
    drawing: Drawing, arrangement: Arrangement, order: Iterable[int], *, leaders: bool
) -> None:
    blocks = {block.dot: block for block in arrangement.found.blocks}
    for number in order:
        spot, dot = arrangement.spots[number], arrangement.scene.dots[number]
        red, green, blue = ((number * step % 200 + 20) / 255 for step in (37, 91, 149))
        colour: Colour = (red, green, blue)
        drawing.circle(spot.x, spot.y, spot.radius, fill=colour)
        if number not in blocks:
            continue
        block = blocks[number]
        if leaders and block.leader is not None:
            width = LEADER_WIDTH * arrangement.map.scale
            drawing.line(*block.leader, line_mm=width, colour=colour)
        paint_names(drawing, block, dot, spot.names, arrangement.found.size_pt, colour=colour)


def _pixels(path: Path, page: int) -> npt.NDArray[np.uint8]:
    """Render a page without smoothing, so that every pixel has one owner."""
    command = ["pdftoppm", "-r", str(INK_DPI), "-f", str(page), "-l", str(page)]
    command += ["-aa", "no", "-aaVector", "no", str(path)]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    _, size, _, body = data.split(b"\n", 3)
    width, height = map(int, size.split())
    return np.frombuffer(body, dtype=np.uint8).reshape(height, width, 3)


def measure(
    people: int, number: int, size: str, rounds: tuple[Round, ...], kinds: Sequence[str] = KINDS
) -> Outcome:
    """Make one poster and measure it."""
    poster = sample_poster(people, number, size=size, rounds=rounds, kinds=kinds)
    start = time.process_time()
    arrangement = arranged(poster)
    drawing = Drawing(BytesIO(), poster.size, title="measured")
    paint(drawing, poster, arrangement)
    drawing.save()
    seconds = time.process_time() - start
    found = arrangement.found
    return Outcome(
        count_faults(arrangement.scene, found),
        found.size_pt / arrangement.map.scale,
        found.method,
        seconds,
        names=sum(len(arrangement.scene.dots[block.dot].widths) for block in found.blocks),
        elsewhere=count_elsewhere(arrangement.scene, found),
    )


Job = tuple[int, int, str, tuple[Round, ...], Sequence[str]]


def _measure(job: Job) -> Outcome:
    return measure(*job)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m papierkompas.lab.measure_labels", description=__doc__
    )
    parser.add_argument("--teams", type=int, default=60, help="teams of each kind of poster")
    parser.add_argument("--people", type=int, nargs="+", default=[5, 15, 30, 60])
    parser.add_argument("--sizes", nargs="+", default=["a1", "flipover"])
    parser.add_argument("--rounds", type=int, nargs="+", default=[1, 2], choices=[1, 2])
    parser.add_argument(
        "--piled", action="store_true", help="one team of four on one to four places exactly"
    )
    parser.add_argument("--first", type=int, default=0, help="the seed of the first team")
    parser.add_argument("--ink", type=int, default=6, help="posters of each kind to check by ink")
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args(arguments)
    say = sys.stdout.write
    say(f"{'poster':<22}{'teams':>6}  {'overlaps':<34}{'size of type on A1, pt':<34}")
    say("leader on dot  doubtful  own quadrant  cpu s mean/p95/max   ink: pixels painted twice\n")
    kinds = (*KINDS, PILED) if asked.piled else KINDS
    with ProcessPoolExecutor(asked.workers) as pool:
        for size in asked.sizes:
            for people in asked.people:
                for rounds in asked.rounds:
                    shown = BOTH if rounds == 2 else WISHED
                    numbers = range(asked.first, asked.first + asked.teams)
                    jobs: list[Job] = [(people, n, size, shown, kinds) for n in numbers]
                    outcomes = list(pool.map(_measure, jobs, chunksize=8))
                    ink = sum(pool.map(_ink, jobs[: asked.ink]))
                    what = f"{size}, {people} people, {rounds} r."
                    say(f"{what:<22}{_row(outcomes)}{ink} in {len(jobs[: asked.ink])}\n")
                    sys.stdout.flush()


def _ink(job: Job) -> int:
    people, number, size, rounds, kinds = job
    poster = sample_poster(people, number, size=size, rounds=rounds, kinds=kinds)
    return painted_twice(arranged(poster), poster)


def _row(outcomes: Sequence[Outcome]) -> str:
    teams = len(outcomes)
    faults = [outcome.faults for outcome in outcomes]
    counts = {
        field.name: sum(getattr(fault, field.name) for fault in faults) for field in fields(Faults)
    }
    overlaps = sum(fault.overlaps for fault in faults)
    kinds = [f"{name} {count}" for name, count in list(counts.items())[:6] if count]
    sizes = sorted(outcome.size_pt for outcome in outcomes)
    floor = sum(size >= SIZES[-1] - 1e-6 for size in sizes) / teams
    large = sum(size >= 28 - 1e-6 for size in sizes) / teams
    seconds = sorted(outcome.seconds for outcome in outcomes)
    far = sum(outcome.method is not Method.BESIDE for outcome in outcomes)
    named = sum(outcome.names for outcome in outcomes)
    own = 1 - sum(outcome.elsewhere for outcome in outcomes) / max(named, 1)
    said = f"{overlaps} {', '.join(kinds)}"
    type_ = f"{sizes[0]:.0f}/{statistics.median(sizes):.0f}/{sizes[-1]:.0f}"
    type_ += f" ≥28 {large:.1%} ≥24 {floor:.1%} far {far}"
    time_ = f"{statistics.fmean(seconds):.2f}/{seconds[int(0.95 * teams)]:.2f}/{seconds[-1]:.2f}"
    return (
        f"{teams:>6}  {said:<34}{type_:<34}{counts['leader_on_dot'] / teams:>13.2f}"
        f"{counts['doubtful'] / teams:>10.2f}  {own:>12.2%}  {time_:<21}"
    )


if __name__ == "__main__":
    main()
