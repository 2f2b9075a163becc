"""Open what the options of a command name.

In:  folders and files, as they were given.
Out: an open session, or the material for a paper; closed again at the end of the command.
"""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forms.errors import UsageError
from papierkompas.command.options import date_of

if TYPE_CHECKING:
    from papierkompas.outcome.material import Material
    from papierkompas.session.session import Session


def session_in(folder: Path | None) -> Session:
    """Open the session in a folder; without one, the session we are in.

    Raises:
        UsageError: there is none.
    """
    from papierkompas.session.folder import is_session
    from papierkompas.session.session import Session

    if folder is None:
        folder = Path.cwd()
        if not is_session(folder):
            raise UsageError("command.which_session")
    return Session.open(folder)


@contextmanager
def maybe_session(folder: Path | None) -> Iterator[Session | None]:
    """Open a session if a folder was given; None otherwise."""
    if folder is None:
        yield None
        return
    with session_in(folder) as opened:
        yield opened


@contextmanager
def material_for(
    session: Path | None,
    *,
    must: bool = True,
    team: str | None = None,
    date: str | None = None,
    instrument: Path | None = None,
    before: Path | None = None,
    passwords: Sequence[str] | None = None,
) -> Iterator[Material]:
    """Open what a paper is made of.

    Args:
        session: the folder that was given.
        must: whether there has to be a session.
        team: the name to print.
        date: the day to print.
        instrument: a file with a questionnaire.
        before: the folder of an earlier session.
        passwords: of locked scans.
    """
    from forms.own_questionnaire import load_own
    from papierkompas.outcome.material import Material

    day = date_of(date)
    with ExitStack() as closing:
        opened = None
        if must or session is not None:
            opened = closing.enter_context(session_in(session))
        read = opened.questionnaires.load if opened is not None else load_own
        yield Material(
            session=opened,
            team=team,
            day=day,
            own=(read(instrument),) if instrument is not None else (),
            passwords=tuple(passwords or ()),
            earlier=closing.enter_context(session_in(before)) if before is not None else None,
        )


def user_name() -> str:
    """Say who sits at the keyboard, for the history of changes."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user without a name
        return "command"
