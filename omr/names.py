"""Whose name is written here.

In:  what the network saw in a name field, and the names on the list.
Out: the names that fit best, each with the probability that it is the one.

The name is not read and then compared: every way to write every name on the list is scored against
what the network saw, letter by letter (CTC forward probability; Graves et al. 2006, eq. 6). The
list's spelling always wins; accents and capitals are never taken from handwriting. Method and
figures: findings/handwriting.md 4.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from omr.recogniser import Letters

FOLDED = "abcdefghijklmnopqrstuvwxyz0123456789"
SILENT = frozenset(" -'’.,_·")  # people leave these out and put them in
TEMPER = 0.5  # the network is far too sure of itself
SMOOTH = 0.05  # share of an even chance for every letter
PER_LETTER = 1.5  # without this bonus short names win on poor scans (handwriting.md 4)
LIKE = {
    "ß": "ss", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "þ": "th",
    "ĳ": "ij", "ə": "e", "а": "a", "в": "b", "е": "e", "к": "k", "м": "m", "н": "h", "о": "o",
    "р": "p", "с": "c", "т": "t", "у": "y", "х": "x", "α": "a", "β": "b", "ε": "e", "ι": "i",
    "κ": "k", "ν": "v", "ο": "o", "ρ": "p", "τ": "t", "υ": "u", "χ": "x",
}  # fmt: skip

INFIXES = frozenset(
    {
        "aan", "al", "ben", "bij", "bin", "bint", "da", "de", "del", "della", "den", "der", "di",
        "dos", "du", "el", "het", "in", "la", "le", "les", "op", "te", "ten", "ter", "uijt", "uit",
        "van", "von", "zu", "'t",
    }
)  # fmt: skip

# Accept a name when the probability is at least this: 0.25 % silent mismatches at most on writers
# that were not used to set it (`python -m papierkompas.measure_handwriting`).
ACCEPT = 0.96
LEAST_SIMILAR = 0.5  # three hard guards, findings/handwriting.md 4
LEAST_SURE = 0.55
LEAST_LETTERS = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """A name on the list and how well it fits."""

    place: int  # in the list that was given
    score: float  # nats, per the best way to write it
    alias: str


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
    """
    words = name.replace(",", " ").split()
    infix = [w for w in words[1:] if w.lower() in INFIXES]
    first, last = words[0], [w for w in words[1:] if w.lower() not in INFIXES]
    if not last:
        return (fold(name),)
    short = "".join(word[0] for word in infix[:-1]) + infix[-1][0] if infix else ""
    if len(infix) > 1:
        short = infix[0][0] + "d"
    surname = " ".join(last)
    ways = [
        name,
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
    return tuple(dict.fromkeys(way for way in map(fold, ways) if way))


def match(letters: Letters, names: Sequence[str]) -> Match:
    """Find whose name was written."""
    if not names:
        return Match(letters.text, (), 0.0)
    scored = scores(letters, names)
    order = sorted(scored, key=lambda c: -c.score)
    return Match(letters.text, tuple(order[:3]), probability(letters, order))


def match_team(seen: Sequence[Letters | None], names: Sequence[str]) -> list[Match | None]:
    """Match the name fields of a whole team; a name that fits two sheets is certain for neither.

    That everybody hands in one sheet only orders the candidates: a person with two sheets, or a
    stranger, would break it as a rule.
    """
    found = [match(letters, names) if letters else None for letters in seen]
    written = [n for n, m in enumerate(found) if m is not None and m.candidates]
    if not written or not names:
        return found
    gain = np.full((len(written), len(names)), -200.0)
    for row, sheet in enumerate(written):
        letters = seen[sheet]
        if letters is not None:
            for candidate in scores(letters, names):
                gain[row, candidate.place] = candidate.score
    rows, columns = linear_sum_assignment(-gain)
    suggested = {written[r]: int(c) for r, c in zip(rows, columns, strict=True)}
    claimed = [m.place for m in found if m is not None and m.place is not None]
    for sheet in written:
        was = found[sheet]
        if was is None:
            continue
        if was.place is not None and claimed.count(was.place) > 1:
            found[sheet] = Match(was.text, was.candidates, min(was.probability, 0.5))
        elif was.place is None and any(c.place == suggested.get(sheet) for c in was.candidates):
            first = [c for c in was.candidates if c.place == suggested[sheet]]
            rest = [c for c in was.candidates if c.place != suggested[sheet]]
            found[sheet] = Match(was.text, (*first, *rest), was.probability)
    return found


def scores(letters: Letters, names: Sequence[str]) -> list[Candidate]:
    """Score every name by its best alias: CTC log-likelihood and a bonus per letter."""
    folded = _folded(letters)
    ways = [(place, alias) for place, name in enumerate(names) for alias in aliases(name)]
    found = ctc_log_likelihoods(folded, [alias for _, alias in ways])
    best: dict[int, Candidate] = {}
    for (place, alias), value in zip(ways, found, strict=True):
        score = float(value) + PER_LETTER * len(alias)
        if place not in best or score > best[place].score:
            best[place] = Candidate(place, score, alias)
    return list(best.values())


def ctc_log_likelihoods(steps: NDArray[np.float64], words: Sequence[str]) -> NDArray[np.float64]:
    """Return the log-probability of each word over all alignments.

    Args:
        steps: (T, 37) log-probabilities: blank, then `FOLDED`.
        words: folded words.
    """
    longest = max(len(word) for word in words)
    states = 2 * longest + 1
    labels = np.zeros((len(words), states), dtype=np.int64)
    ends = np.array([2 * len(word) for word in words])
    for row, word in enumerate(words):
        labels[row, 1 : 2 * len(word) : 2] = [FOLDED.index(char) + 1 for char in word]
    skips = np.full(labels.shape, -np.inf)
    skips[:, 2:][(labels[:, 2:] != 0) & (labels[:, 2:] != labels[:, :-2])] = 0.0
    alpha = np.full(labels.shape, -np.inf)
    alpha[:, 0] = steps[0, 0]
    alpha[:, 1] = steps[0, labels[:, 1]]
    nowhere = np.full((len(words), 2), -np.inf)
    for step in steps[1:]:
        one = np.concatenate([nowhere[:, :1], alpha[:, :-1]], axis=1)
        two = np.concatenate([nowhere, alpha[:, :-2]], axis=1) + skips
        alpha = np.logaddexp(np.logaddexp(alpha, one), two) + step[labels]
    which = np.arange(len(words))
    result: NDArray[np.float64] = np.logaddexp(alpha[which, ends], alpha[which, ends - 1])
    return result


def _folded(letters: Letters) -> NDArray[np.float64]:
    """Fold what the network saw to plain letters, and make it less sure of itself."""
    table = _fold_table(letters.alphabet)
    folded = letters.probabilities @ table
    folded /= folded.sum(axis=1, keepdims=True)
    tempered = folded**TEMPER
    tempered /= tempered.sum(axis=1, keepdims=True)
    result: NDArray[np.float64] = np.log((1 - SMOOTH) * tempered + SMOOTH / table.shape[1])
    return result


@lru_cache(maxsize=2)
def _fold_table(alphabet: tuple[str, ...]) -> NDArray[np.float64]:
    """(C, 37): to which plain letter each letter of the network counts."""
    table = np.zeros((len(alphabet) + 1, len(FOLDED) + 1))
    table[0, 0] = 1
    for column, letter in enumerate(alphabet, 1):
        plain = fold(letter) if len(letter) == 1 else ""
        if letter in SILENT:
            table[column, 0] = 1
        elif plain:
            table[column, FOLDED.index(plain[0]) + 1] = 1
    return table


def features(letters: Letters, order: Sequence[Candidate]) -> NDArray[np.float64]:
    """Measure how sure the first candidate is; see findings/handwriting.md 4, acceptance."""
    first = order[0]
    margin = first.score - order[1].score if len(order) > 1 else 12.0
    free = fold(letters.text)
    length = max(len(first.alias), 1)
    likeness = [_similarity(free, c.alias) for c in order[:2]]
    gap = likeness[0] - (likeness[1] if len(likeness) > 1 else 0.0)
    return np.array(
        [
            min(margin, 12.0) / 12.0,
            first.score / length / 3.0,
            likeness[0],
            gap,
            letters.confidence,
            min(length, 15) / 15.0,
        ]
    )


# A logistic model over `features`, last number the constant; set by
# `python -m papierkompas.measure_handwriting --fit` on writers with odd numbers.
WEIGHTS = (5.0, 2.0, 6.0, 1.0, 1.0, 1.0, -7.0)


def probability(letters: Letters, order: Sequence[Candidate]) -> float:
    """Return the probability that the first candidate wrote this name."""
    measured = features(letters, order)
    if (
        measured[2] < LEAST_SIMILAR
        or letters.confidence < LEAST_SURE
        or len(fold(letters.text)) < LEAST_LETTERS
    ):
        return 0.0
    return float(1 / (1 + np.exp(-(measured @ np.array(WEIGHTS[:-1]) + WEIGHTS[-1]))))


def _similarity(one: str, other: str) -> float:
    """Return 1 minus the Levenshtein distance as a share of the longer word."""
    if not one or not other:
        return 0.0
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return 1 - row[-1] / max(len(one), len(other))
