"""Passwords of locked PDFs, for as long as the program runs.

In:  a password that somebody typed, and the scan it opens.
Out: the same again, for whoever reads a page or shows a part of it.

They are kept in memory only: not in the session, not in an address, in no message. After a restart
the page asks again before it can show a part of such a scan.
"""

from __future__ import annotations

from pathlib import Path

_known: dict[Path, str] = {}


def password_of(path: Path) -> str | None:
    """Return the password of a scan, if somebody gave it."""
    return _known.get(path)


def remember_password(path: Path, password: str) -> None:
    """Keep the password of a scan until the program ends."""
    _known[path] = password


def passwords_in(folder: Path) -> tuple[str, ...]:
    """Return the passwords of the scans in a session's folder, each once."""
    return tuple(dict.fromkeys(p for path, p in _known.items() if path.is_relative_to(folder)))


def forget_passwords(folder: Path) -> None:
    """Let go of the passwords of a session that is deleted."""
    for path in [path for path in _known if path.is_relative_to(folder)]:
        del _known[path]
