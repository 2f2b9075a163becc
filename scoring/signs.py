"""Draw the signs of the map, on the map and in its legend alike.

In:  a place on the page in mm, and the inks to draw with.
Out: ink. What is wished is a filled dot, practice a ring, the team a diamond with a cross.

Shape carries the meaning and colour only helps: on a grey copy, a one-bit copy and to
colour-blind eyes all signs stay apart (docs/findings/printing.md 5).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from forms.instrument import Role, Round
from forms.map_drawing import QUADRANT_COLOURS, QUADRANT_TINTS
from forms.paper import BLACK, WHITE, Colour, Drawing
from scoring.shapes import Segment

# In mm on A1.
DOT = 5.0
SMALL_DOT = 2.6
DIAMOND = 9.5
DIAMOND_RIM = 1.14  # with the white round it
RING_LINE = 1.3
RIM_LINE = 0.09  # of the diamond that it is
CAPTION: Colour = 0.40  # a grey that any copier still prints


@dataclass(frozen=True, slots=True)
class Inks:
    """What a map is printed in."""

    tints: tuple[Colour, Colour, Colour, Colour]  # of the quadrants in reading order
    titles: tuple[Colour, Colour, Colour, Colour]
    grid: Colour
    dot: Colour
    team: Colour
    arrow: Colour
    quiet_arrow: Colour  # where there are many
    cloud: Colour  # small dots without names


# The team's colour has a grey of 0.40: dark on any copier.
COLOURS = Inks(
    tints=QUADRANT_TINTS,
    titles=QUADRANT_COLOURS,
    grid=0.72,
    dot=(0.0, 0.18, 0.36),
    team=(0.80, 0.27, 0.0),
    arrow=0.40,
    quiet_arrow=0.46,  # still black where a copier makes everything under the half black
    cloud=0.55,
)
BLACK_ON_WHITE = Inks(
    tints=(WHITE,) * 4,
    titles=(0.25,) * 4,
    grid=0.60,
    dot=BLACK,
    team=BLACK,
    arrow=0.20,
    quiet_arrow=0.25,  # thin lines: a coarse screen leaves holes in what is lighter
    cloud=0.25,
)


def is_open(asked: Round) -> bool:
    """Say whether the signs of a round are open: daily practice; else they are filled."""
    return asked.role is Role.PRACTICE


def dot(drawing: Drawing, x: float, y: float, radius: float, inks: Inks) -> None:
    """Draw people who want to stand here."""
    drawing.circle(x, y, radius, fill=inks.dot)


def ring(drawing: Drawing, x: float, y: float, radius: float, inks: Inks, *, scale: float) -> None:
    """Draw people who stand here now."""
    line = RING_LINE * scale
    drawing.circle(x, y, radius - line / 2, line_mm=line, colour=inks.dot, fill=WHITE)


def small_dot(drawing: Drawing, x: float, y: float, inks: Inks, *, scale: float) -> None:
    """Draw somebody without a name who wants to stand here."""
    drawing.circle(x, y, SMALL_DOT * scale, fill=inks.cloud)


def small_ring(
    drawing: Drawing, x: float, y: float, inks: Inks, *, scale: float, size: float = 1.0
) -> None:
    """Draw somebody without a name who stands here now."""
    line = 0.7 * scale
    radius = size * SMALL_DOT * scale - line / 2
    drawing.circle(x, y, radius, line_mm=line, colour=inks.cloud, fill=WHITE)


def arrow(drawing: Drawing, line: Segment, width: float, colour: Colour) -> None:
    """Draw an arrow whose point is at the end of the line; a short one is all head."""
    x1, y1, x2, y2 = line
    length = math.hypot(x2 - x1, y2 - y1)
    if length <= 0:
        return
    dx, dy = (x2 - x1) / length, (y2 - y1) / length
    head = min(5.5 * width, length)
    half, inside = 0.42 * head, 0.7 * head
    neck_x, neck_y = x2 - head * dx, y2 - head * dy
    if length > head:
        drawing.line(x1, y1, x2 - inside * dx, y2 - inside * dy, line_mm=width, colour=colour)
    left, right = (neck_x - half * dy, neck_y + half * dx), (neck_x + half * dy, neck_y - half * dx)
    drawing.polygon([(x2, y2), left, right], fill=colour)


def diamond(
    drawing: Drawing, x: float, y: float, half: float, inks: Inks, *, is_open: bool
) -> None:
    """Draw the middle of a team, open for where it is now."""
    line, arm = 0.17 * half, 0.42 * half
    drawing.polygon(_corners(x, y, DIAMOND_RIM * half), fill=WHITE)
    drawing.polygon(_corners(x, y, half), fill=inks.team)
    if is_open:
        drawing.polygon(_corners(x, y, 0.72 * half), fill=WHITE)
    cross = inks.team if is_open else WHITE
    drawing.line(x - arm, y, x + arm, y, line_mm=line, colour=cross)
    drawing.line(x, y - arm, x, y + arm, line_mm=line, colour=cross)


def diamond_rim(drawing: Drawing, x: float, y: float, half: float, inks: Inks) -> None:
    """Draw where a team is now, round the diamond of where it wants to be."""
    line = RIM_LINE * half
    drawing.polygon(_corners(x, y, half), line_mm=2.4 * line, colour=WHITE)
    drawing.polygon(_corners(x, y, half), line_mm=line, colour=inks.team)


def _corners(x: float, y: float, half: float) -> list[tuple[float, float]]:
    return [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]


def spread(
    drawing: Drawing,
    x: float,
    y: float,
    radii: tuple[float, float],
    inks: Inks,
    *,
    scale: float,
    is_open: bool,
) -> None:
    """Draw the ellipse that holds about half of a team: dashed, and dotted for now."""
    dash = (1.2 * scale, 2.6 * scale) if is_open else (5 * scale, 3.2 * scale)
    drawing.ellipse(x, y, *radii, line_mm=1.1 * scale, colour=inks.team, dash_mm=dash)
