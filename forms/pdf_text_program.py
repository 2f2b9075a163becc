"""The program that gets the text out of a PDF with PDFium, for `forms.document_text`.

In:  on standard input the path of the PDF.
Out: on standard output, as JSON, two texts with a form feed after each page: columns side by side,
     as pdftotext lays them out, and one piece after the other, as the PDF has them.

It is a program of its own because PDFium can end the process that it runs in.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

ASIDE = 3.0  # times as high as wide: text that stands on its side
APART = 1.0  # letters of room between two pieces are a gap between columns
OVERLAP = 0.5  # of the lower of two pieces, to be on one line


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words on one line of a page; in points, from the bottom left."""

    left: float
    bottom: float
    right: float
    top: float
    text: str


def main() -> int:
    """Print both texts."""
    import pypdfium2

    try:
        # Opened here: PDFium takes no name that is not UTF-8.
        file = Path(os.fsdecode(sys.stdin.buffer.read())).open("rb")  # noqa: SIM115 until the program ends
        pdf = pypdfium2.PdfDocument(file)
    except pypdfium2.PdfiumError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    with closing(pdf):
        pages = [_pieces(page) for page in pdf]
    beside = "".join(f"{laid_out(page)}\f" for page in pages)
    in_turn = "".join(f"{_lines(piece.text for piece in page)}\f" for page in pages)
    json.dump([beside, in_turn], sys.stdout)
    return 0


def _pieces(page: Any) -> list[Piece]:
    with closing(page), closing(page.get_textpage()) as text:
        found = [
            Piece(left, bottom, right, top, _clean(text.get_text_bounded(left, bottom, right, top)))
            for left, bottom, right, top in map(text.get_rect, range(text.count_rects()))
        ]
    return [piece for piece in found if piece.text]


def _clean(text: str) -> str:
    """A hyphen at the end of a line is `U+FFFE` to PDFium."""
    return " ".join(text.replace("\ufffe", "-").split())


def laid_out(pieces: Iterable[Piece]) -> str:
    """Put the pieces of a page in lines, each as far to the right as on the page.

    >>> print(laid_out([Piece(50, 10, 60, 20, "no"), Piece(0, 10, 20, 20, "yes."),
    ...                 Piece(0, 30, 20, 40, "Head")]), end="")
    Head
    yes.      no
    """
    upright = [p for p in pieces if p.right - p.left > (p.top - p.bottom) / ASIDE]
    if not upright:
        return ""
    letter = median((p.right - p.left) / len(p.text) for p in upright)
    start = min(p.left for p in upright)
    rows: list[list[Piece]] = []
    for piece in sorted(upright, key=lambda p: -p.top):
        for row in rows:
            low = min(piece.top - piece.bottom, row[0].top - row[0].bottom)
            shared = min(piece.top, row[0].top) - max(piece.bottom, row[0].bottom)
            if shared > OVERLAP * low:
                row.append(piece)
                break
        else:
            rows.append([piece])
    return _lines(_line(row, start, letter) for row in rows)


def _line(row: list[Piece], start: float, letter: float) -> str:
    line = ""
    end = start
    for piece in sorted(row, key=lambda p: p.left):
        if line and piece.left - end < APART * letter:
            line += " " if piece.left - end > letter / 4 else ""
        else:
            column = round((piece.left - start) / letter)
            line += " " * max(2 if line else 0, column - len(line))
        line += piece.text
        end = piece.right
    return line


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
