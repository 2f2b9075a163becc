"""The commands about what was scanned: which scans count, and whether they were read right.

A function here parses, calls one function and prints. `papierkompas.command.cli` takes in `app`.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer

from forms.errors import UsageError
from papierkompas.command.options import AsJson, SessionDir
from papierkompas.command.say import answer
from papierkompas.command.sessions import session_in, user_name
from papierkompas.session.came_as import CameAs

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def scans(
    session: SessionDir = None,
    withdraw: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="A scan, or a refused file, that is to count no longer."),
    ] = None,
    put_back: Annotated[
        str | None,
        typer.Option("--put-back", metavar="NAME", help="One that is to count again."),
    ] = None,
    page: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="Only this page of the scan.")
    ] = None,
    came_as: Annotated[
        CameAs | None,
        typer.Option("--came-as", help="Which, where a scan and a refused file have this name."),
    ] = None,
    why: Annotated[
        str | None,
        typer.Option(metavar="WHY", help="Do it, for this reason; without, say what changes."),
    ] = None,
    who: Annotated[str | None, typer.Option(metavar="WHO", help="Default: your user name.")] = None,
    as_json: AsJson = False,
) -> None:
    """List every scan, withdraw one that should not count, or put it back. Nothing is deleted."""
    from papierkompas.outcome.results import results
    from papierkompas.outcome.scan_list import ScanList
    from papierkompas.outcome.withdrawing import to_put_back, to_withdraw

    if withdraw is not None and put_back is not None:
        raise UsageError("withdrawal.one_way")
    name = withdraw if withdraw is not None else put_back
    if name is None and (page is not None or why is not None or came_as is not None):
        raise UsageError("withdrawal.which")
    with session_in(session) as opened:
        if name is None:
            listed = ScanList.of(opened, results(opened))
            answer(listed.as_json() if as_json else "\n".join(listed.lines()))
            return
        find = to_withdraw if withdraw is not None else to_put_back
        wanted = find(opened, name, page, came_as)
        change = wanted.difference(opened, results(opened))
        is_done = bool(why and why.strip())
        if is_done:
            wanted.do(opened, who or user_name(), str(why))
    facts: dict[str, Any] = {"file": name, "page": page, "done": is_done, **change.as_json()}
    answer(facts if as_json else "\n".join([*facts["messages"], *_next(is_done)]))


@app.command()
def audit(
    session: SessionDir = None,
    rows: Annotated[
        int, typer.Option(metavar="N", min=1, help="Answers to compare.")
    ] = 60,  # two minutes
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Which ones; same seed, same.")] = 1,
    wrong: Annotated[
        int, typer.Option(metavar="N", min=0, help="How many of them were not as on the paper.")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Draw answers to compare with the paper, and say how many of all may be wrong."""
    from papierkompas.outcome.audit import Audit
    from papierkompas.outcome.results import results

    with session_in(session) as opened:
        drawn = Audit.of(results(opened), rows, seed)
    if not drawn.rows:
        raise UsageError("audit.nothing")
    if wrong > len(drawn.rows):
        raise UsageError("audit.too_many", wrong=wrong, rows=len(drawn.rows))
    if as_json:
        answer(drawn.as_json(wrong))
        return
    share = f"{100 * drawn.at_most(wrong):.2g} %"
    answers = f"{drawn.answers} answers that nobody looked at"
    if wrong:
        said = f"With {wrong} of these {len(drawn.rows)} wrong, at most {share} of the {answers}"
    else:
        said = f"If all {len(drawn.rows)} are so on the paper, at most {share} of the {answers}"
    again = "" if wrong else " If some are not: put them right, and say how many with --wrong N."
    answer("\n".join([*drawn.lines(), "", f"{said} are wrong (exact 95 % interval).{again}"]))


def _next(is_done: bool) -> list[str]:
    return ["Done."] if is_done else ["Nothing was changed. To do it, say why: --why WHY."]
