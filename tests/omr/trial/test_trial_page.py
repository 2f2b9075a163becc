"""The sheet that judges the copier: recognised in whatever it comes, and never somebody's sheet."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as PillowImage

from forms import trial_sheet
from forms.messages import DUTCH
from omr.page import Note, PageStatus, ReadPage
from omr.place.identify import read_code
from omr.trial.judge import CopierVerdict
from omr.trial.trial_page import place_sheet
from papierkompas.acts.reading import read_files
from papierkompas.command import cli
from papierkompas.lab.measure_trial import printed_trial
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pile import PX_PER_MM
from papierkompas.lab.simulate.scan_files import write_images, write_pdf, write_tiff
from papierkompas.lab.simulate.scan_result import Image
from papierkompas.outcome.results import results
from papierkompas.session.session import Session
from tests.papierkompas.web.conftest import Page
from tests.papierkompas.web.conftest import page as page
from tests.papierkompas.web.conftest import pile as pile

FINE = CopierVerdict(1.0, 300, 0, 0.2, 0, 200, 0, 1, 0)


@pytest.fixture(scope="module")
def printed() -> Image:
    return printed_trial()


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory, printed: Image) -> Path:
    """The same sheet as copiers and phones send it."""
    folder = tmp_path_factory.mktemp("trial")
    rng = np.random.default_rng(2)
    grey = COPIER_CASES["grey300"]
    small = replace(grey, scale_x=(0.71, 0.71), scale_y=(0.71, 0.71))
    cases = (grey, COPIER_CASES["bitonal200"], small, COPIER_CASES["sideways"])
    made = [scan(printed, case, rng, PX_PER_MM) for case in cases]
    write_pdf(folder / "proef.pdf", made)
    write_tiff(folder / "proef.tif", made[:2])
    write_images(folder / "beelden", made[:1])
    tall = np.asarray(made[0].image)
    corners = [(0, 0), (40, tall.shape[0]), (tall.shape[1] - 40, tall.shape[0]), (tall.shape[1], 0)]
    photo = PillowImage.fromarray(tall).transform(
        (tall.shape[1], tall.shape[0]),
        PillowImage.Transform.QUAD,
        [value for corner in corners for value in corner],
        PillowImage.Resampling.BILINEAR,
    )
    photo.crop((60, 60, photo.width, photo.height)).save(folder / "foto.jpg")
    return folder


def said_of(pages: tuple[ReadPage, ...]) -> list[tuple[Note, ...]]:
    assert all(page.status is PageStatus.READ and page.is_trial for page in pages)
    return [page.notes for page in pages]


def test_the_sheet_is_judged_in_every_kind_of_file(scans: Path) -> None:
    """Without a session, and whatever else is known."""
    names = ("proef.pdf", "proef.tif", "beelden")
    pages = read_files([scans / name for name in names], workers=1).settled.pages

    fine, bitonal = (Note.TRIAL_FINE,), (Note.TRIAL_BITONAL,)
    assert said_of(pages) == [fine, bitonal, (Note.TRIAL_SCALE,), fine, fine, bitonal, fine]
    assert [page.rotation in (90, 270) for page in pages[:4]] == [False, False, False, True]
    assert pages[2].detail.startswith("71.0 %, 300 dpi")


def test_a_photo_says_nothing_about_the_copier(scans: Path) -> None:
    pages = read_files([scans / "foto.jpg"], workers=1).settled.pages

    assert said_of(pages) == [(Note.TRIAL_PHOTO,)]


def test_in_a_session_it_is_nobodys_sheet(
    scans: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    at = str(tmp_path / "sessie")
    cli.run(["new", at, "--team", "Team"])
    assert cli.run(["read", str(scans / "proef.pdf"), "--session", at, "--strict"]) == 0
    out = capsys.readouterr().out
    with Session.open(tmp_path / "sessie") as session:
        made = results(session)

    assert "proef.pdf, page 3: the trial sheet. 71.0 %, 300 dpi" in out
    assert "print and scan at 100 %" in out
    assert "4 pages: 4 read. 0 sheets" in out
    assert made.sheets == ()
    assert len(made.pages) == 4


def test_the_page_says_it_in_dutch(scans: Path, page: Page) -> None:
    page.send(scans / "proef.pdf")
    text = page.get("/scan").text

    assert "Zet het kopieerapparaat op grijs" in text
    assert "proefblad" in text
    assert "(71.0 %, 300 dpi" in text
    assert page.get("/scan/page/0").status_code == 200


def test_the_command_prints_it_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(tmp_path / "proef.pdf")
    assert cli.run(["print", "proefblad", "--out", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"file": out}
    assert cli.run(["print", "proefblad", "--out", out, "--copies", "3"]) == 2
    assert "leave out --copies" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("verdict", "notes"),
    [
        pytest.param(FINE, (Note.TRIAL_FINE,), id="all well"),
        pytest.param(replace(FINE, scale=None), (Note.TRIAL_FINE,), id="size not told"),
        pytest.param(replace(FINE, scale=0.97), (Note.TRIAL_SCALE,), id="fitted to the page"),
        pytest.param(replace(FINE, scale=1.03), (Note.TRIAL_SCALE,), id="larger"),
        pytest.param(replace(FINE, greys=0.0), (Note.TRIAL_BITONAL,), id="black and white"),
        pytest.param(replace(FINE, contrast=60), (Note.TRIAL_LIGHT,), id="pale"),
        pytest.param(replace(FINE, lost_lines=0.5), (Note.TRIAL_LIGHT,), id="lines gone"),
        pytest.param(replace(FINE, specks=0.02), (Note.TRIAL_DARK,), id="specks"),
        pytest.param(replace(FINE, streaks=1), (Note.TRIAL_STREAKS,), id="a streak"),
        pytest.param(replace(FINE, cut_mm=5), (Note.TRIAL_CUT,), id="edge gone"),
        pytest.param(replace(FINE, skew=-3), (Note.TRIAL_SKEW,), id="askew"),
        pytest.param(
            replace(FINE, dpi=150, lost_lines=0.5), (Note.TRIAL_COARSE,), id="coarse loses lines"
        ),
        pytest.param(
            replace(FINE, greys=0, streaks=2), (Note.TRIAL_BITONAL, Note.TRIAL_STREAKS), id="two"
        ),
        pytest.param(replace(FINE, is_photo=True, skew=9), (Note.TRIAL_PHOTO,), id="photo"),
    ],
)
def test_each_figure_has_its_threshold(verdict: CopierVerdict, notes: tuple[Note, ...]) -> None:
    assert verdict.notes == notes
    assert all(note.message.said(DUTCH).endswith(".") for note in notes)


def test_its_square_code_says_which_sheet_it_is(printed: Image) -> None:
    """A later version can be told from this one."""
    lies = place_sheet(printed)
    assert lies is not None
    seen = read_code(printed, lies, trial_sheet.CODE_PLACE)

    assert seen is not None
    assert seen.code == trial_sheet.CODE


def test_nothing_is_printed_where_streaks_are_looked_for() -> None:
    """Text that is moved into an empty part would be a streak on every copier."""
    empty = (trial_sheet.EMPTY, *trial_sheet.STRIPS)
    marks = [marker.rect for marker in trial_sheet.MARKERS]

    for one in empty:
        for other in (*marks, *trial_sheet.edge_bars(), trial_sheet.CODE_PLACE):
            assert not one.overlaps(other)
