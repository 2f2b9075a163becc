"""The command that settles what waits for a person, as the page does.

A function here parses, calls one function and prints. `papierkompas.command.cli` takes in `app`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from papierkompas.command.options import AsJson, SessionDir
from papierkompas.command.say import answer as print_answer
from papierkompas.command.sessions import session_in, user_name

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command("answer")
def give_answer(
    sheet: Annotated[
        str | None,
        typer.Argument(
            metavar="SHEET",
            help="Code of a sheet, as --list and the paper give it; with --typed and --round also "
            "somebody's number on the name list.",
        ),
    ] = None,
    question: Annotated[
        str | None,
        typer.Argument(
            metavar="QUESTION",
            help="Key of a question or a field; 'name', 'whole' (the whole form is empty) or "
            "'counts' (of somebody who was taken off the list).",
        ),
    ] = None,
    value: Annotated[
        str | None,
        typer.Argument(
            metavar="VALUE",
            help="A box, a name or a text; 'blank' for nothing. One that begins with a dash goes "
            "behind ' -- '.",
        ),
    ] = None,
    session: SessionDir = None,
    is_list: Annotated[
        bool, typer.Option("--list", help="List every open doubt, name and comment.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take back what was said of this question.")
    ] = False,
    is_later: Annotated[
        bool,
        typer.Option("--later", help="Put it off, to be asked of who filled it in; --undo: not."),
    ] = False,
    typed: Annotated[
        str | None,
        typer.Option(
            metavar="ANSWERS",
            help="Type in a sheet that is lost: one answer a row ('4 3 blank 5 ...'), or "
            "'QUESTION=ANSWER ...'.",
        ),
    ] = None,
    round_: Annotated[
        str | None,
        typer.Option("--round", metavar="ROUND", help="With --typed and a number: which round."),
    ] = None,
    paper: Annotated[
        str,
        typer.Option(metavar="PAPER", help="With --typed and a number: which questionnaire."),
    ] = "stellingenlijst",
    second: Annotated[
        str | None,
        typer.Option(
            metavar="replace|both",
            help="With a name that has a sheet already: this one counts instead, or both stay "
            "in doubt.",
        ),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(
            metavar="WHY",
            help="The reason, for the history; needed to change an answer that is not in doubt.",
        ),
    ] = None,
    who: Annotated[str | None, typer.Option(metavar="WHO", help="Default: your user name.")] = None,
    as_json: AsJson = False,
) -> None:
    """Settle a doubt, give a name, confirm a comment or type in a lost sheet. All can be undone."""
    from papierkompas.outcome.by_command import Instruction, carry_out, open_lines

    with session_in(session) as opened:
        asked = Instruction(
            sheet=sheet,
            question=question,
            value=value,
            is_list=is_list,
            is_undo=undo,
            is_later=is_later,
            typed=typed,
            round=round_,
            paper=paper,
            second=second,
            why=(why or "").strip(),
            who=who or user_name(),
        )
        if asked.is_only_list:
            facts, lines = open_lines(opened)
        else:
            facts, lines = carry_out(opened, asked)
    shown: Any = facts if as_json else "\n".join(lines)
    print_answer(shown)
