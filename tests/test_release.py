"""What is handed out: the same for everybody, from nowhere but where the lock says, and whole."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import urllib.request
from collections.abc import Mapping
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

import pytest

from papierkompas.lab import release

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))
PYLOCK = tomllib.loads((ROOT / "pylock.toml").read_text(encoding="utf-8"))
UV = shutil.which("uv", path=os.pathsep.join([str(Path(sys.executable).parent), os.defpath]))


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[\s<>=!~\[;]", requirement)[0]).lower()


def asked_for() -> set[str]:
    """Every package that the project, an extra or a developer needs."""
    project = PROJECT["project"]
    lists = [project["dependencies"], *project["optional-dependencies"].values()]
    return {name_of(one) for names in [*lists, *PROJECT["dependency-groups"].values()]
            for one in names}  # fmt: skip


def test_both_locks_hold_everything_that_is_asked_for_and_the_same() -> None:
    locked = {p["name"]: p["version"] for p in LOCK["package"] if "registry" in p["source"]}
    for_pip = {p["name"]: p["version"] for p in PYLOCK["packages"]}

    assert asked_for() <= locked.keys()
    assert for_pip.items() <= locked.items()
    only_for_the_app = {name_of(one) for one in PROJECT["dependency-groups"]["app"]}
    assert asked_for() - only_for_the_app <= for_pip.keys()


def test_what_is_installed_comes_from_the_public_index_as_a_wheel_with_a_hash() -> None:
    """No index of somebody's own computer, and no program of a stranger that builds something."""
    files: list[Mapping[str, Any]] = []
    for package in LOCK["package"]:
        if package["source"] != {"editable": "."}:
            assert package["source"] == {"registry": "https://pypi.org/simple"}
            assert package["wheels"]
            files += package["wheels"]
    for package in PYLOCK["packages"]:
        assert package["index"] == "https://pypi.org/simple"
        files += package["wheels"]
    for file in files:
        assert file["url"].startswith("https://files.pythonhosted.org/")
        assert "sha256" in str(file.get("hash", file.get("hashes")))


def test_a_list_of_parts_is_the_same_each_time_and_the_sums_fit(tmp_path: Path) -> None:
    made = {"serialNumber": "urn:1", "metadata": {"timestamp": "now", "a": 1}, "components": [1]}
    (tmp_path / release.LIST).write_text(json.dumps(made))
    (tmp_path / "a.whl").write_bytes(b"wheel")
    release.settle_list(tmp_path / release.LIST)
    lines = [line.split("  ") for line in release.sums(tmp_path).splitlines()]
    found = {name: digest for digest, name in lines}

    assert json.loads((tmp_path / release.LIST).read_text()) == {
        "metadata": {"a": 1},
        "components": [1],
    }
    assert found.keys() == {"a.whl", release.LIST}
    assert found["a.whl"] == hashlib.sha256(b"wheel").hexdigest()


@pytest.mark.slow
@pytest.mark.skipif(UV is None, reason="needs uv, as `make setup` installs it")
def test_the_wheel_alone_runs_the_demo_and_the_page(tmp_path: Path) -> None:
    """A school installs this one file; nothing of the repository lies beside it."""
    assert UV is not None
    keep = {"PATH", "HOME", "SSL_CERT_FILE", "LANG"}
    env = {name: value for name, value in os.environ.items() if name in keep}
    env |= {"UV_SYSTEM_CERTS": "1", "UV_PYTHON_DOWNLOADS": "never"}

    def run(*command: object, cwd: Path = tmp_path) -> None:
        done = subprocess.run([*map(str, command)], cwd=cwd, env=env, capture_output=True,
                              text=True, timeout=600, check=False)  # fmt: skip
        assert done.returncode == 0, done.stderr

    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=ROOT)
    (wheel,) = tmp_path.glob("*.whl")
    needs = tmp_path / "needs.txt"
    run(UV, "export", "--frozen", "--no-dev", "--no-emit-project", "-o", needs, cwd=ROOT)
    run(UV, "venv", "--python", sys.executable, tmp_path / "fresh")
    python = tmp_path / "fresh" / "bin" / "python"
    run(UV, "pip", "install", "--python", python, "--only-binary", ":all:", "--require-hashes",
        "-r", needs)  # fmt: skip
    run(UV, "pip", "install", "--python", python, "--no-deps", wheel)
    program = tmp_path / "fresh" / "bin" / "papierkompas"
    run(program, "demo", tmp_path / "demo")
    assert list((tmp_path / "demo").rglob("*.pdf"))

    page = subprocess.Popen(
        [str(program), "web", "--no-browser", "--port", "0", "--session", str(tmp_path / "demo")],
        cwd=tmp_path, env=env, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        assert page.stdout is not None
        address = page.stdout.readline().split()[-1]
        jar = urllib.request.HTTPCookieProcessor(CookieJar())
        browser = urllib.request.build_opener(urllib.request.ProxyHandler({}), jar)
        with browser.open(address, timeout=600) as answer:
            assert answer.status == 200
        with browser.open(address.partition("?")[0], timeout=600) as answer:
            assert "papierkompas" in answer.read().decode()
    finally:
        page.terminate()
        page.communicate(timeout=600)
