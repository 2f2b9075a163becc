"""Questionnaires that nobody wrote: own names, boxes, pairs, orientation, rounds.

In:  a seed.
Out: an `Invented`: the text of a questionnaire file, and the facts it was made of, so that what
     comes out at the end can be told from them alone. Some of them are wrong on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

WORDS = (
    "samen", "alleen", "vrij", "vast", "open", "gesloten", "snel", "rustig", "buiten", "binnen",
    "leerling", "ouder", "docent", "team", "vertrouwen", "afspraak", "ruimte", "toets", "groei",
    "zorg", "plezier", "regels", "keuze", "invloed", "verschil", "aandacht",
    "verantwoordelijkheid", "zelfstandigheid", "onderwijskwaliteit", "vakmanschap",
    "geïnteresseerd", "één", "coöperatie",
)  # fmt: skip
KEYS = (
    "tempo", "stijl", "focus", "koers", "toon", "as-1", "as_2", "Noord", "zuid", "licht", "rust",
    "x", "y", "kracht", "veld", "hoek", "rand",
)  # fmt: skip
ROUND_KEYS = ("nu", "straks", "1", "ronde-2", "vorig_jaar", "Wens", "dag", "anders")
LONG_WORD = "arbeidsongeschiktheidsverzekeringsmaatschappijmedewerkers"
ODD_LETTERS = ("ğ", "ł", "Đ", "ș", "ß", "ø")


@dataclass(frozen=True)
class Axis:
    """One axis, as the test knows it."""

    key: str
    direction: str
    low_at: str  # "" where the file does not say
    low: str
    high: str
    questions: tuple[str, ...]


@dataclass(frozen=True)
class Invented:
    """A questionnaire file, and what it was made of."""

    text: str
    paper: str
    is_compass: bool
    lowest: int = 1
    boxes: tuple[str, ...] = ()
    axes: tuple[Axis, ...] = ()
    quadrants: dict[frozenset[str], tuple[str, str]] = field(default_factory=dict)  # key and title
    rounds: tuple[tuple[str, str], ...] = ()  # key and role


def invented(seed: int) -> Invented:
    """Make one up; two of three have a map."""
    random = Random(seed)
    return _quickscan(random) if seed % 3 == 2 else _compass(random)


def _sentence(random: Random, words: int) -> str:
    said = [random.choice(WORDS) for _ in range(words)]
    if random.random() < 0.03:
        said[0] = LONG_WORD
    if random.random() < 0.1:
        said[-1] += random.choice(ODD_LETTERS)
    return " ".join(said).capitalize() + "."


def _name(random: Random, most: int = 40) -> str:
    """Make a name for something on the map; now and then one that is too long."""
    length = random.choice([4, 8, 12, 20, 30, most]) if random.random() < 0.995 else most + 5
    name = " ".join(random.choice(WORDS) for _ in range(9))[:length].strip()
    return name or "naam"


def _keys(random: Random, count: int) -> list[str]:
    keys = random.sample(KEYS, count)
    if random.random() < 0.03:
        keys[0] = random.choice(["name", "sheet", "naam", "both", "met spatie", "n"])
    return keys


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _head(random: Random, scoring: str, *, asks_name: bool) -> tuple[list[str], str]:
    key = f"{random.choice(KEYS).lower()}-{random.randrange(1000)}"
    paper = key if random.random() < 0.5 else f"lijst-{key}"
    how_to = [_sentence(random, random.randrange(3, 14)) for _ in range(random.randrange(1, 5))]
    return [
        f"key = {_quoted(key)}",
        f"edition = {random.choice([1, 33, 63])}",
        f"paper = {_quoted(paper)}",
        f"title = {_quoted(_name(random, 30).capitalize())}",
        *([f"subtitle = {_quoted(_sentence(random, 5))}"] if random.random() < 0.7 else []),
        f'scoring = "{scoring}"',
        f"asks_name = {str(asks_name).lower()}",
        f"how_to = [{', '.join(map(_quoted, how_to))}]",
    ], paper


def _compass(random: Random) -> Invented:
    lines, paper = _head(random, "compass", asks_name=random.random() < 0.8)
    lowest = random.choice([1, 1, 1, 0, 2])
    count = random.choice([2, 3, 4, 5, 5, 6, 6, 7, 8, 9, 10])
    boxes = [str(lowest + number) for number in range(count)]
    if random.random() < 0.04:
        boxes[0] = random.choice(["nooit", "01", "99"])
    rounds = _rounds(random, lines)
    axis_keys, corner_keys = _keys(random, 2), [f"veld-{n}" for n in random.sample(range(9), 4)]
    pairs = random.choice([2, 3, 4, 6, 8, 8, 12, 15, 20, 30])
    counting = [random.randrange(2) for _ in range(pairs)]
    if random.random() < 0.97:
        counting[:2] = [0, 1]  # else an axis may be idle
    question_keys = _question_keys(random, pairs)
    lines += ["[scales.s]", f"options = [{', '.join(map(_quoted, boxes))}]"]
    axes = []
    sides = {"vertical": ("top", "bottom"), "horizontal": ("right", "left")}
    for number, direction in enumerate(random.sample(list(sides), 2)):
        low_at = random.choice(["", *sides[direction]])
        its = tuple(k for k, axis in zip(question_keys, counting, strict=True) if axis == number)
        axis = Axis(axis_keys[number], direction, low_at, _name(random), _name(random), its)
        axes.append(axis)
        lines += [
            f"[axes.{_quoted(axis.key)}]",
            f"name = {_quoted(_name(random))}",
            f'direction = "{direction}"',
            f"low = {_quoted(axis.low)}",
            f"high = {_quoted(axis.high)}",
            *([f'low_at = "{low_at}"'] if low_at else []),
        ]
        if random.random() < 0.7:
            bands = [_sentence(random, random.randrange(2, 12)) for _ in range(3)]
            lines.append(f"bands = [{', '.join(map(_quoted, bands))}]")
    quadrants = {}
    corners: list[list[str]] = [[], axis_keys[:1], axis_keys[1:], axis_keys]
    random.shuffle(corners)
    for key, low in zip(corner_keys, corners, strict=True):
        title = _name(random)
        quadrants[frozenset(low)] = (key, title)
        lines += [
            f"[quadrants.{_quoted(key)}]",
            f"title = {_quoted(title)}",
            f"low = [{', '.join(map(_quoted, low))}]",
            f"text = {_quoted(_sentence(random, 12))}",
        ]
    if random.random() < 0.03:  # a corner of the map is nobody's
        cut = max(n for n, line in enumerate(lines) if line.startswith("[quadrants"))
        del lines[cut : cut + 4]
    _pair_rows(random, lines, question_keys, [axes[n].key for n in counting])
    _other_rows(random, lines)
    return Invented(
        "\n".join(lines) + "\n", paper, True, lowest, tuple(boxes), tuple(axes), quadrants, rounds
    )


def _rounds(random: Random, lines: list[str]) -> tuple[tuple[str, str], ...]:
    count = random.choices([0, 1, 2, 3], [1, 10, 30, 1])[0]
    if not count:
        return ()
    keys = random.sample(
        ["nu", "straks", "1", "ronde-2", "vorig_jaar", "Wens", "dag", "anders"], count
    )
    roles = random.sample(["wished", "practice"], 2)[:count] + ["only"] * (count - 2)
    if count == 1:
        roles = [random.choice(["only", "wished", "practice"])]
    is_silent = random.random() < 0.05  # the file does not say which round is which
    made = []
    for number, (key, role) in enumerate(zip(keys, roles, strict=True), 1):
        title = _sentence(random, random.randrange(1, 9))
        if random.random() < 0.5:
            title = f"{_name(random, 15).capitalize()}: {title}"
        lines += [
            f"[rounds.{_quoted(key)}]",
            f"number = {number}",
            f"title = {_quoted(title)}",
            f"ask = {_quoted(_sentence(random, random.randrange(4, 20)))}",
            *([f'role = "{role}"'] if not is_silent else []),
            *([f"name = {_quoted(_name(random, 20))}"] if random.random() < 0.5 else []),
            *([f"question = {_quoted(_sentence(random, 5))}"] if random.random() < 0.3 else []),
        ]
        made.append((key, role if not is_silent or count == 2 else "only"))
    return tuple(made)


def _question_keys(random: Random, count: int) -> list[str]:
    style = random.choice(["{}", "{}", "v{}", "1.{}", "st.{}"])
    return [style.format(number) for number in range(1, count + 1)]


def _pair_rows(random: Random, lines: list[str], questions: list[str], axes: list[str]) -> None:
    length = random.choice([3, 8, 15, 25])
    lines += ["[[sections]]", 'title = ""']
    for number, (question, axis) in enumerate(zip(questions, axes, strict=True)):
        if number and random.random() < 0.1:
            lines += ["[[sections]]", f"title = {_quoted(_name(random))}"]
        lines += [
            "[[sections.rows]]",
            'kind = "pair"',
            f"key = {_quoted(question)}",
            'scale = "s"',
            f"axis = {_quoted(axis)}",
            *([f"label = {_quoted(_name(random))}"] if random.random() < 0.7 else []),
            f"left = {_quoted(_sentence(random, random.randrange(2, length + 3)))}",
            f"right = {_quoted(_sentence(random, random.randrange(2, length + 3)))}",
        ]


def _other_rows(random: Random, lines: list[str]) -> None:
    """Ask more beside the map, now and then."""
    if random.random() < 0.7:
        return
    lines += ["[[sections]]", f"title = {_quoted(_name(random))}"]
    lines += _choice_row(random, "rol")
    lines += [
        "[[sections.rows]]",
        'kind = "text"',
        'key = "tekst"',
        f"text = {_quoted(_sentence(random, 6))}",
        f"lines = {random.randrange(1, 5)}",
    ]
    if random.random() < 0.5:
        lines += [
            "[[sections.rows]]",
            'kind = "pair"',
            'key = "los"',
            'scale = "s"',
            f"left = {_quoted(_sentence(random, 6))}",
            f"right = {_quoted(_sentence(random, 6))}",
        ]


def _choice_row(random: Random, key: str) -> list[str]:
    options = ", ".join(
        f"{{ key = {_quoted(f'k{n}')}, label = {_quoted(_name(random, 20))} }}"
        for n in range(random.randrange(2, 8))
    )
    return [
        "[[sections.rows]]",
        'kind = "choice"',
        f"key = {_quoted(key)}",
        f"text = {_quoted(_sentence(random, 5))}",
        f"options = [{options}]",
    ]


FIVE = ["++", "+", "+/-", "-", "--"]


def _quickscan(random: Random) -> Invented:
    """Make a list whose answers are counted."""
    lines, paper = _head(random, "tally", asks_name=random.random() < 0.2)
    boxes = random.choice([FIVE, FIVE, FIVE, ["ja", "nee"], ["1", "2", "3"], ["a", "b", "c", "d"]])
    parts = [f"deel-{number}" for number in range(random.randrange(0, 4))]
    if random.random() < 0.04:
        lines += ['[rounds."nu"]', "number = 1", 'title = "Nu"']
    lines += ["[scales.s]", f"options = [{', '.join(map(_quoted, boxes))}]"]
    if random.random() < 0.7:
        lines.append('no_view = "?"')
    if random.random() < 0.5:
        lines += ['tick = "18"', f"tick_label = {_quoted(random.choice(['18-/18+', 'anders']))}"]
    if random.random() < 0.6:
        meanings = ", ".join(f"{_quoted(b)} = {_quoted(_sentence(random, 3))}" for b in boxes)
        lines.append(f"legend = {{ {meanings} }}")
    lines += ["[scales.cijfer]", f"options = [{', '.join(_quoted(str(n)) for n in range(1, 11))}]"]
    for part in parts:
        lines += ["[[parts]]", f"key = {_quoted(part)}", f"title = {_quoted(_name(random))}"]
    factors = range(1, random.randrange(1, 9)) if parts else range(0)
    for factor in factors:
        lines += [
            "[[factors]]",
            f"number = {factor}",
            f"title = {_quoted(_name(random))}",
            f"part = {_quoted(random.choice(parts))}",
            f"text = {_quoted(_sentence(random, 9))}",
        ]
    if random.random() < 0.6:
        lines += ["[[sections]]", 'title = "Over u"', *_choice_row(random, "role")]
    number = 0
    for factor in factors or (0,):
        lines += ["[[sections]]", f"title = {_quoted(_name(random))}"]
        lines += [f"factor = {factor}"] if factor else []
        lines += ["new_page = true"] if random.random() < 0.2 else []
        for _ in range(random.randrange(1, 8)):
            number += 1
            lines += [
                "[[sections.rows]]",
                'kind = "scale"',
                f"key = {_quoted(f'{factor or 1}.{number}')}",
                'scale = "s"',
                f"text = {_quoted(_sentence(random, random.randrange(3, 20)))}",
            ]
    for part in parts if random.random() < 0.7 else ():
        lines += ["[[sections]]", f"title = {_quoted(_name(random))}"]
        lines += [
            "[[sections.rows]]",
            'kind = "scale"',
            f"key = {_quoted(f'grade/{part}')}",
            'scale = "cijfer"',
            f"part = {_quoted(part)}",
            f"text = {_quoted(_sentence(random, 6))}",
        ]
        lines += [
            "[[sections.rows]]",
            'kind = "text"',
            f"key = {_quoted(f'priority/{part}')}",
            f"part = {_quoted(part)}",
            f"text = {_quoted(_sentence(random, 8))}",
            f"lines = {random.randrange(1, 4)}",
        ]
    return Invented("\n".join(lines) + "\n", paper, False, boxes=tuple(boxes))
