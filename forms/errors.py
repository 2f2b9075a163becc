"""Errors that stop a run, each with the exit code of the command.

    PapierkompasError           1
    ├── UsageError              2   the command was used in a way that cannot work
    ├── InstrumentError         3   a questionnaire file is wrong
    ├── RosterError             4   a name list cannot be used
    ├── NoScanError             5   nothing in the given files could be read
    └── SessionError            2   the session folder is missing, foreign or newer

One bad page never raises: it is read as `unread`, with a reason (`omr.page`).
An error is a message: a key and its values, said in English by the command and in Dutch by the
page. It says where, what, and what to do.
"""

from __future__ import annotations

import errno
from typing import Any

from forms.messages import Message


class PapierkompasError(Exception):
    """Something that the person at the keyboard has to mend first.

    >>> raise UsageError("print.no_round", paper="quickscan", key="x", rounds="none")
    Traceback (most recent call last):
    forms.errors.UsageError: quickscan: there is no round 'x'. Rounds: none.
    """

    exit_code = 1

    def __init__(self, key: str, /, **values: Any) -> None:
        super().__init__(key, values)
        self.message = Message(key, values)

    def said(self, language: str) -> str:
        """Say it in a language that has a catalogue."""
        if " " in self.message.key:  # a sentence, not yet a key
            return self.message.key
        return self.message.said(language)

    def __str__(self) -> str:
        return str(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        return _again, (type(self), self.message.key, dict(self.message.values))


def _again(kind: type[PapierkompasError], key: str, values: dict[str, Any]) -> PapierkompasError:
    """Make an error anew that came from another process."""
    return kind(key, **values)


class UsageError(PapierkompasError):
    """The command was used in a way that cannot work."""

    exit_code = 2


class SessionError(UsageError):
    """The session folder is missing, is not one, or was made by a newer version."""


class InstrumentError(PapierkompasError):
    """A questionnaire file is wrong."""

    exit_code = 3


class RosterError(PapierkompasError):
    """A name list cannot be used."""

    exit_code = 4


class NoScanError(PapierkompasError):
    """Nothing in the given files could be read."""

    exit_code = 5


_BECAUSE = {
    errno.ENOENT: "os.not_there",
    errno.EACCES: "os.no_right",
    errno.EPERM: "os.no_right",
    errno.EROFS: "os.read_only",
    errno.ENOSPC: "os.full",
    errno.EDQUOT: "os.full",
    errno.EISDIR: "os.is_folder",
    errno.ENOTDIR: "os.not_folder",
    errno.EEXIST: "os.exists",
    errno.ENAMETOOLONG: "os.long_name",
    errno.EIO: "os.broken",
}


def because(error: OSError) -> Message:
    """Say why the system refused, in a few words that fit behind a colon."""
    key = _BECAUSE.get(error.errno or 0)
    return Message(key) if key else Message("os.other", {"said": error.strerror or "?"})
