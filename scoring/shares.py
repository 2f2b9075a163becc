"""How large a share may be that was estimated by drawing some of many.

In:  how many were drawn, and how many of them were wrong.
Out: the upper end of the exact interval of the share.
"""

from __future__ import annotations

import math

LEVEL = 0.95  # of the interval


def upper_end(wrong: int, count: int) -> float:
    """Return the upper end of the exact 95 % interval of a share.

    Clopper and Pearson, Biometrika 26 (1934): the share at which so few wrong ones, or fewer, are
    drawn in one of forty times.

    Args:
        wrong: how many were wrong, 0..count.
        count: how many were drawn, 1 or more.

    Raises:
        ValueError: there cannot be so many.

    >>> round(1000 * upper_end(0, 14300), 3)
    0.258
    """
    if not 0 <= wrong <= count or count < 1:
        raise ValueError(f"{wrong} of {count} cannot be wrong")
    tail = (1 - LEVEL) / 2
    if wrong == 0:
        return -math.expm1(math.log(tail) / count)
    if wrong == count:
        return 1.0
    from scipy.special import betaincinv  # takes longer to import than all the rest

    return float(betaincinv(wrong + 1, count - wrong, 1 - tail))
