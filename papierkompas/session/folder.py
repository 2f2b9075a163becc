"""Where everything lies in the folder of a session, and for whom.

In:  a folder.
Out: whether a session is in it, and the names of what a session keeps there.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from papierkompas.session.rights import keep_from_others

DATABASE = "session.sqlite3"
BESIDE_DATABASE = ("-wal", "-shm", "-journal")  # what SQLite lays beside it while it is open
SCANS = "scans"
QUESTIONNAIRES = "instruments"
UNFINISHED = ".being-copied-"

_OURS = re.compile(
    r"[0-9a-f]{64}\.[a-z0-9]{1,5}|[-\w.]+-\d+-[0-9a-f]{12}(?:\.[a-z]+)?\.toml|\.being-copied-[0-9a-f]{16}"
)


def is_session(folder: Path) -> bool:
    """Say whether there is a session in a folder, as far as we may look into it."""
    try:
        return (folder / DATABASE).is_file()
    except PermissionError:  # a colleague's
        return False


def may_change(folder: Path) -> bool:
    """Say whether we may write in the folder of a session, and in its database."""
    effective = os.access in os.supports_effective_ids
    return all(
        os.access(path, os.W_OK, effective_ids=effective)
        for path in (folder, folder / DATABASE)
        if path.exists()
    )


def last_changed(folder: Path) -> float:
    """Return when anything in a session was last stored, in seconds."""
    times = [0.0]
    for end in ("", "-wal"):
        with suppress(OSError):
            times.append((folder / f"{DATABASE}{end}").stat().st_mtime)
    return max(times)


def close_to_others(folder: Path) -> None:
    """Keep a session to its owner: earlier versions left it to the umask."""
    parts = (folder / SCANS, folder / QUESTIONNAIRES)
    keep_from_others((folder, *parts, *our_files(folder)))


def our_files(folder: Path) -> Iterator[Path]:
    """Yield the files that a session made, the database last; files of others are not among them.

    Not every file of the database is there at every moment.
    """
    for part in (SCANS, QUESTIONNAIRES):
        for path in all_files(folder / part):
            if _OURS.fullmatch(path.name):
                yield path
    for end in (*BESIDE_DATABASE, ""):
        yield folder / f"{DATABASE}{end}"


def all_files(folder: Path) -> list[Path]:
    """List everything in a folder that is no folder, whoever made it."""
    return sorted(path for path in folder.rglob("*") if not path.is_dir())
