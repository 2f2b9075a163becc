"""The command `papierkompas`.

A function here parses, calls one function, prints, and returns. Results go to stdout, everything
else to stderr. Heavy libraries are imported where they are needed, so that `--help` is quick.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from forms.errors import NoScanError, PapierkompasError, UsageError, because
from forms.messages import DUTCH, Message, counted
from papierkompas.command import stops
from papierkompas.command.answer_commands import app as answer_app
from papierkompas.command.extras import extras_app
from papierkompas.command.map_commands import app as hand_made_app
from papierkompas.command.options import (
    AsJson,
    Bare,
    Certainty,
    Date,
    Few,
    FromZip,
    Handwritten,
    Names,
    OnlyMeans,
    Out,
    Own,
    Passwords,
    PrintedIn,
    PrintedPaper,
    RosterFile,
    RoundKey,
    SessionDir,
    Size,
    TeamOrZip,
    Tile,
    WhichPaper,
    WithoutNames,
    WithSmallMaps,
    Workers,
    date_of,
)
from papierkompas.command.quickscan_commands import app as quickscan_app
from papierkompas.command.say import answer, done, let_go_of_stdout, say
from papierkompas.command.scan_commands import app as scan_app
from papierkompas.command.sessions import material_for, maybe_session, session_in
from papierkompas.outcome.printables import PRINTABLES, Choices, PrintInk
from papierkompas.session.whole_files import writing
from scoring.shown_names import Naming

if TYPE_CHECKING:
    from forms.instrument import Instrument
    from forms.roster import NameList, Person
    from papierkompas.session.session import Session

OUR_BUG = 15

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Print paper questionnaires for a school team, read the scans back, and make the team's "
    "compass poster. Nothing leaves this computer.",
)
instrument_app = typer.Typer(
    no_args_is_help=True, help="Check a questionnaire file, or make one from the handbook's text."
)
app.add_typer(instrument_app, name="instrument")
app.add_typer(extras_app, name="extras")
app.add_typer(quickscan_app)
app.add_typer(scan_app)
app.add_typer(answer_app)
app.add_typer(hand_made_app)


def main() -> None:
    """Run the command and end with its exit code."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # file names need not be UTF-8; JSON then escapes
        sys.stdout.reconfigure(errors="backslashreplace")
    stops.stop_in_order()
    stops.end(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command and return its exit code; no error leaves it as a traceback."""
    # click's ClickException, which newer typers bring along under a name of their own
    misuse: Any = typer.BadParameter.__mro__[2]
    try:
        code = app(arguments, prog_name="papierkompas", standalone_mode=False)
    except PapierkompasError as error:
        say(f"papierkompas: {error}")
        return error.exit_code
    except misuse as error:
        _without_far_guesses(error)
        error.show()
        return UsageError.exit_code
    except typer.Exit as stop:
        code = stop.exit_code
    except (KeyboardInterrupt, typer.Abort):
        code = stops.INTERRUPTED
    except Exception as error:  # noqa: BLE001 the last resort: whatever it is, it is our bug
        if isinstance(error, OSError) and because(error).key == "os.full":
            let_go_of_stdout()  # the help, for instance, is written by typer itself
            say(f"papierkompas: {UsageError('command.no_answer', why=because(error))}")
            return UsageError.exit_code
        from papierkompas.mishap import mistake

        say(str(mistake(error)))
        return OUR_BUG
    if code == stops.INTERRUPTED:  # typer turns an interrupt into this code by itself
        say("papierkompas: interrupted. What was read is kept; run the same command to go on.")
    return code if isinstance(code, int) else 0


LIKE = 0.7  # of 1; --copy is .71 like --copies, --json .67 like --session


def _without_far_guesses(misuse: Any) -> None:
    """Leave out the options that are hardly like the one that does not exist."""
    given, guesses = getattr(misuse, "option_name", ""), getattr(misuse, "possibilities", None)
    if guesses:
        like = [g for g in guesses if SequenceMatcher(None, given, g).ratio() >= LIKE]
        misuse.possibilities = like or None


def _show_version(wanted: bool) -> None:
    if wanted:
        from papierkompas.mishap import version

        answer(f"papierkompas {version()}")
        raise typer.Exit


@app.callback()
def every_command(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_show_version, is_eager=True, help="Say which version this is."
        ),
    ] = False,
) -> None:
    """Stand before every command."""


@app.command()
def demo(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to put everything.")] = Path(
        "demo"
    ),
    as_json: AsJson = False,
) -> None:
    """Show the whole loop on an invented team: print, fill in, scan, read, poster."""
    from papierkompas.lab.demo import run_demo

    made = run_demo(folder, say)
    answer(made.as_json() if as_json else made.report)


@app.command()
def new(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder for the session.")],
    team: TeamOrZip = None,
    roster: RosterFile = None,
    date: Date = None,
    without_names: WithoutNames = False,
    from_zip: FromZip = None,
    as_json: AsJson = False,
) -> None:
    """Begin a session: a folder that keeps everything of one meeting of one team."""
    from papierkompas.session.session import Session

    if from_zip is not None:
        if team or roster or date or without_names:
            raise UsageError("zip.with_others")
        _open_again(from_zip, folder, as_json)
        return
    if team is None:
        raise UsageError("zip.no_team")

    listed = _listed(roster, as_json, not without_names) if roster else None
    people = listed.people if listed else ()
    with Session.create(folder, team, date_of(date) or _today(), people) as session:
        session.settings.leave_out_names(without_names)
        facts = {
            "folder": str(folder),
            "team": session.team,
            "date": session.date.isoformat(),
            "participants": len(people),
            **_name_list(listed, not without_names),
        }
    _warn_letters(people, with_names=not without_names)
    on_list = counted("people", len(people))
    answer(
        facts
        if as_json
        else f"Session of {facts['team']} made in {folder}, with {on_list} on the list."
    )


def _open_again(zipped: Path, folder: Path, as_json: bool) -> None:
    """Open a session again that was taken along."""
    from papierkompas.outcome.opened_again import open_again
    from papierkompas.session.session import Session

    try:
        with zipped.open("rb") as file:
            open_again(file, zipped.name, folder)
    except OSError as error:
        raise UsageError("zip.cannot_read", file=zipped, why=because(error)) from None
    with Session.open(folder) as session:
        facts = {
            "folder": str(folder),
            "team": session.team,
            "date": session.date.isoformat(),
            "participants": len(session.people.all()),
            "scans": len(session.scans.all()),
            "corrections": len(session.corrections.all()),
        }
    said = f"Session of {facts['team']} of {facts['date']} opened again in {folder}."
    answer(facts if as_json else said)


@app.command()
def names(
    session: SessionDir = None,
    leave_out: Annotated[
        bool | None,
        typer.Option(
            "--leave-out/--show", help="Keep names inside the session, or let them out again."
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say whether names leave a session, in files and on the wall; or choose."""
    with session_in(session) as opened:
        if leave_out is not None:
            opened.settings.leave_out_names(leave_out)
        facts = {"session": str(opened.folder), "without_names": opened.settings.without_names}
    if as_json:
        answer(facts)
    elif facts["without_names"]:
        answer("Names stay inside this session: numbers stand for people everywhere else.")
    else:
        answer("Names are shown. To keep them inside the session: papierkompas names --leave-out")


@app.command()
def printer(
    session: SessionDir = None,
    prints: Annotated[
        PrintInk | None, typer.Option("--prints", help="What the printer of the school has.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what the printer of a session prints in; or choose, for every poster from now on."""
    with session_in(session) as opened:
        if prints is not None:
            opened.settings.print_black(prints is PrintInk.BLACK)
        is_black = opened.settings.prints_black
        facts = {
            "session": str(opened.folder),
            "ink": (PrintInk.BLACK if is_black else PrintInk.COLOUR).value,
        }
    if as_json:
        answer(facts)
    elif is_black:
        answer("The printer is black and white: posters are printed in black.")
    else:
        answer("The printer has colours. If it has none: papierkompas printer --prints black")


@app.command("name-list")
def name_list(
    roster: Annotated[Path, typer.Argument(metavar="FILE", help="CSV, text, XLSX or ODS.")],
    as_json: AsJson = False,
) -> None:
    """Show what is understood of a name list, and do nothing with it."""
    listed = _listed(roster, as_json)
    rows = [(p.number, p.first, p.infix, p.last) for p in listed.people]
    if as_json:
        keys = ("number", "first", "infix", "last")
        answer(
            {**_name_list(listed), "people": [dict(zip(keys, row, strict=True)) for row in rows]}
        )
        return
    for row in rows:
        answer("\t".join(map(str, row)))


@app.command("print")
def print_(
    paper: PrintedPaper,
    out: Out,
    session: SessionDir = None,
    round_: RoundKey = None,
    copies: Annotated[
        int | None, typer.Option(metavar="N", help="N numbered sheets without names.")
    ] = None,
    master: Annotated[
        bool, typer.Option("--master", help="One sheet that may be photocopied.")
    ] = False,
    roster: RosterFile = None,
    duplex: Annotated[
        bool,
        typer.Option(
            "--duplex/--one-side",
            help="For a printer that uses both sides: no paper carries two people.",
        ),
    ] = False,
    instrument: Own = None,
    as_json: AsJson = False,
) -> None:
    """Print the sheets that people fill in, or the proefblad that judges the copier."""
    given = {
        "--round": round_, "--copies": copies, "--master": master or None, "--roster": roster,
        "--duplex": duplex or None,
        "--instrument": instrument,
    }  # fmt: skip
    if _is_made_alone(paper, session, out, as_json, [o for o, v in given.items() if v is not None]):
        return
    from forms.sheets import leaves_of, print_sheets
    from papierkompas.acts.printing import jobs, rounds_to_print
    from papierkompas.outcome.as_json import manifest_json
    from papierkompas.outcome.posters import in_dutch

    with maybe_session(session) as opened:
        asked = _instrument(paper, instrument, opened)
        with_names = opened is None or not opened.settings.without_names
        listed = _listed(roster, as_json, with_names) if roster else None
        order = _order(copies, master, listed, opened)
        rounds = rounds_to_print(asked, round_)
        made = jobs(asked, rounds, order, opened)
        with writing(out) as target:
            about = f"{opened.team} · {in_dutch(opened.date)}" if opened else ""
            manifest = print_sheets(target, made, duplex=duplex, about=about)
        if not with_names:
            manifest = [replace(entry, participant=None) for entry in manifest]
    _warn_letters(order.people or (), with_names=with_names)
    if as_json:
        answer({**manifest_json(manifest), **_name_list(listed, with_names)})
        return
    sheets = counted("sheets", len({entry.sheet for entry in manifest}))
    pages = counted("pages", len(manifest))
    if duplex:
        leaves = counted("leaves", leaves_of(manifest))
        how = f"on {leaves}. Print them at 100 %, on both sides, turned over the long edge."
        answer(f"{out}: {sheets}, {pages} {how}")
        return
    answer(f"{out}: {sheets}, {pages}. Print them at 100 %, on one side (or give --duplex).")


@app.command()
def layout(
    paper: WhichPaper, instrument: Own = None, session: SessionDir = None, as_json: AsJson = False
) -> None:
    """Say where boxes, fields and marks stand on the printed pages."""
    from papierkompas.acts.printing import layout_of
    from papierkompas.outcome.as_json import layout_json

    with maybe_session(session) as opened:
        made = layout_of(_instrument(paper, instrument, opened))
    if as_json:
        answer(layout_json(made))
        return
    for page in made.pages:
        answer(
            f"page {page.page}: {counted('boxes', len(page.boxes))} in "
            f"{counted('rows', len({box.question for box in page.boxes}))}, "
            f"{counted('fields', len(page.fields))}"
        )


@app.command()
def read(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILES...", help="PDF, TIFF, JPEG, PNG, HEIC, WebP, or folders."),
    ],
    session: SessionDir = None,
    workers: Workers = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler: tcp://host:8786.")
    ] = None,
    certainty: Certainty = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with code 6 if anything is unread or in doubt.")
    ] = False,
    password: Passwords = None,
    code: Annotated[
        str | None,
        typer.Option(
            metavar="CODE", help="What is printed beside the square code that cannot be read."
        ),
    ] = None,
    instrument: Own = None,
    as_json: AsJson = False,
) -> int:
    """Read scans: every page is accounted for, and what is not clear is said."""
    from omr.many.bounded import warm_up

    warm_up()  # what reads loads its libraries, while this loads its own
    from omr.ink.decide import CERTAINTY
    from papierkompas.acts.reading import read_files
    from papierkompas.acts.typed_code import read_with_code
    from papierkompas.command.report import Account, show_account

    with maybe_session(session) as opened:
        own = _own(instrument, opened)
        with _progress(as_json) as progress:
            pile = read_files(
                files,
                opened,
                own=own,
                certainty=certainty or CERTAINTY,
                workers=workers,
                cluster=cluster,
                passwords=password or (),
                progress=progress,
            )
            if code is not None:
                pile = read_with_code(pile, opened, code)
        account = Account.of(pile, opened, own)
    if as_json:
        answer(account.as_json())
    else:
        show_account(account, answer)
    if not account.has_scan:
        if not pile.settled.pages:
            raise NoScanError("command.no_files", places=files)
        raise NoScanError("command.nothing_read")
    return 6 if strict and account.is_open else 0


@app.command()
def results(
    session: SessionDir = None,
    csv: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a table for a spreadsheet.")
    ] = None,
    xlsx: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a workbook (Excel, LibreOffice).")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a page for a browser or a screen reader."),
    ] = None,
    long: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Write every answer in one long table for R, SPSS and pandas; names apart.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say where everybody stands, and what was counted."""
    from papierkompas.command.report import show_results
    from papierkompas.outcome.as_html import write_html
    from papierkompas.outcome.as_json import results_json
    from papierkompas.outcome.as_tables import write_csv, write_xlsx
    from papierkompas.outcome.long_table import write_long
    from papierkompas.outcome.results import results as compute

    with session_in(session) as opened:
        made = compute(opened)
    if csv:
        with writing(csv) as target:
            write_csv(target, made)
    if xlsx:
        with writing(xlsx) as target:
            write_xlsx(target, made)
    if html:
        with writing(html) as target:
            write_html(target, made)
    written = [str(path) for path in (csv, xlsx, html) if path]
    if long:
        written += map(str, write_long(long, made))
    if as_json:
        answer(results_json(made))
    elif written:
        answer(f"Written: {', '.join(written)}")
    else:
        show_results(made, answer)


@app.command()
def poster(
    out: Out,
    session: SessionDir = None,
    round_: RoundKey = None,
    size: Size = "a1",
    tile: Tile = None,
    names: Names = Naming.NAMES,
    means: OnlyMeans = False,
    handwritten: Handwritten = False,
    few: Few = False,
    bare: Bare = False,
    small: WithSmallMaps = False,
    ink: PrintedIn = None,
    key: Annotated[
        Path | None,
        typer.Option(metavar="FILE.pdf", help="Who is who, with --names numbers or initials."),
    ] = None,
    stickers: Annotated[
        bool,
        typer.Option("--stickers", help="The map made by hand, where there are lists as well."),
    ] = False,
    png: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="A picture too, for a beamer.")
    ] = None,
    password: Passwords = None,
    as_json: AsJson = False,
) -> None:
    """Print the compass: everybody on one map."""
    from papierkompas.outcome.lost_letters import lost_on_paper
    from papierkompas.outcome.off_the_map import absent_from, told
    from papierkompas.outcome.poster_files import write_poster

    choices = Choices(
        size=size,
        tile=tile.value if tile else None,
        round=round_,
        names=names,
        only_means=means,
        handwritten=handwritten,
        few=few,
        bare=bare,
        small_maps=small or None,
        ink=ink,
    )
    with material_for(session, passwords=password) as material:
        facts = write_poster(material, choices, out, stickers=stickers, key=key, png=png)
        absent = () if stickers else absent_from(material, round_)
        lost = () if stickers else lost_on_paper(material)
    for one in (facts["handwritten"] or {}).get("without", ()):
        say(f"{one['name']} has no handwritten name on the map: {one['reason']}.")
    for one in facts["unseen"]:
        say(one["message"])
    if names in (Naming.INITIALS, Naming.NUMBERS) and key is None:
        say("For the list that tells who is who, give --key FILE.pdf.")
    if facts["warning"]:
        say(facts["warning"])
    for line in told(absent, session):
        say(line)
    for one in lost:
        say(one.message)
    facts["letters"] = [one.as_json() for one in lost]
    facts["absent"] = [one.as_json() for one in absent]
    answer(facts if as_json else f"{out}: poster of {counted('people', facts['people'])}.")


@app.command()
def web(
    session: Annotated[
        Path | None,
        typer.Option("--session", metavar="DIR", help="A session, or a folder with sessions."),
    ] = None,
    port: Annotated[int, typer.Option(metavar="N", min=0, max=65535, help="0: any free one.")] = 0,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Only print the address.")
    ] = False,
) -> None:
    """Open the local web page, on which the whole session runs."""
    from papierkompas.web.serve import serve

    try:
        serve(session, port, not no_browser, answer)
    except PapierkompasError as error:  # whoever starts the page reads Dutch
        say(f"papierkompas: {error.said(DUTCH)}")
        raise typer.Exit(error.exit_code) from None


@app.command()
def bench(
    sheets: Annotated[int, typer.Option(metavar="N", min=1, help="Sheets of each paper.")] = 20,
    seed: Annotated[int, typer.Option(help="Same seed, same sheets.")] = 1,
    cases: Annotated[
        str, typer.Option(help="Names of scan cases with commas between; 'all' for every one.")
    ] = "grey300,grey200,bitonal200",
    workers: Workers = None,
    certainty: Certainty = None,
    markdown: Annotated[bool, typer.Option(help="Print the table in Markdown.")] = False,
    as_json: AsJson = False,
) -> None:
    """Measure accuracy and speed on sheets that are drawn, filled in and scanned by simulation."""
    from omr.ink.decide import CERTAINTY
    from papierkompas.lab.bench import run_bench, show_bench

    made = run_bench(sheets, seed, cases, workers, say, certainty or CERTAINTY)
    if as_json:
        answer(made)
    else:
        show_bench(made, answer, markdown=markdown)


@instrument_app.command("check")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A questionnaire file (TOML).")],
    session: SessionDir = None,
    as_json: AsJson = False,
) -> None:
    """Say in plain words whether a questionnaire file can be used: scored, and drawn to the end."""
    from papierkompas.outcome.rehearsal import rehearse

    tried = rehearse(file)
    if session is not None:
        with session_in(session) as opened:
            opened.questionnaires.load(file)
    asked = tried.instrument
    facts = {
        "file": str(file),
        "instrument": asked.key,
        "edition": asked.edition,
        "questions": len(asked.questions),
        "pages": tried.pages,
        "papers": list(tried.papers),
    }
    answer(
        facts
        if as_json
        else f"{file.name} is fine: {asked.title}, edition {asked.edition}, "
        f"{counted('questions', len(asked.questions))} on {counted('pages', tried.pages)}; "
        f"{counted('papers', len(tried.papers))} drawn of invented answers."
    )


@instrument_app.command("import")
def import_(
    document: Annotated[
        Path, typer.Argument(metavar="HANDBOOK", help="The handbook or quickscan, .txt or .pdf.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE.toml", help="Where to write.")],
    edition: Annotated[
        int, typer.Option(metavar="N", min=32, max=63, help="Number of this wording, 32 to 63.")
    ] = 32,
    as_json: AsJson = False,
) -> int:
    """Make a questionnaire file with the literal wording of a handbook that the school owns."""
    from papierkompas.outcome.own_wording import propose_wording

    found = propose_wording(document, document.name)
    text = found.wording.as_toml(document.name, edition)
    for word in found.words:
        say(str(word.said))
    is_open = any(word.page for word in found.words)
    if not is_open:
        with writing(out) as target:
            target.write(text.encode())
    facts = {
        "file": str(out),
        "edition": edition,
        "open": [
            {
                "question": w.question,
                "part": w.part,
                "read": w.read,
                "other": w.other or None,
                "page": w.page or None,
            }
            for w in found.words
        ],
    }
    if is_open:
        say(str(Message("handbook.settle_on_page", {"file": document.name})))
        facts["file"] = None
    if as_json or not is_open:
        answer(facts if as_json else f"{out} written. Use it with --instrument {out}.")
    return 6 if is_open else 0


def _today() -> dt.date:
    return dt.datetime.now().astimezone().date()


def _own(file: Path | None, session: Session | None) -> tuple[Instrument, ...]:
    """Load the questionnaire that was given; a session keeps a copy of it."""
    if file is None:
        return ()
    if session is not None:
        return (session.questionnaires.keep(file),)
    from forms.own_questionnaire import load_own

    return (load_own(file),)


def _instrument(paper: str, file: Path | None, session: Session | None) -> Instrument:
    from forms.instrument import find

    given = _own(file, session)
    if given and paper not in (given[0].key, given[0].paper):
        raise UsageError("command.other_paper", file=file, found=given[0].paper, asked=paper)
    return find(paper, given)


def _is_made_alone(
    paper: str, session: Path | None, out: Path, as_json: bool, given: list[str]
) -> bool:
    """Print a paper of the table that is one sheet for everybody; False where it is none."""
    which = next((one for one in PRINTABLES if one.command == f"print {paper}"), None)
    if which is None:
        return False
    if given:
        raise UsageError("command.one_sheet", paper=paper, options=given)
    from papierkompas.outcome.drawers import write

    with material_for(session, must=False) as material:
        facts = write(which, material, which.choices, out)
    answer(facts if as_json else done(which, facts))
    return True


def _order(
    copies: int | None, master: bool, listed: NameList | None, session: Session | None
) -> Any:
    from papierkompas.acts.printing import Order

    people = None
    if listed is not None:
        people = listed.people
        if session is not None:
            session.people.add(people)
            names = {person.name.casefold() for person in people}
            people = tuple(p for p in session.people.all() if p.name.casefold() in names)
    elif copies is None and not master and session is not None and session.people.all():
        people = session.people.all()
    return Order(copies=copies, master=master, people=people)


def _listed(roster: Path, as_json: bool, with_names: bool = True) -> NameList:
    """Read a name list, and say what was understood before anything is done with it."""
    from forms.messages import ENGLISH
    from papierkompas.acts.given_list import read_given
    from papierkompas.outcome.name_lists import account_of

    listed = read_given(roster)
    if not as_json:
        say("\n".join(account_of(listed, ENGLISH, with_names)))
    return listed


def _name_list(listed: NameList | None, with_names: bool = True) -> dict[str, Any]:
    from papierkompas.outcome import name_lists

    return {"name_list": name_lists.as_json(listed, with_names)} if listed else {}


def _warn_letters(people: Sequence[Person], *, with_names: bool) -> None:
    """Say whose name is not on paper as it is written."""
    from papierkompas.outcome.lost_letters import lost_letters

    numbers = {person.name: f"nr {person.number}" for person in people}
    for one in lost_letters([person.name for person in people]):
        say((one if with_names else replace(one, who=numbers[one.who])).message)


class _progress:  # noqa: N801 reads as a statement: with _progress(quiet) as progress
    """Show a bar while pages are read, on a terminal only."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet or not sys.stderr.isatty()

    def __enter__(self) -> Any:
        if self._quiet:
            return None
        from rich.console import Console
        from rich.progress import Progress

        self._bar = Progress(console=Console(stderr=True), transient=True)
        self._bar.__enter__()
        task = self._bar.add_task("Reading", total=None)
        return lambda done, total: self._bar.update(task, completed=done, total=total)

    def __exit__(self, *details: object) -> None:
        if not self._quiet:
            self._bar.__exit__(None, None, None)
