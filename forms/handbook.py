"""Find the statement table, or the questions of the quickscan, in the text of a handbook.

In:  a handbook (.txt or .pdf), or its text.
Out: its literal `Wording`, and the text of an instrument file with it.

Everything but the wording (rounds, scales, axes, factors, keys) is that of the built-in
instrument. What the document must hold is therefore known; a text in which something else is
found is refused, and nothing is guessed.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib import resources
from itertools import accumulate, combinations, pairwise
from textwrap import shorten
from typing import Any

import tomli_w

from forms.document_text import Document, Line, Seam, document, pattern
from forms.errors import InstrumentError, UsageError
from forms.instrument import (
    MAX_EDITION,
    OWN_WORDING_EDITION,
    Instrument,
    Section,
    find,
    parse,
)
from forms.messages import Message, counted


@dataclass(frozen=True, slots=True)
class Sentence:
    """A statement or question as the document has it.

    Attributes:
        seams: where its lines were put together by a guess.
    """

    text: str
    seams: tuple[Seam, ...] = ()


@dataclass(frozen=True, slots=True)
class Wording:
    """What a document asks, in its own words.

    Attributes:
        instrument: the built-in questionnaire that it is.
        sentences: per question and part of it: `{"1": {"left": ..., "right": ...}}`.
    """

    instrument: Instrument
    sentences: Mapping[str, Mapping[str, Sentence]]

    def __iter__(self) -> Iterator[tuple[str, str, Sentence]]:
        """Yield every sentence with its question and its part."""
        for question, parts in self.sentences.items():
            for part, sentence in parts.items():
                yield question, part, sentence

    def as_toml(self, file: str, edition: int = OWN_WORDING_EDITION) -> str:
        """Write an instrument file with the words of `file`, which `parse` accepts."""
        if not OWN_WORDING_EDITION <= edition <= MAX_EDITION:
            raise UsageError(
                "handbook.edition", least=OWN_WORDING_EDITION, most=MAX_EDITION, edition=edition
            )
        return _written(self, file, edition)


Sentences = Mapping[str, Mapping[str, Sentence]]


def wording_of(texts: Sequence[str], file: str) -> Wording:
    """Find the wording in one of the texts that were extracted from `file`.

    Raises:
        InstrumentError: it is not one of the two documents we know, or not clear.
    """
    documents = [document(text) for text in texts]
    known = [kind for kind in _KINDS if any(kind.is_in(found) for found in documents)]
    if len(known) != 1:
        raise InstrumentError("handbook.both" if known else "handbook.neither", file=file)
    kind = known[0]
    instrument = find(kind.key)
    complaints = []
    for found in documents:
        try:
            return Wording(instrument, kind.find(found, instrument))
        except _NotFoundError as complaint:
            complaints.append(complaint.message)
    raise InstrumentError("handbook.in_file", file=file, what=complaints[0])


def statements(found: Document, instrument: Instrument) -> Sentences:
    """Find the statement pairs, and check that the handbook scores them as we do."""
    starts, ends = _places(found, _TABLE_STARTS), _places(found, _TABLE_ENDS)
    tables = [(start, end) for start in starts if (end := _first_after(ends, start))]
    if not tables:
        missing = _END_HEADING if starts else _START_HEADING
        raise _NotFoundError(
            "handbook.no_table", start=_START_HEADING, end=_END_HEADING, missing=missing
        )
    # a table of contents may hold both headings too
    start, end = max(tables, key=lambda table: table[1] - table[0])
    _check_scoring_rule(found.lines[end:], instrument)
    body = [line for line in found.lines[start:end] if not _is_table_heading(line)]
    keys = [pair.key for pair in instrument.pairs]
    return {
        key: {"left": _statement(found, left), "right": _statement(found, right)}
        for key, (left, right) in zip(keys, _pairs(found, body, len(keys)), strict=True)
    }


def questions(found: Document, instrument: Instrument) -> Sentences:
    """Find the questions of the quickscan under the headings of their factors."""
    lines = _without_side_text(_without_furniture(found.lines, instrument))
    sections = [section for section in instrument.sections if section.factor is not None]
    starts = []
    for section in sections:
        heading = re.compile(_heading(section), re.IGNORECASE)
        places = [at for at, line in enumerate(lines) if heading.fullmatch(line.text)]
        if len(places) != 1:
            raise _NotFoundError(
                "handbook.no_heading", heading=_heading_name(section), times=len(places)
            )
        starts += places
    if starts != sorted(starts):
        raise _NotFoundError("handbook.other_order", advice=_ADVICE)
    closing = [at for at, line in enumerate(lines) if _QUICKSCAN_ENDS.match(line.text)]
    ends = [*starts[1:], _first_after(closing, starts[-1]) or len(lines)]
    asked = [
        _questions_between(found, lines[start + 1 : end], section)
        for section, start, end in zip(sections, starts, ends, strict=True)
    ]
    wrong = [
        Message(
            "handbook.questions_under",
            {
                "found": counted("questions", len(texts)),
                "wanted": len(section.rows),
                "heading": _heading_name(section),
            },
        )
        for section, texts in zip(sections, asked, strict=True)
        if len(texts) != len(section.rows)
    ]
    if wrong:
        raise _NotFoundError("handbook.wrong_questions", found=wrong)
    return {
        row.key: {"text": text}
        for section, texts in zip(sections, asked, strict=True)
        for row, text in zip(section.rows, texts, strict=True)
    }


class _NotFoundError(Exception):
    """What was looked for is not in this text of the document; another text may hold it."""

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key)
        self.message = Message(key, values)


@dataclass(frozen=True, slots=True)
class _Kind:
    """One of the documents that we know."""

    key: str
    landmark: re.Pattern[str]
    find: Callable[[Document, Instrument], Sentences]

    def is_in(self, found: Document) -> bool:
        return bool(_places(found, self.landmark))


_TABLE_STARTS = re.compile(r"stellingen\s+schoolwaardenkompas", re.IGNORECASE)
_TABLE_ENDS = re.compile(r"hoe\s+verwerk\s+je\s+de\s+score\s*\??", re.IGNORECASE)
_QUICKSCAN_STARTS = re.compile(r"welkom\s*\(\s*1\s*\).*", re.IGNORECASE)
_QUICKSCAN_ENDS = re.compile(r"prioriteiten\s+en\s+verbetersuggesties", re.IGNORECASE)
_START_HEADING, _END_HEADING = "Stellingen Schoolwaardenkompas", "Hoe verwerk je de score?"
_KINDS = (
    _Kind("schoolwaardenkompas", _TABLE_STARTS, statements),
    _Kind("quickscan", _QUICKSCAN_STARTS, questions),
)


def _written(wording: Wording, file: str, edition: int) -> str:
    name = f"{wording.instrument.key}.toml"
    skeleton = resources.files("forms") / "instruments" / name
    data = tomllib.loads(skeleton.read_text(encoding="utf-8"))
    data["edition"] = edition
    shown = "".join(sign if sign.isprintable() else "?" for sign in file)
    makers, _, _ = data["source"].rpartition(". ")  # behind it: whose the sentences are
    data["source"] = f"{makers}. Zinnen: letterlijk uit {shown}."
    for section in data["sections"]:
        for row in section["rows"]:
            said = wording.sentences.get(row["key"], {})
            row.update({part: sentence.text for part, sentence in said.items()})
    text = _COMMENT.format(file=shown, title=data["title"]) + tomli_w.dumps(data)
    parse(text, name)  # what we write, we can read
    return text


_COMMENT = """\
# {title}: the statements or questions are the literal wording of {file}.
# That wording belongs to its authors. This file is for use by a school that owns the document.
# All other texts are papierkompas's own. Compare the sentences with the printed document once:
# words that were broken over two lines have been put together again.

