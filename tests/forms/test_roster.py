"""A list of names, as schools export it."""

from __future__ import annotations

import csv
import io
import itertools
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from forms.errors import RosterError
from forms.roster import MAX_BYTES, Person, decode_roster, parse_roster, read_roster
from forms.sheet_code import MAX_NUMBER

# Letters that every encoding has, in words that are no infix and no heading.
WORDS = st.text("abcdefgåçèéëïñöü-'", min_size=1, max_size=9).map(lambda word: "N" + word)
PEOPLE = st.lists(
    st.tuples(WORDS, st.sampled_from(["", "van der", "'t", "de"]), WORDS),
    min_size=1,
    max_size=9,
    unique_by=lambda parts: " ".join(parts).casefold(),
)


def names(text: str) -> list[str]:
    return [person.name for person in parse_roster(text, "lijst.csv")]


def parts(name: str) -> tuple[str, str, str]:
    (person,) = parse_roster(name + "\n", "lijst.csv")
    return person.first, person.infix, person.last


@given(
    PEOPLE,
    st.sampled_from([";", ",", "\t"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.booleans(),
    st.booleans(),
)
@example([("Noor", "", "Nunes")], ",", "utf-16-be", "\r", False, True)
def test_what_a_program_exports_is_read_back(
    people: list[tuple[str, str, str]],
    delimiter: str,
    encoding: str,
    newline: str,
    header: bool,
    quoted: bool,
) -> None:
    """Whichever program a school uses, everybody gets their own name on their own sheet."""
    out = io.StringIO()
    writer = csv.writer(
        out,
        delimiter=delimiter,
        lineterminator=newline,
        quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL,
    )
    if header:
        writer.writerow(["Voornaam", "Tussenvoegsel", "Achternaam"])
    writer.writerows(people)

    roster = decode_roster(out.getvalue().encode(encoding), "lijst.csv")

    expected = [(n, *person) for n, person in enumerate(people, 1)]
    assert [(p.number, p.first, p.infix, p.last) for p in roster] == expected
    assert [p.name for p in roster] == [" ".join(w for w in person if w) for person in people]


@given(st.lists(st.tuples(WORDS, WORDS).map(" ".join), min_size=1, unique_by=str.casefold))
def test_a_bare_list_of_names_is_read_in_its_order(people: list[str]) -> None:
    """A list typed into a text file is the least that anybody has."""
    assert names("\n".join(people)) == people


@given(st.binary(max_size=60))
def test_any_bytes_give_a_roster_or_a_sentence(data: bytes) -> None:
    """Whatever is dropped on the page, the answer is never a traceback."""
    try:
        roster = decode_roster(data, "lijst.csv")
    except RosterError:
        return

    assert roster
    assert all(person.name for person in roster)


@given(st.text(alphabet=" ;,\t\n\"'\\naamNvort.=pé", max_size=40))
def test_any_text_gives_a_roster_or_a_sentence(text: str) -> None:
    """The same for text that almost looks like a list."""
    try:
        roster = parse_roster(text, "lijst.csv")
    except RosterError:
        return

    assert [person.number for person in roster] == list(range(1, len(roster) + 1))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            "Roepnaam;Tussenvoegsels;Achternaam\nNoor;van;Dam\n", "Noor van Dam", id="plural"
        ),
        pytest.param(" VOORNAAM ,  ACHTERNAAM,x\nNoor,Dam,y\n", "Noor Dam", id="case, spaces"),
        pytest.param("Nr;Naam;Klas\n1;Noor Dam;5H\n", "Noor Dam", id="unknown columns"),
        pytest.param("naam\nDam, Noor van\n", "Noor van Dam", id="one column, header"),
        pytest.param('"Dam, Noor van"\n"Bos, Ali"\n', "Noor van Dam/Ali Bos", id="one, quoted"),
        pytest.param("Dam, Noor van\nBos, Ali\n", "Noor van Dam/Ali Bos", id="one, not quoted"),
        pytest.param("Noor,Dam\nAli,Bos\n", "Noor Dam/Ali Bos", id="two columns"),
        pytest.param("Noor;van;Dam\nAli;;Bos\n", "Noor van Dam/Ali Bos", id="three columns"),
        pytest.param("sep=;\nNoor;Dam\n", "Noor Dam", id="Excel says the separator"),
        pytest.param("sep=,\nNaam,Klas\nNoor Dam,5H\n", "Noor Dam", id="the same, header"),
        pytest.param("\n\n;;;\nNoor;Dam;;;\n;;;;\nAli;Bos;;;\n\n", "Noor Dam/Ali Bos", id="blank"),
        pytest.param("\n;;\nnaam;klas\nNoor;1\n", "Noor", id="blank lines above the header"),
        pytest.param("  Noor \u00a0 van\tDam \n", "Noor van Dam", id="spaces of all kinds"),
        pytest.param('naam;opmerking\nNoor;"een\ntwee"\n', "Noor", id="lines in another column"),
        pytest.param('naam\nNoor "Noortje" Dam\n', 'Noor "Noortje" Dam', id="nickname"),
        pytest.param("voornaam;roepnaam;achternaam\nEleonora;Noor;Dam", "Noor Dam", id="roepnaam"),
        pytest.param("Noor\u200b Dam\n", "Noor Dam", id="invisible"),
    ],
)
def test_lists_as_schools_make_them(text: str, expected: str) -> None:
    """Each of these comes out of some program, or some colleague."""
    assert "/".join(names(text)) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Noor Dam", ("Noor", "", "Dam")),
        ("Noor van der Dam", ("Noor", "van der", "Dam")),
        ("Noor Van Den Dam", ("Noor", "Van Den", "Dam")),
        ("Anne Marie van 't Hof", ("Anne Marie", "van 't", "Hof")),
        ("Dam, Noor van der", ("Noor", "van der", "Dam")),
        ("Dam - de Bos, Anne Marie", ("Anne Marie", "", "Dam - de Bos")),
        ("van der Dam, Noor", ("Noor", "", "van der Dam")),
        ("Fatima el Amrani", ("Fatima", "el", "Amrani")),
        ("Anne Marie Dam", ("Anne Marie", "", "Dam")),
        ("anne marie dam", ("anne marie", "", "dam")),
        ("noor van dam", ("noor", "van", "dam")),
        ("Noor", ("Noor", "", "")),
        ("Noor de", ("Noor", "", "de")),
        ("prof. dr. N. van Dam", ("prof. dr. N.", "van", "Dam")),
        ("Noor v.d. Dam", ("Noor", "v.d.", "Dam")),
        ("Noor Dam,", ("Noor", "", "Dam")),
        ("Dam,", ("", "", "Dam")),
    ],
)
def test_a_full_name_is_taken_apart(name: str, expected: tuple[str, str, str]) -> None:
    """The poster shortens first names, and has to know which they are."""
    assert parts(name) == expected


