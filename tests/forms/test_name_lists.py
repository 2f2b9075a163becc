"""Whatever program or person made the list: everybody's own name, or a refusal. Never another."""

from __future__ import annotations

import csv
import io
import re
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forms.errors import RosterError
from forms.messages import DUTCH
from forms.roster import decode_name_list, decode_roster, parse_name_list, parse_roster
from forms.roster.encodings import ENCODINGS
from tests.forms.exports import EXPORTS, PEOPLE, Export, columns, ods, xlsx


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_an_export_gives_everybody_their_own_name_or_is_refused(export: Export) -> None:
    """The list is printed on paper that is handed out; there is no second look."""
    if not export.names:
        with pytest.raises(RosterError) as refused:
            decode_name_list(export.data, "namen.csv")
        assert refused.value.said(DUTCH) != str(refused.value)
        return
    found = decode_name_list(export.data, "namen.csv")

    assert tuple(person.name for person in found.people) == export.names
    assert [person.number for person in found.people] == list(range(1, len(export.names) + 1))
    if export.unused:
        assert found.unused == export.unused
    if export.note:
        assert export.note in [note.key for note in found.notes]


@pytest.mark.parametrize("export", [e for e in EXPORTS if e.names], ids=lambda e: e.name)
def test_the_first_name_is_what_colleagues_call_somebody(export: Export) -> None:
    """It stands on the poster: Ka Wai is not Ka."""
    people = decode_roster(export.data, "namen.csv")

    assert [person.first for person in people] == [first for first, _, _ in PEOPLE]


@pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)
def test_what_is_cut_off_anywhere_gives_no_other_name(export: Export) -> None:
    """A file that was half copied holds half a name at its end, and no other than that."""
    if not export.names:
        return
    for cut in range(7, len(export.data), max(1, len(export.data) // 40)):
        try:
            found = decode_roster(export.data[:cut], "namen.csv")
        except RosterError:
            continue
        for person, name in zip(found[:-1], export.names, strict=False):
            assert person.name == name


NAMES = """
    Anna|de|Vries, Bram|van den|Berg, Fatma|el|Idrissi, Ka Wai||Cheung, Zoë||Müller
    José|van|Proef, René||Dubois, Inês||Gonçalves, João||Magalhães, Núria||Núñez
    Søren||Kjær, Åse||Bjørnsson, Jürgen||Größer, Chloé||Lefèvre, Loïc||Bénazet
    Anaïs||Noël, Gülşen||Yıldız, Ömer||Çelik, Işıl||Şahin, Łukasz||Wójcik
    Agnieszka||Dąbrowska, Małgorzata||Wiśniewska, Jiří||Dvořák, Kateřina||Novotná
    Tomáš||Černý, Győző||Kovács, Zsófia||Szőke, Ștefan||Ionescu, Ionuț||Brânză
    Đorđe||Petrović, Željka||Šarić, Aïcha||Ben Saïd, Jean-Pierre|de la|Fontaine
    Maaike|in 't|Veld, Hélène||d'Hondt, Yağmur||Özdemir, Mërgim||Krasniqi
    Tiago||Simões, Élodie||Brûlé, Öykü||Kılıç, Paweł||Żak, Zuzana||Kováčová
    Håkan||Öberg, Renée|van 't|Hof, Ismaïl||Oulad-Saïd, Noémi||Tóth
"""
PERSON = st.sampled_from(
    [tuple(part.strip() for part in name.split("|")) for name in re.split(r",|\n", NAMES.strip())]
)
WAYS = ["utf-8", "utf-8-sig", "utf-16", *(encoding.codec for encoding in ENCODINGS)]
HEADINGS = [
    (),
    ("Roepnaam", "Tussenv.", "Achternaam"),
    ("givenName", "infix", "surname"),
    ("Voornaam leerling", "Voorvoegsel", "Familienaam"),
]


@given(
    st.lists(PERSON, min_size=1, max_size=12, unique=True),
    st.sampled_from(WAYS),
    st.sampled_from([";", "\t", ",", "|", "one column", "turned round", "numbered", "mail"]),
    st.sampled_from(HEADINGS),
    st.sampled_from(["\n", "\r\n", "\r"]),
)
@settings(max_examples=400, deadline=None)
@example([("René", "", "Dubois")], "mac_roman", ";", HEADINGS[1], "\r")
@example([("Łukasz", "", "Wójcik")], "windows-1250", ";", HEADINGS[1], "\r\n")
def test_names_that_go_in_come_out_or_are_refused(
    people: list[tuple[str, str, str]],
    encoding: str,
    form: str,
    headings: tuple[str, ...],
    newline: str,
) -> None:
    """In any form and any letters: their own name, or none. Never somebody else's."""
    out = io.StringIO()
    lines = [f"{first} {infix} {last}".replace("  ", " ") for first, infix, last in people]
    if form == "turned round":
        lines = [f"{last}, {first} {infix}".strip() for first, infix, last in people]
    if form == "numbered":
        lines = [f"{n}) {line}" for n, line in enumerate(lines, 1)]
    if form == "mail":
        out.write("; ".join(f"{line} <p@example.org>" for line in lines))
    elif len(form) == 1:
        writer = csv.writer(out, delimiter=form, lineterminator=newline)
        writer.writerows([headings, *people] if headings else people)
    else:
        out.write(newline.join(["Naam", *lines] if headings else lines))
    try:
        data = out.getvalue().encode(encoding)
    except UnicodeEncodeError:
        return
    try:
        found = decode_roster(data, "namen.csv")
    except RosterError:
        assert encoding not in WAYS[:3] or not headings
        return

    assert [person.name for person in found] == [
        f"{first} {infix} {last}".replace("  ", " ") for first, infix, last in people
    ]


@given(st.lists(PERSON, min_size=1, max_size=12, unique=True), st.sampled_from([xlsx, ods]))
@settings(max_examples=30, deadline=None)
def test_a_workbook_gives_back_what_stands_in_it(
    people: list[tuple[str, str, str]], write: object
) -> None:
    rows = [["Roepnaam", "Tussenvoegsel", "Achternaam"], *map(list, people)]
    made = (xlsx if write is xlsx else ods)({"Blad1": rows})

    found = decode_roster(made, "namen.xlsx")

    assert [(p.first, p.infix, p.last) for p in found] == people


@pytest.mark.parametrize("encoding", ["windows-1252", "mac_roman", "cp850"])
def test_a_dutch_team_is_read_in_whatever_a_dutch_computer_writes(encoding: str) -> None:
    """To refuse is safe; to refuse the lists that everybody has would be useless."""
    for first, infix, last in (["Zoë", "van", "Dam"], ["René", "de", "Boer"]):
        text = f"naam\r\n{first} {infix} {last}\r\nJosé Müller\r\nFrançoise Noël\r\n"
        people = decode_roster(text.encode(encoding), "namen.csv")

        assert people[0].name == f"{first} {infix} {last}"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Vries de, Anna\nBerg van den, Bram", "Anna de Vries/Bram van den Berg"),
        ("Naam;Tussenvoegsel;Voornaam\nVries;de;Anna", "Anna de Vries"),
        ("Voornaam;Achternaam\nAnna;Vries, de", "Anna de Vries"),
        ("Voornaam;Tussenvoegsel;Achternaam\nAnna;de;de Vries", "Anna de Vries"),
        ("Voornaam;Tussenvoegsel;Achternaam\nAnna;-;Boer\nBo;null;Prins", "Anna Boer/Bo Prins"),
        ("Voornaam\nAnna\nBram", "Anna/Bram"),
        ("Voornaam\nAnna de Vries\nBram", "Anna de Vries/Bram"),
        ("Naam\n- Anna Boer\n- Bo Prins", "Anna Boer/Bo Prins"),
        ("Naam;Rol\nAnna Boer;Docent\nBo Prins;Student", "Anna Boer/Bo Prins"),
        ("JOÃO SIMÕES\nANNA BOER", "JOÃO SIMÕES/ANNA BOER"),
        ("Aan: Anna Boer <a@b.nl>; Bo Prins <b@b.nl>", "Anna Boer/Bo Prins"),
        ("Anna Boer <a@b.nl>\nBo Prins <b@b.nl>", "Anna Boer/Bo Prins"),
        ("Anna Boer; Bo Prins; Cas Smit; Do Vink", "Anna Boer/Bo Prins/Cas Smit/Do Vink"),
        ("Deelnemers\nAnna Boer\nBo Prins", "Anna Boer/Bo Prins"),
        ("Naam;Aantal\nAnna Boer;1\nBo Prins;2\nTotaal;3", "Anna Boer/Bo Prins"),
        ("Nom;Prénom\nBoer;Anna", "Anna Boer"),
        ("Anna Boer,\nBo Prins,", "Anna Boer/Bo Prins"),
        ("Anna Boer\nOrganisator\nBo Prins", "Anna Boer/Bo Prins"),
        ("Imię;Nazwisko\nAnna;Boer", "Anna Boer"),
    ],
)
def test_names_in_the_order_and_shape_that_people_write(text: str, names: str) -> None:
    assert "/".join(person.name for person in parse_roster(text, "namen.csv")) == names


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Vries;Anna;4A\nBoer;Bo;4B", "roster.order"),
        ("de Vries;Anna\nBoer;Bo", "roster.order"),
        ("Anna Boer;Bo Prins\nCas Smit;Do Vink", "roster.order"),
        ("Anna;Zorg\nBo;Zorg\nCas;Zorg", "roster.order"),
        ("Naam;Voornaam\nAnna Boer;Anna\nPrins;Bo", "roster.two_names"),
        ("Docent;Leerling\nAnna Boer;Bo Prins", "roster.two_name_columns"),
        ("Voornaam;Fam\nAnna;Boer", "roster.half_names"),
        ("Anna Boer <a@b.nl>; b@b.nl", "roster.address"),
        ("Anna Boer <a@b.nl>; <b@b.nl>", "roster.address_alone"),
        ("Naam\nAnna & Bo", "roster.strange_sign"),
        ("Voornaam;Middelste;Achternaam\nAnna;de;Vries\nBo;Jan;Vink", "roster.half_infixes"),
        ("Naam\nJos\\u00e9", "roster.strange_sign"),
        ("Kind;Kleur\nAnna;12\nBo;13", "roster.unknown_headings"),
        ("Nummer;Kandidaat\n1;Anna", "roster.unknown_headings"),
        ("Voornaam kind;Achternaam kind\nAnna;Boer", "roster.unknown_headings"),
        ("Kandidaat\nAnna Boer\nBo Prins", "roster.unknown_headings"),
        ("Wie komt er\nAnna Boer\nBo Prins", "roster.unknown_headings"),
        ("Leden van het bestuur\nAnna Boer\nBo Prins", "roster.unknown_headings"),
        ("Ad;Soyad\nAnna;Boer", "roster.half_names"),
        ("Anna Boer;Zorg", "roster.order"),
        ("Anna, Bo en Cas", "roster.several"),
        ("Naam\nTeam Zorg\nAnna Boer", "roster.unknown_headings"),
        ("Anna Boer - docent\nBo Prins - slb", "roster.strange_sign"),
        ("INSERT INTO x VALUES ('Anna','Boer');", "roster.strange_sign"),
        ("Anna Boer;docent\nBo Prins;docent", "roster.order"),
        ("Team Zorg\nAnna Boer", "roster.unknown_headings"),
        ("Voornaam;Achternaam\nAnna;Boer\nVoornaam;Achternaam\nBo;Prins", "roster.late_headings"),
    ],
)
def test_what_can_be_read_in_two_ways_is_refused_with_its_line(text: str, key: str) -> None:
    with pytest.raises(RosterError) as refused:
        parse_roster(text, "namen.csv")

    assert refused.value.message.key == key
    assert "line" in refused.value.message.values
    if key == "roster.unknown_headings":
        first = text.splitlines()[refused.value.message.values["line"] - 1]
        assert first.split(";")[0] in str(refused.value)


