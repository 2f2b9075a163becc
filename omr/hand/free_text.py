"""What is written in a field for free text.

In:  the clean picture of a field, a recogniser, a list of words.
Out: a `FieldText`: as it was read, and a proposal in which words that no list knows are replaced
     by likelier ones.

Only a proposal: about one letter in ten is wrong on real handwriting, so the picture of the field
is always shown beside it. Method and figures: docs/findings/handwriting.md 4, docs/handwriting.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.layout import Field
from omr.geometry import Image
from omr.hand.crops import ink_only, lines_of
from omr.hand.recogniser import Recogniser, SeenLetters
from omr.hand.whose_name import FOLDED, PER_LETTER, Seen, ctc_log_likelihoods, fold

MOST_SHAPE = 14.0  # a line longer than this many times its height is cut at a gap
MOST_PER_STEP = 0.38  # letters; with more, writing is too narrow for the network
FEWEST_PER_STEP = 0.08  # with fewer, it gave up; ordinary writing has 0.15-0.35
STRETCHES = (1.5, 2.2)
LEAST_SURE = 0.8  # below this a tall narrow hand may have lost half of its letters
LEAST_MENDED = 0.6  # a line read with less is not mended: its neighbours mislead as well
COMMON = 60  # how often the Dutch list must have seen a word: 40,000 words are left
LEAST_LETTERS = 4  # shorter words are as easily wrong as right
MOST_TRIED = 40  # words of the list that are scored for one word that was read
MOST_WRONG = 2  # letters more, fewer or other than what was read, counted without their order
LEAD = 6.0  # nats that a word of the list may fit worse than the letters that were read


@dataclass(frozen=True, slots=True)
class FieldText:
    """What was read in a field; lines are kept apart, and `proposal` has the same words."""

    text: str
    proposal: str
    confidence: float


@dataclass(frozen=True, slots=True, eq=False)
class WordList:
    """Words that may be meant, with what it takes to find those like another quickly."""

    words: tuple[str, ...]
    folded: tuple[str, ...]
    known: frozenset[str]
    letters: NDArray[np.int16]  # (N, 36): how many of each letter

    @classmethod
    def of(cls, words: Iterable[str]) -> WordList:
        """Make a list of words; the first spelling of each counts."""
        unique: dict[str, str] = {}
        for word in words:
            unique.setdefault(fold(word), word)
        unique.pop("", None)
        letters = np.array([_letters(f) for f in unique], np.int16).reshape(-1, len(FOLDED))
        return cls(tuple(unique.values()), tuple(unique), frozenset(unique), letters)

    def like(self, folded: str) -> list[int]:
        """Return the places of words with nearly the same letters, the likest first."""
        if not self.words:
            return []
        apart = np.abs(self.letters - _letters(folded)).sum(axis=1)
        near = np.flatnonzero(apart <= 2 * MOST_WRONG)
        return [int(n) for n in near[np.argsort(apart[near], kind="stable")][:MOST_TRIED]]


@cache
def dutch() -> tuple[str, ...]:
    """Return the common Dutch words of `pyspellchecker` (MIT); none where it is not installed."""
    if find_spec("spellchecker") is None:
        return ()
    from spellchecker import SpellChecker

    counts = SpellChecker(language="nl").word_frequency.dictionary
    common = sorted((w for w, n in counts.items() if n >= COMMON), key=lambda w: -counts[w])
    return tuple(common)


@cache
def word_list(own: tuple[str, ...] = ()) -> WordList:
    """Put the words of a questionnaire and the names of a team before the common Dutch ones."""
    return WordList.of((*own, *dutch()))


def read_field(crop: Image, field: Field, network: Recogniser, words: WordList) -> FieldText | None:
    """Read a field line by line; None when this recogniser cannot read at all."""
    read, proposed, sure = [], [], []
    for line in lines_of(crop, field):
        ink = ink_only(line)
        if ink is None:
            continue
        parts = []
        for part in _pieces(ink):
            letters = read_line(part, network)
            if letters is None:
                return None
            parts.append(letters)
        text = " ".join(" ".join(p.text.split()) for p in parts).strip()
        if text:
            read.append(text)
            proposed.append(" ".join(w for p in parts for w in propose(p, words)))
            sure.append(float(np.mean([p.confidence for p in parts])))
    return FieldText("\n".join(read), "\n".join(proposed), float(np.mean(sure)) if sure else 0.0)


def read_line(ink: Image, network: Recogniser) -> SeenLetters | None:
    """Read a line; stretched when it seems to be written too narrowly for the network.

    What counts is letters times confidence: a tall narrow hand is read as a short piece, surely.
    """
    best = network.read(ink)
    if best is None or not _is_suspicious(best):
        return best
    for stretch in STRETCHES:
        wider = cv2.resize(ink, None, fx=stretch, fy=1.0, interpolation=cv2.INTER_CUBIC)
        again = network.read(np.asarray(wider, np.uint8))
        if again is None:
            return best
        if len(again.text) * again.confidence > len(best.text) * best.confidence:
            best = again
        if not _is_suspicious(again):
            break
    return best


def propose(letters: SeenLetters, words: WordList) -> list[str]:
    """Return the words that were read, those that no list knows replaced where another fits.

    Nothing is replaced on a line that was hardly read: each guess spoils as much as it mends.
    """
    if letters.confidence < LEAST_MENDED:
        return letters.text.split()
    return [_mended(word, letters, span, words) for word, span in _words(letters)]


def _letters(folded: str) -> NDArray[np.int16]:
    return np.array([folded.count(char) for char in FOLDED], np.int16)


def _is_suspicious(letters: SeenLetters) -> bool:
    steps = len(letters.probabilities)
    count = len(letters.text.replace(" ", ""))
    return (
        not FEWEST_PER_STEP * steps <= count <= MOST_PER_STEP * steps
        or letters.confidence < LEAST_SURE
    )


def _pieces(ink: Image) -> list[Image]:
    """Cut a line that is too long at the widest gap in its middle third."""
    height, width = ink.shape
    if width <= MOST_SHAPE * height:
        return [ink]
    lightest: NDArray[np.uint8] = ink.min(axis=0)
    empty = lightest[width // 3 : 2 * width // 3] >= 160
    edges = np.flatnonzero(np.diff(np.concatenate(([0], empty.astype(np.int8), [0]))))
    gaps = [
        (high - low, (low + high) // 2) for low, high in zip(edges[::2], edges[1::2], strict=True)
    ]
    if not gaps:
        return [ink]
    cut = width // 3 + int(max(gaps)[1])
    return [*_pieces(_trimmed(ink[:, :cut])), *_pieces(_trimmed(ink[:, cut:]))]


def _trimmed(ink: Image) -> Image:
    found = ink_only(ink)
    return ink if found is None else found


def _words(letters: SeenLetters) -> Iterator[tuple[str, slice]]:
    """Split what was read at its spaces, and say at which steps each word stands."""
    best = letters.probabilities.argmax(axis=1)
    new = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
    word, start, last = "", 0, 0
    for step in new:
        char = letters.alphabet[best[step] - 1]
        if char.isspace():
            if word:
                yield word, slice(start, int(step))
            word, start = "", int(step) + 1
        else:
            word, last = word + char, int(step)
    if word:
        yield word, slice(start, max(last + 1, len(best)))


def _mended(word: str, letters: SeenLetters, span: slice, words: WordList) -> str:
    found = re.fullmatch(r"(\W*)(.*?)(\W*)", word)
    before, inner, after = found.groups() if found else ("", word, "")
    folded = fold(inner)
    if len(folded) < LEAST_LETTERS or folded in words.known or not inner.isalpha():
        return word
    near = words.like(folded)
    if not near:
        return word
    part = SeenLetters(letters.probabilities[span], letters.alphabet)
    best = _best([folded, *(words.folded[n] for n in near)], part)
    if best == 0:
        return word
    chosen = words.words[near[best - 1]]
    if inner.isupper():
        chosen = chosen.upper()
    elif inner[0].isupper():
        chosen = chosen[:1].upper() + chosen[1:]
    return before + chosen + after


def _best(folded: Sequence[str], part: SeenLetters) -> int:
    """Say which word fits best; what was read comes first, and pays for being unknown."""
    fits = ctc_log_likelihoods(Seen.of(part).steps(), folded)
    fits += PER_LETTER * np.array([len(word) for word in folded])
    fits[0] -= LEAD
    return int(fits.argmax())
