"""The command as a secretary, a facilitator and another program meet it."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from forms.instrument import builtin, find
from papierkompas.acts.printing import layout_of
from papierkompas.command.cli import run
from papierkompas.lab.simulate.copier import COPIER_CASES, scan
from papierkompas.lab.simulate.pen import MarkKind, Meant, Pen, PrintedBox, Writer, fill_row
from papierkompas.lab.simulate.pile import PX_PER_MM, boxes_of, render
from papierkompas.lab.simulate.scan_files import write_pdf

ROSTER = "voornaam;tussenvoegsel;achternaam\nSam;;Voorbeeld\nNoor;van;Proef\nZoë;;Toets\n"


class Command:
    """Runs the command in a folder of its own and keeps what it printed."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys
        self.err = ""

    def __call__(self, *arguments: str | Path, code: int = 0) -> str:
        found = run([str(a) for a in arguments])
        out, self.err = self._capsys.readouterr()
        assert found == code, self.err
        return out

    def json(self, *arguments: str | Path, code: int = 0) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self(*arguments, "--json", code=code))
        return made


@pytest.fixture
def command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Command:
    return Command(tmp_path, capsys)


def fill(
    manifest: dict[str, Any], pdf: Path, answers: dict[str, dict[str, Meant]], out: Path
) -> None:
    """Fill in printed sheets with a ballpoint and scan them: answers per sheet and question."""
    rng = np.random.default_rng(5)
    writer = Writer(Pen.BALLPOINT, 0.5, 40, (MarkKind.CROSS,))
    scans = []
    for entry, image in zip(manifest["pages"], render(pdf, len(manifest["pages"])), strict=True):
        page = layout_of(find(entry["instrument"])).page(entry["sheet_page"])
        assert page is not None
        for question, boxes in boxes_of(page).items():
            answer = answers.get(entry["sheet"], {}).get(question, Meant(None))
            fill_row(image, boxes, answer, writer, rng, PX_PER_MM)
        scans.append(scan(image, COPIER_CASES["grey200"], rng, PX_PER_MM))
    write_pdf(out, scans)