def test_columns_that_were_not_needed_are_said_not_to_be_used() -> None:
    """`Voorletters` beside a roepnaam on every line did not make any name."""
    found = parse_name_list("Roepnaam;Voorletters;Achternaam\nAnna;A.;Boer\nBo;B.;Vink", "x")

    assert [column.heading for column in found.used] == ["Roepnaam", "Achternaam"]
    assert found.unused == ("Voorletters",)


@pytest.mark.parametrize(
    "text",
    [
        "," * 4_900_000,
        "a;" * 2_400_000,
        '"' * 4_900_000,
        "a <" * 1_600_000,
        "Anna <a@b.nl>; " * 45_000,
        "1. a\n" * 900_000,
        "\n" * 4_900_000,
        "Anna de " * 80_000,
        "é" * 600_000,
        "Ã©" * 300_000,
        "naam" + "\nAnnë é" * 99_000,
        "\n".join("é" * 90 for _ in range(20_000)),
        "\n".join(["x;" * 299] * 8_000),
    ],
    ids=range(13),
)
@pytest.mark.parametrize("encoding", ["utf-8", "windows-1252"])
def test_a_huge_file_is_refused_soon(text: str, encoding: str) -> None:
    """Whatever five megabytes hold, the page answers."""
    data = text.encode(encoding)[:5_000_000]
    start = time.process_time()
    with pytest.raises(RosterError):
        decode_roster(data, "namen.csv")

    assert time.process_time() - start < 15  # seconds; under 3 on a quiet computer


