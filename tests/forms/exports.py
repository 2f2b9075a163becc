"""Name lists as the programs of a school write them: headings, order, separators and letters.

The people are invented and the same in every list; what differs is all that stands around them.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from xml.sax.saxutils import escape

import xlsxwriter

Cell = str | int | None
Grid = Sequence[Sequence[Cell]]

PEOPLE = (
    ("Anna", "de", "Vries"),
    ("Bram", "van den", "Berg"),
    ("Fatma", "El", "Idrissi"),
    ("Ka Wai", "", "Cheung"),
    ("Zoë", "", "Müller"),
    ("José", "", "Proef-Toets"),
)
NAMES = tuple(" ".join(filter(None, person)) for person in PEOPLE)
SORTED = tuple(f"{last}, {first} {infix}".strip() for first, infix, last in PEOPLE)


@dataclass(frozen=True)
class Export:
    """One list.

    Attributes:
        data: the bytes of the file.
        unused: the headings that must be said not to be used.
        names: who is on it; empty where it has to be refused.
        note: a key of what must be said besides.
    """

    name: str
    data: bytes
    unused: tuple[str, ...] = ()
    names: tuple[str, ...] = NAMES
    note: str = ""


def columns(
    template: Sequence[str], people: Iterable[tuple[str, str, str]] = PEOPLE
) -> list[list[str]]:
    """Fill a row for everybody: `{f}`, `{i}`, `{l}`, a number `{n}`, initials `{v}`, mail `{m}`."""
    rows = []
    for n, (first, infix, last) in enumerate(people, 1):
        values = {
            "f": first,
            "i": infix,
            "l": last,
            "n": 100_200 + n,
            "v": first[0] + ".",
            "m": f"p{n}@example.org",
            "il": f"{infix} {last}".strip(),
            "whole": " ".join(filter(None, (first, infix, last))),
            "sorted": f"{last}, {first} {infix}".strip(),
        }
        rows.append([cell.format(**values) for cell in template])
    return rows


def text(
    headings: str,
    row: str,
    *,
    by: str = ";",
    encoding: str = "utf-8",
    newline: str = "\r\n",
    quoting: Literal[0, 1, 2, 3] = csv.QUOTE_MINIMAL,
    above: str = "",
    below: str = "",
) -> bytes:
    """Write a CSV file; headings and a row are given with `|` between the cells."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=by, lineterminator=newline, quoting=quoting)
    if headings:
        writer.writerow(headings.split("|"))
    writer.writerows(columns(row.split("|")))
    return (above + out.getvalue() + below).encode(encoding)


def xlsx(sheets: Mapping[str, Grid], hide: Callable[[int], bool] | None = None) -> bytes:
    """Write a workbook as Excel does."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, grid in sheets.items():
            sheet = book.add_worksheet(name)
            for place, row in enumerate(grid):
                for column, cell in enumerate(row):
                    if cell is not None:
                        sheet.write(place, column, cell)
                if hide and hide(place):
                    sheet.set_row(place, options={"hidden": True})
    return out.getvalue()


def ods(sheets: Mapping[str, Grid], hide: Callable[[int], bool] | None = None) -> bytes:
    """Write a workbook as LibreOffice does: with the endless blank rows and columns behind it."""
    tables = []
    for name, grid in sheets.items():
        rows = []
        for place, row in enumerate(grid):
            state = ' table:visibility="filter"' if hide and hide(place) else ""
            cells = "".join(_ods_cell(cell) for cell in row)
            rows.append(
                f'<table:table-row table:style-name="ro1"{state}>{cells}'
                '<table:table-cell table:number-columns-repeated="16380"/></table:table-row>'
            )
        tables.append(
            f'<table:table table:name="{escape(name)}">'
            '<table:table-column table:number-columns-repeated="16384"/>'
            + "".join(rows)
            + '<table:table-row table:number-rows-repeated="1048570">'
            '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
            "</table:table>"
        )
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
        f"<office:body><office:spreadsheet>{''.join(tables)}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    return zipped({"mimetype": ODS_KIND, "content.xml": content})


ODS_KIND = "application/vnd.oasis.opendocument.spreadsheet"


def _ods_cell(cell: Cell) -> str:
    if cell is None or cell == "":
        return "<table:table-cell/>"
    said = escape(str(cell)).replace("  ", ' <text:s text:c="1"/>')
    note = "<office:annotation><text:p>Let op</text:p></office:annotation>"
    return (
        f'<table:table-cell office:value-type="string">{note}<text:p>{said}</text:p>'
        "</table:table-cell>"
    )


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """Put parts into a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in parts.items():
            file.writestr(name, data)
    return out.getvalue()


