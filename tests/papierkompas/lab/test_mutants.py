"""The tool that puts faults into the code: it makes them, and the tests feel them."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from papierkompas.lab.mutants import ROOT, SUSPECTS, Fault, faults, put_in, that_change_nothing

SOURCE = '''"""Words."""
MOST = 3
WIDER = MOST + 1

def few(count: int, most: int = MOST) -> bool:
    """Words."""
    def inner() -> bool:
        return count <= most
    return inner() and count < WIDER

class Box:
    size = 5
    def fits(self, count: int) -> bool:
        if count > self.size:
            raise ValueError("no")
        return True
'''


def test_faults_are_small_and_where_something_runs() -> None:
    """One line each, in no docstring and no annotation."""
    made = [make() for make in faults(SOURCE)]
    whole = ast.unparse(ast.parse(SOURCE)).splitlines()

    for fault in made:
        assert sum(a != b for a, b in zip(whole, fault.source.splitlines(), strict=True)) == 1
        assert "Words" not in fault.was
    changes = {(fault.was, fault.now) for fault in made}
    assert ("MOST = 3", "MOST = 4") in changes
    assert ("return count <= most", "return count < most") in changes
    assert ("if count > self.size:", "if count >= self.size:") in changes
    assert ("raise ValueError('no')", "pass") in changes
    assert ("return inner() and count < WIDER", "return inner() or count < WIDER") in changes
    assert ("size = 5", "size = 6") in changes
    where = {(fault.now, fault.inside, fault.is_value) for fault in made}
    assert {
        ("MOST = 4", "", True),
        ("return count < most", "few", False),
        ("if count >= self.size:", "Box.fits", False),
        ("size = 6", "", False),
    } <= where


TRIED = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import forms, forms.sample as sample
from forms.sample import MOST, few, Box
from papierkompas.lab.mutants import faults, put_in
path = Path(sys.argv[2])
(fault,) = [f for f in (make() for make in faults(path.read_text())) if f.now == sys.argv[3]]
loaded = put_in(fault, "forms.sample", path)
if not loaded:
    from forms.sample import Box
print(loaded, few(3), few(4), sample.MOST, Box.size)
"""


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        ("return count < most", "True False False 3 5"),
        ("MOST = 4", "True True True 4 5"),
        ("size = 6", "False True False 3 6"),
    ],
)
def test_whoever_holds_a_function_or_a_value_feels_the_fault(
    tmp_path: Path, now: str, expected: str
) -> None:
    """Also what was imported before, defaults, and functions within functions."""
    for package in ("forms", "papierkompas", "papierkompas/lab"):
        (tmp_path / package).mkdir()
        (tmp_path / package / "__init__.py").write_text("")
    (tmp_path / "papierkompas/lab/mutants.py").write_text(
        (ROOT / "papierkompas/lab/mutants.py").read_text(encoding="utf-8")
    )
    module = tmp_path / "forms" / "sample.py"
    module.write_text(SOURCE)
    command = [sys.executable, "-c", TRIED, str(tmp_path), str(module), now]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)

    assert (done.stdout.strip(), done.stderr) == (expected, "")


@pytest.mark.parametrize("name", SUSPECTS)
def test_every_suspect_has_its_tests_and_enough_faults(name: str) -> None:
    suspect = SUSPECTS[name]

    assert all((ROOT / "tests" / test).is_file() for test in suspect.tests)
    made = faults((ROOT / suspect.module).read_text("utf-8"))
    assert len(made) >= 40
    known = that_change_nothing(name)
    if known:
        assert known <= {(fault.was, fault.now) for fault in (make() for make in made)}


def test_a_fault_is_a_value() -> None:
    one, other = (Fault(1, "", True, "a", "b", source) for source in ("x", "y"))

    assert "x" not in repr(one)
    assert one != other
    assert callable(put_in)