def test_the_rows_of_a_class_are_as_they_were_filled() -> None:
    assert columns(["{f}|{i}", "{sorted}"])[1] == ["Bram|van den", "Berg, Bram van den"]


BELOW = (
    "Totaal 24 leerlingen", "Totaal aantal leerlingen", "Totaal: 24", "Afgedrukt op 12-3-2026",
    "Afgedrukt op donderdag", "Pagina 1 van 2", "Pagina een van twee", "Einde lijst",
    "Einde van de lijst", "Opmerkingen:", "Opmerkingen", "Aantal personen: 24", "Ziek gemeld",
    "Gegenereerd door Somtoday", "Uitgedraaid door Anna", "Gemaakt met Excel", "Let op",
    "Alleen voor intern gebruik", "Met vriendelijke groet", "Page one of two", "Total students",
    "Handtekening docent", "Mentor Jan de Wit", "Vertrouwelijk", "Bron: Magister",
)  # fmt: skip
LISTS = {
    "under a heading": "naam\nAnna Boer\nBram de Wit\nCas Smit\n{}\n",
    "typed": "Anna Boer\nBram de Wit\nCas Smit\n{}\n",
    "between people": "naam\nAnna Boer\n{}\nBram de Wit\nCas Smit\n",
    "in columns": "Roepnaam;Tussenvoegsel;Achternaam\nAnna;;Boer\nBram;de;Wit\nCas;;Smit\n{};;\n",
}


@pytest.mark.parametrize("below", BELOW)
@pytest.mark.parametrize("where", LISTS)
def test_what_stands_under_a_list_is_nobody(where: str, below: str) -> None:
    """Nobody gets a sheet called Totaal; the line is quoted, or said to be left out."""
    text = LISTS[where].format(below)
    if below == "Einde lijst":
        found = parse_name_list(text, "namen")
        assert [person.name for person in found.people] == ["Anna Boer", "Bram de Wit", "Cas Smit"]
        assert any(below in note.said(DUTCH) for note in found.notes)
        return
    with pytest.raises(RosterError, match=below.split(":")[0]):
        parse_name_list(text, "namen")


@pytest.mark.parametrize(
    "name",
    ["Roos Dag", "Wil de Groot", "Page Smith", "Mark Einde", "Els Totaal", "Mei Lijst", "Anna Klas",
     "Max Groep", "Mentor Krasniqi", "Jan van der Bron", "Chris boer", "Dag Hammar"],
)  # fmt: skip
def test_names_that_look_like_words_are_names(name: str) -> None:
    """Somebody is called so."""
    for where, text in LISTS.items():
        if where != "in columns":
            people = parse_name_list(text.format(name), "namen").people
            assert name in [person.name for person in people]
    first, last = name.split(" ", 1)
    people = parse_name_list(f"Voornaam;Achternaam\nBron;Boer\n{first};{last}", "namen").people
    assert [person.last for person in people] == ["Boer", people[1].last]


def test_there_are_forty_exports() -> None:
    """Each of them is read in the tests above, and none is silently wrong."""
    assert len({export.name for export in EXPORTS}) == len(EXPORTS) >= 40
