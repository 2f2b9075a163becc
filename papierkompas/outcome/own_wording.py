"""The wording of a document, with every word that a person has to look at first.

In:  a handbook or quickscan: its text, a PDF with text, or a scan or photograph of it.
Out: a `Proposal`; with what a person chose or typed, the text of a questionnaire file.

Nothing of which we are not sure is taken over by itself: two words may be one where a hyphen was
lost, and a word of a scan may be another.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from forms.document_text import Seam, read_text
from forms.errors import InstrumentError
from forms.handbook import Sentence, Wording, wording_of
from forms.messages import Message
from omr.hand.free_text import dutch
from omr.hand.printed_text import PageOfPrint, read_printed
from omr.hand.recogniser import NullRecogniser, recogniser
from omr.intake.load import inspect, load
from omr.intake.values import FileKind, Source, Unreadable
from omr.page import PageRef, Reason

MOST_SCANNED = 10  # pages; annex 1 of the handbook has two, the quickscan five
MOST_CROPS = 4  # of one word, beside each other


@dataclass(frozen=True, slots=True)
class OpenWord:
    """A piece of a sentence that somebody has to look at.

    Attributes:
        number: counts all of them, from 1.
        start: where it begins in its sentence.
        read: what we think it is.
        other: what else it may be; empty for a word that was read from a picture.
        page: of the scan on which it was read.
        crops: that word there, as PNG; more than one where it stands there more often.
    """

    number: int
    question: str
    part: str
    start: int
    read: str
    other: str
    page: int = 0
    crops: tuple[bytes, ...] = ()

    @property
    def said(self) -> Message:
        """Say which word of which question has to be compared with the document."""
        if self.page:
            where = {"page": self.page, "question": self.question, "read": self.read}
            return Message("handbook.doubtful", where)
        values = {"question": self.question, "read": self.read, "other": self.other}
        return Message("handbook.two_ways", values)


@dataclass(frozen=True, slots=True)
class Proposal:
    """The wording of a document before anybody looked at it."""

    file: str
    wording: Wording
    words: tuple[OpenWord, ...]

    def words_of(self, question: str, part: str) -> tuple[OpenWord, ...]:
        """Return what is open in a sentence, in its order."""
        return tuple(w for w in self.words if (w.question, w.part) == (question, part))


class OpenWordsError(InstrumentError):
    """Somebody has to look at words first."""


def propose_wording(path: Path, name: str) -> Proposal:
    """Find the wording of a document.

    Raises:
        InstrumentError: it is none of those that are known, or cannot be read.
    """
    pages = _scanned(path, name)
    if not pages:
        wording = wording_of(read_text(path), name)
        return Proposal(name, wording, tuple(_numbered(seams_of(wording))))
    wording = wording_of(["\f".join(page.text for page in pages)], name)
    found = [*seams_of(wording), *doubts_of(wording, pages)]
    order = {(question, part): place for place, (question, part, _) in enumerate(wording)}
    found.sort(key=lambda word: (order[word.question, word.part], word.start, -len(word.read)))
    return Proposal(name, wording, tuple(_numbered(_apart(found))))


def settled(
    proposal: Proposal,
    chosen: Mapping[int, str],
    typed: Mapping[tuple[str, str], str] = {},
) -> Wording:
    """Put what a person chose in the place of what was open.

    Args:
        proposal: with its open words.
        chosen: by the number of a word, what stands on the paper.
        typed: whole sentences, by question and part; in these nothing is open any more.

    Raises:
        OpenWordsError: something is open still.
    """
    left = [
        word
        for word in proposal.words
        if word.number not in chosen and (word.question, word.part) not in typed
    ]
    if left:
        raise OpenWordsError(
            "handbook.open_words",
            file=proposal.file,
            count=len(left),
            words=[f"{word.question}: '{word.read}'" for word in left],
        )
    sentences: dict[str, dict[str, Sentence]] = {}
    for question, part, sentence in proposal.wording:
        text = typed.get((question, part))
        if text is None:
            text = sentence.text
            for word in reversed(proposal.words_of(question, part)):
                end = word.start + len(word.read)
                text = text[: word.start] + chosen[word.number] + text[end:]
        sentences.setdefault(question, {})[part] = Sentence(" ".join(text.split()))
    return replace(proposal.wording, sentences=sentences)


def doubts_of(wording: Wording, pages: Sequence[PageOfPrint]) -> Iterator[OpenWord]:
    """Yield every word of a sentence that may be one of which the reading is in doubt.

    A sentence does not say where on its page it stood. So a word is open wherever the same word
    stands between the same neighbours; where a line ended, any neighbour will do. A doubt that
    stands nowhere so is open where one of its neighbours is the same.
    """
    doubts = [doubt for number, page in enumerate(pages, 1) for doubt in _doubts(number, page)]
    places = [place for sentence in wording for place in _places(*sentence)]
    loose = [d for d in doubts if not any(d.may_be(*place.neighbours) for place in places)]
    for place in places:
        fitting = [doubt for doubt in doubts if doubt.may_be(*place.neighbours)]
        fitting += [doubt for doubt in loose if doubt.may_stand_beside(*place.neighbours)]
        if fitting:
            crops = tuple(doubt.crop for doubt in fitting[:MOST_CROPS])
            yield OpenWord(
                0, place.question, place.part, place.start, place.word, "", fitting[0].page, crops
            )


@dataclass(frozen=True, slots=True)
class _WordPlace:
    """A word of a sentence, and what stands beside it there."""

    question: str
    part: str
    start: int
    word: str
    before: str | None
    after: str | None

    @property
    def neighbours(self) -> tuple[str, str | None, str | None]:
        return self.word, self.before, self.after


def _places(question: str, part: str, sentence: Sentence) -> Iterator[_WordPlace]:
    found = [(m.start(), m.group()) for m in re.finditer(r"\S+", sentence.text)]
    words = [None, *(word for _, word in found), None]
    for number, (start, word) in enumerate(found):
        yield _WordPlace(question, part, start, word, words[number], words[number + 2])


@dataclass(frozen=True, slots=True)
class _Doubt:
    """A word of a scan that somebody has to look at; neighbours are those on its line."""

    text: str
    before: str | None
    after: str | None
    page: int
    crop: bytes

    def may_be(self, word: str, before: str | None, after: str | None) -> bool:
        """Say whether this may be a word of a sentence, with its neighbours there."""
        return self.is_like(word) and all(
            ours is None or theirs is None or _bare(ours) in _bare(theirs)
            for ours, theirs in ((self.before, before), (self.after, after))
        )

    def may_stand_beside(self, word: str, before: str | None, after: str | None) -> bool:
        """Say whether this may be that word where one of its neighbours is another than there."""
        if not self.is_like(word):
            return False
        known = [(a, b) for a, b in ((self.before, before), (self.after, after)) if a is not None]
        return not known or any(b is None or _bare(a) in _bare(b) for a, b in known)

    def is_like(self, word: str) -> bool:
        """Say whether this is that word, or the piece of it on one of two lines."""
        ours, theirs = _bare(self.text), _bare(word)
        if ours == theirs or not ours:
            return ours == theirs
        ends_line = self.after is None and theirs.startswith(ours)
        return ends_line or (self.before is None and theirs.endswith(ours))


def _bare(word: str) -> str:
    """Keep the letters and figures of a word; lines were joined, and signs made alike."""
    return "".join(c for c in unicodedata.normalize("NFKC", word) if c.isalnum())


def _doubts(number: int, page: PageOfPrint) -> Iterator[_Doubt]:
    for line in page.lines:
        for place, word in enumerate(line):
            if word.is_doubtful:
                before = line[place - 1] if place else None
                after = line[place + 1] if place + 1 < len(line) else None
                yield _Doubt(
                    word.text,
                    before.text if before and not page.is_apart(before, word) else None,
                    after.text if after and not page.is_apart(word, after) else None,
                    number,
                    bytes(cv2.imencode(".png", page.crop(word))[1]),
                )


def _apart(words: Iterable[OpenWord]) -> Iterator[OpenWord]:
    """Put words that lie within each other in one question, with the pictures of both."""
    last: OpenWord | None = None
    for word in words:
        if last is None or not _overlap(last, word):
            if last is not None:
                yield last
            last = word
            continue
        crops = (*last.crops, *word.crops)[:MOST_CROPS]
        last = replace(last, page=last.page or word.page, crops=crops)
    if last is not None:
        yield last


def _overlap(one: OpenWord, after: OpenWord) -> bool:
    is_same = (one.question, one.part) == (after.question, after.part)
    return is_same and after.start < one.start + len(one.read)


def _scanned(path: Path, name: str) -> list[PageOfPrint]:
    """Read a document of pictures; nothing for one with text."""
    try:
        kind, count = inspect(path, None)
    except Unreadable:
        return []  # a text, or what `read_text` says better
    if kind is FileKind.PDF:
        try:
            read_text(path)
        except InstrumentError as error:
            if error.message.key != "document.is_scan":
                raise
        else:
            return []
    network = recogniser()
    if isinstance(network, NullRecogniser):
        raise InstrumentError("handbook.no_ocr", file=name)
    if count > MOST_SCANNED:
        raise InstrumentError("handbook.long_scan", file=name, pages=count, most=MOST_SCANNED)
    found = []
    for number in range(1, count + 1):
        try:
            picture = load(Source(str(path), PageRef(name, number), kind), whole=True)
        except Unreadable as trouble:
            why = Message(f"reason.{trouble.reason}")
            raise InstrumentError("handbook.in_file", file=name, what=why) from None
        if picture.damage is not None:
            why = Message(f"reason.{Reason.DAMAGED}")
            raise InstrumentError("handbook.in_file", file=name, what=why)
        page = read_printed(picture.image, network)
        found += [page] if page is not None else []
    return found


def seams_of(wording: Wording) -> Iterator[OpenWord]:
    """Yield where the hyphen of a broken word may have been lost, without a number."""
    known = frozenset(word.lower() for word in dutch())
    for question, part, sentence in wording:
        at = 0
        for seam in sentence.seams:
            start = sentence.text.find(seam.chosen, at)
            if start >= 0 and _may_be_one(seam, known):
                yield OpenWord(0, question, part, start, seam.chosen, seam.other)
            at = max(at, start)


def _may_be_one(seam: Seam, known: frozenset[str]) -> bool:
    return not seam.is_apart or (seam.first + seam.second).lower() in known


def _numbered(words: Iterator[OpenWord]) -> Iterator[OpenWord]:
    return (replace(word, number=number) for number, word in enumerate(words, 1))
