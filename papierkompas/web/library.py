"""The chosen folder and the sessions in it.

In:  the folder that was given when the page was started.
Out: its sessions, each under a key that means nothing outside this run.

A request names a key, never a folder: the folders that were found are compared with it. What lies
outside the chosen folder, or is only linked into it, has no key.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from forms.errors import PapierkompasError
from papierkompas.session.folder import is_session, last_changed
from papierkompas.session.session import Session


@dataclass(frozen=True, slots=True)
class Entry:
    """A session that can be opened."""

    key: str
    team: str
    date: dt.date
    people: int
    changed: float  # seconds; the last one used stands first


class Library:
    """The sessions that this page may open."""

    def __init__(self, folder: Path) -> None:
        """Take a folder with sessions, or one session; then only that one can be opened."""
        self.folder = folder.resolve()
        self.is_single = is_session(self.folder)
        self._salt = secrets.token_bytes(16)

    def find(self, key: str) -> Path | None:
        """Return the folder of a session by its key."""
        return next((folder for folder in self._folders() if self.key_of(folder) == key), None)

    def key_of(self, folder: Path) -> str:
        """Return the key of a session's folder, as it stands in addresses."""
        return hashlib.sha256(self._salt + folder.name.encode(errors="replace")).hexdigest()[:16]

    def entries(self) -> tuple[list[Entry], list[PapierkompasError]]:
        """List the sessions, the last one used first, and why others cannot be opened."""
        found, refused = [], []
        for folder in self._folders():
            try:
                with Session.open(folder) as session:
                    found.append(
                        Entry(
                            self.key_of(folder),
                            session.team,
                            session.date,
                            len(session.people.all()),
                            last_changed(folder),
                        )
                    )
            except PapierkompasError as error:  # foreign, newer or damaged
                refused.append(error)
        return sorted(found, key=lambda entry: -entry.changed), refused

    def make_place(self, team: str, date: dt.date) -> Path:
        """Think of a folder for a new session; only letters, digits and dashes of the name stay."""
        plain = unicodedata.normalize("NFKD", team).encode("ascii", "ignore").decode().lower()
        short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-") or "team"
        return self.folder / f"{date.isoformat()}-{short}-{secrets.token_hex(2)}"

    def _folders(self) -> Iterator[Path]:
        if self.is_single:
            yield self.folder
            return
        if not self.folder.is_dir():
            return
        for folder in self.folder.iterdir():
            if not (folder.is_symlink() or folder.name.startswith(".")) and is_session(folder):
                yield folder
