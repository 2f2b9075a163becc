"""Which columns hold the names: what is taken, what is refused, and on which line it is said."""

from __future__ import annotations

import pytest

from forms.errors import RosterError
from forms.roster.columns import Columns, columns_of
from forms.roster.values import Column, Part, Row

FILE = "namen.csv"


def a_table(text: str) -> tuple[Row, ...]:
    """Write a table as people type it: a line a person, `;` between the columns."""
    lines = [line.strip() for line in text.strip().splitlines()]
    return tuple(
        Row(n, tuple(cell.strip() for cell in line.split(";"))) for n, line in enumerate(lines, 1)
    )


def names(columns: Columns) -> list[tuple[str, str, str]]:
    return [columns.parts(row, FILE)[0] for row in columns.rows]


def refused(text: str) -> tuple[str, int, str]:
    """Say why a list is refused: the key, the line, and what of it is quoted."""
    with pytest.raises(RosterError) as error:
        names(columns_of(a_table(text), FILE))
    values = error.value.message.values
    assert values["file"] == FILE
    return error.value.message.key, values["line"], str(values.get("text", ""))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "voornaam;tussenvoegsel;achternaam\nSam;;Voorbeeld\nNoor;van;Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="three parts",
        ),
        pytest.param(
            "Klas;Naam\n4A;Sam Voorbeeld\n4B;Noor van Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="a whole name beside another column",
        ),
        pytest.param(
            "Naam;Voornaam\nVoorbeeld;Sam\nProef;Noor",
            [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="in Belgium naam is the last name",
        ),
        pytest.param(
            "Naam;Achternaam\nSam;Voorbeeld\nNoor;Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="naam beside the last name is the first",
        ),
        pytest.param(
            "Naam;Voornaam\nSam Voorbeeld;Sam\nNoor van Proef;Noor",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="in an export naam is the whole of it",
        ),
        pytest.param(
            "Naam;Achternaam\nSam Jan Voorbeeld;Voorbeeld",
            [("Sam Jan", "", "Voorbeeld")],
            id="the last name says where the first ends",
        ),
        pytest.param(
            "Naam;Voornaam;Achternaam\nSam V.;Sam;Voorbeeld\nN. Proef;Noor;Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="first and last name say it all",
        ),
        pytest.param(
            "Voornaam;tv;Achternaam\nSam;;Voorbeeld\nNoor;van;Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="infixes under any heading",
        ),
        pytest.param(
            "Sam Voorbeeld\nNoor van Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="names alone",
        ),
        pytest.param(
            "Sam;Voorbeeld\nNoor;Proef\nZoë;Toets",
            [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef"), ("Zoë", "", "Toets")],
            id="two columns without headings",
        ),
        pytest.param(
            "Sam;;Voorbeeld\nNoor;van;Proef",
            [("Sam", "", "Voorbeeld"), ("Noor", "van", "Proef")],
            id="three columns without headings",
        ),
        pytest.param(
            "Anna de Vries; Bram Boer; Chaima El Idrissi; Daan Prins",
            [
                ("Anna", "de", "Vries"),
                ("Bram", "", "Boer"),
                ("Chaima", "El", "Idrissi"),
                ("Daan", "", "Prins"),
            ],
            id="people behind each other",
        ),
        pytest.param(
            "1;Sam;Voorbeeld\n2;Noor;Proef", [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="numbers in a column",
        ),
        pytest.param(
            "Sam Voorbeeld;sam@school.nl\nNoor Proef;noor@school.nl",
            [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="addresses in a column",
        ),
        pytest.param(
            "•;Sam Voorbeeld\n-;Noor Proef", [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")],
            id="dots in a column",
        ),
        pytest.param("Naam\nVoorbeeld, Sam", [("Sam", "", "Voorbeeld")], id="last name first"),
        pytest.param("Achternaam\nVoorbeeld, Sam", [("Sam", "", "Voorbeeld")], id="with a comma"),
        pytest.param("Voornaam\nSam de Vries", [("Sam", "de", "Vries")], id="a whole first name"),
    ],
)  # fmt: skip
def test_names_are_taken_from_the_columns_that_hold_them(
    text: str, expected: list[tuple[str, str, str]]
) -> None:
    assert names(columns_of(a_table(text), FILE)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Naam;Voornaam\nSam Voorbeeld;Sam\nProef;Noor",
            ("roster.two_names", 3, "Proef"),
            id="naam is now this and now that",
        ),
        pytest.param(
            "Naam;Naam cursist\nSam Voorbeeld;Noor Proef",
            ("roster.two_name_columns", 1, "Naam"),
            id="two columns for names of different people",
        ),
        pytest.param(
            "Voornaam;Achternaam;Voornaam\nSam;Voorbeeld;Noor",
            ("roster.twice_heading", 1, "Voornaam"),
            id="one heading twice",
        ),
        pytest.param(
            "Voornaam;bijnaamgeving\nSam;Voorbeeld",
            ("roster.half_names", 1, "Voornaam"),
            id="half of a name, and a column that may be the rest",
        ),
        pytest.param(
            "Voornaam;Iets;Achternaam\nSam;van;Voorbeeld\nNoor;groen;Proef",
            ("roster.half_infixes", 1, "Voornaam"),
            id="infixes and other words",
        ),
        pytest.param("Klas;Vak\n4A;Zorg", ("roster.unknown_headings", 1, "Klas"), id="no names"),
        pytest.param(
            "Tussenvoegsel;Klas\nvan;4A", ("roster.no_name_column", 1, "Tussenvoegsel"),
            id="infixes alone",
        ),
        pytest.param(
            "Sam Voorbeeld\nvoornaam;achternaam", ("roster.late_headings", 2, ""),
            id="headings below a name",
        ),
        pytest.param(
            "a b;c;d;e\nf;g;h;i", ("roster.no_headings", 1, ""), id="four columns of anything"
        ),
        pytest.param("Sam;Voorbeeld\nNoor", ("roster.uneven", 2, ""), id="a column less"),
        pytest.param(
            "mensen hier\nSam Voorbeeld\nNoor Proef", ("roster.unknown_headings", 1, "mensen"),
            id="a small word over names",
        ),
        pytest.param(
            "COLLEGA'S HIER\nSam Voorbeeld\nNoor Proef",
            ("roster.unknown_headings", 1, "COLLEGA'S"),
            id="capitals over names",
        ),
        pytest.param(
            "Wie komt er\nSam Voorbeeld\nNoor Proef", ("roster.unknown_headings", 1, "Wie"),
            id="words that stand in no name",
        ),
        pytest.param(
            "Collegae\nSam Voorbeeld\nNoor Proef", ("roster.unknown_headings", 1, "Collegae"),
            id="one word over whole names",
        ),
        pytest.param(
            "Sam;Mail\nNoor;1\nZoë;2", ("roster.unknown_headings", 1, "Sam"),
            id="a word over numbers",
        ),
        pytest.param(
            "Gebruikersnaam\nSam Voorbeeld", ("roster.unknown_headings", 1, "Gebruikersnaam"),
            id="a heading about names",
        ),
        pytest.param(
            "Team Zorg\nSam Voorbeeld", ("roster.unknown_headings", 1, "Team"), id="a title"
        ),
        pytest.param(
            "Naam\nSam Voorbeeld\nTeam Zorg", ("roster.unknown_headings", 3, "Team"), id="a group"
        ),
        pytest.param(
            "van Voorbeeld;Sam\nProef;Noor", ("roster.order", 1, "van Voorbeeld"),
            id="last name, first name",
        ),
        pytest.param(
            "Anna de Vries;Zorg\nBram Boer;Taal", ("roster.order", 1, "Anna de Vries"),
            id="a whole name and something else",
        ),
        pytest.param(
            "Anna Boer;Zorg\nBram Prins;Taal", ("roster.order", 1, "Anna Boer"),
            id="double first names throughout",
        ),
        pytest.param(
            "Anna Boer;Bram Prins\nCor;Dam", ("roster.order", 1, "Anna Boer"), id="two people"
        ),
        pytest.param(
            "Anna;Zorg\nBram;Zorg\nCor;Taal\nDirk;Taal", ("roster.order", 1, "Anna"),
            id="few different last names",
        ),
        pytest.param(
            "Sam;Groen;Voorbeeld\nNoor;van;Proef", ("roster.order", 1, "Sam"),
            id="no infix between",
        ),
        pytest.param("Naam\nVoorbeeld, Sam, Jan", ("roster.commas", 2, ""), id="two commas"),
        pytest.param(
            "Voornaam;Achternaam\nSa,m;Voorbeeld", ("roster.commas", 2, ""), id="a comma in a part"
        ),
        pytest.param(
            "Naam;Achternaam\nSam Voorbeeld;Voorbeeld\nNoor Proef;Toets",
            ("roster.two_names", 3, "Noor Proef"),
            id="a last name that is not in the name",
        ),
    ],
)  # fmt: skip
def test_what_can_be_read_in_two_ways_is_refused(text: str, expected: tuple[str, int, str]) -> None:
    key, line, quoted = refused(text)

    assert (key, line) == expected[:2]
    assert expected[2] in quoted


def test_columns_say_what_is_used_and_what_is_not() -> None:
    found = columns_of(a_table("Nr;Naam;Klas;\n1;Sam Voorbeeld;4A;x\n2;Noor Proef;4B;"), FILE)

    assert found.used == (Column("Naam", Part.NAME),)
    assert found.unused == ("Nr", "Klas", "(4)")
    assert (found.width, found.is_log, found.name_is) == (4, False, Part.NAME)
    assert found.first_cell(found.rows[0]) == "Sam Voorbeeld"
    belgian = columns_of(a_table("Naam;Voornaam\nVoorbeeld;Sam"), FILE)
    assert belgian.used == (Column("Naam", Part.LAST), Column("Voornaam", Part.FIRST))
    bare = columns_of(a_table("1;Sam;Voorbeeld\n2;Noor;Proef"), FILE)
    assert bare.used == (Column("", Part.FIRST), Column("", Part.LAST))
    assert (bare.unused, bare.width) == (("(1)",), 3)
    row = columns_of(a_table("Anna Aa;Bram Bee;Cor Cee;Dirk Dee"), FILE)
    assert (row.used, row.width) == ((Column("", Part.NAME),), 1)


@pytest.mark.parametrize(
    "heading", ["User Action", "Gebruikersactie", "Join time", "Tijdstip van deelname"]
)
def test_a_log_of_a_meeting_is_known(heading: str) -> None:
    """Whoever came in twice stands in it twice."""
    assert columns_of(a_table(f"Full name;{heading}\nSam Voorbeeld;Joined"), FILE).is_log


def test_titles_above_the_headings_are_said() -> None:
    found = columns_of(a_table("Team Zorg\nNamenlijst 4A\nNaam\nSam Voorbeeld"), FILE)
    (note,) = found.notes

    assert names(found) == [("Sam", "", "Voorbeeld")]
    assert (note.key, note.values["count"]) == ("roster.note_above", 2)
    assert "Team Zorg" in str(note.values["text"])


@pytest.mark.parametrize(
    ("lines", "key"),
    [
        (["1. Sam Voorbeeld", "2) Noor Proef", "3 Zoë Toets"], "roster.note_numbers"),
        (["7. Sam Voorbeeld", "8. Noor Proef", "9. Zoë Toets"], "roster.note_numbers"),
        (["- Sam Voorbeeld", "• Noor Proef", "* Zoë Toets"], "roster.note_bullets"),
    ],
)
def test_numbers_and_dots_before_names_are_left_off_and_that_is_said(
    lines: list[str], key: str
) -> None:
    found = columns_of(a_table("\n".join(lines)), FILE)

    assert names(found) == [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef"), ("Zoë", "", "Toets")]
    assert [note.key for note in found.notes] == [key]


def test_a_number_that_is_in_no_order_is_left_in_the_name() -> None:
    found = columns_of(a_table("Naam\n1. Sam Voorbeeld\n3. Noor Proef"), FILE)

    assert found.notes == ()
    assert found.rows[1].cells == ("3. Noor Proef",)


def test_headings_alone_are_a_list_of_nobody() -> None:
    found = columns_of(a_table("Voornaam;Achternaam"), FILE)

    assert found.rows == ()
    assert found.notes == ()


def test_the_best_of_several_columns_is_used_for_each_person() -> None:
    text = "Roepnaam;Voornaam;Achternaam\nSam;Samuel;Voorbeeld\n;Noor;Proef"
    found = columns_of(a_table(text), FILE)

    assert names(found) == [("Sam", "", "Voorbeeld"), ("Noor", "", "Proef")]
    assert len(found.used) == 3


def test_headings_are_looked_for_in_forty_lines() -> None:
    titles = [f"Team {n}" for n in range(60)]
    for above, is_found in ((39, True), (40, False)):
        text = "\n".join([*titles[:above], "Naam", "Sam Voorbeeld"])
        if is_found:
            assert names(columns_of(a_table(text), FILE)) == [("Sam", "", "Voorbeeld")]
        else:
            assert refused(text)[:2] == ("roster.late_headings", 41)


def test_a_name_over_two_lines_is_said() -> None:
    rows = (Row(1, ("Naam",)), Row(2, ("Sam\nVoorbeeld",)))
    with pytest.raises(RosterError) as error:
        names(columns_of(rows, FILE))

    assert error.value.message.key == "roster.name_over_lines"
    assert error.value.message.values["line"] == 2
