"""`papierkompas extras`: each paper by its command, with what the session knows."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from forms.answers import Reading
from forms.instrument import find
from forms.roster import parse_roster
from omr.page import PageRef, PageStatus, ReadPage
from papierkompas.acts.printing import Order, jobs, rounds_to_print
from papierkompas.command.cli import run
from papierkompas.session.session import Session
from tests.pdf_words import pdf_pages

ASKED = find("stellingenlijst")
KEYS = [row.key for row in ASKED.rows]
PLAIN = (
    "blank-compass", "score-form", "wall-markers", "statement-cards", "cards", "activity-list",
    "guide", "criteria",
)  # fmt: skip

# Answers to the statements 1..8; doel-as is 1, 3, 5, 6 and relatie-as 2, 4, 7, 8.
SAMEN = (2, 5, 2, 5, 2, 2, 5, 5)
BORDER = (3, 5, 4, 5, 3, 4, 5, 5)  # doel exactly 3.5: between samen and vrij
DOMINANT = (2, 2, 2, 2, 2, 2, 2, 2)


def session_of(folder: Path, wish: Mapping[str, tuple[int, ...]]) -> Path:
    """Make a session in which everybody answered: what they wish, and dominant for now."""
    roster = parse_roster("".join(f"{name}\n" for name in wish), "lijst.csv")
    place = folder / "sessie"
    scan_file = folder / "scan.pdf"
    scan_file.write_bytes(b"%PDF-1.4")
    with Session.create(place, "Team Zorg", dt.date(2026, 5, 1), roster) as session:
        kept = session.scans.keep(scan_file)
        order = Order(people=session.people.all())
        number = 0
        for job in jobs(ASKED, rounds_to_print(ASKED, None), order, session):
            assert job.round is not None
            for seat in job.seats:
                number += 1
                answers = wish[seat.name or ""] if job.round.key == "gewenst" else DOMINANT
                page = ReadPage(
                    PageRef(kept.name, number),
                    PageStatus.READ,
                    code=job.code(seat, 1),
                    instrument=ASKED.key,
                    round=job.round.key,
                    readings={k: Reading(str(a)) for k, a in zip(KEYS, answers, strict=True)},
                )
                session.pages.record(kept, page)
    return place


@pytest.fixture
def session(tmp_path: Path) -> Path:
    return session_of(tmp_path, {"Sam Voorbeeld": SAMEN, "Noor Proef": SAMEN, "Zoë Toets": SAMEN})


def extras(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> dict[str, Any]:
    code = run(["extras", *(str(a) for a in arguments), "--json"])
    out, err = capsys.readouterr()
    assert code == 0, err
    made: dict[str, Any] = json.loads(out)
    return made


@pytest.mark.parametrize("kind", PLAIN)
def test_a_paper_needs_nothing_but_a_place_to_go(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Wall markers for tonight, without any session."""
    out = tmp_path / "paper.pdf"
    extras(capsys, kind, "--out", out)

    assert pdf_pages(out)[0].words
    assert [file.name for file in tmp_path.iterdir()] == ["paper.pdf"]


