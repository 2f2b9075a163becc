"""One table of papers, for the command, the page, the zip and the gallery."""

from __future__ import annotations

import datetime as dt
import inspect
import io
import json
import re
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from forms.answers import Reading
from forms.compass import Place, compass_code
from forms.instrument import find
from forms.paper_sizes import paper_named
from forms.roster import parse_roster
from forms.sheets import Job, Seat
from omr.dots import DotKind, SeenDot
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs, layout_of, rounds_to_print
from papierkompas.command.cli import run
from papierkompas.command.extras import OPTIONS
from papierkompas.lab.gallery import LOOKS, shown
from papierkompas.outcome import drawers
from papierkompas.outcome.everything import papers
from papierkompas.outcome.material import Material
from papierkompas.outcome.printables import PRINTABLES, Needs, PaperOption, Printable
from papierkompas.outcome.results import results
from papierkompas.outcome.settling import ask_later
from papierkompas.session.session import Session
from papierkompas.session.values import Scan
from tests.papierkompas.web.conftest import Page, opened
from tests.pdf_words import HAIR_MM, pdf_pages

NAMES = ("Sam Voorbeeld", "Noor Proef", "Zoë Toets", "Bo Test")
GALLERY = Path(__file__).parents[3] / "docs" / "gallery"
ANSWERS = {"gewenst": "25252255", "huidig": "22233322"}  # to statements 1 to 8
LISTS = 4
MAP_TO_PX = (7.9, 0.0, 0.0, 0.0, 7.9, 0.0, 0.0, 0.0, 1.0)

OF_NO_QUESTIONNAIRE = {"trial-sheet"}  # it is about the copier

every_paper = pytest.mark.parametrize("which", [pytest.param(p, id=p.key) for p in PRINTABLES])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A session with everything that a paper may need: lists of both kinds, and a photo."""
    return full_session(tmp_path_factory.mktemp("table"), NAMES, "Team Zorg")


def full_session(place: Path, names: Sequence[str], team: str) -> Path:
    """Make a session in which everybody of a list filled in everything; one answer is put off."""
    (place / "scan.pdf").write_bytes(b"%PDF-1.4")
    people = parse_roster("naam\n" + "".join(f"{name}\n" for name in names), "lijst.csv")
    with Session.create(place / "sessie", team, dt.date(2026, 5, 1), people) as session:
        scan = session.scans.keep(place / "scan.pdf")
        pages = list(answered(session, scan))
        session.scans.count_pages(scan, len(pages))
        session.pages.record_all([(scan, page) for page in pages])
        put_off = find("quickscan").written[0].key
        sheet = next(s for s in results(session).sheets if s.sheet.instrument == "quickscan")
        ask_later(session, sheet, put_off, "begeleider")
    return place / "sessie"


def answered(session: Session, scan: Scan) -> Iterator[ReadPage]:
    """Fill in a sheet for everybody in both rounds, some quickscans, and a map."""
    compass, quickscan = find("stellingenlijst"), find("quickscan")
    refs = (PageRef(scan.name, number) for number in range(1, 100))
    order = Order(people=session.people.all())
    for job in jobs(compass, rounds_to_print(compass, None), order, session):
        for seat in job.seats:
            yield filled(next(refs), job, seat, 1)
    (job,) = jobs(quickscan, [None], Order(copies=LISTS), session)
    for seat in job.seats:
        for page in job.layout.pages:
            yield filled(next(refs), job, seat, page.page)
    batch = session.given_out.batch_for(compass, layout_of(compass).number, "gewenst")
    code = compass_code(paper_named("a1"), compass, 1, batch)
    dots = tuple(
        SeenDot(DotKind.DOT, "rood", Place(200, 200), 8, doel, relatie, 0)
        for doel, relatie in ((2, 5), (3, 4))
    )
    yield ReadPage(
        next(refs), PageStatus.READ, code=code, instrument=compass.key, round="gewenst", dots=dots
    )


def filled(ref: PageRef, job: Job, seat: Seat, number: int) -> ReadPage:
    """Read a page on which the first or, of a map, a chosen box of each row is crossed."""
    page = job.layout.page(number)
    assert page is not None
    readings: dict[str, Reading] = {}
    for box in page.boxes:
        if job.round is not None:
            answer = ANSWERS[job.round.key][int(box.question) - 1]
            readings[box.question] = Reading(str(max(1, int(answer) - seat.number % 2)))
        else:
            readings.setdefault(box.question, Reading(box.option))
    return ReadPage(
        ref,
        PageStatus.READ,
        code=job.code(seat, number),
        instrument=job.instrument.key,
        round=job.round.key if job.round else None,
        readings=readings,
        written={field.name: True for field in page.fields if job.round is None},
        mm_to_px=MAP_TO_PX,
        size_px=(1654, 2339),
    )


@pytest.fixture
def page(tmp_path: Path, folder: Path) -> Iterator[Page]:
    with opened(tmp_path, folder) as made:
        yield made


def by_command(folder: Path, which: Printable, out: Path, *more: str) -> bytes:
    """Make a paper with its command."""
    named = (which.command or f"extras {which.key}").split()
    assert run([*named, "--session", str(folder), "--out", str(out), *more]) == 0
    return out.read_bytes()


@every_paper
def test_command_page_and_zip_make_the_same_paper(
    which: Printable, page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who goes from the page to the command, or takes the zip home, holds the same paper."""
    made = by_command(page.folder, which, tmp_path / "out.pdf")
    shown = page.get(f"/papers/{which.key}.pdf")

    assert made.startswith(b"%PDF")
    assert shown.content == made
    assert which.file in shown.headers["content-disposition"]
    assert f'/papers/{which.key}.pdf"' in page.get("/papers").text
    with Session.open(page.folder) as session:
        material = Material(session=session)
        mine = [(name, choices) for one, name, choices in papers(material) if one == which]
        assert mine
        for name, choices in mine:
            drawn = io.BytesIO()
            drawers.draw(which, material, choices, drawn)
            query = {
                "chosen": "1",
                "round": choices.round or "",
                "names": choices.names.value,
                "quadrants": choices.quadrants or (),
            }
            same = page.get(f"/papers/{which.key}.pdf?{urlencode(query, doseq=True)}")
            assert same.content == drawn.getvalue(), name
    capsys.readouterr()


