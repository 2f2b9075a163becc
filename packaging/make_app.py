"""Make the app for the system this runs on: the one script for Linux, Windows and macOS.

In:  an environment with papierkompas and PyInstaller in it, as the lock has them.
Out: `dist/papierkompas`, the folder with the app in it; with `--pack` also the file that is
     downloaded, and its sum.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tarfile
from importlib import metadata
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent
DIST, BUILD = ROOT / "dist", ROOT / "build"
MOST_BYTES = 420_000_000  # of the folder; a school's laptop has room for that, its patience ends
BESIDE = ("papierkompas.desktop", "papierkompas.svg", "install-linux.sh")


def main() -> None:
    """Make it, look at its size, and pack it if that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pack", action="store_true", help="also make the file to download")
    asked = parser.parse_args()
    BUILD.mkdir(exist_ok=True)
    if sys.platform == "win32":
        _make_icon(BUILD / "papierkompas.ico")
    folder = _bundle()
    taken = sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
    sys.stdout.write(f"{folder}: {taken / 1e6:.0f} MB\n")
    if taken > MOST_BYTES:
        sys.exit(f"The app is larger than {MOST_BYTES / 1e6:.0f} MB: see NEVER in the spec.")
    if asked.pack:
        packed = _packed(metadata.version("papierkompas"))
        total = hashlib.sha256(packed.read_bytes()).hexdigest()
        packed.with_name(f"{packed.name}.sha256").write_text(f"{total}  {packed.name}\n")
        sys.stdout.write(f"{packed}: {packed.stat().st_size / 1e6:.0f} MB\n")


def _bundle() -> Path:
    spec = str(HERE / "papierkompas.spec")
    where = ["--distpath", str(DIST), "--workpath", str(BUILD), "--log-level", "WARN"]
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", *where, spec]
    subprocess.run(command, check=True, cwd=ROOT)
    folder = DIST / "papierkompas"
    if sys.platform == "linux" and (strip := shutil.which("strip")):
        # A Python that was built here carries 17 MB of what only a debugger reads.
        for library in (folder / "_internal").glob("libpython3*.so*"):
            subprocess.run([strip, "--strip-unneeded", str(library)], check=True)
    return folder


def _make_icon(path: Path) -> None:
    """Draw the icon of the page, which is an SVG, in the sizes that Windows asks for."""
    from PIL import Image, ImageDraw

    times = 16
    image = Image.new("RGBA", (32 * times, 32 * times), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)

    def scaled(*values: float) -> list[float]:
        return [value * times for value in values]

    draw.rounded_rectangle(scaled(0, 0, 32, 32), 5 * times, fill="#002e5c")
    draw.line(scaled(16, 4, 16, 28), fill="#fff", width=2 * times)
    draw.line(scaled(4, 16, 28, 16), fill="#fff", width=2 * times)
    draw.ellipse(scaled(6, 6, 14, 14), fill="#fff")
    draw.polygon(scaled(22, 17, 27, 22, 22, 27, 17, 22), fill="#ffb27a")
    image.save(path, sizes=[(size, size) for size in (16, 24, 32, 48, 64, 128, 256)])


def _packed(version: str) -> Path:
    if sys.platform == "win32":
        compiler = shutil.which("iscc") or r"C:\Program Files (x86)\Inno Setup 6\ISCC.exe"
        script = str(HERE / "papierkompas.iss")
        subprocess.run([compiler, "/Q", f"/DVersion={version}", script], check=True)
        return DIST / f"papierkompas-{version}-windows-x64.exe"
    if sys.platform == "darwin":
        packed = DIST / f"papierkompas-{version}-macos-arm64.zip"
        app = str(DIST / "papierkompas.app")
        subprocess.run(["ditto", "-c", "-k", "--keepParent", app, str(packed)], check=True)
        return packed
    packed = DIST / f"papierkompas-{version}-linux-x64.tar.xz"
    with tarfile.open(packed, "w:xz", preset=6) as file:
        top = f"papierkompas-{version}"
        file.add(DIST / "papierkompas", f"{top}/papierkompas")
        for name in BESIDE:
            file.add(HERE / name, f"{top}/{name}")
    return packed


if __name__ == "__main__":
    main()
