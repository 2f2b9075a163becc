"""A doubt is not a blank, and a page that was not scanned is neither."""

from __future__ import annotations

import io
from pathlib import Path

from forms.answers import Doubt, Reading
from forms.instrument import find
from forms.paper_sizes import PAPERS
from papierkompas.acts.printing import Order
from papierkompas.command.report import show_results
from papierkompas.outcome.as_json import results_json
from papierkompas.outcome.as_tables import write_csv
from papierkompas.outcome.drawers import write
from papierkompas.outcome.material import Material
from papierkompas.outcome.posters import poster_of
from papierkompas.outcome.printables import Choices, printable
from papierkompas.outcome.results import Results
from tests.papierkompas.outcome.room import Room, at
from tests.papierkompas.outcome.tables_again import read_csv
from tests.pdf_words import pdf_pages

DOUBTFUL = Reading(None, doubt=Doubt.FAINT, confidence=0.6)
BLANK = Reading(None, confidence=0.999)
QUICKSCAN = find("quickscan")


def three(folder: Path) -> Results:
    """Sam is whole, Noor left one blank, of Ali one is in doubt and one was not scanned."""
    room = Room(folder, ["Sam", "Noor", "Ali"])
    own = room.print_list("gewenst")
    room.hand_in(own[1], at(2, 2))
    room.hand_in(own[2], {**at(2, 2), "3": BLANK})
    room.hand_in(own[3], {**{k: r for k, r in at(2, 2).items() if k != "8"}, "1": DOUBTFUL})
    return room.results()


def as_csv(results: Results) -> bytes:
    target = io.BytesIO()
    write_csv(target, results)
    return target.getvalue()


def test_who_is_not_on_the_map_is_said_with_why(tmp_path: Path) -> None:
    """Who answered faintly is not somebody without an answer, and it can be mended."""
    results = three(tmp_path)
    lines: list[str] = []
    show_results(results, lines.append)
    poster = poster_of(results, PAPERS["a1"])
    people = results_json(results)["rounds"]["gewenst"]["participants"]
    rows = read_csv(as_csv(results))["posities"]
    columns = ("vragen: leeg", "vragen: twijfel", "vragen: niet gescand", "telt mee")
    places = [rows[0].index(column) for column in columns]

    assert [person["why"] for person in people] == [
        {},
        {"blank": ["3"]},
        {"doubt": ["1"], "not_scanned": ["8"]},
    ]
    assert "  Noor: not on the map; no answer to 3" in lines
    assert "  Ali: not on the map; in doubt: 1; not scanned: 8" in lines
    assert [(one.name, one.reason) for one in poster.missing] == [
        ("Noor", "een antwoord is leeg"),
        ("Ali", "een antwoord is nog niet duidelijk"),
    ]
    assert [[row[place] for place in places] for row in rows[1:]] == [
        ["", "", "", "ja"],
        ["3", "", "", "nee"],
        ["", "1", "8", "nee"],
    ]


def test_papers_of_people_say_why_too(tmp_path: Path) -> None:
    """On the sheet per statement and on one's own page."""
    results = three(tmp_path)
    material = Material(known=lambda: results)
    made = {}
    for key in ("statements", "personal"):
        write(printable(key), material, Choices(few=True), tmp_path / f"{key}.pdf")
        pages = pdf_pages(tmp_path / f"{key}.pdf")
        made[key] = " ".join(page.text for page in pages)

    assert "Niets ingevuld: Noor (gewenst)." in made["statements"]
    assert "Nog niet duidelijk: Ali (gewenst)." in made["statements"]
    assert "Niet gescand: Ali (gewenst)." in made["statements"]
    assert "Je plek is niet bekend: bij stelling 3 is niets ingevuld." in made["personal"]
    assert "stelling 1 is nog niet duidelijk; stelling 8 is niet gescand." in made["personal"]


def test_the_wide_table_of_lists_keeps_them_apart(tmp_path: Path) -> None:
    """A statistics program would take an empty cell for a refusal to answer."""
    room = Room(tmp_path, asked=QUICKSCAN)
    paper = room.print(None, Order(copies=1))[0]
    room.hand_in(paper, {"1.1": Reading("+"), "1.2": BLANK, "1.3": DOUBTFUL})
    results = room.results()
    head, row = read_csv(as_csv(results))["lijsten quickscan"]
    answers = dict(zip(head, row, strict=True))
    made = results_json(results)["quickscan"]

    assert (answers["1.1"], answers["1.2"], answers["1.3"]) == ("+", "", "twijfel")
    assert answers["9.1"] == "niet gescand"
    assert list(made["in_review"].values()) == [["1.3"]]
    counted = [made["questions"][key] for key in ("1.2", "1.3", "9.1")]
    assert [(q["blank"], q["review"], q["page_missing"]) for q in counted] == [
        (1, 0, 0),
        (0, 1, 0),
        (0, 0, 1),
    ]
