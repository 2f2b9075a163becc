"""The bytes of a text file as text, by evidence.

In:  the bytes.
Out: the text, and a note where the way of writing was not told by the file itself.

UTF-8 and UTF-16 prove themselves. Of the older ways with a byte a letter, every one is tried and
those stay under which all words can be names; the likeliest must be clearly likelier than every
other that gives other names, or the list is refused. Text that was turned into UTF-8 twice is
turned back when all of it can be.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice

from forms.errors import RosterError
from forms.messages import Message
from forms.roster.letters import cannot_be, letters_of
from forms.roster.tables import quoted
from forms.roster.values import MAX_NAME

MARKS = {b"\xef\xbb\xbf": "utf-8", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_OTHER_FILES = (b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"{\\rtf", b"PK\x03\x04")


@dataclass(frozen=True, slots=True)
class Encoding:
    """A way to write letters in one byte, and how it gets into a school.

    Attributes:
        codec: how Python calls it.
        letters: the languages it is for.
        prior: how much rarer than Windows-1252 it is, as a logarithm.
    """

    codec: str
    name: str
    letters: str
    prior: float


ENCODINGS = (
    Encoding("windows-1252", "Windows-1252", "west", 0),  # Excel's CSV on every Dutch Windows
    Encoding("mac_roman", "MacRoman", "west", -2),  # Excel's CSV on a Mac
    Encoding("cp850", "MS-DOS", "west", -3),  # Excel's 'CSV (MS-DOS)'
    Encoding("windows-1250", "Windows-1250", "central", -3),  # a Polish or Czech Windows
    Encoding("windows-1254", "Windows-1254", "turkish", -2),
)
CLEAR = 6.0  # the winner is e**6 = 400 times as likely as the next (docs/decisions/007)
CLEAR_FIRST = 4.0  # where the winner is the usual way: 55 times
MOST_A_WORD = 8.0  # with the priors: one odd name never makes a rarer way win
LEAST = -13.0  # a letter; below this it is none of these languages
_NO_NAME = re.compile(r"[!#-&*+/-:=?@\[-_{}~]")  # ASCII that is in no name
_WORDS = 2_000  # different ones: more evidence changes nothing

# What UTF-8 of two bytes becomes when it is taken for Windows-1252, and saved as UTF-8 again.
_TWICE = re.compile("[Â-ÅÉÊÎÏÐÑØÙ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]")


def decode(data: bytes, file: str) -> tuple[str, tuple[Message, ...]]:
    """Turn bytes into text.

    Raises:
        RosterError: it is no text, or two ways to read it give different names.
    """
    if data.startswith(_OTHER_FILES):
        raise RosterError("roster.not_text", file=file)
    encoding = next((name for mark, name in MARKS.items() if data.startswith(mark)), None)
    if encoding is None and b"\0" in data:
        encoding = _utf_16(data, file)
    if encoding is not None:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            raise RosterError("roster.not_text", file=file) from None
    else:
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            _refuse_two_encodings(data, file)
            return _by_evidence(data, file)
    return _once(text, file)


def _utf_16(data: bytes, file: str) -> str:
    """UTF-16 has a zero beside every western letter; no other text has any."""
    even, odd = b"\0" in data[::2], b"\0" in data[1::2]
    if even and odd:
        raise RosterError("roster.not_text", file=file)
    return "utf-16-le" if odd else "utf-16-be"


def _refuse_two_encodings(data: bytes, file: str) -> None:
    """Refuse a file that is UTF-8 on one line and not on another: José would become JosÃ©."""
    for line, part in enumerate(data.splitlines(), 1):
        if part.isascii():
            continue
        try:
            part.decode("utf-8")
        except UnicodeDecodeError:
            continue
        raise RosterError("roster.two_encodings", file=file, line=line)


def _by_evidence(data: bytes, file: str) -> tuple[str, tuple[Message, ...]]:
    texts = {encoding: text for encoding in ENCODINGS if (text := _read(data, encoding))}
    scores = _scores({encoding: _odd_words(text) for encoding, text in texts.items()})
    order = sorted(scores, key=lambda encoding: -scores[encoding].total)
    if not order or not scores[order[0]].is_likely:
        raise RosterError("roster.not_letters", file=file)
    best = order[0]
    clear = CLEAR_FIRST if best is ENCODINGS[0] else CLEAR
    for other in order[1:]:
        is_close = scores[best].total - scores[other].total < clear
        if is_close and texts[other] != texts[best]:
            raise _unclear(texts[best], texts[other], file)
    usual = next(encoding for encoding in ENCODINGS if texts.get(encoding) == texts[best])
    return texts[best], (Message("roster.note_encoding", {"encoding": usual.name}),)


def _read(data: bytes, encoding: Encoding) -> str | None:
    """Read the bytes one way; None where that gives what no name can be."""
    try:
        text = data.decode(encoding.codec)
    except UnicodeDecodeError:
        return None
    words = set(_odd_words(text))
    return None if any(len(word) > MAX_NAME or cannot_be(word) for word in words) else text


@dataclass(frozen=True, slots=True)
class _Score:
    """How likely one way to read the list is. Is it likely at all, or only less unlikely?"""

    total: float
    is_likely: bool


def _scores(words: dict[Encoding, list[str]]) -> dict[Encoding, _Score]:
    """Weigh what the encodings make of the same words."""
    totals = {encoding: encoding.prior for encoding in words}
    sums = dict.fromkeys(words, 0.0)
    letters = 0
    for same in islice(dict.fromkeys(zip(*words.values(), strict=True)), _WORDS):
        found = {
            encoding: letters_of(encoding.letters).likelihood(word)
            for encoding, word in zip(words, same, strict=True)
        }
        letters += sum(not char.isascii() for char in same[0])
        for encoding, likelihood in found.items():
            totals[encoding] += max(likelihood, max(found.values()) - MOST_A_WORD)
            sums[encoding] += likelihood
    return {e: _Score(total, sums[e] >= LEAST * letters) for e, total in totals.items()}


def _odd_words(text: str) -> list[str]:
    """List the words with a letter beyond ASCII, the same ones whatever the bytes mean.

    What cannot be in a name for its ASCII alone says nothing: `€25`, `josé@example.org`.
    """
    words = re.split(r'[\x00-\x20;,|"()<>]+', text)
    return [w for w in words if not w.isascii() and len(w) > 1 and not _NO_NAME.search(w)]


def _unclear(one: str, other: str, file: str) -> RosterError:
    both = zip(one.splitlines(), other.splitlines(), strict=False)
    for line, (here, there) in enumerate(both, 1):
        if here != there:
            return RosterError(
                "roster.unclear_letters",
                file=file,
                line=line,
                one=quoted(here),
                other=quoted(there),
            )
    return RosterError("roster.not_letters", file=file)


def _once(text: str, file: str) -> tuple[str, tuple[Message, ...]]:
    """Turn back what was turned into UTF-8 twice: `RenÃ©` is René.

    Raises:
        RosterError: only a part of it can be turned back.
    """
    if not _TWICE.search(text):
        return text, ()
    lines = text.split("\n")
    first = next(n for n, line in enumerate(lines) if _TWICE.search(line))
    try:
        back = [line if line.isascii() else _back(line) for line in lines]
    except UnicodeError:
        raise RosterError(
            "roster.twice", file=file, line=first + 1, text=quoted(lines[first])
        ) from None
    repaired = "\n".join(back)
    if _TWICE.search(repaired) or any(map(cannot_be, _odd_words(repaired))):
        raise RosterError("roster.twice", file=file, line=first + 1, text=quoted(lines[first]))
    note = {"before": quoted(lines[first]), "after": quoted(back[first])}
    return repaired, (Message("roster.note_twice", note),)


def _back(line: str) -> str:
    return b"".join(_byte(char) for char in line).decode("utf-8")


def _byte(char: str) -> bytes:
    """Five bytes have no letter in Windows-1252; programs keep them as they are."""
    return char.encode("latin-1" if char in "\x81\x8d\x8f\x90\x9d" else "windows-1252")
