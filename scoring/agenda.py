"""An agenda for the talk: what to talk about first, for how long, and whom to hear first.

In:  what everybody answered to each statement, or what all quickscans say together; the minutes.
Out: an `Agenda`, and its A4 PDF.

What comes first is not decided here: statements by `scoring.ranking`, questions by
`scoring.quickscan`, as in every table and on every wall.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

from forms import fonts
from forms.companions import AgendaWords, Guide
from forms.compass import Compass
from forms.instrument import Instrument, MapQuadrant, Role, Round
from forms.paper import MM, Drawing, line_height
from forms.paper_sizes import A4
from forms.printables import GREY
from forms.printables.text_flow import LEADING, TextFlow
from scoring.agreement import GRADES
from scoring.compass import place, quadrants_of
from scoring.groups import LEAST_PEOPLE
from scoring.one_list import decimal
from scoring.quickscan import Group, Question, Summary, Verdict
from scoring.ranking import RankedStatement, Respondent, StatementStep
from scoring.shown_names import Naming, shown
from scoring.statements import StatementSheet

LEAST_MINUTES, MOST_MINUTES = 20, 240
EACH_MINUTES = 10  # a subject that is talked about for less is only named
AROUND_MINUTES = 10  # for the beginning and the end together
MOST_TOPICS = 6
MOST_NAMED = 3  # people of one end; the others are counted
ROUND_MINUTES = 5  # times are whole fives, unless the parts would get less than this on average:
FIVES_FROM = 6
FIELDS_THAT_DIFFER = 2
WORDS_FROM = 45  # minutes; in less there is no time for the key words
_OPENING, _TOPIC, _WORDS, _CLOSING = 1, 3, 2, 1  # how the time is shared

PLAIN_WORDS = AgendaWords(
    title="Gespreksagenda",
    intro="Waar de antwoorden het verst uiteen lopen en waar de stap het grootst is, valt het "
    "meest te bespreken. Geen antwoord is beter dan een ander.",
    opening="Kijk samen naar de kaart of de lijst. Wat valt op? Spreek af dat ieder uitpraat.",
    closing="Wat nemen we mee? Kies één eerste stap: wat, wie en wanneer.",
    ask="Waarom past jouw antwoord bij jou? Vertel er een voorbeeld bij.",
    ask_step="Wat zou je als eerste anders zien, als dit morgen was zoals jij wilt?",
)
"""What is said where the questionnaire has no words of its own for it."""

_TEXTS = {
    "opening": "Begin",
    "closing": "Afsluiten",
    "words": "Zelfde woord, andere betekenis",
    "say_words": "Kies twee van deze woorden en vraag door: wat bedoel jij ermee? In elk veld "
    "waar collega's staan, betekenen ze iets anders.",
    "word": "woord",
    "spread": "verschil: plaats {rank}",
    "step": "stap van {start} naar {end}: plaats {rank}, gemiddeld {boxes} naar {side}",
    "box": "{count} vakje",
    "boxes": "{count} vakjes",
    "left": "links",
    "right": "rechts",
    "hear": "Hoor eerst: ",
    "then": ", en dan ",
    "end": "{who} (koos {box})",
    "move": "{who} (van {start} naar {end})",
    "more": "nog {count}",
    "and": " en ",
    "one": "1 collega",
    "many": "{count} collega's",
    "on_map": ", op de kaart bij {fields}",
    "alike": "Wie antwoordde, koos hier hetzelfde vakje.",
    "factor": "factor {number}: {title}",
    "divided": "de meningen zijn verdeeld",
    "varied": "er zijn lichte verschillen",
    "work": "kan beter",
    "sides": "Hoor eerst iemand die {first} koos ({few} van de {n}), en dan iemand die {then} koos "
    "({many}).",
    "none": "Nergens liggen de antwoorden uiteen. Bespreek dan wat het eerst beter kan.",
    "none_map": "Er zijn te weinig antwoorden om stellingen op volgorde te zetten, of iedereen "
    "koos hetzelfde. Kies er samen één.",
    "too_few": "Er zijn te weinig antwoorden om vragen op volgorde te zetten. Kies er samen één.",
    "no_view": "?",
    "minutes": "{minutes} min.",
    "in_all": "Samen {minutes} minuten.",
    "foot": "Na afloop: neem dit blad mee, of vernietig het.",
}


@dataclass(frozen=True, slots=True)
class Topic:
    """One thing to talk about.

    Attributes:
        key: of the statement or the question.
        head: what it is called.
        why: why it stands here.
        poles: the two statements; empty for a question.
        options: the boxes.
        counts: per row of boxes what it is called, and how many people chose each.
        ask: an open question.
        hear: whom to hear first, from both ends.
        is_step: it is about what has to change.
    """

    key: str
    head: str
    why: str
    options: tuple[str, ...]
    counts: tuple[tuple[str, tuple[int, ...]], ...]
    ask: str
    hear: str
    poles: tuple[str, ...] = ()
    is_step: bool = False


@dataclass(frozen=True, slots=True)
class Agenda:
    """What is talked about, and for how long: the beginning, each topic, key words, the end.

    Attributes:
        note: said above the topics where there is nothing to rank.
        key_words: per word what it means in each of `fields`; empty: no time, or one field.
    """

    team: str
    date: str
    words: AgendaWords
    topics: tuple[Topic, ...]
    minutes: tuple[int, ...]
    source: str
    note: str = ""
    fields: tuple[str, ...] = ()
    key_words: tuple[tuple[str, ...], ...] = ()
    has_names: bool = False


def shared_out(minutes: int, parts: Sequence[int]) -> tuple[int, ...]:
    """Share time out by the weight of each part; together it is exactly the time there is.

    >>> shared_out(60, [1, 3, 3, 3, 3, 2, 1])
    (5, 10, 10, 10, 10, 10, 5)
    >>> shared_out(47, [1, 3, 3, 2, 1])
    (10, 12, 10, 10, 5)
    """
    unit = ROUND_MINUTES if minutes >= FIVES_FROM * len(parts) else 1
    whole, rest = divmod(minutes, unit)
    if whole < len(parts):
        raise ValueError(f"minutes must be at least {len(parts)}, got {minutes}")
    spare = whole - len(parts)
    wanted = [spare * part / sum(parts) for part in parts]
    units = [1 + int(want) for want in wanted]
    by_remainder = sorted(range(len(parts)), key=lambda i: (int(wanted[i]) - wanted[i], i))
    for i in by_remainder[: whole - sum(units)]:
        units[i] += 1
    made = [unit * count for count in units]
    made[parts.index(max(parts))] += rest
    return tuple(made)


def _planned(topics: Sequence[Topic], minutes: int, *, has_words: bool) -> tuple[int, ...]:
    words = [_WORDS] if has_words else []
    return shared_out(minutes, [_OPENING, *[_TOPIC] * len(topics), *words, _CLOSING])


def _room(minutes: int) -> int:
    """Say how many topics fit in the time."""
    words = EACH_MINUTES if minutes >= WORDS_FROM else 0
    return min(MOST_TOPICS, max(1, (minutes - AROUND_MINUTES - words) // EACH_MINUTES))


# --- of a map ----------------------------------------------------------------------------------


def statements_agenda(asked: Instrument, sheet: StatementSheet, minutes: int) -> Agenda:
    """Make the agenda of a team that filled in a list with a map."""
    words = _words_of(asked)
    compass = Compass.of(asked)
    wish = compass.round_of(Role.WISHED)
    first = wish if wish in sheet.rounds else sheet.rounds[0]
    ranked = {one.pair.key: one for one in sheet.ranked}
    said = _Said(sheet, compass, first)
    topics = [
        said.topic(ranked[key], words, is_step=is_step)
        for key, is_step in _in_turn(tuple(ranked.values()), first.key)[: _room(minutes)]
    ]
    guide = asked.beside.guide
    fields = [each for each in compass.quadrants if each in said.fields]
    key_words: tuple[tuple[str, ...], ...] = ()
    if guide is not None and minutes >= WORDS_FROM and len(fields) >= FIELDS_THAT_DIFFER:
        key_words = _meant(guide, fields)
    return Agenda(
        sheet.team,
        sheet.date,
        words,
        tuple(topics),
        _planned(topics, minutes, has_words=bool(key_words)),
        sheet.source,
        "" if topics else _TEXTS["none_map"],
        tuple(each.title for each in fields) if key_words else (),
        key_words,
        has_names=said.has_names,
    )


def _words_of(asked: Instrument) -> AgendaWords:
    talk = asked.beside.talk
    return talk.agenda if talk is not None and talk.agenda is not None else PLAIN_WORDS


def _meant(guide: Guide, fields: Sequence[MapQuadrant]) -> tuple[tuple[str, ...], ...]:
    """Say what the key words mean in these fields."""
    places = [guide.quadrants.index(each.key) for each in fields if each.key in guide.quadrants]
    if len(places) < len(fields):
        return ()
    return tuple((row.word, *(row.meanings[n] for n in places)) for row in guide.key_words)


def _in_turn(ranked: Sequence[RankedStatement], round_key: str) -> list[tuple[str, bool]]:
    """Take statements by spread and by step in turn; say of each which of the two it is here for.

    Those who hang first by both come first.
    """
    spread = {one.spreads[round_key].rank: one.pair.key for one in ranked}
    step = {one.step.rank: one.pair.key for one in ranked if one.step is not None}
    places = range(1, len(ranked) + 1)
    found = chain.from_iterable(
        ((spread.get(rank), False), (step.get(rank), True)) for rank in places
    )
    chosen: dict[str, bool] = {}
    for key, is_step in found:
        if key is not None:
            chosen.setdefault(key, is_step)
    return list(chosen.items())


class _Said:
    """What is said of the statements of a sheet, with or without names."""

    def __init__(self, sheet: StatementSheet, compass: Compass, first: Round) -> None:
        self.sheet = sheet
        self.first = first
        self.practice = next((one for one in sheet.rounds if one.role is Role.PRACTICE), None)
        self.has_names = sheet.naming in (Naming.NAMES, Naming.INITIALS)
        naming = sheet.naming if self.has_names else Naming.NONE
        names = shown(
            [person.name for person in sheet.people],
            naming,
            firsts=[person.first for person in sheet.people],
        )
        self.names: Mapping[int, str] = dict(enumerate(names))
        self.stands = {
            number: _stands(person, first.key, compass)
            for number, person in enumerate(sheet.people)
        }
        everywhere = (
            _stands(person, asked.key, compass) for person in sheet.people for asked in sheet.rounds
        )
        self.fields = frozenset(chain.from_iterable(everywhere))

    def topic(self, one: RankedStatement, words: AgendaWords, *, is_step: bool) -> Topic:
        pair = one.pair
        counts = tuple(
            (asked.name, one.spreads[asked.key].agreement.counts) for asked in self.sheet.rounds
        )
        about = pair.label or pair.key
        return Topic(
            key=pair.key,
            head=f"Stelling {pair.key}" + (f": {pair.label}" if pair.label else ""),
            why="  ·  ".join(self._why(one)),
            options=pair.options,
            counts=counts,
            ask=words.question(about, is_step=is_step),
            hear=self._movers(pair.key) if is_step else self._ends(pair.key),
            poles=(pair.left, pair.right),
            is_step=is_step,
        )

    def _why(self, one: RankedStatement) -> Iterator[str]:
        spread, step = one.spreads[self.first.key], one.step
        if spread.rank is not None:
            yield _TEXTS["spread"].format(rank=spread.rank)
        if step is not None and step.rank is not None and self.practice is not None:
            yield _step_words(step, self.practice, self.first)

    def _ends(self, key: str) -> str:
        """Say whom to hear from both ends, the end with fewest people first."""
        given = self._answers(self.first.key, key)
        if not given:
            return ""
        low, high = min(given.values()), max(given.values())
        if low == high:
            return _TEXTS["alike"]
        ends = [(box, [n for n, answer in given.items() if answer == box]) for box in (low, high)]
        ends.sort(key=lambda end: len(end[1]))
        return self._heard([_TEXTS["end"].format(who=self._who(who), box=box) for box, who in ends])

    def _movers(self, key: str) -> str:
        """Say who wishes to move furthest one way and furthest the other, or least."""
        if self.practice is None:
            return self._ends(key)
        now, wish = self._answers(self.practice.key, key), self._answers(self.first.key, key)
        moves = {n: (now[n], end) for n, end in wish.items() if n in now}
        if not moves:
            return self._ends(key)
        total = sum(end - start for start, end in moves.values())
        way = 1 if total >= 0 else -1
        size = {n: way * (end - start) for n, (start, end) in moves.items()}
        said = []
        for most in dict.fromkeys((max(size.values()), min(size.values()))):
            who = [n for n in moves if size[n] == most]
            alike = [n for n in who if moves[n] == moves[who[0]]]
            start, end = moves[who[0]]
            said.append(_TEXTS["move"].format(who=self._who(alike), start=start, end=end))
        return self._heard(said)

    def _answers(self, round_key: str, key: str) -> dict[int, int]:
        found = {}
        for number, person in enumerate(self.sheet.people):
            answer = person.answers.get(round_key, {}).get(key)
            if answer is not None:
                found[number] = answer
        return found

    def _heard(self, ends: Sequence[str]) -> str:
        return _TEXTS["hear"] + _TEXTS["then"].join(ends) + "."

    def _who(self, people: Sequence[int]) -> str:
        """Name people; without names say how many they are, and of several where they stand."""
        if self.has_names:
            named = [self.names[n] for n in people[:MOST_NAMED]]
            left = len(people) - len(named)
            return _listed([*named, *([_TEXTS["more"].format(count=left)] if left else [])])
        text = _TEXTS["one"] if len(people) == 1 else _TEXTS["many"].format(count=len(people))
        fields = dict.fromkeys(each.title for n in people for each in self.stands[n])
        if len(people) >= LEAST_PEOPLE and fields:
            text += _TEXTS["on_map"].format(fields=_listed(list(fields)))
        return text


def _stands(person: Respondent, round_key: str, compass: Compass) -> tuple[MapQuadrant, ...]:
    """Say in which fields somebody stands in a round; none where that is not known."""
    answers = person.answers.get(round_key)
    position = place(answers, compass).position if answers else None
    return quadrants_of(position, compass) if position is not None else ()


def _step_words(step: StatementStep, practice: Round, wish: Round) -> str:
    size = abs(step.mean)
    boxes = _TEXTS["box" if round(size, 1) <= 1 else "boxes"].format(count=decimal(size))
    side = _TEXTS["right" if step.mean > 0 else "left"]
    return _TEXTS["step"].format(
        start=practice.name, end=wish.name, rank=step.rank, boxes=boxes, side=side
    )


def _listed(words: Sequence[str]) -> str:
    """List words.

    >>> _listed(["Sam", "Noor", "nog 2"])
    'Sam, Noor en nog 2'
    """
    *most, last = words
    return (", ".join(most) + _TEXTS["and"] if most else "") + last


# --- of a quickscan ----------------------------------------------------------------------------


def questions_agenda(
    asked: Instrument, summary: Summary, team: str, date: str, minutes: int
) -> Agenda:
    """Make the agenda of a team that filled in quickscans: the divided questions, by factor.

    The most divided questions are taken; the factor of the most divided one comes first. Where
    nothing is divided, what can be better is taken, in the order of priority.
    """
    words = _words_of(asked)
    factor_of = {q.row.key: factor for factor in summary.factors for q in factor.questions}
    divided = [q for q in summary.to_discuss if q.row.key in factor_of][: _room(minutes)]
    note = ""
    if not divided:
        weak = (q for each in summary.priorities for q in each.factor.having(Verdict.WORK))
        divided = list(weak)[: _room(minutes)]
        seen = any(q.verdict is not Verdict.NO_VIEW for q in summary.questions.values())
        note = _TEXTS["none" if seen else "too_few"]
    order = list(dict.fromkeys(factor_of[q.row.key].key for q in divided))
    divided.sort(key=lambda q: order.index(factor_of[q.row.key].key))
    topics = tuple(_question_topic(q, factor_of[q.row.key], words) for q in divided)
    return Agenda(
        team,
        date,
        words,
        topics,
        _planned(topics, minutes, has_words=False),
        asked.source,
        note,
    )


def _question_topic(question: Question, factor: Group, words: AgendaWords) -> Topic:
    counts = question.counts
    grades = tuple(reversed(GRADES))  # as on the form: ++ first
    verdict = question.verdict
    why = {Verdict.DISCUSS: "divided", Verdict.WORK: "work"}.get(verdict, "varied")
    return Topic(
        key=question.row.key,
        head=f"{question.row.key}  {question.row.text}",
        why="  ·  ".join(
            (_TEXTS["factor"].format(number=factor.key, title=factor.title), _TEXTS[why])
        ),
        options=(*grades, _TEXTS["no_view"]),
        counts=(("", (*(counts[grade] for grade in grades), question.no_view)),),
        ask=words.question(factor.title, is_step=why == "work"),
        hear=_sides(question),
    )


def _sides(question: Question) -> str:
    """Say which side to hear first: that of the fewest."""
    ends = [("+ of ++", question.plus), ("− of −−", question.minus)]
    few, many = sorted(ends, key=lambda end: end[1])
    if not few[1]:
        return ""
    return _TEXTS["sides"].format(
        first=few[0], few=few[1], then=many[0], many=many[1], n=question.rated
    )


# --- on paper ----------------------------------------------------------------------------------

# In mm and points.
_CLOCK_WIDE, _CLOCK_PT, _MINUTES_PT, _CLOCK_Y, _MINUTES_Y = 20.0, 13.0, 9.0, 4.6, 9.2
_HEAD_PT, _WHY_PT, _POLE_PT, _ASK_PT, _HEAR_PT = 11.5, 8.5, 8.5, 11.0, 10.0
_POLE_GAP, _AIR, _BLOCK_GAP, _RULE, _RULE_GREY = 8.0, 1.3, 2.6, 0.15, 0.5
_CELL_HIGH, _CELL_WIDE, _ROUND_WIDE, _OPTION_PT, _COUNT_PT = 5.6, 13.0, 20.0, 7.5, 10.0
_CELL_LINE, _OPTION_HIGH, _TO_BASE, _SHADE, _SHADE_MOST = 0.25, 3.6, 0.35, 0.97, 0.4
_WORDS_PT, _INTRO_PT, _WORD_SHARE, _FIELD_SHARE = 9.0, 10.0, 5, 4
_HOUR = 60


def draw_agenda(target: Path | IO[bytes], agenda: Agenda) -> int:
    """Draw the agenda; return how many pages it has."""
    title = agenda.words.title
    drawing = Drawing(target, A4, title=f"{agenda.team}: {title}", credit=agenda.source)
    pages = draw_agenda_on(drawing, agenda).page
    drawing.save()
    return pages


def draw_agenda_on(drawing: Drawing, agenda: Agenda) -> TextFlow:
    """Draw the agenda from the top of a page of a drawing."""
    flow = TextFlow(drawing, agenda.words.title, (agenda.team, agenda.date))
    in_all = _TEXTS["in_all"].format(minutes=sum(agenda.minutes))
    flow.say(f"{agenda.words.intro} {in_all}", _INTRO_PT)
    starts = [sum(agenda.minutes[:number]) for number in range(len(agenda.minutes))]
    times = iter(zip(starts, agenda.minutes, strict=True))
    _block(flow, next(times), _TEXTS["opening"], agenda.words.opening)
    if agenda.note:
        flow.say(agenda.note, _INTRO_PT, bold=True)
    for topic in agenda.topics:
        _topic(flow, next(times), topic)
    if agenda.key_words:
        _block(flow, next(times), _TEXTS["words"], _TEXTS["say_words"])
        columns = (_TEXTS["word"], *agenda.fields)
        shares = (_WORD_SHARE, *[_FIELD_SHARE] * len(agenda.fields))
        flow.table(columns, agenda.key_words, shares=shares, size_pt=_WORDS_PT)
    _block(flow, next(times), _TEXTS["closing"], agenda.words.closing)
    if agenda.has_names:
        flow.say(_TEXTS["foot"], _WHY_PT)
    return flow


def _clock(flow: TextFlow, time: tuple[int, int]) -> None:
    start, minutes = time
    clock = f"{start // _HOUR}:{start % _HOUR:02d}"
    flow.drawing.text(flow.left, flow.y + _CLOCK_Y, clock, _CLOCK_PT, bold=True)
    long = _TEXTS["minutes"].format(minutes=minutes)
    flow.drawing.text(flow.left, flow.y + _MINUTES_Y, long, _MINUTES_PT, colour=GREY)


def _block(flow: TextFlow, time: tuple[int, int], head: str, text: str) -> None:
    """Print a step of the agenda with what is done in it."""
    x = flow.left + _CLOCK_WIDE
    lines = fonts.wrap(text, flow.right - x, _HEAR_PT)
    high = line_height(_HEAD_PT, LEADING) + len(lines) * line_height(_HEAR_PT, LEADING)
    flow.keep(max(high, _MINUTES_Y) + _BLOCK_GAP)
    _clock(flow, time)
    y = flow.y + flow.drawing.lines(x, flow.y, [head], _HEAD_PT, bold=True, leading=LEADING)
    flow.drawing.lines(x, y, lines, _HEAR_PT, leading=LEADING)
    _finish(flow, max(high, _MINUTES_Y))


def _finish(flow: TextFlow, high: float) -> None:
    flow.y += high + _BLOCK_GAP / 2
    flow.drawing.line(flow.left, flow.y, flow.right, flow.y, line_mm=_RULE, colour=_RULE_GREY)
    flow.y += _BLOCK_GAP / 2


def _topic(flow: TextFlow, time: tuple[int, int], topic: Topic) -> None:
    """Print a topic: what it is, who chose what, what to ask and whom to hear."""
    x = flow.left + _CLOCK_WIDE
    room = flow.right - x
    half = (room - _POLE_GAP) / 2
    head = fonts.wrap(topic.head, room, _HEAD_PT, bold=True)
    why = fonts.wrap(topic.why, room, _WHY_PT)
    poles = [fonts.wrap(pole, half, _POLE_PT) for pole in topic.poles]
    ask = fonts.wrap(topic.ask, room, _ASK_PT, bold=True)
    hear = fonts.wrap(topic.hear, room, _HEAR_PT) if topic.hear else []
    high = (
        len(head) * line_height(_HEAD_PT, LEADING)
        + len(why) * line_height(_WHY_PT, LEADING)
        + max(map(len, poles), default=0) * line_height(_POLE_PT, LEADING)
        + _OPTION_HIGH
        + len(topic.counts) * _CELL_HIGH
        + len(ask) * line_height(_ASK_PT, LEADING)
        + len(hear) * line_height(_HEAR_PT, LEADING)
        + 4 * _AIR
    )
    flow.keep(high + _BLOCK_GAP)
    _clock(flow, time)
    drawing, y = flow.drawing, flow.y
    y += drawing.lines(x, y, head, _HEAD_PT, bold=True, leading=LEADING)
    y += drawing.lines(x, y, why, _WHY_PT, colour=GREY, leading=LEADING) + _AIR
    for number, lines in enumerate(poles):
        at = x + number * (half + _POLE_GAP)
        drawing.lines(at, y, lines, _POLE_PT, leading=LEADING)
    y += max(map(len, poles), default=0) * line_height(_POLE_PT, LEADING) + _AIR
    y = _counts(drawing, x, y, topic) + _AIR
    y += drawing.lines(x, y, ask, _ASK_PT, bold=True, leading=LEADING)
    drawing.lines(x, y, hear, _HEAR_PT, leading=LEADING)
    _finish(flow, high)


def _counts(drawing: Drawing, x: float, y: float, topic: Topic) -> float:
    """Print the boxes with how many people chose each; fuller boxes are darker."""
    named = any(name for name, _ in topic.counts)
    left = x + (_ROUND_WIDE if named else 0.0)
    wide = min(_CELL_WIDE, (A4.width_mm - left - (x - _CLOCK_WIDE)) / len(topic.options))
    for number, option in enumerate(topic.options):
        middle = left + (number + 0.5) * wide
        base = y + _OPTION_HIGH - 1.0
        text = option.replace("-", "−")
        drawing.text(middle, base, text, _OPTION_PT, align="centre", colour=GREY)
    y += _OPTION_HIGH
    most = max((count for _, counts in topic.counts for count in counts), default=0) or 1
    for name, counts in topic.counts:
        base = y + _CELL_HIGH / 2 + _TO_BASE * _COUNT_PT / MM
        if named:
            size = fonts.fit(name, _ROUND_WIDE - 2, _HEAR_PT, _OPTION_PT)
            drawing.text(x, base, name, size)
        for number, count in enumerate(counts):
            at = left + number * wide
            shade = _SHADE - _SHADE_MOST * count / most if count else 1.0
            drawing.rect(at, y, wide, _CELL_HIGH, line_mm=_CELL_LINE, fill=shade)
            if count:
                middle = at + wide / 2
                drawing.text(middle, base, str(count), _COUNT_PT, bold=True, align="centre")
        y += _CELL_HIGH
    return y
