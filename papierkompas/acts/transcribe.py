"""Read what was written by hand: names and free text.

In:  a session whose pages are read.
Out: a `Transcript` per field in its store; `whose`, who wrote each anonymous sheet of a round;
     `crop_png`, the picture of a field, which is shown beside every transcription.

Nothing here is an answer: a name counts when it is certain enough (`omr.hand.whose_name.ACCEPT`)
or a person says so, free text only when a person confirms it. Without the network (extra `ocr`)
nothing is transcribed and everything else works.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import cv2

from forms.errors import SessionError
from forms.instrument import Instrument, find
from forms.layout import NAME as NAME
from forms.layout import Field, Rect
from forms.messages import Message
from omr.geometry import Floats, Image
from omr.hand import free_text
from omr.hand.crops import aside_crop, field_crop, has_ink_aside, ink_only
from omr.hand.recogniser import HOW_TO_GET, NullRecogniser, Recogniser, recogniser
from omr.hand.whose_name import LEAST_LETTERS, Match, Seen, fold, match_team
from omr.intake.values import Source, Unreadable
from omr.many.bounded import each
from omr.page import PageStatus, ReadPage
from papierkompas.acts.page_picture import page_picture, picture_of, source_in, sources_in
from papierkompas.acts.printing import layout_of
from papierkompas.session.session import Session
from papierkompas.session.values import Transcript

Cut = Callable[[Image, Floats, Field], Image]

FEW_FIELDS = 6  # with fewer, starting workers takes longer than reading
PAGE_SECONDS = 120.0  # then its worker hangs; a page of nine full fields takes 6


@dataclass(frozen=True, slots=True)
class PageTask:
    """What a worker needs to read the fields of one page."""

    source: Source
    mm_to_px: tuple[float, ...]
    size_px: tuple[int, int]
    fields: tuple[Field, ...]
    words: tuple[str, ...] = ()  # of the questionnaire and of the team, beside the Dutch list
    beside_name: tuple[Rect, ...] = ()  # what is printed near the field for a name


@dataclass(frozen=True, slots=True)
class Transcribed:
    """What became of the handwriting: fields read now, and those that wait, with the reason."""

    fields: int = 0
    waiting: int = 0
    note: Message | None = None


def transcribe(
    session: Session,
    *,
    own: Sequence[Instrument] = (),
    workers: int | None = None,
    passwords: Sequence[str] = (),
    network: Recogniser | None = None,
) -> Transcribed:
    """Read every field that was written in and has no transcript yet; store each page at once.

    Args:
        session: whose pages.
        own: questionnaires that the session does not keep.
        workers: processes to use; all cores by default.
        passwords: of locked PDFs.
        network: what reads, in this process; the one that is installed by default.
    """
    tasks = list(_tasks(session, own, passwords))
    count = sum(len(task.fields) for task in tasks)
    if not tasks:
        return Transcribed()
    if isinstance(network or recogniser(), NullRecogniser):
        return Transcribed(0, count, HOW_TO_GET)
    done = 0
    if network is not None:
        made: Iterator[list[Transcript]] = (read_fields(task, network) for task in tasks)
    else:
        made = _in_processes(tasks, 1 if count < FEW_FIELDS else workers or os.cpu_count() or 1)
    for transcripts in made:
        session.pages.record_transcripts(transcripts)
        done += len(transcripts)
    note = None if done == count else Message("handwriting.some_unread")
    return Transcribed(done, count - done, note)


def is_needed(session: Session, *, passwords: Sequence[str] = ()) -> bool:
    """Say whether there is handwriting that was not read yet; nothing is read for it."""
    return next(_tasks(session, (), passwords), None) is not None


def read_fields(task: PageTask, network: Recogniser | None = None) -> list[Transcript]:
    """Read the fields of one page; a page that cannot be opened again has none."""
    cv2.setNumThreads(1)  # one page a process; more threads only wait for each other
    network = network or recogniser()
    try:
        picture = picture_of(task.source, task.mm_to_px, task.size_px)
    except Unreadable:
        return []
    if picture.mm_to_px is None:
        return []
    made = []
    for field in task.fields:
        crop = field_crop(picture.image, picture.mm_to_px, field)
        if field.name == NAME:
            aside = aside_crop(picture.image, picture.mm_to_px, field, task.beside_name)
            found = _read_name(crop, aside, field, network, task)
        else:
            found = _read_text(crop, field, network, task)
        if found is not None:
            made.append(found)
    return made


def crop_png(
    session: Session,
    page: ReadPage,
    field: Field,
    *,
    passwords: Sequence[str] = (),
    cut: Cut = field_crop,
) -> bytes:
    """Cut a field out of the scan that is kept, upright and clean, as a PNG file.

    Raises:
        Unreadable: the scan is no longer there or no longer opens.
        ValueError: it is not known where the sheet lies in the scan.
    """
    picture = page_picture(page, session.scans.of(page.ref).path, passwords)
    if picture.mm_to_px is None:
        raise ValueError(f"{page.ref}: the page must be registered to cut a field out of it")
    made = cut(picture.image, picture.mm_to_px, field)
    if field.name == NAME and cut is field_crop and ink_only(made) is None:
        made = aside_crop(picture.image, picture.mm_to_px, field, ())  # with the print, to look at
    done, data = cv2.imencode(".png", made)
    if not done:
        raise ValueError(f"{page.ref}: the field {field.name} could not be saved as a picture")
    return bytes(data)


def whose(
    fields: Sequence[Transcript | None], names: Sequence[str], taken: Iterable[str] = ()
) -> list[Match | None]:
    """Match the name fields of one round to a list of names, the whole team at once.

    Args:
        fields: of each anonymous sheet what was read; None where nothing was.
        names: the list.
        taken: names that other sheets of this round carry already; those are for a person to see.
    """
    kept = tuple(
        None if t is None or t.letters is None else (t.text, t.confidence, t.letters)
        for t in fields
    )
    gone = {name.casefold() for name in taken}
    return [
        replace(m, probability=min(m.probability, 0.5))
        if m is not None and m.place is not None and names[m.place].casefold() in gone
        else m
        for m in _matches(kept, tuple(names))
    ]


# Which fields


def _tasks(
    session: Session, own: Sequence[Instrument], passwords: Sequence[str]
) -> Iterator[PageTask]:
    known = session.pages.transcripts()
    kept = (*own, *session.questionnaires.all())
    people = tuple(person.name for person in session.people.all())
    owner = {(given.batch, given.number): given.participant for given in session.given_out.sheets()}
    opened: dict[str, list[Source]] = {}
    for page in session.pages.all():
        code = page.code
        if page.status is not PageStatus.READ or code is None or page.instrument is None:
            continue
        if (code.batch, code.number) not in owner or not any(page.written.values()):
            continue
        is_personal = owner[code.batch, code.number] is not None
        instrument = find(page.instrument, kept)
        printed = layout_of(instrument).page(code.page)
        wanted = tuple(
            field
            for field in (printed.fields if printed else ())
            if page.written.get(field.name)
            and (page.ref, field.name) not in known
            and not (is_personal and field.name == NAME)
        )
        if not wanted or page.mm_to_px is None or page.size_px is None:
            continue
        try:
            if page.ref.file not in opened:
                file = session.scans.of(page.ref).path
                opened[page.ref.file] = sources_in(file, page.ref.file, passwords)
            source = source_in(opened[page.ref.file], page.ref)
        except (Unreadable, SessionError):
            continue
        words = (*_words_of(instrument), *(w for name in people for w in name.split()))
        near = [printed.print_beside(f.rect) for f in wanted if printed and f.name == NAME]
        yield PageTask(source, page.mm_to_px, page.size_px, wanted, words, next(iter(near), ()))


def _words_of(instrument: Instrument) -> tuple[str, ...]:
    """List the longer words that a questionnaire uses itself."""
    text = " ".join(sentence for row in instrument.rows for sentence in row.words)
    words = ("".join(c for c in word if c.isalpha() or c == "-") for word in text.split())
    return tuple(dict.fromkeys(w.strip("-").lower() for w in words if len(w) > 3))


# Reading them


def _read_name(
    crop: Image, aside: Image, field: Field, network: Recogniser, task: PageTask
) -> Transcript | None:
    """Read a name; where there is none in its field, the one that stands beside it."""
    found = []
    for picture in (crop, aside):
        ink = ink_only(picture)
        if picture is aside and not has_ink_aside(aside, field):
            break
        letters = None if ink is None else network.read(ink)
        if ink is not None and letters is None:
            return None
        if letters is not None:
            found.append(Seen.of(letters))
            if len(fold(letters.text)) >= LEAST_LETTERS:
                break
    if not found:
        return _transcript(task, field, network, "", "", 0.0, None)
    seen = max(found, key=lambda one: len(fold(one.text)))
    text = " ".join(seen.text.split())
    return _transcript(task, field, network, text, text, seen.confidence, seen.packed())


def _read_text(crop: Image, field: Field, network: Recogniser, task: PageTask) -> Transcript | None:
    found = free_text.read_field(crop, field, network, free_text.word_list(task.words))
    if found is None:
        return None
    return _transcript(task, field, network, found.text, found.proposal, found.confidence, None)


def _transcript(
    task: PageTask,
    field: Field,
    network: Recogniser,
    text: str,
    proposal: str,
    confidence: float,
    letters: bytes | None,
) -> Transcript:
    return Transcript(
        task.source.ref, field.name, network.name, text, proposal, confidence, letters, field.rect
    )


def _in_processes(tasks: Sequence[PageTask], workers: int) -> Iterator[list[Transcript]]:
    """Read pages within bounds; one that breaks them is left for next time."""
    for _, made in each(read_fields, iter(tasks), workers=workers, seconds=PAGE_SECONDS):
        yield [] if isinstance(made, Unreadable) else made


_Kept = tuple[str, float, bytes]


@lru_cache(maxsize=16)
def _matches(kept: tuple[_Kept | None, ...], names: tuple[str, ...]) -> tuple[Match | None, ...]:
    """Match a team; results are computed anew at every look, and this takes a second."""
    return tuple(match_team([Seen.unpacked(*k) if k else None for k in kept], names))
