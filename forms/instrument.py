"""A questionnaire as data, and the loader that says in plain words what is wrong in its file.

In:  a TOML file (`forms/instruments/*.toml`, or a school's own), and the files beside it.
Out: an `Instrument`, with everything that is asked and printed.

A new questionnaire that uses the four kinds of rows (pair, scale, choice, text) needs no code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path

from forms.companions import Companions, Kind, companions_of
from forms.errors import InstrumentError
from forms.messages import Message
from forms.sheet_code import instrument_number
from forms.toml_tables import MAX_KEY, Table, parsed, read_text

MAX_EDITION = 63  # six bits in the symbol on the sheet, see forms.sheet_code
MAX_ROUNDS = 3  # two bits there; 0 says that the instrument has no rounds
OWN_WORDING_EDITION = 32  # editions 32..63 are a school's own or a handbook's literal wording


MOST_BOXES = 12  # in one row
MOST_LINES = 20  # ruled, in one field for handwriting

COMPASS = "compass"  # the scoring rule of a questionnaire with a map
COUNTED = "tally"  # that of lists that are counted
# Words that results have of their own, beside the keys of questionnaires.
RESULT_WORDS = frozenset(
    ("team", "date", "in_review", "remarks", "people", "rounds", "comparison", "compasses",
     "hand_made", "hand_made_comparison")
)  # fmt: skip
MAP_BOXES = (2, 10)  # of a pair that counts on the map, at least and at most
MAP_PAIRS = (2, 30)
MAP_LETTERS = 40  # of a name on the map: more cannot be read from a distance
EXPLAINED_LETTERS = 400  # of what explains a factor or a stage on the first page
PAIR_KEY = 8  # letters beside a statement, and in the disc that is its number
SHORT_NAME = 24  # letters that stand before a row without being set small
# Words that results and tables use beside the keys of axes and rounds.
RESERVED = frozenset(
    ("sheet", "number", "nummer", "name", "quadrant", "missing", "twice", "why", "n",
     "spread", "total", "per_quadrant", "on_border", "mean_step", "trend", "scenario", "reason",
     "close_call", "converging", "is_team", "rounds", "others", "others_apart", "sentence",
     "kind", "colour", "off", "x_mm", "y_mm", "size_mm",
     "doubts", "counts", "both", "unknown", "ronde", "formulier", "naam", "kwadrant", "mensen",
     "verschuiving", "beide")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Scale:
    """The boxes that a row offers, from left to right."""

    name: str
    options: tuple[str, ...]
    no_view: str | None = None  # an extra box: no view of this
    tick: str | None = None  # option of an extra box that is a question of its own
    tick_label: str = ""
    legend: Mapping[str, str] = field(default_factory=dict, hash=False)  # a dict has no hash

    @property
    def row_options(self) -> tuple[str, ...]:
        """The options of the row itself: those of the scale, then `no_view`."""
        return (*self.options, self.no_view) if self.no_view else self.options


@dataclass(frozen=True, slots=True)
class Choice:
    """One named box of a choice row."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Tick:
    """The tick box behind a question, a question of its own: `1.3/18` behind `1.3`."""

    key: str
    option: str
    label: str
    meaning: str  # empty where the legend is silent


@dataclass(frozen=True, slots=True)
class StatementPair:
    """Two opposite statements, with the boxes of a scale between them."""

    key: str
    left: str
    right: str
    scale: Scale
    label: str = ""
    axis: str | None = None
    part: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self.key, left=self.left, right=self.right)
        if self.scale.tick is not None:
            raise ValueError(
                f"a pair has no tick box, got scale {self.scale.name!r} with {self.scale.tick!r}"
            )

    @property
    def options(self) -> tuple[str, ...]:
        """The keys of the boxes, from left to right."""
        return self.scale.row_options

    @property
    def words(self) -> tuple[str, ...]:
        """The sentences that ask it."""
        return (self.left, self.right)


