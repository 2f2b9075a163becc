"""Put small faults into the code, one at a time, and see whether a test notices each.

In:  the modules on which it depends that nothing is wrong unnoticed, each with its own tests.
Out: a table of faults tried, noticed and not; and what was not noticed, line by line.

    python -m papierkompas.lab.mutants --sample 30 --seed 1 guard decide

Every fault runs in a process of its own, on a copy of the packages and tests. A fault after which
tests do not come to an end is noticed. Some faults change nothing that anybody could notice; nobody
has taken those out of the figures.
"""

from __future__ import annotations

import ast
import copy
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

assert sys.platform != "win32"  # noqa: S101 a fault is tried in a copy of this process

ROOT = Path(__file__).parents[2]
COPIED = ("forms", "omr", "scoring", "papierkompas", "tests", "samples", "docs", "pyproject.toml")
PATIENCE, LEAST_SECONDS = 4.0, 10.0  # times as long as without a fault, and that much at least


@dataclass(frozen=True, slots=True)
class Suspect:
    """A module, and the tests that would notice a fault in it."""

    module: str
    tests: tuple[str, ...]


SUSPECTS = {
    "guard": Suspect("papierkompas/web/guard.py", ("papierkompas/web/test_attacks.py",)),
    "phone": Suspect("papierkompas/web/phone_door.py", ("papierkompas/web/test_phone_door.py",)),
    "store": Suspect(
        "papierkompas/session/store.py",
        ("papierkompas/session/test_store.py", "papierkompas/session/test_session.py"),
    ),
    "settle": Suspect("omr/pile/settle.py", ("omr/pile/test_settle.py",)),
    "decide": Suspect("omr/ink/decide.py", ("omr/ink/test_decide.py",)),
    "sheet_code": Suspect(
        "forms/sheet_code.py", ("forms/test_golden.py", "forms/test_sheet_code.py")
    ),
    "roster": Suspect("forms/roster/columns.py", ("forms/test_roster.py",)),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One small change of a module."""

    line: int
    was: str
    now: str
    source: str = field(repr=False)


@dataclass
class Tried:
    """What came of the faults in one module."""

    possible: int
    killed: int = 0
    timed_out: int = 0
    survived: list[Fault] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many were tried."""
        return self.killed + self.timed_out + len(self.survived)

    @property
    def share(self) -> float:
        """Return the part of them that was noticed."""
        return 1 - len(self.survived) / self.count if self.count else 1.0


# Faults

_OTHER: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn,
    ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.LShift: ast.RShift,
    ast.RShift: ast.LShift, ast.Break: ast.Continue, ast.Continue: ast.Break,
}  # fmt: skip


def faults(source: str) -> Iterator[Fault]:
    """Yield every fault that we know how to make in a module."""
    tree = ast.parse(source)
    skipped = _not_run(tree)
    for at, node in enumerate(ast.walk(tree)):
        if id(node) in skipped:
            continue
        for change in _changes(node):
            other = copy.deepcopy(tree)
            place = next(n for i, n in enumerate(ast.walk(other)) if i == at)
            change(place)
            ast.fix_missing_locations(other)
            was, now = _differing(tree, other)
            yield Fault(getattr(node, "lineno", 0) or 0, was, now, ast.unparse(other))


def _not_run(tree: ast.AST) -> set[int]:
    """Find what does nothing when it runs: docstrings, annotations, how values are declared."""
    found: set[int] = set()
    for node in ast.walk(tree):
        out: list[ast.AST | None] = []
        match node:
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                out += [node.returns, *node.decorator_list]
            case ast.Expr(value=ast.Constant()):
                out.append(node)  # a docstring
            case ast.ClassDef():
                out += node.decorator_list
            case ast.arg() | ast.AnnAssign():
                out.append(node.annotation)
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                out.append(node)
            case ast.ImportFrom() | ast.Import() | ast.JoinedStr():
                out.append(node)
            case ast.Assign(targets=[ast.Name(id="__all__")]):
                out.append(node)
        for skipped in out:
            if skipped is not None:
                found.update(id(inner) for inner in ast.walk(skipped))
    return found