def test_help_answers_without_the_heavy_libraries() -> None:
    """`papierkompas --help` is what a newcomer types first; it must be there at once."""
    code = (
        "import sys; from papierkompas.command.cli import run; run(['--help']); "
        "print([m for m in ('cv2', 'numpy', 'reportlab', 'scipy', 'pikepdf') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip().endswith("[]")
    for name in ("demo", "new", "print", "layout", "read", "results", "poster", "bench"):
        assert name in done.stdout


def test_reading_starts_without_what_few_pages_need(tmp_path: Path) -> None:
    """Importing scipy takes longer than reading ten pages; a page has to ask for it first."""
    (tmp_path / "scan.pdf").touch()
    code = (
        "import sys; from papierkompas.command.cli import run; "
        f"run(['read', {str(tmp_path / 'scan.pdf')!r}]); "
        "print([m for m in ('scipy', 'distributed', 'xlsxwriter') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "empty" in done.stdout + done.stderr
    assert done.stdout.strip().endswith("[]")


@pytest.mark.parametrize("paper", ["stellingenlijst", "quickscan"])
def test_layout_keeps_its_contract(command: Command, paper: str) -> None:
    """Other programs draw and read sheets by this JSON."""
    made = command.json("layout", paper)
    asked = find(paper)

    assert made["instrument"] == asked.key
    assert made["paper"] == {"name": "A4", "width_mm": 210, "height_mm": 297}
    boxes = [box for page in made["pages"] for box in page["boxes"]]
    assert {(b["question"], b["option"]) for b in boxes} == {
        (q, o) for q, options in asked.questions.items() for o in options
    }
    assert set(boxes[0]) == {"question", "option", "x_mm", "y_mm", "width_mm", "height_mm"}
    assert all(len(page["markers"]) == 4 for page in made["pages"])
    assert set(made["pages"][0]["code"]) == {"x_mm", "y_mm", "width_mm", "height_mm"}


def test_a_session_goes_from_name_list_to_poster(command: Command) -> None:
    """The main job, on real files, with a changed mind, a blank and a double mark."""
    folder = command.folder
    (folder / "namen.csv").write_text(ROSTER, encoding="utf-8-sig")
    session = folder / "sessie"
    command("new", session, "--team", "Team Proef", "--roster", folder / "namen.csv")
    manifest = command.json(
        "print", "stellingenlijst", "--session", session, "--out", folder / "p.pdf"
    )
    sheets = list(dict.fromkeys(entry["sheet"] for entry in manifest["pages"]))
    assert len(sheets) == 6
    assert manifest["pages"][1]["participant"] == "Noor van Proef"
    plain = {str(n): Meant(str(n % 6 + 1)) for n in range(1, 9)}
    answers = dict.fromkeys(sheets, plain)
    answers[sheets[0]] = plain | {"1": Meant("4", withdrawn=("2",))}
    answers[sheets[1]] = plain | {"2": Meant(None)}
    answers[sheets[2]] = plain | {"3": Meant("1", second="6")}
    fill(manifest, folder / "p.pdf", answers, folder / "scan.pdf")

    made = command.json("read", folder / "scan.pdf", "--session", session)

    assert made["summary"]["pages"] == made["summary"]["read"] == 6
    read = {sheet["sheet"]: sheet for sheet in made["sheets"]}
    assert read[sheets[0]]["participant"] == "Sam Voorbeeld"
    assert read[sheets[0]]["answers"]["1"]["value"] == "4"
    assert read[sheets[1]]["answers"]["2"] == {
        "value": None, "status": "blank", "doubt": None,
        "confidence": read[sheets[1]]["answers"]["2"]["confidence"],
    }  # fmt: skip
    assert read[sheets[2]]["answers"]["3"]["status"] == "review"
    assert read[sheets[2]]["answers"]["3"]["doubt"] == "two_marks"

    again = command.json("read", folder / "scan.pdf", "--session", session)
    assert again["sheets"] == made["sheets"]
    assert len(again["pages"]) == 6

    found = command.json("results", "--session", session)
    people = {p["sheet"]: p for p in found["rounds"]["gewenst"]["participants"]}
    assert people[sheets[0]]["doel"] == pytest.approx((4 + 4 + 6 + 1) / 4)
    assert people[sheets[1]]["relatie"] is None
    assert people[sheets[1]]["missing"] == ["2"]
    assert people[sheets[2]]["doel"] is None
    assert found["in_review"] == 1

    asked = ("poster", "--session", session, "--out", folder / "poster.pdf")
    command(*asked, code=2)
    assert "so small a group" in command.err
    assert "--few" in command.err
    facts = command.json(*asked, "--few")
    assert (folder / "poster.pdf").read_bytes().startswith(b"%PDF")
    assert facts["people"] == 3
    command("results", "--session", session, "--csv", folder / "r.csv", "--xlsx", folder / "r.xlsx")
    assert (folder / "r.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    command("read", folder / "scan.pdf", "--session", session, "--strict", code=6)


def test_a_mixed_pile_of_both_papers_is_sorted_out(command: Command) -> None:
    """People hand in whatever they have, in any order."""
    folder = command.folder
    session = folder / "s"
    command("new", session, "--team", "Team Proef")
    scans = []
    for paper in ("quickscan", "stellingenlijst"):
        pdf = folder / f"{paper}.pdf"
        made = command.json("print", paper, "--copies", "1", "--session", session, "--out", pdf)
        out = folder / f"scan-{paper}.pdf"
        every = {q: Meant(o[-1]) for q, o in find(paper).questions.items()}
        fill(made, pdf, {entry["sheet"]: every for entry in made["pages"]}, out)
        scans.append(out)

    made = command.json("read", *scans, "--session", session)

    assert made["summary"]["read"] == 7
    assert {(s["instrument"], s["round"]) for s in made["sheets"]} == {
        ("quickscan", None), ("schoolwaardenkompas", "gewenst"), ("schoolwaardenkompas", "huidig"),
    }  # fmt: skip
    for sheet in made["sheets"]:
        asked = find(sheet["instrument"]).questions
        assert {q: a["value"] for q, a in sheet["answers"].items()} == {
            q: o[-1] for q, o in asked.items()
        }
        assert not sheet["missing_pages"]


def test_a_sheet_of_another_session_is_refused_there(command: Command) -> None:
    """A pile from the room next door must not become answers of this team."""
    folder = command.folder
    for name in ("een", "twee"):
        command("new", folder / name, "--team", name)
    printed = command.json(
        "print", "stellingenlijst", "--round", "huidig", "--copies", "1",
        "--session", folder / "een", "--out", folder / "p.pdf",
    )  # fmt: skip
    command(
        "print", "stellingenlijst", "--round", "huidig", "--copies", "1",
        "--session", folder / "twee", "--out", folder / "q.pdf",
    )  # fmt: skip
    fill(printed, folder / "p.pdf", {}, folder / "scan.pdf")

    made = command.json("read", folder / "scan.pdf", "--session", folder / "twee", code=5)

    assert made["sheets"] == []
    assert "another session" in made["pages"][0]["reason"]


def test_a_sheet_that_shows_only_in_part_is_said(command: Command) -> None:
    """Whoever photographs one sheet must hear that another one was not read."""
    folder = command.folder
    command("print", "stellingenlijst", "--copies", "2", "--round", "huidig", "--out",
            folder / "p.pdf")  # fmt: skip
    one, other = (cv2.resize(image, None, fx=0.4, fy=0.4) for image in render(folder / "p.pdf", 2))
    table = np.full((one.shape[0] + 80, 1500), 90, np.uint8)
    table[40:-40, 20 : 20 + one.shape[1]] = one
    table[40:-40, 1050:] = other[:, :450]
    grain = np.random.default_rng(1).normal(0, 3, table.shape)
    cv2.imwrite(str(folder / "foto.png"), np.clip(0.92 * table + 8 + grain, 0, 255))

    assert "foto.png, page 1: another sheet lies partly in view" in command(
        "read", folder / "foto.png"
    )
    command("read", folder / "foto.png", "--strict", code=6)
    made = command.json("read", folder / "foto.png")
    assert made["pages"][0]["status"] == "read"
    assert made["pages"][0]["reason"].startswith("another sheet lies partly in view")


def test_bad_files_get_a_reason_and_the_rest_is_read(command: Command) -> None:
    """One bad file costs one file, and every file appears in the account."""
    folder = command.folder
    made = command.json(
        "print", "stellingenlijst", "--master", "--round", "gewenst", "--out", folder / "m.pdf"
    )
    every = {question: Meant("3") for question in find("stellingenlijst").questions}
    asked = {entry["sheet"]: every for entry in made["pages"]}
    fill(made, folder / "m.pdf", asked, folder / "good.pdf")
    good = (folder / "good.pdf").read_bytes()
    (folder / "cut.pdf").write_bytes(good[: len(good) // 3])
    (folder / "empty.pdf").write_bytes(b"")
    (folder / "note.txt").write_text("geen scan")

    found = command.json(
        "read", folder / "cut.pdf", folder / "empty.pdf", folder / "good.pdf", folder / "note.txt",
        folder / "gone.pdf",
    )  # fmt: skip

    reasons = {Path(p["file"]).name: p["reason"] for p in found["pages"] if p["status"] == "unread"}
    assert set(reasons) == {"cut.pdf", "empty.pdf", "note.txt", "gone.pdf"}
    assert found["summary"]["read"] == 1
    assert all(len(reason) > 20 for reason in reasons.values())


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["print", "stellingenlijst", "--out", "x.pdf"], 2, "--copies"),
        (["print", "krant", "--copies", "2", "--out", "x.pdf"], 3, "stellingenlijst"),
        (
            ["print", "stellingenlijst", "--round", "later", "--copies", "1", "--out", "x.pdf"],
            3,
            "gewenst",
        ),
        (["print", "quickscan", "--roster", "geen.csv", "--out", "x.pdf"], 4, "geen.csv"),
        (["print", "quickscan", "--copies", "0", "--out", "x.pdf"], 2, "1..9999"),
        (
            ["print", "quickscan", "--copies", "1", "--out", "geen/map/x.pdf"],
            2,
            "cannot be written",
        ),
        (["results"], 2, "--session"),
        (["results", "--session", "nergens"], 2, "nergens"),
        (["poster", "--session", "nergens", "--out", "p.pdf"], 2, "nergens"),
        (["instrument", "check", "geen.toml"], 3, "geen.toml"),
        (["read", "geen.pdf"], 5, "Nothing could be read"),
        (["new", "x", "--team", "  "], 2, "team"),
        (["new", "x", "--team", "T", "--date", "morgen"], 2, "2026-03-12"),
        (["bench", "--cases", "krant"], 2, "grey300"),
        (["vlieg"], 2, "No such command"),
    ],
    ids=lambda value: " ".join(value[:2]) if isinstance(value, list) else None,
)
def test_wrong_use_has_its_exit_code_and_says_what_to_do(
    command: Command,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    code: int,
    says: str,
) -> None:
    """Exit codes and messages are what scripts and secretaries see."""
    monkeypatch.chdir(command.folder)
    command(*arguments, code=code)

    assert says in command.err
    assert "Traceback" not in command.err


def test_our_own_bug_has_its_code_and_says_nothing_personal(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A traceback may hold names; one line that we can use does not."""
    monkeypatch.setattr("papierkompas.session.session.Session.open", lambda _: 1 / 0)
    command("results", "--session", ".", code=15)

    assert "ZeroDivisionError" in command.err
    assert "Traceback" not in command.err


def test_every_built_in_questionnaire_passes_its_own_check(command: Command) -> None:
    """`instrument check` is the door for a school's own questionnaire; ours go through it too."""
    folder = Path(__file__).parents[3] / "forms" / "instruments"
    for instrument in builtin():
        made = command.json("instrument", "check", folder / f"{instrument.key}.toml")
        assert made["instrument"] == instrument.key


def test_anonymous_copies_never_repeat_a_number(command: Command) -> None:
    """Three more sheets in the break must not be the first three again."""
    session = command.folder / "s"
    command("new", session, "--team", "Team Proef")
    numbers = []
    for copies in ("2", "3"):
        made = command.json(
            "print", "stellingenlijst", "--round", "gewenst", "--copies", copies,
            "--session", session, "--out", command.folder / "p.pdf",
        )  # fmt: skip
        numbers += [entry["sheet"] for entry in made["pages"]]

    assert len(set(numbers)) == 5


def test_boxes_of_the_simulator_are_those_of_the_paper() -> None:
    """Fill and read must speak of the same boxes."""
    page = layout_of(find("quickscan")).pages[0]
    boxes = boxes_of(page)

    assert isinstance(boxes["1.1"]["++"], PrintedBox)
    assert list(boxes["1.1"]) == ["++", "+", "+/-", "-", "--", "?"]
    assert list(boxes["1.1/18"]) == ["18"]


def test_a_session_can_keep_names_inside(command: Command, tmp_path: Path) -> None:
    """One choice, made when it begins or later, goes for every command."""
    roster, folder = tmp_path / "namen.csv", tmp_path / "stil"
    roster.write_text(ROSTER, encoding="utf-8")
    command("new", folder, "--team", "Team", "--roster", roster, "--without-names")
    out = tmp_path / "lijsten.pdf"
    printed = command.json("print", "stellingenlijst", "--session", folder, "--out", out)

    assert command.json("names", "--session", folder)["without_names"] is True
    assert {page["participant"] for page in printed["pages"]} == {None}
    assert "Names are shown" in command("names", "--session", folder, "--show")
    assert "Names stay inside" in command("names", "--session", folder, "--leave-out")


@pytest.mark.parametrize("name", [b"sc\xe9n.jpg", b"twee\nregels.jpg", b"\x1b[31mrood.jpg"])
def test_a_file_name_of_any_bytes_is_told_in_one_line(tmp_path: Path, name: bytes) -> None:
    """A stick from an old Mac; a terminal in UTF-8 takes no other bytes, and JSON stays JSON."""
    (tmp_path / os.fsdecode(name)).write_bytes(b"nothing")
    run_read = [sys.executable, "-m", "papierkompas", "read", str(tmp_path)]
    strict = {**os.environ, "PYTHONIOENCODING": "utf-8:strict"}
    lines = subprocess.run(run_read, capture_output=True, env=strict, check=False)
    facts = subprocess.run([*run_read, "--json"], capture_output=True, env=strict, check=False)

    assert (lines.returncode, facts.returncode) == (5, 5)
    first, *_ = lines.stdout.decode().splitlines()
    assert "jpg: not read" in first
    assert first.isprintable()
    (page,) = json.loads(facts.stdout)["pages"]
    assert os.fsencode(page["file"]) == os.fsencode(tmp_path) + b"/" + name
