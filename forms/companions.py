"""What lies beside a questionnaire: activities, criteria, the facilitator's guide, papers to talk.

In:  the texts of `NAME.activities.toml`, `NAME.criteria.toml`, `NAME.guide.toml` and
     `NAME.talk.toml`, each of which may be absent, and the quadrants of the map of `NAME.toml`.
Out: `Companions`, from which their papers are drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from forms.toml_tables import Table, parsed

MOST_CRITERIA = 24  # on a page, with a box to choose each


class Kind(StrEnum):
    """The kinds of files that may lie beside a questionnaire; the value ends their names."""

    ACTIVITIES = "activities"
    CRITERIA = "criteria"
    GUIDE = "guide"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that a school can do, in the quadrant that it fits.

    Attributes:
        needs: what it takes; `suggestions`: what else is handy.
        caveat: what to know of the activities of its quadrant before choosing one.
    """

    key: str
    title: str
    quadrant: str
    reach: str
    who_for: str
    where: str
    time: str
    people: str
    needs: tuple[str, ...]
    text: str
    suggestions: tuple[str, ...] = ()
    caveat: str = ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What people look at, to choose from and to put in order; and the words of that paper."""

    title: str
    intro: str
    mine: str
    ours: str
    criteria: tuple[str, ...]
    talk: str
    questions: tuple[str, ...]
    foot: str


@dataclass(frozen=True, slots=True)
class Named:
    """A name, and what is said of it."""

    name: str
    text: str
    head: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the guide: a title, what is said under it, and its items."""

    title: str
    text: str = ""
    items: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the programme."""

    minutes: int
    what: str
    how: str
    need: str


@dataclass(frozen=True, slots=True)
class KeyWord:
    """A word, and what it may mean in each quadrant."""

    word: str
    meanings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Guide:
    """The facilitator's guide. `quadrants` are the columns of the table of key words."""

    title: str
    aim: str
    prepare: Part
    programme: str
    columns: tuple[str, ...]
    steps: tuple[Step, ...]
    questions: Part
    pitfalls: Part
    words: Part
    quadrants: tuple[str, ...]
    key_words: tuple[KeyWord, ...]
    outcomes: Part
    fields: Part
    after: Part


@dataclass(frozen=True, slots=True)
class TalkPart:
    """A part of a paper of text.

    Attributes:
        items: a list, with points before them.
        ticks: with boxes instead.
        lines: to write on, under each item, or under the text where there are none.
        columns: of a table; an empty cell of its rows is to write in.
        shares: of the width, one for each column; empty: all alike.
        high: how high a row is at least, in mm.
        breaks: it begins a page.
        of: what the questionnaire itself says goes here; empty: nothing.
    """

    title: str = ""
    says: str = ""
    items: tuple[str, ...] = ()
    ticks: bool = False
    lines: int = 0
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    shares: tuple[int, ...] = ()
    high: int = 0
    breaks: bool = False
    of: str = ""


@dataclass(frozen=True, slots=True)
class TalkPaper:
    """A paper of text: its parts one after the other."""

    key: str
    title: str
    parts: tuple[TalkPart, ...]


@dataclass(frozen=True, slots=True)
class AgendaWords:
    """What an agenda for the talk says around the results.

    Attributes:
        ask: an open question for a subject without one of its own.
        ask_step: the same, where it is about what has to change.
        questions: one for each subject, by the words that name it.
    """

    title: str
    intro: str
    opening: str
    closing: str
    ask: str
    ask_step: str
    questions: tuple[tuple[str, str], ...] = ()

    def question(self, about: str, *, is_step: bool = False) -> str:
        """Return what to ask about a subject."""
        return dict(self.questions).get(about) or (self.ask_step if is_step else self.ask)


@dataclass(frozen=True, slots=True)
class Talk:
    """The papers for a talk: what its agenda says, and papers of text by key."""

    agenda: AgendaWords | None = None
    papers: tuple[TalkPaper, ...] = ()

    def paper(self, key: str) -> TalkPaper | None:
        """Find a paper."""
        return next((one for one in self.papers if one.key == key), None)