def test_the_zip_holds_every_paper_that_can_be_made(page: Page) -> None:
    """A session is deleted after this: what is not in it is gone."""
    found = zipfile.ZipFile(io.BytesIO(page.get("/papers/everything.zip").content))
    names = set(found.namelist())
    readme = found.read("LEESMIJ.txt").decode()

    with Session.open(page.folder) as session:
        material = Material(session=session)
        wanted = {name: (which, choices) for which, name, choices in papers(material)}
        assert {which.key for which, _ in wanted.values()} == {p.key for p in PRINTABLES}
        assert set(wanted) <= names
        assert "Niet gemaakt" not in readme
        for name, (which, choices) in wanted.items():
            drawn = io.BytesIO()
            drawers.draw(which, material, choices, drawn)
            assert found.read(name) == drawn.getvalue(), name
            assert f"{name} " in readme
    for name in (
        "poster-beide.pdf", "poster-gewenst.pdf", "poster-huidig.pdf", "wie-is-wie.pdf",
        "activiteitenkaarten-samen.pdf", "activiteitenlijst.pdf", "een-lijst.pdf",
        "succesfactoren.pdf", "actieblad.pdf", "stellingen.pdf", "eigen-bladen.pdf",
    ):  # fmt: skip
        assert name in names


def test_what_the_zip_cannot_hold_it_says(page: Page) -> None:
    """Everybody is hidden on the map: there is no poster, and that is no accident."""
    page.post("/map", {"people": "1", "shown": []})
    found = zipfile.ZipFile(io.BytesIO(page.get("/papers/everything.zip").content))
    readme = found.read("LEESMIJ.txt").decode()

    assert "poster-beide.pdf" not in found.namelist()
    assert "eigen-bladen.pdf" in found.namelist()
    assert re.search(r"Niet gemaakt:\n(.*\n)*poster-beide.pdf: \w", readme)


