"""How likely is each box empty, marked, or blacked out.

In:  the numbers that `omr.marks` measured.
Out: (B, 3) probabilities.
"""

from __future__ import annotations

import numpy as np

from omr.decide import Probabilities
from omr.marks import FEATURES, Features

_AT = {name: place for place, name in enumerate(FEATURES)}


def probabilities(features: Features) -> Probabilities:
    """Turn measurements into probabilities of empty, marked and blacked out."""
    ink = features[:, _AT["ink"]]
    emptiest = features[:, _AT["emptiest"]]
    marked = 1 / (1 + np.exp(-(ink - 0.12) / 0.012))
    solid = 1 / (1 + np.exp(-(emptiest - 0.6) / 0.03))
    return np.column_stack([1 - marked, marked * (1 - solid), marked * solid])
