"""The file that lets the browser in: it carries the token, so that no command line has to.

In:  the address of the page and its token.
Out: a file for its owner alone, which sends the token as a form; it is gone after its use.

Everybody on a computer can list the programs that run with their arguments, and a browser keeps
the addresses it was at. A file of mode 0600 is read by its owner, and a form is in no history.
"""

from __future__ import annotations

import html
import os
import stat
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from papierkompas.session.rights import for_others

_PAGE = """<!doctype html>
<html lang="nl"><meta charset="utf-8"><title>papierkompas</title>
<meta name="referrer" content="no-referrer">
<form method="post" action="{address}"><input type="hidden" name="token" value="{token}">
<button>papierkompas openen</button></form>
<script>document.forms[0].submit()</script></html>
"""


class RedirectFile:
    """One such file, for as long as nobody used it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def write(cls, address: str, token: str, folders: Iterable[Path]) -> RedirectFile | None:
        """Write it into the first of some folders that keeps it from others; None: into none.

        Some browsers do not see the folder for temporary files, so it is the last to be tried.
        """
        page = _PAGE.format(address=html.escape(address), token=html.escape(token))
        for folder in (*folders, Path(tempfile.gettempdir())):
            try:
                handle, name = tempfile.mkstemp(".html", "papierkompas-", folder)
            except OSError:
                continue
            made = cls(Path(name))
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                if not for_others(stat.S_IMODE(os.fstat(handle).st_mode)):
                    with suppress(OSError):
                        file.write(page)
                        file.flush()
                        return made
            made.remove()
        return None

    def remove(self) -> None:
        """Remove it; once more does nothing."""
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
