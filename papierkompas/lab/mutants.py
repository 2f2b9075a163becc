"""Put small faults into the code, one at a time, and see whether a test notices each.

In:  the modules on which it depends that nothing is wrong unnoticed, each with its own tests.
Out: a table of faults tried, noticed and not; and what was not noticed, line by line.

    python -m papierkompas.lab.mutants --sample 40 --seed 1 guard decide

The tests run once as they are, to see which of them meet which function. Then every fault is put
into a process of its own, in which everything is loaded already, and only the tests that meet the
function run, quickest first, until one fails. Nothing is written into the code. A fault after
which the tests do not come to an end is noticed.
Faults that change nothing that anybody could notice are in `mutants_that_change_nothing.toml`,
each with the reason; they are counted apart.
"""

from __future__ import annotations

import ast
import gc
import importlib.abc
import importlib.util
import json
import os
import pickle
import random
import signal
import sys
import tempfile
import threading
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import CodeType, FrameType, FunctionType, ModuleType
from typing import Annotated, Any

import typer

assert sys.platform != "win32"  # noqa: S101 a fault is tried in a copy of this process

ROOT = Path(__file__).parents[2]
CHANGES_NOTHING = Path(__file__).with_name("mutants_that_change_nothing.toml")
OURS = ("forms", "omr", "scoring", "papierkompas", "tests", "conftest")
EXAMPLES = 15  # of each law
PATIENCE, LEAST_SECONDS = 6.0, 60.0  # times as long as without a fault, and that much at least


@dataclass(frozen=True, slots=True)
class Suspect:
    """A module, and the tests that would notice a fault in it."""

    module: str
    tests: tuple[str, ...]


