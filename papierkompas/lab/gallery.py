"""Make pictures of every paper, for the docs: `python -m papierkompas.lab.gallery docs/gallery`.

In:  a folder.
Out: in it a PNG per paper, of an invented team that is the same every time; beside the folder a
     page that shows them, `gallery.md`.

The sheets are printed, filled in, scanned and read as in `papierkompas demo`, and the quickscans as
in `samples/quickscan`.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from forms.instrument import find
from forms.paper import paper_named
from forms.printables.activity_cards import draw_activity_cards, draw_activity_list
from forms.printables.blank_compass import draw_blank_compass
from forms.printables.criteria import draw_criteria
from forms.printables.guide import draw_guide
from forms.printables.score_form import draw_score_form
from forms.printables.wall_markers import draw_statement_cards, draw_wall_markers
from papierkompas.lab.demo import run_demo
from papierkompas.lab.make_samples import make_quickscan
from papierkompas.outcome.paper_values import personal_pages, statement_sheet
from papierkompas.outcome.pdf_picture import pdf_picture
from papierkompas.outcome.poster_files import write_poster
from papierkompas.outcome.posters import in_dutch
from papierkompas.outcome.quickscan_papers import write_pile
from papierkompas.outcome.results import Results, results
from papierkompas.session.session import Session
from scoring.names import Naming
from scoring.personal import draw_personal
from scoring.statements import draw_statements

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


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper of the gallery: what it is for, how it is drawn, and which pages are shown."""

    name: str
    title: str
    sentence: str
    draw: Callable[[Path], object]
    pages: tuple[int, ...] = (1,)
    columns: int = 2


