"""The tables of a session, and the sessions that earlier programs made.

`made_by/tables-N.sql` is a session as a program with tables of version N left it, as text. Every
later program must read it: add such a file for each new version, and never change an older one.
`dumped` writes one: of the session of the version before, opened and added to by your program.
(Version 3 was never in any program.)

`made_by/release-X.sql` is the session of the demo as release X left it, and `release-X.json` what
`results --json` gave.
"""

from __future__ import annotations

import json
import os
import re
import sqlite3
import tomllib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from forms.answers import Doubt, Reading, Status
from omr.dots import DotDoubt, DotKind, OddKind
from omr.page import Note, PageRef, PageStatus, Reason
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.results import results
from papierkompas.session.folder import DATABASE
from papierkompas.session.map_changes import MapChangeKind
from papierkompas.session.people import PersonChange
from papierkompas.session.schema import STEPS, VERSION
from papierkompas.session.session import Session
from papierkompas.session.store import Store
from papierkompas.session.values import SheetId

MADE_BY = Path(__file__).parent / "made_by"
LUNCH = """key = "lunch"
edition = 1
paper = "lunchlijst"
title = "Lunch"
scoring = "tally"
how_to = ["Kruis een hokje aan."]
scales.two = { options = ["ja", "nee"] }
sections = [{ rows = [{ kind = "scale", key = "1", text = "Soep?", scale = "two" }] }]
"""
WORDS_OF = 16  # the version of the tables that these words came with
WORDS = {
    "PageStatus": {"blank", "duplicate", "read", "unread"},
    "Reason": {
        "compression", "damaged", "empty_file", "encrypted", "misplaced", "no_code", "no_pages",
        "no_permission", "no_renderer", "no_sheet", "not_an_image", "not_found",
        "not_printed_here", "not_sent", "other_print", "other_session", "our_mistake",
        "too_coarse", "too_slow", "too_large", "too_many_pages", "two_sheets", "unknown_instrument",
        "worker_died", "withdrawn", "linked", "too_deep", "unfinished", "earlier",
    },
    "Doubt": {
        "damaged", "faint", "misplaced", "two_marks", "two_papers", "unclear",
        "withdrawn_only", "not_square", "too_coarse",
    },
    "Note": {
        "another_sheet", "by_words", "damaged", "too_light", "trial_bitonal", "trial_coarse",
        "trial_cut", "trial_dark", "trial_fine", "trial_light", "trial_photo", "trial_scale",
        "trial_skew",
        "trial_streaks",
    },
    "PersonChange": {"merged", "put_back", "renamed", "taken_off"},
    "DotKind": {"cross", "dot"},
    "DotDoubt": {"between", "outside", "overlap", "unclear", "white"},
    "OddKind": {"paper", "stroke", "unseen"},
    "MapChangeKind": {"add", "colour", "confirm", "count", "move", "remove", "round", "undo"},
}  # fmt: skip
TRIAL = (Note.TRIAL_SCALE, Note.TRIAL_BITONAL)
ANSWERS = {1: "44321652", 4: "33456125"}  # of the sheets with these numbers


def made_by(version: int, folder: Path) -> Path:
    """Make the folder that a program with tables of a version left behind."""
    (folder / "instruments").mkdir(parents=True)
    (folder / "instruments" / "lunch-1-991bcd720fb0.toml").write_text(LUNCH, encoding="utf-8")
    text = (MADE_BY / f"tables-{version}.sql").read_text(encoding="utf-8")
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        db.executescript(text)
    return folder


def dumped(folder: Path) -> str:
    """Write a session as text, to be kept in `made_by`."""
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        numbers = {
            name: db.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("application_id", "user_version")
        }
        first = [f"PRAGMA {name} = {number};" for name, number in numbers.items()]
        return "\n".join([*first, *db.iterdump()]) + "\n"


