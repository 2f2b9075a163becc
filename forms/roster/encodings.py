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
    words = _weighed({encoding: _odd_words(text) for encoding, text in texts.items()})
    if not texts:
        raise _not_letters(data, file)
    leads = {one: {other: _lead(one, other, words) for other in texts} for one in texts}
    best = max(texts, key=lambda encoding: min(leads[encoding].values()))
    letters = sum(not char.isascii() for same in words for char in same[best][0])
    if sum(same[best][1] for same in words) < LEAST * letters:
        raise _not_letters(data, file)
    clear = CLEAR_FIRST if best is ENCODINGS[0] else CLEAR
    for other in sorted(texts, key=lambda encoding: leads[best][encoding]):
        if leads[best][other] < clear and texts[other] != texts[best]:
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


_Words = list[dict[Encoding, tuple[str, float]]]
"""The same words: per encoding how it reads them, and how likely that is."""


def _weighed(words: dict[Encoding, list[str]]) -> _Words:
    return [
        {
            encoding: (word, letters_of(encoding.letters).likelihood(word))
            for encoding, word in zip(words, same, strict=True)
        }
        for same in islice(dict.fromkeys(zip(*words.values(), strict=True)), _WORDS)
    ]


def _lead(one: Encoding, other: Encoding, words: _Words) -> float:
    """Say how much likelier one way to read is than another, by the words they read differently."""
    lead = one.prior - other.prior
    for same in words:
        (here, likely), (there, less) = same[one], same[other]
        if here != there:
            lead += max(-MOST_A_WORD, min(MOST_A_WORD, likely - less))
    return lead


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
    return _not_letters(one.encode(errors="replace"), file)


def _not_letters(data: bytes, file: str) -> RosterError:
    lines = enumerate(data.splitlines(), 1)
    line = next(number for number, part in lines if not part.isascii())
    return RosterError("roster.not_letters", file=file, line=line)


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
