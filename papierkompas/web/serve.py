"""Start the page: choose a port on this computer, make the keys, open the browser.

In:  the folder with the sessions, or one session.
Out: the page, until it is stopped.
"""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from forms.errors import UsageError, because
from omr.many.bounded import warm_up
from papierkompas.session.rights import make_folder
from papierkompas.web.app import build
from papierkompas.web.desk import Desk
from papierkompas.web.guard import ENTRANCE, Keys
from papierkompas.web.library import Library
from papierkompas.web.redirect_file import RedirectFile
from papierkompas.web.texts import text

if TYPE_CHECKING:
    import uvicorn

LOOPBACK = "127.0.0.1"
DEFAULT_FOLDER = "papierkompas"  # in the home folder
MOST_WAITING = 60  # connections that ask nothing; a browser has six at most
MOST_AT_ONCE = 100  # connections, with those that ask


def serve(
    session_dir: Path | None,
    port: int,
    open_browser: bool,
    say: Callable[[str], None],
    *,
    watched: Path | None = None,
    workers: int | None = None,
) -> None:
    """Run the page until it is stopped.

    Args:
        session_dir: one session, or a folder with sessions; without, `papierkompas` in the home
            folder, which is made.
        port: to listen on; 0 takes any free one.
        open_browser: whether to open the page in a browser.
        say: writes a line for the person at the keyboard; no name ever gets there.
        watched: the folder in which a copier puts its scans; by default `scanmap` among the
            sessions.
        workers: processes that read; by default all cores.

    Raises:
        UsageError: the folder cannot be used, or the port is taken.
    """
    import uvicorn

    from papierkompas.web.connections import OpenConnections

    folder = session_dir or Path.home() / DEFAULT_FOLDER
    try:
        if session_dir is None:
            make_folder(folder)
        elif not folder.exists():
            raise UsageError("web.no_folder", folder=folder)
        elif not folder.is_dir():
            raise UsageError("folder.is_file", folder=folder)
        else:
            os.scandir(folder).close()  # may we look into it?
    except FileExistsError:
        raise UsageError("folder.is_file", folder=folder) from None
    except OSError as error:
        raise UsageError("folder.cannot_make", folder=folder, why=because(error)) from None
    listening = _listen(port)
    port = listening.getsockname()[1]
    keys = Keys()
    desk = Desk(Library(folder), say, watched=watched, workers=workers)
    origin = f"http://{LOOPBACK}:{port}"
    file = RedirectFile.write(origin + ENTRANCE, keys.token, [folder]) if open_browser else None
    server = uvicorn.Server(
        uvicorn.Config(
            build(desk, port, keys, entered=file.remove if file else lambda: None),
            http=OpenConnections(MOST_WAITING).protocol,
            access_log=False,  # addresses would tell who was looked at when
            log_level="critical",
            server_header=False,
            lifespan="off",
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=5,
        )
    )
    desk.stop = lambda: setattr(server, "should_exit", True)
    try:
        _tell(origin, keys.token, file, say)
        warm_up()  # before the first scan
        desk.reader.start()
        desk.watcher.start()
        _run(server, listening)
    finally:
        desk.close()
        listening.close()
        if file:
            file.remove()


def _tell(origin: str, token: str, file: RedirectFile | None, say: Callable[[str], None]) -> None:
    """Open the browser, or say the address for the one that somebody opens.

    A token that is said is worth nothing after its use, but until then whoever reads it is in: it
    is only said where no browser can be opened.
    """
    if file is not None and _open(file.path.as_uri()):
        say(text("serve.opens", address=f"{origin}/"))
        say(text("serve.or_file", file=file.path))
    else:
        if file is not None:
            file.remove()
        say(text("serve.at", address=f"{origin}/?token={token}"))
        say(text("serve.once"))


def _run(server: uvicorn.Server, listening: socket.socket) -> None:
    """Answer until somebody stops it."""
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, server.handle_exit)  # as it does with Ctrl+C by itself
    with suppress(KeyboardInterrupt):  # the usual end: uvicorn has let everybody finish
        server.run(sockets=[listening])


def _listen(port: int) -> socket.socket:
    """Listen on loopback only."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if sys.platform != "win32":  # there it would let two programs have the same port
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
        listening.listen()  # from now on a browser waits instead of being refused
    except (OSError, OverflowError):
        listening.close()
        raise UsageError("web.port", port=port) from None
    return listening


def _open(address: str) -> bool:
    """Open a browser; False where there is none."""
    import webbrowser

    return webbrowser.open(address)
