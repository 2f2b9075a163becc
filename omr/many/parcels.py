"""Send pages to a computer that does not see their files.

In:  sources on this computer.
Out: parcels: bytes, and there the same pages again as sources.

A PDF is cut down to the pages that are wanted, as long as nothing outside a page changes how the
page looks (layers, form fields); any other file travels whole. No
compressed picture is touched, so that a page is read the same from a parcel as from its file.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import Any

import pikepdf

from omr.intake.values import FileKind, Source, any_name


class TooHeavy(Exception):  # noqa: N818 no error: the sender makes smaller parcels, or says so
    """These pages are more bytes than may be sent at once."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file or a part of one, and which of its pages are wanted."""

    data: bytes
    wanted: tuple[tuple[Source, int], ...]  # the page on the sender's side, its number in `data`
    is_cut: bool


def pack(sources: Sequence[Source], most_bytes: int) -> tuple[Parcel, ...]:
    """Pack pages, those of one file together.

    Raises:
        TooHeavy: they are more than `most_bytes` in all.
        OSError: a file cannot be read any more.
    """
    parcels: list[Parcel] = []
    left = most_bytes
    for _, group in groupby(sources, key=lambda source: source.path):
        parcels.append(_pack_file(list(group), left))
        left -= len(parcels[-1].data)
    return tuple(parcels)


def unpack(parcels: Sequence[Parcel], folder: Path) -> Iterator[tuple[Source, Source]]:
    """Put the files into a folder; yield each page as it was, and as it is here."""
    for number, parcel in enumerate(parcels):
        path = folder / str(number)
        path.write_bytes(parcel.data)
        for source, page in parcel.wanted:
            here = replace(
                source,
                path=str(path),
                ref=replace(source.ref, page=page),
                password=None if parcel.is_cut else source.password,
            )
            yield source, here


def _pack_file(sources: list[Source], most_bytes: int) -> Parcel:
    if sources[0].kind is FileKind.PDF:
        data = _cut(sources, most_bytes)
        if data is not None:
            return Parcel(data, tuple((s, n) for n, s in enumerate(sources, 1)), is_cut=True)
    path = Path(sources[0].path)
    if path.stat().st_size > most_bytes:
        raise TooHeavy
    return Parcel(path.read_bytes(), tuple((s, s.ref.page) for s in sources), is_cut=False)


def _cut(sources: list[Source], most_bytes: int) -> bytes | None:
    """Make a PDF of these pages alone; None where only the whole file shows them as they are."""
    into = _Bounded(most_bytes)
    try:
        with (
            warnings.catch_warnings(action="ignore"),  # of a password that was not needed
            pikepdf.open(
                any_name(sources[0].path),
                password=sources[0].password or "",
                suppress_warnings=True,
            ) as pdf,
            pikepdf.new() as cut,
        ):
            if "/OCProperties" in pdf.Root or "/AcroForm" in pdf.Root:
                return None
            for source in sources:
                cut.pages.append(pdf.pages[source.ref.page - 1])
            cut.save(
                into,
                compress_streams=False,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
            )
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, IndexError, RecursionError):
        if into.is_full:
            raise TooHeavy from None
        return None  # damaged: whatever is left to see is seen in the file itself
    return into.getvalue()


class _Bounded(io.BytesIO):
    """Takes bytes up to a bound, so that a huge page is noticed before it fills the memory."""

    def __init__(self, most_bytes: int) -> None:
        super().__init__()
        self.most_bytes = most_bytes
        self.is_full = False

    def write(self, data: Any) -> int:
        if self.tell() + memoryview(data).nbytes > self.most_bytes:
            self.is_full = True
            raise ValueError("full")
        return super().write(data)
