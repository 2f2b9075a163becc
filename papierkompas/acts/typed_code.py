"""Read a page again of which a person typed the code that stands in words beside the square.

In:  a session, a page whose square code cannot be read, and what was typed.
Out: the page as it is read now, kept in the session; a sheet, or a large one with dots.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from forms.compass import NO_SESSION
from forms.errors import UsageError
from forms.sheet_code import from_words
from omr.many.guarded import open_file, read_known
from omr.page import PageStatus, ReadPage, Reason
from papierkompas.acts.reading import Pile, known_forms, settled_session
from papierkompas.session.session import Session


def may_be_of(session: Session, typed: tuple[str, int]) -> bool:
    """Say whether a sheet with such a code may lie in the pile; a blank compass has any number."""
    return typed[0] == NO_SESSION or session.given_out.expected(typed[0]) is not None


def read_as(
    session: Session,
    page: ReadPage,
    typed: tuple[str, int],
    password_of: Callable[[Path], str | None] = lambda _: None,
) -> ReadPage:
    """Read a page of which somebody typed the code; what it was before stays where that fails.

    Args:
        session: it keeps the scan, and what is read now.
        page: as it was read.
        typed: batch and number.
        password_of: knows how a locked scan is opened.
    """
    scan = session.scans.of(page.ref)
    opened = open_file(scan.path, scan.name, password_of(scan.path))
    if isinstance(opened, ReadPage) or not 0 < page.ref.page <= len(opened):
        return page
    read = read_known(opened[page.ref.page - 1], known_forms(session=session), typed)
    is_given = read.is_compass or typed[1] in (session.given_out.expected(typed[0]) or ())
    if not is_given:
        return page
    session.pages.record(scan, read)
    return next((one for one in read.in_picture if one.ref.part == page.ref.part), read)


def read_with_code(pile: Pile, session: Session | None, text: str) -> Pile:
    """Read the one page of a pile whose square code cannot be read as what was typed.

    Raises:
        UsageError: the code is wrong, or not of this session; there is no such page, or several.
    """
    if session is None:
        raise UsageError("typed_code.no_session")
    typed = from_words(text)
    if typed is None:
        raise UsageError("typed_code.wrong", code=text)
    if not may_be_of(session, typed):
        raise UsageError("typed_code.other_session", code=text)
    waiting = [page for page in pile.settled.pages if page.reason is Reason.NO_CODE]
    if len(waiting) != 1:
        raise UsageError("typed_code.which", count=len(waiting))
    read = read_as(session, waiting[0], typed)
    if read.status is not PageStatus.READ:
        raise UsageError("typed_code.still_unread", code=text, page=waiting[0].ref.message)
    settled, photos = settled_session(session)
    return replace(pile, settled=settled, photos=photos)
