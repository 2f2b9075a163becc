"""Make pictures of every paper, for the docs: `python -m papierkompas.lab.gallery docs/gallery`.

In:  a folder.
Out: in it a PNG per paper, of an invented team that is the same every time; beside the folder a
     page that shows them, `gallery.md`.

The sheets are printed, filled in, scanned and read as in `papierkompas demo`, and the quickscans as
in `samples/quickscan`. Which papers there are, the table `papierkompas.outcome.printables` says.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw

from forms.compass import BlankCompass, Compass
from forms.instrument import Role, find
from forms.paper_sizes import paper_named
from papierkompas.acts.reading import read_files
from papierkompas.lab.demo import run_demo
from papierkompas.lab.make_samples import make_quickscan
from papierkompas.outcome.drawers import write
from papierkompas.outcome.material import Material
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.printables import PRINTABLES, Choices, Needs, Printable, printable
from papierkompas.outcome.quickscan_folder import read_pile
from papierkompas.outcome.results import results
from papierkompas.outcome.settling import ask_later
from papierkompas.outcome.to_settle import to_settle
from papierkompas.session.session import Session
from scoring.shown_names import Naming

PROGRAMME = "Zorg en Welzijn (voorbeeld)"
DATE = dt.date(2026, 3, 12)
MOST_BYTES = 120_000
LONG_PX = 1100  # of one page; several pages share it
GAP_PX = 8
COLOURS = 48  # of a picture: enough for soft edges of type

_INTRO = """# Every paper of a session

Made by `make gallery` from an invented team: its sheets were printed, filled in by simulated pens,
scanned by a simulated copier and read back. The papers are in Dutch, as a school prints them.
"""

_CHANGES = """## What was changed after looking

Every page was printed to pictures and judged as a facilitator would:

- Activity cards: the type grew from 10 to 12.5 points, the same on every card, because half of each
  card was white; the cards of a quadrant begin on a sheet of their own and end with blank ones.
- Activity list: columns and rows were resized until forty activities fitted on two pages.
- Sheet per statement: names stand in columns within a cell where they fit, so that a team of 14
  needs three sheets of A3 instead of four; a team of 60 gets one statement a sheet at 15 points.
- Statement cards: one size of type for the whole set, so that no statement looks more important.
- Facilitator's guide: smaller type on the second page made room for the follow-up questions; the
  date no longer touches the line under a long title.
- Score form: the name over the result box ran out of the page; the box became wider.
- Blank compass: the instructions use the whole width; names of the quadrants stand in the middle of
  their fields, so light that the reader of photos does not take them for ink.
"""


STICKERS = ((2, 5), (2.25, 4.5), (3, 5), (2.5, 5.5), (1.75, 4.25), (4, 3), (2.5, 4))
STICKER_MM, STICKER_RGB, PHOTO_DPI = 8, (40, 40, 210), 110


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture of the gallery.

    Args:
        name: of its file.
        title: above it.
        sentence: what the paper is for.
        draw: makes the PDF.
        pages: which are shown.
        columns: how many beside each other.
    """

    name: str
    title: str
    sentence: str
    draw: Callable[[Path], object]
    pages: tuple[int, ...] = (1,)
    columns: int = 2


@dataclass(frozen=True, slots=True)
class Look:
    """How a paper is shown, where its first page as it comes does not say enough."""

    pages: tuple[int, ...] = (1,)
    columns: int = 2
    choices: Choices | None = None


ASKED = find("stellingenlijst")
COMPASS = Compass.of(ASKED)
WISHED, PRACTICE = (
    next(asked.key for asked in ASKED.rounds if asked.role is role)
    for role in (Role.WISHED, Role.PRACTICE)
)
LOOKS = {
    "guide": Look((1, 2)),
    "blank-compass": Look(choices=Choices(size="flipover", round=WISHED)),
    "wall-markers": Look((1, 2, 3, 4, 5, 6), 3),
    "statement-cards": Look((1, 2, 3, 4)),
    "cards": Look((1, 3), choices=Choices(quadrants=(COMPASS.quadrants[0].key,))),
    "activity-list": Look((1, 2), choices=Choices(quadrants=())),
    "statements": Look((1, 2)),
    "one-list": Look((1, 2)),
    "agenda": Look((1, 2)),
    "second-meeting": Look((1, 2, 9, 10)),
    "quickscan-guide": Look((1, 2)),
    "key-words": Look((1, 2)),
}


