"""A session is taken along in a zip, deleted, and opened again: nothing is lost, nobody gets in."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import sqlite3
import stat
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from forms.answers import Reading
from forms.errors import SessionError
from forms.instrument import find
from papierkompas.acts.printing import Order
from papierkompas.acts.transcribe import NAME
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.everything import changes_csv, write_everything
from papierkompas.outcome.material import Material
from papierkompas.outcome.opened_again import open_again, unpack
from papierkompas.outcome.results import results
from papierkompas.outcome.to_settle import to_ask
from papierkompas.session import taken_along
from papierkompas.session.session import Session
from papierkompas.session.taken_along import put_session
from papierkompas.session.values import KEPT, LATER, REPLACED, TYPED, SheetId, put_off
from tests.papierkompas.outcome.room import LIST, Room, at
from tests.papierkompas.outcome.test_one_sheet_each import Evening

DATABASE = "sessie/session.sqlite3"
CODE_WORDS = ("replaced", "kept", "typed", "off_list", "None")  # ours, for no eye


@pytest.fixture
def room(tmp_path: Path) -> Room:
    """Two on the list and a guest; an answer corrected, and taken back."""
    made = Room(tmp_path, ("Sam Voorbeeld", "Noor Proef"))
    for round_key in ("gewenst", "huidig"):
        for number, paper in made.print_list(round_key).items():
            made.hand_in(paper, at(2, number))
    guest = made.print("gewenst", Order(copies=1))[0]
    made.hand_in(guest, at(5, 3), "Zoë Gast")
    mend = made.session.corrections
    own = SheetId(guest.batch, guest.number)
    changed = mend.correct(own, "1", "6", "begeleider", "verteld")
    mend.undo(changed.id, "begeleider", "toch niet")
    mend.correct(own, "2", None, "begeleider")
    session = made.session
    session.people.rename(replace(session.people.all()[0], name="Sam Anders"), "begeleider")
    session.people.take_off(2, "begeleider", "ziek")
    session.call("Team Zorg en Welzijn", session.date, "begeleider")
    session.withdrawals.withdraw(session.scans.all()[0], 2, "begeleider", "proef")
    twice = tmp_path / "dubbel.pdf"
    twice.write_bytes(b"another scan")
    session.withdrawals.withdraw(session.scans.keep(twice), None, "begeleider", "dubbel")
    return made


REFUSED = re.compile(r'[<>:"\\\\|?*\x00-\x1f]|[. ]$|^(con|nul|aux|prn|com\d|lpt\d)(\.|$)', re.I)


def test_every_name_in_the_zip_is_one_that_windows_takes(room: Room, tmp_path: Path) -> None:
    """A zip with one name that it refuses is not unpacked at all, or without that file."""
    for number, name in enumerate(["a<b>c?.pdf", "vraag: 1.pdf", "punt.pdf. .", "CON", "nul.pdf"]):
        scan = tmp_path / f"{number}.pdf"
        scan.write_bytes(b"scan %d" % number)
        room.session.scans.keep(scan, name)
    names = zipfile.ZipFile(io.BytesIO(zip_of(room.session))).namelist()
    parts = [part for name in names for part in name.split("/")]

    assert sum(name.startswith("scans/") for name in names) >= 7
    assert [part for part in parts if REFUSED.search(part)] == []
    assert len({name.casefold() for name in names}) == len(names)


@pytest.fixture
def taken(room: Room) -> bytes:
    return zip_of(room.session)


def zip_of(session: Session) -> bytes:
    file = io.BytesIO()
    write_everything(file, Material(session=session), session)
    return file.getvalue()


def everything_of(session: Session) -> tuple[object, ...]:
    """What anybody can see of a session."""
    return (
        json.dumps(results_json(results(session))),
        session.called(),
        session.people.history(),
        session.withdrawals.all(),
        session.refused.all(),
        session.revision(),
        session.corrections.all(),
        session.people.all(),
        session.given_out.sheets(),
        [(scan.name, scan.path.read_bytes()) for scan in session.scans.all()],
        session.questionnaires.all(),
        session.created,
        session.team,
        session.date,
    )


def told_by(taken: bytes) -> dict[str, bytes]:
    """Return the tables and the lists of changes, to the byte; a workbook knows when it is made."""
    with zipfile.ZipFile(io.BytesIO(taken)) as zipped:
        names = [n for n in zipped.namelist() if n.endswith((".csv", ".json", ".txt"))]
        return {name: zipped.read(name) for name in (*names, *_scans_in(zipped))}


def _scans_in(zipped: zipfile.ZipFile) -> list[str]:
    return [name for name in zipped.namelist() if name.startswith("scans/")]


def changed(taken: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Pack a zip anew, with something else in it."""
    with zipfile.ZipFile(io.BytesIO(taken)) as zipped:
        files = {name: zipped.read(name) for name in zipped.namelist()}
    change(files)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, data in files.items():
            zipped.writestr(name, data)
    return made.getvalue()