def grid(headings: str, row: str) -> list[list[Cell]]:
    """Make the cells of a sheet."""
    return [list(cells) for cells in (headings.split("|"), *columns(row.split("|")))]


TEAMS = (
    "1. Summary\nMeeting title\tTeam Zorg\nAttended participants\t6\n"
    "Start time\t3/12/26, 1:00:11 PM\nEnd time\t3/12/26, 2:31:02 PM\n\n2. Participants\n"
    "Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n"
    + "".join(
        f"{name}\t3/12/26, 1:0{n}:11 PM\t3/12/26, 2:30:02 PM\t1h 27m 51s\tp{n}@example.org\t"
        f"p{n}@example.org\t{'Organizer' if n == 1 else 'Presenter'}\n"
        for n, name in enumerate(NAMES, 1)
    )
    + "\n3. In-Meeting Activities\nName\tJoin Time\tLeave Time\tDuration\tEmail\tRole\n"
    + "".join(f"{name}\t3/12/26\t3/12/26\t1h\tp@example.org\tPresenter\n" for name in NAMES * 2)
)
TEAMS_NL = (
    TEAMS.replace("1. Summary", "1. Samenvatting")
    .replace("2. Participants", "2. Deelnemers")
    .replace("3. In-Meeting Activities", "3. Activiteiten tijdens de vergadering")
    .replace("Name\tFirst Join", "Naam\tEerste deelname")
    .replace(NAMES[3], NAMES[3] + " (Gast)")
)
TEAMS_LOG = "Full Name\tUser Action\tTimestamp\n" + "".join(
    f"{name}\t{action}\t3/12/2021, 1:00:00 PM\n"
    for action in ("Joined", "Left", "Joined")
    for name in NAMES
)
CANVAS = (
    "Student,ID,SIS User ID,SIS Login ID,Section,Opdracht 1 (1234),Current Score,Final Score\r\n"
    '"    Points Possible",,,,,10.0,(read only),(read only)\r\n'
    + "".join(
        f'"{name}",{n},{n},p{n}@example.org,4A,8.0,80.0,80.0\r\n'
        for n, name in enumerate(SORTED, 1)
    )
    + '"Student, Test",99,,abcdef,4A,,,\r\n'
)
CLASSROOM = (
    "Last Name,First Name,Email Address,Opdracht\n"
    + "Class average,,,7\n"
    + "".join(f"{' '.join(filter(None, p[1:]))},{p[0]},p@example.org,8\n" for p in PEOPLE)
)
OUTLOOK = "; ".join(f"{name} <p{n}@example.org>" for n, name in enumerate(NAMES))
OUTLOOK_SORTED = "; ".join(f"{name} <p{n}@example.org>" for n, name in enumerate(SORTED))
GMAIL = ", ".join(f'"{name}" <p{n}@example.org>' for n, name in enumerate(SORTED)) + ","
MOODLE = "Voornaam,Achternaam,E-mailadres,Groepen\n" + "".join(
    f'"{f}","{f"{i} {last}".strip()}",p@example.org,"4A, 4B"\n' for f, i, last in PEOPLE
)
AD = (
    "#TYPE Microsoft.ActiveDirectory.Management.ADUser\r\n"
    '"DistinguishedName","Enabled","GivenName","Name","ObjectClass","Surname"\r\n'
    + "".join(
        f'"CN={" ".join(filter(None, p))},OU=Zorg,DC=school","True","{p[0]}",'
        f'"{" ".join(filter(None, p))}","user","{" ".join(filter(None, p[1:]))}"\r\n'
        for p in PEOPLE
    )
)

