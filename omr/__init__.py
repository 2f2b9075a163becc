"""Turns scans of printed sheets into answers, and says when it does not know.

`read_marks` is for other programs that bring their own registration (docs/library.md).
"""

from typing import TYPE_CHECKING, Any

from forms.answers import Doubt, Reading

if TYPE_CHECKING:
    from omr.ink.read_marks import read_marks

__all__ = ["Doubt", "Reading", "read_marks"]


def __getattr__(name: str) -> Any:
    """Import OpenCV and numpy only when something is really read."""
    if name == "read_marks":
        from omr.ink.read_marks import read_marks

        return read_marks
    raise AttributeError(f"module 'omr' has no attribute {name!r}")
