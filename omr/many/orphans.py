"""Let a worker end without a word when the program that asked for it is gone already.

In:  nothing; it is loaded by the process that workers come from, and by nothing else.
Out: a worker that finds nothing to read from its program says nothing: a stop ends in one line.
"""

from __future__ import annotations

import sys
from types import TracebackType


def _say_unless_alone(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if not isinstance(error, EOFError):
        sys.__excepthook__(kind, error, trace)


sys.excepthook = _say_unless_alone
