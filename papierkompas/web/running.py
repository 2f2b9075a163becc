"""Let a second start find the app that runs already, and have it open its page once more.

In:  the folder with the sessions.
Out: a file for its owner alone that says where the app listens; the running app, which was asked to
     open the browser; or the word that there is none, so that this start is the first.

The file is made before anything else is, so that of two starts at the same moment one waits for the
other. It holds a secret that opens the browser from the running app, and lets in nobody by itself.
"""

from __future__ import annotations

import http.client
import json
import os
import stat
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from papierkompas.session.rights import FILE, for_others
from papierkompas.web.guard import AGAIN, AGAIN_COOKIE, LOOPBACK, OPENED, cookie_name

RUNNING = ".papierkompas-runs.json"
MOST_BYTES = 1_000
START_S = 60.0  # to listen after a start; a slow laptop needs 10
LOOK_EVERY_S = 0.1
ANSWER_S = 30.0  # to open a browser


@dataclass(frozen=True, slots=True)
class Running:
    """Where an app listens, and what makes it open its page."""

    port: int
    secret: str

    def __post_init__(self) -> None:
        if not 0 < self.port <= 0xFFFF:
            raise ValueError(f"port must be 1..65535, got {self.port}")
        if not (self.secret.isascii() and self.secret.replace("-", "").replace("_", "").isalnum()):
            raise ValueError("secret must be letters, digits, - and _")

    def open_page(self) -> bool:
        """Ask the app to open its page; False where nobody answers as it would."""
        asking = http.client.HTTPConnection(LOOPBACK, self.port, timeout=ANSWER_S)
        headers = {
            "Origin": f"http://{LOOPBACK}:{self.port}",
            "Cookie": f"{cookie_name(self.port)}{AGAIN_COOKIE}={self.secret}",
        }
        try:
            asking.request("POST", AGAIN, b"", headers)
            answer = asking.getresponse()
            return answer.status == http.client.OK and answer.read(MOST_BYTES) == OPENED.encode()
        except (OSError, http.client.HTTPException):
            return False
        finally:
            asking.close()


class RunningFile:
    """The file that says so, while this app runs."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._written = b""

    @classmethod
    def claim(
        cls, folder: Path, wait: Callable[[float], object] = time.sleep
    ) -> RunningFile | None:
        """Make the file; None where an app runs, which has opened its page now.

        A file of an app that is gone is replaced. One without a word in it is of an app that
        starts at this moment.

        Raises:
            OSError: no file can be made there.
        """
        claimed = cls(folder / RUNNING)
        while True:
            with suppress(FileExistsError):
                os.close(os.open(claimed.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))
                return claimed
            found = claimed._read()
            if found == b"" and claimed._age() < START_S:
                wait(LOOK_EVERY_S)
                continue
            running = _running_in(found) if found else None
            if running is not None and running.open_page():
                return None
            if claimed._read() == found:  # else somebody has replaced it in the meantime
                claimed.path.unlink(missing_ok=True)

    def tell(self, running: Running) -> None:
        """Say where the app listens."""
        self._written = json.dumps({"port": running.port, "secret": running.secret}).encode()
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE), "wb") as file:
            file.write(self._written)
        new.replace(self.path)

    def remove(self) -> None:
        """Remove the file, unless it is another app's by now; once more does nothing."""
        with suppress(OSError):
            if self._read() == self._written:
                self.path.unlink(missing_ok=True)

    def _read(self) -> bytes | None:
        """Return what is in it; None for what is no file of ours, or is not there."""
        try:
            with self.path.open("rb") as file:
                about = os.fstat(file.fileno())
                if not stat.S_ISREG(about.st_mode) or for_others(stat.S_IMODE(about.st_mode)):
                    return None
                return file.read(MOST_BYTES)
        except OSError:
            return None

    def _age(self) -> float:
        try:
            return abs(time.time() - self.path.stat().st_mtime)
        except OSError:
            return 0.0  # gone: look again


def _running_in(data: bytes) -> Running | None:
    try:
        said = json.loads(data)
        return Running(int(said["port"]), str(said["secret"]))
    except (ValueError, TypeError, KeyError):
        return None
