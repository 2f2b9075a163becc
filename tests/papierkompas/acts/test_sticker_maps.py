"""A map that a team made by hand: from the blank compass to results and poster."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from forms.compass import BlankCompass
from forms.paper_sizes import paper_named
from forms.sheet_code import from_words
from papierkompas.session.session import Session
from tests.maps import COMPASS
from tests.papierkompas.command.test_cli import Command
from tests.pdf_words import pdf_pages

PX_PER_MM = 4.0
COLOURS = {"rood": (40, 40, 210), "blauw": (190, 110, 40), "geel": (30, 215, 245)}
WISH = [("rood", 2, 5), ("rood", 2.25, 4.5), ("blauw", 3, 5), ("blauw", 2.5, 5.5)]
NOW = [("rood", 4, 3), ("rood", 4.25, 2), ("blauw", 5, 3), ("blauw", 4.5, 1.5), ("geel", 3, 2)]


class Hand(Command):
    """Runs the command on one session, and makes photos of what hangs on the wall."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(folder, capsys)
        self.session = folder / "sessie"
        self("new", self.session, "--team", "Team Zorg", "--date", "2026-03-12")

    def photo(
        self,
        name: str,
        dots: Sequence[tuple[str, float, float]],
        *printed: str | Path,
        aside_mm: float = 0,
    ) -> Path:
        """Print a blank A3 compass, stick the dots on it, and photograph it flat."""
        pdf = self.folder / "leeg.pdf"
        self("extras", "blank-compass", "--size", "a3", "--out", pdf, *printed)
        command = ["pdftoppm", "-r", str(PX_PER_MM * 25.4), "-png", "-singlefile", str(pdf)]
        made = subprocess.run(command, check=True, capture_output=True).stdout
        image = cv2.imdecode(np.frombuffer(made, np.uint8), cv2.IMREAD_COLOR)
        assert image is not None
        compass = BlankCompass.on(paper_named("a3"), COMPASS)
        for colour, doel, relatie in dots:
            place = compass.map.at(doel, relatie)
            middle = (place.x_mm + aside_mm, place.y_mm)
            at = tuple(round(v * PX_PER_MM * 16) for v in middle)
            radius = round(6 * PX_PER_MM * 16)
            cv2.circle(image, (at[0], at[1]), radius, COLOURS[colour], -1, cv2.LINE_AA, 4)
        path = self.folder / name
        cv2.imwrite(str(path), image)
        return path

    def wish(
        self, name: str, dots: Sequence[tuple[str, float, float]], aside_mm: float = 0
    ) -> Path:
        return self.photo(
            name, dots, "--session", self.session, "--round", "gewenst", aside_mm=aside_mm
        )

    def now(self, name: str, dots: Sequence[tuple[str, float, float]]) -> Path:
        return self.photo(name, dots, "--session", self.session, "--round", "huidig")

    def read(self, *photos: Path, code: int = 0) -> dict[str, Any]:
        return self.json("read", *photos, "--session", self.session, "--workers", "1", code=code)

    def results(self) -> dict[str, Any]:
        return self.json("results", "--session", self.session)


