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
from papierkompas.session.values import SheetId
from tests.papierkompas.outcome.room import LIST, Room, at
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


def test_a_stain_that_a_person_calls_no_writing_is_no_list(tmp_path: Path) -> None:
    """The spare sheet that it lies on is empty then, with names and without; undone, it is not."""
    comment = QUICKSCAN.written[0].key
    for asked, key, marked in ((QUICKSCAN, comment, "1.1"), (LIST, "name", "1")):
        room = Room(tmp_path / asked.key, asked=asked)
        round_key = asked.rounds[0].key if asked.rounds else None
        used, spare = room.print(round_key, Order(copies=2))
        room.hand_in(used, {marked: Reading(asked.questions[marked][0])})
        room.hand_in(spare, {marked: BLANK}, written=[key])
        assert _back(room) == (2, 2)
        sheet = SheetId(spare.batch, spare.number)
        change = room.session.corrections.correct(sheet, key, None, "begeleider")
        for choice in (False, True):
            room.session.settings.leave_out_names(choice)
            assert _back(room) == (1, 1)
        room.session.corrections.undo(change.id, "begeleider")
        assert _back(room) == (2, 2)


def _back(room: Room) -> tuple[int, int]:
    """How many sheets came back in the JSON, and in the workbook."""
    made = results_json(room.results())
    about = read_csv(as_csv(room.results()))["over"]
    told = next(row[1] for row in about if str(row[0]).endswith("ingeleverd"))
    found = made["quickscan"] or next(iter(made["rounds"].values()))
    return found["returned"], int(str(told))


def test_two_lists_of_one_person_came_back_and_do_not_count(tmp_path: Path) -> None:
    """Every channel says how many came back, how many count, and of which answers that is so."""
    room = Room(tmp_path, ["Sam", "Noor", "Ali"], asked=QUICKSCAN)
    own = room.print_list(None)
    spare = room.print(None, Order(copies=1))[0]
    for number in (1, 2, 3):
        room.hand_in(own[number], {"1.1": Reading("+")})
    room.hand_in(spare, {"1.1": Reading("-")}, "Sam")
    results = room.results()
    lines: list[str] = []
    show_results(results, lines.append)
    made, rows = results_json(results)["quickscan"], read_csv(as_csv(results))
    about = {row[0]: row[1] for row in rows["over"]}
    state = rows["antwoorden"][0].index("stand")

    assert (made["n"], made["returned"], made["issued"]) == (2, 4, 4)
    assert (about["quickscan: ingeleverd"], about["quickscan: tellen mee"]) == ("4", "2")
    assert any("4 of 4 lists, 2 of which count" in line for line in lines)
    assert [row[state] for row in rows["antwoorden"][1:]] == [
        "twee formulieren",
        "gelezen",
        "gelezen",
        "twee formulieren",
    ]
