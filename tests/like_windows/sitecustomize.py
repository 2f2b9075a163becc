"""Take away what Windows does not have: Python loads this first where it lies on the path.

The program then stands on `omr.system_windows`, here and in every process that it starts.
"""

import importlib.util
import multiprocessing.context
import os
import shutil
import signal
import sys

for _module in ("resource", "fcntl", "pwd", "grp"):
    sys.modules[_module] = None  # type: ignore[assignment]
for _name in ("setsid", "killpg", "fchmod", "getuid", "geteuid", "mkfifo", "fork"):
    delattr(os, _name)
for _name in ("SIGALRM", "SIGHUP", "SIGUSR1", "setitimer", "pthread_sigmask"):
    delattr(signal, _name)
del multiprocessing.context._concrete_contexts["forkserver"]  # type: ignore[attr-defined]

shutil._use_fd_functions = False  # type: ignore[attr-defined]
_open = os.open


def _open_file(path: object, flags: int, *more: int, **named: int) -> int:
    if isinstance(path, str | os.PathLike) and os.path.isdir(path):  # noqa: PTH112 before pathlib
        raise PermissionError(f"a folder cannot be opened: {path}")
    return _open(path, flags, *more, **named)  # type: ignore[arg-type]


os.open = _open_file  # type: ignore[assignment]


class _Windows:
    """Find our module for Windows where the one for Unix is asked for."""

    @staticmethod
    def find_spec(name: str, _path: object = None, _target: object = None) -> object:
        if name != "omr.system_unix":
            return None
        found = importlib.util.find_spec("omr.system_windows")
        return found and importlib.util.spec_from_file_location(name, found.origin)


sys.meta_path.insert(0, _Windows)  # type: ignore[arg-type]