def schema_of(path: Path) -> list[tuple[str, str, str]]:
    """Say which tables, columns and indexes there are; comments and white space do not count."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL")
        return sorted((kind, name, _plain(sql)) for kind, name, sql in rows)


def _plain(sql: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"--[^\n]*", "", sql))


VERSIONS = sorted(int(path.stem.partition("-")[2]) for path in MADE_BY.glob("tables-*.sql"))
RELEASES = sorted(path.stem for path in MADE_BY.glob("release-*.sql"))


def test_every_version_has_a_session_to_read() -> None:
    assert [n for n in range(1, VERSION + 1) if n != 3] == VERSIONS


def test_every_release_has_a_session_to_read() -> None:
    """Raised the version of the program? Keep the session of its demo, and what came out of it."""
    project = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]

    assert f"release-{project['version']}" in RELEASES


@pytest.mark.parametrize("release", RELEASES)
def test_what_came_out_of_a_release_comes_out_of_every_later_one(
    release: str, tmp_path: Path
) -> None:
    """The team of last year: every place on the map and every mean is what it was."""
    (tmp_path / "scans").mkdir()
    with closing(sqlite3.connect(tmp_path / DATABASE)) as db:
        db.executescript((MADE_BY / f"{release}.sql").read_text(encoding="utf-8"))
    then = json.loads((MADE_BY / f"{release}.json").read_text(encoding="utf-8"))
    with Session.open(tmp_path) as session:
        now = json.loads(json.dumps(results_json(results(session))))

    assert list(_lost(then, now, "")) == []


def _lost(then: object, now: object, where: str) -> Iterator[str]:
    """Say what was there then and is not, or is something else; new keys are welcome."""
    if isinstance(then, dict) and isinstance(now, dict):
        for key, value in then.items():
            yield from _lost(value, now.get(key), f"{where}/{key}")
    elif isinstance(then, list) and isinstance(now, list) and len(then) == len(now):
        for place, (one, other) in enumerate(zip(then, now, strict=True)):
            yield from _lost(one, other, f"{where}/{place}")
    elif then != now:
        yield f"{where}: {then!r} became {now!r}"


@pytest.fixture(params=VERSIONS)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[int, Path]:
    return request.param, made_by(request.param, tmp_path / "sessie")


def test_a_session_of_every_version_is_read(old: tuple[int, Path]) -> None:
    """Paper of last year comes out of the drawer: the answers are those that were given."""
    _, folder = old
    with Session.open(folder) as session:
        made = results(session)

        assert (session.team, session.date.isoformat()) == ("De Regenboog", "2025-03-14")
        assert [p.name for p in session.people.all()] == ["Noor van Dam", "Ali Bos", "Zoë Kuil"]
        assert [i.key for i in session.questionnaires.all()] == ["lunch"]
        assert [(b.batch, b.round) for b in session.given_out.batches()] == [
            ("K7F3", "gewenst"),
            ("A7C9", None),
        ]
        assert session.given_out.expected("K7F3") == frozenset({0, 1, 2, 3, 4})
        assert session.given_out.expected("A7C9") == frozenset({4, 5})
        assert [(s.name, s.pages) for s in session.scans.all()] == [
            ("stapel.pdf", 5),
            ("foto.jpg", 1),
        ]
    sheets = {sheet.sheet.number: sheet for sheet in made.sheets if sheet.sheet.batch == "K7F3"}
    for number, answers in ANSWERS.items():
        assert "".join(sheets[number].answers[str(q)].value or "-" for q in range(1, 9)) == answers
    assert [(sheets[n].name, sheets[n].seat) for n in (1, 2)] == [
        ("Noor van Dam", 1),
        ("Ali Bos", 2),
    ]


def test_what_people_changed_and_the_reader_doubted_is_kept(old: tuple[int, Path]) -> None:
    """An answer that was settled stays settled, and by whom; an undo stays an undo."""
    version, folder = old
    with Session.open(folder) as session:
        pages = {str(page.ref): page for page in session.pages.all()}
        counting = session.corrections.standing()
        history = session.corrections.all()
        made = results(session)

    second = pages["stapel.pdf, page 2"]
    assert second.rotation == 180
    assert second.readings["3"] == Reading(None, doubt=Doubt.TWO_MARKS, confidence=0.5)
    assert second.readings["4"] == Reading("2", withdrawn=("5",), confidence=0.97)
    assert pages["stapel.pdf, page 3"].written == {"name": True}
    last = pages.get("stapel.pdf, page 5")  # withdrawn by somebody in version 9
    assert (last.reason if last else None) == (Reason.NO_CODE if version < 9 else None)
    packed = pages.get("stapel.pdf, page 6")
    assert (packed.reason if packed else None) == (Reason.COMPRESSION if version >= 8 else None)
    trial = pages.get("stapel.pdf, page 7")
    assert (trial.notes if trial else ()) == (TRIAL if version >= 11 else ())
    hurt = pages.get("stapel.pdf, page 8")
    assert (hurt.notes if hurt else ()) == ((Note.DAMAGED,) if version >= 13 else ())
    assert (hurt.readings["1"].doubt if hurt else None) == (Doubt.DAMAGED if hurt else None)
    changed = counting[SheetId("K7F3", 2)]["3"]
    assert (changed.value, changed.who, changed.why) == ("6", "Noor", "het kruisje is duidelijk")
    assert [c.undoes for c in history] == [None, None, 2, None]
    assert counting[SheetId("K7F3", 0, PageRef("stapel.pdf", 5))]["name"].value == "Eef Lam"
    (ali,) = (s for s in made.sheets if s.sheet.batch == "K7F3" and s.sheet.number == 2)
    assert (ali.answers["3"].value, ali.answers["3"].status) == ("6", Status.READ)
    assert second.notes == ((Note.ANOTHER_SHEET,) if version >= 5 else ())


def test_what_later_versions_added_is_kept_or_empty(old: tuple[int, Path]) -> None:
    """Handwriting, the beamer and dots: there where that program knew of them."""
    version, folder = old
    with Session.open(folder) as session:
        made = results(session)
        transcripts = session.pages.transcripts()
        beamer = session.settings.get("beamer")
        withdrawn = [str(one.ref) for one in session.withdrawals.standing()]
        refused = [one.name for one in session.refused.all()]
        again = session.given_out.printed_again()
        renamed = [one.before for one in session.people.history()]
        dots = next(p.dots for p in session.pages.all() if p.ref.file == "foto.jpg")

    assert [t.proposal for t in transcripts.values()] == (["Zoë Kuil"] if version >= 2 else [])
    (unnamed,) = (s for s in made.sheets if s.sheet.batch == "K7F3" and s.sheet.number == 4)
    assert unnamed.name == ("Zoë Kuil" if version >= 2 else None)
    assert beamer == ('["both", "names", []]' if version >= 3 else None)
    assert [d.kind for d in dots] == ([DotKind.DOT, DotKind.CROSS] if version >= 4 else [])
    assert withdrawn == (["stapel.pdf, page 5"] if version >= 9 else [])
    later = ["koppeling.pdf"] if version >= 10 else []
    assert refused == (["leeg.pdf", *later] if version >= 9 else [])
    assert again == ({("K7F3", 1): 1} if version >= 12 else {})
    assert renamed == (["Zoë Kuil", "Zoë Kuijl"] if version >= 12 else [])
    soup = {s.sheet.number: s.answers["1"].value for s in made.sheets if s.sheet.batch == "A7C9"}
    assert soup == ({4: "ja", 5: "nee"} if version >= 6 else {4: "ja"})
    assert len(made.hand_maps) == (version >= 4)
    assert [d.doubts for d in dots] == ([(), (DotDoubt.BETWEEN,)] if version >= 4 else [])


def test_an_old_session_that_may_not_be_changed_is_shown(
    old: tuple[int, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is read as it is, and stays as it is."""
    _, folder = old
    before = (folder / DATABASE).read_bytes()
    monkeypatch.setattr(os, "access", lambda *_, **__: False)
    with Session.open(folder) as session:
        made = results(session)

    assert len(made.sheets) >= 4
    assert (folder / DATABASE).read_bytes() == before
    assert [path.name for path in folder.iterdir() if path.is_file()] == [DATABASE]


