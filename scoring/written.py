"""Set a name on the map: in type, or as somebody wrote it on the form.

In:  a `Name`: letters, or the ink of a name with the letters that it stands for.
Out: its width, and its print in a row of type.

Handwriting takes the row of a typed name, so it finds its place on the map by the same rules.
"""

from __future__ import annotations

from dataclasses import dataclass

from forms import fonts
from forms.paper import BLACK, MM, Colour, Drawing, Stamp

# In em, within the row that `scoring.labels` keeps for a name: 0.80 above the baseline to 0.25
# below it. What is left stays white between two names under each other.
ABOVE, BELOW = 0.75, 0.20
LONGEST = 8.0  # wider handwriting is made smaller: a first name in type is 2 to 6 em
SPACE = 0.3  # between handwriting and what is typed behind it


@dataclass(frozen=True, slots=True)
class Written:
    """A name in somebody's own hand.

    Args:
        ink: trimmed to the writing.
        text: what is typed where handwriting cannot be.
        after: typed behind it, such as `(nu)`.
    """

    ink: Stamp
    text: str
    after: str = ""

    def __str__(self) -> str:
        return f"{self.text} {self.after}".strip()

    @property
    def size(self) -> tuple[float, float]:
        """Width and height of the writing, in em."""
        high = min(ABOVE + BELOW, LONGEST / self.ink.aspect)
        return high * self.ink.aspect, high


Name = str | Written


def with_note(name: Name, note: str) -> Name:
    """Type a word behind a name."""
    if isinstance(name, Written):
        return Written(name.ink, name.text, note)
    return f"{name} {note}"


def width(name: Name) -> float:
    """Measure a name, in mm for each point of type."""
    if isinstance(name, Written):
        after = SPACE / MM + width(name.after) if name.after else 0.0
        return name.size[0] / MM + after
    return fonts.width(name, 1000, bold=True) / 1000


def paint_name(
    drawing: Drawing,
    x_mm: float,
    baseline_mm: float,
    name: Name,
    size_pt: float,
    *,
    colour: Colour = BLACK,
    halo_mm: float = 0.0,
) -> None:
    """Print a name from `x_mm`; handwriting stands in the middle of its row."""
    if isinstance(name, Written):
        em = size_pt / MM
        wide, high = (length * em for length in name.size)
        top = baseline_mm + (BELOW - ABOVE) / 2 * em - high / 2
        drawing.stamp(name.ink, x_mm, top, wide, high, colour=colour, halo_mm=halo_mm)
        if not name.after:
            return
        x_mm, name = x_mm + wide + SPACE * em, name.after
    drawing.text(x_mm, baseline_mm, name, size_pt, bold=True, colour=colour, halo_mm=halo_mm)
