"""Tables for a spreadsheet.

In:  results.
Out: a CSV file for Dutch Excel (`;`, BOM), or a workbook with numbers as numbers and a sheet for
     each table. The last two tables explain the others: what each column holds, and what each
     question and answer means.

Text that a spreadsheet would take for a formula stays text.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import IO, TypeAlias

from forms.answers import Gap, Status
from forms.instrument import (
    ChoiceQuestion,
    Instrument,
    Row,
    ScaleQuestion,
    StatementPair,
    TextField,
)
from forms.messages import DUTCH
from papierkompas.outcome.csv_rows import Cell, is_like_a_formula, to_csv
from papierkompas.outcome.in_words import sentence
from papierkompas.outcome.paper_values import ranked_statements
from papierkompas.outcome.results import (
    Answer,
    AnsweredSheet,
    CompassResult,
    Placed,
    Results,
    TallyResult,
)
from papierkompas.session.values import SheetId
from scoring.quickscan import Filled, Group, Summary, Verdict
from scoring.roles import RoleTable, by_role

Table: TypeAlias = list[list[Cell]]

_SHEET_NAME = re.compile(r"[\[\]:*?/\\']")
STATES = {Status.READ: "gelezen", Status.BLANK: "leeg", Status.REVIEW: "twijfel"}
CORRECTED = "veranderd"
REPLACED = "vervangen"
TWICE = "twee formulieren"
SCANNED, TYPED_IN = "gescand", "ingetypt"
GAPS = {Gap.BLANK: "leeg", Gap.DOUBT: "twijfel", Gap.NOT_SCANNED: "niet gescand"}


def tables(results: Results) -> Iterator[tuple[str, Table]]:
    """Yield every table of a session with its name, the first row being its head."""
    made = [
        ("over", _about(results)),
        *_positions(results),
        ("antwoorden", _answers(results)),
    ]
    for counted in results.tallies:
        made += _of_tally(counted)
    made += _statements(results)
    made += _comparisons(results)
    yield from made
    yield "kolommen", _dictionary(made)
    yield "codeboek", codebook(results)


def write_csv(target: IO[bytes], results: Results) -> None:
    """Write all tables one under the other, a blank line between them."""
    rows: Table = []
    for name, table in tables(results):
        if rows:
            rows.append([])
        rows += [[f"# {name}"], *table]
    target.write(to_csv(rows))


def write_xlsx(target: IO[bytes], results: Results) -> None:
    """Write a workbook with a sheet for each table."""
    import xlsxwriter

    memory = io.BytesIO()
    book = xlsxwriter.Workbook(
        memory, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    made = dt.datetime.combine(dt.date.fromisoformat(results.date), dt.time())
    book.set_properties({"title": f"Papierkompas: {results.team}", "created": made})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True})
    quoted = book.add_format({"quote_prefix": True})  # text, also after somebody edits it
    date = book.add_format({"num_format": "d mmmm yyyy", "align": "left"})
    for name, table in tables(results):
        sheet = book.add_worksheet(_SHEET_NAME.sub("_", name)[:31])
        sheet.freeze_panes(1, 0)
        for row, cells in enumerate(table):
            for column, cell in enumerate(cells):
                style = bold if row == 0 else None
                if isinstance(cell, str):
                    is_risky = row > 0 and is_like_a_formula(cell)
                    sheet.write_string(row, column, cell, quoted if is_risky else style)
                elif isinstance(cell, dt.date):
                    sheet.write_datetime(row, column, cell, date)
                elif cell is not None:
                    sheet.write_number(row, column, cell, style)
        if len(table) > 1:
            sheet.autofilter(0, 0, len(table) - 1, max(0, len(table[0]) - 1))
        sheet.autofit(max_width=500)
    book.close()
    target.write(memory.getvalue())


# The tables


def _about(results: Results) -> Table:
    rows: Table = [
        ["wat", "waarde"],
        ["team", results.team],
        ["datum", dt.date.fromisoformat(results.date)],
        ["formulieren", len(results.sheets)],
        ["antwoorden in twijfel", results.in_review],
    ]
    for compass in results.compasses:
        paper, there = compass.instrument.paper, compass.attendance
        rows.append([f"{paper}: mensen", there.people.exact])
        for result in compass.rounds:
            rows.append([f"{paper}, {result.round}: uitgedeeld", result.given])
            rows.append([f"{paper}, {result.round}: ingeleverd", result.sheets_back])
            typed = result.typed - result.unprinted
            rows.append([f"{paper}, {result.round}: waarvan ingetypt", typed])
            rows.append([f"{paper}, {result.round}: ingetypt zonder papier", result.unprinted])
        rows.append([f"{paper}: mensen met alle rondes", there.in_all])
    for counted in results.tallies:
        rows.append([f"{counted.instrument.paper}: ingeleverd", counted.sheets_back])
        typed = counted.typed - counted.unprinted
        rows.append([f"{counted.instrument.paper}: waarvan ingetypt", typed])
        rows.append([f"{counted.instrument.paper}: ingetypt zonder papier", counted.unprinted])
        rows.append([f"{counted.instrument.paper}: tellen mee", counted.lists])
        rows.append([f"{counted.instrument.paper}: uitgedeeld", counted.given])
    rows += [["let op", remark.said(DUTCH)] for remark in results.remarks]
    return rows


def _positions(results: Results) -> list[tuple[str, Table]]:
    """Write where everybody stands, a table for each questionnaire with a map."""
    made = []
    for number, compass in enumerate(results.compasses):
        head: list[Cell] = [
            "ronde", "formulier", "nummer", "naam",
            *(axis.key for axis in compass.compass.axes), "kwadrant",
            *(f"vragen: {word}" for word in GAPS.values()), "telt mee", "hoe gelezen",
        ]  # fmt: skip
        rows: Table = [head]
        for result in compass.rounds:
            rows += [_position(result.round, placed, compass) for placed in result.placed]
        made.append((_of_map("posities", compass, number), rows))
    return made


def _of_map(name: str, compass: CompassResult, number: int) -> str:
    """Name a table of a map; a second one bears the key of its questionnaire."""
    return f"{name} {compass.instrument.key}" if number else name


def _position(round_key: str, placed: Placed, compass: CompassResult) -> list[Cell]:
    placement = placed.placement
    return [
        round_key,
        placed.sheet.sheet.sheet,
        _number(placed.sheet.number),
        placed.sheet.name,
        *compass.compass.by_axis(placement.vertical, placement.horizontal).values(),
        " / ".join(each.title for each in placed.quadrants),
        *(", ".join(placed.gaps.get(gap, ())) for gap in GAPS),
        "nee" if placed.position is None else "ja",
        how_read(placed.sheet),
    ]


def _answers(results: Results) -> Table:
    head: list[Cell] = [
        "formulier", "lijst", "ronde", "naam", "vraag", "antwoord", "stand", "zekerheid",
        "hoe gelezen",
    ]  # fmt: skip
    return [head, *_answer_rows(results.sheets, {sheet.id for sheet in results.twice})]


def _answer_rows(
    sheets: Iterable[AnsweredSheet], twice: AbstractSet[SheetId]
) -> Iterator[list[Cell]]:
    for sheet in sheets:
        for question, answer in sheet.answers.items():
            yield [
                sheet.sheet.sheet,
                sheet.sheet.instrument,
                sheet.sheet.round,
                sheet.name,
                question,
                _number(answer.value),
                TWICE if sheet.id in twice else answer_state(sheet, answer),
                round(answer.confidence, 6),
                how_read(sheet),
            ]


def how_read(sheet: AnsweredSheet) -> str:
    """Say where the answers of a sheet come from."""
    if sheet.typed is None:
        return SCANNED
    return f"{SCANNED} en {TYPED_IN}" if sheet.sheet.pages else TYPED_IN


def answer_state(sheet: AnsweredSheet, answer: Answer) -> str:
    """Say what is known of an answer."""
    if sheet.replaced is not None:
        return REPLACED
    return STATES[answer.status] if answer.correction is None else CORRECTED


def _number(value: str | None) -> Cell:
    return int(value) if value is not None and value.isdecimal() else value


def _of_tally(counted: TallyResult) -> list[tuple[str, Table]]:
    key = counted.instrument.key
    made = [(f"tellingen {key}", _tallies(counted)), (f"lijsten {key}", _lists(counted))]
    if counted.written:
        made.append((f"opmerkingen {key}", _written(counted)))
    if counted.summary is not None:
        made += [
            ("vragen", _questions(counted.summary)),
            ("succesfactoren", _factors(counted.summary)),
            ("aspecten", _aspects(counted.summary)),
        ]
        roles = by_role(counted.instrument, counted.filled)
        if roles is not None:
            made += [("rollen", _roles(roles))]
    return made


def _tallies(counted: TallyResult) -> Table:
    options = list(dict.fromkeys(o for t in counted.tallies.values() for o in t.counts))
    head: list[Cell] = ["vraag", *options, "leeg", "twijfel", "bladzijde ontbreekt", "lijsten"]
    rows: Table = [
        [
            question,
            *(tally.counts.get(option) for option in options),
            tally.blank - counted.waiting[question] - counted.absent[question],
            counted.waiting[question],
            counted.absent[question],
            tally.n,
        ]
        for question, tally in counted.tallies.items()
    ]
    return [head, *rows]


def _lists(counted: TallyResult) -> Table:
    """Write a row per list and a column per question, as statistics programs want it."""
    questions = list(counted.instrument.questions)
    rows: Table = [["formulier", *questions, "hoe gelezen"]]
    for sheet, filled in zip(counted.sheets, counted.filled, strict=True):
        answers = (_answer(sheet, filled, q) for q in questions)
        rows.append([sheet.sheet.sheet, *answers, how_read(sheet)])
    return rows


def _answer(sheet: AnsweredSheet, filled: Filled, question: str) -> Cell:
    """Write what counts, or why nothing does; an empty cell is a blank."""
    gap = sheet.gap(question)
    if gap in (Gap.DOUBT, Gap.NOT_SCANNED):
        return GAPS[gap]
    return _number(filled.answers.get(question))


def _written(counted: TallyResult) -> Table:
    """Write what people wrote themselves; only what a person checked is text."""
    parts = {row.key: row.part for row in counted.instrument.written}
    rows: Table = [["formulier", "vraag", "aspect", "opmerking", "nagekeken door", "hoe gelezen"]]
    rows += [
        [
            each.sheet.sheet.sheet,
            each.asked,
            _title(counted.instrument, parts[each.field]),
            each.text,
            each.who or "nog niet nagekeken",
            how_read(each.sheet),
        ]
        for each in counted.written
    ]
    return rows


def _questions(summary: Summary) -> Table:
    rows: Table = [
        ["vraag", "oordelen", "gemiddelde", "consensus", "overeenstemming A", "label", "oordeel",
         "geen zicht", "leeg", "twijfel", "18-/18+", "lijsten"]
    ]  # fmt: skip
    rows += [
        [
            key,
            q.rated,
            _rounded(q.mean),
            _rounded(q.agreement.consensus),
            _rounded(q.agreement.agreement_a),
            q.agreement.label.value,
            q.verdict.value,
            q.no_view,
            q.blank,
            q.waiting,
            q.ticks,
            q.n,
        ]
        for key, q in summary.questions.items()
    ]
    return rows


def _factors(summary: Summary) -> Table:
    head: list[Cell] = ["volgorde", "nummer", "succesfactor", *_group_head(), "reden"]
    return [
        head,
        *(
            [p.place, int(p.factor.key), p.factor.title, *_group_cells(p.factor), p.reason]
            for p in summary.priorities
        ),
    ]


def _group_head() -> list[Cell]:
    return ["oordeel", "gemiddelde", "deel −", "deel +/−", "deel +", "deel zonder oordeel",
            *(f"vragen: {verdict.value}" for verdict in Verdict)]  # fmt: skip


def _group_cells(group: Group) -> list[Cell]:
    shares: Sequence[Cell] = [_rounded(s) for s in group.shares or ()] or [None] * 3
    return [
        group.verdict.value,
        _rounded(group.mean),
        *shares,
        _rounded(group.no_view_share),
        *(len(group.having(verdict)) for verdict in Verdict),
    ]


def _aspects(summary: Summary) -> Table:
    head: list[Cell] = [
        "aspect", *_group_head(), "cijfers", "gemiddeld cijfer", "spreiding", "laagste", "hoogste",
    ]  # fmt: skip
    rows: Table = [head]
    for aspect in summary.aspects:
        grades = aspect.grades
        cells: list[Cell] = [None] * 5
        if grades is not None and grades.n:
            cells = [
                grades.n, _rounded(grades.mean), _rounded(grades.spread),
                grades.values[0], grades.values[-1],
            ]  # fmt: skip
        rows.append([aspect.group.title, *_group_cells(aspect.group), *cells])
    return rows


def _roles(table: RoleTable) -> Table:
    head: list[Cell] = ["soort", "nummer", "wat"]
    for group in table.groups:
        head += [f"{group.label}: gemiddelde", f"{group.label}: mensen"]
    rows: Table = [[*head, "kans bij loten", "duidelijk verschil"]]
    for kind, found in (("succesfactor", table.factors), ("vraag", table.questions)):
        for row in found:
            pairs = [
                cell
                for mean, people in zip(row.means, row.people, strict=True)
                for cell in (_rounded(mean), people)
            ]
            clear = None if row.p is None else ("ja" if row.is_clear else "nee")
            rows.append([kind, row.key, row.title, *pairs, _rounded(row.p), clear])
    return rows


def _statements(results: Results) -> list[tuple[str, Table]]:
    """Write how far people lie apart on each statement, and how far they move."""
    made: list[tuple[str, Table]] = []
    for number, compass in enumerate(results.compasses):
        options = list(dict.fromkeys(o for pair in compass.instrument.pairs for o in pair.options))
        spreads: Table = [
            ["stelling", "ronde", *map(_number, options), *GAPS.values(), "consensus",
             "overeenstemming A", "label", "volgorde"]
        ]  # fmt: skip
        steps: Table = [["stelling", "mensen", "gemiddelde stap", "volgorde"]]
        for one in ranked_statements(compass):
            for key, spread in one.spreads.items():
                judged = spread.agreement
                counts = dict(zip(one.pair.options, judged.counts, strict=True))
                spreads.append(
                    [_number(one.pair.key), key, *map(counts.get, options),
                     *(spread.gaps[gap] for gap in GAPS), _rounded(judged.consensus),
                     _rounded(judged.agreement_a), judged.label.value, spread.rank]
                )  # fmt: skip
            if one.step is not None:
                step = one.step
                steps.append([_number(one.pair.key), step.n, _rounded(step.mean), step.rank])
        made.append((_of_map("stellingen", compass, number), spreads))
        if len(steps) > 1:
            made.append((_of_map("stappen", compass, number), steps))
    return made


def _comparisons(results: Results) -> list[tuple[str, Table]]:
    made: list[tuple[str, Table]] = []
    for number, compass in enumerate(results.compasses):
        if compass.comparison is not None:
            compared = compass.comparison
            axes: list[Cell] = [axis.key for axis in compass.compass.axes]
            head: list[Cell] = ["mensen", *axes, "verschuiving", "zelfde kant op", "wat we zien"]
            row: list[Cell] = [
                compared.n,
                *compass.compass.by_axis(compared.vertical, compared.horizontal).values(),
                compared.trend.shift,
                compared.trend.share,
                sentence(compass),
            ]
            made.append((_of_map("vergelijking", compass, number), [head, row]))
    return made


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


# What the tables mean

BY_TABLE = {  # columns that bear the words of a questionnaire
    **dict.fromkeys(
        ("tellingen", "stellingen"),
        "aantal lijsten waarop dit vakje is gekozen, zie het codeboek",
    ),
    "posities": "plaats op deze as van de kaart: het gemiddelde van de antwoorden op die as",
    "vergelijking": "hoeveel het midden op deze as verschuift van hoe het is naar hoe het moet, in "
    "vakjes",
}
ROLE_COLUMNS = {
    "gemiddelde": "gemiddelde van de mensen met deze rol, van −2 (−−) tot +2 (++)",
    "mensen": "aantal mensen met deze rol dat een oordeel gaf",
}

COLUMNS = {
    "formulier": "code van het formulier; kopieën van een kopieermodel heten -00.1, -00.2, ...",
    "lijst": "sleutel van de vragenlijst",
    **{
        f"vragen: {word}": f"de vragen zonder antwoord: {why}"
        for word, why in (
            ("leeg", "niets aangekruist"),
            ("twijfel", "een mens moet nog kijken"),
            ("niet gescand", "de bladzijde ontbreekt"),
        )
    },
    "telt mee": "nee zolang een vraag zonder antwoord is, of iemand twee formulieren van één "
    "ronde inleverde",
    "ronde": "sleutel van de ronde; leeg als de vragenlijst geen rondes heeft",
    "nummer": "nummer van de persoon op de namenlijst, anders op het formulier; elders het nummer "
    "van de succesfactor of de vraag",
    "naam": "naam van de namenlijst, of door een mens ingevuld",
    "vraag": "nummer van de vraag, zie het codeboek",
    "antwoord": "het vakje dat telt, als het formulier meetelt, zie het codeboek; leeg: geen "
    "antwoord, zie de stand",
    "stand": "gelezen, leeg, twijfel (een mens moet kijken), veranderd (door een mens), "
    "vervangen (een ander formulier van deze persoon telt) of twee formulieren (van een persoon; "
    "geen ervan telt, tot een mens zegt welke); een vraag die hier niet staat, is niet "
    "gescand",
    "hoe gelezen": "gescand, of ingetypt door een mens omdat er geen papier was",
    "zekerheid": "kans dat de lezing klopt, van 0 tot 1",
    "leeg": "aantal lijsten zonder kruisje bij deze vraag",
    "twijfel": "aantal antwoorden waar een mens nog naar moet kijken; ze tellen niet mee",
    "bladzijde ontbreekt": "aantal lijsten waarvan deze bladzijde niet is gescand",
    "opmerking": "wat iemand opschreef, zoals een mens het las; leeg zolang niemand het nakeek",
    "nagekeken door": "wie het handschrift las en dit bewaarde",
    "lijsten": "aantal lijsten (bij 'vragen': met deze bladzijde)",
    "oordelen": "aantal mensen dat −−, −, +/−, + of ++ koos",
    "gemiddelde": "gemiddelde van −2 (−−) tot +2 (++); alleen om op te sorteren",
    "consensus": "Tastle en Wierman (2007): 1 allemaal hetzelfde, 0 half om half aan de uitersten",
    "overeenstemming A": "Van der Eijk (2001): 1 eens, 0 gelijk verspreid, −1 twee kampen",
    "label": "eens, verdeeld, wisselend of onvoldoende zicht; regels in docs/quickscan.md",
    "oordeel": "wat de antwoorden vragen: kan beter, eerst bespreken, gaat (deels) goed, "
    "te weinig zicht",
    "geen zicht": "aantal mensen dat ? koos",
    "18-/18+": "aantal mensen dat vindt dat hier verschil moet zijn tussen 18- en 18+",
    "volgorde": "1 eerst: bij succesfactoren om aan te werken, bij stellingen waar de antwoorden "
    "het verst uiteen lopen, bij stappen waar de stap het grootst is; leeg: te weinig "
    "antwoorden, of geen verschil",
    "stelling": "nummer van de stelling, zie het codeboek",
    "mensen": "aantal mensen dat in beide rondes antwoordde",
    "gemiddelde stap": "in vakjes, van hoe het is naar hoe het moet; boven 0 is naar rechts",
    "niet gescand": "aantal formulieren waarvan deze stelling niet is gescand",
    "soort": "succesfactor of vraag",
    "wat": "waar de rij over gaat",
    "waarde": "wat erover te zeggen is",
    "kwadrant": "veld van de kaart; meer dan een als iemand op een grens staat",
    "verschuiving": "hoe ver het midden van het team verschuift, in vakjes",
    "zelfde kant op": "deel van de mensen dat dezelfde kant op gaat als het midden, van 0 tot 1",
    "wat we zien": "de zin die ook op de poster staat",
    "aspect": "onderdeel waar de vraag over gaat: houding, organisatie of praktijk, of een cijfer",
    "succesfactor": "tekst van de succesfactor",
    **{
        f"deel {sign}": f"deel van de oordelen dat {what} is, van 0 tot 1"
        for sign, what in (("−", "−− of −"), ("+/−", "+/−"), ("+", "+ of ++"))
    },
    "deel zonder oordeel": "deel van de antwoorden dat ? is, van 0 tot 1",
    **{
        f"vragen: {word}": f"aantal vragen met het oordeel '{word}'"
        for word in (
            "kan beter",
            "eerst bespreken",
            "gaat deels goed",
            "gaat goed",
            "te weinig zicht",
        )
    },
    "cijfers": "aantal mensen dat een cijfer gaf",
    "gemiddeld cijfer": "gemiddelde van de cijfers, van 1 tot 10",
    "laagste": "laagste cijfer dat iemand gaf",
    "hoogste": "hoogste cijfer dat iemand gaf",
    "reden": "waarom deze factor op deze plaats staat",
    "spreiding": "standaarddeviatie (n − 1)",
    "kans bij loten": "kans op zo'n groot verschil als de rollen werden verloot, gecorrigeerd "
    "(Holm); leeg: niet getoetst",
    "duidelijk verschil": "ja als die kans hoogstens 0,05 is",
}


WIDE = (
    "het vakje dat telt, zie het codeboek; leeg: niets aangekruist; twijfel: een mens moet nog "
    "kijken; niet gescand: de bladzijde ontbreekt"
)


def _dictionary(made: Sequence[tuple[str, Table]]) -> Table:
    """Say of every column of every table what it holds, and of what kind it is."""
    rows: Table = [["tabel", "kolom", "soort", "betekenis"]]
    for name, table in made:
        head = table[0]
        for column, title in enumerate(head):
            if name.startswith("lijsten ") and column:
                rows.append([name, "(een kolom per vraag)", "tekst of getal", WIDE])
                break
            cells = [row[column] for row in table[1:] if row[column] is not None]
            rows.append([name, title, _kind(cells), _meaning(name, str(title))])
    return rows


def _meaning(table: str, title: str) -> str:
    """Say what a column holds; columns by the words of a questionnaire are known by their table."""
    if title in COLUMNS:
        return COLUMNS[title]
    _role, colon, of_role = title.rpartition(": ")
    return ROLE_COLUMNS.get(of_role, "") if colon else BY_TABLE.get(table.split(" ")[0], "")


def _kind(cells: Sequence[Cell]) -> str:
    kinds = {type(cell) for cell in cells}
    if kinds <= {int}:
        return "geheel getal" if kinds else "leeg"
    if kinds <= {int, float}:
        return "getal"
    if kinds == {dt.date}:
        return "datum"
    return "tekst" if kinds == {str} else "tekst of getal"


def codebook(results: Results) -> Table:
    """Say what every question asks, and what every answer means."""
    rows: Table = [["lijst", "vraag", "tekst", "aspect", "succesfactor", "antwoord", "betekenis"]]
    asked = [c.instrument for c in results.compasses] + [t.instrument for t in results.tallies]
    for instrument in asked:
        for section in instrument.sections:
            part = instrument.part_of(section)
            for row in section.rows:
                where: list[Cell] = [
                    instrument.key,
                    row.key,
                    " / ".join(row.words),
                    _title(instrument, row.part or part),
                    section.factor,
                ]
                rows += [[*where, _number(o), words] for o, words in _meanings(row)]
                if isinstance(row, ScaleQuestion) and (tick := row.tick):
                    where[1] = tick.key
                    rows.append([*where, _number(tick.option), tick.meaning or "aangekruist"])
    return rows


def _title(instrument: Instrument, part: str | None) -> str | None:
    return next((p.title for p in instrument.parts if p.key == part), None)


def _meanings(row: Row) -> Iterator[tuple[str | None, str]]:
    match row:
        case StatementPair():
            side = {row.options[0]: row.left, row.options[-1]: row.right}
            for option in row.options:
                yield option, side.get(option, "")
        case ScaleQuestion():
            for option in row.options:
                yield option, row.scale.legend.get(option, "")
        case ChoiceQuestion():
            for choice in row.choices:
                yield choice.key, choice.label
        case TextField():
            yield None, "handschrift; telt niet mee"
