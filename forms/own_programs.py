"""Start a module of ours as a program of its own: what it does may end it.

In:  the name of a module with a `main`.
Out: the command that runs it.
"""

from __future__ import annotations

import sys

OWN_PROGRAM = "--own-program"


def own_program(module: str) -> list[str]:
    """Return the command that runs a module as a program of its own.

    In an app there is no Python beside us: the app itself runs it (`papierkompas.__main__`).
    """
    if getattr(sys, "frozen", False):
        return [sys.executable, OWN_PROGRAM, module]
    return [sys.executable, "-m", module]