@pytest.fixture
def hand(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Hand:
    return Hand(tmp_path, capsys)


def placed(dots: Sequence[dict[str, Any]]) -> list[tuple[str, float, float]]:
    return sorted((dot["colour"], dot["doel"], dot["relatie"]) for dot in dots)


def words_of(pdf: Path) -> list[str]:
    (page,) = pdf_pages(pdf)
    return [word.text for word in page.words]


def test_a_session_run_wholly_by_hand_can_be_stored_and_compared(hand: Hand) -> None:
    """Two flip-overs with stickers are the whole evening of some teams."""
    read = hand.read(hand.wish("gewenst.jpg", WISH), hand.now("nu.png", NOW))
    found = hand.results()

    assert [page["status"] for page in read["pages"]] == ["read", "read"]
    assert [page["sheet"] for page in read["pages"]] == [None, None]
    assert (read["summary"]["dots"], read["sheets"]) == (9, [])
    assert {photo["round"] for photo in read["compasses"]} == {"gewenst", "huidig"}
    assert placed(found["hand_made"]["gewenst"]["dots"]) == sorted(WISH)
    assert placed(found["hand_made"]["huidig"]["dots"]) == sorted(NOW)
    assert found["hand_made"]["gewenst"]["team"]["doel"] == pytest.approx(2.4375)
    step = found["hand_made_comparison"]
    assert step["n"] == {"huidig": 5, "gewenst": 4}
    assert step["mean_step"]["relatie"] == pytest.approx(5 - 2.3)
    assert "richting samen" in step["sentence"]
    assert "geen naam" in step["sentence"]
    assert (found["rounds"], found["comparison"]) == ({}, None)


def test_the_screen_says_how_many_dots_there_are(hand: Hand) -> None:
    """The facilitator counts the people in the room, and compares."""
    photo = hand.wish("gewenst.jpg", WISH)
    said = hand("read", photo, "--session", hand.session, "--workers", "1")
    shown = hand("results", "--session", hand.session)

    assert "4 dots on the blank compass of round gewenst" in said
    assert "4 dots on 1 map" in said.splitlines()[-1]
    assert "Map made by hand, round gewenst: 4 dots" in shown
    assert "middle of 4: doel 2.44, relatie 5.00" in shown


def test_the_same_photo_twice_changes_nothing(hand: Hand) -> None:
    """The folder with photos is read again when one was added."""
    photo = hand.wish("gewenst.jpg", WISH)
    hand.read(photo)
    with Session.open(hand.session) as session:
        before = session.revision()
    hand.read(photo)
    with Session.open(hand.session) as session:
        assert session.revision() == before
        assert len(list(session.pages.all())) == 1

    assert len(hand.results()["hand_made"]["gewenst"]["dots"]) == 4


def test_the_later_photo_of_a_sheet_counts_and_both_are_kept(hand: Hand) -> None:
    """Somebody came late and put a dot on it; or a sticker was put right."""
    hand.read(hand.wish("a.jpg", WISH))
    read = hand.read(hand.wish("b.jpg", [*WISH, ("geel", 5, 2)]))

    assert [page["status"] for page in read["pages"]] == ["duplicate", "read"]
    assert "b.jpg" in " ".join(read["remarks"])
    assert read["summary"]["dots"] == 5
    assert placed(hand.results()["hand_made"]["gewenst"]["dots"]) == sorted([*WISH, ("geel", 5, 2)])
    with Session.open(hand.session) as session:
        assert [len(page.dots) for page in session.pages.all()] == [4, 5]


def test_one_sheet_may_hold_dots_of_two_rounds(hand: Hand) -> None:
    """Issue 15: colour and round per dot. Both rounds wait for the count of that one sheet."""
    both = [*WISH, *NOW[:2]]
    hand.read(hand.wish("wens.png", both))
    belongs = [f"--belongs={doel},{relatie}=huidig" for _, doel, relatie in NOW[:2]]
    sheet = hand.json("hand-made", "--session", hand.session, "--round", "gewenst", *belongs)
    maps = hand.results()["hand_made"]
    hand("hand-made", "--session", hand.session, "--belongs", "2,5=later", code=2)
    hand("hand-made", "--session", hand.session, "--round", "gewenst", "--count", "7")
    poster = ("poster", "--session", hand.session, "--size", "a3", "--round", "huidig", "--few")
    hand(*poster, "--out", hand.folder / "nu.pdf", code=2)
    hand("hand-made", "--session", hand.session, "--round", "gewenst", "--count", "6")
    hand(*poster, "--out", hand.folder / "nu.pdf")

    assert [dot["round"] for dot in sheet["dots"]].count("huidig") == 2
    assert {key: placed(one["dots"]) for key, one in maps.items()} == {
        "gewenst": sorted(WISH),
        "huidig": sorted(NOW[:2]),
    }


def without_square(photo: Path) -> None:
    """Hide the square code; the words over it stay."""
    code = BlankCompass.on(paper_named("a3"), COMPASS).code
    image = cv2.imread(str(photo))
    assert image is not None
    x, y, side = (round(v * PX_PER_MM) for v in (code.x_mm, code.y_mm, code.width_mm))
    image[y : y + side, x : x + side] = 230
    cv2.imwrite(str(photo), image)


def test_a_map_whose_square_code_is_covered_is_read_by_its_words(hand: Hand) -> None:
    """Issue 15: the message asks to type the code in words; it is on the sheet, and enough."""
    photo = hand.wish("wens.png", WISH)
    (words,) = (w for w in words_of(hand.folder / "leeg.pdf") if from_words(w))
    without_square(photo)
    (before,) = hand.read(photo, code=5)["pages"]
    read = hand.json("read", photo, "--session", hand.session, "--code", words)

    assert "--code" in before["reason"]
    assert read["pages"][0]["status"] == "read"
    (wish,) = hand.results()["hand_made"].items()
    assert wish[0] == "gewenst"
    assert placed(wish[1]["dots"]) == sorted(WISH)


@pytest.mark.parametrize("code", ["K7F3-02-HM", "wens", ""])
def test_another_code_is_refused_and_says_why(hand: Hand, code: str) -> None:
    """What is typed wrong makes no map of another session."""
    photo = hand.wish("wens.png", WISH)
    without_square(photo)
    hand("read", photo, "--session", hand.session, "--code", code, code=2)

    assert hand.results()["hand_made"] == {}


def test_a_session_of_an_older_version_takes_in_photos(hand: Hand) -> None:
    """It was made before dots were kept; nothing in it changes but that."""
    photo = hand.wish("gewenst.jpg", WISH)
    with closing(sqlite3.connect(hand.session / "session.sqlite3")) as db:
        for later in (
            "dots", "withdrawals", "refused", "people_changes", "prints", "about", "odd_spots",
            "map_changes",
        ):  # fmt: skip
            db.execute(f"DROP TABLE {later}")
        db.execute("DROP INDEX parts_of_scan")
        db.execute("ALTER TABLE pages DROP COLUMN part")
        db.execute("ALTER TABLE corrections DROP COLUMN copy_part")
        db.execute("ALTER TABLE pages DROP COLUMN notes")
        db.execute("PRAGMA user_version = 3")
    hand.read(photo)

    assert len(hand.results()["hand_made"]["gewenst"]["dots"]) == 4


def test_another_sessions_compass_is_said_to_be_that(hand: Hand) -> None:
    """The flip-overs of two teams stand in one corridor."""
    other = hand.folder / "ander"
    hand("new", other, "--team", "Team Sport")
    photo = hand.photo("ander.jpg", WISH, "--session", other, "--round", "gewenst")
    read = hand.read(photo, code=5)  # nothing in it is of this session

    assert read["pages"][0]["status"] == "unread"
    assert "another session" in read["pages"][0]["reason"]
    assert read["compasses"] == []
    assert hand.results()["hand_made"] == {}


def test_two_photos_of_one_map_are_put_together(hand: Hand) -> None:
    """A lamp shines in each of them, in another place (issue 15)."""
    one, other = hand.wish("a.jpg", WISH), hand.wish("b.jpg", WISH)
    compass = BlankCompass.on(paper_named("a3"), COMPASS)
    for path, spot in ((one, (2.125, 4.75)), (other, (2.75, 5.25))):
        image = cv2.imread(str(path))
        assert image is not None
        at = tuple(round(v * PX_PER_MM) for v in compass.map.at(*spot))
        cv2.circle(image, (at[0], at[1]), round(22 * PX_PER_MM), (255, 255, 255), -1)
        cv2.imwrite(str(path), image)
    read = hand.read(one, other)
    made = hand.results()["hand_made"]["gewenst"]

    assert [page["status"] for page in read["pages"]] == ["duplicate", "read"]
    assert placed(made["dots"]) == sorted(WISH)
    assert made["in_doubt"] == 0


def test_a_map_is_put_right_by_place_and_every_change_can_be_taken_back(hand: Hand) -> None:
    """Quicker than another photo; nothing that was read is lost (issue 15)."""
    hand.read(hand.wish("gewenst.jpg", WISH))
    right = ("hand-made", "--session", hand.session, "--round", "gewenst")
    gone = hand.json(*right, "--remove", "2,5", "--add", "5,1.5", "--colour", "geel", "--who", "An")

    assert placed(gone["dots"]) == sorted([*WISH[1:], ("geel", 5, 1.5)])
    assert [(one["kind"], one["place"], one["who"]) for one in gone["changes"]] == [
        ("remove", "2.00,5.00", "An"), ("add", "5.00,1.50", "An"),
    ]  # fmt: skip
    back = hand.json(*right, "--undo", gone["changes"][0]["id"])
    assert placed(back["dots"]) == sorted([*WISH, ("geel", 5, 1.5)])
    assert len(back["changes"]) == 3
    hand(*right, "--remove", "6,6", code=2)
    assert "no dot" in hand.err
    hand(*right, "--add", "2,9", code=2)
    assert len(hand.json(*right)["changes"]) == 3


def test_the_poster_waits_while_the_count_does_not_add_up(hand: Hand) -> None:
    """Who counted five on the wall does not hang up a poster of four (issue 15)."""
    hand.read(hand.wish("gewenst.jpg", WISH))
    right = ("hand-made", "--session", hand.session, "--round", "gewenst")
    poster = hand.folder / "poster.pdf"
    assert hand.json(*right, "--count", "5")["people"] == 5
    hand("poster", "--session", hand.session, "--out", poster, code=2)
    assert "5 dots hang there" in hand.err
    hand(*right, "--add", "5,5")
    made = hand.json("poster", "--session", hand.session, "--out", poster)

    assert made["people"] == 5
    assert hand.results()["hand_made"]["gewenst"]["adds_up"]


def test_a_map_without_dots_is_a_problem_that_is_said(hand: Hand) -> None:
    """All stickers were white (issue 15)."""
    said = hand("read", hand.wish("leeg.jpg", []), "--session", hand.session, "--workers", "1")
    hand("poster", "--session", hand.session, "--out", hand.folder / "p.pdf", code=2)

    assert "No dot was found" in said
    assert "White stickers" in hand.err


def test_a_compass_of_no_session_and_no_round_is_taken_in(hand: Hand) -> None:
    """It was printed before anybody made a session; --round says later what it was."""
    hand.read(hand.photo("kaart.jpg", WISH))
    poster = hand.folder / "poster.pdf"

    assert len(hand.results()["hand_made"]["unknown"]["dots"]) == 4
    hand("poster", "--session", hand.session, "--out", poster, code=2)
    assert "--round" in hand.err
    made = hand.json("poster", "--session", hand.session, "--round", "huidig", "--out", poster)
    assert made["people"] == 4


def test_without_a_session_the_dots_are_said_all_the_same(hand: Hand) -> None:
    """As for sheets: a quick look needs no session."""
    read = hand.json("read", hand.wish("gewenst.jpg", WISH))

    assert placed(read["compasses"][0]["dots"]) == sorted(WISH)


def test_a_dot_between_two_points_is_a_doubt(hand: Hand) -> None:
    """--strict ends with 6, as for any doubt."""
    photo = hand.wish("scheef.jpg", WISH, aside_mm=4.5)
    said = hand("read", photo, "--session", hand.session, "--workers", "1", "--strict", code=6)

    assert said.count("between two quarter points") == 4
    assert hand.results()["hand_made"]["gewenst"]["in_doubt"] == 4


def test_the_poster_of_a_map_made_by_hand_names_colours(hand: Hand) -> None:
    """Dots have no names; their colours often mean a group."""
    hand.read(hand.wish("gewenst.jpg", WISH))
    poster = hand.folder / "poster.pdf"
    facts = hand.json("poster", "--session", hand.session, "--out", poster, "--size", "a3")
    words = words_of(poster)

    assert facts["people"] == 4
    assert words.count("rood") == 2
    assert words.count("blauw") == 2
    assert "Overgenomen van de kaart aan de muur: 4 stippen." in " ".join(words)


def test_the_poster_of_two_maps_compares_their_middles_only(hand: Hand) -> None:
    """An arrow per person would be invented."""
    hand.read(hand.wish("gewenst.jpg", WISH), hand.now("nu.jpg", NOW))
    poster = hand.folder / "poster.pdf"
    hand("poster", "--session", hand.session, "--out", poster)
    said = " ".join(words_of(poster))

    assert "Waar willen we naartoe?" in said
    assert "Stippen hebben geen naam" in said
    assert "rood" not in said
