"""The map of a school's own questionnaire, with dots on it, is read by its own scale and sides."""

from __future__ import annotations

import subprocess
from importlib import resources
from pathlib import Path

import cv2
import numpy as np
import pytest

from forms.instrument import builtin, parse
from forms.paper_sizes import PAPERS
from forms.printables.blank_compass import draw_blank_compass
from omr.forms_known import forms_of
from omr.intake.load import open_file
from omr.page import PageStatus
from omr.read import read_page
from omr.stickers.compass_page import with_dots
from papierkompas.acts.printing import layout_of

OURS = (resources.files("forms") / "instruments" / "schoolwaardenkompas.toml").read_text("utf-8")
PX_PER_MM = 4.0
COLOURS = ((190, 110, 40), (40, 40, 210))  # blue and red


@pytest.mark.parametrize(
    ("boxes", "low_at", "places"),
    [
        pytest.param(5, ("top", "right"), [(2.0, 4.0), (4.5, 1.5)], id="five boxes"),
        pytest.param(10, ("bottom", "left"), [(2.0, 9.0), (7.5, 3.0)], id="ten boxes, turned"),
        pytest.param(2, ("bottom", "right"), [(1.25, 1.75), (2.0, 1.25)], id="two boxes"),
    ],
)
def test_dots_on_the_map_of_a_school_are_read_by_its_own_scale(
    boxes: int, low_at: tuple[str, str], places: list[tuple[float, float]], tmp_path: Path
) -> None:
    """A map that runs the other way would put everybody in the opposite corner."""
    options = ", ".join(f'"{number}"' for number in range(1, boxes + 1))
    text = OURS.replace('["1", "2", "3", "4", "5", "6"]', f"[{options}]")
    text = text.replace('key = "schoolwaardenkompas"\nedition = 1', 'key = "eigen"\nedition = 40')
    for before, after in zip(("top", "right"), low_at, strict=True):
        text = text.replace(f'low_at = "{before}"', f'low_at = "{after}"')
    own = parse(text, "eigen.toml")
    pdf = tmp_path / "kaart.pdf"
    drawn = draw_blank_compass(pdf, PAPERS["a3"], own, round_key=own.rounds[0].key)
    command = ["pdftoppm", "-r", str(PX_PER_MM * 25.4), "-png", "-singlefile", str(pdf)]
    made = subprocess.run(command, check=True, capture_output=True).stdout
    image = np.asarray(cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR))
    for colour, place in zip(COLOURS, places, strict=True):
        at = drawn.map.at(*place)
        middle = round(at.x_mm * PX_PER_MM), round(at.y_mm * PX_PER_MM)
        cv2.circle(image, middle, round(6 * PX_PER_MM), colour, -1, cv2.LINE_AA)
    assert cv2.imwrite(str(tmp_path / "foto.png"), image)
    found = open_file(tmp_path / "foto.png")
    assert isinstance(found, list)
    known = (*builtin(), own)
    page = with_dots(
        read_page(found[0], forms_of((each, layout_of(each)) for each in known)), found[0], known
    )

    assert page.status is PageStatus.READ, page.reason
    assert (page.instrument, page.round) == (own.key, own.rounds[0].key)
    seen = sorted((dot.vertical, dot.horizontal) for dot in page.dots)
    assert len(seen) == len(places)
    for dot, place in zip(seen, sorted(places), strict=True):
        assert dot == pytest.approx(place, abs=0.05)