def in_database(sql: str, tmp_path: Path) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        path = tmp_path / "changed.sqlite3"
        path.write_bytes(files[DATABASE])
        db = sqlite3.connect(path)
        db.executescript(sql)
        db.close()
        files[DATABASE] = path.read_bytes()

    return change


def refusal(taken: bytes, place: Path) -> str:
    """Try to open it; nothing may be left behind."""
    before = sorted(place.parent.rglob("*"))
    with pytest.raises(SessionError) as found:
        open_again(io.BytesIO(taken), "x.zip", place)

    assert sorted(place.parent.rglob("*")) == before
    return found.value.message.key


def test_zip_delete_open_gives_the_same_session(room: Room, tmp_path: Path) -> None:
    """Results, corrections, history, scans and the school's own questionnaire."""
    own = tmp_path / "eigen.toml"
    source = Path(find.__code__.co_filename).parent / "instruments" / "schoolwaardenkompas.toml"
    text = source.read_text().replace("edition = 1", "edition = 40", 1)
    own.write_text(text)
    room.session.questionnaires.keep(own)
    taken = zip_of(room.session)  # its papers with a code are given out by this
    before = everything_of(room.session)
    folder = room.session.folder
    room.session.delete_for_good()
    open_again(io.BytesIO(taken), "Team Zorg.zip", folder)

    with Session.open(folder) as again:
        assert everything_of(again) == before
        assert {n: d for n, d in told_by(zip_of(again)).items() if d != told_by(taken)[n]} == {}
        again.corrections.correct(again.corrections.all()[0].sheet, "3", "1", "begeleider")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not list(folder.parent.glob(".being-opened*"))


@pytest.mark.parametrize("seed", range(4))
def test_whatever_was_done_in_an_evening_is_there_again(seed: int, tmp_path: Path) -> None:
    """Questions put off, merged people, typed sheets, second prints, what was taken back."""
    evening = an_evening(tmp_path, seed)
    before, told = everything_of(evening.session), changes_csv(evening.session, evening.results())
    parked = to_ask(evening.results().sheets)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as zipped:
        put_session(zipped, evening.session)
    folder = evening.session.folder
    evening.session.delete_for_good()
    assert not list(folder.glob("*.sqlite3"))
    file.seek(0)
    open_again(file, "x.zip", folder)

    with Session.open(folder) as again:
        assert everything_of(again) == before
        assert changes_csv(again, results(again)) == told
        assert to_ask(results(again).sheets) == parked


def test_every_kind_of_change_says_its_round_and_its_statement(tmp_path: Path) -> None:
    """Also of a sheet whose page was taken away since, and of what was taken back."""
    kinds: set[str] = set()
    for seed in range(6):
        evening = an_evening(tmp_path / str(seed), seed)
        text = changes_csv(evening.session, evening.results()).decode("utf-8-sig")
        rounds = {b.batch: b.round or "" for b in evening.session.given_out.batches()}
        for row in csv.DictReader(io.StringIO(text), delimiter=";"):
            about = put_off(row["vraag"])
            question = row["vraag"] if about is None else about
            kinds.add("row" if row["vraag"] in LIST.questions else row["vraag"].partition(" ")[0])
            kinds |= {"undo"} if row["neemt terug"] else set()
            assert f"({rounds[row['formulier'][:4]]})" in row["wat"], row
            if question in LIST.questions:
                assert re.search(rf"\bstelling {question}\b", row["wat"]), row
            assert row["wat"].partition("), ")[2], row
            assert not any(word in row["wat"] for word in CODE_WORDS), row
    assert kinds >= {"row", NAME, REPLACED, KEPT, TYPED, LATER, "undo"}