@dataclass(frozen=True, slots=True)
class Companions:
    """What lies beside a questionnaire; empty where there is no such file."""

    activities: tuple[Activity, ...] = ()
    criteria: Criteria | None = None
    guide: Guide | None = None
    talk: Talk | None = None

    def has(self, kind: Kind) -> bool:
        """Say whether there is such a file."""
        return bool(getattr(self, kind))

    def activities_in(self, quadrants: Sequence[str]) -> tuple[Activity, ...]:
        """Return the activities of these quadrants, or all of them when none is named."""
        return tuple(a for a in self.activities if not quadrants or a.quadrant in quadrants)


def companions_of(texts: Mapping[Kind, tuple[str, str]], quadrants: Sequence[str]) -> Companions:
    """Read the files beside a questionnaire.

    Args:
        texts: of each file that there is its name and its text.
        quadrants: the keys of those on the map, in reading order.

    Raises:
        InstrumentError: with the file, the place in it, what is wrong and what to do.
    """
    tables = {kind: parsed(text, name) for kind, (name, text) in texts.items()}
    activities, criteria, guide, talk = (tables.get(kind) for kind in Kind)
    return Companions(
        _activities(activities, quadrants) if activities else (),
        _criteria(criteria) if criteria else None,
        _guide(guide, quadrants) if guide else None,
        _talk(talk) if talk else None,
    )


def _activities(top: Table, quadrants: Sequence[str]) -> tuple[Activity, ...]:
    caveats = _caveats(top, quadrants)
    made = tuple(
        _activity(table, quadrants, caveats) for table in top.tables("activities", "place.activity")
    )
    top.finish()
    if not made:
        raise top.wrong("companions.no_activities")
    keys = [activity.key for activity in made]
    for key in keys:
        if keys.count(key) > 1:
            raise top.wrong("companions.activity_twice", activity=key)
    return made


def _caveats(top: Table, quadrants: Sequence[str]) -> dict[str, str]:
    """Read what is said of all activities of a quadrant; most files say nothing."""
    if "caveats" not in top.data:
        return {}
    table = top.table("caveats")
    found = {quadrant: table.get(quadrant, str, "") for quadrant in quadrants}
    table.finish()
    return found


def _activity(table: Table, quadrants: Sequence[str], caveats: Mapping[str, str]) -> Activity:
    quadrant = table.choice("quadrant", quadrants) or ""
    made = Activity(
        key=table.key("key"),
        title=table.get("title", str),
        quadrant=quadrant,
        reach=table.get("reach", str),
        who_for=table.get("who_for", str, ""),
        where=table.get("where", str, ""),
        time=table.get("time", str, ""),
        people=table.get("people", str, ""),
        needs=table.strings("needs", []),
        text=table.get("text", str),
        suggestions=table.strings("suggestions", []),
        caveat=caveats.get(quadrant, ""),
    )
    table.finish()
    return made


def _criteria(top: Table) -> Criteria:
    made = Criteria(
        title=top.get("title", str),
        intro=top.get("intro", str),
        mine=top.get("mine", str),
        ours=top.get("ours", str),
        criteria=top.strings("criteria"),
        talk=top.get("talk", str),
        questions=top.strings("questions", []),
        foot=top.get("foot", str, ""),
    )
    top.finish()
    if not 1 <= len(made.criteria) <= MOST_CRITERIA:
        raise top.wrong("companions.criteria", count=len(made.criteria), most=MOST_CRITERIA)
    return made


def _guide(top: Table, quadrants: Sequence[str]) -> Guide:
    prepare, programme, questions, pitfalls, words, outcomes, fields, after = (
        top.table(name)
        for name in ("prepare", "programme", "questions", "pitfalls", "words", "outcomes",
                     "fields", "after")
    )  # fmt: skip
    columns = words.strings("quadrants")
    for quadrant in columns:
        if quadrant not in quadrants:
            raise words.wrong("cards.no_quadrant", quadrant=quadrant, quadrants=tuple(quadrants))
    made = Guide(
        title=top.get("title", str),
        aim=top.get("aim", str),
        prepare=_part(prepare),
        programme=programme.get("title", str),
        columns=programme.strings("columns"),
        steps=tuple(_step(table) for table in programme.tables("steps", "place.step")),
        questions=_part(questions),
        pitfalls=_part(pitfalls),
        words=Part(words.get("title", str), words.get("text", str, "")),
        quadrants=columns,
        key_words=tuple(_word(table, columns) for table in words.tables("rows", "place.row")),
        outcomes=_part(outcomes),
        fields=_part(fields),
        after=_part(after),
    )
    for table in (programme, words, top):
        table.finish()
    if not made.steps or len(made.columns) != STEP_COLUMNS:
        raise programme.wrong("companions.programme", count=STEP_COLUMNS)
    return made