def test_a_label_stays_beside_the_name() -> None:
    """The Latin spelling is for where the font lacks letters."""
    (person,) = parse_roster("naam;label\nنور;Noor\n", "lijst.csv")

    assert person == Person(1, "نور", "نور", "", "", "Noor")


def test_letters_with_accents_are_composed() -> None:
    """One name has one spelling: typed on a Mac it comes in pieces."""
    assert names(unicodedata.normalize("NFD", "Zoë Çelik")) == ["Zoë Çelik"]


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        pytest.param("voornaam;achternaam;klas\nNoor;Dam;1\n;;2\n", 3, "no name", id="no name"),
        pytest.param("Noor;;Dam\n;de;\n", 2, "no name", id="only an infix"),
        pytest.param("Noor Dam\nAli Bos\nnoor  dam\n", 3, "as on line 1", id="twice"),
        pytest.param("Noor;van;Dam;5H\n", 1, "4 columns", id="too many columns"),
        pytest.param("Noor;van;Dam\nAli;Bos\n", 2, "2 columns", id="uneven columns"),
        pytest.param("naam;klas\nNoor;Dam;5H\n", 2, "more columns", id="more than headings"),
        pytest.param("klas;label\n5H;Noor\n;x\n", 1, "no column holds names", id="no names"),
        pytest.param("naam;Naam\nNoor;Dam\n", 1, "two columns", id="same heading twice"),
        pytest.param("Noor Dam\nvoornaam;achternaam\nAli;Bos\n", 2, "names the columns", id="late"),
        pytest.param('naam\n"Noor\nAli\n', 2, "quotation mark", id="quote not closed"),
        pytest.param('naam\n"Noor" Dam\n', 2, "quotation mark", id="text behind a quote"),
        pytest.param('naam\nAli\n"Noor\nDam"\n', 3, "end of the line", id="name over two lines"),
        pytest.param("Noor\nAli\x07\n", 2, "U+0007", id="bell"),
        pytest.param("Noor\nAli\u202eBos\n", 2, "U+202E", id="turning mark"),
        pytest.param("Noor\nJos\ufffd\n", 2, "got lost", id="lost letter"),
        pytest.param("Dam, Noor, van\n", 1, "more than one comma", id="commas"),
        pytest.param("Noor\n" + "x" * 101, 2, "longer than 100", id="endless name"),
    ],
)
def test_what_is_wrong_is_said_with_its_line_and_without_names(
    text: str, line: int, words: str
) -> None:
    """The secretary finds the line; a log that keeps the message holds no name."""
    with pytest.raises(RosterError) as caught:
        parse_roster(text, "lijst.csv")

    message = str(caught.value)
    assert message.startswith(f"lijst.csv, line {line}: ")
    assert words in message
    assert "Noor" not in message
    assert "Ali" not in message


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "no names", id="empty"),
        pytest.param(b"\xef\xbb\xbf\r\n\r\n", "no names", id="blank"),
        pytest.param(b"voornaam;achternaam\r\n", "no names", id="header only"),
        pytest.param(b"PK\x03\x04rest", "is damaged", id="zip"),
        pytest.param(b"\xd0\xcf\x11\xe0rest", "save it as XLSX", id="xls"),
        pytest.param(b"<html><table>", "web page", id="a web page called .xls"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "not a text file", id="picture"),
        pytest.param(b"N\x81\x8dr\n", "cannot be read as names", id="no encoding has it"),
        pytest.param(b"x" * (MAX_BYTES + 1), "larger than 5 MB", id="huge"),
        pytest.param("José\nZoë\n".encode() + b"Ren\xe9\n", "line 1", id="two encodings"),
    ],
)
def test_files_that_are_no_list_are_refused(data: bytes, words: str) -> None:
    """The wrong file is a daily mistake; what to do about it stands in the message."""
    with pytest.raises(RosterError, match=words):
        decode_roster(data, "lijst.csv")


