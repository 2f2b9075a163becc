"""Get the text out of a document, and put its broken lines together again.

In:  a text file or a PDF.
Out: its text, once per way to extract it; a `Document` of such a text, which knows its lines
     and joins them into sentences.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from forms.errors import InstrumentError, because
from forms.own_programs import is_installed, own_program

MAX_BYTES = 200_000_000  # a whole handbook with photographs is 5-50 MB
MAX_SECONDS = 60  # pdftotext needs less than a second for a hundred pages
_PDFIUM = "forms.pdf_text_program"  # where pdftotext (poppler) is not installed
LAYOUT_MODES: tuple[tuple[str, ...], ...] = (("-layout",), ())  # columns side by side, or in turn


def read_text(path: Path, *, pdftotext: str = "pdftotext") -> list[str]:
    """Read the text of a file: one text, or more for a PDF, the most faithful layout first.

    Raises:
        InstrumentError: the file cannot be read, or holds no text.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InstrumentError("document.too_large", file=path, most_mb=MAX_BYTES // 1_000_000)
        data = path.read_bytes()
    except FileNotFoundError:
        raise InstrumentError("file.not_found", file=path) from None
    except OSError as error:
        raise InstrumentError("document.cannot_read", file=path, why=because(error)) from None
    if b"%PDF-" in data[:1024]:  # where readers look for it, ISO 32000-1 annex H, note 13
        return _pdf_texts(path, pdftotext)
    return [_decoded(path, data)]


@dataclass(frozen=True, slots=True)
class Seam:
    """A place where a line ended and no more than a guess says whether its word went on.

    Attributes:
        first: the letters before it.
        second: the letters behind it.
        chosen: how they were put together.
    """

    first: str
    second: str
    chosen: str

    @property
    def is_apart(self) -> bool:
        """Whether they became two words."""
        return self.chosen == f"{self.first} {self.second}"

    @property
    def other(self) -> str:
        """How else they may belong together."""
        whole = self.first + self.second
        return whole if self.chosen != whole else f"{self.first} {self.second}"


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the text: its columns are kept, its end is cleaned."""

    text: str
    page: int = 1
    goes_on: bool = False  # a space stood at its end

    @property
    def chunks(self) -> Iterator[tuple[int, str]]:
        """The pieces between wide gaps, each with the column where it starts."""
        return ((m.start(), m.group()) for m in re.finditer(r"\S+(?: \S+)*", self.text))


@dataclass(frozen=True, slots=True)
class Document:
    """The lines of a text, without what stands on every page."""

    lines: tuple[Line, ...]
    words: frozenset[str]  # seen whole, not at the end of a line
    repeated: frozenset[str]  # lines that stand there more than once, see `pattern`
    shows_broken_words: bool  # a space ends every line, except where a word is broken

    def join(self, lines: Sequence[Line]) -> str:
        """Put the lines of a sentence together, and the words that were broken between them."""
        whole = ""
        before = Line("")
        for line in lines:
            text = " ".join(line.text.split())
            whole = self._joined(whole, text, before) if whole else text
            before = line
        return whole.replace(SOFT_HYPHEN, "")

    def seams(self, lines: Sequence[Line]) -> tuple[Seam, ...]:
        """List where in a sentence `join` had to guess, for a person to look at.

        Two words that no sign and no other place in the document puts together are among them:
        many extractors lose the hyphen of a broken word.
        """
        found = []
        for before, line in pairwise(lines):
            first, second = (" ".join(part.text.split()) for part in (before, line))
            left = re.search(r"[^\W\d_]+$", first.removesuffix("-"))
            right = re.match(r"[^\W\d_]+", second)
            if left is None or right is None or not right.group()[0].islower():
                continue
            piece, rest = left.group(), right.group()
            if (self.shows_broken_words and before.goes_on) or self._is_proven(piece, rest):
                continue
            start = first[: left.start()]
            chosen = self._joined(first, second, before)[len(start) :]
            found.append(Seam(piece, rest, chosen[: len(chosen) - len(second) + len(rest)]))
        return tuple(found)

    def _is_proven(self, piece: str, rest: str) -> bool:
        """Tell whether the document itself has the word whole, and never its first piece alone."""
        whole = (piece + rest).lower()
        return piece.lower() not in self.words and whole in self.words

    def _joined(self, first: str, second: str, before: Line) -> str:
        if first.endswith(SOFT_HYPHEN):
            return first + second
        left = re.search(r"[^\W\d_]*$", first.removesuffix("-"))
        right = re.match(r"[^\W\d_]*", second)
        piece, rest = (left.group() if left else ""), (right.group() if right else "")
        if not piece or not rest or (self.shows_broken_words and before.goes_on):
            return f"{first} {second}"
        if first.endswith("-"):
            return first[:-1] + _hyphen(piece, rest, self.words) + second
        is_broken = rest[0].islower() and (self.shows_broken_words or self._is_proven(piece, rest))
        return first + second if is_broken else f"{first} {second}"


def document(text: str) -> Document:
    r"""Take a text apart into lines, and learn from it how its words are broken.

    >>> found = document("Dat is de oplei\u00ad \n\ndingen eigen.")
    >>> found.join(found.lines)
    'Dat is de opleidingen eigen.'
    """
    lines = [
        Line(line.rstrip().expandtabs(), page, goes_on=line[-1:] in (" ", "\t"))
        for page, sheet in enumerate(_clean(text).split("\f"), 1)
        for line in sheet.split("\n")
    ]
    running = _running_lines(lines)
    kept = [line for line in lines if pattern(line.text) not in running]
    seen = Counter(pattern(line.text) for line in kept)
    return Document(
        lines=tuple(kept),
        words=_whole_words(kept),
        repeated=frozenset(key for key, times in seen.items() if times > 1 and _may_run(key)),
        shows_broken_words=_shows_broken_words(kept),
    )


def pattern(text: str) -> str:
    """Reduce a line to what it has in common with the same running head on another page.

    >>> pattern("Handleiding   32") == pattern("Handleiding 7")
    True
    """
    return re.sub(r"\d+", "#", " ".join(text.split()))


SOFT_HYPHEN = "\u00ad"
_AND = frozenset({"en", "of", "tot"})  # "zorg- en leerlijn" keeps its hyphen
_SIGNS = str.maketrans(
    {
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\u0132": "IJ",
        "\u0133": "ij",
        "\u2010": "-",  # hyphen
        "\u2011": "-",  # non-breaking hyphen
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff"),  # without width
        **dict.fromkeys("\u00a0\u2002\u2003\u2007\u2008\u2009\u200a\u202f", " "),
        # boxes: geometric shapes, ballot boxes, Zapf Dingbats' squares
        **dict.fromkeys(map(chr, (*range(0x25A0, 0x2600), *range(0x2610, 0x2613))), " "),
        **dict.fromkeys(map(chr, range(0x274F, 0x2753)), " "),
        **dict.fromkeys(map(chr, range(0xF000, 0xF100)), " "),  # symbol fonts: private use
        **dict.fromkeys([*map(chr, range(9)), "\x0b", *map(chr, range(14, 32)), "\x7f"]),
    }
)


def _pdf_texts(path: Path, pdftotext: str) -> list[str]:
    if is_installed(pdftotext):
        texts = [_pdf_text(path, pdftotext, mode) for mode in LAYOUT_MODES]
    else:
        texts = _pdfium_texts(path)
    if not any(re.search(r"\w", text) for text in texts):
        raise InstrumentError("document.is_scan", file=path)
    return texts


def _pdf_text(path: Path, pdftotext: str, mode: tuple[str, ...]) -> str:
    command = [pdftotext, *mode, "-enc", "UTF-8", str(path.absolute()), "-"]
    return _said(command, path).decode("utf-8", errors="replace")


def _pdfium_texts(path: Path) -> list[str]:
    texts: list[str] = json.loads(_said(own_program(_PDFIUM), path, os.fsencode(path.absolute())))
    return texts


def _said(command: Sequence[str], path: Path, given: bytes = b"") -> bytes:
    try:
        done = subprocess.run(
            command, input=given, capture_output=True, timeout=MAX_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise InstrumentError("document.too_slow", file=path, seconds=MAX_SECONDS) from None
    if done.returncode == 0:
        return done.stdout
    complaint = done.stderr.decode("utf-8", errors="replace")
    if "password" in complaint.lower() or "not allowed" in complaint:
        raise InstrumentError("document.locked", file=path)
    said = complaint.strip().splitlines()[:1] or [f"exit code {done.returncode}"]
    raise InstrumentError("document.damaged", file=path, said=said[0])


def _decoded(path: Path, data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    elif b"\0" in data:
        encodings = ["utf-16-le" if data[1:2] == b"\0" else "utf-16-be"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            if text.strip():
                return text
            raise InstrumentError("document.empty", file=path)
    raise InstrumentError("document.no_text", file=path)


def _clean(text: str) -> str:
    text = re.sub(r"\r\n?|\u0085|\u2028|\u2029", "\n", text)
    text = unicodedata.normalize("NFC", text).translate(_SIGNS)
    return re.sub(rf"{SOFT_HYPHEN}[ \t]*(?=[^\s])", "", text)  # at a line's end it stays, for join


def _running_lines(lines: Sequence[Line]) -> frozenset[str]:
    """Find the heads and feet that stand at the edge of two pages or more."""
    pages: dict[int, list[str]] = {}
    for line in lines:
        if line.text.strip():
            pages.setdefault(line.page, []).append(pattern(line.text))
    edges = Counter(key for page in pages.values() for key in {*page[:2], *page[-2:]})
    return frozenset(key for key, times in edges.items() if times > 1 and _may_run(key))


def _may_run(key: str) -> bool:
    """Tell whether this may be a running line: two pages may also end in "met ouders?"."""
    return bool(key) and key != "#" and not key.endswith(("?", ".", ","))


def _whole_words(lines: Sequence[Line]) -> frozenset[str]:
    found: set[str] = set()
    for line in lines:
        text = line.text.rstrip("-" + SOFT_HYPHEN).lower()
        words = re.findall(r"[^\W\d_]+(?:-[^\W\d_]+)*", text)
        if words and text.endswith(words[-1]):
            words.pop()  # perhaps only half a word
        found.update(words)
    return frozenset(found)


def _shows_broken_words(lines: Sequence[Line]) -> bool:
    """Tell whether the lines inside a sentence end in a space, as some extractors write them."""
    texts = [line for line in lines if re.search(r"[^\W\d_]", line.text)]
    inside = [
        line.goes_on
        for line, after in pairwise(texts)
        if len(line.text) >= 25 and line.text[-1].isalpha() and after.text.lstrip()[0].islower()
    ]
    # handbook 98 %, quickscan 90 %, where the rest are broken words; elsewhere 0 %
    return sum(inside) > 0.75 * len(inside)


def _hyphen(piece: str, rest: str, words: frozenset[str]) -> str:
    """Choose what stands between two pieces of text, the first of which ended in a hyphen."""
    if rest in _AND:
        return "- "
    if f"{piece}-{rest}".lower() in words:
        return "-"
    if (piece + rest).lower() in words:
        return ""
    is_own_word = len(piece) == 1 or not re.search(r"[aeiouyáéíóúäëïöü]", piece, re.IGNORECASE)
    is_name = not rest[0].islower() or piece.isupper()
    return "-" if is_own_word or is_name else ""
