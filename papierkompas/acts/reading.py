"""Read files into a session, or without one.

In:  files and folders, and the session they belong to.
Out: a `Pile`: every page of every file accounted for, and the sheets they make up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from weakref import WeakKeyDictionary

from forms import instrument as instruments
from forms.compass import NO_SESSION
from forms.instrument import Instrument
from forms.messages import Message
from omr.forms_known import Forms, Given, forms_of
from omr.ink.decide import CERTAINTY
from omr.intake.files import list_files
from omr.intake.values import Source
from omr.many.batch import read_batch
from omr.page import PageRef, PageStatus, ReadPage, Reason, unread
from omr.pile.settle import Settled, settle
from papierkompas.acts.page_picture import open_with
from papierkompas.acts.printing import layout_of
from papierkompas.acts.sticker_maps import counting
from papierkompas.acts.transcribe import NAME, transcribe
from papierkompas.session.session import Session
from papierkompas.session.store import storable
from papierkompas.session.values import Scan

Progress = Callable[[int, int], None]
"""Called with the pages read and the pages found so far."""


@dataclass(frozen=True, slots=True)
class Pile:
    """What became of the files that were given.

    Attributes:
        read_now: pages that were not known before.
        note: what became of the handwriting, where that needs saying.
        photos: of blank compasses; they are among the pages of `settled`, too.
        asked: every questionnaire that may lie in it.
        left_out: hidden files, and what systems leave behind in folders.
        files: the names of the scans that were given; a session may hold others.
    """

    settled: Settled
    read_now: int
    seconds: float
    note: Message | None = None
    photos: tuple[ReadPage, ...] = ()
    asked: tuple[Instrument, ...] = ()
    left_out: tuple[Path, ...] = ()
    files: frozenset[str] = frozenset()


def known_forms(own: Sequence[Instrument] = (), session: Session | None = None) -> Forms:
    """Gather every questionnaire that may lie in the pile: the school's own and the built-in."""
    asked = ((i, layout_of(i)) for i in known_instruments(own, session))
    return forms_of(asked, _given(session) if session else {})


def known_instruments(
    own: Sequence[Instrument] = (), session: Session | None = None
) -> tuple[Instrument, ...]:
    """List the school's own questionnaires, and then the built-in ones."""
    kept = session.questionnaires.all() if session else ()
    return (*own, *kept, *instruments.builtin())


def _given(session: Session) -> dict[str, Given]:
    """Gather what was given out, for pages of which only the words under the code can be read."""
    return {
        b.batch: Given(
            b.instrument, b.edition, b.layout, b.round, session.given_out.numbers(b.batch)
        )
        for b in session.given_out.batches()
    }


def read_files(
    paths: Iterable[Path],
    session: Session | None = None,
    *,
    own: Sequence[Instrument] = (),
    certainty: float = CERTAINTY,
    workers: int | None = None,
    cluster: str | None = None,
    passwords: Sequence[str] = (),
    progress: Progress | None = None,
) -> Pile:
    """Read everything in these files and folders.

    With a session every file is kept, pages that were read before are not read again, each page is
    stored as soon as it is read, and then the handwriting on them is read (`transcribe`).
    """
    started = time.perf_counter()
    if cluster is not None:
        from omr.many.cluster import must_answer, read_on_cluster  # dear to import, seldom needed

        must_answer(cluster)  # before thousands of files are copied for nothing
    forms = known_forms(own, session)
    take = _Intake(session, passwords)
    sources = list(take.sources(paths))  # a few hundred bytes a page
    if progress is not None:
        progress(0, len(sources))
    fresh: list[ReadPage] = []
    asked = known_instruments(own, session)
    if cluster is None:
        pages_read = read_batch(sources, forms, certainty=certainty, workers=workers)
    else:
        pages_read = read_on_cluster(sources, forms, address=cluster, certainty=certainty)
    for done, page in enumerate(pages_read, 1):
        take.keep(page)
        if session is None:
            fresh.extend(page.in_picture)
        if progress is not None:
            progress(done, len(sources))
    note = None if session is None else _handwriting(session, own, workers, passwords)
    pages = [*(fresh if session is None else _vetted_pages(session)), *take.troubles]
    settled, photos = _settled(pages, forms)
    return Pile(
        settled,
        take.count,
        time.perf_counter() - started,
        note,
        photos,
        asked,
        tuple(take.left_out),
        frozenset(take.files),
    )


def settled_session(session: Session) -> tuple[Settled, tuple[ReadPage, ...]]:
    """Settle everything that was read in a session.

    Returns the sheets and pages, and of these the photos of blank compasses, which make up no
    sheet. Pages that do not belong to the session are said to be unread. Corrections change
    neither, so after one the pile of before is still right.
    """
    now = session.pile_revision()  # first: what is added meanwhile is seen next time
    known = _piles.get(session)
    if known is None or known[0] != now:
        pile = _settled(tuple(_vetted_pages(session)), known_forms(session=session))
        known = _piles[session] = now, pile
    return known[1]


_piles: WeakKeyDictionary[Session, tuple[int, tuple[Settled, tuple[ReadPage, ...]]]]
_piles = WeakKeyDictionary()