@dataclass(frozen=True, slots=True)
class ScaleQuestion:
    """A question, with the boxes of a scale behind it."""

    key: str
    text: str
    scale: Scale
    label: str = ""
    axis: str | None = None
    part: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self.key, text=self.text)

    @property
    def options(self) -> tuple[str, ...]:
        """The keys of the boxes, from left to right, without the tick box."""
        return self.scale.row_options

    @property
    def words(self) -> tuple[str, ...]:
        """The sentence that asks it."""
        return (self.text,)

    @property
    def tick(self) -> Tick | None:
        """The tick box behind the boxes, a question of its own; None without one."""
        option = self.scale.tick
        if option is None:
            return None
        label = self.scale.tick_label or option
        return Tick(f"{self.key}/{option}", option, label, self.scale.legend.get(option, ""))


@dataclass(frozen=True, slots=True)
class ChoiceQuestion:
    """A question, with named boxes under it."""

    key: str
    text: str
    choices: tuple[Choice, ...]
    part: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self.key, text=self.text)
        if not 1 <= len(self.choices) <= MOST_BOXES:
            raise ValueError(f"choices must be 1..{MOST_BOXES}, got {len(self.choices)}")
        if len(set(self.options)) != len(self.choices):
            raise ValueError(f"choices must have different keys, got {', '.join(self.options)}")

    @property
    def options(self) -> tuple[str, ...]:
        """The keys of the boxes, in printed order."""
        return tuple(choice.key for choice in self.choices)

    @property
    def words(self) -> tuple[str, ...]:
        """The sentence that asks it."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class TextField:
    """A question, with ruled lines to write on."""

    key: str
    text: str
    lines: int
    part: str | None = None

    def __post_init__(self) -> None:
        _refuse_empty(self.key, text=self.text)
        if not 1 <= self.lines <= MOST_LINES:
            raise ValueError(f"lines must be 1..{MOST_LINES}, got {self.lines}")

    @property
    def words(self) -> tuple[str, ...]:
        """The sentence that asks it."""
        return (self.text,)


Scaled = StatementPair | ScaleQuestion
Row = Scaled | ChoiceQuestion | TextField


def _refuse_empty(key: str, **texts: str) -> None:
    """Refuse a row without a key, or without the words that it is there to print."""
    for name, value in {"key": key, **texts}.items():
        if not value.strip():
            raise ValueError(f"{name} of question {key!r} must not be empty")


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    title: str
    rows: tuple[Row, ...]
    factor: int | None = None
    part: str | None = None
    new_page: bool = False


class Role(StrEnum):
    """What a round says about the people who fill it in."""

    WISHED = "wished"  # where they want to be
    PRACTICE = "practice"  # where they are now
    ONLY = "only"  # where they are, of a questionnaire that asks it once


@dataclass(frozen=True, slots=True)
class Round:
    """One of the times that the same people fill in the same questions.

    Attributes:
        name: what it is called within a sentence.
        question: what stands over a map of it; empty: what fits its role.
    """

    key: str
    number: int
    title: str
    ask: str
    role: Role = Role.ONLY
    name: str = ""
    question: str = ""

    @property
    def heading(self) -> str:
        """The title as far as its colon, or all of it."""
        return self.title.partition(":")[0].strip()

    @property
    def label(self) -> str:
        """The heading as it stands in a list, if it is short; else the name."""
        return _short(self.heading) or self.name

    @property
    def explained(self) -> str:
        """What the title says behind its colon; all of it where there is none."""
        _, colon, rest = self.title.partition(":")
        return rest.strip() if colon else self.title


class Side(StrEnum):
    """A side of the map."""

    TOP = "top"
    BOTTOM = "bottom"
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class MapAxis:
    """An axis of the map, from `low`, the end with the first box, to `high`.

    Attributes:
        low_at: the side of the map at which that end lies.
    """

    key: str
    name: str
    direction: str
    low: str
    high: str
    bands: tuple[str, str, str]
    low_at: Side


@dataclass(frozen=True, slots=True)
class MapQuadrant:
    """A corner of the map; `low` names the axes on which it lies under the border."""

    key: str
    title: str
    low: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """An aspect: what several factors have in common."""

    key: str
    title: str


@dataclass(frozen=True, slots=True)
class NamedText:
    """A name that the form explains before it asks: a stage, or a group of factors."""

    key: str
    title: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """A success factor: what several questions have in common.

    Attributes:
        group: key of the group that it belongs to, where the questionnaire has groups.
    """

    number: int
    title: str
    part: str
    text: str
    group: str | None = None


@dataclass(frozen=True, slots=True)
class Instrument:
    """A questionnaire: what is asked, in which words, and how it is scored.

    Attributes:
        stages: what comes before what, explained on the first page.
        groups: of factors, likewise.
        source: whom it comes from, printed small on every paper.
        note: how a word is meant, printed once on each form.
    """

    key: str
    edition: int
    paper: str
    title: str
    subtitle: str
    scoring: str
    asks_name: bool
    how_to: tuple[str, ...]
    rounds: tuple[Round, ...]
    axes: tuple[MapAxis, ...]
    quadrants: tuple[MapQuadrant, ...]
    parts: tuple[Part, ...]
    factors: tuple[Factor, ...]
    sections: tuple[Section, ...]
    stages: tuple[NamedText, ...] = ()
    groups: tuple[NamedText, ...] = ()
    source: str = ""
    note: str = ""
    beside: Companions = field(default_factory=Companions)

    @property
    def rows(self) -> Iterator[Row]:
        """All rows in printed order."""
        return (row for section in self.sections for row in section.rows)

    @property
    def questions(self) -> dict[str, tuple[str, ...]]:
        """Every question that has boxes, with the keys of its options, in printed order.

        A tick box is a question of its own with one option.
        """
        asked: dict[str, tuple[str, ...]] = {}
        for row in self.rows:
            if isinstance(row, TextField):
                continue
            asked[row.key] = row.options
            if isinstance(row, ScaleQuestion) and row.tick is not None:
                asked[row.tick.key] = (row.tick.option,)
        return asked

    @property
    def pairs(self) -> tuple[StatementPair, ...]:
        """The statement pairs, in printed order."""
        return tuple(row for row in self.rows if isinstance(row, StatementPair))

    @property
    def choices(self) -> tuple[ChoiceQuestion, ...]:
        """The questions with named boxes, in printed order."""
        return tuple(row for row in self.rows if isinstance(row, ChoiceQuestion))

    @property
    def written(self) -> tuple[TextField, ...]:
        """The questions with lines to write on, in printed order."""
        return tuple(row for row in self.rows if isinstance(row, TextField))

    @property
    def scaled(self) -> tuple[Scaled, ...]:
        """The rows with the boxes of a scale, in printed order."""
        return tuple(row for row in self.rows if isinstance(row, Scaled))

    @property
    def text_fields(self) -> tuple[str, ...]:
        """Keys of the fields for handwriting, `name` first where it is asked."""
        written = tuple(row.key for row in self.written)
        return ("name", *written) if self.asks_name else written

    def axis_questions(self, axis: str) -> tuple[str, ...]:
        """Keys of the statement pairs that make up one axis."""
        return tuple(row.key for row in self.scaled if row.axis == axis)

    def part_of(self, section: Section) -> str | None:
        """Key of the part that a section belongs to, by itself or by its factor."""
        if section.part is not None or section.factor is None:
            return section.part
        return next(f.part for f in self.factors if f.number == section.factor)

    def round(self, key: str | None) -> Round | None:
        """Find a round by its key.

        Raises:
            InstrumentError: the instrument has no such round.
        """
        if key is None:
            return None
        for known in self.rounds:
            if known.key == key:
                return known
        known_keys = [known.key for known in self.rounds]
        raise InstrumentError("print.no_round", paper=self.paper, key=key, rounds=known_keys)


def load(path: Path) -> Instrument:
    """Read a questionnaire file.

    Raises:
        InstrumentError: with the file, the place in it, what is wrong and what to do.
    """
    instrument = parse(read_text(path), path.name)
    number = instrument_number(instrument.key)
    if any(instrument_number(i.key) == number and i.key != instrument.key for i in builtin()):
        what = Message("instrument.same_number", {"key": instrument.key})
        raise InstrumentError("instrument.in_file", file=path.name, what=what)
    beside = files_beside(path).items()
    texts = {kind: (file.name, read_text(file)) for kind, file in beside if file.exists()}
    return _with(instrument, texts)


def files_beside(path: Path) -> dict[Kind, Path]:
    """Say what the files beside a questionnaire file are called, whether they are there or not."""
    return {kind: path.with_suffix(f".{kind}.toml") for kind in Kind}


def _with(instrument: Instrument, texts: Mapping[Kind, tuple[str, str]]) -> Instrument:
    """Add what lies beside a questionnaire.

    Of a built-in one that has the same quadrants and other words, the built-in files serve too.
    """
    keys = [quadrant.key for quadrant in instrument.quadrants]
    own = companions_of(texts, keys)
    for known in builtin():
        same = {quadrant.key for quadrant in known.quadrants} == set(keys)
        if known.key == instrument.key and same:
            own = Companions(
                own.activities or known.beside.activities,
                own.criteria or known.beside.criteria,
                own.guide or known.beside.guide,
                own.talk or known.beside.talk,
            )
    return replace(instrument, beside=own)


def parse(text: str, name: str) -> Instrument:
    """Make an instrument from the text of a questionnaire file called `name`."""
    return _instrument(parsed(text, name))


@cache
def builtin() -> tuple[Instrument, ...]:
    """Return the instruments that come with the program."""
    folder = resources.files("forms") / "instruments"
    texts = {
        entry.name: entry.read_text(encoding="utf-8")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    }
    made = []
    for name in sorted(texts):
        stem, *kind = name.removesuffix(".toml").split(".")
        if not kind:
            instrument = parse(texts[name], name)
            near = {each: f"{stem}.{each}.toml" for each in Kind}
            found = {each: (file, texts[file]) for each, file in near.items() if file in texts}
            keys = [quadrant.key for quadrant in instrument.quadrants]
            made.append(replace(instrument, beside=companions_of(found, keys)))
    return tuple(made)


def find(name: str, own: Sequence[Instrument] = ()) -> Instrument:
    """Find an instrument by its key or by the name of its paper, the school's own ones first.

    Raises:
        InstrumentError: nothing is called so.
    """
    known = (*own, *builtin())
    for instrument in known:
        if name in (instrument.key, instrument.paper):
            return instrument
    papers = tuple(dict.fromkeys(i.paper for i in known))
    raise InstrumentError("instrument.unknown", name=name, papers=papers)


def _instrument(top: Table) -> Instrument:
    scales = {
        name: _scale(name, table) for name, table in top.named("scales", "place.scale").items()
    }
    rounds = _rounds(top)
    axes = tuple(_axis(key, table) for key, table in top.named("axes", "place.axis").items())
    axis_keys = [axis.key for axis in axes]
    quadrants = tuple(
        _quadrant(key, table, axis_keys)
        for key, table in top.named("quadrants", "place.quadrant").items()
    )
    parts = tuple(_part(table) for table in top.tables("parts", "place.part"))
    part_keys = [part.key for part in parts]
    stages = tuple(_explained(table) for table in top.tables("stages", "place.stage"))
    groups = tuple(_explained(table) for table in top.tables("groups", "place.group"))
    group_keys = [group.key for group in groups]
    factors = tuple(
        _factor(table, part_keys, group_keys) for table in top.tables("factors", "place.factor")
    )
    sections = tuple(
        _section(table, scales, axis_keys, part_keys, [f.number for f in factors])
        for table in top.tables("sections", "place.section")
    )
    instrument = Instrument(
        key=top.key("key"),
        edition=top.number("edition", 1, MAX_EDITION),
        paper=top.key("paper"),
        title=top.get("title", str),
        subtitle=top.get("subtitle", str, ""),
        scoring=top.get("scoring", str),
        asks_name=top.get("asks_name", bool, False),
        how_to=top.strings("how_to"),
        rounds=rounds,
        axes=axes,
        quadrants=quadrants,
        parts=parts,
        factors=factors,
        sections=sections,
        stages=stages,
        groups=groups,
        source=top.get("source", str, ""),
        note=top.get("note", str, ""),
    )
    top.finish()
    _check_whole(top, instrument)
    return instrument


def _check_whole(top: Table, instrument: Instrument) -> None:
    rows = list(instrument.rows)
    if not rows:
        raise top.wrong("instrument.no_questions")
    ticks = [row.tick for row in rows if isinstance(row, ScaleQuestion)]
    keys = [row.key for row in rows] + [tick.key for tick in ticks if tick is not None]
    if instrument.asks_name:
        keys.append("name")
    for key in keys:
        if keys.count(key) > 1:
            raise top.wrong("instrument.question_twice", question=key)
    if instrument.key in RESULT_WORDS:
        raise top.wrong("instrument.reserved", key=instrument.key)
    if instrument.scoring == COUNTED and instrument.rounds:
        raise top.wrong("instrument.counted_rounds")
    numbers = [r.number for r in instrument.rounds]
    if sorted(numbers) != list(range(1, len(numbers) + 1)):
        raise top.wrong("instrument.round_numbers", numbers=numbers)
    if part := _twice([part.key for part in instrument.parts]):
        raise top.wrong("instrument.part_twice", part=part)
    if factor := _twice([str(factor.number) for factor in instrument.factors]):
        raise top.wrong("instrument.factor_twice", factor=factor)
    if stage := _twice([stage.key for stage in instrument.stages]):
        raise top.wrong("instrument.stage_twice", stage=stage)
    if group := _twice([group.key for group in instrument.groups]):
        raise top.wrong("instrument.group_twice", group=group)
    _check_groups(top, instrument)
    _check_map(top, instrument)
    if instrument.axes or instrument.quadrants or instrument.scoring == COMPASS:
        _check_compass(top, instrument)


def _check_groups(top: Table, instrument: Instrument) -> None:
    """Ask for groups of factors that follow each other, as they are printed."""
    given = [factor.group for factor in instrument.factors]
    order = [key for number, key in enumerate(given) if not number or key != given[number - 1]]
    for group in instrument.groups:
        if group.key not in given:
            raise top.wrong("instrument.idle_group", group=group.key)
        if order.count(group.key) > 1:
            raise top.wrong("instrument.torn_group", group=group.key)


def _twice(names: Sequence[str]) -> str | None:
    return next((name for name in names if names.count(name) > 1), None)


def _check_map(top: Table, instrument: Instrument) -> None:
    for axis in instrument.axes:
        if not instrument.axis_questions(axis.key):
            raise top.wrong("instrument.idle_axis", axis=axis.key)
        same = [other.key for other in instrument.axes if other.direction == axis.direction]
        if len(same) > 1:
            raise top.wrong(
                "instrument.same_way", first=same[0], second=same[1], direction=axis.direction
            )
    for row in instrument.scaled:
        if row.axis and not all(map(_is_number, row.scale.options)):
            raise top.wrong(
                "instrument.no_numbers", question=row.key, axis=row.axis, scale=row.scale.name
            )
    corners = [frozenset(quadrant.low) for quadrant in instrument.quadrants]
    for quadrant, corner in zip(instrument.quadrants, corners, strict=True):
        if corners.count(corner) > 1:
            raise top.wrong("instrument.same_corner", quadrant=quadrant.key)


def _check_compass(top: Table, instrument: Instrument) -> None:
    """Refuse a map that could be printed and filled in, and not be scored or drawn."""
    if instrument.scoring != COMPASS:
        raise top.wrong("compass.scoring", scoring=instrument.scoring)
    keys = [*(axis.key for axis in instrument.axes), *(each.key for each in instrument.quadrants),
            *(asked.key for asked in instrument.rounds)]  # fmt: skip
    for key in keys:
        if key in RESERVED:
            raise top.wrong("compass.reserved", key=key)
        if len(key) > MAX_KEY or not key.replace("-", "").replace("_", "").isalnum():
            raise top.wrong("compass.key", key=key, most=MAX_KEY)
    if {axis.direction for axis in instrument.axes} != set(_SIDES):
        raise top.wrong("compass.two_axes")
    if not 1 <= len(instrument.rounds) <= 2:
        raise top.wrong("compass.rounds", count=len(instrument.rounds))
    roles = {asked.role for asked in instrument.rounds}
    if len(instrument.rounds) == 2 and roles != {Role.WISHED, Role.PRACTICE}:
        first, second = (asked.key for asked in instrument.rounds)
        raise top.wrong("compass.roles", first=first, second=second)
    _check_fields(top, instrument)
    _check_pairs(top, instrument)
    _check_lengths(top, instrument)


def _check_fields(top: Table, instrument: Instrument) -> None:
    """Ask for a quadrant in every corner of the map."""
    keys = [axis.key for axis in instrument.axes]
    corners = {frozenset(quadrant.low) for quadrant in instrument.quadrants}
    for low in ([], keys[:1], keys[1:], keys):
        if frozenset(low) not in corners:
            written = ", ".join(f'"{key}"' for key in low)
            raise top.wrong("compass.no_quadrant", low=f"[{written}]")


def _check_pairs(top: Table, instrument: Instrument) -> None:
    """Ask for pairs that count on one scale, numbered upwards one by one."""
    counting = [row for row in instrument.scaled if row.axis]
    (least, most), (fewest, widest) = MAP_PAIRS, MAP_BOXES
    if not least <= len(counting) <= most:
        raise top.wrong("compass.pairs", count=len(counting), least=least, most=most)
    for row in counting:
        if not isinstance(row, StatementPair):
            raise top.wrong("compass.no_pair", question=row.key)
        if len(row.key) > PAIR_KEY:
            raise top.wrong("compass.long_key", question=row.key, most=PAIR_KEY)
        options = row.options
        if options != counting[0].options:
            raise top.wrong("compass.two_scales", question=row.key, other=counting[0].key)
        start = int(options[0]) if _is_number(options[0]) else 0
        upwards = tuple(str(start + number) for number in range(len(options)))
        if options != upwards or not fewest <= len(options) <= widest:
            raise top.wrong(
                "compass.boxes", question=row.key, boxes=options, least=fewest, most=widest
            )


def _check_lengths(top: Table, instrument: Instrument) -> None:
    """Refuse names that are too long for the map to be read from a distance."""
    names = [(f"axes.{axis.key}.{end}", getattr(axis, end)) for axis in instrument.axes
             for end in ("name", "low", "high")]  # fmt: skip
    names += [(f"quadrants.{each.key}.title", each.title) for each in instrument.quadrants]
    names += [(f"rounds.{asked.key}.name", asked.name) for asked in instrument.rounds]
    for where, name in names:
        if len(name) > MAP_LETTERS:
            raise top.wrong("compass.too_long", where=where, count=len(name), most=MAP_LETTERS)


def _is_number(option: str) -> bool:
    return option.isascii() and option.isdigit()


def _scale(name: str, table: Table) -> Scale:
    options = table.strings("options")
    if not 1 <= len(options) <= MOST_BOXES:
        raise table.wrong("instrument.boxes", most=MOST_BOXES, found=len(options))
    no_view = table.get("no_view", str, None)
    tick = table.key("tick") if "tick" in table.data else None  # it ends a question's key
    every = [*options, *([no_view] if no_view else [])]
    if len(set(every)) != len(every):
        raise table.wrong("instrument.same_box")
    legend = table.get("legend", dict, {})
    boxes = [*every, *([tick] if tick else [])]
    for key, meaning in legend.items():
        if key not in boxes:
            raise table.wrong("instrument.legend_of_no_box", box=key, boxes=boxes)
        if not isinstance(meaning, str) or not meaning.strip():
            raise table.wrong("instrument.legend_no_text", box=key, value=repr(meaning))
    tick_label = table.get("tick_label", str, tick) if tick else ""
    table.finish()
    return Scale(name, options, no_view, tick, tick_label, legend)


def _rounds(top: Table) -> tuple[Round, ...]:
    """Read the rounds; a name that their file does not give follows from their titles."""
    made = [_round(key, table) for key, table in top.named("rounds", "place.round").items()]
    rounds = sorted(made, key=lambda pair: pair[0].number)
    known = [None if asked.name and role else _builtin_round(asked) for asked, role in rounds]
    names = [
        asked.name or (like.name if like else "") or _short(asked.heading) or asked.key
        for (asked, _), like in zip(rounds, known, strict=True)
    ]
    if len(set(names)) < len(names):
        names = [asked.name or asked.key for asked, _ in rounds]
    said = [
        role or (like.role if like else None) for (_, role), like in zip(rounds, known, strict=True)
    ]
    return tuple(
        replace(asked, name=name, role=role)
        for (asked, _), name, role in zip(rounds, names, _roles(said), strict=True)
    )


def _roles(said: Sequence[Role | None]) -> list[Role]:
    """Complete the roles: of two rounds the other has the other one.

    Nothing is concluded from their order.
    """
    if len(said) != 2:
        return [role or Role.ONLY for role in said]
    first, second = said
    first = first or _OTHER.get(second)
    return [first or Role.ONLY, second or _OTHER.get(first) or Role.ONLY]


_OTHER: dict[Role | None, Role] = {Role.WISHED: Role.PRACTICE, Role.PRACTICE: Role.WISHED}


def _builtin_round(asked: Round) -> Round | None:
    """Find the round of a built-in questionnaire that this is too, by its key or its title."""
    known = [each for instrument in builtin() for each in instrument.rounds]
    same = [each for each in known if each.key == asked.key or each.title == asked.title]
    return same[0] if len(same) == 1 else None


def _short(heading: str) -> str:
    """Write a heading as it stands within a sentence; nothing where it is too long for that."""
    if len(heading) > SHORT_NAME:
        return ""
    return heading if heading[1:2].isupper() else heading[:1].lower() + heading[1:]


def _round(key: str, table: Table) -> tuple[Round, Role | None]:
    role = table.choice("role", [role.value for role in Role], required=False)
    made = Round(
        key=key,
        number=table.number("number", 1, MAX_ROUNDS),
        title=table.get("title", str),
        ask=table.get("ask", str, ""),
        name=table.get("name", str, ""),
        question=table.get("question", str, ""),
    )
    table.finish()
    return made, Role(role) if role else None


_SIDES = {"vertical": (Side.TOP, Side.BOTTOM), "horizontal": (Side.RIGHT, Side.LEFT)}


def _axis(key: str, table: Table) -> MapAxis:
    bands = table.strings("bands", ["", "", ""]) if "bands" in table.data else ("", "", "")
    if len(bands) != 3:
        raise table.wrong("instrument.three_bands", found=len(bands))
    direction = table.get("direction", str)
    if direction not in _SIDES:
        raise table.wrong("instrument.no_direction", direction=direction)
    sides = [side.value for side in _SIDES[direction]]
    made = MapAxis(
        key=key,
        name=table.get("name", str),
        direction=direction,
        low=table.get("low", str),
        high=table.get("high", str),
        bands=(bands[0], bands[1], bands[2]),
        low_at=Side(table.choice("low_at", sides, required=False) or sides[0]),
    )
    table.finish()
    return made


def _quadrant(key: str, table: Table, axes: Sequence[str]) -> MapQuadrant:
    low = table.strings("low", [])
    for axis in low:
        if axis not in axes:
            raise table.wrong("instrument.no_axis", axis=axis, axes=axes)
    made = MapQuadrant(key, table.get("title", str), low, table.get("text", str, ""))
    table.finish()
    return made


def _part(table: Table) -> Part:
    made = Part(key=table.key("key"), title=table.get("title", str))
    table.finish()
    return made


def _explained(table: Table) -> NamedText:
    made = NamedText(
        key=table.key("key"), title=table.get("title", str), text=_short_text(table, "text")
    )
    table.finish()
    return made


def _factor(table: Table, parts: Sequence[str], groups: Sequence[str]) -> Factor:
    made = Factor(
        number=table.number("number", 1, 99),
        title=table.get("title", str),
        part=table.choice("part", parts) or "",
        text=_short_text(table, "text"),
        group=table.choice("group", groups, required=False),
    )
    table.finish()
    return made


def _short_text(table: Table, name: str) -> str:
    """Read what explains a name; longer texts would push the questions off their page."""
    text: str = table.get(name, str, "")
    if len(text) > EXPLAINED_LETTERS:
        raise table.wrong(
            "instrument.long_text", name=name, most=EXPLAINED_LETTERS, count=len(text)
        )
    return text


def _section(
    table: Table,
    scales: Mapping[str, Scale],
    axes: Sequence[str],
    parts: Sequence[str],
    factors: Sequence[int],
) -> Section:
    rows = tuple(_row(row, scales, axes, parts) for row in table.tables("rows", "place.row"))
    factor = table.get("factor", int, None)
    if factor is not None and factor not in factors:
        raise table.wrong("instrument.no_factor", factor=factor, factors=factors)
    made = Section(
        title=table.get("title", str, ""),
        rows=rows,
        factor=factor,
        part=table.choice("part", parts, required=False),
        new_page=table.get("new_page", bool, False),
    )
    table.finish()
    return made


def _row(
    table: Table, scales: Mapping[str, Scale], axes: Sequence[str], parts: Sequence[str]
) -> Row:
    kind = table.choice("kind", list(_ROWS))
    key = table.key("key")
    table.where = Message("place.question", {"place": table.where, "question": key})
    made = _ROWS[kind or ""](table, key, scales, axes, parts)
    table.finish()
    return made


def _pair(
    table: Table,
    key: str,
    scales: Mapping[str, Scale],
    axes: Sequence[str],
    parts: Sequence[str],
) -> Row:
    scale = _scale_named(table, scales)
    if scale.tick is not None:
        raise table.wrong("instrument.pair_with_tick", scale=scale.name)
    return StatementPair(
        key=key,
        left=table.get("left", str),
        right=table.get("right", str),
        label=table.get("label", str, ""),
        scale=scale,
        axis=table.choice("axis", axes, required=False),
        part=table.choice("part", parts, required=False),
    )


def _scale_row(
    table: Table,
    key: str,
    scales: Mapping[str, Scale],
    axes: Sequence[str],
    parts: Sequence[str],
) -> Row:
    return ScaleQuestion(
        key=key,
        text=table.get("text", str),
        label=table.get("label", str, ""),
        scale=_scale_named(table, scales),
        axis=table.choice("axis", axes, required=False),
        part=table.choice("part", parts, required=False),
    )


def _choice(
    table: Table,
    key: str,
    scales: Mapping[str, Scale],  # noqa: ARG001 all kinds of rows are made by one signature
    axes: Sequence[str],  # noqa: ARG001 see above
    parts: Sequence[str],
) -> Row:
    choices = []
    for option in table.tables("options", "place.option"):
        choices.append(Choice(option.key("key"), option.get("label", str)))
        option.finish()
    if not 1 <= len(choices) <= MOST_BOXES:
        raise table.wrong("instrument.boxes", most=MOST_BOXES, found=len(choices))
    if len({choice.key for choice in choices}) != len(choices):
        raise table.wrong("instrument.same_box_key")
    return ChoiceQuestion(
        key=key,
        text=table.get("text", str),
        choices=tuple(choices),
        part=table.choice("part", parts, required=False),
    )


def _text(
    table: Table,
    key: str,
    scales: Mapping[str, Scale],  # noqa: ARG001 all kinds of rows are made by one signature
    axes: Sequence[str],  # noqa: ARG001 see above
    parts: Sequence[str],
) -> Row:
    return TextField(
        key=key,
        text=table.get("text", str),
        lines=table.number("lines", 1, MOST_LINES),
        part=table.choice("part", parts, required=False),
    )


_ROWS: dict[str, Callable[..., Row]] = {
    "pair": _pair,
    "scale": _scale_row,
    "choice": _choice,
    "text": _text,
}


def _scale_named(table: Table, scales: Mapping[str, Scale]) -> Scale:
    name = table.get("scale", str)
    if name not in scales:
        raise table.wrong("instrument.no_scale", scale=name, scales=sorted(scales))
    return scales[name]