SUSPECTS = {
    "guard": Suspect("papierkompas/web/guard.py", ("papierkompas/web/test_guard.py",)),
    "phone": Suspect(
        "papierkompas/web/phone_door.py", ("papierkompas/web/test_phone_door_alone.py",)
    ),
    "store": Suspect("papierkompas/session/store.py", ("papierkompas/session/test_store.py",)),
    "settle": Suspect("omr/pile/settle.py", ("omr/pile/test_settle.py",)),
    "decide": Suspect("omr/ink/decide.py", ("omr/ink/test_decide.py",)),
    "sheet_code": Suspect(
        "forms/sheet_code.py", ("forms/test_golden.py", "forms/test_sheet_code.py")
    ),
    "roster": Suspect(
        "forms/roster/columns.py",
        ("forms/test_columns.py", "forms/test_name_lists.py", "forms/test_roster.py"),
    ),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One small change of a module."""

    line: int
    inside: str  # the function, `Guard._enter`; nothing for what runs when the module is loaded
    is_value: bool  # of the module itself, `MOST = 3`
    was: str
    now: str
    source: str = field(repr=False)


@dataclass
class Tried:
    """What came of the faults in one module."""

    possible: int
    killed: int = 0
    timed_out: int = 0
    changes_nothing: int = 0
    survived: list[Fault] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many were tried."""
        return self.killed + self.timed_out + len(self.survived)

    @property
    def share(self) -> float:
        """Return the part of them that was noticed, of those that change something."""
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


def faults(source: str) -> list[Callable[[], Fault]]:
    """Return every fault that we know how to make in a module; each is made when it is called."""
    tree = ast.parse(source)
    skipped = _not_run(tree)
    inside = _functions(tree)
    values = {
        id(inner)
        for statement in tree.body
        if isinstance(statement, ast.Assign | ast.AnnAssign)
        for inner in ast.walk(statement)
    }
    whole = ast.unparse(tree).splitlines()

    def make(at: int, which: int, function: str, is_value: bool) -> Fault:
        other = ast.parse(source)
        place = next(n for i, n in enumerate(ast.walk(other)) if i == at)
        line = getattr(place, "lineno", 0)
        _changes(place)[which](place)
        changed = ast.unparse(ast.fix_missing_locations(other))
        return Fault(line, function, is_value, *_differing(whole, changed.splitlines()), changed)

    return [
        partial(make, at, which, inside.get(id(node), ""), id(node) in values)
        for at, node in enumerate(ast.walk(tree))
        if id(node) not in skipped
        for which in range(len(_changes(node)))
    ]


def _functions(tree: ast.Module) -> dict[int, str]:
    """Name the outermost function in which each node runs; its head runs with the module."""
    found: dict[int, str] = {}

    def look(body: Iterable[ast.stmt], prefix: str) -> None:
        for statement in body:
            if isinstance(statement, ast.ClassDef):
                look(statement.body, f"{prefix}{statement.name}.")
            elif isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
                for inner in statement.body:
                    found.update((id(n), f"{prefix}{statement.name}") for n in ast.walk(inner))
                found[id(statement)] = f"{prefix}{statement.name}"

    look(tree.body, "")
    return found


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


def _differing(lines: Sequence[str], others: Sequence[str]) -> tuple[str, str]:
    """Return the first lines that differ."""
    for line, changed in zip(lines, others, strict=False):
        if line != changed:
            return line.strip(), changed.strip()
    return "", ""


# Trying them


@dataclass
class Encounters:
    """What a run of the tests without a fault showed."""

    seconds: dict[str, float] = field(default_factory=dict)  # of each test
    met: dict[str, set[str]] = field(default_factory=dict)  # function to the tests that meet it

    def tests_of(self, function: str) -> list[str]:
        """Return the tests that could notice a fault in a function, quickest first."""
        its = self.met.get(function, set()) if function else {EVERYWHERE}
        chosen = self.seconds if EVERYWHERE in its else its
        return sorted(chosen, key=lambda test: self.seconds[test])


EVERYWHERE = ""  # met while something was made that many tests may share


def try_out(
    suspect: Suspect, sample: int, seed: int, nothing: set[tuple[str, str]], say: Any
) -> Tried:
    """Try a sample of the faults in a module, in a process that ends with it."""
    with tempfile.TemporaryDirectory() as folder:
        noted = Path(folder) / "tried"
        child = os.fork()
        if child == 0:
            _become_group()
            trial = _Trial(suspect, sample, seed, nothing, noted)
            os._exit(_pytest_here([f"tests/{test}" for test in suspect.tests], trial))
        _, status = os.waitpid(child, 0)
        if status != 0 or not noted.exists():
            raise typer.BadParameter(f"{suspect.module}: its tests fail without any fault")
        tried: Tried = pickle.loads(noted.read_bytes())  # noqa: S301  # our own, a moment old
    for fault in tried.survived:
        say(f"{suspect.module}:{fault.line}: {fault.was}  ->  {fault.now}")
    return tried


class _Trial:
    """A pytest plugin that runs the tests as they are, and then those that meet each fault."""

    def __init__(
        self, suspect: Suspect, sample: int, seed: int, nothing: set[tuple[str, str]], noted: Path
    ) -> None:
        self._path = ROOT / suspect.module
        self._name = suspect.module.removesuffix(".py").replace("/", ".")
        self._sample = sample
        self._chance = random.Random(f"{seed} {suspect.module}")
        self._nothing = nothing
        self._noted = noted
        self._test: str | None = None
        self._has_failed = False
        self._seen = Encounters()

    def pytest_runtest_setup(self) -> None:
        """What is made for a test may serve others as well."""
        self._test = EVERYWHERE

    def pytest_runtest_call(self, item: Any) -> None:
        """What runs now is this test's."""
        self._test = item.nodeid

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Note how long it took, and how it ended."""
        seconds = self._seen.seconds
        seconds[report.nodeid] = seconds.get(report.nodeid, 0.0) + report.duration
        self._has_failed |= bool(report.failed)

    def pytest_runtestloop(self, session: Any) -> bool:
        """Take over how tests are run."""
        items = {item.nodeid: item for item in session.items}
        self._watch(items)
        if self._has_failed:
            session.shouldfail = "the tests fail without any fault"
            session.testsfailed = 1
            return True
        self._noted.write_bytes(pickle.dumps(self._all(items)))
        return True

    def _watch(self, items: Mapping[str, Any]) -> None:
        """Run all tests as they are, and note which functions each meets."""
        file = str(self._path)

        def called(frame: FrameType, event: str, _value: object) -> None:
            if event == "call" and frame.f_code.co_filename == file and self._test is not None:
                function = frame.f_code.co_qualname.split(".<", 1)[0]
                self._seen.met.setdefault(function, set()).add(self._test)

        sys.settrace(called)
        threading.settrace(called)
        try:
            self._run([*items.values()])
        finally:
            sys.settrace(None)
            threading.settrace(None)

    def _all(self, items: Mapping[str, Any]) -> Tried:
        possible = faults(self._path.read_text(encoding="utf-8"))
        count = min(self._sample or len(possible), len(possible))
        tried = Tried(len(possible))
        chosen = [make() for make in self._chance.sample(possible, count)]
        for fault in sorted(chosen, key=lambda one: one.line):
            if (fault.was, fault.now) in self._nothing:
                tried.changes_nothing += 1
                continue
            tests = self._seen.tests_of(fault.inside)
            ended = self._with_fault(fault, [items[test] for test in tests])
            if ended == 0:
                tried.survived.append(fault)
            elif ended is None:
                tried.timed_out += 1
            else:
                tried.killed += 1
        return tried

    def _with_fault(self, fault: Fault, items: list[Any]) -> int | None:
        """Run tests with a fault, in a process of its own; 0 when none noticed it."""
        child = os.fork()
        if child == 0:
            _become_group()
            try:
                if not put_in(fault, self._name, self._path):
                    code = _pytest_here([*{str(item.path) for item in items}, "-x"])
                else:
                    code = int(self._run(items))
            except BaseException:  # noqa: BLE001 the fault itself, for instance when it is loaded
                code = 1
            os._exit(code)
        usual = sum(self._seen.seconds[item.nodeid] for item in items)
        return _wait(child, max(LEAST_SECONDS, PATIENCE * usual))

    def _run(self, items: list[Any]) -> bool:
        """Run tests until one fails; say whether one did."""
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self._has_failed:
                return True
        return False


def put_in(fault: Fault, name: str, path: Path) -> bool:
    """Put a fault into a loaded module.

    What a function does is changed in place, for all who hold the function. Values of the module
    are changed here and where others took them over. Of all else the module, and what was made
    of it, has to be loaded again: then it is no more there, and what loads it gets the fault.

    Returns:
        Whether the loaded modules have the fault.
    """
    made = compile(fault.source, str(path), "exec")
    if fault.inside:
        codes = {code.co_qualname: code for code in _codes(made)}
        for function in [f for f in gc.get_objects() if isinstance(f, FunctionType)]:
            code = function.__code__
            new = codes.get(code.co_qualname)
            if code.co_filename == str(path) and new and new.co_freevars == code.co_freevars:
                function.__code__ = new
        return True
    if not fault.is_value:
        _forget_ours()
        sys.meta_path.insert(0, _Faulty(name, made, path))
        return False
    was = vars(sys.modules[name])
    now: dict[str, Any] = {"__name__": name, "__file__": str(path)}
    exec(made, now)  # noqa: S102  # our own module with a fault
    for key, value in now.items():
        if isinstance(value, FunctionType) and isinstance(was.get(key), FunctionType):
            was[key].__defaults__, was[key].__kwdefaults__ = (
                value.__defaults__,
                value.__kwdefaults__,
            )
        elif not key.startswith("__") and not callable(value) and was.get(key) != value:
            for module in [m for n, m in sys.modules.items() if n.split(".")[0] in OURS]:
                if (
                    key in vars(module)
                    and vars(module)[key] is was[key]
                    and vars(module) is not was
                ):
                    setattr(module, key, value)
            was[key] = value
    return True


class _Faulty(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads one module with its fault."""

    def __init__(self, name: str, code: CodeType, path: Path) -> None:
        self._name, self._code, self._path = name, code, path

    def find_spec(self, name: str, *_: object) -> ModuleSpec | None:
        """Say how the module is loaded."""
        if name != self._name:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        """Run the module with its fault."""
        exec(self._code, vars(module))  # noqa: S102  # our own module with a fault


def _codes(code: CodeType) -> Iterator[CodeType]:
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield inner
            yield from _codes(inner)


def _forget_ours() -> None:
    for name in [n for n in sys.modules if n.split(".")[0] in OURS]:
        del sys.modules[name]


def _become_group() -> None:
    """Make this process, silent, the first of a group that can be ended as one."""
    os.setsid()
    silent = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silent, stream)


