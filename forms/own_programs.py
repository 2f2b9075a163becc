"""Start a module of ours as a program of its own: what it does may end it.

In:  the name of a module with a `main`.
Out: the command that runs it; and what programs that are not ours are started with.
"""

from __future__ import annotations

import os
import shutil
import sys

OWN_PROGRAM = "--own-program"


_LIBRARIES = "LD_LIBRARY_PATH"


def is_app() -> bool:
    """Say whether this is the app that is downloaded, with its own Python in it."""
    return bool(getattr(sys, "frozen", False))


def own_program(module: str) -> list[str]:
    """Return the command that runs a module as a program of its own.

    In an app there is no Python beside us: the app itself runs it (`papierkompas.__main__`).
    """
    if is_app():
        return [sys.executable, OWN_PROGRAM, module]
    return [sys.executable, "-m", module]


def is_installed(program: str) -> bool:
    """Say whether a program of others can be used.

    An app does without: it has its own of everything, and libraries that others cannot use.
    """
    return not is_app() and shutil.which(program) is not None


def environment_of_others() -> dict[str, str]:
    """Return what another program of this computer is started with: not our libraries."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("_PYI_", _LIBRARIES))}
    before = os.environ.get(f"{_LIBRARIES}_ORIG")  # as PyInstaller found it
    return {**kept, _LIBRARIES: before} if before else kept