def make_gallery(folder: Path) -> tuple[Path, ...]:
    """Make all pictures and the page that shows them; return the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sample = Path(scratch) / "demo"
        run_demo(sample, _say)
        pile, _ = make_quickscan(sample / "quickscan")
        lists = read_pile([pile], PROGRAMME, DATE)
        with Session.open(sample / "sessie") as team:
            _stick(team, sample)
            _put_off(team)
            material = Material(session=team)
            materials = {Needs.QUICKSCAN: Material(known=lambda: lists)}
            return show(shown(material, materials, sample), folder)


def _put_off(team: Session) -> None:
    """Put the doubts of the demo off, to be asked of who filled in the sheets."""
    for one in to_settle(results(team).sheets):
        ask_later(team, one.sheet, one.question, "begeleider")


def show(chosen: Sequence[Shown], folder: Path) -> tuple[Path, ...]:
    """Draw these papers, and write the page that shows them."""
    pictures = []
    text = [_INTRO]
    with tempfile.TemporaryDirectory() as scratch:
        for one in chosen:
            _say(f"{one.title} ...")
            pdf = Path(scratch) / f"{one.name}.pdf"
            one.draw(pdf)
            picture = folder / f"{one.name}.png"
            picture.write_bytes(_picture(pdf, one))
            pictures.append(picture)
            alt = f"The {one.title[0].lower()}{one.title[1:]}"
            text.append(
                f"## {one.title}\n\n{one.sentence}\n\n![{alt}]({folder.name}/{picture.name})\n"
            )
    text.append(_CHANGES)
    page = folder.parent / "gallery.md"
    page.write_text("\n".join(text), encoding="utf-8")
    return tuple(pictures)


def shown(team: Material, others: Mapping[Needs, Material], sample: Path) -> tuple[Shown, ...]:
    """List every picture: each paper of the table, and the sheets that people fill in.

    Args:
        team: of the demo.
        others: for papers that need something else.
        sample: the folder of the demo.
    """
    made = tuple(
        _of(which, others.get(which.needs, team), LOOKS.get(which.key, Look()))
        for which in PRINTABLES
    )
    return (
        Shown(
            "sheet",
            "Sheet",
            "What a participant fills in: eight statement pairs, once for how it should be and "
            "once for how it is.",
            partial(_copy, sample / "stellingenlijsten.pdf"),
        ),
        Shown(
            "scan",
            "Filled-in sheets",
            "What comes back from the copier: crosses, corrections, a sheet upside down.",
            partial(_copy, sample / "scan.pdf"),
            (1, 2, 3, 4),
        ),
        Shown(
            "quickscan",
            "Filled-in quickscans",
            "53 questions about working with parents, as a pile that fell on the stairs comes "
            "back from the copier in black and white.",
            partial(_copy, sample / "quickscan" / "scan.pdf"),
            (1, 2, 3, 4),
        ),
        *made,
        Shown(
            f"poster-{WISHED}",
            "Compass poster of one round",
            "The first map of the meeting: where everybody wants to be.",
            partial(write, printable("poster"), team, Choices(round=WISHED)),
        ),
        Shown(
            "statements-none",
            "Sheet per statement without names",
            "The same with a circle for each person, for teams that prefer it.",
            partial(write, printable("statements"), team, Choices(names=Naming.NONE)),
        ),
    )


def _of(which: Printable, material: Material, look: Look) -> Shown:
    choices = look.choices or which.choices
    draw = partial(write, which, material, choices)
    return Shown(which.key, str(which.name), str(which.use), draw, look.pages, look.columns)


def _stick(team: Session, folder: Path) -> None:
    """Print an empty map, stick dots on it, and read a photo of it."""
    pdf, photo = folder / "leeg.pdf", folder / "kaart.jpg"
    write(printable("blank-compass"), Material(session=team), Choices("a3", round=PRACTICE), pdf)
    paper = paper_named("a3")
    map_ = BlankCompass.on(paper, COMPASS).map
    image = _page(pdf, 1, round(max(paper.width_mm, paper.height_mm) / 25.4 * PHOTO_DPI))
    scale = image.width / paper.width_mm
    for vertical, horizontal in STICKERS:
        place = map_.at(vertical, horizontal)
        x, y, radius = place.x_mm * scale, place.y_mm * scale, STICKER_MM / 2 * scale
        box = (x - radius, y - radius, x + radius, y + radius)
        ImageDraw.Draw(image).ellipse(box, fill=STICKER_RGB)
    image.save(photo, quality=92)
    read_files([photo], team, workers=1)


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _picture(pdf: Path, one: Shown) -> bytes:
    """Draw the pages beside each other, as large as the bytes allow."""
    long_px = LONG_PX
    while True:
        made = _encode(_together([_page(pdf, p, long_px) for p in one.pages], one.columns, long_px))
        if len(made) <= MOST_BYTES:
            return made
        long_px = int(long_px * 0.85)


def _page(pdf: Path, page: int, long_px: int) -> Image.Image:
    return Image.open(BytesIO(pdf_picture(pdf.read_bytes(), long_px, page))).convert("RGB")


def _together(pages: Sequence[Image.Image], columns: int, long_px: int) -> Image.Image:
    """Lay pages on a grey table."""
    columns = min(columns, len(pages))
    rows = -(-len(pages) // columns)
    wide = max(page.width for page in pages) + GAP_PX
    high = max(page.height for page in pages) + GAP_PX
    table = Image.new("RGB", (wide * columns + GAP_PX, high * rows + GAP_PX), (150, 150, 150))
    for number, page in enumerate(pages):
        table.paste(page, (GAP_PX + number % columns * wide, GAP_PX + number // columns * high))
    table.thumbnail((int(1.3 * long_px), int(1.3 * long_px)))
    return table


def _encode(picture: Image.Image) -> bytes:
    file = BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


def _say(text: str) -> None:
    print(text, file=sys.stderr)  # noqa: T201 a program of its own


if __name__ == "__main__":
    make_gallery(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/gallery"))
