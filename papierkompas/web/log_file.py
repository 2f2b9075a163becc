"""What the program says where nobody sees it, in a file: an app has no terminal.

In:  lines, in which no name of a person stands.
Out: a file for its owner alone, and the one before it; together they stay small.
"""

from __future__ import annotations

import datetime as dt
import threading
from contextlib import suppress
from pathlib import Path

from papierkompas.session.rights import private

LOG = "papierkompas.log"
EARLIER = "papierkompas-eerder.log"
MOST_BYTES = 200_000  # of each of the two
MOST_LINE = 2_000  # letters


class LogFile:
    """One file to which lines are added; when it is full it makes place for the next."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / LOG
        self._lock = threading.Lock()

    def add(self, line: str) -> None:
        """Add a line with its moment; the home folder, often a person's name, is written as `~`.

        A disk that is full costs the line, and nothing else.
        """
        plain = " ".join(line.replace(str(Path.home()), "~").split())[:MOST_LINE]
        moment = dt.datetime.now().astimezone().isoformat(timespec="seconds")
        with self._lock, suppress(OSError):
            self._make_place()
            with open(self.path, "a", encoding="utf-8", errors="replace", opener=private) as file:
                file.write(f"{moment} {plain}\n")

    def _make_place(self) -> None:
        with suppress(FileNotFoundError):
            if self.path.stat().st_size > MOST_BYTES - 4 * MOST_LINE:
                self.path.replace(self.path.with_name(EARLIER))
