"""The wording of a document, with every word that a person has to look at first.

In:  a handbook or quickscan: its text, or a PDF with text.
Out: a `Proposal`; with what a person chose or typed, the text of a questionnaire file.

Nothing of which we are not sure is taken over by itself: two words may be one where a hyphen was
lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from forms.document_text import Seam, read_text
from forms.errors import InstrumentError
from forms.handbook import Sentence, Wording, wording_of
from forms.messages import Message
from omr.hand.free_text import dutch


@dataclass(frozen=True, slots=True)
class OpenWord:
    """A piece of a sentence that somebody has to look at.

    Attributes:
        number: counts all of them, from 1.
        start: where it begins in its sentence.
        read: what we think it is.
        other: what else it may be.
    """

    number: int
    question: str
    part: str
    start: int
    read: str
    other: str

    @property
    def said(self) -> Message:
        """Say which word of which question has to be compared with the document."""
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
    wording = wording_of(read_text(path), name)
    return Proposal(name, wording, tuple(_numbered(seams_of(wording))))


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