def _settled(pages: Sequence[ReadPage], forms: Forms) -> tuple[Settled, tuple[ReadPage, ...]]:
    """Settle the sheets, and put the photos of blank compasses back among the pages."""
    photos, said = counting([page for page in pages if page.is_compass])
    people = (page for page in pages if not (page.is_compass or page.is_trial))
    settled = settle(people, _page_counts(forms))
    sheets, others = iter(settled.pages), iter(photos)
    everything = tuple(
        page if page.is_trial else next(others if page.is_compass else sheets) for page in pages
    )
    whole = replace(settled, pages=everything, remarks=(*settled.remarks, *said))
    return whole, tuple(photos)


def _handwriting(
    session: Session, own: Sequence[Instrument], workers: int | None, passwords: Sequence[str]
) -> Message | None:
    """Read what was written by hand; return what the person at the keyboard should know."""
    return transcribe(session, own=own, workers=workers, passwords=passwords).note


def _page_counts(forms: Forms) -> dict[str, int]:
    """Return how many pages a sheet of each instrument has."""
    return {form.instrument: len(form.pages) for form in reversed(forms.forms)}


def _vetted_pages(session: Session) -> Iterator[ReadPage]:
    given = {
        batch.batch: session.given_out.expected(batch.batch)
        for batch in session.given_out.batches()
    }
    named = {(one.batch, one.number) for one in session.given_out.sheets() if one.participant}
    for page in session.pages.all():
        is_named = page.code is not None and (page.code.batch, page.code.number) in named
        yield _vetted(_unwritten(page) if is_named else page, given)


def _unwritten(page: ReadPage) -> ReadPage:
    """Say that nobody wrote the name on this sheet: it was printed there, for a person on the list.

    Else a pile that nobody has filled in yet would look as if somebody had held every sheet.
    """
    return replace(page, written={**page.written, NAME: False}) if NAME in page.written else page


def _vetted(page: ReadPage, given: dict[str, frozenset[int] | None]) -> ReadPage:
    if page.code is None or page.status is not PageStatus.READ or page.is_trial:
        return page
    if page.is_compass:
        if page.code.batch in (*given, NO_SESSION):
            return page
        said = f"a blank compass, {page.code.batch}"
        return replace(page, status=PageStatus.UNREAD, reason=Reason.OTHER_SESSION, detail=said)
    numbers = given.get(page.code.batch)
    if numbers is None:
        return replace(
            page, status=PageStatus.UNREAD, reason=Reason.OTHER_SESSION, detail=page.code.sheet
        )
    if page.code.number not in numbers:
        return replace(
            page, status=PageStatus.UNREAD, reason=Reason.NOT_PRINTED_HERE, detail=page.code.sheet
        )
    return page


class _Intake:
    """Turns files into sources, keeps scans, and stores what was read: one writer, one place."""

    def __init__(self, session: Session | None, passwords: Sequence[str]) -> None:
        self.session = session
        self.passwords = passwords
        self.troubles: list[ReadPage] = []  # files that gave no page at all
        self.left_out: list[Path] = []
        self.count = 0
        self.files: set[str] = set()
        self._scans: dict[str, Scan] = {}

    def sources(self, paths: Iterable[Path]) -> Iterator[Source]:
        for path in list_files(paths, self.left_out):
            yield from self._pages_of(path)

    def keep(self, page: ReadPage) -> None:
        self.count += 1
        if self.session is not None:
            self.session.pages.record(self._scans[page.ref.file], page)

    def _pages_of(self, path: Path) -> Iterator[Source]:
        if self.session is None:
            opened = open_with(self.passwords, path)
            if isinstance(opened, ReadPage):
                self.troubles.append(opened)
                return
            for source in opened:
                self.files.add(source.ref.file)
                yield source
            return
        # Only what opens as a scan is kept: a folder may hold anything.
        opened = open_with(self.passwords, path)
        if isinstance(opened, ReadPage):
            self.troubles.append(opened)
            _refuse(self.session, path, opened)
            return
        try:
            scan = self.session.scans.keep(path)
        except OSError:
            trouble = unread(PageRef(str(path)), Reason.NO_PERMISSION)
            self.troubles.append(trouble)
            _refuse(self.session, path, trouble)
            return
        _take_off(self.session, path)
        if scan.name in self.session.withdrawals.files():
            self.troubles.append(unread(PageRef(scan.name), Reason.WITHDRAWN))
            return
        self._scans[scan.name] = scan
        self.files.add(scan.name)
        self.session.scans.count_pages(scan, len(opened))
        done = self.session.pages.done(scan)
        for source in opened:
            if source.ref.page not in done:
                yield replace(source, path=str(scan.path), ref=PageRef(scan.name, source.ref.page))


def _refuse(session: Session, path: Path, trouble: ReadPage) -> None:
    """Keep on the list that a file came in, and why nothing in it was read; the same once."""
    if trouble.reason is Reason.NOT_FOUND or session.is_read_only:  # then nothing came in
        return
    kept = replace(trouble, ref=PageRef(path.name))
    known = {(one.name, one.reason, one.detail) for one in session.refused.all()}
    if (storable(path.name), trouble.reason, storable(trouble.detail)) not in known:
        session.refused.add(kept)


_WITH_ANOTHER_KEY = (Reason.ENCRYPTED, Reason.NO_PERMISSION, Reason.NO_RENDERER, Reason.TOO_SLOW)


def _take_off(session: Session, path: Path) -> None:
    """Take a file off the list of the refused that is read now, where the file was not to blame."""
    off = {one.refused for one in session.withdrawals.standing()}
    for one in session.refused.all():
        is_it = one.name == storable(path.name) and one.reason in _WITH_ANOTHER_KEY
        if is_it and one.id not in off:
            session.withdrawals.take_off(one, "papierkompas", "")
