"""A school's own questionnaire between its arrival on the page and its place in the session.

In:  a file that somebody gives: a questionnaire, or a document with the wording of one.
Out: an `OwnDraft`, looked at by a process with bounds, for a person to look at.
"""

from __future__ import annotations

import io
import re
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import IO, TypeVar

from forms.companions import Kind
from forms.errors import InstrumentError
from forms.instrument import files_beside
from forms.messages import Message
from forms.sheets import print_sheets
from forms.toml_tables import read_text
from omr.intake.values import Unreadable
from omr.many.bounded import run
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.outcome.own_wording import Proposal, propose_wording
from papierkompas.outcome.rehearsal import Rehearsal, rehearse

CHECK_SECONDS = 120.0  # to draw every paper; the longest of ours takes 3
DOCUMENT_SECONDS = 600.0  # to take the text out of a document, or to read ten pages of a scan
MAX_NAME = 60  # characters of a file name

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class OwnDraft:
    """A questionnaire that is not kept yet: wording to be settled, or a file that was proven.

    Attributes:
        key: what it is called in addresses.
        file: what the file is called for people.
        proposal: the wording of a document; None for a questionnaire file.
        text: of the questionnaire file; empty as long as words are open.
        pdf: one sheet of each page, to look at.
        beside: the files that came with it, by their kind: what each is called for people, and
            what is in it.
    """

    key: str
    file: str
    proposal: Proposal | None = None
    text: str = ""
    tried: Rehearsal | None = None
    pdf: bytes = b""
    beside: Mapping[Kind, tuple[str, bytes]] = field(default_factory=dict)


def draft_of(
    source: IO[bytes], name: str, beside: Mapping[Kind, tuple[str, bytes]] | None = None
) -> OwnDraft:
    """Look at a file that came in, and at the files that came with it.

    Raises:
        InstrumentError: with what is wrong in it and what to do.
    """
    name = _plain(name)
    with _lying(name) as path:
        with path.open("wb") as target:
            shutil.copyfileobj(source, target)
        if _is_questionnaire(path):
            draft = OwnDraft(secrets.token_hex(8), name, beside=_plain_names(beside))
            _lay_beside(path, draft)
            return _proven(path, draft)
        proposal = _within_bounds(name, DOCUMENT_SECONDS, propose_wording, path, name)
    return OwnDraft(secrets.token_hex(8), name, proposal, beside=_plain_names(beside))


def proven(draft: OwnDraft, text: str) -> OwnDraft:
    """Prove the questionnaire file that was made of a document.

    Raises:
        InstrumentError: with what is wrong in it and what to do.
    """
    with lying(replace(draft, text=text)) as path:
        return _proven(path, draft)


@contextmanager
def lying(draft: OwnDraft) -> Iterator[Path]:
    """Lay a questionnaire in a file of its name, with what came with it; gone afterwards."""
    with _lying(f"{Path(draft.file).stem}.toml") as path:
        path.write_text(draft.text, encoding="utf-8")
        _lay_beside(path, draft)
        yield path


def _lay_beside(path: Path, draft: OwnDraft) -> None:
    for kind, place in files_beside(path).items():
        if kind in draft.beside:
            place.write_bytes(draft.beside[kind][1])


def _plain_names(
    beside: Mapping[Kind, tuple[str, bytes]] | None,
) -> dict[Kind, tuple[str, bytes]]:
    return {kind: (_plain(name), data) for kind, (name, data) in (beside or {}).items()}


def _proven(path: Path, draft: OwnDraft) -> OwnDraft:
    called = {
        place.name: draft.beside[kind][0]
        for kind, place in files_beside(path).items()
        if kind in draft.beside
    }
    tried, pdf = _within_bounds(path.name, CHECK_SECONDS, prove, path, called=called)
    return replace(draft, text=read_text(path), tried=tried, pdf=pdf)


def prove(path: Path) -> tuple[Rehearsal, bytes]:
    """Rehearse a questionnaire file and print a sheet of it."""
    tried = rehearse(path)
    pdf = io.BytesIO()
    asked = rounds_to_print(tried.instrument, None)[:1]
    print_sheets(pdf, jobs(tried.instrument, asked, Order(copies=1), None))
    return tried, pdf.getvalue()


def _within_bounds(
    name: str,
    seconds: float,
    task: Callable[..., Made],
    *given: object,
    called: Mapping[str, str] | None = None,
) -> Made:
    """Do something in a process with bounds.

    Args:
        name: what the file is called for people.
        seconds: how long it may take.
        task: what is done.
        given: to the task.
        called: what other files that lie beside it are called for people.
    """
    try:
        return run(task, *given, seconds=seconds)
    except InstrumentError as error:  # by the name that people know, without our folder
        values = error.message.values
        file = (called or {}).get(Path(str(values.get("file", ""))).name, name)
        raise InstrumentError(error.message.key, **{**values, "file": file}) from None
    except Unreadable as trouble:
        why = Message(f"reason.{trouble.reason}")
        raise InstrumentError("handbook.in_file", file=name, what=why) from None


@contextmanager
def _lying(name: str) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="papierkompas-") as folder:
        yield Path(folder) / name


def _plain(name: str) -> str:
    """Return a name that any disk takes, like the one that was given."""
    last = re.split(r"[\\/]", name)[-1]
    kept = re.sub(r"[^\w .()-]", "_", last).strip(" .")
    return kept[-MAX_NAME:].strip(" .") or "vragenlijst"


def _is_questionnaire(path: Path) -> bool:
    """Tell a questionnaire file by its name, or by what is in it."""
    if path.suffix.lower() == ".toml":
        return True
    try:
        data = tomllib.loads(read_text(path))
    except (InstrumentError, ValueError, RecursionError):
        return False
    return bool(data)
