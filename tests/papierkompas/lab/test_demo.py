"""The first thing a newcomer runs, and the package as it is installed elsewhere."""

import subprocess
import sys
import venv
from pathlib import Path

import pytest

from papierkompas.lab.demo import run_demo

ROOT = Path(__file__).parents[3]


def test_the_demo_ends_with_a_poster_and_no_wrong_answer(tmp_path: Path) -> None:
    """The whole loop, with the real printing, reading, scoring and poster."""
    made = run_demo(tmp_path / "demo", lambda _: None)

    assert made.counts["answers"] == 2 * 14 * 8
    assert made.counts["wrong"] == 0
    assert made.counts["right"] > 0.9 * made.counts["answers"]
    for path in made.files.values():
        assert Path(path).exists()


@pytest.mark.slow
def test_the_wheel_prints_a_sheet_in_a_fresh_environment(tmp_path: Path) -> None:
    """Data files, fonts and entry point must be in what people install."""
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", tmp_path, ROOT],
        check=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    home = tmp_path / "env"
    # Dependencies come from the environment that runs the tests; our own package must not.
    venv.create(home, with_pip=True)
    bin_ = home / ("Scripts" if sys.platform == "win32" else "bin")
    subprocess.run(
        [bin_ / "python", "-m", "pip", "install", "--quiet", "--no-deps", wheel], check=True
    )
    site = next(home.glob("lib/python*/site-packages"))
    theirs = [p for p in sys.path if p.endswith("site-packages")]
    (site / "theirs.pth").write_text("\n".join(theirs))
    out = tmp_path / "sheet.pdf"
    code = (
        "import forms, sys; from papierkompas.command.cli import run; "
        f"assert forms.__file__.startswith({str(home)!r}), forms.__file__; "
        f"sys.exit(run(['print', 'quickscan', '--copies', '1', '--out', {str(out)!r}]))"
    )
    subprocess.run([bin_ / "python", "-c", code], check=True, cwd=tmp_path)

    assert out.read_bytes().startswith(b"%PDF")