def make_gallery(folder: Path) -> tuple[Path, ...]:
    """Make all pictures and the page that shows them; return the pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        sample = Path(scratch) / "demo"
        run_demo(sample, _say)
        with Session.open(sample / "sessie") as team:
            made = results(team)
        pile, _ = make_quickscan(sample / "quickscan")
        write_pile([pile], sample / "quickscan", PROGRAMME, date=DATE)
        return show((*papers(made, sample), *quickscan_papers(sample / "quickscan")), folder)


def show(chosen: Sequence[Paper], folder: Path) -> tuple[Path, ...]:
    """Draw these papers, and write the page that shows them."""
    pictures = []
    text = [_INTRO]
    with tempfile.TemporaryDirectory() as scratch:
        for paper in chosen:
            _say(f"{paper.title} ...")
            pdf = Path(scratch) / f"{paper.name}.pdf"
            paper.draw(pdf)
            picture = folder / f"{paper.name}.png"
            picture.write_bytes(_picture(pdf, paper))
            pictures.append(picture)
            alt = f"The {paper.title.lower()}"
            text.append(
                f"## {paper.title}\n\n{paper.sentence}\n\n![{alt}]({folder.name}/{picture.name})\n"
            )
    text.append(_CHANGES)
    page = folder.parent / "gallery.md"
    page.write_text("\n".join(text), encoding="utf-8")
    return tuple(pictures)


def papers(made: Results, sample: Path) -> tuple[Paper, ...]:
    """List every paper that is shown, of the team whose demo lies in the folder `sample`."""
    asked = find("stellingenlijst")
    about = {"team": made.team, "date": in_dutch(DATE)}
    compass = next(iter(made.compasses)).instrument
    pages = [page for page in personal_pages(made) if len(page.positions) == 2]
    return (
        Paper(
            "sheet",
            "Sheet",
            "What a participant fills in: eight statement pairs, once for how it should be and "
            "once for how it is.",
            lambda out: _copy(sample / "stellingenlijsten.pdf", out),
        ),
        Paper(
            "scan",
            "Filled-in sheets",
            "What comes back from the copier: crosses, corrections, a sheet upside down.",
            lambda out: _copy(sample / "scan.pdf", out),
            (1, 2, 3, 4),
        ),
        Paper(
            "poster",
            "Compass poster",
            "Everybody on one map, with an arrow from daily practice to what they want.",
            lambda out: write_poster(made, out, size="a1"),
        ),
        Paper(
            "poster-gewenst",
            "Compass poster of one round",
            "The first map of the meeting: where everybody wants to be.",
            lambda out: write_poster(made, out, size="a1", round_key="gewenst"),
        ),
        Paper(
            "statements",
            "Sheet per statement",
            "Who stands where on each statement, in both rounds; it says where people differ most.",
            lambda out: draw_statements(out, statement_sheet(made)),
            (1, 2),
        ),
        Paper(
            "statements-none",
            "Sheet per statement without names",
            "The same with a circle for each person, for teams that prefer it.",
            lambda out: draw_statements(out, statement_sheet(made, None, Naming.NONE)),
        ),
        Paper(
            "personal",
            "Personal page",
            "To take home: one's own answers, place and arrow, and nobody else's.",
            lambda out: draw_personal(out, compass, pages),
        ),
        Paper(
            "score-form",
            "Score form",
            "The arithmetic laid out for a pen, for those who like to see how it works.",
            lambda out: draw_score_form(out, asked, asked.rounds, **about),
        ),
        Paper(
            "blank-compass",
            "Blank compass",
            "For sticky dots: people put their own; a photo of it can be read back.",
            lambda out: draw_blank_compass(
                out, paper_named("flipover"), asked, round_key="gewenst", **about
            ),
        ),
        Paper(
            "wall-markers",
            "Wall markers",
            "The numbers 1 to 6 for standing along a wall.",
            lambda out: draw_wall_markers(out, asked),
            (1, 2, 3, 4, 5, 6),
            3,
        ),
        Paper(
            "statement-cards",
            "Statement cards",
            "One statement pair a page, to hang above the numbers.",
            lambda out: draw_statement_cards(out, asked),
            (1, 2, 3, 4),
        ),
        Paper(
            "cards",
            "Activity cards",
            "Forty things a school can do with parents, to cut in four; some are left blank.",
            lambda out: draw_activity_cards(out, ("samen",)),
            (1, 3),
        ),
        Paper(
            "activity-list",
            "Activity list",
            "The same activities on two pages, to tick.",
            lambda out: draw_activity_list(out, (), **about),
            (1, 2),
        ),
        Paper(
            "guide",
            "Facilitator's guide",
            "The programme of 2.5 hours, what to ask, what to watch, and what comes after.",
            lambda out: draw_guide(out, **about),
            (1, 2),
        ),
        Paper(
            "criteria",
            "Twenty criteria of parents",
            "What parents look at in a school, to choose from and to put in order.",
            lambda out: draw_criteria(out, **about),
        ),
    )


def quickscan_papers(sample: Path) -> tuple[Paper, ...]:
    """List the papers of a quickscan, of the pile and its outcome in the folder `sample`."""

    def made(name: str) -> Callable[[Path], object]:
        return lambda out: _copy(sample / name, out)

    return (
        Paper(
            "quickscan",
            "Filled-in quickscans",
            "53 questions about working with parents, as a pile that fell on the stairs comes "
            "back from the copier in black and white.",
            made("scan.pdf"),
            (1, 2, 3, 4),
        ),
        Paper(
            "one-list",
            "One list of all quickscans",
            "The form itself, with the counts in its boxes.",
            made("een-lijst.pdf"),
            (1, 2),
        ),
        Paper(
            "success-factors",
            "Poster of the ten success factors",
            "How the programme does on each factor, and where people do not agree.",
            made("succesfactoren.pdf"),
        ),
        Paper(
            "divided",
            "Poster of what to talk about first",
            "The questions on which answers lie furthest apart.",
            made("bespreek-eerst.pdf"),
        ),
        Paper(
            "actions",
            "Action sheet",
            "What goes well, what has to change, and who does what, to be filled in together.",
            made("actieblad.pdf"),
        ),
    )


def _copy(source: Path, target: Path) -> None:
    target.write_bytes(source.read_bytes())


def _picture(pdf: Path, paper: Paper) -> bytes:
    """Draw the pages beside each other, as large as the bytes allow."""
    long_px = LONG_PX
    while True:
        made = _encode(
            _together([_page(pdf, p, long_px) for p in paper.pages], paper.columns, long_px)
        )
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
