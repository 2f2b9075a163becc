"""What a file that came in became: kept as a scan, or refused.

In:  nothing; it is apart from other values, so that `--help` answers at once.
Out: `CameAs`.
"""

from __future__ import annotations

from enum import StrEnum


class CameAs(StrEnum):
    """What a file of some name became: a copier uses its names again."""

    SCAN = "scan"
    REFUSED = "refused"
