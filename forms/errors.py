"""Errors that stop a run, each with the exit code of the command.

    PapierkompasError           1
    ├── UsageError              2   the command was used in a way that cannot work
    ├── InstrumentError         3   a questionnaire file is wrong
    ├── RosterError             4   a name list cannot be used
    ├── NoScanError             5   nothing in the given files could be read
    └── SessionError            2   the session folder is missing, foreign or newer

One bad page never raises: it becomes an `Unread` with a reason (`omr.read`).
A message says where, what, and what to do.
"""


class PapierkompasError(Exception):
    """Something that the person at the keyboard has to mend first."""

    exit_code = 1


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