def _changes(node: ast.AST) -> list[Any]:
    """Return the ways to make a fault of one node; each changes a copy of it in place."""
    made: list[Any] = []
    match node:
        case ast.Compare(ops=ops):
            made += [_swap("ops", i, _OTHER[type(o)]) for i, o in enumerate(ops)
                     if type(o) in _OTHER]  # fmt: skip
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op) if type(op) in _OTHER:
            made.append(_set("op", _OTHER[type(op)]()))
        case ast.UnaryOp(op=ast.Not()):
            made.append(_unnot)
        case ast.Constant(value=bool() as value):
            made.append(_set("value", not value))
        case ast.Constant(value=int() | float() as value):
            made.append(_set("value", value + 1))
        case ast.Constant(value=str() as value) if value:
            made.append(_set("value", f"XX{value}"))
        case ast.If() | ast.IfExp() | ast.While():
            made.append(_negate)
        case ast.Return(value=value) if value is not None and not _is_none(value):
            made.append(_set("value", ast.Constant(None)))
    for name in ("body", "orelse", "finalbody"):
        block = getattr(node, name, None)
        for i, statement in enumerate(block if isinstance(block, list) else ()):
            if isinstance(statement, (ast.Break, ast.Continue)):
                made.append(_swap(name, i, _OTHER[type(statement)]))
            elif isinstance(statement, (ast.Raise, ast.AugAssign)) or (
                isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
            ):
                made.append(_swap(name, i, ast.Pass))
    return made


def _is_none(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _set(name: str, value: object) -> Any:
    return lambda node: setattr(node, name, value)


def _swap(name: str, place: int, kind: type[ast.AST]) -> Any:
    def change(node: ast.AST) -> None:
        getattr(node, name)[place] = kind()

    return change


def _unnot(node: Any) -> None:
    node.operand = ast.UnaryOp(ast.Not(), node.operand)


def _negate(node: Any) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _differing(one: ast.AST, other: ast.AST) -> tuple[str, str]:
    """Return the first lines that differ."""
    lines, others = ast.unparse(one).splitlines(), ast.unparse(other).splitlines()
    for line, changed in zip(lines, others, strict=False):
        if line != changed:
            return line.strip(), changed.strip()
    return "", ""


# Trying them


def try_out(suspect: Suspect, copied: Path, sample: int, seed: int, say: Any) -> Tried:
    """Try a sample of the faults in a module."""
    path = copied / suspect.module
    source = path.read_text(encoding="utf-8")
    possible = list(faults(source))
    chosen = random.Random(f"{seed} {suspect.module}").sample(
        possible, min(sample or len(possible), len(possible))
    )
    tests = [f"tests/{test}" for test in suspect.tests]
    path.write_text(ast.unparse(ast.parse(source)), encoding="utf-8")
    started = time.monotonic()
    if _run(copied, tests, 600.0) != 0:
        raise typer.BadParameter(f"{suspect.module}: its tests fail without any fault")
    seconds = max(LEAST_SECONDS, PATIENCE * (time.monotonic() - started))
    made = Tried(len(possible))
    try:
        for fault in sorted(chosen, key=lambda one: one.line):
            path.write_text(fault.source, encoding="utf-8")
            match _run(copied, tests, seconds):
                case 0:
                    made.survived.append(fault)
                    say(f"{suspect.module}:{fault.line}: {fault.was}  ->  {fault.now}")
                case None:
                    made.timed_out += 1
                case _:
                    made.killed += 1
    finally:
        path.write_text(source, encoding="utf-8")
    return made


def _run(copied: Path, tests: Sequence[str], seconds: float) -> int | None:
    """Run tests on the copy; return what pytest says, None when they do not come to an end."""
    child = os.fork()
    if child == 0:
        _run_here(copied, tests)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _run_here(copied: Path, tests: Sequence[str]) -> NoReturn:
    """Become the process that runs the tests; everything it starts ends with it."""
    os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)
    os.chdir(copied)
    options = ["-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed=1"]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    os.execve(sys.executable, command, {**os.environ, "PYTHONPATH": str(copied)})  # noqa: S606 our own Python


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Modules; all without.")] = None,
    sample: Annotated[int, typer.Option(min=0, help="Faults of each; 0: all.")] = 30,
    seed: Annotated[int, typer.Option(help="Same seed, same faults.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Try faults in each module and print how many the tests notice."""
    unknown = set(names or ()) - SUSPECTS.keys()
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}; {', '.join(SUSPECTS)}")
    figures: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for part in COPIED:
            if (ROOT / part).is_dir():
                shutil.copytree(ROOT / part, Path(folder) / part)
            else:
                shutil.copy(ROOT / part, Path(folder) / part)
        for name in names or SUSPECTS:
            made = try_out(
                SUSPECTS[name], Path(folder), sample, seed, lambda line: typer.echo(line, err=True)
            )
            figures[name] = {
                "possible": made.possible, "tried": made.count, "killed": made.killed,
                "timed_out": made.timed_out, "survived": len(made.survived),
                "share": round(made.share, 3),
            }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(figures, indent=1))
        return
    columns = ("possible", "tried", "killed", "timed_out", "survived", "share")
    typer.echo("| module | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
    for name, found in figures.items():
        typer.echo(f"| {name} | " + " | ".join(str(found[column]) for column in columns) + " |")


if __name__ == "__main__":
    typer.run(main)