"""


# heads and feet of both documents, in whatever edition: "32Handleiding voor het ..."
_RUNNING = (
    r"(?:\d+\s*)?(?:handleiding voor het schoolwaardenkompas|quickscan samenwerken met ouders)\b.*"
    r"|(?:pagina|blz\.?|bladzijde)\s*\d+.*|(?:https?://|www\.)\S+"
)


def _places(found: Document, heading: re.Pattern[str]) -> list[int]:
    return [at for at, line in enumerate(found.lines) if heading.fullmatch(line.text.strip())]


def _first_after(places: Sequence[int], at: int) -> int | None:
    return next((place for place in places if place > at), None)


# --- the statement table: annex 1 of the handbook


def _is_table_heading(line: Line) -> bool:
    words = line.text.strip()
    if _TABLE_STARTS.fullmatch(words) or _TABLE_FURNITURE.fullmatch(words):
        return True
    return bool(words) and not _TABLE_HEADS.sub("", words).strip()


_TABLE_HEADS = re.compile(
    r"vraag|horizonta+l|verticaal|waar sta je\s*\??|score|1 +2 +3 +4 +5 +6|/", re.IGNORECASE
)
_TABLE_FURNITURE = re.compile(
    rf"kies de positie\b.*|(die het best )?bij je past|\d{{2,5}}|{_RUNNING}", re.IGNORECASE
)
# row numbers, v(erticaal) or h(orizontaal), the six boxes
_MARKS = re.compile(r"[1-8](\s+[2-6])*|([1-8]\s+)?[vh]|1\s*2\s*3\s*4\s*5\s*6", re.IGNORECASE)

# How many words each statement of the printed handbook has. Only used when a text does not show
# where its statements end; a table that agrees in all sixteen numbers is that table.
_PRINTED_LEFT = (13, 18, 21, 24, 19, 13, 17, 23)
_PRINTED_RIGHT = (19, 24, 33, 33, 25, 23, 12, 16)

_ADVICE = Message("handbook.give_pdf")

Statement = Sequence[Line]
Pair = tuple[Statement, Statement]


def _check_scoring_rule(lines: Sequence[Line], instrument: Instrument) -> None:
    """Annex 1: 'Tel de verticale vragen bij elkaar op (vraag 1, 3, 5 en 6)'."""
    text = " ".join(" ".join(line.text.split()) for line in lines)
    for axis in instrument.axes:
        adjective = {"vertical": "verticale", "horizontal": "horizontale"}[axis.direction]
        ours = ", ".join(instrument.axis_questions(axis.key))
        rule = re.search(rf"{adjective} vragen\b[^()]{{0,60}}\(\s*vra\w+ ([^()]+)\)", text, re.I)
        if rule is None:
            raise _NotFoundError(
                "handbook.no_rule", which=adjective, ours=ours, heading=_END_HEADING
            )
        named = re.findall(r"\w+", re.sub(r"\ben\b", " ", rule.group(1)))
        theirs = ", ".join(named)
        if not _are_those(named, ours.split(", ")):
            raise _NotFoundError("handbook.other_rule", which=adjective, theirs=theirs, ours=ours)


def _are_those(named: Sequence[str], ours: Sequence[str]) -> bool:
    """Tell whether these are our questions; a scan may show one of them as no number."""
    read = [name for name in named if name.isdecimal()]
    pairs = zip(named, ours, strict=False)
    is_whole = len(named) == len(ours) and 2 * len(read) > len(ours)
    return is_whole and all(a == b or not a.isdecimal() for a, b in pairs)


@dataclass(frozen=True, slots=True)
class _TableLine:
    """A line of the table: the piece of the left statement in it, and that of the right one."""

    left: Line
    right: Line
    number: int | None

    @property
    def is_blank(self) -> bool:
        return not (self.left.text or self.right.text) and self.number is None


def _pairs(found: Document, body: Sequence[Line], count: int) -> Sequence[Pair]:
    rows = _side_by_side(body, _rows_of_page)
    if rows:
        lines = [*_texts(row.left for row in rows), *_texts(row.right for row in rows)]
    else:
        lines = _texts(body)
    try:
        return _pairs_of_rows(rows, count) if rows else _pairs_of_list(found, body, count)
    except _NotFoundError:
        if printed := _printed_pairs(lines):
            return printed
        with suppress(_NotFoundError):  # then what was wrong before is what is said
            return _pairs_of_rows(_side_by_side(body, _scanned_rows), count)
        raise


def _side_by_side(
    body: Sequence[Line], rows_of: Callable[[Sequence[Line]], list[_TableLine]]
) -> list[_TableLine]:
    """Read the columns of a text in which they stand beside each other; else nothing."""
    rows: list[_TableLine] = []
    for page in dict.fromkeys(line.page for line in body):
        rows += rows_of([line for line in body if line.page == page])
    beside = sum(bool(row.left.text and row.right.text) for row in rows)
    return rows if beside >= 8 else []


def _rows_of_page(lines: Sequence[Line]) -> list[_TableLine]:
    """Divide the lines at the widest river of white that runs through all of them."""
    said = [
        [(at, text) for at, text in line.chunks if not _MARKS.fullmatch(text)] for line in lines
    ]
    return _divided(lines, said)


def _divided(lines: Sequence[Line], said: Sequence[Sequence[tuple[int, str]]]) -> list[_TableLine]:
    """Divide the pieces of text of each line; what stands left of all of them numbers a row."""
    inked = sorted({x for row in said for at, text in row for x in range(at, at + len(text))})
    rivers = [(right - left, left) for left, right in pairwise(inked) if right - left > 2]
    if not rivers:
        return []
    _, shore = max(rivers)
    rows = []
    for line, row in zip(lines, said, strict=True):
        left = " ".join(text for at, text in row if at <= shore)
        right = " ".join(text for at, text in row if at > shore)
        marks = [text for at, text in line.chunks if at < inked[0]]
        number = int(marks[0][0]) if marks and "1" <= marks[0][:1] <= "8" else None
        if number is None and marks:
            number = _UNREAD
        rows.append(_TableLine(Line(left, goes_on=True), Line(right, goes_on=line.goes_on), number))
    return rows


_UNREAD = 0  # a row begins, and its number cannot be read
_ROW_MARK = re.compile(r"[1-8]\s*[vh]?|[vh]", re.IGNORECASE)
_BOXES = re.compile(r"1\s*2\s*3\s*4\s*5\s*6")
_LEAST_MARKS = 3  # in a column, before anything else in it is one that was read wrongly
_ASIDE = 2  # letters that what stands in one column may be apart
_LONGEST_MARK = 2  # letters of a row number with its v or h
_FEWEST_BOXES, _MOST_BOXES = 5, 8  # letters of six boxes


def _scanned_rows(lines: Sequence[Line]) -> list[_TableLine]:
    """Divide the lines of a scan, in which a number or a box may be read wrongly.

    What stands in the column of the row numbers, of the letters v and h, or of the boxes is never
    text, whatever it was read as; a line that begins there and is longer is not of the table.
    """
    lines = [line for line in lines if not _is_like_heading(line)]
    starts = [at for line in lines for at, text in line.chunks if _ROW_MARK.fullmatch(text)]
    columns = [at for at in sorted(set(starts)) if _are_near(at, starts) >= _LEAST_MARKS]
    boxes = [at for line in lines for at, text in line.chunks if _is_like_boxes(text)]
    kept, said = [], []
    for line in lines:
        pieces = []
        is_other = False
        for at, text in line.chunks:
            size = len("".join(text.split()))
            is_aside = bool(columns) and at <= columns[-1] + _ASIDE
            if is_aside:
                is_other |= size > _LONGEST_MARK
            elif not _MARKS.fullmatch(text) and not (
                _is_like_boxes(text) and _are_near(at, boxes) >= _LEAST_MARKS
            ):
                pieces.append((at, re.sub(rf"\s+{_BOXES.pattern}$", "", text)))
        if not is_other:
            kept.append(line)
            said.append(pieces)
    return _divided(kept, said) if columns else []


def _is_like_boxes(text: str) -> bool:
    """Tell whether this may be six boxes, of which some were read wrongly."""
    squashed = "".join(text.split())
    digits = sum(map(str.isdigit, squashed))
    return _FEWEST_BOXES <= len(squashed) <= _MOST_BOXES and 2 * digits >= len(squashed)


def _are_near(at: int, starts: Sequence[int]) -> int:
    """Count what begins in one column with this."""
    return sum(abs(start - at) <= _ASIDE for start in starts)


def _is_like_heading(line: Line) -> bool:
    """Tell whether this is a heading of the table, of which some letters were read wrongly."""
    squashed = "".join(filter(str.isalnum, line.text)).lower()
    return any(
        abs(len(heading) - len(squashed)) <= len(heading) * (1 - _LIKE_HEADING) + 1
        and SequenceMatcher(None, heading, squashed, autojunk=False).ratio() >= _LIKE_HEADING
        for heading in _HEADINGS
    )


_LIKE_HEADING = 0.8  # of its letters
_HEADING_WORDS = (
    "vraag", "horizontaal", "verticaal", "waarstaje", "score", "123456",
    "kiesdepositietussendetweeuitersten", "diehetbestbijjepast",
)  # fmt: skip
_LEAST_HEADING = 9  # letters; a shorter one may be the last line of a statement
_HEADINGS = frozenset(
    "".join(words)
    for count in range(1, len(_HEADING_WORDS) + 1)
    for words in combinations(_HEADING_WORDS, count)
    if len("".join(words)) >= _LEAST_HEADING
)


def _pairs_of_rows(rows: Sequence[_TableLine], count: int) -> list[Pair]:
    """Cut the table between its row numbers, where a left and a right statement both end.

    The number may stand at the top of its row or in the middle.
    """
    numbers = [(at, row.number) for at, row in enumerate(rows) if row.number]
    marked = [(at, row.number) for at, row in enumerate(rows) if row.number is not None]
    if _count_up([number for _, number in marked], count):  # also where one was not read
        numbers = [(at, place) for place, (at, _) in enumerate(marked, 1)]
    if [number for _, number in numbers] != list(range(1, count + 1)):
        seen = [number for _, number in numbers]
        raise _NotFoundError("handbook.row_numbers", last=count, seen=seen)
    places = _places_to_cut(rows)
    cuts = []
    for (this, number), (following, _) in pairwise(numbers):
        between = [same for same in places if any(this < at <= following for at in same)]
        if len(between) > 1:
            between = [same for same in between if any(_is_at_blank_line(rows, at) for at in same)]
        if len(between) != 1:
            raise _NotFoundError("handbook.row_end", row=number, places=len(between))
        cuts.append(between[0][0])
    pairs: list[Pair] = [
        (
            _texts(row.left for row in rows[top:bottom]),
            _texts(row.right for row in rows[top:bottom]),
        )
        for top, bottom in pairwise([0, *cuts, len(rows)])
    ]
    lefts, rights = (sum(bool(pair[side]) for pair in pairs) for side in (0, 1))
    if lefts < count or rights < count:
        raise _NotFoundError("handbook.sides", lefts=lefts, rights=rights, wanted=count)
    return pairs


def _count_up(numbers: Sequence[int], count: int) -> bool:
    """Tell whether these are all the row numbers, most of which were read, and none wrongly."""
    read = [number for number in numbers if number != _UNREAD]
    is_whole = len(numbers) == count and 2 * len(read) > count
    return is_whole and all(n in (_UNREAD, place) for place, n in enumerate(numbers, 1))


def _places_to_cut(rows: Sequence[_TableLine]) -> list[list[int]]:
    """Find the lines before which both statements have ended, those that cut the same together."""
    places: dict[tuple[int, int], list[int]] = {}
    for at in range(1, len(rows)):
        above, below = (
            (_texts(row.left for row in part), _texts(row.right for row in part))
            for part in (rows[:at], rows[at:])
        )
        if all(above) and all(below):
            has_ended = all(_stops(side[-1]) for side in above)
            if has_ended and all(_starts(side[0]) for side in below):
                places.setdefault((len(above[0]), len(above[1])), []).append(at)
    return list(places.values())


def _is_at_blank_line(rows: Sequence[_TableLine], at: int) -> bool:
    return rows[at - 1].is_blank or rows[at].is_blank


def _pairs_of_list(found: Document, body: Sequence[Line], count: int) -> list[Pair]:
    """Take the statements from a text in which they stand below each other.

    A statement ends where a line ends a sentence and the text shows that no more of it follows:
    by no space at the end, by a blank line, or because there are no more such lines than
    statements. The row numbers show the order: behind all the statements when these were
    written column after column, or each before its pair.
    """
    lines = _texts(body)
    after_gap: set[int] = set()  # something else than text stands before these lines
    marks: list[tuple[int, str]] = []
    at = 0
    for line in body:
        text = line.text.strip()
        if text and not _MARKS.fullmatch(text):
            at += 1
            continue
        after_gap.add(at)
        marks += [(at, text)] if text else []
    ends = [at for at in range(1, len(lines)) if _stops(lines[at - 1]) and _starts(lines[at])]
    ways = [ends, [at for at in ends if at in after_gap]]
    if found.shows_broken_words:
        ways.append([at for at in ends if not lines[at - 1].goes_on])
    fitting = {tuple(way) for way in ways if len(way) == 2 * count - 1}
    if len(fitting) != 1:
        raise _wrong_number(ways[-1] if found.shows_broken_words else ends, count)
    starts = [0, *fitting.pop()]
    cut = [lines[top:bottom] for top, bottom in pairwise([*starts, len(lines)])]
    numbers = [(at, int(text[0])) for at, text in marks if re.fullmatch(r"[1-8]( [vVhH])?", text)]
    if [number for _, number in numbers] == list(range(1, count + 1)):
        if numbers[0][0] == len(lines) and all(at in (0, len(lines)) for at, _ in marks):
            return list(zip(cut[:count], cut[count:], strict=True))
        if [at for at, _ in numbers] == starts[::2]:
            return list(zip(cut[::2], cut[1::2], strict=True))
    raise _NotFoundError("handbook.no_pairs", found=2 * count, pairs=count, advice=_ADVICE)


def _wrong_number(ends: Sequence[int], count: int) -> _NotFoundError:
    found, wanted = len(ends) + 1, 2 * count
    if found < wanted:
        return _NotFoundError(
            "handbook.too_few", pairs=count, found=found, wanted=wanted, advice=_ADVICE
        )
    return _NotFoundError(
        "handbook.too_many", pairs=count, found=found, wanted=wanted, advice=_ADVICE
    )


def _printed_pairs(lines: Sequence[Line]) -> list[Pair]:
    """Recognise the printed statements by their lengths, column after column or in turn."""
    half = len(_PRINTED_LEFT)
    in_turn = [n for pair in zip(_PRINTED_LEFT, _PRINTED_RIGHT, strict=True) for n in pair]
    if columns := _of_lengths(lines, _PRINTED_LEFT + _PRINTED_RIGHT):
        return list(zip(columns[:half], columns[half:], strict=True))
    turns = _of_lengths(lines, in_turn)
    return list(zip(turns[::2], turns[1::2], strict=True))


def _of_lengths(lines: Sequence[Line], lengths: Sequence[int]) -> list[Statement]:
    """Cut the lines into statements of so many words; nothing if they do not agree in all."""
    read = list(accumulate(len(line.text.split()) for line in lines))
    wanted = list(accumulate(lengths))
    if not read or read[-1] != wanted[-1] or not set(wanted) <= set(read):
        return []
    ends = [read.index(total) + 1 for total in wanted]
    if not all(_stops(lines[end - 1]) for end in ends):
        return []
    return [lines[top:bottom] for top, bottom in pairwise([0, *ends])]


def _texts(lines: Iterable[Line]) -> list[Line]:
    return [line for line in lines if line.text and not _MARKS.fullmatch(line.text.strip())]


def _statement(found: Document, lines: Sequence[Line]) -> Sentence:
    kept = _without_heads(found, lines, _stops)
    text = found.join(kept)
    if not (_starts(kept[0]) and _stops(kept[-1])):
        raise _NotFoundError("handbook.no_statement", text=shorten(text, 120))
    return Sentence(text, found.seams(kept))


def _stops(line: Line) -> bool:
    return bool(re.search(r"[.!?…][\"'’”)]?$", line.text))


def _starts(line: Line) -> bool:
    bare = line.text.lstrip(" \"'‘’“”„«")
    return bare[:1].isupper() or bool(re.match(r"[stn] [A-Z]", bare))  # 's Morgens


def _without_heads(
    found: Document, lines: Sequence[Line], stops: Callable[[Line], bool]
) -> list[Line]:
    """Leave out a page head that got into a sentence; refuse when it may as well be a name."""
    kept: list[Line] = []
    for line in lines:
        before = kept[-1] if kept else None
        if before is None or stops(before) or before.text.endswith(":") or not _may_be_head(line):
            kept.append(line)
            continue
        is_whole = stops(line) or line.goes_on
        shows_ends = found.shows_broken_words
        is_initials = re.match(r"[A-Z]{2,5}\b", line.text.strip())  # LOB, VMBO
        is_name = shows_ends and before.goes_on and is_whole
        if is_initials or is_name:
            kept.append(line)
        elif shows_ends and not before.goes_on and is_whole and _may_be_head(before):
            kept[-1] = line
        elif shows_ends and not is_whole and pattern(line.text) in found.repeated:
            continue
        else:
            raise _NotFoundError(
                "handbook.odd_lines", first=before.text.strip(), second=line.text.strip()
            )
    return kept


def _may_be_head(line: Line) -> bool:
    return _starts(Line(line.text.lstrip(" 0123456789")))


# --- the quickscan


def _heading(section: Section) -> str:
    """Describe 'welkom (1): vriendelijkheid' or 'kennismaken (2)', however it is spaced."""
    factor, _, aspect = section.title.partition(":")
    words = r"\s+".join(re.escape(word) for word in factor.split())
    rest = rf"\s*:?\s*{re.escape(aspect.strip())}" if aspect else ""
    return rf"{words}\s*\(\s*{section.factor}\s*\){rest}"


def _heading_name(section: Section) -> str:
    factor, colon, aspect = section.title.partition(":")
    return f"{factor} ({section.factor}){colon}{aspect}"


def _without_furniture(lines: Sequence[Line], instrument: Instrument) -> list[Line]:
    """Leave out what stands beside the questions: signs of the scale, side texts, page numbers."""
    aspects = {part.title.lower() for part in instrument.parts}
    kept = []
    for line in lines:
        pieces = [
            piece
            for piece in re.split(r" {3,}", line.text.strip())  # one question has two spaces inside
            if not _QUICKSCAN_FURNITURE.fullmatch(piece) and piece.lower() not in aspects
        ]
        if any(pieces):
            kept.append(Line("   ".join(pieces), line.page, line.goes_on))
    return kept


_QUICKSCAN_FURNITURE = re.compile(
    r"[-+/±−–?\d ]+"  # ++ + +/- - - - 18+/-; page numbers
    r"|(\S)( +\1)+"  # boxes that were drawn with a letter of a symbol font
    rf"|{_RUNNING}",
    re.IGNORECASE,
)
_SIDE_TEXT_LINES = 4  # text on its side comes out in pieces: 'Q', 'ui', 'ck', 'sc', 'an'


def _without_side_text(lines: Sequence[Line]) -> list[Line]:
    kept: list[Line] = []
    pieces: list[Line] = []
    for line in [*lines, Line("")]:
        if 0 < len(line.text.strip()) <= 3 and not line.text.endswith("?"):
            pieces.append(line)
            continue
        kept += pieces if len(pieces) < _SIDE_TEXT_LINES else []
        kept += [line] if line.text else []
        pieces = []
    return kept


def _questions_between(found: Document, lines: Sequence[Line], section: Section) -> list[Sentence]:
    asked = []
    for group in _groups(lines):
        kept = _without_heads(found, group, _asks)
        text = found.join(kept)
        if _is_whole(text) and _starts(kept[0]) and "   " not in "".join(x.text for x in kept):
            asked.append(Sentence(text, found.seams(kept)))
        elif not _is_loose(found, kept):
            raise _NotFoundError(
                "handbook.no_question", heading=_heading_name(section), text=shorten(text, 120)
            )
    return asked


def _groups(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Collect lines up to each question mark that ends a line outside parentheses."""
    group: list[Line] = []
    for line in lines:
        group.append(line)
        if _is_whole(" ".join(part.text for part in group)):
            yield group
            group = []
    if group:
        yield group


def _is_whole(text: str) -> bool:
    return text.endswith("?") and text.count("(") == text.count(")")


def _asks(line: Line) -> bool:
    return line.text.endswith("?")


def _is_loose(found: Document, lines: Sequence[Line]) -> bool:
    """Tell whether each of these lines is complete in itself, and none the start of a question."""
    return found.shows_broken_words and all(
        _may_be_head(line) and not line.goes_on for line in lines
    )
