"""A school's own questionnaires, so that its paper stays readable.

In:  a questionnaire file, and the files beside it.
Out: its questionnaire, also when the file itself was edited or is gone.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from forms import instrument as instruments
from forms.errors import InstrumentError
from forms.instrument import Instrument
from forms.own_questionnaire import edition_taken, load_own, same_words
from papierkompas.session.folder import QUESTIONNAIRES
from papierkompas.session.kept_files import copied, give_place
from papierkompas.session.store import Store, now

TABLES = (
    """CREATE TABLE instruments (  -- a school's own; the files lie in instruments/
        id INTEGER PRIMARY KEY,
        sha256 TEXT NOT NULL UNIQUE,
        key TEXT NOT NULL,
        edition INTEGER NOT NULL,
        kept TEXT NOT NULL,
        added TEXT NOT NULL
    ) STRICT""",
)


class Questionnaires:
    """The questionnaire files that a session keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def keep(self, path: Path) -> Instrument:
        """Keep a copy of a school's own questionnaire file.

        Raises:
            InstrumentError: the file is wrong, or has other words than one that is kept.
            SessionError: it could not be stored.
        """
        own = self.load(path)
        self._store.must_be_changeable()
        with path.open("rb") as source, copied(source, self._store.folder, QUESTIONNAIRES) as copy:
            name = f"{own.key.replace('/', '_')}-{own.edition}-{copy.sha256[:12]}.toml"
            kept = f"{QUESTIONNAIRES}/{name}"
            give_place(copy, self._store.folder / kept)
        same = [p for one, p in self.files() if (one.key, one.edition) == (own.key, own.edition)]
        self._keep_beside([path, *same], self._store.folder / kept)
        with self._store.write() as db:
            db.execute(
                "INSERT INTO instruments (sha256, key, edition, kept, added)"
                " VALUES (?, ?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
                (copy.sha256, own.key, own.edition, kept, now()),
            )
        return own

    def load(self, path: Path) -> Instrument:
        """Read a questionnaire file that goes with this session.

        Raises:
            InstrumentError: the file is wrong; or its edition has other words here already, so that
                paper of the one would be read as paper of the other.
        """
        own = load_own(path)
        kept = [one for one in self.all() if (one.key, one.edition) == (own.key, own.edition)]
        if kept and not any(same_words(own, one) for one in kept):
            what = edition_taken(own, kept[0])
            raise InstrumentError("instrument.in_file", file=path.name, what=what)
        return own

    def _keep_beside(self, paths: Sequence[Path], kept: Path) -> None:
        """Keep what lies beside a questionnaire, as it is now: no paper is read by it.

        Args:
            paths: of the questionnaire, and of the files with the same words that were kept
                before, the newest first: what does not lie beside the one comes from the next.
            kept: where it is kept from now on.
        """
        for kind, target in instruments.files_beside(kept).items():
            given = [instruments.files_beside(path)[kind] for path in paths]
            source = next((file for file in given if file.exists()), target)
            if source == target:
                continue
            with (
                source.open("rb") as opened,
                copied(opened, self._store.folder, QUESTIONNAIRES) as copy,
            ):
                give_place(copy, target, is_newer=True)

    def files(self) -> list[tuple[Instrument, Path]]:
        """Return the school's own questionnaires with their files, the newest first."""
        rows = self._store.rows("SELECT kept FROM instruments ORDER BY id DESC")
        paths = [self._store.folder / row["kept"] for row in rows]
        return list(zip(self.all(), paths, strict=True))

    def all(self) -> tuple[Instrument, ...]:
        """Return the school's own questionnaires that are kept here, the newest first."""
        rows = self._store.rows("SELECT sha256, kept FROM instruments ORDER BY id DESC")
        paths = [(row["sha256"], self._store.folder / row["kept"]) for row in rows]
        return tuple(_loaded(sha256, path, _beside(path)) for sha256, path in paths)


def _beside(path: Path) -> tuple[int, ...]:
    """Say which files lie beside a questionnaire, and since when."""
    files = instruments.files_beside(path).values()
    return tuple(file.stat().st_mtime_ns if file.exists() else 0 for file in files)


@lru_cache(maxsize=64)
def _loaded(_sha256: str, path: Path, _times: tuple[int, ...]) -> Instrument:
    """Load a file that is kept; its hash says that it never changes."""
    return instruments.load(path)
