"""What a file may be called on every system: Windows refuses the most, so what it takes is good.

In:  a name that somebody thought of: a team, a scan.
Out: nearly the same name.
"""

from __future__ import annotations

import re

_REFUSED = re.compile(r'[<>:"/\\|?*]')
_DEVICE = re.compile(r"(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$) *(\.|$)", re.I)


def plain_file_name(name: str) -> str:
    r"""Return a name that every system takes; only what would be refused is changed.

    >>> plain_file_name("Team <1>: vooraf?.pdf"), plain_file_name("con.pdf")
    ('Team _1__ vooraf_.pdf', '_con.pdf')
    >>> plain_file_name("Jansen & co. "), plain_file_name("..")
    ('Jansen & co', '_')
    """
    shown = "".join(c if c.isprintable() else "_" for c in _REFUSED.sub("_", name))
    shown = shown.rstrip(". ") or "_"
    return f"_{shown}" if _DEVICE.match(shown) else shown
