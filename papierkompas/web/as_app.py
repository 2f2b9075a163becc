"""Start the page as an app: no terminal, and one at a time.

In:  nothing but the folder with the sessions.
Out: the page in a browser: of the app that runs already, or of this one until it is stopped. What
     there is to say stands in a file beside the sessions.
"""

from __future__ import annotations

import sys
import threading
from pathlib import Path
from types import TracebackType

from forms.errors import PapierkompasError, UsageError, because
from forms.messages import DUTCH
from papierkompas.mishap import mistake, version
from papierkompas.session.rights import make_folder
from papierkompas.web.log_file import LogFile
from papierkompas.web.running import RunningFile
from papierkompas.web.serve import DEFAULT_FOLDER, serve
from papierkompas.web.texts import said, text

OUR_BUG = 15
INTERRUPTED = 130


def open_app(folder: Path | None = None) -> int:
    """Open the page and return the exit code of the program.

    Args:
        folder: with the sessions; by default `papierkompas` in the home folder, which is made.
    """
    folder = folder or Path.home() / DEFAULT_FOLDER
    log = LogFile(folder)
    _listen_for_mistakes(log)
    try:
        try:
            make_folder(folder)
            running = RunningFile.claim(folder)
        except FileExistsError:
            raise UsageError("folder.is_file", folder=folder) from None
        except OSError as error:
            raise UsageError("folder.cannot_make", folder=folder, why=because(error)) from None
        if running is None:
            log.add(text("app.again"))
            return 0
        try:
            log.add(text("app.started", version=version()))
            serve(folder, 0, True, log.add, running=running)
            log.add(text("app.stopped"))
        finally:
            running.remove()
    except KeyboardInterrupt:  # a shutdown before the page was there
        return INTERRUPTED
    except PapierkompasError as error:
        log.add(error.said(DUTCH))
        return error.exit_code
    except Exception as error:  # noqa: BLE001 the last resort: whatever it is, it is our bug
        log.add(said(mistake(error)))
        return OUR_BUG
    return 0


def _listen_for_mistakes(log: LogFile) -> None:
    """Write down what goes wrong beside the page: where, and not a word of what it was about."""

    def program(_kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
        if isinstance(error, Exception):
            log.add(said(mistake(error)))

    def thread(about: threading.ExceptHookArgs) -> None:
        if isinstance(about.exc_value, Exception):
            log.add(said(mistake(about.exc_value)))

    sys.excepthook = program
    threading.excepthook = thread