def test_an_old_session_gets_the_tables_that_a_new_one_has(
    old: tuple[int, Path], tmp_path: Path
) -> None:
    """A change of the tables without a step for older sessions fails here, not at a school."""
    _, folder = old
    Session.open(folder).close()
    Store.create(tmp_path / "new.sqlite3", STEPS, lambda _db: None).close()

    assert schema_of(folder / DATABASE) == schema_of(tmp_path / "new.sqlite3")


def test_there_is_a_session_of_the_newest_version_to_read() -> None:
    """Raised the version? Keep a session that your program made beside the others."""
    assert (MADE_BY / f"tables-{VERSION}.sql").is_file()


def test_a_step_that_was_taken_never_changes(old: tuple[int, Path], tmp_path: Path) -> None:
    """A session made yesterday has the tables of yesterday's steps, whatever stands there now."""
    version, folder = old
    Store.create(tmp_path / "then.sqlite3", STEPS[:version], lambda _db: None).close()

    assert schema_of(folder / DATABASE) == schema_of(tmp_path / "then.sqlite3")


def test_no_sql_and_no_names_of_our_files_outside_the_session() -> None:
    """Whoever changes a table or the folder looks in one room."""
    root = Path(__file__).parents[3]
    spoken = re.compile(
        r"\b(SELECT|INSERT INTO|UPDATE|DELETE FROM|CREATE TABLE|ALTER TABLE)\s+\w|\bPRAGMA\s+\w|"
        r"\bsqlite3\b|session\.sqlite|\.being-copied"
    )
    found = [
        f"{path.relative_to(root)}:{number}: {line.strip()}"
        for package in ("papierkompas", "omr", "scoring", "forms")
        for path in sorted((root / package).rglob("*.py"))
        if path.parent.name != "session"
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if spoken.search(line)
    ]

    assert found == []


def test_a_new_word_that_is_stored_is_a_new_version() -> None:
    """An older program cannot read it, and has to say so before it opens the session.

    Added one? Add an empty step to `papierkompas.session.schema`, a session of the new version to
    `made_by`, and the word here. None is ever taken away: sessions have it in them.
    """
    stored = (
        PageStatus,
        Reason,
        Doubt,
        Note,
        DotKind,
        DotDoubt,
        OddKind,
        MapChangeKind,
        PersonChange,
    )
    known = {kind.__name__: {member.value for member in kind} for kind in stored}

    assert (VERSION, known) == (WORDS_OF, WORDS)


def test_files_that_an_older_program_refused_are_still_accounted_for(tmp_path: Path) -> None:
    """They lay among the settings as one list, of which the last row counts."""
    folder = made_by(8, tmp_path / "sessie")
    with closing(sqlite3.connect(folder / DATABASE)) as db, db:
        for kept in ("[]", '[["a.pdf", "damaged", ""], ["b.txt", "not_an_image", "text"]]'):
            db.execute(
                "INSERT INTO settings (key, value, made) VALUES ('refused', ?, '2025-03-14')",
                (kept,),
            )
    with Session.open(folder) as session:
        found = session.refused.all()

    assert [(one.name, one.reason, one.detail) for one in found] == [
        ("a.pdf", Reason.DAMAGED, ""),
        ("b.txt", Reason.NOT_AN_IMAGE, "text"),
    ]
