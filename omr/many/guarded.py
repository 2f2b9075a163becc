"""The ways in for files of other people: opened, read and looked at within bounds.

In:  what `omr.intake.load` and `omr.read` take.
Out: what they give; beside that the reasons for which `omr.many.bounded` ends a task.

Whoever is handed a file uses these. Libraries that decode are only loaded in the workers.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from omr.intake.values import FileKind, Source, Unreadable
from omr.many.bounded import OPEN_SECONDS, run
from omr.page import PageRef, ReadPage, unread

if TYPE_CHECKING:
    from omr.forms_known import Forms


def open_file(
    path: Path, name: str | None = None, password: str | None = None
) -> list[Source] | ReadPage:
    """List the pages of a file, or say why it has none.

    Args:
        path: the file.
        name: what to call it in the account; its path by default.
        password: of a locked PDF.
    """
    called = name or str(path)
    try:
        kind, pages = run(_inspect, path, password, seconds=OPEN_SECONDS)
    except Unreadable as trouble:
        return unread(PageRef(called), trouble.reason, trouble.detail)
    return [Source(str(path), PageRef(called, n), kind, password) for n in range(1, pages + 1)]


def read_known(source: Source, forms: Forms, known: tuple[str, int]) -> ReadPage:
    """Read a page of which a person read the words beside the code."""
    try:
        return run(_read_known, source, forms, known)
    except Unreadable as trouble:
        return unread(source.ref, trouble.reason, trouble.detail)


def _inspect(path: Path, password: str | None) -> tuple[FileKind, int]:
    from omr.intake.load import inspect

    return inspect(path, password)


def _read_known(source: Source, forms: Forms, known: tuple[str, int]) -> ReadPage:
    from omr.read import read_page
    from omr.stickers.compass_page import with_dots

    page = read_page(source, forms, known=known)
    return with_dots(page, source, forms.asked, (forms.given.get(known[0]), *known))