def an_evening(folder: Path, seed: int) -> Evening:
    """Do everything that a session allows, in any order, and each of it at least once."""
    folder.mkdir(exist_ok=True)
    evening = Evening(folder, Random(seed))
    for _ in range(5):
        evening.hand_in()
    acts = list(dict.fromkeys(evening.acts)) * 2
    evening.rng.shuffle(acts)
    for act in acts:
        act()
    return evening


def test_a_session_opens_beside_where_somebody_works(
    room: Room, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is given a folder as people type it: `papierkompas new weer --from alles.zip`."""
    taken = zip_of(room.session)
    monkeypatch.chdir(tmp_path)
    open_again(io.BytesIO(taken), "alles.zip", Path("weer"))

    with Session.open(tmp_path / "weer") as again:
        assert again.team == room.session.team


def test_names_that_stay_inside_are_in_no_byte_of_the_zip(room: Room, tmp_path: Path) -> None:
    """Then it holds no session, and says so."""
    room.session.settings.leave_out_names(True)
    taken = zip_of(room.session)

    with zipfile.ZipFile(io.BytesIO(taken)) as zipped:
        assert not [n for n in zipped.namelist() if n.startswith(("sessie", "scans"))]
        assert "niet opnieuw geopend" in zipped.read("LEESMIJ.txt").decode()
    assert refusal(taken, tmp_path / "elders") == "zip.no_session"


@pytest.mark.parametrize(
    "name",
    ["../weg.txt", "/etc/weg", "scans/../../weg", "C:/weg", "scans\\..\\weg", "CON",
     "scans/nul.pdf", "a//b", "scans/com1", "x\n.txt"],
)  # fmt: skip
def test_no_name_leads_out_of_the_zip(name: str, taken: bytes, tmp_path: Path) -> None:
    hostile = changed(taken, lambda files: files.update({name: b"x"}))

    assert refusal(hostile, tmp_path / "elders") == "zip.foreign"


def test_a_link_in_a_zip_is_refused(taken: bytes, tmp_path: Path) -> None:
    made = io.BytesIO(taken)
    with zipfile.ZipFile(made, "a") as zipped:
        link = zipfile.ZipInfo("scans/009-link.pdf")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        zipped.writestr(link, "/etc/passwd")

    assert refusal(made.getvalue(), tmp_path / "elders") == "zip.foreign"


@pytest.mark.parametrize(
    ("sql", "key"),
    [
        ("UPDATE scans SET kept = '../../../etc/passwd'", "zip.damaged"),
        ("UPDATE scans SET kept = 'scans/' || hex(zeroblob(32)) || '.pdf'", "zip.damaged"),
        (
            "CREATE TRIGGER t AFTER INSERT ON scans BEGIN DELETE FROM pages; END",
            "zip.damaged",
        ),
        ("CREATE VIEW v AS SELECT * FROM pages", "zip.damaged"),
        ("DROP TABLE settings", "zip.damaged"),
        ("UPDATE about SET date = 'morgen'", "zip.damaged"),
        ("UPDATE pages SET status = 'onbekend'", "zip.damaged"),
        ("PRAGMA application_id = 1", "zip.damaged"),
        ("PRAGMA user_version = 999", "zip.newer"),
    ],
)
def test_a_database_of_a_stranger_is_not_used(
    sql: str, key: str, taken: bytes, tmp_path: Path
) -> None:
    """A path of their own would put a file of ours into the next zip."""
    hostile = changed(taken, in_database(sql, tmp_path))

    assert refusal(hostile, tmp_path / "elders") == key


def test_a_zip_that_is_not_whole_is_refused(taken: bytes, tmp_path: Path) -> None:
    def without_scans(files: dict[str, bytes]) -> None:
        for name in [n for n in files if n.startswith("scans/")]:
            del files[name]

    assert refusal(changed(taken, without_scans), tmp_path / "elders") == "zip.not_whole"
    assert refusal(taken[: len(taken) // 2], tmp_path / "elders") == "zip.none"
    assert refusal(b"", tmp_path / "elders") == "zip.none"
    at = taken.index(b"session.sqlite3") + 2_000
    spoilt = taken[:at] + bytes(20) + taken[at + 20 :]
    assert refusal(spoilt, tmp_path / "elders") == "zip.damaged"


def test_a_file_that_is_in_a_zip_twice_is_refused(taken: bytes, tmp_path: Path) -> None:
    """Programs differ about which of the two counts."""
    made = io.BytesIO(taken)
    with zipfile.ZipFile(made, "a") as zipped, pytest.warns(UserWarning, match="Duplicate"):
        zipped.writestr(DATABASE, b"another")

    assert refusal(made.getvalue(), tmp_path / "elders") == "zip.foreign"


def test_a_session_in_a_zip_within_a_zip_is_not_looked_for(taken: bytes, tmp_path: Path) -> None:
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as zipped:
        zipped.writestr("alles.zip", taken)

    assert refusal(outer.getvalue(), tmp_path / "elders") == "zip.no_session"


def test_a_quickscan_comes_back_with_its_comments_and_every_paper(tmp_path: Path) -> None:
    """What somebody confirmed is what it was, and the zip holds every paper of the table."""
    asked = find("quickscan")
    made = Room(tmp_path, asked=asked)
    answers = {q: Reading(options[0], confidence=0.999) for q, options in asked.questions.items()}
    for paper in made.print(None, Order(copies=3)):
        for page in range(1, 6):
            made.hand_in(paper, answers, page=page)
    field = next(key for key in asked.text_fields if key != NAME)
    made.session.corrections.correct(
        SheetId(paper.batch, paper.number), field, "Vaker bellen", "Zorgteam"
    )
    taken = zip_of(made.session)
    before = everything_of(made.session)
    folder = made.session.folder
    made.session.delete_for_good()
    open_again(io.BytesIO(taken), "x.zip", folder)

    with Session.open(folder) as again:
        assert everything_of(again) == before
        assert told_by(zip_of(again)) == told_by(taken)
    with zipfile.ZipFile(io.BytesIO(taken)) as zipped:
        assert "een-lijst.pdf" in zipped.namelist()
        assert "Vaker bellen" in zipped.read("wijzigingen.csv").decode("utf-8-sig")


def test_a_bomb_is_stopped_before_it_goes_off(
    taken: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also one that lies about its sizes; bounds as in life, a thousand times smaller."""
    monkeypatch.setattr(taken_along, "MOST_BYTES", 4_000_000)
    bomb = changed(taken, lambda files: files.update({"scans/002-b.pdf": bytes(5_000_000)}))
    many = changed(taken, lambda files: files.update({f"x{n}": b"" for n in range(6_000)}))
    sizes = (5_000_000).to_bytes(4, "little")
    assert bomb.count(sizes) == 2
    lying = bomb.replace(sizes, (1_000).to_bytes(4, "little"))
    for hostile in (bomb, many, lying):
        path, folder = tmp_path / "zip", tmp_path / "hier"
        path.write_bytes(hostile)
        folder.mkdir()
        with pytest.raises(SessionError) as found:
            unpack(path, "x.zip", folder)
        size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())

        assert found.value.message.key in ("zip.too_large", "zip.damaged")
        assert size < 4_500_000
        shutil.rmtree(folder)


def test_a_folder_that_is_used_stays_as_it_is(taken: bytes, room: Room, tmp_path: Path) -> None:
    used = tmp_path / "vol"
    used.mkdir()
    (used / "brief.txt").write_text("x")

    assert refusal(taken, used) == "zip.taken"
    assert refusal(taken, room.session.folder) == "session.exists"