@every_paper
def test_every_option_of_a_paper_can_be_given_to_its_command_and_chosen_on_the_page(
    which: Printable, page: Page, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the command can, the page can; team, day and passwords the page knows by itself."""
    known = {PaperOption.TEAM, PaperOption.DATE, PaperOption.PASSWORDS}
    alone = {
        PaperOption.BEFORE,
        PaperOption.INSTRUMENT,
    }  # this session is the only one, with one map
    parts = (which.command or f"extras {which.key}").split()
    assert run([*[part for part in parts if not part.startswith("-")], "--help"]) == 0
    explained = capsys.readouterr().out
    form = page.get("/papers").text.partition(f'action="{page.base}/papers/{which.key}.pdf"')[2]
    form = form.partition("</form>")[0]

    for option in which.options:
        declared = OPTIONS[option][1].__metadata__[0].param_decls
        flag = OPTIONS[option][1].__metadata__[0].default
        assert {flag, *(declared or ())} & set(re.findall(r"--[a-z-]+", explained)), option
        if option not in known | alone and not _has_one_value(which, option):
            name = "round" if option is PaperOption.ONE_ROUND else option.value
            assert f'name="{name}"' in form, option


def _has_one_value(which: Printable, option: PaperOption) -> bool:
    """Say whether this session leaves nothing to choose: one map of stickers, of one round."""
    return option is PaperOption.ROUND and which.needs is Needs.STICKERS


@pytest.mark.parametrize(
    ("key", "query", "asked"),
    [
        ("poster", {"size": "a2"}, ["--size", "a2"]),
        ("poster", {"tile": "a4"}, ["--tile", "a4"]),
        ("poster", {"round": "huidig"}, ["--round", "huidig"]),
        ("poster", {"names": "initials"}, ["--names", "initials"]),
        ("poster", {"only_means": "1"}, ["--only-means"]),
        ("key", {"names": "initials"}, ["--names", "initials"]),
        ("statements", {"names": "none"}, ["--names", "none"]),
        ("blank-compass", {"size": "flipover"}, ["--size", "flipover"]),
        ("score-form", {"round": "huidig"}, ["--round", "huidig"]),
        ("cards", {"chosen": "1", "quadrants": "vrij"}, ["--quadrant", "vrij"]),
        ("agenda", {"minutes": "90"}, ["--minutes", "90"]),
        ("agenda", {"names": "none"}, ["--names", "none"]),
        ("quickscan-agenda", {"minutes": "30"}, ["--minutes", "30"]),
        ("success-factors", {"tile": "a3"}, ["--tile", "a3"]),
    ],
)
def test_an_option_means_the_same_to_command_and_page(
    key: str,
    query: dict[str, str],
    asked: list[str],
    page: Page,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (which,) = (one for one in PRINTABLES if one.key == key)
    plain = by_command(page.folder, which, tmp_path / "plain.pdf")
    made = by_command(page.folder, which, tmp_path / "out.pdf", *asked)

    assert page.get(f"/papers/{key}.pdf?{urlencode(query)}").content == made
    assert made != plain
    capsys.readouterr()


def test_an_earlier_quickscan_can_be_compared_with_on_the_page(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The same list of another year lies in the same folder."""
    earlier = page.folder.parent / "vorig-jaar"
    shutil.copytree(page.folder, earlier)
    (which,) = (one for one in PRINTABLES if one.key == "one-list")
    made = by_command(page.folder, which, tmp_path / "out.pdf", "--before", str(earlier))
    key = page.desk.library.key_of(earlier)

    assert f'value="{key}"' in page.get("/papers").text
    assert page.get(f"/papers/one-list.pdf?before={key}").content == made
    assert page.get("/papers/one-list.pdf?before=elsewhere").status_code == 404
    capsys.readouterr()


@pytest.mark.parametrize(
    "which",
    [pytest.param(p, id=p.key) for p in PRINTABLES if p.key not in OF_NO_QUESTIONNAIRE],
)
def test_every_page_names_whom_the_questionnaire_comes_from(
    which: Printable, folder: Path, tmp_path: Path
) -> None:
    """A paper goes from hand to hand; the makers are on it, and over nothing else."""
    quickscan = which.of_lists or which.needs in (Needs.QUICKSCAN, Needs.TO_ASK)  # put off
    source = find("quickscan" if quickscan else "stellingenlijst").source
    drawn = tmp_path / "out.pdf"
    with Session.open(folder) as session, drawn.open("wb") as out:
        drawers.draw(which, Material(session=session), which.choices, out)
    found = pdf_pages(drawn)

    assert source
    for number, each in enumerate(found, 1):
        bottom = max(word.bottom for word in each.words)
        line = [word for word in each.words if abs(word.bottom - bottom) < HAIR_MM]
        assert " ".join(word.text for word in line) == source, number
        others = [word for word in each.words if word not in line]
        assert not [(a.text, b.text) for a in line for b in others if a.overlaps(b)], number


@every_paper
def test_the_gallery_shows_it(which: Printable, folder: Path) -> None:
    """A paper that nobody has looked at is a paper with a fault."""
    with Session.open(folder) as session:
        pictures = {one.name: one for one in shown(Material(session=session), {}, folder)}

    assert pictures[which.key].title == str(which.name)
    assert (GALLERY / f"{which.key}.png").is_file()
    assert f"({GALLERY.name}/{which.key}.png)" in (GALLERY.parent / "gallery.md").read_text()
    assert set(LOOKS) <= set(pictures)


@every_paper
def test_every_paper_has_its_drawer(which: Printable) -> None:
    drawer: Any = getattr(drawers, which.drawer)

    assert [name.lstrip("_") for name in inspect.signature(drawer).parameters] == [
        "material",
        "choices",
        "target",
    ]
    assert inspect.getmodule(drawer) is drawers
    assert drawer.__doc__


def test_papers_are_known_apart() -> None:
    for names in ([p.key for p in PRINTABLES], [p.file for p in PRINTABLES]):
        assert len(set(names)) == len(names)


def test_facts_are_given_as_json(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command answers programs as well."""
    for which in PRINTABLES:
        out = tmp_path / f"{which.key}.pdf"
        capsys.readouterr()
        by_command(folder, which, out, "--json")
        assert json.loads(capsys.readouterr().out)["file"] == str(out)
