"""Start the page: choose a port on this computer, make the keys, open the browser.

In:  the folder with the sessions, or one session.
Out: the page, until it is stopped.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from forms.errors import UsageError, because
from forms.own_programs import environment_of_others, is_app
from omr.many.bounded import warm_up
from papierkompas.session.rights import make_folder
from papierkompas.web.app import build
from papierkompas.web.desk import Desk
from papierkompas.web.guard import ENTRANCE, LOOPBACK, Keys
from papierkompas.web.library import Library
from papierkompas.web.redirect_file import RedirectFile
from papierkompas.web.running import Running, RunningFile
from papierkompas.web.texts import text

if TYPE_CHECKING:
    import uvicorn

DEFAULT_FOLDER = "papierkompas"  # in the home folder
MOST_WAITING = 60  # connections that ask nothing; a browser has six at most
MOST_AT_ONCE = 100  # connections, with those that ask
END_S = 2.5  # after Stop, then the program ends whatever it does: all that matters is on the disk


def serve(
    session_dir: Path | None,
    port: int,
    open_browser: bool,
    say: Callable[[str], None],
    *,
    watched: Path | None = None,
    workers: int | None = None,
    running: RunningFile | None = None,
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
        running: tells a second start of the app where this one listens; without, this is no app.

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
    entrance = Entrance(origin, folder)
    server = uvicorn.Server(
        uvicorn.Config(
            build(desk, port, keys, entered=entrance.remove, again=entrance.open),
            http=OpenConnections(MOST_WAITING).protocol,
            access_log=False,  # addresses would tell who was looked at when
            log_config=None,  # it would look for a terminal, and an app has none
            log_level="critical",
            server_header=False,
            lifespan="off",
            limit_concurrency=MOST_AT_ONCE,
            timeout_graceful_shutdown=5,
        )
    )

    def leave() -> None:
        entrance.remove()
        if running is not None:
            running.remove()

    ending = threading.Timer(END_S, _end, [leave])
    ending.daemon = True

    def stop() -> None:
        if not server.should_exit:
            server.should_exit = True
            ending.start()

    desk.stop = stop
    try:
        if running is not None:
            running.tell(Running(port, keys.again))
        _tell(
            entrance,
            keys.token,
            say,
            open_browser=open_browser,
            says_no_token=running is not None,
        )
        warm_up()  # before the first scan
        desk.reader.start()
        desk.watcher.start()
        _run(server, listening)
    finally:
        leave()
        desk.close()
        listening.close()
        if running is None:  # an app has nothing more to do
            ending.cancel()


class Entrance:
    """How a browser is let in: by a file that carries a token, for as long as nobody used it."""

    def __init__(self, origin: str, folder: Path) -> None:
        self.origin = origin
        self.file: RedirectFile | None = None
        self._folder = folder

    def open(self, token: str) -> bool:
        """Open the page in a browser; False where there is none, or no file for it."""
        self.remove()
        self.file = RedirectFile.write(self.origin + ENTRANCE, token, [self._folder])
        return self.file is not None and _open(self.file.path.as_uri())

    def remove(self) -> None:
        """Remove the file; once more does nothing."""
        if self.file is not None:
            self.file.remove()


def _tell(
    entrance: Entrance,
    token: str,
    say: Callable[[str], None],
    *,
    open_browser: bool,
    says_no_token: bool,
) -> None:
    """Open the browser, or say the address for the one that somebody opens.

    A token that is said is worth nothing after its use, but until then whoever reads it is in: it
    is only said where no browser can be opened, and never in an app, whose words stay in a file.
    """
    if open_browser and (entrance.open(token) or says_no_token) and entrance.file is not None:
        say(text("serve.opens", address=f"{entrance.origin}/"))
        say(text("app.or_file" if says_no_token else "serve.or_file", file=entrance.file.path))
    elif not says_no_token:
        entrance.remove()
        say(text("serve.at", address=f"{entrance.origin}/?token={token}"))
        say(text("serve.once"))


def _end(leave: Callable[[], None]) -> None:
    """End the program; its workers see that it is gone, and end too."""
    leave()
    os._exit(0)


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

    program = shutil.which("xdg-open") if is_app() and sys.platform == "linux" else None
    if program is None:
        return webbrowser.open(address)
    subprocess.Popen(  # the browser outlives us, and has libraries of its own
        [program, address],
        env=environment_of_others(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    return True