STEP_COLUMNS = 5  # clock, minutes, what, how, what is needed


def _part(table: Table) -> Part:
    items = table.get("items", list, [])
    is_named = any(isinstance(item, dict) for item in items)
    made = Part(
        title=table.get("title", str),
        text=table.get("text", str, ""),
        items=() if is_named else table.strings("items", []),
        named=tuple(map(_named, table.tables("items", "place.item"))) if is_named else (),
    )
    table.finish()
    return made


def _named(table: Table) -> Named:
    made = Named(table.get("name", str), table.get("text", str), table.get("head", str, ""))
    table.finish()
    return made


def _step(table: Table) -> Step:
    made = Step(
        minutes=table.number("minutes", 1, 600),
        what=table.get("what", str),
        how=table.get("how", str),
        need=table.get("need", str, ""),
    )
    table.finish()
    return made


def _word(table: Table, columns: Sequence[str]) -> KeyWord:
    made = KeyWord(table.get("word", str), table.strings("meanings"))
    table.finish()
    if len(made.meanings) != len(columns):
        raise table.wrong(
            "companions.meanings", word=made.word, count=len(made.meanings), needed=len(columns)
        )
    return made


OF_QUESTIONNAIRE = ("stages", "factors")  # what it says itself, and a paper can repeat
MOST_LINES, MOST_HIGH_MM, MOST_SHARE = 20, 120, 100


def _talk(top: Table) -> Talk:
    agenda = _agenda(top.table("agenda")) if "agenda" in top.data else None
    papers = tuple(map(_talk_paper, top.tables("papers", "place.paper")))
    top.finish()
    return Talk(agenda, papers)


def _agenda(table: Table) -> AgendaWords:
    asked = table.table("questions") if "questions" in table.data else None
    made = AgendaWords(
        title=table.get("title", str),
        intro=table.get("intro", str),
        opening=table.get("opening", str),
        closing=table.get("closing", str),
        ask=table.get("ask", str),
        ask_step=table.get("ask_step", str),
        questions=tuple((about, asked.get(about, str)) for about in asked.data) if asked else (),
    )
    table.finish()
    return made


def _talk_paper(table: Table) -> TalkPaper:
    parts = tuple(map(_talk_part, table.tables("parts", "place.part")))
    made = TalkPaper(table.key("key"), table.get("title", str), parts)
    table.finish()
    return made


def _talk_part(table: Table) -> TalkPart:
    columns = table.strings("columns", [])
    shares = table.get("shares", list, [])
    rows = table.get("rows", list, [])
    made = TalkPart(
        title=table.get("title", str, ""),
        says=table.get("says", str, ""),
        items=table.strings("items", []),
        ticks=table.get("ticks", bool, False),
        lines=table.number("lines", 0, MOST_LINES) if "lines" in table.data else 0,
        columns=columns,
        rows=tuple(tuple(row) if isinstance(row, list) else () for row in rows),
        shares=tuple(shares),
        high=table.number("high", 0, MOST_HIGH_MM) if "high" in table.data else 0,
        breaks=table.get("breaks", bool, False),
        of=table.choice("of", OF_QUESTIONNAIRE, required=False) or "",
    )
    table.finish()
    for row in made.rows:
        if len(row) != len(columns) or not all(isinstance(cell, str) for cell in row):
            raise table.wrong("companions.cells", row=repr(list(row)), count=len(columns))
    if shares and (
        len(shares) != len(columns)
        or not all(isinstance(one, int) and 1 <= one <= MOST_SHARE for one in shares)
    ):
        raise table.wrong("companions.shares", count=len(columns), most=MOST_SHARE)
    return made