@pytest.mark.parametrize(
    "kind", ["blank-compass", "score-form", "activity-list", "guide", "criteria"]
)
def test_team_and_date_of_the_session_are_printed(
    kind: str, session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Papers of three teams lie on one copier."""
    out = tmp_path / "paper.pdf"
    extras(capsys, kind, "--out", out, "--session", session)
    text = pdf_pages(out)[0].text

    assert "Team Zorg" in text
    assert "1 mei 2026" in text


def test_a_given_team_goes_before_that_of_the_session(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The name on the door is not always the name in the file."""
    out = tmp_path / "guide.pdf"
    extras(
        capsys,
        "guide",
        "--out",
        out,
        "--session",
        session,
        "--team",
        "Team B",
        "--date",
        "2027-02-03",
    )
    text = pdf_pages(out)[0].text

    assert "Team B" in text
    assert "3 februari 2027" in text
    assert "Team Zorg" not in text


@pytest.mark.parametrize(
    ("wish", "quadrants", "count"),
    [
        pytest.param(SAMEN, ["samen"], 12, id="inside one"),
        pytest.param(BORDER, ["samen", "vrij"], 20, id="on a border"),
    ],
)
def test_cards_follow_where_the_team_wants_to_be(
    wish: tuple[int, ...],
    quadrants: list[str],
    count: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Desired, not now; and exactly on a border is both."""
    place = session_of(tmp_path, {"Sam Voorbeeld": wish, "Noor Proef": wish})
    made = extras(capsys, "cards", "--out", tmp_path / "cards.pdf", "--session", place)

    assert made["quadrants"] == quadrants
    assert made["cards"] == count


def test_a_named_quadrant_goes_before_the_session(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The team may want to look elsewhere."""
    made = extras(
        capsys, "cards", "--out", tmp_path / "c.pdf", "--session", session, "--quadrant", "vrij"
    )

    assert made["quadrants"] == ["vrij"]


def test_statements_name_everybody_in_both_rounds(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Eight statements, two rounds: sixteen times each name."""
    out = tmp_path / "statements.pdf"
    made = extras(capsys, "statements", "--out", out, "--session", session, "--few")
    words = " ".join(page.text for page in pdf_pages(out)).split()

    assert made["people"] == 3
    assert [words.count(name) for name in ("Sam", "Noor", "Zoë")] == [16, 16, 16]


def test_statements_can_be_of_one_round_and_without_names(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """For a team that has not agreed to names on the wall."""
    out = tmp_path / "statements.pdf"
    extras(
        capsys, "statements", "--out", out, "--session", session,
        "--round", "huidig", "--names", "none", "--few",
    )  # fmt: skip
    text = " ".join(page.text for page in pdf_pages(out))

    assert "Noor" not in text
    assert "gewenst" not in text


@pytest.mark.parametrize("people", [3, 4])
def test_so_few_that_all_are_known_are_shown_when_it_is_asked_for(
    people: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of three people each knows who is who, with names or without."""
    names = ("Sam Voorbeeld", "Noor Proef", "Zoë Toets", "Bo Test")[:people]
    place, out = session_of(tmp_path, dict.fromkeys(names, SAMEN)), tmp_path / "out.pdf"
    for kind in (
        ["poster"],
        ["poster", "--only-means"],
        ["extras", "statements"],
        ["extras", "key"],
    ):
        asked = [*kind, "--session", str(place), "--out", str(out)]

        assert run(asked) == (2 if people < 4 else 0)
        assert ("--few" in capsys.readouterr().err) is (people < 4)
        assert run([*asked, "--few"]) == 0


def test_everybody_has_a_personal_page(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In the order of the name list, so that they can be handed out."""
    out = tmp_path / "personal.pdf"
    extras(capsys, "personal", "--out", out, "--session", session)

    names = ["Sam Voorbeeld", "Noor Proef", "Zoë Toets"]
    texts = [page.text for page in pdf_pages(out)]
    assert [[name for name in names if name in text] for text in texts] == [[n] for n in names]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        pytest.param(["guide", "--date", "morgen"], "'morgen' is no date", id="date"),
        pytest.param(["blank-compass", "--size", "a9"], "'a9' is no size of paper", id="size"),
        pytest.param(["blank-compass", "--size", "300x200"], "at most 200 cm", id="too large"),
        pytest.param(["cards", "--quadrant", "blij"], "blij", id="quadrant"),
        pytest.param(["cards", "--session", "nergens"], "no such folder", id="session"),
    ],
)
def test_wrong_use_is_said_and_leaves_no_file(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A half-made PDF on a USB stick costs ten minutes in the break."""
    out = tmp_path / "paper.pdf"

    assert run(["extras", *arguments, "--out", str(out)]) == 2
    assert message in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("kind", ["cards", "statements", "personal"])
def test_a_session_without_lists_says_what_to_do(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Printing these before reading is the likeliest mistake."""
    Session.create(tmp_path / "leeg", "Team Leeg", dt.date(2026, 5, 1)).close()

    code = run(
        ["extras", kind, "--out", str(tmp_path / "x.pdf"), "--session", str(tmp_path / "leeg")]
    )

    assert code == 2
    assert "Read the scans first" in capsys.readouterr().err


def test_an_old_paper_stays_when_the_new_one_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files are written whole or not at all."""
    out = tmp_path / "map.pdf"
    out.write_bytes(b"old")

    assert run(["extras", "blank-compass", "--size", "300x200", "--out", str(out)]) == 2
    assert out.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [out]


def test_the_facilitator_gets_a_key_to_a_poster_with_numbers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A poster without names is of use to the team; who is who, only the facilitator knows."""
    place = session_of(tmp_path, {"Zoë Toets": SAMEN, "Anna Proef": DOMINANT})
    poster, key = tmp_path / "poster.pdf", tmp_path / "sleutel.pdf"
    asked = ["poster", "--session", str(place), "--out", str(poster), "--few", "--names"]

    assert run([*asked, "numbers", "--key", str(key)]) == 0
    (page,) = pdf_pages(key)
    assert "1 Zoë Toets 2 Anna Proef" in page.text
    assert not {"Anna", "Zoë"} & {word.text for word in pdf_pages(poster)[0].words}
    assert run([*asked, "names", "--key", str(key)]) == 2
    capsys.readouterr()
    assert run([*asked, "initials"]) == 0
    assert "--key" in capsys.readouterr().err