def _wait(child: int, seconds: float) -> int | None:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return None


def _pytest_here(arguments: Sequence[str], *plugins: object) -> int:
    """Run tests in this process."""
    import pytest

    os.chdir(ROOT)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-seed=1"]
    return int(pytest.main([*options, *arguments], plugins=[_Laws(), *plugins]))


class _Laws:
    """A pytest plugin: whether an example breaks a law counts, not the smallest, nor how soon."""

    def pytest_configure(self) -> None:
        """Set how laws are tried."""
        from hypothesis import HealthCheck, Phase, settings

        settings.register_profile(
            "faults",
            phases=(Phase.explicit, Phase.generate),
            database=None,
            deadline=None,
            max_examples=EXAMPLES,
            suppress_health_check=list(HealthCheck),
        )
        settings.load_profile("faults")


def that_change_nothing(name: str) -> set[tuple[str, str]]:
    """Return the faults in a module that nobody could notice, as line before and line after."""
    known = tomllib.loads(CHANGES_NOTHING.read_text(encoding="utf-8"))
    return {(fault["was"], fault["now"]) for fault in known.get(name, ())}


def main(
    names: Annotated[list[str] | None, typer.Argument(help="Modules; all without.")] = None,
    sample: Annotated[int, typer.Option(min=0, help="Faults of each; 0: all.")] = 40,
    seed: Annotated[int, typer.Option(help="Same seed, same faults.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Try faults in each module and print how many the tests notice."""
    unknown = set(names or ()) - SUSPECTS.keys()
    if unknown:
        raise typer.BadParameter(f"unknown: {', '.join(sorted(unknown))}; {', '.join(SUSPECTS)}")
    figures: dict[str, dict[str, object]] = {}
    for name in names or SUSPECTS:
        nothing = that_change_nothing(name)
        made = try_out(SUSPECTS[name], sample, seed, nothing, partial(typer.echo, err=True))
        figures[name] = {
            "possible": made.possible, "tried": made.count, "killed": made.killed,
            "timed_out": made.timed_out, "changes_nothing": made.changes_nothing,
            "survived": len(made.survived), "share": round(made.share, 3),
        }  # fmt: skip
    if as_json:
        typer.echo(json.dumps(figures, indent=1))
        return
    columns = ("possible", "tried", "killed", "timed_out", "changes_nothing", "survived", "share")
    typer.echo("| module | " + " | ".join(columns) + " |\n|---" + "|---" * len(columns) + "|")
    for name, found in figures.items():
        typer.echo(f"| {name} | " + " | ".join(str(found[column]) for column in columns) + " |")


if __name__ == "__main__":
    typer.run(main)
