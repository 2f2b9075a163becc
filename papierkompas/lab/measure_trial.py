"""Measure how often the trial sheet says the right thing about a copier.

In:  simulated copiers of which is known what is wrong with them (`TRIALS`).
Out: for each how often the verdict was exactly right, and what was said otherwise:

    python -m papierkompas.lab.measure_trial 40 1
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from forms.printables.trial_paper import draw_trial_paper
from omr.page import Note
from omr.trial.judge import judge
from omr.trial.trial_page import place_sheet
from papierkompas.lab.simulate.copier import COPIER_CASES, ScanCase, scan
from papierkompas.lab.simulate.pile import PX_PER_MM, render
from papierkompas.lab.simulate.scan_result import Image

_GREY = COPIER_CASES["grey300"]
_NAMED: Mapping[str, tuple[Note, ...]] = {
    "grey300": (Note.TRIAL_FINE,),
    "grey200": (Note.TRIAL_FINE,),
    "colour300": (Note.TRIAL_FINE,),
    "cleaned300": (Note.TRIAL_FINE,),
    "jpeg30": (Note.TRIAL_FINE,),
    "upside_down": (Note.TRIAL_FINE,),
    "sideways": (Note.TRIAL_FINE,),
    "bitonal300": (Note.TRIAL_BITONAL,),
    "bitonal200": (Note.TRIAL_BITONAL,),
    "bitonal_too_light": (Note.TRIAL_BITONAL, Note.TRIAL_LIGHT),
    "bitonal150": (Note.TRIAL_BITONAL, Note.TRIAL_COARSE),
    "grey150": (Note.TRIAL_COARSE,),
    "grey100": (Note.TRIAL_COARSE,),
    "streaks": (Note.TRIAL_STREAKS,),
    "edges_cut": (Note.TRIAL_CUT,),
    "edges_trimmed": (Note.TRIAL_CUT,),
}
TRIALS: Mapping[str, tuple[ScanCase, tuple[Note, ...]]] = {
    **{name: (COPIER_CASES[name], notes) for name, notes in _NAMED.items()},
    "at 93 %": (
        replace(_GREY, scale_x=(0.927, 0.933), scale_y=(0.927, 0.933)),
        (Note.TRIAL_SCALE,),
    ),
    "at 71 %": (
        replace(_GREY, scale_x=(0.705, 0.711), scale_y=(0.705, 0.711)),
        (Note.TRIAL_SCALE,),
    ),
    "askew": (replace(_GREY, skew_deg=(2.5, 5)), (Note.TRIAL_SKEW,)),
}
"""What is wrong with a copier, and what should be said."""


@dataclass(frozen=True, slots=True)
class JudgedCopier:
    """How often a copier was judged rightly, and what was said."""

    name: str
    right: int
    said: Mapping[tuple[Note, ...], int]


def printed_trial() -> Image:
    """Draw the sheet as a picture."""
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "trial.pdf"
        draw_trial_paper(pdf)
        (page,) = render(pdf, 1)
    return page


def measure(times: int, seed: int) -> Iterator[JudgedCopier]:
    """Scan the sheet so often with every copier."""
    page = printed_trial()
    for name, (case, wanted) in TRIALS.items():
        rng = np.random.default_rng(seed)
        said: Counter[tuple[Note, ...]] = Counter()
        for _ in range(times):
            made = scan(page, case, rng, PX_PER_MM)
            image = made.image
            if image.ndim == 3:
                image = np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)
            lies = place_sheet(image)
            said[() if lies is None else judge(image, lies, made.dpi).notes] += 1
        yield JudgedCopier(name, said[wanted], said)


if __name__ == "__main__":
    for one in measure(int(sys.argv[1]), int(sys.argv[2])):
        others = "; ".join(
            f"{n} x {' '.join(notes) or 'not found'}" for notes, n in one.said.items()
        )
        print(f"{one.name:<20}{one.right:>4}   {others}", flush=True)  # noqa: T201