def test_a_file_is_read_and_a_missing_one_is_named(tmp_path: Path) -> None:
    """Reading from the disk adds only the trouble that disks have."""
    file = tmp_path / "lijst.csv"
    file.write_bytes("Zoë Dam\r\n".encode("utf-16"))

    assert [person.name for person in read_roster(file)] == ["Zoë Dam"]
    with pytest.raises(RosterError, match="no such file"):
        read_roster(tmp_path / "weg.csv")
    with pytest.raises(RosterError, match="cannot be opened"):
        read_roster(tmp_path)


def test_there_are_as_many_people_as_sheet_numbers() -> None:
    """A number on paper has four digits."""
    letters = itertools.product("abcdefghij", repeat=4)
    text = "\n".join("N" + "".join(name) for name in itertools.islice(letters, MAX_NUMBER))

    assert len(names(text)) == MAX_NUMBER
    with pytest.raises(RosterError, match="line 10000: more than 9999"):
        names(text + "\nNog een")


@pytest.mark.parametrize("number", [0, MAX_NUMBER + 1])
def test_a_person_has_a_number_and_a_name(number: int) -> None:
    """Number 0 is the master copy, nobody's seat."""
    with pytest.raises(ValueError, match="number must be"):
        Person(number, "Noor")
    with pytest.raises(ValueError, match="must not be empty"):
        Person(1, "")
