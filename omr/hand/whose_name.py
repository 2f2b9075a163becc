"""Whose name is written here.

In:  what the network saw in a name field (`Seen`), and the names on the list.
Out: the names that fit best, and the probability that the first of them is the one.

The name is not read and then compared: every way to write every name on the list is scored against
what the network saw, letter by letter (CTC forward probability; Graves et al. 2006, eq. 6). The
list's spelling always wins; accents and capitals are never taken from handwriting. Method and
figures: docs/findings/handwriting.md 3.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import accumulate, pairwise

import numpy as np
from numpy.typing import NDArray

from forms.infixes import INFIXES
from omr.hand.first_names import FIRST_NAMES
from omr.hand.recogniser import SeenLetters

FOLDED = "abcdefghijklmnopqrstuvwxyz0123456789"
SILENT = frozenset(" -'’.,_·")  # people leave these out and put them in
TEMPER = 0.5  # the network is far too sure of itself
SMOOTH = 0.05  # share of an even chance for every letter
PER_LETTER = (
    1.5  # without this bonus short names win on poor scans (docs/findings/handwriting.md 3)
)
_PLACE = {char: place for place, char in enumerate(FOLDED, 1)}  # 0 is the gap between letters
LIKE = {
    "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th",
    "ĳ": "ij", "ə": "e", "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o",
    "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "α": "a", "β": "b", "ε": "e", "ι": "i",
    "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
}  # fmt: skip

# Accept a name when the probability is at least this: 0.25 % of all fields were silently wrong on
# the writers that set it (`python -m papierkompas.lab.measure_handwriting --fit`).
ACCEPT = 0.947
LEAST_SIMILAR = 0.5  # three hard guards, docs/findings/handwriting.md 3
LEAST_SURE = 0.55
LEAST_LETTERS = 3


_WORD_ENDS = re.compile(r"[\s-]+")
_CLASS = re.compile(r"(.*[^\W\d].*?)[\s,(]+(?:\d[^\W\d]{0,2}|[^\W\d]\d[^\W\d]?)\)?")  # 3B, h4a
LEVEL = 1 / 16  # nats; chances are kept in steps of this, down to e^-16
MOST_MARGIN = 12.0  # nats; a larger lead over the second name says nothing more
LEAST = 1e-9  # nothing is less likely
MOST_LEVEL = 255  # a level is one byte
CANDIDATES = 3  # that a person is shown
NEVER = -200.0  # the score of a name that cannot be meant
USUAL_NATS, LONG = 3.0, 15  # per letter; letters from which length says nothing more
FEW_NATS = 4.0  # a lead as small as this is one letter's worth
# Nats by which a word was rather read as another one, where it differs in one letter, two, or
# more: a poor hand is misread by many letters at once, a stranger's name differs in few.
SURE_OF_ANOTHER = (4.0, 5.0, 8.0)
# Nats by which the line fits another known first name better, where that is as near to what was
# read as the listed one: Martiun may be Martijn and Martin.
AS_NEAR = -2.55
MOST_LETTERS_APART = 2  # of what was read from a first name that may be meant
EVEN = 0.5  # no more than this is claimed where a person has to choose


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What is kept of a name field: enough to match it to any list without reading it again.

    Attributes:
        text: the free reading.
        confidence: of the network itself; no safe guide.
        levels: (T, 37) per step minus the log-probability of a gap and of each of `FOLDED`, in
            units of `LEVEL`.
    """

    text: str
    confidence: float
    levels: NDArray[np.uint8]

    @classmethod
    def of(cls, letters: SeenLetters) -> Seen:
        """Fold what the network saw to plain letters."""
        columns, places = _fold_table(letters.alphabet)
        folded = np.zeros((len(letters.probabilities), len(FOLDED) + 1))
        for place in range(folded.shape[1]):
            folded[:, place] = letters.probabilities[:, columns[places == place]].sum(axis=1)
        folded /= np.maximum(folded.sum(axis=1, keepdims=True), LEAST)
        nats = -np.log(np.maximum(folded, LEAST))
        levels = np.rint(np.minimum(nats / LEVEL, MOST_LEVEL)).astype(np.uint8)
        return cls(letters.text, letters.confidence, levels)

    def packed(self) -> bytes:
        """Write the levels as 1 kB or so."""
        return zlib.compress(self.levels.tobytes(), 9)

    @classmethod
    def unpacked(cls, text: str, confidence: float, packed: bytes) -> Seen:
        """Take back what `packed` wrote."""
        levels = np.frombuffer(zlib.decompress(packed), np.uint8)
        return cls(text, confidence, levels.reshape(-1, len(FOLDED) + 1))

    def steps(self) -> NDArray[np.float64]:
        """Return (T, 37) log-probabilities of a network that is less sure of itself."""
        tempered = np.exp(-TEMPER * LEVEL * self.levels)
        tempered /= tempered.sum(axis=1, keepdims=True)
        result: NDArray[np.float64] = np.log((1 - SMOOTH) * tempered + SMOOTH / len(tempered[0]))
        return result


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name on the list and how well it fits."""

    place: int  # in the list that was given
    score: float  # nats, per the best way to write it
    words: tuple[str, ...]  # of that way, folded
    is_short: bool = False  # too few letters to forgive any: it counts only as it was read
    first: str = ""  # the first name among those words

    @property
    def alias(self) -> str:
        """The way to write it that fits best, folded."""
        return "".join(self.words)


@dataclass(frozen=True, slots=True)
class Match:
    """What a name field says.

    Attributes:
        text: the free reading, for search and for people; never an answer by itself.
        candidates: best first, at most three.
        probability: that the first candidate wrote this.
    """

    text: str
    candidates: tuple[Candidate, ...]
    probability: float

    @property
    def place(self) -> int | None:
        """The place of the name in the list, when it is certain enough."""
        return self.candidates[0].place if self.probability >= ACCEPT and self.candidates else None


def fold(text: str) -> str:
    """Write a name in plain small letters and digits.

    >>> fold("Łukasz van 't Hof-Đorđević")
    'lukaszvanthofdordevic'
    """
    plain = "".join(LIKE.get(char, char) for char in text.lower())
    return "".join(c for c in unicodedata.normalize("NFKD", plain) if c in FOLDED)


def aliases(name: str) -> tuple[str, ...]:
    """List the ways in which people write their name, folded; the whole name first.

    >>> aliases("Jan van den Berg")
    ('janvandenberg', 'jvandenberg', 'jan', 'janvdberg', 'janberg', 'bergjanvanden', 'jberg')
    >>> aliases("Lan Do")  # a surname, though it is an infix elsewhere
    ('lando', 'ldo', 'lan', 'dolan')
    """
    return tuple("".join(words) for words in _ways(name))


def _ways(name: str) -> tuple[tuple[str, ...], ...]:
    """List the ways in which people write their name, each as its folded words."""
    words = name.replace(",", " ").split()
    infix = [w for w in words[1:] if w.lower() in INFIXES and (w is not words[-1] or w.islower())]
    first, last = words[0], [w for w in words[1:] if w not in infix]
    short = "".join(word[0] for word in infix[:-1]) + infix[-1][0] if infix else ""
    if len(infix) > 1:
        short = infix[0][0] + "d"
    surname = " ".join(last)
    ways = [name]
    if last:
        ways += [
            f"{first[0]} {' '.join(infix)} {surname}",
            first,
            f"{first} {short} {surname}",
            f"{first} {surname}",
            f"{surname} {first} {' '.join(infix)}",
            f"{first[0]} {surname}",
        ]
    if "-" in surname:
        ways.append(f"{first} {' '.join(infix)} {surname.split('-')[0]}")
    if "-" in first:
        ways.append(f"{first.split('-')[0]} {' '.join(infix)} {surname}")
    if "ß" in name:  # the network sees one letter, and takes it for a b as often
        ways += [name.replace("ß", "s"), name.replace("ß", "b")]
    folded = [tuple(word for word in map(fold, _WORD_ENDS.split(way)) if word) for way in ways]
    found: dict[str, tuple[str, ...]] = {}
    for parts in folded:
        found.setdefault("".join(parts), parts)
    return tuple(parts for alias, parts in found.items() if alias)


def _ways_of_all(names: Sequence[str]) -> list[tuple[int, tuple[str, ...], bool]]:
    """List the ways of a whole team: also the short ones that only one of them can mean.

    >>> [words for place, words, _ in _ways_of_all(("Jan van Dam", "Noor Dam")) if place == 0][-1]
    ('jan', 'vd')
    >>> [words for place, words, _ in _ways_of_all(("Noor Dam", "Noor Toets")) if place == 1][-2:]
    [('toets',), ('noor', 't')]
    """
    ways = [
        (place, words, len(words) == 1 and " " in name.strip())
        for place, name in enumerate(names)
        for words in _ways(name)
    ]
    seen = {"".join(words) for _, words, _ in ways}
    short: dict[str, set[int]] = {}  # who else writes it so
    parts: list[tuple[int, str, tuple[str, ...]]] = []
    for place, name in enumerate(names):
        for key, words in _short_ways(name):
            short.setdefault(key, set()).add(place)
            parts.append((place, key, words))
    ways += [
        (place, words, True)
        for place, key, words in parts
        if len(short[key]) == 1 and "".join(words) not in seen
    ]
    return ways


def _short_ways(name: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """List the surname alone, and the first name with an initial; each with what it may clash on.

    The surname clashes without its infix, the initial without that of the infix.
    """
    words = name.replace(",", " ").split()
    infix = [w for w in words[1:-1] if w.lower() in INFIXES]
    last = [fold(w) for w in words[1:] if w not in infix]
    first, small = fold(words[0]) if words else "", [fold(w) for w in infix]
    if not first or not last or not all(last):
        return
    surname = "".join(last)
    if len(surname) > LEAST_LETTERS:
        yield surname, tuple(last)
        if small:
            yield surname, (*small, *last)
    yield f"{first} {surname[0]}", (first, surname[0])
    if small:
        yield f"{first} {surname[0]}", (first, "".join(w[:1] for w in small) + surname[0])


def _without_class(seen: Seen) -> Seen:
    """Leave out the class that stands behind a name: `Sam Voorbeeld 3B`."""
    found = _CLASS.fullmatch(seen.text.strip())
    name = fold(found[1]) if found else ""
    best = seen.levels.argmin(axis=1)
    new = np.flatnonzero((best != 0) & (best != np.concatenate(([0], best[:-1]))))
    if found is None or len(name) < LEAST_LETTERS or len(new) != len(fold(seen.text)):
        return seen  # the reading does not say where the name ends
    return Seen(found[1], seen.confidence, seen.levels[: int(new[len(name)])])


def match(seen: Seen, names: Sequence[str]) -> Match:
    """Find whose name was written."""
    name = _without_class(seen)
    return replace(_matched(name, scores(name, names)), text=seen.text)


def _matched(seen: Seen, scored: Sequence[Candidate]) -> Match:
    if not scored or len(fold(seen.text)) < LEAST_LETTERS:  # of a fragment anybody may be meant
        return Match(seen.text, (), 0.0)
    order = sorted(scored, key=lambda c: -c.score)
    return Match(seen.text, tuple(order[:CANDIDATES]), probability(seen, order))


def match_team(team: Sequence[Seen | None], names: Sequence[str]) -> list[Match | None]:
    """Match the name fields of a whole team; a name that fits two sheets is certain for neither.

    That everybody hands in one sheet only orders the candidates: a person with two sheets, or a
    stranger, would break it as a rule.
    """
    texts = [seen.text if seen is not None else "" for seen in team]
    team = [_without_class(seen) if seen is not None else None for seen in team]
    scored = [scores(seen, names) if seen is not None else [] for seen in team]
    found = [
        replace(_matched(seen, its), text=text) if seen is not None else None
        for seen, its, text in zip(team, scored, texts, strict=True)
    ]
    written = [n for n, its in enumerate(scored) if its]
    if not written:
        return found
    gain = np.full((len(written), len(names)), NEVER)
    for row, sheet in enumerate(written):
        for candidate in scored[sheet]:
            gain[row, candidate.place] = max(candidate.score, NEVER)  # too few steps for it
    from scipy.optimize import linear_sum_assignment  # takes longer to import than all the rest

    rows, columns = linear_sum_assignment(-gain)
    suggested = {written[r]: int(c) for r, c in zip(rows, columns, strict=True)}
    claimed = [m.place for m in found if m is not None and m.place is not None]
    for sheet in written:
        was = found[sheet]
        if was is None:
            continue
        if was.place is not None and claimed.count(was.place) > 1:
            found[sheet] = Match(was.text, was.candidates, min(was.probability, EVEN))
        elif was.place is None and any(c.place == suggested.get(sheet) for c in was.candidates):
            first = [c for c in was.candidates if c.place == suggested[sheet]]
            rest = [c for c in was.candidates if c.place != suggested[sheet]]
            found[sheet] = Match(was.text, (*first, *rest), was.probability)
    return found


def scores(seen: Seen, names: Sequence[str]) -> list[Candidate]:
    """Score every name by its best alias: CTC log-likelihood and a bonus per letter."""
    ways = _ways_of_all(names)
    if not ways:
        return []
    found = ctc_log_likelihoods(seen.steps(), ["".join(words) for _, words, _ in ways])
    best: dict[int, Candidate] = {}
    for (place, words, is_short), value in zip(ways, found, strict=True):
        score = float(value) + PER_LETTER * sum(map(len, words))
        if place not in best or score > best[place].score:
            name = [word for word in map(fold, _WORD_ENDS.split(names[place])) if word]
            first = name[0] if name[0] in words and len(name) > 1 else ""
            best[place] = Candidate(place, score, words, is_short, first)
    return list(best.values())


def ctc_log_likelihoods(steps: NDArray[np.float64], words: Sequence[str]) -> NDArray[np.float64]:
    """Return the log-probability of each word over all alignments.

    Args:
        steps: (T, 37) log-probabilities: blank, then `FOLDED`.
        words: folded words.
    """
    longest = max(len(word) for word in words)
    ends = np.array([2 * len(word) for word in words])
    labels = np.zeros((len(words), 2 * longest + 1), dtype=np.int64)
    for row, word in enumerate(words):
        labels[row, 1 : 2 * len(word) : 2] = [_PLACE[char] for char in word]
    exists = (np.arange(labels.shape[1]) <= ends[:, None]).astype(np.float64)
    skips = ((labels[:, 2:] != 0) & (labels[:, 2:] != labels[:, :-2])).astype(np.float64)
    chances = np.exp(steps)
    alpha = np.zeros(labels.shape)
    alpha[:, :2] = chances[0][labels[:, :2]]
    nats = np.zeros(len(words))
    for step in chances[1:]:
        reached = alpha.copy()
        reached[:, 1:] += alpha[:, :-1]
        reached[:, 2:] += alpha[:, :-2] * skips
        alpha = reached * step[labels] * exists
        # Kept near 1, so that a long line does not run out of small numbers.
        largest = alpha.max(axis=1)
        alpha /= largest[:, None]
        nats += np.log(largest)
    which = np.arange(len(words))
    with np.errstate(divide="ignore"):  # a word that is too long for the line
        result: NDArray[np.float64] = nats + np.log(alpha[which, ends] + alpha[which, ends - 1])
    return result


@lru_cache(maxsize=2)
def _fold_table(alphabet: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """List the columns of the network that mean something here, and the plain letter of each."""
    columns, places = [0], [0]
    for column, letter in enumerate(alphabet, 1):
        plain = fold(letter) if len(letter) == 1 else ""
        if letter in SILENT or plain:
            columns.append(column)
            places.append(0 if letter in SILENT else _PLACE[plain[0]])
    return np.array(columns), np.array(places)


def features(seen: Seen, order: Sequence[Candidate]) -> NDArray[np.float64]:
    """Measure how sure the first candidate is; see docs/findings/handwriting.md 3."""
    first = order[0]
    margin = first.score - order[1].score if len(order) > 1 else MOST_MARGIN
    free = fold(seen.text)
    length = max(len(first.alias), 1)
    likeness = [_similarity(free, c.alias) for c in order[:2]]
    gap = likeness[0] - (likeness[1] if len(likeness) > 1 else 0.0)
    behind = _score(seen, free) - first.score
    return np.array(
        [
            min(margin, MOST_MARGIN) / MOST_MARGIN,
            min(margin, FEW_NATS) / FEW_NATS,
            first.score / length / USUAL_NATS,
            behind / length,
            min(max(behind, 0.0), MOST_MARGIN) / MOST_MARGIN,
            likeness[0],
            (1 - likeness[0]) * seen.confidence,
            gap,
            seen.confidence,
            min(length, LONG) / LONG,
        ]
    )


def _score(seen: Seen, word: str) -> float:
    if not word:
        return 0.0
    return float(ctc_log_likelihoods(seen.steps(), [word])[0]) + PER_LETTER * len(word)


# A logistic model over `features`, last number the constant; set by
# `python -m papierkompas.lab.measure_handwriting --fit` on half of the writers.
WEIGHTS = (2.392, 4.68, -0.025, -3.84, -2.013, -1.065, 0.414, 2.088, -1.908, 1.628, -0.148)


def probability(seen: Seen, order: Sequence[Candidate]) -> float:
    """Return the probability that the first candidate wrote this name."""
    if is_too_faint(seen, order):
        return 0.0
    measured = features(seen, order)
    found = float(1 / (1 + np.exp(-(measured @ np.array(WEIGHTS[:-1]) + WEIGHTS[-1]))))
    has_other_letters = (
        has_other_initial(seen, order[0])
        or is_another_word(seen, order[0])
        or is_another_first_name(seen, order[0])
    )
    return min(found, EVEN) if has_other_letters else found


def has_other_initial(seen: Seen, candidate: Candidate) -> bool:
    """Say whether a short way, or an initial, was read as anything but what it is.

    There one letter tells people apart: `Q. Jansen` is not the A. Jansen of the list, and not the
    Jansen; `Jan Z.` is no Jan Bakker. The same holds for a first name with a word behind it.
    """
    free = fold(seen.text)
    if candidate.is_short:
        return free != candidate.alias or any(c not in SILENT and not fold(c) for c in seen.text)
    if len(candidate.words) == 1:
        first, *behind = [fold(word) for word in seen.text.split()]
        return first == candidate.alias and any(behind)
    return any(
        len(word) == 1 and _read_there(free, candidate.alias, begin, end) != {word}
        for word, begin, end in _places(candidate)
    )


def is_another_word(seen: Seen, candidate: Candidate) -> bool:
    """Say whether a word of the name was read as another word, and too surely to be a slip.

    A long surname that both have says nothing about a first name: Mieke and Marieke of one family
    differ by two letters in fifteen. So each word is judged alone: how much better does the line
    fit when this word is written as it was read, and the rest as it stands on the list? The bonus
    per letter does not count: it is there to compare names of different lengths.
    """
    free, name = fold(seen.text), candidate.alias
    readings = [
        (_distances(read, name[begin:end])[-1][-1], name[:begin] + read + name[end:])
        for _, begin, end in _places(candidate)
        for read in _read_there(free, name, begin, end)
        if read != name[begin:end]
    ]
    if not readings:
        return False
    as_listed, *as_read = ctc_log_likelihoods(
        seen.steps(), [name, *(reading for _, reading in readings)]
    )
    return any(
        nats - as_listed > SURE_OF_ANOTHER[min(letters, len(SURE_OF_ANOTHER)) - 1]
        for (letters, reading), nats in zip(readings, as_read, strict=True)
        if reading
    )


def is_another_first_name(seen: Seen, candidate: Candidate) -> bool:
    """Say whether the first name was rather read as another name that people have.

    One letter tells Marjon from Marjan: a reading that is a first name is hardly ever a slip, and
    of two names that are as near to what was read the one counts that fits the ink.
    """
    free, name = fold(seen.text), candidate.alias
    tried: dict[str, float] = {}  # the line with another first name, and how well it must fit
    for word, begin, end in _places(candidate):
        if word != candidate.first or len(word) == 1:
            continue
        for read in _read_there(free, name, begin, end) - {word}:
            letters = min(_distances(read, word)[-1][-1], MOST_LETTERS_APART)
            for other in _first_names_like(read, letters):
                if other == read:
                    return True
                if other != word:
                    tried[name[:begin] + other + name[end:]] = AS_NEAR
    if not tried:
        return False
    as_listed, *as_other = ctc_log_likelihoods(seen.steps(), [name, *tried])
    return any(
        nats - as_listed > least for least, nats in zip(tried.values(), as_other, strict=True)
    )


@lru_cache(maxsize=512)
def _first_names_like(read: str, most: int = 1) -> tuple[str, ...]:
    """List the first names that differ from what was read in so many letters at most."""
    if not read:
        return ()
    apart = np.abs(_letters_of_first_names() - _letter_counts(read)).sum(axis=1)
    near = (FIRST_NAMES[int(n)] for n in np.flatnonzero(apart <= 2 * most))
    return tuple(dict.fromkeys(n for n in near if _distances(read, n)[-1][-1] <= most))


@lru_cache(maxsize=1)
def _letters_of_first_names() -> NDArray[np.int16]:
    return np.array([_letter_counts(name) for name in FIRST_NAMES])


def _letter_counts(word: str) -> NDArray[np.int16]:
    return np.array([word.count(letter) for letter in FOLDED], np.int16)


def _places(candidate: Candidate) -> Iterator[tuple[str, int, int]]:
    """Say of each word of a way where it begins and ends in its letters."""
    ends = pairwise((0, *accumulate(len(word) for word in candidate.words)))
    for word, (begin, end) in zip(candidate.words, ends, strict=True):
        yield word, begin, end


def _read_there(free: str, name: str, begin: int, end: int) -> set[str]:
    """Return what was read where a part of the name stands, in every way to lay them together."""
    to_here, from_here = _distances(free, name), _distances(free[::-1], name[::-1])
    least = to_here[-1][-1]
    starts, stops = (
        [
            at
            for at in range(len(free) + 1)
            if to_here[at][place] + from_here[len(free) - at][len(name) - place] == least
        ]
        for place in (begin, end)
    )
    return {free[start:stop] for start in starts for stop in stops if start <= stop}


def is_too_faint(seen: Seen, order: Sequence[Candidate]) -> bool:
    """Say whether so little was read that nobody should trust any match."""
    free = fold(seen.text)
    return (
        _similarity(free, order[0].alias) < LEAST_SIMILAR
        or seen.confidence < LEAST_SURE
        or len(free) < LEAST_LETTERS
    )


def letters_apart(one: str, other: str) -> int:
    """Count the letters by which two names differ.

    >>> letters_apart("Mieke", "Marieke")
    2
    """
    return _distances(fold(one), fold(other))[-1][-1]


def _similarity(one: str, other: str) -> float:
    """Return 1 minus the Levenshtein distance as a share of the longer word."""
    if not one or not other:
        return 0.0
    return 1 - _distances(one, other)[-1][-1] / max(len(one), len(other))


def _distances(one: str, other: str) -> list[list[int]]:
    """Return the Levenshtein distance of every beginning of one word to every one of another."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        above, row = rows[-1], [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (a != b)))
        rows.append(row)
    return rows