EXPORTS = (
    Export(
        "magister-leerlingen",
        text(
            "Stamnr.|Klas|Roepnaam|Tussenv.|Achternaam|E-mail",
            "{n}|4A|{f}|{i}|{l}|{m}",
            encoding="windows-1252",
        ),
        ("Stamnr.", "Klas", "E-mail"),
        note="roster.note_encoding",
    ),
    Export(
        "magister-quoted",
        text(
            "Stamnummer|Achternaam|Tussenvoegsel|Roepnaam|Voorletters|Geboortedatum",
            "{n}|{l}|{i}|{f}|{v}|1-2-2009",
            quoting=csv.QUOTE_ALL,
            encoding="windows-1252",
        ),
        ("Stamnummer", "Voorletters", "Geboortedatum"),
    ),
    Export(
        "magister-excel-with-title",
        xlsx(
            {
                "Leerlingen": [
                    ["Klassenlijst 4A"],
                    ["Peildatum: 12-03-2026"],
                    [],
                    *grid("Nr|Leerling|Klas|Mentor", "{n}|{sorted}|4A|Smit"),
                ]
            }
        ),
        ("Nr", "Klas", "Mentor"),
        note="roster.note_above",
    ),
    Export(
        "somtoday-leerlingen",
        text(
            "Leerlingnummer|Roepnaam|Voorvoegsel|Achternaam|Stamgroep|Leerjaar|Geslacht",
            "{n}|{f}|{i}|{l}|4A|4|V",
            encoding="utf-8-sig",
        ),
        ("Leerlingnummer", "Stamgroep", "Leerjaar", "Geslacht"),
    ),
    Export(
        "somtoday-medewerkers",
        text(
            "Afkorting|Voornaam|Voorvoegsels|Achternaam|E-mail werk|Vestiging",
            "{l}|{f}|{i}|{l}|{m}|Hoofdgebouw",
        ),
        ("Afkorting", "E-mail werk", "Vestiging"),
    ),
    Export(
        "somtoday-excel",
        xlsx(
            {
                "Sheet1": grid(
                    "Leerlingnummer|Voornaam|Roepnaam|Tussenvoegsel|Achternaam|Lesgroepen",
                    "{n}|Officieel|{f}|{i}|{l}|4a.netl1, 4a.wisb2",
                )
            }
        ),
        ("Leerlingnummer", "Voornaam", "Lesgroepen"),
    ),
    Export(
        "parnassys",
        text(
            "Achternaam|Voorvoegsel|Roepnaam|Voornamen|Geslacht|Groep|Geboortedatum",
            "{l}|{i}|{f}|Johanna Maria|m|8|2014-02-01",
            quoting=csv.QUOTE_NONNUMERIC,
        ),
        ("Voornamen", "Geslacht", "Groep", "Geboortedatum"),
    ),
    Export(
        "esis-tab",
        text("Roepnaam|Tussenvoegsels|Achternaam|Groep", "{f}|{i}|{l}|8", by="\t"),
        ("Groep",),
    ),
    Export(
        "eduarte-deelnemers",
        text(
            "Deelnemernummer|Roepnaam|Voorvoegsel|Achternaam|Opleiding|Cohort|Groep",
            "{n}|{f}|{i}|{l}|Verpleegkunde (BOL)|2025|VP4A",
            by=",",
        ),
        ("Deelnemernummer", "Opleiding", "Cohort", "Groep"),
    ),
    Export(
        "eduarte-volledige-naam",
        xlsx({"Export": grid("Deelnemernummer|Volledige naam|Groep", "{n}|{whole}|VP4A")}),
        ("Deelnemernummer", "Groep"),
    ),
    Export(
        "osiris-studenten",
        xlsx(
            {
                "Studenten": grid(
                    "Studentnummer|Achternaam|Voorvoegsels|Roepnaam|Voorletters|E-mailadres",
                    "{n}|{l}|{i}|{f}|{v}|{m}",
                )
            }
        ),
        ("Studentnummer", "Voorletters", "E-mailadres"),
    ),
    Export(
        "osiris-naam-student",
        text("Studentnr|Naam student|Opleiding", "{n}|{sorted}|HBO-V"),
        ("Studentnr", "Opleiding"),
    ),
    Export(
        "entra-export-users",
        text(
            "userPrincipalName|displayName|surname|mail|givenName|objectId|userType|jobTitle|"
            "department|accountEnabled",
            "{m}|{whole}|{il}|{m}|{f}|0a1b|Member|Docent|Zorg|True",
            by=",",
            encoding="utf-8-sig",
        ),
        (
            "userPrincipalName",
            "displayName",
            "mail",
            "objectId",
            "userType",
            "jobTitle",
            "department",
            "accountEnabled",
        ),
    ),
    Export(
        "entra-group-members",
        text(
            "id|userPrincipalName|displayName|objectType|userType|isUser",
            "0a1b|{m}|{whole}|User|Member|TRUE",
            by=",",
        ),
        ("id", "userPrincipalName", "objectType", "userType", "isUser"),
    ),
    Export(
        "microsoft-365-users",
        text(
            "Block credential|City|Department|Display name|First name|Last name|Licenses|"
            "User principal name",
            "False|Utrecht|Zorg|{whole}|{f}|{il}|A3|{m}",
            by=",",
        ),
        (
            "Block credential",
            "City",
            "Department",
            "Display name",
            "Licenses",
            "User principal name",
        ),
    ),
    Export("active-directory-powershell", AD.encode(), ("DistinguishedName", "Enabled", "Name",
           "ObjectClass")),
    Export(
        "google-directory",
        text(
            "First Name [Required]|Last Name [Required]|Email Address [Required]|"
            "Password [Required]|Org Unit Path [Required]|Status [READ ONLY]",
            "{f}|{il}|{m}|****|/Zorg|Active",
            by=",",
        ),
        (
            "Email Address [Required]",
            "Password [Required]",
            "Org Unit Path [Required]",
            "Status [READ ONLY]",
        ),
    ),
    Export(
        "google-contacts",
        text(
            "Name|Given Name|Additional Name|Family Name|Yomi Name|E-mail 1 - Value",
            "{whole}|{f}|{i}|{l}||{m}",
            by=",",
        ),
        ("Name", "E-mail 1 - Value"),
    ),
    Export("google-classroom", CLASSROOM.encode(), ("Email Address", "Opdracht"),
           note="roster.note_nobody"),
    Export("teams-attendance", TEAMS.encode("utf-16"), note="roster.note_part"),
    Export("teams-attendance-dutch", TEAMS_NL.encode("utf-16"), note="roster.note_part"),
    Export("teams-attendance-log", TEAMS_LOG.encode("utf-16"), note="roster.note_repeated"),
    Export("canvas-gradebook", CANVAS.encode("utf-8-sig"), note="roster.note_nobody"),
    Export(
        "canvas-people",
        text("Naam|Login-ID|SIS-ID|Sectie|Rol", "{whole}|{m}|{n}|4A|Student", by="\t"),
        ("Login-ID", "SIS-ID", "Sectie", "Rol"),
    ),
    Export("moodle-participants", MOODLE.encode(), ("E-mailadres", "Groepen")),
    Export(
        "moodle-grades",
        xlsx(
            {
                "Cijfers": grid(
                    "First name|Last name|ID number|Institution|Department|Email address",
                    "{f}|{il}|{n}|||{m}",
                )
            }
        ),
        ("ID number", "Email address"),
    ),
    Export(
        "brightspace",
        text(
            "OrgDefinedId|Username|Last Name|First Name|Email|End-of-Line Indicator",
            "#{n}|#{m}|{il}|{f}|{m}|#",
            by=",",
        ),
        ("OrgDefinedId", "Username", "Email", "End-of-Line Indicator"),
    ),
    Export(
        "zermelo-employees",
        text("Code|Voornaam|Tussenvoegsel|Achternaam|Geslacht|E-mail", "abc|{f}|{i}|{l}|M|{m}"),
        ("Code", "Geslacht", "E-mail"),
    ),
    Export(
        "afas-medewerkers",
        xlsx(
            {
                "Medewerkers": grid(
                    "Medewerker|Roepnaam|Voorvoegsel|Achternaam|Voorvoegsel partner|Functie",
                    "{n}|{f}|{i}|{l}|de|Docent",
                )
            }
        ),
        ("Medewerker", "Voorvoegsel partner", "Functie"),
    ),
    Export(
        "visma-naam-medewerker",
        text("Personeelsnummer|Naam medewerker|Functie", "{n}|{sorted}|Docent"),
        ("Personeelsnummer", "Functie"),
    ),
    Export(
        "microsoft-forms",
        xlsx({"Sheet1": grid("Id|Begintijd|Tijd van voltooien|E-mail|Naam|Aanwezig",
                             "{n}|46000|46001|{m}|{whole}|Ja")}),
        ("Id", "Begintijd", "Tijd van voltooien", "E-mail", "Aanwezig"),
    ),
    Export("smartschool-belgium", text("Naam|Voornaam|Klas", "{il}|{f}|4A"), ("Klas",)),
    Export(
        "informat-belgium",
        text("Klas|Naam leerling|Voornaam leerling", "4A|{il}|{f}", quoting=csv.QUOTE_ALL),
        ("Klas",),
    ),
    Export(
        "excel-dutch-csv",
        text("Voornaam|Tussenvoegsel|Achternaam", "{f}|{i}|{l}", encoding="windows-1252"),
        note="roster.note_encoding",
    ),
    Export("excel-english-csv", text("First Name|Last Name", "{f}|{il}", by=",")),
    Export(
        "excel-mac-csv",
        text("Voornaam|Achternaam", "{f}|{il}", encoding="mac_roman", newline="\r"),
        note="roster.note_encoding",
    ),
    Export(
        "excel-ms-dos-csv",
        text("Voornaam|Achternaam", "{f}|{il}", encoding="cp850"),
        note="roster.note_encoding",
    ),
    Export("excel-unicode-text", text("Naam|Team", "{whole}|Zorg", by="\t", encoding="utf-16"),
           ("Team",)),
    Export("excel-tells-separator", text("Naam|Team", "{whole}|Zorg", above="sep=;\r\n"),
           ("Team",)),
    Export("excel-workbook", xlsx({"Blad1": grid("Naam|Functie", "{whole}|Docent")}),
           ("Functie",)),
    Export(
        "excel-filtered",
        xlsx(
            {"Blad1": [*grid("Naam|Team", "{whole}|Zorg"), ["Iemand Anders", "Techniek"]]},
            hide=lambda row: row == len(PEOPLE) + 1,
        ),
        ("Team",),
        note="roster.note_hidden",
    ),
    Export(
        "excel-other-sheet",
        xlsx({"Uitleg": [["Kies een kleur", "1"], ["Groen", "2"]],
              "Namen": grid("Naam|Functie", "{whole}|Docent")}),
        ("Functie",),
        note="roster.note_sheet",
    ),
    Export("libreoffice", ods({"Blad1": grid("Voornaam|Tussenvoegsel|Achternaam|Team",
                                             "{f}|{i}|{l}|Zorg")}), ("Team",)),
    Export(
        "libreoffice-filtered",
        ods({"Blad1": [*grid("Naam|Team", "{whole}|Zorg"), ["Iemand Anders", "Techniek"]]},
            hide=lambda row: row == len(PEOPLE) + 1),
        ("Team",),
        note="roster.note_hidden",
    ),
    Export("numbers-mac", text("Naam|Functie", "{whole}|Docent", by=",", newline="\n"),
           ("Functie",)),
    Export(
        "outlook-contacts",
        text("Aanspreektitel|Voornaam|Middelste naam|Achternaam|E-mailadres", "|{f}|{i}|{l}|{m}",
             by=",", quoting=csv.QUOTE_ALL),
        ("E-mailadres",),
    ),
    Export("outlook-pasted", OUTLOOK.encode(), note="roster.note_addresses"),
    Export("outlook-pasted-sorted", OUTLOOK_SORTED.encode(), note="roster.note_addresses"),
    Export("gmail-pasted", GMAIL.encode(), note="roster.note_addresses"),
    Export("word-numbered", "".join(f"{n}. {x}\n" for n, x in enumerate(NAMES, 1)).encode(),
           note="roster.note_numbers"),
    Export("word-bullets", "".join(f"•\t{x}\n" for x in NAMES).encode("utf-16")),
    Export("typed", "\n".join(NAMES).encode()),
    Export("typed-sorted", "\n".join(SORTED).encode("windows-1252")),
    Export("vertical-bars", text("voornaam|tussenvoegsel|achternaam", "{f}|{i}|{l}", by="|")),
    Export("no-headings", text("", "{f}|{i}|{l}")),
    Export("no-headings-with-numbers", text("", "{n}|{f}|{i}|{l}|{m}"), ("(1)", "(5)")),
    Export(
        "twice-encoded",
        text("Naam|Team", "{whole}|Zorg").decode().encode().decode("windows-1252").encode(),
        ("Team",),
        note="roster.note_twice",
    ),
    # what has to be refused
    Export("google-forms", text("Tijdstempel|Wat is je naam?", "12-03-2026|{whole}"), names=()),
    Export("unknown-two-columns", b"foo;bar\r\nJan;J\r\n", names=()),
    Export("unknown-headings", text("Kind|Kleur", "{whole}|rood"), names=()),
    Export("other-half-unknown", text("Voornaam|Fam.", "{f}|{il}"), names=()),
    Export("pupil-and-parent", text("Leerling|Naam vriend|Cursist", "{whole}|Piet|{f} Ander"),
           names=()),
    Export("title-alone", ("Team Zorg\n" + "\n".join(NAMES)).encode(), names=()),
    Export("html-called-xls", b"<html><table><tr><td>Naam</td></tr></table></html>", names=()),
    Export("excel-lost-letters", b"Naam\r\nJos? Proef\r\nG?lsen Toets\r\n", names=()),
    Export("half-twice-encoded", "Naam\nRenÃ© Proef\nZoë Müller\n".encode(), names=()),
    Export("class-behind-name", text("Naam|Team", "{whole} 4A|Zorg"), names=()),
    Export("two-sheets", xlsx({"4A": grid("Naam", "{whole}"), "4B": grid("Naam", "{whole}")}),
           names=()),
    Export("names-in-a-row", "; ".join(NAMES[:3]).encode(), names=()),
    Export("half-numbered", b"1. Anna de Vries\nBram Boer\n3. Ka Wai Cheung\n", names=()),
)  # fmt: skip
