"""What is kept here is for its owner alone, whatever the umask.

In:  files and folders to be made, and those that an earlier version made.
Out: files of mode 0600 and folders of mode 0700.

On Windows the rights of a person's own folders hold already; a disk that knows no rights, such as
a USB stick, is left as it is.
"""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

FILE, FOLDER = 0o600, 0o700
_OTHERS = 0o077
_KNOWS_RIGHTS = hasattr(os, "fchmod")


def private(path: str, flags: int) -> int:
    """Open a file for its owner alone: an `opener` for `open`."""
    handle = os.open(path, flags, FILE)
    if sys.platform != "win32" and _KNOWS_RIGHTS:
        with suppress(OSError):  # a disk without rights
            os.fchmod(handle, FILE)  # it may have been there already, for others to read
    return handle


def for_others(mode: int) -> bool:
    """Say whether others than the owner may do something with a file of this mode."""
    return _KNOWS_RIGHTS and bool(mode & _OTHERS)


def make_file(path: Path) -> None:
    """Make an empty file, unless it is there already."""
    os.close(private(os.fspath(path), os.O_RDWR | os.O_CREAT))


def make_folder(path: Path) -> None:
    """Make a folder, unless it is there already; those above it are as everybody's are.

    Raises:
        OSError: it cannot be made, or a file is in its place.
    """
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    keep_from_others([path])


def keep_from_others(paths: Iterable[Path]) -> None:
    """Take away what others may do with files and folders; what the owner may do stays.

    A folder that everybody shares by design (`/tmp`) stays shared.
    """
    if not _KNOWS_RIGHTS:
        return
    for path in paths:
        with suppress(OSError):  # not ours, gone, or a disk without rights
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & _OTHERS and not mode & stat.S_ISVTX and not path.is_symlink():
                path.chmod(mode & ~_OTHERS)
